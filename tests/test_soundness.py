"""Adversarial files: nothing may be said that was not shown, however odd the units, numbers and formulas."""

import json
import math

import pytest
from gmpy2 import mpq

from claimcheck.audit import audit_file
from claimcheck.budget import Budget
from claimcheck.diagnostics import ClaimsError
from claimcheck.interval import interval
from claimcheck.judging import manycases, parts
from claimcheck.judging.hulls import union
from claimcheck.judging.report import Status, Verdict
from claimcheck.judging.verification import verify
from claimcheck.model import ClaimSet
from claimcheck.render import Options
from claimcheck.render.json import render as as_json
from claimcheck.solver.approach import _State
from claimcheck.solver.decision import Answer, Bound
from claimcheck.solver.optimum import bounds
from claimcheck.solver.reduction import explicit
from claimcheck.solver.search import decide
from tests.audited import audited
from tests.problems import everything, make


def check(text):
    return verify("claimcheck: 1\nsources: {a: {title: A}, b: {title: B}}\n" + text)


def statuses(report):
    return {c.id: c.status for c in report.claims}


# -- whole numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["degC", "degF", "degree", "revolution"])
def test_an_integer_counts_a_unit_whose_whole_numbers_are_multiples_of_one_size(unit):
    """20 degC is 293.15 kelvin, and 20 degree an irrational number: neither is a multiple of a base unit."""
    with pytest.raises(ClaimsError) as refused:
        check(
            f"quantities: {{t: {{unit: {unit}, integer: true}}}}\n"
            "claims: [{quantity: t, value: 20, source: a}]"
        )
    assert [d.code for d in refused.value.diagnostics] == ["CC103"]


WHOLE = "quantities: {n: {unit: GPU, integer: true, min: 0.5, max: 3.7}, u: {unit: day}}\nreport: [n]\n"


def test_limits_that_are_not_whole_bound_an_integer_by_whole_numbers():
    report = check(WHOLE + "claims: [{quantity: u, value: 20, source: a}]")
    for found in (report.hull["n"], report.scenarios[0].bounds["n"]):
        assert (found.interval, found.tight) == (interval(1, 3), True)


def test_limits_that_are_not_whole_support_no_claim():
    report = check(WHOLE + "claims: [{quantity: n, value: 2, source: a}]")
    assert statuses(report) == {"n@a": Status.UNTESTED}


# -- units that are irrational multiples of one another ---------------------------------------------

ANGLE = "quantities: {x: {unit: degree%s}, y: {unit: degree}}\n"


@pytest.mark.parametrize(
    "text",
    [
        "claims: [{quantity: x, value: '[90, 180]', source: a}, {quantity: x, value: '> 180', source: b}]",
        "claims: [{quantity: x, value: exactly 180, source: a}, {quantity: x, value: '< 180', source: b}]",
        "claims: [{quantity: x, value: exactly 180, source: a},"
        " {quantity: y, value: exactly 180, source: b}]\n"
        "relations: {r: x < y}",
        "claims: [{quantity: x, value: exactly 180, source: a}, {quantity: y, value: '> 360', source: b}]\n"
        "relations: {r: y = 2 * x}",
    ],
)
def test_nothing_lies_between_an_irrational_number_and_itself(text):
    """Not even in what encloses it."""
    assert check(ANGLE % "" + text).verdict is not Verdict.CONSISTENT


def test_no_angle_is_beyond_the_greatest_one():
    text = "claims: [{quantity: x, value: '> 180', source: b}]"
    assert check(ANGLE % ", max: 180" + text).verdict is not Verdict.CONSISTENT


def test_angles_are_consistent_all_the_same():
    text = (
        "claims: [{quantity: x, value: exactly 180, source: a}, {quantity: x, value: '[90, 180]', source: b},"
        " {quantity: y, value: 360, source: b}]\nrelations: {r: y = 2 * x, s: y > x, t: sin(y) <= 1/2}"
    )
    assert check(ANGLE % "" + text).verdict is Verdict.CONSISTENT


# -- printed ranges against a hull that is not known exactly ---------------------------------------

