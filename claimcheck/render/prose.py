"""The sentences and rows that the formats for people share; each format lays them out in its own way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from claimcheck.derivation import Clash, Derivation, Line, clash
from claimcheck.interval import Interval, intersection
from claimcheck.model import Claim, ClaimSet
from claimcheck.render.selection import reported
from claimcheck.report import Conflict, ConflictKind, Finding, Report, Scenario, Status, Verdict
from claimcheck.units import DIMENSIONLESS, Unit
from claimcheck.wording import (
    clean,
    digits_to_tell_apart,
    interval_text,
    origin_text,
    printed_text,
    unit_text,
)

__all__ = [
    "Account",
    "account",
    "by_weight",
    "choice_text",
    "claim_rows",
    "column_title",
    "conflicts_everywhere",
    "headline",
    "line_row",
    "other_findings",
    "plural",
    "scenario_count",
    "scenario_rows",
    "summary",
    "unit_of",
]

_CONFLICT_CODES = ("CC301", "CC302", "CC303", "CC304")
_STATUS_ORDER = (Status.CONTRADICTED, Status.DISPUTED, Status.UNKNOWN, Status.UNTESTED, Status.SUPPORTED)


def plural(count: int, word: str) -> str:
    """``1 conflict``, ``2 conflicts``."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def unit_of(claims: ClaimSet | None, quantity: str) -> Unit:
    """The unit a quantity is shown in."""
    known = claims.quantities.get(quantity) if claims is not None else None
    return DIMENSIONLESS if known is None else known.unit


def headline(report: Report) -> str:
    """What came out, in one line: the verdict and what it rests on."""
    if report.diagnostics and report.claim_set is None:
        return f"not checked: {plural(len(report.diagnostics), 'mistake')} in the file"
    new = [c for c in report.conflicts if c.counts]
    if report.verdict is Verdict.CONTRADICTORY:
        kinds = Counter(str(c.kind) for c in new)
        order = ("contradiction", "impossible", "disagreement")
        parts = [
            f"{kinds[k]} impossible" if k == "impossible" else plural(kinds[k], k) for k in order if kinds[k]
        ]
        return (
            f"contradictory: {plural(len(new), 'conflict')} ({', '.join(parts)})"
            if parts
            else "contradictory"
        )
    if report.verdict is Verdict.UNKNOWN:
        return "unknown: the time given was not enough to decide"
    known = sum(c.known for c in report.conflicts)
    return "consistent" + (f", apart from {plural(known, 'known conflict')}" if known else "")


def summary(report: Report) -> str:
    """What was looked at, counted: ``11 claims (3 contradicted, ...), 4 source combinations (...)``."""
    parts = []
    if report.claims:
        counts = Counter(c.status for c in report.claims)
        told = ", ".join(f"{counts[s]} {s}" for s in _STATUS_ORDER if counts[s])
        parts.append(f"{plural(len(report.claims), 'claim')} ({told})")
    if report.scenarios:
        verdicts = Counter(s.verdict for s in report.scenarios)
        told = ", ".join(f"{verdicts[v]} {v}" for v in Verdict if verdicts[v])
        count = scenario_count(report)
        listed = f", of the {len(report.scenarios)} listed" if count > len(report.scenarios) else ""
        parts.append(f"{plural(count, 'source combination')} ({told}{listed})")
    return "; ".join(parts)


def scenario_count(report: Report) -> int:
    """How many scenarios there are, listed in the report or not."""
    return max(report.scenario_count, len(report.scenarios))


def by_weight(conflicts: Iterable[Conflict]) -> list[Conflict]:
    """Most important first: news before what is known, contradictions before disagreements."""
    weight = {ConflictKind.CONTRADICTION: 0, ConflictKind.IMPOSSIBLE: 1, ConflictKind.DISAGREEMENT: 2}
    return sorted(conflicts, key=lambda c: (not c.counts, weight[c.kind]))


def other_findings(report: Report) -> list[Finding]:
    """The findings that are not told as conflicts already, and what the reading of the file noticed."""
    noticed = [
        Finding(
            d.code,
            "",
            d.severity,
            d.message,
            d.hint,
            *((d.location.line, d.location.column) if d.location else ()),
        )
        for d in report.diagnostics
    ]
    return [*noticed, *(f for f in report.findings if f.code not in _CONFLICT_CODES)]


# --- scenarios


