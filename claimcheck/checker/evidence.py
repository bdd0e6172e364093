"""Steps, proofs and witnesses, followed one by one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from math import inf
from typing import Any

from claimcheck.checker.facts import Facts, Json, Refused, require
from claimcheck.checker.formulas import Box, Formula, apply, avoids, fraction, halves, number, powers, value
from claimcheck.checker.operations import OPERATIONS
from claimcheck.checker.ranges import ALL, EMPTY, ONE, POSITIVE, ZERO, Range, at, hull, rational, span
from claimcheck.expression import Name

__all__ = ["Steps", "Witnesses", "proved", "read_range"]

_GAPS = {"=": ZERO, ">": POSITIVE, ">=": hull(ZERO, POSITIVE)}
_GAPS |= {"<": OPERATIONS["mul"](POSITIVE, at(-1)), "<=": OPERATIONS["mul"](_GAPS[">="], at(-1))}
"""What left - right may be."""
_RATIOS = {op: OPERATIONS["add"](ONE, gap) & POSITIVE for op, gap in _GAPS.items()}
"""What left / right may be if both are positive."""
_EVALUATED = {"product": False, "cleared": False, "known": [], "proofs": [None, None]}
"""How a step is shown by one relation alone."""


def read_range(x: Json) -> Range:
    """The range of a certificate."""
    if x is None:
        return EMPTY
    low = -inf if x["lower"] is None else rational(x["lower"])
    high = inf if x["upper"] is None else rational(x["upper"])
    closed = x["lower_closed"], x["upper_closed"]
    require(type(closed[0]) is type(closed[1]) is bool, "it does not say what belongs to it")
    infinite = (low == -inf and closed[0]) or (high == inf and closed[1])
    require(not infinite, "infinity does not belong to it")
    return span(low, high, *closed)


# -- steps and proofs ---------------------------------------------------------------------------------------


class Steps:
    """The steps of a report, each checked once. ``basis[n]``: the premises and cases that step n rests on."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.shown: list[tuple[str, Range]] = []
        self.basis: list[frozenset[Any]] = []

    def read(self, listed: Sequence[Json]) -> None:
        """Check steps, each of which may use those before it. Raises Refused if one is not confirmed."""
        for step in listed:
            uses, name = step["uses"], step["variable"]
            require(name in self.facts.limits, "a step is about no quantity")
            before = all(type(u) is int and 0 <= u < len(self.shown) for u in uses)
            require(before, "a step uses what follows it")
            try:
                shown = read_range(step["interval"])
                own = self._basis(step, shown, self.box(uses))
            except (Refused, ValueError, KeyError) as problem:
                fault = f"the step {step['premise']} for {name} was not confirmed: {problem}"
                raise Refused(fault) from problem
            self.shown.append((name, shown))
            self.basis.append(own.union(*(self.basis[u] for u in uses)))

    def box(self, numbers: Collection[int]) -> dict[str, Range]:
        """What steps together say of each quantity: nothing is left of any if nothing is left of one."""
        box: dict[str, Range] = {}
        for name, shown in (self.shown[n] for n in numbers):
            box[name] = (box.get(name, ALL) & shown).whole(self.facts.steps.get(name))
        return dict.fromkeys(self.facts.limits, EMPTY) if any(x.empty for x in box.values()) else box

    def _basis(self, step: Json, shown: Range, box: Box) -> frozenset[Any]:
        """What a step itself rests on. Raises Refused if it does not follow from that in the box."""
        facts, premise, name, how = self.facts, step["premise"], step["variable"], step["how"]
        if premise in facts.relations:
            how = how or _EVALUATED | {"relations": [[premise, "1"]]}
            require(how["relations"][0][0] == premise, "it is another relation")
            self._relations(how, name, shown, box)
            return frozenset([p for p, _ in how["relations"]] + [p for _, p in how["known"]])
        require(how is None, "only relations are put together")
        if premise == f"case:{name}":
            require(not shown.empty, "a case is empty")
            return frozenset([(name, shown)])
        of, said = facts.said[premise]
        require(of == name and (said & box.get(name, ALL)).inside(shown), "the premise says less")
        return frozenset([premise]) - facts.free

    def _relations(self, how: Json, name: str, shown: Range, box: Box) -> None:
        """That relations, put together with multipliers, cannot hold outside of the range shown."""
        around, known = {**self.facts.anything, **box}, dict[str, Formula]()
        for defined, premise in how["known"]:
            equal, sides = self.facts.relations[premise].equation.op == "=", self.facts.sides(premise)
            require(equal and Name(defined) in sides, f"{premise} does not define {defined}")
            known[defined] = self.facts.formula(sides[sides[0] == Name(defined)], known)
        kinds = type(how["product"]), type(how["cleared"])
        require(kinds == (bool, bool), "it is neither a product nor a sum")
        form, allowed = _together(self.facts, how, known, around)
        if how["product"]:
            weights, factor = powers(form)
            positive = all(around.get(n, ALL).inside(POSITIVE) for n in weights)
            require(positive, "a factor need not be positive")
            left = [apply("pow", Formula("name", given=n), number(w)) for n, w in weights.items() if w]
            form = apply("mul", number(factor), *left)
        below, above = (shown.low[0], shown.low[1] - 1), (shown.high[0], shown.high[1] + 1)
        outside = [ALL] if shown.empty else [Range(ALL.low, below), Range(above, ALL.high)]
        require(len(how["proofs"]) in (len(outside), 2), "a proof is missing")
        for part, proof in zip(outside, how["proofs"], strict=False):
            beyond = around.get(name, ALL) & part
            shows = beyond.empty or avoids(form, {**around, name: beyond}, allowed, proof, self.facts.steps)
            require(shows, "the relation may hold outside of the interval")


