"""Steps, proofs and witnesses, followed one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from math import inf
from typing import Any

from claimcheck.audit.facts import Facts, Json, Law, Refused, range_of, require
from claimcheck.audit.formulas import Box, Formula, apply, avoids, fraction, halves, number, powers, value
from claimcheck.audit.ranges import (
    ALL,
    NEGATIVE,
    ONE,
    OPERATIONS,
    POSITIVE,
    ZERO,
    Nothing,
    Range,
    at,
    hull,
    inside,
    meet,
    rational,
    span,
    whole,
)
from claimcheck.interval import Interval

__all__ = ["Steps", "Witnesses", "proved", "read_range"]

_ALLOWED = {"=": ZERO, "<": NEGATIVE, ">": POSITIVE, "<=": hull(NEGATIVE, ZERO), ">=": hull(ZERO, POSITIVE)}
"""What left - right may be."""
_RATIO = {"=": ONE, "<": span(Fraction(0), Fraction(1), False, False), ">": span(Fraction(1), inf, False)}
_RATIO |= {"<=": hull(_RATIO["<"], ONE), ">=": hull(ONE, _RATIO[">"])}
"""What left / right may be if both are positive."""
_EVALUATED = {"product": False, "cleared": False, "known": [], "proofs": [None, None]}
"""How a step is shown by one relation alone."""


def read_range(x: Json) -> Range | None:
    """The range of a certificate; None is the empty one."""
    if x is None:
        return None
    low, high = (None if x[end] is None else rational(x[end]) for end in ("lower", "upper"))
    infinite = (low is None and x["lower_closed"]) or (high is None and x["upper_closed"])
    require(not infinite, "infinity does not belong to it")
    require(type(x["lower_closed"]) is type(x["upper_closed"]) is bool, "it does not say what belongs to it")
    return range_of(Interval(low, high, x["lower_closed"], x["upper_closed"]))


# -- steps and proofs ---------------------------------------------------------------------------------------


class Steps:
    """The steps of a report, each checked once. ``basis[n]``: the premises and cases that step n rests on."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.variables: list[str] = []
        self.ranges: list[Range | None] = []
        self.basis: list[frozenset[Any]] = []
        self.faults: list[str] = []

    def read(self, listed: Sequence[Json]) -> None:
        """Check steps, each of which may use those before it. Raises Refused if one is not confirmed."""
        for step in listed:
            uses, own = step["uses"], frozenset[Any]()
            require(
                all(type(u) is int and 0 <= u < len(self.faults) for u in uses), "a step uses what follows it"
            )
            fault = next((self.faults[u] for u in uses if self.faults[u]), "")
            require(step["variable"] in self.facts.limits, "a step is about no quantity")
            self.variables.append(step["variable"])
            try:
                self.ranges.append(read_range(step["interval"]))
                own = self._basis(step, self.ranges[-1], self.box(uses))
            except (Refused, ValueError, KeyError, Nothing) as problem:
                text = str(problem) or "it says nothing"
                fault = f"the step {step['premise']} for {step['variable']} was not confirmed: {text}"
            self.basis.append(own.union(*(self.basis[u] for u in uses)))
            self.faults.append(fault)
        require(not any(self.faults), next(filter(None, self.faults), ""))

    def box(self, numbers: Collection[int]) -> dict[str, Range] | None:
        """What steps together say of each quantity; None if they leave nothing of one."""
        box: dict[str, Range] = {}
        for n in numbers:
            shown = self.ranges[n]
            try:
                if shown is None:
                    return None
                box[self.variables[n]] = meet(box.get(self.variables[n], ALL), shown)
            except Nothing:
                return None
        return box

    def _basis(self, step: Json, shown: Range | None, box: Box | None) -> frozenset[Any]:
        """What a step itself rests on. Raises Refused if it does not follow from that in the box."""
        facts, premise, name, how = self.facts, step["premise"], step["variable"], step["how"]
        if premise in facts.relations:
            how = how or _EVALUATED | {"relations": [[premise, "1"]]}
            require(how["relations"][0][0] == premise, "it is another relation")
            if box is not None:
                self._relations(how, name, shown, box)
            return frozenset([p for p, _ in how["relations"]] + [p for _, p in how["known"]])
        require(how is None, "only relations are put together")
        if premise in facts.claims:
            require(box is None or facts.claims[premise][0] == name, "the claim speaks of another quantity")
            said, basis = facts.claims[premise][1], {premise}
        elif premise == f"any:{name}":
            said, basis = facts.any[name], {premise}
        else:
            require(premise in (f"domain:{name}", f"case:{name}", f"integer:{name}"), "no such premise")
            said, basis = facts.limits[name], set[Any]()
            if premise == f"case:{name}" and shown is not None:
                said, basis = shown, {(name, shown)}
            elif premise == f"integer:{name}" and box is not None:
                try:
                    said = whole(box.get(name, ALL), facts.steps[name])
                except Nothing:
                    return frozenset()
        require(box is None or (shown is not None and inside(said, shown)), "the premise says less")
        return frozenset(basis)

    def _relations(self, how: Json, name: str, shown: Range | None, box: Box) -> None:
        """That relations, put together with multipliers, cannot hold outside of the range shown."""
        around, known = {**self.facts.anything, **box}, dict[str, Formula]()
        for defined, premise in how["known"]:
            left, op, right = self.facts.law(premise, known)
            require(
                op == "=" and defined in (left.given, right.given), f"{premise} does not define {defined}"
            )
            known[defined] = right if left.given == defined else left
        laws = [(self.facts.law(premise, known), rational(m)) for premise, m in how["relations"]]
        require(type(how["product"]) is type(how["cleared"]) is bool, "it is neither a product nor a sum")
        require(not how["product"] or not how["cleared"], "a product is not cleared of divisors")
        laws = [(_cleared(law, around), m) for law, m in laws] if how["cleared"] else laws
        form, allowed = _product(laws, around) if how["product"] else _sum(laws)
        outside = [around.get(name, ALL)]
        if shown is not None:
            below, above = (shown.low[0], shown.low[1] - 1), (shown.high[0], shown.high[1] + 1)
            outside = [Range(ALL.low, below), Range(above, ALL.high)]
        require(len(how["proofs"]) in (len(outside), 2), "a proof is missing")
        for part, proof in zip(outside, how["proofs"], strict=False):
            try:
                beyond = {**around, name: meet(part, around.get(name, ALL))}
            except Nothing:
                continue
            require(
                avoids(form, beyond, allowed, proof, self.facts.steps),
                "the relation may hold outside of the interval",
            )


