"""Bound labels on their way to the fixpoint: through sums, through products, the smallest premise sets first.

See :mod:`claimcheck.judging.labels` for what labels are and when they see everything.
"""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence

from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import Interval, Rational
from claimcheck.judging.factors import Graph, Product, Sum
from claimcheck.judging.families import Family
from claimcheck.solver.problem import Problem

__all__ = ["Label", "Labelling"]

_LONGEST = 20_000
"""Bits of a number beyond which a label is dropped."""
_ZERO = mpq(0)


class Label:
    """A literal is at least ``value`` (more, if ``open``) where the premises ``env`` hold.

    ``via``: the factors that it came through. ``alive``: no better label is known.
    """

    __slots__ = ("alive", "env", "literal", "open", "value", "via")

    def __init__(self, literal: int, value: Rational, open: bool, env: int, via: int) -> None:
        self.literal, self.value, self.open, self.env, self.via = literal, value, open, env, via
        self.alive = True


class Labelling:
    """Labels on their way to the fixpoint, and the sets found to clash; sets of premises are bit masks."""

    def __init__(
        self, problem: Problem, graph: Graph, bits: dict[str, int], rivals: list[int], limit: int, most: int
    ) -> None:
        self.problem, self.graph, self.rivals, self.limit, self.most = problem, graph, rivals, limit, most
        self.premise = [bits.get(f.premise, 0) for f in graph.factors]
        self.on = graph.on()
        self.known: defaultdict[int, Family[Label]] = defaultdict(lambda: Family(len(bits)))
        """All labels of a literal that none other makes superfluous."""
        self.done: defaultdict[int, list[Label]] = defaultdict(list)
        """Those that were handed on."""
        self.weak: defaultdict[int, list[int]] = defaultdict(list)
        """The minimal premise sets under which a literal is not negative,"""
        self.strict: defaultdict[int, list[int]] = defaultdict(list)
        """and under which it is positive."""
        self.clashes: Family[int] = Family(len(bits))
        self.waiting: list[tuple[int, int, Label]] = []
        self.count = itertools.count()
        self.fruitless = 0
        """Labels tried since the last clash."""
        self.cut = False

    # -- labels -----------------------------------------------------------------------------------------

    def state(self, literal: int, x: Interval, env: int) -> None:
        """Label both ends of a node with what is given for it."""
        if x.is_empty:
            self.clash(env)
            return
        if x.lower is not None:
            self.add(literal, x.lower, not x.lower_closed, env, 0)
        if x.upper is not None:
            self.add(literal ^ 1, -x.upper, not x.upper_closed, env, 0)

    def add(self, literal: int, value: Rational, open: bool, env: int, via: int) -> None:
        """Keep a label unless a known one says as much from no more premises."""
        if self.rivals and any((env & group).bit_count() > 1 for group in self.rivals):
            return
        if literal >> 1 < len(self.problem.variables):
            step = self.problem.variables[literal >> 1].step
            if step is not None:
                n = value / step
                whole = -((-n.numerator) // n.denominator)
                value, open = (whole + 1 if open and whole == n else whole) * step, False
        self.fruitless += 1
        labels = self.known[literal]
        for other in labels.within(env):
            if other.value > value or (other.value == value and other.open >= open):
                return
        for other in labels.drop(env, lambda o: value > o.value or (value == o.value and open >= o.open)):
            other.alive = False
        if value.denominator.bit_length() > _LONGEST or len(labels) >= self.most:
            self.cut = True
            return
        label = Label(literal, value, open, env, via)
        labels.add(env, label)
        heapq.heappush(self.waiting, (env.bit_count(), next(self.count), label))

    def clash(self, env: int) -> None:
        """Note that some premises cannot hold together, unless fewer are known to."""
        if any((env & group).bit_count() > 1 for group in self.rivals) or self.clashes.any_within(env):
            return
        self.clashes.drop(env, lambda _: True)
        self.clashes.add(env, env)
        self.fruitless = 0

    def settle(self, budget: Budget, patience: int | None = None) -> None:
        """Hand labels on until none is left, the smallest premise sets first.

        ``patience``: so many labels without a clash are enough.
        """
        handled = 0
        while self.waiting:
            _, _, label = heapq.heappop(self.waiting)
            if not label.alive or self.clashes.any_within(label.env):
                continue
            handled += 1
            fruitless = patience is not None and self.fruitless > patience
            if handled > self.most or len(self.clashes) > self.limit or fruitless or budget.spent:
                self.cut = True
                return
            for other in self.done[label.literal ^ 1]:
                total = label.value + other.value
                if total > 0 or (total == 0 and (label.open or other.open)):
                    self.clash(label.env | other.env)
            done = self.done[label.literal]
            done[:] = [d for d in done if d.alive]
            done.append(label)
            signs = self._signs(label)
            for number in self.on.get(label.literal >> 1, ()):
                if label.via >> number & 1:
                    continue
                factor = self.graph.factors[number]
                if isinstance(factor, Sum):
                    self._through_sum(number, factor, label)
                else:
                    self._through_product(number, factor, label, *signs)

    def _signs(self, label: Label) -> tuple[bool, bool]:
        """Note the sign that a label shows; whether it was not known from as few premises: weak, strict."""
        new = [False, False]
        if label.value >= 0:
            for i, known in enumerate((self.weak, self.strict)):
                if i and label.value == 0 and not label.open:
                    continue
                envs = known[label.literal]
                if not any(not e & ~label.env for e in envs):
                    envs[:] = [e for e in envs if label.env & ~e]
                    envs.append(label.env)
                    new[i] = True
        return new[0], new[1]

    # -- sums -------------------------------------------------------------------------------------------

    def _through_sum(self, number: int, factor: Sum, label: Label) -> None:
        """-y_i = sum of the others y_k, so a lower end of all others is one of -y_i; likewise with -y_k."""
        for at, term in enumerate(factor.terms):
            if term >> 1 != label.literal >> 1:
                continue
            turn = term ^ label.literal  # 0: a lower end of the term, 1: of its negative
            if factor.op != "=" and not turn:
                continue
            for i, target in enumerate(factor.terms):
                if i == at or target >> 1 not in self.graph.targets[number]:
                    continue
                others = [t ^ turn for k, t in enumerate(factor.terms) if k not in (at, i)]
                for rest in itertools.product(*(tuple(self.done[o]) for o in others)):
                    value, open, env, via = label.value, label.open, label.env, label.via
                    for r in rest:
                        value, open, env, via = value + r.value, open or r.open, env | r.env, via | r.via
                    if not any(r.via >> number & 1 for r in rest):
                        self._hand(number, target ^ 1 ^ turn, value, open or factor.op == ">", env, via)

    def _hand(self, number: int, literal: int, value: Rational, open: bool, env: int, via: int) -> None:
        self.add(literal, value, open, env | self.premise[number], via | 1 << number)

    # -- products ---------------------------------------------------------------------------------------

    def _through_product(
        self, number: int, factor: Product, label: Label, new_sign: bool, new_strict: bool
    ) -> None:
        targets = self.graph.targets[number]
        node = label.literal >> 1
        p, a, b = factor.product, factor.first, factor.second
        if node == factor.divisor and label.value == 0 and not label.open:
            self.add(label.literal, _ZERO, True, label.env | self.premise[number], label.via)
        for one, other in ((a, b), (b, a)):
            if node == one and p in targets:
                self._multiply(number, p, label, other, new_sign)
            if one in targets:  # one = p / other
                sure = factor.divisor == other
                if node == p:
                    self._divide_by(number, one, label, other, sure)
                elif node == other:
                    self._divided(number, p, one, label, new_sign, new_strict, sure)

    def _partners(self, number: int, literal: int) -> list[Label]:
        return [x for x in self.done[literal] if not x.via >> number & 1]

    def _multiply(self, number: int, p: int, label: Label, other: int, new_sign: bool) -> None:
        """Labels of p = y * z from a new one of y; in the comments both are taken to be turned positive."""
        own = label.literal
        for s in (0, 1):
            z = 2 * other + s
            sign = (own & 1) ^ s
            if label.value >= 0:  # least times least
                for x in self._partners(number, z):
                    if x.value >= 0:
                        self._product(number, 2 * p + sign, label, x, 0)
            if label.value < 0:  # greatest times greatest, where one of the two is not negative
                for x in self._partners(number, z ^ 1):
                    if x.value < 0:
                        for e in _cover((*self.weak[own ^ 1], *self.weak[z]), label.env | x.env):
                            self._product(number, 2 * p + sign, label, x, e)
            if new_sign:
                for y in self._partners(number, own ^ 1):
                    for x in self._partners(number, z ^ 1):
                        if y.value < 0 and x.value < 0:
                            self._product(number, (2 * p + sign) ^ 1, y, x, label.env)
        if label.value == 0 and not label.open:  # zero times anything
            for y in self._partners(number, own ^ 1):
                if y.value == 0 and not y.open:
                    for sign in (0, 1):
                        self._hand(number, 2 * p + sign, _ZERO, False, label.env | y.env, label.via | y.via)
        if label.value < 0:
            self._multiply_mixed(number, p, label, other)

    def _product(self, number: int, literal: int, y: Label, x: Label, env: int) -> None:
        """Hand on the product of two lower ends, both at least 0, or of two upper ones, both above 0."""
        value = y.value * x.value
        attained = not (y.open or x.open) or not (y.value or y.open) or not (x.value or x.open)
        upper = y.value < 0
        self._hand(
            number,
            literal,
            -value if upper else value,
            not attained,
            env | y.env | x.env,
            y.via | x.via,
        )

    def _multiply_mixed(self, number: int, p: int, label: Label, other: int) -> None:
        """Labels of p = y * z where both may have either sign: what two of the four corners say."""
        for y in self._partners(number, label.literal ^ 1):
            if y.value >= 0:
                continue
            for z in self._partners(number, 2 * other):
                for x in self._partners(number, 2 * other + 1) if z.value < 0 else ():
                    if x.value >= 0:
                        continue
                    env = label.env | y.env | z.env | x.env
                    via = label.via | y.via | z.via | x.via
                    for s, corners in enumerate((((label, x), (y, z)), ((label, z), (y, x)))):
                        values = [a.value * b.value for a, b in corners]
                        most = max(values)
                        attained = any(
                            v == most and not (a.open or b.open)
                            for v, (a, b) in zip(values, corners, strict=True)
                        )
                        literal = (2 * p + s) ^ (label.literal & 1)
                        self._hand(number, literal, -most, not attained, env, via)

    def _divide_by(self, number: int, target: int, label: Label, other: int, sure: bool) -> None:
        """Labels of y = p / z from a new one of p. ``sure``: z is surely not zero."""
        for s in (0, 1):
            z = 2 * other + s
            literal = 2 * target + ((label.literal & 1) ^ s)
            if label.value >= 0:
                self._least_quotient(number, literal, label, self._partners(number, z ^ 1), z, sure)
            if label.value <= 0:
                for x in self._partners(number, z):
                    self._greatest_quotient(number, literal, label, x)

    def _divided(
        self, number: int, p: int, target: int, label: Label, new_sign: bool, new_strict: bool, sure: bool
    ) -> None:
        """Labels of y = p / z from a new one of z."""
        own = label.literal
        for s in (0, 1):
            literal = 2 * target + (s ^ (own & 1))
            for x in self._partners(number, 2 * p + s):
                if x.value >= 0:  # the new end is the upper one of -z
                    self._least_quotient(number, literal ^ 1, x, [label], own ^ 1, sure, bounded=True)
                    if new_sign or new_strict:
                        ends = self._partners(number, own ^ 1)
                        self._least_quotient(number, literal, x, ends, own, sure, only=label.env)
            for x in self._partners(number, (2 * p + s) ^ 1):
                if x.value <= 0:
                    self._greatest_quotient(number, literal ^ 1, x, label)

    def _greatest_quotient(self, number: int, literal: int, y: Label, x: Label) -> None:
        """Hand on an upper end of the one at least 0, divided by a lower end above 0."""
        if x.value > 0 and y.value <= 0:
            attained = not y.open and (not y.value or not x.open)
            self._hand(number, literal, y.value / x.value, not attained, y.env | x.env, y.via | x.via)

    def _least_quotient(
        self,
        number: int,
        literal: int,
        y: Label,
        ends: Iterable[Label],
        z: int,
        sure: bool,
        *,
        bounded: bool = False,
        only: int | None = None,
    ) -> None:
        """Hand on a lower end at least 0, divided by an upper one of z (none: infinite), z not negative.

        ``only``: the premises for the sign of z, instead of all that are known.
        """
        positive = y.value > 0 or y.open
        signs: Sequence[int] = (self.weak if positive or sure else self.strict)[z]
        if only is not None:
            if only not in signs:
                return
            signs = (only,)
        for x in ends if positive else ():
            for e in _cover(signs, y.env | x.env):
                env = e | y.env | x.env
                if x.value < 0:
                    value = y.value / -x.value
                    self._hand(number, literal, value, y.open or x.open, env, y.via | x.via)
                elif not x.value:  # a positive number divided by zero
                    self.clash(env | self.premise[number])
        if not bounded:
            for e in _cover(signs, y.env):
                self._hand(number, literal, _ZERO, positive, e | y.env, y.via)


def _cover(envs: Sequence[int], known: int) -> Sequence[int]:
    """The premise sets to add for a sign: nothing if one of them is among the known premises."""
    return (0,) if any(not e & ~known for e in envs) else envs
