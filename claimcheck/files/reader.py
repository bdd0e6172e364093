"""From nodes to a ClaimSet, section by section, with every mistake on the way.

An entry that failed is left out, and what merely follows from its absence is not reported.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from pydantic import BaseModel, ValidationError

from claimcheck.crosscheck import check
from claimcheck.diagnostics import ClaimsError, Diagnostic, InputProblem
from claimcheck.files.csvrows import read_rows
from claimcheck.files.document import Document
from claimcheck.files.nodes import BROKEN, Mapping, Node, Scalar, Sequence, find, kind
from claimcheck.files.places import place_all
from claimcheck.files.schema import (
    ClaimEntry,
    ClaimsFile,
    ColumnEntry,
    KnownEntry,
    QuantityEntry,
    RelationEntry,
    SettingsEntry,
    SourceEntry,
    TableEntry,
    misfit,
    unknown_key,
)
from claimcheck.model import ClaimSet

__all__ = ["MAX_FAULTS", "Enough", "Reader"]

MAX_FAULTS = 200
"""So many mistakes are collected; more than that are a misunderstanding, and only cost time."""

_LISTS = ("claims", "known", "report", "units")
_LATER = {"use": "relation packs"}
_LAST_NAME = re.compile(r"\w*\Z")


class Enough(Exception):
    """Raised at the limit of mistakes."""


class _Broken(Exception):
    """Raised by an entry that holds something refused before."""


class Reader:
    """Fills a ClaimSet from a document, section by section.

    ``broken`` holds the names that stand in the file but could not be understood; ``blind`` is set where not
    even the names are known, so that nothing can be said about a reference.
    """

    def __init__(self, document: Document, found: list[Diagnostic], folder: str = "") -> None:
        self.root = document.root
        self.folder = folder
        self.csv: dict[str, Document] = {}
        """The rows of tables that stand in a CSV, by table."""
        self.found = found
        self.claims = ClaimSet(path=document.path)
        self.broken: set[str] = set()
        self.broken_units: set[str] = set()
        self.broken_tables: tuple[str, ...] = ()
        """What the names of their cells begin with."""
        self.blind = False
        self.left_out = 0

    # -- reporting ---------------------------------------------------------------------------------------

    def add(self, diagnostic: Diagnostic) -> None:
        """Collect a mistake, unless it merely follows from another one."""
        if self.follows(diagnostic):
            return
        table = diagnostic.entry[1] if len(diagnostic.entry) > 3 and diagnostic.entry[2] == "rows" else ""
        if diagnostic.entry[:1] == ("tables",) and table in self.csv:
            cell = replace(diagnostic, entry=diagnostic.entry[3:])
            (diagnostic,) = place_all((cell,), self.csv[str(table)])
        self.found.append(diagnostic)
        if len(self.found) >= MAX_FAULTS:
            raise Enough

    def error(self, code: str, message: str, hint: str, *entry: str | int) -> None:
        """Collect a mistake about an entry."""
        self.add(Diagnostic(code, message, hint, entry=entry))

    def follows(self, diagnostic: Diagnostic) -> bool:
        """Whether the mistake is only that a broken entry is missing."""
        if diagnostic.code == "CC112":
            return self.blind or self.left_out > 0
        if diagnostic.code == "CC116":
            return any(name.startswith("relation:") for name in self.broken)
        if diagnostic.code in ("CC221", "CC262"):
            missing = self.broken_units
        elif diagnostic.code in ("CC105", "CC140", "CC248", "CC256"):
            if self.blind and diagnostic.code != "CC248":
                return True
            missing = self.broken
        else:
            return False
        node, exact = find(self.root, diagnostic.entry)
        if not isinstance(node, Scalar) or not exact:
            return False
        word = node.text
        if diagnostic.code == "CC248":  # a bracket after the name of a quantity that depends on scopes
            word = _LAST_NAME.findall(word[: max(diagnostic.start, 0)])[0]
        elif 0 <= diagnostic.start < diagnostic.end:
            word = word[diagnostic.start : diagnostic.end]
        word = unicodedata.normalize("NFKC", word.strip())
        if missing is self.broken and word.partition("[")[0] in missing:
            return True
        return word in missing or (missing is self.broken and word.startswith(self.broken_tables))

    # -- structure ---------------------------------------------------------------------------------------

    def section(self, name: str) -> Node | None:
        """A top-level section, if it is there, holds something and has the right shape."""
        if not isinstance(self.root, Mapping) or name not in self.root.entries:
            return None
        node = self.root.entries[name][1]
        if isinstance(node, Scalar) and node.is_empty:
            return None
        if isinstance(node, Scalar) and node.style == BROKEN:
            self.blind = True
            return None
        if isinstance(node, Sequence if name in _LISTS else Mapping):
            return node
        shape, hint = ("a list", "[a, b]") if name in _LISTS else ("a mapping", "{name: ...}")
        message = f"`{name}` must be {shape}, not {kind(node)}"
        self.error("CC103", message, f"write `{name}: {hint}`, or one entry to a line", name)
        self.blind = True
        return None

    def validate(self, model: type[BaseModel], node: Node, *entry: str | int) -> dict[str, object] | None:
        """The entry's fields, checked against its model; None, after reporting, if it does not fit."""
        try:
            data = _plain(node)
        except _Broken:
            return None
        if isinstance(node, Scalar) and node.is_empty:
            data = {}
        if isinstance(node, Mapping) and isinstance(data, dict):
            # A key of the model with nothing behind it counts as not given; any other one is a mistake.
            for key in [k for k, text in data.items() if text == "" and k in model.model_fields]:
                value = node.entries[key][1]
                if isinstance(value, Scalar) and value.is_empty:
                    del data[key]
        if isinstance(data, dict) and len(data) > 2 * len(model.model_fields):
            # So many unknown keys are one mistake: some of them show it.
            data = dict(list(data.items())[: 2 * len(model.model_fields)])
        try:
            return dict(vars(model.model_validate(data)))
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                self.add(misfit(fault, model, node, entry))
            return None

    # -- sections ----------------------------------------------------------------------------------------

    def read(self) -> None:
        """Every section, in the order in which they need each other."""
        if not isinstance(self.root, Mapping):
            if not self.found:
                self.error("CC017", "claims are a mapping of keys", "begin with `claimcheck: 1`")
            return
        self.head(self.root)
        self.settings()
        self.units()
        self.sources()
        self.scopes()
        self.quantities()
        self.tables()
        self.claim_list()
        self.relations()
        self.known()
        if (node := self.section("report")) is not None:
            self.claims.report = self.texts(node, "report")
        for diagnostic in check(self.claims):
            self.add(diagnostic)

    def head(self, root: Mapping) -> None:
        """The keys of the file itself."""
        for key, (name, node) in root.entries.items():
            if name.style == BROKEN:
                self.blind = True
            elif key not in ClaimsFile.model_fields:
                self.add(unknown_key(key, node, ClaimsFile, (key,)))
            elif key in _LATER and not (isinstance(node, Scalar) and node.is_empty):
                what = _LATER[key]
                hint = "write out the claims and relations it stands for"
                self.error("CC114", f"{what} are not supported by this version yet", hint, key)
                self.blind = True
        version = root.entries.get("claimcheck")
        if version is None:
            self.error("CC102", "the key `claimcheck` is missing", "begin the file with `claimcheck: 1`")
        elif getattr(version[1], "text", None) != "1":
            hint = "write `claimcheck: 1`, or use a version of the program that knows the other format"
            self.error("CC113", "this version reads format 1 only", hint, "claimcheck")
        title = root.entries.get("title")
        if title is not None:
            if isinstance(title[1], Scalar):
                self.claims.title = title[1].text
            else:
                message = f"`title` must be text, not {kind(title[1])}"
                self.error("CC103", message, "put it in quotes", "title")

    def settings(self) -> None:
        """How values are to be read."""
        node = self.section("settings")
        fields = None if node is None else self.validate(SettingsEntry, node, "settings")
        if fields is not None:
            self.attempt(self.claims.configure, **fields)

    def units(self) -> None:
        """The file's own units."""
        node = self.section("units")
        for place, text in enumerate(self.texts(node, "units") if node is not None else ()):
            try:
                self.claims.units.define(text)
            except InputProblem as problem:
                self.add(problem.at("units", place))
                self.broken_units.add(text.partition("=")[0].strip())

    def sources(self) -> None:
        """The sources."""
        for id, node in self.named("sources"):
            fields = self.validate(SourceEntry, node, "sources", id)
            if fields is None or not self.attempt(self.claims.source, id, **fields):
                self.broken.add(id)

    def scopes(self) -> None:
        """The aspects with their scopes."""
        for name, node in self.named("scopes"):
            scopes = self.meanings(name, node)
            if scopes is None or not self.attempt(self.claims.aspect, name, scopes):
                self.broken.add(unicodedata.normalize("NFKC", name))

    def meanings(self, name: str, node: Node) -> dict[str, str] | None:
        """What each scope of an aspect means; None, after reporting, if they are not known."""
        if not isinstance(node, Mapping):
            if not isinstance(node, Scalar) or not node.is_empty:
                hint = "write `{both: what that means, last: ...}`"
                self.error("CC103", f"`{name}` is a mapping, not {kind(node)}", hint, "scopes", name)
                return None
            return {}
        found: dict[str, str] = {}
        for scope, (written, meaning) in node.entries.items():
            if BROKEN in (written.style, getattr(meaning, "style", "")):
                return None
            if not isinstance(meaning, Scalar):
                hint = "say in words what it means"
                self.error("CC103", f"expected text, not {kind(meaning)}", hint, "scopes", name, scope)
                return None
            found[scope] = meaning.text
        return found

    def quantities(self) -> None:
        """The quantities."""
        for name, node in self.named("quantities"):
            fields = self.validate(QuantityEntry, node, "quantities", name)
            if fields is None or not self.attempt(self.claims.quantity, name, **fields):
                self.broken.add(unicodedata.normalize("NFKC", name))

    def tables(self) -> None:
        """The tables, with their rows from a CSV where they say so."""
        for name, node in self.named("tables"):
            rows = self.rows_of(name, node)
            head, columns = self.columns_of(name, node)
            fields = self.validate(TableEntry, head, "tables", name)
            if fields is not None and rows is not None and columns is not None:
                fields.update(columns=columns, rows=rows)
                if self.attempt(self.claims.table, name, **fields):
                    continue
            plain = unicodedata.normalize("NFKC", name)
            self.left_out += 1
            self.broken.add(plain)
            self.broken_tables += (f"{plain}.",)

    def columns_of(self, name: str, node: Node) -> tuple[Node, dict[str, object] | None]:
        """The table without the contents of its columns and rows, and the columns if all can be read."""
        pair = node.entries.get("columns") if isinstance(node, Mapping) else None
        if not isinstance(node, Mapping):
            return node, None
        shallow = {
            k: (w, Mapping({}, n.line, n.column) if isinstance(n, Mapping) else n)
            for k, (w, n) in node.entries.items()
        }
        head = node._replace(
            entries={k: v if k in ("columns", "rows") else node.entries[k] for k, v in shallow.items()}
        )
        if pair is None or not isinstance(pair[1], Mapping):
            return head, None
        columns: dict[str, object] = {}
        for column, (_, about) in pair[1].entries.items():
            if isinstance(about, Scalar) and about.style != BROKEN:
                columns[column] = about.text
            elif (fields := self.validate(ColumnEntry, about, "tables", name, "columns", column)) is not None:
                columns[column] = fields
        return head, columns if len(columns) == len(pair[1].entries) else None

    def rows_of(self, name: str, node: Node) -> dict[str, dict[str, str]] | None:
        """The texts of a table by row and column; None, after reporting, if they are not known."""
        pair = node.entries.get("rows") if isinstance(node, Mapping) else None
        if pair is None or not isinstance(pair[1], Mapping):
            return None
        rows = pair[1]
        file = rows.entries.get("file")
        if file is not None and isinstance(file[1], Scalar):
            document = self.csv_rows(name, rows, file[1])
            if document is None or not isinstance(document.root, Mapping):
                return None
            rows = document.root
        found: dict[str, dict[str, str]] = {}
        for id, (written, row) in rows.entries.items():
            cells = row.entries if isinstance(row, Mapping) else {}
            if (
                written.style == BROKEN
                or not isinstance(row, Mapping | Scalar)
                or (isinstance(row, Scalar) and not row.is_empty)
            ):
                if not isinstance(row, Scalar) or row.style != BROKEN:
                    hint = "write `{column: value}`"
                    self.error(
                        "CC103", f"a row is a mapping, not {kind(row)}", hint, "tables", name, "rows", id
                    )
                return None
            found[id] = {}
            for column, (_, cell) in cells.items():
                if not isinstance(cell, Scalar):
                    hint = "put the text in quotes, such as '[38, 43] %'"
                    place = ("tables", name, "rows", id, column)
                    self.error("CC103", f"expected text, not {kind(cell)}", hint, *place)
                    return None
                if cell.style == BROKEN:
                    return None
                found[id][column] = cell.text
        return found

    def csv_rows(self, name: str, rows: Mapping, file: Scalar) -> Document | None:
        """The rows that stand in a CSV beside the claims file."""
        place = ("tables", name, "rows", "file")
        if len(rows.entries) > 1:
            hint = "put all rows into the CSV, or all of them here"
            self.error(
                "CC135", "`file` gives all rows of the table, and others stand beside it", hint, *place
            )
            return None
        if not self.folder:
            hint = "write the rows out, or check the file on disk"
            self.error("CC135", "a CSV is looked for beside a claims file, and this is none", hint, *place)
            return None
        document, found = read_rows(self.folder, file.text)
        for diagnostic in found:
            self.add(diagnostic if diagnostic.location else replace(diagnostic, entry=place))
        if document is not None:
            self.csv[name] = document
        return document

    def claim_list(self) -> None:
        """The claims."""
        section = self.section("claims")
        for index, node in enumerate(section.items if isinstance(section, Sequence) else ()):
            fields = self.validate(ClaimEntry, node, "claims", index)
            if fields is None or not self.attempt(self.claims.claim, **fields, index=index):
                self.left_out += 1
                self.broken |= _claim_ids(node)

    def relations(self) -> None:
        """The relations; one written as text alone is an equation."""
        for id, node in self.named("relations"):
            if isinstance(node, Scalar) and not node.is_empty and node.style != BROKEN:
                node = Mapping({"equation": (node, node)}, node.line, node.column)
            fields = self.validate(RelationEntry, node, "relations", id)
            table = fields.pop("for_") if fields is not None else None
            add = self.claims.relation if table is None else partial(self.claims.relation_for, str(table))
            if fields is None or not self.attempt(add, id=id, **fields):
                self.broken.add(f"relation:{id}")

    def known(self) -> None:
        """The accepted conflicts."""
        section = self.section("known")
        for index, node in enumerate(section.items if isinstance(section, Sequence) else ()):
            fields = self.validate(KnownEntry, node, "known", index)
            if fields is not None:
                self.attempt(self.claims.known, **fields, index=index)

    # -- pieces ------------------------------------------------------------------------------------------

    def named(self, name: str) -> list[tuple[str, Node]]:
        """The entries of a section by name; one that was refused before is only remembered as broken."""
        section = self.section(name)
        entries: list[tuple[str, Node]] = []
        for key, (written, node) in section.entries.items() if isinstance(section, Mapping) else ():
            if written.style == BROKEN:
                self.blind = True
            else:
                entries.append((key, node))
        return entries

    def texts(self, node: Node, name: str) -> tuple[str, ...]:
        """A list of texts; anything else in it is reported."""
        texts: list[str] = []
        for place, item in enumerate(node.items if isinstance(node, Sequence) else ()):
            if isinstance(item, Scalar):
                texts.append(item.text)
            else:
                self.error("CC103", f"expected text, not {kind(item)}", "put it in quotes", name, place)
        # A part of them would shift the places of the others.
        whole = isinstance(node, Sequence) and len(texts) == len(node.items)
        return tuple(texts) if whole else ()

    def attempt(self, add: Callable[..., object], *args: object, **fields: object) -> bool:
        """Whether the entry could be added; what is wrong with it is reported."""
        try:
            add(*args, **fields)
        except ClaimsError as error:
            for diagnostic in error.diagnostics:
                self.add(diagnostic)
            return False
        return True


def _plain(node: Node) -> object:
    """Dicts, lists and text. Raises _Broken where something was refused before."""
    if isinstance(node, Scalar):
        if node.style == BROKEN:
            raise _Broken
        return node.text
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return {key: _plain(item) for key, (_, item) in node.entries.items()}


def _claim_ids(node: Node) -> set[str]:
    """Every id by which others may refer to a claim that could not be read."""
    if not isinstance(node, Mapping):
        return set()
    fields = {key: pair[1].text for key, pair in node.entries.items() if isinstance(pair[1], Scalar)}
    id, quantity, source = fields.get("id", ""), fields.get("quantity"), fields.get("source")
    names = [f"{quantity}@{source}", f"{quantity}[{fields.get('scope')}]@{source}"]
    return {id, *names, *(f"{name}#{id}" for name in names)} - {""}
