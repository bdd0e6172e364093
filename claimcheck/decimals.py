"""Exact rationals as decimal text, rounded outward: a printed end is never inside the true one.

Everything is computed on integers; no binary float is made on the way. A number that fits in the digits
asked for is printed exactly and as short as it goes; one that does not keeps all its digits, so that
``60.1300`` is a rounded number and ``60.13`` is an exact one. Numbers of moderate size are written out
(``175000.5``), others as ``4.295E+23``; a reader gets the digits in groups (:func:`grouped`).
"""

from __future__ import annotations

from typing import Any

from gmpy2 import c_div, f_div, mpq, mpz, num_digits

__all__ = [
    "decimal_exponent",
    "ends_text",
    "exact_text",
    "grouped",
    "lower_text",
    "nearest_text",
    "short_text",
    "upper_text",
]

Rational = Any
"""A gmpy2 ``mpq``; gmpy2 ships no types."""

_DIGITS = 12
_SMALLEST_PLAIN = -5
_LARGEST_PLAIN = 7
"""Below 10^8 a number is written out however few of its digits are asked for."""
_GROUPED = 5
"""Digits before the point from which on they stand in groups of three."""
_HUGE = 100_000
"""Beyond 10^±this a number is not tried for a short exact form: the power of ten would cost too much."""


def decimal_exponent(q: Rational) -> int:
    """The e with 10^e <= abs(q) < 10^(e+1), for q other than 0."""
    q = abs(mpq(q))
    n, d = q.numerator, q.denominator
    e = num_digits(n, 10) - num_digits(d, 10)  # gmpy2 may count one digit too many; the loops settle it
    while _less_than_power(n, d, e):
        e -= 1
    while not _less_than_power(n, d, e + 1):
        e += 1
    return int(e)


def _less_than_power(n: Rational, d: Rational, e: int) -> bool:
    """Whether n/d < 10^e."""
    return bool(n < d * mpz(10) ** e) if e >= 0 else bool(n * mpz(10) ** -e < d)


def lower_text(q: Rational, digits: int = _DIGITS) -> str:
    """The greatest decimal of ``digits`` significant digits that is at most ``q``."""
    return _text(q, digits, f_div)


def upper_text(q: Rational, digits: int = _DIGITS) -> str:
    """The least decimal of ``digits`` significant digits that is at least ``q``."""
    return _text(q, digits, c_div)


def nearest_text(q: Rational, digits: int = _DIGITS) -> str:
    """``q`` rounded to ``digits`` significant digits, halves upwards: for witnesses, never for ends."""
    return _text(q, digits, lambda n, d: f_div(2 * n + d, 2 * d))


def exact_text(q: Rational) -> str:
    """``q`` in lowest terms: ``"3/8"``, ``"-992"``."""
    q = mpq(q)
    return str(q.numerator) if q.denominator == 1 else f"{q.numerator}/{q.denominator}"


def short_text(q: Rational, digits: int, *, down: bool) -> str:
    """``q`` rounded down or up to ``digits``, as short as it goes where that many write it exactly."""
    return _short(q, digits, f_div if down else c_div, digits)


def grouped(text: str) -> str:
    """A decimal with many digits before the point has them in groups of three: ``16,384``, but ``1024``."""
    whole, point, rest = text.partition(".")
    sign, figures = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    if len(figures) < _GROUPED or not figures.isdigit():
        return text
    return f"{sign}{int(figures):,}{point}{rest}"


def ends_text(lower: Rational | None, upper: Rational | None, digits: int = 4) -> tuple[str, str]:
    """Both ends of an interval for a reader: at least ``digits`` digits, more where the interval is narrow.

    Two digits of the width are told apart, which is enough to print what a rounded number says exactly; but
    where ends that no decimal writes differ past the twelfth digit only, ``digits`` are enough. Ends of like
    size get the same number of decimals unless both are exact. A single number (both ends the same) is
    printed exactly if twelve digits can do it. A missing end is ``""``.
    """
    if lower is None or upper is None:
        return (
            "" if lower is None else _short(lower, digits, f_div, _DIGITS),
            "" if upper is None else _short(upper, digits, c_div, _DIGITS),
        )
    if lower == upper:
        return _short(lower, digits, f_div, _DIGITS), _short(upper, digits, c_div, _DIGITS)
    finest = decimal_exponent(upper - lower) - 1
    sizes = [decimal_exponent(q) for q in (lower, upper) if q]
    most = max(sizes) - finest + 1
    if most > _DIGITS and not (_exact_digits(lower, most) and _exact_digits(upper, most)):
        finest = max(sizes)
    place = min(max(sizes) - digits + 1, finest)
    alike = max(sizes) - min(sizes) <= 1

    def wanted(q: Rational) -> int:
        if not q:
            return digits
        size = decimal_exponent(q)
        return max(size - place + 1, 1) if alike else max(digits, size - finest + 1)

    low, high = wanted(lower), wanted(upper)
    if _exact_digits(lower, low) and _exact_digits(upper, high):
        return _text(lower, low, f_div), _text(upper, high, c_div)
    return _text(lower, low, f_div, full=alike), _text(upper, high, c_div, full=alike)


def _short(q: Rational, digits: int, divide: Any, most: int) -> str:
    """Rounded to ``digits``, or exactly where ``most`` digits are enough for that."""
    exact = _exact_digits(q, most)
    return _text(q, exact or digits, divide)


def _exact_digits(q: Rational, most: int) -> int:
    """The number of significant digits that write q exactly, or 0 if ``most`` are not enough."""
    if not q:
        return 1
    shift = most - 1 - decimal_exponent(q)
    if abs(shift) > _HUGE:
        return 0
    scaled = mpq(q) * (mpz(10) ** shift if shift >= 0 else mpq(1, mpz(10) ** -shift))
    if scaled.denominator != 1:
        return 0
    return len(str(abs(scaled.numerator)).rstrip("0"))


def _text(q: Rational, digits: int, divide: Any, *, full: bool = False) -> str:
    """``full`` keeps the zeros at the end of a number that is exact as well."""
    q = mpq(q)
    if not q:
        return "0"
    e = decimal_exponent(q)
    shift = digits - 1 - e
    power = mpz(10) ** abs(shift)
    n, d = (q.numerator * power, q.denominator) if shift >= 0 else (q.numerator, q.denominator * power)
    whole = divide(n, d)
    exact = whole * d == n
    sign = "-" if whole < 0 or (not whole and q < 0) else ""
    figures = str(abs(whole))
    if len(figures) > digits:  # rounded up to the next power of ten
        figures = figures[:-1]
        e += 1
    if exact and not full:
        figures = figures.rstrip("0")
    return sign + _place_point(figures, e, plain=_SMALLEST_PLAIN <= e <= max(digits + 3, _LARGEST_PLAIN))


def _place_point(figures: str, e: int, *, plain: bool) -> str:
    """The digits of a number of decimal exponent ``e``, written out or with an exponent."""
    if not plain:
        mantissa = figures[0] + ("." + figures[1:] if len(figures) > 1 else "")
        return f"{mantissa}E{e:+03d}"
    if e < 0:
        return "0." + "0" * (-e - 1) + figures
    if len(figures) <= e + 1:
        return figures + "0" * (e + 1 - len(figures))
    return figures[: e + 1] + "." + figures[e + 1 :]
