"""Scenarios one by one: in file order, from any place on, as many as are wanted.

A scenario is one case of every part. They are numbered as a reader counts: the last choice of the file
varies fastest. None is put together before it is asked for.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Sequence

from gmpy2 import mpq

from claimcheck.interval import Interval, Rational, point
from claimcheck.judging.hulls import Reach, bound_of, component_of, possible_cases, reach_of, spread
from claimcheck.judging.parts import Case, Part, Scenarios
from claimcheck.judging.report import Conflict, Scenario, Verdict
from claimcheck.solver.candidates import candidates
from claimcheck.solver.decision import Bound, Witness, magnitude
from claimcheck.solver.definitions import with_defined
from claimcheck.solver.problem import Problem, Variable

__all__ = ["cases_in_order", "choice_names", "count", "count_by_verdict", "describe", "holding_elsewhere"]


def count(scenarios: Scenarios) -> int | None:
    """How many scenarios there are; None where coupled sources make that hard to tell."""
    return _product([p.count for p in scenarios.parts])


def holding_elsewhere(scenarios: Scenarios, place: int) -> int:
    """How many combinations of cases of all other parts are consistent."""
    own = scenarios.parts[place].number(Verdict.CONSISTENT)
    if own:
        return scenarios.holding // own
    return math.prod(p.number(Verdict.CONSISTENT) for i, p in enumerate(scenarios.parts) if i != place)


def count_by_verdict(scenarios: Scenarios) -> dict[Verdict, int] | None:
    """How many scenarios have each verdict, by those of the parts; None where not all were looked at."""
    if not scenarios.known:
        return None
    numbers = [{v: p.number(v) for v in Verdict} for p in scenarios.parts]
    whole = math.prod(sum(n.values()) for n in numbers)
    holding = math.prod(n[Verdict.CONSISTENT] for n in numbers)
    possible = math.prod(n[Verdict.CONSISTENT] + n[Verdict.UNKNOWN] for n in numbers)
    return {
        Verdict.CONSISTENT: holding,
        Verdict.CONTRADICTORY: whole - possible,
        Verdict.UNKNOWN: possible - holding,
    }


def _product(counts: Iterable[int | None]) -> int | None:
    whole = 1
    for n in counts:
        if n is None:
            return None
        whole *= n
    return whole


def choice_names(scenarios: Scenarios) -> list[str]:
    """The names of all choices: contested quantities in file order, then choices of relations."""
    names = [n for p in scenarios.parts for n in p.names]
    number = scenarios.problem.number
    quantities = [n for n in names if n in number]
    return sorted(quantities, key=number.__getitem__) + [n for n in names if n not in number]


def cases_in_order(scenarios: Scenarios, start: int = 0) -> Iterator[tuple[Case, ...]]:
    """One case of every part for each scenario that was looked at, in file order, from number ``start``."""
    parts = scenarios.parts
    if not all(p.cases for p in parts):
        return
    home = {n: (i, k) for i, p in enumerate(parts) for k, n in enumerate(p.names)}
    levels = [home[n] for n in choice_names(scenarios)]
    trees = [_Tree(p) for p in parts]
    prefix: list[tuple[int, ...]] = [()] * len(parts)
    chosen: list[int] = []  # at each level, which of the options open there
    left = start
    if left:
        whole = math.prod(t.size[()] for t in trees)
        if left >= whole:
            return
    while True:
        while len(chosen) < len(levels):  # go down, first options first
            i, _ = levels[len(chosen)]
            options = trees[i].options[prefix[i]]
            at = 0
            while left:
                inside = whole // trees[i].size[prefix[i]] * trees[i].size[(*prefix[i], options[at])]
                if left < inside:
                    whole = inside
                    break
                left -= inside
                at += 1
            chosen.append(at)
            prefix[i] = (*prefix[i], options[at])
        yield tuple(t.case[p] for t, p in zip(trees, prefix, strict=True))
        while chosen:  # go back to the last level that has another option
            i, _ = levels[len(chosen) - 1]
            at = chosen.pop() + 1
            prefix[i] = prefix[i][:-1]
            options = trees[i].options[prefix[i]]
            if at < len(options):
                chosen.append(at)
                prefix[i] = (*prefix[i], options[at])
                break
        else:
            return


class _Tree:
    """The cases of a part by their picks: options open after each beginning, and how many cases it has."""

    def __init__(self, part: Part) -> None:
        self.case = {c.picks: c for c in part.cases}
        self.size: dict[tuple[int, ...], int] = {}
        following: dict[tuple[int, ...], set[int]] = {}
        for picks in self.case:
            for k in range(len(picks) + 1):
                self.size[picks[:k]] = self.size.get(picks[:k], 0) + 1
                if k < len(picks):
                    following.setdefault(picks[:k], set()).add(picks[k])
        self.options = {beginning: sorted(found) for beginning, found in following.items()}


class describe:  # noqa: N801 - reads as the function it is
    """What to tell of a scenario, by its cases: choices, verdict, bounds, witness and conflicts.

    ``shown``: the quantities whose bounds are told. A quantity has bounds in a contradictory scenario, too,
    if what contradicts itself is not tied to it.
    """

    def __init__(
        self,
        scenarios: Scenarios,
        conflicts: Iterable[Conflict],
        conclusions: Collection[str],
        shown: Collection[str],
    ) -> None:
        self.scenarios = scenarios
        self.clashes = [(c.id, frozenset(c.members).difference(conclusions)) for c in conflicts]
        self.reaches = [reach_of(scenarios, q) for q in shown]
        self.names = choice_names(scenarios)
        self.free = _free_values(scenarios.problem, scenarios)

    def some(self, limit: int, start: int = 0) -> tuple[Scenario, ...]:
        """At most ``limit`` scenarios in file order, from number ``start`` on.

        Where these are not all, those in which a shown quantity is least and greatest come after them.
        """
        found = []
        waiting = cases_in_order(self.scenarios, start)
        for cases in itertools.islice(waiting, limit):
            found.append(cases)
        if next(waiting, None) is not None or start:
            seen = {tuple(c.picks for c in cases) for cases in found}
            for cases in self._extreme():
                if tuple(c.picks for c in cases) not in seen:
                    seen.add(tuple(c.picks for c in cases))
                    found.append(cases)
        return tuple(self(cases) for cases in found)

    def _extreme(self) -> Iterator[tuple[Case, ...]]:
        """For each shown quantity the scenarios with its ends; what cannot reach it is the first possible."""
        usual = [next(iter(possible_cases(p.cases)), p.cases[0]) for p in self.scenarios.parts]
        for reach in self.reaches:
            whole = spread(self.scenarios, reach)
            for cases in () if whole is None else (whole.lowest, whole.highest):
                if cases is not None:
                    yield tuple(cases.get(i, case) for i, case in enumerate(usual))

    def __call__(self, cases: Sequence[Case]) -> Scenario:
        """The scenario made of one case of every part."""
        premises = frozenset().union(*(c.premises for c in cases))
        choices = {n: ids for c in cases for n, ids in c.choices.items()}
        bounds: dict[str, Bound] = {}
        for reach in self.reaches:
            bound = self._bound(reach, cases)
            if bound is not None:
                bounds[reach.quantity] = bound
        return Scenario(
            {n: choices[n] for n in self.names},
            _all(c.verdict for c in cases),
            bounds,
            self._witness(cases, premises),
            tuple(id for id, members in self.clashes if members <= premises),
        )

    def _bound(self, reach: Reach, cases: Sequence[Case]) -> Bound | None:
        """The quantity's bound, with witnesses that have a value for all that is tied to it."""
        tied = component_of(self.scenarios, reach)
        if any(cases[i].verdict is Verdict.CONTRADICTORY for i in tied):
            return None
        bound = bound_of(self.scenarios, reach, [cases[i] for i in reach.parts])
        if bound is None:
            return None
        bare = bound.lower_witness is None and bound.upper_witness is None
        if bare and reach.parts:  # what speaks of it was not picked, or is a definition
            return self._shown_together(bound, reach, cases, tied)
        if len(tied) < 2:
            return bound
        ends = []
        for witness in (bound.lower_witness, bound.upper_witness):
            whole = None if witness is None else self._completed(witness, reach, cases, tied)
            if whole is None and witness is not None:
                return self._shown_together(bound, reach, cases, tied)
            ends.append(whole)
        return bound.with_witnesses(*ends)

    def _shown_together(
        self, bound: Bound, reach: Reach, cases: Sequence[Case], tied: Sequence[int]
    ) -> Bound:
        """The bound with witnesses from all that is tied to it, or with none if these come less near."""
        if not bound.tight:
            return bound.without_witnesses()
        premises = frozenset().union(*(cases[i].premises for i in tied))
        again = self.scenarios.oracle.bounds(premises, (reach.quantity,))[reach.quantity]
        if again.interval == bound.interval:
            return again
        room = bound.gap * magnitude(bound.interval)
        ends = (bound.interval.lower, again.lower_witness), (bound.interval.upper, again.upper_witness)
        near = all(e is not None and _is_near(w, reach.quantity, e, room) for e, w in ends)
        return bound.with_witnesses(*(w for _, w in ends)) if near else bound.without_witnesses()

    def _completed(
        self, witness: Witness, reach: Reach, cases: Sequence[Case], tied: Sequence[int]
    ) -> Witness | None:
        """The witness with values for the parts it says nothing of; None where these are not all exact."""
        scenarios = self.scenarios
        definitions = scenarios.defined_in.get(scenarios.parts[tied[0]].component, {}).values()
        own = {v for i in reach.parts for v in scenarios.parts[i].variables}
        own.add(scenarios.problem.number[reach.quantity])
        if reach.formula is not None:
            own |= {d.variable for d in definitions if d.premise in reach.relations}
            own.update(reach.formula.inputs)
        names = {scenarios.problem.variables[v].name for v in own}
        inputs = {scenarios.problem.variables[v].name for d in definitions for v in d.formula.inputs}
        values = {n: self.free[n] for n in inputs if n in self.free}
        values |= {n: x for n, x in witness.values.items() if n in names}
        solved = [block for block in witness.solved if names.issuperset(block[0])]
        for i in tied:
            found = cases[i].witness
            if found is None:
                return None
            if i not in reach.parts:
                values.update(found.values)
                solved.extend(found.solved)
        return with_defined(scenarios.problem, definitions, values, solved)

    def _witness(self, cases: Sequence[Case], premises: frozenset[str]) -> Witness | None:
        """The witnesses of the parts together, with the values that follow by definitions."""
        values = dict(self.free)
        solved: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        for case in cases:
            if case.witness is None:
                return None
            values.update(case.witness.values)
            solved.extend(case.witness.solved)
        whole = with_defined(self.scenarios.problem, self.scenarios.definitions.values(), values, solved)
        if whole is not None:
            return self._filled(whole)
        found = self.scenarios.oracle.decide(premises).witness  # irrational, or from what nothing speaks of
        if found is None:
            return None
        return self._filled(Witness({**self.free, **found.values}, found.solved))

    def _filled(self, found: Witness) -> Witness:
        """With a value, too, for each quantity of which only relations speak that were not picked."""
        variables = self.scenarios.problem.variables
        values = {v.name: found.values.get(v.name) or _some_value(v) for v in variables}
        return Witness(values, found.solved)


def _is_near(witness: Witness | None, quantity: str, end: Rational, room: Rational) -> bool:
    if witness is None or not room:
        return False
    x = witness.values[quantity]
    return bool(abs(x.lower - end) <= room and abs(x.upper - end) <= room)


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    seen = set(verdicts)
    for verdict in (Verdict.CONTRADICTORY, Verdict.UNKNOWN):
        if verdict in seen:
            return verdict
    return Verdict.CONSISTENT


def _free_values(problem: Problem, scenarios: Scenarios) -> dict[str, Interval]:
    """A value for every quantity that nothing speaks of."""
    free = (v for i, v in enumerate(problem.variables) if i not in scenarios.part_of)
    return {v.name: _some_value(v) for v in free}


def _some_value(variable: Variable) -> Interval:
    """A value that a quantity can have by its own limits."""
    return point(next(iter(candidates(variable.domain, variable)), mpq(0)))
