"""One more contractor: a variable against the extremes of its formula in the inputs.

Contraction by one relation at a time is too wide where a quantity occurs more than once. Here the relations
are put together into one formula, whose least and greatest value over the box of its inputs are found
with proof.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import Interval, Rational, interval
from claimcheck.solver.decision import Step
from claimcheck.solver.extremum import Extremum, Objective, least, negated, prepare
from claimcheck.solver.problem import Problem
from claimcheck.solver.propagation import Fixpoint, narrowed, propagate
from claimcheck.solver.reduction import Explicit, explicit, explicit_by_ratio
from claimcheck.solver.tape import evaluate

__all__ = ["bound_the_endless", "sharpen"]

_MOST_KNOWN = 1000
_MOST_ROUNDS = 3
_ROUGH = mpq(1, 10**6)


def sharpen(
    problem: Problem,
    premises: Collection[str],
    group: Sequence[int],
    target: int,
    start: Fixpoint,
    budget: Budget,
    gap: Rational,
    sides: Collection[bool] = (False, True),
) -> tuple[Fixpoint, dict[bool, Mapping[int, Rational]]]:
    """Narrow a variable by the extremes of its formula in the inputs, where contraction may be too wide.

    Returns the fixpoint and, for the lower (False) and upper (True) end, the inputs at which it lies. Only
    the ends on the ``sides`` asked for are looked at.
    """
    if not sides or start.box[target].is_point or budget.spent:
        return start, {}
    objectives = _objectives(problem, premises, group, target, budget)
    places: dict[bool, Mapping[int, Rational]] = {}
    if objectives is None:
        return start, places
    form, least_of, greatest_of = objectives
    box = [*start.box, *form.slack]
    if _loses_solutions(form, box):
        return start, places
    ends: list[Rational | None] = []
    closed: list[bool] = []
    for upper, objective in ((False, least_of), (True, greatest_of)):
        if upper not in sides:
            ends.append(None)
            closed.append(False)
            continue
        found = _least(problem, objective, box, budget, gap / 4)
        ends.append(found.proved if not upper or found.proved is None else -found.proved)
        closed.append(found.closed)
        places[upper] = {i: q for i, q in found.place.items() if i < len(problem.variables)}
    uses = tuple(u for i in form.inputs if i < len(problem.variables) for u in (start.low[i], start.high[i]))
    step = Step(
        form.solved[-1][1],
        problem.variables[target].name,
        interval(ends[0], ends[1], closed[0], closed[1]),
        uses,
        tuple(premise for _, premise in form.solved[:-1]),
        "cleared" if form.by_ratio else "",
        solved=tuple((problem.variables[v].name, premise) for v, premise in form.solved),
    )
    return narrowed(problem, start, step), places


def bound_the_endless(
    problem: Problem, premises: Collection[str], group: Sequence[int], start: Fixpoint, budget: Budget
) -> Fixpoint:
    """Ends for variables that contraction left without, by relations that hold them more than once.

    Where those relations use one another's variables it goes round, a few times at most.
    """
    for _ in range(_MOST_ROUNDS):
        moved = []
        for v in group:
            x = start.box[v]
            sides = [upper for upper, end in ((False, x.lower), (True, x.upper)) if end is None]
            if not sides or budget.spent:
                continue
            objectives = _objectives(problem, premises, group, v, budget)
            if objectives is None or not objectives[0].by_ratio:
                continue
            start, _ = sharpen(problem, premises, group, v, start, budget, _ROUGH, sides)
            if start.failure >= 0:
                return start
            if start.box[v] != x:
                moved.append(v)
        if not moved:
            break
        start = propagate(problem, premises, group, start=start, wake=moved, budget=budget)
        if start.failure >= 0:
            break
    return start


def _least(
    problem: Problem, objective: Objective, box: Sequence[Interval], budget: Budget, gap: Rational
) -> Extremum:
    """The least value, looked up where the inputs had the same intervals before (recognised by identity)."""
    key = (id(objective), gap, *[id(box[i]) for i in objective.inputs])
    known = problem.extremes.get(key)
    found: Extremum
    if known is not None:
        found = known[1]
        return found
    found = least(objective, box, budget=budget, gap=gap)
    if not budget.spent:
        if len(problem.extremes) >= _MOST_KNOWN:
            problem.extremes.clear()
        problem.extremes[key] = ([box[i] for i in objective.inputs], found)
    return found


def _loses_solutions(form: Explicit, box: Sequence[Interval]) -> bool:
    """Whether solving an equation may have divided zero by zero: there any value solves it."""
    if not form.quotients:
        return False
    last = max(at for pair in form.quotients for at in pair)
    values = evaluate(form.tape.nodes[: last + 1], box)
    return any(0 in values[over] and 0 in values[under] for over, under in form.quotients)


def _objectives(
    problem: Problem, premises: Collection[str], group: Sequence[int], target: int, budget: Budget
) -> tuple[Explicit, Objective, Objective] | None:
    """The target's formula prepared for its least and its greatest value; None where it gains nothing.

    It gains where an input occurs more than once. Kept on the problem: it depends on relations alone.
    """
    in_order = premises if isinstance(premises, tuple) else problem.sort(premises)
    constraints = problem.network(in_order, tuple(group)).constraints
    key = (target, tuple(c.premise for c in constraints))
    kept: tuple[Explicit, Objective, Objective] | None
    if key not in problem.formulas:
        form = explicit(constraints, target, len(problem.variables))
        if form is None or not form.repeats:
            form = explicit_by_ratio(constraints, target, len(problem.variables))
        if form is None:
            problem.formulas[key] = None
        else:
            steps = {
                i: step
                for i in form.inputs
                if i < len(problem.variables) and (step := problem.variables[i].step) is not None
            }
            least_of = prepare(form.tape, form.root, form.inputs, steps, budget)
            if budget.spent:
                return None
            problem.formulas[key] = None if least_of is None else (form, least_of, negated(least_of))
    kept = problem.formulas[key]
    return kept
