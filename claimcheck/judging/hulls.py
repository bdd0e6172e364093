"""What a quantity can be over many scenarios, and in which of them it is least and greatest.

The bounds of a quantity depend on the parts that reach it: its own, or those of what it is defined from. Few
combinations of their cases are looked at one by one; of many, the outermost ends are searched for
(:mod:`claimcheck.judging.forms`), and only those few scenarios are bounded by the solver.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gmpy2 import mpq

from claimcheck.interval import EMPTY, Interval, Rational, hull, intersection, interval
from claimcheck.judging.forms import End, Form, end_of, end_to_interval
from claimcheck.judging.parts import Case, Scenarios
from claimcheck.judging.report import Verdict
from claimcheck.solver.decision import Bound, magnitude
from claimcheck.solver.definitions import Formula, closed_form
from claimcheck.solver.optimum import GAP, unclaimed
from claimcheck.solver.tape import evaluate

__all__ = [
    "Reach",
    "Spread",
    "bound_of",
    "component_of",
    "form_of",
    "hull_of",
    "middle_of",
    "of_many",
    "possible_cases",
    "reach_of",
    "share_lost",
    "spread",
    "union",
]

_FEW = 64
"""Combinations that are all looked at."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What reaches a quantity: the places of parts, and for a defined one its closed form and relations.

    A quantity of which only definitions of others speak is in no part; its ``relations`` are these.
    """

    quantity: str
    parts: tuple[int, ...]
    relations: tuple[str, ...] = ()
    formula: Formula | None = None


def reach_of(scenarios: Scenarios, quantity: str) -> Reach:
    """The parts whose choices can reach a quantity."""
    v = scenarios.problem.number[quantity]
    if v in scenarios.part_of and v not in scenarios.definitions:
        return Reach(quantity, (scenarios.part_of[v],))
    if v not in scenarios.definitions:
        return Reach(quantity, (), tuple(d.premise for d in scenarios.users.get(v, ())))
    number = scenarios.parts[scenarios.part_of[v]].component
    formula, relations = closed_form(scenarios.defined_in[number], v)
    places = {scenarios.part_of[i] for i in formula.inputs if i in scenarios.part_of}
    return Reach(quantity, tuple(sorted(places)), relations, formula)


def component_of(scenarios: Scenarios, reach: Reach) -> tuple[int, ...]:
    """The places of all parts that are tied to the quantity, whether or not they reach it."""
    v = scenarios.problem.number[reach.quantity]
    users = [] if v in scenarios.part_of else [d.variable for d in scenarios.users.get(v, ())]
    place = scenarios.part_of.get(users[0] if users else v)
    return () if place is None else scenarios.components[scenarios.parts[place].component]


def possible_cases(cases: Iterable[Case]) -> list[Case]:
    """Those that are not proved contradictory."""
    return [c for c in cases if c.verdict is not Verdict.CONTRADICTORY]


def bound_of(scenarios: Scenarios, reach: Reach, cases: Sequence[Case]) -> Bound | None:
    """The quantity's bound in one case of each part that reaches it; None where one contradicts itself."""
    if any(c.verdict is Verdict.CONTRADICTORY for c in cases):
        return None
    quantity = reach.quantity
    if reach.formula is None and cases:
        return cases[0].bounds.get(quantity)
    if not reach.relations:
        return unclaimed(scenarios.problem.variables[scenarios.problem.number[quantity]])
    premises = frozenset(reach.relations).union(*(c.premises for c in cases))
    found = scenarios.oracle.bounds(premises, (quantity,))[quantity]
    return None if found.interval.is_empty else found


@dataclass(frozen=True, slots=True)
class Spread:
    """The hull of a quantity's bounds, and the cases (by place of part) that have its least and greatest end.

    ``lowest`` and ``highest`` are None where the hull is only an enclosure.
    """

    bound: Bound
    lowest: Mapping[int, Case] | None
    highest: Mapping[int, Case] | None


Allowed = Mapping[int, Sequence[Case]]
"""Cases to look at, by place of part; of other parts all."""


def spread(
    scenarios: Scenarios,
    reach: Reach,
    allowed: Allowed | None = None,
    *,
    proved: bool = True,
) -> Spread | None:
    """The hull of the quantity over the cases that are not proved contradictory; None if there are none.

    With ``proved`` false a formula that gives exact ranges is enough, and no proof comes with the bound.
    It is not tight where it is not known of a part that is tied to the quantity whether it can hold.
    """
    shown = True
    for place in component_of(scenarios, reach):
        part = scenarios.parts[place]
        holding = part.number(Verdict.CONSISTENT)
        if part.known and not holding and not part.number(Verdict.UNKNOWN):
            return None
        shown = shown and (holding > 0 or place in reach.parts)
    found = _of_reach(scenarios, reach, allowed or {}, proved)
    return found if found is None or shown else replace(found, bound=found.bound.without_witnesses())


