"""docs/findings.md, written from the reports on the claims files: what clashes in published numbers.

For each subject the conflicts with their arithmetic, their sources and what each would have to say; then the
clashes that go away once it is known what the numbers speak of, or in which of two ways they are read.
"""

from __future__ import annotations

import claimcheck
from claimcheck.files.loader import load
from claimcheck.judging.readings import assumed
from claimcheck.judging.report import Conflict, Report
from claimcheck.judging.wording import clean, printed_text
from claimcheck.render.accounts import account
from claimcheck.render.markdown import escape
from claimcheck.render.prose import count_text, plural, scenario_count
from tests.resolved import SCOPES, part, told
from tests.shipped import NAMES, checked

__all__ = ["page"]

_HEAD = """\
# Findings

What the claims files of this repository find in published numbers. The page is written from the reports, and
tests/test_findings.py holds it to them.

A conflict says that printed numbers clash, and by which arithmetic. It does not say which of them is wrong,
nor why: a slip, a misprint, another way of rounding or counting, and a relation that does not hold for what
the numbers mean all look alike. Behind each number stands what it would have to be if all the others of its
conflict were right. Numbers are read as [printed digits](explanation/printed-digits.md): rounded to the last
one. What stands in code is proved; `claimcheck audit` checks the proofs.
"""

_LAST = ("opt175b.yaml", "opt175b-full.yaml", "opt175b-scope.yaml")


def page() -> str:
    """The page as Markdown."""
    names = [n for n in NAMES if n not in _LAST] + [n for n in _LAST if n in NAMES]
    parts = [_HEAD, *(_subject(name, checked(name)) for name in names)]
    return "\n".join(parts)


def _subject(name: str, report: Report) -> str:
    claims = report.claim_set
    assert claims is not None
    counting = [c for c in report.conflicts if c.counts]
    shown = count_text(scenario_count(report))
    size = f"{plural(len(report.claims), 'claim')} from {plural(len(claims.sources), 'source')}"
    ways = f"{shown} source combination{'' if shown == '1' else 's'}"
    came_to = plural(len(counting), "conflict") if counting else "The numbers can be true together"
    lines = [f"## {escape(report.title)}", "", f"`claims/{name}`: {size}, {ways}. {came_to}.", ""]
    cited = {claims.claims[m].source for c in counting for m in c.members if m in claims.claims}
    for id in (s for s in claims.sources if s in cited):
        source = claims.sources[id]
        title = escape(source.title or id)
        lines.append(f"- {escape(id)}: " + (f"[{title}]({source.url})" if source.url else title))
    lines += [""] if cited else []
    for conflict in counting:
        lines += [*_conflict(report, conflict), ""]
    settled = [*_open_in(report), *_open_in_cases(name)]
    if settled:
        lines += ["### What dissolves once the scope is known", "", *settled, ""]
    rivals = _rivals(report)
    if rivals:
        lines += ["### What dissolves in another reading", "", *rivals, ""]
    return "\n".join(lines)


def _conflict(report: Report, conflict: Conflict) -> list[str]:
    """The numbers that cannot be true together, one to a line, under the arithmetic."""
    claims = report.claim_set
    assert claims is not None
    words = account(report, [conflict])
    needed = {id: need for id, _, need in words.needed}
    lines = [f"### {conflict.id}: {_about(report, conflict)}", ""]
    clash = words.inequality or words.clash.removeprefix("so ")
    lines += [f"`{_code(clash)}`", ""] if clash else []
    for member in conflict.members:
        claim = claims.claims.get(member)
        if claim is None:
            relation = claims.relations[member.removeprefix("relation:")]
            origin = ", ".join(escape(x) for x in (relation.source, relation.note) if x)
            lines.append(f"- by `{_code(relation.equation.text)}`" + (f" ({origin})" if origin else ""))
            continue
        said = f"`{_code(claim.quantity)} = {_code(printed_text(claim))}` ({escape(claim.source)}"
        said += f", {escape(claim.at)})" if claim.at else ")"
        need = needed.get(member, "")
        lines.append(f"- {said}" + (f": {escape(need)}" if need else ""))
    return [*lines, *(f"- {escape(note)}" for note in words.notes)]


