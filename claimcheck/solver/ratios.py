"""Formulas as ratios: of linear forms in one variable, to solve for it, and without any division at all.

A share ``s = a / (a + b)`` holds its part twice, so no operation can be undone to get at it. As a ratio of
linear forms in ``a`` on both sides it is one linear equation, ``a (1 - s) = s b``.
"""

from __future__ import annotations

from typing import NamedTuple

from claimcheck.solver.tape import Tape, needed

__all__ = ["cleared", "solved_for"]


class _Ratio(NamedTuple):
    """``(slope x + offset) / (below_slope x + below)``; the numbers are nodes free of x, None is zero."""

    slope: int | None
    offset: int | None
    below_slope: int | None
    below: int | None


class _Arithmetic:
    """Sums and products of nodes of which None is zero."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.one = tape.constant(1)

    def add(self, a: int | None, b: int | None) -> int | None:
        if a is None or b is None:
            return b if a is None else a
        return self.tape.apply("add", a, b)

    def neg(self, a: int | None) -> int | None:
        return None if a is None else self.tape.apply("neg", a)

    def mul(self, a: int | None, b: int | None) -> int | None:
        return None if a is None or b is None else self.tape.apply("mul", a, b)

    def sum(self, f: _Ratio, g: _Ratio) -> _Ratio | None:
        """The sum, if it is a ratio of linear forms again."""
        if f[2:] == g[2:]:
            return _Ratio(self.add(f.slope, g.slope), self.add(f.offset, g.offset), *f[2:])
        first, second = self._linear_product(f[:2], g[2:]), self._linear_product(g[:2], f[2:])
        below = self._linear_product(f[2:], g[2:])
        if first is None or second is None or below is None:
            return None
        return _Ratio(self.add(first[0], second[0]), self.add(first[1], second[1]), *below)

    def product(self, f: _Ratio, g: _Ratio) -> _Ratio | None:
        """The product, if it is a ratio of linear forms again."""
        above = self._linear_product(f[:2], g[:2])
        below = self._linear_product(f[2:], g[2:])
        return None if above is None or below is None else _Ratio(*above, *below)

    def _linear_product(
        self, f: tuple[int | None, ...], g: tuple[int | None, ...]
    ) -> tuple[int | None, int | None] | None:
        if f[0] is not None and g[0] is not None:
            return None
        return self.add(self.mul(f[0], g[1]), self.mul(f[1], g[0])), self.mul(f[1], g[1])


def solved_for(tape: Tape, left: int, right: int, variable: int) -> tuple[int, int] | None:
    """Nodes (over, under): wherever left = right, the variable times under is over. None if it is not linear.

    That divisors are not zero is left out, so more may solve what is returned.
    """
    found = _difference(tape, left, right, variable)
    if found is None or found.slope is None:
        return None
    over = _Arithmetic(tape).neg(found.offset)
    return (tape.constant(0) if over is None else over), found.slope


def _difference(tape: Tape, left: int, right: int, variable: int) -> _Ratio | None:
    maths = _Arithmetic(tape)
    ratios: dict[int, _Ratio | None] = {}
    holds: set[int] = set()
    for at in needed(tape.nodes, left, right):
        node = tape.nodes[at]
        if node.op == "var" and node.index == variable:
            holds.add(at)
            ratios[at] = _Ratio(maths.one, None, None, maths.one)
        elif not holds.intersection(node.args):
            ratios[at] = _Ratio(None, at, None, maths.one)
        else:
            holds.add(at)
            args = [ratios[a] for a in node.args]
            known = [r for r in args if r is not None]
            ratios[at] = _applied(maths, node.op, known) if len(known) == len(args) else None
    first, second = ratios[left], ratios[right]
    return None if first is None or second is None else _applied(maths, "sub", [first, second])


def _applied(maths: _Arithmetic, op: str, args: list[_Ratio]) -> _Ratio | None:
    if op == "neg":
        f = args[0]
        return _Ratio(maths.neg(f.slope), maths.neg(f.offset), *f[2:])
    if op == "add":
        return maths.sum(*args)
    if op == "sub":
        f = args[1]
        return maths.sum(args[0], _Ratio(maths.neg(f.slope), maths.neg(f.offset), *f[2:]))
    if op == "mul":
        return maths.product(*args)
    if op == "div":
        return maths.product(args[0], _Ratio(*args[1][2:], *args[1][:2]))
    return None


def cleared(tape: Tape, root: int) -> int:
    """A node without divisions that is zero wherever ``root`` is: the numerator of it as one fraction."""
    maths = _Arithmetic(tape)
    fractions: dict[int, tuple[int, int]] = {}
    for at in needed(tape.nodes, root):
        node = tape.nodes[at]
        args = [fractions[a] for a in node.args]
        fractions[at] = _fraction(maths, at, node.op, args)
    return fractions[root][0]


def _fraction(maths: _Arithmetic, at: int, op: str, args: list[tuple[int, int]]) -> tuple[int, int]:
    put, one = maths.tape.apply, maths.one
    if op == "neg":
        return put("neg", args[0][0]), args[0][1]
    if op in ("add", "sub"):
        (a, b), (c, d) = args
        return put(op, put("mul", a, d), put("mul", c, b)), put("mul", b, d)
    if op == "mul":
        (a, b), (c, d) = args
        return put("mul", a, c), put("mul", b, d)
    if op == "div":
        (a, b), (c, d) = args
        if maths.tape.nodes[c].op == "const":
            return put("div", put("mul", a, d), c), b
        return put("mul", a, d), put("mul", b, c)
    return at, one
