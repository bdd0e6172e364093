"""The entries of a claims file as values: sources, quantities, claims, relations, waivers and settings.

:class:`~claimcheck.model.ClaimSet` makes and holds them. Intervals are in base units, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gmpy2 import mpq

from claimcheck.expression import Equation
from claimcheck.interval import ENTIRE, Interval, Rational
from claimcheck.literal import Reading
from claimcheck.units import Unit

__all__ = ["Claim", "Quantity", "Relation", "Settings", "Source", "Waiver"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How the file wants its numbers read, and how long a check may take (``budget``, seconds per file)."""

    approximately: Rational = field(default_factory=lambda: mpq(1, 20))
    coverage: Rational = field(default_factory=lambda: mpq(2))
    rounding: str = "nearest"
    budget: float = 60.0


@dataclass(frozen=True, slots=True)
class Source:
    """Where claims were printed. ``coupled``: in a scenario its claims are taken all or none.

    ``trust``: how much it weighs, above 0, to drop one of its claims in a repair. A relation weighs 1.
    """

    id: str
    title: str = ""
    url: str = ""
    doi: str = ""
    date: str = ""
    note: str = ""
    coupled: bool = False
    trust: Rational = field(default_factory=lambda: mpq(1))


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that has one value. ``domain`` (base units) holds its hard limits ``min`` and ``max``."""

    name: str
    unit: Unit
    integer: bool = False
    domain: Interval = ENTIRE
    description: str = ""
    limits: tuple[str, str] = ("", "")
    """``min`` and ``max`` as written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One printed number: ``interval`` (base units) is what its text says, read by ``reading``.

    ``given`` or ``spans`` make it a conclusion; ``given`` holds claim ids as written, which
    :meth:`~claimcheck.model.ClaimSet.resolve` turns into full ones.
    """

    id: str
    quantity: str
    source: str
    text: str
    reading: Reading
    unit: Unit
    interval: Interval
    short_id: str = ""
    at: str = ""
    note: str = ""
    date: str = ""
    given: tuple[str, ...] = ()
    certain: bool = False
    spans: bool = False
    index: int = 0
    """Position among all claims, from 0."""
    entry: tuple[str | int, ...] = ()
    """Where it stands in the file: ``("claims", 3)``, or a cell ``("tables", "causes", "rows", ...)``."""

    @property
    def is_conclusion(self) -> bool:
        """Whether the claim is checked against its premises instead of being evidence."""
        return bool(self.given) or self.spans


@dataclass(frozen=True, slots=True)
class Relation:
    """A formula that ties quantities. ``within``: the relative tolerance of an equation, or None."""

    id: str
    equation: Equation
    source: str = ""
    note: str = ""
    within: Rational | None = None
    choice: str = ""
    definition: bool = False
    template: str = ""
    """For a relation of one row of a table, or of one scope, the id of what the file says of each."""
    reads: str = ""
    """The claim whose scope it settles, to ``scope``; such a relation stands in no file."""
    scope: tuple[str, ...] = ()
    place: tuple[str | int, ...] = ()

    @property
    def entry(self) -> tuple[str | int, ...]:
        """Where it, or the claim that it reads, stands in the file."""
        return self.place or ("relations", self.template or self.id)

    @property
    def premise(self) -> str:
        """Its name in member lists."""
        return f"relation:{self.id}"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A ``known`` conflict: its members as written, why it is accepted, until when (ISO date or empty)."""

    members: tuple[str, ...]
    reason: str
    until: str = ""
    index: int = 0
