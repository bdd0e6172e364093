"""Minimal hitting sets, the cheapest first, found as they are asked for.

A search tree (Reiter: A theory of diagnosis from first principles, Artificial Intelligence 32, 1987) goes
through a set that is not hit yet, member by member, each branch without the members before it, so that every
hitting set is met once. Each chosen element has to stay the only one to hit some set, so that only minimal
hitting sets are met (the critical hyperedges of Murakami and Uno: Efficient algorithms for dualizing
large-scale hypergraphs, Discrete Applied Mathematics 170, 2014). The branch that can be cheapest goes first;
sets without a common member that are yet to be hit say what it will cost at least.

Sets are bit masks. Of two elements the one with the higher bit comes first.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from claimcheck.budget import Budget
from claimcheck.judging.masks import ones

__all__ = ["Cut", "minimal_hitting_sets"]

_MOST_STEPS = 200_000
_LEVEL = 1024
"""Sets of the same cost and size that are put in order before the first of them is given."""


class Cut(Exception):
    """Raised where a budget or a limit ends what is found one by one before all is found."""


Costs = Mapping[int, int]
"""What the element of each bit costs, at least 1."""


def minimal_hitting_sets(
    sets: Iterable[int], costs: Costs, *, budget: Budget, most: int = _MOST_STEPS
) -> Iterator[int]:
    """The minimal masks that share a bit with every one of ``sets``: by cost, then size, then order.

    Order: that with the first element in which they differ comes first. Of more than about a thousand with
    the same cost and size it holds among those found first.

    Raises:
        Cut: the budget is spent, or ``most`` branches were looked at.
    """
    search = _Search(_minimal(sets), costs)
    found: list[int] = []
    level = (0, 0)
    for _ in range(most):
        if budget.spent:
            raise Cut
        at = search.least()
        if found and (at is None or at > level or len(found) >= _LEVEL):
            yield from sorted(found, reverse=True)
            found = []
        if at is None:
            return
        hitting = search.step()
        if hitting is not None:
            level = at
            found.append(hitting)
    raise Cut


def _minimal(sets: Iterable[int]) -> list[int]:
    """The sets that hold no other one, the smallest first."""
    found: list[int] = []
    for each in sorted(set(sets), key=lambda s: (s.bit_count(), -s)):
        if all(known & ~each for known in found):
            found.append(each)
    return found


class _Branch:
    """Elements chosen and barred, the sets not hit, and for each chosen one the sets that only it hits."""

    __slots__ = ("barred", "chosen", "critical", "open", "options", "spent")

    def __init__(
        self, chosen: int, barred: int, open: int, critical: tuple[int, ...], spent: tuple[int, int]
    ) -> None:
        self.chosen, self.barred, self.open, self.critical, self.spent = chosen, barred, open, critical, spent
        self.options = -1
        """What is left of the set to be hit next; -1: not looked at yet."""


class _Search:
    """The branches that may still lead to hitting sets, by the least cost and size of these."""

    def __init__(self, sets: Sequence[int], costs: Costs) -> None:
        self.sets = sets
        self.costs = costs
        everything = ones(_union(sets))[::-1]
        self.within = {e: sum(1 << i for i, s in enumerate(sets) if s >> e & 1) for e in everything}
        by_cost: dict[int, int] = {}
        for e in everything:
            by_cost[costs[e]] = by_cost.get(costs[e], 0) | 1 << e
        self.cheapest = sorted(by_cost.items())
        self.count = itertools.count()
        self.waiting: list[tuple[int, int, int, int, _Branch]] = []
        start = _Branch(0, 0, (1 << len(sets)) - 1, (), (0, 0))
        self._push(start, (0, 0))

    def _push(self, branch: _Branch, at: tuple[int, int]) -> None:
        depth = -len(branch.critical)  # of equal branches the deepest first, which comes to an end soonest
        heapq.heappush(self.waiting, (*at, depth, next(self.count), branch))

    def least(self) -> tuple[int, int] | None:
        """What the next hitting set costs, and how large it is, at least; None if there is none."""
        return self.waiting[0][:2] if self.waiting else None

    def step(self) -> int | None:
        """Look at one branch: a hitting set if it has come to its end."""
        cost, size, _, _, branch = heapq.heappop(self.waiting)
        if not branch.open:
            return branch.chosen
        if branch.options < 0:
            at = self._bound(branch)
            if at is None:
                return None
            if at > (cost, size):
                self._push(branch, at)
                return None
        barred = branch.barred
        for e in reversed(ones(branch.options)):
            self._choose(branch, e, barred, (cost, size))
            barred |= 1 << e
        return None

    def _bound(self, branch: _Branch) -> tuple[int, int] | None:
        """What its hitting sets cost at least, and how large they are; None if it has none.

        Sets that have nothing in common need an element each.
        """
        cost, size = branch.spent
        allowed = ~branch.barred
        taken, fewest = 0, -1
        left = branch.open
        while left:
            one = left & -left
            left ^= one
            free = self.sets[one.bit_length() - 1] & allowed
            if not free:
                return None
            n = free.bit_count()
            if fewest < 0 or n < fewest:
                fewest, branch.options = n, free
            if not free & taken:
                taken |= free
                size += 1
                cost += self._cheapest(free)
        return cost, size

    def _cheapest(self, options: int) -> int:
        return next(cost for cost, those in self.cheapest if those & options)

    def _choose(self, branch: _Branch, e: int, barred: int, at: tuple[int, int]) -> None:
        hit = self.within[e]
        critical = tuple([c & ~hit for c in branch.critical])
        if not all(critical):
            return
        critical = (*critical, branch.open & hit)
        for c, before in itertools.zip_longest(critical, branch.critical, fillvalue=0):
            if c != before:
                barred |= self._common(c)
        spent = branch.spent[0] + self.costs[e], branch.spent[1] + 1
        below = _Branch(branch.chosen | 1 << e, barred, branch.open & ~hit, critical, spent)
        self._push(below, max(at, spent))

    def _common(self, critical: int) -> int:
        """What is in all the sets that only one chosen element hits: with it that one would not be needed."""
        common = -1
        while critical and common & (common - 1):
            one = critical & -critical
            critical ^= one
            common &= self.sets[one.bit_length() - 1]
        return common


def _union(sets: Iterable[int]) -> int:
    whole = 0
    for each in sets:
        whole |= each
    return whole
