"""Stored JSON reports, read back for commands that compare with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from claimcheck.cli.status import Stop
from claimcheck.cli.streams import reason

__all__ = ["read_report", "read_stored"]


def read_report(text: bytes, path: str) -> list[Mapping[str, Any]] | None:
    """The entries of ``files`` of a JSON report; None if the text is something else.

    Raises Stop for a report of a version that is not known, or of files that were not checked.
    """
    if not text.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    try:
        whole = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(whole, dict) or "schema_version" not in whole:
        return None
    if whole["schema_version"] != 1:
        raise Stop(
            f"{path} is a report of schema version {whole['schema_version']!r}, which is not known here"
        )
    files = whole.get("files")
    if not isinstance(files, list) or not all(isinstance(f, dict) for f in files):
        raise Stop(f"{path} is no JSON report: it has no list of files", _HINT)
    for file in files:
        if not isinstance(file.get("path"), str) or not isinstance(file.get("conflicts"), list):
            raise Stop(f"{path} is no JSON report: a file in it has no path or no conflicts", _HINT)
    return files


def read_stored(path: str) -> list[Mapping[str, Any]]:
    """As :func:`read_report` for a file that must hold one. Raises Stop."""
    try:
        with open(path, "rb") as file:
            text = file.read()
    except (OSError, ValueError) as error:
        raise Stop(f"cannot read {path}: {reason(error)}", _HINT) from None
    files = read_report(text, path)
    if files is None:
        raise Stop(f"{path} is no JSON report", _HINT)
    return files


_HINT = "`claimcheck verify --format json -o REPORT.json PATH` writes one"
