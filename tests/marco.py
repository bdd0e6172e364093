"""MARCO over z3: all minimal sets of premises that cannot hold, independently of the package.

Liffiton, Previti, Malik, Marques-Silva: Fast, flexible MUS enumeration, Constraints 21 (2016). A map, in
z3 too, has a Boolean for each element and proposes a set that is not explained yet. If it can hold it is
grown to a maximal one, and all sets within that are explained; if it cannot it is shrunk to a minimal one,
and all sets around that are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import z3

__all__ = ["Undecided", "marco"]


class Undecided(Exception):
    """z3 gave no answer in its time."""


def marco(
    solver: Any, switches: Mapping[str, Any], facts: Mapping[str, Any], elements: Sequence[str]
) -> Iterator[frozenset[str]]:
    """The minimal sets of some elements that cannot hold, as they are found.

    ``solver``: holds what is beyond question, and that each switch, if it is on, brings in what its element
    says. ``facts``: what the elements say; where a model satisfies it anyway, nothing is asked.

    Raises Undecided where z3 does not know.
    """
    element = {str(switches[e]): e for e in elements}

    def holds(subset: Sequence[str]) -> bool:
        answer = solver.check(*(switches[e] for e in subset))
        if answer == z3.unknown:
            raise Undecided
        return bool(answer == z3.sat)

    def core() -> list[str]:
        return [element[str(s)] for s in solver.unsat_core()]

    def grown(seed: Sequence[str]) -> set[str]:
        inside, model = set(seed), solver.model()
        for e in elements:
            if e in inside or z3.is_true(model.eval(facts[e], model_completion=True)):
                inside.add(e)
            elif holds([*inside, e]):
                inside.add(e)
                model = solver.model()
        return inside

    def shrunk(clashing: Sequence[str]) -> list[str]:
        left, needed = list(clashing), set[str]()
        for e in clashing:
            if e in left and e not in needed:
                fewer = [o for o in left if o != e]
                if holds(fewer):
                    needed.add(e)
                else:
                    smaller = {*core()}
                    left = [o for o in fewer if o in smaller]
        return left

    subsets = z3.Solver()
    chosen = {e: z3.Bool(f"chosen {e}") for e in elements}
    while subsets.check() == z3.sat:
        model = subsets.model()
        seed = [e for e in elements if not z3.is_false(model.eval(chosen[e]))]
        if holds(seed):
            inside = grown(seed)
            subsets.add(z3.Or([chosen[e] for e in elements if e not in inside]))
        else:
            smallest = shrunk(core())
            yield frozenset(smallest)
            subsets.add(z3.Or([z3.Not(chosen[e]) for e in smallest]))
