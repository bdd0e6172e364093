"""Printed values: each row of the format's table, what is refused and where, printing that reads back."""

from __future__ import annotations

import time

import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

from claimcheck.diagnostics import InputProblem
from claimcheck.interval import interval, point
from claimcheck.literal import ROUNDINGS, print_value, read_value
from tests.strategies import printed_numbers, value_texts


def q(text: str):
    """Decimal text with an optional exponent as an exact rational."""
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    return mpq(int(whole + fraction), 10 ** len(fraction)) * mpq(10) ** int(exponent or "0")


def closed(low: str, high: str):
    return interval(q(low), q(high))


def above(low: str, included: bool = False):
    return interval(q(low), None, included)


def below(high: str, included: bool = False):
    return interval(None, q(high), True, included)


def outcome(text: str):
    """What reading the text gives: a reading, or the problem raised."""
    try:
        return read_value(text)
    except InputProblem as problem:
        return problem


ACCEPTED = [
    # rounded to the last printed digit
    ("147", "rounded", closed("146.5", "147.5"), ""),
    ("147 TFLOP/s/GPU", "rounded", closed("146.5", "147.5"), "TFLOP/s/GPU"),
    ("4.30E+23 FLOP", "rounded", closed("4.295e23", "4.305e23"), "FLOP"),
    ("4.30e23 FLOP", "rounded", closed("4.295e23", "4.305e23"), "FLOP"),
    ("4.30 x 10^23", "rounded", closed("4.295e23", "4.305e23"), ""),
    ("4.30 × 10^23 FLOP", "rounded", closed("4.295e23", "4.305e23"), "FLOP"),
    ("4.30×10²³ FLOP", "rounded", closed("4.295e23", "4.305e23"), "FLOP"),
    ("4.30*10**23", "rounded", closed("4.295e23", "4.305e23"), ""),
    ("4.3 X 10^(-2)", "rounded", closed("0.0425", "0.0435"), ""),
    ("4.3·10⁻² m", "rounded", closed("0.0425", "0.0435"), "m"),
    ("1,024", "rounded", closed("1023.5", "1024.5"), ""),
    ("1,234,567.8 km", "rounded", closed("1234567.75", "1234567.85"), "km"),
    ("1_000_000", "rounded", closed("999999.5", "1000000.5"), ""),
    ("12\u202f000 token", "rounded", closed("11999.5", "12000.5"), "token"),
    ("12\u00a0000 token", "rounded", closed("11999.5", "12000.5"), "token"),
    ("51.7 %", "rounded", closed("51.65", "51.75"), "%"),
    ("51.7%", "rounded", closed("51.65", "51.75"), "%"),
    ("51.7\u00a0%", "rounded", closed("51.65", "51.75"), "%"),
    ("0.10", "rounded", closed("0.095", "0.105"), ""),
    (".5", "rounded", closed("0.45", "0.55"), ""),
    ("5.", "rounded", closed("4.5", "5.5"), ""),
    ("0", "rounded", closed("-0.5", "0.5"), ""),
    ("0.00 s", "rounded", closed("-0.005", "0.005"), "s"),
    ("-3.2", "rounded", closed("-3.25", "-3.15"), ""),
    ("\u22123.2 degC", "rounded", closed("-3.25", "-3.15"), "degC"),
    ("+7", "rounded", closed("6.5", "7.5"), ""),
    ("5km", "rounded", closed("4.5", "5.5"), "km"),
    ("5 m", "rounded", closed("4.5", "5.5"), "m"),
    ("5eV", "rounded", closed("4.5", "5.5"), "eV"),
    ("9.81m/s^2", "rounded", closed("9.805", "9.815"), "m/s^2"),
    ("3 GB", "rounded", closed("2.5", "3.5"), "GB"),
    ("3 B", "rounded", closed("2.5", "3.5"), "B"),
    ("2 1/day", "rounded", closed("1.5", "2.5"), "1/day"),
    ("3.5 USD per million token", "rounded", closed("3.45", "3.55"), "USD per million token"),
    ("1E400", "rounded", closed("0.5e400", "1.5e400"), ""),
    ("  42  ", "rounded", closed("41.5", "42.5"), ""),
    # exact
    ("exactly 992 GPU", "exact", closed("992", "992"), "GPU"),
    ("Exactly 0.1", "exact", closed("0.1", "0.1"), ""),
    ("exactly 3 million", "exact", closed("3e6", "3e6"), ""),
    # about
    ("~33 day", "approximate", closed("31.35", "34.65"), "day"),
    ("≈33 day", "approximate", closed("31.35", "34.65"), "day"),
    ("~ -100", "approximate", closed("-105", "-95"), ""),
    # one-sided
    ("> 90", "one-sided", above("90"), ""),
    (">90 %", "one-sided", above("90"), "%"),
    (">= 90", "one-sided", above("90", True), ""),
    ("≥ 90", "one-sided", above("90", True), ""),
    ("< 5 %", "one-sided", below("5"), "%"),
    ("<= 5 %", "one-sided", below("5", True), "%"),
    ("≤5 %", "one-sided", below("5", True), "%"),
    ("at least 90", "one-sided", above("90", True), ""),
    ("At most 5 %", "one-sided", below("5", True), "%"),
    ("more than 1.5 million hour", "one-sided", above("1.5e6"), "hour"),
    ("less  than 3", "one-sided", below("3"), ""),
    # ranges
    ("38 % to 43 %", "range", closed("37.5", "43.5"), "%"),
    ("38 to 43 %", "range", closed("37.5", "43.5"), "%"),
    ("38 to 43.0 %", "range", closed("37.5", "43.05"), "%"),
    ("-5 to 5", "range", closed("-5.5", "5.5"), ""),
    ("5 million to 6 million token", "range", closed("4.5e6", "6.5e6"), "token"),
    ("[38, 43] %", "range", closed("38", "43"), "%"),
    ("[1,024, 2,048] GPU", "range", closed("1024", "2048"), "GPU"),
    ("[ -1.5 ; 2E3 ]", "range", closed("-1.5", "2000"), ""),
    ("[5, 5]", "range", closed("5", "5"), ""),
    # uncertainties, two of them either way
    ("12.3 ± 0.4 mm", "uncertain", closed("11.5", "13.1"), "mm"),
    ("12.3±0.4", "uncertain", closed("11.5", "13.1"), ""),
    ("12.3 +/- 0.4 mm", "uncertain", closed("11.5", "13.1"), "mm"),
    ("12.3 mm ± 0.4 mm", "uncertain", closed("11.5", "13.1"), "mm"),
    ("12.3(4) mm", "uncertain", closed("11.5", "13.1"), "mm"),
    ("12.34(56)", "uncertain", closed("11.22", "13.46"), ""),
    ("1.602(3)E-19 C", "uncertain", closed("1.596e-19", "1.608e-19"), "C"),
    ("1.602(3) x 10^-19 C", "uncertain", closed("1.596e-19", "1.608e-19"), "C"),
    ("12.3 +0.5 -0.3 mm", "uncertain", closed("11.7", "13.3"), "mm"),
    ("12.3 -0.3 +0.5 mm", "uncertain", closed("11.7", "13.3"), "mm"),
    ("12.3 +0.5/-0.3", "uncertain", closed("11.7", "13.3"), ""),
    ("12.3 ± 0.4 million token", "uncertain", closed("11.5e6", "13.1e6"), "token"),
    ("12.3 +0.5 -0.3 million token", "uncertain", closed("11.7e6", "13.3e6"), "token"),
    # multiplier words
    ("300 billion token", "rounded", closed("299.5e9", "300.5e9"), "token"),
    ("1.5 million hour", "rounded", closed("1.45e6", "1.55e6"), "hour"),
    ("2 thousand", "rounded", closed("1.5e3", "2.5e3"), ""),
    ("175 Billion parameters", "rounded", closed("174.5e9", "175.5e9"), "parameters"),
    ("1.0 trillion", "rounded", closed("0.95e12", "1.05e12"), ""),
]


