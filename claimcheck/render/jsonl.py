"""JSON lines: one line per file, each an entry of the JSON report's ``files`` with version and tool."""

from __future__ import annotations

import json
from collections.abc import Sequence

import claimcheck
from claimcheck.judging.report import Report
from claimcheck.render import Options
from claimcheck.render.json import file_object

__all__ = ["render"]


def render(reports: Sequence[Report], options: Options) -> str:
    """Each report on a line of its own."""
    head = {"schema_version": 1, "tool": {"name": "claimcheck", "version": claimcheck.__version__}}
    return "".join(
        json.dumps({**head, **file_object(r, options)}, ensure_ascii=False, separators=(",", ":")) + "\n"
        for r in reports
    )
