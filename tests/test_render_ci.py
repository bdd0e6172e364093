"""The formats that other programs read: SARIF, JUnit XML and the annotations of GitHub Actions."""

import json
import re
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema

from claimcheck import cli
from claimcheck.judging.report import Status
from claimcheck.judging.verification import check_text
from claimcheck.render import Options, render
from tests.published import published
from tests.shipped import ROOT, checked

FULL = ROOT / "claims" / "opt175b-full.yaml"

JUNIT = """
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:complexType name="told" mixed="true">
    <xs:attribute name="message" type="xs:string"/>
    <xs:attribute name="type" type="xs:string"/>
  </xs:complexType>
  <xs:simpleType name="seconds">
    <xs:restriction base="xs:string"><xs:pattern value="[0-9]+([.][0-9]*)?"/></xs:restriction>
  </xs:simpleType>
  <xs:attributeGroup name="counts">
    <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="time" type="seconds"/>
  </xs:attributeGroup>
  <xs:element name="testcase">
    <xs:complexType>
      <xs:choice minOccurs="0">
        <xs:element name="skipped" type="told"/>
        <xs:element name="error" type="told"/>
        <xs:element name="failure" type="told"/>
      </xs:choice>
      <xs:attribute name="name" type="xs:string" use="required"/>
      <xs:attribute name="classname" type="xs:string" use="required"/>
      <xs:attribute name="time" type="seconds"/>
    </xs:complexType>
  </xs:element>
  <xs:element name="testsuite">
    <xs:complexType>
      <xs:sequence><xs:element ref="testcase" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
      <xs:attribute name="name" type="xs:string" use="required"/>
      <xs:attribute name="file" type="xs:string"/>
      <xs:attribute name="skipped" type="xs:nonNegativeInteger"/>
      <xs:attributeGroup ref="counts"/>
    </xs:complexType>
  </xs:element>
  <xs:element name="testsuites">
    <xs:complexType>
      <xs:sequence><xs:element ref="testsuite" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
      <xs:attribute name="name" type="xs:string"/>
      <xs:attributeGroup ref="counts"/>
    </xs:complexType>
  </xs:element>
</xs:schema>
"""
"""Elements and attributes that the schema of Jenkins' xUnit plugin (junit-10) has and we use, and no others.

Where it takes any text for a count, this takes whole numbers. A test case has one outcome, and neither
``file`` nor ``line``: these belong to an older form, which Jenkins refuses. No package carries that schema,
so it is stated here.
"""

BROKEN = "claimcheck: 1\nquantities: {a: {unit: nonsense}}\nclaims:\n  - {quantity: b, value: 1, source: s}\n"
HOSTILE = """claimcheck: 1
title: "<b>&amp;]]>::error::%0A"
sources: {s: {title: "a,b:c%"}, t: {title: "::error file=x::y"}}
quantities: {a: {unit: m}}
claims:
  - {quantity: a, value: 1 m, source: s, id: "x'<>&"}
  - {quantity: a, value: 3 m, source: t, id: "100%"}
"""


@pytest.fixture(scope="module")
def full():
    return checked(FULL.name)


@pytest.fixture(scope="module")
def sarif_schema():
    return published("(SARIF) Version 2.1.0 JSON Schema")


def log_of(*reports, **options):
    return json.loads(render("sarif", reports, Options(**options)))


@pytest.mark.parametrize("text", [None, BROKEN, HOSTILE, "not: [yaml"])
def test_sarif_passes_the_published_schema(full, sarif_schema, text):
    report = full if text is None else check_text(text, "some dir/mine.yaml")
    jsonschema.Draft7Validator(sarif_schema, format_checker=jsonschema.FormatChecker()).validate(
        log_of(report)
    )


def test_the_sarif_schema_refuses_what_is_no_sarif(full, sarif_schema):
    log = log_of(full)
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(sarif_schema).validate(log)