@pytest.mark.parametrize(("text", "kind", "x", "unit"), ACCEPTED)
def test_accepted(text, kind, x, unit):
    reading = read_value(text)
    assert reading.kind == kind
    assert reading.interval == x
    assert reading.unit == unit
    assert reading.text == text
    assert reading.explanation
    if unit:
        assert text[reading.unit_start :].startswith(unit)
    assert read_value(print_value(reading)) == reading


REFUSED = [
    # text, code, the part that is marked, words of message or hint
    ("", "CC200", "", "empty"),
    ("   ", "CC200", "", "empty"),
    ("NaN", "CC201", "NaN", "is no number"),
    ("inf", "CC201", "inf", "is no number"),
    ("-inf", "CC201", "-inf", "is no number"),
    ("twelve", "CC201", "twelve", "is no number"),
    ("n/a", "CC201", "n/a", "is no number"),
    ("%", "CC201", "%", "is no number"),
    (".", "CC201", ".", "is no number"),
    ("--5", "CC201", "--5", "is no number"),
    ("- 5", "CC201", "-", "is no number"),
    ("٣", "CC201", "٣", "is no number"),
    ("0x1F", "CC201", "0x1F", "decimal"),
    ("0b101", "CC201", "0b101", "decimal"),
    ("$3.50", "CC201", "$3.50", "USD"),
    ("(38, 43)", "CC201", "(38,", "[38, 43]"),
    ("(4.3 ± 0.1)E23", "CC201", "(4.3", "4.3E+23 ± 0.1E+23"),
    ("2021-11-05", "CC201", "2021-11-05", "unit: date"),
    ("exactly", "CC201", "", "missing"),
    ("> ", "CC201", "", "missing"),
    ("5 ±", "CC201", "", "missing"),
    ("[38, ]", "CC201", "]", "is no number"),
    ("3,5", "CC202", "3,5", "3.5 if it is a decimal comma"),
    ("10,24", "CC202", "10,24", "10.24"),
    ("0,123", "CC202", "0,123", "0.123"),
    ("1,02,400", "CC202", "1,02,400", "thousands"),
    ("1234,567", "CC202", "1234,567", "1234.567"),
    ("1_00", "CC202", "1_00", "thousands"),
    ("1,000_000", "CC202", "1,000_000", "thousands"),
    ("1'024", "CC202", "1'024", "1,024,000"),
    ("1.024,5", "CC202", "1.024,5", "wrong side"),
    ("1.024.567", "CC202", "1.024.5", "wrong side"),
    ("12 000 token", "CC202", "000 token", "commas"),
    ("5 1/2 day", "CC202", "1/2 day", "second number"),
    ("[38,43]", "CC202", "38,43", "space after the comma"),
    ("300B", "CC203", "300B", "300 billion (and the unit), or 300 byte"),
    ("2M", "CC203", "2M", "2 million"),
    ("143K", "CC203", "143K", "143 kelvin"),
    ("1.5k token", "CC203", "1.5k", "1.5 thousand"),
    ("300 B token", "CC203", "300 B", "300 billion"),
    ("175B parameters", "CC203", "175B", "175 billion"),
    ("5m", "CC203", "5m", "5 metre"),
    ("5 bn USD", "CC203", "5 bn", "5 billion"),
    ("5 to 6 million", "CC203", "5 to 6 million", "both ends"),
    ("1.5 million billion", "CC203", "1.5 million billion", "two multiplier"),
    ("12.3 million ± 0.4", "CC203", "12.3 million ± 0.4", "uncertainty too"),
    ("3.14+23", "CC204", "3.14+23", "3.14E+23"),
    ("3.14-23 FLOP", "CC204", "3.14-23", "3.14E-23"),
    ("5-7", "CC204", "5-7", "5 to 7"),
    ("1e", "CC204", "1e", "whole number"),
    ("1e+", "CC204", "1e+", "whole number"),
    ("1e5.5", "CC204", "1e5", "whole number"),
    ("1 e5", "CC204", "e5", "without a space"),
    ("9^9^9", "CC204", "9^9^9", "a power by itself"),
    ("10^23 FLOP", "CC204", "10^23 FLOP", "1 x 10^23"),
    ("10**23", "CC204", "10**23", "1 x 10^23"),
    ("10^400000000", "CC204", "10^400000000", "a power"),
    ("4.3 x 1023", "CC204", "4.3 x 1023", "4.3 x 10^23"),
    ("2 x 3", "CC204", "2 x 3", "not a product"),
    ("1E401", "CC205", "1E401", "beyond 400"),
    ("1E400000000", "CC205", "1E400000000", "beyond 400"),
    ("1 x 10^400000000", "CC205", "1 x 10^400000000", "beyond 400"),
    ("1×10⁻⁹⁹⁹⁹", "CC205", "1×10⁻⁹⁹⁹⁹", "beyond 400"),
    ("43 to 38", "CC206", "43 to 38", "greater"),
    ("[43, 38] %", "CC206", "[43, 38", "greater"),
    ("[38 43]", "CC206", "[38 43]", "comma and a space"),
    ("[38, 43", "CC206", "[38, 43", "brackets"),
    ("[38 %, 43 %]", "CC206", "[38 %, 43 %]", "[38, 43] %"),
    ("38–43 %", "CC206", "38–43 %", "38 to 43 %"),
    ("38 - 43 %", "CC206", "38 - 43 %", "38 to 43 %"),
    ("12.3 -0.3", "CC207", " -0.3", "two parts"),
    ("12.3 +0.5", "CC207", " +0.5", "two parts"),
    ("12.3 +0.5 +0.3", "CC207", " +0.5 +0.3", "one down"),
    ("12.3 ± -0.4", "CC207", "-0.4", "without sign"),
    ("12.3(0.4)", "CC207", "(0.4)", "± 0.4"),
    ("1(1) to 2(1)", "CC207", "1(1) to 2(1)", "no uncertainty"),
    ("70+", "CC208", "+", ">= 70"),
    ("70 or more", "CC208", "or more", ">= 70"),
    ("about 5", "CC208", "about", "write ~"),
    ("over 70 %", "CC208", "over", "> or >="),
    ("up to 5", "CC208", "up to", "<="),
    ("between 38 and 43", "CC208", "between", "38 to 43"),
    ("~0", "CC208", "~0", "[-1, 1]"),
    ("~5 ± 1", "CC208", "~5 ± 1", "qualifies one number"),
    ("~38 to 43", "CC208", "~38 to 43", "qualifies one number"),
    ("> 12.3(4)", "CC208", "> 12.3(4)", "qualifies one number"),
    ("38 to ~43", "CC208", "~43", "no qualifier"),
    ("> 5 and < 10", "CC209", "<", "cannot stand"),
    ("1/3", "CC209", "/3", "decimal"),
    ("5 /day", "CC209", "/day", "5 1/day"),
    ("5 [mm]", "CC209", "[", "cannot stand"),
    ("5 %, roughly", "CC209", ",", "cannot stand"),
    ("5 to", "CC209", "to", "not expected"),
    ("12.3 (4)", "CC209", "(4)", "12.3(4)"),
    ("5to", "CC206", "to", "with spaces"),
    ("3.141\u2009592", "CC202", "3.141\u20095", "wrong side"),
    ("4.5𝟙", "CC209", "𝟙", "is no unit"),
    ("23-\u00a0²×", "CC209", "-\u00a0²×", "is no unit"),
    ("38 % to 43 mm", "CC209", "% to 43 mm", "two units"),
    ("12.3 mm ± 3 %", "CC209", "mm ± 3 %", "two units"),
    ("12.3 ± 0.4 ± 0.1", "CC209", "± 0.1", "not expected"),
]


