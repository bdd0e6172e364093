"""What looks like a clash and is none: in each such place of the sheets the scope, or a rival, is named.

A case takes the relations of a claims file that matter, with the claims on what they speak of. As the file
stands nothing clashes in it. With the scope of one claim left open the clash is there, it does not count, and
the report names the scope that the file states. With the scope misread it counts.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

import claimcheck
from claimcheck.files.loader import load
from claimcheck.judging.report import Verdict
from claimcheck.render import Options
from claimcheck.render.text import render as as_text
from tests.audited import audited
from tests.paper_cases import PAPERS
from tests.shipped import ROOT, checked


@dataclass(frozen=True)
class Case:
    """``claim`` (quantity@source, without scope) is left open; ``scope`` is what the report has to name."""

    file: str
    sheet: str
    entry: str
    relations: str
    claim: str
    scope: str
    misread: str
    drop: str = ""
    """Claims that the case does without: the start of their quantity, or their id."""


SCOPES = [
    Case("bloom-176b.yaml", "bloom176b.json", "vocab", "padding", "vocabulary@readme", "own", "padded"),
    *(
        Case(
            "bloom-176b.yaml",
            "bloom176b.json",
            "tokens",
            relations,
            claim,
            scope,
            misread,
            "tokens[one-pass]",
        )
        for relations, claim, scope, misread in (
            ("plan one-pass final tokens", "tokens@paper", "trained", "plan"),
            ("plan one-pass final tokens", "tokens@readme", "plan", "one-pass"),
        )
    ),
    Case(
        "bloom-176b.yaml",
        "bloom176b.json",
        "hours384",
        "running-time wall-time",
        "running_time@luccioni",
        "wall",
        "as-48",
        "running_time[as-48]",
    ),
    *(
        Case("llama2-card.yaml", "llama2_card.json", "34B", relations, claim, "all", "listed", drop)
        for relations, claim, drop in (
            ("hours-rows hours-total", "hours@card", "hours[listed] text"),
            ("carbon-rows carbon-total", "carbon@card", "carbon[listed]"),
        )
    ),
    Case(
        "llama2-card.yaml",
        "llama2_card.json",
        "n7",
        "params-7b rotary",
        "params_7b@weights",
        "file",
        "trained",
    ),
    Case(
        "llama3-405b.yaml", "llama3_405b.json", "hours", "run-days snapshot", "days@paper", "snapshot", "run"
    ),
    Case(
        "llama3-405b.yaml",
        "llama3_405b.json",
        "hw78",
        "hardware-least hardware-most unexpected",
        "hardware_share@paper",
        "left-out",
        "counted-in",
    ),
    Case("pythia.yaml", "pythia.json", "ten_rows", "sizes listed", "sizes@readme", "described", "table"),
    Case(
        "pythia.yaml",
        "pythia.json",
        "names",
        "smallest smallest-inner",
        "smallest@readme",
        "counted",
        "left-out",
    ),
    *(
        Case("opt175b-scope.yaml", "opt175b.json", entry, relations, claim, scope, misread)
        for entry, relations, claim, scope, misread in (
            ("gpus", "job cluster", "gpus@paper", "job", "cluster"),
            ("gpus", "job cluster", "gpus@final-update", "cluster", "job"),
            ("days", "days-between days-inside", "elapsed@zhang", "last", "first"),
            ("days", "days-between days-inside", "elapsed@logbook", "first", "last"),
            ("flops_def", "twice once compute", "compute@final-update", "twice", "once"),
            ("co2", "job carbon building", "carbon@paper", "left-out", "counted-in"),
            ("co2", "job carbon building", "carbon@llama", "counted-in", "left-out"),
        )
    ),
]

RIVALS = {
    ("bloom176b.json", "bytes"): ("bloom-176b.yaml", {"decimal", "rounds-nearest"}),
    ("llama3_405b.json", "mfu41"): ("llama3-405b.yaml", {"three-digits"}),
    ("llama3_405b.json", "params"): ("llama3-405b.yaml", {"name-rounded"}),
    ("megatron_2104.json", "eq4"): ("megatron-scaling.yaml", {"equation-3"}),
    ("opt175b.json", "binary"): ("opt175b-full.yaml", {"decimal"}),
}
"""Two ways to read or to calculate, of which the numbers rule out these."""

OTHERWISE = {
    ("deepseek_v3.json", "cost"): "a product of two claims, and marked as concluded from them",
    ("megatron_2104.json", "borderline"): "no clash of intervals; see the test of points",
    ("hubble.json", "versions"): "no claims file is about it",
    ("opt175b.json", "lost_11"): "an explanation of days; opt175b-full.yaml has its arithmetic",
    ("opt175b.json", "pages"): "two documents, of which no relation speaks: two scopes in opt175b-scope.yaml",
    ("opt175b.json", "progress_rates"): "bounds that opt175b-full.yaml derives",
}


def part(case: Case) -> dict[str, Any]:
    """The file's relations of the case and what they speak of, as a mapping of texts."""
    whole = yaml.load((ROOT / "claims" / case.file).read_text("utf-8"), Loader=yaml.BaseLoader)
    relations = {id: whole["relations"][id] for id in case.relations.split()}
    said = " ".join(
        r if isinstance(r, str) else f"{r['equation']} {r.get('for', '')}" for r in relations.values()
    )
    words = set(re.findall(r"\w+", said))
    claims = [c for c in whole["claims"] if c["quantity"].partition("[")[0].partition(".")[0] in words]
    scoped = [(c, f"{c['quantity']}[{c['scope']}]" if "scope" in c else c["quantity"]) for c in claims]
    claims = [c for c, name in scoped if not name.startswith(tuple(case.drop.split()) or ("-",))]
    claims = [c for c in claims if c.get("id") not in case.drop.split()]
    claims = [c for c in claims if set(re.findall(r"(\w+)@", " ".join(c.get("given", [])))) <= words]
    return {
        **{k: v for k, v in whole.items() if k in ("claimcheck", "sources", "scopes")},
        "quantities": {n: q for n, q in whole["quantities"].items() if n in words},
        "tables": {n: t for n, t in whole.get("tables", {}).items() if n in words},
        "claims": claims,
        "relations": relations,
    }


