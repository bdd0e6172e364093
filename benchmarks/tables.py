"""One relation over the rows of a CSV table: planned once for all rows, and solved row by row.

Usage: ``python benchmarks/tables.py [rows]``. Prints the processor time of checking a table of three columns
(hours, rate, cost) with ``cost = hours * rate`` for each row, every part of the check included. Row by row is
the same program that does not see which components are alike.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from harness import machine, table

from claimcheck.judging.verification import verify
from claimcheck.solver.problem import Problem

ROUNDS = 3

CLAIMS = """\
claimcheck: 1
title: runs and what they cost
sources: {paper: {title: A table}}
tables:
  runs:
    source: paper
    columns: {hours: {unit: hour}, rate: {unit: USD/hour}, cost: {unit: USD}}
    rows: {file: runs.csv}
relations:
  cost: {for: runs, equation: cost = hours * rate}
"""


def write_table(directory: Path, rows: int) -> Path:
    """A claims file whose rows all fit: the costs are rounded as printed."""
    draw = random.Random(1)
    lines = ["id,hours,rate,cost"]
    for n in range(rows):
        hours, rate = draw.randint(100, 99_999) / 10, draw.randint(50, 900) / 100
        lines.append(f"r{n},{hours:.1f},{rate:.2f},{hours * rate:.1f}")
    (directory / "runs.csv").write_text("\n".join(lines) + "\n")
    path = directory / "runs.yaml"
    path.write_text(CLAIMS)
    return path


def seconds(path: Path) -> float:
    start = time.process_time()
    verify(path, budget=10_000)
    return time.process_time() - start


def main(rows: int) -> None:
    print(machine("gmpy2"))
    with tempfile.TemporaryDirectory() as directory:
        path = write_table(Path(directory), rows)
        planned, apart = [], []
        for _ in range(ROUNDS):
            planned.append(seconds(path))
            with patch.object(Problem, "_alike", lambda self: {}):
                apart.append(seconds(path))
    best, other = min(planned), min(apart)
    print(table(["rows", "planned", "row by row", "ratio"],
                [[f"{rows:,}", f"{best:.2f} s", f"{other:.2f} s", f"{other / best:.2f}"]]))  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
