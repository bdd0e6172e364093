"""One round of branch and prune over many boxes at once: exclude, narrow by a Newton step, split.

Boxes are columns: ``low[i, k]`` to ``high[i, k]`` is the interval of unknown i in box k. Everything is
rounded outward, so that what is dropped holds no solution.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from gmpy2 import mpq

from claimcheck.interval import Interval, Rational, interval
from claimcheck.solver.existence import System
from claimcheck.solver.floatboxes import Array, Rows, constant, evaluate_rows, narrowed_back, outward, times

__all__ = ["Batch", "Outcome", "pruned"]

_BATCH = 1024
_GAIN = 0.75
"""A box is split unless the step left no more than this share of its width somewhere."""
_NEXT_TO_NOTHING = 1e-6
_SUM_MARGIN = 2.0**-50
_TINY = 1e-290


@dataclass(slots=True)
class Batch:
    """Many boxes, as columns."""

    low: Array
    high: Array

    @staticmethod
    def of(box: Sequence[Interval]) -> Batch:
        """One box."""
        rows = [constant(x, 1) for x in box]
        return Batch(np.array([r.low for r in rows]), np.array([r.high for r in rows]))

    @property
    def count(self) -> int:
        """The number of boxes."""
        return int(self.low.shape[1])

    def width(self) -> Array:
        """The widths of the unknowns in the first box."""
        return self.high[:, 0] - self.low[:, 0]

    def of_mask(self, mask: Array) -> Batch:
        """Some of the boxes."""
        return Batch(self.low[:, mask], self.high[:, mask])

    def joined(self, other: Batch) -> Batch:
        """These boxes and others after them."""
        if not other.count:
            return self
        return Batch(
            np.concatenate((self.low, other.low), axis=1), np.concatenate((self.high, other.high), axis=1)
        )

    def taken(self) -> tuple[Batch, Batch]:
        """The last boxes, as many as one round takes, and the rest."""
        return (
            Batch(self.low[:, -_BATCH:], self.high[:, -_BATCH:]),
            Batch(self.low[:, :-_BATCH], self.high[:, :-_BATCH]),
        )

    def parted(self, width: Array, narrow: float) -> tuple[Batch, Batch]:
        """The boxes that are narrow in every unknown for their size, or tiny next to ``width``; the rest."""
        size = np.maximum(np.abs(self.low), np.abs(self.high))
        scale = np.where(np.isfinite(width), width, 0.0)[:, None]
        enough = np.maximum(scale * _NEXT_TO_NOTHING, size) * narrow
        small = (self.high - self.low <= enough).all(axis=0)
        return self.of_mask(small), self.of_mask(~small)

    def halved(self) -> Batch:
        """Each box in two, by its widest unknown."""
        return _cut_in_two(self, np.argmax(self.high - self.low, axis=0))

    def boxes(self) -> Iterator[list[Interval]]:
        """Each box as exact intervals."""
        for k in range(self.count):
            yield [
                interval(_exact(a), _exact(b)) for a, b in zip(self.low[:, k], self.high[:, k], strict=True)
            ]


def _exact(x: Array) -> Rational | None:
    return mpq(*float(x).as_integer_ratio()) if np.isfinite(x) else None


@dataclass(slots=True)
class Outcome:
    """What a round left: boxes that a Newton step maps into themselves, and others, narrowed or split."""

    alone: Batch
    rest: Batch


def pruned(square: System, part: Batch) -> Outcome:
    """One round."""
    with np.errstate(all="ignore"):
        return _pruned(square, part)


def _pruned(square: System, whole: Batch) -> Outcome:
    part = _contracted(square, whole)
    if not part.count:
        return Outcome(part, part)
    values, _, defined = _evaluated(square, part, len(square.nodes))
    slopes = Rows(
        *(
            np.stack([[getattr(values[at], end) for at in row] for row in square.slopes]).transpose(2, 0, 1)
            for end in ("low", "high")
        )
    )  # slopes.low[k, i, j]: of equation i in unknown j over box k
    ready = defined & np.isfinite(part.low).all(axis=0) & np.isfinite(part.high).all(axis=0)
    ready &= np.isfinite(slopes.low).all(axis=(1, 2)) & np.isfinite(slopes.high).all(axis=(1, 2))
    new = Batch(part.low.copy(), part.high.copy())
    inside = np.zeros(part.count, bool)
    gone = np.zeros(part.count, bool)
    if ready.any():
        narrowed, inside[ready], gone[ready] = _newton(
            square, part.of_mask(ready), Rows(slopes.low[ready], slopes.high[ready])
        )
        new.low[:, ready], new.high[:, ready] = narrowed.low, narrowed.high
    old, left = part.high - part.low, new.high - new.low
    gained = ((left <= _GAIN * old) & (old > 0)).any(axis=0)
    split = ~(gained | gone | inside)
    rest = new.of_mask(gained & ~gone & ~inside)
    if split.any():
        rest = rest.joined(_split(new.of_mask(split), Rows(slopes.low[split], slopes.high[split])))
    return Outcome(new.of_mask(inside & ~gone), rest)


def _contracted(square: System, part: Batch) -> Batch:
    """The boxes that may hold a solution, each narrowed by every equation once."""
    first = max(square.values) + 1
    values, empty, _ = _evaluated(square, part, first)
    keep = ~empty
    for f in square.values:
        keep &= (values[f].low <= 0) & (values[f].high >= 0)
    narrowed_back(square.nodes, first, values, square.values)
    low, high = part.low.copy(), part.high.copy()
    place = {v: i for i, v in enumerate(square.unknowns)}
    for at in range(first):
        keep &= values[at].low <= values[at].high
        node = square.nodes[at]
        if node.op == "var":
            low[place[node.index]] = np.maximum(low[place[node.index]], values[at].low)
            high[place[node.index]] = np.minimum(high[place[node.index]], values[at].high)
    return Batch(low[:, keep], high[:, keep])


def _evaluated(square: System, part: Batch, count: int) -> tuple[list[Rows], Array, Array]:
    """The values of the first nodes; the boxes' rows are put where the tape looks for them."""
    size = max(square.unknowns) + 1
    low = np.zeros((size, part.count))
    high = np.zeros((size, part.count))
    low[list(square.unknowns)], high[list(square.unknowns)] = part.low, part.high
    return evaluate_rows(square.nodes[:count], max(square.values) + 1, low, high)


