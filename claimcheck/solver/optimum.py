"""The ends of bounds: contraction, then a witness at each end, then branch and bound where they do not meet.

An end is tight when a witness comes within the gap of it. For relations in which each quantity occurs once
and that form no circle, contraction alone gives exact ends and the witness sits on them (Benhamou and
others 1999: hull consistency). Elsewhere a best-first search over boxes raises the proved end and lowers
the attained one until they meet (Hansen and Walster, Global Optimization Using Interval Analysis, 2004).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import EMPTY, Interval, Rational, interval
from claimcheck.solver.combining import combined_bound, combined_refutation
from claimcheck.solver.decision import Bound, Proof, Split, Witness
from claimcheck.solver.isolation import each_once
from claimcheck.solver.problem import Problem, Variable
from claimcheck.solver.propagation import Fixpoint, extract, premises_of, propagate, round_to_step
from claimcheck.solver.search import halves, split_point, touched, widest
from claimcheck.solver.sharpening import bound_the_endless, sharpen
from claimcheck.solver.shaving import shave
from claimcheck.solver.trees import Ends, exact_ends
from claimcheck.solver.witness import find_witness, find_witness_nearby

__all__ = ["GAP", "attaining", "bounds", "unclaimed"]

GAP = mpq(1, 10**9)
"""How near a witness comes to an end that is called tight, relative to the larger magnitude of the ends."""

_MOST_BOXES = 400
_DEEPEST = 80
"""After so many cuts in one direction it goes on towards infinity, or to a place that it never reaches."""
_EXACT = mpq(0)
_FAR = mpq(10) ** 30
_FEW_TRIES = 10
_SELDOM = 4
"""Of so many boxes one is looked into for a witness away from its end, once there is one."""


def bounds(
    problem: Problem,
    premises: Collection[str],
    targets: Collection[str] | None = None,
    *,
    budget: Budget,
    gap: Rational = GAP,
) -> dict[str, Bound]:
    """Enclosures of the values that the targets (default: all variables) can take under the premises.

    Targets that the premises do not touch have their hard limits. Under premises that cannot hold the
    intervals are EMPTY where that was noticed.
    """
    wanted = [v.name for v in problem.variables] if targets is None else list(targets)
    found: dict[str, Bound] = {}
    for number, ends in exact_ends(problem, premises, map(problem.number.__getitem__, wanted)).items():
        rest = partial(_evidence, problem, premises, number, ends)
        name = problem.variables[number].name
        found[name] = Bound.with_evidence_later(ends.range, True, _EXACT, ends.lower, ends.upper, rest)
    if len(found) == len(wanted):
        return found
    return _by_search(problem, premises, wanted, found, budget, gap)


def attaining(
    problem: Problem,
    premises: Collection[str],
    target: str,
    end: tuple[Rational | None, bool],
    wishes: Mapping[str, Rational],
    *,
    budget: Budget,
    gap: Rational = GAP,
) -> Witness | None:
    """A witness with the target at a number (absolute: to within the gap), or beyond all usual numbers.

    ``end``: the number (None: infinite), and whether it is an upper end. ``wishes``: values that others are
    to have where they can. None proves nothing.
    """
    in_force, groups = touched(problem, premises)
    number = problem.number[target]
    group = next((g for g in groups if number in g), None)
    start = None if group is None else propagate(problem, in_force, group, budget=budget)
    if group is None or start is None or start.failure >= 0:
        return None
    wanted = {problem.number[name]: q for name, q in wishes.items() if problem.number[name] in group}
    question = _Question(problem, in_force, group, number, budget, gap, wishes=wanted)
    value, upper = end
    if value is None:
        return question.beyond(start, upper)
    return question.near(start, value, upper, gap * abs(value))


def _by_search(
    problem: Problem,
    premises: Collection[str],
    wanted: Sequence[str],
    found: dict[str, Bound],
    budget: Budget,
    gap: Rational,
) -> dict[str, Bound]:
    """The bounds that were found already and, by search, the others that are wanted."""
    in_force, groups = touched(problem, premises)
    asked = {name for name in wanted if name not in found}
    for group in groups:
        names = [n for v in group if (n := problem.variables[v].name) in asked]
        if not names:
            continue
        start = propagate(problem, in_force, group, budget=budget)
        if start.failure < 0:
            start = bound_the_endless(problem, in_force, group, start, budget)
        for name in names:
            question = _Question(problem, in_force, group, problem.number[name], budget, gap)
            found[name] = question.refuted(start) if start.failure >= 0 else question.answer(start)
    for name in wanted:
        if name not in found:
            found[name] = unclaimed(problem.variables[problem.number[name]])
    return {name: found[name] for name in wanted}


def _evidence(
    problem: Problem, premises: Collection[str], target: int, ends: Ends
) -> Mapping[str, tuple[str, ...] | Proof]:
    """What the exact ends of a variable rest on: contraction gives them too, and records how."""
    in_force, groups = touched(problem, premises)
    group = next(g for g in groups if target in g)
    at = propagate(problem, in_force, group)
    if at.box[target] != ends.range:  # so many relations about one variable that small moves were left out
        at = propagate(problem, in_force, group, every_move=True)
    low, high = at.low[target], at.high[target]
    lower, upper = extract(problem, at.steps, [low]), extract(problem, at.steps, [high])
    return {
        "lower_premises": problem.sort(premises_of(lower) - problem.hard),
        "upper_premises": problem.sort(premises_of(upper) - problem.hard),
        "proof": extract(problem, at.steps, [low, high]),
        "lower_proof": lower,
        "upper_proof": upper,
    }


def unclaimed(variable: Variable) -> Bound:
    """What a variable can be of which no premise speaks: its hard limits, of an integer whole numbers."""
    return Bound(round_to_step(variable.domain, variable), True, mpq(0))


@dataclass(frozen=True, slots=True)
class _End:
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


@dataclass(frozen=True, slots=True)
class _Question:
    """What can one variable be, under which premises, how exactly, and for how long may it be searched?"""

    problem: Problem
    premises: Collection[str]
    group: Sequence[int]
    target: int
    budget: Budget
    gap: Rational
    combined: bool = False
    """Whether combinations of relations were tried for this end."""
    shaved: bool = False
    """Whether slices at this end were."""
    wishes: Mapping[int, Rational] = field(default_factory=dict)
    """Values that witnesses are to have where they can."""

    def refuted(self, at: Fixpoint) -> Bound:
        """The empty bound of a box that contraction emptied."""
        return self._empty(extract(self.problem, at.steps, [at.failure], self.budget))

    def _empty(self, proof: Proof) -> Bound:
        core = self.problem.sort(premises_of(proof) - self.problem.hard)
        return Bound(EMPTY, False, mpq(0), core, core, proof, proof, proof)

    def answer(self, start: Fixpoint) -> Bound:
        """Both ends of the variable, from a contracted box."""
        far = {upper: w for upper in (False, True) if (w := self._far(start, upper)) is not None}
        sides = [upper for upper in (False, True) if upper not in far]
        start, places = sharpen(
            self.problem, self.premises, self.group, self.target, start, self.budget, self.gap, sides
        )
        if start.failure >= 0:
            return self.refuted(start)
        low, high = (
            _End(None, False, partial(Proof, ()), far[upper], mpq(0))
            if upper in far
            else self._end(start, upper, places.get(upper, {}))
            for upper in (False, True)
        )
        if low.impossible or high.impossible:
            return self._empty(low.proof() if low.impossible else high.proof())
        gaps = [self._gap(e, low.value, high.value) for e in (low, high)]
        tight = max(gaps) <= self.gap
        return Bound.with_evidence_later(
            interval(low.value, high.value, low.closed, high.closed),
            tight,
            max(gaps),
            low.witness,
            high.witness,
            partial(self._evidence, start, low, high),
        )

    def _evidence(
        self, start: Fixpoint, low: _End, high: _End
    ) -> Mapping[str, tuple[str, ...] | Proof | None]:
        """What the ends rest on."""
        lower, upper = low.proof(), high.proof()
        proof = None
        if lower.split is None and upper.split is None:
            x = start.box[self.target]
            goals = [start.low[self.target], start.high[self.target]]
            contracted = (low.value, high.value) == (x.lower, x.upper)
            proof = extract(self.problem, start.steps, goals) if contracted else _in_one(lower, upper)
        return {
            "lower_premises": self.problem.sort(premises_of(lower) - self.problem.hard),
            "upper_premises": self.problem.sort(premises_of(upper) - self.problem.hard),
            "proof": proof,
            "lower_proof": lower,
            "upper_proof": upper,
        }

    def _gap(self, end: _End, low: Rational | None, high: Rational | None) -> Rational:
        """How near the witness comes to an end, relative to the ends as they were found; 1: not known."""
        if end.value is None or end.witness is None:
            return mpq(1) if end.gap is None else end.gap
        size = max(abs(e) for e in (low, high) if e is not None) or mpq(1)
        return self.distance(end.witness, end.value) / size

    def _end(self, start: Fixpoint, upper: bool, place: Mapping[int, Rational]) -> _End:
        """The lower or upper end; ``place`` says at which inputs it is expected."""
        x = start.box[self.target]
        value, closed = (x.upper, x.upper_closed) if upper else (x.lower, x.lower_closed)
        goal = (start.high if upper else start.low)[self.target]
        proof = partial(extract, self.problem, start.steps, [goal])
        if self.budget.spent:
            return _End(value, closed, proof)
        if value is None:
            far = self._far(start, upper)
            return _End(None, False, proof, far, None if far is None else mpq(0))
        scale = max((abs(e) for e in (x.lower, x.upper) if e is not None), default=mpq(0)) or mpq(1)
        best: Witness | None = None
        if place and all(q in start.box[i] for i, q in place.items()):
            for reach in (self._near(x), self.gap * scale):
                best = best or self.find(start, _inward(value, upper, reach), list(place.items()))
        if best is None or self.distance(best, value) > self.gap * scale:
            best = self.near(start, value, upper, self.gap * scale)
        if best is not None and self.distance(best, value) <= self.gap * scale:
            return _End(value, closed, proof, best, self.distance(best, value) / scale)
        combined = combined_refutation(self.problem, self.premises, self.group, start, self.budget)
        if combined.failure < 0:
            combined = combined_bound(
                self.problem, self.premises, self.group, start, self.target, upper, self.budget
            )
        if combined.failure >= 0:
            impossible = partial(extract, self.problem, combined.steps, [combined.failure])
            return _End(None, False, impossible, impossible=True)
        moved = propagate(
            self.problem, self.premises, self.group, start=combined, wake=[self.target], budget=self.budget
        )
        if moved.failure < 0 and moved.box[self.target] != x and not self.combined:
            return replace(self, combined=True)._end(moved, upper, {})
        moved = start if moved.failure >= 0 else moved
        shaved, place = shave(
            self.problem, self.premises, self.group, self.target, upper, moved, self.budget, self.gap / 4
        )
        if shaved.failure >= 0:
            impossible = partial(extract, self.problem, shaved.steps, [shaved.failure])
            return _End(None, False, impossible, impossible=True)
        if shaved.box[self.target] != moved.box[self.target] and not self.shaved:
            again = replace(self, combined=True, shaved=True)
            return again._end(shaved, upper, place)
        return _Search(self, upper, scale).run(shaved)

    def _near(self, x: Interval) -> Rational:
        """What is near an end of x, even if the other end moves a lot."""
        return self.gap / 4 * min((abs(e) for e in (x.lower, x.upper) if e), default=mpq(1))

    def _far(self, at: Fixpoint, upper: bool) -> Witness | None:
        """A witness beyond all usual numbers, where the box has no end on a side: it has none."""
        x = at.box[self.target]
        if (x.upper if upper else x.lower) is not None or self.budget.spent:
            return None
        return self.beyond(at, upper)

    def beyond(self, at: Fixpoint, upper: bool) -> Witness | None:
        """A witness in the box with the variable beyond all usual numbers."""
        return self.find(at, interval(_FAR, None) if upper else interval(None, -_FAR))

    def find(
        self, at: Fixpoint, within: Interval, fixed: Sequence[tuple[int, Rational]] = ()
    ) -> Witness | None:
        """A witness in the box with the variable in an interval, and others at given values."""
        assume = [("case:part", self.target, within)]
        part = propagate(self.problem, self.premises, self.group, start=at, assume=assume, budget=self.budget)
        if part.failure >= 0:
            return None
        return find_witness(
            self.problem,
            self.premises,
            self.group,
            part,
            budget=self.budget,
            fixed=fixed,
            within={self.target: within},
            wishes=self.wishes,
        )

    def near(self, at: Fixpoint, value: Rational, upper: bool, reach: Rational) -> Witness | None:
        """A witness at the end, or else just inside it, to within ``reach`` (absolute)."""
        if value in at.box[self.target]:
            found = find_witness(
                self.problem,
                self.premises,
                self.group,
                at,
                budget=self.budget,
                fixed=[(self.target, value)],
                wishes=self.wishes,
            ) or find_witness_nearby(
                self.problem,
                self.premises,
                self.group,
                at,
                budget=self.budget,
                fixed=[(self.target, value)],
                starts=1,
            )
            if found is not None:
                return found
        return self.find(at, _inward(value, upper, reach))

    def distance(self, witness: Witness, value: Rational) -> Rational:
        """How far, at most, the variable's value in a witness is from a number."""
        x = witness.values[self.problem.variables[self.target].name]
        return max(abs(x.lower - value), abs(x.upper - value))


