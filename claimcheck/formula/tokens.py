"""Tokens of the formula language, and the refusal of what belongs to another one.

``number``: ``16``, ``2.5``, ``.5``, ``4.3e23``, ``1_000``. ``name``: a Python identifier (NFKC), or a table's
column ``causes.events``. ``bracket``: ``[...]``, a unit after a number, a row after a column, a scope after a
quantity. ``compare``: ``= <= >= < >``. Operators, parentheses and the comma are their own kinds. Also read:
``× · ⋅`` as ``*``, ``÷`` as ``/``, ``−`` as ``-``, ``≤ ≥`` as ``<= >=``, and ``**`` as ``^``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from claimcheck.diagnostics import InputProblem

__all__ = ["MAX_LENGTH", "Token", "tokenize"]

MAX_LENGTH = 10_000
_MAX_BRACKET = 200
_MAX_NAME = 200

_NUMBER = re.compile(r"(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?![\d.])", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d.])", re.ASCII)

_SAME = {
    "×": "*",
    "·": "*",
    "⋅": "*",
    "∗": "*",
    "÷": "/",
    "∕": "/",
    "−": "-",
    "≤": "<=",
    "≥": ">=",
    "**": "^",
}
_OPERATORS = ("**", "<=", ">=", "+", "-", "*", "/", "^", "(", ")", ",", "=", "<", ">", *_SAME)
_COMPARISONS = frozenset({"=", "<=", ">=", "<", ">"})

_FOREIGN = {
    "==": "a relation has one =: write a = b",
    "!=": "relations say = <= >= < or >; what must differ cannot be said",
    "≠": "relations say = <= >= < or >; what must differ cannot be said",
    "<>": "relations say = <= >= < or >; what must differ cannot be said",
    "=<": "write <=",
    "=>": "write >=",
    ":=": "write =",
    "//": "write floor(a / b)",
    "->": "relations say = <= >= < or >",
    "≈": "write = and give the relation a tolerance: within: 5 %",
    "~": "write = and give the relation a tolerance: within: 5 %",
    "±": "write the uncertainty in a claim's value",
    "%": "write 10 [percent], or 10 / 100",
    "√": "write sqrt(x)",
    "∑": "write sum(a, b, c)",
    "∞": "leave the bound out instead",
    "'": "text in quotes means nothing here; quantities are written without quotes",
    '"': "text in quotes means nothing here; quantities are written without quotes",
    "`": "quantities are written without quotes",
    "{": "write parentheses: ( )",
    "}": "write parentheses: ( )",
    "!": "there is no factorial",
    "&": "nest one if(...) in another",
    "|": "write abs(x); for a choice of conditions nest one if(...) in another",
    ";": "give each relation an entry of its own",
    ":": "a relation is an equation or inequality, such as a = b * c",
    "$": "write 5 [USD]",
    "€": "write 5 [EUR], with EUR declared under units",
    "#": "comments belong in the relation's note",
    ".": "write 0.5, and table columns as table.column without spaces",
}
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: kind, canonical text (operators in ASCII, names in NFKC), place in the text."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """The tokens of a formula, closed by one of kind ``end``.

    Raises:
        InputProblem: CC241 (a character that has no place here), CC247 (number), CC248 (bracket), CC249
            (an operator of another language), CC252 (too long), CC254 (an attribute of Python).
    """
    if len(text) > MAX_LENGTH:
        raise InputProblem(
            "CC252",
            f"the formula is {len(text)} characters long",
            f"at most {MAX_LENGTH} are read; split it into several relations",
            start=MAX_LENGTH,
            end=len(text),
        )
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        char = text[position]
        if char.isspace():
            position += 1
            continue
        if char.isascii() and (
            char.isdigit() or (char == "." and text[position + 1 : position + 2].isdigit())
        ):
            token = _number(text, position)
        elif _starts_name(char):
            token = _name(text, position)
        elif char == "[":
            token = _bracket(text, position)
        else:
            token = _operator(text, position)
        tokens.append(token)
        position = token.end
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def _number(text: str, start: int) -> Token:
    for pattern, message, hint in (
        (_DATE, "a date cannot be written in a formula", "declare a quantity with unit: date and claim it"),
        (
            _GROUPED,
            "here a comma separates arguments",
            "write 1024 or 1_024; between arguments put a space after it",
        ),
    ):
        odd = pattern.match(text, start)
        if odd is not None:
            raise InputProblem("CC247", f"{odd.group()}: {message}", hint, start=start, end=odd.end())
    match = _NUMBER.match(text, start)
    assert match is not None
    end = match.end()
    digits = match.group().partition(".")[0].replace("_", "")
    following = text[end : end + 1]
    if following in (".", "_") or (len(digits) > 1 and digits.startswith("0") and digits.isdigit()):
        end += following in (".", "_")
        raise InputProblem(
            "CC247",
            f"{text[start:end]} is not a number",
            "write 0.5, 1024, 1_024 or 4.3e23, without leading zeros",
            start=start,
            end=end,
        )
    return Token("number", match.group(), start, end)


def _starts_name(char: str) -> bool:
    return char.isidentifier()


def _continues_name(char: str) -> bool:
    # The middle dot is a multiplication sign here, though Unicode lets identifiers hold it.
    return char not in "·\u0387" and ("a" + char).isidentifier()


def _name(text: str, start: int) -> Token:
    """A name, or names joined by dots without space (a table's column)."""
    end = start
    while True:
        end += 1
        while end < len(text) and _continues_name(text[end]):
            end += 1
        if text[end : end + 1] != "." or not _starts_name(text[end + 1 : end + 2] or " "):
            break
        end += 1
    name = unicodedata.normalize("NFKC", text[start:end])
    parts = name.split(".")
    if len(parts) > 1 and any(part.startswith("__") for part in parts):
        raise InputProblem(
            "CC254",
            f"{name} reads like an attribute of Python",
            "nothing in a formula is run; a dot only leads from a table to its column",
            start=start,
            end=end,
        )
    if len(name) > _MAX_NAME or not all(part.isidentifier() for part in parts):
        raise InputProblem(
            "CC241",
            f"{name[:40]!r} cannot be a name",
            f"a name is letters, digits and underscores, at most {_MAX_NAME}",
            start=start,
            end=end,
        )
    return Token("name", name, start, end)


def _bracket(text: str, start: int) -> Token:
    end = start + 1
    while end < len(text) and text[end] not in "[]\n":
        end += 1
    inside = text[start + 1 : end].strip()
    if end == len(text) or text[end] != "]":
        raise InputProblem(
            "CC248", "this bracket is never closed", "write 16 [byte/parameter]", start=start, end=end
        )
    end += 1
    if not inside or len(inside) > _MAX_BRACKET:
        problem = "an empty bracket" if not inside else f"a bracket with more than {_MAX_BRACKET} characters"
        raise InputProblem("CC248", problem, "write 16 [byte/parameter]", start=start, end=end)
    return Token("bracket", inside, start, end)


def _operator(text: str, start: int) -> Token:
    char = text[start]
    pair = text[start : start + 2]
    for foreign in (pair, char):
        if foreign in _FOREIGN and pair not in _SAME:
            code = "CC249" if len(foreign) == 2 or foreign in "≠≈~" else "CC241"
            end = start + len(foreign)
            raise InputProblem(
                code, f"{foreign} is no part of a formula", _FOREIGN[foreign], start=start, end=end
            )
    if char in _SUPERSCRIPTS:
        raise InputProblem(
            "CC241", f"{char} is no part of a formula", "write powers as x^2", start=start, end=start + 1
        )
    for operator in _OPERATORS:
        if text.startswith(operator, start):
            canonical = _SAME.get(operator, operator)
            kind = "compare" if canonical in _COMPARISONS else canonical
            return Token(kind, canonical, start, start + len(operator))
    shown = char if char.isprintable() else f"U+{ord(char):04X} {unicodedata.name(char, '')}".strip()
    raise InputProblem(
        "CC241",
        f"{shown} is no part of a formula",
        "a formula holds names, numbers, + - * / ^, parentheses, commas and one of = <= >= < >",
        start=start,
        end=start + 1,
    )
