"""Relations as laws over named ranges: what they exclude, what they bound, and where they have solutions.

A formula is a tree of tuples, ``("number", Range)``, ``("name", quantity)`` or ``(operation, formula, ...)``,
and has a value only where all its operations have. A box gives a range for every name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from math import inf
from typing import Any

from claimcheck.audit.ranges import (
    ALL,
    DOMAINS,
    OPERATIONS,
    Nothing,
    Range,
    at,
    hull,
    inside,
    meet,
    span,
    trim,
)
from claimcheck.expression import Apply, Expression, Name
from claimcheck.formula import parse_expression

__all__ = [
    "Box",
    "Law",
    "Tree",
    "bounded_below",
    "has_solution",
    "impossible",
    "names",
    "own",
    "row",
    "solve",
    "value",
]

Tree = tuple[Any, ...]
Box = Mapping[str, Range]
ZERO, ONE = at(0), at(1)
_MOST_BOXES = 150
_STEPS = ("floor", "ceil", "round", "lt", "le", "gt", "ge", "eq")
_TRUTH = {"=": "eq", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def own(tree: Expression, number: Any) -> Tree:
    """The front end's expression as a tree; ``number`` gives the range of a literal or constant."""
    if isinstance(tree, Name):
        return ("name", tree.name)
    if not isinstance(tree, Apply):
        return ("number", number(tree))
    args = [own(a, number) for a in tree.args]
    if tree.op not in ("min", "max", "sum"):
        return (tree.op, *args)
    op = "add" if tree.op == "sum" else tree.op
    while len(args) > 1:  # in pairs, so that a long sum is no deep tree
        args = [(op, *args[i : i + 2]) if i + 1 < len(args) else args[i] for i in range(0, len(args), 2)]
    return args[0]


def names(tree: Tree) -> frozenset[str]:
    """The names in a formula."""
    if tree[0] in ("number", "name"):
        return frozenset(tree[1:] if tree[0] == "name" else ())
    return frozenset().union(*map(names, tree[1:]))


@dataclass(frozen=True, slots=True)
class Law:
    """A relation ``left op right``. A tolerance is a further name, with its range in ``slack``."""

    left: Tree
    op: str
    right: Tree
    slack: Box = field(default_factory=dict)

    def sides(self, box: Box) -> tuple[Jet, Jet]:
        """The values of both sides over a box. Raises Nothing if one has none."""
        return jet(self.left, box), jet(self.right, box)

    def truth(self, box: Box) -> Range:
        """1: it holds all over the box, 0: nowhere in it (perhaps for want of a value), else both."""
        try:
            left, right = self.sides(box)
        except Nothing:
            return ZERO
        found = OPERATIONS[_TRUTH[self.op]](left.value, right.value)
        return found if found == ZERO or (left.smooth and right.smooth) else span(Fraction(0), Fraction(1))


# -- values with slopes -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Jet:
    """A formula over a box: its range, and those of its first and second derivative in each name asked.

    ``smooth``: defined and continuous all over the box. At a kink the slopes are the hull of both sides'.
    """

    value: Range
    smooth: bool = True
    slopes: dict[str, Range] = field(default_factory=dict)
    curves: dict[str, Range] = field(default_factory=dict)


