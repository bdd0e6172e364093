"""The grammar of values: from a printed text to the interval it stands for.

Grammar::

    value     = number unit                                  rounded to its last printed digit
              | "exactly" number unit
              | ("~" | "≈") number unit
              | (">" | ">=" | "<" | "<=" | "at least" | "at most" | "more than" | "less than") number unit
              | number unit "to" number unit | "[" number "," number "]" unit
              | number ("±" | "+/-") number unit | number "+" number "-" number unit
    unit      = whatever stands there; it is handed on as written

Nothing is rounded here: every interval is one of exact rationals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck.diagnostics import InputProblem
from claimcheck.interval import Interval, Rational, interval, point
from claimcheck.literal.measure import Measure, bare_measure, read_measure, read_unit
from claimcheck.literal.qualifier import read_qualifier
from claimcheck.literal.reading import Kind, PrintedNumber, Reading, decimal_text
from claimcheck.literal.rounding import ROUNDINGS, as_printed, ends_text

__all__ = ["read_value"]

MAX_LENGTH = 1_000

_PLUS_MINUS = re.compile(r"\s*(?:±|\+/-|\+-)\s*")
_TO = re.compile(r"\s+to\s+")
_DASH = re.compile(r"\s*(?:[–—‐‑]|\.\.+|…)\s*(?=[0-9.])|\s+-\s+(?=[0-9.])")
_SIGNED = re.compile(r"\s+(?=[+-]\s*[0-9.])")


@dataclass(frozen=True, slots=True)
class _Options:
    integer: bool
    rounding: str
    approximately: Rational
    coverage: Rational


def read_value(
    text: str,
    *,
    integer: bool = False,
    rounding: str = "nearest",
    approximately: Rational = mpq(1, 20),
    coverage: Rational = mpq(2),
) -> Reading:
    """Read one printed value (format.md, section 2).

    Args:
        text: the value with its unit, at most 1,000 characters.
        integer: the quantity counts something: a plain whole number is exact.
        rounding: how the source rounded: ``nearest`` (half a unit of the last printed digit either way, ends
            included), ``down``, ``up``, ``truncated`` (towards zero) or ``any`` (less than one unit).
        approximately: what ``~`` means, as a ratio.
        coverage: how many standard uncertainties the interval reaches to either side.

    Raises:
        InputProblem: CC200 to CC209, with character offsets into ``text`` and the way out.
        ValueError: an option that is none.
    """
    if rounding not in ROUNDINGS:
        raise ValueError(f"rounding is one of {', '.join(ROUNDINGS)}, not {rounding!r}")
    if approximately < 0 or coverage <= 0:
        raise ValueError("`approximately` and `coverage` are positive")
    if len(text) > MAX_LENGTH:
        raise InputProblem("CC205", f"the value is longer than {MAX_LENGTH} characters", "shorten it")
    if not text.strip():
        raise InputProblem("CC200", "the value is empty", "write a number, or leave the claim out")
    return _Reader(text, _Options(integer, rounding, mpq(approximately), mpq(coverage))).read()


class _Reader:
    def __init__(self, text: str, options: _Options) -> None:
        self.original = text
        self.text = text.replace("\u2212", "-")  # offsets stay: one character for another
        self.options = options

    def read(self) -> Reading:
        """``value``: look at what comes first and dispatch."""
        start = len(self.text) - len(self.text.lstrip())
        if (qualifier := read_qualifier(self.text, start)) is not None:
            return self.qualified(qualifier[0], start, qualifier[1])
        if self.text.startswith("[", start):
            return self.brackets(start)
        first = self.measure(start)
        if (to := _TO.match(self.text, first.end)) is not None:
            return self.stated_range(first, to.end())
        if (plus_minus := _PLUS_MINUS.match(self.text, first.end)) is not None:
            return self.symmetric(first, plus_minus.end())
        if (dash := _DASH.match(self.text, first.end)) is not None:
            raise self.problem(
                "CC206",
                "a dash between numbers may be a range or a minus sign",
                f"write {first.number.text} to {self.text[dash.end() :].strip()}",
                start,
                len(self.text),
            )
        if _SIGNED.match(self.text, first.end) is not None:
            return self.asymmetric(first)
        self.expect_end(first.end)
        if first.scanned.bracket is not None:
            return self.uncertain(first, first.scanned.bracket, first.scanned.bracket, first)
        return self.printed(first)

    def problem(self, code: str, message: str, hint: str, start: int, end: int) -> InputProblem:
        return InputProblem(code, message, hint, start=start, end=end)

    def expect_end(self, position: int) -> None:
        rest = self.text[position:]
        if rest.strip():
            position += len(rest) - len(rest.lstrip())
            raise self.problem(
                "CC209", f"{rest.strip()[:30]!r} is not expected here", "remove it", position, len(self.text)
            )

    def measure(self, start: int) -> Measure:
        return read_measure(self.text, self.original, start)

    def rounded(self, number: PrintedNumber) -> tuple[Interval, str]:
        return as_printed(number, self.options.rounding, self.options.integer)

    def reading(
        self,
        kind: Kind,
        x: Interval,
        measure: Measure,
        printed: tuple[PrintedNumber, ...],
        explanation: str,
    ) -> Reading:
        number = None if kind == "range" else printed[0]
        return Reading(
            self.original,
            x,
            measure.unit,
            kind,
            None if number is None else number.value,
            None if number is None else number.quantum,
            None if number is None else number.digits,
            explanation,
            printed,
            measure.unit_start,
        )

    def printed(self, measure: Measure) -> Reading:
        number = measure.number
        x, how = self.rounded(number)
        kind: Kind = "integer" if self.options.integer and number.plain else "rounded"
        return self.reading(kind, x, measure, (number,), f"{number.text} {how}")

    def qualified(self, operator: str, start: int, position: int) -> Reading:
        """A value with a qualifier before it."""
        measure = self.measure(position)
        rest = self.text[measure.end :].strip()
        if rest or measure.scanned.bracket is not None:
            word = self.text[start:position].strip()
            raise self.problem(
                "CC208",
                f"{word!r} qualifies one number",
                "a range is written 38 to 43 or [38, 43], without qualifier",
                start,
                len(self.text),
            )
        number = measure.number
        if operator == "exactly":
            return self.reading("exact", point(number.value), measure, (number,), f"{number.text}, exactly")
        if operator == "~":
            return self.approximate(measure, start)
        above = operator.startswith(">")
        closed = operator.endswith("=")
        x = interval(number.value, None, closed) if above else interval(None, number.value, True, closed)
        side = ("above" if above else "below") + (" or equal to" if closed else "")
        return self.reading("one-sided", x, measure, (number,), f"{side} {number.text}, as printed")

    def approximate(self, measure: Measure, start: int) -> Reading:
        number = measure.number
        if number.value == 0:
            raise self.problem(
                "CC208",
                "about zero has no width when ~ is a ratio",
                "write the interval, such as [-1, 1]",
                start,
                measure.end,
            )
        margin = abs(number.value) * self.options.approximately
        x = interval(number.value - margin, number.value + margin)
        percent = decimal_text(self.options.approximately * 100)
        explanation = f"about {number.text}: within {percent} %, {ends_text(x)}"
        return self.reading("approximate", x, measure, (number,), explanation)

    def brackets(self, start: int) -> Reading:
        """``[38, 43] %``: both ends exact."""
        low = bare_measure(self.text, start + 1)
        comma = re.compile(r"\s*[,;]\s*").match(self.text, low.end)
        if comma is None:
            raise self.problem(
                "CC206",
                "brackets hold two numbers with a comma and a space between them",
                "write [38, 43] %",
                start,
                len(self.text),
            )
        high = bare_measure(self.text, comma.end())
        close = re.compile(r"\s*\]").match(self.text, high.end)
        if close is None or low.scanned.bracket or high.scanned.bracket:
            raise self.problem(
                "CC206",
                "brackets hold two numbers, and the unit stands after them",
                "write [38, 43] %",
                start,
                len(self.text),
            )
        unit, unit_start, end = read_unit(self.text, self.original, high.number.text, close.end())
        self.expect_end(end)
        self.check_order(low, high, start)
        x = interval(low.number.value, high.number.value)
        explanation = f"{ends_text(x)}, both ends exact"
        measure = Measure(high.scanned, unit, unit_start, end)
        return self.reading("range", x, measure, (low.number, high.number), explanation)

    def stated_range(self, first: Measure, position: int) -> Reading:
        """``38 % to 43 %``: each end keeps its rounding."""
        if read_qualifier(self.text, position) is not None:
            raise self.problem(
                "CC208", "the ends of a range have no qualifier", "write 38 to 43", position, len(self.text)
            )
        second = self.measure(position)
        self.expect_end(second.end)
        if first.scanned.bracket or second.scanned.bracket:
            raise self.problem(
                "CC207",
                "the ends of a range have no uncertainty of their own",
                "write 38 to 43",
                0,
                len(self.text),
            )
        if second.scanned.multiplier != 1 and first.scanned.multiplier == 1:
            word = second.number.text.split()[-1]
            raise self.problem(
                "CC203",
                f"does {word!r} belong to both ends?",
                f"write {first.number.text} {word} to {second.number.text}",
                first.scanned.start,
                second.end,
            )
        measure = self.common_unit(first, second)
        self.check_order(first, second, first.scanned.start)
        low, how_low = self.rounded(first.number)
        high, how_high = self.rounded(second.number)
        x = interval(low.lower, high.upper, low.lower_closed, high.upper_closed)
        explanation = f"from {first.number.text} ({how_low}) to {second.number.text} ({how_high})"
        return self.reading("range", x, measure, (first.number, second.number), explanation)

    def check_order(self, low: Measure, high: Measure, start: int) -> None:
        if low.number.value > high.number.value:
            raise self.problem(
                "CC206",
                f"{low.number.text} is greater than {high.number.text}",
                f"write {high.number.text} to {low.number.text}",
                start,
                high.end,
            )

    def common_unit(self, first: Measure, second: Measure) -> Measure:
        """The measure whose unit holds for both numbers."""
        if first.unit and second.unit and first.unit.split() != second.unit.split():
            raise self.problem(
                "CC209",
                f"two units in one value, {first.unit} and {second.unit}",
                "write both numbers in one unit",
                first.unit_start,
                second.end,
            )
        return second if second.unit else first

    def symmetric(self, first: Measure, position: int) -> Reading:
        """``12.3 ± 0.4 mm``."""
        second = self.measure(position)
        self.expect_end(second.end)
        if first.scanned.bracket or second.scanned.bracket or self.text[position] in "+-":
            raise self.problem(
                "CC207", "an uncertainty is one number without sign", "write 12.3 ± 0.4", position, second.end
            )
        first, second = self.common_multiplier(first, second)
        return self.uncertain(first, second.number, second.number, self.common_unit(first, second))

    def asymmetric(self, first: Measure) -> Reading:
        """``12.3 +0.5 -0.3 mm``, in either order."""
        one = self.signed(first.end, bare=True)
        between = re.compile(r"\s*/?\s*(?=[+-])").match(self.text, one.end)
        if between is None or first.scanned.bracket is not None:
            raise self.problem(
                "CC207",
                "an asymmetric uncertainty has two parts, one up and one down",
                "write 12.3 +0.5 -0.3, or a unit's exponent as s^-1",
                first.end,
                len(self.text),
            )
        two = self.signed(between.end(), bare=False)
        self.expect_end(two.end)
        parts = {self.text[one.scanned.start - 1]: one, self.text[two.scanned.start - 1]: two}
        up, down = parts.get("+"), parts.get("-")
        if up is None or down is None:
            raise self.problem(
                "CC207", "one part goes up and one down", "write 12.3 +0.5 -0.3", first.end, two.end
            )
        if two.scanned.multiplier != 1 and one.scanned.multiplier == 1:
            one = Measure(one.scanned.times(two.scanned.multiplier), one.unit, one.unit_start, one.end)
        first, two = self.common_multiplier(first, two)
        up, down = (one, two) if parts["+"].scanned.start < parts["-"].scanned.start else (two, one)
        return self.uncertain(first, up.number, down.number, self.common_unit(first, two))

    def signed(self, position: int, *, bare: bool) -> Measure:
        """A number after its sign; the sign stands one character before it."""
        sign = re.compile(r"\s*[+-]").match(self.text, position)
        assert sign is not None, "the callers look for a sign first"
        if not self.text[sign.end() : sign.end() + 1].strip("+-"):
            raise self.problem(
                "CC207",
                "the sign of an uncertainty stands right before its number",
                "write 12.3 +0.5 -0.3",
                position,
                sign.end(),
            )
        return bare_measure(self.text, sign.end()) if bare else self.measure(sign.end())

    def common_multiplier(self, first: Measure, second: Measure) -> tuple[Measure, Measure]:
        """A multiplier word at the end belongs to both numbers; one in the middle has two readings."""
        one, two = first.scanned.multiplier, second.scanned.multiplier
        if one == two or two == 1 == one:
            return first, second
        if one == 1:
            scaled = first.scanned.times(two)
            return Measure(scaled, first.unit, first.unit_start, first.end), second
        raise self.problem(
            "CC203",
            "does the multiplier word belong to the uncertainty too?",
            "write the word once at the end, or after both numbers",
            first.scanned.start,
            second.end,
        )

    def uncertain(self, first: Measure, up: PrintedNumber, down: PrintedNumber, unit: Measure) -> Reading:
        value, k = first.number.value, self.options.coverage
        x = interval(value - k * down.value, value + k * up.value)
        same = up.value == down.value
        width = (
            f"± {decimal_text(up.value)}"
            if same
            else f"+{decimal_text(up.value)} -{decimal_text(down.value)}"
        )
        explanation = (
            f"{decimal_text(value, first.number.quantum)} {width} (standard uncertainty, "
            f"{decimal_text(k)} times it): {ends_text(x)}"
        )
        printed = (first.number, up) if up == down else (first.number, up, down)
        return self.reading("uncertain", x, unit, printed, explanation)
