"""From a proof to a derivation that a person can follow with pencil and paper.

A proof records every narrowing of every variable. A reader wants less: the claims that matter, then each
quantity once, with the formula that gives it and the interval that comes out. :func:`derive` keeps the steps
that a goal rests on and merges the narrowings of one quantity by one relation; :func:`clash` finds where in
a conflict two intervals do not meet, and derives one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from claimcheck.algebra.inversion import invert, occurrences
from claimcheck.expression import Apply, Equation, Expression, Name, names
from claimcheck.formula import print_equation, print_expression
from claimcheck.interval import ENTIRE, Interval, interval
from claimcheck.judging.report import Conflict
from claimcheck.model import ClaimSet
from claimcheck.solver.contractor import project
from claimcheck.solver.decision import Proof, Step
from claimcheck.solver.problem import compile_constraint

__all__ = ["Clash", "Derivation", "Line", "clash", "derive", "relation_text", "solved_for", "steps_behind"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a derivation: ``premise`` says that ``quantity`` lies in ``interval`` (base units).

    ``premise`` is a claim id, ``relation:ID``, ``domain:NAME`` (a hard limit), ``integer:NAME`` (whole
    multiples only) or ``case:...``. For a relation, ``solved`` is what the quantity equals, or None where
    it cannot be written in terms of the others; ``uses`` are positions of the lines it is computed from, and
    ``through`` names further relations that were put into it.
    """

    premise: str
    quantity: str
    interval: Interval
    solved: Expression | None = None
    uses: tuple[int, ...] = ()
    through: tuple[str, ...] = ()

    @property
    def formula(self) -> str:
        """What the quantity equals, as text; empty where that is not known."""
        return "" if self.solved is None else print_expression(self.solved)

    @property
    def is_relation(self) -> bool:
        """Whether the line is computed, and not stated."""
        return self.premise.startswith("relation:")


@dataclass(frozen=True, slots=True)
class Derivation:
    """Lines in an order in which each rests on earlier ones only; the last is about ``quantity``."""

    quantity: str
    interval: Interval
    lines: tuple[Line, ...]
    split: bool = False
    """Whether the proof distinguishes cases that the lines do not show."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Where a conflict shows: the derivation says one thing, the ``claims`` on its quantity say another.

    ``derivation`` is None for a disagreement: there the claims alone do not meet. ``claims`` may be empty
    when what does not meet are two computed intervals; the lines then end with both.
    """

    quantity: str
    claims: tuple[str, ...]
    derivation: Derivation | None


def derive(claims: ClaimSet, proof: Proof, quantity: str) -> Derivation | None:
    """The derivation of a quantity's interval at the end of a proof; None if the proof is silent on it."""
    steps = proof.steps
    goals = [i for i, s in enumerate(steps) if s.variable == quantity]
    if not goals:
        return None
    lines = _lines(claims, steps, steps_behind(steps, goals))
    whole = _meet(line.interval for line in lines if line.quantity == quantity)
    return Derivation(quantity, whole, lines, proof.split is not None)


def clash(claims: ClaimSet, conflict: Conflict) -> Clash:
    """Where to show that the members of a conflict do not fit together.

    The best place is the conclusion; else a claim whose quantity a member relation computes (so that the
    reading goes forwards); else any claim whose quantity the other members bound; else where the proof ends.
    """
    members = [claims.claims[m] for m in conflict.members if m in claims.claims]
    quantities = {c.quantity for c in members}
    if len(members) > 1 and len(quantities) == 1 and len(members) == len(conflict.members):
        return Clash(members[0].quantity, tuple(c.id for c in members), None)
    computed = {
        relation.equation.left.name
        for m in conflict.members
        if (relation := claims.relations.get(m.removeprefix("relation:"))) is not None
        and isinstance(relation.equation.left, Name)
    }
    candidates = sorted(
        members,
        key=lambda c: (c.id != conflict.conclusion, c.quantity not in computed, -c.index),
    )
    for claim in candidates:
        bound = conflict.would_need.get(claim.id)
        if bound is None or bound.proof is None or bound.interval.is_empty or bound.interval == ENTIRE:
            continue
        if not _meet((bound.interval, claim.interval)).is_empty:
            continue  # an enclosure too wide to show the conflict: the proof of the conflict goes by cases
        derivation = derive(claims, bound.proof, claim.quantity)
        if derivation is not None and any(line.is_relation for line in derivation.lines):
            whole = Derivation(claim.quantity, bound.interval, derivation.lines, derivation.split)
            return Clash(claim.quantity, (claim.id,), _without_needless_limit(whole, claim.interval))
    return _at_the_end(claims, conflict.proof)


