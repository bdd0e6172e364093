"""What editors get: the schema beside the claims files, the line that names it, what it says of keys."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import ClassVar

import jsonschema
import pytest
import yaml

from claimcheck import cli
from claimcheck.files.editors import json_schema, schema_text
from claimcheck.files.starter import MODELINE, SCHEMA_NAME

ROOT = Path(__file__).resolve().parent.parent
CLAIMS = ROOT / "claims"
UPDATE = os.environ.get("CLAIMCHECK_UPDATE_DOCS", "") not in ("", "0")
NAMED = re.compile(r"^# yaml-language-server: \$schema=(\S+)\n")


class Core(yaml.SafeLoader):
    """YAML 1.2's core schema, as the YAML language server resolves scalars: dates are text."""

    yaml_implicit_resolvers: ClassVar[dict] = {}


for tag, pattern, first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)


@pytest.mark.parametrize("path", sorted(CLAIMS.glob("*.yaml")), ids=lambda p: p.name)
def test_the_first_line_names_a_schema_that_the_file_fits(path):
    text = path.read_text(encoding="utf-8")
    named = NAMED.match(text)
    assert named, "the first line names the schema"
    schema = json.loads((path.parent / named[1]).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(yaml.load(text, Core))


def test_the_schema_beside_the_claims_is_the_one_that_the_command_prints(capsys):
    path = CLAIMS / SCHEMA_NAME
    assert cli.main(["schema"]) == 0
    printed = capsys.readouterr().out
    if UPDATE:
        path.write_text(printed, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == printed == schema_text()


def objects(node):
    yield from [node] if isinstance(node, dict) else []
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects(below)


def test_the_schema_keeps_to_what_editors_digest():
    schema = json_schema()
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(schema)
    for node in objects(schema):
        assert not {"prefixItems", "$defs", "$dynamicRef", "unevaluatedProperties"} & set(node)
        if isinstance(node.get("$ref"), str):
            assert set(node) == {"$ref"}, "draft-07 does not look at what stands beside a reference"
            assert node["$ref"].startswith("#/definitions/")


def keys():
    schema = json_schema()
    models = {"ClaimsFile": schema, **schema["definitions"]}
    return [(model, key, field) for model, d in models.items() for key, field in d["properties"].items()]


@pytest.mark.parametrize(("model", "key", "field"), keys(), ids=lambda x: x if isinstance(x, str) else "")
def test_every_key_has_a_description_and_examples_that_fit(model, key, field):
    assert field["description"].endswith(".")
    assert field["examples"]
    schema = json_schema()
    for example in field["examples"]:
        jsonschema.validate(example, {**field, "definitions": schema["definitions"]})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("unit: km", "untis: km"),
        ("source: timetable", "sauce: timetable"),
        ("value: 84 km", "value: [84, km]"),
        ("min: 0 km/hour", "integer: maybe"),
        ("claimcheck: 1", "claimcheck: 2"),
        ("report: [speed]", "report: speed"),
        ("note: definition of the average speed", "choise: a"),
    ],
)
def test_the_schema_underlines_a_slip(tmp_path, old, new):
    cli.main(["init", str(tmp_path / "trip.yaml")])
    text = (tmp_path / "trip.yaml").read_text(encoding="utf-8")
    schema = json.loads((tmp_path / SCHEMA_NAME).read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    validator.validate(yaml.load(text, Core))
    assert old in text
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(yaml.load(text.replace(old, new, 1), Core))


def test_init_writes_the_schema_beside_and_keeps_one_that_is_there(tmp_path, capsys):
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    assert cli.main(["init", str(first)]) == 0
    assert first.read_text(encoding="utf-8").startswith(MODELINE)
    assert (tmp_path / SCHEMA_NAME).read_text(encoding="utf-8") == schema_text()
    assert SCHEMA_NAME in capsys.readouterr().err
    (tmp_path / SCHEMA_NAME).write_text("mine", encoding="utf-8")
    assert cli.main(["init", str(second)]) == 0
    assert (tmp_path / SCHEMA_NAME).read_text(encoding="utf-8") == "mine"
    assert SCHEMA_NAME not in capsys.readouterr().err


def test_a_folder_of_claims_is_checked_without_its_schema(tmp_path, capsys):
    cli.main(["init", str(tmp_path / "trip.yaml")])
    assert cli.main(["verify", "--format", "json", str(tmp_path)]) == 0
    assert len(json.loads(capsys.readouterr().out)["files"]) == 1


def test_the_starter_passes_the_strictest_check(tmp_path, capsys):
    path = tmp_path / "trip.yaml"
    cli.main(["init", str(path)])
    assert cli.main(["verify", "--strict", "--format", "concise", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: consistent\n"
