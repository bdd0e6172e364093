"""Parts with too many cases to look at one by one: the same answers as where each is looked at."""

import dataclasses
import itertools

import pytest
from hypothesis import given, settings

from claimcheck.interval import hull, interval
from claimcheck.judging import listing, manycases, parts
from claimcheck.judging.report import Verdict
from claimcheck.judging.rows import VERDICTS, sweep
from claimcheck.judging.verification import verify
from tests.test_listing import picks
from tests.test_scenarios import build
from tests.test_sweep import problems


def tied(n, said="30 to 90"):
    """Three sources on each of n quantities, whose product one of them states, too."""
    names = [f"q{i}" for i in range(n)]
    stated = [(q, s, str(1 + (5 * i + j) % 4 * 2)) for i, q in enumerate(names) for j, s in enumerate("stu")]
    return build([*names, "y"], [*stated, ("y", "s", said)], [(f"y = {' * '.join(names)}", "r", "")])


def compared(claims, report, few):
    """That a report in which not all cases were looked at says what one says in which they were."""
    assert few.scenario_count == report.scenario_count == len(report.scenarios)
    consistent = [s for s in report.scenarios if s.verdict is Verdict.CONSISTENT]
    counted = {v: sum(s.verdict is v for s in report.scenarios) for v in Verdict}
    assert few.overview.verdicts == counted
    assert few.verdict == report.verdict
    assert {q: (b.interval, b.tight) for q, b in few.hull.items()} == {
        q: (b.interval, b.tight) for q, b in report.hull.items()
    }
    told = {(e.choice, e.quantity): e for e in report.overview.effects}
    for effect in few.overview.effects:
        same = told[effect.choice, effect.quantity]
        assert effect.moves == same.moves
        assert [(o.picked, o.consistent, o.bound and o.bound.interval) for o in effect.outcomes] == [
            (o.picked, o.consistent, o.bound and o.bound.interval) for o in same.outcomes
        ]
    for quantity, ends in few.overview.extremes.items():
        whole = few.hull[quantity].interval
        for picked, side in zip(ends, ("lower", "upper"), strict=True):
            own = [s for s in consistent if all(s.choices[n] == ids for n, ids in (picked or {}).items())]
            assert getattr(own[0].bounds[quantity].interval, side) == getattr(whole, side)
    listed = dict(zip(picks(report.scenarios), report.scenarios, strict=True))
    for scenario in few.scenarios:
        same = listed[picks([scenario])[0]]
        assert scenario.verdict == same.verdict
        assert {q: b.interval for q, b in scenario.bounds.items()} == {
            q: b.interval for q, b in same.bounds.items()
        }


@pytest.fixture
def few_cases(monkeypatch):
    """Check claims as if more than a handful of cases were too many to look at."""

    def check(claims, most=4, **options):
        with monkeypatch.context() as changed:
            changed.setattr(parts, "_MOST_CASES", most)
            changed.setattr(parts, "_FIRST_CASES", 2)
            changed.setattr(listing, "LISTED", most)
            return verify(claims, **options)

    return check


@pytest.mark.parametrize("said", ["30 to 90", "exactly 64", "1e6", "1 to 1e5", "<= 40"])
def test_verdicts_hull_effects_and_extremes_of_all_cases(few_cases, said):
    claims = tied(4, said)
    claims.report = ("y", "q1")
    compared(claims, verify(claims), few_cases(claims))


@settings(max_examples=25)
@given(problems())
def test_random_trees_say_the_same_with_few_cases_looked_at(claims):
    claims.report = tuple(q for q in "ad" if q in claims.quantities)
    report = verify(claims)
    if not report.complete or any(b.interval.lower is None for b in report.hull.values()):
        return
    before = parts._MOST_CASES, parts._FIRST_CASES, listing.LISTED
    try:
        parts._MOST_CASES, parts._FIRST_CASES, listing.LISTED = 2, 2, 2
        few = verify(claims)
    finally:
        parts._MOST_CASES, parts._FIRST_CASES, listing.LISTED = before
    if few.overview.verdicts is not None:  # a tree without a divisor that may be zero
        compared(claims, report, few)


def test_rows_of_all_cases(monkeypatch):
    claims = tied(4)
    claims.report = ("y", "q2")
    report = verify(claims)
    monkeypatch.setattr(parts, "_MOST_CASES", 4)
    swept = sweep(claims)
    assert swept.complete
    assert swept.count == 81
    (block,) = swept.blocks()
    for k, scenario in enumerate(report.scenarios):
        assert {n: swept.choices[n][block.picked[n][k]] for n in swept.choices} == scenario.choices
        assert VERDICTS[block.verdict[k]] == scenario.verdict
        for n, quantity in enumerate(swept.quantities):
            bound = scenario.bounds.get(quantity)
            if bound is None:
                assert block.lower[n, k] != block.lower[n, k]
                continue
            assert block.tight[n, k]
            assert 0 <= bound.interval.lower - block.lower[n, k] <= 1e-12 * abs(block.lower[n, k])
            assert 0 <= block.upper[n, k] - bound.interval.upper <= 1e-12 * abs(block.upper[n, k])


def test_more_cases_than_are_looked_at_one_by_one():
    """3^9 cases: the hull is that of the products that meet what is stated."""
    claims = tied(9, "20000 to 30000")
    claims.report = ("y",)
    report = verify(claims, budget=3)
    low, high = [], []
    for picked in itertools.product(range(3), repeat=9):
        said = [1 + (5 * i + j) % 4 * 2 for i, j in enumerate(picked)]
        least = greatest = 1.0
        for v in said:
            least, greatest = least * (v - 0.5), greatest * (v + 0.5)
        if least <= 30000.5 and greatest >= 19999.5:
            low.append(max(least, 19999.5))
            high.append(min(greatest, 30000.5))
    assert report.overview.verdicts[Verdict.CONSISTENT] == len(low)
    assert report.overview.verdicts[Verdict.UNKNOWN] == 0
    assert float(report.hull["y"].interval.lower) == min(low)
    assert float(report.hull["y"].interval.upper) == max(high)
    assert report.hull["y"].interval == hull(
        report.hull["y"].interval, report.scenarios[-1].bounds["y"].interval
    )
    assert report.hull["y"].tight


def test_a_case_without_an_end_leaves_the_hull_without_one(few_cases):
    said = {"p": ("[1, 2]", "[3, 4]", "[5, 6]"), "q": ("at least 20", "[3, 4]", "[5, 6]")}
    stated = [(q, s, value) for q, values in said.items() for s, value in zip("stu", values, strict=True)]
    claims = build(["p", "q", "y"], stated, [("y = p + q", "r", "")])
    few = few_cases(claims)
    assert few.hull["y"].interval == interval(4, None)
    compared(claims, verify(claims), few)


def test_what_was_not_worked_out_may_lie_further_out(few_cases, monkeypatch):
    """As if time had run out for the case with the greatest end: the hull encloses it all the same."""
    claims = tied(3)
    claims.report = ("y",)
    greatest = verify(claims).hull["y"].interval.upper
    exact = manycases.ManyCases.case

    def case(self, number):
        found = exact(self, number)
        out = "y" in found.bounds and found.bounds["y"].interval.upper == greatest
        return dataclasses.replace(found, verdict=Verdict.UNKNOWN, bounds={}, witness=None) if out else found

    monkeypatch.setattr(manycases.ManyCases, "case", case)
    assert few_cases(claims).hull["y"].interval.upper >= greatest
