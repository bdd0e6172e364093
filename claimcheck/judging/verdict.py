"""Verdicts: what became of each claim and of the file, once conflicts and scenarios are known ."""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from claimcheck.diagnostics import InputProblem
from claimcheck.interval import EMPTY, Interval, hull
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import basis, conclusions, evidence, rivals
from claimcheck.judging.report import ClaimResult, Conflict, Status, Verdict
from claimcheck.judging.scenarios import Part
from claimcheck.judging.spans import Agreement
from claimcheck.model import Claim, ClaimSet, Waiver
from claimcheck.solver.decision import Bound
from claimcheck.solver.propagation import round_to_step

__all__ = ["Waived", "apply_waivers", "file_verdict", "mark_ruled_out", "status_of", "statuses"]

_MOST_CASES = 32
"""Cases of which the hull of what a claim's own cases allow for it is taken one by one."""
_MOST_COMBINATIONS = 4096


# -- conflicts that do not count ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waived:
    """Conflicts with the accepted ones marked, and the entries of `known` that are past or match nothing."""

    conflicts: tuple[Conflict, ...]
    expired: tuple[Waiver, ...]
    unused: tuple[Waiver, ...]


def apply_waivers(claims: ClaimSet, conflicts: Sequence[Conflict], today: datetime.date) -> Waived:
    """Mark the conflicts that the file accepts: an entry matches by its members, up to and with its date.

    An expired entry accepts nothing; it is listed as expired whether or not its conflict is still there.
    """
    accepted: dict[frozenset[str], Waiver] = {}
    expired, unused = [], []
    met = {frozenset(c.members) for c in conflicts}
    for waiver in claims.waivers:
        if waiver.until and datetime.date.fromisoformat(waiver.until) < today:
            expired.append(waiver)
            continue
        try:
            members = frozenset(claims.resolve(m, relations=True) for m in waiver.members)
        except InputProblem:
            members = frozenset()
        if members in met and members not in accepted:
            accepted[members] = waiver
        else:
            unused.append(waiver)
    marked = []
    for conflict in conflicts:
        entry = accepted.get(frozenset(conflict.members))
        marked.append(conflict if entry is None else replace(conflict, known=True, reason=entry.reason))
    return Waived(tuple(marked), tuple(expired), tuple(unused))


def mark_ruled_out(
    claims: ClaimSet, conflicts: Iterable[Conflict], parts: Sequence[Part]
) -> tuple[Conflict, ...]:
    """Mark the conflicts that merely settle a choice.

    A conflict with rival relations settles their choice if all its other members hold in some scenario that
    is consistent (or not decided) as far as their quantities reach: another rival fits the evidence, and
    this one is ruled out by it. If no rival fits, the conflict stands. A conclusion's conflict is settled
    where the conclusion has none in such a scenario. What `spans` says is about all scenarios at once, so no
    choice settles it.
    """
    conflicts = tuple(conflicts)
    competing = {r for group in rivals(claims).values() for r in group}
    derived = {c.id for c in conclusions(claims)}
    marked = []
    for conflict in conflicts:
        out = tuple(m for m in conflict.members if m in competing)
        others = set(conflict.members) - competing - derived
        fellows = [
            frozenset(c.members) - derived
            for c in conflicts
            if c.conclusion == conflict.conclusion and c.conclusion
        ]
        overall = bool(conflict.conclusion) and claims.claims[conflict.conclusion].spans
        settled = (
            bool(out) and not overall and any(_stands(p, others, out, fellows) for p in parts if _has(p, out))
        )
        marked.append(replace(conflict, ruled_out=out) if settled else conflict)
    return tuple(marked)


def _has(part: Part, premises: Iterable[str]) -> bool:
    return any(p in case.premises for p in premises for case in part.cases)


def _stands(part: Part, others: set[str], out: Collection[str], fellows: Sequence[frozenset[str]]) -> bool:
    """Whether the others hold in a case without the rivals and without the conclusion's other conflicts."""
    everything = {p for c in part.cases for p in c.premises}
    wanted = others & everything
    return any(
        c.verdict is not Verdict.CONTRADICTORY
        and wanted <= c.premises
        and not c.premises.issuperset(out)
        and not any(f & everything <= c.premises for f in fellows)
        for c in part.cases
    )


# -- claims ---------------------------------------------------------------------------------------------


def statuses(
    claims: ClaimSet,
    oracle: Oracle,
    parts: Sequence[Part],
    conflicts: Sequence[Conflict],
    spans: Mapping[str, tuple[Agreement, Bound | None]],
    incomplete: Mapping[str, frozenset[int]],
) -> tuple[ClaimResult, ...]:
    """What became of every claim, in file order.

    A claim's own conflicts are those of evidence that it is in, and for a conclusion those in which it is
    what is checked; a claim is not blamed for what was concluded from it. Conflicts that settle a choice do
    not count for evidence. ``incomplete``: the variables whose conflicts may not all be listed, for evidence
    under "", for a conclusion under its id.
    """
    found = []
    checked = {c.id for c in evidence(claims)}
    for claim in claims.claims.values():
        if claim.spans:
            agreement, derived = spans.get(claim.id, (Agreement.UNKNOWN, None))
            status = {
                Agreement.AGREES: Status.SUPPORTED,
                Agreement.CLASHES: Status.CONTRADICTED,
                Agreement.VOID: Status.UNTESTED,
            }.get(agreement, Status.UNKNOWN)
            expected = derived.interval if derived is not None else None
        else:
            own = [c for c in conflicts if _is_own(c, claim)]
            open_at = incomplete.get("" if claim.id in checked else claim.id, frozenset())
            status, expected = status_of(claims, oracle, parts, claim, own, open_at)
        found.append(ClaimResult(claim.id, claim.quantity, claim.source, status, claim.interval, expected))
    return tuple(found)


