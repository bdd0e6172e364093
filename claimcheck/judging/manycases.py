"""A part with more cases than are looked at one by one: verdicts and ends of all, the outermost ones exactly.

Which cases can hold, and what quantities can be in them, is computed for all at once in doubles
(:mod:`claimcheck.solver.sweep`). What these do not settle the exact solver decides, and it also bounds the
cases that have the outermost ends: case by case from the outside, until the next cannot lie further out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from gmpy2 import mpq

from claimcheck.interval import interval
from claimcheck.judging.choices import Choice
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.report import Verdict
from claimcheck.solver.decision import Answer, Bound
from claimcheck.solver.problem import Problem
from claimcheck.solver.sweep import HOLDS, NO, OPEN, Combinations, combinations

if TYPE_CHECKING:
    from claimcheck.judging.parts import Case

__all__ = ["ManyCases", "many_cases"]

_MOST = 1 << 20
"""Cases of which verdicts and ends are kept."""
_MOST_OPEN = 2000
"""Cases that the exact solver decides because doubles do not."""
_MOST_EXACT = 64
"""Cases bounded exactly in the search for an outermost end."""

Array = Any
"""A numpy array with an element for each case, or each case in question."""

_VERDICTS = {Verdict.CONSISTENT: HOLDS, Verdict.UNKNOWN: OPEN, Verdict.CONTRADICTORY: NO}


class ManyCases:
    """All cases of a part, by their numbers: one option of each choice, the last varying fastest.

    ``solved`` gives a case by the numbers of the options that it takes.
    """

    def __init__(
        self,
        problem: Problem,
        choices: Sequence[Choice],
        found: Combinations,
        solved: Callable[[tuple[int, ...]], Case],
    ) -> None:
        self.choices = tuple(choices)
        self.sizes = tuple(len(c.open) for c in choices)
        self.verdict = found.verdict
        """HOLDS, OPEN or NO for each case (uint8)."""
        self.ends = {problem.variables[v].name: ends for v, ends in found.ends.items()}
        """For each quantity asked about the ends in each case and whether these are tight."""
        self._stated = {problem.variables[v].name: x for v, x in found.stated.items()}
        self._solved = solved
        self._cases: dict[int, Case] = {}

    def case(self, number: int) -> Case:
        """One case, solved exactly."""
        if number not in self._cases:
            places = np.unravel_index(number, self.sizes)
            picks = tuple(c.open[int(i)] for c, i in zip(self.choices, places, strict=True))
            self._cases[number] = self._solved(picks)
        return self._cases[number]

    def taken(self, name: str) -> Array:
        """For each case the place of the option that it takes for a choice."""
        k = [c.name for c in self.choices].index(name)
        shape = [1] * len(self.sizes)
        shape[k] = self.sizes[k]
        places = np.arange(self.sizes[k], dtype=np.uint16).reshape(shape)
        return np.broadcast_to(places, self.sizes).reshape(-1)

    def options(self, name: str) -> list[tuple[str, ...]]:
        """The open options of a choice, by their places."""
        choice = next(c for c in self.choices if c.name == name)
        return [choice.options[i] for i in choice.open]

    def some(self, first: int) -> list[int]:
        """Numbers of the first cases, and for each option of the first that takes it and is possible."""
        found = set(range(min(first, len(self.verdict))))
        for choice in self.choices:
            taken = self.taken(choice.name)
            for place in range(len(choice.open)):
                possible = np.flatnonzero((taken == place) & (self.verdict != NO))
                found.update(possible[:1].tolist())
        return sorted(found)

    def number(self, verdict: Verdict, among: Array | None = None) -> int:
        """How many cases (``among`` some, by a mask) have a verdict."""
        found = self.verdict == _VERDICTS[verdict]
        return int(np.count_nonzero(found if among is None else found & among))

    def hull(
        self, quantity: str, among: Array | None = None
    ) -> tuple[Bound, Case | None, Case | None] | None:
        """The hull of a quantity over the cases that are not contradictory, and those with its ends.

        None if there are no such cases. Without the cases the hull is an enclosure.
        """
        from claimcheck.judging.hulls import union

        possible = self.verdict != NO if among is None else (self.verdict != NO) & among
        if not possible.any():
            return None
        low, high = (self._outermost(quantity, upper, possible) for upper in (False, True))
        if low is not None and high is not None:
            return union([low.bounds[quantity], high.bounds[quantity]]), low, high
        least, greatest, _ = self.ends[quantity]
        ends = least[possible].min(), greatest[possible].max()
        x, y = (mpq(float(e)) if np.isfinite(e) else None for e in ends)
        return Bound(interval(x, y, x is not None, y is not None), False, mpq(1)), None, None

    def _outermost(self, quantity: str, upper: bool, possible: Array) -> Case | None:
        """The case with the least lower or greatest upper end; None where that takes too many, or time."""
        least, greatest, _ = self.ends[quantity]
        keys = np.where(possible, -greatest if upper else least, np.inf)
        stated = self._stated[quantity]
        utmost = stated.upper if upper else stated.lower
        count = min(len(keys), _MOST_EXACT)
        first = np.argpartition(keys, count - 1)[:count]
        best: Case | None = None
        reached = None
        for n in first[np.lexsort((first, keys[first]))].tolist():
            key = float(keys[n])
            if reached is not None and (key == math.inf or (key > -math.inf and reached <= mpq(key))):
                return best
            case = self.case(n)
            if case.verdict is Verdict.CONTRADICTORY:
                continue
            bound = case.bounds.get(quantity)
            if bound is None or bound.interval.is_empty:  # not worked out
                return None
            end = bound.interval.upper if upper else bound.interval.lower
            if end is None:  # no case can have it further out
                return case
            turned = -end if upper else end
            if reached is None or turned < reached:
                best, reached = case, turned
            if end == utmost:
                return best
        return best if len(keys) <= count else None


def many_cases(
    oracle: Oracle,
    base: Collection[str],
    choices: Sequence[Choice],
    asked: Sequence[str],
    solved: Callable[[tuple[int, ...]], Case],
) -> ManyCases | None:
    """All cases of a part; None where there are too many, or its relations are not of the kind.

    ``solved``: one case by the numbers of the options that it takes.
    """
    problem = oracle.problem
    if any(c.name not in problem.number for c in choices) or _product(choices) > _MOST:
        return None
    axes = [(problem.number[c.name], [c.options[i] for i in c.open]) for c in choices]
    found = combinations(problem, base, axes, [problem.number[q] for q in asked])
    if found is None:
        return None
    many = ManyCases(problem, choices, found, solved)
    undecided = np.flatnonzero(found.verdict == OPEN)
    for n in undecided[:_MOST_OPEN].tolist():
        places = np.unravel_index(n, many.sizes)
        picked = [c.options[c.open[int(i)]] for c, i in zip(choices, places, strict=True)]
        answer = oracle.decide(frozenset(base).union(*picked)).answer
        if answer is not Answer.UNKNOWN:
            found.verdict[n] = HOLDS if answer is Answer.FEASIBLE else NO
    return many


def _product(choices: Sequence[Choice]) -> int:
    whole = 1
    for c in choices:
        whole *= len(c.open)
    return whole
