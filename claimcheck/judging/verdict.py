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
from claimcheck.judging.parts import Part, Scenarios, touched
from claimcheck.judging.premises import basis, conclusions, evidence, rivals
from claimcheck.judging.report import ClaimResult, Conflict, Status, Verdict
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
    claims: ClaimSet, conflicts: Iterable[Conflict], scenarios: Scenarios
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
        settled = bool(out) and not overall and _stands(scenarios, others, out, fellows)
        marked.append(replace(conflict, ruled_out=out) if settled else conflict)
    return tuple(marked)


def _has(part: Part, premises: Iterable[str]) -> bool:
    return any(p in case.premises for p in premises for case in part.cases)


def _stands(
    scenarios: Scenarios, others: set[str], out: Collection[str], fellows: Sequence[frozenset[str]]
) -> bool:
    """Whether the others hold in cases without the rivals and without the conclusion's other conflicts.

    Cases of the parts tied to the rivals; of many combinations only the first are looked at.
    """
    near = {p.component for p in touched(scenarios, out)}
    for component in near:
        parts = [scenarios.parts[i] for i in scenarios.components[component]]
        everything = {p for part in parts for c in part.cases for p in c.premises}
        wanted = others & everything
        asked = {*wanted, *out, *(p for f in fellows for p in f & everything)}
        open_cases = []
        for part in parts:
            mine = asked.intersection(p for c in part.cases for p in c.premises)
            possible = [
                c
                for c in part.cases
                if c.verdict is not Verdict.CONTRADICTORY and wanted & mine <= c.premises
            ]
            # What is not asked about may be anything: one case stands for all.
            open_cases.append(possible if mine - part.base else possible[:1])
        for cases in itertools.islice(itertools.product(*open_cases), _MOST_COMBINATIONS):
            premises = frozenset().union(*(c.premises for c in cases))
            if not premises.issuperset(out) and not any(f & everything <= premises for f in fellows):
                return True
    return False


# -- claims ---------------------------------------------------------------------------------------------


