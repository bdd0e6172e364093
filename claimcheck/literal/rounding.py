"""What a number printed with so many digits stands for, by the way its source rounds."""

from __future__ import annotations

from claimcheck.interval import Interval, interval, point
from claimcheck.literal.reading import PrintedNumber, decimal_text

__all__ = ["ROUNDINGS", "as_printed", "ends_text"]

ROUNDINGS = ("nearest", "down", "up", "truncated", "any")


def as_printed(number: PrintedNumber, rounding: str, integer: bool) -> tuple[Interval, str]:
    """The interval a printed number stands for, and how that is said.

    With unit u of the last printed digit: ``nearest`` is u/2 either way, ends included (no rule for halves is
    assumed); ``down`` is [v, v+u); ``up`` is (v-u, v]; ``truncated`` goes towards zero; ``any`` is less than
    u either way. A plain whole number of an ``integer`` quantity is exact.
    """
    value, unit = number.value, number.quantum
    if integer and number.plain:
        return point(value), "is a count: exactly that number"
    if rounding == "nearest":
        x = interval(value - unit / 2, value + unit / 2)
        return x, f"rounded to the last printed digit: {ends_text(x)}"
    if rounding == "any" or (rounding == "truncated" and value == 0):
        x = interval(value - unit, value + unit, False, False)
    elif rounding == "down" or (rounding == "truncated" and value > 0):
        x = interval(value, value + unit, True, False)
    else:
        x = interval(value - unit, value, False, True)
    how = {"any": "rounded in any direction", "truncated": "truncated"}.get(rounding, f"rounded {rounding}")
    return x, f"{how} at the last printed digit: {ends_text(x)}"


def ends_text(x: Interval) -> str:
    """``146.5 to 147.5``, telling which ends are left out (both are finite)."""
    low, high = decimal_text(x.lower), decimal_text(x.upper)
    return f"{'' if x.lower_closed else 'above '}{low} to {'' if x.upper_closed else 'below '}{high}"
