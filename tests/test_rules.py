"""One failing and one passing claims file per rule, and an entry in the catalogue for every code."""

import datetime
import re
from pathlib import Path

import pytest

from claimcheck.diagnostics import Severity
from claimcheck.files.loader import load_text
from claimcheck.judging.catalogue import catalogue, look_up
from claimcheck.judging.rules import RULES
from claimcheck.judging.verification import verify

PACKAGE = Path(__file__).parent.parent / "claimcheck"
TODAY = datetime.date(2026, 7, 1)


def text(quantities, claims, rest="", sources="s: {title: S}\n  t: {title: T}"):
    stated = "\n".join(f"  - {{{c}}}" for c in claims)
    return f"claimcheck: 1\nsources:\n  {sources}\nquantities:\n  {quantities}\nclaims:\n{stated}\n{rest}"


AB = "a: {}\n  b: {}"
PRODUCT = "relations: {r: b = 10 * a}"
TWO = ["quantity: a, value: exactly 2, source: s", "quantity: a, value: exactly 3, source: t"]
RIVALS = "relations: {sum: {equation: b = a + 4, choice: how}, twice: {equation: b = 2 * a, choice: how}}"

RULE_PAGES = PACKAGE.parent / "docs" / "reference" / "rules"
SHOWN = re.compile(r"^```yaml file=(fails|passes)\.yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WITH_A_BASELINE = {"CC409"}
"""tests/test_baseline.py has its two files."""
WITHOUT_A_FILE = {
    "CC001",
    "CC002",
    "CC003",
    "CC004",
    "CC005",
    "CC006",
    "CC016",
    "CC018",
    "CC019",
    "CC122",
} | {*("CC136", "CC138", "CC200", "CC240", "CC252")}
"""Mistakes that no text in a page can show: a session or Python code does, and tests/test_docs.py runs it."""


def shown_files(code):
    """The two files of a rule's page."""
    found = dict(SHOWN.findall((RULE_PAGES / f"{code}.md").read_text(encoding="utf-8")))
    return found["fails"], found["passes"]


FILES = {code: shown_files(code) for code in sorted(set(RULES) - WITH_A_BASELINE)}


def found_in(file):
    return verify(file, today=TODAY).findings


def test_every_rule_has_a_page_and_no_page_is_left_over():
    assert {p.stem for p in RULE_PAGES.glob("*.md")} == set(catalogue())


@pytest.mark.parametrize("code", sorted(set(catalogue()) - set(RULES) - WITHOUT_A_FILE))
def test_a_file_with_a_mistake_has_just_that_one_and_the_other_has_none(code):
    failing, passing = shown_files(code)
    assert [d.code for d in load_text(failing, "fails.yaml")[1]] == [code]
    claims, found = load_text(passing, "passes.yaml")
    assert claims is not None
    assert found == ()
    assert verify(passing, today=TODAY).verdict == "consistent"


@pytest.mark.parametrize("code", sorted(FILES))
def test_the_failing_file_fails_at_a_place_and_the_passing_one_passes(code):
    failing, passing = FILES[code]
    found = [f for f in found_in(failing) if f.code == code]
    assert found
    lines = failing.splitlines()
    for finding in found:
        assert finding.name == RULES[code].name
        assert finding.message
        if code != "CC305":
            assert 1 <= finding.line <= len(lines)
            assert 1 <= finding.column <= len(lines[finding.line - 1])
    assert code not in {f.code for f in found_in(passing)}


@pytest.mark.parametrize("code", sorted(RULES))
def test_documentation_says_what_when_and_what_to_do(code):
    rule = RULES[code]
    first = rule.documentation.splitlines()[0]
    assert first.endswith((".", ",", "and", "was", "the", "so")) or len(first) > 40
    assert "Example" in rule.documentation
    assert "Way out:" in rule.documentation
    assert not any(line.startswith("    -") and "\t" in line for line in rule.documentation.splitlines())


def test_findings_come_errors_first():
    order = [Severity.ERROR, Severity.WARNING, Severity.NOTE]
    for failing, _ in FILES.values():
        weights = [order.index(f.severity) for f in found_in(failing)]
        assert weights == sorted(weights)


def test_a_known_conflict_is_a_note_with_its_reason():
    (finding,) = [f for f in found_in(FILES["CC406"][1]) if f.code == "CC301"]
    assert finding.severity is Severity.NOTE
    assert "the job and the cluster" in finding.message


def test_a_contradiction_says_what_each_member_would_have_to_be():
    (finding,) = [f for f in found_in(FILES["CC302"][0]) if f.code == "CC302"]
    assert "distance@map would have to be 18.52 to 21.53 km" in finding.hint
    assert "speed@sign would have to be 9.04 to 11.06 km/hour" in finding.hint


def test_hard_facts_that_clash_are_named():
    file = text(
        "a: {}",
        [
            "quantity: a, value: exactly 2, source: s, certain: true",
            "quantity: a, value: exactly 3, source: t, certain: true",
        ],
    )
    (finding,) = [f for f in found_in(file) if f.code == "CC303"]
    assert "a@s" in finding.message
    assert "a@t" in finding.message
    assert verify(file).verdict == "contradictory"


# -- the catalogue ----------------------------------------------------------------------------------------


def test_every_code_in_the_source_has_an_entry():
    used = {c for p in PACKAGE.rglob("*.py") for c in re.findall(r"\bCC\d{3}\b", p.read_text("utf-8"))}
    assert used - set(catalogue()) == set()
    assert set(catalogue()) - used == set()


def test_entries_are_whole():
    entries = catalogue()
    assert list(entries) == sorted(entries)
    names = [e.name for e in entries.values()]
    assert len(names) == len(set(names))
    for entry in entries.values():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.name)
        assert entry.text.strip().endswith((".", "!")) or "Way out" in entry.text
        assert entry.way_out or "Way out:" in entry.text


def test_an_entry_is_found_by_code_in_any_case_and_by_name():
    assert look_up("cc302") is look_up("CC302") or look_up("cc302") == look_up("CC302")
    assert look_up("contradiction").code == "CC302"
    assert look_up("CC999") is None
