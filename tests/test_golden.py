"""Every format on the largest claims file: as it was looked at last, and read back by another's parser.

The golden files are whole, with two exceptions: of JSON the certificates are left out and two source
combinations are kept (the schema and the audit look at all of it), of HTML the text, element by element.

``CLAIMCHECK_UPDATE_DOCS=1 pytest tests/test_golden.py`` writes them anew, to be read in the diff.
"""

from __future__ import annotations

import contextlib
import difflib
import itertools
import json
import os
import re
from fractions import Fraction
from html.parser import HTMLParser

import jsonschema
import pytest
import yaml
from markdown_it import MarkdownIt

from claimcheck.audit import audit_report
from claimcheck.judging.report import Verdict
from claimcheck.render import FORMATS, Options, render
from claimcheck.render.accounts import accounts
from tests.published import published
from tests.shipped import ROOT, checked

NAME = "opt175b-full.yaml"
GOLDEN = ROOT / "tests" / "golden"
UPDATE = os.environ.get("CLAIMCHECK_UPDATE_DOCS", "") not in ("", "0")
SUFFIX = {
    "text": "txt",
    "concise": "concise.txt",
    "json": "json",
    "jsonl": "jsonl",
    "sarif": "sarif",
    "junit": "xml",
    "github": "github.txt",
    "markdown": "md",
    "html": "html.txt",
}
LEFT_OUT = "left out"


def made(format, **options):
    with contextlib.chdir(ROOT):
        return render(format, [checked(NAME)], Options(root=str(ROOT), **options))


def kept(format):
    """What the golden file of a format holds."""
    if format == "json":
        return (
            json.dumps(without_certificates(json.loads(made(format, top=2))), indent=1, ensure_ascii=False)
            + "\n"
        )
    if format == "jsonl":
        lines = [without_certificates(json.loads(line)) for line in made(format, top=2).splitlines()]
        return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    return "".join(f"{line}\n" for line in Outline.of(made(format))) if format == "html" else made(format)


def without_certificates(node):
    if isinstance(node, dict):
        return {k: LEFT_OUT if k == "certificate" else without_certificates(v) for k, v in node.items()}
    return [without_certificates(item) for item in node] if isinstance(node, list) else node


class Outline(HTMLParser):
    """The text of a page, a line for each element that has some of its own: ``td 992 GPU``."""

    VOID = frozenset(("meta", "link", "br", "hr", "img", "input", "col", "wbr"))

    def __init__(self):
        super().__init__()
        self.lines, self.open = [], []

    @classmethod
    def of(cls, page):
        reader = cls()
        reader.feed(page)
        reader.close()
        assert reader.open == [], "every element is closed"
        return reader.lines

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag, f"{tag} is closed where it was not opened"

    def handle_data(self, data):
        text = " ".join(data.split())
        if text and not {"script", "style"} & set(self.open):
            self.lines.append(f"{self.open[-1] if self.open else ''} {text}")


def test_every_format_has_a_golden_file():
    assert tuple(SUFFIX) == FORMATS
    assert {p.name for p in GOLDEN.glob("*.*")} == {f"opt175b-full.{suffix}" for suffix in SUFFIX.values()}


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_is_as_it_was_looked_at(format):
    path = GOLDEN / f"opt175b-full.{SUFFIX[format]}"
    new = kept(format)
    if UPDATE:
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(new, encoding="utf-8")
    old = path.read_text(encoding="utf-8")
    if old != new:
        names = ("the golden file", "now")
        changed = list(difflib.unified_diff(old.splitlines(), new.splitlines(), *names, lineterm="", n=1))
        pytest.fail("\n".join([*changed[:80], "CLAIMCHECK_UPDATE_DOCS=1 writes it anew"]), pytrace=False)


# -- read back ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report():
    return checked(NAME)


@pytest.fixture(scope="module")
def written():
    """The claims file as any YAML reader sees it, and its lines."""
    text = (ROOT / "claims" / NAME).read_text(encoding="utf-8")
    return yaml.load(text, yaml.BaseLoader), text.splitlines()


def ids_of(written):
    """The claim ids and relations that the file declares."""
    claims = {
        f"{c['quantity']}@{c['source']}" + (f"#{c['id']}" if "id" in c else "") for c in written[0]["claims"]
    }
    return claims | {f"relation:{id}" for id in written[0]["relations"]}


def test_text_tells_verdict_conflicts_and_counts(report):
    lines = made("text", top=0).splitlines()
    assert lines[0] == f"{report.title}  (claims/{NAME})"
    assert lines[1].startswith(
        f"{report.verdict}: {len([c for c in report.conflicts if c.counts])} conflicts"
    )
    told = []
    for line in lines:
        named = re.match(r"((?:C\d+(?:, | to )?)+)  (contradiction|disagreement|impossible)  ", line)
        if named:
            for part in named[1].split(", "):
                first, _, last = part.partition(" to ")
                low, high = int(first[1:]), int((last or first)[1:])
                told += [(f"C{n}", named[2]) for n in range(low, high + 1)]
    assert sorted(told) == sorted((c.id, str(c.kind)) for c in report.conflicts)
    assert f"\n{len(report.claims)} claims (" in "\n".join(lines)


