"""Trees that show that a gap is nowhere in a box what it must not be.

At the leaves of such a tree the gap between left and right, evaluated over a box, is not what the
relations allow. On the way a box is split, or the mean value theorem moves a quantity to one number: f(x)
lies in f(c) + f'(X)(x - c), and where the slope has a sign an end is the best c (Moore, Kearfott, Cloud,
Introduction to Interval Analysis, 2009, chapter 6). Round a least value inside of a box, f lies above its
tangent, since the matrix of second derivatives is positive definite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.interval import Interval, Rational, interval, point
from claimcheck.solver.candidates import simplest_between
from claimcheck.solver.existence import inverse
from claimcheck.solver.gaps import Box, Gap
from claimcheck.solver.propagation import round_to_step
from claimcheck.solver.tape import needed

__all__ = ["About", "Split", "Tree", "middle", "tree"]

_MOST_NODES = 2000
_FEW_NODES = 1
"""Where evaluation misses what it is to show by no more than it rounds, cuts are of no use."""
_ROUNDING = mpq(1, 2**140)
_DEEPEST = 120
_LONG = 20
"""After so many cuts it may be at an end that it never gets away from."""
_PRECISION = mpq(1, 2**110)
_MOST_CURVED = 4
"""Of how many quantities second derivatives are looked at."""
_NEWTON_STEPS = 12


@dataclass(frozen=True, slots=True)
class Split:
    """Two parts of a box, in which the quantity is at most, or at least, a number."""

    name: str
    at: Rational
    lower: Tree
    upper: Tree


@dataclass(frozen=True, slots=True)
class About:
    """How far the gap is from its value about numbers, one for each of some quantities."""

    center: tuple[tuple[str, Rational], ...]
    then: Tree


Tree = Split | About | None
"""None: evaluation shows it."""

Path = Sequence[Mapping[int, Rational]]
"""Quantities and the numbers to which they are moved, one after another or some at once."""
_ZERO = point(0)


class _Failed(Exception):
    """No tree was found within the limits."""


class _Prover:
    """The search for a tree that shows that a gap is nowhere in ``bad``."""

    def __init__(self, gap: Gap, bad: Interval) -> None:
        self.gap = gap
        self.bad = bad
        self.inputs = gap.inputs()
        self.left = _MOST_NODES

    def prove(self, box: Box, depth: int = 0) -> Tree:
        """A tree for the gap over a box. Raises _Failed where none was found."""
        self.left -= 1
        if self._shows(box, ()):
            return None
        if self.left < 0 or depth > _DEEPEST:
            raise _Failed
        path, signed = self._path(box)
        if self._shows(box, path):
            return self._after(box, path)
        moved = {i: point(q) for move in path[:signed] for i, q in move.items()}
        bottom = self._bottom({**box, **moved})
        if bottom is not None and self._shows(box, [*path[:signed], bottom]):
            return self._after(box, [*path[:signed], bottom])
        after: Box = {**box, **moved}
        decided = all(after[i].is_point for i in self.inputs)  # each move alone, and not all together
        variable, number = self._cut(box if decided else after)
        if depth > _LONG:
            number = _even(box[variable]) or number
        parts: list[Tree] = []
        for half in (interval(None, number), interval(number, None)):
            part = round_to_step(iv.intersection(box[variable], half), self.gap.variables[variable])
            parts.append(None if part.is_empty else self.prove({**box, variable: part}, depth + 1))
        return Split(self.gap.variables[variable].name, number, *parts)

    def misses_by_rounding(self, box: Box) -> bool:
        """Whether evaluation fails to show it by no more than it rounds: a finer one will, cuts will not."""
        value, _ = self.gap.at(self.gap.root, box)
        missed = [
            beyond - this
            for this, beyond in ((value.lower, self.bad.upper), (self.bad.lower, value.upper))
            if this is not None and beyond is not None
        ]
        ends = [e for x in self.gap.values(box) for e in (x.lower, x.upper) if e is not None]
        return bool(missed and ends) and min(missed) <= max(map(abs, ends)) * _ROUNDING

    def _after(self, box: Box, path: Path) -> Tree:
        """The tree of a path that shows it, without moves that it can do without."""
        for move in path[::-1]:
            fewer = [m for m in path if m != move]
            path = fewer if self._shows(box, fewer) else path
        tree: Tree = None
        for move in reversed(path):
            tree = About(tuple((self.gap.variables[i].name, q) for i, q in move.items()), tree)
        return tree

    def _shows(self, box: Box, path: Path) -> bool:
        """Whether the gap is nowhere bad, evaluated after some moves."""
        shift = _ZERO
        for move in path:
            change = self._change(box, move)
            if change is None:
                return False
            shift, box = iv.add(shift, change), {**box, **_points(move)}
        value, _ = self.gap.at(self.gap.root, box)
        return value.is_empty or iv.disjoint(iv.add(value, shift), self.bad)

    def _change(self, box: Box, center: Mapping[int, Rational]) -> Interval | None:
        """By how much the gap differs from that about some numbers; None if that is not known."""
        reach = {**box, **{i: iv.hull(box[i], point(q)) for i, q in center.items()}}
        if self.gap.at(self.gap.root, reach)[1] < 2:
            return None
        found = _ZERO
        for i, q in center.items():
            rate, sure = self.gap.at(self.gap.slope(i), {**reach, i: _inside(reach[i])})
            if sure < 1:
                return None
            found = iv.add(found, iv.mul(rate, iv.sub(box[i], point(q))))
        tangent = self._side(reach, tuple(center))
        if tangent is None:
            return found
        for i, q in center.items():
            there, _ = self.gap.at(self.gap.slope(i), {**box, **_points(center)})
            tangent = iv.add(tangent, iv.mul(there, iv.sub(box[i], point(q))))
        return iv.intersection(found, tangent)

    def _side(self, box: Box, some: Sequence[int]) -> Interval | None:
        """On what side of its tangents the gap lies, as a function of some quantities, if it does."""
        if not some or any(self.gap.at(self.gap.slope(i), box)[1] < 2 for i in some):
            return None
        rows: list[list[Interval]] = []
        for i in some:
            rows.append([])
            for j in some:
                bend, sure = self.gap.at(
                    self.gap.slope(i, j), {**box, i: _inside(box[i]), j: _inside(box[j])}
                )
                if sure < 1:
                    return None
                rows[-1].append(bend)
        for side, sign in ((interval(0, None), 1), (interval(None, 0), -1)):
            if _definite([[iv.mul(point(sign), x) for x in row] for row in rows]):
                return side
        return None

    def _bottom(self, box: Box) -> Mapping[int, Rational] | None:
        """About where the slopes in all open quantities are zero, if the gap is curved one way in them.

        It is sought by Newton's method and may lie outside of the box.
        """
        some = [i for i in self.inputs if not box[i].is_point]
        if len(some) > _MOST_CURVED or not all(box[i].is_bounded for i in some):
            return None
        if self._side(box, some) is None:
            return None
        place = {i: _some(box[i]) for i in some}
        for _ in range(_NEWTON_STEPS):
            here = {**box, **_points(place)}
            slopes = [middle(self.gap.at(self.gap.slope(i), here)[0]) for i in some]
            inverted = inverse(
                [[middle(self.gap.at(self.gap.slope(i, j), here)[0]) for j in some] for i in some]
            )
            if inverted is None:
                return None
            moves = [sum((m * s for m, s in zip(row, slopes, strict=True)), mpq(0)) for row in inverted]
            for i, move in zip(some, moves, strict=True):
                width: Rational = iv.wid(box[i])
                place[i] = _near(place[i] - move, width * _PRECISION)
                if not abs(place[i] - _some(box[i])) < 2 * width:
                    return None
            if all(abs(m) <= iv.wid(box[i]) * _PRECISION for i, m in zip(some, moves, strict=True)):
                break
        return place

    def _path(self, box: Box) -> tuple[list[Mapping[int, Rational]], int]:
        """Quantities moved to one number each: so many in which the slope has a sign, then all others."""
        positive = self._positive(box)
        path: list[Mapping[int, Rational]] = []
        signed = -1
        while True:
            moves = [
                (i, *m) for i in self.inputs if not box[i].is_point and (m := self._move(box, i, positive))
            ]
            if not moves:
                return path, len(path) if signed < 0 else signed
            i, number, loss = min(moves, key=lambda m: m[2])
            if loss and signed < 0:
                signed = len(path)
            path.append({i: number})
            box = {**box, i: point(number)}

    def _positive(self, box: Box) -> bool:
        """Whether the gap is to be shown greater than what is bad: so it is somewhere in the box."""
        if not self.bad.is_point:
            return self.bad.lower is None
        value, _ = self.gap.at(self.gap.root, {i: point(_some(x)) for i, x in box.items()})
        return not value.is_empty and iv.precedes(self.bad, value)

    def _move(self, box: Box, i: int, positive: bool) -> tuple[Rational, Rational] | None:
        """The number of a range about which the mean value theorem says most, and what it loses."""
        x = box[i]
        found = []
        for number in dict.fromkeys(q for q in (x.lower, x.upper, _some(x)) if q is not None):
            change = self._change(box, {i: number})
            end = None if change is None else change.lower if positive else change.upper
            if end is not None:
                found.append((max(mpq(0), -end if positive else end), number))
                if not found[-1][0]:
                    break
        return min(((number, loss) for loss, number in found), key=lambda m: m[1], default=None)

    def _cut(self, box: Box) -> tuple[int, Rational]:
        """The quantity that matters most, and where to cut: where its slope is zero, or in the middle."""
        wide = [i for i in self.inputs if not box[i].is_point]
        if not wide:
            raise _Failed
        if self.gap.at(self.gap.root, box)[1] < 2:  # most holes are at zero
            hole = self._hole(box, wide)
            if hole is not None:
                return hole
            edge = self._at_the_edge(box, wide) or wide
            for i in dict.fromkeys((*edge, *wide)):
                x = box[i]
                if (x.lower is None or x.lower < 0) and (x.upper is None or x.upper > 0):
                    return i, mpq(0)
            wide = edge
        i = max(wide, key=lambda v: self._weight(box, v))
        return i, self._flat(box, i) or _some(box[i])

    def _at_the_edge(self, box: Box, wide: Sequence[int]) -> list[int]:
        """What is open of the argument with which an operation meets the edge of its domain, or jumps."""
        nodes = self.gap.tape.nodes
        for at in needed(nodes, self.gap.root):
            if self.gap.at(at, box)[1] < 2:
                argument = nodes[at].args[-1 if nodes[at].op == "div" else 0]
                inside = {nodes[n].index for n in needed(nodes, argument) if nodes[n].op == "var"}
                return [i for i in wide if i in inside]
        return []

    def _hole(self, box: Box, wide: Sequence[int]) -> tuple[int, Rational] | None:
        """Beside the value of a whole quantity, all that is open of a divisor, that would make it zero."""
        nodes = self.gap.tape.nodes
        for at in needed(nodes, self.gap.root):
            if nodes[at].op != "div":
                continue
            divisor = nodes[at].args[1]
            inside = {nodes[n].index for n in needed(nodes, divisor) if nodes[n].op == "var"}
            open_ones = [i for i in wide if i in inside]
            step = self.gap.variables[open_ones[0]].step if len(open_ones) == 1 else None
            if step is None:
                continue
            (i,) = open_ones
            start = _some(box[i])
            first, second = (self.gap.at(divisor, {**box, i: point(q)})[0] for q in (start, start + step))
            if not (first.is_point and second.is_point) or first == second:
                continue
            low: Rational = first.lower
            rise: Rational = second.lower - low
            zero = start - low * step / rise
            if zero in box[i] and self.gap.at(divisor, {**box, i: point(zero)})[0] == _ZERO:
                return i, zero + step / 2 if box[i].lower == zero else zero - step / 2
        return None

    def _weight(self, box: Box, i: int) -> tuple[bool, bool, Rational]:
        """How much the gap may change over the quantity's range."""
        x = box[i]
        rate, _ = self.gap.at(self.gap.slope(i), box)
        width, most = iv.wid(x), None if rate.is_empty else iv.mag(rate)
        if width is None or most is None:
            return width is None, most is None, width or mpq(0)
        return False, False, most * width

    def _flat(self, box: Box, i: int) -> Rational | None:
        """About where the slope in a quantity is zero, by halving and secants, as a short number."""
        x = box[i]
        if not x.is_bounded or self.gap.variables[i].step is not None:
            return None
        inner = {v: point(_some(y)) for v, y in box.items()}

        def slope(q: Rational) -> Rational | None:
            value, sure = self.gap.at(self.gap.slope(i), {**inner, i: point(q)})
            return iv.mid(value) if sure and value.is_bounded else None

        low: Rational = x.lower
        high: Rational = x.upper
        width = high - low
        at_low, at_high = slope(low), slope(high)
        if at_low is None or at_high is None or at_low * at_high >= 0:
            return None
        for turn in range(60):
            if high - low <= _PRECISION * width:
                break
            q = (low + high) / 2 if turn % 3 == 2 else low - at_low * (high - low) / (at_high - at_low)
            q = _short(q, low, high)
            here = slope(q)
            if here is None:
                return None
            if here == 0:
                return q
            if (here > 0) == (at_high > 0):
                high, at_high = q, here
            else:
                low, at_low = q, here
        q = simplest_between(low, high)
        return q if x.lower < q < x.upper else None


