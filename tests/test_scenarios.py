"""Scenarios: agreeing groups, choices, coupled sources, hulls, and the cases of independent parts."""

import itertools
from itertools import product

import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

from claimcheck.budget import Budget
from claimcheck.interval import hull, intersection, interval
from claimcheck.judging.agreement import agreeing_groups, clashing_pairs
from claimcheck.judging.choices import Choice, count_selections, selections
from claimcheck.judging.listing import Listing
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.parts import contradicted, explore
from claimcheck.judging.report import Verdict
from claimcheck.judging.scenarios import count_by_verdict, describe
from claimcheck.judging.verification import verify
from claimcheck.model import ClaimSet
from claimcheck.solver import search
from claimcheck.solver.decision import Answer, Decision
from claimcheck.solver.problem import compile_problem
from tests import strategies
from tests.audited import audited

# -- groups -----------------------------------------------------------------------------------------------


def share_a_value(intervals):
    common = intervals[0]
    for x in intervals[1:]:
        common = intersection(common, x)
    return not common.is_empty


@given(st.lists(strategies.intervals(), min_size=1, max_size=6))
def test_groups_are_the_maximal_sets_that_share_a_value(intervals):
    named = {f"c{i}": x for i, x in enumerate(intervals)}
    subsets = [
        frozenset(n for n, take in zip(named, picks, strict=True) if take)
        for picks in product([False, True], repeat=len(named))
        if any(picks)
    ]
    sharing = [s for s in subsets if len(s) == 1 or share_a_value([named[n] for n in sorted(s)])]
    maximal = {s for s in sharing if not any(s < t for t in sharing)}
    groups = agreeing_groups(named)
    assert set(map(frozenset, groups)) == maximal
    assert len(groups) == len(maximal)


@given(st.lists(strategies.intervals(), max_size=6))
def test_pairs_that_clash_are_those_without_a_common_value(intervals):
    named = {f"c{i}": x for i, x in enumerate(intervals) if not x.is_empty}
    expected = {(a, b) for a in named for b in named if a < b and intersection(named[a], named[b]).is_empty}
    assert set(clashing_pairs(named)) == expected


def test_a_group_in_the_middle_agrees_with_both_sides():
    named = {"a": interval(0, 2), "b": interval(2, 4), "c": interval(1, 3)}
    assert agreeing_groups(named) == (("a", "b", "c"),)
    named = {"a": interval(0, 2), "b": interval(3, 4), "c": interval(1, 3)}
    assert agreeing_groups(named) == (("a", "c"), ("b", "c"))


# -- choices ----------------------------------------------------------------------------------------------


def build(quantities, claims, relations=(), coupled=()):
    """``quantities``: names; ``claims``: (quantity, source, value); ``relations``: (formula, id, choice)."""
    made = ClaimSet()
    for source in dict.fromkeys(s for _, s, _ in claims):
        made.source(source, coupled=source in coupled)
    for name in quantities:
        made.quantity(name)
    for quantity, source, value in claims:
        made.claim(quantity, value, source=source)
    for formula, id, choice in relations:
        made.relation(formula, id=id, choice=choice)
    return made


def chosen(report):
    return [{n: set(ids) for n, ids in s.choices.items()} for s in report.scenarios]


def test_the_last_choice_varies_fastest():
    claims = build("ab", [("a", "s", "1"), ("a", "t", "3"), ("b", "s", "5"), ("b", "t", "8")])
    report = verify(claims)
    assert chosen(report) == [
        {"a": {"a@s"}, "b": {"b@s"}},
        {"a": {"a@s"}, "b": {"b@t"}},
        {"a": {"a@t"}, "b": {"b@s"}},
        {"a": {"a@t"}, "b": {"b@t"}},
    ]
    assert report.scenario_count == 4


def test_nothing_contested_is_one_scenario_without_choices():
    (scenario,) = verify(build("a", [("a", "s", "1")])).scenarios
    assert scenario.choices == {}
    assert scenario.verdict is Verdict.CONSISTENT


def test_a_relation_of_each_choice_holds():
    claims = build(
        "abc",
        [("a", "s", "exactly 2"), ("b", "s", "exactly 3")],
        [("c = a * b", "product", "how"), ("c = a + b", "sum", "how")],
    )
    report = verify(claims)
    assert chosen(report) == [{"how": {"relation:product"}}, {"how": {"relation:sum"}}]
    ends = [(s.bounds["c"].interval.lower, s.bounds["c"].interval.upper) for s in report.scenarios]
    assert ends == [(6, 6), (5, 5)]
    assert report.hull["c"].interval == interval(5, 6)


