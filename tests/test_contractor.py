"""One operation and one constraint: enclosure forwards, nothing lost backwards, `holds` only what holds."""

import random
from fractions import Fraction

import pytest
from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.interval import ENTIRE, interval, point
from claimcheck.judging.report import Verdict
from claimcheck.model import ClaimSet
from claimcheck.operations import BACKWARD, FORWARD, defined, narrow_comparison
from claimcheck.solver.contractor import continuous, holds, revise, sign_of_difference
from tests.audited import audited
from tests.judges import Unclear, Undefined, compare, difference, fraction, text, value
from tests.problems import ALL, enclosure, make, random_formula, seeded

UNARY = (
    *("neg", "sqrt", "cbrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh", "abs", "floor", "ceil", "round"),
)
BINARY = ("add", "sub", "mul", "div", "pow", "min", "max")
NUMBERS = [Fraction(n, d) for n in (-7, -3, -2, -1, 0, 1, 2, 3, 5, 9) for d in (1, 2, 4)]


def around(rng, q):
    """An interval that holds a number (or a ball), often with it at an end, open, a point or unbounded."""
    if not isinstance(q, Fraction):
        return (
            iv.hull(enclosure(q), around(rng, Fraction(rng.choice(NUMBERS))))
            if rng.random() < 0.5
            else enclosure(q)
        )
    kind = rng.random()
    if kind < 0.2:
        return interval(q, q)
    if kind < 0.3:
        return interval(q, None) if rng.random() < 0.5 else interval(None, q)
    left, right = (Fraction(rng.choice((0, 0, 1, 3, 7)), rng.choice((1, 2, 9))) for _ in range(2))
    return interval(q - left, q + right, not left or rng.random() < 0.5, not right or rng.random() < 0.5)


def check_operation(op, arguments, rng):
    try:
        result = value((op, *arguments), {})
    except (Undefined, Unclear):
        return False
    if not isinstance(result, Fraction) and not (result.is_finite() and abs(result) < 10**30):
        return False
    boxes = [around(rng, q) for q in arguments]
    forward = FORWARD[op](*boxes)
    met = iv.intersection(forward, enclosure(result))
    assert not met.is_empty, f"{op} {arguments} = {result} not in {forward} over {[str(b) for b in boxes]}"
    target = around(rng, result)
    news = BACKWARD[op](target, *boxes)
    for q, new, box in zip(arguments, news, boxes, strict=True):
        assert q in new, f"{op} {arguments} = {result}: {q} lost in {new}, from {box} and {target}"
        assert iv.subset(iv.intersection(new, box), box)
    return True


@pytest.mark.parametrize("op", UNARY)
def test_no_argument_is_lost_by_a_function(op):
    rng = random.Random(op)
    assert sum(check_operation(op, [rng.choice(NUMBERS)], rng) for _ in range(300)) > 50


@pytest.mark.parametrize("op", BINARY)
def test_no_argument_is_lost_by_an_operation(op):
    rng = random.Random(op)
    assert (
        sum(check_operation(op, [rng.choice(NUMBERS), rng.choice(NUMBERS)], rng) for _ in range(1000)) > 200
    )


@pytest.mark.parametrize("op", ["lt", "le", "gt", "ge", "eq"])
def test_comparisons_keep_every_pair_that_fits(op):
    rng = random.Random(op)
    for _ in range(400):
        a, b = rng.choice(NUMBERS), rng.choice(NUMBERS)
        x, y = around(rng, a), around(rng, b)
        true = compare(op, a, b)
        truth = FORWARD[op](x, y)
        assert int(true) in truth
        if true:
            new_a, new_b = narrow_comparison(op, x, y)
            assert a in new_a
            assert b in new_b
        news = BACKWARD[op](point(int(true)), x, y)
        assert a in news[0]
        assert b in news[1]


