"""Dates: the span of seconds a date leaves open, against datetime, and what is refused."""

from __future__ import annotations

import datetime

import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

from claimcheck.diagnostics import InputProblem
from claimcheck.interval import interval
from claimcheck.literal import print_value, read_date

UTC = datetime.UTC
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3600


def seconds(*parts: int, offset: int = 0) -> int:
    """Seconds since the epoch of a wall-clock time ``offset`` hours ahead of UTC."""
    moment = datetime.datetime(*parts, tzinfo=datetime.timezone(datetime.timedelta(hours=offset)))
    return (moment - EPOCH) // datetime.timedelta(seconds=1)


def outcome(text: str):
    """What reading the text gives: a reading, or the problem raised."""
    try:
        return read_date(text)
    except InputProblem as problem:
        return problem


NOV5, JAN6 = seconds(2021, 11, 5), seconds(2022, 1, 6)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2021-11-05", NOV5 - 14 * HOUR, NOV5 + 36 * HOUR),
        ("2021-11-05Z", NOV5, NOV5 + 24 * HOUR),
        ("2021-11-05+01:00", NOV5 - HOUR, NOV5 + 23 * HOUR),
        ("2022-01-06T12:46-08:00", seconds(2022, 1, 6, 12, 46, offset=-8), None),
        ("2022-01-06 12:46 UTC", seconds(2022, 1, 6, 12, 46), None),
        ("2022-01-06t12:46z", seconds(2022, 1, 6, 12, 46), None),
        ("2022-01-06T12:46\u221208", seconds(2022, 1, 6, 12, 46, offset=-8), None),
        (
            "2022-01-06T12:46",
            seconds(2022, 1, 6, 12, 46) - 14 * HOUR,
            seconds(2022, 1, 6, 12, 47) + 12 * HOUR,
        ),
        ("2022-01-06T12:46:30+0530", seconds(2022, 1, 6, 7, 16, 30), seconds(2022, 1, 6, 7, 16, 31)),
        ("2022-01-06T00:00:00.25Z", JAN6 + mpq(1, 4), JAN6 + mpq(26, 100)),
        ("  2022-01-06Z ", JAN6, JAN6 + 24 * HOUR),
        ("2021-11-05 to 2022-01-06", NOV5 - 14 * HOUR, JAN6 + 36 * HOUR),
        ("2021-11-05Z to 2022-01-06T00:00Z", NOV5, JAN6 + 60),
        ("2020-02-29Z", seconds(2020, 2, 29), seconds(2020, 3, 1)),
        ("2000-02-29Z", seconds(2000, 2, 29), seconds(2000, 3, 1)),
        ("0001-01-01Z", seconds(1, 1, 1), seconds(1, 1, 2)),
        ("9999-12-31Z", seconds(9999, 12, 31), seconds(9999, 12, 31) + 24 * HOUR),
    ],
)
def test_accepted(text, low, high):
    reading = read_date(text)
    assert reading.kind == "date"
    assert reading.unit == ""
    assert reading.interval == interval(low, low + 60 if high is None else high, True, False)
    assert reading.explanation
    assert read_date(print_value(reading)) == reading


@pytest.mark.parametrize(
    ("text", "x"),
    [
        (">= 2021-11-05Z", interval(NOV5, None)),
        ("at least 2021-11-05Z", interval(NOV5, None)),
        ("> 2021-11-05Z", interval(NOV5 + 24 * HOUR, None)),
        ("< 2021-11-05Z", interval(None, NOV5, False, False)),
        ("<= 2021-11-05Z", interval(None, NOV5 + 24 * HOUR, False, False)),
        ("at most 2021-11-05T00:00Z", interval(None, NOV5 + 60, False, False)),
        ("≥2021-11-05", interval(NOV5 - 14 * HOUR, None)),
        ("> 2021-11-05", interval(NOV5 + 10 * HOUR, None)),
        ("< 2021-11-05", interval(None, NOV5 + 12 * HOUR, False, False)),
        ("≤ 2021-11-05", interval(None, NOV5 + 36 * HOUR, False, False)),
    ],
)
def test_one_sided(text, x):
    reading = read_date(text)
    assert reading.interval == x
    assert read_date(print_value(reading)) == reading


