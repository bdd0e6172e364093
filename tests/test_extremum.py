"""Least values of formulas over boxes: known optima, dense sampling, kinks, holes and open ends."""

import itertools
import random
from fractions import Fraction

import pytest
from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.budget import Budget
from claimcheck.formula import parse_expression
from claimcheck.interval import interval, point
from claimcheck.operations import STEPS, defined
from claimcheck.solver.derivatives import derivative
from claimcheck.solver.extremum import least, negated, prepare
from claimcheck.solver.problem import add_expression
from claimcheck.solver.tape import Tape, evaluate
from tests.judges import Unclear, Undefined, ball, difference, fraction, text, value
from tests.problems import ALL, UNITS, random_formula

GAP = mpq(1, 10**9)


def objective(formula, names, negative=False, steps=None):
    number = {n: i for i, n in enumerate(names)}
    tape = Tape()
    root = add_expression(tape, parse_expression(formula, names=list(names)), number, UNITS)
    steps = {number[n]: mpq(s) for n, s in (steps or {}).items()}
    found = prepare(tape, root, range(len(names)), steps)
    return negated(found) if negative else found


def low_of(formula, steps=None, seconds=5, **box):
    spans = [interval(*x) for x in box.values()]
    return least(objective(formula, box, steps=steps), spans, budget=Budget(seconds), gap=GAP)


def high_of(formula, seconds=5, **box):
    spans = [interval(*x) for x in box.values()]
    return least(objective(formula, box, negative=True), spans, budget=Budget(seconds), gap=GAP)


KNOWN = [
    ("x*(1-x)", {"x": (0, 1)}, 0, 0.25),
    ("(x-y)/(x+y)", {"x": (1, 2), "y": (3, 4)}, -0.6, -0.2),
    ("x^3-3*x", {"x": (-2, 2)}, -2, 2),
    ("x*exp(-x)", {"x": (0, 4)}, 0, 0.36787944117144233),
    ("log(x)/x", {"x": (1, 10)}, 0, 0.36787944117144233),
    ("sin(x)+x/3", {"x": (0, 10)}, 0, 3.6740818893915983),
    ("abs(x-1)+x^2", {"x": (-2, 3)}, 0.75, 11),
    ("floor(x)*y-x", {"x": (0, 3), "y": (1, 2)}, -1, None),
    ("max(x, 1-x)", {"x": (0, 1)}, 0.5, 1),
    ("min(x, 1-x)", {"x": (0, 1)}, 0, 0.5),
    ("if(x < 1, x, 3-x)", {"x": (0, 2)}, 0, 2),
    ("sqrt(x)-x", {"x": (0, 2)}, -0.5857864376269049, 0.25),
    # the root of a square, and other kinks of smooth operations, has no slope where it is least
    ("cbrt(x)^2", {"x": (-1, 2)}, 0, 1.5874010519681994),
    ("sqrt(x^2)", {"x": (-1, 2)}, 0, 2),
    ("sqrt(x^2+y^2)", {"x": (-1, 2), "y": (-1, 2)}, 0, 2.8284271247461903),
    ("acos(1-x^2)", {"x": (-1, 1)}, 0, 1.5707963267948966),
    ("asin(abs(x)) + x", {"x": (-1, 1)}, 0, 2.5707963267948966),
    # six-hump camel
    (
        "(4-2.1*x^2+x^4/3)*x^2+x*y+(-4+4*y^2)*y^2",
        {"x": ("0", 2), "y": (-1, 0)},
        -1.031628453489877,
        3.7333333333333334,
    ),
    ("(1-x)^2+100*(y-x^2)^2", {"x": (-2, 2), "y": (-2, 2)}, 0, 3609),
    ("x^2+1/x", {"x": (0, 3, False, True)}, 1.8898815748423097, None),
    # open ends are limits; a formula may have none there
    ("1/x+x", {"x": (0, 3, False, True)}, 2, None),
    ("x^2-x", {"x": (1, None, False, False)}, 0, None),
    ("-1/x", {"x": (0, 1, False, True)}, None, -1),
    ("x*(3-x)", {"x": (2, 4, False, False)}, -4, 2),
    ("floor(x)-x*0", {"x": (0, 1, True, False)}, 0, 0),
    ("1/(x-1)+x", {"x": (0, 2)}, None, None),
    ("x^2/(x-1)", {"x": (0, 2)}, None, None),
    ("x^4 - x^3 + exp(x) + exp(-x)", {"x": (None, None)}, None, None),
]


@pytest.mark.parametrize(("formula", "box", "low", "high"), KNOWN)
def test_known_optima(formula, box, low, high):
    small, large = low_of(formula, **box), high_of(formula, **box)
    for found, known in ((small, low), (large, None if high is None else -high)):
        if known is not None:
            assert found.proved is not None
            near = mpq(1, 10**6) * max(1, abs(mpq(known)))
            assert mpq(known) - near <= found.proved <= mpq(known) + near / 1000
    if low is None and "exp" not in formula:
        assert small.proved is None
    if formula in ("1/x+x", "x^2/(x-1)", "1/(x-1)+x", "x^2-x", "x^2+1/x"):
        assert large.proved is None


