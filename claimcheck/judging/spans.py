"""Claims with `spans`: a printed range, checked end by end against the hull over the scenarios.

`51.7 % to 58.9 %` says of the least value that some scenario allows that it rounds to 51.7 %, and of the
greatest that it rounds to 58.9 %. A derived end is known to lie between the enclosure's end and that end
moved inwards by the gap; it agrees if all of that lies within what the printed end stands for, and
contradicts it if none of it does.
"""

from __future__ import annotations

from enum import StrEnum

from claimcheck.interval import Interval, disjoint, interval, point, subset
from claimcheck.judging.hulls import reach_of, spread
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.parts import Case, Part, Scenarios, touched
from claimcheck.judging.premises import basis
from claimcheck.judging.report import Conflict, ConflictKind
from claimcheck.literal import ROUNDINGS, Reading
from claimcheck.literal.rounding import as_printed
from claimcheck.model import Claim, ClaimSet
from claimcheck.solver.decision import Bound, Proof, magnitude
from claimcheck.solver.optimum import unclaimed
from claimcheck.units import to_base

__all__ = ["Agreement", "check_span", "printed_ends"]


class Agreement(StrEnum):
    """How a printed range compares with the hull."""

    AGREES = "agrees"
    CLASHES = "clashes"
    UNKNOWN = "unknown"
    VOID = "void"
    """There is nothing to compare with: no scenario is consistent or none bounds the quantity."""


def printed_ends(reading: Reading, *, integer: bool) -> tuple[Interval, Interval]:
    """What each end of a range stands for by itself, in the written unit.

    The reading keeps the ends of the whole range only; the way of rounding is the one that leads to them.
    """
    low, high = reading.printed
    whole = reading.interval
    if whole.lower == low.value and whole.upper == high.value:
        return point(low.value), point(high.value)
    for rounding in ROUNDINGS:
        first = as_printed(low, rounding, integer)[0]
        last = as_printed(high, rounding, integer)[0]
        if (first.lower, first.lower_closed) == (whole.lower, whole.lower_closed) and (
            last.upper,
            last.upper_closed,
        ) == (whole.upper, whole.upper_closed):
            return first, last
    return point(whole.lower), point(whole.upper)


def check_span(
    claims: ClaimSet, oracle: Oracle, claim: Claim, scenarios: Scenarios
) -> tuple[Agreement, Conflict | None, Bound | None]:
    """How the claim compares, its conflict if it clashes (without id), and the hull it was compared with.

    The conflict's members are the claim, its basis, and the premises that the clashing ends rest on. It is
    not called minimal: it is about all scenarios at once, not about one set of premises.
    """
    given = set(basis(claims, claim))
    allowed: dict[int, list[Case]] = {}
    for part in touched(scenarios, given):
        wanted = given & _all_of(part)
        allowed[scenarios.part_of[min(part.variables)]] = [c for c in part.cases if wanted <= c.premises]
    held = {i: cases for i, cases in allowed.items() if scenarios.parts[i].complete}
    whole = spread(scenarios, reach_of(scenarios, claim.quantity), held)
    hull = None if whole is None else whole.bound
    if hull is None or hull.interval.is_empty:
        return Agreement.VOID, None, hull
    if hull.interval == _hard_limits(oracle, claim.quantity):
        return (Agreement.VOID if hull.tight else Agreement.UNKNOWN), None, hull
    quantity = claims.quantities[claim.quantity]
    low, high = (to_base(x, claim.unit) for x in printed_ends(claim.reading, integer=quantity.integer))
    ends = [_compare(low, _reach(hull, lower=True)), _compare(high, _reach(hull, lower=False))]
    if Agreement.CLASHES not in ends:
        return Agreement.UNKNOWN if Agreement.UNKNOWN in ends else Agreement.AGREES, None, hull
    members = {claim.id, *given}
    if ends[0] is Agreement.CLASHES:
        members.update(hull.lower_premises)
    if ends[1] is Agreement.CLASHES:
        members.update(hull.upper_premises)
    ordered = oracle.problem.sort([m for m in members if m in oracle.problem.order])
    conflict = Conflict(
        "",
        ConflictKind.CONTRADICTION,
        tuple(m for m in ordered if m not in oracle.problem.hard),
        False,
        (hull.lower_proof if ends[0] is Agreement.CLASHES else hull.upper_proof) or hull.proof or Proof(()),
        conclusion=claim.id,
        would_need={claim.id: hull},
    )
    return Agreement.CLASHES, conflict, hull


def _all_of(part: Part) -> set[str]:
    return {p for c in part.cases for p in c.premises}


def _hard_limits(oracle: Oracle, quantity: str) -> Interval:
    return unclaimed(oracle.problem.variables[oracle.problem.number[quantity]]).interval


def _reach(hull: Bound, *, lower: bool) -> Interval | None:
    """Where the true end of the hull lies; None if there surely is none on that side."""
    x = hull.interval
    end, other = (x.lower, x.upper) if lower else (x.upper, x.lower)
    if end is None:
        return None if hull.tight else x  # not tight: a bound may exist that was not found
    inwards = other  # not tight: the true end may be anywhere within
    if hull.tight:
        slack = hull.gap * magnitude(x)
        inwards = end + slack if lower else end - slack
    return interval(end, inwards) if lower else interval(inwards, end)


def _compare(printed: Interval, derived: Interval | None) -> Agreement:
    if derived is None:
        return Agreement.CLASHES
    if subset(derived, printed):
        return Agreement.AGREES
    return Agreement.CLASHES if disjoint(derived, printed) else Agreement.UNKNOWN
