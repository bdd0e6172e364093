"""The least change that makes all fit: what is moved fits, by z3, and no less would do, by z3's optimiser."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import jsonschema
import z3
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

import claimcheck
from claimcheck import cli
from claimcheck.interval import interval
from claimcheck.judging.leastchange import World, propose
from claimcheck.judging.premises import evidence, soft_relations
from claimcheck.judging.shifts import Shifts
from claimcheck.render.json import report_schema
from claimcheck.solver.problem import compile_problem
from claimcheck.solver.rows import Row
from tests.naive import Twin, rational

CASE = Path(__file__).parent.parent / "claims" / "opt175b.yaml"


def made(claims, relations=(), quantities="xyz"):
    claim_set = claimcheck.ClaimSet()
    for source in sorted({s for _, _, s, *_ in claims}):
        claim_set.source(source)
    for name in quantities:
        claim_set.quantity(name)
    for quantity, value, source, *rest in claims:
        claim_set.claim(quantity, value, source=source, **(rest[0] if rest else {}))
    for i, relation in enumerate(relations):
        claim_set.relation(relation, f"r{i}")
    return claimcheck.verify(claim_set)


class MovedTwin(Twin):
    """The claims as they are after the moves."""

    def __init__(self, claims, shifts):
        self.after = {m.claim: m.after for m in shifts.moves}
        super().__init__(claims)

    def add(self, premise, facts, sure):
        if premise in self.after:
            quantity = next(q for q in self.real if premise.startswith(f"{q}@"))
            facts = self.within(self.real[quantity], self.after[premise])
        super().add(premise, facts, sure)


def everything(claims):
    return [*(c.id for c in evidence(claims)), *soft_relations(compile_problem(claims))]


# -- by hand -----------------------------------------------------------------------------------------------


def test_the_case():
    shifts = claimcheck.verify(CASE).shifts()
    assert shifts.least
    assert shifts.open == ()
    moved = {m.claim: m for m in shifts.moves}
    days = 86400
    assert set(moved) == {"gpus@final-update", "elapsed@logbook", "uptime@note#low"}
    assert moved["gpus@final-update"].after.lower == 992
    assert moved["elapsed@logbook"].after.lower == mpq(113, 2) * days
    # 4.295E+23 FLOP / (147.5 TFLOP/s/GPU x 1024 GPU x 63.5 day), the lower end of what follows
    assert moved["uptime@note#low"].after.upper == mpq(4295 * 10**20) / (
        mpq(1475, 10) * 10**12 * 1024 * mpq(127, 2) * days
    )
    assert moved["uptime@note#low"].changes[0] is None
    assert shifts.total == sum(abs(c) for m in shifts.moves for c in m.changes if c is not None)


def test_nothing_to_move():
    report = made([("x", "[1, 2]", "a")])
    assert report.shifts() == Shifts()


def test_two_numbers_that_disagree():
    """From 2 up to 3 is a half more, from 3 down to 2 a third less: but the factor is the same."""
    shifts = made([("x", "[1, 2]", "a"), ("x", "[3, 4]", "b")]).shifts()
    (move,) = shifts.moves
    assert shifts.least
    assert (move.claim, move.after.lower, move.changes) == ("x@b", 2, (mpq(-1, 3), None))


def test_a_number_that_many_stand_against():
    claims = [("x", "[1, 2]", s) for s in "abc"] + [("x", "[3, 4]", "d")]
    (move,) = made(claims).shifts().moves
    assert move.claim == "x@d"


def test_the_end_that_counts_most_moves():
    """In z = x^2 y a change of x counts twice."""
    report = made([("x", "[1, 2]", "a"), ("y", "[1, 2]", "a"), ("z", "[32, 40]", "a")], ["z = x^2 * y"])
    shifts = report.shifts()
    (move,) = shifts.moves
    assert shifts.least
    assert move.claim == "x@a"
    assert move.after.upper >= 4
    assert move.after.upper - 4 <= mpq(1, 10**6)


def test_whole_numbers():
    claims = claimcheck.ClaimSet()
    claims.source("s")
    claims.quantity("n", integer=True)
    claims.quantity("m", integer=True)
    claims.claim("n", "7", source="s")
    claims.claim("m", "15", source="s")
    claims.relation("m = 2 * n")
    report = claimcheck.verify(claims)
    shifts = report.shifts()
    for move in shifts.moves:
        assert move.after.lower.denominator == move.after.upper.denominator == 1
    assert MovedTwin(claims, shifts).holds(everything(claims))


def test_certain_claims_stay():
    report = made([("x", "[1, 2]", "a", {"certain": True}), ("x", "[3, 4]", "b")])
    assert [m.claim for m in report.shifts().moves] == ["x@b"]


def test_other_relations_get_a_change_that_does_but_is_not_called_the_least():
    report = made([("x", "[1, 2]", "a"), ("y", "[1, 2]", "a"), ("z", "[9, 10]", "a")], ["z = x * y + x"])
    shifts = report.shifts()
    assert shifts.moves
    assert not shifts.least
    assert not any(m.least for m in shifts.moves)
    assert shifts.open == ()
    assert MovedTwin(report.claim_set, shifts).holds(everything(report.claim_set))


def test_rivals_are_taken_as_they_fit_best():
    claims = claimcheck.ClaimSet()
    claims.source("s")
    for name, value in (("x", "[1, 2]"), ("y", "[5, 6]")):
        claims.quantity(name)
        claims.claim(name, value, source="s")
    claims.relation("y = 2 * x", "double", choice="how")
    claims.relation("y = 10 * x", "tenfold", choice="how")
    report = claimcheck.verify(claims)
    shifts = report.shifts()
    assert len(report.conflicts) == 2
    assert abs(shifts.total - mpq(1, 4)) < mpq(1, 3)
    (move,) = shifts.moves
    assert move.changes in ((None, mpq(1, 4)), (mpq(-1, 5), None))


def test_dates_and_spans_are_left_open():
    text = """
