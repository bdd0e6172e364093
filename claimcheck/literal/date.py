"""Dates: from ISO 8601 text to the span of seconds that the text leaves open.

Grammar::

    value  = date | date "to" date | (">" | ">=" | "<" | "<=" | "at least" | "at most") date
    date   = YYYY-MM-DD [ offset ] | YYYY-MM-DD ("T" | " ") hh:mm [ ":" ss [ "." digits ] ] [ offset ]
    offset = "Z" | ("+" | "-") hh [ ":" ] mm

Time is counted in seconds since 1970-01-01T00:00Z in the proleptic Gregorian calendar, without leap seconds.
Without an offset the date may be meant anywhere on Earth, from UTC+14 to UTC-12.
"""

from __future__ import annotations

import datetime
import re

from gmpy2 import mpq

from claimcheck.diagnostics import InputProblem
from claimcheck.interval import Interval, Rational, interval
from claimcheck.literal.reading import Reading

__all__ = ["read_date"]

MAX_LENGTH = 200
_DAY = 86_400
_EPOCH = datetime.date(1970, 1, 1).toordinal()
_EARLIEST = -14 * 3600
"""The clocks furthest ahead show UTC+14: there a named moment comes 14 hours earlier than in UTC."""
_LATEST = 12 * 3600

_DATE = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:(?:[Tt]|\ +)(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,30}))?)?)?"
    r"(?:\ ?(?P<offset>[Zz]|UTC|[+-][0-9]{2}(?::?[0-9]{2})?))?"
    r"(?![0-9A-Za-z:.,/+-])"
)
_OPERATOR = re.compile(r"(?P<operator>>=|≥|>|<=|≤|<|at\s+least\b|at\s+most\b)\s*", re.IGNORECASE)
_OPERATORS = {"≥": ">=", "≤": "<=", "at least": ">=", "at most": "<="}
_TO = re.compile(r"\s+to\s+")


def read_date(text: str) -> Reading:
    """Read a date, a range of dates (first moment to last) or a one-sided date.

    A date stands for the whole day, minute or second it names, its end excluded; the interval is in seconds
    since 1970-01-01T00:00Z. ``> D`` begins when D may have ended, ``<= D`` ends when D must have.

    Raises:
        InputProblem: CC200 (empty), CC205 (too long), CC206 (a range in the wrong order), CC211 (no date),
            CC212 (there is no such date), CC213 (no such offset); with offsets into ``text``.
    """
    if len(text) > MAX_LENGTH:
        raise InputProblem("CC205", f"the date is longer than {MAX_LENGTH} characters", "write 2021-11-05")
    if not text.strip():
        raise InputProblem("CC200", "the date is empty", "write a date such as 2021-11-05")
    plain = text.replace("\u2212", "-")
    start = len(plain) - len(plain.lstrip())
    if (operator := _OPERATOR.match(plain, start)) is not None:
        word = " ".join(operator["operator"].lower().split())
        return _one_sided(text, plain, _OPERATORS.get(word, word), operator.end())
    span, name, end = _date(plain, start)
    if (to := _TO.match(plain, end)) is not None:
        last, last_name, end = _date(plain, to.end())
        _expect_end(plain, end)
        if _first(last) < _first(span):
            raise InputProblem(
                "CC206",
                f"{plain[start : to.start()]} comes after {plain[to.end() :].strip()}",
                "write the earlier date first",
                start=start,
                end=end,
            )
        x = interval(span.lower, max(_last(span), _last(last)), True, False)
        return Reading(text, x, "", "date", explanation=f"from {name} to {last_name}")
    _expect_end(plain, end)
    return Reading(text, span, "", "date", explanation=name)


def _one_sided(text: str, plain: str, operator: str, position: int) -> Reading:
    # `>= D`: not before D begins, wherever that is earliest; `> D`: not before D is over, likewise.
    at = _parts(plain, position)
    start, length, has_offset, name, end = at
    _expect_end(plain, end)
    earliest, latest = (0, 0) if has_offset else (_EARLIEST, _LATEST)
    if operator == ">=":
        x = interval(start + earliest, None)
    elif operator == ">":
        x = interval(start + length + earliest, None)
    elif operator == "<":
        x = interval(None, start + latest, False, False)
    else:
        x = interval(None, start + length + latest, False, False)
    side = {">=": "not before", ">": "after", "<": "before", "<=": "not after"}[operator]
    return Reading(text, x, "", "date", explanation=f"{side} {name}")


