"""Putting relations into one another: a quantity as one formula of the quantities that nothing defines.

Bounds of such a formula see how often each input occurs in it, which contraction by one relation at a time
does not. What the other relations and claims say is left out here, so the bounds hold, but need not be sharp.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claimcheck.interval import Interval
from claimcheck.solver.problem import Constraint
from claimcheck.solver.ratios import solved_for
from claimcheck.solver.tape import Node, Tape, needed

__all__ = ["Explicit", "definitions", "explicit", "explicit_by_ratio"]

_MOST_NODES = 2000


@dataclass(frozen=True, slots=True)
class Explicit:
    """A formula for a variable: the tape, the formula's node, its inputs, and how it came about.

    Tolerances are inputs too, numbered from ``len(problem.variables)`` on, with their ``slack`` intervals.
    """

    tape: Tape
    root: int
    inputs: tuple[int, ...]
    slack: tuple[Interval, ...]
    solved: tuple[tuple[int, str], ...]
    """(variable, relation) in the order in which they are put into one another, the target last."""
    quotients: tuple[tuple[int, int], ...] = ()
    """Numerators and divisors of divisions that solving brought in; where both are 0, any value solves."""
    by_ratio: bool = False
    """Whether the last equation was multiplied by its divisor: it holds the target more than once."""

    @property
    def repeats(self) -> bool:
        """Whether an input occurs more than once in the formula written out."""
        counts = _counts(self.tape.nodes, (self.root,))
        return any(n.op == "var" and counts[at] > 1 for at, n in enumerate(self.tape.nodes))


def definitions(
    constraints: Sequence[Constraint], given: Mapping[int, Constraint] | None = None
) -> dict[int, Constraint]:
    """Which equations of the form ``name = formula`` to read as definitions: one a variable, no circles.

    ``given`` are definitions already chosen.
    """
    definition: dict[int, Constraint] = dict(given or {})
    taken = {id(c) for c in definition.values()}
    used = {v for goal, c in definition.items() for v in c.variables if v != goal}
    for constraint in constraints:
        if constraint.op != "=" or id(constraint) in taken:
            continue
        for side in (constraint.left, constraint.right):
            node = constraint.tape[side]
            if node.op != "var" or node.index in definition or _occurrences(constraint, node.index) != 1:
                continue
            if node.index not in used or not _reaches(definition, constraint, node.index):
                definition[node.index] = constraint
                used.update(v for v in constraint.variables if v != node.index)
                break
    return definition


def _occurrences(constraint: Constraint, variable: int) -> int:
    """How often a variable is used in a constraint written out (at most 2): shared nodes count each time."""
    tape = constraint.tape
    counts = _counts(tape, (constraint.left, constraint.right))
    return min(sum(c for c, n in zip(counts, tape, strict=True) if n.op == "var" and n.index == variable), 2)


def _counts(tape: Sequence[Node], roots: Sequence[int]) -> list[int]:
    """How often each node is used in formulas written out (at most 2)."""
    counts = [0] * len(tape)
    for root in roots:
        counts[root] += 1
    for at in range(len(tape) - 1, -1, -1):
        for a in tape[at].args:
            counts[a] = min(counts[a] + counts[at], 2)
    return counts


def _reaches(definition: Mapping[int, Constraint], start: Constraint, goal: int) -> bool:
    """Whether defining goal by start would close a circle of definitions."""
    return _rests_on(definition, [v for v in start.variables if v != goal], goal)


def _rests_on(definition: Mapping[int, Constraint], variables: Sequence[int], goal: int) -> bool:
    """Whether one of some variables is another one, or is defined by way of it."""
    stack = list(variables)
    seen: set[int] = set()
    while stack:
        v = stack.pop()
        if v == goal:
            return True
        if v not in seen and v in definition:
            seen.add(v)
            stack.extend(o for o in definition[v].variables if o != v)
    return False


def explicit(constraints: Sequence[Constraint], target: int, size: int) -> Explicit | None:
    """The target as a formula, by the equation that defines it or one that can be solved for it.

    ``size`` is the number of the problem's variables. None if no equation gives the target that way.
    """
    own = definitions(constraints).get(target)
    if own is None:
        solvable = [
            c for c in constraints if c.op == "=" and _occurrences(c, target) == 1 and _path(c, target)
        ]
        if not solvable:
            return None
        own = solvable[0]
    chosen = definitions(constraints, {target: own})
    build = _Builder(chosen, size)
    root = build.value(target)
    if root is None:
        return None
    inputs = dict.fromkeys(n.index for n in build.tape.nodes if n.op == "var")
    return Explicit(
        build.tape, root, tuple(inputs), tuple(build.slack), tuple(build.solved), tuple(build.quotients)
    )


def explicit_by_ratio(constraints: Sequence[Constraint], target: int, size: int) -> Explicit | None:
    """The target as a formula by an equation that holds it more than once, in a ratio of linear forms.

    What defines other quantities is put in first, and may hold the target: ``s = a / t`` with ``t = a + b``
    gives a. None where no equation is of that kind.
    """
    every = definitions(constraints)
    for own in constraints:
        if own.op != "=" or (target in every and every[target] is not own):
            continue
        chosen = {v: c for v, c in every.items() if c is not own}
        if sum(_occurrences(own, v) for v in own.variables if _rests_on(chosen, [v], target)) < 2:
            continue
        build = _Builder(chosen, size)
        left, right = build.sides(own)
        if left is None or right is None:
            continue
        found = solved_for(build.tape, left, right, target)
        if found is None:
            continue
        build.quotients.append(found)
        root = build.tape.apply("div", *found)
        inputs = [build.tape.nodes[n].index for n in needed(build.tape.nodes, root)]
        return Explicit(
            build.tape,
            root,
            tuple(dict.fromkeys(i for i in inputs if i >= 0)),
            tuple(build.slack),
            (*build.solved, (target, own.premise)),
            tuple(build.quotients),
            by_ratio=True,
        )
    return None


class _Builder:
    """Copies defining tapes into one, variables replaced by their definitions."""

    def __init__(self, chosen: Mapping[int, Constraint], size: int) -> None:
        self.chosen = chosen
        self.size = size
        self.tape = Tape()
        self.slack: list[Interval] = []
        self.solved: list[tuple[int, str]] = []
        self.quotients: list[tuple[int, int]] = []
        self.done: dict[int, int | None] = {}

    def value(self, variable: int) -> int | None:
        """The node of a variable's value, or None if an operation on the way cannot be undone."""
        constraint = self.chosen.get(variable)
        if constraint is None:
            return self.tape.variable(variable)
        if variable not in self.done:
            self.done[variable] = self._solve(constraint, variable)
            self.solved.append((variable, constraint.premise))
        return self.done[variable]

    def sides(self, constraint: Constraint) -> tuple[int | None, int | None]:
        """Both sides of an equation, with definitions in place of what they define."""
        copies: dict[int, int | None] = {}
        return self._copy(constraint, constraint.left, copies), self._copy(
            constraint, constraint.right, copies
        )

    def _solve(self, constraint: Constraint, variable: int) -> int | None:
        """Undo the operations between a side of the equation and the one place of the variable."""
        path = _path(constraint, variable)
        if path is None or len(self.tape.nodes) > _MOST_NODES:
            return None
        copies: dict[int, int | None] = {}
        side, places = path
        current = self._copy(
            constraint, constraint.right if side == constraint.left else constraint.left, copies
        )
        for at, which in places:
            node = constraint.tape[at]
            others = [self._copy(constraint, a, copies) for n, a in enumerate(node.args) if n != which]
            if current is None or None in others:
                return None
            current = self._undo(node.op, which, current, [o for o in others if o is not None])
        return current

    def _copy(self, constraint: Constraint, root: int, copies: dict[int, int | None]) -> int | None:
        """A node of the constraint's tape, and what it needs, in the new tape."""
        needed: set[int] = set()
        stack = [root]
        while stack:
            at = stack.pop()
            if at not in needed and at not in copies:
                needed.add(at)
                stack.extend(constraint.tape[at].args)
        for at in sorted(needed):
            node = constraint.tape[at]
            if node.op == "var":
                copies[at] = self.value(node.index)
            elif node.op == "free":
                copies[at] = self.tape.variable(self.size + len(self.slack))
                self.slack.append(node.value)
            elif node.op == "const":
                copies[at] = self.tape.put(node)
            else:
                args = [copies[a] for a in node.args]
                known = [a for a in args if a is not None]
                copies[at] = self.tape.apply(node.op, *known) if len(known) == len(args) else None
        return copies[root]

    def _undo(self, op: str, which: int, value: int, others: Sequence[int]) -> int | None:
        """The argument number ``which`` of an operation from its value and its other arguments."""
        put = self.tape.apply
        if op in _INVERSE:
            return put(_INVERSE[op], value)
        if op == "sqrt":
            return put("pow", value, self.tape.constant(2))
        if op in ("exp2", "log2", "log10"):
            return put("pow", self.tape.constant(2 if op == "log2" else 10), value)
        other = others[0]
        if op == "add":
            return put("sub", value, other)
        if op == "sub":
            return put("add", value, other) if which == 0 else put("sub", other, value)
        if op == "mul":
            self.quotients.append((value, other))
            return put("div", value, other)
        if op == "div":
            if which == 0:
                return put("mul", value, other)
            self.quotients.append((other, value))
            return put("div", other, value)
        return None


_INVERSE = {"neg": "neg", "exp": "log", "log": "exp"}
_UNDONE = frozenset({*_INVERSE, "sqrt", "log2", "log10", "add", "sub", "mul", "div"})


def _path(constraint: Constraint, variable: int) -> tuple[int, list[tuple[int, int]]] | None:
    """The operations from a side down to the one place of a variable: (side, [(node, argument number)])."""
    tape: Sequence[Node] = constraint.tape
    for side, other in ((constraint.left, constraint.right), (constraint.right, constraint.left)):
        if _holds_variable(tape, other, variable):  # in a part that both sides share it counts as one use
            continue
        places: list[tuple[int, int]] = []
        at = side
        while True:
            node = tape[at]
            if node.op == "var" and node.index == variable:
                return side, places
            down = [n for n, a in enumerate(node.args) if _holds_variable(tape, a, variable)]
            if len(down) != 1 or node.op not in _UNDONE:
                break
            places.append((at, down[0]))
            at = node.args[down[0]]
    return None


def _holds_variable(tape: Sequence[Node], root: int, variable: int) -> bool:
    stack = [root]
    while stack:
        node = tape[stack.pop()]
        if node.op == "var" and node.index == variable:
            return True
        stack.extend(node.args)
    return False
