"""All minimal sets of premises that cannot hold together (MUS), from a three-valued oracle.

MARCO (Liffiton, Previti, Malik, Marques-Silva: Fast, flexible MUS enumeration, Constraints 21, 2016): a map
of the subsets not yet explained proposes a maximal one; if it can hold, all its subsets are explained; if it
cannot, it is shrunk to a minimal set and all supersets of that are explained.

Elements of which at most one may be taken at a time (rival relations) restrict the map to a family that is
closed under subsets, so the same argument finds every minimal set within the family.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from claimcheck.budget import Budget
from claimcheck.solver.decision import Answer, Decision

__all__ = ["Enumeration", "MinimalSet", "certify", "enumerate_minimal_sets", "shrink"]

_MOST_FAILED = 8
"""Large sets without a witness after which only what must be asked is asked."""

Ask = Callable[[frozenset[str]], Decision]


@dataclass(frozen=True, slots=True)
class MinimalSet:
    """Members that cannot hold together. ``minimal``: dropping any one was answered with a witness."""

    members: frozenset[str]
    minimal: bool


@dataclass(frozen=True, slots=True)
class Enumeration:
    """The sets found, in order of discovery, and whether there are no others."""

    sets: tuple[MinimalSet, ...]
    complete: bool


def shrink(ask: Ask, clashing: Iterable[str], order: Sequence[str]) -> MinimalSet:
    """A minimal set within ``clashing``, a set that cannot hold, by trying to leave out one after another.

    Members that come late in ``order`` are tried first, so that what stands early tends to stay.
    """
    members = frozenset(clashing)
    minimal = True
    for element in reversed(order):
        if element not in members:
            continue
        decision = ask(members - {element})
        if decision.answer is Answer.INFEASIBLE:
            members = (members - {element}) & frozenset(decision.core)
        elif decision.answer is Answer.UNKNOWN:
            minimal = False
    return MinimalSet(members, minimal)


def certify(
    ask: Ask,
    clashes: Sequence[frozenset[str]],
    pool: Sequence[str],
    exclusive: Iterable[Sequence[str]] = (),
) -> list[MinimalSet]:
    """All the minimal sets of a pool, each shown to be minimal where witnesses answer its deletions.

    To ask for a set without a member, as many others are added as no known clash (nor pair of exclusive
    ones) forbids. What holds then answers for most other sets, too, so that there are far fewer questions
    for ``ask``, which remembers, to solve.
    """
    number = {element: i for i, element in enumerate(pool)}
    masks = [sum(1 << number[e] for e in clash) for clash in clashes]
    forbidden = masks + _pairs(exclusive, number)
    holding: list[int] = []
    failed = 0
    found = []
    for clash, mask in zip(clashes, masks, strict=True):
        minimal = True
        for element in sorted(clash, key=number.__getitem__):
            wanted = mask & ~(1 << number[element])
            if failed < _MOST_FAILED and not any(not wanted & ~h for h in holding):
                grown = _grown(wanted, forbidden, len(pool))
                answer = ask(frozenset(e for e in pool if grown >> number[e] & 1)).answer
                if answer is Answer.FEASIBLE:
                    holding.append(grown)
                else:
                    failed += 1
            minimal = ask(clash - {element}).answer is Answer.FEASIBLE and minimal
        found.append(MinimalSet(clash, minimal))
    return found


def _pairs(exclusive: Iterable[Sequence[str]], number: Mapping[str, int]) -> list[int]:
    """The pairs within each group, as masks."""
    inside = ([e for e in group if e in number] for group in exclusive)
    return [1 << number[a] | 1 << number[b] for group in inside for a, b in itertools.combinations(group, 2)]


def _grown(start: int, clashes: Sequence[int], size: int) -> int:
    """A maximal set of elements that holds no clash entirely, from one that holds none."""
    whole = start
    out = 0
    for clash in clashes:  # leave one element of each clash out, the last that may be
        if not clash & out:
            options = clash & ~start
            out |= 1 << (options.bit_length() - 1)
    whole = ((1 << size) - 1) & ~out
    while out:
        one = out & -out
        out ^= one
        with_it = whole | one
        if not any(not c & ~with_it for c in clashes if c & one):
            whole = with_it
    return whole


def enumerate_minimal_sets(
    ask: Ask,
    pool: Sequence[str],
    *,
    budget: Budget,
    limit: int,
    exclusive: Iterable[Sequence[str]] = (),
    known: Iterable[MinimalSet] = (),
    blocked: Iterable[frozenset[str]] = (),
) -> Enumeration:
    """All minimal subsets of ``pool`` that cannot hold.

    ``ask`` decides a subset (with whatever is fixed besides). ``exclusive``: groups of which at most one
    member is taken. ``known``: sets found before, part of the result. ``blocked``: sets whose supersets are
    of no interest. An unknown answer, the limit or the end of the budget makes the result incomplete.
    """
    number = {element: i for i, element in enumerate(pool)}
    found = list(known)
    unexplained = _Map(len(pool))

    def mask(elements: Iterable[str]) -> int:
        return sum(1 << number[e] for e in elements)

    for pair in _pairs(exclusive, number):
        unexplained.forbid(pair)
    for clash in (*(m.members for m in found), *blocked):
        if clash <= number.keys():
            unexplained.forbid(mask(clash))
    complete = True
    while len(found) < limit and not budget.spent:
        seed = unexplained.maximal()
        if seed is None:
            return Enumeration(tuple(found), complete)
        asked = frozenset(e for e in pool if seed >> number[e] & 1)
        decision = ask(asked)
        if decision.answer is Answer.UNKNOWN:
            complete = False
            decision = _easier(ask, asked, pool) or decision
        if decision.answer is Answer.INFEASIBLE:
            smallest = shrink(ask, asked & frozenset(decision.core), pool)
            found.append(smallest)
            unexplained.forbid(mask(smallest.members))
        else:
            unexplained.settle(seed)
    return Enumeration(tuple(found), False)


def _easier(ask: Ask, undecided: frozenset[str], pool: Sequence[str]) -> Decision | None:
    """A refutation of the set with one relation left out, if there is one: the hard relation may be that."""
    for element in pool:
        if element in undecided and element.startswith("relation:"):
            decision = ask(undecided - {element})
            if decision.answer is Answer.INFEASIBLE:
                return decision
    return None


class _Map:
    """The subsets of n elements that are not explained yet; sets are bit masks.

    A subset is unexplained if it holds no forbidden set entirely and is within no settled one. Seen from
    what is left out: hit every forbidden set, and leave out no complement of a settled set entirely.
    """

    def __init__(self, n: int) -> None:
        self.everything = (1 << n) - 1
        self.forbidden: list[int] = []
        self.outside: list[int] = []

    def forbid(self, clash: int) -> None:
        self.forbidden.append(clash)

    def settle(self, holding: int) -> None:
        self.outside.append(self.everything & ~holding)

    def maximal(self) -> int | None:
        """A maximal unexplained subset, or None. Depth first over what to leave out of forbidden sets."""
        stack = [(0, 0)]  # left out, kept for good
        while stack:
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
        return None

    def _restore(self, out: int) -> int:
        """Take back whatever need not be left out (first elements first)."""
        remaining = out
        while remaining:
            one = remaining & -remaining
            remaining &= ~one
            if all(f & out & ~one for f in self.forbidden if f & one):
                out &= ~one
        return self.everything & ~out
