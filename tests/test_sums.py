"""Relations that are sums, or become sums once a quantity is known: programs, points, and refutations."""

import json
from fractions import Fraction

import pytest
import z3
from gmpy2 import mpq
from hypothesis import example, given
from hypothesis import strategies as st

from claimcheck.audit import audit_file
from claimcheck.budget import Budget
from claimcheck.files.loader import load
from claimcheck.judging.verification import verify
from claimcheck.render import Options, render
from claimcheck.solver.combining import combined_refutation
from claimcheck.solver.decision import Answer
from claimcheck.solver.programs import Outcome, Program, solve
from claimcheck.solver.propagation import propagate
from claimcheck.solver.search import decide
from claimcheck.solver.sums import key_to_sums, rows_of_sums, solution_of_sums
from tests.problems import everything, make

SMALL = st.integers(-4, 4)


@st.composite
def programs(draw):
    columns = draw(st.integers(1, 4))
    limit = st.one_of(st.none(), st.integers(-6, 6))

    def pair(a, b):
        return (a, b) if a is None or b is None or a <= b else (b, a)

    # All columns are bounded, or the optimiser that judges may never end.
    limits = [pair(draw(st.integers(-6, 6)), draw(st.integers(-6, 6))) for _ in range(columns)]
    count = draw(st.integers(0, 4))
    rows = [{j: draw(SMALL) for j in range(columns)} for _ in range(count)]
    ranges = [pair(draw(limit), draw(limit)) for _ in range(count)]
    whole = [j for j in range(columns) if draw(st.booleans())]
    return Program([draw(SMALL) for _ in range(columns)], limits, rows, ranges, whole)


def allows(program, *more):
    """Whether z3 finds a solution of whose cost some more is asked."""
    solver = z3.Solver()
    names = [f"x{j}" for j in range(len(program.cost))]
    x = [z3.ToReal(z3.Int(n)) if j in program.whole else z3.Real(n) for j, n in enumerate(names)]
    sums = [z3.Sum([a * x[j] for j, a in row.items()]) for row in program.rows]
    for term, (low, high) in zip([*x, *sums], [*program.limits, *program.ranges], strict=True):
        if low is not None:
            solver.add(term >= low)
        if high is not None:
            solver.add(term <= high)
    cost = z3.Sum([c * v for c, v in zip(program.cost, x, strict=True)])
    solver.add(*(test(cost) for test in more))
    return solver.check() == z3.sat


@given(programs())
@example(Program([-1, 0], [(0, 0), (0, 1)], [], [], [1]))
def test_no_program_has_a_lesser_cost_by_z3(program):
    found = solve(program)
    if not allows(program):
        assert found.outcome is Outcome.INFEASIBLE
        return
    assert found.outcome is Outcome.OPTIMAL
    cost = Fraction(sum(c * x for c, x in zip(program.cost, found.values, strict=True)))
    near = Fraction(1, 10**4)  # rows hold to within a millionth
    assert allows(program, lambda c: c <= z3.Q(*(cost + near).as_integer_ratio()))
    assert not allows(program, lambda c: c < z3.Q(*(cost - near).as_integer_ratio()))


def test_a_price_is_what_the_limit_that_holds_a_row_costs():
    program = Program(
        [1.0, 2.0], [(0.0, None), (0.0, None)], [{0: 1.0, 1: 1.0}, {0: 1.0}], [(3.0, None), (None, 2.0)]
    )
    found = solve(program)
    assert found.values == pytest.approx([2.0, 1.0])
    assert found.prices == pytest.approx([2.0, -1.0])


def test_programs_say_nothing_on_the_terminal(capfd):
    solve(Program([1.0], [(0.0, 1.0)], [], [], [0]))
    solve(Program([1.0], [(0.0, None)], [{0: 1.0}], [(2.0, None)]))
    assert capfd.readouterr() == ("", "")


def test_without_a_least_cost_there_is_no_solution():
    assert solve(Program([1.0], [(None, 0.0)], [], [])).outcome is Outcome.FAILED


def test_numbers_that_no_program_takes_fail():
    assert solve(Program([], [], [], [])).outcome is Outcome.FAILED
    assert solve(Program([float("inf")], [(0.0, 1.0)], [], [])).outcome is Outcome.FAILED


