"""What a program gets from a report: intervals with a unit, and rows for a data frame.

The renderers show reports to people; this is the same for programs, in numbers.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from claimcheck.decimals import lower_text, upper_text
from claimcheck.diagnostics import InputProblem
from claimcheck.interval import EMPTY, Interval, Rational
from claimcheck.judging.hulls import union
from claimcheck.judging.premises import evidence
from claimcheck.judging.report import Conflict, Report
from claimcheck.judging.wording import interval_text
from claimcheck.model import ClaimSet
from claimcheck.solver.floats import above, below
from claimcheck.units import DIMENSIONLESS, Unit, UnitTable, format_dimension, from_base
from claimcheck.units.quantity import to_pint

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from claimcheck.judging.shifts import Shifts
    from claimcheck.judging.supports import Supports

__all__ = ["QuantityInterval", "bounds", "conflict_html", "plot", "report_html", "rows", "shifts", "supports"]


@dataclass(frozen=True, slots=True)
class QuantityInterval:
    """An interval of a quantity, shown in a unit. ``base`` is the same in base units.

    ``lower`` and ``upper`` are exact fractions in the unit, None where there is no bound; ``tight`` says that
    a witness comes within the solver's gap of both.

    >>> from claimcheck.interval import interval
    >>> QuantityInterval(interval("0.5", "0.75"), DIMENSIONLESS, True).to("percent")
    Interval [50, 75] percent
    """

    base: Interval
    unit: Unit
    tight: bool
    table: UnitTable | None = None

    @property
    def shown(self) -> Interval:
        """The interval in its unit."""
        return from_base(self.base, self.unit)

    @property
    def lower(self) -> Fraction | None:
        """The lower end in the unit."""
        return _fraction(self.shown.lower)

    @property
    def upper(self) -> Fraction | None:
        """The upper end in the unit."""
        return _fraction(self.shown.upper)

    @property
    def is_empty(self) -> bool:
        """Whether no value is possible."""
        return self.base.is_empty

    def __contains__(self, x: object) -> bool:
        """Whether a number, in the unit, lies in it. A float counts as the binary fraction that it is."""
        if not isinstance(x, (int, float, Fraction)):
            return False
        if isinstance(x, float) and not math.isfinite(x):
            return False
        return Fraction(x) in self.shown

    def to(self, unit: str) -> QuantityInterval:
        """The same interval in another unit. Raises InputProblem (CC22x unit, CC262 another dimension)."""
        table = self.table or UnitTable()
        read = table.parse(unit)
        if read.dimension != self.unit.dimension or self.unit.is_date:
            raise InputProblem(
                "CC262",
                f"{unit} is {format_dimension(read.dimension)}, the interval is "
                f"{'a date' if self.unit.is_date else format_dimension(self.unit.dimension)}",
                "name a unit of the same dimension",
            )
        return QuantityInterval(self.base, read, self.tight, self.table)

    def pint(self, unit: str = "", registry: Any = None) -> tuple[Any, Any]:
        """Both ends as pint quantities (None: no bound), in ``unit`` or in base units, with exact fractions.

        ``registry``: yours, so that they mix with your other quantities.
        """
        if self.unit.is_date:
            raise TypeError("a date is no quantity with a unit; use .lower and .upper (seconds since 1970)")
        if self.base.is_empty:
            return None, None
        low, high = self.base.lower, self.base.upper
        return (
            None if low is None else to_pint(low, self.unit, unit, registry),
            None if high is None else to_pint(high, self.unit, unit, registry),
        )

    def __str__(self) -> str:
        """Ends rounded outward to twelve digits: ``Interval [0.601308420242, 0.617756229201]``."""
        x = self.shown
        if x.is_empty:
            return "Interval empty"
        low = "-inf" if x.lower is None else lower_text(x.lower)
        high = "inf" if x.upper is None else upper_text(x.upper)
        left, right = "[" if x.lower_closed else "(", "]" if x.upper_closed else ")"
        return f"Interval {left}{low}, {high}{right} {self.unit.text}".rstrip()

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        loose = "" if self.tight else " <small>(not proved to be the tightest)</small>"
        return f"<span>{html.escape(interval_text(self.base, self.unit))}{loose}</span>"


def _fraction(q: Rational | None) -> Fraction | None:
    return None if q is None else Fraction(int(q.numerator), int(q.denominator))


def _claims(report: Report) -> ClaimSet:
    if report.claim_set is None:
        raise ValueError(f"{report.path} was not checked: " + "; ".join(str(d) for d in report.diagnostics))
    return report.claim_set


def _shown_in(claims: ClaimSet, quantity: str) -> Unit:
    """The unit a program sees: plain numbers for ratios (not percent), else the quantity's own unit."""
    unit = claims.quantities[quantity].unit
    return DIMENSIONLESS if not unit.dimension and not unit.is_date else unit


