"""Contraction to a fixpoint: enclosure, its record, and that it always ends."""

from collections import Counter

from gmpy2 import mpq
from hypothesis import assume, given
from hypothesis import strategies as st

from claimcheck.budget import Budget
from claimcheck.interval import hull, interval, point
from claimcheck.solver.optimum import bounds
from claimcheck.solver.problem import Problem
from claimcheck.solver.propagation import propagate
from claimcheck.solver.retraction import taken_back
from claimcheck.solver.search import touched
from tests.problems import cases, everything, make


def fixpoint(*args, **options):
    problem = make(*args, **options)
    at = propagate(problem, everything(problem))
    return at, dict(zip(problem.number, at.box, strict=True))


def test_contraction_of_a_tree_is_exact():
    at, box = fixpoint({"a": None, "b": (0, None), "c": None}, ["c = a * b"], {"a@s": (1, 2), "c@s": (3, 4)})
    assert at.failure < 0
    assert box["b"] == interval(mpq(3, 2), 4)


def test_squares_of_squares_end_and_stay_enclosures():
    problem = make(
        {"x": None, "y": None, "z": None}, ["y = x ^ 4", "z = y ^ 4", "x = z ^ 4"], {"x@s": (2, None)}
    )
    at = propagate(problem, everything(problem))
    assert all(q is None or q.numerator.bit_length() < 10_000 for x in at.box for q in (x.lower, x.upper))
    small = make({"x": None, "y": None, "z": None}, ["y = x ^ 4", "z = y ^ 4", "x = z ^ 4"], {"x@s": (0, 1)})
    assert all(
        {mpq(0), mpq(1)} <= {q for q in (0, 1) if q in x} for x in propagate(small, everything(small)).box
    )


def test_ends_of_unusual_size_do_not_slow_the_search_down():
    problem = make(
        {"x": None, "y": ("-4.2034", "-4.1979")},
        ["y = x^2 / (x / (-0.7))"],
        {"x@s": ("5.7", None), "y@s": ("-6.5", "-4.158")},
    )
    found = bounds(problem, everything(problem), budget=Budget(2))
    assert mpq(6) - mpq(1, 100) in found["x"].interval or mpq(6) in found["x"].interval


def test_whole_numbers_are_cut_to_their_step():
    _, box = fixpoint({"n": None}, [], {"n@s": ("0.41", "0.43")}, steps={"n": "0.01"})
    assert box["n"] == interval(mpq(41, 100), mpq(43, 100))
    _, box = fixpoint({"n": None}, [], {"n@s": interval(11, 13, False, False)}, steps={"n": 12})
    assert box["n"] == point(12)


def settled(at):
    """Whether nothing moved so often that small moves were left out: then the fixpoint is the only one."""
    return at.failure >= 0 or max(Counter(step.variable for step in at.steps).values(), default=0) < 20


@given(cases(), st.data())
def test_a_claim_taken_back_leaves_what_contraction_without_it_leaves(case, data):
    problem = case.problem()
    premises, groups = touched(problem, everything(problem))
    group = data.draw(st.sampled_from(groups))
    claim = data.draw(st.sampled_from([c for c, (v, _) in problem.claims.items() if v in group] or [None]))
    at = propagate(problem, premises, group)
    assume(claim is not None and at.failure < 0)
    left = tuple(p for p in premises if p != claim)
    fresh = propagate(problem, left, group)
    assume(settled(fresh) and settled(at))
    back = taken_back(problem, at, claim, left, group)
    assert back.failure < 0
    assert [back.box[v] for v in group] == [fresh.box[v] for v in group]
    assert all(claim not in {back.steps[i].premise for i in _under(back, v)} for v in group)


def _under(at, variable):
    """The steps that the ends of a variable rest on."""
    waiting = [i for i in (at.low[variable], at.high[variable]) if i >= 0]
    found = set()
    while waiting:
        i = waiting.pop()
        if i not in found:
            found.add(i)
            waiting += at.steps[i].uses
    return found


@given(cases(), st.data())
def test_a_narrower_claim_is_contracted_from_where_the_wider_one_led(case, data):
    problem = case.problem()
    premises, groups = touched(problem, everything(problem))
    group = data.draw(st.sampled_from(groups))
    claim = data.draw(st.sampled_from([c for c, (v, _) in problem.claims.items() if v in group] or [None]))
    assume(claim is not None)
    variable, x = problem.claims[claim]
    assume(x.is_bounded and not x.is_empty)
    middle = (x.lower + x.upper) / 2
    part = hull(point(middle), point(data.draw(st.sampled_from((middle, x.lower, x.upper)))))
    narrower = problem.with_claim(claim, part)
    stated = {**problem.claims, claim: (variable, narrower.claims[claim][1])}
    constraints = tuple(problem.constraints.values())
    alone = Problem(problem.variables, constraints, stated, problem.hard, problem.sure, problem.enclosed)
    found, fresh = propagate(narrower, premises, group), propagate(alone, premises, group)
    assume(settled(found) and settled(fresh))
    assert (found.failure < 0) == (fresh.failure < 0)
    assert found.failure >= 0 or [found.box[v] for v in group] == [fresh.box[v] for v in group]
