"""Many claims on one quantity that do not say their scope: intervals on a line, shared out among scopes."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from claimcheck.judging.verification import verify

ends = st.tuples(st.integers(0, 12), st.integers(0, 4)).map(lambda e: (e[0], e[0] + e[1]))
"""Two ends, with which a few claims often meet and often do not."""


def open_claims(intervals, scopes, integer=False):
    """One quantity in some scopes, and claims on it of which none says its scope."""
    return {
        "claimcheck": 1,
        "sources": {"a": {"title": "A"}},
        "scopes": {"part": dict.fromkeys(scopes, "")},
        "quantities": {"x": {"unit": "m", "scopes": ["part"], "integer": integer}},
        "claims": [
            {"quantity": "x", "value": f"[{low}, {high}] m", "source": "a", "id": f"c{i}"}
            for i, (low, high) in enumerate(intervals)
        ],
    }


def fit(intervals, scopes):
    """Whether the intervals can be shared out so that those of one scope meet: pierced by as many points."""
    points = 0
    reached = None
    for low, high in sorted(intervals, key=lambda e: e[1]):
        if reached is None or low > reached:
            points, reached = points + 1, high
    return points <= scopes


def by_hand(intervals, scopes):
    """All conflicts and all repairs, every subset tried."""
    claims = range(len(intervals))
    apart = [
        (i, j)
        for i, j in itertools.combinations(claims, 2)
        if intervals[i][1] < intervals[j][0] or intervals[j][1] < intervals[i][0]
    ]
    conflicts = {
        frozenset((f"x@a#c{i}", f"x@a#c{j}", f"relation:x@a#c{i}[{s}]", f"relation:x@a#c{j}[{s}]"))
        for i, j in apart
        for s in scopes
    }
    repairs = set()
    for size in range(len(intervals) + 1):
        for dropped in map(frozenset, itertools.combinations(claims, size)):
            left = [x for i, x in enumerate(intervals) if i not in dropped]
            if not any(r <= dropped for r in repairs) and fit(left, len(scopes)):
                repairs.add(dropped)
    return conflicts, {frozenset(f"x@a#c{i}" for i in r) for r in repairs if r}


def found(report):
    assert report.complete
    assert report.repairs_complete
    assert all(c.minimal for c in report.conflicts)
    return {frozenset(c.members) for c in report.conflicts}, {frozenset(r) for r in report.repairs}


@settings(max_examples=40)
@given(st.lists(ends, min_size=1, max_size=6), st.sampled_from(("ab", "abc")), st.booleans())
def test_open_claims_on_one_quantity_are_shared_out_among_its_scopes(intervals, scopes, integer):
    assert found(verify(open_claims(intervals, scopes, integer))) == by_hand(intervals, scopes)


def test_of_many_open_claims_all_conflicts_and_repairs_are_found():
    """512 ways to say what nine claims speak of."""
    starts = (15, 34, 23, 30, 37, 58, 16, 14, 45)
    sizes = (23, 9, 24, 25, 7, 20, 22, 11, 20)
    intervals = [(a, a + n) for a, n in zip(starts, sizes, strict=True)]
    report = verify(open_claims(intervals, ("both", "last")))
    assert found(report) == by_hand(intervals, ("both", "last"))
    assert min(report.repairs, key=len) == ("x@a#c7",)
    assert len(report.scenarios) == 512


def test_a_product_of_scopes_is_searched():
    """One of the three claims is about the other side, whichever that is."""
    claims = open_claims([(3, 4), (8, 9), (3, 9)], ("a", "b"))
    claims["quantities"]["y"] = {"unit": "m^2"}
    claims["claims"].append({"quantity": "y", "value": "[24, 36] m^2", "source": "a"})
    claims["relations"] = {"area": "y = x[a] * x[b]"}
    report = verify(claims)
    assert str(report.verdict) == "consistent"
