"""Formulas that speak of whole columns of a table, or of each of its rows.

``causes.events`` is a whole column, which stands inside ``sum``, ``min`` or ``max`` only, and
``causes.events[faulty-gpu, gpu-hbm3]`` are some of its rows. :func:`expand` turns such a formula into one of
cells, so that nothing after it knows of tables.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple, NoReturn

from gmpy2 import mpq

from claimcheck.diagnostics import InputProblem
from claimcheck.entries import Quantity
from claimcheck.expression import Apply, Equation, Expression, Name, Number
from claimcheck.scopes import Key
from claimcheck.tables import MAX_CELLS, MISSING, Table, cell_name, missing_row

__all__ = ["Expansion", "expand"]

_OVER_ROWS = ("sum", "min", "max")


class Expansion(NamedTuple):
    """A formula of cells, and the quantities for missing rows that it adds up, by name."""

    equation: Equation
    missing: dict[str, Quantity]


def expand(
    equation: Equation, tables: Mapping[str, Table], home: Table | None = None, row: str = ""
) -> Expansion:
    """The equation in terms of cells; with ``home``, what it says of that table's ``row``.

    Names that are no table's stay as they are. The places of the parts are kept. A column that depends on
    scopes has them behind its rows already, ``runs.hours[first,both]`` (:func:`~claimcheck.scopes.in_scope`).

    Raises:
        InputProblem: CC131 (no such column or row), CC132 (a column where a number is needed), CC133 (a table
            that may lack rows), CC138 (too large).
    """
    walker = _Walker(tables, home, row)
    left = walker.visit(equation.left)
    right = walker.visit(equation.right)
    return Expansion(Equation(left, equation.op, right, equation.text), walker.missing)


class _Column(NamedTuple):
    """A name in a formula that means several cells."""

    table: Table
    column: str
    rows: tuple[str, ...]
    whole: bool
    key: Key = ()

    def cell(self, row: str) -> str:
        """The quantity of its cell in a row."""
        return cell_name(self.table.name, self.column, row, self.key)


class _Walker:
    def __init__(self, tables: Mapping[str, Table], home: Table | None, row: str) -> None:
        self.tables = tables
        self.home = home
        self.row = row
        self.missing: dict[str, Quantity] = {}
        self.made = 0

    def visit(self, tree: Expression, at: Table | None = None, row: str = "") -> Expression:
        """The tree in terms of cells; ``at`` is the table whose columns mean their cell in ``row``."""
        self.made += 1
        if self.made > MAX_CELLS:
            self.fail("CC138", "the columns make this formula too long", "sum fewer rows at a time", tree)
        if isinstance(tree, Name):
            return self.name(tree, at, row)
        if not isinstance(tree, Apply):
            return tree
        if tree.op == "count":
            return self.count(tree)
        if tree.op not in _OVER_ROWS:
            return replace(tree, args=tuple(self.visit(a, at, row) for a in tree.args))
        args: list[Expression] = []
        for argument in tree.args:
            args.extend(self.terms(tree, argument, at, row))
        if len(args) == 1 and tree.op != "sum":
            return args[0]
        return replace(tree, args=tuple(args))

    def name(self, tree: Name, at: Table | None, row: str) -> Expression:
        """One cell, or a quantity that is in no table."""
        if self.home is not None and (own := self.own(tree.name)):
            return Name(cell_name(self.home.name, own[0], self.row, own[1]), tree.span)
        column = self.column(tree)
        if column is None:
            return replace(tree, name=unicodedata.normalize("NFKC", tree.name))
        table = column.table
        if column.whole and at is table:
            return Name(column.cell(row), tree.span)
        if column.whole and self.home is not None:
            if self.row in table.rows:
                return Name(column.cell(self.row), tree.span)
            hint = f"give {table.name} that row, or name the row: {tree.name}[...]"
            self.fail("CC131", f"{table.name} has no row {self.row!r}", hint, tree)
        some = next(iter(table.rows))
        what = "is a whole column" if column.whole else "are several rows"
        return self.fail(
            "CC132",
            f"{tree.name} {what}, and a number is needed here",
            f"write sum({tree.name}), {table.name}.{column.column}[{some}], or a relation `for` each row",
            tree,
        )

    def count(self, tree: Apply) -> Expression:
        """How many rows a table has."""
        (argument,) = tree.args
        table = self.tables.get(argument.name) if isinstance(argument, Name) else None
        if table is None:
            self.fail("CC132", "count takes a table", "write count(table) for the number of its rows", tree)
        if not table.complete:
            self.incomplete(table, "count its rows", tree)
        return Number(mpq(len(table.rows)), "", str(len(table.rows)), tree.span)

    def terms(self, tree: Apply, argument: Expression, at: Table | None, row: str) -> list[Expression]:
        """What an argument of sum, min or max adds to it: a term for each row that it speaks of."""
        if self.home is not None and len(tree.args) == 1 and isinstance(argument, Name):
            name = argument.name.partition("[")[0]
            if self.own(argument.name):
                self.fail(
                    "CC132",
                    f"{tree.op}({name}) has one term: {name} is the row's own value here",
                    f"write {tree.op}({self.home.name}.{name}) for the column",
                    tree,
                )
        columns = self.spread(argument)
        if not columns:
            return [self.visit(argument, at, row)]
        first = columns[0]
        if any(c.table is not first.table or c.rows != first.rows for c in columns):
            hint = f"give each {tree.op} the columns of one table, with the same rows"
            self.fail("CC132", "these columns do not go together row by row", hint, argument)
        if at is not None:
            hint = "give the inner sum a quantity of its own"
            self.fail("CC132", "a sum over rows inside another one", hint, argument)
        found = [self.within(argument, first.table, r) for r in first.rows]
        if first.whole and not first.table.complete:
            if tree.op != "sum":
                self.incomplete(first.table, f"know the {tree.op} of a column", tree)
            if not isinstance(argument, Name):
                self.incomplete(first.table, "sum more than a plain column", tree)
            rest = missing_row(first.table, first.table.columns[first.column], first.key)
            self.missing[rest.name] = rest
            found.append(Name(rest.name, argument.span))
        return found

    def within(self, tree: Expression, table: Table, row: str) -> Expression:
        """The tree for one row of a table that it has columns of."""
        if isinstance(tree, Name) and (column := self.column(tree)) is not None and not column.whole:
            return Name(column.cell(row), tree.span)
        if isinstance(tree, Apply) and tree.op not in (*_OVER_ROWS, "count"):
            self.made += 1
            return replace(tree, args=tuple(self.within(a, table, row) for a in tree.args))
        return self.visit(tree, table, row)

    def spread(self, tree: Expression) -> list[_Column]:
        """The columns in a tree, outside of sums within it."""
        if isinstance(tree, Name):
            column = self.column(tree)
            return [] if column is None else [column]
        if isinstance(tree, Apply) and tree.op not in (*_OVER_ROWS, "count"):
            return [c for a in tree.args for c in self.spread(a)]
        return []

    def own(self, name: str) -> tuple[str, Key] | None:
        """The column of the row's own table that a name means, with its scopes; None for any other name."""
        assert self.home is not None
        column, _, inside = name.partition("[")
        if column not in self.home.columns or bool(inside) != (column in self.home.scoped):
            return None
        return column, tuple(inside.removesuffix("]").split(",")) if inside else ()

    def column(self, tree: Name) -> _Column | None:
        """What a name means that stands for several cells; None for any other name."""
        written, _, inside = tree.name.partition("[")
        table_name, dot, column = written.partition(".")
        table = self.tables.get(table_name) if dot else None
        if table is None:
            return None
        if column not in table.columns:
            self.fail("CC131", f"{table_name} has no column {column!r}", _like(column, table.columns), tree)
        rows = [unicodedata.normalize("NFKC", r.strip()) for r in inside.removesuffix("]").split(",")]
        key: Key = ()
        if column in table.scoped:
            size = len(table.scoped[column].key)
            rows, key = rows[:-size], tuple(rows[-size:])
        if not inside or not rows:
            return _Column(table, column, tuple(table.rows), True, key)
        for r in rows:
            if r not in table.rows and (r != MISSING or table.complete):
                self.fail("CC131", f"{table_name} has no row {r!r}", _like(r, table.rows), tree)
        if len(set(rows)) < len(rows):
            self.fail("CC121", "a row is named twice here", "name it once", tree)
        if MISSING in rows and MISSING not in table.rows:
            rest = missing_row(table, table.columns[column], key)
            self.missing[rest.name] = rest
        return _Column(table, column, tuple(rows), False, key) if len(rows) > 1 else None

    def incomplete(self, table: Table, aim: str, tree: Expression) -> NoReturn:
        """Refuse what only a table with all its rows can say."""
        self.fail(
            "CC133",
            f"{table.name} may lack rows (`complete: false`), so nobody can {aim}",
            "list the rows that are missing, empty where nothing is known: `name: {}`",
            tree,
        )

    def fail(self, code: str, message: str, hint: str, tree: Expression) -> NoReturn:
        start, end = tree.span
        raise InputProblem(code, message, hint, start=start, end=end)


def _like(word: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(word[:100], list(known)[:1000], n=3, cutoff=0.6)
    return f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(list(known)[:8])}"