# -- points ---------------------------------------------------------------------


@st.composite
def systems(draw):
    """Sums with whole coefficients through a known point, in boxes round it; some variables whole."""
    count = draw(st.integers(2, 6))
    names = [f"x{i}" for i in range(count)]
    whole = {n: draw(st.booleans()) for n in names}
    value = {
        n: Fraction(draw(st.integers(-50, 50)), 1 if whole[n] else draw(st.sampled_from((1, 3, 7, 1000))))
        for n in names
    }
    room = {
        n: Fraction(draw(st.sampled_from((0, 1, 1, 5, 40))), draw(st.sampled_from((1, 100)))) for n in names
    }
    equations = []
    for _ in range(draw(st.integers(1, count))):
        weights = {
            n: draw(st.sampled_from((-5, -2, -1, 1, 3)))
            for n in draw(st.sets(st.sampled_from(names), min_size=1))
        }
        total = sum((w * value[n] for n, w in weights.items()), Fraction(0))
        left = " + ".join(f"({w}) * {n}" for n, w in weights.items())
        op = draw(st.sampled_from(("=", "=", "=", "<=", ">=")))
        equations.append(f"{left} {op} {total.numerator}/{total.denominator}")
    boxes = {n: (value[n] - room[n], value[n] + room[n]) for n in names}
    return make(boxes, equations, steps={n: 1 for n in names if whole[n]})


@given(systems())
def test_a_system_with_a_solution_is_given_one(problem):
    """The point is proved by exact evaluation, so that a wrong one would be seen, not believed."""
    found = decide(problem, everything(problem), budget=Budget(20))
    assert found.answer is Answer.FEASIBLE
    for constraint in problem.constraints.values():
        values = {v: found.witness.values[problem.variables[v].name].lower for v in constraint.variables}
        assert _holds(constraint, values)


def _holds(constraint, values):
    known = []
    for node in constraint.tape:
        args = [known[a] for a in node.args]
        if node.op == "var":
            known.append(values[node.index])
        elif node.op == "const":
            known.append(node.value.lower)
        else:
            known.append(
                {
                    "add": lambda a, b: a + b,
                    "sub": lambda a, b: a - b,
                    "mul": lambda a, b: a * b,
                    "neg": lambda a: -a,
                    "div": lambda a, b: a / b,
                }[node.op](*args)
            )
    left, right = known[constraint.left], known[constraint.right]
    return {"=": left == right, "<=": left <= right, ">=": left >= right}[constraint.op]


@given(systems())
def test_a_point_that_is_proposed_satisfies_all_equations_exactly(problem):
    at = propagate(problem, everything(problem))
    rows = rows_of_sums(list(problem.constraints.values()), at.box)
    assert rows is not None
    values = solution_of_sums(rows, at.box, problem.variables)
    for row in rows if values is not None else ():
        if row.range.is_point and not any(problem.variables[v].step for v in row.weights):
            assert sum((w * values[v] for v, w in row.weights.items()), mpq(0)) == row.range.lower


def test_what_is_known_makes_a_quotient_a_sum():
    problem = make({"share": (0, 1), "count": (0, 100), "n": (50, 50)}, ["share = count / n"])
    box = propagate(problem, everything(problem)).box
    rows = rows_of_sums(list(problem.constraints.values()), box)
    assert [dict(r.weights) for r in rows] == [{0: 1, 1: mpq(-1, 50)}]
    assert rows[0].fixed == (2,)
    free = make({"share": (0, 1), "count": (0, 100), "n": (50, 51)}, ["share = count / n"])
    assert rows_of_sums(list(free.constraints.values()), propagate(free, everything(free)).box) is None


# -- shares and counts ---------------------------------------------------------------------

SURVEY = """
claimcheck: 1
title: Four parties
sources: {institute: {title: Institute}}
quantities: {n: {unit: person, integer: true}}
tables:
  parties:
    source: institute
    columns: {share: {unit: percent, min: 0 %}, count: {unit: person, integer: true, min: 0}}
    rows:
      a: {share: 33.4 %, count: 334}
      b: {share: "", count: ""}
      c: {share: "", count: ""}
      d: {share: "", count: 124}
claims:
  - {quantity: n, value: 1003, source: institute}
relations:
  share: {for: parties, equation: share = count / n}
  all: {equation: sum(parties.count) = n, definition: true}
  hundred: {equation: sum(parties.share) = 1, definition: true}
"""


