"""Exact values of expressions without quantities, so that no literal power is ever too large to compute.

`9^9^9` has 370 million digits. Whatever reads a formula asks here first: the exact value of a subexpression
when it is rational and of reasonable size, a refusal when it is not.
"""

from __future__ import annotations

from gmpy2 import mpq

from claimcheck.diagnostics import InputProblem
from claimcheck.expression import Apply, Expression, Number
from claimcheck.interval import Rational

__all__ = ["MAX_EXPONENT", "constant_value"]

MAX_EXPONENT = 1000
"""The greatest magnitude of a constant exponent."""

_MAX_BITS = 1 << 16


def constant_value(tree: Expression) -> Rational | None:
    """The exact value of an expression of plain numbers and ``+ - * / ^``; None for any other.

    Numbers with a unit are not plain. An integer power counts; other powers are None.

    Raises:
        InputProblem: CC253 (a value of more than 65,536 bits, an exponent beyond 1000), CC255 (a division by
            zero); with the place of the subexpression.
    """
    if isinstance(tree, Number):
        return None if tree.unit else tree.value
    if not isinstance(tree, Apply) or tree.op not in ("neg", "add", "sub", "mul", "div", "pow", "sum"):
        return None
    values = []
    for argument in tree.args:
        value = constant_value(argument)
        if value is None:
            return None
        values.append(value)
    return _checked_size(_apply(tree, values), tree)


def _apply(tree: Apply, values: list[Rational]) -> Rational | None:
    if tree.op == "pow":
        return _power(tree, values[0], values[1])
    if tree.op == "neg":
        return -values[0]
    result = values[0]
    for value in values[1:]:
        if tree.op in ("add", "sum"):
            result = result + value
        elif tree.op == "sub":
            result = result - value
        elif tree.op == "mul":
            result = result * value
        else:
            if not value:
                raise _division_by_zero(tree.args[1])
            result = result / value
    return result


def _power(tree: Apply, base: Rational, exponent: Rational) -> Rational | None:
    if abs(exponent) > MAX_EXPONENT:
        raise _too_large(tree.args[1], f"an exponent goes up to {MAX_EXPONENT}")
    if exponent.denominator != 1:
        return None
    if not base and exponent < 0:
        raise _division_by_zero(tree)
    if _bits(base) * abs(exponent) > 2 * _MAX_BITS:
        raise _too_large(tree, "write numbers of this size as 4.3e23")
    return mpq(base) ** int(exponent)


def _bits(value: Rational) -> int:
    longest: int = max(value.numerator.bit_length(), value.denominator.bit_length())
    return longest


def _checked_size(value: Rational | None, tree: Expression) -> Rational | None:
    if value is not None and _bits(value) > _MAX_BITS:
        raise _too_large(tree, "write numbers of this size as 4.3e23")
    return value


def _too_large(tree: Expression, hint: str) -> InputProblem:
    start, end = tree.span
    return InputProblem("CC253", "this number is too large to be computed", hint, start=start, end=end)


def _division_by_zero(tree: Expression) -> InputProblem:
    start, end = tree.span
    return InputProblem("CC255", "this divides by zero", "check the divisor", start=start, end=end)
