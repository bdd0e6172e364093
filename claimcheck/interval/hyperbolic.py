"""Hyperbolic functions and their inverses (IEEE 1788-2015 section 9.1, table 9.1)."""

from __future__ import annotations

from gmpy2 import mpq

from claimcheck.interval._interval import Interval, interval, make
from claimcheck.interval.lattice import abs as absolute
from claimcheck.interval.rounding import increasing
from claimcheck.interval.sets import intersection

__all__ = ["acosh", "asinh", "atanh", "cosh", "sinh", "tanh"]

_ONE = mpq(1)
_AT_LEAST_ONE = interval(1, None)
_INSIDE_ONE = interval(-1, 1, False, False)


def sinh(x: Interval) -> Interval:
    """The hyperbolic sine."""
    return increasing("sinh", x)


def cosh(x: Interval) -> Interval:
    """The hyperbolic cosine."""
    return increasing("cosh", absolute(x))


def tanh(x: Interval) -> Interval:
    """The hyperbolic tangent; never attains -1 and 1."""
    y = increasing("tanh", x, bottom=-_ONE, top=_ONE)
    if y.is_empty:
        return y
    return make(y.lower, y.upper, y.lower_closed and y.lower != -_ONE, y.upper_closed and y.upper != _ONE)


def asinh(x: Interval) -> Interval:
    """The inverse hyperbolic sine."""
    return increasing("asinh", x)


def acosh(x: Interval) -> Interval:
    """The inverse hyperbolic cosine of the part of ``x`` from 1 on; not negative."""
    return increasing("acosh", intersection(x, _AT_LEAST_ONE))


def atanh(x: Interval) -> Interval:
    """The inverse hyperbolic tangent of the part of ``x`` between -1 and 1, both excluded."""
    return increasing("atanh", intersection(x, _INSIDE_ONE))
