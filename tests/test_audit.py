"""The independent checker accepts what is reported, and nothing that was tampered with."""

from __future__ import annotations

import copy
import json
import pathlib
import random
from fractions import Fraction

import pytest

from claimcheck import cli
from claimcheck.audit import audit_file, audit_report
from claimcheck.files.loader import load
from claimcheck.judging.verification import verify
from claimcheck.render import Options
from claimcheck.render.json import file_object

pytest.importorskip("flint")

ROOT = pathlib.Path(__file__).parent.parent
HEAD = "claimcheck: 1\ntitle: t\nsources: {a: {title: a}, b: {title: b}}\n"
FILES = {
    "stationary": """\
quantities: {x: {}, y: {}}
claims: [{quantity: x, value: "[0, 2]", source: a}]
relations: {r: y = x^2 * (3 - 2*x)}
""",
    "put together": """\
quantities: {x: {}, y: {}, z: {}}
claims: [{quantity: x, value: "[1, 2]", source: a}, {quantity: y, value: "[3, 4]", source: a}]
relations: {d: z * (x + y) = x - y}
report: [z]
""",
    "cubic": """\
quantities: {x: {}, y: {}, w: {}}
claims: [{quantity: x, value: "[-2, 2]", source: a}]
relations: {r: y = x^3 - 3*x, s: w = y + x}
report: [y, w]
""",
    "transcendental": """\
quantities: {x: {}, y: {}, z: {}, w: {}}
claims: [{quantity: x, value: "0.30", source: a}, {quantity: x, value: "0.50", source: b}]
relations: {p: y = exp(x), q: z = x * exp(-x) + log10(y), r: w = sqrt(x) + cbrt(y) + cosh(x)}
report: [y, z, w]
""",
    "cycle of products": """\
quantities:
  {p: {min: 1, max: 100}, q: {min: 1, max: 100}, s: {min: 1, max: 100}, u: {}, v: {}, w: {}}
claims:
  - {quantity: u, value: "[1.1, 1.2]", source: a}
  - {quantity: v, value: "[2.1, 2.2]", source: a}
  - {quantity: w, value: "[0.5, 0.6]", source: a}
relations: {k: u = p / q, l: v = q / s, m: w = s / p}
""",
    "cycle of sums": """\
quantities:
  {p: {min: 1, max: 100}, q: {min: 1, max: 100}, s: {min: 1, max: 100}, u: {}, v: {}, w: {}}
claims:
  - {quantity: u, value: "[1.1, 1.2]", source: a}
  - {quantity: v, value: "[2.1, 2.2]", source: a}
relations: {k: u = p - q, l: v = q - s, m: w = s - p}
report: [w, p]
""",
    "implicit": """\
quantities: {x: {min: 0, max: 10}, y: {min: 0, max: 10}}
claims: [{quantity: x, value: "[0, 3]", source: a}]
relations: {r: x^2 + y^2 = 4, s: y = exp(x) - 1}
report: [x, y]
""",
    "whole numbers": """\
quantities: {n: {integer: true, min: 0, max: 50}, m: {integer: true, min: 0, max: 50}, k: {integer: true}}
claims: [{quantity: k, value: 91, source: a}, {quantity: n, value: "[2, 12]", source: b}]
relations: {r: n * m = k}
report: [m]
""",
    "tolerance": """\
quantities: {x: {}, y: {}, z: {}}
claims:
  - {quantity: x, value: "10.0", source: a}
  - {quantity: y, value: "12.0", source: a}
  - {quantity: y, value: "10.6", source: b}
relations: {r: {equation: y = x, within: 10 %}, s: z = y * x}
report: [z]
""",
    "cases": """\
quantities: {x: {}, y: {}, z: {}, w: {}}
claims:
  - {quantity: x, value: "[1.2, 5.7]", source: a}
  - {quantity: z, value: "at least 6", source: b}
relations: {r: y = floor(x) + round(x / 2), s: "z = if(x > 3, x, 2*x)", t: "w = max(x, 2) + abs(x - 3)"}
report: [y, w]
""",
    "conclusions": """\
quantities: {g: {integer: true}, d: {}, u: {unit: percent, min: 0 %, max: 100 %}}
claims:
  - {quantity: g, value: 992, source: a}
  - {quantity: g, value: 1024, source: b}
  - {quantity: d, value: "56", source: a}
  - {quantity: d, value: "63", source: b}
  - {quantity: u, value: 51.7 % to 58.9 %, source: a, spans: true}
  - {quantity: u, value: 55.0 %, source: b, given: [g@b, d@b]}
  - {quantity: u, value: 52.6 %, source: a, id: good, given: [g@b, d@b]}
relations: {r: u = 33940 / g / d}
report: [u]
known: [{members: [g@a, g@b], reason: two counts}]
""",
    "impossible": """\
quantities: {n: {integer: true}, u: {unit: percent, min: 0 %, max: 100 %}}
claims:
  - {quantity: n, value: "[2.2, 2.8]", source: a}
  - {quantity: u, value: 120 %, source: a}
  - {quantity: u, value: 40 %, source: b}
""",
    "rivals": """\
quantities: {x: {}, y: {}, z: {}}
claims:
  - {quantity: x, value: "10.0", source: a}
  - {quantity: y, value: "20.0", source: a}
  - {quantity: z, value: "3.0", source: a}
  - {quantity: z, value: "3.2", source: b}
relations: {p: {equation: y = 2*x, choice: c}, q: {equation: y = 3*x, choice: c}}
""",
    "dates": """\
quantities: {s: {unit: date}, e: {unit: date}, d: {unit: day}}
claims:
  - {quantity: s, value: "2021-11-05", source: a}
  - {quantity: e, value: "2022-01-06T12:46-08:00", source: a}
  - {quantity: d, value: 63 day, source: a}
  - {quantity: d, value: 56 day, source: b}
relations: {r: d = e - s}
report: [d, s]
""",
    "units": """\
quantities: {t: {unit: degree}, r: {unit: m}, l: {unit: m}, c: {unit: degC}}
claims:
  - {quantity: t, value: 30 degree, source: a}
  - {quantity: r, value: 2.0 m, source: a}
  - {quantity: c, value: 20.5 degC, source: a}
relations: {p: l = r * sin(t)}
report: [l, t, c]
""",
}
_MADE: dict[str, tuple[object, object]] = {}


