"""A quantity that a relation holds more than once, in a ratio of linear forms: shares, risks, mixtures."""

from fractions import Fraction

import pytest
from gmpy2 import mpq
from hypothesis import assume, example, given
from hypothesis import strategies as st

from claimcheck.budget import Budget
from claimcheck.files.loader import load
from claimcheck.interval import point
from claimcheck.solver.optimum import bounds
from claimcheck.solver.ratios import cleared, solved_for
from claimcheck.solver.tape import Tape, evaluate
from tests.audited import audited
from tests.problems import everything, make

SMALL = st.integers(-9, 9)


def claims_of(equations, values, report, **limits):
    """A claims set of plain numbers, of which those without a value are not limited unless so told."""
    names = sorted({*values, *report, *limits})
    given = {name: limits.get(name, {}) for name in names}
    stated = [{"quantity": n, "value": v, "source": "s"} for n, v in values.items()]
    relations = {f"r{i}": e for i, e in enumerate(equations)}
    return load(
        {
            "claimcheck": 1,
            "sources": {"s": {"title": "s"}},
            "quantities": given,
            "claims": stated,
            "relations": relations,
            "report": report,
        }
    )


def only(claims, quantity):
    (scenario,) = audited(claims).scenarios
    return scenario.bounds[quantity]


@given(
    SMALL,
    SMALL,
    SMALL,
    SMALL,
    st.fractions(-9, 9, max_denominator=20),
    st.fractions(0, 1, max_denominator=20),
)
@example(1, 0, 1, 77, Fraction(43, 200), Fraction(1, 100))
def test_the_ends_are_those_worked_out_by_hand(p, q, r, s, low, width):
    """y = (p x + q) / (r x + s) is x = (q - s y) / (r y - p), and monotone on a side of y = p / r."""
    assume(p * s != q * r and r)
    high = low + width
    assume(not low <= Fraction(p, r) <= high)
    found = bounds(
        problem := make(
            {"x": None, "y": None}, [f"y = ({p} * x + {q}) / ({r} * x + {s})"], {"y@s": (mpq(low), mpq(high))}
        ),
        everything(problem),
        ["x"],
        budget=Budget(5),
    )["x"]
    expected = sorted((q - s * y) / (r * y - p) for y in (low, high))
    assert found.tight
    assert [
        Fraction(int(e.numerator), int(e.denominator)) for e in (found.interval.lower, found.interval.upper)
    ] == expected


@pytest.mark.parametrize("limits", [{}, {"min": 0}, {"integer": True}, {"min": 0, "integer": True}])
def test_a_share_gives_its_part(limits):
    """215/785 * 77 = 21.09 to 225/775 * 77 = 22.35, whatever was known of the part before."""
    found = only(
        claims_of(["s = a / (a + b)"], {"s": "22 %", "b": "exactly 77"}, ["a"], a=limits), "a"
    ).interval
    if limits.get("integer"):
        assert (found.lower, found.upper) == (22, 22)
    else:
        assert (found.lower, found.upper) == (mpq(3311, 157), mpq(693, 31))


def test_a_share_of_a_total_that_is_a_relation_of_its_own():
    found = only(
        claims_of(["s = a / t", "t = a + b"], {"s": "22 %", "b": "exactly 77"}, ["a"], a={}, t={}), "a"
    )
    assert (found.interval.lower, found.interval.upper) == (mpq(3311, 157), mpq(693, 31))


def test_one_more_way_to_say_it_changes_nothing():
    plain = claims_of(["s = a / (a + b)"], {"s": "22 %", "b": "exactly 77"}, ["a"], a={})
    more = claims_of(["s = a / (a + b)", "s * (a + b) = a"], {"s": "22 %", "b": "exactly 77"}, ["a"], a={})
    assert only(plain, "a").interval == only(more, "a").interval


def test_a_rate_of_two_groups_together():
    """A mean of 5 and 2 weighted by counts: 4.1 = (5 n + 2 m) / (n + m) with m = 30 gives n = 63 / 0.9."""
    found = only(
        claims_of(["w = (5 * n + 2 * m) / (n + m)"], {"w": "exactly 4.1", "m": "exactly 30"}, ["n"], n={}),
        "n",
    )
    assert found.interval.lower == found.interval.upper == 70


# -- the two functions ------------------------------------------------------------------------------------

NODES = st.recursive(
    st.one_of(st.sampled_from("xyz"), st.integers(-3, 3)),
    lambda inner: (
        st.tuples(st.sampled_from(("add", "sub", "mul", "div")), inner, inner)
        | st.tuples(st.just("neg"), inner)
    ),
    max_leaves=8,
)


def put(tape, tree):
    if isinstance(tree, tuple):
        return tape.apply(tree[0], *(put(tape, t) for t in tree[1:]))
    return tape.constant(tree) if isinstance(tree, int) else tape.variable("xyz".index(tree))


POINTS = st.lists(st.fractions(-3, 3, max_denominator=4), min_size=3, max_size=3)


@given(NODES, NODES, POINTS)
def test_wherever_the_equation_holds_the_solution_does(left, right, at):
    tape = Tape()
    sides = put(tape, left), put(tape, right)
    found = solved_for(tape, *sides, 0)
    if found is None:
        return
    values = evaluate(tape.nodes, [point(mpq(q)) for q in at])
    one, other = (values[s] for s in sides)
    if one.is_point and one == other:
        over, under = (values[f] for f in found)
        assert over.lower == under.lower * mpq(at[0])


@given(NODES, POINTS)
def test_a_numerator_is_zero_wherever_the_formula_is(tree, at):
    tape = Tape()
    root = put(tape, tree)
    numerator = cleared(tape, root)
    values = evaluate(tape.nodes, [point(mpq(q)) for q in at])
    if values[root].is_point and values[root].lower == 0:
        assert values[numerator].lower == values[numerator].upper == 0


def test_what_a_share_leaves_bounds_what_is_computed_from_its_part():
    """a = 77 * 0.22 / 0.78 gives c = 4.1 (a + b) / b - 5 a / b = (4.1 - 5 * 0.22) / 0.78."""
    claims = claims_of(
        ["s = a / (a + b)", "m = (5 * a + c * b) / (a + b)"],
        {"s": "exactly 0.22", "m": "exactly 4.1", "b": "exactly 77"},
        ["c"],
        a={},
        c={},
    )
    found = only(claims, "c").interval
    assert found.lower == found.upper == mpq(300, 78)


def test_a_claim_on_the_total_of_a_share_is_refuted_without_limits():
    """22 % of a + 77 with a of any size leave no a that makes 300 together."""
    claims = claims_of(
        ["s = a / (a + b)", "t = a + b"], {"s": "22 %", "b": "exactly 77", "t": "300"}, [], a={}
    )
    report = audited(claims)
    (conflict,) = report.conflicts
    assert conflict.minimal
    assert {"s@s", "b@s", "t@s"} <= set(conflict.members)
