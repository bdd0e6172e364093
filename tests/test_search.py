"""Deciding: never a wrong answer, witnesses that hold, cores that clash, and always in time."""

import itertools
import time

import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from claimcheck.budget import Budget
from claimcheck.interval import EMPTY, interval, point
from claimcheck.solver.decision import Answer
from claimcheck.solver.roots import existing
from claimcheck.solver.search import decide
from tests import judges
from tests.judges import Unclear, Undefined, complaint_about
from tests.problems import ALGEBRAIC, RATIONAL, cases, everything, make

SECONDS = 0.3


def answer(variables, relations=(), claims=(), steps=(), seconds=5):
    problem = make(variables, relations, claims, steps)
    return decide(problem, everything(problem), budget=Budget(seconds))


FEASIBLE = [
    ({"x": (0, 1), "y": None}, ["y=x*(1-x)"], {"y@a": ("0.24", "0.3")}, {}),
    ({"x": None, "y": (0, 10)}, ["y=x^2", "x+y=3"], {}, {}),
    ({"x": None, "y": None}, ["y=exp(x)", "x+y=3"], {}, {}),
    ({"x": (-5, 5)}, ["x^3-2*x=5"], {}, {}),
    ({"x": (0, 10), "y": (0, 10)}, ["x^2+y^2=25", "x*y=12"], {}, {}),
    ({"x": (0, 100), "y": (0, 100)}, ["2*x+3*y=7"], {}, {"x": 1, "y": 1}),
    ({"x": (1, 3), "y": None}, ["y=if(x<2,sqrt(x),x/2)"], {"y@a": ("1.1", "1.2")}, {}),
    ({"a": None, "b": None}, [("a = 2*b", "0.1")], {"a@s": (10, 10), "b@s": (5, "5.5")}, {}),
    # a negative base takes whole exponents, also while the exponent is not known
    ({"x": None, "n": None, "y": None}, ["y = x^n"], {"x@s": (-2, -2), "n@s": (2, 2), "y@s": (4, 4)}, {}),
    ({"x": None, "n": (0, 3), "y": None}, ["y = x^n"], {"x@s": (0, 0), "y@s": (1, 1)}, {"n": 1}),
    # p = a t says nothing of t where a is zero
    ({"a": (0, 1), "t": None, "b": (2, 3)}, ["a*t = a*b"], {"a@s": (0, 0), "t@s": (9, 9)}, {}),
    ({"a": (0, 1), "t": None, "b": (2, 3)}, ["a*t = a*b"], {"a@s": (0, "0.5"), "t@s": (9, 9)}, {}),
    # integers counted in hundredths and in dozens
    ({"n": (0, 1), "y": None}, ["y = n*(1-n)"], {"y@s": ("0.2499", "0.25")}, {"n": "0.01"}),
    ({"n": (0, 100), "y": None}, ["y = n*(60-n)"], {"y@s": (850, 900)}, {"n": 12}),
    # least at a kink of smooth operations
    ({"x": (-1, 2), "y": None}, ["y = cbrt(x)^2 + 0*x"], {"y@s": (0, "0.0001")}, {}),
    ({"x": (-1, 2), "z": (-1, 2), "y": None}, ["y = sqrt(x^2+z^2)"], {"y@s": (0, "0.001")}, {}),
    ({"x": interval(0, 3, False, True), "y": None}, ["y = x + 1/x"], {"y@s": (1000, 1001)}, {}),
]
INFEASIBLE = [
    ({"x": (0, 1), "y": None}, ["y=x*(1-x)"], {"y@a": ("0.2500001", "0.3")}, {}),
    ({"x": (0, 100), "y": (0, 100)}, ["2*x+2*y=7"], {}, {"x": 1, "y": 1}),
    ({"x": (1, 3), "y": None}, ["y=if(x<2,sqrt(x),x/2)"], {"y@a": ("1.5001", "1.6")}, {}),
    ({"a": None, "b": None, "c": None}, ["a=b+1", "b=c+1", "c=a-2.1"], {"a@x": (1, 2)}, {}),
    ({"x": None}, ["x^2 = -1"], {}, {}),
    ({"x": None, "y": None}, ["y = 1/x"], {"x@s": (0, 0)}, {}),
    ({"x": None}, ["x < 2", "x > 2"], {}, {}),
    ({"x": None}, ["x = x + 1"], {"x@s": (0, 1)}, {}),
]


@pytest.mark.parametrize("given_", FEASIBLE, ids=lambda g: " ".join(map(str, g[1])))
def test_these_can_hold(given_):
    found = answer(*given_)
    assert found.answer is not Answer.INFEASIBLE
    if "if(" not in given_[1][0] and "t = " not in given_[1][0]:
        assert found.answer is Answer.FEASIBLE


