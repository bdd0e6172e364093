"""JSON Schema (2020-12) of the JSON report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claimcheck.schemas.descriptions import REPORT, described
from claimcheck.schemas.shapes import RATIONAL, TEXT, TRUTH, WHOLE, many, mapping, or_null, ref, thing

__all__ = ["report_schema"]


def report_schema() -> Mapping[str, Any]:
    """JSON Schema (2020-12) of the JSON report."""
    ids = many(TEXT)
    verdict = {"enum": ["consistent", "contradictory", "unknown"]}

    base = or_null(
        thing(lower=or_null(RATIONAL), upper=or_null(RATIONAL), lower_closed=TRUTH, upper_closed=TRUTH)
    )
    pairs = many(many(TEXT))
    tree = or_null(ref("tree"))
    combined = {"enum": ["sum", "cleared", "product"]}
    how = thing(relations=pairs, combined=combined, known=pairs, proofs=many(tree))
    step = thing(premise=TEXT, variable=TEXT, interval=base, uses=many(WHOLE), how=or_null(how))
    split = thing(variable=TEXT, at=RATIONAL, lower=ref("proof"), upper=ref("proof"))
    bound = thing(
        unit=TEXT,
        lower=ref("end"),
        upper=ref("end"),
        tight=TRUTH,
        gap=TEXT,
        certificate=thing(
            interval=base,
            lower=or_null(ref("proof")),
            upper=or_null(ref("proof")),
            witnesses=many(or_null(WHOLE)),
        ),
    )
    value = {"anyOf": [RATIONAL, many(RATIONAL)]}
    group = thing(unknown=many(TEXT), relations=ids, matrix=many(many(RATIONAL)), proofs=many(many(tree)))
    witness = thing(values=mapping(value), solved=many(group))
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "claimcheck report, schema version 1",
        "$defs": {
            "end": or_null(thing(value=TEXT, exact=or_null(RATIONAL), closed=TRUTH)),
            "interval": thing(unit=TEXT, lower=ref("end"), upper=ref("end"), tight=TRUTH, gap=TEXT),
            "value": thing(unit=TEXT, value=TEXT, exact=or_null(RATIONAL)),
            "bound": bound,
            "hull": thing(
                unit=TEXT,
                lower=ref("end"),
                upper=ref("end"),
                tight=TRUTH,
                gap=TEXT,
                certificate=or_null(thing(lower=or_null(ref("proof")), upper=or_null(ref("proof")))),
            ),
            "proof": thing(goals=many(WHOLE), split=or_null(split)),
            "tree": {
                "anyOf": [
                    thing(split=TEXT, at=RATIONAL, lower=tree, upper=tree),
                    thing(about=mapping(RATIONAL), then=tree),
                ]
            },
        },
        **thing(
            schema_version={"const": 1},
            tool=thing(name=TEXT, version=TEXT),
            files=many(
                thing(
                    path=TEXT,
                    title=TEXT,
                    verdict=verdict,
                    complete=TRUTH,
                    given=ids,
                    claims=many(
                        thing(
                            id=TEXT,
                            quantity=TEXT,
                            source=TEXT,
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
                            certificate=thing(witness=or_null(WHOLE)),
                        )
                    ),
                    hull=mapping(ref("hull")),
                    conflicts=many(
                        thing(
                            id=TEXT,
                            kind={"enum": ["disagreement", "contradiction", "impossible"]},
                            members=ids,
                            minimal=TRUTH,
                            known=TRUTH,
                            certificate=thing(
                                proof=ref("proof"),
                                conclusion=TEXT,
                                ruled_out=ids,
                                without=mapping(WHOLE),
                                inequality=or_null(TEXT),
                            ),
                            would_need=mapping(or_null(ref("bound"))),
                            worked_out=TRUTH,
                            reason=TEXT,
                            baseline=TRUTH,
                        )
                    ),
                    overview=thing(
                        count=or_null(WHOLE),
                        verdicts=or_null(thing(consistent=WHOLE, contradictory=WHOLE, unknown=WHOLE)),
                        extremes=mapping(thing(lower=or_null(mapping(ids)), upper=or_null(mapping(ids)))),
                        effects=many(
                            thing(
                                choice=TEXT,
                                quantity=TEXT,
                                moves=or_null(thing(unit=TEXT, value=TEXT)),
                                outcomes=many(
                                    thing(
                                        picked=ids, hull=or_null(ref("interval")), consistent=or_null(WHOLE)
                                    )
                                ),
                            )
                        ),
                        resolve=many(
                            thing(
                                kind={"enum": ["settle", "digit"]},
                                what=TEXT,
                                quantity=TEXT,
                                narrows=thing(least=TEXT, most=TEXT),
                                rules_out=or_null(many(WHOLE)),
                            )
                        ),
                    ),
                    repairs=many(ids),
                    repairs_complete=TRUTH,
                    repairs_open=many(TEXT),
                    findings=many(
                        thing(
                            code=TEXT,
                            name=TEXT,
                            severity={"enum": ["error", "warning", "note"]},
                            message=TEXT,
                            location=thing(
                                line={"type": "integer", "minimum": 0},
                                column={"type": "integer", "minimum": 0},
                            ),
                            members=ids,
                        )
                    ),
                    certificate=thing(repairs=many(many(WHOLE)), steps=many(step), witnesses=many(witness)),
                )
            ),
        ),
    }
    change = or_null(RATIONAL)
    move = thing(
        claim=TEXT,
        before=ref("interval"),
        after=ref("interval"),
        changes={"type": "array", "items": change, "minItems": 2, "maxItems": 2},
        least=TRUTH,
    )
    # There only if it was asked for.
    schema["properties"]["files"]["items"]["properties"]["shifts"] = or_null(
        thing(least=TRUTH, total=TEXT, moves=many(move), open=ids)
    )
    return described(schema, REPORT)
