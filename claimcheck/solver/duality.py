"""Putting rows together with multipliers: the inequality that proves a bound or a contradiction.

With any multipliers m_k on the rows, a target with weights e_j is bounded by
``sum m_k range_k + sum (e_j - sum_k m_k a_kj) box_j``, in logarithms for products. A linear program (HiGHS)
proposes the best multipliers (LP duality; Farkas 1902); they are rounded to short rationals and the
inequality is computed from them exactly, so that it holds whatever the program did.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import gmpy2
from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.interval import Interval, Rational, point
from claimcheck.solver.candidates import simplest_between
from claimcheck.solver.programs import Outcome, Program, solve
from claimcheck.solver.rows import Row

__all__ = ["Combination", "as_float", "combine", "multipliers"]

_DENOMINATOR = 60
_LESS, _MORE = 1 - mpq(1, 10**9), 1 + mpq(1, 10**9)
"""How far a multiplier of the program may be from the one that is meant, as a factor."""
_ABOVE_ZERO = 0.01
"""What the program takes for an end at zero that does not belong to a range: where it can come as near as it
likes, it cannot tell whether that is excluded."""
_NOTHING = 1e-11
"""What part of the largest multiplier is taken for an error of the program."""


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
) -> list[list[Rational]]:
    """Good multipliers for bounding the target from above (or below), from a linear program in floats.

    With an empty target: for showing that nothing satisfies all rows. The short ones, which a person can
    follow, come before the exact ones; none if the program found none.
    """
    size = _Sizes({v for r in rows for v in r.weights} | set(target), box, product)

    def cost_of(end: Rational | None, scale: float) -> float | None:
        """An end as the program takes it; None where there is none, or none that a float can hold."""
        if end is None or (product and end <= 0):
            return None
        number = float(gmpy2.log(gmpy2.mpfr(end))) if product else as_float(end)
        return None if number is None else number / scale

    sign = 1.0 if upper else -1.0
    measure = size.of[next(iter(target))] if target else 1.0
    # unknowns: m+ and m- per row (upper and lower side of its range), d+ and d- per variable
    cost: list[float] = []
    limits: list[tuple[float | None, float | None]] = []
    columns: dict[int, dict[int, float]] = {v: {} for v in size.of}
    most = None if target else 1.0
    scales = []
    for row in rows:
        weights = {v: size.weight(v, a) for v, a in row.weights.items()}
        scales.append(max(map(abs, weights.values())))
        if not 0.0 < scales[-1] < math.inf:
            return []
        for end, s in ((row.range.upper, 1.0), (row.range.lower, -1.0)):
            price = cost_of(end, scales[-1])
            for v, weight in weights.items():
                columns[v][len(cost)] = s * weight / scales[-1]
            cost.append(0.0 if price is None else s * price)
            limits.append((0.0, 0.0 if price is None else most))
    for v in size.of:
        for end, s in ((box[v].upper, 1.0), (box[v].lower, -1.0)):
            price = cost_of(end, size.of[v])
            if price == 0.0 and not product and end not in box[v]:
                price = -s * _ABOVE_ZERO
            columns[v][len(cost)] = s
            cost.append(0.0 if price is None else s * price)
            limits.append((0.0, 0.0 if price is None else None))
    goal = [sign * size.weight(v, target.get(v, mpq(0))) / measure for v in size.of]
    found = solve(Program(cost, limits, [columns[v] for v in size.of], [(g, g) for g in goal]))
    if found.outcome is not Outcome.OPTIMAL:
        return []
    scaled = [found.values[2 * k] - found.values[2 * k + 1] for k in range(len(rows))]
    least = _NOTHING * max(map(abs, scaled), default=0.0)
    values = [m * measure / s if abs(m) > least else 0.0 for m, s in zip(scaled, scales, strict=True)]
    largest = max(map(abs, values), default=0.0)
    if not 0.0 < largest < math.inf:
        return []
    if not target:  # any multiple will do: make the largest 1
        values = [m / largest for m in values]
    sides = 1 if upper else -1
    short = [sides * mpq(Fraction(m).limit_denominator(_DENOMINATOR)) for m in values]
    if product:
        return [short]
    exact = [sides * _simplest(m) if m else mpq(0) for m in values]
    return [short] if exact == short else [short, exact]


class _Sizes:
    """By what variables are measured, to keep the floats of the program near 1: in sums the largest end."""

    def __init__(self, variables: Collection[int], box: Mapping[int, Interval], product: bool) -> None:
        self.of: dict[int, float] = {}
        for v in sorted(variables):
            ends = (
                [] if product else [as_float(abs(e)) for e in (box[v].lower, box[v].upper) if e is not None]
            )
            known = [e for e in ends if e]
            self.of[v] = max(known, default=1.0)

    def weight(self, variable: int, weight: Rational) -> float:
        """A coefficient of the variable so measured; infinite where no float can hold it."""
        number = as_float(weight)
        return math.inf if number is None else number * self.of[variable]


def _simplest(m: float) -> Rational:
    """The simplest rational that a float may stand for: 1/1003 for 0.00099700897308."""
    return simplest_between(*sorted((mpq(m) * _LESS, mpq(m) * _MORE)))


def as_float(q: Rational) -> float | None:
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
