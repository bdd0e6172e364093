"""The report as HTML: a whole page, and a fragment for notebooks. No script, nothing loaded."""

from __future__ import annotations

import html
from collections.abc import Sequence

from claimcheck.judging.report import Report, Status
from claimcheck.judging.wording import clean
from claimcheck.render import Options
from claimcheck.render.accounts import Account, account, accounts
from claimcheck.render.combinations import scenario_rows
from claimcheck.render.prose import (
    claim_rows,
    headline,
    other_findings,
    repairs_missing,
    scenario_count,
    summary,
)
from claimcheck.render.selection import listed

__all__ = ["fragment", "render"]

_STYLE = """
.claimcheck { font-family: system-ui, sans-serif; line-height: 1.4; }
.claimcheck table { border-collapse: collapse; margin: .5em 0; }
.claimcheck th, .claimcheck td { text-align: left; padding: .15em .8em .15em 0; }
.claimcheck td { font-variant-numeric: tabular-nums; }
.claimcheck thead th { border-bottom: 1px solid currentColor; }
.claimcheck .contradictory, .claimcheck .contradicted { color: #b3261e; }
.claimcheck .consistent, .claimcheck .supported { color: #1b7f3b; }
.claimcheck .unknown, .claimcheck .disputed { color: #8a6100; }
.claimcheck .known { opacity: .6; }
@media (prefers-color-scheme: dark) {
  .claimcheck .contradictory, .claimcheck .contradicted { color: #ff8a80; }
  .claimcheck .consistent, .claimcheck .supported { color: #7bd88f; }
  .claimcheck .unknown, .claimcheck .disputed { color: #e5c07b; }
}
""".strip()


def render(reports: Sequence[Report], options: Options) -> str:
    """A page of its own with all reports."""
    title = reports[0].title or reports[0].path if len(reports) == 1 else "claimcheck report"
    body = "\n".join(_section(r, options) for r in reports)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{_escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def fragment(report: Report, options: Options | None = None) -> str:
    """One report with its style, to be shown inside another page (``_repr_html_``)."""
    return f"<style>\n{_STYLE}\n</style>\n{_section(report, options or Options())}"


def _section(report: Report, options: Options) -> str:
    out = ['<section class="claimcheck">', f"<h2>{_escape(report.title or report.path)}</h2>"]
    out.append(f'<p class="{_escape(str(report.verdict))}"><strong>{_escape(headline(report))}</strong></p>')
    if report.diagnostics and report.claim_set is None:
        out.append("<ul>")
        for d in report.diagnostics:
            place = f"{d.location}: " if d.location else ""
            hint = f" ({d.hint})" if d.hint else ""
            out.append(
                f"<li>{_escape(place)}<strong>{_escape(d.code)}</strong> {_escape(d.message + hint)}</li>"
            )
        out.append("</ul>")
    if report.claim_set is not None:
        out += _results(report, options)
    return "\n".join([*out, "</section>"])


def _results(report: Report, options: Options) -> list[str]:
    out: list[str] = []
    scenarios, left_out = listed(report, options, default=20)
    if scenarios:
        out += ["<h3>Source combinations</h3>", _table(*scenario_rows(report, scenarios))]
    left_out += scenario_count(report) - len(report.scenarios)
    if left_out:
        out.append(f"<p>... and {left_out} more.</p>")
    if report.conflicts:
        out.append("<h3>Conflicts</h3>")
        out += [_conflict(account(report, conflicts)) for conflicts in accounts(report)]
    if report.repairs:
        out.append("<h3>Repairs</h3><p>Dropping any one of these sets leaves the rest consistent.</p><ul>")
        out += [f"<li>{_escape(', '.join(repair))}</li>" for repair in report.repairs]
        out.append("</ul>")
    missing = repairs_missing(report)
    if missing:
        out.append(f"<p>{missing[0].upper()}{missing[1:]}.</p>")
    rows = claim_rows(report, Status)
    if rows:
        out += ["<h3>Claims</h3>", _table(["status", "claim", "printed", ""], *rows)]
    findings = other_findings(report)
    if findings:
        out.append("<h3>Also noticed</h3><ul>")
        out += [f"<li><strong>{_escape(f.code)}</strong> {_escape(f.message)}</li>" for f in findings]
        out.append("</ul>")
    return [*out, f"<p>{_escape(summary(report))}.</p>"]


def _conflict(told: Account) -> str:
    css = "" if told.counts else ' class="known"'
    out = [f"<div{css}><h4>{_escape(told.name)} {_escape(str(told.kind))}: {_escape(told.title)}</h4>"]
    if told.rows:
        out.append(_table(None, *told.rows))
    if told.clash:
        out.append(f"<p><strong>{_escape(told.clash)}</strong></p>")
    if told.inequality:
        out.append(f"<p>In one line: <code>{_escape(told.inequality)}</code></p>")
    if told.needed:
        out += ["<p>For the rest to stand, one of these has to change:</p>", _table(None, *told.needed)]
    out += [f"<p>{_escape(note)}</p>" for note in told.notes]
    return "\n".join([*out, "</div>"])


def _table(head: list[str] | None, *body: list[str]) -> str:
    """A table; a cell that is a verdict or a status gets it as its class."""
    out = ["<table>"]
    if head is not None:
        out.append(
            "<thead><tr>" + "".join(f'<th scope="col">{_escape(c)}</th>' for c in head) + "</tr></thead>"
        )
    words = {*map(str, Status), "consistent", "contradictory"}
    for row in body:
        cells = "".join(
            f'<td class="{cell}">{cell}</td>' if cell in words else f"<td>{_escape(cell)}</td>"
            for cell in row
        )
        out.append(f"<tr>{cells}</tr>")
    return "\n".join([*out, "</table>"])


def _escape(text: str) -> str:
    return html.escape(clean(text))
