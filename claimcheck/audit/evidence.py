"""Steps, proofs and witnesses, followed one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from math import inf
from typing import Any

from claimcheck.audit.facts import Facts, Json, Law, Refused, range_of, require
from claimcheck.audit.formulas import Box, Formula, apply, avoids, halves, number, powers, value
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

__all__ = ["Steps", "Together", "check_witness", "proved", "read_range"]

_ALLOWED = {"=": ZERO, "<": NEGATIVE, ">": POSITIVE, "<=": hull(NEGATIVE, ZERO), ">=": hull(ZERO, POSITIVE)}
"""What left - right may be."""
_RATIO = {"=": ONE, "<": span(Fraction(0), Fraction(1), False, False), ">": span(Fraction(1), inf, False)}
_RATIO |= {"<=": hull(_RATIO["<"], ONE), ">=": hull(ONE, _RATIO[">"])}
"""What left / right may be if both are positive."""
_EVALUATED = {"product": False, "known": [], "proofs": [None, None]}
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
        require(type(how["product"]) is bool, "it is neither a product nor a sum")
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


def check_witness(facts: Facts, witness: Json, premises: Collection[str], cover: Collection[str] = ()) -> Box:
    """The values of a witness, if it satisfies hard facts and premises as far as they touch its quantities.

    It must have values for the quantities of all premises in ``cover``. Raises Refused otherwise.
    """
    values, done = _read_witness(facts, witness)
    for premise in {*premises, *facts.hard} - done:
        touched = facts.about(premise) & values.keys()
        if not touched and facts.about(premise):
            require(premise not in cover, f"it says nothing about {premise}")
            continue
        require(touched == facts.about(premise), f"it lacks a value for {premise}")
        require(_satisfied(facts, premise, values), f"it does not satisfy {premise}")
    return values


class Together:
    """Witnesses of parts, put together in many ways: each is read once, and a premise tried once on it."""

    def __init__(self, facts: Facts, witnesses: Sequence[Json]) -> None:
        self.facts, self.witnesses = facts, witnesses
        self.read: dict[int, tuple[Box, set[str]]] = {}
        self.tried: dict[tuple[str, frozenset[int]], bool] = {}
        self.about = {p: facts.about(p) for p in (*facts.claims, *facts.relations)}

    def check(self, parts: Sequence[int], premises: Collection[str]) -> None:
        """That parts without a common quantity satisfy hard facts and premises. Raises Refused otherwise."""
        part_of: dict[str, int] = {}
        for n in parts:
            if n not in self.read:
                self.read[n] = _read_witness(self.facts, self.witnesses[n])
            values = self.read[n][0]
            require(part_of.keys().isdisjoint(values), "a quantity has two values")
            part_of.update(dict.fromkeys(values, n))
        for premise in {*premises, *self.facts.hard}:
            about = self.about[premise]
            touched = frozenset(part_of[q] for q in about if q in part_of)
            if not touched and about:
                require(premise not in premises, f"it says nothing about {premise}")
                continue
            require(about <= part_of.keys(), f"it lacks a value for {premise}")
            key = (premise, touched)
            if key not in self.tried:
                own = {q: self.read[part_of[q]][0][q] for q in about}
                solved = any(premise in self.read[n][1] for n in touched)
                self.tried[key] = solved or _satisfied(self.facts, premise, own)
            require(self.tried[key], f"it does not satisfy {premise}")


def _read_witness(facts: Facts, witness: Json) -> tuple[Box, set[str]]:
    """The values of a witness, within limits and solved where they have to be, and the relations for that."""
    written = {n: x if isinstance(x, list) else [x] for n, x in witness["values"].items()}
    values = {n: hull(*(at(rational(q)) for q in x)) for n, x in written.items()}
    unsolved, done = {n for n, x in values.items() if not x.is_point}, set[str]()
    for group in witness["solved"]:
        unknown, around = set(group["unknown"]), {n for p in group["relations"] for n in facts.about(p)}
        require(around <= values.keys() and not around & unsolved - unknown, "values are solved out of order")
        require(unknown <= unsolved and len(unknown) == len(group["unknown"]), "a value is solved twice")
        _require_solution(facts, group, values)
        unsolved, done = unsolved - unknown, done | set(group["relations"])
    require(not unsolved, f"{', '.join(sorted(unsolved))} is not a single value")
    for n, x in values.items():
        require(inside(x, facts.limits[n]), f"{n} lies outside of its limits")
        require(whole(x, facts.steps.get(n)) == x, f"{n} is not whole")
    return values, done


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
