"""Repairs: minimal hitting sets of the conflicts, each leaving something consistent, the smallest first."""

import copy
import json
from dataclasses import replace

import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from claimcheck.budget import Budget
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.ties import variables_of
from claimcheck.judging.verification import verify
from claimcheck.render import render
from claimcheck.solver.decision import Answer, Decision
from claimcheck.solver.problem import compile_problem
from tests import conflict_sets, strategies
from tests.audited import all_conclusions, conflicts_of_evidence, find_repairs, in_order, refusals
from tests.test_conflicts import small

naive = pytest.importorskip("tests.naive", reason="z3 is the judge here", exc_type=ImportError)


def repairs_of(claims, **options):
    oracle = naive.oracle_of(claims)
    evidence = conflicts_of_evidence(claims, oracle, budget=oracle.budget)
    derived = all_conclusions(claims, oracle, evidence.found, budget=oracle.budget)
    found = in_order(claims, oracle, [*evidence.found, *(c for s in derived.values() for c in s.found)])
    complete = all(s.complete for s in derived.values())
    return find_repairs(claims, oracle, found, complete=complete, **options)


@given(strategies.small_claim_sets(most=8))
@settings(max_examples=40)
def test_all_minimal_repairs_and_no_others(claims):
    found = repairs_of(claims)
    assert found.complete
    expected = naive.minimal_repairs(claims)
    assert set(map(frozenset, found.found)) | {frozenset()} == expected | {frozenset()}
    assert bool(found.found) == (frozenset() not in expected)
    assert list(map(len, found.found)) == sorted(map(len, found.found))


@given(strategies.small_claim_sets(most=8), st.integers(0, 6))
@settings(max_examples=40)
def test_conflicts_that_were_not_known_are_found_on_the_way(claims, known):
    """From any part of the conflicts: the same repairs, and they rest on conflicts all of which are told."""
    oracle = naive.oracle_of(claims)
    conflicts = conflicts_of_evidence(claims, oracle, budget=oracle.budget).found
    found = find_repairs(claims, oracle, conflicts[:known])
    assert found.complete
    assert found.found == find_repairs(claims, oracle, conflicts).found
    assert {c.members for c in found.conflicts} | {c.members for c in conflicts[:known]} == {
        c.members for c in conflicts
    }
    assert all(c.minimal for c in found.conflicts)


@given(strategies.small_claim_sets(most=8), st.lists(st.sampled_from(["1", "2", "0.5", "3"]), min_size=4))
@settings(max_examples=40)
def test_the_least_trust_is_dropped_first_and_the_same_repairs_are_found(claims, trust):
    trusted = copy.copy(claims)
    weights = dict(zip(claims.sources, trust, strict=False))
    trusted.sources = {id: replace(s, trust=mpq(weights.get(id, "1"))) for id, s in claims.sources.items()}
    plain, found = repairs_of(claims).found, repairs_of(trusted).found
    assert set(found) == set(plain)

    def total(repair):
        stated = [claims.claims[m].source for m in repair if m in claims.claims]
        return sum(trusted.sources[s].trust for s in stated) + len(repair) - len(stated)

    place = compile_problem(claims).order
    assert list(found) == sorted(plain, key=lambda r: (total(r), len(r), [place[m] for m in r]))


def test_trust_outweighs_numbers():
    """Three against one: without trust the one goes; if it is trusted more than the three, they go."""
    claims = small(a=["1", "5", "5", "5"])
    assert repairs_of(claims).found == (("a@s0",), ("a@s1", "a@s2", "a@s3"))
    claims.sources["s0"] = replace(claims.sources["s0"], trust=mpq(7, 2))
    assert repairs_of(claims).found == (("a@s1", "a@s2", "a@s3"), ("a@s0",))
    told = render("text", [verify(claims)])
    assert "those that drop the least trust come first" in told


def test_no_repair_is_listed_without_a_witness():
    claims = small(a=["1", "5"], b=["1", "5"])
    oracle = naive.oracle_of(claims)
    conflicts = conflicts_of_evidence(claims, oracle, budget=oracle.budget).found
    none = find_repairs(claims, oracle, conflicts, budget=Budget(0))
    assert (none.found, none.complete) == ((), False)
    undecided = Oracle(oracle.problem, Budget(60), decide=lambda *_, **__: Decision(Answer.UNKNOWN))
    none = find_repairs(claims, undecided, conflicts)
    assert (none.found, none.complete) == ((), False)


