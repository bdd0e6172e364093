"""Scopes: a quantity in each scope, a claim that does not say its scope, and what the report makes of it."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest
from hypothesis import Phase, given, settings

import claimcheck
from claimcheck.diagnostics import ClaimsError
from claimcheck.expression import names
from claimcheck.files.loader import load
from claimcheck.interval import interval
from claimcheck.judging.readings import holds_if
from claimcheck.judging.report import Report, Verdict
from claimcheck.render import Options
from claimcheck.render.json import render as as_json
from claimcheck.render.text import render as as_text
from tests.audited import audited
from tests.strategies import files_with_scoped_columns, scoped_files

ELAPSED = """\
claimcheck: 1
title: How long it took
sources: {zhang: , logbook: , update: }
scopes:
  lineage: {both: 11.xx and 12.xx, last: 12.xx alone}
quantities:
  elapsed: {unit: day, scopes: lineage, description: wall-clock time}
  busy: {unit: day}
  uptime: {unit: percent, scopes: lineage}
claims:
  - {quantity: elapsed, value: 56 day, source: zhang, scope: last}
  - {quantity: elapsed, value: 63 day, source: logbook, scope: both}
  - {quantity: busy, value: 33 day, source: update}
relations:
  uptime: {for: lineage, equation: uptime = busy / elapsed}
  longer: elapsed[both] >= elapsed[last]
