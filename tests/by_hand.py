"""Arithmetic with printed numbers, by nothing but `fractions`: a judge that shares no code with the checker.

A `Span` is an interval of Fractions whose operations evaluate corners.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Span:
    """All numbers from `low` to `high`."""

    low: Fraction
    high: Fraction

    def _corners(self, other, operate):
        found = [operate(a, b) for a, b in itertools.product((self.low, self.high), (other.low, other.high))]
        return Span(min(found), max(found))

    def __mul__(self, other):
        return self._corners(span(other), lambda a, b: a * b)

    def __truediv__(self, other):
        return self._corners(span(other), lambda a, b: a / b)

    def __add__(self, other):
        return self._corners(span(other), lambda a, b: a + b)

    def __sub__(self, other):
        return self._corners(span(other), lambda a, b: a - b)

    def __and__(self, other):
        return Span(max(self.low, other.low), min(self.high, other.high))

    __rmul__ = __mul__
    __radd__ = __add__

    @property
    def is_empty(self):
        return self.low > self.high


def span(x):
    """A number as a span of no width; a span as it is."""
    return x if isinstance(x, Span) else Span(Fraction(x), Fraction(x))


def printed(digits, last_place):
    """What a printed number stands for: half a unit of its last place either way."""
    half = Fraction(last_place) / 2
    return Span(Fraction(digits) - half, Fraction(digits) + half)


def clash(a, b):
    """Whether no number is in both."""
    return (span(a) & span(b)).is_empty