@pytest.mark.parametrize(("make_set", "size"), [(conflict_sets.chain, 20), (conflict_sets.blocks, 200)])
def test_the_smallest_of_very_many_repairs_are_listed_at_once_and_share_their_witnesses(make_set, size):
    claims = make_set(size)
    oracle = naive.oracle_of(claims)
    conflicts = conflicts_of_evidence(claims, oracle, budget=oracle.budget).found
    asked = oracle.asked
    found = find_repairs(claims, oracle, conflicts)
    assert len(found.found) == len(set(found.found)) == len(found.witnesses) == 1000
    assert not found.complete
    sizes = list(map(len, found.found))
    assert sizes == sorted(sizes)
    assert sizes[0] == 5 if make_set is conflict_sets.chain else size // 8
    masks = [sum(1 << oracle.problem.order[m] for m in c.members) for c in conflicts]
    dropped = [sum(1 << oracle.problem.order[m] for m in r) for r in found.found]
    assert all(d & m for d in dropped for m in masks)
    assert oracle.asked - asked < 800
    if make_set is conflict_sets.blocks:
        assert len({id(w) for parts in found.witnesses for w in parts}) < size


def test_a_definition_that_certain_ones_draw_on_gets_its_value_with_them():
    claims = small(["c = a * b"], a=["1", "5"], b=[], c=[], d=[], e=[], f=["3", "9"])
    claims.relation("d = c + e", id="sure", definition=True)
    claims.quantity("g")
    claims.relation("g >= 2", id="alone", definition=True)
    assert len(repairs_of(claims).found) == 4


@pytest.mark.parametrize("definition", ["b * 2", "b + y", "sqrt(b)", "a + d", "d * x", "1 / (a - 1)"])
def test_what_no_repair_touches_is_shown_once_for_all(definition):
    """Whatever the definition draws on: what is contested, what is not, what is irrational, or unstated."""
    claims = small(
        ["c = 2 * x", "d = b / 4 + y", f"z = {definition}"],
        a=["1", "5"],
        b=["3"],
        c=["2"],
        d=[],
        f=["7", "9"],
        x=[],
        y=[],
        z=[],
    )
    found = repairs_of(claims)
    assert found.complete
    assert len(found.found) == 4
    same = set.intersection(*({id(w) for w in parts} for parts in found.witnesses))
    whole = [w for w in found.witnesses[0] if id(w) in same]
    assert [set("bcx") <= set(w.values) for w in whole] == [True]


def test_independent_conflicts_multiply():
    found = repairs_of(small(a=["1", "5"], b=["1", "5"], c=["1", "5"])).found
    assert len(found) == 8
    assert found[0] == ("a@s0", "b@s0", "c@s0")


def test_two_disagreements_in_one_component_are_repaired_together():
    found = repairs_of(small(["c = a + b"], a=["1", "5"], b=["1", "5"], c=["~ 6"]))
    assert found.complete
    assert found.found[0] == ("a@s0", "b@s1")


def test_a_limit_keeps_the_smallest_and_is_said():
    found = repairs_of(small(a=["1", "5"], b=["1", "5", "9"], c=["1", "5"]), limit=5)
    assert len(found.found) == 5
    assert not found.complete


def test_nothing_to_repair():
    assert repairs_of(small(a=["1", "1.2"])).found == ()


def test_a_conclusion_is_repaired_by_withdrawing_it_or_for_free():
    claims = small(["c = 2 * a"], a=["2", "20"])
    claims.quantity("c")
    claims.claim("c", "9", source="s3", given=["a@s0"])
    assert repairs_of(claims).found == (("a@s0",), ("a@s1", "c@s3"))


def test_where_one_rival_fits_there_is_nothing_to_repair():
    claims = small(a=["2"], b=["3"], c=["6"])
    claims.relation("c = a * b", id="product", choice="how")
    claims.relation("c = a + 2 * b", id="sum", choice="how")
    assert repairs_of(claims).found == ()
    claims.claim("c", "9", source="s1")
    assert repairs_of(claims).found == (("c@s0",), ("c@s1",))


def test_hard_facts_that_clash_cannot_be_repaired():
    claims = small(a=["2"])
    claims.claim("a", "exactly 7", source="s2", certain=True)
    claims.claim("a", "exactly 8", source="s3", certain=True)
    assert verify(claims).repairs == ()


def test_a_span_is_repaired_by_withdrawing_it_alone():
    """Whatever else is dropped moves the hull, so that the span need not fit the new one."""
    report = verify(
        """
        claimcheck: 1
        sources: {a: , b: , n: }
        quantities: {x: , y: }
        claims:
          - {quantity: x, value: "[1, 2]", source: a}
          - {quantity: x, value: "[3, 4]", source: b}
          - {quantity: y, value: 1.1 to 16.0, source: n, spans: true}
        relations: {r: y = x^2}
        """
    )
    assert report.repairs == (("x@a", "y@n"), ("x@b", "y@n"))


