"""A root of one relation in one variable, by the intermediate value theorem.

Where both sides are continuous over an interval, and the sign of left minus right changes from one end to
the other, there is a value at which they are equal.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from claimcheck.interval import Interval, interval, point
from claimcheck.solver.candidates import simplest_between
from claimcheck.solver.contractor import continuous, forward, sign_of_difference
from claimcheck.solver.problem import Constraint

__all__ = ["existing"]

_LITTLE = mpq(1, 2**60)
_MOST_HALVINGS = 64


def existing(constraint: Constraint, box: Sequence[Interval], variable: int) -> Interval | None:
    """A narrow enclosure of a root of ``left = right`` in one variable, by the intermediate value theorem.

    The other variables are at points, or at enclosures of the values meant. None if nothing was proved.
    """
    values = forward(constraint, box)
    here = box[variable]
    for side, other in ((constraint.left, constraint.right), (constraint.right, constraint.left)):
        node = constraint.tape[side]
        if node.op == "var" and node.index == variable and not _uses(constraint, other, variable):
            value = values[other]  # variable = formula: its value, if the formula is defined there
            trial = list(box)
            trial[variable] = value
            return (
                value if value.is_bounded and not value.is_empty and continuous(constraint, trial) else None
            )
    if not here.is_bounded or here.is_empty:
        return None
    trial = list(box)
    signs: list[int] = []
    for end in (here.lower, here.upper):
        trial[variable] = point(end)
        sign = sign_of_difference(constraint, trial)
        if sign is None:
            return None
        signs.append(sign)
    trial[variable] = interval(here.lower, here.upper)
    if signs[0] * signs[1] > 0 or not continuous(constraint, trial):
        return None
    if signs[0] == 0:
        return point(here.lower)
    return point(here.upper) if signs[1] == 0 else _bisected(constraint, trial, variable, signs[0])


def _bisected(constraint: Constraint, box: list[Interval], variable: int, sign: int) -> Interval:
    """A narrow part of an interval with a root in it; ``sign`` is that of the difference at its lower end."""
    low, high = box[variable].lower, box[variable].upper
    assert low is not None
    assert high is not None
    for _ in range(_MOST_HALVINGS):
        if high - low <= max(abs(low), abs(high)) * _LITTLE:
            break
        middle = (low + high) / 2
        box[variable] = point(middle)
        here = sign_of_difference(constraint, box)
        if here == 0:
            return point(middle)
        if here is None:
            break
        low, high = (middle, high) if here == sign else (low, middle)
    short = simplest_between(low, high)
    box[variable] = point(short)
    return point(short) if sign_of_difference(constraint, box) == 0 else interval(low, high)


def _uses(constraint: Constraint, at: int, variable: int) -> bool:
    stack = [at]
    while stack:
        node = constraint.tape[stack.pop()]
        if node.op == "var" and node.index == variable:
            return True
        stack.extend(node.args)
    return False