def test_sarif_tells_every_finding_with_its_rule(full):
    run = log_of(full, root=str(ROOT))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(full.findings)
    for result, finding in zip(run["results"], full.findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.code
        where = result["locations"][0]["physicalLocation"]
        assert unquote(where["artifactLocation"]["uri"]) == "claims/opt175b-full.yaml"
        if finding.line:
            assert where["region"] == {"startLine": finding.line, "startColumn": finding.column}
        told = [r["message"]["text"] for r in result.get("relatedLocations", [])]
        assert told == list(finding.members)


def test_annotations_point_at_the_values_of_claims(full):
    lines = FULL.read_text(encoding="utf-8").splitlines()
    seen = 0
    for result in log_of(full)["runs"][0]["results"]:
        for related in result.get("relatedLocations", []):
            id = related["message"]["text"]
            claim = full.claim_set.claims.get(id)
            if claim is not None:
                region = related["physicalLocation"]["region"]
                there = lines[region["startLine"] - 1][region["startColumn"] - 1 :].lstrip("\"'")
                assert there.startswith(claim.text), id
                seen += 1
    assert seen > 20


def test_a_fingerprint_is_of_rule_and_members_and_not_of_the_line():
    text = HOSTILE
    moved = text.replace("claims:\n", "# a comment\n\nclaims:\n")
    one, two = (log_of(check_text(t, "mine.yaml"))["runs"][0]["results"] for t in (text, moved))
    marks = [[r["partialFingerprints"] for r in results] for results in (one, two)]
    assert marks[0] == marks[1]
    # GitHub takes its own name only, and makes the mark from the line where that is missing.
    assert all(len(set(m.values())) == 1 and "primaryLocationLineHash" in m for m in marks[0])
    lines = [[r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in x] for x in (one, two)]
    assert lines[0] != lines[1]
    assert len({str(m) for m in marks[0]}) == len(marks[0])


def test_a_known_conflict_is_suppressed_with_its_reason():
    text = HOSTILE + """known: [{members: ["a@s#x'<>&", "a@t#100%"], reason: two rulers}]\n"""
    results = log_of(check_text(text, "mine.yaml"))["runs"][0]["results"]
    kept = [r for r in results if r["ruleId"] == "CC301"]
    assert [r["suppressions"] for r in kept] == [[{"kind": "inSource", "justification": "two rulers"}]]


@pytest.mark.parametrize("text", [None, BROKEN, HOSTILE, "not: [yaml"])
def test_junit_is_valid_and_its_counts_are_right(full, text):
    report = full if text is None else check_text(text, "mine.yaml")
    xml = render("junit", [report, report])
    xmlschema.XMLSchema(JUNIT).validate(xml)
    root = ElementTree.fromstring(xml)
    for suite in [root, *root.findall("testsuite")]:
        for count, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            assert int(suite.get(count)) == len(list(suite.iter(tag)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (' name="claims/', ' label="claims/'),
        ('tests="', 'tests="-'),
        ("<failure ", "<fault "),
        (' time="0"', ' time="0" line="3"'),
        ("</testcase>", "<skipped/></testcase>"),
        ('time="0"', 'time="soon"'),
        ("<testcase ", "<case "),
    ],
)
def test_the_junit_schema_refuses_what_is_no_junit(full, old, new):
    xml = render("junit", [full], Options(root=str(ROOT)))
    spoiled = xml.replace(old, new)
    spoiled = spoiled.replace("</failure>", "</fault>") if "<fault" in spoiled else spoiled
    spoiled = spoiled.replace("</testcase>", "</case>") if "<case" in spoiled else spoiled
    assert spoiled != xml
    assert xmlschema.XMLSchema(JUNIT).is_valid(xml)
    assert not xmlschema.XMLSchema(JUNIT).is_valid(spoiled)


def test_junit_has_a_case_per_claim_and_scenario(full):
    suite = ElementTree.fromstring(render("junit", [full], Options(root=str(ROOT)))).find("testsuite")
    cases = suite.findall("testcase")
    assert len(cases) == len(full.claims) + len(full.scenarios)
    assert suite.get("file") == "claims/opt175b-full.yaml"
    named = {c.get("name"): c for c in cases}
    members = {m for c in full.conflicts if c.counts for m in c.members}
    for claim in full.claims:
        bad = claim.id in members and claim.status in (Status.CONTRADICTED, Status.DISPUTED)
        failure = named[claim.id].find("failure")
        assert (failure is not None) == bad
        if failure is not None:
            path, line, column, id = failure.text.splitlines()[0].split(":", 3)
            there = FULL.read_text(encoding="utf-8").splitlines()[int(line) - 1][int(column) - 1 :]
            assert (path, id.strip()) == ("claims/opt175b-full.yaml", claim.id)
            assert there.lstrip("\"'").startswith(full.claim_set.claims[claim.id].text)


def test_a_file_fails_in_junit_just_where_its_status_is_not_zero():
    good = HOSTILE.replace("3 m", "1 m")
    for text, status in ((HOSTILE, 1), (good, 0)):
        root = ElementTree.fromstring(render("junit", [check_text(text, "mine.yaml")]))
        assert bool(int(root.get("failures"))) == bool(status)


COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def parse_command(line):
    """As the runner of GitHub Actions reads a workflow command."""
    kind, fields, data = COMMAND.fullmatch(line).groups()
    properties = dict(part.split("=", 1) for part in fields.split(","))

    def plain(text):
        for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            text = text.replace(code, char)
        return text

    return kind, {k: plain(v) for k, v in properties.items()}, plain(data)


def test_annotations_read_back(full):
    lines = render("github", [full], Options(root=str(ROOT))).splitlines()
    commands = [parse_command(line) for line in lines if line.startswith("::")]
    assert len(commands) == len(full.findings)
    for (_, fields, told), finding in zip(commands, full.findings, strict=True):
        assert fields["file"] == "claims/opt175b-full.yaml"
        assert fields["line"] == str(finding.line)
        assert fields["col"] == str(finding.column)
        assert told.startswith(finding.message)


def test_an_annotation_of_a_conflict_stands_at_the_value_of_one_of_its_claims(full):
    source = FULL.read_text(encoding="utf-8").splitlines()
    told = [parse_command(x)[1] for x in render("github", [full]).splitlines() if x.startswith("::")]
    seen = 0
    for fields, finding in zip(told, full.findings, strict=True):
        if finding.code in ("CC301", "CC302", "CC304"):
            there = source[int(fields["line"]) - 1][int(fields["col"]) - 1 :].lstrip("\"'")
            values = [c.text for m in finding.members if (c := full.claim_set.claims.get(m)) is not None]
            assert there.startswith(tuple(values)), (fields, values)
            seen += 1
    assert seen == sum(1 for f in full.findings if f.code in ("CC301", "CC302", "CC304")) > 5


def test_nothing_in_a_file_becomes_a_workflow_command():
    report = check_text(HOSTILE, "::error::,x.yaml")
    lines = render("github", [report]).splitlines()
    for line in lines:
        if line.startswith("::"):
            assert parse_command(line)[1]["title"].startswith("CC")
    assert sum(line.startswith("::") for line in lines) == len(report.findings)


def test_the_step_summary_is_appended(tmp_path, monkeypatch, capsys):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    file = tmp_path / "mine.yaml"
    file.write_text(HOSTILE)
    assert cli.main(["verify", "--format", "github", str(file)]) == 1
    assert "::error" in capsys.readouterr().out
    text = summary.read_text()
    assert text.startswith("before\n")
    assert "disagreement" in text


def test_addresses_are_those_of_the_repository(tmp_path, monkeypatch, capsys):
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "a b" / "c"
    inner.mkdir(parents=True)
    (inner / "mine.yaml").write_text(HOSTILE)
    monkeypatch.chdir(inner)
    cli.main(["verify", "--format", "sarif", "mine.yaml"])
    result = json.loads(capsys.readouterr().out)["runs"][0]["results"][0]
    where = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert where == {"uri": "a%20b/c/mine.yaml", "uriBaseId": "%SRCROOT%"}
