"""Ends where relations form a tree: the same as the general search finds, with points that hold."""

import random
from fractions import Fraction

import pytest
from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.interval import interval
from claimcheck.solver import optimum
from claimcheck.solver.optimum import bounds
from claimcheck.solver.propagation import premises_of
from claimcheck.solver.trees import exact_ends, exact_point
from tests.judges import PARTIAL, Undefined, complaint_about, value
from tests.problems import FREE, Case, everything, make

WHOLE = Fraction(1)


def random_tree(rng):
    """A case of relations of the four operations, each quantity once in each, that form no circle."""
    case = Case()

    def new(at):
        name = f"q{len(case.point)}"
        case.point[name] = at
        if at.denominator == 1 and rng.random() < 0.2:
            case.steps[name] = WHOLE
        case.domains[name] = FREE if rng.random() < 0.7 else _round(rng, at)
        return name

    def number():
        return Fraction(rng.choice((-3, -1, 0, 1, 2, 5, 7))) / rng.choice((1, 1, 2, 10))

    new(number())
    for i in range(rng.randint(1, 3)):
        parts = [rng.choice(list(case.point)), *(new(number()) for _ in range(rng.randint(0, 2)))]
        rng.shuffle(parts)
        if rng.random() < 0.4:
            parts.insert(0, Fraction(rng.choice((1, 2, -3, 10)), rng.choice((1, 3))))
        tree = parts.pop()
        while parts:
            tree = (rng.choice(("add", "sub", "mul", "div")), tree, parts.pop())
            if rng.random() < 0.2:
                tree = ("neg", tree)
        try:
            at = value(tree, case.point)
        except Undefined:
            return None
        name = new(at)
        form = rng.random()
        if form < 0.5 or isinstance(tree, (str, Fraction)):
            sides = (name, tree)
        elif form < 0.75:
            sides = (tree, name)
        elif tree[0] == "add":
            sides = (("sub", name, tree[1]), tree[2])
        elif tree[0] == "mul" and value(tree[1], case.point):
            sides = (("div", name, tree[1]), tree[2])
        else:
            sides = (("sub", name, tree), Fraction(0))
        case.relations[f"r{i}"] = (sides[0], "=", sides[1], None)
    for name, at in case.point.items():
        for source in range(rng.choice((0, 1, 1, 1, 2))):
            case.claims[f"{name}@s{source}"] = (name, _round(rng, at))
    return case if case.claims else None


def _round(rng, at):
    low, high = (max(abs(at), 1) * Fraction(rng.choice((0, 1, 5, 30)), 100) for _ in range(2))
    kind = rng.random()
    if kind < 0.1:
        return (at - low, None, True, False)
    return (at - low, at + high, not low or kind < 0.9, not high or kind < 0.9)


def test_the_same_ends_and_premises_as_by_search(monkeypatch):
    found = 0
    asked = 0
    for seed in range(400):
        case = random_tree(random.Random(seed))
        if case is None:
            continue
        problem = case.problem()
        premises = everything(problem)
        quick = bounds(problem, premises, budget=Budget(0.2))
        by_tree = exact_ends(problem, premises, range(len(problem.variables)))
        with monkeypatch.context() as patched:
            patched.setattr(optimum, "exact_ends", lambda *_: {})
            slow = bounds(case.problem(), premises, budget=Budget(0.2))
        for name, expected in slow.items():
            asked += 1
            if problem.number[name] not in by_tree:
                continue
            found += 1
            got = quick[name]
            message = f"seed {seed}: {name}\n{case.describe()}"
            assert got.interval == expected.interval, message
            assert (got.tight, got.gap) == (expected.tight, expected.gap) == (True, 0), message
            assert got.lower_premises == expected.lower_premises, message
            assert got.upper_premises == expected.upper_premises, message
            assert (got.proof, got.lower_proof) == (expected.proof, expected.lower_proof), message
            assert set(got.upper_premises) == premises_of(got.upper_proof), message
            for end, witness in (
                (got.interval.lower, got.lower_witness),
                (got.interval.upper, got.upper_witness),
            ):
                assert witness.values[name] == interval(end, end)
                assert complaint_about(case, witness, PARTIAL) is None, message
    assert found > asked / 2


def test_a_point_of_a_tree_satisfies_everything_also_where_a_divisor_may_be_zero():
    found = asked = 0
    for seed in range(400):
        case = random_tree(random.Random(seed))
        if case is None:
            continue
        asked += 1
        problem = case.problem()
        for group in problem.groups(everything(problem)):
            witness = exact_point(problem, everything(problem), group)
            if witness is not None:
                found += 1
                assert set(witness.values) == {problem.variables[v].name for v in group}
                assert complaint_about(case, witness, PARTIAL) is None, f"seed {seed}\n{case.describe()}"
    assert found > asked / 2
    domains = {"x": (0, None), "y": (0, None), "z": (0, None)}
    problem = make(domains, ["y = z*x"], {"y@s": (2, 3)})
    witness = exact_point(problem, everything(problem), [0, 1, 2])
    assert witness is not None
    x, y, z = (witness.values[n].lower for n in "xyz")
    assert x * z == y


@pytest.mark.parametrize(
    "relations",
    [
        ["y = x*x"],  # twice
        ["y = x + z", "z = x - y"],  # a circle
        ["y <= x"],
        ["y = x^2"],
        [("y = x", "10 %")],
        ["y = pi*x"],
    ],
)
def test_other_relations_are_left_to_the_search(relations):
    relations = [(r[0], mpq(1, 10)) if isinstance(r, tuple) else r for r in relations]
    problem = make({"x": None, "y": None, "z": None}, relations, {"x@s": (1, 2), "z@s": (1, 2)})
    assert not exact_ends(problem, everything(problem), [0, 1])


def test_a_divisor_that_may_be_zero_is_left_to_the_search():
    problem = make({"x": None, "y": None, "z": None}, ["y = z/x"], {"x@s": (0, 2), "z@s": (0, 2)})
    assert not exact_ends(problem, everything(problem), [1])


def test_no_answer_where_claims_clash():
    problem = make({"x": None, "y": None}, ["y = 2*x"], {"x@s": (1, 2), "y@s": (5, 6)})
    assert not exact_ends(problem, everything(problem), [0, 1])
    assert bounds(problem, everything(problem), budget=Budget(1))["x"].interval.is_empty


def test_no_answer_where_a_whole_number_cannot_reach_the_end():
    domains = {"n": None, "x": None, "y": None}
    problem = make(domains, ["y = n + x", "n = 2*x"], {"x@s": (1, 3)}, steps={"n": 1})
    found = bounds(problem, everything(problem), ["n"], budget=Budget(1))["n"]
    assert (found.interval, found.tight) == (interval(2, 6), True)


def test_many_relations_about_one_quantity_are_all_in_the_evidence():
    """More moves of one quantity than contraction makes without looking at what they gain."""
    rows = range(1, 120)
    names = {"total": None, **{f"part{i}": None for i in rows}, **{f"share{i}": None for i in rows}}
    claims = {f"part{i}@s": (i, i) for i in rows}
    claims |= {f"share{i}@s": (mpq(i, 10**4 + i), mpq(i, 10**4 - i)) for i in rows}
    problem = make(names, [f"share{i} = part{i}/total" for i in rows], claims)
    found = bounds(problem, everything(problem), ["total"], budget=Budget(5))["total"]
    assert found.interval == interval(10**4 - 1, 10**4 + 1)
    assert found.tight
    assert found.lower_premises == ("part1@s", "share1@s", "relation:r1")