def _of_reach(scenarios: Scenarios, reach: Reach, allowed: Allowed, proved: bool) -> Spread | None:
    """As :func:`spread`, of the parts that reach the quantity alone."""
    if reach.formula is None and reach.parts and reach.parts[0] not in allowed:
        every = of_many(scenarios, reach)
        if every is not None:
            return every
    if any(not scenarios.parts[i].complete and i not in allowed for i in reach.parts):
        return _loose(scenarios, reach)
    options = [possible_cases(allowed.get(i, scenarios.parts[i].cases)) for i in reach.parts]
    if not all(options):
        return None
    if reach.formula is None or math.prod(map(len, options)) <= _FEW:
        return _of_all(scenarios, reach, itertools.product(*options))
    form = form_of(scenarios, reach, options)
    bounds: dict[tuple[int, ...], Bound] = {}
    ends = []
    for upper in (False, True):

        def leaf(picks: tuple[int, ...], upper: bool = upper) -> End | None:
            cases = [own[i] for own, i in zip(options, picks, strict=True)]
            bound = bound_of(scenarios, reach, cases)
            if bound is None:
                return None
            bounds[picks] = bound
            return end_of(bound.interval, upper)

        quick = form.sharp and not proved
        found = form.outermost(upper, None if quick else leaf, spent=lambda: scenarios.oracle.budget.spent)
        if found is None:
            return None
        ends.append(found)
    low, high = ends
    lowest, highest = (
        None
        if found.picks is None
        else {place: own[i] for place, own, i in zip(reach.parts, options, found.picks, strict=True)}
        for found in ends
    )
    if low.picks in bounds and high.picks in bounds:
        return Spread(union([bounds[low.picks], bounds[high.picks]]), lowest, highest)
    x, y = end_to_interval(low.end, False), end_to_interval(high.end, True)
    whole = interval(x.lower, y.upper, x.lower_closed, y.upper_closed)
    sure = low.picks is not None and high.picks is not None
    return Spread(Bound(whole, sure, GAP if sure else mpq(1)), lowest, highest)


def of_many(scenarios: Scenarios, reach: Reach, among: Any = None) -> Spread | None:
    """The hull of a quantity of a part with many cases, over all of them or ``among`` some (a mask).

    None where the quantity is of another kind of part, or no case is possible.
    """
    place = reach.parts[0]
    many = scenarios.parts[place].many
    found = None if many is None or reach.formula is not None else many.hull(reach.quantity, among)
    if found is None:
        return None
    bound, low, high = found
    return Spread(bound, None if low is None else {place: low}, None if high is None else {place: high})


def form_of(
    scenarios: Scenarios,
    reach: Reach,
    options: Sequence[Sequence[Case]],
    narrower: tuple[str, Rational] | None = None,
) -> Form:
    """The closed form of a defined quantity over some cases of each part that reaches it.

    ``narrower``: a claim, and how wide it is to be, in the middle of what is possible, where it is in force.
    """
    formula = reach.formula
    assert formula is not None
    variables = scenarios.problem.variables
    boxes = []
    for place, cases in zip(reach.parts, options, strict=True):
        mine = [v for v in formula.inputs if scenarios.part_of.get(v) == place]
        boxes.append([{v: c.bounds[variables[v].name].interval for v in mine} for c in cases])
        if narrower is not None:
            claimed = scenarios.problem.claims[narrower[0]][0]
            for case, box in zip(cases, boxes[-1], strict=True):
                if claimed in box and narrower[0] in case.premises:
                    box[claimed] = middle_of(box[claimed], narrower[1])
    free = {v: unclaimed(variables[v]).interval for v in formula.inputs}
    return Form(formula, boxes, free, [v for v in formula.inputs if variables[v].step is not None])


def middle_of(x: Interval, width: Rational) -> Interval:
    """The middle part of an interval, of a width; all of it if it is no wider or has no middle."""
    if x.lower is None or x.upper is None or x.upper - x.lower <= width:
        return x
    middle = (x.lower + x.upper) / 2
    return interval(middle - width / 2, middle + width / 2)


