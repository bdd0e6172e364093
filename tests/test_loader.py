"""Loading: the whole way from a file, text or mapping to a ClaimSet, and what comes with it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml
from gmpy2 import mpq

from claimcheck.crosscheck import check
from claimcheck.diagnostics import ClaimsError, Severity
from claimcheck.files.discovery import find_claims_files, is_claims_file
from claimcheck.files.editors import json_schema
from claimcheck.files.loader import load, load_mapping, load_path, load_text
from claimcheck.files.reader import MAX_FAULTS
from claimcheck.files.schema import ClaimsFile
from claimcheck.files.starter import STARTER
from claimcheck.model import ClaimSet

CLAIMS = Path(__file__).parents[1] / "claims"

SMALL = """\
claimcheck: 1
title: small
units: [rack = 4 node, 'widget = [widget]']
settings: {approximately: 10 %, coverage: 3, rounding: truncated, budget: 2.5}
sources:
  s: {title: S, coupled: true, trust: 2.5}
  t:
quantities:
  N: {unit: rack, integer: true}
  "null": {unit: widget}
  lambda:
  day: {unit: date, min: 2020-01-01}
claims:
  - {quantity: N, value: ~10, source: s, at: "p. 3, top"}
  - {quantity: "null", value: 1.25, source: s}
  - {quantity: lambda, value: 2.0 +/- 0.1, source: t, id: a, certain: true}
  - {quantity: N, value: 3 to 4, source: t, spans: true}
  - {quantity: day, value: 2021-11-05, source: t, given: [a, N@s]}
relations:
  one: N = 2 [rack] * lambda
  two: {equation: "N = 3 [rack] * lambda", within: 10 %, choice: c, source: s}
  three: {equation: "N > 1 [rack]", choice: c}
