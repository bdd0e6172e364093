"""Putting rows together with multipliers: the inequality that proves a bound or a contradiction.

With any multipliers m_k on the rows, a target with weights e_j is bounded by
``sum m_k range_k + sum (e_j - sum_k m_k a_kj) box_j``, in logarithms for products. A linear program (HiGHS)
proposes the best multipliers (LP duality; Farkas 1902); they are rounded to short rationals and the
inequality is computed from them exactly, so that it holds whatever the program did.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import gmpy2
from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.interval import Interval, Rational, point
from claimcheck.solver.rows import Row

__all__ = ["Combination", "combine", "multipliers"]

_DENOMINATOR = 60


@dataclass(frozen=True, slots=True)
class Combination:
    """Rows with multipliers, and what they show: the target (product or sum of powers) lies in ``range``.

    ``weights`` are what is left for the variables' own intervals: exponent or coefficient by variable.
    """

    product: bool
    multipliers: Mapping[str, Rational]
    weights: Mapping[int, Rational]
    range: Interval


def multipliers(
    rows: Sequence[Row],
    box: Mapping[int, Interval],
    target: Mapping[int, Rational],
    product: bool,
    upper: bool,
) -> list[Rational] | None:
    """Good multipliers for bounding the target from above (or below), from a linear program in floats.

    With an empty target: for showing that nothing satisfies all rows. None if the program found none.
    """
    from scipy.optimize import linprog  # slow to import, and seldom needed

    def cost_of(end: Rational | None) -> float | None:
        """An end as the program takes it; None where there is none, or none that a float can hold."""
        if end is None or (product and end <= 0):
            return None
        return float(gmpy2.log(gmpy2.mpfr(end))) if product else _as_float(end)

    sign = 1.0 if upper else -1.0
    variables = sorted({v for r in rows for v in r.weights} | set(target))
    # unknowns: m+ and m- per row (upper and lower side of its range), d+ and d- per variable
    cost: list[float] = []
    limits: list[tuple[float, float | None]] = []
    most = None if target else 1.0
    for row in rows:
        for end, s in ((row.range.upper, 1.0), (row.range.lower, -1.0)):
            price = cost_of(end)
            cost.append(0.0 if price is None else s * price)
            limits.append((0.0, 0.0 if price is None else most))
    for v in variables:
        x = box[v]
        for end, s in ((x.upper, 1.0), (x.lower, -1.0)):
            price = cost_of(end)
            cost.append(0.0 if price is None else s * price)
            limits.append((0.0, 0.0 if price is None else None))
    matrix = [[0.0] * len(cost) for _ in variables]
    for i, v in enumerate(variables):
        for k, row in enumerate(rows):
            weight = _as_float(row.weights.get(v, mpq(0)))
            if weight is None:
                return None
            matrix[i][2 * k], matrix[i][2 * k + 1] = weight, -weight
        matrix[i][2 * len(rows) + 2 * i], matrix[i][2 * len(rows) + 2 * i + 1] = 1.0, -1.0
    goal = [sign * float(target.get(v, mpq(0))) for v in variables]
    found = linprog(cost, A_eq=matrix, b_eq=goal, bounds=limits, method="highs")
    if found.status != 0:
        return None
    values = [found.x[2 * k] - found.x[2 * k + 1] for k in range(len(rows))]
    if not target:  # any multiple will do: make the largest 1
        largest = max((abs(m) for m in values), default=0.0)
        if largest == 0.0:
            return None
        values = [m / largest for m in values]
    if not all(map(math.isfinite, values)):
        return None
    short = [Fraction(m).limit_denominator(_DENOMINATOR) for m in values]
    return [mpq(m.numerator, m.denominator) * (1 if upper else -1) for m in short]


def _as_float(q: Rational) -> float | None:
    """The nearest float, None beyond the largest. It only steers the search: nothing is proved with it."""
    try:
        return float(q)
    except OverflowError:
        return None


def combine(
    rows: Sequence[Row],
    weights: Sequence[Rational],
    box: Mapping[int, Interval],
    target: Mapping[int, Rational],
    product: bool,
) -> Combination:
    """The enclosure of the target that rows and multipliers give over the box, exactly.

    With an empty target the range must hold 1 (product) or 0 (sum) if anything satisfies all rows.
    """
    rest = dict(target)
    total = point(1 if product else 0)
    for row, m in zip(rows, weights, strict=True):
        if not m:
            continue
        for v, a in row.weights.items():
            rest[v] = rest.get(v, mpq(0)) - m * a
        part = _power(row.range, m) if product else iv.mul(point(m), row.range)
        total = iv.mul(total, part) if product else iv.add(total, part)
    rest = {v: w for v, w in rest.items() if w}
    for v, w in rest.items():
        part = _power(box[v], w) if product else iv.mul(point(w), box[v])
        total = iv.mul(total, part) if product else iv.add(total, part)
    used = {row.premise: m for row, m in zip(rows, weights, strict=True) if m}
    return Combination(product, used, rest, total)


def _power(x: Interval, exponent: Rational) -> Interval:
    """A power of a positive interval (IEEE 1788 pow; exact for whole exponents)."""
    if exponent.denominator == 1:
        return iv.pown(x, int(exponent))
    return iv.pow(x, point(exponent))
