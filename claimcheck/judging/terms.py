"""Inequalities as a reader sees them: numbers with units, multiplied or added, against another number.

Every number is rounded to what is shown, to the side that weakens the inequality, and computed with as it is
shown: a reader who takes the line at its word computes the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.decimals import grouped, short_text
from claimcheck.expression import Apply, Constant, Expression, Number
from claimcheck.formula import constant_value, format_number
from claimcheck.interval import Interval, Rational, point
from claimcheck.judging.wording import moment_text, unit_text
from claimcheck.model import ClaimSet
from claimcheck.solver.rows import Row
from claimcheck.units import DIMENSIONLESS, Unit, from_base, to_base

__all__ = ["End", "Inequality", "Known", "Term", "constants", "power", "shown", "value_text"]

_DIGITS = 12
_PRECISION = 256
_SLACK = mpq(1, 10**20)
"""How wide an enclosure of 1 is that comes from dividing enclosures of pi by each other, at most."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of what is known of a quantity (base units), and the unit in which it was printed."""

    value: Rational
    closed: bool
    unit: Unit


Known = dict[int, tuple[End | None, End | None]]
"""By number of the quantity (its place in the claim set): its lower and upper end, where there is one."""


@dataclass(frozen=True, slots=True)
class Term:
    """A shown number: its text, what the text says in base units, and its exponent or coefficient."""

    text: str
    value: Interval
    weight: Rational


@dataclass(frozen=True, slots=True)
class Inequality:
    """``terms = value sign limit``; sign and limit are empty where only the end of a bound is computed.

    ``terms`` are the factors (``product``) or summands; a sum is divided by ``divisor`` as a whole.
    ``touching``: both sides are equal, and one of the ends does not belong.
    """

    product: bool
    terms: tuple[Term, ...]
    divisor: int
    value: str
    sign: str
    limit: str
    touching: bool = False

    @property
    def text(self) -> str:
        """In one line: ``35 + 70 = 105 > 95``."""
        left = _product_text(self.terms) if self.product else _sum_text(self.terms, self.divisor)
        middle = "" if left == self.value else f" = {self.value}"
        right = f" {self.sign} {self.limit}" if self.sign else ""
        return f"{left}{middle}{right}" + (" (an end that does not belong)" if self.touching else "")


def shown(value: Rational, weight: Rational, unit: Unit, *, down: bool) -> Term:
    """A number in base units as a term: rounded down or up to what is shown, and that exactly."""
    if unit.is_date:
        whole = mpq(math.floor(value) if down else math.ceil(value))
        return Term(moment_text(whole, up=not down), point(whole), weight)
    text = _text(value, unit, _DIGITS, down=down)
    return Term(_with_unit(grouped(text), unit), to_base(point(_read(text)), unit), weight)


def value_text(value: Rational, unit: Unit, digits: int, *, down: bool) -> tuple[str, Rational]:
    """A number in base units in words, rounded down or up to some digits, and what the words say."""
    if unit.is_date:
        term = shown(value, mpq(1), unit, down=down)
        return term.text, term.value.lower
    text = _text(value, unit, digits, down=down)
    said = to_base(point(_read(text)), unit)
    return _with_unit(grouped(text), unit), said.lower if down else said.upper


def _with_unit(text: str, unit: Unit) -> str:
    suffix = unit_text(unit)
    return f"{text} {suffix}" if suffix else text


def _text(value: Rational, unit: Unit, digits: int, *, down: bool) -> str:
    """A number in base units as a decimal in a unit, rounded down or up."""
    x = from_base(point(value), unit)
    return short_text(x.lower if down else x.upper, digits, down=down)


def _read(text: str) -> Rational:
    exact = Fraction(text)
    return mpq(exact.numerator, exact.denominator)


