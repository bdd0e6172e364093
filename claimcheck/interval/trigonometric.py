"""Trigonometric functions and their inverses (IEEE 1788-2015 section 9.1, table 9.1).

Where an extremum or a pole lies between the ends is decided with as many digits of pi as the ends need;
beyond 2^4096 sine and cosine are given as [-1, 1] and the tangent as the whole line.
"""

from __future__ import annotations

from gmpy2 import mpq

from claimcheck.interval._interval import EMPTY, ENTIRE, Interval, Rational, interval, make
from claimcheck.interval.rounding import (
    PRECISION,
    decreasing,
    down,
    increasing,
    pi,
    pi_ends,
    round_down,
    round_up,
    up,
)
from claimcheck.interval.sets import hull, intersection

__all__ = ["acos", "asin", "atan", "atan2", "cos", "half_turns", "sin", "tan"]

_ZERO = mpq(0)
_ONE = mpq(1)
_HALF = mpq(1, 2)
_UNIT = interval(-1, 1)
_SEVEN = mpq(7)  # more than a full turn
_MAX_BITS = 4096
_MAX_PI_BITS = 1 << 15


def _integer_bits(q: Rational) -> int:
    """A bound on the bits before the point."""
    return int(max(q.numerator.bit_length() - q.denominator.bit_length() + 1, 0))


