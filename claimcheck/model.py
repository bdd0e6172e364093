"""What stands in a claims file, once it has been understood: sources, quantities, claims and relations.

A :class:`ClaimSet` is filled entry by entry, by the loader or by a Python program alike; each method checks
what its one entry says and raises :class:`~claimcheck.diagnostics.ClaimsError` with everything that is wrong
with it. What can only be seen when all entries are there is found by :mod:`claimcheck.crosscheck`.
Intervals are held in base units, exactly.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from claimcheck.diagnostics import Diagnostic, InputProblem
from claimcheck.entries import Claim, Quantity, Relation, Settings, Source, Waiver
from claimcheck.expression import names as names_in
from claimcheck.faults import ID_HINT, NAME_HINT, Faults, did_you_mean, is_id, is_name, one_of
from claimcheck.instances import Vocabulary
from claimcheck.literal import ROUNDINGS
from claimcheck.measurement import read_claimed, read_positive, read_quantity, read_tolerance
from claimcheck.scopes import (
    Aspect,
    Scoped,
    ScopedColumn,
    read_aspect,
    read_scoped,
    readings,
    scope_words,
    without_scopes,
)
from claimcheck.tables import Table, cell_name, read_table
from claimcheck.units import UnitTable

__all__ = ["Aspect", "Claim", "ClaimSet", "Quantity", "Relation", "Settings", "Source", "Table", "Waiver"]


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
        self.tables: dict[str, Table] = {}
        self.aspects: dict[str, Aspect] = {}
        self.scoped: dict[str, Scoped] = {}
        """What has a quantity for each scope, by what these share: ``elapsed``, ``runs.hours[first]``."""
        self.waivers: list[Waiver] = []
        self.warnings: tuple[Diagnostic, ...] = ()
        """What the loader found odd without refusing it."""
        self.report: tuple[str, ...] = ()
        self.locations: Callable[[tuple[str | int, ...]], tuple[int, int]] | None = None
        """Line and column of an entry of the file, where there is a file."""
        self._columns: dict[str, ScopedColumn] = {}
        """The columns that depend on aspects, by ``table.column``."""
        self._shorter: dict[str, list[str]] = {}
        self._templates: set[str] = set()
        self._open: set[str] = set()
        """The choices of claims that do not say their scope."""

    def configure(
        self, *, approximately: str = "", coverage: str = "", rounding: str = "", budget: str = ""
    ) -> Settings:
        """Set how values are read from now on, from texts as a file has them; an empty one changes nothing.

        Raises ClaimsError (CC108 bad number, CC103 no way of rounding).
        """
        faults = Faults("settings")
        width = faults.attempt("approximately", lambda: read_tolerance(approximately or "5 %", self.units))
        factor = faults.attempt("coverage", lambda: read_positive(coverage or "2", self.units))
        seconds = faults.attempt("budget", lambda: read_positive(budget or "60", self.units))
        if rounding and rounding not in ROUNDINGS:
            faults.add("rounding", "CC103", f"{rounding!r} is no way of rounding", one_of(ROUNDINGS))
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
        trust: str | int = "",
    ) -> Source:
        """Add a source; ``trust`` is a positive number such as ``"2.5"``.

        Raises ClaimsError (CC106 duplicate, CC104 bad name, CC108 no positive number).
        """
        faults = Faults("sources", id)
        if id in self.sources:
            faults.add("", "CC106", f"the source {id!r} is given twice", "give each source its own id")
        if not is_id(id):
            faults.add("", "CC104", f"{id!r} cannot be a source id", ID_HINT)
        weight = faults.attempt("trust", lambda: read_positive(str(trust) or "1", self.units))
        faults.stop_if_any()
        assert weight is not None
        self.sources[id] = Source(id, title, url, doi, date, note, coupled, weight)
        return self.sources[id]

    def aspect(self, name: str, scopes: Mapping[str, str]) -> Aspect:
        """Add an aspect in which numbers of one name differ: its scopes with what each of them means.

        Raises ClaimsError (CC104 bad name, CC106 duplicate, CC143 no scopes, or one twice).
        """
        faults = Faults("scopes", name)
        aspect = read_aspect(name, scopes, faults)
        if aspect.name in self.aspects or aspect.name in self.tables:
            what = "table" if aspect.name in self.tables else "aspect"
            faults.add("", "CC106", f"a {what} is called {aspect.name!r} already", "rename one of them")
        faults.stop_if_any()
        self.aspects[aspect.name] = aspect
        return aspect

    def quantity(
        self,
        name: str,
        unit: str = "",
        *,
        integer: bool = False,
        min: str | int | None = None,
        max: str | int | None = None,
        description: str = "",
        scopes: str | Iterable[str] = (),
    ) -> Quantity:
        """Add a quantity; ``min`` and ``max`` are exact hard limits such as ``"0 %"``.

        ``scopes``: the aspects that it depends on. There is a quantity for each scope then, ``name[scope]``;
        what is returned says what they have in common.

        Raises ClaimsError (CC104 bad name, CC106 duplicate, CC138 or CC14x scopes, CC2xx unit or limit).
        """
        faults = Faults("quantities", name)
        name = unicodedata.normalize("NFKC", name)
        if not is_name(name):
            faults.add("", "CC104", f"{name!r} cannot be a quantity's name", NAME_HINT)
        if name in self.quantities or name in self.scoped:
            faults.add("", "CC106", f"the quantity {name!r} is given twice", "merge the two entries")
        if name in self.tables:
            faults.add("", "CC106", f"a table is called {name!r}, too", "rename one of them")
        quantity = read_quantity(name, unit, integer, min, max, description, units=self.units, faults=faults)
        aspects = scope_words(scopes)
        if quantity is not None and aspects:
            scoped = read_scoped(quantity, aspects, self.aspects, faults)
        faults.stop_if_any()
        assert quantity is not None
        if aspects:
            self.scoped[name] = scoped
        self.quantities.update((q.name, q) for q in (scoped.quantities() if aspects else [quantity]))
        return quantity

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
        scope: str | Iterable[str] = (),
        index: int | None = None,
    ) -> Claim:
        """Add a claim. Its id is ``quantity@source``, followed by ``#id`` where an ``id`` is given.

        ``scope`` says of which scope of its quantity it speaks, ``quantity[scope]``. If it does not say so,
        what it may speak of becomes a choice.

        Raises ClaimsError (CC105 unknown quantity or source, CC107 duplicate id, CC140 or CC141 scope, CC2xx
        value or unit, CC262 dimension of the value's unit).
        """
        place = len(self.claims) if index is None else index
        faults = Faults("claims", place)
        name, said = unicodedata.normalize("NFKC", quantity), scope_words(scope)
        whole = self.quantities.get(name)
        stem, inside = without_scopes(name, self.scoped)
        scoped = self.scoped.get(stem)
        keys: tuple[tuple[str, ...], ...] = ()
        if scoped is not None and inside and said:
            faults.add("scope", "CC141", f"{name} names its scope already", "drop `scope`")
        elif scoped is not None:
            name, said = stem, said or inside
            keys = faults.attempt("scope", lambda: scoped.keys(said)) or ()
            whole = scoped.quantity(keys[0]) if len(keys) == 1 else scoped.kind
        elif whole is None:
            faults.found.append(self.unknown_quantity(quantity).at("claims", place, "quantity"))
        elif said:
            hint = "drop `scope`, or let the quantity depend on an aspect: `scopes:`"
            faults.add("scope", "CC141", f"{name} has no scope to be told", hint)
        self._check_source(source, faults)
        if rounding and rounding not in ROUNDINGS:
            faults.add("rounding", "CC103", f"{rounding!r} is no way of rounding", one_of(ROUNDINGS))
        if id and not is_id(id):
            faults.add("id", "CC104", f"{id!r} cannot be a claim id", ID_HINT)
        is_open = len(keys) > 1
        called = scoped.stated(said) if scoped is not None and is_open else whole.name if whole else quantity
        full_id = f"{called}@{source}" + (f"#{id}" if id else "")
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
            full_id if is_open else whole.name,
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
            len(self.claims),
            ("claims", place),
        )
        self._add(claim, f"{name}@{source}" + (f"#{id}" if id else ""))
        if scoped is not None:
            self._meet(scoped.quantity(key).name for key in keys)
        if scoped is not None and is_open:
            told = f"{name} in a scope that is not stated"
            self.quantities[full_id] = replace(whole, name=full_id, description=told)
            self._open.add(f"scope of {full_id}")
            self.relations.update((r.id, r) for r in readings(claim, scoped, keys))
        return claim

    def table(
        self,
        name: str,
        columns: Mapping[str, str | Mapping[str, Any]],
        rows: Mapping[str, Mapping[str, str | int]],
        *,
        source: str,
        at: str = "",
        note: str = "",
        rounding: str = "",
        complete: bool = True,
    ) -> Table:
        """Add a printed table: for each row and column a quantity ``name.column[row]``, for a cell a claim.

        ``columns`` gives for each column its unit, or what :meth:`quantity` takes, with the ``scope`` of its
        numbers where it has ``scopes``; ``rows`` for each row the values by column, as printed; an empty one
        is no claim. ``complete=False``: the source's table may lack rows.

        Raises ClaimsError with everything that is wrong with it (CC104 bad name, CC105 unknown source, CC106
        duplicate, CC130 without rows or columns, CC131 unknown column, CC138 too large, CC14x scopes, CC2xx
        unit or value); nothing of the table is added then.
        """
        faults = Faults("tables", name)
        taken: tuple[tuple[str, Mapping[str, object]], ...] = (
            ("table", self.tables),
            ("quantity", self.quantities),
            ("quantity", self.scoped),
            ("aspect", self.aspects),
        )
        for what in (w for w, names in taken if name in names):
            faults.add("", "CC106", f"a {what} is called {name!r} already", "rename one of them")
        self._check_source(source, faults)
        if rounding and rounding not in ROUNDINGS:
            faults.add("rounding", "CC103", f"{rounding!r} is no way of rounding", one_of(ROUNDINGS))
        table, claims = read_table(
            Table(name, source, complete=complete, at=at, note=note),
            columns,
            rows,
            units=self.units,
            settings=replace(self.settings, rounding=rounding or self.settings.rounding),
            aspects=self.aspects,
            first=len(self.claims),
            faults=faults,
        )
        faults.stop_if_any()
        self.tables[table.name] = table
        self._columns.update((f"{table.name}.{c}", spoken) for c, spoken in table.scoped.items())
        for row in table.rows:
            for column, kind in table.columns.items():
                cell = cell_name(table.name, column, row)
                whole = replace(kind, name=cell)
                if (spoken := table.scoped.get(column)) is not None:
                    # In other scopes it becomes a quantity when something speaks of it there.
                    scoped = self.scoped[cell] = Scoped(whole, spoken.scoped.aspects)
                    whole = scoped.quantity(spoken.key)
                self.quantities[whole.name] = whole
        for claim in claims:
            self._add(claim, f"{without_scopes(claim.quantity, self.scoped)[0]}@{claim.source}")
        return table

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

        A column of a table stands for its rows inside ``sum``, ``min`` and ``max``: ``sum(causes.events)``.

        Raises ClaimsError (CC24x formula, CC106 duplicate, CC105 unknown source, CC108 bad tolerance, CC13x a
        table's column, CC14x scopes).
        """
        (relation,) = self._relations(equation, id, "", source, note, within, choice, definition)
        return relation

    def relation_for(
        self,
        table: str,
        equation: str,
        id: str = "",
        *,
        source: str = "",
        note: str = "",
        within: str = "",
        choice: str = "",
        definition: bool = False,
    ) -> tuple[Relation, ...]:
        """Add a relation for each row of a table, called ``id[row]``; a column's name is that row's value.

        ``table`` may be an aspect instead: the relation is added for each of its scopes, called
        ``id[scope]``, and the name of a quantity that depends on it is the quantity in that scope.

        Raises ClaimsError as :meth:`relation`, and CC105 for an unknown table, CC134 for a choice.
        """
        return self._relations(equation, id, table, source, note, within, choice, definition)

    def _relations(
        self,
        equation: str,
        id: str,
        table: str,
        source: str,
        note: str,
        within: str,
        choice: str,
        definition: bool,
    ) -> tuple[Relation, ...]:
        """The relations that one entry stands for, all of them with one parsed formula."""
        id = id or f"relation-{len(self.relations) + 1}"
        faults = Faults("relations", id)
        if id in self.relations or id in self._templates:
            faults.add("", "CC106", f"the relation {id!r} is given twice", "give each relation its own id")
        if not is_id(id):
            faults.add("", "CC104", f"{id!r} cannot be a relation id", ID_HINT)
        if source:
            self._check_source(source, faults)
        home = self.tables.get(unicodedata.normalize("NFKC", table)) if table else None
        aspect = self.aspects.get(unicodedata.normalize("NFKC", table)) if table else None
        if table and home is None and aspect is None:
            similar = did_you_mean(table, [*self.tables, *self.aspects])
            what = "table or aspect" if self.aspects else "table"
            faults.add("for", "CC105", f"no {what} is named {table!r}", similar)
        if table and choice:
            hint = "give each rival a column of its own, or write the relations out"
            what = "row" if aspect is None else "scope"
            faults.add("choice", "CC134", f"a relation for each {what} cannot be a rival", hint)
        if choice in self._open:
            faults.add("choice", "CC106", f"{choice!r} is the choice of a claim's scope", "rename the choice")
        known = Vocabulary(self.quantities, self.scoped, self.tables, self._columns)
        read = None
        if home is not None or aspect is not None or not table:
            read = faults.attempt("equation", lambda: known.parse(equation, home))
        tolerance = faults.attempt("within", lambda: read_tolerance(within, self.units)) if within else None
        if read is not None and within and read.op != "=":
            hint = "drop it, or write the inequality with its slack"
            faults.add("within", "CC108", "`within` is for equations", hint)
        said = {} if read is None else known.instances(read, home, aspect, faults)
        faults.stop_if_any()
        if home is not None or aspect is not None:
            self._templates.add(id)
        found: list[Relation] = []
        for place, (equated, missing) in said.items():
            name, template = (f"{id}[{place}]", id) if place else (id, "")
            found.append(Relation(name, equated, source, note, tolerance, choice, definition, template))
            self.quantities.update((n, q) for n, q in missing.items() if n not in self.quantities)
        self.relations.update((r.id, r) for r in found)
        if self._columns:
            self._meet(n for r in found for n in names_in(r.equation))
        return tuple(found)

    def _meet(self, names: Iterable[str]) -> None:
        """Cells in scopes of which nothing spoke before become quantities."""
        for name in names:
            stem, scopes = ("", ()) if name in self.quantities else without_scopes(name, self.scoped)
            if (scoped := self.scoped.get(stem)) is not None:
                self.quantities[name] = scoped.quantity(scopes)

    def _check_source(self, source: str, faults: Faults) -> None:
        if source not in self.sources:
            known = did_you_mean(source, self.sources)
            faults.add("source", "CC105", f"no source is named {source!r}", known)

    def _add(self, claim: Claim, unscoped: str = "") -> None:
        """Put a claim in, and remember by what shorter ids it may be called, its scope left out too."""
        self.claims[claim.id] = claim
        whole = {claim.id, unscoped or claim.id}
        shorter = {claim.short_id, *whole, *(id.partition("#")[0] for id in whole)}
        for reference in shorter - {"", claim.id}:
            self._shorter.setdefault(reference, []).append(claim.id)

    def known(
        self, members: Iterable[str], reason: str, until: str = "", *, index: int | None = None
    ) -> Waiver:
        """Accept a conflict; ``members`` are claim ids and ``relation:ID``.

        Raises ClaimsError (CC102 no reason, CC110 bad date).
        """
        place = len(self.waivers) if index is None else index
        faults = Faults("known", place)
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
        raise InputProblem("CC105", f"no {what} is called {reference!r}", did_you_mean(reference, known))

    def unknown_quantity(self, name: str) -> InputProblem:
        """The problem CC105 that no quantity has a name, with similar names as a hint."""
        scoped = self.scoped.get(unicodedata.normalize("NFKC", name))
        if scoped is not None:
            hint = f"write {' or '.join(q.name for q in scoped.quantities()[:3])}"
            return InputProblem("CC142", f"{name} does not say its scope", hint)
        stem, scopes = without_scopes(unicodedata.normalize("NFKC", name), self.scoped)
        cell = self.scoped.get(stem)
        possible = () if cell is None else cell.keys()
        if scopes in possible:
            hint = "drop it, or tie it in"
            return InputProblem("CC105", f"no claim and no relation speaks of the quantity {name}", hint)
        hint = did_you_mean(name, self.quantities)
        return InputProblem("CC105", f"no quantity is named {name!r}", hint)
