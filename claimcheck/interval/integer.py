"""Integer-valued functions (IEEE 1788-2015 section 9.1, table 9.1).

All exact, open ends included: ``floor`` of ``[0, 1)`` is the point 0. A step function takes its value next to
an open end from the limit there, and attains it.
"""

from __future__ import annotations

from collections.abc import Callable

from gmpy2 import mpq

from claimcheck.interval._interval import EMPTY, Interval, Rational, make

__all__ = [
    "ceil",
    "floor",
    "round_ties_to_away",
    "round_ties_to_even",
    "sign",
    "trunc",
]

_ZERO = mpq(0)
_HALF = mpq(1, 2)

Step = Callable[[Rational], Rational]


def _floor(q: Rational) -> Rational:
    return mpq(q.numerator // q.denominator)


def _ceil(q: Rational) -> Rational:
    return mpq(-(-q.numerator // q.denominator))


def _steps(x: Interval, at: Step, just_above: Step, just_below: Step) -> Interval:
    """The range of an increasing step function from its values and its limits from above and below."""
    if x.is_empty:
        return EMPTY
    low = None if x.lower is None else at(x.lower) if x.lower_closed else just_above(x.lower)
    high = None if x.upper is None else at(x.upper) if x.upper_closed else just_below(x.upper)
    return make(low, high, low is not None, high is not None)


def sign(x: Interval) -> Interval:
    """-1, 0 or 1."""
    if x.is_empty:
        return EMPTY
    negative = x.lower is None or x.lower < _ZERO
    positive = x.upper is None or x.upper > _ZERO
    low = -1 if negative else 0 if _ZERO in x else 1
    high = 1 if positive else 0 if _ZERO in x else -1
    return make(mpq(low), mpq(high), True, True)


def floor(x: Interval) -> Interval:
    """The largest integer at or below."""
    return _steps(x, _floor, _floor, lambda q: _ceil(q) - 1)


def ceil(x: Interval) -> Interval:
    """The smallest integer at or above."""
    return _steps(x, _ceil, lambda q: _floor(q) + 1, _ceil)


def trunc(x: Interval) -> Interval:
    """Towards zero."""
    return _steps(
        x,
        lambda q: _floor(q) if q >= _ZERO else _ceil(q),
        lambda q: _floor(q) if q >= _ZERO else _floor(q) + 1,
        lambda q: _ceil(q) - 1 if q > _ZERO else _ceil(q),
    )


def _ties_to_even(q: Rational) -> Rational:
    low, high = _ceil(q - _HALF), _floor(q + _HALF)
    return low if low == high or low % 2 == 0 else high


def _just_above_half(q: Rational) -> Rational:
    return _floor(q + _HALF)


def _just_below_half(q: Rational) -> Rational:
    return _ceil(q - _HALF)


def round_ties_to_even(x: Interval) -> Interval:
    """The nearest integer, halves to the even one."""
    return _steps(x, _ties_to_even, _just_above_half, _just_below_half)


def round_ties_to_away(x: Interval) -> Interval:
    """The nearest integer, halves away from zero."""
    return _steps(
        x,
        lambda q: _floor(q + _HALF) if q >= _ZERO else _ceil(q - _HALF),
        _just_above_half,
        _just_below_half,
    )
