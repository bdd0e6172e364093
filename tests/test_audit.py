"""The independent checker accepts what is reported, and nothing that was tampered with."""

from __future__ import annotations

import ast
import copy
import datetime
import functools
import io
import itertools
import json
import pathlib
import random
import subprocess
import sys
import tokenize
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimcheck import cli
from claimcheck.audit import audit_file, audit_report
from claimcheck.audit.conflicts import hitting_sets
from claimcheck.checker.operations import OPERATIONS
from claimcheck.checker.ranges import at
from claimcheck.files.loader import load
from claimcheck.judging.verification import verify
from claimcheck.model import ClaimSet
from claimcheck.render import Options
from claimcheck.render.json import file_object
from tests.audit_cases import FILES, HEAD, made, reported
from tests.tampering import FREE, changes, exempt, extremes_hold, schema_paths
from tests.test_tightness import PROBLEMS

pytest.importorskip("flint")

ROOT = pathlib.Path(__file__).parent.parent


@pytest.mark.parametrize("name", FILES)
def test_accepts_what_is_reported(name):
    claims, entry = made(name)
    audit = audit_file(entry, claims)
    assert not audit.refused
    assert len(audit.accepted) >= 5


@pytest.mark.parametrize("name", ["opt175b", "opt175b-full"])
def test_accepts_the_reports_on_opt(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    path = tmp_path / "report.json"
    assert cli.main(["verify", f"claims/{name}.yaml", "--format", "json", "-o", str(path)]) == 1
    assert cli.main(["audit", str(path)]) == 0
    assert "0 refused" in capsys.readouterr().out


def as_text(tree):
    """A formula given as a tree, as it is written."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, Fraction):
        return f"({tree.numerator} / {tree.denominator})"
    op, *args = tree
    args = [as_text(a) for a in args]
    signs = {"add": " + ", "sub": " - ", "mul": " * ", "div": " / ", "pow": "^"}
    if op in signs:
        return f"({signs[op].join(args)})"
    return f"(-{args[0]})" if op == "neg" else f"{op}({args[0]})"


@pytest.mark.parametrize("name", PROBLEMS)
def test_accepts_ranges_of_formulas_in_which_quantities_repeat(name):
    """Both ends, which are known in closed form, are tight and proved (tests/test_tightness.py)."""
    inputs, formula, _, _ = PROBLEMS[name]
    claims = ClaimSet(title=name)
    claims.source("s", title="s")
    claims.quantity("y")
    for quantity, (low, high) in inputs.items():
        claims.quantity(quantity)
        claims.claim(quantity, f"[{decimal(low)}, {decimal(high)}]", source="s")
    claims.relation(f"y = {as_text(formula)}")
    entry = reported(claims)
    assert entry["hull"]["y"]["tight"]
    found = audit_file(entry, claims)
    assert (found.refused, found.unchecked) == ((), ())


def decimal(q):
    return str(Decimal(Fraction(q).numerator) / Decimal(Fraction(q).denominator))


# -- tampering --------------------------------------------------------------------------------------------


def as_given(entry):
    """As it stands, so that what is equal is equal as JSON, too."""
    return json.dumps(entry)


@functools.cache
def honest(name):
    """The audit of a report as it was made."""
    claims, entry = made(name)
    return audit_file(entry, claims)


def accepted(name, changes, entry):
    """The changes that are accepted although they say what is not so.

    Where the audit then says of more than before that it was not checked, it does not vouch for that.
    """
    before, claims = honest(name), made(name)[0]
    whole = as_given(entry)
    missed = []
    for change in changes:
        if exempt(change, before.aside + before.unchecked):
            continue
        undo = change.make()
        if as_given(entry) != whole:
            found = audit_file(entry, claims)
            told = found.refused or set(found.unchecked) - set(before.unchecked)
            if not told and not (change.path.startswith("overview.extremes") and extremes_hold(entry)):
                missed.append(str(change))
        undo()
    assert as_given(entry) == whole
    return missed


@functools.cache
def sampled():
    """One change of each kind of each key path, from some file or other; always the same."""
    found = {}
    for name in FILES:
        claims, entry = made(name)
        entry = copy.deepcopy(entry)
        for change in changes(entry, claims):
            found.setdefault((change.path, change.kind), []).append((name, change, entry))
    return {kind: random.Random(20220505).choice(those) for kind, those in found.items()}


def test_tampers_with_every_field():
    changed = {path for path, _ in sampled()}
    assert set(schema_paths()) - changed - set(FREE) == set()


@pytest.mark.parametrize("part", range(4))
def test_refuses_what_was_tampered_with(part):
    """Every kind of change of every field of a report and of its certificates."""
    missed = []
    for name, change, entry in list(sampled().values())[part::4]:
        missed += accepted(name, [change], entry)
    assert missed == []


SMALL = ("stationary", "put together", "cubic", "rivals", "impossible", "tolerance", "hole", "cases")
SMALL += ("coupled", "table", "units")


@pytest.mark.parametrize(
    ("name", "most"),
    [
        *(pytest.param(name, 4, marks=pytest.mark.stress) for name in SMALL),
        *(pytest.param(name, 1, marks=pytest.mark.stress) for name in FILES if name not in SMALL),
        *(pytest.param(name, 4, marks=pytest.mark.hours) for name in FILES if name not in SMALL),
        *(pytest.param(name, None, marks=pytest.mark.hours) for name in FILES),
    ],
)
@pytest.mark.timeout(3600)
def test_refuses_tampering_with_each_file(name, most):
    """Every change of a file's report, or some of each kind of each key path."""
    claims, entry = made(name)
    entry = copy.deepcopy(entry)
    kinds = {}
    for change in changes(entry, claims):
        kinds.setdefault((change.path, change.kind), []).append(change)
    rng = random.Random(20220506)
    some = [those if most is None else rng.sample(those, min(most, len(those))) for those in kinds.values()]
    assert accepted(name, [change for those in some for change in those], entry) == []


def test_says_what_cannot_be_read(tmp_path, capsys):
    path = tmp_path / "report.json"
    path.write_text("{}")
    assert cli.main(["audit", str(path)]) == 2
    assert cli.main(["audit", str(tmp_path / "none.json")]) == 2
    path.write_text(json.dumps({"schema_version": 1, "files": [{"path": "gone.yaml"}]}))
    assert cli.main(["audit", str(path)]) == 2
    assert "was not audited" in capsys.readouterr().err


def test_finds_the_claims_beside_the_report(tmp_path):
    (tmp_path / "claims.yaml").write_text(HEAD + FILES["whole numbers"])
    entry = made("whole numbers")[1] | {"path": "claims.yaml"}
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"schema_version": 1, "files": [entry]}))
    assert not audit_report(str(path)).refused


