"""One more digit: what it would do to the hull of a quantity, were a claim printed with it.

Few claims bear on an end of the hull, and a pair of scenarios shows of most others that they do not: what
holds there with the claim narrower leaves both ends as they are. Only the rest are tried out.
"""

from __future__ import annotations

import functools
import itertools
import math

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import EMPTY, Interval, Rational, hull, intersection, interval, subset
from claimcheck.judging.forms import end_to_interval
from claimcheck.judging.hulls import (
    Reach,
    Spread,
    bound_of,
    form_of,
    middle_of,
    possible_cases,
    share_lost,
    union,
)
from claimcheck.judging.oracle import SMALL, Oracle
from claimcheck.judging.parts import Scenarios
from claimcheck.judging.report import Narrowing, Verdict
from claimcheck.judging.scenarios import holding_elsewhere
from claimcheck.model import Claim, ClaimSet
from claimcheck.solver.candidates import candidates
from claimcheck.solver.decision import Answer, Witness, magnitude
from claimcheck.solver.optimum import GAP
from claimcheck.solver.problem import Problem
from claimcheck.units import to_base

__all__ = ["MOST_DIGITS", "Trials", "narrowings", "one_more_digit"]

MOST_DIGITS = 200
"""Claims tried with one more digit, over all quantities."""
_SECONDS = 5
"""No single trial may take longer."""
_PRECISION = mpq(1, 100)
"""How exactly a trial has to tell what is left, as a share of what there is."""
_MOST_CASES = 64
"""Cases asked whether they still hold with a claim narrower."""
_FEW = 16
"""Combinations bounded one by one where no formula gives their range."""


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


class _Trial:
    """A claim printed with one more digit, tried out.

    The digit is not known, so the narrower interval is taken to lie in the middle of what is possible now.
    """

    def __init__(self, scenarios: Scenarios, id: str, width: Rational) -> None:
        self.scenarios, self.id, self.width = scenarios, id, width
        self.variable = scenarios.problem.claims[id][0]
        self.place = scenarios.part_of[self.variable]

    @functools.cached_property
    def middle(self) -> Interval:
        """What the claim says with one more digit."""
        stated = self.scenarios.problem.claims
        room = EMPTY
        for case in possible_cases(self.scenarios.parts[self.place].cases):
            if self.id in case.premises:
                own = [stated[p][1] for p in case.premises if p in stated and stated[p][0] == self.variable]
                room = hull(room, functools.reduce(intersection, own))
        return middle_of(room, self.width)

    @functools.cached_property
    def oracle(self) -> Oracle:
        """The solver of the problem in which the claim says this."""
        narrower = self._tied.with_claim(self.id, self.middle)
        return Oracle(narrower, Budget(None, self.scenarios.oracle.budget), seconds=_SECONDS)

    @property
    def _tied(self) -> Problem:
        """The problem; of a large one what is tied to the claim, if no coupled source ties more to it."""
        scenarios = self.scenarios
        whole = scenarios.problem
        if len(whole.variables) <= SMALL:
            return whole
        near = scenarios.components[scenarios.parts[self.place].component]
        regions = {whole.regions()[v] for i in near for v in scenarios.parts[i].variables}
        return whole.region(self.variable) if len(regions) == 1 else whole

    @functools.cached_property
    def rules_out(self) -> tuple[int, int] | None:
        """The least and greatest number of scenarios that go; None: not known."""
        part = self.scenarios.parts[self.place]
        if not self.scenarios.complete or len(part.cases) > _MOST_CASES:
            return None
        lost = 0
        for case in part.cases:
            if case.verdict is Verdict.CONSISTENT and self.id in case.premises:
                answer = self.oracle.decide(case.premises).answer
                if answer is Answer.UNKNOWN:
                    return None
                lost += answer is Answer.INFEASIBLE
        lost *= holding_elsewhere(self.scenarios, self.place)
        return lost, lost


