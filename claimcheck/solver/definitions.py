"""Relations that only define a quantity: they follow whatever the rest does, and never clash with it.

``uptime = busy / elapsed`` says nothing about ``busy`` and ``elapsed`` if nothing else speaks of ``uptime``
and every quotient of theirs is one that ``uptime`` can be. Such relations are peeled off one after another,
outermost first (the leaves of the constraint graph: Freuder, A sufficient condition for backtrack-free
search, Journal of the ACM 29, 1982). What is left, the core, decides what can hold; what was peeled off
follows from it by evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from claimcheck.interval import Interval, point, subset
from claimcheck.operations import FORWARD, STEPS, defined
from claimcheck.solver.candidates import simplest_between
from claimcheck.solver.contractor import continuous, holds
from claimcheck.solver.decision import Witness
from claimcheck.solver.problem import Constraint, Problem
from claimcheck.solver.tape import Node, Tape, evaluate, needed

__all__ = ["Definition", "Formula", "closed_form", "isolated", "peel", "with_defined"]

_TOLERANCE = point(1)
"""The value of a tolerance in a witness: no use is made of it."""

_UNDO = {"add": ("sub", "sub"), "mul": ("div", "div"), "sub": ("add", "sub"), "div": ("mul", "div")}


@dataclass(frozen=True, slots=True)
class Formula:
    """The value of node ``root`` of a tape; ``inputs`` are the variables that occur in it."""

    nodes: tuple[Node, ...]
    root: int
    inputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A variable that one relation determines from others, whatever values these have."""

    variable: int
    premise: str
    formula: Formula


Box = Callable[[Collection[str]], Mapping[int, Interval]]
"""Enclosures of the variables of what solves the given relations with all else that holds, by number."""


def peel(problem: Problem, relations: Iterable[str], settled: Collection[int], box: Box) -> list[Definition]:
    """What can be peeled off the relations, in order of evaluation (each uses only what comes before).

    ``settled``: variables of which something besides the relations speaks (a claim). ``box`` is asked for
    enclosures once it is known which relations are left.
    """
    relations = tuple(relations)
    kept: set[str] = set()
    while True:
        found = _leaves(problem, [r for r in relations if r not in kept], kept, settled)
        if not found:
            return []
        peeled = {d.premise for d in found}
        core = [r for r in relations if r not in peeled]
        failed = _not_everywhere(problem, found, box(core))
        if not failed:
            return found
        kept |= failed


def _leaves(
    problem: Problem, relations: Sequence[str], kept: Iterable[str], settled: Collection[int]
) -> list[Definition]:
    """Relations with a variable of their own, outermost last; those kept are never peeled off."""
    within: dict[int, set[str]] = {}
    for premise in (*relations, *kept):
        for v in problem.constraints[premise].variables:
            within.setdefault(v, set()).add(premise)
    waiting = [v for v, own in within.items() if len(own) == 1]
    found: list[Definition] = []
    allowed = set(relations)
    while waiting:
        best: tuple[int, str, Formula] | None = None
        retry: list[int] = []
        for v in waiting:  # one that stands alone on a side first: that is how a definition is written
            (premise,) = within[v] or {""}
            if premise not in allowed or v in settled or problem.variables[v].step is not None:
                continue
            constraint = problem.constraints[premise]
            formula = isolated(constraint, v)
            if formula is None:
                continue
            retry.append(v)
            if best is None or _stands_alone(constraint, v):
                best = (v, premise, formula)
                if _stands_alone(constraint, v):
                    break
        if best is None:
            break
        v, premise, formula = best
        found.append(Definition(v, premise, formula))
        waiting = [w for w in waiting if w != v]
        for other in problem.constraints[premise].variables:
            within[other].discard(premise)
            if len(within[other]) == 1 and other not in waiting:
                waiting.append(other)
        waiting = [w for w in waiting if len(within[w]) == 1]
    return found[::-1]


def _stands_alone(constraint: Constraint, variable: int) -> bool:
    return any(
        node.op == "var" and node.index == variable
        for node in (constraint.tape[constraint.left], constraint.tape[constraint.right])
    )


def _not_everywhere(problem: Problem, found: Sequence[Definition], box: Mapping[int, Interval]) -> set[str]:
    """The premises of definitions that may fail somewhere in the box, and of those that these rest on."""
    values = dict(box)
    defining: dict[int, Definition] = {}
    failed: set[str] = set()
    for definition in found:
        x = _value(definition.formula, values, problem)
        if x is not None and subset(x, problem.variables[definition.variable].domain):
            values[definition.variable] = x
            if _evaluate(problem.constraints[definition.premise].tape, values, problem) is not None:
                defining[definition.variable] = definition
                continue
        waiting = [definition]
        while waiting:
            failing = waiting.pop()
            failed.add(failing.premise)
            waiting += [defining.pop(i) for i in failing.formula.inputs if i in defining]
    return failed


def _value(formula: Formula, box: Mapping[int, Interval], problem: Problem) -> Interval | None:
    values = _evaluate(formula.nodes, box, problem)
    return None if values is None else values[formula.root]


def _evaluate(nodes: Sequence[Node], box: Mapping[int, Interval], problem: Problem) -> list[Interval] | None:
    """The values of the nodes over the box; None if some is not defined everywhere in it."""
    values: list[Interval] = []
    for node in nodes:
        if node.op == "var":
            values.append(box.get(node.index, problem.variables[node.index].domain))
        elif node.op in ("const", "free"):
            values.append(node.value)
        else:
            args = [values[i] for i in node.args]
            if node.op not in STEPS and not defined(node.op, args):
                return None
            values.append(FORWARD[node.op](*args))
        if values[-1].is_empty:
            return None
    return values