def test_refuses_claims_that_were_changed(tmp_path):
    _, entry = made("whole numbers")
    claims = load(HEAD + FILES["whole numbers"].replace("91", "77"))
    assert audit_file(entry, claims).refused


def test_says_that_flint_is_missing(monkeypatch):
    claims, entry = made("transcendental")
    monkeypatch.setitem(sys.modules, "flint", None)
    with pytest.raises(ImportError, match="python-flint"):
        audit_file(entry, claims)
    claims, entry = made("stationary")
    assert not audit_file(entry, claims).refused


def test_refuses_a_step_that_comes_without_its_proofs():
    """A conflict made up for claims that agree, by a step that says what no proof shows."""
    claims = load(
        HEAD + 'quantities: {x: {}, y: {}}\nclaims: [{quantity: x, value: "[1, 2]", source: a},'
        ' {quantity: y, value: "[2, 4]", source: b}]\nrelations: {r: y = 2 * x}\nreport: [y]\n'
    )
    entry = json.loads(json.dumps(file_object(verify(claims), Options())))
    assert not audit_file(entry, claims).refused
    record = entry["certificate"]
    first, point = len(record["steps"]), len(record["witnesses"])
    record["witnesses"].append({"values": {"x": "3/2", "y": "3"}, "solved": []})
    how = {"relations": [["relation:r", "1"]], "combined": "sum", "known": []}

    def stated(premise, name, low, high):
        shown = {"lower": low, "upper": high, "lower_closed": True, "upper_closed": True}
        return {"premise": premise, "variable": name, "interval": shown, "uses": [], "how": None}

    record["steps"] += [
        stated("x@a", "x", "1", "2"),
        stated("y@b", "y", "2", "4"),
        {"premise": "relation:r", "variable": "y", "interval": None, "uses": [first, first + 1], "how": how},
    ]
    members = ["x@a", "y@b", "relation:r"]
    certificate = {"proof": {"goals": [first + 2], "split": None}, "conclusion": "", "ruled_out": []}
    certificate |= {"without": dict.fromkeys(members, point), "inequality": None}
    conflict = {"id": "C1", "kind": "contradiction", "members": members, "minimal": True, "known": False}
    conflict |= {"certificate": certificate, "would_need": {}, "reason": "", "baseline": False}
    entry |= {"verdict": "contradictory", "hull": {}, "conflicts": [conflict], "repairs": []}
    record["repairs"] = []
    for scenario in entry["scenarios"]:
        scenario |= {"verdict": "contradictory", "witness": None, "conflicts": ["C1"], "bounds": {}}
        scenario["certificate"] = {"witness": None}
    for claim in entry["claims"]:
        claim["status"] = "contradicted"
    for proofs in ([], [None], [None, None], [None, None, None]):
        how["proofs"] = proofs
        refused = audit_file(entry, claims).refused
        assert any(r.startswith("the record of steps: the step relation:r for y") for r in refused), proofs
        assert any(r.startswith("conflict C1: ") for r in refused), proofs


