"""Absolute value, minimum and maximum (IEEE 1788-2015 section 9.1, table 9.1); exact, open ends included.

They carry the standard's names, so inside this module the builtins of these names are out of reach.
"""

from __future__ import annotations

from gmpy2 import mpq

from claimcheck.interval._interval import EMPTY, Interval, make

__all__ = ["abs", "max", "min"]

_ZERO = mpq(0)


def abs(x: Interval) -> Interval:
    """The absolute value (abs)."""
    if x.is_empty:
        return EMPTY
    low, high = x.lower, x.upper
    if low is not None and low >= _ZERO:
        return x
    if high is not None and high <= _ZERO:
        return make(-high, None if low is None else -low, x.upper_closed, x.lower_closed)
    if low is None or high is None:
        return make(_ZERO, None, True, False)
    if -low == high:
        return make(_ZERO, high, True, x.lower_closed or x.upper_closed)
    return make(_ZERO, high, True, x.upper_closed) if high > -low else make(_ZERO, -low, True, x.lower_closed)


def min(a: Interval, b: Interval) -> Interval:
    """The smaller of two numbers (min)."""
    return -max(-a, -b)


def max(a: Interval, b: Interval) -> Interval:
    """The larger of two numbers (max)."""
    if a.is_empty or b.is_empty:
        return EMPTY
    low, low_closed = a.lower, a.lower_closed
    if b.lower is not None:
        if low is None or b.lower > low:
            low, low_closed = b.lower, b.lower_closed
        elif b.lower == low:
            low_closed = low_closed and b.lower_closed
    high, high_closed = a.upper, a.upper_closed
    if high is not None:
        if b.upper is None or b.upper > high:
            high, high_closed = b.upper, b.upper_closed
        elif b.upper == high:
            high_closed = high_closed or b.upper_closed
    return make(low, high, low_closed, high_closed)
