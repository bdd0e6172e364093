"""The one inequality of a conflict: true as it is printed, whoever reads it.

`evaluate` reads a line back from its text with nothing but `fractions` and a table of units of its own.
"""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from claimcheck.judging.inequality import bound_inequality, conflict_inequality
from claimcheck.judging.report import ConflictKind
from claimcheck.judging.verification import check_path, check_text, verify
from claimcheck.model import ClaimSet
from claimcheck.render import Options, render
from claimcheck.render.html import fragment
from claimcheck.solver.elimination import null_space

CASE = Path(__file__).parent.parent / "claims" / "opt175b.yaml"

UNITS = {
    "": (Fraction(1), ""),
    "%": (Fraction(1, 100), ""),
    "m": (Fraction(1), "m"),
    "km": (Fraction(1000), "m"),
    "mm": (Fraction(1, 1000), "m"),
    "s": (Fraction(1), "s"),
    "hour": (Fraction(3600), "s"),
    "day": (Fraction(86400), "s"),
    "GPU": (Fraction(1), "GPU"),
    "FLOP": (Fraction(1), "FLOP"),
    "TFLOP/s/GPU": (Fraction(10**12), "FLOP/s/GPU"),
}


# -- a reader ---------------------------------------------------------------------------------------------


def number(text: str) -> Fraction:
    """`4.295E+23 FLOP` in base units."""
    digits, _, unit = text.strip().partition(" ")
    return Fraction(digits.replace(",", "")) * UNITS[unit][0]


def factor(text: str) -> Fraction:
    """`(63.5 day)^2`, `12`."""
    base, _, exponent = text.strip().partition("^")
    return number(base.strip("()")) ** int(exponent or "1")


def evaluate(left: str) -> Fraction:
    """The left side of a line: a product with one fraction bar, or a sum."""
    if re.search(r" [+-] ", left):
        whole = re.fullmatch(r"\((.*)\) / (\d+)", left)
        total = Fraction(0)
        for sign, term in re.findall(r"(^|[+-] )([^+]+?)(?= [+-] |$)", whole[1] if whole else left):
            times, _, shown = term.rpartition(" x ")
            total += (-1 if sign.startswith("-") else 1) * Fraction(times or "1") * number(shown)
        return total / int(whole[2]) if whole else total
    above, _, below = left.partition(" / ")
    below = below[1:-1] if below.startswith("(") and "x" in below else below
    parts = [factor(t) for t in above.split(" x ")]
    divisors = [factor(t) for t in below.split(" x ")] if below else []
    return math.prod(parts, start=Fraction(1)) / math.prod(divisors, start=Fraction(1))


def fraction(q) -> Fraction:
    return Fraction(int(q.numerator), int(q.denominator))


def is_true(line: str) -> bool:
    """Whether a strict line `left = value > limit` holds, its value rounded towards the limit."""
    left, sign, limit = re.fullmatch(r"(.*) ([<>]) (.*)", line).groups()
    left, _, value = left.rpartition(" = ") if " = " in left else (left, "", left)
    total, rounded, end = evaluate(left), number(value), number(limit)
    return total >= rounded > end if sign == ">" else total <= rounded < end


def conflict_lines(claims: ClaimSet) -> list[str]:
    report = verify(claims)
    found = [conflict_inequality(claims, c) for c in report.conflicts if c.kind is ConflictKind.CONTRADICTION]
    return [x.text for x in found if x is not None]


def chain(equations, claims, **units):
    """A claim set of one source."""
    made = ClaimSet(title="made up")
    made.source("a")
    made.source("b")
    for name, unit in units.items():
        made.quantity(name, unit)
    for name, value in claims:
        made.claim(name, value, source="a")
    for equation in equations:
        made.relation(equation)
    return made


# -- examples ---------------------------------------------------------------------------------------------


def test_the_line_of_the_case():
    report = check_path(CASE)
    lines = [conflict_inequality(report.claim_set, c).text for c in report.conflicts]
    assert lines == [
        "4.295E+23 FLOP / (147.5 TFLOP/s/GPU x 1024 GPU x 63.5 day) = 51.83 % > 51.75 %",
        "56.5 day < 62.5 day",
        "992 GPU < 1024 GPU",
    ]
    assert all(map(is_true, lines))