def statuses(
    claims: ClaimSet,
    oracle: Oracle,
    scenarios: Scenarios,
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
    homes: dict[int, _Home] = {}
    near: dict[str, list[Conflict]] = {}
    for conflict in conflicts:
        for id in dict.fromkeys((*conflict.members, conflict.conclusion)):
            near.setdefault(id, []).append(conflict)
    for done, claim in enumerate(claims.claims.values()):
        oracle.tell("claims", done / len(claims.claims))
        if claim.spans:
            agreement, derived = spans.get(claim.id, (Agreement.UNKNOWN, None))
            status = {
                Agreement.AGREES: Status.SUPPORTED,
                Agreement.CLASHES: Status.CONTRADICTED,
                Agreement.VOID: Status.UNTESTED,
            }.get(agreement, Status.UNKNOWN)
            expected = derived.interval if derived is not None else None
        else:
            own = [c for c in near.get(claim.id, ()) if _is_own(c, claim)]
            open_at = incomplete.get("" if claim.id in checked else claim.id, frozenset())
            status, expected = status_of(claims, oracle, scenarios, claim, own, open_at, homes)
        found.append(ClaimResult(claim.id, claim.quantity, claim.source, status, claim.interval, expected))
    return tuple(found)


def _is_own(conflict: Conflict, claim: Claim) -> bool:
    if claim.is_conclusion:
        return conflict.conclusion == claim.id
    return not conflict.conclusion and not conflict.ruled_out and claim.id in conflict.members


def status_of(
    claims: ClaimSet,
    oracle: Oracle,
    scenarios: Scenarios,
    claim: Claim,
    own: Sequence[Conflict],
    open_at: frozenset[int],
    homes: dict[int, _Home] | None = None,
) -> tuple[Status, Interval | None]:
    """The status of one claim with its own conflicts, and what the others allow where it is supported.

    ``homes`` remembers what is tied together from one claim to the next.
    """
    number = oracle.problem.claims[claim.id][0]
    given = frozenset(basis(claims, claim))
    near = touched(scenarios, {*given, *(m for c in own for m in c.members)}, (number,))
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
    if number not in scenarios.part_of:
        return Status.UNTESTED, None
    homes = {} if homes is None else homes
    component = scenarios.parts[scenarios.part_of[number]].component
    home = (
        homes[component] if component in homes else homes.setdefault(component, _Home(scenarios, component))
    )
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


class _Home:
    """The cases of the parts that are tied to each other, taken together.

    ``places``: the parts (by position) in some case of which a premise holds.
    """

    def __init__(self, scenarios: Scenarios, component: int) -> None:
        parts = [scenarios.parts[i] for i in scenarios.components[component]]
        self.base = frozenset().union(*(p.base for p in parts))
        self.complete = all(p.complete for p in parts)
        self.possible = [
            [c.premises for c in p.cases if c.verdict is not Verdict.CONTRADICTORY] for p in parts
        ]
        self.places: dict[str, set[int]] = {}
        for k, part in enumerate(parts):
            for premise in {p for c in part.cases for p in c.premises}:
                self.places.setdefault(premise, set()).add(k)

    def sets(self, wanted: Collection[str], most: int) -> tuple[list[frozenset[str]], bool]:
        """Up to ``most`` sets of premises of cases that hold what is wanted, and whether these are all."""
        options = list(self.possible)
        for premise in wanted:
            for k in self.places[premise]:
                options[k] = [premises for premises in options[k] if premise in premises]
        found = [frozenset().union(*s) for s in itertools.islice(itertools.product(*options), most)]
        return found, math.prod(map(len, options)) <= most


def _allowed_by_others(
    oracle: Oracle, home: _Home, claim: Claim, given: frozenset[str], hard: Interval
) -> tuple[Interval | None, bool]:
    """The hull of what the other premises allow for the claim's quantity, over the cases where it could hold.

    The second value tells whether they are known to allow all of it: that some case does, where they seem to
    say nothing. Beyond a number of cases, or where not all were looked at, what holds in all of them is taken
    first, which allows no less. What evidence is allowed is for reading and no verdict rests on it, so
    contraction is enough where it says something.
    """
    wanted = {p for p in (*given, claim.id) if p in home.places}
    cases, all_of_them = home.sets(wanted, _MOST_CASES)
    if not cases:
        return None, True
    if not all_of_them or not home.complete:
        allowed, _ = _allowed(oracle, home.base | wanted, claim, hard)
        if allowed != hard:
            return allowed, False
        return hard, any(_allowed(oracle, s, claim, hard) == (hard, True) for s in cases)
    whole, sure = EMPTY, True
    for premises in dict.fromkeys(cases):
        allowed, tight = _allowed(oracle, premises, claim, hard)
        if allowed == hard and tight:
            return hard, True
        whole, sure = hull(whole, allowed), sure and tight
    return whole, sure


def _allowed(oracle: Oracle, premises: frozenset[str], claim: Claim, hard: Interval) -> tuple[Interval, bool]:
    """What premises but the claim allow for its quantity; whether it is known that they allow all of it."""
    found = hard if claim.given else oracle.contracted(premises, claim.quantity, without=claim.id)
    if found != hard:
        return found, False
    bound = oracle.bounds(premises - {claim.id}, (claim.quantity,))[claim.quantity]
    return bound.interval, bound.tight


# -- the file -------------------------------------------------------------------------------------------


def file_verdict(
    conflicts: Iterable[Conflict],
    scenarios: Scenarios,
    *,
    complete: bool,
    choices: Iterable[Collection[str]] = (),
) -> Verdict:
    """Contradictory with any conflict that counts; unknown where something is not decided; else consistent.

    Accepted conflicts make their scenarios contradictory and the file not. A conflict with a rival (of
    one of the ``choices``) decides nothing where not all cases were looked at: another may fit in the others.
    """
    parts = scenarios.parts
    unseen = {r for group in choices for p in parts if not p.complete and _has(p, group) for r in group}
    if any(c.counts and unseen.isdisjoint(c.members) for c in conflicts):
        return Verdict.CONTRADICTORY
    undecided = any(c.verdict is Verdict.UNKNOWN for p in parts for c in p.cases)
    return Verdict.CONSISTENT if complete and not undecided else Verdict.UNKNOWN
