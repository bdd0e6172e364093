"""Laws of powers, roots and elementary functions: enclosure, exact values, domains, limits on size."""

import time
from concurrent.futures import ThreadPoolExecutor

import gmpy2
import pytest
from gmpy2 import mpq
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import intervals, intervals_with_members, members, rationals, small_rationals

from claimcheck import interval as iv
from claimcheck.interval import EMPTY, ENTIRE, interval, point

FUNCTIONS = [
    *(iv.sqrt, iv.cbrt, iv.exp, iv.exp2, iv.exp10, iv.log, iv.log2, iv.log10, iv.sin, iv.cos, iv.tan),
    *(iv.asin, iv.acos, iv.atan, iv.sinh, iv.cosh, iv.tanh, iv.asinh, iv.acosh, iv.atanh),
]


def widened(x):
    """``x`` grown by far less than a double shows, for laws that rounding may break in the last bit."""
    margin = mpq(1, 2**120)
    return iv.mul(x, interval(1 - margin, 1 + margin)) + interval(-margin, margin)


@pytest.mark.parametrize("function", FUNCTIONS)
@given(x=intervals_with_members())
def test_values_of_members_are_enclosed(function, x):
    of_member, of_all = function(point(x[1])), function(x[0])
    assert of_member.is_empty or not iv.disjoint(of_member, of_all)
    assert iv.subset(of_member, widened(of_all))


@pytest.mark.parametrize("function", FUNCTIONS)
@given(x=intervals(ends=rationals, empty=True), y=intervals(ends=rationals, empty=True))
def test_functions_are_isotone(function, x, y):
    assert iv.subset(function(iv.intersection(x, y)), widened(function(x)))


@pytest.mark.parametrize("function", [f for f in FUNCTIONS if f is not iv.tan])
@given(q=small_rationals)
def test_values_at_a_number_are_close(function, q):
    value = function(point(q))
    assert value.is_empty or iv.wid(value) <= iv.mag(value) / 2**140


EXACT = [
    (iv.sqrt, mpq(9, 4), mpq(3, 2)),
    (iv.sqrt, 0, 0),
    (iv.cbrt, mpq(-8, 27), mpq(-2, 3)),
    (iv.exp, 0, 1),
    (iv.exp2, -3, mpq(1, 8)),
    (iv.exp10, -3, mpq(1, 1000)),
    (iv.exp10, 400, 10**400),
    (iv.log, 1, 0),
    (iv.log2, 8, 3),
    (iv.log2, mpq(1, 1024), -10),
    (iv.log10, 1000, 3),
    (iv.log10, mpq(1, 1000), -3),
    (iv.sin, 0, 0),
    (iv.cos, 0, 1),
    (iv.tan, 0, 0),
    (iv.asin, 0, 0),
    (iv.acos, 1, 0),
    (iv.atan, 0, 0),
    (iv.sinh, 0, 0),
    (iv.cosh, 0, 1),
    (iv.tanh, 0, 0),
    (iv.asinh, 0, 0),
    (iv.acosh, 1, 0),
    (iv.atanh, 0, 0),
]


@pytest.mark.parametrize(("function", "q", "value"), EXACT)
def test_rational_values_are_points(function, q, value):
    assert function(point(q)) == point(value)


def test_rational_powers_are_points():
    assert iv.pow(point(8), point(mpq(1, 3))) == point(2)
    assert iv.pow(point(mpq(4, 9)), point(mpq(-3, 2))) == point(mpq(27, 8))
    assert iv.rootn(point(mpq(32, 243)), 5) == point(mpq(2, 3))
    assert iv.rootn(point(4), -2) == point(mpq(1, 2))
    assert iv.pown(point(mpq(2, 3)), -3) == point(mpq(27, 8))
    with pytest.raises(ValueError, match="zeroth"):
        iv.rootn(point(1), 0)


@given(x=intervals_with_members(), n=st.integers(-6, 6))
def test_integer_powers_enclose(x, n):
    assume(x[1] or n >= 0)
    assert x[1] ** n in iv.pown(x[0], n)


@given(x=intervals_with_members(), n=st.integers(-6, 6).filter(bool))
def test_roots_invert_powers(x, n):
    root = iv.rootn(point(x[1]), n)
    assert iv.subset(root, widened(iv.rootn(x[0], n)))
    if not root.is_empty and x[1]:
        assert x[1] in iv.pown(root, n)


