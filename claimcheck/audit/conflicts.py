"""The conflicts of a report, what it says of each, and its repairs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import combinations, product
from math import inf

from claimcheck.audit.statement import (
    Statement,
    check_bound,
    check_hull,
    check_printed,
    enclosure,
)
from claimcheck.checker.evidence import proved
from claimcheck.checker.facts import Json, Refused, exact, range_of, require
from claimcheck.checker.operations import OPERATIONS
from claimcheck.checker.ranges import at, hull, rational
from claimcheck.literal import ROUNDINGS
from claimcheck.literal.rounding import as_printed
from claimcheck.model import Claim

__all__ = [
    "check_all_conflicts",
    "check_all_repairs",
    "check_conflict",
    "check_lists",
    "check_needs",
    "check_repair",
    "hitting_sets",
]

_MOST = 5000


def check_lists(s: Statement) -> None:
    """That conflicts and repairs are numbered, none comes twice, and each repair has its certificate."""
    left = s.entry["repairs_open"]
    require(set(left) <= s.claims.quantities.keys(), "no quantity is called that")
    require(len(set(left)) == len(left), "a quantity comes twice")
    if left:
        s.unchecked.append("whether the parts that are called open could be repaired")
    conflicts, repairs = s.entry["conflicts"], s.entry["repairs"]
    require([c["id"] for c in conflicts] == [f"C{n}" for n, _ in enumerate(conflicts, 1)], "ids are wrong")
    told = [(frozenset(c["members"]), c["certificate"]["conclusion"]) for c in conflicts]
    require(len(set(told)) == len(told), "a conflict comes twice")
    require(len(set(map(frozenset, repairs))) == len(repairs), "a repair comes twice")
    require(len(s.entry["certificate"]["repairs"]) == len(repairs), "a certificate is missing")


def check_conflict(s: Statement, conflict: Json) -> None:
    """A conflict's members cannot all hold, and those called necessary are."""
    members, certificate = set(conflict["members"]), conflict["certificate"]
    require(len(members) == len(conflict["members"]), "a member comes twice")
    require(members <= {*s.facts.claims, *s.facts.relations}, "a member is not in the claims file")
    conclusion = certificate["conclusion"]
    given = s.basis(conclusion) if conclusion else set[str]()
    require(not conclusion or conclusion in s.conclusions, "what it calls a conclusion is none")
    checked = {conclusion} if conclusion else set[str]()
    require(given | checked <= members, "the basis of the conclusion is missing")
    require(members & s.conclusions <= given | checked, "a conclusion counts as evidence")
    _check_accepted(s, conflict, members)
    _check_ruled_out(s, conflict, members)
    questioned = members - given
    spans = bool(conclusion) and s.claims.claims[conclusion].spans
    same = _one_quantity(s, members) or (len(questioned) > 1 and _one_quantity(s, questioned))
    kind = "disagreement" if same and not spans else "contradiction"
    kind = "impossible" if len(members) <= 1 and not spans else kind
    require(conflict["kind"] == kind, f"it is of the kind {kind}")
    if spans:
        require(not conflict["minimal"], "a conflict with a hull is not called minimal")
        require(certificate["proof"] == {"goals": [], "split": None}, "what proves it are the bounds")
        if s.whole and s.claims.claims[conclusion].quantity in s.entry["hull"]:
            _check_span(s, s.claims.claims[conclusion], questioned - checked, given)
        else:
            s.unchecked.append(f"{conflict['id']}, which is about scenarios or bounds that are not listed")
        return
    within = conclusion and any(c < members for c in s.of_evidence)
    require(not within, "without the conclusion it is a conflict, too")
    used = set[str]()
    shown = proved(s.steps, certificate["proof"], next(iter(s.facts.limits)), members, used)
    require(shown.empty, "its proof leaves something possible")
    require(conflict["minimal"] or questioned - checked <= used, "a member takes no part in the proof")
    minimal = certificate["without"].keys() == questioned
    require(conflict["minimal"] is minimal, "minimal is what has a witness without each member")
    for m, number in certificate["without"].items():
        s.witnesses.check([number], members - {m}, members - {m})


