"""What was decided about sets of premises, found again for the subsets and supersets of these.

Sets are kept under their premises, so that a question looks only at those that can answer it, however many
parts a file has.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping

from claimcheck.solver.decision import Decision

__all__ = ["Memory"]

_REMEMBERED = 4096
"""Recent answers of each kind that are kept."""
_MOST_PREMISES = 4 * 10**6
"""In all sets that can hold together, beyond which the oldest are forgotten."""

_Entry = tuple[int, int, Decision]
"""When it was put here, the set as the bits of its premises' places in file order, and what was decided."""


class Memory:
    """Sets that can hold and cores that cannot; ``order`` gives the place of each premise in file order."""

    def __init__(self, order: Mapping[str, int]) -> None:
        self._order = order
        self._count = 0
        self._holding: dict[str, deque[_Entry]] = {}
        self._held = deque[tuple[int, frozenset[str]]]()
        self._size = 0
        self._newest: Decision | None = None
        self._clashing: dict[str, deque[_Entry]] = {}
        self._clashed = deque[tuple[int, str]]()

    def hold(self, premises: frozenset[str], decision: Decision) -> None:
        """Remember that the premises can hold together."""
        self._count += 1
        entry = self._count, self._mask(premises), decision
        self._newest = decision
        for premise in premises:
            self._holding.setdefault(premise, deque()).append(entry)
        self._held.append((self._count, premises))
        self._size += len(premises)
        while len(self._held) > _REMEMBERED or (self._size > _MOST_PREMISES and len(self._held) > 1):
            number, forgotten = self._held.popleft()
            self._size -= len(forgotten)
            for premise in forgotten:
                _forget(self._holding, premise, number)

    def clash(self, core: Collection[str], decision: Decision) -> None:
        """Remember that the premises of a core cannot hold together."""
        self._count += 1
        first = min(core, key=self._order.__getitem__, default="")
        self._clashing.setdefault(first, deque()).append((self._count, self._mask(core), decision))
        self._clashed.append((self._count, first))
        if len(self._clashed) > _REMEMBERED:
            number, forgotten = self._clashed.popleft()
            _forget(self._clashing, forgotten, number)

    def larger(self, asked: Collection[str]) -> Decision | None:
        """The latest set that can hold and has all of the premises."""
        if not asked:
            return self._newest
        fewest = min((self._holding.get(p, ()) for p in asked), key=len)
        if not fewest:
            return None
        mask = self._mask(asked)
        return next((d for _, held, d in reversed(fewest) if not mask & ~held), None)

    def core(self, asked: Collection[str]) -> Decision | None:
        """The earliest core that cannot hold and is among the premises."""
        near = [own for p in (*asked, "") if (own := self._clashing.get(p)) is not None]
        if not near:
            return None
        rest = ~self._mask(asked)
        found = [next(((n, d) for n, core, d in own if not core & rest), None) for own in near]
        return min((f for f in found if f is not None), key=lambda f: f[0], default=(0, None))[1]

    def _mask(self, premises: Iterable[str]) -> int:
        order = self._order
        return sum(1 << order[p] for p in premises)


def _forget(kept: dict[str, deque[_Entry]], premise: str, number: int) -> None:
    """Drop an entry, which is the first of those under a premise."""
    own = kept[premise]
    assert own[0][0] == number
    own.popleft()
    if not own:
        del kept[premise]
