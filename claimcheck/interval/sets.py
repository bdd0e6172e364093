"""Sets and comparisons of intervals, and the numbers that describe one (IEEE 1788-2015 sections 9.2 to 9.5).

The comparisons follow the standard's quantified definitions (table 9.3), so they hold for open ends as well.
"""

from __future__ import annotations

from enum import StrEnum

from gmpy2 import mpq

from claimcheck.interval._interval import EMPTY, ENTIRE, Interval, Rational, make

__all__ = [
    "Overlap",
    "cancel_minus",
    "cancel_plus",
    "disjoint",
    "equal",
    "hull",
    "inf",
    "interior",
    "intersection",
    "less",
    "mag",
    "mid",
    "mig",
    "overlap",
    "precedes",
    "rad",
    "strict_less",
    "strict_precedes",
    "subset",
    "sup",
    "wid",
]

_ZERO = mpq(0)


def intersection(a: Interval, b: Interval) -> Interval:
    """The common numbers (section 9.3); returns ``a`` itself where it lies in ``b``."""
    if a.is_empty or b.is_empty:
        return EMPTY
    low, low_closed, high, high_closed = a.lower, a.lower_closed, a.upper, a.upper_closed
    changed = False
    if b.lower is not None:
        if low is None or b.lower > low:
            low, low_closed, changed = b.lower, b.lower_closed, True
        elif low_closed and not b.lower_closed and b.lower == low:
            low_closed, changed = False, True
    if b.upper is not None:
        if high is None or b.upper < high:
            high, high_closed, changed = b.upper, b.upper_closed, True
        elif high_closed and not b.upper_closed and b.upper == high:
            high_closed, changed = False, True
    if not changed:
        return a
    if (
        low is not None
        and high is not None
        and low >= high
        and (low > high or not (low_closed and high_closed))
    ):
        return EMPTY
    return make(low, high, low_closed, high_closed)


def hull(a: Interval, b: Interval) -> Interval:
    """The smallest interval that holds both (convexHull, section 9.3)."""
    if a.is_empty:
        return b
    if b.is_empty:
        return a
    low, low_closed, high, high_closed = a.lower, a.lower_closed, a.upper, a.upper_closed
    if low is not None:
        if b.lower is None or b.lower < low:
            low, low_closed = b.lower, b.lower_closed
        elif b.lower == low:
            low_closed = low_closed or b.lower_closed
    if high is not None:
        if b.upper is None or b.upper > high:
            high, high_closed = b.upper, b.upper_closed
        elif b.upper == high:
            high_closed = high_closed or b.upper_closed
    return make(low, high, low_closed, high_closed)


def _no_number_if_empty(a: Interval) -> None:
    if a.is_empty:
        raise ValueError("the empty interval has no ends, width or middle")


def inf(a: Interval) -> Rational | None:
    """The infimum, None for minus infinity (table 9.2). Raises ValueError for the empty interval."""
    _no_number_if_empty(a)
    return a.lower


def sup(a: Interval) -> Rational | None:
    """The supremum, None for infinity (table 9.2). Raises ValueError for the empty interval."""
    _no_number_if_empty(a)
    return a.upper


def mid(a: Interval) -> Rational:
    """The middle (table 9.2): 0 for the whole line, and a number well inside where one end is missing.

    For ``[l, inf)`` that is ``l + max(1, |l|)``, so that repeated halving reaches any number quickly.
    Raises ValueError for the empty interval.
    """
    _no_number_if_empty(a)
    low, high = a.lower, a.upper
    if low is None:
        return _ZERO if high is None else high - max(1, abs(high))
    return low + max(1, abs(low)) if high is None else (low + high) / 2


def wid(a: Interval) -> Rational | None:
    """Supremum minus infimum, None where unbounded (table 9.2). Raises ValueError for the empty interval."""
    _no_number_if_empty(a)
    return None if a.lower is None or a.upper is None else a.upper - a.lower


def rad(a: Interval) -> Rational | None:
    """Half the width, None where unbounded (table 9.2). Raises ValueError for the empty interval."""
    width = wid(a)
    return None if width is None else width / 2


def mag(a: Interval) -> Rational | None:
    """The largest absolute value, None for infinity (table 9.2). Raises ValueError for the empty interval."""
    _no_number_if_empty(a)
    return None if a.lower is None or a.upper is None else max(-a.lower, a.upper)


def mig(a: Interval) -> Rational:
    """The smallest absolute value (table 9.2). Raises ValueError for the empty interval."""
    _no_number_if_empty(a)
    if a.lower is not None and a.lower > _ZERO:
        return a.lower
    return -a.upper if a.upper is not None and a.upper < _ZERO else _ZERO


def cancel_minus(a: Interval, b: Interval) -> Interval:
    """The tightest closed ``c`` with ``b + c`` enclosing ``a`` (section 9.2, cancelMinus).

    The whole line where there is none: an unbounded argument, or ``a`` narrower than ``b``.
    """
    if a.is_empty:
        return EMPTY if b.is_bounded else ENTIRE
    if b.is_empty or a.lower is None or a.upper is None or b.lower is None or b.upper is None:
        return ENTIRE
    low, high = a.lower - b.lower, a.upper - b.upper
    return make(low, high, True, True) if low <= high else ENTIRE


