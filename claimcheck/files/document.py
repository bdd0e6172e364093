"""Reading: the bytes of a claims file (YAML or JSON) to nodes with positions.

What makes YAML surprising is refused: duplicate keys, anchors, aliases, merge keys, tags, several documents
and keys that are not text. Everything refused is collected, so that one run shows as much as possible.
Sizes are limited before anything is built from them.
"""

from __future__ import annotations

import os
import re
import sys
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from claimcheck.diagnostics import Diagnostic, Location
from claimcheck.files.nodes import BROKEN, MAX_DEPTH, MAX_NODES, Mapping, Node, Scalar, Sequence
from claimcheck.files.syntax import explain

if TYPE_CHECKING:
    import yaml

__all__ = ["MAX_BYTES", "Document", "decoded", "parse", "read_bytes"]

MAX_BYTES = 9_500_000
"""Room for about 100,000 claims, a line each; files beyond it are refused before they are read."""

MAX_FAULTS = 100

_STARTER_HINT = "`claimcheck init FILE` writes one to start from"

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Document:
    """A claims file as nodes. ``text`` is empty, and there are no lines, where the input was Python data."""

    path: str
    text: str
    root: Node


def read_bytes(path: str | os.PathLike[str]) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """The bytes of a file, or why not (CC001 missing, CC002 directory, CC003 unreadable, CC004 too large)."""
    name = os.fspath(path)

    def refuse(code: str, message: str, hint: str) -> tuple[bytes, tuple[Diagnostic, ...]]:
        return b"", (Diagnostic(code, message, hint, Location(name)),)

    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return refuse("CC001", "there is no such file", "check the path")
    except IsADirectoryError:
        return refuse("CC002", "this is a directory, not a file", "name a claims file in it")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return refuse("CC003", f"the file cannot be read: {reason}", "check the path and its permissions")
    if len(data) > MAX_BYTES:
        return refuse(
            "CC004", f"the file is larger than {MAX_BYTES:,} bytes", "split it into several claims files"
        )
    return data, ()


