"""What to resolve first: which disagreement or which missing digit keeps the reported quantities wide."""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from claimcheck.decimals import grouped, nearest_text
from claimcheck.interval import Rational
from claimcheck.judging.report import Narrowing, Overview, Picked, Report
from claimcheck.judging.wording import clean, unit_text
from claimcheck.model import ClaimSet
from claimcheck.render.combinations import choice_text
from claimcheck.render.prose import count_text, unit_of

__all__ = ["extreme_rows", "moved_text", "resolving_rows"]

_ROWS = 6
_QUANTITIES = 3
_LEAST = mpq(1, 100)
"""A gain of less than this share of the width is not worth a line."""
_DAY = 86400


def resolving_rows(report: Report) -> list[list[str]]:
    """What could be settled or read more exactly, how much it would narrow, move and rule out; best first."""
    overview = report.overview
    by_what: dict[tuple[str, str], list[Narrowing]] = {}
    for n in overview.resolve:
        if n.most >= _LEAST:
            by_what.setdefault((n.kind, n.what), []).append(n)
    ranked = sorted(by_what.items(), key=lambda item: -max(n.least for n in item[1]))
    rows = []
    for (kind, what), found in ranked[:_ROWS]:
        found = sorted(found, key=lambda n: -n.least)[:_QUANTITIES]
        narrows = ", ".join(f"{n.quantity} by {_shares(n)}" for n in found)
        rows.append(
            [
                clean(what),
                "settled either way" if kind == "settle" else "one more digit",
                f"narrows {narrows}",
                _moves(report.claim_set, overview, what, found) if kind == "settle" else "",
                _ruled_out(overview, found[0]),
            ]
        )
    return rows


def _shares(n: Narrowing) -> str:
    least, most = (nearest_text(share * 100, 2) for share in (n.least, n.most))
    return f"{least} %" if least == most else f"{least} to {most} %"


def _moves(claims: ClaimSet | None, overview: Overview, choice: str, found: Sequence[Narrowing]) -> str:
    moved = [
        f"{e.quantity} by {moved_text(claims, e.quantity, e.moves)}"
        for n in found
        for e in overview.effects
        if e.choice == choice and e.quantity == n.quantity and e.moves
    ]
    return f"moves {', '.join(moved)}" if moved else ""


def moved_text(claims: ClaimSet | None, quantity: str, distance: Rational) -> str:
    """A difference of two values of a quantity: ``6.9 points`` of one in percent, ``1.1 day``."""
    unit = unit_of(claims, quantity)
    if unit.is_date:
        return f"{nearest_text(distance / _DAY, 2)} day"
    text = unit_text(unit)
    shown = grouped(nearest_text(distance / unit.scale.lower, 2))
    return f"{shown} {'points' if text == '%' else text}".rstrip()


def _ruled_out(overview: Overview, n: Narrowing) -> str:
    if n.rules_out is None or overview.verdicts is None:
        return ""
    least, most = n.rules_out
    told = count_text(least) if least == most else f"{count_text(least)} to {count_text(most)}"
    return f"rules out {told} of {count_text(sum(overview.verdicts.values()))}" if most else ""


def extreme_rows(report: Report, quantities: Sequence[str]) -> list[list[str]]:
    """Under which choices quantities are least and greatest: (``least y``, the choices)."""
    rows = []
    for quantity in quantities:
        ends = report.overview.extremes.get(quantity, ())
        for word, picked in zip(("least", "greatest"), ends, strict=False):
            if picked:
                rows.append([f"{word} {quantity}", _picked_text(report.claim_set, picked)])
    return rows


def _picked_text(claims: ClaimSet | None, picked: Picked) -> str:
    return ", ".join(f"{clean(name)} = {choice_text(claims, ids)}" for name, ids in picked.items())