HARD = """
quantities: {u: {}, v: {}, y: {}}
relations: {r: "y = (u^2 + v) / (1 + u^2) - 1/2"}
report: [y]
"""


def test_a_bound_that_was_not_found_contradicts_no_range():
    """y is 0.5 to 1.5, which the solver does not find."""
    report = check(
        HARD + "claims: [{quantity: v, value: '[1, 2]', source: a},"
        " {quantity: y, value: 0.5 to 1.5, source: b, spans: true}]"
    )
    assert not report.conflicts
    assert statuses(report)["y@b"] in (Status.UNKNOWN, Status.SUPPORTED)
    assert (report.verdict is Verdict.UNKNOWN) == (statuses(report)["y@b"] is Status.UNKNOWN)


def test_a_bound_that_surely_is_none_contradicts_a_range():
    report = check(
        "quantities: {u: {}, y: {min: 0}}\nrelations: {r: y = u^2 + 1}\n"
        "claims: [{quantity: u, value: '>= 0', source: a},"
        " {quantity: y, value: 1 to 5, source: b, spans: true}]"
    )
    assert statuses(report)["y@b"] is Status.CONTRADICTED


def test_a_gap_is_relative_to_the_hull():
    """5e-9 is little beside 5, and much beside 1e-6."""
    wide = Bound(interval(mpq(-1, 10**6), 5), True, mpq(1, 10**9))
    far = Bound(interval(0, None), True, mpq(0))
    whole = union([wide, far])
    assert whole.interval == interval(mpq(-1, 10**6), None)
    assert whole.gap == mpq(5, 10**3)
    assert not whole.tight
    assert union([wide, wide]).tight


# -- cases that were not looked at -----------------------------------------------------------------

MANY = """
quantities: {x: {}, y: {}, z: {}, s: {}}
claims:
  - {quantity: x, value: "[0, 0]", source: a}
  - {quantity: x, value: "[1, 1]", source: b}
  - {quantity: y, value: "[0, 0]", source: a}
  - {quantity: y, value: "[1, 1]", source: b}
  - {quantity: z, value: "[0, 2]", source: a}
  - {quantity: s, value: 0 to 4, source: a, spans: true}
relations: {r: s = x + y + z}
report: [s]
"""


def test_what_was_not_looked_at_is_not_spoken_of(monkeypatch):
    monkeypatch.setattr(parts, "_MOST_CASES", 1)
    monkeypatch.setattr(manycases, "many_cases", lambda *_: None)
    report = check(MANY)
    assert not report.complete
    assert not report.hull["s"].tight
    assert {s for id, s in statuses(report).items() if id[0] in "xy"} == {Status.DISPUTED}
    assert statuses(report)["s@a"] is Status.UNKNOWN


RIVALS = """
quantities: {x: {}, y: {}, z: {}}
claims: [{quantity: x, value: "[1, 1]", source: a}, {quantity: y, value: "[1, 1]", source: a}]
relations:
  wrong: {equation: y = x + 5, choice: first}
  right: {equation: y = x, choice: first}
  twice: {equation: z = 2 * x, choice: second}
  thrice: {equation: z = 3 * x, choice: second}
"""


def test_a_rival_that_was_not_looked_at_may_fit(monkeypatch):
    """The cases come with the wrong rival first."""
    assert check(RIVALS).verdict is Verdict.CONSISTENT
    monkeypatch.setattr(parts, "_MOST_CASES", 2)
    assert check(RIVALS).verdict is Verdict.UNKNOWN
    alone = RIVALS.replace("y = x,", "y = x + 6,")
    monkeypatch.setattr(parts, "_MOST_CASES", 4)
    assert check(alone).verdict is Verdict.CONTRADICTORY


def test_a_clash_with_what_holds_in_every_case_contradicts_whatever_was_looked_at(monkeypatch):
    text = MANY.replace("relations: {r: s = x + y + z}", "relations: {r: s = x + y + z, q: z = 7}")
    everything_seen = statuses(check(text))
    monkeypatch.setattr(parts, "_MOST_CASES", 2)
    assert statuses(check(text))["z@a"] is everything_seen["z@a"] is Status.CONTRADICTED


