"""A relation of the four operations solved for one of its quantities, each of which occurs in it once.

Forwards over intervals it gives the exact range of that quantity. Back from a number of that range it gives
values of the others within theirs: operation by operation the number is parted into two that make it, in
exact rationals.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.interval import Interval, Rational
from claimcheck.interval._interval import make
from claimcheck.interval.sets import intersection
from claimcheck.solver.problem import Constraint

__all__ = ["Formula", "each_once", "holds_exactly", "isolated"]

_FORWARD: dict[str, Callable[..., Interval]] = {
    "add": iv.add,
    "sub": iv.sub,
    "mul": iv.mul,
    "div": iv.div,
}
_EXACTLY: dict[str, Callable[[Rational, Rational], Rational]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
}

Pair = tuple[Rational, Rational]
Code = tuple[tuple[str, int, int], ...]
"""Operations (name, slot, slot); each puts its result into the next free slot. ``neg`` has one slot twice."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A relation solved for ``target``: the slots of constants and variables, and operations on them.

    ``nonzero`` are slots that zero must not be in, besides those that the code divides by.
    """

    target: int
    constants: tuple[Interval | None, ...]
    loads: tuple[tuple[int, int], ...]
    """(slot, variable)"""
    code: Code
    nonzero: tuple[int, ...]
    root: int

    def forward(self, box: Mapping[int, Interval], *, roughly: bool = False) -> list[Interval] | None:
        """The interval in every slot over the box; None if a divisor may be zero.

        ``roughly``: where one may be, but what is divided is not, the quotients by all others.
        """
        values: list[Interval] = list(self.constants)  # type: ignore[arg-type]
        for slot, variable in self.loads:
            values[slot] = box[variable]
        for op, a, b in self.code:
            if op == "neg":
                values.append(iv.neg(values[a]))
                continue
            if op == "div" and not _has_sign(values[b]) and not (roughly and 0 not in values[a]):
                return None
            values.append(_FORWARD[op](values[a], values[b]))
        for slot in () if roughly else self.nonzero:
            if not _has_sign(values[slot]):
                return None
        return values

    def back(self, values: Sequence[Interval], end: Rational, found: dict[int, Rational]) -> bool:
        """Values of the variables within the slots' intervals for which the formula gives ``goal``."""
        exact: dict[int, Rational] = {self.root: end}
        at = len(values)
        for op, a, b in reversed(self.code):
            at -= 1
            if op == "neg":
                exact[a] = -exact[at]
                continue
            goal, x, y = exact[at], values[a], values[b]
            pair = _corner(op, goal, values[at], x, y) or _parted(op, goal, x, y)
            if pair is None:
                return False
            exact[a], exact[b] = pair
        for slot, variable in self.loads:
            found[variable] = exact[slot]
        return True


def _has_sign(x: Interval) -> bool:
    return (x.lower is not None and x.lower > 0) or (x.upper is not None and x.upper < 0)


def _corner(op: str, goal: Rational, value: Interval, a: Interval, b: Interval) -> Pair | None:
    """The ends that make an end of the result, where that is plain to see."""
    if goal is value.lower:
        if op == "add":
            return a.lower, b.lower
        if op == "sub":
            return a.lower, b.upper
        if _positive(a) and _positive(b):
            return (a.lower, b.lower) if op == "mul" else (a.lower, b.upper)
    elif goal is value.upper:
        if op == "add":
            return a.upper, b.upper
        if op == "sub":
            return a.upper, b.lower
        if _positive(a) and _positive(b):
            return (a.upper, b.upper) if op == "mul" else (a.upper, b.lower)
    return None


def _positive(x: Interval) -> bool:
    return x.lower is not None and x.lower > 0


