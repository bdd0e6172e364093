"""Steps, proofs and witnesses against what the claims file says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from math import inf
from typing import Any

from claimcheck.audit.formulas import (
    Box,
    Law,
    Tree,
    bounded_below,
    has_solution,
    impossible,
    names,
    own,
    row,
    solve,
)
from claimcheck.audit.formulas import value as value_of
from claimcheck.audit.ranges import ALL, OPERATIONS, Nothing, Range, at, hull, inside, meet, span
from claimcheck.expression import Constant, Number
from claimcheck.interval import Interval
from claimcheck.model import ClaimSet

__all__ = [
    "Facts",
    "Refused",
    "Steps",
    "check_witness",
    "fraction",
    "proved",
    "range_of",
    "read_range",
    "require",
    "whole",
]

Json = Any


class Refused(Exception):
    """What the report says was not found to be so."""


def require(condition: object, message: str) -> None:
    """Raises Refused with the message unless the condition holds."""
    if not condition:
        raise Refused(message)


def fraction(q: Any) -> Fraction:
    """A rational number of the front end."""
    return Fraction(int(q.numerator), int(q.denominator))


def range_of(x: Interval) -> Range:
    """The ends of an interval of the front end. Raises Nothing if it is empty."""
    if x.is_empty:
        raise Nothing
    low = -inf if x.lower is None else fraction(x.lower)
    return span(low, inf if x.upper is None else fraction(x.upper), x.lower_closed, x.upper_closed)


def read_range(x: Json) -> Range | None:
    """The range of a certificate; None is the empty one."""
    if x is None:
        return None
    low = -inf if x["lower"] is None else Fraction(x["lower"])
    high = inf if x["upper"] is None else Fraction(x["upper"])
    return span(low, high, x["lower_closed"] is True, x["upper_closed"] is True)


def whole(x: Range, step: Fraction | None) -> Range:
    """What is left of a range for multiples of a step. Raises Nothing if it is nothing."""
    if step is None:
        return x
    low, high = -inf if x.low == -inf else -(-x.low // step), inf if x.high == inf else x.high // step
    low += low * step == x.low and not x.has_low if low != -inf else 0
    high -= high * step == x.high and not x.has_high if high != inf else 0
    return span(low if low == -inf else low * step, high if high == inf else high * step)


class Facts:
    """What the claims file says: claims and limits as ranges, relations as laws."""

    def __init__(self, claims: ClaimSet) -> None:
        self.claims = {c.id: (c.quantity, range_of(c.interval)) for c in claims.claims.values()}
        self.steps = {q.name: range_of(q.unit.scale).low for q in claims.quantities.values() if q.integer}
        self.limits = {
            q.name: whole(range_of(q.domain), self.steps.get(q.name)) for q in claims.quantities.values()
        }
        self.laws: dict[str, Law] = {}

        def number(tree: Number | Constant) -> Range:
            if isinstance(tree, Constant):
                return (
                    value_of(("exp", ("number", at(1))), {})
                    if tree.name == "e"
                    else OPERATIONS["acos"](at(-1))
                )
            q = at(fraction(tree.value))
            unit = claims.units.parse(tree.unit) if tree.unit else None
            return (
                q
                if unit is None
                else OPERATIONS["add"](OPERATIONS["mul"](q, range_of(unit.scale)), at(fraction(unit.offset)))
            )

        for r in claims.relations.values():
            left, right = (own(side, number) for side in (r.equation.left, r.equation.right))
            slack: dict[str, Range] = {}
            if r.within is not None:
                within = fraction(r.within)
                slack = {f"{r.premise} within": span(1 - within, 1 + within)}
                right = ("mul", right, ("name", next(iter(slack))))
            self.laws[r.premise] = Law(left, r.equation.op, right, slack)
        self.hard = {c.id for c in claims.claims.values() if c.certain}
        self.hard |= {r.premise for r in claims.relations.values() if r.definition}
        self.evidence = [c.id for c in claims.claims.values() if not c.is_conclusion and not c.certain]

    def about(self, premise: str) -> frozenset[str]:
        """The quantities that a premise speaks of."""
        if premise in self.claims:
            return frozenset((self.claims[premise][0],))
        law = self.laws[premise]
        return (names(law.left) | names(law.right)) - law.slack.keys()


class Steps:
    """The steps of a report, each checked once. ``basis[n]``: the premises and cases that step n rests on."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.known: dict[str, int] = {}
        self.variables: list[str] = []
        self.ranges: list[Range | None] = []
        self.basis: list[frozenset[Any]] = []
        self.faults: list[str] = []

    def read(self, listed: Sequence[Json]) -> list[int]:
        """Numbers for the steps of a list, in which each may use those before it."""
        numbers: list[int] = []
        for place, step in enumerate(listed):
            uses = step["uses"]
            require(
                all(type(u) is int and 0 <= u < place for u in uses),
                f"step {place} uses what does not precede it",
            )
            absolute = [numbers[u] for u in uses]
            key = repr([absolute, *(step[k] for k in step if k != "uses")])
            if key not in self.known:
                self.known[key] = len(self.ranges)
                self._add(step, absolute)
            numbers.append(self.known[key])
        return numbers

    def _add(self, step: Json, uses: Sequence[int]) -> None:
        fault = ""
        basis = frozenset[Any]().union(*(self.basis[u] for u in uses))
        shown: Range | None = None
        try:
            shown = read_range(step["interval"])
            basis |= self._check(step, shown, self.box(uses))
        except (Refused, ValueError, KeyError, Nothing) as problem:
            text = str(problem) or "it says nothing"
            fault = f"the step {step['premise']} for {step['variable']} was not confirmed: {text}"
        self.variables.append(step["variable"])
        self.ranges.append(shown)
        self.basis.append(basis)
        self.faults.append(fault or next((self.faults[u] for u in uses if self.faults[u]), ""))

    def box(self, uses: Iterable[int]) -> dict[str, Range] | None:
        """What steps together say of each quantity; None if they leave nothing of one."""
        box: dict[str, Range] = {}
        try:
            for u in uses:
                shown = self.ranges[u]
                if shown is None:
                    return None
                box[self.variables[u]] = meet(box.get(self.variables[u], ALL), shown)
        except Nothing:
            return None
        return box

    def _check(self, step: Json, shown: Range | None, box: dict[str, Range] | None) -> set[Any]:
        """What a step itself rests on. Raises Refused if it does not follow."""
        facts, premise, name = self.facts, step["premise"], step["variable"]
        if box is None:
            require(premise in facts.claims or premise in facts.laws or ":" in premise, "no such premise")
            return {premise} if premise in facts.claims or premise in facts.laws else set()
        kind, _, subject = premise.partition(":")
        if premise in facts.laws:
            used = [premise, *step["through"]]
            require(all(p in facts.laws for p in used), "it goes through an unknown relation")
            self._relations(step, used, shown, box)
            return set(used)
        require(
            not step["through"] and not step["combined"] and not step["solved"], "only relations are combined"
        )
        if kind == "integer" and subject == name:
            try:
                left = whole(box.get(name, ALL), facts.steps[name])
            except Nothing:
                return set()
            require(shown is not None and inside(left, shown), "whole numbers say less")
            return set()
        require(shown is not None, "only relations, whole numbers and earlier steps leave nothing")
        assert shown is not None
        if premise in facts.claims:
            require(facts.claims[premise][0] == name, "the claim speaks of another quantity")
            require(inside(facts.claims[premise][1], shown), "the claim says less")
            return {premise}
        require(subject == name and name in facts.limits, "it speaks of another quantity")
        if kind == "domain":
            require(inside(facts.limits[name], shown), "the limits say less")
        elif kind == "case":
            return {(name, shown)}
        else:
            raise Refused("no such premise")
        return set()

    def _relations(self, step: Json, used: list[str], shown: Range | None, box: Box) -> None:
        laws, name = [self.facts.laws[p] for p in used], step["variable"]
        if step["combined"]:
            self._combined(step, laws, shown, box)
        elif step["solved"]:
            require([p for _, p in step["solved"]] == [*used[1:], used[0]], "other relations were solved")
            require(step["solved"][-1][0] == name and shown is not None, "another quantity was solved for")
            assert shown is not None
            self._solved(step["solved"], shown, box)
        else:
            require(len(laws) == 1, "nothing says how the relations were put together")
            require(name in self.facts.about(used[0]) or shown is None, "the relation does not speak of it")
            for outside in [box.get(name, ALL)] if shown is None else _outside(shown):
                try:
                    part = {**box, name: meet(outside, box.get(name, ALL))}
                except Nothing:
                    continue
                require(impossible(laws[0], part), "the relation may hold outside of the interval")

    def _combined(self, step: Json, laws: Sequence[Law], shown: Range | None, box: Box) -> None:
        """The product of powers (or sum of multiples) of several laws, computed exactly."""
        product, multipliers = step["combined"] == "product", [Fraction(m) for m in step["multipliers"]]
        require(
            step["combined"] in ("product", "sum") and len(multipliers) == len(laws),
            "a multiplier is missing",
        )
        rest = {} if shown is None else {step["variable"]: Fraction(1)}
        power, join = ("pow", "mul") if product else ("mul", "add")
        total = at(1 if product else 0)
        around = {**box, **{n: x for law in laws for n, x in law.slack.items()}}
        for law, m in zip(laws, multipliers, strict=True):
            weights, x = row(law, product)
            for n, w in weights.items():
                require(
                    not product or (around.get(n, ALL).low >= 0 and n in around), f"{n} need not be positive"
                )
                require(
                    not product or around[n].low > 0 or not around[n].has_low, f"{n} need not be positive"
                )
                rest[n] = rest.get(n, Fraction(0)) - m * w
            total = OPERATIONS[join](total, OPERATIONS[power](x, at(m)))
        for n, w in rest.items():
            if w:
                total = OPERATIONS[join](total, OPERATIONS[power](around.get(n, ALL), at(w)))
        if shown is None:
            require(not inside(at(1 if product else 0), total), "the inequality can hold")
        else:
            require(inside(total, shown), "the inequality says less")

    def _solved(self, solved: Sequence[Sequence[str]], shown: Range, box: Box) -> None:
        """The bounds of the formula that comes from putting relations into one another."""
        done: dict[str, Tree] = {}
        slack: dict[str, Range] = {}
        for name, premise in solved:
            law = self.facts.laws[premise]
            slack |= law.slack
            tree, pairs = solve(law, name)
            memo: dict[int, Tree] = {}
            done[name] = _filled(tree, done, memo)
            inputs = {n: {**box, **slack}.get(n, ALL) for n in names(done[name])}
            for pair in pairs:
                put = [value_of(_filled(t, done | {name: ("name", name)}, memo), inputs) for t in pair]
                require(not all(inside(at(0), x) for x in put), f"{premise} may have been divided by zero")
        root = done[solved[-1][0]]
        inputs = {n: {**box, **slack}.get(n, ALL) for n in names(root)}
        steps = {n: s for n, s in self.facts.steps.items() if n in inputs}
        inputs |= {n: whole(inputs[n], s) for n, s in steps.items()}
        for tree, low, has in (
            (root, shown.low, shown.has_low),
            (("neg", root), -shown.high, shown.has_high),
        ):
            if low != -inf:
                found = bounded_below(tree, inputs, Range(low, inf, has, False), steps)
                require(found, "the formula's range could not be confirmed")


