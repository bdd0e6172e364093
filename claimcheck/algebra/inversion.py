"""Isolating a quantity that occurs once: each step undoes the outermost operation on both sides.

The result reads like the relation itself. Steps with two answers (the square root of an unknown sign, the
angle of a sine) are taken only where one of them is excluded, else there is no result.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from gmpy2 import mpq

from claimcheck.algebra.build import add, div, function, mul, neg, number, power, sub, value_of
from claimcheck.expression import Apply, Constant, Equation, Expression, Name, Number, names, walk
from claimcheck.formula import constant_value

__all__ = ["invert", "is_positive", "occurrences"]

_TURNED = {"=": "=", "<=": ">=", ">=": "<=", "<": ">", ">": "<"}

_INCREASING: dict[str, Callable[[Expression], Expression]] = {
    "sqrt": lambda y: power(y, number(2)),
    "cbrt": lambda y: power(y, number(3)),
    "exp": lambda y: function("log", y),
    "log": lambda y: function("exp", y),
    "log2": lambda y: power(number(2), y),
    "log10": lambda y: power(number(10), y),
    "asin": lambda y: function("sin", y),
    "atan": lambda y: function("tan", y),
    "sinh": lambda y: function("log", add(y, function("sqrt", add(power(y, number(2)), number(1))))),
    "tanh": lambda y: div(function("log", div(add(number(1), y), sub(number(1), y))), number(2)),
}
"""Inverses of the increasing functions of one argument."""


def occurrences(equation: Equation, name: str) -> int:
    """How often a quantity occurs on both sides."""
    sides = (equation.left, equation.right)
    return sum(isinstance(node, Name) and node.name == name for side in sides for node in walk(side))


def is_positive(tree: Expression, positive: Collection[str]) -> bool:
    """Whether the expression is greater than zero whenever the given quantities are (and it is defined)."""
    if isinstance(tree, Name):
        return tree.name in positive
    if isinstance(tree, Number):
        return bool(tree.value > 0)
    if isinstance(tree, Constant) or tree.op in ("exp", "cosh"):
        return True
    if tree.op in ("add", "mul", "div", "sum", "min", "sqrt", "cbrt"):
        return all(is_positive(a, positive) for a in tree.args)
    if tree.op == "pow":
        return is_positive(tree.args[0], positive)
    if tree.op == "max":
        return any(is_positive(a, positive) for a in tree.args)
    return tree.op == "if" and all(is_positive(a, positive) for a in tree.args[1:])


def invert(equation: Equation, name: str, positive: Collection[str]) -> Equation | None:
    """``name op expression`` for a quantity that occurs once; None where a step has no single answer."""
    inner, other, op = equation.left, equation.right, equation.op
    if name in names(other):
        inner, other, op = other, inner, _TURNED[op]
    while isinstance(inner, Apply):
        step = _undo(inner, other, op, name, positive)
        if step is None:
            return None
        inner, other, op = step
    return Equation(inner, op, other)


_Step = tuple[Expression, Expression, str]


def _undo(tree: Apply, other: Expression, op: str, name: str, positive: Collection[str]) -> _Step | None:
    """One step: from ``tree op other`` to ``argument op' other'``."""
    at = next(i for i, argument in enumerate(tree.args) if name in names(argument))
    target = tree.args[at]
    if tree.op == "neg":
        return target, neg(other), _TURNED[op]
    if tree.op in ("add", "sum"):
        for i, argument in enumerate(tree.args):
            other = other if i == at else sub(other, argument)
        return target, other, op
    if tree.op == "sub":
        if at == 0:
            return target, add(other, tree.args[1]), op
        return target, sub(tree.args[0], other), _TURNED[op]
    if tree.op in ("mul", "div"):
        return _undo_product(tree, other, op, at, positive)
    if tree.op == "pow":
        return _undo_power(tree, other, op, at, positive)
    if tree.op in _INCREASING:
        if op != "=" and tree.op in ("sqrt",) and not is_positive(other, positive):
            return None
        return target, _INCREASING[tree.op](other), op
    if tree.op == "acos":
        return target, function("cos", other), _TURNED[op]
    if tree.op == "abs" and is_positive(target, positive):
        return target, other, op
    return None


def _undo_product(
    tree: Apply, other: Expression, op: str, at: int, positive: Collection[str]
) -> _Step | None:
    target, rest = tree.args[at], tree.args[1 - at]
    if value_of(rest) == 0:
        return None
    if op != "=" and not is_positive(rest, positive):
        return None
    if tree.op == "mul":
        return target, div(other, rest), op
    if at == 0:
        return target, mul(other, rest), op
    if op != "=" and not (is_positive(target, positive) and is_positive(other, positive)):
        return None
    return target, div(rest, other), _TURNED[op]


def _undo_power(tree: Apply, other: Expression, op: str, at: int, positive: Collection[str]) -> _Step | None:
    target = tree.args[at]
    if at == 1:
        base = tree.args[0]
        if op != "=" and (value := constant_value(base)) is not None and value <= 1:
            return None
        if op != "=" and not isinstance(base, Number | Constant):
            return None
        return target, div(function("log", other), function("log", base)), op
    exponent = constant_value(tree.args[1])
    if not is_positive(target, positive):
        if exponent == 3:
            return target, function("cbrt", other), op
        return None
    if op != "=" and (exponent is None or not is_positive(other, positive)):
        return None
    if exponent is None:
        return target, power(other, div(number(1), tree.args[1])), op
    if exponent == 0:
        return None
    if exponent == 3:
        return target, function("cbrt", other), op
    return target, power(other, number(mpq(1) / exponent)), op if exponent > 0 else _TURNED[op]
