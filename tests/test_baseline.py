"""`--baseline`: conflicts of an earlier report are accepted, new ones fail, and those gone are told."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings

import claimcheck
from claimcheck import cli
from claimcheck.judging.baseline import Baseline
from claimcheck.judging.report import Verdict
from claimcheck.render.json import report_object
from tests.claim_sets import worlds

CASE = Path(__file__).parent.parent / "claims" / "opt175b.yaml"
TEXT = CASE.read_text(encoding="utf-8")


@cache
def members():
    return tuple(c.members for c in claimcheck.verify(CASE).conflicts)


def checked(text, *conflicts):
    return claimcheck.verify(text, baseline=Baseline("before.json", conflicts))


def codes(report):
    return [f.code for f in report.findings]


def test_all_of_them_are_accepted():
    report = checked(TEXT, *members())
    assert report.verdict is Verdict.CONSISTENT
    assert all(c.known and c.baseline and c.reason == "in the baseline before.json" for c in report.conflicts)
    assert "CC409" not in codes(report)


def test_a_new_one_fails_and_comes_first():
    report = checked(TEXT, *members()[1:])
    assert report.verdict is Verdict.CONTRADICTORY
    assert [c.counts for c in report.conflicts] == [True, False, False]
    assert report.conflicts[0].members == members()[0]


def test_one_that_is_gone_is_told():
    report = checked(TEXT.replace("value: 51.7 %", "value: 51.8 %"), *members())
    assert report.verdict is Verdict.CONSISTENT
    (finding,) = [f for f in report.findings if f.code == "CC409"]
    assert finding.members == members()[0]


def test_the_order_of_members_does_not_matter_but_each_of_them_does():
    assert checked(TEXT, *(m[::-1] for m in members())).verdict is Verdict.CONSISTENT
    for less in ((), (members()[0][:-1], *members()[1:])):
        assert checked(TEXT, *less).verdict is Verdict.CONTRADICTORY


def test_the_reason_of_the_file_stays():
    known = "known:\n  - {members: [gpus@paper, gpus@final-update], reason: spare hosts}\nreport:"
    report = checked(TEXT.replace("report:", known), *members())
    assert sorted((c.baseline, c.reason) for c in report.conflicts) == [
        (False, "spare hosts"),
        (True, "in the baseline before.json"),
        (True, "in the baseline before.json"),
    ]
    assert "CC406" not in codes(report)


def test_hard_facts_that_clash_are_not_accepted():
    text = """
claimcheck: 1
sources: {s: }
quantities: {x: {unit: m}}
claims:
  - {quantity: x, value: 1.0 m, source: s, id: a, certain: true}
  - {quantity: x, value: 2.0 m, source: s, id: b, certain: true}
"""
    assert claimcheck.verify(text).conflicts[0].members == ()
    assert checked(text, ()).verdict is Verdict.CONTRADICTORY


@settings(max_examples=8, deadline=None)
@given(worlds(wrong=0.3, transcendental=False, extremes=False, most=4))
def test_every_report_is_its_own_baseline(world):
    file = world.mapping()
    first = claimcheck.verify(file, budget=20)
    stored = json.loads(json.dumps(report_object([first])))["files"]
    again = claimcheck.verify(file, budget=20, baseline=Baseline.of("b", stored, first.path, alone=True))
    if first.complete and again.complete:
        assert [c for c in again.conflicts if c.counts] == [c for c in again.conflicts if not c.members]
        assert "CC409" not in codes(again)


def test_entries_are_found_by_path():
    files = [{"path": p, "conflicts": [{"members": [p]}]} for p in ("a/x.yaml", "./b\\x.yaml")]
    assert Baseline.of("n", files, "./a/x.yaml", alone=True).conflicts == (("a/x.yaml",),)
    assert Baseline.of("n", files, "b/x.yaml", alone=False).conflicts == (("./b\\x.yaml",),)
    assert Baseline.of("n", files, "x.yaml", alone=True).conflicts == ()
    assert Baseline.of("n", files[:1], "elsewhere.yaml", alone=True).conflicts == (("a/x.yaml",),)
    assert Baseline.of("n", files[:1], "elsewhere.yaml", alone=False).conflicts == ()


# -- the command line --------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("run.yaml").write_text(TEXT, encoding="utf-8")
    Path("other.yaml").write_text(TEXT.replace("value: 51.7 %", "value: 51.8 %"), encoding="utf-8")
    assert cli.main(["verify", "--format", "json", "-o", "base.json", "run.yaml", "other.yaml"]) == 1


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_baseline_of_several_files(folder, capsys, jobs):
    assert cli.main(["verify", ".", "--baseline", "base.json", "--jobs", jobs]) == 0
    capsys.readouterr()
    every = ["--top", "0", "--baseline", "base.json", "--jobs", jobs]
    assert cli.main(["verify", "run.yaml", "other.yaml", *every]) == 0
    out = capsys.readouterr().out
    assert out.count("known: in the baseline base.json") == 5
    Path("other.yaml").write_text(TEXT, encoding="utf-8")
    assert cli.main(["verify", "run.yaml", "other.yaml", "--baseline", "base.json"]) == 1


def test_what_the_json_says(folder, capsys):
    assert cli.main(["verify", "run.yaml", "--format", "json", "--baseline", "base.json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert {(c["known"], c["baseline"], c["reason"]) for c in file["conflicts"]} == {
        (True, True, "in the baseline base.json")
    }


def test_what_is_gone_fails_only_if_strict(folder, capsys):
    Path("run.yaml").write_text(TEXT.replace("value: 51.7 %", "value: 51.8 %"), encoding="utf-8")
    assert cli.main(["verify", "run.yaml", "--baseline", "base.json"]) == 0
    assert "the baseline has a conflict that is gone: gpus@final-update, " in capsys.readouterr().out
    assert cli.main(["verify", "run.yaml", "--baseline", "base.json", "--strict"]) == 1


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "{}",
        "claimcheck: 1",
        '{"schema_version": 1, "files": [{"path": "run.yaml", "conflicts": [{}]}]}',
    ],
)
def test_what_is_no_baseline(folder, capsys, content):
    if content is not None:
        Path("odd.json").write_text(content, encoding="utf-8")
    assert cli.main(["verify", "run.yaml", "--baseline", "odd.json"]) == 2
    out = capsys.readouterr()
    assert out.out == ""
    assert "odd.json" in out.err
    assert "internal error" not in out.err


def test_sarif_tells_where_it_is_accepted(folder, capsys):
    assert cli.main(["verify", "run.yaml", "--format", "sarif", "--baseline", "base.json"]) == 0
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    kinds = [s["kind"] for r in results for s in r.get("suppressions", [])]
    assert kinds == ["external"] * 3
