"""What the claims file says, as the checker takes it: ranges and formulas in base units, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from math import inf
from typing import Any

from claimcheck.checker.formulas import Formula, build, number
from claimcheck.checker.operations import OPERATIONS
from claimcheck.checker.ranges import ALL, EMPTY, Range, at, span
from claimcheck.expression import Apply, Expression, Name, names
from claimcheck.interval import Interval
from claimcheck.model import ClaimSet

__all__ = ["Facts", "Json", "Refused", "exact", "range_of", "require"]

Json = Any


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
    """The numbers of an interval of the front end."""
    if x.is_empty:
        return EMPTY
    low, high = -inf if x.lower is None else exact(x.lower), inf if x.upper is None else exact(x.upper)
    return span(low, high, x.lower_closed, x.upper_closed)


class Facts:
    """What the claims file says, in base units.

    ``claims``: the quantity and range of each; ``said``: of all else that is no relation, too, of which
    ``free`` are no premises. ``steps`` and ``limits``: whose multiples each quantity takes, and its range.
    ``relations``: as the front end has them. ``hard``: what is not to be doubted. ``about``: the quantities
    that each premise speaks of.
    """

    def __init__(self, claims: ClaimSet) -> None:
        self.units, quantities = claims.units, claims.quantities.values()
        self.claims = {c.id: (c.quantity, range_of(c.interval)) for c in claims.claims.values()}
        self.steps = {q.name: range_of(q.unit.scale).low[0] for q in quantities if q.integer}
        self.limits = {q.name: range_of(q.domain).whole(self.steps.get(q.name)) for q in quantities}
        self.relations = {r.premise: r for r in claims.relations.values()}
        tolerances = {p: exact(r.within) for p, r in self.relations.items() if r.within is not None}
        self.slack = {f"{p} within": span(1 - t, 1 + t) for p, t in tolerances.items()}
        self.anything = dict.fromkeys(self.limits, ALL) | self.slack
        self.hard = {c.id for c in claims.claims.values() if c.certain}
        self.hard |= {p for p, r in self.relations.items() if r.definition}
        free = {f"{kind}:{n}": (n, x) for n, x in self.limits.items() for kind in ("domain", "integer")}
        self.said, self.free = self.claims | free, free.keys()
        self.about = {id: frozenset((name,)) for id, (name, _) in self.claims.items()}
        self.about |= {p: frozenset(names(r.equation)) for p, r in self.relations.items()}
        self.gap = cache(lambda premise: self.between(premise, "sub", {}))

    def sides(self, premise: str) -> tuple[Expression, Expression]:
        """What a relation compares. A tolerance is one more name, by which the right side is multiplied."""
        left, right = self.relations[premise].equation.left, self.relations[premise].equation.right
        tolerance = Name(f"{premise} within")
        return left, Apply("mul", (right, tolerance)) if tolerance.name in self.slack else right

    def between(self, premise: str, op: str, known: Mapping[str, Formula]) -> Formula:
        """The difference ("sub") or ratio ("div") of the sides, with formulas in place of known names."""
        return self.formula(Apply(op, self.sides(premise)), known)

    def formula(self, tree: Expression, known: Mapping[str, Formula]) -> Formula:
        """An expression of the claims file with formulas in place of the names that are known."""

        def leaf(tree: Any) -> Formula:
            if isinstance(tree, Name):
                return known.get(tree.name) or Formula("name", given=tree.name)
            if not tree.unit:
                return number(exact(tree.value))
            unit = self.units.parse(tree.unit)
            scaled = OPERATIONS["mul"](at(exact(tree.value)), range_of(unit.scale))
            return number(OPERATIONS["add"](scaled, at(exact(unit.offset))))

        return build(tree, leaf)
