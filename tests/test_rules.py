"""One failing and one passing claims file per rule, and an entry in the catalogue for every code."""

import datetime
import re
from pathlib import Path

import pytest

from claimcheck.diagnostics import Severity
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

FILES = {
    "CC301": (
        text("a: {}", ["quantity: a, value: 2, source: s", "quantity: a, value: 4, source: t"]),
        text("a: {}", ["quantity: a, value: 2, source: s", "quantity: a, value: 2.3, source: t"]),
    ),
    "CC302": (
        text(AB, ["quantity: a, value: 2, source: s", "quantity: b, value: 50, source: t"], PRODUCT),
        text(AB, ["quantity: a, value: 2, source: s", "quantity: b, value: 20, source: t"], PRODUCT),
    ),
    "CC303": (
        text("n: {integer: true}", ["quantity: n, value: 99.5, source: s"]),
        text("n: {integer: true}", ["quantity: n, value: 99.5 to 100.4, source: s"]),
    ),
    "CC304": (
        text(AB, [*TWO, "quantity: b, value: 20, source: t, given: [a@t]"], PRODUCT),
        text(AB, [*TWO, "quantity: b, value: 20, source: t, given: [a@s]"], PRODUCT),
    ),
    "CC305": (
        text(AB, ["quantity: a, value: 2, source: s"], PRODUCT + "\nsettings: {budget: 0.000001}"),
        text(AB, ["quantity: a, value: 2, source: s"], PRODUCT),
    ),
    "CC306": (
        text(AB, [*TWO[:1], "quantity: b, value: exactly 6, source: t"], RIVALS),
        text(AB, TWO[:1], RIVALS),
    ),
    "CC401": (
        text(
            AB,
            ["quantity: a, value: 3, source: s", "quantity: b, value: 30.1, source: s, given: [a@s]"],
            PRODUCT,
        ),
        text(
            AB,
            ["quantity: a, value: 3, source: s", "quantity: b, value: 30, source: s, given: [a@s]"],
            PRODUCT,
        ),
    ),
    "CC402": (
        text("a: {}", ["quantity: a, value: 2, source: s"]),
        text("a: {}", ["quantity: a, value: 2, source: s"], sources="s: {title: S}"),
    ),
    "CC403": (
        text("a: {}\n  unused: {}", TWO),
        text("a: {}\n  unused: {}", TWO, "relations: {r: unused = a}"),
    ),
    "CC404": (
        text("a: {unit: TFLOPS/GPU}", ["quantity: a, value: 147, source: s"]),
        text("a: {unit: TFLOP/s/GPU}", ["quantity: a, value: 147, source: s"]),
    ),
    "CC405": (
        text("a: {}", ["quantity: a, value: 2, source: s"]),
        text("a: {}", ["quantity: a, value: 2, source: s", "quantity: a, value: 2.1, source: t"]),
    ),
    "CC406": (
        text("a: {}", TWO[:1], "known: [{members: [a@s], reason: none}]"),
        text("a: {}", TWO, "known: [{members: [a@s, a@t], reason: two runs}]"),
    ),
    "CC407": (
        text("a: {}", TWO, "known: [{members: [a@s, a@t], reason: two runs, until: 2026-06-30}]"),
        text("a: {}", TWO, "known: [{members: [a@s, a@t], reason: two runs, until: 2026-12-31}]"),
    ),
    "CC408": (
        text(AB, [*TWO, "quantity: b, value: 1, source: s", "quantity: b, value: 5, source: t"]),
        text(
            AB,
            [*TWO, "quantity: b, value: 1, source: s", "quantity: b, value: 5, source: t"],
            sources="s: {title: S, coupled: true}\n  t: {title: T, coupled: true}",
        ),
    ),
}


def found_in(file):
    return verify(file, today=TODAY).findings


def test_every_rule_has_its_two_files():
    with_a_baseline = {"CC409"}  # tests/test_baseline.py has its two files
    assert set(FILES) | with_a_baseline == set(RULES)


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
    assert "two runs" in finding.message


def test_a_contradiction_says_what_each_member_would_have_to_be():
    (finding,) = [f for f in found_in(FILES["CC302"][0]) if f.code == "CC302"]
    assert "a@s would have to be 4.95 to 5.05" in finding.hint
    assert "b@t would have to be 15 to 25" in finding.hint


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
