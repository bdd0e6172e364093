"""`claimcheck diff`: files and stored reports in any mix."""

from __future__ import annotations

import contextlib
import copy
import json
from fractions import Fraction
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

import claimcheck
from claimcheck import cli
from claimcheck.diagnostics import InputProblem
from claimcheck.interval import interval
from claimcheck.judging.diff import NOTHING, Change, compare, paired
from claimcheck.judging.reading import read_gap, read_interval
from claimcheck.render.diff import FORMATS, diff_object, diff_schema, render
from claimcheck.render.json import report_object
from claimcheck.render.json.intervals import interval_object
from claimcheck.units import UnitTable
from tests.claim_sets import worlds

CASE = Path(__file__).parent.parent / "claims" / "opt175b.yaml"
SCHEMA = jsonschema.Draft202012Validator(diff_schema())


def entry(report):
    """A report as it comes back from a JSON file."""
    return json.loads(json.dumps(report_object([report])))["files"][0]


@cache
def opt():
    return entry(claimcheck.verify(CASE))


def changed(*replacements):
    text = CASE.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return entry(claimcheck.verify(text))


# -- the case ----------------------------------------------------------------------------------------------


def test_nothing_differs_from_itself():
    diff = compare(opt(), opt())
    assert diff.is_empty
    assert not diff.is_worse
    assert render("text", [diff]).splitlines()[1] == "no difference: contradictory"


def test_another_number_of_days():
    diff = compare(opt(), changed(("value: 56 day", "value: 60 day")))
    (conflict,) = diff.conflicts
    assert (conflict.change, conflict.counts) == (Change.NEW, True)
    assert "uptime@note#high" in conflict.members
    assert diff.is_worse
    assert {(b.change, b.quantity, b.choices is None) for b in diff.bounds} == {
        (Change.TIGHTENED, "uptime", True),
        (Change.MOVED, "uptime", False),
    }
    assert [(c.change, c.id) for c in diff.claims] == [
        (Change.CHANGED, "elapsed@zhang"),
        (Change.CHANGED, "uptime@note#high"),
    ]
    assert not compare(changed(("value: 56 day", "value: 60 day")), opt()).is_worse


GOLDEN = """\
<text> -> <text>
contradictory, as before

Conflicts
  gone  contradiction  gpus@final-update, throughput@blog, compute@final-update, elapsed@logbook, \
uptime@note#low, relation:busy-time, relation:uptime

Claims
  changed  uptime@note#low  51.65 to 51.75 % -> 51.75 to 51.85 %  contradicted -> supported
"""


def test_a_corrected_conclusion():
    diff = compare(
        {**opt(), "path": "<text>"}, changed(("value: 51.7 %", "value: 51.8 %")) | {"path": "<text>"}
    )
    assert render("text", [diff]) == GOLDEN
    assert not diff.is_worse


def test_a_conflict_that_is_accepted():
    accepted = "known:\n  - {members: [gpus@paper, gpus@final-update], reason: spare hosts}\nreport:"
    waived = changed(("report:", accepted))
    diff = compare(opt(), waived)
    assert [(c.change, c.counts) for c in diff.conflicts] == [(Change.ACCEPTED, False)]
    assert not diff.is_worse
    back = compare(waived, opt())
    assert [(c.change, c.counts) for c in back.conflicts] == [(Change.COUNTS, True)]
    assert back.is_worse


# -- laws --------------------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(worlds(wrong=0.2, transcendental=False, most=4))
def test_a_report_does_not_differ_from_its_stored_self(world):
    report = claimcheck.verify(world.mapping(), budget=20)
    diff = compare(entry(report), entry(report))
    assert diff.is_empty
    assert not diff.is_worse


