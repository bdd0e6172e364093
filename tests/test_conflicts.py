"""Conflicts: against every subset tried by z3, by kind, and what each member would need."""

import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from claimcheck.budget import Budget
from claimcheck.interval import interval
from claimcheck.judging.mus import MinimalSet, enumerate_minimal_sets, shrink
from claimcheck.judging.report import ConflictKind
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Answer, Decision
from tests import conflict_sets, strategies
from tests.audited import all_conclusions, conflicts_of_evidence, in_order

naive = pytest.importorskip("tests.naive", reason="z3 is the judge here", exc_type=ImportError)


def small(relations=(), **quantities):
    """A claim set: quantity -> list of values (each from a source of its own: s0, s1, ...)."""
    claims = ClaimSet()
    for i in range(4):
        claims.source(f"s{i}")
    for name in quantities:
        claims.quantity(name)
    for name, values in quantities.items():
        for i, value in enumerate(values):
            claims.claim(name, value, source=f"s{i}")
    for relation in relations:
        claims.relation(relation)
    return claims


def evidence_conflicts(claims, **options):
    oracle = naive.oracle_of(claims)
    return conflicts_of_evidence(claims, oracle, budget=options.pop("budget", oracle.budget), **options)


# -- enumeration ------------------------------------------------------------------------------------------


def judged(claims):
    found = evidence_conflicts(claims)
    assert found.complete
    assert all(c.minimal for c in found.found)
    assert all(c.proof.steps for c in found.found)
    sets = [frozenset(c.members) for c in found.found]
    assert len(sets) == len(set(sets))
    assert set(sets) == naive.minimal_conflicts(claims)


@given(strategies.small_claim_sets(most=8))
@settings(max_examples=40)
def test_all_minimal_conflicts_and_no_others(claims):
    judged(claims)


@pytest.mark.stress
@given(strategies.small_claim_sets(most=10))
@settings(max_examples=400)
def test_all_minimal_conflicts_of_many(claims):
    judged(claims)


@given(st.integers(1, 7), st.sets(st.frozensets(st.integers(0, 6), min_size=1), max_size=8))
def test_marco_finds_the_minimal_sets_of_any_family(size, clashes):
    clashes = {c for c in clashes if max(c) < size}
    minimal = {frozenset(map(str, c)) for c in clashes if not any(d < c for d in clashes)}

    def ask(subset):
        core = next((m for m in sorted(minimal, key=sorted) if m <= subset), None)
        return Decision(Answer.FEASIBLE) if core is None else Decision(Answer.INFEASIBLE, core=tuple(subset))

    found = enumerate_minimal_sets(ask, [str(i) for i in range(size)], budget=Budget(60), limit=1000)
    assert found.complete
    assert {m.members for m in found.sets} == minimal
    assert all(m.minimal for m in found.sets)


def test_rivals_never_clash_with_each_other():
    claims = small(a=["[2, 2]"], b=["[3, 3]"], c=["[10, 10]"])
    claims.relation("c = a * b", id="product", choice="how")
    claims.relation("c = a + b", id="sum", choice="how")
    rivals = [["relation:product", "relation:sum"]]
    found = {frozenset(c.members) for c in evidence_conflicts(claims).found}
    assert found == naive.minimal_conflicts(claims, rivals)
    assert found == {
        frozenset({"a@s0", "b@s0", "c@s0", "relation:product"}),
        frozenset({"a@s0", "b@s0", "c@s0", "relation:sum"}),
    }


def test_a_limit_or_a_spent_budget_is_said():
    claims = small(a=[f"exactly {i}" for i in range(4)], relations=["a >= 0"])
    limited = evidence_conflicts(claims, limit=3)
    assert len(limited.found) == 3
    assert not limited.complete
    assert evidence_conflicts(claims).complete
    assert not evidence_conflicts(claims, budget=Budget(0)).complete


def test_an_unknown_deletion_is_not_called_minimal():
    def ask(subset):
        if subset >= {"a", "b"}:
            return Decision(Answer.INFEASIBLE, core=("a", "b"))
        return Decision(Answer.UNKNOWN if "a" in subset else Answer.FEASIBLE)

    assert shrink(ask, ["a", "b", "c"], ["a", "b", "c"]) == MinimalSet(frozenset({"a", "b"}), False)


