"""The check from end to end: the numbers of the OPT-175B case, the library, exit statuses, determinism."""

import datetime
import json
import math
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from gmpy2 import mpq

import claimcheck
from claimcheck.decimals import lower_text, upper_text
from claimcheck.interval import interval
from claimcheck.judging import verification
from claimcheck.judging.conflicts import Conflicts
from claimcheck.judging.report import Status, Verdict
from claimcheck.judging.verification import check_path, check_text, exit_status, verify

ROOT = Path(__file__).parent.parent
CASE = ROOT / "claims" / "opt175b.yaml"


def opt(exactly=""):
    """The case of the format's first example, built in Python."""
    claims = claimcheck.ClaimSet(title="OPT-175B training run")
    for source in ("paper", "final-update", "zhang", "logbook", "blog", "note"):
        claims.source(source)
    claims.quantity("gpus", "GPU", integer=True)
    claims.quantity("throughput", "TFLOP/s/GPU")
    claims.quantity("compute", "FLOP")
    claims.quantity("elapsed", "day")
    claims.quantity("busy", "day")
    claims.quantity("uptime", "percent", min="0 %", max="100 %")
    claims.claim("gpus", 992, source="paper")
    claims.claim("gpus", 1024, source="final-update")
    claims.claim("throughput", "147 TFLOP/s/GPU", source="blog")
    claims.claim("compute", "4.30E+23 FLOP", source="final-update")
    claims.claim("elapsed", f"{exactly}56 day", source="zhang")
    claims.claim("elapsed", f"{exactly}63 day", source="logbook")
    claims.claim("uptime", "51.7 %", source="note", id="low", given=["gpus@final-update", "elapsed@logbook"])
    claims.claim("uptime", "58.9 %", source="note", id="high", given=["gpus@final-update", "elapsed@zhang"])
    claims.relation("busy = compute / (throughput * gpus)", id="busy-time")
    claims.relation("uptime = busy / elapsed", id="uptime")
    return claims


AS_PRINTED = {
    ("paper", "zhang"): ("60.1308420242", "61.7756229201"),
    ("paper", "logbook"): ("53.5022452656", "54.8567531530"),
    ("final-update", "zhang"): ("58.2517532110", "59.8451347038"),
    ("final-update", "logbook"): ("51.8303001011", "53.1424796170"),
}
EXACT_DAYS = {
    ("paper", "zhang"): ("60.6677245423", "61.2240548583"),
    ("paper", "logbook"): ("53.9268662598", "54.4213820963"),
    ("final-update", "zhang"): ("58.7718581503", "59.3108031440"),
    ("final-update", "logbook"): ("52.2416516892", "52.7207139057"),
}


def by_hand(gpus, days, margin):
    """Uptime from the printed digits, by corners: the relation is monotone in each quantity."""
    low = mpq("4.295e23") / (mpq("147.5e12") * gpus * (days + margin) * 86400)
    high = mpq("4.305e23") / (mpq("146.5e12") * gpus * (days - margin) * 86400)
    return interval(low, high)


@pytest.mark.parametrize(("exactly", "digits"), [("", AS_PRINTED), ("exactly ", EXACT_DAYS)])
def test_uptime_of_every_source_combination(exactly, digits):
    report = verify(opt(exactly))
    assert report.scenario_count == 4
    gpus = {"paper": 992, "final-update": 1024}
    days = {"zhang": 56, "logbook": 63}
    for (where, when), (low, high) in digits.items():
        found = report.bounds("uptime", gpus=where, elapsed=when)
        assert found.tight
        assert found.base == by_hand(gpus[where], days[when], 0 if exactly else mpq(1, 2))
        percent = found.to("percent")
        assert abs(percent.lower - Fraction(low)) < Fraction(1, 10**10)
        assert abs(percent.upper - Fraction(high)) < Fraction(1, 10**10)


def test_the_time_the_run_was_busy():
    busy = verify(opt()).bounds("busy", gpus="final-update").to("day")
    assert Fraction("32.91") <= busy.lower
    assert busy.upper <= Fraction("33.22")


@pytest.mark.parametrize("exactly", ["", "exactly "])
def test_low_is_contradicted_and_would_need_64_days(exactly):
    report = verify(opt(exactly))
    status = {c.id: c.status for c in report.claims}
    assert status["uptime@note#low"] is Status.CONTRADICTED
    assert status["uptime@note#high"] is Status.SUPPORTED
    assert report.verdict is Verdict.CONTRADICTORY
    (conflict,) = [c for c in report.conflicts if c.conclusion]
    assert conflict.minimal
    assert conflict.members == (
        *("gpus@final-update", "throughput@blog", "compute@final-update", "elapsed@logbook"),
        *("uptime@note#low", "relation:busy-time", "relation:uptime"),
    )
    days = conflict.would_need["elapsed@logbook"].interval
    assert (lower_text(days.lower / 86400, 6), upper_text(days.upper / 86400, 6)) == ("63.5985", "64.3061")
    assert {c.members for c in report.conflicts if c.kind == "disagreement"} == {
        ("gpus@paper", "gpus@final-update"),
        ("elapsed@zhang", "elapsed@logbook"),
    }
    (told,) = [f for f in report.findings if f.code == "CC304"]
    assert "elapsed@logbook would have to be 63.5" in told.hint


