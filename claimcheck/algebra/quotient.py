"""Rational functions as quotients of expanded polynomials: an exact test whether two formulas are one.

What is no rational function (a root, a logarithm, a number with a unit) is an atom, equal only to itself. Two
expressions with equal quotients agree wherever both are defined. Sizes are limited; beyond them there is no
answer rather than a slow one.
"""

from __future__ import annotations

from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck.algebra.build import add, div, mul, neg, number, power
from claimcheck.diagnostics import InputProblem
from claimcheck.expression import Apply, Expression, Name, Number, names
from claimcheck.formula import constant_value
from claimcheck.interval import Rational

__all__ = ["Polynomial", "Quotient", "degree", "expand", "quotient_tree", "same", "to_tree"]

Monomial = tuple[tuple[Expression, int], ...]
"""Atoms with their positive exponents, in a fixed order."""
Polynomial = dict[Monomial, Rational]

_MAX_TERMS = 200
_MAX_DEGREE = 24
_MAX_BITS = 2048


@dataclass(frozen=True, slots=True)
class Quotient:
    """``over / under``, both expanded; ``under`` is not the zero polynomial."""

    over: Polynomial
    under: Polynomial


class _TooLarge(Exception):
    """The expansion goes beyond the limits."""


def expand(tree: Expression) -> Quotient | None:
    """The expression as a quotient of polynomials in its atoms; None beyond the limits or for x / 0."""
    try:
        return _expand(tree)
    except (_TooLarge, ZeroDivisionError, InputProblem):
        return None


def same(a: Expression, b: Expression) -> bool:
    """Whether both are proved to be one function wherever both are defined; False: not proved."""
    x, y = expand(a), expand(b)
    if x is None or y is None:
        return False
    try:
        return _times(x.over, y.under) == _times(y.over, x.under)
    except _TooLarge:
        return False


def degree(p: Polynomial, name: str) -> int | None:
    """The degree in one quantity; None where it also stands inside another atom."""
    highest = 0
    for monomial in p:
        for atom, exponent in monomial:
            if atom == Name(name):
                highest = max(highest, exponent)
            elif name in names(atom):
                return None
    return highest


def to_tree(p: Polynomial) -> Expression:
    """The polynomial as a sum of products."""
    total = number(0)
    for monomial, factor in p.items():
        term = number(abs(factor))
        for atom, exponent in monomial:
            term = mul(term, power(atom, number(exponent)))
        total = add(total, neg(term) if factor < 0 else term)
    return total


def quotient_tree(q: Quotient) -> Expression:
    """``over / under`` as an expression."""
    return div(to_tree(q.over), to_tree(q.under))


def _expand(tree: Expression) -> Quotient:
    if isinstance(tree, Number) and not tree.unit:
        return Quotient(_constant(tree.value), _constant(mpq(1)))
    if isinstance(tree, Apply):
        if tree.op == "neg":
            inner = _expand(tree.args[0])
            return Quotient(_scaled(inner.over, mpq(-1)), inner.under)
        if tree.op in ("add", "sum", "sub"):
            total = _expand(tree.args[0])
            for argument in tree.args[1:]:
                total = _plus(total, _expand(argument), mpq(-1 if tree.op == "sub" else 1))
            return total
        if tree.op in ("mul", "div"):
            a, b = (_expand(x) for x in tree.args)
            if tree.op == "div":
                b = _inverse(b)
            return Quotient(_times(a.over, b.over), _times(a.under, b.under))
        if tree.op == "pow":
            exponent = constant_value(tree.args[1])
            if exponent is not None and exponent.denominator == 1 and abs(exponent) <= _MAX_DEGREE:
                base = _expand(tree.args[0])
                return _power(base if exponent >= 0 else _inverse(base), abs(int(exponent)))
    return Quotient({((tree, 1),): mpq(1)}, _constant(mpq(1)))


def _constant(value: Rational) -> Polynomial:
    return {(): value} if value else {}


def _scaled(p: Polynomial, factor: Rational) -> Polynomial:
    return {monomial: factor * c for monomial, c in p.items()}


def _inverse(q: Quotient) -> Quotient:
    if not q.over:
        raise ZeroDivisionError
    return Quotient(q.under, q.over)


def _plus(a: Quotient, b: Quotient, sign: Rational) -> Quotient:
    if a.under == b.under:
        return Quotient(_sum(a.over, _scaled(b.over, sign)), a.under)
    over = _sum(_times(a.over, b.under), _scaled(_times(b.over, a.under), sign))
    return Quotient(over, _times(a.under, b.under))


def _sum(p: Polynomial, q: Polynomial) -> Polynomial:
    result = dict(p)
    for monomial, c in q.items():
        result[monomial] = result.get(monomial, mpq(0)) + c
    return {monomial: c for monomial, c in result.items() if c}


def _times(p: Polynomial, q: Polynomial) -> Polynomial:
    if len(p) * len(q) > 20 * _MAX_TERMS:
        raise _TooLarge
    result: Polynomial = {}
    for m, c in p.items():
        for n, d in q.items():
            monomial = _product(m, n)
            result[monomial] = result.get(monomial, mpq(0)) + c * d
    result = {monomial: c for monomial, c in result.items() if c}
    if len(result) > _MAX_TERMS or any(
        max(c.numerator.bit_length(), c.denominator.bit_length()) > _MAX_BITS for c in result.values()
    ):
        raise _TooLarge
    return result


def _product(m: Monomial, n: Monomial) -> Monomial:
    if not m or not n:
        return m or n
    exponents = dict(m)
    for atom, exponent in n:
        exponents[atom] = exponents.get(atom, 0) + exponent
    if sum(exponents.values()) > 2 * _MAX_DEGREE:
        raise _TooLarge
    return tuple(sorted(exponents.items(), key=lambda item: repr(item[0])))


def _power(q: Quotient, n: int) -> Quotient:
    result = Quotient(_constant(mpq(1)), _constant(mpq(1)))
    for _ in range(n):
        result = Quotient(_times(result.over, q.over), _times(result.under, q.under))
    return result
