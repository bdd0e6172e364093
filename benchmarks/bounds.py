"""The range of a formula over intervals: time and width, against what a user would pick instead.

Usage: ``python benchmarks/bounds.py [formula ...]``.

Each contestant gets the formula ready parsed or compiled and is timed on the range alone. Width is given
relative to the true range: above 1 is too wide, below 1 misses values that are possible.

- claimcheck: a problem of which nothing is known yet; slopes are derived within the time.
- mpmath.iv and python-flint's balls: the formula evaluated once in interval arithmetic.
- z3: each end by bisection to 1e-8 of the true width, outwards from a model's value; no exp, log or sin.
- corners: sympy's formula, compiled, at every corner of the box with pint quantities, least and greatest.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import flint
import mpmath
import pint
import sympy
import z3
from harness import machine, table, time_of_first, time_per_call

from claimcheck.budget import Budget
from claimcheck.entries import Relation
from claimcheck.files.loader import load
from claimcheck.formula import parse_equation
from claimcheck.interval import ENTIRE, interval
from claimcheck.solver.optimum import bounds
from claimcheck.solver.problem import Problem, Variable, compile_constraint, compile_problem
from claimcheck.units import UnitTable

FLOP = "96*T*l*h^2*(1 + s/(6*h) + V/(16*l*h))"
TEN = {f"q{i}": (Fraction(i), Fraction(2 * i + 1, 2)) for i in range(1, 11)}
LOW_SINE = 2 * math.pi - math.acos(-1 / 3)


def rounded(x: int, unit: int = 1) -> tuple[Fraction, Fraction]:
    return Fraction(x) - Fraction(unit, 2), Fraction(x) + Fraction(unit, 2)


def flop(T: float, l: float, h: float, s: float, V: float) -> float:  # noqa: E741, N803
    return T * (96 * l * h**2 + 16 * l * h * s + 6 * h * V)


PRINTED = {
    "T": rounded(300 * 10**9, 10**9),
    "l": rounded(96),
    "h": rounded(12288),
    "s": rounded(2048),
    "V": rounded(50272),
}
# formula: (inputs, true width)
PROBLEMS: dict[str, tuple[dict[str, tuple[Any, Any]], float]] = {
    "x*(1 - x)": ({"x": (0, 1)}, 0.25),
    "(x - y)/(x + y)": ({"x": (1, 2), "y": (3, 4)}, 0.4),
    "x^2 - 2*x + y": ({"x": (0, 3), "y": (1, 2)}, 5.0),
    "x^3 - 3*x": ({"x": (-2, 2)}, 4.0),
    "x*exp(-x)": ({"x": (0, 4)}, math.exp(-1)),
    FLOP: (
        PRINTED,
        flop(*(float(x[1]) for x in PRINTED.values())) - flop(*(float(x[0]) for x in PRINTED.values())),
    ),
    "sqrt(x^2 + y^2) - x": ({"x": (1, 2), "y": (3, 4)}, math.sqrt(17) - 1 - (math.sqrt(13) - 2)),
    "(a + b)/(a + b + c)": ({"a": (1, 2), "b": (2, 3), "c": (3, 5)}, 0.25),
    "log(x)/x": ({"x": (2, 10)}, math.exp(-1) - math.log(10) / 10),
    "sin(x) + x/3": (
        {"x": (1, 5)},
        math.sqrt(8) / 3 + math.acos(-1 / 3) / 3 - math.sin(LOW_SINE) - LOW_SINE / 3,
    ),
    "x^y": ({"x": (Fraction(1, 2), 3), "y": (-1, 2)}, 8.75),
    "*".join(TEN): (TEN, float(math.prod(x[1] for x in TEN.values())) - math.factorial(10)),
}


def compiled(formula: str, inputs: dict[str, tuple[Any, Any]]) -> Problem:
    """The problem ``result = formula`` with one claim for each input."""
    names = ["result", *inputs]
    number = {n: i for i, n in enumerate(names)}
    relation = Relation("r", parse_equation(f"result = {formula}", names=names))
    claims = {f"{n}@s": (number[n], interval(Fraction(a), Fraction(b))) for n, (a, b) in inputs.items()}
    constraint = compile_constraint(relation, number, UnitTable())
    return Problem(tuple(Variable(n, ENTIRE) for n in names), (constraint,), claims)


def claimcheck_range(formula: str, inputs: dict[str, tuple[Any, Any]]) -> Callable[[], tuple[float, bool]]:
    """One range of a problem that nothing is known of yet: slopes are derived, and nothing is looked up."""
    problem = compiled(formula, inputs)
    premises = [*problem.claims, *problem.constraints]

    def call() -> tuple[float, bool]:
        found = bounds(problem, premises, ["result"], budget=Budget(60))["result"]
        return float(found.interval.upper - found.interval.lower), found.tight  # type: ignore[operator]

    return call


def in_python(formula: str) -> Any:
    return compile(formula.replace("^", "**"), formula, "eval")


def mpmath_range(formula: str, inputs: dict[str, tuple[Any, Any]]) -> Callable[[], float]:
    code = in_python(formula)
    box = {n: mpmath.iv.mpf([float(a), float(b)]) for n, (a, b) in inputs.items()}
    scope = {"exp": mpmath.iv.exp, "sqrt": mpmath.iv.sqrt, "log": mpmath.iv.log, "sin": mpmath.iv.sin, **box}
    return lambda: float(eval(code, scope).delta)


def flint_range(formula: str, inputs: dict[str, tuple[Any, Any]]) -> Callable[[], float]:
    code = in_python(formula)

    def ball(x: Any) -> Any:
        q = Fraction(x)
        return flint.arb(flint.fmpq(q.numerator, q.denominator))

    box = {n: ball(a).union(ball(b)) for n, (a, b) in inputs.items()}
    functions = {n: (lambda x, n=n: getattr(x, n)()) for n in ("exp", "sqrt", "log", "sin")}
    return lambda: 2 * float(eval(code, {**functions, **box}).rad())


def z3_range(formula: str, inputs: dict[str, tuple[Any, Any]], true: float) -> Callable[[], float] | None:
    if any(f in formula for f in ("exp", "log", "sin", "x^y")):
        return None
    if "sqrt" in formula:  # said with a further variable
        formula, extra = "w - x", "w*w == x*x + y*y"
    else:
        extra = ""
    names = {n: z3.Real(n) for n in [*inputs, "w", "result"]}
    powers = formula.replace("h^2", "h*h").replace("x^2", "x*x").replace("x^3", "x*x*x")

    def call() -> float:
        solver = z3.Solver()
        solver.set("timeout", 20000)
        for n, (a, b) in inputs.items():
            solver.add(names[n] >= z3.Q(*Fraction(a).as_integer_ratio()))
            solver.add(names[n] <= z3.Q(*Fraction(b).as_integer_ratio()))
        if extra:
            solver.add(eval(extra, dict(names)), names["w"] >= 0)
        solver.add(names["result"] == eval(powers, dict(names)))
        return _bisected(solver, names["result"], True, true) - _bisected(
            solver, names["result"], False, true
        )

    return call


def _bisected(solver: Any, result: Any, upper: bool, true: float) -> float:
    """An end by bisection, from a model's value outwards."""
    assert solver.check() == z3.sat
    value = solver.model().eval(result)
    start = Fraction(
        str(value.approx(20).as_fraction() if z3.is_algebraic_value(value) else value.as_fraction())
    )
    sign = 1 if upper else -1
    near, far = start, start + sign * Fraction(3 * true)
    while abs(far - near) > Fraction(true) / 10**8:
        middle = (near + far) / 2
        limit = z3.Q(middle.numerator, middle.denominator)
        solver.push()
        solver.add(result >= limit if upper else result <= limit)
        answer = solver.check()
        solver.pop()
        if answer == z3.unknown:
            return math.nan
        if answer == z3.sat:
            near = middle
        else:
            far = middle
    return float(far)


