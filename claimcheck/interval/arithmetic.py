"""The four operations, their kin, and division as a union (IEEE 1788-2015 sections 9.1 and 10.5.3 to 10.5.5).

All ends are exact rationals, so every result is the exact hull of the range. Open ends are exact as well: an
end of a product is attained when both factors attain theirs, or when one factor attains a zero.
"""

from __future__ import annotations

from gmpy2 import mpq

from claimcheck.interval._interval import EMPTY, ENTIRE, Interval, Rational, make

__all__ = ["add", "div", "div_to_pair", "fma", "mul", "neg", "recip", "sqr", "sub"]

_ZERO = mpq(0)
_ONE = mpq(1)


def neg(a: Interval) -> Interval:
    """``-a`` (table 9.1)."""
    if a.is_empty:
        return EMPTY
    low, high = a.lower, a.upper
    return make(
        None if high is None else -high, None if low is None else -low, a.upper_closed, a.lower_closed
    )


def add(a: Interval, b: Interval) -> Interval:
    """``a + b`` (table 9.1)."""
    if a.is_empty or b.is_empty:
        return EMPTY
    low: Rational | None
    high: Rational | None
    if a.lower is None or b.lower is None:
        low, low_closed = None, False
    else:
        low, low_closed = a.lower + b.lower, a.lower_closed and b.lower_closed
    if a.upper is None or b.upper is None:
        high, high_closed = None, False
    else:
        high, high_closed = a.upper + b.upper, a.upper_closed and b.upper_closed
    return make(low, high, low_closed, high_closed)


def sub(a: Interval, b: Interval) -> Interval:
    """``a - b`` (table 9.1)."""
    if a.is_empty or b.is_empty:
        return EMPTY
    low: Rational | None
    high: Rational | None
    if a.lower is None or b.upper is None:
        low, low_closed = None, False
    else:
        low, low_closed = a.lower - b.upper, a.lower_closed and b.upper_closed
    if a.upper is None or b.lower is None:
        high, high_closed = None, False
    else:
        high, high_closed = a.upper - b.lower, a.upper_closed and b.lower_closed
    return make(low, high, low_closed, high_closed)


def _corner(
    x: Rational | None, x_closed: bool, y: Rational | None, y_closed: bool
) -> tuple[Rational | None, bool]:
    """The product of two ends and whether it is attained; a zero end times a missing one is zero."""
    if x is None:
        return (_ZERO, y_closed) if y is not None and not y else (None, False)
    if y is None:
        return (None, False) if x else (_ZERO, x_closed)
    return x * y, (x_closed and y_closed) or (x_closed and not x) or (y_closed and not y)


def _further(
    p: tuple[Rational | None, bool], q: tuple[Rational | None, bool], upper: bool
) -> tuple[Rational | None, bool]:
    """The outer of two ends of the same side; closed where either attains it."""
    x, y = p[0], q[0]
    if x is None or y is None:
        return None, False
    if x == y:
        return x, p[1] or q[1]
    return p if (x > y) == upper else q


def mul(a: Interval, b: Interval) -> Interval:
    """``a * b`` (table 9.1)."""
    if a.is_empty or b.is_empty:
        return EMPTY
    al, au, bl, bu = a.lower, a.upper, b.lower, b.upper
    alc, auc, blc, buc = a.lower_closed, a.upper_closed, b.lower_closed, b.upper_closed
    if al is not None and al >= _ZERO:
        if bl is not None and bl >= _ZERO:
            if au is not None and bu is not None and alc and auc and blc and buc:
                return make(al * bl, au * bu, True, True)
            low, high = _corner(al, alc, bl, blc), _corner(au, auc, bu, buc)
        elif bu is not None and bu <= _ZERO:
            low, high = _corner(au, auc, bl, blc), _corner(al, alc, bu, buc)
        else:
            low, high = _corner(au, auc, bl, blc), _corner(au, auc, bu, buc)
    elif au is not None and au <= _ZERO:
        if bl is not None and bl >= _ZERO:
            low, high = _corner(al, alc, bu, buc), _corner(au, auc, bl, blc)
        elif bu is not None and bu <= _ZERO:
            low, high = _corner(au, auc, bu, buc), _corner(al, alc, bl, blc)
        else:
            low, high = _corner(al, alc, bu, buc), _corner(al, alc, bl, blc)
    elif bl is not None and bl >= _ZERO:
        low, high = _corner(al, alc, bu, buc), _corner(au, auc, bu, buc)
    elif bu is not None and bu <= _ZERO:
        low, high = _corner(au, auc, bl, blc), _corner(al, alc, bl, blc)
    else:
        low = _further(_corner(al, alc, bu, buc), _corner(au, auc, bl, blc), upper=False)
        high = _further(_corner(al, alc, bl, blc), _corner(au, auc, bu, buc), upper=True)
    return make(low[0], high[0], low[1], high[1])


