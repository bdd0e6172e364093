"""How values, intervals and claims are put into words for a reader, each in its quantity's own unit."""

from __future__ import annotations

import math
from fractions import Fraction

from claimcheck import moments
from claimcheck.decimals import ends_text, grouped
from claimcheck.interval import ENTIRE, Interval, Rational, intersection
from claimcheck.model import Claim, ClaimSet
from claimcheck.units import Unit, from_base

__all__ = [
    "apart_text",
    "clean",
    "digits_to_tell_apart",
    "interval_text",
    "moment_text",
    "needed_text",
    "origin_text",
    "period_text",
    "printed_text",
    "unit_text",
]

_MOST_DIGITS = 40
_MINUTE, _DAY = 60, 86_400
_EAST = 14 * 3600
_ANYWHERE = (14 + 12) * 3600
"""Seconds by which a day is longer somewhere on Earth than in one place."""


def clean(text: str) -> str:
    """Text from a file with line breaks and control characters made harmless for a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def unit_text(unit: Unit) -> str:
    """The unit as it stands behind a number: ``%`` for percent, nothing for a plain number or a date."""
    if unit.is_date:
        return ""
    return "%" if unit.text in ("percent", "%") else clean(unit.text)


def interval_text(x: Interval, unit: Unit, digits: int = 4, *, with_unit: bool = True) -> str:
    """An interval given in base units, in words: ``32.91 to 33.22 day``, ``at least 5 GPU``, ``1024 GPU``.

    Ends are rounded outward to at least ``digits`` digits; an end that does not belong is ``above`` or
    ``below``. The empty interval is ``no value``; for dates see :func:`period_text`.
    """
    if x.is_empty:
        return "no value"
    if unit.is_date:
        return period_text(x)
    suffix = unit_text(unit) if with_unit else ""
    shown = from_base(x, unit)
    low, high = map(grouped, ends_text(shown.lower, shown.upper, digits))
    if not low and not high:
        return "any value"
    if not high:
        words = f"at least {low}" if x.lower_closed else f"above {low}"
    elif not low:
        words = f"at most {high}" if x.upper_closed else f"below {high}"
    elif low == high:
        words = low
    else:
        words = f"{'' if x.lower_closed else 'above '}{low} to {'' if x.upper_closed else 'below '}{high}"
    return f"{words} {suffix}" if suffix else words


def period_text(x: Interval) -> str:
    """A span of time in words: ``2021-11-30 18:10 UTC (that minute)``, ``2021-11-17 (that day, anywhere)``.

    Ends are rounded outward to whole seconds. A calendar day ``anywhere`` on Earth lasts 50 hours, from its
    first moment at UTC+14 to its last at UTC-12.
    """
    if x.lower is None and x.upper is None:
        return "any time"
    if x.upper is None:
        low = moment_text(x.lower, up=False)
        return f"{low} or later" if x.lower_closed else f"after {low}"
    high = moment_text(x.upper, up=True)
    if x.lower is None:
        return f"{high} or earlier" if x.upper_closed else f"before {high}"
    low = moment_text(x.lower, up=False)
    if x.is_point:
        return low
    length = x.upper - x.lower
    named = {1: "second", _MINUTE: "minute", _DAY: "day, UTC"}.get(length)
    if x.upper_closed or not x.lower_closed or x.lower.denominator != 1:
        named = None
    elif length == _DAY + _ANYWHERE and x.lower % _DAY == _DAY - _EAST:
        return f"{moment_text(x.lower + _EAST, up=False).partition(' ')[0]} (that day, anywhere)"
    if named is not None and x.lower % length == 0:
        return f"{low.partition(' ')[0] if length == _DAY else low} (that {named})"
    return f"{low.removesuffix(' UTC')} to {high}"


def moment_text(seconds: Rational, *, up: bool) -> str:
    """A point in time, rounded down or up to a second: ``2021-11-30 18:10 UTC``."""
    text = moments.latest_text(seconds) if up else moments.earliest_text(seconds)
    if not text.endswith("Z"):  # too far from now for a calendar
        return text
    return f"{text.removesuffix('Z').replace('T', ' ')} UTC"


def digits_to_tell_apart(a: Interval, b: Interval, unit: Unit, digits: int = 4) -> int:
    """The number of digits, from ``digits`` up, with which two disjoint intervals still look disjoint."""
    if a.is_empty or b.is_empty or unit.is_date:
        return digits
    first, second = from_base(a, unit), from_base(b, unit)
    if second.lower is not None and first.upper is not None and first.upper <= second.lower:
        below, above = first, second
    elif first.lower is not None and second.upper is not None and second.upper <= first.lower:
        below, above = second, first
    else:
        return digits
    if below.upper == above.lower:
        return digits
    while digits < _MOST_DIGITS:
        high = ends_text(below.lower, below.upper, digits)[1]
        low = ends_text(above.lower, above.upper, digits)[0]
        if Fraction(high) < Fraction(low):
            break
        digits += 1
    return digits


def apart_text(x: Interval, other: Interval, unit: Unit) -> str:
    """An interval in words, with as many digits as it takes to tell it from another that it does not meet."""
    return interval_text(x, unit, digits_to_tell_apart(other, x, unit))


def needed_text(claims: ClaimSet, id: str, needed: Interval) -> str:
    """What a claim would have to say, from the interval that the others leave: ``63.59 to 64.31 day``.

    The interval may hold the claimed value all the same where only some values of it will do.
    """
    claim = claims.claims[id]
    quantity = claims.quantities[claim.quantity]
    if needed == ENTIRE:
        said = from_base(claim.interval, quantity.unit)
        low, high = said.lower, said.upper
        broken = low is not None and high is not None and math.ceil(low) > math.floor(high)
        return "a whole number" if quantity.integer and broken else "another value"
    within = apart_text(needed, claim.interval, quantity.unit)
    apart = claim.spans or intersection(needed, claim.interval).is_empty
    return within if apart else f"another value, {within}"


def printed_text(claim: Claim) -> str:
    """The claim's value as its source printed it, with its unit if the text has none."""
    text = clean(claim.text).strip()
    unit = unit_text(claim.unit)
    if claim.unit.is_date or claim.reading.unit or not unit:
        return text
    return f"{text} {unit}"


def origin_text(claim: Claim, claims: ClaimSet) -> str:
    """Where the claim was printed: ``final-update, first paragraph``."""
    source = claims.sources.get(claim.source)
    name = clean(source.id if source is not None else claim.source)
    return f"{name}, {clean(claim.at)}" if claim.at else name
