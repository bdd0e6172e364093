"""docs/findings.md says what the reports on the claims files say. CLAIMCHECK_UPDATE_DOCS=1 writes it anew."""

from __future__ import annotations

import difflib
import os

from tests.findings import page
from tests.paper_cases import PAPERS
from tests.resolved import SCOPES
from tests.shipped import NAMES, ROOT, checked

PAGE = ROOT / "docs" / "findings.md"
UPDATE = os.environ.get("CLAIMCHECK_UPDATE_DOCS", "") not in ("", "0")


def test_the_page_is_that_of_the_reports() -> None:
    new = page()
    if UPDATE:
        PAGE.write_text(new, encoding="utf-8")
    old = PAGE.read_text(encoding="utf-8")
    changed = "\n".join(
        difflib.unified_diff(old.splitlines(), new.splitlines(), "page", "reports", lineterm="")
    )
    assert not changed, f"{changed[:3000]}\nCLAIMCHECK_UPDATE_DOCS=1 writes it anew"


def test_every_conflict_of_every_subject_is_told_with_its_sources() -> None:
    sections = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    told = {section.partition("`claims/")[2].partition("`")[0]: section for section in sections}
    assert sorted(told) == NAMES
    for name, section in told.items():
        counting = [c.id for c in checked(name).conflicts if c.counts]
        assert [line.split()[1] for line in section.splitlines() if line.startswith("### C")] == [
            f"{id}:" for id in counting
        ]


def test_every_scope_that_settles_something_is_told() -> None:
    text = PAGE.read_text(encoding="utf-8").replace("\\", "")
    for case in SCOPES:
        assert f"It holds if {case.claim} speaks of {case.scope}" in text, case.claim
    assert {p.file for p in PAPERS} <= set(NAMES)
