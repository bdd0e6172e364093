"""The gap between left and right of relations put together, with its slopes, over boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from claimcheck import interval as iv
from claimcheck.interval import EMPTY, Interval, Rational, interval, point
from claimcheck.operations import FALSE, FORWARD, STEPS, TRUE, defined
from claimcheck.solver.derivatives import derivative
from claimcheck.solver.problem import Constraint, Problem, Variable
from claimcheck.solver.ratios import cleared
from claimcheck.solver.tape import Tape, needed

__all__ = ["ALLOWED", "Box", "Gap"]

Box = Mapping[int, Interval]
ALLOWED = {
    "=": point(0),
    "<": interval(None, 0, False, False),
    "<=": interval(None, 0),
    ">": interval(0, None, False, False),
    ">=": interval(0, None),
}


class Gap:
    """A sum of multiples of left - right on a tape of its own, over quantities and tolerances by number."""

    def __init__(self, problem: Problem, known: Sequence[tuple[str, str]] = ()) -> None:
        self.problem = problem
        self.tape = Tape()
        self.variables = list(problem.variables)
        self.known: dict[int, int] = {}
        for name, premise in known:
            left, right = self._sides(problem.constraints[premise])
            number = problem.number[name]
            own = self.tape.nodes[left]
            self.known[number] = right if own.op == "var" and own.index == number else left
        self.root = self.tape.constant(0)
        self.allowed = point(0)
        self.slopes: dict[tuple[int, int], int] = {}

    def add(self, premise: str, multiplier: Rational, without_divisor: bool = False) -> None:
        """One more relation, perhaps multiplied by its divisor."""
        constraint = self.problem.constraints[premise]
        left, right = self._sides(constraint)
        gap = self.tape.apply("sub", left, right)
        if without_divisor:
            gap = cleared(self.tape, gap)
        scaled = self.tape.apply("mul", self.tape.constant(multiplier), gap)
        self.root = self.tape.apply("add", self.root, scaled)
        self.allowed = iv.add(self.allowed, iv.mul(point(multiplier), ALLOWED[constraint.op]))

    def _sides(self, constraint: Constraint) -> tuple[int, int]:
        copies: list[int] = []
        for node in constraint.tape:
            if node.op == "var":
                copies.append(self.known.get(node.index, -1))
                if copies[-1] < 0:
                    copies[-1] = self.tape.variable(node.index)
            elif node.op == "free":
                copies.append(self.tape.variable(len(self.variables)))
                self.variables.append(Variable(f"{constraint.premise} within", node.value))
            elif node.op == "const":
                copies.append(self.tape.put(node))
            else:
                copies.append(self.tape.apply(node.op, *(copies[a] for a in node.args)))
        return copies[constraint.left], copies[constraint.right]

    def inputs(self) -> list[int]:
        """The numbers of the quantities and tolerances that the gap depends on."""
        used = needed(self.tape.nodes, self.root)
        return sorted({self.tape.nodes[n].index for n in used if self.tape.nodes[n].op == "var"})

    def slope(self, *variables: int) -> int:
        """The node of the gap's derivative in some quantities, one after another."""
        node = self.root
        for v in variables:
            if (node, v) not in self.slopes:
                self.slopes[node, v] = derivative(self.tape, node, v)
            node = self.slopes[node, v]
        return node

    def values(self, box: Box) -> list[Interval]:
        """The values over a box of all nodes that the gap is computed from."""
        return [x for x, _ in self._evaluated(self.root, box).values()]

    def at(self, node: int, box: Box) -> tuple[Interval, int]:
        """A node's value over a box, and whether it is surely continuous (2) or defined (1) there."""
        return self._evaluated(node, box)[node]

    def _evaluated(self, node: int, box: Box) -> dict[int, tuple[Interval, int]]:
        values: dict[int, tuple[Interval, int]] = {}
        nodes = self.tape.nodes
        for n in needed(nodes, node):
            op = nodes[n].op
            args = [values[a] for a in nodes[n].args]
            if op == "var":
                values[n] = box[nodes[n].index], 2
            elif op == "const":
                values[n] = nodes[n].value, 2
            elif op == "if":
                values[n] = _chosen(*args)
            else:
                inner = [x for x, _ in args]
                value = FORWARD[op](*inner)
                own = (2 if value.is_point else 1) if op in STEPS else 2 if defined(op, inner) else 0
                values[n] = value, 0 if value.is_empty else min(own, *(s for _, s in args))
        return values


def _chosen(
    truth: tuple[Interval, int], one: tuple[Interval, int], other: tuple[Interval, int]
) -> tuple[Interval, int]:
    if truth[0].is_empty or truth[0] == TRUE or truth[0] == FALSE:
        taken = one if truth[0] == TRUE else other if truth[0] == FALSE else (EMPTY, 0)
        return taken[0], min(truth[1], taken[1])
    return iv.hull(one[0], other[0]), min(1, truth[1], one[1], other[1])
