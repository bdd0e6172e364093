"""What there is to choose: agreeing groups of claims, rival relations, and sources taken all or none."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from claimcheck.judging.agreement import agreeing_groups, by_quantity
from claimcheck.judging.premises import rivals
from claimcheck.model import ClaimSet
from claimcheck.solver.problem import Problem

__all__ = ["Choice", "Selection", "count_selections", "coupled_evidence", "find_choices", "selections"]

_MOST_COUPLED = 4096
"""Ways to choose that are gone through to count which of them coupled sources leave."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A contested quantity or a choice of relations: its options, and which of them are open."""

    name: str
    options: tuple[tuple[str, ...], ...]
    open: tuple[int, ...]

    def holding(self, wanted: Collection[str]) -> Choice:
        """The same with only the options that hold what is wanted of it."""
        mine = {id for option in self.options for id in option}.intersection(wanted)
        return Choice(self.name, self.options, tuple(i for i in self.open if mine.issubset(self.options[i])))


@dataclass(frozen=True, slots=True)
class Selection:
    """One way to choose: option numbers, what was taken for each name, and uncontested coupled claims."""

    picks: tuple[int, ...]
    chosen: Mapping[str, tuple[str, ...]]
    extra: frozenset[str]


def find_choices(claims: ClaimSet, problem: Problem, soft: Iterable[str]) -> list[Choice]:
    """Contested quantities in file order, then the choices among relations."""
    found: list[Choice] = []
    intervals = by_quantity(problem, soft)
    for number in sorted(intervals):
        groups = agreeing_groups(intervals[number]) if len(intervals[number]) > 1 else ()
        if len(groups) > 1:
            found.append(Choice(problem.variables[number].name, groups, tuple(range(len(groups)))))
    for name, members in rivals(claims).items():
        label = name if name not in claims.quantities else f"choice {name}"
        found.append(Choice(label, tuple((m,) for m in members), tuple(range(len(members)))))
    return found


def coupled_evidence(
    claims: ClaimSet, soft: Iterable[str], choices: Sequence[Choice]
) -> dict[str, tuple[str, ...]]:
    """The evidence of each coupled source that has a say in some choice."""
    loose = {id for c in choices for option in c.options for id in option}
    found: dict[str, list[str]] = {}
    for id in soft:
        source = claims.claims[id].source
        if claims.sources[source].coupled:
            found.setdefault(source, []).append(id)
    return {s: tuple(ids) for s, ids in found.items() if loose.intersection(ids)}


def count_selections(choices: Sequence[Choice], coupled: Mapping[str, Collection[str]]) -> int | None:
    """How many ways to choose there are; None where coupled sources make that hard to tell."""
    if not coupled:
        return math.prod(len(c.open) for c in choices)
    whole = _counted(_states(choices, coupled))
    if whole is None:
        found = sum(1 for _ in itertools.islice(selections(choices, coupled), _MOST_COUPLED + 1))
        whole = found if found <= _MOST_COUPLED else None
    return whole


def selections(choices: Sequence[Choice], coupled: Mapping[str, Collection[str]]) -> Iterator[Selection]:
    """Every way to choose, in order of option numbers (with too many coupled sources: none).

    A coupled source of which not every contested claim was picked is left out altogether; a selection that
    then lacks a group, or is part of another one, is none.
    """
    if not coupled:
        for picks in itertools.product(*(c.open for c in choices)):
            chosen = {c.name: c.options[i] for c, i in zip(choices, picks, strict=True)}
            yield Selection(picks, chosen, frozenset())
        return
    states = _states(choices, coupled)
    seen: set[frozenset[str]] = set()
    for picks, state in heapq.merge(*(s.ways() for s in states), key=lambda way: way[0]):
        left = [state.left[n][i] for n, i in enumerate(picks)]
        premises = state.extra.union(*left)
        if premises in seen or any(s.has_more_than(left, premises) for s in states):
            continue
        seen.add(premises)
        yield Selection(picks, {c.name: option for c, option in zip(choices, left, strict=True)}, state.extra)


