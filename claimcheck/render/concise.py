"""One line per finding, `path:line:column: code message`, as editors and grep read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from claimcheck.diagnostics import Severity
from claimcheck.judging.report import Report
from claimcheck.judging.wording import clean
from claimcheck.render import Options
from claimcheck.render.prose import headline

__all__ = ["piece", "render"]


def render(reports: Sequence[Report], options: Options) -> str:
    """The findings and diagnostics of all reports, after each file's own a line with its verdict."""
    return "".join(piece(r, options) for r in reports)


def piece(report: Report, options: Options) -> str:
    """The lines of one report."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    path = clean(report.path)
    for d in report.diagnostics:
        yield _line(clean(str(d.location)) if d.location else path, d.code, d.severity, d.message, d.hint)
    for f in report.findings:
        place = f"{path}:{f.line}:{f.column}" if f.line else path
        yield _line(place, f.code, f.severity, f.message, f.hint)
    yield f"{path}: {headline(report)}"


def _line(place: str, code: str, severity: Severity, message: str, hint: str) -> str:
    weight = "" if severity is Severity.ERROR else f" {severity}:"
    return f"{place}: {code}{weight} {clean(message)}" + (f" ({clean(hint)})" if hint else "")
