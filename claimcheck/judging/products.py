"""Products of lists in order, in order: what can be dropped in parts that have nothing to do with each other.

Each list is made as it is asked for. The first k of a product of n lists are merged over a balanced tree, of
two lists by walking the frontier of pairs (the k smallest sums of Frederickson and Johnson: The complexity of
selection and ranking in X + Y, Journal of Computer and System Sciences 24, 1982): no product is ever made.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Lazy", "Pick", "product"]


@dataclass(frozen=True, slots=True)
class Pick:
    """A set (``mask``) to drop, its cost and its size; ``of`` are the two picks that it is made of, or what
    else belongs to it. Picks are ordered by cost, size and, of equal ones, the greatest mask first.
    """

    cost: int
    size: int
    mask: int
    of: object = None

    @property
    def key(self) -> tuple[int, int, int]:
        """What picks are ordered by. Where disjoint masks are put together this keeps their order."""
        return self.cost, self.size, -self.mask

    def leaves(self) -> list[Pick]:
        """The picks that it is made of in the end, in order."""
        found, waiting = [], [self]
        while waiting:
            pick = waiting.pop()
            if isinstance(pick.of, _Two):
                waiting += [pick.of.right, pick.of.left]
            else:
                found.append(pick)
        return found


@dataclass(frozen=True, slots=True)
class _Two:
    left: Pick
    right: Pick


class Lazy:
    """A list of picks in order, made as it is asked for. What making it raises, asking raises again."""

    def __init__(self, source: Iterator[Pick]) -> None:
        self._source = source
        self._known: list[Pick] = []
        self._ended: Exception | None = None

    def at(self, place: int) -> Pick | None:
        """The pick at a place; None beyond the end."""
        while len(self._known) <= place:
            if self._ended is not None:
                raise self._ended
            try:
                pick = next(self._source, None)
            except Exception as ended:
                self._ended = ended
                raise
            if pick is None:
                return None
            self._known.append(pick)
        return self._known[place]


def product(lists: Sequence[Lazy]) -> Lazy:
    """All ways to take one pick of each list, put together, in order; of no lists: one that drops nothing."""
    level = list(lists) or [Lazy(iter((Pick(0, 0, 0),)))]
    while len(level) > 1:
        pairs = [Lazy(_merged(a, b)) for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[2 * len(pairs) :]
    return level[0]


def _merged(a: Lazy, b: Lazy) -> Iterator[Pick]:
    """Both put together: each pair is reached once, from the one before it in b or, at the first, in a."""
    waiting: list[tuple[tuple[int, int, int], int, int, Pick]] = []

    def reach(i: int, j: int) -> None:
        left, right = a.at(i), b.at(j)
        if left is not None and right is not None:
            pick = Pick(
                left.cost + right.cost, left.size + right.size, left.mask | right.mask, _Two(left, right)
            )
            heapq.heappush(waiting, (pick.key, i, j, pick))

    reach(0, 0)
    while waiting:
        _, i, j, pick = heapq.heappop(waiting)
        yield pick
        reach(i, j + 1)
        if not j:
            reach(i + 1, 0)
