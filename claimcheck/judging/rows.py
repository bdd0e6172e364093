"""All scenarios as rows of numbers: any stretch of them, in blocks, from any scenario on.

A row is one case of every part. What can be said of a quantity is computed for the cases that reach it
(:mod:`claimcheck.judging.grids`), in doubles rounded outward; where doubles cannot tell how tight an end is,
or where no formula leads to it, the exact solver decides, once for each combination of these cases.
"""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from claimcheck.interval import EMPTY, point
from claimcheck.judging.grids import Grid, grid_of
from claimcheck.judging.hulls import bound_of, component_of, form_of, reach_of
from claimcheck.judging.parts import Case, Part, Scenarios
from claimcheck.judging.report import Verdict
from claimcheck.judging.scenarios import cases_in_order, choice_names
from claimcheck.model import ClaimSet
from claimcheck.solver.bulk import NotSwept, Table, applied, exactly
from claimcheck.solver.floats import above, below
from claimcheck.units import Unit, from_base

__all__ = ["Block", "Sweep", "sweep", "sweep_of"]

Array = Any
"""A numpy array; its elements are said where it is used."""

VERDICTS = (Verdict.CONSISTENT, Verdict.UNKNOWN, Verdict.CONTRADICTORY)
"""By the number that stands for each in a block: the worst of its parts' is that of a scenario."""

_SIZE = 1 << 16
_LONGEST = 1 << 21
"""Scenarios of which the cases are kept, to be used again for the next as many."""


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive scenarios; ``start`` is the number of the first, from 0.

    ``picked[name]`` holds for each the number of the option taken (int64[k]), ``verdict`` the place in
    ``VERDICTS`` (uint8[k]). ``lower[n, k]`` and ``upper[n, k]`` (float64) are ends of quantity n, rounded
    outward, in its unit: infinite without a bound, not a number where nothing is possible. ``tight[n, k]``:
    witnesses come within the solver's gap of both ends.
    """

    start: int
    picked: Mapping[str, Array]
    verdict: Array
    lower: Array
    upper: Array
    tight: Array

    def __len__(self) -> int:
        return len(self.verdict)


class Sweep:
    """All scenarios of a claim set, ready to be gone through; see :func:`sweep`."""

    def __init__(self, claims: ClaimSet, scenarios: Scenarios, quantities: Sequence[str]) -> None:
        self.claims = claims
        self.quantities = tuple(quantities)
        """The quantities whose bounds are in the rows, in the order of these."""
        self._scenarios = scenarios
        self._order = _Order(scenarios)
        self._verdicts = [
            p.many.verdict
            if p.many is not None
            else np.array([VERDICTS.index(c.verdict) for c in p.cases], np.uint8)
            for p in scenarios.parts
        ]
        self._columns = [_Column(claims, scenarios, q) for q in self.quantities]

    @property
    def count(self) -> int:
        """How many scenarios there are rows of."""
        return self._order.count

    @property
    def complete(self) -> bool:
        """Whether these are all the scenarios of the file."""
        return self._scenarios.known

    @property
    def choices(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The options of each contested quantity and each choice, as ids, by their numbers."""
        return self._order.options

    def blocks(self, start: int = 0, stop: int | None = None, *, size: int = _SIZE) -> Iterator[Block]:
        """The scenarios from number ``start`` to before ``stop``, at most ``size`` at a time.

        Memory grows with ``size``, not with the number of scenarios. Raises ValueError for a negative number
        or a size below 1.
        """
        if start < 0 or (stop is not None and stop < 0) or size < 1:
            raise ValueError("scenarios are numbered from 0, and a block has one at least")
        end = self.count if stop is None else min(stop, self.count)
        for first, length, cases in self._order.stretches(start, end, size):
            yield self._block(first, length, cases)

    def cases(self, numbers: Collection[int]) -> list[tuple[Case, ...]]:
        """The cases of some scenarios, by their numbers."""
        found = []
        for n in numbers:
            ((_, _, picked),) = self._order.stretches(n, n + 1, 1)
            cases = zip(self._scenarios.parts, picked, strict=True)
            found.append(tuple(_case(p, int(np.ravel(i)[0])) for p, i in cases))
        return found

    def columns(self, block: Block) -> dict[str, Any]:
        """A block as numpy arrays by column, ready for ``pandas.DataFrame`` or ``polars.DataFrame``.

        The columns of :meth:`claimcheck.Report.rows` without ``conflicts``, ``scenario`` (the number) before
        them, and ``Q.tight`` for each quantity.
        """
        from claimcheck import rowfiles

        return rowfiles.columns(self, block)

    def frame(self, start: int = 0, stop: int | None = None) -> Any:
        """The rows as a pandas data frame, which needs memory for all of them (see :meth:`blocks`)."""
        from claimcheck import rowfiles

        return rowfiles.frame(self, start, stop)

    def to_csv(self, path: str | os.PathLike[str], start: int = 0, stop: int | None = None) -> None:
        """Write the rows as CSV, in bounded memory. Raises OSError."""
        from claimcheck import rowfiles

        rowfiles.write_csv(self, path, start, stop)

    def to_parquet(self, path: str | os.PathLike[str], start: int = 0, stop: int | None = None) -> None:
        """Write the rows as Parquet, in bounded memory. Raises OSError, and ImportError without pyarrow."""
        from claimcheck import rowfiles

        rowfiles.write_parquet(self, path, start, stop)

    def _block(self, start: int, count: int, cases: Sequence[Array]) -> Block:
        verdict = np.zeros(count, np.uint8)
        for codes, numbers in zip(self._verdicts, cases, strict=True):
            if codes.any():
                np.maximum(verdict, codes[numbers], out=verdict)
        picked = {
            name: np.broadcast_to(cases[place] if codes is None else codes[cases[place]], (count,))
            for name, (place, codes) in self._order.picks.items()
        }
        ends = [c.ends(cases, count) for c in self._columns]
        low, high, tight = (np.array([e[side] for e in ends]).reshape(len(ends), count) for side in range(3))
        return Block(start, picked, verdict, low, high, tight.astype(bool))


