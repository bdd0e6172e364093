"""What a report states of one file, beside what the file says, and its intervals against their proofs."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import inf

from claimcheck.checker.evidence import Steps, Witnesses, proved, read_range
from claimcheck.checker.facts import Facts, Json, Refused, exact, range_of, require
from claimcheck.checker.operations import OPERATIONS
from claimcheck.checker.ranges import Range, at, hull, rational
from claimcheck.model import ClaimSet

__all__ = [
    "GAP",
    "Statement",
    "check_bound",
    "check_hull",
    "check_printed",
    "check_value",
    "enclosure",
]

GAP = Fraction(1, 10**9)
_FAR = 10**30


class Statement:
    """An entry of a report's ``files`` and its claims file, in base units.

    ``choices``: the options of each contested quantity (its maximal agreeing groups of claims) and of each
    choice (its rival relations). ``tied``: the quantities that relations tie each to. ``force``: for each
    listed scenario all its premises. ``unchecked``: what nothing was found for to check it by. ``today``: the
    report was made then or before.
    """

    def __init__(self, entry: Json, claims: ClaimSet, unchecked: list[str], today: datetime.date) -> None:
        self.entry, self.claims, self.facts, self.today = entry, claims, Facts(claims), today
        self.steps, self.unchecked = Steps(self.facts), unchecked
        self.evidence = [c.id for c in claims.claims.values() if not c.is_conclusion and not c.certain]
        self.witnesses = Witnesses(self.facts, entry["certificate"]["witnesses"])
        self.premises = {*self.evidence, *self.facts.relations, *self.facts.hard}
        self.conclusions = {c.id for c in claims.claims.values() if c.is_conclusion}
        rivals: dict[str, list[str]] = {}
        for r in claims.relations.values():
            if r.choice and not r.definition:
                rivals.setdefault(r.choice, []).append(r.premise)
        self.tied = {q: {q} for q in claims.quantities}
        for about in map(self.facts.about.__getitem__, self.facts.relations):
            together = set[str]().union(*(self.tied[q] for q in about))
            self.tied |= dict.fromkeys(together, together)
        self.rivals = {name: group for name, group in rivals.items() if len(group) > 1}
        self.choices: dict[str, set[frozenset[str]]] = {}
        for q in claims.quantities:
            if len(groups := _groups(self.facts, self.evidence, q)) > 1:
                self.choices[q] = set(groups)
                self.facts.said[f"any:{q}"] = q, hull(*groups.values())
        for name, group in self.rivals.items():
            self.choices[f"choice {name}" if name in claims.quantities else name] = {
                frozenset((r,)) for r in group
            }
        self.loose = {id for options in self.choices.values() for option in options for id in option}
        source = {id: claims.claims[id].source for id in self.evidence}
        self.coupled = {source[id] for id in self.loose & source.keys() if claims.sources[source[id]].coupled}
        self.of_coupled = {id for id in source if source[id] in self.coupled}
        self.force = [self._in_force(scenario) for scenario in entry["scenarios"]]
        everything_asked = not entry["given"]
        self.all_listed = len(self.force) == entry["overview"]["count"]
        """All scenarios that hold what was asked for (``given``)."""
        self.whole = self.all_listed and everything_asked

    def _in_force(self, scenario: Json) -> frozenset[str]:
        """The premises of a scenario: what was picked, and what nothing speaks against."""
        picked = {id for ids in scenario["choices"].values() for id in ids}
        source = {id: self.claims.claims[id].source for id in self.evidence}
        out = {source[id] for id in self.loose - picked if id in source} & self.coupled
        sure = {id for id in (*self.evidence, *self.facts.relations) if source.get(id) not in out}
        return frozenset(picked | (sure - self.loose) | self.facts.hard)

    @cached_property
    def of_evidence(self) -> list[set[str]]:
        """The conflicts that blame no conclusion."""
        return [set(c["members"]) for c in self.entry["conflicts"] if not c["certificate"]["conclusion"]]

    @cached_property
    def to_be_hit(self) -> list[set[str]]:
        """What a repair takes a member of: with a hull the claim, as nothing else mends that conflict."""
        spans = {id for id in self.conclusions if self.claims.claims[id].spans}
        return [(set(c["members"]) & spans) or set(c["members"]) for c in self.entry["conflicts"]]

    def near(self, premises: Iterable[str]) -> set[str]:
        """The quantities that relations tie to those of some premises."""
        return set[str]().union(*(self.tied[q] for p in premises for q in self.facts.about[p]))

    def basis(self, conclusion: str) -> set[str]:
        """What a conclusion was drawn from, in turn, without what holds anyway."""
        found, waiting = set[str](), list(self.claims.claims[conclusion].given)
        while waiting:
            id = self.claims.resolve(waiting.pop(), relations=True)
            if id not in found | {conclusion}:
                found.add(id)
                waiting += self.claims.claims[id].given if id in self.claims.claims else ()
        return found - self.facts.hard


def _groups(facts: Facts, evidence: list[str], quantity: str) -> dict[frozenset[str], Range]:
    """The maximal groups of evidence on a quantity that share a value, and what they leave of it."""
    claims = {id: facts.claims[id][1] for id in evidence if facts.claims[id][0] == quantity}
    ranges, found = (
        {i: x.whole(facts.steps.get(quantity)) for i, x in claims.items()},
        dict[frozenset[str], Range](),
    )
    for id, x in ranges.items():
        group = frozenset({id, *(i for i, y in ranges.items() if y.low <= x.low <= y.high)})
        found[group] = Range(max(ranges[i].low for i in group), min(ranges[i].high for i in group))
    return {g: x for g, x in found.items() if not any(g < other for other in found)}


# -- as printed ---------------------------------------------------------------------------------------------


def _base(s: Statement, text: str, name: str) -> Range:
    """What a decimal, fraction or moment stands for, in base units."""
    unit = s.claims.quantities[name].unit
    if "T" in text:
        moment, _, more = text.partition("Z")
        seconds = int(datetime.datetime.fromisoformat(f"{moment}+00:00").timestamp())
        text = str(seconds + int(more.removesuffix("s") or 0))
    scaled = OPERATIONS["mul"](at(rational(text)), range_of(unit.scale))
    return OPERATIONS["add"](scaled, at(exact(unit.offset)))


def check_value(s: Statement, shown: Json, name: str, x: Range) -> None:
    """A VALUE of the report against the range that holds it."""
    unit, near = s.claims.quantities[name].unit, _base(s, shown["value"], name)
    require(shown["unit"] == unit.text, f"{name} has another unit")
    error = abs(near.low[0] - (x.low[0] + x.high[0]) / 2)
    same = shown["exact"] is None or _base(s, shown["exact"], name) == x
    require(same and error <= max(abs(x.low[0]) * GAP, unit.is_date), f"{name} has another value")


def check_printed(s: Statement, shown: Json, name: str, x: Range, loosely: bool = False) -> Fraction:
    """An INTERVAL of the report against the exact range: rounded outwards, and hardly. The result is its gap.

    ``loosely``: it may be wider.
    """
    unit, gap = s.claims.quantities[name].unit, rational(shown["gap"])
    require(shown["unit"] == unit.text, "it has another unit")
    require(gap >= 0 and shown["tight"] is (gap <= GAP), "tight and gap do not agree")
    for end, (q, side), sign in ((shown["lower"], x.low, 1), (shown["upper"], x.high, -1)):
        if end is None:
            require(loosely or abs(q) == inf, "an end is missing")
            continue
        require(abs(q) < inf, "there is no such end")
        told = at(q) if end["exact"] is None else _base(s, end["exact"], name)
        beyond = loosely and sign * (q - told.low[0]) > 0
        require(told == at(q) or beyond, "an exact end is wrong")
        off = [sign * (told.low[0] - e) for e, _ in _base(s, end["value"], name)[:2]]
        room = (abs(told.low[0]) + abs(exact(unit.offset))) * GAP + unit.is_date
        wide = loosely and end["exact"] is None
        require(max(off) >= 0 and (wide or min(off) <= room), "an end is printed wrongly")
        require(loosely or end["closed"] is (side == 0), "whether an end belongs is told wrongly")
    return gap


# -- bounds -------------------------------------------------------------------------------------------------


def enclosure(bound: Json) -> Range:
    """The range of a bound, by its certificate."""
    x = read_range(bound["certificate"]["interval"])
    require(not x.empty, "it is empty")
    return x


def check_bound(s: Statement, bound: Json, name: str, premises: Collection[str]) -> None:
    """Both ends are proved, and if the gap says something, a witness is as near to each."""
    certificate, used, x = bound["certificate"], set[str](), enclosure(bound)
    gap = check_printed(s, bound, name, x)
    for end in ("lower", "upper"):
        shown = s.facts.limits[name]
        if certificate[end] is not None:
            shown = proved(s.steps, certificate[end], name, premises, used)
        require(not shown.empty, "its proof shows that nothing is possible")
        enough = x.low <= shown.low if end == "lower" else shown.high <= x.high
        require(enough, f"the {end} end was not proved")
    require(type(certificate["witnesses"]) is list and len(certificate["witnesses"]) == 2, "no witnesses")
    if gap >= 1 or (_untouched(s, name, premises) and x == s.facts.limits[name]):
        return
    for number, (end, side) in zip(certificate["witnesses"], x[:2], strict=True):
        found = [q for q, _ in s.witnesses.check([number], premises, ())[name][:2]]
        if abs(end) == inf:
            near = min(abs(q) for q in found) >= _FAR and (found[0] > 0) == (end > 0)
        else:
            near = max(abs(q - end) for q in found) <= gap * _size(x) and (gap > 0 or side == 0)
        require(near, "no witness is as near as told")


def _untouched(s: Statement, name: str, premises: Collection[str]) -> bool:
    """Whether no premise speaks of a quantity."""
    return not any(name in s.facts.about[p] for p in {*premises, *s.facts.hard})


def check_hull(s: Statement, bound: Json, name: str, scenarios: Sequence[Json]) -> Range:
    """Over scenarios of the report: each end is the outermost, and as tight as the bound it comes from."""
    bounds = [scenario["bounds"][name] for scenario in scenarios if name in scenario["bounds"]]
    if not bounds:
        require(_untouched(s, name, s.premises), "no scenario bounds it")
        require(check_printed(s, bound, name, s.facts.limits[name]) == 0, "it has no gap")
        return s.facts.limits[name]
    ranges = [enclosure(b) for b in bounds]
    whole = hull(*ranges)
    gap = check_printed(s, bound, name, whole) * _size(whole) * Fraction(101, 100)
    for i in (0, 1):
        found = (
            rational(b["gap"]) * _size(y) for b, y in zip(bounds, ranges, strict=True) if y[i] == whole[i]
        )
        require(min(found) <= gap, "no scenario's end is as tight")
    return whole


def check_everywhere(s: Statement, bound: Json, name: str) -> None:
    """A hull over the scenarios listed, or where these are not all, a proof for all of them at once."""
    if s.all_listed:
        require(bound["certificate"] is None, "the scenarios prove it")
        check_hull(s, bound, name, s.entry["scenarios"])
        return
    for t in s.entry["scenarios"]:
        if name in t["bounds"] and t["bounds"][name]["tight"]:  # others may be wider than they have to be
            check_printed(s, bound, name, enclosure(t["bounds"][name]), loosely=True)
    try:
        check_hull(s, bound, name, s.entry["scenarios"])
    except Refused:
        s.unchecked.append(f"that the hull of {name} is no wider than it has to be")
    if bound["certificate"] is None:
        s.unchecked.append(f"the hull of {name} over scenarios that are not listed")
        return
    premises = s.premises - s.loose - s.of_coupled
    premises |= set() if s.coupled else s.facts.said.keys() - s.facts.claims.keys()
    for end in ("lower", "upper"):
        shown = s.facts.limits[name]
        if bound["certificate"][end] is not None:
            shown = proved(s.steps, bound["certificate"][end], name, premises, set())
        if bound[end] is not None and not shown.empty:
            side, (least, greatest) = not bound[end]["closed"], _base(s, bound[end]["value"], name)[:2]
            beyond = shown.low < (greatest[0], side) if end == "lower" else shown.high > (least[0], -side)
            require(not beyond, f"the {end} end was not proved")


def check_distance(s: Statement, shown: Json, name: str, ranges: Sequence[Range]) -> None:
    """The greatest distance between ends of the same side, rounded up; null is unknown or without end."""
    if shown is None:
        return
    unit = s.claims.quantities[name].unit
    require(shown["unit"] == ("s" if unit.is_date else unit.text), "it has another unit")
    ends = [[x.low[0] for x in ranges], [x.high[0] for x in ranges]]
    furthest = max((max(e) - min(e) for e in ends if e and abs(e[0]) < inf), default=Fraction(0))
    told = OPERATIONS["mul"](at(rational(shown["value"])), range_of(unit.scale))
    require(told.high[0] >= furthest and told.low[0] <= furthest * (1 + GAP), "it moves by another distance")


def _size(x: Range) -> Fraction:
    """What a gap is relative to."""
    return max((abs(q) for q, _ in x[:2] if abs(q) != inf), default=Fraction(0)) or Fraction(1)
