"""Conflicts told to a reader: what is claimed, what follows, the one inequality, and what would mend it.

The formats for people share these rows and sentences; each lays them out in its own way.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from claimcheck.decimals import grouped, lower_text
from claimcheck.interval import ENTIRE, Interval, Rational, intersection
from claimcheck.judging.agreement import agreeing_groups
from claimcheck.judging.branches import cut_quantities, number_of_branches
from claimcheck.judging.derivation import Clash, Derivation, clash, relation_text
from claimcheck.judging.inequality import conflict_inequality
from claimcheck.judging.lines import Line
from claimcheck.judging.readings import assumed, assumption_text, holds_if, way_out
from claimcheck.judging.report import Conflict, ConflictKind, Report
from claimcheck.judging.wording import (
    apart_text,
    clean,
    interval_text,
    needed_text,
    origin_text,
    printed_text,
    unit_text,
)
from claimcheck.model import Claim, ClaimSet
from claimcheck.render.prose import plural, unit_of
from claimcheck.units import Unit

__all__ = ["Account", "Side", "account", "accounts", "clash_text", "line_row"]


_LONG_TITLE = 110


@dataclass(frozen=True, slots=True)
class Side:
    """One of the intervals (base units) that do not meet: what follows, or what is ``claimed``, perhaps
    ``ranged`` (with both ends stated).
    """

    label: str
    comes_to: str
    interval: Interval
    claimed: bool
    ranged: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """Conflicts told as one: mostly a single one, but all disagreements about one quantity together.

    ``rows`` are (quantity, what it equals, interval, where from), ``clash`` is where it does not fit and
    ``inequality`` the same as one line of arithmetic (or empty). ``needed`` rows are (claim, as printed, what
    it would have to be). ``sides``: the intervals of ``quantity`` that do not meet, to be drawn.
    """

    conflicts: tuple[Conflict, ...]
    title: str
    rows: list[list[str]] = field(default_factory=list)
    clash: str = ""
    inequality: str = ""
    needed: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    quantity: str = ""
    sides: list[Side] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The ids: ``C2``, ``C2 C5``, ``C2 to C7`` for more than two in a row."""
        runs: list[list[str]] = []
        for conflict in self.conflicts:
            last = runs[-1][-1].removeprefix("C") if runs else ""
            if last.isdecimal() and conflict.id == f"C{int(last) + 1}":
                runs[-1].append(conflict.id)
            else:
                runs.append([conflict.id])
        return ", ".join(f"{r[0]} to {r[-1]}" if len(r) > 2 else ", ".join(r) for r in runs)

    @property
    def kind(self) -> ConflictKind:
        """The kind that they share."""
        return self.conflicts[0].kind

    @property
    def counts(self) -> bool:
        """Whether any of them makes the file contradictory."""
        return any(c.counts for c in self.conflicts)


def accounts(report: Report) -> list[list[Conflict]]:
    """The conflicts of a report as they are told, in the report's order: mostly one by one.

    Several disagreements of evidence about one quantity are told together, in the place of the first.
    """
    claims = report.claim_set
    told: list[list[Conflict]] = []
    place: dict[tuple[str, bool, str], list[Conflict]] = {}
    for conflict in report.conflicts:
        about = _disputed(claims, conflict) if claims is not None else ""
        key = (about, conflict.counts, conflict.reason)
        if about and key in place:
            place[key].append(conflict)
            continue
        told.append([conflict])
        if about:
            place[key] = told[-1]
    return told


def _disputed(claims: ClaimSet, conflict: Conflict) -> str:
    """The quantity that a disagreement of evidence is about, else nothing."""
    if conflict.kind is not ConflictKind.DISAGREEMENT or conflict.conclusion:
        return ""
    return claims.claims[conflict.members[0]].quantity


