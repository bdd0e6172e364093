"""Scopes: what a number may speak of, where one name stands for several things that were counted.

An *aspect* such as ``lineage`` has *scopes* such as ``both`` and ``last``. A quantity that depends on it is
one quantity for each scope, called ``elapsed[both]`` and ``elapsed[last]``. :func:`in_scope` puts these names
into a formula, and a claim that does not say its scope becomes a choice among relations (:func:`readings`),
so that the solver knows nothing of scopes.
A column of a table depends on aspects in the same way, and says which scopes its numbers are of.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

from claimcheck.diagnostics import InputProblem
from claimcheck.entries import Claim, Quantity, Relation
from claimcheck.expression import Apply, Equation, Expression, Name
from claimcheck.faults import ID_HINT, NAME_HINT, Faults, did_you_mean, is_id, is_name

__all__ = [
    "MAX_SCOPES",
    "Aspect",
    "Key",
    "Scoped",
    "ScopedColumn",
    "in_scope",
    "read_aspect",
    "read_scoped",
    "read_scoped_column",
    "readings",
    "scope_words",
    "with_scopes",
    "without_scopes",
]

MAX_SCOPES = 1000
"""Of one quantity, over all its aspects."""

Key = tuple[str, ...]
"""One scope for each aspect of a quantity, in their order."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """In what numbers may differ although they have one name; ``scopes`` with what each of them means."""

    name: str
    scopes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scoped:
    """A quantity that has a value for each scope of some aspects; ``kind`` says what it is in any of them."""

    kind: Quantity
    aspects: tuple[Aspect, ...]

    def keys(self, said: Iterable[str] = ()) -> tuple[Key, ...]:
        """The scopes that are possible where those ``said`` are settled.

        Raises:
            InputProblem: CC140 (no such scope), CC141 (two scopes of one aspect).
        """
        settled: dict[str, str] = {}
        for written in said:
            scope = unicodedata.normalize("NFKC", written.strip())
            aspect = next((a for a in self.aspects if scope in a.scopes), None)
            if aspect is None:
                known = did_you_mean(scope, [s for a in self.aspects for s in a.scopes])
                raise InputProblem("CC140", f"{self.kind.name} has no scope {scope!r}", known)
            if settled.setdefault(aspect.name, scope) != scope:
                both = f"{settled[aspect.name]} and {scope}"
                raise InputProblem("CC141", f"{both} are two scopes of {aspect.name}", "name one of them")
        options = [(settled[a.name],) if a.name in settled else tuple(a.scopes) for a in self.aspects]
        return tuple(itertools.product(*options))

    def stated(self, said: Iterable[str]) -> str:
        """The name with what is said of its scope, in the order of the aspects: ``elapsed[both]``."""
        words = {unicodedata.normalize("NFKC", s.strip()) for s in said}
        return with_scopes(self.kind.name, [s for a in self.aspects for s in a.scopes if s in words])

    def quantity(self, key: Key) -> Quantity:
        """The quantity in one scope, which its description tells."""
        told = [
            f"{scope}: {aspect.scopes[scope]}" if aspect.scopes[scope] else scope
            for scope, aspect in zip(key, self.aspects, strict=True)
        ]
        description = "; ".join([*([self.kind.description] if self.kind.description else []), *told])
        return replace(self.kind, name=with_scopes(self.kind.name, key), description=description)

    def quantities(self) -> list[Quantity]:
        """The quantities of all scopes."""
        return [self.quantity(key) for key in self.keys()]


@dataclass(frozen=True, slots=True)
class ScopedColumn:
    """A column of a table whose cells depend on aspects; its numbers are of the scopes ``key``."""

    scoped: Scoped
    key: Key


def with_scopes(name: str, scopes: Iterable[str]) -> str:
    """A name with scopes in brackets, behind a cell's row: ``elapsed[both]``, ``runs.hours[first,both]``."""
    inside = ",".join(scopes)
    if not inside:
        return name
    return f"{name[:-1]},{inside}]" if name.endswith("]") else f"{name}[{inside}]"


def scope_words(text: str | Iterable[str]) -> tuple[str, ...]:
    """One word, or several."""
    return (text,) if isinstance(text, str) and text else tuple(text)


# -- reading ------------------------------------------------------------------------------------------------