def test_an_unknown_seed_makes_the_list_incomplete_and_hides_nothing_provable():
    def ask(subset):
        if "relation:hard" in subset:
            return Decision(Answer.UNKNOWN)
        clash = subset >= {"a", "b"}
        return Decision(Answer.INFEASIBLE, core=("a", "b")) if clash else Decision(Answer.FEASIBLE)

    found = enumerate_minimal_sets(ask, ["a", "b", "relation:hard"], budget=Budget(9), limit=99)
    assert not found.complete
    assert [m.members for m in found.sets] == [frozenset({"a", "b"})]


# -- kinds ------------------------------------------------------------------------------------------------


def test_two_values_of_one_quantity_are_a_disagreement():
    (conflict,) = evidence_conflicts(small(a=["992", "1024"])).found
    assert conflict.kind is ConflictKind.DISAGREEMENT
    assert conflict.members == ("a@s0", "a@s1")


def test_values_that_share_a_rounding_agree():
    assert evidence_conflicts(small(a=["10.4", "10", "[10.45, 10.5]"])).found == ()


def test_intervals_that_only_touch_outside_an_open_end_clash():
    assert evidence_conflicts(small(a=["> 5", "<= 5"])).found != ()
    assert evidence_conflicts(small(a=[">= 5", "<= 5"])).found == ()


def test_whole_numbers_need_a_whole_number_in_common():
    claims = ClaimSet()
    claims.source("s")
    claims.source("t")
    claims.quantity("n", integer=True)
    claims.claim("n", "[1.2, 2.6]", source="s")
    claims.claim("n", "[2.2, 3.5]", source="t")
    (conflict,) = evidence_conflicts(claims).found
    assert conflict.kind is ConflictKind.DISAGREEMENT
    assert conflict.minimal


def test_through_relations_it_is_a_contradiction():
    (conflict,) = evidence_conflicts(small(["c = a * b"], a=["2"], b=["3"], c=["100"])).found
    assert conflict.kind is ConflictKind.CONTRADICTION
    assert conflict.members == ("a@s0", "b@s0", "c@s0", "relation:relation-1")


@pytest.mark.parametrize("limit", [{"integer": True}, {"min": "100"}, {"max": "99 "}])
def test_one_claim_against_hard_facts_is_impossible(limit):
    claims = ClaimSet()
    claims.source("s")
    claims.quantity("n", **limit)
    claims.claim("n", "99.5", source="s")
    (conflict,) = evidence_conflicts(claims).found
    assert conflict.kind is ConflictKind.IMPOSSIBLE
    assert conflict.members == ("n@s",)


def test_certain_claims_and_definitions_are_no_members():
    claims = small(a=["2"], c=["100"])
    claims.quantity("b")
    claims.claim("b", "exactly 3", source="s0", certain=True)
    claims.relation("c = a * b", definition=True)
    (conflict,) = evidence_conflicts(claims).found
    assert conflict.members == ("a@s0", "c@s0")
    claims = small(a=["2"])
    claims.claim("a", "exactly 7", source="s1", certain=True)
    (conflict,) = evidence_conflicts(claims).found
    assert (conflict.members, conflict.kind) == (("a@s0",), ConflictKind.IMPOSSIBLE)


def test_hard_facts_that_clash_are_one_conflict_without_members():
    claims = small(a=["2", "3"])
    claims.claim("a", "exactly 7", source="s2", certain=True)
    claims.claim("a", "exactly 8", source="s3", certain=True)
    (conflict,) = evidence_conflicts(claims).found
    assert conflict.members == ()
    assert {s.premise for s in conflict.proof.steps} >= {"a@s2", "a@s3"}


# -- conclusions ------------------------------------------------------------------------------------------


def conclusions_of(claims):
    oracle = naive.oracle_of(claims)
    evidence = conflicts_of_evidence(claims, oracle, budget=oracle.budget).found
    found = all_conclusions(claims, oracle, evidence, budget=oracle.budget)
    return in_order(claims, oracle, [c for s in found.values() for c in s.found])