METRES = {"a": "m", "b": "m"}
LENGTH, SQUARE, CUBE, TIME = (METRES | {"t": t} for t in ("m", "m^2", "m^3", "s"))


@pytest.mark.parametrize(
    ("equation", "values", "units", "line"),
    [
        ("t = a + b", "a [35, 36]; b [70, 71]; t [94, 95]", {}, "35 + 70 = 105 > 95"),
        ("t = 3 * a - b", "a [1, 2]; b [1, 2]; t > 6", {}, "3 x 2 - 1 = 5 < 6"),
        ("t = (a + b) / 2", "a [4, 5]; b [6, 7]; t [0, 4.5]", {}, "(4 + 6) / 2 = 5 > 4.5"),
        ("t = a + 5 [m]", "a [1, 2] km; t [0, 1] km", LENGTH, "1 km + 5 m = 1.005 km > 1 km"),
        ("t = a - b", "a [-3, 2]; b [-2, 5]; t > 5", {}, "2 - (-2) = 4 < 5"),
        ("t = a * b", "a [2, 3] m; b [2, 3] m; t [1, 2] m^2", SQUARE, "2 m x 2 m = 4 m^2 > 2 m^2"),
        ("t = a^3", "a [2, 3] m; t [1, 2] m^3", CUBE, "(2 m)^3 = 8 m^3 > 2 m^3"),
        ("t = 6 [s/m] * a / 4", "a [2, 3] m; t [9, 10] s", TIME, "6 s/m x 3 m / 4 = 4.5 s < 9 s"),
        ("t = 2 * pi * a", "a [1, 2] m; t [1, 6.28] m", LENGTH, "2 x pi x 1 m = 6.283 m > 6.28 m"),
        ("t = sqrt(a)", "a [4, 9]; t [0, 1]", {}, "4^(1/2) = 2 > 1"),
        ("t <= a * b", "a [1, 2]; b [1, 3]; t [7, 8]", {}, "2 x 3 = 6 < 7"),
        ("t = a * b", "a [1, 2]; b <= 3; t [7, 8]", {}, "2 x 3 = 6 < 7"),
        ("t = a * 2", "a [1, 2]; t < 2", {}, "2 x 1 = 2 >= 2 (an end that does not belong)"),
    ],
)  # fmt: skip
def test_examples(equation, values, units, line):
    values = [v.split(" ", 1) for v in values.split("; ")]
    assert conflict_lines(chain([equation], values, **{n: units.get(n, "") for n, _ in values})) == [line]


def test_a_tolerance_is_a_factor():
    claims = chain([], [("a", "exactly 10"), ("b", "exactly 20")], a="", b="")
    claims.relation("a = b", within="10 %")
    assert conflict_lines(claims) == ["0.9 x 20 = 18 > 10"]


def test_quantities_that_nobody_claims_cancel():
    equations = ["u = a * b", "v = u / c", "t = v * d"]
    values = dict.fromkeys("abcd", "[1, 2]") | {"t": "[20, 30]"}
    claims = chain(equations, values.items(), **dict.fromkeys("abcduvt", ""))
    assert conflict_lines(claims) == ["2 x 2 x 2 / 1 = 8 < 20"]


def test_a_circle_of_ratios():
    ratios, names = [f"r{i}" for i in range(5)], [f"x{i}" for i in range(5)]
    equations = [f"x{i} = x{(i + 1) % 5} * r{i}" for i in range(5)]
    claims = ClaimSet(title="made up")
    claims.source("a")
    for name in names:
        claims.quantity(name, min="1", max="100")
    for name in ratios:
        claims.quantity(name)
        claims.claim(name, "1.0040", source="a")
    for equation in equations:
        claims.relation(equation)
    lines = conflict_lines(claims)
    assert len(lines) == 1
    assert is_true(lines[0])
    assert lines[0].count("1.00395") >= 4


