"""Steps, proofs and witnesses, followed one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache, partial
from typing import Any

from claimcheck.checker.facts import GAPS, Facts, Json, Refused, require
from claimcheck.checker.formulas import Box, Formula, avoids, halves, joined, named, pivots, replaced, value
from claimcheck.checker.operations import mul
from claimcheck.checker.ranges import ALL, EMPTY, ONE, ZERO, Range, at, hull, rational, span

__all__ = ["Steps", "Witnesses", "proved", "read_range"]

_ALONE = {"combined": "sum", "known": []}
"""How a step is shown by one premise alone."""


def read_range(x: Json) -> Range:
    """The range of a certificate."""
    if x is None:
        return EMPTY
    low, high = (None if x[end] is None else rational(x[end]) for end in ("lower", "upper"))
    for end, side in ((low, "lower_closed"), (high, "upper_closed")):
        require(type(x[side]) is bool and (end is not None or not x[side]), "what belongs to it is unclear")
    return span(low, high, x["lower_closed"], x["upper_closed"])


def picked(listed: Sequence[Any], numbers: Json) -> list[Any]:
    """What is listed under some numbers. Raises Refused if there is no such thing."""
    require(all(type(n) is int and 0 <= n < len(listed) for n in numbers), "it names what is not there")
    return [listed[n] for n in numbers]


# -- steps and proofs ---------------------------------------------------------------------------------------


class Steps:
    """The steps of a report, each checked once: the quantity, its range, and all that it rests on."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.shown: list[tuple[str, Range, frozenset[Any]]] = []

    def read(self, listed: Sequence[Json]) -> None:
        """Check steps, each of which may use those before it. Raises Refused if some are not confirmed.

        These rest on what nobody has said, the fault, and so does all that uses them.
        """
        faults = list[str]()
        for step in listed:
            name, shown, used = step["variable"], ALL, picked(self.shown, step["uses"])
            try:
                require(name in self.facts.limits, "it is about no quantity")
                shown = read_range(step["interval"])
                basis = self._basis(step, shown, self.box(used))
            except (Refused, ValueError, KeyError) as problem:
                faults.append(f"the step {step['premise']} for {name} was not confirmed: {problem}")
                basis = frozenset(faults[-1:])
            self.shown.append((name, shown, basis.union(*(own for _, _, own in used))))
        require(not faults, "; ".join(faults))

    def box(self, used: Collection[tuple[str, Range, Any]]) -> dict[str, Range]:
        """What steps together say of each quantity: nothing is left of any if nothing is left of one."""
        box = dict(self.facts.anything)
        for name, shown, _ in used:
            box[name] = (box[name] & shown).whole(self.facts.steps.get(name))
        return dict.fromkeys(box, EMPTY) if any(box[name].empty for name, _, _ in used) else box

    def _basis(self, step: Json, shown: Range, box: Box) -> frozenset[Any]:
        """What a step itself rests on. Raises Refused if premises could hold outside of the range shown."""
        premise, name = step["premise"], step["variable"]
        if premise == f"case:{name}":
            require(not shown.empty and step["how"] is None, "a case is empty, or more than a case")
            return frozenset([(name, shown)])
        below, above = (shown.low[0], shown.low[1] - 1), (shown.high[0], shown.high[1] + 1)
        outside = [ALL] if shown.empty else [Range(ALL.low, below), Range(above, ALL.high)]
        how = step["how"] or {**_ALONE, "relations": [[premise, "1"]], "proofs": [None] * len(outside)}
        require(how["relations"][0][0] == premise, "it is another relation")
        form, allowed = _together(self.facts, how, box)
        for part, proof in zip(outside, how["proofs"], strict=True):
            beyond = box[name] & part
            shows = beyond.empty or avoids(form, {**box, name: beyond}, allowed, proof, self.facts.steps)
            require(shows, "the relation may hold outside of the interval")
        return frozenset(p for p, _ in (*how["relations"], *how["known"])) - self.facts.free


def _together(facts: Facts, how: Json, box: Box) -> tuple[Formula, Range]:
    """What premises put together with multipliers are about, and what it may be."""
    laws = [(*facts.law(p, how["combined"]), rational(m)) for p, m in how["relations"]]
    for premise, name in reversed(how["known"]):
        equal, sides = facts.relations[premise].equation.op == "=", facts.sides(premise)
        require(equal and named(name) in sides, f"{premise} does not define {name}")
        other = sides[sides[0] is named(name)]
        laws = [(replaced(form, name, other), may, m) for form, may, m in laws]
    return joined(how["combined"], laws, box)