def choice_text(claims: ClaimSet | None, ids: tuple[str, ...]) -> str:
    """What was picked for one quantity or choice: ``1024 (final-update)``, ``with-recompute``."""
    told: dict[str, list[str]] = {}
    for id in ids:
        claim = claims.claims.get(id) if claims is not None else None
        if claim is None:
            told.setdefault(clean(id.removeprefix("relation:")), [])
        else:
            told.setdefault(printed_text(claim), []).append(clean(claim.source))
    return ", ".join(
        f"{text} ({', '.join(dict.fromkeys(sources))})" if sources else text for text, sources in told.items()
    )


def column_title(claims: ClaimSet | None, quantity: str) -> str:
    """``uptime (%)``."""
    unit = unit_text(unit_of(claims, quantity))
    return f"{quantity} ({unit})" if unit else quantity


def scenario_rows(report: Report, scenarios: list[Scenario]) -> list[list[str]]:
    """A header row and one row per scenario: choices, then reported intervals, verdict, conflicts.

    An interval that is not proved tight ends in ``*``. Conflicts of every scenario are left out of the rows.
    """
    claims = report.claim_set
    choices = list(dict.fromkeys(name for s in report.scenarios for name in s.choices))
    columns = reported(report)
    everywhere = conflicts_everywhere(report)
    rows = [[*choices, *(column_title(claims, q) for q in columns), "verdict", "conflicts"]]
    for s in scenarios:
        picked = [choice_text(claims, s.choices.get(name, ())) for name in choices]
        found = []
        for q in columns:
            bound = s.bounds.get(q)
            text = (
                "-" if bound is None else interval_text(bound.interval, unit_of(claims, q), with_unit=False)
            )
            found.append(text if bound is None or bound.tight else f"{text} *")
        rows.append(
            [*picked, *found, str(s.verdict), " ".join(c for c in s.conflicts if c not in everywhere)]
        )
    return rows


def conflicts_everywhere(report: Report) -> list[str]:
    """The conflicts that every one of several scenarios has."""
    if len(report.scenarios) < 2:
        return []
    first, *others = report.scenarios
    return [c for c in first.conflicts if all(c in s.conflicts for s in others)]


# --- claims


def claim_rows(report: Report, statuses: Iterable[Status]) -> list[list[str]]:
    """Rows status, claim, printed, what the other claims allow; worst first."""
    wanted = set(statuses)
    rows = []
    for status in _STATUS_ORDER:
        for c in report.claims:
            if c.status is not status or status not in wanted:
                continue
            claim = report.claim_set.claims.get(c.id) if report.claim_set is not None else None
            unit = unit_of(report.claim_set, c.quantity)
            printed = printed_text(claim) if claim is not None else interval_text(c.interval, unit)
            allowed = ""
            if c.expected is not None and not c.expected.is_empty:
                digits = digits_to_tell_apart(c.interval, c.expected, unit)
                allowed = f"the others allow {interval_text(c.expected, unit, digits)}"
            rows.append([str(status), c.id, printed, allowed])
    return rows


# --- conflicts


@dataclass(frozen=True, slots=True)
class Account:
    """A conflict told to a reader: a title, rows of a derivation, the clash in a sentence, ways to mend it.

    Rows are (quantity, what it equals, interval, where from); ``needed`` rows are
    (claim, as printed, what it would have to be).
    """

    title: str
    rows: list[list[str]]
    clash: str
    needed: list[list[str]]
    notes: list[str]


def account(report: Report, conflict: Conflict) -> Account:
    """The account of one conflict of a report that has its claim set."""
    claims = report.claim_set
    if claims is None:
        return Account(", ".join(conflict.members), [], "", [], [])
    span = _span(claims, conflict)
    # A hull has its two ends from different scenarios: no single derivation leads to it.
    place = Clash(claims.claims[conflict.conclusion].quantity, (), None) if span else clash(claims, conflict)
    rows = [] if span else _rows(claims, place)
    notes = []
    if not conflict.minimal:
        notes.append("this set may not be minimal: some member may not be needed")
    if conflict.known:
        notes.append(f"known: {clean(conflict.reason)}")
    if conflict.ruled_out:
        rivals = ", ".join(clean(p.removeprefix("relation:")) for p in conflict.ruled_out)
        notes.append(f"no contradiction of the file: this rules out {rivals}, and another choice fits")
    if place.derivation is not None and place.derivation.split:
        notes.append("the proof goes on by cases, which only the JSON report shows")
    return Account(
        _title(claims, conflict),
        rows,
        span or _clash_text(claims, conflict, place),
        [] if span else _needed(claims, conflict),
        notes,
    )


