"""What contraction leaves once a claim is taken back, from the record of the contraction with it.

Every step names the steps that it used, so those that rest on the claim are known, and all others stand
(dependency-directed retraction; Doyle: A truth maintenance system, Artificial Intelligence 12, 1979). Only
variables that had an end from the former are contracted again, and what depends on these.
"""

from __future__ import annotations

from collections.abc import Sequence

from claimcheck.interval import ENTIRE, Interval, intersection
from claimcheck.solver.problem import Problem
from claimcheck.solver.propagation import Fixpoint, propagate

__all__ = ["taken_back"]


def taken_back(
    problem: Problem, at: Fixpoint, claim: str, premises: tuple[str, ...], variables: Sequence[int]
) -> Fixpoint:
    """The fixpoint without a claim; ``premises`` are those left. ``at`` must not be empty."""
    gone = _resting_on(at, claim)
    if not any(gone):
        return at
    loose = {
        v for v in variables if (at.low[v] >= 0 and gone[at.low[v]]) or (at.high[v] >= 0 and gone[at.high[v]])
    }
    left = _standing(problem, at, gone, loose)
    assume = [(f"domain:{problem.variables[v].name}", v, problem.variables[v].domain) for v in sorted(loose)]
    assume += [(p, *said) for p in premises if (said := problem.claims.get(p)) and said[0] in loose]
    return propagate(problem, premises, variables, start=left, assume=assume, wake=sorted(loose))


def _resting_on(at: Fixpoint, claim: str) -> list[bool]:
    """For each step whether it rests on the claim."""
    gone: list[bool] = []
    for step in at.steps:
        rests = step.premise == claim
        for used in () if rests else step.uses:
            if gone[used]:
                rests = True
                break
        gone.append(rests)
    return gone


def _standing(problem: Problem, at: Fixpoint, gone: Sequence[bool], loose: set[int]) -> Fixpoint:
    """The box by the steps that stand."""
    left = at.copy()
    for v in loose:
        left.box[v], left.low[v], left.high[v] = ENTIRE, -1, -1
    for number, step in enumerate(at.steps):
        v = problem.number[step.variable]
        if gone[number] or v not in loose:
            continue
        old: Interval = left.box[v]
        new = left.box[v] = intersection(old, step.interval)
        if new.lower != old.lower or new.lower_closed != old.lower_closed:
            left.low[v] = number
        if new.upper != old.upper or new.upper_closed != old.upper_closed:
            left.high[v] = number
    return left
