"""Forest plots: axes on which everything has its place, and rows that name their scenarios."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

import claimcheck
from claimcheck.interval import EMPTY, ENTIRE, interval, point
from claimcheck.judging.report import Status, Verdict
from claimcheck.render.axis import axis_of
from claimcheck.render.forest import forest, forests, left_over, telling
from claimcheck.units import DIMENSIONLESS, UnitTable, from_base
from tests.pages import many
from tests.shipped import NAMES, checked
from tests.strategies import rational_intervals, small_claim_sets

PERCENT = UnitTable().parse("percent")
DATE = UnitTable().parse("date")
UNITS = st.sampled_from([DIMENSIONLESS, PERCENT, DATE])


def shown(x, unit):
    return x if unit.is_date else from_base(x, unit)


# -- axes ---------------------------------------------------------------------------------------------------


@given(st.lists(rational_intervals(), min_size=1, max_size=6), UNITS)
def test_every_interval_has_a_place_and_the_order_is_kept(xs, unit):
    axis = axis_of(xs, unit)
    if axis is None:
        assert all(x.is_empty or x == ENTIRE for x in xs)
        return
    placed = []
    for x in xs:
        span = axis.span(x)
        if x.is_empty:
            assert span is None
            continue
        assert 0 <= span.start <= span.end <= 1
        assert (span.open_below, span.open_above) == (x.lower is None, x.upper is None)
        ends = shown(x, unit)
        placed += [
            (q, place) for q, place in ((ends.lower, span.start), (ends.upper, span.end)) if q is not None
        ]
    placed.sort()
    assert [place for _, place in placed] == sorted(place for _, place in placed)
    # An end is no edge of the picture: something is seen beyond it.
    assert all(0 < place < 1 for _, place in placed)


@given(st.lists(rational_intervals(), min_size=1, max_size=4), st.sampled_from([DIMENSIONLESS, PERCENT]))
def test_the_number_under_a_tick_is_its_value(xs, unit):
    axis = axis_of(xs, unit)
    if axis is None:
        return
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 10
    assert ticks == sorted(ticks)
    for place, text in ticks:
        assert axis.place(mpq(Fraction(text.replace(",", "")))) == place
        assert 0 <= place <= 1
    assert len({text for _, text in ticks}) == len(ticks)


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0, 40, ["01-01 00:00", "01-01 00:00:30"]),
        (0, 86400, ["01-01 00:00", "01-01 12:00", "01-02 00:00"]),
        (0, 20 * 86400, ["1970-01-01", "1970-01-11", "1970-01-21"]),
        (0, 10**9, ["1970-01-01", "1985-12-28", "2001-12-24"]),
        (-(10**13), 10**13, ["-260000-01-19", "1970-01-01", "+263939-12-15"]),
    ],
)
def test_ticks_of_dates_are_round_moments(low, high, told):
    assert [text for _, text in axis_of([interval(low, high)], DATE).ticks()] == told


def test_an_axis_is_logarithmic_where_values_are_far_apart():
    far = axis_of([point(1), point(1000)], DIMENSIONLESS)
    assert far.logarithmic
    assert [text for _, text in far.ticks()] == ["1", "10", "100", "1000"]
    assert not axis_of([point(0), point(1000)], DIMENSIONLESS).logarithmic
    assert not axis_of([point(10), point(20)], DIMENSIONLESS).logarithmic
    assert [t for _, t in axis_of([point(mpq(1, 10**400)), point(mpq(10**400))], DIMENSIONLESS).ticks()]


def test_what_has_no_end_has_no_axis():
    assert axis_of([ENTIRE], DIMENSIONLESS) is None
    assert axis_of([EMPTY], DIMENSIONLESS) is None
    assert axis_of([], DIMENSIONLESS) is None


# -- rows ---------------------------------------------------------------------------------------------------


def check_rows(report):
    """Each scenario that has a value is in one row, with its interval, and no two rows have one label.

    Where no scenario can be true the one row is the hull, if there is one: the quantity itself can.
    """
    contradictory = all(s.verdict is Verdict.CONTRADICTORY for s in report.scenarios)
    for plot in forests(report):
        if contradictory:
            hull = report.hull.get(plot.quantity)
            assert [(row.bound, row.scenarios) for row in plot.rows] == ([(hull, ())] if hull else [])
            continue
        having = [
            i
            for i, s in enumerate(report.scenarios)
            if s.verdict is not Verdict.CONTRADICTORY and plot.quantity in s.bounds
        ]
        assert sorted(i for row in plot.rows for i in row.scenarios) == having
        for row in plot.rows:
            bounds = {report.scenarios[i].bounds[plot.quantity].interval for i in row.scenarios}
            assert bounds == {row.bound.interval}
        assert len({row.bound.interval for row in plot.rows}) == len(plot.rows)
        if len(plot.rows) > 1:
            assert len({row.label for row in plot.rows}) == len(plot.rows)
            assert all(row.label for row in plot.rows)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "opt175b-full.yaml"])
def test_rows_of_the_shipped_files(name):
    check_rows(checked(name))


@settings(max_examples=40)
@given(small_claim_sets())
def test_rows_of_any_claims(claims):
    check_rows(claimcheck.verify(claims))


def test_scenarios_with_the_same_interval_share_a_row():
    plots = {f.quantity: f for f in forests(checked("opt175b.yaml"))}
    assert [row.label for row in plots["busy"].rows] == ["992 GPU (paper)", "1024 GPU (final-update)"]
    assert [row.scenarios for row in plots["busy"].rows] == [(0, 1), (2, 3)]
    assert [row.scenarios for row in plots["uptime"].rows] == [(0,), (1,), (2,), (3,)]
    assert [row.against for row in plots["uptime"].rows] == [(), (), (), ("C1",)]
    assert plots["uptime"].rows[3].label == "1024 GPU (final-update), 63 day (logbook)"


def test_a_claim_that_follows_nowhere_is_counted():
    report = checked("opt175b.yaml")
    first = forests(report)[0]
    assert first.quantity == "uptime"  # what is contradicted comes first
    told = [(m.text, m.status, m.fits, m.among, m.outside) for m in first.marks]
    assert told == [
        ("51.7 %", Status.CONTRADICTED, 0, 4, True),
        ("58.9 %", Status.SUPPORTED, 1, 4, False),
    ]
    assert telling(report).id == "C1"
    assert left_over(report) == ""


def test_where_nothing_holds_what_no_contradiction_reaches_is_drawn():
    report = checked("deepseek-v3.yaml")
    assert report.overview.verdicts[Verdict.CONSISTENT] == 0
    (row,) = forest(report, "total_hours").rows
    assert (row.label, row.bound) == ("", report.hull["total_hours"])
    said = (
        "Not all of the evidence can be true; what is drawn here follows from what no contradiction reaches."
    )
    assert left_over(report) == said


def test_nothing_is_drawn_of_what_a_contradiction_reaches():
    report = claimcheck.verify("""\
