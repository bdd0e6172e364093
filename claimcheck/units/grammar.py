"""The grammar of unit texts: from text to a flat product of names and numbers with exponents.

Grammar::

    unit     = factor { operator factor }
    operator = "*" | "·" | "×" | "/" | "per" | " " | "-"       (a space or hyphen between names is a product)
    factor   = atom [ ("^" | "**") exponent | superscript digits ]
    atom     = name | number | "(" unit ")" | multiplier atom
    exponent = [ "-" | "+" ] integer | decimal | "(" rational ")"

`*` and `/` associate to the left. A space or hyphen after a `/` has two readings (`J/kg K`) and is refused
with both of them. Nothing here knows what a name means, and nothing is ever evaluated as Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck.diagnostics import InputProblem
from claimcheck.interval import Rational

__all__ = [
    "MAX_EXPONENT",
    "MULTIPLIERS",
    "SUPERSCRIPTS",
    "Term",
    "UnitText",
    "format_terms",
    "merge_terms",
    "parse_terms",
]

MAX_LENGTH = 200
MAX_DEPTH = 20
MAX_EXPONENT = 64
MAX_ROOT = 12
MAX_DIGITS = 40
MAX_TEN = 60

MULTIPLIERS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
"""Word multipliers, short scale; they belong to the name after them (`USD per million token`)."""

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
      | (?P<super>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
      | (?P<name>(?:Δ?°)?[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹][^\W⁰¹²³⁴⁵⁶⁷⁸⁹]*|[%‰°$€£¥])
      | (?P<power>\*\*|\^)
      | (?P<times>[*·×⋅])
      | (?P<over>[/÷])
      | (?P<sign>[-+−])
      | (?P<open>\()
      | (?P<close>\))""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """One name or number of a product with its exponent and its place in the text."""

    name: str
    exponent: Rational
    number: Rational | None = None
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class UnitText:
    """A parsed unit text: the factors in the order written, and the readings taken."""

    terms: tuple[Term, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int
    spaced: bool


def parse_terms(text: str) -> UnitText:
    """Read a unit text.

    Raises:
        InputProblem: CC220 (not a unit text), CC222 (two readings), CC224 (beyond a limit).
    """
    if len(text) > MAX_LENGTH:
        raise InputProblem("CC224", f"the unit is longer than {MAX_LENGTH} characters", "shorten it")
    return _Parser(text).parse()


def merge_terms(terms: Iterable[Term]) -> tuple[Term, ...]:
    """The same product with each name once, in order of appearance; what cancels is dropped, and the 1s."""
    merged: dict[str, Term] = {}
    for term in terms:
        known = merged.get(term.name)
        exponent = term.exponent if known is None else known.exponent + term.exponent
        merged[term.name] = Term(term.name, exponent, term.number)
    return tuple(term for term in merged.values() if term.exponent != 0 and term.number != 1)


def format_terms(terms: Iterable[Term]) -> str:
    """A product as people write it: ``FLOP day / (TFLOP GPU)``; empty when nothing is left.

    The text reads back (:func:`parse_terms`) as the same product.
    """
    above: list[str] = []
    below: list[str] = []
    for term in terms:
        (above if term.exponent > 0 else below).append(_format_term(term))
    if not below:
        return " ".join(above)
    top = " ".join(above) or "1"
    return f"{top} / {below[0]}" if len(below) == 1 else f"{top} / ({' '.join(below)})"


def _format_term(term: Term) -> str:
    exponent = abs(term.exponent)
    if exponent == 1:
        return term.name
    return f"{term.name}^{exponent}" if exponent.denominator == 1 else f"{term.name}^({exponent})"


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position, spaced = 0, False
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise InputProblem(
                "CC220",
                f"{text[position]!r} cannot stand in a unit",
                "write a unit such as TFLOP/s/GPU, kg m^2 or %",
                start=position,
                end=position + 1,
            )
        kind = str(match.lastgroup)
        if kind != "space":
            tokens.append(_Token(kind, match.group(), match.start(), match.end(), spaced))
        spaced = kind == "space"
        position = match.end()
    return tokens


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.position = 0
        self.notes: list[str] = []

    def parse(self) -> UnitText:
        terms = self.product(0)
        if (extra := self.peek()) is not None:
            raise self.problem(
                "CC220", f"{extra.text!r} is not expected here", "check the parentheses", extra
            )
        return UnitText(tuple(terms), tuple(self.notes))

    def peek(self) -> _Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self) -> _Token:
        self.position += 1
        return self.tokens[self.position - 1]

    def problem(self, code: str, message: str, hint: str, token: _Token | None) -> InputProblem:
        if token is None:
            return InputProblem(code, message, hint, start=len(self.text), end=len(self.text))
        return InputProblem(code, message, hint, start=token.start, end=token.end)

    def product(self, depth: int) -> list[Term]:
        """``unit``: the factors from here to a closing parenthesis or the end."""
        terms = self.factor(depth)
        divided = False
        while (token := self.peek()) is not None and token.kind != "close":
            sign = 1
            if token.kind == "over" or (token.kind == "name" and token.text == "per"):
                self.take()
                sign, divided = -1, True
            elif token.kind == "times":
                self.take()
                if divided:
                    self.notes.append(f"{self.text.strip()!r}: a/b*c is read as (a/b)*c")
            elif token.kind in ("name", "number", "open") or self.is_hyphen(token):
                self.refuse_two_readings(token, divided)
                if token.kind == "sign":
                    self.take()
            else:
                raise self.problem(
                    "CC220",
                    f"{token.text!r} is not expected here",
                    "an exponent is written m^2 or s^-1",
                    token,
                )
            terms += [_raised(term, mpq(sign)) for term in self.factor(depth)]
        return terms

    def is_hyphen(self, token: _Token) -> bool:
        """Whether this is the hyphen of `GPU-hour`: a name on either side."""
        following = self.tokens[self.position + 1 : self.position + 2]
        return token.text == "-" and bool(following) and following[0].kind == "name"

    def refuse_two_readings(self, token: _Token, divided: bool) -> None:
        if divided:
            before = self.text[: token.start].rstrip()
            after = self.text[token.start :].lstrip("- ")
            raise self.problem(
                "CC222",
                f"{self.text.strip()!r} has two readings: is the rest after {before!r} above or below?",
                f"write parentheses around what is below the line, or {before}*{after}",
                token,
            )

    def factor(self, depth: int) -> list[Term]:
        """``factor``: an atom with its exponent."""
        terms = self.atom(depth)
        token = self.peek()
        if token is None or token.kind not in ("power", "super"):
            return terms
        self.take()
        if token.kind == "super":
            exponent = self.checked(mpq(int(token.text.translate(SUPERSCRIPTS)[:20])), token)
        else:
            exponent = self.exponent()
        following = self.peek()
        if following is not None and following.kind in ("power", "super"):
            raise self.problem(
                "CC220", "a power of a power has two readings", "write parentheses: (m^2)^3", following
            )
        terms = [_raised(term, exponent) for term in terms]
        for term in terms:
            self.checked(term.exponent, token)
        return terms

    def atom(self, depth: int) -> list[Term]:
        """``atom``: a name, a number, a multiplier with its name, or a unit in parentheses."""
        token = self.peek()
        if token is None or token.kind not in ("name", "number", "open") or token.text == "per":
            found = "the unit ends" if token is None else f"{token.text!r} stands"
            raise self.problem(
                "CC220", f"{found} where a unit name is expected", "write 1/s for per second", token
            )
        self.take()
        if token.kind == "open":
            return self.parenthesis(depth, token)
        if token.kind == "number":
            return [Term(token.text, mpq(1), self.number(token), token.start, token.end)]
        term = Term(token.text, mpq(1), None, token.start, token.end)
        if token.text in MULTIPLIERS:
            term = Term(token.text, mpq(1), mpq(MULTIPLIERS[token.text]), token.start, token.end)
            following = self.peek()
            if following is not None and following.kind == "name" and following.text != "per":
                return [term, *self.atom(depth)]
        return [term]

    def parenthesis(self, depth: int, opening: _Token) -> list[Term]:
        if depth >= MAX_DEPTH:
            raise self.problem(
                "CC224", f"parentheses nest deeper than {MAX_DEPTH}", "simplify the unit", opening
            )
        terms = self.product(depth + 1)
        token = self.peek()
        if token is None:
            raise self.problem("CC220", "this parenthesis is never closed", "add a )", opening)
        self.take()
        return terms

    def number(self, token: _Token) -> Rational:
        mantissa, _, ten = token.text.lower().partition("e")
        if len(mantissa) > MAX_DIGITS or (ten and (len(ten) > 5 or abs(int(ten)) > MAX_TEN)):
            raise self.problem(
                "CC224",
                f"a number in a unit has at most {MAX_DIGITS} digits and an exponent up to {MAX_TEN}",
                "use a prefix or a unit of your own",
                token,
            )
        whole, _, fraction = mantissa.partition(".")
        value = mpq(int(whole + fraction), 10 ** len(fraction)) * mpq(10) ** int(ten or "0")
        if value == 0:
            raise self.problem("CC220", "a unit cannot be zero", "remove the 0", token)
        return value

    def exponent(self) -> Rational:
        """``exponent``: after ``^`` or ``**``."""
        token = self.peek()
        if token is not None and token.kind == "open":
            self.take()
            value = self.signed_number()
            slash = self.peek()
            if slash is not None and slash.kind == "over":
                self.take()
                divisor = self.peek()
                denominator = self.signed_number()
                if denominator == 0:
                    raise self.problem("CC220", "an exponent divides by zero", "write m^(1/2)", divisor)
                value /= denominator
            closing = self.peek()
            if closing is None or closing.kind != "close":
                raise self.problem(
                    "CC220", "an exponent in parentheses is a number or a fraction", "m^(1/2)", closing
                )
            self.take()
            return self.checked(value, token)
        return self.checked(self.signed_number(), token)

    def signed_number(self) -> Rational:
        sign = 1
        token = self.peek()
        if token is not None and token.kind == "sign":
            self.take()
            sign = 1 if token.text == "+" else -1
            token = self.peek()
        if token is None or token.kind != "number":
            raise self.problem("CC220", "an exponent must be a number", "write m^2 or s^-1", token)
        self.take()
        return mpq(0) if set(token.text) <= set("0.") else sign * self.number(token)

    def checked(self, value: Rational, token: _Token | None) -> Rational:
        if value == 0:
            raise self.problem("CC220", "an exponent of 0 leaves nothing", "remove the unit", token)
        if abs(value) > MAX_EXPONENT or value.denominator > MAX_ROOT:
            raise self.problem(
                "CC224",
                f"an exponent goes up to {MAX_EXPONENT}, a fraction's denominator to {MAX_ROOT}",
                "check the exponent",
                token,
            )
        return value


def _raised(term: Term, exponent: Rational) -> Term:
    return Term(term.name, term.exponent * exponent, term.number, term.start, term.end)
