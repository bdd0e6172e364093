"""Tables: a table means the same as its claims and relations written out, its CSV the same as inline rows."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

import claimcheck
from claimcheck.diagnostics import ClaimsError
from claimcheck.files.loader import load, load_path

CAUSES = """\
claimcheck: 1
sources: {llama3: {title: Llama 3}}
quantities:
  total: {unit: event, integer: true}
tables:
  causes:
    source: llama3
    at: Table 5
    columns: {events: {unit: event, integer: true, min: 0}, share: percent}
    rows:
      faulty-gpu: {events: 148, share: 30.1 %}
      gpu-hbm3:   {events: 72,  share: 17.2 %}
      other:      {events: 199, share: 47.5 %}
claims:
  - {quantity: total, value: 419, source: llama3, certain: true}
relations:
  share: {for: causes, equation: share = events / total}
  total: total = sum(causes.events)
"""


SHARES = CAUSES.replace("  total: total = sum(causes.events)\n", "")


def test_a_conflict_names_the_row() -> None:
    report = claimcheck.verify(SHARES)
    assert [c.members for c in report.conflicts] == [
        (
            "causes.events[faulty-gpu]@llama3",
            "causes.share[faulty-gpu]@llama3",
            "relation:share[faulty-gpu]",
        )
    ]


def test_known_names_a_row() -> None:
    accepted = """\
known:
  - reason: the share of that row is a misprint
    members:
      - causes.events[faulty-gpu]@llama3
      - causes.share[faulty-gpu]@llama3
      - relation:share[faulty-gpu]
"""
    report = claimcheck.verify(SHARES + accepted)
    assert report.verdict == "consistent"
    assert [c.known for c in report.conflicts] == [True]


def test_what_a_table_does_not_list_is_reported() -> None:
    text = CAUSES.replace("199, share: 47.5", "195, share: 46.5").replace("30.1", "35.3")
    assert claimcheck.verify(text).verdict == "contradictory"
    report = claimcheck.verify(text.replace("    at: Table 5\n", "    complete: false\n"))
    assert report.verdict == "consistent"
    left = report.bounds("causes.events[missing]")
    assert (left.lower, left.upper) == (4, 4)


def test_what_a_table_does_not_list_has_the_sign_of_its_column() -> None:
    text = CAUSES.replace("events: 199,  share: 47.5 %", "events: 200").replace("30.1", "35.3")
    text = text.replace("    at: Table 5\n", "    complete: false\n").replace("199, share: 47.5 %", "200")
    assert claimcheck.verify(text).verdict == "contradictory"
    without = claimcheck.verify(text.replace(", min: 0", ""))
    assert without.verdict == "consistent"
    assert without.bounds("causes.events[missing]").lower == -1


def test_csv_rows_mean_the_same(tmp_path: Path) -> None:
    inline = load(CAUSES)
    head, _, rest = CAUSES.partition("    rows:\n")
    (tmp_path / "claims.yaml").write_text(
        head + "    rows: {file: causes.csv}\n" + rest[rest.index("claims:") :], "utf-8"
    )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "events", "share"])
    writer.writerows(
        [["faulty-gpu", "148", "30.1 %"], ["gpu-hbm3", "72", " 17.2 %"], ["other", "199", "47.5 %"]]
    )
    (tmp_path / "causes.csv").write_text(out.getvalue(), "utf-8")
    from_csv = load(tmp_path / "claims.yaml")
    assert list(from_csv.claims) == list(inline.claims)
    assert [c.interval for c in from_csv.claims.values()] == [c.interval for c in inline.claims.values()]
    assert from_csv.relations == inline.relations
    assert (
        claimcheck.verify(tmp_path / "claims.yaml").conflicts[0].members
        == claimcheck.verify(CAUSES).conflicts[0].members
    )


CSV_FILE = """\
claimcheck: 1
sources: {s: {}}
tables:
  t: {source: s, columns: {a: m, b: {unit: GPU, integer: true}}, rows: {file: %s}}
