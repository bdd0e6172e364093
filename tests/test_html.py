"""The HTML page as a document: what it lets run, what it embeds, and that nothing of a file becomes markup.

What it does in a browser is tested in test_html_browser.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import itertools
import json
import re

import pytest
from hypothesis import given, settings

import claimcheck
from claimcheck.judging.report import Verdict
from claimcheck.judging.verification import check_text, verify
from claimcheck.judging.wording import interval_text
from claimcheck.render import Options, render
from claimcheck.render.forest import forests
from claimcheck.render.html import fragment
from claimcheck.render.html.choices import choices_of
from claimcheck.render.html.markup import address, data, doi_address, link
from claimcheck.render.reason import reason
from claimcheck.testing import planted_conflicts
from tests import sample_reports as sample
from tests.pages import HOSTILE, elements, hostile, many, tags
from tests.shipped import NAMES, ROOT, checked
from tests.strategies import small_claim_sets


@pytest.fixture(scope="module")
def page():
    return render("html", [checked("opt175b.yaml")])


def answers(page):
    return [json.loads(text) for text in re.findall(r'class="answers">(.*?)</script>', page)]


# -- what it may run ----------------------------------------------------------------------------------------


def test_the_policy_allows_the_pages_own_script_and_style_and_nothing_else(page):
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    for element, rule in (('script type="text/javascript"', "script-src"), ("style", "style-src")):
        (content,) = re.findall(rf"<{element}>(.*?)</{element.split()[0]}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert set(rules) == {"default-src", "style-src", "script-src", "base-uri", "form-action"}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_loaded_and_only_sources_are_linked(name):
    report = checked(name)
    whole = render("html", [report])
    wanted = {s.url for s in report.claim_set.sources.values()}
    wanted |= {doi_address(s.doi) for s in report.claim_set.sources.values()}
    for tag, attributes in elements(whole):
        assert tag not in ("img", "iframe", "link", "object", "embed", "video", "audio", "source", "base")
        assert "src" not in attributes
        assert "style" not in attributes
        assert not [a for a in attributes if a.startswith("on")]
        if attributes.get("href", "#").startswith("#"):
            continue
        assert tag == "a"
        assert attributes["href"] in wanted
        assert "noopener" in attributes["rel"]


def test_every_link_within_the_page_has_its_target(page):
    found = elements(page) + elements(render("html", [checked("opt175b-full.yaml"), checked("opt175b.yaml")]))
    ids = [a["id"] for _, a in elements(page) if "id" in a]
    assert len(ids) == len(set(ids))
    everywhere = {a["id"] for _, a in found if "id" in a}
    inside = [a["href"][1:] for _, a in found if a.get("href", "").startswith("#")]
    assert len(inside) > 3
    assert set(inside) <= everywhere


def test_controls_and_regions_have_names(page):
    found = elements(page)
    ids = {a["id"] for _, a in found if "id" in a}
    labelled = {a["for"] for tag, a in found if tag == "label"}
    assert {a["id"] for tag, a in found if tag == "select"} == labelled
    for tag, attributes in found:
        if tag in ("figure", "form"):
            assert attributes["aria-labelledby"] in ids
        if attributes.get("role") == "region":
            assert attributes["aria-label"]
        if tag == "svg" and attributes.get("aria-hidden") != "true" and attributes.get("role"):
            assert attributes["role"] == "img"
    assert [a for _, a in found if a.get("role") == "status"]


@settings(max_examples=40)
@given(planted_conflicts())
def test_the_page_of_any_conflict_is_whole_and_has_its_card_and_what_it_needs(planted):
    report = claimcheck.verify(planted.claims)
    page = render("html", [report])
    found = elements(page)
    ids = [a["id"] for _, a in found if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for _, a in found if a.get("href", "").startswith("#")} <= set(ids)
    assert {f"r1-{c.id}" for c in report.conflicts} <= set(ids)
    for conflict in report.conflicts:
        elements(conflict._repr_html_())
    elements(fragment(report))


# -- what it says -------------------------------------------------------------------------------------------


def test_the_first_sentences_say_what_does_not_follow_and_why(page):
    shown = re.sub(r"<[^>]+>", "", page.partition('<p class="reason">')[2].partition("</p>")[0])
    assert shown == (
        "51.7 % (uptime, note) does not follow. With 1024 GPU (final-update) and 63 day (logbook), "
        "uptime is 51.83 to 53.15 %."
    )
    above, _, below = page.partition('class="reason"')
    assert "CONTRADICTORY" in above.upper()
    assert "4.295E+23 FLOP / (147.5 TFLOP/s/GPU x 1024 GPU x 63.5 day) = 51.83 % &gt; 51.75 %" in below[:600]


def test_reasons_of_other_verdicts():
    def told(report):
        r = reason(report)
        return f"{r.subject}{r.lead} {r.why}".strip()

    assert told(checked("opt175b-full.yaml")) == (
        "51.7 % to 58.9 % (uptime_cluster, note) does not follow. "
        "Over all combinations of sources, uptime_cluster is 52.24 to 59.85 %."
    )
    assert told(checked("megatron-scaling.yaml")) == (
        "No contradiction: in 1 of 2 combinations of sources and relations everything can be true."
    )
    assert told(checked("pythia.yaml")) == (
        "No contradiction: for every quantity there is a value with which everything holds."
    )
    assert told(sample.unreadable()).startswith("Nothing was checked: ")
    late = dataclasses.replace(checked("pythia.yaml"), verdict=Verdict.UNKNOWN)
    assert told(late).startswith("Not decided: ")
    two = check_text(
        "claimcheck: 1\nsources: {s: {}, t: {}}\nquantities: {a: {unit: m}}\n"
        "claims:\n  - {quantity: a, value: 1 m, source: s}\n  - {quantity: a, value: 3 m, source: t}\n"
    )
    assert (
        told(two)
        == "a@s, a@t cannot both be true. No value of a agrees with both: 1.5 m < 2.5 m, a gap of 1 m."
    )


def test_the_least_change_is_told_where_it_is_asked_for():
    report = checked("opt175b.yaml")
    asked = render("html", [report], Options(shifts=True))
    assert "<h2>Least change that makes all fit</h2>" in asked
    moved = [move.claim for move in report.shifts().moves]
    section = asked.partition("<h2>Least change")[2].partition("<h2")[0]
    assert moved
    assert all(f"<td>{id}</td>" in section for id in moved)
    assert "Least change" not in render("html", [report])


def test_what_was_asked_to_hold_is_told():
    given = verify(ROOT / "claims" / "opt175b.yaml", given=["gpus@paper"])
    page = render("html", [given])
    assert "Only combinations with <code>gpus@paper</code> are told of here." in page
    assert "Only combinations" not in render("html", [checked("opt175b.yaml")])


def test_repairs_that_are_not_all_are_said_to_be_so():
    short = dataclasses.replace(checked("opt175b.yaml"), repairs_complete=False)
    assert "The list of repairs is not complete" in render("html", [short])
    none = dataclasses.replace(short, repairs=())
    assert "none was found in the time given" in render("html", [none])
    assert "not complete" not in render("html", [checked("opt175b.yaml")])


def test_a_file_that_could_not_be_read_has_its_mistakes_with_places():
    page = render("html", [check_text("claimcheck: 1\nquantities: 3\n", "<i>.yaml")])
    assert "Nothing was checked" in page
    assert "&lt;i&gt;.yaml:2:13" in page
    assert "CC103" in page
    assert "<form" not in page


# -- what the script reads ----------------------------------------------------------------------------------


def naive_answer(report, forest, picks):
    """The words for a quantity under some choices, from the report by its own method."""
    given = {name: ids[0] for name, ids in picks.items()}
    found = report.bounds(forest.quantity, **given)
    if found.is_empty:
        return "no value"
    return interval_text(found.base, forest.unit) + ("" if found.tight else " *")


def check_answers(report):
    drawn = forests(report)
    choices = choices_of(report, drawn)
    if choices is None:
        return 0
    (stored,) = answers(render("html", [report]))
    assert not stored["single"]
    names = list(choices.options)
    seen = 0
    for key in itertools.product(*(range(len(o) + 1) for o in choices.options.values())):
        picks = {n: choices.options[n][k - 1] for n, k in zip(names, key, strict=True) if k}
        matching = [
            i for i, s in enumerate(report.scenarios) if all(s.choices[n] == ids for n, ids in picks.items())
        ]
        answer = stored["answers"].get(",".join(map(str, key)))
        assert (answer is None) == (not matching)
        if answer is None or any(len(ids) != 1 for ids in picks.values()):
            continue
        seen += 1
        for number, forest in enumerate(drawn):
            said = stored["intervals"][number][answer[2][number]]
            assert said[0] == naive_answer(report, forest, picks)
        if len(matching) == 1:
            scenario = report.scenarios[matching[0]]
            against = scenario.verdict is Verdict.CONSISTENT and bool(scenario.conflicts)
            assert answer[0] == ("mixed" if against else scenario.verdict)
            assert answer[1] == scenario.verdict + (", but not with what was concluded" if against else "")
            assert answer[3] == list(scenario.conflicts)
        elif answer[0] == "consistent":
            assert not any(report.scenarios[i].conflicts for i in matching)
            assert all(report.scenarios[i].verdict is Verdict.CONSISTENT for i in matching)
    return seen


def test_the_answer_to_every_selection_is_that_of_the_report():
    assert check_answers(checked("opt175b.yaml")) == 9
    assert check_answers(checked("llama3-405b.yaml")) >= 27


def test_green_is_what_is_consistent_with_all_that_was_concluded_too():
    (stored,) = answers(render("html", [checked("opt175b.yaml")]))
    told = {key: answer[:2] for key, answer in stored["answers"].items()}
    assert told["0,0"] == [
        "mixed",
        "evidence consistent in 4 of 4 combinations, in 1 of them not with what was concluded",
    ]
    assert told["0,1"] == ["consistent", "evidence consistent in 2 of 2 combinations"]
    assert told["2,2"] == ["mixed", "consistent, but not with what was concluded"]


def test_nothing_is_green_from_the_start_where_a_span_does_not_hold():
    report = claimcheck.verify("""\
