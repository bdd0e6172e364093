"""Slopes: the derivative of a tape in one variable, as further nodes of the same tape."""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from claimcheck.interval import Rational, interval
from claimcheck.solver.tape import Node, Tape

__all__ = ["derivative"]

_NONNEGATIVE = interval(0, None)
_ENTIRE = interval(None, None)


def derivative(tape: Tape, root: int, variable: int, *, joined: bool = False) -> int:
    """The node that encloses the slope of ``root`` in one variable, added to the tape.

    ``joined``: quotients by one divisor are put on one line, which encloses them tighter than the plain rule
    that a checker follows.

    Where the function is not differentiable the node encloses all slopes of secants: [0, inf) for a step of
    floor, ceil and round, everything across the jump of an undecided ``if``.
    """
    slopes: dict[int, int] = {}
    zero = tape.constant(0)
    for at in range(root + 1):
        node = tape.nodes[at]
        if node.op == "var":
            slopes[at] = tape.constant(1) if node.index == variable else zero
        elif node.op in ("const", "free"):
            slopes[at] = zero
        elif node.op in ("lt", "le", "gt", "ge", "eq"):
            # not a number; its own slope says only whether it can change at all
            slopes[at] = zero if all(slopes[i] == zero for i in node.args) else tape.constant(1)
        elif all(slopes[i] == zero for i in node.args):
            slopes[at] = zero
        else:
            slopes[at] = _rule(tape, at, node, [slopes[i] for i in node.args], joined)
    return slopes[root]


def _rule(tape: Tape, at: int, node: Node, d: Sequence[int], joined: bool) -> int:
    """The slope of one operation by the chain rule."""
    op, args = node.op, node.args
    put, number = tape.apply, tape.constant
    a = args[0]
    b = args[1] if len(args) > 1 else -1
    if op == "neg":
        return put("neg", d[0])
    if op in ("add", "sub"):
        return put(op, d[0], d[1])
    if op == "mul":
        return put("add", _times(tape, d[0], b), _times(tape, a, d[1]))
    if op == "div":
        zero = number(0)
        above = tape.nodes[d[0]]
        if joined and above.op == "div" and above.args[1] == b:  # n / b / b - a / b^2
            return put("div", put("sub", above.args[0], _times(tape, a, d[1])), put("pow", b, number(2)))
        first = zero if d[0] == zero else put("div", d[0], b)
        second = _times(tape, put("div", a, put("pow", b, number(2))), d[1])
        return put("sub", first, second)
    if op == "pow":
        return _power_rule(tape, at, a, b, d)
    if op == "if":
        jump = put("mul", number(_ENTIRE), put("mul", a, put("sub", number(1), a)))
        chosen = put("if", a, d[1], d[2])
        return chosen if d[0] == number(0) else put("add", chosen, jump)
    if op in ("min", "max"):
        return put("if", put("lt" if op == "min" else "gt", a, b), d[0], d[1])
    return _times(tape, _slope(tape, op, a, at), d[0])


def _power_rule(tape: Tape, at: int, a: int, b: int, d: Sequence[int]) -> int:
    put, number = tape.apply, tape.constant
    zero = number(0)
    parts: list[int] = []
    if d[0] != zero:
        exponent = tape.nodes[b]
        if exponent.op == "const" and exponent.value.is_point:
            n: Rational = exponent.value.lower
            parts.append(_times(tape, _times(tape, number(n), put("pow", a, number(n - 1))), d[0]))
        else:
            parts.append(_times(tape, _times(tape, b, put("pow", a, put("sub", b, number(1)))), d[0]))
    if d[1] != zero:
        parts.append(_times(tape, _times(tape, at, put("log", a)), d[1]))
    return parts[0] if len(parts) == 1 else put("add", parts[0], parts[1])


def _slope(tape: Tape, op: str, a: int, at: int) -> int:
    """The derivative of a function of one argument; ``at`` is the function's own node."""
    put, number = tape.apply, tape.constant
    one, two = number(1), number(2)

    def square(x: int) -> int:
        return put("pow", x, two)

    if op == "sqrt":
        return put("div", one, put("mul", two, at))
    if op == "cbrt":
        return put("div", one, put("mul", number(3), square(at)))
    if op == "exp":
        return at
    if op == "log":
        return put("div", one, a)
    if op in ("log2", "log10"):
        return put("div", one, put("mul", a, put("log", number(2 if op == "log2" else 10))))
    if op == "sin":
        return put("cos", a)
    if op == "cos":
        return put("neg", put("sin", a))
    if op == "tan":
        return put("add", one, square(at))
    if op in ("asin", "acos"):
        slope = put("div", one, put("sqrt", put("sub", one, square(a))))
        return slope if op == "asin" else put("neg", slope)
    if op == "atan":
        return put("div", one, put("add", one, square(a)))
    if op in ("sinh", "cosh"):
        return put("cosh" if op == "sinh" else "sinh", a)
    if op == "tanh":
        return put("sub", one, square(at))
    if op == "abs":
        return put("if", put("ge", a, number(mpq(0))), one, number(-1))
    if op in ("floor", "ceil", "round"):
        return number(_NONNEGATIVE)
    raise AssertionError(f"no derivative for {op}")


def _times(tape: Tape, a: int, b: int) -> int:
    """A product in which a factor 0 makes it 0 (the other factor is a slope, finite where it counts)."""
    for x in (a, b):
        node = tape.nodes[x]
        if node.op == "const" and node.value.is_point and node.value.lower == 0:
            return tape.constant(0)
    return tape.apply("mul", a, b)
