"""The ends of bounds: contraction, then a witness at each end, then branch and bound where they do not meet.

An end is tight when a witness comes within the gap of it. For relations in which each quantity occurs once
and that form no circle, contraction alone gives exact ends and the witness sits on them (Benhamou and
others 1999: hull consistency). Elsewhere a best-first search over boxes raises the proved end and lowers
the attained one until they meet (Hansen and Walster, Global Optimization Using Interval Analysis, 2004).
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.budget import Budget
from claimcheck.decision import Bound, Proof, Split, Witness
from claimcheck.interval import EMPTY, Interval, Rational, interval
from claimcheck.problem import Problem
from claimcheck.propagation import Fixpoint, extract, premises_of, propagate
from claimcheck.search import halves, split_point, touched, widest
from claimcheck.sharpening import sharpen
from claimcheck.witness import find_witness

__all__ = ["GAP", "bounds"]

GAP = mpq(1, 10**9)
"""How near a witness comes to an end that is called tight, relative to the larger magnitude of the ends."""

_MOST_BOXES = 400


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
    in_force, groups = touched(problem, premises)
    wanted = [v.name for v in problem.variables] if targets is None else list(targets)
    found: dict[str, Bound] = {}
    for group in groups:
        names = [problem.variables[v].name for v in group]
        asked = [n for n in names if n in wanted]
        if asked:
            found.update(_component(problem, in_force, group, asked, budget, gap))
    for name in wanted:
        if name not in found:
            domain = problem.variables[problem.number[name]].domain
            found[name] = Bound(domain, True, mpq(0))
    return {name: found[name] for name in wanted}


def _component(
    problem: Problem,
    premises: Collection[str],
    group: Sequence[int],
    names: Sequence[str],
    budget: Budget,
    gap: Rational,
) -> dict[str, Bound]:
    start = propagate(problem, premises, group)
    if start.failure >= 0:
        proof = extract(problem, start.steps, [start.failure])
        core = problem.sort(premises_of(proof) - problem.hard)
        return {n: Bound(EMPTY, False, mpq(0), core, core, proof, proof, proof) for n in names}
    return {n: _bound(problem, premises, group, problem.number[n], start, budget, gap) for n in names}


@dataclass(slots=True)
class _End:
    """One end: the proved value and whether it belongs, the best witness, its distance, and the proof."""

    value: Rational | None
    closed: bool
    witness: Witness | None
    gap: Rational | None
    proof: Proof


def _bound(
    problem: Problem,
    premises: Collection[str],
    group: Sequence[int],
    target: int,
    start: Fixpoint,
    budget: Budget,
    gap: Rational,
) -> Bound:
    start, places = sharpen(problem, premises, group, target, start, budget, gap)
    if start.failure >= 0:
        proof = extract(problem, start.steps, [start.failure])
        core = problem.sort(premises_of(proof) - problem.hard)
        return Bound(EMPTY, False, mpq(0), core, core, proof, proof, proof)
    whole = start.box[target]
    scale = max((abs(e) for e in (whole.lower, whole.upper) if e is not None), default=mpq(0)) or mpq(1)
    ends = [
        _end(problem, premises, group, target, start, upper, scale, budget, gap, places.get(upper))
        for upper in (False, True)
    ]
    if any(e.value is None and e.witness is None and e.gap == -1 for e in ends):
        core = problem.sort(premises_of(ends[0].proof) - problem.hard)
        return Bound(EMPTY, False, mpq(0), core, core, None, ends[0].proof, ends[0].proof)
    low, high = ends
    box = interval(low.value, high.value, low.closed, high.closed)
    proofs = [premises_of(e.proof) - problem.hard for e in ends]
    tight = all(e.gap is not None and e.gap <= gap for e in ends)
    widest_gap = max((e.gap for e in ends if e.gap is not None), default=mpq(0)) if tight else _open_gap(ends)
    return Bound(
        box,
        tight,
        widest_gap,
        problem.sort(proofs[0]),
        problem.sort(proofs[1]),
        _both(problem, start, target, low, high),
        low.proof,
        high.proof,
        low.witness,
        high.witness,
    )


def _open_gap(ends: Sequence[_End]) -> Rational:
    """The gap of a bound that is not tight: the largest known one (1: nothing was attained)."""
    return max(mpq(1) if e.gap is None else e.gap for e in ends)


def _both(problem: Problem, start: Fixpoint, target: int, low: _End, high: _End) -> Proof | None:
    """One proof of both ends, where contraction alone gave them."""
    if low.proof.split is not None or high.proof.split is not None:
        return None
    return extract(problem, start.steps, [start.low[target], start.high[target]])


def _end(
    problem: Problem,
    premises: Collection[str],
    group: Sequence[int],
    target: int,
    start: Fixpoint,
    upper: bool,
    scale: Rational,
    budget: Budget,
    gap: Rational,
    place: Mapping[int, Rational] | None,
) -> _End:
    """The lower or upper end of one variable."""
    x = start.box[target]
    value, closed = (x.upper, x.upper_closed) if upper else (x.lower, x.lower_closed)
    proof = extract(problem, start.steps, [(start.high if upper else start.low)[target]])
    if value is None:
        unbounded = _far_witness(problem, premises, group, target, start, upper, budget)
        return _End(None, False, unbounded, mpq(0) if unbounded is not None else None, proof)
    witness, distance = _at_place(problem, premises, group, target, start, value, scale, budget, place)
    if distance is None or distance > gap:
        witness, distance = _near(problem, premises, group, target, start, value, upper, scale, budget, gap)
    if distance is not None and distance <= gap:
        return _End(value, closed, witness, distance, proof)
    return _Search(problem, premises, group, target, upper, scale, budget, gap).run(start, witness)


def _at_place(
    problem: Problem,
    premises: Collection[str],
    group: Sequence[int],
    target: int,
    start: Fixpoint,
    value: Rational,
    scale: Rational,
    budget: Budget,
    place: Mapping[int, Rational] | None,
) -> tuple[Witness | None, Rational | None]:
    """A witness with the inputs where the formula's extreme lies, and its relative distance from the end."""
    if not place or any(q not in start.box[i] for i, q in place.items()):
        return None, None
    witness = find_witness(problem, premises, group, start, budget=budget, fixed=list(place.items()))
    if witness is None:
        return None, None
    reached = witness.values[problem.variables[target].name]
    return witness, max(abs(reached.lower - value), abs(reached.upper - value)) / scale


