"""How high is a building, if all one has is a barometer, a stopwatch and a superintendent: told as a story.

From A. Radul and G. J. Sussman: The Art of the Propagator, MIT-CSAIL-TR-2009-002 (2009). The numbers that
their system answers with, and the premises that it names for each, are those that the tests of its public
source expect (ProjectMAC/propagators, core/test/barometer-test.scm and dependencies-test.scm).

Three differences. They compute in floating point, rounded to nearest, so that an end can lie on the wrong
side of the true one. They name one set of premises for both ends of an interval together; ours are named for
each end. And a set of theirs may have members that are not needed.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

import claimcheck
from claimcheck import Verdict
from tests.audited import audited

MEASURED = {
    "shadows": {
        "building_shadow": "[54.9, 55.1] m",
        "barometer": "[0.3, 0.32] m",
        "barometer_shadow": "[0.36, 0.37] m",
    },
    "lousy-fall-time": {"fall": "[2.9, 3.3] s"},
    "better-fall-time": {"fall": "[2.9, 3.1] s"},
    "superintendent": {"building": "exactly 45 m"},
    "pressure": {"building": "[46, 50] m"},
}
"""What each of the measurements says."""

QUANTITIES = ("building", "barometer", "building_shadow", "barometer_shadow", "fall")


def known(*sources):
    """The report on what these sources say, beside the two laws and gravity."""
    claims = claimcheck.ClaimSet(title="barometer")
    claims.source("physics")
    for source in MEASURED:
        claims.source(source)
    for name in QUANTITIES[:-1]:
        claims.quantity(name, "m")
    claims.quantity("fall", "s", min="0 s")
    claims.quantity("gravity", "m/s^2")
    claims.claim("gravity", "[9.789, 9.832] m/s^2", source="physics", certain=True)
    for source in sources:
        for quantity, value in MEASURED[source].items():
            claims.claim(quantity, value, source=source)
    claims.relation(
        "building / building_shadow = barometer / barometer_shadow", "similar-triangles", definition=True
    )
    claims.relation("building = gravity * fall^2 / 2", "fall-duration", definition=True)
    claims.report = QUANTITIES
    return audited(claims)


def sources(ends):
    """The sources that some ends' supports name; each end has just one support."""
    for end in ends:
        assert end.complete
        assert end.minimal
        assert len(end.sets) == 1
    return {member.partition("@")[2] for end in ends for member in end.sets[0]}


def rests_on(report, quantity, **choices):
    """The sources that the lower end rests on, and those that the upper end rests on."""
    found = report.supports(quantity, **choices)
    return sources([found.lower]), sources([found.upper])


def says(report, quantity, low, high, **choices):
    """Whether the interval is this one, given with as many digits as they print."""
    bound = report.bounds(quantity, **choices)
    for end, printed in ((bound.lower, low), (bound.upper, high)):
        digits = len(printed.partition(".")[2])
        if round(end, digits) != Fraction(printed):
            return False
    return True


# -- one measurement after another -------------------------------------------------------------------------


def test_shadows_bound_the_height_on_both_sides():
    report = known("shadows")
    assert says(report, "building", "44.514", "48.978")
    assert report.bounds("building").lower == Fraction(3, 10) * Fraction(549, 10) / Fraction(37, 100)
    assert report.bounds("building").upper == Fraction(32, 100) * Fraction(551, 10) / Fraction(36, 100)
    assert rests_on(report, "building") == ({"shadows"}, {"shadows"})
    for end in (report.supports("building").lower, report.supports("building").upper):
        (support,) = end.sets
        assert len(support) == 3  # both shadows and the barometer itself


def test_a_lousy_fall_time_adds_nothing_and_is_not_named():
    report = known("shadows", "lousy-fall-time")
    assert says(report, "building", "44.514", "48.978")
    assert rests_on(report, "building") == ({"shadows"}, {"shadows"})


def test_a_better_fall_time_lowers_the_upper_end():
    report = known("shadows", "lousy-fall-time", "better-fall-time")
    assert says(report, "building", "44.514", "47.243")
    assert report.bounds("building").upper == Fraction(9832, 1000) * Fraction(31, 10) ** 2 / 2
    assert rests_on(report, "building") == ({"shadows"}, {"better-fall-time"})


def test_what_is_known_of_the_height_says_more_of_the_measurements_themselves():
    report = known("shadows", "better-fall-time")
    assert says(report, "barometer", "0.3", "0.31839")
    assert rests_on(report, "barometer") == ({"shadows"}, {"shadows", "better-fall-time"})
    assert says(report, "fall", "3.0091", "3.1")
    assert rests_on(report, "fall") == ({"shadows"}, {"better-fall-time"})


def test_the_superintendent_knows_the_height():
    report = known("shadows", "lousy-fall-time", "better-fall-time", "superintendent")
    assert report.verdict is Verdict.CONSISTENT
    assert says(report, "building", "45", "45")
    assert rests_on(report, "building") == ({"superintendent"}, {"superintendent"})
    assert says(report, "fall", "3.0255", "3.0322")
    assert rests_on(report, "fall") == ({"superintendent"}, {"superintendent"})
    assert says(report, "barometer", "0.3", "0.30328")
    assert says(report, "barometer_shadow", "0.366", "0.37")
    assert says(report, "building_shadow", "54.9", "55.1")
    assert rests_on(report, "building_shadow") == ({"shadows"}, {"shadows"})


