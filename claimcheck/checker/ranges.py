"""Sets of numbers between two ends, in exact fractions."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from math import inf
from typing import Any, NamedTuple

__all__ = ["ALL", "EMPTY", "NEGATIVE", "ONE", "POSITIVE", "ZERO", "Range", "at", "hull", "rational", "span"]

End = tuple[Any, int]
"""A number (a fraction or infinite) and a side: 1 just above it, -1 just below it, 0 the number itself."""


class Range(NamedTuple):
    """The numbers from one end to another: ``((2, 1), (3, 0))`` is 2 < x <= 3.

    As a formula's range it also tells what the formula is over its inputs: ``sure`` is 2 if it is defined and
    continuous there, 1 if it is defined, and 0 if that is not known (the decorations of IEEE 1788).
    """

    low: End
    high: End
    sure: int = 2

    @property
    def empty(self) -> bool:
        """Whether it holds no number."""
        return self.low > self.high

    def inside(self, other: Range) -> bool:
        """Whether another range holds every number of this one."""
        return other.low <= self.low and self.high <= other.high

    def __and__(self, other: Range) -> Range:
        """The numbers in both."""
        both = Range(max(self.low, other.low), min(self.high, other.high))
        return EMPTY if both.empty else both

    def whole(self, step: Fraction | None) -> Range:
        """What is left for whole multiples of a step, if there is one."""
        if step is None or self.empty:
            return self

        def first(q: Any, side: int) -> Any:
            """The least multiple from an end on."""
            return q if abs(q) == inf else step * (q // step + 1 if side else -(-q // step))

        return span(first(*self.low), -first(-self.high[0], self.high[1]))


def span(low: Any, high: Any, has_low: bool = True, has_high: bool = True) -> Range:
    """The range between two numbers (None: endless), each of which belongs to it or not."""
    low, high = -inf if low is None else low, inf if high is None else high
    return ALL & Range((low, 0 if has_low else 1), (high, 0 if has_high else -1))


def at(number: Any) -> Range:
    """A single number."""
    return Range((Fraction(number), 0), (Fraction(number), 0))


def hull(*parts: Range) -> Range:
    """All numbers from the least in any part to the greatest."""
    low, high, sure = zip(EMPTY, *parts, strict=True)
    return Range(min(low), max(high), min(sure))


def rational(text: str) -> Fraction:
    """The number that a report writes, as a fraction or a decimal of a sane size. Raises ValueError."""
    if type(text) is not str or not re.fullmatch(r"-?\d+(/\d+|(\.\d+)?(E[+-]?\d{1,4})?)", text):
        raise ValueError(f"{text!r:.40} is no number")
    above, _, below = text.partition("/")
    return Fraction(Decimal(above)) / Fraction(Decimal(below or 1))  # of any number of digits


ALL, EMPTY, ZERO, ONE = Range((-inf, 1), (inf, -1)), Range((inf, 1), (-inf, -1)), at(0), at(1)
NEGATIVE, POSITIVE = span(-inf, Fraction(0), has_high=False), span(Fraction(0), inf, has_low=False)
