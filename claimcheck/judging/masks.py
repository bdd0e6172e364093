"""Sets as the bits of whole numbers."""

from __future__ import annotations

__all__ = ["ones"]


def ones(mask: int) -> list[int]:
    """The places of the bits that are set, the lowest first."""
    found = []
    while mask:
        one = mask & -mask
        found.append(one.bit_length() - 1)
        mask ^= one
    return found