def check_needs(s: Statement, conflict: Json) -> None:
    """Where the quantity of each claim would have to lie for the rest to stand."""
    members, certificate = conflict["members"], conflict["certificate"]
    conclusion = certificate["conclusion"]
    spans = bool(conclusion) and s.claims.claims[conclusion].spans
    require(type(conflict["worked_out"]) is bool, "it does not say whether that was worked out")
    claims = [conclusion] if spans else [m for m in members if m in s.facts.claims]
    told = [id for id in claims if id in conflict["would_need"] or conflict["worked_out"] or spans]
    require(list(conflict["would_need"]) == told, "it does not say what each claim would need")
    for id, bound in conflict["would_need"].items():
        quantity, others = s.claims.claims[id].quantity, set(members) - {id}
        if spans and not (s.whole and quantity in s.entry["hull"]):
            check_printed(s, bound, quantity, enclosure(bound))
            s.unchecked.append(f"what {id} in {conflict['id']} would need")
        elif spans:
            given = s.basis(id)
            cases = zip(s.entry["scenarios"], s.force, strict=True)
            whole = check_hull(s, bound, quantity, [t for t, f in cases if given <= f])
            require(enclosure(bound) == whole, "it is another hull")
            own = bound["certificate"]
            proofs = [own["lower"], own["upper"], *own["witnesses"]]
            require(proofs == [None] * 4, "what proves it are the bounds")
        elif bound is not None:
            check_bound(s, bound, quantity, others)
        else:
            require(id not in certificate["without"], f"something would do for {id}")
            s.unchecked.append(f"that in {conflict['id']} nothing would do for {id}")


def _one_quantity(s: Statement, members: Iterable[str]) -> bool:
    of = {s.claims.claims[m].quantity if m in s.claims.claims else "" for m in members}
    return len(of) == 1 and "" not in of


def _check_accepted(s: Statement, conflict: Json, members: Collection[str]) -> None:
    """That the file accepts it, with its reason, or that this is left to a baseline."""
    named = [({s.claims.resolve(m, relations=True) for m in w.members}, w) for w in s.claims.waivers]
    waivers = [w for ids, w in named if ids == members]
    require(
        type(conflict["known"]) is type(conflict["baseline"]) is bool, "it does not say whether it is known"
    )
    if conflict["baseline"]:
        require(conflict["known"], "the baseline accepts it")
        s.unchecked.append(f"that a baseline accepts {conflict['id']}")
        return
    reasons = [w.reason for w in waivers] if conflict["known"] else [""]
    require(conflict["reason"] in reasons, "the file does not accept it for that reason")
    if waivers and all(w.until and w.until < s.today.isoformat() for w in waivers):
        s.unchecked.append(f"whether {conflict['id']} was still accepted when it was found")
    else:
        require(conflict["known"] or not waivers, "the file accepts it")


def _check_ruled_out(s: Statement, conflict: Json, members: set[str]) -> None:
    """That a rival relation fits the evidence, where those of the conflict are called ruled out by it."""
    out, conclusion = set(conflict["certificate"]["ruled_out"]), conflict["certificate"]["conclusion"]
    if not out:
        return
    require(out == _rivals(s) & members, "what it rules out is no rival")
    near = s.near(out)
    fellows = [
        set(c["members"]) - s.conclusions
        for c in s.entry["conflicts"]
        if c["certificate"]["conclusion"] in ("", conclusion) and s.near(c["members"]) & near
    ]
    rest = {m for m in members - out - s.conclusions if s.facts.about[m] <= near}
    fits = any(rest <= f and not out <= f and not any(c <= f for c in fellows) for f in s.force)
    if fits or s.whole:
        require(fits, "no scenario shows that a rival fits")
    else:
        s.unchecked.append(f"that {conflict['id']} settles a choice in scenarios that are not listed")


def _check_span(s: Statement, claim: Claim, rest: set[str], given: set[str]) -> None:
    """A printed range against the hull over the scenarios in which its basis holds."""
    reading, integer = claim.reading, s.claims.quantities[claim.quantity].integer
    readings = [[as_printed(p, how, integer)[0] for p in reading.printed] for how in ROUNDINGS]
    whole_ends = (reading.interval.lower, reading.interval.upper)
    fitting = [r for r in readings if (r[0].lower, r[1].upper) == whole_ends]
    scale, offset = range_of(claim.unit.scale), at(exact(claim.unit.offset))
    cases = zip(s.entry["scenarios"], s.force, strict=True)
    found = [
        (t["bounds"][claim.quantity], f) for t, f in cases if given <= f and claim.quantity in t["bounds"]
    ]
    require(found, "no scenario bounds what it spans")
    ranges = [enclosure(b) for b, _ in found]
    ends = hull(*ranges)
    size = max((abs(q) for q, _ in ends[:2] if abs(q) != inf), default=0)
    slack = max(rational(b["gap"]) for b, _ in found) * size
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
                    proved(s.steps, bound["certificate"][side], claim.quantity, force, used)
                if (x.low, x.high)[i][0] == end:
                    options.append(used - s.facts.hard - given)
            taken = taken.union(*(o for o in options if o <= rest))
            require(any(o <= rest for o in options), "a premise of the hull is missing")
    require(clashes, "the hull may agree with it")
    require(taken == rest, "a member takes no part")


