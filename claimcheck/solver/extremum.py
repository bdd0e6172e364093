"""The least value of a formula over a box, with proof: global optimisation with slopes.

Best-first branch and bound (Hansen and Walster, Global Optimization Using Interval Analysis, 2004): where the
slope in a variable has a sure sign the variable goes to one end; elsewhere the least value lies on a face of
the box or where that slope is zero, which contraction and a Newton step narrow down. What is left is
bounded by the mean value form.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.budget import Budget
from claimcheck.interval import EMPTY, Interval, Rational, interval, point
from claimcheck.operations import STEPS, defined
from claimcheck.solver.candidates import simplest_between
from claimcheck.solver.contractor import revise
from claimcheck.solver.derivatives import derivative
from claimcheck.solver.problem import Constraint
from claimcheck.solver.propagation import within_reach
from claimcheck.solver.tape import Node, Tape, evaluate, needed

__all__ = ["Extremum", "Objective", "least", "negated", "prepare"]

_MOST_BOXES = 300
_MOST_NODES = 8000
_BOXES_WITHOUT_BOUND = 40
"""A formula that has no bound after so many boxes is not likely to get one."""
_KINKS = STEPS | {"min", "max", "abs"}
_NEWTON_STEPS = 12
_PLENTY = mpq(2) ** 40
"""A zero of the slope known to this share of its size is known to its square after one more step."""
_GRID = 200
"""Bits kept of a stationary point: ends of boxes stay short."""
_ROOM = mpq(1, 2**100)
"""By how much of its size a value that is not attained lies below what was found, so that a certificate, in
which other places are looked at with other roundings, can show it."""


@dataclass(slots=True)
class Objective:
    """A formula prepared for optimisation: its tape with the slopes in each input added.

    What is only asked where a slope changes its sign, second slopes and the like, is made when it is.
    """

    tape: Tape
    nodes: Sequence[Node]
    root: int
    inputs: tuple[int, ...]
    slopes: Mapping[int, int]
    used: tuple[int, ...]
    """The nodes of the formula itself."""
    smooth: bool
    steps: Mapping[int, Rational] = field(default_factory=dict)
    """Inputs that take whole multiples of a step only: no slope is zero between them."""
    _stationary: dict[int, Constraint] = field(default_factory=dict)
    _curved: tuple[Sequence[Node], Mapping[int, int]] | None = None

    def bends(self, i: int) -> bool:
        """Whether the formula may be least where its slope in an input is zero."""
        return self.smooth and i not in self.steps

    def _zero_with_slope(self, i: int) -> int:
        """A node that is zero where the slope in an input is: of a quotient the numerator."""
        at = self.slopes[i]
        while self.tape.nodes[at].op in ("div", "neg"):
            at = self.tape.nodes[at].args[0]
        return at

    def stationary(self, i: int) -> Constraint:
        """The constraint "slope = 0" (or its numerator is) of an input in which the formula bends."""
        if i not in self._stationary:
            nodes, left, right = _only(self.tape, self._zero_with_slope(i), self.tape.constant(0))
            self._stationary[i] = Constraint(f"slope:{i}", nodes, left, "=", right, self.inputs)
        return self._stationary[i]

    def curved(self, budget: Budget) -> tuple[Sequence[Node], Mapping[int, int]]:
        """The nodes with slopes of :meth:`stationary` added, and these by input, if they are not too long."""
        if self._curved is None:
            curvature: dict[int, int] = {}
            for i in self.inputs:
                if not self.bends(i):
                    continue
                if len(self.tape.nodes) > _MOST_NODES or budget.spent:
                    break
                curvature[i] = derivative(self.tape, self._zero_with_slope(i), i, joined=True)
            self._curved = tuple(self.tape.nodes), curvature
        return self._curved


def prepare(
    tape: Tape,
    root: int,
    inputs: Sequence[int],
    steps: Mapping[int, Rational] | None = None,
    budget: Budget | None = None,
) -> Objective | None:
    """Add the slopes of a formula to its tape.

    None if that makes it too long to be looked at often, or takes too much time.
    """
    used = needed(tape.nodes, root)
    variables = {tape.nodes[n].index for n in used if tape.nodes[n].op == "var"}
    inputs = tuple(i for i in inputs if i in variables)
    slopes: dict[int, int] = {}
    for i in inputs:
        slopes[i] = derivative(tape, root, i, joined=True)
        if len(tape.nodes) > _MOST_NODES or (budget is not None and budget.spent):
            return None
    smooth = not any(tape.nodes[i].op in _KINKS for i in used)
    return Objective(tape, tuple(tape.nodes), root, inputs, slopes, tuple(used), smooth, steps or {})


def negated(objective: Objective) -> Objective:
    """The objective of the negative formula: its least value is the greatest of the formula, negated."""
    tape = objective.tape
    root = tape.apply("neg", objective.root)
    slopes = {i: tape.apply("neg", slope) for i, slope in objective.slopes.items()}
    used = tuple(needed(tape.nodes, root))
    return Objective(
        tape, tuple(tape.nodes), root, objective.inputs, slopes, used, objective.smooth, objective.steps
    )


def _only(tape: Tape, *roots: int) -> tuple[tuple[Node, ...], int, int]:
    """A tape with just the nodes that two roots need, and the roots' numbers in it."""
    kept = needed(tape.nodes, *roots)
    new = {old: n for n, old in enumerate(kept)}
    nodes = tuple(
        Node(n.op, tuple(new[a] for a in n.args), n.index, n.value) for n in (tape.nodes[old] for old in kept)
    )
    return nodes, new[roots[0]], new[roots[1]]


