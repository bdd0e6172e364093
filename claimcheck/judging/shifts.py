"""Shifts: the least change of printed numbers that makes everything fit, where repairs drop claims.

Each end of a claim may move outward, and what counts is by how much of itself: the least total is sought (the
vector consistency measure, see :mod:`claimcheck.judging.leastchange`). Evidence has to fit together, all of
it, and each contradicted conclusion has to fit its premises, as it is checked: these are *worlds*, each with
values of its own. A world that fits goes on doing so when ends move outward, so only the others matter.

What a linear program proposes is made exact by the solver: claim by claim, the end moves as far as the others
need. A result is given only if then every world has a witness, and called the least only where the exact dual
of the program reaches the same number.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import ENTIRE, Interval, Rational, disjoint, interval
from claimcheck.judging.leastchange import Proposal, World, propose
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import basis, conclusions, evidence, rivals, soft_relations
from claimcheck.judging.report import Conflict
from claimcheck.model import ClaimSet
from claimcheck.solver import optimum, search
from claimcheck.solver.decision import Answer, magnitude
from claimcheck.solver.problem import Problem, compile_problem
from claimcheck.solver.rows import product_row, sum_row

__all__ = ["Move", "Shifts", "find_shifts"]

_MOST_SELECTIONS = 16
_MOST_REPAIRS = 6
_SECONDS = 2.0
"""How long the solver may think about one question."""
_SLACK = mpq(1, 10**6)
"""What the floats of a program may be wrong by, relative to an end, until the solver has made it exact."""
_NUDGE = mpq(2, 10**9)
"""How far beyond an end that is not attained another one moves to meet it, relative to its size."""
_SAME = mpq(1, 10**6)
"""How near the total comes to what the dual proves, to be called the least."""


Allowed = Callable[[Problem, frozenset[str], str], tuple[Interval, bool]]


@dataclass(frozen=True, slots=True)
class Move:
    """A claim whose interval (base units) becomes wider. ``changes``: of its lower and upper end, relative.

    ``-1/50`` is 2 % down; None for an end that stays. ``least``: it is part of a least change of what it is
    connected with.
    """

    claim: str
    before: Interval
    after: Interval
    changes: tuple[Rational | None, Rational | None]
    least: bool = False


@dataclass(frozen=True, slots=True)
class Shifts:
    """Moves after which everything fits together, with a witness; claims in file order.

    ``least``: no other choice of moves has a smaller total, to within a millionth: of logarithms of factors
    where the relations are products, of shares of the ends where they are sums. ``total``: the sum of the
    sizes of all changes. ``open``: members of conflicts for which no moves were found; these do not fit yet.
    """

    moves: tuple[Move, ...] = ()
    least: bool = True
    total: Rational = mpq(0)
    open: tuple[str, ...] = ()


def find_shifts(
    claims: ClaimSet,
    conflicts: Sequence[Conflict],
    repairs: Sequence[Sequence[str]] = (),
    *,
    complete: bool = True,
    budget: Budget,
) -> Shifts:
    """The moves that settle all conflicts of a claim set, for the best selection of rival relations.

    Where no linear program applies, the claims of one of the ``repairs`` move as far as they have to, one
    after the other, which is not called the least. ``complete``: these are all conflicts.
    """
    problem = compile_problem(claims)
    if any(not c.members for c in conflicts):  # hard facts clash, and these do not move
        return Shifts(least=False, open=problem.sort(problem.hard))
    groups = tuple(rivals(claims).values())
    selections = list(itertools.islice(itertools.product(*groups), _MOST_SELECTIONS + 1))
    found = [
        _with_selection(
            claims, problem, conflicts, repairs, {r for g in groups for r in g}.difference(s), budget
        )
        for s in selections[:_MOST_SELECTIONS]
    ]
    best = min(found, key=lambda s: (len(s.open), s.total, len(s.moves)))
    least = best.least and complete and len(selections) <= _MOST_SELECTIONS
    least = least and (len(found) == 1 or all(s.least and not s.open for s in found))
    return Shifts(best.moves, least and not best.open, best.total, best.open)


def _with_selection(
    claims: ClaimSet,
    problem: Problem,
    conflicts: Sequence[Conflict],
    repairs: Sequence[Sequence[str]],
    out: set[str],
    budget: Budget,
) -> Shifts:
    """The moves for one selection of rivals, of which the others are ``out``."""
    worlds = _worlds(claims, problem, conflicts, out)
    spans = {c.id for c in conclusions(claims) if c.spans}
    active = [c for c in conflicts if not out.intersection(c.members) and c.conclusion not in spans]
    lost = [c.conclusion for c in conflicts if c.conclusion in spans]
    clashing = [w for w in worlds if any(w.issuperset(c.members) for c in active)]
    moves: list[Move] = []
    least = not lost
    everything = set().union(*clashing) if clashing else set()
    for group in problem.groups(everything):
        inside = set(group)
        mine = [frozenset(p for p in w if inside.intersection(_touched(problem, p))) for w in clashing]
        own = [c for c in active if any(w.issuperset(c.members) for w in mine)]
        mine = list(dict.fromkeys(w for w in mine if any(w.issuperset(c.members) for c in own)))
        if not own:
            continue
        component = _Component(claims, problem, mine, tuple(group), budget)
        settled = component.settle(
            [[m for m in r if m in everything and inside.intersection(_touched(problem, m))] for r in repairs]
        )
        if settled is None:
            lost += [m for c in own for m in c.members]
            continue
        moves += [replace(m, least=settled[1]) for m in settled[0]]
        least = least and settled[1]
    order = problem.order
    moves.sort(key=lambda m: order[m.claim])
    total = sum((abs(c) for m in moves for c in m.changes if c is not None), mpq(0))
    return Shifts(tuple(moves), least, total, problem.sort(lost))


def _worlds(
    claims: ClaimSet, problem: Problem, conflicts: Iterable[Conflict], out: set[str]
) -> list[frozenset[str]]:
    """What has to hold together: all evidence, and each contradicted conclusion with its premises."""
    stated = [c.id for c in evidence(claims)]
    relations = [r for r in soft_relations(problem) if r not in out]
    worlds = [frozenset((*stated, *relations))]
    for id in dict.fromkeys(c.conclusion for c in conflicts if c.conclusion):
        conclusion = claims.claims[id]
        if conclusion.spans:
            continue
        given = basis(claims, conclusion)
        bound = {claims.claims[g].quantity for g in given if g in claims.claims}
        taken = {r for group in rivals(claims).values() if set(group) & set(given) for r in group}
        others = [c for c in stated if claims.claims[c].quantity not in bound]
        worlds.append(frozenset((*others, *(r for r in relations if r not in taken), *given, id)))
    return worlds


def _touched(problem: Problem, premise: str) -> tuple[int, ...]:
    claim = problem.claims.get(premise)
    return (claim[0],) if claim is not None else problem.constraints[premise].variables


@dataclass(frozen=True, slots=True)
class _Component:
    """Connected variables with the worlds that do not fit."""

    claims: ClaimSet
    problem: Problem
    worlds: Sequence[frozenset[str]]
    variables: tuple[int, ...]
    budget: Budget

    def settle(self, repairs: Iterable[Sequence[str]]) -> tuple[list[Move], bool] | None:
        """The moves and whether they are the least; None if none were found."""
        if any(self.claims.quantities[self.problem.variables[v].name].unit.is_date for v in self.variables):
            return None  # a share of a date means nothing
        product = self._is_product()
        proposal = None if product is None else self._propose(product)
        if proposal is not None and product is not None:
            # Contraction says what is needed where it can; else the floats, with a little more, must do.
            loosened = self._loosened(proposal, product, _SLACK)
            after = self._as_needed(loosened, self._contracted)
            for slack in (_NUDGE, _SLACK):
                after = after or self._fitting(self._loosened(proposal, product, slack))
            if after is not None:
                return self._moves(after), self._is_least(after, proposal, product)
        found = []
        usable = dict.fromkeys(tuple(r) for r in repairs if all(m in self.problem.claims for m in r))
        for repair in itertools.islice(usable, _MOST_REPAIRS):
            after = self._as_needed(dict.fromkeys(repair, ENTIRE), self._bounded)
            if after is not None:
                found.append(self._moves(after))
        if not found:
            return None
        return min(found, key=lambda moves: sum(abs(c) for m in moves for c in m.changes if c)), False

    def _relations(self, world: frozenset[str]) -> list[str]:
        held = world | self.problem.hard_on(self.variables)
        return [p for p in self.problem.sort(held) if p in self.problem.constraints]

    def _is_product(self) -> bool | None:
        """Whether all relations are products, or (False) sums; None if they are neither."""
        used = dict.fromkeys(p for w in self.worlds for p in self._relations(w))
        for product, row in ((True, product_row), (False, sum_row)):
            if all(row(self.problem.constraints[p]) is not None for p in used):
                low = (
                    self.problem.claims[c][1].lower
                    for w in self.worlds
                    for c in w
                    if c in self.problem.claims
                )
                if used or not product or all(q is not None and q > 0 for q in low):
                    return product
        return None

    def _propose(self, product: bool) -> Proposal | None:
        worlds = []
        for world in self.worlds:
            found = (
                (product_row if product else sum_row)(self.problem.constraints[p])
                for p in self._relations(world)
            )
            stated = {p: self.problem.claims[p] for p in self.problem.sort(world) if p in self.problem.claims}
            hard = self.problem.hard_on(self.variables)
            sure = [self.problem.claims[p] for p in self.problem.sort(hard) if p in self.problem.claims]
            limits = [(v, self.problem.variables[v].domain) for v in self.variables]
            worlds.append(World(tuple(r for r in found if r is not None), stated, (*sure, *limits)))
        movable = self.problem.sort({p for w in self.worlds for p in w if p in self.problem.claims})
        return propose(worlds, movable, product)

    def _loosened(self, proposal: Proposal, product: bool, slack: Rational) -> dict[str, Interval]:
        """The intervals of the claims that are to move, with some slack."""
        found: dict[str, Interval] = {}
        for (id, upper), shift in proposal.ends.items():
            number, before = self.problem.claims[id]
            x = found.get(id, before)
            end: Rational = before.upper if upper else before.lower
            size = abs(end) or magnitude(before)
            far = (
                mpq(math.exp(shift) - 1 if upper or not product else 1 - math.exp(-shift))
                if product
                else mpq(shift)
            )
            reach = size * (far + slack) + (self.problem.variables[number].step or 0)
            low, high = (x.lower, end + reach) if upper else (end - reach, x.upper)
            found[id] = interval(low, high, low is not None, high is not None)
        return found

    def _as_needed(self, loosened: Mapping[str, Interval], allowed: Allowed) -> dict[str, Interval] | None:
        """Each loosened claim only as wide as the others need it; None if that does not fit.

        ``allowed`` says what a problem and premises allow for a variable, and whether ends are attained.
        """
        current = dict(loosened)
        for id in self.problem.sort(loosened):
            number, before = self.problem.claims[id]
            low, high = before.lower, before.upper
            problem = self._with(current)
            for world in self.worlds:
                if id not in world:
                    continue
                if self.budget.spent:
                    return None
                needed, attained = allowed(problem, world, self.problem.variables[number].name)
                if needed.is_empty:
                    return None
                low, high = _reaching(low, high, before, needed, attained=attained)
            moved = (low, high) != (before.lower, before.upper)
            current[id] = interval(low, high, low is not None, high is not None) if moved else before
        return self._fitting(current)

    def _fitting(self, changed: Mapping[str, Interval]) -> dict[str, Interval] | None:
        """The claims that differ, if with them every world has a witness."""
        problem = self._with(changed)
        time = Budget(_SECONDS, self.budget)
        for world in self.worlds:
            if search.decide(problem, problem.sort(world), budget=time).answer is not Answer.FEASIBLE:
                return None
        return {id: x for id, x in changed.items() if x != self.problem.claims[id][1]}

    def _contracted(self, problem: Problem, world: frozenset[str], name: str) -> tuple[Interval, bool]:
        return Oracle(problem, self.budget).contracted(world, name), True

    def _bounded(self, problem: Problem, world: frozenset[str], name: str) -> tuple[Interval, bool]:
        time = Budget(_SECONDS, self.budget)
        bound = optimum.bounds(problem, problem.sort(world), (name,), budget=time)[name]
        return bound.interval, bound.tight and bound.gap == 0

    def _with(self, changed: Mapping[str, Interval]) -> Problem:
        """The problem with other intervals for some claims."""
        p = self.problem
        stated = {id: (v, changed.get(id, x)) for id, (v, x) in p.claims.items()}
        sure = {id: x for id, x in p.sure.items() if id not in changed}
        return Problem(
            p.variables, tuple(p.constraints.values()), stated, p.hard, sure, p.enclosed.difference(changed)
        )

    def _moves(self, after: Mapping[str, Interval]) -> list[Move]:
        found = []
        for id, x in after.items():
            before = self.problem.claims[id][1]
            down = _change(before.lower, x.lower, magnitude(before))
            found.append(Move(id, before, x, (down, _change(before.upper, x.upper, magnitude(before)))))
        return found

    def _is_least(self, after: Mapping[str, Interval], proposal: Proposal, product: bool) -> bool:
        """Whether the exact total is what the dual proves that none can go below."""
        if proposal.at_least is None:
            return False
        if not product:
            total = sum((abs(c) for m in self._moves(after) for c in m.changes if c is not None), mpq(0))
            return bool(total <= proposal.at_least + _SAME)
        factor = mpq(1)
        for id, x in after.items():
            before = self.problem.claims[id][1]
            for wide, narrow in ((x.upper, before.upper), (before.lower, x.lower)):
                if wide is not None and narrow is not None and wide != narrow:
                    if narrow <= 0:
                        return False
                    factor *= wide / narrow
        return bool(factor <= proposal.at_least * (1 + _SAME))


def _change(old: Rational | None, new: Rational | None, size: Rational) -> Rational | None:
    """By how much of itself an end moves, or of the claim's ``size`` where it is 0; None if it does not."""
    return None if old is None or new is None or old == new else (new - old) / (abs(old) or size)


def _reaching(
    low: Rational | None, high: Rational | None, before: Interval, needed: Interval, *, attained: bool
) -> tuple[Rational | None, Rational | None]:
    """The ends, moved outward where a claim does not meet what is needed of its quantity.

    An end that is not attained, or does not belong to what is needed, is passed a little.
    """
    if not disjoint(before, needed):
        return low, high
    if before.upper is not None and needed.lower is not None and needed.lower >= before.upper:
        nudge = mpq(0) if attained and needed.lower_closed else _NUDGE * magnitude(needed)
        return low, max(high, needed.lower + nudge)
    assert needed.upper is not None
    nudge = mpq(0) if attained and needed.upper_closed else _NUDGE * magnitude(needed)
    return min(low, needed.upper - nudge), high