def sweep(
    source: ClaimSet | Mapping[str, object] | str | os.PathLike[str],
    quantities: Collection[str] | None = None,
    *,
    given: Collection[str] = (),
    budget: float | None = None,
) -> Sweep:
    """All scenarios of a claims file as rows, however many there are.

    ``source`` as for :func:`claimcheck.verify`. ``quantities``: those to bound (default: those that a report
    tells of). ``given``: claims (or ``relation:ID``) that hold in every scenario. ``budget``: seconds for
    what doubles do not settle, default as the file sets; once it is spent, ends are enclosures that are not
    said to be tight.

    Raises:
        ClaimsError: the claims cannot be checked, or ``given`` names nothing that a scenario chooses.
        KeyError: no quantity has a name given in ``quantities``.
    """
    from claimcheck.judging.verification import begin

    claims, scenarios, shown = begin(source, quantities, given, budget)
    return Sweep(claims, scenarios, shown)


def sweep_of(claims: ClaimSet, scenarios: Scenarios, quantities: Sequence[str]) -> Sweep:
    """The same for scenarios that were explored already, with these quantities among the targets."""
    return Sweep(claims, scenarios, quantities)


def _number(part: Part) -> int:
    """How many cases of a part there are rows of."""
    return len(part.cases) if part.many is None else len(part.many.verdict)


def _case(part: Part, number: int) -> Case:
    return part.cases[number] if part.many is None else part.many.case(number)


# -- which scenario has which number ------------------------------------------------------------------------


