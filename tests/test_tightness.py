"""Bounds must not be a hair too wide: known ranges where quantities repeat, with witnesses at both ends.

The true ends are closed forms, evaluated as balls of 400 bits; the witnesses are judged from the formulas
alone.
"""

from fractions import Fraction

import pytest
from flint import arb
from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.solver.decision import Answer
from claimcheck.solver.optimum import bounds
from claimcheck.solver.search import decide
from tests.judges import ball, complaint_about, difference, fraction
from tests.problems import FREE, Case, everything

F = Fraction

MOST = F(1) + F(1, 10**8)
TOUCH = F(1, 10**8)


def n(x):
    return F(x)


def add(*parts):
    return parts[0] if len(parts) == 1 else ("add", add(*parts[:-1]), parts[-1])


def mul(*parts):
    return parts[0] if len(parts) == 1 else ("mul", mul(*parts[:-1]), parts[-1])


def sub(a, b):
    return ("sub", a, b)


def div(a, b):
    return ("div", a, b)


def power(a, b):
    return ("pow", a, b)


def root(x):
    return ball(F(x)).sqrt()


def rounded(x, unit=1):
    """What a number printed to a unit says."""
    return (F(x) - F(unit, 2), F(x) + F(unit, 2))


FLOP = mul(
    n(96),
    "T",
    "l",
    power("h", n(2)),
    add(n(1), div("s", mul(n(6), "h")), div("V", mul(n(16), "l", "h"))),
)


def flop(tokens, layers, hidden, length, vocabulary):
    """The same in expanded form: increasing in every input."""
    return tokens * (96 * layers * hidden**2 + 16 * layers * hidden * length + 6 * hidden * vocabulary)


PRINTED = {
    "T": rounded(300 * 10**9, 10**9),
    "l": rounded(96),
    "h": rounded(12288),
    "s": rounded(2048),
    "V": rounded(50272),
}
COUNTED = {**{name: (F(sum(x), 2), F(sum(x), 2)) for name, x in PRINTED.items()}, "T": PRINTED["T"]}
TEN = {f"q{i}": (F(i), F(i) + F(1, 2)) for i in range(1, 11)}
EXPONENTS = [1, -1, 2, -2, 3, -1, 1, -3, 2, 1]

LOW_SINE = 2 * arb.pi() - (ball(F(-1, 3))).acos()
"""Where the slope cos(x) + 1/3 is zero for the second time."""


def range_of_powers():
    """The ends of a product of powers of the ten quantities, each taken once."""
    ends = [F(1), F(1)]
    for (low, high), exponent in zip(TEN.values(), EXPONENTS, strict=True):
        small, large = sorted((low**exponent, high**exponent))
        ends = [ends[0] * small, ends[1] * large]
    return ends


# name: (inputs, formula of y, lower end, upper end)
PROBLEMS = {
    "x(1-x)": ({"x": (0, 1)}, mul("x", sub(n(1), "x")), F(0), F(1, 4)),
    "(x-z)/(x+z)": (
        {"x": (1, 2), "z": (3, 4)},
        div(sub("x", "z"), add("x", "z")),
        F(-3, 5),
        F(-1, 5),
    ),
    "x^2-2x+z": (
        {"x": (0, 3), "z": (1, 2)},
        add(sub(power("x", n(2)), mul(n(2), "x")), "z"),
        F(0),
        F(5),
    ),
    "x^3-3x": ({"x": (-2, 2)}, sub(power("x", n(3)), mul(n(3), "x")), F(-2), F(2)),
    "x exp(-x)": ({"x": (0, 4)}, mul("x", ("exp", ("neg", "x"))), F(0), ball(F(-1)).exp()),
    "FLOP, inputs printed": (
        PRINTED,
        FLOP,
        flop(*(x[0] for x in PRINTED.values())),
        flop(*(x[1] for x in PRINTED.values())),
    ),
    "FLOP, counts exact": (
        COUNTED,
        FLOP,
        flop(*(x[0] for x in COUNTED.values())),
        flop(*(x[1] for x in COUNTED.values())),
    ),
    "sqrt(x^2+z^2)-x": (
        {"x": (1, 2), "z": (3, 4)},
        sub(("sqrt", add(power("x", n(2)), power("z", n(2)))), "x"),
        root(13) - 2,
        root(17) - 1,
    ),
    "(a+b)/(a+b+c)": (
        {"a": (1, 2), "b": (2, 3), "c": (3, 5)},
        div(add("a", "b"), add("a", "b", "c")),
        F(3, 8),
        F(5, 8),
    ),
    "log(x)/x": (
        {"x": (2, 10)},
        div(("log", "x"), "x"),
        ball(F(10)).log() / 10,
        ball(F(-1)).exp(),
    ),
    "sin(x)+x/3": (
        {"x": (1, 5)},
        add(("sin", "x"), div("x", n(3))),
        LOW_SINE.sin() + LOW_SINE / 3,
        root(F(8, 9)) + ball(F(-1, 3)).acos() / 3,
    ),
    "x^z": ({"x": (F(1, 2), 3), "z": (-1, 2)}, power("x", "z"), F(1, 4), F(9)),
    "x^x": (
        {"x": (F(1, 10), 2)},
        power("x", "x"),
        (-ball(F(-1)).exp()).exp(),
        F(4),
    ),
    "product of ten": (
        TEN,
        mul(*TEN),
        F(3628800),
        F(3628800) * F(3 * 5 * 7 * 9 * 11 * 13 * 15 * 17 * 19 * 21, 2**10) / 3628800,
    ),
    "product of ten powers": (
        TEN,
        mul(*(power(q, n(k)) for q, k in zip(TEN, EXPONENTS, strict=True))),
        *range_of_powers(),
    ),
    "ten shares": (  # each quantity twice
        TEN,
        div(mul("q1", "q2", "q3", "q4", "q5"), add(mul("q1", "q2", "q3", "q4", "q5"), mul(*list(TEN)[5:]))),
        F(120) / (120 + F(13 * 15 * 17 * 19 * 21, 32)),
        F(3 * 5 * 7 * 9 * 11, 32) / (F(3 * 5 * 7 * 9 * 11, 32) + 30240),
    ),
}


