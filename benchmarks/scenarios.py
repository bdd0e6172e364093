"""Source combinations at scale, each aim as a ratio or a time in one run.

Usage: ``python benchmarks/scenarios.py [chain] [factored] [many] [claims] [jobs] [start]`` (default: all).

mpmath.iv and the loop with pint and sympy are timed on a sample of the scenarios, and what they would need
for all of them is that many times more. Processor time is compared, as other work on the machine is nobody's
fault.
"""

from __future__ import annotations

import itertools
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import files
import numpy as np
import startup
from harness import machine, table, time_per_call

from claimcheck.files.loader import load_path
from claimcheck.judging.effects import overview
from claimcheck.judging.grids import grid_of
from claimcheck.judging.hulls import form_of, hull_of, possible_cases, reach_of
from claimcheck.judging.parts import explore
from claimcheck.judging.rows import sweep
from claimcheck.judging.verification import _oracle
from claimcheck.model import ClaimSet
from claimcheck.solver.floatboxes import evaluate_rows, narrowed_back
from claimcheck.solver.floats import limits_of
from claimcheck.solver.problem import compile_problem
from claimcheck.solver.sweep import combinations

SOURCES = 3
SAMPLE_OF_MPMATH = 4_000
SAMPLE_OF_PINT = 200


def value(i: int, j: int) -> str:
    return f"{1 + (7 * i + 3 * j) % 5 + 0.31 * j:.2f}"


def chain(quantities: int, *, claimed: bool = False, formulas: dict[str, str] | None = None) -> str:
    """Quantities of which three sources print three values each, and their product (or other formulas)."""
    names = [f"q{i}" for i in range(quantities)]
    formulas = formulas or {"y": " * ".join(names)}
    lines = [
        "claimcheck: 1",
        "title: chain",
        "sources: {" + ", ".join(f"s{j}: " for j in range(SOURCES)) + "}",
    ]
    lines += ["quantities:", *(f"  {n}: " for n in (*names, *formulas)), "claims:"]
    for i, n in enumerate(names):
        lines += [f"  - {{quantity: {n}, value: {value(i, j)}, source: s{j}}}" for j in range(SOURCES)]
    if claimed:
        lines.append("  - {quantity: y, value: 1e4 to 2e7, source: s0}")
    lines += ["relations:", *(f"  {n}: {n} = {f}" for n, f in formulas.items())]
    return "\n".join([*lines, f"report: [{', '.join(formulas)}]", ""])


def claims_of(text: str) -> ClaimSet:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "claims.yaml"
        path.write_text(text, encoding="utf-8")
        claims, diagnostics = load_path(path)
    assert claims is not None, diagnostics
    return claims


