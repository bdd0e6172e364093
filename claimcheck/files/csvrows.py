"""The rows of a table in a CSV file (RFC 4180): a header that names `id` and the columns, a line to a row.

Cells are text, so trailing zeros count, and every cell knows its place. A cell holds no line break, so that
the n-th row is on a line of its own.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator

from claimcheck.diagnostics import Diagnostic, Location
from claimcheck.files.document import Document, decoded, read_bytes
from claimcheck.files.nodes import Mapping, Node, Scalar
from claimcheck.files.places import place_all
from claimcheck.tables import MAX_CELLS

__all__ = ["read_rows"]

_MOST_FAULTS = 20


def read_rows(folder: str, name: str) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """The rows of a CSV file in a folder as a document of mappings, and what is wrong with them.

    Diagnostics without a place are about ``name`` itself: CC135 (no file of the folder). The others have
    their place in the CSV: CC001 to CC006, CC136 (not a table with an `id`), CC138 (too large).
    """
    path = os.path.join(folder, name)
    inside = os.path.realpath(folder)
    if os.path.isabs(name) or os.path.commonpath((inside, os.path.realpath(path))) != inside:
        hint = "name a file in the claims file's folder or below it"
        return None, (Diagnostic("CC135", f"{name} leaves the folder of the claims file", hint),)
    data, found = read_bytes(path)
    if found:
        return None, found
    text, found = decoded(data, path)
    if found:
        return None, found
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    reader = _Rows(path)
    root = reader.read(lines)
    document = Document(path, text, Mapping(root))
    return (None if reader.found else document), place_all(reader.found, document)


class _Rows:
    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[Diagnostic] = []

    def fault(self, message: str, hint: str, line: int, column: int = 1, code: str = "CC136") -> None:
        if len(self.found) < _MOST_FAULTS:
            self.found.append(Diagnostic(code, message, hint, Location(self.path, line, column)))

    def read(self, lines: list[tuple[int, str]]) -> dict[str, tuple[Scalar, Node]]:
        """The rows by id, with what is wrong with them in ``found``."""
        rows: dict[str, tuple[Scalar, Node]] = {}
        header = self.header(*lines[0]) if lines else []
        if not lines:
            self.fault("the CSV is empty", "its first line names `id` and the columns", 1)
        if len(header) * len(lines) > MAX_CELLS:
            self.fault(f"more than {MAX_CELLS:,} cells", "split the table", lines[0][0], code="CC138")
            return rows
        names = [cell.text for cell in header]
        if "id" not in names:
            return rows
        for number, line in lines[1:]:
            cells = self.cells(number, line)
            if len(cells) != len(names):
                if cells:
                    message = f"{len(cells)} cells in this line, {len(names)} in the header"
                    self.fault(message, "put a cell that holds a comma in quotes", number)
                continue
            row = {name.text: (name, cell) for name, cell in zip(header, cells, strict=True)}
            _, id = row.pop("id")
            if not id.text:
                self.fault("this row has no id", "fill its `id`", number, id.column)
            elif id.text in rows:
                first = rows[id.text][0].line
                self.fault(
                    f"the row {id.text!r} stands in line {first}, too", "rename one", number, id.column
                )
            else:
                rows[id.text] = id, Mapping(dict(row), number, id.column)
        return rows

    def header(self, number: int, line: str) -> list[Scalar]:
        """The first line, which names the columns, each once, and `id` among them."""
        header = self.cells(number, line)
        names = [cell.text for cell in header]
        if "id" not in names and header:
            odd = next((c for c in ";\t|" if len(names) == 1 and c in line), "")
            hint = (
                f"separate the cells with commas, not {odd!r}" if odd else "head the column of row ids `id`"
            )
            self.fault("no column is called `id`", hint, number)
        for place, cell in enumerate(header):
            if not cell.text:
                self.fault("a column without a name", "name it, or remove it", number, cell.column)
            elif cell.text in names[:place]:
                message = f"two columns are called {cell.text!r}"
                self.fault(message, "give each its own name", number, cell.column)
        return header

    def cells(self, number: int, line: str) -> list[Scalar]:
        """The cells of one line; none, after telling why, if it cannot be split."""
        try:
            texts = next(csv.reader([line], strict=True))
        except csv.Error:
            message = "this line is no CSV: a quote stands inside a cell, or is never closed"
            self.fault(message, 'put the cell in quotes, and write "" for a quote in it', number)
            return []
        return [
            Scalar(text.strip(), number, column + 1, "", shift)
            for text, (column, shift) in zip(texts, _places(line, texts), strict=True)
        ]


def _places(line: str, texts: list[str]) -> Iterator[tuple[int, int]]:
    """Where each cell begins (from 0), and where its text begins, counted from there (-1: not to be told)."""
    at = 0
    for text in texts:
        blank = len(text) - len(text.lstrip())
        if line[at : at + 1] == '"':
            quotes = text.count('"')
            yield at, -1 if quotes else 1 + blank
            at += len(text) + quotes + 3
        else:
            yield at + blank, 0
            at += len(text) + 1