def proved(
    steps: Steps, proof: Json, name: str, premises: Collection[str], used: set[str], cases: Box | None = None
) -> Range:
    """The range that a proof under these premises shows for a quantity.

    ``used`` takes up the premises it rests on. Raises Refused if it rests on others.
    """
    cases, goals, split = cases or {}, picked(steps.shown, proof["goals"]), proof["split"]
    if split is not None:
        parts = halves(cases, split["variable"], split["at"])
        return hull(*(proved(steps, split[side], name, premises, used, half) for side, half in parts))
    for b in frozenset[Any]().union(*(basis for _, _, basis in goals)):
        if isinstance(b, str):
            used.add(b)
            require(b in premises or b in steps.facts.hard, f"the proof rests on {b}")
        else:
            require(b[0] in cases and cases[b[0]].inside(b[1]), f"a case for {b[0]} is not covered")
    return steps.box(goals)[name]


# -- witnesses ----------------------------------------------------------------------------------------------


class Witnesses:
    """The witnesses of a report, each read once; so is a value, and a premise is tried once on its values."""

    def __init__(self, facts: Facts, listed: Sequence[Json]) -> None:
        self.facts, self.holds = facts, cache(partial(_holds, facts))
        self.listed = [cache(partial(self._read, witness)) for witness in listed]

    def check(self, parts: Sequence[Json], premises: Collection[str], cover: Collection[str]) -> Box:
        """The values of witnesses of different quantities, which satisfy hard facts and premises together.

        A premise of whose quantities they have none is left out, unless it is in ``cover``. Raises Refused.
        """
        values, done = dict[str, Range](), set[str]()
        for read in picked(self.listed, parts):
            own, solved = read()
            require(values.keys().isdisjoint(own), "a quantity has two values")
            values, done = {**values, **own}, done | solved
        for premise in {*premises, *self.facts.hard} - done:
            about = self.facts.about[premise]
            if about and values.keys().isdisjoint(about):
                require(premise not in cover, f"it says nothing about {premise}")
                continue
            require(about <= values.keys(), f"it lacks a value for {premise}")
            holds = self.holds(premise, *((q, values[q]) for q in about))
            require(holds, f"it does not satisfy {premise}")
        return values

    def _read(self, witness: Json) -> tuple[dict[str, Range], set[str]]:
        """The values of a witness, within limits and solved where they have to be; the relations for that."""
        values = dict[str, Range]()
        for name, ends in witness["values"].items():
            values[name] = x = hull(*(at(rational(q)) for q in (ends if isinstance(ends, list) else [ends])))
            require(x.inside(self.facts.limits[name]), f"{name} lies outside of its limits")
            require(x.whole(self.facts.steps.get(name)) == x, f"{name} is not whole")
        unsolved, done = {n for n, x in values.items() if x.low != x.high}, set[str]()
        for group in witness["solved"]:
            unknown, relations = set(group["unknown"]), group["relations"]
            around = set[str]().union(*(self.facts.about[p] for p in relations))
            ready = around <= values.keys() and not around & unsolved - unknown
            require(ready and unknown <= unsolved, "values are solved out of order, or twice")
            _require_solution(self.facts, group, values)
            unsolved, done = unsolved - unknown, done | set(relations)
        require(not unsolved, f"{', '.join(sorted(unsolved))} is not a single value")
        return values, done


def _holds(facts: Facts, premise: str, *values: tuple[str, Range]) -> bool:
    """Whether a premise holds all over a box, for some value of its tolerance."""
    (form, allowed), slack = facts.law(premise), f"{premise} within"
    found = [value(form, {**dict(values), slack: at(end)}) for end, _ in facts.slack.get(slack, ONE)[:2]]
    # With a tolerance left - right is zero for some value between the ends of that.
    holds = mul(*found).inside(GAPS["<="]) if slack in facts.slack else found[0].inside(allowed)
    return holds and min(x.sure for x in found) > 0


def _require_solution(facts: Facts, group: Json, values: Box) -> None:
    """That equations have a solution in the ranges of their unknowns, wherever the other values are.

    By the theorem of Poincare and Miranda: independent combinations of left - right, one for each unknown,
    are continuous, at most zero where it is least, and at least zero where it is greatest.
    """
    premises, unknown, rows = group["relations"], group["unknown"], group["matrix"]
    require(len(rows) == len(premises) == len(set(unknown)), "it is another number of equations")
    regular = not any(ZERO.inside(p) for p in pivots([[at(rational(m)) for m in row] for row in rows]))
    require(regular, "the combinations depend on one another")
    for n, row, proofs in zip(unknown, rows, group["proofs"], strict=True):
        form, may = _together(facts, {**_ALONE, "relations": zip(premises, row, strict=True)}, values)
        require(may == ZERO and value(form, values).sure == 2, "a relation is no equation, or may jump")
        for end, wrong, proof in zip(values[n][:2], (GAPS[">"], GAPS["<"]), proofs, strict=True):
            shows = avoids(form, {**values, n: at(end[0])}, wrong, proof, facts.steps)
            require(shows, f"{n} may have no solution")