def _in_one(one: Proof, other: Proof) -> Proof:
    """The steps of two proofs without cases in one record, what they share once."""
    steps = {step: i for i, step in enumerate(one.steps)}
    place: list[int] = []
    for step in other.steps:
        moved = replace(step, uses=tuple(place[u] for u in step.uses))
        place.append(steps.setdefault(moved, len(steps)))
    return Proof(tuple(steps))


def _inward(end: Rational, upper: bool, reach: Rational) -> Interval:
    """What lies beyond an end, or within it by no more than ``reach``."""
    return interval(end - reach, None) if upper else interval(None, end + reach)


def _same(proof: Proof) -> Proof:
    return proof


@dataclass(slots=True)
class _Search:
    """Best-first branch and bound for one end: the box with the best end is split until a witness reaches it.

    Values are turned (``sign`` -1 for an upper end) so that less is better.
    """

    question: _Question
    upper: bool
    scale: Rational
    nodes: list[Fixpoint] = field(default_factory=list)
    branches: dict[int, tuple[str, Rational, int, int]] = field(default_factory=dict)
    depths: list[int] = field(default_factory=list)
    """How many cuts made each node."""
    heap: list[tuple[bool, Rational, int]] = field(default_factory=list)
    best: Witness | None = None
    reached: Rational | None = None

    def run(self, start: Fixpoint) -> _End:
        """The end, as far as boxes and budget go."""
        question = self.question
        reach = question.gap * self.scale
        network = question.problem.network(question.problem.sort(question.premises), tuple(question.group))
        # What stands in one relation only, and once, is bounded by the others as well as it can be.
        repeated = {v for c in network.constraints if not each_once(c) for v in c.variables}
        shared = [v for v in question.group if v in repeated or len(network.watchers.get(v, ())) > 1]
        self._add(start)
        for _ in range(_MOST_BOXES):
            if not self.heap or question.budget.spent:
                break
            bounded, proved, number = self.heap[0]
            if bounded and self.reached is not None and self.reached - proved <= reach:
                break
            at = self.nodes[number]
            variable = widest(question.problem, shared, at.box)
            if variable is None:
                variable = widest(question.problem, question.group, at.box)
            if variable is None or self.depths[number] >= _DEEPEST:
                break
            heapq.heappop(self.heap)
            name = question.problem.variables[variable].name
            cut = split_point(at.box[variable], question.problem.variables[variable])
            first = len(self.nodes)
            for half in halves(at.box[variable], cut):
                assume = [(f"case:{name}", variable, half)]
                self._add(
                    propagate(
                        question.problem,
                        question.premises,
                        question.group,
                        start=at,
                        assume=assume,
                        budget=question.budget,
                    ),
                    self.depths[number] + 1,
                )
            self.branches[number] = (name, cut, first, first + 1)
        if not self.heap:
            return _End(None, False, self._kept(partial(self._proof, 0, None)), impossible=True)
        bounded, proved, number = self.heap[0]
        if not bounded:
            return _End(None, False, partial(Proof, ()), self.best)
        ties = (self.nodes[n] for b, p, n in self.heap if b and p == proved)
        closed = any(self._end_of(at)[1] for at in ties)
        distance = None if self.reached is None else (self.reached - proved) / self.scale
        proof = self._kept(partial(self._proof, 0, (proved, not closed)))
        return _End(-proved if self.upper else proved, closed, proof, self.best, distance)

    def _kept(self, proof: Callable[[], Proof]) -> Callable[[], Proof]:
        """The proof, made at once if somebody may ask for it: it takes far less room than the boxes."""
        return partial(_same, proof()) if self.question.gap <= GAP else proof

    def _end_of(self, at: Fixpoint) -> tuple[Rational | None, bool]:
        """The end of a box, turned, and whether it belongs."""
        x = at.box[self.question.target]
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
        found = self.question.near(at, end, self.upper, self.question.gap * self.scale)
        if found is None and (self.reached is None or number % _SELDOM == 0):
            found = find_witness(
                self.question.problem,
                self.question.premises,
                self.question.group,
                at,
                budget=self.question.budget,
                tries=_FEW_TRIES,
            )
        if found is not None:
            value = found.values[self.question.problem.variables[self.question.target].name]
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
            goal = node.failure if node.failure >= 0 else ends[self.question.target]
            return extract(self.question.problem, node.steps, [goal], self.question.budget)
        name, cut, low, high = branch
        return Proof((), Split(name, cut, self._proof(low, shown), self._proof(high, shown)))
