"""Reports, conflicts and repairs that have passed the independent checker.

Every report that a test has made in its own process is audited where it is made (:func:`watching`, in
``conftest.py`` for all tests). What finds conflicts and repairs without a whole check comes from here, where
its results are audited, too; ``tests/test_contributing.py`` sees to it that tests take it from nowhere else.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

import claimcheck
from claimcheck.audit import audit_file
from claimcheck.budget import Budget
from claimcheck.judging import conflicts as finding
from claimcheck.judging import repairs as repairing
from claimcheck.judging import verification
from claimcheck.judging.conflicts import Conflicts
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.repairs import Repairs
from claimcheck.judging.report import Conflict, Report, Verdict
from claimcheck.render import Options
from claimcheck.render.json import render as as_json

__all__ = [
    "accepted",
    "all_conclusions",
    "audited",
    "conflicts_of_evidence",
    "find_repairs",
    "in_order",
    "refusals",
    "watching",
]

_KEPT = 1000
_known: dict[bytes, list[str]] = {}
"""What was said of a report with its claims: the same ones are made in many tests."""


def audited(claims: claimcheck.ClaimSet) -> claimcheck.Report:
    """The report on some claims, of which the checker accepts all and refuses nothing."""
    report = claimcheck.verify(claims)
    (entry,) = json.loads(as_json([report], Options()))["files"]
    found = audit_file(entry, claims)
    assert found.accepted
    assert not found.refused
    return report


def refusals(report: Report, today: datetime.date | None = None) -> list[str]:
    """What the checker says against a report with conflicts.

    Of a conflict it wants a proof that it cannot hold and, if it is called minimal, a witness without each
    member; of a repair a witness for all that it leaves, and of each member a conflict that it alone ends.
    """
    claims = report.claim_set
    today = today or datetime.date.today()
    if claims is None or not report.conflicts:
        return []
    text = as_json([report], Options())
    stated = (
        claims.sources,
        claims.quantities,
        claims.claims,
        claims.relations,
        claims.waivers,
        claims.settings,
    )
    key = hashlib.sha256(f"{text}\n{stated}\n{today}".encode()).digest()
    if key not in _known:
        while len(_known) >= _KEPT:
            del _known[next(iter(_known))]
        (entry,) = json.loads(text)["files"]
        _known[key] = list(audit_file(entry, claims, today).refused)
    return _known[key]


@contextmanager
def watching() -> Iterator[None]:
    """While this lasts, every report with conflicts that a check makes is audited."""
    make = verification._report

    def made(
        claims: claimcheck.ClaimSet, budget: Any, given: Any, today: datetime.date, *more: Any
    ) -> Report:
        report = make(claims, budget, given, today, *more)
        against = refusals(report, today)
        assert against == [], against
        return report

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(verification, "_report", made)
        yield


# -- without a whole check ----------------------------------------------------------------------------------


def conflicts_of_evidence(claims: claimcheck.ClaimSet, oracle: Oracle, **options: Any) -> Conflicts:
    """As in :mod:`claimcheck.judging.conflicts`."""
    found = finding.conflicts_of_evidence(claims, oracle, **options)
    accepted(claims, found.found)
    return found


def all_conclusions(
    claims: claimcheck.ClaimSet, oracle: Oracle, among_evidence: Sequence[Conflict], *, budget: Budget
) -> dict[str, Conflicts]:
    """As in :mod:`claimcheck.judging.conflicts`."""
    found = finding.all_conclusions(claims, oracle, among_evidence, budget=budget)
    accepted(claims, [*among_evidence, *(c for each in found.values() for c in each.found)])
    return found


def in_order(
    claims: claimcheck.ClaimSet, oracle: Oracle, conflicts: Iterable[Conflict], **options: Any
) -> tuple[Conflict, ...]:
    """As in :mod:`claimcheck.judging.conflicts`."""
    found = finding.in_order(claims, oracle, conflicts, **options)
    accepted(claims, found)
    return found


def find_repairs(
    claims: claimcheck.ClaimSet, oracle: Oracle, conflicts: Sequence[Conflict], **options: Any
) -> Repairs:
    """As in :mod:`claimcheck.judging.repairs`."""
    found = repairing.find_repairs(claims, oracle, conflicts, **options)
    accepted(claims, conflicts, found)
    return found


def accepted(
    claims: claimcheck.ClaimSet, conflicts: Iterable[Conflict], repairs: Repairs | None = None
) -> None:
    """Assert that the checker refuses no conflict found without a whole check, and no repair."""
    found = [*conflicts, *(() if repairs is None else repairs.conflicts)]
    numbered = tuple(
        replace(c, id=f"C{i}", worked_out=bool(c.would_need)) for i, c in enumerate(found, start=1)
    )
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
        repairs_open=repairs.open,
        claim_set=claims,
    )
    against = [r for r in refusals(report) if r.startswith(("conflict", "repair", "the record of steps"))]
    assert against == [], against  # what such a report does not state is refused, too
