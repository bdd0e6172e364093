"""The interval: a connected set of reals with exact rational (or missing) ends, each closed or open.

IEEE 1788-2015 intervals are closed; ours may also exclude an end, because `> 90` and a number that was
truncated do. Every operation returns an enclosure of the exact range: an end may only be marked open when
no point of the range attains it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gmpy2 import mpq

__all__ = ["EMPTY", "ENTIRE", "Interval", "Rational", "interval", "make", "point"]

Rational = Any
"""A gmpy2 ``mpq`` (exact rational). gmpy2 ships no types, hence Any."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A set ``{x : lower <= x <= upper}`` of reals; ``None`` is no bound on that side.

    ``lower_closed``/``upper_closed`` say whether the end itself belongs to the set (an infinite end never
    does; the flag is normalised to False). The empty set is the singleton :data:`EMPTY`, and only that.
    Build intervals with :func:`interval` or :func:`point`, which normalise; the class itself does not check.
    """

    lower: Rational | None
    upper: Rational | None
    lower_closed: bool = True
    upper_closed: bool = True
    is_empty: bool = False

    @property
    def is_point(self) -> bool:
        """Whether the set holds exactly one number."""
        return not self.is_empty and self.lower is not None and self.lower == self.upper

    @property
    def is_bounded(self) -> bool:
        """Whether both ends are finite (the empty set is bounded)."""
        return self.is_empty or (self.lower is not None and self.upper is not None)

    def __contains__(self, x: object) -> bool:
        if self.is_empty:
            return False
        if self.lower is not None and (x < self.lower or (x == self.lower and not self.lower_closed)):
            return False
        return not (
            self.upper is not None and (x > self.upper or (x == self.upper and not self.upper_closed))
        )

    def __neg__(self) -> Interval:
        return arithmetic.neg(self)

    def __add__(self, other: Interval) -> Interval:
        return arithmetic.add(self, other) if isinstance(other, Interval) else NotImplemented

    def __sub__(self, other: Interval) -> Interval:
        return arithmetic.sub(self, other) if isinstance(other, Interval) else NotImplemented

    def __mul__(self, other: Interval) -> Interval:
        return arithmetic.mul(self, other) if isinstance(other, Interval) else NotImplemented

    def __truediv__(self, other: Interval) -> Interval:
        return arithmetic.div(self, other) if isinstance(other, Interval) else NotImplemented

    def __str__(self) -> str:
        if self.is_empty:
            return "empty"
        left = "[" if self.lower_closed else "("
        right = "]" if self.upper_closed else ")"
        low = "-inf" if self.lower is None else str(self.lower)
        high = "inf" if self.upper is None else str(self.upper)
        return f"{left}{low}, {high}{right}"


_new = object.__new__
_set_lower, _set_upper, _set_lower_closed, _set_upper_closed, _set_is_empty = (
    getattr(Interval, name).__set__ for name in Interval.__slots__
)


def make(lower: Rational | None, upper: Rational | None, lower_closed: bool, upper_closed: bool) -> Interval:
    """A non-empty interval from ends already normalised; nothing is checked.

    Writes the slots directly, which takes half the time of a frozen dataclass's ``__init__``; for the
    operations of this package, where building the result would otherwise cost more than the arithmetic.
    """
    x = _new(Interval)
    _set_lower(x, lower)
    _set_upper(x, upper)
    _set_lower_closed(x, lower_closed)
    _set_upper_closed(x, upper_closed)
    _set_is_empty(x, False)
    return x


EMPTY = Interval(mpq(1), mpq(0), False, False, True)
ENTIRE = Interval(None, None, False, False)


def _rational(x: object) -> Rational:
    if isinstance(x, float):
        raise TypeError("a binary float is not an exact number; pass an int, Fraction, mpq or decimal text")
    return mpq(x) if not isinstance(x, Fraction) else mpq(x.numerator, x.denominator)


def interval(
    lower: object | None, upper: object | None, lower_closed: bool = True, upper_closed: bool = True
) -> Interval:
    """The interval from ``lower`` to ``upper`` (ints, Fractions, mpq, decimal text; None: unbounded).

    Returns :data:`EMPTY` when no real lies between the ends.
    """
    low = None if lower is None else _rational(lower)
    high = None if upper is None else _rational(upper)
    if (
        low is not None
        and high is not None
        and (low > high or (low == high and not (lower_closed and upper_closed)))
    ):
        return EMPTY
    return Interval(low, high, lower_closed and low is not None, upper_closed and high is not None)


def point(x: object) -> Interval:
    """The interval that holds just ``x``."""
    q = _rational(x)
    return Interval(q, q)


# The operators need the operations, which need the type: imported once the type is complete.
from claimcheck.interval import arithmetic  # noqa: E402