_SLOPES = {  # by the arguments a and b and the value v
    "neg": ("-1",), "add": ("1", "1"), "sub": ("1", "-1"), "mul": ("b", "a"), "div": ("1/b", "-v/b"),
    "pow": ("b*a^(b-1)", "v*log(a)"), "sqrt": ("1/(2*v)",), "cbrt": ("1/(3*v^2)",), "exp": ("v",),
    "log": ("1/a",), "log2": ("1/(a*log(2))",), "log10": ("1/(a*log(10))",),
    "sin": ("cos(a)",), "cos": ("-sin(a)",),
    "tan": ("1+v^2",), "asin": ("1/sqrt(1-a^2)",), "acos": ("-1/sqrt(1-a^2)",), "atan": ("1/(1+a^2)",),
    "sinh": ("cosh(a)",), "cosh": ("sinh(a)",), "tanh": ("1-v^2",),
}  # fmt: skip
_CURVES = {  # in a twice, a and b, b twice
    "mul": ("0", "1", "0"), "div": ("0", "-1/b^2", "2*v/b^2"), "add": ("0", "0", "0"), "sub": ("0", "0", "0"),
    "pow": ("b*(b-1)*a^(b-2)", "a^(b-1)*(1+b*log(a))", "v*log(a)^2"), "neg": ("0",), "sqrt": ("-1/(4*v^3)",),
    "cbrt": ("-2/(9*v^5)",), "exp": ("v",), "log": ("-1/a^2",), "log2": ("-1/(a^2*log(2))",),
    "log10": ("-1/(a^2*log(10))",), "sin": ("-v",), "cos": ("-v",), "tan": ("2*v*(1+v^2)",),
    "asin": ("a/sqrt(1-a^2)^3",), "acos": ("-a/sqrt(1-a^2)^3",), "atan": ("-2*a/(1+a^2)^2",),
    "sinh": ("v",), "cosh": ("v",), "tanh": ("-2*v*(1-v^2)",),
}  # fmt: skip


@cache
def _partial(text: str) -> Tree:
    return own(
        parse_expression(text), lambda n: at(Fraction(int(n.value.numerator), int(n.value.denominator)))
    )


def value(tree: Tree, box: Box) -> Range:
    """The range of a formula over a box. Raises Nothing if it has no value there."""
    return jet(tree, box).value


def jet(
    tree: Tree, box: Box, wanted: frozenset[str] = frozenset(), memo: dict[int, Jet] | None = None
) -> Jet:
    """A formula over a box, with its slopes in the ``wanted`` names. Raises Nothing if it has no value."""
    memo = {} if memo is None else memo
    if id(tree) not in memo:
        if tree[0] == "number":
            memo[id(tree)] = Jet(tree[1])
        elif tree[0] == "name":
            memo[id(tree)] = Jet(box[tree[1]], slopes={tree[1]: ONE} if tree[1] in wanted else {})
        elif tree[0] == "if":
            memo[id(tree)] = _case(tree, box, wanted, memo)
        else:
            memo[id(tree)] = _apply(tree[0], [jet(a, box, wanted, memo) for a in tree[1:]])
    return memo[id(tree)]


def _case(tree: Tree, box: Box, wanted: frozenset[str], memo: dict[int, Jet]) -> Jet:
    truth = jet(tree[1], box, wanted, memo)
    found = []
    for branch, excluded in ((tree[2], ZERO), (tree[3], ONE)):
        if truth.value != excluded:
            try:
                found.append(jet(branch, box, wanted, memo))
            except Nothing:
                continue
    if not found:
        raise Nothing
    if truth.value.is_point:
        return Jet(found[0].value, found[0].smooth and truth.smooth, found[0].slopes, found[0].curves)
    return _unknown(hull(found[0].value, found[-1].value), wanted)


def _unknown(x: Range, of: Sequence[str] | frozenset[str]) -> Jet:
    return Jet(x, False, dict.fromkeys(of, ALL), dict.fromkeys(of, ALL))


