"""All combinations of claims on a tree of relations at once, against the exact solver on each of them."""

from itertools import product

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from claimcheck.budget import Budget
from claimcheck.solver.decision import Answer
from claimcheck.solver.optimum import bounds
from claimcheck.solver.problem import compile_problem
from claimcheck.solver.search import decide
from claimcheck.solver.sweep import HOLDS, NO, OPEN, combinations
from tests.test_scenarios import build

VALUES = ("1", "1.5", "2", "2.5", "4.0", "10", "exactly 3", "-2", "0.25", "4 to 8", ">= 2", "< 6")
RELATIONS = (
    [("d = a * b * c", "r", "")],
    [("d = a + b - 2 * c", "r", "")],
    [("e = a * b", "r", ""), ("d = e - c", "q", "")],
    [("e = a + b", "r", ""), ("d = e / c", "q", "")],
    [("a = b * c", "r", ""), ("d = a", "q", "")],
    [("e = 2 * a - b", "r", ""), ("e = d + c", "q", "")],
)


@st.composite
def problems(draw):
    """Claims on a, b and c (up to three each, one of which is picked) and one on d, which ties them."""
    options = [draw(st.lists(st.sampled_from(VALUES), min_size=1, max_size=3, unique=True)) for _ in "abc"]
    stated = [
        (q, s, v) for q, own in zip("abc", options, strict=True) for s, v in zip("stu", own, strict=False)
    ]
    stated.append(("d", "s", draw(st.sampled_from(VALUES))))
    return build("abcde", stated, draw(st.sampled_from(RELATIONS)))


def swept(claims, targets="abcd"):
    problem = compile_problem(claims)
    axes = [(problem.number[q], [[c.id] for c in claims.claims.values() if c.quantity == q]) for q in "abc"]
    always = ["d@s", *problem.constraints]
    return problem, axes, always, combinations(problem, always, axes, [problem.number[q] for q in targets])


@settings(max_examples=60)
@given(problems())
def test_every_combination_is_judged_as_the_solver_judges_it(claims):
    problem, axes, always, found = swept(claims)
    if found is None:  # a divisor that may be zero
        assert any(op in str(claims.relations) for op in ("div", "mul"))
        return
    for k, picked in enumerate(product(*(groups for _, groups in axes))):
        held = [*always, *(id for group in picked for id in group)]
        answer = decide(problem, held, budget=Budget(60)).answer
        verdict = found.verdict[k]
        if verdict != OPEN:
            assert (verdict == HOLDS) == (answer is Answer.FEASIBLE)
        if verdict == NO:
            continue
        true = bounds(problem, held, [problem.variables[v].name for v in found.ends], budget=Budget(60))
        for v, (low, high, near) in found.ends.items():
            x = true[problem.variables[v].name].interval
            if x.is_empty:
                continue
            if x.lower is None or x.upper is None:
                assert not near[k]
                continue
            assert low[k] <= x.lower
            assert x.upper <= high[k]
            if near[k] and verdict == HOLDS:
                size = max(abs(x.lower), abs(x.upper))
                assert x.lower - mpq(float(low[k])) <= size * mpq(1, 10**8)
                assert mpq(float(high[k])) - x.upper <= size * mpq(1, 10**8)


def test_ends_that_touch_are_left_to_the_exact_solver():
    """1 is 0.5 to 1.5, and 2 is 1.5 to 2.5: a sum of theirs of exactly 4 is at both upper ends."""
    claims = build(
        "abcde",
        [
            ("a", "s", "1"),
            ("a", "t", "1.0"),
            ("b", "s", "2"),
            ("c", "s", "exactly 0"),
            ("d", "s", "exactly 4"),
        ],
        [("d = a + b + c", "r", "")],
    )
    *_, found = swept(claims)
    assert list(found.verdict) == [OPEN, NO]


def test_whole_numbers_are_points_or_not_swept():
    claims = build(
        "abcd",
        [("a", "s", "exactly 3"), ("b", "s", "2.5"), ("c", "s", "1"), ("d", "s", "8")],
        [("d = a * b + c", "r", "")],
    )
    *_, found = swept(claims)
    assert list(found.verdict) == [HOLDS]
    claims.quantities["b"] = type(claims.quantities["b"])(
        **{f: getattr(claims.quantities["b"], f) for f in claims.quantities["b"].__slots__}
        | {"integer": True}
    )
    assert swept(claims)[-1] is None


@pytest.mark.parametrize(
    "relations",
    [
        [("d = a * b + a * c", "r", "")],
        [("d = a * b", "r", ""), ("d = b + c", "q", "")],
        [("d = a / (b - c)", "r", "")],
        [("d = sqrt(a) + b + c", "r", "")],
    ],
)
def test_what_is_no_tree_of_the_four_operations_is_not_swept(relations):
    claims = build("abcd", [("a", "s", "2"), ("b", "s", "2"), ("c", "s", "2"), ("d", "s", "8")], relations)
    assert swept(claims)[-1] is None


def test_many_combinations_in_the_order_of_their_axes():
    names = [f"q{i}" for i in range(8)]
    stated = [(q, s, str(1 + (5 * i + 2 * j) % 4)) for i, q in enumerate(names) for j, s in enumerate("stu")]
    claims = build([*names, "y"], [*stated, ("y", "s", "30 to 90")], [(f"y = {' * '.join(names)}", "r", "")])
    problem = compile_problem(claims)
    axes = [(problem.number[q], [[f"{q}@{s}"] for s in "stu"]) for q in names]
    found = combinations(problem, ["y@s", "relation:r"], axes, [problem.number["y"]])
    assert len(found.verdict) == 3**8
    picked = np.array(np.unravel_index(np.arange(3**8), [3] * 8))
    low, high = np.ones(3**8), np.ones(3**8)
    for i in range(8):
        said = np.array([1 + (5 * i + 2 * j) % 4 for j in range(3)])[picked[i]]
        low, high = low * (said - 0.5), high * (said + 0.5)
    assert ((found.verdict == NO) == ((low > 90.5) | (high < 29.5))).all()
    holding = found.verdict == HOLDS
    assert np.allclose(
        found.ends[problem.number["y"]][0][holding], np.maximum(low, 29.5)[holding], rtol=1e-12
    )