def once(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def aim(
    what: str, found: float, least: float | None = None, most: float | None = None, unit: str = ""
) -> None:
    """One line: what was found, and what it is to be."""
    shown = f"{found:,.0f}" if found >= 100 else f"{found:.3g}"
    good = (least is None or found >= least) and (most is None or found <= most)
    bound = f"{least:,.0f}{unit} at least" if least is not None else f"{most:g}{unit} at most"
    print(f"- {what}: {shown}{unit} (to be {bound}: {'met' if good else 'MISSED'})")


# -- one product of twelve ----------------------------------------------------------------------------------


def product_chain() -> None:
    n = 12
    scenarios = SOURCES**n
    claims = claims_of(chain(n))
    oracle = _oracle(claims, None)
    explored = explore(claims, oracle, ("y",))
    reach = reach_of(explored, "y")
    options = [possible_cases(explored.parts[i].cases) for i in reach.parts]

    def target() -> None:
        grid = grid_of(form_of(explored, reach, options), oracle.budget)
        assert grid is not None
        assert grid.table is not None
        low, _, near = grid.table.outward()
        assert low.size == scenarios
        assert near.all()

    claimed = compile_problem(claims_of(chain(n, claimed=True)))
    number = claimed.number
    axes = [(number[f"q{i}"], [[f"q{i}@s{j}"] for j in range(SOURCES)]) for i in range(n)]

    def all_variables() -> None:
        found = combinations(claimed, ["y@s0", "relation:y"], axes, range(len(claimed.variables)))
        assert found is not None
        assert len(found.ends) == n + 1

    target_time, all_time = time_per_call(target), time_per_call(all_variables)
    mpmath_time = once(lambda: _with_mpmath(n, SAMPLE_OF_MPMATH)) / SAMPLE_OF_MPMATH * scenarios
    pint_time = once(lambda: _with_pint(n, SAMPLE_OF_PINT)) / SAMPLE_OF_PINT * scenarios
    print(f"One product of {n} quantities that are printed {SOURCES} ways each: {scenarios:,} scenarios\n")
    rows = [
        ("the target's bounds", f"{1000 * target_time:.1f} ms", f"{1e9 * target_time / scenarios:.0f} ns"),
        (
            "the bounds of all 13 quantities",
            f"{1000 * all_time:.0f} ms",
            f"{1e9 * all_time / scenarios:.0f} ns",
        ),
        (
            f"mpmath.iv, forward (of {SAMPLE_OF_MPMATH:,})",
            f"{mpmath_time:.1f} s",
            f"{1e6 * mpmath_time / scenarios:.0f} us",
        ),
        (
            f"pint and sympy (of {SAMPLE_OF_PINT:,})",
            f"{pint_time:,.0f} s",
            f"{1e3 * pint_time / scenarios:.1f} ms",
        ),
    ]
    print(table(("what", "processor time for all", "per scenario"), rows), "\n")
    aim("the target's bounds are faster than mpmath.iv by", mpmath_time / target_time, least=300)
    aim("and than the loop with pint and sympy by", pint_time / target_time, least=1e5)
    aim(
        "all quantities' bounds (HC4) are faster than mpmath.iv's forward pass by",
        mpmath_time / all_time,
        least=20,
    )
    aim("the target's bounds take", target_time, most=0.1, unit=" s")
    aim("all quantities' bounds take", all_time, most=0.8, unit=" s")
    memory = subprocess.run(
        [sys.executable, __file__, "memory"], capture_output=True, check=True, text=True
    ).stdout
    aim("peak memory of a process that does both", float(memory), most=500, unit=" MB")
    _bandwidth(target_time, scenarios)


def _bandwidth(seconds: float, scenarios: int) -> None:
    """How near writing the rows comes to copying them in memory."""
    rows = np.ones((2, scenarios))
    other = np.empty_like(rows)
    copy = time_per_call(lambda: np.copyto(other, rows))
    print(f"- copying both arrays of ends takes {1000 * copy:.2f} ms, {seconds / copy:.0f} times less\n")


def _samples(n: int, count: int) -> list[list[int]]:
    chosen = random.Random(1)
    return [[chosen.randrange(SOURCES) for _ in range(n)] for _ in range(count)]


def _with_mpmath(n: int, count: int) -> None:
    from mpmath import iv

    half = iv.mpf("0.005")
    said = [[iv.mpf(value(i, j)) + iv.mpf([-1, 1]) * half for j in range(SOURCES)] for i in range(n)]
    for picked in _samples(n, count):
        found = said[0][picked[0]]
        for i in range(1, n):
            found = found * said[i][picked[i]]


def _with_pint(n: int, count: int) -> None:
    """What a careful analyst writes: units by pint, the formula solved by sympy, both ends each time."""
    import pint
    import sympy

    units = pint.UnitRegistry()
    names = sympy.symbols([f"q{i}" for i in range(n)], positive=True)
    y = sympy.symbols("y", positive=True)
    (formula,) = sympy.solve(sympy.Eq(y, sympy.Mul(*names)), y)
    said = [
        [
            [units.Quantity(float(value(i, j)) + s * 0.005, "dimensionless") for s in (-1, 1)]
            for j in range(SOURCES)
        ]
        for i in range(n)
    ]
    for picked in _samples(n, count):
        for side in (0, 1):
            values = {q: said[i][picked[i]][side].to_base_units().magnitude for i, q in enumerate(names)}
            units.Quantity(float(formula.subs(values)), "dimensionless").to("percent")


def _memory() -> None:
    n = 12
    claims = claims_of(chain(n))
    for block in sweep(claims).blocks():
        assert len(block)
    claimed = compile_problem(claims_of(chain(n, claimed=True)))
    axes = [(claimed.number[f"q{i}"], [[f"q{i}@s{j}"] for j in range(SOURCES)]) for i in range(n)]
    assert combinations(claimed, ["y@s0", "relation:y"], axes, range(len(claimed.variables))) is not None
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


# -- factoring ----------------------------------------------------------------------------------------------


def factored() -> None:
    """Six targets, each of three of twelve contested quantities, against all rows of all relations."""
    n, targets = 12, 6
    formulas = {f"y{t}": " * ".join(f"q{(2 * t + k) % n}" for k in range(3)) for t in range(targets)}
    claims = claims_of(chain(n, formulas=formulas))
    oracle = _oracle(claims, None)
    explored = explore(claims, oracle, tuple(formulas))

    forms = []
    for name in formulas:
        reach = reach_of(explored, name)
        options = [possible_cases(explored.parts[i].cases) for i in reach.parts]
        forms.append(form_of(explored, reach, options))

    def with_factors() -> None:
        for form in forms:
            grid = grid_of(form, oracle.budget)
            assert grid is not None
            assert grid.table is not None
            grid.table.outward()

    problem = explored.problem
    said = np.array([[limits_of(problem.claims[f"q{i}@s{j}"][1]) for j in range(SOURCES)] for i in range(n)])
    part = 5  # the first choices are gone through one by one, so that the rest of the rows fits into memory

    def contracted(low: np.ndarray, high: np.ndarray) -> bool:
        """One round of all relations, forwards and backwards; whether anything moved."""
        moved = False
        for constraint in problem.constraints.values():
            values, _, _ = evaluate_rows(constraint.tape, len(constraint.tape), low, high)
            left, right = values[constraint.left], values[constraint.right]
            met = np.maximum(left.low, right.low), np.minimum(left.high, right.high)
            for side in (left, right):
                side.low, side.high = met
            narrowed_back(constraint.tape, len(constraint.tape), values, [])
            for at, node in enumerate(constraint.tape):
                if node.op == "var":
                    v = node.index
                    moved |= bool((values[at].low > low[v]).any() or (values[at].high < high[v]).any())
                    low[v], high[v] = values[at].low, values[at].high
        return moved

    def flat(most: int | None = None) -> None:
        """HC4 on rows of all variables, every scenario a row, until nothing moves or for ``most`` rounds."""
        inner = np.array(np.unravel_index(np.arange(SOURCES ** (n - part)), [SOURCES] * (n - part)))
        for first in itertools.product(range(SOURCES), repeat=part):
            picked = np.vstack([np.repeat([[d] for d in first], inner.shape[1], axis=1), inner])
            low = np.full((len(problem.variables), inner.shape[1]), -np.inf)
            high = np.full_like(low, np.inf)
            for i in range(n):
                low[problem.number[f"q{i}"]], high[problem.number[f"q{i}"]] = said[i, picked[i]].T
            rounds = 0
            while contracted(low, high):
                rounds += 1
                if rounds == most:
                    break

    with np.errstate(all="ignore"):
        factors, rows = time_per_call(with_factors), min(once(flat) for _ in range(2))
        one_round = min(once(lambda: flat(1)) for _ in range(2))
    print(f"{n} contested quantities, {targets} targets of three each: {SOURCES**n:,} scenarios\n")
    print(f"- all targets' bounds by factors: {1000 * factors:.2f} ms; flat, by HC4 on rows: {rows:.1f} s")
    aim("factoring is faster than the flat sweep by", rows / factors, least=1000)
    print(
        f"- of which the first round alone takes {one_round:.2f} s, {one_round / factors:,.0f} times as long"
    )
    print()


# -- far too many to list -----------------------------------------------------------------------------------


def many() -> None:
    n = 16
    claims = claims_of(chain(n))

    def told() -> None:
        oracle = _oracle(claims, None)
        explored = explore(claims, oracle, ("y",))
        assert hull_of(explored, ("y",))["y"].tight
        found = overview(claims, explored, ("y",))
        assert found.count == SOURCES**n
        assert len(found.effects) == n
        assert None not in found.extremes["y"]

    def first_rows() -> None:
        assert len(next(sweep(claims).blocks(size=100))) == 100

    def every_row() -> None:
        assert sum(len(b) for b in sweep(claims).blocks()) == SOURCES**n

    print(f"A product of {n}: {SOURCES**n:,} scenarios\n")
    aim("hull, extremes, counts and effects take", time_per_call(told, rounds=3), most=2, unit=" s")
    aim("the first 100 rows take", time_per_call(first_rows, rounds=3), most=0.5, unit=" s")
    seconds = once(every_row)
    print(f"- all rows, block by block: {seconds:.1f} s, {1e9 * seconds / SOURCES**n:.0f} ns each\n")


PARTS: dict[str, Callable[[], object]] = {
    "chain": product_chain,
    "factored": factored,
    "many": many,
    "claims": files.claims,
    "jobs": files.jobs,
    "start": lambda: startup.main(7),
}


def main(wanted: list[str]) -> None:
    if wanted == ["memory"]:
        _memory()
        return
    print(machine("numpy", "mpmath", "sympy", "pint", "gmpy2"), "\n")
    for name, part in PARTS.items():
        if not wanted or name in wanted:
            part()


if __name__ == "__main__":
    main(sys.argv[1:])
