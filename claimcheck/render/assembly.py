"""Formats in which every report stands for itself: how the pieces written of each become one text.

The pieces come from ``piece(report, options)`` of the format's module, which may run in another process;
putting them together imports nothing that solves or judges. Thousands of reports need not be held at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

import claimcheck

__all__ = ["ASSEMBLY", "head", "totals"]


def head() -> dict[str, object]:
    """What every JSON report begins with."""
    return {"schema_version": 1, "tool": {"name": "claimcheck", "version": claimcheck.__version__}}


def totals(counts: Mapping[str, int]) -> str:
    """How many files came to what: ``1,000 files: 993 consistent, 7 contradictory``."""
    number = sum(counts.values())
    order = ("consistent", "contradictory", "unknown", "not checked")
    told = ", ".join(f"{counts[word]:,} {word}" for word in order if counts.get(word))
    return f"{number:,} file{'' if number == 1 else 's'}: {told}"


def _in_a_row(pieces: Iterable[str], counts: Mapping[str, int]) -> Iterator[str]:
    yield from pieces


def _markdown(pieces: Iterable[str], counts: Mapping[str, int]) -> Iterator[str]:
    between = ""
    for text in pieces:
        yield between + text
        between = "\n"


def _text(pieces: Iterable[str], counts: Mapping[str, int]) -> Iterator[str]:
    """A blank line between the reports, and a line of totals if there are several."""
    between = ""
    for text in pieces:
        yield between + text + "\n"
        between = "\n"
    if sum(counts.values()) > 1:
        yield f"{between}{totals(counts)}\n"


def _json(pieces: Iterable[str], counts: Mapping[str, int]) -> Iterator[str]:
    """The document that ``report_object`` describes, written as its files come."""
    empty = json.dumps({**head(), "files": []}, ensure_ascii=False, indent=2)
    before, after = empty.removesuffix("]\n}"), "]\n}\n"
    for text in pieces:  # a line break stands between tokens only: texts have it escaped
        yield before + "\n    " + text.replace("\n", "\n    ")
        before, after = ",", "\n  ]\n}\n"
    yield after if before == "," else before + after


ASSEMBLY: dict[str, Callable[[Iterable[str], Mapping[str, int]], Iterator[str]]] = {
    "text": _text,
    "concise": _in_a_row,
    "json": _json,
    "jsonl": _in_a_row,
    "markdown": _markdown,
}
"""For each such format a function from the pieces to the parts of the text, as they come.

The second argument, the number of files by outcome, is looked at after the last piece.
"""
