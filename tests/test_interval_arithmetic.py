"""Laws of the exact interval operations: enclosure, exact ends, exact flags, monotony by inclusion."""

import itertools
import operator

import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st
from strategies import intervals, intervals_with_members, members, rationals

from claimcheck import interval as iv
from claimcheck.interval import EMPTY, ENTIRE, Interval, interval, point

BINARY = {
    "add": (iv.add, operator.add),
    "sub": (iv.sub, operator.sub),
    "mul": (iv.mul, operator.mul),
    "div": (iv.div, lambda p, q: p / q if q else None),
    "min": (iv.min, min),
    "max": (iv.max, max),
}
UNARY = {
    "neg": (iv.neg, operator.neg),
    "sqr": (iv.sqr, lambda q: q * q),
    "recip": (iv.recip, lambda q: 1 / q if q else None),
    "abs": (iv.abs, abs),
    "pown 3": (lambda x: iv.pown(x, 3), lambda q: q**3),
    "pown 4": (lambda x: iv.pown(x, 4), lambda q: q**4),
    "pown -1": (lambda x: iv.pown(x, -1), lambda q: 1 / q if q else None),
    "pown -2": (lambda x: iv.pown(x, -2), lambda q: 1 / q**2 if q else None),
    "sign": (iv.sign, lambda q: (q > 0) - (q < 0)),
    "floor": (iv.floor, lambda q: q.numerator // q.denominator),
    "ceil": (iv.ceil, lambda q: -(-q.numerator // q.denominator)),
    "trunc": (iv.trunc, int),
    "round_ties_to_even": (iv.round_ties_to_even, round),
    "round_ties_to_away": (iv.round_ties_to_away, lambda q: int(q + mpq(1, 2) if q >= 0 else q - mpq(1, 2))),
}


@pytest.mark.parametrize("name", BINARY)
@given(a=intervals_with_members(), b=intervals_with_members())
def test_results_of_members_are_enclosed(name, a, b):
    on_intervals, on_numbers = BINARY[name]
    value = on_numbers(a[1], b[1])
    assert value is None or value in on_intervals(a[0], b[0])


@pytest.mark.parametrize("name", UNARY)
@given(x=intervals_with_members())
def test_results_of_members_are_enclosed_by_functions(name, x):
    on_intervals, on_numbers = UNARY[name]
    value = on_numbers(x[1])
    assert value is None or value in on_intervals(x[0])


@pytest.mark.parametrize("name", BINARY)
@given(a=intervals(ends=rationals, empty=True), b=intervals(ends=rationals, empty=True), data=st.data())
def test_operations_are_isotone(name, a, b, data):
    on_intervals, _ = BINARY[name]
    inner_a = iv.intersection(a, data.draw(intervals(ends=rationals, empty=True)))
    inner_b = iv.intersection(b, data.draw(intervals(ends=rationals, empty=True)))
    assert iv.subset(on_intervals(inner_a, inner_b), on_intervals(a, b))


SMALL = [
    interval(low, high, low_closed, high_closed)
    for low, high in itertools.combinations_with_replacement((mpq(-2), mpq(-1), mpq(0), mpq(1)), 2)
    for low_closed, high_closed in itertools.product((True, False), repeat=2)
    if low < high or (low_closed and high_closed)
]


def _sample(x):
    """Members of a bounded interval: every attained end, zero, numbers close to the ends and between."""
    steps = (0, 1, 8, 12, 15, 16)
    candidates = {mpq(0), *(x.lower + (x.upper - x.lower) * k / 16 for k in steps)}
    return [q for q in candidates if q in x]


def _assert_exact(result, values):
    """Each finite end is the limit of values; its flag says whether one attains it."""
    values = [v for v in values if v is not None]
    assert result.is_empty == (not values)
    if not values:
        return
    assert all(v in result for v in values)
    for end, closed in ((result.lower, result.lower_closed), (result.upper, result.upper_closed)):
        assert end is None or closed == (end in values)


@pytest.mark.parametrize("name", BINARY)
def test_flags_are_exact_on_all_small_intervals(name):
    on_intervals, on_numbers = BINARY[name]
    for a, b in itertools.product(SMALL, repeat=2):
        _assert_exact(on_intervals(a, b), [on_numbers(p, q) for p in _sample(a) for q in _sample(b)])


@pytest.mark.parametrize("name", [name for name in UNARY if name != "sign"])
def test_flags_of_functions_are_exact_on_all_small_intervals(name):
    on_intervals, on_numbers = UNARY[name]
    for x in SMALL:
        _assert_exact(on_intervals(x), [on_numbers(q) for q in _sample(x)])


@given(a=intervals(ends=rationals, bounded=True), b=intervals(ends=rationals, bounded=True))
def test_ends_of_a_product_are_those_of_the_corners(a, b):
    corners = [p * q for p in (a.lower, a.upper) for q in (b.lower, b.upper)]
    product = iv.mul(a, b)
    assert (product.lower, product.upper) == (min(corners), max(corners))


@given(intervals(empty=True), intervals(empty=True))
def test_operators_are_the_operations(a, b):
    assert a + b == iv.add(a, b)
    assert a - b == iv.sub(a, b) == a + -b
    assert a * b == iv.mul(a, b) == b * a
    assert a / b == iv.div(a, b)


def test_operators_take_intervals_only():
    with pytest.raises(TypeError):
        point(1) + 1
    with pytest.raises(TypeError):
        point(1) / 2


@given(a=intervals_with_members(), b=intervals_with_members())
def test_the_pair_of_a_division_holds_every_quotient_and_nothing_between(a, b):
    first, second = iv.div_to_pair(a[0], b[0])
    assert iv.hull(first, second) == iv.div(a[0], b[0])
    assert iv.strict_precedes(first, second)
    assert not b[1] or a[1] / b[1] in first or a[1] / b[1] in second


def test_division_by_both_signs_leaves_a_gap():
    assert iv.div_to_pair(interval(1, 2), interval(-1, 2)) == (interval(None, -1), interval(mpq(1, 2), None))
    assert iv.div_to_pair(interval(-2, -1), interval(-1, 2)) == (
        interval(None, mpq(-1, 2)),
        interval(1, None),
    )
    assert iv.div_to_pair(interval(0, 1), interval(-1, 1)) == (ENTIRE, EMPTY)
    assert iv.div_to_pair(interval(0, 1, False), interval(-1, 1)) == (
        interval(None, 0, False, False),
        interval(0, None, False, False),
    )
    assert iv.div(point(1), point(0)).is_empty


@given(a=intervals(empty=True), b=intervals(empty=True), c=intervals(empty=True))
def test_fma_is_product_plus_sum(a, b, c):
    assert iv.fma(a, b, c) == a * b + c


@given(a=intervals(empty=True), b=intervals(empty=True), q=rationals)
def test_intersection_and_hull_as_sets(a, b, q):
    assert (q in iv.intersection(a, b)) == (q in a and q in b)
    assert q in iv.hull(a, b) or (q not in a and q not in b)
    assert iv.subset(iv.intersection(a, b), a)
    assert iv.hull(a, iv.intersection(a, b)) == a == iv.intersection(a, iv.hull(a, b))


@given(a=intervals_with_members(), b=intervals_with_members())
def test_comparisons_agree_with_members(a, b):
    (x, p), (y, q) = a, b
    assert not iv.subset(x, y) or p in y
    assert not iv.interior(x, y) or iv.subset(x, y)
    assert not iv.disjoint(x, y) or p != q
    assert iv.disjoint(x, y) == iv.intersection(x, y).is_empty
    assert not iv.precedes(x, y) or p <= q
    assert not iv.strict_precedes(x, y) or p < q
    assert not iv.strict_less(x, y) or iv.less(x, y)
    assert iv.equal(x, y) == (iv.subset(x, y) and iv.subset(y, x))


@given(a=intervals(empty=True), b=intervals(empty=True))
def test_the_ways_to_overlap_mirror_each_other(a, b):
    pairs = "before after meets metBy overlaps overlappedBy starts startedBy containedBy contains"
    one_way = f"{pairs} finishes finishedBy firstEmpty secondEmpty".split()
    mirror = dict(zip(one_way[::2], one_way[1::2], strict=True))
    mirror |= dict(zip(one_way[1::2], one_way[::2], strict=True))
    way = iv.overlap(a, b)
    assert iv.overlap(b, a) == mirror.get(way, way)
    assert (way == iv.Overlap.EQUALS) == (a == b and not a.is_empty)


@given(x=intervals(ends=rationals), data=st.data())
def test_numbers_of_an_interval(x, data):
    q = data.draw(members(x))
    assert iv.mig(x) <= abs(q)
    assert iv.mag(x) is None or abs(q) <= iv.mag(x)
    assert iv.mid(x) in interval(x.lower, x.upper)
    assert iv.wid(x) is None or iv.wid(x) == x.upper - x.lower == 2 * iv.rad(x)
    assert (iv.inf(x), iv.sup(x)) == (x.lower, x.upper)


@pytest.mark.parametrize("number", [iv.inf, iv.sup, iv.mid, iv.rad, iv.wid, iv.mag, iv.mig])
def test_the_empty_interval_has_no_numbers(number):
    with pytest.raises(ValueError, match="empty"):
        number(EMPTY)


@given(a=intervals(bounded=True), b=intervals(bounded=True))
def test_cancellation_undoes_addition(a, b):
    back = iv.cancel_minus(a + b, b)
    assert (back.lower, back.upper) == (a.lower, a.upper)
    assert iv.cancel_plus(a - b, b) == iv.cancel_minus(a - b, -b)


@given(x=intervals(ends=rationals, empty=True))
def test_shorten_rounds_long_ends_outward(x):
    assert iv.shorten(x) is x
    short = iv.shorten(x, bits=24, limit=24)
    assert iv.subset(x, short)
    for end, before in ((short.lower, x.lower), (short.upper, x.upper)):
        assert end is None or end == before or abs(end - before) <= abs(before) / 2**22
    huge = Interval(mpq(3, 7) ** 3000, mpq(7, 3) ** 3000)
    assert iv.subset(huge, iv.shorten(huge))
    assert iv.shorten(huge).upper.numerator.bit_length() < 4096
