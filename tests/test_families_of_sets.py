"""Families of sets: the same answers as from a list that is looked through, however few or many there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimcheck.judging import families
from claimcheck.judging.families import Family

SIZE = 5
sets = st.integers(0, 2**SIZE - 1)
steps = st.lists(st.tuples(st.sampled_from(["add", "add", "drop"]), sets, st.integers(0, 9)), max_size=40)


@pytest.mark.parametrize(("few", "first"), [(0, 0), (3, 2), (8, 1), (64, 32)])
@given(steps=steps, asked=st.lists(sets, min_size=1, max_size=4))
def test_sets_are_found_by_what_holds_them_and_by_what_they_hold(few, first, steps, asked):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(families, "_FEW", few)
        patched.setattr(families, "_FIRST", first)
        family, kept = Family(SIZE), []
        for what, mask, item in steps:
            if what == "add":
                family.add(mask, item)
                kept.append((mask, item))
                continue
            gone = [(m, i) for m, i in kept if not mask & ~m and i < item]
            assert family.drop(mask, lambda i, item=item: i < item) == [i for _, i in gone]
            kept = [each for each in kept if each not in gone]
            assert len(family) == len(kept)
            assert family.items() == [i for _, i in kept]
        for mask in asked:
            inside = [i for m, i in kept if not m & ~mask]
            assert list(family.within(mask)) == inside
            assert family.any_within(mask) == bool(inside)
