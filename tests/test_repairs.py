"""Repairs: minimal hitting sets of the conflicts, each leaving something consistent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimcheck.judging.conflicts import all_conclusions, conflicts_of_evidence, in_order
from claimcheck.judging.repairs import find_repairs, hitting_sets
from claimcheck.judging.verification import verify
from tests import strategies
from tests.test_conflicts import small

naive = pytest.importorskip("tests.naive", reason="z3 is the judge here", exc_type=ImportError)


def repairs_of(claims, **options):
    oracle = naive.oracle_of(claims)
    evidence = conflicts_of_evidence(claims, oracle, budget=oracle.budget)
    derived = all_conclusions(claims, oracle, evidence.found, budget=oracle.budget)
    found = in_order(claims, oracle, [*evidence.found, *(c for s in derived.values() for c in s.found)])
    return find_repairs(claims, oracle, found, complete=evidence.complete, **options)


@given(strategies.small_claim_sets(most=8))
@settings(max_examples=40)
def test_all_minimal_repairs_and_no_others(claims):
    found = repairs_of(claims)
    assert found.complete
    expected = naive.minimal_repairs(claims)
    assert set(map(frozenset, found.found)) | {frozenset()} == expected | {frozenset()}
    assert bool(found.found) == (frozenset() not in expected)
    assert list(map(len, found.found)) == sorted(map(len, found.found))


@given(st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=1), max_size=6))
def test_hitting_sets_hit_minimally_and_none_is_missing(sets):
    from itertools import chain, combinations

    every = chain.from_iterable(combinations("abcdef", n) for n in range(7))
    hitting = [frozenset(h) for h in every if all(s.intersection(h) for s in sets)]
    assert set(hitting_sets(sets)) == {h for h in hitting if not any(g < h for g in hitting)}


def test_hitting_sets_stop_at_their_limit():
    assert hitting_sets([frozenset({f"a{i}", f"b{i}"}) for i in range(12)], limit=1000) is None


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
