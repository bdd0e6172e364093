"""Constructors of expressions that fold what a reader would: ``x + 0``, ``1 * x``, ``x ^ 1``, ``-(-x)``.

Folding may only widen the set of points at which an expression is defined: ``0 * log(x)`` becomes 0.
"""

from __future__ import annotations

from gmpy2 import mpq

from claimcheck.expression import Apply, Expression, Name, Number
from claimcheck.interval import Rational

__all__ = ["add", "div", "function", "mul", "neg", "number", "power", "sub", "substitute", "value_of"]


def number(value: object) -> Expression:
    """A rational as an expression that prints and reads back: signs and fractions are operations."""
    q = mpq(value)
    if q < 0:
        return Apply("neg", (number(-q),))
    whole = q.denominator
    while whole % 2 == 0:
        whole //= 2
    while whole % 5 == 0:
        whole //= 5
    if whole == 1:
        return Number(q)
    return Apply("div", (Number(mpq(q.numerator)), Number(mpq(q.denominator))))


def value_of(tree: Expression) -> Rational | None:
    """The value of a plain number, a negative one or a fraction of two; else None."""
    if isinstance(tree, Number):
        return None if tree.unit else tree.value
    if isinstance(tree, Apply) and tree.op == "neg":
        inner = value_of(tree.args[0])
        return None if inner is None else -inner
    if isinstance(tree, Apply) and tree.op == "div":
        over, under = (value_of(a) for a in tree.args)
        return over / under if over is not None and under else None
    return None


def neg(a: Expression) -> Expression:
    """``-a``."""
    if isinstance(a, Apply) and a.op == "neg":
        return a.args[0]
    return a if value_of(a) == 0 else Apply("neg", (a,))


def add(a: Expression, b: Expression) -> Expression:
    """``a + b``."""
    x, y = value_of(a), value_of(b)
    if x == 0 or y == 0:
        return b if x == 0 else a
    if x is not None and y is not None:
        return number(x + y)
    return Apply("sub", (a, b.args[0])) if isinstance(b, Apply) and b.op == "neg" else Apply("add", (a, b))


def sub(a: Expression, b: Expression) -> Expression:
    """``a - b``."""
    x, y = value_of(a), value_of(b)
    if x == 0 or y == 0:
        return neg(b) if x == 0 else a
    if x is not None and y is not None:
        return number(x - y)
    return Apply("add", (a, b.args[0])) if isinstance(b, Apply) and b.op == "neg" else Apply("sub", (a, b))


def mul(a: Expression, b: Expression) -> Expression:
    """``a * b``."""
    x, y = value_of(a), value_of(b)
    if x == 0 or y == 0:
        return number(0)
    if x == 1 or y == 1:
        return b if x == 1 else a
    if x == -1 or y == -1:
        return neg(b if x == -1 else a)
    return number(x * y) if x is not None and y is not None else Apply("mul", (a, b))


def div(a: Expression, b: Expression) -> Expression:
    """``a / b``."""
    x, y = value_of(a), value_of(b)
    if y == 1 or (x == 0 and y != 0):
        return a
    return number(x / y) if x is not None and y else Apply("div", (a, b))


def power(a: Expression, exponent: Expression) -> Expression:
    """``a ^ exponent``."""
    n = value_of(exponent)
    if n == 0:
        return number(1)
    if n == mpq(1, 2):
        return function("sqrt", a)
    return a if n == 1 else Apply("pow", (a, exponent))


def function(op: str, *args: Expression) -> Expression:
    """A function applied."""
    return Apply(op, args)


def substitute(tree: Expression, name: str, instead: Expression) -> Expression:
    """The tree with every occurrence of a quantity replaced."""
    if isinstance(tree, Name):
        return instead if tree.name == name else tree
    if not isinstance(tree, Apply):
        return tree
    args = tuple(substitute(a, name, instead) for a in tree.args)
    return tree if all(x is y for x, y in zip(args, tree.args, strict=True)) else Apply(tree.op, args)
