"""One printed number: digits, separators, exponent, a bracketed uncertainty, a multiplier word.

Grammar (no spaces but where shown)::

    number     = [ sign ] digits [ "." [ digits ] ] [ "(" digits ")" ] [ exponent ] [ " " multiplier ]
               | [ sign ] "." digits ...
    digits     = plain digits, or groups of three with "," "_" or a thin or no-break space between them
    exponent   = "E" [ sign ] digits | [ " " ] ("x" | "×" | "*") [ " " ] "10" ("^" | "**") [ sign ] digits
               | [ " " ] ("x" | "×" | "*") [ " " ] "10" superscript digits
    multiplier = "thousand" | "million" | "billion" | "trillion"

What people also write and what has two readings (`3,5`, `300B`, `3.14+23`) is refused with the ways out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck.diagnostics import InputProblem
from claimcheck.interval import Rational
from claimcheck.literal.reading import PrintedNumber

__all__ = ["MULTIPLIERS", "ScannedNumber", "scan_number"]

MAX_EXPONENT = 400
MAX_DIGITS = 200

MULTIPLIERS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")

_NUMBER = re.compile(
    "(?P<sign>[+-]?)(?P<whole>[0-9](?:[,_'\u00a0\u2009\u202f]?[0-9])*)?(?:(?P<point>\\.)(?P<fraction>[0-9]*))?"
)
_MISPLACED = re.compile("[.,_'\u00a0\u2009\u202f][0-9]")
_BRACKET = re.compile(r"\((?P<digits>[0-9]+(?P<point>\.[0-9]*)?)\)")
_EXPONENT = re.compile(r"[eE](?P<exponent>[+-]?[0-9]+)(?![0-9A-Za-z_.])")
_BROKEN_EXPONENT = re.compile(r"[eE](?:[+-]?[0-9]|[+-]|(?![A-Za-z]))")
_POWER_OF_TEN = re.compile(
    r"\s*[xX×*·]\s*10\s*(?:(?:\^|\*\*)\s*(?P<exponent>[+-]?[0-9]+|\([+-]?[0-9]+\))"
    r"|(?P<superscript>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))"
)
_PRODUCT = re.compile(r"\s*[xX×*·]\s*[0-9]")
_MULTIPLIER = re.compile(r"\s*(?P<word>thousand|million|billion|trillion)s?\b", re.IGNORECASE)
_HEXADECIMAL = re.compile(r"[+-]?0[xXoObB][0-9A-Fa-f]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2}|\b)")
_ATTACHED_SIGN = re.compile(r"[+-][0-9]+(?P<more>[.,0-9]*)")
_SUFFIX = re.compile(
    r"(?P<letter>[kKMBTGb])(?![A-Za-z0-9%°])|(?P<metre>m)(?![A-Za-z0-9%°/^*·²³])"
    r"|\s*(?P<word>bn|mn|mln|mio|mrd|tn)\b|\s+(?P<spaced>[KMB])(?=\s+[A-Za-z])"
)
_READINGS = {
    "k": ("thousand", ""),
    "K": ("thousand", "kelvin"),
    "M": ("million", "molar"),
    "m": ("million", "metre"),
    "B": ("billion", "byte"),
    "b": ("billion", "bit"),
    "T": ("trillion", "tesla"),
    "G": ("billion", "gauss"),
    "bn": ("billion", ""),
    "mn": ("million", ""),
    "mln": ("million", ""),
    "mio": ("million", ""),
    "mrd": ("billion", ""),
    "tn": ("trillion", ""),
}


@dataclass(frozen=True, slots=True)
class ScannedNumber:
    """A number, the uncertainty printed in brackets after it (if any), and where they stand."""

    number: PrintedNumber
    bracket: PrintedNumber | None
    multiplier: int
    start: int
    end: int

    def times(self, multiplier: int) -> ScannedNumber:
        """The same number with a multiplier word that stands further on."""
        return ScannedNumber(
            _scaled(self.number, mpq(multiplier), plain=False),
            None if self.bracket is None else _scaled(self.bracket, mpq(multiplier), plain=False),
            multiplier,
            self.start,
            self.end,
        )


def scan_number(text: str, start: int) -> ScannedNumber:
    """Read the number that begins at ``start``; ``text`` has ASCII minus signs.

    Raises:
        InputProblem: CC201 (no number), CC202 (separators), CC203 (two readings of a suffix), CC204 (an
            exponent without E), CC205 (too many digits, exponent too large), CC207 (a bracket).
    """
    match = _NUMBER.match(text, start)
    whole, fraction = (match["whole"] or "", match["fraction"] or "") if match else ("", "")
    if match is None or not (whole or fraction):
        raise _no_number(text, start)
    if (special := _HEXADECIMAL.match(text, start) or _DATE.match(text, start)) is not None:
        raise _other_notation(text, special)
    end = match.end()
    if len(whole) + len(fraction) > MAX_DIGITS:
        raise InputProblem(
            "CC205", f"more than {MAX_DIGITS} digits", "round the number", start=start, end=end
        )
    digits = _ungrouped(text, match)
    if match["point"] and _MISPLACED.match(text, end):
        raise InputProblem(
            "CC202",
            f"{text[start : end + 2]!r}: separators stand on the wrong side of the point",
            "write 1,024.5 with a decimal point and, if you like, commas between thousands",
            start=start,
            end=end + 2,
        )
    quantum = mpq(1, 10 ** len(fraction))
    value = mpq(int(digits + fraction)) * quantum * (-1 if match["sign"] == "-" else 1)
    number = PrintedNumber(value, quantum, not match["point"])
    bracket, end = _bracket(text, end, quantum)
    exponent, end = _exponent(text, start, end)
    if exponent is not None:
        number = _scaled(number, mpq(10) ** exponent, plain=False)
        bracket = None if bracket is None else _scaled(bracket, mpq(10) ** exponent, plain=False)
    scanned = ScannedNumber(number, bracket, 1, start, end)
    if (multiplier := _MULTIPLIER.match(text, end)) is not None:
        end = multiplier.end()
        if (second := _MULTIPLIER.match(text, end)) is not None:
            raise InputProblem(
                "CC203", "two multiplier words", "write one of them", start=start, end=second.end()
            )
        scanned = scanned.times(MULTIPLIERS[multiplier["word"].lower()])
    else:
        _refuse_suffix(text, start, end)
    spelled = PrintedNumber(
        scanned.number.value, scanned.number.quantum, scanned.number.plain, text[start:end]
    )
    return ScannedNumber(spelled, scanned.bracket, scanned.multiplier, start, end)


def _scaled(number: PrintedNumber, scale: Rational, *, plain: bool) -> PrintedNumber:
    return PrintedNumber(number.value * scale, number.quantum * scale, plain, number.text)


def _no_number(text: str, start: int) -> InputProblem:
    rest = text[start:].strip()
    if not rest:
        return InputProblem(
            "CC201", "a number is missing here", "write a number such as 147", start=start, end=len(text)
        )
    word = rest.split()[0][:30]
    if text[start] in "$€£¥":
        way_out = "write the currency after the number, such as 3.50 USD"
    elif text[start] == "(":
        way_out = "an interval is written [38, 43] or 38 to 43, an uncertainty 4.3E+23 ± 0.1E+23"
    else:
        way_out = "write a number such as 147, 4.30E+23 or 51.7 %"
    return InputProblem("CC201", f"{word!r} is no number", way_out, start=start, end=start + len(word))


def _other_notation(text: str, match: re.Match[str]) -> InputProblem:
    if match.re is _DATE:
        return InputProblem(
            "CC201",
            f"{match.group()!r} looks like a date, but the quantity is a number",
            "give the quantity `unit: date`, or write a range as 5 to 7",
            start=match.start(),
            end=match.end(),
        )
    return InputProblem(
        "CC201", "only decimal numbers are read", "write it in decimal", start=match.start(), end=len(text)
    )


def _ungrouped(text: str, match: re.Match[str]) -> str:
    """The digits before the point without separators, which must part groups of three."""
    whole = match["whole"] or ""
    separators = {c for c in whole if not c.isdigit()}
    if not separators:
        return whole
    groups = re.split("[^0-9]", whole)
    regular = (
        len(separators) == 1
        and separators != {"'"}
        and 1 <= len(groups[0]) <= 3
        and groups[0] != "0"
        and all(len(group) == 3 for group in groups[1:])
    )
    if regular:
        return "".join(groups)
    if separators == {","} and len(groups) == 2:
        message = f"{whole!r} is neither grouped in thousands nor written with a decimal point"
        way_out = (
            f"write {groups[0]}.{groups[1]} if it is a decimal comma; group thousands by three digits; "
            "put a space after the comma of [38, 43]"
        )
    else:
        message = f"{whole!r} is not grouped in thousands"
        way_out = "write 1,024,000 or 1024000"
    raise InputProblem("CC202", message, way_out, start=match.start("whole"), end=match.end("whole"))


def _bracket(text: str, end: int, quantum: Rational) -> tuple[PrintedNumber | None, int]:
    """The uncertainty in ``12.3(4)``, in units of the last printed digit."""
    match = _BRACKET.match(text, end)
    if match is None:
        return None, end
    if match["point"]:
        raise InputProblem(
            "CC207",
            "an uncertainty in brackets counts units of the last digit and has no point",
            f"write ± {match['digits']}",
            start=match.start(),
            end=match.end(),
        )
    if len(match["digits"]) > MAX_DIGITS:
        raise InputProblem(
            "CC205", f"more than {MAX_DIGITS} digits", "round it", start=match.start(), end=match.end()
        )
    value = int(match["digits"]) * quantum
    return PrintedNumber(value, quantum, quantum == 1, match["digits"]), match.end()


def _exponent(text: str, start: int, end: int) -> tuple[int | None, int]:
    """The power of ten after a mantissa that ends at ``end``, and where it ends."""
    match = _EXPONENT.match(text, end) or _POWER_OF_TEN.match(text, end)
    if match is None:
        _refuse_broken_exponent(text, start, end)
        return None, end
    written = match["exponent"] or match["superscript"].translate(_SUPERSCRIPTS)
    digits = written.strip("()+-").lstrip("0")
    if len(digits) > len(str(MAX_EXPONENT)) or int(digits or "0") > MAX_EXPONENT:
        raise InputProblem(
            "CC205",
            f"the exponent goes beyond {MAX_EXPONENT}",
            "no published number is that large; check the exponent",
            start=start,
            end=match.end(),
        )
    return int(digits or "0") * (-1 if "-" in written else 1), match.end()


def _refuse_broken_exponent(text: str, start: int, end: int) -> None:
    mantissa = text[start:end]
    if (sign := _ATTACHED_SIGN.match(text, end)) is not None:
        other = text[end + 1 : sign.end()]
        raise InputProblem(
            "CC204",
            f"{text[start : sign.end()]!r} has more than one reading",
            f"write {mantissa}E{sign.group()} for a power of ten, {mantissa} to {other} for a range, "
            f"or {mantissa} ± {other} for an uncertainty",
            start=start,
            end=sign.end(),
        )
    if (broken := _BROKEN_EXPONENT.match(text, end)) is not None:
        raise InputProblem(
            "CC204",
            "the exponent is not a whole number",
            f"write {mantissa}E+23, or a space before a unit",
            start=start,
            end=broken.end(),
        )
    if text[end : end + 1] == "^" or text[end : end + 2] == "**":
        raise InputProblem(
            "CC204",
            "a power by itself says nothing about its rounding",
            "write 1 x 10^23 or 1.0 x 10^23 with the digits that are known",
            start=start,
            end=len(text),
        )
    if _PRODUCT.match(text, end) is not None:
        raise InputProblem(
            "CC204",
            "a value is one number, not a product",
            "write a power of ten as 4.3 x 10^23 or 4.3E+23",
            start=start,
            end=len(text),
        )


def _refuse_suffix(text: str, start: int, end: int) -> None:
    match = _SUFFIX.match(text, end)
    if match is None:
        return
    suffix = next(group for group in match.groups() if group)
    word, unit = _READINGS[suffix]
    number = text[start:end]
    other = f", or {number} {unit}" if unit else ""
    raise InputProblem(
        "CC203",
        f"{text[start : match.end()]!r} has more than one reading",
        f"write {number} {word} (and the unit){other}",
        start=start,
        end=match.end(),
    )
