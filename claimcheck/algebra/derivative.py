"""Derivatives by the rules of calculus, on our own trees: nothing is cancelled that could hide a pole."""

from __future__ import annotations

from collections.abc import Callable

from claimcheck.algebra.build import add, div, function, mul, neg, number, power, sub, value_of
from claimcheck.expression import Apply, Expression, Name
from claimcheck.formula import constant_value

__all__ = ["derivative"]

_ONE = number(1)
_TWO = number(2)

_OUTER: dict[str, Callable[[Expression], Expression]] = {
    "sqrt": lambda u: div(_ONE, mul(_TWO, function("sqrt", u))),
    "cbrt": lambda u: div(_ONE, mul(number(3), power(function("cbrt", u), _TWO))),
    "exp": lambda u: function("exp", u),
    "log": lambda u: div(_ONE, u),
    "log2": lambda u: div(_ONE, mul(u, function("log", _TWO))),
    "log10": lambda u: div(_ONE, mul(u, function("log", number(10)))),
    "sin": lambda u: function("cos", u),
    "cos": lambda u: neg(function("sin", u)),
    "tan": lambda u: add(_ONE, power(function("tan", u), _TWO)),
    "asin": lambda u: div(_ONE, function("sqrt", sub(_ONE, power(u, _TWO)))),
    "acos": lambda u: neg(div(_ONE, function("sqrt", sub(_ONE, power(u, _TWO))))),
    "atan": lambda u: div(_ONE, add(_ONE, power(u, _TWO))),
    "sinh": lambda u: function("cosh", u),
    "cosh": lambda u: function("sinh", u),
    "tanh": lambda u: sub(_ONE, power(function("tanh", u), _TWO)),
    "abs": lambda u: div(u, function("abs", u)),
}
"""The derivative of each function of one argument in that argument."""


def derivative(tree: Expression, name: str) -> Expression:
    """The derivative in one quantity, folded a little, valid wherever the tree is differentiable.

    Of a function with jumps or kinks it is the slope between them: 0 for floor, ceil and round, that of the
    active branch for min, max and if.
    """
    if isinstance(tree, Name):
        return number(1 if tree.name == name else 0)
    if not isinstance(tree, Apply) or tree.op in ("floor", "ceil", "round"):
        return number(0)
    if tree.op == "if":
        a, b = (derivative(x, name) for x in tree.args[1:])
        return a if a == b else Apply("if", (tree.args[0], a, b))
    inner = [derivative(x, name) for x in tree.args]
    if all(value_of(x) == 0 for x in inner):
        return number(0)
    if tree.op in _OUTER:
        return mul(_OUTER[tree.op](tree.args[0]), inner[0])
    if tree.op in ("min", "max"):
        return _extreme(tree.op, list(tree.args), inner)
    if tree.op == "sum":
        total = inner[0]
        for x in inner[1:]:
            total = add(total, x)
        return total
    if tree.op == "neg":
        return neg(inner[0])
    (u, v), (du, dv) = tree.args, inner
    if tree.op == "add":
        return add(du, dv)
    if tree.op == "sub":
        return sub(du, dv)
    if tree.op == "mul":
        return add(mul(du, v), mul(u, dv))
    if tree.op == "div":
        return sub(div(du, v), div(mul(u, dv), power(v, _TWO)))
    return _power(tree, u, v, du, dv)


def _power(tree: Apply, u: Expression, v: Expression, du: Expression, dv: Expression) -> Expression:
    exponent = constant_value(v)
    if exponent is not None:
        return mul(mul(number(exponent), power(u, number(exponent - 1))), du)
    if value_of(dv) == 0:
        return mul(mul(v, power(u, sub(v, _ONE))), du)
    return mul(tree, add(mul(dv, function("log", u)), div(mul(v, du), u)))


def _extreme(op: str, args: list[Expression], inner: list[Expression]) -> Expression:
    best, slope = args[0], inner[0]
    for other, other_slope in zip(args[1:], inner[1:], strict=True):
        if slope != other_slope:
            condition = Apply("le" if op == "min" else "ge", (best, other))
            slope = Apply("if", (condition, slope, other_slope))
        best = Apply(op, (best, other))
    return slope
