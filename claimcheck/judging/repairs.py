"""Repairs: the minimal sets to drop so that the rest is consistent (minimal correction sets, MCS).

They are the minimal hitting sets of all conflicts (Reiter: A theory of diagnosis from first principles,
Artificial Intelligence 32, 1987; :mod:`claimcheck.judging.hitting`). What has nothing to do with each other
is repaired independently, so repairs are products (:mod:`claimcheck.judging.products`). Those come first that
drop the least trust in sources, then the smallest, then what stands first in the file.

Each is proved: what it leaves has a witness, one for each part, which all repairs that leave this part the
same share. Where what is left turns out to clash, because not all conflicts were known, the clash is shrunk
to another conflict and the search goes on with that (as in the implicit hitting set approach: Davies,
Bacchus: Solving MAXSAT by solving a sequence of simpler SAT instances, CP 2011). So a complete list of
repairs does not need one of conflicts.

Where of one part of a file no way was found in the time given, or the solver cannot tell what it leaves, the
others are repaired without it: the repairs then speak of all but the quantities of that part.

Conclusions do not constrain each other or the evidence. A contradicted one is repaired by withdrawing it, or
for free where the repair of the evidence takes a member of its conflict away (but for a claim that spans a
hull, which has to be withdrawn itself).
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.judging.conflicts import conflict_of
from claimcheck.judging.hitting import Cut, minimal_hitting_sets
from claimcheck.judging.masks import ones
from claimcheck.judging.mus import shrink
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import evidence, rivals, soft_relations
from claimcheck.judging.products import Lazy, Pick, product
from claimcheck.judging.remainder import Remainder
from claimcheck.judging.report import Conflict
from claimcheck.judging.ties import Ties, idle_definitions, variables_of
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Answer, Witness
from claimcheck.solver.definitions import Definition

__all__ = ["Repairs", "find_repairs"]

_LIMIT = 1000
_MOST_SELECTIONS = 4096
_MOST_FREE = 256
"""Ways to take rivals that no conflict names, until one fits."""
_LEAST_SHARE = 1 / 8
"""Of the time that is left, at least so much is for the first repair of the next part."""
_MOST_AT_ONCE = 16
"""Conflicts without a common member that are looked for in what one candidate leaves."""


@dataclass(frozen=True, slots=True)
class Repairs:
    """Repairs in file order inside, the cheapest first; ``complete``: these are all.

    ``witnesses``: for each, witnesses of the parts of what is left, together one for all the rest.
    ``conflicts``: among evidence, without ids, that were not known before and on which repairs rest.
    ``open``: the quantities of parts that were not worked out, of which repairs and witnesses say nothing.
    """

    found: tuple[tuple[str, ...], ...]
    complete: bool
    witnesses: tuple[tuple[Witness, ...], ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    open: tuple[str, ...] = ()


def find_repairs(
    claims: ClaimSet,
    oracle: Oracle,
    conflicts: Sequence[Conflict],
    *,
    complete: bool = True,
    budget: Budget | None = None,
    limit: int = _LIMIT,
) -> Repairs:
    """All repairs of the conflicts, at most ``limit``. ``complete``: all conflicts of conclusions are given.

    Where rival relations take part, the rest is consistent under some selection of rivals. Hard facts that
    clash by themselves cannot be repaired.
    """
    if any(not c.members for c in conflicts):
        return Repairs((), False)
    search = _Search(claims, oracle, budget or oracle.budget)
    units = search.units(conflicts)
    lists = search.lists(units)
    remainder = Remainder(claims, oracle, search.evaluated())
    found: list[tuple[str, ...]] = []
    witnesses: list[tuple[Witness, ...]] = []
    try:
        whole = product(search.together(lists, remainder))
        for place in itertools.count():
            pick = whole.at(place)
            if pick is None:
                break
            if len(found) == limit:
                complete = False
                break
            rest = [left for leaf in pick.leaves() if isinstance(left := leaf.of, _Left)]
            dropped = search.members(pick.mask)
            parts = remainder.witnesses(
                [r.witness for r in rest], {*dropped, *(o for r in rest for o in r.out), *search.beyond()}
            )
            if parts is None:
                complete = False
            elif dropped:
                found.append(dropped)
                witnesses.append(parts)
    except Cut:
        complete = False
    fresh = tuple(c for unit in units for c in unit.fresh)
    return Repairs(
        tuple(found),
        complete and not search.undecided and not search.open,
        tuple(witnesses),
        fresh,
        tuple(v.name for i, v in enumerate(oracle.problem.variables) if i in search.open),
    )


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left of a unit: rivals that are out, and the witness that shows that the others can hold."""

    out: frozenset[str]
    witness: Witness


