"""Scenarios: one agreeing group of claims for each contested quantity, one relation for each choice.

What can be said about a quantity depends only on the choices that can reach it. So the file falls into
parts (connected through relations, or through a coupled source), each part is solved for its own choices
alone, its cases, and a scenario is one case of every part.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gmpy2 import mpq

from claimcheck.interval import EMPTY, Interval, hull, point
from claimcheck.judging.agreement import agreeing_groups, by_quantity
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import evidence, rivals, soft_relations
from claimcheck.judging.report import Conflict, Scenario, Verdict
from claimcheck.model import ClaimSet
from claimcheck.solver.candidates import candidates
from claimcheck.solver.decision import Answer, Bound, Witness, magnitude
from claimcheck.solver.optimum import GAP, unclaimed
from claimcheck.solver.problem import Problem

__all__ = ["Case", "Part", "explore", "hull_of", "list_scenarios", "union"]

_MOST_CASES = 4096


@dataclass(frozen=True, slots=True)
class Case:
    """One selection within a part, and what follows. ``picks`` numbers the option taken for each choice."""

    picks: tuple[int, ...]
    choices: Mapping[str, tuple[str, ...]]
    premises: frozenset[str]
    verdict: Verdict
    bounds: Mapping[str, Bound]
    witness: Witness | None


@dataclass(frozen=True, slots=True)
class Part:
    """Quantities that no relation or coupled source ties to others, with the cases of their choices.

    ``base`` holds in every case. ``complete``: all cases were looked at; otherwise ``rest`` encloses what the
    others could add to the hull.
    """

    variables: frozenset[int]
    base: frozenset[str]
    cases: tuple[Case, ...]
    complete: bool = True
    rest: Mapping[str, Bound] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A contested quantity or a choice of relations: its place in the file's order, and its options."""

    place: int
    name: str
    options: tuple[tuple[str, ...], ...]


def explore(
    claims: ClaimSet, oracle: Oracle, targets: Collection[str], given: Collection[str] = ()
) -> tuple[Part, ...]:
    """The parts of a file with all their cases solved, in order of their first quantity.

    ``targets``: the quantities to bound. ``given``: only cases that hold these premises (full ids), where
    they are of that part.
    """
    problem = oracle.problem
    soft = [c.id for c in evidence(claims)]
    relations = soft_relations(problem)
    choices = _choices(claims, problem, soft)
    loose = {id for c in choices for option in c.options for id in option}
    coupled = _coupled(claims, soft, choices)
    conditional = {id: s for s, ids in coupled.items() for id in ids}
    parts = []
    for variables in _regions(problem, [*soft, *relations, *problem.sort(problem.hard)], coupled.values()):
        mine = [p for p in (*soft, *relations) if variables.intersection(_variables(problem, p))]
        own = [c for c in choices if variables.intersection(_variables(problem, c.options[0][0]))]
        base = frozenset(p for p in mine if p not in loose and p not in conditional)
        base |= problem.hard_on(variables)
        sources = {s: ids for s, ids in coupled.items() if set(ids) & set(mine)}
        asked = [problem.variables[v].name for v in sorted(variables)]
        asked = [q for q in asked if q in targets]
        wanted = frozenset(given).intersection(mine)
        parts.append((variables, own, base, sources, asked, wanted))
    # One question settles all parts without choices at once, in the common case that they can hold.
    oracle.decide({p for _, own, base, *_ in parts if not own for p in base})
    return tuple(_solve(oracle, *part) for part in parts)


def _solve(
    oracle: Oracle,
    variables: frozenset[int],
    choices: Sequence[_Choice],
    base: frozenset[str],
    coupled: Mapping[str, Collection[str]],
    asked: Sequence[str],
    wanted: frozenset[str],
) -> Part:
    selections = _selections(choices, coupled)
    looked_at = list(itertools.islice(selections, _MOST_CASES + 1))
    complete = len(looked_at) <= _MOST_CASES
    cases: list[Case] = []
    for picks, chosen, extra in looked_at[:_MOST_CASES]:
        premises = base.union(extra, *chosen.values())
        if wanted <= premises:
            if oracle.budget.spent and cases:
                complete = False
                break
            cases.append(_case(oracle, variables, picks, chosen, premises, asked))
    rest = {} if complete else {q: _loose(b) for q, b in oracle.bounds(base, asked).items()}
    return Part(variables, base, tuple(cases), complete, rest)


def _loose(bound: Bound) -> Bound:
    """An enclosure for cases that were not looked at: what attains its ends need not be one of them."""
    return replace(bound, tight=False, gap=max(bound.gap, mpq(1)), lower_witness=None, upper_witness=None)