def test_a_refutation_with_a_multiplier_of_one_in_a_thousand_and_three_is_found_and_audited():
    """Without the share of a, the others' shares still add to one: only all the sums together say 33.3 %."""
    text = SURVEY.replace("{for: parties,", "{for: parties, definition: true,")
    report = verify(text)
    assert [c.members for c in report.conflicts] == [
        ("parties.share[a]@institute", "parties.count[a]@institute", "n@institute")
    ]
    dropped = """
claimcheck: 1
sources: {institute: {title: Institute}}
quantities:
  n: {unit: person, integer: true}
  a: {unit: percent, min: 0 %}
  ca: {unit: person, integer: true}
  b: {unit: percent, min: 0 %}
  cb: {unit: person, integer: true, min: 0}
  c: {unit: percent, min: 0 %}
  cc: {unit: person, integer: true, min: 0}
claims:
  - {quantity: n, value: 1003, source: institute}
  - {quantity: a, value: 33.4 %, source: institute}
  - {quantity: ca, value: 334, source: institute}
relations:
  b: b = cb / n
  c: c = cc / n
  all: ca + cb + cc = n
  hundred: a + b + c = 1
"""
    report = verify(dropped)
    (conflict,) = report.conflicts
    assert len(conflict.members) == 7
    assert conflict.minimal
    steps = [s for s in conflict.proof.steps if s.combined]
    assert any(abs(m) == mpq(1, 1003) for s in steps for m in s.multipliers)
    entry = json.loads(render("json", [report], Options()))["files"][0]
    assert not audit_file(entry, load(dropped)).refused


def test_shares_of_a_total_that_nobody_printed_are_given_one():
    """No number of people is claimed; with one tried, all is sums, and a program gives the counts."""
    problem = make(
        {
            "n": (1, None),
            "ca": (0, None),
            "cb": (0, None),
            "cc": (0, None),
            "a": (0, 1),
            "c": (0, 1),
            "e": (0, 1),
        },
        ["a = ca / n", "c = cc / n", "ca + cb + cc = n", "a + c + e = 1"],
        {
            "a@s": (Fraction(667, 2000), Fraction(669, 2000)),
            "c@s": (Fraction(359, 2000), Fraction(361, 2000)),
            "e@s": (Fraction(971, 2000), Fraction(973, 2000)),
            "cb@s": (271, None),
        },
        steps=dict.fromkeys(("n", "ca", "cb", "cc"), 1),
    )
    box = propagate(problem, everything(problem)).box
    assert key_to_sums(list(problem.constraints.values()), box, problem.variables) == problem.number["n"]
    found = decide(problem, everything(problem), budget=Budget(20))
    assert found.answer is Answer.FEASIBLE
    value = {n: x.lower for n, x in found.witness.values.items()}
    assert value["a"] * value["n"] == value["ca"]
    assert value["c"] * value["n"] == value["cc"]
    assert value["ca"] + value["cb"] + value["cc"] == value["n"]


def test_a_combination_rests_on_the_value_that_was_put_in():
    problem = make(
        {"a": (0, 1), "b": (0, 1), "ca": (0, 2000), "cb": (0, 2000), "n": (0, 5000)},
        ["b = cb / n", "ca + cb = n", "a + b = 1"],
        {"n@s": 1003, "a@s": (Fraction(667, 2000), Fraction(669, 2000)), "ca@s": 334},
    )
    premises = everything(problem)
    start = propagate(problem, premises)
    if start.failure < 0:
        start = combined_refutation(problem, premises, range(len(problem.variables)), start, Budget(5))
    assert start.failure >= 0
    found = decide(problem, premises, budget=Budget(5))
    assert found.answer is Answer.INFEASIBLE
    assert "n@s" in found.core
    without = [p for p in premises if p != "n@s"]
    assert decide(problem, without, budget=Budget(5)).answer is Answer.FEASIBLE
