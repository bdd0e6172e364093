"""Bounds: enclosures of the point, witnesses at tight ends, laws, and agreement with corners and z3."""

import itertools
import random
import time
from fractions import Fraction

import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from claimcheck import interval as iv
from claimcheck.budget import Budget
from claimcheck.interval import intersection, interval
from claimcheck.solver.decision import Answer
from claimcheck.solver.optimum import GAP, attaining, bounds
from claimcheck.solver.reduction import explicit
from claimcheck.solver.search import decide
from claimcheck.solver.tape import evaluate
from tests import judges
from tests.judges import PARTIAL, Unclear, Undefined, complaint_about, fraction, value
from tests.problems import FREE, RATIONAL, Case, cases, enclosure, everything, make, seeded

SECONDS = 0.2


def all_bounds(problem, seconds=SECONDS, **options):
    return bounds(problem, everything(problem), budget=Budget(seconds), **options)


def bound(target, *args, seconds=5, **options):
    problem = make(*args, **options)
    return bounds(problem, everything(problem), [target], budget=Budget(seconds))[target]


def check_enclosure(case):
    """Every bound holds the point, and so does every step of a proof without cases."""
    problem = case.problem()
    for name, found in all_bounds(problem).items():
        here = enclosure(case.point[name])
        assert not intersection(found.interval, here).is_empty, f"{name}\n{case.describe()}"
        for proof in (found.proof, found.lower_proof, found.upper_proof):
            if proof is None or proof.split is not None:
                continue
            for step in proof.steps:
                met = intersection(step.interval, enclosure(case.point[step.variable]))
                assert not met.is_empty, f"{step}\n{case.describe()}"


@settings(max_examples=60)
@given(cases(bent=False))
def test_bounds_and_proofs_enclose_the_point(case):
    check_enclosure(case)


@settings(max_examples=60)
@given(cases())
def test_tight_ends_have_witnesses_within_the_gap(case):
    problem = case.problem()
    for name, found in all_bounds(problem).items():
        for end, witness in (
            (found.interval.lower, found.lower_witness),
            (found.interval.upper, found.upper_witness),
        ):
            if witness is None:
                assert (
                    not found.tight
                    or end is None
                    or not problem.groups(everything(problem))
                    or (problem.number[name] not in itertools.chain(*problem.groups(everything(problem))))
                )
                continue
            try:
                complaint = complaint_about(case, witness, PARTIAL)
            except (Unclear, Undefined):
                complaint = None
            assert complaint is None, f"{name}: {complaint}\n{case.describe()}"
            x = witness.values[name]
            assert not intersection(x, found.interval).is_empty
            if found.tight and end is not None:
                size = max(abs(q) for q in (found.interval.lower, found.interval.upper) if q is not None) or 1
                assert max(abs(x.lower - end), abs(x.upper - end)) <= GAP * size
                assert found.gap <= GAP


KNOWN = [  # target, variables, relations, claims, steps, lower, upper
    ("y", {"x": (0, 1), "y": None}, ["y = x*(1-x)"], {}, {}, "0", "1/4"),
    ("y", {"x": (1, 2), "z": (3, 4), "y": None}, ["y = (x-z)/(x+z)"], {}, {}, "-3/5", "-1/5"),
    ("x", {"x": (-10, 10), "y": (-10, 10)}, ["x + y = 3", "x - y = 1"], {}, {}, "2", "2"),
    ("b", {"a": None, "b": None, "c": None}, ["c = a*b"], {"a@s": (1, 2), "c@s": (3, 4)}, {}, "3/2", "4"),
    ("n", {"n": (0, 9), "y": None}, ["y = 2*n"], {"y@s": ("4.5", 11)}, {"n": 1}, "3", "5"),
    # integers in hundredths and dozens, where an input occurs twice
    ("y", {"n": (0, 1), "y": None}, ["y = n*(1-n)"], {}, {"n": "0.01"}, "0", "1/4"),
    (
        "y",
        {"n": (0, 1), "y": None},
        ["y = (n - 0.333)^2 + n - n"],
        {},
        {"n": "0.01"},
        "9/1000000",
        "444889/1000000",
    ),
    ("y", {"n": (0, 60), "y": None}, ["y = n*(50-n)"], {}, {"n": 12}, "-600", "624"),
    # kinks and open ends
    ("y", {"x": (-1, 8), "y": None}, ["y = cbrt(x)^2 + 0*x"], {}, {}, "0", "4"),
    ("y", {"x": (-3, 4), "z": (0, 0), "y": None}, ["y = sqrt(x^2+z^2)"], {}, {}, "0", "4"),
    ("y", {"x": interval(0, 3, False, True), "y": None}, ["y = x + 1/x"], {}, {}, "2", None),
    ("t", {"a": (0, 1), "t": None, "b": (2, 3)}, ["a*t = a*b"], {}, {}, None, None),
]


