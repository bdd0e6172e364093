"""SARIF 2.1.0 (OASIS, 2020): findings for code scanning, with the members of a conflict as related locations.

Addresses are relative to the repository. A result is recognised again by its rule and the sorted names of its
members, so that moving a claim within the file makes no new alert.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import claimcheck
from claimcheck.diagnostics import Diagnostic
from claimcheck.judging.catalogue import catalogue
from claimcheck.judging.report import Conflict, Finding, Report
from claimcheck.judging.wording import clean
from claimcheck.render import Options
from claimcheck.render.addresses import address, place

__all__ = ["render"]

_SCHEMA = (
    "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/sarif-schema-2.1.0.json"
)

_FINGERPRINTS = ("claimcheckMembers/v1", "primaryLocationLineHash")
"""The second is the only one that GitHub looks at; without it, GitHub makes one from the line."""


def render(reports: Sequence[Report], options: Options) -> str:
    """One run with the findings of all reports; each result refers to its rule's entry in the tool."""
    found: list[tuple[Report, Finding | Diagnostic]] = []
    for r in reports:
        found += [(r, d) for d in r.diagnostics]
        found += [(r, f) for f in r.findings]
    codes = sorted({f.code for _, f in found})
    number = {code: i for i, code in enumerate(codes)}
    run = {
        "tool": {
            "driver": {
                "name": "claimcheck",
                "semanticVersion": claimcheck.__version__,
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "the root of the repository"}}},
        "invocations": [{"executionSuccessful": all(r.claim_set is not None for r in reports)}],
        "results": [_result(r, f, number, options.root) for r, f in found],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    entry = catalogue()[code]
    paragraphs = [" ".join(p.split()) for p in entry.text.split("\n\n")]
    way_out = f"\n\nWay out: {entry.way_out}" if entry.way_out else ""
    return {
        "id": code,
        "name": entry.name,
        "shortDescription": {"text": entry.name.replace("-", " ")},
        "fullDescription": {"text": paragraphs[0]},
        "help": {"text": entry.text + way_out},
    }


def _result(report: Report, f: Finding | Diagnostic, number: Mapping[str, int], root: str) -> dict[str, Any]:
    members: tuple[str, ...] = f.members if isinstance(f, Finding) else ()
    line, column, end = _region(f)
    hint = f" ({clean(f.hint)})" if f.hint else ""
    told = clean(f.message)
    mark = _fingerprint(report, f, members, root)
    result: dict[str, Any] = {
        "ruleId": f.code,
        "ruleIndex": number[f.code],
        "level": str(f.severity),
        "message": {"text": told + hint},
        "locations": [_location(report.path, root, line, column, end)],
        "partialFingerprints": dict.fromkeys(_FINGERPRINTS, mark),
    }
    related = list(_related(report, members, root))
    if related:
        result["relatedLocations"] = related
    accepted = _accepted(report, members) if isinstance(f, Finding) else None
    if accepted is not None:
        kind = "external" if accepted.baseline else "inSource"
        result["suppressions"] = [{"kind": kind, "justification": clean(accepted.reason) or "accepted"}]
    return result


def _region(f: Finding | Diagnostic) -> tuple[int, int, int]:
    if isinstance(f, Finding):
        return f.line, f.column, 0
    where = f.location
    return (where.line, where.column, where.end_column) if where is not None else (0, 0, 0)


def _location(path: str, root: str, line: int, column: int, end: int = 0) -> dict[str, Any]:
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": quote(address(path, root)), "uriBaseId": "%SRCROOT%"}
    }
    if line:
        physical["region"] = {"startLine": line, "startColumn": max(column, 1)}
        if end > column:
            physical["region"]["endColumn"] = end
    return {"physicalLocation": physical}


def _related(report: Report, members: Sequence[str], root: str) -> Iterator[dict[str, Any]]:
    for i, member in enumerate(members):
        line, column = place(report, member)
        yield {"id": i, **_location(report.path, root, line, column), "message": {"text": clean(member)}}


def _fingerprint(report: Report, f: Finding | Diagnostic, members: Sequence[str], root: str) -> str:
    """Of the file, the rule and the sorted members; of the message where there are no members."""
    parts = [address(report.path, root), f.code, *(sorted(members) or [f.message])]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _accepted(report: Report, members: Sequence[str]) -> Conflict | None:
    """The conflict of just these members if it is accepted."""
    wanted = set(members)
    return next((c for c in report.conflicts if wanted and c.known and set(c.members) == wanted), None)
