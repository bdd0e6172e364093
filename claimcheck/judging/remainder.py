"""Witnesses for what is left of a file, put together from those of its parts.

Relations that only define a quantity tie nothing (see :mod:`claimcheck.judging.ties`). Their values follow
from the parts by evaluation: for each group of definitions once, as long as the parts it draws on are the
same.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, MutableMapping, Sequence

from gmpy2 import mpq

from claimcheck.interval import Interval, point
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import evidence, soft_relations
from claimcheck.judging.ties import stated_hulls, variables_of
from claimcheck.model import ClaimSet
from claimcheck.solver.candidates import candidates
from claimcheck.solver.decision import Witness
from claimcheck.solver.definitions import Definition, with_defined

__all__ = ["Remainder"]


class Remainder:
    """Completes the witnesses of parts by what ``idle`` definitions say, given in order of evaluation."""

    def __init__(self, claims: ClaimSet, oracle: Oracle, idle: Sequence[Definition]) -> None:
        self.claims, self.oracle = claims, oracle
        self.groups = [_Group(oracle, group) for group in _connected(idle)]
        facts = [p for p in oracle.problem.sort(oracle.problem.hard) if p in oracle.problem.claims]
        stated = stated_hulls(oracle.problem, [*(c.id for c in evidence(claims)), *facts])
        self.free: dict[str, Interval] = {}
        """What a quantity is taken to be of which nothing that is left speaks."""
        for group in self.groups:
            for number in group.inputs:
                variable = oracle.problem.variables[number]
                tried = (*candidates(stated.get(number, variable.domain), variable), mpq(0))
                self.free[variable.name] = point(tried[0])
        self._same = Witness({})
        self._home: dict[str, Witness] = {}

    def settle(self, parts: Sequence[Witness], away: Collection[str], moving: Collection[int]) -> Witness:
        """As one: the witnesses of parts that are the same in every repair, with what draws on nothing else.

        ``away``: the premises of all other parts and the rivals that are out; ``moving``: the variables of
        these parts.
        """
        values = {name: x for part in parts for name, x in part.values.items()}
        solved = tuple(block for part in parts for block in part.solved)
        home = {name: part for part in parts for name in part.values}
        later = [g for g in self.groups if any(v in moving for v in g.inputs)]
        for group in self.groups:
            if any(v in moving for v in group.inputs):
                continue
            defined = group.defined(home, self.free)
            if defined is None:  # as in witnesses(), but once for all
                whole = self._all_left({*away, *(d.premise for g in later for d in g.definitions)})
                if whole is None:
                    later = self.groups
                else:
                    values, solved = dict(whole.values), whole.solved
                break
            values.update(defined.values)
            home.update(dict.fromkeys(defined.values, defined))
        self.groups = later
        self._same = Witness(values, solved)
        self._home = dict.fromkeys(values, self._same)
        return self._same

    def witnesses(self, parts: Sequence[Witness], away: Collection[str]) -> tuple[Witness, ...] | None:
        """Witnesses that together show that all evidence and relations but those ``away`` can hold.

        ``parts``: witnesses for what is left without the definitions, that of :meth:`settle` among them if
        it was called. None if none was found.
        """
        if not self.groups:
            return tuple(parts)
        own = {name: part for part in parts if part is not self._same for name in part.values}
        home = ChainMap(own, self._home)
        found = list(parts)
        for group in self.groups:
            defined = group.defined(home, self.free)
            if defined is None:  # irrational, or not defined there: asked once more, with all that is left
                whole = self._all_left(away)
                return None if whole is None else (whole,)
            found.append(defined)
            home.update(dict.fromkeys(defined.values, defined))
        return tuple(found)

    def _all_left(self, away: Collection[str]) -> Witness | None:
        problem = self.oracle.problem
        left = {*(c.id for c in evidence(self.claims)), *soft_relations(problem)}
        left.update(p for p in problem.hard if variables_of(problem, p))
        return self.oracle.decide(left.difference(away)).witness


class _Group:
    """Definitions that draw on each other; ``inputs`` are the variables that they start from."""

    def __init__(self, oracle: Oracle, definitions: Sequence[Definition]) -> None:
        self.problem = oracle.problem
        self.definitions = definitions
        own = {d.variable for d in definitions}
        self.inputs = tuple(dict.fromkeys(v for d in definitions for v in d.formula.inputs if v not in own))
        self.names = [self.problem.variables[v].name for v in self.inputs]
        self.known: dict[tuple[int, ...], tuple[list[Witness | None], Witness | None]] = {}

    def defined(self, home: MutableMapping[str, Witness], free: dict[str, Interval]) -> Witness | None:
        """Values of what is defined (and of inputs of which nothing speaks); None where one is not exact."""
        drawn_on = [home.get(name) for name in self.names]
        key = tuple(map(id, drawn_on))
        if key not in self.known:
            values = {
                name: free[name] if part is None else part.values[name]
                for name, part in zip(self.names, drawn_on, strict=True)
            }
            whole = with_defined(self.problem, self.definitions, values)
            own = None
            if whole is not None and not whole.solved:
                own = Witness({n: x for n, x in whole.values.items() if n not in home})
            self.known[key] = drawn_on, own  # with the parts, to keep them alive: identities are the key
        return self.known[key][1]


def _connected(definitions: Sequence[Definition]) -> list[list[Definition]]:
    """Definitions by connection through what they define, each list in the given order."""
    parent = {d.variable: d.variable for d in definitions}

    def root(v: int) -> int:
        while parent[v] != v:
            parent[v] = parent[parent[v]]
            v = parent[v]
        return v

    for definition in definitions:
        for v in definition.formula.inputs:
            if v in parent:
                parent[root(v)] = root(definition.variable)
    groups: dict[int, list[Definition]] = {}
    for definition in definitions:
        groups.setdefault(root(definition.variable), []).append(definition)
    return list(groups.values())
