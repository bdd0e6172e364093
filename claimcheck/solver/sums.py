"""Witnesses of relations that are sums: a linear program proposes a point, exact elimination makes it one.

Published tables are mostly that: parts and totals, and shares of a total that is known. Where sums go round
in circles, values chosen one after another seldom go together, and contraction only creeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck.interval import Interval, Rational, point
from claimcheck.solver.candidates import candidates, simplest_between
from claimcheck.solver.duality import as_float
from claimcheck.solver.problem import Constraint, Variable
from claimcheck.solver.programs import Outcome, Program, Solution, solve
from claimcheck.solver.rows import Row, sum_row

__all__ = ["key_to_sums", "rows_of_sums", "solution_of_sums"]

_MOST_ROWS = 300
_MOST_COLUMNS = 600
_SECONDS = 2.0


def rows_of_sums(constraints: Sequence[Constraint], box: Sequence[Interval]) -> list[Row] | None:
    """Every constraint as a row, with what the box knows put in; None unless all of them are sums."""
    if len(constraints) > _MOST_ROWS:
        return None
    rows = []
    for constraint in constraints:
        if all(box[v].is_point for v in constraint.variables):
            continue
        row = sum_row(constraint, box)
        if row is None:
            return None
        rows.append(row)
    return rows


def key_to_sums(
    constraints: Sequence[Constraint], box: Sequence[Interval], variables: Sequence[Variable]
) -> int | None:
    """The variable of which, once it is known, all constraints are sums: the total that shares are of.

    None if they are sums as it is, or if no one variable does it.
    """
    if len(constraints) > _MOST_ROWS:
        return None
    open_ones = [c for c in constraints if not all(box[v].is_point for v in c.variables)]
    curved = [c for c in open_ones if sum_row(c, box) is None]
    shared = (
        set.intersection(*({v for v in c.variables if not box[v].is_point} for c in curved)) if curved else ()
    )
    for v in sorted(shared):
        known = list(box)
        known[v] = point(next(candidates(box[v], variables[v]), mpq(1)))
        if all(_only(c, v, box) or sum_row(c, known) is not None for c in curved):
            return v
    return None


def _only(constraint: Constraint, v: int, box: Sequence[Interval]) -> bool:
    """Whether nothing else of the constraint is open."""
    return all(u == v or box[u].is_point for u in constraint.variables)


def solution_of_sums(
    rows: Sequence[Row], box: Sequence[Interval], variables: Sequence[Variable]
) -> dict[int, Rational] | None:
    """Values for all variables of the rows that are likely to satisfy all of them; None if there seem none.

    The program keeps as far from all limits as it can, so that there is room to make its floats exact.
    """
    names = sorted({v for row in rows for v in row.weights})
    if not names or len(names) > _MOST_COLUMNS:
        return None
    scaled = _Scaled(rows, box, variables, names)
    found = solve(scaled.program(), seconds=_SECONDS)
    if found.outcome is not Outcome.OPTIMAL:
        return None
    return scaled.exact(found)


@dataclass(frozen=True, slots=True)
class _Scaled:
    """The program whose columns are the variables (whole ones in steps, others by size) and the margin."""

    rows: Sequence[Row]
    box: Sequence[Interval]
    variables: Sequence[Variable]
    names: Sequence[int]

    def size(self, v: int) -> Rational:
        """What one unit of the variable's column stands for."""
        step = self.variables[v].step
        if step is not None:
            return step
        ends = [abs(e) for e in (self.box[v].lower, self.box[v].upper) if e]
        return max(ends, default=mpq(1))

    def program(self) -> Program:
        """Greatest margin ``t`` (at most 1), by which each end of a range is kept away from."""
        place = {v: j for j, v in enumerate(self.names)}
        margin = len(place)
        limits = [_floats(self.box[v], self.size(v)) for v in self.names] + [(0.0, 1.0)]
        rows: list[dict[int, float]] = []
        ranges: list[tuple[float | None, float | None]] = []
        whole = [j for v, j in place.items() if self.variables[v].step is not None]

        def kept(row: dict[int, float], low: float | None, high: float | None) -> None:
            """A row, away from its ends by the margin times half its width."""
            if low is None and high is None:
                return
            width = 1.0 if low is None or high is None else (high - low) / 2
            if low is not None:
                rows.append({**row, margin: -width})
                ranges.append((low, None))
            if high is not None:
                rows.append({**row, margin: width})
                ranges.append((None, high))

        for row in self.rows:
            weights = {v: w * self.size(v) for v, w in row.weights.items()}
            scale = max(map(abs, weights.values()))
            scaled = {place[v]: float(w / scale) for v, w in weights.items()}
            low, high = _floats(row.range, scale)
            if low is not None and low == high:
                rows.append(scaled)
                ranges.append((low, high))
            else:
                kept(scaled, low, high)
        for v, j in place.items():
            if self.variables[v].step is None:
                kept({j: 1.0}, *limits[j])
        cost = [0.0] * margin + [-1.0]
        return Program(cost, limits, rows, ranges, whole)

    def exact(self, found: Solution) -> dict[int, Rational]:
        """The point in rationals: short ones for the free variables, the others from the equations."""
        near = {v: mpq(found.values[j]) for j, v in enumerate(self.names)}
        values: dict[int, Rational] = {}
        for v in self.names:
            step = self.variables[v].step
            if step is not None:
                values[v] = mpq(round(found.values[self.names.index(v)])) * step
            else:
                near[v] *= self.size(v)
        open_ones = {v: self._room(v, near[v]) for v in self.names if v not in values}
        equations = []
        for row in self.rows:
            if row.range.is_point:
                weights = {v: w for v, w in row.weights.items() if v not in values}
                known = sum((w * values[v] for v, w in row.weights.items() if v in values), mpq(0))
                equations.append((weights, row.range.lower - known))
        solved = _eliminated(equations, open_ones)
        for v, room in open_ones.items():
            if v not in solved:
                values[v] = _short(near[v], room / (8 * len(self.names)), self.box[v])
        for v, (weights, constant) in reversed(solved.items()):
            values[v] = constant - sum((w * values[u] for u, w in weights.items()), mpq(0))
        return values

    def _room(self, v: int, value: Rational) -> Rational:
        """How far a value is from the nearer end of the variable's range."""
        x = self.box[v]
        ends = [abs(value - e) for e in (x.lower, x.upper) if e is not None]
        return min(ends, default=self.size(v))


