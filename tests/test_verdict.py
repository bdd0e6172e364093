"""Statuses of claims, verdicts of files, accepted conflicts, rivals, and printed ranges against the hull."""

import datetime

import pytest

from claimcheck.interval import interval
from claimcheck.judging.report import Status, Verdict
from claimcheck.judging.spans import printed_ends
from claimcheck.judging.verification import verify
from claimcheck.literal import read_value
from claimcheck.model import ClaimSet
from tests.audited import audited
from tests.test_scenarios import build

TODAY = datetime.date(2026, 7, 1)


def statuses(report):
    return {c.id: c.status for c in report.claims}


def numbers(**known):
    """Sources s and t differ on a; b = 10 a, and conclusions about b."""
    claims = build("ab", [("a", "s", "exactly 2"), ("a", "t", "exactly 3")], [("b = 10 * a", "r", "")])
    claims.source("note")
    return claims


# -- claims -----------------------------------------------------------------------------------------------


def test_contradicted_in_every_scenario_disputed_in_some():
    claims = build(
        "abc",
        [("a", "s", "exactly 2"), ("a", "t", "exactly 3"), ("b", "s", "exactly 4"), ("c", "s", "exactly 8")],
        [("c = a * b", "r", "")],
    )
    assert statuses(verify(claims)) == {
        "a@s": Status.DISPUTED,
        "a@t": Status.CONTRADICTED,
        "b@s": Status.DISPUTED,
        "c@s": Status.DISPUTED,
    }


def test_one_clash_without_alternatives_contradicts_all_its_members():
    claims = build("ab", [("a", "s", "1"), ("b", "s", "5")], [("a = b", "r", "")])
    assert set(statuses(verify(claims)).values()) == {Status.CONTRADICTED}


def test_supported_by_a_second_source_or_a_relation_else_untested():
    claims = build(
        "abcd",
        [("a", "s", "10"), ("a", "t", "10.2"), ("b", "s", "2"), ("c", "s", "4"), ("d", "s", "7")],
        [("c = 2 * b", "r", "")],
    )
    report = verify(claims)
    assert statuses(report) == {
        "a@s": Status.SUPPORTED,
        "a@t": Status.SUPPORTED,
        "b@s": Status.SUPPORTED,
        "c@s": Status.SUPPORTED,
        "d@s": Status.UNTESTED,
    }
    expected = {c.id: c.expected for c in report.claims}
    assert expected["a@s"] == interval("10.15", "10.25")
    assert expected["c@s"] == interval(3, 5)
    assert expected["d@s"] is None


def test_limits_alone_test_nothing():
    claims = ClaimSet()
    claims.source("s")
    claims.quantity("share", "percent", min="0 %", max="100 %")
    claims.claim("share", "12 %", source="s")
    assert statuses(verify(claims)) == {"share@s": Status.UNTESTED}


def test_a_conclusion_is_judged_where_its_premises_hold():
    claims = numbers()
    claims.claim("b", "20", source="note", id="right", given=["a@s"])
    claims.claim("b", "20", source="note", id="wrong", given=["a@t"])
    report = verify(claims)
    assert statuses(report)["b@note#right"] is Status.SUPPORTED
    assert statuses(report)["b@note#wrong"] is Status.CONTRADICTED
    assert [len(s.conflicts) for s in report.scenarios] == [0, 1]


def test_evidence_is_not_blamed_for_what_was_concluded_from_it():
    claims = build("ab", [("a", "s", "2")], [("b = 10 * a", "r", "")])
    claims.claim("b", "7", source="s", given=["a@s"])
    assert statuses(verify(claims)) == {"a@s": Status.UNTESTED, "b@s": Status.CONTRADICTED}


def test_a_spent_budget_is_unknown_and_nothing_is_guessed():
    claims = build("abc", [("a", "s", "1"), ("b", "s", "2"), ("c", "s", "9")], [("c = a + b", "r", "")])
    report = verify(claims, budget=0.0)
    assert report.verdict is Verdict.UNKNOWN
    assert not report.complete
    assert set(statuses(report).values()) == {Status.UNKNOWN}
    assert "CC305" in {f.code for f in report.findings}


# -- the file ---------------------------------------------------------------------------------------------


def test_consistent_with_a_witness():
    report = verify(build("ab", [("a", "s", "2"), ("b", "s", "20")], [("b = 10 * a", "r", "")]))
    assert report.verdict is Verdict.CONSISTENT
    assert report.complete


def test_known_conflicts_do_not_make_a_file_contradictory():
    claims = numbers()
    claims.known(["a@t", "a@s"], "the runs differ")
    report = verify(claims, today=TODAY)
    assert report.verdict is Verdict.CONSISTENT
    (conflict,) = report.conflicts
    assert (conflict.known, conflict.reason) == (True, "the runs differ")


@pytest.mark.parametrize(
    ("until", "verdict"), [("2026-07-01", "consistent"), ("2026-06-30", "contradictory")]
)
def test_an_entry_of_known_is_good_to_the_end_of_its_day(until, verdict):
    claims = numbers()
    claims.known(["a@s", "a@t"], "the runs differ", until)
    assert verify(claims, today=TODAY).verdict == verdict