@dataclass(slots=True)
class _Unit:
    """Premises that are tied by relations, rivals or conflicts; ``facts`` are those that are certain.

    ``choices``: its groups of rivals. ``fresh``: conflicts found on the way.
    """

    premises: list[str]
    facts: list[str]
    choices: list[tuple[str, ...]]
    conflicts: list[Conflict]
    fresh: list[Conflict]


class _Search:
    """The repairs of the units of one claim set."""

    def __init__(self, claims: ClaimSet, oracle: Oracle, budget: Budget) -> None:
        self.claims, self.oracle, self.problem = claims, oracle, oracle.problem
        self.budget = Budget(None, budget)
        self.idle = _loose(claims, oracle)
        self.undecided = False
        """Whether of some candidate it is not known whether the rest can hold."""
        self.open: set[int] = set()
        """The variables of units of which no repair was found, with what is only defined by them."""
        self.names = list(oracle.problem.order)[::-1]
        self.bit = {name: i for i, name in enumerate(self.names)}  # what comes first has the highest bit
        self.readings = {r.premise for r in claims.relations.values() if r.reads}
        """What a claim of open scope may speak of: nobody said that, so it is the claim that is dropped."""
        self.costs = {self.bit[name]: cost for name, cost in _costs(claims, self.names).items()}

    def members(self, mask: int) -> tuple[str, ...]:
        """The premises of a mask in file order."""
        return tuple(self.names[bit] for bit in reversed(ones(mask)))

    def _mask(self, members: Iterable[str]) -> int:
        return sum(1 << self.bit[m] for m in set(members))

    def units(self, conflicts: Iterable[Conflict]) -> list[_Unit]:
        """The units of the file, in order of their first quantity; what only defines one ties nothing."""
        problem = self.problem
        idle = {d.premise for d in self.idle}
        soft = [*(c.id for c in evidence(self.claims)), *soft_relations(problem)]
        hard = problem.sort(problem.hard)
        groups = tuple(rivals(self.claims).values())
        conflicts = list(conflicts)
        core = [p for p in (*soft, *hard) if p not in idle and variables_of(problem, p)]
        number = Ties(problem, core, [*groups, *(c.members for c in conflicts)]).number
        found: dict[int, _Unit] = {}

        def unit_of(premise: str) -> _Unit:
            at = number[variables_of(problem, premise)[0]]
            return found.setdefault(at, _Unit([], [], [], [], []))

        for premise in core:
            unit = unit_of(premise)
            (unit.facts if premise in problem.hard else unit.premises).append(premise)
        for group in groups:
            unit_of(group[0]).choices.append(group)
        for conflict in conflicts:
            unit_of(conflict.members[0]).conflicts.append(conflict)
        return [found[n] for n in sorted(found)]

    def lists(self, units: Sequence[_Unit]) -> list[tuple[_Unit, Lazy]]:
        """The repairs of each unit of which one was found in its share of the time; the others are open.

        Small units come first: they are quickly done, and leave their time to the others.
        """
        found: dict[int, Lazy] = {}
        time = Budget(None, self.budget)
        waiting = sorted(enumerate(units), key=lambda u: (len(u[1].premises), u[0]))
        for done, (place, unit) in enumerate(waiting):
            self.budget.deadline = time.part(max(1 / (len(waiting) - done), _LEAST_SHARE)).deadline
            repairs = Lazy(self.repairs(unit))
            try:
                if repairs.at(0) is not None:
                    found[place] = repairs
                    continue
            except Cut:
                pass
            premises = (*unit.premises, *unit.facts)
            self.open.update(v for p in premises for v in variables_of(self.problem, p))
        self.budget.deadline = time.deadline
        for definition in self.idle:
            if self.open.intersection(definition.formula.inputs):
                self.open.add(definition.variable)
        return [(units[place], found[place]) for place in sorted(found)]

    def evaluated(self) -> list[Definition]:
        """The idle definitions whose values follow from what is not open."""
        return [d for d in self.idle if d.variable not in self.open]

    def beyond(self) -> set[str]:
        """The premises that speak of what is open."""
        about = self.problem.touching
        return {p for v in self.open for p in about(v)}

    def together(self, lists: Sequence[tuple[_Unit, Lazy]], remainder: Remainder) -> list[Lazy]:
        """The lists to be multiplied: one for all units that need no repair, which leave the same always."""
        moving_lists: list[Lazy] = []
        whole: list[_Left] = []
        moving: list[str] = []
        for unit, repairs in lists:
            first = repairs.at(0)
            if first is not None and not first.mask and isinstance(first.of, _Left):
                whole.append(first.of)
            else:
                moving_lists.append(repairs)
                moving += [*unit.premises, *unit.facts]
        if whole:
            out = frozenset().union(*(left.out for left in whole))
            variables = {v for p in moving for v in variables_of(self.problem, p)}
            away = {*moving, *out, *self.beyond()}
            witness = remainder.settle([left.witness for left in whole], away, variables)
            same = _Left(out, witness)
            moving_lists.append(Lazy(iter((Pick(0, 0, 0, same),))))
        return moving_lists

    def repairs(self, unit: _Unit) -> Iterator[Pick]:
        """The repairs of a unit in order, each with what it leaves.

        Raises:
            Cut: the budget is spent, or there are too many ways to go.
        """
        settled: list[int] = []
        again = True
        while again:
            again = False
            for candidate, out in self._candidates(unit):
                mask = candidate.mask
                if any(not s & ~mask for s in settled):
                    continue
                outcome = self._left_by(unit, mask, out)
                if isinstance(outcome, _Left):
                    yield Pick(candidate.cost, candidate.size, mask, outcome)
                elif outcome:
                    unit.conflicts += outcome
                    unit.fresh += outcome
                    again = True
                    break
                else:
                    self.undecided = True
                settled.append(mask)

    def _candidates(self, unit: _Unit) -> Iterator[tuple[Pick, frozenset[str]]]:
        """What hits all known conflicts of a unit for some selection of its rivals, and those out."""
        involved = {m for c in unit.conflicts for m in c.members}
        of_evidence = {m for c in unit.conflicts if not c.conclusion for m in c.members}
        groups = [g for g in unit.choices if involved.intersection(g)]
        if math.prod(map(len, groups)) > _MOST_SELECTIONS:
            raise Cut
        ways = []
        for selection in itertools.product(*groups):
            out = frozenset(r for g in groups for r in g).difference(selection)
            active = [c for c in unit.conflicts if _spans(self.claims, c) or not out.intersection(c.members)]
            ways.append(self._hitting(active, of_evidence, out))
        return heapq.merge(*ways, key=lambda way: way[0].key)

    def _hitting(
        self, active: Sequence[Conflict], of_evidence: set[str], out: frozenset[str]
    ) -> Iterator[tuple[Pick, frozenset[str]]]:
        masks = [self._mask(_hit_by(self.claims, c, of_evidence) - self.readings) for c in active]
        if 0 in masks:  # nothing can be dropped: these rivals do not go together
            return
        whole = product([Lazy(self._of_block(block)) for block in _blocks(masks)])
        for place in itertools.count():
            pick = whole.at(place)
            if pick is None:
                return
            yield pick, out

    def _of_block(self, masks: Sequence[int]) -> Iterator[Pick]:
        for mask in minimal_hitting_sets(masks, self.costs, budget=self.budget):
            cost = sum(self.costs[self.bit[m]] for m in self.members(mask))
            yield Pick(cost, mask.bit_count(), mask)

    def _left_by(self, unit: _Unit, dropped: int, out: frozenset[str]) -> _Left | list[Conflict]:
        """What a candidate leaves of a unit, or conflicts in it; no conflicts if that is not known.

        Of rivals that no conflict names, the first that fits.
        """
        away = set(self.members(dropped)) | out
        free = [g for g in unit.choices if not out.intersection(g)]
        others = {r for g in free for r in g}
        kept = [p for p in (*unit.premises, *unit.facts) if p not in away and p not in others]
        clashes: list[frozenset[str]] = []
        ways = itertools.product(*free)
        decided = True
        for selection in itertools.islice(ways, _MOST_FREE):
            if self.budget.spent:
                raise Cut
            rest = frozenset((*kept, *selection))
            decision = self.oracle.decide(rest)
            if decision.witness is not None:
                return _Left(out | others.difference(selection), decision.witness)
            if decision.answer is Answer.INFEASIBLE:
                clashes.append(rest)
            else:
                decided = False
        if not decided or next(ways, None) is not None:
            return []
        found: dict[frozenset[str], Conflict] = {}
        for rest in clashes:
            found.update((frozenset(c.members), c) for c in self._clashes_in(unit, rest))
        return list(found.values())

    def _clashes_in(self, unit: _Unit, rest: frozenset[str]) -> Iterator[Conflict]:
        """Conflicts in what cannot hold, no two with a common member."""
        for _ in range(_MOST_AT_ONCE):
            decision = self.oracle.decide(rest)
            if decision.answer is not Answer.INFEASIBLE or self.budget.spent:
                return
            clash = shrink(
                self.oracle.decide, frozenset(decision.core).intersection(unit.premises), unit.premises
            )
            yield conflict_of(self.claims, self.oracle, clash)
            rest -= clash.members


