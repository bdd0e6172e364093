"""Sets of numbers between two ends, and the operations of formulas on them, in exact fractions.

A :class:`Range` holds the numbers between two ends, each of which belongs to it or not; ends may be infinite.
Every operation gives a range that holds all results; :class:`Nothing` is raised where there is none. Roots
are computed in whole numbers; exp, log and the like by python-flint, whose balls hold the true value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, floor, inf
from typing import Any, NamedTuple

__all__ = ["ALL", "DOMAINS", "OPERATIONS", "Nothing", "Range", "at", "hull", "inside", "meet", "span", "trim"]

_BITS = 480
_ONE = Fraction(1)


class Nothing(Exception):
    """No number is left."""


class Range(NamedTuple):
    """The numbers from ``low`` to ``high`` (fractions or infinite); ``has_...``: whether the end belongs."""

    low: Any
    high: Any
    has_low: bool
    has_high: bool

    @property
    def is_point(self) -> bool:
        """Whether it is a single number."""
        return bool(self.low == self.high)


def span(low: Any, high: Any, has_low: bool = True, has_high: bool = True) -> Range:
    """The range between two ends. Raises Nothing if no number lies there."""
    if low > high or (low == high and not (has_low and has_high)):
        raise Nothing
    return Range(low, high, has_low and low != -inf, has_high and high != inf)


def at(q: Any) -> Range:
    """A single number."""
    return Range(Fraction(q), Fraction(q), True, True)


ALL = Range(-inf, inf, False, False)
_POSITIVE = Range(Fraction(0), inf, False, False)
_NEGATIVE = Range(-inf, Fraction(0), False, False)
_NOT_NEGATIVE = Range(Fraction(0), inf, True, False)
_SIGNS = (_NEGATIVE, _NOT_NEGATIVE)
_UNIT = Range(-_ONE, _ONE, True, True)
DOMAINS = {"sqrt": _NOT_NEGATIVE, "asin": _UNIT, "acos": _UNIT} | dict.fromkeys(
    ("log", "log2", "log10"), _POSITIVE
)


def meet(a: Range, b: Range) -> Range:
    """The numbers in both. Raises Nothing if there is none."""
    low, open_low = max((a.low, not a.has_low), (b.low, not b.has_low))
    high, has_high = min((a.high, a.has_high), (b.high, b.has_high))
    return span(low, high, not open_low, has_high)


def hull(a: Range, b: Range) -> Range:
    """All numbers from the least of both to the greatest."""
    low, open_low = min((a.low, not a.has_low), (b.low, not b.has_low))
    high, has_high = max((a.high, a.has_high), (b.high, b.has_high))
    return Range(low, high, not open_low, has_high)


def inside(a: Range, b: Range) -> bool:
    """Whether b holds every number of a."""
    low = (b.low, not b.has_low) <= (a.low, not a.has_low)
    return low and (a.high, a.has_high) <= (b.high, b.has_high)


def trim(x: Range, bits: int = 160) -> Range:
    """The range with long ends moved outwards to short fractions."""
    unit = Fraction(1, 1 << bits)

    def short(q: Any, way: Callable[[Any], int]) -> Any:
        if q in (inf, -inf, 0) or q.denominator.bit_length() < 2 * bits:
            return q
        grid = unit * Fraction(2) ** (q.numerator.bit_length() - q.denominator.bit_length())
        return way(q / grid) * grid

    return Range(short(x.low, floor), short(x.high, ceil), x.has_low, x.has_high)


# -- the four operations ----------------------------------------------------------------------------------


def _neg(a: Range) -> Range:
    return Range(-a.high, -a.low, a.has_high, a.has_low)


def _add(a: Range, b: Range) -> Range:
    low = -inf if -inf in (a.low, b.low) else a.low + b.low
    high = inf if inf in (a.high, b.high) else a.high + b.high
    return Range(low, high, a.has_low and b.has_low, a.has_high and b.has_high)


def _corner(p: Any, has_p: bool, q: Any, has_q: bool) -> tuple[Any, bool]:
    if p == 0 or q == 0:  # zero times anything that there is
        return Fraction(0), (p == 0 and has_p) or (q == 0 and has_q)
    if abs(p) == inf or abs(q) == inf:
        return (inf if (p > 0) == (q > 0) else -inf), False
    return p * q, has_p and has_q


def _mul(a: Range, b: Range) -> Range:
    sides_a, sides_b = ((a.low, a.has_low), (a.high, a.has_high)), ((b.low, b.has_low), (b.high, b.has_high))
    corners = [_corner(*p, *q) for p in sides_a for q in sides_b]
    low, open_low = min((v, not has) for v, has in corners)
    high, has_high = max(corners)
    return Range(low, high, not open_low, has_high)


def _div(a: Range, b: Range) -> Range:
    return _union(b, lambda part: _mul(a, _inverse(part)))


def _inverse(b: Range) -> Range:
    low = _ONE / b.high if b.high not in (0, inf) else Fraction(0) if b.high == inf else -inf
    high = _ONE / b.low if b.low not in (0, -inf) else Fraction(0) if b.low == -inf else inf
    return Range(low, high, b.has_high, b.has_low)


def _union(x: Range, f: Callable[[Range], Range], sides: Sequence[Range] = (_NEGATIVE, _POSITIVE)) -> Range:
    """The hull of a function's values on the parts of a range."""
    found: Range | None = None
    for side in sides:
        try:
            part = f(meet(x, side))
        except Nothing:
            continue
        found = part if found is None else hull(found, part)
    if found is None:
        raise Nothing
    return found


