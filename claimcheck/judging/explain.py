"""Why: the derivations behind a quantity's bounds, a claim or a conflict, and closed forms.

The values here are put into words by :mod:`claimcheck.render.explanation`. Algebra proposes the closed form;
the intervals shown are those of the proofs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from claimcheck.diagnostics import InputProblem
from claimcheck.expression import Expression, names
from claimcheck.formula import print_expression
from claimcheck.interval import Interval, point
from claimcheck.judging.derivation import Derivation, Line, derive
from claimcheck.judging.report import Conflict, Report, Scenario
from claimcheck.model import ClaimSet, Relation
from claimcheck.units import to_base

__all__ = ["ClosedForm", "Target", "bound_derivation", "closed_form", "find_target", "tree"]


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be explained: exactly one of the three is set."""

    quantity: str = ""
    claim: str = ""
    conflict: Conflict | None = None


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """A quantity in terms of claimed ones; ``directions`` says how it moves as each of them grows.

    1: never falls, -1: never rises, 0: does not depend on it; a quantity of unproved direction is missing.
    """

    text: str
    inputs: tuple[str, ...]
    directions: Mapping[str, int]


def find_target(report: Report, text: str) -> Target:
    """What a word on the command line means: a conflict's id, a quantity, or a claim.

    Raises InputProblem CC105 (nothing is called that) or CC111 (ambiguous claim id).
    """
    for conflict in report.conflicts:
        if conflict.id == text:
            return Target(conflict=conflict)
    claims = report.claim_set
    if claims is None:
        raise InputProblem("CC105", f"nothing is called {text!r}: the file could not be read")
    if text in claims.quantities:
        return Target(quantity=text)
    try:
        return Target(claim=claims.resolve(text))
    except InputProblem as problem:
        if problem.code != "CC105":
            raise
    import difflib

    known = [*claims.quantities, *claims.claims, *(c.id for c in report.conflicts)]
    close = difflib.get_close_matches(text, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else f"quantities: {', '.join(claims.quantities)}"
    raise InputProblem("CC105", f"no quantity, claim or conflict is called {text!r}", hint)


def bound_derivation(claims: ClaimSet, scenario: Scenario, quantity: str) -> Derivation | None:
    """How a scenario's bound on a quantity comes about; None where there is no proof."""
    bound = scenario.bounds.get(quantity)
    return None if bound is None or bound.proof is None else derive(claims, bound.proof, quantity)


def tree(derivation: Derivation, depth: int | None = None) -> Iterator[tuple[int, Line, bool]]:
    """The lines from the goal downwards: (level, line, whether it was shown before or is cut at ``depth``).

    Level 0 are the lines about the goal itself; below each computed line stand those it rests on.
    """
    goals = [i for i, line in enumerate(derivation.lines) if line.quantity == derivation.quantity]
    needed = {u for i in goals for u in derivation.lines[i].uses}
    stack = [(0, i) for i in reversed(goals) if i not in needed or not derivation.lines[i].is_relation]
    seen: set[int] = set()
    while stack:
        level, number = stack.pop()
        line = derivation.lines[number]
        again = bool(line.uses) and (number in seen or (depth is not None and level >= depth))
        yield level, line, again
        seen.add(number)
        if not again:
            stack.extend((level + 1, u) for u in reversed(line.uses))


def closed_form(
    claims: ClaimSet,
    quantity: str,
    known: Collection[str],
    box: Mapping[str, Interval],
    relations: Collection[str],
) -> ClosedForm | None:
    """The quantity by the given relations in terms of ``known`` ones, with its directions over the box.

    ``relations`` are the relations in force (``relation:ID``). None where elimination does not get there.
    """
    from claimcheck.algebra import eliminate

    used: list[Relation] = [
        r for r in claims.relations.values() if r.premise in relations and r.within is None
    ]
    positive = {n for n, x in box.items() if x.lower is not None and x.lower > 0}
    inputs = [n for n in known if n != quantity]
    form = eliminate([r.equation for r in used], quantity, inputs, positive)
    if form is None or not names(form):
        return None
    found = names(form)
    return ClosedForm(print_expression(form), found, _directions(claims, form, found, box))


def _directions(
    claims: ClaimSet, form: Expression, inputs: tuple[str, ...], box: Mapping[str, Interval]
) -> dict[str, int]:
    from claimcheck.algebra import monotone

    if any(n not in box for n in inputs):
        return {}

    def number(literal: object) -> Interval:
        value = point(literal.value)  # type: ignore[attr-defined]
        unit = literal.unit  # type: ignore[attr-defined]
        return to_base(value, claims.units.parse(unit)) if unit else value

    directions = {n: monotone(form, n, box, number) for n in inputs}
    return {n: d for n, d in directions.items() if d is not None}
