"""Loading: a claims file, text or mapping to a ClaimSet, or to all that is wrong with it.

The stages (YAML, keys, single entries, entries against each other) run on as far as they can: an entry that
failed is left out, and what merely follows from its absence is not reported.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping as PythonMapping
from dataclasses import replace

from claimcheck.diagnostics import ClaimsError, Diagnostic, Location, Severity
from claimcheck.document import Document, parse, read_bytes
from claimcheck.model import ClaimSet
from claimcheck.nodes import Node, Scalar, excerpt, find, from_python, source_lines, span
from claimcheck.reader import MAX_FAULTS, Enough, Reader

__all__ = ["load", "load_mapping", "load_path", "load_text"]

_LONGEST = 400
_NAMED = ("sources", "quantities", "relations", "tables", "use")

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
    return (None, found) if found else load_text(data, os.fspath(path))


def load_text(text: str | bytes, path: str = "<text>") -> Loaded:
    """As :func:`load_path` for the text of a claims file; ``path`` is what its locations call it."""
    document, found = parse(text, path)
    if document is None:
        whole = text if isinstance(text, str) else text.decode("utf-8", "replace")
        return None, _finish(found, Document(path, whole.removeprefix("\ufeff"), Scalar("")))
    return _load(document, found)


def load_mapping(data: PythonMapping[str, object]) -> Loaded:
    """As :func:`load_path` for parsed data. A location's path is the entry, such as ``claims[3].value``."""
    root, found = from_python(data)
    return _load(Document("", "", root), found)


def _load(document: Document, found: tuple[Diagnostic, ...]) -> Loaded:
    reader = Reader(document, list(found))
    with contextlib.suppress(Enough):
        reader.read()
    diagnostics = _finish(tuple(reader.found), document)
    if any(d.severity is Severity.ERROR for d in diagnostics):
        return None, diagnostics
    reader.claims.warnings = diagnostics
    reader.claims.locations = _Places(document.root)
    return reader.claims, diagnostics


class _Places:
    """Line and column of an entry: of its name where it has one, else of what stands there."""

    def __init__(self, root: Node) -> None:
        self.root = root

    def __call__(self, entry: tuple[str | int, ...]) -> tuple[int, int]:
        node, _ = find(self.root, entry, key=_by_name(entry))
        return node.line, node.column


def _by_name(entry: tuple[str | int, ...]) -> bool:
    return len(entry) == 2 and entry[0] in _NAMED


def _finish(found: tuple[Diagnostic, ...], document: Document) -> tuple[Diagnostic, ...]:
    """The diagnostics with place and excerpt, each once, sorted by place."""
    placed = [_placed(d, document) for d in found]
    wanted = {d.location.line for d in placed if d.location is not None and d.location.line}
    lines = source_lines(document.text, wanted)
    shown = []
    for diagnostic in placed:
        at = diagnostic.location
        line = lines.get(at.line) if at is not None else None
        if at is not None and line is not None:
            diagnostic = replace(diagnostic, excerpt=excerpt(line, at.column, at.end_column))
        shown.append(
            replace(diagnostic, message=_clipped(diagnostic.message), hint=_clipped(diagnostic.hint))
        )
    shown.sort(key=_order)
    shown = list(dict.fromkeys(shown))
    if len(found) >= MAX_FAULTS:
        message = f"reading stopped at {MAX_FAULTS} mistakes; there may be more"
        shown.append(Diagnostic("CC018", message, "mend the first ones first", Location(document.path)))
    return tuple(shown)


def _order(diagnostic: Diagnostic) -> tuple[int, int, str]:
    at = diagnostic.location
    return (at.line, at.column, diagnostic.code) if at is not None else (0, 0, diagnostic.code)


def _placed(diagnostic: Diagnostic, document: Document) -> Diagnostic:
    if diagnostic.location is not None:
        return diagnostic
    if not document.text:
        return replace(diagnostic, location=Location(_dotted(diagnostic.entry) or "<mapping>"))
    by_name = _by_name(diagnostic.entry) or diagnostic.code == "CC101"
    node, exact = find(document.root, diagnostic.entry, key=by_name)
    place = span(node, diagnostic.start, diagnostic.end) if exact else span(node)
    return replace(diagnostic, location=Location(document.path, *place))


def _dotted(entry: tuple[str | int, ...]) -> str:
    """``claims[3].value``, as it is written in Python data."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in entry)
    return "".join(parts).removeprefix(".")


def _clipped(text: str) -> str:
    """A message fit for a terminal: no control characters, and not the whole of an endless value."""
    text = "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text[: 2 * _LONGEST])
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"