@pytest.mark.parametrize(("text", "code", "marked", "words"), REFUSED)
def test_refused(text, code, marked, words):
    with pytest.raises(InputProblem) as caught:
        read_value(text)
    problem = caught.value
    assert problem.code == code, problem
    assert words in f"{problem.message} {problem.hint}"
    assert problem.hint
    if problem.code == "CC200":
        assert (problem.start, problem.end) == (-1, -1)
    else:
        assert text[problem.start : problem.end] == marked


@pytest.mark.parametrize(
    "text",
    [
        "9" * 1_001,
        "9" * 999,
        "0." + "0" * 900,
        "1E" + "9" * 990,
        "1 x 10^" + "9" * 990,
        "1(" + "9" * 990 + ")",
        "~" * 1_000,
        "[" * 1_000,
        "1 " + "m" * 900,
        "1 " * 490,
        "1," * 490,
        "1 to " * 190,
        "1 ± " * 240,
        "1" + " " * 990 + "x",
        " " * 999 + "1 ",
        "1" * 100_000,
        "9**9**9**9",
        "1 +" + "1" * 900,
        "\u2009".join("1" * 400),
    ],
)
def test_hostile_text_is_refused_at_once(text):
    start = time.perf_counter()
    reading = outcome(text)
    if isinstance(reading, InputProblem):
        assert reading.hint
    else:
        assert reading.interval.upper - reading.interval.lower == 1
    assert time.perf_counter() - start < 0.5


