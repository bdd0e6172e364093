"""An explanation as JSON, for programs: numbers are strings, intervals are those of the JSON report."""

from __future__ import annotations

import json
from typing import Any

import claimcheck
from claimcheck.formula import print_equation
from claimcheck.judging.explain import (
    Branches,
    BranchExplanation,
    Case,
    ClaimExplanation,
    ConflictExplanation,
    Explanation,
    Node,
    QuantityExplanation,
)
from claimcheck.judging.report import Report
from claimcheck.judging.supports import EndSupports
from claimcheck.judging.terms import Inequality
from claimcheck.judging.wording import printed_text
from claimcheck.model import ClaimSet
from claimcheck.render.accounts import account, clash_text
from claimcheck.render.json.intervals import bound_object, interval_object
from claimcheck.render.prose import unit_of

__all__ = ["explanation_object", "render"]

_KINDS = {"domain": "limit", "integer": "integer", "case": "case", "relation": "relation"}
_DIRECTIONS = {1: "rises", -1: "falls", 0: "constant"}


def render(report: Report, explanation: Explanation) -> str:
    """The explanation as one JSON document."""
    return json.dumps(explanation_object(report, explanation), ensure_ascii=False, indent=2) + "\n"


def explanation_object(report: Report, explanation: Explanation) -> dict[str, Any]:
    """The explanation as a tree of dicts, lists, strings, booleans and whole numbers."""
    claims = report.claim_set
    assert claims is not None
    if isinstance(explanation, QuantityExplanation):
        what, content = "quantity", _quantity(claims, explanation)
    elif isinstance(explanation, ClaimExplanation):
        what, content = "claim", _claim(report, claims, explanation)
    else:
        what, content = "conflict", _conflict(report, claims, explanation)
    return {
        "schema_version": 1,
        "tool": {"name": "claimcheck", "version": claimcheck.__version__},
        "path": report.path,
        what: content,
    }


def _quantity(claims: ClaimSet, told: QuantityExplanation) -> dict[str, Any]:
    quantity = claims.quantities[told.quantity]
    form = told.form
    return {
        "name": quantity.name,
        "description": quantity.description,
        "unit": quantity.unit.text,
        "formula": None
        if form is None
        else {
            "text": form.text,
            "inputs": list(form.inputs),
            "directions": {n: _DIRECTIONS[d] for n, d in form.directions.items()},
        },
        "cases": [_case(claims, case, told.quantity) for case in told.cases],
        "left_out": told.left_out,
    }


def _case(claims: ClaimSet, case: Case, quantity: str) -> dict[str, Any]:
    return {
        "choices": {name: list(ids) for name, ids in case.choices.items()},
        "verdict": str(case.verdict),
        "interval": None if case.bound is None else bound_object(case.bound, unit_of(claims, quantity)),
        "steps": [_step(claims, node) for node in case.nodes],
        "by_cases": bool(case.branches),
        "branches": [_branches(claims, cut, quantity) for cut in case.branches],
        "lower": _arithmetic(case.lower),
        "upper": _arithmetic(case.upper),
        "supports": None
        if case.supports is None
        else {"lower": _supports(case.supports.lower), "upper": _supports(case.supports.upper)},
    }


def _branches(claims: ClaimSet, cut: Branches, quantity: str = "") -> dict[str, Any]:
    told = [_branch(claims, b, quantity) for b in cut.told]
    return {"end": cut.end, "told": told, "left_out": cut.left_out}


def _branch(claims: ClaimSet, branch: BranchExplanation, quantity: str) -> dict[str, Any]:
    place = branch.place
    limits = {n: interval_object(x, unit_of(claims, n), stated=False) for n, x in branch.limits}
    unit = None if place is not None else unit_of(claims, quantity)
    return {
        "limits": limits,
        "interval": None if unit is None else interval_object(branch.interval, unit, stated=False),
        "quantity": quantity if place is None else place.quantity,
        "claims": [] if place is None else list(place.claims),
        "steps": [_step(claims, node) for node in branch.nodes],
        "clash": "" if place is None else clash_text(claims, place),
    }


def _supports(end: EndSupports) -> dict[str, Any]:
    return {"sets": [list(s) for s in end.sets], "minimal": end.minimal, "complete": end.complete}


def _step(claims: ClaimSet, node: Node) -> dict[str, Any]:
    line = node.line
    unit = unit_of(claims, line.quantity)
    claim = claims.claims.get(line.premise)
    kind, _, name = line.premise.partition(":")
    relation = claims.relations.get(name) if claim is None and kind == "relation" else None
    return {
        "level": node.level,
        "quantity": line.quantity,
        "kind": "claim" if claim is not None else _KINDS.get(kind, kind),
        "premise": line.premise,
        "through": list(line.through),
        "relation": "" if relation is None else print_equation(relation.equation),
        "formula": line.formula,
        "interval": interval_object(line.interval, unit, stated=not line.is_relation),
        "printed": "" if claim is None else printed_text(claim),
        "reading": "" if claim is None else claim.reading.explanation,
        "source": _source(claims, claim.source if claim is not None else relation.source if relation else ""),
        "at": "" if claim is None else claim.at,
        "cut": node.cut,
        "rounds": line.rounds,
    }


def _source(claims: ClaimSet, id: str) -> dict[str, Any] | None:
    source = claims.sources.get(id)
    if source is None:
        return None
    return {"id": source.id, "title": source.title, "url": source.url, "doi": source.doi}


def _arithmetic(inequality: Inequality | None) -> str | None:
    return None if inequality is None else inequality.text


def _conflict(report: Report, claims: ClaimSet, told: ConflictExplanation) -> dict[str, Any]:
    conflict = told.conflict
    words = account(report, [conflict])
    needed = {
        id: None if b is None else bound_object(b, unit_of(claims, claims.claims[id].quantity))
        for id, b in conflict.would_need.items()
    }
    return {
        "id": conflict.id,
        "kind": str(conflict.kind),
        "title": words.title,
        "members": list(conflict.members),
        "minimal": conflict.minimal,
        "known": conflict.known,
        "quantity": told.place.quantity,
        "claims": list(told.place.claims),
        "steps": [_step(claims, node) for node in told.nodes],
        "by_cases": told.branches is not None,
        "branches": None if told.branches is None else _branches(claims, told.branches),
        "clash": words.clash,
        "arithmetic": _arithmetic(told.inequality),
        "would_need": needed,
        "notes": list(words.notes),
    }


def _claim(report: Report, claims: ClaimSet, told: ClaimExplanation) -> dict[str, Any]:
    claim = claims.claims[told.id]
    unit = unit_of(claims, claim.quantity)
    result = told.result
    expected = None
    if result is not None and result.expected is not None:
        expected = interval_object(result.expected, unit, stated=False)
    return {
        "id": claim.id,
        "quantity": claim.quantity,
        "printed": printed_text(claim),
        "reading": claim.reading.explanation,
        "interval": interval_object(claim.interval, unit, stated=True),
        "source": _source(claims, claim.source),
        "at": claim.at,
        "note": claim.note,
        "given": [claims.resolve(g) for g in claim.given],
        "status": "" if result is None else str(result.status),
        "expected": expected,
        "others": None if told.other is None else _case(claims, told.other, claim.quantity),
        "conflicts": [_conflict(report, claims, c) for c in told.conflicts],
    }
