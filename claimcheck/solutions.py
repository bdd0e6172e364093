"""All solutions of a square system in a box, each in a small box of its own that is proved to hold just one.

Branch and prune (Van Hentenryck, Michel, Deville: Numerica, 1997): contraction by each relation, then by an
interval Newton step (Hansen-Sengupta form with a preconditioner), then bisection. A box that the Newton
operator maps into its own inside holds exactly one solution; what could not be decided is handed back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.budget import Budget
from claimcheck.existence import System, inverse, system
from claimcheck.interval import EMPTY, Interval, Rational, interval, point
from claimcheck.problem import Problem
from claimcheck.propagation import Fixpoint, propagate
from claimcheck.search import halves, split_point
from claimcheck.tape import evaluate

__all__ = ["Solutions", "solutions"]

_MOST_BOXES = 20_000
_INFLATION = mpq(1, 100)
_NARROW = mpq(1, 10**12)
_BITS = 90


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
    equations = [
        c for p in problem.sort(premises) if (c := problem.constraints.get(p)) is not None and c.op == "="
    ]
    if any(problem.variables[v].step is not None for v in variables):
        return None
    square = system(equations, variables)
    if square is None:
        return None
    start = propagate(problem, premises, variables)
    whole = {v: start.box[v] for v in variables}
    certified: list[dict[int, Interval]] = []
    undecided: list[dict[int, Interval]] = []
    stack = [start]
    boxes = _MOST_BOXES
    while stack:
        at = stack.pop()
        if at.failure >= 0:
            continue
        boxes -= 1
        if boxes < 0 or budget.spent:
            undecided.extend({v: b.box[v] for v in variables} for b in [at, *stack] if b.failure < 0)
            break
        narrowed, unique = _newton(square, at.box)
        if narrowed is None:
            continue
        if unique:
            _keep(certified, {v: narrowed[v] for v in variables})
            continue
        inside = _moved(problem, premises, variables, at, narrowed)
        if inside is not None:
            stack.append(inside)
            continue
        widest = max(variables, key=lambda v: _breadth(at.box[v], whole[v]))
        if _breadth(at.box[widest], whole[widest]) < _NARROW:
            _finish(square, at.box, whole, variables, certified, undecided)
            continue
        cut = split_point(at.box[widest], problem.variables[widest])
        name = problem.variables[widest].name
        for half in halves(at.box[widest], cut):
            assume = [(f"case:{name}", widest, half)]
            stack.append(propagate(problem, premises, variables, start=_bare(at), assume=assume))
    names = [v.name for v in problem.variables]

    def named(found: Sequence[Mapping[int, Interval]]) -> tuple[Mapping[str, Interval], ...]:
        ordered = sorted(found, key=lambda b: [b[v].lower is not None and b[v].lower for v in variables])
        return tuple({names[v]: b[v] for v in variables} for b in ordered)

    return Solutions(named(certified), named(undecided))


def _bare(at: Fixpoint) -> Fixpoint:
    """The box without its record, which nobody asks for here."""
    return Fixpoint(list(at.box), [], [-1] * len(at.box), [-1] * len(at.box))


def _newton(square: System, box: Sequence[Interval]) -> tuple[dict[int, Interval] | None, bool]:
    """One preconditioned Newton step: the narrowed intervals (None: no solution), and whether one is sure."""
    unknowns = square.unknowns
    if any(not box[v].is_bounded for v in unknowns):
        return {v: box[v] for v in unknowns}, False
    values = evaluate(square.nodes, box)
    slopes = [[values[at] for at in row] for row in square.slopes]
    if any(values[f].is_empty for f in square.values):
        return None, False
    if any(x.is_empty or not x.is_bounded for row in slopes for x in row):
        return {v: box[v] for v in unknowns}, False
    if any(0 not in values[f] for f in square.values):
        return None, False
    middle = [_short(iv.mid(box[v])) for v in unknowns]
    condition = inverse([[iv.mid(x) for x in row] for row in slopes])
    if condition is None:
        return {v: box[v] for v in unknowns}, False
    trial = list(box)
    for v, q in zip(unknowns, middle, strict=True):
        trial[v] = point(q)
    at_middle = evaluate(square.nodes, trial)
    residual = [at_middle[f] for f in square.values]
    if any(x.is_empty for x in residual):
        return {v: box[v] for v in unknowns}, False
    n = len(unknowns)
    current = {v: box[v] for v in unknowns}
    unique = True
    for i in range(n):
        row = condition[i]
        total = point(0)
        for k in range(n):
            total = iv.add(total, iv.mul(point(row[k]), residual[k]))
        pivot = EMPTY
        for j in range(n):
            factor = point(0)
            for k in range(n):
                factor = iv.add(factor, iv.mul(point(row[k]), slopes[k][j]))
            if j == i:
                pivot = factor
            else:
                offset = iv.sub(current[unknowns[j]], point(middle[j]))
                total = iv.add(total, iv.mul(factor, offset))
        old = current[unknowns[i]]
        if 0 in pivot:
            unique = False
            continue
        image = iv.shorten(iv.sub(point(middle[i]), iv.div(total, pivot)), bits=_BITS, limit=2 * _BITS)
        if not iv.interior(image, box[unknowns[i]]):
            unique = False
        met = iv.intersection(old, image)
        if met.is_empty:
            return None, False
        current[unknowns[i]] = met
    return current, unique


def _short(q: Rational) -> Rational:
    lower = iv.shorten(point(q), bits=_BITS, limit=_BITS).lower
    return q if lower is None else lower


def _moved(
    problem: Problem,
    premises: Collection[str],
    variables: Sequence[int],
    at: Fixpoint,
    narrowed: Mapping[int, Interval],
) -> Fixpoint | None:
    """The box after a Newton step and contraction, if the step gained at least a tenth somewhere."""
    gained = False
    for v in variables:
        before, after = iv.wid(at.box[v]), iv.wid(narrowed[v])
        if after is not None and (before is None or after * 10 < before * 9):
            gained = True
    if not gained:
        return None
    assume = [(f"case:{problem.variables[v].name}", v, narrowed[v]) for v in variables]
    return propagate(problem, premises, variables, start=_bare(at), assume=assume)


def _finish(
    square: System,
    box: Sequence[Interval],
    whole: Mapping[int, Interval],
    variables: Sequence[int],
    certified: list[dict[int, Interval]],
    undecided: list[dict[int, Interval]],
) -> None:
    """A tiny box: widen it a little and try to prove one solution there, else hand it back."""
    around = list(box)
    for v in variables:
        width = iv.wid(box[v]) or mpq(0)
        grow = width * 10 + _NARROW * (iv.wid(whole[v]) or mpq(1)) * _INFLATION
        around[v] = interval(box[v].lower - grow, box[v].upper + grow)
    found, unique = _newton(square, around)
    if found is None:
        return
    if unique and all(iv.subset(found[v], whole[v]) for v in variables):
        _keep(certified, found)
    else:
        undecided.append({v: box[v] for v in variables})


def _keep(certified: list[dict[int, Interval]], new: dict[int, Interval]) -> None:
    """Add a box with one solution, unless one that meets it is there already."""
    for old in certified:
        if all(not iv.intersection(old[v], new[v]).is_empty for v in new):
            return
    certified.append(new)


def _breadth(x: Interval, whole: Interval) -> Rational:
    width, total = iv.wid(x), iv.wid(whole)
    if width is None:
        return mpq(10) ** 9
    return width / total if total else width
