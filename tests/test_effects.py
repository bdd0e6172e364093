"""What to resolve first, against naive twins: every scenario looked at, with every claim really narrower."""

import functools
import re
from itertools import product

from gmpy2 import mpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from claimcheck.budget import Budget
from claimcheck.interval import hull, intersection, interval
from claimcheck.judging.digits import one_more_digit
from claimcheck.judging.premises import evidence
from claimcheck.judging.report import Verdict
from claimcheck.judging.verification import verify
from claimcheck.solver.decision import Answer
from claimcheck.solver.optimum import bounds
from claimcheck.solver.problem import Problem, compile_problem
from claimcheck.solver.search import decide
from tests.test_scenarios import build

VALUES = st.sampled_from(("1", "1.6", "2", "3.0", "12", "4", "exactly 3"))
RELATIONS = (
    [("y = a * b", "r", ""), ("d = a + c", "q", "")],
    [("y = a - b / c", "r", "")],
    [("y = (a - b) / (a + b)", "r", ""), ("c = a * b", "q", "")],
    [("c = a * b", "r", ""), ("y = a + c", "q", "")],
    [("y = a * b", "r", "")],
)


@st.composite
def statements(draw):
    """Up to three sources that differ on a, b and c."""
    return [
        (q, s, v)
        for q in "abc"
        for s, v in zip("stu", draw(st.lists(VALUES, min_size=1, max_size=3, unique=True)), strict=False)
    ]


@st.composite
def contested(draw):
    """The same, and relations with or without a circle."""
    return build("abcdy", draw(statements()), draw(st.sampled_from(RELATIONS)))


def premises_of(claims, scenario):
    """What holds in a scenario: what was picked, and all evidence on what nothing contests."""
    picked = {id for ids in scenario.choices.values() for id in ids}
    loose = {c.id for c in evidence(claims) if c.quantity in scenario.choices}
    every = {c.id for c in evidence(claims)} | {r.premise for r in claims.relations.values()}
    return frozenset(every - loose | picked)


def width(x):
    return None if x.lower is None or x.upper is None else x.upper - x.lower


def share_lost(before, after):
    """The part of the width that is lost."""
    whole, left = width(before), width(after)
    return max(mpq(0), 1 - left / whole)


def hull_of(found):
    whole = found[0]
    for x in found[1:]:
        whole = hull(whole, x)
    return whole


@given(contested())
def test_settling_a_choice_narrows_and_rules_out_what_the_scenarios_say(claims):
    report = verify(claims)
    consistent = [s for s in report.scenarios if s.verdict is Verdict.CONSISTENT]
    told = {(n.what, n.quantity): n for n in report.overview.resolve if n.kind == "settle"}
    for name, quantity in product(report.scenarios[0].choices, report.hull):
        options = dict.fromkeys(s.choices[name] for s in report.scenarios)
        left = [[s for s in consistent if s.choices[name] == o] for o in options]
        left = [some for some in left if some and all(quantity in s.bounds for s in some)]
        whole = report.hull[quantity].interval
        if (name, quantity) not in told:
            continue
        n = told[name, quantity]
        shares = [share_lost(whole, hull_of([s.bounds[quantity].interval for s in some])) for some in left]
        assert (n.least, n.most) == (min(shares), max(shares))
        gone = [len(consistent) - len(some) for some in left]
        assert n.rules_out == (min(gone), max(gone))


def with_one_more_digit(claims, consistent, id):
    """What a claim then says: as much as that narrows it, in the middle of what the scenarios leave it."""
    stated = compile_problem(claims).claims
    variable = stated[id][0]
    left = []
    for held in (premises_of(claims, s) for s in consistent):
        own = [stated[p][1] for p in held if p in stated and stated[p][0] == variable]
        left += [functools.reduce(intersection, own)] if id in held else []
    room, width = hull_of(left), one_more_digit(claims.claims[id])
    if room.upper - room.lower <= width:
        return room
    middle = (room.lower + room.upper) / 2
    return interval(middle - width / 2, middle + width / 2)


