"""The text report: what a person reads first, most important things first; never wrapped, never cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from claimcheck.diagnostics import Diagnostic, Severity
from claimcheck.render import Options
from claimcheck.render.columns import Paint, align
from claimcheck.render.prose import (
    account,
    by_weight,
    claim_rows,
    conflicts_everywhere,
    headline,
    other_findings,
    plural,
    scenario_count,
    scenario_rows,
    summary,
    unit_of,
)
from claimcheck.render.selection import listed, reported
from claimcheck.report import Conflict, Report, Status, Verdict
from claimcheck.wording import clean, interval_text

__all__ = ["diagnostic_text", "render"]

_SCENARIOS = 20
_REPAIRS = 10
_CLAIMS = 40
_ALIKE = 5
"""Findings of one code that are shown before the rest is counted."""
_VERDICT_STYLE = {Verdict.CONTRADICTORY: "red", Verdict.CONSISTENT: "green", Verdict.UNKNOWN: "yellow"}


def render(reports: Sequence[Report], options: Options) -> str:
    """All reports, one after the other, and a line of totals if there are several."""
    paint = Paint(options.color)
    blocks = ["\n".join(_report(r, options, paint)) for r in reports]
    if len(reports) > 1:
        told = [
            f"{sum(r.verdict is v and r.claim_set is not None for r in reports)} {v}"
            for v in (Verdict.CONTRADICTORY, Verdict.UNKNOWN, Verdict.CONSISTENT)
            if any(r.verdict is v and r.claim_set is not None for r in reports)
        ]
        broken = sum(r.claim_set is None for r in reports)
        told += [f"{broken} not checked"] if broken else []
        blocks.append(f"{plural(len(reports), 'file')}: {', '.join(told)}")
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _report(report: Report, options: Options, paint: Paint) -> list[str]:
    path, title = clean(report.path), clean(report.title)
    lines: list[str] = []
    for diagnostic in report.diagnostics if report.claim_set is None else ():
        lines += [*diagnostic_text(diagnostic, paint).split("\n"), ""]
    if report.claim_set is None:
        style = "red"
    else:
        style = _VERDICT_STYLE[report.verdict]
    lines.append(paint(f"{title}  ({path})" if title else path, "bold"))
    lines.append(paint(headline(report), "bold", style))
    if report.claim_set is None:
        return lines
    if not report.complete:
        lines.append(
            paint("incomplete: there is more than could be found in the time given, or listed", "yellow")
        )
    lines += _scenarios(report, options, paint)
    conflicts = by_weight(report.conflicts)
    if conflicts:
        lines += ["", paint("Conflicts", "bold")]
        for conflict in conflicts:
            lines += ["", *_conflict(report, conflict, paint)]
    lines += _repairs(report, paint)
    lines += _claims(report, paint)
    lines += _findings(report, paint)
    lines += ["", f"{summary(report)}."]
    if conflicts:
        lines.append(f"More on one of them: claimcheck explain {path} {conflicts[0].id}")
    return lines


def _scenarios(report: Report, options: Options, paint: Paint) -> list[str]:
    scenarios, left_out = listed(report, options, _SCENARIOS)
    columns = reported(report)
    if not report.scenarios:
        return []
    claims = report.claim_set
    if not any(s.choices for s in report.scenarios):
        rows = []
        for q in columns:
            bound = report.scenarios[0].bounds.get(q)
            if bound is not None:
                loose = "" if bound.tight else "not proved to be the tightest"
                rows.append([q, interval_text(bound.interval, unit_of(claims, q)), loose])
        return ["", paint("What follows", "bold"), *align(rows, indent="  ")] if rows else []
    rows = scenario_rows(report, scenarios)
    choices = len(rows[0]) - len(columns) - 2
    hull = [
        interval_text(report.hull[q].interval, unit_of(claims, q), with_unit=False)
        if q in report.hull
        else "-"
        for q in columns
    ]
    count = scenario_count(report)
    left_out += count - len(report.scenarios)
    if count > 1 and columns:
        rows.append([f"hull of all {count}", *[""] * (choices - 1), *hull, "", ""])
    head, *body = align(rows, indent="  ")
    lines = ["", paint("Source combinations", "bold"), paint(head, "dim")]
    for line, scenario in zip(body, scenarios, strict=False):
        word = str(scenario.verdict)
        style = _VERDICT_STYLE[scenario.verdict]
        before, found, after = line.rpartition(word)
        lines.append(before + paint(found, style) + after)
    lines += body[len(scenarios) :]
    if left_out:
        lines.insert(len(lines) - (count > 1), f"  ... and {left_out} more (--top 0 lists all)")
    everywhere = conflicts_everywhere(report)
    if everywhere:
        lines.append(
            f"  {' '.join(everywhere)} {'is' if len(everywhere) == 1 else 'are'} in every one of them"
        )
    if any(cell.endswith("*") for row in rows for cell in row):
        lines.append("  * not proved to be the tightest bounds")
    return lines


def _conflict(report: Report, conflict: Conflict, paint: Paint) -> list[str]:
    told = account(report, conflict)
    style = "red" if conflict.counts else "dim"
    lines = [f"{paint(conflict.id, 'bold')}  {paint(str(conflict.kind), style)}  {told.title}"]
    lines += align(told.rows, indent="    ")
    if told.clash:
        lines.append("    " + paint(told.clash, "bold"))
    if told.needed:
        lines.append("    for the rest to stand, one of these has to change:")
        lines += align(told.needed, indent="      ")
    lines += [f"    {note}" for note in told.notes]
    return lines


def _repairs(report: Report, paint: Paint) -> list[str]:
    if not report.repairs:
        return []
    lines = ["", paint("Repairs", "bold") + " (dropping any one of these sets leaves the rest consistent)"]
    lines += [f"  {', '.join(clean(m) for m in repair)}" for repair in report.repairs[:_REPAIRS]]
    if len(report.repairs) > _REPAIRS:
        lines.append(f"  ... and {len(report.repairs) - _REPAIRS} more (the JSON report has all)")
    return lines


def _claims(report: Report, paint: Paint) -> list[str]:
    bad = (Status.CONTRADICTED, Status.DISPUTED, Status.UNKNOWN)
    rows = claim_rows(report, Status if len(report.claims) <= _CLAIMS else bad)
    if not rows:
        return []
    styles = {"contradicted": "red", "disputed": "yellow", "supported": "green"}
    lines = ["", paint("Claims", "bold")]
    for row, line in zip(rows, align(rows, indent="  "), strict=True):
        word = row[0]
        lines.append(line.replace(word, paint(word, styles.get(word, "dim")), 1))
    return lines


def _findings(report: Report, paint: Paint) -> list[str]:
    lines = []
    found = other_findings(report)
    counts = Counter(f.code for f in found)
    shown: Counter[str] = Counter()
    for f in found:
        shown[f.code] += 1
        if shown[f.code] == _ALIKE + 1 and counts[f.code] > _ALIKE + 1:
            more = counts[f.code] - _ALIKE
            lines.append(f"  ... and {more} more {f.code} (--format concise lists all)")
        if shown[f.code] > _ALIKE and counts[f.code] > _ALIKE + 1:
            continue
        place = clean(report.path) + (f":{f.line}:{f.column}" if f.line else "")
        lines.append(f"  {place}: {paint(f.code, _severity_style(f.severity))} {clean(f.message)}")
        if f.hint:
            lines.append(f"    {paint('help', 'cyan')}: {clean(f.hint)}")
    return ["", paint("Also noticed", "bold"), *lines] if lines else []


def _severity_style(severity: Severity) -> str:
    return {Severity.ERROR: "red", Severity.WARNING: "yellow"}.get(severity, "cyan")


def diagnostic_text(diagnostic: Diagnostic, paint: Paint | None = None) -> str:
    """A mistake in the input with its place, the source line with a caret, and the way out."""
    paint = paint or Paint(False)
    place = f"{clean(str(diagnostic.location))}: " if diagnostic.location else ""
    code = paint(diagnostic.code, "bold", _severity_style(diagnostic.severity))
    lines = [f"{paint(place, 'bold')}{code} {clean(diagnostic.message)}"]
    if diagnostic.excerpt:
        number = str(diagnostic.location.line) if diagnostic.location and diagnostic.location.line else ""
        margin = " " * len(number)
        for i, text in enumerate(diagnostic.excerpt.rstrip("\n").split("\n")):
            left = number if i == 0 else margin
            lines.append(f"  {paint(f'{left} |', 'dim')} {clean(text)}".rstrip())
    if diagnostic.hint:
        lines.append(f"  {paint('help', 'cyan')}: {clean(diagnostic.hint)}")
    return "\n".join(lines)
