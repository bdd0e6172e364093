"""The pieces that the JSON Schemas (2020-12) of what is printed are made of."""

from __future__ import annotations

from typing import Any

__all__ = ["RATIONAL", "TEXT", "TRUTH", "WHOLE", "many", "mapping", "or_null", "ref", "thing"]

TEXT: dict[str, Any] = {"type": "string"}
TRUTH: dict[str, Any] = {"type": "boolean"}
WHOLE: dict[str, Any] = {"type": "integer", "minimum": 0}
RATIONAL: dict[str, Any] = {"type": "string", "pattern": r"^-?\d+(/\d+)?$"}


def thing(**properties: Any) -> dict[str, Any]:
    """An object that has all of these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def many(item: Any) -> dict[str, Any]:
    """An array of such items."""
    return {"type": "array", "items": item}


def mapping(item: Any) -> dict[str, Any]:
    """An object of any names with such values."""
    return {"type": "object", "additionalProperties": item}


def ref(name: str) -> dict[str, Any]:
    """What is defined under ``$defs``."""
    return {"$ref": f"#/$defs/{name}"}


def or_null(item: Any) -> dict[str, Any]:
    """Such an item, or null."""
    return {"anyOf": [item, {"type": "null"}]}
