"""JSON Schema of an explanation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claimcheck.schemas.shapes import RATIONAL, TEXT, TRUTH, WHOLE, many, mapping, or_null, ref, thing

__all__ = ["explanation_schema"]


def explanation_schema() -> Mapping[str, Any]:
    """JSON Schema (2020-12) of what `claimcheck explain --format json` prints."""

    end = or_null(thing(value=TEXT, exact=or_null(RATIONAL), closed=TRUTH))
    step = thing(
        level=WHOLE,
        quantity=TEXT,
        kind={"enum": ["claim", "relation", "limit", "integer", "case"]},
        premise=TEXT,
        through=many(TEXT),
        relation=TEXT,
        formula=TEXT,
        interval=ref("interval"),
        printed=TEXT,
        reading=TEXT,
        source=or_null(ref("source")),
        at=TEXT,
        cut=TRUTH,
        rounds=WHOLE,
    )
    branch = thing(
        limits=mapping(ref("interval")),
        interval=or_null(ref("interval")),
        quantity=TEXT,
        claims=many(TEXT),
        steps=many(step),
        clash=TEXT,
    )
    supports = thing(sets=many(many(TEXT)), minimal=TRUTH, complete=TRUTH)
    case = thing(
        choices=mapping(many(TEXT)),
        verdict={"enum": ["consistent", "contradictory", "unknown"]},
        interval=or_null(ref("interval")),
        steps=many(step),
        by_cases=TRUTH,
        branches=many(ref("branches")),
        lower=or_null(TEXT),
        upper=or_null(TEXT),
        supports=or_null(thing(lower=supports, upper=supports)),
    )
    conflict = thing(
        id=TEXT,
        kind={"enum": ["disagreement", "contradiction", "impossible"]},
        title=TEXT,
        members=many(TEXT),
        minimal=TRUTH,
        known=TRUTH,
        quantity=TEXT,
        claims=many(TEXT),
        steps=many(step),
        by_cases=TRUTH,
        branches=or_null(ref("branches")),
        clash=TEXT,
        arithmetic=or_null(TEXT),
        would_need=mapping(or_null(ref("interval"))),
        notes=many(TEXT),
    )
    formula = thing(
        text=TEXT, inputs=many(TEXT), directions=mapping({"enum": ["rises", "falls", "constant"]})
    )
    explained = {
        "quantity": thing(
            name=TEXT,
            description=TEXT,
            unit=TEXT,
            formula=or_null(formula),
            cases=many(ref("case")),
            left_out=WHOLE,
        ),
        "claim": thing(
            id=TEXT,
            quantity=TEXT,
            printed=TEXT,
            reading=TEXT,
            interval=ref("interval"),
            source=or_null(ref("source")),
            at=TEXT,
            note=TEXT,
            given=many(TEXT),
            status=TEXT,
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
            "interval": thing(unit=TEXT, lower=end, upper=end, tight=TRUTH, gap=TEXT),
            "source": thing(id=TEXT, title=TEXT, url=TEXT, doi=TEXT),
            "branches": thing(end={"enum": ["", "lower", "upper"]}, told=many(branch), left_out=WHOLE),
            "case": case,
            "conflict": conflict,
        },
        "oneOf": [
            thing(
                schema_version={"const": 1},
                tool=thing(name=TEXT, version=TEXT),
                path=TEXT,
                **{name: content},
            )
            for name, content in explained.items()
        ],
    }
