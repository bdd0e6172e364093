"""Contraction to a fixpoint: enclosure, its record, and that it always ends."""

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import interval, point
from claimcheck.solver.optimum import bounds
from claimcheck.solver.propagation import propagate
from tests.problems import everything, make


def fixpoint(*args, **options):
    problem = make(*args, **options)
    at = propagate(problem, everything(problem))
    return at, dict(zip(problem.number, at.box, strict=True))


def test_contraction_of_a_tree_is_exact():
    at, box = fixpoint({"a": None, "b": (0, None), "c": None}, ["c = a * b"], {"a@s": (1, 2), "c@s": (3, 4)})
    assert at.failure < 0
    assert box["b"] == interval(mpq(3, 2), 4)


def test_squares_of_squares_end_and_stay_enclosures():
    problem = make(
        {"x": None, "y": None, "z": None}, ["y = x ^ 4", "z = y ^ 4", "x = z ^ 4"], {"x@s": (2, None)}
    )
    at = propagate(problem, everything(problem))
    assert all(q is None or q.numerator.bit_length() < 10_000 for x in at.box for q in (x.lower, x.upper))
    small = make({"x": None, "y": None, "z": None}, ["y = x ^ 4", "z = y ^ 4", "x = z ^ 4"], {"x@s": (0, 1)})
    assert all(
        {mpq(0), mpq(1)} <= {q for q in (0, 1) if q in x} for x in propagate(small, everything(small)).box
    )


def test_ends_of_unusual_size_do_not_slow_the_search_down():
    problem = make(
        {"x": None, "y": ("-4.2034", "-4.1979")},
        ["y = x^2 / (x / (-0.7))"],
        {"x@s": ("5.7", None), "y@s": ("-6.5", "-4.158")},
    )
    found = bounds(problem, everything(problem), budget=Budget(2))
    assert mpq(6) - mpq(1, 100) in found["x"].interval or mpq(6) in found["x"].interval


def test_whole_numbers_are_cut_to_their_step():
    _, box = fixpoint({"n": None}, [], {"n@s": ("0.41", "0.43")}, steps={"n": "0.01"})
    assert box["n"] == interval(mpq(41, 100), mpq(43, 100))
    _, box = fixpoint({"n": None}, [], {"n@s": interval(11, 13, False, False)}, steps={"n": 12})
    assert box["n"] == point(12)