def closed(x):
    return (F(x[0]), F(x[1]), True, True)


def explicit(inputs, formula):
    """The case of ``y = formula`` with an interval claimed for every input."""
    return Case(
        domains={**dict.fromkeys(inputs, FREE), "y": FREE},
        claims={f"{q}@s": (q, closed(x)) for q, x in inputs.items()},
        relations={"y": ("y", "=", formula, None)},
    )


def assert_tight(case, target, low, high):
    problem = case.problem()
    bound = bounds(problem, everything(problem), [target], budget=Budget(20))[target]
    found = fraction(bound.interval.lower), fraction(bound.interval.upper)
    true = ball(high) - ball(low)
    # enclosed, to the accuracy of the balls
    assert not difference(found[0], low) > 0
    assert not difference(found[1], high) < 0
    assert ball(found[1] - found[0]) <= true * ball(MOST)
    assert bound.tight
    assert 0 <= bound.gap <= mpq(1, 10**9)
    for end, witness in zip(found, (bound.lower_witness, bound.upper_witness), strict=True):
        assert complaint_about(case, witness) is None
        for edge in (witness.values[target].lower, witness.values[target].upper):
            assert abs(fraction(edge) - end) <= TOUCH * max(map(abs, found))


@pytest.mark.parametrize("name", PROBLEMS)
def test_range_is_exact_to_one_in_a_hundred_million(name):
    inputs, formula, low, high = PROBLEMS[name]
    assert_tight(explicit(inputs, formula), "y", low, high)


@pytest.mark.parametrize("name", ["x(1-x)", "(x-z)/(x+z)", "x exp(-x)", "log(x)/x"])
def test_range_is_as_exact_where_the_formula_is_cut_into_relations(name):
    """The same formula with a quantity of its own for every intermediate value."""
    inputs, formula, low, high = PROBLEMS[name]
    case = explicit(inputs, formula)
    parts = {}

    def cut(tree):
        if not isinstance(tree, tuple):
            return tree
        whole = (tree[0], *(cut(part) for part in tree[1:]))
        return parts.setdefault(whole, f"m{len(parts)}")

    case.relations = {"y": ("y", "=", cut(formula), None)}
    case.relations.update({f"r-{part}": (part, "=", tree, None) for tree, part in parts.items()})
    case.domains.update(dict.fromkeys(parts.values(), FREE))
    assert_tight(case, "y", low, high)


# -- a circle of ratios -----------------------------------------------------------------------------------

RATIOS = [F("1.5"), F("0.8"), F("1.25"), F("0.68"), F("1.00")]
"""Around the circle these multiply to 1.02; what they stand for multiplies to 1."""


def circle(half):
    """Five quantities in a circle: each ratio of neighbours within ``half`` (relative) of what is claimed."""
    claims = {f"r{i}@s": (f"r{i}", closed((r * (1 - half), r * (1 + half)))) for i, r in enumerate(RATIOS, 1)}
    claims["q1@s"] = ("q1", closed((F(99), F(101))))
    return Case(
        domains={
            **{f"q{i}": (F(0), None, False, False) for i in range(1, 6)},
            **{f"r{i}": FREE for i in range(1, 6)},
        },
        claims=claims,
        relations={f"c{i}": (f"r{i}", "=", div(f"q{i}", f"q{i % 5 + 1}"), None) for i in range(1, 6)},
    )


def test_circle_multiplies_to_two_percent_too_much():
    product = F(1)
    for ratio in RATIOS:
        product *= ratio
    assert product == F("1.02")


@pytest.mark.parametrize("half", [F(0), F(1, 1000), F(39, 10000)])
def test_circle_of_ratios_is_contradictory_where_its_claims_cannot_multiply_to_one(half):
    assert F("1.02") * (1 - half) ** 5 > 1
    problem = circle(half).problem()
    decision = decide(problem, everything(problem), budget=Budget(20))
    assert decision.answer is Answer.INFEASIBLE
    ratios = {f"r{i}@s" for i in range(1, 6)} | {f"relation:c{i}" for i in range(1, 6)}
    assert ratios <= set(decision.core)


@pytest.mark.parametrize("half", [F(1, 250), F(1, 200), F(1, 100)])
@pytest.mark.parametrize("target", ["r1", "r4", "q1", "q2", "q4"])
def test_circle_of_ratios_bounds_are_tight(half, target):
    """With the other four ratios at their ends, the fifth is what brings the product to one."""
    low, high = [r * (1 - half) for r in RATIOS], [r * (1 + half) for r in RATIOS]

    def product(ratios):
        whole = F(1)
        for ratio in ratios:
            whole *= ratio
        return whole

    def narrowed(picked):
        """The least and greatest product of some of the ratios, the rest being free within their claims."""
        rest = [i for i in range(5) if i not in picked]
        return (
            max(product(low[i] for i in picked), 1 / product(high[i] for i in rest)),
            min(product(high[i] for i in picked), 1 / product(low[i] for i in rest)),
        )

    at = int(target[1]) - 1
    if target[0] == "r":
        true = narrowed([at])
    else:  # q1 / q_k = r1 ... r_(k-1)
        least, greatest = narrowed(list(range(at)))
        true = F(99) / greatest, F(101) / least
    assert_tight(circle(half), target, *true)
