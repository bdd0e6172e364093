"""The JSON Schema of a claims file, for editors: completion, descriptions and red lines while one writes.

It keeps to what the YAML language server digests, which most editors run: draft-07 (of later drafts it says
that they are not fully supported), no ``prefixItems``, nothing beside a reference, none to elsewhere.
"""

from __future__ import annotations

import json
from typing import Any

from claimcheck.files.schema import ClaimsFile

__all__ = ["json_schema", "schema_text"]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft-07) of a claims file as an editor sees it: with numbers as numbers."""
    schema = ClaimsFile.model_json_schema(ref_template="#/definitions/{model}")
    schema["definitions"] = schema.pop("$defs")
    properties = schema["properties"]
    properties["claimcheck"] = {
        "description": properties["claimcheck"]["description"],
        "enum": [1, "1"],
        "examples": [1],
        "title": "Claimcheck",
    }
    relation = properties["relations"]["additionalProperties"]
    properties["relations"]["additionalProperties"] = {
        "anyOf": [{"type": "string", "description": "An equation or inequality."}, relation]
    }
    table = schema["definitions"]["TableEntry"]["properties"]
    table["columns"]["additionalProperties"] = {
        "anyOf": [
            table["columns"]["additionalProperties"],
            {"type": ["string", "null"], "description": "Its unit."},
        ]
    }
    cell = {"type": ["string", "number", "null"], "description": "What is printed there; empty: no claim."}
    table["rows"]["additionalProperties"] = {
        "anyOf": [
            {"type": "object", "additionalProperties": cell},
            {"type": "null", "description": "A row of which nothing is printed."},
            {"type": "string", "description": "Behind `file`: the CSV with the rows."},
        ]
    }
    for section in ("sources", "quantities"):
        # `paper:` with nothing behind it is a source of which only the id is known.
        entry = properties[section]["additionalProperties"]
        properties[section]["additionalProperties"] = {"anyOf": [entry, {"type": "null"}]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **schema,
        "title": "claims file",
        "required": ["claimcheck", "claims"],
    }


def schema_text() -> str:
    """:func:`json_schema` as text, the same bytes on every run."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
