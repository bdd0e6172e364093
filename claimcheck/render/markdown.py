"""The report as Markdown (GitHub's tables), for pull requests, notes and summaries.

A comment on a pull request holds 65,536 characters, and nobody scrolls through more: long sections are
folded, and what goes beyond is counted, unless all of it is asked for (``top`` 0).
"""

from __future__ import annotations

from collections.abc import Sequence

from claimcheck.judging.report import Report, Scenario, Status
from claimcheck.judging.wording import clean
from claimcheck.render import Options
from claimcheck.render.accounts import Account, account, accounts
from claimcheck.render.assembly import ASSEMBLY
from claimcheck.render.combinations import consistent_means, only_rows, scenario_rows
from claimcheck.render.prose import (
    claim_rows,
    headline,
    other_findings,
    repairs_meaning,
    repairs_missing,
    repairs_told,
    scenario_count,
    summary,
)
from claimcheck.render.selection import listed

__all__ = ["escape", "piece", "render", "table"]

_SCENARIOS = 20
_CONFLICTS = 24_000
"""Characters after which conflicts are only named."""
_NAMED = 50
_REPAIRS = 20
_CLAIMS = 40
"""Claims of which all are listed; of more, those that something is wrong with."""
_ROWS = 100
_FOLDED = 12
"""Rows from which a table is folded."""

_SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|#~&$"})


def render(reports: Sequence[Report], options: Options) -> str:
    """One section per report."""
    return "".join(ASSEMBLY["markdown"]((piece(r, options) for r in reports), {}))


def piece(report: Report, options: Options) -> str:
    """The section of one report."""
    return "\n".join(_report(report, options))


def _report(report: Report, options: Options) -> list[str]:
    lines = [f"# {escape(report.title or report.path)}", "", f"**{escape(headline(report))}**", ""]
    for d in report.diagnostics if report.claim_set is None else ():
        place = f"{escape(str(d.location))}: " if d.location else ""
        lines += [f"- {place}**{d.code}** {escape(d.message)}" + (f" ({escape(d.hint)})" if d.hint else "")]
    if report.claim_set is None:
        return [*lines, ""]
    everything = options.top == 0
    scenarios, left_out = listed(report, options, default=_SCENARIOS)
    if scenarios:
        lines += _scenarios(report, scenarios)
    left_out += scenario_count(report) - len(report.scenarios)
    if left_out:
        lines += [f"... and {left_out} more.", ""]
    if report.conflicts:
        lines += ["## Conflicts", "", *_conflicts(report, everything=everything)]
    missing, repairs = repairs_missing(report), repairs_told(report)
    if repairs or missing:
        lines += ["## Repairs", ""]
    if repairs:
        most = len(repairs) if everything else _REPAIRS
        lines += [_sentence(repairs_meaning(report)), ""]
        lines += [f"- {', '.join(escape(m) for m in repair)}" for repair in repairs[:most]]
        lines += [*_more(len(repairs) - most), ""]
    if missing:
        lines += [_sentence(missing), ""]
    lines += _shifts(report) if options.shifts else []
    bad = (Status.CONTRADICTED, Status.DISPUTED, Status.UNKNOWN)
    rows = claim_rows(report, Status if everything or len(report.claims) <= _CLAIMS else bad)
    if rows:
        most = len(rows) if everything else _ROWS
        shown = table([["status", "claim", "printed", "others"], *rows[:most]])
        lines += [
            "## Claims",
            "",
            *_folded(shown, len(rows[:most])),
            *_more(len(report.claims) - len(rows[:most])),
            "",
        ]
    findings = other_findings(report)
    if findings:
        most = len(findings) if everything else _ROWS
        told = [
            f"- **{f.code}** {escape(f.message)}" + (f" (line {f.line})" if f.line else "")
            for f in findings[:most]
        ]
        lines += ["## Also noticed", "", *_folded(told, len(told)), *_more(len(findings) - most), ""]
    return [*lines, f"{escape(summary(report))}.", ""]


def _scenarios(report: Report, scenarios: Sequence[Scenario]) -> list[str]:
    """The table of scenarios; where nothing is to be chosen, that of what follows."""
    if not any(s.choices for s in report.scenarios):
        rows = only_rows(report)
        shown = [["quantity", "interval", ""], *rows] if any(r[-1] for r in rows) else []
        shown = shown or [["quantity", "interval"], *(r[:-1] for r in rows)]
        return ["## What follows", "", *table(shown), ""] if rows else []
    meant = consistent_means(scenarios)
    said = [_sentence(meant), ""] if meant else []
    return ["## Source combinations", "", *table(scenario_rows(report, scenarios)), "", *said]


def _conflicts(report: Report, *, everything: bool) -> list[str]:
    """The first conflicts in full, the others by name."""
    told = accounts(report)
    lines: list[str] = []
    size = 0
    for place, conflicts in enumerate(told):
        if size > _CONFLICTS and not everything:
            named = [account(report, c) for c in told[place:][:_NAMED]]
            lines += [f"- {a.name} {a.kind}: {escape(a.title)}" for a in named]
            return [*lines, *_more(len(told) - place - _NAMED), ""]
        written = _conflict(account(report, conflicts))
        size += sum(map(len, written))
        lines += written
    return lines


def _folded(lines: list[str], rows: int) -> list[str]:
    """Lines behind a line to click on, if they are many."""
    if rows <= _FOLDED:
        return lines
    return ["<details>", f"<summary>{rows} lines</summary>", "", *lines, "", "</details>"]


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _more(count: int) -> list[str]:
    return ["", f"... and {count:,} more (`--top 0` lists all)."] if count > 0 else []


def _conflict(told: Account) -> list[str]:
    lines = [f"### {told.name} {told.kind}", "", escape(told.title), ""]
    if told.rows:
        lines += [*table([["quantity", "", "interval", "from"], *told.rows]), ""]
    if told.clash:
        lines += [f"**{escape(told.clash)}**", ""]
    if told.inequality:
        lines += [f"In one line: `{clean(told.inequality).replace('`', '')}`", ""]
    if told.needed:
        lines += ["For the rest to stand, one of these has to change:", ""]
        lines += [*table([["claim", "printed", "needed"], *told.needed]), ""]
    lines += [f"{escape(note)}\n" for note in told.notes]
    return lines


def _shifts(report: Report) -> list[str]:
    from claimcheck.render.moves import told

    shifts = told(report)
    if shifts is None:
        return []
    rows = [["claim", "printed", "end", "change"], *shifts.rows]
    return [f"## {shifts.title}", "", *table(rows), "", *(f"{escape(note)}\n" for note in shifts.notes)]


def table(rows: list[list[str]]) -> list[str]:
    """Rows of plain text, the first of them the head, as lines of a table."""
    head, *body = [[escape(cell) for cell in row] for row in rows]
    return [
        _row(head),
        _row(["---"] * len(head)),
        *(_row([*row, *[""] * (len(head) - len(row))]) for row in body),
    ]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def escape(text: str) -> str:
    """Plain text with what means something in Markdown or HTML made to stand for itself."""
    return clean(text).translate(_SPECIAL)
