"""Conflicts that show why a case contradicts itself, where the search for conflicts found none."""

from __future__ import annotations

from collections.abc import Iterable

from claimcheck.judging.conflicts import conflict_of
from claimcheck.judging.mus import MinimalSet, shrink
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.parts import Scenarios
from claimcheck.judging.report import Conflict, Verdict
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Answer

__all__ = ["conflicts_of_cases"]


def conflicts_of_cases(
    claims: ClaimSet, oracle: Oracle, scenarios: Scenarios, known: Iterable[Conflict]
) -> list[Conflict]:
    """A conflict within each contradictory case that holds none of the known ones, without ids.

    It is shrunk as far as the time allows. Only a search that was cut short leaves such cases.
    """
    sets = [frozenset(c.members) for c in known if not c.conclusion]
    found: list[Conflict] = []
    for case in (c for part in scenarios.parts for c in part.cases):
        if case.verdict is not Verdict.CONTRADICTORY or any(s <= case.premises for s in sets):
            continue
        decision = oracle.decide(case.premises)
        if decision.answer is not Answer.INFEASIBLE:
            continue
        core = frozenset(decision.core)
        order = oracle.problem.sort(core)
        clash = MinimalSet(core, False) if oracle.budget.spent else shrink(oracle.decide, core, order)
        sets.append(clash.members)
        found.append(conflict_of(claims, oracle, clash))
    return found