def test_concise_has_a_line_for_each_finding_where_it_stands(report, written):
    *lines, last = made("concise").splitlines()
    read = [re.fullmatch(r"([^:]+):(\d+):(\d+): (CC\d{3}) (?:(warning|note): )?(.+)", line) for line in lines]
    assert all(read)
    assert [m[4] for m in read] == [f.code for f in report.findings]
    assert [m[5] or "error" for m in read] == [f.severity for f in report.findings]
    for m in read:
        assert m[1] == f"claims/{NAME}"
        assert written[1][int(m[2]) - 1][int(m[3]) - 1 :].strip()
    assert last.startswith(f"claims/{NAME}: {report.verdict}")


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_json_names_what_the_file_declares(report, written, format):
    whole = json.loads(made(format))
    file = whole["files"][0] if format == "json" else whole
    assert whole["schema_version"] == 1
    declared = ids_of(written)
    assert {c["id"] for c in file["claims"]} == {id for id in declared if not id.startswith("relation:")}
    for members in [c["members"] for c in file["conflicts"]] + file["repairs"]:
        assert set(members) <= declared
    bounds = [b for s in file["scenarios"] for b in s["bounds"].values()] + list(file["hull"].values())
    assert len(bounds) > 20
    for bound in bounds:
        low, high = bound["lower"], bound["upper"]
        for end, outward in ((low, 1), (high, -1)):
            if end and end["exact"] and bound["unit"] != "date":
                assert outward * Fraction(end["value"]) <= outward * Fraction(end["exact"])
        if low and high and bound["unit"] != "date":
            assert Fraction(low["value"]) <= Fraction(high["value"])


def test_the_certificates_that_the_golden_file_leaves_out_are_read_back_by_the_checker(tmp_path):
    """They fill half of a report and change with every step that the solver takes in another order.

    So they are no text to look at. The checker, which knows no solver, reads those of the same report.
    """
    path = tmp_path / "report.json"
    path.write_text(made("json"), encoding="utf-8")
    with contextlib.chdir(ROOT):
        audited = audit_report(path)
    assert not audited.refused
    kept = json.loads((GOLDEN / "opt175b-full.json").read_text(encoding="utf-8"))
    left_out = json.dumps(kept).count(f'"certificate": "{LEFT_OUT}"')
    assert left_out > 30
    assert len(audited.accepted) > left_out


def test_sarif_is_valid_and_names_lines_that_exist(written):
    log = json.loads((GOLDEN / "opt175b-full.sarif").read_text(encoding="utf-8"))
    schema = published("(SARIF) Version 2.1.0 JSON Schema")
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    for result in log["runs"][0]["results"]:
        for place in [*result["locations"], *result.get("relatedLocations", [])]:
            region = place["physicalLocation"].get("region", {"startLine": 1, "startColumn": 1})
            assert region["startColumn"] <= len(written[1][region["startLine"] - 1])


def test_markdown_is_read_as_headings_and_tables(report):
    tokens = MarkdownIt("commonmark").enable("table").parse(made("markdown", top=0))
    headings, tables = [], []
    for token, inside in itertools.pairwise(tokens):
        if token.type == "heading_open":
            headings.append((token.tag, "".join(c.content for c in inside.children)))
        if token.type == "table_open":
            tables.append((headings[-1][1], []))
        if token.type == "tr_open":
            tables[-1][1].append([])
        if token.type in ("td_open", "th_open"):
            tables[-1][1][-1].append("".join(c.content for c in inside.children))
    assert headings[0] == ("h1", report.title)
    told = [h for tag, h in headings if tag == "h3"]
    assert len(told) == len(accounts(report))
    (claims,) = [rows for heading, rows in tables if heading == "Claims"]
    assert claims[0][:2] == ["status", "claim"]
    assert {(row[1], row[0]) for row in claims[1:]} == {(c.id, str(c.status)) for c in report.claims}
    (scenarios,) = [rows for heading, rows in tables if heading == "Source combinations"]
    listed = [row for row in scenarios[1:] if {"consistent", "contradictory", "unknown"} & set(row)]
    assert len(listed) == len(report.scenarios)
    assert all(len(row) == len(rows[0]) for _, rows in tables for row in rows)


def test_html_holds_every_conflict_and_claim_and_no_address_that_it_loads(report):
    page = made("html", top=0)
    text = "\n".join(Outline.of(page))
    assert report.title in text
    for conflict in report.conflicts:
        assert re.search(rf"\b{conflict.id}\b", text) or re.search(r"\bC\d+ to C\d+\b", text)
    for claim in report.claims:
        assert claim.id in text
    assert not re.search(r"""<(?:script|img|iframe|link|source)[^>]+(?:src|href)=["']?(?:https?:)?//""", page)


def test_the_verdict_is_the_same_in_every_format(report):
    assert report.verdict is Verdict.CONTRADICTORY
    for format in ("text", "concise", "markdown", "html", "github"):
        assert "contradictory" in made(format)
