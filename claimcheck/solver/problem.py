"""What is solved: variables in base units, constraints as flat programs, premises that can be switched on.

A :class:`Constraint` holds its formula as a tape, a list of nodes in evaluation order in which equal
subexpressions are one node, so that what is shared is seen as shared (the expression DAG of HC4).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gmpy2 import mpq

from claimcheck.expression import Constant, Expression, Name, Number
from claimcheck.interval import ENTIRE, Interval, Rational, intersection, interval, point
from claimcheck.interval import e as enclose_e
from claimcheck.interval import pi as enclose_pi
from claimcheck.model import ClaimSet, Relation
from claimcheck.solver.tape import Node, Tape
from claimcheck.units import UnitTable, to_base

__all__ = ["Constraint", "Network", "Problem", "Variable", "compile_problem"]

_CONSTANT_BITS = 256
_ALIKE = 16
"""Components of one shape for which it pays to plan what to compute of all of them."""
_NETWORKS_KEPT = 256


@dataclass(frozen=True, slots=True)
class Variable:
    """A quantity to be solved for: its hard domain (base units) and, for an integer, the size of its unit.

    ``step``: the value must be a whole multiple of it (a quantity counted in GPU: 1); None: any real.
    """

    name: str
    domain: Interval = ENTIRE
    step: Rational | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """``left op right`` over a tape; ``variables`` are the numbers of the variables that occur in it."""

    premise: str
    tape: tuple[Node, ...]
    left: int
    op: str
    right: int
    variables: tuple[int, ...]
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """The relations of one component in force, and which of them each variable is in (their positions)."""

    constraints: tuple[Constraint, ...]
    watchers: Mapping[int, tuple[int, ...]]


class Problem:
    """Variables, constraints and claims; which of them hold is said per question by a set of premises.

    ``claims`` maps a claim id to (variable number, interval). ``hard`` premises (certain claims, definitions)
    hold in every question. ``order`` numbers every premise in file order.
    """

    def __init__(
        self,
        variables: tuple[Variable, ...],
        constraints: tuple[Constraint, ...],
        claims: Mapping[str, tuple[int, Interval]],
        hard: Collection[str] = (),
        sure: Mapping[str, Interval] | None = None,
        enclosed: Collection[str] = (),
    ) -> None:
        self.variables = variables
        self.number = {v.name: i for i, v in enumerate(variables)}
        self.constraints = {c.premise: c for c in constraints}
        self.claims = dict(claims)
        self.hard = frozenset(hard)
        self.sure = dict(sure or {})
        """What surely belongs to a claim or a limit (``domain:NAME``) whose irrational ends are enclosed."""
        self.enclosed = frozenset(enclosed)
        """The claims that state one irrational number (exactly 180 degree), which their interval encloses."""
        self.order = {p: i for i, p in enumerate((*self.claims, *self.constraints))}

        self.formulas: dict[object, Any] = {}
        """Formulas prepared by the optimiser, kept here because they depend on the relations alone."""
        self.layouts: dict[object, Any] = {}
        """Which components form trees (see ``trees``), by the relations and the variables claimed."""
        self.revisions: dict[tuple[int, ...], tuple[list[Interval], Any]] = {}
        """What constraints left of intervals, by the identities of both (see ``propagation``)."""
        self.fixpoints: dict[tuple[object, object], Any] = {}
        """Contracted boxes, by premises and variables."""
        self.holding: dict[tuple[int, ...], tuple[list[Interval], bool]] = {}
        """Whether constraints hold on intervals, by the identities of both (see ``witness``)."""
        self.extremes: dict[tuple[object, ...], tuple[list[Interval], Any]] = {}
        """Extremes of formulas, by the identities of formula and intervals (see ``sharpening``)."""
        self.middles: dict[tuple[int, int], tuple[Interval, Interval | None]] = {}
        """What to try first for a variable, by number and identity of its interval (see ``witness``)."""
        self.uses: dict[int, tuple[object, tuple[int, ...]]] = {}
        """What steps of proofs rest on at least, by their identity, each with the step to keep it alive."""
        self.repeated = False
        """Whether many other components differ from this one in numbers claimed only, as rows of a table."""
        self.wider: tuple[Problem, str] | None = None
        """The problem of which this is a copy, and the claim that says less there."""
        self._regions: list[int] | None = None
        self._inside: dict[int, list[int]] = {}
        self._shapes: dict[int, dict[object, Any]] | None = None
        self._parts: dict[int, Problem] = {}
        self._networks: dict[tuple[tuple[str, ...], tuple[int, ...] | None], Network] = {}
        self._groups: dict[tuple[frozenset[str], frozenset[int]], tuple[list[list[int]], frozenset[int]]] = {}
        self._touch: dict[str, tuple[int, ...]] = {p: (v,) for p, (v, _) in self.claims.items()}
        self._touch.update((p, c.variables) for p, c in self.constraints.items())
        self._at: dict[int, list[str]] = {}
        for premise, touched in self._touch.items():
            for number in touched:
                self._at.setdefault(number, []).append(premise)
        self._hard_at: dict[int, list[str]] = {}
        for premise in self.hard:
            for variable in self._touch[premise]:
                self._hard_at.setdefault(variable, []).append(premise)

    def network(self, premises: tuple[str, ...], variables: tuple[int, ...] | None = None) -> Network:
        """The network of the premises, in their order, within some variables (None: all). Kept a while."""
        key = (premises, variables)
        known = self._networks.get(key)
        if known is not None:
            return known
        inside = None if variables is None else set(variables)
        constraints = tuple(
            c
            for p in premises
            if (c := self.constraints.get(p)) is not None
            and (inside is None or not c.variables or c.variables[0] in inside)
        )
        watchers: dict[int, list[int]] = {}
        for number, constraint in enumerate(constraints):
            for variable in constraint.variables:
                watchers.setdefault(variable, []).append(number)
        network = Network(constraints, {v: tuple(numbers) for v, numbers in watchers.items()})
        while len(self._networks) >= _NETWORKS_KEPT:
            self._networks.pop(next(iter(self._networks)), None)
        self._networks[key] = network
        return network

    def groups(self, premises: Collection[str]) -> list[list[int]]:
        """The variables that the premises touch, also through hard ones, by connected component.

        Numbers are in order within a component, and components in order of their first number. They depend
        on the relations and on what is claimed, not on the claims. What relations tie is kept a while; a
        claim on a variable that none of them has, nor a hard one, is a component by itself.
        """
        relations = frozenset([p for p in premises if p in self.constraints])
        claimed = {self.claims[p][0] for p in premises if p not in relations}
        tied, covered = self._tied(relations, frozenset())
        alone = claimed - covered
        if any(p in self.constraints for v in alone for p in self._hard_at.get(v, ())):
            tied, covered = self._tied(relations, frozenset(claimed))
            alone = set()
        found = [list(group) for group in tied]
        if alone:
            found += [[v] for v in alone]
            found.sort()
        return found

    def _tied(
        self, relations: frozenset[str], claimed: frozenset[int]
    ) -> tuple[list[list[int]], frozenset[int]]:
        """The components of what relations and claims touch, and all variables in them."""
        key = (relations, claimed)
        known = self._groups.get(key)
        if known is None:
            while len(self._groups) >= _NETWORKS_KEPT:
                self._groups.pop(next(iter(self._groups)), None)
            groups = self._connected(relations, claimed)
            known = self._groups[key] = groups, frozenset([v for g in groups for v in g])
        return known

    def _connected(self, relations: Collection[str], claimed: Collection[int]) -> list[list[int]]:
        parent: dict[int, int] = {}

        def root(i: int) -> int:
            while parent[i] != i:
                parent[i] = parent[parent[i]]
                i = parent[i]
            return i

        waiting = [self._touch[p] for p in relations]
        waiting += [(v,) for v in claimed]
        seen = set(relations)
        while waiting:
            variables = waiting.pop()
            for variable in variables:
                if variable not in parent:
                    parent[variable] = variable
                    fresh = [p for p in self._hard_at.get(variable, ()) if p not in seen]
                    seen.update(fresh)
                    waiting.extend(self._touch[p] for p in fresh)
                parent[root(variable)] = root(variables[0])
        found: dict[int, list[int]] = {}
        for variable in sorted(parent):
            found.setdefault(root(variable), []).append(variable)
        return list(found.values())

    def with_claim(self, id: str, said: Interval) -> Problem:
        """The same problem with one claim narrowed to a part of its interval.

        What is known of the relations, whatever is claimed, serves both problems.
        """
        variable, x = self.claims[id]
        stated = {**self.claims, id: (variable, intersection(x, said))}
        sure = {k: v for k, v in self.sure.items() if k != id}
        constraints = tuple(self.constraints.values())
        other = Problem(self.variables, constraints, stated, self.hard, sure, self.enclosed)
        other.formulas, other.revisions, other.holding = self.formulas, self.revisions, self.holding
        other.extremes, other.middles, other.uses = self.extremes, self.middles, self.uses
        other._networks, other._groups = self._networks, self._groups
        other.wider = self, id
        other._regions = self._regions
        if id not in self.hard:
            other.layouts = self.layouts
        return other

    def regions(self) -> list[int]:
        """For each variable the number of what it is tied to by relations, in force or not."""
        if self._regions is None:
            parent = list(range(len(self.variables)))
            for constraint in self.constraints.values():
                for v in constraint.variables[1:]:
                    a, b = _root(parent, constraint.variables[0]), _root(parent, v)
                    parent[max(a, b)] = min(a, b)
            self._regions = [_root(parent, v) for v in range(len(parent))]
        return self._regions

    def _members(self) -> dict[int, list[int]]:
        """The variables of each region, by its number."""
        if not self._inside:
            for v, n in enumerate(self.regions()):
                self._inside.setdefault(n, []).append(v)
        return self._inside

    def region(self, variable: int) -> Problem:
        """The problem of all that is tied to a variable, without the others; kept.

        Variables have other numbers there, in the same order; all else goes by names.
        """
        regions = self.regions()
        number = regions[variable]
        known = self._parts.get(number)
        if known is None and self.wider is not None:
            wider, id = self.wider
            known = wider.region(variable)
            if id in known.claims:
                known = known.with_claim(id, self.claims[id][1])
            self._parts[number] = known
        if known is None:
            inside = self._members()[number]
            new = {v: i for i, v in enumerate(inside)}
            near = dict.fromkeys(p for v in inside for p in self._at.get(v, ()))
            premises = self.sort(near)
            limits = [f"domain:{self.variables[v].name}" for v in inside]
            known = Problem(
                tuple(self.variables[v] for v in inside),
                tuple(_renumbered(self.constraints[p], new) for p in premises if p in self.constraints),
                {p: (new[self.claims[p][0]], self.claims[p][1]) for p in premises if p in self.claims},
                self.hard.intersection(near),
                {k: self.sure[k] for k in (*near, *limits) if k in self.sure},
                self.enclosed.intersection(near),
            )
            if number in self._alike():
                known.layouts = self._alike()[number]
                known.repeated = True
            while len(self._parts) >= _NETWORKS_KEPT:
                self._parts.pop(next(iter(self._parts)), None)
            self._parts[number] = known
        return known

    def _alike(self) -> dict[int, dict[object, Any]]:
        """For regions that many others are like, in all but numbers claimed, the layouts that they share."""
        if self._shapes is None:
            self._shapes = {}
            if len(self.variables) < _ALIKE:
                return self._shapes
            shapes: dict[object, list[int]] = {}
            for number, inside in self._members().items():
                shape = self._shape(inside)
                if shape is not None:
                    shapes.setdefault(shape, []).append(number)
            for numbers in shapes.values():
                if len(numbers) >= _ALIKE:
                    shared: dict[object, Any] = {}
                    self._shapes.update((n, shared) for n in numbers)
        return self._shapes

    def _shape(self, inside: Sequence[int]) -> object | None:
        """All that a region is, but for names and numbers claimed; None with hard or inexact premises."""
        new = {v: i for i, v in enumerate(inside)}
        premises = self.sort(dict.fromkeys(p for v in inside for p in self._at.get(v, ())))
        limits = [f"domain:{self.variables[v].name}" for v in inside]
        if not self.hard.isdisjoint(premises) or any(p in self.sure for p in (*premises, *limits)):
            return None
        if not self.enclosed.isdisjoint(premises):
            return None
        relations = [_renumbered(self.constraints[p], new) for p in premises if p in self.constraints]
        return (
            tuple((self.variables[v].domain, self.variables[v].step) for v in inside),
            tuple((c.tape, c.left, c.op, c.right) for c in relations),
            tuple(new[self.claims[p][0]] for p in premises if p in self.claims),
        )

    def touching(self, variable: int) -> Sequence[str]:
        """The claims and relations that speak of a variable, whether they are in force or not."""
        return self._at.get(variable, ())

    def hard_on(self, variables: Iterable[int]) -> set[str]:
        """The hard premises that speak of any of these variables."""
        return {p for v in variables for p in self._hard_at.get(v, ())}

    def sort(self, premises: Collection[str]) -> tuple[str, ...]:
        """The premises in file order, claims before relations, each once."""
        return tuple(sorted(set(premises), key=self.order.__getitem__))


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


def _renumbered(constraint: Constraint, new: Mapping[int, int]) -> Constraint:
    """The constraint with other numbers of variables."""
    tape = tuple(Node(n.op, n.args, new[n.index], n.value) if n.op == "var" else n for n in constraint.tape)
    return replace(constraint, tape=tape, variables=tuple(new[v] for v in constraint.variables))


def add_expression(tape: Tape, tree: Expression, number: Mapping[str, int], units: UnitTable) -> int:
    """The node of a formula's value; ``number`` maps quantity names to variable numbers."""
    if isinstance(tree, Name):
        return tape.variable(number[tree.name])
    if isinstance(tree, Number):
        value = point(tree.value)
        return tape.constant(to_base(value, units.parse(tree.unit)) if tree.unit else value)
    if isinstance(tree, Constant):
        return tape.constant(enclose_pi(_CONSTANT_BITS) if tree.name == "pi" else enclose_e(_CONSTANT_BITS))
    args = [add_expression(tape, a, number, units) for a in tree.args]
    if tree.op in ("sum", "min", "max"):  # n-ary to binary
        op = "add" if tree.op == "sum" else tree.op
        at = args[0]
        for other in args[1:]:
            at = tape.apply(op, at, other)
        return at
    return tape.apply(tree.op, *args)