def account(report: Report, conflicts: Sequence[Conflict]) -> Account:
    """The account of one conflict (or of disagreements about one quantity) of a report with its claim set."""
    claims = report.claim_set
    first = conflicts[0]
    if claims is None:
        return Account(tuple(conflicts), ", ".join(first.members))
    if len(conflicts) > 1:
        return _disagreements(report, claims, tuple(conflicts))
    notes = _notes(report, first)
    if span := _span(claims, first):
        # A hull has its two ends from different scenarios: no single derivation leads to it.
        claim = claims.claims[first.conclusion]
        bound = first.would_need[first.conclusion]
        assert bound is not None
        sides = _sides_of(claims, claim, bound.interval, "over all scenarios")
        return Account(
            (first,), _title(claims, first), clash=span, notes=notes, quantity=claim.quantity, sides=sides
        )
    place = clash(claims, first)
    if place.by_cases:
        needed = [] if _settled_by_scope(claims, first) else _needed(claims, first)
        return Account((first,), _title(claims, first), [], _cases_text(first), "", needed, notes)
    inequality = conflict_inequality(claims, first)
    line = "" if inequality is None else inequality.text
    if place.derivation is None:
        return Account(
            (first,),
            _title(claims, first),
            [_claim_row(claims, id) for id in place.claims],
            _apart(claims, place.quantity, [[id] for id in place.claims], line),
            notes=[*_agreeing(claims, first), *notes],
            quantity=place.quantity,
            sides=[_claimed(claims, id) for id in place.claims],
        )
    sides = []
    if place.claims:
        sides = _sides_of(claims, claims.claims[place.claims[0]], place.derivation.interval, "what follows")
    return Account(
        (first,),
        _title(claims, first),
        [line_row(claims, step) for step in place.derivation.lines],
        clash_text(claims, place),
        line if " = " in line else "",  # a mere comparison of two ends says no more than the clash does
        [] if _settled_by_scope(claims, first) else _needed(claims, first),
        notes,
        place.quantity,
        sides,
    )


def _notes(report: Report, conflict: Conflict) -> list[str]:
    notes = []
    if not conflict.worked_out:
        notes.append("what its members would have to be was not worked out in the time given")
    if not conflict.minimal:
        notes.append("this set may not be minimal: some member may not be needed")
    if conflict.known:
        notes.append(f"known: {clean(conflict.reason)}")
    if conflict.ruled_out and report.claim_set is not None:
        by_id = {c.id: c for c in report.conflicts}
        readings = holds_if(report.claim_set, by_id, conflict, report.scenarios)
        if readings:
            return [*notes, f"the likely reason is the scope: this {way_out(report.claim_set, readings)}"]
        rivals = ", ".join(clean(p.removeprefix("relation:")) for p in conflict.ruled_out)
        notes.append(f"no contradiction of the file: this rules out {rivals}, and another choice fits")
    return notes


def _settled_by_scope(claims: ClaimSet, conflict: Conflict) -> bool:
    """Whether no number of it has to change, because a claim may speak of another scope."""
    return bool(conflict.ruled_out and assumed(claims, conflict))


def _title(claims: ClaimSet, conflict: Conflict) -> str:
    taken = assumed(claims, conflict)
    if conflict.conclusion in claims.claims:
        claim = claims.claims[conflict.conclusion]
        if not claim.given:
            return (
                f"{claim.id} = {printed_text(claim)} is not the span of {claim.quantity} over all scenarios"
            )
        given = ", ".join(claims.resolve(g) for g in claim.given)
        title = f"{claim.id} = {printed_text(claim)} does not follow from {given}"
        if len(title) > _LONG_TITLE:
            title = f"{claim.id} = {printed_text(claim)} does not follow from its {len(claim.given)} premises"
        return f"{title} if {assumption_text(taken)}" if taken else title
    shown = [m for m in conflict.members if m not in {r.premise for r in taken.values()}]
    members = ", ".join(map(clean, shown))
    if not members:
        return "the hard facts of the file cannot all hold"
    if conflict.kind is ConflictKind.IMPOSSIBLE:
        return f"{members} cannot be"
    if len(members) > _LONG_TITLE:
        relations = sum(m not in claims.claims for m in shown)
        parts = (plural(len(shown) - relations, "claim"), plural(relations, "relation"))
        members = " and ".join(p for p in parts if not p.startswith("0 "))
    title = f"{members} cannot {'both' if len(shown) == 2 else 'all'} be true"
    return f"{title} if {assumption_text(taken)}" if taken else title


def _span(claims: ClaimSet, conflict: Conflict) -> str:
    """The clash of a `spans` claim with the hull over all scenarios; empty for any other conflict."""
    claim = claims.claims.get(conflict.conclusion)
    bound = conflict.would_need.get(conflict.conclusion)
    if claim is None or not claim.spans or bound is None:
        return ""
    unit = unit_of(claims, claim.quantity)
    return (
        f"over all scenarios {claim.quantity} spans {interval_text(bound.interval, unit)}, "
        f"but {claim.id} says {printed_text(claim)}"
    )


# --- disagreements


