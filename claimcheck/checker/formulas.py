"""Formulas over boxes: what values they take, with what slopes, and proofs that they avoid some values.

A box gives a range for every name. A formula has a value only where all its operations have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

from claimcheck.checker.operations import OPERATIONS, STEPS, add, inverse, mul, surely
from claimcheck.checker.ranges import ALL, EMPTY, NEGATIVE, ONE, POSITIVE, ZERO, Range, at, hull, rational
from claimcheck.expression import Apply, Constant, Expression, Name
from claimcheck.formula import parse_expression

__all__ = ["Box", "Formula", "avoids", "build", "halves", "number", "pivots", "joined", "named", "value"]

Box = Mapping[str, Range]


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """An operation applied to ``args``; ``given``: the name of a "name", and the range of a "number".

    Equal formulas are made once, so that what is shared is seen as shared.
    """

    op: str
    args: tuple[Formula, ...] = ()
    given: Any = None


_made = lru_cache(100_000)(Formula)
_REWRITTEN = {
    "neg": "minus*a", "sub": "a + -b", "div": "a * b^-1", "sqrt": "a^0.5", "cosh": "1 + 2*sinh(a/2)^2",
    "max": "-min(-a, -b)", "ceil": "-floor(-a)", "acos": "pi/2 - asin(a)", "ge": "if(b <= a, 1, 0)",
    "lt": "if(b <= a, 0, 1)", "gt": "if(a <= b, 0, 1)", "eq": "if(a <= b, if(b <= a, 1, 0), 0)",
    "round": "if(a < 0, -floor(0.5 - a), floor(a + 0.5))",
}  # fmt: skip
_SLOPES = {  # in each argument, by the arguments a and b and the value v
    "add": ("1", "1"), "mul": ("b", "a"), "pow": ("b*a^(b-1)", "v*log(a)"), "cbrt": ("1/(3*v^2)",),
    "exp": ("v",), "log": ("1/a",), "log2": ("1/(a*log(2))",), "log10": ("1/(a*log(10))",),
    "sin": ("cos(a)",), "cos": ("-sin(a)",), "tan": ("1+v^2",), "asin": ("1/sqrt(1-a^2)",),
    "atan": ("1/(1+a^2)",), "sinh": ("cosh(a)",), "tanh": ("1-v^2",), "abs": ("if(a >= 0, 1, -1)",),
}  # fmt: skip
_OF_TWINS = {"sub": "0*a", "mul": "a^2", "div": "1 + 0*a^-1", "le": "1 + 0*a"}
"""Of the same formula twice. Zero times it is defined where it is."""


def named(of: str) -> Formula:
    """A quantity or a tolerance."""
    return _made("name", given=of)


def number(x: Any) -> Formula:
    """A number, or a range that it is known to lie in."""
    return _made("number", given=x if isinstance(x, Range) else at(x))


def build(tree: Expression, leaf: Callable[[Any], Formula]) -> Formula:
    """The front end's expression in the operations known here; ``leaf`` reads names and literals."""
    if isinstance(tree, Constant):
        return number(OPERATIONS["pi" if tree.name == "pi" else "exp"](ONE))
    if not isinstance(tree, Apply):
        return leaf(tree)
    return apply(tree.op, *(build(a, leaf) for a in tree.args))


def apply(op: str, *args: Formula) -> Formula:
    """An operation of the language applied to formulas."""
    op = "add" if op == "sum" else op
    if op in ("add", "mul", "min", "max") and len(args) != 2:
        half = (len(args) + 1) // 2  # in halves, so that a long sum is no deep tree
        return args[0] if half == len(args) else apply(op, apply(op, *args[:half]), apply(op, *args[half:]))
    if op == "mul" and _ONCE in args:
        return args[args[0] is _ONCE]
    text = (args[0] is args[-1] and _OF_TWINS.get(op)) or _REWRITTEN.get(op)
    return written(text, a=args[0], b=args[-1], minus=number(-1)) if text else _made(op, args)


def written(text: str, **names: Formula) -> Formula:
    """A formula by its text, with formulas for its names."""
    return build(_parsed(text), lambda t: names[t.name] if isinstance(t, Name) else number(str(t.value)))