def _cleared(law: Law, box: Box) -> Law:
    """Left - right multiplied by its divisor, which is not zero, and for an inequality has to be positive."""
    top, bottom = fraction(apply("sub", law[0], law[2]))
    require(law[1] == "=" or inside(value(bottom, box), POSITIVE), "a divisor need not be positive")
    return top, law[1], number(0)


def _sum(laws: Sequence[tuple[Law, Fraction]]) -> tuple[Formula, Range]:
    """The sum of multiples of left - right, and what it may be."""
    gaps, allowed = [], ZERO
    for (left, op, right), m in laws:
        gaps.append(apply("mul", number(m), apply("sub", left, right)))
        allowed = OPERATIONS["add"](allowed, OPERATIONS["mul"](at(m), _ALLOWED[op]))
    return apply("sum", *gaps), allowed


def _product(laws: Sequence[tuple[Law, Fraction]], box: Box) -> tuple[Formula, Range]:
    """The product of powers of left / right without what cancels, and what it may be."""
    weights, allowed = dict[str, Fraction](), ONE
    for (left, op, right), m in laws:
        own, factor = powers(apply("div", left, right))
        ratio = OPERATIONS["mul"](_RATIO[op], OPERATIONS["pow"](factor, at(-1)))
        allowed = OPERATIONS["mul"](allowed, OPERATIONS["pow"](ratio, at(m)))
        weights |= {n: weights.get(n, Fraction(0)) + m * w for n, w in own.items()}
    require(all(inside(box.get(n, ALL), POSITIVE) for n in weights), "a factor need not be positive")
    form = number(1)
    for n, w in weights.items():
        form = apply("mul", form, apply("pow", Formula("name", given=n), number(w))) if w else form
    return form, allowed


def proved(
    steps: Steps, proof: Json, name: str, premises: Collection[str], used: set[str], cases: Box | None = None
) -> Range | None:
    """The range that a proof under these premises shows for a quantity; None if nothing is possible at all.

    ``used`` takes up the premises it rests on. Raises Refused if it does not hold or rests on other premises.
    """
    cases = cases or {}
    if proof["split"] is not None:
        split, found = proof["split"], list[Range]()
        for side, half in halves(cases, split["variable"], split["at"]):
            shown = proved(steps, split[side], name, premises, used, half)
            found += [] if shown is None else [shown]
        return hull(*found) if found else None
    numbers = proof["goals"]
    require(all(type(n) is int and 0 <= n < len(steps.ranges) for n in numbers), "it names no step")
    for n in numbers:
        require(not steps.faults[n], steps.faults[n])
        for b in steps.basis[n]:
            if isinstance(b, str):
                used.add(b)
                require(b in premises or b in steps.facts.hard, f"the proof rests on {b}")
            else:
                require(b[0] in cases and inside(cases[b[0]], b[1]), f"a case for {b[0]} is not covered")
    box = steps.box(numbers)
    return None if box is None else box.get(name, ALL)


# -- witnesses ----------------------------------------------------------------------------------------------


