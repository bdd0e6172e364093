"""The JSON report, schema version 1: numbers are strings, so that no reader loses digits.

The same report gives the same bytes on every run.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from claimcheck.judging.report import Report
from claimcheck.render import Options
from claimcheck.render.assembly import ASSEMBLY, head
from claimcheck.render.json.entry import file_object
from claimcheck.schemas.report import report_schema

__all__ = ["file_object", "piece", "render", "report_object", "report_schema"]


def render(reports: Sequence[Report], options: Options) -> str:
    """All reports as one JSON document."""
    return "".join(ASSEMBLY["json"]((piece(r, options) for r in reports), {}))


def piece(report: Report, options: Options) -> str:
    """One report as it stands in ``files``."""
    return json.dumps(file_object(report, options), ensure_ascii=False, indent=2)


def report_object(reports: Sequence[Report], options: Options | None = None) -> dict[str, Any]:
    """All reports as a tree of dicts, lists, strings, booleans and whole numbers."""
    chosen = options or Options()
    return {**head(), "files": [file_object(r, chosen) for r in reports]}
