"""Claim sets of which something is known beforehand.

Values are made first and printed afterwards: a hidden number for every quantity, relations that hold of these
numbers exactly, claims that a careful source prints of them. So the numbers are a witness. A conflict is
planted on quantities of its own, whose values nothing else limits, so that it is minimal whatever stands by.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from claimcheck.model import ClaimSet
from claimcheck.testing.printing import printed

__all__ = ["Consistent", "Planted", "claim_sets", "consistent_claim_sets", "planted_conflicts"]


@dataclass(frozen=True, slots=True, repr=False)
class Consistent:
    """Claims that can all be true, and a value for every quantity, in its unit, for which they are."""

    claims: ClaimSet
    witness: Mapping[str, Fraction]

    def __repr__(self) -> str:
        known = ", ".join(f"{name} = {x}" for name, x in self.witness.items())
        return f"{_listed(self.claims)}\n  witness: {known}\n"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # what Hypothesis prints of a falsifying example


@dataclass(frozen=True, slots=True, repr=False)
class Planted:
    """Claims with a conflict whose ``members`` (ids, and ``relation:ID``) are known; there may be others.

    ``kind`` is that of the report: ``disagreement``, ``contradiction`` or ``impossible``.
    """

    claims: ClaimSet
    members: tuple[str, ...]
    kind: str

    def __repr__(self) -> str:
        return f"{_listed(self.claims)}\n  planted: {self.kind} of {', '.join(self.members)}\n"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


def _listed(claims: ClaimSet) -> str:
    """The claims as lines, for whoever reads a falsifying example."""
    lines = [
        f"  {q.name} [{q.unit.text}]" + (" integer" if q.integer else "") for q in claims.quantities.values()
    ]
    for c in claims.claims.values():
        lines.append(f"  {c.id}: {c.text}" + (f"  given {', '.join(c.given)}" if c.given else ""))
    lines += [f"  {r.premise}: {r.equation.text}" for r in claims.relations.values()]
    return "\n" + "\n".join(lines)


# -- anything -----------------------------------------------------------------------------------------------

_SMALL_RELATIONS = (
    ("c = a * b", "c = a + b", "a = c - b", "a >= b * c"),
    ("d = c / e", "d = c + e", "e = c * d", "c + d + e <= 20"),
    ("f >= d", "f = d ^ 2", "f = 20 - d", "d * f = 30"),
)
"""One of each row at most: no circles, so that every judge answers at once."""


@st.composite
def claim_sets(draw: st.DrawFn, most: int = 9, integers: bool = True) -> ClaimSet:
    """Up to ``most`` claims and relations on a to f, positive, some of them whole numbers.

    They are small enough that every subset can be tried, and about as often contradictory as not.
    """
    claims = ClaimSet(title="small")
    for source in "rstuvw":
        claims.source(source)
    for name in "abcdef":
        claims.quantity(name, min="1", integer=integers and draw(st.booleans()))
    rows = draw(st.sets(st.sampled_from(range(3)), min_size=1))
    for i in sorted(rows):
        claims.relation(
            draw(st.sampled_from(_SMALL_RELATIONS[i])), id=f"r{i}", definition=draw(st.booleans())
        )
    made = st.tuples(st.sampled_from("abcdef"), st.sampled_from("rst"), st.integers(1, 12), st.integers(0, 3))
    for name, source, low, width in draw(
        st.lists(made, min_size=2, max_size=most - len(rows), unique_by=lambda m: m[:2])
    ):
        claims.claim(name, f"[{low}, {low + width}]", source=source)
    return claims


# -- with a known witness -----------------------------------------------------------------------------------

_NAMES = ("gpus", "N", "elapsed", "beta", "lambda", "E", "x1", "share")
_SOURCES = ("paper", "blog", "log")
_PLANTED_SOURCES = ("first", "second")
_UNITS = ("", "day", "GPU", "FLOP", "km", "kg")
_ALSO = {"day": ("hour", 24), "km": ("m", 1000), "kg": ("g", 1000)}
"""A second unit in which some sources print, and how many of it there are in one of the first."""

_Unit = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Number:
    """A hidden value: its name, its unit as powers, and whether only whole numbers are possible."""

    name: str
    unit: _Unit
    value: Fraction
    integer: bool = False


def _unit_text(unit: _Unit) -> str:
    return " ".join(name if e == 1 else f"{name}^{e}" for name, e in unit)


def _times(a: _Unit, b: _Unit, turn: int) -> _Unit:
    powers = dict(a)
    for name, e in b:
        powers[name] = powers.get(name, 0) + turn * e
    return tuple((name, e) for name, e in powers.items() if e)


_STEPS: dict[str, tuple[bool, Callable[[Fraction, Fraction], Fraction]]] = {
    "{a} * {b}": (False, lambda a, b: a * b),
    "{a} / {b}": (False, lambda a, b: a / b),
    "{a} + {b}": (True, lambda a, b: a + b),
    "max({a}, {b})": (True, max),
    "min({a}, {b})": (True, min),
    "3 * {a} + {b} / 2": (True, lambda a, b: 3 * a + b / 2),
}
"""Formulas of two positive numbers: whether these need the same unit, and the value."""


@st.composite
def _inputs(draw: st.DrawFn, name: str) -> _Number:
    unit = draw(st.sampled_from(_UNITS))
    integer = unit == "GPU" or draw(st.integers(0, 9)) == 0
    value = Fraction(draw(st.integers(1, 9999)), 1 if integer else 10 ** draw(st.integers(0, 3)))
    return _Number(name, ((unit, 1),) if unit else (), value, integer)


@st.composite
def consistent_claim_sets(draw: st.DrawFn, *, most: int = 6, relations: bool = True) -> Consistent:
    """Claims about 1 to ``most`` (at most 8) quantities, all positive, that one witness satisfies.

    About half of the quantities follow from others by a relation; several sources print some of them, in
    various forms and units, and an inequality may hold, too.
    """
    claims = ClaimSet(title="consistent")
    for source in _SOURCES:
        claims.source(source)
    numbers: list[_Number] = []
    derived: list[str] = []
    for name in draw(st.permutations(_NAMES))[: draw(st.integers(1, min(most, len(_NAMES))))]:
        steps = draw(_steps(numbers)) if relations and numbers and draw(st.booleans()) else None
        if steps is not None:
            formula, made = steps
            numbers.append(_Number(name, made.unit, made.value))
            derived.append(f"{name} = {formula}")
        else:
            numbers.append(draw(_inputs(name)))
    for n in numbers:
        claims.quantity(n.name, _unit_text(n.unit), integer=n.integer, min=draw(st.sampled_from([None, "0"])))
    for equation in derived:
        claims.relation(equation)
    if relations and len(numbers) > 1 and draw(st.booleans()):
        _compare(claims, *draw(st.permutations(numbers))[:2])
    for n in numbers:
        for source in draw(st.sets(st.sampled_from(_SOURCES), max_size=2)):
            claims.claim(n.name, draw(_printed(n)), source=source)
    if not claims.claims:
        claims.claim(numbers[0].name, draw(_printed(numbers[0])), source=_SOURCES[0])
    return Consistent(claims, {n.name: n.value for n in numbers})


@st.composite
def _steps(draw: st.DrawFn, numbers: list[_Number]) -> tuple[str, _Number] | None:
    """A formula of two of the numbers with its value, or None where their units do not go with it."""
    a, b = draw(st.sampled_from(numbers)), draw(st.sampled_from(numbers))
    formula = draw(st.sampled_from(sorted(_STEPS)))
    alike, value = _STEPS[formula]
    unit = a.unit if alike else _times(a.unit, b.unit, -1 if "/" in formula else 1)
    if (alike and dict(a.unit) != dict(b.unit)) or any(abs(e) > 3 for _, e in unit):
        return None
    return formula.format(a=a.name, b=b.name), _Number("", unit, value(a.value, b.value))


def _compare(claims: ClaimSet, a: _Number, b: _Number) -> None:
    if dict(a.unit) == dict(b.unit):
        small, large = sorted((a, b), key=lambda n: n.value)
        claims.relation(f"{small.name} <= {large.name}", id="order")


@st.composite
def _printed(draw: st.DrawFn, n: _Number, *, least_digits: int = 1) -> str:
    """As a source prints it, in the quantity's unit or in another one that is as good."""
    value, unit = n.value, list(n.unit)
    if not n.integer and draw(st.booleans()):
        for i, (name, e) in enumerate(unit):
            other, factor = _ALSO.get(name, (name, 1))
            unit[i], value = (other, e), value * Fraction(factor) ** e
    return draw(printed(value, _unit_text(tuple(unit)), integer=n.integer, least_digits=least_digits))


