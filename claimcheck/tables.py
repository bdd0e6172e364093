"""Printed tables: rows and columns, where every cell is a quantity and what stands in it a claim."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from claimcheck.entries import Claim, Quantity, Settings
from claimcheck.faults import ID_HINT, NAME_HINT, Faults, did_you_mean, is_id, is_name
from claimcheck.interval import interval
from claimcheck.measurement import read_claimed, read_quantity
from claimcheck.scopes import Aspect, Key, ScopedColumn, read_scoped_column, scope_words, with_scopes
from claimcheck.units import UnitTable

__all__ = ["MAX_CELLS", "MISSING", "Table", "cell_name", "missing_row", "read_table"]

MAX_CELLS = 200_000
"""Of one table; also the greatest size of a formula, counted over all rows, once it speaks of cells."""

MISSING = "missing"
"""The row that stands for all that the table does not list, if it may lack a row."""


@dataclass(frozen=True, slots=True)
class Table:
    """A printed table. ``columns`` are quantities by the column's name, called ``table.column``.

    ``complete`` is false where the source's table may lack rows. ``scoped``: the columns that
    depend on aspects.
    """

    name: str
    source: str
    columns: Mapping[str, Quantity] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    """Row ids with their places, from 0."""
    complete: bool = True
    at: str = ""
    note: str = ""
    scoped: Mapping[str, ScopedColumn] = field(default_factory=dict)


def cell_name(table: str, column: str, row: str, key: Key = ()) -> str:
    """The quantity of a cell, in the scopes ``key`` where its column has any."""
    return with_scopes(f"{table}.{column}[{row}]", key)


def missing_row(table: Table, column: Quantity, key: Key = ()) -> Quantity:
    """What the rows that are not listed add up to: of no other sign than the column, otherwise anything."""
    low, high = column.domain.lower, column.domain.upper
    domain = interval(
        0 if low is not None and low >= 0 else None, 0 if high is not None and high <= 0 else None
    )
    limits = ("0" if domain.lower == 0 else "", "0" if domain.upper == 0 else "")
    said = f"what {table.name} does not list"
    name = with_scopes(f"{column.name}[{MISSING}]", key)
    return replace(column, name=name, domain=domain, limits=limits, description=said)


def read_table(
    empty: Table,
    columns: Mapping[str, str | Mapping[str, Any]],
    rows: Mapping[str, Mapping[str, str | int]],
    *,
    units: UnitTable,
    settings: Settings,
    aspects: Mapping[str, Aspect],
    first: int,
    faults: Faults,
) -> tuple[Table, list[Claim]]:
    """A table from texts, and the claims of its cells; of no use where ``faults`` were found.

    ``empty`` is the table without columns and rows, ``first`` the number of claims before it.
    """
    name = unicodedata.normalize("NFKC", empty.name)
    if not is_name(name):
        faults.add("", "CC104", f"{name!r} cannot be a table's name", NAME_HINT)
    for key, there in (("columns", columns), ("rows", rows)):
        if not there:
            faults.add(key, "CC130", f"the table has no {key}", f"write its {key}")
    if len(columns) * len(rows) > MAX_CELLS:
        faults.add("rows", "CC138", f"more than {MAX_CELLS:,} cells", "split the table")
        return empty, []
    kinds: dict[str, Quantity] = {}
    scoped: dict[str, ScopedColumn] = {}
    for column, about in columns.items():
        kind, spoken = _read_column(name, column, about, units, aspects, faults)
        if kind is not None:
            kinds[kind.name.partition(".")[2]] = kind
        if kind is not None and spoken is not None:
            scoped[kind.name.partition(".")[2]] = spoken
    kept = sum(len(scoped[c].scoped.keys()) if c in scoped else 1 for c in kinds)
    if kept * len(rows) > MAX_CELLS:
        hint = "split the table, or let its columns depend on fewer aspects"
        faults.add("rows", "CC138", f"more than {MAX_CELLS:,} cells in all scopes", hint)
        return empty, []
    scopes = {s: c for c, spoken in scoped.items() for a in spoken.scoped.aspects for s in a.scopes}
    if MISSING in scopes and not empty.complete:
        head = Faults(*faults.entry, "columns", scopes[MISSING])
        hint = f"{MISSING!r} stands for the rows that the table may lack"
        head.add("scopes", "CC143", f"{MISSING!r} would be a row and a scope", hint)
        faults.found.extend(head.found)
    places: dict[str, int] = {}
    claims: list[Claim] = []
    for id, cells in rows.items():
        row = unicodedata.normalize("NFKC", id)
        _check_row(row, empty, places, Faults(*faults.entry, "rows", id), faults)
        if row in scopes:
            line = Faults(*faults.entry, "rows", id)
            hint = "rename one of them"
            line.add("", "CC143", f"{row!r} would be a row and a scope of {scopes[row]}", hint)
            faults.found.extend(line.found)
        places[row] = len(places)
        for column, value in cells.items():
            here = Faults(*faults.entry, "rows", id, column)
            kind = kinds.get(unicodedata.normalize("NFKC", column))
            if kind is not None:
                spoken = scoped.get(kind.name.partition(".")[2])
                cell = replace(
                    kind, name=with_scopes(f"{kind.name}[{row}]", () if spoken is None else spoken.key)
                )
                claims.extend(_read_cell(cell, str(value), empty, first + len(claims), units, settings, here))
            elif column not in columns:
                known = did_you_mean(column, columns)
                here.add("", "CC131", f"the table has no column {column!r}", known)
            faults.found.extend(here.found)
    return replace(empty, name=name, columns=kinds, rows=places, scoped=scoped), claims


def _read_column(
    table: str,
    name: str,
    about: str | Mapping[str, Any],
    units: UnitTable,
    aspects: Mapping[str, Aspect],
    faults: Faults,
) -> tuple[Quantity | None, ScopedColumn | None]:
    """A column as the quantity that each of its cells is, called ``table.column``, and what it speaks of."""
    here = Faults(*faults.entry, "columns", name)
    plain = unicodedata.normalize("NFKC", name)
    if not is_name(plain):
        here.add("", "CC104", f"{name!r} cannot be a column's name", NAME_HINT)
    fields = {"unit": about} if isinstance(about, str) else dict(about)
    names, said = scope_words(fields.pop("scopes", ())), scope_words(fields.pop("scope", ()))
    read = read_quantity(f"{table}.{plain}", **fields, units=units, faults=here)
    spoken = None if read is None else read_scoped_column(read, names, said, aspects, here)
    faults.found.extend(here.found)
    return read, spoken


def _check_row(row: str, table: Table, before: Mapping[str, int], here: Faults, faults: Faults) -> None:
    """A row has an id of its own."""
    if row == MISSING and not table.complete:
        hint = f"{MISSING!r} stands for the rows that the table may lack"
        here.add("", "CC104", f"{row!r} cannot be a row's id here", hint)
    elif not is_id(row):
        here.add("", "CC104", f"{row!r} cannot be a row's id", ID_HINT)
    if row in before:
        here.add("", "CC106", f"the row {row!r} is given twice", "give each row its own id")
    faults.found.extend(here.found)


def _read_cell(
    cell: Quantity, text: str, table: Table, index: int, units: UnitTable, settings: Settings, here: Faults
) -> tuple[Claim, ...]:
    """The claim of one cell; none where it is empty, or where ``here`` tells why it cannot be read."""
    if not text.strip():
        return ()
    read = here.attempt("value", lambda: read_claimed(text, cell, units, settings))
    if read is None:
        return ()
    id = f"{cell.name}@{table.source}"
    return (Claim(id, cell.name, table.source, text, *read, at=table.at, index=index, entry=here.entry),)
