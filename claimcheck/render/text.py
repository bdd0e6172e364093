"""The text report: what a person reads first, most important things first; never wrapped, never cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from claimcheck.diagnostics import Diagnostic, Severity
from claimcheck.judging.listing import MOST_SORTED
from claimcheck.judging.readings import assumed
from claimcheck.judging.report import Conflict, ConflictKind, Finding, Report, Scenario, Status, Verdict
from claimcheck.judging.verification import outcome
from claimcheck.judging.wording import clean
from claimcheck.render import Options
from claimcheck.render.accounts import Account, account, accounts
from claimcheck.render.assembly import ASSEMBLY
from claimcheck.render.columns import Paint, align, align_steps, display_width
from claimcheck.render.combinations import (
    chosen,
    conflicts_everywhere,
    consistent_means,
    folded_rows,
    hull_row,
    only_rows,
    scenario_rows,
    split_constant,
)
from claimcheck.render.prose import (
    claim_rows,
    count_text,
    headline,
    other_findings,
    plural,
    repairs_meaning,
    repairs_missing,
    repairs_told,
    scenario_count,
    summary,
)
from claimcheck.render.resolving import extreme_rows, resolving_rows
from claimcheck.render.selection import reported

__all__ = ["conflicts_text", "diagnostic_text", "piece", "render"]

_SCENARIOS = 20
_REPAIRS = 5
_EXTREMES = 3
"""Quantities of which it is said where they are least and greatest, if not all scenarios are listed."""
_CLAIMS = 24
_ALIKE = 3
"""Findings of one code that are shown before the rest is counted."""
_CONFLICT_LINES = 30
"""Lines after which conflicts are only named, so that a report of many fits two screens."""
_NAMED = 30
_SETTLED = 5
"""Of the named ones, so many that are no contradiction of the file, where there are many."""
_WIDTH = 120
"""Width from which a table leaves out columns that say the same everywhere, or is stacked."""
_STACKED = 6
_VERDICT_STYLE = {Verdict.CONTRADICTORY: "red", Verdict.CONSISTENT: "green", Verdict.UNKNOWN: "yellow"}


def render(reports: Sequence[Report], options: Options) -> str:
    """All reports, one after the other, and a line of totals if there are several."""
    return "".join(ASSEMBLY["text"]((piece(r, options) for r in reports), Counter(map(outcome, reports))))


def piece(report: Report, options: Options) -> str:
    """One report."""
    return "\n".join(_report(report, options, Paint(options.color)))


def _report(report: Report, options: Options, paint: Paint) -> list[str]:
    path, title = clean(report.path), clean(report.title)
    lines: list[str] = []
    for diagnostic in report.diagnostics if report.claim_set is None else ():
        lines += [*diagnostic_text(diagnostic, paint).split("\n"), ""]
    if report.claim_set is None:
        style = "red"
    else:
        style = _VERDICT_STYLE[report.verdict]
    lines.append(paint(f"{title}  ({path})" if title and path else title or path, "bold"))
    lines.append(paint(headline(report), "bold", style))
    if report.claim_set is None:
        return lines
    if not report.complete:
        lines.append(
            paint("incomplete: there is more than could be found in the time given, or listed", "yellow")
        )
    everything = options.top == 0
    lines += _scenarios(report, options, paint)
    lines += _conflicts(report, paint, everything=everything)
    lines += _repairs(report, paint, everything=everything)
    lines += _resolving(report, paint)
    lines += _shifts(report, paint) if options.shifts else []
    lines += _claims(report, paint, everything=everything)
    lines += _findings(report, paint, everything=everything)
    return [*lines, "", f"{summary(report)}.", *_next(report, path)]


def _next(report: Report, path: str) -> list[str]:
    """What a reader can do now."""
    if any(c.counts for c in report.conflicts):
        if not path:  # claims made in Python
            return ["Next: correct a value, or accept a conflict with `known`."]
        return [
            f"Next: `claimcheck explain {path} {report.conflicts[0].id}` tells more on a conflict;",
            "      then correct a value, or accept the conflict under `known`.",
        ]
    if report.verdict is Verdict.UNKNOWN:
        return ["Next: give it more time with --budget SECONDS."]
    asked = next(iter(reported(report)), "") if path else ""
    return [f"Next: `claimcheck explain {path} {asked}` shows where a bound comes from."] if asked else []


# --- scenarios


def _scenarios(report: Report, options: Options, paint: Paint) -> list[str]:
    if not report.scenarios:
        return []
    if not any(s.choices for s in report.scenarios):
        return _only_scenario(report, paint)
    scenarios, folded, left_out = chosen(report, options, _SCENARIOS)
    hull = hull_row(report)
    rows = [*scenario_rows(report, scenarios), *([hull] if hull is not None else [])]
    lines = ["", paint("Source combinations", "bold")]
    same: list[str] = []
    if max(map(display_width, align(rows, indent="  "))) > _WIDTH:
        rows, same = split_constant(report, rows)
    if not scenarios:
        pass
    elif max(map(display_width, align(rows, indent="  "))) > _WIDTH:
        most = min(_STACKED, len(scenarios)) if options.top is None else len(scenarios)
        left_out += len(scenarios) - most
        lines += _stacked(rows[0], rows[1 : 1 + most], rows[1 + len(scenarios) :])
    else:
        lines += _table(rows, scenarios, paint)
    unlisted = scenario_count(report) - len(report.scenarios)
    if unlisted:
        lines.append(
            f"  ... and {count_text(left_out)} more, of which {count_text(unlisted)} are not listed anywhere:"
        )
        lines.append("  hull, counts, conflicts and what is said below speak of all of them")
        if options.sort and (scenario_count(report) > MOST_SORTED or report.overview.verdicts is None):
            lines.append("  they are too many to be put in order: only those that are listed are in it")
        lines += align(extreme_rows(report, reported(report)[:_EXTREMES]), indent="  ")
    elif left_out:
        lines.append(f"  ... and {left_out} more (--top 0 lists all)")
    if same:
        lines.append("  the same in all of these:")
        lines += [f"    {told}" for told in same]
    everywhere = conflicts_everywhere(report)
    if everywhere:
        lines.append(
            f"  {' '.join(everywhere)} {'is' if len(everywhere) == 1 else 'are'} in every one of them"
        )
    meant = consistent_means(scenarios)
    lines += [f"  {meant}"] if meant else []
    if any(cell.endswith("*") for row in rows for cell in row):
        lines.append("  * not proved to be the tightest bounds")
    if folded:
        count = f"{len(folded)} of {max(report.scenario_count, len(report.scenarios))}"
        lines += [f"  {count} are {paint('contradictory', 'red')} (--top 0 lists them):"]
        lines += align(folded_rows(report, folded), indent="    ")
    return lines


def _only_scenario(report: Report, paint: Paint) -> list[str]:
    rows = only_rows(report)
    return ["", paint("What follows", "bold"), *align(rows, indent="  ")] if rows else []


def _table(rows: list[list[str]], scenarios: Sequence[Scenario], paint: Paint) -> list[str]:
    head, *body = align(rows, indent="  ")
    lines = [paint(head, "dim")]
    for line, scenario in zip(body, scenarios, strict=False):
        before, found, after = line.rpartition(str(scenario.verdict))
        lines.append(before + paint(found, _VERDICT_STYLE[scenario.verdict]) + after)
    return lines + body[len(scenarios) :]


def _stacked(head: Sequence[str], rows: Sequence[Sequence[str]], last: Sequence[Sequence[str]]) -> list[str]:
    """A table that would be too wide, as a block per row."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = [[title, cell] for title, cell in zip(head, row, strict=True) if cell]
        lines += [f"  combination {number}", *align(cells, indent="    ")]
    for row in last:
        cells = [[title, cell] for title, cell in zip(head[1:], row[1:], strict=False) if cell]
        lines += [f"  {row[0]}", *align(cells, indent="    ")]
    return lines


