"""The steps of a proof as lines that a person can follow, none of which repeats or says less than another."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from claimcheck.algebra.inversion import invert, occurrences
from claimcheck.expression import Apply, Equation, Expression, Name, names
from claimcheck.formula import print_expression
from claimcheck.interval import ENTIRE, Interval, intersection
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Step

__all__ = ["Line", "lines_of", "meet", "needed_lines", "reachable", "right_side", "some_lines", "solved_for"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a derivation: ``premise`` says that ``quantity`` lies in ``interval`` (base units).

    ``premise`` is a claim id, ``relation:ID``, ``domain:NAME`` (a hard limit), ``integer:NAME`` (whole
    multiples only) or ``case:...``. For a relation, ``solved`` is what the quantity equals, or None where
    it cannot be written in terms of the others; ``uses`` are positions of the lines it is computed from, and
    ``through`` names further relations that were put into it. ``rounds``: where relations narrow their
    quantities in turn, round after round, lines of the last round say how many there were; the first round
    has lines of its own, those between are left out.
    """

    premise: str
    quantity: str
    interval: Interval
    solved: Expression | None = None
    uses: tuple[int, ...] = ()
    through: tuple[str, ...] = ()
    rounds: int = 1

    @property
    def formula(self) -> str:
        """What the quantity equals, as text; empty where that is not known."""
        return "" if self.solved is None else print_expression(self.solved)

    @property
    def is_relation(self) -> bool:
        """Whether the line is computed, and not stated."""
        return self.premise.startswith("relation:")


def lines_of(
    claims: ClaimSet, steps: tuple[Step, ...], kept: list[int], goals: Iterable[int]
) -> tuple[Line, ...]:
    """Steps as lines: what is stated first, then what is computed, repeated narrowings merged.

    ``goals``: the steps that they lead to, whose lines stay.
    """
    groups: list[list[int]] = []
    needs: list[set[int]] = []
    latest: dict[tuple[str, str], int] = {}
    group_of: dict[int, int] = {}
    for number in sorted(kept, key=lambda i: steps[i].premise.startswith(("relation:", "integer:"))):
        step = steps[number]
        at = latest.get((step.premise, step.variable))
        own = {group_of[u] for u in step.uses if u in group_of} - {at}
        # A line must not come to rest on itself: then the later narrowing stays a line of its own.
        if at is None or at in reachable(own, needs.__getitem__):
            own |= set() if at is None else {at} & {group_of.get(u, -1) for u in step.uses}
            at = latest[step.premise, step.variable] = len(groups)
            groups.append([])
            needs.append(set())
        groups[at].append(number)
        needs[at] |= own
        group_of[number] = at
    order = _sorted_by_need(needs)
    place = {group: i for i, group in enumerate(order)}
    lines = [
        _line(
            claims,
            steps[groups[g][0]],
            meet(steps[n].interval for n in groups[g]),
            tuple(sorted(place[n] for n in needs[g])),
        )
        for g in order
    ]
    aims = {place[group_of[g]] for g in goals if g in group_of}
    idle = {
        i
        for i in aims
        if lines[i].premise.startswith("domain:")
        and any(_supersedes(lines[j], j, lines[i], i) for j in aims - {i})
    }
    return needed_lines(*_first_and_last_rounds(lines, aims - idle))


def reachable(start: Iterable[int], following: Callable[[int], Iterable[int]]) -> set[int]:
    """All that some numbers rest on, directly or not, and they themselves (a program slice backward)."""
    found: set[int] = set()
    waiting = list(start)
    while waiting:
        if (number := waiting.pop()) not in found:
            found.add(number)
            waiting += following(number)
    return found


def _sorted_by_need(needs: list[set[int]]) -> list[int]:
    """Topological order, otherwise as it was (depth first, without recursion)."""
    order: list[int] = []
    done: set[int] = set()
    for first in range(len(needs)):
        stack = [first]
        while stack:
            waiting = sorted(needs[stack[-1]] - done)
            if waiting:
                stack.append(waiting[0])
                continue
            group = stack.pop()
            if group not in done:
                done.add(group)
                order.append(group)
    return order


def _line(claims: ClaimSet, step: Step, found: Interval, uses: tuple[int, ...]) -> Line:
    if step.premise in claims.claims:
        found = claims.claims[step.premise].interval  # the proof may hold only the end that it needs
    right = None
    if step.premise.startswith("relation:"):
        relation = claims.relations.get(step.premise.removeprefix("relation:"))
        if relation is not None:
            right = right_side(claims, relation.equation, step.variable, step.through)
    return Line(step.premise, step.variable, found, right, uses, step.through)


