"""What a relation says once, in each row of a table, or in each scope of an aspect.

One formula as it stands in a file becomes equations of quantities alone: scopes are put in first
(:func:`claimcheck.scopes.in_scope`), then columns become their cells (:func:`claimcheck.columns.expand`).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from claimcheck.columns import Expansion, expand
from claimcheck.entries import Quantity
from claimcheck.expression import Equation
from claimcheck.faults import Faults
from claimcheck.formula import parse_equation
from claimcheck.scopes import Aspect, Scoped, ScopedColumn, in_scope
from claimcheck.tables import Table

__all__ = ["Vocabulary"]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a formula may name: quantities, those that depend on scopes, tables, and columns with scopes."""

    quantities: dict[str, Quantity]
    scoped: dict[str, Scoped]
    tables: dict[str, Table]
    columns: dict[str, ScopedColumn]

    def parse(self, text: str, home: Table | None) -> Equation:
        """The equation that is written; in the rows of a table its columns are names, too.

        Raises InputProblem (CC24x).
        """
        own = {} if home is None else dict(home.columns)
        scoped = ChainMap[str, Any](*self._columns(home).maps, self.scoped)
        names = ChainMap[str, Any](own, self.tables, self.scoped, self.quantities)
        return parse_equation(text, names=names, scoped=scoped)

    def instances(
        self, equation: Equation, home: Table | None, aspect: Aspect | None, faults: Faults
    ) -> dict[str, Expansion]:
        """What it says by row of ``home``, by scope of ``aspect``, or once, as "".

        The first fault (CC13x of columns, CC14x of scopes) is noted and ends the list.
        """
        places: Iterable[str] = home.rows if home is not None else aspect.scopes if aspect else ("",)
        found: dict[str, Expansion] = {}
        for place in places:
            said = faults.attempt("equation", partial(self._in_place, equation, home, aspect, place))
            if said is None:
                break
            found[place] = said
        return found

    def _in_place(
        self, equation: Equation, home: Table | None, aspect: Aspect | None, place: str
    ) -> Expansion:
        if self.scoped or aspect is not None:
            own, scope = () if home is None else home.columns, "" if aspect is None else place
            columns = self._columns(home)
            equation = in_scope(equation, self.scoped, own=own, columns=columns, aspect=aspect, scope=scope)
        return expand(equation, self.tables, home, place)

    def _columns(self, home: Table | None) -> ChainMap[str, ScopedColumn]:
        return ChainMap({} if home is None else dict(home.scoped), self.columns)
