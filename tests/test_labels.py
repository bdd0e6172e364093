"""Bound labels: what they show clashes, and where they say so nothing else does; against z3 and MARCO."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimcheck.budget import Budget
from claimcheck.judging import conflicts, labels
from claimcheck.judging.labels import labelled_conflicts
from claimcheck.judging.mus import certify, enumerate_minimal_sets
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import evidence, rivals, soft_relations
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Answer
from claimcheck.solver.problem import compile_problem
from tests import conflict_sets
from tests.audited import conflicts_of_evidence
from tests.problems import everything, make

naive = pytest.importorskip("tests.naive", reason="z3 is the judge here", exc_type=ImportError)

from tests.marco import Undecided  # noqa: E402


def components(claims):
    """The problem of a claim set, and the soft premises of each component."""
    problem = compile_problem(claims)
    soft = [*(c.id for c in evidence(claims)), *soft_relations(problem)]
    pools = []
    for group in problem.groups(soft):
        touched = {p: problem.claims[p][0] for p in soft if p in problem.claims}
        touched.update((p, problem.constraints[p].variables[0]) for p in soft if p in problem.constraints)
        pools.append([p for p in soft if touched[p] in group])
    return problem, pools


def labelled(problem, pool, **options):
    return labelled_conflicts(problem, pool, **{"budget": Budget(20), "limit": 5000, **options})


# -- against z3, every subset -------------------------------------------------------------------------------


def agrees(seed, most):
    """That labels and reported conflicts are what trying every subset finds; whether labels see all.

    None: z3 cannot tell.
    """
    try:
        return agrees_with_z3(seed, most)
    except Undecided:
        return None


def agrees_with_z3(seed, most):
    claims = conflict_sets.tangle(random.Random(seed), most)
    twin = naive.Twin(claims)
    twin.solver.set("timeout", 1000)
    problem, pools = components(claims)
    if not twin.holds(problem.hard):
        return None
    true = naive.minimal_conflicts(claims)
    complete = True
    found = set()
    for pool in pools:
        shown = labelled(problem, pool)
        found |= set(shown.sets)
        complete = complete and shown.complete
        assert not any(twin.holds(s) for s in shown.sets), (seed, shown)
    if complete:
        assert found == true, (seed, found ^ true)
    oracle = Oracle(problem, Budget(20), seconds=0.5)
    reported = conflicts_of_evidence(claims, oracle, budget=oracle.budget)
    sets = {frozenset(c.members) for c in reported.found}
    if reported.complete:
        assert sets == true, (seed, sets ^ true)
    for conflict in reported.found:
        assert not twin.holds(conflict.members)
        if conflict.minimal:
            assert frozenset(conflict.members) in true
    return complete


def test_labels_and_search_find_what_trying_every_subset_finds():
    outcomes = [agrees(seed, 8) for seed in range(40)]
    assert outcomes.count(True) > 10


@pytest.mark.stress
def test_labels_and_search_find_what_trying_every_subset_finds_in_500_problems():
    outcomes = [agrees(seed, 14) for seed in range(1000, 1500)]
    assert outcomes.count(True) > 150
    assert outcomes.count(False) > 50
    assert outcomes.count(None) < 100


# -- cases of their own -------------------------------------------------------------------------------------


def sets_of(problem):
    found = labelled(problem, everything(problem))
    return found.complete, {tuple(problem.sort(s)) for s in found.sets}


def test_a_divisor_that_is_not_negative_is_positive():
    problem = make({"a": (0, None), "b": (0, None), "q": None}, ["q = a / b"], {"q@s": -2})
    assert sets_of(problem) == (True, {("q@s", "relation:r1")})


def test_a_product_with_an_open_end_at_zero_may_be_zero_through_the_other():
    problem = make(
        {"q": None, "z": (0, None), "p": None}, ["p = q * z"], {"q@s": (0, 13), "p@s": 0, "z@s": (0, 1)}
    )
    assert sets_of(problem) == (True, set())


def test_a_quotient_by_what_may_have_either_sign_is_left_to_search():
    problem = make(
        {"a": None, "b": None, "p": None},
        ["p = a * b"],
        {"a@s": ("-0.5", "0.5"), "b@s": (-1, 1), "p@s": (1, 2)},
    )
    complete, found = sets_of(problem)
    assert found == {("a@s", "b@s", "p@s", "relation:r1")}
    root_elsewhere = make(
        {"a": None, "b": None, "p": None, "n": None},
        ["p = a * b", "n = p + 1"],
        {"a@s": ("-0.5", "0.5"), "b@s": (-1, 1), "n@s": (2, 3)},
    )
    assert complete or sets_of(root_elsewhere)[0]


def test_one_whole_number_is_the_root_and_two_are_left_to_search():
    relation = ["w = n * x"]
    claims = {"w@s": (5, 5), "x@s": (2, 2)}
    one = make({"w": None, "n": None, "x": None}, relation, claims, steps={"n": 1})
    assert sets_of(one) == (True, {("w@s", "x@s", "relation:r1")})
    two = make({"w": None, "n": None, "x": None}, relation, claims, steps={"n": 1, "x": 1})
    assert sets_of(two)[0] is False


def test_relations_round_a_circle_are_left_to_search():
    problem = make({"a": None, "b": None}, ["b = 2 * a", "b = a + 1"], {"a@s": 3})
    complete, found = sets_of(problem)
    assert not complete
    assert found <= {("a@s", "relation:r1", "relation:r2")}


def test_what_is_neither_sum_nor_product_is_left_to_search():
    problem = make({"a": None, "b": None}, ["b = exp(a)"], {"a@s": 0, "b@s": 2})
    assert sets_of(problem) == (False, set())


def test_tolerances_and_numbers_in_formulas_are_exact():
    problem = make(
        {"a": None, "b": None}, [("b = 2 * a + 1", "0.1")], {"a@s": 10, "b@s": "23.1", "b@t": "23.2"}
    )
    assert sets_of(problem) == (
        True,
        {("a@s", "b@t", "relation:r1"), ("b@s", "b@t")},
    )


def test_a_limit_and_a_spent_budget_are_said():
    problem, (pool,) = components(conflict_sets.chain(20))
    assert labelled(problem, pool).complete
    assert not labelled(problem, pool, limit=5).complete
    assert not labelled(problem, pool, most=20).complete
    assert not labelled(problem, pool, budget=Budget(0)).complete


@pytest.mark.parametrize("patience", [0, 30, 300])
def test_round_circles_labels_without_a_clash_are_given_up_and_search_finds_the_rest(patience, monkeypatch):
    claims = conflict_sets.grid(12)
    whole = {c.members for c in reported(claims)}
    monkeypatch.setattr(labels, "_FRUITLESS", patience)
    problem, (pool,) = components(claims)
    some = labelled(problem, pool)
    assert not some.complete
    assert {c.members for c in reported(claims)} == whole
    assert len(whole) > 2
    assert all(not Oracle(problem, Budget(60)).can_hold(s) for s in some.sets)


def reported(claims):
    oracle = Oracle(compile_problem(claims), Budget(60))
    found = conflicts_of_evidence(claims, oracle, budget=oracle.budget)
    assert found.complete
    return found.found


# -- against MARCO ------------------------------------------------------------------------------------------


def marco(problem, pool, seconds=60):
    oracle = Oracle(problem, Budget(seconds))
    return enumerate_minimal_sets(oracle.decide, pool, budget=oracle.budget, limit=5000)


@pytest.mark.parametrize(("make_set", "size"), [(conflict_sets.chain, 8), (conflict_sets.blocks, 20)])
def test_labels_and_marco_find_the_same_sets(make_set, size):
    problem, pools = components(make_set(size))
    for pool in pools:
        shown = labelled(problem, pool)
        assert shown.complete
        assert set(shown.sets) == {m.members for m in marco(problem, pool).sets}


@pytest.mark.stress
@pytest.mark.parametrize("seed", range(3))
def test_labels_and_marco_find_the_same_sets_in_a_chain_of_20(seed):
    problem, (pool,) = components(conflict_sets.chain(20, seed=seed))
    shown, searched = labelled(problem, pool), marco(problem, pool, 100)
    assert shown.complete
    assert searched.complete
    assert set(shown.sets) == {m.members for m in searched.sets}


def test_every_deletion_of_every_labelled_conflict_has_a_witness():
    problem, (pool,) = components(conflict_sets.chain(30))
    oracle = Oracle(problem, Budget(60))
    shown = labelled(problem, pool)
    assert shown.complete
    assert len(shown.sets) > 50
    found = certify(oracle.decide, shown.sets, pool)
    assert [m.members for m in found] == list(shown.sets)
    assert all(m.minimal for m in found)
    assert oracle.asked < sum(map(len, shown.sets)) / 3
    for clash in shown.sets:
        assert oracle.decide(clash).answer is Answer.INFEASIBLE
        assert all(oracle.decide(clash - {m}).witness is not None for m in clash)


def test_rival_relations_are_labelled_apart():
    claims = ClaimSet()
    claims.source("s")
    for name in "abc":
        claims.quantity(name)
    for name, value in (("a", "2"), ("b", "3"), ("c", "30")):
        claims.claim(name, value, source="s")
    claims.relation("c = a * b", id="product", choice="how")
    claims.relation("c = a + b", id="sum", choice="how")
    oracle = naive.oracle_of(claims)
    found = conflicts_of_evidence(claims, oracle, budget=oracle.budget)
    assert found.complete
    assert {c.members for c in found.found} == {
        ("a@s", "b@s", "c@s", "relation:product"),
        ("a@s", "b@s", "c@s", "relation:sum"),
    }


@pytest.mark.parametrize("selections", [conflicts._MOST_SELECTIONS, 1], ids=["one by one", "together"])
def test_conflicts_with_rivals_are_those_that_trying_every_subset_finds(selections, monkeypatch):
    monkeypatch.setattr(conflicts, "_MOST_SELECTIONS", selections)
    seen = 0
    for seed in range(60):
        claims = conflict_sets.rival_sums(random.Random(seed))
        if len(claims.claims) + len(claims.relations) > 12:
            continue
        oracle = naive.oracle_of(claims)
        reported = conflicts_of_evidence(claims, oracle, budget=oracle.budget)
        if reported.complete:
            seen += bool(reported.found)
            true = naive.minimal_conflicts(claims, [frozenset(g) for g in rivals(claims).values()])
            assert {frozenset(c.members) for c in reported.found} == true, seed
    assert seen > 20


@given(st.integers(1, 10**9))
@settings(max_examples=15)
def test_the_order_of_the_premises_makes_no_difference(seed):
    problem, pools = components(conflict_sets.tangle(random.Random(seed)))
    for pool in pools:
        one, other = labelled(problem, pool), labelled(problem, pool[::-1])
        if one.complete and other.complete:
            assert set(one.sets) == set(other.sets)


def test_what_a_fact_ties_to_the_second_of_two_parts_is_not_passed_over():
    """As when one of two rivals is out: what it tied together falls apart."""
    problem = make(
        {"a": None, "b": None, "c": None, "x": None, "y": None},
        {"one": "y = a", "two": "x = b", "reads": "x = c"},
        {"a@s": 1, "b@s": 2, "c@s": 3},
        hard=("relation:one", "relation:two"),
    )
    pool = ["a@s", "b@s", "c@s", "relation:reads"]
    found = labelled_conflicts(problem, pool, budget=Budget(5), limit=10)
    assert found.sets == (frozenset({"b@s", "c@s", "relation:reads"}),)
    assert found.complete
