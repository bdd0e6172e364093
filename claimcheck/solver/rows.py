"""Relations as rows: products, ``product x_j^a_j in [lo, hi]``, and sums, ``sum a_j x_j in [lo, hi]``.

Products are sums of logarithms, so both kinds are linear and can be put together with multipliers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.interval import ENTIRE, Interval, Rational, interval, point
from claimcheck.operations import FORWARD
from claimcheck.solver.problem import Constraint
from claimcheck.solver.tape import needed

__all__ = ["Row", "product_row", "side", "sum_row"]

_ONE = mpq(1)
_POSITIVE = interval(0, None, False, False)


@dataclass(frozen=True, slots=True)
class Row:
    """A relation as a row: the exponents (product) or coefficients (sum) of its variables, and their range.

    A product row holds for positive variables only, those that cancel (exponent 0) too, and a sum row only
    where the ``fixed`` variables have the one value that was put in for them.
    """

    premise: str
    weights: Mapping[int, Rational]
    range: Interval
    fixed: tuple[int, ...] = ()


Term = tuple[dict[int, Rational], Interval]


def product_row(constraint: Constraint) -> Row | None:
    """The relation as a product of powers, or None if it is none."""
    left, right = _product(constraint, constraint.left), _product(constraint, constraint.right)
    if left is None or right is None:
        return None
    weights = _joined(left[0], right[0], -_ONE)
    # left / right = product * a / b with the coefficients a and b: product in (b / a) * (1, or up to 1)
    ratio = iv.div(right[1], left[1])
    return (
        None
        if not any(weights.values())
        else Row(constraint.premise, weights, side(constraint.op, ratio, _POSITIVE))
    )


def sum_row(constraint: Constraint, box: Sequence[Interval] = ()) -> Row | None:
    """The relation as a sum with constant coefficients, or None if it is none.

    Variables that have one value only in the box are constants: ``share = count / n`` is a sum once n is
    known.
    """
    known = {v: box[v] for v in constraint.variables if box[v].is_point} if box else {}
    left, right = _sum(constraint, constraint.left, known), _sum(constraint, constraint.right, known)
    if left is None or right is None:
        return None
    weights = _join(left[0], right[0], -_ONE)
    rest = iv.sub(right[1], left[1])
    if not weights:
        return None
    return Row(constraint.premise, weights, side(constraint.op, rest, ENTIRE), tuple(known))


def side(op: str, value: Interval, everything: Interval) -> Interval:
    """The numbers that relate by ``op`` to some number of an interval."""
    if op == "=":
        return value
    strict = op in ("<", ">")
    if op in ("<", "<="):
        below = interval(None, value.upper, False, value.upper_closed and not strict)
        return iv.intersection(everything, below)
    return iv.intersection(everything, interval(value.lower, None, value.lower_closed and not strict, False))


def _joined(a: Mapping[int, Rational], b: Mapping[int, Rational], factor: Rational) -> dict[int, Rational]:
    joined = dict(a)
    for variable, weight in b.items():
        joined[variable] = joined.get(variable, mpq(0)) + factor * weight
    return joined


def _join(a: Mapping[int, Rational], b: Mapping[int, Rational], factor: Rational) -> dict[int, Rational]:
    return {v: w for v, w in _joined(a, b, factor).items() if w}


def _product(constraint: Constraint, root: int) -> Term | None:
    """Exponents and positive coefficient of a node."""
    terms: dict[int, Term | None] = {}
    for at in needed(constraint.tape, root):
        node = constraint.tape[at]
        args = [terms[a] for a in node.args]
        terms[at] = None
        if node.op == "var":
            terms[at] = ({node.index: _ONE}, point(1))
        elif node.op in ("const", "free"):
            if node.value.lower is not None and node.value.lower > 0 and node.value.is_bounded:
                terms[at] = ({}, node.value)
        elif any(a is None for a in args):
            continue
        elif node.op in ("mul", "div"):
            (a, p), (b, q) = (t for t in args if t is not None)
            sign = _ONE if node.op == "mul" else -_ONE
            terms[at] = (_joined(a, b, sign), iv.mul(p, q) if node.op == "mul" else iv.div(p, q))
        elif node.op in ("pow", "sqrt", "cbrt"):
            power = _power(constraint, at)
            base = args[0]
            if power is not None and base is not None:
                terms[at] = ({v: w * power for v, w in base[0].items()}, iv.pow(base[1], point(power)))
    return terms[root]


def _power(constraint: Constraint, at: int) -> Rational | None:
    node = constraint.tape[at]
    if node.op != "pow":
        return mpq(1, 2) if node.op == "sqrt" else mpq(1, 3)
    exponent = constraint.tape[node.args[1]]
    return exponent.value.lower if exponent.op == "const" and exponent.value.is_point else None


def _sum(constraint: Constraint, root: int, known: Mapping[int, Interval]) -> Term | None:
    """Coefficients and constant of a node, with some variables known."""
    terms: dict[int, Term | None] = {}
    for at in needed(constraint.tape, root):
        node = constraint.tape[at]
        args = [terms[a] for a in node.args]
        terms[at] = None
        if node.op == "var":
            terms[at] = ({}, known[node.index]) if node.index in known else ({node.index: _ONE}, point(0))
        elif node.op == "const":
            terms[at] = ({}, node.value)
        elif any(a is None for a in args):
            continue
        elif node.op in FORWARD and not any(a[0] for a in args if a is not None):
            value = FORWARD[node.op](*(a[1] for a in args if a is not None))
            terms[at] = None if value.is_empty else ({}, value)
        elif node.op in ("neg", "add", "sub"):
            both = [t for t in args if t is not None]
            zero: Term = ({}, point(0))
            (a, p), (b, q) = both if len(both) == 2 else (zero, both[0])
            sign = _ONE if node.op == "add" else -_ONE
            terms[at] = (_join(a, b, sign), iv.add(p, q) if node.op == "add" else iv.sub(p, q))
        elif node.op in ("mul", "div"):
            first, second = args
            assert first is not None
            assert second is not None
            if node.op == "mul" and not first[0]:
                first, second = second, first
            if second[0] or not second[1].is_point or second[1].lower == 0:
                continue
            factor: Rational = second[1].lower
            scale = factor if node.op == "mul" else 1 / factor
            terms[at] = ({v: w * scale for v, w in first[0].items()}, iv.mul(first[1], point(scale)))
    return terms[root]
