"""What an independent checker needs beside a step: why its relations exclude all outside of its interval.

What shows that is a tree (:mod:`claimcheck.solver.exclusions`). It is worked out when somebody asks for it,
so that solving takes no longer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.interval import EMPTY, ENTIRE, Interval, Rational, interval, point
from claimcheck.solver.decision import Step
from claimcheck.solver.exclusions import Tree, middle, tree
from claimcheck.solver.existence import inverse
from claimcheck.solver.gaps import ALLOWED, Gap
from claimcheck.solver.problem import Problem

__all__ = ["exclusion", "solution"]

_ZERO = point(0)


def exclusion(problem: Problem, step: Step, box: Mapping[str, Interval]) -> tuple[Tree, ...]:
    """The trees that show that a step's relations hold neither below its interval nor above it.

    One tree where nothing is left of the quantity. ``box`` is what the steps that it uses say. Where none was
    found it is left to evaluation, which will not convince the checker.
    """
    gap = Gap(problem, step.solved[:-1])
    weights = step.multipliers or (mpq(1),)
    for premise, m in zip((step.premise, *(() if step.solved else step.through)), weights, strict=True):
        gap.add(premise, m, step.combined == "cleared")
    around = _box(gap, box)
    target = problem.number[step.variable]
    outside = [around[target]] if step.interval.is_empty else list(_outside(step.interval))
    found: list[Tree] = []
    for part in outside:
        beyond = iv.intersection(part, around[target])
        found.append(None if beyond.is_empty else tree(gap, {**around, target: beyond}, gap.allowed))
    return tuple(found)


def _box(gap: Gap, known: Mapping[str, Interval]) -> dict[int, Interval]:
    """What is known of each quantity, and the tolerances."""
    quantities = len(gap.problem.variables)
    return {i: known.get(v.name, ENTIRE) if i < quantities else v.domain for i, v in enumerate(gap.variables)}


def _outside(x: Interval) -> tuple[Interval, Interval]:
    below = EMPTY if x.lower is None else interval(None, x.lower, False, not x.lower_closed)
    above = EMPTY if x.upper is None else interval(x.upper, None, not x.upper_closed, False)
    return below, above


def solution(
    problem: Problem, values: Mapping[str, Interval], unknown: Sequence[str], premises: Sequence[str]
) -> tuple[list[str], list[list[Rational]], tuple[tuple[Tree, Tree], ...]]:
    """What shows that equations have a solution in the ranges of their unknowns: them, a matrix, and proofs.

    By the theorem of Poincare and Miranda (Miranda 1940): combinations of left - right by the rows of a
    regular matrix, one for each unknown, are at most zero where it is least and at least zero where it is
    greatest. The inverse of the slopes makes each rise in its unknown and hardly depend on the others. The
    equations are put in an order in which elimination meets no zero.
    """
    gaps = []
    for premise in premises:
        gaps.append(Gap(problem))
        gaps[-1].add(premise, mpq(1))
    box = _box(gaps[0], values)
    numbers = [problem.number[name] for name in unknown]
    slopes = [[middle(gap.at(gap.slope(v), box)[0]) for v in numbers] for gap in gaps]
    matrix = inverse(slopes)
    if len(unknown) == 1:
        low, _ = gaps[0].at(gaps[0].root, {**box, numbers[0]: point(box[numbers[0]].lower)})
        matrix = [[mpq(1) if iv.precedes(low, _ZERO) else mpq(-1)]]
    proofs: list[tuple[Tree, Tree]] = []
    for v, row in zip(numbers, matrix or slopes, strict=True):
        gap = Gap(problem)
        for premise, m in zip(premises, row, strict=True):
            gap.add(premise, m)
        least, most = {**box, v: point(box[v].lower)}, {**box, v: point(box[v].upper)}
        proofs.append((tree(gap, least, ALLOWED[">"]), tree(gap, most, ALLOWED["<"])))
    order = _in_order(matrix or slopes)
    rows = [[row[j] for j in order] for row in matrix or slopes]
    return [premises[j] for j in order], rows, tuple(proofs)


def _in_order(matrix: Sequence[Sequence[Rational]]) -> list[int]:
    """The columns of a regular matrix so that each pivot of Gauss's elimination is the largest there is."""
    rows, order = [list(row) for row in matrix], list[int]()
    for k, row in enumerate(rows):
        best = max((j for j in range(len(row)) if j not in order), key=lambda j: abs(rows[k][j]))
        order.append(best)
        for other in rows[k + 1 :] if row[best] else ():
            share = other[best] / row[best]
            other[:] = [q - share * p for q, p in zip(other, row, strict=True)]
    return order