claimcheck: 1
sources: {a: {title: A}, b: {title: B}, n: {title: N}}
quantities: {x: }
claims:
  - {quantity: x, value: 1, source: a}
  - {quantity: x, value: 5, source: b}
  - {quantity: x, value: 1 to 9, source: n, spans: true}
report: [x]
""")
    assert report.verdict is Verdict.CONTRADICTORY
    (stored,) = answers(render("html", [report]))
    assert stored["answers"]["0"][0] == "mixed"


@settings(max_examples=40)
@given(small_claim_sets())
def test_the_answers_of_any_claims(claims):
    check_answers(claimcheck.verify(claims))


def test_of_too_many_combinations_single_choices_are_answered():
    report = many(7)
    page = render("html", [report])
    assert "There are 128 combinations, too many to hold here" in page
    (stored,) = answers(page)
    assert stored["single"]
    assert len(stored["answers"]) == 15
    (effect, *_) = report.overview.effects
    place = list(choices_of(report, forests(report)).options).index(effect.choice)
    for number, outcome in enumerate(effect.outcomes, start=1):
        key = [0] * 7
        key[place] = number
        _, words, (interval,), _ = stored["answers"][",".join(map(str, key))]
        assert words == "evidence consistent in 64 combinations"
        assert stored["intervals"][0][interval][0] == interval_text(
            outcome.bound.interval, forests(report)[0].unit
        )


# -- what a file may do to it -------------------------------------------------------------------------------


def test_nothing_of_a_hostile_file_becomes_markup():
    """The same elements and attributes as of a file without any markup, in the same order."""
    bad, good = hostile(HOSTILE), hostile(dict.fromkeys(HOSTILE, "plain words"))
    assert bad.claim_set is not None
    assert [c.members for c in bad.conflicts]
    for make in (lambda r: render("html", [r]), lambda r: render("html", [r, r]), fragment):
        assert tags(make(bad)) == tags(make(good))
    assert "alert(" in render("html", [bad])  # it is there, as text


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)"),
        *("data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd", "//example.org/x"),
        *(
            "http:",
            "https://",
            "http:///x",
            "example.org",
            "https://exa mple.org",
            "https://[",
            "",
            "mailto:a@b",
        ),
    ],
)
def test_no_link_but_to_the_web(url):
    assert address(url) == ""
    assert "<a" not in link(address(url), url)


def test_links_to_the_web():
    assert address("https://example.org/a?b=c&d") == "https://example.org/a?b=c&d"
    assert address("HTTP://example.org") == "HTTP://example.org"
    assert link("https://example.org/?a=1&b", "<b>") == (
        '<a href="https://example.org/?a=1&amp;b" rel="noopener noreferrer">&lt;b&gt;</a>'
    )
    for written in ("10.1000/182", "doi:10.1000/182", "https://doi.org/10.1000/182"):
        assert doi_address(written) == "https://doi.org/10.1000/182"
    assert doi_address('10.1000/"><script>') == "https://doi.org/10.1000/%22%3E%3Cscript%3E"
    assert doi_address("javascript:alert(1)") == doi_address("10.1000/a b") == ""


def test_embedded_json_cannot_be_closed():
    value = {"</script><script>alert(1)//": "<!--&amp; \u2028"}
    written = data(value)
    assert json.loads(written) == value
    assert not set("<>&\u2028") & set(written)