report: [N]
known: [{members: [N@s, relation:one], reason: rounded twice, until: 2099-01-01}]
"""


def test_everything_a_file_can_say() -> None:
    claims, found = load_text(SMALL)
    assert found == ()
    assert claims is not None
    assert list(claims.sources) == ["s", "t"]
    assert claims.sources["s"].coupled
    assert [s.trust for s in claims.sources.values()] == [mpq(5, 2), 1]
    assert list(claims.quantities) == ["N", "null", "lambda", "day"]
    assert list(claims.claims) == ["N@s", "null@s", "lambda@t#a", "N@t", "day@t"]
    assert [c.is_conclusion for c in claims.claims.values()] == [False, False, False, True, True]
    assert [c.certain for c in claims.claims.values()] == [False, False, True, False, False]
    assert str(claims.claims["N@s"].interval) == "[36, 44]"  # 9 to 11 racks of 4 nodes
    assert str(claims.claims["null@s"].interval) == "[5/4, 63/50)"  # truncated: 1.25 up to 1.26
    assert str(claims.claims["lambda@t#a"].interval) == "[17/10, 23/10]"  # three times the uncertainty
    assert claims.relations["two"].within == mpq(1, 10)
    assert claims.relations["two"].premise == "relation:two"
    assert [r.choice for r in claims.relations.values()] == ["", "c", "c"]
    assert claims.report == ("N",)
    assert claims.waivers[0].members == ("N@s", "relation:one")
    assert (claims.settings.rounding, claims.settings.budget) == ("truncated", 2.5)


def test_places_of_entries() -> None:
    claims = load(SMALL)
    assert claims.locations is not None
    lines = SMALL.split("\n")
    for entry, text in [
        (("quantities", "N"), "N: {"),
        (("sources", "t"), "t:"),
        (("relations", "two"), "two: {"),
        (("relations", "one", "equation"), "N = 2"),
        (("claims", 4), "{quantity: day"),
        (("claims", 4, "value"), "2021"),
        (("claims", 4, "given", 1), "N@s"),
        (("known", 0), "{members"),
    ]:
        line, column = claims.locations(entry)
        assert lines[line - 1][column - 1 :].startswith(text)


def test_the_same_file_as_json_and_as_mapping() -> None:
    data = as_an_editor_sees_it(yaml.load(SMALL, yaml.BaseLoader))
    assert isinstance(data, dict)
    assert data["sources"]["t"] is None
    by_text, by_mapping, by_json = load(SMALL), load(data), load(json.dumps(data))
    for other in (by_mapping, by_json):
        assert other.claims == by_text.claims
        assert other.relations == by_text.relations
        assert other.quantities == by_text.quantities
        assert other.sources == by_text.sources
        assert other.settings == by_text.settings


def test_mapping_with_python_values() -> None:
    claims = load(
        {
            "claimcheck": 1,
            "sources": {"s": {}},
            "quantities": {"n": {"integer": True}, "x": {"unit": "m", "min": None}},
            "claims": [
                {"quantity": "n", "value": 992, "source": "s"},
                {"quantity": "x", "value": Decimal("4.30E+3"), "source": "s", "note": None},
            ],
        }
    )
    assert str(claims.claims["n@s"].interval) == "[992, 992]"
    assert str(claims.claims["x@s"].interval) == "[4295, 4305]"


def test_mistakes_in_a_mapping_name_the_entry() -> None:
    claims, found = load_mapping(
        {"claimcheck": 1, "quantities": {"x": {}}, "claims": [{"quantity": "x", "value": 0.5, "source": "s"}]}
    )
    assert claims is None
    assert [str(d.location) for d in found] == ["claims[0].value"]
    assert load_mapping({})[1][0].location is not None


def test_a_path_and_a_text_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(SMALL, encoding="utf-8")
    assert load(file).path == load(str(file)).path == str(file)
    assert load(SMALL).path == "<text>"
    with pytest.raises(ClaimsError, match="no such file"):
        load("claimcheck: 1")


def test_warnings_do_not_stop() -> None:
    text = SMALL.replace(", choice: c}", "}")
    claims, found = load_text(text)
    assert claims is not None
    assert [(d.code, d.severity) for d in found] == [("CC116", Severity.WARNING)]
    assert claims.warnings == found


def test_only_so_many_mistakes_are_collected() -> None:
    text = SMALL.partition("claims:")[0] + "claims:\n" + "  - {quantity: nn, value: 1, source: s}\n" * 1000
    found = load_text(text)[1]
    assert len(found) == MAX_FAULTS + 1
    assert found[-1].code == "CC018"
    found = load_text("a: &b c\n" * 1000)[1]
    assert found[-1].code == "CC018"
    assert {d.code for d in found[:-1]} == {"CC009", "CC010"}


def test_messages_stay_short_and_harmless() -> None:
    text = SMALL + 'title2: a\n"\\e[31m' + "long" * 1000 + '": 1\n'
    for diagnostic in load_text(text)[1]:
        assert len(diagnostic.message) < 500
        assert "\x1b" not in diagnostic.message + diagnostic.hint + diagnostic.excerpt


def test_a_python_program_is_checked_alike() -> None:
    claims = ClaimSet(title="by hand")
    claims.source("s")
    claims.quantity("x", "m")
    assert [d.code for d in check(claims)] == ["CC112"]
    claims.claim("x", "3 m", source="s", given=["y@s"])
    claims.relation("x = y")
    assert sorted(d.code for d in check(claims)) == ["CC105", "CC256"]


def test_claims_of_one_place_are_told_apart_by_short_ids() -> None:
    claims = ClaimSet()
    claims.source("s")
    claims.source("t")
    claims.quantity("x")
    claims.claim("x", "3", source="s", id="a")
    assert claims.resolve("a") == claims.resolve("x@s") == claims.resolve("x@s#a") == "x@s#a"
    claims.claim("x", "4", source="s", id="b")
    claims.claim("x", "5", source="t", id="x-s")
    assert claims.resolve("b") == "x@s#b"
    with pytest.raises(ValueError, match="may mean x@s#a or x@s#b"):
        claims.resolve("x@s")


# -- the files that come with the package, their schema, and the starter file --------------------------------


@pytest.mark.parametrize("path", sorted(CLAIMS.rglob("*.yaml")), ids=lambda p: p.name)
def test_shipped_files_load_and_fit_the_schema(path: Path) -> None:
    claims, found = load_path(path)
    assert [str(d) for d in found] == []
    assert claims is not None
    data = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    jsonschema.validate(as_an_editor_sees_it(data), json_schema())


def as_an_editor_sees_it(data: object) -> object:
    """The types of YAML 1.2: truth values and the version as what they are; other numbers may stay text."""
    if isinstance(data, dict):
        return {key: as_an_editor_sees_it(item) for key, item in data.items()}
    if isinstance(data, list):
        return [as_an_editor_sees_it(item) for item in data]
    return {"true": True, "false": False, "": None}.get(data, data) if isinstance(data, str) else data


def test_starter_file() -> None:
    claims, found = load_text(STARTER)
    assert found == ()
    assert claims is not None
    assert len(claims.claims) == 5
    jsonschema.validate(as_an_editor_sees_it(yaml.load(STARTER, yaml.BaseLoader)), json_schema())


def test_schema_is_one_that_editors_digest() -> None:
    schema = json_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    text = json.dumps(schema)
    assert "prefixItems" not in text
    assert "http" not in text.replace("http://json-schema.org/", "").replace("https://arxiv.org/", "")
    undescribed = [
        (model, key)
        for model, definition in [("ClaimsFile", schema), *schema["definitions"].items()]
        for key, field in definition["properties"].items()
        if not field.get("description")
    ]
    assert undescribed == []


@pytest.mark.parametrize(
    "broken", [{"claimcheck": 2}, {"titel": "a"}, {"claims": [{"quantity": "x"}]}, {"report": "x"}]
)
def test_schema_refuses_what_the_loader_refuses(broken: dict[str, object]) -> None:
    data = as_an_editor_sees_it(yaml.load(SMALL, yaml.BaseLoader))
    assert isinstance(data, dict)
    jsonschema.validate(data, json_schema())
    assert load_mapping({**data, **broken})[0] is None
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**data, **broken}, json_schema())


def test_the_schema_as_one_model() -> None:
    """The entries are validated one by one; the model of the whole file must accept the same."""
    data = yaml.load(STARTER, yaml.BaseLoader)
    assert len(ClaimsFile.model_validate(data).claims) == 5


# -- which files are claims files ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("claimcheck: 1\n", True),
        ("# a comment\n\n---\nclaimcheck: 1\n", True),
        ("\ufeffclaimcheck: 1\n", True),
        ("'claimcheck': 1\n", True),
        ('{\n  "claimcheck": 1}', True),
        ("{claimcheck: 1}", True),
        ("title: a\nclaimcheck: 1\n", False),
        ("claimcheck-config: 1\n", False),
        ("- claimcheck: 1\n", False),
        ("", False),
    ],
)
def test_the_first_key_makes_a_claims_file(tmp_path: Path, text: str, expected: bool) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text, encoding="utf-8")
    assert is_claims_file(file) is expected


def test_files_are_found_sorted_and_once(tmp_path: Path) -> None:
    for name in ("b/z.yaml", "b/a.yml", "a.json", ".git/c.yaml", "b/.d.yaml", "e.txt", "empty/f.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("" if "empty" in name else "claimcheck: 1\n", encoding="utf-8")
    files, found = find_claims_files([tmp_path, tmp_path / "b" / "z.yaml", "missing.yaml"])
    expected = ["a.json", "b/a.yml", "b/z.yaml"]
    assert files == (*(str(tmp_path / name) for name in expected), "missing.yaml")
    assert found == ()
    assert [d.code for d in find_claims_files([tmp_path / "empty"])[1]] == ["CC112"]
    assert not is_claims_file(tmp_path)