class Witnesses:
    """The witnesses of a report, each read once; so is a value, and a premise is tried once on its values."""

    def __init__(self, facts: Facts, listed: Sequence[Json]) -> None:
        self.facts, self.listed = facts, listed
        self.read: dict[int, tuple[dict[str, Range], set[str]]] = {}
        self.values: dict[tuple[str, str], Range] = {}
        self.holding: dict[tuple[str, tuple[int, ...]], bool] = {}

    def check(self, parts: Sequence[Json], premises: Collection[str], cover: Collection[str]) -> Box:
        """The values of witnesses of different quantities, which satisfy hard facts and premises together.

        A premise of whose quantities they have none is left out, unless it is in ``cover``. Raises Refused.
        """
        values, done = dict[str, Range](), set[str]()
        for n in parts:
            require(type(n) is int and 0 <= n < len(self.listed), "the witness is missing")
            if n not in self.read:
                self.read[n] = self._read(self.listed[n])
            own, solved = self.read[n]
            require(values.keys().isdisjoint(own), "a quantity has two values")
            values, done = {**values, **own}, done | solved
        for premise in {*premises, *self.facts.hard} - done:
            about = self.facts.about[premise]
            if about and values.keys().isdisjoint(about):
                require(premise not in cover, f"it says nothing about {premise}")
                continue
            require(about <= values.keys(), f"it lacks a value for {premise}")
            key = (premise, tuple(id(values[q]) for q in about))  # long fractions are slow to compare
            if key not in self.holding:
                self.holding[key] = _satisfied(self.facts, premise, values)
            require(self.holding[key], f"it does not satisfy {premise}")
        return values

    def _read(self, witness: Json) -> tuple[dict[str, Range], set[str]]:
        """The values of a witness, within limits and solved where they have to be; the relations for that."""
        values = {name: self._value(name, x) for name, x in witness["values"].items()}
        unsolved, done = {n for n, x in values.items() if not x.is_point}, set[str]()
        for group in witness["solved"]:
            unknown, relations = set(group["unknown"]), group["relations"]
            around = set[str]().union(*(self.facts.about[p] for p in relations))
            require(
                around <= values.keys() and not around & unsolved - unknown, "values are solved out of order"
            )
            require(unknown <= unsolved and len(unknown) == len(group["unknown"]), "a value is solved twice")
            _require_solution(self.facts, group, values)
            unsolved, done = unsolved - unknown, done | set(relations)
        require(not unsolved, f"{', '.join(sorted(unsolved))} is not a single value")
        return values, done

    def _value(self, name: str, written: Json) -> Range:
        """What is written for a quantity, or the ends of where a value of it is, within its limits."""
        if (key := (name, str(written))) not in self.values:
            x = hull(*(at(rational(q)) for q in (written if isinstance(written, list) else [written])))
            require(inside(x, self.facts.limits[name]), f"{name} lies outside of its limits")
            require(whole(x, self.facts.steps.get(name)) == x, f"{name} is not whole")
            self.values[key] = x
        return self.values[key]


def _satisfied(facts: Facts, premise: str, values: Box) -> bool:
    """Whether a claim or relation holds at the values."""
    if premise in facts.claims:
        return inside(values[facts.claims[premise][0]], facts.claims[premise][1])
    return _holds(facts, premise, values)


def _holds(facts: Facts, premise: str, values: Box) -> bool:
    """Whether a relation holds all over a box, for some value of its tolerance."""
    left, op, right = facts.law(premise, {})
    slack = f"{premise} within"
    tolerances = facts.slack.get(slack, ONE)[:2]
    found = [value(apply("sub", left, right), {**values, slack: at(end[0])}) for end in tolerances]
    if slack in facts.slack:  # left - right is zero for some value between the ends of the tolerance
        return min(x.sure for x in found) > 0 and inside(OPERATIONS["mul"](*found), _ALLOWED["<="])
    return found[0].sure > 0 and inside(found[0], _ALLOWED[op])


def _require_solution(facts: Facts, group: Json, values: Box) -> None:
    """That equations have a solution in the ranges of their unknowns, wherever the other values are.

    By the theorem of Poincare and Miranda: independent combinations of left - right, one for each unknown,
    are continuous, at most zero where it is least, and at least zero where it is greatest.
    """
    laws = [facts.law(premise, {}) for premise in group["relations"]]
    require(all(op == "=" for _, op, _ in laws), "only equations are solved")
    matrix = [[rational(m) for m in row] for row in group["matrix"]]
    require(independent(matrix) and len(matrix) == len(laws) == len(group["unknown"]), "")
    for n, row, proofs in zip(group["unknown"], matrix, group["proofs"], strict=True):
        form, _ = _sum(list(zip(laws, row, strict=True)))
        require(value(form, values).sure == 2, "a relation may jump")
        for end, wrong, proof in zip(values[n][:2], (POSITIVE, NEGATIVE), proofs, strict=True):
            require(
                avoids(form, {**values, n: at(end[0])}, wrong, proof, facts.steps),
                f"{n} may have no solution",
            )


def independent(rows: Sequence[Sequence[Fraction]]) -> bool:
    """Whether a square matrix can be inverted."""
    if len(rows) == 1:
        return rows[0][0] != 0
    from flint import fmpq, fmpq_mat

    entries = [fmpq(m.numerator, m.denominator) for row in rows for m in row]
    return bool(fmpq_mat(len(rows), len(rows), entries).det() != 0)