def test_coupled_sources_are_taken_all_or_none():
    stated = [(q, s, v) for s, v in (("s", "1"), ("t", "3")) for q in "ab"]
    claims = build("ab", stated, coupled="st")
    assert chosen(verify(claims)) == [
        {"a": {"a@s"}, "b": {"b@s"}},
        {"a": {"a@t"}, "b": {"b@t"}},
    ]
    assert len(chosen(verify(build("ab", stated)))) == 4


def test_a_coupled_source_left_out_takes_its_uncontested_claims_with_it():
    stated = [("a", "s", "1"), ("a", "t", "3"), ("b", "s", "exactly 7")]
    claims = build("abc", stated, [("c = b", "r", "")], coupled="s")
    first, second = verify(claims).scenarios
    assert first.bounds["c"].interval == interval(7, 7)
    assert second.bounds["c"].interval.lower is None


def test_agreeing_sources_stay_when_a_coupled_one_leaves():
    stated = [("a", "s", "1"), ("a", "u", "1"), ("a", "t", "3"), ("b", "s", "1"), ("b", "t", "3")]
    claims = build("ab", stated, coupled="s")
    assert chosen(verify(claims)) == [
        {"a": {"a@s", "a@u"}, "b": {"b@s"}},
        {"a": {"a@u"}, "b": {"b@t"}},
        {"a": {"a@t"}, "b": {"b@t"}},
    ]


@st.composite
def coupled_choices(draw):
    """Choices among groups of claims, of which no group holds another, and sources with claims among them."""
    sources = "stuv"
    choices = []
    for n in range(draw(st.integers(1, 4))):
        every = [tuple(f"{n}{s}" for s in g) for k in (1, 2) for g in itertools.combinations(sources, k)]
        groups = draw(st.lists(st.sampled_from(every), min_size=2, max_size=4, unique=True))
        groups = [g for g in groups if not any(set(g) < set(o) for o in groups)]
        choices.append(Choice(str(n), tuple(groups), tuple(range(len(groups)))))
    contested = sorted({id for c in choices for o in c.options for id in o})
    coupled = {}
    for s in draw(st.sets(st.sampled_from(sources), max_size=3)):
        own = [id for id in contested if id.endswith(s)]
        if own:
            coupled[s] = (*own, *(["alone" + s] if draw(st.booleans()) else []))
    return choices, coupled


@given(coupled_choices())
def test_coupled_selections_are_the_largest_of_all_ways_to_choose(made):
    """Every combination of options: a source is in if all its claims are picked, else none of them counts."""
    choices, coupled = made
    contested = {id for c in choices for o in c.options for id in o}
    ways = {}
    for picks in itertools.product(*(c.open for c in choices)):
        picked = [c.options[i] for c, i in zip(choices, picks, strict=True)]
        taken = {id for o in picked for id in o}
        inside = {s for s, ids in coupled.items() if contested.intersection(ids) <= taken}
        out = {id for s in coupled if s not in inside for id in coupled[s]}
        left = [set(o) - out for o in picked]
        if all(left):
            extra = {id for s in inside for id in coupled[s]} - contested
            ways.setdefault(frozenset(extra.union(*left)), picks)
    largest = {w: picks for w, picks in ways.items() if not any(w < other for other in ways)}
    found = list(selections(choices, coupled))
    assert [s.picks for s in found] == sorted(largest.values())
    assert {s.extra.union(*s.chosen.values()) for s in found} == set(largest)
    assert count_selections(choices, coupled) == len(found)


def test_a_coupled_source_among_very_many_ways_to_choose():
    """Ten quantities by three sources and a coupled one: 3^10 ways without it, and one with it."""
    names = [f"q{i}" for i in range(10)]
    stated = [(n, s, v) for n in names for s, v in (("s", "1"), ("t", "3"), ("u", "5"), ("v", "7"))]
    claims = build([*names, "y"], stated, [("y = 2 * q0", "r", "")], coupled="s")
    report = verify(claims, listing=Listing(top=3))
    assert report.scenario_count == 3**10 + 1
    assert set(report.scenarios[0].choices.values()) == {(f"{n}@s",) for n in names}
    assert not report.complete
    assert report.hull["y"].interval == interval(1, 15)  # not all were looked at: it encloses what they say
    assert not report.hull["y"].tight


# -- verdicts, bounds and witnesses -------------------------------------------------------------------------