"""


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("id,a,b\nx,1.5,3 s\ny,one,2\n", [("CC262", 2, 9), ("CC201", 3, 3)]),
        ('id,a,b\nx,"1,5 m","3 s"\n', [("CC202", 2, 4), ("CC262", 2, 14)]),
        ("id,a,c\nx,1,\n", [("CC131", 1, 6)]),
        ("id,a\nx,1\nx,2\ny,3,4\n,3\n", [("CC136", 3, 1), ("CC136", 4, 1), ("CC136", 5, 1)]),
        ("id;a\nx;1\n", [("CC136", 1, 1)]),
        ("id,a,a,\nx,1,1,1\n", [("CC136", 1, 6), ("CC136", 1, 8)]),
        ('id,a\nx,"1\n', [("CC136", 2, 1)]),
        ("", [("CC136", 1, 1)]),
        ("id,a\n", [("CC130", 0, 0)]),
        ("id,a\nx,1\0\n", [("CC006", 2, 4)]),
        ("id,a\nx y,1\n", [("CC104", 2, 1)]),
    ],
)
def test_a_mistake_in_a_csv_has_its_place(
    tmp_path: Path, text: str, places: list[tuple[str, int, int]]
) -> None:
    (tmp_path / "claims.yaml").write_text(CSV_FILE % "t.csv", "utf-8")
    (tmp_path / "t.csv").write_text(text, "utf-8")
    claims, found = load_path(tmp_path / "claims.yaml")
    assert claims is None
    csv_path = str(tmp_path / "t.csv")
    told = [
        (d.code, d.location.line, d.location.column)
        for d in found
        if d.location and d.location.path == csv_path
    ]
    if places != [("CC130", 0, 0)]:
        assert told == places
    else:
        assert [d.code for d in found if d.location and d.location.path != csv_path] == ["CC130"]
    for diagnostic in found:
        if diagnostic.excerpt and diagnostic.location and diagnostic.location.path == csv_path:
            shown = diagnostic.excerpt.partition("\n")[0]
            assert shown == text.split("\n")[diagnostic.location.line - 1]


@pytest.mark.parametrize(
    ("name", "code"), [("../t.csv", "CC135"), ("/t.csv", "CC135"), ("none.csv", "CC001"), (".", "CC002")]
)
def test_a_csv_lies_in_the_folder(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "t.csv").write_text("id,a\nx,1\n", "utf-8")
    (tmp_path / "sub" / "claims.yaml").write_text(CSV_FILE % name, "utf-8")
    _, found = load_path(tmp_path / "sub" / "claims.yaml")
    assert [d.code for d in found] == [code]


def test_the_library_has_tables() -> None:
    claims = claimcheck.ClaimSet()
    claims.source("llama3")
    claims.quantity("total", "event", integer=True)
    claims.table(
        "causes",
        {"events": {"unit": "event", "integer": True}, "share": "percent"},
        {"faulty-gpu": {"events": 148, "share": "30.1 %"}, "unknown": {}},
        source="llama3",
    )
    claims.claim("total", "419", source="llama3")
    share = claims.relation_for("causes", "share = events / total", "share")
    assert [r.id for r in share] == ["share[faulty-gpu]", "share[unknown]"]
    assert claimcheck.verify(claims).verdict == "contradictory"
    with pytest.raises(ClaimsError, match="CC106"):
        claims.relation("total = 1 [event]", "share")
    with pytest.raises(ClaimsError, match="CC106"):
        claims.quantity("causes")
    with pytest.raises(ClaimsError, match="CC105"):
        claims.relation_for("cause", "share = events / total")


@pytest.mark.parametrize(
    ("formula", "same"),
    [
        ("sum(t.a)", "sum(t.a[x], t.a[y], t.a[z])"),
        ("max(t.a)", "max(t.a[x], t.a[y], t.a[z])"),
        ("min(t.a, q)", "min(t.a[x], t.a[y], t.a[z], q)"),
        ("sum(t.a[x, z])", "sum(t.a[x], t.a[z])"),
        ("sum(t.a * t.b / 2)", "sum(t.a[x] * t.b[x] / 2, t.a[y] * t.b[y] / 2, t.a[z] * t.b[z] / 2)"),
        ("sum(t.a[x, z] * t.b[x, z])", "sum(t.a[x] * t.b[x], t.a[z] * t.b[z])"),
        ("count(t) + max(t.b[x, y])", "3 + max(t.b[x], t.b[y])"),
        ("sum(sum(t.a) * 2)", "sum(sum(t.a[x], t.a[y], t.a[z]) * 2)"),
    ],
)
def test_columns_stand_for_their_cells(formula: str, same: str) -> None:
    claims = claimcheck.ClaimSet()
    claims.source("s")
    claims.quantity("q")
    claims.table("t", {"a": "", "b": ""}, {"x": {"a": 1}, "y": {}, "z": {}}, source="s")
    assert claims.relation(f"q = {formula}").equation == claims.relation(f"q = {same}").equation
