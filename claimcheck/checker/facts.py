"""What the claims file says, as the checker takes it: ranges and formulas in base units, exactly."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

from claimcheck.checker.formulas import Formula, apply, build, named, number
from claimcheck.checker.operations import add, mul
from claimcheck.checker.ranges import ALL, EMPTY, NEGATIVE, ONE, POSITIVE, ZERO, Range, at, hull, span
from claimcheck.expression import Name, names
from claimcheck.interval import Interval
from claimcheck.model import ClaimSet

__all__ = ["GAPS", "Facts", "Json", "Refused", "exact", "range_of", "require"]

Json = Any
GAPS = {"=": ZERO, ">": POSITIVE, ">=": hull(ZERO, POSITIVE), "<": NEGATIVE, "<=": hull(NEGATIVE, ZERO)}
"""What left - right may be."""


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
    low, high = (None if q is None else exact(q) for q in (x.lower, x.upper))
    return EMPTY if x.is_empty else span(low, high, x.lower_closed, x.upper_closed)


class Facts:
    """What the claims file says, in base units.

    ``claims``: the quantity and range of each; ``said``: of all else that is no relation, too, of which
    ``free`` are no premises. ``steps`` and ``limits``: whose multiples each quantity takes, and its range.
    ``relations``: as the front end has them. ``hard``: what is not to be doubted. ``about``: the quantities
    that each premise speaks of.
    """

    def __init__(self, claims: ClaimSet) -> None:
        self.law = cache(self._law)
        self.units, stated, quantities = claims.units, claims.claims.values(), claims.quantities.values()
        self.claims = {c.id: (c.quantity, range_of(c.interval)) for c in stated}
        self.steps = {q.name: range_of(q.unit.scale).low[0] for q in quantities if q.integer}
        self.limits = {q.name: range_of(q.domain).whole(self.steps.get(q.name)) for q in quantities}
        self.relations = {r.premise: r for r in claims.relations.values()}
        tolerances = {p: exact(r.within) for p, r in self.relations.items() if r.within is not None}
        self.slack = {f"{p} within": span(1 - t, 1 + t) for p, t in tolerances.items()}
        self.anything = dict.fromkeys(self.limits, ALL) | self.slack
        definitions = {p for p, r in self.relations.items() if r.definition}
        self.hard = definitions | {c.id for c in stated if c.certain}
        free = {f"{kind}:{n}": (n, x) for n, x in self.limits.items() for kind in ("domain", "integer")}
        self.said, self.free = self.claims | free, free.keys()
        self.about = {id: frozenset((name,)) for id, (name, _) in self.claims.items()}
        self.about |= {p: frozenset(names(r.equation)) for p, r in self.relations.items()}

    def sides(self, premise: str) -> tuple[Formula, Formula]:
        """What a relation compares. A tolerance is one more name, by which the right side is multiplied."""
        equation, tolerance = self.relations[premise].equation, f"{premise} within"
        left, right = build(equation.left, self._leaf), build(equation.right, self._leaf)
        return left, apply("mul", right, named(tolerance)) if tolerance in self.slack else right

    def _law(self, premise: str, combined: str = "sum") -> tuple[Formula, Range]:
        """A formula and what it may be: a claimed quantity, or left - right (in a product left / right)."""
        if premise in self.said:
            name, x = self.said[premise]
            return named(name), x
        gap, sides = GAPS[self.relations[premise].equation.op], self.sides(premise)
        if combined == "product":
            return apply("div", *sides), add(ONE, gap) & POSITIVE
        return apply("sub", *sides), gap

    def _leaf(self, tree: Any) -> Formula:
        """A name or a literal of the claims file."""
        if isinstance(tree, Name):
            return named(tree.name)
        unit = self.units.parse(tree.unit)
        return number(add(mul(at(exact(tree.value)), range_of(unit.scale)), at(exact(unit.offset))))