def told(file: dict[str, Any], case: Case, scope: str) -> dict[str, Any]:
    """The file with another scope of the claim, or with none."""
    quantity, _, source = case.claim.partition("@")
    claims = []
    done = False
    for c in file["claims"]:
        mine = (c["quantity"], c["source"]) == (quantity, source) and c.get("scope", case.scope) == case.scope
        if mine and not done and "id" not in c:
            c = {**{k: v for k, v in c.items() if k != "scope"}, **({"scope": scope} if scope else {})}
            c["id"] = "reread"
            done = True
        claims.append(c)
    assert done
    return {**file, "claims": claims}


every_case = pytest.mark.parametrize("case", SCOPES, ids=lambda c: f"{c.file}:{c.entry}:{c.claim}")


@every_case
def test_with_its_scope_stated_nothing_clashes(case: Case) -> None:
    report = claimcheck.verify(told(part(case), case, case.scope))
    assert report.verdict is Verdict.CONSISTENT
    assert not [c for c in report.conflicts if c.counts]


@every_case
def test_with_its_scope_open_the_report_names_it(case: Case) -> None:
    report = audited(load(told(part(case), case, "")))
    assert report.verdict is Verdict.CONSISTENT
    claim = f"{case.claim}#reread"
    assert any(claim in c.members for c in report.conflicts)
    named = f"holds if {claim} speaks of {case.scope} ("
    assert any(named in f.message for f in report.findings if f.code == "CC307")
    assert f"the likely reason is the scope: this {named}" in as_text([report], Options(top=0))


@every_case
def test_with_its_scope_misread_it_clashes(case: Case) -> None:
    report = claimcheck.verify(told(part(case), case, case.misread))
    assert report.verdict is Verdict.CONTRADICTORY
    claim = f"{case.claim.replace('@', f'[{case.misread}]@')}#reread"
    assert any(claim in c.members for c in report.conflicts if c.counts)


@pytest.mark.parametrize(("file", "out"), RIVALS.values(), ids=lambda x: x if isinstance(x, str) else "")
def test_rivals_are_told_apart_by_the_numbers(file: str, out: set[str]) -> None:
    ruled = {r.removeprefix("relation:") for c in checked(file).conflicts for r in c.ruled_out}
    assert out <= ruled


def test_of_the_scopes_of_opt175b_one_combination_fits() -> None:
    report = checked("opt175b-scope.yaml")
    assert report.verdict is Verdict.CONSISTENT
    (fits,) = [s for s in report.scenarios if s.verdict is Verdict.CONSISTENT]
    assert report.scenario_count == 128
    picked = {
        name.removeprefix("scope of "): ids[0].rpartition("[")[2][:-1] for name, ids in fits.choices.items()
    }
    assert picked == {
        "elapsed@zhang": "last",
        "elapsed@logbook": "first",
        "gpus@paper": "job",
        "gpus@final-update": "cluster",
        "carbon@paper": "left-out",
        "carbon@llama": "counted-in",
        "compute@final-update": "twice",
    }
    assert len(as_text([report], Options()).splitlines()) <= 110


def test_a_price_confirms_nothing() -> None:
    report = checked("deepseek-v3.yaml")
    costs = [c for c in report.claim_set.claims.values() if c.quantity.endswith("_cost")]
    assert len(costs) == 4
    assert all(c.is_conclusion for c in costs)


def test_every_entry_of_the_sheets_has_its_case() -> None:
    if "CLAIMCHECK_FACTS" not in os.environ:
        pytest.skip("CLAIMCHECK_FACTS names no directory with the sheets of sourced figures")
    known = {(c.sheet, c.entry) for c in SCOPES} | set(RIVALS) | set(OTHERWISE)
    sheets = {p.sheet for p in PAPERS} | {"opt175b.json", "hubble.json"}
    entries = {
        (sheet, entry["id"])
        for sheet in sheets
        for entry in json.loads((Path(os.environ["CLAIMCHECK_FACTS"]) / sheet).read_text("utf-8"))[
            "resolves_once_defined"
        ]
    }
    assert entries == known
