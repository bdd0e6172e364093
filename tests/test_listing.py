"""Order, number and start of the scenarios listed: of all there are, listed in the report or not."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimcheck.judging import listing
from claimcheck.judging.listing import Listing, in_order
from claimcheck.judging.ranking import first_in_order
from claimcheck.judging.rows import sweep
from claimcheck.judging.verification import verify
from claimcheck.render import Options, render
from tests.test_rows import grown, values
from tests.test_scenarios import build

ORDERS = ("lower", "upper", "width")


def picks(scenarios):
    return [tuple(itertools.chain(*s.choices.values())) for s in scenarios]


TIES = build(
    ["a", "b", "c", "y"],
    [(q, s, v) for q in "abc" for s, v in zip("stu", ("1", "3", "3.0"), strict=True)] + [("c", "v", "7")],
    [("y = a * b", "r", "")],
)
"""Many combinations with the same y: then those that come first in the file are listed first."""


@pytest.mark.parametrize("claims", [grown(4, " * ".join), grown(3, " - ".join), TIES])
@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize(("start", "top"), [(0, 4), (7, 3), (0, 10), (25, 5)])
def test_the_first_of_an_order_are_those_of_all_scenarios(claims, sort, start, top, monkeypatch):
    every = verify(claims).scenarios
    expected = picks(in_order(list(every), "y", sort))[start : start + top]
    monkeypatch.setattr(listing, "LISTED", 10)
    report = verify(claims, listing=Listing(top, sort, start))
    assert picks(report.scenarios) == expected
    assert report.scenario_count == len(every)
    assert not report.complete


@given(
    st.lists(st.lists(values, min_size=2, max_size=4, unique=True), min_size=3, max_size=3),
    st.sampled_from(("a * b * c", "a - b * c", "a + b + c", "max(a, b) - abs(c - 3)")),
    st.sampled_from(ORDERS),
    st.integers(1, 6),
)
def test_none_that_belongs_to_the_first_is_left_out(options, formula, sort, most):
    stated = [
        (q, s, v) for q, own in zip("abc", options, strict=True) for s, v in zip("stuv", own, strict=False)
    ]
    claims = build("abcy", stated, [(f"y = {formula}", "r", "")])
    every = verify(claims).scenarios
    found = [every[n] for n in first_in_order(sweep(claims, ["y"]), sort, most)]
    assert picks(in_order(found, "y", sort))[:most] == picks(in_order(list(every), "y", sort))[:most]


def test_without_an_order_file_order_counts(monkeypatch):
    claims = grown(4, " * ".join)
    every = verify(claims).scenarios
    monkeypatch.setattr(listing, "LISTED", 10)
    report = verify(claims, listing=Listing(5, "", 40))
    assert picks(report.scenarios)[:5] == picks(every)[40:45]


@pytest.mark.parametrize("sort", ORDERS)
def test_text_and_json_list_the_same_of_few_and_of_many(sort, monkeypatch):
    options = Options(top=3, sort=sort, start=2)
    shown = []
    for most in (4096, 10):
        monkeypatch.setattr(listing, "LISTED", most)
        report = verify(grown(4, " * ".join), listing=Listing(3, sort, 2))
        (entry,) = json.loads(render("json", [report], options))["files"]
        table = (
            render("text", [report], options).partition("Source combinations")[2].partition("hull of all")[0]
        )
        shown.append(
            ([s["choices"] for s in entry["scenarios"]], entry["hull"]["y"]["lower"]["value"], table)
        )
    assert shown[0] == shown[1]
    assert len(shown[0][0]) == 3


def test_start_passes_over_scenarios_of_a_report_that_lists_all():
    report = verify(grown(2, " * ".join))
    (entry,) = json.loads(render("json", [report], Options(start=7)))["files"]
    assert [list(s["choices"].values()) for s in entry["scenarios"]] == [
        [["q0@u"], ["q1@t"]],
        [["q0@u"], ["q1@u"]],
    ]
    assert "... and 8 more" in render("text", [report], Options(start=4, top=1))


@pytest.mark.parametrize(("many", "told"), [(16, False), (17, True)])
def test_where_not_all_are_put_in_order_that_is_said(many, told):
    """3^16 scenarios are, 3^17 are not."""
    names = [f"q{i}" for i in range(many)]
    stated = [(n, s, v) for n in names for s, v in zip("stu", ("1", "3", "7"), strict=True)]
    report = verify(build([*names, "y"], stated, [("y = q0 + q1", "r", "")]), listing=Listing(1, ""))
    text = render("text", [report], Options(top=1, sort="upper"))
    assert ("too many to be put in order" in text) is told
    assert "too many to be put in order" not in render("text", [report], Options(top=1))