def _recip_positive(b: Interval) -> Interval:
    """``1 / b`` for the positive part of a ``b`` without negative numbers and not the point zero."""
    low, high = b.lower, b.upper
    return make(
        _ZERO if high is None else _ONE / high,
        _ONE / low if low else None,
        high is not None and b.upper_closed,
        bool(low) and b.lower_closed,
    )


def div(a: Interval, b: Interval) -> Interval:
    """``a / b`` (table 9.1): the hull of all quotients whose divisor is not zero; empty for ``b = 0``."""
    if a.is_empty or b.is_empty:
        return EMPTY
    bl, bu = b.lower, b.upper
    if bl is not None and bl >= _ZERO:
        if bu is not None and bl and a.lower is not None and a.upper is not None:
            return _div_bounded(a, a.lower, a.upper, b, bl, bu)
        return EMPTY if bu is not None and not bu else mul(a, _recip_positive(b))
    if bu is not None and bu <= _ZERO:
        return div(neg(a), neg(b))
    first, second = div_to_pair(a, b)
    if second.is_empty:
        return first
    return make(first.lower, second.upper, first.lower_closed, second.upper_closed)


def _div_bounded(
    a: Interval, al: Rational, au: Rational, b: Interval, bl: Rational, bu: Rational
) -> Interval:
    """``a / b`` for bounded ``a`` and positive bounded ``b``, without building ``1 / b``."""
    alc, auc = a.lower_closed, a.upper_closed
    if al >= _ZERO:
        low, low_closed = al / bu, alc and (b.upper_closed or not al)
    else:
        low, low_closed = al / bl, alc and b.lower_closed
    if au > _ZERO:
        return make(low, au / bl, low_closed, auc and b.lower_closed)
    return make(low, au / bu, low_closed, auc and (b.upper_closed or not au))


def div_to_pair(a: Interval, b: Interval) -> tuple[Interval, Interval]:
    """All quotients of ``a`` by the non-zero numbers of ``b``, as a union of two disjoint intervals.

    The lower one comes first; where one interval is enough the second is empty. Unlike mul_rev_to_pair a
    zero divisor contributes nothing, even under a zero dividend.
    """
    if a.is_empty or b.is_empty:
        return EMPTY, EMPTY
    bl, bu = b.lower, b.upper
    if (bl is not None and bl >= _ZERO) or (bu is not None and bu <= _ZERO):
        return div(a, b), EMPTY
    by_negative = mul(
        neg(a), _recip_positive(make(_ZERO, None if bl is None else -bl, False, b.lower_closed))
    )
    by_positive = mul(a, _recip_positive(make(_ZERO, bu, False, b.upper_closed)))
    if _ZERO in a:
        return (by_positive, EMPTY) if by_positive == by_negative else (ENTIRE, EMPTY)
    positive = a.lower is not None and a.lower >= _ZERO
    return (by_negative, by_positive) if positive else (by_positive, by_negative)


def recip(a: Interval) -> Interval:
    """``1 / a`` (table 9.1); empty for the point zero."""
    return div(_UNIT, a)


def sqr(a: Interval) -> Interval:
    """``a ** 2`` (table 9.1); tighter than ``a * a`` where ``a`` holds both signs."""
    if a.is_empty:
        return EMPTY
    low, high = a.lower, a.upper
    if low is not None and low >= _ZERO:
        return make(low * low, None if high is None else high * high, a.lower_closed, a.upper_closed)
    if high is not None and high <= _ZERO:
        return make(high * high, None if low is None else low * low, a.upper_closed, a.lower_closed)
    if low is None or high is None:
        return make(_ZERO, None, True, False)
    if -low == high:
        return make(_ZERO, high * high, True, a.lower_closed or a.upper_closed)
    if -low > high:
        return make(_ZERO, low * low, True, a.lower_closed)
    return make(_ZERO, high * high, True, a.upper_closed)


def fma(a: Interval, b: Interval, c: Interval) -> Interval:
    """``a * b + c`` (table 9.1)."""
    return add(mul(a, b), c)


_UNIT = make(_ONE, _ONE, True, True)
