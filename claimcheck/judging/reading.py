"""Intervals read back from a JSON report, so that two reports can be compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from gmpy2 import mpq

from claimcheck.diagnostics import InputProblem
from claimcheck.interval import EMPTY, Interval, Rational, interval
from claimcheck.units import DATE, DIMENSIONLESS, Unit, UnitTable, to_base

__all__ = ["read_gap", "read_interval"]

_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?(?:E[+-]?\d{1,5})?")
_FRACTION = re.compile(r"-?\d+(?:/\d+)?")
_SECONDS = re.compile(r"1970-01-01T00:00Z([+-]\d+)s")
_LONGEST = 200_000


def read_interval(shown: Mapping[str, Any], units: UnitTable | None = None) -> Interval:
    """An INTERVAL object in base units or, without ``units``, in its own.

    Ends are exact where the report has them so, else the printed decimals. Raises InputProblem: CC22x for a
    unit that is not known here, CC103 for an object that is none, or whose ends are beyond what is read.
    """
    try:
        unit = DATE if shown["unit"] == "date" else DIMENSIONLESS
        if units is not None:
            unit = units.parse(shown["unit"])
        low, low_closed = _end(shown["lower"], unit)
        high, high_closed = _end(shown["upper"], unit)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputProblem):
            raise
        raise InputProblem("CC103", f"{str(shown)[:80]} is no interval of a report") from None
    if low is not None and high is not None and low > high:
        return EMPTY
    if low is not None and low == high and not (low_closed and high_closed):
        return EMPTY
    return to_base(interval(low, high, low_closed, high_closed), unit)


def read_gap(shown: Mapping[str, Any]) -> Rational:
    """How far, relative to its size, a tight interval may be from the truth; 0 for one that is not tight."""
    text = str(shown.get("gap", "0"))
    return mpq(Fraction(text)) if shown.get("tight") is True and _DECIMAL.fullmatch(text) else mpq(0)


def _end(end: Mapping[str, Any] | None, unit: Unit) -> tuple[Rational | None, bool]:
    """The value of an END and whether it belongs to the interval.

    Raises KeyError, TypeError or ValueError.
    """
    if end is None:
        return None, False
    exact, text = end.get("exact"), end["value"]
    if exact is not None:
        if len(exact) > _LONGEST or not _FRACTION.fullmatch(exact):
            raise ValueError(exact)
        return mpq(exact), bool(end["closed"])
    if unit.is_date:
        return _moment(text), bool(end["closed"])
    if len(text) > _LONGEST or not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    return mpq(Fraction(text)), bool(end["closed"])


def _moment(text: str) -> Rational:
    """Seconds since 1970 of a date in a report. Raises ValueError, also for years beyond the calendar's."""
    if far := _SECONDS.fullmatch(text):
        return mpq(int(far[1]))
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    seconds = at - datetime(1970, 1, 1, tzinfo=UTC)
    return mpq(seconds.days * 86_400 + seconds.seconds)
