"""Shares of a total that nobody printed: products with a factor between bounds, put together as sums."""

import json
from fractions import Fraction

import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from claimcheck.audit import audit_file
from claimcheck.files.loader import load
from claimcheck.interval import ENTIRE, interval
from claimcheck.judging.report import Verdict
from claimcheck.judging.verification import verify
from claimcheck.render import Options, render
from claimcheck.solver.bilinear import bounded_rows
from tests.problems import make

RELATIONS = (
    ("x = y / z", lambda y, z, u: y / z),
    ("x = y * z", lambda y, z, u: y * z),
    ("x = y * z - u", lambda y, z, u: y * z - u),
    ("x = y / (z + u)", lambda y, z, u: y / (z + u)),
    ("x = y / z + u", lambda y, z, u: y / z + u),
    ("x = 3 * y / (2 * z) - y * u", lambda y, z, u: 3 * y / (2 * z) - y * u),
    ("x / y = u / z", lambda y, z, u: y * u / z),
    ("x <= y / z", lambda y, z, u: y / z - abs(u)),
    ("x > y * z", lambda y, z, u: y * z + abs(u)),
)
"""With a value of x for which it holds (for ``>`` where u is not 0)."""

NUMBERS = st.integers(-6, 6).map(mpq)
ROOM = st.one_of(st.none(), st.integers(0, 5), st.just("open"))


@st.composite
def relations_with_points(draw):
    text, solve = draw(st.sampled_from(RELATIONS))
    y, z, u = (draw(NUMBERS) for _ in range(3))
    try:
        point = {"x": mpq(solve(y, z, u)), "y": y, "z": z, "u": u}
    except ZeroDivisionError:
        return None
    if (text == "x / y = u / z" and not y) or (text == "x > y * z" and not u):
        return None
    box = []
    for name in "xyzu":
        low, high = draw(ROOM), draw(ROOM)
        # An open end lies a little away from the point, most often at zero.
        below = None if low is None else min(mpq(0), point[name] - 1) if low == "open" else point[name] - low
        above = (
            None if high is None else max(mpq(0), point[name] + 1) if high == "open" else point[name] + high
        )
        box.append(interval(below, above, low not in (None, "open"), high not in (None, "open")))
    return text, [point[n] for n in "xyzu"], box


@given(relations_with_points())
def test_rows_hold_wherever_the_relation_does(case):
    if case is None:
        return
    text, point, box = case
    problem = make(dict.fromkeys("xyzu", ENTIRE), [text], {})
    (constraint,) = problem.constraints.values()
    for row in bounded_rows(constraint, box):
        assert sum(w * point[v] for v, w in row.weights.items()) in row.range
        assert set(row.fixed) <= set(constraint.variables)


def test_a_share_between_bounds_gives_two_sums():
    problem = make(dict.fromkeys(("share", "count", "total"), ENTIRE), ["share = count / total"], {})
    (constraint,) = problem.constraints.values()
    share = interval(mpq(1, 4), mpq(1, 3))
    least, most = bounded_rows(constraint, [share, ENTIRE, interval(0, None)])
    assert (least.weights, least.range) == ({1: -1, 2: mpq(1, 4)}, interval(None, 0))
    assert (most.weights, most.range) == ({1: -1, 2: mpq(1, 3)}, interval(0, None))
    assert set(least.fixed) == {0, 2}
    assert not bounded_rows(constraint, [share, ENTIRE, ENTIRE])  # the sign of the total is not known


# -- surveys ------------------------------------------------------------------------------------------------


def survey(shares, votes=(), total=None):
    """A table of shares in percent and votes (texts, may be empty) that add up to a total."""
    votes = [*votes, *[""] * (len(shares) - len(votes))]
    rows = {
        f"p{i}": {k: v for k, v in (("share", f"{s} %" if s else ""), ("votes", v)) if v}
        for i, (s, v) in enumerate(zip(shares, votes, strict=True))
    }
    claims = [] if total is None else [{"quantity": "total", "value": total, "source": "poll"}]
    return {
        "claimcheck": 1,
        "sources": {"poll": {"title": "The poll"}},
        "tables": {
            "parties": {
                "source": "poll",
                "columns": {"votes": {"unit": "person", "integer": True}, "share": {"unit": "percent"}},
                "rows": rows,
            }
        },
        "quantities": {"total": {"unit": "person", "integer": True}},
        "claims": claims,
        "relations": {
            "share": {"for": "parties", "equation": "share = votes / total"},
            "total": "total = sum(parties.votes)",
        },
    }


def cleared(proof):
    """The steps that put relations together after their divisors were cleared, in all cases of a proof."""
    own = [s for s in proof.steps if s.combined == "cleared"]
    return own if proof.split is None else own + cleared(proof.split.lower) + cleared(proof.split.upper)


def test_a_survey_of_five_parties_without_its_total():
    """Only three counts are printed. They fit, and what is missing follows to within a person."""
    fits = survey(["31.4", "24.2", "19.1", "14.9", "10.4"], ["402", "310", "", "191", ""])
    report = verify(fits)
    assert (report.verdict, report.complete) == (Verdict.CONSISTENT, True)
    total = report.bounds("total")
    assert (total.lower, total.upper) == (1280, 1281)


@pytest.mark.parametrize("votes", [(), ("", "", "460", "", "499")])
def test_shares_of_an_unprinted_total_that_add_up_to_too_much(votes):
    report = verify(survey(["22.4", "22.2", "20.4", "13.4", "22.2"], votes))
    assert report.verdict is Verdict.CONTRADICTORY
    assert report.complete
    assert report.repairs_complete
    assert all(c.minimal for c in report.conflicts)
    assert any(cleared(c.proof) for c in report.conflicts)
    too_much = {f"parties.share[p{i}]@poll" for i in range(5)} | {f"relation:share[p{i}]" for i in range(5)}
    assert too_much | {"relation:total"} in [set(c.members) for c in report.conflicts]


@settings(max_examples=12)
@given(st.lists(st.integers(5, 50), min_size=2, max_size=4))
def test_shares_alone_can_hold_if_they_add_up_to_one(tenths):
    """Whole counts of a total that is large enough have any shares, so only the sum of the shares matters."""
    shares = [Fraction(t, 100) for t in tenths]
    off = abs(sum(shares) - 1) - Fraction(len(shares), 200)
    report = verify(survey([str(t) for t in tenths]))
    if off > 0:
        assert report.verdict is Verdict.CONTRADICTORY
    elif off < 0:
        assert report.verdict is Verdict.CONSISTENT
    else:
        assert report.verdict is not Verdict.CONTRADICTORY


def test_the_auditor_wants_divisors_cleared_only_where_it_says_so():
    claims = survey(["22.4", "22.2", "20.4", "13.4", "22.2"])
    entry = json.loads(render("json", [verify(claims)], Options()))["files"][0]
    assert not audit_file(entry, load(claims)).refused
    steps = [s for s in entry["certificate"]["steps"] if s["how"] and s["how"]["combined"] == "cleared"]
    assert steps
    steps[0]["how"]["combined"] = "sum"
    assert audit_file(entry, load(claims)).refused
