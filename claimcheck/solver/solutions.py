"""All solutions of a square system in a box, each in a small box of its own that is proved to hold just one.

Branch and prune (Van Hentenryck, Michel, Deville: Numerica, 1997), thousands of boxes at a time: slopes and
values as rows of doubles rounded outward, an interval Newton step (Hansen-Sengupta form with a
preconditioner; Neumaier, Interval Methods for Systems of Equations, 1990, section 5.2), then bisection of the
variable on which the equations depend most. Doubles only ever exclude: where a Newton step maps a box into
itself, exact arithmetic repeats it to prove one solution, and what it cannot prove is handed back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.budget import Budget
from claimcheck.interval import Interval, Rational, interval, point
from claimcheck.solver.contractor import continuous
from claimcheck.solver.existence import System, inverse, system
from claimcheck.solver.problem import Problem
from claimcheck.solver.propagation import propagate
from claimcheck.solver.pruning import Batch, pruned
from claimcheck.solver.tape import evaluate

__all__ = ["Solutions", "solutions"]

_MOST_BOXES = 3_000_000
_NARROW = 1e-8
"""Boxes narrower than this for their size are not split any more: roots there are multiple, or nearly so."""
_BITS = 100
_REFINEMENTS = 6


@dataclass(frozen=True, slots=True)
class Solutions:
    """What a box holds: ``certified`` boxes with exactly one solution each, no two of which meet.

    ``undecided`` boxes may hold any number; outside all of these there is none. ``complete``: nothing is
    undecided, so that the number of solutions is the number of certified boxes.
    """

    certified: tuple[Mapping[str, Interval], ...]
    undecided: tuple[Mapping[str, Interval], ...]

    @property
    def complete(self) -> bool:
        """Whether the number of solutions is known."""
        return not self.undecided


def solutions(problem: Problem, premises: Collection[str], *, budget: Budget) -> Solutions | None:
    """All solutions of the relations among the premises, over their claims and hard limits.

    None if the equations are not as many as the variables, not smooth, or a variable is an integer.
    """
    variables = sorted(
        {v for p in premises if p in problem.constraints for v in problem.constraints[p].variables}
    )
    equations = [c for p in problem.sort(premises) if (c := problem.constraints.get(p)) is not None]
    if any(problem.variables[v].step is not None for v in variables) or any(c.op != "=" for c in equations):
        return None
    square = system(equations, variables)
    if square is None:
        return None
    # Contraction by relations is the search's own work, unless something must be bounded first.
    allowed = start = propagate(problem, [p for p in premises if p in problem.claims], variables)
    if not all(start.box[v].is_bounded for v in variables):
        start = propagate(problem, premises, variables)
    if allowed.failure >= 0 or start.failure >= 0:
        return Solutions((), ())
    search = _Search(square, start.box, allowed.box)
    search.run(budget)
    names = [problem.variables[v].name for v in square.unknowns]

    def named(found: Sequence[Sequence[Interval]]) -> tuple[Mapping[str, Interval], ...]:
        ordered = sorted(found, key=lambda box: [(x.lower is not None, x.lower) for x in box])
        return tuple(dict(zip(names, box, strict=True)) for box in ordered)

    return Solutions(named([s.narrow for s in search.found]), named(search.undecided))


@dataclass(frozen=True, slots=True)
class _Solution:
    """One solution: where it is known to be alone, and a narrow enclosure of it."""

    alone: tuple[Interval, ...]
    narrow: tuple[Interval, ...]


@dataclass(slots=True)
class _Search:
    """The search over one box: what was found, and what was left undecided. Boxes list the unknowns only."""

    square: System
    whole: Sequence[Interval]
    """Where all solutions are, by problem variable."""
    allowed: Sequence[Interval]
    """Where solutions may be: no less than ``whole``, so that an enclosure may reach beyond that one."""
    found: list[_Solution] = field(default_factory=list)
    undecided: list[tuple[Interval, ...]] = field(default_factory=list)

    def run(self, budget: Budget) -> None:
        """Split and narrow until every box is decided, too small, or time is up."""
        todo = Batch.of([self.whole[v] for v in self.square.unknowns])
        width = todo.width()
        seen = 0
        while todo.count:
            if seen > _MOST_BOXES or budget.spent:
                self.undecided.extend(self._exact(b) for b in todo.boxes())
                return
            part, todo = todo.taken()
            seen += part.count
            outcome = pruned(self.square, part)
            for box in outcome.alone.boxes():
                if not self._certify(box):  # split, or it would come back
                    outcome.rest = outcome.rest.joined(Batch.of(box).halved())
            small, rest = outcome.rest.parted(width, _NARROW)
            for box in small.boxes():
                if not self._certify(box):
                    self.undecided.append(self._exact(box))
            todo = todo.joined(rest)

    def _exact(self, box: Sequence[Interval]) -> tuple[Interval, ...]:
        """A box that was rounded outward, cut to the domain (which it may miss by a hair)."""
        return tuple(
            met if not (met := iv.intersection(x, self.whole[v])).is_empty else x
            for v, x in zip(self.square.unknowns, box, strict=True)
        )

    def _certify(self, box: Sequence[Interval]) -> bool:
        """Decide a box by exact arithmetic: True if it holds no new solution, or one that was added."""
        alone = _widened(box)
        if any(_within(box, other.alone) for other in self.found):
            return True
        narrow, unique = newton(self.square, self.whole, alone)
        if narrow is None:
            return True
        if not unique:
            return False
        for _ in range(_REFINEMENTS):
            tighter, _ = newton(self.square, self.whole, narrow)
            if tighter is None or tighter == narrow:
                break
            narrow = tighter
        domain = [self.allowed[v] for v in self.square.unknowns]
        if any(iv.intersection(x, d).is_empty for x, d in zip(narrow, domain, strict=True)):
            return True
        if not all(iv.subset(x, d) for x, d in zip(narrow, domain, strict=True)):
            return False
        for other in self.found:
            if _meet(narrow, other.narrow):  # one solution, if one box's is where the other's is alone
                return _within(narrow, other.alone) or _within(other.narrow, alone)
        self.found.append(_Solution(tuple(alone), tuple(narrow)))
        return True


def _meet(a: Sequence[Interval], b: Sequence[Interval]) -> bool:
    return all(not iv.intersection(x, y).is_empty for x, y in zip(a, b, strict=True))


def _within(a: Sequence[Interval], b: Sequence[Interval]) -> bool:
    return all(iv.subset(x, y) for x, y in zip(a, b, strict=True))


def _widened(box: Sequence[Interval]) -> list[Interval]:
    """A little more room on all sides: a solution near the edge is then well inside."""
    found = []
    for x in box:
        assert x.lower is not None
        assert x.upper is not None
        size = max(abs(x.lower), abs(x.upper), mpq(1, 10**12))
        grow = (x.upper - x.lower) / 10 + size / 10**12
        found.append(iv.shorten(interval(x.lower - grow, x.upper + grow), bits=_BITS, limit=_BITS))
    return found


def newton(
    square: System, whole: Sequence[Interval], box: Sequence[Interval]
) -> tuple[list[Interval] | None, bool]:
    """One exact Newton step: the narrowed box (None: no solution in it), and whether there is just one.

    The operator maps the box into its own inside where there is one (Neumaier 1990, theorem 5.1.7).
    """
    unknowns, n = square.unknowns, len(square.unknowns)
    trial = list(whole)
    for v, x in zip(unknowns, box, strict=True):
        trial[v] = x
    values = evaluate(square.nodes, trial)
    if any(values[f].is_empty or 0 not in values[f] for f in square.values):
        return None, False
    slopes = [[values[at] for at in row] for row in square.slopes]
    current = list(box)
    if any(x.is_empty or not x.is_bounded for row in slopes for x in row):
        return current, False
    if not all(continuous(c, trial) for c in square.constraints):
        return current, False
    condition = inverse([[iv.mid(x) for x in row] for row in slopes])
    if condition is None:
        return current, False
    middle = [_short(iv.mid(x)) for x in box]
    for v, q in zip(unknowns, middle, strict=True):
        trial[v] = point(q)
    at_middle = evaluate(square.nodes[: max(square.values) + 1], trial)
    residual = [at_middle[f] for f in square.values]
    unique = True
    for i, row in enumerate(condition):
        total = _dot(row, residual)
        pivot = _dot(row, [slopes[k][i] for k in range(n)])
        for j in range(n):
            if j != i:
                factor = _dot(row, [slopes[k][j] for k in range(n)])
                total = iv.add(total, iv.mul(factor, iv.sub(current[j], point(middle[j]))))
        if 0 in pivot:
            unique = False
            continue
        image = iv.sub(point(middle[i]), iv.div(total, pivot))
        image = iv.shorten(image, bits=_BITS, limit=_BITS)
        unique = unique and iv.interior(image, box[i])
        met = iv.intersection(current[i], image)
        if met.is_empty:
            return None, False
        current[i] = met
    return current, unique


def _dot(row: Sequence[Rational], column: Sequence[Interval]) -> Interval:
    total = point(0)
    for q, x in zip(row, column, strict=True):
        if q:
            total = iv.add(total, iv.mul(point(q), x))
    return total


def _short(q: Rational) -> Rational:
    lower = iv.shorten(point(q), bits=_BITS, limit=_BITS).lower
    return q if lower is None else lower
