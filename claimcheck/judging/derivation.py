"""From a proof to a derivation that a person can follow with pencil and paper.

A proof records every narrowing of every variable. A reader wants less: the claims that matter, then each
quantity once, with the formula that gives it and the interval that comes out. :func:`derive` keeps the steps
that a goal rests on and merges the narrowings of one quantity by one relation; :func:`clash` finds where in
a conflict two intervals do not meet, and derives one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from claimcheck.expression import Name, names
from claimcheck.formula import print_equation
from claimcheck.interval import EMPTY, ENTIRE, Interval
from claimcheck.judging.lines import Line, lines_of, meet, needed_lines, reachable, right_side, some_lines
from claimcheck.judging.report import Conflict
from claimcheck.model import ClaimSet
from claimcheck.solver.contractor import project
from claimcheck.solver.decision import Proof, Step
from claimcheck.solver.isolation import each_once
from claimcheck.solver.problem import compile_constraint

__all__ = ["Clash", "Derivation", "at_the_end", "clash", "derive", "relation_text", "steps_behind"]


@dataclass(frozen=True, slots=True)
class Derivation:
    """Lines in an order in which each rests on earlier ones only; the last is about ``quantity``."""

    quantity: str
    interval: Interval
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """Where a conflict shows: the derivation says one thing, the ``claims`` on its quantity say another.

    ``derivation`` is None for a disagreement: there the claims alone do not meet. ``claims`` may be empty
    when what does not meet are two computed intervals; the lines then end with both. ``by_cases``: it shows
    in each of the cases that the proof distinguishes (:mod:`claimcheck.judging.branches`), and not here.
    """

    quantity: str
    claims: tuple[str, ...]
    derivation: Derivation | None
    by_cases: bool = False


def derive(claims: ClaimSet, proof: Proof, quantity: str) -> Derivation | None:
    """The derivation of a quantity's interval at the end of a proof.

    None if the proof is silent on it, or distinguishes cases.
    """
    steps = proof.steps if proof.split is None else ()
    goals = [i for i, s in enumerate(steps) if s.variable == quantity]
    if not goals:
        return None
    lines = lines_of(claims, steps, steps_behind(steps, goals), goals)
    whole = meet(line.interval for line in lines if line.quantity == quantity)
    return Derivation(quantity, whole, lines)


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
        if not meet((bound.interval, claim.interval)).is_empty:
            continue  # an enclosure too wide to show the conflict: the proof of the conflict goes by cases
        derivation = derive(claims, bound.proof, claim.quantity)
        if derivation is not None and any(line.is_relation for line in derivation.lines):
            whole = Derivation(claim.quantity, bound.interval, derivation.lines)
            return Clash(claim.quantity, (claim.id,), _without_needless_limit(whole, claim.interval))
    return at_the_end(claims, conflict.proof)


def at_the_end(claims: ClaimSet, proof: Proof) -> Clash:
    """The clash as the proof has it: every line that the empty interval rests on.

    Where one certain claim stands against what is computed of its quantity, that is where to show it.
    """
    steps = proof.steps
    if proof.split is not None:
        return Clash("", (), None, by_cases=True)
    if not steps:
        return Clash("", (), Derivation("", ENTIRE, ()))
    last = steps[-1]
    quantity = last.variable
    kept = steps_behind(steps, [len(steps) - 1])
    inputs = [i for i in kept if not steps[i].interval.is_empty]
    lines = lines_of(claims, steps, inputs, last.uses)
    if last.premise.startswith("relation:") and not last.through:
        lines = _with_last(claims, last, lines)
    mine = [line for line in lines if line.quantity == quantity]
    said = {line.premise for line in mine if line.premise in claims.claims}
    said |= {last.premise}.intersection(claims.claims)
    if len(said) == 1 and any(line.is_relation for line in mine):
        (claim,) = said
        used = {u for line in lines for u in line.uses}
        kept = [i for i, line in enumerate(lines) if line.premise != claim or i in used]
        found = meet(line.interval for line in mine if line.premise != claim)
        if not found.is_empty and meet((found, claims.claims[claim].interval)).is_empty:
            return Clash(quantity, (claim,), Derivation(quantity, found, some_lines(lines, kept)))
    return Clash(quantity, (), Derivation(quantity, last.interval, lines))


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
            box[at] = meet((box[at], line.interval))
    if any(x.is_empty for x in box):
        return lines
    found = project(constraint, box, number[last.variable])
    mine = [i for i, line in enumerate(lines) if line.quantity == last.variable]
    if not each_once(constraint) and not meet((found, *(lines[i].interval for i in mine))).is_empty:
        found, inputs = EMPTY, inputs | {last.variable}  # it takes more than one look at it to see that
    if found == ENTIRE:
        return lines
    uses = tuple(i for i, line in enumerate(lines) if line.quantity in inputs)
    right = right_side(claims, relation.equation, last.variable, ())
    told = (*lines, Line(last.premise, last.variable, found, right, uses))
    return needed_lines(told, [*mine, len(lines)])


def steps_behind(steps: tuple[Step, ...], goals: Iterable[int]) -> list[int]:
    """The numbers of the steps that the goals rest on, in order."""
    return sorted(reachable(goals, lambda i: steps[i].uses))


def _without_needless_limit(derivation: Derivation, claimed: Interval) -> Derivation:
    """Leave out a hard limit on the derived quantity itself if the claim clashes without it as well."""
    kept, others = [], []
    for place, line in enumerate(derivation.lines):
        if line.premise.startswith("domain:") and line.quantity == derivation.quantity:
            continue
        kept.append(place)
        if line.quantity == derivation.quantity:
            others.append(line.interval)
    rest = meet(others)
    if len(kept) == len(derivation.lines) or rest == ENTIRE or not meet((rest, claimed)).is_empty:
        return derivation
    return replace(derivation, interval=rest, lines=some_lines(derivation.lines, kept))


def relation_text(claims: ClaimSet, premise: str) -> str:
    """The equation of ``relation:ID`` as text."""
    return print_equation(claims.relations[premise.removeprefix("relation:")].equation)
