"""A formula over every combination of cases at once.

A node of the formula depends on the cases of some parts only, so its values form a table with an axis for
each of these parts, and what many scenarios share is computed once. Where parts of a formula depend on the
same cases, interval operations would be too wide. Such a *knot* is one sub-problem for each combination of
its own cases, of which the exact range is found; the rest of the formula is computed from these.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from claimcheck.budget import Budget
from claimcheck.interval import Interval, point
from claimcheck.judging.forms import Form
from claimcheck.operations import STEPS
from claimcheck.solver.bulk import CARE, TINY, ULP, NotSwept, Table, applied, double, ends_of, exactly
from claimcheck.solver.definitions import Formula
from claimcheck.solver.extremum import Objective, least, negated, prepare
from claimcheck.solver.floats import limits_of
from claimcheck.solver.optimum import GAP
from claimcheck.solver.tape import Node, Tape, needed

__all__ = ["Grid", "grid_of"]

Array = Any
"""A numpy array of doubles, or of case numbers."""

_MOST_ENTRIES = 1 << 20
"""Entries of one table; larger ones are computed row by row when they are asked for."""
_MOST_PROBLEMS = 4096
"""Combinations of cases whose ranges are found one by one."""
_RATIONAL = frozenset({"neg", "add", "sub", "mul", "div", "min", "max", "abs"})


@dataclass(frozen=True, slots=True)
class Grid:
    """A node's values for every combination of cases of ``parts`` (positions): a table, or how to get rows.

    ``sharp``: the ranges are exact but for the table's errors; otherwise they may be too wide.
    """

    parts: tuple[int, ...]
    sharp: bool
    table: Table | None
    rows: Callable[[Sequence[Array]], Table]
    """The values for rows of case numbers, one array for each part of the formula."""


def grid_of(form: Form, budget: Budget) -> Grid | None:
    """The formula over all combinations of its parts' cases; None where tables cannot do it.

    ``budget`` limits the search for the ranges of knots; what it cuts short is wider.
    """
    try:
        with np.errstate(all="ignore"):
            return _Maker(form, budget).made(form.root)
    except NotSwept:
        return None


class _Maker:
    def __init__(self, form: Form, budget: Budget) -> None:
        self.form, self.budget = form, budget
        self.sizes = [len(cases) for cases in form.boxes]
        self.part_of = {i: k for k, cases in enumerate(form.boxes) for case in cases for i in case}
        self.inputs = [_inputs_of(form.nodes, at) for at in range(form.root + 1)]
        self.parts = [frozenset(self.part_of[i] for i in own if i in self.part_of) for own in self.inputs]

    def made(self, root: int, fixed: Mapping[int, bool] | None = None) -> Grid:
        """The grid of a node, from those of its arguments.

        Where these share inputs or parts the node is a knot, unless inputs are ``fixed`` at their lower
        (False) or upper (True) ends.
        """
        args: dict[int, tuple[int, ...]] = {}
        waiting = [root]
        while waiting:
            at = waiting.pop()
            if at not in args:
                args[at] = self._apart(at, fixed is None)
                waiting += args[at]
        grids: dict[int, Grid] = {}
        steps: list[tuple[int, tuple[int, ...]]] = []
        for at in sorted(args):
            grids[at] = self._grid(at, args[at], grids, fixed)
            if grids[at].table is None and args[at]:
                steps.append((at, args[at]))
        if grids[root].table is not None or not args[root]:
            return grids[root]

        def rows(picked: Sequence[Array]) -> Table:
            values: dict[int, Table] = {}
            for at, below in steps:
                for a in below:
                    if a not in values:
                        values[a] = grids[a].rows(picked)
                values[at] = self._operation(at, [values[a] for a in below])
            return values[root]

        return replace(grids[root], rows=rows)

    def _apart(self, at: int, knots: bool) -> tuple[int, ...]:
        """The arguments that a node is computed from; none where it is looked at as a whole."""
        node = self.form.nodes[at]
        power = _exponent(self.form.nodes, node)
        simple = node.op in _RATIONAL or node.op == "sqrt" or power is not None
        if not node.args or (knots and (self._is_knot(node) or not simple)):
            return ()
        if not simple:
            raise NotSwept
        return node.args[:1] if power is not None else node.args

    def _grid(
        self, at: int, args: tuple[int, ...], grids: Mapping[int, Grid], fixed: Mapping[int, bool] | None
    ) -> Grid:
        node = self.form.nodes[at]
        if node.op == "var":
            return self._given(node.index, fixed or {})
        if node.op in ("const", "free"):
            return self._ready((), exactly([node.value]), node.op == "free" or _is_one(node.value))
        if not args:
            return self._knot(at)
        own = [grids[a] for a in args]
        parts = tuple(sorted({p for g in own for p in g.parts}))
        sharp = all(g.sharp for g in own)
        tables = [g.table for g in own if g.table is not None]
        if len(tables) == len(own) and math.prod(self.sizes[p] for p in parts) <= _MOST_ENTRIES:
            spread = [_spread(t, g.parts, parts) for t, g in zip(tables, own, strict=True)]
            return self._ready(parts, self._operation(at, spread), sharp)
        return Grid(parts, sharp, None, _unready)

    def _operation(self, at: int, tables: Sequence[Table]) -> Table:
        node = self.form.nodes[at]
        return applied(node.op, tables, _exponent(self.form.nodes, node))

    def _ready(self, parts: tuple[int, ...], table: Table, sharp: bool) -> Grid:
        shape = tuple(self.sizes[p] for p in parts)
        entries = math.prod(shape)
        whole = table.each(
            lambda a: np.reshape(a, shape) if np.size(a) == entries else np.broadcast_to(a, shape)
        )
        flat: list[Table] = []

        def rows(picked: Sequence[Array]) -> Table:
            if not flat:
                flat.append(whole.each(np.ravel))
            number = _place([picked[p] for p in parts], shape)
            return flat[0].each(lambda a: a[number])

        return Grid(parts, sharp, whole, rows)

    def _given(self, index: int, fixed: Mapping[int, bool]) -> Grid:
        """What is known of an input, in each case of its part."""
        k = self.part_of.get(index)
        said = [self.form.free[index]] if k is None else [case[index] for case in self.form.boxes[k]]
        if index in fixed:
            said = [_at_end(x, fixed[index]) for x in said]
        return self._ready(self._axes(() if k is None else (k,)), exactly(said), True)

    def _axes(self, parts: Collection[int]) -> tuple[int, ...]:
        """Those parts that have more than one case, in order."""
        return tuple(p for p in sorted(parts) if self.sizes[p] > 1)

    # -- knots --------------------------------------------------------------------------------------------

    def _is_knot(self, node: Node) -> bool:
        """Whether arguments depend on the same inputs, or on several of one part."""
        seen: set[int] = set()
        parts: set[int] = set()
        for a in node.args:
            if seen & self.inputs[a] or parts & self.parts[a]:
                return True
            seen |= self.inputs[a]
            parts |= self.parts[a]
        return False

    def _knot(self, at: int) -> Grid:
        """The exact range of a node for each combination of the cases it depends on, found one by one."""
        parts = self._axes(self.parts[at])
        shape = tuple(self.sizes[p] for p in parts)
        if math.prod(shape) > _MOST_PROBLEMS:
            return self._steady(at)
        objectives = self._objectives(at)
        first = dict.fromkeys(self.parts[at], 0)
        ends = [
            [self._end(objective, sign, first | dict(zip(parts, picked, strict=True)))]
            for picked in itertools.product(*map(range, shape))
            for objective, sign in zip(objectives, (1, -1), strict=True)
        ]
        found = np.array(ends).reshape((*shape, 2, 2))
        off = np.maximum(found[..., 0, 1], found[..., 1, 1])
        table = Table(found[..., 0, 0], found[..., 1, 0], 0.0, off)
        return self._ready(parts, table, self._is_exact(at) and not self._steps(at))

    def _end(self, objective: Objective, sign: int, picked: Mapping[int, int]) -> tuple[float, float]:
        """An end of a node's range in one combination of cases, and how far off it may be."""
        box = list(self.form.free)
        for k, case in picked.items():
            for i, x in self.form.boxes[k][case].items():
                box[i] = x
        found = least(objective, box, budget=self.budget, gap=GAP / 16)
        if found.proved is None:
            raise NotSwept
        reached = found.proved if found.reached is None else found.reached
        value = double(sign * found.proved)
        return value, double(abs(reached - found.proved)) * CARE + abs(value) * ULP + TINY

    def _objectives(self, at: int) -> tuple[Objective, Objective]:
        tape = Tape()
        new: list[int] = []
        for node in self.form.nodes[: at + 1]:
            new.append(tape.put(Node(node.op, tuple(new[a] for a in node.args), node.index, node.value)))
        inputs = sorted(i for i in self.inputs[at] if i >= 0)
        least_of = prepare(tape, new[at], inputs)
        if least_of is None:
            raise NotSwept
        return least_of, negated(least_of)

    def _steady(self, at: int) -> Grid:
        """A knot of too many combinations, by interval operations.

        The inputs with which it only rises or only falls stand at their ends. If these are all that repeat,
        it is sharp, else it may be too wide.
        """
        if self._steps(at):
            raise NotSwept
        own = sorted(self.parts[at])
        part = Form(
            Formula(self.form.nodes[: at + 1], at, tuple(range(len(self.form.free)))),
            [self.form.boxes[p] for p in own],
            dict(enumerate(self.form.free)),
        )
        counted = [self.form.nodes[n].index for n, k in enumerate(part.uses) if k > 1]
        sharp = self._is_exact(at) and all(i < 0 or i in part.directions for i in counted)
        low, high = (
            self.made(at, {i: (d > 0) == upper for i, d in part.directions.items()})
            for upper in (False, True)
        )

        def rows(picked: Sequence[Array]) -> Table:
            return ends_of(low.rows(picked), high.rows(picked))

        whole = None if low.table is None or high.table is None else ends_of(low.table, high.table)
        return Grid(low.parts, sharp and low.sharp and high.sharp, whole, rows)

    def _is_exact(self, at: int) -> bool:
        """Whether the inputs of a node are independent, and no number in it is only enclosed."""
        mine = self.inputs[at] & self.part_of.keys()
        if len(mine) != len(self.parts[at]):
            return False
        own = [self.form.nodes[n] for n in needed(self.form.nodes, at)]
        return all(n.op != "free" and (n.op != "const" or _is_one(n.value)) for n in own)

    def _steps(self, at: int) -> bool:
        return any(self.form.nodes[n].op in STEPS for n in needed(self.form.nodes, at))