claimcheck: 1
sources: {a: , b: }
quantities: {start: {unit: date}, x: {unit: m}}
claims:
  - {quantity: start, value: 2021-11-05, source: a}
  - {quantity: start, value: 2021-12-05, source: b}
  - {quantity: x, value: 1.0 m, source: a}
  - {quantity: x, value: 1.0 m to 3.0 m, source: b, id: span, spans: true}
"""
    shifts = claimcheck.verify(text).shifts()
    assert not shifts.least
    assert shifts.moves == ()
    assert shifts.open == ("start@a", "start@b", "x@b#span")


def test_no_time():
    shifts = claimcheck.verify(CASE).shifts(budget=1e-9)
    assert shifts.moves == ()
    assert not shifts.least
    assert "uptime@note#low" in shifts.open


# -- laws --------------------------------------------------------------------------------------------------

values = st.tuples(st.integers(1, 12), st.integers(0, 2)).map(lambda p: f"[{p[0]}, {p[0] + p[1]}]")


def drawn(data, first, relations, quantities="xyz", most=5):
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(quantities), values), min_size=2, max_size=most))
    chosen = data.draw(st.lists(st.sampled_from(relations), max_size=2, unique=True))
    claims = [(q, v, "abcdef"[i]) for i, (q, v) in enumerate(pairs)]
    return made(claims, [*first, *chosen], quantities)


SUMS = ["2 * z = x + 6", "y = z - 2 * x", "x <= y + 1"]
PRODUCTS = ["x <= 2 * y", "y = 3 * x"]


def least_by_z3(claims):
    """The least total share of the ends of all evidence, by z3's optimiser over the rationals."""
    best = z3.Optimize()
    twin = Twin(claims)
    for fact in twin.solver.assertions():
        best.add(fact)
    shares = []
    for claim in evidence(claims):
        x, printed = twin.real[claim.quantity], claim.interval
        up, down = z3.Real(f"{claim.id} up"), z3.Real(f"{claim.id} down")
        best.add(up >= 0, down >= 0)
        best.add(x <= rational(printed.upper) + rational(abs(printed.upper)) * up)
        best.add(x >= rational(printed.lower) - rational(abs(printed.lower)) * down)
        shares += [up, down]
    for relation in soft_relations(compile_problem(claims)):
        best.add(twin.switch[relation])
    least = best.minimize(z3.Sum(shares))
    if best.check() != z3.sat:
        return None
    return Fraction(str(best.lower(least)))


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_sums_move_by_the_least_that_z3_finds(data):
    report = drawn(data, ["z = x + y"], SUMS)
    claims = report.claim_set
    shifts = report.shifts()
    least = least_by_z3(claims)
    if least is None:  # the relations alone cannot hold
        assert shifts.open
        return
    assert shifts.open == ()
    assert MovedTwin(claims, shifts).holds(everything(claims))
    total = Fraction(int(shifts.total.numerator), int(shifts.total.denominator))
    assert total >= least
    if shifts.least:
        assert total - least <= Fraction(1, 10**6)


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_products_fit_after_their_moves(data):
    report = drawn(data, ["z = x * y"], PRODUCTS)
    shifts = report.shifts()
    assert shifts.open == ()
    assert MovedTwin(report.claim_set, shifts).holds(everything(report.claim_set))
    assert bool(shifts.moves) == bool(report.conflicts)