def _near(
    problem: Problem,
    premises: Collection[str],
    group: Sequence[int],
    target: int,
    at: Fixpoint,
    value: Rational,
    upper: bool,
    scale: Rational,
    budget: Budget,
    gap: Rational,
) -> tuple[Witness | None, Rational | None]:
    """A witness at the end, or just inside it, and its relative distance from the end."""
    inward = -1 if upper else 1
    name = problem.variables[target].name
    for shift in (mpq(0), gap / 2 * scale):
        q = value + inward * shift
        if q not in at.box[target]:
            continue
        witness = find_witness(problem, premises, group, at, budget=budget, fixed=[(target, q)])
        if witness is not None:
            return witness, abs(_middle(witness.values[name]) - value) / scale
    inside = iv.intersection(
        at.box[target],
        interval(value - gap * scale, None) if upper else interval(None, value + gap * scale),
    )
    near = propagate(problem, premises, group, start=at, assume=[("case:near", target, inside)])
    if near.failure < 0:
        witness = find_witness(problem, premises, group, near, budget=budget)
        if witness is not None:
            reached = witness.values[name]
            worst = (value - reached.lower) if upper else (reached.upper - value)
            return witness, worst / scale
    return None, None


def _middle(x: Interval) -> Rational:
    assert x.lower is not None
    return x.lower


def _far_witness(
    problem: Problem,
    premises: Collection[str],
    group: Sequence[int],
    target: int,
    start: Fixpoint,
    upper: bool,
    budget: Budget,
) -> Witness | None:
    """A witness very far out, which shows that there is no bound up to there."""
    far = mpq(10) ** 30
    beyond = interval(far, None) if upper else interval(None, -far)
    out = propagate(problem, premises, group, start=start, assume=[("case:far", target, beyond)])
    return None if out.failure >= 0 else find_witness(problem, premises, group, out, budget=budget)


