"""Formulas over boxes: what values they take, with what slopes, and proofs that they avoid some values.

A box gives a range for every name. A formula has a value only where all its operations have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from claimcheck.checker.operations import OPERATIONS, STEPS, surely
from claimcheck.checker.ranges import ALL, EMPTY, ONE, POSITIVE, ZERO, Range, at, hull, rational
from claimcheck.expression import Apply, Constant, Expression, Name
from claimcheck.formula import parse_expression

__all__ = ["Box", "Formula", "avoids", "build", "fraction", "halves", "number", "powers", "value"]

Box = Mapping[str, Range]


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """An operation applied to ``args``; ``given``: the name of a "name", and the range of a "number"."""

    op: str
    args: tuple[Formula, ...] = ()
    given: Any = None


_REWRITTEN = {
    "sub": "a + -b", "div": "a * b^-1", "sqrt": "a^0.5", "max": "-min(-a, -b)", "acos": "pi/2 - asin(a)",
    "ceil": "-floor(-a)", "round": "if(a < 0, -floor(0.5 - a), floor(a + 0.5))", "ge": "if(b <= a, 1, 0)",
    "lt": "if(b <= a, 0, 1)", "gt": "if(a <= b, 0, 1)", "eq": "if(a <= b, if(b <= a, 1, 0), 0)",
}  # fmt: skip
_SLOPES = {  # in each argument, by the arguments a and b and the value v
    "add": ("1", "1"), "mul": ("b", "a"), "pow": ("b*a^(b-1)", "v*log(a)"), "cbrt": ("1/(3*v^2)",),
    "exp": ("v",), "log": ("1/a",), "log2": ("1/(a*log(2))",), "log10": ("1/(a*log(10))",),
    "sin": ("cos(a)",), "cos": ("-sin(a)",), "tan": ("1+v^2",), "asin": ("1/sqrt(1-a^2)",),
    "atan": ("1/(1+a^2)",), "sinh": ("cosh(a)",), "cosh": ("sinh(a)",), "tanh": ("1-v^2",),
    "abs": ("if(a >= 0, 1, -1)",),
}  # fmt: skip
_OF_TWINS = {  # of the same formula twice: zero times it is defined where it is
    "sub": "0*a", "mul": "a^2", "div": "1 + 0*a^-1",
    "lt": "0*a", "le": "1 + 0*a", "gt": "0*a", "ge": "1 + 0*a", "eq": "1 + 0*a",
}  # fmt: skip


def number(x: Any) -> Formula:
    """A number, or a range that it is known to lie in."""
    return Formula("number", given=x if isinstance(x, Range) else at(x))


def build(tree: Expression, leaf: Callable[[Any], Formula]) -> Formula:
    """The front end's expression in the operations known here; ``leaf`` reads names and literals."""
    if isinstance(tree, Constant):
        return number(OPERATIONS["pi" if tree.name == "pi" else "exp"](ONE))
    if not isinstance(tree, Apply):
        return leaf(tree)
    if tree.op in _OF_TWINS and tree.args[0] == tree.args[1]:
        return written(_OF_TWINS[tree.op], a=build(tree.args[0], leaf))
    return apply(tree.op, *(build(a, leaf) for a in tree.args))


def apply(op: str, *args: Formula) -> Formula:
    """An operation of the language applied to formulas."""
    op = "add" if op == "sum" else op
    if op in ("add", "mul", "min", "max") and len(args) != 2:
        half = (len(args) + 1) // 2  # in halves, so that a long sum is no deep tree
        return args[0] if half == len(args) else apply(op, apply(op, *args[:half]), apply(op, *args[half:]))
    if op == "neg":
        return Formula("mul", (number(-1), *args))
    if op in _REWRITTEN:
        return written(_REWRITTEN[op], a=args[0], b=args[-1])
    return Formula(op, args)


def written(text: str, **names: Formula) -> Formula:
    """A formula by its text, with formulas for its names."""
    return build(_parsed(text), lambda t: names[t.name] if isinstance(t, Name) else number(str(t.value)))


_NONE = number(0)
_parsed = lru_cache(100)(parse_expression)


@lru_cache(20_000)
def slope(f: Formula, name: str) -> Formula:
    """The derivative in one name; at a kink it is either side's."""
    if f.op == "name" and f.given == name:
        return number(1)
    inner = [slope(a, name) for a in f.args]
    if f.op in STEPS or all(g is _NONE for g in inner):
        return _NONE
    if f.op in ("if", "min"):
        return Formula("if", (f.args[0] if f.op == "if" else Formula("le", f.args), *inner[-2:]))
    rates, a, b = zip(_SLOPES[f.op], inner, strict=True), f.args[0], f.args[-1]
    return apply("sum", *(apply("mul", written(r, a=a, b=b, v=f), g) for r, g in rates if g is not _NONE))