def _at_the_end(claims: ClaimSet, proof: Proof) -> Clash:
    """The clash as the proof has it: every line that the empty interval rests on.

    Where one certain claim stands against what is computed of its quantity, that is where to show it.
    """
    steps = proof.steps
    if not steps:
        return Clash("", (), Derivation("", ENTIRE, (), proof.split is not None))
    last = steps[-1]
    quantity, split = last.variable, proof.split is not None
    kept = steps_behind(steps, [len(steps) - 1])
    lines = _lines(claims, steps, [i for i in kept if not steps[i].interval.is_empty])
    if last.premise.startswith("relation:") and not last.through and not split:
        lines = _with_last(claims, last, lines)
    mine = [line for line in lines if line.quantity == quantity]
    said = {line.premise for line in mine if line.premise in claims.claims}
    said |= {last.premise}.intersection(claims.claims)
    if len(said) == 1 and any(line.is_relation for line in mine) and not split:
        (claim,) = said
        kept = [i for i, line in enumerate(lines) if line.premise != claim]
        found = _meet(line.interval for line in mine if line.premise != claim)
        if not found.is_empty and _meet((found, claims.claims[claim].interval)).is_empty:
            return Clash(quantity, (claim,), Derivation(quantity, found, _only(lines, kept)))
    return Clash(quantity, (), Derivation(quantity, last.interval, lines, split))


