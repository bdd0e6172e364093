"""What stands in a claims file, once it has been understood: sources, quantities, claims and relations.

A :class:`ClaimSet` is filled entry by entry, by the loader or by a Python program alike; each method checks
what its one entry says and raises :class:`~claimcheck.diagnostics.ClaimsError` with everything that is wrong
with it. What can only be seen when all entries are there is found by :mod:`claimcheck.crosscheck`.
Intervals are held in base units, exactly.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from gmpy2 import mpq

from claimcheck.diagnostics import ClaimsError, Diagnostic, InputProblem
from claimcheck.expression import Equation
from claimcheck.formula import parse_equation
from claimcheck.interval import ENTIRE, Interval, Rational, interval
from claimcheck.literal import Reading, read_date, read_value
from claimcheck.units import DATE, DIMENSIONLESS, Unit, UnitTable, format_dimension, to_base

__all__ = ["Claim", "ClaimSet", "Quantity", "Relation", "Settings", "Source", "Waiver"]

T = TypeVar("T")

_ROUNDINGS = ("nearest", "down", "up", "truncated", "any")
_ID = re.compile(r"[^\s@#:,\[\]{}]+(?:[^\s@#,\[\]{}]*)\Z")


@dataclass(frozen=True, slots=True)
class Settings:
    """How the file wants its numbers read, and how long a check may take (``budget``, seconds per file)."""

    approximately: Rational = field(default_factory=lambda: mpq(1, 20))
    coverage: Rational = field(default_factory=lambda: mpq(2))
    rounding: str = "nearest"
    budget: float = 60.0


@dataclass(frozen=True, slots=True)
class Source:
    """Where claims were printed. ``coupled``: in a scenario its claims are taken all or none."""

    id: str
    title: str = ""
    url: str = ""
    doi: str = ""
    date: str = ""
    note: str = ""
    coupled: bool = False


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
    :meth:`ClaimSet.resolve` turns into full ones.
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
    """Position in the file's list of claims, from 0."""

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

    @property
    def premise(self) -> str:
        """Its name in member lists."""
        return f"relation:{self.id}"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A ``known`` conflict: its members as written, why it is accepted, and until when (ISO date or empty)."""

    members: tuple[str, ...]
    reason: str
    until: str = ""
    index: int = 0


class _Faults:
    """Collects what is wrong with one entry."""

    def __init__(self, *entry: str | int) -> None:
        self.entry = entry
        self.found: list[Diagnostic] = []

    def add(self, field: str, code: str, message: str, hint: str = "") -> None:
        entry = (*self.entry, field) if field else self.entry
        self.found.append(Diagnostic(code, message, hint, entry=entry))

    def attempt(self, field: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except InputProblem as problem:
            self.found.append(problem.at(*self.entry, field))
            return None

    def stop_if_any(self) -> None:
        if self.found:
            raise ClaimsError(tuple(self.found))


class ClaimSet:
    """Sources, quantities, claims and relations, in the order in which they were given.

    >>> claims = ClaimSet(title="my run")
    >>> _ = claims.source("paper", title="...")
    >>> _ = claims.quantity("gpus", "GPU", integer=True)
    >>> claims.claim("gpus", "992", source="paper").id
    'gpus@paper'
    """

    def __init__(
        self, title: str = "", *, units: Iterable[str] = (), settings: Settings | None = None, path: str = ""
    ) -> None:
        self.title = title
        self.path = path
        self.settings = settings or Settings()
        self.units = UnitTable(units)
        self.sources: dict[str, Source] = {}
        self.quantities: dict[str, Quantity] = {}
        self.claims: dict[str, Claim] = {}
        self.relations: dict[str, Relation] = {}
        self.waivers: list[Waiver] = []
        self.report: tuple[str, ...] = ()
        self.locations: Callable[[tuple[str | int, ...]], tuple[int, int]] | None = None
        """Line and column of an entry of the file, where there is a file."""

    # -- entries ------------------------------------------------------------------------------------------

    def source(
        self,
        id: str,
        *,
        title: str = "",
        url: str = "",
        doi: str = "",
        date: str = "",
        note: str = "",
        coupled: bool = False,
    ) -> Source:
        """Add a source. Raises ClaimsError (CC106 duplicate, CC104 bad name, CC110 bad date)."""
        faults = _Faults("sources", id)
        if id in self.sources:
            faults.add("", "CC106", f"the source {id!r} is given twice", "give each source its own id")
        if not _ID.match(id):
            faults.add("", "CC104", f"{id!r} cannot be a source id", "use letters, digits, '-', '_' and '.'")
        faults.stop_if_any()
        self.sources[id] = Source(id, title, url, doi, date, note, coupled)
        return self.sources[id]

    def quantity(
        self,
        name: str,
        unit: str = "",
        *,
        integer: bool = False,
        min: str | int | None = None,
        max: str | int | None = None,
        description: str = "",
    ) -> Quantity:
        """Add a quantity; ``min`` and ``max`` are exact hard limits such as ``"0 %"``.

        Raises ClaimsError (CC104 bad name, CC106 duplicate, CC2xx unit or limit).
        """
        faults = _Faults("quantities", name)
        name = unicodedata.normalize("NFKC", name)
        if not name.isidentifier():
            faults.add(
                "",
                "CC104",
                f"{name!r} cannot be a quantity's name",
                "use letters, digits and '_', not a digit first",
            )
        if name in self.quantities:
            faults.add("", "CC106", f"the quantity {name!r} is given twice", "merge the two entries")
        read = DATE if unit.strip() == "date" else faults.attempt("unit", lambda: self.units.parse(unit))
        if read is not None and read.is_date and integer:
            faults.add("integer", "CC103", "a date cannot be an integer quantity", "drop `integer`")
        limits: list[Interval | None] = [None, None]
        if read is not None:
            for i, (key, text) in enumerate((("min", min), ("max", max))):
                if text is not None:
                    limits[i] = faults.attempt(key, lambda text=text: self._limit(str(text), read))  # type: ignore[misc]
        faults.stop_if_any()
        assert read is not None
        low, high = limits
        domain = interval(
            None if low is None else low.lower,
            None if high is None else high.upper,
            low is None or low.lower_closed,
            high is None or high.upper_closed,
        )
        if domain.is_empty:
            faults.add(
                "max", "CC109", f"no value of {name} lies between min and max", "swap or widen the limits"
            )
        faults.stop_if_any()
        written = ("" if min is None else str(min), "" if max is None else str(max))
        self.quantities[name] = Quantity(name, read, integer, domain, description, written)
        return self.quantities[name]

    def claim(
        self,
        quantity: str,
        value: str | int,
        *,
        source: str,
        id: str = "",
        at: str = "",
        note: str = "",
        date: str = "",
        given: Iterable[str] = (),
        certain: bool = False,
        rounding: str = "",
        spans: bool = False,
        index: int | None = None,
    ) -> Claim:
        """Add a claim. Its id is ``quantity@source``, followed by ``#id`` where an ``id`` is given.

        Raises ClaimsError (CC105 unknown quantity or source, CC107 duplicate id, CC2xx value or unit,
        CC262 dimension of the value's unit).
        """
        place = len(self.claims) if index is None else index
        faults = _Faults("claims", place)
        whole = self.quantities.get(unicodedata.normalize("NFKC", quantity))
        if whole is None:
            faults.add(
                "quantity",
                "CC105",
                f"no quantity is named {quantity!r}",
                _did_you_mean(quantity, self.quantities),
            )
        if source not in self.sources:
            faults.add(
                "source", "CC105", f"no source is named {source!r}", _did_you_mean(source, self.sources)
            )
        if rounding and rounding not in _ROUNDINGS:
            faults.add(
                "rounding", "CC103", f"{rounding!r} is no way of rounding", f"one of {', '.join(_ROUNDINGS)}"
            )
        if id and not _ID.match(id):
            faults.add("id", "CC104", f"{id!r} cannot be a claim id", "use letters, digits, '-', '_' and '.'")
        full_id = f"{whole.name if whole else quantity}@{source}" + (f"#{id}" if id else "")
        if full_id in self.claims:
            hint = "give one of them an `id`" if not id else "give each its own `id`"
            faults.add("id" if id else "", "CC107", f"two claims are called {full_id}", hint)
        if spans and whole is not None and whole.unit.is_date:
            faults.add("spans", "CC103", "`spans` is for numbers, not for dates")
        text = str(value)
        read = None
        if whole is not None:
            read = faults.attempt(
                "value", lambda: self._read(text, whole, rounding or self.settings.rounding)
            )
        if read is not None and spans and read[0].kind != "range":
            faults.add("value", "CC103", "`spans` needs a value of the form `A to B`", "write both ends")
        faults.stop_if_any()
        assert whole is not None
        assert read is not None
        reading, unit, base = read
        claim = Claim(
            full_id,
            whole.name,
            source,
            text,
            reading,
            unit,
            base,
            id,
            at,
            note,
            date,
            tuple(given),
            certain,
            spans,
            place,
        )
        self.claims[full_id] = claim
        return claim

    def relation(
        self,
        equation: str,
        id: str = "",
        *,
        source: str = "",
        note: str = "",
        within: str = "",
        choice: str = "",
        definition: bool = False,
    ) -> Relation:
        """Add a relation; without ``id`` it is called ``relation-1`` and so on.

        Raises ClaimsError (CC24x formula, CC106 duplicate, CC105 unknown source, CC108 bad tolerance).
        """
        id = id or f"relation-{len(self.relations) + 1}"
        faults = _Faults("relations", id)
        if id in self.relations:
            faults.add("", "CC106", f"the relation {id!r} is given twice", "give each relation its own id")
        if not _ID.match(id):
            faults.add(
                "", "CC104", f"{id!r} cannot be a relation id", "use letters, digits, '-', '_' and '.'"
            )
        if source and source not in self.sources:
            faults.add(
                "source", "CC105", f"no source is named {source!r}", _did_you_mean(source, self.sources)
            )
        read = faults.attempt("equation", lambda: parse_equation(equation, names=self.quantities))
        tolerance = faults.attempt("within", lambda: self._tolerance(within)) if within else None
        if read is not None and within and read.op != "=":
            faults.add(
                "within",
                "CC108",
                "`within` is for equations",
                "drop it, or write the inequality with its slack",
            )
        faults.stop_if_any()
        assert read is not None
        self.relations[id] = Relation(id, read, source, note, tolerance, choice, definition)
        return self.relations[id]

    def known(self, members: Iterable[str], reason: str, until: str = "") -> Waiver:
        """Accept a conflict; ``members`` are claim ids and ``relation:ID``. Raises ClaimsError (CC102, CC110)."""
        place = len(self.waivers)
        faults = _Faults("known", place)
        if not reason.strip():
            faults.add(
                "reason", "CC102", "a known conflict needs a reason", "say in one line why it is accepted"
            )
        if until:
            try:
                datetime.date.fromisoformat(until)
            except ValueError:
                faults.add("until", "CC110", f"{until!r} is no date", "write it as 2026-12-31")
        faults.stop_if_any()
        waiver = Waiver(tuple(members), reason, until, place)
        self.waivers.append(waiver)
        return waiver

    # -- reading ------------------------------------------------------------------------------------------

    def resolve(self, reference: str, *, relations: bool = False) -> str:
        """The full claim id that a reference means; with ``relations`` also ``relation:ID``.

        Raises InputProblem CC105 (unknown) or CC111 (ambiguous short id).
        """
        if reference in self.claims:
            return reference
        if relations and reference.startswith("relation:"):
            if reference.removeprefix("relation:") in self.relations:
                return reference
        else:
            short = [c.id for c in self.claims.values() if c.short_id and c.short_id == reference]
            short = short or [c.id for c in self.claims.values() if c.id.partition("#")[0] == reference]
            if len(short) == 1:
                return short[0]
            if short:
                raise InputProblem(
                    "CC111", f"{reference!r} may mean {' or '.join(short)}", "write the full id"
                )
        known = (
            [*self.claims, *(r.premise for r in self.relations.values())] if relations else list(self.claims)
        )
        raise InputProblem("CC105", f"no claim is called {reference!r}", _did_you_mean(reference, known))

    def _read(self, text: str, quantity: Quantity, rounding: str) -> tuple[Reading, Unit, Interval]:
        """The reading of a value's text, its unit, and its interval in base units."""
        if quantity.unit.is_date:
            reading = read_date(text)
            return reading, DATE, reading.interval
        reading = read_value(
            text,
            integer=quantity.integer,
            rounding=rounding,
            approximately=self.settings.approximately,
            coverage=self.settings.coverage,
        )
        if not reading.unit:
            return reading, quantity.unit, to_base(reading.interval, quantity.unit)
        start = text.rfind(reading.unit)
        try:
            unit = self.units.parse(reading.unit)
        except InputProblem as problem:
            raise InputProblem(
                problem.code,
                problem.message,
                problem.hint,
                start=max(start, 0) + max(problem.start, 0),
                end=start + (len(reading.unit) if problem.end < 0 else problem.end),
            ) from None
        if unit.dimension != quantity.unit.dimension:
            raise InputProblem(
                "CC262",
                f"{reading.unit} is {format_dimension(unit.dimension)}, "
                f"but {quantity.name} is in {quantity.unit.text or 'plain numbers'} "
                f"({format_dimension(quantity.unit.dimension)})",
                "convert the value, or change the quantity's unit",
                start=start,
                end=start + len(reading.unit),
            )
        return reading, unit, to_base(reading.interval, unit)

    def _limit(self, text: str, unit: Unit) -> Interval:
        """A hard limit as an exact point (for a date: the span it names) in base units."""
        if unit.is_date:
            return read_date(text).interval
        bare = text.removeprefix("exactly").strip()
        quantity = Quantity("the limit", unit)
        return self._read(f"exactly {bare}", quantity, "nearest")[2]

    def _tolerance(self, text: str) -> Rational:
        """A relative tolerance such as ``10 %``, as a rational. Raises InputProblem CC108."""
        plain = Quantity("the tolerance", DIMENSIONLESS)
        bare = text.removeprefix("exactly").strip()
        width = self._read(f"exactly {bare}", plain, "nearest")[2]
        if width.lower is None or not 0 <= width.lower < 1:
            raise InputProblem("CC108", f"{text!r} is no relative tolerance", "write it as 10 %")
        return width.lower


def _did_you_mean(word: str, known: Iterable[str] | Mapping[str, object]) -> str:
    import difflib

    close = difflib.get_close_matches(word, list(known), n=3, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(close)}?"
    listed = sorted(known)[:8]
    return f"known: {', '.join(listed)}" if listed else "none is declared"
