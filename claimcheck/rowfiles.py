"""Rows of scenarios as columns for a data frame, as CSV and as Parquet, a block at a time.

A column per choice (ids joined by " + "), ``verdict``, and for each quantity ``Q.lower``, ``Q.upper``,
``Q.unit`` and ``Q.tight``. The first column, ``scenario``, numbers the scenarios from 0: whoever was
interrupted goes on from there.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from claimcheck.judging.rows import Block, Sweep

__all__ = ["columns", "csv_texts", "frame", "write_csv", "write_parquet"]

_ROWS_AT_ONCE = 1 << 14
_ROWS_OF_A_GROUP = 1 << 18


def columns(swept: Sweep, block: Block) -> dict[str, Any]:
    """A block as numpy arrays by the names of the columns; what is the same in all rows is an array, too."""
    from claimcheck.judging.rows import VERDICTS

    count = len(block)
    found: dict[str, Any] = {"scenario": _numbers(block.start, count)}
    for name, numbers in block.picked.items():
        labels = np.array([" + ".join(ids) for ids in swept.choices[name]], object)
        found[name] = labels[numbers]
    found["verdict"] = np.array([str(v) for v in VERDICTS], object)[block.verdict]
    for n, quantity in enumerate(swept.quantities):
        found[f"{quantity}.lower"] = block.lower[n]
        found[f"{quantity}.upper"] = block.upper[n]
        found[f"{quantity}.unit"] = np.full(count, swept.claims.quantities[quantity].unit.text, object)
        found[f"{quantity}.tight"] = block.tight[n]
    return found


def _numbers(start: int, count: int) -> Any:
    if start + count < 2**63:
        return np.arange(start, start + count, dtype=np.int64)
    return np.array(range(start, start + count), object)


def frame(swept: Sweep, start: int, stop: int | None) -> Any:
    """The rows as one pandas data frame, texts as categories. Needs pandas, and memory for all rows."""
    import pandas

    parts = [
        pandas.DataFrame(
            {k: pandas.Categorical(v, _known(swept, k)) if _known(swept, k) else v for k, v in part.items()}
        )
        for part in (columns(swept, b) for b in swept.blocks(start, stop))
    ]
    return pandas.concat(parts, ignore_index=True) if parts else pandas.DataFrame()


def _known(swept: Sweep, column: str) -> list[str] | None:
    """The texts of a column of texts, else None."""
    from claimcheck.judging.rows import VERDICTS

    if column in swept.choices:
        return list(dict.fromkeys(" + ".join(ids) for ids in swept.choices[column]))
    if column == "verdict":
        return [str(v) for v in VERDICTS]
    quantity, _, what = column.rpartition(".")
    return [swept.claims.quantities[quantity].unit.text] if what == "unit" else None


def csv_texts(
    swept: Sweep, start: int = 0, stop: int | None = None, advance: Callable[[int], object] | None = None
) -> Iterator[str]:
    """The rows as lines of CSV (RFC 4180, but for the ends of lines), after a line of names.

    A number that there is not is an empty cell; a missing bound is ``inf`` or ``-inf``. ``advance`` is told
    how many rows were made each time.
    """
    named = False
    for block in swept.blocks(start, stop, size=_ROWS_AT_ONCE):
        made = columns(swept, block)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if not named:
            writer.writerow(made)
            named = True
        writer.writerows(zip(*map(_cells, made.values()), strict=True))
        yield text.getvalue()
        if advance is not None:
            advance(len(block))


def _cells(column: Any) -> list[Any]:
    cells: list[Any] = column.tolist()
    if column.dtype == np.bool_:
        return ["true" if c else "false" for c in cells]
    if column.dtype == np.float64 and np.isnan(column).any():
        return ["" if c != c else c for c in cells]
    return cells


def write_csv(
    swept: Sweep,
    path: str | os.PathLike[str],
    start: int = 0,
    stop: int | None = None,
    advance: Callable[[int], object] | None = None,
) -> None:
    """The rows as a CSV file. Raises OSError."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.writelines(csv_texts(swept, start, stop, advance))


def write_parquet(
    swept: Sweep,
    path: str | os.PathLike[str],
    start: int = 0,
    stop: int | None = None,
    advance: Callable[[int], object] | None = None,
) -> None:
    """The rows as a Parquet file, in groups, texts as dictionaries. Needs pyarrow. Raises OSError."""
    import pyarrow
    from pyarrow import parquet

    texts = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    writer = None
    try:
        for block in swept.blocks(start, stop, size=_ROWS_OF_A_GROUP):
            made = columns(swept, block)
            arrays = []
            for name, values in made.items():
                if _known(swept, name) is not None:
                    arrays.append(pyarrow.array(values, pyarrow.string()).dictionary_encode().cast(texts))
                elif values.dtype == np.float64:
                    arrays.append(pyarrow.array(values, mask=np.isnan(values)))
                elif values.dtype == object:  # numbers beyond machine words
                    arrays.append(pyarrow.array([str(v) for v in values]))
                else:
                    arrays.append(pyarrow.array(values))
            batch = pyarrow.record_batch(arrays, names=list(made))
            if writer is None:
                writer = parquet.ParquetWriter(path, batch.schema)
            writer.write_batch(batch)
            if advance is not None:
                advance(len(block))
        if writer is None:
            parquet.write_table(pyarrow.table({}), path)
    finally:
        if writer is not None:
            writer.close()
