"""What `claimcheck diff` prints: text, Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import claimcheck
from claimcheck.decimals import ends_text, grouped
from claimcheck.diagnostics import InputProblem
from claimcheck.judging.diff import BoundChange, Change, ClaimChange, ConflictChange, Diff, ScenarioChange
from claimcheck.judging.reading import read_interval
from claimcheck.judging.wording import clean, period_text
from claimcheck.render.columns import align
from claimcheck.render.prose import plural
from claimcheck.schemas.shapes import TEXT, TRUTH, many, mapping, or_null, thing

__all__ = ["FORMATS", "diff_object", "diff_schema", "render"]

FORMATS = ("text", "markdown", "json")
"""The formats of a comparison, the default first."""

_SHOWN = 20
"""Changed bounds of scenarios that text and Markdown list."""
_MOST_DIGITS = 12


def render(format: str, diffs: Sequence[Diff]) -> str:
    """The comparisons in one of :data:`FORMATS`. Raises ValueError for another name."""
    if format == "json":
        return json.dumps(diff_object(diffs), ensure_ascii=False, indent=2) + "\n"
    if format == "markdown":
        return "\n".join(_markdown(d) for d in diffs)
    if format == "text":
        return "\n".join(_text(d) for d in diffs)
    raise ValueError(f"unknown format {format!r}")


# --- for people


def _text(diff: Diff) -> str:
    lines = [_title(diff), _verdict(diff), *_notes(diff)]
    for name, rows in _sections(diff):
        lines += ["", name, *align(rows, indent="  ")]
    return "\n".join(lines) + "\n"


def _markdown(diff: Diff) -> str:
    from claimcheck.render.markdown import escape, table

    lines = [f"## {escape(_title(diff))}", "", f"**{escape(_verdict(diff))}**", ""]
    for note in _notes(diff):
        lines += [escape(note), ""]
    for name, rows in _sections(diff):
        width = max(map(len, rows))
        head = [name, *[""] * (width - 1)]
        lines += [*table([head, *rows]), ""]
    return "\n".join(lines)


def _title(diff: Diff) -> str:
    old, new = (clean(p) or "(no such file)" for p in diff.paths)
    return f"{old} -> {new}"


def _verdict(diff: Diff) -> str:
    old, new = diff.verdicts
    if diff.is_empty:
        return f"no difference: {new}"
    return f"{new}, as before" if old == new else f"{old or 'not there'} -> {new or 'not there'}"


def _notes(diff: Diff) -> list[str]:
    sides = [name for name, whole in zip(("old", "new"), diff.complete, strict=True) if not whole]
    if not sides:
        return []
    told = " and ".join(f"the {name} report" for name in sides)
    return [f"{told} {'is' if len(sides) == 1 else 'are'} incomplete: what seems new or gone may be neither"]


def _sections(diff: Diff) -> Iterable[tuple[str, list[list[str]]]]:
    """A title and rows for each kind of change that there is."""
    if diff.conflicts:
        yield "Conflicts", [_conflict_row(c) for c in diff.conflicts]
    hull = [b for b in diff.bounds if b.choices is None]
    others = [b for b in diff.bounds if b.choices is not None]
    # A report without choices has one scenario, and its bounds are those of the hull.
    others = [b for b in others if b.choices or not any(h.quantity == b.quantity for h in hull)]
    if hull or others:
        rows = [_bound_row(b) for b in (*hull, *others[:_SHOWN])]
        left_out = [[f"... and {len(others) - _SHOWN} more (all of them with --format json)"]]
        yield "Bounds", rows + (left_out if len(others) > _SHOWN else [])
    if diff.scenarios:
        yield "Source combinations", list(_scenario_rows(diff.scenarios))
    if diff.claims:
        yield "Claims", [_claim_row(c) for c in diff.claims]


_WORDS = {
    Change.COUNTS: "counts now",
    Change.ACCEPTED: "no longer counts",
    Change.OTHER: "not comparable",
}


def _word(change: Change) -> str:
    return _WORDS.get(change, str(change))


def _conflict_row(c: ConflictChange) -> list[str]:
    members = ", ".join(clean(m) for m in c.members) or "the hard facts of the file"
    mark = "" if c.counts or c.change is Change.ACCEPTED else "(accepted, or settles a choice)"
    return [_word(c.change), c.kind, f"{members} {mark}".rstrip()]


def _bound_row(b: BoundChange) -> list[str]:
    where = "over all" if b.choices is None else _choices(b.choices)
    return [_word(b.change), b.quantity, _from_to(b.old, b.new), where]


def _from_to(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> str:
    """Both intervals, with as many digits as it takes to see the difference."""
    if old is None or new is None:
        return _interval(old or new, 4)
    for digits in range(4, _MOST_DIGITS + 1):
        before, after = _interval(old, digits), _interval(new, digits)
        if before != after:
            break
    return f"{before} -> {after}"


def _interval(shown: Mapping[str, Any] | None, digits: int) -> str:
    assert shown is not None
    unit = clean(str(shown["unit"]))
    try:
        x = read_interval(shown)
    except InputProblem:
        ends = (end["value"] if end is not None else "any" for end in (shown["lower"], shown["upper"]))
        return " to ".join(clean(str(e)) for e in ends)
    if x.is_empty:
        return "no value"
    if unit == "date":
        return period_text(x)
    low, high = map(grouped, ends_text(x.lower, x.upper, digits))
    words = low if low == high else f"{low} to {high}"
    if not low or not high:
        words = f"at least {low}" if low else f"at most {high}" if high else "any value"
    return f"{words} {'%' if unit == 'percent' else unit}".rstrip()


def _choices(choices: Mapping[str, Sequence[str]]) -> str:
    told = " + ".join(clean(id) for ids in choices.values() for id in ids)
    return f"with {told}" if told else "from all claims"


def _scenario_rows(changes: Sequence[ScenarioChange]) -> Iterable[list[str]]:
    """Verdicts that changed one by one, and how many scenarios are new or gone."""
    for c in changes:
        if c.change is Change.CHANGED:
            yield [_word(c.change), f"{c.old} -> {c.new}", _choices(c.choices)]
    for change in (Change.NEW, Change.GONE):
        count = sum(c.change is change for c in changes)
        if count:
            yield [_word(change), plural(count, "source combination")]


def _claim_row(c: ClaimChange) -> list[str]:
    if c.old is None or c.new is None:
        only = c.old or c.new or {}
        return [_word(c.change), clean(c.id), _interval(only["interval"], 4), str(only["status"])]
    value = status = ""
    if c.old["interval"] != c.new["interval"]:
        value = _from_to(c.old["interval"], c.new["interval"])
    if c.old["status"] != c.new["status"]:
        status = f"{c.old['status']} -> {c.new['status']}"
    return [_word(c.change), clean(c.id), value, status]


# --- for programs


def diff_object(diffs: Sequence[Diff]) -> dict[str, Any]:
    """The comparisons as a tree of dicts, lists, strings and booleans."""
    return {
        "schema_version": 1,
        "tool": {"name": "claimcheck", "version": claimcheck.__version__},
        "files": [_file_object(d) for d in diffs],
    }


def _file_object(diff: Diff) -> dict[str, Any]:
    def both(pair: tuple[Any, Any]) -> dict[str, Any]:
        return {"old": pair[0], "new": pair[1]}

    return {
        "path": both(diff.paths),
        "verdict": both(diff.verdicts),
        "complete": both(diff.complete),
        "worse": diff.is_worse,
        "conflicts": [
            {"change": str(c.change), "kind": c.kind, "members": list(c.members), "counts": c.counts}
            for c in diff.conflicts
        ],
        "bounds": [
            {
                "change": str(b.change),
                "quantity": b.quantity,
                "choices": None if b.choices is None else {n: list(ids) for n, ids in b.choices.items()},
                **both((_plain(b.old), _plain(b.new))),
            }
            for b in diff.bounds
        ],
        "scenarios": [
            {
                "change": str(s.change),
                "choices": {n: list(ids) for n, ids in s.choices.items()},
                **both((s.old, s.new)),
            }
            for s in diff.scenarios
        ],
        "claims": [
            {"change": str(c.change), "id": c.id, **both((_said(c.old), _said(c.new)))} for c in diff.claims
        ],
    }


def _plain(bound: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """An INTERVAL without the certificate of its report."""
    if bound is None:
        return None
    return {key: bound[key] for key in ("unit", "lower", "upper", "tight", "gap")}


def _said(claim: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if claim is None else {"status": claim["status"], "interval": _plain(claim["interval"])}


def diff_schema() -> Mapping[str, Any]:
    """JSON Schema (2020-12) of what `claimcheck diff --format json` prints."""
    ids = many(TEXT)
    choices = mapping(ids)

    def change(*words: Change) -> dict[str, Any]:
        return {"enum": [str(w) for w in (Change.NEW, Change.GONE, *words)]}

    end = or_null(thing(value=TEXT, exact=or_null(TEXT), closed=TRUTH))
    interval = {"$ref": "#/$defs/interval"}
    said = or_null(thing(status=TEXT, interval=interval))
    bound = change(Change.TIGHTENED, Change.LOOSENED, Change.MOVED, Change.OTHER)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "claimcheck comparison, schema version 1",
        "$defs": {"interval": thing(unit=TEXT, lower=end, upper=end, tight=TRUTH, gap=TEXT)},
        **thing(
            schema_version={"const": 1},
            tool=thing(name=TEXT, version=TEXT),
            files=many(
                thing(
                    path=thing(old=TEXT, new=TEXT),
                    verdict=thing(old=TEXT, new=TEXT),
                    complete=thing(old=TRUTH, new=TRUTH),
                    worse=TRUTH,
                    conflicts=many(
                        thing(
                            change=change(Change.COUNTS, Change.ACCEPTED),
                            kind=TEXT,
                            members=ids,
                            counts=TRUTH,
                        )
                    ),
                    bounds=many(
                        thing(
                            change=bound,
                            quantity=TEXT,
                            choices=or_null(choices),
                            old=or_null(interval),
                            new=or_null(interval),
                        )
                    ),
                    scenarios=many(thing(change=change(Change.CHANGED), choices=choices, old=TEXT, new=TEXT)),
                    claims=many(thing(change=change(Change.CHANGED), id=TEXT, old=said, new=said)),
                )
            ),
        ),
    }
