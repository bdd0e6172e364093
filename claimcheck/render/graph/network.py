"""What the picture shows: quantities with what is claimed of them, the relations that tie them, conflicts.

The graph has two kinds of nodes, so that a relation of five quantities is one node with five edges. A node
takes part in a conflict if a claim on the quantity, or the relation itself, is a member of it; an edge does
if both its ends take part in the same one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from claimcheck.expression import Equation, Name, names
from claimcheck.formula import print_equation
from claimcheck.judging.report import ConflictKind, Report
from claimcheck.judging.wording import clean, interval_text, printed_text, unit_text
from claimcheck.model import Claim, ClaimSet
from claimcheck.render.selection import reported

__all__ = ["Edge", "Graph", "Mark", "Node", "Said", "about", "network"]


class Mark(StrEnum):
    """How a node or edge stands to the conflicts, the gravest first."""

    CONTRADICTION = "contradiction"
    DISAGREEMENT = "disagreement"
    KNOWN = "known"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A line in a node: a claim (marked by the conflicts that it is a member of), a bound, a formula."""

    text: str
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True)
class Node:
    """A quantity or a relation. ``key`` is ``q1``, ``r1``: it holds nothing that the file says.

    ``name`` is the quantity's name or ``relation:ID``. ``lines``: what is claimed of a quantity and what
    follows for it, or the relation's equation. ``conflicts``: ids of the conflicts it takes part in, and
    ``mark`` the gravest kind of them.
    """

    key: str
    name: str
    title: str
    lines: tuple[Said, ...]
    mark: Mark = Mark.NONE
    conflicts: tuple[str, ...] = ()

    @property
    def is_relation(self) -> bool:
        """Whether it is a relation, and not a quantity."""
        return self.key.startswith("r")

    @property
    def told(self) -> tuple[str, ...]:
        """All that is to be read in it, line by line."""
        ids = (f"in {' '.join(self.conflicts)}",) if self.conflicts else ()
        return (self.title, *(line.text for line in self.lines), *ids)


@dataclass(frozen=True, slots=True)
class Edge:
    """From what a relation computes with to the relation, and on to what it gives.

    ``arrow``: whether it has that direction, or merely ties its ends.
    """

    start: str
    end: str
    arrow: bool
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in file order, quantities first, and edges in the order of the relations."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def network(report: Report) -> Graph:
    """All quantities and relations of a checked file; nothing of one that could not be read."""
    claims = report.claim_set
    if claims is None:
        return Graph(clean(report.title or report.path), (), ())
    marks, involved = _involved(report, claims)
    shown = set(reported(report))
    stated: dict[str, list[Claim]] = {}
    for claim in claims.claims.values():
        stated.setdefault(claim.quantity, []).append(claim)
    keys: dict[str, str] = {}
    nodes = []
    for name, quantity in claims.quantities.items():
        keys[name] = f"q{len(keys) + 1}"
        unit = unit_text(quantity.unit)
        lines = [
            Said(f"{printed_text(c)}, {clean(c.source)}", _gravest(marks, involved.get(c.id, ())))
            for c in stated.get(name, ())
        ]
        if name in shown and name in report.hull:
            lines.append(Said(f"follows: {interval_text(report.hull[name].interval, quantity.unit)}"))
        title = f"{clean(name)} ({unit})" if unit else clean(name)
        ids = involved.get(name, ())
        nodes.append(Node(keys[name], name, title, tuple(lines), _gravest(marks, ids), tuple(ids)))
    edges = []
    for number, relation in enumerate(claims.relations.values(), start=1):
        key = f"r{number}"
        ids = involved.get(relation.premise, ())
        said = (Said(clean(print_equation(relation.equation))),)
        nodes.append(Node(key, relation.premise, clean(relation.id), said, _gravest(marks, ids), tuple(ids)))
        given = output(relation.equation)
        for name in sorted(names(relation.equation), key=lambda n: n == given):
            if name not in keys:
                continue
            shared = [id for id in ids if id in involved.get(name, ())]
            ends = (key, keys[name]) if name == given else (keys[name], key)
            edges.append(Edge(*ends, bool(given) and relation.equation.op == "=", _gravest(marks, shared)))
    return Graph(clean(report.title or report.path), tuple(nodes), tuple(edges))


def output(equation: Equation) -> str:
    """The quantity that stands alone on one side and not on the other; empty if there is none."""
    for alone, other in ((equation.left, equation.right), (equation.right, equation.left)):
        if isinstance(alone, Name) and alone.name not in names(other):
            return alone.name
    return ""


def _involved(report: Report, claims: ClaimSet) -> tuple[dict[str, Mark], dict[str, list[str]]]:
    """How grave each conflict is, and for each quantity, claim and relation those it takes part in.

    A quantity without a member claim takes part where two member relations meet in it.
    """
    marks: dict[str, Mark] = {}
    involved: dict[str, list[str]] = {}
    relations = {r.premise: r for r in claims.relations.values()}
    for conflict in report.conflicts:
        own = dict.fromkeys(claims.claims[m].quantity for m in conflict.members if m in claims.claims)
        tied: dict[str, int] = {}
        for member in conflict.members:
            if member in relations:
                for name in names(relations[member].equation):
                    tied[name] = tied.get(name, 0) + 1
        through = [name for name, times in tied.items() if times > 1 and name not in own]
        mark = Mark.CONTRADICTION
        if not conflict.counts:
            mark = Mark.KNOWN
        elif conflict.kind is ConflictKind.DISAGREEMENT:
            mark = Mark.DISAGREEMENT
        marks[conflict.id] = mark
        for place in dict.fromkeys((*own, *through, *conflict.members)):
            involved.setdefault(place, []).append(conflict.id)
    return marks, involved


def _gravest(marks: dict[str, Mark], ids: Iterable[str]) -> Mark:
    found = {marks[id] for id in ids}
    return next((m for m in Mark if m in found), Mark.NONE)


def about(graph: Graph, quantities: Collection[str]) -> Graph:
    """The part of the graph that is in conflicts, and what leads to the given quantities."""
    kept = {n.key for n in graph.nodes if n.mark or n.name in quantities}
    into: dict[str, list[str]] = {}
    beside: dict[str, list[str]] = {}
    for edge in graph.edges:
        if edge.arrow:
            into.setdefault(edge.end, []).append(edge.start)
        relation, quantity = sorted((edge.start, edge.end), key=lambda k: k.startswith("q"))
        beside.setdefault(relation, []).append(quantity)
    stack = [n.key for n in graph.nodes if n.name in quantities]
    while stack:
        new = [k for k in into.get(stack.pop(), ()) if k not in kept]
        kept.update(new)
        stack += new
    kept |= {q for relation in kept for q in beside.get(relation, ())}
    return Graph(
        graph.title,
        tuple(n for n in graph.nodes if n.key in kept),
        tuple(e for e in graph.edges if {e.start, e.end} <= kept),
    )
