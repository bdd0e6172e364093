"""Reverse sine, cosine and tangent (IEEE 1788-2015 section 10.5.4, table 10.1).

The solutions of ``cos(x) in c`` are copies of ``acos(c)``, one in every half turn. The hull of those in ``x``
starts with the first copy at or after the lower end of ``x`` and stops with the last one before the upper.
"""

from __future__ import annotations

from collections.abc import Callable

from gmpy2 import mpq

from claimcheck.interval._interval import EMPTY, ENTIRE, Interval, Rational, make, point
from claimcheck.interval.arithmetic import add, mul, sub
from claimcheck.interval.rounding import PRECISION, pi
from claimcheck.interval.sets import intersection
from claimcheck.interval.trigonometric import acos, asin, atan, half_turns

__all__ = ["cos_rev", "sin_rev", "tan_rev"]

_ZERO = mpq(0)
_HALF = mpq(1, 2)

Copy = Callable[[int], Interval]
"""The solutions in the half turn of a number."""


def _turned(k: int) -> Interval:
    """``k * pi`` with PRECISION bits after the point."""
    return mul(point(k), pi(PRECISION + k.bit_length()))


def _within(copy: Copy, x: Interval, shift: Rational) -> Interval:
    """The hull of all copies inside ``x``; half turn ``k`` is where ``floor(x / pi + shift) == k``."""
    first = last = x
    if x.lower is not None:
        k = half_turns(x.lower, shift)
        if k is not None:
            # The copy in the first half turn may lie before x; the next one cannot.
            first = intersection(copy(k), x)
            if first.is_empty:
                first = intersection(copy(k + 1), x)
    if x.upper is not None:
        k = half_turns(x.upper, shift)
        if k is not None:
            last = intersection(copy(k), x)
            if last.is_empty:
                last = intersection(copy(k - 1), x)
    if first.is_empty or last.is_empty:
        return EMPTY
    return make(first.lower, last.upper, first.lower_closed, last.upper_closed)


def sin_rev(c: Interval, x: Interval = ENTIRE) -> Interval:
    """The hull of the numbers of ``x`` whose sine is in ``c``."""
    base = asin(c)
    if base.is_empty or x.is_empty:
        return EMPTY
    return _within(lambda k: sub(_turned(k), base) if k % 2 else add(_turned(k), base), x, _HALF)


def cos_rev(c: Interval, x: Interval = ENTIRE) -> Interval:
    """The hull of the numbers of ``x`` whose cosine is in ``c``."""
    base = acos(c)
    if base.is_empty or x.is_empty:
        return EMPTY
    return _within(lambda k: sub(_turned(k + 1), base) if k % 2 else add(_turned(k), base), x, _ZERO)


def tan_rev(c: Interval, x: Interval = ENTIRE) -> Interval:
    """The hull of the numbers of ``x`` whose tangent is in ``c``."""
    base = atan(c)
    if base.is_empty or x.is_empty:
        return EMPTY
    return _within(lambda k: add(_turned(k), base), x, _HALF)
