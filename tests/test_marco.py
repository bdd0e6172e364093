"""Conflicts by labels, by search and with both, against MARCO over z3 and against every subset tried.

The two judges share no code with the package, nor with each other beyond what z3 is told. Where z3 does not
know within its time, or a search of ours says that it did not see everything, only what was found is judged.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

from claimcheck.budget import Budget
from claimcheck.judging.labels import labelled_conflicts
from claimcheck.judging.mus import certify, enumerate_minimal_sets
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import evidence, soft_relations
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Answer, Decision, Witness
from claimcheck.solver.problem import compile_problem
from tests import conflict_sets
from tests.audited import conflicts_of_evidence

naive = pytest.importorskip("tests.naive", reason="z3 is the judge here", exc_type=ImportError)

import z3  # noqa: E402

from tests.marco import Undecided, marco  # noqa: E402
from tests.test_labels import components  # noqa: E402

pytestmark = pytest.mark.usefixtures("processor_time")


class Judge(naive.Twin):
    """A twin that also keeps what each premise says."""

    def __init__(self, claims):
        self.facts = {}
        super().__init__(claims)
        self.solver.set("timeout", 1000)

    def add(self, premise, facts, sure):
        self.facts[premise] = z3.And(*facts)
        super().add(premise, facts, sure)


def soft_premises(claims, problem):
    return [*(c.id for c in evidence(claims)), *soft_relations(problem)]


def is_cyclic(problem):
    """Whether some relations form a circle: more ties than a tree of quantities and relations has."""
    relations = list(problem.constraints.values())
    groups = problem.groups([c.premise for c in relations])
    ties = sum(len(c.variables) for c in relations)
    return ties > sum(map(len, groups)) + len(relations) - len(groups)


def ring(rng):
    """Three or four quantities, each from the one before by a ratio or a difference, and round again."""
    claims = ClaimSet(title="ring")
    claims.source("a")
    size = rng.choice((3, 4))
    for i in range(size):
        claims.quantity(f"x{i}", min="0")
        claims.quantity(f"s{i}")
    for i in range(size):
        op = rng.choice("*+")
        claims.relation(f"x{(i + 1) % size} = x{i} {op} s{i}", id=f"step{i}")
        low = rng.randint(-1, 3)
        claims.claim(f"s{i}", f"[{low}, {low + rng.choice((0, 1))}]", source="a")
        if rng.random() < 0.7:
            low = rng.randint(0, 4)
            claims.claim(f"x{i}", f"[{low}, {low + rng.choice((0, 1, 3))}]", source="a")
    return claims


def by_z3(claims, judge, pool):
    return set(marco(judge.solver, judge.switch, judge.facts, pool))


def compare(claims, counts, tried=14):
    """Compare all ways for one claim set; up to ``tried`` members by all subsets, too."""
    problem = compile_problem(claims)
    pool = soft_premises(claims, problem)
    judge = Judge(claims)
    counts["cyclic"] += is_cyclic(problem)
    try:
        if not judge.holds(problem.hard):
            counts["hard facts clash"] += 1
            return
        true = by_z3(claims, judge, pool)
        every = naive.minimal_conflicts(claims) if len(pool) <= tried else true
    except Undecided:
        counts["z3 does not know"] += 1
        return
    assert true == every, true ^ every
    counts["judged"] += 1
    counts["conflicts"] += len(true)

    labelled = [labelled_conflicts(problem, p, budget=Budget(20), limit=5000) for p in components(claims)[1]]
    shown = {s for part in labelled for s in part.sets}
    if all(part.complete for part in labelled):
        counts["by labels"] += 1
        assert shown == true, shown ^ true
    assert not any(map(judge.holds, shown))

    oracle = Oracle(problem, Budget(60), seconds=0.5)
    searched = enumerate_minimal_sets(oracle.decide, pool, budget=oracle.budget, limit=5000)
    check_found(searched.complete, {m.members: m.minimal for m in searched.sets}, true, judge)
    counts["by search"] += searched.complete
    counts["not shown minimal"] += sum(not m.minimal for m in searched.sets)

    oracle = Oracle(problem, Budget(20), seconds=0.5)
    reported = conflicts_of_evidence(claims, oracle, budget=oracle.budget)
    found = {frozenset(c.members): c.minimal for c in reported.found}
    check_found(reported.complete, found, true, judge)
    counts["reported"] += reported.complete


def check_found(complete, found, true, judge):
    if complete:
        assert {*found} == true, {*found} ^ true
    for members, minimal in found.items():
        assert members in true if minimal else not judge.holds(members)


def judged(seeds, most):
    counts: Counter[str] = Counter()
    for seed in seeds:
        rng = random.Random(seed)
        claims = ring(rng) if seed % 5 == 0 else conflict_sets.tangle(rng, most)
        try:
            compare(claims, counts)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
    print("\n", dict(counts), flush=True)
    return counts


def test_all_ways_to_all_conflicts_agree():
    counts = judged(range(25), 9)
    assert counts["judged"] >= 20
    assert counts["cyclic"] >= 8
    assert counts["by labels"] >= 4
    assert min(counts["by search"], counts["reported"]) >= counts["judged"] - 1


@pytest.mark.stress
@pytest.mark.timeout(1800)
def test_all_ways_to_all_conflicts_agree_in_500_problems():
    counts = judged(range(20_000, 20_500), 14)
    assert counts["judged"] >= 400
    assert counts["cyclic"] >= 150
    assert counts["by labels"] >= 120
    assert min(counts["by search"], counts["reported"]) >= counts["judged"] * 0.9
    assert counts["not shown minimal"] <= counts["conflicts"] * 0.06


def test_a_clash_that_holds_another_is_not_shown_to_be_minimal():
    """Once time is short, a set may be proved to clash beside one within it."""
    clashes = [frozenset("a"), frozenset("ab"), frozenset("bc")]

    def ask(chosen):
        core = next((sorted(c) for c in clashes if c <= chosen), None)
        if core is None:
            return Decision(Answer.FEASIBLE, witness=Witness({}))
        return Decision(Answer.INFEASIBLE, core=tuple(core))

    found = certify(ask, clashes, "abc")
    assert [m.minimal for m in found] == [True, False, True]
