"""Relations taken apart into sums and products of at most three terms, and the graph that these form.

Labels travel along this graph (see :mod:`claimcheck.judging.labels`). Where it is a tree (Berge-acyclic:
Fagin, Degrees of acyclicity for hypergraphs, J. ACM 30, 1983) every node is reached on one way only.

A *node* is a variable of the problem, or the value of a part of a formula. A *literal* ``2 * node`` speaks of
the node's value and ``2 * node + 1`` of its negative, so that both ends of a node are lower ends of literals.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from claimcheck.interval import Interval
from claimcheck.solver.problem import Constraint, Problem

__all__ = ["Graph", "Product", "Sum", "graph_of", "is_tree_each_way"]


@dataclass(frozen=True, slots=True)
class Sum:
    """The literals add up to zero (``=``), to at least zero (``>=``) or to more (``>``)."""

    premise: str
    terms: tuple[int, ...]
    op: str = "="

    @property
    def nodes(self) -> tuple[int, ...]:
        """The nodes that it ties together."""
        return tuple(t >> 1 for t in self.terms)


@dataclass(frozen=True, slots=True)
class Product:
    """``product = first * second``; written as a quotient by ``divisor`` (that is not zero), or -1."""

    premise: str
    product: int
    first: int
    second: int
    divisor: int = -1

    @property
    def nodes(self) -> tuple[int, ...]:
        """The nodes that it ties together."""
        return (self.product, self.first, self.second)


Factor = Sum | Product


@dataclass(slots=True)
class Graph:
    """Factors with the nodes they are on, numbers that are ``fixed``, and which way labels have to travel.

    ``targets[f]`` are the nodes that factor f hands labels to: in a tree the one nearer to the root (what is
    known further from the root is complete when it is handed on), otherwise all. ``exact`` is whether every
    relation could be taken apart and every number in it is exact.
    """

    factors: list[Factor] = field(default_factory=list)
    fixed: dict[int, Interval] = field(default_factory=dict)
    targets: list[tuple[int, ...]] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    """In a tree the nodes from the leaves to the root."""
    tree: bool = False
    exact: bool = True
    size: int = 0

    def on(self) -> dict[int, list[int]]:
        """The numbers of the factors on each node."""
        found: dict[int, list[int]] = {}
        for number, factor in enumerate(self.factors):
            for node in dict.fromkeys(factor.nodes):
                found.setdefault(node, []).append(number)
        return found


def graph_of(problem: Problem, relations: Iterable[str], variables: Collection[int]) -> Graph:
    """The graph of some relations over the variables of one component."""
    graph = Graph(size=len(problem.variables))
    for premise in relations:
        constraint = problem.constraints[premise]
        mark = len(graph.factors)
        if not _take_apart(graph, constraint):
            del graph.factors[mark:]
            graph.exact = False
    graph.targets = [tuple(dict.fromkeys(f.nodes)) for f in graph.factors]
    whole = [v for v in variables if problem.variables[v].step is not None]
    candidates = whole[:1] or _likely_roots(problem, relations, variables)
    best: tuple[int, list[tuple[int, ...]], list[int]] | None = None
    for root in candidates:
        found = _towards(graph, root, variables)
        if found is None:
            return graph
        quotients = sum(
            isinstance(f, Product) and f.product not in t
            for f, t in zip(graph.factors, found[0], strict=True)
        )
        if best is None or quotients < best[0]:
            best = (quotients, *found)
    if best is not None:
        graph.tree = True
        _, graph.targets, graph.order = best
        graph.exact = graph.exact and len(whole) <= 1
    return graph


_ROOTS_TRIED = 24


def _likely_roots(problem: Problem, relations: Iterable[str], variables: Collection[int]) -> list[int]:
    """Variables that stand alone on a side of a relation, last first: towards these nothing is divided."""
    alone = [
        c.tape[side].index
        for p in relations
        for c in (problem.constraints[p],)
        for side in (c.left, c.right)
        if c.tape[side].op == "var"
    ]
    return [*dict.fromkeys(reversed(alone)), *variables][:_ROOTS_TRIED]


def _towards(
    graph: Graph, root: int, variables: Collection[int]
) -> tuple[list[tuple[int, ...]], list[int]] | None:
    """The target of each factor towards a root, and the nodes from the leaves up; None if it is no tree."""
    on = graph.on()
    targets: list[tuple[int, ...]] = [()] * len(graph.factors)
    seen = {root}
    order = [root]
    used: set[int] = set()
    waiting = deque([root])
    while waiting:
        node = waiting.popleft()
        for number in on.get(node, ()):
            if number in used:
                continue
            used.add(number)
            nodes = graph.factors[number].nodes
            targets[number] = (node,)
            for other in nodes:
                if other != node:
                    if other in seen:
                        return None
                    seen.add(other)
                    order.append(other)
                    waiting.append(other)
            if nodes.count(node) > 1:
                return None
    if len(used) < len(graph.factors) or not seen.issuperset(variables):
        return None  # in pieces, where some relation could not be taken apart
    return targets, order[::-1]


def is_tree_each_way(graph: Graph, groups: Iterable[Collection[str]]) -> bool:
    """Whether the factors form no circle whichever premise is taken of each group of rivals.

    A node whose factors all come from one group, one from each of its premises, is a leaf whatever is taken
    (a claim that does not say its scope), so that it can be left out; what remains may hold no rivals.
    """
    group_of = {p: number for number, group in enumerate(groups) for p in group}
    on = {node: set(numbers) for node, numbers in graph.on().items()}
    waiting = list(on)
    left = set(range(len(graph.factors)))
    while waiting:
        node = waiting.pop()
        premises = [graph.factors[n].premise for n in on.get(node, ())]
        choices = {group_of.get(p) for p in premises}
        if None in choices or len(choices) != 1 or len(set(premises)) < len(premises):
            continue
        for number in tuple(on[node]):
            left.discard(number)
            for other in set(graph.factors[number].nodes):
                on[other].discard(number)
                waiting.append(other)
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    for number in left:
        factor = graph.factors[number]
        roots = {root(node) for node in factor.nodes}
        if factor.premise in group_of or len(roots) < len(factor.nodes):
            return False
        first = roots.pop()
        parent.update(dict.fromkeys(roots, first))
    return True


def _take_apart(graph: Graph, constraint: Constraint) -> bool:
    """Add the factors of one relation; False if it holds an operation that is neither a sum nor a product."""
    tape = constraint.tape
    premise = constraint.premise
    known: dict[int, int] = {}

    def fresh() -> int:
        graph.size += 1
        return graph.size - 1

    def node_of(at: int, wanted: int = -1) -> int | None:
        """The node of a part of the formula; ``wanted``: the node whose value it is to be."""
        part = tape[at]
        if part.op == "var" and wanted < 0:
            return part.index
        if at in known and wanted < 0:
            return known[at]
        if part.op in ("const", "free"):
            value = fresh()
            graph.fixed[value] = part.value
            if part.op == "const" and not part.value.is_point:
                graph.exact = False
            return value
        if part.op not in ("add", "sub", "neg", "mul", "div"):
            return None
        args = []
        for a in part.args:
            found = node_of(a)
            if found is None:
                return None
            args.append(found)
        value = fresh() if wanted < 0 else wanted
        known[at] = value
        if part.op == "mul":
            graph.factors.append(Product(premise, value, args[0], args[1]))
        elif part.op == "div":
            graph.factors.append(Product(premise, args[0], value, args[1], args[1]))
        else:
            first = 2 * args[0] + (part.op == "neg")
            rest = [2 * args[1] + (part.op == "sub")] if len(args) > 1 else []
            graph.factors.append(Sum(premise, (2 * value + 1, first, *rest)))
        return value

    left, right = constraint.left, constraint.right
    if constraint.op == "=" and left != right:
        for one, other in ((left, right), (right, left)):
            if tape[one].op == "var" and tape[other].op in ("add", "sub", "neg", "mul", "div"):
                return node_of(other, tape[one].index) is not None
    a, b = node_of(left), node_of(right)
    if a is None or b is None:
        return False
    if constraint.op in ("<", "<="):
        a, b = b, a
    op = constraint.op.replace("<", ">")
    graph.factors.append(Sum(premise, (2 * a, 2 * b + 1), op))
    return True