def bounds(report: Report, quantity: str, choices: Mapping[str, str]) -> QuantityInterval:
    """What ``quantity`` can be in the scenarios that make these choices, together; see Report.bounds."""
    claims = _claims(report)
    if quantity not in claims.quantities:
        raise KeyError(f"no quantity is named {quantity!r}")
    picked = {name: _picked(claims, name, wanted) for name, wanted in choices.items()}
    unit = _shown_in(claims, quantity)
    scenarios = report.scenarios
    # Where the time ran out the scenarios not looked at are not listed, but they are part of the hull.
    if report.complete and all(quantity in s.bounds for s in scenarios if s.verdict != "contradictory"):
        found = [
            s.bounds[quantity]
            for s in scenarios
            if s.verdict != "contradictory"
            and all(id in s.choices.get(name, (id,)) for name, id in picked.items())
        ]
        bound = union(found) if found else None
    else:
        from claimcheck.judging.verification import hull_under

        bound = hull_under(claims, quantity, tuple(picked.values()))
    if bound is None:
        return QuantityInterval(EMPTY, unit, True, claims.units)
    return QuantityInterval(bound.interval, unit, bound.tight, claims.units)


def supports(report: Report, quantity: str, choices: Mapping[str, str], budget: float | None) -> Supports:
    """The supports of both ends of a quantity's bound; see Report.supports."""
    from claimcheck.budget import Budget
    from claimcheck.judging.supports import EndSupports, Supports, supports_in
    from claimcheck.solver.problem import compile_problem

    claims = _claims(report)
    if quantity not in claims.quantities:
        raise KeyError(f"no quantity is named {quantity!r}")
    picked = {name: _picked(claims, name, wanted) for name, wanted in choices.items()}
    asked = [
        s
        for s in report.scenarios
        if s.verdict != "contradictory"
        and all(id in s.choices.get(name, (id,)) for name, id in picked.items())
        and quantity in s.bounds
    ]
    if not asked:
        raise ValueError(
            f"no scenario that is listed and consistent has a bound on {quantity} with these choices"
        )
    whole = union([s.bounds[quantity] for s in asked]).interval
    found = [(s, s.bounds[quantity].interval) for s in asked]
    first = next(s for s, x in found if (x.lower, x.lower_closed) == (whole.lower, whole.lower_closed))
    last = next(s for s, x in found if (x.upper, x.upper_closed) == (whole.upper, whole.upper_closed))
    time = Budget(claims.settings.budget if budget is None else budget)
    problem = compile_problem(claims)
    low = supports_in(claims, problem, first, quantity, budget=time)
    high = low if last is first else supports_in(claims, problem, last, quantity, budget=time)
    return Supports(quantity, low.lower if low else EndSupports(), high.upper if high else EndSupports())


def shifts(report: Report, budget: float | None) -> Shifts:
    """The least change that makes everything fit; see Report.shifts."""
    from claimcheck.budget import Budget
    from claimcheck.judging.shifts import Shifts, find_shifts

    claims = _claims(report)
    if not report.conflicts:
        return Shifts(least=report.complete)
    time = Budget(claims.settings.budget if budget is None else budget)
    return find_shifts(claims, report.conflicts, report.repairs, complete=report.complete, budget=time)


def _picked(claims: ClaimSet, name: str, wanted: str) -> str:
    """The claim or relation that ``gpus="paper"`` means: by source, id, or rival. Raises ValueError."""
    rivals = [r.premise for r in claims.relations.values() if r.choice == name]
    if f"relation:{wanted}" in rivals or wanted in rivals:
        return wanted if wanted in rivals else f"relation:{wanted}"
    stated = [c for c in evidence(claims) if c.quantity == name]
    found = [c.id for c in stated if wanted in (c.source, c.id, c.short_id)]
    if len(found) == 1:
        return found[0]
    known = ", ".join([*rivals, *(c.id for c in stated)]) or "nothing"
    what = "names several claims" if found else "is no choice"
    raise ValueError(f"{wanted!r} {what} for {name!r}; there is {known}")


def rows(report: Report) -> list[dict[str, Any]]:
    """One plain dict per scenario; see Report.rows."""
    claims = _claims(report)
    quantities = list(dict.fromkeys(q for s in report.scenarios for q in s.bounds))
    found = []
    for scenario in report.scenarios:
        row: dict[str, Any] = {name: " + ".join(ids) for name, ids in scenario.choices.items()}
        row["verdict"] = str(scenario.verdict)
        for quantity in quantities:
            bound = scenario.bounds.get(quantity)
            unit = claims.quantities[quantity].unit
            x = EMPTY if bound is None else from_base(bound.interval, unit)
            row[f"{quantity}.lower"] = None if x.is_empty else below(x.lower)
            row[f"{quantity}.upper"] = None if x.is_empty else above(x.upper)
            row[f"{quantity}.unit"] = unit.text
        row["conflicts"] = " ".join(scenario.conflicts)
        found.append(row)
    return found


def plot(report: Report, quantities: Sequence[str]) -> Figure:
    """The forest plots of quantities as a figure; see Report.plot."""
    try:
        from claimcheck.render.plot import figure
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "matplotlib":
            raise
        way_out = 'report.plot() needs matplotlib, which is not installed; pip install "claimcheck[plot]"'
        raise ModuleNotFoundError(way_out, name=error.name) from None
    return figure(report, quantities)


def conflict_html(conflict: Conflict) -> str | None:
    """A conflict as it is shown in a notebook, if it knows the claims it is about. All is escaped."""
    from claimcheck.render.html import conflict_fragment

    return None if conflict.claim_set is None else conflict_fragment(conflict.claim_set, conflict)


def report_html(report: Report) -> str:
    """The report as it is shown in a notebook: scenarios, conflicts, what else was found. All is escaped."""
    from claimcheck.render.html import fragment

    return fragment(report)