_NONE, _ONCE = number(0), number(1)
_parsed = lru_cache(100)(parse_expression)


@lru_cache(20_000)
def slope(f: Formula, name: str) -> Formula:
    """The derivative in one name; at a kink it is either side's."""
    if f.op == "name" and f.given == name:
        return _ONCE
    inner = [slope(a, name) for a in f.args]
    if f.op in STEPS or all(g is _NONE for g in inner):
        return _NONE
    if f.op in ("if", "min"):
        return apply("if", f.args[0] if f.op == "if" else apply("le", *f.args), *inner[-2:])
    rates, a, b = zip(_SLOPES[f.op], inner, strict=True), f.args[0], f.args[-1]
    return apply("sum", *(apply("mul", written(r, a=a, b=b, v=f), g) for r, g in rates if g is not _NONE))


def value(f: Formula, box: Box, memo: dict[Formula, Range] | None = None) -> Range:
    """The range of a formula over a box: the empty one if it has no value there."""
    memo = {} if memo is None else memo
    if f in memo:
        return memo[f]
    if f.op in ("number", "name"):
        return f.given if f.op == "number" else box.get(f.given, ALL)
    if f.op == "if":  # what is not taken need not have a value
        truth = value(f.args[0], box, memo)
        possible = [truth[:2] != t[:2] for t in (ZERO, ONE)]
        args = [truth, *(value(a, box, memo) for a, may in zip(f.args[1:], possible, strict=True) if may)]
        found = EMPTY if truth.empty else hull(*args[1:])
    else:
        args = [value(a, box, memo) for a in f.args]
        found = EMPTY if any(a.empty for a in args) else OPERATIONS[f.op](*args)
    memo[f] = found._replace(sure=min(surely(f.op, args, found), *(a.sure for a in args)))
    return memo[f]


def replaced(f: Formula, name: str, other: Formula) -> Formula:
    """A formula with another one in place of a name."""
    if f.op == "name":
        return other if f.given == name else f
    return apply(f.op, *(replaced(a, name, other) for a in f.args)) if f.args else f


# -- proofs -------------------------------------------------------------------------------------------------


def halves(box: Box, name: str, cut: Any, step: Fraction | None = None) -> Iterator[tuple[str, Box]]:
    """A box in two, in which a quantity is at most, or at least, a number; empty parts are left out."""
    number = at(rational(cut))
    for side, part in (("lower", Range(ALL.low, number.high)), ("upper", Range(number.low, ALL.high))):
        if not (left := (box.get(name, ALL) & part).whole(step)).empty:
            yield side, {**box, name: left}


def avoids(f: Formula, box: Box, bad: Range, proof: Any, steps: Mapping[str, Fraction]) -> bool:
    """Whether a proof shows that f takes no value in ``bad`` anywhere in the box.

    None: evaluation shows it. ``split``: a quantity's range is cut in two ``at`` a number (``steps``: whose
    multiples it takes). ``about``: numbers, one for each of some quantities, from which it is told how far f
    can be at most from its value there; ``then`` is the proof for that.
    """
    if proof is None:
        return (value(f, box) & bad).empty
    if "split" in proof:
        name = proof["split"]
        parts = halves(box, name, proof["at"], steps.get(name))
        return name in box and all(avoids(f, half, bad, proof[side], steps) for side, half in parts)
    center = {name: at(rational(q)) for name, q in proof["about"].items()}
    moved = apply("add", f, number(_change(f, box, center)))
    return avoids(moved, {**box, **center}, bad, proof["then"], steps)