@pytest.mark.parametrize("given_", INFEASIBLE, ids=lambda g: " ".join(map(str, g[1])))
def test_these_cannot_hold(given_):
    found = answer(*given_)
    assert found.answer is Answer.INFEASIBLE
    assert found.core or not given_[2]


@settings(max_examples=100)
@given(cases(bent=False))
def test_what_holds_at_a_point_is_never_refuted(case):
    problem = case.problem()
    found = decide(problem, everything(problem), budget=Budget(SECONDS))
    assert found.answer is not Answer.INFEASIBLE, case.describe()


@settings(max_examples=100)
@given(cases())
def test_witnesses_satisfy_everything(case):
    problem = case.problem()
    found = decide(problem, everything(problem), budget=Budget(SECONDS))
    if found.witness is not None:
        try:
            complaint = complaint_about(case, found.witness)
        except (Unclear, Undefined):
            complaint = None
        assert complaint is None, f"{complaint}\n{case.describe()}"


@settings(max_examples=100)
@given(cases(bent=True))
def test_a_core_clashes_by_itself(case):
    problem = case.problem()
    found = decide(problem, everything(problem), budget=Budget(SECONDS))
    if found.answer is Answer.INFEASIBLE:
        assert set(found.core) <= set(everything(problem))
        again = decide(problem, found.core, budget=Budget(1))
        assert again.answer is not Answer.FEASIBLE, case.describe()
        goal = found.proof
        while goal.split is not None:
            goal = goal.split.lower
        assert goal.steps[-1].interval is EMPTY


@settings(max_examples=60)
@given(st.one_of(cases(operations=RATIONAL), cases(operations=ALGEBRAIC)))
def test_z3_agrees(case):
    pytest.importorskip("z3")
    if not all(judges.is_algebraic(r[0]) and judges.is_algebraic(r[2]) for r in case.relations.values()):
        return
    problem = case.problem()
    found = decide(problem, everything(problem), budget=Budget(SECONDS))
    if found.answer is Answer.UNKNOWN:
        return
    said = judges.Z3(case).verdict(milliseconds=300)
    wrong = "sat" if found.answer is Answer.INFEASIBLE else "unsat"
    assert said != wrong, case.describe()


@settings(max_examples=60)
@given(cases(), st.randoms(use_true_random=False))
def test_names_and_order_change_nothing(case, rng):
    first = case.problem()
    found = decide(first, everything(first), budget=Budget(SECONDS))

    def shuffled(things):
        return sorted(things, key=lambda _: rng.random())

    second = case.problem(rename=lambda n: f"{n}_other", order=shuffled)
    again = decide(second, everything(second), budget=Budget(SECONDS))
    assert {found.answer, again.answer} != {Answer.FEASIBLE, Answer.INFEASIBLE}, case.describe()


def test_a_deadline_is_kept():
    names = [f"x{i}" for i in range(12)]
    relations = [f"{a}*{b} + sin({a}) = {i + 2}" for i, (a, b) in enumerate(itertools.pairwise(names))]
    start = time.monotonic()
    found = answer(dict.fromkeys(names, (-50, 50)), relations, {"x0@s": (1, 40)}, seconds=1)
    assert time.monotonic() - start < 3
    assert found.answer in Answer


def test_deep_formulas_and_long_numbers():
    nest = "x"
    for _ in range(60):
        nest = f"(1 + {nest} / 3)"
    assert answer({"x": (0, 1), "y": None}, [f"y = {nest}"]).answer is Answer.FEASIBLE
    deep = "x"
    for _ in range(30):
        deep = f"sqrt({deep}^2 + 1)"
    assert answer({"x": (0, 1), "y": None}, [f"y = {deep}"]).answer is Answer.FEASIBLE
    long = mpq(3**3000, 2**4700)
    assert (
        answer({"x": None, "y": None}, ["y = x^3 * x"], {"x@s": (long, long + 1)}).answer is Answer.FEASIBLE
    )


@pytest.mark.parametrize(
    ("relation", "root"), [("x + y = y + 10 - x", 5), ("x^3 + x = y - x", None), ("x^2 + x = y*x", 3)]
)
def test_a_root_of_an_equation_that_repeats_its_variable_is_narrowed(relation, root):
    """Contraction may leave a wide interval, and a claim leave out the end of it."""
    problem = make({"x": (1, 9), "y": None}, [relation])
    (constraint,) = problem.constraints.values()
    found = existing(constraint, [interval(1, 9), point(50 if root is None else 4)], 0)
    assert found is not None
    if root is not None:
        assert found == point(root)
    else:
        assert 0 < found.upper - found.lower < mpq(1, 10**15)
        low, high = ((q**3 + 2 * q - 50) for q in (found.lower, found.upper))
        assert low < 0 < high