def made(name):
    """The claims of a small file and its entry in the JSON report."""
    if name not in _MADE:
        claims = load(HEAD + FILES[name])
        _MADE[name] = claims, json.loads(json.dumps(file_object(verify(claims), Options())))
    return _MADE[name]


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


# -- tampering --------------------------------------------------------------------------------------------


def shifted(text, by=None):
    q = Fraction(text)
    return str(q + (abs(q) / 2 + 1 if by is None else by))


def narrowed(interval):
    """Base intervals that say more than this one."""
    if interval is None:
        return
    yield None
    for end, sign in (("lower", 1), ("upper", -1)):
        if interval[end] is not None:
            yield interval | {end: shifted(interval[end], sign * (abs(Fraction(interval[end])) + 1))}


def step_changes(steps, others, names):
    for n, step in enumerate(steps):
        where = f"step {n} {step['premise']} {step['variable']}"
        for new in narrowed(step["interval"]):
            if new != step["interval"]:
                yield f"{where}: interval {new}", (steps, n), step | {"interval": new}
        if step["uses"]:
            yield f"{where}: no uses", (steps, n), step | {"uses": []}
            plain = step["premise"].startswith("relation:") and step["how"] is None
            for u in step["uses"] if plain and step["interval"] is not None else ():
                yield (
                    f"{where}: without use {u}",
                    (steps, n),
                    step | {"uses": [v for v in step["uses"] if v != u]},
                )
            yield f"{where}: uses what follows", (steps, n), step | {"uses": [len(steps)]}
        if step["interval"] is not None:
            for other in others:
                quantity = step["premise"].removeprefix("domain:").split("@")[0]  # its claims may say as much
                if other != step["premise"] and not other.startswith(quantity + "@"):
                    yield f"{where}: premise {other}", (steps, n), step | {"premise": other}
            for name in names:
                if name != step["variable"]:
                    yield f"{where}: variable {name}", (steps, n), step | {"variable": name}
        if step["how"] is None:
            if step["interval"] is not None and not step["premise"].startswith("relation:"):
                how = {
                    "relations": [[step["premise"], "1"]],
                    "product": False,
                    "known": [],
                    "proofs": [None] * 2,
                }
                yield f"{where}: how", (steps, n), step | {"how": how}
        else:
            yield f"{where}: not how", (steps, n), step | {"how": None}
            yield from how_changes(step["how"], others, where)


