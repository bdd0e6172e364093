"""An expression over a box of intervals: the natural interval extension (IEEE 1788-2015 chapter 6, Moore).

The value encloses every number the expression takes when its quantities range over the box. Points at which
an operation is undefined (a division by zero, the root of a negative number) take no part; if no point is
left the value is empty. A quantity that occurs twice is taken as two, so the enclosure may be wide; it is
never too narrow, and it only shrinks when the box does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from claimcheck import interval as iv
from claimcheck.expression import Constant, Expression, Name, Number
from claimcheck.interval import EMPTY, Interval, point

__all__ = ["apply", "evaluate", "plain_number", "truth"]

_CONSTANT_BITS = 256
_BITS = 4096
_LIMIT = 1 << 16
"""Ends longer than this many bits are rounded outward to ``_BITS``, so that powers of powers stay small."""

_UNARY: dict[str, Callable[[Interval], Interval]] = {
    "neg": iv.neg,
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
}
_FOLDED: dict[str, Callable[[Interval, Interval], Interval]] = {
    "add": iv.add,
    "sub": iv.sub,
    "mul": iv.mul,
    "div": iv.div,
    "sum": iv.add,
    "min": iv.min,
    "max": iv.max,
}


def plain_number(number: Number) -> Interval:
    """The value of a number without a unit.

    Raises:
        ValueError: the number has a unit; only a caller who knows the units can say its value.
    """
    if number.unit:
        raise ValueError(f"{number.text} [{number.unit}] needs a reader of units")
    return point(number.value)


def evaluate(
    tree: Expression, box: Mapping[str, Interval], number: Callable[[Number], Interval] = plain_number
) -> Interval:
    """An enclosure of the values of ``tree`` over ``box``; EMPTY where it is nowhere defined.

    ``box`` holds an interval for every quantity of the tree, in base units; ``number`` gives the value of a
    literal in base units. `if` is the hull of the branches that its condition can reach; a comparison is a
    truth value, see :func:`truth`.

    Raises:
        KeyError: a quantity without an interval.
    """
    if isinstance(tree, Name):
        return box[tree.name]
    if isinstance(tree, Number):
        return number(tree)
    if isinstance(tree, Constant):
        return iv.pi(_CONSTANT_BITS) if tree.name == "pi" else iv.e(_CONSTANT_BITS)
    return apply(tree.op, [evaluate(argument, box, number) for argument in tree.args])


def apply(op: str, values: list[Interval]) -> Interval:
    """One operation on the values of its arguments."""
    if op in _UNARY:
        result = _UNARY[op](values[0])
    elif op in _FOLDED:
        result = values[0]
        for value in values[1:]:
            result = _FOLDED[op](result, value)
    elif op == "pow":
        result = _power(values[0], values[1])
    elif op == "if":
        result = _choice(*values)
    else:
        result = truth(op, values[0], values[1])
    return iv.shorten(result, _BITS, _LIMIT)


def _power(a: Interval, b: Interval) -> Interval:
    """``a ^ b``: of any base for a whole exponent, of non-negative bases for the others.

    Where the exponent is an interval with a whole number in it, negative bases count as well: their powers
    are those of the magnitude, with either sign.
    """
    if a.is_empty or b.is_empty:
        return EMPTY
    if b.is_point and b.lower is not None and b.lower.denominator == 1:
        return iv.pown(a, int(b.lower))
    result = iv.pow(a, b)
    if 0 in a and 0 in b:  # 0 ^ 0 is the whole power 1
        result = iv.hull(result, point(1))
    negative = iv.neg(iv.intersection(a, _NEGATIVE))
    if not negative.is_empty and _holds_whole_number(b):
        magnitude = iv.pow(negative, b)
        result = iv.hull(result, iv.hull(magnitude, iv.neg(magnitude)))
    return result


_NEGATIVE = iv.interval(None, 0, False, False)


def _holds_whole_number(b: Interval) -> bool:
    if b.lower is None or b.upper is None:
        return True
    least = b.lower.__ceil__()
    if least == b.lower and not b.lower_closed:
        least += 1
    return least in b


def truth(op: str, a: Interval, b: Interval) -> Interval:
    """The truth of ``a op b`` (``lt le gt ge eq``) over all pairs: {1} true, {0} false, [0, 1] undecided.

    EMPTY if a or b is.
    """
    if a.is_empty or b.is_empty:
        return EMPTY
    if op in ("gt", "ge"):
        a, b, op = b, a, "lt" if op == "gt" else "le"
    if op == "eq":
        can_hold = not iv.intersection(a, b).is_empty
        can_fail = not (a.is_point and a == b)
    else:
        can_hold = _can_be_below(a, b, strict=op == "lt")
        can_fail = _can_be_below(b, a, strict=op == "le")
    return iv.interval(0 if can_fail else 1, 1 if can_hold else 0)


def _can_be_below(a: Interval, b: Interval, *, strict: bool) -> bool:
    """Whether some number of a is less than (not strict: at most) some number of b; neither is empty."""
    if a.lower is None or b.upper is None:
        return True
    if a.lower == b.upper:
        return not strict and a.lower_closed and b.upper_closed
    return bool(a.lower < b.upper)


def _choice(condition: Interval, a: Interval, b: Interval) -> Interval:
    if condition.is_empty:
        return EMPTY
    if condition.lower == 1:
        return a
    return b if condition.upper == 0 else iv.hull(a, b)
