"""A whole report against its claims files, part by part."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from claimcheck.audit.conflicts import (
    check_all_conflicts,
    check_all_repairs,
    check_conflict,
    check_lists,
    check_needs,
    check_repair,
)
from claimcheck.audit.scenarios import (
    check_claims,
    check_effects,
    check_listing,
    check_overview,
    check_scenario,
    check_verdict,
)
from claimcheck.audit.shape import check_shape
from claimcheck.audit.statement import Statement, check_bound, check_everywhere
from claimcheck.checker.facts import Json, Refused, require
from claimcheck.diagnostics import InputProblem
from claimcheck.files.loader import load_path
from claimcheck.model import ClaimSet

__all__ = ["Audit", "audit_file", "audit_report"]

_PROBLEMS = (
    Refused,
    InputProblem,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


@dataclass(frozen=True, slots=True)
class Audit:
    """What was accepted, what was refused with the reason, and what could not be checked.

    ``aside``: what is for reading only; no verdict, bound or conflict rests on it, and nothing follows it.
    """

    accepted: tuple[str, ...]
    refused: tuple[str, ...]
    unchecked: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()


def audit_report(path: str) -> Audit:
    """Check a JSON report against the claims files it names, beside the report or from where we are.

    Raises OSError, ValueError or KeyError where there is no report of this kind to be read.
    """
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    if report["schema_version"] != 1:
        raise ValueError("the report is of another schema version")
    if not report["files"]:
        raise ValueError("the report is of no file")
    parts: list[list[str]] = [[], [], [], []]
    for entry in report["files"]:
        beside = os.path.join(os.path.dirname(path), entry["path"])
        claims, _ = load_path(entry["path"] if os.path.exists(entry["path"]) else beside)
        if claims is None:
            raise ValueError(f"{entry['path']} could not be read as a claims file")
        found = audit_file(entry, claims)
        for part, own in zip(
            parts, (found.accepted, found.refused, found.unchecked, found.aside), strict=True
        ):
            part += [f"{entry['path']}: {text}" for text in own]
    return Audit(*map(tuple, parts))


def audit_file(entry: Json, claims: ClaimSet, today: datetime.date | None = None) -> Audit:
    """Check one entry of a report's ``files``, which was made ``today`` or before."""
    accepted: list[str] = []
    refused: list[str] = []
    unchecked: list[str] = []

    def check(what: str, test: Callable[..., object], *args: Any) -> Any:
        """Run one test and note its outcome: accepted is what leaves nothing unchecked."""
        before = len(unchecked)
        try:
            found = test(*args)
        except _PROBLEMS as problem:
            kind = "" if isinstance(problem, Refused) else f"{type(problem).__name__} "
            refused.append(f"{what}: {kind}{problem}")
            return None
        accepted.extend([what] if len(unchecked) == before else [])
        return found

    check("the keys of the report", check_shape, entry, unchecked)
    s = check("the report", Statement, entry, claims, unchecked, today or datetime.date.today())
    aside = check("what stands aside", _aside, s) if s is not None else None
    if aside is not None:
        check("the parts of the report", _parts, s, check)
    return Audit(tuple(accepted), tuple(refused), tuple(dict.fromkeys(unchecked)), tuple(aside or ()))


def _parts(s: Statement, check: Callable[..., object]) -> None:
    entry = s.entry
    require(entry["title"] == s.claims.title, "the file has another title")
    check("the record of steps", s.steps.read, entry["certificate"]["steps"])
    check("claims", check_claims, s)
    check("the list of scenarios", check_listing, s)
    for n, (scenario, force) in enumerate(zip(entry["scenarios"], s.force, strict=True), 1):
        check(f"scenario {n}, {scenario['verdict']}", check_scenario, s, scenario, force)
        for name, bound in scenario["bounds"].items():
            check(f"scenario {n}, bounds of {name}", check_bound, s, bound, name, force)
    check("the list of hulls", _check_hulls, s)
    for name, bound in entry["hull"].items():
        check(f"hull of {name}", check_everywhere, s, bound, name)
    check("the lists of conflicts and repairs", check_lists, s)
    for conflict in entry["conflicts"]:
        check(f"conflict {conflict['id']}", check_conflict, s, conflict)
        check(f"conflict {conflict['id']}, what its claims would need", check_needs, s, conflict)
    for n, (repair, witness) in enumerate(
        zip(entry["repairs"], entry["certificate"]["repairs"], strict=False), 1
    ):
        check(f"repair {n}", check_repair, s, repair, witness)
    check("whether all repairs are listed", check_all_repairs, s)
    check("whether all conflicts are listed", check_all_conflicts, s)
    if s.all_listed:
        check("overview", check_overview, s)
        check("effects", check_effects, s)
    check(f"the verdict {entry['verdict']}", check_verdict, s)


def _check_hulls(s: Statement) -> None:
    bounded = {name for scenario in s.entry["scenarios"] for name in scenario["bounds"]}
    require(bounded <= s.entry["hull"].keys(), "a hull is missing")
    if not s.all_listed:
        s.unchecked.append("what the overview says of scenarios that are not listed")


def _aside(s: Statement) -> list[str]:
    """What a report holds beside the results."""
    require(type(s.entry["overview"]["resolve"]) is list, "it does not say what to resolve first")
    codes = sorted({f["code"] for f in s.entry["findings"]})
    found = [f"findings ({', '.join(codes)})"] if codes else []
    digits = [r["what"] for r in s.entry["overview"]["resolve"] if r["kind"] != "settle"]
    require(set(digits) <= s.facts.claims.keys(), "more digits are for claims")
    found += ["what one more digit would do"] if digits else []
    found += ["which claims are supported and which untested"]
    found += ["shifts"] if s.entry.get("shifts") else []
    return found