# -- powers and roots -------------------------------------------------------------------------------------


def _magnitude(a: Range) -> Range:
    return _union(a, lambda x: _neg(x) if x.low < 0 else x, _SIGNS)


def _whole_power(a: Range, n: int) -> Range:
    if n == 0:
        return at(1)
    if n < 0:
        return _div(at(1), _whole_power(a, -n))
    a = _magnitude(a) if n % 2 == 0 else a
    ends = [e if abs(e) == inf else e**n for e in (a.low, a.high)]
    return Range(ends[0], ends[1], a.has_low, a.has_high)


def _whole_root(n: int, k: int) -> int:
    x = 1 << -(-n.bit_length() // k)
    while n and (y := ((k - 1) * x + n // x ** (k - 1)) // k) < x:
        x = y
    return x if n else 0


def _root_of(q: Fraction, k: int) -> tuple[Fraction, Fraction]:
    if q < 0:
        under, over = _root_of(-q, k)
        return -over, -under
    top, bottom = _whole_root(q.numerator, k), _whole_root(q.denominator, k)
    if top**k == q.numerator and bottom**k == q.denominator:
        return Fraction(top, bottom), Fraction(top, bottom)
    shift = _BITS + max(0, q.denominator.bit_length() - q.numerator.bit_length()) // k
    low = _whole_root((q.numerator << (k * shift)) // q.denominator, k)
    return Fraction(low, 1 << shift), Fraction(low + 1, 1 << shift)


def _rising(a: Range, f: Callable[[Any], tuple[Any, Any]]) -> Range:
    """The values of an increasing function; ``f`` gives the ends of an enclosure of its value."""
    return Range(f(a.low)[0], f(a.high)[1], a.has_low, a.has_high)


def _root(a: Range, k: int) -> Range:
    a = meet(a, _NOT_NEGATIVE) if k % 2 == 0 else a
    return _rising(a, lambda q: (q, q) if abs(q) == inf else _root_of(q, k))


def _power(a: Range, b: Range) -> Range:
    """Whole powers of any base, other powers of bases that are not negative."""
    if b.is_point and b.low.denominator == 1:
        if abs(b.low) > 10_000:
            raise ValueError("the exponent is too large to be checked")
        return _whole_power(a, int(b.low))
    a = meet(a, _NOT_NEGATIVE)
    if b.is_point and b.low.denominator <= 60:
        return _whole_power(_root(a, b.low.denominator), b.low.numerator)
    zero = at(0) if a.low == 0 and a.has_low and b.high > 0 else None
    if a.high == 0 and zero is not None:
        return zero
    if inf in (-a.low, a.high, -b.low, b.high) or not a.low or b.is_point:
        positive = OPERATIONS["exp"](_mul(b, OPERATIONS["log"](a)))
    else:  # increasing or decreasing in each of both, so the ends are at corners
        corners = [_power(at(p), at(q)) for p in (a.low, a.high) for q in (b.low, b.high)]
        closed = a.has_low and a.has_high and b.has_low and b.has_high
        positive = Range(min(c.low for c in corners), max(c.high for c in corners), closed, closed)
    return positive if zero is None else hull(zero, positive)


# -- elementary functions, by python-flint ----------------------------------------------------------------


def _ball(name: str, q: Fraction) -> tuple[Any, Any]:
    """The ends of an enclosure of a function's value at a number."""
    if name == "exp" and abs(q) > 100_000:
        return (
            (_ball(name, Fraction(100_000))[0], inf)
            if q > 0
            else (Fraction(0), _ball(name, Fraction(-100_000))[1])
        )
    try:
        import flint
    except ImportError as missing:
        raise ImportError("checking exp, log, sin and the like takes the package python-flint") from missing
    before = flint.ctx.prec
    try:
        for precision in (_BITS, 4 * _BITS, 32 * _BITS):
            flint.ctx.prec = precision
            x = flint.arb(flint.fmpq(q.numerator, q.denominator))
            if name in ("log2", "log10"):
                value = x.log() / flint.arb(int(name[3:])).log()
            else:
                value = flint.arb.pi() if name == "pi" else getattr(x, name)()
            if value.is_finite() and (value.rel_accuracy_bits() > _BITS // 2 or value.rad() == 0):
                break
        else:
            raise ValueError(f"{name} could not be computed")
        ends = []
        for end in (value.lower(), value.upper()):
            mantissa, exponent = (int(n) for n in end.man_exp())
            ends.append(Fraction(mantissa) * Fraction(2) ** exponent)
    finally:
        flint.ctx.prec = before
    if name in ("log2", "log10"):  # exact where it is a whole number
        k, base = round(ends[0]), int(name[3:])
        if Fraction(base) ** k == q:
            return Fraction(k), Fraction(k)
    return ends[0], ends[1]


_LIMITS: dict[str, tuple[Any, Any]] = {
    "exp": (0, inf),
    "log": (-inf, inf),
    "log2": (-inf, inf),
    "log10": (-inf, inf),
    "sinh": (-inf, inf),
}
_LIMITS |= {"tanh": (-1, 1), "atan": (-2, 2), "cosh": (1, inf), "asin": (None, None)}


def _elementary(name: str) -> Callable[[Range], Range]:
    """A function that increases all over its domain."""

    def value(q: Any) -> tuple[Any, Any]:
        if q in (inf, -inf) or (q == 0 and name.startswith("log")):
            return (_LIMITS[name][q > 0],) * 2
        return _ball(name, q)

    return lambda a: _rising(meet(a, DOMAINS.get(name, ALL)), value)


def _pi() -> Range:
    return span(*_ball("pi", _ONE))


def _wave(name: str, top: Fraction) -> Callable[[Range], Range]:
    """sin (greatest at pi/2) or cos (greatest at 0)."""

    def holds(a: Range, place: Fraction) -> bool:
        """Whether a may hold (place + 2k) pi for some whole k."""
        if -inf in a or inf in a:
            return True
        low = min((a.low / p - place) / 2 for p in _pi()[:2])
        high = max((a.high / p - place) / 2 for p in _pi()[:2])
        return bool(ceil(low) <= floor(high))

    def apply(a: Range) -> Range:
        ends = [] if -inf in a or inf in a else [_ball(name, a.low), _ball(name, a.high)]
        lows, highs = [e[0] for e in ends], [e[1] for e in ends]
        low = -_ONE if holds(a, top - 1) else max(min(lows), -_ONE)
        return Range(low, _ONE if holds(a, top) else min(max(highs), _ONE), True, True)

    return apply


def _tan(a: Range) -> Range:
    if -inf not in a and inf not in a:
        turns = {floor(e / p + Fraction(1, 2)) for e in a[:2] for p in _pi()[:2]}
        if len(turns) == 1:
            return _rising(a, lambda q: _ball("tan", q))
    return ALL


# -- steps, kinks and cases -------------------------------------------------------------------------------


def _floor(a: Range) -> Range:
    low = -inf if a.low == -inf else Fraction(floor(a.low))
    high = inf if a.high == inf else Fraction(floor(a.high) if a.has_high else ceil(a.high) - 1)
    return Range(low, high, low != -inf, high != inf)


def _round(a: Range) -> Range:
    """To the nearest whole number, halves away from zero."""
    half = at(Fraction(1, 2))
    return _union(
        a, lambda x: _neg(_floor(_add(_neg(x), half))) if x.low < 0 else _floor(_add(x, half)), _SIGNS
    )


def _least(a: Range, b: Range) -> Range:
    low, open_low = min((a.low, not a.has_low), (b.low, not b.has_low))
    high, has_high = min((a.high, a.has_high), (b.high, b.has_high))
    return Range(low, high, not open_low, has_high)


def _compare(a: Range, b: Range, strict: bool) -> Range:
    """Whether a < b (strict) or a <= b: 1, 0, or both."""
    always = a.high < b.low or (a.high == b.low and not (strict and a.has_high and b.has_low))
    never = b.high < a.low or (b.high == a.low and not (not strict and b.has_high and a.has_low))
    return at(1) if always else at(0) if never else Range(Fraction(0), _ONE, True, True)


def _equal(a: Range, b: Range) -> Range:
    try:
        meet(a, b)
    except Nothing:
        return at(0)
    return at(1) if a.is_point and b.is_point else Range(Fraction(0), _ONE, True, True)


OPERATIONS: dict[str, Callable[..., Range]] = {
    "neg": _neg,
    "add": _add,
    "sub": lambda a, b: _add(a, _neg(b)),
    "mul": _mul,
    "div": _div,
    "pow": _power,
    "sqrt": lambda a: _root(a, 2),
    "cbrt": lambda a: _root(a, 3),
    **{name: _elementary(name) for name in ("exp", "log", "log2", "log10", "asin", "atan", "sinh", "tanh")},
    "acos": lambda a: _add(_mul(_pi(), at(Fraction(1, 2))), _neg(_elementary("asin")(a))),
    "cosh": lambda a: _elementary("cosh")(_magnitude(a)),
    "sin": _wave("sin", Fraction(1, 2)),
    "cos": _wave("cos", Fraction(0)),
    "tan": _tan,
    "abs": _magnitude,
    "floor": _floor,
    "ceil": lambda a: _neg(_floor(_neg(a))),
    "round": _round,
    "min": _least,
    "max": lambda a, b: _neg(_least(_neg(a), _neg(b))),
    "lt": lambda a, b: _compare(a, b, True),
    "le": lambda a, b: _compare(a, b, False),
    "gt": lambda a, b: _compare(b, a, True),
    "ge": lambda a, b: _compare(b, a, False),
    "eq": _equal,
}
