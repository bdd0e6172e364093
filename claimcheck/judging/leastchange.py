"""The least total relative change of printed ends that lets rows hold: a linear program and its exact dual.

Every end of a movable claim may give way, at a cost: for products, in logarithms, ``y <= log(u) + d``, so
that ``d`` is the logarithm of the factor by which the end moves; for sums ``x <= u + abs(u) d``, so that
``d`` is the share of the end. The program minimises the sum of all ``d`` (the vector consistency measure:
Feeley, Seiler, Packard, Frenklach, J. Phys. Chem. A 108, 2004; Hegde, Li, Oreluk, Packard, Frenklach,
SIAM/ASA J. Uncertainty Quantification 6, 2018). It is solved in floats, which only propose. The multipliers
of its dual, made exact, give a number that no choice of shifts can go below.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import gmpy2
from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.interval import Interval, Rational, point
from claimcheck.solver.elimination import null_space
from claimcheck.solver.programs import Outcome, Program, solve
from claimcheck.solver.rows import Row

__all__ = ["End", "Proposal", "World", "propose"]

_SMALL = 1e-9
_MOST_COLUMNS = 4000
_MOST_SUPPORT = 120
_LONGEST_EXPONENT = 64
_DENOMINATOR = 1000
_PREFERENCE = 1e-4
"""What it costs more, at most, to move an earlier end: of equally good choices the same is always made."""

End = tuple[str, bool]
"""A claim and whether its upper end is meant."""


@dataclass(frozen=True, slots=True)
class World:
    """Rows and claims that have to hold together: what is asked of one set of values of the variables.

    ``fixed`` are the claims and limits that do not give way, by variable.
    """

    rows: tuple[Row, ...]
    claims: Mapping[str, tuple[int, Interval]]
    fixed: tuple[tuple[int, Interval], ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """Ends to move and how far, as found in floats: logarithms of factors for products, shares for sums.

    ``at_least``: below this no choice can go: the product of all factors or the sum of all shares; None where
    that was not proved.
    """

    ends: Mapping[End, float]
    at_least: Rational | None


@dataclass(slots=True)
class _Row:
    """``weights . y - size d <= sign * end`` (in logarithms for products, where ``size`` is 1)."""

    weights: dict[int, Rational]
    sign: int
    end: Rational
    give: int = -1
    size: Rational = field(default_factory=lambda: mpq(1))


def propose(worlds: Sequence[World], movable: Sequence[str], product: bool) -> Proposal | None:
    """The least change for some worlds, each with values of its own, but with the same claims.

    None where there is none, or none that floats can find. For products all variables are taken to be
    positive; ``at_least`` is proved only for worlds where they must be.
    """
    ends = {(id, upper): i for i, (id, upper) in enumerate((c, u) for c in movable for u in (False, True))}
    columns: dict[tuple[int, int], int] = {}
    rows: list[_Row] = []
    for number, world in enumerate(worlds):
        more = _rows(number, world, columns, ends, product)
        if more is None:
            return None
        rows += more
    if not rows or len(columns) + len(ends) > _MOST_COLUMNS:
        return None
    positive = not product or all(_must_be_positive(w) for w in worlds)
    found = None
    for preference in (_PREFERENCE, 0.0):  # where a preference costs something, none is had
        solved = _solve(rows, len(columns), len(ends), product, preference)
        if solved is None:
            break
        shifts, prices = solved
        at_least = _dual(rows, shifts, prices, product) if positive else None
        found = Proposal({end: shifts[i] for end, i in ends.items() if shifts[i] > _SMALL}, at_least)
        if at_least is not None or not positive:
            break
    return found


def _rows(
    number: int, world: World, columns: dict[tuple[int, int], int], ends: Mapping[End, int], product: bool
) -> list[_Row] | None:
    """The inequalities of one world; None where a product has no logarithm."""

    def column(variable: int) -> int:
        return columns.setdefault((number, variable), len(columns))

    found: list[_Row] = []
    for row in world.rows:
        weights = {column(v): a for v, a in row.weights.items()}
        found += _sides(weights, row.range, product)
    for variable, x in world.fixed:
        if product and x.upper is not None and x.upper <= 0:
            return None
        found += _sides({column(variable): mpq(1)}, x, product)
    for id, (variable, x) in world.claims.items():
        if product and x.upper is not None and x.upper <= 0:
            return None
        for each in _sides({column(variable): mpq(1)}, x, product):
            end = (id, each.sign > 0)
            if end in ends:
                each.give = ends[end]
                if not product:
                    each.size = abs(each.end) or max(abs(e) for e in (x.lower, x.upper) if e is not None)
                    if not each.size:
                        return None
            found.append(each)
    return found


def _sides(weights: dict[int, Rational], x: Interval, product: bool) -> Iterator[_Row]:
    if x.upper is not None:
        yield _Row(weights, 1, x.upper)
    if x.lower is not None and not (product and x.lower <= 0):
        yield _Row({v: -a for v, a in weights.items()}, -1, x.lower)


def _solve(
    rows: Sequence[_Row], unknowns: int, ends: int, product: bool, preference: float
) -> tuple[list[float], list[float]] | None:
    """The shifts of all ends and the prices of all rows, by HiGHS; None if it found none."""
    # In sums the variables are measured by the largest end that is said of them, to keep floats at one size.
    measure = [1.0] * unknowns
    if not product:
        for row in rows:
            for v in row.weights if len(row.weights) == 1 else ():
                measure[v] = max(measure[v] if measure[v] != 1.0 else 0.0, abs(_float(row.end))) or 1.0
    inequalities: list[dict[int, float]] = []
    limits: list[tuple[float | None, float | None]] = []
    scales: list[float] = []
    for row in rows:
        sizes = {v: _float(a) * measure[v] for v, a in row.weights.items()}
        scale = 1.0 if product else max(map(abs, sizes.values()), default=1.0) or 1.0
        scales.append(scale)
        inequalities.append({v: a / scale for v, a in sizes.items()})
        if row.give >= 0:
            inequalities[-1][unknowns + row.give] = -_float(row.size) / scale
        limits.append((None, row.sign * _log(row.end) if product else row.sign * _float(row.end) / scale))
    if not all(math.isfinite(end) for _, end in limits if end is not None):
        return None
    cost = [0.0] * unknowns + [1.0 + preference * (ends - i) / ends for i in range(ends)]
    bounds: list[tuple[float | None, float | None]] = [(None, None)] * unknowns + [(0.0, None)] * ends
    found = solve(Program(cost, bounds, inequalities, limits))
    if found.outcome is not Outcome.OPTIMAL:
        return None
    prices = [-price / scale for price, scale in zip(found.prices, scales, strict=True)]
    return list(found.values[unknowns:]), prices


def _float(q: Rational) -> float:
    try:
        return float(q)
    except OverflowError:
        return math.inf if q > 0 else -math.inf


def _log(q: Rational) -> float:
    return float(gmpy2.log(gmpy2.mpfr(q)))


def _dual(
    rows: Sequence[_Row], shifts: Sequence[float], prices: Sequence[float], product: bool
) -> Rational | None:
    """The number that the dual proves, from multipliers that are exact; None where none were found."""
    most = max(prices, default=0.0)
    used = [i for i, price in enumerate(prices) if price > _SMALL * most]
    if most <= 0 or len(used) > _MOST_SUPPORT:
        return None
    found = _exact_prices([rows[i] for i in used], [prices[i] for i in used], shifts)
    if found is None:
        return None
    if not product:
        return -sum((m * rows[i].sign * rows[i].end for i, m in zip(used, found, strict=True)), mpq(0))
    total = point(1)
    for i, m in zip(used, found, strict=True):
        exponent = -m * rows[i].sign
        if exponent.denominator > _LONGEST_EXPONENT or abs(exponent.numerator) > _DENOMINATOR:
            return None
        base = point(rows[i].end)
        power = iv.pown(base, int(exponent)) if exponent.denominator == 1 else iv.pow(base, point(exponent))
        total = iv.mul(total, power)
    return total.lower


def _exact_prices(
    rows: Sequence[_Row], prices: Sequence[float], shifts: Sequence[float]
) -> list[Rational] | None:
    """Multipliers near the prices under which all variables cancel and no end is paid more than its cost.

    The basic solution is found exactly, from the rows that have a price and the ends that move; where that
    leaves a choice, the prices themselves are rounded, and tested.
    """
    gives = sorted({r.give for r in rows if r.give >= 0})
    binding = [g for g in gives if shifts[g] > _SMALL]
    columns = sorted({v for r in rows for v in r.weights})
    system = [[*(r.weights.get(v, mpq(0)) for r in rows), mpq(0)] for v in columns]
    system += [[*(r.size if r.give == g else mpq(0) for r in rows), mpq(-1)] for g in binding]
    space = null_space(system, len(rows) + 1)
    candidates = []
    if len(space) == 1 and space[0][-1]:
        candidates.append([x / space[0][-1] for x in space[0][:-1]])
    rounded = [Fraction(p).limit_denominator(_DENOMINATOR) for p in prices]
    candidates.append([mpq(f.numerator, f.denominator) for f in rounded])
    for found in candidates:
        cancels = all(
            not sum((m * r.weights.get(v, mpq(0)) for m, r in zip(found, rows, strict=True)), mpq(0))
            for v in columns
        )
        paid = all(
            sum((m * r.size for m, r in zip(found, rows, strict=True) if r.give == g), mpq(0)) <= 1
            for g in gives
        )
        if cancels and paid and min(found) >= 0:
            return found
    return None


def _must_be_positive(world: World) -> bool:
    """Whether every variable in the world's rows is positive, however its claims give way by factors.

    By a positive lower end of something said of it, or because an equation says so of a product of it with
    positive ones.
    """
    sure = {v for v, x in (*world.claims.values(), *world.fixed) if x.lower is not None and x.lower > 0}
    waiting = list(world.rows)
    while waiting:
        settled = [r for r in waiting if _unsure(r, sure) is not None]
        if not settled:
            return False
        for row in settled:
            sure |= _unsure(row, sure) or set()
        waiting = [r for r in waiting if r not in settled]
    return True


def _unsure(row: Row, sure: Collection[int]) -> set[int] | None:
    """The variable that a row shows to be positive, if it is the only one left; None if it shows nothing."""
    left = set(row.weights) - set(sure)
    if not left:
        return set()
    if len(left) > 1:
        return None
    exponent = row.weights[next(iter(left))]
    low = row.range.lower
    odd = exponent.denominator == 1 and exponent.numerator % 2 != 0
    return left if low is not None and low > 0 and odd else None
