"""The JSON report against the schema that is published for it, on every claims file there is, and spoiled."""

from __future__ import annotations

import json

import jsonschema
import pytest

from claimcheck import cli
from claimcheck.render import Options, render
from claimcheck.schemas.descriptions import REPORT
from tests.shipped import NAMES, checked

BY_NAME = {"choices", "bounds", "hull", "witness", "would_need", "without", "values", "extremes"}
"""What stands under these keys is by name: of a quantity, a claim or a choice."""


@pytest.fixture
def validator(capsys):
    assert cli.main(["schema", "--report"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def document(name, **options):
    return json.loads(render("json", [checked(name)], Options(**options)))


def described_ways(node, way=""):
    """The way to each property of a schema, and its description."""
    for name, below in node.get("properties", {}).items():
        yield f"{way}{name}", below.get("description", "")
        yield from described_ways(below, f"{way}{name}.")
    for below in [node.get("items"), node.get("additionalProperties"), *node.get("anyOf", [])]:
        if isinstance(below, dict):
            yield from described_ways(below, way)


def test_every_key_of_the_schema_is_described_and_no_description_is_left_over(validator):
    found = list(described_ways(validator.schema))
    for name, definition in validator.schema["$defs"].items():
        found += described_ways(definition, f"${name}.")
    assert len(found) > 100
    for way, said in found:
        assert said == REPORT[way]
        assert said.endswith(".")
    assert {way for way, _ in found} == set(REPORT)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("options", [{}, {"top": 1, "sort": "width"}], ids=["plain", "sorted"])
def test_the_report_of_every_shipped_file_fits(validator, name, options):
    validator.validate(document(name, **options))


def test_the_least_change_fits_where_it_is_asked_for(validator):
    told = document("opt175b.yaml", shifts=True)
    assert told["files"][0]["shifts"]["moves"]
    validator.validate(told)


def pruned(node):
    """The same with at most two of each list: the schema does not count, and spoiling goes faster."""
    if isinstance(node, dict):
        return {key: pruned(value) for key, value in node.items()}
    return [pruned(value) for value in node[:2]] if isinstance(node, list) else node


def places(node, path=()):
    """Every node of a document with the keys that lead there."""
    yield path, node
    below = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in below:
        yield from places(value, (*path, key))


def is_by_name(path):
    named = [key for key in path if isinstance(key, str)]
    within = len(path) > 2 and path[-3] == "extremes" and path[-1] in ("lower", "upper")
    return bool(named) and ((path[-1] in BY_NAME and path[-2:] != ("certificate", "witness")) or within)


def spoiled(whole):
    """What is wrong, for each place and way, while ``whole`` is so; it is mended before the next one."""
    for path, node in list(places(whole)):
        parent = whole
        for key in path[:-1]:
            parent = parent[key]
        if path:
            parent[path[-1]] = 1.5
            yield f"{path}: a binary float"
            parent[path[-1]] = node
        if isinstance(node, dict) and not is_by_name(path):
            node["unexpected"] = ""
            yield f"{path}: a key more"
            del node["unexpected"]
            for key in list(node):
                kept = node.pop(key)
                yield f"{path}: no {key}"
                node[key] = kept


@pytest.mark.parametrize("name", ["opt175b.yaml"])
def test_whatever_is_spoiled_is_refused(validator, name):
    whole = pruned(document(name))
    validator.validate(whole)
    tried = 0
    for what in spoiled(whole):
        assert not validator.is_valid(whole), what
        tried += 1
    validator.validate(whole)
    assert tried > 400


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema_version",), 2),
        (("files", 0, "verdict"), "maybe"),
        (("files", 0, "claims", 0, "status"), "fine"),
        (("files", 0, "conflicts", 0, "kind"), "quarrel"),
        (("files", 0, "findings", 0, "severity"), "fatal"),
        (("files", 0, "findings", 0, "location", "line"), -1),
        (("files", 0, "scenarios", 0, "bounds", "uptime", "lower", "exact"), "0.5"),
        (("files", 0, "scenarios", 0, "bounds", "uptime", "lower", "exact"), "1/-2"),
    ],
)
def test_words_and_numbers_are_those_of_the_format(validator, path, value):
    whole = document("opt175b.yaml")
    spot = whole
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = value
    assert not validator.is_valid(whole)