def _inputs_of(nodes: Sequence[Node], at: int) -> frozenset[int]:
    """The inputs in a node's formula; a tolerance counts as one, of a number below zero."""
    below = needed(nodes, at)
    variables = {nodes[n].index for n in below if nodes[n].op == "var"}
    return frozenset(variables | {-1 - n for n in below if nodes[n].op == "free"})


def _is_one(x: Interval) -> bool:
    """Whether it is one number, as far as doubles can tell."""
    low, high = limits_of(x)
    return low == high


def _unready(picked: Sequence[Array]) -> Table:
    raise AssertionError("a node between tables and the root")


def _exponent(nodes: Sequence[Node], node: Node) -> int | None:
    """The exponent of a whole power that is not negative."""
    if node.op != "pow":
        return None
    x = nodes[node.args[1]]
    known = x.value.lower if x.op == "const" and x.value.is_point else None
    return int(known) if known is not None and known.denominator == 1 and 0 < known <= 64 else None


def _at_end(x: Interval, upper: bool) -> Interval:
    end = x.upper if upper else x.lower
    return x if end is None else point(end)


def _spread(table: Table, own: Sequence[int], parts: Sequence[int]) -> Table:
    """The table with an axis for each of more parts."""

    if len(own) == len(parts):
        return table
    sizes = iter(np.shape(table.low))
    shape = tuple([next(sizes) if p in own else 1 for p in parts])
    return table.each(lambda a: np.reshape(a, shape))


def _place(picked: Sequence[Array], shape: Sequence[int]) -> Array:
    """The places in a flat table of combinations of cases, given as a number for each axis."""
    if not picked:
        return 0
    place = picked[0]
    for numbers, size in zip(picked[1:], shape[1:], strict=True):
        place = place * size + numbers
    return place
