"""What is wrong with an input, and where: plain values, collected to the end and shown together.

An :class:`InputProblem` is raised by the code that reads one piece of text (a value, a unit, a formula) and
knows only that text. The file layer turns it into a :class:`Diagnostic`, which knows file, line and column.
Nothing in this module imports anything else of the project.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["ClaimsError", "Diagnostic", "InputProblem", "Location", "Severity", "caret"]


class Severity(StrEnum):
    """How much a diagnostic or finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file; lines and columns count from 1, columns in characters. 0 means unknown."""

    path: str
    line: int = 0
    column: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake in the input: what (code and message), where, and the way out (hint)."""

    code: str
    message: str
    hint: str = ""
    location: Location | None = None
    severity: Severity = Severity.ERROR
    excerpt: str = ""
    """The source line with a caret line under it, or empty."""
    entry: tuple[str | int, ...] = ()
    """Where in the file's structure: ``("claims", 3, "value")``, ``("relations", "uptime", "equation")``."""
    start: int = -1
    end: int = -1
    """Character offsets in that entry's text (-1: the whole of it)."""

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        way_out = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.code} {self.message}{way_out}"


class InputProblem(ValueError):
    """A mistake in one piece of text or one entry, found by code that does not know the file.

    ``start`` and ``end`` are character offsets in that text (``-1``: the whole of it).
    """

    def __init__(self, code: str, message: str, hint: str = "", *, start: int = -1, end: int = -1) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.start = start
        self.end = end

    def at(self, *entry: str | int) -> Diagnostic:
        """This problem as a diagnostic about one entry of a claims file."""
        return Diagnostic(self.code, self.message, self.hint, entry=entry, start=self.start, end=self.end)

    def __str__(self) -> str:
        way_out = f" ({self.hint})" if self.hint else ""
        return f"{self.code} {self.message}{way_out}"


class ClaimsError(ValueError):
    """Raised to users of the library when claims cannot be checked; carries every diagnostic found."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.diagnostics = diagnostics
        super().__init__("\n".join(str(d) for d in diagnostics))


_CARET_WIDTH = 100
"""Longer lines are cut around the place."""


def caret(text: str, start: int, end: int) -> str:
    """The line of ``text`` that holds the offset ``start``, and under it carets from ``start`` to ``end``.

    Characters that print nothing or more than one column wide (tabs, control characters) are shown as one
    space or one dot, so that the carets stand where they belong in a fixed-width font. A place at the very
    end of the text gets one caret behind the last character.
    """
    start = min(max(start, 0), len(text))
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    width = max(1, min(end, line_end) - start)
    cut = max(line_start, min(start - _CARET_WIDTH // 3, line_end - _CARET_WIDTH))
    shown = text[cut : min(line_end, cut + _CARET_WIDTH)]
    before = "..." if cut > line_start else ""
    after = "..." if cut + len(shown) < line_end else ""
    shown = "".join(" " if c.isspace() else c if c.isprintable() else "." for c in shown)
    width = min(width, max(1, len(shown) - (start - cut)))
    return f"{before}{shown}{after}\n{' ' * (len(before) + start - cut)}{'^' * width}"