claimcheck: 1
sources: {a: {title: A}, b: {title: B}}
quantities: {x: , y: , z: }
claims:
  - {quantity: x, value: 1, source: a}
  - {quantity: x, value: 5, source: b}
  - {quantity: y, value: 100, source: a}
  - {quantity: z, value: 7, source: a}
relations: {r: y = 2 * x}
report: [y, z]
""")
    assert forest(report, "y").rows == ()
    assert [r.bound for r in forest(report, "z").rows] == [report.hull["z"]]
    assert left_over(report).startswith("Every combination of sources and relations is contradictory;")


def test_a_group_that_no_product_describes_is_spelled_out():
    claims = claimcheck.ClaimSet()
    for source in "st":
        claims.source(source)
        claims.quantity("a" if source == "s" else "b")
    claims.quantity("c")
    for name in "ab":
        claims.claim(name, "exactly 1", source="s")
        claims.claim(name, "exactly 2", source="t")
    claims.relation("c = a * b")
    rows = forest(claimcheck.verify(claims), "c").rows
    assert [row.label for row in rows] == [
        "a: exactly 1 (s), b: exactly 1 (s)",
        "a: exactly 1 (s), b: exactly 2 (t); a: exactly 2 (t), b: exactly 1 (s)",
        "a: exactly 2 (t), b: exactly 2 (t)",
    ]


def test_of_too_many_rows_those_of_the_effects_are_drawn():
    report = many(6)
    plot = forest(report, "total")
    assert [row.label for row in plot.rows[:2]] == ["x5: exactly 243 (s)", "x5: exactly 486 (t)"]
    assert len(plot.rows) == 12
    for row in plot.rows:
        name, picked = row.picked
        (id,) = picked
        assert row.bound.interval == report.bounds("total", **{name: id}).base
    assert plot.notes[0].startswith("64 combinations are too many to draw; each row settles one choice")


def test_without_effects_the_first_rows_are_drawn():
    report = many(6)
    bare = dataclasses.replace(report, overview=dataclasses.replace(report.overview, effects=()))
    plot = forest(bare, "total")
    assert len(plot.rows) == 24
    assert plot.notes[0] == "64 combinations are too many to draw; these are the first"
