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
from dataclasses import dataclass, field, replace

from claimcheck.budget import Budget
from claimcheck.judging.masks import ones
from claimcheck.judging.seeds import Map
from claimcheck.solver.decision import Answer, Decision, Witness

__all__ = ["Enumeration", "MinimalSet", "certify", "enumerate_minimal_sets", "shrink"]

_MOST_FAILED = 8
"""Large sets without a witness after which only what must be asked is asked."""
_FOR_EASIER = 0.1
"""The share of the time that is left that may go into finding which relation makes a set hard."""

Ask = Callable[[frozenset[str]], Decision]


@dataclass(frozen=True, slots=True)
class MinimalSet:
    """Members that cannot hold together. ``minimal``: dropping any one was answered with a witness.

    ``without``: such witnesses, by the member dropped, of larger sets that :func:`certify` asked for.
    """

    members: frozenset[str]
    minimal: bool
    without: Mapping[str, Witness] = field(default_factory=dict, compare=False)


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
    *,
    budget: Budget | None = None,
) -> list[MinimalSet]:
    """The clashes of a pool, each shown to be minimal where witnesses answer its deletions.

    To ask for a set without a member, as many others are added as no known clash (nor pair of exclusive
    ones) forbids. What holds then answers for most other sets, too, so that there are far fewer questions
    for ``ask``, which remembers, to solve. Once the budget is spent nothing is asked any more.
    """
    budget = budget or Budget()
    number = {element: i for i, element in enumerate(pool)}
    masks = [sum(1 << number[e] for e in clash) for clash in clashes]
    pairs = _pairs(exclusive, number)
    cover = _Cover(len(pool), masks, pairs)
    failed = 0
    found = []
    for i, clash in enumerate(clashes):
        minimal = True
        for element in sorted(clash, key=number.__getitem__):
            if not minimal or budget.spent:
                minimal = minimal and not cover.open(i, number[element])
                continue
            if failed < _MOST_FAILED and cover.open(i, number[element]):
                out = cover.leave_out(i, number[element])
                holding = ask(frozenset(e for e in pool if not out >> number[e] & 1))
                if holding.witness is not None:
                    cover.settle(out, holding.witness)
                else:
                    failed += 1
            if cover.open(i, number[element]):
                minimal = ask(clash - {element}).answer is Answer.FEASIBLE and minimal
        found.append(MinimalSet(clash, minimal))
    # What answered for a clash may have been asked for a later one.
    return [
        replace(m, without={pool[e]: w for e, w in cover.answers[i].items()}) if m.minimal else m
        for i, m in enumerate(found)
    ]


def _pairs(exclusive: Iterable[Sequence[str]], number: Mapping[str, int]) -> list[int]:
    """The pairs within each group, as masks."""
    inside = ([e for e in group if e in number] for group in exclusive)
    return [1 << number[a] | 1 << number[b] for group in inside for a, b in itertools.combinations(group, 2)]


class _Cover:
    """Which deletions of which clashes are answered by the large sets that hold.

    A large set answers for clash i without element e if e is all of the clash that it leaves out. ``within``
    and ``open_for`` map an element to the clashes (as a mask) that have it, and where it is not answered for.
    """

    def __init__(self, size: int, clashes: Sequence[int], pairs: Sequence[int]) -> None:
        self.size, self.clashes, self.forbidden = size, clashes, [*clashes, *pairs]
        self.within = [sum(1 << i for i, c in enumerate(clashes) if c >> e & 1) for e in range(size)]
        self.open_for = list(self.within)
        self.answers: list[dict[int, Witness]] = [{} for _ in clashes]

    def open(self, clash: int, element: int) -> bool:
        """Whether nothing answers yet for a clash without an element."""
        return bool(self.open_for[element] >> clash & 1)

    def leave_out(self, clash: int, element: int) -> int:
        """A minimal set to leave out so that nothing clashes, one element alone of the given clash.

        Greedy: what is left out next is what answers for the most open deletions.
        """
        kept = self.clashes[clash] & ~(1 << element)
        out = 1 << element
        hit = self.within[element]
        for i, each in enumerate(self.forbidden):
            if each & out:
                continue
            open_in = ones(each & ~kept)
            if not open_in:
                continue  # the given clash has all of another, and clashes without the element as well
            best, most = -1, (-self.size, 0)
            for e in open_in:
                gain = (self.open_for[e] & ~hit).bit_count() - (self.within[e] & hit).bit_count()
                score = (gain, (self.within[e] & ~hit).bit_count())
                if i >= len(self.clashes):  # of two rivals the later one
                    score = (0, e)
                if score > most or best < 0:
                    best, most = e, score
            out |= 1 << best
            hit |= self.within[best]
        for e in ones(out):
            if all(f & out & ~(1 << e) for f in self.forbidden if f >> e & 1):
                out &= ~(1 << e)
        return out

    def settle(self, out: int, witness: Witness) -> None:
        """Note that all but ``out`` holds."""
        once = twice = 0
        for e in ones(out):
            twice |= once & self.within[e]
            once |= self.within[e]
        for e in ones(out):
            for clash in ones(self.open_for[e] & once & ~twice):
                self.answers[clash][e] = witness
            self.open_for[e] &= ~(once & ~twice)


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
    unexplained = Map(len(pool))

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
            decision = _easier(ask, asked, pool, budget.part(_FOR_EASIER)) or decision
        if decision.answer is Answer.INFEASIBLE:
            smallest = shrink(ask, asked & frozenset(decision.core), pool)
            found = [m for m in found if not smallest.members < m.members]  # one that could not be shrunk
            found.append(smallest)
            unexplained.forbid(mask(smallest.members))
        else:
            unexplained.settle(seed)
    return Enumeration(tuple(found), False)


def _easier(ask: Ask, undecided: frozenset[str], pool: Sequence[str], budget: Budget) -> Decision | None:
    """A refutation of the set with one relation left out, if there is one: the hard relation may be that."""
    for element in pool:
        if budget.spent:
            break
        if element in undecided and element.startswith("relation:"):
            decision = ask(undecided - {element})
            if decision.answer is Answer.INFEASIBLE:
                return decision
    return None
