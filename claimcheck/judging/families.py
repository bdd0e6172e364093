"""Families of sets: which of many sets lie within a given one, and which hold it.

Few sets are looked through one by one. Of many, each element knows the sets that it is in, as the bits of a
whole number: within a set lie those that no element outside it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from itertools import compress
from operator import or_
from typing import Generic, TypeVar

from claimcheck.judging.masks import ones

__all__ = ["Family"]

_FEW = 64
"""Sets that are looked through one by one."""
_FIRST = 32
"""The first sets of many, looked through before all: what came first is likely to be small."""
_NOWHERE = -1
"""In the place of a set that was dropped: it lies within none."""

T = TypeVar("T")


class Family(Generic[T]):
    """Sets of the elements 0 to ``size`` - 1, given as bit masks, each with an item of its own."""

    def __init__(self, size: int) -> None:
        self._top = 1 << size
        self._masks: list[int] = []
        self._items: list[T] = []
        self._kept = 0
        """Where sets have numbers, those that were not dropped."""
        self._holders: list[int] | None = None
        """For each element, the last first, the numbers of the sets that it is in; None: sets are few."""

    def __len__(self) -> int:
        return len(self._masks) if self._holders is None else self._kept.bit_count()

    def items(self) -> list[T]:
        """The items of all sets, in the order in which they came."""
        return list(self._items) if self._holders is None else [self._items[n] for n in ones(self._kept)]

    def add(self, mask: int, item: T) -> None:
        """Put in a set."""
        self._masks.append(mask)
        self._items.append(item)
        if self._holders is not None:
            self._hold(len(self._masks) - 1, mask, self._holders)
        elif len(self._masks) > _FEW:
            self._number()

    def any_within(self, mask: int) -> bool:
        """Whether some set lies within the mask."""
        rest = ~mask
        for m in self._masks if self._holders is None else self._masks[:_FIRST]:
            if not m & rest:
                return True
        return self._holders is not None and self._within(mask, self._holders) > 0

    def within(self, mask: int) -> Iterator[T]:
        """The items of the sets that lie within the mask, in the order in which they came."""
        if self._holders is None:
            rest = ~mask
            for m, item in zip(self._masks, self._items, strict=True):
                if not m & rest:
                    yield item
            return
        found = self._within(mask, self._holders)
        while found:
            one = found & -found
            yield self._items[one.bit_length() - 1]
            found ^= one

    def drop(self, mask: int, which: Callable[[T], bool]) -> list[T]:
        """Take out the sets that hold the mask, those with such items; these are the result."""
        if self._holders is None:
            held = [n for n, m in enumerate(self._masks) if not mask & ~m]
        else:
            holding = self._kept
            for element in ones(mask):
                holding &= self._holders[-1 - element]
                if not holding:
                    break
            held = ones(holding)
        numbers = [n for n in held if which(self._items[n])]
        dropped = [self._items[n] for n in numbers]
        if self._holders is None:
            for n in reversed(numbers):
                del self._masks[n], self._items[n]
        else:
            for n in numbers:
                self._kept ^= 1 << n
                self._masks[n] = _NOWHERE
            if 2 * len(self) < len(self._masks):
                self._number()
        return dropped

    def _within(self, mask: int, holders: list[int]) -> int:
        outside = map("0".__eq__, format(mask | self._top, "b")[1:])
        return self._kept & ~reduce(or_, compress(holders, outside), 0)

    def _number(self) -> None:
        """Number the sets anew, without those that were dropped; or no more, if they are few."""
        if self._holders is not None:
            kept = ones(self._kept)
            self._masks, self._items = [self._masks[n] for n in kept], [self._items[n] for n in kept]
        self._holders = None
        if len(self._masks) > _FEW:
            holders = [0] * (self._top.bit_length() - 1)
            self._kept = 0
            for n, mask in enumerate(self._masks):
                self._hold(n, mask, holders)
            self._holders = holders

    def _hold(self, number: int, mask: int, holders: list[int]) -> None:
        self._kept |= 1 << number
        for element in ones(mask):
            holders[-1 - element] |= 1 << number
