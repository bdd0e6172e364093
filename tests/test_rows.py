"""Rows of all scenarios: the same answers as the exact solver's, in any order and from any place on."""

import itertools
import math

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from claimcheck.judging.rows import VERDICTS, sweep
from claimcheck.judging.verification import verify
from claimcheck.model import ClaimSet
from tests import strategies
from tests.test_scenarios import build

FORMULAS = (
    "y = a * b * c",
    "y = a * b / c",
    "y = a - b * c",
    "y = a * (1 - a) * b",
    "y = (a - b) / (a + b) * c",
    "y = a / (a + b + c)",
    "y = sqrt(a * b) + c",
    "y = min(a, b) * c",
    "y = max(a, b) - abs(c - a)",
    "y = (a - 3)^2 * b - c",
    "y = (a - b)^3",
    "y = exp(a / 10) * b",
    "y = floor(a) * b",
    "y = 3.7 * a - 0.1",
    "y = pi * a^2 * b",
)
"""In some every quantity occurs once, in some not; some operations are not swept in doubles at all."""

values = st.sampled_from(
    ("0", "1", "2.5", "3", "7.00", "12", "1e3", "0.004", "-2", "exactly 5", "2 to 4", ">= 1")
)


@st.composite
def swept_claim_sets(draw):
    """Up to four options for each of three quantities, and one or two formulas of them."""
    claims = ClaimSet()
    for source in "stuv":
        claims.source(source)
    for name in "abcyz":
        claims.quantity(name)
    for name in "abc":
        for source, value in zip("stuv", draw(st.lists(values, min_size=1, max_size=4)), strict=False):
            claims.claim(name, value, source=source)
    claims.relation(draw(st.sampled_from(FORMULAS)), within=draw(st.sampled_from((None, "5 %"))))
    claims.relation(draw(st.sampled_from(("z = y + c", "z = y * y - a", "z = 2 * y"))))
    return claims


def exact_rows(report):
    """The same rows from the scenarios of a report, each bounded by the solver."""
    return [(s.choices, s.verdict, s.bounds) for s in report.scenarios]


def assert_agrees(report, swept):
    expected = exact_rows(report)
    blocks = list(swept.blocks(size=7))
    assert sum(map(len, blocks)) == swept.count == len(expected)
    numbered = ((b, k) for b in blocks for k in range(len(b)))
    for (block, k), (choices, verdict, bounds) in zip(numbered, expected, strict=True):
        assert {n: swept.choices[n][block.picked[n][k]] for n in swept.choices} == choices
        assert VERDICTS[block.verdict[k]] == verdict
        for n, quantity in enumerate(swept.quantities):
            low, high = block.lower[n, k], block.upper[n, k]
            bound = bounds.get(quantity)
            if bound is None:
                assert math.isnan(low)
                assert math.isnan(high)
                continue
            x = bound.interval
            for mine, true, side in ((low, x.lower, 1), (high, x.upper, -1)):
                if true is None:
                    assert mine == -side * math.inf
                    continue
                if mine == -side * math.inf:  # beyond doubles, or an enclosure
                    assert not block.tight[n, k] or abs(true) > 1e300
                    continue
                room = 4 * mpq(bound.gap) * max(abs(x.lower or 0), abs(x.upper or 0)) + mpq(1, 10**280)
                assert (
                    side * (true - mpq(float(mine))) >= -room
                )  # within what the solver's own end may be off
                if block.tight[n, k] and bound.tight:
                    size = max(abs(e) for e in (x.lower, x.upper) if e is not None)
                    assert abs(true - mpq(float(mine))) <= size * mpq(1, 10**8) + mpq(1, 10**280)
            if bound.tight:
                assert block.tight[n, k]


@settings(max_examples=10)
@given(swept_claim_sets())
def test_rows_say_what_the_solver_says_of_each_scenario(claims):
    assert_agrees(verify(claims, budget=2000), sweep(claims, budget=2000))


@pytest.mark.stress
@pytest.mark.timeout(1800)
@settings(max_examples=60, phases=[Phase.generate])
@given(swept_claim_sets())
def test_many_rows_say_what_the_solver_says(claims):
    assert_agrees(verify(claims, budget=2000), sweep(claims, budget=2000))


@settings(max_examples=40)
@given(strategies.small_claim_sets(most=9))
def test_rows_of_any_file_say_what_its_report_says(claims):
    report = verify(claims)
    if report.complete:
        assert_agrees(report, sweep(claims))


