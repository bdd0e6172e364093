"""Deciding whether premises can hold together: contraction, a witness, and case distinctions between them.

Branch and prune (Van Hentenryck, McAllester, Kapur: Solving polynomial systems using a branch and prune
approach, SIAM J. Numer. Anal. 34, 1997), per connected component. Three answers: refuted in every case,
a witness, or unknown when the budget or the number of cases is spent.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.budget import Budget
from claimcheck.interval import Interval, Rational, interval
from claimcheck.solver.candidates import candidates
from claimcheck.solver.combining import combined_refutation
from claimcheck.solver.decision import Answer, Decision, Proof, Split, Witness
from claimcheck.solver.problem import Problem, Variable
from claimcheck.solver.propagation import Fixpoint, extract, premises_of, propagate, replayed
from claimcheck.solver.sharpening import bound_the_endless, sharpen
from claimcheck.solver.shaving import refute
from claimcheck.solver.trees import exact_point
from claimcheck.solver.witness import find_witness, find_witness_nearby

__all__ = ["decide", "halves", "split_point", "touched"]

_MOST_CASES = 2000
_DEEPEST = 80
_FEW_TRIES = 10
_NARROWEST = mpq(1, 10**15)
_ROUGH = mpq(1, 10**9)
_FEW_VALUES = 32
_LARGE = 12
"""Variables from which on a tree is walked through at once, before values are tried one after another."""
_LONG = 8
"""Steps for each variable after which a refutation by contraction is long."""


def touched(problem: Problem, premises: Collection[str]) -> tuple[tuple[str, ...], list[list[int]]]:
    """The premises with the hard ones that bear on them, and their variables by connected component."""
    groups = problem.groups(premises)
    return problem.sort({*premises, *problem.hard_on(v for g in groups for v in g)}), groups


def decide(problem: Problem, premises: Collection[str], *, budget: Budget) -> Decision:
    """Whether the premises (and all hard ones) can hold together.

    A FEASIBLE answer's witness has a value for every variable that the premises touch. An INFEASIBLE one's
    core leaves hard premises out. The cost depends only on what the premises touch.
    """
    in_force, groups = touched(problem, premises)
    values: dict[str, Interval] = {}
    solved: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    unknown = False
    for group in groups:
        answer = decide_component(problem, in_force, group, budget=budget)
        if answer.answer is Answer.INFEASIBLE:
            return answer
        if answer.witness is None:
            unknown = True
        else:
            values.update(answer.witness.values)
            solved.extend(answer.witness.solved)
    if unknown:
        return Decision(Answer.UNKNOWN)
    return Decision(Answer.FEASIBLE, witness=Witness(values, tuple(solved)))


def decide_component(
    problem: Problem, premises: Collection[str], variables: Sequence[int], *, budget: Budget
) -> Decision:
    """The same for one connected component."""
    if len(variables) >= _LARGE or problem.repeated:
        direct = exact_point(problem, premises, variables)
        if direct is not None:
            return Decision(Answer.FEASIBLE, witness=direct)
    start = propagate(problem, premises, variables, budget=budget)
    if start.failure < 0:
        witness = find_witness(problem, premises, variables, start, budget=budget, tries=_FEW_TRIES)
        if witness is None:  # sums and products round circles: refuted in a moment, or not at all that way
            combined = combined_refutation(problem, premises, variables, start, budget)
            if combined.failure >= 0:
                return _refuted(problem, extract(problem, combined.steps, [combined.failure], budget))
        if witness is None and _telling(problem, premises, variables, start.box) is None:
            witness, start = _harder(problem, premises, variables, start, budget)
        if witness is not None:
            return Decision(Answer.FEASIBLE, witness=witness)
    elif len(start.steps) > _LONG * len(variables):  # crept round a circle: one inequality may say it at once
        early = replayed(problem, start, _LONG * len(variables) // 2)
        early = combined_refutation(problem, premises, variables, early, budget)
        start = early if early.failure >= 0 else start
    cases = [_MOST_CASES]
    outcome = _branch(problem, premises, variables, start, 0, cases, budget)
    if isinstance(outcome, Witness):
        return Decision(Answer.FEASIBLE, witness=outcome)
    if outcome is None:
        return Decision(Answer.UNKNOWN)
    return _refuted(problem, outcome)


def _harder(
    problem: Problem, premises: Collection[str], variables: Sequence[int], start: Fixpoint, budget: Budget
) -> tuple[Witness | None, Fixpoint]:
    """A witness by more tries, or the box with its ends made sharp (empty where that refutes it)."""
    start = bound_the_endless(problem, premises, variables, start, budget)
    if start.failure >= 0:
        return None, start
    witness = find_witness(problem, premises, variables, start, budget=budget)
    if witness is None:
        witness = find_witness_nearby(problem, premises, variables, start, budget=budget)
    if witness is not None:
        return witness, start
    start = refute(problem, premises, variables, start, budget)
    if start.failure >= 0:
        return None, start
    for variable in variables:
        start, _ = sharpen(problem, premises, variables, variable, start, budget, _ROUGH)
        if start.failure >= 0:
            return None, start
    start = propagate(problem, premises, variables, start=start, wake=variables, budget=budget)
    if start.failure < 0:
        start = combined_refutation(problem, premises, variables, start, budget, printed=False)
    return None, start


def _refuted(problem: Problem, proof: Proof) -> Decision:
    return Decision(Answer.INFEASIBLE, core=problem.sort(premises_of(proof) - problem.hard), proof=proof)


def _branch(
    problem: Problem,
    premises: Collection[str],
    variables: Sequence[int],
    at: Fixpoint,
    depth: int,
    cases: list[int],
    budget: Budget,
) -> Proof | Witness | None:
    """A refutation of the box, a witness in it, or None (not decided)."""
    if at.failure >= 0:
        return extract(problem, at.steps, [at.failure], budget)
    cases[0] -= 1
    if cases[0] < 0 or depth >= _DEEPEST or budget.spent:
        return None
    if depth:
        witness = find_witness(problem, premises, variables, at, budget=budget, tries=_FEW_TRIES)
        if witness is not None:
            return witness
        at = combined_refutation(problem, premises, variables, at, budget, printed=False)
        if at.failure >= 0:
            return extract(problem, at.steps, [at.failure], budget)
        witness = find_witness_nearby(problem, premises, variables, at, budget=budget, starts=1)
        if witness is not None:
            return witness
    variable = _telling(problem, premises, variables, at.box)
    if variable is None:
        variable = widest(problem, variables, at.box)
    if variable is None:
        return None
    cut = split_point(at.box[variable], problem.variables[variable])
    name = problem.variables[variable].name
    proofs: list[Proof] = []
    undecided = False
    for half in halves(at.box[variable], cut):
        assume = [(f"case:{name}", variable, half)]
        below = propagate(problem, premises, variables, start=at, assume=assume, budget=budget)
        outcome = _branch(problem, premises, variables, below, depth + 1, cases, budget)
        if isinstance(outcome, Witness):
            return outcome
        if outcome is None:
            undecided = True
        else:
            proofs.append(outcome)
    if undecided:
        return None
    return Proof((), Split(name, cut, proofs[0], proofs[1]))


def halves(x: Interval, cut: Rational) -> tuple[Interval, Interval]:
    """The numbers of x up to the cut, and from it on."""
    return iv.intersection(x, interval(None, cut)), iv.intersection(x, interval(cut, None))


def widest(problem: Problem, variables: Sequence[int], box: Sequence[Interval]) -> int | None:
    """The variable to split: unbounded ones first, then the one that is widest for its size."""
    best, best_width = None, _NARROWEST
    for v in variables:
        x = box[v]
        if x.is_point or x.is_empty:
            continue
        if x.lower is None or x.upper is None:
            return v
        size = max(abs(x.lower), abs(x.upper))
        width = (x.upper - x.lower) / size
        if width > best_width:
            best, best_width = v, width
    return best


def _telling(
    problem: Problem, premises: Collection[str], variables: Sequence[int], box: Sequence[Interval]
) -> int | None:
    """The whole number with few values left that most relations speak of: once known, much is a plain sum."""
    watchers = problem.network(problem.sort(premises), tuple(variables)).watchers
    few = []
    for v in variables:
        step, x = problem.variables[v].step, box[v]
        if step is None or x.is_point or x.lower is None or x.upper is None:
            continue
        values = (x.upper - x.lower) / step
        if values <= _FEW_VALUES:
            few.append((-len(watchers.get(v, ())), values, v))
    return min(few)[2] if few else None


def split_point(x: Interval, variable: Variable) -> Rational:
    """Where to cut x in two: near the middle; for an integer between two of its values."""
    low: Rational = x.lower
    high: Rational = x.upper
    if low is None and high is None:
        cut = mpq(0)
    elif high is None:
        cut = max(2 * low, mpq(1)) if low >= 0 else mpq(0)
    elif low is None:
        cut = min(2 * high, mpq(-1)) if high <= 0 else mpq(0)
    elif low > 0 and high > 1000 * low:  # many orders of magnitude: halve those
        cut = _geometric_middle(low, high)
    elif high < 0 and low < 1000 * high:
        cut = -_geometric_middle(-high, -low)
    else:
        cut = (low + high) / 2
    step = variable.step
    if step is not None:
        n = cut / step
        cut = (n.numerator // n.denominator) * step + step / 2
    return cut


def _geometric_middle(low: Rational, high: Rational) -> Rational:
    root = iv.sqrt(iv.point(low * high)).lower
    assert root is not None
    return next(candidates(interval(root * mpq(9, 10), root * mpq(11, 10)), Variable("")), root)
