"""Aligned columns and colours for plain text that is never wrapped nor cut."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

__all__ = ["Paint", "align", "align_steps", "display_width"]

_LONG = 24
"""Cells from which a formula is written on a line of its own."""

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


def align_steps(rows: Sequence[Sequence[str]], indent: str = "") -> list[str]:
    """Rows (name, what it equals, ...) as aligned lines; a long second cell gets a line of its own.

    So that one long formula does not push the other cells of all rows to the right.
    """
    usual = [display_width(r[1]) for r in rows if len(r) > 1 and display_width(r[1]) <= _LONG]
    most = max([*usual, _LONG // 2])
    long = {i for i, r in enumerate(rows) if len(r) > 1 and display_width(r[1]) > most}
    margin = max((display_width(r[0]) for r in rows), default=0)
    lines = align([[r[0], "", *r[2:]] if i in long else r for i, r in enumerate(rows)], indent=indent)
    for i in sorted(long, reverse=True):
        name, formula, *_ = rows[i]
        rest = lines[i].removeprefix(indent + name)
        lines[i : i + 1] = [
            f"{indent}{name}{' ' * (margin - display_width(name))}  {formula}",
            f"{indent}{' ' * display_width(name)}{rest}",
        ]
    return lines
