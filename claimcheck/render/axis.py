"""Where values go on the axis of a picture: places between 0 and 1, and the numbers written under it.

Places are only drawn; nothing is decided by them. They are floats, computed from exact rationals, so that
no value is too large or too close to another to have one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gmpy2 import c_div, f_div, mpq, mpz

from claimcheck.decimals import decimal_exponent, grouped, nearest_text
from claimcheck.interval import Interval, Rational
from claimcheck.judging.wording import moment_text
from claimcheck.units import Unit, from_base

__all__ = ["Axis", "Span", "axis_of"]

_MARGIN = mpq(6, 100)
_OPEN = mpq(12, 100)
"""Room left on a side where an interval goes on for ever."""
_LOGARITHMIC = 30
"""Ratio of the largest to the smallest value from which the axis is logarithmic."""
_TICKS = 5
_ROOM = 40
"""Characters that go under the axis on a narrow screen."""
_DATE_STEPS = 3
"""Steps between dates: four of them, which are long, fit on a narrow screen."""
_DAY = 86_400
_SPANS = (1, 2, 5, 10, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
_DAYS = (1, 2, 5, 10, 20, 50, 100, 200, 365)


@dataclass(frozen=True, slots=True)
class Span:
    """An interval on the axis; ``open_below`` and ``open_above``: it goes on beyond the picture."""

    start: float
    end: float
    open_below: bool = False
    open_above: bool = False

    @property
    def middle(self) -> float:
        """Halfway."""
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Axis:
    """From ``low`` to ``high`` in the unit (a date: seconds since 1970), perhaps in equal ratios."""

    unit: Unit
    low: Rational
    high: Rational
    logarithmic: bool = False

    def span(self, x: Interval) -> Span | None:
        """Where an interval in base units lies; None for the empty one."""
        if x.is_empty:
            return None
        shown = _shown(x, self.unit)
        return Span(
            0.0 if shown.lower is None else self.place(shown.lower),
            1.0 if shown.upper is None else self.place(shown.upper),
            shown.lower is None,
            shown.upper is None,
        )

    def place(self, q: Rational) -> float:
        """Where a value in the unit lies; what is beyond the ends is put there."""
        if self.logarithmic:
            if q <= 0:
                return 0.0
            low, high = _log(self.low), _log(self.high)
            share = (_log(q) - low) / (high - low)
        else:
            share = float((q - self.low) / (self.high - self.low))
        return min(max(share, 0.0), 1.0)

    def ticks(self) -> list[tuple[float, str]]:
        """Round values and what is written under them."""
        if self.unit.is_date:
            return [(self.place(q), text) for q, text in _date_ticks(self.low, self.high)]
        values = _log_ticks(self.low, self.high) if self.logarithmic else _ticks(self.low, self.high)
        return [(self.place(q), grouped(nearest_text(q, _digits(values)))) for q in values]


def axis_of(intervals: Sequence[Interval], unit: Unit) -> Axis | None:
    """An axis on which all the intervals (base units) can be drawn; None where none of them has an end."""
    shown = [_shown(x, unit) for x in intervals if not x.is_empty]
    ends = [q for x in shown for q in (x.lower, x.upper) if q is not None]
    if not ends:
        return None
    low, high = min(ends), max(ends)
    below, above = any(x.lower is None for x in shown), any(x.upper is None for x in shown)
    if not unit.is_date and low > 0 and high / low >= _LOGARITHMIC:
        ratio = mpq(10) ** max(1, (decimal_exponent(high / low)) // 8)
        return Axis(unit, low / (ratio if below else 2), high * (ratio if above else 2), True)
    width = high - low or abs(low) / 10 or mpq(1)
    return Axis(
        unit,
        low - width * (_OPEN if below else _MARGIN),
        high + width * (_OPEN if above else _MARGIN),
    )


def _shown(x: Interval, unit: Unit) -> Interval:
    return x if unit.is_date else from_base(x, unit)


def _log(q: Rational) -> float:
    return math.log10(int(q.numerator)) - math.log10(int(q.denominator))


def _multiples(step: Rational, low: Rational, high: Rational) -> list[Rational]:
    first, last = low / step, high / step
    start = int(c_div(first.numerator, first.denominator))
    stop = int(f_div(last.numerator, last.denominator))
    return [step * i for i in range(start, stop + 1)]


def _ticks(low: Rational, high: Rational) -> list[Rational]:
    """Multiples of 1, 2 or 5 times a power of ten."""
    found: list[Rational] = []
    for step in _steps((high - low) / (2 * _TICKS)):
        found = _multiples(step, low, high)
        written = sum(len(grouped(nearest_text(q, _digits(found)))) + 2 for q in found)
        if len(found) <= _TICKS + 1 and written <= _ROOM:
            break
    return found


def _digits(values: Sequence[Rational]) -> int:
    """As many as it takes to tell neighbours apart, and at least four."""
    sizes = [decimal_exponent(q) for q in values if q]
    steps = [decimal_exponent(b - a) for a, b in itertools.pairwise(values)]
    return max(4, max(sizes, default=0) - min(steps, default=0) + 1)


def _steps(least: Rational) -> Iterator[Rational]:
    power = _ten(decimal_exponent(least))
    while True:
        for factor in (1, 2, 5):
            if factor * power >= least:
                yield factor * power
        power *= 10


def _ten(exponent: int) -> Rational:
    return mpq(mpz(10) ** exponent) if exponent >= 0 else mpq(1, mpz(10) ** -exponent)


def _log_ticks(low: Rational, high: Rational) -> list[Rational]:
    """Powers of ten, or of a thousand and so on where these would be too many; else 1, 2 and 5 of them."""
    first, last = decimal_exponent(low) + 1, decimal_exponent(high)
    if last - first < 2:
        values = [f * _ten(e) for e in range(first - 1, last + 1) for f in (1, 2, 5)]
        return [q for q in values if low <= q <= high]
    every = max(1, -(-(last - first) // _TICKS))
    return [_ten(e) for e in range(first, last + 1, every)]


def _date_ticks(low: Rational, high: Rational) -> list[tuple[Rational, str]]:
    steps = [*_SPANS, *(_DAY * d for d in _DAYS)]
    while steps[-1] * _DATE_STEPS < high - low:
        steps.append(steps[-1] * 2)
    step = next(s for s in steps if high - low <= _DATE_STEPS * s)
    told = []
    for q in _multiples(mpq(step), low, high):
        text = moment_text(q, up=False).removesuffix(" UTC")
        if step % _DAY == 0:
            text = text.partition(" ")[0]
        elif text[:1].isdigit():  # the year is clear from what stands beside
            text = text[5:]
        told.append((q, text))
    return told