def test_of_the_height_of_the_barometer_they_first_name_a_fall_time_that_is_not_needed():
    """Published: (superintendent better-fall-time shadows), later (superintendent shadows)."""
    report = known("shadows", "better-fall-time", "superintendent")
    assert rests_on(report, "barometer") == ({"shadows"}, {"shadows", "superintendent"})
    assert rests_on(report, "barometer_shadow") == ({"shadows", "superintendent"}, {"shadows"})
    without = known("shadows", "superintendent")
    for quantity in ("barometer", "barometer_shadow"):
        assert without.bounds(quantity).base == report.bounds(quantity).base


# -- what if one did not believe them ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("believed", "low", "high", "below", "above"),
    [
        (("shadows", "better-fall-time"), "44.514", "47.243", {"shadows"}, {"better-fall-time"}),
        (("shadows",), "44.514", "48.978", {"shadows"}, {"shadows"}),
        (("better-fall-time",), "41.163", "47.243", {"better-fall-time"}, {"better-fall-time"}),
    ],
)
def test_the_height_by_some_of_the_measurements(believed, low, high, below, above):
    report = known(*believed)
    assert says(report, "building", low, high)
    assert rests_on(report, "building") == (below, above)


def test_without_any_measurement_there_is_no_upper_end():
    report = known()
    assert report.bounds("building").upper is None
    assert report.bounds("building").lower == 0  # no fall takes less than no time
    assert report.supports("building").lower.sets == ((),)


def test_the_barometer_by_the_superintendent_and_the_law_alone():
    """Published: .29401 to .30328 by (superintendent shadows), before it is met with what was measured."""
    claims = known("superintendent", "shadows").claim_set
    expected = next(c.expected for c in audited(claims).claims if c.id == "barometer@shadows")
    assert round(Fraction(expected.lower), 5) == Fraction("0.29401")
    assert round(Fraction(expected.upper), 5) == Fraction("0.30328")


# -- too much is known -------------------------------------------------------------------------------------

ALL = ("shadows", "better-fall-time", "superintendent", "pressure")


def test_then_the_pressure_says_46_to_50():
    """Published: (contradiction (superintendent pressure))."""
    report = known(*ALL)
    assert report.verdict is Verdict.CONTRADICTORY
    (conflict,) = report.conflicts
    assert conflict.members == ("building@superintendent", "building@pressure")
    assert conflict.kind == "disagreement"
    assert conflict.minimal
    assert report.repairs == (("building@superintendent",), ("building@pressure",))


def test_each_of_the_two_says_what_the_other_would_have_had_to_say():
    (conflict,) = known(*ALL).conflicts
    needed = {m: (b.interval.lower, b.interval.upper) for m, b in conflict.would_need.items()}
    assert needed == {"building@superintendent": (46, 50), "building@pressure": (45, 45)}


def test_without_the_superintendent_the_pressure_raises_the_lower_end():
    """Published for the height are (shadows fall-time pressure): neither end needs the shadows."""
    report = known(*ALL)
    choice = {"building": "pressure"}
    assert says(report, "building", "46", "47.243", **choice)
    assert rests_on(report, "building", **choice) == ({"pressure"}, {"better-fall-time"})
    assert says(report, "barometer", "0.30054", "0.31839", **choice)
    assert rests_on(report, "barometer", **choice) == (
        {"shadows", "pressure"},
        {"shadows", "better-fall-time"},
    )


def test_without_the_pressure_all_is_as_it_was():
    report = known(*ALL)
    before = known(*ALL[:-1])
    for quantity in QUANTITIES:
        now = report.bounds(quantity, building="superintendent")
        assert now.base == before.bounds(quantity).base
        assert rests_on(report, quantity, building="superintendent") == rests_on(before, quantity)


# -- in floating point -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("believed", "quantity", "upper", "printed", "inside"),
    [
        (("shadows",), "building", False, "44.51351351351351", False),
        (("shadows",), "building", True, "48.977777777777774", True),
        (("shadows", "better-fall-time"), "building", True, "47.24276000000001", False),
        (("shadows", "better-fall-time"), "barometer", True, ".3183938287795994", False),
        (("shadows", "better-fall-time"), "fall", False, "3.0091234174691017", False),
        (("shadows", "superintendent"), "barometer", True, ".30327868852459017", False),
        (("superintendent",), "fall", False, "3.025522031629098", False),
        (("superintendent",), "fall", True, "3.0321598338046556", True),
    ],
)
def test_their_numbers_are_ours_to_the_last_digits_but_two_are_on_the_wrong_side(
    believed, quantity, upper, printed, inside
):
    """``inside``: what they print cuts off something that is possible. Rounding to nearest does not care."""
    bound = known(*believed).bounds(quantity)
    end, theirs = (bound.upper if upper else bound.lower), Fraction(printed)
    assert abs(end - theirs) <= Fraction(1, 10**14)
    assert (theirs < end if upper else theirs > end) == inside
