"""Repairs: the minimal sets to drop so that the rest is consistent (minimal correction sets, MCS).

They are the minimal hitting sets of all conflicts (Reiter: A theory of diagnosis from first principles,
Artificial Intelligence 32, 1987), built conflict by conflict (Berge: Hypergraphs, 1989). Conflicts that
share no member are repaired independently, so repairs are products. Each part is proved: what is left of its
component has a witness.

Conclusions do not constrain each other or the evidence. A contradicted one is repaired by withdrawing it, or
for free where the repair of the evidence takes a member of its conflict away.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claimcheck.decision import Answer, Witness
from claimcheck.model import ClaimSet
from claimcheck.oracle import Oracle
from claimcheck.premises import conclusions, evidence, rivals, soft_relations
from claimcheck.report import Conflict

__all__ = ["Repairs", "find_repairs", "hitting_sets"]

_LIMIT = 1000
_MOST_PARTIAL = 20_000
_MOST_SELECTIONS = 256
_WITNESSED = 100
"""Repairs for which a witness for the whole rest is looked for."""


@dataclass(frozen=True, slots=True)
class Repairs:
    """Repairs in file order inside, smallest first; ``complete``: these are all.

    ``witnesses``: for each, where it was asked for in time, one for all that is left of the file.
    """

    found: tuple[tuple[str, ...], ...]
    complete: bool
    witnesses: tuple[Witness | None, ...] = ()


def hitting_sets(sets: Iterable[frozenset[str]], limit: int = _MOST_PARTIAL) -> list[frozenset[str]] | None:
    """The minimal sets that share a member with every one of ``sets``; None beyond the limit."""
    hitting = [frozenset[str]()]
    for each in sorted(sets, key=lambda s: (len(s), sorted(s))):
        hit = [h for h in hitting if h & each]
        grown = {h | {m} for h in hitting if not h & each for m in each}
        hitting = hit + [g for g in sorted(grown, key=sorted) if not any(h < g or h == g for h in hit)]
        if len(hitting) > limit:
            return None
    return hitting


def find_repairs(
    claims: ClaimSet, oracle: Oracle, conflicts: Sequence[Conflict], *, complete: bool, limit: int = _LIMIT
) -> Repairs:
    """All repairs of the conflicts, at most ``limit``; ``complete`` says whether these are all conflicts.

    Where rival relations take part, the rest is consistent under some selection of rivals. Hard facts that
    clash by themselves cannot be repaired.
    """
    if any(not c.members for c in conflicts):
        return Repairs((), False)
    choices = rivals(claims)
    combined: list[frozenset[str]] = [frozenset()]
    for block in _blocks(conflicts, choices.values()):
        own = _of_block(claims, oracle, block, choices.values())
        if own is None:
            return Repairs((), False)
        sets, all_found = own
        complete = complete and all_found
        # Sizes add up, so the smallest of the product come from the smallest of its factors.
        product = sorted((a | b for a in combined for b in sets), key=_size(oracle))
        complete = complete and len(product) <= limit
        combined = product[:limit]
    if combined == [frozenset()]:
        return Repairs((), complete)
    found = tuple(oracle.problem.sort(r) for r in combined)
    shown = [_witness_of_rest(claims, oracle, conflicts, r) for r in found[:_WITNESSED]]
    return Repairs(found, complete, tuple(shown) + (None,) * (len(found) - len(shown)))


def _witness_of_rest(
    claims: ClaimSet, oracle: Oracle, conflicts: Sequence[Conflict], repair: Sequence[str]
) -> Witness | None:
    """A witness for everything but a repair, under the first selection of rivals that has one."""
    groups = rivals(claims).values()
    rest = {*(c.id for c in evidence(claims)), *soft_relations(oracle.problem)}.difference(repair)
    for selection in itertools.islice(itertools.product(*groups), _MOST_SELECTIONS):
        left = rest.difference(r for g in groups for r in g if r not in selection)
        if oracle.budget.spent:
            return None
        if not any(left.issuperset(c.members) for c in conflicts):
            witness = oracle.decide(left).witness
            if witness is not None:
                return witness
    return None


def _size(oracle: Oracle):  # type: ignore[no-untyped-def]
    order = oracle.problem.order
    return lambda members: (len(members), sorted(order[m] for m in members))


def _blocks(conflicts: Sequence[Conflict], choices: Iterable[Sequence[str]]) -> list[list[Conflict]]:
    """The conflicts by connection through shared members or rivals."""
    rival_of = {r: f"choice of {group[0]}" for group in choices for r in group}
    blocks: list[tuple[set[str], list[Conflict]]] = []
    for conflict in conflicts:
        members = set(conflict.members) | {rival_of[m] for m in conflict.members if m in rival_of}
        joined = [conflict]
        apart = []
        for names, others in blocks:
            if names & members:
                members |= names
                joined = others + joined
            else:
                apart.append((names, others))
        blocks = [*apart, (members, joined)]
    return [b for _, b in blocks]


def _of_block(
    claims: ClaimSet, oracle: Oracle, conflicts: Sequence[Conflict], choices: Iterable[Sequence[str]]
) -> tuple[list[frozenset[str]], bool] | None:
    """The repairs of connected conflicts, proved, and whether none is missing; None if there are too many."""
    involved = {m for c in conflicts for m in c.members}
    groups = [tuple(g) for g in choices if involved.intersection(g)]
    selections = list(itertools.islice(itertools.product(*groups), _MOST_SELECTIONS))
    derived = {c.id for c in conclusions(claims)}
    complete = True
    kept: dict[frozenset[str], None] = {}
    for selection in selections:
        out = {r for g in groups for r in g}.difference(selection)
        active = [c for c in conflicts if not out.intersection(c.members)]
        of_evidence = {m for c in active if not c.conclusion for m in c.members}
        sets = [
            frozenset(c.members)
            if not c.conclusion
            else frozenset(m for m in c.members if m == c.conclusion or m in of_evidence)
            for c in active
        ]
        candidates = hitting_sets(sets)
        if candidates is None:
            return None
        for repair in sorted(candidates, key=_size(oracle)):
            if any(k <= repair for k in kept):
                continue
            answer = _rest(claims, oracle, involved, out | repair | derived)
            if answer is Answer.FEASIBLE:
                kept[repair] = None
            else:
                complete = False
    minimal = [r for r in kept if not any(k < r for k in kept)]
    return sorted(minimal, key=_size(oracle)), complete


def _rest(claims: ClaimSet, oracle: Oracle, involved: Iterable[str], dropped: set[str]) -> Answer:
    """Whether what is left of the components that the involved premises touch can hold."""
    problem = oracle.problem
    pool = [*(c.id for c in evidence(claims)), *soft_relations(problem)]
    near: set[int] = set()
    for group in problem.groups([*pool, *involved]):
        names = set(group)
        if any(_speaks_of(oracle, p, names) for p in involved):
            near |= names
    return oracle.decide(p for p in pool if p not in dropped and _speaks_of(oracle, p, near)).answer


def _speaks_of(oracle: Oracle, premise: str, variables: set[int]) -> bool:
    claim = oracle.problem.claims.get(premise)
    numbers = (claim[0],) if claim is not None else oracle.problem.constraints[premise].variables
    return not variables.isdisjoint(numbers)
