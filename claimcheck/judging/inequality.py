"""The one inequality behind a conflict, or behind the end of a bound, in the ends that were printed.

Relations that are products of powers (or sums) are put together with multipliers such that every quantity of
which nothing is known cancels. What is left says of the known ones, at the ends that matter, something like
``4.295E+23 FLOP / (147.5 TFLOP/s/GPU x 1024 GPU x 63.5 day) = 51.83 % > 51.75 %``: Farkas' lemma in a line
that a reader can follow with a pocket calculator. The relations of a minimal conflict are a tree or a single
circle, so exact elimination finds the multipliers; only where it leaves a choice is a linear program asked.

Ends that need more digits than are shown are rounded to the side that weakens the inequality, and the line is
recomputed in exact rationals from what it shows; one that does not hold as shown is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gmpy2 import mpq

from claimcheck.interval import Interval, Rational, interval
from claimcheck.judging.derivation import clash, steps_behind
from claimcheck.judging.lines import Line
from claimcheck.judging.report import Conflict
from claimcheck.judging.statement import Goal, state_gap, state_product, state_sum
from claimcheck.judging.terms import End, Inequality, Known
from claimcheck.model import ClaimSet, Quantity
from claimcheck.solver.decision import Bound, Proof
from claimcheck.solver.duality import multipliers
from claimcheck.solver.elimination import null_space
from claimcheck.solver.problem import Constraint, Variable, compile_constraint
from claimcheck.solver.propagation import round_to_step
from claimcheck.solver.rows import Row, product_row, sum_row
from claimcheck.units import Unit

__all__ = ["Inequality", "bound_inequality", "conflict_inequality"]

_MOST_ROWS = 40
"""Relations beyond which one line is no help to a reader."""


def conflict_inequality(claims: ClaimSet, conflict: Conflict) -> Inequality | None:
    """The inequality that shows a conflict; None where no single product or sum does.

    Its right side is the end of the claim that a reader is led to, if there is one (the conclusion, or a
    claim on a computed quantity), else 1 for a product and 0 for a sum.
    """
    conclusion = claims.claims.get(conflict.conclusion)
    if conclusion is not None and conclusion.spans:
        return None
    place = clash(claims, conflict)
    if place.derivation is None:
        return _apart(claims, conflict)
    lines = place.derivation.lines if place.claims else _behind(conflict.proof, len(conflict.proof.steps) - 1)
    members = (*conflict.members, *place.claims)
    goal = Goal(_number(claims).get(place.quantity))
    found = _best(claims, members, conflict.proof, lines, goal)
    return found or (None if place.claims else _best(claims, members, conflict.proof, lines, Goal()))


def bound_inequality(claims: ClaimSet, bound: Bound, quantity: str, *, upper: bool) -> Inequality | None:
    """How an end of a quantity's bound is computed from printed ends, as an inequality without a right side.

    None where the end is no single product or sum, or where that says less than the bound does.
    """
    end = bound.interval.upper if upper else bound.interval.lower
    proof = bound.proof or (bound.upper_proof if upper else bound.lower_proof)
    members = bound.upper_premises if upper else bound.lower_premises
    if end is None or proof is None or quantity not in claims.quantities:
        return None
    goals = [i for i, s in enumerate(proof.steps) if s.variable == quantity]
    return _best(claims, members, proof, _behind(proof, *goals), Goal(_number(claims)[quantity], end, upper))


def _number(claims: ClaimSet) -> dict[str, int]:
    return {name: i for i, name in enumerate(claims.quantities)}


def _behind(proof: Proof, *goals: int) -> list[Line]:
    """What some steps of a proof rest on, and they themselves."""
    steps = [proof.steps[i] for i in steps_behind(proof.steps, [g for g in goals if g >= 0])]
    return [Line(s.premise, s.variable, s.interval, through=s.through) for s in steps]


def _apart(claims: ClaimSet, conflict: Conflict) -> Inequality | None:
    """Of claims on one quantity that do not meet, the two ends that face each other across the gap."""
    known = _known(claims, set(conflict.members), (), set(), _number(claims))
    lower, upper = next(iter(known.values()), (None, None))
    return None if lower is None or upper is None else state_gap(upper, lower)


def _best(
    claims: ClaimSet, members: Iterable[str], proof: Proof, lines: Sequence[Line], goal: Goal
) -> Inequality | None:
    """The first inequality that holds: of products, else of sums."""
    used = _premises(claims, members, lines)
    number = _number(claims)
    constraints = [
        compile_constraint(r, number, claims.units) for r in claims.relations.values() if r.premise in used
    ]
    if len(constraints) > _MOST_ROWS:
        return None
    for product, state in ((True, state_product), (False, state_sum)):
        rows, others = _rows(constraints, product)
        if not rows and (product or constraints or goal.end is not None):
            continue
        known = _known(claims, used, lines, others, number)
        if goal.end is not None and goal.quantity is not None:
            known.pop(goal.quantity, None)
        if product and not _all_positive(claims, rows, known, proof):
            continue
        for weights in _weights(rows, known, goal, product):
            found = state(claims, rows, weights, known, goal)
            if found is not None:
                return found
    return None


def _premises(claims: ClaimSet, members: Iterable[str], lines: Iterable[Line]) -> set[str]:
    """The members, and the hard facts that the proof uses."""
    used = set(members)
    for line in lines:
        for premise in (line.premise, *line.through):
            claim = claims.claims.get(premise)
            relation = claims.relations.get(premise.removeprefix("relation:"))
            sure = (claim is not None and claim.certain) or (relation is not None and relation.definition)
            if sure or premise.startswith("domain:"):
                used.add(premise)
    return used


def _rows(constraints: Iterable[Constraint], product: bool) -> tuple[list[Row], set[str]]:
    """The relations of one kind as rows, and the names of the others."""
    rows, others = [], set()
    for constraint in constraints:
        row = product_row(constraint) if product else sum_row(constraint)
        if row is None or row.range.is_empty:
            others.add(constraint.premise)
        else:
            rows.append(row)
    return rows, others


def _known(
    claims: ClaimSet, used: set[str], lines: Iterable[Line], others: set[str], number: Mapping[str, int]
) -> Known:
    """Both ends of what is known of each quantity, each in the unit in which it was printed.

    Relations that are no rows speak through the intervals that the proof computed by them.
    """
    said: dict[str, list[tuple[Interval, Unit]]] = {}
    for id in used:
        claim = claims.claims.get(id)
        if claim is not None:
            said.setdefault(claim.quantity, []).append((claim.interval, claim.unit))
        elif id.startswith("domain:"):
            quantity = claims.quantities[id.removeprefix("domain:")]
            said.setdefault(quantity.name, []).append((quantity.domain, quantity.unit))
    for line in lines:
        if line.premise in others and not line.interval.is_empty:
            unit = claims.quantities[line.quantity].unit
            said.setdefault(line.quantity, []).append((line.interval, unit))
    known: Known = {}
    for name, parts in said.items():
        whole = [_whole(x, unit, claims.quantities[name]) for x, unit in parts]
        lower, upper = _tightest(whole, upper=False), _tightest(whole, upper=True)
        if lower is not None or upper is not None:
            known[number[name]] = (lower, upper)
    return known


def _whole(x: Interval, unit: Unit, quantity: Quantity) -> tuple[Interval, Unit]:
    """What is left of an interval for a quantity that is counted, in the unit that it is counted in."""
    if not quantity.integer:
        return x, unit
    size = quantity.unit.scale.lower if quantity.unit.scale.is_point else mpq(1)
    whole = round_to_step(x, Variable(quantity.name, step=size))
    return (x, unit) if whole.is_empty or whole == x else (whole, quantity.unit)


def _tightest(parts: Iterable[tuple[Interval, Unit]], *, upper: bool) -> End | None:
    best: End | None = None
    for x, unit in parts:
        value, closed = (x.upper, x.upper_closed) if upper else (x.lower, x.lower_closed)
        if value is None:
            continue
        inner = best is None or (value < best.value if upper else value > best.value)
        if inner or (best is not None and value == best.value and best.closed and not closed):
            best = End(value, closed, unit)
    return best


def _all_positive(claims: ClaimSet, rows: Iterable[Row], known: Known, proof: Proof) -> bool:
    """Whether every quantity in the rows is positive, as dividing by it requires.

    By its own ends, by its hard limits or by a step of the proof; or else because an equation says that a
    product of it with positive ones is positive.
    """
    names = list(claims.quantities)
    sure = {v for v, (lower, _) in known.items() if lower is not None and lower.value > 0}
    proved = {s.variable for s in proof.steps if s.interval.lower is not None and s.interval.lower > 0}
    for v in {v for r in rows for v in r.weights}:
        low = claims.quantities[names[v]].domain.lower
        if names[v] in proved or (low is not None and low > 0):
            sure.add(v)
    waiting = list(rows)
    while waiting:
        settled = [r for r in waiting if len(set(r.weights) - sure) <= 1]
        if not settled:
            return False
        for row in settled:
            for v in set(row.weights) - sure:
                low = row.range.lower
                if low is None or low <= 0 or row.range.upper is None or row.weights[v].numerator % 2 == 0:
                    return False
                sure.add(v)
        waiting = [r for r in waiting if r not in settled]
    return True


def _weights(rows: Sequence[Row], known: Known, goal: Goal, product: bool) -> Iterator[list[Rational]]:
    """Multipliers worth trying: by elimination, and only if that leaves a choice by a linear program."""
    if not rows:
        yield []
        return
    variables = {v for r in rows for v in r.weights}
    target = {goal.quantity: mpq(1)} if goal.end is not None and goal.quantity is not None else {}
    unknown = sorted(v for v in variables if v not in known and v not in target)
    space = null_space([[r.weights.get(v, mpq(0)) for r in rows] for v in unknown], len(rows))
    yield from space
    if len(space) > 1:
        box = {
            v: interval(low and low.value, high and high.value)
            for v in variables
            for low, high in (known.get(v, (None, None)),)
        }
        yield from multipliers(rows, box, target, product, goal.upper or not target)