def test_least_over_multiples_of_a_step():
    """Integers counted in hundredths or dozens: none of their values is lost when the range is cut."""
    found = low_of("(n - 0.5)^2 - n*x*0", n=(0, 1), x=(0, 1), steps={"n": mpq(1, 100)})
    assert found.proved <= 0
    found = low_of("sin(n) + n/1000 - n/1000", n=(0, 120), steps={"n": 12})
    true = min(float(ball(Fraction(12 * k)).sin().mid()) for k in range(11))
    assert float(found.proved) <= true + 1e-12


def _grid(x, rng):
    low, high = fraction(x.lower), fraction(x.upper)
    inner = [low + (high - low) * Fraction(rng.randint(1, 999), 1000) for _ in range(4)]
    ends = [q for q, closed in ((low, x.lower_closed), (high, x.upper_closed)) if closed]
    zero = [Fraction(0)] if low < 0 < high else []
    return [*ends, *inner, *zero]


def check_against_samples(seed, operations=ALL, depth=3):
    rng = random.Random(seed)
    names = ["x", "y", "z"][: rng.randint(1, 3)]
    formula = random_formula(rng, names, depth, operations)
    box = {}
    for n in names:
        low = Fraction(rng.randint(-20, 20), rng.choice((1, 2, 10)))
        high = low + Fraction(rng.randint(1, 40), rng.choice((1, 10)))
        box[n] = interval(low, high, rng.random() < 0.7, rng.random() < 0.7)
    found = least(objective(text(formula), names), list(box.values()), budget=Budget(0.5), gap=GAP)
    for sample in itertools.product(*(_grid(x, rng) for x in box.values())):
        try:
            at = value(formula, dict(zip(names, sample, strict=True)))
        except (Undefined, Unclear):
            continue
        if found.proved is None:
            assert not (found.reached is None and found.place), formula
            continue
        over = difference(at, fraction(found.proved))
        assert not over < 0, f"{text(formula)} over {[str(x) for x in box.values()]}: {at} < {found.proved}"
        if over == 0:
            assert found.closed, f"{text(formula)}: attained at {sample}, but said to be open"
    if found.reached is None or found.proved is None:
        return False
    assert found.proved <= found.reached
    return found.reached - found.proved <= GAP * max(abs(found.reached), abs(found.proved))


def test_no_sample_is_below_the_least():
    results = [check_against_samples(seed) for seed in range(150)]
    assert sum(results) > len(results) / 2


def test_no_sample_of_a_polynomial_is_below_the_least():
    """Monotone moves and zero slopes together keep a global minimiser."""
    results = [
        check_against_samples(seed, ("add", "sub", "mul", "square", "cube", "mul"), 4) for seed in range(70)
    ]
    assert sum(results) > len(results) * 3 / 4


@pytest.mark.stress
def test_no_sample_is_below_the_least_at_length():
    for seed in range(1000, 6000):
        check_against_samples(seed)
        check_against_samples(seed, ("add", "sub", "mul", "square", "cube", "mul"), 4)


SLOPED = tuple(op for op in ALL if op not in ("floor", "ceil", "round"))


def check_slopes(seed):
    """The slope node encloses the difference quotient (mean value theorem) between two near points."""
    rng = random.Random(seed)
    names = ["x", "y"]
    formula = random_formula(rng, names, 3, SLOPED)
    tape = Tape()
    parsed = parse_expression(text(formula), names=names)
    root = add_expression(tape, parsed, {"x": 0, "y": 1}, UNITS)
    slope = derivative(tape, root, 0, joined=rng.random() < 0.5)
    x = Fraction(rng.randint(-30, 30), 7)
    y = Fraction(rng.randint(-30, 30), 11)
    step = Fraction(1, 10 ** rng.choice((1, 3, 9)))
    try:
        values = [value(formula, {"x": q, "y": y}) for q in (x, x + step)]
    except (Undefined, Unclear):
        return False
    box = [interval(x, x + step), point(y)]
    nodes = evaluate(tape.nodes, box)
    found = nodes[slope]
    for node in tape.nodes[: root + 1]:
        if node.args and node.op not in STEPS and not defined(node.op, [nodes[a] for a in node.args]):
            return False
    if found.is_empty:
        return False
    quotient = difference(values[1], values[0]) / (
        step if isinstance(values[0], Fraction) and isinstance(values[1], Fraction) else ball(step)
    )
    low_high = [None if q is None else fraction(q) for q in (found.lower, found.upper)]
    assert low_high[0] is None or not difference(quotient, low_high[0]) < 0, text(formula)
    assert low_high[1] is None or not difference(quotient, low_high[1]) > 0, text(formula)
    return True


def test_slopes_enclose_difference_quotients():
    assert sum(check_slopes(seed) for seed in range(600)) > 150


def test_an_unbounded_box_ends_in_time():
    found = low_of("x^2 + y^2 - x*y", seconds=2, x=(None, None), y=(None, None))
    assert found.proved is None or found.proved <= 0
    assert iv.ENTIRE.lower is None
