"""The JSON report: its schema, its exactness, its bytes."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction

import jsonschema
import pytest
import sample_reports as sample
from gmpy2 import mpq

from claimcheck.interval import EMPTY, interval
from claimcheck.render import Options, render
from claimcheck.render.json import report_schema
from claimcheck.solver.decision import Bound, Proof, Split, Step


def parsed(*reports, **options):
    return json.loads(render("json", reports, Options(**options)))


@pytest.mark.parametrize("make", [sample.contradictory, sample.consistent, sample.unreadable])
def test_follows_its_schema(make):
    schema = report_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(parsed(make()), schema)


def test_schema_refuses_a_float():
    document = parsed(sample.contradictory())
    document["files"][0]["hull"]["speed"]["lower"]["value"] = 1.5
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, report_schema())


def test_keys_in_the_order_of_the_format():
    file = parsed(sample.contradictory())["files"][0]
    assert list(file) == [
        "path",
        "title",
        "verdict",
        "complete",
        "claims",
        "scenarios",
        "hull",
        "conflicts",
        "repairs",
        "repairs_complete",
        "repairs_open",
        "findings",
        "certificate",
        "overview",
        "given",
    ]
    assert list(file["conflicts"][0]) == [
        "id",
        "kind",
        "members",
        "minimal",
        "known",
        "certificate",
        "would_need",
        "worked_out",
        "reason",
        "baseline",
    ]


def test_bounds_are_exact_and_outward_in_the_unit_of_the_quantity():
    file = parsed(sample.contradictory())["files"][0]
    speed = file["scenarios"][0]["bounds"]["speed"]
    low, high = Fraction(167, 2) / Fraction(141, 2) * 60, Fraction(169, 2) / Fraction(139, 2) * 60
    assert speed["unit"] == "km/hour"
    assert (speed["tight"], speed["gap"]) == (True, "0")
    assert Fraction(speed["lower"]["exact"]) == low
    assert Fraction(speed["upper"]["exact"]) == high
    assert low - Fraction(1, 10**9) < Fraction(speed["lower"]["value"]) <= low
    assert high <= Fraction(speed["upper"]["value"]) < high + Fraction(1, 10**9)


def test_what_is_not_attained_is_not_exact():
    file = parsed(sample.consistent())["files"][0]
    x = file["hull"]["x"]
    assert x["upper"] is None
    assert x["lower"] == {"value": "3", "exact": None, "closed": False}
    assert (x["tight"], x["gap"]) == (False, "0.334")
    assert file["claims"][0]["interval"]["lower"]["exact"] == "3"


def test_dates_are_text_and_seconds():
    born = parsed(sample.consistent())["files"][0]["hull"]["born"]
    assert born["unit"] == "date"
    assert born["lower"]["value"] == "2021-11-04T10:00Z"
    assert born["upper"]["value"] == "2021-11-06T12:00Z"
    assert born["lower"]["exact"] == "1636020000"


def test_a_witness_is_exact():
    values = parsed(sample.contradictory())["files"][0]["scenarios"][1]["witness"]
    assert values["duration"] == {"unit": "minute", "value": "72", "exact": "72"}
    assert values["speed"]["exact"] == "70"


def test_a_proof_with_cases_and_an_empty_interval():
    report = sample.contradictory()
    leaf = Proof((Step("relation:average", "speed", EMPTY),))
    proof = Proof((), Split("speed", mpq(1, 3), leaf, leaf))
    conflict = dataclasses.replace(report.conflicts[0], proof=proof)
    document = parsed(dataclasses.replace(report, conflicts=(conflict,)))
    jsonschema.validate(document, report_schema())
    certificate = document["files"][0]["conflicts"][0]["certificate"]
    proof, steps = certificate["proof"], document["files"][0]["certificate"]["steps"]
    assert proof["split"]["at"] == "1/3"
    assert steps[proof["split"]["lower"]["goals"][0]]["interval"] is None


def test_same_bytes_and_all_scenarios_unless_told():
    reports = [sample.contradictory(), sample.unreadable()]
    assert render("json", reports) == render("json", [sample.contradictory(), sample.unreadable()])
    assert len(parsed(*reports)["files"][0]["scenarios"]) == 2
    assert len(parsed(*reports, top=1)["files"][0]["scenarios"]) == 1


@pytest.mark.parametrize("sort", ["lower", "upper", "width"])
def test_sorted_scenarios(sort):
    file = parsed(sample.contradictory(), sort=sort)["files"][0]
    ends = [
        tuple(Fraction(s["bounds"]["speed"][e]["value"]) for e in ("lower", "upper"))
        for s in file["scenarios"]
    ]
    key = {"lower": lambda x: x[0], "upper": lambda x: -x[1], "width": lambda x: x[0] - x[1]}[sort]
    assert ends == sorted(ends, key=key)


def test_mistakes_of_a_file_are_findings():
    file = parsed(sample.unreadable())["files"][0]
    assert file["findings"][0]["code"] == "CC101"
    assert file["findings"][0]["location"] == {"line": 4, "column": 3}


def test_an_irrational_unit_has_no_exact_ends():
    report = sample.consistent()
    made = report.claim_set
    assert made is not None
    made.quantity("angle", "degree")
    bound = Bound(interval(1, 2), True, mpq(0))
    angle = parsed(dataclasses.replace(report, hull={"angle": bound}))["files"][0]["hull"]["angle"]
    assert angle["lower"]["exact"] is None
    assert Fraction(angle["lower"]["value"]) <= Fraction("57.29577951308232")


def test_json_lines_hold_a_file_each():
    lines = render("jsonl", [sample.contradictory(), sample.unreadable()]).splitlines()
    files = parsed(sample.contradictory(), sample.unreadable())["files"]
    for line, file in zip(lines, files, strict=True):
        entry = json.loads(line)
        assert entry.pop("schema_version") == 1
        assert entry.pop("tool")["name"] == "claimcheck"
        assert entry == file
