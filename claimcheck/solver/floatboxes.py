"""Thousands of boxes at once: interval arithmetic on rows of doubles, rounded outward.

An :class:`Rows` holds one interval per box, as two arrays. After every operation the ends move outward by
`_ULPS` units in the last place and a little, more than the error of one operation in any rounding mode and
of numpy's functions (at most 4 units). So what is excluded here is excluded; nothing here proves that
anything exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from claimcheck.interval import Interval, Rational
from claimcheck.solver.tape import Node

__all__ = ["Rows", "constant", "divided", "evaluate_rows", "narrowed_back", "outward", "times"]

_MARGIN = 2.0**-50
_FUNCTION_MARGIN = 2.0**-47
_TINY = 1e-290
_LARGEST_ANGLE = 1e6
_LARGEST = 1.7e308

Array = Any
"""A numpy array of doubles."""


@dataclass(slots=True)
class Rows:
    """One interval per box: ``low[k]`` to ``high[k]``, infinite where unbounded."""

    low: Array
    high: Array


def outward(low: Array, high: Array, margin: float = _MARGIN) -> Rows:
    """Ends moved outward by more than their error; what is not a number becomes infinite.

    What overflowed to the inside stays at the largest double.
    """
    low, high = np.minimum(low, _LARGEST), np.maximum(high, -_LARGEST)
    low = low - (np.abs(low) * margin + _TINY)
    high = high + (np.abs(high) * margin + _TINY)
    return Rows(np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high))


def constant(x: Interval, count: int) -> Rows:
    """The same interval for every box."""
    low = -np.inf if x.lower is None else _double(x.lower)
    high = np.inf if x.upper is None else _double(x.upper)
    if x.is_point and abs(low) < 2.0**53 and low == int(low) and x.lower == int(low):
        return Rows(np.full(count, low), np.full(count, high))
    return outward(np.full(count, low), np.full(count, high))


def _double(q: Rational) -> float:
    try:
        return float(q)
    except OverflowError:
        return np.inf if q > 0 else -np.inf


def times(a: Rows, b: Rows) -> Rows:
    """Products; a zero end times an infinite one is zero."""
    corners = [p * q for p in (a.low, a.high) for q in (b.low, b.high)]
    corners = [np.where(np.isnan(c), 0.0, c) for c in corners]
    return outward(np.minimum.reduce(corners), np.maximum.reduce(corners))


def divided(a: Rows, b: Rows) -> Rows:
    """Quotients; everything where the divisor may be zero."""
    corners = [p / q for p in (a.low, a.high) for q in (b.low, b.high)]
    low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
    through_zero = (b.low <= 0) & (b.high >= 0)
    return outward(np.where(through_zero, -np.inf, low), np.where(through_zero, np.inf, high))


def _powers(x: Rows, n: int) -> Rows:
    """Integer powers, by products of what is not negative."""
    if n < 0:
        return divided(Rows(np.ones_like(x.low), np.ones_like(x.low)), _powers(x, -n))
    if n == 0:
        return Rows(np.ones_like(x.low), np.ones_like(x.low))
    small = np.where(x.low > 0, x.low, np.where(x.high < 0, -x.high, 0.0))
    large = np.maximum(np.abs(x.low), np.abs(x.high))
    size = _whole_power(Rows(small, large), n)
    if n % 2 == 0:
        return Rows(np.maximum(size.low, 0.0), size.high)
    ends = [_whole_power(Rows(np.abs(end), np.abs(end)), n) for end in (x.low, x.high)]
    low = np.where(x.low < 0, -ends[0].high, ends[0].low)
    high = np.where(x.high < 0, -ends[1].low, ends[1].high)
    return Rows(low, high)


def _whole_power(x: Rows, n: int) -> Rows:
    result: Rows | None = None
    square = x
    while True:
        if n & 1:
            result = square if result is None else times(result, square)
        n >>= 1
        if not n:
            return result if result is not None else square
        square = times(square, square)


def _monotone(function: Any, x: Rows) -> Rows:
    """An increasing function; for a decreasing one the ends must be handed over swapped."""
    return outward(function(x.low), function(x.high), _FUNCTION_MARGIN)


def _wave(x: Rows, function: Any, top: float) -> Rows:
    """Sine or cosine, which is greatest at ``top`` + 2 pi k and least half a turn further."""
    ends = function(x.low), function(x.high)
    found = outward(np.minimum(*ends), np.maximum(*ends), _FUNCTION_MARGIN)
    low, high = found.low - _FUNCTION_MARGIN, found.high + _FUNCTION_MARGIN
    for turn, greatest in ((top, True), (top + np.pi, False)):
        first = (x.low - turn) / (2 * np.pi) - 1e-9
        last = (x.high - turn) / (2 * np.pi) + 1e-9
        inside = np.ceil(first) <= np.floor(last)
        if greatest:
            high = np.where(inside, 1.0, high)
        else:
            low = np.where(inside, -1.0, low)
    wild = ~((np.abs(x.low) < _LARGEST_ANGLE) & (np.abs(x.high) < _LARGEST_ANGLE))
    return Rows(np.where(wild, -1.0, np.maximum(low, -1.0)), np.where(wild, 1.0, np.minimum(high, 1.0)))


@dataclass(slots=True)
class _State:
    """Boxes whose formulas have no value at all, and boxes all over which they are surely defined."""

    empty: Array
    defined: Array


def _logarithm(x: Rows, state: _State, function: Any) -> Rows:
    state.empty |= x.high <= 0
    state.defined &= x.low > 0
    low = np.where(x.low > 0, x.low, 0.0)
    return _monotone(function, Rows(low, np.where(x.high > 0, x.high, 1.0)))


def _tangent(x: Rows, state: _State) -> Rows:
    """Tangents; everything where a pole may be inside."""
    first = np.floor((x.low - np.pi / 2) / np.pi - 1e-9)
    last = np.floor((x.high - np.pi / 2) / np.pi + 1e-9)
    sure = (first == last) & (np.abs(x.low) < _LARGEST_ANGLE) & (np.abs(x.high) < _LARGEST_ANGLE)
    state.defined &= sure
    found = _monotone(np.tan, x)
    return Rows(np.where(sure, found.low, -np.inf), np.where(sure, found.high, np.inf))


def _arc(op: str, x: Rows, state: _State) -> Rows:
    """Arc sine or arc cosine of what lies in [-1, 1]."""
    state.empty |= (x.low > 1) | (x.high < -1)
    state.defined &= (x.low > -1) & (x.high < 1)
    low, high = np.clip(x.low, -1.0, 1.0), np.clip(x.high, -1.0, 1.0)
    if op == "asin":
        return _monotone(np.arcsin, Rows(low, high))
    return _monotone(np.arccos, Rows(high, low))


def _apply(op: str, args: Sequence[Rows], nodes: Sequence[Node], state: _State) -> Rows:
    a = args[0]
    b = args[1] if len(args) > 1 else a
    if op == "neg":
        return Rows(-a.high, -a.low)
    if op == "add":
        return outward(a.low + b.low, a.high + b.high)
    if op == "sub":
        return outward(a.low - b.high, a.high - b.low)
    if op == "mul":
        return times(a, b)
    if op == "div":
        state.defined &= ~((b.low <= 0) & (b.high >= 0))
        return divided(a, b)
    if op == "pow":
        exponent = nodes[1].value.lower if nodes[1].op == "const" and nodes[1].value.is_point else None
        if exponent is not None and exponent.denominator == 1:
            n = int(exponent)
            if n < 0:
                state.defined &= ~((a.low <= 0) & (a.high >= 0))
            return _powers(a, n)
        state.defined &= a.low > 0
        positive = Rows(np.maximum(a.low, 0.0), np.maximum(a.high, 0.0))
        found = _monotone(np.exp, times(b, _monotone(np.log, positive)))
        if exponent is not None:
            state.empty |= a.high < 0
            return found
        whole = a.low < 0  # and the exponent may be a whole number
        return Rows(np.where(whole, -np.inf, found.low), np.where(whole, np.inf, found.high))
    if op == "sqrt":
        state.empty |= a.high < 0
        state.defined &= a.low >= 0
        found = _monotone(np.sqrt, Rows(np.maximum(a.low, 0.0), np.maximum(a.high, 0.0)))
        return Rows(np.maximum(found.low, 0.0), found.high)
    if op in ("log", "log2", "log10"):
        return _logarithm(a, state, getattr(np, op))
    if op in ("sin", "cos"):
        return _wave(a, getattr(np, op), np.pi / 2 if op == "sin" else 0.0)
    if op in ("exp", "cbrt", "sinh", "tanh"):
        return _monotone(getattr(np, op), a)
    if op == "atan":
        return _monotone(np.arctan, a)
    if op == "cosh":
        small = np.where(a.low > 0, a.low, np.where(a.high < 0, -a.high, 0.0))
        return _monotone(np.cosh, Rows(small, np.maximum(np.abs(a.low), np.abs(a.high))))
    if op == "tan":
        return _tangent(a, state)
    if op in ("asin", "acos"):
        return _arc(op, a, state)
    raise AssertionError(f"{op} is not smooth")


def evaluate_rows(
    nodes: Sequence[Node], first: int, low: Array, high: Array
) -> tuple[list[Rows], Array, Array]:
    """The value of every node over boxes ``low[variable, k]`` to ``high[variable, k]``.

    Also returned: which boxes leave no value for one of the first ``first`` nodes, and all over which boxes
    every one of these is defined and continuous.
    The formulas must be smooth (no steps, tolerances, min, max or abs).
    """
    count = low.shape[1]
    values: list[Rows] = []
    formulas = _State(np.zeros(count, bool), np.ones(count, bool))
    others = _State(np.zeros(count, bool), np.ones(count, bool))
    for at, node in enumerate(nodes):
        if node.op == "var":
            values.append(Rows(low[node.index], high[node.index]))
        elif node.op == "const":
            values.append(constant(node.value, count))
        else:
            state = formulas if at < first else others
            values.append(
                _apply(node.op, [values[i] for i in node.args], [nodes[i] for i in node.args], state)
            )
    return values, formulas.empty, formulas.defined


# -- backwards ----------------------------------------------------------------------------------------------


def narrowed_back(nodes: Sequence[Node], first: int, values: list[Rows], zeros: Sequence[int]) -> None:
    """Narrow the values of the first nodes, in place, to what lets the nodes ``zeros`` be zero (HC4-revise).

    Where nothing is left of a node its lower end exceeds its upper one, there or at a node below it.
    """
    for at in zeros:
        _meet(values, at, 0.0, 0.0)
    for at in range(first - 1, -1, -1):
        node = nodes[at]
        if node.args:
            _back(node, nodes, values, values[at])


def _meet(values: list[Rows], at: int, low: Array, high: Array) -> None:
    old = values[at]
    values[at] = Rows(np.maximum(old.low, low), np.minimum(old.high, high))


def _back(node: Node, nodes: Sequence[Node], values: list[Rows], v: Rows) -> None:
    """Narrow the arguments of one operation; operations not named here narrow nothing."""
    op, a = node.op, node.args[0]
    b = node.args[-1]
    if op == "neg":
        _meet(values, a, -v.high, -v.low)
    elif op == "add":
        for one, other in ((a, values[b]), (b, values[a])):
            found = outward(v.low - other.high, v.high - other.low)
            _meet(values, one, found.low, found.high)
    elif op == "sub":
        found = outward(v.low + values[b].low, v.high + values[b].high)
        other = outward(values[a].low - v.high, values[a].high - v.low)
        _meet(values, a, found.low, found.high)
        _meet(values, b, other.low, other.high)
    elif op == "mul" and a != b:
        first, second = divided(v, values[b]), divided(v, values[a])
        _meet(values, a, first.low, first.high)
        _meet(values, b, second.low, second.high)
    elif op == "div" and a != b:
        first, second = times(v, values[b]), divided(values[a], v)
        _meet(values, a, first.low, first.high)
        _meet(values, b, second.low, second.high)
    elif op == "pow" and nodes[b].op == "const" and nodes[b].value.is_point:
        _power_back(nodes[b].value.lower, values, a, v)
    elif op == "sqrt":
        found = times(v, v)
        _meet(values, a, 0.0, np.where(v.high >= 0, found.high, -1.0))
    elif op == "exp":
        found = _monotone(np.log, Rows(np.maximum(v.low, 0.0), np.maximum(v.high, 0.0)))
        _meet(values, a, found.low, np.where(v.high > 0, found.high, -np.inf))
    elif op == "log":
        found = _monotone(np.exp, v)
        _meet(values, a, np.maximum(found.low, 0.0), found.high)


def _power_back(n: Rational, values: list[Rows], a: int, v: Rows) -> None:
    """Narrow the base of a positive whole power by the roots of its values."""
    if n < 1 or n.denominator != 1:
        return
    ends = [np.abs(v.low) ** float(1 / n), np.abs(v.high) ** float(1 / n)]
    roots = [outward(end, end, _FUNCTION_MARGIN) for end in ends]
    roots = [Rows(r.low * (1 - 1e-12), r.high * (1 + 1e-12) + 1e-280) for r in roots]
    if n.numerator % 2:
        low = np.where(v.low < 0, -roots[0].high, roots[0].low)
        high = np.where(v.high < 0, -roots[1].low, roots[1].high)
        _meet(values, a, low, high)
        return
    large = np.where(v.high >= 0, roots[1].high, -1.0)
    small = np.where(v.low > 0, roots[0].low, -np.inf)
    base = values[a]
    _meet(values, a, np.where(base.low > -small, small, -large), np.where(base.high < small, -small, large))