def test_dates():
    claims = chain(["first <= last", "length = last - first"], [], first="date", last="date", length="day")
    claims.claim("first", "2021-11-05T12:00Z", source="a")
    claims.claim("last", "2021-11-07T12:00Z", source="a")
    claims.claim("length", "exactly 5 day", source="b", given=["first@a", "last@a"])
    (line,) = conflict_lines(claims)
    assert line == "2021-11-07 12:01 UTC - 2021-11-05 12:00 UTC = 2.001 day < 5 day"


def test_numbers_that_no_short_decimal_can_show_are_rounded_to_the_weaker_side():
    claims = chain(["t = a * b"], [("a", "2.3333333333333333"), ("b", "3"), ("t", "10")], a="", b="", t="")
    (line,) = conflict_lines(claims)
    assert is_true(line)
    assert "2.33333333334" in line


@pytest.mark.parametrize("equation", ["t = a + a^2", "t = exp(a)", "t = max(a, 1)"])
def test_no_line_where_no_product_or_sum_shows_it(equation):
    claims = chain([equation], [("a", "[2, 3]"), ("t", "[0, 1]")], a="", t="")
    assert verify(claims).conflicts
    assert conflict_lines(claims) == []


def test_what_no_row_says_comes_from_the_proof():
    claims = chain(["u = exp(a)", "t = 3 * u"], [("a", "exactly 0"), ("t", "[0, 1]")], a="", t="", u="")
    assert conflict_lines(claims) == ["3 x 1 = 3 > 1"]


def test_a_span_has_no_line():
    text = CASE.read_text(encoding="utf-8").replace(
        "relations:",
        "  - {quantity: uptime, value: 51.7 % to 58.9 %, source: note, id: span, spans: true}\nrelations:",
    )
    report = check_text(text)
    span = next(c for c in report.conflicts if c.conclusion.endswith("#span"))
    assert conflict_inequality(report.claim_set, span) is None


# -- laws -------------------------------------------------------------------------------------------------

lengths = st.sampled_from(["m", "km", "mm"])
printed = st.builds(
    lambda digits, places: f"{digits / 10**places:.{places}f}" if places else str(digits),
    st.integers(11, 9999),
    st.integers(0, 3),
)


@st.composite
def products(draw):
    """A product of powers, in steps, and a claim on it that is at least a third off."""
    count = draw(st.integers(1, 5))
    exponents = [draw(st.sampled_from([1, 1, 1, -1, -1, 2])) for _ in range(count)]
    units = [draw(lengths) for _ in range(count)]
    values = [draw(printed) for _ in range(count)]
    constant = draw(st.sampled_from([1, 1, 2, 12]))
    names = [f"a{i}" for i in range(count)]
    steps, last = [], str(constant)
    every = {}
    for i, (name, e) in enumerate(zip(names, exponents, strict=True)):
        power = sum(exponents[: i + 1])
        step = f"p{i}" if i < count - 1 else "t"
        every[step] = f"m^{power}" if power else ""
        UNITS.update({u: (Fraction(1), u) for u in (f"m^{power}", f"1/m^{-power}", "1/m") if power})
        steps.append(f"{step} = {last} {'*' if e > 0 else '/'} {name}" + (f"^{e}" if e > 1 else ""))
        last = step
    true = Fraction(constant)
    for value, unit, e in zip(values, units, exponents, strict=True):
        true *= (Fraction(value) * UNITS[unit][0]) ** e
    off = true * draw(st.sampled_from([Fraction(1, 3), Fraction(3)]))
    claims = ClaimSet(title="made up")
    claims.source("a")
    for name, unit in zip(names, units, strict=True):
        claims.quantity(name, draw(lengths))
        claims.claim(name, f"{values[names.index(name)]} {unit}", source="a")
    for name, unit in every.items():
        claims.quantity(name, unit)
    claims.claim("t", f"{float(off):.3e}", source="a")
    for step in steps:
        claims.relation(step)
    return claims