@pytest.mark.parametrize("known", KNOWN, ids=lambda k: " ".join(k[2]))
def test_known_ends(known):
    target, variables, relations, claims, steps, low, high = known
    found = bound(target, variables, relations, claims, steps)
    for end, true, turn in ((found.interval.lower, low, 1), (found.interval.upper, high, -1)):
        if true is None:
            assert end is None
        else:
            assert end * turn <= mpq(true) * turn
            assert abs(end - mpq(true)) <= max(1, abs(mpq(true))) / mpq(10**8)


MONOTONE = ("add", "mul", "div")


def corners(case, target):
    """The naive twin: a formula in which each input occurs once, at all corners of the box of its inputs."""
    inputs = dict(case.claims.values())
    formula = case.relations["r"][2]
    values = [
        value(formula, dict(zip(inputs, at, strict=True)))
        for at in itertools.product(*((low, high) for low, high, *_ in inputs.values()))
    ]
    return min(values), max(values)


@pytest.mark.parametrize("seed", range(60))
def test_corners_of_monotone_relations(seed):
    rng = random.Random(seed)
    names = [f"x{i}" for i in range(rng.randint(2, 4))]
    formula = names[0]
    for name in names[1:]:
        op = rng.choice(MONOTONE)
        formula = (op, formula, name) if rng.random() < 0.5 else (op, name, formula)
    case = Case(dict.fromkeys((*names, "y"), FREE), relations={"r": ("y", "=", formula, None)})
    for name in names:
        low = Fraction(rng.randint(1, 50), rng.choice((1, 3, 7)))
        case.claims[f"{name}@s"] = (name, (low, low + Fraction(rng.randint(0, 9), 10), True, True))
    problem = case.problem()
    found = all_bounds(problem, 5)["y"]
    assert found.tight
    assert (fraction(found.interval.lower), fraction(found.interval.upper)) == corners(case, "y")


def tight_pairs(first, second):
    return ((n, x, second[n]) for n, x in first.items() if n in second)


def close(a, b, size):
    return (a is None) == (b is None) and (a is None or abs(a - b) <= 2 * GAP * size)


def same(x, y):
    """Whether two tight bounds agree up to twice the gap."""
    if x.interval.is_empty or y.interval.is_empty:
        return x.interval.is_empty == y.interval.is_empty
    ends = [q for b in (x, y) for q in (b.interval.lower, b.interval.upper) if q is not None]
    size = max((abs(q) for q in ends), default=mpq(1))
    return close(x.interval.lower, y.interval.lower, size) and close(x.interval.upper, y.interval.upper, size)