report: ["uptime[both]", "uptime[last]"]
"""
OPEN = ELAPSED.replace(", scope: both", "")
BOTH_OPEN = OPEN.replace(", scope: last", "")
SAME = ELAPSED.replace("scope: both", "scope: last")


def verify(source: Any) -> Report:
    return audited(source if isinstance(source, claimcheck.ClaimSet) else load(source))


def members(report: Report) -> set[frozenset[str]]:
    return {frozenset(c.members) for c in report.conflicts}


def counting(report: Report) -> set[frozenset[str]]:
    return {frozenset(c.members) for c in report.conflicts if c.counts}


# -- what a file says ---------------------------------------------------------------------------------------


def test_a_quantity_has_a_value_in_each_scope() -> None:
    claims = load(ELAPSED)
    assert list(claims.quantities) == [
        "elapsed[both]",
        "elapsed[last]",
        "busy",
        "uptime[both]",
        "uptime[last]",
    ]
    assert list(claims.claims) == ["elapsed[last]@zhang", "elapsed[both]@logbook", "busy@update"]
    assert list(claims.relations) == ["uptime[both]", "uptime[last]", "longer"]
    assert claims.quantities["elapsed[last]"].description == "wall-clock time; last: 12.xx alone"
    report = verify(ELAPSED)
    assert report.verdict is Verdict.CONSISTENT
    assert not report.conflicts
    assert report.bounds("uptime[both]").upper < report.bounds("uptime[last]").lower


def test_ids_may_leave_the_scope_out_where_it_is_clear() -> None:
    claims = load(ELAPSED)
    assert claims.resolve("elapsed@zhang") == "elapsed[last]@zhang"
    assert claims.resolve("elapsed@logbook") == "elapsed[both]@logbook"


def test_numbers_of_one_scope_disagree() -> None:
    report = verify(SAME)
    assert counting(report) == {frozenset({"elapsed[last]@zhang", "elapsed[last]@logbook"})}


def test_a_scope_that_is_not_stated_is_a_choice() -> None:
    report = verify(OPEN)
    assert report.verdict is Verdict.CONSISTENT
    assert [dict(s.choices) for s in report.scenarios] == [
        {"scope of elapsed@logbook": ("relation:elapsed@logbook[both]",)},
        {"scope of elapsed@logbook": ("relation:elapsed@logbook[last]",)},
    ]
    (conflict,) = report.conflicts
    assert not conflict.counts
    assert set(conflict.members) == {
        "elapsed[last]@zhang",
        "elapsed@logbook",
        "relation:elapsed@logbook[last]",
    }
    (finding,) = [f for f in report.findings if f.code == "CC307"]
    assert "holds if elapsed@logbook speaks of both (11.xx and 12.xx)" in finding.message
    assert (finding.line, finding.column) == (12, 32)
    text = as_text([report], Options())
    assert "cannot both be true if elapsed@logbook speaks of last" in text
    assert "the likely reason is the scope: this holds if elapsed@logbook speaks of both" in text


def test_two_scopes_that_are_not_stated() -> None:
    report = verify(BOTH_OPEN)
    assert report.verdict is Verdict.CONSISTENT
    found = [s for s in report.scenarios if s.verdict is Verdict.CONSISTENT]
    assert [list(s.choices.values()) for s in found] == [
        [("relation:elapsed@zhang[last]",), ("relation:elapsed@logbook[both]",)]
    ]
    text = as_text([report], Options())
    assert "cannot both be true if both speak of last" in text
    assert "holds if elapsed@zhang speaks of last and elapsed@logbook speaks of both" in text
    assert "(last: 12.xx alone; both: 11.xx and 12.xx)" in text


def test_without_the_order_of_the_scopes_either_number_may_be_the_longer_one() -> None:
    report = verify(BOTH_OPEN.replace("  longer: elapsed[both] >= elapsed[last]\n", ""))
    assert sum(s.verdict is Verdict.CONSISTENT for s in report.scenarios) == 2
    text = as_text([report], Options())
    assert ", or if elapsed@zhang speaks of last and elapsed@logbook speaks of both" in text


def test_a_conflict_in_every_scope_counts_and_names_no_scope_as_its_reason() -> None:
    text = OPEN.replace("63 day", "3 day")
    report = verify(text)
    assert report.verdict is Verdict.CONTRADICTORY
    assert len(counting(report)) == 2
    told = as_text([report], Options())
    assert "the likely reason is the scope" not in told
    assert "if elapsed@logbook speaks of last" in told
    assert not [f for f in report.findings if f.code in ("CC306", "CC307")]


def test_a_conclusion_may_leave_its_scope_open() -> None:
    text = ELAPSED.replace(
        "relations:",
        "  - {quantity: uptime, value: 52 %, source: update,\n"
        "     given: [elapsed@zhang, elapsed@logbook, busy@update]}\n"
        "relations:",
    )
    report = verify(text)
    assert report.verdict is Verdict.CONSISTENT
    (conflict,) = report.conflicts
    assert conflict.conclusion == "uptime@update"
    assert "holds if uptime@update speaks of both" in as_text([report], Options())
    narrow = verify(text.replace("value: 52 %, source", "value: 58 %, scope: both, source"))
    assert [c.conclusion for c in narrow.conflicts if c.counts] == ["uptime[both]@update"]


def test_a_scope_can_be_given_on_the_command_line_and_in_python() -> None:
    report = claimcheck.verify(OPEN, given=["relation:elapsed@logbook[both]"])
    assert [s.verdict for s in report.scenarios] == [Verdict.CONSISTENT]
    whole = claimcheck.verify(OPEN.replace("elapsed[both] >= elapsed[last]", "elapsed[both] >= 1 [day]"))
    found = whole.bounds("elapsed[both]", **{"scope of elapsed@logbook": "elapsed@logbook[both]"})
    assert (found.lower, found.upper) == (62.5, 63.5)


def test_known_names_a_claim_with_its_scope() -> None:
    accepted = "known:\n  - {members: [elapsed@zhang, 'elapsed[last]@logbook'], reason: counted otherwise}\n"
    report = verify(SAME + accepted)
    assert report.verdict is Verdict.CONSISTENT
    assert [c.known for c in report.conflicts] == [True]


def test_a_quantity_of_two_aspects() -> None:
    text = """\
claimcheck: 1
sources: {s: , t: , u: }
scopes:
  machine: {job: what computed, cluster: with the reserve}
  part: {start: , end: }
quantities:
  gpus: {unit: GPU, integer: true, scopes: [machine, part]}
  spare: {unit: GPU, scopes: part}
claims:
  - {quantity: gpus, value: 992, source: s, scope: [start, job]}
  - {quantity: gpus, value: 1024, source: t, scope: start}
  - {quantity: "gpus[cluster, start]", value: 1024, source: u}
relations:
  spare: {for: part, equation: "spare = gpus[cluster] - gpus[job]"}
