"""The map of MARCO: which subsets of n elements are not explained yet, and a maximal one of them.

A subset is unexplained if it holds no forbidden set entirely and is within no settled one. Small maps are
searched depth first, which needs nothing; where that takes many steps the map is handed to an incremental SAT
solver (Minisat 2.2 of the package python-sat), whose clauses say the same. Sets are bit masks.
"""

from __future__ import annotations

from typing import Any

from claimcheck.judging.masks import ones

__all__ = ["Map"]

_MOST_STEPS = 500
"""Steps of one depth first search after which the SAT solver, a fifteenth of a second to load, pays."""


class Map:
    """The subsets of n elements; see the module."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.everything = (1 << n) - 1
        self.forbidden: list[int] = []
        self.outside: list[int] = []
        """What each settled set leaves out: one of these elements has to be in."""
        self._holders: list[list[int]] = [[] for _ in range(n)]
        """The forbidden sets that each element is in."""
        self._solver: Any = None

    def forbid(self, clash: int) -> None:
        """Explain all sets that hold this one."""
        self.forbidden.append(clash)
        for e in ones(clash):
            self._holders[e].append(clash)
        if self._solver is not None:
            self._solver.add_clause([-1 - e for e in ones(clash)])

    def settle(self, holding: int) -> None:
        """Explain all sets within this one."""
        out = self.everything & ~holding
        self.outside.append(out)
        if self._solver is not None:
            self._solver.add_clause([1 + e for e in ones(out)])

    def maximal(self) -> int | None:
        """A maximal unexplained subset, or None."""
        if self._solver is None:
            found = self._search()
            if found is None or found >= 0:
                return found
            self._load()
        if not self._solver.solve():
            return None
        model = self._solver.get_model()
        return self._restore(sum(1 << e for e in range(self.n) if model[e] < 0))

    def _search(self) -> int | None:
        """The same depth first over what to leave out of forbidden sets; -1: not found in so many steps.

        Seen from what is left out: hit every forbidden set, and leave out no complement of a settled set
        entirely.
        """
        stack = [(0, 0)]  # left out, kept for good
        for _ in range(_MOST_STEPS):
            if not stack:
                return None
            out, kept = stack.pop()
            if any(not o & ~out for o in self.outside):
                continue
            open_sets = [f & ~kept for f in self.forbidden if not f & out]
            if not open_sets:
                return self._restore(out)
            options = min(open_sets, key=int.bit_count)
            branches = []
            while options:
                one = 1 << (options.bit_length() - 1)  # leave out what stands last in the file first
                branches.append((out | one, kept))
                kept |= one
                options &= ~one
            stack.extend(reversed(branches))
        return -1 if stack else None

    def _load(self) -> None:
        from pysat.solvers import Minisat22

        self._solver = Minisat22()
        self._solver.set_phases([1 + e for e in range(self.n)])
        for e in range(self.n):  # every element is known to the solver, in or out
            self._solver.add_clause([1 + e, -1 - e])
        for clash in self.forbidden:
            self._solver.add_clause([-1 - e for e in ones(clash)])
        for out in self.outside:
            self._solver.add_clause([1 + e for e in ones(out)])

    def _restore(self, out: int) -> int:
        """Take back whatever need not be left out (first elements first)."""
        for e in ones(out):
            fewer = out & ~(1 << e)
            if all(f & fewer for f in self._holders[e]):
                out = fewer
        return self.everything & ~out