def how_changes(how, others, where):
    """Changes of how relations were put together. A tree that is cut elsewhere may still show it."""
    relations = how["relations"]
    if len(relations) > 1:
        yield f"{where}: {'sum' if how['product'] else 'product'}", (how, "product"), not how["product"]
        for i, (premise, m) in enumerate(relations):
            yield f"{where}: without {premise}", (how, "relations"), relations[:i] + relations[i + 1 :]
            yield f"{where}: multiplier {i}", (relations, i), [premise, shifted(m)]
    for i, (premise, m) in enumerate(relations):
        for other in others:
            if other != premise:
                yield f"{where}: by {other}", (relations, i), [other, m]
    for i, (name, premise) in enumerate(how["known"]):
        yield f"{where}: without {premise}", (how, "known"), how["known"][:i] + how["known"][i + 1 :]
        yield f"{where}: {premise} defines nothing", (how["known"], i), ["nothing", premise]
        for other in others:
            if other != premise:
                yield f"{where}: {name} by {other}", (how["known"], i), [name, other]
    for i, tree in enumerate(how["proofs"]):
        yield from tree_changes(how["proofs"], i, tree, f"{where}: tree {i}")


def tree_changes(holder, key, tree, where):
    if tree is None:
        return
    yield f"{where} cut off", (holder, key), None
    yield f"{where} at nothing", (tree, "at"), "nothing"
    if "slope" in tree:
        yield f"{where} of nothing", (tree, "slope"), "nothing"
        yield from tree_changes(tree, "then", tree["then"], f"{where} {tree['slope']}")
    else:
        yield f"{where} split of nothing", (tree, "split"), "nothing"
        for side in ("lower", "upper"):
            yield from tree_changes(tree, side, tree[side], f"{where} {side}")


def proof_changes(holder, key, where):
    proof = holder[key]
    if proof is None:
        return
    if proof.get("goals"):
        yield f"{where}: no goals", (holder, key), proof | {"goals": []}
    if proof["split"] is not None:
        split = proof["split"]
        yield f"{where}: split moved", (split, "at"), shifted(split["at"], Fraction(1, 2))
        yield f"{where}: split moved back", (split, "at"), shifted(split["at"], -Fraction(1, 2))
        yield f"{where}: split of nothing", (split, "variable"), "nothing"
        yield (
            f"{where}: sides swapped",
            (holder, key),
            proof | {"split": split | {"lower": split["upper"], "upper": split["lower"]}},
        )
        yield from proof_changes(split, "lower", where + " below")


def bound_changes(bound, where, limited=False):
    """``limited``: hard limits alone give the ends, too."""
    yield f"{where}: tight", (bound, "tight"), not bound["tight"]
    yield f"{where}: gap", (bound, "gap"), "0" if Fraction(bound["gap"]) else "1E-3"
    yield f"{where}: unit", (bound, "unit"), "furlong"
    for end, sign in (("lower", 1), ("upper", -1)):
        shown = bound[end]
        if shown is None:
            yield f"{where}: {end} appears", (bound, end), {"value": "0", "exact": None, "closed": True}
            continue
        yield f"{where}: {end} vanishes", (bound, end), None
        yield f"{where}: {end} closed", (shown, "closed"), not shown["closed"]
        if "T" not in shown["value"]:
            moved = float(
                Fraction(shown["value"]) * (1 + sign * Fraction(1, 10**6)) + sign * Fraction(1, 10**6)
            )
            yield f"{where}: {end} moved", (shown, "value"), repr(moved)
        if shown["exact"] is not None:
            yield (
                f"{where}: {end} not exactly that",
                (shown, "exact"),
                shifted(shown["exact"], Fraction(1, 1000)),
            )
    certificate = bound.get("certificate")
    if certificate is None:
        return
    for new in narrowed(certificate["interval"]):
        yield f"{where}: interval {new}", (certificate, "interval"), new
    for side in ("lower", "upper"):
        if certificate["interval"][side] is not None and certificate[side] is not None and not limited:
            yield f"{where}: no proof of {side}", (certificate, side), None
        yield from proof_changes(certificate, side, f"{where} {side}")
    if any(w is not None for w in certificate["witnesses"]) and Fraction(bound["gap"]) < 1:
        yield f"{where}: no witnesses", (certificate, "witnesses"), [None, None]
        if wide(certificate["interval"]):  # either witness is near both ends of a narrow one
            yield f"{where}: witnesses swapped", (certificate, "witnesses"), certificate["witnesses"][::-1]


