"""Rationals as floats, and relations at points in floats: by how much they fail.

Rounding to one side is exact; all the rest is for guesses, and nothing is proved with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from claimcheck.interval import Interval, Rational
from claimcheck.solver.problem import Constraint
from claimcheck.solver.tape import Node

__all__ = ["above", "below", "difference", "limits_of", "shortfall"]

_NEARLY = 1e-9


def limits_of(x: Interval) -> tuple[float, float]:
    """The ends, infinite where there are none that a float can hold."""
    low = -math.inf if x.lower is None else _as_float(x.lower)
    high = math.inf if x.upper is None else _as_float(x.upper)
    return low, high


def _as_float(q: Rational) -> float:
    try:
        return float(q)
    except OverflowError:
        return math.inf if q > 0 else -math.inf


def below(q: Rational | None) -> float:
    """The greatest float that is not above q; None is no bound."""
    return -math.inf if q is None else -above(-q)


def above(q: Rational | None) -> float:
    """The least float that is not below q; None is no bound."""
    if q is None:
        return math.inf
    exact = Fraction(int(q.numerator), int(q.denominator))
    try:
        near = float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.nextafter(math.inf, 0)
    return near if near == math.inf or Fraction(near) >= exact else math.nextafter(near, math.inf)


def shortfall(constraint: Constraint, at: Mapping[int, float]) -> tuple[float, float, float | None] | None:
    """What a relation misses by (0 if it holds), its size, and the value of its tolerance that this is for.

    None where a side is not defined or too large.
    """
    slack = next((n.value for n in constraint.tape if n.op == "free"), None)
    if slack is not None:
        ends = limits_of(slack)
        low, high = (difference(constraint, at, end) for end in ends)
        if low is None or high is None:
            return None
        if low[0] * high[0] <= 0:
            return 0.0, 1.0, None
        near, far = ends if abs(low[0]) < abs(high[0]) else (ends[1], ends[0])
        inside = near + (far - near) / 100
        found = difference(constraint, at, inside)
        return None if found is None else (*found, inside)
    found = difference(constraint, at, None)
    if found is None:
        return None
    amount, size = found
    if (constraint.op in ("<", "<=") and amount < 0) or (constraint.op in (">", ">=") and amount > 0):
        return 0.0, 1.0, None
    if constraint.op in ("<", ">") and amount == 0:
        return (size / 10**6 if constraint.op == "<" else -size / 10**6), size, None
    return amount, size, None


def difference(
    constraint: Constraint, at: Mapping[int, float], free: float | None
) -> tuple[float, float] | None:
    """Left minus right, and the size of both; None where a side is not defined or too large."""
    values: list[float] = []
    try:
        for node in constraint.tape:
            values.append(_value(node, values, at, free))
    except (ValueError, OverflowError, ZeroDivisionError):
        return None
    left, right = values[constraint.left], values[constraint.right]
    size = abs(left) + abs(right)
    return (left - right, size or 1.0) if math.isfinite(size) else None


def _value(node: Node, values: list[float], at: Mapping[int, float], free: float | None) -> float:
    op = node.op
    if op == "var":
        return at[node.index]
    if op == "const" or op == "free":
        if op == "free" and free is not None:
            return free
        low, high = limits_of(node.value)
        return low + (high - low) / 2
    if op == "if":
        condition, then, otherwise = (values[a] for a in node.args)
        return then if condition else otherwise
    return _FLOATS[op](*[values[a] for a in node.args])


def _power(x: float, y: float) -> float:
    found = x**y
    if isinstance(found, complex):
        raise ValueError("a fractional power of a negative number")
    return float(found)


def _cbrt(x: float) -> float:
    return math.copysign(abs(x) ** (1 / 3), x)


def _away(x: float) -> float:
    return math.copysign(math.floor(abs(x) + 0.5), x)


_FLOATS: dict[str, Callable[..., float]] = {
    "neg": lambda x: -x,
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": _power,
    "cbrt": _cbrt,
    "abs": abs,
    "floor": lambda x: float(math.floor(x)),
    "ceil": lambda x: float(math.ceil(x)),
    "round": _away,
    "min": min,
    "max": max,
    "lt": lambda x, y: float(x < y),
    "le": lambda x, y: float(x <= y),
    "gt": lambda x, y: float(x > y),
    "ge": lambda x, y: float(x >= y),
    "eq": lambda x, y: float(abs(x - y) <= _NEARLY * max(abs(x), abs(y))),
    **{
        name: getattr(math, name)
        for name in ("sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan")
    },
    **{name: getattr(math, name) for name in ("sinh", "cosh", "tanh")},
}
