"""Proofs that an expression only rises, or only falls, in one quantity over a box.

Three ways, each a proof on its own: the rules for compositions of monotone functions, which need no
derivative and so hold across kinks and jumps; the sign of the interval derivative where the expression is
differentiable everywhere in the box; and, for rational functions, the sign of the derivative's numerator
after expansion, where what cancels has gone. A factored form proposed by sympy is used only where it is
proved to be the same polynomial.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from claimcheck import interval as iv
from claimcheck.algebra.derivative import derivative
from claimcheck.algebra.quotient import expand, same, to_tree
from claimcheck.algebra.symbolic import propose_factors
from claimcheck.evaluation import evaluate, plain_number
from claimcheck.expression import Apply, Expression, Name, Number, names, walk
from claimcheck.formula import constant_value
from claimcheck.interval import Interval, point
from claimcheck.operations import compare

__all__ = ["monotone"]

_Box = Mapping[str, Interval]
_Reader = Callable[[Number], Interval]

_ZERO = point(0)
_ONE = point(1)
_MAX_NODES = 400

_INCREASING = frozenset(
    {"sqrt", "cbrt", "exp", "log", "log2", "log10", "asin", "atan", "sinh", "tanh", "floor", "ceil", "round"}
)
_SMOOTH = frozenset(
    ("neg", "add", "sub", "mul", "sum", "div", "pow", "sqrt", "cbrt", "exp", "log", "log2", "log10", "sin")
) | frozenset(("cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "abs"))


def monotone(tree: Expression, name: str, box: _Box, number: _Reader = plain_number) -> int | None:
    """1: never falls, -1: never rises, 0: does not depend, None: not proved, as ``name`` grows in the box.

    For any two points of the box that differ in that quantity only, and at which the expression is defined,
    the values are ordered so. ``number`` gives the value of a literal in base units.
    """
    if name not in names(tree):
        return 0
    if sum(1 for _ in walk(tree)) > _MAX_NODES:
        return None
    by_rules = _Rules(name, box, number).direction(tree)
    if by_rules is not None:
        return by_rules
    if not _differentiable(tree, name, box, number):
        return None
    for slope in _slopes(tree, name):
        sign = _sign(evaluate(slope, box, number))
        if sign is not None:
            return sign
    return None


def _sign(x: Interval) -> int | None:
    """1 where x >= 0, -1 where x <= 0, 0 where x = 0, None where it may be either or is empty."""
    if x.is_empty:
        return None
    if x == _ZERO:
        return 0
    if x.lower is not None and x.lower >= 0:
        return 1
    return -1 if x.upper is not None and x.upper <= 0 else None


def _slopes(tree: Expression, name: str) -> Iterator[Expression]:
    """Expressions that have the sign of the derivative: itself, and numerators over a positive square."""
    slope = derivative(tree, name)
    yield slope
    quotient = expand(slope)
    if quotient is None:
        return
    # over / under has the sign of over * under.
    over, under = to_tree(quotient.over), to_tree(quotient.under)
    yield Apply("mul", (over, under))
    above, below = propose_factors(over), propose_factors(under)
    if above is not None and below is not None and same(above, over) and same(below, under):
        yield Apply("mul", (above, below))


def _differentiable(tree: Expression, name: str, box: _Box, number: _Reader) -> bool:
    """Whether the expression is defined and differentiable in ``name`` everywhere in the box."""
    for node in walk(tree):
        if not isinstance(node, Apply) or name not in names(node):
            continue
        if node.op not in _SMOOTH:
            return False
        values = [evaluate(argument, box, number) for argument in node.args]
        if not _regular(node, values):
            return False
    return True


def _regular(node: Apply, values: list[Interval]) -> bool:
    """Whether one operation is differentiable at every value its arguments may take."""
    x = values[0]
    if node.op == "div":
        return 0 not in values[1]
    if node.op in ("abs", "cbrt"):
        return 0 not in x
    if node.op in ("sqrt", "log", "log2", "log10"):
        return _above_zero(x)
    if node.op in ("asin", "acos"):
        return iv.interior(x, iv.interval(-1, 1))
    if node.op == "tan":
        return iv.tan(x).is_bounded
    if node.op == "pow":
        exponent = constant_value(node.args[1])
        if exponent is None or exponent.denominator != 1:
            return _above_zero(x)
        return exponent >= 0 or 0 not in x
    return True


def _above_zero(x: Interval) -> bool:
    return x.lower is not None and (x.lower > 0 or (x.lower == 0 and not x.lower_closed))


class _Rules:
    """The direction of a composition from the directions and ranges of its parts."""

    def __init__(self, name: str, box: _Box, number: _Reader) -> None:
        self.name = name
        self.box = box
        self.number = number

    def range(self, tree: Expression) -> Interval:
        return evaluate(tree, self.box, self.number)

    def direction(self, tree: Expression) -> int | None:
        if self.name not in names(tree):
            return 0
        if isinstance(tree, Name):
            return 1
        assert isinstance(tree, Apply)
        if tree.op in ("add", "sum", "min", "max"):
            return _joined(self.direction(a) for a in tree.args)
        if tree.op in _INCREASING:
            return self.direction(tree.args[0])
        if tree.op in ("neg", "acos"):
            return _times(-1, self.direction(tree.args[0]))
        if tree.op == "sub":
            a, b = (self.direction(x) for x in tree.args)
            return _joined((a, _times(-1, b)))
        if tree.op == "mul":
            return self.product(*tree.args)
        if tree.op == "div":
            return self.quotient(*tree.args)
        if tree.op == "pow":
            return self.power(*tree.args)
        return self.chosen(tree) if tree.op == "if" else self.wave(tree)

    def product(self, u: Expression, v: Expression) -> int | None:
        x, y = self.direction(u), self.direction(v)
        first = _times(_sign(self.range(v)), x) if x != 0 else 0
        second = _times(_sign(self.range(u)), y) if y != 0 else 0
        return _joined((first, second))

    def quotient(self, u: Expression, v: Expression) -> int | None:
        x, y = self.direction(u), self.direction(v)
        under = _sign(self.range(v))
        if under is None and not (x == 0 and y == 0):
            return None
        first = _times(under, x) if x != 0 else 0
        # 1/v falls where v rises, as long as v keeps its sign.
        second = _times(_sign(self.range(u)), _times(-1, y)) if y != 0 else 0
        return _joined((first, second))

    def power(self, base: Expression, exponent: Expression) -> int | None:
        x, y = self.direction(base), self.direction(exponent)
        n = constant_value(exponent)
        values = self.range(base)
        sign = _sign(values)
        if n is not None and n.denominator == 1:
            if n >= 0 and n % 2 == 1:
                return x
            if sign is None:
                return None
            outer = 1 if n > 0 else -1 if n < 0 else 0
            return _times(outer * (sign if n % 2 == 0 else 1), x)
        if n is not None:
            return _times(1 if n > 0 else -1, x)
        if not _above_zero(values):
            return None
        first = _times(_sign(self.range(exponent)), x) if x != 0 else 0
        second = _times(_sign(iv.log(values)), y) if y != 0 else 0
        return _joined((first, second))

    def chosen(self, tree: Apply) -> int | None:
        condition, a, b = tree.args
        assert isinstance(condition, Apply)
        held = compare(condition.op, *(self.range(side) for side in condition.args))
        if held in (_ONE, _ZERO):
            return self.direction(a if held == _ONE else b)
        if self.name in names(condition):
            return None
        return _joined((self.direction(a), self.direction(b)))

    def wave(self, tree: Apply) -> int | None:
        """abs and cosh by the sign of their argument, sin, cos and tan by the sign of their slope."""
        values = self.range(tree.args[0])
        outer: int | None
        if tree.op in ("abs", "cosh"):
            outer = _sign(values)
        elif tree.op == "sin":
            outer = _sign(iv.cos(values))
        elif tree.op == "cos":
            outer = _sign(iv.neg(iv.sin(values)))
        else:
            outer = 1 if iv.tan(values).is_bounded else None
        return _times(outer, self.direction(tree.args[0]))


def _times(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a * b


def _joined(directions: Iterator[int | None] | tuple[int | None, ...]) -> int | None:
    """The direction of a sum of parts: all that move must move the same way."""
    total = 0
    for direction in directions:
        if direction is None or direction * total < 0:
            return None
        total = direction or total
    return total