# -- what was not checked -----------------------------------------------------------------------------------


def stored(tmp_path, *names):
    """A JSON report of several files, which lie beside it."""
    entries = []
    for name in names:
        (tmp_path / f"{name}.yaml").write_text(HEAD + FILES[name])
        entries.append(made(name)[1] | {"path": f"{name}.yaml"})
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"schema_version": 1, "files": entries}))
    return path


def test_says_what_was_not_checked(tmp_path, capsys):
    path = stored(tmp_path, "left out", "cubic")
    assert cli.main(["audit", str(path)]) == 0
    told = capsys.readouterr().out
    assert "not checked: left out.yaml: the 1 scenarios that are not listed\n" in told
    assert "not checked: left out.yaml: the hull of z over scenarios that are not listed\n" in told
    assert "not checked: cubic" not in told
    assert "accepted:" not in told
    assert cli.main(["audit", "-v", str(path)]) == 0
    assert "accepted: cubic.yaml: scenario 1, bounds of y\n" in capsys.readouterr().out


def test_strict_wants_everything_checked(tmp_path, capsys):
    assert cli.main(["audit", "--strict", str(stored(tmp_path, "cubic"))]) == 0
    assert cli.main(["audit", "--strict", str(stored(tmp_path, "cubic", "left out"))]) == 1


def test_tells_programs(tmp_path):
    path, out = stored(tmp_path, "left out"), tmp_path / "audit.json"
    assert cli.main(["audit", "--format", "json", "-o", str(out), str(path)]) == 0
    told, found = json.loads(out.read_text()), audit_report(str(path))
    assert told["schema_version"] == 1
    assert told["report"] == str(path)
    for part in ("accepted", "refused", "unchecked", "aside"):
        assert told[part] == list(getattr(found, part))
    assert not told["refused"]
    assert len(told["unchecked"]) == 6


@pytest.mark.parametrize("name", FILES)
def test_tells_of_each_part_once(name):
    found = honest(name)
    told = [*found.accepted, *found.refused]
    assert len(told) == len(set(told))
    _, entry = made(name)
    for n, scenario in enumerate(entry["scenarios"], 1):
        assert f"scenario {n}, {scenario['verdict']}" in told
        assert all(f"scenario {n}, bounds of {q}" in told for q in scenario["bounds"])


# -- forgeries of more than one place -----------------------------------------------------------------------


def test_refuses_numbers_of_no_sane_size():
    claims, entry = made("cubic")
    for gap in ("1E999999999", "1" * 5000, "0x1", "nan", 0.0, True):
        forged = copy.deepcopy(entry)
        forged["hull"]["y"]["gap"] = gap
        assert any(r.startswith("hull of y: ") for r in audit_file(forged, claims).refused)


@given(st.lists(st.sets(st.sampled_from("abcdef"), min_size=1), max_size=6))
def test_hitting_sets_are_the_minimal_ones(sets):
    every = [frozenset(h) for n in range(7) for h in itertools.combinations("abcdef", n)]
    hit = [h for h in every if all(h & each for each in sets)]
    assert hitting_sets(sets) == {h for h in hit if not any(other < h for other in hit)}


