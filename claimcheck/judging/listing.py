"""Which of very many scenarios a report lists: the first ones, or those at one end of an order.

The order is by the bounds of one quantity. Those of all scenarios are computed in doubles
(:mod:`claimcheck.judging.ranking`); what may be among the first ones is put in order by its exact ends.
"""

from __future__ import annotations

from dataclasses import dataclass

from claimcheck.interval import Interval
from claimcheck.judging.report import Scenario
from claimcheck.judging.scenarios import count, describe
from claimcheck.model import ClaimSet

__all__ = ["LISTED", "MOST_SORTED", "Listing", "in_order", "list_scenarios"]

LISTED = 4096
"""Most scenarios that are all listed in a report."""
_SAMPLE = 100
"""Of more, so many are listed unless another number is asked for."""
MOST_SORTED = 1 << 26
"""Scenarios whose bounds are all looked at for an order."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What to list of very many scenarios: ``top`` of them (None: a sample), after the first ``start``.

    ``sort`` says in which order: by ``lower`` end upwards, by ``upper`` end or ``width`` downwards, of the
    first reported quantity; empty is file order. Where all are listed whoever shows them has to choose.
    """

    top: int | None = None
    sort: str = ""
    start: int = 0

    def leaves_out(self, number: int) -> bool:
        """Whether some of so many scenarios are not listed, by the report or by whoever shows it as asked."""
        return number > LISTED or self.start > 0 or 0 < (self.top or 0) < number


def list_scenarios(
    claims: ClaimSet, told: describe, quantity: str | None, listing: Listing
) -> tuple[Scenario, ...]:
    """All scenarios if they are few, else those asked for. ``quantity``: the one to sort by."""
    number = count(told.scenarios)
    if number is not None and number <= LISTED:
        return told.some(LISTED)
    wanted = _SAMPLE if listing.top is None else min(listing.top or LISTED, LISTED)
    if listing.sort and quantity is not None and number is not None and number <= MOST_SORTED:
        from claimcheck.judging.ranking import first_in_order
        from claimcheck.judging.rows import sweep_of

        swept = sweep_of(claims, told.scenarios, (quantity,))
        last = listing.start + wanted
        found = [told(cases) for cases in swept.cases(first_in_order(swept, listing.sort, last))]
        return tuple(in_order(found, quantity, listing.sort)[listing.start : last])
    return told.some(wanted, listing.start)


def in_order(scenarios: list[Scenario], quantity: str, sort: str) -> list[Scenario]:
    """Scenarios by the exact bounds of a quantity; those without such bounds come last."""
    known = [s for s in scenarios if quantity in s.bounds and not s.bounds[quantity].interval.is_empty]
    bounded = {id(s) for s in known}
    known.sort(key=lambda s: _key(s.bounds[quantity].interval, sort))
    return known + [s for s in scenarios if id(s) not in bounded]


def _key(x: Interval, sort: str) -> tuple[bool, object]:
    """By lower end upwards, by upper end or width downwards; what has no bound there comes first."""
    if sort == "lower":
        return (x.lower is not None, x.lower if x.lower is not None else 0)
    if sort == "upper":
        return (x.upper is not None, -x.upper if x.upper is not None else 0)
    width = None if x.lower is None or x.upper is None else x.upper - x.lower
    return (width is not None, -width if width is not None else 0)