def decoded(data: bytes | str, path: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text in ``data``, or why there is none: CC004 (too large), CC005 (no UTF-8), CC006 (controls)."""
    if len(data) > MAX_BYTES:
        message = f"more than {MAX_BYTES:,} bytes of text"
        return "", _refuse(path, "CC004", message, "split it into several claims files")[1]
    if isinstance(data, bytes):
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "", _refuse(path, "CC005", "this is UTF-16, not UTF-8", "save the file as UTF-8", 1, 1)[1]
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            begin = data.rfind(b"\n", 0, error.start) + 1
            column = len(data[begin : error.start].decode("utf-8")) + 1
            line = data.count(b"\n", 0, error.start) + 1
            message = f"byte {error.start:,} (0x{data[error.start]:02x}) is not UTF-8"
            return "", _refuse(path, "CC005", message, "save the file as UTF-8", line, column)[1]
    else:
        text = data
    text = text.removeprefix("\ufeff")
    if bad := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - text.rfind("\n", 0, bad.start())
        which = "a NUL character" if bad[0] == "\0" else f"the control character U+{ord(bad[0]):04X}"
        message = f"{which} cannot stand in a claims file"
        return "", _refuse(path, "CC006", message, "remove it", line, column)[1]
    return text, ()


def _refuse(
    path: str, code: str, message: str, hint: str, line: int = 0, column: int = 0
) -> tuple[None, tuple[Diagnostic, ...]]:
    return None, (Diagnostic(code, message, hint, Location(path, line, column)),)


def parse(data: bytes | str, path: str = "<text>") -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """The document in ``data`` and everything refused in it, with locations.

    The document is None where its structure cannot be trusted: wrong encoding (CC005, CC006), empty (CC007),
    no YAML (CC008), no mapping (CC017), or beyond a limit (CC004, CC015, CC016).
    """
    text, found = decoded(data, path)
    if found:
        return None, found
    if not text.strip():
        return _refuse(path, "CC007", "the file is empty", _STARTER_HINT, 1, 1)

    builder = _Builder(path)
    root = builder.build(text)
    if root is None and not builder.found:
        return _refuse(path, "CC007", "the file holds comments only", "begin with `claimcheck: 1`", 1, 1)
    if root is not None and not isinstance(root, Mapping):
        hint = "begin with `claimcheck: 1` and the sections of a claims file"
        builder.fault("CC017", "a claims file is a mapping of keys", hint, root.line, root.column)
        root = None
    return (None if root is None else Document(path, text, root)), tuple(builder.found)


class _Stop(Exception):
    """Raised where reading on would only cost time."""


@dataclass(slots=True)
class _Frame:
    """An open collection: ``key`` is the mapping key that waits for its value."""

    line: int
    column: int
    flow: bool
    items: list[Node] | None
    entries: dict[str, tuple[Scalar, Node]]
    key: Scalar | None = None


class _Builder:
    """Turns the parser's events into nodes, without recursion."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[Diagnostic] = []
        self.root: Node | None = None
        self.open: list[_Frame] = []
        self.count = 0
        self.cuts: list[int] = []
        self.is_json = False

    def fault(self, code: str, message: str, hint: str, line: int, column: int) -> None:
        self.found.append(Diagnostic(code, message, hint, Location(self.path, line, column)))
        if len(self.found) >= MAX_FAULTS:
            raise _Stop

    def build(self, text: str) -> Node | None:
        """The root of the first document; None where it could not be read to its end."""
        import yaml

        self.is_json = text.lstrip().startswith(("{", "["))
        text = self.join_surrogates(text)
        try:
            self.consume(yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        except _Stop:
            if len(self.found) >= MAX_FAULTS:
                message = f"reading stopped at {MAX_FAULTS} mistakes; there may be more"
                self.found.append(
                    Diagnostic("CC018", message, "mend the first ones first", Location(self.path))
                )
            return None
        except yaml.MarkedYAMLError as error:
            self.syntax(error, text)
            return None
        except yaml.YAMLError as error:
            self.found.append(Diagnostic("CC008", f"not YAML: {error}", "", Location(self.path)))
            return None
        return self.root

    def join_surrogates(self, text: str) -> str:
        r"""Write pairs of escapes such as ``\ud83d\ude00``, JSON's form of one character, as YAML's.

        Each pair makes the text shorter by two; ``cuts`` remembers where, for the columns of the file.
        """
        if "\\ud" not in text.lower() or not self.is_json:
            return text

        def join(match: re.Match[str]) -> str:
            high, low = int(match[2], 16), int(match[3], 16)
            self.cuts.append(match.start() - 2 * len(self.cuts))
            return f"{match[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"

        return _SURROGATES.sub(join, text)

    def place(self, mark: Any) -> tuple[int, int]:
        line, column = mark.line + 1, mark.column + 1
        if self.cuts:
            before = bisect_left(self.cuts, mark.index) - bisect_left(self.cuts, mark.index - mark.column)
            column += 2 * before
        return line, column

    # -- events ------------------------------------------------------------------------------------------

    def consume(self, events: Iterator[Any]) -> None:
        from yaml import events as kinds

        collections = (kinds.MappingStartEvent, kinds.SequenceStartEvent)
        documents = 0
        for event in events:
            kind = type(event)
            if kind is kinds.ScalarEvent:
                self.put(self.scalar(event))
            elif kind in collections:
                self.begin(event, kind is kinds.SequenceStartEvent)
            elif kind is kinds.MappingEndEvent or kind is kinds.SequenceEndEvent:
                frame = self.open.pop()
                if frame.items is not None:
                    self.put(Sequence(tuple(frame.items), frame.line, frame.column, frame.flow))
                else:
                    self.put(Mapping(frame.entries, frame.line, frame.column, frame.flow))
            elif kind is kinds.AliasEvent:
                line, column = self.place(event.start_mark)
                hint = "write the value again, or quote it if the `*` belongs to it"
                self.fault("CC010", f"the alias *{event.anchor} is not allowed", hint, line, column)
                self.put(Scalar("", line, column, BROKEN))
            elif kind is kinds.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    line, column = self.place(event.start_mark)
                    hint = "keep one document in a file"
                    self.fault("CC013", "a second document begins here", hint, line, column)
                    return

    def begin(self, event: Any, is_list: bool) -> None:
        """Open a collection."""
        line, column = self.place(event.start_mark)
        if event.anchor is not None or event.tag is not None:
            self.properties(event)
        if len(self.open) >= MAX_DEPTH:
            self.too_deep(line, column)
            raise _Stop
        self.open.append(_Frame(line, column, bool(event.flow_style), [] if is_list else None, {}))

    def too_deep(self, line: int, column: int) -> None:
        hint = "a claims file needs about five levels"
        self.fault("CC015", f"nested deeper than {MAX_DEPTH} levels", hint, line, column)

    def scalar(self, event: Any) -> Scalar:
        start, end = event.start_mark, event.end_mark
        line, column = self.place(start) if self.cuts else (start.line + 1, start.column + 1)
        if event.anchor is not None or event.tag is not None:
            self.properties(event)
            return Scalar(event.value, line, column, event.style or "'")
        style = event.style or ""
        text = event.value
        quotes = 1 if style else 0  # a block of text spans lines and is never exact
        exact = end.index - start.index == len(text) + 2 * quotes and start.line == end.line
        if self.is_json and text == "null" and not style:
            text = ""  # JSON's word for nothing; in YAML it can be a name
        return Scalar(text, line, column, style, quotes if exact else -1)

    def properties(self, event: Any) -> None:
        """Refuse an anchor or a tag."""
        if event.anchor is not None:
            line, column = self.place(event.start_mark)
            hint = f"remove &{event.anchor}, or quote the text if the `&` belongs to it"
            self.fault("CC010", f"the anchor &{event.anchor} is not allowed", hint, line, column)
        if event.tag is not None:
            line, column = self.place(event.start_mark)
            hint = "remove it, or quote the text if the `!` belongs to it: every scalar is read as text"
            self.fault("CC012", f"the tag {event.tag} is not allowed", hint, line, column)

    def put(self, node: Node) -> None:
        """Place a finished node in its collection, as a key or as a value."""
        self.count += 1
        if self.count > MAX_NODES:
            self.fault(
                "CC016",
                f"more than {MAX_NODES:,} entries",
                "split it into several claims files",
                node.line,
                node.column,
            )
            raise _Stop
        if not self.open:
            self.root = node
            return
        frame = self.open[-1]
        if frame.items is not None:
            frame.items.append(node)
            return
        if frame.key is None:
            frame.key = self.key(node)
            return
        key, frame.key = frame.key, None
        if key.style == BROKEN:
            frame.entries.setdefault(key.text, (key, Scalar("", key.line, key.column, BROKEN)))
        elif key.text in frame.entries:
            first = frame.entries[key.text][0]
            hint = f"it first stands in line {first.line}, column {first.column}; keep one of them"
            self.fault("CC009", f"the key {key.text!r} is given twice", hint, key.line, key.column)
        else:
            frame.entries[key.text] = (key, node)

    def key(self, node: Node) -> Scalar:
        """A mapping key; what cannot be one is refused and stands as a broken entry."""
        if isinstance(node, Scalar):
            if node.text == "<<" and not node.style:
                hint = "write the keys out; a key that reads `<<` needs quotes"
                self.fault("CC011", "merge keys are not allowed", hint, node.line, node.column)
                return Scalar("<<", node.line, node.column, BROKEN)
            if node.style == BROKEN:
                return node
            return Scalar(sys.intern(node.text), node.line, node.column, node.style, node.shift)
        kind = "a list" if isinstance(node, Sequence) else "a mapping"
        hint = "keys are text; put it in quotes if the brackets belong to it"
        self.fault("CC014", f"{kind} cannot be a key", hint, node.line, node.column)
        return Scalar("", node.line, node.column, BROKEN)

    # -- syntax errors -----------------------------------------------------------------------------------

    def syntax(self, error: yaml.MarkedYAMLError, text: str) -> None:
        """Say in plain words what the parser stumbled over."""
        problem, context = error.problem or "", error.context or ""
        if "nesting depth" in problem + context:  # newer parsers have a limit of their own, and meet it first
            line, column = self.place(error.problem_mark or error.context_mark)
            self.too_deep(line, column)
            return
        mark = error.problem_mark or error.context_mark
        unclosed = "quoted scalar" in context and "end of stream" in problem
        if error.context_mark and (unclosed or "block scalar" in context or "simple key" in context):
            mark = error.context_mark
        at_end = mark is None or mark.index >= len(text.rstrip())
        character = "" if mark is None or mark.index >= len(text) else text[mark.index]
        opened = ""
        if error.context_mark is not None:
            at = self.place(error.context_mark)
            opened = f"line {at[0]}, column {at[1]}"
            if at_end and "flow" in context:
                mark = error.context_mark
        message, hint = explain(problem, context, character, opened, at_end)
        line, column = (0, 0) if mark is None else self.place(mark)
        self.found.append(Diagnostic("CC008", message, hint, Location(self.path, line, column)))