def test_does_not_check_a_report_of_no_file(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"schema_version": 1, "files": []}))
    assert cli.main(["audit", str(path)]) == 2


def test_refuses_a_group_from_which_a_claim_was_taken():
    """Beside coupled sources, of which claims can be out, a claim of another one is left out."""
    text = FILES["coupled"].replace("claims:\n", 'claims:\n  - {quantity: x, value: "1.5", source: b}\n')
    claims = load(HEAD + text)
    entry = reported(claims)
    assert not audit_file(entry, claims).refused
    (n,) = [i for i, s in enumerate(entry["scenarios"]) if "x@a" in s["choices"]["x"]]
    entry["scenarios"][n]["choices"]["x"].remove("x@a")
    assert any("no maximal agreeing group" in r for r in audit_file(entry, claims).refused)


def test_leaves_open_what_was_accepted_up_to_a_day_that_is_past():
    claims = load(HEAD + FILES["accepted for a time"].replace("2999", "2020"))
    entry = reported(claims, today=datetime.date(2019, 5, 5))
    assert entry["conflicts"][1]["known"]
    found = audit_file(entry, claims)
    assert not found.refused
    assert "whether C2 was still accepted when it was found" in found.unchecked
    assert not audit_file(reported(claims), claims).refused


def test_does_not_refuse_what_settles_a_choice_in_scenarios_that_are_not_listed():
    claims = load(HEAD + FILES["rivals"])
    entry = reported(claims, given=["relation:q"])
    settled = [c["id"] for c in entry["conflicts"] if c["certificate"]["ruled_out"]]
    found = audit_file(entry, claims)
    assert not found.refused
    assert settled
    words = "settles a choice in scenarios that are not listed"
    assert [u for u in found.unchecked if u.endswith(words)] == [f"that {id} {words}" for id in settled]


@pytest.mark.parametrize(
    ("made_on", "known"), [((2026, 1, 1), True), ((2999, 1, 1), True), ((3000, 1, 1), False)]
)
def test_judges_what_is_accepted_until_a_day_by_the_day_of_the_report(made_on, known):
    claims, today = load(HEAD + FILES["accepted for a time"]), datetime.date(*made_on)
    entry = reported(claims, today=today)
    assert any(c["known"] for c in entry["conflicts"]) is known
    found = audit_file(entry, claims, today)
    assert not found.refused
    assert any("still accepted when it was found" in u for u in found.unchecked) is not known


def test_checks_what_it_would_do_to_settle_a_choice():
    claims, entry = made("coupled")
    entry = copy.deepcopy(entry)
    settled = [r for r in entry["overview"]["resolve"] if r["kind"] == "settle"]
    assert settled
    assert not audit_file(entry, claims).refused
    for r in settled:
        shares = r["narrows"]
        wrong = [
            (shares, end, str(Decimal(shares[end]) + Decimal(step)))
            for end in shares
            for step in ("0.1", "-0.1")
        ]
        wrong += [(r, "what", "z"), (r, "rules_out", [7, 7]), (r, "rules_out", None)]
        for holder, key, other in wrong:
            right, holder[key] = holder[key], other
            assert audit_file(entry, claims).refused
            holder[key] = right


def test_refuses_to_blame_a_conclusion_for_a_conflict_of_others():
    text = """\
quantities: {x: {}, y: {}}
claims:
  - {quantity: x, value: "1.0", source: a}
  - {quantity: x, value: "1.4", source: b}
  - {quantity: y, value: "2.0", source: b, given: [x@a, x@b]}
relations: {r: y = 2 * x}
"""
    claims = load(HEAD + text)
    entry = reported(claims)
    assert not audit_file(entry, claims).refused
    (conflict,) = entry["conflicts"]
    proof = conflict["certificate"]["proof"]
    blamed = {"proof": proof, "conclusion": "y@b", "ruled_out": [], "without": {}, "inequality": None}
    entry["conflicts"].append(
        conflict
        | {"id": "C2", "kind": "contradiction", "members": ["x@a", "x@b", "y@b"], "minimal": False}
        | {"would_need": {}, "worked_out": False, "certificate": blamed}
    )
    entry["claims"][2]["status"] = "contradicted"
    found = audit_file(entry, claims).refused
    assert "conflict C2: without the conclusion it is a conflict, too" in found
    assert not any(r.startswith("claims") for r in found)