def cancel_plus(a: Interval, b: Interval) -> Interval:
    """``cancel_minus(a, -b)`` (section 9.2, cancelPlus)."""
    return cancel_minus(a, -b)


def _below(a: Interval, b: Interval, strict: bool) -> bool:
    """Whether each number of ``a`` has one of ``b`` above it (``strict``) or at or above it."""
    if b.upper is None:
        return True
    if a.upper is None or a.upper > b.upper:
        return False
    return bool(a.upper < b.upper or not a.upper_closed or (not strict and b.upper_closed))


def _above(a: Interval, b: Interval, strict: bool) -> bool:
    """Whether each number of ``a`` has one of ``b`` below it (``strict``) or at or below it."""
    if b.lower is None:
        return True
    if a.lower is None or a.lower < b.lower:
        return False
    return bool(a.lower > b.lower or not a.lower_closed or (not strict and b.lower_closed))


def equal(a: Interval, b: Interval) -> bool:
    """The same set (table 9.3)."""
    return a == b


def subset(a: Interval, b: Interval) -> bool:
    """Every number of ``a`` is in ``b`` (table 9.3)."""
    return a.is_empty or (not b.is_empty and _below(a, b, False) and _above(a, b, False))


def interior(a: Interval, b: Interval) -> bool:
    """``a`` lies in the topological interior of ``b`` (table 9.3)."""
    return a.is_empty or (not b.is_empty and _below(a, b, True) and _above(a, b, True))


def less(a: Interval, b: Interval) -> bool:
    """Each of ``a`` has one of ``b`` not below it, each of ``b`` one of ``a`` not above it (table 9.3)."""
    if a.is_empty or b.is_empty:
        return a.is_empty and b.is_empty
    return _below(a, b, False) and _above(b, a, False)


def strict_less(a: Interval, b: Interval) -> bool:
    """As :func:`less`, with strictly above and strictly below (table 9.3)."""
    if a.is_empty or b.is_empty:
        return a.is_empty and b.is_empty
    return _below(a, b, True) and _above(b, a, True)


def precedes(a: Interval, b: Interval) -> bool:
    """Every number of ``a`` is at most every number of ``b`` (table 9.3)."""
    return a.is_empty or b.is_empty or (a.upper is not None and b.lower is not None and a.upper <= b.lower)


def strict_precedes(a: Interval, b: Interval) -> bool:
    """Every number of ``a`` is less than every number of ``b`` (table 9.3)."""
    if a.is_empty or b.is_empty:
        return True
    if a.upper is None or b.lower is None or a.upper > b.lower:
        return False
    return bool(a.upper < b.lower or not (a.upper_closed and b.lower_closed))


def disjoint(a: Interval, b: Interval) -> bool:
    """No common number (table 9.3)."""
    return strict_precedes(a, b) or strict_precedes(b, a)


class Overlap(StrEnum):
    """How two intervals lie to each other, named as in table 10.7."""

    BOTH_EMPTY = "bothEmpty"
    FIRST_EMPTY = "firstEmpty"
    SECOND_EMPTY = "secondEmpty"
    BEFORE = "before"
    MEETS = "meets"
    OVERLAPS = "overlaps"
    STARTS = "starts"
    CONTAINED_BY = "containedBy"
    FINISHES = "finishes"
    EQUALS = "equals"
    FINISHED_BY = "finishedBy"
    CONTAINS = "contains"
    STARTED_BY = "startedBy"
    OVERLAPPED_BY = "overlappedBy"
    MET_BY = "metBy"
    AFTER = "after"


def overlap(a: Interval, b: Interval) -> Overlap:
    """How ``a`` lies to ``b`` (section 10.6.4).

    An open end counts as lying just inside the closed end of the same value, so ``[0, 1)`` and ``[1, 2]``
    do not meet: the first is before the second.
    """
    if a.is_empty or b.is_empty:
        if not a.is_empty:
            return Overlap.SECOND_EMPTY
        return Overlap.BOTH_EMPTY if b.is_empty else Overlap.FIRST_EMPTY
    if strict_precedes(a, b):
        return Overlap.BEFORE
    if strict_precedes(b, a):
        return Overlap.AFTER
    a_starts_in_b, b_starts_in_a = _above(a, b, False), _above(b, a, False)
    a_ends_in_b, b_ends_in_a = _below(a, b, False), _below(b, a, False)
    if a_starts_in_b and b_starts_in_a:
        if a_ends_in_b:
            return Overlap.EQUALS if b_ends_in_a else Overlap.STARTS
        return Overlap.STARTED_BY
    if a_ends_in_b and b_ends_in_a:
        return Overlap.FINISHES if a_starts_in_b else Overlap.FINISHED_BY
    if a_starts_in_b:
        if a_ends_in_b:
            return Overlap.CONTAINED_BY
        return Overlap.MET_BY if a.lower == b.upper else Overlap.OVERLAPPED_BY
    if not a_ends_in_b:
        return Overlap.CONTAINS
    return Overlap.MEETS if a.upper == b.lower else Overlap.OVERLAPS