def _apply(op: str, args: Sequence[Jet]) -> Jet:
    x = [a.value for a in args]
    v = trim(OPERATIONS[op](*x), 2100)
    of = list(dict.fromkeys(n for a in args for n in a.slopes))
    regular = inside(x[0], DOMAINS.get(op, ALL)) and (op not in _STEPS or v.is_point)
    if op == "div" or (op == "pow" and x[1].is_point and x[1].low.denominator == 1 and x[1].low < 0):
        regular = not inside(ZERO, x[op == "div"])
    elif op == "pow" and not (x[1].is_point and x[1].low.denominator == 1):
        regular = x[0].low > 0
    elif op == "tan":
        regular = v != ALL
    if not regular or not all(a.smooth for a in args):
        return _unknown(v, of)
    if op in _STEPS or not of:
        return Jet(v)
    if op in ("abs", "min", "max"):
        return _kink(op, args, v, of)
    result = Jet(v)
    around = {"a": x[0], "b": x[-1], "v": v}
    for n in of:
        try:
            slopes = [a.slopes.get(n, ZERO) for a in args]
            first = [
                ZERO if s == ZERO else value(_partial(p), around)
                for s, p in zip(slopes, _SLOPES[op], strict=True)
            ]
            terms = [(p, s) for p, s in zip(first, slopes, strict=True)]
            result.slopes[n] = _total(terms)
            pairs = [(i, k) for i in range(len(args)) for k in range(i, len(args))]
            bends = [(p, a.curves.get(n, ZERO)) for p, a in zip(first, args, strict=True)]
            for (i, k), text in zip(pairs, _CURVES[op], strict=True):
                if slopes[i] != ZERO and slopes[k] != ZERO and text != "0":
                    both = (
                        OPERATIONS["mul"](slopes[i], slopes[k])
                        if i != k
                        else OPERATIONS["pow"](slopes[i], at(2))
                    )
                    bends.append(
                        (value(_partial(text), around), both if i == k else OPERATIONS["mul"](at(2), both))
                    )
            result.curves[n] = _total(bends)
        except Nothing:
            result.slopes[n] = result.curves[n] = ALL
    return result


def _total(terms: Sequence[tuple[Range, Range]]) -> Range:
    total = ZERO
    for p, q in terms:
        total = OPERATIONS["add"](total, OPERATIONS["mul"](p, q))
    return trim(total, 400)


def _kink(op: str, args: Sequence[Jet], v: Range, of: Sequence[str]) -> Jet:
    first, other = args[0], args[-1]
    if op == "abs":
        other = _apply("neg", [first])
    decided = OPERATIONS["ge" if op == "max" else "le" if op == "min" else "ge"](first.value, other.value)
    if decided.is_point:
        taken = first if decided == ONE else other
        return Jet(v, True, taken.slopes, taken.curves)
    slopes = {n: hull(first.slopes.get(n, ZERO), other.slopes.get(n, ZERO)) for n in of}
    return Jet(v, True, slopes, dict.fromkeys(of, ALL))


# -- what a law excludes ----------------------------------------------------------------------------------


def impossible(law: Law, box: Box) -> bool:
    """Whether it was shown, by splitting the box, that no point of it satisfies the law."""
    todo = [{n: box.get(n, ALL) for n in names(law.left) | names(law.right)} | dict(law.slack)]
    for _ in range(_MOST_BOXES):
        if not todo:
            return True
        part = todo.pop()
        if law.truth(part) != ZERO:
            parts = _split(part, {})
            if parts is None:
                return False
            todo += parts
    return False


