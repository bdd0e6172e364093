"""The formats for people."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

import pytest
import sample_reports as sample

from claimcheck.expression import Equation
from claimcheck.formula import parse_equation, print_expression
from claimcheck.interval import interval, point
from claimcheck.judging.derivation import clash, derive
from claimcheck.judging.lines import solved_for
from claimcheck.judging.report import Verdict
from claimcheck.judging.verification import verify
from claimcheck.judging.wording import digits_to_tell_apart, interval_text, period_text
from claimcheck.literal.date import read_date
from claimcheck.model import ClaimSet
from claimcheck.render import FORMATS, Options, render
from claimcheck.render.columns import align, align_steps, display_width
from claimcheck.render.html import fragment
from claimcheck.solver.decision import Proof, Step
from claimcheck.units import DIMENSIONLESS


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
    assert told.endswith("3 files: 1 consistent, 1 contradictory, 1 not checked\n")


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


def test_where_nothing_is_chosen_what_follows_is_told_and_no_combinations():
    report = verify(TWO)
    assert "## What follows\n\n| quantity | interval |\n| --- | --- |\n| y | 9 to 11 |\n" in render(
        "markdown", [report]
    )
    assert "What follows\n  y  9 to 11\n" in text(report)
    for told in (text(report), render("markdown", [report]), render("html", [report])):
        assert "source combination" not in told
    loose = dataclasses.replace(
        report.scenarios[0], bounds={"y": dataclasses.replace(report.hull["y"], tight=False)}
    )
    told = render("markdown", [dataclasses.replace(report, scenarios=(loose,))])
    assert "| y | 9 to 11 | not proved to be the tightest |\n" in told


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_what_consistent_means_is_said_where_a_conflict_stands_beside(format):
    said = "onsistent: the evidence can be true; a conflict there is with what was concluded"
    report = sample.contradictory()
    assert said in render(format, [report])
    free = tuple(dataclasses.replace(s, conflicts=()) for s in report.scenarios)
    assert said not in render(format, [dataclasses.replace(report, scenarios=free)])


TWO = """\
claimcheck: 1
sources: {a: {title: A}}
quantities: {x: , y: }
claims: [{quantity: x, value: 5, source: a}]
relations: {r: y = 2 * x}
report: [y]
"""


def many():
    """A report with a thousand of everything."""
    report = sample.contradictory()
    conflict = report.conflicts[0]
    return dataclasses.replace(
        report,
        conflicts=tuple(dataclasses.replace(conflict, id=f"C{n}") for n in range(1, 1001)),
        repairs=report.repairs * 1000,
        claims=report.claims * 1000,
        findings=report.findings * 1000,
    )


def test_markdown_fits_a_comment_on_a_pull_request():
    told = render("markdown", [many()])
    assert len(told) < 65_536
    assert "### C1 contradiction" in told
    assert len(re.findall(r"\.\.\. and [\d,]+ more", told)) == 4
    assert told.count("<details>") == told.count("</details>") == 2
    counted = re.search(r"\.\.\. and ([\d,]+) more", told.partition("## Repairs")[0])
    named = len(re.findall(r"^(?:### |- )C\d+ contradiction", told, re.M))
    assert named + int(counted[1].replace(",", "")) == 1000


def test_markdown_tells_all_where_it_is_asked_to():
    told = render("markdown", [many()], Options(top=0))
    assert len(re.findall(r"^### C\d+ contradiction", told, re.M)) == 1000
    assert "more (`--top 0`" not in told
    assert told.count("nothing is from 'x'") == 1000


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


# --- what is long


def several(**values):
    """A report on quantities with several claims each, one source for each place in the lists."""
    made = ClaimSet(title="Several", path="several.yaml")
    for i in range(max(map(len, values.values()))):
        made.source(f"s{i}")
    for name, texts in values.items():
        made.quantity(name, "date" if name == "day" else "GPU")
        for i, value in enumerate(texts):
            made.claim(name, value, source=f"s{i}")
    made.quantity("twice", "GPU")
    made.relation(f"twice = 2 * {next(iter(values))}")
    return verify(made)


def test_disagreements_about_one_quantity_are_told_together():
    told = text(several(n=["992", "992", "1024", "1020 to 1030", "2000"]))
    assert "C1 to C8  disagreement  5 claims on n agree only within 3 groups\n" in told
    assert re.search(r"A  n  = 992 GPU .* s0\n +A  n  = 992 GPU .* s1\n +B  n  = 1024 GPU .* s2\n", told)
    assert "no value of n agrees with all of them: gaps of 31 GPU and 975 GPU\n" in told


def test_the_gap_and_who_agrees_with_whom():
    told = text(several(n=["[1, 2]", "[1.5, 3.5]", "[3, 4]"]))
    assert "no value of n agrees with both: 2 GPU < 3 GPU, a gap of 1 GPU\n" in told
    assert "n@s1 agrees with n@s0 and n@s2\n" in told


def test_a_gap_between_dates_is_a_time():
    told = text(several(n=["1"], day=["2021-11-05Z", "2021-11-09Z"]))
    assert "2021-11-06 00:00 UTC < 2021-11-09 00:00 UTC, a gap of 3 day\n" in told


def many_scenarios():
    report = sample.contradictory()
    open_, closed = report.scenarios
    closed = dataclasses.replace(closed, verdict=Verdict.CONTRADICTORY, bounds={}, conflicts=("C2",))
    others = [dataclasses.replace(closed, choices={"duration": (f"{i}@x",)}) for i in range(30)]
    return dataclasses.replace(report, scenarios=(*others, open_))


def test_contradictory_scenarios_are_summed_up_and_consistent_ones_stand_first():
    told = text(many_scenarios())
    assert "30 of 31 are contradictory (--top 0 lists them):\n" in told
    assert told.count("\n    duration = ") == 30
    assert told.index("70 minute (timetable)") < told.index("30 of 31")
    assert text(many_scenarios(), top=0).count("contradictory  C2") == 30


def test_a_table_of_many_columns_leaves_out_what_is_the_same_everywhere():
    report = several(n=["10", "20"])
    made = report.claim_set
    assert made is not None
    extra = [f"a_rather_long_quantity_{i}" for i in range(6)]
    for name in extra:
        made.quantity(name)
    made.report = ("twice", *extra)
    bound = report.scenarios[0].bounds["twice"]
    bounds = dict.fromkeys(extra, bound)
    scenarios = [dataclasses.replace(s, bounds={**s.bounds, **bounds}) for s in report.scenarios]
    wide = dataclasses.replace(report, scenarios=tuple(scenarios), hull={**report.hull, **bounds})
    told = text(wide)
    assert "the same in all of these:\n    a_rather_long_quantity_0 = 19 to 21, a_rather" in told
    assert re.search(r"20 GPU \(s1\) +39 to 41 +consistent\n", told)
    scenarios[0] = dataclasses.replace(scenarios[0], bounds={})
    stacked = text(dataclasses.replace(wide, scenarios=tuple(scenarios), hull={}))
    assert "combination 2\n    n                         20 GPU (s1)\n" in stacked


def test_conflicts_beyond_a_screen_are_named_only():
    report = several(**{f"q{i:02}": ["1", "5"] for i in range(30)})
    told = text(report)
    assert told.count("agrees with both") == 6
    assert "24 more (--top 0 tells all in full):" in told
    assert re.search(r"C30 +disagreement +q29@s0, q29@s1 cannot both be true", told)
    assert text(report, top=0).count("agrees with both") == 30


def test_what_all_repairs_share_is_said_once():
    report = dataclasses.replace(
        sample.contradictory(), repairs=(("a", "b", "c"), ("a", "b", "d"), ("a", "b", "e"))
    )
    told = text(report)
    assert "in each of them: a, b\n  and in each one of these lines:\n    c\n    d\n    e\n" in told


def test_a_long_formula_has_a_line_of_its_own():
    rows = [["a", "= 1", "x", "from"], ["bb", "= " + "a + " * 20 + "1", "y", "relation r"]]
    assert align_steps(rows, indent=" ") == [
        " a   = 1  x  from",
        " bb  = " + "a + " * 20 + "1",
        "          y  relation r",
    ]


def test_what_to_do_next():
    assert text(sample.contradictory()).endswith("accept the conflict under `known`.\n")
    assert "claimcheck explain coast.yaml C1" in text(sample.contradictory())
    assert text(sample.consistent()).endswith(
        "`claimcheck explain fine.yaml x` shows where a bound comes from.\n"
    )
    undecided = dataclasses.replace(sample.consistent(), verdict=Verdict.UNKNOWN)
    assert text(undecided).endswith("--budget SECONDS.\n")


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
        ("a = sqrt(b)", "b", "a^2"),
        ("a = c * exp(-2 * b)", "b", "log(a / c) / -2"),
        ("a = b ^ 2", "b", None),
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


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("2021-11-17", "2021-11-17 (that day, anywhere)"),
        ("2021-11-17Z", "2021-11-17 (that day, UTC)"),
        ("2021-11-30T10:10-08:00", "2021-11-30 18:10 UTC (that minute)"),
        ("2021-11-30T10:10:05Z", "2021-11-30 10:10:05 UTC (that second)"),
        ("2021-11-05 to 2022-01-06", "2021-11-04 10:00 to 2022-01-07 12:00 UTC"),
        ("at least 2021-11-05T00:00Z", "2021-11-05 00:00 UTC or later"),
        ("at most 2021-11-05T00:00Z", "before 2021-11-05 00:01 UTC"),
    ],
)
def test_dates_in_words(printed, words):
    assert period_text(read_date(printed).interval) == words


def test_odd_spans_of_time():
    assert period_text(interval(None, None)) == "any time"
    assert period_text(interval(0, None, False)) == "after 1970-01-01 00:00 UTC"
    assert period_text(interval(None, 60)) == "1970-01-01 00:01 UTC or earlier"
    assert period_text(point(60)) == "1970-01-01 00:01 UTC"
    assert period_text(interval(30, 90, True, False)) == "1970-01-01 00:00:30 to 1970-01-01 00:01:30 UTC"


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
    assert "would have to be another value, 3.6 to 360" in told
    assert "no value of speed is left" in told


def test_where_no_whole_number_is_left_the_range_is_told():
    report = verify(
        """
claimcheck: 1
units: ["point = [point]"]
sources: {paper: }
quantities:
  n: {unit: person, integer: true}
  total: {unit: point, integer: true, min: 0}
  mean: {unit: point/person}
claims:
  - {quantity: n, value: 28, source: paper}
  - {quantity: mean, value: 5.19, source: paper}
relations: {mean: mean = total / n}
"""
    )
    told = text(report)
    assert "total is a whole number, and there is none in 145.18 to 145.46 point" in told
    assert "n@paper     28 person          would have to be another value, at least 16 person" in told, told


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