def _together(facts: Facts, how: Json, known: Mapping[str, Formula], box: Box) -> tuple[Formula, Range]:
    """The sum of multiples of left - right, or the product of powers of left / right, and what it may be.

    ``cleared``: left - right is multiplied by its divisor, which for an inequality has to be positive.
    """
    product = how["product"]
    put, scale, apart, kinds = ("mul", "pow", "div", _RATIOS) if product else ("add", "mul", "sub", _GAPS)
    terms, allowed = list[Formula](), ONE if product else ZERO
    for premise, m in how["relations"]:
        op, form = facts.relations[premise].equation.op, facts.between(premise, apart, known)
        if how["cleared"]:
            form, divisor = fraction(form)
            positive = op == "=" or value(divisor, box).inside(POSITIVE)
            require(positive and not product, "a divisor need not be positive")
        terms.append(apply(scale, form, number(rational(m))))
        allowed = OPERATIONS[put](allowed, OPERATIONS[scale](kinds[op], at(rational(m))))
    return apply(put, *terms), allowed


def proved(
    steps: Steps, proof: Json, name: str, premises: Collection[str], used: set[str], cases: Box | None = None
) -> Range:
    """The range that a proof under these premises shows for a quantity.

    ``used`` takes up the premises it rests on. Raises Refused if it rests on others.
    """
    cases, goals, split = cases or {}, proof["goals"], proof["split"]
    require(all(type(n) is int and 0 <= n < len(steps.shown) for n in goals), "it names no step")
    if split is not None:
        parts = halves(cases, split["variable"], split["at"])
        return hull(*(proved(steps, split[side], name, premises, used, half) for side, half in parts))
    for b in frozenset[Any]().union(*(steps.basis[n] for n in goals)):
        if isinstance(b, str):
            used.add(b)
            require(b in premises or b in steps.facts.hard, f"the proof rests on {b}")
        else:
            require(b[0] in cases and cases[b[0]].inside(b[1]), f"a case for {b[0]} is not covered")
    return steps.box(goals).get(name, ALL)


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
                self.holding[key] = _holds(self.facts, premise, values)
            require(self.holding[key], f"it does not satisfy {premise}")
        return values

    def _read(self, witness: Json) -> tuple[dict[str, Range], set[str]]:
        """The values of a witness, within limits and solved where they have to be; the relations for that."""
        values = {name: self._value(name, x) for name, x in witness["values"].items()}
        unsolved, done = {n for n, x in values.items() if not x.is_point}, set[str]()
        for group in witness["solved"]:
            unknown, relations = set(group["unknown"]), group["relations"]
            around = set[str]().union(*(self.facts.about[p] for p in relations))
            ready = around <= values.keys() and not around & unsolved - unknown
            require(ready, "values are solved out of order")
            require(unknown <= unsolved and len(unknown) == len(group["unknown"]), "a value is solved twice")
            _require_solution(self.facts, group, values)
            unsolved, done = unsolved - unknown, done | set(relations)
        require(not unsolved, f"{', '.join(sorted(unsolved))} is not a single value")
        return values, done

    def _value(self, name: str, written: Json) -> Range:
        """What is written for a quantity, or the ends of where a value of it is, within its limits."""
        if (key := (name, str(written))) not in self.values:
            x = hull(*(at(rational(q)) for q in (written if isinstance(written, list) else [written])))
            require(x.inside(self.facts.limits[name]), f"{name} lies outside of its limits")
            require(x.whole(self.facts.steps.get(name)) == x, f"{name} is not whole")
            self.values[key] = x
        return self.values[key]


