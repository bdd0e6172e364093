"""The ends of bounds: contraction, then a witness at each end, then branch and bound where they do not meet.

An end is tight when a witness comes within the gap of it. For relations in which each quantity occurs once
and that form no circle, contraction alone gives exact ends and the witness sits on them (Benhamou and
others 1999: hull consistency). Elsewhere a best-first search over boxes raises the proved end and lowers
the attained one until they meet (Hansen and Walster, Global Optimization Using Interval Analysis, 2004).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import EMPTY, Interval, Rational, interval
from claimcheck.solver.bestfirst import End, Search
from claimcheck.solver.combining import combined_bound, combined_refutation
from claimcheck.solver.decision import Bound, Proof, Witness
from claimcheck.solver.problem import Problem, Variable
from claimcheck.solver.propagation import Fixpoint, extract, premises_of, propagate, round_to_step
from claimcheck.solver.search import touched
from claimcheck.solver.sharpening import bound_the_endless, sharpen
from claimcheck.solver.shaving import shave
from claimcheck.solver.trees import Ends, exact_ends
from claimcheck.solver.witness import find_witness, find_witness_nearby

__all__ = ["GAP", "attaining", "bounds", "unclaimed"]

GAP = mpq(1, 10**9)
"""How near a witness comes to an end that is called tight, relative to the larger magnitude of the ends."""

_FEW_BOXES = 40
_EXACT = mpq(0)
_FAR = mpq(10) ** 30


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
class _Question:
    """What can one variable be, under which premises, how exactly, and for how long may it be searched?"""

    problem: Problem
    premises: Collection[str]
    group: Sequence[int]
    target: int
    budget: Budget
    gap: Rational
    stage: int = 0
    """How many of the ways to narrow the end were tried."""
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
            End(None, False, partial(Proof, ()), far[upper], mpq(0))
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

    def _evidence(self, start: Fixpoint, low: End, high: End) -> Mapping[str, tuple[str, ...] | Proof | None]:
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

    def _gap(self, end: End, low: Rational | None, high: Rational | None) -> Rational:
        """How near the witness comes to an end, relative to the ends as they were found; 1: not known."""
        if end.value is None or end.witness is None:
            return mpq(1) if end.gap is None else end.gap
        size = max(abs(e) for e in (low, high) if e is not None) or mpq(1)
        return self.distance(end.witness, end.value) / size

    def _end(self, start: Fixpoint, upper: bool, place: Mapping[int, Rational]) -> End:
        """The lower or upper end; ``place`` says at which inputs it is expected."""
        x = start.box[self.target]
        value, closed = (x.upper, x.upper_closed) if upper else (x.lower, x.lower_closed)
        goal = (start.high if upper else start.low)[self.target]
        proof = partial(extract, self.problem, start.steps, [goal])
        if self.budget.spent:
            return End(value, closed, proof)
        scale = max((abs(e) for e in (x.lower, x.upper) if e is not None), default=mpq(0)) or mpq(1)
        if value is None:
            far = self._far(start, upper)
            if far is not None:
                return End(None, False, proof, far, mpq(0))
            # There may be a hole in the middle of a range, such as whole numbers without zero.
            return self._search(upper, scale).run(start, _FEW_BOXES)
        best: Witness | None = None
        if place and all(q in start.box[i] for i, q in place.items()):
            for reach in (self._near(x), self.gap * scale):
                best = best or self.find(start, _inward(value, upper, reach), list(place.items()))
        if best is None or self.distance(best, value) > self.gap * scale:
            best = self.near(start, value, upper, self.gap * scale)
        if best is not None and self.distance(best, value) <= self.gap * scale:
            return End(value, closed, proof, best, self.distance(best, value) / scale)
        for number, stage in enumerate(_STAGES[self.stage :], self.stage + 1):
            start, place = stage(self, start, upper)
            if start.failure >= 0:
                impossible = partial(extract, self.problem, start.steps, [start.failure])
                return End(None, False, impossible, impossible=True)
            if start.box[self.target] != x:
                return replace(self, stage=number)._end(start, upper, place)
        return self._search(upper, scale).run(start)

    def _search(self, upper: bool, scale: Rational) -> Search:
        asked = self.problem, self.premises, self.group, self.target, self.budget, self.gap
        return Search(*asked, upper, scale, self.near, recorded=self.gap <= GAP)  # else nobody asks for it

    def _combine(self, start: Fixpoint, upper: bool) -> tuple[Fixpoint, Mapping[int, Rational]]:
        """The box contracted by combinations of relations."""
        combined = combined_refutation(self.problem, self.premises, self.group, start, self.budget)
        if combined.failure < 0:
            combined = combined_bound(
                self.problem, self.premises, self.group, start, self.target, upper, self.budget
            )
        return self._settled(combined, [self.target]), {}

    def _shave(self, start: Fixpoint, upper: bool) -> tuple[Fixpoint, Mapping[int, Rational]]:
        """The box without slices at the end that some relation refutes, and where the new end lies."""
        return shave(
            self.problem, self.premises, self.group, self.target, upper, start, self.budget, self.gap / 4
        )

    def _shave_others(self, start: Fixpoint, upper: bool) -> tuple[Fixpoint, Mapping[int, Rational]]:
        """The box without such slices at the ends of other variables."""
        others = [v for v in self.group if v != self.target]
        for variable, side in product(others, (False, True)):
            if start.failure < 0:
                start, _ = shave(
                    self.problem, self.premises, self.group, variable, side, start, self.budget, self.gap / 4
                )
        return self._settled(start, others), {}

    def _settled(self, at: Fixpoint, moved: Sequence[int]) -> Fixpoint:
        """The fixpoint after some variables were narrowed."""
        if at.failure >= 0:
            return at
        return propagate(self.problem, self.premises, self.group, start=at, wake=moved, budget=self.budget)

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
            where = self.problem, self.premises, self.group, at
            fixed = [(self.target, value)]
            found = find_witness(*where, budget=self.budget, fixed=fixed, wishes=self.wishes)
            if found is None:
                found = find_witness_nearby(*where, budget=self.budget, fixed=fixed, starts=1)
            if found is not None:
                return found
        return self.find(at, _inward(value, upper, reach))

    def distance(self, witness: Witness, value: Rational) -> Rational:
        """How far, at most, the variable's value in a witness is from a number."""
        x = witness.values[self.problem.variables[self.target].name]
        return max(abs(x.lower - value), abs(x.upper - value))


_STAGES = (_Question._combine, _Question._shave, _Question._shave_others)
"""Ways to narrow an end, each of which is tried once, the cheaper ones first."""


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
