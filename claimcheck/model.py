"""What stands in a claims file, once it has been understood: sources, quantities, claims and relations.

A :class:`ClaimSet` is filled entry by entry, by the loader or by a Python program alike; each method checks
what its one entry says and raises :class:`~claimcheck.diagnostics.ClaimsError` with everything that is wrong
with it. What can only be seen when all entries are there is found by :mod:`claimcheck.crosscheck`.
Intervals are held in base units, exactly.
"""

from __future__ import annotations

import datetime
import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from claimcheck.diagnostics import ClaimsError, Diagnostic, InputProblem
from claimcheck.entries import Claim, Quantity, Relation, Settings, Source, Waiver
from claimcheck.formula import parse_equation
from claimcheck.interval import Interval, interval
from claimcheck.literal import ROUNDINGS
from claimcheck.measurement import read_claimed, read_limit, read_positive, read_tolerance
from claimcheck.units import DATE, UnitTable, from_base

__all__ = ["Claim", "ClaimSet", "Quantity", "Relation", "Settings", "Source", "Waiver"]

T = TypeVar("T")

_MAX_NAME = 200
_MAX_SUGGESTED_FROM = 300
_ID_HINT = "use letters, digits, '-', '_' and '.'"
_ID = re.compile(r"[^\s@#:,\[\]{}][^\s@#,\[\]{}]*\Z")


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
        self.warnings: tuple[Diagnostic, ...] = ()
        """What the loader found odd without refusing it."""
        self.report: tuple[str, ...] = ()
        self.locations: Callable[[tuple[str | int, ...]], tuple[int, int]] | None = None
        """Line and column of an entry of the file, where there is a file."""
        self._shorter: dict[str, list[str]] = {}

    def configure(
        self, *, approximately: str = "", coverage: str = "", rounding: str = "", budget: str = ""
    ) -> Settings:
        """Set how values are read from now on, from texts as a file has them; an empty one changes nothing.

        Raises ClaimsError (CC108 bad number, CC103 no way of rounding).
        """
        faults = _Faults("settings")
        width = faults.attempt("approximately", lambda: read_tolerance(approximately or "5 %", self.units))
        factor = faults.attempt("coverage", lambda: read_positive(coverage or "2", self.units))
        seconds = faults.attempt("budget", lambda: read_positive(budget or "60", self.units))
        if rounding and rounding not in ROUNDINGS:
            faults.add("rounding", "CC103", f"{rounding!r} is no way of rounding", _one_of(ROUNDINGS))
        faults.stop_if_any()
        changes = {"approximately": width, "coverage": factor, "rounding": rounding, "budget": seconds}
        given = {"approximately": approximately, "coverage": coverage, "rounding": rounding, "budget": budget}
        if seconds is not None:
            changes["budget"] = float(seconds)
        self.settings = replace(self.settings, **{k: v for k, v in changes.items() if given[k]})  # type: ignore[arg-type]
        return self.settings

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
        """Add a source. Raises ClaimsError (CC106 duplicate, CC104 bad name)."""
        faults = _Faults("sources", id)
        if id in self.sources:
            faults.add("", "CC106", f"the source {id!r} is given twice", "give each source its own id")
        if not _is_id(id):
            faults.add("", "CC104", f"{id!r} cannot be a source id", _ID_HINT)
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
        if not name.isidentifier() or len(name) > _MAX_NAME:
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
        elif read is not None and integer and (read.offset or not read.scale.is_point):
            why = "counts from its own zero" if read.offset else "has an irrational factor"
            hint = "drop `integer`, or use a unit whose whole numbers are multiples of one size"
            faults.add("integer", "CC103", f"{unit.strip()} {why}: it does not count anything", hint)
        limits: list[Interval | None] = [None, None]
        if read is not None:
            for i, (key, text) in enumerate((("min", min), ("max", max))):
                if text is not None:
                    limits[i] = faults.attempt(key, lambda text=text: read_limit(str(text), read, self.units))  # type: ignore[misc]
        faults.stop_if_any()
        assert read is not None
        low, high = limits
        domain = interval(
            None if low is None else low.lower,
            None if high is None else high.upper,
            low is None or low.lower_closed,
            high is None or high.upper_closed,
        )
        if domain.is_empty or (integer and _holds_no_whole_number(from_base(domain, read))):
            what = "whole number" if integer else "value"
            faults.add("max", "CC109", f"no {what} lies between min and max", "swap or widen the limits")
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
            faults.found.append(self.unknown_quantity(quantity).at("claims", place, "quantity"))
        if source not in self.sources:
            faults.add(
                "source", "CC105", f"no source is named {source!r}", _did_you_mean(source, self.sources)
            )
        if rounding and rounding not in ROUNDINGS:
            faults.add("rounding", "CC103", f"{rounding!r} is no way of rounding", _one_of(ROUNDINGS))
        if id and not _is_id(id):
            faults.add("id", "CC104", f"{id!r} cannot be a claim id", _ID_HINT)
        full_id = f"{whole.name if whole else quantity}@{source}" + (f"#{id}" if id else "")
        if full_id in self.claims:
            hint = "give one of them an `id`" if not id else "give each its own `id`"
            faults.add("id" if id else "", "CC107", f"two claims are called {full_id}", hint)
        if spans and whole is not None and whole.unit.is_date:
            faults.add("spans", "CC103", "`spans` is for numbers, not for dates", "drop `spans`")
        text = str(value)
        read = None
        if whole is not None:
            read = faults.attempt(
                "value", lambda: read_claimed(text, whole, self.units, self.settings, rounding)
            )
        if read is not None and spans and not read[1].is_date and read[0].kind != "range":
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
        for shorter in {id, full_id.partition("#")[0]} - {"", full_id}:
            self._shorter.setdefault(shorter, []).append(full_id)
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
        if not _is_id(id):
            faults.add("", "CC104", f"{id!r} cannot be a relation id", _ID_HINT)
        if source and source not in self.sources:
            faults.add(
                "source", "CC105", f"no source is named {source!r}", _did_you_mean(source, self.sources)
            )
        read = faults.attempt("equation", lambda: parse_equation(equation, names=self.quantities))
        tolerance = faults.attempt("within", lambda: read_tolerance(within, self.units)) if within else None
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

    def known(
        self, members: Iterable[str], reason: str, until: str = "", *, index: int | None = None
    ) -> Waiver:
        """Accept a conflict; ``members`` are claim ids and ``relation:ID``.

        Raises ClaimsError (CC102 no reason, CC110 bad date).
        """
        place = len(self.waivers) if index is None else index
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
            found = self._shorter.get(reference, [])
            short = [id for id in found if self.claims[id].short_id == reference] or found
            if len(short) == 1:
                return short[0]
            if short:
                raise InputProblem(
                    "CC111", f"{reference!r} may mean {' or '.join(short)}", "write the full id"
                )
        known = [*self.claims, *(r.premise for r in self.relations.values())] if relations else self.claims
        what = "claim or relation" if relations else "claim"
        raise InputProblem("CC105", f"no {what} is called {reference!r}", _did_you_mean(reference, known))

    def unknown_quantity(self, name: str) -> InputProblem:
        """The problem CC105 that no quantity has a name, with similar names as a hint."""
        hint = _did_you_mean(name, self.quantities)
        return InputProblem("CC105", f"no quantity is named {name!r}", hint)


def _is_id(text: str) -> bool:
    return len(text) <= _MAX_NAME and _ID.match(text) is not None


def _one_of(words: Iterable[str]) -> str:
    return f"one of {', '.join(words)}"


def _holds_no_whole_number(x: Interval) -> bool:
    if x.lower is None or x.upper is None:
        return False
    low, high = math.ceil(x.lower), math.floor(x.upper)
    low += not x.lower_closed and low == x.lower
    high -= not x.upper_closed and high == x.upper
    return bool(low > high)


def _did_you_mean(word: str, known: Collection[str]) -> str:
    """A hint that names similar words; among very many only ones that differ in case."""
    if len(known) > _MAX_SUGGESTED_FROM or len(word) > _MAX_NAME:
        close = [k for k in known if k.casefold() == word.casefold()][:3] if len(word) <= _MAX_NAME else []
    else:
        close = difflib.get_close_matches(word, list(known), n=3, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(close)}?"
    if len(known) > _MAX_SUGGESTED_FROM:
        return "check the spelling, or declare it"
    return f"known: {', '.join(sorted(known)[:8])}" if known else "none is declared"
