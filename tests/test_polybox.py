"""The polybox: a circuit of three multipliers and two adders with a fault in it, told as a story.

    a --- M1 --- x
    c ---'         `--- A1 --- f
    b --- M2 --- y ----'
    d ---'         `--- A2 --- g
    c --- M3 --- z ----'
    e ---'

From J. de Kleer and B. C. Williams: Diagnosing multiple faults, Artificial Intelligence 32 (1987). The
conflicts and the minimal diagnoses of ``f = 10, g = 12`` are theirs. What a probe of x, y or z leaves is not
taken from there, but worked out by hand from the conflicts: which sets have a member in each of them.

A component is a relation that may be given up: one that is broken says nothing of what it puts out. What is
put in and measured is certain. So a conflict is a set of components that cannot all work, and a repair is a
diagnosis.
"""

from __future__ import annotations

from itertools import chain, combinations

import pytest

import claimcheck
from claimcheck import Verdict
from tests.audited import audited

INPUTS = {"a": 3, "b": 2, "c": 2, "d": 3, "e": 3}
COMPONENTS = {"M1": "x = a * c", "M2": "y = b * d", "M3": "z = c * e", "A1": "f = x + y", "A2": "g = y + z"}


def polybox(components=COMPONENTS, *, certain=True, **measured):
    """The report on the circuit with these components at work and these values measured."""
    claims = claimcheck.ClaimSet(title="polybox")
    claims.source("bench")
    for name in "abcdefgxyz":
        claims.quantity(name)
    for name, value in INPUTS.items():
        claims.claim(name, f"exactly {value}", source="bench", certain=True)
    for name, value in measured.items():
        claims.claim(name, f"exactly {value}", source="bench", certain=certain)
    for name in components:
        claims.relation(COMPONENTS[name], name)
    return audited(claims)


def sets(*texts):
    return {frozenset(text.split()) for text in texts}


def plain(members):
    return frozenset(m.removeprefix("relation:") for m in members)


def conflicts(report):
    assert report.complete
    assert all(c.minimal for c in report.conflicts)
    return {plain(c.members) for c in report.conflicts}


def diagnoses(report):
    return {plain(r) for r in report.repairs}


# -- the symptoms ------------------------------------------------------------------------------------------


def test_as_it_was_built_it_puts_out_12_and_12():
    report = polybox(f=12, g=12)
    assert report.verdict is Verdict.CONSISTENT
    assert diagnoses(report) == set()
    for name in "xyz":
        assert report.bounds(name).lower == report.bounds(name).upper == 6


def test_f_is_10_so_one_of_the_three_that_make_it_is_broken():
    report = polybox(f=10)
    assert conflicts(report) == sets("A1 M1 M2")
    assert diagnoses(report) == sets("A1", "M1", "M2")


def test_g_is_12_as_it_should_be_and_yet_it_tells_more():
    """M2 alone no longer explains it: the wrong y that f asks for would have made g wrong as well."""
    report = polybox(f=10, g=12)
    assert conflicts(report) == sets("A1 M1 M2", "A1 A2 M1 M3")
    assert diagnoses(report) == sets("A1", "M1", "A2 M2", "M2 M3")
    assert list(map(len, report.repairs)) == [1, 1, 2, 2]


def test_the_order_of_the_measurements_makes_no_difference():
    one, other = polybox(f=10, g=12), polybox(g=12, f=10)
    assert conflicts(one) == conflicts(other)
    assert diagnoses(one) == diagnoses(other)


def test_what_explains_it_is_every_set_with_a_minimal_diagnosis_in_it():
    """The lattice of all 32 sets of components, each tried by taking it out of the circuit."""
    minimal = diagnoses(polybox(f=10, g=12))
    for broken in chain.from_iterable(combinations(COMPONENTS, n) for n in range(6)):
        at_work = [name for name in COMPONENTS if name not in broken]
        explains = polybox(at_work, f=10, g=12).verdict is Verdict.CONSISTENT
        assert explains == any(d <= {*broken} for d in minimal), broken


# -- predictions -------------------------------------------------------------------------------------------

PREDICTED = {
    "x": {6: sets("M1"), 4: sets("A1 M2", "A1 A2 M3")},
    "y": {6: sets("M2", "A2 M3"), 4: sets("A1 M1")},
    "z": {6: sets("M3", "A2 M2"), 8: sets("A1 A2 M1")},
}
"""The values of the inner points with the minimal sets of components that each follows from."""


@pytest.mark.parametrize("point", PREDICTED)
def test_a_value_that_nothing_predicts_clashes_with_every_prediction(point):
    standing = conflicts(polybox(f=10, g=12))
    clashing = standing.union(*PREDICTED[point].values())
    report = polybox(f=10, g=12, **{point: 1000})
    assert conflicts(report) == {c for c in clashing if not any(d < c for d in clashing)}


@pytest.mark.parametrize(
    ("point", "value", "components"),
    [(p, v, c) for p, values in PREDICTED.items() for v, found in values.items() for c in found],
)
def test_each_prediction_rests_on_all_of_its_components(point, value, components):
    report = polybox(sorted(components), f=10, g=12)
    bound = report.bounds(point)
    assert bound.lower == bound.upper == value
    supports = report.supports(point)
    for end in (supports.lower, supports.upper):
        assert end.complete
        assert [plain(s) for s in end.sets] == [components]


# -- the next measurement ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probe", "left_in_conflict", "left_as_diagnoses"),
    [
        ({"x": 4}, sets("M1"), sets("M1")),
        ({"x": 6}, sets("A1 M2", "A1 A2 M3"), sets("A1", "A2 M2", "M2 M3")),
        ({"y": 4}, sets("M2", "A2 M3"), sets("A2 M2", "M2 M3")),
        ({"y": 6}, sets("A1 M1"), sets("A1", "M1")),
        ({"z": 6}, sets("A1 M1 M2", "A1 A2 M1"), sets("A1", "M1", "A2 M2")),
        ({"z": 8}, sets("M3", "A2 M2", "A1 M1 M2"), sets("M2 M3", "A1 A2 M3", "A2 M1 M3")),
    ],
)
def test_a_probe_between_the_components_tells_them_apart(probe, left_in_conflict, left_as_diagnoses):
    report = polybox(f=10, g=12, **probe)
    assert conflicts(report) == left_in_conflict
    assert diagnoses(report) == left_as_diagnoses


def test_with_x_4_and_the_other_points_as_they_should_be_only_m1_is_left():
    report = polybox(f=10, g=12, x=4, y=6, z=6)
    assert diagnoses(report) == sets("M1")
    (conflict,) = report.conflicts
    assert conflict.kind == "impossible"  # one relation against what is certain


def test_two_faults_that_hide_each_other_from_g():
    report = polybox(f=10, g=12, y=4, z=8)
    assert diagnoses(report) == sets("M2 M3")


# -- if a measurement may be wrong, too --------------------------------------------------------------------


def test_a_reading_that_may_be_wrong_is_a_member_and_says_what_it_would_have_to_be():
    report = polybox(certain=False, f=10, g=12)
    assert conflicts(report) == sets("f@bench A1 M1 M2", "f@bench g@bench A1 A2 M1 M3")
    needed = {
        (len(c.members), id): (bound.interval.lower, bound.interval.upper)
        for c in report.conflicts
        for id, bound in c.would_need.items()
    }
    assert needed == {(4, "f@bench"): (12, 12), (6, "f@bench"): (12, 12), (6, "g@bench"): (10, 10)}
    assert diagnoses(report) == sets("f@bench", "A1", "M1", "M2 g@bench", "A2 M2", "M2 M3")