@dataclass(slots=True)
class Extremum:
    """The least value found: proved to be at least ``proved``, and at most ``reached`` (at ``place``).

    ``closed``: ``proved`` may be attained. ``place`` maps inputs to the values that give ``reached``.
    """

    proved: Rational | None
    reached: Rational | None
    closed: bool
    place: Mapping[int, Rational] = field(default_factory=dict)


@dataclass(slots=True)
class _Box:
    """A part of the domain: one interval per variable; in ``flat`` inputs the slope is zero."""

    box: list[Interval]
    flat: frozenset[int]
    settled: frozenset[int]
    """Inputs for which faces were split off (or that have none)."""
    sure: bool = False
    """Whether the formula is known to be defined all over the box: slopes say nothing across a hole."""
    low: Rational | None = None
    closed: bool = True


def least(
    objective: Objective,
    box: Sequence[Interval],
    *,
    budget: Budget,
    gap: Rational,
    scale: Rational | None = None,
    sign: bool = False,
) -> Extremum:
    """The least value of the objective over the box, to within ``gap`` times its size (or the scale).

    Every input's interval counts; the proved value holds whatever the budget. ``sign``: only whether it is
    positive is asked.
    """
    reached: Rational | None = None
    place: dict[int, Rational] = {}
    first = _Box(list(box), frozenset(), frozenset(objective.steps))
    heap: list[tuple[bool, Rational, int, _Box]] = []
    tick = 0

    def consider(part: _Box) -> None:
        """Contract a box, look at one point of it, and queue it if it may hold less than was reached."""
        nonlocal reached, place, tick
        if not _contract(objective, part, reached, budget):
            return
        for at in _places(objective, part):
            trial = list(part.box)
            for i, q in at.items():
                trial[i] = point(q)
            value = evaluate(objective.nodes[: objective.root + 1], trial)[objective.root]
            if not value.is_empty and value.upper is not None and (reached is None or value.upper < reached):
                reached, place = value.upper, at
        if part.low is None or reached is None or part.low <= reached:
            tick += 1
            heapq.heappush(
                heap, (part.low is not None, part.low if part.low is not None else mpq(0), tick, part)
            )

    consider(first)
    boxes = _MOST_BOXES
    while heap:
        bounded, low, _, part = heap[0]
        if bounded and reached is not None:
            size = max(abs(low), abs(reached), scale or mpq(0))
            if reached - low <= gap * size or (sign and (low > _ROOM * size or reached <= 0)):
                break
        if boxes <= 0 or budget.spent or (not bounded and boxes <= _MOST_BOXES - _BOXES_WITHOUT_BOUND):
            break
        parts = _divide(objective, part, box)
        if not parts:
            break
        boxes -= 1
        heapq.heappop(heap)
        for smaller in parts:
            consider(smaller)
    if not heap:
        return Extremum(None, None, False) if reached is None else Extremum(reached, reached, True, place)
    bounded, low, _, part = heap[0]
    if not bounded:
        return Extremum(None, reached, False, place)
    closed = any(p.closed for b, other, _, p in heap if b and other == low)
    if low != reached:
        low -= _ROOM * max(abs(low), abs(reached) if reached is not None else mpq(0))
    return Extremum(low, reached, closed, place)