def test_zero_to_the_zero_is_one_wherever_it_may_occur():
    assert 1 in FORWARD["pow"](point(0), interval(0, 1))
    assert 1 in FORWARD["pow"](interval(0, 2), interval(0, 1))
    bases, exponents = BACKWARD["pow"](point(1), interval(0, mpq(1, 2)), interval(0, 3))
    assert 0 in bases
    assert 0 in exponents
    assert defined("pow", [interval(-1, 1), point(0)])


def test_exponents_beyond_every_root_are_left_alone():
    huge = point(mpq(10) ** 30)
    assert 1 in BACKWARD["pow"](interval(0, 1), interval(0, 2), huge)[0]


@pytest.mark.parametrize("seed", range(0, 320, 4))
def test_revise_keeps_the_point(seed):
    for s in range(seed, seed + 4):
        case = seeded(s, bent=False, most=4, depth=3)
        problem = case.problem()
        rng = random.Random(s)
        box = [around(rng, case.point[v.name]) for v in problem.variables]
        for constraint in problem.constraints.values():
            found = revise(constraint, box)
            assert found is not None, case.describe()
            for number, new in found:
                here = enclosure(case.point[problem.variables[number].name])
                assert not iv.intersection(new, here).is_empty, case.describe()


@pytest.mark.parametrize("seed", range(0, 600, 6))
def test_what_surely_holds_holds_at_samples(seed):
    """`holds` and `continuous` over a box, against points of the box."""
    for s in range(seed, seed + 6):
        rng = random.Random(s)
        left, right = (random_formula(rng, ["x", "y"], 2, ALL) for _ in range(2))
        op = rng.choice(("<", "<=", ">", ">=", "="))
        problem = make({"x": None, "y": None}, [f"{text(left)} {op} {text(right)}"])
        (constraint,) = problem.constraints.values()
        if not constraint.variables:
            continue
        at = {n: Fraction(rng.randint(-12, 12), rng.choice((1, 2, 3))) for n in "xy"}
        box = [interval(q, q + Fraction(rng.choice((0, 1)), 10)) for q in at.values()]
        sure, whole = holds(constraint, box), continuous(constraint, box)
        sign = sign_of_difference(constraint, box)
        for share in (0, Fraction(1, 3), 1):
            sample = {
                n: fraction(x.lower) + share * (fraction(x.upper) - fraction(x.lower))
                for n, x in zip("xy", box, strict=True)
            }
            try:
                a, b = value(left, sample), value(right, sample)
                true = compare({"=": "eq", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}[op], a, b)
                over = difference(a, b)
            except Undefined:
                assert not sure
                assert not whole
                continue
            except Unclear:
                continue
            assert true or not sure
            if sign is not None:
                assert not over > 0 if sign < 0 else not over < 0 if sign > 0 else over == 0


def test_a_tolerance_holds_for_some_value_of_it():
    problem = make({"x": None, "y": None}, [("x = y", "0.1")])
    (constraint,) = problem.constraints.values()
    assert holds(constraint, [point(mpq(21, 20)), point(1)])
    assert holds(constraint, [point(mpq(-11, 10)), point(-1)])
    assert not holds(constraint, [point(mpq(12, 10)), point(1)])
    assert revise(constraint, [point(2), point(1)]) is None
    assert revise(constraint, [ENTIRE, point(1)]) is not None


def test_the_branch_not_taken_may_be_undefined():
    problem = make({"x": None, "y": None}, ["y = if(x > 0, log(x), 0)"])
    (constraint,) = problem.constraints.values()
    assert holds(constraint, [point(-1), point(0)])
    assert revise(constraint, [interval(-2, -1), ENTIRE]) is not None


def test_the_branch_not_taken_may_be_undefined_in_a_relation_with_a_tolerance():
    claims = ClaimSet()
    claims.source("s")
    for name in "xyz":
        claims.quantity(name)
    claims.claim("x", "[-2.7, -2.6]", source="s")
    claims.claim("z", "[9, 9.000001]", source="s")
    claims.relation("y = if(x = x + x, log(x), round(x))", within="19 %")
    claims.relation("z = y^2")
    report = audited(claims)
    assert report.verdict is Verdict.CONSISTENT
