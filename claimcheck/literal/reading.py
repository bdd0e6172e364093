"""What a printed value says: the interval it stands for, and the printed numbers it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from gmpy2 import mpq

from claimcheck.interval import Interval, Rational

__all__ = ["Kind", "PrintedNumber", "Reading", "decimal_text", "print_value"]

Kind = Literal["rounded", "integer", "exact", "approximate", "one-sided", "range", "uncertain", "date"]


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number as printed: its value, the unit of its last printed digit, and the characters themselves.

    ``quantum`` is a power of ten. ``plain``: printed with neither point nor exponent nor multiplier word.
    """

    value: Rational
    quantum: Rational
    plain: bool
    text: str = field(default="", compare=False)

    @property
    def digits(self) -> int:
        """How many significant digits are printed; trailing zeros count, a lone zero counts as one."""
        return len(str(abs(int(self.value / self.quantum))))


@dataclass(frozen=True, slots=True)
class Reading:
    """One printed value, understood.

    ``interval`` and ``nominal`` are in the written unit (a date: seconds since 1970-01-01T00:00Z);
    ``unit`` is the unit as written, empty if none, and starts at ``unit_start`` in ``text``.
    """

    text: str = field(compare=False)
    interval: Interval
    unit: str
    kind: Kind
    nominal: Rational | None = None
    """The printed number; None for ranges and dates."""
    quantum: Rational | None = None
    """The unit of the last printed digit."""
    digits: int | None = None
    """Significant digits."""
    explanation: str = field(default="", compare=False)
    """How the interval follows from the text, in one phrase."""
    printed: tuple[PrintedNumber, ...] = ()
    """Every number in the text, in order: the ends of a range, a value with its uncertainty."""
    unit_start: int = field(default=-1, compare=False)


def print_value(reading: Reading) -> str:
    """The reading as text that reads back (with the same options) as the same reading."""
    if reading.kind == "date":
        return " ".join(reading.text.split())
    numbers = [_number_text(number) for number in reading.printed]
    unit = f" {reading.unit}" if reading.unit else ""
    if reading.kind == "exact":
        return f"exactly {numbers[0]}{unit}"
    if reading.kind == "approximate":
        return f"~{numbers[0]}{unit}"
    if reading.kind == "one-sided":
        return f"{_comparison(reading.interval)} {numbers[0]}{unit}"
    if reading.kind == "range":
        if reading.quantum is None and _has_exact_ends(reading):
            return f"[{numbers[0]}, {numbers[1]}]{unit}"
        return f"{numbers[0]}{unit} to {numbers[1]}{unit}"
    if reading.kind == "uncertain":
        if len(numbers) == 2:
            return f"{numbers[0]} ± {numbers[1]}{unit}"
        return f"{numbers[0]} +{numbers[1]} -{numbers[2]}{unit}"
    return numbers[0] + unit


def _has_exact_ends(reading: Reading) -> bool:
    first, last = reading.printed
    return bool(reading.interval.lower == first.value and reading.interval.upper == last.value)


def _comparison(x: Interval) -> str:
    if x.upper is None:
        return ">=" if x.lower_closed else ">"
    return "<=" if x.upper_closed else "<"


def _number_text(number: PrintedNumber) -> str:
    text = decimal_text(number.value, number.quantum)
    return f"{text}E0" if not number.plain and number.quantum == 1 else text


def decimal_text(value: Rational, quantum: Rational | None = None) -> str:
    """An exact decimal: to the digit of ``quantum`` (a power of ten), or as short as it goes.

    A value that no decimal equals is written as a fraction.
    """
    if quantum is None:
        quantum = _last_digit(value)
        if quantum is None:
            return str(value)
    count = int(value / quantum)
    sign, digits = "-" if count < 0 else "", str(abs(count))
    places = len(str(int(max(quantum.numerator, quantum.denominator)))) - 1
    if quantum < 1 and places <= 20:
        digits = digits.rjust(places + 1, "0")
        return f"{sign}{digits[:-places]}.{digits[-places:]}"
    if quantum == 1:
        return sign + digits
    exponent = (places if quantum > 1 else -places) + len(digits) - 1
    mantissa = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    return f"{sign}{mantissa}E{exponent:+d}"


def _last_digit(value: Rational) -> Rational | None:
    """The place of the last digit in the shortest decimal that is exactly ``value``, if there is one."""
    denominator, twos, fives = int(value.denominator), 0, 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    if denominator != 1:
        return None
    if twos or fives:
        return mpq(1, 10 ** max(twos, fives))
    zeros = len(str(int(value))) - len(str(int(value)).rstrip("0"))
    return mpq(10) ** zeros if value != 0 and zeros > 6 else mpq(1)
