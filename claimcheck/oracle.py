"""The solver with a memory: what was once decided about a set of premises also answers for others.

A subset of a set that can hold can hold (with the same witness); a superset of one that cannot, cannot (with
the same proof). Enumeration of conflicts, repairs and scenarios asks many such sets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable

from claimcheck import optimum, search
from claimcheck.budget import Budget
from claimcheck.decision import Answer, Bound, Decision
from claimcheck.problem import Problem

__all__ = ["Oracle"]

_REMEMBERED = 64
"""Recent answers searched for a superset or a subset. More would cost more than it saves."""

Decide = Callable[..., Decision]
Bounds = Callable[..., dict[str, Bound]]


class Oracle:
    """Answers questions about one problem within one budget.

    ``decide`` and ``bounds`` default to :func:`claimcheck.search.decide` and
    :func:`claimcheck.optimum.bounds`; tests put naive twins in their place. ``seconds`` limits one question,
    so that a hard one cannot use up the time of all.
    """

    def __init__(
        self,
        problem: Problem,
        budget: Budget,
        *,
        seconds: float | None = None,
        decide: Decide | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        self.problem = problem
        self.budget = budget
        self.seconds = seconds
        self.asked = 0
        """Questions that reached the solver."""
        self._decide: Decide = decide or search.decide
        self._bounds: Bounds = bounds or optimum.bounds
        self._answers: dict[frozenset[str], Decision] = {}
        self._holding: deque[tuple[frozenset[str], Decision]] = deque(maxlen=_REMEMBERED)
        self._clashing: deque[tuple[frozenset[str], Decision]] = deque(maxlen=_REMEMBERED)
        self._enclosures: dict[tuple[frozenset[str], str], Bound] = {}

    def decide(self, premises: Iterable[str]) -> Decision:
        """Whether the premises (with all hard ones) can hold together."""
        asked = frozenset(premises)
        known = self._answers.get(asked)
        if known is not None:
            return known
        for holding, decision in self._holding:
            if asked <= holding:
                return decision
        for clashing, decision in self._clashing:
            if clashing <= asked:
                return decision
        self.asked += 1
        decision = self._decide(self.problem, self.problem.sort(asked), budget=self._one_question())
        self._answers[asked] = decision
        if decision.answer is Answer.FEASIBLE:
            self._holding.append((asked, decision))
        elif decision.answer is Answer.INFEASIBLE:
            self._clashing.append((frozenset(decision.core), decision))
        return decision

    def can_hold(self, premises: Iterable[str]) -> bool:
        """Whether a witness shows that the premises can hold together."""
        return self.decide(premises).answer is Answer.FEASIBLE

    def bounds(self, premises: Collection[str], targets: Iterable[str]) -> dict[str, Bound]:
        """Enclosures of the targets' values under the premises (EMPTY where these cannot hold)."""
        asked = frozenset(premises)
        wanted = list(targets)
        missing = [t for t in wanted if (asked, t) not in self._enclosures]
        if missing:
            self.asked += 1
            found = self._bounds(self.problem, self.problem.sort(asked), missing, budget=self._one_question())
            for target in missing:
                self._enclosures[asked, target] = found[target]
        return {t: self._enclosures[asked, t] for t in wanted}

    def _one_question(self) -> Budget:
        return Budget(self.seconds, self.budget)
