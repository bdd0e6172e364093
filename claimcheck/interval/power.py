"""Powers and roots (IEEE 1788-2015 sections 9.1 and 10.6.1): exact where rational, else rounded outward."""

from __future__ import annotations

from gmpy2 import mpq

from claimcheck.interval._interval import EMPTY, Interval, Rational, interval, make
from claimcheck.interval.arithmetic import neg, recip, sqr
from claimcheck.interval.rounding import PRECISION, down, exact_root, round_down, round_up, up
from claimcheck.interval.sets import hull, intersection

__all__ = ["cbrt", "pow", "pown", "rootn", "sqrt"]

_ZERO = mpq(0)
_ONE = mpq(1)
_NON_NEGATIVE = interval(0, None)
_EXACT_BITS = 1 << 13
"""Powers whose exact value would be longer than this are rounded."""
_MAX_EXTRA_BITS = 1024
_MAX_ROOT_DENOMINATOR = 64
"""Rational powers are tried for an exact value up to this root."""

End = tuple[Rational | None, bool]
"""An end of an interval and whether it is attained."""


def _size(q: Rational) -> int:
    return int(max(q.numerator.bit_length(), q.denominator.bit_length()))


def _natural_power(q: Rational, n: int, upper: bool) -> Rational | None:
    """``q ** n`` for ``q >= 0`` and ``n > 0``: exact, or rounded up (``upper``, None: infinity) or down."""
    if not q:
        return q  # at once: no exponent is too large
    if _size(q) * n <= _EXACT_BITS:
        return q**n
    return _real_power(q, mpq(n), upper)


def pown(x: Interval, n: int) -> Interval:
    """``x ** n`` for any integer ``n`` (table 9.1); negative powers leave out zero, ``x ** 0`` is 1."""
    if x.is_empty:
        return EMPTY
    if n < 0:
        return recip(pown(x, -n))
    if n <= 2:
        return sqr(x) if n == 2 else x if n == 1 else make(_ONE, _ONE, True, True)
    low, high = x.lower, x.upper
    if low is not None and low >= _ZERO:
        return _increasing_power(x, n)
    if high is not None and high <= _ZERO:
        power = _increasing_power(neg(x), n)
        return neg(power) if n % 2 else power
    positive = _increasing_power(make(_ZERO, high, True, x.upper_closed), n)
    negative = _increasing_power(make(_ZERO, None if low is None else -low, True, x.lower_closed), n)
    return hull(neg(negative) if n % 2 else negative, positive)


def _increasing_power(x: Interval, n: int) -> Interval:
    low = _natural_power(x.lower, n, upper=False)
    high = None if x.upper is None else _natural_power(x.upper, n, upper=True)
    return make(low, high, x.lower_closed, x.upper_closed and high is not None)


def _root(q: Rational, n: int, upper: bool) -> Rational:
    """The ``n``-th root of any ``q``, odd ``n`` where that is negative; exact, or rounded as told."""
    if q < _ZERO:
        return -_root(-q, n, not upper)
    root = exact_root(q, n)
    if root is not None:
        return root
    if n >= 1 << 31:  # more than MPFR takes
        return _real_power(q, mpq(1, n), upper)
    return up("rootn", round_up(q), n) if upper else down("rootn", round_down(q), n)


def sqrt(x: Interval) -> Interval:
    """The square root of the non-negative part of ``x`` (table 9.1)."""
    return rootn(x, 2)


def cbrt(x: Interval) -> Interval:
    """The real cube root (table 10.5: ``rootn(x, 3)``)."""
    return rootn(x, 3)


def rootn(x: Interval, n: int) -> Interval:
    """The real ``n``-th root (table 10.5); even roots of the non-negative part only.

    Negative ``n`` gives the reciprocal, without zero. Raises ValueError for ``n = 0``.
    """
    if n == 0:
        raise ValueError("there is no zeroth root")
    if n < 0:
        return recip(rootn(x, -n))
    if n % 2 == 0:
        x = intersection(x, _NON_NEGATIVE)
    if x.is_empty or n == 1:
        return x
    low = None if x.lower is None else _root(x.lower, n, upper=False)
    high = None if x.upper is None else _root(x.upper, n, upper=True)
    return make(low, high, x.lower_closed, x.upper_closed and high is not None)


