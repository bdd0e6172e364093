"""One constraint against one box: what it leaves of each variable, and whether it holds there.

:func:`revise` is HC4-revise (Benhamou, Goualard, Granvilliers, Puget: Revising hull and box consistency, ICLP
1999): enclosures forwards through the tape, then backwards from the comparison to the variables. Equal
subexpressions are one node of the tape, so each is narrowed by all of its uses.

A box is a list with one interval per variable number of the problem.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from claimcheck import interval as iv
from claimcheck.interval import EMPTY, Interval, point
from claimcheck.operations import BACKWARD, FALSE, STEPS, TRUE, compare, defined, narrow_comparison
from claimcheck.solver.problem import Constraint
from claimcheck.solver.tape import evaluate

__all__ = ["Box", "continuous", "forward", "holds", "project", "revise", "sign_of_difference"]

Box = Sequence[Interval] | Mapping[int, Interval]

_COMPARISON = {"=": "eq", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def forward(constraint: Constraint, box: Box, free: Interval | None = None) -> list[Interval]:
    """The value of every node of the tape over the box; ``free`` replaces the tolerance's interval."""
    return evaluate(constraint.tape, box, free)


def revise(constraint: Constraint, box: Box) -> list[tuple[int, Interval]] | None:
    """What the constraint leaves of its variables: (variable number, interval), or None if nothing.

    Only parts of a formula that are surely evaluated narrow anything: not the branches of an undecided `if`.
    """
    values = forward(constraint, box)
    left, right = constraint.left, constraint.right
    new_left, new_right = narrow_comparison(_COMPARISON[constraint.op], values[left], values[right])
    if new_left.is_empty or new_right.is_empty:
        return None
    needed = [False] * len(values)
    values[left] = new_left
    values[right] = new_right if right != left else iv.intersection(new_left, new_right)
    if values[left].is_empty:
        return None
    needed[left] = needed[right] = True
    tape = constraint.tape
    found: list[tuple[int, Interval]] = []
    for at in range(len(tape) - 1, -1, -1):
        if not needed[at]:
            continue
        node = tape[at]
        op = node.op
        if op == "var":
            found.append((node.index, values[at]))
            continue
        if op == "const" or op == "free":
            continue
        args = node.args
        if op == "if":
            condition, then, otherwise = args
            news = BACKWARD["if"](values[at], values[condition], values[then], values[otherwise])
            needed[condition] = True
            needed[then] = needed[then] or news[0] == TRUE
            needed[otherwise] = needed[otherwise] or news[0] == FALSE
        else:
            news = BACKWARD[op](values[at], *(values[i] for i in args))
            for i in args:
                needed[i] = True
        for i, new in zip(args, news, strict=True):
            if not needed[i]:
                continue
            if new is not values[i]:
                new = iv.intersection(values[i], new)
                values[i] = new
            if new.is_empty:
                return None
    return found


def project(constraint: Constraint, box: Box, variable: int) -> Interval:
    """What the constraint leaves of one of its variables (EMPTY if nothing)."""
    found = revise(constraint, box)
    if found is None:
        return EMPTY
    for number, interval in found:
        if number == variable:
            return interval
    return box[variable]


def sign_of_difference(constraint: Constraint, box: Box, free: Interval | None = None) -> int | None:
    """The sign of left minus right if certain over the box: -1 (at most 0), 1 (at least 0), else None.

    0 is given only where both sides are the same exact number.
    """
    values = forward(constraint, box, free)
    left, right = values[constraint.left], values[constraint.right]
    if left.is_empty or right.is_empty:
        return None
    if compare("eq", left, right) == TRUE:
        return 0
    if compare("le", left, right) == TRUE:
        return -1
    return 1 if compare("ge", left, right) == TRUE else None


def continuous(constraint: Constraint, box: Box) -> bool:
    """Whether both sides are defined and continuous all over the box, by the values of their nodes."""
    values = forward(constraint, box)
    for at, node in enumerate(constraint.tape):
        value = values[at]
        if value.is_empty:
            return False
        if node.op == "if":
            if values[node.args[0]] not in (TRUE, FALSE):
                return False
        elif node.op in STEPS:
            if not value.is_point:
                return False
        elif node.op not in ("var", "const", "free") and not defined(node.op, [values[i] for i in node.args]):
            return False
    return True


def holds(constraint: Constraint, box: Box) -> bool:
    """Whether the constraint surely holds at every point of the box (a tolerance: for some value of it)."""
    values = forward(constraint, box)
    for at, node in enumerate(constraint.tape):
        if values[at].is_empty or (
            node.args and node.op not in STEPS and not defined(node.op, [values[i] for i in node.args])
        ):
            if not _defined_lazily(constraint, values):
                return False
            break
    free = next((n.value for n in constraint.tape if n.op == "free"), None)
    if free is not None:
        low = sign_of_difference(constraint, box, point(free.lower))
        high = sign_of_difference(constraint, box, point(free.upper))
        return low is not None and high is not None and low * high <= 0
    return compare(_COMPARISON[constraint.op], values[constraint.left], values[constraint.right]) == TRUE


def _defined_lazily(constraint: Constraint, values: list[Interval]) -> bool:
    """Whether both sides are defined, though some node is not: in a branch of an `if` that is not taken."""
    tape = constraint.tape

    def sound(at: int) -> bool:
        node = tape[at]
        if values[at].is_empty:
            return False
        if node.op == "if":
            condition, then, otherwise = node.args
            if not sound(condition) or values[condition] not in (TRUE, FALSE):
                return False
            return sound(then if values[condition] == TRUE else otherwise)
        if node.args and node.op not in STEPS and not defined(node.op, [values[i] for i in node.args]):
            return False
        return all(sound(i) for i in node.args)

    return sound(constraint.left) and sound(constraint.right)
