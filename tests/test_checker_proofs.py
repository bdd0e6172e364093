"""What the checker takes for a proof is one: it never accepts that a value is avoided which is taken."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from claimcheck.audit import audit_file
from claimcheck.checker.formulas import avoids, build, joined, named, number, pivots, value
from claimcheck.checker.operations import OPERATIONS
from claimcheck.checker.ranges import ALL, NEGATIVE, POSITIVE, ZERO, at, hull, span
from claimcheck.expression import Name
from claimcheck.files.loader import load
from claimcheck.formula import parse_expression
from claimcheck.judging.verification import verify
from claimcheck.render import Options
from claimcheck.render.json import file_object
from tests.audit_cases import HEAD, reported

pytest.importorskip("flint")

FORMULAS = (
    *("x^2 + y^2", "x*y", "x^2 + x*y + y^2 - 2*x", "x^2 - y^2", "x^2 + 3*x*y + y^2", "(x - y)^2", "x^4 - y"),
    *("sin(x)*cos(y) + x*y/5", "exp(x) + exp(y) - x*y", "abs(x) + y^2", "min(x, y) + x^2", "sqrt(x^2 + y^2)"),
    *("x/(1 + y^2)", "1/x + y^2", "cbrt(x)*y", "if(x < y, x^2, y^2)", "floor(x) + y^2", "cosh(x) - y^2"),
    *(
        "(x^2 + y^2 - 1)^2",
        "x^1.5 + y^2",
        "log(x) - y^2",
        "tan(x) + y^2",
        "asin(x) + y^2",
        "x^y",
        "-x^2 - 2*y^2",
    ),
)
NUMBERS = st.fractions(-4, 4, max_denominator=8)


def formula(text):
    """A formula over x and y."""
    return build(
        parse_expression(text), lambda t: named(t.name) if isinstance(t, Name) else number(str(t.value))
    )


@st.composite
def boxes(draw):
    """A range for x and for y, and a point of it."""
    box, point = {}, {}
    for name in "xy":
        low, middle, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
        closed = middle in (low, high)
        box[name] = span(low, high, closed or draw(st.booleans()), closed or draw(st.booleans()))
        point[name] = at(middle)
    return box, point


def centers():
    """Numbers for x, for y, or for both."""
    return st.dictionaries(st.sampled_from("xy"), NUMBERS.map(str), min_size=1)


TREES = st.recursive(
    st.none(),
    lambda then: st.one_of(
        st.builds(lambda about, then: {"about": about, "then": then}, centers(), then),
        st.builds(
            lambda name, cut, lower, upper: {"split": name, "at": str(cut), "lower": lower, "upper": upper},
            *(st.sampled_from("xy"), NUMBERS, then, then),
        ),
    ),
    max_leaves=4,
)


@given(st.sampled_from(FORMULAS), boxes(), TREES)
def test_no_tree_shows_that_a_value_is_avoided_that_is_taken(text, box_and_point, tree):
    f, (box, point) = formula(text), box_and_point
    taken = value(f, point)
    assume(not taken.empty and taken.sure)
    try:
        assert not avoids(f, box, taken, tree, {})
    except ValueError:
        event("no slope")


@given(st.sampled_from(FORMULAS), boxes(), centers())
def test_values_lie_on_the_side_of_a_tangent_that_is_told(text, box_and_point, about):
    """Whatever can be shown avoided about numbers, above or below, lies beyond the value at every point."""
    f, (box, point) = formula(text), box_and_point
    taken = value(f, point)
    assume(not taken.empty and taken.sure)
    tree = {"about": about, "then": None}
    for further in (0, Fraction(1, 10**6), 1, 10):
        below, above = span(None, taken.low[0] - further), span(taken.high[0] + further, None)
        try:
            shown = avoids(f, box, below, tree, {}), avoids(f, box, above, tree, {})
        except ValueError:
            return
        event(f"{'both' if all(shown) else 'one' if any(shown) else 'none'}")
        assert not avoids(f, box, hull(below, taken), tree, {})
        assert not avoids(f, box, hull(taken, above), tree, {})


def test_a_tangent_shows_a_least_value_inside():
    """Where evaluation, splits at the same place and single slopes show nothing."""
    f, box = formula("x^2 + x*y + y^2"), dict.fromkeys("xy", span(Fraction(-1), Fraction(1)))
    below = span(None, Fraction(-1, 10**30))
    tangent = {"about": {"x": "0", "y": "0"}, "then": None}
    assert avoids(f, box, below, tangent, {})
    assert not avoids(f, box, below, None, {})
    assert not avoids(f, box, below, {"about": {"x": "0"}, "then": tangent | {"about": {"y": "0"}}}, {})
    assert not avoids(formula("x^2 + 3*x*y + y^2"), box, below, tangent, {})
    assert not avoids(f, box, span(None, Fraction(0)), tangent, {})


def test_across_a_kink_no_tangent_shows_anything():
    """The least value is -1/4, on the other side of a kink downwards; from the slopes alone it is -21/100."""
    f, box = formula("min(x, 0) + x^2"), {"x": span(Fraction(-1), Fraction(1))}
    tangent = {"about": {"x": "1/10"}, "then": None}
    assert not avoids(f, box, at(Fraction(-1, 4)), tangent, {})
    smooth = {"x": span(Fraction(1, 100), Fraction(1))}
    assert avoids(f, smooth, span(None, Fraction(-1, 50)), tangent, {})


@given(st.integers(1, 4), st.data())
def test_matrices_of_positive_pivots_are_positive_definite(size, data):
    """Every symmetric matrix within the ranges, whatever it is multiplied by."""
    whole = st.fractions(-3, 3, max_denominator=4)
    ranges = {}
    for i in range(size):
        for j in range(i + 1):
            low, high = sorted((data.draw(whole), data.draw(whole)))
            ranges[i, j] = span(low + 3 * (i == j), high + 3 * (i == j))
    rows = [[ranges[max(i, j), min(i, j)] for j in range(size)] for i in range(size)]
    found = list(pivots(rows))
    definite = all(p.inside(POSITIVE) for p in found)
    event(f"definite: {definite}")
    vector = data.draw(st.lists(whole, min_size=size, max_size=size).filter(any))
    share = st.fractions(0, 1, max_denominator=3)
    entries = {}
    for key, x in ranges.items():
        entries[key] = x.low[0] + (x.high[0] - x.low[0]) * data.draw(share)
    form = sum(
        entries[max(i, j), min(i, j)] * vector[i] * vector[j] for i in range(size) for j in range(size)
    )
    if definite:
        assert form > 0
    if all(p.inside(NEGATIVE) for p in found):
        assert form < 0


@given(st.sampled_from(("sin", "cos", "tan")), NUMBERS, st.fractions(0, 12), st.fractions(0, 1))
def test_waves_reach_as_far_as_they_do(name, low, width, part):
    whole, inner = span(low, low + width), at(low + width * part)
    found = OPERATIONS[name](whole)
    assert OPERATIONS[name](inner).inside(found)
    if found != ALL:
        reached = hull(*(OPERATIONS[name](at(low + width * k / 200)) for k in range(201)))
        assert found.high[0] - reached.high[0] < Fraction(1, 100) * (1 + reached.high[0] ** 2)
        assert reached.low[0] - found.low[0] < Fraction(1, 100) * (1 + reached.low[0] ** 2)


@given(st.sampled_from(("x/y", "x/(x + y)", "1/(1 + 1/x)", "x + y/x")), boxes(), st.booleans())
def test_a_formula_without_its_divisor_may_be_what_it_was(text, box_and_point, negative):
    """Of each sign of its divisor, or of none that is known."""
    box, point = box_and_point
    for may in (ZERO, NEGATIVE if negative else POSITIVE):
        form, allowed = joined("cleared", [(formula(text), may, Fraction(1))], box)
        taken = value(formula(text), point)
        if not taken.empty and taken.inside(may):
            assert value(form, point).inside(allowed)


# -- honest certificates ------------------------------------------------------------------------------------

TWO = 'claims: [{quantity: x, value: "[0, 3]", source: a}, {quantity: y, value: "[0, 3]", source: a}]\n'
HONEST = {
    "inside of two ranges": "quantities: {x: {}, y: {}, z: {}}\n"
    + TWO
    + 'relations: {r: "z = sin(x)*cos(y) + x*y/5"}\nreport: [z]\n',
    "a valley across": "quantities: {x: {}, y: {}, z: {}}\n"
    + TWO
    + 'relations: {r: "z = x^2 + x*y + y^2 - 2*x - 2*y"}\nreport: [z]\n',
    "a hill of exp": "quantities: {x: {}, y: {}, z: {}}\n"
    + TWO.replace("[0", "[-2")
    + 'relations: {r: "z = sin(x)*cos(y)*exp(-x*y/3)"}\nreport: [z]\n',
    "no limit": """\
