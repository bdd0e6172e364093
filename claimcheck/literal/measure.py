"""A printed number with the unit after it, the unit's text taken as it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from claimcheck.diagnostics import InputProblem
from claimcheck.literal.number import ScannedNumber, scan_number
from claimcheck.literal.reading import PrintedNumber

__all__ = ["Measure", "bare_measure", "read_measure", "read_unit"]

MAX_UNIT = 200

_UNIT_END = re.compile(r"\s*(?:±|\+/-|\+-)|\s+to(?:\s+|\Z)|\s+[+-]\s*[0-9.]|\s*[–—]\s*[0-9]|\s+-\s+|\Z")
_SPACE_GROUP = re.compile(r"\s+[0-9]")
_BAD_IN_UNIT = re.compile(r"[<>=~≈;:!?\"'`@&|{}\[\],\\]|[+]|\.\.")
_UNIT_START = re.compile(r"[(\s]*(?:[^\W\d_⁰¹²³⁴⁵⁶⁷⁸⁹]|[%‰°$€£¥]|1\s*/)")
_AFTERTHOUGHT = re.compile(r"or (?:more|less|so|higher|lower|fewer)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with the unit written after it (empty if none) and where both end."""

    scanned: ScannedNumber
    unit: str
    unit_start: int
    end: int

    @property
    def number(self) -> PrintedNumber:
        """The printed number."""
        return self.scanned.number


def read_measure(text: str, original: str, start: int) -> Measure:
    """The number that begins at ``start`` (after spaces) and its unit, cut out of ``original``.

    ``text`` is ``original`` with ASCII minus signs, character for character. Raises what
    :func:`~claimcheck.literal.number.scan_number` and :func:`read_unit` do.
    """
    scanned = scan_number(text, _skip_spaces(text, start))
    return Measure(scanned, *read_unit(text, original, scanned.number.text, scanned.end))


def bare_measure(text: str, start: int) -> Measure:
    """A number whose unit, if any, stands further on."""
    scanned = scan_number(text, _skip_spaces(text, start))
    return Measure(scanned, "", -1, scanned.end)


def _skip_spaces(text: str, start: int) -> int:
    return start + len(text[start:]) - len(text[start:].lstrip())


def read_unit(text: str, original: str, number: str, begin: int) -> tuple[str, int, int]:
    """The unit after a number, up to what can only be another part of the value: unit, its start, the end.

    Raises:
        InputProblem: CC202, CC206, CC208 or CC209 when what stands there is no unit.
    """
    ending = _UNIT_END.search(text, begin)
    end = ending.start() if ending else len(text)
    chunk = text[begin:end]
    unit = chunk.strip()
    if not unit:
        return "", -1, end
    start = _skip_spaces(text, begin)
    problem = _problem(chunk, unit, number)
    if problem is not None:
        code, message, hint = problem
        raise InputProblem(code, message, hint, start=start, end=start + len(unit))
    if (bad := _BAD_IN_UNIT.search(unit)) is not None:
        raise InputProblem(
            "CC209",
            f"{bad.group()!r} cannot stand after the number {number}",
            "write the number and its unit only",
            start=start + bad.start(),
            end=start + bad.end(),
        )
    if not _UNIT_START.match(unit):
        raise InputProblem(
            "CC209",
            f"{unit!r} is no unit",
            "write a unit such as day or TFLOP/s/GPU, an uncertainty as 12.3(4) or 12.3 ± 0.4",
            start=start,
            end=start + len(unit),
        )
    return original[start : start + len(unit)], start, end


def _problem(chunk: str, unit: str, number: str) -> tuple[str, str, str] | None:
    """Code, message and way out for what people write in a unit's place, or None."""
    if unit.startswith("+"):
        return "CC208", f"'{number}+' has more than one reading", f"write >= {number}"
    if re.match(r"/\s*[0-9]", unit):
        return "CC209", "a value is one number, not a fraction", "write it as a decimal"
    if unit.startswith("/"):
        return "CC209", f"{unit!r} is a unit without numerator", f"write {number} 1{unit}"
    if re.match(r"1\s*/\s*[^0-9\s]", unit):
        return None
    if re.match(r"[eE][+-]?[0-9]+\b", unit):
        return "CC204", "an exponent follows its number without a space", f"write {number}{unit}"
    if _SPACE_GROUP.match(chunk):
        way_out = "group thousands with commas (1,024), write a range as 5 to 7"
        return "CC202", f"{number!r} is followed by a second number", way_out
    if _AFTERTHOUGHT.match(unit):
        return "CC208", f"{unit!r} is not read here", f"write >= {number}, <= {number} or ~{number}"
    if re.match(r"to\b", unit):
        return "CC206", "`to` stands between two numbers", "write 38 to 43 with spaces"
    if len(unit) > MAX_UNIT:
        return "CC209", f"the unit is longer than {MAX_UNIT} characters", "shorten it"
    return None
