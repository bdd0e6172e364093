"""The scenarios of a report as a table: which to show, which columns, and the contradictory ones in short."""

from __future__ import annotations

from collections.abc import Sequence

from claimcheck.judging.report import Report, Scenario, Verdict
from claimcheck.judging.wording import clean, interval_text, printed_text, unit_text
from claimcheck.model import ClaimSet
from claimcheck.render import Options
from claimcheck.render.prose import count_text, plural, scenario_count, unit_of
from claimcheck.render.selection import listed, reported

__all__ = [
    "choice_names",
    "choice_text",
    "chosen",
    "column_title",
    "conflicts_everywhere",
    "consistent_means",
    "folded_rows",
    "hull_row",
    "only_rows",
    "scenario_rows",
    "split_constant",
]

_FEW = 8
"""Scenarios that are all listed, contradictory or not."""
_NAMED = 6


def choice_text(claims: ClaimSet | None, ids: tuple[str, ...]) -> str:
    """What was picked for one quantity or choice: ``1024 GPU (final-update)``, ``with-recompute``."""
    told: dict[str, list[str]] = {}
    for id in ids:
        claim = claims.claims.get(id) if claims is not None else None
        if claim is None:
            name = id.removeprefix("relation:")
            relation = claims.relations.get(name) if claims is not None else None
            told.setdefault(clean(", ".join(relation.scope) if relation and relation.reads else name), [])
        else:
            told.setdefault(printed_text(claim), []).append(clean(claim.source))
    return ", ".join(
        f"{text} ({', '.join(dict.fromkeys(sources))})" if sources else text for text, sources in told.items()
    )


def column_title(claims: ClaimSet | None, quantity: str) -> str:
    """``uptime (%)``."""
    unit = unit_text(unit_of(claims, quantity))
    return f"{quantity} ({unit})" if unit else quantity


def choice_names(report: Report) -> list[str]:
    """The contested quantities and choices, in the order of the report."""
    return list(dict.fromkeys(name for s in report.scenarios for name in s.choices))


def chosen(report: Report, options: Options, default: int) -> tuple[list[Scenario], list[Scenario], int]:
    """The scenarios to list, the contradictory ones to sum up, and how many are neither.

    Unless an order or a number is asked for, consistent ones come first, and of many scenarios the
    contradictory ones are only summed up.
    """
    unlisted = scenario_count(report) - len(report.scenarios)
    if options.sort or options.start or options.top is not None:
        scenarios, left_out = listed(report, options, default)
        return scenarios, [], left_out + unlisted
    possible = [s for s in report.scenarios if s.verdict is not Verdict.CONTRADICTORY]
    ruled_out = [s for s in report.scenarios if s.verdict is Verdict.CONTRADICTORY]
    if len(report.scenarios) <= _FEW:
        return [*possible, *ruled_out], [], unlisted
    return possible[:default], ruled_out, len(possible[default:]) + unlisted


def consistent_means(scenarios: Sequence[Scenario]) -> str:
    """What is to be said of a consistent scenario that has a conflict; nothing if there is none."""
    if any(s.conflicts and s.verdict is Verdict.CONSISTENT for s in scenarios):
        return "consistent: the evidence can be true; a conflict there is with what was concluded"
    return ""


def only_rows(report: Report) -> list[list[str]]:
    """Where nothing is to be chosen, a row per reported quantity: name, interval, and what is not proved."""
    rows = []
    for q in reported(report):
        bound = report.scenarios[0].bounds.get(q)
        if bound is not None:
            loose = "" if bound.tight else "not proved to be the tightest"
            rows.append([q, interval_text(bound.interval, unit_of(report.claim_set, q)), loose])
    return rows