# -- integers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "x"),
    [
        ("992", "integer", closed("992", "992")),
        ("1,024 GPU", "integer", closed("1024", "1024")),
        ("-3", "integer", closed("-3", "-3")),
        ("992.0", "rounded", closed("991.95", "992.05")),
        ("4.3E+3", "rounded", closed("4250", "4350")),
        ("3E0", "rounded", closed("2.5", "3.5")),
        ("300 million", "rounded", closed("299.5e6", "300.5e6")),
        ("~40", "approximate", closed("38", "42")),
        ("38 to 43", "range", closed("38", "43")),
        ("> 3", "one-sided", above("3")),
    ],
)
def test_integers(text, kind, x):
    reading = read_value(text, integer=True)
    assert (reading.kind, reading.interval) == (kind, x)
    assert read_value(print_value(reading), integer=True) == reading


# -- rounding, approximately, coverage ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rounding", "x"),
    [
        ("3.2", "nearest", interval(q("3.15"), q("3.25"))),
        ("3.2", "down", interval(q("3.2"), q("3.3"), True, False)),
        ("-3.2", "down", interval(q("-3.2"), q("-3.1"), True, False)),
        ("3.2", "up", interval(q("3.1"), q("3.2"), False, True)),
        ("-3.2", "up", interval(q("-3.3"), q("-3.2"), False, True)),
        ("3.2", "truncated", interval(q("3.2"), q("3.3"), True, False)),
        ("-3.2", "truncated", interval(q("-3.3"), q("-3.2"), False, True)),
        ("0.0", "truncated", interval(q("-0.1"), q("0.1"), False, False)),
        ("3.2", "any", interval(q("3.1"), q("3.3"), False, False)),
        ("3 to 4", "down", interval(3, 5, True, False)),
        ("3 to 4", "up", interval(2, 4, False, True)),
        ("exactly 3.2", "down", point(q("3.2"))),
        ("> 3.2", "up", interval(q("3.2"), None, False)),
    ],
)
def test_roundings(text, rounding, x):
    reading = read_value(text, rounding=rounding)
    assert reading.interval == x
    assert read_value(print_value(reading), rounding=rounding) == reading