def corners_range(formula: str, inputs: dict[str, tuple[Any, Any]]) -> Callable[[], float]:
    registry = pint.UnitRegistry()
    symbols = {n: sympy.Symbol(n) for n in inputs}
    scope = {"exp": sympy.exp, "sqrt": sympy.sqrt, "log": sympy.log, "sin": sympy.sin, **symbols}
    function = sympy.lambdify(list(symbols.values()), eval(in_python(formula), scope), "math")
    ends = [[registry.Quantity(float(e), "dimensionless") for e in x] for x in inputs.values()]

    def call() -> float:
        values = [float(function(*corner)) for corner in itertools.product(*ends)]
        return max(values) - min(values)

    return call


def shown(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} us" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms"


def contest(formula: str) -> tuple[str, ...]:
    inputs, true = PROBLEMS[formula]
    ours = claimcheck_range(formula, inputs)
    width, tight = ours()
    cells = [
        formula if len(formula) < 30 else formula[:27] + "...",
        f"{shown(time_of_first(lambda: claimcheck_range(formula, inputs)))}, {width / true:.9f}",
    ]
    cells[1] += "" if tight else " (not tight)"
    for other in (
        mpmath_range(formula, inputs),
        flint_range(formula, inputs),
        z3_range(formula, inputs, true),
        corners_range(formula, inputs),
    ):
        if other is None:
            cells.append("cannot")
            continue
        width = other()
        rounds = 3 if other.__qualname__.startswith("z3") else 7
        cells.append(
            f"{shown(time_per_call(other, rounds=rounds))}, "
            + (f"{width / true:.4g}" if math.isfinite(width) else "no bound")
        )
    return tuple(cells)