def _disagreements(report: Report, claims: ClaimSet, conflicts: tuple[Conflict, ...]) -> Account:
    """Several disagreements about one quantity: which claims agree, and how far apart the groups are."""
    quantity = claims.claims[conflicts[0].members[0]].quantity
    members = dict.fromkeys(m for c in conflicts for m in c.members)
    ids = [c.id for c in claims.claims.values() if c.id in members]
    groups = sorted(
        (list(g) for g in agreeing_groups({id: claims.claims[id].interval for id in ids})),
        key=lambda g: _low(_common(claims, g)),
    )
    names = [_letter(i) for i in range(len(groups))]
    rows = []
    for name, group in zip(names, groups, strict=True):
        for id in group:
            quantity_cell, *cells = _claim_row(claims, id)
            rows.append([f"{name}  {quantity_cell}" if len(groups) < len(ids) else quantity_cell, *cells])
    title = f"{plural(len(ids), 'claim')} on {quantity} agree only within {plural(len(groups), 'group')}"
    if len(groups) == len(ids):
        title = f"no two of {len(ids)} claims on {quantity} agree"
    notes = list(dict.fromkeys(note for c in conflicts for note in _notes(report, c)))
    return Account(
        conflicts,
        title,
        rows,
        _apart(claims, quantity, groups, ""),
        notes=notes,
        quantity=quantity,
        sides=[_claimed(claims, id) for group in groups for id in group],
    )


def _agreeing(claims: ClaimSet, conflict: Conflict) -> list[str]:
    """With which of two claims that disagree the other evidence on their quantity agrees."""
    if conflict.conclusion:
        return []
    quantity = claims.claims[conflict.members[0]].quantity
    taken: dict[tuple[str, ...], list[str]] = {}
    for claim in claims.claims.values():
        if claim.quantity != quantity or claim.is_conclusion or claim.id in conflict.members:
            continue
        met = tuple(m for m in conflict.members if not _common(claims, (m, claim.id)).is_empty)
        taken.setdefault(met, []).append(claim.id)
    return [
        f"{', '.join(ids)} {'agrees' if len(ids) == 1 else 'agree'} with {' and '.join(met) or 'neither'}"
        for met, ids in taken.items()
    ]


def _sides_of(claims: ClaimSet, claim: Claim, follows: Interval, what: str) -> list[Side]:
    """What follows for a claim's quantity, and the claim."""
    told = apart_text(follows, claim.interval, unit_of(claims, claim.quantity))
    return [Side(what, told, follows, False), _claimed(claims, claim.id)]


def _claimed(claims: ClaimSet, id: str) -> Side:
    claim = claims.claims[id]
    ranged = claim.reading.kind == "range"
    return Side(clean(claim.source), printed_text(claim), claim.interval, True, ranged)


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else f"A{number}"


def _common(claims: ClaimSet, group: Sequence[str]) -> Interval:
    common = claims.claims[group[0]].interval
    for id in group[1:]:
        common = intersection(common, claims.claims[id].interval)
    return common


def _low(x: Interval) -> tuple[bool, object]:
    return (x.lower is not None, x.lower if x.lower is not None else 0)


def _apart(claims: ClaimSet, quantity: str, groups: Sequence[Sequence[str]], inequality: str) -> str:
    """That groups of claims do not meet, and the gaps between them."""
    unit = unit_of(claims, quantity)
    parts = sorted((_common(claims, g) for g in groups), key=_low)
    gaps = []
    for below, above in itertools.pairwise(parts):
        if below.upper is not None and above.lower is not None and below.upper < above.lower:
            gaps.append(_length(below.upper, above.lower, unit))
    told = f"no value of {quantity} agrees with {'both' if len(groups) == 2 else 'all of them'}"
    reasons = [inequality] if inequality else []
    if gaps:
        reasons.append(f"{'gaps' if len(gaps) > 1 else 'a gap'} of {' and '.join(gaps)}")
    return f"{told}: {', '.join(reasons)}" if reasons else told


def _length(low: Rational, high: Rational, unit: Unit) -> str:
    """The distance of two values in words, rounded down to three digits."""
    distance = high - low
    if unit.is_date:
        size, name = next((s, n) for s, n in _LENGTHS if distance >= s or s == 1)
        return f"{lower_text(distance / size, 3)} {name}"
    return f"{grouped(lower_text(distance / unit.scale.upper, 3))} {unit_text(unit)}".rstrip()


_LENGTHS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


# --- rows


