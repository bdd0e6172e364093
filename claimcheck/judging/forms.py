"""The least and the greatest value of a formula over many combinations of boxes, without going through them.

Each part that reaches a quantity has several cases, each with a box for the formula's inputs. The formula
over the hull of the cases that are still open encloses what any of them could give, so parts are settled one
after another, best enclosure first (branch and bound: Land and Doig, An automatic method of solving discrete
programming problems, Econometrica 28, 1960). Where the formula is monotone, or each input occurs once, the
first way down is the right one. All arithmetic is exact or rounded outward, so nothing that is better is
left out.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck.interval import EMPTY, Interval, Rational, hull, interval, point
from claimcheck.solver.definitions import Formula
from claimcheck.solver.derivatives import derivative
from claimcheck.solver.tape import Node, Tape, evaluate

__all__ = ["End", "Form", "Outermost", "end_of", "end_to_interval"]

_MOST_BOXES = 20_000
_MOST_LEAVES = 64
_MOST_SLOPES = 64
"""Repeated inputs of a formula whose slopes are worked out."""
_RATIONAL = frozenset({"neg", "add", "sub", "mul", "div", "min", "max", "abs"})

End = tuple[int, Rational, int]
"""An end that sorts from the outside inwards: (-1, 0, 0) unbounded, (0, value, 0 or 1 if it does not belong).