def _contract(objective: Objective, part: _Box, reached: Rational | None, budget: Budget) -> bool:
    """Use slopes on a box until nothing moves, and bound the formula in it.

    False if it holds no minimum: no value, no place where it could lie, or all above ``reached``.
    """
    nodes, curvature = objective.curved(budget) if part.flat else (objective.nodes, {})
    for _ in range(_NEWTON_STEPS):
        values = evaluate(nodes, part.box)
        if values[objective.root].is_empty:
            return False
        lower = values[objective.root].lower
        if reached is not None and lower is not None and lower > reached:
            return False
        part.sure = part.sure or _defined_everywhere(objective, values)
        if not part.sure:
            part.low = values[objective.root].lower
            return True
        moved = False
        for i in objective.inputs:
            x = part.box[i]
            if x.is_point:
                continue
            slope = values[objective.slopes[i]]
            if slope.is_empty:
                continue
            if (
                slope.lower is not None
                and slope.lower >= 0
                and _can_end(objective, part, i, x.lower, x.lower_closed)
            ):
                if slope.lower > 0 and i in part.flat:
                    return False
                part.closed &= x.lower_closed or 0 in slope  # flat: attained further in
                part.box[i] = point(x.lower)
                moved = True
            elif (
                slope.upper is not None
                and slope.upper <= 0
                and _can_end(objective, part, i, x.upper, x.upper_closed)
            ):
                if slope.upper < 0 and i in part.flat:
                    return False
                part.closed &= x.upper_closed or 0 in slope
                part.box[i] = point(x.upper)
                moved = True
            elif i in part.flat:
                curve = values[curvature[i]] if i in curvature else None
                new = _flatten(objective, part, i, curve)
                if new.is_empty:
                    return False
                if new != x and _much_narrower(new, x):
                    part.box[i] = new
                    moved = not _narrow_enough(x)
        if not moved or budget.spent:
            break
    else:
        values = evaluate(objective.nodes, part.box)
    part.low = _lower_bound(objective, part, values)
    return True


def _defined_everywhere(objective: Objective, values: Sequence[Interval]) -> bool:
    """Whether no operation of the formula meets the edge of its domain, by the values of its nodes."""
    return all(
        not node.args or node.op in STEPS or defined(node.op, [values[a] for a in node.args])
        for node in (objective.nodes[n] for n in objective.used)
    )


def _can_end(objective: Objective, part: _Box, i: int, end: Rational | None, closed: bool) -> bool:
    """Whether the formula over the box goes on, without a jump or a hole, to an end of input i."""
    if end is None or closed:
        return end is not None
    if any(objective.nodes[n].op in STEPS for n in objective.used):
        return False
    return _defined_everywhere(objective, evaluate(objective.nodes, _with(part.box, i, point(end))))


def _has_slope(objective: Objective, part: _Box, i: int) -> bool:
    """Whether the formula has a slope in input i everywhere but at the ends of the box, and goes on to these.

    Without one (the root of a square at zero) the least value may lie where no slope is zero.
    """
    x = part.box[i]
    inside = _with(part.box, i, interval(x.lower, x.upper, False, False))
    nodes = objective.nodes
    values = evaluate(nodes, inside)
    slope = [nodes[at] for at in needed(nodes, objective.slopes[i])]
    return (
        all(not n.args or defined(n.op, [values[a] for a in n.args]) for n in slope)
        and _can_end(objective, part, i, x.lower, x.lower_closed)
        and _can_end(objective, part, i, x.upper, x.upper_closed)
    )


def _flatten(objective: Objective, part: _Box, i: int, curve: Interval | None) -> Interval:
    """Where in input i the slope can be zero: by a Newton step about the middle, else also by contraction.

    ``curve`` encloses the slope in it of what is to be zero.
    """
    x = part.box[i]
    constraint = objective.stationary(i)
    new = x
    if curve is not None and x.is_bounded and not curve.is_empty and 0 not in curve:
        middle = _inner(x, False)
        trial = list(part.box)
        trial[i] = point(middle)
        slope = evaluate(constraint.tape, trial)[constraint.left]
        if not slope.is_empty:  # else it has no slope there, and the step would say nothing
            new = iv.intersection(x, iv.sub(point(middle), iv.div(slope, curve)))
        if new.is_empty:
            return EMPTY
    if not _much_narrower(new, x):
        found = revise(constraint, part.box)
        if found is None:
            return EMPTY
        new = iv.intersection(new, next((y for v, y in found if v == i), x))
    return _coarse(new, x)


def _narrow_enough(x: Interval) -> bool:
    """Whether another Newton step would give digits that nobody asks for."""
    if x.lower is None or x.upper is None:
        return False
    low: Rational = x.lower
    high: Rational = x.upper
    return bool((high - low) * _PLENTY < max(abs(low), abs(high)))


def _much_narrower(new: Interval, old: Interval) -> bool:
    before, after = iv.wid(old), iv.wid(new)
    return new.is_point or before is None or (after is not None and 10 * after < 9 * before)


def _coarse(x: Interval, old: Interval) -> Interval:
    """The same, its ends rounded outward to a short grid where they are long."""
    if x.is_empty or not x.is_bounded or (x.is_point and x.lower.denominator.bit_length() < _GRID):  # type: ignore[union-attr]
        return x
    return iv.intersection(within_reach(iv.shorten(x, bits=_GRID, limit=_GRID)), old)


