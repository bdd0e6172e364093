"""What is wrong with one entry of a claims file, collected; and how its names may be spelled."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from claimcheck.diagnostics import ClaimsError, Diagnostic, InputProblem

__all__ = ["ID_HINT", "MAX_NAME", "NAME_HINT", "Faults", "did_you_mean", "is_id", "is_name", "one_of"]

T = TypeVar("T")

MAX_NAME = 200
ID_HINT = "use letters, digits, '-', '_' and '.'"
NAME_HINT = "use letters, digits and '_', not a digit first"
_MAX_SUGGESTED_FROM = 300
_ID = re.compile(r"[^\s@#:,\[\]{}][^\s@#,\[\]{}]*\Z")


class Faults:
    """Collects what is wrong with one entry."""

    def __init__(self, *entry: str | int) -> None:
        self.entry = entry
        self.found: list[Diagnostic] = []

    def add(self, field: str, code: str, message: str, hint: str = "") -> None:
        """Something is wrong with a field; empty: with the entry as a whole."""
        entry = (*self.entry, field) if field else self.entry
        self.found.append(Diagnostic(code, message, hint, entry=entry))

    def attempt(self, field: str, read: Callable[[], T]) -> T | None:
        """What is read; None where it has an InputProblem, which is collected."""
        try:
            return read()
        except InputProblem as problem:
            self.found.append(problem.at(*self.entry, field))
            return None

    def stop_if_any(self) -> None:
        """Raise ClaimsError if anything is wrong."""
        if self.found:
            raise ClaimsError(tuple(self.found))


def is_name(text: str) -> bool:
    """Whether a quantity, a table or a column can be called that."""
    return text.isidentifier() and len(text) <= MAX_NAME


def is_id(text: str) -> bool:
    """Whether a source, a relation, a row or a claim's own id can be called that."""
    return len(text) <= MAX_NAME and _ID.match(text) is not None


def one_of(words: Iterable[str]) -> str:
    """A hint that lists what there is."""
    return f"one of {', '.join(words)}"


def did_you_mean(word: str, known: Collection[str]) -> str:
    """A hint that names similar words; among very many only ones that differ in case."""
    if len(known) > _MAX_SUGGESTED_FROM or len(word) > MAX_NAME:
        close = [k for k in known if k.casefold() == word.casefold()][:3] if len(word) <= MAX_NAME else []
    else:
        close = difflib.get_close_matches(word, list(known), n=3, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(close)}?"
    if len(known) > _MAX_SUGGESTED_FROM:
        return "check the spelling, or declare it"
    return f"known: {', '.join(sorted(known)[:8])}" if known else "none is declared"
