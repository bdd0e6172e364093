"""Aligned columns and colours for plain text that is never wrapped nor cut."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

__all__ = ["Paint", "align", "display_width"]

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


class Paint:
    """Colours text if it is allowed to, else gives it back as it is."""

    def __init__(self, allowed: bool) -> None:
        self.allowed = allowed

    def __call__(self, text: str, *styles: str) -> str:
        """The text in the given styles (``bold``, ``red``, ...)."""
        codes = ";".join(_CODES[s] for s in styles if s)
        return f"\x1b[{codes}m{text}\x1b[0m" if self.allowed and codes and text.strip() else text


def display_width(text: str) -> int:
    """The number of terminal cells: two for wide East Asian characters, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def align(
    rows: Sequence[Sequence[str]], right: Collection[int] = (), gap: str = "  ", indent: str = ""
) -> list[str]:
    """Rows as lines with columns aligned (those in ``right`` to the right); empty columns vanish."""
    count = max((len(r) for r in rows), default=0)
    cells = [[*r, *[""] * (count - len(r))] for r in rows]
    widths = [max(display_width(r[i]) for r in cells) for i in range(count)]
    lines = []
    for row in cells:
        parts = []
        for i, cell in enumerate(row):
            if widths[i]:
                space = " " * (widths[i] - display_width(cell))
                parts.append(space + cell if i in right else cell + space)
        lines.append(indent + gap.join(parts).rstrip())
    return lines