def _change(f: Formula, box: Box, center: Box) -> Range:
    """What f(x) - f(c) can be for x in a box and c with some numbers in place of quantities.

    By the mean value theorem, for one quantity after another; and where the second derivatives are known, and
    their matrix is positive (negative) definite all over, f lies above (below) its tangent at c. Raises
    ValueError if f need not be continuous or have slopes.
    """
    reach = {**box, **{n: hull(box[n], c) for n, c in center.items()}}
    inner = {n: Range((reach[n].low[0], 1), (reach[n].high[0], -1)) for n in center}
    away = [add(box[n], mul(at(-1), c)) for n, c in center.items()]
    rates = {n: slope(f, n) for n in center}
    slopes = [value(rates[n], {**reach, n: inner[n]}) for n in center]
    if value(f, reach).sure < 2 or any(x.empty or not x.sure for x in slopes):
        raise ValueError("the slope is not known everywhere")
    found = reduce(add, map(mul, slopes, away))
    bends = [[value(slope(rates[m], n), {**reach, m: inner[m], n: inner[n]}) for n in center] for m in center]
    smooth = all(value(r, reach).sure == 2 for r in rates.values())
    if smooth and not any(x.empty or not x.sure for row in bends for x in row):
        tangent = reduce(add, map(mul, (value(r, {**box, **center}) for r in rates.values()), away))
        signs = list(pivots(bends))
        for side in (POSITIVE, NEGATIVE):
            found &= add(tangent, hull(ZERO, side)) if all(p.inside(side) for p in signs) else ALL
    return found


def pivots(rows: list[list[Range]]) -> Iterator[Range]:
    """The pivots of Gauss's elimination, up to one that may be zero.

    If none is, the matrix can be inverted; a symmetric one is definite if they have one sign.
    """
    (pivot, *rest), *below = rows
    yield pivot
    if below and not ZERO.inside(pivot):
        taken = [[mul(mul(row[0], inverse(pivot)), mul(at(-1), p)) for p in rest] for row in below]
        yield from pivots([list(map(add, row[1:], less)) for row, less in zip(below, taken, strict=True)])


# -- premises put together ----------------------------------------------------------------------------------

_KINDS = {"sum": ("add", "mul", ZERO), "cleared": ("add", "mul", ZERO), "product": ("mul", "pow", ONE)}


def joined(kind: str, laws: list[tuple[Formula, Range, Fraction]], box: Box) -> tuple[Formula, Range]:
    """The sum of multiples of formulas, or the product of powers, and what it may be by what each may be.

    "cleared": each is multiplied by its divisor first. In a "product" of positive quantities what cancels is
    left out. Raises ValueError if one of them need not be positive.
    """
    (put, scale, allowed), terms = _KINDS[kind], list[Formula]()
    for form, may, m in laws:
        if kind == "cleared":
            form, divisor = _fraction(form)
            may = mul(may, value(divisor, box))
        terms.append(apply(scale, form, number(m)))
        allowed = OPERATIONS[put](allowed, OPERATIONS[scale](may, at(m)))
    if kind != "product":
        return apply(put, *terms), allowed
    weights, factor = _powers(apply(put, *terms))
    if not all(box[n].inside(POSITIVE) for n in weights):
        raise ValueError("a factor need not be positive")
    left = [apply(scale, named(n), number(w)) for n, w in weights.items() if w]
    return apply(put, number(factor), *left), allowed


def _fraction(f: Formula) -> tuple[Formula, Formula]:
    """Numerator and divisor of a formula as one fraction, equal to it wherever it has a value."""
    if f.op in ("add", "mul"):
        (a, b), (c, d) = map(_fraction, f.args)
        top = apply("mul", a, c) if f.op == "mul" else apply("add", apply("mul", a, d), apply("mul", c, b))
        return top, apply("mul", b, d)
    if f.op == "pow" and f.args[0].op != "number" and value(f.args[1], {})[:2] == at(-1)[:2]:
        return _fraction(f.args[0])[::-1]
    return f, _ONCE


def _powers(f: Formula) -> tuple[dict[str, Fraction], Range]:
    """The exponents and the factor of a product of powers of positive names. Raises ValueError for others."""
    if f.op == "name":
        return {f.given: Fraction(1)}, ONE
    if f.op == "number" and f.given.inside(POSITIVE):
        return {}, f.given
    if f.op == "mul":
        (a, p), (b, q) = map(_powers, f.args)
        return {n: a.get(n, Fraction(0)) + b.get(n, Fraction(0)) for n in a | b}, mul(p, q)
    exponent = at(Fraction(1, 3)) if f.op == "cbrt" else value(f.args[1], {}) if f.op == "pow" else ALL
    if exponent.low != exponent.high:
        raise ValueError("it is no product of powers")
    a, p = _powers(f.args[0])
    return {n: w * exponent.low[0] for n, w in a.items()}, OPERATIONS["pow"](p, exponent)
