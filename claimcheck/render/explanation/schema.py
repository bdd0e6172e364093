"""JSON Schema of an explanation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["explanation_schema"]


def explanation_schema() -> Mapping[str, Any]:
    """JSON Schema (2020-12) of what `claimcheck explain --format json` prints."""
    text: dict[str, Any] = {"type": "string"}
    truth: dict[str, Any] = {"type": "boolean"}
    whole: dict[str, Any] = {"type": "integer", "minimum": 0}
    rational = {"type": "string", "pattern": r"^-?\d+(/\d+)?$"}

    def thing(**properties: Any) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }

    def many(item: Any) -> dict[str, Any]:
        return {"type": "array", "items": item}

    def mapping(item: Any) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": item}

    def or_null(item: Any) -> dict[str, Any]:
        return {"anyOf": [item, {"type": "null"}]}

    def ref(name: str) -> dict[str, Any]:
        return {"$ref": f"#/$defs/{name}"}

    end = or_null(thing(value=text, exact=or_null(rational), closed=truth))
    step = thing(
        level=whole,
        quantity=text,
        kind={"enum": ["claim", "relation", "limit", "integer", "case"]},
        premise=text,
        through=many(text),
        relation=text,
        formula=text,
        interval=ref("interval"),
        printed=text,
        reading=text,
        source=or_null(ref("source")),
        at=text,
        cut=truth,
    )
    supports = thing(sets=many(many(text)), minimal=truth, complete=truth)
    case = thing(
        choices=mapping(many(text)),
        verdict={"enum": ["consistent", "contradictory", "unknown"]},
        interval=or_null(ref("interval")),
        steps=many(step),
        by_cases=truth,
        lower=or_null(text),
        upper=or_null(text),
        supports=or_null(thing(lower=supports, upper=supports)),
    )
    conflict = thing(
        id=text,
        kind={"enum": ["disagreement", "contradiction", "impossible"]},
        title=text,
        members=many(text),
        minimal=truth,
        known=truth,
        quantity=text,
        claims=many(text),
        steps=many(step),
        by_cases=truth,
        clash=text,
        arithmetic=or_null(text),
        would_need=mapping(or_null(ref("interval"))),
        notes=many(text),
    )
    formula = thing(
        text=text, inputs=many(text), directions=mapping({"enum": ["rises", "falls", "constant"]})
    )
    explained = {
        "quantity": thing(
            name=text,
            description=text,
            unit=text,
            formula=or_null(formula),
            cases=many(ref("case")),
            left_out=whole,
        ),
        "claim": thing(
            id=text,
            quantity=text,
            printed=text,
            reading=text,
            interval=ref("interval"),
            source=or_null(ref("source")),
            at=text,
            note=text,
            given=many(text),
            status=text,
            expected=or_null(ref("interval")),
            others=or_null(ref("case")),
            conflicts=many(ref("conflict")),
        ),
        "conflict": ref("conflict"),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "claimcheck explanation, schema version 1",
        "$defs": {
            "interval": thing(unit=text, lower=end, upper=end, tight=truth, gap=text),
            "source": thing(id=text, title=text, url=text, doi=text),
            "case": case,
            "conflict": conflict,
        },
        "oneOf": [
            thing(
                schema_version={"const": 1},
                tool=thing(name=text, version=text),
                path=text,
                **{name: content},
            )
            for name, content in explained.items()
        ],
    }
