"""Contraction by several relations at once: products of powers in logarithms, sums, and sums of products.

Round a circle of relations, contraction by one at a time stalls or creeps. One inequality that puts the
relations together with multipliers says it at once, and can be checked by hand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import EMPTY, Interval, Rational
from claimcheck.solver.bilinear import bounded_rows
from claimcheck.solver.decision import Step
from claimcheck.solver.duality import combine, multipliers
from claimcheck.solver.problem import Problem
from claimcheck.solver.propagation import Fixpoint, narrowed, propagate
from claimcheck.solver.rows import Row, product_row, sum_row

__all__ = ["combined_bound", "combined_refutation"]

_KINDS = ("product", "sum", "cleared")
"""How relations are put together: as products of powers, as sums, or as sums after multiplying by divisors,
with products of two quantities between bounds."""


def combined_refutation(
    problem: Problem,
    premises: Collection[str],
    group: Sequence[int],
    at: Fixpoint,
    budget: Budget,
    *,
    printed: bool = True,
) -> Fixpoint:
    """The fixpoint, emptied if a combination of its products or of its sums cannot hold over the box.

    The intervals that were printed are tried first: an inequality in those is what a reader can follow. They
    are the same in each case of a split, which leaves them out (``printed``).
    """
    if budget.spent:
        return at
    stated = [p for p in premises if p in problem.claims]
    for start in (propagate(problem, stated, group), at) if printed else (at,):
        for kind in _KINDS:
            rows, box = _rows(problem, premises, group, start, kind)
            if len(rows) < 2 or budget.spent:
                continue
            product = kind == "product"
            for weights in multipliers(rows, box, {}, product, True):
                weights = _one_sided(rows, weights, True)
                found = combine(rows, weights, box, {}, product)
                if (1 if product else 0) not in found.range:
                    variable = next(iter(rows[0].weights))
                    step = _step(problem, start, rows, weights, found.weights, variable, EMPTY, kind)
                    return narrowed(problem, start, step)
    return at


def combined_bound(
    problem: Problem,
    premises: Collection[str],
    group: Sequence[int],
    at: Fixpoint,
    target: int,
    upper: bool,
    budget: Budget,
) -> Fixpoint:
    """The fixpoint with one end of a variable moved by combinations of its products and of its sums."""
    for kind in _KINDS:
        rows, box = _rows(problem, premises, group, at, kind)
        if budget.spent or len(rows) < 2 or target not in box or not any(target in r.weights for r in rows):
            continue
        goal = {target: mpq(1)}
        for weights in multipliers(rows, box, goal, kind == "product", upper):
            weights = _one_sided(rows, weights, upper)
            if not any(weights):
                continue
            found = combine(rows, weights, box, goal, kind == "product")
            step = _step(problem, at, rows, weights, found.weights, target, found.range, kind)
            at = narrowed(problem, at, step)
            if at.failure >= 0:
                return at
    return at


def _rows(
    problem: Problem, premises: Collection[str], group: Sequence[int], at: Fixpoint, kind: str
) -> tuple[list[Row], Mapping[int, Interval]]:
    """The rows of one kind among the relations of a component, and the box they are to be used over.

    Those with products of two quantities are only looked at where there are any.
    """
    box = {v: at.box[v] for v in group}
    if kind == "product":
        box = {v: x for v, x in box.items() if x.lower is not None and x.lower >= 0 and 0 not in x}
    rows: list[Row] = []
    curved = False
    for premise in problem.sort(premises):
        constraint = problem.constraints.get(premise)
        if constraint is None or not constraint.variables or constraint.variables[0] not in group:
            continue
        if kind == "cleared":
            own = bounded_rows(constraint, at.box)
            curved = curved or (bool(own) and sum_row(constraint, at.box) is None)
        else:
            row = product_row(constraint) if kind == "product" else sum_row(constraint, at.box)
            own = () if row is None else (row,)
        rows += [r for r in own if all(v in box for v in r.weights)]
    return rows if curved or kind != "cleared" else [], box


def _one_sided(rows: Sequence[Row], weights: Sequence[Rational], upper: bool) -> list[Rational]:
    """The multipliers with those of a relation's two rows taken together, on the side that they need."""
    total: dict[str, Rational] = {}
    for row, m in zip(rows, weights, strict=True):
        total[row.premise] = total.get(row.premise, mpq(0)) + m
    found = []
    for row in rows:
        m = total[row.premise]
        end = row.range.upper if (m > 0) == upper else row.range.lower
        found.append(mpq(0) if end is None else m)
    return found


def _step(
    problem: Problem,
    at: Fixpoint,
    rows: Sequence[Row],
    weights: Sequence[Rational],
    rest: Mapping[int, Rational],
    variable: int,
    found: Interval,
    kind: str,
) -> Step:
    """The step that records a combination; it rests on the boxes of variables that do not cancel.

    A product rests on every variable's being positive, too, and a sum on the variables of which a value, or
    bounds, were put in.
    """
    used = [(r, m) for r, m in zip(rows, weights, strict=True) if m]
    whole = dict.fromkeys([*rest, *(v for r, _ in used for v in r.fixed)])
    positive = (
        dict.fromkeys(v for r, _ in used for v in r.weights if v not in whole) if kind == "product" else {}
    )
    uses = tuple(u for v in whole for u in dict.fromkeys((at.low[v], at.high[v])))
    uses += tuple(at.low[v] for v in positive)
    premises = [r.premise for r, _ in used]
    return Step(
        premises[0],
        problem.variables[variable].name,
        found,
        uses,
        tuple(premises[1:]),
        kind,
        tuple(m for _, m in used),
    )
