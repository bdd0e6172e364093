"""Exact ends without search, where relations form a tree: one pass of intervals, then a point at each end.

Relations of the four operations, each with every quantity once, that form no circle leave each quantity
exactly what two passes leave of it: from the leaves to one quantity, and from there to the others
(directional consistency on trees: Freuder, A sufficient condition for backtrack-free search, J. ACM 29,
1982). How the relations have to be solved for which quantity depends on the relations alone: it is planned
once and carried out for every choice of claims.

Nothing rests on that theorem. The intervals come of sound operations, and every end is taken for exact only
with a point at it that all relations were computed for, in exact rationals. Where anything is out of the
ordinary (a divisor that may be zero, an open or missing end, a fraction where a whole number is wanted) there
is no answer here, and the general search has to find one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from claimcheck.interval import EMPTY, Interval, Rational
from claimcheck.interval._interval import make
from claimcheck.interval.sets import intersection
from claimcheck.solver.candidates import simplest_between
from claimcheck.solver.decision import Witness
from claimcheck.solver.isolation import Formula, each_once, holds_exactly, isolated
from claimcheck.solver.problem import Constraint, Problem
from claimcheck.solver.propagation import round_to_step

__all__ = ["Ends", "Tree", "exact_ends", "exact_point", "exact_range", "tree_of"]

_LARGEST_BITS = 4096
"""Longer ends are left to the search, which rounds them."""
_LAYOUTS_KEPT = 256


# -- what depends on the relations alone --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """Formulas in the order in which they narrow the variables they are solved for.

    ``walks`` are, for each variable asked about, those that give all others their values, one by one.
    """

    formulas: tuple[Formula, ...]
    walks: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Tree:
    """A component whose relations form a tree: its variables, what always holds, and its relations."""

    variables: tuple[int, ...]
    always: Mapping[int, Interval]
    """Hard limits and certain claims."""
    constraints: tuple[Constraint, ...]
    solved: Mapping[tuple[int, int], Formula]
    """By (number of the relation, variable)."""
    plans: dict[tuple[int, ...], _Plan] = field(default_factory=dict)

    def plan(self, targets: tuple[int, ...]) -> _Plan:
        """What to compute for some of the variables; kept."""
        known = self.plans.get(targets)
        if known is None:
            known = self.plans[targets] = self._planned(targets)
        return known

    def _planned(self, targets: tuple[int, ...]) -> _Plan:
        at: dict[int, list[int]] = {v: [] for v in self.variables}
        for number, constraint in enumerate(self.constraints):
            for v in constraint.variables:
                at[v].append(number)
        above: dict[
            int, int
        ] = {}  # the relation between a variable and the root; the variable above a relation
        head: dict[int, int] = {}
        order: list[int] = []
        reached = [targets[0]]
        for v in reached:
            for number in at[v]:
                if number not in head:
                    head[number] = v
                    order.append(number)
                    below = [w for w in self.constraints[number].variables if w != v]
                    above.update(dict.fromkeys(below, number))
                    reached.extend(below)
        ways = [(number, head[number]) for number in reversed(order)]
        for target in targets:
            path: list[tuple[int, int]] = []
            v = target
            while v in above:
                path.append((above[v], v))
                v = head[above[v]]
            ways.extend(way for way in reversed(path) if way not in ways)
        position = {way: i for i, way in enumerate(ways)}
        walks = {}
        for target in targets:
            walk, todo, used = [], [target], set()
            for v in todo:
                for number in at[v]:
                    if number not in used:
                        used.add(number)
                        walk.append(position[number, v])
                        todo.extend(w for w in self.constraints[number].variables if w != v)
            walks[target] = tuple(walk)
        return _Plan(tuple(self.solved[way] for way in ways), walks)


@dataclass(frozen=True, slots=True)
class _Layout:
    """The trees among the components of some premises, by each of their variables."""

    trees: Mapping[int, Tree]


def _layout(problem: Problem, relations: Sequence[str], claimed: Iterable[int]) -> _Layout:
    """Where the relations, and the hard premises about what they and claims speak of, form trees."""
    asserted = {v: p for p, (v, _) in problem.claims.items()}
    groups = problem.groups([*relations, *(asserted[v] for v in claimed)])
    in_force = {*relations, *problem.hard_on(v for g in groups for v in g)}
    constraints = [c for p in problem.sort(in_force) if (c := problem.constraints.get(p)) is not None]
    trees: dict[int, Tree] = {}
    for group in groups:
        tree = _tree(problem, group, in_force, constraints)
        if tree is not None:
            trees.update(dict.fromkeys(group, tree))
    return _Layout(trees)


def _tree(
    problem: Problem, group: Sequence[int], in_force: Collection[str], constraints: Sequence[Constraint]
) -> Tree | None:
    inside = set(group)
    own = [c for c in constraints if not c.variables or c.variables[0] in inside]
    edges = sum(len(c.variables) for c in own)
    if edges != len(group) + len(own) - 1:
        return None
    alone = [_solved(problem, c) for c in own]
    if not all(alone):
        return None
    solved = {(n, v): f for n, each in enumerate(alone) for v, f in each.items()}
    if None in solved.values() or any(f"domain:{problem.variables[v].name}" in problem.sure for v in group):
        return None
    always = {v: problem.variables[v].domain for v in group}
    for premise in in_force:
        if premise in problem.claims and problem.claims[premise][0] in inside:
            if premise in problem.sure or premise in problem.enclosed:
                return None
            v, x = problem.claims[premise]
            always[v] = intersection(always[v], x)
    always = {v: round_to_step(x, problem.variables[v]) for v, x in always.items()}
    known = {key: f for key, f in solved.items() if f is not None}
    return Tree(tuple(group), always, tuple(own), known)


def tree_of(problem: Problem, premises: Iterable[str], variable: int) -> Tree | None:
    """The tree that a variable belongs to under some premises, if it does to one."""
    relations = [p for p in premises if p not in problem.claims]
    stated = [p for p in premises if p in problem.claims]
    if any(p in problem.sure or p in problem.enclosed for p in stated):
        return None
    layout = _known_layout(problem, relations, [problem.claims[p] for p in stated])
    return layout.trees.get(variable)


def _known_layout(
    problem: Problem, relations: Sequence[str], asserted: Iterable[tuple[int, Interval]]
) -> _Layout:
    claimed = frozenset([v for v, _ in asserted])
    key = (
        tuple([problem.order[r] for r in relations]),
        claimed,
    )  # no names: components that are alike share it
    layout: _Layout | None = problem.layouts.get(key)
    if layout is None:
        while len(problem.layouts) >= _LAYOUTS_KEPT:
            problem.layouts.pop(next(iter(problem.layouts)), None)
        layout = problem.layouts[key] = _layout(problem, relations, claimed)
    return layout


def _solved(problem: Problem, constraint: Constraint) -> Mapping[int, Formula | None]:
    """The relation solved for each of its variables, kept; nothing if one of them occurs more than once."""
    key = ("solved", constraint.premise)
    known: Mapping[int, Formula | None] | None = problem.formulas.get(key)
    if known is None:
        once = each_once(constraint)
        known = {v: isolated(constraint, v) for v in constraint.variables} if once else {}
        problem.formulas[key] = known
    return known


# -- what depends on the claims ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ends:
    """The exact least and greatest value of a variable, both attained, with a point at each."""

    range: Interval
    lower: Witness
    upper: Witness


def exact_ends(problem: Problem, premises: Collection[str], targets: Iterable[int]) -> dict[int, Ends]:
    """The ends of those variables that belong to a tree, where nothing is out of the ordinary."""
    return _exact(problem, premises, targets, both=True)


def exact_point(problem: Problem, premises: Collection[str], variables: Sequence[int]) -> Witness | None:
    """A witness for a component that is a tree, at a value of one of its variables; None: look elsewhere."""
    inside = set(variables)
    for premise in premises:
        claim = problem.claims.get(premise)
        if claim is not None and claim[0] in inside and claim[1].is_bounded:
            found = _exact(problem, premises, claim[:1], both=False)
            return found[claim[0]].lower if found else None
    return None


def exact_range(problem: Problem, premises: Collection[str], target: int) -> Interval | None:
    """What is left of a variable that belongs to a tree (EMPTY: premises clash); None: look elsewhere."""
    split = _parted(problem, premises)
    tree = None if split is None else _known_layout(problem, *split).trees.get(target)
    if split is None or tree is None:
        return None
    passed = _passed(problem, tree, (target,), split[1], roughly=False)
    if passed is None:
        return None
    box = passed[2]
    return EMPTY if any(x.is_empty for x in box.values()) else box[target]


def _parted(
    problem: Problem, premises: Collection[str]
) -> tuple[list[str], list[tuple[int, Interval]]] | None:
    """The relations among premises, and what the claims assert; None with numbers that are not exact."""
    relations: list[str] = []
    asserted: list[tuple[int, Interval]] = []
    for premise in premises:
        claim = problem.claims.get(premise)
        if claim is None:
            relations.append(premise)
        elif premise in problem.sure or premise in problem.enclosed:
            return None
        else:
            asserted.append(claim)
    return relations, asserted


def _exact(
    problem: Problem, premises: Collection[str], targets: Iterable[int], *, both: bool
) -> dict[int, Ends]:
    split = _parted(problem, premises)
    if split is None:
        return {}
    relations, asserted = split
    layout = _known_layout(problem, relations, asserted)
    found: dict[int, Ends] = {}
    asked: dict[int, tuple[Tree, list[int]]] = {}
    for target in targets:
        tree = layout.trees.get(target)
        if tree is not None:
            asked.setdefault(id(tree), (tree, []))[1].append(target)
    for tree, wanted in asked.values():
        _ends(problem, tree, tuple(wanted), asserted, found, both=both)
    return found


def _ends(
    problem: Problem,
    tree: Tree,
    targets: tuple[int, ...],
    asserted: Sequence[tuple[int, Interval]],
    found: dict[int, Ends],
    *,
    both: bool,
) -> None:
    """Add what was found for the targets; of one number (twice) where not ``both`` ends are wanted."""
    passed = _passed(problem, tree, targets, asserted, roughly=not both)
    if passed is None:
        return
    limits, slots, box = passed
    plan = tree.plan(targets)
    if any(x.is_empty for x in box.values()):
        return
    for target in targets:
        x = box[target]
        if not (x.lower_closed and x.upper_closed) or _too_long(x):
            continue
        ends: list[Witness] = []
        for end in (
            (x.lower, x.upper) if both and x.lower is not x.upper else (_one_of(problem, target, x, both),)
        ):
            at = {target: end}
            if not all(
                plan.formulas[i].back(slots[i], at[plan.formulas[i].target], at) for i in plan.walks[target]
            ):
                break
            if not _satisfies(problem, tree, limits, at):
                break
            ends.append(
                Witness({problem.variables[v].name: make(at[v], at[v], True, True) for v in tree.variables})
            )
        else:
            found[target] = Ends(x, ends[0], ends[-1])


def _one_of(problem: Problem, v: int, x: Interval, end: bool) -> Rational:
    """A short number in the inner part of a range if components like this are many, else its lower end."""
    if end or not problem.repeated or problem.variables[v].step is not None or x.is_point:
        return x.lower
    low: Rational = x.lower
    high: Rational = x.upper
    return simplest_between((3 * low + high) / 4, (low + 3 * high) / 4)


def _passed(
    problem: Problem,
    tree: Tree,
    targets: tuple[int, ...],
    asserted: Iterable[tuple[int, Interval]],
    *,
    roughly: bool,
) -> tuple[dict[int, Interval], list[list[Interval]], dict[int, Interval]] | None:
    """The limits, the slots of each formula on the plan for some targets, and what is left."""
    limits = dict(tree.always)
    for v, x in asserted:
        if v in limits:
            limits[v] = round_to_step(intersection(limits[v], x), problem.variables[v])
    box = dict(limits)
    slots: list[list[Interval]] = []
    for formula in tree.plan(targets).formulas:
        values = formula.forward(box, roughly=roughly)  # for a point all relations are tried anyway
        if values is None:
            return None
        v = formula.target
        new = intersection(box[v], values[formula.root])
        if problem.variables[v].step is not None:
            new = round_to_step(new, problem.variables[v])
        box[v] = new
        slots.append(values)
    return limits, slots, box


def _too_long(x: Interval) -> bool:
    low, high = x.lower, x.upper
    return (
        low is None
        or high is None
        or max(
            low.numerator.bit_length(),
            low.denominator.bit_length(),
            high.numerator.bit_length(),
            high.denominator.bit_length(),
        )
        > _LARGEST_BITS
    )


def _satisfies(
    problem: Problem, tree: Tree, limits: Mapping[int, Interval], at: Mapping[int, Rational]
) -> bool:
    """Whether a point is within all limits, and every relation holds there exactly."""
    for v, q in at.items():
        if q not in limits[v]:
            return False
        step = problem.variables[v].step
        if step is not None and (q / step).denominator != 1:
            return False
    return all(holds_exactly(c, at) for c in tree.constraints)