def grown(n, formula):
    """Three sources that differ on each of n quantities."""
    names = [f"q{i}" for i in range(n)]
    stated = [
        (q, s, str(1 + (7 * i + 3 * j) % 5 + j / 4)) for i, q in enumerate(names) for j, s in enumerate("stu")
    ]
    return build([*names, "y"], stated, [(f"y = {formula(names)}", "r", "")])


def test_a_block_can_start_anywhere():
    swept = sweep(grown(6, " * ".join))
    whole = next(swept.blocks(size=1000))
    for start, size in itertools.product((0, 1, 100, 728, 729), (1, 5, 729)):
        blocks = list(swept.blocks(start, size=size))
        assert [b.start for b in blocks] == list(range(start, 729, size))
        for name in swept.choices:
            joined = [x for b in blocks for x in b.picked[name]]
            assert joined == list(whole.picked[name][start:])
        assert [x for b in blocks for x in b.lower[0]] == list(whole.lower[0, start:])
    assert [len(b) for b in swept.blocks(10, 25, size=10)] == [10, 5]
    assert list(swept.blocks(729)) == []
    with pytest.raises(ValueError, match="numbered from 0"):
        next(swept.blocks(-1))


def test_there_may_be_more_scenarios_than_a_machine_word_counts():
    swept = sweep(grown(60, " + ".join))
    assert swept.count == 3**60
    block = next(swept.blocks(3**60 - 3, size=10))
    assert [swept.choices["q59"][i][0] for i in block.picked["q59"]] == ["q59@s", "q59@t", "q59@u"]
    assert all(block.picked[f"q{i}"][0] == 2 for i in range(59))
    ends = sweep(grown(60, " + ".join), given=[f"q{i}@u" for i in range(60)])
    assert ends.count == 1
    only = next(ends.blocks())
    assert (only.lower[0, 0], only.upper[0, 0]) == (block.lower[0, 2], block.upper[0, 2])


def test_tables_are_for_parts_of_a_formula_and_rows_for_the_rest():
    """3^14 combinations are more than one table holds; the rows are those of the exact formula."""
    swept = sweep(grown(14, lambda names: " * ".join(names[:7]) + " - " + " * ".join(names[7:])))
    options = [[mpq(1 + (7 * i + 3 * j) % 5) + mpq(j, 4) for j in range(3)] for i in range(14)]
    half = mpq(1, 2), mpq(1, 20), mpq(1, 200)
    for start in (0, 1_000_000, 3**14 - 4):
        block = next(swept.blocks(start, size=4))
        for k in range(4):
            low, high = [], []
            for side in (range(7), range(7, 14)):
                picked = [
                    (options[i][j := int(block.picked[f"q{i}"][k])], str(1 + (7 * i + 3 * j) % 5 + j / 4))
                    for i in side
                ]
                widths = [half[len(t.partition(".")[2])] for _, t in picked]
                low.append(math.prod((v - w for (v, _), w in zip(picked, widths, strict=True)), start=mpq(1)))
                high.append(
                    math.prod((v + w for (v, _), w in zip(picked, widths, strict=True)), start=mpq(1))
                )
            assert block.tight[0, k]
            for mine, true, sign in (
                (block.lower[0, k], low[0] - high[1], 1),
                (block.upper[0, k], high[0] - low[1], -1),
            ):
                assert 0 <= sign * (true - mpq(float(mine))) <= mpq(1, 10**12) * max(map(abs, (*low, *high)))


def test_coupled_sources_leave_out_rows():
    stated = [(q, s, v) for s, v in (("s", "1"), ("t", "3")) for q in "ab"]
    claims = build("aby", stated, [("y = a * b", "r", "")], coupled="st")
    swept = sweep(claims)
    assert swept.count == 2
    assert_agrees(verify(claims), swept)


def test_what_doubles_cannot_tell_is_decided_exactly():
    """A difference that cancels to a billionth of its terms: the rows are asked of the exact solver."""
    claims = build(
        "aby",
        [
            ("a", "s", "exactly 1000000000000001"),
            ("a", "t", "exactly 1000000000000002.5"),
            ("b", "s", "exactly 0.3"),
        ],
        [("y = a * b - 300000000000000", "r", "")],
    )
    block = next(sweep(claims).blocks())
    assert list(block.tight[0]) == [True, True]
    assert list(block.lower[0]) == [0.3 - 2**-54 if mpq(0.3) > mpq(3, 10) else 0.3, 0.75]
    assert list(block.upper[0]) == [np.nextafter(block.lower[0, 0], 1), 0.75]


def test_a_quantity_that_does_not_exist():
    with pytest.raises(KeyError, match="no quantity is named 'w'"):
        sweep(build("a", [("a", "s", "1")]), ["w"])
