"""Reverse operations: which arguments can have led to a result (IEEE 1788-2015 sections 10.5.4 and 10.5.5).

``f_rev(c, x)`` is the hull of the numbers of ``x`` at which ``f`` is defined with its value in ``c``. What is
found is always a part of ``x``, and empty where no number of ``x`` fits.
"""

from __future__ import annotations

from gmpy2 import mpq

from claimcheck.interval._interval import EMPTY, ENTIRE, Interval, interval
from claimcheck.interval.arithmetic import div_to_pair, neg, recip
from claimcheck.interval.exponential import log2
from claimcheck.interval.hyperbolic import acosh
from claimcheck.interval.power import pow as power
from claimcheck.interval.power import rootn, sqrt
from claimcheck.interval.sets import hull, intersection

__all__ = [
    "abs_rev",
    "cosh_rev",
    "mul_rev",
    "mul_rev_to_pair",
    "pow_rev1",
    "pow_rev2",
    "pown_rev",
    "sqr_rev",
]

_ZERO = mpq(0)
_ONE = mpq(1)
_NON_NEGATIVE = interval(0, None)
_NON_POSITIVE = interval(None, 0)
_POSITIVE = interval(0, None, False, False)
_NEGATIVE = interval(None, 0, False, False)


def mul_rev_to_pair(b: Interval, c: Interval) -> tuple[Interval, Interval]:
    """All ``x`` with ``b * x`` in ``c`` for some ``b``, as two disjoint intervals (section 10.5.5).

    The lower one comes first; where one is enough the second is empty. Unlike in a division a zero in both
    ``b`` and ``c`` lets every number through.
    """
    if _ZERO in b and _ZERO in c:
        return ENTIRE, EMPTY
    return div_to_pair(c, b)


def _hull_within(pair: tuple[Interval, Interval], x: Interval) -> Interval:
    return hull(intersection(x, pair[0]), intersection(x, pair[1]))


def mul_rev(b: Interval, c: Interval, x: Interval = ENTIRE) -> Interval:
    """The ``x`` with ``b * x`` in ``c`` for some ``b`` (table 10.1)."""
    return _hull_within(mul_rev_to_pair(b, c), x)


def _both_signs(root: Interval, x: Interval) -> Interval:
    """The numbers of ``x`` whose absolute value is in ``root``."""
    return hull(intersection(x, neg(root)), intersection(x, root))


def sqr_rev(c: Interval, x: Interval = ENTIRE) -> Interval:
    """The ``x`` with ``x ** 2`` in ``c`` (table 10.1)."""
    return _both_signs(sqrt(c), x)


def abs_rev(c: Interval, x: Interval = ENTIRE) -> Interval:
    """The ``x`` with ``|x|`` in ``c`` (table 10.1)."""
    return _both_signs(intersection(c, _NON_NEGATIVE), x)


def cosh_rev(c: Interval, x: Interval = ENTIRE) -> Interval:
    """The ``x`` with ``cosh(x)`` in ``c`` (table 10.1)."""
    return _both_signs(acosh(c), x)


def pown_rev(c: Interval, x: Interval, n: int) -> Interval:
    """The ``x`` with ``x ** n`` in ``c`` (table 10.1)."""
    if n == 0:
        return x if _ONE in c else EMPTY
    if n % 2 == 0:
        return _both_signs(rootn(c, n), x)
    # The two signs apart: for negative powers a zero in c separates them.
    negative, positive = rootn(intersection(c, _NON_POSITIVE), n), rootn(intersection(c, _NON_NEGATIVE), n)
    return _hull_within((negative, positive), x)


def pow_rev1(b: Interval, c: Interval, x: Interval = ENTIRE) -> Interval:
    """The bases ``x`` with ``x ** b`` in ``c`` for some ``b`` (table 10.1), as ``c ** (1 / b)``."""
    everything = _POSITIVE if _ZERO in b and _ONE in c else EMPTY
    exponents = recip(intersection(b, _NEGATIVE)), recip(intersection(b, _POSITIVE))
    found = _hull_within((power(c, exponents[0]), power(c, exponents[1])), x)
    return hull(found, intersection(x, everything))


def pow_rev2(a: Interval, c: Interval, x: Interval = ENTIRE) -> Interval:
    """The exponents ``x`` with ``a ** x`` in ``c`` for some ``a`` (table 10.1), as ``log c / log a``."""
    found = mul_rev(log2(a), log2(c), x)
    # The power zero has no logarithm; it comes of a zero base under any positive exponent.
    return hull(found, intersection(x, _POSITIVE)) if _ZERO in a and _ZERO in c else found
