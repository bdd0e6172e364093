"""A whole report against its claims file: scenarios, bounds, conflicts, repairs and verdicts."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import inf, prod
from typing import Any

from claimcheck.audit.evidence import (
    Facts,
    Json,
    Refused,
    Steps,
    check_witness,
    exact,
    proved,
    range_of,
    read_range,
    require,
)
from claimcheck.audit.formulas import Box
from claimcheck.audit.ranges import OPERATIONS, Nothing, Range, at, hull, whole
from claimcheck.diagnostics import InputProblem
from claimcheck.files.loader import load_path
from claimcheck.literal import ROUNDINGS
from claimcheck.literal.rounding import as_printed
from claimcheck.model import Claim, ClaimSet

__all__ = ["Audit", "audit_file", "audit_report"]

_FAR = 10**30
_GAP = Fraction(1, 10**9)
_PROBLEMS = (
    Refused,
    Nothing,
    InputProblem,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
)


@dataclass(frozen=True, slots=True)
class Audit:
    """What was accepted, and what was refused with the reason."""

    accepted: tuple[str, ...]
    refused: tuple[str, ...]


def audit_report(path: str) -> Audit:
    """Check a JSON report against the claims files it names, beside the report or from where we are.

    Raises OSError, ValueError or KeyError where there is no report of this kind to be read.
    """
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    if report["schema_version"] != 1:
        raise ValueError("the report is of another schema version")
    accepted, refused = [], []
    for entry in report["files"]:
        beside = os.path.join(os.path.dirname(path), entry["path"])
        claims, _ = load_path(entry["path"] if os.path.exists(entry["path"]) else beside)
        if claims is None:
            raise ValueError(f"{entry['path']} could not be read as a claims file")
        found = audit_file(entry, claims)
        accepted += [f"{entry['path']}: {a}" for a in found.accepted]
        refused += [f"{entry['path']}: {r}" for r in found.refused]
    return Audit(tuple(accepted), tuple(refused))


def audit_file(entry: Json, claims: ClaimSet) -> Audit:
    """Check one entry of a report's ``files``."""
    return _Audit(entry, claims).run()


