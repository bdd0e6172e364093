"""Bounds against all corners, in Fractions, where what is asked is monotone in every input.

A function that rises or falls in each of its arguments takes its extremes over a box at corners of the box. A
random chain of products, ratios and sums of positive quantities is such a function as long as no input pulls
both ways; the direction of each is kept here while the chain is built.
"""

import itertools
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import claimcheck
from claimcheck.judging.report import Verdict
from tests import judges
from tests.claim_sets import decimal, number
from tests.judges import fraction

CASE = Path(__file__).parents[1] / "claims" / "opt175b.yaml"

GAP = Fraction(1, 10**9)
NAMES = ("N", "E", "beta", "lambda", "x")


@dataclass(frozen=True)
class Chain:
    """Inputs as printed with what that means, and derived quantities with their formulas, in order."""

    inputs: dict
    formulas: dict
    once: bool
    """Whether every quantity is used once at most: then the ends are exact."""

    def mapping(self, claims):
        return {
            "claimcheck": 1,
            "sources": {"s": {}},
            "quantities": {name: {} for name in (*self.inputs, *self.formulas)},
            "claims": [{"quantity": q, "value": text, "source": "s"} for q, text in claims.items()],
            "relations": {f"r-{y}": f"{y} = {judges.text(tree)}" for y, tree in self.formulas.items()},
            "report": [*self.inputs, *self.formulas],
        }

    def values(self, env):
        """All quantities at one corner."""
        env = dict(env)
        for name, tree in self.formulas.items():
            env[name] = judges.value(tree, env)
        return env


def corners(spans):
    """Every choice of one end of each named span."""
    for ends in itertools.product(*spans.values()):
        yield dict(zip(spans, ends, strict=True))


@st.composite
def printed(draw):
    """A positive number as printed, and the ends that it stands for."""
    digits = draw(st.integers(1, 4))
    n = draw(st.integers(10 ** (digits - 1), 10**digits - 1))
    quantum = Fraction(10) ** draw(st.integers(-6, 3))
    x = n * quantum
    form = draw(st.sampled_from(["rounded", "rounded", "exactly", "brackets", "about"]))
    if form == "rounded":
        return number(x, quantum, "exponent"), (x - quantum / 2, x + quantum / 2)
    if form == "exactly":
        return f"exactly {decimal(x)}", (x, x)
    if form == "brackets":
        top = x + quantum * draw(st.integers(0, 3))
        return f"[{decimal(x)}, {decimal(top)}]", (x, top)
    return f"~{decimal(x)}", (x * Fraction(19, 20), x * Fraction(21, 20))


@st.composite
def chains(draw, once):
    inputs = {name: draw(printed()) for name in NAMES[: draw(st.integers(1 if not once else 2, 5))]}
    pulls = {name: {name: 1} for name in inputs}
    unused = list(inputs)
    formulas = {}
    for i in range(draw(st.integers(1, 5))):
        able = unused if once else list(pulls)
        if len(able) < 2 and once:
            break
        a = draw(st.sampled_from(able))
        b = draw(st.sampled_from([n for n in able if n != a] if once else able))
        op = draw(st.sampled_from(("mul", "div", "add", "mul", "div", "mixed")))
        sense = {"mul": 1, "add": 1, "div": -1, "mixed": -1}[op]
        pull = dict(pulls[a])
        if any(pull.setdefault(n, sense * s) != sense * s for n, s in pulls[b].items()):
            continue
        tree = (op, a, b)
        if op == "mixed":  # a constant and a power
            tree = ("div", ("mul", Fraction(draw(st.integers(2, 6))), ("pow", a, Fraction(2))), b)
        name = f"y{i}"
        formulas[name], pulls[name] = tree, pull
        unused = [n for n in unused if n not in (a, b)] + [name]
    return Chain(inputs, formulas, once)


def assert_range(bound, least, greatest, *, exact):
    low, high = fraction(bound.interval.lower), fraction(bound.interval.upper)
    if exact:
        assert (low, high) == (least, greatest)
        assert bound.interval.lower_closed
        assert bound.interval.upper_closed
        assert bound.gap == 0
    slack = GAP * max(abs(low), abs(high))
    assert least - slack <= low <= least
    assert greatest <= high <= greatest + slack
    assert bound.tight


