"""The formats for people."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

import pytest
import sample_reports as sample

from claimcheck.decision import Proof, Step
from claimcheck.derivation import clash, derive, solved_for
from claimcheck.expression import Equation
from claimcheck.formula import parse_equation, print_expression
from claimcheck.interval import interval, point
from claimcheck.render import FORMATS, Options, render
from claimcheck.render.columns import align, display_width
from claimcheck.render.html import fragment
from claimcheck.report import Verdict
from claimcheck.units import DIMENSIONLESS
from claimcheck.wording import digits_to_tell_apart, interval_text


def text(*reports, **options):
    return render("text", reports, Options(**options))


def test_the_story_in_order():
    told = text(sample.contradictory())
    order = [
        "Travel time  (coast.yaml)",
        "contradictory: 2 conflicts (1 contradiction, 1 disagreement)",
        "Source combinations",
        "hull of all 2",
        "speed@leaflet = 75 km/hour does not follow from distance@timetable, duration@timetable",
        "so speed is 71.06 to 72.95 km/hour, but speed@leaflet says 74.5 to 75.5 km/hour",
        "for the rest to stand, one of these has to change:",
        "duration@leaflet cannot both be true",
        "Repairs",
        "Claims",
        "Also noticed",
        "4 claims (1 contradicted, 2 disputed, 1 untested); 2 source combinations (2 consistent).",
    ]
    places = [told.index(piece) for piece in order]
    assert places == sorted(places)


def test_a_derivation_reads_forwards():
    told = text(sample.contradictory())
    wanted = [
        r"distance +=\ 84 km +83.5 to 84.5 km, as rounded +timetable, page 3",
        r"duration +=\ 70 minute +69.5 to 70.5 minute, as rounded +timetable",
        r"speed +=\ distance / duration +71.06 to 72.95 km/hour +relation average",
        r"so speed is",
    ]
    assert re.search(r"\n +".join(wanted), told)
    assert "domain" not in told  # a limit of 0 that decides nothing is not shown


def test_what_would_have_to_change():
    told = text(sample.contradictory())
    assert re.search(r"duration@timetable +70 minute +would have to be 66.35 to 68.06 minute", told)
    assert re.search(r"distance@timetable +84 km +no other value would do", told)


def test_never_wrapped_and_coloured_only_when_allowed():
    report = sample.contradictory()
    assert "\x1b" not in text(report)
    coloured = text(report, color=True)
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == text(report)
    assert coloured != text(report)


def test_top_says_how_many_are_left_out_and_the_hull_speaks_of_all():
    told = text(sample.contradictory(), top=1)
    assert "... and 1 more" in told
    assert "hull of all 2" in told
    assert told.count("consistent\n") + told.count("consistent  C1\n") == 1


def test_a_known_conflict_is_named_as_such():
    report = sample.contradictory()
    made = report.claim_set
    assert made is not None
    known = sample.contradiction(made, known=True)
    told = text(dataclasses.replace(report, conflicts=(report.conflicts[1], known)))
    assert told.index("C2  disagreement") < told.index("C1  contradiction")
    assert "known: a misprint" in told
    assert "contradictory: 1 conflict (1 disagreement)" in told


def test_without_choices_there_is_no_table():
    told = text(sample.consistent())
    assert "What follows" in told
    assert re.search(r"x +above 3 km +not proved to be the tightest", told)
    assert re.search(r"born +2021-11-05 \(that day, anywhere\)", told)


def test_a_mistake_with_its_place_line_and_caret():
    told = text(sample.unreadable())
    assert told.startswith("broken.yaml:4:3: CC101 unknown key 'untis'\n")
    assert "  4 |   untis: [km]\n    |   ^^^^^\n" in told
    assert "help: did you mean units?" in told
    assert "not checked: 1 mistake in the file" in told


def test_totals_of_several_files():
    told = text(sample.contradictory(), sample.consistent(), sample.unreadable())
    assert told.endswith("3 files: 1 contradictory, 1 consistent, 1 not checked\n")


def test_unknown_and_incomplete_are_said():
    report = dataclasses.replace(sample.consistent(), verdict=Verdict.UNKNOWN, complete=False)
    told = text(report)
    assert "unknown: the time given was not enough to decide" in told
    assert "incomplete" in told


@pytest.mark.parametrize("format", [f for f in FORMATS if f not in ("json", "jsonl")])
def test_no_control_characters_from_a_file_reach_the_terminal(format):
    report = sample.contradictory()
    hostile = "\x1b[31mred\x07\r\nsecond"
    made = report.claim_set
    assert made is not None
    made.sources["timetable"] = dataclasses.replace(made.sources["timetable"], title=hostile)
    made.claims["distance@timetable"] = dataclasses.replace(made.claims["distance@timetable"], at=hostile)
    told = render(format, [dataclasses.replace(report, title=hostile, path="a\x1bb.yaml")])
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", told)


def test_concise_lines():
    lines = render("concise", [sample.contradictory(), sample.unreadable()]).splitlines()
    assert lines[0] == "coast.yaml:12:5: CC304 speed@leaflet is wrong"
    assert lines[1] == "coast.yaml:3:3: CC401 warning: nothing is from 'x' (drop it)"
    assert lines[2].startswith("coast.yaml: contradictory: 2 conflicts")
    assert lines[3] == "broken.yaml:4:3: CC101 unknown key 'untis' (did you mean units?)"


def test_markdown_tables_are_whole_and_escaped():
    report = dataclasses.replace(sample.contradictory(), title="a | b *c*")
    told = render("markdown", [report])
    assert told.startswith("# a \\| b \\*c\\*\n")
    tables = re.findall(r"(?:^\|.*\n)+", told, re.M)
    assert len(tables) >= 4
    for table in tables:
        counts = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(counts) == 1


class _Balance(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("make", [sample.contradictory, sample.consistent, sample.unreadable])
def test_html_is_balanced_and_escaped(make):
    report = dataclasses.replace(make(), title="<script>alert(1)</script>")
    for page in (render("html", [report]), fragment(report)):
        parser = _Balance()
        parser.feed(page)
        assert parser.open == []
        assert "<script>" not in page
        assert "<script>alert(1)</script>" in parser.text


def test_a_format_that_is_none():
    with pytest.raises(ValueError, match="unknown format"):
        render("papyrus", [])


# --- derivations


@pytest.mark.parametrize(
    ("equation", "name", "expected"),
    [
        ("uptime = busy / elapsed", "elapsed", "busy / uptime"),
        ("uptime = busy / elapsed", "busy", "uptime * elapsed"),
        ("uptime = busy / elapsed", "uptime", "busy / elapsed"),
        ("busy = compute / (throughput * gpus)", "gpus", "compute / busy / throughput"),
        ("a - b = c + 2", "b", "a - (c + 2)"),
        ("-a = b", "a", "-b"),
        ("a = b", "b", "a"),
        ("a = b * b", "b", None),
        ("a = sqrt(b)", "b", None),
        ("a <= b", "b", None),
    ],
)
def test_solved_for(equation, name, expected):
    names = {"uptime", "busy", "elapsed", "compute", "throughput", "gpus", "a", "b", "c"}
    tree: Equation = parse_equation(equation, names=names)
    found = solved_for(tree, name)
    assert (None if found is None else print_expression(found)) == expected


def test_both_narrowings_of_one_quantity_are_one_line():
    made = sample.claims()
    bound = sample.speed_bound(made, "duration@leaflet")
    assert bound.proof is not None
    derivation = derive(made, bound.proof, "speed")
    assert derivation is not None
    assert [line.premise for line in derivation.lines] == [
        "distance@timetable",
        "duration@leaflet",
        "relation:average",
    ]
    assert derivation.interval == bound.interval
    assert derivation.lines[-1].uses == (0, 1)


def test_a_line_never_rests_on_itself():
    made = sample.claims()
    steps = (
        Step("distance@timetable", "distance", interval(1, 2)),
        Step("relation:average", "speed", interval(1, None), (0,)),
        Step("relation:average", "duration", interval(None, 9), (1,)),
        Step("relation:average", "speed", interval(2, None), (2, 1)),
    )
    derivation = derive(made, Proof(steps), "speed")
    assert derivation is not None
    for place, line in enumerate(derivation.lines):
        assert all(u < place for u in line.uses)
    assert [line.quantity for line in derivation.lines] == ["distance", "speed", "duration", "speed"]


def test_a_proof_that_says_nothing_of_the_quantity():
    assert derive(sample.claims(), Proof(()), "speed") is None


def test_without_needs_the_clash_is_where_the_proof_ends():
    made = sample.claims()
    conflict = dataclasses.replace(sample.contradiction(made), would_need={})
    place = clash(made, conflict)
    assert place.claims == ()
    assert place.derivation is not None
    assert {line.premise for line in place.derivation.lines} >= {"speed@leaflet", "relation:average"}


# --- words


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (interval(1, 2), "1 to 2"),
        (interval(1, 2, True, False), "1 to below 2"),
        (interval(1, None), "at least 1"),
        (interval(1, None, False), "above 1"),
        (interval(None, 1), "at most 1"),
        (interval(None, None), "any value"),
        (point(7), "7"),
        (interval(2, 1), "no value"),
    ],
)
def test_intervals_in_words(x, expected):
    assert interval_text(x, DIMENSIONLESS) == expected


def test_as_many_digits_as_it_takes_to_see_the_gap():
    a, b = interval("0.5", "0.75"), interval("0.75000000001", "0.9")
    digits = digits_to_tell_apart(a, b, DIMENSIONLESS)
    assert interval_text(a, DIMENSIONLESS, digits).endswith("0.75")
    assert interval_text(b, DIMENSIONLESS, digits).startswith("0.75000000001")


def test_columns_line_up_with_wide_characters():
    lines = align([["計", "x"], ["abc", "y"]])
    assert [display_width(line[: line.index(c)]) for line, c in zip(lines, "xy", strict=True)] == [5, 5]


def test_conflicts_of_every_scenario_are_named_once():
    report = sample.contradictory()
    scenarios = tuple(dataclasses.replace(s, conflicts=("C1", "C2")) for s in report.scenarios)
    told = text(dataclasses.replace(report, scenarios=scenarios))
    assert "C1 C2 are in every one of them" in told
    assert "consistent  C1" not in told


def test_an_enclosure_that_meets_the_claim_is_not_shown_as_the_clash():
    report = sample.contradictory()
    made = report.claim_set
    assert made is not None
    conflict = report.conflicts[0]
    bound = conflict.would_need["speed@leaflet"]
    assert bound is not None
    wide = dataclasses.replace(bound, interval=interval(1, 100), tight=False)
    loose = dataclasses.replace(conflict, would_need={"speed@leaflet": wide})
    assert clash(made, loose).claims == ()
    told = text(dataclasses.replace(report, conflicts=(loose,)))
    assert "would have to be another value of 3.6 to 360" in told
    assert "no value of speed is left" in told


def test_many_findings_alike_are_counted():
    report = sample.contradictory()
    warning = report.findings[1]
    many = tuple(dataclasses.replace(warning, line=n) for n in range(1, 31))
    told = text(dataclasses.replace(report, findings=many))
    assert told.count("nothing is from 'x'") == 3
    assert "... and 27 more" in told
    assert told.count("CC401") == told.count("help: drop it") == 1
    assert text(dataclasses.replace(report, findings=many), top=0).count("nothing is from 'x'") == 30


def test_a_span_is_compared_with_the_hull():
    report = sample.contradictory()
    made = report.claim_set
    assert made is not None
    spanning = made.claim("speed", "60 km/hour to 75 km/hour", source="timetable", spans=True)
    conflict = dataclasses.replace(
        report.conflicts[0],
        members=(spanning.id,),
        conclusion=spanning.id,
        would_need={spanning.id: report.hull["speed"]},
    )
    told = text(dataclasses.replace(report, conflicts=(conflict,)))
    assert "is not the span of speed over all scenarios" in told
    assert "over all scenarios speed spans 66.80 to 73.48 km/hour, but speed@timetable says" in told