class _Audit:
    def __init__(self, entry: Json, claims: ClaimSet) -> None:
        self.entry, self.claims, self.facts = entry, claims, Facts(claims)
        self.accepted: list[str] = []
        self.refused: list[str] = []
        self.conclusions = {c.id for c in claims.claims.values() if c.is_conclusion}
        self.rivals: dict[str, list[str]] = {}
        for r in claims.relations.values():
            if r.choice and not r.definition:
                self.rivals.setdefault(r.choice, []).append(r.premise)
        self.rivals = {name: group for name, group in self.rivals.items() if len(group) > 1}
        self.choices = self._choices()
        self.coupled = {s for s, source in claims.sources.items() if source.coupled}
        self.force = [self._in_force(s) for s in entry["scenarios"]]

    def check(self, what: str, test: Callable[..., object], *args: Any) -> None:
        """Run one test and note its outcome."""
        try:
            test(*args)
        except _PROBLEMS as problem:
            kind = "" if isinstance(problem, Refused) else f"{type(problem).__name__} "
            self.refused.append(f"{what}: {kind}{problem}")
        else:
            self.accepted.append(what)

    def run(self) -> Audit:
        """Check everything, each part by itself."""
        entry, certificate = self.entry, self.entry["certificate"]
        self.steps = Steps(self.facts)
        self.check("the record of steps", self.steps.read, certificate["steps"])
        self.check("claims", self._claims)
        self.check("the list of scenarios", self._listing)
        for n, (scenario, force) in enumerate(zip(entry["scenarios"], self.force, strict=True), 1):
            self.check(f"scenario {n}, {scenario['verdict']}", self._scenario, scenario, force)
            for name, bound in scenario["bounds"].items():
                self.check(f"scenario {n}, bounds of {name}", self._bound, bound, name, force)
        for name, bound in entry["hull"].items():
            self.check(f"hull of {name}", self._hull, name, bound)
        for conflict in entry["conflicts"]:
            self.check(f"conflict {conflict['id']}", self._conflict, conflict)
            for id, bound in conflict["would_need"].items():
                if bound is not None and not self.claims.claims[id].spans:
                    what = f"conflict {conflict['id']}, what {id} would need"
                    others = set(conflict["members"]) - {id}
                    self.check(what, self._bound, bound, self.claims.claims[id].quantity, others)
        same = len(certificate["repairs"]) == len(entry["repairs"])
        self.check("the list of repairs", require, same, "a certificate is missing")
        for n, (repair, parts) in enumerate(zip(entry["repairs"], certificate["repairs"], strict=False), 1):
            self.check(f"repair {n}", self._repair, set(repair), parts)
        self.check(f"the verdict {entry['verdict']}", self._verdict)
        return Audit(tuple(self.accepted), tuple(self.refused))

    # -- claims and scenarios -----------------------------------------------------------------------------

    def _choices(self) -> dict[str, set[frozenset[str]]]:
        """The maximal agreeing groups of claims of each contested quantity, and the rivals of each choice."""
        found: dict[str, set[frozenset[str]]] = {}
        for quantity in self.claims.quantities:
            ranges, groups = dict[str, Range](), set[frozenset[str]]()
            for id in self.facts.evidence:
                name, said = self.facts.claims[id]
                if name == quantity:
                    try:
                        ranges[id] = whole(said, self.facts.steps.get(name))
                    except Nothing:
                        groups.add(frozenset((id,)))
            at_ends = {
                frozenset(i for i, y in ranges.items() if y.low <= x.low <= y.high) for x in ranges.values()
            }
            groups |= {g for g in at_ends if not any(g < other for other in at_ends)}
            if len(groups) > 1:
                found[quantity] = groups
        for name, relations in self.rivals.items():
            label = name if name not in self.claims.quantities else f"choice {name}"
            found[label] = {frozenset((r,)) for r in relations}
        return found

    def _in_force(self, scenario: Json) -> frozenset[str]:
        """The premises of a scenario: what was picked, and what nothing speaks against."""
        loose = {id for options in self.choices.values() for option in options for id in option}
        picked = {id for ids in scenario["choices"].values() for id in ids}
        source = {id: self.claims.claims[id].source for id in self.facts.evidence}
        out = {source[id] for id in loose - picked if id in source} & self.coupled
        sure = {id for id in (*self.facts.evidence, *self.facts.relations) if source.get(id) not in out}
        return frozenset(picked | (sure - loose) | self.facts.hard)

    def _listing(self) -> None:
        """Scenarios choose maximal groups, none comes twice, and none is left out if that is said."""
        for scenario in self.entry["scenarios"]:
            require(scenario["choices"].keys() == self.choices.keys(), "a scenario leaves a choice open")
            for name, ids in scenario["choices"].items():
                group = frozenset(ids)
                part = self.coupled and group and any(group < g for g in self.choices[name])
                require(part or group in self.choices[name], f"{', '.join(ids)} is no maximal agreeing group")
        require(len(set(self.force)) == len(self.force), "a scenario comes twice")
        if self.entry["complete"] and not self.coupled:  # all, or all that hold what was asked for
            same = frozenset.intersection(*self.force) if self.force else frozenset()
            options = [
                [o for o in g if not (same & frozenset().union(*g)) - o] for g in self.choices.values()
            ]
            require(len(self.force) == prod(map(len, options)), "a scenario is missing")

    def _scenario(self, scenario: Json, force: frozenset[str]) -> None:
        listed = [c for c in self.entry["conflicts"] if set(c["members"]) - self.conclusions <= force]
        require(scenario["conflicts"] == [c["id"] for c in listed], "its conflicts are others")
        if scenario["verdict"] != "consistent":
            clash = any(not c["certificate"]["conclusion"] for c in listed)
            require(
                scenario["verdict"] == ("contradictory" if clash else "unknown"), "it says more than shown"
            )
            require(scenario["witness"] is None, "what is not consistent has no witness")
            return
        found = self._witness(scenario["certificate"]["witness"], force, force)
        require(scenario["witness"].keys() == found.keys() == self.facts.limits.keys(), "a value is missing")
        for name, shown in scenario["witness"].items():
            x, near = found[name], self._base(shown["value"], name)
            error = abs(near.low[0] - (x.low[0] + x.high[0]) / 2)
            room = max(abs(x.low[0]) * _GAP, self.claims.quantities[name].unit.is_date)
            same = shown["exact"] is None or self._base(shown["exact"], name) == x
            require(same and error <= room, f"{name} has another value")

    def _witness(self, number: Json, premises: Collection[str], cover: Collection[str] = ()) -> Box:
        return check_witness(self.facts, self._recorded(number), premises, cover)

    def _recorded(self, number: Json) -> Json:
        witnesses = self.entry["certificate"]["witnesses"]
        require(type(number) is int and 0 <= number < len(witnesses), "the witness is missing")
        return witnesses[number]

    def _claims(self) -> None:
        listed, conflicts = self.entry["claims"], self.entry["conflicts"]
        require([c["id"] for c in listed] == list(self.facts.claims), "claims are missing or too many")
        for c in listed:
            claim = self.claims.claims[c["id"]]
            require((claim.quantity, claim.source) == (c["quantity"], c["source"]), "a claim is told wrongly")
            self._printed(c["interval"], claim.quantity, self.facts.claims[claim.id][1])
            require(c["interval"]["tight"] is True and c["interval"]["gap"] == "0", "a claim has no gap")
            own = [k for k in conflicts if k["certificate"]["conclusion"] == claim.id]
            if not claim.is_conclusion:
                counting = [
                    k for k in conflicts if not k["certificate"]["ruled_out"] and claim.id in k["members"]
                ]
                own = [k for k in counting if not k["certificate"]["conclusion"]]
            expected = {"contradicted", "disputed"} if own else {"supported", "untested", "unknown"}
            if own and claim.spans:
                expected = {"contradicted"}
            elif own:
                holding = [f for f in self.force if self._given(claim) <= f]
                clashing = [f for f in holding if any(set(k["members"]) - {claim.id} <= f for k in own)]
                expected = {"contradicted" if len(holding) == len(clashing) else "disputed"}
            require(c["status"] in expected | {"unknown"}, f"the status of {claim.id} is wrong")

    def _given(self, claim: Claim) -> set[str]:
        """What a conclusion was drawn from, in turn, without what holds anyway."""
        found, waiting = set[str](), list(claim.given)
        while waiting:
            id = self.claims.resolve(waiting.pop(), relations=True)
            if id not in found | {claim.id}:
                found.add(id)
                waiting += self.claims.claims[id].given if id in self.claims.claims else ()
        return found - self.facts.hard

    # -- bounds -------------------------------------------------------------------------------------------

    def _bound(self, bound: Json, name: str, premises: Collection[str]) -> None:
        certificate, used = bound["certificate"], set[str]()
        x = read_range(certificate["interval"])
        require(x is not None, "it is empty")
        assert x is not None
        self._printed(bound, name, x)
        for end in ("lower", "upper"):
            shown: Range | None = self.facts.limits[name]
            if certificate[end] is not None:
                shown = proved(self.steps, certificate[end], name, premises, used)
            require(shown is not None, "its proof shows that nothing is possible")
            assert shown is not None
            require(
                x.low <= shown.low if end == "lower" else shown.high <= x.high,
                f"the {end} end was not proved",
            )
        gap = Fraction(bound["gap"])
        require(bound["tight"] is (gap <= _GAP), "tight and gap do not agree")
        free = not any(name in self.facts.about(p) for p in {*premises, *self.facts.hard})
        if gap >= 1 or (free and x == self.facts.limits[name]):
            return
        size = max((abs(q) for q, _ in x[:2] if abs(q) != inf), default=0) or 1
        for number, (end, side) in zip(certificate["witnesses"], x[:2], strict=True):
            found = [q for q, _ in self._witness(number, premises)[name][:2]]
            if abs(end) == inf:
                near = min(abs(q) for q in found) >= _FAR and (found[0] > 0) == (end > 0)
            else:
                near = max(abs(q - end) for q in found) <= gap * size and (gap > 0 or side == 0)
            require(near, "no witness is as near as told")

    def _base(self, text: str, name: str) -> Range:
        """What a decimal, fraction or moment stands for, in base units."""
        unit = self.claims.quantities[name].unit
        if "T" in text:
            moment, _, more = text.partition("Z")
            seconds = int(datetime.datetime.fromisoformat(f"{moment}+00:00").timestamp())
            text = str(seconds + int(more.removesuffix("s") or 0))
        scaled = OPERATIONS["mul"](at(Fraction(text)), range_of(unit.scale))
        return OPERATIONS["add"](scaled, at(exact(unit.offset)))

    def _printed(self, shown: Json, name: str, x: Range) -> None:
        """An INTERVAL of the report against the exact range: rounded outwards, and hardly."""
        unit = self.claims.quantities[name].unit
        require(shown["unit"] == unit.text, "it has another unit")
        for end, (q, side), sign in ((shown["lower"], x.low, 1), (shown["upper"], x.high, -1)):
            require((end is None) == (abs(q) == inf), "an end is missing, or there is none")
            if end is not None:
                off = [sign * (q - e) for e, _ in self._base(end["value"], name)[:2]]
                room = (abs(q) + abs(exact(unit.offset))) * _GAP + unit.is_date
                require(max(off) >= 0 and min(off) <= room, "an end is printed wrongly")
                require(end["closed"] is (side == 0), "whether an end belongs is told wrongly")
                same = end["exact"] is None or self._base(end["exact"], name) == at(q)
                require(same, "an exact end is wrong")

    def _hull(self, name: str, bound: Json) -> None:
        """Over the scenarios: each end is the outermost, and as tight as the bound that it comes from."""
        bounds = [s["bounds"][name] for s in self.entry["scenarios"] if name in s["bounds"]]
        ranges = [x for b in bounds if (x := read_range(b["certificate"]["interval"])) is not None]
        if not ranges:
            premises = {*self.facts.evidence, *self.facts.relations, *self.facts.hard}
            require(not any(name in self.facts.about(p) for p in premises), "no scenario bounds it")
            self._printed(bound, name, self.facts.limits[name])
            return
        x = hull(*ranges)
        self._printed(bound, name, x)
        require(bound["tight"] is (Fraction(bound["gap"]) <= _GAP), "tight and gap do not agree")
        for i in (0, 1):
            gaps = [Fraction(b["gap"]) for b, y in zip(bounds, ranges, strict=True) if y[i] == x[i]]
            require(min(gaps) <= Fraction(bound["gap"]), "no scenario's end is as tight")

    # -- conflicts and repairs ----------------------------------------------------------------------------

    def _conflict(self, conflict: Json) -> None:
        members, certificate = set(conflict["members"]), conflict["certificate"]
        require(len(members) == len(conflict["members"]), "a member comes twice")
        require(members <= {*self.facts.claims, *self.facts.relations}, "a member is not in the claims file")
        conclusion = certificate["conclusion"]
        given = self._given(self.claims.claims[conclusion]) if conclusion else set[str]()
        require(not conclusion or conclusion in self.conclusions, "what it calls a conclusion is none")
        checked = {conclusion} if conclusion else set[str]()
        require(given | checked <= members, "the basis of the conclusion is missing")
        require(members & self.conclusions <= given | checked, "a conclusion counts as evidence")
        self._waived(conflict, members)
        questioned = members - given
        spans = bool(conclusion) and self.claims.claims[conclusion].spans
        same = self._one_quantity(members) or (len(questioned) > 1 and self._one_quantity(questioned))
        kind = "disagreement" if same and not spans else "contradiction"
        kind = "impossible" if len(members) <= 1 else kind
        require(conflict["kind"] == kind, f"it is of the kind {kind}")
        if spans:
            require(not conflict["minimal"], "a conflict with a hull is not called minimal")
            self._span(self.claims.claims[conclusion], questioned - checked, given)
            return
        used = set[str]()
        shown = proved(self.steps, certificate["proof"], "", members, used)
        require(shown is None, "its proof leaves something possible")
        require(conflict["minimal"] or questioned - checked <= used, "a member takes no part in the proof")
        minimal = certificate["without"].keys() == questioned
        require(conflict["minimal"] is minimal, "minimal is what has a witness without each member")
        for m, number in certificate["without"].items():
            self._witness(number, members - {m}, members - {m})

    def _one_quantity(self, members: Iterable[str]) -> bool:
        of = {self.claims.claims[m].quantity if m in self.claims.claims else "" for m in members}
        return len(of) == 1 and "" not in of

    def _waived(self, conflict: Json, members: set[str]) -> None:
        """That it is accepted by the file, or ruled out because a rival relation fits the evidence."""
        named = [
            ({self.claims.resolve(m, relations=True) for m in w.members}, w) for w in self.claims.waivers
        ]
        waivers = [w for ids, w in named if ids == members]
        require(waivers or conflict["baseline"] or not conflict["known"], "the file does not accept it")
        require(all(w.until for w in waivers) or conflict["known"], "the file accepts it")
        out, conclusion = set(conflict["certificate"]["ruled_out"]), conflict["certificate"]["conclusion"]
        rivals = {r for group in self.rivals.values() for r in group} & members
        require(out in (set(), rivals), "what it rules out is no rival")
        near = self._near(members)
        fellows = [
            set(c["members"]) - self.conclusions
            for c in self.entry["conflicts"]
            if c["certificate"]["conclusion"] in ("", conclusion) and self._near(c["members"]) & near
        ]
        rest = members - out - self.conclusions
        fits = any(rest <= f and not out <= f and not any(c <= f for c in fellows) for f in self.force)
        require(fits or not out, "no scenario shows that a rival fits")

    def _near(self, premises: Iterable[str]) -> set[str]:
        """The quantities that relations tie to those of some premises."""
        near, before = {n for p in premises for n in self.facts.about(p)}, -1
        while len(near) != before:
            before = len(near)
            near |= {
                n for r in self.facts.relations if self.facts.about(r) & near for n in self.facts.about(r)
            }
        return near

    def _span(self, claim: Claim, rest: set[str], given: set[str]) -> None:
        """A printed range against the hull over the scenarios in which its basis holds."""
        reading, integer = claim.reading, self.claims.quantities[claim.quantity].integer
        readings = [[as_printed(p, how, integer)[0] for p in reading.printed] for how in ROUNDINGS]
        whole_ends = (reading.interval.lower, reading.interval.upper)
        fitting = [r for r in readings if (r[0].lower, r[1].upper) == whole_ends]
        scale, offset = range_of(claim.unit.scale), at(exact(claim.unit.offset))
        cases = zip(self.entry["scenarios"], self.force, strict=True)
        found = [
            (s["bounds"][claim.quantity], f) for s, f in cases if given <= f and claim.quantity in s["bounds"]
        ]
        ranges = [x for b, _ in found if (x := read_range(b["certificate"]["interval"])) is not None]
        require(ranges and len(ranges) == len(found), "no scenario bounds what it spans")
        ends = hull(*ranges)
        size = max((abs(q) for q, _ in ends[:2] if abs(q) != inf), default=0)
        slack = max(Fraction(b["gap"]) for b, _ in found) * size
        taken, clashes = set[str](), False
        for i, (side, sign) in enumerate((("lower", 1), ("upper", -1))):
            point = at(exact(reading.printed[i].value))
            printed = OPERATIONS["mul"](range_of(fitting[0][i]) if fitting else point, scale)
            (first, _), (last, _), _ = OPERATIONS["add"](printed, offset)
            end = (ends.low, ends.high)[i][0]
            beyond = end > last if sign > 0 else end < first
            short = end + slack < first if sign > 0 else end - slack > last
            if abs(end) == inf or beyond or short:
                clashes, options = True, []
                for (bound, force), x in zip(found, ranges, strict=True):
                    used = set[str]()
                    if bound["certificate"][side] is not None:
                        proved(self.steps, bound["certificate"][side], claim.quantity, force, used)
                    if (x.low, x.high)[i][0] == end:
                        options.append(used - self.facts.hard - given)
                taken = taken.union(*(o for o in options if o <= rest))
                require(any(o <= rest for o in options), "a premise of the hull is missing")
        require(clashes, "the hull may agree with it")
        require(taken == rest, "a member takes no part")

    def _repair(self, repair: set[str], parts: Json) -> None:
        """The rest holds with one rival of each choice, and no member could be kept."""
        spans = {c.id for c in self.claims.claims.values() if c.spans}  # nothing else mends those: hulls move
        conflicts = [set(c["members"]) & spans or set(c["members"]) for c in self.entry["conflicts"]]
        everything = {*self.facts.evidence, *self.facts.relations, *self.facts.hard} - repair
        rivals = {r for group in self.rivals.values() for r in group}
        shown, reason = False, "it leaves a conflict"
        for selection in product(*self.rivals.values()):
            rest = everything - (rivals - set(selection))
            still_open = [c for c in conflicts if c - self.conclusions <= rest | repair]
            taken = [c & repair for c in still_open]
            if not all(taken):
                continue
            kept = sorted(repair - {m for t in taken if len(t) == 1 for m in t})
            require(not kept, f"{', '.join(kept)} could be kept")
            if not shown:
                try:
                    self._together(parts, rest)
                    shown = True
                except Refused as problem:
                    reason = str(problem)
        require(shown, reason)

    def _together(self, parts: Json, premises: set[str]) -> None:
        """Witnesses of different quantities that together satisfy premises."""
        whole: Json = {"values": {}, "solved": []}
        for number in parts:
            witness = self._recorded(number)
            require(whole["values"].keys().isdisjoint(witness["values"]), "a quantity has two values")
            whole["values"] |= witness["values"]
            whole["solved"] += witness["solved"]
        check_witness(self.facts, whole, premises, premises)

    def _verdict(self) -> None:
        conflicts = [
            c for c in self.entry["conflicts"] if not c["known"] and not c["certificate"]["ruled_out"]
        ]
        require(bool(conflicts) == (self.entry["verdict"] == "contradictory"), "the conflicts say otherwise")
        decided = all(s["verdict"] != "unknown" for s in self.entry["scenarios"])
        require(decided or self.entry["verdict"] != "consistent", "a scenario is not decided")