def _filled(tree: Tree, done: Mapping[str, Tree], memo: dict[int, Tree]) -> Tree:
    """A formula with formulas for some of its names."""
    if tree[0] in ("name", "number"):
        return done.get(tree[1], tree) if tree[0] == "name" else tree
    if id(tree) not in memo:
        memo[id(tree)] = (tree[0], *(_filled(a, done, memo) for a in tree[1:]))
    return memo[id(tree)]


def _outside(x: Range) -> list[Range]:
    """The numbers below a range, and those above."""
    below = [] if x.low == -inf else [Range(-inf, x.low, False, not x.has_low)]
    return below + ([] if x.high == inf else [Range(x.high, inf, not x.has_high, False)])


def proved(
    steps: Steps,
    proof: Json,
    name: str,
    premises: Collection[str],
    cases: Box | None = None,
    used: set[str] | None = None,
) -> Range | None:
    """The range that a proof under these premises shows for a quantity; None if nothing is possible at all.

    ``used`` takes up the premises it rests on. Raises Refused if it does not hold or rests on other premises.
    """
    cases = cases or {}
    if proof.get("split") is not None:
        split, parts = proof["split"], []
        cut = Fraction(split["at"])
        for side, half in (("lower", Range(-inf, cut, False, True)), ("upper", Range(cut, inf, True, False))):
            try:
                narrower = {**cases, split["variable"]: meet(cases.get(split["variable"], ALL), half)}
            except Nothing:
                continue
            found = proved(steps, split[side], name, premises, narrower, used)
            parts += [found] if found is not None else []
        return None if not parts else parts[0] if len(parts) == 1 else _hull(parts)
    numbers = steps.read(proof["steps"]) if "steps" in proof else proof["goals"]
    require(
        all(type(n) is int and 0 <= n < len(steps.ranges) for n in numbers),
        "it names a step that there is not",
    )
    for n in numbers:
        require(not steps.faults[n], steps.faults[n])
        for b in steps.basis[n]:
            if isinstance(b, str):
                used.add(b) if used is not None else None
                require(b in premises or b in steps.facts.hard, f"the proof rests on {b}")
            else:
                require(b[0] in cases and inside(cases[b[0]], b[1]), f"a case for {b[0]} is not covered")
    box = steps.box(numbers)
    return None if box is None else box.get(name, ALL)