@pytest.mark.parametrize(
    ("text", "code", "marked", "words"),
    [
        ("", "CC200", "", "2021-11-05"),
        ("x" * 300, "CC205", "", "longer"),
        ("2021-02-29", "CC212", "2021-02-29", "out of range"),
        ("1900-02-29", "CC212", "1900-02-29", "out of range"),
        ("2021-04-31", "CC212", "2021-04-31", "out of range"),
        ("2021-13-01", "CC212", "2021-13-01", "month"),
        ("2021-00-01", "CC212", "2021-00-01", "month"),
        ("0000-01-01", "CC212", "0000-01-01", "year"),
        ("2021-11-05T24:00Z", "CC212", "24:00", "hours go to 23"),
        ("2021-11-05T12:60Z", "CC212", "12:60", "hours go to 23"),
        ("2021-12-31T23:59:60Z", "CC212", "23:59:60", "leap seconds"),
        ("2021-11-05T12:00+15:00", "CC213", "+15:00", "-12:00 to +14:00"),
        ("2021-11-05T12:00-13:00", "CC213", "-13:00", "-12:00 to +14:00"),
        ("2021-11-05T12:00+05:60", "CC213", "+05:60", "-12:00 to +14:00"),
        ("2022-01-06 to 2021-11-05", "CC206", "2022-01-06 to 2021-11-05", "earlier date first"),
        ("2021-11", "CC211", "2021-11", "2021-11-01 to 2021-11-30"),
        ("2021", "CC211", "2021", "range"),
        ("11/05/2021", "CC211", "11/05/2021", "day/month or month/day"),
        ("5 Nov 2021", "CC211", "5 Nov 2021", "2021-11-05"),
        ("20211105", "CC211", "20211105", "2021-11-05"),
        ("2021-11-051", "CC211", "2021-11-051", "2021-11-05"),
        ("99999-01-01", "CC211", "99999-01-01", "2021-11-05"),
        ("-2021-11-05", "CC211", "-2021-11-05", "2021-11-05"),
        ("2021-11-05T12", "CC211", "2021-11-05T12", "2021-11-05"),
        ("2021-11-05T12:46+1", "CC211", "2021-11-05T12:46+1", "2021-11-05"),
        ("~2021-11-05", "CC211", "~2021-11-05", "range"),
        ("exactly 2021-11-05", "CC211", "exactly 2021-11-05", "leave out"),
        ("2021-11-05 noon", "CC211", " noon", "not expected"),
        ("2021-11-05 to", "CC211", " to", "not expected"),
        ("> ", "CC211", "", "missing"),
        ("> 2021-11-05 to 2022-01-06", "CC211", " to 2022-01-06", "not expected"),
        ("63 day", "CC211", "63 day", "is no date"),
    ],
)
def test_refused(text, code, marked, words):
    with pytest.raises(InputProblem) as caught:
        read_date(text)
    problem = caught.value
    assert problem.code == code, problem
    assert words in f"{problem.message} {problem.hint}"
    assert problem.hint
    if problem.start >= 0:
        assert text[problem.start : problem.end] == marked


@given(
    st.datetimes(
        min_value=datetime.datetime(2, 1, 1),
        max_value=datetime.datetime(9998, 12, 31),
        timezones=st.integers(-12 * 60, 14 * 60).map(
            lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes))
        ),
    )
)
def test_moments_are_those_of_datetime(moment):
    microseconds = (moment - EPOCH) // datetime.timedelta(microseconds=1)
    start = mpq(microseconds, 10**6)
    if moment.microsecond == 0:
        length = mpq(1)
    else:
        length = mpq(1, 10**6)
    assert read_date(moment.isoformat()).interval == interval(start, start + length, True, False)


@given(st.dates())
def test_a_day_without_offset_holds_that_day_everywhere(day):
    anywhere = read_date(day.isoformat()).interval
    for offset in ("Z", "+14:00", "-12:00", "+05:45"):
        there = read_date(day.isoformat() + offset).interval
        assert anywhere.lower <= there.lower
        assert there.upper <= anywhere.upper
    assert anywhere.lower == read_date(day.isoformat() + "+14:00").interval.lower
    assert anywhere.upper == read_date(day.isoformat() + "-12:00").interval.upper


@given(st.dates(max_value=datetime.date(9999, 12, 30)))
def test_days_follow_each_other(day):
    following = day + datetime.timedelta(days=1)
    assert read_date(f"{day}Z").interval.upper == read_date(f"{following}Z").interval.lower


@given(st.text(alphabet="0123456789-:TZ+ .to<>=~", max_size=30))
def test_any_text_is_read_or_refused(text):
    reading = outcome(text)
    if isinstance(reading, InputProblem):
        assert reading.code in ("CC200", "CC205", "CC206", "CC211", "CC212", "CC213")
        assert -1 <= reading.start <= reading.end <= len(text)
    else:
        assert not reading.interval.is_empty