class _Search:
    """Best-first branch and bound for one end."""

    def __init__(
        self,
        problem: Problem,
        premises: Collection[str],
        group: Sequence[int],
        target: int,
        upper: bool,
        scale: Rational,
        budget: Budget,
        gap: Rational,
    ) -> None:
        self.problem = problem
        self.premises = premises
        self.group = group
        self.target = target
        self.upper = upper
        self.scale = scale
        self.budget = budget
        self.gap = gap
        self.name = problem.variables[target].name

    def key(self, at: Fixpoint) -> Rational | float:
        """The end of a box, turned so that less is better."""
        x = at.box[self.target]
        end = x.upper if self.upper else x.lower
        if end is None:
            return float("-inf")
        return -end if self.upper else end

    def attained(self, witness: Witness) -> Rational:
        """The target's value in a witness, from its far side, turned likewise."""
        x = witness.values[self.name]
        return -x.lower if self.upper else x.upper

    def run(self, start: Fixpoint, witness: Witness | None) -> _End:
        """Split the box with the best end until a witness is within the gap of it, or the budget is spent."""
        best = witness
        best_value = None if witness is None else self.attained(witness)
        tree: dict[int, tuple[str, Rational, int, int]] = {}
        nodes: list[Fixpoint] = [start]
        heap: list[tuple[Rational | float, int]] = [(self.key(start), 0)]
        boxes = _MOST_BOXES
        while heap:
            proved, number = heap[0]
            if best_value is not None and best_value - proved <= self.gap * self.scale:
                break
            variable = widest(self.problem, self.group, nodes[number].box)
            if boxes <= 0 or self.budget.spent or variable is None:
                break
            boxes -= 1
            heapq.heappop(heap)
            at = nodes[number]
            found = find_witness(self.problem, self.premises, self.group, at, budget=self.budget)
            if found is not None and (best_value is None or self.attained(found) < best_value):
                best, best_value = found, self.attained(found)
            cut = split_point(at.box[variable], self.problem.variables[variable])
            name = self.problem.variables[variable].name
            children = []
            for half in halves(at.box[variable], cut):
                below = propagate(
                    self.problem,
                    self.premises,
                    self.group,
                    start=at,
                    assume=[(f"case:{name}", variable, half)],
                )
                children.append(len(nodes))
                nodes.append(below)
                if below.failure < 0:
                    end, _ = (
                        _near(
                            self.problem,
                            self.premises,
                            self.group,
                            self.target,
                            below,
                            -self.key(below) if self.upper else self.key(below),
                            self.upper,
                            self.scale,
                            self.budget,
                            self.gap,
                        )
                        if isinstance(self.key(below), type(mpq(0)))
                        else (None, None)
                    )
                    if end is not None and (best_value is None or self.attained(end) < best_value):
                        best, best_value = end, self.attained(end)
                    heapq.heappush(heap, (self.key(below), children[-1]))
            tree[number] = (name, cut, children[0], children[1])
        proof = self._proof(nodes, tree, 0)
        if not heap:
            return _End(None, False, None, mpq(-1), proof)
        proved = heap[0][0]
        if proved == float("-inf"):
            return _End(None, False, best, None, proof)
        distance = None if best_value is None else (best_value - proved) / self.scale
        value = -proved if self.upper else proved
        closed = any(
            (n.box[self.target].upper_closed if self.upper else n.box[self.target].lower_closed)
            for k, i in heap
            if k == proved
            for n in (nodes[i],)
        )
        return _End(value, closed, best, distance, proof)

    def _proof(
        self, nodes: Sequence[Fixpoint], tree: Mapping[int, tuple[str, Rational, int, int]], at: int
    ) -> Proof:
        branch = tree.get(at)
        node = nodes[at]
        if branch is None:
            goal = node.failure if node.failure >= 0 else (node.high if self.upper else node.low)[self.target]
            return extract(self.problem, node.steps, [goal])
        name, cut, low, high = branch
        return Proof((), Split(name, cut, self._proof(nodes, tree, low), self._proof(nodes, tree, high)))
