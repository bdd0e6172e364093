"""Supports: the minimal sets of premises from which an end of a bound follows.

An end follows from premises if they cannot hold together with a value beyond it. So the supports of an end
are the minimal conflicts with "the quantity lies beyond the end" (the environments of an assumption-based
TMS: de Kleer, Artificial Intelligence 28, 1986), and are enumerated as conflicts are. A premise is in a
support only if a witness of the others lies beyond the end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import Interval, interval
from claimcheck.judging.labels import labelled_conflicts
from claimcheck.judging.mus import MinimalSet, certify, enumerate_minimal_sets, shrink
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import in_force
from claimcheck.judging.report import Scenario
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Answer, Bound, magnitude
from claimcheck.solver.problem import Problem

__all__ = ["EndSupports", "Supports", "supports_in", "supports_of_end"]

_LIMIT = 200
_LABEL_SECONDS = 1.0
"""How long labels may be looked for; where they see all they rarely need more."""
_SLACK = mpq(2, 10**9)
"""How far beyond an end that is not attained exactly its supports are asked about, relative to its size."""


@dataclass(frozen=True, slots=True)
class EndSupports:
    """The sets of premises that an end follows from, smallest first, each in file order.

    The empty set: it follows from hard facts alone. No set at all: there is no such end (or, if not
    ``complete``, none was found in time). ``minimal``: of each set every member was shown to be needed.
    ``complete``: there are no other minimal sets. ``choices``: those of the scenario whose end it is.
    """

    sets: tuple[tuple[str, ...], ...] = ()
    minimal: bool = True
    complete: bool = True
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Supports:
    """The supports of both ends of a quantity's bound."""

    quantity: str
    lower: EndSupports
    upper: EndSupports


def supports_in(
    claims: ClaimSet, problem: Problem, scenario: Scenario, quantity: str, *, budget: Budget
) -> Supports | None:
    """The supports of a quantity's bound in a scenario; None where it has none."""
    bound = scenario.bounds.get(quantity)
    if bound is None:
        return None
    premises = in_force(claims, scenario.choices)
    low, high = (
        replace(
            supports_of_end(problem, premises, quantity, bound, upper=upper, budget=budget),
            choices=scenario.choices,
        )
        for upper in (False, True)
    )
    return Supports(quantity, low, high)


def supports_of_end(
    problem: Problem,
    premises: Collection[str],
    quantity: str,
    bound: Bound,
    *,
    upper: bool,
    budget: Budget,
    limit: int = _LIMIT,
) -> EndSupports:
    """The supports, within some premises, of an end of the bound that they give a quantity.

    An end that is attained is asked about as it is; any other one with a little slack, because the true end
    may lie that much further inwards.
    """
    beyond = _beyond(bound, upper=upper)
    if beyond is None:
        return EndSupports()
    name = f"beyond:{quantity}"
    asked = Problem(
        problem.variables,
        tuple(problem.constraints.values()),
        {**problem.claims, name: (problem.number[quantity], beyond)},
        [*problem.hard, name],
        problem.sure,
        problem.enclosed,
    )
    oracle = Oracle(asked, budget)
    alone = oracle.decide((name,))
    if alone.answer is Answer.INFEASIBLE:
        return EndSupports(((),))
    soft = [p for p in premises if p not in problem.hard]
    near = next(set(g) for g in asked.groups([*soft, name]) if problem.number[quantity] in g)
    pool = [p for p in problem.sort(soft) if near.intersection(_touched(problem, p))]
    found, complete = _sets(oracle, pool, budget, limit)
    sets = [problem.sort(s.members) for s in found]
    sets.sort(key=lambda s: (len(s), [problem.order[m] for m in s]))
    return EndSupports(tuple(sets), all(s.minimal for s in found), complete)


def _beyond(bound: Bound, *, upper: bool) -> Interval | None:
    """All values beyond an end; None where there is no end."""
    x = bound.interval
    end, closed = (x.upper, x.upper_closed) if upper else (x.lower, x.lower_closed)
    if x.is_empty or end is None:
        return None
    if not (bound.tight and bound.gap == 0):
        slack = _SLACK * magnitude(x)
        end, closed = end + slack if upper else end - slack, True
    return interval(end, None, not closed, False) if upper else interval(None, end, False, not closed)


def _touched(problem: Problem, premise: str) -> tuple[int, ...]:
    claim = problem.claims.get(premise)
    return (claim[0],) if claim is not None else problem.constraints[premise].variables


def _sets(oracle: Oracle, pool: list[str], budget: Budget, limit: int) -> tuple[list[MinimalSet], bool]:
    """The minimal sets, by labels where these see all, else from these on by search."""
    time_left = Budget(_LABEL_SECONDS, budget)
    labelled = labelled_conflicts(oracle.problem, pool, budget=time_left, limit=limit)
    if labelled.complete:
        return certify(oracle.decide, labelled.sets, pool), True
    known: dict[frozenset[str], MinimalSet] = {}
    for clash in labelled.sets:
        if len(known) < limit and not budget.spent and not any(k <= clash for k in known):
            smallest = shrink(oracle.decide, clash, pool)
            known[smallest.members] = smallest
    rest = enumerate_minimal_sets(oracle.decide, pool, budget=budget, limit=limit, known=known.values())
    return list(rest.sets), rest.complete
