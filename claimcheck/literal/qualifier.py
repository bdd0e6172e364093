"""The word or sign before a number that says how it is meant: ``exactly``, ``~``, ``>``, ``at most``."""

from __future__ import annotations

import re

from claimcheck.diagnostics import InputProblem

__all__ = ["read_qualifier"]

_QUALIFIER = re.compile(
    r"(?P<word>>=|=>|≥|>|<=|=<|≤|<|~|≈|(?:at\s+least|at\s+most|more\s+than|less\s+than|exactly)\b)\s*",
    re.IGNORECASE,
)
_OPERATORS = {
    "≥": ">=",
    "=>": ">=",
    "at least": ">=",
    "more than": ">",
    "≤": "<=",
    "=<": "<=",
    "at most": "<=",
    "less than": "<",
    "≈": "~",
}
_OTHER_WORDS = re.compile(
    r"(?P<about>about|around|approximately|approx\b\.?|circa|ca\b\.?|roughly|nearly|almost|some)\b"
    r"|(?P<above>over|above)\b|(?P<under>under|below)\b|(?P<most>up\s+to|no\s+more\s+than)\b"
    r"|(?P<least>no\s+less\s+than|minimum|min\b)|(?P<range>between|from)\b|(?P<equal>=)",
    re.IGNORECASE,
)
_WAYS_OUT = {
    "about": "write ~ before the number",
    "above": "write > or >= before the number",
    "under": "write < or <= before the number",
    "most": "write <= before the number",
    "least": "write >= before the number",
    "range": "write 38 to 43, or [38, 43] for exact ends",
    "equal": "leave out the = sign",
}


def read_qualifier(text: str, start: int) -> tuple[str, int] | None:
    """The qualifier at ``start`` as one of ``exactly ~ > >= < <=``, and where the number begins; or None.

    Raises:
        InputProblem: CC208 for words that people use but that say less than they seem to (``about``).
    """
    if (match := _QUALIFIER.match(text, start)) is not None:
        word = " ".join(match["word"].lower().split())
        return _OPERATORS.get(word, word), match.end()
    if (other := _OTHER_WORDS.match(text, start)) is not None:
        raise InputProblem(
            "CC208",
            f"{other.group()!r} is not a qualifier that is read here",
            _WAYS_OUT[str(other.lastgroup)],
            start=start,
            end=other.end(),
        )
    return None
