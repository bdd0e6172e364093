"""Workflow commands of GitHub Actions: each finding becomes an annotation at its claim.

The step summary that belongs to it is the Markdown report; the command line appends it to the file that
``GITHUB_STEP_SUMMARY`` names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from claimcheck.diagnostics import Severity
from claimcheck.judging.report import Report
from claimcheck.judging.wording import clean
from claimcheck.render import Options
from claimcheck.render.addresses import address
from claimcheck.render.prose import headline

__all__ = ["render"]

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(reports: Sequence[Report], options: Options) -> str:
    """One line per finding, and one per file with its verdict."""
    lines = [line for r in reports for line in _lines(r, options.root)]
    return "".join(f"{line}\n" for line in lines)


def _lines(report: Report, root: str) -> Iterator[str]:
    path = address(report.path, root)
    for d in report.diagnostics:
        line, column = (d.location.line, d.location.column) if d.location else (0, 0)
        yield _annotation(d.severity, path, line, column, d.code, d.message, d.hint)
    for f in report.findings:
        title = f"{f.code} {f.name}"
        yield _annotation(f.severity, path, f.line, f.column, title, f.message, f.hint)
    yield _data(f"{clean(report.path)}: {headline(report)}")


def _annotation(
    severity: Severity, path: str, line: int, column: int, title: str, message: str, hint: str
) -> str:
    fields = {"file": path, "line": line, "col": column, "title": title}
    told = ",".join(f"{name}={_property(str(value))}" for name, value in fields.items() if value)
    way_out = f" ({clean(hint)})" if hint else ""
    return f"::{_COMMANDS[severity]} {told}::{_data(clean(message) + way_out)}"


def _data(text: str) -> str:
    """Escaped as the runner unescapes it; a line that is no command must not look like one."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escaped if not escaped.startswith("::") else " " + escaped


def _property(text: str) -> str:
    return clean(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