report: ["spare[start]"]
"""
    claims = load(text)
    assert list(claims.quantities)[:4] == [
        "gpus[job,start]",
        "gpus[job,end]",
        "gpus[cluster,start]",
        "gpus[cluster,end]",
    ]
    assert list(claims.claims) == ["gpus[job,start]@s", "gpus[start]@t", "gpus[cluster,start]@u"]
    assert [r.id for r in claims.relations.values() if r.reads] == [
        "gpus[start]@t[job,start]",
        "gpus[start]@t[cluster,start]",
    ]
    report = verify(text)
    assert report.verdict is Verdict.CONSISTENT
    spare = report.bounds("spare[start]")
    assert (spare.lower, spare.upper) == (32, 32)
    assert "holds if gpus[start]@t speaks of cluster, start (cluster: with the reserve)" in as_text(
        [report], Options()
    )


RUNS = """\
claimcheck: 1
sources: {paper: , logbook: , blog: }
scopes:
  lineage: {both: 11.xx and 12.xx, last: 12.xx alone}
quantities:
  all: {unit: hour, scopes: lineage}
tables:
  runs:
    source: paper
    columns:
      gpus: {unit: GPU, integer: true}
      hours: {unit: hour, min: 0, description: wall-clock time, scopes: lineage, scope: last}
      gpu_hours: GPU*hour
    rows:
      small: {gpus: 64, hours: 100, gpu_hours: 6400}
      large: {gpus: 512, hours: 200}
claims:
  - {quantity: "runs.hours[small]", value: 120, source: logbook, scope: both}
  - {quantity: "runs.hours[large, both]", value: 250, source: logbook}
relations:
  product: {for: runs, equation: gpu_hours = gpus * hours}
  longer: {for: runs, equation: "hours[both] >= hours"}
  all: {for: lineage, equation: all = sum(runs.hours)}
