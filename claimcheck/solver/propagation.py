"""Contraction of a box by all premises in force to a fixpoint, with a record of every step.

The agenda wakes only constraints of which a variable moved. It stops where nothing moves, and cannot loop:
each end of a variable may move `_FREE_MOVES` times by any amount (enough for the exact ends of every network
without cycles of usual size), and after that only by a hundredth of the width or more.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.budget import Budget
from claimcheck.interval import EMPTY, ENTIRE, Interval, Rational, interval
from claimcheck.interval._interval import make
from claimcheck.solver.contractor import project, revise
from claimcheck.solver.decision import Proof, Step
from claimcheck.solver.problem import Constraint, Network, Problem, Variable

__all__ = [
    "Fixpoint",
    "extract",
    "narrowed",
    "premises_of",
    "propagate",
    "replayed",
    "round_to_step",
    "within_reach",
]

_LARGEST_BITS = 4096
_LARGEST = mpq(2) ** (_LARGEST_BITS - 1)
"""Ends further out (or nearer to zero) than this say no more: without it squares of squares grow for ever."""
_MOST_KNOWN = 20_000
_FIXPOINTS_KEPT = 64
_FREE_MOVES = 40
_MOST_MOVES = 400


@dataclass(slots=True)
class Fixpoint:
    """A contracted box and how it came about.

    ``steps`` is the record; ``low[i]`` and ``high[i]`` are the numbers of the steps that set the ends of
    variable i (-1: none, the end is infinite). ``failure`` is the number of the step that emptied a
    variable, or -1 if the box is not empty.
    """

    box: list[Interval]
    steps: list[Step]
    low: list[int]
    high: list[int]
    failure: int = -1

    def copy(self) -> Fixpoint:
        """An independent copy, to go on from."""
        return Fixpoint(list(self.box), list(self.steps), list(self.low), list(self.high), self.failure)


def round_to_step(x: Interval, variable: Variable) -> Interval:
    """The hull of the values in x that the variable may take: whole multiples of its step."""
    step = variable.step
    if step is None or x.is_empty:
        return x
    low, high = x.lower, x.upper
    if low is not None:
        n = low / step
        whole = -((-n.numerator) // n.denominator)
        low = (whole + 1 if whole == n and not x.lower_closed else whole) * step
    if high is not None:
        n = high / step
        whole = n.numerator // n.denominator
        high = (whole - 1 if whole == n and not x.upper_closed else whole) * step
    if low == x.lower and high == x.upper:
        return x
    return interval(low, high)


def within_reach(x: Interval) -> Interval:
    """An enclosure of x whose ends are zero or of sizes to be computed with, from 2^-4096 to 2^4096."""
    low, high = x.lower, x.upper
    if (low is None or _is_usual(low)) and (high is None or _is_usual(high)):
        return x
    if x.is_empty:
        return x
    low_closed, high_closed = x.lower_closed, x.upper_closed
    if low is not None and not _is_usual(low):
        low, low_closed = _below(low)
    if high is not None and not _is_usual(high):
        high, high_closed = _below(-high)
        high = None if high is None else -high
    return interval(low, high, low_closed, high_closed)


def _is_usual(q: Rational) -> bool:
    if not q:
        return True
    return bool(abs(q.numerator.bit_length() - q.denominator.bit_length()) < _LARGEST_BITS)


def _below(low: Rational) -> tuple[Rational | None, bool]:
    """The next usual number below one that is not usual, and whether it must be let in."""
    if abs(low) > 1:
        return (_LARGEST, False) if low > 0 else (None, False)
    return (mpq(0), False) if low > 0 else (-1 / _LARGEST, False)


class _Run:
    """One propagation: the fixpoint being built, the agenda, and the count of moves."""

    def __init__(self, problem: Problem, network: Network, start: Fixpoint) -> None:
        self.problem = problem
        self.constraints = network.constraints
        self.watchers = network.watchers
        self.at = start
        self.waiting: deque[int] = deque()
        self.queued = [False] * len(network.constraints)
        self.moves: dict[int, int] = {}
        self.every_move = False
        self.free_moves = _FREE_MOVES

    def wake(self, variable: int) -> None:
        for number in self.watchers.get(variable, ()):
            if not self.queued[number]:
                self.queued[number] = True
                self.waiting.append(number)

    def narrow(
        self, premise: str, variable: int, new: Interval, uses: Sequence[int], always: bool = False
    ) -> bool:
        """Meet a variable with an interval and record it; False if nothing is left of the variable."""
        at = self.at
        old = at.box[variable]
        met = iv.intersection(old, new)
        if met is old:
            return True
        if (
            met.lower == new.lower
            and met.upper == new.upper
            and met.lower_closed == new.lower_closed
            and met.upper_closed == new.upper_closed
        ):
            met = new  # the same object for the same result, so that it is known again when it comes back
        name = self.problem.variables[variable].name
        number = len(at.steps)
        own = tuple([u for u in dict.fromkeys(uses) if u >= 0]) if uses else ()
        if met.is_empty:
            if not new.is_empty:  # what was found, then that it does not meet what was known
                at.steps.append(Step(premise, name, new, own))
                own = tuple(u for u in dict.fromkeys((number, at.low[variable], at.high[variable])) if u >= 0)
                number += 1
            at.steps.append(Step(premise, name, EMPTY, own))
            at.failure = number
            return False
        moved_low = met.lower != old.lower or met.lower_closed != old.lower_closed
        moved_high = met.upper != old.upper or met.upper_closed != old.upper_closed
        if not (always or self.every_move) and self._too_little(variable, old, met):
            return True
        shown = met
        if not moved_low:
            shown = make(None, met.upper, False, met.upper_closed)
        elif not moved_high:
            shown = make(met.lower, None, met.lower_closed, False)
        at.steps.append(Step(premise, name, shown, own))
        at.box[variable] = met
        if moved_low:
            at.low[variable] = number
        if moved_high:
            at.high[variable] = number
        self.wake(variable)
        return self._round(variable)

    def _round(self, variable: int) -> bool:
        """Cut an integer variable to whole multiples of its step."""
        at = self.at
        whole = self.problem.variables[variable]
        if whole.step is None:
            return True
        cut = round_to_step(at.box[variable], whole)
        if cut == at.box[variable]:
            return True
        return self.narrow(
            f"integer:{whole.name}", variable, cut, (at.low[variable], at.high[variable]), always=True
        )

    def _too_little(self, variable: int, old: Interval, new: Interval) -> bool:
        """The stop rule: whether a move is left out because many came before and this one gains little."""
        count = self.moves[variable] = self.moves.get(variable, 0) + 1
        if count <= self.free_moves:
            return False
        if count > _MOST_MOVES:
            return True
        before, after = iv.wid(old), iv.wid(new)
        if before is None or after is None:
            return after is None and count > 2 * self.free_moves
        return bool(after * 100 > before * 99)

    def settle(self, budget: Budget | None) -> None:
        """Revise until nothing moves, a variable is empty, or time is up."""
        at = self.at
        while self.waiting and at.failure < 0:
            if budget is not None and budget.spent:
                return
            number = self.waiting.popleft()
            self.queued[number] = False
            constraint = self.constraints[number]
            found = _revised(self.problem, constraint, at.box)
            if found is None:
                uses = [u for v in constraint.variables for u in (at.low[v], at.high[v])]
                name = self.problem.variables[constraint.variables[0]].name if constraint.variables else ""
                own = tuple(u for u in dict.fromkeys(uses) if u >= 0)
                at.failure = len(at.steps)
                at.steps.append(Step(constraint.premise, name, EMPTY, own))
                return
            moved = [(variable, new) for variable, new in found if new is not at.box[variable]]
            if moved:
                uses = [u for v in constraint.variables for u in (at.low[v], at.high[v])]
            for variable, new in moved:
                if not self.narrow(constraint.premise, variable, new, uses):
                    return


def _revised(
    problem: Problem, constraint: Constraint, box: Sequence[Interval]
) -> list[tuple[int, Interval]] | None:
    """What :func:`revise` gives, looked up where the constraint met the same intervals before.

    Questions about one problem differ in few claims, so most relations meet the very same intervals again.
    These are recognised by identity, which is why a record keeps them.
    """
    key = (id(constraint), *[id(box[v]) for v in constraint.variables])
    known = problem.revisions.get(key)
    found: list[tuple[int, Interval]] | None
    if known is not None:
        found = known[1]
        return found
    if len(problem.revisions) >= _MOST_KNOWN:
        problem.revisions.clear()
    found = revise(constraint, box)
    if found is not None:
        found = [(v, x if x is box[v] else within_reach(iv.shorten(x))) for v, x in found]
    problem.revisions[key] = ([box[v] for v in constraint.variables], found)
    return found


def replayed(problem: Problem, at: Fixpoint, count: int) -> Fixpoint:
    """The fixpoint as it was after the first steps of its record (before any that emptied a variable)."""
    size = len(at.box)
    early = Fixpoint([ENTIRE] * size, list(at.steps[:count]), [-1] * size, [-1] * size)
    for number, step in enumerate(early.steps):
        variable = problem.number[step.variable]
        old = early.box[variable]
        new = early.box[variable] = iv.intersection(old, step.interval)
        if new.lower != old.lower or new.lower_closed != old.lower_closed:
            early.low[variable] = number
        if new.upper != old.upper or new.upper_closed != old.upper_closed:
            early.high[variable] = number
    return early


def narrowed(problem: Problem, at: Fixpoint, step: Step) -> Fixpoint:
    """The fixpoint with one variable met with a further enclosure (not propagated)."""
    run = _Run(problem, Network((), {}), at.copy())
    first = len(at.steps)
    run.narrow(step.premise, problem.number[step.variable], step.interval, step.uses, True)
    if len(run.at.steps) > first:
        _explain(run.at, first, step)
    return run.at


def _explain(at: Fixpoint, number: int, step: Step) -> None:
    """Say how a step that was just recorded came about."""
    at.steps[number] = replace(
        at.steps[number],
        through=step.through,
        combined=step.combined,
        multipliers=step.multipliers,
        solved=step.solved,
    )


def propagate(
    problem: Problem,
    premises: Collection[str],
    variables: Sequence[int] | None = None,
    *,
    start: Fixpoint | None = None,
    assume: Sequence[tuple[str, int, Interval]] = (),
    wake: Sequence[int] = (),
    every_move: bool = False,
    free_moves: int = _FREE_MOVES,
    budget: Budget | None = None,
) -> Fixpoint:
    """Contract to a fixpoint under the premises (a tuple is taken to be in file order already).

    ``variables`` limits the work to a component. ``start`` goes on from an earlier fixpoint of the same
    premises, whose claims and limits are not looked at again; ``assume`` adds (label, variable, interval)
    such as a value being tried or one side of a split, and ``wake`` names variables that moved meanwhile.
    ``every_move`` is for relations that form no circle, where contraction ends by itself: nothing that a
    relation says is left out. ``free_moves``: how often an end may move by however little. When the budget is
    spent it stops with what is left of the box by then.
    """
    in_order = premises if isinstance(premises, tuple) else problem.sort(premises)
    inside = None if variables is None else tuple(variables)
    if start is None and not (assume or wake or every_move):
        known: Fixpoint | None = problem.fixpoints.get((in_order, inside))
        if known is None:
            while len(problem.fixpoints) >= _FIXPOINTS_KEPT:
                problem.fixpoints.pop(next(iter(problem.fixpoints)), None)
            run = _from_wider(problem, in_order, inside, budget) or _at_first(problem, in_order, inside)
            run.settle(budget)
            known = run.at
            if not run.waiting or known.failure >= 0:
                problem.fixpoints[in_order, inside] = known
        return known.copy()
    if start is None:
        run = _at_first(problem, in_order, inside)
    else:
        run = _Run(problem, problem.network(in_order, inside), start.copy())
    for label, number, assumed in assume:
        if run.at.failure >= 0 or not run.narrow(label, number, assumed, (), always=True):
            return run.at
    for number in wake:
        run.wake(number)
    run.every_move = every_move
    run.free_moves = free_moves
    run.settle(budget)
    return run.at


def _from_wider(
    problem: Problem, premises: tuple[str, ...], variables: tuple[int, ...] | None, budget: Budget | None
) -> _Run | None:
    """A propagation that goes on from that of the problem in which one claim says less; None if none can."""
    if problem.wider is None:
        return None
    wider, id = problem.wider
    variable, said = problem.claims[id]
    start = propagate(wider, premises, variables, budget=budget)
    if start.failure >= 0:
        return None
    run = _Run(problem, problem.network(premises, variables), start)
    if id in premises and (variables is None or variable in variables):
        run.narrow(id, variable, said, (), always=True)
    return run


def _at_first(problem: Problem, premises: tuple[str, ...], variables: tuple[int, ...] | None) -> _Run:
    """A propagation that has looked at all limits and claims, and has every relation on its agenda."""
    size = len(problem.variables)
    network = problem.network(premises, variables)
    run = _Run(problem, network, Fixpoint([ENTIRE] * size, [], [-1] * size, [-1] * size))
    for number in range(size) if variables is None else variables:
        variable = problem.variables[number]
        if variable.domain is not ENTIRE and not run.narrow(
            f"domain:{variable.name}", number, variable.domain, (), always=True
        ):
            return run
    inside = None if variables is None else set(variables)
    for premise in premises:
        claim = problem.claims.get(premise)
        if claim is None or (inside is not None and claim[0] not in inside):
            continue
        if not run.narrow(premise, claim[0], claim[1], (), always=True):
            return run
    run.waiting = deque(range(len(network.constraints)))
    run.queued = [True] * len(network.constraints)
    return run


def extract(
    problem: Problem, steps: Sequence[Step], goals: Iterable[int], budget: Budget | None = None
) -> Proof:
    """The steps that the goals rest on, each with no more uses than it needs, renumbered, in order.

    Propagation notes every variable of a constraint as used. Here each step is replayed with one use less as
    long as it still yields its interval, a variable's own earlier bounds first, so that a proof names
    no premise that its last step does not depend on in this derivation. Once the budget is spent, all uses
    stay.
    """
    uses: dict[int, tuple[int, ...]] = {}
    waiting = [-g for g in goals if g >= 0]
    heapq.heapify(waiting)
    while waiting:  # from the last step backwards, so that what a later step drops is not looked at
        number = -heapq.heappop(waiting)
        if number not in uses:
            spent = budget is not None and budget.spent
            uses[number] = steps[number].uses if spent else _known_uses(problem, steps, number)
            for used in uses[number]:
                heapq.heappush(waiting, -used)
    kept = sorted(uses)
    new = {old: i for i, old in enumerate(kept)}
    return Proof(tuple(replace(steps[n], uses=tuple(new[u] for u in uses[n])) for n in kept))


def _known_uses(problem: Problem, steps: Sequence[Step], number: int) -> tuple[int, ...]:
    """The fewest uses of a step, looked up where it was part of an earlier proof.

    A step stands in every record that goes on from its own at the same place, after the same steps.
    """
    step = steps[number]
    known = problem.uses.get(id(step))
    if known is not None:
        return known[1]
    if len(problem.uses) > _MOST_KNOWN:
        problem.uses.clear()
    found = _fewest_uses(problem, steps, number)
    problem.uses[id(step)] = (step, found)
    return found


def _fewest_uses(problem: Problem, steps: Sequence[Step], number: int) -> tuple[int, ...]:
    """The uses of one step without those that it can do without."""
    step = steps[number]
    constraint = problem.constraints.get(step.premise)
    target = problem.number[step.variable]
    if constraint is None or target not in constraint.variables or step.through or step.solved:
        return step.uses  # also where an end that was put together clashes with one that was known
    box = [ENTIRE] * len(problem.variables)

    def yields(uses: Sequence[int]) -> bool:
        for variable in constraint.variables:
            box[variable] = ENTIRE
        for used in uses:
            v = problem.number[steps[used].variable]
            box[v] = iv.intersection(box[v], steps[used].interval)
        return iv.subset(project(constraint, box, target), step.interval)

    own_first = sorted(step.uses, key=lambda u: (steps[u].variable != step.variable, u))
    if not yields(own_first):  # an emptiness noticed between two steps, or a shortened end
        return step.uses
    kept = own_first
    for used in own_first:
        fewer = [u for u in kept if u != used]
        if yields(fewer):
            kept = fewer
    return tuple(sorted(kept))


def premises_of(proof: Proof) -> set[str]:
    """The claims and relations a proof rests on (hard limits and case distinctions left out)."""
    found = {s.premise for s in proof.steps if not s.premise.startswith(("domain:", "integer:", "case:"))}
    found.update(premise for s in proof.steps for premise in s.through)
    if proof.split is not None:
        found |= premises_of(proof.split.lower) | premises_of(proof.split.upper)
    return found
