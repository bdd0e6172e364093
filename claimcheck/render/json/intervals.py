"""INTERVAL, END and VALUE of the JSON reports: numbers as strings, in the unit a quantity is shown in.

``value`` is rounded outward to 12 digits; ``exact`` is the rational itself where it is known to be the end:
for a claim, for a hard limit, and for a bound that is attained (``gap`` 0).
"""

from __future__ import annotations

from typing import Any

from claimcheck import moments
from claimcheck.decimals import exact_text, lower_text, nearest_text, upper_text
from claimcheck.interval import Interval, Rational
from claimcheck.solver.decision import Bound
from claimcheck.units import Unit, from_base

__all__ = ["base_object", "bound_object", "distance_object", "interval_object", "value_object"]


def interval_object(x: Interval, unit: Unit, *, stated: bool) -> dict[str, Any]:
    """INTERVAL of an interval in base units that is no result: ``stated``, or computed on the way to one."""
    if stated:
        return _interval(x, unit, exact=True, tight=True, gap="0")
    return _interval(x, unit, exact=False, tight=False, gap="1")


def bound_object(bound: Bound, unit: Unit) -> dict[str, Any]:
    """INTERVAL of a bound, without its certificate."""
    attained = bound.tight and bound.gap == 0
    return _interval(bound.interval, unit, exact=attained, tight=bound.tight, gap=upper_text(bound.gap, 3))


def distance_object(distance: Rational, unit: Unit) -> dict[str, Any]:
    """How far apart two values are, in the unit; of dates in seconds."""
    if unit.is_date:
        return {"unit": "s", "value": upper_text(distance)}
    return {"unit": unit.text, "value": upper_text(distance / unit.scale.lower)}


def value_object(x: Interval, unit: Unit) -> dict[str, Any]:
    """VALUE: a point is exact; for a wider interval, the nearest decimal of its middle."""
    shown = from_base(x, unit)
    if shown.lower is None or shown.upper is None:
        raise ValueError("a witness holds bounded values only")
    middle = (shown.lower + shown.upper) / 2
    exact = exact_text(middle) if shown.is_point else None
    text = moments.earliest_text(middle) if unit.is_date else nearest_text(middle)
    return {"unit": unit.text, "value": text, "exact": exact}


def _interval(x: Interval, unit: Unit, *, exact: bool, tight: bool, gap: str) -> dict[str, Any]:
    known = exact and unit.scale.is_point
    shown = from_base(x, unit)
    if x.is_empty:  # no reader should meet it, but it must not look like a value: the ends are crossed
        shown = x
    low = moments.earliest_text if unit.is_date else lower_text
    high = moments.latest_text if unit.is_date else upper_text

    def end(q: Any, text: Any, closed: bool) -> dict[str, Any] | None:
        if q is None:
            return None
        return {"value": text(q), "exact": exact_text(q) if known else None, "closed": closed}

    return {
        "unit": unit.text,
        "lower": end(shown.lower, low, shown.lower_closed),
        "upper": end(shown.upper, high, shown.upper_closed),
        "tight": tight,
        "gap": gap,
    }


def base_object(x: Interval) -> dict[str, Any] | None:
    """Exact ends in base units; None is the empty interval."""
    if x.is_empty:
        return None
    return {
        "lower": None if x.lower is None else exact_text(x.lower),
        "upper": None if x.upper is None else exact_text(x.upper),
        "lower_closed": x.lower_closed,
        "upper_closed": x.upper_closed,
    }