def read_aspect(name: str, scopes: Mapping[str, str], faults: Faults) -> Aspect:
    """An aspect from texts; of no use where ``faults`` were found (CC104 names, CC143 none or twice)."""
    plain = unicodedata.normalize("NFKC", name)
    if not is_name(plain):
        faults.add("", "CC104", f"{name!r} cannot be the name of an aspect", NAME_HINT)
    if not scopes:
        hint = "write `{both: the first start on, last: the last start on}`"
        faults.add("", "CC143", f"{name} has no scopes", hint)
    found: dict[str, str] = {}
    for written, meaning in scopes.items():
        scope = unicodedata.normalize("NFKC", written)
        if not is_id(scope):
            faults.add(written, "CC104", f"{written!r} cannot be a scope", ID_HINT)
        elif scope in found:
            faults.add(written, "CC143", f"the scope {scope!r} is given twice", "name it once")
        found[scope] = meaning
    return Aspect(plain, found)


def read_scoped(
    kind: Quantity, names: Iterable[str], aspects: Mapping[str, Aspect], faults: Faults
) -> Scoped:
    """A quantity with the aspects that it depends on; of no use where ``faults`` were found.

    CC140 (no such aspect), CC143 (an aspect twice, or one scope in two of them), CC138 (too many scopes).
    """
    found: dict[str, Aspect] = {}
    size = 1
    for place, written in enumerate(names):
        here = Faults(*faults.entry, "scopes", place)
        name = unicodedata.normalize("NFKC", written.strip())
        aspect = aspects.get(name)
        if aspect is None:
            hint = did_you_mean(name, aspects)
            here.add("", "CC140", f"nothing under `scopes` is named {name!r}", hint)
            faults.found.extend(here.found)
            continue
        shared = sorted(s for other in found.values() for s in other.scopes if s in aspect.scopes)
        if shared:
            hint = "name an aspect once, and give its scopes names of their own"
            faults.add("scopes", "CC143", f"{shared[0]!r} would be a scope in two ways", hint)
            continue
        found[name] = aspect
        size *= len(aspect.scopes)
    if size > MAX_SCOPES:
        faults.add("scopes", "CC138", f"more than {MAX_SCOPES} scopes", "split the quantity")
    return Scoped(kind, tuple(found.values()))


def read_scoped_column(
    kind: Quantity, names: Iterable[str], said: Iterable[str], aspects: Mapping[str, Aspect], faults: Faults
) -> ScopedColumn | None:
    """A column with the aspects that it depends on and the scopes of its numbers; None where it has neither.

    Also None where ``faults`` were found: those of :func:`read_scoped`, CC140 or CC141 (a scope that it does
    not have, or two of one aspect), CC142 (it does not say its scope).
    """
    names, said, before = tuple(names), tuple(said), len(faults.found)
    if not names:
        if said:
            hint = "drop `scope`, or let the column depend on an aspect: `scopes:`"
            faults.add("scope", "CC141", f"{kind.name} has no scope to be told", hint)
        return None
    scoped = read_scoped(kind, names, aspects, faults)
    if len(faults.found) > before:
        return None
    keys = faults.attempt("scope" if said else "scopes", lambda: scoped.keys(said))
    if keys is None:
        return None
    if len(keys) > 1:
        options = " or ".join(", ".join(key) for key in keys[:3])
        hint = f"write `scope: {options}`, or the numbers as claims where nobody knows"
        faults.add("", "CC142", f"{kind.name} does not say the scope of its numbers", hint)
        return None
    return ScopedColumn(scoped, keys[0])


# -- formulas -----------------------------------------------------------------------------------------------


def without_scopes(name: str, scoped: Container[str]) -> tuple[str, tuple[str, ...]]:
    """A name without its scopes, and these; a cell keeps its row, ``runs.hours[first]``."""
    if name in scoped:
        return name, ()
    stem, _, inside = name.partition("[")
    parts = tuple(p.strip() for p in inside.removesuffix("]").split(",")) if inside else ()
    cell = f"{stem}[{parts[0]}]" if parts else ""
    if cell in scoped:
        return cell, parts[1:]
    return (stem, parts) if stem in scoped else (name, ())


