"""Interval arithmetic on whole arrays of doubles, with a bound on the error of each end.

A :class:`Table` holds both ends of many ranges and says how far the true ends can be: relatively where it is
made of products and of sums of one sign, else absolutely (running error analysis: Wilkinson, Rounding Errors
in Algebraic Processes, 1963; Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.3).
So an operation costs little more than its floating-point operations, and ends are moved outward only once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from claimcheck.interval import Interval, Rational
from claimcheck.solver.floats import limits_of
from claimcheck.solver.optimum import GAP

__all__ = ["CARE", "LARGEST", "TINY", "ULP", "NotSwept", "Table", "applied", "double", "ends_of", "exactly"]

Array = Any
"""A numpy array of doubles."""

ULP = 2.0**-51
"""More than the relative error of one operation in any rounding mode, and of computing with errors."""
CARE = 1 + 2.0**-40
"""What computed errors are multiplied by, for the error of computing them."""
TINY = 1e-290
"""Beyond the absolute error of what underflows."""
LARGEST = 1e290
"""Beyond it products of few numbers may overflow."""


class NotSwept(Exception):
    """The operation, or the size of the numbers, is not one that tables are made for."""


@dataclass(frozen=True, slots=True)
class Table:
    """Ends of ranges; each true end is within ``relative * |end| + absolute`` of the one given.

    The arrays have an axis for each of a grid's parts, or one axis for rows.
    """

    low: Array
    high: Array
    relative: float
    absolute: Array | None = None
    smallest: float = 1.0
    largest: float = 1.0
    """Between these sizes lies every end that is not zero, where the error is relative."""

    def each(self, change: Callable[[Array], Array]) -> Table:
        """The same with every array changed."""
        absolute = None if self.absolute is None else change(self.absolute)
        low, high = change(self.low), change(self.high)
        return Table(low, high, self.relative, absolute, self.smallest, self.largest)

    @property
    def error(self) -> Array:
        """How far off both ends are at most."""
        if self.absolute is not None and not self.relative:
            return self.absolute
        own = self.relative * np.maximum(np.abs(self.low), np.abs(self.high))
        return own if self.absolute is None else own + self.absolute

    def outward(self) -> tuple[Array, Array, Array]:
        """Ends that enclose the true ones, and where they are within the solver's gap of them."""
        if self.absolute is None:  # all sizes are usual
            margin = self.relative * CARE + ULP
            low, high = np.multiply(np.abs(self.low), margin), np.multiply(np.abs(self.high), margin)
            near = np.broadcast_to(np.bool_(True), np.shape(low))
            return np.subtract(self.low, low), np.add(self.high, high), near
        error = self.error * CARE
        low = np.nextafter(self.low - error, -np.inf)
        high = np.nextafter(self.high + error, np.inf)
        sure = np.isfinite(low) & np.isfinite(high)
        near = sure & (2 * error <= float(GAP) * np.maximum(np.abs(low), np.abs(high)))
        return np.where(sure, low, -np.inf), np.where(sure, high, np.inf), near


def exactly(said: Sequence[Interval]) -> Table:
    """Intervals as they stand, one after another. What has no end, or one beyond doubles, is not swept."""
    ends = [limits_of(x) for x in said if not x.is_empty]
    sizes = [abs(e) for pair in ends for e in pair]
    if len(ends) < len(said) or not all(map(math.isfinite, sizes)):
        raise NotSwept
    whole = all(_is_whole(x.lower) and _is_whole(x.upper) for x in said)
    low, high = (np.array([e[side] for e in ends]) for side in (0, 1))
    sizes = [s for s in sizes if s]
    return _checked(
        Table(low, high, 0.0 if whole else ULP, None, min(sizes, default=1.0), max(sizes, default=1.0))
    )


def _is_whole(q: Rational) -> bool:
    """Whether a double holds it exactly, to be sure of it."""
    return bool(q.denominator == 1 and abs(q) < 2**53)


def double(q: Rational) -> float:
    """The nearest double. Raises NotSwept beyond the largest."""
    try:
        return float(q)
    except OverflowError:
        raise NotSwept from None


def _checked(table: Table) -> Table:
    if table.smallest < TINY or table.largest > LARGEST or table.relative > 1e-9:
        raise NotSwept
    return table


def ends_of(low: Table, high: Table) -> Table:
    """Lower ends of one table with upper ends of another."""
    if low.absolute is None and high.absolute is None:
        return Table(low.low, high.high, max(low.relative, high.relative), None,
                     min(low.smallest, high.smallest), max(low.largest, high.largest))  # fmt: skip
    return Table(low.low, high.high, 0.0, np.maximum(low.error, high.error))


