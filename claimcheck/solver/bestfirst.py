"""Best-first branch and bound for one end: the box with the best end is split until a witness reaches it.

The proved end rises, the attained one sinks, until they meet (Hansen and Walster, Global Optimization Using
Interval Analysis, 2004).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import Interval, Rational
from claimcheck.solver.decision import Proof, Split, Witness
from claimcheck.solver.isolation import each_once
from claimcheck.solver.problem import Problem
from claimcheck.solver.propagation import Fixpoint, extract, propagate
from claimcheck.solver.search import halves, split_point, widest
from claimcheck.solver.witness import find_witness

__all__ = ["End", "Search"]

_MOST_BOXES = 400
_DEEPEST = 80
"""After so many cuts in one direction it goes on towards infinity, or to a place that it never reaches."""
_FEW_TRIES = 10
_SELDOM = 4
"""Of so many boxes one is looked into for a witness away from its end, once there is one."""


@dataclass(frozen=True, slots=True)
class End:
    """One end: the proved value (None: no bound) and whether it belongs, with its proof.

    ``witness`` comes to within ``gap`` of it (relative; None: no witness is known). ``impossible``: the
    proof shows that there is no value at all.
    """

    value: Rational | None
    closed: bool
    proof: Callable[[], Proof]
    witness: Witness | None = None
    gap: Rational | None = None
    impossible: bool = False


def _same(proof: Proof) -> Proof:
    return proof


@dataclass(slots=True)
class Search:
    """Best-first branch and bound for one end: the box with the best end is split until a witness reaches it.

    Values are turned, negated for an upper end, so that less is better.
    """

    problem: Problem
    premises: Collection[str]
    group: Sequence[int]
    target: int
    budget: Budget
    gap: Rational
    upper: bool
    scale: Rational
    near: Callable[[Fixpoint, Rational, bool, Rational], Witness | None]
    """A witness in a box at an end, upper or lower, or within reach of it."""
    recorded: bool
    """Whether the proof is made at once: it takes far less room than the boxes."""
    nodes: list[Fixpoint] = field(default_factory=list)
    branches: dict[int, tuple[str, Rational, int, int]] = field(default_factory=dict)
    depths: list[int] = field(default_factory=list)
    """How many cuts made each node."""
    heap: list[tuple[bool, Rational, int]] = field(default_factory=list)
    best: Witness | None = None
    reached: Rational | None = None

    def run(self, start: Fixpoint, most: int = _MOST_BOXES) -> End:
        """The end, as far as boxes and budget go."""
        reach = self.gap * self.scale
        network = self.problem.network(self.problem.sort(self.premises), tuple(self.group))
        # What stands in one relation only, and once, is bounded by the others as well as it can be.
        repeated = {v for c in network.constraints if not each_once(c) for v in c.variables}
        shared = [v for v in self.group if v in repeated or len(network.watchers.get(v, ())) > 1]
        self._add(start)
        for _ in range(most):
            if not self.heap or self.budget.spent:
                break
            bounded, proved, number = self.heap[0]
            if bounded and self.reached is not None and self.reached - proved <= reach:
                break
            at = self.nodes[number]
            deep = self.depths[number]
            variable = self._to_cut(shared, at.box, deep)
            if variable is None:
                variable = self._to_cut(self.group, at.box, deep)
            if variable is None or deep >= _DEEPEST:
                break
            heapq.heappop(self.heap)
            name = self.problem.variables[variable].name
            cut = split_point(at.box[variable], self.problem.variables[variable])
            first = len(self.nodes)
            for half in halves(at.box[variable], cut):
                assume = [(f"case:{name}", variable, half)]
                self._add(
                    propagate(
                        self.problem,
                        self.premises,
                        self.group,
                        start=at,
                        assume=assume,
                        budget=self.budget,
                    ),
                    deep + 1,
                )
            self.branches[number] = (name, cut, first, first + 1)
        if not self.heap:
            return End(None, False, self._kept(partial(self._proof, 0, None)), impossible=True)
        bounded, proved, number = self.heap[0]
        if not bounded:
            return End(None, False, partial(Proof, ()), self.best)
        ties = (self.nodes[n] for b, p, n in self.heap if b and p == proved)
        closed = any(self._end_of(at)[1] for at in ties)
        distance = None if self.reached is None else (self.reached - proved) / self.scale
        proof = self._kept(partial(self._proof, 0, (proved, not closed)))
        return End(-proved if self.upper else proved, closed, proof, self.best, distance)

    def _to_cut(self, some: Sequence[int], box: Sequence[Interval], depth: int) -> int | None:
        """The variable to cut: the widest, and in turn the widest of those that have both ends."""
        bounded = [v for v in some if box[v].is_bounded] if depth % 2 else []
        found = widest(self.problem, bounded, box)
        return widest(self.problem, some, box) if found is None else found

    def _kept(self, proof: Callable[[], Proof]) -> Callable[[], Proof]:
        return partial(_same, proof()) if self.recorded else proof

    def _end_of(self, at: Fixpoint) -> tuple[Rational | None, bool]:
        """The end of a box, turned, and whether it belongs."""
        x = at.box[self.target]
        if self.upper:
            return None if x.upper is None else -x.upper, x.upper_closed
        return x.lower, x.lower_closed

    def _add(self, at: Fixpoint, depth: int = 0) -> None:
        """Keep a box as a node, look for a witness near its end, and queue it if it is not empty."""
        number = len(self.nodes)
        self.nodes.append(at)
        self.depths.append(depth)
        if at.failure >= 0:
            return
        turned, _ = self._end_of(at)
        if turned is None:
            heapq.heappush(self.heap, (False, mpq(0), number))
            return
        end = -turned if self.upper else turned
        if self.reached is not None and turned > self.reached:
            heapq.heappush(self.heap, (True, turned, number))
            return
        found = self.near(at, end, self.upper, self.gap * self.scale)
        if found is None and (self.reached is None or number % _SELDOM == 0):
            found = find_witness(
                self.problem,
                self.premises,
                self.group,
                at,
                budget=self.budget,
                tries=_FEW_TRIES,
            )
        if found is not None:
            value = found.values[self.problem.variables[self.target].name]
            far_side: Rational = value.lower if self.upper else value.upper
            worst = -far_side if self.upper else far_side
            if self.reached is None or worst < self.reached:
                self.best, self.reached = found, worst
        heapq.heappush(self.heap, (True, turned, number))

    def _proof(self, number: int, shown: tuple[Rational, bool] | None) -> Proof:
        """The case distinctions from a node on, each leaf with the steps that give its end.

        ``shown``: the end that is to be proved, turned, and whether it is open; None: that there is no value.
        What says as much already need not be cut.
        """
        node = self.nodes[number]
        branch = self.branches.get(number)
        enough = False
        if branch is not None and shown is not None:
            end, closed = self._end_of(node)
            enough = end is not None and (end, not closed) >= shown
        if branch is None or enough:
            ends = node.high if self.upper else node.low
            goal = node.failure if node.failure >= 0 else ends[self.target]
            return extract(self.problem, node.steps, [goal], self.budget)
        name, cut, low, high = branch
        return Proof((), Split(name, cut, self._proof(low, shown), self._proof(high, shown)))