def _even(x: Interval) -> Rational | None:
    """A power of two far down an interval that begins or ends at zero, or in the middle of one by factors."""
    if not x.is_bounded or 0 in _inside(x):
        return None
    ends: list[Rational] = [x.lower, x.upper]
    sign = 1 if sum(ends) > 0 else -1
    least, most = sorted(map(abs, ends))
    if not least:
        return sign * most / 2**8
    low, high = (q.numerator.bit_length() - q.denominator.bit_length() for q in (least, most))
    size = mpq(2) ** ((low + high) // 2)
    return sign * size if high - low > 3 and least < size < most else None


def _points(center: Mapping[int, Rational]) -> dict[int, Interval]:
    return {i: point(q) for i, q in center.items()}


def _inside(x: Interval) -> Interval:
    return interval(x.lower, x.upper, False, False)


def _definite(rows: Sequence[Sequence[Interval]]) -> bool:
    """Whether all symmetric matrices in a square one are positive definite: all pivots are positive."""
    (pivot, *rest), *below = rows
    if (
        pivot.is_empty
        or pivot.lower is None
        or not (pivot.lower > 0 or (pivot.lower == 0 and 0 not in pivot))
    ):
        return False
    return not below or _definite(
        [
            [iv.sub(q, iv.mul(iv.div(row[0], pivot), p)) for q, p in zip(row[1:], rest, strict=True)]
            for row in below
        ]
    )


def _near(q: Rational, by: Rational) -> Rational:
    """A short number near another."""
    return simplest_between(q - by, q + by)


def _short(q: Rational, low: Rational, high: Rational) -> Rational:
    """A short number near one between two others, surely between them."""
    reach = min(q - low, high - q) / 2**40
    return simplest_between(q - reach, q + reach)


def _some(x: Interval) -> Rational:
    """A short number in the inner part of an interval, or one with room on both sides."""
    if x.is_point:
        return x.lower
    low: Rational = x.lower
    high: Rational = x.upper
    if low is None and high is None:
        return mpq(0)
    if low is None or high is None:
        if 0 in x and x not in (interval(0, None), interval(None, 0)):
            return mpq(0)
        return max(2 * low, low + 1) if high is None else min(2 * high, high - 1)
    return simplest_between((5 * low + 3 * high) / 8, (3 * low + 5 * high) / 8)


def tree(gap: Gap, box: Box, bad: Interval) -> Tree:
    """A tree that shows that the gap is nowhere bad in a box, or None where none was found."""
    prover = _Prover(gap, bad)
    if prover.misses_by_rounding(box):
        prover.left = _FEW_NODES
    try:
        return prover.prove(box)
    except _Failed:
        return None


def middle(x: Interval) -> Rational:
    """The middle of an interval, or 0 where it has none."""
    return iv.mid(x) if x.is_bounded and not x.is_empty else mpq(0)
