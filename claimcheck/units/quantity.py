"""Values out to pint, exactly: for programs that go on computing with them."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

from claimcheck.interval import Rational
from claimcheck.units._unit import Unit

__all__ = ["to_pint"]


@cache
def _own_registry() -> Any:
    """A registry for what goes out: counts get defined in it, which must not change how files are read."""
    import pint

    return pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)


def to_pint(value: Rational, unit: Unit, wanted: str = "", registry: Any = None) -> Any:
    """A number of base units as a pint quantity in the base units of ``unit``, or in ``wanted``.

    The magnitude is a :class:`fractions.Fraction`. Counts such as GPU are units of their own in pint, too;
    they are defined in ``registry`` (default: one of claimcheck's, exact) where it lacks them. ``wanted`` is
    read by pint, whose errors it raises.
    """
    registry = _own_registry() if registry is None else registry
    container = {}
    for name, exponent in unit.dimension:
        if name not in registry:
            registry.define(f"{name} = [{name}]")
        container[name] = Fraction(int(exponent.numerator), int(exponent.denominator))
    magnitude = Fraction(int(value.numerator), int(value.denominator))
    quantity = registry.Quantity(magnitude, registry.UnitsContainer(container))
    return quantity.to(wanted) if wanted else quantity
