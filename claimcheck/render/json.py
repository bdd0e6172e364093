"""The JSON report, schema version 1: numbers are strings, so that no reader loses digits.

``value`` is rounded outward to 12 digits; ``exact`` is the rational itself where it is known to be the end:
for a claim, for a hard limit, and for a bound that is attained (``gap`` 0). The same report gives the same
bytes on every run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gmpy2 import mpq

from claimcheck import moments
from claimcheck.decimals import exact_text, lower_text, nearest_text, upper_text
from claimcheck.interval import ENTIRE, Interval, Rational, intersection, subset
from claimcheck.judging.enclosing import over_all
from claimcheck.judging.inequality import conflict_inequality
from claimcheck.judging.report import Conflict, Finding, Picked, Report, Scenario, Verdict
from claimcheck.judging.shifts import Move
from claimcheck.model import ClaimSet
from claimcheck.render import Options
from claimcheck.render.assembly import ASSEMBLY, head
from claimcheck.render.descriptions import REPORT, described
from claimcheck.render.selection import listed
from claimcheck.solver.certificate import Slope, Tree, exclusion, solution
from claimcheck.solver.decision import Bound, Proof, Step, Witness
from claimcheck.solver.problem import compile_problem
from claimcheck.units import DIMENSIONLESS, Unit, from_base

__all__ = [
    "bound_object",
    "file_object",
    "interval_object",
    "piece",
    "render",
    "report_object",
    "report_schema",
]


def render(reports: Sequence[Report], options: Options) -> str:
    """All reports as one JSON document."""
    return "".join(ASSEMBLY["json"]((piece(r, options) for r in reports), {}))


def piece(report: Report, options: Options) -> str:
    """One report as it stands in ``files``."""
    return json.dumps(file_object(report, options), ensure_ascii=False, indent=2)


def report_object(reports: Sequence[Report], options: Options | None = None) -> dict[str, Any]:
    """All reports as a tree of dicts, lists, strings, booleans and whole numbers."""
    chosen = options or Options()
    return {**head(), "files": [file_object(r, chosen) for r in reports]}


def file_object(report: Report, options: Options) -> dict[str, Any]:
    """One report as an entry of ``files``."""
    units = _units(report.claim_set)
    scenarios, left_out = listed(report, options, default=0)
    record = Record(report.claim_set)
    return {
        "path": report.path,
        "title": report.title,
        "verdict": str(report.verdict),
        "complete": report.complete and not left_out,
        "claims": [
            {
                "id": c.id,
                "quantity": c.quantity,
                "source": c.source,
                "status": str(c.status),
                "interval": _exact_interval(c.interval, units(c.quantity)),
            }
            for c in report.claims
        ],
        "scenarios": [_scenario(s, units, record) for s in scenarios],
        "hull": _hulls(report, units, record, all_listed=not left_out and _lists_all(report)),
        "conflicts": [_conflict(c, report, units, record) for c in report.conflicts],
        "repairs": [list(r) for r in report.repairs],
        "repairs_complete": report.repairs_complete,
        "findings": [_finding(f) for f in _all_findings(report)],
        "certificate": {
            "repairs": [[record.witness(w) for w in parts] for parts in report.repaired],
            "steps": record.steps,
            "witnesses": record.witnesses,
        },
        "overview": _overview(report, units),
        "given": list(report.given),
        **({"shifts": _shifts(report, units)} if options.shifts else {}),
    }


def _lists_all(report: Report) -> bool:
    return report.overview.count == len(report.scenarios)


def _hulls(report: Report, units: _units, record: Record, *, all_listed: bool) -> dict[str, Any]:
    """The hulls; where not all scenarios are listed, with a proof for all at once if there is one."""
    shown = {name: _bound(b, units(name)) | {"certificate": None} for name, b in report.hull.items()}
    if all_listed or report.claim_set is None:
        return shown
    for name, bound in over_all(report.claim_set, report.hull).items():
        if subset(bound.interval, report.hull[name].interval):
            proofs = {"lower": record.proof(bound.lower_proof), "upper": record.proof(bound.upper_proof)}
            shown[name]["certificate"] = proofs
    return shown


def _overview(report: Report, units: _units) -> dict[str, Any]:
    overview = report.overview
    verdicts = overview.verdicts

    def picked(choices: Picked | None) -> dict[str, list[str]] | None:
        return None if choices is None else {name: list(ids) for name, ids in choices.items()}

    return {
        "count": overview.count,
        "verdicts": None if verdicts is None else {str(v): verdicts[v] for v in Verdict},
        "extremes": {
            name: {"lower": picked(low), "upper": picked(high)}
            for name, (low, high) in overview.extremes.items()
        },
        "effects": [
            {
                "choice": e.choice,
                "quantity": e.quantity,
                "moves": None if e.moves is None else _distance(e.moves, units(e.quantity)),
                "outcomes": [
                    {
                        "picked": list(o.picked),
                        "hull": None if o.bound is None else _bound(o.bound, units(e.quantity)),
                        "consistent": o.consistent,
                    }
                    for o in e.outcomes
                ],
            }
            for e in overview.effects
        ],
        "resolve": [
            {
                "kind": n.kind,
                "what": n.what,
                "quantity": n.quantity,
                "narrows": {"least": lower_text(n.least, 4), "most": upper_text(n.most, 4)},
                "rules_out": None if n.rules_out is None else list(n.rules_out),
            }
            for n in overview.resolve
        ],
    }


def _distance(distance: Rational, unit: Unit) -> dict[str, Any]:
    """How far apart two values are, in the unit; of dates in seconds."""
    if unit.is_date:
        return {"unit": "s", "value": upper_text(distance)}
    return {"unit": unit.text, "value": upper_text(distance / unit.scale.lower)}


class _units:  # noqa: N801 - reads as the function it is
    """The display unit of a quantity."""

    def __init__(self, claims: ClaimSet | None) -> None:
        self.quantities = {} if claims is None else claims.quantities

    def __call__(self, name: str) -> Unit:
        quantity = self.quantities.get(name)
        return DIMENSIONLESS if quantity is None else quantity.unit


def _scenario(scenario: Scenario, units: _units, record: Record) -> dict[str, Any]:
    return {
        "choices": {name: list(ids) for name, ids in scenario.choices.items()},
        "verdict": str(scenario.verdict),
        "bounds": {name: _bound(b, units(name), record) for name, b in scenario.bounds.items()},
        "witness": None if scenario.witness is None else _witness(scenario.witness, units),
        "conflicts": list(scenario.conflicts),
        "certificate": {"witness": record.witness(scenario.witness)},
    }


def _witness(witness: Witness, units: _units) -> dict[str, Any]:
    return {name: _value(x, units(name)) for name, x in witness.values.items()}


def _value(x: Interval, unit: Unit) -> dict[str, Any]:
    """VALUE: a point is exact; for a wider interval, the nearest decimal of its middle."""
    shown = from_base(x, unit)
    if shown.lower is None or shown.upper is None:
        raise ValueError("a witness holds bounded values only")
    middle = (shown.lower + shown.upper) / 2
    exact = exact_text(middle) if shown.is_point else None
    text = moments.earliest_text(middle) if unit.is_date else nearest_text(middle)
    return {"unit": unit.text, "value": text, "exact": exact}


def _bound(bound: Bound, unit: Unit, record: Record | None = None) -> dict[str, Any]:
    """INTERVAL; with a record also its certificate, the interval in base units being what is proved."""
    attained = bound.tight and bound.gap == 0
    shown = _interval(bound.interval, unit, exact=attained, tight=bound.tight, gap=upper_text(bound.gap, 3))
    if record is not None:
        shown["certificate"] = {
            "interval": _base_interval(bound.interval),
            "lower": record.proof(bound.lower_proof),
            "upper": record.proof(bound.upper_proof),
            "witnesses": [record.witness(bound.lower_witness), record.witness(bound.upper_witness)],
        }
    return shown


def interval_object(x: Interval, unit: Unit, *, stated: bool) -> dict[str, Any]:
    """INTERVAL of an interval in base units that is no result: ``stated``, or computed on the way to one."""
    return _exact_interval(x, unit) if stated else _interval(x, unit, exact=False, tight=False, gap="1")


def bound_object(bound: Bound, unit: Unit) -> dict[str, Any]:
    """INTERVAL of a bound, without its certificate."""
    return _bound(bound, unit)


def _exact_interval(x: Interval, unit: Unit) -> dict[str, Any]:
    return _interval(x, unit, exact=True, tight=True, gap="0")


def _interval(x: Interval, unit: Unit, *, exact: bool, tight: bool, gap: str) -> dict[str, Any]:
    known = exact and unit.scale.is_point
    shown = from_base(x, unit)
    if x.is_empty:  # no reader should meet it, but it must not look like a value: the ends are crossed
        shown = x
    low = moments.earliest_text if unit.is_date else lower_text
    high = moments.latest_text if unit.is_date else upper_text

    def end(q: Any, text: Any, closed: bool) -> dict[str, Any] | None:
        if q is None:
            return None
        return {"value": text(q), "exact": exact_text(q) if known else None, "closed": closed}

    return {
        "unit": unit.text,
        "lower": end(shown.lower, low, shown.lower_closed),
        "upper": end(shown.upper, high, shown.upper_closed),
        "tight": tight,
        "gap": gap,
    }


def _conflict(conflict: Conflict, report: Report, units: _units, record: Record) -> dict[str, Any]:
    claims = report.claim_set.claims if report.claim_set is not None else {}

    spans = bool(conflict.conclusion) and conflict.conclusion in claims and claims[conflict.conclusion].spans

    def needed(id: str, bound: Bound | None) -> dict[str, Any] | None:
        if bound is None:
            return None
        shown = _bound(bound, units(claims[id].quantity) if id in claims else DIMENSIONLESS, record)
        if spans:  # the bounds that it is the hull of prove it
            shown["certificate"] |= {"lower": None, "upper": None, "witnesses": [None, None]}
        return shown

    whole = report.claim_set
    inequality = None if whole is None else conflict_inequality(whole, conflict)
    return {
        "id": conflict.id,
        "kind": str(conflict.kind),
        "members": list(conflict.members),
        "minimal": conflict.minimal,
        "known": conflict.known,
        "certificate": {
            "proof": record.proof(Proof(()) if spans else conflict.proof),  # the bounds of the hull prove it
            "conclusion": conflict.conclusion,
            "ruled_out": list(conflict.ruled_out),
            "without": {m: record.witness(w) for m, w in conflict.without.items()},
            "inequality": None if inequality is None else inequality.text,
        },
        "would_need": {id: needed(id, bound) for id, bound in conflict.would_need.items()},
        "worked_out": conflict.worked_out,
        "reason": conflict.reason,
        "baseline": conflict.baseline,
    }


class Record:
    """The steps and witnesses of a file, each once; certificates refer to them by number.

    Thousands of bounds share most of their steps, so that a report stays short.
    """

    def __init__(self, claims: ClaimSet | None) -> None:
        self.steps: list[dict[str, Any]] = []
        self.witnesses: list[dict[str, Any]] = []
        self._problem = compile_problem(claims or ClaimSet())
        self._shown: list[Step] = []
        self._numbers: dict[object, int] = {}

    def proof(self, proof: Proof | None) -> dict[str, Any] | None:
        """``goals``: the numbers of the steps that the proof's other steps lead to."""
        if proof is None:
            return None
        numbers: list[int] = []
        for step in proof.steps:
            placed = replace(step, uses=tuple(numbers[u] for u in step.uses))
            if placed not in self._numbers:
                self._numbers[placed] = len(self.steps)
                self.steps.append(self._step(placed))
                self._shown.append(placed)
            numbers.append(self._numbers[placed])
        used = {u for step in proof.steps for u in step.uses}
        split = proof.split
        return {
            "goals": [n for place, n in enumerate(numbers) if place not in used],
            "split": None
            if split is None
            else {
                "variable": split.variable,
                "at": exact_text(split.at),
                "lower": self.proof(split.lower),
                "upper": self.proof(split.upper),
            },
        }

    def _step(self, step: Step) -> dict[str, Any]:
        return {
            "premise": step.premise,
            "variable": step.variable,
            "interval": _base_interval(step.interval),
            "uses": list(step.uses),
            "how": self._how(step) if step.premise in self._problem.constraints else None,
        }

    def _how(self, step: Step) -> dict[str, Any] | None:
        """How relations exclude what is outside of the interval; None: by evaluation of one of them."""
        box: dict[str, Interval] = {}
        for used in (self._shown[u] for u in step.uses):
            box[used.variable] = intersection(box.get(used.variable, ENTIRE), used.interval)
        if any(x.is_empty for x in box.values()):
            return None
        product = step.combined == "product"
        trees = (None, None) if product else exclusion(self._problem, step, box)
        if not any(trees) and not step.through:
            return None
        multipliers = step.multipliers or (mpq(1),)
        relations = (step.premise, *(() if step.solved else step.through))
        return {
            "relations": [[p, exact_text(m)] for p, m in zip(relations, multipliers, strict=True)],
            "product": product,
            "known": [list(pair) for pair in step.solved[:-1]],
            "proofs": [_tree(t) for t in trees],
        }

    def witness(self, witness: Witness | None) -> int | None:
        """Values in base units: a number, or the ends about a value that its relations determine."""
        if witness is None:
            return None
        key = (tuple(witness.values.items()), witness.solved)
        if key not in self._numbers:
            self._numbers[key] = len(self.witnesses)
            self.witnesses.append(
                {
                    "values": {name: _ends(x) for name, x in witness.values.items()},
                    "solved": [self._solved(witness, *group) for group in witness.solved],
                }
            )
        return self._numbers[key]

    def _solved(self, witness: Witness, unknown: Sequence[str], premises: Sequence[str]) -> dict[str, Any]:
        matrix, proofs = solution(self._problem, witness.values, unknown, premises)
        return {
            "unknown": list(unknown),
            "relations": list(premises),
            "matrix": [[exact_text(m) for m in row] for row in matrix],
            "proofs": [[_tree(t) for t in pair] for pair in proofs],
        }


