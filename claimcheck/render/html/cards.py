"""Conflicts as cards: what does not meet, as a picture and a line, and what each source would have to say."""

from __future__ import annotations

from collections.abc import Collection

from claimcheck.judging.report import Report
from claimcheck.judging.wording import clean
from claimcheck.render.accounts import Account, account, accounts
from claimcheck.render.html.forest import small
from claimcheck.render.html.markup import table, text
from claimcheck.render.prose import unit_of

__all__ = ["cards"]

_OPEN = 3
"""Cards that are open from the start, beside that of the conflict the verdict is told by."""


def cards(report: Report, prefix: str, told_above: str, asked: Collection[str]) -> list[str]:
    """A card for each account. ``told_above``: the id of the conflict that the verdict is told by; it comes
    first. ``asked``: the quantities whose conflicts are open from the start, too.
    """
    told = [account(report, conflicts) for conflicts in accounts(report)]
    told.sort(key=lambda a: (all(c.id != told_above for c in a.conflicts), not a.counts))
    return [
        _card(report, a, prefix, open=number < _OPEN or (a.counts and a.quantity in asked))
        for number, a in enumerate(told)
    ]


def _card(report: Report, told: Account, prefix: str, *, open: bool) -> str:
    css = str(told.kind) if told.counts else "known"
    first, *others = told.conflicts
    label = str(told.kind)
    if not told.counts:
        label += ", accepted" if first.known else ", settles a choice"
    out = [
        f'<details class="card {css}" id="{prefix}-{text(first.id)}"{" open" if open else ""}>',
        f'<summary><h3><span class="id">{text(told.name)}</span> <span class="kind">{text(label)}</span> ',
        f'<span class="title">{text(told.title)}</span></h3></summary>',
        *(f'<span id="{prefix}-{text(c.id)}"></span>' for c in others),
    ]
    if told.sides:
        out.append(small(told.sides, unit_of(report.claim_set, told.quantity)))
    if told.clash:
        out.append(f'<p class="clash">{text(told.clash[:1].upper() + told.clash[1:])}.</p>')
    if told.inequality:
        out.append(f'<p class="inequality">In one line: <code>{text(told.inequality)}</code></p>')
    if told.needed:
        out.append("<h4>For the rest to stand, one of these sources has to say something else</h4>")
        out.append(table(["source", "claim", "says", ""], _needed(report, told), "needed"))
    if told.rows:
        out.append("<h4>Step by step</h4>" if told.needed else "")
        out.append(table([], told.rows, "steps"))
    out += [f'<p class="note">{text(note)}</p>' for note in told.notes]
    return "".join([*out, "</details>"])


def _needed(report: Report, told: Account) -> list[list[str]]:
    claims = report.claim_set
    assert claims is not None
    return [[clean(claims.claims[id].source), id, *rest] for id, *rest in told.needed]
