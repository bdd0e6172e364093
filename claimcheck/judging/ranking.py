"""Which of all scenarios may be the first ones in an order, by their bounds in doubles."""

from __future__ import annotations

from typing import Any

import numpy as np

from claimcheck.judging.rows import Block, Sweep

__all__ = ["first_in_order"]

_ERROR = 1e-11
"""More than the relative error of ends in rows: those so near to each other have to be compared exactly."""


def first_in_order(swept: Sweep, sort: str, most: int) -> list[int]:
    """Numbers, in file order, of scenarios that may be among the first ``most`` by a sweep's first quantity.

    Of those that are as good as each other as far as doubles can tell, no more than are needed in file order.
    """
    numbers: Any = np.zeros(0, np.int64)
    keys: Any = np.zeros(0)
    for block in swept.blocks():
        keys = np.concatenate([keys, _float_keys(block, sort)])
        numbers = np.concatenate([numbers, np.arange(block.start, block.start + len(block))])
        if len(keys) > most:
            limit = np.partition(keys, most - 1)[most - 1]
            room = _ERROR * (abs(limit) + _size(block, sort)) if np.isfinite(limit) else 0.0
            better = np.flatnonzero(keys < limit - room)
            near = np.flatnonzero((keys >= limit - room) & (keys <= limit + room))
            kept = np.union1d(better, near[: 4 * most])
            keys, numbers = keys[kept], numbers[kept]
    return [int(n) for n in numbers]


def _float_keys(block: Block, sort: str) -> Any:
    low, high = block.lower[0], block.upper[0]
    with np.errstate(invalid="ignore"):
        key = low if sort == "lower" else -high if sort == "upper" else low - high
    return np.where(np.isnan(key), np.inf, key)


def _size(block: Block, sort: str) -> float:
    """What the error of a width is relative to: the ends that it is the difference of."""
    if sort != "width":
        return 0.0
    sizes = np.abs(np.concatenate([block.lower[0], block.upper[0]]))
    sizes = sizes[np.isfinite(sizes)]
    return float(sizes.max()) if len(sizes) else 0.0
