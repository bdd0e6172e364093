"""Intervals of reals with exact ends and outward rounding (IEEE 1788-2015 operations and names)."""

from claimcheck.interval._interval import EMPTY, ENTIRE, Interval, Rational, interval, point

__all__ = ["EMPTY", "ENTIRE", "Interval", "Rational", "interval", "point"]