The value of an upper end is turned round.
"""

Boxes = Sequence[Sequence[Mapping[int, Interval]]]
"""For each part its cases, each with an interval for every input of the formula that is of the part."""


def end_of(x: Interval, upper: bool) -> End:
    """One end of an interval."""
    value, closed = (x.upper, x.upper_closed) if upper else (x.lower, x.lower_closed)
    if value is None:
        return (-1, mpq(0), 0)
    return (0, -value if upper else value, 0 if closed else 1)


def end_to_interval(end: End, upper: bool) -> Interval:
    """All on the inside of an end."""
    value = None if end[0] < 0 else -end[1] if upper else end[1]
    closed = value is not None and end[2] == 0
    return interval(None, value, False, closed) if upper else interval(value, None, closed, False)


@dataclass(frozen=True, slots=True)
class Outermost:
    """An end and the case of each part that has it; without ``picks`` the end is only an enclosure."""

    end: End
    picks: tuple[int, ...] | None


Leaf = Callable[[tuple[int, ...]], End | None]
"""The true end in one case of every part; None where these have none."""


class Form:
    """A formula ready to be searched over the cases of its parts.

    ``free``: what inputs are that no part speaks of. ``whole``: inputs that take whole steps only.
    ``sharp``: over any one combination of cases the formula's interval is the exact range.
    """

    def __init__(
        self,
        formula: Formula,
        boxes: Boxes,
        free: Mapping[int, Interval],
        whole: Collection[int] = (),
    ) -> None:
        position = {v: i for i, v in enumerate(formula.inputs)}
        self.nodes = tuple(Node(n.op, n.args, position.get(n.index, -1), n.value) for n in formula.nodes)
        self.root = formula.root
        self.free = [free.get(v, EMPTY) for v in formula.inputs]
        self.boxes = [[{position[v]: x for v, x in case.items()} for case in cases] for cases in boxes]
        self.hulls = [_hull_of(cases) for cases in self.boxes]
        self.uses = self._uses()
        counted = list(zip(self.nodes, self.uses, strict=True))
        self.directions = self._directions([n.index for n, k in counted if n.op == "var" and k > 1])
        apart = all(len(case) < 2 for cases in self.boxes for case in cases)
        steady = all(x.is_point for cases in boxes for case in cases for v, x in case.items() if v in whole)
        self.sharp = apart and steady and all(self._is_sharp(node, k) for node, k in counted)

    def _is_sharp(self, node: Node, uses: int) -> bool:
        """Whether the node's interval is the exact range of what it does."""
        if node.op == "const":
            return node.value.is_point
        if node.op == "free":
            return uses <= 1
        if node.op == "var":
            return uses <= 1 or node.index in self.directions
        if node.op == "pow":
            exponent = self.nodes[node.args[1]].value
            return exponent.lower is not None and exponent.is_point and exponent.lower.denominator == 1
        return node.op in _RATIONAL

    def _uses(self) -> list[int]:
        """How often each node occurs in the formula written out."""
        uses = [0] * len(self.nodes)
        uses[self.root] = 1
        for at in range(self.root, -1, -1):
            for i in self.nodes[at].args:
                uses[i] += uses[at]
        return uses

    def _directions(self, repeated: Sequence[int]) -> dict[int, int]:
        """For inputs that occur more than once: 1 where the formula never falls with them, -1 never rises."""
        if not repeated or len(repeated) > _MOST_SLOPES:
            return {}
        tape = Tape()
        new: list[int] = []
        for node in self.nodes:
            new.append(tape.put(Node(node.op, tuple(new[a] for a in node.args), node.index, node.value)))
        slopes = {i: derivative(tape, new[self.root], i) for i in repeated}
        values = evaluate(tape.nodes, self._box(self.hulls))
        found = {}
        for i, at in slopes.items():
            x = values[at]
            if not x.is_empty and x.lower is not None and x.lower >= 0:
                found[i] = 1
            elif not x.is_empty and x.upper is not None and x.upper <= 0:
                found[i] = -1
        return found

    def _box(self, boxes: Iterable[Mapping[int, Interval]]) -> list[Interval]:
        box = list(self.free)
        for known in boxes:
            for v, x in known.items():
                box[v] = x
        return box

    def enclosed(self, boxes: Iterable[Mapping[int, Interval]], upper: bool) -> End:
        """The end over one box per part; where directions are known their inputs stand at the ends."""
        box = self._box(boxes)
        for i, direction in self.directions.items():
            x = box[i]
            value = x.upper if (direction > 0) == upper else x.lower
            if value is not None:
                box[i] = point(value)
        return end_of(evaluate(self.nodes, box)[self.root], upper)

    def outermost(
        self,
        upper: bool,
        leaf: Leaf | None = None,
        *,
        only: Mapping[int, Collection[int]] | None = None,
        spent: Callable[[], bool] = lambda: False,
    ) -> Outermost | None:
        """The combination with the outermost end, the first of several; None if there is none.

        ``leaf`` tells the true end of one; without it the formula must be ``sharp``. ``only``: the cases to
        look at of some parts (by position). Where limits or budget end the search, an enclosure.
        """
        chosen = [sorted((only or {}).get(k, range(len(cases)))) for k, cases in enumerate(self.boxes)]
        if not all(chosen):
            return None
        hulls = [
            self.hulls[k] if len(own) == len(self.boxes[k]) else _hull_of([self.boxes[k][i] for i in own])
            for k, own in enumerate(chosen)
        ]
        heap: list[tuple[End, tuple[int, ...]]] = [(self.enclosed(hulls, upper), ())]
        best: tuple[End, tuple[int, ...]] | None = None
        boxes = leaves = 0
        while heap:
            end, picked = heap[0]
            if best is not None and best[0] <= end:
                break
            if boxes >= _MOST_BOXES or leaves >= _MOST_LEAVES or spent():
                return Outermost(end if best is None else min(end, best[0]), None)
            heapq.heappop(heap)
            if len(picked) == len(chosen):
                leaves += 1
                true_end = end if leaf is None else leaf(picked)
                if true_end is not None and (best is None or true_end < best[0]):
                    best = (true_end, picked)
                continue
            k = len(picked)
            for i in chosen[k]:
                boxes += 1
                settled = [self.boxes[j][p] for j, p in enumerate(picked)]
                found = self.enclosed([*settled, self.boxes[k][i], *hulls[k + 1 :]], upper)
                heapq.heappush(heap, (found, (*picked, i)))
        return None if best is None else Outermost(*best)


def _hull_of(cases: Sequence[Mapping[int, Interval]]) -> dict[int, Interval]:
    found: dict[int, Interval] = {}
    for case in cases:
        for v, x in case.items():
            found[v] = hull(found[v], x) if v in found else x
    return found