class _Order:
    """Numbers of scenarios in file order, and the number of the case that each has of every part."""

    def __init__(self, scenarios: Scenarios) -> None:
        self.scenarios = scenarios
        parts = scenarios.parts
        self.count = math.prod(map(_number, parts))
        self.names = choice_names(scenarios)
        home = {n: (i, k) for i, p in enumerate(parts) for k, n in enumerate(p.names)}
        self.options: dict[str, tuple[tuple[str, ...], ...]] = {}
        self.picks: dict[str, tuple[int, Array | None]] = {}
        """For each choice the place of its part, and the options that cases take (None: their numbers)."""
        for name in self.names:
            place, _ = home[name]
            many = parts[place].many
            if many is not None:
                self.options[name] = tuple(many.options(name))
                self.picks[name] = place, None if len(many.choices) == 1 else many.taken(name)
                continue
            taken = [c.choices[name] for c in parts[place].cases]
            found = {option: n for n, option in enumerate(dict.fromkeys(taken))}
            self.options[name] = tuple(found)
            codes = [found[t] for t in taken]
            own = codes == list(range(len(codes)))
            self.picks[name] = place, None if own else np.array(codes, np.int64)
        self.levels = [home[n] for n in self.names]
        self.sizes = [len(self.options[n]) for n in self.names]
        self.regular = all(_is_product(p, [self.options[n] for n in p.names]) for p in parts)
        self.tail, self.inner = len(self.sizes), 1
        while self.tail and self.inner < _SIZE and self.inner * self.sizes[self.tail - 1] <= _LONGEST:
            self.tail -= 1
            self.inner *= self.sizes[self.tail]
        self.pattern = self._pattern() if self.regular else {}
        """The same in each stretch of ``inner`` scenarios, in which the choices before ``tail`` are fixed."""

    def stretches(self, start: int, end: int, size: int) -> Iterator[tuple[int, int, list[Array]]]:
        """The number of the first scenario of a block, how many, and for each part the cases of all of it.

        Where a part's case is the same in the whole block, it is one number.
        """
        if not self.regular:
            yield from self._one_by_one(start, end, size)
            return
        parts = len(self.scenarios.parts)
        while start < end:
            ahead, within = divmod(start, self.inner)
            n = min(size, end - start, self.inner - within)
            fixed: list[int] = []
            for s in reversed(self.sizes[: self.tail]):
                ahead, digit = divmod(ahead, s)
                fixed.append(digit)
            cases: list[Array] = [np.int64(0)] * parts
            for (place, _), s, digit in zip(self.levels, self.sizes, reversed(fixed), strict=False):
                cases[place] = cases[place] * s + digit
            for place, (weight, numbers) in self.pattern.items():
                cases[place] = cases[place] * weight + numbers[within : within + n]
            yield start, n, cases
            start += n

    def _pattern(self) -> dict[int, tuple[int, Array]]:
        """For parts with choices among the last levels: how many options these have, and which is taken."""
        found: dict[int, tuple[int, Array]] = {}
        sizes = self.sizes[self.tail :]
        digits = np.unravel_index(np.arange(self.inner), sizes) if sizes else ()
        for (place, _), s, digit in zip(self.levels[self.tail :], sizes, digits, strict=True):
            weight, numbers = found.get(place, (1, np.int64(0)))
            found[place] = weight * s, numbers * s + digit
        return found

    def _one_by_one(self, start: int, end: int, size: int) -> Iterator[tuple[int, int, list[Array]]]:
        """The same where choices depend on each other: coupled sources leave out some combinations."""
        numbers = [{id(c): i for i, c in enumerate(p.cases)} for p in self.scenarios.parts]
        waiting = itertools.islice(cases_in_order(self.scenarios, start), max(0, end - start))
        while some := list(itertools.islice(waiting, size)):
            by_part = zip(numbers, zip(*some, strict=True), strict=True)
            yield start, len(some), [np.array([known[id(c)] for c in cases]) for known, cases in by_part]
            start += len(some)


def _is_product(part: Part, options: Sequence[tuple[tuple[str, ...], ...]]) -> bool:
    """Whether the cases are all combinations of the options, the last varying fastest."""
    if part.many is not None:
        return True
    if len(part.cases) != math.prod(map(len, options)):
        return False
    expected = itertools.product(*options)
    return all(
        tuple(c.choices[n] for n in part.names) == picked
        for c, picked in zip(part.cases, expected, strict=True)
    )


# -- what a quantity can be in them -------------------------------------------------------------------------


