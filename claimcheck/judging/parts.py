"""The parts into which the choices of a file fall, each solved for its own choices alone.

What can be said about a quantity depends only on the choices that can reach it. Quantities that relations
or a coupled source tie to each other are one component. Within it, relations that only define a quantity
(:mod:`claimcheck.solver.definitions`) never decide what can hold, so they tie nothing: without them a
component falls into parts, and each defined quantity is a part of its own that has no choice.
A scenario is one case of every part.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gmpy2 import mpq

from claimcheck.interval import Interval, hull, intersection
from claimcheck.judging.choices import Choice, count_selections, coupled_evidence, find_choices, selections
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import evidence, rivals, soft_relations
from claimcheck.judging.report import Verdict
from claimcheck.judging.ties import Ties, stated_hulls, variables_of
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Answer, Bound, Witness
from claimcheck.solver.definitions import Definition, peel
from claimcheck.solver.problem import Problem
from claimcheck.solver.propagation import propagate

if TYPE_CHECKING:
    from claimcheck.judging.manycases import ManyCases

__all__ = ["Case", "Part", "Scenarios", "contradicted", "explore", "touched"]

_MOST_CASES = 4096
_FIRST_CASES = 128
"""Cases looked at one by one where all others are known."""


@dataclass(frozen=True, slots=True)
class Case:
    """One selection within a part, and what follows. ``picks`` numbers the option taken for each choice."""

    picks: tuple[int, ...]
    choices: Mapping[str, tuple[str, ...]]
    premises: frozenset[str]
    verdict: Verdict
    bounds: Mapping[str, Bound]
    witness: Witness | None


@dataclass(frozen=True, slots=True)
class Part:
    """Quantities whose choices are looked at together, with the cases of these.

    ``base`` holds in every case. ``complete``: all cases were looked at; otherwise ``rest`` encloses what the
    others could add to the hull. ``count``: how many cases there are, looked at or not (None: not known).
    ``component``: parts with the same number are tied to each other by definitions. ``many``: what is known
    of all cases where only the first of them are in ``cases``.
    """

    variables: frozenset[int]
    base: frozenset[str]
    cases: tuple[Case, ...]
    complete: bool = True
    rest: Mapping[str, Bound] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    count: int | None = 1
    component: int = 0
    many: ManyCases | None = None

    @property
    def known(self) -> bool:
        """Whether the verdict of every case is known, looked at one by one or not."""
        return self.complete or self.many is not None

    def number(self, verdict: Verdict) -> int:
        """How many cases have a verdict, of those that are known."""
        if self.many is not None:
            return self.many.number(verdict)
        return sum(c.verdict is verdict for c in self.cases)


@dataclass(frozen=True)
class Scenarios:
    """All scenarios of a file: one case of every part makes one.

    ``definitions``: what follows from the parts by evaluation, by variable, in order of evaluation.
    ``part_of``: the place of each variable's part.
    """

    oracle: Oracle
    parts: tuple[Part, ...]
    definitions: Mapping[int, Definition] = field(default_factory=dict)
    part_of: Mapping[int, int] = field(default_factory=dict)
    components: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """The places of the parts of each component."""
    defined_in: Mapping[int, Mapping[int, Definition]] = field(default_factory=dict)
    """The definitions of each component that has any, by variable, in order of evaluation."""
    users: Mapping[int, tuple[Definition, ...]] = field(default_factory=dict)
    """The definitions that each variable enters directly."""

    @property
    def problem(self) -> Problem:
        """What is solved."""
        return self.oracle.problem

    @functools.cached_property
    def complete(self) -> bool:
        """Whether all cases of all parts were looked at."""
        return all(p.complete for p in self.parts)

    @functools.cached_property
    def known(self) -> bool:
        """Whether the verdicts of all cases are known."""
        return all(p.known for p in self.parts)

    @functools.cached_property
    def holding(self) -> int:
        """How many combinations of cases are consistent."""
        return math.prod(p.number(Verdict.CONSISTENT) for p in self.parts)


def explore(
    claims: ClaimSet, oracle: Oracle, targets: Collection[str], given: Collection[str] = ()
) -> Scenarios:
    """The scenarios of a file, with the cases of every part solved, in order of their first quantity.

    ``targets``: the quantities to bound. ``given``: only cases that hold these premises (full ids), where
    they are of that part.
    """
    problem = oracle.problem
    soft = [c.id for c in evidence(claims)]
    competing = {r for group in rivals(claims).values() for r in group}
    relations = [
        *soft_relations(problem),
        *(p for p in problem.sort(problem.hard) if p in problem.constraints),
    ]
    facts = [p for p in problem.sort(problem.hard) if p in problem.claims]
    choices = find_choices(claims, problem, soft)
    loose = {id for c in choices for option in c.options for id in option}
    coupled = coupled_evidence(claims, soft, choices)
    conditional = {id: s for s, ids in coupled.items() for id in ids}
    together = [*coupled.values(), *rivals(claims).values()]
    tied = Ties(problem, [*soft, *facts, *relations], together)
    contested = {problem.number[c.name] for c in choices if c.name in problem.number}
    claimed = {problem.claims[id][0] for id in (*soft, *facts)}
    sure = [id for id in soft if id not in conditional or problem.claims[id][0] in contested]
    said = stated_hulls(problem, [*sure, *facts])
    definitions = _definitions(problem, tied, relations, competing, claimed, said)
    defining = {d.premise for d in definitions.values()}
    core = Ties(problem, [*soft, *facts, *(r for r in relations if r not in defining)], together)
    regions = {v: r for r in core.regions for v in r}
    mine: dict[frozenset[int], list[str]] = {r: [] for r in core.regions}
    for p in (*soft, *facts, *relations):
        about = variables_of(problem, p)
        if about and p not in defining:
            mine[regions[about[0]]].append(p)
    own: dict[frozenset[int], list[Choice]] = {r: [] for r in core.regions}
    for c in choices:
        about = variables_of(problem, c.options[0][0])
        if about:
            own[regions[about[0]]].append(c.holding(given))
    asked = _asked(problem, definitions, targets)
    ready = []
    for variables in core.regions:
        base = frozenset(p for p in mine[variables] if p not in loose and p not in conditional)
        sources = {conditional[p]: coupled[conditional[p]] for p in mine[variables] if p in conditional}
        bounded = [problem.variables[v].name for v in sorted(variables) if v in asked]
        wanted = frozenset(given).intersection(mine[variables])
        ready.append((variables, own[variables], base, sources, bounded, wanted))
    # One question settles all parts without choices at once, in the common case that they can hold.
    oracle.decide({p for _, open_choices, base, *_ in ready if not open_choices for p in base})
    parts = []
    for done, waiting in enumerate(ready):
        oracle.tell("source combinations", done / len(ready))
        parts.append(_solve(oracle, *waiting))
    parts += [_defined(problem, d) for d in definitions.values()]
    parts = [replace(p, component=tied.number[min(p.variables)]) for p in parts]
    parts.sort(key=lambda p: min(p.variables))
    place = {v: i for i, p in enumerate(parts) for v in p.variables}
    components: dict[int, list[int]] = {}
    for i, part in enumerate(parts):
        components.setdefault(part.component, []).append(i)
    defined_in: dict[int, dict[int, Definition]] = {}
    users: dict[int, tuple[Definition, ...]] = {}
    for v, definition in definitions.items():
        defined_in.setdefault(tied.number[v], {})[v] = definition
        for i in definition.formula.inputs:
            users[i] = (*users.get(i, ()), definition)
    return Scenarios(
        oracle,
        tuple(parts),
        definitions,
        place,
        {n: tuple(places) for n, places in components.items()},
        defined_in,
        users,
    )


def contradicted(scenarios: Scenarios, conflicts: Collection[frozenset[str]]) -> Scenarios:
    """With those undecided cases contradictory that hold a conflict which was found later."""

    def settled(case: Case) -> Case:
        if case.verdict is not Verdict.UNKNOWN or not any(c <= case.premises for c in conflicts):
            return case
        return replace(case, verdict=Verdict.CONTRADICTORY, bounds={}, witness=None)

    if not conflicts:
        return scenarios
    parts = tuple(replace(p, cases=tuple(map(settled, p.cases))) for p in scenarios.parts)
    return replace(scenarios, parts=parts)


def touched(scenarios: Scenarios, premises: Iterable[str], variables: Iterable[int] = ()) -> list[Part]:
    """The parts of some variables, and of those that some premises speak of, in order."""
    numbers = {*variables, *(v for p in premises for v in variables_of(scenarios.problem, p))}
    return [
        scenarios.parts[i] for i in sorted({scenarios.part_of[v] for v in numbers if v in scenarios.part_of})
    ]


def _asked(problem: Problem, definitions: Mapping[int, Definition], targets: Collection[str]) -> set[int]:
    """The variables to bound: the targets, and what those that are defined are defined from."""
    found: set[int] = set()
    waiting = [problem.number[q] for q in targets]
    while waiting:
        v = waiting.pop()
        if v not in found:
            found.add(v)
            waiting += definitions[v].formula.inputs if v in definitions else ()
    return found


def _defined(problem: Problem, definition: Definition) -> Part:
    premises = frozenset((definition.premise,))
    case = Case((), {}, premises, Verdict.CONSISTENT, {}, Witness({}))
    return Part(frozenset((definition.variable,)), premises, (case,))


# -- definitions -----------------------------------------------------------------------------------------


def _definitions(
    problem: Problem,
    tied: Ties,
    relations: Iterable[str],
    competing: Collection[str],
    claimed: Collection[int],
    said: Mapping[int, Interval],
) -> dict[int, Definition]:
    """What is only defined, component by component, in order of evaluation.

    ``claimed``: the variables of which some claim speaks; ``said``: what holds of them in every scenario.
    That alone usually shows that a definition holds everywhere; where not, the relations that are left are
    asked, too, what they leave of its inputs.
    """
    within: dict[int, list[str]] = {}
    settled = set(claimed)
    for r in relations:
        variables = problem.constraints[r].variables
        if r in competing:
            settled.update(variables)
        elif variables:
            within.setdefault(tied.number[variables[0]], []).append(r)
    found: dict[int, Definition] = {}
    for number, own in within.items():
        region = tied.regions[number]
        asked = 0

        def box(core: Collection[str], region: frozenset[int] = region) -> Mapping[int, Interval]:
            nonlocal asked
            asked += 1
            here = {v: said[v] for v in sorted(region) if v in said}
            if asked == 1:
                return here
            assume = [("case:claims", v, x) for v, x in here.items()]
            at = propagate(problem, problem.sort(core), sorted(region), assume=assume)
            return here if at.failure >= 0 else {v: at.box[v] for v in region}

        found.update((d.variable, d) for d in peel(problem, own, settled, box))
    return found


# -- cases --------------------------------------------------------------------------------------------------


def _solve(
    oracle: Oracle,
    variables: frozenset[int],
    choices: Sequence[Choice],
    base: frozenset[str],
    coupled: Mapping[str, Collection[str]],
    asked: Sequence[str],
    wanted: frozenset[str],
) -> Part:
    def solved(picks: tuple[int, ...]) -> Case:
        chosen = {c.name: c.options[i] for c, i in zip(choices, picks, strict=True)}
        return _case(oracle, variables, picks, chosen, base.union(*chosen.values()), asked)

    looked_at = list(itertools.islice(selections(choices, coupled), _MOST_CASES + 1))
    count = count_selections(choices, coupled)
    complete = count is not None and len(looked_at) <= _MOST_CASES
    many = None
    if not complete and count is not None and not coupled:
        from claimcheck.judging.manycases import many_cases

        many = many_cases(oracle, base, choices, asked, solved)
    cases: list[Case] = [] if many is None else [many.case(n) for n in many.some(_FIRST_CASES)]
    for selection in looked_at[:_MOST_CASES] if many is None else ():
        premises = base.union(selection.extra, *selection.chosen.values())
        if wanted <= premises:
            if oracle.budget.spent and cases:
                complete = False
                break
            cases.append(_case(oracle, variables, selection.picks, selection.chosen, premises, asked))
    rest = {} if complete else _rest(oracle, base, choices, asked)
    if complete:
        count = len(cases)
    names = tuple(c.name for c in choices)
    return Part(variables, base, tuple(cases), complete, rest, names, count, many=many)


def _rest(
    oracle: Oracle, base: Collection[str], choices: Sequence[Choice], asked: Sequence[str]
) -> dict[str, Bound]:
    """Enclosures for cases that were not looked at: what attains their ends need not be one of them.

    Each holds some of what is claimed of a contested quantity.
    """
    claims = oracle.problem.claims
    said = {
        c.name: functools.reduce(hull, [claims[id][1] for i in c.open for id in c.options[i]])
        for c in choices
        if c.name in oracle.problem.number
    }
    found = {}
    for q, b in oracle.bounds(base, asked).items():
        x = intersection(b.interval, said[q]) if q in said else b.interval
        loose = replace(b, tight=False, gap=max(b.gap, mpq(1)), lower_witness=None, upper_witness=None)
        found[q] = loose if x == b.interval else Bound(x, False, mpq(1))
    return found


def _case(
    oracle: Oracle,
    variables: frozenset[int],
    picks: tuple[int, ...],
    choices: Mapping[str, tuple[str, ...]],
    premises: frozenset[str],
    asked: Sequence[str],
) -> Case:
    decision = oracle.decide(premises)
    if decision.answer is Answer.INFEASIBLE:
        return Case(picks, choices, premises, Verdict.CONTRADICTORY, {}, None)
    bounds = oracle.bounds(premises, asked) if asked else {}
    if any(b.interval.is_empty for b in bounds.values()):
        return Case(picks, choices, premises, Verdict.CONTRADICTORY, {}, None)
    if decision.witness is None:
        return Case(picks, choices, premises, Verdict.UNKNOWN, bounds, None)
    names = {oracle.problem.variables[v].name for v in variables}
    witness = Witness(
        {n: x for n, x in decision.witness.values.items() if n in names},
        tuple(block for block in decision.witness.solved if names.issuperset(block[0])),
    )
    return Case(picks, choices, premises, Verdict.CONSISTENT, bounds, witness)
