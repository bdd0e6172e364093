"""Witnesses: a value for every variable that satisfies all premises, found by fixing one after another.

Exact rationals wherever the relations allow. Where a relation makes a value irrational (``y = exp(x)``,
``x^2 = 2``) the variable is *solved*: enclosed so narrowly that the intermediate value theorem shows, by the
signs of left minus right at both ends and continuity between, that a value exists in the enclosure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.budget import Budget
from claimcheck.interval import Interval, Rational, interval, point
from claimcheck.solver.approach import approach
from claimcheck.solver.candidates import candidates, simplest_between
from claimcheck.solver.contractor import holds
from claimcheck.solver.decision import Witness
from claimcheck.solver.existence import solve_near, system
from claimcheck.solver.problem import Constraint, Network, Problem, Variable
from claimcheck.solver.propagation import Fixpoint, propagate
from claimcheck.solver.reduction import definitions
from claimcheck.solver.roots import existing
from claimcheck.solver.rows import Row
from claimcheck.solver.sums import key_to_sums, rows_of_sums, solution_of_sums

__all__ = ["find_witness", "find_witness_nearby", "fixing_order"]

_MOST_TRIES = 60
_FEW_TRIES = 6
_MOST_LET_GO = 4
_TRIAL_MOVES = 6
"""Round a circle a value that does not fit creeps on for long: another is sooner tried."""
_STARTS = 6
_MOST_KNOWN = 5000
_LITTLE = mpq(1, 2**60)
_LARGEST_SYSTEM = 12

Solved = tuple[tuple[str, ...], tuple[str, ...]]


def fixing_order(constraints: Sequence[Constraint], variables: Sequence[int]) -> tuple[list[int], int]:
    """Inputs first, then what relations of the form ``name = formula`` define from them, in that order.

    Returns the order and the number of inputs.
    """
    definition = definitions(constraints)
    order: list[int] = [v for v in variables if v not in definition]
    inputs = len(order)
    placed = set(order)
    rest = [v for v in variables if v in definition]
    while rest:
        ready = [v for v in rest if all(o in placed or o == v for o in definition[v].variables)]
        ready = ready or rest[:1]
        order.extend(ready)
        placed.update(ready)
        rest = [v for v in rest if v not in placed]
    return order, inputs


def find_witness(
    problem: Problem,
    premises: Collection[str],
    variables: Sequence[int],
    start: Fixpoint,
    *,
    budget: Budget,
    fixed: Sequence[tuple[int, Rational]] = (),
    within: Mapping[int, Interval] | None = None,
    wishes: Mapping[int, Rational] | None = None,
    tries: int = _MOST_TRIES,
) -> Witness | None:
    """A witness in a contracted box, with some variables held at given values; None if none was found.

    Solved values may lie outside the box, where the premises allow it, but stay ``within`` the given limits.
    ``wishes``: values to try first. Depth-first with few tries: None proves nothing.
    """
    in_order = premises if isinstance(premises, tuple) else problem.sort(premises)
    network = problem.network(in_order, tuple(variables))
    constraints = network.constraints
    allowed = _allowed(problem, premises, variables)
    allowed.update((v, iv.intersection(allowed[v], x)) for v, x in (within or {}).items())
    assume = [("case:fixed", v, point(q)) for v, q in fixed]
    root = start
    if assume:
        root = propagate(problem, premises, variables, start=start, assume=assume, budget=budget)
    if root.failure >= 0 or budget.spent:
        return None
    key = ("order", tuple([c.premise for c in constraints]), tuple(variables))
    if key not in problem.formulas:
        problem.formulas[key] = fixing_order(constraints, variables)
    order, inputs = problem.formulas[key]
    rows = rows_of_sums(constraints, root.box) if constraints else None
    search = _Search(problem, in_order, variables, network, order, allowed, budget, tries, wishes)
    if rows is not None:  # one straight way down, then the program
        search.tries = len(order)
    open_inputs = [v for v in order[:inputs] if not root.box[v].is_point]
    if len(open_inputs) > 1:
        quick = search.at_once(root, {v: _first(problem, v, root.box[v], wishes or {}) for v in open_inputs})
        found = None if quick is None else search.descend(quick, 0, {}, [])
        if found is not None:
            return found
    found = search.descend(root, 0, {}, [])
    if found is not None or budget.spent:
        return found
    if rows is not None:
        return search.by_program(root, rows)
    if tries < _MOST_TRIES:
        return None
    total = key_to_sums(constraints, root.box, problem.variables)
    if total is None:
        return None
    for value in _totals(root.box[total], problem.variables[total]):
        known = [("case:fixed", total, point(value))]
        part = propagate(problem, in_order, variables, start=root, assume=known, budget=budget)
        rows = rows_of_sums(constraints, part.box) if part.failure < 0 else None
        found = None if rows is None else search.by_program(part, rows)
        if found is not None or budget.spent:
            return found
    return None


def _totals(x: Interval, variable: Variable) -> Iterator[Rational]:
    """Numbers to try for what shares are of: usual ones, and larger ones, of which shares are finer."""
    yield from candidates(x, variable)
    if x.lower is not None and x.upper is None and x.lower > 0:
        for factor in (10, 100, 1000):
            yield next(candidates(interval(x.lower * factor, None), variable))


def find_witness_nearby(
    problem: Problem,
    premises: Collection[str],
    variables: Sequence[int],
    start: Fixpoint,
    *,
    budget: Budget,
    fixed: Sequence[tuple[int, Rational]] = (),
    within: Mapping[int, Interval] | None = None,
    starts: int = _STARTS,
) -> Witness | None:
    """A witness near a point that satisfies everything in floats; None if none was found.

    For relations in circles, where values chosen one after another seldom go together.
    """
    in_order = premises if isinstance(premises, tuple) else problem.sort(premises)
    network = problem.network(in_order, tuple(variables))
    constraints = network.constraints
    assume = [("case:fixed", v, point(q)) for v, q in fixed]
    root = start
    if assume:
        root = propagate(problem, in_order, variables, start=start, assume=assume, budget=budget)
    if root.failure >= 0 or not constraints or budget.spent:
        return None
    near = approach(constraints, variables, root.box, problem.variables, budget, starts)
    if near is None:
        return None
    allowed = _allowed(problem, in_order, variables)
    allowed.update((v, iv.intersection(allowed[v], x)) for v, x in (within or {}).items())
    search = _Search(
        problem, in_order, variables, network, near.order, allowed, budget, _FEW_TRIES, near.point
    )
    return search.descend(root, 0, {}, [])


def _first(problem: Problem, variable: int, x: Interval, wishes: Mapping[int, Rational]) -> Interval | None:
    """The first value to try for a variable, as the same object whenever it is looked for in the same x."""
    wish = wishes.get(variable)
    if wish is not None and wish in x:
        return point(wish)
    known = problem.middles.get((variable, id(x)))
    if known is not None:
        return known[1]
    if len(problem.middles) >= _MOST_KNOWN:
        problem.middles.clear()
    first = next(candidates(x, problem.variables[variable]), None)
    middle = None if first is None else point(first)
    problem.middles[variable, id(x)] = (x, middle)
    return middle


def _allowed(problem: Problem, premises: Collection[str], variables: Sequence[int]) -> dict[int, Interval]:
    """What hard limits and claims alone surely leave of each variable."""
    sure = problem.sure
    allowed = {v: problem.variables[v].domain for v in variables}
    if sure:
        allowed = {v: sure.get(f"domain:{problem.variables[v].name}", x) for v, x in allowed.items()}
    for premise in premises:
        claim = problem.claims.get(premise)
        if claim is not None and claim[0] in allowed:
            allowed[claim[0]] = iv.intersection(allowed[claim[0]], sure.get(premise, claim[1]))
    return allowed


class _Search:
    """The state shared by all levels of one witness search."""

    def __init__(
        self,
        problem: Problem,
        premises: Collection[str],
        variables: Sequence[int],
        network: Network,
        order: Sequence[int],
        allowed: Mapping[int, Interval],
        budget: Budget,
        tries: int,
        hints: Mapping[int, Rational] | None = None,
    ) -> None:
        self.problem = problem
        self.premises = premises
        self.variables = variables
        self.constraints = network.constraints
        self.watchers = network.watchers
        self.order = order
        self.allowed = allowed
        self.budget = budget
        self.tries = tries + 4 * len(order)
        self.hints = hints or {}
        """Values to try first."""

    def descend(
        self, at: Fixpoint, depth: int, solved: dict[int, Constraint], log: list[Solved]
    ) -> Witness | None:
        """Fix the variables from ``depth`` on; ``solved`` are those enclosed by a relation."""
        if self.budget.spent:
            return None
        while depth < len(self.order):
            variable = self.order[depth]
            if not at.box[variable].is_point:
                break
            depth += 1
        if depth == len(self.order):
            return self._checked(at, solved, log)
        variable = self.order[depth]
        first = self._likely(variable, at.box[variable])
        if first is not None and self.tries > 0:
            self.tries -= 1
            found = self._with(variable, first, at, depth, solved, log)
            if found is not None:
                return found
        enclosure = self._solve(at, variable, solved)
        if enclosure is not None:
            by, value = enclosure
            at = at.copy()
            at.box[variable] = value
            if value.is_point:  # an exact number after all: what it was solved from is checked as it stands
                return self.descend(at, depth + 1, solved, log)
            name = self.problem.variables[variable].name
            return self.descend(at, depth + 1, {**solved, variable: by}, [*log, ((name,), (by.premise,))])
        together = self._solve_together(at, solved, log)
        if together is not None:
            return together
        for value in candidates(at.box[variable], self.problem.variables[variable]):
            if value == first:
                continue
            self.tries -= 1
            if self.tries < 0 or self.budget.spent:
                return None
            found = self._with(variable, value, at, depth, solved, log)
            if found is not None:
                return found
        return None

    def at_once(self, at: Fixpoint, values: Mapping[int, Interval | None]) -> Fixpoint | None:
        """The fixpoint with many variables at given values, which is often good enough, and quick.

        Where these do not go together, those are let go that the failure rests on; None if that fails, too.
        """
        fixed = [("case:fixed", v, x) for v, x in values.items() if x is not None]
        for _ in range(_MOST_LET_GO):
            quick = propagate(
                self.problem, self.premises, self.variables, start=at, assume=fixed, budget=self.budget
            )
            if quick.failure < 0:
                return quick
            culprits = _assumed_in(quick)
            kept = [f for f in fixed if self.problem.variables[f[1]].name not in culprits]
            if len(kept) < 2 or len(kept) == len(fixed):
                return None
            fixed = kept
        return None

    def by_program(self, at: Fixpoint, rows: Sequence[Row]) -> Witness | None:
        """The witness with values for all open variables of sums that a program proposes, if it is one."""
        values = solution_of_sums(rows, at.box, self.problem.variables)
        if values is None:
            return None
        at = at.copy()
        for v, value in values.items():
            at.box[v] = point(value)
        self.tries = len(self.order)
        return self.descend(at, 0, {}, [])

    def _with(
        self,
        variable: int,
        value: Rational,
        at: Fixpoint,
        depth: int,
        solved: dict[int, Constraint],
        log: list[Solved],
    ) -> Witness | None:
        """A witness with the variable at a value."""
        try_this = [("case:fixed", variable, point(value))]
        below = propagate(
            self.problem,
            self.premises,
            self.variables,
            start=at,
            assume=try_this,
            free_moves=_TRIAL_MOVES,
            budget=self.budget,
        )
        if below.failure >= 0:
            return None
        for v in solved:  # the value meant may be anywhere in what was proved to hold it
            below.box[v] = at.box[v]
        return self.descend(below, depth + 1, solved, log)

    def _likely(self, variable: int, x: Interval) -> Rational | None:
        """A value to try before anything is solved for the variable: a hint, or what is short."""
        hint = self.hints.get(variable)
        if hint is not None:
            return hint if hint in x else None
        if x.lower is None or x.upper is None or x.upper - x.lower > abs(x.upper) * _LITTLE:
            return None
        return simplest_between(x.lower, x.upper)

    def _solve(
        self, at: Fixpoint, variable: int, solved: Mapping[int, Constraint]
    ) -> tuple[Constraint, Interval] | None:
        """An enclosure of a value of the variable that is proved to exist, by an equation in it alone."""
        if self.problem.variables[variable].step is not None:
            return None
        proved = set(map(id, solved.values()))
        for number in self.watchers.get(variable, ()):
            constraint = self.constraints[number]
            if constraint.op != "=" or id(constraint) in proved:
                continue
            if any(
                v != variable and not at.box[v].is_point and v not in solved for v in constraint.variables
            ):
                continue
            if any(n.op == "free" for n in constraint.tape):
                continue
            value = existing(constraint, at.box, variable)
            if value is not None and iv.subset(value, self.allowed[variable]):
                return constraint, value
        return None

    def _solve_together(
        self, at: Fixpoint, solved: Mapping[int, Constraint], log: list[Solved]
    ) -> Witness | None:
        """A witness by solving all open equations at once, where they are as many as the open variables."""
        unknowns = [v for v in self.variables if not at.box[v].is_point and v not in solved]
        if len(unknowns) > _LARGEST_SYSTEM:
            return None
        if any(self.problem.variables[v].step is not None for v in unknowns):
            return None
        proved = set(map(id, solved.values()))
        near = {number for v in unknowns for number in self.watchers.get(v, ())}
        open_equations = [
            c
            for c in (self.constraints[number] for number in sorted(near))
            if c.op == "=" and id(c) not in proved and not any(n.op == "free" for n in c.tape)
        ]
        if len(unknowns) != len(open_equations):
            return None
        key = ("system", tuple(unknowns), tuple(c.premise for c in open_equations))
        if key not in self.problem.formulas:
            self.problem.formulas[key] = system(open_equations, unknowns)
        equations = self.problem.formulas[key]
        found = (
            None
            if equations is None
            else solve_near(equations, at.box, self.allowed, self.budget, self.hints)
        )
        if found is None:
            return None
        at = at.copy()
        for v, x in found.items():  # the root may be a short rational
            at.box[v] = point(simplest_between(x.lower, x.upper))
        exact = self._checked(at, solved, log)
        if exact is not None:
            return exact
        for v, x in found.items():
            at.box[v] = x
        names = tuple(self.problem.variables[v].name for v in unknowns)
        solved_now = {**solved, **dict(zip(unknowns, open_equations, strict=True))}
        return self._checked(at, solved_now, [*log, (names, tuple(c.premise for c in open_equations))])

    def _checked(self, at: Fixpoint, solved: Mapping[int, Constraint], log: list[Solved]) -> Witness | None:
        """The witness, if every constraint holds for certain at the box.

        A number stated in an irrational unit is not known exactly: what is taken for it serves equations,
        but inequalities have to hold wherever it may be.
        """
        proved = set(map(id, solved.values()))
        if not all(iv.subset(at.box[v], x) for v, x in self.allowed.items()):
            return None
        stated = {self.problem.claims[p] for p in self.problem.enclosed.intersection(self.premises)}
        around = list(at.box)
        for variable, x in stated:
            around[variable] = x
        if stated and not all(c.op == "=" or holds(c, around) for c in self.constraints):
            return None
        if not all(id(c) in proved or _holds(self.problem, c, at.box) for c in self.constraints):
            return None
        values = {self.problem.variables[v].name: at.box[v] for v in self.variables}
        return Witness(values, tuple(log))


def _assumed_in(at: Fixpoint) -> set[str]:
    """The variables whose assumed values the failure rests on."""
    waiting, seen, found = [at.failure], set(), set()
    while waiting:
        number = waiting.pop()
        if number not in seen:
            seen.add(number)
            step = at.steps[number]
            if step.premise == "case:fixed":
                found.add(step.variable)
            waiting += step.uses
    return found


def _holds(problem: Problem, constraint: Constraint, box: Sequence[Interval]) -> bool:
    """Whether a constraint holds, looked up where it was tried on the same intervals (by identity)."""
    key = (id(constraint), *[id(box[v]) for v in constraint.variables])
    known = problem.holding.get(key)
    if known is None:
        if len(problem.holding) >= _MOST_KNOWN:
            problem.holding.clear()
        known = [box[v] for v in constraint.variables], holds(constraint, box)
        problem.holding[key] = known
    return known[1]
