"""The unit table of a claims file: texts to units, the file's own definitions, the readings taken."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Iterable

from gmpy2 import mpq

from claimcheck.diagnostics import InputProblem
from claimcheck.units._unit import DATE, DIMENSIONLESS, Dimension, Unit
from claimcheck.units.factor import ONE, UnitFactor, enclosure, rational, size_in_bits, times, to_power
from claimcheck.units.grammar import MAX_EXPONENT, Term, UnitText, parse_terms
from claimcheck.units.names import (
    COUNT_PREFIXES,
    NamedUnit,
    ambiguity,
    asks,
    known_without_pint,
    redefinable,
    usual_names,
)
from claimcheck.units.registry import known_to_pint, pint_names

__all__ = ["UnitTable"]

_MAX_BITS = 8_192
_MAX_DEFINITIONS = 1_000
_MAX_REMEMBERED = 10_000

_PINT_DIMENSIONS = {
    "length": "meter",
    "time": "second",
    "mass": "gram",
    "current": "ampere",
    "temperature": "kelvin",
    "substance": "mole",
    "luminosity": "candela",
    "printing_unit": "pixel",
}


class UnitTable:
    """Reads unit texts; knows pint's units, the counts, and the definitions it is given.

    A definition is ``node = 8 GPU`` (a unit) or ``token = [token]`` (a dimension of its own). Counts, names
    with two readings (``month = 30 day``) and names that only pint knows may be given another meaning, the
    usual units may not. Safe to share between threads.
    """

    def __init__(self, definitions: Iterable[str] = ()) -> None:
        self._defined: dict[str, NamedUnit] = {}
        self._units: dict[str, tuple[Unit, tuple[str, ...]]] = {}
        self._lock = threading.RLock()
        for text in definitions:
            self.define(text)

    def __getstate__(self) -> dict[str, object]:
        """Everything but the lock, which cannot go to another process."""
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._lock = threading.RLock()

    def parse(self, text: str) -> Unit:
        """The unit a text names; the empty text is dimensionless, ``date`` a point in time.

        Raises:
            InputProblem: CC220 (no unit text), CC221 (unknown name), CC222 (two readings), CC223 (a unit that
                cannot be multiplied), CC224 (beyond a limit); with offsets into ``text``.
        """
        return self._read(text)[0]

    def notes(self, text: str) -> tuple[str, ...]:
        """The readings taken where ``text`` has two, one sentence each. Raises what :meth:`parse` does."""
        return self._read(text)[1]

    def define(self, text: str) -> None:
        """Add a unit of the file's own: ``node = 8 GPU`` or ``token = [token]``.

        Raises:
            InputProblem: CC225 (no definition), CC226 (the name has a meaning already), and what
                :meth:`parse` raises about the right-hand side.
        """
        name, equals, meaning = text.partition("=")
        start = len(text) - len(meaning) + len(meaning) - len(meaning.lstrip())
        name, meaning = name.strip(), meaning.strip()
        if not equals or not name.isidentifier() or not meaning:
            raise InputProblem("CC225", "this defines no unit", "write node = 8 GPU or token = [token]")
        with self._lock:
            unit = self._meaning(name, meaning, start)
            self._check_redefinition(name, unit)
            self._defined[name] = unit
            self._units.clear()

    def _meaning(self, name: str, meaning: str, start: int) -> NamedUnit:
        if meaning.startswith("[") and meaning.endswith("]"):
            base = meaning[1:-1].strip()
            if not base.isidentifier():
                raise InputProblem("CC225", "a dimension is one name in brackets", f"write {name} = [{name}]")
            if base in _PINT_DIMENSIONS:
                raise InputProblem(
                    "CC225",
                    f"[{base}] is a dimension with units of its own",
                    f"write {name} = 1 {_PINT_DIMENSIONS[base]}",
                    start=start,
                    end=start + len(meaning),
                )
            return NamedUnit(((base, mpq(1)),), ONE)
        try:
            if "=" in meaning:
                raise InputProblem("CC225", "a definition has one =", "define each name on its own")
            terms = parse_terms(meaning)
            if any(term.name == name for term in terms.terms):
                raise InputProblem("CC225", f"{name} is defined by itself", "use other units on the right")
            return self._product(terms)[0]
        except InputProblem as problem:
            if problem.start >= 0:
                problem.start += start
                problem.end += start
            raise

    def _check_redefinition(self, name: str, unit: NamedUnit) -> None:
        known = self._defined.get(name)
        if known is None:
            if len(self._defined) >= _MAX_DEFINITIONS:
                raise InputProblem("CC224", f"more than {_MAX_DEFINITIONS} units are defined", "remove some")
            if redefinable(name):
                return
            known = known_without_pint(name)
        if name in ("date", "per") or (known is not None and known != unit):
            raise InputProblem("CC226", f"{name} has a meaning already", "choose another name")

    def _read(self, text: str) -> tuple[Unit, tuple[str, ...]]:
        remembered = self._units.get(text)
        if remembered is not None:
            return remembered
        stripped = text.strip()
        if not stripped:
            return DIMENSIONLESS, ()
        if stripped == "date":
            return DATE, ()
        with self._lock:
            unit, notes = self._product(parse_terms(text))
            read = Unit(stripped, unit.dimension, enclosure(unit.factor), unit.offset), notes
            if len(self._units) >= _MAX_REMEMBERED:
                self._units.clear()
            self._units[text] = read
            return read

    def _product(self, text: UnitText) -> tuple[NamedUnit, tuple[str, ...]]:
        """Multiply the terms out: exact factor, dimension, and the readings taken."""
        notes = list(text.notes)
        exponents: dict[str, mpq] = {}
        factor, offset = ONE, mpq(0)
        for term in text.terms:
            unit = self._term(term)
            if unit.note:
                notes.append(unit.note)
            if unit.offset:
                if len(text.terms) == 1 and term.exponent == 1:
                    offset = unit.offset
                else:
                    notes.append(f"{term.name} inside a product is read as a difference of temperatures")
            factor = times(factor, self._to_power(unit.factor, term))
            if size_in_bits(factor) > _MAX_BITS:
                raise self._too_large(term)
            for base, exponent in unit.dimension:
                exponents[base] = exponents.get(base, mpq(0)) + exponent * term.exponent
        dimension: Dimension = tuple(sorted((base, e) for base, e in exponents.items() if e != 0))
        if abs(factor.pi_power) > MAX_EXPONENT:
            raise self._too_large(text.terms[0])
        return NamedUnit(dimension, factor, offset), tuple(dict.fromkeys(notes))

    def _to_power(self, factor: UnitFactor, term: Term) -> UnitFactor:
        if size_in_bits(factor) * abs(term.exponent) > _MAX_BITS:
            raise self._too_large(term)
        return to_power(factor, term.exponent)

    def _too_large(self, term: Term) -> InputProblem:
        return InputProblem(
            "CC224",
            "the factor of this unit grows beyond all limits",
            "check the exponents",
            start=term.start,
            end=term.end,
        )

    def _term(self, term: Term) -> NamedUnit:
        if term.number is not None and term.name not in self._defined:
            return NamedUnit((), rational(term.number), note=ambiguity(term.name))
        name = term.name
        own = self._own(name)
        if own is not None:
            return own
        if way_out := asks(name):
            raise InputProblem(
                "CC222", f"{name!r} has more than one reading", way_out, start=term.start, end=term.end
            )
        unit = known_without_pint(name)
        try:
            unit = unit or known_to_pint(name)
        except InputProblem as problem:
            problem.start, problem.end = term.start, term.end
            raise
        if unit is None:
            raise self._unknown(term)
        note = ambiguity(name) or unit.note
        return NamedUnit(unit.dimension, unit.factor, unit.offset, note)

    def _own(self, name: str) -> NamedUnit | None:
        """A unit the file defined: as it stands, plural, or with a decimal prefix from kilo up."""
        for spelling in (name, name.removesuffix("s")):
            if spelling in self._defined:
                return self._defined[spelling]
        if not self._defined or (known_without_pint(name) is not None and not self._hides(name)):
            return None
        for prefix, scale in COUNT_PREFIXES.items():
            if name.startswith(prefix):
                rest = name[len(prefix) :]
                unit = self._defined.get(rest) or self._defined.get(rest.removesuffix("s"))
                if unit is not None:
                    return NamedUnit(unit.dimension, times(rational(scale), unit.factor))
        return None

    def _hides(self, name: str) -> bool:
        """Whether a prefixed name (`knode`) stands for a count that the file has redefined."""
        return any(
            name.startswith(prefix) and name[len(prefix) :].removesuffix("s") in self._defined
            for prefix in COUNT_PREFIXES
        )

    def _unknown(self, term: Term) -> InputProblem:
        name = term.name
        stem = name.rstrip("0123456789")
        digits = name[len(stem) :]
        if digits and stem and (known_without_pint(stem) or self._own(stem)):
            way_out = f"write {stem}^{digits} for the power"
        else:
            way_out = self._suggestions(name)
        return InputProblem(
            "CC221", f"{name!r} is no unit that is known here", way_out, start=term.start, end=term.end
        )

    def _suggestions(self, name: str) -> str:
        candidates = dict.fromkeys((*self._defined, *usual_names(), *pint_names()))
        folded: dict[str, str] = {}
        for candidate in candidates:
            folded.setdefault(candidate.casefold(), candidate)
        word = name[:40].casefold()
        letters = sorted(word)  # what differs by swapped letters only (dya, day) is nearest of all
        swapped = [c for c in folded if c[0] == word[:1] and len(word) > 2 and sorted(c) == letters]
        close = swapped[:3] or difflib.get_close_matches(word, folded, n=3, cutoff=0.7)
        define = f"define it under units, such as {name} = [{name}]" if name.isidentifier() else ""
        guess = "did you mean " + " or ".join(folded[match] for match in close) + "?" if close else ""
        return f"{guess} else {define}" if guess and define else guess or define or "check the spelling"
