"""Directed rounding: values of elementary functions as rationals on the safe side, by MPFR through gmpy2.

MPFR rounds every elementary function correctly in the direction asked for. The argument, a rational, is
itself rounded first, so callers round it towards the side on which the function gives the safe value. All
work is done with methods of context objects made here; no thread's current context is read or changed.

Results stay within 2^-65536 to 2^65536 in size: beyond that a lower bound stays at the largest number, an
upper bound is missing (None), and small values come out as zero or as the smallest number.
"""

from __future__ import annotations

from functools import cache

import gmpy2
from gmpy2 import mpfr, mpq, mpz

from claimcheck.interval._interval import EMPTY, Interval, Rational, interval, make

__all__ = [
    "PRECISION",
    "decreasing",
    "down",
    "e",
    "exact_logarithm",
    "exact_root",
    "increasing",
    "pi",
    "pi_ends",
    "round_down",
    "round_up",
    "shorten",
    "up",
]

PRECISION = 160
"""Working precision in bits: three times a double, and cheap."""

_MAX_EXPONENT = 1 << 16
_MAX_CONSTANT_BITS = 1 << 16
_WIDE = 1 << 40  # arguments may be any rational that fits in memory

_DOWN = gmpy2.context(
    precision=PRECISION, round=gmpy2.RoundDown, emax=_MAX_EXPONENT, emin=-_MAX_EXPONENT, subnormalize=False
)
_UP = gmpy2.context(
    precision=PRECISION, round=gmpy2.RoundUp, emax=_MAX_EXPONENT, emin=-_MAX_EXPONENT, subnormalize=False
)
_ARGUMENT_DOWN = gmpy2.context(precision=PRECISION, round=gmpy2.RoundDown, emax=_WIDE, emin=-_WIDE)
_ARGUMENT_UP = gmpy2.context(precision=PRECISION, round=gmpy2.RoundUp, emax=_WIDE, emin=-_WIDE)


def round_down(q: Rational, bits: int = PRECISION) -> Rational:
    """The largest number of ``bits`` significant bits at or below ``q``, as an MPFR number."""
    return mpfr(q, bits, _ARGUMENT_DOWN)


def round_up(q: Rational, bits: int = PRECISION) -> Rational:
    """The smallest number of ``bits`` significant bits at or above ``q``, as an MPFR number."""
    return mpfr(q, bits, _ARGUMENT_UP)


def _exact(value: Rational) -> Rational | None:
    """An MPFR number as a rational, None where it is infinite."""
    return mpq(*value.as_integer_ratio()) if value.is_finite() else None


def down(function: str, *arguments: Rational) -> Rational | None:
    """``function`` of MPFR numbers, rounded down; None: minus infinity."""
    return _exact(getattr(_DOWN, function)(*arguments))


def up(function: str, *arguments: Rational) -> Rational | None:
    """``function`` of MPFR numbers, rounded up; None: infinity."""
    return _exact(getattr(_UP, function)(*arguments))


def increasing(
    function: str, x: Interval, bottom: Rational | None = None, top: Rational | None = None
) -> Interval:
    """The range over ``x``, inside the domain, of a strictly increasing function.

    ``bottom`` and ``top`` are its limits (or bounds for them) where ``x`` is unbounded.
    """
    if x.is_empty:
        return EMPTY
    low = bottom if x.lower is None else down(function, round_down(x.lower))
    high = top if x.upper is None else up(function, round_up(x.upper))
    return make(low, high, x.lower_closed and low is not None, x.upper_closed and high is not None)


def decreasing(
    function: str, x: Interval, bottom: Rational | None = None, top: Rational | None = None
) -> Interval:
    """The range over ``x``, inside the domain, of a strictly decreasing function; see :func:`increasing`."""
    if x.is_empty:
        return EMPTY
    low = bottom if x.upper is None else down(function, round_up(x.upper))
    high = top if x.lower is None else up(function, round_down(x.lower))
    return make(low, high, x.upper_closed and low is not None, x.lower_closed and high is not None)


@cache
def pi_ends(bits: int = PRECISION) -> tuple[Rational, Rational]:
    """The neighbours of pi with ``bits`` significant bits. Raises ValueError for a senseless ``bits``."""
    return _neighbours("const_pi", bits)


def _neighbours(function: str, bits: int, *arguments: Rational) -> tuple[Rational, Rational]:
    if not 2 <= bits <= _MAX_CONSTANT_BITS:
        raise ValueError(f"bits must lie between 2 and {_MAX_CONSTANT_BITS}, not {bits}")
    lower = gmpy2.context(precision=bits, round=gmpy2.RoundDown)
    upper = gmpy2.context(precision=bits, round=gmpy2.RoundUp)
    return _exact(getattr(lower, function)(*arguments)), _exact(getattr(upper, function)(*arguments))


@cache
def pi(bits: int = PRECISION) -> Interval:
    """An enclosure of pi whose ends are neighbours with ``bits`` significant bits (2 to 65536).

    Raises ValueError for other ``bits``.
    """
    return interval(*pi_ends(bits), False, False)


@cache
def e(bits: int = PRECISION) -> Interval:
    """An enclosure of Euler's number; see :func:`pi`."""
    return interval(*_neighbours("exp", bits, round_down(mpq(1))), False, False)


def _size(q: Rational) -> int:
    return int(max(q.numerator.bit_length(), q.denominator.bit_length()))


def shorten(x: Interval, bits: int = 256, limit: int = 4096) -> Interval:
    """``x`` with each end whose numerator or denominator exceeds ``limit`` bits rounded outward to ``bits``.

    Long chains of exact operations grow their ends without end; this keeps them affordable. Returns ``x``
    itself where nothing is that long. An end keeps its flag: a rounded end lies outside, so both are sound.
    """
    low, high = x.lower, x.upper
    if low is not None and _size(low) > limit:
        low = _exact(mpfr(low, bits, _ARGUMENT_DOWN))
    if high is not None and _size(high) > limit:
        high = _exact(mpfr(high, bits, _ARGUMENT_UP))
    if low is x.lower and high is x.upper:
        return x
    return make(low, high, x.lower_closed, x.upper_closed)


def exact_root(q: Rational, n: int) -> Rational | None:
    """The ``n``-th root of ``q >= 0`` where it is rational, else None."""
    if n > max(q.numerator.bit_length(), q.denominator.bit_length()):  # too high for any other number
        return q if q in (0, 1) else None
    root, exact = gmpy2.iroot(q.denominator, n)
    if not exact:
        return None
    over, exact = gmpy2.iroot(q.numerator, n)
    return mpq(over, root) if exact else None


def exact_logarithm(q: Rational, base: int) -> int | None:
    """The integer ``k`` with ``base ** k == q`` where there is one, else None; ``q > 0``."""
    if q.denominator == 1:
        rest, k = gmpy2.remove(q.numerator, mpz(base))
        return int(k) if rest == 1 else None
    if q.numerator == 1:
        rest, k = gmpy2.remove(q.denominator, mpz(base))
        return -int(k) if rest == 1 else None
    return None