class _Column:
    """The ends of one quantity in rows of cases, in its unit."""

    def __init__(self, claims: ClaimSet, scenarios: Scenarios, quantity: str) -> None:
        self.scenarios = scenarios
        self.reach = reach_of(scenarios, quantity)
        self.unit = claims.quantities[quantity].unit
        tied = component_of(scenarios, self.reach)
        self.ruled_out = [(i, codes) for i in tied if (codes := _contradictory(scenarios.parts[i])).any()]
        self.sizes = [_number(scenarios.parts[i]) for i in self.reach.parts]
        self.known: dict[int, tuple[float, float, bool]] = {}
        """By number of the combination of cases: ends that the solver was asked for."""
        self.grid, self.sure = self._prepared()

    def _prepared(self) -> tuple[Grid | None, list[Array]]:
        """The grid of the quantity's formula, and for each part which of its cases give tight inputs."""
        reach, scenarios = self.reach, self.scenarios
        if reach.formula is None or any(not scenarios.parts[i].complete for i in reach.parts):
            return None, []
        variables = scenarios.problem.variables
        options, sure = [], []
        for i in reach.parts:
            cases = scenarios.parts[i].cases
            mine = [variables[v].name for v in reach.formula.inputs if scenarios.part_of.get(v) == i]
            usual = next((c for c in cases if all(n in c.bounds for n in mine)), None)
            if usual is None:
                return None, []
            # What contradicts itself has no bounds; its rows are emptied later, so any numbers will do.
            options.append([c if all(n in c.bounds for n in mine) else usual for c in cases])
            sure.append(np.array([all(c.bounds[n].tight for n in mine) for c in options[-1]]))
        return grid_of(form_of(scenarios, reach, options), scenarios.oracle.budget), sure

    def _of_many(self, numbers: Array) -> tuple[Table, Array] | None:
        """What is known of the quantity in the cases of a part with many of them, and where that is tight."""
        if self.reach.formula is not None or not self.reach.parts:
            return None
        many = self.scenarios.parts[self.reach.parts[0]].many
        known = None if many is None else many.ends.get(self.reach.quantity)
        if known is None:
            return None
        low, high, near = (a[numbers] for a in known)
        return Table(low, high, 0.0, np.zeros(np.shape(low))), near

    def ends(self, cases: Sequence[Array], count: int) -> tuple[Array, Array, Array]:
        """Lower and upper ends, and whether they are tight, for rows of case numbers of all parts."""
        own = [cases[i] for i in self.reach.parts]
        possible = np.ones(count, bool)
        for i, codes in self.ruled_out:
            possible &= ~codes[cases[i]]
        low = np.full(count, -np.inf)
        high = np.full(count, np.inf)
        tight = np.zeros(count, bool)
        if self.grid is not None:
            try:
                with np.errstate(all="ignore"):
                    low, high, tight = _in_unit(self.grid.rows(own), self.unit, count)
                tight = tight & self.grid.sharp
            except NotSwept:
                tight = np.zeros(count, bool)
            for codes, numbers in zip(self.sure, own, strict=True):
                tight = tight if codes.all() else tight & codes[numbers]
        many = self._of_many(own[0]) if own else None
        if many is not None:
            low, high, near = _in_unit(many[0], self.unit, count)
            tight = near & many[1]
        unsettled = np.flatnonzero(possible & ~tight)
        if len(unsettled):
            low, high, tight = low.copy(), high.copy(), tight.copy()
            self._decide(own, unsettled, low, high, tight)
        if not possible.all():
            low, high = np.where(possible, low, np.nan), np.where(possible, high, np.nan)
        return low, high, tight & possible

    def _decide(self, own: Sequence[Array], rows: Array, low: Array, high: Array, tight: Array) -> None:
        """Ask the solver about some rows, once for each combination of the cases that reach the quantity."""
        own = [np.broadcast_to(numbers, low.shape) for numbers in own]
        place = np.zeros(len(rows), object if math.prod(self.sizes) >= 2**62 else np.int64)
        for numbers, size in zip(own, self.sizes, strict=True):
            place = place * size + numbers[rows]
        for row, key in zip(rows.tolist(), place.tolist(), strict=True):
            found = self.known.get(key)
            if found is None:
                if self.grid is not None and self.scenarios.oracle.budget.spent:
                    continue
                found = self.known[key] = self._asked([int(numbers[row]) for numbers in own])
            low[row] = max(low[row], found[0]) if found[0] == found[0] else np.nan
            high[row] = min(high[row], found[1]) if found[1] == found[1] else np.nan
            tight[row] = found[2]

    def _asked(self, picked: Sequence[int]) -> tuple[float, float, bool]:
        cases = [_case(self.scenarios.parts[i], n) for i, n in zip(self.reach.parts, picked, strict=True)]
        bound = bound_of(self.scenarios, self.reach, cases)
        x = EMPTY if bound is None else from_base(bound.interval, self.unit)
        if bound is None or x.is_empty:
            return math.nan, math.nan, False
        return below(x.lower), above(x.upper), bound.tight


def _contradictory(part: Part) -> Array:
    """Which cases of a part contradict themselves."""
    if part.many is not None:
        return part.many.verdict == VERDICTS.index(Verdict.CONTRADICTORY)
    return np.array([c.verdict is Verdict.CONTRADICTORY for c in part.cases], bool)


def _in_unit(table: Table, unit: Unit, count: int) -> tuple[Array, Array, Array]:
    """The table's ends in a unit, outward; one row for each of ``count``."""
    if unit.offset:
        table = applied("sub", [table, exactly([point(unit.offset)])])
    if not (unit.scale.is_point and unit.scale.lower == 1):
        table = applied("div", [table, exactly([unit.scale])])
    low, high, near = (np.broadcast_to(a, (count,)) for a in table.outward())
    return low, high, near