def line_row(claims: ClaimSet, line: Line, digits: int = 4) -> list[str]:
    """One line of a derivation as cells."""
    if line.premise in claims.claims:
        return _claim_row(claims, line.premise)
    kind, _, name = line.premise.partition(":")
    found = interval_text(line.interval, unit_of(claims, line.quantity), digits)
    if kind == "relation":
        said = f"= {line.formula}" if line.formula else ""
        if not said and name in claims.relations and not line.through:
            said = clean(relation_text(claims, line.premise))
        through = "".join(f", {p.removeprefix('relation:')}" for p in line.through)
        through += f", {line.rounds} rounds" if line.rounds > 1 else ""
        relation = claims.relations.get(name)
        if relation is not None and relation.reads:
            return [line.quantity, said, found, f"if {clean(relation.note)}{through}"]
        return [line.quantity, said, found, f"relation {clean(name)}{through}"]
    origin = {"domain": "hard limit", "integer": "whole numbers only", "case": "case"}.get(kind, line.premise)
    return [line.quantity, "", found, origin]


def _claim_row(claims: ClaimSet, id: str) -> list[str]:
    claim = claims.claims[id]
    read = interval_text(claim.interval, unit_of(claims, claim.quantity))
    printed = printed_text(claim)
    how = _how_read(claim)
    if read.replace(",", "") == printed.replace(",", ""):
        read = "exactly" if claim.interval.is_point else "as printed"
    elif how:
        read = f"{read}, {how}"
    return [claim.quantity, f"= {printed}", read, origin_text(claim, claims)]


def _how_read(claim: Claim) -> str:
    """Why the interval is wider than the printed number: ``as rounded``, ``as rounded down``, ``about``."""
    reading = claim.reading
    said = clean(reading.explanation)
    if reading.kind == "rounded":
        how = said.partition(": ")[0].removesuffix(" to the last printed digit")
        return f"as {how[how.index('rounded') :]}" if "rounded" in how else how.partition(" ")[2]
    if reading.kind == "approximate":
        return "as approximate"
    return "twice the standard uncertainty" if reading.kind == "uncertain" and "2 times" in said else ""


def _cases_text(conflict: Conflict) -> str:
    """That a proof by cases leaves nothing in any of them."""
    number, cut = number_of_branches(conflict.proof), cut_quantities(conflict.proof)
    return f"in each of {number} cases by {' and '.join(cut)} no value is left"


def clash_text(claims: ClaimSet, place: Clash) -> str:
    """Where a derivation that leads to a clash does not fit, in words."""
    derived = place.derivation
    assert isinstance(derived, Derivation)
    if not place.claims:
        return _emptied(claims, place.quantity, derived) if place.quantity else "no value is left"
    claim = claims.claims[place.claims[0]]
    unit = unit_of(claims, claim.quantity)
    return (
        f"so {claim.quantity} is {apart_text(derived.interval, claim.interval, unit)}, "
        f"but {claim.id} says {apart_text(claim.interval, derived.interval, unit)}"
    )


def _emptied(claims: ClaimSet, quantity: str, derived: Derivation) -> str:
    """Why nothing is left of a quantity: two lines do not meet, or all do where there is no whole number."""
    lines, left, unit = (
        [x for x in derived.lines if x.quantity == quantity],
        ENTIRE,
        unit_of(claims, quantity),
    )
    for line in lines:
        left = intersection(left, line.interval)
    for a, b in itertools.combinations([x for x in lines if not x.interval.is_empty], 2):
        if intersection(a.interval, b.interval).is_empty:
            one, other = apart_text(a.interval, b.interval, unit), apart_text(b.interval, a.interval, unit)
            return f"{quantity} is {one} ({line_row(claims, a)[3]}), but {other} ({line_row(claims, b)[3]})"
    if claims.quantities[quantity].integer and left.is_bounded and not left.is_empty:
        within = interval_text(left, unit)
        return f"{quantity} is a whole number, and there is none in {within}"
    return f"no value of {quantity} is left"


def _needed(claims: ClaimSet, conflict: Conflict) -> list[list[str]]:
    rows = []
    for id, bound in conflict.would_need.items():
        claim = claims.claims.get(id)
        if claim is None:
            continue
        needed = "no other value would do"
        if bound is not None and not bound.interval.is_empty:
            needed = f"would have to be {needed_text(claims, id, bound.interval)}"
        rows.append([id, printed_text(claim), needed])
    return rows