quantities: {E: {}, N: {}}
claims: [{quantity: E, value: "[1, 8]", source: a}]
relations: {r: {equation: E = N*N*N, within: 1 %}}
report: [N]
""",
    "no limit, a power": """\
quantities: {E: {}, N: {}}
claims: [{quantity: E, value: "[1, 8]", source: a}]
relations: {r: {equation: E = N^3, within: 1 %}}
report: [N]
""",
    "no limit, as wide as a tolerance": """\
quantities: {E: {}, g: {}}
claims: [{quantity: E, value: "1.2978E+16", source: a}, {quantity: g, value: "< 2242000", source: b}]
relations: {r: {equation: E = 3*g*g*g, within: 14 %}}
report: [g]
""",
    "touching a wave": """\
quantities: {h: {}}
claims: [{quantity: h, value: "[0, 3]", source: a}]
relations: {r: sin(h) = 1}
report: [h]
""",
    "touching from above": """\
quantities: {h: {}}
claims: [{quantity: h, value: "[0, 4]", source: a}]
relations: {r: cos(h) = -1}
report: [h]
""",
    "a kink": """\
quantities: {e: {}, g: {}, t: {}}
claims: [{quantity: g, value: "[-5.48, 5.48]", source: a}]
relations: {r: e = sqrt(g^2 + g^2), s: t = e + g}
report: [t]
""",
    "a hole and a square": """\