def _tree(tree: Tree) -> dict[str, Any] | None:
    if tree is None:
        return None
    if isinstance(tree, Slope):
        return {"slope": tree.name, "at": exact_text(tree.at), "then": _tree(tree.then)}
    parts = {"lower": _tree(tree.lower), "upper": _tree(tree.upper)}
    return {"split": tree.name, "at": exact_text(tree.at), **parts}


def _ends(x: Interval) -> str | list[str]:
    return exact_text(x.lower) if x.is_point else [exact_text(x.lower), exact_text(x.upper)]


def _base_interval(x: Interval) -> dict[str, Any] | None:
    """Exact ends in base units; None is the empty interval."""
    if x.is_empty:
        return None
    return {
        "lower": None if x.lower is None else exact_text(x.lower),
        "upper": None if x.upper is None else exact_text(x.upper),
        "lower_closed": x.lower_closed,
        "upper_closed": x.upper_closed,
    }


def _all_findings(report: Report) -> Iterable[Finding]:
    """The diagnostics of a file that could not be read come as findings, too."""
    for d in report.diagnostics:
        line, column = (d.location.line, d.location.column) if d.location else (0, 0)
        yield Finding(d.code, "", d.severity, d.message, d.hint, line, column)
    yield from report.findings


def _shifts(report: Report, units: _units) -> dict[str, Any] | None:
    """The least change that makes everything fit; null for a file that was not read."""
    claims = report.claim_set
    if claims is None:
        return None
    shifts = report.shifts()

    def move(m: Move) -> dict[str, Any]:
        unit = units(claims.claims[m.claim].quantity)
        return {
            "claim": m.claim,
            "before": _exact_interval(m.before, unit),
            "after": _exact_interval(m.after, unit),
            "changes": [None if c is None else exact_text(c) for c in m.changes],
            "least": m.least,
        }

    return {
        "least": shifts.least,
        "total": upper_text(shifts.total),
        "moves": [move(m) for m in shifts.moves],
        "open": list(shifts.open),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": str(finding.severity),
        "message": finding.message,
        "location": {"line": finding.line, "column": finding.column},
        "members": list(finding.members),
    }


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
    how = thing(relations=pairs, product=truth, known=pairs, proofs=many(tree))
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