powers = st.tuples(st.integers(0, 4), st.integers(0, 2)).map(lambda p: f"[{2 ** p[0]}, {2 ** sum(p)}]")
LAWS = {  # with their logarithms to the base of 2
    "z = x * y": lambda x, y, z: z == x + y,
    "y = 4 * x": lambda x, y, z: y == x + 2,
    "x <= 2 * y": lambda x, y, z: x <= y + 1,
    "z = x^2": lambda x, y, z: z == 2 * x,
    "x = z / y^2": lambda x, y, z: x == z - 2 * y,
}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("xyz"), powers), min_size=2, max_size=5),
    st.lists(st.sampled_from(list(LAWS)), min_size=1, max_size=2, unique=True),
)
def test_products_move_by_the_least_that_z3_finds_in_logarithms(claims, relations):
    """All ends are powers of 2, so that the logarithms are whole numbers and the least is found exactly."""
    report = made([(q, v, "abcdef"[i]) for i, (q, v) in enumerate(claims)], relations)
    shifts = report.shifts()
    assert shifts.open == ()
    best, name = z3.Optimize(), {q: z3.Real(q) for q in "xyz"}
    for relation in relations:
        best.add(LAWS[relation](*name.values()))
    factors = []
    for i, (quantity, value) in enumerate(claims):
        low, high = (int(n).bit_length() - 1 for n in value.strip("[]").split(", "))
        up, down = z3.Real(f"{i} up"), z3.Real(f"{i} down")
        best.add(up >= 0, down >= 0, name[quantity] <= high + up, name[quantity] >= low - down)
        factors += [up, down]
    least = best.minimize(z3.Sum(factors))
    assert best.check() == z3.sat
    moved = sum(
        math.log2(max(new / old, old / new))
        for m in shifts.moves
        for old, new in ((m.before.lower, m.after.lower), (m.before.upper, m.after.upper))
    )
    lowest = float(Fraction(str(best.lower(least))))
    assert lowest - 1e-9 <= moved <= lowest + 1e-5
    if {quantity for quantity, _ in claims} == set("xyz"):  # else some are positive only by assumption
        assert shifts.least


@given(st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.integers(2, 30)))
@settings(max_examples=8, deadline=None)
def test_one_product_moves_by_its_gap(numbers):
    """For z = x y with points, the product of all factors is the ratio of both sides."""
    x, y, _, gap = numbers
    report = made(
        [("x", f"[{x}, {x}]", "a"), ("y", f"[{y}, {y}]", "a"), ("z", f"[{x * y * gap}, {x * y * gap}]", "a")],
        ["z = x * y"],
    )
    shifts = report.shifts()
    factor = mpq(1)
    for move in shifts.moves:
        for old, new in ((move.before.lower, move.after.lower), (move.before.upper, move.after.upper)):
            factor *= max(new / old, old / new)
    assert shifts.least
    assert abs(factor - gap) <= gap * mpq(1, 10**6)


def test_a_dual_that_is_not_exact_proves_nothing_false():
    """At least: at most what any choice that fits takes. Here both ends of a gap, by hand."""
    world = World(
        (Row("r", {0: mpq(1), 1: mpq(-1)}, interval(1, 1)),),
        {"a": (0, interval(1, 2)), "b": (1, interval(6, 7))},
    )
    found = propose([world], ["a", "b"], product=True)
    assert found is not None
    assert mpq(3) * (1 - mpq(1, 10**9)) <= found.at_least <= 3
    assert propose([world], [], product=True) is None


# -- told --------------------------------------------------------------------------------------------------

BLOCK = """
Least change that makes all fit
  gpus@final-update  1024 GPU  lower end 1024 -> 992 GPU   -3.13 %
  elapsed@logbook    63 day    lower end 62.5 -> 56.5 day  -9.6 %
  uptime@note#low    51.7 %    upper end 51.75 -> 51.84 %  +0.156 %
"""


def test_in_a_text_report(capsys):
    assert cli.main(["verify", str(CASE)]) == 1
    assert "Least change" not in capsys.readouterr().out
    assert cli.main(["verify", "--shifts", str(CASE)]) == 1
    assert BLOCK in capsys.readouterr().out
    assert cli.main(["verify", "--shifts", "--format", "markdown", str(CASE)]) == 1
    assert "| elapsed@logbook | 63 day | lower end 62.5 -\\> 56.5 day | -9.6 % |" in capsys.readouterr().out


def test_in_a_json_report(capsys, tmp_path):
    assert cli.main(["verify", "--shifts", "--format", "json", str(CASE)]) == 1
    printed = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(report_schema()).validate(printed)
    shifts = printed["files"][0]["shifts"]
    assert shifts["least"] is True
    assert [m["claim"] for m in shifts["moves"]] == [
        "gpus@final-update",
        "elapsed@logbook",
        "uptime@note#low",
    ]
    assert shifts["moves"][1]["changes"] == ["-12/125", None]
    broken = tmp_path / "broken.yaml"
    broken.write_text("claimcheck: 1\nclaims: 3\n", encoding="utf-8")
    assert cli.main(["verify", "--shifts", "--format", "json", str(broken)]) == 2
    assert json.loads(capsys.readouterr().out)["files"][0]["shifts"] is None


def test_a_check_without_them_does_not_load_the_linear_programs():
    code = (
        "import sys; from claimcheck.cli import main; main(['verify', sys.argv[1]]); "
        "assert not {'highspy', 'numpy'} & {m.partition('.')[0] for m in sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code, str(CASE)], check=True, stdout=subprocess.DEVNULL)
