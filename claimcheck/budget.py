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

    @property
    def spent(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.deadline
