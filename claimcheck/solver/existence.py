"""Proof that a system of as many equations as unknowns has a solution in a box: Newton, then Krawczyk.

An approximate root y by Newton's method is widened to a small box X. If the Krawczyk operator
K(X) = y - C f(y) + (I - C F'(X)) (X - y) lies inside X, a solution exists in X, and just one (Krawczyk 1969;
Moore 1977; Neumaier, Interval Methods for Systems of Equations, 1990, section 5.1). All arithmetic is exact
or rounded outward; only C and the approximate root are rounded to short numbers, which the proof does not
mind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.budget import Budget
from claimcheck.interval import Interval, Rational, interval, point
from claimcheck.interval.rounding import round_down
from claimcheck.operations import STEPS
from claimcheck.solver.contractor import continuous
from claimcheck.solver.derivatives import derivative
from claimcheck.solver.problem import Constraint
from claimcheck.solver.tape import Tape, evaluate

__all__ = ["System", "inverse", "solve_near", "system"]

_BITS = 120
_NEWTON_STEPS = 25
_FAR = mpq(2) ** 1000
"""Newton's steps end beyond it, and at less than one part in it they are at zero: numbers must stay short."""
_PRECISION = mpq(1, 2**80)
_WIDENINGS = (mpq(1, 2**70), mpq(1, 2**55), mpq(1, 2**40), mpq(1, 2**25))

Matrix = list[list[Rational]]


class System:
    """Equations ``f_k = left - right = 0`` with their slopes in the unknowns on one tape."""

    def __init__(self, constraints: Sequence[Constraint], unknowns: Sequence[int]) -> None:
        self.constraints = tuple(constraints)
        self.unknowns = tuple(unknowns)
        tape = Tape()
        self.values: list[int] = []
        for constraint in constraints:
            copy: list[int] = []
            for node in constraint.tape:
                args = tuple(copy[a] for a in node.args)
                copy.append(tape.apply(node.op, *args) if args else tape.put(node))
            self.values.append(tape.apply("sub", copy[constraint.left], copy[constraint.right]))
        self.slopes = [[derivative(tape, f, v) for v in unknowns] for f in self.values]
        self.nodes = tuple(tape.nodes)


def system(constraints: Sequence[Constraint], unknowns: Sequence[int]) -> System | None:
    """The system, or None if it is not square or not smooth."""
    if len(constraints) != len(unknowns) or not constraints:
        return None
    if any(n.op in STEPS or n.op in ("free", "min", "max", "abs") for c in constraints for n in c.tape):
        return None
    return System(constraints, unknowns)


def solve_near(
    equations: System,
    box: Sequence[Interval],
    allowed: Mapping[int, Interval],
    budget: Budget,
    hints: Mapping[int, Rational] | None = None,
) -> Mapping[int, Interval] | None:
    """Enclosures of a solution that is proved to exist in the allowed intervals; None if none was found.

    The search starts at the hints, or else in the middle of the box. Variables that are not unknowns are at
    points there, or at enclosures of the values meant.
    """
    start = [
        hints[v]
        if hints and v in hints and hints[v] in box[v]
        else _short(iv.mid(box[v]))
        if box[v].is_bounded
        else _some(box[v])
        for v in equations.unknowns
    ]
    root = _newton(equations, box, start, budget)
    if root is None:
        return None
    for width in _WIDENINGS:
        if budget.spent:
            return None
        found = _krawczyk(equations, box, allowed, root, width)
        if found is not None:
            return found
    return None


def _some(x: Interval) -> Rational:
    if x.lower is not None:
        return x.lower + 1
    return mpq(1) if x.upper is None else x.upper - 1


def _short(q: Rational) -> Rational:
    return mpq(round_down(q, _BITS))


def _at(equations: System, box: Sequence[Interval], place: Sequence[Interval]) -> list[Interval]:
    trial = list(box)
    for v, x in zip(equations.unknowns, place, strict=True):
        trial[v] = x
    return evaluate(equations.nodes, trial)


