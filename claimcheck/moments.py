"""Points in time as ISO 8601 text in UTC, from exact seconds since 1970-01-01T00:00Z, rounded outward.

Bounds may lie in any year, so this is the proleptic Gregorian calendar in whole numbers and not
:mod:`datetime`, which ends with the year 9999. Years outside 0000 to 9999 are written with a sign.
"""

from __future__ import annotations

from typing import Any

from gmpy2 import c_div, f_div, mpq

__all__ = ["earliest_text", "latest_text"]

_DAY = 86_400
_FARTHEST = 10**15
"""Seconds (about 30 million years) beyond which an end is not worth a date and is told in seconds."""


def earliest_text(seconds: Any) -> str:
    """The last whole second that is not after the given moment: ``2021-11-04T10:00Z``."""
    q = mpq(seconds)
    return _text(int(f_div(q.numerator, q.denominator)))


def latest_text(seconds: Any) -> str:
    """The first whole second that is not before the given moment."""
    q = mpq(seconds)
    return _text(int(c_div(q.numerator, q.denominator)))


def _text(seconds: int) -> str:
    if abs(seconds) > _FARTHEST:
        return f"1970-01-01T00:00Z{seconds:+d}s"
    days, rest = divmod(seconds, _DAY)
    year, month, day = _civil(days)
    hour, rest = divmod(rest, 3600)
    minute, second = divmod(rest, 60)
    sign = "" if 0 <= year <= 9999 else "-" if year < 0 else "+"
    clock = f"{hour:02d}:{minute:02d}" + (f":{second:02d}" if second else "")
    return f"{sign}{abs(year):04d}-{month:02d}-{day:02d}T{clock}Z"


def _civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of a day number (0: 1970-01-01); `civil_from_days` of Howard Hinnant's
    "chrono-Compatible Low-Level Date Algorithms", with years that begin in March.
    """
    days += 719_468
    era, day_of_era = divmod(days, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1