def _floats(x: Interval, size: Rational) -> tuple[float | None, float | None]:
    """The ends measured by a size; None for what is infinite, or too large for a float."""
    low = None if x.lower is None else as_float(x.lower / size)
    return low, None if x.upper is None else as_float(x.upper / size)


def _short(value: Rational, reach: Rational, x: Interval) -> Rational:
    """The simplest number near a value and in the range; an end where the value is as good as there."""
    for end in (x.lower, x.upper):
        if end is not None and abs(value - end) <= abs(end) / 10**9:
            return end
    near = simplest_between(value - reach, value + reach)
    return near if near in x else value


Equation = tuple[dict[int, Rational], Rational]


def _eliminated(equations: Iterable[Equation], room: Mapping[int, Rational]) -> dict[int, Equation]:
    """For one variable of each equation, the equation solved for it: (weights of others, constant).

    Later ones in the order of the result do not occur in earlier ones' place; values go from the last to the
    first. Of each equation the variable with most room is solved for, so that it takes up the small change.
    """
    solved: dict[int, Equation] = {}
    for weights, constant in equations:
        weights = dict(weights)
        for v, (others, known) in solved.items():
            factor = weights.pop(v, None)
            if factor is not None:
                constant -= factor * known
                for u, w in others.items():
                    weights[u] = weights.get(u, mpq(0)) - factor * w
        weights = {u: w for u, w in weights.items() if w}
        if not weights:
            continue
        pivot = max(weights, key=lambda u: (room[u] * abs(weights[u]), -u))
        own = weights.pop(pivot)
        solved[pivot] = {u: w / own for u, w in weights.items()}, constant / own
    return solved