def applied(op: str, tables: Sequence[Table], power: int | None = None) -> Table:
    """One operation on tables whose axes fit each other (IEEE 1788 arithmetic but for the rounding)."""
    a, b = tables[0], tables[-1]
    if op == "neg":
        return replace(a, low=-a.high, high=-a.low)
    if op in ("add", "sub"):
        return _sum(a, b if op == "add" else replace(b, low=-b.high, high=-b.low))
    if op == "mul":
        return _product(a, b)
    if op == "div":
        return _product(a, _reciprocal(b))
    if op in ("min", "max"):
        better = np.minimum if op == "min" else np.maximum
        return _of_ends(better(a.low, b.low), better(a.high, b.high), a, b)
    if op == "sqrt":
        return _root(a)
    if op == "abs":
        return _of_ends(*_sizes(a), a)
    assert power is not None
    if power % 2 == 0:
        a = _of_ends(*_sizes(a), a)
    found = a
    for _ in range(power - 1):  # ends of like sign: the power of an end is an end of the power
        found = _of_products(found, a)
    return found


def _of_ends(low: Array, high: Array, *of: Table) -> Table:
    """Ends that are among those of other tables, but for their sign."""
    smallest, largest = min(t.smallest for t in of), max(t.largest for t in of)
    if all(t.absolute is None for t in of):
        return Table(low, high, max(t.relative for t in of), None, smallest, largest)
    error = of[0].error
    for t in of[1:]:
        error = np.maximum(error, t.error)
    return Table(low, high, 0.0, error)


def _sizes(a: Table) -> tuple[Array, Array]:
    low = np.where(a.low > 0, a.low, np.where(a.high < 0, -a.high, 0.0))
    return low, np.maximum(np.abs(a.low), np.abs(a.high))


def _has_sign(a: Table) -> bool:
    return bool(np.all(a.low >= 0) or np.all(a.high <= 0))


def _sum(a: Table, b: Table) -> Table:
    low, high = a.low + b.low, a.high + b.high
    relative = a.absolute is None and b.absolute is None
    if relative and (
        (np.all(a.low >= 0) and np.all(b.low >= 0)) or (np.all(a.high <= 0) and np.all(b.high <= 0))
    ):
        off = max(a.relative, b.relative) * CARE + ULP
        return _checked(Table(low, high, off, None, min(a.smallest, b.smallest), a.largest + b.largest))
    off = a.error + b.error + ULP * np.maximum(np.abs(low), np.abs(high))
    return Table(low, high, 0.0, off * CARE + TINY)


def _product(a: Table, b: Table) -> Table:
    if np.all(a.low >= 0) and np.all(b.low >= 0):
        low, high = a.low * b.low, a.high * b.high
    else:
        corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
    return _with_error(low, high, a, b)


def _of_products(a: Table, b: Table) -> Table:
    return _with_error(a.low * b.low, a.high * b.high, a, b)


def _with_error(low: Array, high: Array, a: Table, b: Table) -> Table:
    """The ends of a product with the error that follows from that of its factors."""
    if a.absolute is None and b.absolute is None:
        off = (a.relative + b.relative + a.relative * b.relative) * CARE + ULP
        return _checked(Table(low, high, off, None, a.smallest * b.smallest, a.largest * b.largest))
    ea, eb = a.error, b.error
    ma, mb = (np.maximum(np.abs(t.low), np.abs(t.high)) for t in (a, b))
    off = ea * mb + eb * ma + ea * eb + ULP * np.maximum(np.abs(low), np.abs(high))
    return Table(low, high, 0.0, off * CARE + TINY)


def _reciprocal(b: Table) -> Table:
    """One divided by what has a sign all over the table; anything else is not swept."""
    if b.absolute is None and (np.all(b.low > 0) or np.all(b.high < 0)):
        off = b.relative * (1 + 2 * b.relative) * CARE + ULP
        return _checked(Table(1 / b.high, 1 / b.low, off, None, 1 / b.largest, 1 / b.smallest))
    error = b.error * CARE
    nearest = np.where(b.low > 0, b.low, -b.high) - error
    if not np.all(nearest > TINY):
        raise NotSwept
    low, high = 1 / b.high, 1 / b.low
    off = error / (nearest * nearest) + ULP * np.maximum(np.abs(low), np.abs(high))
    return Table(low, high, 0.0, off * CARE + TINY)


def _root(a: Table) -> Table:
    """Square roots, which numpy rounds correctly, of what is surely positive."""
    if a.absolute is None and np.all(a.low >= 0):
        sizes = math.sqrt(a.smallest), math.sqrt(a.largest)
        return _checked(Table(np.sqrt(a.low), np.sqrt(a.high), a.relative * CARE + ULP, None, *sizes))
    error = a.error * CARE
    nearest = a.low - error
    if not np.all(nearest > TINY):
        raise NotSwept
    low, high = np.sqrt(a.low), np.sqrt(a.high)
    return Table(low, high, 0.0, (error / (2 * np.sqrt(nearest)) + ULP * high) * CARE + TINY)
