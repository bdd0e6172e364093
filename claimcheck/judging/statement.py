"""Rows with multipliers and printed ends, stated as inequalities that hold as they are shown.

:func:`state_product` and :func:`state_sum` put the end that matters in the place of every quantity and give
the inequality only if what is shown holds in exact arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.expression import names
from claimcheck.formula import format_number
from claimcheck.interval import Interval, Rational, point
from claimcheck.judging.terms import End, Inequality, Known, Term, constants, power, shown, value_text
from claimcheck.model import ClaimSet
from claimcheck.solver.rows import Row
from claimcheck.units import DIMENSIONLESS, Unit

__all__ = ["Goal", "state_gap", "state_product", "state_sum"]

_DIGITS = 12
_FEWEST_DIGITS = 4
_BOUND_DIGITS = 6
_MOST_DIGITS = 40
_MOST_TERMS = 24
_GREATEST_DIVISOR = 12
_NEAR = mpq(1, 10**9)
"""How near an end has to be to the computed one, relative to it."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be shown.

    ``quantity`` stands on the right side if it takes part in the inequality (else 1 or 0 stands there). With
    ``end``, the upper (``upper``) or lower end of its bound, that end is only computed.
    """

    quantity: int | None = None
    end: Rational | None = None
    upper: bool = False


@dataclass(frozen=True, slots=True)
class _Side:
    """The right side: the number to be passed, from above (``low``) or from below, and the unit to show."""

    low: bool
    unit: Unit
    value: Rational | None
    closed: bool = True


def state_product(
    claims: ClaimSet, rows: Sequence[Row], weights: Sequence[Rational], known: Known, goal: Goal
) -> Inequality | None:
    """The inequality of product rows with multipliers, or None if they show none.

    All quantities in the rows must be known to be positive.
    """
    used, rest, quantity = _scaled(rows, weights, goal)
    for side in _sides(claims, known, goal, quantity, mpq(1)) if rest else ():
        factors = constants(claims, used, low=side.low)
        numbers = _ends(claims, rest, rows, known, low=side.low)
        if factors is None or numbers is None or len(factors) + len(numbers) > _MOST_TERMS:
            continue
        if any(t.value.lower is None or t.value.lower <= 0 for t, _ in numbers):
            continue
        terms = (*factors, *(t for t, _ in numbers))
        total = point(1)
        for term in terms:
            total = iv.mul(total, power(term.value, term.weight))
        found = _finish(True, terms, 1, total, all(closed for _, closed in numbers), side, goal)
        if found is not None:
            return found
    return None


def state_sum(
    claims: ClaimSet, rows: Sequence[Row], weights: Sequence[Rational], known: Known, goal: Goal
) -> Inequality | None:
    """As :func:`state_product` for rows that are sums; nothing needs to be positive."""
    used, rest, quantity = _scaled(rows, weights, goal)
    numbered = list(claims.quantities.values())
    units = {numbered[v].unit for v in (*rest, *(() if quantity is None else (quantity,)))}
    if not rest or len({u.dimension for u in units}) > 1 or any(u.offset for u in units):
        return None
    plain = next((u for u in units if not u.is_date), DIMENSIONLESS)
    divisor = math.lcm(*(int(w.denominator) for w in rest.values()))
    if divisor > _GREATEST_DIVISOR or any(u.is_date for u in units):
        divisor = 1
    for side in _sides(claims, known, goal, quantity, mpq(0)):
        if quantity is None:
            side = replace(side, unit=plain)
        numbers = _ends(claims, rest, rows, known, low=side.low)
        constant = point(0)
        for row, m in used:
            constant = iv.add(constant, iv.mul(point(m), row.range))
        least = constant.lower if side.low else constant.upper
        if numbers is None or least is None or len(numbers) >= _MOST_TERMS:
            continue
        terms = [replace(t, weight=t.weight * divisor) for t, _ in numbers]
        if least:
            terms.append(shown(least * divisor, mpq(1), plain, down=side.low))
        if any("/" in format_number(t.weight) for t in terms):
            continue
        total = point(0)
        for term in terms:
            total = iv.add(total, iv.mul(point(term.weight), term.value))
        total = iv.div(total, point(divisor))
        closed = all(c for _, c in numbers) and (constant.lower_closed if side.low else constant.upper_closed)
        found = _finish(False, tuple(terms), divisor, total, closed, side, goal)
        if found is not None:
            return found
    return None


def state_gap(below: End, above: End) -> Inequality | None:
    """That one end lies below another (or touches it from outside), the first in its own unit."""
    side = _Side(False, above.unit, above.value, above.closed)
    term = shown(below.value, mpq(1), below.unit, down=False)
    return _finish(False, (term,), 1, term.value, below.closed, side, Goal())


def _scaled(
    rows: Sequence[Row], weights: Sequence[Rational], goal: Goal
) -> tuple[list[tuple[Row, Rational]], dict[int, Rational], int | None]:
    """Rows with multipliers, what is left of each quantity, and the quantity that stands alone on the right.

    Without such a quantity the weights are made whole and coprime, more of them positive than negative.
    """
    rest: dict[int, Rational] = {}
    for row, m in zip(rows, weights, strict=True):
        for v, a in row.weights.items():
            rest[v] = rest.get(v, mpq(0)) - m * a
    if not rows and goal.quantity is not None:
        rest = {goal.quantity: mpq(-1)}
    rest = {v: w for v, w in rest.items() if w}
    quantity = goal.quantity if goal.quantity in rest else None
    if not rest or (goal.end is not None and quantity is None):
        return [], {}, None
    if quantity is not None:
        scale = -1 / rest.pop(quantity)
    else:
        whole = math.lcm(*(int(w.denominator) for w in rest.values()))
        common = math.gcd(*(int(w * whole) for w in rest.values()))
        sign = 1 if sum(1 if w > 0 else -1 for w in rest.values()) >= 0 else -1
        scale = mpq(sign * whole, common)
    used = [(row, m * scale) for row, m in zip(rows, weights, strict=True) if m]
    return used, {v: w * scale for v, w in rest.items()}, quantity


def _sides(
    claims: ClaimSet, known: Known, goal: Goal, quantity: int | None, neutral: Rational
) -> Iterator[_Side]:
    """The right sides worth trying."""
    if quantity is None:
        yield _Side(True, DIMENSIONLESS, neutral)
        yield _Side(False, DIMENSIONLESS, neutral)
    elif goal.end is not None:
        yield _Side(not goal.upper, list(claims.quantities.values())[quantity].unit, None)
    else:
        lower, upper = known.get(quantity, (None, None))
        if upper is not None:
            yield _Side(True, upper.unit, upper.value, upper.closed)
        if lower is not None:
            yield _Side(False, lower.unit, lower.value, lower.closed)


def _ends(
    claims: ClaimSet, rest: Mapping[int, Rational], rows: Sequence[Row], known: Known, *, low: bool
) -> list[tuple[Term, bool]] | None:
    """The end of each quantity that makes the left side least (``low``) or greatest, and if it is attained.

    In the order in which the relations name them; None if an end is missing.
    """
    number = {name: i for i, name in enumerate(claims.quantities)}
    relations = [claims.relations[r.premise.removeprefix("relation:")] for r in rows]
    order = dict.fromkeys(number[n] for r in relations for n in names(r.equation))
    found = []
    for v in sorted(rest, key=[*order, *rest].index):
        down = (rest[v] > 0) == low
        end = known.get(v, (None, None))[0 if down else 1]
        if end is None:
            return None
        found.append((shown(end.value, rest[v], end.unit, down=down), end.closed))
    return found


def _finish(
    product: bool,
    terms: tuple[Term, ...],
    divisor: int,
    total: Interval,
    closed: bool,
    side: _Side,
    goal: Goal,
) -> Inequality | None:
    """The inequality, if the total of what is shown passes the right side."""
    reached = total.lower if side.low else total.upper
    if reached is None:
        return None
    if side.value is None:
        assert goal.end is not None
        if abs(reached - goal.end) > abs(goal.end) * _NEAR:
            return None
        value = value_text(reached, side.unit, _BOUND_DIGITS, down=side.low)[0]
        return Inequality(product, terms, divisor, value, "", "")
    limit, passed = value_text(side.value, side.unit, _DIGITS, down=not side.low)
    sign = ">" if side.low else "<"
    if not product or len(terms) == 1:  # what a reader adds up comes out as it is shown
        value, number = value_text(reached, side.unit, _DIGITS, down=side.low)
        if number == reached and (number > passed if side.low else number < passed):
            return Inequality(product, terms, divisor, value, sign, limit)
    for digits in range(_FEWEST_DIGITS, _MOST_DIGITS):
        value, number = value_text(reached, side.unit, digits, down=side.low)
        if number > passed if side.low else number < passed:
            return Inequality(product, terms, divisor, value, sign, limit)
        if number == reached and number == passed and not (closed and side.closed):
            return Inequality(product, terms, divisor, value, f"{sign}=", limit, touching=True)
    return None