def _loose(claims: ClaimSet, oracle: Oracle) -> list[Definition]:
    """The idle definitions, but what is certain to hold: it is part of every question, with what it ties."""
    found: list[Definition] = []
    tied: set[int] = set()
    for definition in reversed(idle_definitions(claims, oracle.problem)):  # what draws on others first
        if definition.premise in oracle.problem.hard or definition.variable in tied:
            tied.update(oracle.problem.constraints[definition.premise].variables)
        else:
            found.append(definition)
    return found[::-1]


def _costs(claims: ClaimSet, premises: Iterable[str]) -> dict[str, int]:
    """What it costs to drop each premise: the trust in its source, and 1 for a relation, in whole numbers."""
    trust = {
        p: claims.sources[claims.claims[p].source].trust if p in claims.claims else mpq(1) for p in premises
    }
    common = math.lcm(*(int(t.denominator) for t in trust.values()))
    return {p: int(t * common) for p, t in trust.items()}


def _blocks(masks: Iterable[int]) -> list[list[int]]:
    """Sets by connection through common members."""
    blocks: list[tuple[int, list[int]]] = []
    for mask in masks:
        whole, joined, apart = mask, [mask], []
        for union, others in blocks:
            if union & mask:
                whole |= union
                joined = others + joined
            else:
                apart.append((union, others))
        blocks = [*apart, (whole, joined)]
    return [block for _, block in blocks]


def _spans(claims: ClaimSet, conflict: Conflict) -> bool:
    """Whether it is the conflict of a claim that spans a hull: one over all selections of rivals."""
    return bool(conflict.conclusion) and claims.claims[conflict.conclusion].spans


def _hit_by(claims: ClaimSet, conflict: Conflict, of_evidence: set[str]) -> frozenset[str]:
    """The members of which dropping any one repairs the conflict.

    A claim that spans a hull is repaired by itself alone: with anything else dropped the hull is another.
    """
    if not conflict.conclusion:
        return frozenset(conflict.members)
    if _spans(claims, conflict):
        return frozenset((conflict.conclusion,))
    return frozenset(m for m in conflict.members if m == conflict.conclusion or m in of_evidence)
