"""Proofs that hold in every scenario at once, for the hull of a quantity where not all scenarios are listed.

In place of the choice among the claims on a contested quantity stands one premise, ``any:NAME``: that its
value lies in the hull of what the agreeing groups of its claims leave. Rival relations are left out. What
follows from that, and from all that holds in every scenario anyway, encloses the quantity in all of them.
Where each contested quantity moves it in one direction only, it is no wider than the hull.
"""

from __future__ import annotations

import functools
from collections.abc import Collection

from claimcheck.budget import Budget
from claimcheck.interval import EMPTY, ENTIRE, hull, intersection
from claimcheck.judging.agreement import agreeing_groups, by_quantity
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import evidence, rivals, soft_relations
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Bound
from claimcheck.solver.problem import Problem, compile_problem

__all__ = ["over_all"]


def over_all(
    claims: ClaimSet, quantities: Collection[str], budget: Budget, *, seconds: float | None = None
) -> dict[str, Bound]:
    """For each quantity an enclosure in all scenarios, with proofs under premises ``any:NAME``.

    ``seconds`` limits one question. Nothing if coupled sources take part: then what holds in every scenario
    is not known from the claims one by one.
    """
    problem = compile_problem(claims)
    stated = dict(problem.claims)
    premises: list[str] = []
    for number, intervals in by_quantity(problem, [c.id for c in evidence(claims)]).items():
        groups = agreeing_groups(intervals)
        if len(groups) < 2:
            premises += intervals
        elif any(claims.sources[claims.claims[id].source].coupled for id in intervals):
            return {}
        else:
            left = [functools.reduce(intersection, (intervals[id] for id in g), ENTIRE) for g in groups]
            premises.append(f"any:{problem.variables[number].name}")
            stated[premises[-1]] = number, functools.reduce(hull, left, EMPTY)
    competing = {r for group in rivals(claims).values() for r in group}
    premises += [r for r in soft_relations(problem) if r not in competing]
    relaxed = Problem(
        problem.variables,
        tuple(problem.constraints.values()),
        stated,
        problem.hard,
        problem.sure,
        problem.enclosed,
    )
    oracle = Oracle(relaxed, budget, seconds=seconds)
    found = oracle.bounds(premises, tuple(quantities))
    return {name: b for name, b in found.items() if not b.interval.is_empty}
