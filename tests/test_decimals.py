"""Outward decimal text: the laws that make a printed end an end."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

from claimcheck.decimals import (
    decimal_exponent,
    ends_text,
    exact_text,
    grouped,
    lower_text,
    nearest_text,
    short_text,
    upper_text,
)
from claimcheck.moments import earliest_text, latest_text

RATIONALS = st.builds(
    lambda n, d, e: mpq(n, d) * mpq(10) ** e,
    st.integers(-(10**18), 10**18),
    st.integers(1, 10**18),
    st.integers(-40, 40),
)
DIGITS = st.integers(1, 20)


def number(text: str) -> Fraction:
    return Fraction(text)


def significant(text: str) -> str:
    return text.lstrip("-").partition("E")[0].replace(".", "").lstrip("0")


@given(RATIONALS, DIGITS)
def test_ends_are_outward_and_neighbours(q, digits):
    low, high = number(lower_text(q, digits)), number(upper_text(q, digits))
    assert low <= Fraction(q) <= high
    if low == high:
        assert low == Fraction(q)
    else:  # nothing of that many digits lies between: the two are one unit of the last digit apart
        size = max(
            decimal_exponent(mpq(low)) if low else -(10**9), decimal_exponent(mpq(high)) if high else -(10**9)
        )
        assert high - low <= Fraction(10) ** (size - digits + 1)


@given(RATIONALS, DIGITS)
def test_exact_when_it_fits_and_then_short(q, digits):
    again = mpq(lower_text(q, digits))
    text = lower_text(again, digits)
    assert number(text) == Fraction(again)
    assert upper_text(again, digits) == text
    assert significant(text) == significant(text).rstrip("0") or "." not in text


@given(RATIONALS, DIGITS)
def test_never_more_digits_than_asked_for(q, digits):
    for text in (lower_text(q, digits), upper_text(q, digits)):
        figures = significant(text)
        assert len(figures) <= digits or set(figures[digits:]) == {"0"}


@given(RATIONALS, DIGITS)
def test_negation_swaps_the_ends(q, digits):
    low = lower_text(q, digits)
    assert upper_text(-q, digits) == (
        low.removeprefix("-") if low.startswith("-") else "0" if low == "0" else f"-{low}"
    )


@given(RATIONALS)
def test_decimal_exponent(q):
    if q:
        e = decimal_exponent(q)
        assert Fraction(10) ** e <= abs(Fraction(q)) < Fraction(10) ** (e + 1)


@given(RATIONALS)
def test_exact_text_reads_back(q):
    assert mpq(exact_text(q)) == q
    assert abs(number(nearest_text(q, 12)) - Fraction(q)) <= abs(Fraction(q)) / 10**11


@given(RATIONALS, RATIONALS, st.integers(2, 8))
def test_ends_for_a_reader_enclose_and_stay_apart(a, b, digits):
    low, high = sorted((a, b))
    left, right = (number(t) for t in ends_text(low, high, digits))
    assert left <= Fraction(low) <= Fraction(high) <= right
    if low != high:
        assert right - left <= Fraction(high - low) * Fraction(13, 10) + (
            abs(Fraction(low)) + abs(Fraction(high))
        ) / 10 ** (digits - 1)


@pytest.mark.parametrize(
    ("q", "low", "high"),
    [
        ("0", "0", "0"),
        ("1024", "1024", "1024"),
        ("1/3", "0.333333333333", "0.333333333334"),
        ("-1/3", "-0.333333333334", "-0.333333333333"),
        ("999999999999.5", "999999999999", "1000000000000"),
        ("429500000000000000000000", "4.295E+23", "4.295E+23"),
        ("0.00000123", "1.23E-06", "1.23E-06"),
        ("175000000000", "175000000000", "175000000000"),
        ("0.00001", "0.00001", "0.00001"),
    ],
)
def test_known_texts(q, low, high):
    assert (lower_text(mpq(q)), upper_text(mpq(q))) == (low, high)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("146.5", "147.5", ("146.5", "147.5")),
        ("32.9116", "33.21728", ("32.91", "33.22")),
        ("0.6", "60.123456", ("0.6", "60.13")),
        ("1024", "1024", ("1024", "1024")),
        (None, "5", ("", "5")),
        (None, None, ("", "")),
        ("175000000000", "175000000000", ("1.75E+11", "1.75E+11")),
        ("600000", None, ("600000", "")),
        ("-90000000", "-90000000", ("-90000000", "-90000000")),
        ("100000000", "100000000", ("1E+08", "1E+08")),
        ("1000000000000", "1000000000000", ("1E+12", "1E+12")),
        ("325001773056", "325001773056", ("325001773056", "325001773056")),
        ("4.295E+23", "4.305E+23", ("4.295E+23", "4.305E+23")),
        ("100.00001234", "100.00001237", ("100.00001234", "100.00001237")),
        ("1000/3", "1000/3", ("333.3", "333.4")),
        ("1/3", "1000000000000001/3000000000000000", ("0.3333", "0.3334")),
        ("0.1234567890123445", "0.1234567890123455", ("0.1234567890123445", "0.1234567890123455")),
    ],
)
def test_texts_for_a_reader(low, high, expected):
    assert ends_text(*(None if q is None else mpq(q) for q in (low, high))) == expected


@given(RATIONALS, DIGITS)
def test_groups_change_no_number(q, digits):
    text = nearest_text(q, digits)
    told = grouped(text)
    assert told.replace(",", "") == text
    whole, *groups = told.lstrip("-").partition(".")[0].split(",")
    assert not groups or len(whole) <= 3
    assert all(len(g) == 3 for g in groups)
    figures = whole if not groups else whole + "".join(groups)
    assert bool(groups) == (len(figures) >= 5 and "E" not in text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1024", "1024"),
        ("16384", "16,384"),
        ("-2856611.5", "-2,856,611.5"),
        ("0.123456", "0.123456"),
        ("4.295E+23", "4.295E+23"),
        ("", ""),
    ],
)
def test_groups(text, told):
    assert grouped(text) == told


@given(RATIONALS, DIGITS, st.booleans())
def test_short_texts_are_outward_and_exact_where_the_digits_do(q, digits, down):
    said = number(short_text(q, digits, down=down))
    rounded = number(lower_text(q, digits) if down else upper_text(q, digits))
    assert said == rounded


def test_enormous_and_tiny_numbers_are_quick():
    q = mpq(3 * 10**50_000 + 1)
    assert lower_text(q) == "3.00000000000E+50000"
    assert upper_text(1 / q).endswith("E-50001")
    assert ends_text(1 / q, q)[0].endswith("E-50001")


@given(st.datetimes(), st.fractions(0, 1))
def test_moments_are_outward_and_iso(moment, fraction):
    moment = moment.replace(microsecond=0, tzinfo=datetime.UTC)
    seconds = int(
        (moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)) // datetime.timedelta(seconds=1)
    )
    if fraction == 1:
        fraction = Fraction(0)
    q = mpq(seconds) + mpq(fraction.numerator, fraction.denominator)
    assert datetime.datetime.fromisoformat(earliest_text(q)) == moment
    if fraction:
        assert latest_text(q) == earliest_text(seconds + 1)
    else:
        assert latest_text(q) == earliest_text(q)


def test_moments_beyond_the_calendar_of_datetime():
    assert earliest_text(0) == "1970-01-01T00:00Z"
    assert latest_text(mpq(1, 2)) == "1970-01-01T00:00:01Z"
    assert earliest_text(253402300800) == "+10000-01-01T00:00Z"
    assert earliest_text(-62167219201) == "-0001-12-31T23:59:59Z"
    assert earliest_text(10**30).startswith("1970-01-01T00:00Z+1")
