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
from claimcheck.interval import Interval, point
from claimcheck.operations import FORWARD

__all__ = ["apply", "evaluate", "plain_number"]

_CONSTANT_BITS = 256
_BITS = 4096
_LIMIT = 1 << 16
"""Ends longer than this many bits are rounded outward to ``_BITS``, so that powers of powers stay small."""


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
    truth value, see :func:`claimcheck.operations.compare`.

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
    """One operation on the values of its arguments (`sum`, `min` and `max` take any number of them)."""
    if op in ("sum", "min", "max"):
        result = values[0]
        for value in values[1:]:
            result = FORWARD["add" if op == "sum" else op](result, value)
    else:
        result = FORWARD[op](*values)
    return iv.shorten(result, _BITS, _LIMIT)