def share_lost(whole: Interval, left: Interval) -> Rational | None:
    """The part of the width that is lost; None where there is no width to lose."""
    if whole.lower is None or whole.upper is None:
        return mpq(0) if left.lower is None or left.upper is None else mpq(1)
    width = whole.upper - whole.lower
    if not width or left.lower is None or left.upper is None:
        return None
    return max(mpq(0), 1 - (left.upper - left.lower) / width)


def _loose(scenarios: Scenarios, reach: Reach) -> Spread | None:
    """An enclosure where not all cases were looked at: what attains its ends need not be among them."""
    if reach.formula is None:
        part = scenarios.parts[reach.parts[0]]
        found = [c.bounds[reach.quantity] for c in part.cases if reach.quantity in c.bounds]
        found += [part.rest[reach.quantity]] if reach.quantity in part.rest else []
        return Spread(union(found), None, None) if found else None
    premises = frozenset(reach.relations).union(*(scenarios.parts[i].base for i in reach.parts))
    bound = scenarios.oracle.bounds(premises, (reach.quantity,))[reach.quantity]
    inputs = {v: _ever(scenarios, v) for v in reach.formula.inputs}
    x = intersection(bound.interval, evaluate(reach.formula.nodes, inputs)[reach.formula.root])
    loose = replace(bound, tight=False, gap=max(bound.gap, mpq(1)), lower_witness=None, upper_witness=None)
    return Spread(loose if x == bound.interval else Bound(x, False, mpq(1)), None, None)


def _ever(scenarios: Scenarios, variable: int) -> Interval:
    """What a variable can be in any case of its part, looked at or not."""
    own = scenarios.problem.variables[variable]
    if variable not in scenarios.part_of:
        return unclaimed(own).interval
    part = scenarios.parts[scenarios.part_of[variable]]
    known = None if part.many is None else part.many.hull(own.name)
    if known is not None:
        return known[0].interval
    found = [c.bounds[own.name].interval for c in possible_cases(part.cases)]
    found += [] if part.complete else [part.rest[own.name].interval]
    return functools.reduce(hull, found, EMPTY)


def _of_all(scenarios: Scenarios, reach: Reach, combinations: Iterable[tuple[Case, ...]]) -> Spread | None:
    found: list[tuple[Bound, tuple[Case, ...]]] = []
    for cases in combinations:
        bound = bound_of(scenarios, reach, cases)
        if bound is not None:
            found.append((bound, cases))
    if not found:
        return None
    whole = union([b for b, _ in found])
    first = next(cases for b, cases in found if end_of(b.interval, False) == end_of(whole.interval, False))
    last = next(cases for b, cases in found if end_of(b.interval, True) == end_of(whole.interval, True))
    return Spread(
        whole, dict(zip(reach.parts, first, strict=True)), dict(zip(reach.parts, last, strict=True))
    )


def hull_of(
    scenarios: Scenarios, targets: Collection[str], allowed: Allowed | None = None
) -> dict[str, Bound]:
    """The hull of each target over the scenarios that were not proved contradictory.

    Each quantity is looked at with the parts that reach it, so that a contradiction elsewhere does not take
    the hull away. A quantity without any consistent case has no entry.
    """
    found = {}
    for quantity in targets:
        whole = spread(scenarios, reach_of(scenarios, quantity), allowed)
        if whole is not None:
            found[quantity] = whole.bound
    return found


def union(bounds: Sequence[Bound]) -> Bound:
    """The hull of several bounds, each end with the premises and witness of the first bound that has it."""
    whole = EMPTY
    for bound in bounds:
        whole = hull(whole, bound.interval)
    low = next(
        b for b in bounds if (b.interval.lower, b.interval.lower_closed) == (whole.lower, whole.lower_closed)
    )
    high = next(
        b for b in bounds if (b.interval.upper, b.interval.upper_closed) == (whole.upper, whole.upper_closed)
    )
    # A gap is relative to the size of its own bound, which may be more: [-1, 5] and [0, inf) give [-1, inf).
    size = magnitude(whole)
    gap = max(b.gap * max(mpq(1), magnitude(b.interval) / size) for b in (low, high))
    return Bound.with_evidence_later(
        whole,
        low.tight and high.tight and gap <= GAP,
        gap,
        low.lower_witness,
        high.upper_witness,
        lambda: _of_ends(low, high),
    )


def _of_ends(low: Bound, high: Bound) -> dict[str, Any]:
    return {
        "lower_premises": low.lower_premises,
        "upper_premises": high.upper_premises,
        "proof": low.proof if low is high else None,
        "lower_proof": low.lower_proof or low.proof,
        "upper_proof": high.upper_proof or high.proof,
    }
