"""The solver with a memory: what was once decided about a set of premises also answers for others.

A subset of a set that can hold can hold (with the same witness), and so can a set with further claims that
the witness happens to satisfy; a superset of one that cannot, cannot (with the same proof). Enumeration of
conflicts, repairs and scenarios asks many such sets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping

from claimcheck.budget import Budget
from claimcheck.interval import EMPTY, ENTIRE, Interval, Rational, intersection, point, shorten, subset
from claimcheck.judging.memory import Memory
from claimcheck.solver import optimum, search
from claimcheck.solver.candidates import simplest_between
from claimcheck.solver.contractor import project
from claimcheck.solver.decision import Answer, Bound, Decision, Witness
from claimcheck.solver.optimum import GAP, unclaimed
from claimcheck.solver.problem import Problem
from claimcheck.solver.propagation import propagate, round_to_step, within_reach
from claimcheck.solver.retraction import taken_back
from claimcheck.solver.trees import exact_range

__all__ = ["SMALL", "Oracle"]

_TRIED = 32
"""Recent witnesses tried on sets with further claims."""

SMALL = 100
"""Variables of a problem that is handed to the solver as a whole."""

_MANY = 500
"""Premises in one question, beyond which a short way to an enclosure is tried first."""

Decide = Callable[..., Decision]
Bounds = Callable[..., dict[str, Bound]]


class Oracle:
    """Answers questions about one problem within one budget.

    ``decide`` and ``bounds`` default to :func:`claimcheck.solver.search.decide` and
    :func:`claimcheck.solver.optimum.bounds`; tests put naive twins in their place. ``seconds`` limits one
    question, so that a hard one cannot use up the time of all.
    """

    def __init__(
        self,
        problem: Problem,
        budget: Budget,
        *,
        seconds: float | None = None,
        decide: Decide | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        self.problem = problem
        self.budget = budget
        self.seconds = seconds
        self.watch: Callable[[str, float], object] | None = None
        """Told what is being looked at, and which share of that is done."""
        self.asked = 0
        """Questions that reached the solver."""
        self._decide: Decide = decide or search.decide
        self._bounds: Bounds = bounds or optimum.bounds
        self._answers: dict[frozenset[str], Decision] = {}
        self._memory = Memory(problem.order)
        self._recent: deque[tuple[frozenset[str], Decision]] = deque(maxlen=_TRIED)
        self._enclosures: dict[tuple[frozenset[str], str, Rational], Bound] = {}

    def tell(self, what: str, done: float) -> None:
        """Tell whoever watches how far the check is."""
        if self.watch is not None:
            self.watch(what, done)

    def decide(self, premises: Iterable[str]) -> Decision:
        """Whether the premises (with all hard ones) can hold together.

        Asked per connected component, so that what was decided about one serves every set that has it.
        """
        asked = frozenset(premises)
        known = self._settled(asked)
        if known is not None:
            return known
        known = self._within_what_holds(asked)
        if known is not None:
            self._answers[asked] = known
            return known
        values: dict[str, Interval] = {}
        solved: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        unknown = False
        components = self._components(asked)
        several = len(components) > 1
        for group, within in components:
            decision = self._decide_component(within)
            if decision.answer is Answer.INFEASIBLE:
                self._answers[asked] = decision
                return decision
            if decision.witness is None:
                unknown = True
                continue
            names = {self.problem.variables[v].name for v in group}
            part = _restricted(decision.witness, names, within | self.problem.hard_on(group))
            if part is None:
                part = self._ask(within).witness
                if part is None:
                    unknown = True
                    continue
            values.update(part.values)
            solved.extend(part.solved)
        decision = Decision(Answer.FEASIBLE, witness=Witness(values, tuple(solved)))
        if unknown:
            decision = Decision(Answer.UNKNOWN)
        elif several:
            self._memory.hold(asked, decision)
        self._answers[asked] = decision
        return decision

    def witness(self, premises: Iterable[str]) -> Witness | None:
        """A witness under which the premises hold, perhaps of a larger set, with values for that."""
        asked = frozenset(premises)
        larger = self._memory.larger(asked)
        return self.decide(asked).witness if larger is None or larger.witness is None else larger.witness

    def _within_what_holds(self, asked: frozenset[str]) -> Decision | None:
        """The answer for a part of what is known to hold, without a look at its components."""
        larger = self._memory.larger(asked)
        if larger is None or larger.witness is None:
            return None
        witness = larger.witness
        touched = {v for group in self.problem.groups(asked) for v in group}
        names = {self.problem.variables[v].name for v in touched}
        part = _restricted(witness, names, asked | self.problem.hard_on(touched))
        return None if part is None else Decision(Answer.FEASIBLE, witness=part)

    def _components(self, premises: frozenset[str]) -> list[tuple[list[int], frozenset[str]]]:
        """The variables that the premises touch by component, each with the premises of that component."""
        groups = self.problem.groups(premises)
        home = {v: i for i, group in enumerate(groups) for v in group}
        within: list[set[str]] = [set() for _ in groups]
        for premise in premises:
            claim = self.problem.claims.get(premise)
            first = claim[0] if claim is not None else self.problem.constraints[premise].variables[0]
            within[home[first]].add(premise)
        return [(group, frozenset(own)) for group, own in zip(groups, within, strict=True)]

    def _settled(self, asked: frozenset[str]) -> Decision | None:
        """The answer to the same question, if there was one: later ones may tell what was unknown then."""
        known = self._answers.get(asked)
        return None if known is None or known.answer is Answer.UNKNOWN else known

    def _decide_component(self, asked: frozenset[str]) -> Decision:
        known = self._settled(asked)
        if known is not None:
            return known
        known = self._memory.larger(asked) or self._memory.core(asked)
        if known is not None:
            return known
        for known_to_hold, decision in self._recent:
            if self._satisfies(decision.witness, asked - known_to_hold):
                return decision
        return self._answers.get(asked) or self._ask(asked)

    def _ask(self, asked: frozenset[str]) -> Decision:
        self.asked += 1
        problem = self._about(asked)
        decision = self._decide(problem, problem.sort(asked), budget=self._one_question())
        self._answers[asked] = decision
        if decision.answer is Answer.FEASIBLE:
            self._memory.hold(asked, decision)
            self._recent.appendleft((asked, decision))
        elif decision.answer is Answer.INFEASIBLE:
            self._memory.clash(decision.core, decision)
        return decision

    def _satisfies(self, witness: Witness | None, further: frozenset[str]) -> bool:
        """Whether the witness has a value for the quantity of each further claim, and within it."""
        if witness is None:
            return False
        for premise in further:
            claim = self.problem.claims.get(premise)
            if claim is None or premise in self.problem.enclosed:
                return False
            value = witness.values.get(self.problem.variables[claim[0]].name)
            if value is None or not subset(value, self.problem.sure.get(premise, claim[1])):
                return False
        return True

    def can_hold(self, premises: Iterable[str]) -> bool:
        """Whether a witness shows that the premises can hold together."""
        return self.decide(premises).answer is Answer.FEASIBLE

    def bounds(
        self, premises: Collection[str], targets: Iterable[str], *, gap: Rational = GAP
    ) -> dict[str, Bound]:
        """Enclosures of the targets' values under the premises (EMPTY where these cannot hold).

        ``gap``: how far from the true ends, relative to their magnitude, they may stop.
        """
        wanted = list(targets)
        found: dict[str, Bound] = {}
        for group, within in self._components(frozenset(premises)):
            names = {self.problem.variables[v].name for v in group}
            inside = [t for t in wanted if t in names]
            missing = [t for t in inside if (within, t, gap) not in self._enclosures]
            if missing:
                self._ask_bounds(within, missing, gap)
            found.update((t, self._enclosures[within, t, gap]) for t in inside)
        for target in wanted:
            if target not in found:  # only hard facts speak of it
                number = self.problem.number[target]
                facts = self.problem.hard_on((number,))
                if facts:
                    found.update(self.bounds(facts, (target,), gap=gap))
                else:
                    found[target] = unclaimed(self.problem.variables[number])
        return {t: found[t] for t in wanted}

    def attaining(
        self,
        premises: Collection[str],
        target: str,
        end: tuple[Rational | None, bool],
        wishes: Mapping[str, Rational],
    ) -> Witness | None:
        """A witness of the target's component with the target at an end of its bound (None proves nothing).

        ``end``: the number (None: infinite), and whether it is the upper one. ``wishes``: values that other
        quantities are to have where they can.
        """
        number = self.problem.number[target]
        for group, within in self._components(frozenset(premises)):
            if number in group:
                problem = self._about(within)
                near = {n: q for n, q in wishes.items() if n in problem.number}
                return optimum.attaining(
                    problem, problem.sort(within), target, end, near, budget=self._one_question()
                )
        return None

    def contracted(self, premises: Collection[str], target: str, without: str = "") -> Interval:
        """An enclosure of the target's values from contraction alone: quick, and not always tight.

        ``without``: a claim that is taken back from the premises; to ask so for many claims takes less time.
        Among very many premises the relations next to the target are asked first, one by one, and where one
        bounds it on both sides this is the answer: what lies behind them might narrow it further, at the cost
        of a walk through everything.
        """
        number = self.problem.number[target]
        every, premises = premises, frozenset(premises) - {without}
        if len(premises) > _MANY:
            near = self._nearby(premises, number)
            if near.is_bounded and near != unclaimed(self.problem.variables[number]).interval:
                return near
        for group, within in self._components(frozenset(premises)):
            if number in group:
                problem = self._about(within)
                names = [self.problem.variables[v].name for v in group]
                own = [problem.number[n] for n in names]
                in_force = problem.sort(within | self.problem.hard_on(group))
                if problem.repeated:
                    left = exact_range(problem, in_force, problem.number[target])
                    if left is not None:
                        return left if left.is_empty else within_reach(shorten(left))
                if without in every and self.problem.claims[without][0] in group:
                    fixpoint = propagate(problem, problem.sort({*in_force, without}), own)
                    if fixpoint.failure < 0:
                        fixpoint = taken_back(problem, fixpoint, without, in_force, own)
                        return fixpoint.box[problem.number[target]] if fixpoint.failure < 0 else EMPTY
                fixpoint = propagate(problem, in_force, own)
                return fixpoint.box[problem.number[target]] if fixpoint.failure < 0 else EMPTY
        facts = self.problem.hard_on((number,))
        if facts and not facts.issubset(premises):  # only hard facts speak of it
            return self.contracted(facts, target)
        return unclaimed(self.problem.variables[number]).interval

    def _nearby(self, premises: Collection[str], number: int) -> Interval:
        """What each relation on a variable, taken by itself, and the claims on its variables leave of it."""
        problem = self.problem
        left = problem.variables[number].domain
        near = [p for p in problem.touching(number) if p in premises or p in problem.hard]
        for premise in near:
            if premise in problem.claims:
                left = intersection(left, problem.claims[premise][1])
        relations = [c for p in near if (c := problem.constraints.get(p)) is not None]
        for constraint in sorted(relations, key=lambda c: len(c.variables)):
            box = [ENTIRE] * len(problem.variables)
            for v in constraint.variables:
                box[v] = problem.variables[v].domain
                for p in problem.touching(v):
                    claim = problem.claims.get(p)
                    if claim is not None and (p in premises or p in problem.hard):
                        box[v] = intersection(box[v], claim[1])
                if box[v].is_empty:
                    return EMPTY
            found = intersection(left, project(constraint, box, number))
            if found != left:
                return round_to_step(found, problem.variables[number])
        return round_to_step(left, problem.variables[number])

    def _ask_bounds(self, premises: frozenset[str], targets: list[str], gap: Rational) -> None:
        self.asked += 1
        problem = self._about(premises)
        ordered = problem.sort(premises)
        found = self._bounds(problem, ordered, targets, budget=self._one_question(), gap=gap)
        for target in targets:
            bound = self._enclosures[premises, target, gap] = found[target]
            if bound.interval.is_empty and bound.proof is not None:  # as good as an answer to `decide`
                decision = Decision(Answer.INFEASIBLE, core=bound.lower_premises, proof=bound.proof)
                self._answers[premises] = decision
                self._memory.clash(bound.lower_premises, decision)

    def _about(self, premises: Collection[str]) -> Problem:
        """What to solve: of a large problem only what is tied to the premises of one component."""
        if len(self.problem.variables) <= SMALL or not premises:
            return self.problem
        first = next(iter(premises))
        claim = self.problem.claims.get(first)
        touched = (claim[0],) if claim is not None else self.problem.constraints[first].variables
        return self.problem.region(touched[0]) if touched else self.problem

    def _one_question(self) -> Budget:
        return Budget(self.seconds, self.budget)


def _restricted(witness: Witness, names: Collection[str], premises: Collection[str]) -> Witness | None:
    """What a witness for more premises says about fewer; None if it says too little.

    A value that was solved from relations left out is any number of its enclosure: what was solved with it
    further on was proved for the whole enclosure.
    """
    values = {n: x for n, x in witness.values.items() if n in names}
    solved: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for variables, by in witness.solved:
        left = [p for p in by if p in premises]
        inside = [v for v in variables if v in values]
        if len(left) == len(by):
            solved.append((variables, by))
        elif left and inside:
            return None
        for v in () if left else inside:
            values[v] = point(simplest_between(values[v].lower, values[v].upper))
    return Witness(values, tuple(solved))
