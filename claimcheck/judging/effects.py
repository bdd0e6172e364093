"""What matters: where quantities are least and greatest, what each choice does, and what to resolve first.

All of it speaks of all scenarios, and none of it lists them: counts are products over parts, ends are
searched for, and a choice is tried out by looking at its part's own cases only.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from gmpy2 import mpq

from claimcheck.interval import Rational
from claimcheck.judging.digits import MOST_DIGITS, Trials, narrowings
from claimcheck.judging.hulls import (
    Reach,
    Spread,
    of_many,
    reach_of,
    share_lost,
    spread,
)
from claimcheck.judging.parts import Case, Scenarios
from claimcheck.judging.report import Effect, Narrowing, Outcome, Overview, Picked, Verdict
from claimcheck.judging.scenarios import count, count_by_verdict, holding_elsewhere
from claimcheck.model import ClaimSet

if TYPE_CHECKING:
    from claimcheck.judging.manycases import ManyCases

__all__ = ["effects_on", "overview"]

_MOST_OUTCOMES = 1000


def overview(claims: ClaimSet, scenarios: Scenarios, shown: Collection[str]) -> Overview:
    """All that is said of the scenarios together; ``shown`` are the quantities it is said of."""
    verdicts = count_by_verdict(scenarios)
    number = count(scenarios)
    extremes: dict[str, tuple[Picked | None, Picked | None]] = {}
    effects: list[Effect] = []
    resolve: list[Narrowing] = []
    trials = Trials(claims, scenarios)
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
        if digits < MOST_DIGITS:
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
        others = holding_elsewhere(scenarios, place)
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
        shares = [share_lost(whole.bound.interval, o.bound.interval) for o in possible if o.bound is not None]
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