def constants(claims: ClaimSet, used: Sequence[tuple[Row, Rational]], *, low: bool) -> list[Term] | None:
    """The constant factors of the relations as they are written, and what a tolerance allows.

    None where the formula has others. Units, ``1 [byte]`` and the like, come last.
    """
    kept: dict[Number | Constant, Rational] = {}
    total = point(1)
    for row, m in used:
        equation = claims.relations[row.premise.removeprefix("relation:")].equation
        total = iv.mul(total, power(row.range, m))
        for tree, sign in ((equation.left, -m), (equation.right, m)):
            if not _collect(tree, sign, kept):
                return None
    chosen = sorted((c for c, e in kept.items() if e), key=lambda c: isinstance(c, Number) and c.value == 1)
    terms = [_constant(claims, c, kept[c]) for c in chosen]
    for term in terms:
        total = iv.div(total, power(term.value, term.weight))
    left = total.lower if low else total.upper
    if left is None or left <= 0:
        return None
    if left != 1 and not _is_one(total):  # pi against an enclosure of pi is 1
        terms.insert(0, shown(left, mpq(1), DIMENSIONLESS, down=low))
    return terms


def _is_one(x: Interval) -> bool:
    width = iv.wid(x)
    return 1 in x and width is not None and bool(width < _SLACK)


def _constant(claims: ClaimSet, constant: Number | Constant, exponent: Rational) -> Term:
    if isinstance(constant, Constant):
        value = iv.pi(_PRECISION) if constant.name == "pi" else iv.e(_PRECISION)
        return Term(constant.name, value, exponent)
    unit = claims.units.parse(constant.unit) if constant.unit else DIMENSIONLESS
    text = constant.text or format_number(constant.value)
    return Term(_with_unit(text, unit), to_base(point(constant.value), unit), exponent)


def _collect(tree: Expression, exponent: Rational, found: dict[Number | Constant, Rational]) -> bool:
    """Add the constants of a product with their exponents; False where it has other parts than factors."""
    plain = constant_value(tree)
    if plain is not None and (not isinstance(tree, Apply) or tree.op not in ("mul", "div", "pow")):
        tree = Number(plain, text=tree.text if isinstance(tree, Number) else "")
    if isinstance(tree, (Constant, Number)):
        if plain != 1:
            found[tree] = found.get(tree, mpq(0)) + exponent
        return True
    if not isinstance(tree, Apply):
        return True
    if tree.op in ("mul", "div"):
        first, second = tree.args
        other = exponent if tree.op == "mul" else -exponent
        return _collect(first, exponent, found) and _collect(second, other, found)
    if tree.op in ("sqrt", "cbrt"):
        return _collect(tree.args[0], exponent / (2 if tree.op == "sqrt" else 3), found)
    power = constant_value(tree.args[1]) if tree.op == "pow" else None
    return power is not None and _collect(tree.args[0], exponent * power, found)


def power(x: Interval, exponent: Rational) -> Interval:
    """A power of a positive interval (IEEE 1788 pown, pow)."""
    return iv.pown(x, int(exponent)) if exponent.denominator == 1 else iv.pow(x, point(exponent))


def _product_text(terms: Sequence[Term]) -> str:
    above = [_factor(t.text, t.weight) for t in terms if t.weight > 0]
    below = [_factor(t.text, -t.weight) for t in terms if t.weight < 0]
    text = " x ".join(above) or "1"
    if not below:
        return text
    return f"{text} / {below[0]}" if len(below) == 1 else f"{text} / ({' x '.join(below)})"


def _factor(text: str, exponent: Rational) -> str:
    if exponent == 1:
        return text
    base = f"({text})" if " " in text else text
    return f"{base}^{exponent}" if exponent.denominator == 1 else f"{base}^({exponent})"


def _sum_text(terms: Sequence[Term], divisor: int) -> str:
    text = ""
    for term in terms:
        size = abs(term.weight)
        shown = term.text if size == 1 else f"{format_number(size)} x {term.text}"
        if term.text.startswith("-"):
            shown = f"({shown})"
        sign = "-" if term.weight < 0 else "+"
        text = f"{text} {sign} {shown}" if text else shown if sign == "+" else f"-{shown}"
    return text if divisor == 1 else f"({text}) / {divisor}"