def _newton(
    equations: System, box: Sequence[Interval], start: Sequence[Rational], budget: Budget
) -> list[Rational] | None:
    """An approximate root, by Newton steps from a point."""
    here = list(start)
    for _ in range(_NEWTON_STEPS):
        if budget.spent:
            return None
        values = _at(equations, box, [point(q) for q in here])
        residual = _middles(values, equations.values)
        slopes = [_middles(values, row) for row in equations.slopes]
        if residual is None or any(row is None for row in slopes):
            return None
        condition = inverse([row for row in slopes if row is not None])
        if condition is None:
            return None
        move = [_short(sum((c * r for c, r in zip(row, residual, strict=True)), mpq(0))) for row in condition]
        here = [_short(q - m) for q, m in zip(here, move, strict=True)]
        if any(abs(q) > _FAR for q in here):
            return None
        here = [mpq(0) if abs(q) < 1 / _FAR else q for q in here]
        if all(abs(m) <= _PRECISION * max(abs(q), mpq(1, 2**200)) for m, q in zip(move, here, strict=True)):
            return here
    return None


def _middles(values: Sequence[Interval], places: Sequence[int]) -> list[Rational] | None:
    found = [values[at] for at in places]
    if any(x.is_empty or not x.is_bounded for x in found):
        return None
    return [iv.mid(x) for x in found]


def inverse(matrix: Matrix) -> Matrix | None:
    """The inverse by Gauss-Jordan elimination with pivoting; entries rounded to short numbers."""
    n = len(matrix)
    rows = [[_short(q) for q in row] + [mpq(int(i == k)) for i in range(n)] for k, row in enumerate(matrix)]
    for k in range(n):
        pivot = max(range(k, n), key=lambda r: abs(rows[r][k]))
        if rows[pivot][k] == 0:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        lead = rows[k][k]
        rows[k] = [_short(q / lead) for q in rows[k]]
        for r in range(n):
            if r != k and rows[r][k] != 0:
                factor = rows[r][k]
                rows[r] = [_short(q - factor * p) for q, p in zip(rows[r], rows[k], strict=True)]
    return [row[n:] for row in rows]


def _krawczyk(
    equations: System,
    box: Sequence[Interval],
    allowed: Mapping[int, Interval],
    root: Sequence[Rational],
    width: Rational,
) -> Mapping[int, Interval] | None:
    """The box about the root, if it is allowed and the Krawczyk operator maps it into its own inside."""
    around = [interval(q - width * (abs(q) or 1), q + width * (abs(q) or 1)) for q in root]
    for v, x in zip(equations.unknowns, around, strict=True):
        if not iv.subset(x, allowed[v]):
            return None
    values = _at(equations, box, around)
    slopes = [[values[at] for at in row] for row in equations.slopes]
    if any(x.is_empty or not x.is_bounded for row in slopes for x in row):
        return None
    condition = inverse([[iv.mid(x) for x in row] for row in slopes])
    if condition is None:
        return None
    at_root = _at(equations, box, [point(q) for q in root])
    residual = [at_root[at] for at in equations.values]
    if any(x.is_empty for x in residual):
        return None
    n = len(root)
    for i in range(n):
        image = point(root[i])
        for k in range(n):
            image = iv.sub(image, iv.mul(point(condition[i][k]), residual[k]))
        for j in range(n):
            factor = point(int(i == j))
            for k in range(n):
                factor = iv.sub(factor, iv.mul(point(condition[i][k]), slopes[k][j]))
            image = iv.add(image, iv.mul(factor, iv.sub(around[j], point(root[j]))))
        if not iv.interior(image, around[i]):
            return None
    trial = list(box)
    for v, x in zip(equations.unknowns, around, strict=True):
        trial[v] = x
    if not all(continuous(c, trial) for c in equations.constraints):
        return None
    return dict(zip(equations.unknowns, around, strict=True))