def test_leaves_open_whether_a_list_is_complete_from_which_a_conflict_was_taken():
    """With all that would contradict it: then nothing shows that the list is complete, and it says so."""
    text = """\
quantities: {x: {}, y: {}, z: {}}
claims:
  - {quantity: x, value: "1.0", source: a}
  - {quantity: y, value: "3.0", source: a}
  - {quantity: z, value: "9.0", source: a}
relations: {r: y = 2 * x, s: z = 2 * y}
"""
    claims = load(HEAD + text)
    entry = reported(claims)
    honest = audit_file(entry, claims)
    assert (honest.refused, honest.unchecked) == ((), ())
    assert len(entry["conflicts"]) == 3
    entry["conflicts"].pop()
    entry["scenarios"][0]["conflicts"].pop()
    assert audit_file(entry, claims).refused
    entry |= {"repairs": [], "repairs_complete": False}
    entry["certificate"]["repairs"] = []
    found = audit_file(entry, claims)
    assert "that these are all conflicts of the evidence" in found.unchecked


# -- scenarios that are not listed --------------------------------------------------------------------------


def test_a_hull_over_scenarios_that_are_not_listed_has_a_proof_for_all():
    """Of 64 scenarios five are listed; that none goes beyond the hull is proved, with repeated quantities."""
    quantities = ", ".join(f"q{i}: {{min: 0.5, max: 100}}" for i in range(6))
    values = [
        f'{{quantity: q{i}, value: "{i + 1}.{d}", source: {s}}}' for i in range(6) for s, d in ("a0", "b4")
    ]
    text = f"""\
quantities: {{{quantities}, y: {{}}, z: {{}}}}
claims: [{", ".join(values)}]
relations: {{r: y = q0 * q1 * q2 / (q3 * q4 * q5), s: z = q0 * (q1 - q2) / q3 + exp(q4 / 10)}}
report: [y, z]
"""
    claims = load(HEAD + text)
    entry = reported(claims, top=5)
    assert (entry["overview"]["count"], len(entry["scenarios"])) == (64, 5)
    found = audit_file(entry, claims)
    assert not found.refused
    assert "the hull of y over scenarios that are not listed" not in found.unchecked
    inside = {"y": ("0.05", "0.06"), "z": ("1.3", "1.35")}
    for name, ends in inside.items():
        for end, value in zip(("lower", "upper"), ends, strict=True):
            forged = copy.deepcopy(entry)
            forged["hull"][name][end] |= {"value": value, "exact": None}
            for scenario in forged["scenarios"]:  # as if they said nothing of it
                scenario["bounds"].pop(name)
            refused = audit_file(forged, claims).refused
            assert f"hull of {name}: the {end} end was not proved" in refused


def test_scenarios_without_a_listed_conflict_are_left_open_where_conflicts_were_cut():
    text = """\
quantities: {x: {}, y: {}}
claims:
  - {quantity: x, value: "1.0", source: a}
  - {quantity: x, value: "1.4", source: b}
  - {quantity: y, value: "5.0", source: a}
relations: {r: y = 2 * x}
"""
    claims = load(HEAD + text)
    entry = reported(claims)
    assert len(entry["conflicts"]) == 3
    alone = [c for c in entry["conflicts"] if c["kind"] == "disagreement"]
    entry |= {"complete": False, "repairs": [], "repairs_complete": False, "conflicts": alone}
    alone[0]["id"] = "C1"
    entry["certificate"]["repairs"] = []
    for scenario in entry["scenarios"]:
        assert scenario["verdict"] == "contradictory"
        scenario["conflicts"] = []
    found = audit_file(entry, claims)
    assert not found.refused
    assert "that scenarios without a listed conflict are contradictory" in found.unchecked
    assert "the status of claims in no listed conflict" in found.unchecked
    assert any("it says more than shown" in r for r in audit_file(entry | {"complete": True}, claims).refused)


