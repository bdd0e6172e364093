"""Ends that a relation has although it cannot be solved for the quantity: curves, and values that just touch.

The twin for ellipses is the discriminant: a x^2 + b x y + c y^2 + d x + e y + f = 0 has a y for
an x if and only if (b x + e)^2 >= 4 c (a x^2 + d x + f). Whatever is found is audited with its proofs.
"""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from claimcheck.files.loader import load
from claimcheck.judging.explain import Target, explain
from claimcheck.judging.report import Verdict
from tests.audited import audited
from tests.judges import fraction

NEAR = Fraction(1, 10**9)


def hulls(relation, **claims):
    """The audited report on one relation between quantities that are claimed, and their tight bounds."""
    claim_set = load(
        {
            "claimcheck": 1,
            "title": "a relation that cannot be solved for what it speaks of",
            "sources": {"s": {"title": "s"}},
            "quantities": {name: {} for name in claims},
            "claims": [{"quantity": name, "value": text, "source": "s"} for name, text in claims.items()],
            "relations": {"r": relation},
            "report": list(claims),
            "settings": {"budget": 100},
        }
    )
    report = audited(claim_set)
    return report, {name: found.interval for name, found in report.hull.items() if found.tight}


WIDE = "[-5, 5]"
TOUCHING = [
    ("h^2 - 2*h = -1", WIDE, (1, 1)),
    ("h*(1 - h) = 1/4", "[0, 1]", (Fraction(1, 2), Fraction(1, 2))),
    ("h^3 - 3*h = 2", WIDE, (-1, 2)),
    ("exp(h) = h + 1", WIDE, (0, 0)),
    ("log(h) >= h - 1", "[0.1, 5]", (1, 1)),
    ("h^2 <= 2*h - 1", WIDE, (1, 1)),
    ("h^4 - 2*h^2 = -1", WIDE, (-1, 1)),
    ("cosh(h - 2) <= 1", WIDE, (2, 2)),
]


@pytest.mark.parametrize(("relation", "value", "ends"), TOUCHING, ids=[r for r, _, _ in TOUCHING])
def test_a_value_that_a_relation_just_touches_is_found(relation, value, ends):
    report, found = hulls(relation, h=value)
    assert report.verdict is Verdict.CONSISTENT
    x = found["h"]
    for end, true in zip((x.lower, x.upper), ends, strict=True):
        assert abs(fraction(end) - true) <= NEAR * max(map(abs, ends))


CURVES = [
    ("x^2 + y^2 - x*y = 1", (-2 / math.sqrt(3), 2 / math.sqrt(3))),
    ("x^2 + y^2 + x*y + x + y <= 1", (-5 / 3, 1)),
    ("x^3 + y^3 = 3*x*y", (-5, 4.015825250383347)),
    ("x*exp(y) + y*exp(x) = 3", (-0.0170973725377, 5)),
]


@pytest.mark.parametrize(("relation", "ends"), CURVES, ids=[r for r, _ in CURVES])
def test_a_curve_is_as_wide_as_it_is(relation, ends):
    report, found = hulls(relation, x=WIDE, y=WIDE)
    assert report.verdict is Verdict.CONSISTENT
    for x in found["x"], found["y"]:  # all of them are symmetric
        assert (float(x.lower), float(x.upper)) == pytest.approx(ends, rel=1e-9, abs=1e-9 * ends[1])


def test_more_than_two_quantities():
    """Fourfold tables with a correlation: the least b is where a is least, c greatest, and d least."""
    _, found = hulls(
        "(a*d - b*c)/sqrt((a + b)*(c + d)*(a + c)*(b + d)) = 0.5",
        a="[40, 60]",
        b="[1, 20]",
        c="[15, 20]",
        d="[30, 32]",
    )
    b = float(found["b"].lower)
    assert (40 * 30 - 20 * b) / math.sqrt((40 + b) * 50 * 60 * (b + 30)) == pytest.approx(0.5, rel=1e-7)


@pytest.mark.parametrize(
    ("relation", "claims"),
    [
        ("h^2 - 2*h = -1.000001", {"h": WIDE}),
        ("h*exp(-h) = 0.3679", {"h": WIDE}),
        ("log(h) >= h - 0.99999", {"h": "[0.1, 5]"}),
        ("x^2 + y^2 - x*y + x + y = -1.0001", {"x": WIDE, "y": WIDE}),
    ],
)
def test_what_a_relation_narrowly_misses_is_refuted(relation, claims):
    report, _ = hulls(relation, **claims)
    assert report.verdict is Verdict.CONTRADICTORY


small = st.integers(-6, 6)


@settings(max_examples=6)
@given(st.tuples(st.integers(1, 6), small, st.integers(1, 6), small, small, small))
def test_ends_of_ellipses_are_those_of_their_discriminant(coefficients):
    """In x the discriminant is p x^2 + q x + r with p < 0: it is not negative between its roots."""
    a, b, c, d, e, f = coefficients
    p, q, r = b * b - 4 * a * c, 2 * b * e - 4 * c * d, e * e - 4 * c * f
    assume(p < 0)
    inner = q * q - 4 * p * r
    report, found = hulls(
        f"{a}*x^2 + {b}*x*y + {c}*y^2 + {d}*x + {e}*y + {f} = 0".replace("+ -", "- "),
        x="[-100, 100]",
        y="[-100, 100]",
    )
    if inner < 0:
        assert report.verdict is Verdict.CONTRADICTORY
        return
    assert report.verdict is not Verdict.CONTRADICTORY
    ends = sorted((-q + s * math.sqrt(inner)) / (2 * p) for s in (-1, 1))
    if max(map(abs, ends)) < 90 and inner > 0:
        x = found["x"]
        assert (float(x.lower), float(x.upper)) == pytest.approx(ends, rel=1e-8, abs=1e-8)


def test_the_relation_that_leaves_nothing_is_told():
    report, _ = hulls("x^2 + 3*y^2 + x + 2*y + 1 = 0", x=WIDE, y=WIDE)
    (conflict,) = report.conflicts
    assert conflict.members == ("relation:r",)
    told = explain(report, Target(conflict=conflict))
    assert [(n.line.premise, n.line.interval.is_empty) for n in told.nodes] == [("relation:r", True)]


def test_both_ends_of_a_curve_are_told_in_one_line():
    report, found = hulls("x^2 + y^2 - x*y = 1", x=WIDE, y=WIDE)
    (case,) = explain(report, Target(quantity="x")).cases
    assert found["x"] in [n.line.interval for n in case.nodes if n.line.premise == "relation:r"]
