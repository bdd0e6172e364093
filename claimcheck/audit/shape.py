"""Whether a report has the keys and the kinds of values that its schema asks for."""

from __future__ import annotations

from functools import cache
from typing import Any

from claimcheck.checker.facts import Json, Refused
from claimcheck.schemas.report import report_schema

__all__ = ["check_shape"]


def check_shape(entry: Json, unchecked: list[str]) -> None:
    """That an entry of ``files`` fits the schema. Raises Refused with the place that fits least."""
    try:
        from jsonschema.exceptions import best_match
    except ImportError:
        unchecked.append("whether all keys of the report's schema are there (this takes jsonschema)")
        return
    error = best_match(_of_an_entry().iter_errors(entry))
    if error is not None:
        raise Refused(f"{error.json_path.removeprefix('$.')}: {error.message:.200}")


@cache
def _of_an_entry() -> Any:
    from jsonschema import Draft202012Validator

    schema = report_schema()
    return Draft202012Validator({"$defs": schema["$defs"], **schema["properties"]["files"]["items"]})
