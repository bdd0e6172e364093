"""Which premises are questioned and which are not: evidence, conclusions with what they rest on, rivals."""

from __future__ import annotations

from collections.abc import Mapping

from claimcheck.diagnostics import InputProblem
from claimcheck.model import Claim, ClaimSet
from claimcheck.solver.problem import Problem

__all__ = ["basis", "conclusions", "evidence", "in_force", "rivals", "soft_relations"]


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
    if not found:
        return ()
    in_order = [*claims.claims, *(r.premise for r in claims.relations.values())]
    sure = {c.id for c in claims.claims.values() if c.certain}
    sure |= {r.premise for r in claims.relations.values() if r.definition}
    return tuple(id for id in in_order if id in found and id not in sure)


def in_force(claims: ClaimSet, choices: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The evidence and the relations of the scenario that makes these choices, claims first, in file order.

    Without certain claims and definitions, which hold anyway. Of a coupled source all evidence is left out
    where not every contested claim of it was picked.
    """
    picked = {id for ids in choices.values() for id in ids}
    stated = evidence(claims)
    lost = {c.source for c in stated if c.quantity in choices and c.id not in picked}
    lost = {s for s in lost if claims.sources[s].coupled}
    found = [c.id for c in stated if c.source not in lost and (c.quantity not in choices or c.id in picked)]
    competing = {r for group in rivals(claims).values() for r in group}
    for relation in claims.relations.values():
        if not relation.definition and (relation.premise not in competing or relation.premise in picked):
            found.append(relation.premise)
    return tuple(found)