quantities: {b: {}, e: {}, E: {}, N: {}}
claims: [{quantity: N, value: "[0, 0.001]", source: a}]
relations: {r: {equation: e = E*N*E, within: 4 %}, s: b = e/N*N}
report: [b]
""",
    "solved crosswise": """\
quantities: {x: {}, y: {}, z: {}}
claims: [{quantity: x, value: "[1, 1]", source: a}, {quantity: z, value: "[2, 2]", source: a}]
relations: {r: x = z / y^2, s: z = x^2}
report: [x, y, z]
""",
    "what cancels": """\
quantities: {b: {}, e: {}, N: {}}
claims: [{quantity: b, value: "[1, 2]", source: a}, {quantity: e, value: "> 0", source: a}]
relations: {r: b = e/N*N}
report: [e]
""",
}


@pytest.mark.parametrize("name", HONEST)
def test_confirms_every_step(name):
    claims = load(HEAD + HONEST[name])
    entry = json.loads(json.dumps(file_object(verify(claims), Options())))
    assert entry["certificate"]["steps"]
    found = audit_file(entry, claims)
    assert "the record of steps" in found.accepted
    assert not found.refused


def test_refuses_only_what_rests_on_a_refused_step():
    """Of two parts that do not touch, the steps of one are spoiled; those of the other prove its bounds."""
    text = """\
quantities: {x: {}, y: {}, v: {}, w: {}}
claims: [{quantity: x, value: "[1, 2]", source: a}, {quantity: v, value: "[1, 2]", source: a}]
relations: {r: y = 2*x, s: w = 3*v}
report: [y, w]
"""
    claims = load(HEAD + text)
    entry = json.loads(json.dumps(file_object(verify(claims), Options())))
    assert not audit_file(entry, claims).refused
    steps = entry["certificate"]["steps"]
    first = next(s for s in steps if s["variable"] == "x")
    assert steps.index(first) < len(steps) - 1
    first["interval"]["upper"] = "3/2"
    found = audit_file(entry, claims)
    assert [r.partition(":")[0] for r in found.refused] == ["the record of steps", "scenario 1, bounds of y"]
    assert all("the step x@a for x was not confirmed" in r for r in found.refused)
    assert "scenario 1, bounds of w" in found.accepted


def test_a_divisor_that_comes_with_a_definition_is_cleared_too():
    """e = (N / g) * g is N, and g cancels only once the divisor is gone."""
    claims = load(
        HEAD + "quantities: {N: {}, g: {}, E: {}, e: {}}\n"
        "claims: [{quantity: N, value: exactly 1518, source: a},"
        " {quantity: e, value: exactly 152, source: b}]\n"
        "relations: {r: E = N / g, s: e = E * g}\n"
    )
    entry = reported(claims)
    ways = [s["how"] for s in entry["certificate"]["steps"] if s["how"] is not None]
    assert any(how["combined"] == "cleared" and how["known"] for how in ways)
    assert entry["verdict"] == "contradictory"
    assert not audit_file(entry, claims).refused


def test_a_box_is_cut_where_moves_in_all_of_its_quantities_show_nothing():
    """1.1 (N + E) within 10 % of E says that E is at most -5.5 N: moves in E and the tolerance do not."""
    claims = load(
        HEAD + "quantities: {N: {}, E: {}, e: {}}\n"
        "claims: [{quantity: N, value: exactly 2, source: a}, {quantity: E, value: exactly 3, source: b}]\n"
        "relations: {r: e = 1.1 * (N + E), s: {equation: e = 1 * E, within: 10 %}}\n"
    )
    entry = reported(claims)
    assert entry["verdict"] == "contradictory"
    assert not audit_file(entry, claims).refused