def _title(claims: ClaimSet, conflict: Conflict) -> str:
    if conflict.conclusion in claims.claims:
        claim = claims.claims[conflict.conclusion]
        if not claim.given:
            return (
                f"{claim.id} = {printed_text(claim)} is not the span of {claim.quantity} over all scenarios"
            )
        given = ", ".join(claims.resolve(g) for g in claim.given)
        return f"{claim.id} = {printed_text(claim)} does not follow from {given}"
    members = ", ".join(clean(m) for m in conflict.members)
    if not members:
        return "the hard facts of the file cannot all hold"
    if conflict.kind is ConflictKind.IMPOSSIBLE:
        return f"{members} cannot be"
    return f"{members} cannot {'both' if len(conflict.members) == 2 else 'all'} be true"


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


def _rows(claims: ClaimSet, place: Clash) -> list[list[str]]:
    if place.derivation is None:
        return [_claim_row(claims, id) for id in place.claims]
    return [line_row(claims, line) for line in place.derivation.lines]


def _claim_row(claims: ClaimSet, id: str) -> list[str]:
    claim = claims.claims[id]
    read = interval_text(claim.interval, unit_of(claims, claim.quantity))
    printed = printed_text(claim)
    how = _how_read(claim)
    if claim.interval.is_point and read == printed:
        read = "exactly"
    elif how:
        read = f"{read} ({how})"
    return [claim.quantity, f"= {printed}", read, origin_text(claim, claims)]


def _how_read(claim: Claim) -> str:
    """Why the interval is wider than the printed number: ``rounded``, ``rounded down``, ``about``."""
    reading = claim.reading
    said = clean(reading.explanation)
    if reading.kind == "rounded":
        how = said.partition(": ")[0].removesuffix(" to the last printed digit")
        return how[how.index("rounded") :] if "rounded" in how else how.partition(" ")[2]
    if reading.kind == "approximate":
        return "about"
    return "twice the standard uncertainty" if reading.kind == "uncertain" and "2 times" in said else ""


def line_row(claims: ClaimSet, line: Line, digits: int = 4) -> list[str]:
    """One line of a derivation as cells."""
    if line.premise in claims.claims:
        return _claim_row(claims, line.premise)
    kind, _, name = line.premise.partition(":")
    found = interval_text(line.interval, unit_of(claims, line.quantity), digits)
    if kind == "relation":
        said = f"= {line.formula}" if line.formula else ""
        through = "".join(f", {p.removeprefix('relation:')}" for p in line.through)
        return [line.quantity, said, found, f"relation {clean(name)}{through}"]
    origin = {"domain": "hard limit", "integer": "whole numbers only", "case": "case"}.get(kind, line.premise)
    return [line.quantity, "", found, origin]


def _clash_text(claims: ClaimSet, conflict: Conflict, place: Clash) -> str:
    if place.derivation is None:
        return f"no value of {place.quantity} agrees with all of them"
    derived: Derivation = place.derivation
    if not place.claims and derived.split:
        return "from here no value is left in any case"
    if not place.claims:
        return f"no value of {place.quantity} is left" if place.quantity else "no value is left"
    claim = claims.claims[place.claims[0]]
    unit = unit_of(claims, claim.quantity)
    digits = digits_to_tell_apart(claim.interval, derived.interval, unit)
    return (
        f"so {claim.quantity} is {_said(derived.interval, unit, digits)}, "
        f"but {claim.id} says {_said(claim.interval, unit, digits)}"
    )


def _said(x: Interval, unit: Unit, digits: int) -> str:
    return interval_text(x, unit, digits)


def _needed(claims: ClaimSet, conflict: Conflict) -> list[list[str]]:
    if conflict.kind is ConflictKind.DISAGREEMENT:
        return []  # what one of two rivals would have to be is what the other says
    rows = []
    for id, bound in conflict.would_need.items():
        claim = claims.claims.get(id)
        if claim is None:
            continue
        unit = unit_of(claims, claim.quantity)
        if bound is None or bound.interval.is_empty:
            needed = "no other value would do"
        else:
            digits = digits_to_tell_apart(claim.interval, bound.interval, unit)
            needed = f"would have to be {interval_text(bound.interval, unit, digits)}"
            if not intersection(bound.interval, claim.interval).is_empty:  # an enclosure, but not tight
                needed = f"would have to be another value of {interval_text(bound.interval, unit, digits)}"
        rows.append([id, printed_text(claim), needed])
    return rows
