"""The report: every result of a check as plain values, ready for any renderer.

Intervals are in base units beside the unit they are shown in. Lists are in file order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from claimcheck.diagnostics import Diagnostic, Severity
from claimcheck.interval import Interval, Rational
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Bound, Proof, Witness

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from claimcheck.api import QuantityInterval
    from claimcheck.judging.shifts import Shifts
    from claimcheck.judging.supports import Supports

__all__ = [
    "ClaimResult",
    "Conflict",
    "ConflictKind",
    "Effect",
    "Finding",
    "Narrowing",
    "Outcome",
    "Overview",
    "Report",
    "Scenario",
    "Status",
    "Verdict",
]


Picked = Mapping[str, tuple[str, ...]]
"""What was picked for some contested quantities or choices."""


class Verdict(StrEnum):
    """Of a scenario or a file."""

    CONSISTENT = "consistent"
    CONTRADICTORY = "contradictory"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Of a claim (format.md 4). ``unknown``: the budget ran out before one of the others was shown."""

    CONTRADICTED = "contradicted"
    DISPUTED = "disputed"
    SUPPORTED = "supported"
    UNTESTED = "untested"
    UNKNOWN = "unknown"


class ConflictKind(StrEnum):
    """How a conflict comes about."""

    DISAGREEMENT = "disagreement"
    CONTRADICTION = "contradiction"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A set of claims and relations (``members``, file order) that cannot all hold.

    ``minimal``: dropping any one member was answered with a witness. ``would_need``: for each member claim,
    the interval (base units) its quantity would have to meet for the other members to stand; None where
    the others cannot stand anyway. ``conclusion`` is the conclusion that takes part,
    if any (its ``given`` claims are members too). ``proof`` ends in an empty interval (of a `spans` claim:
    the proof of the hull, if one case has both ends). ``ruled_out``: the rival relations in it, where all
    else in it holds in a consistent scenario with another rival; such a conflict settles a choice and does
    not make the file contradictory.
    """

    id: str
    kind: ConflictKind
    members: tuple[str, ...]
    minimal: bool
    proof: Proof
    known: bool = False
    reason: str = ""
    conclusion: str = ""
    would_need: Mapping[str, Bound | None] = field(default_factory=dict)
    ruled_out: tuple[str, ...] = ()
    baseline: bool = False
    """Whether it is known because the baseline of the check has it."""
    worked_out: bool = True
    """Whether ``would_need`` was worked out; if not, claims may be missing there for want of time."""
    without: Mapping[str, Witness] = field(default_factory=dict)
    """Of a minimal one, for members (but a conclusion's basis) a witness that the others can hold."""
    claim_set: ClaimSet | None = field(default=None, repr=False, compare=False)
    """What it is a conflict of, so that it can be shown on its own."""

    def _repr_html_(self) -> str | None:
        from claimcheck import api

        return api.conflict_html(self)

    @property
    def counts(self) -> bool:
        """Whether it makes the file contradictory: not accepted, and not the way a choice is settled."""
        return not self.known and not self.ruled_out


@dataclass(frozen=True, slots=True)
class Scenario:
    """One source combination: ``choices`` maps each contested quantity or choice to what was picked."""

    choices: Mapping[str, tuple[str, ...]]
    verdict: Verdict
    bounds: Mapping[str, Bound]
    witness: Witness | None
    conflicts: tuple[str, ...] = ()
    """Ids of the conflicts among its evidence, and of those of conclusions whose premises it holds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a quantity can be if a choice is settled on ``picked``; ``bound`` is None if nothing is left.

    ``consistent``: how many scenarios that take it are consistent (None: not counted).
    """

    picked: tuple[str, ...]
    bound: Bound | None
    consistent: int | None


@dataclass(frozen=True, slots=True)
class Effect:
    """How much a choice matters for a quantity, over all that the other choices may be.

    ``moves``: how far the hull moves at most from one outcome to another, as the greater distance between
    their lower or their upper ends (base units; None: without bound or not known).
    """

    choice: str
    quantity: str
    outcomes: tuple[Outcome, ...]
    moves: Rational | None


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How much of the hull's width a quantity would lose if something were better known.

    ``what`` is a choice that is settled (``kind`` "settle"), however it turns out, or a claim printed with
    one more digit ("digit"). ``least`` and ``most`` are shares of the width, ``rules_out`` the least
    and greatest number of consistent scenarios that would be gone (None: not counted).
    """

    kind: str
    what: str
    quantity: str
    least: Rational
    most: Rational
    rules_out: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """What can be said of all scenarios together, listed or not.

    ``count``: how many there are, and ``verdicts`` how many of each verdict (None: not known). ``extremes``:
    for each quantity the choices under which it is least and greatest, as far as they reach it (None: not
    known). ``effects`` and ``resolve`` are the most telling first within a quantity.
    """

    count: int | None = 1
    verdicts: Mapping[Verdict, int] | None = None
    extremes: Mapping[str, tuple[Picked | None, Picked | None]] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    resolve: tuple[Narrowing, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """What became of one claim. ``expected``: what the other claims allow for it, where they bound it."""

    id: str
    quantity: str
    source: str
    status: Status
    interval: Interval
    expected: Interval | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell the reader: a conflict or a lesser thing, under a rule's code."""

    code: str
    name: str
    severity: Severity
    message: str
    hint: str = ""
    line: int = 0
    column: int = 0
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The check of one file. ``claim_set`` is None, and ``diagnostics`` say why, if it could not be read.

    ``complete``: all conflicts were found and all scenarios are listed. ``hull`` is over the scenarios that
    are not proved contradictory, each quantity seen with what can reach it.
    """

    path: str
    title: str
    verdict: Verdict
    complete: bool
    claims: tuple[ClaimResult, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    hull: Mapping[str, Bound] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    repairs: tuple[tuple[str, ...], ...] = ()
    findings: tuple[Finding, ...] = ()
    claim_set: ClaimSet | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    scenario_count: int = 0
    """How many scenarios there are; ``scenarios`` lists no more than a few thousand of them."""
    repaired: tuple[tuple[Witness, ...], ...] = ()
    """For each repair witnesses of parts that together are the rest, with one rival of each choice."""
    overview: Overview = field(default_factory=Overview)
    repairs_complete: bool = True
    """Whether ``repairs`` are all. Those that are there are the cheapest either way."""
    given: tuple[str, ...] = ()
    """What was asked to hold in every scenario that is listed."""
    everywhere: Mapping[str, Bound] = field(default_factory=dict)
    """Where not all scenarios are to be listed, enclosures within ``hull`` proved for all at once."""
    repairs_open: tuple[str, ...] = ()
    """Quantities of parts that were not worked out: repairs, and what they leave, say nothing of these."""

    def bounds(self, quantity: str, /, **choices: str) -> QuantityInterval:
        """What a quantity can be: the hull over the scenarios that make these choices.

        A choice names a contested quantity (or a choice of relations) and a source, a claim id or a
        relation's id: ``report.bounds("uptime", gpus="paper", elapsed="zhang")``. The result is in plain
        numbers for ratios and in the quantity's unit otherwise; it is empty where no such scenario is
        consistent.

        Raises:
            KeyError: no quantity has that name.
            ValueError: a choice names nothing, or more than one claim; or the file was not checked.
        """
        from claimcheck import api

        return api.bounds(self, quantity, choices)

    def supports(self, quantity: str, /, *, budget: float | None = None, **choices: str) -> Supports:
        """The minimal sets of claims and relations from which each end of a quantity's bound follows.

        ``choices`` as for :meth:`bounds`. Where they leave several scenarios, each end is that of the first
        scenario that has it. ``budget``: seconds, default as the file sets; what it cuts short says that it
        is not complete.

        Raises:
            KeyError: no quantity has that name.
            ValueError: a choice names nothing, or more than one claim; no listed scenario that makes the
                choices has a bound; or the file was not checked.
        """
        from claimcheck import api

        return api.supports(self, quantity, choices, budget)

    def shifts(self, *, budget: float | None = None) -> Shifts:
        """The least total relative change of printed ends that makes everything fit, where numbers may move.

        All evidence then holds together, and each contradicted conclusion with its premises; accepted
        conflicts are settled, too. Computed when it is asked for, by a linear program where the relations
        are all products or all sums. ``budget``: seconds, default as the file sets.

        Raises:
            ValueError: the file was not checked.
        """
        from claimcheck import api

        return api.shifts(self, budget)

    def rows(self) -> list[dict[str, Any]]:
        """One plain dict per listed scenario, ready for pandas or polars.

        A column per choice (ids joined by " + "), ``verdict``, and for each report quantity ``Q.lower``,
        ``Q.upper`` (floats rounded outward, in the quantity's unit; infinite without a bound, None where
        nothing is possible) and ``Q.unit``; ``conflicts`` are ids.
        """
        from claimcheck import api

        return api.rows(self)

    def plot(self, *quantities: str) -> Figure:
        """Forest plots of quantities (default: those of the report) as a matplotlib figure.

        It shows itself in a notebook and is saved with ``figure.savefig("uptime.pdf")`` (PNG, SVG, PDF).
        Needs the extra ``plot``.

        Raises:
            KeyError: no quantity has that name.
            ValueError: none of the quantities has a bound; or the file was not checked.
            ModuleNotFoundError: matplotlib is not installed; says what to do.
        """
        from claimcheck import api

        return api.plot(self, quantities)

    def _repr_html_(self) -> str:
        from claimcheck import api

        return api.report_html(self)