@settings(max_examples=30)
@given(cases(bent=False), st.randoms(use_true_random=False))
def test_narrower_claims_give_narrower_bounds(case, rng):
    wide = all_bounds(case.problem())
    id = rng.choice(list(case.claims))
    name, (low, high, *flags) = case.claims[id]
    at = enclosure(case.point[name])
    share = Fraction(rng.randint(0, 9), 10)
    low = None if low is None else low + share * max(fraction(at.lower) - low, 0)
    high = None if high is None else high - share * max(high - fraction(at.upper), 0)
    case.claims[id] = (name, (low, high, *flags))
    narrow = all_bounds(case.problem())
    for n, x, y in tight_pairs(wide, narrow):
        if x.tight and y.tight and not y.interval.is_empty:
            size = max(
                (abs(q) for q in (x.interval.lower, x.interval.upper) if q is not None), default=mpq(1)
            ) or mpq(1)
            grown = interval(
                None if x.interval.lower is None else x.interval.lower - 2 * GAP * size,
                None if x.interval.upper is None else x.interval.upper + 2 * GAP * size,
            )
            assert iv.subset(y.interval, grown), f"{n}\n{case.describe()}"


@settings(max_examples=25)
@given(cases(bent=False), st.randoms(use_true_random=False))
def test_names_order_and_a_redundant_relation_change_no_tight_bound(case, rng):
    first = all_bounds(case.problem())

    def shuffled(things):
        return sorted(things, key=lambda _: rng.random())

    renamed = all_bounds(case.problem(rename=lambda n: f"{n}_z", order=shuffled))
    for n, x in first.items():
        y = renamed[f"{n}_z"]
        if x.tight and y.tight:
            assert same(x, y), f"{n}\n{case.describe()}"
    if case.relations:
        id, relation = next(iter(case.relations.items()))
        left, op, right, within = relation
        doubled = (("mul", Fraction(2), left), op, ("mul", right, Fraction(2)), within)
        case.relations[f"{id}-again"] = doubled
        again = all_bounds(case.problem())
        for n, x, y in tight_pairs(first, again):
            if x.tight and y.tight:
                assert same(x, y), f"{n}\n{case.describe()}"


@settings(max_examples=30)
@given(
    cases(bent=False, operations=RATIONAL),
    st.sampled_from([Fraction(1000), Fraction(1, 7), Fraction(10) ** 12]),
)
def test_the_unit_of_a_quantity_changes_no_tight_bound(case, factor):
    """One quantity is counted in another unit: its name stands for the new number times the factor."""
    first = all_bounds(case.problem())
    name = next(iter(case.domains))

    def limits(x):
        low, high, *flags = x
        return (None if low is None else low / factor, None if high is None else high / factor, *flags)

    def scaled(tree):
        if tree == name:
            return ("mul", factor, name)
        return (tree[0], *map(scaled, tree[1:])) if isinstance(tree, tuple) else tree

    case.domains[name] = limits(case.domains[name])
    if name in case.steps:
        case.steps[name] /= factor
    case.claims = {id: (n, limits(x) if n == name else x) for id, (n, x) in case.claims.items()}
    case.relations = {id: (scaled(a), op, scaled(b), w) for id, (a, op, b, w) in case.relations.items()}
    second = all_bounds(case.problem())
    for n, x, y in tight_pairs(first, second):
        if x.tight and y.tight and n != name:
            assert same(x, y), f"{n}\n{case.describe()}"
        if x.tight and y.tight and n == name and not x.interval.is_empty:
            for p, q in ((x.interval.lower, y.interval.lower), (x.interval.upper, y.interval.upper)):
                assert (p is None) == (q is None)
                if p is not None:
                    assert abs(p - q * mpq(factor)) <= 3 * GAP * max(
                        abs(e) for e in (x.interval.lower, x.interval.upper, p) if e is not None
                    )


@pytest.mark.parametrize("seed", range(40))
def test_z3_finds_nothing_beyond_an_end(seed):
    pytest.importorskip("z3")
    case = seeded(seed, operations=RATIONAL, most=4)
    problem = case.problem()
    for name, found in all_bounds(problem).items():
        judge = judges.Z3(case)
        x = judge.names[name]
        for end, beyond in ((found.interval.lower, x.__lt__), (found.interval.upper, x.__gt__)):
            if end is not None and not found.interval.is_empty:
                said = judge.verdict(beyond(judge.number(fraction(end))), milliseconds=150)
                assert said != "sat", f"{name} beyond {end}\n{case.describe()}"