def wide(interval):
    if None in (interval["lower"], interval["upper"]):
        return True
    low, high = Fraction(interval["lower"]), Fraction(interval["upper"])
    return high - low > max(abs(low), abs(high)) / 10**6


def witness_changes(witnesses, tied):
    for n, witness in enumerate(witnesses):
        solved = {name for block in witness["solved"] for name in block["unknown"]}
        for name, value in witness["values"].items():
            if name in tied:
                new = [shifted(e) for e in value] if isinstance(value, list) else shifted(value, 10**40)
                yield f"witness {n}: {name}", (witness["values"], name), new
                yield (
                    f"witness {n}: {name} half",
                    (witness["values"], name),
                    shifted(
                        value[0] if isinstance(value, list) else value, Fraction(10**40) + Fraction(1, 2)
                    ),
                )
            if name in solved and isinstance(value, list):
                low, high = map(Fraction, value)
                beside = [str(2 * high - low), str(3 * high - 2 * low)]
                yield f"witness {n}: beside {name}", (witness["values"], name), beside
        for k, block in enumerate(witness["solved"]):
            rest = [b for i, b in enumerate(witness["solved"]) if i != k]
            yield f"witness {n}: not solved", (witness, "solved"), rest
            yield f"witness {n}: without relations", (block, "relations"), []
            yield f"witness {n}: without unknowns", (block, "unknown"), []
            for i, row in enumerate(block["matrix"]):
                yield f"witness {n}: no row {i}", (block["matrix"], i), ["0"] * len(row)
                yield f"witness {n}: row {i} turned", (block["matrix"], i), [str(-Fraction(m)) for m in row]
                for side, tree in enumerate(block["proofs"][i]):
                    yield from tree_changes(block["proofs"][i], side, tree, f"witness {n}: tree {i} {side}")


