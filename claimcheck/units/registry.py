"""What pint knows: one unit name to its exact factor and dimension. The only module that imports pint.

pint's own conversion passes through floats wherever a definition has a square root, and takes pi as a
decimal of fifty digits. So only the definitions are taken from pint, with rational numbers, and multiplied
out here. pint's text parser is never called.
"""

from __future__ import annotations

import threading
from fractions import Fraction
from functools import cache
from typing import Any

from gmpy2 import mpq

from claimcheck.diagnostics import InputProblem
from claimcheck.interval import Rational, point
from claimcheck.units.factor import ONE, UnitFactor, rational, times, to_power
from claimcheck.units.names import NamedUnit

__all__ = ["known_to_pint", "pint_names"]

_LOCK = threading.RLock()
_MAX_NAME = 60

_ROUNDED = frozenset({"tansec", "ln10", "wien_x", "wien_u", "eulers_number"})
"""Irrational constants that pint prints with fifty digits; they are enclosed."""

_MEASURED = frozenset(
    {
        "newtonian_constant_of_gravitation",
        "rydberg_constant",
        "electron_g_factor",
        "atomic_mass_constant",
        "electron_mass",
        "proton_mass",
        "neutron_mass",
        "fine_structure_constant",
    }
)


@cache
def _registry() -> Any:
    import pint  # slow to import and to build, hence only when a name asks for it

    return pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)


def known_to_pint(name: str) -> NamedUnit | None:
    """What pint's default registry says about one name (prefix and plural included), or None.

    Raises:
        InputProblem: CC223 when pint knows the name but it is no unit to multiply with (a level in decibel,
            a negative constant).
    """
    if len(name) > _MAX_NAME:
        return None
    with _LOCK:
        return _lookup(name)


def pint_names() -> tuple[str, ...]:
    """Every name pint's default registry defines, for suggestions."""
    with _LOCK:
        return tuple(str(name) for name in _registry()._units)


@cache
def _lookup(name: str) -> NamedUnit | None:
    readings = _registry().parse_unit_name(name)
    if not readings:
        return None
    prefix, canonical, suffix = readings[0]
    unit = _definition(canonical)
    if prefix:
        if unit.offset:
            raise InputProblem(
                "CC223",
                f"{name} puts a prefix on a temperature scale with an offset",
                "use degC or kelvin",
            )
        scale = _exact(_registry()._prefixes[prefix].converter.scale)
        unit = NamedUnit(unit.dimension, times(scale, unit.factor), note=unit.note)
    return NamedUnit(unit.dimension, unit.factor, unit.offset, _note(name, prefix, canonical, suffix, unit))


def _note(name: str, prefix: str, canonical: str, suffix: str, unit: NamedUnit) -> str:
    if suffix or (prefix and name != prefix + canonical):
        reading = f"{prefix} {canonical}".strip()
        return f"{name} read as {reading}" + (f" ({unit.note})" if unit.note else "")
    return f"{name} is {unit.note}" if unit.note else ""


@cache
def _definition(canonical: str) -> NamedUnit:
    """A unit without prefix, by its canonical name, multiplied out through pint's definitions."""
    definition = _registry()._units[canonical]
    if canonical == "pi":
        return NamedUnit((), UnitFactor(mpq(1), mpq(1)))
    converter = definition.converter
    if getattr(converter, "is_logarithmic", False):
        raise InputProblem(
            "CC223",
            f"{canonical} is a logarithmic unit, which cannot be multiplied",
            "write the plain ratio or the power in watt",
        )
    if definition.is_base:
        # pint makes bit dimensionless; here it is a dimension, so that bytes are no plain numbers
        free = "[]" in definition.reference and canonical != "bit"
        return NamedUnit(() if free else ((canonical, mpq(1)),), ONE)
    factor = _exact(converter.scale, canonical)
    if canonical in _ROUNDED:
        factor = _around(factor.rational, mpq(1, 10**48))
    exponents: dict[str, Any] = {}
    note = "a measured constant, taken as exact" if canonical in _MEASURED else ""
    for name, power in (definition.reference or {}).items():
        inner = _lookup(str(name))
        if inner is None:
            raise KeyError(f"pint defines {canonical} through {name}, which it does not know")
        exponent = point(power).lower if not isinstance(power, float) else mpq(Fraction(power))
        factor = times(factor, to_power(inner.factor, exponent))
        if "measured" in inner.note:
            note = "based on a measured constant, taken as exact"
        for base, inner_exponent in inner.dimension:
            exponents[base] = exponents.get(base, mpq(0)) + inner_exponent * exponent
    dimension = tuple(sorted((base, e) for base, e in exponents.items() if e != 0))
    offset = point(getattr(converter, "offset", 0)).lower
    return NamedUnit(dimension, factor, offset, note)


def _exact(scale: object, canonical: str = "") -> UnitFactor:
    """A factor of a definition; pint gives a float where it took a square root."""
    if isinstance(scale, float) and scale > 0:
        if scale.is_integer():
            return rational(int(scale))
        # pow() of the C library errs by far less than this margin
        return _around(mpq(Fraction(scale)), mpq(1, 2**48))
    value: Rational = point(scale).lower
    if value <= 0:
        raise InputProblem(
            "CC223", f"{canonical} is a negative constant, not a unit", "write it as a number in the formula"
        )
    return rational(value)


def _around(value: Rational, margin: Rational) -> UnitFactor:
    return UnitFactor(mpq(1), low=value * (1 - margin), high=value * (1 + margin))