def _with_last(claims: ClaimSet, last: Step, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines and, after them, what the relation that left nothing says by itself of the quantity."""
    relation = claims.relations.get(last.premise.removeprefix("relation:"))
    if relation is None:
        return lines
    number = {name: i for i, name in enumerate(claims.quantities)}
    constraint = compile_constraint(relation, number, claims.units)
    inputs = {*names(relation.equation)} - {last.variable}
    box = [q.domain if q.name in inputs else ENTIRE for q in claims.quantities.values()]
    for line in lines:
        if line.quantity in inputs:
            at = number[line.quantity]
            box[at] = _meet((box[at], line.interval))
    if any(x.is_empty for x in box):
        return lines
    found = project(constraint, box, number[last.variable])
    if found.is_empty or found == ENTIRE:
        return lines
    uses = tuple(i for i, line in enumerate(lines) if line.quantity in inputs)
    right = _right_side(claims, relation.equation, last.variable, ())
    return (*lines, Line(last.premise, last.variable, found, right, uses))


def steps_behind(steps: tuple[Step, ...], goals: Iterable[int]) -> list[int]:
    """The numbers of the steps that the goals rest on, in order (a program slice backward)."""
    needed: set[int] = set()
    stack = list(goals)
    while stack:
        number = stack.pop()
        if number not in needed:
            needed.add(number)
            stack.extend(steps[number].uses)
    return sorted(needed)


def _meet(parts: Iterable[Interval]) -> Interval:
    """The intersection, in exact arithmetic."""
    low: tuple[object, bool] | None = None
    high: tuple[object, bool] | None = None
    for part in parts:
        if part.is_empty:
            return part
        if part.lower is not None and (
            low is None or part.lower > low[0] or (part.lower == low[0] and not part.lower_closed)
        ):
            low = (part.lower, part.lower_closed)
        if part.upper is not None and (
            high is None or part.upper < high[0] or (part.upper == high[0] and not part.upper_closed)
        ):
            high = (part.upper, part.upper_closed)
    return interval(
        low and low[0], high and high[0], low is not None and low[1], high is not None and high[1]
    )


def _lines(claims: ClaimSet, steps: tuple[Step, ...], kept: list[int]) -> tuple[Line, ...]:
    """Steps as lines: what is stated first, then what is computed, repeated narrowings merged."""
    groups: list[list[int]] = []
    needs: list[set[int]] = []
    latest: dict[tuple[str, str], int] = {}
    group_of: dict[int, int] = {}
    for number in sorted(kept, key=lambda i: steps[i].premise.startswith("relation:")):
        step = steps[number]
        at = latest.get((step.premise, step.variable))
        own = {group_of[u] for u in step.uses if u in group_of} - {at}
        # A line must not come to rest on itself: then the later narrowing stays a line of its own.
        if at is None or at in _reachable(needs, own):
            own |= set() if at is None else {at} & {group_of.get(u, -1) for u in step.uses}
            at = latest[step.premise, step.variable] = len(groups)
            groups.append([])
            needs.append(set())
        groups[at].append(number)
        needs[at] |= own
        group_of[number] = at
    order = _sorted_by_need(needs)
    place = {group: i for i, group in enumerate(order)}
    return _without_idle_limits(
        [
            _line(
                claims,
                steps[groups[g][0]],
                _meet(steps[n].interval for n in groups[g]),
                tuple(sorted(place[n] for n in needs[g])),
            )
            for g in order
        ]
    )


def _reachable(needs: list[set[int]], start: Iterable[int]) -> set[int]:
    found: set[int] = set()
    stack = list(start)
    while stack:
        group = stack.pop()
        if group not in found:
            found.add(group)
            stack.extend(needs[group])
    return found


def _sorted_by_need(needs: list[set[int]]) -> list[int]:
    """Topological order, otherwise as it was (depth first, without recursion)."""
    order: list[int] = []
    done: set[int] = set()
    for first in range(len(needs)):
        stack = [first]
        while stack:
            waiting = sorted(needs[stack[-1]] - done)
            if waiting:
                stack.append(waiting[0])
                continue
            group = stack.pop()
            if group not in done:
                done.add(group)
                order.append(group)
    return order


def _line(claims: ClaimSet, step: Step, found: Interval, uses: tuple[int, ...]) -> Line:
    if step.premise in claims.claims:
        found = claims.claims[step.premise].interval  # the proof may hold only the end that it needs
    right = None
    if step.premise.startswith("relation:"):
        relation = claims.relations.get(step.premise.removeprefix("relation:"))
        if relation is not None:
            right = _right_side(claims, relation.equation, step.variable, step.through)
    return Line(step.premise, step.variable, found, right, uses, step.through)


def _without_idle_limits(lines: list[Line]) -> tuple[Line, ...]:
    """Leave out hard limits that lie outside of everything else said of their quantity."""
    kept = []
    for place, line in enumerate(lines):
        if line.premise.startswith("domain:"):
            rest = _meet(o.interval for o in lines if o.quantity == line.quantity and o is not line)
            if not rest.is_empty and _meet((rest, line.interval)) == rest and rest != ENTIRE:
                continue
        kept.append(place)
    return _only(lines, kept)


def _without_needless_limit(derivation: Derivation, claimed: Interval) -> Derivation:
    """Leave out a hard limit on the derived quantity itself if the claim clashes without it as well."""
    kept, others = [], []
    for place, line in enumerate(derivation.lines):
        if line.premise.startswith("domain:") and line.quantity == derivation.quantity:
            continue
        kept.append(place)
        if line.quantity == derivation.quantity:
            others.append(line.interval)
    rest = _meet(others)
    if len(kept) == len(derivation.lines) or rest == ENTIRE or not _meet((rest, claimed)).is_empty:
        return derivation
    return replace(derivation, interval=rest, lines=_only(derivation.lines, kept))


def _only(lines: Sequence[Line], kept: Sequence[int]) -> tuple[Line, ...]:
    """Some of the lines, with the numbers of those they rest on brought up to date."""
    new = {old: i for i, old in enumerate(kept)}
    return tuple(replace(o, uses=tuple(new[u] for u in o.uses if u in new)) for o in (lines[i] for i in kept))


def _right_side(
    claims: ClaimSet, equation: Equation, name: str, through: tuple[str, ...]
) -> Expression | None:
    """What the quantity equals by an equation, with what further relations say put into it."""
    right = solved_for(equation, name)
    for premise in through:  # put in what the further relations say of the quantities they define
        relation = claims.relations.get(premise.removeprefix("relation:"))
        if right is None or relation is None:
            return None
        for inner in names(relation.equation):
            instead = solved_for(relation.equation, inner)
            if inner != name and inner in names(right) and instead is not None and name not in names(instead):
                right = _put(right, inner, instead)
                break
    return right


def _put(tree: Expression, name: str, instead: Expression) -> Expression:
    if isinstance(tree, Name):
        return instead if tree.name == name else tree
    if isinstance(tree, Apply):
        return Apply(tree.op, tuple(_put(a, name, instead) for a in tree.args))
    return tree


def solved_for(equation: Equation, name: str) -> Expression | None:
    """What the quantity equals by an equation in which it occurs once; None where that has no single answer.

    It is for reading only (a division may be by zero) and proves nothing.
    """
    if equation.op != "=" or occurrences(equation, name) != 1:
        return None
    solved = invert(equation, name, ())
    return None if solved is None else solved.right


def relation_text(claims: ClaimSet, premise: str) -> str:
    """The equation of ``relation:ID`` as text."""
    return print_equation(claims.relations[premise.removeprefix("relation:")].equation)
