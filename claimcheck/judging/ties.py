"""What hangs together: quantities tied by relations, and relations that tie nothing as they never clash."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from claimcheck.interval import Interval, hull, intersection
from claimcheck.judging.premises import evidence, rivals
from claimcheck.model import ClaimSet
from claimcheck.solver.definitions import Definition, peel
from claimcheck.solver.problem import Problem
from claimcheck.solver.propagation import round_to_step

__all__ = ["Ties", "idle_definitions", "stated_hulls", "variables_of"]


class Ties:
    """The variables that premises touch, by connection through relations, and those that go together.

    ``regions`` in order of first variable; ``number`` of each variable: that of its region.
    """

    def __init__(self, problem: Problem, premises: Iterable[str], together: Iterable[Sequence[str]]) -> None:
        parent: dict[int, int] = {}

        def root(i: int) -> int:
            while parent[i] != i:
                parent[i] = parent[parent[i]]
                i = parent[i]
            return i

        def tie(variables: Sequence[int]) -> None:
            for v in variables:
                parent.setdefault(v, v)
                parent[root(v)] = root(variables[0])

        for premise in premises:
            tie(variables_of(problem, premise))
        for ids in together:
            tie([v for id in ids for v in variables_of(problem, id)])
        found: dict[int, list[int]] = {}
        for v in sorted(parent):
            found.setdefault(root(v), []).append(v)
        self.regions = [frozenset(r) for r in found.values()]
        self.number = {v: i for i, r in enumerate(self.regions) for v in r}


def variables_of(problem: Problem, premise: str) -> tuple[int, ...]:
    """The variables that a claim or relation speaks of."""
    claim = problem.claims.get(premise)
    return (claim[0],) if claim is not None else problem.constraints[premise].variables


def stated_hulls(problem: Problem, stated: Iterable[str]) -> dict[int, Interval]:
    """The hull of what is claimed of each variable, within its limits."""
    found: dict[int, Interval] = {}
    for id in stated:
        v, x = problem.claims[id]
        x = round_to_step(intersection(x, problem.variables[v].domain), problem.variables[v])
        found[v] = hull(found[v], x) if v in found else x
    return found


def idle_definitions(claims: ClaimSet, problem: Problem) -> list[Definition]:
    """Relations that are in no conflict of evidence, whichever of the claims and other relations are taken.

    They only define a quantity of which no claim (``stated``) speaks. What they define it from either is in
    no relation that is left, and then it can be chosen within what is claimed of it, or may be anything
    within its limits. Rival relations are never idle.
    """
    facts = [p for p in problem.sort(problem.hard) if p in problem.claims]
    said = stated_hulls(problem, [*(c.id for c in evidence(claims)), *facts])
    competing = {r for group in rivals(claims).values() for r in group}
    settled = {*said, *(v for r in competing for v in problem.constraints[r].variables)}
    rival = {v for r in competing for v in problem.constraints[r].variables}
    number = Ties(problem, problem.constraints, ()).number
    within: dict[int, list[str]] = {}
    for r, c in problem.constraints.items():
        if c.variables and r not in competing:
            within.setdefault(number[c.variables[0]], []).append(r)
    found: list[Definition] = []
    for own in within.values():
        variables = {v for r in own for v in problem.constraints[r].variables}

        def box(core: Collection[str], variables: Collection[int] = variables) -> Mapping[int, Interval]:
            taken = rival.union(*(problem.constraints[r].variables for r in core))
            return {v: said[v] for v in variables if v in said and v not in taken}

        found += peel(problem, own, settled, box)
    return found
