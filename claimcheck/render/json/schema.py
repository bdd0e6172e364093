"""JSON Schema (2020-12) of the JSON report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claimcheck.render.json.descriptions import REPORT, described

__all__ = ["report_schema"]


def report_schema() -> Mapping[str, Any]:
    """JSON Schema (2020-12) of the JSON report."""
    text: dict[str, Any] = {"type": "string"}
    truth: dict[str, Any] = {"type": "boolean"}
    ids: dict[str, Any] = {"type": "array", "items": text}
    verdict = {"enum": ["consistent", "contradictory", "unknown"]}
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

    def ref(name: str) -> dict[str, Any]:
        return {"$ref": f"#/$defs/{name}"}

    def or_null(item: Any) -> dict[str, Any]:
        return {"anyOf": [item, {"type": "null"}]}

    number: dict[str, Any] = {"type": "integer", "minimum": 0}
    base = or_null(
        thing(lower=or_null(rational), upper=or_null(rational), lower_closed=truth, upper_closed=truth)
    )
    pairs = many(many(text))
    tree = or_null(ref("tree"))
    how = thing(relations=pairs, product=truth, cleared=truth, known=pairs, proofs=many(tree))
    step = thing(premise=text, variable=text, interval=base, uses=many(number), how=or_null(how))
    split = thing(variable=text, at=rational, lower=ref("proof"), upper=ref("proof"))
    bound = thing(
        unit=text,
        lower=ref("end"),
        upper=ref("end"),
        tight=truth,
        gap=text,
        certificate=thing(
            interval=base,
            lower=or_null(ref("proof")),
            upper=or_null(ref("proof")),
            witnesses=many(or_null(number)),
        ),
    )
    value = {"anyOf": [rational, many(rational)]}
    group = thing(unknown=many(text), relations=ids, matrix=many(many(rational)), proofs=many(many(tree)))
    witness = thing(values=mapping(value), solved=many(group))
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "claimcheck report, schema version 1",
        "$defs": {
            "end": or_null(thing(value=text, exact=or_null(rational), closed=truth)),
            "interval": thing(unit=text, lower=ref("end"), upper=ref("end"), tight=truth, gap=text),
            "value": thing(unit=text, value=text, exact=or_null(rational)),
            "bound": bound,
            "hull": thing(
                unit=text,
                lower=ref("end"),
                upper=ref("end"),
                tight=truth,
                gap=text,
                certificate=or_null(thing(lower=or_null(ref("proof")), upper=or_null(ref("proof")))),
            ),
            "proof": thing(goals=many(number), split=or_null(split)),
            "tree": {
                "anyOf": [
                    thing(split=text, at=rational, lower=tree, upper=tree),
                    thing(slope=text, at=rational, then=tree),
                ]
            },
        },
        **thing(
            schema_version={"const": 1},
            tool=thing(name=text, version=text),
            files=many(
                thing(
                    path=text,
                    title=text,
                    verdict=verdict,
                    complete=truth,
                    given=ids,
                    claims=many(
                        thing(
                            id=text,
                            quantity=text,
                            source=text,
                            status={"enum": ["contradicted", "disputed", "supported", "untested", "unknown"]},
                            interval=ref("interval"),
                        )
                    ),
                    scenarios=many(
                        thing(
                            choices=mapping(ids),
                            verdict=verdict,
                            bounds=mapping(ref("bound")),
                            witness=or_null(mapping(ref("value"))),
                            conflicts=ids,
                            certificate=thing(witness=or_null(number)),
                        )
                    ),
                    hull=mapping(ref("hull")),
                    conflicts=many(
                        thing(
                            id=text,
                            kind={"enum": ["disagreement", "contradiction", "impossible"]},
                            members=ids,
                            minimal=truth,
                            known=truth,
                            certificate=thing(
                                proof=ref("proof"),
                                conclusion=text,
                                ruled_out=ids,
                                without=mapping(number),
                                inequality=or_null(text),
                            ),
                            would_need=mapping(or_null(ref("bound"))),
                            worked_out=truth,
                            reason=text,
                            baseline=truth,
                        )
                    ),
                    overview=thing(
                        count=or_null(number),
                        verdicts=or_null(thing(consistent=number, contradictory=number, unknown=number)),
                        extremes=mapping(thing(lower=or_null(mapping(ids)), upper=or_null(mapping(ids)))),
                        effects=many(
                            thing(
                                choice=text,
                                quantity=text,
                                moves=or_null(thing(unit=text, value=text)),
                                outcomes=many(
                                    thing(
                                        picked=ids, hull=or_null(ref("interval")), consistent=or_null(number)
                                    )
                                ),
                            )
                        ),
                        resolve=many(
                            thing(
                                kind={"enum": ["settle", "digit"]},
                                what=text,
                                quantity=text,
                                narrows=thing(least=text, most=text),
                                rules_out=or_null(many(number)),
                            )
                        ),
                    ),
                    repairs=many(ids),
                    repairs_complete=truth,
                    repairs_open=many(text),
                    findings=many(
                        thing(
                            code=text,
                            name=text,
                            severity={"enum": ["error", "warning", "note"]},
                            message=text,
                            location=thing(
                                line={"type": "integer", "minimum": 0},
                                column={"type": "integer", "minimum": 0},
                            ),
                            members=ids,
                        )
                    ),
                    certificate=thing(repairs=many(many(number)), steps=many(step), witnesses=many(witness)),
                )
            ),
        ),
    }
    change = or_null(rational)
    move = thing(
        claim=text,
        before=ref("interval"),
        after=ref("interval"),
        changes={"type": "array", "items": change, "minItems": 2, "maxItems": 2},
        least=truth,
    )
    # There only if it was asked for.
    schema["properties"]["files"]["items"]["properties"]["shifts"] = or_null(
        thing(least=truth, total=text, moves=many(move), open=ids)
    )
    return described(schema, REPORT)