def _real_power(x: Rational, y: Rational, upper: bool) -> Rational | None:
    """``x ** y`` for ``x > 0``: exact where that is short, or rounded up (``upper``) or down."""
    n = y.denominator
    if n <= _MAX_ROOT_DENOMINATOR and _size(x) * abs(y.numerator) <= _EXACT_BITS * n:
        root = x if n == 1 else exact_root(x, int(n))
        if root is not None:
            return root ** int(y.numerator)
    # Increasing in x where y > 0, in y where x > 1: round each argument to its safe side, with more bits the
    # more a large exponent magnifies what rounding does to the base.
    bits = PRECISION + min(max(y.numerator.bit_length() - n.bit_length(), 0), _MAX_EXTRA_BITS)
    base = round_up(x, bits) if upper == (y > _ZERO) else round_down(x, bits)
    exponent = round_up(y, bits) if upper == (x > _ONE) else round_down(y, bits)
    return up("pow", base, exponent) if upper else down("pow", base, exponent)


def _corner(x: End, y: End, y_sign: int, upper: bool) -> End:
    """``x ** y`` at ends of both, as a limit; ``y_sign`` gives the sign of a missing (infinite) ``y``.

    The power is ``exp(y log x)`` and behaves like the product in it: a zero factor (``y = 0`` or ``x = 1``)
    makes it 1 whatever the other is.
    """
    base, base_attained = x
    exponent, exponent_attained = y
    no_exponent, unit_base = exponent == _ZERO, base == _ONE
    if no_exponent or unit_base:
        return _ONE, (no_exponent and exponent_attained) or (unit_base and base_attained)
    if base is None or exponent is None or not base:
        grows = (base is None or base > _ONE) == (y_sign > 0)
        return (None, False) if grows else (_ZERO, False)
    value = _real_power(base, exponent, upper)
    return value, base_attained and exponent_attained and value is not None


def _further(p: End, q: End, upper: bool) -> End:
    if p[0] is None or q[0] is None:
        return None, False
    if p[0] == q[0]:
        return p[0], p[1] or q[1]
    return p if (p[0] > q[0]) == upper else q


def pow(x: Interval, y: Interval) -> Interval:
    """``x ** y`` as ``exp(y log x)``, with ``0 ** y = 0`` for positive ``y`` (table 9.1).

    Negative ``x`` are outside the domain; use :func:`pown` for integer powers of those.
    """
    x = intersection(x, _NON_NEGATIVE)
    if x.is_empty or y.is_empty:
        return EMPTY
    has_zero_power = _ZERO in x and (y.upper is None or y.upper > _ZERO)
    zero = make(_ZERO, _ZERO, True, True) if has_zero_power else EMPTY
    if x.upper is not None and not x.upper:
        return zero
    xl, xu, yl, yu = (
        (x.lower, x.lower_closed),
        (x.upper, x.upper_closed),
        (y.lower, y.lower_closed),
        (y.upper, y.upper_closed),
    )
    above_one = x.lower is not None and x.lower >= _ONE
    below_one = x.upper is not None and x.upper <= _ONE
    if y.lower is not None and y.lower >= _ZERO:
        low = _corner(xl, yl if above_one else yu, 1, upper=False)
        high = _corner(xu, yl if below_one else yu, 1, upper=True)
    elif y.upper is not None and y.upper <= _ZERO:
        low = _corner(xu, yu if below_one else yl, -1, upper=False)
        high = _corner(xl, yu if above_one else yl, -1, upper=True)
    elif above_one:
        low, high = _corner(xu, yl, -1, upper=False), _corner(xu, yu, 1, upper=True)
    elif below_one:
        low, high = _corner(xl, yu, 1, upper=False), _corner(xl, yl, -1, upper=True)
    else:
        low = _further(_corner(xl, yu, 1, upper=False), _corner(xu, yl, -1, upper=False), upper=False)
        high = _further(_corner(xl, yl, -1, upper=True), _corner(xu, yu, 1, upper=True), upper=True)
    return hull(make(low[0], high[0], low[1], high[1]), zero)
