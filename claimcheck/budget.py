"""How long a question may take. Everything that could run long asks its budget, and stops with `unknown`."""

from __future__ import annotations

import time

__all__ = ["Budget"]


class Budget:
    """A deadline ``seconds`` from now (None: none). Budgets nest: a part never outlives the whole."""

    __slots__ = ("deadline",)

    def __init__(self, seconds: float | None = None, whole: Budget | None = None) -> None:
        self.deadline = float("inf") if seconds is None else time.monotonic() + seconds
        if whole is not None:
            self.deadline = min(self.deadline, whole.deadline)

    def part(self, share: float) -> Budget:
        """A budget for a share of the time that is left, from 0 to 1."""
        if self.deadline == float("inf"):
            return Budget(None)
        return Budget(max(0.0, self.deadline - time.monotonic()) * share, self)

    @property
    def spent(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.deadline