def test_contradictory_scenarios_name_their_conflicts():
    claims = build(
        "abc",
        [("a", "s", "1"), ("a", "t", "3"), ("b", "s", "exactly 2"), ("c", "s", "exactly 6")],
        [("c = a * b", "r", "")],
    )
    report = verify(claims)
    assert [s.verdict for s in report.scenarios] == [Verdict.CONTRADICTORY, Verdict.CONSISTENT]
    (through,) = [c for c in report.conflicts if c.kind == "contradiction"]
    assert [s.conflicts for s in report.scenarios] == [(through.id,), ()]
    assert report.scenarios[0].witness is None


@given(strategies.small_claim_sets(most=9))
def test_witnesses_lie_within_every_claim_of_their_scenario(claims):
    report = verify(claims)
    for scenario in report.scenarios:
        if scenario.verdict is not Verdict.CONSISTENT:
            continue
        assert set(scenario.witness.values) == set(claims.quantities)
        taken = {id for ids in scenario.choices.values() for id in ids}
        contested = set(scenario.choices)
        for claim in claims.claims.values():
            if claim.id in taken or claim.quantity not in contested:
                value = scenario.witness.values[claim.quantity]
                assert intersection(value, claim.interval) == value


@given(strategies.small_claim_sets(most=9))
def test_the_hull_is_that_of_the_consistent_scenarios(claims):
    report = verify(claims)
    assert report.scenario_count == len(report.scenarios)
    consistent = [s for s in report.scenarios if s.verdict is Verdict.CONSISTENT]
    for quantity, bound in report.hull.items():
        if consistent:
            whole = consistent[0].bounds[quantity].interval
            for scenario in consistent[1:]:
                whole = hull(whole, scenario.bounds[quantity].interval)
            assert bound.interval == whole


def test_many_independent_choices_are_counted_and_not_all_listed():
    names = [f"q{i}" for i in range(9)]
    stated = [(n, s, v) for n in names for s, v in (("s", "1"), ("t", "3"), ("u", "5"))]
    claims = build([*names, "y"], stated, [("y = 2 * q0", "r", "")])
    report = verify(claims)
    assert report.scenario_count == 3**9
    assert len(report.scenarios) == 101  # the first hundred, and one in which y is greatest
    assert not report.complete
    assert report.hull["y"].interval == interval(1, 11)
    assert str(report.bounds("y", q0="u")) == "Interval [9, 11]"
    assert len(report.conflicts) == 27


def test_a_contradiction_elsewhere_leaves_the_bounds_of_other_quantities():
    claims = build(
        "abxy", [("a", "s", "1"), ("b", "s", "5"), ("x", "s", "2")], [("a = b", "r", ""), ("y = x", "q", "")]
    )
    (scenario,) = (report := verify(claims)).scenarios
    assert scenario.verdict is Verdict.CONTRADICTORY
    assert report.hull["y"].interval == interval(mpq("1.5"), mpq("2.5"))


# -- fixing choices -----------------------------------------------------------------------------------------


def test_given_claims_hold_in_every_scenario_listed():
    stated = [(q, s, v) for s, v in (("s", "1"), ("t", "3")) for q in "ab"]
    claims = build("abc", stated, [("c = a + b", "r", "")])
    report = verify(claims, given=["a@t"])
    assert [s["a"] for s in chosen(report)] == [{"a@t"}, {"a@t"}]
    assert report.hull["c"].interval == interval(3, 7)
    assert len(report.conflicts) == 2


@pytest.mark.parametrize(("given", "code"), [("a@nobody", "CC105"), ("c@s", "CC122")])
def test_what_no_scenario_chooses_cannot_be_given(given, code):
    from claimcheck.diagnostics import ClaimsError

    claims = build("ac", [("a", "s", "1")])
    claims.claim("c", "1", source="s", given=["a@s"])
    with pytest.raises(ClaimsError, match=code):
        verify(claims, given=[given])


# -- quantities of which nothing but definitions of others speaks --------------------------------------------


@pytest.mark.parametrize(
    ("limits", "relations"),
    [
        ({}, ["f = x + y"]),
        ({}, ["f = x + y", "z = 2 * f"]),
        ({"min": "0"}, ["f = x + y"]),
        ({"min": "0", "max": "9"}, ["f = x - y"]),
        ({"integer": True}, ["f = x + y", "g = y + z"]),
        ({}, ["x = y^2", "f = z"]),
        ({"min": "1"}, ["x = sqrt(y)", "z = y"]),
        ({"min": "-9", "max": "9"}, ["x = exp(y)"]),
    ],
)
def test_each_of_its_ends_has_a_witness_for_all_that_is_tied_to_it(limits, relations):
    claims = ClaimSet(title="free")
    claims.source("s")
    for name in "fgxyz":
        claims.quantity(name, **(limits if name == "y" else {}))
    claims.claim("f", "exactly 10", source="s")
    for relation in relations:
        claims.relation(relation)
    claims.report = tuple("xyzg")
    report = audited(claims)
    assert report.bounds("y").tight
    assert report.verdict is Verdict.CONSISTENT


