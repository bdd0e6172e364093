"""The claims file as pydantic models: which keys there are, and what they mean.

Values are texts here; what a text says is the model's business. pydantic is imported with this module and
by no other one but the loader, which needs it only once a file is to be read.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping as PythonMapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictStr,
    WithJsonSchema,
)

from claimcheck.diagnostics import Diagnostic
from claimcheck.files.nodes import Mapping, Node, Scalar, find, kind

__all__ = [
    "ClaimEntry",
    "ClaimsFile",
    "ColumnEntry",
    "KnownEntry",
    "QuantityEntry",
    "RelationEntry",
    "SettingsEntry",
    "SourceEntry",
    "TableEntry",
    "misfit",
    "unknown_key",
]


def _truth(value: object) -> object:
    """YAML's plain texts for a truth value; everything else is left for pydantic to refuse."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _listed(value: object) -> object:
    """One word is a list of it."""
    return [value] if isinstance(value, str) else value


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("nothing is written here")
    return value


_NUMBER_OR_TEXT = {"type": ["string", "number"]}

# What is written as a number (`value: 992`) or a date is text to us, and a number to an editor.
Text = Annotated[StrictStr, WithJsonSchema(_NUMBER_OR_TEXT)]
Filled = Annotated[Text, AfterValidator(_filled)]
Words = Annotated[
    list[Filled],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [_NUMBER_OR_TEXT, {"type": "array", "items": _NUMBER_OR_TEXT}]}),
]
Truth = Annotated[bool, Field(strict=True), BeforeValidator(_truth)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class SourceEntry(_Entry):
    """Where claims were printed: a paper, a logbook, a web page. Two revisions are two sources."""

    title: Text = Field("", description="Title as printed.", examples=["About me, Susan Zhang"])
    url: Text = Field("", description="Where it can be read.", examples=["https://arxiv.org/abs/2205.01068"])
    doi: Text = Field(
        "", description="Its DOI, without the resolver's address.", examples=["10.1103/RevModPhys.93.025010"]
    )
    date: Text = Field("", description="When it was published.", examples=["2022-01-07"])
    note: Text = Field("", description="Anything a reader should know about it.", examples=["undated"])
    coupled: Truth = Field(
        False, description="Whether a scenario takes its claims all or none.", examples=[True]
    )
    trust: Text = Field(
        "",
        description="What it weighs to drop one of its claims in a repair: a positive number (default 1).",
        examples=["3"],
    )


class _Measured(_Entry):
    """What is said of a quantity, and of a column of quantities."""

    unit: Text = Field(
        "",
        description="Its unit, or `date` for a point in time. Without a unit it is a plain number.",
        examples=["TFLOP/s/GPU", "day", "percent", "date"],
    )
    integer: Truth = Field(
        False, description="Whether only whole numbers (of its unit) are possible.", examples=[True]
    )
    min: Text | None = Field(
        None, description="The least value possible, taken exactly: a hard fact.", examples=["0 %"]
    )
    max: Text | None = Field(
        None, description="The greatest value possible, taken exactly: a hard fact.", examples=["100 %"]
    )
    description: Text = Field(
        "", description="What exactly is counted or measured.", examples=["wall-clock time, stops included"]
    )

    scopes: Words = Field(
        [],
        description="What it depends on, a name under `scopes` or several: it is a quantity for each scope, "
        "`name[scope]`.",
        examples=["lineage", ["lineage", "machine"]],
    )


class QuantityEntry(_Measured):
    """Something that has one value, whatever the sources say of it; or one for each of its scopes."""


class ColumnEntry(_Measured):
    """What the cells of a column have in common."""

    scope: Words = Field(
        [],
        description="Which scope all its numbers speak of, where it has `scopes`: as if each cell said so.",
        examples=["both", ["both", "job"]],
    )


class ClaimEntry(_Entry):
    """One printed number: which quantity, what was printed, and where."""

    quantity: Filled = Field(description="A name under `quantities`.", examples=["gpus"])
    value: Filled = Field(
        description="The number as printed, with its digits; without a unit, in the quantity's unit.",
        examples=["147 TFLOP/s/GPU", "4.30E+23 FLOP", "~33 day", "at least 90", "38 % to 43 %", "12.3 ± 0.4"],
    )
    source: Filled = Field(description="An id under `sources`.", examples=["paper"])
    scope: Words = Field(
        [],
        description="Which scope of its quantity it speaks of. If the source does not say, leave it out: the "
        "report tells under which scopes the numbers can be true.",
        examples=["both", ["both", "job"]],
    )
    id: Text = Field("", description="Tells claims of one source on one quantity apart.", examples=["low"])
    at: Text = Field("", description="Where in the source it stands.", examples=["section 2.5", "Table 4"])
    note: Text = Field(
        "", description="Anything a reader should know about it.", examples=["counted in calendar days"]
    )
    date: Text = Field(
        "",
        description="When it was claimed, where that differs from the source's date.",
        examples=["2021-11-05"],
    )
    given: list[Filled] = Field(
        [],
        description="Ids of the claims from which the source concluded it. Such a conclusion is checked "
        "against what follows from them and narrows nothing. None of them can be a conclusion itself.",
        examples=[["gpus@final-update", "elapsed@logbook"]],
    )
    certain: Truth = Field(
        False, description="Whether it is a hard fact, never in a conflict or a repair.", examples=[True]
    )
    rounding: Literal["nearest", "down", "up", "truncated", "any"] | None = Field(
        None,
        description="How its last printed digit was rounded: `nearest`, `down`, `up`, `truncated` or `any` "
        "(default: the file's `rounding`).",
        examples=["down"],
    )
    spans: Truth = Field(
        False,
        description="Whether a value `A to B` speaks of the hull of its quantity over all scenarios: a "
        "conclusion of which each end is checked against the derived one.",
        examples=[True],
    )


class RelationEntry(_Entry):
    """A formula that ties quantities. An equation alone may be written as text instead of this mapping."""

    equation: Filled = Field(
        description="An equation or inequality between quantities.",
        examples=["busy = compute / (throughput * gpus)"],
    )
    source: Text = Field(
        "", description="An id under `sources`, where the relation is printed there.", examples=["paper"]
    )
    note: Text = Field(
        "",
        description="Where it comes from, and under what condition it holds.",
        examples=["definition of job uptime"],
    )
    within: Text = Field(
        "",
        description="A tolerance, for equations: the left side lies within it of the right one.",
        examples=["10 %"],
    )
    choice: Text = Field(
        "",
        description="Relations of one choice are rivals: exactly one of them holds in a scenario.",
        examples=["operations per parameter"],
    )
    definition: Truth = Field(
        False, description="Whether it holds by definition and is never questioned.", examples=[True]
    )
    for_: Text | None = Field(
        None,
        alias="for",
        description="A table: the relation holds for each row, and a column's name means the row's value. Or "
        "a name under `scopes`: it holds in each scope.",
        examples=["causes", "lineage"],
    )


class KnownEntry(_Entry):
    """A conflict that is known and accepted."""

    members: Annotated[list[Filled], Field(min_length=1)] = Field(
        description="Exactly the members of the conflict: ids of claims, and `relation:ID`.",
        examples=[["gpus@paper", "gpus@blog"]],
    )
    reason: Filled = Field(
        description="Why it is accepted.", examples=["the paper counts the job, the blog the cluster"]
    )
    until: Text = Field("", description="The last day on which it is accepted.", examples=["2027-01-01"])


class SettingsEntry(_Entry):
    """How the numbers of this file are read, and how long a check may take."""

    approximately: Text = Field("", description="What `~` means (default 5 %).", examples=["5 %"])
    coverage: Text = Field(
        "", description="Factor from a standard uncertainty to an interval (default 2).", examples=["2"]
    )
    rounding: Literal["nearest", "down", "up", "truncated", "any"] = Field(
        "nearest",
        description="How printed numbers were rounded, where a claim does not say (default `nearest`).",
        examples=["any"],
    )
    budget: Text = Field(
        "",
        description="Seconds that the check of this file may take (default 60, at most 1000000); "
        "`--budget` overrides it.",
        examples=["60"],
    )


class TableEntry(_Entry):
    """A printed table as it stands: each cell that is not empty is a claim."""

    source: Filled = Field(description="An id under `sources`.", examples=["paper"])
    at: Text = Field("", description="Where in the source it stands.", examples=["Table 5"])
    columns: dict[str, ColumnEntry] = Field(
        description="Its columns, by name: each is a quantity for every row, `table.column[row]`. A text "
        "alone is the unit.",
        examples=[{"events": {"unit": "event", "integer": True}, "share": "percent"}],
    )
    rows: dict[str, Any] = Field(
        description="Its rows, by id: for each the values by column, as printed; or `file`, a CSV beside "
        "this file whose header names `id` and the columns.",
        examples=[{"faulty-gpu": {"events": 148, "share": "30.1 %"}}, {"file": "causes.csv"}],
    )
    complete: Truth = Field(
        True,
        description="Whether the printed table has all rows that its totals count (default true).",
        examples=[False],
    )
    rounding: Literal["nearest", "down", "up", "truncated", "any"] | None = Field(
        None,
        description="How its numbers were rounded (default: the file's `rounding`).",
        examples=["truncated"],
    )
    note: Text = Field(
        "",
        description="Anything a reader should know about it.",
        examples=["shares as printed, not recomputed"],
    )


class ClaimsFile(_Entry):
    """A claims file: what sources printed about some quantities, and the relations between them."""

    claimcheck: Literal["1"] = Field(description="Version of the format.", examples=[1])
    title: Text = Field("", description="What the file is about.", examples=["OPT-175B training run"])
    sources: dict[str, SourceEntry] = Field(
        {},
        description="The sources, by id.",
        examples=[{"paper": {"title": "The paper", "date": "2022-01-07"}}],
    )
    quantities: dict[str, QuantityEntry] = Field(
        {},
        description="The quantities, by name (letters, digits and `_`, not a digit first).",
        examples=[{"gpus": {"unit": "GPU", "integer": True}, "busy": {"unit": "day"}}],
    )
    scopes: dict[str, dict[str, Text]] = Field(
        {},
        description="In what numbers of one name may differ: each such aspect with its scopes, and what they "
        "mean.",
        examples=[{"lineage": {"both": "11.xx and 12.xx", "last": "12.xx alone"}}],
    )
    claims: list[ClaimEntry] = Field(
        [],
        description="The claims, in any order.",
        examples=[[{"quantity": "gpus", "value": 992, "source": "paper", "at": "section 2.5"}]],
    )
    relations: dict[str, RelationEntry] = Field(
        {},
        description="The relations, by id.",
        examples=[{"busy-time": "busy = compute / (throughput * gpus)"}],
    )
    report: list[Filled] = Field(
        [],
        description="The quantities a reader asks about (default: those with no claim of their own).",
        examples=[["busy", "uptime"]],
    )
    units: list[Filled] = Field(
        [], description="Further units.", examples=[["node = 8 GPU", "token = [token]"]]
    )
    settings: SettingsEntry | None = Field(
        None, description="How numbers are read.", examples=[{"approximately": "10 %"}]
    )
    known: list[KnownEntry] = Field(
        [],
        description="Conflicts that are known and accepted.",
        examples=[[{"members": ["gpus@paper", "gpus@blog"], "reason": "the job, the cluster"}]],
    )
    tables: dict[str, TableEntry] = Field(
        {},
        description="Printed tables, by name.",
        examples=[
            {
                "causes": {
                    "source": "paper",
                    "columns": {"share": "percent"},
                    "rows": {"faulty-gpu": {"share": "30.1 %"}},
                }
            }
        ],
    )
    use: dict[str, dict[str, Text]] = Field(
        {},
        description="Packs of relations to bring in: for each its names and ours. This version refuses them.",
        examples=[{"pack.name": {"params": "parameters"}}],
    )


def unknown_key(key: str, value: Node, model: type[BaseModel], entry: tuple[str | int, ...]) -> Diagnostic:
    """CC101 about a key that the model does not have; ``entry`` ends at the key."""
    known = [field.alias or name for name, field in model.model_fields.items()]
    close = difflib.get_close_matches(key[:40], known, n=1, cutoff=0.6)
    if isinstance(value, Scalar) and value.is_empty and not close:
        hint = "put text that holds a comma in quotes"
    else:
        hint = f"did you mean `{close[0]}`?" if close else f"its keys: {', '.join(known)}"
    return Diagnostic("CC101", f"{_NOUNS[model]} has no key {key!r}", hint, entry=entry)


def misfit(
    fault: PythonMapping[str, Any], model: type[BaseModel], node: Node, entry: tuple[str | int, ...]
) -> Diagnostic:
    """One of pydantic's errors about an entry as a diagnostic: CC101 key, CC102 missing, CC103 wrong type."""
    place = (*entry, *fault["loc"])
    where = str(fault["loc"][-1]) if fault["loc"] else _NOUNS[model]
    at, _ = find(node, fault["loc"])
    match fault["type"]:
        case "extra_forbidden":
            return unknown_key(where, at, model, place)
        case "missing":
            needed = [f.alias or n for n, f in model.model_fields.items() if f.is_required()]
            hint = f"{_NOUNS[model]} needs {', '.join(needed)}"
            if isinstance(node, Mapping) and where in node.entries:
                return Diagnostic("CC102", f"there is nothing behind `{where}`", hint, entry=place)
            return Diagnostic("CC102", f"the key `{where}` is missing", hint, entry=entry)
        case "too_short" | "value_error":
            return Diagnostic("CC102", "nothing is written here", "fill it, or remove it", entry=place)
        case "string_type":
            hint = "put the text in quotes, such as '[38, 43] %'"
            return Diagnostic("CC103", f"expected text, not {kind(at)}", hint, entry=place)
        case "list_type":
            hint = f"write `{where}: [{at.text if isinstance(at, Scalar) else '...'}]`"
            return Diagnostic("CC103", f"`{where}` must be a list, not {kind(at)}", hint, entry=place)
        case "bool_type":
            text = f", not {at.text}" if isinstance(at, Scalar) else ""
            hint = "write true or false"
            return Diagnostic("CC103", f"`{where}` is true or false{text}", hint, entry=place)
        case "literal_error":
            text = repr(at.text) if isinstance(at, Scalar) else kind(at)
            hint = f"one of {fault['ctx']['expected']}"
            return Diagnostic("CC103", f"`{where}` cannot be {text}", hint, entry=place)
        case "model_type" | "dict_type":
            keys = ", ".join(f.alias or n for n, f in model.model_fields.items())
            return Diagnostic(
                "CC103", f"{where} is a mapping, not {kind(at)}", f"its keys: {keys}", entry=place
            )
        case other:
            raise AssertionError(f"no words for pydantic's error {other}")


_NOUNS: dict[type[BaseModel], str] = {
    ClaimsFile: "a claims file",
    SourceEntry: "a source",
    ColumnEntry: "a column",
    QuantityEntry: "a quantity",
    ClaimEntry: "a claim",
    RelationEntry: "a relation",
    KnownEntry: "a known conflict",
    SettingsEntry: "settings",
    TableEntry: "a table",
}
