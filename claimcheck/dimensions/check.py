"""The check of a relation's dimensions: both sides, every sum, every function, and what is missing.

Units are carried as they are declared, so that a message speaks of days where the file does. Points in time
(`unit: date`) are no lengths of time: two dates may be subtracted and compared, a time may be added to a
date, and nothing else. The number 0 fits every dimension.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from gmpy2 import mpq

from claimcheck.diagnostics import InputProblem
from claimcheck.dimensions.missing import reason_and_way_out, unit_words
from claimcheck.expression import Apply, Constant, Equation, Expression, Name, Number
from claimcheck.formula import constant_value, print_expression
from claimcheck.units import (
    DATE,
    DIMENSIONLESS,
    Unit,
    UnitTable,
    divide,
    multiply,
    power,
)

__all__ = ["check_equation", "equation_problems", "unit_of"]

_PHYSICAL = frozenset({"second", "meter", "gram", "ampere", "kelvin", "mole", "candela", "bit", "radian"})
"""Base units whose numbers mean nothing in themselves; every other base unit counts things."""

_ROOTS = {"sqrt": mpq(1, 2), "cbrt": mpq(1, 3)}
_ROUNDINGS = frozenset({"floor", "ceil", "round"})
_COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq"})
_ALIKE = frozenset({"add", "sub", "min", "max", "sum", "if"}) | _COMPARISONS
_SHOWN = {"add": "+", "sub": "-", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "="}
_SHOWN |= {"mul": "*", "div": "/", "pow": "^", "neg": "a sign"}


@dataclass(frozen=True, slots=True)
class _Measure:
    """The unit of a subexpression; ``fits_all`` for the number 0."""

    unit: Unit
    fits_all: bool = False


_PLAIN = _Measure(DIMENSIONLESS)
_DATE = _Measure(DATE)


def check_equation(equation: Equation, units: Mapping[str, Unit], table: UnitTable) -> None:
    """Check one relation; ``units`` holds the declared unit of every quantity.

    Raises:
        InputProblem: the first of :func:`equation_problems`.
    """
    problems = equation_problems(equation, units, table)
    if problems:
        raise problems[0]


def equation_problems(equation: Equation, units: Mapping[str, Unit], table: UnitTable) -> list[InputProblem]:
    """Everything that is wrong with a relation's names and dimensions, with the places in its text.

    CC22x (the unit of a number), CC256 (unknown quantity), CC260 (the two sides differ), CC261 (what is added
    or compared differs), CC263 (a function of what has a unit), CC264 (an exponent that is not plain), CC265
    (a date where none can be), CC266 (rounding of what has no natural unit).
    """
    checker = _Checker(equation.text, units, table)
    left = checker.measure(equation.left)
    right = checker.measure(equation.right)
    if left is not None and right is not None and not _fit(left, right):
        checker.problems.append(_sides_differ(equation, left, right, checker))
    return checker.problems


def unit_of(tree: Expression, units: Mapping[str, Unit], table: UnitTable, text: str = "") -> Unit:
    """The unit in which an expression comes out when every quantity stands in its declared unit.

    ``text`` is what the tree was read from, for the places of problems.

    Raises:
        InputProblem: the first of those of :func:`equation_problems`.
    """
    checker = _Checker(text, units, table)
    measure = checker.measure(tree)
    if measure is None:
        raise checker.problems[0]
    return measure.unit


def _fit(a: _Measure, b: _Measure) -> bool:
    """Whether a and b may be added or compared."""
    if a.unit.is_date or b.unit.is_date:
        return a.unit.is_date and b.unit.is_date
    return a.fits_all or b.fits_all or a.unit.dimension == b.unit.dimension


class _Checker:
    """Walks one relation and collects its problems; a measure of None means that one was told below."""

    def __init__(self, text: str, units: Mapping[str, Unit], table: UnitTable) -> None:
        self.text = text
        self.units = units
        self.table = table
        self.problems: list[InputProblem] = []

    def tell(self, code: str, message: str, hint: str, tree: Expression) -> None:
        start, end = tree.span
        self.problems.append(InputProblem(code, message, hint, start=start, end=end))

    def measure(self, tree: Expression) -> _Measure | None:
        if isinstance(tree, Name):
            return self.quantity(tree)
        if isinstance(tree, Number):
            return self.number(tree)
        if isinstance(tree, Constant):
            return _PLAIN
        told = [self.measure(argument) for argument in tree.args]
        measures = [m for m in told if m is not None]
        if len(measures) < len(told):
            return None
        try:
            return self.apply(tree, measures)
        except InputProblem as problem:  # the algebra of units has limits of its own
            self.tell(problem.code, problem.message, problem.hint, tree)
            return None

    def quantity(self, tree: Name) -> _Measure | None:
        unit = self.units.get(tree.name)
        if unit is not None:
            return _Measure(unit)
        close = difflib.get_close_matches(tree.name, self.units, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "declare it under quantities"
        if tree.name in ("π", "PI", "Pi") and not close:
            hint = "the constant is written pi"
        elif self.is_unit(tree.name):
            hint += f"; as a unit it stands in brackets behind a number: 1 [{tree.name}]"
        self.tell("CC256", f"no quantity is named {tree.name}", hint, tree)
        return None

    def is_unit(self, name: str) -> bool:
        """Whether a name is one of a unit."""
        try:
            self.table.parse(name)
        except InputProblem:
            return False
        return True

    def number(self, tree: Number) -> _Measure | None:
        if not tree.unit:
            return _PLAIN if tree.value else _Measure(DIMENSIONLESS, fits_all=True)
        try:
            unit = self.table.parse(tree.unit)
        except InputProblem as problem:
            self.problems.append(self.shifted(problem, tree))
            return None
        if not unit.is_date:
            return _Measure(unit)
        self.tell(
            "CC265", "a number cannot be a date", "declare a quantity with unit: date and claim it", tree
        )
        return None

    def shifted(self, problem: InputProblem, tree: Number) -> InputProblem:
        """A problem of a bracketed unit, with its place in the whole text."""
        start, end = tree.span
        at = self.text.find(tree.unit, self.text.find("[", max(start, 0)) + 1) if self.text else -1
        if at >= 0:
            start, end = (
                at + max(problem.start, 0),
                at + (problem.end if problem.end >= 0 else len(tree.unit)),
            )
        return InputProblem(problem.code, problem.message, problem.hint, start=start, end=end)

    def apply(self, tree: Apply, measures: list[_Measure]) -> _Measure | None:
        if tree.op in _ALIKE:
            return self.alike(tree, measures)
        if any(m.unit.is_date for m in measures):
            self.tell(
                "CC265",
                f"{_SHOWN.get(tree.op, tree.op)} takes no date",
                "subtract one date from another for a time, or add a time to a date",
                tree,
            )
            return None
        first = measures[0]
        if tree.op in ("neg", "abs"):
            return first
        if tree.op == "mul":
            return _Measure(multiply(first.unit, measures[1].unit))
        if tree.op == "div":
            return _Measure(divide(first.unit, measures[1].unit))
        if tree.op in _ROOTS:
            return _Measure(power(first.unit, _ROOTS[tree.op])) if first.unit.dimension else _PLAIN
        if tree.op == "pow":
            return self.power(tree, measures)
        return self.rounding(tree, first) if tree.op in _ROUNDINGS else self.pure(tree, first)

    def alike(self, tree: Apply, measures: list[_Measure]) -> _Measure | None:
        """Sums, comparisons, min, max and if: everything in one dimension, or dates as dates allow."""
        if tree.op in ("add", "sub", "sum") and any(m.unit.is_date for m in measures):
            return self.date_sum(tree, measures)
        parts, args = measures, tree.args
        if tree.op == "if":
            parts, args = measures[1:], tree.args[1:]
        base = next((m for m in parts if not m.fits_all), parts[0])
        for part, argument in zip(parts, args, strict=True):
            if not _fit(base, part):
                first = args[parts.index(base)]
                shown = _SHOWN.get(tree.op, tree.op)
                self.tell(
                    "CC265" if base.unit.is_date or part.unit.is_date else "CC261",
                    f"{shown} needs one unit: {_excerpt(first)} is {_is(base.unit)}, "
                    f"but {_excerpt(argument)} is {_is(part.unit)}",
                    self.way_out(base.unit, part.unit, argument),
                    argument,
                )
                return None
        return _PLAIN if tree.op in _COMPARISONS else base

    def way_out(self, wanted: Unit, found: Unit, tree: Expression) -> str:
        if wanted.is_date or found.is_date:
            return "a date can only be compared with a date"
        if isinstance(tree, Number) and not tree.unit:
            return f"write {tree.text or tree.value} [{wanted.text}]"
        if not wanted.dimension and not found.dimension:
            return "give both the same unit"
        return "check the quantities and their units"

    def date_sum(self, tree: Apply, measures: list[_Measure]) -> _Measure | None:
        """date - date is a time; date + time, time + date and date - time are dates."""
        dates = [m.unit.is_date for m in measures]
        if tree.op == "sub" and all(dates):
            return _Measure(self.table.parse("day"))
        times = all(m.fits_all or m.unit.dimension == DATE.dimension for m in measures)
        if times and dates.count(True) == 1 and (tree.op != "sub" or dates[0]):
            return _DATE
        if dates.count(True) > 1:
            message, hint = "dates cannot be added up", "the middle of two dates is a + (b - a) / 2"
        elif not times:
            other = next(m.unit for m, date in zip(measures, dates, strict=True) if not date)
            message = f"to a date only a time can be added, not {unit_words(other)}"
            hint = "write a number with its unit: 56 [day]"
        else:
            message, hint = "a date cannot be taken from a time", "turn the difference round"
        self.tell("CC265", message, hint, tree)
        return None

    def power(self, tree: Apply, measures: list[_Measure]) -> _Measure | None:
        base, exponent = measures
        if exponent.unit.dimension:
            self.tell(
                "CC264",
                f"an exponent must be a plain number, {_excerpt(tree.args[1])} is {_is(exponent.unit)}",
                f"divide it by a reference, such as 1 [{unit_words(exponent.unit)}]",
                tree.args[1],
            )
            return None
        if not base.unit.dimension:
            return _PLAIN
        value = constant_value(tree.args[1])
        if value is None:
            self.tell(
                "CC264",
                f"{_excerpt(tree.args[0])} is {_is(base.unit)}, so its exponent must be a number",
                f"write a number, or divide the base by a reference, such as 1 [{unit_words(base.unit)}]",
                tree.args[1],
            )
            return None
        return _Measure(power(base.unit, value))

    def rounding(self, tree: Apply, measure: _Measure) -> _Measure | None:
        """Rounding goes to whole base units, which is what a reader means only for what is counted."""
        dimension = measure.unit.dimension
        counted = len(dimension) == 1 and dimension[0][1] == 1 and dimension[0][0] not in _PHYSICAL
        if not dimension or counted:
            return measure
        unit = unit_words(measure.unit)
        self.tell(
            "CC266",
            f"{tree.op} of {_excerpt(tree.args[0])} depends on the unit, it is {_is(measure.unit)}",
            f"say which: {tree.op}({_excerpt(tree.args[0])} / 1 [{unit}]) * 1 [{unit}]",
            tree,
        )
        return None

    def pure(self, tree: Apply, measure: _Measure) -> _Measure | None:
        if not measure.unit.dimension:
            return _PLAIN
        unit = unit_words(measure.unit)
        self.tell(
            "CC263",
            f"{tree.op} takes a plain number, {_excerpt(tree.args[0])} is {_is(measure.unit)}",
            f"divide by a reference: {tree.op}({_excerpt(tree.args[0])} / 1 [{unit}])",
            tree.args[0],
        )
        return None


def _is(unit: Unit) -> str:
    said = unit_words(unit)
    return said if said.startswith("a ") else f"in {said}"


def _excerpt(tree: Expression) -> str:
    text = print_expression(tree)
    return text if len(text) <= 40 else text[:37] + "..."


def _sides_differ(equation: Equation, left: _Measure, right: _Measure, checker: _Checker) -> InputProblem:
    """``left: day; right: FLOP day / (TFLOP GPU): throughput is per GPU but gpus is absent``."""
    code = "CC260"
    message = f"left: {unit_words(left.unit)}; right: {unit_words(right.unit)}"
    if left.unit.is_date or right.unit.is_date:
        code, hint = "CC265", "a date equals a date; subtract another date for a time"
    else:
        reason, hint = reason_and_way_out(equation, left.unit, right.unit, checker.units, checker.table)
        message += f": {reason}" if reason else ""
    return InputProblem(code, message, hint, start=0, end=len(equation.text))