def scenario() -> None:
    """The source combinations of the OPT-175B file, in turn: the bounds of busy and uptime in each.

    What depends on the relations alone is planned in the first; ends and the points at them are computed
    anew in each. Proofs are made when they are asked for.
    """
    claims = load(Path(__file__).resolve().parent.parent / "claims" / "opt175b.yaml")
    stated: dict[str, list[str]] = {}
    for claim in claims.claims.values():
        if not claim.is_conclusion:
            stated.setdefault(claim.quantity, []).append(claim.id)
    relations = list(compile_problem(claims).constraints)
    combinations = [[*ids, *relations] for ids in itertools.product(*stated.values())]

    def one_after_another(proofs: bool = False) -> Callable[[], Any]:
        problem = compile_problem(claims)
        waiting = itertools.cycle(combinations)

        def call() -> Any:
            found = bounds(problem, next(waiting), ["busy", "uptime"], budget=Budget(60))
            assert all(b.tight and b.lower_witness and b.upper_witness for b in found.values())
            return [(b.lower_proof, b.upper_proof) for b in found.values()] if proofs else found

        return call

    print(
        "bounds of busy and uptime in one source combination of OPT-175B, tight, with a witness at each end"
    )
    print(f"- the first: {shown(time_of_first(one_after_another))}")
    print(f"- each of the {len(combinations)} in turn: {shown(time_per_call(one_after_another()))}")
    print(f"- the first, with proofs: {shown(time_of_first(lambda: one_after_another(proofs=True)))}")
    for ids in combinations:
        x = bounds(compile_problem(claims), ids, ["uptime"], budget=Budget(60))["uptime"].interval
        assert x.lower is not None
        assert x.upper is not None
        print(f"  uptime {float(x.lower) * 100:.4f} to {float(x.upper) * 100:.4f} %: {', '.join(ids)}")


def main(chosen: list[str]) -> None:
    print(machine("mpmath", "python-flint", "z3-solver", "sympy", "pint", "gmpy2"))
    print("processor time per range, width relative to the true range\n")
    rows = [contest(f) for f in PROBLEMS if not chosen or f in chosen]
    print(
        table(
            ("formula", "claimcheck", "mpmath.iv", "python-flint", "z3 bisection", "pint+sympy corners"), rows
        )
    )
    print()
    scenario()


if __name__ == "__main__":
    main(sys.argv[1:])