def _newton(square: System, part: Batch, slopes: Rows) -> tuple[Batch, Array, Array]:
    """The boxes narrowed by a Newton step, which are mapped into their inside, and which hold no solution."""
    n, count = part.low.shape
    middle = part.low / 2 + part.high / 2
    values, _, _ = _evaluated(square, Batch(middle, middle), max(square.values) + 1)
    residual = Rows(
        np.stack([values[f].low for f in square.values], axis=1)[:, :, None],
        np.stack([values[f].high for f in square.values], axis=1)[:, :, None],
    )
    condition = _inverses(slopes.low / 2 + slopes.high / 2)
    matrix = _product(condition, slopes)
    vector = _product(condition, residual)
    low, high = part.low.copy(), part.high.copy()
    inside = np.ones(count, bool)
    gone = np.zeros(count, bool)
    for i in range(n):
        total = Rows(vector.low[:, i, 0], vector.high[:, i, 0])
        for j in range(n):
            if j != i:
                offset = outward(low[j] - middle[j], high[j] - middle[j])
                term = times(Rows(matrix.low[:, i, j], matrix.high[:, i, j]), offset)
                total = outward(total.low + term.low, total.high + term.high)
        pivot = Rows(matrix.low[:, i, i], matrix.high[:, i, i])
        image_low, image_high, whole = _image(middle[i], total, pivot, low[i], high[i])
        inside &= whole & (image_low > part.low[i]) & (image_high < part.high[i])
        low[i] = np.maximum(low[i], image_low)
        high[i] = np.minimum(high[i], image_high)
        empty = low[i] > high[i]
        gone |= empty
        low[i] = np.where(empty, middle[i], low[i])
        high[i] = np.where(empty, middle[i], high[i])
    return Batch(low, high), inside & ~gone, gone