def test_repairs_of_the_case():
    assert verify(opt()).repairs == (
        ("gpus@paper", "elapsed@logbook"),
        ("gpus@final-update", "elapsed@zhang"),
        ("gpus@final-update", "elapsed@logbook"),
        ("gpus@paper", "elapsed@zhang", "uptime@note#low"),
    )


def test_exit_status_is_0_once_all_is_known():
    claims = opt()
    assert exit_status([verify(claims)]) == 1
    for conflict in verify(claims).conflicts:
        claims.known(conflict.members, "accepted")
    report = verify(claims)
    assert report.verdict is Verdict.CONSISTENT
    assert exit_status([report]) == 0
    assert exit_status([report], strict=True) == 1  # `high` has spurious digits


def test_exit_status_2_where_something_was_not_checked(tmp_path):
    missing = check_path(tmp_path / "none.yaml")
    assert missing.claim_set is None
    assert missing.diagnostics[0].code == "CC001"
    assert exit_status([verify(opt()), missing]) == 2
    assert exit_status([]) == 2
    assert exit_status([check_text("claimcheck: 1\nclaims: []\n")]) == 2


def test_strict_minds_an_unknown_verdict():
    claims = claimcheck.ClaimSet()
    claims.source("s")
    claims.quantity("a")
    claims.quantity("b")
    claims.claim("a", "1", source="s")
    claims.relation("b = a")
    report = verify(claims, budget=0.0)
    assert (exit_status([report]), exit_status([report], strict=True)) == (0, 1)


# -- the library ------------------------------------------------------------------------------------------


def test_a_path_text_mapping_and_claim_set_are_the_same_claims():
    text = "claimcheck: 1\nsources: {s: {}}\nquantities: {a: {}}\n"
    text += "claims: [{quantity: a, value: '2', source: s}]\n"
    mapping = {
        "claimcheck": "1",
        "sources": {"s": {}},
        "quantities": {"a": {}},
        "claims": [{"quantity": "a", "value": "2", "source": "s"}],
    }
    for source in (text, mapping, CASE, str(CASE)):
        assert claimcheck.verify(source).verdict in tuple(Verdict)


def test_claims_that_cannot_be_checked_raise_with_all_mistakes():
    claims = claimcheck.ClaimSet()
    claims.source("s")
    claims.quantity("a", "day")
    claims.quantity("b", "GPU")
    claims.claim("a", "1 day", source="s", given=["nobody"])
    claims.relation("a = b")
    with pytest.raises(claimcheck.ClaimsError) as caught:
        claimcheck.verify(claims)
    assert {d.code for d in caught.value.diagnostics} == {"CC105", "CC260"}


def test_intervals_print_convert_and_go_out_to_pint():
    found = verify(opt()).bounds("uptime", gpus="paper", elapsed="zhang")
    assert str(found) == "Interval [0.601308420242, 0.617756229201]"
    assert str(found.to("percent")) == "Interval [60.1308420242, 61.7756229201] percent"
    assert found.lower == Fraction(int(found.base.lower.numerator), int(found.base.lower.denominator))
    assert Fraction(61, 100) in found
    assert 0.62 not in found
    low, high = found.pint("percent")
    assert (low.magnitude, high.magnitude) == (found.lower * 100, found.upper * 100)
    days = verify(opt()).bounds("elapsed").pint("hour")
    assert [d.magnitude for d in days] == [Fraction(111, 2) * 24, Fraction(127, 2) * 24]
    with pytest.raises(claimcheck.InputProblem, match="CC262"):
        found.to("day")


def test_bounds_of_any_quantity_under_any_choices():
    report = verify(opt())
    assert str(report.bounds("gpus")) == "Interval [992, 1024] GPU"
    assert str(report.bounds("elapsed", elapsed="elapsed@zhang")) == "Interval [55.5, 56.5] day"
    assert str(report.bounds("throughput", gpus="paper")) == "Interval [146.5, 147.5] TFLOP/s/GPU"
    with pytest.raises(KeyError):
        report.bounds("nothing")
    with pytest.raises(ValueError, match="gpus@paper"):
        report.bounds("uptime", gpus="zhang")