def test_where_no_witness_can_lie_far_out_the_bound_is_not_called_tight():
    """exp of a very large number is more than can be computed."""
    claims = build("xyz", [("z", "s", "1")])
    claims.relation("x = exp(y)")
    report = audited(claims)
    assert (report.bounds("y").lower, report.bounds("y").upper) == (None, None)
    assert not report.bounds("y").tight


def test_what_is_tied_to_a_contradiction_has_no_bounds():
    claims = build("fgxy", [("f", "s", "[1, 1]"), ("g", "s", "[2, 2]")], [("f = x + y", "sum", "")])
    claims.relation("f = g")
    report = audited(claims)
    assert report.verdict is Verdict.CONTRADICTORY
    for name in "xy":
        assert report.bounds(name).is_empty


@pytest.mark.parametrize("limits", [{}, {"min": "1"}, {"min": "1", "max": "40"}])
@pytest.mark.parametrize("more", [[], ["ya = 2 * xa", "yb = 2 * xb"], ["ya + yb = xa + xb"], ["xa <= xb"]])
def test_what_only_the_rival_that_was_not_picked_speaks_of_has_a_value(limits, more):
    claims = ClaimSet(title="rivals")
    claims.source("s")
    for name in ("xa", "xb", "ya", "yb", "x"):
        claims.quantity(name, **limits)
    claims.claim("x", "[5, 6]", source="s")
    for name in ("xa", "xb"):
        claims.relation(f"{name} = x", name, choice="which")
    for relation in more:
        claims.relation(relation)
    report = audited(claims)
    for scenario in report.scenarios:
        assert set(scenario.witness.values) == {"xa", "xb", "ya", "yb", "x"}


def test_what_is_defined_by_a_function_has_a_value_without_a_further_question():
    """The parts alone give a witness of the whole, where its values are no exact numbers, too."""
    claims = build("xyzwv", [("x", "s", "[2, 3]"), ("y", "s", "[2, 3]"), ("y", "t", "[4, 5]")])
    claims.relation("z = log(x * y)")
    claims.relation("w = z + y", "sum")
    claims.relation("v = exp(w)", "about", within="1 %")
    oracle = Oracle(compile_problem(claims), Budget(60))
    scenarios = explore(claims, oracle, ("x",))
    asked = oracle.asked
    found = describe(scenarios, (), (), ("x",)).some(10)
    assert [s.verdict for s in found] == [Verdict.CONSISTENT] * 2
    assert all(set(s.witness.values) == set("xyzwv") for s in found)
    assert all(s.bounds["x"].tight for s in found)
    assert oracle.asked == asked
    audited(claims)


def test_a_hull_is_not_called_tight_where_what_is_tied_to_it_may_not_hold():
    """No witness for the root of two: nothing shows that x can be 1 together with it."""
    claims = build("xzk", [("x", "s", "[1, 2]"), ("x", "t", "[3, 4]"), ("k", "s", "exactly 0")])
    claims.quantity("h", min="1", max="2")
    claims.relation("k = (h^2 - 2)^2")
    claims.relation("z = x + h", "sum")
    claims.report = ("x",)
    report = verify(claims, budget=2)
    assert {s.verdict for s in report.scenarios} == {Verdict.UNKNOWN}
    assert report.hull["x"].interval == interval(1, 4)
    assert not report.hull["x"].tight


def test_a_case_that_was_not_decided_is_settled_by_a_conflict_found_later():
    claims = build("abc", [("a", "s", "1"), ("a", "t", "3"), ("b", "s", "1"), ("c", "s", "7")])
    claims.relation("a + b + c = 9", "sum")
    claims.relation("a = b", "same")

    def decide(problem, premises, **options):
        many = len(premises) > 3
        return Decision(Answer.UNKNOWN) if many else search.decide(problem, premises, **options)

    oracle = Oracle(compile_problem(claims), Budget(60), decide=decide)
    scenarios = explore(claims, oracle, ())
    assert count_by_verdict(scenarios)[Verdict.UNKNOWN] == 2
    settled = contradicted(scenarios, [frozenset(("a@t", "b@s", "relation:same"))])
    counts = count_by_verdict(settled)
    assert (counts[Verdict.UNKNOWN], counts[Verdict.CONTRADICTORY]) == (1, 1)
    assert {s.verdict: s.choices["a"] for s in describe(settled, (), (), ()).some(2)} == {
        Verdict.UNKNOWN: ("a@s",),
        Verdict.CONTRADICTORY: ("a@t",),
    }