def test_a_formula_put_together_agrees_with_the_point():
    used = 0
    for seed in range(200):
        case = seeded(seed, bent=False, operations=RATIONAL)
        if any(r[3] is not None for r in case.relations.values()):
            continue
        problem = case.problem()
        box = [enclosure(case.point[v.name]) for v in problem.variables]
        for target in range(len(problem.variables)):
            form = explicit(tuple(problem.constraints.values()), target, len(problem.variables))
            if form is None:
                continue
            used += 1
            found = evaluate(form.tape.nodes, box)[form.root]
            if not found.is_empty:  # empty: the division that solving brought in is by zero there
                assert not intersection(found, box[target]).is_empty, case.describe()
            else:
                assert form.quotients
    assert used > 100


def test_whole_numbers_that_nothing_speaks_of_keep_their_limits():
    found = bound("n", {"n": (0, 7), "x": None}, [], {"x@s": (1, 2)}, {"n": 1})
    assert found.interval == interval(0, 7)


def test_bounds_of_what_cannot_hold_are_empty_or_not_tight():
    for seed in range(100):
        case = seeded(seed, bent=True, operations=RATIONAL)
        problem = case.problem()
        if len(problem.groups(everything(problem))) != 1:
            continue
        if decide(problem, everything(problem), budget=Budget(SECONDS)).answer is Answer.INFEASIBLE:
            (group,) = problem.groups(everything(problem))
            for name, found in all_bounds(problem).items():
                assert not found.tight or problem.number[name] not in group, case.describe()


def test_a_deadline_is_kept():
    names = [f"x{i}" for i in range(10)]
    relations = [f"{a}*{b} + sin({a}) >= {i}" for i, (a, b) in enumerate(itertools.pairwise(names))]
    problem = make(dict.fromkeys(names, (-5, 5)), relations, {"x0@s": (1, 4)})
    start = time.monotonic()
    bounds(problem, everything(problem), budget=Budget(1))
    assert time.monotonic() - start < 4


def test_a_part_that_both_sides_share_does_not_define_its_quantity():
    """``1000 x`` is one node on both sides, so that x has one use: x cannot be solved for all the same."""
    found = bound(
        "x",
        {"x": None, "y": (2, 5)},
        ["y = (1000*x)*(1000*x) / (1000*x)", "y / (1000*x*13) = (1000*x)/(1000*x) - 12/13"],
        {"x@s": ("0.001", "0.006")},
    )
    assert mpq(2, 1000) in found.interval


def test_a_witness_at_an_end_has_what_is_wished_where_that_can_be():
    problem = make(
        {"a": None, "b": (0, None), "y": None, "z": None},
        ["y = a * b", "z = y + a"],
        {"a@s": (1, 3), "b@s": (2, None), "z@s": (0, 100)},
    )
    held = everything(problem)
    wishes = {"a": mpq(2), "b": mpq(5)}
    low = attaining(problem, held, "y", (mpq(2), False), wishes, budget=Budget(10))
    assert {n: x.lower for n, x in low.values.items()} == {"a": 1, "b": 2, "y": 2, "z": 3}
    some = attaining(problem, held, "z", (mpq(12), False), wishes, budget=Budget(10))
    assert {n: x.lower for n, x in some.values.items()} == {"a": 2, "b": 5, "y": 10, "z": 12}
    assert attaining(problem, held, "y", (mpq(1), False), wishes, budget=Budget(10)) is None
    free = problem.sort(set(held) - {"z@s"})
    assert attaining(problem, free, "y", (None, True), wishes, budget=Budget(10)).values["y"].lower >= 10**30