def isolated(constraint: Constraint, variable: int) -> Formula | None:
    """The variable by an equation in which it occurs once, under + - * / only; None for any other."""
    if constraint.op != "=":
        return None
    tape = constraint.tape
    at = next((i for i, n in enumerate(tape) if n.op == "var" and n.index == variable), -1)
    above: dict[int, list[int]] = {}
    for i, node in enumerate(tape):
        for arg in node.args:
            above.setdefault(arg, []).append(i)
    path = [at]
    while path[-1] not in (constraint.left, constraint.right):
        users = above.get(path[-1], [])
        if len(users) != 1:
            return None
        path.append(users[0])
    root, other = path[-1], constraint.right if path[-1] == constraint.left else constraint.left
    if any(len(above.get(i, [])) != (i != root) for i in path) or other in path:
        return None
    if at in needed(tape, other):
        return None
    made = Tape()
    new: dict[int, int] = {}

    def copied(node: int) -> int:
        for i in needed(tape, node):
            if i not in new:
                old = tape[i]
                new[i] = made.put(Node(old.op, tuple(new[a] for a in old.args), old.index, old.value))
        return new[node]

    value = copied(other)
    for parent, child in zip(reversed(path), [*reversed(path[:-1])], strict=False):
        node = tape[parent]
        if node.op == "neg":
            value = made.apply("neg", value)
            continue
        if node.op not in _UNDO:
            return None
        first = node.args[0] == child
        sibling = copied(node.args[1] if first else node.args[0])
        op = _UNDO[node.op][0 if first else 1]
        swapped = not first and node.op in ("sub", "div")
        value = made.apply(op, sibling, value) if swapped else made.apply(op, value, sibling)
    return _formula(made.nodes, value)


def _formula(nodes: Sequence[Node], root: int) -> Formula:
    kept = needed(nodes, root)
    new = {old: i for i, old in enumerate(kept)}
    used = tuple(
        Node(n.op, tuple(new[a] for a in n.args), n.index, n.value) for n in (nodes[i] for i in kept)
    )
    inputs = tuple(dict.fromkeys(n.index for n in used if n.op == "var"))
    return Formula(used, new[root], inputs)


def with_defined(
    problem: Problem,
    definitions: Iterable[Definition],
    values: Mapping[str, Interval],
    solved: Sequence[tuple[tuple[str, ...], tuple[str, ...]]] = (),
) -> Witness | None:
    """A witness for the rest with the values of what is defined; None where one of them was not shown."""
    found = dict(values)
    more: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    variables = problem.variables
    for definition in definitions:
        name, inputs = variables[definition.variable].name, definition.formula.inputs
        if name in found:
            continue
        box = {v: found[variables[v].name] for v in inputs if variables[v].name in found}
        if len(box) < len(inputs):
            return None
        x = evaluate(definition.formula.nodes, box, _TOLERANCE)[definition.formula.root]
        if not x.is_point:
            value = _irrational(problem, definition, box, x)
            if value is None:
                return None
            x = value
            more += [] if x.is_point else [((name,), (definition.premise,))]
        found[name] = x
    # What was enclosed in a larger question may be an exact number in this one: that is checked as it stands.
    needed_yet = [block for block in solved if not all(found[name].is_point for name in block[0])]
    ordered = {n: found[n] for n in sorted(found, key=problem.number.__getitem__)}
    return Witness(ordered, (*needed_yet, *more))


def _irrational(
    problem: Problem, definition: Definition, inputs: Mapping[int, Interval], x: Interval
) -> Interval | None:
    """The value of a definition, of which ``x`` is an enclosure: any number there, if the relation has a
    tolerance, or the enclosure, if it is shown to have a solution in it.
    """
    if x.is_empty or not x.is_bounded:
        return None
    constraint = problem.constraints[definition.premise]
    box = {**inputs, definition.variable: x}
    if any(node.op == "free" for node in constraint.tape):
        box[definition.variable] = point(simplest_between(x.lower, x.upper))
        return box[definition.variable] if holds(constraint, box) else None
    return x if _stands_alone(constraint, definition.variable) and continuous(constraint, box) else None


def closed_form(definitions: Mapping[int, Definition], variable: int) -> tuple[Formula, tuple[str, ...]]:
    """A defined variable in terms of what is not defined, and the relations that were put into one another.

    ``definitions`` by variable, in order of evaluation.
    """
    waiting, wanted = [variable], {variable}
    while waiting:
        definition = definitions.get(waiting.pop())
        for i in definition.formula.inputs if definition is not None else ():
            if i not in wanted:
                wanted.add(i)
                waiting.append(i)
    tape = Tape()
    known: dict[int, int] = {}
    used = []
    for definition in definitions.values():
        if definition.variable not in wanted:
            continue
        used.append(definition.premise)
        new: list[int] = []
        for node in definition.formula.nodes:
            if node.op == "var":
                at = known.get(node.index)
                new.append(tape.variable(node.index) if at is None else at)
            else:
                new.append(tape.put(Node(node.op, tuple(new[a] for a in node.args), -1, node.value)))
        known[definition.variable] = new[definition.formula.root]
    return _formula(tape.nodes, known[variable] if variable in known else tape.variable(variable)), tuple(
        used
    )
