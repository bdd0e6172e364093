"""All combinations of claims on one tree of relations at once: which can hold, and what quantities can be.

Each contested quantity is an axis of a grid of doubles (:mod:`claimcheck.solver.bulk`), so that what many
combinations share is computed once. Relations that form a tree leave each quantity exactly what two passes
leave of it (:mod:`claimcheck.solver.trees`): a combination is contradictory where intervals that have to meet
are apart by more than the error of their ends, and can hold where all overlap by more than that. What lies
between is not decided here.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from claimcheck.interval import Interval, hull, intersection
from claimcheck.solver.bulk import CARE, LARGEST, TINY, ULP, NotSwept, Table, applied, exactly
from claimcheck.solver.floats import limits_of
from claimcheck.solver.isolation import Formula
from claimcheck.solver.problem import Problem
from claimcheck.solver.propagation import round_to_step
from claimcheck.solver.trees import Tree, tree_of

__all__ = ["HOLDS", "NO", "OPEN", "Axis", "Combinations", "combinations"]

Array = Any
"""A numpy array of doubles or of verdicts."""

HOLDS, OPEN, NO = 0, 1, 2
"""Verdicts in an array of uint8: can hold, not decided here, cannot hold."""

Axis = tuple[int, Sequence[Sequence[str]]]
"""A variable, and the groups of claims on it of which one is picked."""


@dataclass(frozen=True, slots=True)
class Combinations:
    """Verdicts of all combinations in the order of the axes, the last varying fastest, and ends of variables.

    ``verdict[k]``; for each variable asked about ``ends[v]``: lower ends, upper ends (outward) and whether
    they are within the solver's gap of the true ones. Where the verdict is NO the ends mean nothing.
    ``stated[v]``: exactly the hull of what claims and limits say of it.
    """

    verdict: Array
    ends: Mapping[int, tuple[Array, Array, Array]]
    stated: Mapping[int, Interval]


def combinations(
    problem: Problem, premises: Collection[str], axes: Sequence[Axis], targets: Iterable[int]
) -> Combinations | None:
    """What can be said of all combinations; None where the relations form no tree or numbers are unusual.

    ``premises`` hold in all of them and do not speak of what the axes choose.
    """
    wanted = tuple(targets) or (axes[0][0],)
    first = [group[0] for _, groups in axes for group in groups[:1]]
    tree = tree_of(problem, [*premises, *first], wanted[0])
    inside = set() if tree is None else set(tree.variables)
    if tree is None or not inside.issuperset([*wanted, *(v for v, _ in axes)]):
        return None
    try:
        with np.errstate(all="ignore"):
            return _Run(problem, tree, premises, axes).run(wanted)
    except NotSwept:
        return None


class _Run:
    def __init__(self, problem: Problem, tree: Tree, premises: Collection[str], axes: Sequence[Axis]) -> None:
        self.tree = tree
        self.shape = tuple(len(groups) for _, groups in axes)
        self.box: dict[int, Table | None] = {}
        self.half: dict[int, Table] = {}
        """What is said of variables that are unbounded on a side: to be met, but not to be computed with."""
        self.stated: dict[int, Interval] = {}
        self.no = self.sure = np.zeros((1,) * len(axes), bool)
        self.sure = ~self.sure
        limits = dict(tree.always)
        for premise in premises:
            claim = problem.claims.get(premise)
            if claim is not None and claim[0] in limits:
                limits[claim[0]] = intersection(limits[claim[0]], claim[1])
        place = {v: k for k, (v, _) in enumerate(axes)}
        for v in tree.variables:
            said = [limits[v]]
            if v in place:
                said = [self._common(problem, limits[v], group) for group in axes[place[v]][1]]
            said = [round_to_step(x, problem.variables[v]) for x in said]
            if problem.variables[v].step is not None and not all(x.is_point for x in said):
                raise NotSwept
            self.stated[v] = functools.reduce(hull, said)
            if all(x.lower is None and x.upper is None for x in said):
                self.box[v] = None
                continue
            shape = [1] * len(axes)
            if v in place:
                shape[place[v]] = len(said)
            if not all(x.is_bounded for x in said):
                self.box[v] = None
                self.half[v] = _half_bounded(said, shape)
                continue
            self.box[v] = exactly(said).each(lambda a, shape=shape: a.reshape(shape))  # type: ignore[misc]
        self.up = dict(self.box)
        """What is known of each variable from its own branch."""

    def _common(self, problem: Problem, limit: Interval, group: Sequence[str]) -> Interval:
        for id in group:
            limit = intersection(limit, problem.claims[id][1])
        return limit

    def run(self, targets: tuple[int, ...]) -> Combinations:
        number = {id(f): n for (n, _), f in self.tree.solved.items()}
        head: dict[int, int] = {}
        open_ended = [*self.half, *(v for v, t in self.box.items() if t is None)]
        # What has no end on some side can only be met: the two passes begin and end at one such variable.
        asked = tuple(dict.fromkeys([*open_ended[:1], *targets]))
        for formula in self.tree.plan(asked).formulas:
            # First each relation towards the root. On the way back its other branches are taken as they were
            # before: the same comes out, and errors do not add up from branch to branch.
            top = head.setdefault(number[id(formula)], formula.target)
            value = self._value(
                formula, self.box if top == formula.target else {**self.up, top: self.box[top]}
            )
            if value is not None:
                self._meet(formula.target, value)
            if top == formula.target:
                self.up[top] = self.box[top]
        verdict = np.full(self.shape, OPEN, np.uint8)
        verdict[np.broadcast_to(self.sure, self.shape)] = HOLDS
        verdict[np.broadcast_to(self.no, self.shape)] = NO
        ends = {}
        for v in targets:
            table = self.box[v]
            if table is None:
                raise NotSwept
            low, high, near = (np.broadcast_to(a, self.shape).reshape(-1) for a in table.outward())
            ends[v] = low, high, near
        return Combinations(verdict.reshape(-1), ends, self.stated)

    def _value(self, formula: Formula, box: Mapping[int, Table | None]) -> Table | None:
        """What a relation leaves of the variable that it is solved for; None where that is everything."""
        slots: list[Table] = []
        known = dict(formula.loads)
        if any(box[v] is None and v in self.half for v in known.values()):
            raise NotSwept
        if any(box[v] is None for v in known.values()):
            if all(op in ("add", "sub", "neg") for op, _, _ in formula.code):
                return None  # a sum with a term that can be anything
            raise NotSwept
        dimensions = (1,) * len(self.shape)
        for slot, constant in enumerate(formula.constants):
            if slot in known:
                table = box[known[slot]]
                assert table is not None
                slots.append(table)
            else:
                assert constant is not None
                slots.append(exactly([constant]).each(lambda a: a.reshape(dimensions)))
        for op, a, b in formula.code:
            slots.append(applied(op, [slots[a]] if op == "neg" else [slots[a], slots[b]]))
        for slot in formula.nonzero:
            applied("div", [slots[slot], slots[slot]])  # refuses what may be zero
        return slots[formula.root]

    def _meet(self, v: int, value: Table) -> None:
        """Narrow a variable to a range, and see where nothing or surely something is left of it."""
        old = self.box[v]
        if old is None:
            old = self.half.get(v)
        if old is None:
            self.box[v] = value
            return
        ea, eb = old.error * CARE, value.error * CARE
        for low, high, e, f in ((old.low, value.high, ea, eb), (value.low, old.high, eb, ea)):
            apart = low - high
            room = (e + f) * CARE + 1e-300
            self.no = self.no | (apart > room)
            self.sure = self.sure & (apart < -room)
        low, high = np.maximum(old.low, value.low), np.minimum(old.high, value.high)
        if old.absolute is None and value.absolute is None:
            relative = max(old.relative, value.relative)
            self.box[v] = Table(low, high, relative, None, *_sizes(low, high))
        else:
            self.box[v] = Table(low, high, 0.0, np.maximum(ea, eb))


def _half_bounded(said: Sequence[Interval], shape: Sequence[int]) -> Table:
    """Intervals of which some have no end on a side."""
    if any(x.is_empty for x in said):
        raise NotSwept
    ends = [limits_of(x) for x in said]
    low, high = (np.array([e[side] for e in ends]).reshape(shape) for side in (0, 1))
    sizes = [max((abs(e) for e in pair if np.isfinite(e)), default=0.0) for pair in ends]
    if max(sizes) > LARGEST:
        raise NotSwept
    return Table(low, high, 0.0, np.array(sizes).reshape(shape) * ULP + TINY)


def _sizes(low: Array, high: Array) -> tuple[float, float]:
    """The smallest and the largest size of an end that is not zero."""
    found = [np.abs(a[a != 0]) for a in (low, high)]
    found = [a for a in found if a.size]
    if not found:
        return 1.0, 1.0
    return float(min(a.min() for a in found)), float(max(a.max() for a in found))