def _holds(facts: Facts, premise: str, values: Box) -> bool:
    """Whether a claim holds at values, or a relation all over a box, for some value of its tolerance."""
    if premise in facts.claims:
        name, said = facts.claims[premise]
        return values[name].inside(said)
    form, op, slack = facts.gap(premise), facts.relations[premise].equation.op, f"{premise} within"
    tolerances = facts.slack.get(slack, ONE)[:2]
    found = [value(form, {**values, slack: at(end[0])}) for end in tolerances]
    if slack in facts.slack:  # left - right is zero for some value between the ends of the tolerance
        return min(x.sure for x in found) > 0 and OPERATIONS["mul"](*found).inside(_GAPS["<="])
    return found[0].sure > 0 and found[0].inside(_GAPS[op])


def _require_solution(facts: Facts, group: Json, values: Box) -> None:
    """That equations have a solution in the ranges of their unknowns, wherever the other values are.

    By the theorem of Poincare and Miranda: independent combinations of left - right, one for each unknown,
    are continuous, at most zero where it is least, and at least zero where it is greatest.
    """
    premises, unknown, rows = group["relations"], group["unknown"], group["matrix"]
    equal = all(facts.relations[p].equation.op == "=" for p in premises)
    require(equal, "only equations are solved")
    require(len(rows) == len(premises) == len(unknown), "it is another number of equations")
    require(
        _independent([[rational(m) for m in row] for row in rows]), "the combinations depend on one another"
    )
    for n, row, proofs in zip(unknown, rows, group["proofs"], strict=True):
        row = {"relations": list(zip(premises, row, strict=True))}
        form, _ = _together(facts, _EVALUATED | row, {}, values)
        require(value(form, values).sure == 2, "a relation may jump")
        for end, wrong, proof in zip(values[n][:2], (_GAPS[">"], _GAPS["<"]), proofs, strict=True):
            shows = avoids(form, {**values, n: at(end[0])}, wrong, proof, facts.steps)
            require(shows, f"{n} may have no solution")


def _independent(rows: list[list[Fraction]]) -> bool:
    """Whether a square matrix can be inverted: Gauss's elimination finds a pivot in every column."""
    if not rows:
        return True
    pivot = next((row for row in rows if row[0]), None)
    if pivot is None:
        return False
    others = [(row, row[0] / pivot[0]) for row in rows if row is not pivot]
    return _independent([[q - m * p for q, p in zip(row[1:], pivot[1:], strict=True)] for row, m in others])
