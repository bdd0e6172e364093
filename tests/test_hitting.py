"""Minimal hitting sets one by one in order, and products of such lists: against all, tried and sorted."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimcheck.budget import Budget
from claimcheck.judging.hitting import Cut, minimal_hitting_sets
from claimcheck.judging.masks import ones
from claimcheck.judging.products import Lazy, Pick, product

N = 7
masks = st.integers(1, 2**N - 1)
costs = st.lists(st.integers(1, 4), min_size=N, max_size=N)


def naive(sets, costs):
    """All minimal hitting sets by trying every subset: by cost, size, and places in the order of elements."""
    hitting = [h for h in range(2**N) if all(h & s for s in sets)]
    minimal = [h for h in hitting if not any(g != h and g & ~h == 0 for g in hitting)]
    places = {h: [N - 1 - bit for bit in reversed(ones(h))] for h in minimal}  # the highest bit stands first
    return sorted(minimal, key=lambda h: (sum(costs[b] for b in ones(h)), h.bit_count(), places[h]))


def found(sets, costs, **options):
    return minimal_hitting_sets(sets, dict(enumerate(costs)), budget=Budget(60), **options)


@given(st.lists(masks, max_size=8), costs)
def test_all_minimal_hitting_sets_come_in_order_and_no_others(sets, costs):
    assert list(found(sets, costs)) == naive(sets, costs)


@given(st.lists(masks, max_size=8))
def test_a_set_without_elements_cannot_be_hit(sets):
    assert list(found([*sets, 0], [1] * N)) == []


def test_the_first_of_very_many_come_at_once_and_the_smallest_first():
    """Of 2^200 hitting sets; and of 40 triples and a pair that share one element."""
    pairs = [3 << 2 * i for i in range(200)]
    first = list(itertools.islice(found(pairs, [1] * 400, most=20_000), 5))
    assert [h.bit_count() for h in first] == [200] * 5
    assert all(h & p for h in first for p in pairs)
    shared = [1 | 6 << 2 * i for i in range(40)] + [1 | 1 << 90]
    sizes = [h.bit_count() for h in itertools.islice(found(shared, [1] * 91, most=20_000), 20)]
    assert sizes == [1] + [41] * 19


def test_a_limit_or_a_spent_budget_is_no_end():
    pairs = [3 << 2 * i for i in range(12)]
    with pytest.raises(Cut):
        list(found(pairs, [1] * 24, most=100))
    with pytest.raises(Cut):
        next(minimal_hitting_sets(pairs, dict.fromkeys(range(24), 1), budget=Budget(0)))
    assert sum(1 for _ in found(pairs, [1] * 24)) == 2**12


# -- products ----------------------------------------------------------------------------------------------


@st.composite
def factors(draw):
    """Lists in order, each of masks within a block of bits of its own, costs anything."""
    found = []
    for block in range(draw(st.integers(0, 5))):
        own = draw(st.sets(st.integers(0, 15), min_size=1, max_size=4))
        picks = [Pick(draw(st.integers(0, 5)), m.bit_count(), m << 4 * block) for m in own]
        found.append(sorted(picks, key=lambda p: p.key))
    return found


@given(factors())
def test_a_product_holds_every_combination_in_order(factors):
    whole = product([Lazy(iter(f)) for f in factors])
    got = list(itertools.takewhile(lambda p: p is not None, map(whole.at, itertools.count())))
    expected = [
        (sum(p.cost for p in c), sum(p.size for p in c), -sum(p.mask for p in c))
        for c in itertools.product(*factors)
    ]
    assert [p.key for p in got] == sorted(expected)
    assert all([leaf.mask for leaf in p.leaves()] for p in got)
    assert all(sum(leaf.mask for leaf in p.leaves()) == p.mask for p in got)


def test_the_first_of_a_product_need_few_of_the_picks():
    """The first 1,000 of 2^300 ask each list for at most two picks, and make few of the product."""
    asked = [0] * 300

    def endless(number):
        for i in itertools.count():
            asked[number] += 1
            yield Pick(i, i, 1 << number if i else 0)

    whole = product([Lazy(endless(n)) for n in range(300)])
    sizes = [whole.at(i).size for i in range(1000)]
    assert sizes == [0] + [1] * 300 + [2] * 699
    assert max(asked) <= 4


def test_where_a_factor_is_cut_the_product_is_cut_after_what_is_sure():
    def short():
        yield Pick(1, 1, 1)
        raise Cut

    whole = product([Lazy(short()), Lazy(iter([Pick(1, 1, 2), Pick(9, 9, 4)]))])
    assert whole.at(0).mask == 3
    for _ in range(2):
        with pytest.raises(Cut):
            whole.at(1)
