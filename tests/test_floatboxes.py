"""Rows of doubles must enclose what exact intervals enclose, forwards and backwards."""

import random

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

from claimcheck.interval import ENTIRE, interval, point
from claimcheck.solver.existence import system
from claimcheck.solver.floatboxes import Rows, constant, evaluate_rows, narrowed_back, outward, times
from claimcheck.solver.pruning import Batch, pruned
from claimcheck.solver.tape import Tape, evaluate
from tests.judges import text
from tests.problems import make, random_formula

SMOOTH = (
    *("add", "sub", "mul", "div", "square", "cube", "pown", "pow", "sqrt", "cbrt", "exp", "log", "log2"),
    *("log10", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "pi"),
)
COUNT = 3


def double(rng):
    """Numbers that a double holds exactly, of many sizes."""
    return rng.choice((0.0, 1.0, -1.0, rng.uniform(-3, 3), rng.uniform(-1, 1) * 10.0 ** rng.randint(-12, 12)))


def boxes(rng, count):
    """Random boxes of the variables, some of them points, and a point in each."""
    low, high = np.zeros((COUNT, count)), np.zeros((COUNT, count))
    points = []
    for k in range(count):
        inside = []
        for i in range(COUNT):
            a, b = sorted((double(rng), double(rng)))
            if rng.random() < 0.2:
                b = a
            low[i, k], high[i, k] = a, b
            share = mpq(rng.choice((0, 1, rng.randint(0, 100))), 100)
            inside.append(mpq(a) + (mpq(b) - mpq(a)) * min(share, mpq(1)))
        points.append(inside)
    return low, high, points


def constraint(rng):
    """A random smooth formula of x, y and z as the left side of an equation, compiled."""
    names = ["x", "y", "z"]
    while True:
        formula = random_formula(rng, names, 3, SMOOTH)
        made = make(dict.fromkeys(names), [f"{text(formula)} = 0"]).constraints["relation:r1"]
        if made.variables:
            return made


@given(st.randoms(use_true_random=False))
def test_rows_enclose_every_value(rng):
    made = constraint(rng)
    low, high, points = boxes(rng, 8)
    with np.errstate(all="ignore"):
        values, empty, defined = evaluate_rows(made.tape, len(made.tape), low, high)
    for k, inside in enumerate(points):
        exact = evaluate(made.tape, [point(q) for q in inside])
        if any(x.is_empty for x in exact):
            assert not defined[k]
            continue
        assert not empty[k]
        for found, true in zip(values, exact, strict=True):
            assert not np.isnan(found.low[k])
            assert not np.isnan(found.high[k])
            assert true.upper is None or not np.isfinite(found.low[k]) or found.low[k] <= true.upper
            assert true.lower is None or not np.isfinite(found.high[k]) or true.lower <= found.high[k]
            assert found.low[k] < np.inf
            assert found.high[k] > -np.inf


@given(st.randoms(use_true_random=False))
def test_narrowing_keeps_every_root(rng):
    """The formula less its value at a point is zero there, so the point must stay in every box round it."""
    made = constraint(rng)
    low, high, points = boxes(rng, 6)
    for k, inside in enumerate(points):
        exact = evaluate(made.tape, [point(q) for q in inside])
        if any(x.is_empty or not x.is_bounded for x in exact):
            continue
        tape = Tape()
        for node in made.tape:
            tape.put(node)
        root = tape.apply("sub", made.left, tape.constant(exact[made.left]))
        if tape.nodes[root].op != "sub":
            continue
        first = len(tape.nodes)
        with np.errstate(all="ignore"):
            values, _, _ = evaluate_rows(tape.nodes, first, low[:, [k]], high[:, [k]])
            narrowed_back(tape.nodes, first, values, [root])
        for at, node in enumerate(tape.nodes):
            assert values[at].low[0] <= values[at].high[0]
            if node.op == "var":
                assert values[at].low[0] <= inside[node.index] <= values[at].high[0]


def test_overflow_stays_sound():
    """What overflowed is a number, though a large one: it must not become infinitely large."""
    huge = Rows(np.array([1e200]), np.array([1e200]))
    with np.errstate(all="ignore"):
        found = [outward(np.array([np.inf]), np.array([np.inf])), times(huge, huge)]
    for x in found:
        assert np.isfinite(x.low[0])
        assert x.high[0] == np.inf


@pytest.mark.parametrize("q", ["1/3", "1e400", "-1e400", "0", "12345678901234567890", "-1/7", "1e-400"])
def test_constants_are_enclosed(q):
    q = mpq(q) if "e" not in q else mpq(int(q.split("e")[0])) * mpq(10) ** int(q.split("e")[1])
    found = constant(point(q), 1)
    assert not np.isfinite(found.low[0]) or mpq(found.low[0]) <= q
    assert not np.isfinite(found.high[0]) or mpq(found.high[0]) >= q
    assert found.low[0] < np.inf
    assert found.high[0] > -np.inf


def test_a_round_of_pruning_keeps_known_roots():
    """Random boxes round the roots of a system; a root is never dropped."""
    problem = make({"x": (-4, 4), "y": (-4, 4)}, ["x^2 + y^2 = 5", "x*y = 2"])
    square = system(list(problem.constraints.values()), [0, 1])
    rng = random.Random(5)
    for _ in range(200):
        root = rng.choice([(1, 2), (2, 1), (-1, -2), (-2, -1)])
        box = [
            interval(q - mpq(rng.randint(0, 4000), 2000), q + mpq(rng.randint(0, 4000), 2000)) for q in root
        ]
        left = pruned(square, Batch.of(box))
        kept = [*left.alone.boxes(), *left.rest.boxes()]
        assert any(all(q in x for q, x in zip(root, b, strict=True)) for b in kept)


def test_unbounded_boxes_are_split():
    problem = make({"x": None, "y": None}, ["x^3 = 27", "y = exp(x) - 1"])
    square = system(list(problem.constraints.values()), [0, 1])
    left = pruned(square, Batch.of([ENTIRE, ENTIRE]))
    assert left.rest.count
    assert all(3 in box[0] for box in left.rest.boxes())