def changes(entry, claims):
    """(what, (where, key), new value): every field of every certificate, so that it says what is not so."""
    certificate = entry["certificate"]
    relations = [r.premise for r in claims.relations.values()]
    premises = [*claims.claims, *relations, *(f"domain:{n}" for n in claims.quantities), "nothing"]
    tied = {c.quantity for c in claims.claims.values() if not c.is_conclusion}
    yield from step_changes(certificate["steps"], premises, [*claims.quantities])
    yield from witness_changes(certificate["witnesses"], tied)
    for n, s in enumerate(entry["scenarios"]):
        where = f"scenario {n}"
        for verdict in {"consistent", "contradictory", "unknown"} - {s["verdict"]}:
            yield f"{where}: {verdict}", (s, "verdict"), verdict
        for name, ids in s["choices"].items():
            yield (
                f"{where}: {name} open",
                (s, "choices"),
                {k: v for k, v in s["choices"].items() if k != name},
            )
            yield f"{where}: {name} none", (s["choices"], name), []
            other = next((t["choices"][name] for t in entry["scenarios"] if t["choices"][name] != ids), None)
            if other:
                yield f"{where}: {name} both", (s["choices"], name), [*ids, *other]
                yield f"{where}: {name} other", (s["choices"], name), other
        if s["conflicts"]:
            yield f"{where}: conflicts", (s, "conflicts"), s["conflicts"][1:]
        if s["witness"] is not None:
            yield f"{where}: no witness", (s, "witness"), None
            yield f"{where}: no proof", (s["certificate"], "witness"), None
            for name, value in s["witness"].items():
                if "T" not in value["value"]:
                    new = value | {"value": str(float(Fraction(value["value"])) * 2 + 1)}
                    yield f"{where}: shows {name}", (s["witness"], name), new
                if value["exact"] is not None:
                    yield (
                        f"{where}: exact {name}",
                        (s["witness"], name),
                        value | {"exact": shifted(value["exact"])},
                    )
        for name, bound in s["bounds"].items():
            yield from bound_changes(bound, f"{where} {name}", claims.quantities[name].limits != ("", ""))
    for name, bound in entry["hull"].items():
        yield from bound_changes(bound, f"hull {name}")
    for n, c in enumerate(entry["conflicts"]):
        where, own = f"conflict {n}", c["certificate"]
        for m in c["members"]:
            yield f"{where}: not {m}", (c, "members"), [k for k in c["members"] if k != m]
        for m in premises:
            if m not in c["members"]:
                yield f"{where}: also {m}", (c, "members"), [*c["members"], m]
        yield f"{where}: minimal", (c, "minimal"), not c["minimal"]
        yield f"{where}: known", (c, "known"), not c["known"]
        for kind in {"disagreement", "contradiction", "impossible"} - {c["kind"]}:
            yield f"{where}: {kind}", (c, "kind"), kind
        yield f"{where}: ruled out", (own, "ruled_out"), [] if own["ruled_out"] else c["members"][:1]
        yield f"{where}: conclusion", (own, "conclusion"), "" if own["conclusion"] else c["members"][0]
        for m in own["without"]:
            yield (
                f"{where}: without {m}",
                (own, "without"),
                {k: v for k, v in own["without"].items() if k != m},
            )
        if not (own["conclusion"] and claims.claims[own["conclusion"]].spans):
            yield from proof_changes(own, "proof", where)
        for id, bound in c["would_need"].items():
            if bound is not None and not claims.claims[id].spans:
                yield from bound_changes(bound, f"{where} {id}")
    for n, repair in enumerate(entry["repairs"]):
        yield f"repair {n}: smaller", (entry["repairs"], n), repair[1:]
        yield (
            f"repair {n}: larger",
            (entry["repairs"], n),
            [*repair, next(p for p in premises if p not in repair)],
        )
        yield f"repair {n}: no witness", (certificate["repairs"], n), None
        parts = certificate["repairs"][n]
        if parts and certificate["witnesses"][parts[0]]["values"]:  # else nothing is left of that part
            yield f"repair {n}: of a part no witness", (certificate["repairs"], n), parts[1:]
    for verdict in {"consistent", "contradictory"} - {entry["verdict"]}:
        yield f"verdict {verdict}", (entry, "verdict"), verdict
    for c in entry["claims"]:
        yield from (
            bound_changes(c["interval"], f"claim {c['id']}") if not c["interval"].get("certificate") else ()
        )
        wrong = "supported" if c["status"] in ("contradicted", "disputed") else "contradicted"
        yield f"claim {c['id']}: {wrong}", (c, "status"), wrong


def tampered(name, most=None):
    """The names of the changes that are accepted although they say what is not so, and how many there are.

    ``most``: so many of them are tried, the same ones each time.
    """
    claims, entry = made(name)
    whole = copy.deepcopy(entry)
    missed, count = [], 0
    possible = list(changes(whole, claims))
    if most is not None and len(possible) > most:
        possible = random.Random(20220505).sample(possible, most)
    for what, (holder, key), new in possible:
        old, holder[key] = holder[key], new
        count += 1
        if not audit_file(whole, claims).refused:
            missed.append(what)
        holder[key] = old
    assert whole == entry
    return missed, count


@pytest.mark.parametrize("name", FILES)
def test_refuses_what_was_tampered_with(name):
    missed, count = tampered(name, most=60)
    assert count > 40
    assert missed == []


@pytest.mark.stress
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", FILES)
def test_refuses_any_tampering(name):
    assert tampered(name)[0] == []


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
    import sys

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
    how = {"relations": [["relation:r", "1"]], "product": False, "known": []}

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
        assert any(r.startswith("conflict C1: the step relation:r for y") for r in refused), proofs
