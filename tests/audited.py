"""A check whose report has passed the independent checker."""

from __future__ import annotations

import json

import claimcheck
from claimcheck.audit import audit_file
from claimcheck.render import Options
from claimcheck.render.json import render as as_json

__all__ = ["audited"]


def audited(claims: claimcheck.ClaimSet) -> claimcheck.Report:
    """The report on some claims, of which the checker accepts all and refuses nothing."""
    report = claimcheck.verify(claims)
    (entry,) = json.loads(as_json([report], Options()))["files"]
    found = audit_file(entry, claims)
    assert found.accepted
    assert not found.refused
    return report
