"""Every way in which a report could be made to say what is not so, one change at a time.

A change is known by what kind of change it is and by its key path in the report's schema, such as
``scenarios[].bounds.*.lower.value`` (``[]``: an item of a list, ``*``: a value of a mapping; a tree in a tree
has the path of the outermost). ``statement_changes`` tries all kinds on all that a report states.
``certificate_changes`` takes away and spoils every field of a certificate, and makes the changes that surely
leave nothing proved: much else makes another proof of a proof.

``FREE`` lists what carries no claim, ``HARMLESS`` which changes leave a true report, each with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from fractions import Fraction
from typing import Any

from claimcheck.render.json import report_schema

__all__ = ["FREE", "HARMLESS", "Change", "changes", "extremes_hold", "schema_paths"]

FREE = {
    "path": "where the claims file is, not what it says",
    "conflicts[].certificate.inequality": "the clash in one line, for reading; what is checked is the proof",
}
"""Key paths that carry no claim."""

HARMLESS = {
    ("complete", "flipped"): "a complete list may be called incomplete",
    ("conflicts[].worked_out", "flipped"): "what was worked out may be told as if some of it was not",
    ("repairs_complete", "flipped"): "and so may a complete list of repairs",
    ("certificate.steps[].uses", "without one"): "the others may say as much",
    ("*.exact", "none"): "the decimal beside it says nearly the same",
    ("overview.extremes.*.*.*", "gone"): "fewer choices are named: the others then make no difference",
    ("overview.extremes.*.*", "none"): "that is: not known",
    ("overview.verdicts", "none"): "that is: not all were looked at",
    ("overview.effects[].moves", "none"): "that is: not known",
    ("overview.effects[].outcomes[].consistent", "none"): "that is: not counted",
}


_UNTOLD = {"supported", "untested", "unknown"}
NOT_CHECKED = (
    ("findings", "findings"),
    ("shifts", "shifts"),
    ("overview.resolve", "what one more digit would do"),
    ("overview", "what the overview says of scenarios that are not listed"),
    ("hull", "the hull of"),
    ("repairs_open", "whether the parts that are called open could be repaired"),
    ("verdict", "the verdict, as far as"),
    ("conflicts", "C2, which is about scenarios or bounds that are not listed"),
    ("claims[].status", "which claims are supported"),
)
"""What the audit may leave unchecked or aside, and in which words it then has to say so."""


def exempt(change: Change, told: Sequence[str]) -> bool:
    """Whether a change to be made leaves a report true, or the audit ``told`` that it does not check it."""
    if change.path in FREE or any(
        change.kind == kind and fnmatch(change.path, path) for path, kind in HARMLESS
    ):
        return True
    if change.path.endswith(".gap") and change.kind == "another":
        # A greater one says less, and one that is combined from others is rounded.
        least = Fraction(change.holder["gap"]) * Fraction(99, 100)
        if least < Fraction(change.new) <= Fraction(1, 10**9):
            return True
    if (change.path, change.kind) == ("overview.effects[]", "gone"):  # some move nothing
        moves = change.holder[change.key]["moves"]
        if moves is None or not Fraction(moves["value"]):
            return True
    statuses = {str(change.new), change.holder["status"]} if change.path == "claims[].status" else set()
    if statuses == {"contradicted", "disputed"} and "whether claims are contradicted everywhere" in told:
        return True
    if change.path.startswith("hull.") and any(t.startswith("that the hull of") for t in told):
        # It may say less, and an end that is rounded outward is not attained.
        side = "less" if ".lower" in change.path else "more"
        if change.kind in ("none", side, "flipped") or change.path.endswith(".gap"):
            return True
    if change.path == "overview.resolve[]" and change.kind == "gone":
        return True  # advice that is not given
    if ".narrows." in change.path and change.kind in ("more", "less") and _nearly(change):
        return True
    if change.path == "claims[].status" and not {str(change.new), change.holder["status"]} <= _UNTOLD:
        return False
    return any(change.path.startswith(p) and any(t.startswith(w) for t in told) for p, w in NOT_CHECKED)


def _nearly(change: Change) -> bool:
    """Whether a share is what it was but for its rounding."""
    return abs(Fraction(change.new) / Fraction(change.holder[change.key]) - 1) < Fraction(1, 999)


def extremes_hold(entry: Any) -> bool:
    """Whether each quantity is least, and greatest, in all scenarios that make the choices named for it.

    A choice that makes no difference may be named: that is as true.
    """
    scenarios = entry["scenarios"]
    for name, ends in entry["overview"]["extremes"].items():
        for end, outermost in (("lower", min), ("upper", max)):
            bounded = [t for t in scenarios if name in t["bounds"]]
            values = [_end_of(t["bounds"][name], end) for t in bounded]
            for scenario, value in zip(bounded, values, strict=True):
                picked = (ends[end] or {}).items() <= scenario["choices"].items()
                if ends[end] is not None and picked and value != outermost(values):
                    return False
    return True


def _end_of(bound: Any, end: str) -> float:
    ends = {"lower": -float("inf"), "upper": float("inf")}
    return ends[end] if bound[end] is None else float(bound[end]["value"])


@dataclass(frozen=True, slots=True)
class Change:
    """``holder[key]`` becomes ``new``; GONE: it is taken away."""

    path: str
    kind: str
    holder: Any
    key: Any
    new: Any

    def __str__(self) -> str:
        return f"{self.path}: {self.kind} [{self.key}] = {self.new!r:.60}"

    def make(self) -> Any:
        """Make the change. The result undoes it."""
        old = self.holder[self.key]
        order = list(self.holder.items()) if isinstance(self.holder, dict) else list(self.holder)
        if self.new is GONE:
            del self.holder[self.key]
        else:
            self.holder[self.key] = self.new

        def undo() -> None:
            if isinstance(self.holder, dict):
                self.holder.clear()
                self.holder.update(order)
            else:
                self.holder[:] = order
            assert self.holder[self.key] is old

        return undo


GONE = object()
_CERTIFICATE = "certificate"


# -- the schema -------------------------------------------------------------------------------------------


def schema_paths() -> dict[str, Any]:
    """The schema at every key path of a file's entry."""
    schema = report_schema()
    found: dict[str, Any] = {}

    def walk(node: Any, path: str, within: tuple[str, ...]) -> None:
        if "$ref" in node:
            name = node["$ref"].rpartition("/")[2]
            if name not in within:
                walk(schema["$defs"][name], path, (*within, name))
            return
        for option in node.get("anyOf", ()):
            walk(option, path, within)
        if path and "anyOf" not in node and node.get("type") != "null":
            found[path] = {**found.get(path, {}), **node}
        for key, inner in node.get("properties", {}).items():
            walk(inner, f"{path}.{key}".lstrip("."), within)
        if isinstance(node.get("additionalProperties"), dict):
            walk(node["additionalProperties"], f"{path}.*", within)
        if "items" in node:
            walk(node["items"], f"{path}[]", within)

    walk(schema["properties"]["files"]["items"], "", ())
    return found