def needed_lines(lines: Sequence[Line], goals: Iterable[int]) -> tuple[Line, ...]:
    """Leave out, of what a line is computed from, what another input says of the same quantity as well.

    What the ``goals`` do not rest on then is left out, too.
    """
    told = []
    for line in lines:
        inputs = [(u, lines[u]) for u in line.uses]
        uses = tuple(u for u, x in inputs if not any(_supersedes(y, v, x, u) for v, y in inputs))
        told.append(replace(line, uses=uses))
    return some_lines(told, sorted(reachable(goals, lambda i: told[i].uses)))


def _supersedes(one: Line, at: int, other: Line, place: int) -> bool:
    """Whether a line at one place says as much of a quantity as another, and more or sooner."""
    if one.quantity != other.quantity or meet((one.interval, other.interval)) != one.interval:
        return False
    return one.interval != other.interval or at < place


def _first_and_last_rounds(lines: Sequence[Line], goals: Iterable[int]) -> tuple[tuple[Line, ...], set[int]]:
    """Leave out what a relation says of a quantity again, each time by what others have said since.

    The result has the lines that are left, and the goals among them.
    """
    same: dict[tuple[str, str, tuple[str, ...]], list[int]] = {}
    for place, line in enumerate(lines):
        same.setdefault((line.premise, line.quantity, line.through), []).append(place)
    stands_for = list(range(len(lines)))
    told = list(lines)
    for _, *later, last in (places for places in same.values() if len(places) > 2):
        between = [p for p in later if _supersedes(lines[last], last, lines[p], p)]
        told[last] = replace(lines[last], rounds=len(between) + 2 if between else 1)
        for place in between:
            stands_for[place] = last
    for place, line in enumerate(told):
        # What rests on a round that is left out rests on the last one, or for that itself on the first.
        uses = dict.fromkeys(stands_for[u] for u in line.uses)
        back = {v: same[lines[v].premise, lines[v].quantity, lines[v].through] for v in uses}
        rounds = max([line.rounds, *(len(back[v]) for v in uses if v > place)])
        uses = dict.fromkeys(v if v < place else back[v][0] for v in uses)
        told[place] = replace(line, uses=tuple(uses), rounds=rounds)
    kept = [i for i in range(len(lines)) if stands_for[i] == i]
    return some_lines(told, kept), {kept.index(stands_for[g]) for g in goals}


def some_lines(lines: Sequence[Line], kept: Sequence[int]) -> tuple[Line, ...]:
    """Some of the lines, with the numbers of those they rest on brought up to date."""
    new = {old: i for i, old in enumerate(kept)}
    return tuple(replace(o, uses=tuple(new[u] for u in o.uses if u in new)) for o in (lines[i] for i in kept))


def meet(parts: Iterable[Interval]) -> Interval:
    """The numbers in all of some intervals."""
    return functools.reduce(intersection, parts, ENTIRE)


def right_side(
    claims: ClaimSet, equation: Equation, name: str, through: tuple[str, ...]
) -> Expression | None:
    """What the quantity equals by an equation, with what further relations say put into it."""
    right = solved_for(equation, name)
    for premise in through:  # put in what the further relations say of the quantities they define
        relation = claims.relations.get(premise.removeprefix("relation:"))
        if right is None or relation is None:
            return None
        for inner in names(relation.equation):
            instead = solved_for(relation.equation, inner)
            if inner != name and inner in names(right) and instead is not None and name not in names(instead):
                right = _put(right, inner, instead)
                break
    return right


def _put(tree: Expression, name: str, instead: Expression) -> Expression:
    if isinstance(tree, Name):
        return instead if tree.name == name else tree
    if isinstance(tree, Apply):
        return Apply(tree.op, tuple(_put(a, name, instead) for a in tree.args))
    return tree


def solved_for(equation: Equation, name: str) -> Expression | None:
    """What the quantity equals by an equation in which it occurs once; None where that has no single answer.

    It is for reading only (a division may be by zero) and proves nothing.
    """
    if equation.op != "=" or occurrences(equation, name) != 1:
        return None
    solved = invert(equation, name, ())
    return None if solved is None else solved.right
