"""Repairs: the minimal sets to drop so that the rest is consistent (minimal correction sets, MCS).

They are the minimal hitting sets of all conflicts (Reiter: A theory of diagnosis from first principles,
Artificial Intelligence 32, 1987), built conflict by conflict (Berge: Hypergraphs, 1989). Conflicts that
share no member are repaired independently, so repairs are products. Each is proved: what it leaves has a
witness.

Conclusions do not constrain each other or the evidence. A contradicted one is repaired by withdrawing it, or
for free where the repair of the evidence takes a member of its conflict away (but for a claim that spans a
hull, which has to be withdrawn itself).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import evidence, rivals, soft_relations
from claimcheck.judging.report import Conflict
from claimcheck.judging.ties import idle_definitions
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Witness
from claimcheck.solver.definitions import Definition, with_defined

__all__ = ["Repairs", "find_repairs", "hitting_sets"]

_LIMIT = 1000
_MOST_PARTIAL = 20_000
_MOST_SELECTIONS = 256


@dataclass(frozen=True, slots=True)
class Repairs:
    """Repairs in file order inside, smallest first; ``complete``: these are all.

    ``witnesses``: for each, unless the budget was spent, one for all that is left of the file.
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
    choices = tuple(rivals(claims).values())
    combined: list[_Repair] = [_Repair(frozenset(), frozenset())]
    for block in _blocks(conflicts, choices):
        own = _of_block(claims, oracle, block, choices)
        if own is None:
            return Repairs((), False)
        # Sizes add up, so the smallest of the product come from the smallest of its factors.
        product = [_Repair(a.dropped | b.dropped, a.out | b.out) for a in combined for b in own]
        complete = complete and len(product) <= limit
        combined = sorted(product, key=lambda r: _size(oracle, r.dropped))[:limit]
    idle = idle_definitions(claims, oracle.problem)
    found: list[tuple[str, ...]] = []
    witnesses: list[Witness | None] = []
    for repair in combined:
        if not repair.dropped:
            continue
        witness = _witness_of_rest(claims, oracle, choices, repair, idle)
        complete = complete and witness is not None
        if witness is not None or oracle.budget.spent:
            found.append(oracle.problem.sort(repair.dropped))
            witnesses.append(witness)
    return Repairs(tuple(found), complete, tuple(witnesses))


@dataclass(frozen=True, slots=True)
class _Repair:
    """What to drop, and the rivals that are out where the rest holds."""

    dropped: frozenset[str]
    out: frozenset[str]


def _size(oracle: Oracle, members: Iterable[str]) -> tuple[int, list[int]]:
    places = sorted(oracle.problem.order[m] for m in members)
    return len(places), places


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
) -> list[_Repair] | None:
    """The repairs of connected conflicts, smallest first; None if there are too many."""
    involved = {m for c in conflicts for m in c.members}
    groups = [tuple(g) for g in choices if involved.intersection(g)]
    if math.prod(map(len, groups)) > _MOST_SELECTIONS:
        return None
    found: dict[frozenset[str], frozenset[str]] = {}
    for selection in itertools.product(*groups):
        out = frozenset(r for g in groups for r in g).difference(selection)
        active = [c for c in conflicts if _spans(claims, c) or not out.intersection(c.members)]
        of_evidence = {m for c in active if not c.conclusion for m in c.members}
        sets = [_hit_by(claims, c, of_evidence) for c in active]
        candidates = hitting_sets(sets)
        if candidates is None:
            return None
        for repair in candidates:
            found.setdefault(repair, out)
    minimal = [r for r in found if not any(other < r for other in found)]
    return [_Repair(r, found[r]) for r in sorted(minimal, key=lambda r: _size(oracle, r))]


def _spans(claims: ClaimSet, conflict: Conflict) -> bool:
    """Whether it is the conflict of a claim that spans a hull: one over all selections of rivals."""
    return bool(conflict.conclusion) and claims.claims[conflict.conclusion].spans


def _hit_by(claims: ClaimSet, conflict: Conflict, of_evidence: set[str]) -> frozenset[str]:
    """The members of which dropping any one repairs the conflict.

    A claim that spans a hull is repaired by itself alone: with anything else dropped the hull is another.
    """
    if not conflict.conclusion:
        return frozenset(conflict.members)
    if _spans(claims, conflict):
        return frozenset((conflict.conclusion,))
    return frozenset(m for m in conflict.members if m == conflict.conclusion or m in of_evidence)


def _witness_of_rest(
    claims: ClaimSet,
    oracle: Oracle,
    choices: Iterable[Sequence[str]],
    repair: _Repair,
    idle: Sequence[Definition],
) -> Witness | None:
    """A witness for all that a repair leaves; of untouched choices, with the first rival that fits.

    What only defines a quantity is left out at first: its value follows from the others.
    """
    left = [*(c.id for c in evidence(claims)), *soft_relations(oracle.problem)]
    left = [p for p in left if p not in repair.dropped and p not in repair.out]
    # A hard claim that nothing touches any more is part of the rest, too.
    left += [p for p in oracle.problem.sort(oracle.problem.hard) if p in oracle.problem.claims]
    free = [g for g in choices if not repair.out.intersection(g)]
    for selection in itertools.islice(itertools.product(*free), _MOST_SELECTIONS):
        if oracle.budget.spent:
            return None
        rest = set(left).difference(*free).union(selection)
        core = oracle.decide(rest.difference(d.premise for d in idle)).witness
        witness = None
        if core is not None:
            witness = with_defined(oracle.problem, idle, core.values, core.solved)
        if witness is None:
            witness = oracle.decide(rest).witness
        if witness is not None:
            return witness
    return None