class Trials:
    """The claims tried so far: what was found out about one serves all quantities."""

    def __init__(self, claims: ClaimSet, scenarios: Scenarios) -> None:
        self.claims, self.scenarios = claims, scenarios
        self.known: dict[str, _Trial | None] = {}

    def of(self, id: str) -> _Trial | None:
        """The trial of a claim; None where it prints no digits."""
        if id not in self.known:
            claim = self.claims.claims.get(id)
            width = None if claim is None else one_more_digit(claim)
            self.known[id] = None if width is None else _Trial(self.scenarios, id, width)
        return self.known[id]


class _Ends:
    """Scenarios with the quantity at its least and at its greatest, and all claims in the middle that can be.

    A claim that holds there with one more digit, too, leaves the hull as it is. This answers for most claims
    at once: few bear on an end.
    """

    def __init__(self, scenarios: Scenarios, reach: Reach, whole: Spread, trials: Trials) -> None:
        self.scenarios, self.reach, self.whole, self.trials = scenarios, reach, whole, trials

    def hold(self, trial: _Trial) -> bool:
        """Whether both ends are attained with the claim narrower; False: not known."""
        name = self.scenarios.problem.variables[trial.variable].name
        for premises, witnesses in self._attained:
            values = [w.values[name] for w in witnesses if name in w.values]
            if trial.id in premises and not any(subset(x, trial.middle) for x in values):
                return False
        return True

    @functools.cached_property
    def _attained(self) -> list[tuple[frozenset[str], list[Witness]]]:
        """For each end the premises of a scenario that has it, and witnesses there."""
        whole, found = self.whole, []
        low, high = (whole.bound.interval.lower, False), (whole.bound.interval.upper, True)
        for cases, end, own in (
            (whole.lowest, low, whole.bound.lower_witness),
            (whole.highest, high, whole.bound.upper_witness),
        ):
            premises = frozenset(self.reach.relations).union(*(c.premises for c in (cases or {}).values()))
            wishes = self._middles(premises)
            central = self.scenarios.oracle.attaining(premises, self.reach.quantity, end, wishes)
            found.append((premises, [w for w in (central, own) if w is not None]))
        return found

    def _middles(self, premises: frozenset[str]) -> dict[str, Rational]:
        """A number in the middle of what each claim says."""
        problem = self.scenarios.problem
        found: dict[str, Rational] = {}
        for id in problem.sort(premises.intersection(problem.claims)):
            trial = self.trials.of(id)
            variable = problem.variables[problem.claims[id][0]]
            first = None if trial is None else next(candidates(trial.middle, variable), None)
            if first is not None:
                found[variable.name] = first
        return found


def narrowings(
    scenarios: Scenarios, reach: Reach, whole: Spread, trials: Trials
) -> tuple[int, list[Narrowing]]:
    """For each claim that an end of the hull may rest on, what one more digit of it would do to the hull.

    Also returned: how many claims were tried. Claims in no extreme scenario make no difference to the hull.
    """
    x = whole.bound.interval
    if whole.lowest is None or whole.highest is None or (x.lower is not None and x.lower == x.upper):
        return 0, []
    if not all(scenarios.parts[i].complete for i in reach.parts):
        return 0, []
    variables = scenarios.problem.variables
    ends = _Ends(scenarios, reach, whole, trials)
    resting = {p for cases in (whole.lowest, whole.highest) for c in cases.values() for p in c.premises}
    found: list[Narrowing] = []
    tried = 0
    for id in scenarios.problem.sort(resting.intersection(scenarios.problem.claims)):
        if variables[scenarios.problem.claims[id][0]].name == reach.quantity or tried >= MOST_DIGITS:
            continue
        trial = trials.of(id)
        if trial is None:
            continue
        tried += 1
        left = _with_claim(scenarios, reach, trial, x, ends)
        share = None if left is None else share_lost(x, left[0])
        if left is not None and share:
            most = min(mpq(1), share + left[1])
            found.append(Narrowing("digit", id, reach.quantity, share, most, trial.rules_out))
    return tried, sorted(found, key=lambda n: -n.least)


def _with_claim(
    scenarios: Scenarios, reach: Reach, trial: _Trial, whole: Interval, ends_at: _Ends
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
    if ends_at.hold(trial):
        return whole, mpq(0)
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