@settings(max_examples=5, deadline=None)
@given(worlds(wrong=0.3, transcendental=False, rivals=False, extremes=False, most=3), st.data())
def test_a_dropped_claim(world, data):
    """Turned round, new becomes gone and tightened loosened; what changed is what sets of members say."""
    dropped = data.draw(st.sampled_from(world.claims)).id
    file = world.mapping()
    place = [c.id for c in world.claims].index(dropped)
    fewer = {**file, "claims": [c for i, c in enumerate(file["claims"]) if i != place]}
    if any(dropped in c.get("given", ()) for c in fewer["claims"]) or not fewer["claims"]:
        return
    old, new = (entry(claimcheck.verify(f, budget=20)) for f in (file, fewer))
    there, back = compare(old, new), compare(new, old)
    sets = [{frozenset(c["members"]) for c in e["conflicts"]} for e in (old, new)]
    for diff, gone, fresh in (
        (there, sets[0] - sets[1], sets[1] - sets[0]),
        (back, sets[1] - sets[0], sets[0] - sets[1]),
    ):
        assert {frozenset(c.members) for c in diff.conflicts if c.change is Change.GONE} == gone
        assert {frozenset(c.members) for c in diff.conflicts if c.change is Change.NEW} == fresh
    assert [c.id for c in there.claims if c.change is Change.GONE] == [dropped]
    turned = {"new": "gone", "gone": "new", "tightened": "loosened", "loosened": "tightened"}
    assert sorted((b.quantity, str(b.choices), str(b.change)) for b in there.bounds) == sorted(
        (b.quantity, str(b.choices), turned.get(b.change, str(b.change))) for b in back.bounds
    )
    for diffs in ([there], [back]):
        SCHEMA.validate(diff_object(diffs))
        for format in FORMATS:
            assert render(format, diffs).endswith("\n")


ends = st.none() | st.integers(-3, 3).map(lambda n: Fraction(n, 3))


@st.composite
def pieces(draw):
    """An interval as (low, high, low closed, high closed), not empty."""
    low, high = draw(ends), draw(ends)
    if low is not None and high is not None and low > high:
        low, high = high, low
    closed = draw(st.booleans()), draw(st.booleans())
    if low == high and low is not None:
        closed = True, True
    return low, high, low is not None and closed[0], high is not None and closed[1]


def within(a, b):
    """Whether the interval a is part of b, end by end."""
    low = b[0] is None or (a[0] is not None and (a[0] > b[0] or (a[0] == b[0] and (b[2] or not a[2]))))
    high = b[1] is None or (a[1] is not None and (a[1] < b[1] or (a[1] == b[1] and (b[3] or not a[3]))))
    return low and high


def shown(piece, unit="km"):
    ends = (None if e is None else mpq(e.numerator, e.denominator) for e in piece[:2])
    table = UnitTable().parse(unit)
    from claimcheck.units import to_base

    return interval_object(to_base(interval(*ends, *piece[2:]), table), table, stated=True)


@given(pieces(), pieces(), st.sampled_from(["km", "m"]))
def test_bounds_are_compared_as_sets(a, b, unit):
    scale = 1000 if unit == "m" else 1
    other = tuple(None if e is None else e * scale for e in b[:2]) + b[2:]
    old = {**NOTHING, "hull": {"x": shown(a)}}
    new = {**NOTHING, "hull": {"x": shown(other, unit)}}
    found = [c.change for c in compare(old, new).bounds]
    if within(a, b) and within(b, a):
        assert found == []
    elif within(b, a):
        assert found == [Change.TIGHTENED]
    else:
        assert found == [Change.LOOSENED if within(a, b) else Change.MOVED]


@given(pieces(), st.sampled_from(["km", "percent", "date", "degC"]))
def test_intervals_are_read_back(piece, unit):
    read = UnitTable().parse(unit)
    from claimcheck.units import to_base

    ends = (None if e is None else mpq(e.numerator, e.denominator) for e in piece[:2])
    x = to_base(interval(*ends, *piece[2:]), read)
    assert read_interval(interval_object(x, read, stated=True), UnitTable()) == x


def test_a_difference_within_the_gap_is_none():
    one = {"unit": "", "upper": None, "tight": True, "gap": "1E-09"}
    old = {**one, "lower": {"value": "1", "exact": None, "closed": True}}
    for value, expected in (("1.0000000019", []), ("1.0000000021", ["tightened"])):
        new = {**one, "lower": {"value": value, "exact": None, "closed": True}}
        diff = compare({**NOTHING, "hull": {"x": old}}, {**NOTHING, "hull": {"x": new}})
        assert [b.change for b in diff.bounds] == expected
    assert read_gap(old) == mpq(1, 10**9)