@given(x=intervals_with_members(), y=intervals_with_members())
def test_real_powers_enclose_those_of_members(x, y):
    of_members = iv.pow(point(x[1]), point(y[1]))
    assert of_members.is_empty == (x[1] < 0 or (x[1] == 0 and y[1] <= 0))
    assert iv.subset(of_members, widened(iv.pow(x[0], y[0])))


@given(x=intervals(empty=True), n=st.integers(0, 6))
def test_real_and_integer_powers_agree(x, n):
    positive = iv.intersection(x, interval(0, None, False))
    assert iv.pow(positive, point(n)) == iv.pown(positive, n)


@given(y=intervals_with_members(), x=intervals_with_members())
def test_angles_of_members_are_enclosed(y, x):
    assume(y[1] or x[1])
    of_member, of_all = iv.atan2(point(y[1]), point(x[1])), iv.atan2(y[0], x[0])
    assert not of_member.is_empty
    assert iv.subset(of_member, widened(of_all))


def test_atan2_at_the_origin_and_on_the_axes():
    assert iv.atan2(point(0), point(0)) == EMPTY
    assert iv.atan2(point(0), point(3)) == point(0)
    assert iv.subset(iv.pi(), widened(iv.atan2(point(0), point(-3))))
    assert iv.disjoint(iv.atan2(interval(-1, 0, True, False), interval(-2, -1)), interval(0, None))


@given(x=intervals(ends=st.integers(-40, 40).map(mpq)), data=st.data())
def test_sine_and_cosine_on_the_circle(x, data):
    q = data.draw(members(x))
    s, c = iv.sin(point(q)), iv.cos(point(q))
    assert 1 in iv.sqr(s) + iv.sqr(c)
    assert iv.subset(s, widened(iv.sin(x)))
    assert iv.subset(iv.cos(x), interval(-1, 1))


def test_extrema_and_poles_between_the_ends_are_seen():
    assert iv.sin(interval(1, 2)).upper == 1
    assert iv.sin(interval(4, 5)).lower == -1
    assert iv.cos(interval(3, 4)).lower == -1
    assert iv.cos(interval(-1, 1)).upper == 1
    assert iv.sin(interval(1, 6)) == interval(-1, 1)
    assert iv.sin(interval(mpq(-3, 2), mpq(3, 2))).upper < 1
    assert iv.tan(interval(1, 2)) == ENTIRE
    assert iv.tan(interval(-1, 1)).is_bounded


def test_convergents_of_pi_are_told_from_pi():
    low, high = iv.pi(3000).lower, iv.pi(3000).upper
    assert iv.sin(point(low)).lower > 0 > iv.sin(point(high)).upper
    assert iv.cos(interval(low, high)).lower == -1
    assert iv.cos(interval(low - 1, low)).lower <= iv.cos(point(low)).upper


@pytest.mark.parametrize("bits", [2, 53, 160, 5000])
def test_constants_are_enclosed_by_neighbours(bits):
    for constant, near in ((iv.pi(bits), mpq(355, 113)), (iv.e(bits), mpq(19, 7))):
        assert 0 < iv.wid(constant) <= mpq(4, 2**bits)
        assert abs(iv.mid(constant) - near) < mpq(1, 200) + iv.wid(constant)
    with pytest.raises(ValueError, match="bits"):
        iv.pi(10**9)


def test_logarithms_near_one_keep_their_digits():
    q = 1 + mpq(1, 10**100)
    assert iv.wid(iv.log(point(q))) < mpq(1, 10**140)


HUGE = mpq(10) ** 400


@pytest.mark.parametrize(
    "result",
    [
        lambda: iv.exp(interval(-HUGE, HUGE)),
        lambda: iv.exp10(point(HUGE)),
        lambda: iv.sinh(interval(-HUGE, HUGE)),
        lambda: iv.cosh(point(-HUGE)),
        lambda: iv.pown(point(9), 9**9**2),
        lambda: iv.pown(point(0), 2 * 10**30),
        lambda: iv.pown(interval(mpq(-1, 9), 9), -(9**9) - 1),
        lambda: iv.pow(interval(mpq(1, 2), HUGE), interval(-HUGE, HUGE)),
        lambda: iv.sin(point(mpq(10) ** 5000)),
        lambda: iv.sin(point(mpq(10) ** 1200)),
        lambda: iv.tan(point(mpq(10) ** 1200)),
        lambda: iv.sin_rev(interval(0, 1), interval(mpq(10) ** 1200, mpq(10) ** 5000)),
        lambda: iv.log(point(mpq(10) ** 50000)),
        lambda: iv.rootn(point(mpq(10) ** 5000 + 1), 10**9),
    ],
)
def test_huge_arguments_cost_little(result):
    begun = time.perf_counter()
    value = result()
    assert time.perf_counter() - begun < 1
    assert not value.is_empty
    for end in (value.lower, value.upper):
        assert end is None or end.numerator.bit_length() + end.denominator.bit_length() < 10**6