def test_options():
    assert read_value("~100", approximately=mpq(1, 10)).interval == closed("90", "110")
    assert read_value("100 ± 3", coverage=mpq(3)).interval == closed("91", "109")
    assert "10 %" in read_value("~100", approximately=mpq(1, 10)).explanation
    for options in ({"rounding": "sideways"}, {"coverage": mpq(0)}, {"approximately": mpq(-1)}):
        with pytest.raises(ValueError, match=r"rounding|positive"):
            read_value("1", **options)


def test_digits_and_quantum():
    reading = read_value("4.30E+23 FLOP")
    assert (reading.nominal, reading.quantum, reading.digits) == (q("4.3e23"), q("1e21"), 3)
    assert read_value("0.0050").digits == 2
    assert read_value("1000").digits == 4
    assert read_value("0").digits == 1
    assert read_value("300 billion").quantum == 10**9


def test_explanations_can_be_followed():
    assert read_value("147").explanation == "147 rounded to the last printed digit: 146.5 to 147.5"
    assert read_value("3.2", rounding="down").explanation == (
        "3.2 rounded down at the last printed digit: 3.2 to below 3.3"
    )
    assert read_value("12.3 ± 0.4").explanation == (
        "12.3 ± 0.4 (standard uncertainty, 2 times it): 11.5 to 13.1"
    )
    assert read_value("992", integer=True).explanation == "992 is a count: exactly that number"


# -- laws --------------------------------------------------------------------------------------------------


@given(value_texts(), st.booleans(), st.sampled_from(ROUNDINGS))
def test_a_value_prints_and_reads_back(text, integer, rounding):
    reading = read_value(text, integer=integer, rounding=rounding)
    printed = print_value(reading)
    assert read_value(printed, integer=integer, rounding=rounding) == reading
    assert print_value(read_value(printed, integer=integer, rounding=rounding)) == printed


@given(value_texts(), st.booleans(), st.sampled_from(ROUNDINGS))
def test_the_interval_holds_what_is_printed(text, integer, rounding):
    reading = read_value(text, integer=integer, rounding=rounding)
    strict = reading.kind == "one-sided" and text.lstrip().startswith(("> ", "< "))
    if reading.nominal is not None:
        assert (reading.nominal in reading.interval) != strict
    if reading.kind == "range":
        assert all(number.value in reading.interval for number in reading.printed)


@given(printed_numbers(), st.booleans())
def test_every_rounding_is_within_any(text, integer):
    nominal = read_value(text).nominal
    widest = read_value(text, rounding="any", integer=integer)
    for rounding in ROUNDINGS:
        x = read_value(text, rounding=rounding, integer=integer).interval
        assert x.lower >= widest.interval.lower
        assert x.upper <= widest.interval.upper
        assert nominal in x


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    reading = outcome(text)
    if isinstance(reading, InputProblem):
        assert reading.code.startswith("CC20")
        assert -1 <= reading.start <= reading.end <= len(text)
    else:
        assert not reading.interval.is_empty


@given(st.text(alphabet="0123456789.,eE+-^*x×±~<>=[]() tokmillion%−²", max_size=24))
def test_any_text_of_the_alphabet_is_read_or_refused(text):
    reading = outcome(text)
    if isinstance(reading, InputProblem):
        assert reading.code.startswith("CC20")
        assert -1 <= reading.start <= reading.end <= len(text)
    else:
        assert read_value(print_value(reading)) == reading
