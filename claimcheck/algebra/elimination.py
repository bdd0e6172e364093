"""Isolating one quantity of a relation, and eliminating intermediate ones between several.

A quantity that occurs once is isolated by undoing operations, without sympy; one that occurs more often by
its solutions as sympy proposes them, tried on numbers before they are believed. What comes out is for
reading and for hints; bounds are computed on the relations themselves.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.algebra.build import substitute
from claimcheck.algebra.inversion import invert, occurrences
from claimcheck.algebra.quotient import same
from claimcheck.algebra.symbolic import propose_forms, propose_solutions
from claimcheck.evaluation import evaluate
from claimcheck.expression import Apply, Equation, Expression, Name, Number, names, walk
from claimcheck.interval import Interval, point

__all__ = ["eliminate", "isolate", "simplify"]

_MAX_NODES = 300
_MAX_EQUATIONS = 200
_TRIALS = 6


def isolate(equation: Equation, name: str, positive: Collection[str] = ()) -> Equation | None:
    """The relation solved for one quantity, ``name = ...`` or ``name <= ...``; None where that fails.

    ``positive`` names quantities known to be greater than zero, which decides roots and the direction of
    inequalities. None also where two solutions remain.
    """
    count = occurrences(equation, name)
    if count == 0 or _size(equation) > _MAX_NODES:
        return None
    if count == 1:
        return invert(equation, name, positive)
    if equation.op != "=":
        return None
    for side, other in ((equation.left, equation.right), (equation.right, equation.left)):
        if side == Name(name) and name not in names(other):
            return Equation(side, "=", other)
    solutions = propose_solutions(equation, name, positive)
    if solutions is None or len(solutions) != 1 or not _solves(equation, name, solutions[0], positive):
        return None
    return Equation(Name(name), "=", solutions[0])


def eliminate(
    equations: Sequence[Equation], target: str, known: Collection[str], positive: Collection[str] = ()
) -> Expression | None:
    """The target as an expression in ``known`` quantities only; None where elimination does not get there.

    Uptime from ``busy = compute / (throughput * gpus)`` and ``uptime = busy / elapsed`` comes out as
    ``compute / (throughput * gpus * elapsed)``. Inequalities are left aside.
    """
    pool = [e for e in equations if e.op == "="]
    pool = _connected(pool, target, known)
    if len(pool) > _MAX_EQUATIONS or sum(map(_size, pool)) > 10 * _MAX_NODES:
        return None
    while True:
        answers = []
        for equation in pool:
            used = names(equation)
            if target in used and all(name == target or name in known for name in used):
                solved = isolate(equation, target, positive)
                if solved is not None:
                    answers.append(simplify(solved.right, positive))
        if answers:
            return min(answers, key=_nodes)
        step = next(_eliminations(pool, target, known, positive), None)
        if step is None:
            return None
        pool = step


def _connected(pool: list[Equation], target: str, known: Collection[str]) -> list[Equation]:
    """The equations that reach the target through quantities that are not known."""
    reached, found, rest = {target}, [], list(pool)
    while True:
        new = [e for e in rest if reached & set(names(e))]
        if not new:
            return [e for e in pool if e in found]
        found += new
        rest = [e for e in rest if e not in new]
        reached |= {name for e in new for name in names(e) if name not in known}


def _eliminations(
    pool: list[Equation], target: str, known: Collection[str], positive: Collection[str]
) -> Iterator[list[Equation]]:
    """The equations with one unknown fewer: smallest expressions first, definitions before others."""
    choices = []
    for place, equation in enumerate(pool):
        for name in names(equation):
            if name == target or name in known or occurrences(equation, name) > 2:
                continue
            defined = equation.left == Name(name) or equation.right == Name(name)
            mentions_target = target in names(equation)
            choices.append((mentions_target, not defined, _size(equation), place, name))
    for _, _, _, place, name in sorted(choices):
        solved = isolate(pool[place], name, positive)
        if solved is None:
            continue
        rest = [_substituted(e, name, solved.right) for e in (*pool[:place], *pool[place + 1 :])]
        if all(_size(e) <= _MAX_NODES for e in rest):
            yield rest


def _substituted(equation: Equation, name: str, instead: Expression) -> Equation:
    left, right = (substitute(side, name, instead) for side in (equation.left, equation.right))
    return Equation(left, equation.op, right)


def simplify(tree: Expression, positive: Collection[str] = ()) -> Expression:
    """The shortest form that sympy proposes and that is found equal, or the tree itself.

    Equality is proved for rational functions; for others it is tried on random numbers. Equal means: where
    both are defined (x/x is 1).
    """
    best = tree
    if not any(isinstance(node, Apply) for node in walk(tree)):
        return tree
    for form in propose_forms(tree, positive):
        shorter = _nodes(form) < _nodes(best) or (best is tree and _nodes(form) == _nodes(best))
        if shorter and (same(form, tree) or _agree(form, tree, positive)):
            best = form
    return best


def _agree(a: Expression, b: Expression, positive: Collection[str]) -> bool:
    """Whether the enclosures of both meet at random points, at one at least."""
    met = 0
    for box in _points((a, b), positive):
        x, y = evaluate(a, box, _scale_free), evaluate(b, box, _scale_free)
        if x.is_empty or y.is_empty:
            continue
        if iv.intersection(x, y).is_empty:
            return False
        met += 1
    return met > 0


def _solves(equation: Equation, name: str, solution: Expression, positive: Collection[str]) -> bool:
    left, right = (substitute(side, name, solution) for side in (equation.left, equation.right))
    return same(left, right) or _agree(left, right, positive)


def _points(trees: tuple[Expression, ...], positive: Collection[str]) -> Iterator[dict[str, Interval]]:
    source = random.Random(1)  # the same numbers on every run
    used = dict.fromkeys(name for tree in trees for name in names(tree))
    for _ in range(_TRIALS):
        values = {name: mpq(source.randint(1, 10**6), source.randint(1, 10**6)) for name in used}
        for name in used:
            if name not in positive and source.random() < 0.5:
                values[name] = -values[name]
        yield {name: point(value) for name, value in values.items()}


def _scale_free(number: Number) -> Interval:
    """Any fixed value will do for a unit when two forms of one expression are compared."""
    return point(number.value * (1 + sum(map(ord, number.unit))))


def _nodes(tree: Expression) -> int:
    return sum(1 for _ in walk(tree))


def _size(equation: Equation) -> int:
    return _nodes(equation.left) + _nodes(equation.right)
