"""A quantity in one formula of claimed ones, and how it moves as each of them grows.

Algebra proposes; the directions are proved by the signs of interval derivatives.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from claimcheck.expression import Expression, names
from claimcheck.formula import print_expression
from claimcheck.interval import Interval, hull, point
from claimcheck.judging.report import Report, Verdict
from claimcheck.model import ClaimSet, Relation
from claimcheck.units import to_base

__all__ = ["ClosedForm", "closed_form", "form_in_claims"]


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """A quantity in terms of claimed ones; ``directions`` says how it moves as each of them grows.

    1: never falls, -1: never rises, 0: does not depend on it; a quantity of unproved direction is missing.
    """

    formula: Expression
    inputs: tuple[str, ...]
    directions: Mapping[str, int]

    @property
    def text(self) -> str:
        """The formula as text."""
        return print_expression(self.formula)


def form_in_claims(report: Report, claims: ClaimSet, quantity: str) -> ClosedForm | None:
    """The closed form in terms of the quantities that evidence speaks of, over all that it says of them."""
    box: dict[str, Interval] = {}
    for claim in claims.claims.values():
        if not claim.is_conclusion:
            box[claim.quantity] = hull(box.get(claim.quantity, claim.interval), claim.interval)
    rivals = {r.premise for r in claims.relations.values() if r.choice}
    consistent = [s for s in report.scenarios if s.verdict is not Verdict.CONTRADICTORY]
    picked = {p for s in consistent[:1] for ids in s.choices.values() for p in ids}
    usable = [r.premise for r in claims.relations.values() if r.premise not in rivals or r.premise in picked]
    return closed_form(claims, quantity, [n for n in box if n != quantity], box, usable)


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
    return ClosedForm(form, found, _directions(claims, form, found, box))


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
