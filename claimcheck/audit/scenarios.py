"""The scenarios of a report: which there are, what each is said to be, and what is said of all of them."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product
from math import inf, prod

from claimcheck.audit.statement import (
    Statement,
    check_distance,
    check_hull,
    check_printed,
    check_value,
    enclosure,
)
from claimcheck.checker.facts import Json, require
from claimcheck.checker.ranges import Range, hull, rational

__all__ = [
    "check_claims",
    "check_effects",
    "check_listing",
    "check_overview",
    "check_scenario",
    "check_verdict",
]

_OPEN = "that these are all conflicts"
_MOST = 500
"""Effects; of more some may not be told."""
_DIGITS = Fraction(1, 999)
"""By which part shares may be rounded."""


def check_listing(s: Statement) -> None:
    """Scenarios choose maximal groups, none comes twice, and none is left out if that is said."""
    entry, given, count = s.entry, set(s.entry["given"]), s.entry["overview"]["count"]
    for scenario, force in zip(entry["scenarios"], s.force, strict=True):
        require(scenario["choices"].keys() == s.choices.keys(), "a scenario leaves a choice open")
        require(given <= force, "a scenario lacks what was asked for")
        for name, ids in scenario["choices"].items():
            group = frozenset(ids)
            fits = any(group <= g and g - group <= s.of_coupled for g in s.choices[name])
            require(group and fits, f"{', '.join(ids)} is no maximal agreeing group")
            require(len(ids) == len(group), "it names a claim twice")
    require(len(set(s.force)) == len(s.force), "a scenario comes twice")
    require(len(given) == len(entry["given"]), "what was asked for comes twice")
    require(s.all_listed or not entry["complete"], "a scenario is missing")
    if s.coupled:
        s.unchecked.append("that there are no other scenarios, because sources are coupled")
        return
    options = [[o for o in g if not (given & frozenset().union(*g)) - o] for g in s.choices.values()]
    require(count == prod(map(len, options)), "there are more or fewer scenarios")
    if not s.all_listed:
        s.unchecked.append(f"the {count - len(s.force)} scenarios that are not listed")


def check_scenario(s: Statement, scenario: Json, force: frozenset[str]) -> None:
    """Its conflicts, and a witness if it is consistent."""
    listed = [c for c in s.entry["conflicts"] if set(c["members"]) - s.conclusions <= force]
    require(scenario["conflicts"] == [c["id"] for c in listed], "its conflicts are others")
    stated = {c.quantity for c in s.claims.claims.values() if not c.is_conclusion}
    shown = s.claims.report or [q for q in s.claims.quantities if q not in stated]
    bounded = [name for name in shown if name in scenario["bounds"]]
    clashing = s.near(m for c in listed if not c["certificate"]["conclusion"] for m in c["members"])
    require(len(bounded) == len(scenario["bounds"]), "it bounds what is not asked for")
    missing = set(shown) - {*bounded, *clashing}
    require(not missing or scenario["verdict"] == "unknown", "a bound is missing")
    s.unchecked.extend(f"the hull of {name}, as far as scenarios are not known" for name in sorted(missing))
    if scenario["verdict"] != "consistent":
        clash = "contradictory" if any(not c["certificate"]["conclusion"] for c in listed) else "unknown"
        cut = clash == "unknown" and not s.entry["complete"]
        require(scenario["verdict"] == clash or cut, "it says more than shown")
        if cut and scenario["verdict"] != clash:
            s.unchecked.append("that scenarios without a listed conflict are contradictory")
        told = scenario["witness"], scenario["certificate"]
        require(told == (None, {"witness": None}), "what is not consistent has no witness")
        return
    require(len(bounded) == len(shown), "a bound is missing where something is possible")
    found = s.witnesses.check([scenario["certificate"]["witness"]], force, force)
    require(scenario["witness"].keys() == found.keys() == s.facts.limits.keys(), "a value is missing")
    for name, shown_value in scenario["witness"].items():
        check_value(s, shown_value, name, found[name])


# -- all together -------------------------------------------------------------------------------------------


def check_overview(s: Statement) -> None:
    """Counts, and where each quantity is least and greatest, against the scenarios listed."""
    overview, scenarios = s.entry["overview"], s.entry["scenarios"]
    told, seen = overview["verdicts"], Counter(t["verdict"] for t in scenarios)
    counts = {v: seen[v] for v in ("consistent", "contradictory", "unknown")}
    require(told in (None, counts), "it counts the verdicts wrongly")
    same = overview["extremes"].keys() == s.entry["hull"].keys()
    require(same or len(scenarios) == 1, "it does not say where each quantity is least and greatest")
    for name, ends in overview["extremes"].items():
        bounds = {i: enclosure(t["bounds"][name]) for i, t in enumerate(scenarios) if name in t["bounds"]}
        for i, end in enumerate(("lower", "upper")):
            if ends[end] is not None and bounds:
                near = [n for n in bounds if ends[end].items() <= scenarios[n]["choices"].items()]
                outermost = hull(*bounds.values())[i]
                require(near and all(bounds[n][i] == outermost for n in near), f"{name} is elsewhere {end}")


def check_effects(s: Statement) -> None:
    """What each choice leaves of a quantity, how far it moves it, and in how many scenarios."""
    told = {(e["choice"], e["quantity"]): e for e in s.entry["overview"]["effects"]}
    require(len(told) == len(s.entry["overview"]["effects"]), "an effect is told twice")
    require(told.keys() <= set(product(s.choices, s.entry["hull"])), "it tells of no choice")
    settled = [(r["what"], r["quantity"]) for r in s.entry["overview"]["resolve"] if r["kind"] == "settle"]
    require(set(settled) <= told.keys(), "it settles what has no effect")
    require(len(set(settled)) == len(settled), "it settles a choice twice")
    for choice, name in product(s.choices, s.entry["hull"]):
        taken: dict[tuple[str, ...], list[Json]] = {}
        for scenario in s.entry["scenarios"]:
            taken.setdefault(tuple(scenario["choices"][choice]), []).append(scenario)
        if (choice, name) in told:
            _check_effect(s, told[choice, name], name, taken)
            continue
        bounds = [[t["bounds"][name] for t in some if name in t["bounds"]] for some in taken.values()]
        moved = {hull(*map(enclosure, some)) for some in bounds if some}
        require(len(moved) <= 1 or len(told) >= _MOST, f"it does not say what {choice} does to {name}")


def _check_effect(s: Statement, effect: Json, name: str, taken: dict[tuple[str, ...], list[Json]]) -> None:
    """One effect, against the scenarios that take each option, and what is said of settling the choice."""
    picked = [tuple(outcome["picked"]) for outcome in effect["outcomes"]]
    require(len(picked) == len(taken) and set(picked) == taken.keys(), "an outcome is missing")
    left = list[Range]()
    for outcome in effect["outcomes"]:
        scenarios = taken[tuple(outcome["picked"])]
        consistent = sum(t["verdict"] == "consistent" for t in scenarios)
        require(outcome["consistent"] in (None, consistent), "it counts what is consistent wrongly")
        something = any(name in t["bounds"] for t in scenarios)
        require(outcome["hull"] is not None or not something, "something is left")
        if outcome["hull"] is not None:
            left.append(check_hull(s, outcome["hull"], name, scenarios))
    check_distance(s, effect["moves"], name, left)
    for told in s.entry["overview"]["resolve"]:
        if (told["kind"], told["what"], told["quantity"]) == ("settle", effect["choice"], name):
            _check_settled(told, left, effect["outcomes"])


def _check_settled(told: Json, left: list[Range], outcomes: Json) -> None:
    """Which share of the hull's width goes at least and at most once a choice is settled, and what else."""
    whole, *widths = (x.high[0] - x.low[0] for x in (hull(*left), *left))
    lost = sorted(1 - w / whole if whole < inf else Fraction(w < inf) for w in widths)
    least, most = rational(told["narrows"]["least"]), rational(told["narrows"]["most"])
    require(lost[0] * (1 - _DIGITS) <= least <= lost[0], "it narrows by another share at least")
    require(lost[-1] <= most <= lost[-1] * (1 + _DIGITS), "it narrows by another share at most")
    holding = [o["consistent"] for o in outcomes if o["hull"] is not None]
    every = sum(o["consistent"] or 0 for o in outcomes)
    ruled_out = None if None in holding else [every - max(holding), every - min(holding)]
    require(told["rules_out"] == ruled_out, "it rules out another number")


