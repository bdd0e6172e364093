"""Every operation of the formula language on intervals: forwards, and backwards for contraction.

``FORWARD[op](*args)`` encloses the range. ``BACKWARD[op](value, *args)`` narrows the arguments of one
operation to what can take part in ``op(*args)`` lying in ``value`` (the reverse operations of IEEE 1788-2015
section 10.5.4 and their like). A truth value is an interval: {1} true, {0} false, [0, 1] undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.interval import EMPTY, ENTIRE, Interval, Rational, interval, point

__all__ = [
    "BACKWARD",
    "FALSE",
    "FORWARD",
    "STEPS",
    "TRUE",
    "UNDECIDED",
    "compare",
    "defined",
    "narrow_comparison",
]

TRUE = point(1)
FALSE = point(0)
UNDECIDED = interval(0, 1)

STEPS = frozenset({"floor", "ceil", "round", "if", "lt", "le", "gt", "ge", "eq"})
"""Operations that may jump."""

_HIGHEST_ROOT = 1 << 30
"""Powers beyond it are not undone: the root of anything of usual size is 1 but for nothing."""
_HALF = mpq(1, 2)
_NONNEGATIVE = interval(0, None)
_NEGATIVE = interval(None, 0, False, False)
_NONPOSITIVE = interval(None, 0)
_ZERO = point(0)
_UNIT = interval(-1, 1)

_NEGATED = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt"}


def _exponent(b: Interval) -> int | None:
    """The exponent as a whole number, if it is exactly one."""
    if b.is_point and b.lower is not None and b.lower.denominator == 1:
        return int(b.lower)
    return None


def power(a: Interval, b: Interval) -> Interval:
    """``a ^ b``: integer powers of any base; other powers of non-negative bases (IEEE 1788 pown and pow).

    An exponent that is not known yet may turn out whole, so a negative part of the base counts for the whole
    numbers among the exponents, with either sign.
    """
    n = _exponent(b)
    if n is not None:
        return iv.pown(a, n)
    found = iv.pow(a, b)
    if 0 in a and 0 in b:  # 0 ^ 0 is the whole power 1
        found = iv.hull(found, TRUE)
    negative = iv.intersection(a, _NEGATIVE)
    if negative.is_empty or _whole(b) is None:
        return found
    size = iv.pow(iv.neg(negative), b)
    return iv.hull(found, iv.hull(size, iv.neg(size)))


def compare(op: str, a: Interval, b: Interval) -> Interval:
    """The truth of ``a op b`` for all pairs: TRUE, FALSE or UNDECIDED; EMPTY if either is."""
    if a.is_empty or b.is_empty:
        return EMPTY
    if op in ("gt", "ge"):
        a, b, op = b, a, "lt" if op == "gt" else "le"
    if op == "eq":
        if a.is_point and b.is_point and a.lower == b.lower:
            return TRUE
        return FALSE if iv.intersection(a, b).is_empty else UNDECIDED
    if _below(a, b, strict=op == "lt"):
        return TRUE
    return FALSE if _below(b, a, strict=op == "le") else UNDECIDED


def _below(a: Interval, b: Interval, strict: bool) -> bool:
    """Whether every number of a is less than (not strict: at most) every number of b."""
    if a.upper is None or b.lower is None:
        return False
    if a.upper != b.lower:
        return bool(a.upper < b.lower)
    return not strict or not (a.upper_closed and b.lower_closed)


def narrow_comparison(op: str, a: Interval, b: Interval) -> tuple[Interval, Interval]:
    """The parts of a and b that can take part in ``a op b`` (``eq`` means both are the same number)."""
    if op == "eq":
        both = iv.intersection(a, b)
        return both, both
    if op in ("gt", "ge"):
        b, a = narrow_comparison("lt" if op == "gt" else "le", b, a)
        return a, b
    closed = op == "le"
    if a.is_empty or b.is_empty:
        return EMPTY, EMPTY
    low = interval(None, b.upper, False, closed and b.upper_closed)
    high = interval(a.lower, None, closed and a.lower_closed, False)
    return iv.intersection(a, low), iv.intersection(b, high)


def _choose(condition: Interval, a: Interval, b: Interval) -> Interval:
    if condition.is_empty:
        return EMPTY
    if condition == TRUE:
        return a
    return b if condition == FALSE else iv.hull(a, b)


FORWARD: dict[str, Callable[..., Interval]] = {
    "neg": iv.neg,
    "add": iv.add,
    "sub": iv.sub,
    "mul": iv.mul,
    "div": iv.div,
    "pow": power,
    "sqrt": iv.sqrt,
    "cbrt": iv.cbrt,
    "exp": iv.exp,
    "log": iv.log,
    "log2": iv.log2,
    "log10": iv.log10,
    "sin": iv.sin,
    "cos": iv.cos,
    "tan": iv.tan,
    "asin": iv.asin,
    "acos": iv.acos,
    "atan": iv.atan,
    "sinh": iv.sinh,
    "cosh": iv.cosh,
    "tanh": iv.tanh,
    "abs": iv.abs,
    "floor": iv.floor,
    "ceil": iv.ceil,
    "round": iv.round_ties_to_away,
    "min": iv.min,
    "max": iv.max,
    "if": _choose,
    **{op: (lambda a, b, op=op: compare(op, a, b)) for op in ("lt", "le", "gt", "ge", "eq")},
}


def _inverse(
    function: Callable[[Interval], Interval],
) -> Callable[[Interval, Interval], tuple[Interval, ...]]:
    """Backwards through an increasing or decreasing function: apply its inverse."""
    return lambda value, a: (iv.intersection(a, function(value)),)


def _reverse(
    function: Callable[[Interval, Interval], Interval],
) -> Callable[[Interval, Interval], tuple[Interval, ...]]:
    """Backwards through a function that is not one-to-one, by its reverse operation."""
    return lambda value, a: (function(value, a),)


def _add_back(v: Interval, a: Interval, b: Interval) -> tuple[Interval, ...]:
    return iv.intersection(a, iv.sub(v, b)), iv.intersection(b, iv.sub(v, a))


def _sub_back(v: Interval, a: Interval, b: Interval) -> tuple[Interval, ...]:
    return iv.intersection(a, iv.add(v, b)), iv.intersection(b, iv.sub(a, v))


def _mul_back(v: Interval, a: Interval, b: Interval) -> tuple[Interval, ...]:
    return iv.mul_rev(b, v, a), iv.mul_rev(a, v, b)


def _div_back(v: Interval, a: Interval, b: Interval) -> tuple[Interval, ...]:
    # a = v b with b not 0, so a may only be 0 where v may.
    return iv.intersection(a, iv.mul(v, b)), iv.mul_rev(v, a, b)


def _pow_back(v: Interval, a: Interval, b: Interval) -> tuple[Interval, ...]:
    n = _exponent(b)
    if n is not None:
        return (a if abs(n) > _HIGHEST_ROOT else iv.pown_rev(v, a, n)), b
    negative = iv.intersection(a, _NEGATIVE)
    if not negative.is_empty and _whole(b) is not None:  # see power: nothing is known of that part
        return iv.hull(iv.intersection(a, _NONPOSITIVE), iv.pow_rev1(b, v, a)), b
    bases, exponents = iv.pow_rev1(b, v, a), iv.pow_rev2(a, v, b)
    if 0 in a and 0 in b and 1 in v:  # 0 ^ 0
        return iv.hull(bases, _ZERO), iv.hull(exponents, _ZERO)
    return bases, exponents


def _sqrt_back(v: Interval, a: Interval) -> tuple[Interval, ...]:
    return (iv.intersection(a, iv.sqr(iv.intersection(v, _NONNEGATIVE))),)


def _asin_back(v: Interval, a: Interval) -> tuple[Interval, ...]:
    return (iv.intersection(a, iv.sin(iv.intersection(v, iv.asin(_UNIT)))),)


def _acos_back(v: Interval, a: Interval) -> tuple[Interval, ...]:
    return (iv.intersection(a, iv.cos(iv.intersection(v, iv.acos(_UNIT)))),)


def _atan_back(v: Interval, a: Interval) -> tuple[Interval, ...]:
    # tan is increasing on the range of atan, but an end at +-pi/2 is not known exactly: no bound there.
    half_turn = iv.atan(ENTIRE)
    clipped = iv.intersection(v, half_turn)
    if clipped.is_empty:
        return (EMPTY,)
    low = None if clipped.lower is None else _tan_end(clipped.lower)
    high = None if clipped.upper is None else _tan_end(clipped.upper)
    return (
        iv.intersection(
            a, interval(None if low is None else low.lower, None if high is None else high.upper)
        ),
    )


def _tan_end(x: Rational) -> Interval | None:
    inside = iv.acos(point(0)).lower  # pi/2, from below
    return iv.tan(point(x)) if inside is not None and -inside < x < inside else None


def _floor_back(v: Interval, a: Interval) -> tuple[Interval, ...]:
    whole = _whole(v)
    if whole is None:
        return (EMPTY,)
    low, high = whole
    return (iv.intersection(a, interval(low, None if high is None else high + 1, True, False)),)


def _ceil_back(v: Interval, a: Interval) -> tuple[Interval, ...]:
    whole = _whole(v)
    if whole is None:
        return (EMPTY,)
    low, high = whole
    return (iv.intersection(a, interval(None if low is None else low - 1, high, False, True)),)


def _round_back(v: Interval, a: Interval) -> tuple[Interval, ...]:
    whole = _whole(v)
    if whole is None:
        return (EMPTY,)
    low, high = whole
    # Halves go away from zero: 2.5 rounds to 3 and -2.5 to -3.
    return (
        iv.intersection(
            a,
            interval(
                None if low is None else low - _HALF,
                None if high is None else high + _HALF,
                low is None or low > 0,
                high is None or high < 0,
            ),
        ),
    )


def _whole(v: Interval) -> tuple[Rational | None, Rational | None] | None:
    """The least and greatest whole number of v (None: unbounded), or None if it holds none."""
    if v.is_empty:
        return None
    low, high = iv.ceil(point(v.lower)).lower if v.lower is not None else None, None
    if low is not None and low == v.lower and not v.lower_closed:
        low += 1
    if v.upper is not None:
        high = iv.floor(point(v.upper)).lower
        if high == v.upper and not v.upper_closed:
            high -= 1
    if low is not None and high is not None and low > high:
        return None
    return low, high


def _min_back(v: Interval, a: Interval, b: Interval) -> tuple[Interval, ...]:
    if v.is_empty:
        return EMPTY, EMPTY
    least = interval(v.lower, None, v.lower_closed, False)
    new_a, new_b = iv.intersection(a, least), iv.intersection(b, least)
    if iv.intersection(b, v).is_empty:
        new_a = iv.intersection(new_a, v)
    if iv.intersection(a, v).is_empty:
        new_b = iv.intersection(new_b, v)
    return new_a, new_b


def _max_back(v: Interval, a: Interval, b: Interval) -> tuple[Interval, ...]:
    new_a, new_b = _min_back(iv.neg(v), iv.neg(a), iv.neg(b))
    return iv.neg(new_a), iv.neg(new_b)


def _if_back(v: Interval, condition: Interval, a: Interval, b: Interval) -> tuple[Interval, ...]:
    can_a = condition != FALSE and not iv.intersection(a, v).is_empty
    can_b = condition != TRUE and not iv.intersection(b, v).is_empty
    if can_a and can_b:
        return condition, a, b
    if can_a:
        return TRUE, iv.intersection(a, v), b
    if can_b:
        return FALSE, a, iv.intersection(b, v)
    return EMPTY, a, b


def _compare_back(op: str) -> Callable[[Interval, Interval, Interval], tuple[Interval, ...]]:
    def back(v: Interval, a: Interval, b: Interval) -> tuple[Interval, ...]:
        if v.is_empty:
            return EMPTY, EMPTY
        if v == TRUE:
            return narrow_comparison(op, a, b)
        if v == FALSE and op != "eq":
            return narrow_comparison(_NEGATED[op], a, b)
        return a, b

    return back


BACKWARD: dict[str, Callable[..., tuple[Interval, ...]]] = {
    "neg": _inverse(iv.neg),
    "add": _add_back,
    "sub": _sub_back,
    "mul": _mul_back,
    "div": _div_back,
    "pow": _pow_back,
    "sqrt": _sqrt_back,
    "cbrt": _inverse(lambda v: iv.pown(v, 3)),
    "exp": _inverse(iv.log),
    "log": _inverse(iv.exp),
    "log2": _inverse(iv.exp2),
    "log10": _inverse(iv.exp10),
    "sin": _reverse(iv.sin_rev),
    "cos": _reverse(iv.cos_rev),
    "tan": _reverse(iv.tan_rev),
    "asin": _asin_back,
    "acos": _acos_back,
    "atan": _atan_back,
    "sinh": _inverse(iv.asinh),
    "cosh": _reverse(iv.cosh_rev),
    "tanh": _inverse(iv.atanh),
    "abs": _reverse(iv.abs_rev),
    "floor": _floor_back,
    "ceil": _ceil_back,
    "round": _round_back,
    "min": _min_back,
    "max": _max_back,
    "if": _if_back,
    **{op: _compare_back(op) for op in ("lt", "le", "gt", "ge", "eq")},
}


def defined(op: str, args: Sequence[Interval]) -> bool:
    """Whether the operation is defined (and, step functions apart, continuous) all over its arguments."""
    if op == "div":
        return 0 not in args[1]
    if op == "pow":
        base, exponent = args
        if exponent.is_point and exponent.lower is not None and exponent.lower.denominator == 1:
            return exponent.lower >= 0 or 0 not in base
        if base.lower is None or base.lower < 0:
            return False
        return base.lower > 0 or (exponent.lower is not None and exponent.lower > 0)
    if op == "tan":
        return iv.tan(args[0]).is_bounded
    if len(args) == 1:
        return iv.subset(args[0], iv.domain_of(op))
    return True