# --- conflicts


def _conflicts(report: Report, paint: Paint, *, everything: bool) -> list[str]:
    """The first conflicts in full, the others by name, unless everything is wanted."""
    told = accounts(report)
    if not told:
        return []
    lines = ["", paint("Conflicts", "bold")]
    rest = 0
    for place, conflicts in enumerate(told):
        most = _CONFLICT_LINES if any(c.counts for c in conflicts) else _CONFLICT_LINES // 2
        if not everything and place and len(lines) > most:
            rest = len(told) - place
            break
        lines += ["", *_conflict(account(report, conflicts), paint)]
    if rest:
        lines += ["", f"  {plural(rest, 'more')[: -1 if rest > 1 else None]} (--top 0 tells all in full):"]
        rows = []
        waiting = told[-rest:]
        settled = [conflicts for conflicts in waiting if not any(c.counts for c in conflicts)]
        shown = [c for c in waiting if c not in settled][:_NAMED] + settled[:_SETTLED]
        for conflicts in shown:
            named = account(report, conflicts)
            choice = "holds in another scope" if _reread(report, conflicts) else "settles a choice"
            mark = "" if named.counts else "accepted" if conflicts[0].known else choice
            rows.append([named.name, str(named.kind), named.title, mark])
        lines += align(rows, indent="  ")
        if rest > len(shown):
            lines.append(f"  ... and {rest - len(shown)} more")
    return lines


def _reread(report: Report, conflicts: Sequence[Conflict]) -> bool:
    claims = report.claim_set
    return claims is not None and all(assumed(claims, conflict) for conflict in conflicts)


