"""The page: a section for each report, from the verdict down to what was noticed in passing."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files

from claimcheck.diagnostics import Diagnostic, Severity
from claimcheck.judging.report import Conflict, Finding, Report, Status, Verdict
from claimcheck.judging.verification import outcome
from claimcheck.judging.wording import clean
from claimcheck.model import ClaimSet
from claimcheck.render import Options
from claimcheck.render.combinations import consistent_means, hull_row, scenario_rows
from claimcheck.render.forest import Forest, forests, left_over
from claimcheck.render.graph import network, svg
from claimcheck.render.html.cards import cards
from claimcheck.render.html.choices import Choices, choices_of, form, stored
from claimcheck.render.html.forest import figure
from claimcheck.render.html.markup import table, text
from claimcheck.render.html.sources import sources
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
from claimcheck.render.reason import reason
from claimcheck.render.resolving import resolving_rows
from claimcheck.render.selection import listed, reported

__all__ = ["conflict_fragment", "fragment", "render"]

_SCENARIOS = 40
_REPAIRS = 20
_CLAIMS = 12
"""Claims that are shown before a reader asks for the others; of more, those that something is wrong with."""
_NODES = 90
"""Nodes of a network that can still be looked at."""


def render(reports: Sequence[Report], options: Options) -> str:
    """A page of its own with all reports."""
    title = reports[0].title or reports[0].path if len(reports) == 1 else "claimcheck report"
    css, script = _style(), _file("report.js")
    policy = (
        f"default-src 'none'; style-src 'sha256-{_hash(css)}'; script-src 'sha256-{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    body = [_contents(reports)] if len(reports) > 1 else []
    body += [_section(r, options, f"r{i}", alone=False) for i, r in enumerate(reports, start=1)]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">',
            f"<title>{text(title)}</title>",
            f"<style>{css}</style></head>",
            f'<body class="claimcheck-page"><main>{"".join(body)}</main>',
            f'<script type="text/javascript">{script}</script>',
            "</body></html>\n",
        ]
    )


def fragment(report: Report, options: Options | None = None) -> str:
    """One report with its style and without script, to be shown inside another page (``_repr_html_``)."""
    return f"<style>{_style()}</style>{_section(report, options or Options(), 'r', alone=True)}"


def conflict_fragment(claims: ClaimSet, conflict: Conflict) -> str:
    """One conflict, in the same way."""
    only = cards(_about(claims, conflict), "c", conflict.id, ())
    return f'<style>{_style()}</style><div class="claimcheck alone">{"".join(only)}</div>'


def _about(claims: ClaimSet, conflict: Conflict) -> Report:
    """A report of one conflict and nothing else."""
    return Report(
        claims.path, claims.title, Verdict.CONTRADICTORY, False, conflicts=(conflict,), claim_set=claims
    )


def _section(report: Report, options: Options, prefix: str, *, alone: bool) -> str:
    """``alone``: as a fragment, in which no script fills anything in."""
    out = [f'<section class="claimcheck{" alone" if alone else ""}" id="{prefix}">']
    if report.claim_set is None:
        out += [_verdict(report, prefix), _mistakes(report.diagnostics)]
        return "\n".join([*out, "</section>\n"])
    drawn = forests(report)
    choices = None if alone else choices_of(report, drawn)
    out.append(_verdict(report, prefix))
    out += _follows(report, options, drawn, choices, prefix)
    if report.conflicts:
        out.append(f'<h2 id="{prefix}-conflicts">What cannot be true together</h2>')
        out += cards(report, prefix, reason(report).conflict, reported(report))
    out += _network(report, prefix)
    out += _repairs(report, options, prefix)
    rows = resolving_rows(report)
    if rows:
        out += [f'<h2 id="{prefix}-resolve">What to resolve first</h2>', table([], rows, "steps")]
    out += _moves(report) if options.shifts else []
    out += _claims(report, prefix)
    if report.claim_set.sources:
        out += [f'<h2 id="{prefix}-sources">Sources</h2>', sources(report)]
    out += _noticed(report, prefix)
    out.append(f'<p class="note">{text(summary(report))}. Checked by claimcheck; ')
    out.append("a conflict says that printed numbers clash, not which of them is wrong.</p>")
    if choices is not None:
        out.append(stored(report, choices, drawn))
    return "\n".join([*out, "</section>\n"])


# -- the top


def _contents(reports: Sequence[Report]) -> str:
    rows = [
        f'<li><a href="#r{i}">{text(r.title or r.path)}</a> <b class="{_word(r)}">{text(outcome(r))}</b></li>'
        for i, r in enumerate(reports, start=1)
    ]
    return f'<nav class="claimcheck" aria-label="Files"><ul>{"".join(rows)}</ul></nav>'


def _verdict(report: Report, prefix: str) -> str:
    told = reason(report)
    out = [f'<header class="verdict {_word(report)}"><p class="word">{text(outcome(report))}</p>']
    out.append(f"<h1>{text(report.title or report.path)}</h1>")
    why = f" {text(told.why)}" if told.why else ""
    out.append(f'<p class="reason"><b>{text(told.subject)}</b>{text(told.lead)}{why}</p>')
    if told.inequality:
        out.append(f'<p class="inequality"><code>{text(told.inequality)}</code></p>')
    counts = text(headline(report)) if report.conflicts or report.claim_set is None else ""
    if told.conflict:
        counts += f'. <a href="#{prefix}-{text(told.conflict)}">Why, step by step</a>'
    out.append(f'<p class="counts">{counts}</p>' if counts else "")
    return "\n".join([*out, "</header>"])


def _word(report: Report) -> str:
    return outcome(report).replace(" ", "-")


def _mistakes(diagnostics: Sequence[Diagnostic]) -> str:
    items = []
    for d in diagnostics:
        place = f"{text(str(d.location))}: " if d.location else ""
        hint = f'<p class="note">{text(d.hint)}</p>' if d.hint else ""
        items.append(f"<li>{place}<strong>{text(d.code)}</strong> {text(d.message)}{hint}</li>")
    return f'<ul class="mistakes">{"".join(items)}</ul>'


# -- what follows


def _follows(
    report: Report, options: Options, drawn: Sequence[Forest], choices: Choices | None, prefix: str
) -> list[str]:
    out = [f'<h2 id="{prefix}-follows">What follows</h2>'] if drawn or report.scenarios else []
    marks = choices.marks() if choices is not None else {}
    figures = [figure(f, prefix, number, marks) for number, f in enumerate(drawn)]
    note = left_over(report)
    out.append(f'<p class="note">{text(note)}</p>' if note and drawn else "")
    if report.given:
        out.append(f'<p class="note">Only combinations with {_ids(report.given)} are told of here.</p>')
    out += figures[:1]  # a reader sees this one first, and chooses below it
    if choices is not None:
        out.append(form(report, choices, drawn, prefix))
        out.append('<noscript><p class="note">Without scripts nothing can be chosen here; ')
        out.append("what follows in every combination is drawn and listed.</p></noscript>")
    out += figures[1:]
    scenarios, left_out = listed(report, options, default=_SCENARIOS)
    left_out += scenario_count(report) - len(report.scenarios)
    if scenarios and len(report.scenarios) > 1:
        places = {id(s): i for i, s in enumerate(report.scenarios)}
        head, *rows = scenario_rows(report, scenarios)
        whole = hull_row(report)
        known = [f'data-scenarios="{places[id(s)]}"' for s in scenarios]
        out.append("<details><summary>All combinations as a table</summary>")
        out.append(table(head, [*rows, *([whole] if whole else [])], "wide", known))
        out.append(f"<p>... and {count_text(left_out)} more.</p>" if left_out else "")
        meant = consistent_means(scenarios)
        out.append(f'<p class="note">{text(meant)}</p></details>' if meant else "</details>")
    return out


def _network(report: Report, prefix: str) -> list[str]:
    whole = network.network(report)
    part = network.about(whole, reported(report))
    if not any(node.is_relation for node in part.nodes):
        return []
    out = [f'<h2 id="{prefix}-network">How the quantities hang together</h2>']
    if len(part.nodes) > _NODES:
        return [
            *out,
            f'<p class="note">With {len(part.nodes)} quantities and relations it is too large to look at; '
            "<code>claimcheck graph</code> draws it.</p>",
        ]
    left_out = len(whole.nodes) - len(part.nodes)
    what = "Quantities with what is claimed of them, and relations in italics. What is in a conflict is red."
    if left_out:
        what += f" {left_out} that are in no conflict and lead to nothing reported are left out."
    return [
        *out,
        f'<p class="note">{what}</p><div class="scroll picture" tabindex="0" role="region" '
        f'aria-label="The network of quantities and relations">{svg.picture(part)}</div>',
    ]


# -- what to do about it


def _repairs(report: Report, options: Options, prefix: str) -> list[str]:
    missing, repairs = repairs_missing(report), repairs_told(report)
    if not repairs and not missing:
        return []
    told = f'<p class="note">{text(missing[0].upper() + missing[1:])}.</p>' if missing else ""
    out = [f'<h2 id="{prefix}-repairs">Repairs</h2>']
    if not repairs:
        return [*out, told]
    most = len(repairs) if options.top == 0 else _REPAIRS
    shared = [m for m in repairs[0] if len(repairs) > 1 and all(m in r for r in repairs)]
    meaning = repairs_meaning(report)
    out.append(f"<p>{text(meaning[0].upper() + meaning[1:])}.</p>")
    if shared:
        out.append(f"<p>In each of them: {_ids(shared)}; and one of these:</p>")
    own = [[m for m in repair if m not in shared] for repair in repairs[:most]]
    out.append(f'<ul class="repairs">{"".join(f"<li>{_ids(ids)}</li>" for ids in own)}</ul>')
    if len(repairs) > most:
        out.append(f"<p>... and {count_text(len(repairs) - most)} more.</p>")
    return [*out, told]


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(f"<code>{text(id)}</code>" for id in ids)


def _moves(report: Report) -> list[str]:
    from claimcheck.render.moves import told

    moves = told(report)
    if moves is None:
        return []
    notes = "".join(f'<p class="note">{text(note)}</p>' for note in moves.notes)
    return [f"<h2>{text(moves.title)}</h2>", table([], moves.rows, "steps"), notes]


# -- what it rests on


def _claims(report: Report, prefix: str) -> list[str]:
    if not report.claims:
        return []
    head = ["status", "claim", "printed", "by the others"]
    out = [f'<h2 id="{prefix}-claims">Claims</h2>']
    bad = (Status.CONTRADICTED, Status.DISPUTED, Status.UNKNOWN)
    if len(report.claims) <= _CLAIMS:
        return [*out, table(head, claim_rows(report, Status), "wide")]
    worst, rest = claim_rows(report, bad), claim_rows(report, [s for s in Status if s not in bad])
    out.append(table(head, worst, "wide") if worst else "")
    if rest:
        out.append(f"<details><summary>{len(rest)} {'other ' if worst else ''}claims</summary>")
        out.append(table(head, rest, "wide") + "</details>")
    return out


def _noticed(report: Report, prefix: str) -> list[str]:
    found = other_findings(report)
    if not found:
        return []
    items = []
    for f in found:
        line = f' <span class="note">line {f.line}</span>' if f.line else ""
        items.append(f"<li><strong>{text(f.code)}</strong> {text(clean(f.message))}{line}</li>")
    return [
        f'<h2 id="{prefix}-noticed">Also noticed</h2><details{" open" if len(found) <= _CLAIMS else ""}>',
        f"<summary>{_severities(found)}</summary><ul>{''.join(items)}</ul></details>",
    ]


def _severities(found: Sequence[Finding]) -> str:
    """How many of each kind: ``2 warnings, 1 note``."""
    counts = Counter(f.severity for f in found)
    return ", ".join(plural(counts[s], str(s)) for s in Severity if counts[s])


# -- style and script


def _file(name: str) -> str:
    return files("claimcheck.render.html").joinpath(name).read_text(encoding="utf-8")


def _style() -> str:
    return _file("report.css") + svg.STYLE


def _hash(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
