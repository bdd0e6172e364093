"""Exact elimination on small systems of linear equations."""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from claimcheck.interval import Rational

__all__ = ["null_space"]


def null_space(equations: Sequence[Sequence[Rational]], unknowns: int) -> list[list[Rational]]:
    """A basis of all x with ``sum a_k x_k = 0`` for every equation (Gauss and Jordan, in rationals).

    Each basis vector has a 1 at an unknown of its own, where the others have 0; none if only 0 solves them.
    """
    reduced: list[list[Rational]] = []
    pivots: list[int] = []
    for equation in equations:
        row = [mpq(a) for a in equation]
        for pivot, other in zip(pivots, reduced, strict=True):
            if row[pivot]:
                factor = row[pivot]
                row = [a - factor * b for a, b in zip(row, other, strict=True)]
        at = next((k for k, a in enumerate(row) if a), None)
        if at is None:
            continue
        scale = row[at]
        row = [a / scale for a in row]
        for i, other in enumerate(reduced):
            if other[at]:
                factor = other[at]
                reduced[i] = [a - factor * b for a, b in zip(other, row, strict=True)]
        reduced.append(row)
        pivots.append(at)
    basis = []
    for free in range(unknowns):
        if free not in pivots:
            vector = [mpq(0)] * unknowns
            vector[free] = mpq(1)
            for pivot, row in zip(pivots, reduced, strict=True):
                vector[pivot] = -row[free]
            basis.append(vector)
    return basis