"""


def test_a_column_says_the_scope_of_its_numbers() -> None:
    claims = load(RUNS)
    assert [c for c in claims.claims if "hours[" in c] == [
        "runs.hours[small,last]@paper",
        "runs.gpu_hours[small]@paper",
        "runs.hours[large,last]@paper",
        "runs.hours[small,both]@logbook",
        "runs.hours[large,both]@logbook",
    ]
    assert claims.resolve("runs.hours[small]@paper") == "runs.hours[small,last]@paper"
    assert claims.quantities["runs.hours[small,both]"].description == "wall-clock time; both: 11.xx and 12.xx"
    report = verify(RUNS)
    assert report.verdict is Verdict.CONSISTENT
    product = report.bounds("runs.gpu_hours[large]")
    assert (product.lower, product.upper) == (512 * 199.5, 512 * 200.5)
    both, last = report.bounds("all[both]"), report.bounds("all[last]")
    assert (both.lower, both.upper) == (369, 371)
    assert last.lower >= 299
    assert last.upper <= 301
    assert not [f for f in report.findings if f.code in ("CC403", "CC411")]


def test_a_claim_on_a_cell_may_leave_its_scope_open() -> None:
    report = verify(RUNS.replace("[large, both]", "[large]"))
    assert report.verdict is Verdict.CONSISTENT
    (conflict,) = report.conflicts
    assert not conflict.counts
    assert "holds if runs.hours[large]@logbook speaks of both" in as_text([report], Options())


def test_parts_of_a_column_in_a_scope() -> None:
    def said(equation: str, **more: str) -> list[list[str]]:
        claims = load(
            RUNS.replace("  longer:", "  it: " + json.dumps({"equation": equation, **more}) + "\n  longer:")
        )
        return [sorted(names(r.equation)) for r in claims.relations.values() if (r.template or r.id) == "it"]

    small, large = "runs.hours[small,{}]".format, "runs.hours[large,{}]".format
    assert said("all[both] = sum(runs.hours[both])") == [["all[both]", large("both"), small("both")]]
    assert said("all[last] = sum(runs.hours)") == [["all[last]", large("last"), small("last")]]
    assert said("all[last] >= runs.hours[large]") == [["all[last]", large("last")]]
    assert said("all[both] >= max(runs.hours[both])") == [["all[both]", large("both"), small("both")]]
    assert said("all[both] = sum(runs.hours[small, large, both])") == [
        ["all[both]", large("both"), small("both")]
    ]
    assert said("all[last] >= runs.hours[both, small]") == [["all[last]", small("both")]]
    assert said("all >= runs.hours[small]", **{"for": "lineage"}) == [
        ["all[both]", small("both")],
        ["all[last]", small("last")],
    ]
    assert said("hours[both] >= hours", **{"for": "runs"}) == [
        [small("both"), small("last")],
        [large("both"), large("last")],
    ]
    assert said("runs.hours[both] >= hours", **{"for": "runs"}) == [
        [small("both"), small("last")],
        [large("both"), large("last")],
    ]


def test_cells_in_scopes_of_which_nothing_speaks_are_not_reported() -> None:
    alone = RUNS.partition("claims:")[0]
    assert set(verify(alone).hull) == {"all[both]", "all[last]", "runs.gpu_hours[large]"}
    with pytest.raises(ClaimsError, match=r"no claim and no relation speaks of .*runs.hours\[small,both\]"):
        load(alone + 'report: ["runs.hours[small,both]"]\n')
    reported = verify(alone + "relations: {it: 'runs.hours[small, both] >= runs.hours[small]'}\n").hull
    assert "runs.hours[small,both]" in reported


def test_the_rows_that_a_column_may_lack_have_a_scope() -> None:
    report = verify(
        RUNS.replace("    rows:", "    complete: false\n    rows:").replace(
            "relations:", "  - {quantity: all, value: 400, source: blog, scope: both}\nrelations:"
        )
    )
    rest = report.bounds("runs.hours[missing,both]")
    assert (rest.lower, rest.upper) == (28.5, 31.5)


def test_a_column_of_two_aspects() -> None:
    claims = claimcheck.ClaimSet()
    claims.source("paper")
    claims.aspect("lineage", {"both": "", "last": ""})
    claims.aspect("machine", {"job": "", "cluster": ""})
    column = {"unit": "GPU", "scopes": ["lineage", "machine"], "scope": ["job", "last"]}
    table = claims.table("a", {"gpus": column}, {"q": {"gpus": "992"}, "r": {"gpus": ""}}, source="paper")
    assert list(table.columns) == ["gpus"]
    assert list(claims.claims) == ["a.gpus[q,last,job]@paper"]
    assert list(claims.quantities) == ["a.gpus[q,last,job]", "a.gpus[r,last,job]"]
    (first, second) = claims.relation_for("machine", "a.gpus[r, both] <= 2 * a.gpus[r]")
    assert set(names(first.equation)) == {"a.gpus[r,both,job]", "a.gpus[r,last,job]"}
    assert set(names(second.equation)) == {"a.gpus[r,both,cluster]", "a.gpus[r,last,cluster]"}
    assert {"a.gpus[r,both,job]", "a.gpus[r,last,cluster]"} < set(claims.quantities)
    assert claims.claim("a.gpus[q, both]", "3", source="paper").id == "a.gpus[q,both]@paper"
    assert {"a.gpus[q,both,job]", "a.gpus[q,both,cluster]"} < set(claims.quantities)
    assert "a.gpus[q,last,cluster]" not in claims.quantities


def test_cells_count_in_all_their_scopes() -> None:
    claims = claimcheck.ClaimSet()
    claims.source("paper")
    claims.aspect("k", {f"s{n}": "" for n in range(1000)})
    rows: dict[str, dict[str, str | int]] = {f"r{n}": {} for n in range(201)}
    with pytest.raises(ClaimsError, match="CC138"):
        claims.table("a", {"c": {"scopes": "k", "scope": "s0"}}, rows, source="paper")
    assert not claims.quantities


def test_the_library_has_scopes() -> None:
    claims = claimcheck.ClaimSet()
    claims.source("paper")
    claims.aspect("lineage", {"both": "", "last": ""})
    claims.quantity("elapsed", "day", scopes="lineage")
    claims.quantity("busy", "day", scopes=["lineage"])
    assert claims.claim("elapsed", "56", source="paper", scope="last").id == "elapsed[last]@paper"
    assert claims.claim("elapsed", "63", source="paper").id == "elapsed@paper"
    assert [r.id for r in claims.relation_for("lineage", "busy <= elapsed", "busy")] == [
        "busy[both]",
        "busy[last]",
    ]
    assert verify(claims).verdict is Verdict.CONSISTENT
    for code, add in {
        "CC106": lambda: claims.aspect("lineage", {"a": ""}),
        "CC140": lambda: claims.claim("elapsed", "1", source="paper", scope="first"),
        "CC141": lambda: claims.claim("busy[both]", "1", source="paper", scope="both"),
        "CC142": lambda: claims.relation("busy <= elapsed[both]"),
        "CC143": lambda: claims.aspect("machine", {}),
        "CC144": lambda: claims.relation_for("lineage", "busy[both] <= elapsed[both]"),
    }.items():
        with pytest.raises(ClaimsError, match=code):
            add()
    with pytest.raises(ClaimsError, match="CC106"):
        claims.quantity("elapsed")


def test_a_scoped_quantity_that_nothing_uses_is_told_once() -> None:
    def unused(text: str) -> list[str]:
        return [f.message for f in verify(text).findings if f.code == "CC403"]

    extra = ELAPSED.replace("  busy:", "  idle: {unit: day, scopes: lineage}\n  busy:")
    assert unused(ELAPSED) == []
    assert unused(extra) == ["no claim and no relation speaks of the quantity idle"]


def test_a_claim_does_not_speak_of_two_scopes_at_once() -> None:
    """y@u as both would join y[a]@t and y[b]@s, which is no conflict: premises in series hide rivals."""
    text = """\
