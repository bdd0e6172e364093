"""Where things stand, for formats that annotate source lines: paths within the repository, lines, columns."""

from __future__ import annotations

import os
from pathlib import PurePath

from claimcheck.judging.report import Report
from claimcheck.judging.rules import entry_of

__all__ = ["address", "place"]


def address(path: str, root: str) -> str:
    """A path relative to ``root`` with forward slashes, or as it is where it lies outside (or is no file)."""
    if path.startswith("<") or not path:
        return path
    try:
        relative = os.path.relpath(os.path.abspath(path), os.path.abspath(root or os.curdir))
    except ValueError:  # another drive
        return PurePath(path).as_posix()
    inside = relative != os.pardir and not relative.startswith(os.pardir + os.sep)
    return PurePath(relative if inside else path).as_posix()


def place(report: Report, id: str) -> tuple[int, int]:
    """Line and column of a claim's value or of a relation (``relation:ID``); zeros where it is not known."""
    claims = report.claim_set
    if claims is None or claims.locations is None:
        return 0, 0
    return claims.locations(entry_of(claims, id))
