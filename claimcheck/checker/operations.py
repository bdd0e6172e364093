"""The operations of formulas on sets of numbers.

Every operation gives a range that holds all results: the empty one where there is none. Roots
are worked out in whole numbers; the values of exp, log, sin and the like come from python-flint, whose balls
hold the true value.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from math import ceil, floor, inf
from typing import Any

from gmpy2 import iroot

from claimcheck.checker.ranges import ALL, EMPTY, NEGATIVE, ONE, POSITIVE, ZERO, End, Range, at, hull, span

__all__ = ["OPERATIONS", "STEPS", "add", "inverse", "mul", "surely"]

STEPS = ("floor", "le")
"""Operations that jump."""
_DOMAINS = dict.fromkeys(("log", "log2", "log10", "log_base"), POSITIVE) | {"asin": hull(at(-1), ONE)}
_LARGE = Fraction(100_000)


def _parts(x: Range, *sides: Range) -> list[Range]:
    """What of a range lies on each side, where something does."""
    return [y for side in sides if not (y := x & side).empty]


def add(a: Range, b: Range) -> Range:
    """All sums of numbers of two ranges."""

    def end(p: End, q: End) -> End:
        return p if isinstance(p[0], float) else q if isinstance(q[0], float) else (p[0] + q[0], p[1] or q[1])

    return Range(end(a.low, b.low), end(a.high, b.high))


def mul(a: Range, b: Range) -> Range:
    """All products."""

    def corner(p: End, q: End) -> End:
        """The product of two ends, and 1 if it is not attained there."""
        if not p[0] or not q[0]:  # zero times any number that there is
            return Fraction(0), int((0, 0) not in (p, q))
        if isinstance(p[0], float) or isinstance(q[0], float):  # infinite
            return (inf if (p[0] > 0) == (q[0] > 0) else -inf), 1
        return p[0] * q[0], int(p[1] != 0 or q[1] != 0)

    corners = [corner(p, q) for p in (a.low, a.high) for q in (b.low, b.high)]
    return Range(min(corners), max((value, -side) for value, side in corners))


def inverse(x: Range) -> Range:
    """One over numbers of one sign."""
    at_zero = inf if x.low[0] >= 0 else -inf
    ends = [at_zero if q == 0 else Fraction(0) if abs(q) == inf else 1 / q for q in (x.high[0], x.low[0])]
    return Range((ends[0], -x.high[1]), (ends[1], -x.low[1]))


def _magnitude(a: Range) -> Range:
    return hull(*(mul(x, at(-1)) if x.low[0] < 0 else x for x in _parts(a, NEGATIVE, ZERO, POSITIVE)))


def _rising(a: Range, f: Callable[[Any], tuple[Any, Any]]) -> Range:
    """The values of an increasing function; ``f`` gives the ends of an enclosure of its value or limit."""
    return EMPTY if a.empty else Range((f(a.low[0])[0], a.low[1]), (f(a.high[0])[1], a.high[1]))


def _root(a: Range, k: int) -> Range:
    def value(q: Any) -> tuple[Any, Any]:
        if not q or isinstance(q, float):
            return q, q
        root, exact = iroot(abs(q.numerator) * q.denominator ** (k - 1) << 500 * k, k)
        low, high = (Fraction(int(root) + more, q.denominator << 500) for more in (0, not exact))
        return (low, high) if q > 0 else (-high, -low)

    return _rising(a, value)


def _power(a: Range, b: Range) -> Range:
    """Whole powers of any base, other powers of bases that are not negative."""
    n = b.low[0] if b.low == b.high and abs(b.low[0]) <= 10_000 else None
    if n is None and a.low[0] < 0:
        return ALL  # exponents may be whole
    if b.low < b.high and a.low[0] > 0 and inf not in (a.high[0], -b.low[0], b.high[0]):
        return hull(*(_power(at(x), at(y)) for x, _ in a[:2] for y, _ in b[:2]))  # it is monotone in each
    if n is None or n.denominator > 60:
        zero = [ZERO if b.low[0] > 0 else hull(ZERO, ONE)] if ZERO.inside(a) else []
        return hull(*zero, *(OPERATIONS["exp"](mul(b, OPERATIONS["log"](x))) for x in _parts(a, POSITIVE)))
    if n <= 0:
        return hull(*map(inverse, _parts(_power(a, at(-n)), NEGATIVE, POSITIVE))) if n else ONE
    a = _root(a & hull(ZERO, POSITIVE), n.denominator) if n.denominator > 1 else a
    a = _magnitude(a) if n.numerator % 2 == 0 else a
    return _rising(a, lambda q: (q if abs(q) == inf else q**n.numerator,) * 2)


def _elementary(name: str, a: Range, *base: int) -> Range:
    """A function that increases all over its domain."""
    return _rising(a & _DOMAINS.get(name, ALL), lambda q: _ball(name, q, *base))


def _wave(name: str, a: Range) -> Range:
    """A function with an extreme or a pole every pi."""
    if inf in (-a.low[0], a.high[0]):
        return ALL if name == "tan" else span(-1, 1)
    turns = add(mul(a, inverse(OPERATIONS["pi"](a))), at(0 if name == "cos" else Fraction(-1, 2)))
    passed = [k % 2 for k in range(ceil(turns.low[0]), floor(turns.high[0]) + 1)[:2]]
    if name == "tan":
        return ALL if passed else _rising(a, partial(_ball, name))
    return hull(*(span(*_ball(name, q)) for q, _ in a[:2]), *(at(1 - 2 * k) for k in passed))


def _ball(name: str, q: Any, *base: int) -> tuple[Any, Any]:
    """The ends of an enclosure of a function's value or limit at a number, exact for powers of a ``base``."""
    if name in ("exp", "sinh") and _LARGE < abs(q) < inf:
        low, high = _ball(name, _LARGE if q > 0 else -_LARGE)
        return (low, inf) if q > 0 else (Fraction(0) if name == "exp" else -inf, high)
    try:
        from flint import arb, ctx, fmpq
    except ImportError as missing:
        raise ImportError("checking exp, log, sin and the like takes python-flint") from missing
    for bits in (480, 2000, 16_000):
        with ctx.workprec(bits):
            x = arb(str(q)) if abs(q) == inf else arb(fmpq(q.numerator, q.denominator))
            value = getattr(x, name)(*base)
            if not value.is_finite():
                return -inf, inf
            found = value.lower().man_exp(), value.upper().man_exp()
        if value.rad() == 0 or value.rel_accuracy_bits() > 240:
            break
    low, high = (int(mantissa) * Fraction(2) ** int(exponent) for mantissa, exponent in found)
    if base and Fraction(base[0]) ** (whole := round(low)) == q:
        return Fraction(whole), Fraction(whole)
    return low, high