def _is_own(conflict: Conflict, claim: Claim) -> bool:
    if claim.is_conclusion:
        return conflict.conclusion == claim.id
    return not conflict.conclusion and not conflict.ruled_out and claim.id in conflict.members


def status_of(
    claims: ClaimSet,
    oracle: Oracle,
    parts: Sequence[Part],
    claim: Claim,
    own: Sequence[Conflict],
    open_at: frozenset[int],
) -> tuple[Status, Interval | None]:
    """The status of one claim with its own conflicts, and what the others allow where it is supported."""
    number = oracle.problem.claims[claim.id][0]
    given = frozenset(basis(claims, claim))
    near = _touching(parts, number, given, own, oracle)
    if own:
        clashes = [frozenset(c.members) - {claim.id} for c in own]
        if math.prod(len(p.cases) for p in near) > _MOST_COMBINATIONS:
            return Status.DISPUTED, None
        if not all(p.complete for p in near):  # the cases that were not looked at may hold what clashes here
            always = frozenset().union(*(p.base for p in near))
            return (Status.CONTRADICTED if any(c <= always for c in clashes) else Status.DISPUTED), None
        holding = 0
        clashing = 0
        for cases in itertools.product(*(p.cases for p in near)):
            premises = frozenset().union(*(c.premises for c in cases))
            if given <= premises:
                holding += 1
                clashing += any(clash <= premises for clash in clashes)
        return (Status.CONTRADICTED if clashing == holding else Status.DISPUTED), None
    if number in open_at or oracle.budget.spent:
        return Status.UNKNOWN, None
    home = next((p for p in near if number in p.variables), None)
    if home is None:
        return Status.UNTESTED, None
    hard = oracle.bounds((), (claim.quantity,))[claim.quantity].interval
    allowed, tight = _allowed_by_others(oracle, home, claim, given, hard)
    if allowed is None or allowed.is_empty:
        return Status.UNTESTED, None
    if allowed == hard and (claim.certain or hard == _limits(oracle, number)):
        return (Status.UNTESTED if tight else Status.UNKNOWN), None
    return Status.SUPPORTED, allowed


def _limits(oracle: Oracle, number: int) -> Interval:
    """What a quantity can be by its own limits, whatever certain claims and definitions say."""
    variable = oracle.problem.variables[number]
    return round_to_step(variable.domain, variable)


def _touching(
    parts: Sequence[Part], number: int, given: Collection[str], own: Iterable[Conflict], oracle: Oracle
) -> list[Part]:
    """The parts that hold the claim's quantity, its basis and the members of its conflicts."""
    problem = oracle.problem
    numbers = {number}
    for premise in (*given, *(m for c in own for m in c.members)):
        if premise in problem.claims:
            numbers.add(problem.claims[premise][0])
        else:
            numbers.update(problem.constraints[premise].variables)
    return [p for p in parts if p.variables & numbers]


def _allowed_by_others(
    oracle: Oracle, home: Part, claim: Claim, given: frozenset[str], hard: Interval
) -> tuple[Interval | None, bool]:
    """The hull of what the other premises allow for the claim's quantity, over the cases where it could hold.

    The second value tells whether they are known to allow all of it: that some case does, where they seem to
    say nothing. Beyond a number of cases, or where not all were looked at, what holds in all of them is taken
    first, which allows no less. What evidence is allowed is for reading and no verdict rests on it, so
    contraction is enough where it says something.
    """
    wanted = {p for p in (*given, claim.id) if any(p in c.premises for c in home.cases)}
    cases = [c for c in home.cases if c.verdict is not Verdict.CONTRADICTORY and wanted <= c.premises]
    if not cases:
        return None, True
    sets = [c.premises - {claim.id} for c in cases]
    if len(sets) > _MOST_CASES or not home.complete:
        allowed, _ = _allowed(oracle, (home.base | wanted) - {claim.id}, claim, hard)
        if allowed != hard:
            return allowed, False
        return hard, any(_allowed(oracle, s, claim, hard) == (hard, True) for s in sets[:_MOST_CASES])
    whole, sure = EMPTY, True
    for premises in dict.fromkeys(sets):
        allowed, tight = _allowed(oracle, premises, claim, hard)
        if allowed == hard and tight:
            return hard, True
        whole, sure = hull(whole, allowed), sure and tight
    return whole, sure


def _allowed(oracle: Oracle, premises: frozenset[str], claim: Claim, hard: Interval) -> tuple[Interval, bool]:
    """What premises allow for a claim's quantity, and whether it is known that they allow all of it."""
    found = hard if claim.given else oracle.contracted(premises, claim.quantity)
    if found != hard:
        return found, False
    bound = oracle.bounds(premises, (claim.quantity,))[claim.quantity]
    return bound.interval, bound.tight


# -- the file -------------------------------------------------------------------------------------------


def file_verdict(
    conflicts: Iterable[Conflict],
    parts: Sequence[Part],
    *,
    complete: bool,
    choices: Iterable[Collection[str]] = (),
) -> Verdict:
    """Contradictory with any conflict that counts; unknown where something is not decided; else consistent.

    Accepted conflicts make their scenarios contradictory and the file not. A conflict with a rival (of
    one of the ``choices``) decides nothing where not all cases were looked at: another may fit in the others.
    """
    unseen = {r for group in choices for p in parts if not p.complete and _has(p, group) for r in group}
    if any(c.counts and unseen.isdisjoint(c.members) for c in conflicts):
        return Verdict.CONTRADICTORY
    undecided = any(c.verdict is Verdict.UNKNOWN for p in parts for c in p.cases)
    return Verdict.CONSISTENT if complete and not undecided else Verdict.UNKNOWN