def _split(box: Box, whole: Mapping[str, Fraction]) -> list[dict[str, Range]] | None:
    """The box in two along its relatively widest side, sides about zero first; None if it is a point."""

    def width(x: Range) -> Any:
        if x.low < 0 < x.high or x.high - x.low == inf:
            return inf if x.low < 0 < x.high else 10**9
        return (x.high - x.low) / max(abs(x.low), abs(x.high)) if x.low < x.high else 0

    widest = max(box, key=lambda n: width(box[n]), default="")
    if not widest or width(box[widest]) == 0:
        return None
    x = box[widest]
    if x.low < 0 < x.high:
        pieces = [
            (x.low, Fraction(0), x.has_low, False),
            (Fraction(0), Fraction(0), True, True),
            (Fraction(0), x.high, False, x.has_high),
        ]
    else:
        cut = (x.low + x.high) / 2 if x.high - x.low != inf else _beyond(x)
        step = whole.get(widest)
        cut, rest = (cut, cut) if step is None else (cut // step * step, (cut // step + 1) * step)
        pieces = [(x.low, cut, x.has_low, True), (rest, x.high, True, x.has_high)]
    found = []
    for piece in pieces:
        try:
            found.append({**box, widest: span(*piece)})
        except Nothing:
            continue
    return found


def _beyond(x: Range) -> Fraction:
    return Fraction(x.low * 2 + 1 if x.high == inf else x.high * 2 - 1)


# -- what a formula is bounded by -------------------------------------------------------------------------


def bounded_below(tree: Tree, box: Box, goal: Range, whole: Mapping[str, Fraction]) -> bool:
    """Whether it was shown that the formula's values over the box are in ``goal``, a range without upper end.

    The least value lies where the formula stops or jumps, at an end of each input's range, or where its slope
    in that input is zero. ``whole``: inputs that are multiples of a step.
    """
    todo = [(dict(box), goal, frozenset[str](), frozenset(whole))]
    for _ in range(_MOST_BOXES):
        if not todo:
            return True
        part, wanted, flat, settled = todo.pop()
        try:
            part, wanted, smooth, shown = _shrink(tree, part, wanted, flat)
        except Nothing:
            continue
        if shown:
            continue
        ready = [
            n
            for n, x in part.items()
            if smooth and n not in settled and not x.is_point and inf not in (-x.low, x.high)
        ]
        if ready:
            n, x = ready[0], part[ready[0]]
            todo.append((part, wanted, flat | {n}, settled | {n}))
            for end, has in ((x.low, x.has_low), (x.high, x.has_high)):
                todo.append(({**part, n: at(end)}, wanted if has else _closed(wanted), flat, settled))
        else:
            parts = _split(part, whole)
            if parts is None:
                return False
            todo += [(p, wanted, flat, settled) for p in parts]
    return not todo


def _closed(goal: Range) -> Range:
    """At an end that does not belong to the box the formula may reach what it must not reach inside."""
    return Range(goal.low, goal.high, goal.low != -inf, False)


def _shrink(
    tree: Tree, box: dict[str, Range], goal: Range, flat: frozenset[str]
) -> tuple[dict[str, Range], Range, bool, bool]:
    """Where in a box the formula may be least, the goal there, whether it is smooth, whether all is shown."""
    for _ in range(12):
        wanted = frozenset(n for n, x in box.items() if not x.is_point)
        f = jet(tree, box, wanted)
        if inside(f.value, goal) or not f.smooth:
            return box, goal, f.smooth, inside(f.value, goal)
        new = dict(box)
        for n in wanted:
            slope, x = f.slopes.get(n, ZERO), box[n]
            strict = slope.low > 0 or slope.high < 0
            if strict and n in flat:
                raise Nothing
            end, has = (x.low, x.has_low) if slope.low >= 0 else (x.high, x.has_high)
            if (slope.low >= 0 or slope.high <= 0) and abs(end) != inf and (has or strict):
                new[n], goal = at(end), goal if has else _closed(goal)
                break
            if n in flat and not inside(
                ZERO, f.curves.get(n, ALL)
            ):  # Newton's method about a short number inside
                for low, high in ((x.low, x.high), ((3 * x.low + x.high) / 4, (x.low + 3 * x.high) / 4)):
                    middle = _short_between(low, high)
                    there = jet(tree, {**box, n: at(middle)}, frozenset((n,))).slopes.get(n, ZERO)
                    step = OPERATIONS["div"](there, f.curves[n])
                    new[n] = trim(meet(new[n], OPERATIONS["sub"](at(middle), step)))
        if all(
            10 * (new[n].high - new[n].low) > 9 * (box[n].high - box[n].low)
            for n in wanted
            if new[n] != box[n]
        ):
            break
        box = new
    return box, goal, f.smooth, _by_slopes(tree, box, goal)


def _by_slopes(tree: Tree, box: Box, goal: Range) -> bool:
    """Whether the mean value form shows the goal."""
    wide = frozenset(n for n, x in box.items() if not x.is_point)
    if any(inf in (-box[n].low, box[n].high) for n in wide):
        return False
    f = jet(tree, box, wide)
    middle = {n: at((box[n].low + box[n].high) / 2) for n in wide}
    terms = [(f.slopes.get(n, ZERO), OPERATIONS["sub"](box[n], middle[n])) for n in wide]
    total = OPERATIONS["add"](value(tree, {**box, **middle}), _total(terms))
    return bool(f.smooth and inside(total, goal))


def _short_between(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the least denominator from low to high."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -_short_between(-high, -low)
    whole = -(-low // 1)
    return Fraction(whole) if whole <= high else low // 1 + 1 / _short_between(1 / (high % 1), 1 / (low % 1))


# -- where laws have solutions ----------------------------------------------------------------------------


def has_solution(laws: Sequence[Law], unknown: Sequence[str], box: Box) -> bool:
    """Whether equations have a common solution in the unknowns' ranges, whatever the others in theirs are.

    One unknown: a change of sign (intermediate value theorem). Several: Krawczyk's test about the middle.
    """
    if len(laws) != len(unknown) or any(law.op != "=" or law.slack for law in laws):
        return False
    gaps = [("sub", law.left, law.right) for law in laws]
    wanted = frozenset(unknown)
    f = [jet(g, box, wanted) for g in gaps]
    if not all(j.smooth for j in f):
        return False
    if len(laws) == 1:
        low, high = (value(gaps[0], {**box, unknown[0]: at(end)}) for end in box[unknown[0]][:2])
        return bool((low.high <= 0 <= high.low) or (high.high <= 0 <= low.low))
    middle = {n: at((box[n].low + box[n].high) / 2) for n in unknown}
    inverse = _inverted([[_middle(j.slopes.get(n, ZERO)) for n in unknown] for j in f])
    if inverse is None:
        return False
    there = [value(g, {**box, **middle}) for g in gaps]
    for i, n in enumerate(unknown):
        image = OPERATIONS["sub"](middle[n], _total([(at(inverse[i][k]), there[k]) for k in range(len(f))]))
        for m in unknown:
            product = _total([(at(inverse[i][k]), f[k].slopes.get(m, ZERO)) for k in range(len(f))])
            factor = OPERATIONS["sub"](at(int(n == m)), product)
            shift = OPERATIONS["mul"](factor, OPERATIONS["sub"](box[m], middle[m]))
            image = OPERATIONS["add"](image, shift)
        if not (box[n].low < image.low and image.high < box[n].high):
            return False
    return True


def _middle(x: Range) -> Fraction:
    return (
        Fraction(0) if inf in (-x.low, x.high) else Fraction((x.low + x.high) / 2).limit_denominator(10**30)
    )


def _inverted(matrix: list[list[Fraction]]) -> list[list[Fraction]] | None:
    """The inverse, by Gauss and Jordan; None if there is none."""
    n = len(matrix)
    rows = [[*row, *(Fraction(int(i == k)) for i in range(n))] for k, row in enumerate(matrix)]
    for k in range(n):
        pivot = max(range(k, n), key=lambda r: abs(rows[r][k]))
        if rows[pivot][k] == 0:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [q / rows[k][k] for q in rows[k]]
        for r in range(n):
            if r != k:
                rows[r] = [q - rows[r][k] * p for q, p in zip(rows[r], rows[k], strict=True)]
    return [row[n:] for row in rows]


# -- relations put together -------------------------------------------------------------------------------


def solve(law: Law, name: str) -> tuple[Tree, list[tuple[Tree, Tree]]]:
    """The formula that a law gives for a name that occurs once in it, and pairs that must not both be zero.

    Raises ValueError where an operation on the way cannot be undone.
    """

    def count(tree: Tree) -> int:
        return int(tree == ("name", name)) if tree[0] in ("name", "number") else sum(map(count, tree[1:]))

    if law.op != "=" or count(law.left) + count(law.right) != 1:
        raise ValueError(f"it is not an equation in which {name} occurs once")
    node, result = (law.left, law.right) if count(law.left) else (law.right, law.left)
    pairs: list[tuple[Tree, Tree]] = []
    while node != ("name", name):
        op, *args = node
        which = next(i for i, a in enumerate(args) if count(a))
        other = args[1 - which] if len(args) == 2 else ()
        if (op in ("mul", "div") and which == 0) or (op == "div" and which == 1):
            pairs += [(other, result)] if op == "mul" or which == 1 else []
        node = args[which]
        ten, two = ("number", at(10)), ("number", at(2))
        undone = {
            "neg": ("neg", result), "exp": ("log", result), "log": ("exp", result),
            "sqrt": ("pow", result, two), "log2": ("pow", two, result), "log10": ("pow", ten, result),
            "add": ("sub", result, other),
            "sub": ("add", result, other) if which == 0 else ("sub", other, result),
            "mul": ("div", result, other),
            "div": ("mul", result, other) if which == 0 else ("div", other, result),
        }  # fmt: skip
        if op == "mul" and which == 1:
            pairs.append((other, result))
        if op not in undone:
            raise ValueError(f"{op} cannot be undone")
        result = undone[op]
    return result, pairs


def row(law: Law, product: bool) -> tuple[dict[str, Fraction], Range]:
    """A law as a product of powers (or a sum of multiples) of its names, and the range that it must lie in.

    A product is meant for positive names. Raises ValueError if the law has no such form.
    """
    (a, p), (b, q) = _terms(law.left, product), _terms(law.right, product)
    weights = {n: a.get(n, Fraction(0)) - b.get(n, Fraction(0)) for n in a | b}
    rest = OPERATIONS["div" if product else "sub"](q, p)
    if law.op in ("<", "<="):
        rest = Range(Fraction(0) if product else -inf, rest.high, False, rest.has_high and law.op == "<=")
    elif law.op in (">", ">="):
        rest = Range(rest.low, inf, rest.has_low and law.op == ">=", False)
    return {n: w for n, w in weights.items() if w}, rest


def _terms(tree: Tree, product: bool) -> tuple[dict[str, Fraction], Range]:
    """Exponents and factor, or multiples and constant, of a formula."""
    op, join = tree[0], "mul" if product else "add"
    if op == "name":
        return {tree[1]: Fraction(1)}, ONE if product else ZERO
    if op == "number":
        if product and not tree[1].low > 0:
            raise ValueError("a factor is not positive")
        return {}, tree[1]
    if op in (("mul", "div") if product else ("add", "sub", "neg")):
        sign = 1 if op == join else -1
        (a, p), (b, q) = ({}, ZERO) if op == "neg" else _terms(tree[1], product), _terms(tree[-1], product)
        return {n: a.get(n, Fraction(0)) + sign * b.get(n, Fraction(0)) for n in a | b}, OPERATIONS[
            op if op != "neg" else "sub"
        ](p, q)
    if product and op in ("pow", "sqrt", "cbrt"):
        exponent = at(Fraction(1, 2 if op == "sqrt" else 3)) if op != "pow" else _constant(tree[2])
        a, p = _terms(tree[1], product)
        return {n: w * exponent.low for n, w in a.items()}, OPERATIONS["pow"](p, exponent)
    if not product and op in ("mul", "div"):
        first, second = (tree[1], tree[2]) if op == "div" or names(tree[1]) else (tree[2], tree[1])
        factor = OPERATIONS[op](ONE, _constant(second)).low
        a, p = _terms(first, product)
        return {n: w * factor for n, w in a.items()}, OPERATIONS["mul"](p, at(factor))
    raise ValueError("it has no such form")


def _constant(tree: Tree) -> Range:
    found = value(tree, {}) if not names(tree) else ALL
    if not found.is_point:
        raise ValueError("it has no such form")
    return found