def test_a_hull_may_be_narrower_than_a_bound_for_which_time_ran_out():
    """The scenarios that are not all listed do not prove it, and one of them says less than it could."""
    claims = load(HEAD + FILES["transcendental"])
    entry = reported(claims, top=1)
    beyond = copy.deepcopy(entry)
    bound = entry["scenarios"][0]["bounds"]["z"]
    interval = {"lower": None, "upper": None, "lower_closed": False, "upper_closed": False}
    nothing = {"interval": interval, "lower": None, "upper": None, "witnesses": [None, None]}
    bound |= {"lower": None, "upper": None, "tight": False, "gap": "1", "certificate": nothing}
    assert not audit_file(entry, claims).refused
    beyond["hull"]["z"]["lower"] |= {"value": "1E9", "exact": None}
    assert any(r.startswith("hull of z") for r in audit_file(beyond, claims).refused)


# -- size ---------------------------------------------------------------------------------------------------


def code_lines(path):
    """The lines of a module that are neither empty nor comments nor docstrings."""
    text = path.read_text()
    told = [
        n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)
    ]
    said = {
        line for n in told if isinstance(n.value.value, str) for line in range(n.lineno, n.end_lineno + 1)
    }
    layout = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type not in layout]
    return len({line for t in tokens for line in range(t.start[0], t.end[0] + 1)} - said)


def test_the_checker_stays_small():
    """What follows proofs and witnesses, with what takes laws and claims from the file; and what compares."""
    checks, compares = (
        sum(code_lines(p) for p in (ROOT / "claimcheck" / part).glob("*.py")) for part in ("checker", "audit")
    )
    assert checks < 500
    assert compares < 780


def test_the_checker_loads_nothing_of_the_solver():
    code = "import sys, claimcheck.audit; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = told.stdout.split()
    assert "claimcheck.checker.evidence" in loaded
    strangers = ("claimcheck.solver", "claimcheck.judging", "claimcheck.operations")
    assert not [m for m in loaded if m.startswith(strangers)]


IMPLICIT = """\
quantities: {w: {}, a: {}, d: {}}
claims: [{quantity: w, value: "[6.25, 7.25]", source: b}, {quantity: a, value: "[7.5, 9.0]", source: b}]
relations: {s: "w = a^2 / d + sqrt(d)"}
report: [d]
"""


def test_follows_steps_on_a_quantity_under_a_root_and_below_a_line():
    """Its ends are squares of fractions that are longer than any rounding."""
    claims = load(HEAD + IMPLICIT)
    found = audit_file(reported(claims), claims)
    assert (found.refused, found.unchecked) == ((), ())


@given(st.fractions(min_value=-50, max_value=50), st.integers(2, 7))
def test_roots_are_exact_where_they_are_fractions_and_enclosed_elsewhere(q, k):
    root, power = (
        (OPERATIONS["cbrt"], 3) if q < 0 else (lambda x: OPERATIONS["pow"](x, at(Fraction(1, k))), k)
    )
    assert root(at(q**power)) == at(q)
    (low, _), (high, _), _ = root(at(q))
    assert low**power <= q <= high**power
    assert high - low <= Fraction(1, 2**400)


def test_accepts_repairs_of_conclusions_along_with_the_evidence():
    """A conclusion's conflict is repaired by what is questioned anyway, and not only by one way to do it."""
    text = """\
quantities: {a: {}, b: {}, c: {}, d: {}, y: {}, w: {}}
claims:
  - {quantity: a, value: "[7.5, 9.0]", source: b}
  - {quantity: a, value: "[4.0, 5.25]", source: a}
  - {quantity: b, value: "[2.0, 2.5]", source: a}
  - {quantity: c, value: "[6.25, 7.25]", source: a}
  - {quantity: d, value: "[0.25, 1.5]", source: a}
  - {quantity: y, value: "[36.0, 41.0]", source: a}
  - {quantity: w, value: "[6.25, 7.25]", source: b, given: [a@b]}
relations: {r: "y = a * b + c * d", s: "w = a^2 / d"}
report: [y, w]
"""
    claims = load(HEAD + text)
    entry = reported(claims)
    assert ["a@a", "c@a", "d@a"] in [sorted(r) for r in entry["repairs"]]
    found = audit_file(entry, claims)
    assert not found.refused
    assert "whether all repairs are listed" in found.accepted
    n = next(n for n, r in enumerate(entry["repairs"]) if sorted(r) == ["a@a", "c@a", "d@a"])
    del entry["repairs"][n], entry["certificate"]["repairs"][n]
    assert "whether all repairs are listed: a repair is missing" in audit_file(entry, claims).refused