def scenario_rows(report: Report, scenarios: Sequence[Scenario]) -> list[list[str]]:
    """A header row and one row per scenario: choices, then reported intervals, verdict, conflicts.

    An interval that is not proved tight ends in ``*``. Conflicts of every scenario are left out of the rows,
    and if there are no others so is their column.
    """
    claims = report.claim_set
    names, columns = choice_names(report), reported(report)
    everywhere = conflicts_everywhere(report)
    rows = [[*names, *(column_title(claims, q) for q in columns), "verdict", "conflicts"]]
    for s in scenarios:
        picked = [choice_text(claims, s.choices.get(name, ())) for name in names]
        found = []
        for q in columns:
            bound = s.bounds.get(q)
            text = "-"
            if bound is not None:
                text = interval_text(bound.interval, unit_of(claims, q), with_unit=False)
            found.append(text if bound is None or bound.tight else f"{text} *")
        own = " ".join(c for c in s.conflicts if c not in everywhere)
        rows.append([*picked, *found, str(s.verdict), own])
    if any(row[-1] for row in rows[1:]):
        return rows
    return [row[:-1] for row in rows]


def hull_row(report: Report) -> list[str] | None:
    """The hull as a row of the same columns, if there is more than one scenario and something to tell."""
    columns = reported(report)
    count = scenario_count(report)
    if count < 2 or not columns:
        return None
    cells = [
        interval_text(report.hull[q].interval, unit_of(report.claim_set, q), with_unit=False)
        if q in report.hull
        else "-"
        for q in columns
    ]
    names = choice_names(report)
    return [f"hull of all {count_text(count)}", *[""] * (len(names) - 1), *cells] if names else None


def split_constant(report: Report, rows: list[list[str]]) -> tuple[list[list[str]], list[str]]:
    """The rows without the columns that say the same in all of them, and these in up to two lines.

    ``rows`` begin with the header; a last row of another label (the hull) must say the same or nothing.
    """
    head, *body = (row + [""] * (len(rows[0]) - len(row)) for row in rows)
    names, columns = choice_names(report), reported(report)
    keep: list[int] = []
    parts: tuple[list[str], list[str]] = ([], [])
    for i, title in enumerate(head):
        cells = {row[i] for row in body if row[i] and not row[0].startswith("hull of all")}
        cells |= {row[i] for row in body if i >= len(names) and row[i]}
        if i >= len(names) + len(columns) or len(cells) != 1 or len(body) < 2:
            keep.append(i)
            continue
        name = title if i < len(names) else columns[i - len(names)]
        unit = "" if i < len(names) else unit_text(unit_of(report.claim_set, name))
        cell = next(iter(cells))
        parts[i >= len(names)].append(f"{name} = {cell} {unit}".rstrip())
    told = [", ".join(part) for part in parts if part]
    if not told or not any(i < len(names) for i in keep):
        return rows, []
    cut = [[row[i] for i in keep] for row in (head, *body)]
    if body[-1][0].startswith("hull of all"):
        cut[-1][0] = body[-1][0]
    return cut, told


def conflicts_everywhere(report: Report) -> list[str]:
    """The conflicts that every one of several scenarios has."""
    if len(report.scenarios) < 2:
        return []
    first, *others = report.scenarios
    return [c for c in first.conflicts if all(c in s.conflicts for s in others)]


def folded_rows(report: Report, ruled_out: Sequence[Scenario]) -> list[list[str]]:
    """Contradictory scenarios by what rules them out: (what was chosen, how many, conflicts)."""
    everywhere = set(conflicts_everywhere(report))
    rows: list[list[str]] = []
    covered: set[int] = set()
    for name in choice_names(report):
        for ids in dict.fromkeys(s.choices.get(name, ()) for s in report.scenarios):
            having = [i for i, s in enumerate(report.scenarios) if s.choices.get(name, ()) == ids]
            if any(report.scenarios[i].verdict is not Verdict.CONTRADICTORY for i in having):
                continue
            shared = [
                c
                for c in report.scenarios[having[0]].conflicts
                if c not in everywhere and all(c in report.scenarios[i].conflicts for i in having)
            ]
            if shared:
                covered.update(having)
                picked = choice_text(report.claim_set, ids)
                rows.append([f"{clean(name)} = {picked}", f"all {len(having)}", " ".join(shared[:_NAMED])])
    numbers = {id(s): i for i, s in enumerate(report.scenarios)}
    others = [s for s in ruled_out if numbers[id(s)] not in covered]
    if others:
        found = dict.fromkeys(c for s in others for c in s.conflicts if c not in everywhere)
        more = " ..." if len(found) > _NAMED else ""
        rows.append([plural(len(others), "other"), "", " ".join([*found][:_NAMED]) + more])
    return rows
