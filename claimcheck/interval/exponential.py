"""Exponentials and logarithms (IEEE 1788-2015 section 9.1, table 9.1).

Rational values (``log10(1000)``, ``exp2(-3)``, ``exp(0)``) come out exactly; everything else is rounded
outward, and exponentials beyond 2^65536 have no upper end.
"""

from __future__ import annotations

from gmpy2 import mpq

from claimcheck.interval._interval import EMPTY, Interval, Rational, interval, make
from claimcheck.interval.rounding import down, exact_logarithm, increasing, round_down, round_up, up
from claimcheck.interval.sets import intersection

__all__ = ["exp", "exp2", "exp10", "log", "log2", "log10"]

_ZERO = mpq(0)
_ONE = mpq(1)
_NON_NEGATIVE = interval(0, None)
_LARGEST_EXACT = 1 << 10
"""Whole powers of 2 and 10 up to this exponent are exact."""
_NEAR_ONE = mpq(1, 1 << 16)


def exp(x: Interval) -> Interval:
    """``e ** x`` (table 9.1)."""
    return _positive(increasing("exp", x, bottom=_ZERO))


def _positive(y: Interval) -> Interval:
    """An exponential whose lower end came out as zero does not attain it."""
    return make(_ZERO, y.upper, False, y.upper_closed) if not y.lower and not y.is_empty else y


def _whole_power(base: int, q: Rational) -> Rational | None:
    if q.denominator == 1 and abs(q) <= _LARGEST_EXACT:
        return mpq(base) ** int(q)
    return None


def _exponential(function: str, base: int, x: Interval) -> Interval:
    if x.is_empty:
        return EMPTY
    low, high = _ZERO, None
    if x.lower is not None:
        exact = _whole_power(base, x.lower)
        low = down(function, round_down(x.lower)) if exact is None else exact
    if x.upper is not None:
        exact = _whole_power(base, x.upper)
        high = up(function, round_up(x.upper)) if exact is None else exact
    return make(low, high, x.lower_closed and bool(low), x.upper_closed and high is not None)


def exp2(x: Interval) -> Interval:
    """``2 ** x`` (table 9.1)."""
    return _exponential("exp2", 2, x)


def exp10(x: Interval) -> Interval:
    """``10 ** x`` (table 9.1)."""
    return _exponential("exp10", 10, x)


def _logarithm_end(function: str, base: int, q: Rational, upper: bool) -> Rational | None:
    if base:
        exact = exact_logarithm(q, base) if q > _ZERO else None
        if exact is not None:
            return mpq(exact)
    elif abs(q - _ONE) < _NEAR_ONE:
        # Rounding an argument so near to 1 would lose the leading digits of the logarithm.
        return up("log1p", round_up(q - _ONE)) if upper else down("log1p", round_down(q - _ONE))
    return up(function, round_up(q)) if upper else down(function, round_down(q))


def _logarithm(function: str, base: int, x: Interval) -> Interval:
    x = intersection(x, _NON_NEGATIVE)
    if x.is_empty or (x.upper is not None and not x.upper):
        return EMPTY
    low = _logarithm_end(function, base, x.lower, upper=False)
    high = None if x.upper is None else _logarithm_end(function, base, x.upper, upper=True)
    return make(low, high, x.lower_closed and low is not None, x.upper_closed and high is not None)


def log(x: Interval) -> Interval:
    """The natural logarithm of the positive part of ``x`` (table 9.1)."""
    return _logarithm("log", 0, x)


def log2(x: Interval) -> Interval:
    """The binary logarithm of the positive part of ``x`` (table 9.1)."""
    return _logarithm("log2", 2, x)


def log10(x: Interval) -> Interval:
    """The decimal logarithm of the positive part of ``x`` (table 9.1)."""
    return _logarithm("log10", 10, x)
