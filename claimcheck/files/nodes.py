"""The nodes of a claims file: text with positions, before anything is understood.

Every scalar is text, so that ``0.10`` keeps its two decimals and ``no`` can be a name. Lines and columns
count from 1, columns in characters; 0 means that there is no file (:func:`from_python`). Nodes are named
tuples because a large file has a million of them.
"""

from __future__ import annotations

import datetime
import decimal
import unicodedata
from collections.abc import Iterable
from collections.abc import Mapping as PythonMapping
from typing import NamedTuple

from claimcheck.diagnostics import Diagnostic

__all__ = [
    "BROKEN",
    "MAX_DEPTH",
    "MAX_NODES",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "find",
    "from_python",
    "kind",
]

MAX_DEPTH = 100
MAX_NODES = 1_500_000

BROKEN = "broken"
"""Style of a scalar that stands for something refused, so that nothing is said twice about it."""


class Scalar(NamedTuple):
    """Text. ``style`` is the quote or block indicator (empty: plain).

    ``shift``: where the text begins, counted from ``column``, or -1 where escapes or line breaks make the
    characters of the text and those of the file differ.
    """

    text: str
    line: int = 0
    column: int = 0
    style: str = ""
    shift: int = -1

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was written (``key:`` at the end of a line)."""
        return not self.text and not self.style


class Sequence(NamedTuple):
    """A list. ``flow``: written in brackets."""

    items: tuple[Node, ...]
    line: int = 0
    column: int = 0
    flow: bool = False


class Mapping(NamedTuple):
    """Keys with their nodes, in file order. ``flow``: written in braces."""

    entries: dict[str, tuple[Scalar, Node]]
    line: int = 0
    column: int = 0
    flow: bool = False


Node = Scalar | Sequence | Mapping


def kind(node: Node) -> str:
    """What a node is, in a message."""
    if isinstance(node, Scalar):
        return "text"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def find(root: Node, entry: Iterable[str | int], *, key: bool = False) -> tuple[Node, bool]:
    """The node at a path such as ``("claims", 3, "value")``, or the deepest one on the way to it.

    With ``key``, a path that ends at a mapping's entry gives the key's node. The second value tells whether
    offsets into the entry's text apply to the node: the path led to its end, or to a scalar that stands for
    a whole entry (a relation written as text alone).
    """
    node, name = root, None
    path = list(entry)
    for step, part in enumerate(path):
        if isinstance(node, Mapping):
            pair = node.entries.get(str(part)) or _normalized(node, str(part))
            if pair is None:
                return (name if key and name else node), False
            name, node = pair
        elif isinstance(node, Sequence) and isinstance(part, int) and 0 <= part < len(node.items):
            name, node = None, node.items[part]
        else:
            return node, isinstance(node, Scalar) and step == len(path) - 1
    return (name, False) if key and name else (node, isinstance(node, Scalar))


def _normalized(node: Mapping, name: str) -> tuple[Scalar, Node] | None:
    """The entry whose key is ``name`` after the normalisation that names of quantities undergo."""
    if name.isascii() and len(node.entries) > 1000:
        return None
    matching = (k for k in node.entries if unicodedata.normalize("NFKC", k) == name)
    key = next(matching, None)
    return None if key is None else node.entries[key]


def from_python(data: object) -> tuple[Node, tuple[Diagnostic, ...]]:
    """Nodes without positions from parsed data: dicts, lists, text, integers, Decimals, booleans and dates.

    Binary floats are refused (CC019), because they no longer show what was printed, and so is any other type;
    None is a key with nothing behind it.
    """
    found: list[Diagnostic] = []
    count = 0

    def refuse(code: str, message: str, hint: str, entry: tuple[str | int, ...]) -> Scalar:
        found.append(Diagnostic(code, message, hint, entry=entry))
        return Scalar("", style=BROKEN)

    def convert(value: object, entry: tuple[str | int, ...]) -> Node:
        nonlocal count
        count += 1
        if count > MAX_NODES:
            return (
                Scalar("", style=BROKEN)
                if found
                else refuse("CC016", f"more than {MAX_NODES:,} entries", "split the claims", ())
            )
        if len(entry) > MAX_DEPTH:
            return refuse("CC015", f"nested deeper than {MAX_DEPTH} levels", "flatten the data", entry[:3])
        match value:
            case None:
                return Scalar("")
            case str():
                return Scalar(value, style='"')
            case bool():
                return Scalar("true" if value else "false")
            case int():
                # Turning a long integer into decimal text is refused by Python itself.
                if value.bit_length() > 10_000:
                    return refuse("CC019", "an integer of more than 3,000 digits", "", entry)
                return Scalar(str(value))
            case decimal.Decimal():
                return Scalar(str(value))
            case datetime.date():
                return Scalar(value.isoformat())
            case PythonMapping():
                entries: dict[str, tuple[Scalar, Node]] = {}
                for key, item in value.items():
                    if not isinstance(key, str):
                        refuse("CC014", f"a key is {type(key).__name__}, not text", "", entry)
                    else:
                        entries[key] = (Scalar(key), convert(item, (*entry, key)))
                return Mapping(entries)
            case list() | tuple():
                return Sequence(tuple(convert(item, (*entry, i)) for i, item in enumerate(value)))
            case float():
                return refuse(
                    "CC019",
                    f"{value!r} is a binary float, which does not show how it was printed",
                    "pass the number as text, with the digits that were printed",
                    entry,
                )
            case _:
                kind = type(value).__name__
                return refuse("CC019", f"a claims file cannot hold {kind}", "pass it as text", entry)

    return convert(data, ()), tuple(found)
