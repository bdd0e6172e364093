"""What matters: where quantities are least and greatest, what each choice does, and what to resolve first.

All of it speaks of all scenarios, and none of it lists them: counts are products over parts, ends are
searched for, and a choice is tried out by looking at its part's own cases only.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import EMPTY, Interval, Rational, hull, intersection, interval
from claimcheck.judging.forms import end_to_interval
from claimcheck.judging.hulls import (
    Reach,
    Spread,
    bound_of,
    form_of,
    middle_of,
    of_many,
    possible_cases,
    reach_of,
    spread,
    union,
)
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.parts import Case, Scenarios
from claimcheck.judging.report import Effect, Narrowing, Outcome, Overview, Picked, Verdict
from claimcheck.judging.scenarios import count, count_by_verdict
from claimcheck.model import Claim, ClaimSet
from claimcheck.solver.decision import Answer, magnitude
from claimcheck.solver.optimum import GAP
from claimcheck.units import to_base

if TYPE_CHECKING:
    from claimcheck.judging.manycases import ManyCases

__all__ = ["effects_on", "narrowings", "one_more_digit", "overview"]

_MOST_OUTCOMES = 1000
_MOST_DIGITS = 200
"""Claims tried with one more digit, over all quantities."""
_SECONDS = 5
"""No single trial may take longer."""
_PRECISION = mpq(1, 100)
"""How exactly a trial has to tell what is left, as a share of what there is."""
_MOST_CASES = 64
"""Cases asked whether they still hold with a claim narrower."""
_FEW = 16
"""Combinations bounded one by one where no formula gives their range."""


def overview(claims: ClaimSet, scenarios: Scenarios, shown: Collection[str]) -> Overview:
    """All that is said of the scenarios together; ``shown`` are the quantities it is said of."""
    verdicts = count_by_verdict(scenarios)
    number = count(scenarios)
    extremes: dict[str, tuple[Picked | None, Picked | None]] = {}
    effects: list[Effect] = []
    resolve: list[Narrowing] = []
    trials = _Trials(claims, scenarios)
    outcomes = digits = 0
    for quantity in shown:
        reach = reach_of(scenarios, quantity)
        whole = spread(scenarios, reach)
        if whole is None:
            continue
        if number != 1:
            extremes[quantity] = (_picked(whole.lowest), _picked(whole.highest))
            if outcomes < _MOST_OUTCOMES:
                found = effects_on(scenarios, reach)
                outcomes += sum(len(e.outcomes) for e in found)
                effects += found
                resolve += _if_settled(whole, found, scenarios)
        if digits < _MOST_DIGITS:
            tried, narrower = narrowings(scenarios, reach, whole, trials)
            digits += tried
            resolve += narrower
    return Overview(number, verdicts, extremes, tuple(effects), tuple(resolve))


def _picked(cases: Mapping[int, Case] | None) -> Picked | None:
    if cases is None:
        return None
    return {name: ids for case in cases.values() for name, ids in case.choices.items()}


# -- what a choice does --------------------------------------------------------------------------------------


def effects_on(scenarios: Scenarios, reach: Reach) -> list[Effect]:
    """The effect of every choice that reaches a quantity, the one that moves it furthest first."""
    found = []
    for place in reach.parts:
        part = scenarios.parts[place]
        others = _holding(scenarios, place)
        if part.many is not None and reach.formula is None:
            found += [_among_many(scenarios, reach, part.many, name, others) for name in part.names]
        if not part.complete:
            continue
        for name in part.names:
            outcomes = []
            for picked in dict.fromkeys(c.choices[name] for c in part.cases):
                own = [c for c in part.cases if c.choices[name] == picked]
                left = spread(scenarios, reach, {place: own}, proved=False)
                holding = sum(c.verdict is Verdict.CONSISTENT for c in own) * others
                outcomes.append(
                    Outcome(
                        picked,
                        None if left is None else left.bound,
                        holding if scenarios.known else None,
                    )
                )
            found.append(Effect(name, reach.quantity, tuple(outcomes), _moves(outcomes)))
    return sorted(found, key=lambda e: -(e.moves or mpq(0)))


def _holding(scenarios: Scenarios, place: int) -> int:
    """How many combinations of cases of all other parts are consistent."""
    return math.prod(p.number(Verdict.CONSISTENT) for i, p in enumerate(scenarios.parts) if i != place)


def _among_many(scenarios: Scenarios, reach: Reach, many: ManyCases, name: str, others: int) -> Effect:
    """The effect of one choice of a part with many cases."""
    taken = many.taken(name)
    outcomes = []
    for number, picked in enumerate(many.options(name)):
        among = taken == number
        left = of_many(scenarios, reach, among)
        holding = many.number(Verdict.CONSISTENT, among) * others
        outcomes.append(
            Outcome(picked, None if left is None else left.bound, holding if scenarios.known else None)
        )
    return Effect(name, reach.quantity, tuple(outcomes), _moves(outcomes))


def _moves(outcomes: Sequence[Outcome]) -> Rational | None:
    intervals = [o.bound.interval for o in outcomes if o.bound is not None]
    if any(o.bound is not None and not o.bound.tight for o in outcomes):
        return None
    furthest = mpq(0)
    for a, b in itertools.combinations(intervals, 2):
        for x, y in ((a.lower, b.lower), (a.upper, b.upper)):
            if (x is None) != (y is None):
                return None
            if x is not None:
                furthest = max(furthest, abs(x - y))
    return furthest


def _if_settled(whole: Spread, effects: Sequence[Effect], scenarios: Scenarios) -> list[Narrowing]:
    """How much narrower the quantity is with each choice settled, whichever way."""
    found = []
    for effect in effects:
        possible = [o for o in effect.outcomes if o.bound is not None]
        shares = [_share(whole.bound.interval, o.bound.interval) for o in possible if o.bound is not None]
        if effect.choice == effect.quantity or len(possible) < 2 or any(s is None for s in shares):
            continue
        known = [s for s in shares if s is not None]
        counts = [o.consistent for o in possible if o.consistent is not None]
        rules_out = None
        if len(counts) == len(possible):
            all_of_them = sum(o.consistent or 0 for o in effect.outcomes)
            rules_out = (all_of_them - max(counts), all_of_them - min(counts))
        found.append(Narrowing("settle", effect.choice, effect.quantity, min(known), max(known), rules_out))
    return sorted(found, key=lambda n: (-n.least, -n.most))


def _share(whole: Interval, left: Interval) -> Rational | None:
    """The part of the width that is lost; None where there is no width to lose."""
    if whole.lower is None or whole.upper is None:
        return mpq(0) if left.lower is None or left.upper is None else mpq(1)
    width = whole.upper - whole.lower
    if not width or left.lower is None or left.upper is None:
        return None
    return max(mpq(0), 1 - (left.upper - left.lower) / width)


# -- one more digit ---------------------------------------------------------------------------------------


def one_more_digit(claim: Claim) -> Rational | None:
    """How wide (base units) a claim's interval would be with one more digit; None where it prints none.

    The distance of each end to its printed number becomes a tenth, whichever way the number is rounded.
    """
    reading = claim.reading
    x = reading.interval
    if reading.kind == "rounded" and reading.nominal is not None:
        low = high = reading.nominal
    elif reading.kind == "range" and len(reading.printed) == 2:
        low, high = (p.value for p in reading.printed)
    else:
        return None
    if x.is_point or x.lower is None or x.upper is None or claim.unit.is_date:
        return None
    ends = low + (x.lower - low) / 10, high + (x.upper - high) / 10
    if ends == (x.lower, x.upper):
        return None
    shown = to_base(interval(*ends), claim.unit)
    return None if shown.lower is None or shown.upper is None else shown.upper - shown.lower


@dataclass(frozen=True, slots=True)
class _Trial:
    """A claim printed with one more digit, tried out: its width then, the solver, and what that rules out."""

    id: str
    width: Rational
    oracle: Oracle
    rules_out: tuple[int, int] | None


class _Trials:
    """The claims tried so far: what was found out about one serves all quantities."""

    def __init__(self, claims: ClaimSet, scenarios: Scenarios) -> None:
        self.claims, self.scenarios = claims, scenarios
        self.known: dict[str, _Trial | None] = {}

    def of(self, id: str) -> _Trial | None:
        """The trial of a claim; None where it prints no digits."""
        if id not in self.known:
            claim = self.claims.claims.get(id)
            width = None if claim is None else one_more_digit(claim)
            self.known[id] = None if width is None else self._begun(id, width)
        return self.known[id]

    def _begun(self, id: str, width: Rational) -> _Trial:
        scenarios = self.scenarios
        stated = scenarios.problem.claims
        variable = stated[id][0]
        place = scenarios.part_of[variable]
        part = scenarios.parts[place]
        room = EMPTY
        for case in possible_cases(part.cases):
            if id in case.premises:
                own = [stated[p][1] for p in case.premises if p in stated and stated[p][0] == variable]
                room = hull(room, functools.reduce(intersection, own))
        narrower = scenarios.problem.with_claim(id, middle_of(room, width))
        oracle = Oracle(narrower, Budget(None, scenarios.oracle.budget), seconds=_SECONDS)
        if not scenarios.complete or len(part.cases) > _MOST_CASES:
            return _Trial(id, width, oracle, None)
        lost = 0
        for case in part.cases:
            if case.verdict is Verdict.CONSISTENT and id in case.premises:
                answer = oracle.decide(case.premises).answer
                if answer is Answer.UNKNOWN:
                    return _Trial(id, width, oracle, None)
                lost += answer is Answer.INFEASIBLE
        lost *= _holding(scenarios, place)
        return _Trial(id, width, oracle, (lost, lost))


def narrowings(
    scenarios: Scenarios, reach: Reach, whole: Spread, trials: _Trials
) -> tuple[int, list[Narrowing]]:
    """For each claim that an end of the hull may rest on, what one more digit of it would do to the hull.

    The digit is not known, so the narrower interval is taken to lie in the middle of what is possible now.
    Also returned: how many claims were tried. Claims in no extreme scenario make no difference to the hull.
    """
    if whole.lowest is None or whole.highest is None:
        return 0, []
    if not all(scenarios.parts[i].complete for i in reach.parts):
        return 0, []
    variables = scenarios.problem.variables
    resting = {p for cases in (whole.lowest, whole.highest) for c in cases.values() for p in c.premises}
    found: list[Narrowing] = []
    tried = 0
    for id in scenarios.problem.sort(resting.intersection(scenarios.problem.claims)):
        if variables[scenarios.problem.claims[id][0]].name == reach.quantity or tried >= _MOST_DIGITS:
            continue
        trial = trials.of(id)
        if trial is None:
            continue
        tried += 1
        left = _with_claim(scenarios, reach, trial, whole.bound.interval)
        share = None if left is None else _share(whole.bound.interval, left[0])
        if left is not None and share:
            most = min(mpq(1), share + left[1])
            found.append(Narrowing("digit", id, reach.quantity, share, most, trial.rules_out))
    return tried, sorted(found, key=lambda n: -n.least)


def _with_claim(
    scenarios: Scenarios, reach: Reach, trial: _Trial, whole: Interval
) -> tuple[Interval, Rational] | None:
    """The hull of the quantity with one claim narrower, and how much of the whole's width it may be too wide.

    None where the solver did not find it to within that.
    """
    options = [possible_cases(scenarios.parts[i].cases) for i in reach.parts]
    if reach.formula is not None:
        form = form_of(scenarios, reach, options, (trial.id, trial.width))
        ends = [form.outermost(upper) for upper in (False, True)] if form.sharp else [None]
        if all(e is not None and e.picks is not None for e in ends):
            x, y = (end_to_interval(e.end, upper) for e, upper in zip(ends, (False, True), strict=True) if e)
            return interval(x.lower, y.upper, x.lower_closed, y.upper_closed), mpq(0)
    if math.prod(map(len, options)) > _FEW:
        return None
    gap = GAP
    if whole.lower is not None and whole.upper is not None:
        gap = max(gap, _PRECISION * (whole.upper - whole.lower) / magnitude(whole))
    bounds = []
    for cases in itertools.product(*options):
        premises = frozenset(reach.relations).union(*(c.premises for c in cases))
        bound = bound_of(scenarios, reach, cases)
        if trial.id in premises:
            bound = trial.oracle.bounds(premises, (reach.quantity,), gap=gap)[reach.quantity]
            if bound.gap > 2 * gap:
                return None
        if bound is not None and not bound.interval.is_empty:  # else the middle is not possible in this case
            bounds.append(bound)
    if not bounds:
        return None
    left = union(bounds)
    off = 2 * left.gap * magnitude(left.interval)
    if whole.lower is None or whole.upper is None or left.gap <= GAP or whole.lower == whole.upper:
        return left.interval, mpq(0)
    return left.interval, off / (whole.upper - whole.lower)