claimcheck: 1
sources: {s: , t: , u: }
scopes: {k: {a: , b: }}
quantities: {y: {min: 1, max: 40, scopes: k}}
claims:
  - {quantity: y, value: "[4, 6]", source: t, scope: a}
  - {quantity: y, value: "[3, 3]", source: s, scope: b}
  - {quantity: y, value: "[4, 4]", source: u}
"""
    report = verify(text)
    assert members(report) == {frozenset({"y[b]@s", "y@u", "relation:y@u[b]"})}
    assert report.verdict is Verdict.CONSISTENT


def test_a_claim_of_open_scope_is_explained_as_a_claim() -> None:
    from claimcheck.judging.explain import find_target
    from claimcheck.render.graph.network import network

    report = verify(BOTH_OPEN)
    assert find_target(report, "elapsed@zhang").claim == "elapsed@zhang"
    assert find_target(report, "elapsed[last]").quantity == "elapsed[last]"
    drawn = network(report)
    assert all(len(set(node.conflicts)) == len(node.conflicts) for node in drawn.nodes)


# -- laws ---------------------------------------------------------------------------------------------------

some = settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def renamed(text: str, names: dict[str, str]) -> str:
    """A member with other names of scopes in its brackets."""
    return re.sub(r"\[([^\]]*)\]", lambda m: f"[{names.get(m[1], m[1])}]", text)


@some
@given(scoped_files())
def test_renaming_scopes_changes_nothing(file: dict[str, Any]) -> None:
    names = {"a": "second", "b": "first"}
    other = json.loads(re.sub(r"\b([ab])(?=\]|\": \"what)", lambda m: names[m[1]], json.dumps(file)))
    other["claims"] = [
        {k: names.get(v, v) if k == "scope" else v for k, v in c.items()} for c in file["claims"]
    ]
    assert list(other["scopes"]["k"]) == ["second", "first"]
    before, after = verify(file), verify(other)
    assert after.verdict == before.verdict
    assert [tuple(renamed(m, names) for m in c.members) for c in before.conflicts] == [
        c.members for c in after.conflicts
    ]
    assert {renamed(q, names): b.interval for q, b in before.hull.items()} == {
        q: b.interval for q, b in after.hull.items()
    }
    assert [c.status for c in before.claims] == [c.status for c in after.claims]


@some
@given(scoped_files(scopes=("a",)))
def test_one_scope_only_is_none(file: dict[str, Any]) -> None:
    plain = {
        **{k: v for k, v in file.items() if k != "scopes"},
        "quantities": {q: {"min": "1", "max": "40"} for q in "xyz"},
        "claims": [{k: v for k, v in c.items() if k != "scope"} for c in file["claims"]],
        "relations": {n: r["equation"] for n, r in file["relations"].items()},
    }
    scoped, without = verify(file), verify(plain)
    assert scoped.verdict == without.verdict
    assert [tuple(m.replace("[a]", "") for m in c.members) for c in scoped.conflicts] == [
        c.members for c in without.conflicts
    ]
    assert {q.replace("[a]", ""): b.interval for q, b in scoped.hull.items()} == {
        q: b.interval for q, b in without.hull.items()
    }


@some
@given(scoped_files())
def test_an_aspect_that_nothing_mentions_changes_nothing_but_is_told(file: dict[str, Any]) -> None:
    def told(source: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        report = json.loads(as_json([verify(source)], Options()))
        (one,) = report["files"]
        idle = [f for f in one["findings"] if f["code"] == "CC411" and "idle" in f["message"]]
        one["findings"] = [f for f in one["findings"] if f not in idle]
        return report, idle

    more = {**file, "scopes": {**file["scopes"], "idle": {"one": "", "two": ""}}}
    before, after = told(file), told(more)
    assert (len(before[1]), len(after[1])) == (0, 1)
    assert before[0] == after[0]


@some
@given(scoped_files(stated=True))
def test_stated_scopes_are_quantities_written_out(file: dict[str, Any]) -> None:
    def plain(text: str) -> str:
        return re.sub(r"([xy])\[([ab])\]", r"\1\2", text)

    claims = [
        {**{k: v for k, v in c.items() if k != "scope"}, "quantity": c["quantity"] + c.get("scope", "")}
        for c in file["claims"]
    ]
    relations = {}
    for n, r in file["relations"].items():
        for s in "ab" if "for" in r else [""]:
            relations[n + s] = re.sub(r"\b[xy]\b(?!\[)", lambda m, s=s: m[0] + s, plain(r["equation"]))
    limits = {"min": "1", "max": "40"}
    quantities = {q + s: limits for q in "xy" for s in "ab"} | {"z": limits}
    without = {k: v for k, v in file.items() if k != "scopes"}
    written = verify({**without, "quantities": quantities, "claims": claims, "relations": relations})
    scoped = verify(file)
    assert scoped.verdict == written.verdict
    assert {frozenset(m.replace("[", "").replace("]", "") for m in c) for c in members(scoped)} == members(
        written
    )
    assert {plain(q): b.interval for q, b in scoped.hull.items()} == {
        q: b.interval for q, b in written.hull.items()
    }


@some
@given(files_with_scoped_columns())
def test_a_column_with_a_scope_is_its_claims_written_one_by_one(
    files: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    def plain(text: str) -> str:
        text = re.sub(r"t\.(\w)\[([qr]),([ab])\]", r"\1_\2[\3]", text)
        return re.sub(r"(?:t\.)?(\w+)\[([qr])\]", r"\1_\2", text)

    table, written = (verify(file) for file in files)
    assert table.verdict == written.verdict
    assert {frozenset(map(plain, c)) for c in members(table)} == members(written)
    assert {frozenset(map(plain, c)) for c in counting(table)} == counting(written)
    bounds = {plain(q): b.interval for q, b in table.hull.items()}
    others = {q: b.interval for q, b in written.hull.items()}
    assert written.claim_set is not None
    spoken = {n for r in written.claim_set.relations.values() for n in names(r.equation)}
    for quantity in others.keys() - bounds:  # cells in a scope in which nothing speaks of them
        assert quantity not in spoken
        assert others.pop(quantity) == interval(1, 40)
    assert bounds == others
    assert {plain(c.id): c.status for c in table.claims} == {c.id: c.status for c in written.claims}


@some
@given(scoped_files())
def test_a_file_holds_if_it_holds_for_some_way_to_state_its_scopes(file: dict[str, Any]) -> None:
    """The naive twin: every way to state what is left open, one file for each."""
    unstated = [i for i, c in enumerate(file["claims"]) if c["quantity"] != "z" and "scope" not in c]
    report = verify(file)
    holds = False
    for scopes in itertools.product("ab", repeat=len(unstated)):
        claims = list(file["claims"])
        for i, scope in zip(unstated, scopes, strict=True):
            claims[i] = {**claims[i], "scope": scope}
        holds = holds or not claimcheck.verify({**file, "claims": claims}).conflicts
    assert holds is not bool(counting(report))


@some
@given(scoped_files())
def test_the_scopes_that_are_named_as_a_way_out_are_one(file: dict[str, Any]) -> None:
    report = verify(file)
    assert report.claim_set is not None
    by_id = {c.id: c for c in report.conflicts}
    for conflict in report.conflicts:
        for way in holds_if(report.claim_set, by_id, conflict, report.scenarios):
            assert not conflict.counts
            claims = [
                {**c, "scope": way[id].scope[0]} if (id := f"{c['quantity']}@{c['source']}") in way else c
                for c in file["claims"]
            ]
            stated = claimcheck.verify({**file, "claims": claims})
            touched = {f"{m.partition('@')[0]}[{r.scope[0]}]@{m.partition('@')[2]}" for m, r in way.items()}
            others = {m for m in conflict.members if "@" in m and not m.startswith("relation:")} - set(way)
            assert not any({m for m in c.members if "@" in m} <= touched | others for c in stated.conflicts)
