"""Conflicts from bound labels: every bound of every quantity with the minimal sets of premises it rests on.

An assumption-based truth maintenance system (de Kleer: An assumption-based TMS, Artificial Intelligence 28,
1986) whose data are bounds. A label is an end of a quantity (or of a part of a formula) with the premises
that yield it; of two labels of one end the one that says no more and needs no less is dropped. Labels
travel through sums and products, the smallest premise sets first. Where a lower end passes an upper one the
premises of both clash.

What is found clashes in truth: every label is an exact consequence. *Nothing else clashes* in a component
whose graph is a tree, each factor handing labels on towards a root: there the values that a subtree allows at
its top form an interval whose two ends are each the strongest label within the premises, because each end of
a sum or a product of intervals depends on one end of each operand, plus perhaps a sign, and intervals on a
line that meet pairwise meet. :func:`_all_seen` checks what this takes (see there). Round a circle labels go
every way, each factor used once, and what they find is where MARCO begins. Rivals make no circle where each
choice of them is a tree of sums: no label rests on two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claimcheck.budget import Budget
from claimcheck.judging.factors import Graph, Sum, graph_of, is_tree_each_way
from claimcheck.judging.labelling import Labelling
from claimcheck.judging.masks import ones
from claimcheck.solver.problem import Problem

__all__ = ["Labelled", "labelled_conflicts"]

_MOST_LABELS = 50_000
_FRUITLESS = 2_000
"""Labels tried since the last clash after which search goes on, where labels alone cannot see all."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Sets of premises that cannot hold together, smallest first; ``complete``: the minimal ones, all."""

    sets: tuple[frozenset[str], ...]
    complete: bool


def labelled_conflicts(
    problem: Problem,
    pool: Sequence[str],
    *,
    budget: Budget,
    limit: int,
    exclusive: Iterable[Iterable[str]] = (),
    most: int = _MOST_LABELS,
) -> Labelled:
    """The clashes among the premises that labels show, component by component.

    ``exclusive``: groups of premises of which at most one is taken. ``limit``: the number of sets, ``most``
    that of labels, beyond which the result is incomplete.
    """
    groups = problem.groups(pool)
    number = {v: n for n, group in enumerate(groups) for v in group}
    parts: dict[int, list[str]] = {}
    for p in pool:
        touched = _touched(problem, p)
        if not touched:
            return Labelled((), False)
        parts.setdefault(number[touched[0]], []).append(p)
    rivals = [list(each) for each in exclusive]
    found = [
        _of_component(problem, part, groups[n], rivals, budget=budget, limit=limit, most=most)
        for n, part in parts.items()
    ]
    sets = sorted((s for part in found for s in part.sets), key=len)
    return Labelled(tuple(sets), bool(found) and all(part.complete for part in found))


def _of_component(
    problem: Problem,
    pool: Sequence[str],
    group: Sequence[int],
    exclusive: Iterable[Iterable[str]],
    *,
    budget: Budget,
    limit: int,
    most: int,
) -> Labelled:
    bits = {p: 1 << i for i, p in enumerate(pool)}
    hard = problem.sort(problem.hard_on(group))
    relations = [p for p in (*pool, *hard) if p in problem.constraints]
    graph = graph_of(problem, relations, group)
    rivals = [[r for r in each if r in bits] for each in exclusive]
    groups = [sum(bits[r] for r in each) for each in rivals]
    inexact = any(p in problem.sure or p in problem.enclosed for p in (*pool, *hard))
    inexact = inexact or any(f"domain:{problem.variables[v].name}" in problem.sure for v in group)
    may_see_all = graph.exact and not inexact
    may_see_all = may_see_all and (graph.tree or _sums_each_way(problem, group, graph, rivals))
    run = Labelling(problem, graph, bits, [g for g in groups if g.bit_count() > 1], limit, most)
    for v in group:
        run.state(2 * v, problem.variables[v].domain, 0)
    for node, value in graph.fixed.items():
        run.state(2 * node, value, 0)
    for p in (*pool, *hard):
        if p in problem.claims:
            number, interval = problem.claims[p]
            run.state(2 * number, interval, bits.get(p, 0))
    run.settle(budget, None if may_see_all else _FRUITLESS)
    complete = may_see_all and not run.cut and (not graph.tree or _all_seen(run, graph))
    names = list(bits)
    found = [frozenset(names[i] for i in ones(mask)) for mask in sorted(run.clashes.items(), key=_by_size)]
    return Labelled(tuple(found), complete)


def _touched(problem: Problem, premise: str) -> tuple[int, ...]:
    claim = problem.claims.get(premise)
    return (claim[0],) if claim is not None else problem.constraints[premise].variables


def _by_size(mask: int) -> tuple[int, list[int]]:
    return mask.bit_count(), ones(mask)


# -- completeness ---------------------------------------------------------------------------------------


def _sums_each_way(
    problem: Problem, group: Iterable[int], graph: Graph, exclusive: Sequence[Sequence[str]]
) -> bool:
    """Whether the factors are sums that form a tree whichever rivals are taken.

    Labels go every way then, so for each choice of rivals at least as in its tree, and of sums all is an
    interval. Whole numbers may only be one, or equal to each other.
    """
    if not all(isinstance(f, Sum) for f in graph.factors):
        return False
    steps = [problem.variables[v].step for v in group]
    equal = all(isinstance(f, Sum) and _equates(f) for f in graph.factors)
    if len(steps) - steps.count(None) > 1 and not (equal and len(set(steps)) == 1):
        return False
    return is_tree_each_way(graph, [each for each in exclusive if len(each) > 1])


def _equates(factor: Sum) -> bool:
    """Whether it says that two nodes are equal."""
    return factor.op == "=" and len(factor.terms) == 2 and (factor.terms[0] ^ factor.terms[1]) & 1 == 1


def _all_seen(run: Labelling, graph: Graph) -> bool:
    """Whether the values that a subtree allows at its top are the intervals that labels say, all the way up.

    A quotient by z is an interval if z has one sign under any premises that say something of it; if they say
    nothing, z may be anything and the quotient too, except perhaps 0. Such a hole at 0 stays one through
    products. It makes no difference unless some end lies at 0, or a sum moves it elsewhere.
    """
    below: dict[int, list[int]] = {}
    for number, targets in enumerate(graph.targets):
        below.setdefault(targets[0], []).append(number)
    hole: dict[int, bool] = {}
    for node in graph.order:
        open_at_zero = False
        for number in below.get(node, ()):
            factor = graph.factors[number]
            passed = any(hole[n] for n in factor.nodes if n != node)
            if isinstance(factor, Sum):
                if passed and len(factor.terms) > 2:
                    return False
                open_at_zero |= passed
                continue
            divisors = {factor.divisor} - {-1}
            if node != factor.product:
                divisors.add(factor.second if node == factor.first else factor.first)
            for z in divisors:
                if z != node and not _one_sign(run, z):
                    return False
                passed = passed or not (0 in run.weak[2 * z] or 0 in run.weak[2 * z + 1])
            open_at_zero |= passed
        hole[node] = open_at_zero
        at_zero = any(not (k.value or k.open) for s in (0, 1) for k in run.done[2 * node + s])
        if open_at_zero and at_zero:
            return False
    return True


def _one_sign(run: Labelling, node: int) -> bool:
    """Whether all premises that say something of a node also say its sign."""
    signs = (*run.weak[2 * node], *run.weak[2 * node + 1])
    return all(any(not e & ~k.env for e in signs) for s in (0, 1) for k in run.done[2 * node + s])
