"""Linear programs, with whole numbers where asked: what is best, in floats, by HiGHS (the only use of it).

What comes out steers the search for proofs and witnesses; nothing is proved with it.
Huangfu and Hall: Parallelizing the dual revised simplex method, Math. Prog. Comp. 10, 2018.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

__all__ = ["Outcome", "Program", "Solution", "solve"]


class Outcome(Enum):
    """What became of a program; ``FAILED`` also where it has no best value."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Program:
    """Least ``sum cost_j x_j`` with each row's ``sum a_j x_j`` and each x_j between limits (None: no limit).

    ``rows`` map the number of a column to its coefficient. ``whole``: the columns that take whole numbers.
    """

    cost: Sequence[float]
    limits: Sequence[tuple[float | None, float | None]]
    rows: Sequence[Mapping[int, float]]
    ranges: Sequence[tuple[float | None, float | None]]
    whole: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """The outcome; if it is optimal, the columns' values and (without whole numbers) the rows' prices.

    A price is by how much the least cost rises when the limit of the row that holds it rises by 1.
    """

    outcome: Outcome
    values: Sequence[float] = ()
    prices: Sequence[float] = ()


def solve(program: Program, *, seconds: float | None = None) -> Solution:
    """Solve a program, in one thread and without a word on the terminal."""
    # Not at once: it brings numpy. And not its Python wrapper `Highs`, which greets on standard output
    # before it can be told not to.
    from highspy import HighsLp, HighsModelStatus, HighsStatus, HighsVarType, MatrixFormat, kHighsInf
    from highspy._core import _Highs

    if not program.cost:
        return Solution(Outcome.FAILED)

    def low(end: float | None) -> float:
        return -kHighsInf if end is None else end

    def high(end: float | None) -> float:
        return kHighsInf if end is None else end

    model = HighsLp()
    model.num_col_, model.num_row_ = len(program.cost), len(program.rows)
    model.col_cost_ = list(program.cost)
    model.col_lower_ = [low(a) for a, _ in program.limits]
    model.col_upper_ = [high(b) for _, b in program.limits]
    model.row_lower_ = [low(a) for a, _ in program.ranges]
    model.row_upper_ = [high(b) for _, b in program.ranges]
    starts, places, values = [0], list[int](), list[float]()
    for row in program.rows:
        places += row.keys()
        values += row.values()
        starts.append(len(places))
    if not all(map(math.isfinite, (*program.cost, *values))):
        return Solution(Outcome.FAILED)
    matrix = model.a_matrix_
    matrix.format_ = MatrixFormat.kRowwise
    matrix.start_, matrix.index_, matrix.value_ = starts, places, values
    if program.whole:
        kinds = [HighsVarType.kContinuous] * len(program.cost)
        for j in program.whole:
            kinds[j] = HighsVarType.kInteger
        model.integrality_ = kinds
    highs = _Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    if seconds is not None:
        highs.setOptionValue("time_limit", max(0.0, seconds))
    if highs.passModel(model) == HighsStatus.kError:
        return Solution(Outcome.FAILED)
    highs.run()
    status = highs.getModelStatus()
    if status == HighsModelStatus.kInfeasible:
        return Solution(Outcome.INFEASIBLE)
    if status != HighsModelStatus.kOptimal:
        return Solution(Outcome.FAILED)
    found = highs.getSolution()
    return Solution(Outcome.OPTIMAL, list(found.col_value), [] if program.whole else list(found.row_dual))
