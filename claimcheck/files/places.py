"""Places: from the entry that a diagnostic is about to line, column and an excerpt of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from claimcheck.diagnostics import Diagnostic, Location
from claimcheck.files.document import Document
from claimcheck.files.nodes import Node, Scalar, find

__all__ = ["Places", "excerpt", "line_spans", "place_all", "trace"]

_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_WINDOW = 100
_BLOCK = 4096
_LONGEST = 400
_AT_KEYS = ("CC101", "CC131")
_NAMED = ("sources", "quantities", "relations", "tables", "use", "scopes")


class Places:
    """Line and column of an entry: of its name where it has one, else of what stands there."""

    def __init__(self, root: Node) -> None:
        self.root = root

    def __call__(self, entry: tuple[str | int, ...]) -> tuple[int, int]:
        """Line and column of the entry; (0, 0) where there is no file."""
        node, _ = find(self.root, entry, key=_by_name(entry))
        return node.line, node.column


def _by_name(entry: tuple[str | int, ...]) -> bool:
    if len(entry) == 4:  # a row or a column of a table
        return entry[0] == "tables" and entry[3] != "file"
    if len(entry) == 3:
        return entry[0] == "scopes"
    return len(entry) == 2 and entry[0] in _NAMED


def place_all(found: Iterable[Diagnostic], document: Document) -> tuple[Diagnostic, ...]:
    """The diagnostics with place and excerpt, each once, sorted by place.

    Where there is no file, the path of a place is the entry, such as ``claims[3].value``.
    """
    if not document.text:
        there = [
            d if d.location else replace(d, location=Location(_dotted(d.entry) or "<mapping>")) for d in found
        ]
        return _tidy(there)
    aimed = [(d, *_target(d, document.root)) for d in found]
    spans = line_spans(document.text, {node.line for _, node, _ in aimed if node is not None})
    placed = []
    for diagnostic, node, exact in aimed:
        if node is not None:
            start = diagnostic.start if exact else -1
            place = _place(document.text, spans, node, start, diagnostic.end)
            diagnostic = replace(diagnostic, location=Location(document.path, *place))
        placed.append(diagnostic)
    spans = line_spans(
        document.text, {d.location.line for d in placed if d.location and d.location.path == document.path}
    )
    shown = []
    for diagnostic in placed:
        at = diagnostic.location
        if at is not None and at.line in spans and at.path == document.path:
            line = document.text[slice(*spans[at.line])]
            diagnostic = replace(diagnostic, excerpt=excerpt(line, at.column, at.end_column))
        shown.append(diagnostic)
    return _tidy(shown)


def _tidy(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    once: dict[tuple[object, ...], Diagnostic] = {}
    for d in found:
        d = replace(d, message=_clipped(d.message), hint=_clipped(d.hint))
        once.setdefault((d.code, d.message, d.location), d)
    return tuple(sorted(once.values(), key=_order))


def _order(diagnostic: Diagnostic) -> tuple[bool, int, int, str]:
    at = diagnostic.location
    last = diagnostic.code == "CC018"
    return (last, at.line, at.column, diagnostic.code) if at is not None else (last, 0, 0, diagnostic.code)


def _target(diagnostic: Diagnostic, root: Node) -> tuple[Node | None, bool]:
    """The node that a diagnostic is about, and whether its offsets apply to it; None: it has its place."""
    if diagnostic.location is not None:
        return None, False
    return find(root, diagnostic.entry, key=_by_name(diagnostic.entry) or diagnostic.code in _AT_KEYS)


def _place(
    text: str, spans: dict[int, tuple[int, int]], node: Node, start: int, end: int
) -> tuple[int, int, int]:
    """Line, column and end column of a node, or of the characters from ``start`` to ``end`` of its text.

    An end column of 0 is unknown.
    """
    if not isinstance(node, Scalar):
        return node.line, node.column, 0
    if node.shift >= 0:
        first = node.column + node.shift
        if start < 0:
            return node.line, node.column, first + len(node.text) + node.shift
        start = min(start, len(node.text))
        end = len(node.text) if end < 0 else max(min(end, len(node.text)), start)
        return node.line, first + start, first + max(end, start + 1)
    if start < 0 or node.line not in spans:
        return node.line, node.column, 0
    line, column = trace(text, spans[node.line][0], node, start)
    last, end_column = trace(text, spans[node.line][0], node, end - 1) if end > start else (0, 0)
    return line, column, end_column + 1 if last == line else 0


def trace(text: str, begin: int, scalar: Scalar, offset: int) -> tuple[int, int]:
    """Line and column of a character of a scalar that spans lines, or is quoted with doubled quotes.

    ``begin`` is where the scalar's line begins in the text. Folding changes white space only, so the n-th
    visible character of the scalar is the n-th in the file. With escapes the scalar's own place is returned.
    """
    here = begin + scalar.column - 1
    line, start = scalar.line, begin
    if scalar.style in ("|", ">"):
        header = _LINE_BREAK.search(text, here)
        if header is None:
            return scalar.line, scalar.column
        line, start, here = line + 1, header.end(), header.end()
    elif scalar.style:
        here += 1
    wanted = sum(not c.isspace() for c in scalar.text[:offset])
    while here < len(text):
        if found := _LINE_BREAK.match(text, here):
            line, start, here = line + 1, found.end(), found.end()
            continue
        character = text[here]
        if character == "\\" and scalar.style == '"':
            break
        if not character.isspace():
            if wanted == 0:
                return line, here - start + 1
            wanted -= 1
            if scalar.style == "'" and text.startswith("''", here):
                here += 1
        here += 1
    return scalar.line, scalar.column


def line_spans(text: str, wanted: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Begin and end, in the text, of the wanted lines (from 1), in one pass over it."""
    missing = sorted({line for line in wanted if line > 0}, reverse=True)
    spans: dict[int, tuple[int, int]] = {}
    number, begin, here, counted = 1, 0, 0, 0
    while missing:
        if number < missing[-1] and here >= counted:
            # Whole blocks before the line are counted, not walked through.
            counted = min(here + _BLOCK, len(text))
            counted += text[counted - 1 : counted + 1] == "\r\n"
            if counted < len(text) and number + (breaks := _count_breaks(text, here, counted)) < missing[-1]:
                number, here = number + breaks, counted
                continue
        found = _LINE_BREAK.search(text, here)
        if number == missing[-1]:
            spans[missing.pop()] = begin, found.start() if found else len(text)
        elif found is None:
            break
        else:
            number, begin, here = number + 1, found.end(), found.end()
    return spans


def _count_breaks(text: str, start: int, end: int) -> int:
    single = sum(text.count(character, start, end) for character in "\n\r\x85\u2028\u2029")
    return single - text.count("\r\n", start, end)


def excerpt(line: str, column: int, end_column: int = 0) -> str:
    """The line with carets under the columns; a long line is cut to the surroundings of its carets."""
    start, end = column - 1, max(end_column - 1, column)
    if len(line) > _WINDOW:
        begin = max(0, min(start - _WINDOW // 3, len(line) - _WINDOW))
        cut = line[begin : begin + _WINDOW]
        lead = "…" if begin else ""
        tail = "…" if begin + _WINDOW < len(line) else ""
        line, start, end = lead + cut + tail, start - begin + len(lead), end - begin + len(lead)
    end = max(start + 1, min(end, len(line)))
    margin = "".join("\t" if c == "\t" else " " for c in line[:start]).ljust(start)
    return f"{line}\n{margin}{'^' * (end - start)}"


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