def _hull(parts: Sequence[Range]) -> Range:
    whole_range = parts[0]
    for part in parts[1:]:
        whole_range = hull(whole_range, part)
    return whole_range


def check_witness(
    facts: Facts, witness: Json, premises: Collection[str], cover: Collection[str] = ()
) -> dict[str, Range]:
    """The values of a witness, if it satisfies hard facts and premises as far as they touch its quantities.

    It must have values for the quantities of all premises in ``cover``. Raises Refused otherwise.
    """
    values = {
        n: span(Fraction(x[0]), Fraction(x[1])) if isinstance(x, list) else at(Fraction(x))
        for n, x in witness["values"].items()
    }
    done, solved = set[str](), set[str]()
    open_names = {n for n, x in values.items() if not x.is_point}
    for unknown, used in witness["solved"]:
        laws = [facts.laws[p] for p in used]
        around = frozenset().union(*map(facts.about, used))
        require(len(set(unknown)) == len(unknown) and not solved & set(unknown), "a value was solved twice")
        require(not (around & open_names) - set(unknown), "a value was solved with others still open")
        require(
            around <= values.keys() and has_solution(laws, unknown, values),
            f"{', '.join(used)} may have no solution",
        )
        open_names -= set(unknown)
        solved |= set(unknown)
        done |= set(used)
    require(not open_names, f"{', '.join(sorted(open_names))} is not a single value")
    for n, x in values.items():
        require(inside(x, facts.limits[n]), f"{n} lies outside of its limits")
        require(
            n not in facts.steps or (x.is_point and (x.low / facts.steps[n]).denominator == 1),
            f"{n} is not whole",
        )
    for premise in {*premises, *facts.hard}:
        touched = facts.about(premise) & values.keys()
        if (not touched and facts.about(premise)) or premise in done:
            require(premise in done or premise not in cover, f"it says nothing about {premise}")
            continue
        require(touched == facts.about(premise), f"it lacks a value for {premise}")
        if premise in facts.claims:
            name, said = facts.claims[premise]
            require(inside(values[name], said), f"it does not satisfy {premise}")
        else:
            require(_holds(facts.laws[premise], values), f"it does not satisfy {premise}")
    return values


def _holds(law: Law, values: Box) -> bool:
    if not law.slack:
        return law.truth(values) == at(1)
    found = []  # some value of the tolerance will do: the gap changes its sign between the ends
    for end in next(iter(law.slack.values()))[:2]:
        around = {**values, next(iter(law.slack)): at(end)}
        left, right = law.sides(around)
        found.append(OPERATIONS["sub"](left.value, right.value))
        if not (left.smooth and right.smooth):
            return False
    low, high = found
    return bool((low.high <= 0 <= high.low) or (high.high <= 0 <= low.low))
