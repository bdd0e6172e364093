"""The least change that makes everything fit, told to a reader."""

from __future__ import annotations

from dataclasses import dataclass

from claimcheck.decimals import ends_text, grouped, upper_text
from claimcheck.interval import Rational, point
from claimcheck.judging.report import Report
from claimcheck.judging.shifts import Move, Shifts
from claimcheck.judging.wording import clean, printed_text, unit_text
from claimcheck.model import ClaimSet
from claimcheck.render.prose import unit_of
from claimcheck.units import Unit, from_base

__all__ = ["MovesTold", "told"]

_DIGITS = 4
_MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class MovesTold:
    """A title, rows (claim, as printed, which end moves where, by how much) and what else is to be said."""

    title: str
    rows: list[list[str]]
    notes: list[str]


def told(report: Report) -> MovesTold | None:
    """The shifts of a report; None where there is nothing to settle, or the file was not read."""
    claims = report.claim_set
    if claims is None or not report.conflicts:
        return None
    shifts = report.shifts()
    rows = [row for move in shifts.moves for row in _rows(claims, move)]
    return MovesTold(_title(shifts, complete=report.complete), rows, _notes(shifts))


def _title(shifts: Shifts, *, complete: bool) -> str:
    if shifts.least:
        return "Least change that makes all fit"
    if not shifts.moves:
        return "No change that makes all fit was found"
    return "A change that makes all fit" if complete and not shifts.open else "A change that makes more fit"


def _notes(shifts: Shifts) -> list[str]:
    notes = []
    if any(not m.least for m in shifts.moves):
        notes.append("* a smaller change may do as well")
    if shifts.open:
        notes.append(f"not found for {', '.join(map(clean, shifts.open))}")
    return notes


def _rows(claims: ClaimSet, move: Move) -> list[list[str]]:
    claim = claims.claims[move.claim]
    unit = unit_of(claims, claim.quantity)
    ends = (
        ("lower end", move.before.lower, move.after.lower),
        ("upper end", move.before.upper, move.after.upper),
    )
    rows = []
    for (name, old, new), change in zip(ends, move.changes, strict=True):
        if change is not None:
            mark = "" if move.least else " *"
            where = f"{name} {_from_to(old, new, unit, up=change > 0)}"
            rows.append([clean(claim.id), printed_text(claim), where, f"{_percent(change)}{mark}"])
    return rows


def _from_to(old: Rational, new: Rational, unit: Unit, *, up: bool) -> str:
    """Two values with as many digits as it takes to tell them apart, the new one rounded outward."""
    a, b = (from_base(point(q), unit).lower for q in (old, new))
    for digits in range(_DIGITS, _MOST_DIGITS + 1):
        before, after = (
            ends_text(None, q, digits)[1] if up else ends_text(q, None, digits)[0] for q in (a, b)
        )
        if before != after:
            break
    return f"{grouped(before)} -> {grouped(after)} {unit_text(unit)}".rstrip()


def _percent(change: Rational) -> str:
    """A relative change in percent, rounded up to three digits."""
    return f"{'+' if change > 0 else '-'}{upper_text(abs(change) * 100, 3)} %"