def test_bounds_that_cannot_be_compared():
    def bound(unit, value="1"):
        return {
            "unit": unit,
            "lower": {"value": value, "exact": None, "closed": True},
            "upper": None,
            "tight": False,
            "gap": "1",
        }

    for old, new in (
        (bound("m"), bound("s")),
        (bound("rack"), bound("m")),
        (bound("m"), bound("m", "1E+999999999")),
        (bound("date", "2021-01-01T00:00Z"), bound("date", "+12021-01-01T00:00Z")),
    ):
        diff = compare({**NOTHING, "hull": {"x": old}}, {**NOTHING, "hull": {"x": new}})
        assert [b.change for b in diff.bounds] == [Change.OTHER]
        assert "not comparable" in render("text", [diff])


# -- the command line --------------------------------------------------------------------------------------


@pytest.fixture
def sides(tmp_path, monkeypatch):
    """The case and a later version, each as a file and as a stored report."""
    monkeypatch.chdir(tmp_path)
    text = CASE.read_text(encoding="utf-8")
    (tmp_path / "old.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(text.replace("56 day", "60 day"), encoding="utf-8")
    for name in ("old", "new"):
        assert cli.main(["verify", "--format", "json", "-o", f"{name}.json", f"{name}.yaml"]) == 1
    return tmp_path


@pytest.mark.parametrize("format", FORMATS)
def test_files_and_reports_in_any_mix(sides, capsys, format):
    said = set()
    for old in ("old.yaml", "old.json"):
        for new in ("new.yaml", "new.json"):
            assert cli.main(["diff", old, new, "--format", format]) == 1
            said.add(capsys.readouterr().out)
            assert cli.main(["diff", new, old]) == 0
            capsys.readouterr()
    assert len(said) == 1
    assert cli.main(["diff", "old.json", "new.yaml", "--exit-zero", "--format", format, "-o", "out"]) == 0
    assert {Path("out").read_text(encoding="utf-8")} == said
    if format == "json":
        SCHEMA.validate(json.loads(said.pop()))


def test_reports_of_several_files(sides, capsys):
    cli.main(["verify", "--format", "json", "-o", "both.json", "old.yaml", "new.yaml"])
    capsys.readouterr()
    assert cli.main(["diff", "both.json", "both.json"]) == 0
    assert capsys.readouterr().out.count("no difference: contradictory") == 2
    assert cli.main(["diff", "old.json", "both.json"]) == 1
    assert "(no such file) -> new.yaml\nnot there -> contradictory" in capsys.readouterr().out
    assert cli.main(["diff", "both.json", "old.json"]) == 0


NO_FILES = [
    "",
    "{}",
    "[1]",
    '{"schema_version": 1}',
    '{"schema_version": 2, "files": []}',
    "claimcheck: 1",
    "\x00\xff",
    '{"schema_version": 1, "files": [{}]}',
    '{"schema_version": 1, "files": [{"path": "x", "conflicts": [1]}]}',
    '{"schema_version": 1, "files": ' + "[" * 100_000,
    '{"schema_version": 1, "files": [3]}',
]


@pytest.mark.parametrize("content", NO_FILES)
def test_what_is_no_file_to_compare(sides, capsys, content):
    Path("odd").write_text(content, encoding="latin-1")
    for pair in (["odd", "new.json"], ["old.json", "odd"]):
        assert cli.main(["diff", *pair]) == 2
        out = capsys.readouterr()
        assert out.out == ""
        assert "claimcheck: " in out.err
        assert "internal error" not in out.err
    assert cli.main(["diff", "missing", "old.json"]) == 2
    assert cli.main(["diff", "-", "-"]) == 2


def test_a_report_of_a_file_that_was_not_checked(sides, capsys):
    Path("broken.yaml").write_text("claimcheck: 1\nclaims: [{quantity: x}]\n", encoding="utf-8")
    assert cli.main(["verify", "--format", "json", "-o", "broken.json", "broken.yaml"]) == 2
    assert cli.main(["diff", "broken.json", "old.json"]) == 2
    assert "was not checked" in capsys.readouterr().err


def test_damaged_entries_are_refused():
    for key in ("path", "verdict", "conflicts", "hull", "scenarios", "claims"):
        for value in (None, 3, [3], {"x": 3}):
            damaged = copy.deepcopy(opt())
            damaged[key] = value
            if (key, value) in (("path", None), ("path", 3)):
                continue
            with contextlib.suppress(InputProblem):
                compare(opt(), damaged)


def test_pairs():
    a, b, c = ({**NOTHING, "path": p} for p in "abc")
    assert paired([a], [b]) == [(a, b)]
    assert paired([a, b], [b, c]) == [(b, b), (NOTHING, c), (a, NOTHING)]
