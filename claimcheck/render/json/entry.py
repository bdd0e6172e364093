"""One report as an entry of the JSON report's ``files``."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from claimcheck.decimals import exact_text, lower_text, upper_text
from claimcheck.judging.inequality import conflict_inequality
from claimcheck.judging.report import Conflict, Finding, Picked, Report, Scenario, Verdict
from claimcheck.judging.shifts import Move
from claimcheck.render import Options
from claimcheck.render.json.evidence import Record
from claimcheck.render.json.intervals import (
    bound_object,
    distance_object,
    interval_object,
    value_object,
)
from claimcheck.render.prose import unit_of
from claimcheck.render.selection import listed
from claimcheck.solver.decision import Bound, Proof, Witness
from claimcheck.units import DIMENSIONLESS, Unit

__all__ = ["file_object"]

_Units = Callable[[str], Unit]
"""The unit a quantity is shown in."""


def file_object(report: Report, options: Options) -> dict[str, Any]:
    """One report as an entry of ``files``."""
    units = functools.partial(unit_of, report.claim_set)
    scenarios, left_out = listed(report, options, default=0)
    record = Record(report.claim_set)
    all_listed = not left_out and report.overview.count == len(report.scenarios)
    return {
        "path": report.path,
        "title": report.title,
        "verdict": str(report.verdict),
        "complete": report.complete and not left_out,
        "claims": [
            {
                "id": c.id,
                "quantity": c.quantity,
                "source": c.source,
                "status": str(c.status),
                "interval": interval_object(c.interval, units(c.quantity), stated=True),
            }
            for c in report.claims
        ],
        "scenarios": [_scenario(s, units, record) for s in scenarios],
        "hull": _hulls(report, units, record, all_listed=all_listed),
        "conflicts": [_conflict(c, report, units, record) for c in report.conflicts],
        "repairs": [list(r) for r in report.repairs],
        "repairs_complete": report.repairs_complete,
        "repairs_open": list(report.repairs_open),
        "findings": [_finding(f) for f in _all_findings(report)],
        "certificate": {
            "repairs": [[record.witness(w) for w in parts] for parts in report.repaired],
            "steps": record.steps,
            "witnesses": record.witnesses,
        },
        "overview": _overview(report, units),
        "given": list(report.given),
        **({"shifts": _shifts(report, units)} if options.shifts else {}),
    }


def _hulls(report: Report, units: _Units, record: Record, *, all_listed: bool) -> dict[str, Any]:
    """The hulls; where not all scenarios are listed, with a proof for all at once if there is one."""
    shown = {}
    for name, bound in report.hull.items():
        proved = None if all_listed else report.everywhere.get(name)
        certificate = (
            None
            if proved is None
            else {"lower": record.proof(proved.lower_proof), "upper": record.proof(proved.upper_proof)}
        )
        shown[name] = bound_object(bound, units(name)) | {"certificate": certificate}
    return shown


def _overview(report: Report, units: _Units) -> dict[str, Any]:
    overview = report.overview
    verdicts = overview.verdicts

    def picked(choices: Picked | None) -> dict[str, list[str]] | None:
        return None if choices is None else {name: list(ids) for name, ids in choices.items()}

    return {
        "count": overview.count,
        "verdicts": None if verdicts is None else {str(v): verdicts[v] for v in Verdict},
        "extremes": {
            name: {"lower": picked(low), "upper": picked(high)}
            for name, (low, high) in overview.extremes.items()
        },
        "effects": [
            {
                "choice": e.choice,
                "quantity": e.quantity,
                "moves": None if e.moves is None else distance_object(e.moves, units(e.quantity)),
                "outcomes": [
                    {
                        "picked": list(o.picked),
                        "hull": None if o.bound is None else bound_object(o.bound, units(e.quantity)),
                        "consistent": o.consistent,
                    }
                    for o in e.outcomes
                ],
            }
            for e in overview.effects
        ],
        "resolve": [
            {
                "kind": n.kind,
                "what": n.what,
                "quantity": n.quantity,
                "narrows": {"least": lower_text(n.least, 4), "most": upper_text(n.most, 4)},
                "rules_out": None if n.rules_out is None else list(n.rules_out),
            }
            for n in overview.resolve
        ],
    }


def _scenario(scenario: Scenario, units: _Units, record: Record) -> dict[str, Any]:
    return {
        "choices": {name: list(ids) for name, ids in scenario.choices.items()},
        "verdict": str(scenario.verdict),
        "bounds": {name: _proved(b, units(name), record) for name, b in scenario.bounds.items()},
        "witness": None if scenario.witness is None else _witness(scenario.witness, units),
        "conflicts": list(scenario.conflicts),
        "certificate": {"witness": record.witness(scenario.witness)},
    }


def _proved(bound: Bound, unit: Unit, record: Record) -> dict[str, Any]:
    """INTERVAL with its certificate."""
    return bound_object(bound, unit) | {"certificate": record.bound(bound)}


def _witness(witness: Witness, units: _Units) -> dict[str, Any]:
    return {name: value_object(x, units(name)) for name, x in witness.values.items()}


def _conflict(conflict: Conflict, report: Report, units: _Units, record: Record) -> dict[str, Any]:
    claims = report.claim_set.claims if report.claim_set is not None else {}

    spans = bool(conflict.conclusion) and conflict.conclusion in claims and claims[conflict.conclusion].spans

    def needed(id: str, bound: Bound | None) -> dict[str, Any] | None:
        if bound is None:
            return None
        shown = _proved(bound, units(claims[id].quantity) if id in claims else DIMENSIONLESS, record)
        if spans:  # the bounds that it is the hull of prove it
            shown["certificate"] |= {"lower": None, "upper": None, "witnesses": [None, None]}
        return shown

    whole = report.claim_set
    inequality = None if whole is None else conflict_inequality(whole, conflict)
    return {
        "id": conflict.id,
        "kind": str(conflict.kind),
        "members": list(conflict.members),
        "minimal": conflict.minimal,
        "known": conflict.known,
        "certificate": {
            "proof": record.proof(Proof(()) if spans else conflict.proof),  # the bounds of the hull prove it
            "conclusion": conflict.conclusion,
            "ruled_out": list(conflict.ruled_out),
            "without": {m: record.witness(w) for m, w in conflict.without.items()},
            "inequality": None if inequality is None else inequality.text,
        },
        "would_need": {id: needed(id, bound) for id, bound in conflict.would_need.items()},
        "worked_out": conflict.worked_out,
        "reason": conflict.reason,
        "baseline": conflict.baseline,
    }


def _all_findings(report: Report) -> Iterable[Finding]:
    """The diagnostics of a file that could not be read come as findings, too."""
    for d in report.diagnostics:
        line, column = (d.location.line, d.location.column) if d.location else (0, 0)
        yield Finding(d.code, "", d.severity, d.message, d.hint, line, column)
    yield from report.findings


def _shifts(report: Report, units: _Units) -> dict[str, Any] | None:
    """The least change that makes everything fit; null for a file that was not read."""
    claims = report.claim_set
    if claims is None:
        return None
    shifts = report.shifts()

    def move(m: Move) -> dict[str, Any]:
        unit = units(claims.claims[m.claim].quantity)
        return {
            "claim": m.claim,
            "before": interval_object(m.before, unit, stated=True),
            "after": interval_object(m.after, unit, stated=True),
            "changes": [None if c is None else exact_text(c) for c in m.changes],
            "least": m.least,
        }

    return {
        "least": shifts.least,
        "total": upper_text(shifts.total),
        "moves": [move(m) for m in shifts.moves],
        "open": list(shifts.open),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": str(finding.severity),
        "message": finding.message,
        "location": {"line": finding.line, "column": finding.column},
        "members": list(finding.members),
    }
