"""Chains, blocks and grids with planted errors, from 20 to 2,000 claims: what is found, all of it audited.

Small ones are complete, and all their conflicts are as the construction says or MARCO finds them. Where
conflicts and repairs are too many, as many as there is time for are listed, and the report says so.
"""

import pytest

from claimcheck.budget import Budget
from claimcheck.judging.labels import labelled_conflicts
from claimcheck.judging.mus import enumerate_minimal_sets
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.report import Verdict
from claimcheck.judging.verification import verify
from claimcheck.solver.problem import compile_problem
from tests import conflict_sets
from tests.audited import refusals

BUDGET = 20


def sets_of(report):
    return {frozenset(c.members) for c in report.conflicts}


def orderly(report):
    """Repairs without repetition, the smallest first; conflicts, all contradictions, likewise."""
    sizes = list(map(len, report.repairs))
    assert sizes == sorted(sizes)
    assert len(set(report.repairs)) == len(report.repairs) == len(report.repaired)
    members = [len(c.members) for c in report.conflicts]
    assert members == sorted(members)
    assert len(sets_of(report)) == len(report.conflicts)
    return report


def whole(report):
    """All conflicts, each minimal and with what its members would have to be."""
    assert report.complete
    assert all(c.minimal and c.worked_out and any(c.would_need.values()) for c in report.conflicts)
    return orderly(report)


def by_marco(claims):
    problem = compile_problem(claims)
    oracle = Oracle(problem, Budget(60))
    found = enumerate_minimal_sets(oracle.decide, list(problem.order), budget=oracle.budget, limit=5000)
    assert found.complete
    return {m.members for m in found.sets}


# -- blocks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "size", [20, 60, 200, pytest.param(2000, marks=[pytest.mark.stress, pytest.mark.timeout(900)])]
)
def test_each_block_that_is_off_is_one_conflict_and_repairs_multiply(size):
    report = whole(verify(conflict_sets.blocks(size), budget=BUDGET))
    off = range(1, size // 4, 2)
    assert sets_of(report) == {
        frozenset({*(f"{name}{i}@table" for name in "rgtw"), f"relation:block{i}"}) for i in off
    }
    assert all(len(r) == len(off) for r in report.repairs)
    assert len(report.repairs) == min(5 ** len(off), 1000)
    assert report.repairs_complete is (5 ** len(off) <= 1000)
    assert refusals(report) == []


# -- chains -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.stress)])
def test_a_chain_of_20_is_told_completely(seed):
    claims = conflict_sets.chain(20, seed=seed)
    report = whole(verify(claims, budget=BUDGET))
    assert refusals(report) == []
    problem = compile_problem(claims)
    labelled = labelled_conflicts(problem, list(problem.order), budget=Budget(BUDGET), limit=5000)
    assert labelled.complete
    assert set(labelled.sets) == sets_of(report) == by_marco(claims)
    assert len(report.repairs) == 1000
    assert not report.repairs_complete


def test_all_repairs_of_a_chain_of_12():
    report = whole(verify(conflict_sets.chain(12, wrong=2), budget=BUDGET))
    assert report.repairs_complete
    assert refusals(report) == []


@pytest.mark.stress
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_chain_of_60_is_told_completely(seed):
    report = whole(verify(conflict_sets.chain(60, seed=seed), budget=10 * BUDGET))
    assert len(report.conflicts) > 250
    assert len(report.repairs) == 1000
    assert refusals(report) == []


# -- grids --------------------------------------------------------------------------------------------------


def test_a_grid_of_11_is_told_completely():
    claims = conflict_sets.grid(11)
    report = whole(verify(claims, budget=BUDGET))
    assert sets_of(report) == by_marco(claims)
    assert report.repairs_complete
    assert refusals(report) == []


@pytest.mark.stress
@pytest.mark.timeout(900)
def test_a_grid_of_20_is_told_completely():
    report = whole(verify(conflict_sets.grid(20), budget=BUDGET))
    assert len(report.repairs) == 1000
    assert refusals(report) == []


# -- more than there is time for ----------------------------------------------------------------------------


@pytest.mark.stress
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("make", "size"), [(conflict_sets.chain, 200), (conflict_sets.grid, 60)])
def test_of_very_many_conflicts_some_are_shown_with_repairs_and_that_is_said(make, size):
    report = orderly(verify(make(size), budget=BUDGET))
    assert (report.verdict, report.complete) == (Verdict.CONTRADICTORY, False)
    minimal = [c for c in report.conflicts if c.minimal]
    needs = [c for c in report.conflicts if c.worked_out]
    print(
        f"\n{size}: {len(report.conflicts)} conflicts, {len(minimal)} minimal, {len(needs)} worked out, ",
        end="",
    )
    print(f"{len(report.repairs)} repairs")
    assert minimal
    assert needs
    assert report.repairs
    assert not report.repairs_complete
    assert refusals(report) == []
