"""The interval kernel against arb, an independent library of ball arithmetic, through python-flint."""

import pytest
from gmpy2 import mpq
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import rationals, small_rationals

from claimcheck import interval as iv
from claimcheck.interval import Interval, interval, point

flint = pytest.importorskip("flint")

BITS = 700
"""Far more than our working precision, so that a bound wrong in its last bit shows."""


def ball(q):
    return flint.arb(flint.fmpq(int(q.numerator), int(q.denominator)))


def ends(x):
    """A ball as an exact interval; None where arb has no finite answer or one of excessive size."""
    if not x.is_finite():
        return None
    parts = []
    for mantissa, exponent in (x.mid().man_exp(), x.rad().man_exp()):
        if abs(int(exponent)) > 10**6:
            return None
        parts.append(mpq(int(mantissa)) * mpq(2) ** int(exponent))
    return interval(parts[0] - parts[1], parts[0] + parts[1])


@pytest.fixture(autouse=True)
def _precision():
    with flint.ctx.workprec(BITS):
        yield


FUNCTIONS = {
    "sqrt": lambda x: x.sqrt(),
    "cbrt": lambda x: x.root(3) if x >= 0 else -(-x).root(3),
    "exp": lambda x: x.exp(),
    "exp2": lambda x: flint.arb(2) ** x,
    "exp10": lambda x: flint.arb(10) ** x,
    "log": lambda x: x.log(),
    "log2": lambda x: x.log() / flint.arb(2).log(),
    "log10": lambda x: x.log() / flint.arb(10).log(),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "tan": lambda x: x.tan(),
    "asin": lambda x: x.asin(),
    "acos": lambda x: x.acos(),
    "atan": lambda x: x.atan(),
    "sinh": lambda x: x.sinh(),
    "cosh": lambda x: x.cosh(),
    "tanh": lambda x: x.tanh(),
    "asinh": lambda x: x.asinh(),
    "acosh": lambda x: x.acosh(),
    "atanh": lambda x: x.atanh(),
}


def assert_agree(ours, theirs):
    """Both hold the true value, so they meet; and ours holds no more than rounding explains."""
    if ours.is_empty or theirs is None:
        return
    assert not iv.disjoint(Interval(ours.lower, ours.upper), theirs)
    if ours.is_bounded:
        assert iv.wid(ours) <= (iv.mag(theirs) + mpq(1, 2**40)) / 2**90


# Moderate arguments with any number of digits, and some next to where functions turn.
arguments = st.one_of(
    small_rationals,
    st.builds(mpq, st.integers(-(10**40), 10**40), st.integers(1, 10**38)),
    st.builds(lambda q, n: q + mpq(1, 3**n), small_rationals, st.integers(1, 60)),
    st.builds(lambda k, n: k * iv.pi(n).lower / 2, st.integers(-9, 9), st.integers(3, 90)),
)


@pytest.mark.parametrize("name", FUNCTIONS)
@given(q=arguments)
def test_values_at_numbers(name, q):
    assert_agree(getattr(iv, name)(point(q)), ends(FUNCTIONS[name](ball(q))))


@pytest.mark.parametrize(
    "name", ["sin", "cos", "tan", "log", "log2", "log10", "atan", "asinh", "sqrt", "cbrt"]
)
@given(q=rationals)
def test_values_at_large_and_small_numbers(name, q):
    assert_agree(getattr(iv, name)(point(q)), ends(FUNCTIONS[name](ball(q))))


@given(x=st.builds(abs, arguments), y=arguments)
@example(mpq(1) + mpq(1, 3**60), mpq(10**30))
def test_powers_at_numbers(x, y):
    if x and y.numerator:
        assert_agree(iv.pow(point(x), point(y)), ends(ball(x) ** ball(y)))


@given(x=st.builds(abs, arguments), n=st.integers(2, 40))
def test_roots_at_numbers(x, n):
    assert_agree(iv.rootn(point(x), n), ends(ball(x).root(n)))


@given(y=arguments, x=arguments)
def test_angles_at_numbers(y, x):
    if y:
        assert_agree(iv.atan2(point(y), point(x)), ends(flint.arb.atan2(ball(y), ball(x))))


@given(q=st.builds(mpq, st.integers(-9, 9), st.integers(1, 9)), n=st.integers(10**4, 10**7))
def test_large_integer_powers(q, n):
    if q and abs(q) != 1:
        ours, theirs = iv.pown(point(q), n), ends(ball(q) ** n)
        assert theirs is None or ours.lower is None or ours.lower <= theirs.upper
        assert theirs is None or ours.upper is None or theirs.lower <= ours.upper


@pytest.mark.parametrize("bits", [10, 160, 600])
def test_constants(bits):
    assert iv.subset(ends(flint.arb.pi()), iv.pi(bits))
    assert iv.subset(ends(flint.arb(1).exp()), iv.e(bits))


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
@given(low=rationals, width=st.builds(abs, small_rationals), steps=st.lists(st.integers(0, 64), max_size=8))
def test_values_inside_an_interval(name, low, width, steps):
    ours = getattr(iv, name)(interval(low, low + width))
    for k in steps:
        value = ends(FUNCTIONS[name](ball(low + width * k / 64)))
        assert value is None or not iv.disjoint(value, Interval(ours.lower, ours.upper))