@dataclass(frozen=True, slots=True)
class _State:
    """Which coupled sources are in, by what that leaves.

    ``left``: for each choice the options that fit, by number, without the claims of sources that are out.
    ``all_of``: for each source that is out, and each choice, the options with all its claims there: taken
    everywhere, the source would be in. ``extra``: claims of sources that are in that nothing contests.
    """

    left: tuple[Mapping[int, tuple[str, ...]], ...]
    all_of: tuple[tuple[frozenset[int], ...], ...]
    extra: frozenset[str]

    def ways(self) -> Iterator[tuple[tuple[int, ...], _State]]:
        """The ways to choose, in order of option numbers."""
        for picks in itertools.product(*self.left):
            if not any(all(i in s for i, s in zip(picks, whole, strict=True)) for whole in self.all_of):
                yield picks, self

    def has_more_than(self, options: Sequence[Collection[str]], premises: frozenset[str]) -> bool:
        """Whether one of its ways has all of some options, and more premises."""
        fitting = [
            [i for i, other in left.items() if set(other).issuperset(option)]
            for left, option in zip(self.left, options, strict=True)
        ]
        for picks in itertools.product(*fitting):
            if any(all(i in s for i, s in zip(picks, whole, strict=True)) for whole in self.all_of):
                continue
            if premises < self.extra.union(*(self.left[n][i] for n, i in enumerate(picks))):
                return True
        return False

    def may_have(self, other: _State) -> bool:
        """Whether some way may have all the premises of one of the other state, or of another of its own."""
        if self is other:
            return any(
                set(a) <= set(b) for left in self.left for a, b in itertools.permutations(left.values(), 2)
            )
        return other.extra <= self.extra and all(
            any(set(a) <= set(b) for a in theirs.values() for b in mine.values())
            for mine, theirs in zip(self.left, other.left, strict=True)
        )

    def count(self) -> int:
        """How many ways there are: those that take every claim of a source that is out are none."""
        number = 0
        for size in range(len(self.all_of) + 1):
            for sources in itertools.combinations(self.all_of, size):
                common = [set(left).intersection(*s) for left, *s in zip(self.left, *sources, strict=True)]
                number += (-1) ** size * math.prod(map(len, common))
        return number


def _states(choices: Sequence[Choice], coupled: Mapping[str, Collection[str]]) -> list[_State]:
    """What coupled sources can be in, and what that leaves; nothing with too many sources."""
    if len(coupled) > _MOST_COUPLED.bit_length():
        return []
    contested = {id for c in choices for option in c.options for id in option}
    found = []
    for states in itertools.product((True, False), repeat=len(coupled)):
        inside = {s for s, taken in zip(coupled, states, strict=True) if taken}
        needed = {id for s in inside for id in coupled[s] if id in contested}
        dropped = {id for s in coupled if s not in inside for id in coupled[s]}
        left = []
        for c in choices:
            here = needed.intersection(id for option in c.options for id in option)
            left.append(
                {
                    i: tuple(id for id in c.options[i] if id not in dropped)
                    for i in c.open
                    if here <= set(c.options[i]) and not dropped.issuperset(c.options[i])
                }
            )
        all_of = []
        for s in coupled:
            if s not in inside:
                own = [
                    contested.intersection(coupled[s]) & {id for o in c.options for id in o} for c in choices
                ]
                all_of.append(
                    tuple(
                        frozenset(i for i in c.open if mine <= set(c.options[i]))
                        for c, mine in zip(choices, own, strict=True)
                    )
                )
        extra = frozenset(id for s in inside for id in coupled[s] if id not in contested)
        if all(left):
            found.append(_State(tuple(left), tuple(all_of), extra))
    return found


def _counted(states: Sequence[_State]) -> int | None:
    """How many ways some states leave, where none can be part of another; None: not known."""
    for a, b in itertools.product(states, repeat=2):
        if a.may_have(b):
            return None
    return sum(s.count() for s in states)
