"""The forest plot of a quantity as a model: what follows in the scenarios, and what is claimed.

HTML and matplotlib draw the same model. Scenarios with the same interval share a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claimcheck.interval import Interval, intersection
from claimcheck.judging.report import Conflict, Report, Scenario, Status, Verdict
from claimcheck.judging.wording import clean, printed_text
from claimcheck.model import Claim, ClaimSet
from claimcheck.render.combinations import choice_names, choice_text
from claimcheck.render.prose import count_text, plural, scenario_count, unit_of
from claimcheck.render.selection import reported
from claimcheck.solver.decision import Bound
from claimcheck.units import Unit

__all__ = ["Forest", "Mark", "Row", "forest", "forests", "left_over", "telling"]

_MOST_ROWS = 24
"""Rows of scenarios; where there are more, those of the effects tell more."""
_MOST_MARKS = 12
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """A claim on the quantity; ``interval`` in base units. ``fits``: in how many scenarios it lies in what
    follows, of ``among`` (0: not counted, because not all are listed).
    """

    claim: Claim
    text: str
    interval: Interval
    status: Status
    fits: int = 0
    among: int = 0

    @property
    def outside(self) -> bool:
        """Whether it lies in what follows of no scenario."""
        return bool(self.among) and not self.fits


@dataclass(frozen=True, slots=True)
class Row:
    """What follows in some scenarios. ``scenarios``: their places in the report (none: a row of the effects,
    where ``picked`` is the choice and what it is settled on).

    ``told``: (choice, what was picked), as much as tells these scenarios from the others. ``against``:
    ids of the conflicts of these scenarios with claims on the quantity.
    """

    told: tuple[tuple[str, str], ...]
    bound: Bound
    scenarios: tuple[int, ...] = ()
    against: tuple[str, ...] = ()
    more: str = ""
    picked: tuple[str, tuple[str, ...]] | None = None

    @property
    def label(self) -> str:
        """``992 GPU (paper), 56 day (zhang)``."""
        text = ", ".join(text for _, text in self.told)
        return f"{text}{', ' if text and self.more else ''}{self.more}"


@dataclass(frozen=True, slots=True)
class Forest:
    """All that is drawn of one quantity. ``notes`` say what is not drawn."""

    quantity: str
    unit: Unit
    description: str
    marks: tuple[Mark, ...]
    rows: tuple[Row, ...]
    hull: Bound | None
    notes: tuple[str, ...] = ()

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """Everything that has a place on the axis."""
        bounds = [r.bound.interval for r in self.rows] + ([self.hull.interval] if self.hull else [])
        return (*bounds, *(m.interval for m in self.marks))


def forests(report: Report) -> list[Forest]:
    """One for each quantity that a reader asks about and that has a bound.

    Those with a claim that is contradicted come first.
    """
    found = [forest(report, q) for q in reported(report)]
    drawn = [f for f in found if f.rows or f.hull]
    return sorted(drawn, key=lambda f: not any(m.status is Status.CONTRADICTED for m in f.marks))


def forest(report: Report, quantity: str) -> Forest:
    """The forest plot of one quantity of a report that has a claim set."""
    claims = report.claim_set
    assert claims is not None
    possible = [i for i, s in enumerate(report.scenarios) if s.verdict is not Verdict.CONTRADICTORY]
    listed = scenario_count(report) == len(report.scenarios)
    groups = _alike(report, quantity, possible)
    notes = []
    if listed and len(groups) <= _MOST_ROWS:
        rows = _scenario_rows(report, claims, quantity, groups)
    else:
        rows = _effect_rows(report, claims, quantity)
        how = "each row settles one choice and leaves the others open"
        if not rows:
            rows = _scenario_rows(report, claims, quantity, groups[:_MOST_ROWS])
            how = "these are the first"
        elif len(rows) > _MOST_ROWS:
            how += ", those first that move it most"
        rows = rows[:_MOST_ROWS]
        notes.append(f"{count_text(scenario_count(report))} combinations are too many to draw; {how}")
    if not possible and quantity in report.hull:  # by what reaches it, it can hold
        rows = [Row((), report.hull[quantity])]
    scenarios = [report.scenarios[i] for i in possible] if listed else []
    marks = _marks(report, claims, quantity, scenarios)
    if len(marks) > _MOST_MARKS:
        notes.append(f"{plural(len(marks) - _MOST_MARKS, 'more claim')} not drawn")
    if any(not r.bound.tight for r in rows):
        notes.append("* not proved to be the tightest bounds")
    described = clean(claims.quantities[quantity].description)
    return Forest(
        quantity,
        unit_of(claims, quantity),
        described,
        tuple(marks[:_MOST_MARKS]),
        tuple(rows),
        report.hull.get(quantity),
        tuple(notes),
    )


def left_over(report: Report) -> str:
    """Which combinations are drawn, where some are contradictory; or nothing."""
    counts = report.overview.verdicts
    if counts is None or not counts[Verdict.CONTRADICTORY] or not report.hull:
        return ""
    whole, gone = scenario_count(report), counts[Verdict.CONTRADICTORY]
    if whole == gone:
        said = "Not all of the evidence can be true"
        if any(s.choices for s in report.scenarios):
            said = "Every combination of sources and relations is contradictory"
        return f"{said}; what is drawn here follows from what no contradiction reaches."
    return (
        f"{count_text(gone)} of {count_text(whole)} combinations of sources and relations "
        f"{'is' if gone == 1 else 'are'} contradictory; what follows is that of the other "
        + ("one." if whole - gone == 1 else f"{count_text(whole - gone)}.")
    )


def telling(report: Report) -> Conflict | None:
    """The conflict that a reader should see first, if any makes the file contradictory.

    One with a conclusion about a reported quantity; else one about a reported quantity; else the first that
    is no mere disagreement; else the first.
    """
    claims = report.claim_set
    if claims is None:
        return None
    asked = set(reported(report))
    counted = [c for c in report.conflicts if c.counts]

    def rank(conflict: Conflict) -> tuple[bool, ...]:
        about = {claims.claims[m].quantity for m in conflict.members if m in claims.claims}
        concluded = claims.claims.get(conflict.conclusion)
        return (
            concluded is None or concluded.quantity not in asked,
            not about & asked,
            str(conflict.kind) == "disagreement",
        )

    return min(counted, key=rank, default=None)


# -- what follows


def _alike(report: Report, quantity: str, possible: Sequence[int]) -> list[list[int]]:
    """The places of scenarios in which the quantity has the same interval, those with none left out."""
    groups: dict[Interval, list[int]] = {}
    for i in possible:
        bound = report.scenarios[i].bounds.get(quantity)
        if bound is not None:
            groups.setdefault(bound.interval, []).append(i)
    return list(groups.values())


def _scenario_rows(
    report: Report, claims: ClaimSet, quantity: str, groups: Sequence[Sequence[int]]
) -> list[Row]:
    having = [i for group in groups for i in group]
    about = {c.id for c in report.conflicts if _about(claims, c, quantity)}
    rows = []
    for group in groups:
        told, more = _told(report, claims, group, having)
        against = tuple(dict.fromkeys(c for i in group for c in report.scenarios[i].conflicts if c in about))
        bound = report.scenarios[group[0]].bounds[quantity]
        rows.append(Row(told, bound, tuple(group), against, more))
    return rows


def _about(claims: ClaimSet, conflict: Conflict, quantity: str) -> bool:
    """Whether a conclusion on the quantity is what does not fit."""
    claim = claims.claims.get(conflict.conclusion)
    return claim is not None and claim.quantity == quantity


def _told(
    report: Report, claims: ClaimSet, group: Sequence[int], having: Sequence[int]
) -> tuple[tuple[tuple[str, str], ...], str]:
    """What tells a group of scenarios from the others that have a value, and what else they are."""
    if len(group) == len(having):
        number = "both" if len(having) == 2 else f"all {len(having)}"
        return (), "" if len(having) == 1 else f"{number} combinations that hold"
    scenarios = report.scenarios
    told, product = [], set(having)
    for name in choice_names(report):
        every = dict.fromkeys(scenarios[i].choices.get(name, ()) for i in having)
        own = dict.fromkeys(scenarios[i].choices.get(name, ()) for i in group)
        if len(own) < len(every):
            told.append((name, _named(report, claims, name, own)))
            product = {i for i in product if scenarios[i].choices.get(name, ()) in own}
    if product == set(group):
        return tuple(told), ""
    named = [_whole(report, claims, scenarios[i]) for i in group[:_MOST_NAMED]]
    rest = len(group) - len(named)
    return (), "; ".join(named) + (f"; and {plural(rest, 'more combination')}" if rest else "")


def _named(report: Report, claims: ClaimSet, name: str, options: Iterable[tuple[str, ...]]) -> str:
    """What is picked for a choice, with its name unless the unit tells which quantity it is."""
    text = " or ".join(choice_text(claims, ids) or "none" for ids in options)
    units = [unit_of(claims, n).text for n in choice_names(report) if n in claims.quantities]
    own = unit_of(claims, name).text if name in claims.quantities else ""
    return text if own and units.count(own) == 1 else f"{clean(name)}: {text}"


def _whole(report: Report, claims: ClaimSet, scenario: Scenario) -> str:
    return ", ".join(_named(report, claims, name, [ids]) for name, ids in scenario.choices.items() if ids)


def _effect_rows(report: Report, claims: ClaimSet, quantity: str) -> list[Row]:
    rows = []
    for effect in report.overview.effects:
        if effect.quantity != quantity:
            continue
        for outcome in effect.outcomes:
            if outcome.bound is not None:
                told = ((effect.choice, _named(report, claims, effect.choice, [outcome.picked])),)
                rows.append(Row(told, outcome.bound, picked=(effect.choice, outcome.picked)))
    return rows


# -- what is claimed


def _marks(report: Report, claims: ClaimSet, quantity: str, scenarios: Sequence[Scenario]) -> list[Mark]:
    """The claims on the quantity, those first that lie outside of everything."""
    statuses = {c.id: c.status for c in report.claims}
    bounds = [s.bounds[quantity].interval for s in scenarios if quantity in s.bounds]
    marks = []
    for claim in claims.claims.values():
        if claim.quantity == quantity:
            fits = sum(not intersection(claim.interval, x).is_empty for x in bounds)
            # Of a span it is the ends that count, and they are those of the hull.
            among = 0 if claim.spans else len(bounds)
            status = statuses.get(claim.id, Status.UNKNOWN)
            marks.append(Mark(claim, printed_text(claim), claim.interval, status, fits, among))
    return sorted(marks, key=lambda m: (not m.outside, m.status is not Status.CONTRADICTED))