# -- with a planted conflict --------------------------------------------------------------------------------

KINDS = ("disagreement", "contradiction", "conclusion", "impossible")


@st.composite
def planted_conflicts(draw: st.DrawFn, *, kinds: Collection[str] = KINDS, most: int = 4) -> Planted:
    """A consistent claim set of up to ``most`` quantities with a minimal conflict planted beside them.

    ``kinds``: ``disagreement`` (two sources on one quantity), ``contradiction`` (through a relation),
    ``conclusion`` (a contradiction with what was concluded under ``given``), ``impossible`` (a fraction of
    something whole).
    """
    found = draw(consistent_claim_sets(most=most))
    claims = found.claims
    for source in _PLANTED_SOURCES:
        claims.source(source)
    first, second = _PLANTED_SOURCES
    kind = draw(st.sampled_from(sorted(kinds)))
    if kind == "impossible":
        claims.quantity("p", "node", integer=True)
        claims.claim("p", f"{draw(st.integers(0, 999))}.{draw(st.integers(2, 8))} node", source=first)
        return Planted(claims, (f"p@{first}",), kind)
    unit = draw(st.sampled_from(_UNITS))
    p = _Number("p", ((unit, 1),) if unit else (), Fraction(draw(st.integers(1, 9999)), 7))
    claims.quantity("p", unit)
    claims.claim("p", draw(_printed(p, least_digits=3)), source=first)
    off = 1 + Fraction(draw(st.integers(1, 20)), 10)  # far outside of what three digits leave open
    if kind == "disagreement":
        wrong = _Number("p", p.unit, p.value * off)
        claims.claim("p", draw(_printed(wrong, least_digits=3)), source=second)
        return Planted(claims, (f"p@{first}", f"p@{second}"), kind)
    q = _Number("q", p.unit, p.value * draw(st.integers(1, 9)))
    formula = draw(st.sampled_from(["{a} * {b}", "{a} / {b}", "{a} + {b}"]))
    alike, value = _STEPS[formula]
    unit_r = p.unit if alike else _times(p.unit, q.unit, -1 if "/" in formula else 1)
    wrong = _Number("r", unit_r, value(p.value, q.value) * off)
    claims.quantity("q", unit)
    claims.quantity("r", _unit_text(unit_r))
    claims.claim("q", draw(_printed(q, least_digits=3)), source=first)
    claims.relation(f"r = {formula.format(a='p', b='q')}", id="planted")
    given = (f"p@{first}", f"q@{first}")
    concluded = given if kind == "conclusion" else ()
    claims.claim("r", draw(_printed(wrong, least_digits=3)), source=second, given=concluded)
    return Planted(claims, (*given, f"r@{second}", "relation:planted"), "contradiction")