@settings(max_examples=30)
@given(contested())
def test_one_more_digit_narrows_and_rules_out_what_the_solver_says_of_the_narrower_claim(claims):
    report = verify(claims)
    assume(all(s.verdict is not Verdict.UNKNOWN for s in report.scenarios))
    consistent = [s for s in report.scenarios if s.verdict is Verdict.CONSISTENT]
    problem = compile_problem(claims)
    for n in report.overview.resolve:
        if n.kind != "digit":
            continue
        variable = problem.claims[n.what][0]
        stated = {**problem.claims, n.what: (variable, with_one_more_digit(claims, consistent, n.what))}
        narrower = Problem(problem.variables, tuple(problem.constraints.values()), stated)
        found, lost = [], 0
        for s in consistent:
            held = premises_of(claims, s)
            answer = decide(narrower, held, budget=Budget(60)).answer
            lost += answer is Answer.INFEASIBLE
            if answer is not Answer.INFEASIBLE:
                found.append(bounds(narrower, held, [n.quantity], budget=Budget(60))[n.quantity].interval)
        share = share_lost(report.hull[n.quantity].interval, hull_of(found))
        assert n.least <= share + mpq(1, 10**8)
        assert share <= n.most + mpq(1, 10**8)
        assert n.rules_out == (lost, lost)


def test_a_digit_that_settles_which_scenario_holds_rules_out_the_other():
    """4 is 3.5 to 4.5, which leaves room for 12.5 / 3 and for 12.5 / 3.125; 4.0 leaves none for the first."""
    claims = build(
        "abcy",
        [("a", "s", "exactly 3"), ("a", "t", "exactly 3.125"), ("b", "s", "4"), ("c", "s", "exactly 12.5")],
        [("c = a * b", "r", ""), ("y = a + b", "q", "")],
    )
    report = verify(claims)
    assert [s.verdict for s in report.scenarios] == [Verdict.CONSISTENT] * 2
    (b,) = [n for n in report.overview.resolve if n.what == "b@s" and n.kind == "digit"]
    assert b.rules_out == (1, 1)


def numbered(formula, k):
    return re.sub(r"\b([abcdy])\b", rf"\g<1>{k}", formula)


@given(st.data(), st.booleans())
@settings(max_examples=10)
def test_what_is_said_of_a_part_does_not_depend_on_the_size_of_the_file(data, coupled):
    """Two parts among thirty others, more quantities than are solved as one, against each by itself."""
    parts = [(data.draw(statements()), data.draw(st.sampled_from(RELATIONS))) for _ in range(2)]
    parts += [([("a", "s", "2"), ("b", "x", "3.0")], [("y = a + b", "r", "")])] * 30
    whole = build(
        [f"{q}{k}" for k in range(len(parts)) for q in "abcdy"],
        [(f"{q}{k}", f"{s}{k}", v) for k, (stated, _) in enumerate(parts) for q, s, v in stated],
        [(numbered(f, k), f"{id}{k}", "") for k, (_, rules) in enumerate(parts) for f, id, _ in rules],
        coupled=["s0"] if coupled else [],
    )
    whole.report = ("y0", "y1")
    found = verify(whole)
    for k, (stated, rules) in enumerate(parts[:2]):
        own = [(q, f"{s}{k}", v) for q, s, v in stated]
        alone = build("abcdy", own, rules, coupled=["s0"] if coupled else [])
        alone.report = ("y",)
        expected = verify(alone)
        assert [b.interval for b in expected.hull.values()] == [
            b.interval for q, b in found.hull.items() if q == f"y{k}"
        ]
        told = [(n.kind, n.least, n.most) for n in expected.overview.resolve]
        assert told == [(n.kind, n.least, n.most) for n in found.overview.resolve if n.quantity == f"y{k}"]