def conflicts_text(report: Report) -> str:
    """The conflicts that count, each with its short derivation; nothing else of the report, no colour."""
    told = [account(report, conflicts) for conflicts in accounts(report)]
    return "\n\n".join("\n".join(_conflict(a, Paint(False))) for a in told if a.counts)


def _conflict(told: Account, paint: Paint) -> list[str]:
    style = "dim" if not told.counts else "yellow" if told.kind is ConflictKind.DISAGREEMENT else "red"
    lines = [f"{paint(told.name, 'bold')}  {paint(str(told.kind), style)}  {told.title}"]
    lines += align_steps(told.rows, indent="    ")
    if told.clash:
        lines.append("    " + paint(told.clash, "bold"))
    if told.inequality:
        lines.append("    in one line: " + paint(told.inequality, "cyan"))
    if told.needed:
        lines.append("    for the rest to stand, one of these has to change:")
        lines += align(told.needed, indent="      ")
    return lines + [f"    {paint(note, 'dim')}" for note in told.notes]


def _repairs(report: Report, paint: Paint, *, everything: bool) -> list[str]:
    missing, repairs = repairs_missing(report), repairs_told(report)
    if not repairs:
        return ["", paint("Repairs", "bold"), f"  {paint(missing, 'yellow')}"] if missing else []
    most = len(repairs) if everything else _REPAIRS
    lines = ["", f"{paint('Repairs', 'bold')} ({repairs_meaning(report)})"]
    shared = [m for m in repairs[0] if all(m in r for r in repairs)]
    if len(shared) < 2 or len(repairs) < 2:
        shared = []
    if shared:
        lines += [f"  in each of them: {', '.join(map(clean, shared))}", "  and in each one of these lines:"]
    for repair in repairs[:most]:
        own = ", ".join(clean(m) for m in repair if m not in shared)
        lines.append(f"{'    ' if shared else '  '}{own}")
    if len(repairs) > most:
        lines.append(f"  ... and {len(repairs) - most} more (--top 0 lists all)")
    return [*lines, f"  {paint(missing, 'yellow')}"] if missing else lines


def _resolving(report: Report, paint: Paint) -> list[str]:
    rows = resolving_rows(report)
    return ["", paint("What to resolve first", "bold"), *align(rows, indent="  ")] if rows else []


def _shifts(report: Report, paint: Paint) -> list[str]:
    from claimcheck.render.moves import told

    shifts = told(report)
    if shifts is None:
        return []
    return [
        "",
        paint(shifts.title, "bold"),
        *align(shifts.rows, indent="  "),
        *(f"  {note}" for note in shifts.notes),
    ]


# --- claims and findings


def _claims(report: Report, paint: Paint, *, everything: bool) -> list[str]:
    bad = (Status.CONTRADICTED, Status.DISPUTED, Status.UNKNOWN)
    folded = not everything and len(report.claims) > _CLAIMS
    asked = report.claim_set.report if folded and report.claim_set is not None else ()
    rows = claim_rows(report, bad if folded else Status, asked)
    if not rows:
        return []
    styles = {"contradicted": "red", "disputed": "yellow", "supported": "green"}
    lines = ["", paint("Claims", "bold")]
    for row, line in zip(rows, align(rows, indent="  "), strict=True):
        word = row[0]
        lines.append(line.replace(word, paint(word, styles.get(word, "dim")), 1))
    if len(rows) < len(report.claims):
        lines.append(f"  ... and {len(report.claims) - len(rows)} more (--top 0 lists all)")
    return lines


def _findings(report: Report, paint: Paint, *, everything: bool) -> list[str]:
    """Findings by code, the most serious code first, with a way out once for those that share it."""
    alike: dict[str, list[Finding]] = {}
    for f in other_findings(report):
        if f.code == "CC306":  # told as a conflict above
            continue
        alike.setdefault(f.code, []).append(f)
    if not alike:
        return []
    weight = {Severity.ERROR: 0, Severity.WARNING: 1}
    lines = ["", paint("Also noticed", "bold")]
    for code, found in sorted(alike.items(), key=lambda a: weight.get(a[1][0].severity, 2)):
        style = _severity_style(found[0].severity)
        name = found[0].name.replace("-", " ")
        lines.append("  " + " ".join([paint(code, style), name, f"({found[0].severity})"]).replace("  ", " "))
        most = len(found) if everything or len(found) <= _ALIKE + 1 else _ALIKE
        shown = found[:most]
        rows = [[f"line {f.line}" if f.line else "", clean(f.message)] for f in shown]
        lines += align(rows, right=(0,), indent="    ")
        if len(found) > most:
            lines.append(f"    ... and {len(found) - most} more (--top 0 lists all)")
        for hint in dict.fromkeys(f.hint for f in shown if f.hint):
            lines.append(f"    {paint('help', 'cyan')}: {clean(hint)}")
    return lines


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