# -- numbers beyond floats, and formulas that share their parts ------------------------------------


def test_sums_of_numbers_beyond_floats():
    problem = make(
        {"x": interval(9 * 10**399, 11 * 10**399), "y": interval(1, 2), "z": None}, ["x + y = z", "x - y = z"]
    )
    assert decide(problem, everything(problem), budget=Budget(20)).answer is Answer.INFEASIBLE


def test_coefficients_beyond_floats_crash_nothing():
    problem = make(
        {"x": interval(1, 2), "y": interval(1, 2), "z": None}, ["1e400 * x + y = z", "1e400 * x - y = z"]
    )
    assert decide(problem, everything(problem), budget=Budget(5)).answer is not Answer.FEASIBLE


def test_a_variable_in_a_shared_part_of_both_sides_is_not_solved_for():
    problem = make(
        {"q": interval(1, 2), "p": None, "r": None}, ["q * 1000 = r + q * 1000 - 5", "p = q^2 / q", "r = p"]
    )
    constraints = tuple(problem.constraints.values())
    assert explicit(constraints, problem.number["q"], len(problem.variables)) is None
    found = bounds(problem, everything(problem), budget=Budget(20))
    assert found["r"].interval.is_empty or found["r"].interval == interval(5, 5)


# -- one value met twice ---------------------------------------------------------------------------

TWICE = (
    "quantities: {x: {}, y: {}}\nclaims: [{quantity: x, value: '[%s]', source: a}]\nrelations: {r: '%s'}\n"
)


@pytest.mark.parametrize(
    ("within", "relation", "verdict"),
    [
        ("-2, 3", "x < x", Verdict.CONTRADICTORY),
        ("-2, 3", "x <= x", Verdict.CONSISTENT),
        ("-2, 3", "x * x < 0", Verdict.CONTRADICTORY),
        ("-2, -1", "sqrt(x) = sqrt(x)", Verdict.CONTRADICTORY),
        ("-2, 1", "sqrt(x) = sqrt(x)", Verdict.CONSISTENT),
        ("0, 0", "1/x = 1/x", Verdict.CONTRADICTORY),
        ("0, 0", "y = x / x", Verdict.CONTRADICTORY),
        ("-1, 1", "x / x = 2", Verdict.CONTRADICTORY),
        ("-1, 1", "x / x = 1", Verdict.CONSISTENT),
        ("-2, 3", "if(x < x, 1, 2) = 2", Verdict.CONSISTENT),
    ],
)
def test_a_value_equals_itself_where_it_is_defined(within, relation, verdict):
    report = check(TWICE % (within, relation))
    assert report.verdict is verdict
    (entry,) = json.loads(as_json([report], Options()))["files"]
    assert audit_file(entry, report.claim_set).accepted


def test_no_slope_is_taken_over_a_step_that_floats_cannot_tell_from_none():
    problem = make({"a": None, "b": None, "p": (6, None)}, ["p = a * b"])
    tiny = 1.31e-321
    state = _State(
        tuple(problem.constraints.values()),
        {0: tiny, 1: tiny, 2: 6.0},
        {0: (-math.inf, math.inf), 1: (-math.inf, math.inf), 2: (6.0, math.inf)},
        {0, 1, 2},
    )
    assert not state.descend(Budget(5))


@pytest.mark.parametrize("x", ["exactly 0", "[0, 0.5]"])
@pytest.mark.parametrize("exponent", ["1.1", "n", "n + 1/3"])
def test_zero_to_a_positive_power_is_zero_for_the_solver_and_for_the_checker(x, exponent):
    claims = ClaimSet()
    claims.source("s")
    for name in "xyn":
        claims.quantity(name)
    claims.claim("x", x, source="s")
    claims.claim("n", "[0.05, 0.06]", source="s")
    claims.relation(f"y = x^({exponent})")
    report = audited(claims)
    assert report.verdict is Verdict.CONSISTENT
    assert report.bounds("y").lower == 0
    assert report.bounds("y").tight
