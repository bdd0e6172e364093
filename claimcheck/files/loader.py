"""Loading: a claims file, text or mapping to a ClaimSet, or to all that is wrong with it.

The stages (YAML, keys, single entries, entries against each other) run on as far as they can: an entry that
failed is left out, and what merely follows from its absence is not reported.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping as PythonMapping

from claimcheck.diagnostics import ClaimsError, Diagnostic, Location, Severity
from claimcheck.files.document import Document, parse, read_bytes
from claimcheck.files.nodes import Scalar, from_python
from claimcheck.files.places import Places, place_all
from claimcheck.files.reader import MAX_FAULTS, Enough, Reader
from claimcheck.model import ClaimSet

__all__ = ["load", "load_mapping", "load_path", "load_text"]

Loaded = tuple[ClaimSet | None, tuple[Diagnostic, ...]]


def load(source: str | os.PathLike[str] | PythonMapping[str, object]) -> ClaimSet:
    """The claims of a file, of YAML or JSON text, or of a mapping of the same shape.

    A string is text if it has a line break or begins with ``{``, else a path.

    Raises:
        ClaimsError: with every mistake found, sorted by place. Warnings stay in ``ClaimSet.warnings``.
    """
    if isinstance(source, PythonMapping):
        claims, found = load_mapping(source)
    elif isinstance(source, str) and ("\n" in source or source.lstrip().startswith("{")):
        claims, found = load_text(source)
    else:
        claims, found = load_path(source)
    if claims is None:
        raise ClaimsError(found)
    return claims


def load_path(path: str | os.PathLike[str]) -> Loaded:
    """The claims of a file, None if it cannot be checked, and the diagnostics: errors or warnings alone."""
    data, found = read_bytes(path)
    folder = os.path.dirname(os.fspath(path)) or os.curdir
    return (None, found) if found else load_text(data, os.fspath(path), folder)


def load_text(text: str | bytes, path: str = "<text>", folder: str = "") -> Loaded:
    """As :func:`load_path` for the text of a claims file; ``path`` is what its locations call it.

    ``folder`` is where the CSV files that it names are; without one it can name none.
    """
    document, found = parse(text, path)
    if document is None:
        whole = text if isinstance(text, str) else text.decode("utf-8", "replace")
        return None, place_all(found, Document(path, whole.removeprefix("\ufeff"), Scalar("")))
    return _load(document, found, folder)


def load_mapping(data: PythonMapping[str, object]) -> Loaded:
    """As :func:`load_path` for parsed data. A location's path is the entry, such as ``claims[3].value``."""
    root, found = from_python(data)
    return _load(Document("", "", root), found)


def _load(document: Document, found: tuple[Diagnostic, ...], folder: str = "") -> Loaded:
    reader = Reader(document, list(found), folder)
    with contextlib.suppress(Enough):
        reader.read()
    if len(reader.found) >= MAX_FAULTS:
        message = f"reading stopped at {MAX_FAULTS} mistakes; there may be more"
        stopped = Diagnostic("CC018", message, "mend the first ones first", Location(document.path))
        reader.found.append(stopped)
    diagnostics = place_all(tuple(reader.found), document)
    if any(d.severity is Severity.ERROR for d in diagnostics):
        return None, diagnostics
    reader.claims.warnings = diagnostics
    reader.claims.locations = Places(document.root)
    return reader.claims, diagnostics
