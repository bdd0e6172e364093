"""Evaluation over boxes: enclosure of points, domains, `if`, and that it shrinks when the box does."""

import math

import pytest
from gmpy2 import mpq
from hypothesis import assume, given
from hypothesis import strategies as st

from claimcheck import interval as iv
from claimcheck.evaluation import evaluate
from claimcheck.expression import Number
from claimcheck.formula import parse_expression
from claimcheck.interval import EMPTY, interval, point
from claimcheck.operations import compare
from tests.strategies import expressions


def value(text, **box):
    return evaluate(parse_expression(text, names=box), {name: interval(*ends) for name, ends in box.items()})


@pytest.mark.parametrize(
    ("text", "box", "expected"),
    [
        ("x + 2 * y", {"x": (1, 2), "y": (3, 4)}, (7, 10)),
        ("x - x", {"x": (1, 2)}, (-1, 1)),
        ("-x^2", {"x": (-1, 2)}, (-4, 0)),
        ("x^3", {"x": (-1, 2)}, (-1, 8)),
        ("x^-1", {"x": (2, 4)}, (mpq(1, 4), mpq(1, 2))),
        ("sqrt(x)", {"x": (-1, 4)}, (0, 2)),
        ("cbrt(x)", {"x": (-8, 27)}, (-2, 3)),
        ("abs(x)", {"x": (-3, 2)}, (0, 3)),
        ("min(x, y, 5)", {"x": (1, 9), "y": (2, 3)}, (1, 3)),
        ("max(x, y, 5)", {"x": (1, 9), "y": (2, 3)}, (5, 9)),
        ("sum(x, y, 5)", {"x": (1, 9), "y": (2, 3)}, (8, 17)),
        ("floor(x) + ceil(x)", {"x": (mpq(1, 2), mpq(1, 2))}, (1, 1)),
        ("round(x)", {"x": (mpq(5, 2), mpq(5, 2))}, (3, 3)),
        ("round(x)", {"x": (mpq(-5, 2), mpq(-5, 2))}, (-3, -3)),
        ("x^y", {"x": (2, 3), "y": (2, 2)}, (4, 9)),
        ("x^y", {"x": (-3, -2), "y": (3, 3)}, (-27, -8)),
        ("if(x < 3, 1, 2)", {"x": (1, 2)}, (1, 1)),
        ("if(x < 3, 1, 2)", {"x": (3, 4)}, (2, 2)),
        ("if(x < 3, 1, 2)", {"x": (2, 3)}, (1, 2)),
        ("if(x = 3, 1, 2)", {"x": (3, 3)}, (1, 1)),
        ("if(x >= 3, 1, sqrt(-1))", {"x": (0, 4)}, (1, 1)),
        ("e * pi", {"e": (2, 2), "pi": (3, 3)}, (6, 6)),
    ],
)
def test_values(text, box, expected):
    assert value(text, **box) == interval(*expected)


@pytest.mark.parametrize("text", ["sqrt(-1 - x^2)", "x + log(0 * x)", "log(-x)", "asin(x + 2)"])
def test_nowhere_defined_is_empty(text):
    assert evaluate(parse_expression(text), {"x": interval(1, 2)}) == EMPTY


def test_the_constants_are_enclosed():
    assert mpq("3.14159265358979323846264338327950288") in interval(
        value("pi - 1e-30").lower, value("pi + 1e-30").upper
    )
    assert abs(float(value("e").lower) - math.e) < 1e-15


def test_a_quantity_without_an_interval_is_a_bug():
    with pytest.raises(KeyError):
        value("x + y", x=(1, 2))


def test_a_number_with_a_unit_needs_its_reader():
    tree = parse_expression("2 [day] + x")
    with pytest.raises(ValueError, match="reader of units"):
        evaluate(tree, {"x": point(1)})
    days = {"day": 86400, "": 1}
    assert evaluate(tree, {"x": point(1)}, lambda n: point(n.value * days[n.unit])) == point(172801)


def test_powers_with_an_uncertain_exponent_keep_negative_bases():
    wide = value("x^n", x=(-2, -2), n=(2, 4))
    assert all(mpq(-2) ** n in wide for n in (2, 3, 4))
    assert value("x^n", x=(-2, -2), n=(mpq(1, 3), mpq(2, 3))) == EMPTY


def test_powers_of_powers_stay_small():
    tree = parse_expression("((x^1000)^1000)^1000")
    result = evaluate(tree, {"x": interval(mpq(999, 1000), mpq(1001, 1000))})
    assert not result.is_empty
    assert result.lower is None or result.lower.denominator.bit_length() < 1 << 17


@given(st.sampled_from(["lt", "le", "gt", "ge", "eq"]), st.data())
def test_truth_agrees_with_points(op, data):
    small = st.integers(-3, 3)
    ends = st.tuples(small, small, st.booleans(), st.booleans())
    a, b = (interval(*data.draw(ends)) for _ in range(2))
    told = compare(op, a, b)
    grid = [mpq(n, 8) for n in range(-30, 31)]
    holds = {"lt": "__lt__", "le": "__le__", "gt": "__gt__", "ge": "__ge__", "eq": "__eq__"}[op]
    seen = {getattr(x, holds)(y) for x in grid if x in a for y in grid if y in b}
    assert told.is_empty == (not seen)
    if seen:
        assert told == interval(min(seen), max(seen))


NAMES = ("x", "y", "z")
_NUMBERS = st.integers(0, 6).map(lambda n: Number(mpq(n)))
_TREES = expressions(names=st.sampled_from(NAMES), numbers=_NUMBERS, max_leaves=8)
_POINTS = st.fractions(-5, 5, max_denominator=4).map(lambda q: mpq(q.numerator, q.denominator))


@given(_TREES, st.data())
def test_a_point_of_the_box_has_its_value_in_the_enclosure(tree, data):
    at = {name: data.draw(_POINTS) for name in NAMES}
    box = {name: interval(min(x, y), max(x, y)) for name, x in at.items() for y in [data.draw(_POINTS)]}
    exact = evaluate(tree, {name: point(x) for name, x in at.items()})
    assume(not exact.is_empty)
    wide = evaluate(tree, box)
    # Enclosures of one irrational value may differ in their last bits, but they must meet.
    assert not iv.intersection(exact, wide).is_empty
    assert iv.subset(exact, wide) or not exact.is_point
