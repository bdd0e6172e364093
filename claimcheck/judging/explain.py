"""Why: the derivations behind a quantity's bounds, a claim or a conflict, and closed forms.

:func:`explain` makes an explanation of plain values; :mod:`claimcheck.render.explanation` puts it into words.
Algebra proposes the closed form; the intervals shown are those of the proofs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from claimcheck.budget import Budget
from claimcheck.diagnostics import InputProblem
from claimcheck.expression import names
from claimcheck.interval import EMPTY, ENTIRE, Interval, interval
from claimcheck.judging.branches import Branch, branches, number_of_branches
from claimcheck.judging.closedform import ClosedForm, form_in_claims
from claimcheck.judging.derivation import Clash, Derivation, at_the_end, clash, derive
from claimcheck.judging.inequality import bound_inequality, conflict_inequality
from claimcheck.judging.lines import Line
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import basis, in_force
from claimcheck.judging.report import ClaimResult, Conflict, Report, Scenario, Verdict
from claimcheck.judging.supports import Supports, supports_in
from claimcheck.judging.terms import Inequality
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Answer, Bound, Proof
from claimcheck.solver.problem import compile_problem

__all__ = [
    "BranchExplanation",
    "Branches",
    "Case",
    "ClaimExplanation",
    "ConflictExplanation",
    "Explanation",
    "Node",
    "QuantityExplanation",
    "Target",
    "explain",
    "find_target",
    "tree",
]

CASES = 20
"""Scenarios of which a quantity's explanation tells, unless more are asked for."""


class Extent(NamedTuple):
    """How much to tell: levels of a derivation (None: all), and scenarios or cases of a proof (0: all)."""

    depth: int | None
    top: int


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be explained: exactly one of the three is set."""

    quantity: str = ""
    claim: str = ""
    conflict: Conflict | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A line of a derivation in its tree: what it rests on follows at the next level.

    ``cut``: that is left out, because it was shown before or lies below the depth asked for.
    """

    level: int
    line: Line
    cut: bool


@dataclass(frozen=True, slots=True)
class BranchExplanation:
    """One case of a proof: the tree that leads to ``interval``, or where it is empty to the clash ``place``.

    ``limits``: where the quantities that tell the case from others lie.
    """

    limits: tuple[tuple[str, Interval], ...]
    interval: Interval
    nodes: tuple[Node, ...]
    place: Clash | None = None