def check_repair(s: Statement, listed: list[str], parts: Json) -> None:
    """The rest holds with one rival of each choice, and no member could be kept."""
    repair = set(listed)
    require(len(repair) == len(listed), "a member comes twice")
    beyond = {p for p in s.premises if not s.facts.about[p].isdisjoint(s.entry["repairs_open"])}
    require(not repair & beyond, "it drops of a part that was not worked out")
    shown, reason = False, "it leaves a conflict"
    for selection in product(*s.rivals.values()):
        rest = s.premises - beyond - repair - (_rivals(s) - set(selection))
        taken = [c & repair for c in s.to_be_hit if c - s.conclusions <= rest | repair]
        if not all(taken):
            continue
        kept = sorted(repair - {m for t in taken if len(t) == 1 for m in t})
        require(not kept, f"{', '.join(kept)} could be kept")
        if not shown:
            try:
                s.witnesses.check(parts, rest, rest)
                shown = True
            except Refused as problem:
                reason = str(problem)
    require(shown, reason)


def _rivals(s: Statement) -> set[str]:
    return {r for group in s.rivals.values() for r in group}


# -- whether these are all ----------------------------------------------------------------------------------


def check_all_repairs(s: Statement) -> None:
    """That the repairs are all, if they are called that: the minimal sets with a member of every conflict.

    A conclusion's conflict is repaired by withdrawing it, or along with a conflict of the evidence.
    """
    if not s.entry["repairs_complete"]:
        return
    require(not s.entry["repairs_open"], "a part was not worked out")
    evidence = s.of_evidence
    questioned = s.conclusions.union(*evidence)
    hitting = None if s.rivals else hitting_sets(hit & questioned for hit in s.to_be_hit)
    if hitting is None:
        s.unchecked.append("that these are all repairs")
    else:
        require({frozenset(r) for r in s.entry["repairs"]} == hitting - {frozenset()}, "a repair is missing")


def check_all_conflicts(s: Statement) -> None:
    """That the conflicts are all, if they are called that.

    A minimal set that clashes lies within a scenario, or is of two claims on one quantity. If it is not
    listed, no conflict is a part of it, and what it leaves of the scenario hits all conflicts: so there is
    none where all that minimal hitting sets leave has a witness (Reiter 1987). Conclusions are beyond that.
    """
    if not s.entry["complete"]:
        return
    evidence = s.of_evidence
    for (a, (of_a, x)), (b, (of_b, y)) in combinations(((i, s.facts.claims[i]) for i in s.evidence), 2):
        apart = of_a == of_b and (x & y).empty
        require(not apart or any(c <= {a, b} for c in evidence), f"the conflict of {a} and {b} is missing")
    held = [f for t, f in zip(s.entry["scenarios"], s.force, strict=True) if t["verdict"] == "consistent"]
    held += [frozenset(s.premises - set(r)) for r in s.entry["repairs"] if not s.rivals]

    def all_within(force: frozenset[str]) -> bool:
        hitting = hitting_sets(c for c in evidence if c <= force)
        return hitting is not None and all(any(force - h <= k for k in held) for h in hitting)

    if not s.whole or s.coupled or not all(map(all_within, s.force)):
        s.unchecked.append("that these are all conflicts of the evidence")
    if any(not s.claims.claims[c].spans for c in s.conclusions):
        s.unchecked.append("that these are all conflicts of conclusions")


def hitting_sets(sets: Iterable[set[str]]) -> set[frozenset[str]] | None:
    """The minimal sets with a member of each of some sets; None if there are too many (Berge 1989)."""
    found = {frozenset[str]()}
    for each in sorted(sets, key=len):
        hit = {h for h in found if h & each}
        lost = found - hit
        found = set(hit)
        for m in each:  # what is a part of a set grown by m has m
            rests = [h - {m} for h in hit if m in h]
            found |= {h | {m} for h in lost if not any(r <= h for r in rests)}
        if len(found) > _MOST:
            return None
    return found
