"""What the solver answers: three-valued decisions, bounds, witnesses, and the proofs they rest on.

All intervals are in base units. Premises are named as in reports: claim ids and ``relation:ID``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from gmpy2 import mpq

from claimcheck.interval import Interval, Rational

__all__ = ["Answer", "Bound", "Decision", "Proof", "Split", "Step", "Witness", "magnitude"]


class Answer(StrEnum):
    """The only three answers there are."""

    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """One contraction: ``premise`` (or ``domain:NAME``, a hard limit) narrowed ``variable`` to ``interval``.

    ``uses`` holds the numbers of the earlier steps (positions in the proof) whose intervals it rests on.
    Most steps contract by their premise alone. Others use further relations, named in ``through``:
    ``combined`` is "product" or "sum" where they were put together as powers or multiples, one of the
    ``multipliers`` for each relation (the premise's first), and "cleared" where left - right of each was
    multiplied by its divisor first. ``solved`` is not empty where the interval bounds a formula over the box
    of its inputs, however often they occur in it: it lists (variable, relation) in the order in which they
    are to be put into one another, the step's own variable last.
    """

    premise: str
    variable: str
    interval: Interval
    uses: tuple[int, ...] = ()
    through: tuple[str, ...] = ()
    combined: str = ""
    multipliers: tuple[Rational, ...] = ()
    solved: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """A case distinction: the variable is at most ``at`` (``lower``), or at least ``at`` (``upper``)."""

    variable: str
    at: Rational
    lower: Proof
    upper: Proof


@dataclass(frozen=True, slots=True)
class Proof:
    """Contractions from the unbounded box onwards; a refutation ends in an empty interval in every case."""

    steps: tuple[Step, ...]
    split: Split | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A point that satisfies everything, as one interval per variable.

    A point interval is that exact value. A wider one encloses a value that exists: it was ``solved`` from
    relations with all earlier variables held at their values, one variable from one relation (intermediate
    value theorem), or several from as many (Krawczyk's test).
    """

    values: Mapping[str, Interval]
    solved: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    """(variables, premises), equally many, in the order in which they were solved."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a set of premises can hold together, with its evidence.

    INFEASIBLE: ``proof``, and ``core``, premises among those asked that already clash. FEASIBLE: ``witness``.
    """

    answer: Answer
    witness: Witness | None = None
    core: tuple[str, ...] = ()
    proof: Proof | None = None


class _FilledWhenAsked:
    """Slots that are filled at first use: what they hold takes longer than the rest, and few ask for it."""

    __slots__ = ("rest",)
    rest: Callable[[], Mapping[str, Any]]

    if not TYPE_CHECKING:  # or every name would pass for that of a slot

        def __getattr__(self, name: str) -> Any:  # only called where a slot is empty
            if name.startswith("__") or name == "rest":
                raise AttributeError(name)
            for slot, value in self.rest().items():
                object.__setattr__(self, slot, value)
            return object.__getattribute__(self, name)


@dataclass(frozen=True, slots=True)
class Bound(_FilledWhenAsked):
    """An enclosure of all values that a variable can take under some premises.

    ``tight``: a witness comes within ``gap`` (relative to the larger magnitude of the ends; 0 when attained)
    of each finite end. Premise sets say what each end rests on; () is hard limits alone or no bound.
    """

    interval: Interval
    tight: bool
    gap: Rational
    lower_premises: tuple[str, ...] = ()
    upper_premises: tuple[str, ...] = ()
    proof: Proof | None = None
    """Both ends in one record, where contraction alone gave them."""
    lower_proof: Proof | None = None
    upper_proof: Proof | None = None
    lower_witness: Witness | None = None
    upper_witness: Witness | None = None

    @staticmethod
    def with_evidence_later(
        found: Interval,
        tight: bool,
        gap: Rational,
        lower: Witness | None,
        upper: Witness | None,
        rest: Callable[[], Mapping[str, Any]],
    ) -> Bound:
        """A bound of which ``rest`` gives the premises and proofs when they are asked for."""
        bound = object.__new__(Bound)
        for slot, value in zip(_KNOWN, (found, tight, gap, lower, upper, rest), strict=True):
            slot(bound, value)
        return bound

    def with_witnesses(self, lower: Witness | None, upper: Witness | None) -> Bound:
        """The same bound with other witnesses near its ends."""
        return self._told_otherwise(self.tight, self.gap, lower, upper)

    def without_witnesses(self) -> Bound:
        """The same enclosure, of which it is not known how near its ends are to values."""
        return self._told_otherwise(False, mpq(1), None, None)

    def _told_otherwise(
        self, tight: bool, gap: Rational, lower: Witness | None, upper: Witness | None
    ) -> Bound:
        return Bound.with_evidence_later(
            self.interval,
            tight,
            gap,
            lower,
            upper,
            lambda: {name: getattr(self, name) for name in _EVIDENCE},
        )


_EVIDENCE = ("lower_premises", "upper_premises", "proof", "lower_proof", "upper_proof")
_KNOWN = tuple(
    getattr(Bound, name).__set__
    for name in ("interval", "tight", "gap", "lower_witness", "upper_witness", "rest")
)


def magnitude(x: Interval) -> Rational:
    """What a gap is relative to: the larger magnitude of the finite ends; 1 where that is 0 or missing."""
    return max((abs(e) for e in (x.lower, x.upper) if e is not None), default=mpq(0)) or mpq(1)
