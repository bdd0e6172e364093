"""Expressions as text: what :func:`parse_expression` reads back as the same tree, with few parentheses."""

from __future__ import annotations

from gmpy2 import mpq

from claimcheck.expression import Constant, Equation, Expression, Name, Number
from claimcheck.interval import Rational

__all__ = ["format_number", "print_equation", "print_expression"]

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)

_INFIX = {"add": ("+", _SUM), "sub": ("-", _SUM), "mul": ("*", _PRODUCT), "div": ("/", _PRODUCT)}
_COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "="}


def print_equation(equation: Equation) -> str:
    """``left = right`` and the like."""
    return f"{print_expression(equation.left)} {equation.op} {print_expression(equation.right)}"


def print_expression(tree: Expression) -> str:
    """The expression as text. Numbers keep the digits they were written with.

    Reading it back gives an equal tree, except for numbers that no literal can say: a negative one is read
    as a sign and a number, a fraction such as 1/3 as a division.
    """
    return _print(tree)[0]


def _print(tree: Expression) -> tuple[str, int]:
    """The text and how tightly its outermost operation binds."""
    if isinstance(tree, Number):
        return _number(tree)
    if isinstance(tree, Name | Constant):
        return tree.name, _ATOM
    if tree.op in _INFIX:
        sign, level = _INFIX[tree.op]
        left, right = (_print(argument) for argument in tree.args)
        return f"{_within(left, level)} {sign} {_within(right, level + 1)}", level
    if tree.op == "neg":
        text, level = _print(tree.args[0])
        # -(-x) is easier on the eye than --x
        return f"-{_within((text, level), _POWER)}", _SIGN
    if tree.op == "pow":
        base, exponent = (_print(argument) for argument in tree.args)
        if isinstance(tree.args[0], Number) and tree.args[0].unit:
            base = (base[0], _POWER)
        return f"{_within(base, _ATOM)}^{_within(exponent, _SIGN)}", _POWER
    if tree.op in _COMPARISONS:
        left, right = (_print(argument) for argument in tree.args)
        return f"{left[0]} {_COMPARISONS[tree.op]} {right[0]}", _SUM
    return f"{tree.op}({', '.join(_print(argument)[0] for argument in tree.args)})", _ATOM


def _within(printed: tuple[str, int], level: int) -> str:
    text, own = printed
    return text if own >= level else f"({text})"


def _number(tree: Number) -> tuple[str, int]:
    text = tree.text or format_number(tree.value)
    level = _PRODUCT if "/" in text else _SIGN if text.startswith("-") else _ATOM
    if not tree.unit:
        return text, level
    if "/" in text:  # 1/3 [day] would give the unit to the 3
        numerator, _, denominator = text.partition("/")
        return f"{numerator} [{tree.unit}] / {denominator}", _PRODUCT
    return f"{text} [{tree.unit}]", level


def format_number(value: Rational) -> str:
    """An exact rational as a literal, ``0.125`` or ``4.3e23``; as ``p/q`` where no decimal is exact."""
    value = mpq(value)
    denominator = value.denominator
    twos = fives = 0
    while denominator % 2 == 0:
        denominator //= 2
        twos += 1
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    if denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    digits: str = (abs(value) * mpq(10) ** places).numerator.digits(10)
    sign = "-" if value < 0 else ""
    stripped = digits.rstrip("0") or "0"
    ten = len(stripped) - 1 + (len(digits) - len(stripped)) - places
    if value and not -6 <= ten <= 15:
        mantissa = stripped[0] + (f".{stripped[1:]}" if len(stripped) > 1 else "")
        return f"{sign}{mantissa}e{ten}"
    if places:
        digits = digits.rjust(places + 1, "0")
        digits = f"{digits[:-places]}.{digits[-places:]}"
    return sign + digits
