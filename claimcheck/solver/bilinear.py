"""Relations with products of two quantities as sums, where one factor lies between bounds.

``share = count / total`` says ``share * total = count``, and where the share lies in [a, b] and the total is
not negative, ``a * total <= count <= b * total``: two sums, of which the sign of a multiplier picks one (one
factor at a time of McCormick, Computability of global solutions to factorable nonconvex programs, Math. Prog.
10, 1976). So shares of a total that nobody printed are put together like other sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.interval import ENTIRE, Interval, Rational, interval, point
from claimcheck.solver.problem import Constraint
from claimcheck.solver.rows import Row, side
from claimcheck.solver.tape import needed

__all__ = ["bounded_rows"]

_MOST_TERMS = 400

Monomial = tuple[int, ...]
"""Variables in order, each as often as it is a factor; () of the constant."""
Polynomial = dict[Monomial, Interval]
Quotient = tuple[Polynomial, Polynomial | None]
"""Numerator and divisor; None: there is no divisor that depends on variables."""


def bounded_rows(constraint: Constraint, box: Sequence[Interval]) -> tuple[Row, ...]:
    """What left - right, multiplied by its divisor, must be at most and at least, as sums over the box.

    One row if both are the same; none if it is no sum of products of up to two variables, or if none of the
    two is bounded while the sign of the other is known.
    """
    cleared = _cleared(constraint)
    if cleared is None:
        return ()
    gap, divisor = cleared
    if divisor is not None and constraint.op != "=" and not _is_positive(divisor, box):
        return ()
    least: dict[int, Rational] = {}
    most: dict[int, Rational] = {}
    constant = point(0)
    used: list[int] = []
    for monomial, coefficient in gap.items():
        if not monomial:
            constant = coefficient
            continue
        term = _bounded(monomial, coefficient, box)
        if term is None:
            return ()
        v, weight, known = term
        used += known
        low, high = weight.lower, weight.upper
        end = box[v].lower
        if end is None or end < 0:  # the variable is at most zero, or the weight is one number
            low, high = high, low
        least[v] = least.get(v, mpq(0)) + low
        most[v] = most.get(v, mpq(0)) + high
    least, most = ({v: w for v, w in weights.items() if w} for weights in (least, most))
    if not least or not most:
        return ()
    rest = side(constraint.op, iv.neg(constant), ENTIRE)
    fixed, premise = tuple(dict.fromkeys(used)), constraint.premise
    if least == most:
        return (Row(premise, least, rest, fixed),)
    found = []
    if rest.upper is not None:
        found.append(Row(premise, least, interval(None, rest.upper, False, rest.upper_closed), fixed))
    if rest.lower is not None:
        found.append(Row(premise, most, interval(rest.lower, None, rest.lower_closed, False), fixed))
    return tuple(found)


def _bounded(
    monomial: Monomial, coefficient: Interval, box: Sequence[Interval]
) -> tuple[int, Interval, tuple[int, ...]] | None:
    """A term as a multiple of one variable: that, by what, and the variables of which something is used."""
    if not coefficient.is_bounded:
        return None
    if len(monomial) == 1:
        (v,) = monomial
        if coefficient.is_point:
            return v, coefficient, ()
        return (v, coefficient, (v,)) if _has_sign(box[v]) else None
    best: tuple[Rational, int, Interval, tuple[int, ...]] | None = None
    for factor, v in (monomial, monomial[::-1]):
        x = box[factor]
        if not x.is_bounded or x.is_empty:
            continue
        weight = iv.mul(coefficient, x)
        if not (weight.is_point or _has_sign(box[v])):
            continue
        looseness = iv.wid(x) / (iv.mag(x) or mpq(1))
        if best is None or looseness < best[0]:
            best = looseness, v, weight, (factor, v)
    return None if best is None else best[1:]


def _has_sign(x: Interval) -> bool:
    return (x.lower is not None and x.lower >= 0) or (x.upper is not None and x.upper <= 0)


def _is_positive(divisor: Mapping[Monomial, Interval], box: Sequence[Interval]) -> bool:
    total = point(0)
    for monomial, coefficient in divisor.items():
        for v in monomial:
            coefficient = iv.mul(coefficient, box[v])
        total = iv.add(total, coefficient)
    return total.lower is not None and total.lower >= 0 and 0 not in total


# -- the polynomial -----------------------------------------------------------------------------------------


def _cleared(constraint: Constraint) -> Quotient | None:
    """Left - right as numerator and divisor, of terms of degree two at most; None if it is no such thing."""
    terms: dict[int, Quotient | None] = {}
    for at in needed(constraint.tape, constraint.left, constraint.right):
        terms[at] = None
        node = constraint.tape[at]
        args = [terms[a] for a in node.args]
        known = [t for t in args if t is not None]
        if node.op == "var":
            terms[at] = {(node.index,): point(1)}, None
        elif node.op in ("const", "free"):
            terms[at] = {(): node.value}, None
        elif len(known) < len(args):
            continue
        elif node.op in ("neg", "sub", "add"):
            first: Quotient = known[0] if len(known) == 2 else ({}, None)
            last = known[-1]
            terms[at] = _sum(first, last if node.op == "add" else (_scaled(last[0], point(-1)), last[1]))
        elif node.op == "mul":
            terms[at] = _product(known[0], known[1])
        elif node.op == "div":
            terms[at] = _ratio(known[0], known[1])
    left, right = terms[constraint.left], terms[constraint.right]
    if left is None or right is None:
        return None
    found = _sum(left, (_scaled(right[0], point(-1)), right[1]))
    if found is None or any(len(m) > 2 for m in found[0]):
        return None
    return {m: c for m, c in found[0].items() if c != point(0)}, found[1]


def _scaled(a: Polynomial, factor: Interval) -> Polynomial:
    return {m: iv.mul(c, factor) for m, c in a.items()}


def _added(a: Polynomial, b: Polynomial) -> Polynomial:
    total = dict(a)
    for m, c in b.items():
        total[m] = iv.add(total.get(m, point(0)), c)
    return total


def _times(a: Polynomial, b: Polynomial | None) -> Polynomial | None:
    """The product of two polynomials (None: 1); None where it grows too large."""
    if b is None:
        return a
    if len(a) * len(b) > _MOST_TERMS:
        return None
    total: Polynomial = {}
    for m, c in a.items():
        for n, d in b.items():
            joined = tuple(sorted(m + n))
            total[joined] = iv.add(total.get(joined, point(0)), iv.mul(c, d))
    return total


def _sum(a: Quotient, b: Quotient) -> Quotient | None:
    first, second = _times(a[0], b[1]), _times(b[0], a[1])
    if first is None or second is None:
        return None
    divisor = b[1] if a[1] is None else _times(a[1], b[1])
    if divisor is None and a[1] is not None:
        return None
    total = _added(first, second)
    return (total, divisor) if len(total) <= _MOST_TERMS else None


def _product(a: Quotient, b: Quotient) -> Quotient | None:
    top = _times(a[0], b[0])
    if top is None:
        return None
    if a[1] is None or b[1] is None:
        return top, b[1] if a[1] is None else a[1]
    bottom = _times(a[1], b[1])
    return None if bottom is None else (top, bottom)


def _ratio(a: Quotient, b: Quotient) -> Quotient | None:
    """A quotient divided by another; a divisor that is a number stays where it is."""
    if not any(b[0]):
        value = b[0].get((), point(0))
        if b[1] is not None or 0 in value:
            return None
        return {m: iv.div(c, value) for m, c in a[0].items()}, a[1]
    return _product(a, ({(): point(1)} if b[1] is None else b[1], b[0]))