_SCHEMA = schema_paths()


def _places(entry: Any) -> Iterator[tuple[str, Any, Any, Any]]:
    """(path, holder, key, value) of everything in a report, outer things first."""

    def walk(node: Any, path: str) -> Iterator[tuple[str, Any, Any, Any]]:
        if isinstance(node, dict):
            items: Any = [
                (k, f"{path}.{k}" if f"{path}.{k}".lstrip(".") in _SCHEMA else f"{path}.*") for k in node
            ]
        elif isinstance(node, list):
            items = [(k, f"{path}[]") for k in range(len(node))]
        else:
            return
        for key, inner in items:
            value = node[key]
            own = inner.lstrip(".")
            if own not in _SCHEMA:  # a proof in a proof, a tree in a tree
                own = path.removesuffix(".split") if "goals" in _keys(value) else path
            yield own, node, key, value
            yield from walk(value, own)

    yield from walk(entry, "")


def _keys(value: Any) -> Any:
    return value if isinstance(value, dict) else ()


# -- all that a report states -------------------------------------------------------------------------------


def changes(entry: Any, claims: Any) -> Iterator[Change]:
    """All changes of a report, as far as it has what they change."""
    yield from statement_changes(entry)
    yield from certificate_changes(entry, claims)


def statement_changes(entry: Any) -> Iterator[Change]:
    """Every value outside of certificates gone, replaced, moved, doubled, or put where there is none."""
    seen: dict[str, dict[str, Any]] = {}
    places = list(_places(entry))
    for path, _, _, value in places:
        seen.setdefault(path, {})[repr(value)] = value
    for path, holder, key, value in places:
        if _CERTIFICATE in path.split("."):
            continue
        if isinstance(holder, dict):
            yield Change(path, "gone", holder, key, GONE)
        else:
            yield Change(path, "gone", holder, key, GONE)
            yield Change(path.removesuffix("[]"), "twice", *_holder(places, holder), [*holder, value])
        for kind, new in _others(path, value, seen[path]):
            yield Change(path, kind, holder, key, new)


