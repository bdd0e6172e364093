"""The unit as a value: conversion to and from base units, and the algebra of units."""

from __future__ import annotations

from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck.diagnostics import InputProblem
from claimcheck.interval import Interval, Rational, interval, point
from claimcheck.units.factor import UnitFactor, enclosure, size_in_bits, to_power
from claimcheck.units.grammar import MAX_EXPONENT, Term, format_terms, merge_terms, parse_terms
from claimcheck.units.names import Dimension

__all__ = [
    "DATE",
    "DIMENSIONLESS",
    "Dimension",
    "Unit",
    "divide",
    "format_dimension",
    "from_base",
    "multiply",
    "power",
    "to_base",
]

_ZERO = mpq(0)
_MAX_BITS = 8_192


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: ``value in base units = scale * value + offset``.

    ``scale`` is a point where the factor is rational and an enclosure where it holds pi; ``offset`` is not
    zero for degC and degF only. ``is_date`` marks points in time (seconds since 1970-01-01T00:00Z).
    """

    text: str
    dimension: Dimension
    scale: Interval
    offset: Rational = _ZERO
    is_date: bool = False


DIMENSIONLESS = Unit("", (), point(1))
DATE = Unit("date", (("second", mpq(1)),), point(1), is_date=True)


def to_base(x: Interval, unit: Unit) -> Interval:
    """``x``, given in ``unit``, in base units: exact for a rational scale, else an enclosure."""
    if x.is_empty:
        return x
    low = None if x.lower is None else x.lower * _end(unit.scale, x.lower > 0, up=False)
    high = None if x.upper is None else x.upper * _end(unit.scale, x.upper > 0, up=True)
    return _shifted(x, low, high, unit.offset)


def from_base(x: Interval, unit: Unit) -> Interval:
    """``x``, given in base units, in ``unit``: exact for a rational scale, else an enclosure."""
    if x.is_empty:
        return x
    low = None if x.lower is None else x.lower - unit.offset
    high = None if x.upper is None else x.upper - unit.offset
    low = None if low is None else low / _end(unit.scale, low < 0, up=False)
    high = None if high is None else high / _end(unit.scale, high < 0, up=True)
    return _shifted(x, low, high, _ZERO)


def _ends(scale: Interval) -> tuple[Rational, Rational]:
    return scale.lower, scale.upper


def _end(scale: Interval, positive: bool, *, up: bool) -> Rational:
    """The end of the (positive) scale that pushes a product outward."""
    return scale.upper if positive == up else scale.lower


def _shifted(x: Interval, low: Rational | None, high: Rational | None, offset: Rational) -> Interval:
    # Where the scale is an enclosure, its ends are not the true factor, so an open end stays open: the true
    # end lies strictly inside, or is the same zero.
    return interval(
        None if low is None else low + offset,
        None if high is None else high + offset,
        x.lower_closed,
        x.upper_closed,
    )


def multiply(a: Unit, b: Unit) -> Unit:
    """The product of two units, with a readable text; an offset becomes a difference (degC: kelvin)."""
    return _combine(a, b, 1)


def divide(a: Unit, b: Unit) -> Unit:
    """The quotient of two units, with a readable text: ``FLOP day / (TFLOP GPU)``."""
    return _combine(a, b, -1)


def power(a: Unit, exponent: Rational) -> Unit:
    """``a ** exponent`` for a rational exponent, with a readable text.

    Raises:
        InputProblem: CC224 when the exponent or the factor grows beyond the limit.
    """
    exponent = mpq(exponent)
    if exponent == 0:
        return DIMENSIONLESS
    _check_exponent(exponent)
    scale = enclosure(to_power(UnitFactor(mpq(1), low=a.scale.lower, high=a.scale.upper), exponent))
    terms = [Term(t.name, t.exponent * exponent, t.number) for t in _terms(a)]
    return _checked(terms, tuple((name, e * exponent) for name, e in a.dimension), scale)


def _combine(a: Unit, b: Unit, sign: int) -> Unit:
    exponents = dict(a.dimension)
    for name, exponent in b.dimension:
        exponents[name] = exponents.get(name, _ZERO) + sign * exponent
    dimension = tuple(sorted((name, e) for name, e in exponents.items() if e != 0))
    low, high = _ends(b.scale)
    if sign < 0:
        low, high = 1 / high, 1 / low
    a_low, a_high = _ends(a.scale)
    scale = interval(a_low * low, a_high * high)
    terms = [*_terms(a), *(Term(t.name, t.exponent * sign, t.number) for t in _terms(b))]
    return _checked(terms, dimension, scale)


def _terms(unit: Unit) -> tuple[Term, ...]:
    if unit.is_date:
        return parse_terms("second").terms
    return parse_terms(unit.text).terms if unit.text else ()


def _checked(terms: list[Term], dimension: Dimension, scale: Interval) -> Unit:
    if size_in_bits(UnitFactor(mpq(1), low=scale.lower, high=scale.upper)) > _MAX_BITS:
        raise InputProblem("CC224", "the factor of this unit grows beyond all limits", "check the exponents")
    text = format_terms(merge_terms(terms))
    try:
        if text:
            parse_terms(text)
    except InputProblem:  # too long to be read again: fall back on what it means
        text = format_dimension(dimension) if dimension else ""
    return Unit(text, dimension, scale)


def _check_exponent(exponent: Rational) -> None:
    if abs(exponent) > MAX_EXPONENT or exponent.denominator > MAX_EXPONENT:
        raise InputProblem(
            "CC224", f"an exponent goes up to {MAX_EXPONENT}, here it is {exponent}", "check the exponent"
        )


def format_dimension(dimension: Dimension) -> str:
    """A dimension in base names: ``second``, ``FLOP / GPU``, ``1 / second``, ``dimensionless``."""
    return format_terms(Term(name, exponent) for name, exponent in dimension) or "dimensionless"
