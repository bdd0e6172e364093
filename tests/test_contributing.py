"""CONTRIBUTING.md names files that are there, and its worked example works."""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

import pytest

from claimcheck import units
from claimcheck.judging import rules
from claimcheck.judging.catalogue import look_up
from claimcheck.judging.verification import verify

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`((?:claimcheck|docs|tests)/[\w./-]*|[\w.-]+\.(?:md|toml|yml))`")


def test_every_file_that_is_named_is_there():
    named = set(NAMED.findall(TEXT))
    assert len(named) > 40
    assert {name for name in named if not (ROOT / name).exists()} == {"docs/reference/rules/CC410.md"}


def test_the_way_of_a_function_leads_through_every_file_that_knows_one():
    section = TEXT.partition("## How to add a function")[2].partition("\n## ")[0]
    table = {row for line in section.splitlines() if line.startswith("| `") for row in NAMED.findall(line)}
    knows = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "claimcheck").rglob("*.py")
        if "cbrt" in path.read_text(encoding="utf-8")
    }
    # What lists the operations whose steps are told in other words is no part of a function's own way.
    assert knows - table == {"claimcheck/interval/domain.py", "claimcheck/judging/terms.py"}
    assert table - knows == {"docs/reference/formulas.md"}
    assert "cbrt" in (ROOT / "docs" / "reference" / "formulas.md").read_text(encoding="utf-8")


def test_the_rule_that_is_worked_through_finds_what_it_says(monkeypatch):
    (block,) = re.findall(r"^   ```text\n(   @_rule.*?)^   ```$", TEXT, re.MULTILINE | re.DOTALL)
    monkeypatch.setattr(rules, "RULES", dict(rules.RULES))
    exec(textwrap.dedent(block), vars(rules))
    vars(rules).pop("untitled_source")
    assert look_up("CC410").name == "untitled-source"
    assert "Way out: give it its `title`." in str(look_up("CC410"))
    text = "claimcheck: 1\nsources:\n  a: {title: A}\n  b: \nquantities: {x: }\n"
    text += "claims:\n  - {quantity: x, value: 1, source: a}\n  - {quantity: x, value: 1, source: b}\n"
    (found,) = [f for f in verify(text).findings if f.code == "CC410"]
    assert found.message == "the source b has no title"
    assert found.line == 4


def test_the_unit_that_is_worked_through_is_read_as_a_count():
    from claimcheck.units import names

    assert re.search(r"^wafer = wafers$", TEXT, re.MULTILINE)
    with pytest.raises(ValueError, match="wafer"):
        units.UnitTable().parse("wafer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "_COUNTS", names._COUNTS + "wafer = wafers\n")
        assert names._read_counts()["wafer"] == ("wafers",)


def test_conflicts_and_repairs_in_tests_come_from_where_they_are_audited():
    finders = {
        "claimcheck.judging.conflicts": {
            *("conflicts_of_evidence", "conflicts_of_conclusion", "all_conclusions"),
            *("in_order", "conflict_of"),
        },
        "claimcheck.judging.repairs": {"find_repairs"},
        "claimcheck.judging.spans": {"check_span"},
    }
    names = {name for each in finders.values() for name in each}
    taken = []
    for path in sorted((ROOT / "tests").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if path.name == "audited.py":
                continue
            if isinstance(node, ast.ImportFrom):
                wanted = finders.get(node.module or "", set())
                taken += [(path.name, name.name) for name in node.names if name.name in wanted]
            if isinstance(node, ast.Attribute) and node.attr in names:
                taken.append((path.name, node.attr))
    assert taken == []