def agree(chain):
    report = claimcheck.verify(chain.mapping({name: text for name, (text, _) in chain.inputs.items()}))
    assert report.verdict is Verdict.CONSISTENT
    at = [chain.values(corner) for corner in corners({n: ends for n, (_, ends) in chain.inputs.items()})]
    for name in (*chain.inputs, *chain.formulas):
        values = [env[name] for env in at]
        assert_range(report.hull[name], min(values), max(values), exact=chain.once or name in chain.inputs)


@settings(max_examples=40)
@given(chains(once=True))
def test_ends_are_the_corners_where_each_quantity_occurs_once(chain):
    agree(chain)


@settings(max_examples=40)
@given(chains(once=False))
def test_ends_are_the_corners_where_quantities_recur_and_pull_one_way(chain):
    agree(chain)


@pytest.mark.stress
@settings(max_examples=2000)
@given(st.one_of(chains(once=True), chains(once=False)))
def test_ends_are_the_corners_of_many_chains(chain):
    agree(chain)


# -- backwards: an input from the result --------------------------------------------------------------------


@st.composite
def products(draw):
    """A product of powers of inputs, of which one is not claimed but the product is."""
    inputs = {name: draw(printed()) for name in NAMES[: draw(st.integers(2, 5))]}
    powers = {name: draw(st.sampled_from((1, -1, 1, -1, 2, -3))) for name in inputs}
    free = draw(st.sampled_from(list(inputs)))
    powers[free] = draw(st.sampled_from((1, -1)))
    return inputs, powers, free, draw(printed())


@settings(max_examples=40)
@given(products())
def test_ends_of_what_is_solved_for_are_the_corners_of_the_inverse(case):
    inputs, powers, free, (text, span) = case
    tree = Fraction(1)
    for name, power in powers.items():
        tree = ("mul", tree, ("pow", name, Fraction(power)))
    chain = Chain(inputs, {"y": tree}, True)
    claims = {"y": text, **{n: t for n, (t, _) in inputs.items() if n != free}}
    report = claimcheck.verify(chain.mapping(claims))
    spans = {"y": span, **{n: ends for n, (_, ends) in inputs.items() if n != free}}
    values = []
    for env in corners(spans):
        rest = env["y"]
        for name, power in powers.items():
            if name != free:
                rest /= env[name] ** power
        values.append(rest ** powers[free])
    assert_range(report.hull[free], min(values), max(values), exact=True)


# -- the case -----------------------------------------------------------------------------------------------

DAY = 86400
PRINTED = {
    "gpus@paper": (Fraction(992), Fraction(992)),
    "gpus@final-update": (Fraction(1024), Fraction(1024)),
    "throughput": (Fraction("146.5e12"), Fraction("147.5e12")),
    "compute": (Fraction("4.295e23"), Fraction("4.305e23")),
    "elapsed@zhang": (Fraction("55.5") * DAY, Fraction("56.5") * DAY),
    "elapsed@logbook": (Fraction("62.5") * DAY, Fraction("63.5") * DAY),
}


def test_opt175b_bounds_are_the_corners():
    report = claimcheck.verify(CASE)
    assert len(report.scenarios) == 4
    for scenario in report.scenarios:
        (gpus,), (elapsed,) = scenario.choices["gpus"], scenario.choices["elapsed"]
        spans = {
            "c": PRINTED["compute"],
            "t": PRINTED["throughput"],
            "n": PRINTED[gpus],
            "d": PRINTED[elapsed],
        }
        busy = [at["c"] / (at["t"] * at["n"]) for at in corners(spans)]
        uptime = [at["c"] / (at["t"] * at["n"]) / at["d"] for at in corners(spans)]
        assert min(uptime) >= 0
        assert max(uptime) <= 1
        assert_range(scenario.bounds["busy"], min(busy), max(busy), exact=True)
        assert_range(scenario.bounds["uptime"], min(uptime), max(uptime), exact=True)