def _lower_bound(objective: Objective, part: _Box, values: Sequence[Interval]) -> Rational | None:
    """The better of the natural extension and the mean value form over the box."""
    natural = values[objective.root].lower
    open_inputs = [i for i in objective.inputs if not part.box[i].is_point]
    if not open_inputs:
        return natural
    if any(not part.box[i].is_bounded for i in open_inputs):
        return natural
    trial = list(part.box)
    for i in open_inputs:
        trial[i] = point(_inner(part.box[i], False))
    form = evaluate(objective.nodes[: objective.root + 1], trial)[objective.root]
    for i in open_inputs:
        form = iv.add(form, iv.mul(values[objective.slopes[i]], iv.sub(part.box[i], trial[i])))
    if form.is_empty or form.lower is None:
        return natural
    return form.lower if natural is None else max(natural, form.lower)


def _inner(x: Interval, whole: bool) -> Rational | None:
    """A short number in x near its middle."""
    if x.is_empty:
        return None
    if x.is_point:
        return x.lower
    if x.lower is None or x.upper is None:
        if x.lower_closed or x.upper_closed:
            return x.lower if x.lower_closed else x.upper
        return _beyond(x)
    if whole:
        return x.lower
    width = x.upper - x.lower
    return simplest_between(x.lower + width * 3 / 8, x.lower + width * 5 / 8)


def _divide(objective: Objective, part: _Box, whole_box: Sequence[Interval]) -> list[_Box]:
    """The box in parts: the faces in one input and the inside where its slope is zero, or two halves."""
    open_inputs = [i for i in objective.inputs if not part.box[i].is_point]
    if not open_inputs:
        return []
    for i in open_inputs:
        x = part.box[i]
        if i in part.settled or not objective.bends(i) or not x.is_bounded:
            continue
        if part.sure and _has_slope(objective, part, i):
            settled = part.settled | {i}
            faces = [
                _Box(_with(part.box, i, point(end)), part.flat, settled, closed=part.closed and closed)
                for end, closed in ((x.lower, x.lower_closed), (x.upper, x.upper_closed))
            ]  # first: what they reach may rule the inside out
            return [*faces, _Box(_with(part.box, i, x), part.flat | {i}, settled, closed=part.closed)]
    i = max(open_inputs, key=lambda v: _breadth(part.box[v], whole_box[v]))
    x = part.box[i]
    if x.lower is None or x.upper is None:
        cut = _beyond(x)
    else:
        cut = _inner(x, False)
    if cut is None:
        return []
    halves: tuple[Interval, Interval]
    step = objective.steps.get(i)
    if step is not None:
        n = cut / step
        floor = mpq(n.numerator // n.denominator) * step
        halves = (iv.intersection(x, interval(None, floor)), iv.intersection(x, interval(floor + step, None)))
    else:
        halves = (iv.intersection(x, interval(None, cut)), iv.intersection(x, interval(cut, None)))
    return [
        _Box(_with(part.box, i, half), part.flat, part.settled, part.sure, closed=part.closed)
        for half in halves
        if not half.is_empty
    ]


def _places(objective: Objective, part: _Box) -> list[dict[int, Rational]]:
    """Points of the box to look at: one near the middle, and two corners where the formula has kinks."""
    xs = {i: part.box[i] for i in objective.inputs}
    found = [{i: _inner(x, i in objective.steps) for i, x in xs.items()}]
    if not objective.smooth and all(x.is_bounded for x in xs.values()):
        if all(x.lower_closed for x in xs.values()):
            found.append({i: x.lower for i, x in xs.items()})
        if all(x.upper_closed for x in xs.values()):
            found.append({i: x.upper for i, x in xs.items()})
    return [{i: q for i, q in at.items() if q is not None} for at in found if None not in at.values()]


def _beyond(x: Interval) -> Rational:
    """A number in an unbounded interval: zero if it has numbers on both sides, else beyond its end."""
    if x.lower is not None and x.lower >= 0:
        return max(2 * x.lower, x.lower + 1)
    if x.upper is not None and x.upper <= 0:
        return min(2 * x.upper, x.upper - 1)
    return mpq(0)


def _with(box: Sequence[Interval], i: int, x: Interval) -> list[Interval]:
    new = list(box)
    new[i] = x
    return new


def _breadth(x: Interval, whole: Interval) -> Rational:
    """How wide x is, relative to the whole domain of its input."""
    width, total = iv.wid(x), iv.wid(whole)
    if width is None:
        return mpq(10) ** 9
    return width if not total else width / total
