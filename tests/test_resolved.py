"""What looks like a clash and is none: in each such place of the sheets the scope, or a rival, is named.

As the file stands nothing clashes in it. With the scope of one claim left open the clash is there, it does
not count, and the report names the scope that the file states. With the scope misread it counts.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import claimcheck
from claimcheck.audit import audit_file
from claimcheck.files.loader import load
from claimcheck.judging.report import Verdict
from claimcheck.render import Options
from claimcheck.render.json import render as as_json
from claimcheck.render.text import render as as_text
from tests.audited import audited
from tests.paper_cases import PAPERS
from tests.resolved import OTHERWISE, RIVALS, SCOPES, Case, part, told
from tests.shipped import checked

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
    (entry,) = json.loads(as_json([report], Options()))["files"]
    assert report.claim_set is not None
    assert not audit_file(entry, report.claim_set).refused


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