def test_a_conclusion_that_falls_with_a_repair_needs_no_more_whichever_rival_holds():
    """Without x the conclusion has lost its basis, and the first rival fits: t need not be dropped for it."""
    report = verify(
        """
        claimcheck: 1
        sources: {a: , n: }
        quantities: {x: , y: , t: , v: , q: }
        claims:
          - {quantity: x, value: "[3, 3]", source: a}
          - {quantity: y, value: "[1, 1]", source: a}
          - {quantity: t, value: "[2, 2]", source: a}
          - {quantity: v, value: "[2, 2]", source: a}
          - {quantity: q, value: "[9, 9]", source: n, given: [x@a]}
        relations:
          fits: {equation: v = x - y, choice: way}
          not: {equation: v = 5 * (x - y), choice: way}
          difference: t = x - y
          more: q = x + 1
        """
    )
    assert ("x@a",) in report.repairs
    sets = set(map(frozenset, report.repairs))
    assert not any(a < b for a in sets for b in sets)


OPEN = """
claimcheck: 1
sources: {a: , b: }
quantities: {x: , y: , k: , h: {min: 1, max: 2}, s: , t: }
claims:
  - {quantity: x, value: "[1, 2]", source: a}
  - {quantity: x, value: "[3, 4]", source: b}
  - {quantity: k, value: exactly 0, source: a}
  - {quantity: y, value: "[2, 5]", source: b}
relations: {square: "k = (h^2 - 2)^2", s: s = h + x, t: t = x + y}
"""


def test_a_part_that_cannot_be_decided_leaves_the_others_their_repairs():
    """The square root of 2 is a double root, which the solver can neither show nor rule out."""
    report = verify(OPEN, budget=3)
    assert report.repairs == (("x@a",), ("x@b",))
    assert not report.repairs_complete
    assert report.repairs_open == ("k", "h", "s")
    for parts in report.repaired:
        values = {name: x for part in parts for name, x in part.values.items()}
        assert set(values) == {"x", "y", "t"}
    for format in ("text", "markdown", "html"):
        told = render(format, [report])
        assert "the part with k, h, s, not worked out" in told
        assert "the parts that were worked out consistent" in told
        assert "the rest consistent" not in told
    (entry,) = json.loads(render("json", [report]))["files"]
    assert entry["repairs_open"] == ["k", "h", "s"]
    assert entry["repairs_complete"] is False


def test_what_says_that_a_part_is_open_is_held_to_it():
    """The checker refuses repairs of what is called open, lists that are called complete, and strangers."""
    report = verify(OPEN, budget=3)
    for change in (
        {"repairs_open": ("x",)},
        {"repairs_open": ("h",)},
        {"repairs_open": ()},
        {"repairs_complete": True},
        {"repairs_open": ("k", "h", "s", "nothing")},
    ):
        assert refusals(replace(report, **change)), change


@given(strategies.small_claim_sets(most=8), st.integers(0, 3))
@settings(max_examples=30)
def test_whatever_part_is_undecided_the_repairs_of_the_others_are_the_same(claims, hopeless):
    """As if the part were not in the file: of the others the same repairs, all of them."""
    oracle = naive.oracle_of(claims)
    conflicts = conflicts_of_evidence(claims, oracle, budget=oracle.budget).found
    plain = find_repairs(claims, oracle, conflicts)
    group = oracle.problem.groups(tuple(oracle.problem.order))
    lost = {oracle.problem.variables[v].name for v in group[hopeless % len(group)]}

    def decide(problem, premises, *, budget):
        known = naive.oracle_of(claims).decide(premises)
        numbers = {v for p in premises for v in variables_of(problem, p)}
        touched = {problem.variables[v].name for v in numbers}
        return Decision(Answer.UNKNOWN) if touched & lost and known.witness is not None else known

    found = find_repairs(claims, Oracle(oracle.problem, Budget(60), decide=decide), conflicts)
    about = {
        p: {oracle.problem.variables[v].name for v in variables_of(oracle.problem, p)}
        for p in oracle.problem.order
    }
    expected = {frozenset(m for m in r if not about[m] & set(found.open)) for r in plain.found}
    assert set(map(frozenset, found.found)) | {frozenset()} == expected | {frozenset()}
    assert not found.complete