def half_turns(q: Rational, shift: Rational) -> int | None:
    """``floor(q / pi + shift)`` exactly; None where ``q`` is beyond 2^4096 or the digits of pi run out.

    ``shift`` is 0, 1/2 or -1/2. Only 0 is a rational number of quarter turns, so digits enough decide.
    """
    whole = _integer_bits(q)
    if whole > _MAX_BITS:
        return None
    if not q:
        return int((shift.numerator) // shift.denominator)
    bits = 64 + whole
    while bits <= _MAX_PI_BITS:
        pi_low, pi_high = pi_ends(bits)
        first, second = q / pi_low + shift, q / pi_high + shift
        floor = first.numerator // first.denominator
        if floor == second.numerator // second.denominator:
            return int(floor)
        bits *= 2
    return None


def _argument_bits(q: Rational) -> int:
    """Bits that keep PRECISION of them after the point; a binary fraction stays exact."""
    if q.denominator == 1 << (q.denominator.bit_length() - 1):
        return int(max(PRECISION, min(q.numerator.bit_length(), 2 * _MAX_BITS)))
    return PRECISION + _integer_bits(q)


def _wave(function: str, q: Rational, upper: bool) -> Rational:
    """sin or cos of ``q``, rounded; the slope is at most 1, so a moved argument moves the value no more."""
    bits = _argument_bits(q)
    below, above = round_down(q, bits), round_up(q, bits)
    slack = mpq(*above.as_integer_ratio()) - mpq(*below.as_integer_ratio()) if below != above else _ZERO
    if upper:
        return min(up(function, below) + slack, _ONE)
    return max(down(function, below) - slack, -_ONE)


def _oscillate(function: str, x: Interval, shift: Rational) -> Interval:
    """cos (``shift`` 0) or sin (-1/2) over ``x``: falling on even half turns, rising on odd ones."""
    if x.is_empty:
        return EMPTY
    low, high = x.lower, x.upper
    if low is None or high is None or high - low >= _SEVEN:
        return _UNIT
    first, last = half_turns(low, shift), half_turns(high, shift)
    if first is None or last is None or last - first > 1:
        return _UNIT
    if first == last:
        if first % 2:
            return make(
                _wave(function, low, False), _wave(function, high, True), x.lower_closed, x.upper_closed
            )
        return make(_wave(function, high, False), _wave(function, low, True), x.upper_closed, x.lower_closed)
    if last % 2:  # a minimum lies between
        return make(-_ONE, max(_wave(function, low, True), _wave(function, high, True)), True, True)
    return make(min(_wave(function, low, False), _wave(function, high, False)), _ONE, True, True)


def sin(x: Interval) -> Interval:
    """The sine."""
    return _oscillate("sin", x, -_HALF)


def cos(x: Interval) -> Interval:
    """The cosine."""
    return _oscillate("cos", x, _ZERO)


def tan(x: Interval) -> Interval:
    """The tangent; the whole line as soon as a pole may lie in ``x``."""
    if x.is_empty:
        return EMPTY
    if x.lower is None or x.upper is None or x.upper - x.lower >= _SEVEN:
        return ENTIRE
    low, high = round_down(x.lower, _argument_bits(x.lower)), round_up(x.upper, _argument_bits(x.upper))
    branch = half_turns(mpq(*low.as_integer_ratio()), _HALF)
    if branch is None or branch != half_turns(mpq(*high.as_integer_ratio()), _HALF):
        return ENTIRE
    return make(down("tan", low), up("tan", high), x.lower_closed, x.upper_closed)


def asin(x: Interval) -> Interval:
    """The inverse sine of the part of ``x`` in [-1, 1]; from -pi/2 to pi/2."""
    return increasing("asin", intersection(x, _UNIT))


def acos(x: Interval) -> Interval:
    """The inverse cosine of the part of ``x`` in [-1, 1]; from 0 to pi."""
    return decreasing("acos", intersection(x, _UNIT))


def atan(x: Interval) -> Interval:
    """The inverse tangent; between -pi/2 and pi/2."""
    quarter = pi_ends()[1] / 2
    return increasing("atan", x, bottom=-quarter, top=quarter)


def atan2(y: Interval, x: Interval) -> Interval:
    """The angle of the points ``(x, y)`` other than the origin, above -pi and up to pi.

    Where the box crosses the negative ``x`` axis from below the result is the whole circle.
    """
    if x.is_empty or y.is_empty:
        return EMPTY
    if y.lower is not None and y.lower >= _ZERO:
        return _upper_half(y, x)
    if y.upper is not None and (y.upper < _ZERO or (not y.upper and _ZERO not in y)):
        return -_upper_half(-y, x)
    if x.lower is None or x.lower < _ZERO:
        turn = pi_ends()[1]
        return make(-turn, turn, False, True)
    above = _upper_half(intersection(y, _NON_NEGATIVE), x)
    return hull(-_upper_half(intersection(-y, _NON_NEGATIVE), x), above)


_NON_NEGATIVE = interval(0, None)


def _upper_half(y: Interval, x: Interval) -> Interval:
    """Angles of points with ``y >= 0``: falling in ``x``, in ``y`` rising right and falling left of zero."""
    if y.upper is not None and not y.upper:  # on the axis: the angle is 0 to the right and pi to the left
        right = make(_ZERO, _ZERO, True, True) if x.upper is None or x.upper > _ZERO else EMPTY
        return hull(right, pi() if x.lower is None or x.lower < _ZERO else EMPTY)
    if x.upper is None or x.upper > _ZERO:
        low = _angle(y.lower, x.upper, 1, upper=False)
    else:
        low = _angle(y.upper, x.upper, 1, upper=False)
    if x.lower is None or x.lower < _ZERO:
        high = _angle(y.lower, x.lower, -1, upper=True)
    else:
        high = _angle(y.upper, x.lower, -1, upper=True)
    return make(low, high, True, True)


def _angle(y: Rational | None, x: Rational | None, x_sign: int, upper: bool) -> Rational:
    """The angle of a corner with ``y >= 0``, rounded; ``x_sign`` is that of an infinite ``x``."""
    if x is None:
        return _ZERO if x_sign > 0 else pi_ends()[upper]
    if y is None or not x:
        return pi_ends()[upper] / 2
    far_x = round_down(x) if upper else round_up(x)
    far_y = round_up(y) if upper == (x > _ZERO) else round_down(y)
    return up("atan2", far_y, far_x) if upper else down("atan2", far_y, far_x)