def compile_constraint(relation: Relation, number: Mapping[str, int], units: UnitTable) -> Constraint:
    """The constraint of one relation; ``number`` maps quantity names to variable numbers.

    ``within`` t means left = right * (1 + d) for some d in [-t, t].
    """
    tape = Tape()
    left = add_expression(tape, relation.equation.left, number, units)
    right = add_expression(tape, relation.equation.right, number, units)
    if left == right and relation.within is None:  # all that matters is where it is defined
        left, right = tape.apply("sub", left, right), tape.constant(0)
    if relation.within is not None:
        slack = tape.put(Node("free", value=interval(1 - relation.within, 1 + relation.within)))
        right = tape.put(Node("mul", (right, slack)))
    used = tuple(dict.fromkeys(n.index for n in tape.nodes if n.op == "var"))
    return Constraint(relation.premise, tuple(tape.nodes), left, relation.equation.op, right, used, relation)


def compile_problem(claims: ClaimSet) -> Problem:
    """The problem of a claim set that passed its cross checks. Conclusions take part as claims, too."""
    variables = []
    for quantity in claims.quantities.values():
        step = None
        if quantity.integer:
            scale = quantity.unit.scale
            step = scale.lower if scale.is_point else mpq(1)
        variables.append(Variable(quantity.name, quantity.domain, step))
    number = {v.name: i for i, v in enumerate(variables)}
    constraints = tuple(compile_constraint(r, number, claims.units) for r in claims.relations.values())
    hard = [c.id for c in claims.claims.values() if c.certain]
    hard += [r.premise for r in claims.relations.values() if r.definition]
    asserted = {c.id: (number[c.quantity], c.interval) for c in claims.claims.values()}
    printed = {c.id: (c.interval, c.unit.scale, c.reading.interval.is_point) for c in claims.claims.values()}
    printed.update((f"domain:{q.name}", (q.domain, q.unit.scale, False)) for q in claims.quantities.values())
    inexact = {id: (x, scale) for id, (x, scale, one) in printed.items() if not (scale.is_point or one)}
    sure = {id: _surely_inside(x, scale) for id, (x, scale) in inexact.items()}
    enclosed = [id for id, (_, scale, one) in printed.items() if one and not scale.is_point]
    return Problem(tuple(variables), constraints, asserted, hard, sure, enclosed)


def _surely_inside(x: Interval, scale: Interval) -> Interval:
    """What is left of an interval, converted outward by an enclosed factor, if it is converted inward."""
    most: Rational = scale.upper
    far = most / scale.lower
    low, high = x.lower, x.upper
    return interval(
        None if low is None else low * far if low > 0 else low / far,
        None if high is None else high / far if high > 0 else high * far,
        x.lower_closed,
        x.upper_closed,
    )
