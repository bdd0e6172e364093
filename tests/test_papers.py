"""The claims files on further papers: what must be found is found, and nothing else.

What is expected stands in `tests.paper_cases`. The sheets of sourced figures that the files were written from
are not part of the project; where the environment variable CLAIMCHECK_FACTS names a directory with them, the
files are held against them claim by claim and check by check.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from claimcheck import ClaimsError, ClaimSet, verify
from claimcheck.audit import audit_file
from claimcheck.files.loader import load_path
from claimcheck.judging.report import Verdict
from claimcheck.render import Options
from claimcheck.render.json import render as as_json
from claimcheck.render.text import render as as_text
from tests.paper_cases import PAPERS, Consistent, Excluded
from tests.shipped import checked as report

CLAIMS = Path(__file__).parent.parent / "claims"
TWO_SCREENS = 110
"""Lines of a text report that a reader is asked to look at."""

every_paper = pytest.mark.parametrize("paper", PAPERS, ids=lambda p: p.file)


def claims_of(conflict):
    return frozenset(m for m in conflict.members if not m.startswith("relation:"))


def relations_of(conflict):
    return frozenset(m.removeprefix("relation:") for m in conflict.members if m.startswith("relation:"))


def members_of(conflict):
    return claims_of(conflict) | relations_of(conflict)


def expected(paper):
    return [e for found in paper.conflicts.values() for e in found]


@every_paper
def test_everything_was_decided(paper):
    found = report(paper.file)
    assert found.complete
    assert found.verdict is (Verdict.CONTRADICTORY if paper.conflicts else Verdict.CONSISTENT)


@every_paper
def test_the_conflicts_are_those_expected_and_no_others(paper):
    found = {(claims_of(c), relations_of(c)) for c in report(paper.file).conflicts if c.counts}
    assert found == {(e.claims, e.relations) for e in expected(paper)}
    assert all(c.minimal for c in report(paper.file).conflicts)


@every_paper
def test_the_conflicts_are_conflicts_by_hand(paper):
    assert all(e.by_hand() for e in expected(paper))


@every_paper
def test_every_report_passes_the_audit(paper):
    (entry,) = json.loads(as_json([report(paper.file)], Options()))["files"]
    claims, _ = load_path(str(CLAIMS / paper.file))
    found = audit_file(entry, claims)
    assert found.accepted
    assert not found.refused


@every_paper
def test_the_text_report_fits_two_screens(paper):
    lines = as_text([report(paper.file)], Options()).splitlines()
    assert len(lines) <= TWO_SCREENS


@every_paper
def test_every_claim_says_where_it_is_printed(paper):
    for claim in report(paper.file).claim_set.claims.values():
        assert claim.at, claim.id


@every_paper
def test_every_relation_says_where_it_comes_from(paper):
    for relation in report(paper.file).claim_set.relations.values():
        assert relation.source or relation.note or relation.definition, relation.id


# -- against the sheets -----------------------------------------------------------------------------------


def sheet(paper):
    if "CLAIMCHECK_FACTS" not in os.environ:
        pytest.skip("CLAIMCHECK_FACTS names no directory with the sheets of sourced figures")
    return json.loads((Path(os.environ["CLAIMCHECK_FACTS"]) / paper.sheet).read_text(encoding="utf-8"))


@every_paper
def test_every_inconsistency_of_the_sheet_is_expected_with_its_members(paper):
    facts = sheet(paper)
    for entry in facts["provable_inconsistencies"]:
        name = entry["id"]
        if name in paper.no_numbers:
            continue
        members = frozenset().union(*(e.claims for e in paper.conflicts[name]))
        for claim in entry["claims"]:
            assert members & set(paper.ids[claim].split()), (name, claim)
    known = {entry["id"] for entry in facts["provable_inconsistencies"]}
    assert {name for name in paper.conflicts if not name.startswith("also ")} <= known


@every_paper
def test_every_check_of_the_sheet_is_made_and_only_what_clashes_is_flagged(paper):
    facts = sheet(paper)
    claim_set = report(paper.file).claim_set
    assert {c["name"] for c in facts["checks"]} == set(paper.checks)
    clashing = [paper.checks[c["name"]] for c in facts["checks"] if c["expected_verdict"] == "contradiction"]
    counted = [members_of(c) for c in report(paper.file).conflicts if c.counts]
    settled = [members_of(c) for c in report(paper.file).conflicts if not c.counts]
    also = [
        e.claims | e.relations
        for name in paper.conflicts
        if name.startswith("also ")
        for e in paper.conflicts[name]
    ]
    for check in facts["checks"]:
        tests = paper.checks[check["name"]]
        if isinstance(tests, Excluded):
            found = report(paper.file).bounds(tests.quantity)
            assert tests.value not in found, check["name"]
            continue
        verdict = check["expected_verdict"]
        if isinstance(tests, Consistent):
            tests, verdict = tests.tests, "consistent"
        tests = frozenset(tests.split())
        assert all(t in claim_set.relations or t in claim_set.claims for t in tests), check["name"]
        if verdict == "contradiction":
            assert any(tests <= c for c in [*counted, *settled]), check["name"]
            continue
        for conflict in counted:
            relations = tests & set(claim_set.relations)
            flagged = relations & conflict if relations else tests <= conflict
            if flagged and conflict not in also:
                assert any(isinstance(t, str) and set(t.split()) <= conflict for t in clashing), check["name"]


@every_paper
def test_every_claim_of_the_sheet_is_there_as_printed_or_left_out_for_a_reason(paper):
    facts = sheet(paper)
    claims = report(paper.file).claim_set.claims
    assert set(paper.ids).isdisjoint(paper.left_out)
    assert {c["id"] for c in facts["claims"]} == set(paper.ids) | set(paper.left_out)
    for entry in facts["claims"]:
        for id in paper.ids.get(entry["id"], "").split():
            ours, theirs = digits(claims[id].text), digits(entry["value_as_printed"])
            # A range may have become two claims, and a time has its offset spelled out.
            assert ours <= theirs if len(ours) < len(theirs) else ours >= theirs, id


def digits(text):
    """The printed numbers of a text, without separators, words and units."""
    found = re.findall(r"\d[\d,_]*(?:\.\d+)?(?:[eE][+-]?\d+)?", text)
    return {Fraction(n.replace(",", "").replace("_", "")) for n in found}


def test_how_many_checks_of_the_sheets_are_held():
    """What the six sheets call consistent is not flagged, and what they call a contradiction is found."""
    counted = Counter(c["expected_verdict"] for paper in PAPERS for c in sheet(paper)["checks"])
    assert counted == {"consistent": 133, "contradiction": 26}
    # One of the contradictions is none by its `~`; the others are found, or a bound leaves them out.
    told = [c for paper in PAPERS for c in paper.checks.values()]
    assert [type(c).__name__ for c in told if not isinstance(c, str)].count("Consistent") == 1
    assert len(told) == 159


# -- traps that the sheets name ------------------------------------------------------------------------------


def mapping(file):
    return yaml.load((CLAIMS / file).read_text("utf-8"), Loader=yaml.BaseLoader)


def reread(file, quantity, value):
    """The file, as a mapping, with another value of the one claim on a quantity."""
    whole = mapping(file)
    (claim,) = [c for c in whole["claims"] if c["quantity"] == quantity]
    claim["value"] = value
    return whole


def test_a_batch_of_2m_may_be_2_to_the_21st():
    """143,000 steps of exactly 2.0e6 tokens would be 286 billion: a false contradiction."""
    assert verify(reread("pythia.yaml", "batch", "2 million token/step")).verdict is Verdict.CONSISTENT
    assert (
        verify(reread("pythia.yaml", "batch", "exactly 2 million token/step")).verdict
        is Verdict.CONTRADICTORY
    )


@pytest.mark.parametrize("text", ["3.14+23", "2.16+22", "19.6+9", "2.5+12"])
def test_a_power_of_ten_without_its_letter_is_refused_and_never_a_sum(text):
    claims = ClaimSet()
    claims.source("final-update")
    claims.quantity("compute", "FLOP")
    with pytest.raises(ClaimsError, match=r"CC204.*power of ten"):
        claims.claim("compute", f"{text} FLOP", source="final-update")


def test_heads_may_be_as_wide_as_they_are():
    """Heads by width of a head is the width by design; no one width of a head is asked for."""
    found = report("pythia.yaml")
    wide = {
        row: found.bounds(f"models.head_size[{row}]").lower for row in ("70M", "410M", "1B", "2.8B", "12B")
    }
    assert wide == {"70M": 64, "410M": 64, "1B": 256, "2.8B": 80, "12B": 128}
    assert not found.conflicts


def test_a_pace_is_rounded_as_its_sentence_rounds_it():
    """105 s of the plan, 105.22 s of the log and 2 minutes are one pace, each with its own last digit."""
    clashing = {m for c in report("bloom-176b.yaml").conflicts if c.counts for m in c.members}
    assert not [m for m in clashing if m.startswith(("pace", "log.pace", "samples_a_second", "days_to_go"))]


BORDERLINE = {
    *(f"total[{row}]" for row in ("39.1", "76.1", "145.6", "310.1", "529.6", "1008.0")),
    *("days[zero3-1120]", "days[zero3-2240]", "days[ptd-384]", "days[ptd-768]"),
}


def test_ten_cells_of_megatron_fit_as_intervals_and_not_as_points():
    claims = report("megatron-scaling.yaml").claim_set
    said = {
        c.quantity: Fraction(c.text.replace(",", "").split()[0])
        for c in claims.claims.values()
        if c.at.startswith("Table")
    }
    outside, cells = set(), 0

    def hold(name, quantity, point):
        nonlocal cells
        cells += 1
        read = claims.claims[f"{quantity}@paper"].interval
        scale = Fraction(claims.quantities[quantity].unit.scale.lower)
        if not Fraction(read.lower) <= point * scale <= Fraction(read.upper):
            outside.add(name)

    def per_token(layers, hidden):
        return (
            96 * layers * hidden**2 * (1 + Fraction(2048, 6 * hidden) + Fraction(51200, 16 * layers * hidden))
        )

    for row in claims.tables["models"].rows:
        cell = {c: said.get(f"models.{c}[{row}]") for c in claims.tables["models"].columns}
        layers, hidden = int(cell["layers"]), int(cell["hidden"])
        size = (
            12
            * layers
            * hidden**2
            * (1 + Fraction(13, 12 * hidden) + Fraction(51200 + 2048, 12 * layers * hidden))
        )
        hold(f"params[{row}]", f"models.params[{row}]", size / 10**9)
        hold(f"share[{row}]", f"models.share[{row}]", cell["rate"] / 312 * 100)
        hold(f"total[{row}]", f"models.total[{row}]", cell["rate"] * cell["gpus"] / 1000)
    big = (int(said["models.layers[529.6]"]), int(said["models.hidden[529.6]"]))
    for table, shape in (("runs_gpt3", (96, 12288)), ("runs_big", big)):
        for row in claims.tables[table].rows:
            gpus, rate = said[f"{table}.gpus[{row}]"], said[f"{table}.rate[{row}]"]
            seconds = per_token(*shape) * 300 * 10**9 / (gpus * rate * 10**12)
            hold(f"days[{row}]", f"{table}.days[{row}]", seconds / 86400)
    assert cells == 42
    assert outside == BORDERLINE
    assert not [c for c in report("megatron-scaling.yaml").conflicts if c.counts]
