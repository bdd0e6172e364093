"""What there is to choose: agreeing groups of claims, rival relations, and sources taken all or none."""

from __future__ import annotations

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
"""Ways to choose that are gone through to see which of them coupled sources leave."""


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
    found = _with_coupled(choices, coupled)
    return None if found is None else len(found)


def selections(choices: Sequence[Choice], coupled: Mapping[str, Collection[str]]) -> Iterator[Selection]:
    """Every way to choose, in order of option numbers (with too many coupled ways: none).

    A coupled source of which not every contested claim was picked is left out altogether; a selection that
    then lacks a group, or is part of another one, is none.
    """
    if coupled:
        yield from _with_coupled(choices, coupled) or ()
        return
    for picks in itertools.product(*(c.open for c in choices)):
        chosen = {c.name: c.options[i] for c, i in zip(choices, picks, strict=True)}
        yield Selection(picks, chosen, frozenset())


def _with_coupled(
    choices: Sequence[Choice], coupled: Mapping[str, Collection[str]]
) -> list[Selection] | None:
    """The selections that coupled sources leave, going by which of these sources are in; None: too many."""
    contested = {id for c in choices for option in c.options for id in option}
    asked = {s: contested.intersection(ids) for s, ids in coupled.items()}
    if len(coupled) > _MOST_COUPLED.bit_length():
        return None
    found: dict[tuple[int, ...], Selection] = {}
    for states in itertools.product((True, False), repeat=len(coupled)):
        inside = {s for s, taken in zip(coupled, states, strict=True) if taken}
        needed = {id for s in inside for id in asked[s]}
        dropped = {id for s in coupled if s not in inside for id in coupled[s]}
        extra = frozenset(id for s in inside for id in coupled[s] if id not in contested)
        fitting = [
            [
                i
                for i in c.open
                if needed.intersection(id for o in c.options for id in o) <= set(c.options[i])
                and not dropped.issuperset(c.options[i])
            ]
            for c in choices
        ]
        if len(found) + math.prod(map(len, fitting)) > _MOST_COUPLED:
            return None
        for picks in itertools.product(*fitting):
            options = {c.name: c.options[i] for c, i in zip(choices, picks, strict=True)}
            taken = {id for option in options.values() for id in option}
            if any(ids <= taken for s, ids in asked.items() if s not in inside):
                continue
            left = {n: tuple(id for id in option if id not in dropped) for n, option in options.items()}
            found[picks] = Selection(picks, left, extra)
    kept: dict[frozenset[str], Selection] = {}
    for picks in sorted(found):
        kept.setdefault(found[picks].extra.union(*found[picks].chosen.values()), found[picks])
    return [s for premises, s in kept.items() if not any(premises < other for other in kept)]
