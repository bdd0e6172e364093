"""Reports, conflicts and repairs that have passed the independent checker."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import claimcheck
from claimcheck.audit import audit_file
from claimcheck.judging.repairs import Repairs
from claimcheck.judging.report import Conflict, Report, Verdict
from claimcheck.render import Options
from claimcheck.render.json import render as as_json

__all__ = ["accepted", "audited", "refusals"]


def audited(claims: claimcheck.ClaimSet) -> claimcheck.Report:
    """The report on some claims, of which the checker accepts all and refuses nothing."""
    report = claimcheck.verify(claims)
    (entry,) = json.loads(as_json([report], Options()))["files"]
    found = audit_file(entry, claims)
    assert found.accepted
    assert not found.refused
    return report


def refusals(report: Report) -> list[str]:
    """What the checker says against the conflicts and repairs of a report, whatever else it may say.

    Of a conflict it wants a proof that it cannot hold and, if it is called minimal, a witness without each
    member; of a repair a witness for all that it leaves, and of each member a conflict that it alone ends.
    """
    if report.claim_set is None or not report.conflicts:
        return []
    (entry,) = json.loads(as_json([report], Options()))["files"]
    return [r for r in audit_file(entry, report.claim_set).refused if r.startswith(_ABOUT)]


_ABOUT = (
    "conflict",
    "repair",
    "the lists of conflicts",
    "the parts of the report",
    "the record of steps",
    "the report",
    "what stands aside",
    "whether all",
)


def accepted(
    claims: claimcheck.ClaimSet, conflicts: Iterable[Conflict], repairs: Repairs | None = None
) -> None:
    """Assert that the checker refuses no conflict found without a whole check, and no repair."""
    found = [*conflicts, *(() if repairs is None else repairs.conflicts)]
    numbered = tuple(replace(c, id=f"C{i}") for i, c in enumerate(found, start=1))
    repairs = repairs or Repairs((), False)
    report = Report(
        "",
        claims.title,
        Verdict.CONTRADICTORY,
        False,
        conflicts=numbered,
        repairs=repairs.found,
        repaired=repairs.witnesses,
        repairs_complete=repairs.complete,
        claim_set=claims,
    )
    needed = {f"conflict {c.id}, what its claims would need" for c in numbered if not c.would_need}
    against = [r for r in refusals(report) if not r.startswith(tuple(needed) or "?")]
    assert against == [], against