def value(f: Formula, box: Box, memo: dict[Formula, Range] | None = None) -> Range:
    """The range of a formula over a box: the empty one if it has no value there."""
    memo = {} if memo is None else memo
    if f in memo:
        return memo[f]
    if f.op in ("number", "name"):
        found = f.given if f.op == "number" else box.get(f.given, ALL)
    elif f.op == "if":
        truth = value(f.args[0], box, memo)
        possible = [t[:2] != truth[:2] and not truth.empty for t in (ZERO, ONE)]
        taken = [value(a, box, memo) for a, may in zip(f.args[1:], possible, strict=True) if may]
        found = hull(*taken)._replace(sure=min(truth.sure, *(x.sure for x in taken)))
    else:
        args = [value(a, box, memo) for a in f.args]
        found = EMPTY if any(a.empty for a in args) else OPERATIONS[f.op](*args)
        found = found._replace(sure=min(surely(f.op, args, found), *(a.sure for a in args)))
    memo[f] = found
    return found


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
    multiples it takes). ``slope``: by the mean value theorem f(x) lies in f(at) + slope * (x - at), and
    ``then`` is the proof for that.
    """
    if proof is None:
        return value(f, box).apart(bad)
    if "split" in proof:
        name = proof["split"]
        parts = halves(box, name, proof["at"], steps.get(name))
        return name in box and all(avoids(f, half, bad, proof[side], steps) for side, half in parts)
    name, center = proof["slope"], at(rational(proof["at"]))
    reach, back = hull(box[name], center), at(-center.low[0])
    if reach.is_point or value(f, {**box, name: reach}).sure < 2:
        return False
    change = OPERATIONS["mul"](_rate(f, name, box, reach, center), OPERATIONS["add"](box[name], back))
    moved = Formula("add", (f, number(change)))
    return avoids(moved, {**box, name: center}, bad, proof["then"], steps)


def fraction(f: Formula) -> tuple[Formula, Formula]:
    """Numerator and divisor of a formula as one fraction, equal to it wherever it has a value."""
    if f.op in ("add", "mul"):
        (a, b), (c, d) = map(fraction, f.args)
        top = apply("mul", a, c) if f.op == "mul" else apply("add", apply("mul", a, d), apply("mul", c, b))
        return top, apply("mul", b, d)
    if f.op == "pow" and f.args[0].op != "number" and value(f.args[1], {})[:2] == at(-1)[:2]:
        return fraction(f.args[0])[::-1]
    return f, number(1)


def _rate(f: Formula, name: str, box: Box, reach: Range, center: Range) -> Range:
    """The slopes of f in a quantity inside its reach: as evaluated, and by their own slope.

    Raises ValueError if there need not be one everywhere.
    """
    rate = slope(f, name)
    inner = {**box, name: Range((reach.low[0], 1), (reach.high[0], -1))}
    found, bend = value(rate, inner), value(slope(rate, name), inner)
    if found.sure < 1:
        raise ValueError("the slope is not known everywhere")
    if value(rate, {**box, name: reach}).sure == 2 and bend.sure > 0:
        away = OPERATIONS["add"](reach, at(-center.low[0]))
        found &= OPERATIONS["add"](value(rate, {**box, name: center}), OPERATIONS["mul"](bend, away))
    return found


def powers(f: Formula) -> tuple[dict[str, Fraction], Range]:
    """The exponents and the factor of a product of powers of positive names. Raises ValueError for others."""
    if f.op == "name":
        return {f.given: Fraction(1)}, ONE
    if f.op == "number" and f.given.inside(POSITIVE):
        return {}, f.given
    if f.op == "mul":
        (a, p), (b, q) = map(powers, f.args)
        return {n: a.get(n, Fraction(0)) + b.get(n, Fraction(0)) for n in a | b}, OPERATIONS["mul"](p, q)
    exponent = at(Fraction(1, 3)) if f.op == "cbrt" else value(f.args[1], {}) if f.op == "pow" else ALL
    if not exponent.is_point:
        raise ValueError("it is no product of powers")
    a, p = powers(f.args[0])
    return {n: w * exponent.low[0] for n, w in a.items()}, OPERATIONS["pow"](p, exponent)
