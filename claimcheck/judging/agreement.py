"""Which claims on one quantity agree: the maximal groups whose intervals share a value.

Intervals on a line that meet pairwise share a point (Helly), also when they are open or hold whole numbers
only. So the groups are the maximal cliques of an interval graph, which a sweep over the lower ends finds
(Gupta, Lee, Leung: Efficient algorithms for interval graphs and circular-arc graphs, Networks 12, 1982), and
two claims clash by themselves exactly if their intervals have no common value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gmpy2 import mpq

from claimcheck.interval import Interval, intersection
from claimcheck.solver.problem import Problem
from claimcheck.solver.propagation import round_to_step

__all__ = ["agreeing_groups", "by_quantity", "clashing_pairs"]

_End = tuple[int, object, int]
"""Sorts as the end does: (-1, 0, 0) unbounded below, (0, value, -1/0/+1) just below, at, just above it."""


def by_quantity(problem: Problem, claims: Iterable[str]) -> dict[int, dict[str, Interval]]:
    """Claims with their intervals, cut to the values the quantity can take, by variable number."""
    found: dict[int, dict[str, Interval]] = {}
    for id in claims:
        number, interval = problem.claims[id]
        found.setdefault(number, {})[id] = round_to_step(interval, problem.variables[number])
    return found


def agreeing_groups(intervals: Mapping[str, Interval]) -> tuple[tuple[str, ...], ...]:
    """The maximal sets of names whose intervals share a value, by first member in the mapping's order.

    A name whose interval is empty is a group of its own: it agrees with nothing.
    """
    ends = {n: (_lower(x), _upper(x)) for n, x in intervals.items() if not x.is_empty}
    cliques: list[tuple[str, ...]] = []
    for place in sorted({low for low, _ in ends.values()}):
        clique = tuple(n for n, (low, high) in ends.items() if low <= place <= high)
        if cliques and set(cliques[-1]) <= set(clique):
            cliques[-1] = clique
        elif not any(set(clique) <= set(c) for c in cliques):
            cliques.append(clique)
    cliques += [(n,) for n, x in intervals.items() if x.is_empty]
    position = {n: i for i, n in enumerate(intervals)}
    return tuple(sorted(cliques, key=lambda c: [position[n] for n in c]))


def clashing_pairs(intervals: Mapping[str, Interval]) -> Iterator[tuple[str, str]]:
    """All pairs of names whose intervals are not empty but have no common value, in the mapping's order."""
    names = [n for n, x in intervals.items() if not x.is_empty]
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            if intersection(intervals[one], intervals[other]).is_empty:
                yield one, other


def _lower(x: Interval) -> _End:
    return (-1, mpq(0), 0) if x.lower is None else (0, x.lower, 0 if x.lower_closed else 1)


def _upper(x: Interval) -> _End:
    return (1, mpq(0), 0) if x.upper is None else (0, x.upper, 0 if x.upper_closed else -1)
