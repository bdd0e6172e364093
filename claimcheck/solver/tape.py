"""Tapes: formulas as flat lists of nodes in evaluation order, equal subexpressions once (hash consing)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claimcheck.interval import ENTIRE, Interval, point
from claimcheck.operations import FORWARD

__all__ = ["Node", "Tape", "evaluate", "needed"]

_OF_TWINS = frozenset({"sub", "mul", "div", "min", "max", "lt", "le", "gt", "ge", "eq"})
"""Operations of which the value is known, or known better, where both arguments are the same."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of a tape. ``op`` is an expression operation, ``"var"``, ``"const"`` or ``"free"``.

    ``var``: the value of variable number ``index``. ``const``: the number that ``value`` encloses (a point
    unless pi, e or a unit with pi is in it). ``free``: any number of ``value`` (a tolerance), used once.
    """

    op: str
    args: tuple[int, ...] = ()
    index: int = -1
    value: Interval = ENTIRE


class Tape:
    """A growing tape. Operations on constants are folded where the result is exact, and 0 and 1 vanish."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._seen: dict[Node, int] = {}

    def put(self, node: Node) -> int:
        """The number of the node, added if it is new. Free nodes (tolerances) are never shared."""
        if node.op == "free":
            self.nodes.append(node)
            return len(self.nodes) - 1
        at = self._seen.get(node)
        if at is None:
            at = self._seen[node] = len(self.nodes)
            self.nodes.append(node)
        return at

    def constant(self, value: object) -> int:
        """A number."""
        return self.put(Node("const", value=value if isinstance(value, Interval) else point(value)))

    def variable(self, number: int) -> int:
        """A variable of the problem."""
        return self.put(Node("var", index=number))

    def apply(self, op: str, *args: int) -> int:
        """An operation, simplified where that changes neither value nor domain."""
        values = [self.nodes[a].value if self.nodes[a].op == "const" else None for a in args]
        if all(v is not None for v in values) and op in FORWARD:
            folded = FORWARD[op](*values)
            if folded.is_point:
                return self.constant(folded)
        zero = [v is not None and v.is_point and v.lower == 0 for v in values]
        one = [v is not None and v.is_point and v.lower == 1 for v in values]
        if op == "add" and (zero[0] or zero[1]):
            return args[1] if zero[0] else args[0]
        if op == "sub" and zero[1]:
            return args[0]
        if op == "sub" and zero[0]:
            return self.apply("neg", args[1])
        if op == "mul" and (one[0] or one[1]):
            return args[1] if one[0] else args[0]
        if op == "div" and one[1]:
            return args[0]
        if op == "pow" and one[1]:
            return args[0]
        if op == "neg" and self.nodes[args[0]].op == "neg":
            return self.nodes[args[0]].args[0]
        if op in _OF_TWINS and args[0] == args[1]:
            return self._of_twins(op, args[0])
        return self.put(Node(op, args))

    def _of_twins(self, op: str, twin: int) -> int:
        """An operation on one value twice, in which it occurs once; zero times it keeps its domain."""
        if op in ("min", "max"):
            return twin
        if op == "mul":
            return self.apply("pow", twin, self.constant(2))
        nothing = self.put(Node("div" if op == "div" else "mul", (self.constant(0), twin)))
        return nothing if op in ("sub", "lt", "gt") else self.apply("add", self.constant(1), nothing)


def evaluate(
    nodes: Sequence[Node], box: Sequence[Interval] | Mapping[int, Interval], free: Interval | None = None
) -> list[Interval]:
    """The value of every node over the box (natural interval extension); ``free`` replaces a tolerance."""
    values: list[Interval] = []
    put = values.append
    for node in nodes:
        op = node.op
        if op == "var":
            put(box[node.index])
        elif op == "const":
            put(node.value)
        elif op == "free":
            put(node.value if free is None else free)
        else:
            put(FORWARD[op](*[values[i] for i in node.args]))
    return values


def needed(nodes: Sequence[Node], *roots: int) -> list[int]:
    """The nodes that some nodes need, and these themselves, in evaluation order."""
    found: set[int] = set()
    stack = list(roots)
    while stack:
        at = stack.pop()
        if at not in found:
            found.add(at)
            stack.extend(nodes[at].args)
    return sorted(found)
