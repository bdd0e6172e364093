"""Whether a report has the keys and the kinds of values that its schema asks for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from claimcheck.checker.facts import Json, Refused
from claimcheck.schemas.report import report_schema

__all__ = ["check_shape"]

_EMPTY_PROOF: Json = {"goals": [], "split": None}


def check_shape(entry: Json, unchecked: list[str]) -> None:
    """That an entry of ``files`` fits the schema. Raises Refused with the place that fits least."""
    try:
        from jsonschema.exceptions import best_match
    except ImportError:
        unchecked.append("whether all keys of the report's schema are there (this takes jsonschema)")
        return
    for kind, piece in _pieces(entry):
        error = best_match(_schema_of(kind).iter_errors(piece))
        if error is not None:
            raise Refused(f"{kind}{error.json_path.removeprefix('$')}: {error.message:.200}")


@cache
def _schema_of(kind: str) -> Any:
    from jsonschema import Draft202012Validator

    schema = report_schema()
    own = schema["properties"]["files"]["items"] if kind == "entry" else {"$ref": f"#/$defs/{kind}"}
    return Draft202012Validator({"$defs": schema["$defs"], **own})


def _pieces(entry: Json) -> Iterator[tuple[str, Json]]:
    """The entry without what is nested in its proofs and trees, which comes apart: none of it is deep."""
    waiting = [("entry", entry)]

    def cut(x: Json) -> Json:
        if isinstance(x, list):
            return [cut(y) for y in x]
        if not isinstance(x, dict):
            return x
        if "goals" in x and isinstance(x.get("split"), dict):
            nested = {end: x["split"][end] for end in ("lower", "upper") if end in x["split"]}
            waiting.extend(("proof", part) for part in nested.values())
            return {**x, "split": {**x["split"], **dict.fromkeys(nested, _EMPTY_PROOF)}}
        if "then" in x or isinstance(x.get("split"), str):
            nested = {end: x[end] for end in ("lower", "upper", "then") if x.get(end) is not None}
            waiting.extend(("tree", part) for part in nested.values())
            return {**x, **dict.fromkeys(nested)}
        return {key: cut(y) for key, y in x.items()}

    while waiting:
        kind, part = waiting.pop()
        yield kind, cut(part)
