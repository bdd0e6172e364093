"""Contraction by several relations at once: products of powers in logarithms, and sums.

Round a circle of relations, contraction by one at a time stalls or creeps. One inequality that puts the
relations together with multipliers says it at once, and can be checked by hand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import EMPTY, Interval, Rational
from claimcheck.solver.decision import Step
from claimcheck.solver.duality import combine, multipliers
from claimcheck.solver.problem import Problem
from claimcheck.solver.propagation import Fixpoint, narrowed, propagate
from claimcheck.solver.rows import Row, product_row, sum_row

__all__ = ["combined_bound", "combined_refutation"]


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
        for product in (True, False):
            rows, box = _rows(problem, premises, group, start, product)
            if len(rows) < 2 or budget.spent:
                continue
            for weights in multipliers(rows, box, {}, product, True):
                found = combine(rows, weights, box, {}, product)
                if (1 if product else 0) not in found.range:
                    variable = next(iter(rows[0].weights))
                    step = _step(problem, start, rows, weights, found.weights, variable, EMPTY, product)
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
    for product in (True, False):
        rows, box = _rows(problem, premises, group, at, product)
        if budget.spent or len(rows) < 2 or target not in box or not any(target in r.weights for r in rows):
            continue
        goal = {target: mpq(1)}
        for weights in multipliers(rows, box, goal, product, upper):
            if not any(weights):
                continue
            found = combine(rows, weights, box, goal, product)
            step = _step(problem, at, rows, weights, found.weights, target, found.range, product)
            at = narrowed(problem, at, step)
            if at.failure >= 0:
                return at
    return at


def _rows(
    problem: Problem, premises: Collection[str], group: Sequence[int], at: Fixpoint, product: bool
) -> tuple[list[Row], Mapping[int, Interval]]:
    """The rows of one kind among the relations of a component, and the box they are to be used over."""
    box = {v: at.box[v] for v in group}
    if product:
        box = {v: x for v, x in box.items() if x.lower is not None and x.lower >= 0 and 0 not in x}
    rows = []
    for premise in problem.sort(premises):
        constraint = problem.constraints.get(premise)
        if constraint is None or not constraint.variables or constraint.variables[0] not in group:
            continue
        row = product_row(constraint) if product else sum_row(constraint, at.box)
        if row is not None and all(v in box for v in row.weights):
            rows.append(row)
    return rows, box


def _step(
    problem: Problem,
    at: Fixpoint,
    rows: Sequence[Row],
    weights: Sequence[Rational],
    rest: Mapping[int, Rational],
    variable: int,
    found: Interval,
    product: bool,
) -> Step:
    """The step that records a combination; it rests on the boxes of variables that do not cancel.

    A product rests on every variable's being positive, too, and a sum on the variables known.
    """
    used = [(r, m) for r, m in zip(rows, weights, strict=True) if m]
    whole = dict.fromkeys([*rest, *(v for r, _ in used for v in r.fixed)])
    positive = dict.fromkeys(v for r, _ in used for v in r.weights if v not in whole) if product else {}
    uses = tuple(u for v in whole for u in dict.fromkeys((at.low[v], at.high[v])))
    uses += tuple(at.low[v] for v in positive)
    premises = [r.premise for r, _ in used]
    return Step(
        premises[0],
        problem.variables[variable].name,
        found,
        uses,
        tuple(premises[1:]),
        "product" if product else "sum",
        tuple(m for _, m in used),
    )
