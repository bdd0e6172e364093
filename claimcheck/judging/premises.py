"""Which premises are questioned and which are not: evidence, conclusions with what they rest on, rivals."""

from __future__ import annotations

from claimcheck.diagnostics import InputProblem
from claimcheck.model import Claim, ClaimSet
from claimcheck.solver.problem import Problem

__all__ = ["basis", "conclusions", "evidence", "rivals", "soft_relations"]


def evidence(claims: ClaimSet) -> tuple[Claim, ...]:
    """The claims that may be questioned and narrow bounds: neither conclusions nor certain."""
    return tuple(c for c in claims.claims.values() if not c.is_conclusion and not c.certain)


def conclusions(claims: ClaimSet) -> tuple[Claim, ...]:
    """The claims that are checked against what follows from others."""
    return tuple(c for c in claims.claims.values() if c.is_conclusion)


def soft_relations(problem: Problem) -> tuple[str, ...]:
    """The relations that may be questioned, as ``relation:ID``."""
    return tuple(p for p in problem.constraints if p not in problem.hard)


def rivals(claims: ClaimSet) -> dict[str, tuple[str, ...]]:
    """For each choice the relations of which exactly one holds; a choice with one relation is none."""
    found: dict[str, list[str]] = {}
    for relation in claims.relations.values():
        if relation.choice and not relation.definition:
            found.setdefault(relation.choice, []).append(relation.premise)
    return {name: tuple(members) for name, members in found.items() if len(members) > 1}


def basis(claims: ClaimSet, conclusion: Claim) -> tuple[str, ...]:
    """What a conclusion was drawn from: its given claims and, in turn, those that they were drawn from.

    Full ids in file order, certain claims left out (they hold anyway). A circle of conclusions, which the
    cross checks refuse, ends where it began.
    """
    found: set[str] = set()
    waiting = list(conclusion.given)
    while waiting:
        try:
            id = claims.resolve(waiting.pop(), relations=True)
        except InputProblem:
            continue  # reported by the cross checks
        if id in found or id == conclusion.id:
            continue
        found.add(id)
        claim = claims.claims.get(id)
        if claim is not None:
            waiting.extend(claim.given)
    in_order = [*claims.claims, *(r.premise for r in claims.relations.values())]
    sure = {c.id for c in claims.claims.values() if c.certain}
    sure |= {r.premise for r in claims.relations.values() if r.definition}
    return tuple(id for id in in_order if id in found and id not in sure)
