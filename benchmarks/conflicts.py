"""All minimal conflicts: claimcheck against MARCO over z3 and against cpmpy's ``marco``, on the same sets.

Usage: ``python benchmarks/conflicts.py [--seconds S] [family size ...]``, such as ``chain 60``.

Every contestant has a process of its own on one core, which is ended when it has used up its time; what it
found until then counts. Time is processor time, because other work on the machine is not the contestant's
fault, from a claim set to the list, with the making of the contestant's model, without imports.

- claimcheck: :func:`claimcheck.judging.conflicts.conflicts_of_evidence`, with proofs and the witnesses that
  show minimality, which the others do not give.
- MARCO over z3: MARCO (Liffiton, Previti, Malik, Marques-Silva: Fast, flexible MUS enumeration, Constraints
  21, 2016) over real numbers. An assumption literal stands for each claim and relation; unsatisfiable cores
  shrink, models grow. The solver is z3's for nonlinear real arithmetic, the map another z3.
- cpmpy: its ``marco`` over OR-tools, which knows whole numbers only. Each quantity is counted in steps of
  about a ten-thousandth of itself, and a product holds if it is met to within a step. That stands for the
  real problem, because what clashes here clashes by per cents and what agrees leaves room of tenths of per
  cents; where products of what it counts would not fit into 64 bits, it does not apply.

Both others are called for each component by itself. Called for all blocks at once, MARCO would go through
every choice of one element out of each conflict: 5^7 for 60 claims. What takes less than two seconds is done
three times, and the least time told.

Where two finish, their sets are compared; where one does not, what it found has to be among the other's.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import cpmpy
import z3
from cpmpy.tools.explain.marco import marco as cpmpy_marco
from harness import machine, table

from claimcheck.budget import Budget
from claimcheck.expression import Apply, Expression, Name, names
from claimcheck.judging.conflicts import conflicts_of_evidence
from claimcheck.judging.oracle import Oracle
from claimcheck.model import ClaimSet
from claimcheck.solver.problem import compile_problem
from tests.conflict_sets import blocks, chain, grid
from tests.marco import marco

FAMILIES: dict[str, Callable[[int], ClaimSet]] = {"chain": chain, "blocks": blocks, "grid": grid}
SETS = [
    *(("chain", n) for n in (20, 60, 200)),
    *(("blocks", n) for n in (20, 60, 200, 2000)),
    *(("grid", n) for n in (20, 60)),
]
GRACE = 5
"""Seconds more after which a process is ended."""
SHORT = 2
"""Seconds below which a run is repeated."""
STEPS = 10**4
"""Steps that a quantity is counted in, about, for solvers of whole numbers."""
LARGEST = 2**62

Conflict = frozenset[str]
Found = Iterator[Conflict | bool]
"""Conflicts as they are found; at the end whether these are all."""


class DoesNotApply(Exception):
    """A contestant cannot be asked this, and why."""


# -- claimcheck --------------------------------------------------------------------------------------------


def by_claimcheck(claims: ClaimSet, seconds: float) -> Found:
    oracle = Oracle(compile_problem(claims), Budget(seconds))
    found = conflicts_of_evidence(claims, oracle, budget=oracle.budget, limit=10**6)
    for conflict in found.found:
        if conflict.minimal:  # those it could not show to be so in time do not count
            yield frozenset(conflict.members)
    yield found.complete


# -- what the others are given -----------------------------------------------------------------------------


def components(claims: ClaimSet) -> list[list[str]]:
    """Claims and relations that are tied to each other, in file order."""
    home = {n: n for n in claims.quantities}

    def root(n: str) -> str:
        while home[n] != n:
            n = home[n]
        return n

    about = {r.premise: sorted(names(r.equation)) for r in claims.relations.values()}
    for first, *others in about.values():
        for n in others:
            home[root(n)] = root(first)
    about = {c.id: [c.quantity] for c in claims.claims.values()} | about
    found: dict[str, list[str]] = {}
    for e, (first, *_) in about.items():
        found.setdefault(root(first), []).append(e)
    return list(found.values())


# -- MARCO over z3 -----------------------------------------------------------------------------------------


def q(x: Any) -> Any:
    return z3.Q(int(x.numerator), int(x.denominator))


def in_z3(claims: ClaimSet) -> dict[str, Any]:
    """What each claim and relation says, with the hard limits of the quantities that it speaks of."""
    real = {n: z3.Real(n) for n in claims.quantities}

    def term(tree: Expression) -> Any:
        if isinstance(tree, Name):
            return real[tree.name]
        assert isinstance(tree, Apply)
        assert tree.op == "mul"
        return math.prod((term(a) for a in tree.args[1:]), start=term(tree.args[0]))

    def limits(of: Iterable[str]) -> list[Any]:
        return [real[n] >= q(claims.quantities[n].domain.lower) for n in of]

    said = {}
    for c in claims.claims.values():
        x = real[c.quantity]
        said[c.id] = z3.And(x >= q(c.interval.lower), x <= q(c.interval.upper), *limits([c.quantity]))
    for r in claims.relations.values():
        sides = term(r.equation.left) == term(r.equation.right)
        said[r.premise] = z3.And(sides, *limits(names(r.equation)))
    return said


def by_z3(claims: ClaimSet, seconds: float) -> Found:
    said = in_z3(claims)
    switch = {e: z3.Bool(f"take {e}") for e in said}
    for elements in components(claims):
        solver = z3.SolverFor("QF_NRA")
        for e in elements:
            solver.add(z3.Implies(switch[e], said[e]))
        yield from marco(solver, switch, said, elements)
    yield True


# -- cpmpy's marco -----------------------------------------------------------------------------------------


def in_cpmpy(claims: ClaimSet) -> dict[str, Any]:
    """What each claim and relation says, in whole steps of each quantity."""
    stated: dict[str, list[Any]] = {n: [] for n in claims.quantities}
    for c in claims.claims.values():
        stated[c.quantity].append(c.interval)
    step, count = {}, {}
    for n, found in stated.items():
        top = max(Fraction(int(x.upper.numerator), int(x.upper.denominator)) for x in found)
        step[n] = Fraction(10) ** math.floor(math.log10(top / STEPS))
        count[n] = cpmpy.intvar(0, int(2 * top / step[n]), name=n)

    said = {}
    for c in claims.claims.values():
        low, high = (
            Fraction(int(e.numerator), int(e.denominator)) / step[c.quantity]
            for e in (c.interval.lower, c.interval.upper)
        )
        said[c.id] = cpmpy.all([count[c.quantity] >= math.ceil(low), count[c.quantity] <= math.floor(high)])
    for r in claims.relations.values():
        assert isinstance(r.equation.left, Name)
        factors = list(factors_of(r.equation.right))
        left = r.equation.left.name
        scale = math.prod((step[f] for f in factors), start=Fraction(1)) / step[left]
        one, many = scale.denominator, scale.numerator
        largest = max(one * int(count[left].ub + 1), many * math.prod(int(count[f].ub) for f in factors))
        if largest > LARGEST:
            raise DoesNotApply("products beyond 64 bits")
        product = many * math.prod((count[f] for f in factors[1:]), start=count[factors[0]])
        off = product - one * count[left]
        said[r.premise] = cpmpy.all([off <= one, off >= -one])
    return said


def factors_of(tree: Expression) -> Iterator[str]:
    if isinstance(tree, Name):
        yield tree.name
    else:
        assert isinstance(tree, Apply)
        assert tree.op == "mul"
        for a in tree.args:
            yield from factors_of(a)


def by_cpmpy(claims: ClaimSet, seconds: float) -> Found:
    said = in_cpmpy(claims)
    element = {id(fact): e for e, fact in said.items()}
    for elements in components(claims):
        for _, found in cpmpy_marco([said[e] for e in elements], return_mcs=False):
            yield frozenset(element[id(fact)] for fact in found)
    yield True


CONTESTANTS: dict[str, Callable[[ClaimSet, float], Found]] = {
    "claimcheck": by_claimcheck,
    "MARCO over z3": by_z3,
    "cpmpy marco": by_cpmpy,
}


# -- the contest -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Result:
    """What one contestant found, whether that is all, and in how many seconds; or why it was not asked."""

    found: list[Conflict] = field(default_factory=list)
    complete: bool = False
    seconds: float = 0.0
    excuse: str = ""

    def __str__(self) -> str:
        if self.excuse:
            return self.excuse
        if not self.complete:
            return f"{len(self.found)}, not all in {self.seconds:.0f} s"
        spent = f"{self.seconds * 1000:.0f} ms" if self.seconds < 1 else f"{self.seconds:.2f} s"
        return f"{len(self.found)}, all in {spent}"


def _work(name: str, family: str, size: int, seconds: float, out: Connection) -> None:
    """Send what a contestant finds, each with the processor time until then."""
    claims = FAMILIES[family](size)
    os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
    time.monotonic = time.process_time  # for budgets, too
    start = time.process_time()
    limit = math.ceil(start + seconds + GRACE)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    try:
        for found in CONTESTANTS[name](claims, seconds):
            out.send((found, time.process_time() - start))
    except DoesNotApply as why:
        out.send((str(why), 0.0))


def contest(name: str, family: str, size: int, seconds: float) -> Result:
    """One contestant on one set, in a process of its own."""
    mine, yours = multiprocessing.Pipe(duplex=False)
    worker = multiprocessing.Process(target=_work, args=(name, family, size, seconds, yours))
    worker.start()
    yours.close()
    result = Result(seconds=seconds)
    try:
        while True:
            found, spent = mine.recv()
            if isinstance(found, bool):
                result.complete, result.seconds = found, spent
            elif isinstance(found, str):
                result.excuse = found
            elif spent <= seconds or name == "claimcheck":  # which gives its list at the end
                result.found.append(found)
            if spent > seconds and name != "claimcheck":
                break
    except EOFError:
        pass
    worker.kill()
    worker.join()
    if not result.complete or result.seconds > seconds:  # the time of grace does not count
        result.complete, result.seconds = False, seconds
    return result


def compare(one: Result, other: Result) -> None:
    """Refuse sets that differ where both are complete, and strangers where one is."""
    for a, b in ((one, other), (other, one)):
        if a.complete and not b.excuse:
            assert {*b.found} <= {*a.found}, {*b.found} - {*a.found}
    if one.complete and other.complete:
        assert {*one.found} == {*other.found}


def ratio(ours: Result, other: Result) -> str:
    """How many times our time the other took, at least, where we finished."""
    if other.excuse or not ours.complete:
        return ""
    return f"{'' if other.complete else '> '}{other.seconds / ours.seconds:.3g}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("sets", nargs="*", metavar="FAMILY SIZE")
    parsed = parser.parse_args()
    chosen = [(f, int(n)) for f, n in zip(parsed.sets[::2], parsed.sets[1::2], strict=True)] or SETS
    print(machine("z3-solver", "cpmpy", "ortools", "python-sat", "gmpy2"))
    print(f"minimal conflicts found within {parsed.seconds:g} s of processor time each, and when")
    print("ratio: that time over claimcheck's\n")
    rows = []
    for family, size in chosen:
        results = {name: contest(name, family, size, parsed.seconds) for name in CONTESTANTS}
        for name, first in results.items():
            if first.complete and first.seconds < SHORT:
                again = [contest(name, family, size, parsed.seconds) for _ in range(2)]
                results[name] = min([first, *again], key=lambda r: r.seconds)
        ours, *others = results.values()
        for i, one in enumerate(results.values()):
            for other in list(results.values())[i + 1 :]:
                compare(one, other)
        rows.append(
            (
                f"{family} of {size}",
                str(ours),
                *(cell for other in others for cell in (str(other), ratio(ours, other))),
            )
        )
        print("|", " | ".join(rows[-1]), "|", flush=True)
    print()
    heads = [cell for name in list(CONTESTANTS)[1:] for cell in (name, "ratio")]
    print(table(("set", "claimcheck", *heads), rows))


if __name__ == "__main__":
    main()