def _image(middle: Array, total: Rows, pivot: Rows, low: Array, high: Array) -> tuple[Array, Array, Array]:
    """Where ``total + pivot (x - middle) = 0`` can hold in [low, high], and where the pivot is not zero.

    A pivot that may be zero leaves two rays if the total cannot be: each is cut to the interval.
    """
    sure = (pivot.low > 0) | (pivot.high < 0)
    corners = [-p / q for p in (total.low, total.high) for q in (pivot.low, pivot.high)]
    least = _down(middle + _down(np.minimum.reduce(corners)))
    most = _up(middle + _up(np.maximum.reduce(corners)))
    rays = ~sure & ((total.low > 0) | (total.high < 0))
    sign = np.where(total.low > 0, 1.0, -1.0)  # of the total
    near = np.where(total.low > 0, total.low, -total.high)
    # pivot (x - middle) = -total: to one side by near / pivot.high or more, to the other by near / -pivot.low
    positive, negative = np.maximum(pivot.high, 0.0), np.maximum(-pivot.low, 0.0)
    left = np.where(sign > 0, positive, negative)
    right = np.where(sign > 0, negative, positive)
    to = _up(middle - _down(near / left))
    onwards = _down(middle + _down(near / right))
    to = np.where(left > 0, to, -np.inf)
    onwards = np.where(right > 0, onwards, np.inf)
    has_left, has_right = to >= low, onwards <= high
    ray_low = np.where(has_left, low, np.where(has_right, onwards, np.inf))
    ray_high = np.where(has_right, high, np.where(has_left, to, -np.inf))
    least = np.where(sure, least, np.where(rays, ray_low, -np.inf))
    most = np.where(sure, most, np.where(rays, ray_high, np.inf))
    return np.where(np.isnan(least), -np.inf, least), np.where(np.isnan(most), np.inf, most), sure


def _down(x: Array) -> Array:
    return x - (np.abs(x) * _SUM_MARGIN + _TINY)


def _up(x: Array) -> Array:
    return x + (np.abs(x) * _SUM_MARGIN + _TINY)


def _inverses(matrices: Array) -> Array:
    """An approximate inverse of each; any matrix serves as a preconditioner, so errors do not matter."""
    found: Array
    try:
        found = np.linalg.inv(matrices)
    except np.linalg.LinAlgError:  # one singular matrix spoils the batch
        found = np.linalg.pinv(matrices)
    good = np.isfinite(found).all(axis=(1, 2))
    return np.where(good[:, None, None], found, np.eye(matrices.shape[1])[None])


def _product(condition: Array, x: Rows) -> Rows:
    """The products of numbers with intervals, with more room than the sums can err."""
    positive, negative = np.maximum(condition, 0.0), np.minimum(condition, 0.0)
    low = positive @ x.low + negative @ x.high
    high = positive @ x.high + negative @ x.low
    size = np.abs(condition) @ np.maximum(np.abs(x.low), np.abs(x.high))
    slack = size * (_SUM_MARGIN * (condition.shape[1] + 4))
    return outward(low - slack, high + slack)


def _split(part: Batch, slopes: Rows) -> Batch:
    """Each box in two, by the unknown on which the equations depend most (relative smear), or a wide one.

    Smear alone neglects unknowns that matter only once others are narrow, hence the root of the width.
    """
    width = part.high - part.low
    steep = np.maximum(np.abs(slopes.low), np.abs(slopes.high))
    smear = steep * width.T[:, None, :]
    smear = np.where(np.isfinite(smear), smear, 1e300)
    share = smear / np.maximum(smear.sum(axis=2, keepdims=True), 1e-300)
    score = share.sum(axis=1).T
    score = score * np.sqrt(width / width.max(axis=0))
    score = np.where(width > 0, score, -1.0)
    score = np.where(np.isinf(width), np.inf, score)
    return _cut_in_two(part, score.argmax(axis=0))


def _cut_in_two(part: Batch, which: Array) -> Batch:
    """Each box in two, by the unknown named for it."""
    at = np.arange(part.count)
    low, high = part.low[which, at], part.high[which, at]
    cut = _cut(low, high)
    left, right = part.high.copy(), part.low.copy()
    left[which, at] = cut
    right[which, at] = cut
    return Batch(np.concatenate((part.low, right), axis=1), np.concatenate((left, part.high), axis=1))


def _cut(low: Array, high: Array) -> Array:
    """Near the middle, not in it (where solutions of symmetric systems lie)."""
    cut = low + (high - low) * 0.4921875
    endless = np.where(
        np.isinf(low) & np.isinf(high),
        0.0,
        np.where(np.isinf(high), np.maximum(2 * low, low + 1), np.minimum(2 * high, high - 1)),
    )
    return np.where(np.isinf(low) | np.isinf(high), endless, cut)
