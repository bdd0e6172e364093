"""The exact size of a unit: a rational, times a power of pi, times roots that are not rational.

Keeping pi as an exponent lets `revolution/degree` come out as exactly 360; only what is left at the end is
enclosed, with directed rounding. Multiplying and raising to rational powers is all that units need.
"""

from __future__ import annotations

from dataclasses import dataclass

import gmpy2
from gmpy2 import mpq, mpz

from claimcheck.interval import Interval, Rational, interval, point

__all__ = ["ONE", "UnitFactor", "enclosure", "rational", "size_in_bits", "times", "to_power"]

_BITS = 256
"""Precision of the enclosures of pi and of roots; far below anything a printed number can show."""

_ONE = mpq(1)


@dataclass(frozen=True, slots=True)
class UnitFactor:
    """``rational * pi ** pi_power * rest`` with ``low <= rest <= high``; all but the power are positive."""

    rational: Rational
    pi_power: Rational = mpq(0)
    low: Rational = _ONE
    high: Rational = _ONE


ONE = UnitFactor(_ONE)


def rational(x: object) -> UnitFactor:
    """The factor that is exactly ``x`` (positive; int, Fraction, mpq or decimal text)."""
    return UnitFactor(point(x).lower)


def times(a: UnitFactor, b: UnitFactor) -> UnitFactor:
    """The product, exact but for the enclosures already inside."""
    low, high = _outward(a.low * b.low, a.high * b.high)
    return UnitFactor(a.rational * b.rational, a.pi_power + b.pi_power, low, high)


def to_power(a: UnitFactor, exponent: Rational) -> UnitFactor:
    """``a ** exponent`` for a rational exponent; a root that is not rational is enclosed."""
    power, degree = int(exponent.numerator), int(exponent.denominator)
    low, high = _root(a.low, degree)[0], _root(a.high, degree)[1]
    root, above = _root(a.rational, degree)
    if root != above:
        low, high, root = low * root, high * above, _ONE
    low, high = low**power, high**power
    low, high = _outward(min(low, high), max(low, high))
    return UnitFactor(root**power, a.pi_power * exponent, low, high)


def enclosure(a: UnitFactor) -> Interval:
    """The factor as an interval: a point when it is rational."""
    low, high = a.rational * a.low, a.rational * a.high
    if a.pi_power:
        pi_low, pi_high = _power_of_pi(a.pi_power)
        low, high = low * pi_low, high * pi_high
    return interval(low, high)


def size_in_bits(a: UnitFactor) -> int:
    """How long the numbers in a factor are; callers refuse what grows beyond their limit."""
    return max(
        int(q.numerator.bit_length() + q.denominator.bit_length()) for q in (a.rational, a.low, a.high)
    )


def _outward(low: Rational, high: Rational) -> tuple[Rational, Rational]:
    """The same bounds, outward on a short grid when they have grown long; a point stays as it is."""
    if low == high or max(low.denominator.bit_length(), high.denominator.bit_length()) <= 4 * _BITS:
        return low, high
    size = high.numerator.bit_length() - high.denominator.bit_length()
    grid = mpz(1) << max(0, _BITS - size)
    # f_div and c_div are exact; gmpy2.floor of a rational passes through 53 bits
    below = gmpy2.f_div(low.numerator * grid, low.denominator)
    above = gmpy2.c_div(high.numerator * grid, high.denominator)
    return mpq(below, grid), mpq(above, grid)


def _root(q: Rational, degree: int) -> tuple[Rational, Rational]:
    """Bounds of the ``degree``-th root of a positive rational: equal when it is exact, else neighbours."""
    if degree == 1:
        return q, q
    numerator, exact_numerator = gmpy2.iroot(mpz(q.numerator), degree)
    denominator, exact_denominator = gmpy2.iroot(mpz(q.denominator), degree)
    if exact_numerator and exact_denominator:
        return mpq(numerator, denominator), mpq(numerator, denominator)
    size = q.numerator.bit_length() - q.denominator.bit_length()
    shift = max(0, _BITS - size // degree)  # so that the scaled root has about _BITS bits
    scaled = (mpz(q.numerator) << (shift * degree)) // mpz(q.denominator)
    floor, _ = gmpy2.iroot(scaled, degree)
    return mpq(floor, mpz(1) << shift), mpq(floor + 1, mpz(1) << shift)


def _power_of_pi(exponent: Rational) -> tuple[Rational, Rational]:
    """Bounds of ``pi ** exponent``; MPFR rounds pi and its powers in the direction asked for."""
    power, degree = abs(int(exponent.numerator)), int(exponent.denominator)
    with gmpy2.context(gmpy2.get_context(), precision=_BITS, round=gmpy2.RoundDown):
        low = mpq(gmpy2.const_pi() ** power)
    with gmpy2.context(gmpy2.get_context(), precision=_BITS, round=gmpy2.RoundUp):
        high = mpq(gmpy2.const_pi() ** power)
    if exponent < 0:
        low, high = 1 / high, 1 / low
    return _root(low, degree)[0], _root(high, degree)[1]
