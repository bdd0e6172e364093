"""Laws of the reverse operations: no argument that fits is lost, none is found that was not sought."""

import operator

import pytest
from gmpy2 import mpq
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import intervals, intervals_with_members

from claimcheck import interval as iv
from claimcheck.interval import EMPTY, ENTIRE, interval, point

UNARY = {
    "sqr": (iv.sqr, iv.sqr_rev),
    "abs": (iv.abs, iv.abs_rev),
    "sin": (iv.sin, iv.sin_rev),
    "cos": (iv.cos, iv.cos_rev),
    "tan": (iv.tan, iv.tan_rev),
    "cosh": (iv.cosh, iv.cosh_rev),
    **{
        f"pown {n}": (lambda x, n=n: iv.pown(x, n), lambda c, x, n=n: iv.pown_rev(c, x, n))
        for n in (-4, -3, -2, -1, 0, 1, 2, 3, 4)
    },
}


@pytest.mark.parametrize("name", UNARY)
@given(x=intervals_with_members(), c=intervals(empty=True))
def test_no_argument_is_lost(name, x, c):
    forward, reverse = UNARY[name]
    value = forward(point(x[1]))
    found = reverse(c, x[0])
    assert iv.subset(found, x[0])
    assert value.is_empty or not iv.subset(value, c) or x[1] in found
    # Values seldom fall into a random interval, so also look for one that the value decides.
    if not value.is_empty:
        around = iv.hull(value, iv.intersection(c, interval(value.lower, None)))
        assert x[1] in reverse(around, x[0])


@pytest.mark.parametrize("name", UNARY)
@given(x=intervals(empty=True), c=intervals(empty=True), d=intervals(empty=True))
def test_reverse_operations_are_isotone(name, x, c, d):
    _, reverse = UNARY[name]
    assert iv.subset(reverse(iv.intersection(c, d), x), reverse(c, x))


@pytest.mark.parametrize("name", UNARY)
@given(x=intervals(bounded=True), c=intervals())
def test_ends_of_what_is_found_nearly_fit(name, x, c):
    forward, reverse = UNARY[name]
    found = reverse(c, x)
    margin = mpq(1, 2**100)
    for end in () if found.is_empty else (found.lower, found.upper):
        # A hair inside x and around the end the function takes a value a hair off c.
        value = forward(interval(end - margin, end + margin))
        hair = mpq(1, 2**40)
        assert not iv.disjoint(value, c + interval(-hair, hair))


@given(b=intervals_with_members(), x=intervals_with_members(), c=intervals(empty=True))
def test_reverse_multiplication(b, x, c):
    found = iv.mul_rev(b[0], c, x[0])
    first, second = iv.mul_rev_to_pair(b[0], c)
    assert iv.subset(found, x[0])
    if b[1] * x[1] in c:
        assert x[1] in found
        assert x[1] in first or x[1] in second
    assert iv.hull(first, second) == iv.mul_rev(b[0], c)


def test_reverse_multiplication_by_zero():
    assert iv.mul_rev(point(0), point(0)) == ENTIRE
    assert iv.mul_rev(point(0), point(1)) == EMPTY
    assert iv.mul_rev(interval(-1, 1), interval(1, 2), interval(0, 10)) == interval(1, 10)


@given(x=intervals_with_members(), b=intervals_with_members(), c=intervals())
def test_reverse_powers(x, b, c):
    value = iv.pow(point(x[1]), point(b[1]))
    assume(not value.is_empty)
    for wanted in (c, value, iv.hull(c, value)):
        if iv.subset(value, wanted):
            assert x[1] in iv.pow_rev1(b[0], wanted, x[0])
            assert b[1] in iv.pow_rev2(x[0], wanted, b[0])
    assert iv.subset(iv.pow_rev1(b[0], c, x[0]), x[0])
    assert iv.subset(iv.pow_rev2(x[0], c, b[0]), b[0])


def test_reverse_powers_are_exact_where_rational():
    assert iv.pow_rev1(point(mpq(1, 3)), point(2)) == point(8)
    assert iv.pow_rev2(point(2), interval(4, 8)) == interval(2, 3)
    assert iv.pown_rev(interval(4, 9), interval(0, None), 2) == interval(2, 3)
    assert iv.pown_rev(interval(-8, 27), ENTIRE, 3) == interval(-2, 3)


def test_open_ends_stay_open():
    assert iv.sqr_rev(interval(4, 9, False, True), interval(0, None)) == interval(2, 3, False, True)
    assert iv.abs_rev(interval(1, 2, True, False)) == interval(-2, 2, False, False)
    assert iv.mul_rev(point(2), interval(1, 2, False, True)) == interval(mpq(1, 2), 1, False, True)


@pytest.mark.parametrize(
    ("reverse", "function"), [(iv.sin_rev, iv.sin), (iv.cos_rev, iv.cos), (iv.tan_rev, iv.tan)]
)
@given(k=st.integers(-(10**30), 10**30), width=st.integers(1, 20))
def test_far_copies_are_found_precisely(reverse, function, k, width):
    x = interval(k, k + width)
    c = function(point(k))
    found = reverse(c, x)
    assert k in found
    assert found.lower - k <= mpq(1, 2**90)


@pytest.mark.parametrize("reverse", [iv.sin_rev, iv.cos_rev, iv.tan_rev, iv.cosh_rev, iv.sqr_rev, iv.abs_rev])
def test_impossible_values_leave_nothing(reverse):
    assert reverse(EMPTY, ENTIRE) == EMPTY
    assert reverse(interval(-1, 1), EMPTY) == EMPTY
    if reverse is not iv.tan_rev:
        assert reverse(interval(-3, -2), ENTIRE) == EMPTY


def test_members_of_a_gap_are_not_found():
    # sin is above 1/2 between 0.52 and 2.62, so not in [3, 6].
    assert iv.sin_rev(interval(mpq(1, 2), 1), interval(3, 6)) == EMPTY
    assert iv.tan_rev(point(0), interval(1, 3)) == EMPTY
    assert iv.cos_rev(interval(mpq(9, 10), 1), interval(1, 5)) == EMPTY


@given(a=intervals_with_members(), b=intervals_with_members())
def test_a_quotient_is_reversed_by_its_product(a, b):
    assume(b[1])
    quotient = operator.truediv(a[1], b[1])
    assert quotient in iv.mul_rev(b[0], a[0])
