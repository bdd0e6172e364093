"""Sets of numbers between two ends, and the operations of formulas on them, in exact fractions.

Every operation gives a range that holds all results, and raises :class:`Nothing` where there is none. The
values of exp, log, sin and the like come from python-flint, whose balls hold the true value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from math import floor, inf
from typing import Any, NamedTuple

__all__ = [
    "ALL",
    "DOMAINS",
    "NEGATIVE",
    "ONE",
    "OPERATIONS",
    "POSITIVE",
    "ZERO",
    "Nothing",
    "Range",
    "at",
    "hull",
    "inside",
    "meet",
    "rational",
    "span",
    "whole",
]

End = tuple[Any, int]
"""A number (a fraction or infinite) and a side: 1 just above it, -1 just below it, 0 the number itself."""


class Nothing(Exception):
    """No number is left."""


class Range(NamedTuple):
    """The numbers from one end to another: ``((2, 1), (3, 0))`` is 2 < x <= 3.

    As a formula's range it also tells what the formula is over its inputs: ``sure`` is 2 if it is defined and
    continuous there, 1 if it is defined, and 0 if that is not known (the decorations of IEEE 1788).
    """

    low: End
    high: End
    sure: int = 2

    @property
    def is_point(self) -> bool:
        """Whether it is a single number."""
        return self.low == self.high


def span(low: Any, high: Any, has_low: bool = True, has_high: bool = True) -> Range:
    """The range between two numbers, each of which belongs to it or not. Raises Nothing if it is empty."""
    return meet(ALL, Range((low, 0 if has_low else 1), (high, 0 if has_high else -1)))


def rational(text: str) -> Fraction:
    """The number that a report writes, as a fraction or a decimal of a sane size. Raises ValueError."""
    if type(text) is not str or not re.fullmatch(r"-?\d+(/\d+|(\.\d+)?(E[+-]?\d{1,4})?)", text):
        raise ValueError(f"{text!r:.40} is no number")
    return Fraction(text)


def at(number: Any) -> Range:
    """A single number."""
    return Range((Fraction(number), 0), (Fraction(number), 0))


def meet(a: Range, b: Range) -> Range:
    """The numbers in both. Raises Nothing if there is none."""
    low, high = max(a.low, b.low), min(a.high, b.high)
    if low > high:
        raise Nothing
    return Range(low, high)


def hull(*parts: Range) -> Range:
    """All numbers from the least in any part to the greatest. Raises Nothing if there is no part."""
    if not parts:
        raise Nothing
    return Range(min(p.low for p in parts), max(p.high for p in parts), min(p.sure for p in parts))


def inside(a: Range, b: Range) -> bool:
    """Whether b holds every number of a."""
    return b.low <= a.low and a.high <= b.high


def whole(x: Range, step: Fraction | None) -> Range:
    """What is left of a range for whole multiples of a step. Raises Nothing if it is nothing."""
    if step is None:
        return x
    (low, side), (high, other) = x.low, x.high
    if low != -inf:
        low = (low // step + 1 if side else -(-low // step)) * step
    if high != inf:
        high = (-(-high // step) - 1 if other else high // step) * step
    return span(low, high)


ALL, ZERO, ONE = Range((-inf, 1), (inf, -1)), at(0), at(1)
NEGATIVE, POSITIVE = span(-inf, Fraction(0), has_high=False), span(Fraction(0), inf, has_low=False)
DOMAINS = dict.fromkeys(("log", "log2", "log10", "log_base"), POSITIVE) | {"asin": hull(at(-1), ONE)}
_LARGE = Fraction(100_000)


def _parts(x: Range, *sides: Range) -> list[Range]:
    """What of a range lies on each side, where something does."""
    return [meet(x, s) for s in sides if max(x.low, s.low) <= min(x.high, s.high)]


def _add(a: Range, b: Range) -> Range:
    def end(p: End, q: End) -> End:
        return p if isinstance(p[0], float) else q if isinstance(q[0], float) else (p[0] + q[0], p[1] or q[1])

    return Range(end(a.low, b.low), end(a.high, b.high))


def _mul(a: Range, b: Range) -> Range:
    def corner(p: End, q: End) -> End:
        """The product of two ends, and 1 if it is not attained there."""
        if not p[0] or not q[0]:  # zero times any number that there is
            return Fraction(0), int((0, 0) not in (p, q))
        if isinstance(p[0], float) or isinstance(q[0], float):  # infinite
            return (inf if (p[0] > 0) == (q[0] > 0) else -inf), 1
        return p[0] * q[0], int(p[1] != 0 or q[1] != 0)

    corners = [corner(p, q) for p in (a.low, a.high) for q in (b.low, b.high)]
    return Range(min(corners), max((value, -side) for value, side in corners))


def _inverse(x: Range) -> Range:
    """One over numbers of one sign."""
    at_zero = inf if x.low[0] >= 0 else -inf
    ends = [at_zero if q == 0 else Fraction(0) if abs(q) == inf else 1 / q for q in (x.high[0], x.low[0])]
    return Range((ends[0], -x.high[1]), (ends[1], -x.low[1]))


def _magnitude(a: Range) -> Range:
    return hull(*(_mul(x, at(-1)) if x.low[0] < 0 else x for x in _parts(a, NEGATIVE, ZERO, POSITIVE)))


def _rising(a: Range, f: Callable[[Any], tuple[Any, Any]]) -> Range:
    """The values of an increasing function; ``f`` gives the ends of an enclosure of its value or limit."""
    return Range((f(a.low[0])[0], a.low[1]), (f(a.high[0])[1], a.high[1]))


def _root(a: Range, k: int) -> Range:
    def value(q: Any) -> tuple[Any, Any]:
        if q == 0:
            return q, q
        low, high = _ball("root", abs(q), k, undo=lambda r: r**k)
        return (low, high) if q >= 0 else (-high, -low)

    return _rising(a, value)


def _power(a: Range, b: Range) -> Range:
    """Whole powers of any base, other powers of bases that are not negative."""
    n = b.low[0] if b.is_point else None
    if n is None and a.low[0] < 0:
        return ALL  # exponents may be whole
    if n is None and a.low[0] > 0 and inf not in (a.high[0], -b.low[0], b.high[0]):
        return hull(*(_power(at(x), at(y)) for x, _ in a[:2] for y, _ in b[:2]))  # it is monotone in each
    if n is None or n.denominator > 60:
        zero = [ZERO if b.low[0] > 0 else hull(ZERO, ONE)] if inside(ZERO, a) else []
        return hull(*zero, *(OPERATIONS["exp"](_mul(b, OPERATIONS["log"](x))) for x in _parts(a, POSITIVE)))
    if abs(n) > 10_000:
        raise ValueError("the exponent is too large to be checked")
    if n <= 0:
        return hull(*map(_inverse, _parts(_power(a, at(-n)), NEGATIVE, POSITIVE))) if n else ONE
    a = _root(meet(a, hull(ZERO, POSITIVE)), n.denominator) if n.denominator > 1 else a
    a = _magnitude(a) if n.numerator % 2 == 0 else a
    return _rising(a, lambda q: (q if abs(q) == inf else q**n.numerator,) * 2)


def _elementary(name: str, *base: int) -> Callable[[Range], Range]:
    """A function that increases all over its domain."""
    undo = (lambda r: base[0] ** r if r.denominator == 1 else None) if base else None
    domain = DOMAINS.get(name, ALL)
    return lambda a: _rising(meet(a, domain), lambda q: _ball(name, q, *base, undo=undo))


def _wave(name: str) -> Callable[[Range], Range]:
    return lambda a: span(*_ball(name, a.low[0], to=a.high[0]))


def _ball(name: str, q: Any, *more: int, to: Any = None, undo: Any = None) -> tuple[Any, Any]:
    """The ends of an enclosure of a function's value or limit at a number, or of all values ``to`` another.

    ``undo``: the inverse function, by which a value that is a short fraction is known as that.
    """
    if name in ("exp", "sinh", "cosh") and _LARGE < abs(q) < inf:
        low, high = _ball(name, _LARGE if q > 0 else -_LARGE)
        return (low, inf) if q > 0 else (Fraction(0) if name == "exp" else -inf, high)
    try:
        from flint import arb, ctx, fmpq
    except ImportError as missing:
        raise ImportError("checking roots, exp, log, sin and the like takes python-flint") from missing
    for bits in (480, 2000, 16_000):
        with ctx.workprec(bits):
            ends = q, q if to is None else to
            x, y = (arb(str(e)) if abs(e) == inf else arb(fmpq(e.numerator, e.denominator)) for e in ends)
            value = getattr(x.union(y), name)(*more)
            if not value.is_finite():
                return -inf, inf
            found = value.lower().man_exp(), value.upper().man_exp()
        if to is not None or value.rad() == 0 or value.rel_accuracy_bits() > 240:
            break
    low, high = (int(mantissa) * Fraction(2) ** int(exponent) for mantissa, exponent in found)
    if undo is not None and undo(guess := low.limit_denominator(10**60)) == q:
        return guess, guess
    return low, high


def _floor(a: Range) -> Range:
    low, high = (q if abs(q) == inf else Fraction(floor(q)) for q in (a.low[0], a.high[0]))
    return meet(ALL, Range((low, 0), (high - 1 if a.high == (high, -1) else high, 0)))


def _less(a: Range, b: Range, strict: bool) -> Range:
    """Whether a < b (strict) or a <= b: 1, 0, or both."""
    if a.high < b.low or (not strict and a.high[0] <= b.low[0]):
        return ONE
    return ZERO if b.high < a.low or (strict and b.high[0] <= a.low[0]) else hull(ZERO, ONE)


def _equal(a: Range, b: Range) -> Range:
    if max(a.low, b.low) > min(a.high, b.high):
        return ZERO
    return ONE if a.is_point and b.is_point else hull(ZERO, ONE)


OPERATIONS: dict[str, Callable[..., Range]] = {
    "add": _add,
    "mul": _mul,
    "pow": _power,
    "cbrt": lambda a: _root(a, 3),
    **{name: _elementary(name) for name in ("exp", "log", "asin", "atan", "sinh", "tanh")},
    "log2": _elementary("log_base", 2),
    "log10": _elementary("log_base", 10),
    "cosh": lambda a: _elementary("cosh")(_magnitude(a)),
    **{name: _wave(name) for name in ("sin", "cos", "tan", "pi")},
    "abs": _magnitude,
    "floor": _floor,
    "min": lambda a, b: Range(min(a.low, b.low), min(a.high, b.high)),
    "lt": lambda a, b: _less(a, b, strict=True),
    "le": lambda a, b: _less(a, b, strict=False),
    "eq": _equal,
}
