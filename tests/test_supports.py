"""Supports of bounds: each is enough, none of its parts is, and there are no others; judged by z3."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import claimcheck
from claimcheck.budget import Budget
from claimcheck.judging.explain import Target, explain
from claimcheck.judging.premises import in_force
from claimcheck.judging.supports import supports_of_end
from claimcheck.render.explanation import render
from claimcheck.solver.problem import compile_problem
from tests.naive import Twin, rational

CASE = "claims/opt175b.yaml"


class BeyondTwin(Twin):
    """Which premises can hold with a quantity beyond an end, by z3."""

    def __init__(self, claims, quantity, bound, upper):
        super().__init__(claims)
        x, found = self.real[quantity], bound.interval
        end, closed = (found.upper, found.upper_closed) if upper else (found.lower, found.lower_closed)
        value = rational(end)
        if upper:
            self.solver.add(x > value if closed else x >= value)
        else:
            self.solver.add(x < value if closed else x <= value)


def by_trying_all(twin, premises):
    """Every minimal set of premises that leaves nothing beyond the end, smallest first."""
    found = []
    for size in range(len(premises) + 1):
        for subset in map(frozenset, combinations(premises, size)):
            if not any(f <= subset for f in found) and not twin.holds(subset):
                found.append(subset)
    return set(found)


def check_all_ends(report, most=8):
    """How many ends were compared with the twin."""
    claims = report.claim_set
    problem = compile_problem(claims)
    compared = 0
    for scenario in report.scenarios:
        premises = in_force(claims, scenario.choices)
        for quantity, bound in scenario.bounds.items():
            exact = bound.tight and bound.gap == 0 and not bound.interval.is_empty
            for upper in (False, True):
                end = bound.interval.upper if upper else bound.interval.lower
                found = supports_of_end(problem, premises, quantity, bound, upper=upper, budget=Budget(20))
                if end is None:
                    assert (found.sets, found.complete) == ((), True)
                    continue
                if not exact or not found.complete or len(premises) > most:
                    continue
                twin = BeyondTwin(claims, quantity, bound, upper)
                tied = next(g for g in problem.groups(premises) if problem.number[quantity] in g)
                near = [
                    p for p in premises if {*problem.groups([p])[0]} <= {*tied}
                ]  # else what clashes elsewhere
                for support in found.sets:
                    assert not twin.holds(support), (quantity, upper, support)
                    if found.minimal:
                        for member in support:
                            assert twin.holds(set(support) - {member}), (quantity, upper, support, member)
                assert {*map(frozenset, found.sets)} == by_trying_all(twin, near)
                assert list(found.sets) == sorted(found.sets, key=len)
                compared += 1
    return compared


# -- by hand -----------------------------------------------------------------------------------------------


def test_both_ends_of_the_uptime():
    report = claimcheck.verify(CASE)
    found = report.supports("uptime", gpus="paper", elapsed="zhang")
    wanted = ("gpus@paper", "throughput@blog", "compute@final-update", "elapsed@zhang")
    wanted += ("relation:busy-time", "relation:uptime")
    for end in (found.lower, found.upper):
        assert end.sets == (wanted,)
        assert (end.minimal, end.complete) == (True, True)
    assert check_all_ends(report) == 16


def test_of_the_hull_each_end_is_that_of_a_scenario():
    found = claimcheck.verify(CASE).supports("uptime")
    assert found.lower.choices == {"gpus": ("gpus@final-update",), "elapsed": ("elapsed@logbook",)}
    assert "elapsed@logbook" in found.lower.sets[0]
    assert "elapsed@zhang" in found.upper.sets[0]


def made(*claims, relations=("z = x * y",), quantities=("x", "y", "z"), **limits):
    claim_set = claimcheck.ClaimSet()
    for source in "abcd":
        claim_set.source(source)
    for name in quantities:
        claim_set.quantity(name, **limits.get(name, {}))
    for quantity, value, source in claims:
        claim_set.claim(quantity, value, source=source)
    for relation in relations:
        claim_set.relation(relation)
    claim_set.report = tuple(quantities)
    return claimcheck.verify(claim_set)


def test_two_ways_to_one_end():
    """The upper end of x is said by one claim and follows from two others as well; the lower end is not."""
    report = made(("x", "[1, 4]", "a"), ("y", "[2, 3]", "a"), ("z", "[4, 8]", "a"), relations=["z = x * y"])
    found = report.supports("x")
    assert found.upper.sets == (
        ("x@a",),
        ("y@a", "z@a", "relation:" + next(iter(report.claim_set.relations))),
    )
    assert len(found.lower.sets) == 1
    assert "x@a" not in found.lower.sets[0]
    assert check_all_ends(report) == 6


def test_what_is_irrelevant_is_in_none():
    report = made(("x", "[1, 4]", "a"), ("x", "[0, 5]", "b"), ("y", "[2, 3]", "a"), relations=[], z={})
    assert report.supports("x").lower.sets == (("x@a",),)
    assert report.supports("x").upper.sets == (("x@a",),)
    assert report.supports("z").lower.sets == ()


def test_a_hard_limit_needs_no_premise():
    report = made(("x", "[0, 4]", "a"), relations=[], quantities=("x",), x={"max": "4", "min": "1"})
    assert report.supports("x").lower.sets == ((),)
    assert report.supports("x").upper.sets == ((),)


def test_what_follows_from_hard_limits_through_a_definition_needs_no_premise():
    report = made(("z", "1", "a"), relations=[], quantities=("x", "y", "z", "g"), y={"min": "0"})
    claims = report.claim_set
    claims.claim("g", "exactly 2", source="b", certain=True)
    claims.relation("x = y * g", definition=True)
    report = claimcheck.verify(claims)
    for quantity in ("x", "y"):
        found = report.supports(quantity)
        assert found.lower.sets == ((),)
        assert found.upper.sets == ()


def test_an_end_that_is_not_attained_is_supported_up_to_the_gap():
    report = made(
        ("x", "[2, 3]", "a"), ("y", "[0, 9]", "a"), relations=["y = sqrt(x)"], quantities=("x", "y")
    )
    found = report.supports("y")
    assert found.lower.sets == (("x@a", "relation:" + next(iter(report.claim_set.relations))),)
    assert found.lower.minimal
    assert found.lower.complete


def test_a_cut_short_search_says_so():
    found = claimcheck.verify(CASE).supports("uptime", budget=1e-9)
    assert not found.lower.complete or not found.lower.minimal


def test_what_is_asked_wrongly():
    report = claimcheck.verify(CASE)
    with pytest.raises(KeyError):
        report.supports("downtime")
    with pytest.raises(ValueError, match="is no choice"):
        report.supports("uptime", gpus="zhang")


def test_rivals_are_taken_as_chosen():
    report = made(
        ("x", "[1, 2]", "a"),
        relations=[],
        quantities=("x", "y"),
    )
    claims = report.claim_set
    claims.relation("y = x + 1", "more", choice="how")
    claims.relation("y = 2 * x", "twice", choice="how")
    report = claimcheck.verify(claims)
    assert report.supports("y", how="more").upper.sets == (("x@a", "relation:more"),)
    assert report.supports("y", how="twice").upper.sets == (("x@a", "relation:twice"),)


# -- random files ------------------------------------------------------------------------------------------

values = st.tuples(st.integers(1, 6), st.integers(0, 3)).map(lambda p: f"[{p[0]}, {p[0] + p[1]}]")


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("xyzw"), values), min_size=2, max_size=5),
    st.lists(
        st.sampled_from(["z = x * y", "w = z + x", "w = x - y", "x = y", "w <= 2 * y", "z = w * y"]),
        max_size=3,
        unique=True,
    ),
)
def test_supports_are_those_of_a_twin(claims, relations):
    numbered = [(q, v, "abcd"[i % 4]) for i, (q, v) in enumerate(claims)]
    unique = {(q, s): (q, v, s) for q, v, s in numbered}
    report = made(*unique.values(), relations=relations, quantities="xyzw")
    check_all_ends(report)


# -- in explanations ---------------------------------------------------------------------------------------


def test_in_words():
    report = made(("x", "[1, 4]", "a"), ("y", "[2, 3]", "a"), ("z", "[4, 8]", "a"), relations=["z = x * y"])
    (relation,) = report.claim_set.relations
    text = render("text", report, explain(report, Target(quantity="x"), supports=Budget(10)))
    assert f"  the lower end follows from these alone:\n    y@a, z@a, relation:{relation}\n" in text
    assert (
        f"  the upper end follows from any one of these:\n    x@a\n    y@a, z@a, relation:{relation}\n"
        in text
    )
    assert "follows from" not in render("text", report, explain(report, Target(quantity="x")))