def test_overflow_is_rounded_outward():
    assert iv.exp(point(HUGE)).upper is None
    assert iv.exp(point(HUGE)).lower > mpq(2) ** 60000
    tiny = iv.exp(point(-HUGE))
    assert tiny.lower == 0
    assert not tiny.lower_closed
    assert 0 < tiny.upper < mpq(1, 2**60000)
    power = iv.pown(point(-9), 9**9)
    assert power.lower is None
    assert power.upper < -(mpq(2) ** 60000)


def test_the_part_outside_the_domain_is_left_out():
    assert iv.sqrt(interval(-4, 9)) == interval(0, 3)
    assert iv.log(interval(-1, 1)) == interval(None, 0)
    assert iv.asin(interval(2, 3)) == EMPTY
    assert iv.sqrt(interval(-2, -1)) == iv.log(point(0)) == iv.acosh(point(0)) == iv.atanh(point(1)) == EMPTY
    assert iv.pow(interval(-2, -1), point(2)) == EMPTY


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_comes_of_nothing(function):
    assert function(EMPTY) == EMPTY


def test_domains_are_told():
    assert iv.domain_of("log") == interval(0, None, False)
    assert iv.domain_of("exp") == ENTIRE
    assert iv.domain_of("asin") == interval(-1, 1)
    with pytest.raises(KeyError):
        iv.domain_of("div")
    assert iv.defined_on("sqrt", interval(0, 1))
    assert not iv.defined_on("sqrt", interval(-1, 1))
    assert not iv.defined_on("log", interval(0, 1))
    assert iv.defined_on("div", interval(0, 1), interval(0, 1, False))
    assert not iv.defined_on("div", interval(0, 1), interval(0, 1))
    assert iv.defined_on("tan", interval(-1, 1))
    assert not iv.defined_on("tan", interval(1, 2))
    assert iv.defined_on("pow", interval(0, 1), interval(0, 1, False))
    assert not iv.defined_on("pow", interval(0, 1), interval(0, 1))
    assert not iv.defined_on("pown", interval(-1, 1), -2)
    assert iv.defined_on("pown", interval(-1, 1), 2)
    assert iv.defined_on("rootn", interval(-1, 1), 3)
    assert not iv.defined_on("rootn", interval(-1, 1), 2)
    assert not iv.defined_on("atan2", interval(0, 1), interval(0, 1))
    assert iv.defined_on("add", ENTIRE, ENTIRE)


@pytest.mark.parametrize(
    "name", ["sqrt", "log", "log2", "log10", "asin", "acos", "acosh", "atanh", "exp", "recip", "cbrt"]
)
@given(x=intervals_with_members())
def test_where_a_function_is_defined_every_member_has_a_value(name, x):
    if iv.defined_on(name, x[0]):
        assert not getattr(iv, name)(point(x[1])).is_empty
    elif name not in ("recip",):
        assert not iv.subset(x[0], iv.domain_of(name))


def test_threads_and_contexts_do_not_disturb_each_other():
    arguments = [interval(mpq(k, 7), mpq(k + 1, 7)) for k in range(1, 60)]

    def work(precision):
        context = gmpy2.get_context()
        context.precision = precision
        context.round = gmpy2.RoundToZero
        values = [f(x) for f in FUNCTIONS for x in arguments]
        assert (gmpy2.get_context().precision, gmpy2.get_context().round) == (precision, gmpy2.RoundToZero)
        return values

    expected = [f(x) for f in FUNCTIONS for x in arguments]
    with ThreadPoolExecutor(8) as pool:
        assert all(values == expected for values in pool.map(work, (2, 20, 53, 100, 200, 10, 30, 80)))