def surely(op: str, args: list[Range], found: Range) -> int:
    """2 if an operation is defined and continuous all over its arguments, 1 if it is defined, else 0."""
    a, b = args[0], args[-1]
    if op in STEPS:
        return 2 if found.low == found.high else 1
    if op == "pow" and b.low == b.high and b.low[0].denominator == 1:
        return 2 if b.low[0] >= 0 or not ZERO.inside(a) else 0
    if op == "pow":
        return 2 if a.inside(POSITIVE) or (b.low[0] > 0 and a.low[0] >= 0) else 0
    return 2 if a.inside(_DOMAINS.get(op, ALL)) and (op != "tan" or found != ALL) else 0


OPERATIONS: dict[str, Callable[..., Range]] = {
    "add": add,
    "mul": mul,
    "pow": _power,
    "cbrt": lambda a: _root(a, 3),
    **{name: partial(_elementary, name) for name in ("exp", "log", "asin", "atan", "sinh", "tanh")},
    "log2": lambda a: _elementary("log_base", a, 2),
    "log10": lambda a: _elementary("log_base", a, 10),
    "pi": lambda _: span(*_ball("pi", 1)),
    **{name: partial(_wave, name) for name in ("sin", "cos", "tan")},
    "abs": _magnitude,
    "floor": lambda a: add(a, span(-1, 0, has_low=False)).whole(Fraction(1)),
    "min": lambda a, b: Range(min(a.low, b.low), min(a.high, b.high)),
    "le": lambda a, b: ONE if a.high[0] <= b.low[0] else ZERO if b.high < a.low else hull(ZERO, ONE),
}