def _about(report: Report, conflict: Conflict) -> str:
    """The quantity at which it shows: that of the conclusion, or of the last claim."""
    claims = report.claim_set
    assert claims is not None
    last = [m for m in conflict.members if m in claims.claims][-1:]
    if not last and not conflict.conclusion:
        return "relations"
    name = claims.claims[conflict.conclusion or last[0]].quantity
    description = claims.quantities[name].description
    return f"`{_code(name)}`" + (f", {escape(description)}" if description else "")


def _open_in(report: Report) -> list[str]:
    """The clashes of a shipped file that another scope settles."""
    claims = report.claim_set
    assert claims is not None
    single = [c for c in report.conflicts if c.ruled_out and len(assumed(claims, c)) == 1]
    return _one_each(report, single)


def _open_in_cases(name: str) -> list[str]:
    """The clashes that would be there if a claim of the file did not state its scope."""
    lines = []
    for case in SCOPES:
        if case.file == name and "scope" not in case.entry and not _is_open(name, case.claim):
            report = claimcheck.verify(load(told(part(case), case, "")))
            lines += _one_each(
                report, [c for c in report.conflicts if assumed(report.claim_set, c)], case.claim
            )
    return lines


def _is_open(name: str, claim: str) -> bool:
    """Whether the file itself leaves the scope of a claim open."""
    claims = checked(name).claim_set
    return claims is not None and any(r.reads == claim for r in claims.relations.values())


def _one_each(report: Report, conflicts: list[Conflict], only: str = "") -> list[str]:
    """A line for each claim that another scope settles: as what it clashes, with the first arithmetic."""
    claims = report.claim_set
    assert claims is not None
    met: dict[str, dict[str, str]] = {}
    ways: dict[str, str] = {}
    for conflict in conflicts:
        taken = assumed(claims, conflict)
        words = account(report, [conflict])
        note = next((n for n in words.notes if n.startswith("the likely reason")), "")
        if len(taken) != 1 or not note or not next(iter(taken)).startswith(only):
            continue
        ((id, relation),) = taken.items()
        clash = words.inequality or words.clash.removeprefix("so ")
        met.setdefault(id, {}).setdefault(", ".join(relation.scope), clash.replace("#reread", ""))
        ways.setdefault(id, note.partition(": this ")[2].replace("#reread", ""))
    lines = []
    for id, clashes in met.items():
        claim = claims.claims[id]
        source = claims.sources[claim.source]
        place = f"{escape(source.title or source.id)}, {escape(claim.at)}"
        lines.append(
            f"- {escape(printed_text(claim))} ({place}) clashes as {escape(' or '.join(clashes))}: "
            f"`{_code(next(iter(clashes.values())))}`. It {escape(ways[id])}."
        )
    return lines


def _rivals(report: Report) -> list[str]:
    """The rival relations that the numbers rule out, each with its first arithmetic."""
    claims = report.claim_set
    assert claims is not None
    met: dict[tuple[str, ...], str] = {}
    for conflict in report.conflicts:
        if not conflict.ruled_out or assumed(claims, conflict) or conflict.ruled_out in met:
            continue
        words = account(report, [conflict])
        rivals = [claims.relations[r.removeprefix("relation:")] for r in conflict.ruled_out]
        told_as = " and ".join(
            f"`{_code(r.equation.text)}`" + (f" ({escape(r.note)})" if r.note else "") for r in rivals
        )
        clash = _code(words.inequality or words.clash.removeprefix("so "))
        met[conflict.ruled_out] = f"- Not with {told_as}: `{clash}`. With its rival it holds."
    return list(met.values())


def _code(text: str) -> str:
    """A text between backticks."""
    return clean(" ".join(text.split())).replace("`", "'")
