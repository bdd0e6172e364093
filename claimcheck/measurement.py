"""Quantities with their limits, and the text of a value read for one: an exact interval in base units."""

from __future__ import annotations

import math

from claimcheck.diagnostics import InputProblem
from claimcheck.entries import Quantity, Settings
from claimcheck.faults import Faults
from claimcheck.interval import Interval, Rational, interval
from claimcheck.literal import Reading, read_date, read_value
from claimcheck.units import DATE, DIMENSIONLESS, Unit, UnitTable, format_dimension, from_base, to_base

__all__ = ["read_claimed", "read_limit", "read_positive", "read_quantity", "read_tolerance"]


def read_quantity(
    name: str,
    unit: str = "",
    integer: bool = False,
    min: str | int | None = None,
    max: str | int | None = None,
    description: str = "",
    *,
    units: UnitTable,
    faults: Faults,
) -> Quantity | None:
    """A quantity from texts; None, with ``faults``, where they do not fit.

    CC103 (a date or a temperature that is to be counted), CC109 (empty limits), CC2xx (unit or limit).
    """
    before = len(faults.found)
    read = DATE if unit.strip() == "date" else faults.attempt("unit", lambda: units.parse(unit))
    if read is not None and read.is_date and integer:
        faults.add("integer", "CC103", "a date cannot be an integer quantity", "drop `integer`")
    elif read is not None and integer and (read.offset or not read.scale.is_point):
        why = "counts from its own zero" if read.offset else "has an irrational factor"
        hint = "drop `integer`, or use a unit whose whole numbers are multiples of one size"
        faults.add("integer", "CC103", f"{unit.strip()} {why}: it does not count anything", hint)
    limits: list[Interval | None] = [None, None]
    if read is not None:
        for i, (key, text) in enumerate((("min", min), ("max", max))):
            if text is not None:
                limits[i] = faults.attempt(key, lambda text=text: read_limit(str(text), read, units))  # type: ignore[misc]
    if len(faults.found) > before or read is None:
        return None
    low, high = limits
    domain = interval(
        None if low is None else low.lower,
        None if high is None else high.upper,
        low is None or low.lower_closed,
        high is None or high.upper_closed,
    )
    if domain.is_empty or (integer and _holds_no_whole_number(from_base(domain, read))):
        what = "whole number" if integer else "value"
        faults.add("max", "CC109", f"no {what} lies between min and max", "swap or widen the limits")
        return None
    written = ("" if min is None else str(min), "" if max is None else str(max))
    return Quantity(name, read, integer, domain, description, written)


def _holds_no_whole_number(x: Interval) -> bool:
    if x.lower is None or x.upper is None:
        return False
    low, high = math.ceil(x.lower), math.floor(x.upper)
    low += not x.lower_closed and low == x.lower
    high -= not x.upper_closed and high == x.upper
    return bool(low > high)


def read_claimed(
    text: str, quantity: Quantity, units: UnitTable, settings: Settings, rounding: str = ""
) -> tuple[Reading, Unit, Interval]:
    """The reading of a claim's value, its unit, and its interval in base units.

    ``rounding`` overrides the settings'. Raises InputProblem (CC20x value, CC22x unit, CC262 dimension).
    """
    if quantity.unit.is_date:
        reading = read_date(text)
        return reading, DATE, reading.interval

    def read(integer: bool) -> Reading:
        return read_value(
            text,
            integer=integer,
            rounding=rounding or settings.rounding,
            approximately=settings.approximately,
            coverage=settings.coverage,
        )

    reading = read(quantity.integer)
    if not reading.unit:
        return reading, quantity.unit, to_base(reading.interval, quantity.unit)
    unit = _unit_of(reading, quantity, units)
    if quantity.integer and unit.scale != quantity.unit.scale:
        reading = read(False)  # "4 kGPU" is rounded to thousands: not the whole number 4000
    return reading, unit, to_base(reading.interval, unit)


def _unit_of(reading: Reading, quantity: Quantity, units: UnitTable) -> Unit:
    """The unit that a value was printed in, which must fit the quantity."""
    start, end = reading.unit_start, reading.unit_start + len(reading.unit)
    try:
        unit = units.parse(reading.unit)
    except InputProblem as problem:
        raise InputProblem(
            problem.code,
            problem.message,
            problem.hint,
            start=start + max(problem.start, 0),
            end=end if problem.end < 0 else start + problem.end,
        ) from None
    if unit.is_date or unit.dimension != quantity.unit.dimension:
        read = "a date" if unit.is_date else format_dimension(unit.dimension)
        raise InputProblem(
            "CC262",
            f"the value is in {reading.unit} ({read}), but {quantity.name} is in "
            f"{quantity.unit.text or 'plain numbers'} ({format_dimension(quantity.unit.dimension)})",
            "convert the value, or change the quantity's unit",
            start=start,
            end=end,
        )
    return unit


def read_limit(text: str, unit: Unit, units: UnitTable) -> Interval:
    """A hard limit as an exact point (for a date: the span it names) in base units."""
    if unit.is_date:
        return read_date(text).interval
    bare = text.removeprefix("exactly").strip()
    try:
        return read_claimed(f"exactly {bare}", Quantity("the limit", unit), units, Settings(), "nearest")[2]
    except InputProblem as problem:
        if problem.start >= 0:
            shift = max(text.find(bare), 0) - len("exactly ")
            problem.start, problem.end = max(problem.start + shift, 0), max(problem.end + shift, -1)
        raise


def read_tolerance(text: str, units: UnitTable) -> Rational:
    """A relative tolerance such as ``10 %``, as a rational. Raises InputProblem CC108."""
    width = read_limit(text, DIMENSIONLESS, units).lower
    if width is None or not 0 <= width < 1:
        raise InputProblem("CC108", f"{text!r} is no relative tolerance", "write it as 10 %")
    return width


def read_positive(text: str, units: UnitTable) -> Rational:
    """A plain number above 0 and up to a million. Raises InputProblem CC108."""
    number = read_limit(text, DIMENSIONLESS, units).lower
    if number is None or number <= 0:
        raise InputProblem("CC108", f"{text!r} is no positive number", "write it as 2 or 2.5")
    if number > 1_000_000:
        raise InputProblem("CC108", f"{text!r} is more than a million", "write a number up to 1000000")
    return number
