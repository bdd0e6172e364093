"""Natural domains of the elementary functions (IEEE 1788-2015 section 9.1, table 9.1).

The functions leave out the part of an argument where they are not defined, without a word. These tell
beforehand whether there is such a part (what the standard's decorations record).
"""

from __future__ import annotations

from collections.abc import Callable

from claimcheck.interval._interval import ENTIRE, Interval, interval, point
from claimcheck.interval.sets import disjoint, subset
from claimcheck.interval.trigonometric import tan

__all__ = ["defined_on", "domain_of"]

_ZERO = point(0)
_POSITIVE = interval(0, None, False, False)
_NON_NEGATIVE = interval(0, None)
_UNIT = interval(-1, 1)

_DOMAINS = {
    "sqrt": _NON_NEGATIVE,
    "log": _POSITIVE,
    "log2": _POSITIVE,
    "log10": _POSITIVE,
    "asin": _UNIT,
    "acos": _UNIT,
    "acosh": interval(1, None),
    "atanh": interval(-1, 1, False, False),
}

_UNLIMITED = frozenset(
    {
        "neg",
        "add",
        "sub",
        "mul",
        "fma",
        "sqr",
        "cbrt",
        "exp",
        "exp2",
        "exp10",
        "sin",
        "cos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "sign",
        "floor",
        "ceil",
        "trunc",
        "round_ties_to_even",
        "round_ties_to_away",
        "abs",
        "min",
        "max",
    }
)


def _power_defined(x: Interval, y: Interval) -> bool:
    return subset(x, _POSITIVE if not subset(y, _POSITIVE) else _NON_NEGATIVE)


_TESTS: dict[str, Callable[..., bool]] = {
    "recip": lambda x: disjoint(x, _ZERO),
    "div": lambda x, y: disjoint(y, _ZERO),
    "tan": lambda x: x.is_empty or tan(x) != ENTIRE,
    "atan2": lambda y, x: disjoint(y, _ZERO) or disjoint(x, _ZERO),
    "pow": _power_defined,
}


def domain_of(function: str) -> Interval:
    """The domain of a function of one argument; the whole line where there is no limit to it.

    Raises KeyError for functions whose domain is no interval or depends on several arguments (recip, div,
    tan, atan2, pow, pown, rootn); :func:`defined_on` knows these.
    """
    domain = _DOMAINS.get(function)
    if domain is not None:
        return domain
    if function in _UNLIMITED:
        return ENTIRE
    raise KeyError(function)


def defined_on(function: str, *arguments: Interval | int) -> bool:
    """Whether a function is defined on all of the given box (``pown`` and ``rootn``: interval, int).

    False may also mean that it could not be decided, which happens for the tangent of arguments beyond
    2^4096 or within 2^-160 of a pole. Raises KeyError for an unknown function.
    """
    if function in ("pown", "rootn"):
        return _integer_power_defined(function, *arguments)
    test = _TESTS.get(function)
    if test is not None:
        return test(*arguments)
    domain = domain_of(function)
    return all(subset(x, domain) for x in arguments if isinstance(x, Interval))


def _integer_power_defined(function: str, x: Interval | int, n: Interval | int) -> bool:
    if not isinstance(x, Interval) or not isinstance(n, int):
        raise TypeError(f"{function} takes an interval and an int")
    if n < 0 and not disjoint(x, _ZERO):
        return False
    return function == "pown" or (n != 0 and (n % 2 == 1 or x.is_empty or subset(x, _NON_NEGATIVE)))