# -- claims and the verdict ---------------------------------------------------------------------------------


def check_claims(s: Statement) -> None:
    """What each claim says, and its status as far as it follows from the conflicts."""
    listed, conflicts = s.entry["claims"], s.entry["conflicts"]
    require([c["id"] for c in listed] == list(s.facts.claims), "claims are missing or too many")
    for c in listed:
        claim = s.claims.claims[c["id"]]
        require((claim.quantity, claim.source) == (c["quantity"], c["source"]), "a claim is told wrongly")
        gap = check_printed(s, c["interval"], claim.quantity, s.facts.claims[claim.id][1])
        require(gap == 0, "a claim has no gap")
        own = [set(k["members"]) for k in conflicts if k["certificate"]["conclusion"] == claim.id]
        if not claim.is_conclusion:
            counting = [
                k for k in conflicts if not k["certificate"]["ruled_out"] and claim.id in k["members"]
            ]
            own = [set(k["members"]) for k in counting if not k["certificate"]["conclusion"]]
        holding = [f for f in s.force if s.basis(claim.id) <= f]
        clashing = [f for f in holding if any(k - {claim.id} <= f for k in own)]
        expected = {"contradicted" if claim.spans or len(holding) == len(clashing) else "disputed"}
        clashes = {"contradicted", "disputed"}
        if own and not claim.spans and not (s.whole and s.entry["complete"]):
            cases = zip(s.entry["scenarios"], s.force, strict=True)
            stands = any(t["verdict"] == "consistent" and claim.id in f for t, f in cases)
            expected = {"disputed"} if stands else clashes
            s.unchecked.extend([] if stands else ["whether claims are contradicted everywhere"])
        expected = expected if own else {"supported", "untested", "unknown"}
        if not own and c["status"] in clashes and not s.entry["complete"]:
            s.unchecked.append("the status of claims in no listed conflict")
        else:
            require(c["status"] in expected, f"the status of {claim.id} is wrong")
        others = any(claim.quantity in s.facts.about[p] for p in s.premises if p != claim.id)
        require(others or c["status"] != "supported", f"nothing can support {claim.id}")


def check_verdict(s: Statement) -> None:
    """The verdict of the file, as it follows from all others."""
    entry = s.entry
    counting = [c for c in entry["conflicts"] if not c["known"] and not c["certificate"]["ruled_out"]]
    decided = entry["complete"] and all(t["verdict"] != "unknown" for t in entry["scenarios"])
    expected = {"contradictory" if counting else "consistent" if decided else "unknown"}
    if not s.whole:
        s.unchecked.append("the verdict, as far as it rests on scenarios that are not listed")
        expected = {"contradictory", "unknown"} if counting else {"consistent", "unknown"}
    require(entry["verdict"] in expected, "its parts say otherwise")
    if entry["verdict"] == "consistent" and any(u.startswith(_OPEN) for u in s.unchecked):
        s.unchecked.append("the verdict, as far as it rests on that")
