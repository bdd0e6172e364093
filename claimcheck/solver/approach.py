"""Where a solution may lie: a point in floats that nearly satisfies all relations, and how to make it exact.

Gauss-Newton steps of least length (Levenberg 1944; Marquardt 1963) from some points of a box, each cut back
to the box. Nothing is proved here: what is found says which values to try first and which to solve for.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import Interval, Rational
from claimcheck.solver.candidates import simplest_between
from claimcheck.solver.floats import difference, limits_of, shortfall
from claimcheck.solver.problem import Constraint, Variable

__all__ = ["Approach", "approach"]

_STEPS = 40
_DONE = 1e-13
_NEARLY = 1e-9
_DAMPING = 1e-13
_SHIFT = 1e-7
_FAR = 1e150

Vector = list[float]


@dataclass(frozen=True, slots=True)
class Approach:
    """A point that nearly satisfies everything, and the variables in the order in which to fix them.

    The last ``solved`` of them are those that the equations determine best once all others are fixed.
    """

    point: Mapping[int, Rational]
    order: tuple[int, ...]


def approach(
    constraints: Sequence[Constraint],
    variables: Sequence[int],
    box: Sequence[Interval],
    kinds: Sequence[Variable],
    budget: Budget,
    starts: int,
) -> Approach | None:
    """A point near a solution in the box, from the best of a few starts; None if none came near one.

    ``kinds`` are the problem's variables: whole numbers are rounded and kept once the rest is near.
    """
    limits = {v: limits_of(box[v]) for v in variables}
    open_ones = [v for v in variables if not box[v].is_point]
    shaky = random.Random(len(open_ones))
    for number in range(starts):
        if budget.spent:
            return None
        here = {v: _start(limits[v], shaky if number else None) for v in variables}
        state = _State(constraints, here, limits, set(open_ones))
        if not state.descend(budget):
            continue
        whole = [v for v in open_ones if kinds[v].step is not None]
        if whole:
            for v in whole:
                step = float(kinds[v].step)  # type: ignore[arg-type]
                here[v] = round(here[v] / step) * step
            state.moving.difference_update(whole)
            if not state.descend(budget):
                continue
        return Approach({v: _short(here[v], box[v], kinds[v]) for v in variables}, state.order(variables))
    return None


def _start(limits: tuple[float, float], shaky: random.Random | None) -> float:
    """The middle of an interval, or some other point of it."""
    low, high = limits
    part = 0.5 if shaky is None else shaky.random()
    if math.isfinite(low) and math.isfinite(high):
        return low + (high - low) * part
    size = 1.0 if shaky is None else math.exp(shaky.uniform(-2, 4))
    if math.isfinite(low):
        return low + max(abs(low), 1.0) * size
    if math.isfinite(high):
        return high - max(abs(high), 1.0) * size
    return 1.0 if shaky is None else shaky.choice((-size, size))


def _short(x: float, within: Interval, kind: Variable) -> Rational:
    """The simplest rational near a float, in an interval it may miss by a hair."""
    q = mpq(*x.as_integer_ratio())
    if kind.step is not None:
        n = q / kind.step
        q = kind.step * round(n)
    else:
        reach = max(abs(q), mpq(1, 10**6)) / 10**9
        q = simplest_between(q - reach, q + reach)
    if within.lower is not None and q < within.lower:
        return within.lower
    return within.upper if within.upper is not None and q > within.upper else q


@dataclass(slots=True)
class _State:
    """A point on its way to a solution."""

    constraints: Sequence[Constraint]
    here: dict[int, float]
    limits: Mapping[int, tuple[float, float]]
    moving: set[int]

    def descend(self, budget: Budget) -> bool:
        """Step until everything nearly holds; False if it does not come to that."""
        for _ in range(_STEPS):
            if budget.spent:
                return False
            rows = self._rows()
            if rows is None:
                return False
            worst = max((abs(r) for r, _ in rows), default=0.0)
            if worst <= _DONE:
                return True
            move = self._move(rows)
            if move is None or not self._shift(move):
                return worst <= _NEARLY
        rows = self._rows()
        return rows is not None and all(abs(r) <= _NEARLY for r, _ in rows)

    def _rows(self) -> list[tuple[float, dict[int, float]]] | None:
        """What every relation that does not hold misses by, for its size, and its slopes."""
        rows = []
        for constraint in self.constraints:
            missing = shortfall(constraint, self.here)
            if missing is None:
                return None
            amount, size, free = missing
            if amount == 0.0:
                continue
            slopes = {}
            for v in constraint.variables:
                if v in self.moving:
                    slope = self._slope(constraint, v, amount, free)
                    if slope is None:
                        return None
                    slopes[v] = slope
            size = max(size, math.fsum(abs(s) * self._scale(v) for v, s in slopes.items()))
            if not math.isfinite(size):
                return None
            rows.append((amount / size, {v: s / size for v, s in slopes.items()}))
        return rows

    def _slope(self, constraint: Constraint, v: int, amount: float, free: float | None) -> float | None:
        """A difference quotient, to the side on which there is room."""
        x = self.here[v]
        low, high = self.limits[v]
        width = high - low
        shift = _SHIFT * (abs(x) if x else (width if math.isfinite(width) and width else 1.0))
        for signed in (shift, -shift) if x + shift <= high else (-shift, shift):
            if x + signed == x:  # a step that floats cannot tell from none, next to zero
                continue
            there = difference(constraint, {**self.here, v: x + signed}, free)
            if there is not None:
                return (there[0] - amount) / signed
        return None

    def _scale(self, v: int) -> float:
        low, high = self.limits[v]
        width = high - low
        size = max(abs(self.here[v]), 1e-3)
        return min(width, size) if math.isfinite(width) else size

    def _move(self, rows: Sequence[tuple[float, dict[int, float]]]) -> dict[int, float] | None:
        """The shortest step, in units of each variable's scale, after which all rows would be zero."""
        stuck: set[int] = set()
        for _ in range(len(self.moving) + 1):
            columns = sorted({v for _, slopes in rows for v in slopes} - stuck)
            scale = {v: self._scale(v) for v in columns}
            matrix = [[slopes.get(v, 0.0) * scale[v] for v in columns] for _, slopes in rows]
            product = [[math.fsum(a * b for a, b in zip(x, y, strict=True)) for y in matrix] for x in matrix]
            trace = math.fsum(product[i][i] for i in range(len(rows)))
            if not trace or not math.isfinite(trace):
                return None
            for i in range(len(rows)):
                product[i][i] += _DAMPING * trace
            weights = _solve(product, [-amount for amount, _ in rows])
            if weights is None:
                return None
            move = {
                v: scale[v] * math.fsum(w * row[k] for w, row in zip(weights, matrix, strict=True))
                for k, v in enumerate(columns)
            }
            outward = {
                v
                for v, d in move.items()
                if (d < 0 and self.here[v] <= self.limits[v][0])
                or (d > 0 and self.here[v] >= self.limits[v][1])
            }
            if not outward:
                return move
            stuck |= outward
        return None

    def _shift(self, move: Mapping[int, float]) -> bool:
        """Go as far as the box reaches in each variable; False if that is nowhere."""
        moved = False
        for v, d in move.items():
            low, high = self.limits[v]
            x = min(max(self.here[v] + d, low), high)
            if not math.isfinite(x) or abs(x) > _FAR:
                return False
            moved = moved or x != self.here[v]
            self.here[v] = x
        return moved

    def order(self, variables: Sequence[int]) -> tuple[int, ...]:
        """The variables, last those that elimination with full pivoting would solve the equations for.

        A variable with much room to its limits is rather solved for than one that is nearly fixed.
        """
        columns = [v for v in variables if v in self.moving]
        room = {
            v: min(self._scale(v), self.here[v] - low, high - self.here[v])
            for v, (low, high) in self.limits.items()
        }
        rows = []
        for constraint in self.constraints:
            if constraint.op != "=" or any(n.op == "free" for n in constraint.tape):
                continue
            base = difference(constraint, self.here, None)
            if base is None:
                continue
            amount, size = base
            slopes = {v: self._slope(constraint, v, amount, None) for v in constraint.variables}
            rows.append([(slopes.get(v) or 0.0) / size * max(room[v], 1e-12) for v in columns])
        solved: list[int] = []
        while rows and len(solved) < len(columns):
            size, i, k = max((abs(row[k]), i, k) for i, row in enumerate(rows) for k in range(len(columns)))
            if not size > 0.0 or not math.isfinite(size):
                break
            lead = rows.pop(i)
            solved.append(columns[k])
            for row in rows:
                factor = row[k] / lead[k]
                for j in range(len(columns)):
                    row[j] -= factor * lead[j]
                    if abs(row[j]) < _NEARLY * abs(factor * lead[j]):
                        row[j] = 0.0
                row[k] = 0.0
        return (*(v for v in variables if v not in solved), *solved)


def _solve(matrix: list[Vector], right: Vector) -> Vector | None:
    """Gaussian elimination with partial pivoting."""
    n = len(right)
    rows = [[*row, b] for row, b in zip(matrix, right, strict=True)]
    for k in range(n):
        pivot = max(range(k, n), key=lambda r: abs(rows[r][k]))
        if not abs(rows[pivot][k]) > 0.0:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for r in range(k + 1, n):
            factor = rows[r][k] / rows[k][k]
            if factor:
                for j in range(k, n + 1):
                    rows[r][j] -= factor * rows[k][j]
    found = [0.0] * n
    for k in range(n - 1, -1, -1):
        found[k] = (rows[k][n] - math.fsum(rows[k][j] * found[j] for j in range(k + 1, n))) / rows[k][k]
    return found if all(map(math.isfinite, found)) else None