@settings(max_examples=60, deadline=None)
@given(products())
def test_every_line_of_a_product_is_true_as_printed(claims):
    (line,) = conflict_lines(claims)
    assert is_true(line), line
    left, _, limit = re.fullmatch(r"(.*) = .* ([<>]) (.*)", line).groups()
    ends = {fraction(q) for c in claims.claims.values() for q in (c.interval.lower, c.interval.upper)}
    shown = [t.partition("^")[0].strip("()") for t in re.split(r" [x/] ", left)]
    assert {number(t) for t in shown if " " in t} | {number(limit)} <= ends


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(printed, st.sampled_from([1, 1, -1, 2, -3]), lengths), min_size=1, max_size=5),
    st.integers(0, 3),
    st.booleans(),
)
def test_every_line_of_a_sum_is_true_as_printed(parts, constant, above):
    claims = ClaimSet(title="made up")
    claims.source("a")
    total, formula = Fraction(constant), f"{constant} [m]"
    for i, (value, factor_, unit) in enumerate(parts):
        claims.quantity(f"a{i}", unit)
        claims.claim(f"a{i}", value, source="a")
        total += factor_ * Fraction(value) * UNITS[unit][0]
        formula += f" {'+' if factor_ > 0 else '-'} {abs(factor_)} * a{i}"
    claims.quantity("t", "m")
    size = abs(total) + sum(abs(f) * Fraction(v) * UNITS[u][0] for v, f, u in parts)
    off = total + size * (1 if above else -1)
    assume(off != 0)
    claims.claim("t", f"{float(off):.6e}", source="a")
    claims.relation(f"t = {formula}")
    lines = conflict_lines(claims)
    assert len(lines) == 1
    assert is_true(lines[0]), lines[0]


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.lists(st.integers(-3, 3), min_size=n, max_size=n), max_size=5)
        )
    )
)
def test_null_space(made):
    from sympy import Matrix

    unknowns, equations = made
    basis = null_space(equations, unknowns)
    for vector in basis:
        assert all(sum(a * x for a, x in zip(e, vector, strict=True)) == 0 for e in equations)
    rank = Matrix(equations).rank() if equations else 0
    assert len(basis) == unknowns - rank
    if basis:
        assert Matrix([[fraction(x) for x in v] for v in basis]).rank() == len(basis)


# -- bounds -----------------------------------------------------------------------------------------------


def test_both_ends_of_a_bound():
    report = check_path(CASE)
    bound = report.scenarios[0].bounds["uptime"]
    low = bound_inequality(report.claim_set, bound, "uptime", upper=False)
    high = bound_inequality(report.claim_set, bound, "uptime", upper=True)
    assert low.text == "4.295E+23 FLOP / (147.5 TFLOP/s/GPU x 992 GPU x 56.5 day) = 60.1308 %"
    assert high.text == "4.305E+23 FLOP / (146.5 TFLOP/s/GPU x 992 GPU x 55.5 day) = 61.7757 %"
    for line, end in ((low, bound.interval.lower), (high, bound.interval.upper)):
        assert evaluate(line.text.rpartition(" = ")[0]) == fraction(end)


def test_a_bound_that_is_a_claim_has_no_line():
    report = check_path(CASE)
    bound = verify(chain([], [("a", "12")], a="")).hull.get("a")
    assert bound is None or bound_inequality(report.claim_set, bound, "gpus", upper=True) is None


# -- where it is shown ------------------------------------------------------------------------------------


def test_every_format_shows_it():
    report = check_path(CASE)
    line = "4.295E+23 FLOP / (147.5 TFLOP/s/GPU x 1024 GPU x 63.5 day) = 51.83 % > 51.75 %"
    assert f"in one line: {line}" in render("text", [report])
    assert f"`{line}`" in render("markdown", [report])
    for page in (render("html", [report], Options()), fragment(report), report._repr_html_()):
        assert f"<code>{line.replace('>', '&gt;')}</code>" in page
    conflicts = json.loads(render("json", [report]))["files"][0]["conflicts"]
    assert conflicts[0]["certificate"]["inequality"] == line


def test_no_linear_program_is_asked_for_a_report():
    import subprocess
    import sys

    code = (
        "import sys\nfrom claimcheck.judging.verification import check_path\n"
        "from claimcheck.render import render\n"
        f"render('text', [check_path({str(CASE)!r})])\nassert 'highspy' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=CASE.parent.parent, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