def _first(x: Interval) -> Rational:
    return x.lower


def _last(x: Interval) -> Rational:
    return x.upper


def _date(text: str, start: int) -> tuple[Interval, str, int]:
    """The span of one date, what it is called, and where it ends."""
    moment, length, has_offset, name, end = _parts(text, start)
    if has_offset:
        return interval(moment, moment + length, True, False), name, end
    return interval(moment + _EARLIEST, moment + length + _LATEST, True, False), name, end


def _parts(text: str, start: int) -> tuple[Rational, Rational, bool, str, int]:
    """First moment and length in seconds (as in UTC where no offset is given), offset given?, name, end."""
    start += len(text[start:]) - len(text[start:].lstrip())
    match = _DATE.match(text, start)
    if match is None:
        raise _no_date(text, start)
    try:
        day = datetime.date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError as error:
        raise InputProblem(
            "CC212",
            f"there is no date {match.group()[:10]}: {error}",
            "check year, month and day",
            start=start,
            end=match.end("day"),
        ) from None
    moment = mpq((day.toordinal() - _EPOCH) * _DAY)
    moment, length, unit = _time(match, moment)
    offset = _offset(match)
    name = f"the {unit} {match.group().strip()}"
    if offset is None:
        name += ", anywhere on Earth (UTC+14 to UTC-12)"
    return moment - (offset or 0), length, offset is not None, name, match.end()


def _time(match: re.Match[str], moment: Rational) -> tuple[Rational, Rational, str]:
    if match["hour"] is None:
        return moment, mpq(_DAY), "day"
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or "0")
    if hour > 23 or minute > 59 or second > 59:
        leap = "leap seconds are not counted" if second == 60 else "hours go to 23, minutes and seconds to 59"
        raise InputProblem(
            "CC212",
            f"there is no time {match.group()[11:]}",
            leap,
            start=match.start("hour"),
            end=match.end("second") if match["second"] else match.end("minute"),
        )
    moment += 3600 * hour + 60 * minute + second
    if match["second"] is None:
        return moment, mpq(60), "minute"
    if match["fraction"] is None:
        return moment, mpq(1), "second"
    quantum = mpq(1, 10 ** len(match["fraction"]))
    return moment + int(match["fraction"]) * quantum, quantum, "moment"


def _offset(match: re.Match[str]) -> int | None:
    """The offset from UTC in seconds, or None when none is given."""
    text = match["offset"]
    if text is None:
        return None
    if text.upper() in ("Z", "UTC"):
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[2:])
    seconds = (int(digits[:2]) * 60 + minutes) * 60 * (-1 if text[0] == "-" else 1)
    if minutes > 59 or not -_LATEST <= seconds <= -_EARLIEST:
        raise InputProblem(
            "CC213",
            f"there is no offset {text}",
            "offsets from UTC go from -12:00 to +14:00",
            start=match.start("offset"),
            end=match.end("offset"),
        )
    return seconds


def _no_date(text: str, start: int) -> InputProblem:
    rest = text[start:].strip()
    place = (start, max(start, len(text.rstrip())))
    message = f"{rest[:30]!r} is no date" if rest else "a date is missing here"
    way_out = "write 2021-11-05, 2022-01-06T12:46Z or 2022-01-06T12:46:30-08:00"
    if rest[:1] in ("~", "≈"):
        message, way_out = "~ says nothing about a date", "write a range such as 2021-11-01 to 2021-11-10"
    elif re.match(r"exactly\b", rest, re.IGNORECASE):
        message, way_out = "a date is read as the whole day, minute or second it names", "leave out `exactly`"
    elif re.fullmatch(r"[0-9]{4}(-[0-9]{2})?", rest):
        message, way_out = f"{rest!r} is no day", "write a range such as 2021-11-01 to 2021-11-30"
    elif re.match(r"[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}", rest):
        message = f"{rest[:30]!r} may be day/month or month/day"
        way_out = "write year-month-day, such as 2021-11-05"
    return InputProblem("CC211", message, way_out, start=place[0], end=place[1])


def _expect_end(text: str, position: int) -> None:
    if text[position:].strip():
        raise InputProblem(
            "CC211",
            f"{text[position:].strip()[:30]!r} is not expected after a date",
            "write one date, or two with `to` between them",
            start=position,
            end=len(text),
        )