def _case(
    oracle: Oracle,
    variables: frozenset[int],
    picks: tuple[int, ...],
    choices: Mapping[str, tuple[str, ...]],
    premises: frozenset[str],
    asked: Sequence[str],
) -> Case:
    decision = oracle.decide(premises)
    if decision.answer is Answer.INFEASIBLE:
        return Case(picks, choices, premises, Verdict.CONTRADICTORY, {}, None)
    bounds = oracle.bounds(premises, asked) if asked else {}
    if any(b.interval.is_empty for b in bounds.values()):
        return Case(picks, choices, premises, Verdict.CONTRADICTORY, {}, None)
    if decision.witness is None:
        return Case(picks, choices, premises, Verdict.UNKNOWN, bounds, None)
    names = {oracle.problem.variables[v].name for v in variables}
    witness = Witness(
        {n: x for n, x in decision.witness.values.items() if n in names},
        tuple(block for block in decision.witness.solved if names.issuperset(block[0])),
    )
    return Case(picks, choices, premises, Verdict.CONSISTENT, bounds, witness)


# -- what there is to choose ------------------------------------------------------------------------------


def _choices(claims: ClaimSet, problem: Problem, soft: Iterable[str]) -> list[_Choice]:
    """Contested quantities in file order, then the choices among relations."""
    found: list[_Choice] = []
    intervals = by_quantity(problem, soft)
    for number in sorted(intervals):
        groups = agreeing_groups(intervals[number])
        if len(groups) > 1:
            found.append(_Choice(len(found), problem.variables[number].name, groups))
    for name, members in rivals(claims).items():
        label = name if name not in claims.quantities else f"choice {name}"
        found.append(_Choice(len(found), label, tuple((m,) for m in members)))
    return found


def _coupled(claims: ClaimSet, soft: Iterable[str], choices: Sequence[_Choice]) -> dict[str, tuple[str, ...]]:
    """The evidence of each coupled source that has a say in some choice."""
    loose = {id for c in choices for option in c.options for id in option}
    found: dict[str, list[str]] = {}
    for id in soft:
        source = claims.claims[id].source
        if claims.sources[source].coupled:
            found.setdefault(source, []).append(id)
    return {s: tuple(ids) for s, ids in found.items() if loose.intersection(ids)}


def _variables(problem: Problem, premise: str) -> tuple[int, ...]:
    claim = problem.claims.get(premise)
    return (claim[0],) if claim is not None else problem.constraints[premise].variables


def _regions(
    problem: Problem, premises: Sequence[str], coupled: Iterable[Sequence[str]]
) -> list[frozenset[int]]:
    """The variables by connection through relations or coupled sources, in order of first variable."""
    regions = [frozenset(g) for g in problem.groups(premises)]
    for claims in coupled:
        numbers = {problem.claims[id][0] for id in claims}
        touched = [r for r in regions if r & numbers]
        regions = [r for r in regions if not r & numbers] + [frozenset().union(*touched)]
    return sorted(regions, key=min)


def _selections(
    choices: Sequence[_Choice], coupled: Mapping[str, Collection[str]]
) -> Iterator[tuple[tuple[int, ...], dict[str, tuple[str, ...]], frozenset[str]]]:
    """Every way to choose: option numbers, what was picked for each name, and uncontested coupled claims.

    A coupled source of which not every contested claim was picked is left out altogether; a selection that
    then lacks a group, or is part of another one, is none.
    """
    ways = itertools.product(*(range(len(c.options)) for c in choices))
    if not coupled:
        for picks in ways:
            yield picks, {c.name: c.options[i] for c, i in zip(choices, picks, strict=True)}, frozenset()
        return
    contested = {id for c in choices for option in c.options for id in option}
    kept: dict[frozenset[str], tuple[tuple[int, ...], dict[str, tuple[str, ...]], frozenset[str]]] = {}
    for picks in itertools.islice(ways, _MOST_CASES + 1):
        picked = {c.name: c.options[i] for c, i in zip(choices, picks, strict=True)}
        chosen = {id for option in picked.values() for id in option}
        out = {s for s, ids in coupled.items() if not contested.intersection(ids) <= chosen}
        dropped = {id for s in out for id in coupled[s]}
        picked = {n: tuple(id for id in option if id not in dropped) for n, option in picked.items()}
        if all(picked.values()):
            extra = frozenset(
                id for s, ids in coupled.items() if s not in out for id in ids if id not in contested
            )
            kept.setdefault(extra.union(*picked.values()), (picks, picked, extra))
    yield from (way for whole, way in kept.items() if not any(whole < other for other in kept))


# -- putting parts together -------------------------------------------------------------------------------


