"""Conflicts: the minimal sets of claims and relations that cannot all hold, with what each would need.

Evidence is searched per connected component. A conclusion is searched with its basis fixed: the set is
minimal apart from the basis, and can hold once the conclusion is left out. Other evidence on a quantity that
the basis speaks of stays out of it, because the conclusion was not drawn from that.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import Interval, Rational
from claimcheck.judging.labels import Labelled, labelled_conflicts
from claimcheck.judging.mus import Enumeration, MinimalSet, certify, enumerate_minimal_sets, shrink
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import basis, conclusions, evidence, rivals, soft_relations
from claimcheck.judging.report import Conflict, ConflictKind
from claimcheck.judging.series import in_series
from claimcheck.judging.ties import Ties, idle_definitions
from claimcheck.model import Claim, ClaimSet
from claimcheck.solver.decision import Answer, Bound, Decision, Proof

__all__ = [
    "Conflicts",
    "all_conclusions",
    "conflict_of",
    "conflicts_of_conclusion",
    "conflicts_of_evidence",
    "in_order",
    "margin",
    "would_need",
]

_LIMIT = 2000
_MARGINS = 10**6
"""How finely margins are told apart when conflicts are put in order."""
_MOST_SELECTIONS = 16
_LABEL_SECONDS = 5.0
_LABELLED = 1 / 3
"""How long labels may be looked for in one component, also as a share; where they see all they rarely need a
second."""
_SEARCHED, _PROVED = 0.5, 0.6
"""The shares of the time left for a component after which its conflicts are proved, all found or not, and
after which they are shown to be minimal."""
_LEAST_SHARE = 1 / 8
"""Of the time that is left, at least so much is for the next component."""
_KINDS = (ConflictKind.CONTRADICTION, ConflictKind.IMPOSSIBLE, ConflictKind.DISAGREEMENT)
"""Kinds of conflicts, the most telling first: that two sources disagree is seen without a tool."""


@dataclass(frozen=True, slots=True)
class Conflicts:
    """The conflicts found, and the numbers of the variables where others may exist (budget or limit)."""

    found: tuple[Conflict, ...]
    incomplete: frozenset[int] = frozenset()

    @property
    def complete(self) -> bool:
        """Whether these are all."""
        return not self.incomplete


def conflicts_of_evidence(
    claims: ClaimSet, oracle: Oracle, *, budget: Budget, limit: int = _LIMIT
) -> Conflicts:
    """All conflicts among evidence and relations, without ids (see :func:`in_order`).

    Hard facts that clash by themselves are one conflict without members, and then the only one.
    """
    problem = oracle.problem
    facts = oracle.decide(problem.hard)
    if facts.answer is Answer.INFEASIBLE:
        return Conflicts((Conflict("", ConflictKind.IMPOSSIBLE, (), True, facts.proof or Proof(())),))
    soft = [c.id for c in evidence(claims)]
    relations = soft_relations(problem)
    hard = problem.sort(problem.hard)
    stated = [*soft, *(p for p in hard if p in problem.claims)]
    binding = [*relations, *(p for p in hard if p in problem.constraints)]
    idle = {d.premise for d in idle_definitions(claims, problem)}
    relations = tuple(r for r in relations if r not in idle)
    group_of = Ties(problem, [*stated, *(r for r in binding if r not in idle)], ()).number
    pools: dict[int, list[str]] = {}
    for id in soft:
        pools.setdefault(group_of[problem.claims[id][0]], []).append(id)
    for premise in relations:
        variables = problem.constraints[premise].variables
        if variables:
            pools.setdefault(group_of[variables[0]], []).append(premise)
    choices = rivals(claims).values()
    found: list[Conflict] = []
    incomplete: set[int] = set()
    waiting = sorted(pools.items(), key=lambda p: (len(p[1]), p[0]))  # what is quickly done first
    for done, (group, pool) in enumerate(waiting):
        oracle.tell("conflicts", done / len(waiting))
        time_for = budget.part(max(1 / (len(waiting) - done), _LEAST_SHARE))
        clashes = _in_component(oracle, pool, choices, budget=time_for, limit=limit - len(found))
        found += [conflict_of(claims, oracle, c) for c in clashes.sets]
        if not clashes.complete:
            incomplete |= {v for v, g in group_of.items() if g == group}
    return Conflicts(tuple(found), frozenset(incomplete))


def _in_component(
    oracle: Oracle,
    pool: Sequence[str],
    choices: Collection[Sequence[str]],
    *,
    budget: Budget,
    limit: int,
) -> Enumeration:
    """The minimal sets within one component: by labels where these see all, else from these on by search."""
    labelled = _by_labels(oracle, pool, choices, budget=budget, limit=limit)
    if labelled.complete:
        return _shown(oracle, labelled.sets, True, pool, choices, budget)
    elements = in_series(oracle.problem, pool)
    element_of = {p: e for e, along in elements.items() for p in along}

    def ask(chosen: frozenset[str]) -> Decision:
        decision = oracle.decide({p for e in chosen for p in elements[e]})
        return replace(decision, core=tuple(dict.fromkeys(element_of[p] for p in decision.core)))

    # Rivals never hold together, and neither does what is in series with them.
    rival_elements = [
        tuple(dict.fromkeys(element_of[r] for r in group if r in element_of)) for group in choices
    ]
    within = dict.fromkeys(frozenset(element_of[p] for p in clash) for clash in labelled.sets)
    known = [MinimalSet(s, False) for s in within if not any(o < s for o in within)][:limit]
    found = enumerate_minimal_sets(
        ask, list(elements), budget=budget.part(_SEARCHED), limit=limit, exclusive=rival_elements, known=known
    )
    sets = [frozenset(p for e in clash.members for p in elements[e]) for clash in found.sets]
    sets = [s for s in sets if all(len(s.intersection(group)) < 2 for group in choices)]
    return _shown(oracle, sets, found.complete, pool, choices, budget)


def _shown(
    oracle: Oracle,
    sets: Sequence[frozenset[str]],
    complete: bool,
    pool: Sequence[str],
    choices: Iterable[Sequence[str]],
    budget: Budget,
) -> Enumeration:
    """The sets with a proof that they clash, the smallest first, and then shown to be minimal, in time."""
    proofs = budget.part(_PROVED)
    proved: dict[frozenset[str], None] = {}
    for clash in sorted(sets, key=lambda s: (len(s), sorted(map(oracle.problem.order.__getitem__, s)))):
        if proofs.spent:
            complete = False
            break
        decision = oracle.decide(clash)
        if decision.answer is Answer.INFEASIBLE:
            proved[frozenset(decision.core)] = None  # of one that is not minimal what the proof takes
        else:
            complete = False
    minimal = certify(oracle.decide, list(proved), pool, choices, budget=budget)
    return Enumeration(tuple(_shrunk(oracle, minimal, pool, budget)), complete)


def _shrunk(
    oracle: Oracle, sets: Iterable[MinimalSet], pool: Sequence[str], budget: Budget
) -> list[MinimalSet]:
    """The sets, those that were not shown to be minimal replaced by ones within them, while there is time."""
    found: dict[frozenset[str], MinimalSet] = {}
    for clash in sorted(sets, key=lambda m: not m.minimal):
        if any(known <= clash.members for known in found):
            continue
        smaller = clash if clash.minimal or budget.spent else shrink(oracle.decide, clash.members, pool)
        found = {k: m for k, m in found.items() if not smaller.members < k}
        found[smaller.members] = smaller
    return list(found.values())


def _by_labels(
    oracle: Oracle, pool: Sequence[str], choices: Iterable[Sequence[str]], *, budget: Budget, limit: int
) -> Labelled:
    """What labels show, for each selection of rival relations by itself: together they would make circles.

    Of many selections they are tried together: where each is a tree of sums that is enough.
    """
    groups = [inside for group in choices if len(inside := [r for r in group if r in pool]) > 1]
    if math.prod(map(len, groups)) > _MOST_SELECTIONS:
        time_left = Budget(_LABEL_SECONDS, budget.part(_LABELLED))
        return labelled_conflicts(oracle.problem, pool, budget=time_left, limit=limit, exclusive=groups)
    found: dict[frozenset[str], None] = {}
    complete = True
    time_left = Budget(_LABEL_SECONDS, budget.part(_LABELLED))
    for selection in itertools.product(*groups):
        out = {r for group in groups for r in group}.difference(selection)
        inside = [p for p in pool if p not in out]
        if oracle.can_hold(inside):  # one question, where labels would go every way to find nothing
            continue
        part = labelled_conflicts(oracle.problem, inside, budget=time_left, limit=limit)
        found.update(dict.fromkeys(part.sets))
        complete = complete and part.complete
    sets = tuple(sorted(found, key=lambda s: (len(s), sorted(oracle.problem.order[m] for m in s))))
    if len(groups) and not complete:
        sets = tuple(s for s in sets if not any(o < s for o in sets))
    return Labelled(sets, complete and len(sets) <= limit)


def conflicts_of_conclusion(
    claims: ClaimSet,
    oracle: Oracle,
    conclusion: Claim,
    among_evidence: Iterable[Conflict],
    *,
    budget: Budget,
    limit: int = _LIMIT,
) -> Conflicts:
    """The conflicts in which a conclusion takes part, its basis among their members."""
    problem = oracle.problem
    given = basis(claims, conclusion)
    own = problem.claims[conclusion.id][0]
    fixed = (*given, conclusion.id)
    bound = {problem.claims[g][0] for g in given if g in problem.claims}
    soft = [c.id for c in evidence(claims) if problem.claims[c.id][0] not in bound]
    taken = {r for group in rivals(claims).values() if set(group) & set(given) for r in group}
    relations = [r for r in soft_relations(problem) if r not in taken and r not in given]
    reach = next((g for g in problem.groups([*soft, *relations, *fixed]) if own in g), [own])
    near = frozenset(reach)
    pool = [id for id in soft if problem.claims[id][0] in near]
    pool += [r for r in relations if near.intersection(problem.constraints[r].variables)]
    holding = frozenset(given)
    if oracle.decide(holding).answer is Answer.INFEASIBLE:
        return Conflicts(())
    blocked = [frozenset(c.members) - holding for c in among_evidence]
    sets = enumerate_minimal_sets(
        lambda s: oracle.decide(s.union(fixed)),
        pool,
        budget=budget,
        limit=limit,
        exclusive=rivals(claims).values(),
        blocked=blocked,
    )
    found = []
    complete = sets.complete
    for clash in sets.sets:
        without = oracle.decide(clash.members | holding).answer
        if without is Answer.INFEASIBLE:
            continue  # the basis itself cannot stand beside these
        minimal = clash.minimal and without is Answer.FEASIBLE
        found.append(conflict_of(claims, oracle, MinimalSet(clash.members, minimal), conclusion.id, given))
    return Conflicts(tuple(found), frozenset() if complete else near)


def all_conclusions(
    claims: ClaimSet, oracle: Oracle, among_evidence: Sequence[Conflict], *, budget: Budget
) -> dict[str, Conflicts]:
    """The conflicts of every conclusion with a basis, by its id."""
    return {
        c.id: conflicts_of_conclusion(claims, oracle, c, among_evidence, budget=budget)
        for c in conclusions(claims)
        if not c.spans
    }


def conflict_of(
    claims: ClaimSet, oracle: Oracle, clash: MinimalSet, conclusion: str = "", given: Collection[str] = ()
) -> Conflict:
    """The conflict, without an id, of what cannot hold together, with its proof and what shows it minimal."""
    members = {*clash.members, *given, *((conclusion,) if conclusion else ())}
    ordered = oracle.problem.sort(members)
    proof = oracle.decide(members).proof or Proof(())
    own = [m for m in ordered if m not in given]
    kind = ConflictKind.CONTRADICTION
    if len(ordered) <= 1:
        kind = ConflictKind.IMPOSSIBLE
    elif _one_quantity(claims, ordered) or (len(own) > 1 and _one_quantity(claims, own)):
        kind = ConflictKind.DISAGREEMENT
    shown = ((m, clash.without.get(m) or oracle.witness(members - {m})) for m in own if clash.minimal)
    without = {m: w for m, w in shown if w is not None}
    return Conflict("", kind, ordered, clash.minimal, proof, conclusion=conclusion, without=without)


def _one_quantity(claims: ClaimSet, members: Iterable[str]) -> bool:
    """Whether the members are claims, all on the same quantity."""
    quantities = {claims.claims[m].quantity if m in claims.claims else "" for m in members}
    return len(quantities) == 1 and "" not in quantities


def would_need(
    claims: ClaimSet, oracle: Oracle, conflict: Conflict, *, budget: Budget | None = None
) -> dict[str, Bound | None]:
    """For each member claim where its quantity would have to lie for the other members to stand.

    None: the others cannot stand, whatever the quantity is. What the budget leaves out is missing.
    """
    budget = budget or oracle.budget
    needed: dict[str, Bound | None] = {}
    for id in conflict.members:
        if budget.spent:
            break
        if id in claims.claims:
            others = [m for m in conflict.members if m != id]
            quantity = claims.claims[id].quantity
            bound = oracle.bounds(others, (quantity,))[quantity]
            nothing = bound.interval.is_empty or oracle.decide(others).answer is Answer.INFEASIBLE
            needed[id] = None if nothing else bound
    return needed


def margin(claims: ClaimSet, needed: Mapping[str, Bound | None]) -> Rational:
    """How far the members are apart: the widest relative distance of a claim to what it would need."""
    widest = mpq(0)
    for id, bound in needed.items():
        if bound is not None:
            widest = max(widest, _distance(claims.claims[id].interval, bound.interval))
    return widest


def _distance(a: Interval, b: Interval) -> Rational:
    """The gap between two intervals, relative to the larger magnitude of the ends that face each other."""
    if a.is_empty or b.is_empty:
        return mpq(0)
    for below, above in ((a, b), (b, a)):
        if below.upper is not None and above.lower is not None and below.upper < above.lower:
            return (above.lower - below.upper) / max(abs(below.upper), abs(above.lower))
    return mpq(0)


def in_order(
    claims: ClaimSet, oracle: Oracle, conflicts: Iterable[Conflict], *, budget: Budget | None = None
) -> tuple[Conflict, ...]:
    """The conflicts with needs and ids C1, C2, ..., the most telling first.

    Those that count before those that are accepted or settle a choice; contradictions, then what is
    impossible, then disagreements; within a kind smallest first, then widest margin, then file order. Of two
    conflicts with the same members only the first is kept.

    Margins count to a millionth: beyond that, where an end was not found exactly, they tell of the search.
    The budget goes to what comes first without them; a conflict whose margin there was no time for comes last
    among those of its size, and says so (``worked_out``).
    """
    budget = budget or oracle.budget
    unique = {(c.members, c.conclusion): c for c in reversed(list(conflicts))}
    position = oracle.problem.order

    def key(conflict: Conflict) -> tuple[bool, int, int, int, list[int], int]:
        places = [position[m] for m in conflict.members]
        own = position.get(conflict.conclusion, -1)
        kind = _KINDS.index(conflict.kind)
        apart = -round(margin(claims, conflict.would_need) * _MARGINS)
        return not conflict.counts, kind, len(conflict.members), apart, places, own

    complete = []
    for conflict in sorted(unique.values(), key=key):
        if not conflict.would_need:
            needed = would_need(claims, oracle, conflict, budget=budget)
            all_of_them = all(m in needed for m in conflict.members if m in claims.claims)
            conflict = replace(conflict, would_need=needed, worked_out=all_of_them)
        complete.append(conflict)
    return tuple(replace(c, id=f"C{i}") for i, c in enumerate(sorted(complete, key=key), start=1))