def _holder(places: Any, node: Any) -> tuple[Any, Any]:
    return next((holder, key) for _, holder, key, value in places if value is node)


def _others(path: str, value: Any, seen: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    schema = _SCHEMA[path]
    if isinstance(value, bool):
        yield "flipped", not value
    elif isinstance(value, int):
        yield "more", value + 1
        yield "less", value - 1
    elif isinstance(value, str):
        if "enum" in schema:
            yield from (("another", e) for e in schema["enum"] if e != value)
        elif _number(value) is not None:
            yield from _moved(path, value)
        yield "nonsense", "nothing"
    elif (
        isinstance(value, dict)
        and "additionalProperties" in schema
        and schema["additionalProperties"]
        and value
    ):
        yield "one more", {**value, "nothing": next(iter(value.values()))}
    elif value is None:
        others = [v for v in seen.values() if v is not None]
        yield "appears", others[0] if others else {"value": "0", "exact": None, "closed": True}
    if value is not None and (isinstance(value, str | dict | list)):
        others = [v for v in seen.values() if v is not None and v != value]
        if "enum" not in schema:
            yield from (("another", v) for v in others[:3])
        yield "none", None


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except ValueError:
        return None


def _moved(path: str, value: str) -> Iterator[tuple[str, str]]:
    """A number by a little, by much, and of the other sign."""
    q = Fraction(value)
    if path.endswith(".gap"):
        if q:
            yield "less", "0"
        yield "less", "-1"
        yield "other", "1E-3" if q != Fraction(1, 1000) else "2E-3"
        return
    for kind, sign in (("more", 1), ("less", -1)):
        for step in (abs(q) / 10**6 + Fraction(1, 10**6), abs(q) + 1):
            new = q + sign * step
            yield kind, str(new) if "/" in value or path.endswith("exact") else repr(float(new))


# -- certificates -------------------------------------------------------------------------------------------


def certificate_changes(entry: Any, claims: Any) -> Iterator[Change]:
    """Every field of every certificate."""
    paths = {id(value): path for path, _, _, value in _places(entry)}
    premises = [*claims.claims, *(r.premise for r in claims.relations.values())]
    premises += [*(f"domain:{n}" for n in claims.quantities), "nothing"]
    for path, holder, key, value in list(_places(entry)):
        if _CERTIFICATE in path.split("."):
            yield from _spoiled(path, holder, key, value)
    for kind, (holder, key), new in _known(entry, claims, premises):
        inner = f"{paths[id(holder)]}.{key}"
        if isinstance(holder, list):
            inner = f"{paths[id(holder)]}[]"
        elif inner not in _SCHEMA:
            inner = f"{paths[id(holder)]}.*"
        yield Change(inner, kind, holder, key, new)


def _spoiled(path: str, holder: Any, key: Any, value: Any) -> Iterator[Change]:
    """What is no certificate at all any more."""
    if isinstance(holder, dict) and not path.endswith(".*"):
        yield Change(path, "gone", holder, key, GONE)
    if isinstance(value, bool):
        yield Change(path, "nonsense", holder, key, "nothing")
    elif isinstance(value, int):
        yield from (
            Change(path, "nonsense", holder, key, new) for new in (-1, 10**6, "nothing", value + 0.0, True)
        )
    elif isinstance(value, str) and value:
        yield Change(path, "nonsense", holder, key, "nothing")
    elif isinstance(value, list | dict) and value:
        yield Change(path, "nonsense", holder, key, "nothing")
        yield Change(path, "emptied", holder, key, type(value)())


_Known = Iterator[tuple[str, tuple[Any, Any], Any]]


def _known(entry: Any, claims: Any, premises: list[str]) -> _Known:
    """Changes after which a certificate shows nothing or something else."""
    certificate = entry["certificate"]
    tied = {c.quantity for c in claims.claims.values() if not c.is_conclusion}
    limited = {q.name for q in claims.quantities.values() if q.limits != ("", "")}
    yield from _of_steps(certificate["steps"], premises, [*claims.quantities])
    yield from _of_witnesses(certificate["witnesses"], tied)
    for n, parts in enumerate(certificate["repairs"]):
        yield "none", (certificate["repairs"], n), None
        if parts and certificate["witnesses"][parts[0]]["values"]:  # else nothing is left of that part
            yield "without one", (certificate["repairs"], n), parts[1:]
    for s in entry["scenarios"]:
        if s["witness"] is not None:
            yield "none", (s[_CERTIFICATE], "witness"), None
        for name, bound in s["bounds"].items():
            yield from _of_bound(bound, name in limited)
    for name, bound in entry["hull"].items():
        for side in ("lower", "upper") if bound[_CERTIFICATE] is not None else ():
            if bound[_CERTIFICATE][side] is not None and name not in limited:
                yield "none", (bound[_CERTIFICATE], side), None
            yield from _of_proof(bound[_CERTIFICATE], side)
    for c in entry["conflicts"]:
        own = c[_CERTIFICATE]
        yield "another", (own, "ruled_out"), [] if own["ruled_out"] else c["members"][:1]
        yield "another", (own, "conclusion"), "" if own["conclusion"] else c["members"][0]
        for m in own["without"]:
            yield "without one", (own, "without"), {k: v for k, v in own["without"].items() if k != m}
        if not (own["conclusion"] and claims.claims[own["conclusion"]].spans):
            yield from _of_proof(own, "proof")
        for id, bound in c["would_need"].items():
            if bound is not None and not claims.claims[id].spans:
                yield from _of_bound(bound, limited=False)


def _shifted(text: str, by: Fraction | None = None) -> str:
    q = Fraction(text)
    return str(q + (abs(q) / 2 + 1 if by is None else by))


def _narrowed(interval: Any) -> Iterator[Any]:
    """Base intervals that say more than this one."""
    if interval is None:
        return
    yield None
    for end, sign in (("lower", 1), ("upper", -1)):
        if interval[end] is not None:
            yield interval | {end: _shifted(interval[end], sign * (abs(Fraction(interval[end])) + 1))}


def _of_steps(steps: Any, premises: list[str], names: list[str]) -> _Known:
    for step in steps:
        for new in _narrowed(step["interval"]):
            yield "narrower", (step, "interval"), new
        if step["uses"]:
            yield "none", (step, "uses"), []
            plain = step["premise"].startswith("relation:") and step["how"] is None
            for u in step["uses"] if plain and step["interval"] is not None else ():
                yield "without one", (step, "uses"), [v for v in step["uses"] if v != u]
            yield "what follows", (step, "uses"), [len(steps)]
        if step["interval"] is not None:
            for other in premises:
                as_well = other.startswith(step["variable"] + "@")  # claims on it may say as much
                if other != step["premise"] and not as_well:
                    yield "another", (step, "premise"), other
            for name in names:
                if name != step["variable"]:
                    yield "another", (step, "variable"), name
            if step["how"] is None and not step["premise"].startswith("relation:"):
                how = {"relations": [[f"case:{step['variable']}", "1"]], "combined": "sum", "known": []}
                yield "appears", (step, "how"), how | {"proofs": [None] * 2}
        if step["how"] is not None:
            yield "none", (step, "how"), None
            yield from _of_how(step["how"], premises)


def _of_how(how: Any, premises: list[str]) -> _Known:
    """How relations were put together. A tree that is cut elsewhere may still show it."""
    relations = how["relations"]
    if len(relations) > 1:
        for other in ("sum", "product"):
            if other != how["combined"]:
                yield "another", (how, "combined"), other
        for i, (premise, m) in enumerate(relations):
            yield "without one", (how, "relations"), relations[:i] + relations[i + 1 :]
            yield "another", (relations, i), [premise, _shifted(m)]
    for i, (premise, m) in enumerate(relations):
        yield from (("another", (relations, i), [other, m]) for other in premises if other != premise)
    for i, (premise, name) in enumerate(how["known"]):
        yield "without one", (how, "known"), how["known"][:i] + how["known"][i + 1 :]
        yield "another", (how["known"], i), [premise, "nothing"]
        yield from (("another", (how["known"], i), [other, name]) for other in premises if other != premise)
    for i, tree in enumerate(how["proofs"]):
        yield from _of_tree(how["proofs"], i, tree)


def _of_tree(holder: Any, key: Any, tree: Any) -> _Known:
    if tree is None:
        return
    yield "cut off", (holder, key), None
    if "about" in tree:
        yield "none", (tree, "about"), {}
        yield "one more", (tree, "about"), tree["about"] | {"nothing": "0"}
        yield from _of_tree(tree, "then", tree["then"])
    elif tree["lower"] != tree["upper"]:  # one tree for both sides: half of the box may do without it
        for side in ("lower", "upper"):
            yield from _of_tree(tree, side, tree[side])


def _of_proof(holder: Any, key: Any) -> _Known:
    proof = holder[key]
    if proof is None:
        return
    if proof.get("goals"):
        yield "none", (proof, "goals"), []
    if proof["split"] is not None:
        split = proof["split"]
        yield "moved", (split, "at"), _shifted(split["at"], Fraction(1, 2))
        yield "moved", (split, "at"), _shifted(split["at"], -Fraction(1, 2))
        yield "swapped", (proof, "split"), split | {"lower": split["upper"], "upper": split["lower"]}
        yield from _of_proof(split, "lower")


def _of_bound(bound: Any, limited: bool) -> _Known:
    """``limited``: hard limits alone may give the ends, too."""
    certificate = bound[_CERTIFICATE]
    interval = certificate["interval"]
    for new in _narrowed(interval):
        yield "narrower", (certificate, "interval"), new
    for side in ("lower", "upper"):
        if interval[side] is not None and certificate[side] is not None and not limited:
            yield "none", (certificate, side), None
        if interval[side] is not None:
            yield "none", (interval, side), None
        yield "flipped", (interval, f"{side}_closed"), not interval[f"{side}_closed"]
        yield from _of_proof(certificate, side)
    if any(w is not None for w in certificate["witnesses"]) and Fraction(bound["gap"]) < 1:
        yield "none", (certificate, "witnesses"), [None, None]
        if _wide(interval):  # either witness is near both ends of a narrow one
            yield "swapped", (certificate, "witnesses"), certificate["witnesses"][::-1]


def _wide(interval: Any) -> bool:
    if None in (interval["lower"], interval["upper"]):
        return True
    low, high = Fraction(interval["lower"]), Fraction(interval["upper"])
    return high - low > max(abs(low), abs(high)) / 10**6


def _of_witnesses(witnesses: Any, tied: set[str]) -> _Known:
    for witness in witnesses:
        solved = {name for block in witness["solved"] for name in block["unknown"]}
        for name, value in witness["values"].items():
            if name in tied:
                for far in (Fraction(10**40), 10**40 + Fraction(1, 2)):
                    first = value[0] if isinstance(value, list) else value
                    yield "moved", (witness["values"], name), _shifted(first, far)
            if name in solved and isinstance(value, list):
                low, high = map(Fraction, value)
                yield "moved", (witness["values"], name), [str(2 * high - low), str(3 * high - 2 * low)]
        for k, block in enumerate(witness["solved"]):
            yield "without one", (witness, "solved"), [b for i, b in enumerate(witness["solved"]) if i != k]
            yield "none", (block, "relations"), []
            yield "none", (block, "unknown"), []
            for i, row in enumerate(block["matrix"]):
                yield "none", (block["matrix"], i), ["0"] * len(row)
                yield "turned", (block["matrix"], i), [str(-Fraction(m)) for m in row]
                for side, tree in enumerate(block["proofs"][i]):
                    yield from _of_tree(block["proofs"][i], side, tree)
