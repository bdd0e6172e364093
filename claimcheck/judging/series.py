"""Premises that conflicts have both or neither of, so that a search may take each such pair as one.

A relation ``v = formula`` says nothing where nothing else speaks of v and the formula has a value everywhere;
and the only claim on v says nothing to anyone where no relation is on v. So each of the two is idle without
the other. Sets to leave out, of which there may be one for each of the two, are fewer by powers of two.
"""

from __future__ import annotations

from collections.abc import Sequence

from claimcheck.interval import intersection, subset
from claimcheck.solver.contractor import forward
from claimcheck.solver.problem import Constraint, Problem
from claimcheck.solver.tape import needed

__all__ = ["in_series"]

_TOTAL = frozenset({"var", "const", "free", "add", "sub", "mul", "neg", "min", "max", "abs"})
"""Operations with a value for all arguments."""


def in_series(problem: Problem, pool: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The elements of a pool, in order, each with what goes along: the claim of a pair with its relation."""
    on: dict[int, list[str]] = {}
    for premise, (number, _) in problem.claims.items():
        if premise in pool or premise in problem.hard:
            on.setdefault(number, []).append(premise)
    relations = [p for p in problem.constraints if p in pool or p in problem.hard]
    uses: dict[int, list[str]] = {}
    for premise in relations:
        for variable in problem.constraints[premise].variables:
            uses.setdefault(variable, []).append(premise)
    partner: dict[str, str] = {}
    for premise in relations:
        constraint = problem.constraints[premise]
        if premise in problem.hard:
            continue
        for variable in _given_by(problem, constraint):
            claims = on.get(variable, [])
            if uses[variable] != [premise] or len(claims) != 1 or claims[0] in problem.hard:
                continue
            if not intersection(problem.claims[claims[0]][1], problem.variables[variable].domain).is_empty:
                partner[claims[0]] = premise
                break
    away = set(partner.values())
    return {p: (p, partner[p]) if p in partner else (p,) for p in pool if p not in away}


def _given_by(problem: Problem, constraint: Constraint) -> list[int]:
    """The variables for which the relation can be solved whatever the others are, within their limits."""
    found: list[int] = []
    if constraint.op in ("<", ">"):
        return found
    for side, other in ((constraint.left, constraint.right), (constraint.right, constraint.left)):
        node = constraint.tape[side]
        if node.op != "var" or problem.variables[node.index].step is not None:
            continue
        parts = [constraint.tape[at] for at in needed(constraint.tape, other)]
        if all(p.op in _TOTAL and (p.op != "var" or p.index != node.index) for p in parts):
            values = forward(constraint, [v.domain for v in problem.variables])
            if subset(values[other], problem.variables[node.index].domain):
                found.append(node.index)
    return found