def in_scope(
    equation: Equation,
    scoped: Mapping[str, Scoped],
    *,
    own: Container[str] = (),
    columns: Mapping[str, ScopedColumn] | None = None,
    aspect: Aspect | None = None,
    scope: str = "",
) -> Equation:
    """The equation with each scoped quantity in a scope; ``own`` names (columns of a row) stay as they are.

    With ``aspect``, what the equation says of that ``scope``: a quantity that depends on the aspect is the
    one of this scope. Names in brackets settle the rest: ``elapsed[both]``. What is still open of one of the
    ``columns`` (``hours`` of the row's own table, ``runs.hours``) is what its numbers are of; its name ends
    with all its scopes then: ``runs.hours[both]``, ``runs.hours[first,both]``.

    Raises:
        InputProblem: CC140 (no such scope), CC141 (two scopes of one aspect), CC142 (the scope is missing),
            CC144 (nothing in it depends on ``aspect``).
    """
    walker = _Walker(scoped, own, columns or {}, aspect, scope)
    left, right = walker.visit(equation.left), walker.visit(equation.right)
    if aspect is not None and not walker.used:
        hint = f"drop `for`, or let a quantity depend on {aspect.name}"
        raise InputProblem("CC144", f"nothing in this relation depends on {aspect.name}", hint)
    return Equation(left, equation.op, right, equation.text)


class _Walker:
    def __init__(
        self,
        scoped: Mapping[str, Scoped],
        own: Container[str],
        columns: Mapping[str, ScopedColumn],
        aspect: Aspect | None,
        scope: str,
    ) -> None:
        self.scoped = scoped
        self.own = own
        self.columns = columns
        self.aspect = aspect
        self.scope = scope
        self.used = False

    def visit(self, tree: Expression) -> Expression:
        if isinstance(tree, Apply):
            return replace(tree, args=tuple(self.visit(a) for a in tree.args))
        if not isinstance(tree, Name):
            return tree
        name, _, inside = tree.name.partition("[")
        if (column := self.columns.get(name)) is not None:
            return self.column(tree, column, inside)
        if tree.name in self.own:
            return tree
        scoped = self.scoped.get(unicodedata.normalize("NFKC", name))
        return tree if scoped is None else self.name(tree, scoped, inside)

    def name(self, tree: Name, scoped: Scoped, inside: str) -> Name:
        """The one quantity that the name means here."""
        said = inside.removesuffix("]").split(",") if inside else []
        try:
            scoped.keys(said)
            if self.aspect is not None and self.aspect in scoped.aspects:
                named = {s.strip() for s in said}
                if named.isdisjoint(self.aspect.scopes):
                    said.append(self.scope)
                    self.used = True
            keys = scoped.keys(said)
        except InputProblem as problem:
            self.fail(problem, tree)
        if len(keys) > 1:
            names = " or ".join(scoped.quantity(key).name for key in keys[:3])
            hint = f"write {names}, or `for:` the aspect if it holds in each of its scopes"
            self.fail(InputProblem("CC142", f"{tree.name} does not say its scope", hint), tree)
        return Name(scoped.quantity(keys[0]).name, tree.span)

    def column(self, tree: Name, column: ScopedColumn, inside: str) -> Name:
        """The column, or the rows of it that are named, with the scopes that are meant here."""
        name = tree.name.partition("[")[0]
        parts = [unicodedata.normalize("NFKC", p.strip()) for p in inside.removesuffix("]").split(",")]
        aspects = column.scoped.aspects
        said = [p for p in parts if inside and any(p in a.scopes for a in aspects)]
        rows = [p for p in parts if inside and p not in said]
        try:
            column.scoped.keys(said if "." in name else [*said, *rows])
        except InputProblem as problem:
            self.fail(problem, tree)
        key = []
        for aspect, usual in zip(aspects, column.key, strict=True):
            named = next((s for s in said if s in aspect.scopes), "")
            if not named and aspect == self.aspect:
                named, self.used = self.scope, True
            key.append(named or usual)
        return Name(f"{name}[{','.join([*rows, *key])}]", tree.span)

    def fail(self, problem: InputProblem, tree: Name) -> NoReturn:
        start, end = tree.span
        raise InputProblem(problem.code, problem.message, problem.hint, start=start, end=end)


# -- a claim that does not say its scope --------------------------------------------------------------------


def readings(claim: Claim, scoped: Scoped, keys: Iterable[Key]) -> list[Relation]:
    """What a claim of open scope may speak of: rival relations, one for each scope, of which one holds.

    The claim is on a quantity of its own, which is called like it; each relation says that this is the
    quantity in one scope: ``elapsed[both] = elapsed@logbook``.
    """
    found = []
    for key in keys:
        name = scoped.quantity(key).name
        text = f"{name} = {claim.quantity}"
        equation = Equation(Name(name), "=", Name(claim.quantity), text)
        found.append(
            Relation(
                f"{claim.id}[{','.join(key)}]",
                equation,
                note=f"{claim.id} speaks of {', '.join(key)}",
                choice=f"scope of {claim.id}",
                reads=claim.id,
                scope=key,
                place=claim.entry,
            )
        )
    return found