def _parted(op: str, goal: Rational, a: Interval, b: Interval) -> Pair | None:
    """Numbers of ``a`` and ``b`` that the operation takes to the goal, or None if none were found."""
    wanted = make(goal, goal, True, True)
    if op == "add":
        x = _some(intersection(a, iv.sub(wanted, b)))
        return None if x is None else (x, goal - x)
    if op == "sub":
        x = _some(intersection(a, iv.add(wanted, b)))
        return None if x is None else (x, x - goal)
    if op == "div":
        x = _some(intersection(a, iv.mul(wanted, b)))
        if x is None:
            return None
        return (x, x / goal) if goal else (x, _some(b))
    if goal == 0:
        if 0 in a:
            return goal, _some(b)
        return (_some(a), goal) if 0 in b else None
    if _has_sign(b):
        x = _some(intersection(a, iv.div(wanted, b)))
        return (x, goal / x) if x else None
    if _has_sign(a):
        y = _some(intersection(b, iv.div(wanted, a)))
        return (goal / y, y) if y else None
    x = _some(intersection(a, iv.div(wanted, b)))
    return (x, goal / x) if x else None


def _some(x: Interval) -> Rational | None:
    """A number of x: an end if one belongs to it, or else one inside."""
    if x.is_empty:
        return None
    if x.lower_closed:
        return x.lower
    if x.upper_closed:
        return x.upper
    if x.lower is None:
        return mpq(0) if x.upper is None else x.upper - 1
    return x.lower + 1 if x.upper is None else (x.lower + x.upper) / 2


def isolated(constraint: Constraint, target: int) -> Formula | None:
    """The relation solved for one of its variables; None if that takes more than the four operations."""
    tape = constraint.tape
    slots: dict[int, int] = {}
    constants: list[Interval | None] = []
    loads: list[tuple[int, int]] = []
    for at, node in enumerate(tape):
        if node.op == "const" and node.value.is_point:
            slots[at] = len(constants)
            constants.append(node.value)
        elif node.op == "var":
            if node.index != target:
                slots[at] = len(constants)
                loads.append((len(constants), node.index))
                constants.append(None)
        elif node.op != "neg" and node.op not in _EXACTLY:
            return None
    code: list[tuple[str, int, int]] = []

    def put(op: str, a: int, b: int) -> int:
        code.append((op, a, b))
        return len(constants) + len(code) - 1

    wanted = {at for at, node in enumerate(tape) if node.op == "var" and node.index == target}
    for at, node in enumerate(tape):  # everything that does not depend on the target
        if any(a in wanted for a in node.args):
            wanted.add(at)
        elif node.args:
            slots[at] = put(node.op, slots[node.args[0]], slots[node.args[-1]])
    at, other = constraint.left, constraint.right
    if at not in wanted:
        at, other = other, at
    current = slots[other]
    nonzero: list[int] = []
    while tape[at].args:
        op, args = tape[at].op, tape[at].args
        if op == "neg":
            current, at = put("neg", current, current), args[0]
            continue
        first = args[0] in wanted
        rest = slots[args[1] if first else args[0]]
        if op == "add":
            current = put("sub", current, rest)
        elif op == "sub":
            current = put("add", current, rest) if first else put("sub", rest, current)
        elif op == "mul":
            current = put("div", current, rest)
        else:
            nonzero.append(rest)
            current = put("mul", current, rest) if first else put("div", rest, current)
        at = args[0] if first else args[1]
    return Formula(target, tuple(constants), tuple(loads), tuple(code), tuple(nonzero), current)


def each_once(constraint: Constraint) -> bool:
    """Whether it is an equation in which nothing but constants occurs twice."""
    if constraint.op != "=":
        return False
    used = Counter([constraint.left, constraint.right])
    used.update(a for node in constraint.tape for a in node.args)
    return all(node.op == "const" or used[at] == 1 for at, node in enumerate(constraint.tape))


def holds_exactly(constraint: Constraint, at: Mapping[int, Rational]) -> bool:
    """Whether a relation of the four operations is true at a point."""
    values: list[Rational] = []
    for node in constraint.tape:
        op = node.op
        if op == "var":
            values.append(at[node.index])
        elif op == "const":
            values.append(node.value.lower)
        elif op == "neg":
            values.append(-values[node.args[0]])
        else:
            a, b = values[node.args[0]], values[node.args[1]]
            if op == "div" and not b:
                return False
            values.append(_EXACTLY[op](a, b))
    return bool(values[constraint.left] == values[constraint.right])
