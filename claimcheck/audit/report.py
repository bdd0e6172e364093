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
    fraction,
    proved,
    range_of,
    read_range,
    require,
    whole,
)
from claimcheck.audit.ranges import Nothing, Range, at
from claimcheck.diagnostics import InputProblem
from claimcheck.files.loader import load_path
from claimcheck.literal import ROUNDINGS
from claimcheck.literal.rounding import as_printed
from claimcheck.model import Claim, ClaimSet

__all__ = ["Audit", "audit_file", "audit_report"]

_FAR = Fraction(10) ** 30
_GAP = Fraction(1, 10**9)


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
        self.steps = Steps(self.facts)
        self.accepted: list[str] = []
        self.refused: list[str] = []
        self.choices = self._choices()
        self.coupled = {s for s, source in claims.sources.items() if source.coupled}
        self.conclusions = {c.id for c in claims.claims.values() if c.is_conclusion}
        self.force = [self._in_force(s) for s in entry["scenarios"]]

    def check(self, what: str, test: Callable[..., object], *args: Any) -> None:
        """Run one test and note its outcome."""
        try:
            test(*args)
        except (
            Refused,
            ValueError,
            KeyError,
            TypeError,
            IndexError,
            AttributeError,
            Nothing,
            InputProblem,
            ArithmeticError,
        ) as problem:
            kind = "" if isinstance(problem, Refused) else f"{type(problem).__name__} "
            self.refused.append(f"{what}: {kind}{problem}")
        else:
            self.accepted.append(what)

    def run(self) -> Audit:
        entry, certificate = self.entry, self.entry["certificate"]
        self.check(
            "the record of steps", lambda: require(self.steps.read(certificate["steps"]) is not None, "")
        )
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
                    others = set(conflict["members"]) - {id}
                    name = self.claims.claims[id].quantity
                    self.check(
                        f"conflict {conflict['id']}, what {id} would need", self._bound, bound, name, others
                    )
        require_same = len(certificate["repairs"]) == len(entry["repairs"])
        self.check("the list of repairs", require, require_same, "a certificate is missing")
        for n, (repair, witness) in enumerate(zip(entry["repairs"], certificate["repairs"], strict=False), 1):
            self.check(f"repair {n}", self._repair, set(repair), witness)
        self.check(f"the verdict {entry['verdict']}", self._verdict)
        return Audit(tuple(self.accepted), tuple(self.refused))

    # -- what there is to choose --------------------------------------------------------------------------

    def _choices(self) -> dict[str, set[frozenset[str]]]:
        """The maximal agreeing groups of claims of each contested quantity, and the rivals of each choice."""
        found: dict[str, set[frozenset[str]]] = {}
        places: dict[str, dict[str, tuple[Any, Any]]] = {}
        groups: dict[str, set[frozenset[str]]] = {}
        for id in self.facts.evidence:
            name, x = self.facts.claims[id]
            try:
                x = whole(x, self.facts.steps.get(name))
                places.setdefault(name, {})[id] = (
                    (x.low, int(not x.has_low)),
                    (x.high, -int(not x.has_high)),
                )
            except Nothing:
                groups.setdefault(name, set()).add(frozenset((id,)))
        for name, ends in places.items():
            sets = {frozenset(i for i, (a, b) in ends.items() if a <= low <= b) for low, _ in ends.values()}
            groups.setdefault(name, set()).update(s for s in sets if not any(s < t for t in sets))
        found.update((n, groups[n]) for n in self.claims.quantities if len(groups.get(n, ())) > 1)
        for relation in self.claims.relations.values():
            if relation.choice and not relation.definition:
                label = (
                    relation.choice
                    if relation.choice not in self.claims.quantities
                    else f"choice {relation.choice}"
                )
                found.setdefault(label, set()).add(frozenset((relation.premise,)))
        return {n: options for n, options in found.items() if len(options) > 1}

    def _in_force(self, scenario: Json) -> frozenset[str]:
        """The premises of a scenario: what was picked, and what nothing speaks against."""
        loose = {id for options in self.choices.values() for option in options for id in option}
        picked = {id for ids in scenario["choices"].values() for id in ids}
        source = {id: self.claims.claims[id].source for id in self.facts.evidence}
        out = {source[id] for id in loose - picked if id in source and source[id] in self.coupled}
        sure = {
            id
            for id in (*self.facts.evidence, *self.facts.laws)
            if id not in loose and source.get(id) not in out
        }
        return frozenset(picked | sure | self.facts.hard)

    def _claims(self) -> None:
        entry, facts = self.entry, self.facts
        require([c["id"] for c in entry["claims"]] == list(facts.claims), "claims are missing or too many")
        clashes = {c["id"]: set(c["members"]) for c in entry["conflicts"]}
        about = {c["id"]: c["certificate"]["conclusion"] for c in entry["conflicts"]}
        out = {c["id"] for c in entry["conflicts"] if c["certificate"]["ruled_out"]}
        for c in entry["claims"]:
            claim = self.claims.claims[c["id"]]
            require(
                (claim.quantity, claim.source) == (c["quantity"], c["source"]), f"{claim.id} is told wrongly"
            )
            self._printed(c["interval"], claim.quantity, facts.claims[claim.id][1])
            require(c["interval"]["tight"] is True and c["interval"]["gap"] == "0", "a claim has no gap")
            if c["status"] == "unknown":
                continue
            if claim.spans:
                told = c["status"] == "contradicted"
                require(told == (claim.id in about.values()), f"the status of {claim.id} is wrong")
                continue
            own = [
                i
                for i, m in clashes.items()
                if about[i] == claim.id or (not about[i] and claim.id in m and i not in out)
            ]
            own = own if not claim.is_conclusion else [i for i in own if about[i]]
            require(
                bool(own) == (c["status"] in ("contradicted", "disputed")),
                f"the status of {claim.id} is wrong",
            )
            if own:
                given = self._basis(claim)
                holding = [f for f in self.force if given <= f | facts.hard]
                clashing = [f for f in holding if any(clashes[i] - {claim.id} <= f for i in own)]
                require(
                    (len(holding) == len(clashing)) == (c["status"] == "contradicted"),
                    f"the status of {claim.id} is wrong",
                )

    def _listing(self) -> None:
        """Scenarios choose maximal groups, none comes twice, and none is left out if that is said."""
        choices = [s["choices"] for s in self.entry["scenarios"]]
        for chosen in choices:
            require(chosen.keys() == self.choices.keys(), "a scenario leaves a choice open")
            for name, ids in chosen.items():
                group = frozenset(ids)
                fits = group in self.choices[name] or (
                    self.coupled and group and any(group < g for g in self.choices[name])
                )
                require(fits, f"{', '.join(ids)} is no maximal agreeing group")
        require(len(set(self.force)) == len(choices), "a scenario comes twice")
        if self.entry["complete"] and not self.coupled:  # all, or all that hold what was asked for
            same = frozenset.intersection(*self.force) if self.force else frozenset()
            options = [
                [o for o in g if not (same & frozenset().union(*g)) - o] for g in self.choices.values()
            ]
            require(len(choices) == prod(len(o) for o in options), "a scenario is missing")

    # -- scenarios and bounds -----------------------------------------------------------------------------

    def _scenario(self, scenario: Json, force: frozenset[str]) -> None:
        listed = [c["id"] for c in self.entry["conflicts"] if set(c["members"]) - self.conclusions <= force]
        require(scenario["conflicts"] == listed, "its conflicts are others")
        if scenario["verdict"] == "consistent":
            found = self._witness(scenario["certificate"]["witness"], force, force)
            require(
                scenario["witness"].keys() == found.keys() == self.facts.limits.keys(), "a value is missing"
            )
            for name, shown in scenario["witness"].items():
                middle = (found[name].low + found[name].high) / 2
                exact, near = shown["exact"], self._of_text(shown["value"], name)
                require(
                    exact is None or self._to_base(Fraction(exact), name) == found[name],
                    f"{name} has another value",
                )
                error = abs(near.low - middle)
                require(
                    error <= abs(middle) * _GAP or (error <= 1 and self.claims.quantities[name].unit.is_date),
                    f"{name} has another value",
                )
            return
        evidence = {c["id"] for c in self.entry["conflicts"] if not c["certificate"]["conclusion"]}
        verdict = "contradictory" if evidence & set(listed) else "unknown"
        require(scenario["verdict"] == verdict and scenario["witness"] is None, f"what is shown is {verdict}")

    def _witness(
        self, number: Json, premises: Collection[str], cover: Collection[str] = ()
    ) -> dict[str, Range]:
        witnesses = self.entry["certificate"]["witnesses"]
        require(type(number) is int and 0 <= number < len(witnesses), "the witness is missing")
        return check_witness(self.facts, witnesses[number], premises, cover)

    def _bound(self, bound: Json, name: str, premises: Collection[str]) -> None:
        certificate = bound["certificate"]
        x = read_range(certificate["interval"])
        require(x is not None, "it is empty")
        assert x is not None
        self._printed(bound, name, x)
        shown = [self.facts.limits[name]] * 2
        for i, end in enumerate(("lower", "upper")):
            if certificate[end] is not None:
                found = proved(self.steps, certificate[end], name, premises)
                require(found is not None, "its proof shows that nothing is possible")
                assert found is not None
                shown[i] = found
        require(
            (x.low, not x.has_low) <= (shown[0].low, not shown[0].has_low), "the lower end was not proved"
        )
        require((shown[1].high, shown[1].has_high) <= (x.high, x.has_high), "the upper end was not proved")
        gap = Fraction(bound["gap"])
        require(bound["tight"] is (gap <= _GAP), "tight and gap do not agree")
        free = not any(name in self.facts.about(p) for p in {*premises, *self.facts.hard})
        if gap < 1 and not (free and x == self.facts.limits[name]):
            size = max((abs(e) for e in (x.low, x.high) if abs(e) != inf), default=Fraction(1)) or Fraction(1)
            for number, end in zip(certificate["witnesses"], (x.low, x.high), strict=True):
                found_at = self._witness(number, premises)[name]
                far = min(abs(e) for e in found_at[:2]) >= _FAR and (found_at.low > 0) == (end > 0)
                require(
                    far
                    if abs(end) == inf
                    else max(abs(found_at.low - end), abs(found_at.high - end)) <= gap * size,
                    "no witness is as near as told",
                )
            require(
                gap
                or not any(
                    abs(e) != inf and not has for e, has in ((x.low, x.has_low), (x.high, x.has_high))
                ),
                "an end that does not belong is not attained",
            )

    def _to_base(self, q: Fraction, name: str) -> Range:
        unit = self.claims.quantities[name].unit
        scale, offset = range_of(unit.scale), fraction(unit.offset)
        low, high = sorted((q * scale.low + offset, q * scale.high + offset))
        return Range(low, high, True, True)

    def _of_text(self, text: str, name: str) -> Range:
        """What a decimal or a moment stands for, in base units."""
        if not self.claims.quantities[name].unit.is_date:
            return self._to_base(Fraction(text), name)
        base, _, more = text.partition("Z")
        moment = datetime.datetime.fromisoformat(f"{base}+00:00")
        seconds = (moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)) // datetime.timedelta(
            seconds=1
        )
        return self._to_base(Fraction(seconds + int(more.removesuffix("s") or 0)), name)

    def _printed(self, shown: Json, name: str, x: Range) -> None:
        """An INTERVAL of the report against the exact range: rounded outwards, and hardly."""
        require(shown["unit"] == self.claims.quantities[name].unit.text, "it has another unit")
        for end, e, has, sign in (
            (shown["lower"], x.low, x.has_low, 1),
            (shown["upper"], x.high, x.has_high, -1),
        ):
            require((end is None) == (abs(e) == inf), "an end is missing, or there is none")
            if end is not None:
                text = self._of_text(end["value"], name)
                off = max(
                    abs(e) / 10**9,
                    1
                    if self.claims.quantities[name].unit.is_date
                    else abs(fraction(self.claims.quantities[name].unit.offset)) / 10**9,
                )
                require(
                    0
                    <= sign * (e - (text.high if sign > 0 else text.low)) + (text.high - text.low)
                    <= off + (text.high - text.low),
                    "an end is printed wrongly",
                )
                require(end["closed"] is has, "whether an end belongs is told wrongly")
                require(
                    end["exact"] is None
                    or self._to_base(Fraction(end["exact"]), name) == Range(e, e, True, True),
                    "an exact end is wrong",
                )

    def _hull(self, name: str, bound: Json) -> None:
        """Over the scenarios: each end is the outermost, and as tight as the bound that it comes from."""
        bounds = [s["bounds"][name] for s in self.entry["scenarios"] if name in s["bounds"]]
        if not bounds and not any(
            name in self.facts.about(p) for p in {*self.facts.evidence, *self.facts.laws, *self.facts.hard}
        ):
            self._printed(bound, name, self.facts.limits[name])
            return
        require(bounds, "no scenario bounds it")
        ranges = [read_range(b["certificate"]["interval"]) for b in bounds]
        low, open_low = min((x.low, not x.has_low) for x in ranges if x is not None)
        high, has_high = max((x.high, x.has_high) for x in ranges if x is not None)
        self._printed(bound, name, Range(low, high, not open_low, has_high))
        ends = [
            [
                b
                for b, x in zip(bounds, ranges, strict=True)
                if x is not None and e == (x.low if i == 0 else x.high)
            ]
            for i, e in enumerate((low, high))
        ]
        for near in ends:
            require(
                any(
                    Fraction(b["gap"]) <= Fraction(bound["gap"]) and (b["tight"] or not bound["tight"])
                    for b in near
                ),
                "no scenario's end is as tight",
            )
        require(bound["tight"] is (Fraction(bound["gap"]) <= _GAP), "tight and gap do not agree")

    # -- conflicts and repairs ----------------------------------------------------------------------------

    def _basis(self, claim: Claim) -> set[str]:
        """What a conclusion was drawn from, in turn, without what holds anyway."""
        found: set[str] = set()
        waiting = list(claim.given)
        while waiting:
            id = self.claims.resolve(waiting.pop(), relations=True)
            if id not in found and id != claim.id:
                found.add(id)
                waiting += self.claims.claims[id].given if id in self.claims.claims else ()
        return found - self.facts.hard

    def _conflict(self, conflict: Json) -> None:
        members, certificate = set(conflict["members"]), conflict["certificate"]
        require(len(members) == len(conflict["members"]), "a member comes twice")
        require(members <= {*self.facts.claims, *self.facts.laws}, "a member is not in the claims file")
        conclusion = certificate["conclusion"]
        basis = self._basis(self.claims.claims[conclusion]) if conclusion else set[str]()
        require(not conclusion or conclusion in self.conclusions, "what it calls a conclusion is none")
        require(
            basis | ({conclusion} if conclusion else set()) <= members,
            "the basis of the conclusion is missing",
        )
        require(members & self.conclusions <= basis | {conclusion}, "a conclusion counts as evidence")
        of = [self.claims.claims[m].quantity if m in self.claims.claims else None for m in members]
        of_own = [
            self.claims.claims[m].quantity if m in self.claims.claims else None for m in members - basis
        ]
        same = (len(set(of)) == 1 and None not in of) or (
            len(of_own) > 1 and len(set(of_own)) == 1 and None not in of_own
        )
        kind = "impossible" if len(members) <= 1 else "disagreement" if same else "contradiction"
        self._waived(conflict, members)
        if conclusion and self.claims.claims[conclusion].spans:
            require(
                conflict["kind"] == "contradiction" and not conflict["minimal"],
                "a conflict with a hull is not called minimal",
            )
            self._span(self.claims.claims[conclusion], members, basis)
            return
        require(conflict["kind"] == kind, f"it is of the kind {kind}")
        used: set[str] = set()
        require(
            proved(self.steps, certificate, "", members, used=used) is None,
            "its proof leaves something possible",
        )
        questioned = members - basis
        require(
            conflict["minimal"] or questioned - {conclusion} <= used, "a member takes no part in the proof"
        )
        shown = certificate["without"].keys() == questioned
        require(
            conflict["minimal"] is shown, "minimal is what has a witness without each member, and only that"
        )
        for m, number in certificate["without"].items():
            self._witness(number, members - {m}, members - {m})

    def _waived(self, conflict: Json, members: set[str]) -> None:
        """That it is accepted by the file, or ruled out because a rival relation fits the evidence."""
        waivers = [
            w
            for w in self.claims.waivers
            if {self.claims.resolve(m, relations=True) for m in w.members} == members
        ]
        require(waivers or not conflict["known"], "the file does not accept it")
        require(all(w.until for w in waivers) or conflict["known"], "the file accepts it")
        rivals = {
            r for name, options in self.choices.items() for o in options for r in o if r in self.facts.laws
        }
        out = set(conflict["certificate"]["ruled_out"])
        require(out <= rivals & members and out in (set(), rivals & members), "what it rules out is no rival")
        near = self._near(members)
        fellows = [
            c
            for c in self.entry["conflicts"]
            if c["certificate"]["conclusion"] in ("", conflict["certificate"]["conclusion"])
            and self._near(set(c["members"])) & near
        ]
        standing = [
            f
            for f in self.force
            if members - out - self.conclusions <= f
            and not out <= f
            and not any(set(c["members"]) - self.conclusions <= f for c in fellows)
        ]
        require(standing or not out, "no scenario shows that a rival fits")

    def _near(self, premises: Iterable[str]) -> set[str]:
        """The quantities that laws tie to those of some premises."""
        near = {n for p in premises for n in self.facts.about(p)}
        before = -1
        while len(near) != before:
            before = len(near)
            for law in self.facts.laws:
                near |= self.facts.about(law) if near & self.facts.about(law) else set()
        return near

    def _span(self, claim: Claim, members: set[str], basis: set[str]) -> None:
        """A printed range against the hull over the scenarios in which its basis holds."""
        reading, integer = claim.reading, self.claims.quantities[claim.quantity].integer
        readings = [[as_printed(p, how, integer)[0] for p in reading.printed] for how in ROUNDINGS]
        whole_ends = (reading.interval.lower, reading.interval.upper)
        printed = [
            next((range_of(r[i]) for r in readings if (r[0].lower, r[1].upper) == whole_ends), point)
            for i, point in enumerate(at(fraction(p.value)) for p in reading.printed)
        ]
        scale, offset = range_of(claim.unit.scale), fraction(claim.unit.offset)
        cases = zip(self.entry["scenarios"], self.force, strict=True)
        found = [
            (s["bounds"][claim.quantity], f) for s, f in cases if basis <= f and claim.quantity in s["bounds"]
        ]
        require(found, "no scenario bounds what it spans")
        ranges = [r for b, _ in found if (r := read_range(b["certificate"]["interval"])) is not None]
        require(len(ranges) == len(found), "a bound is empty")
        ends = min(x.low for x in ranges), max(x.high for x in ranges)
        size = max((abs(e) for e in ends if abs(e) != inf), default=Fraction(0))
        slack = max(Fraction(b["gap"]) for b, _ in found) * size
        rest = members - basis - {claim.id}
        taken: set[str] | None = None
        for i, (side, sign) in enumerate((("lower", 1), ("upper", -1))):
            first, last = (q * scale.low + offset for q in printed[i][:2])
            beyond = ends[i] > last if sign > 0 else ends[i] < first
            within = ends[i] + slack < first if sign > 0 else ends[i] - slack > last
            if abs(ends[i]) == inf or beyond or within:
                options = []
                for (bound, force), x in zip(found, ranges, strict=True):
                    used: set[str] = set()
                    if bound["certificate"][side] is not None:
                        proved(self.steps, bound["certificate"][side], claim.quantity, force, used=used)
                    if x[i] == ends[i]:
                        options.append(used - self.facts.hard - basis)
                fitting = [o for o in options if o <= rest]
                require(fitting, "a premise of the hull is missing")
                taken = (taken or set()).union(*fitting)
        require(taken is not None, "the hull may agree with it")
        require(taken == rest, "a member takes no part")

    def _repair(self, repair: set[str], witness: Json) -> None:
        """The rest holds with one rival of each choice, and no member could be kept."""
        rivals = [
            sorted(r for o in options for r in o)
            for options in self.choices.values()
            if any(r in self.facts.laws for o in options for r in o)
        ]
        spans = {c.id for c in self.claims.claims.values() if c.spans}  # nothing else mends those: hulls move
        conflicts = [set(c["members"]) & spans or set(c["members"]) for c in self.entry["conflicts"]]
        everything = {*self.facts.evidence, *self.facts.laws, *self.facts.hard} - repair
        shown, reason = False, "it leaves a conflict"
        for selection in product(*rivals):
            rest = everything - {r for group in rivals for r in group} | set(selection) & everything
            open_conflicts = [
                c for c in conflicts if c - self.conclusions <= rest | {m for m in c if m in repair}
            ]
            for m in repair:
                require(any(not (c & repair) - {m} for c in open_conflicts), f"{m} could be kept")
            if not shown and all(c & repair for c in open_conflicts):
                try:
                    self._witness(witness, rest, rest)
                    shown = True
                except Refused as problem:
                    reason = str(problem)
        require(shown, reason)

    def _verdict(self) -> None:
        counting = [
            c["id"] for c in self.entry["conflicts"] if not c["known"] and not c["certificate"]["ruled_out"]
        ]
        require(bool(counting) == (self.entry["verdict"] == "contradictory"), "the conflicts say otherwise")
        if self.entry["verdict"] == "consistent":
            require(
                all(s["verdict"] != "unknown" for s in self.entry["scenarios"]), "a scenario is not decided"
            )
