"""How a command ends."""

from __future__ import annotations

__all__ = ["CONTRADICTORY", "INTERRUPTED", "NOT_CHECKED", "OK", "Stop"]

OK, CONTRADICTORY, NOT_CHECKED, INTERRUPTED = 0, 1, 2, 130


class Stop(Exception):
    """Ends a command with a message and a status."""

    def __init__(self, message: str, hint: str = "", status: int = NOT_CHECKED) -> None:
        super().__init__(message)
        self.message, self.hint, self.status = message, hint, status
