"""One more contractor: slices at the end of a variable's range, refuted by the extremes of left - right.

A relation that cannot be solved for a variable may still have a sign: where left - right is positive, or
negative, all over a slice, nothing of the slice is left (shaving: Lhomme 1993, consistency techniques for
numeric CSPs). Where to cut is guessed first: the least value of left - right over the other variables is a
function of this one, whose slope at the place of that value is that of left - right (the envelope theorem),
so that Newton's method finds its zero. What is proved is the slice alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.budget import Budget
from claimcheck.interval import EMPTY, Interval, Rational, interval, point
from claimcheck.solver.candidates import simplest_between
from claimcheck.solver.decision import Step
from claimcheck.solver.extremum import Extremum, Objective, least, negated, prepare
from claimcheck.solver.gaps import Gap
from claimcheck.solver.isolation import each_once
from claimcheck.solver.problem import Constraint, Problem
from claimcheck.solver.propagation import Fixpoint, narrowed
from claimcheck.solver.tape import evaluate

__all__ = ["refute", "shave"]

_ROUGH = mpq(1, 4)
"""Of a least value the sign is wanted, hardly more."""
_GUESSES = 8
_NEWTON_STEPS = 60
_FEW_STEPS = 4
_SHORT = mpq(1, 2**60)
_LITTLE = mpq(1, 2**20)
"""An end that is at zero for the size of the range is not known to a share of itself."""


def shave(
    problem: Problem,
    premises: Collection[str],
    group: Sequence[int],
    target: int,
    upper: bool,
    start: Fixpoint,
    budget: Budget,
    gap: Rational,
) -> tuple[Fixpoint, Mapping[int, Rational]]:
    """The fixpoint without what a relation refutes at one end of a variable, to within a gap (relative).

    And the values of variables at which the new end lies. Relations in which no quantity occurs more
    than once are left out: contraction by them is exact.
    """
    place: Mapping[int, Rational] = {}
    in_order = premises if isinstance(premises, tuple) else problem.sort(premises)
    for constraint in problem.network(in_order, tuple(group)).constraints:
        x = start.box[target]
        if start.failure >= 0 or budget.spent or (x.upper if upper else x.lower) is None:
            break
        if target in constraint.variables and not each_once(constraint):
            found = _left_of(problem, constraint, target, upper, start, budget, gap)
            if found is not None:
                left, place = found
                start = _without(problem, constraint, target, left, start)
    return start, place


def refute(
    problem: Problem, premises: Collection[str], group: Sequence[int], start: Fixpoint, budget: Budget
) -> Fixpoint:
    """The fixpoint, emptied if some relation holds nowhere in the box."""
    in_order = premises if isinstance(premises, tuple) else problem.sort(premises)
    for constraint in problem.network(in_order, tuple(group)).constraints:
        if each_once(constraint) or not constraint.variables or budget.spent:
            continue
        forms = _forms(problem, constraint, budget)
        if forms is None:
            continue
        tolerances, objectives = forms
        box = [*start.box, *tolerances]
        if any(_positive(least(o, box, budget=budget, gap=_ROUGH, sign=True)) for o in objectives):
            return _without(problem, constraint, constraint.variables[0], EMPTY, start)
    return start


def _without(
    problem: Problem, constraint: Constraint, target: int, left: Interval, start: Fixpoint
) -> Fixpoint:
    """The fixpoint after a step by one relation over the whole box."""
    uses = tuple(u for v in constraint.variables for u in (start.low[v], start.high[v]))
    return narrowed(problem, start, Step(constraint.premise, problem.variables[target].name, left, uses))


def _left_of(
    problem: Problem,
    constraint: Constraint,
    target: int,
    upper: bool,
    start: Fixpoint,
    budget: Budget,
    gap: Rational,
) -> tuple[Interval, Mapping[int, Rational]] | None:
    """What is left of a variable when a slice at its end is refuted, and where; None where none was."""
    forms = _forms(problem, constraint, budget)
    if forms is None or problem.variables[target].step is not None:
        return None
    tolerances, objectives = forms
    for objective in objectives:
        slices = _Slices(objective, [*start.box, *tolerances], target, upper, budget, gap)
        left = slices.left()
        if left is not None:
            return left, {i: q for i, q in slices.end_at().items() if i < len(problem.variables)}
    return None


def _forms(
    problem: Problem, constraint: Constraint, budget: Budget
) -> tuple[list[Interval], list[Objective]] | None:
    """The tolerances of a relation, and what is positive where it cannot hold. Kept on the problem."""
    kept: tuple[list[Interval], list[Objective]] | None
    key = ("gap", constraint.premise)
    if key not in problem.formulas:
        own = Gap(problem)
        own.add(constraint.premise, mpq(1))
        steps = {i: s for i, v in enumerate(problem.variables) if (s := v.step) is not None}
        gap = prepare(own.tape, own.root, own.inputs(), steps, budget)
        if gap is None and budget.spent:
            return None
        problem.formulas[key] = None
        if gap is not None:
            tolerances = [v.domain for v in own.variables[len(problem.variables) :]]
            refuting = [gap] if constraint.op in ("=", "<", "<=") else []
            refuting += [negated(gap)] if constraint.op in ("=", ">", ">=") else []
            problem.formulas[key] = tolerances, refuting
    kept = problem.formulas[key]
    return kept


@dataclass(slots=True)
class _Slices:
    """Slices of a box at the lower or upper end of one variable, over which a formula may be positive."""

    objective: Objective
    box: list[Interval]
    target: int
    upper: bool
    budget: Budget
    gap: Rational
    place: Mapping[int, Rational] = field(default_factory=dict)
    """Where the formula was last seen to be least."""
    touched: dict[int, Rational] = field(default_factory=dict)
    """Where it is zero, if that was seen."""

    def left(self) -> Interval | None:
        """What is left without the largest slice that was refuted; None where none was."""
        x = self.box[self.target]
        end = x.upper if self.upper else x.lower
        assert end is not None
        if not _positive(self._least(point(end))):
            return None
        beyond = x
        for _ in range(_GUESSES):
            found = self._least(beyond)
            if _positive(found):
                return EMPTY if beyond == x else self._but(beyond)
            if not found.place:
                return None
            for cut, closed in self._cuts(end, found.place[self.target]):
                if self.budget.spent or cut == end:
                    return None
                beyond = self._up_to(cut, closed)
                if _positive(self._least(beyond)):
                    return self._but(beyond)
        return None

    def end_at(self) -> Mapping[int, Rational]:
        """Where the new end lies: values of all variables, or of all but the target."""
        return self.touched or {i: q for i, q in self.place.items() if i != self.target}

    def _cuts(self, end: Rational, other: Rational) -> Iterator[tuple[Rational, bool]]:
        """Where to end a slice: where the formula may touch zero, at a zero, or a little before."""
        yield other, False
        zero = self._zero(end, other)
        near = self._near(zero)
        short = simplest_between(zero - near / 8, zero + near / 8)
        if self._least(point(short)).reached == 0:
            self.touched = {**self.place, self.target: short}
            yield short, False
        yield zero, False
        before = zero + near / 4 * (1 if self.upper else -1)
        yield (before if (before < end) == self.upper else (zero + end) / 2), True

    def _near(self, end: Rational) -> Rational:
        """How far from its true place an end may be."""
        x = self.box[self.target]
        scale = max((abs(e) for e in (x.lower, x.upper) if e is not None), default=mpq(1))
        return self.gap * max(abs(end), scale * _LITTLE)

    def _up_to(self, at: Rational, closed: bool) -> Interval:
        x = self.box[self.target]
        if self.upper:
            return interval(at, x.upper, closed, x.upper_closed)
        return interval(x.lower, at, x.lower_closed, closed)

    def _but(self, slice_: Interval) -> Interval:
        """All numbers on the far side of a slice."""
        if self.upper:
            return interval(None, slice_.lower, False, not slice_.lower_closed)
        return interval(slice_.upper, None, not slice_.upper_closed, False)

    def _least(self, part: Interval, sign: bool = True) -> Extremum:
        box = list(self.box)
        box[self.target] = part
        found = least(self.objective, box, budget=self.budget, gap=_ROUGH, sign=sign)
        self.place = found.place or self.place
        return found

    def _zero(self, positive: Rational, other: Rational) -> Rational:
        """About where the least value first becomes zero, between a number where it is positive and another.

        The other number is what comes out where the value is positive there, too: it may touch zero.
        """
        here = positive
        for turn in range(_NEWTON_STEPS):
            found = self._least(point(here), False)
            if not found.place or found.reached is None or self.budget.spent:
                break
            if found.reached > 0:
                positive = here
            else:
                other = here
            to = self._crossing(found.place, here)
            if to is None:
                break
            if abs(to - here) <= self._near(to) / 16:
                return to
            if turn % 4 == 3 or not min(positive, other) < to < max(positive, other):
                to = (positive + other) / 2
            here = to
        return other

    def _crossing(self, place: Mapping[int, Rational], here: Rational) -> Rational | None:
        """About where the formula is zero with the other variables at a place, by Newton's method.

        None where it has no slope.
        """
        trial = list(self.box)
        for i, q in place.items():
            trial[i] = point(q)
        nodes, at = self.objective.tape.nodes, self.objective.slopes[self.target]
        to = here
        for _ in range(_FEW_STEPS):
            trial[self.target] = point(to)
            values = evaluate(nodes, trial)
            value, slope = values[self.objective.root], values[at]
            if any(x.is_empty or not x.is_bounded for x in (value, slope)) or not iv.mid(slope):
                return None if to == here else to
            move = iv.mid(value) / iv.mid(slope)
            reach = abs(move) * _SHORT
            to = simplest_between(to - move - reach, to - move + reach)
            if abs(move) <= self._near(to) / 64:
                break
        return to


def _positive(found: Extremum) -> bool:
    """Whether the formula is positive wherever it is defined."""
    return found.proved is not None and (found.proved > 0 or (found.proved == 0 and not found.closed))