def test_rows_are_plain_and_rounded_outward():
    rows = verify(opt()).rows()
    assert [(r["gpus"], r["elapsed"]) for r in rows] == [
        ("gpus@paper", "elapsed@zhang"),
        ("gpus@paper", "elapsed@logbook"),
        ("gpus@final-update", "elapsed@zhang"),
        ("gpus@final-update", "elapsed@logbook"),
    ]
    exact = by_hand(1024, 63, mpq(1, 2))
    low, high = rows[3]["uptime.lower"], rows[3]["uptime.upper"]
    assert mpq(low) <= exact.lower * 100 < mpq(math.nextafter(low, math.inf))
    assert mpq(math.nextafter(high, 0)) < exact.upper * 100 <= mpq(high)
    assert rows[3]["uptime.unit"] == "percent"
    assert rows[3]["verdict"] == "consistent"
    json.dumps(rows)


def test_html_escapes_what_the_file_says():
    claims = opt()
    claims.title = "<script>alert(1)</script>"
    shown = verify(claims)._repr_html_()
    assert "<script>" not in shown
    assert "60.13" in shown


def test_an_empty_bound_where_no_scenario_is_consistent():
    claims = claimcheck.ClaimSet()
    claims.source("s")
    for name in "ab":
        claims.quantity(name)
    claims.claim("a", "exactly 1", source="s")
    claims.claim("b", "exactly 2", source="s")
    claims.relation("a = b")
    found = verify(claims).bounds("a")
    assert found.is_empty
    assert str(found) == "Interval empty"


# -- the same on every run ----------------------------------------------------------------------------------

_REPORT = """
import sys, claimcheck
from claimcheck.judging.verification import check_path
r = check_path(sys.argv[1])
print(r.verdict, r.complete, r.scenario_count)
for part in (r.claims, r.scenarios, r.hull, r.conflicts, r.repairs, r.findings):
    print(part)
"""


TWO_PARTS = """\
claimcheck: 1
sources: {a: {}, b: {}}
quantities: {x: {}, y: {}, u: {}, v: {}, w: {}}
claims:
  - {quantity: x, value: exactly 1, source: a}
  - {quantity: y, value: exactly 3, source: a}
  - {quantity: u, value: exactly 1, source: a}
  - {quantity: u, value: exactly 2, source: b}
  - {quantity: v, value: exactly 4, source: a}
  - {quantity: v, value: exactly 8, source: b}
relations: {one: y = 2 * x, other: v = 4 * u, third: w = u + v}
report: [x, y, w]
"""


def test_a_case_that_contradicts_itself_shows_why(monkeypatch):
    """Also where the search for conflicts was cut short; the audit of all reports holds the rest."""
    monkeypatch.setattr(
        verification, "conflicts_of_evidence", lambda *_, **__: Conflicts((), frozenset(range(5)))
    )
    report = verify(TWO_PARTS)
    assert not report.complete
    assert {frozenset(c.members) for c in report.conflicts} >= {
        frozenset({"x@a", "y@a", "relation:one"}),
        frozenset({"u@a", "v@b", "relation:other"}),
        frozenset({"u@b", "v@a", "relation:other"}),
    }
    assert all(c.minimal for c in report.conflicts)
    for scenario in report.scenarios:
        assert scenario.verdict is Verdict.CONTRADICTORY
        told = [c for c in report.conflicts if c.id in scenario.conflicts]
        assert any("x@a" in c.members for c in told)
        assert ("w" in scenario.bounds) is not any("relation:other" in c.members for c in told)


def test_the_same_bytes_whatever_the_hash_seed():
    printed = set()
    for seed in ("0", "1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", _REPORT, str(CASE)],
            capture_output=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        printed.add(done.stdout)
    assert len(printed) == 1


def test_importing_the_package_imports_nothing_heavy():
    code = (
        "import sys, claimcheck; dir(claimcheck); claimcheck.__version__; "
        "print([m for m in ('pint','sympy','pydantic','yaml','numpy','gmpy2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT, text=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there_and_verify_stays_a_function():
    import claimcheck.judging.verification

    for name in claimcheck.__all__:
        assert getattr(claimcheck, name) is not None
    assert callable(claimcheck.verify)
    with pytest.raises(AttributeError):
        claimcheck.nothing  # noqa: B018


def test_until_is_compared_with_the_day_that_is_given():
    claims = opt()
    for conflict in verify(claims).conflicts:
        claims.known(conflict.members, "accepted", "2030-01-01")
    assert verify(claims, today=datetime.date(2030, 1, 1)).verdict is Verdict.CONSISTENT
    assert verify(claims, today=datetime.date(2030, 1, 2)).verdict is Verdict.CONTRADICTORY