@dataclass(frozen=True, slots=True)
class Branches:
    """The first of the cases that a proof distinguishes; ``left_out`` are not told of.

    ``end``: the end of a bound that is proved, ``"lower"`` or ``"upper"``, or empty. ``in_full``: a reader is
    to see the tree of each, for which a depth was asked.
    """

    told: tuple[BranchExplanation, ...]
    left_out: int = 0
    end: str = ""
    in_full: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A quantity in one scenario: its bound with the derivation as a tree, and each end in one line.

    ``bound`` is None where the scenario has none; no ``nodes``: no claim or relation narrows the quantity.
    ``branches``: the cases that the proofs of its ends distinguish, where they do.
    """

    choices: Mapping[str, tuple[str, ...]]
    verdict: Verdict
    bound: Bound | None = None
    nodes: tuple[Node, ...] = ()
    branches: tuple[Branches, ...] = ()
    lower: Inequality | None = None
    upper: Inequality | None = None
    supports: Supports | None = None
    """What each end follows from, where that was asked for."""
    conflicts: tuple[str, ...] = ()
    """Where the scenario contradicts itself, the conflicts that show it."""


@dataclass(frozen=True, slots=True)
class QuantityExplanation:
    """Where a quantity lies and why, scenario by scenario; ``left_out`` scenarios are not told of."""

    quantity: str
    form: ClosedForm | None
    cases: tuple[Case, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class ConflictExplanation:
    """Why the members of a conflict do not fit: the tree that leads to the clash, and the one inequality.

    For a disagreement the tree is empty: ``place`` names the claims that do not meet. A proof by cases has a
    tree for each of its ``branches``.
    """

    conflict: Conflict
    place: Clash
    nodes: tuple[Node, ...]
    inequality: Inequality | None
    branches: Branches | None = None


@dataclass(frozen=True, slots=True)
class ClaimExplanation:
    """What a claim says and what became of it.

    ``conflicts`` are those that it is in; for a claim in none, ``other`` is what the other premises say of
    its quantity in the first scenario in which it can hold.
    """

    id: str
    result: ClaimResult | None
    conflicts: tuple[ConflictExplanation, ...]
    other: Case | None = None


Explanation = QuantityExplanation | ClaimExplanation | ConflictExplanation


def explain(
    report: Report,
    target: Target,
    depth: int | None = None,
    top: int = CASES,
    supports: Budget | None = None,
) -> Explanation:
    """The explanation of a quantity, a claim or a conflict of a report.

    ``depth``: levels of a derivation below the result (None: all). ``top``: scenarios, and cases of a proof,
    to tell of (0: all).
    ``supports``: look for those of a quantity's ends, too, and how long for. Raises ValueError for a report
    without claims.
    """
    claims, extent = report.claim_set, Extent(depth, top)
    if claims is None:
        raise ValueError("a report without claims explains nothing")
    if target.conflict is not None:
        return _conflict(claims, target.conflict, extent)
    if target.claim:
        return _claim(report, claims, target.claim, extent)
    quantity = target.quantity
    scenarios = report.scenarios[: top or None]
    cases = tuple(
        replace(
            _case(claims, s, s.bounds.get(quantity), quantity, extent),
            conflicts=() if quantity in s.bounds else _tied_conflicts(report, claims, s, quantity),
        )
        for s in scenarios
    )
    if supports is not None:
        problem = compile_problem(claims)
        cases = tuple(
            replace(case, supports=supports_in(claims, problem, s, quantity, budget=supports))
            for case, s in zip(cases, scenarios, strict=True)
        )
    left_out = max(report.scenario_count, len(report.scenarios)) - len(cases)
    return QuantityExplanation(quantity, form_in_claims(report, claims, quantity), cases, left_out)


def _tied_conflicts(report: Report, claims: ClaimSet, scenario: Scenario, quantity: str) -> tuple[str, ...]:
    """The conflicts among the evidence of a scenario that are tied to a quantity."""
    problem = compile_problem(claims)
    groups = problem.groups(in_force(claims, scenario.choices))
    tied = next((set(g) for g in groups if problem.number[quantity] in g), set())
    return tuple(
        c.id
        for c in report.conflicts
        if c.id in scenario.conflicts
        and not c.conclusion
        and any(tied.intersection(g) for g in problem.groups(c.members))
    )


def _case(claims: ClaimSet, scenario: Scenario, bound: Bound | None, quantity: str, extent: Extent) -> Case:
    if bound is None:
        return Case(scenario.choices, scenario.verdict)
    # Where contraction alone did not give both ends, each has a proof of its own.
    each = (("lower", bound.lower_proof), ("upper", bound.upper_proof))
    ends = each if bound.proof is None else (("", bound.proof),)
    proofs = [(end, p) for end, p in ends if p is not None]
    found = [derive(claims, p, quantity) for _, p in proofs]
    derivations = list(dict.fromkeys(d for d in found if d is not None))
    cut = [_branches(claims, p, extent, quantity, end) for end, p in proofs if p.split is not None]
    return Case(
        scenario.choices,
        scenario.verdict,
        bound,
        tuple(node for d in derivations for node in tree(d, extent.depth)),
        tuple(cut),
        bound_inequality(claims, bound, quantity, upper=False),
        bound_inequality(claims, bound, quantity, upper=True),
    )


def _conflict(claims: ClaimSet, conflict: Conflict, extent: Extent) -> ConflictExplanation:
    place = clash(claims, conflict)
    nodes = _tree_to(place, extent)
    cut = _branches(claims, conflict.proof, extent) if place.by_cases else None
    return ConflictExplanation(conflict, place, nodes, conflict_inequality(claims, conflict), cut)


def _tree_to(place: Clash, extent: Extent) -> tuple[Node, ...]:
    """The derivation that leads to a clash, as a tree."""
    return () if place.derivation is None else tuple(tree(place.derivation, extent.depth))


def _branches(claims: ClaimSet, proof: Proof, extent: Extent, quantity: str = "", end: str = "") -> Branches:
    """The cases of a proof: what each leaves of a quantity, or why it leaves nothing."""
    first = islice(branches(compile_problem(claims), proof), extent.top or None)
    told = tuple(_branch(claims, b, extent, quantity, end) for b in first)
    return Branches(told, number_of_branches(proof) - len(told), end, extent.depth is not None)


def _branch(claims: ClaimSet, branch: Branch, extent: Extent, quantity: str, end: str) -> BranchExplanation:
    if any(s.interval.is_empty for s in branch.proof.steps):
        place = at_the_end(claims, branch.proof)
        return BranchExplanation(branch.limits, EMPTY, _tree_to(place, extent), place)
    derivation = derive(claims, branch.proof, quantity)
    if derivation is None:
        return BranchExplanation(branch.limits, ENTIRE, ())
    x = derivation.interval
    if end == "lower":
        x = interval(x.lower, None, x.lower_closed)
    elif end == "upper":
        x = interval(None, x.upper, upper_closed=x.upper_closed)
    return BranchExplanation(branch.limits, x, tuple(tree(derivation, extent.depth)))


def _claim(report: Report, claims: ClaimSet, id: str, extent: Extent) -> ClaimExplanation:
    result = next((c for c in report.claims if c.id == id), None)
    mine = tuple(_conflict(claims, c, extent) for c in report.conflicts if id in c.members)
    return ClaimExplanation(id, result, mine, None if mine else _other(report, claims, id, extent))


def _other(report: Report, claims: ClaimSet, id: str, extent: Extent) -> Case | None:
    """What the other premises say of a claim's quantity in the first scenario in which it can hold.

    What contradicts itself elsewhere, with nothing tied to the quantity, is no hindrance.
    """
    claim = claims.claims[id]
    needed = set(basis(claims, claim)) | (set() if claim.is_conclusion else {id})
    problem = compile_problem(claims)
    oracle = Oracle(problem, Budget(claims.settings.budget))
    number = problem.number[claim.quantity]
    for scenario in report.scenarios:
        premises = in_force(claims, scenario.choices)
        if not needed <= {*premises}:
            continue
        if scenario.verdict is Verdict.CONTRADICTORY:
            tied = next(g for g in problem.groups({*premises, id}) if number in g)
            near = [p for p in premises if set(problem.groups((p,))[0]) <= {*tied}]
            if oracle.decide(near).answer is Answer.INFEASIBLE:
                continue
        bound = oracle.bounds([p for p in premises if p != id], (claim.quantity,))[claim.quantity]
        case = _case(claims, scenario, bound, claim.quantity, extent)
        return case if case.nodes else None
    return None


def find_target(report: Report, text: str) -> Target:
    """What a word on the command line means: a conflict's id, a quantity, or a claim.

    Raises InputProblem CC105 (nothing is called that) or CC111 (ambiguous claim id).
    """
    for conflict in report.conflicts:
        if conflict.id == text:
            return Target(conflict=conflict)
    claims = report.claim_set
    if claims is None:
        raise InputProblem("CC105", f"nothing is called {text!r}: the file could not be read")
    if text in claims.quantities and text not in claims.claims:  # a claim of open scope is also one
        return Target(quantity=text)
    try:
        return Target(claim=claims.resolve(text))
    except InputProblem as problem:
        if problem.code != "CC105":
            raise
    import difflib

    known = [*claims.quantities, *claims.claims, *(c.id for c in report.conflicts)]
    close = difflib.get_close_matches(text, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else f"quantities: {', '.join(claims.quantities)}"
    relation = claims.relations.get(text.removeprefix("relation:"))
    if relation is not None:
        hint = f"a relation is told of with what it ties: {', '.join(names(relation.equation))}"
    elif text[:1] == "C" and text[1:].isdecimal():
        count = len(report.conflicts)
        hint = (
            "there is no conflict" if not count else "conflicts: C1" + (f" to C{count}" if count > 1 else "")
        )
    raise InputProblem("CC105", f"no quantity, claim or conflict is called {text!r}", hint)


def tree(derivation: Derivation, depth: int | None = None) -> Iterator[Node]:
    """The lines from the goal downwards, each with its level; below a computed line stand those it rests on.

    Level 0 are the lines about the goal itself or, where a proof leads to none, those that no other rests on.
    """
    lines = derivation.lines
    latest = {
        (line.premise, line.through): i
        for i, line in enumerate(lines)
        if line.quantity == derivation.quantity
    }
    goals = sorted(latest.values())
    needed = {u for i in goals for u in lines[i].uses}
    if not goals:
        needed = {u for line in lines for u in line.uses}
        goals = [i for i in range(len(lines)) if i not in needed]
    stack = [(0, i) for i in reversed(goals) if i not in needed or not lines[i].is_relation]
    seen: set[int] = set()
    while stack:
        level, number = stack.pop()
        line = lines[number]
        cut = bool(line.uses) and (number in seen or (depth is not None and level >= depth))
        yield Node(level, line, cut)
        seen.add(number)
        if not cut:
            stack.extend((level + 1, u) for u in reversed(line.uses))