def test_a_conclusion_clashes_together_with_its_basis():
    claims = small(["c = a * b"], a=["2", "20"], b=["3"])
    claims.quantity("c")
    claims.claim("c", "6", source="s2", given=["a@s0"])
    claims.claim("c", "6", source="s3", given=["a@s1"])
    (conflict,) = conclusions_of(claims)
    assert conflict.conclusion == "c@s3"
    assert conflict.members == ("a@s1", "b@s0", "c@s3", "relation:relation-1")
    assert conflict.minimal
    assert conflict.would_need["c@s3"].interval == interval("48.75", "71.75")
    assert conflict.would_need["b@s0"].interval == interval(
        mpq("5.5") / mpq("20.5"), mpq("6.5") / mpq("19.5")
    )


def test_a_basis_stays_a_member_even_where_the_clash_needs_less():
    claims = small(["b = 2 * a"], a=["2"], b=["4"], d=["9"])
    claims.claim("b", "100", source="s2", given=["a@s0", "d@s0"])
    found = {c.members for c in conclusions_of(claims)}
    assert found == {
        ("a@s0", "d@s0", "b@s2", "relation:relation-1"),
        ("a@s0", "b@s0", "d@s0", "b@s2"),
    }


def test_a_conclusion_from_what_cannot_hold_clashes_with_nothing():
    claims = small(a=["2", "20"])
    claims.quantity("b")
    claims.relation("b = a")
    claims.claim("b", "5", source="s2", given=["a@s0", "a@s1"])
    assert conclusions_of(claims) == ()


def test_conclusions_narrow_nothing():
    claims = small(["b = a"], a=["~ 10"])
    claims.quantity("b")
    claims.claim("b", "9.6", source="s1", given=["a@s0"])
    claims.claim("b", "10.4", source="s2", given=["a@s0"])
    assert conclusions_of(claims) == ()


# -- order ------------------------------------------------------------------------------------------------


def test_contradictions_then_smallest_first_then_widest_margin_then_file_order():
    claims = small(["c = a * b"], a=["2"], b=["3"], c=["100"], d=["10", "12"], e=["10", "90"], f=["10", "12"])
    oracle = naive.oracle_of(claims)
    found = in_order(claims, oracle, reversed(conflicts_of_evidence(claims, oracle, budget=Budget(9)).found))
    assert [(c.id, c.members[0]) for c in found] == [
        ("C1", "a@s0"),
        ("C2", "e@s0"),
        ("C3", "d@s0"),
        ("C4", "f@s0"),
    ]


def test_where_there_is_no_time_for_margins_the_order_is_by_what_is_known_and_that_is_said():
    claims = small(["c = a * b"], a=["2"], b=["3"], c=["100"], d=["10", "12"], e=["10", "90"], f=["10", "12"])
    oracle = naive.oracle_of(claims)
    conflicts = conflicts_of_evidence(claims, oracle, budget=Budget(9)).found
    found = in_order(claims, oracle, reversed(conflicts), budget=Budget(0))
    assert [c.members[0] for c in found] == ["a@s0", "d@s0", "e@s0", "f@s0"]
    assert not any(c.worked_out or any(c.would_need.values()) for c in found)
    assert all(c.worked_out for c in in_order(claims, oracle, conflicts))


def test_a_conflict_is_listed_only_with_a_proof_and_called_minimal_only_with_witnesses():
    """Of all that labels find in a chain of 40 in no time, what can be shown in a little."""
    claims = conflict_sets.chain(40)
    oracle = naive.oracle_of(claims)
    found = conflicts_of_evidence(claims, oracle, budget=Budget(0.1))
    for conflict in found.found:
        assert conflict.proof.steps
        assert conflict.minimal is (set(conflict.without) == set(conflict.members))
    every = conflicts_of_evidence(claims, oracle, budget=oracle.budget)
    assert {c.members for c in found.found} <= {c.members for c in every.found}
    assert found.complete is (len(found.found) == len(every.found))


def test_would_need_is_none_where_the_others_cannot_stand():
    claims = small(a=["2"])
    claims.claim("a", "exactly 7", source="s2", certain=True)
    claims.claim("a", "exactly 8", source="s3")
    oracle = naive.oracle_of(claims)
    found = in_order(claims, oracle, conflicts_of_evidence(claims, oracle, budget=Budget(9)).found)
    assert [c.members for c in found] == [("a@s0",), ("a@s3",)]
    assert found[0].would_need["a@s0"].interval == interval(7, 7)
