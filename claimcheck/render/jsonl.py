"""JSON lines: one line per file, each an entry of the JSON report's ``files`` with version and tool."""

from __future__ import annotations

import json
from collections.abc import Sequence

from claimcheck.judging.report import Report
from claimcheck.render import Options
from claimcheck.render.assembly import head
from claimcheck.render.json import file_object

__all__ = ["piece", "render"]


def render(reports: Sequence[Report], options: Options) -> str:
    """Each report on a line of its own."""
    return "".join(piece(r, options) for r in reports)


def piece(report: Report, options: Options) -> str:
    """The line of one report."""
    whole = {**head(), **file_object(report, options)}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"
