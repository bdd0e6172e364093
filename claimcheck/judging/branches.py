"""The cases that a proof distinguishes, and what follows in each.

A search that cuts the range of a quantity in two leaves a proof in the shape of a tree. A reader wants its
leaves: where the quantities that were cut lie there, and the derivation that holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from claimcheck.interval import Interval, intersection, interval
from claimcheck.solver.decision import Proof
from claimcheck.solver.problem import Problem
from claimcheck.solver.propagation import round_to_step

__all__ = ["Branch", "branches", "cut_quantities", "number_of_branches"]


@dataclass(frozen=True, slots=True)
class Branch:
    """One case of a proof. ``limits``: where the quantities whose range was cut lie in it (base units)."""

    limits: tuple[tuple[str, Interval], ...]
    proof: Proof


def branches(problem: Problem, proof: Proof) -> Iterator[Branch]:
    """The cases of a proof, what is cut lowest first; none where it distinguishes none."""
    waiting: list[tuple[Proof, dict[str, Interval]]] = [(proof, {})] if proof.split is not None else []
    while waiting:
        part, limits = waiting.pop()
        if part.split is None:
            yield Branch(tuple(limits.items()), part)
            continue
        name, at = part.split.variable, part.split.at
        variable = problem.variables[problem.number[name]]
        known = limits.get(name, variable.domain)
        lower = round_to_step(intersection(known, interval(None, at)), variable)
        upper = round_to_step(intersection(known, interval(at, None)), variable)
        waiting.append((part.split.upper, {**limits, name: upper}))
        waiting.append((part.split.lower, {**limits, name: lower}))


def number_of_branches(proof: Proof) -> int:
    """How many cases a proof distinguishes: 0 if none."""
    return 0 if proof.split is None else sum(p.split is None for p in _parts(proof))


def cut_quantities(proof: Proof) -> tuple[str, ...]:
    """The quantities whose range a proof cuts, in order."""
    return tuple(dict.fromkeys(p.split.variable for p in _parts(proof) if p.split is not None))


def _parts(proof: Proof) -> Iterator[Proof]:
    """A proof and all that it branches into (depth first, without recursion)."""
    waiting = [proof]
    while waiting:
        part = waiting.pop()
        yield part
        if part.split is not None:
            waiting += (part.split.upper, part.split.lower)