def list_scenarios(
    parts: Sequence[Part],
    problem: Problem,
    conflicts: Iterable[Conflict],
    conclusions: Collection[str],
    shown: Collection[str],
    *,
    limit: int,
) -> tuple[tuple[Scenario, ...], int]:
    """At most ``limit`` scenarios, and how many there are. The last choice of the file varies fastest.

    ``shown``: the quantities whose bounds are listed. A quantity has bounds in a contradictory scenario, too,
    if what contradicts itself does not reach it.
    """
    count = math.prod(len(p.cases) for p in parts)
    clashes = [(c.id, frozenset(c.members).difference(conclusions)) for c in conflicts]
    free = _free_values(problem, parts)
    unbound = {q: unclaimed(problem.variables[problem.number[q]]) for q in shown if q in free}
    combinations: Iterable[tuple[Case, ...]] = itertools.product(*(p.cases for p in parts))
    names = _names_in_order(parts, problem)
    if count <= limit:
        combinations = sorted(combinations, key=lambda cases: _place(cases, names))
    found = []
    for cases in itertools.islice(combinations, limit):
        premises = frozenset().union(*(c.premises for c in cases))
        choices = {n: ids for c in cases for n, ids in c.choices.items()}
        bounds = unbound | {q: b for c in cases for q, b in c.bounds.items()}
        found.append(
            Scenario(
                {n: choices[n] for n in names},
                _all(c.verdict for c in cases),
                {q: bounds[q] for q in shown if q in bounds},
                _joined(cases, free, problem),
                tuple(id for id, members in clashes if members <= premises),
            )
        )
    return tuple(found), count


def _names_in_order(parts: Sequence[Part], problem: Problem) -> list[str]:
    """The names of all choices: contested quantities in file order, then choices of relations."""
    names = [n for p in parts if p.cases for n in p.cases[0].choices]
    quantities = [n for n in names if n in problem.number]
    others = [n for n in names if n not in problem.number]
    return sorted(quantities, key=problem.number.__getitem__) + others


def _place(cases: Iterable[Case], names: Sequence[str]) -> list[int]:
    picked = {n: i for c in cases for n, i in zip(c.choices, c.picks, strict=True)}
    return [picked[n] for n in names]


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    seen = set(verdicts)
    for verdict in (Verdict.CONTRADICTORY, Verdict.UNKNOWN):
        if verdict in seen:
            return verdict
    return Verdict.CONSISTENT


def _free_values(problem: Problem, parts: Sequence[Part]) -> dict[str, Interval]:
    """A value for every quantity that nothing speaks of."""
    covered = frozenset().union(*(p.variables for p in parts))
    free = (v for i, v in enumerate(problem.variables) if i not in covered)
    return {v.name: point(next(iter(candidates(v.domain, v)), mpq(0))) for v in free}


def _joined(cases: Sequence[Case], free: Mapping[str, Interval], problem: Problem) -> Witness | None:
    values = dict(free)
    solved: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for case in cases:
        if case.witness is None:
            return None
        values.update(case.witness.values)
        solved.extend(case.witness.solved)
    return Witness({v.name: values[v.name] for v in problem.variables if v.name in values}, tuple(solved))


def hull_of(parts: Iterable[Part], targets: Collection[str], problem: Problem) -> dict[str, Bound]:
    """The hull of each target over the scenarios that were not proved contradictory.

    Each quantity is looked at in its own part, so that a contradiction elsewhere does not take the hull away.
    A quantity without any consistent case has no entry.
    """
    found: dict[str, Bound] = {}
    for part in parts:
        bounds: dict[str, list[Bound]] = {}
        for case in part.cases:
            for quantity, bound in case.bounds.items():
                bounds.setdefault(quantity, []).append(bound)
        for quantity, bound in part.rest.items():
            bounds.setdefault(quantity, []).append(bound)
        found.update((q, union(b)) for q, b in bounds.items() if b)
    for quantity in targets:  # nothing but its own limits speaks of it
        if quantity not in found and not any(problem.number[quantity] in p.variables for p in parts):
            found[quantity] = unclaimed(problem.variables[problem.number[quantity]])
    return {q: found[q] for q in targets if q in found}


def union(bounds: Sequence[Bound]) -> Bound:
    """The hull of several bounds, each end with the premises and witness of the first bound that has it."""
    whole = EMPTY
    for bound in bounds:
        whole = hull(whole, bound.interval)
    low = next(
        b for b in bounds if (b.interval.lower, b.interval.lower_closed) == (whole.lower, whole.lower_closed)
    )
    high = next(
        b for b in bounds if (b.interval.upper, b.interval.upper_closed) == (whole.upper, whole.upper_closed)
    )
    # A gap is relative to the size of its own bound, which may be more: [-1, 5] and [0, inf) give [-1, inf).
    size = magnitude(whole)
    gap = max(b.gap * max(mpq(1), magnitude(b.interval) / size) for b in (low, high))
    return Bound(
        whole,
        low.tight and high.tight and gap <= GAP,
        gap,
        low.lower_premises,
        high.upper_premises,
        low.proof if low is high else None,
        low.lower_proof or low.proof,
        high.upper_proof or high.proof,
        low.lower_witness,
        high.upper_witness,
    )
