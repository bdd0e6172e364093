"""What the claims file says, as the checker takes it: ranges and formulas in base units, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import inf
from typing import Any

from claimcheck.audit.formulas import Formula, apply, build, number
from claimcheck.audit.ranges import ALL, OPERATIONS, Nothing, Range, at, span, whole
from claimcheck.expression import Name, names
from claimcheck.interval import Interval
from claimcheck.model import ClaimSet

__all__ = ["Facts", "Json", "Law", "Refused", "exact", "range_of", "require"]

Json = Any
Law = tuple[Formula, str, Formula]


class Refused(Exception):
    """What the report says was not found to be so."""


def require(condition: object, message: str) -> None:
    """Raises Refused with the message unless the condition holds."""
    if not condition:
        raise Refused(message)


def exact(q: Any) -> Fraction:
    """A rational number of the front end."""
    return Fraction(int(q.numerator), int(q.denominator))


def range_of(x: Interval) -> Range:
    """The numbers of an interval of the front end. Raises Nothing if it is empty."""
    if x.is_empty:
        raise Nothing
    low, high = -inf if x.lower is None else exact(x.lower), inf if x.upper is None else exact(x.upper)
    return span(low, high, x.lower_closed, x.upper_closed)


class Facts:
    """What the claims file says, in base units: claims and limits as ranges, relations as formulas."""

    def __init__(self, claims: ClaimSet) -> None:
        self.units, quantities = claims.units, claims.quantities.values()
        self.claims = {c.id: (c.quantity, range_of(c.interval)) for c in claims.claims.values()}
        self.steps = {q.name: range_of(q.unit.scale).low[0] for q in quantities if q.integer}
        self.limits = {q.name: whole(range_of(q.domain), self.steps.get(q.name)) for q in quantities}
        self.relations = {r.premise: r for r in claims.relations.values()}
        tolerances = {p: exact(r.within) for p, r in self.relations.items() if r.within is not None}
        self.slack = {f"{p} within": span(1 - t, 1 + t) for p, t in tolerances.items()}
        self.anything = dict.fromkeys(self.limits, ALL) | self.slack
        self.hard = {c.id for c in claims.claims.values() if c.certain}
        self.hard |= {p for p, r in self.relations.items() if r.definition}
        self.any: dict[str, Range] = {}
        """What the groups of a quantity leave of it together."""
        self.evidence = [c.id for c in claims.claims.values() if not c.is_conclusion and not c.certain]
        self.about = {id: frozenset((name,)) for id, (name, _) in self.claims.items()}
        """The quantities that each premise speaks of."""
        self.about |= {p: frozenset(names(r.equation)) for p, r in self.relations.items()}

    def groups(self, quantity: str) -> dict[frozenset[str], Range | None]:
        """The maximal groups of evidence on a quantity that share a value, and what they leave of it."""
        ranges, found = dict[str, Range](), dict[frozenset[str], Range | None]()
        for id in self.evidence:
            if self.claims[id][0] == quantity:
                try:
                    ranges[id] = whole(self.claims[id][1], self.steps.get(quantity))
                except Nothing:
                    found[frozenset((id,))] = None
        for x in ranges.values():
            group = frozenset(i for i, y in ranges.items() if y.low <= x.low <= y.high)
            found[group] = Range(max(ranges[i].low for i in group), min(ranges[i].high for i in group))
        return {g: x for g, x in found.items() if not any(g < other for other in found)}

    def law(self, premise: str, known: Mapping[str, Formula]) -> Law:
        """A relation as left, comparison and right, with formulas in place of the names that are known."""

        def leaf(tree: Any) -> Formula:
            if isinstance(tree, Name):
                return known.get(tree.name) or Formula("name", given=tree.name)
            if not tree.unit:
                return number(exact(tree.value))
            unit = self.units.parse(tree.unit)
            scaled = OPERATIONS["mul"](at(exact(tree.value)), range_of(unit.scale))
            return number(OPERATIONS["add"](scaled, at(exact(unit.offset))))

        relation = self.relations[premise]
        left, right = (build(side, leaf) for side in (relation.equation.left, relation.equation.right))
        if relation.within is not None:  # the tolerance is one more name
            right = apply("mul", right, Formula("name", given=f"{premise} within"))
        elif relation.equation.left == relation.equation.right:  # all that matters is where it is defined
            left, right = apply("mul", number(0), left), number(0)
        return left, relation.equation.op, right
