"""Units: text to an exact factor and a dimension. The only module that imports pint."""

from __future__ import annotations

from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck.interval import Interval, Rational, point

__all__ = ["DATE", "DIMENSIONLESS", "Dimension", "Unit"]

Dimension = tuple[tuple[str, Rational], ...]
"""Base unit names with their non-zero exponents, sorted by name; () is dimensionless."""


_ZERO = mpq(0)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: ``value in base units = scale * value + offset``.

    ``scale`` is a point where the factor is rational and an enclosure where it holds pi; ``offset`` is not
    zero for degC and degF only. ``is_date`` marks points in time (seconds since 1970-01-01T00:00Z).
    """

    text: str
    dimension: Dimension
    scale: Interval
    offset: Rational = _ZERO
    is_date: bool = False


DIMENSIONLESS = Unit("", (), point(1))
DATE = Unit("date", (("second", mpq(1)),), point(1), is_date=True)