def test_known_matches_by_all_members_and_nothing_less():
    claims = numbers()
    claims.known(["a@s"], "half of it")
    report = verify(claims, today=TODAY)
    assert report.verdict is Verdict.CONTRADICTORY
    assert "CC406" in {f.code for f in report.findings}


# -- rivals -----------------------------------------------------------------------------------------------


def rivals(c, *also):
    stated = [("a", "s", "exactly 2"), ("b", "s", "exactly 3"), ("c", "s", c), *also]
    return build("abc", stated, [("c = a * b", "product", "how"), ("c = a + b", "sum", "how")])


def test_a_rival_ruled_out_settles_its_choice():
    report = verify(rivals("exactly 6"))
    assert report.verdict is Verdict.CONSISTENT
    assert [s.verdict for s in report.scenarios] == [Verdict.CONSISTENT, Verdict.CONTRADICTORY]
    assert [c.ruled_out for c in report.conflicts] == [("relation:sum",)]
    assert statuses(report)["c@s"] is Status.SUPPORTED


def test_where_no_rival_fits_the_file_is_contradictory():
    report = verify(rivals("exactly 100"))
    assert report.verdict is Verdict.CONTRADICTORY
    assert [c.ruled_out for c in report.conflicts] == [(), ()]


def test_a_rival_that_fits_another_source_only_is_ruled_out_beside_this_one():
    report = verify(rivals("exactly 6", ("c", "t", "exactly 5")))
    through = [c for c in report.conflicts if c.kind == "contradiction"]
    assert {c.ruled_out for c in through} == {("relation:product",), ("relation:sum",)}
    assert report.verdict is Verdict.CONTRADICTORY  # the sources disagree


def test_a_conclusion_that_fails_under_every_rival_counts():
    claims = rivals("[0, 100]")
    claims.claim("c", "exactly 7", source="s", id="x", given=["a@s", "b@s"])
    claims.claim("c", "exactly 5", source="s", id="y", given=["a@s", "b@s"])
    report = verify(claims)
    assert report.verdict is Verdict.CONTRADICTORY
    assert statuses(report)["c@s#x"] is Status.CONTRADICTED
    assert statuses(report)["c@s#y"] is Status.DISPUTED


# -- spans ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("20 to 30", Status.SUPPORTED),
        ("19.9 to 30", Status.CONTRADICTED),
        ("20 to 31", Status.CONTRADICTED),
        ("[20, 30]", Status.SUPPORTED),
        ("[20, 29]", Status.CONTRADICTED),
    ],
)
def test_each_end_of_a_range_is_checked_against_the_hull(value, status):
    claims = numbers()
    claims.claim("b", value, source="note", spans=True)
    report = verify(claims)
    assert statuses(report)["b@note"] is status
    told = [c for c in report.conflicts if c.conclusion]
    assert len(told) == (status is Status.CONTRADICTED)
    for conflict in told:
        assert conflict.would_need["b@note"].interval == interval(20, 30)
        assert {"b@note", "relation:r"} <= set(conflict.members)


def test_a_range_under_premises_is_about_the_scenarios_that_hold_them():
    claims = numbers()
    claims.claim("b", "20 to 20", source="note", spans=True, given=["a@s"])
    assert statuses(verify(claims))["b@note"] is Status.SUPPORTED


def test_a_range_of_what_nothing_bounds_is_untested():
    claims = build("ab", [("a", "s", "1")])
    claims.claim("b", "1 to 2", source="s", spans=True)
    assert statuses(verify(claims))["b@s"] is Status.UNTESTED


@pytest.mark.parametrize(
    ("text", "rounding", "low", "high"),
    [
        ("51.7 to 58.9", "nearest", interval("51.65", "51.75"), interval("58.85", "58.95")),
        ("10 to 20", "down", interval(10, 11, True, False), interval(20, 21, True, False)),
        ("10 to 20", "up", interval(9, 10, False, True), interval(19, 20, False, True)),
        ("-5 to 5", "truncated", interval(-6, -5, False, True), interval(5, 6, True, False)),
        ("10 to 20", "any", interval(9, 11, False, False), interval(19, 21, False, False)),
        ("[38, 43]", "nearest", interval(38, 38), interval(43, 43)),
        ("2 million to 3.5 million", "nearest", interval(1500000, 2500000), interval(3450000, 3550000)),
    ],
)
def test_what_the_ends_of_a_range_stand_for(text, rounding, low, high):
    assert printed_ends(read_value(text, rounding=rounding), integer=False) == (low, high)


def test_nothing_supports_a_certain_claim_of_whose_quantity_nothing_else_speaks():
    claims = ClaimSet()
    claims.source("s")
    for name in ("x", "y"):
        claims.quantity(name)
        claims.claim(name, "exactly 10", source="s", certain=name == "x")
    assert {c.id: c.status for c in audited(claims).claims} == {"x@s": "untested", "y@s": "untested"}
