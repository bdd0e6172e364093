"""Places in papers that look like a clash and are none, with what dissolves each.

A case takes the relations of a claims file that matter, with the claims on what they speak of; `told` is the
file of a case with another scope of its claim, or with none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from tests.shipped import ROOT

__all__ = ["OTHERWISE", "RIVALS", "SCOPES", "Case", "part", "told"]


@dataclass(frozen=True)
class Case:
    """``claim`` (quantity@source, without scope) is left open; ``scope`` is what the report has to name."""

    file: str
    sheet: str
    entry: str
    relations: str
    claim: str
    scope: str
    misread: str
    drop: str = ""
    """Claims that the case does without: the start of their quantity, or their id."""


SCOPES = [
    Case("bloom-176b.yaml", "bloom176b.json", "vocab", "padding", "vocabulary@readme", "own", "padded"),
    *(
        Case(
            "bloom-176b.yaml",
            "bloom176b.json",
            "tokens",
            relations,
            claim,
            scope,
            misread,
            "tokens[one-pass]",
        )
        for relations, claim, scope, misread in (
            ("plan one-pass final tokens", "tokens@paper", "trained", "plan"),
            ("plan one-pass final tokens", "tokens@readme", "plan", "one-pass"),
        )
    ),
    Case(
        "bloom-176b.yaml",
        "bloom176b.json",
        "hours384",
        "running-time wall-time",
        "running_time@luccioni",
        "wall",
        "as-48",
        "running_time[as-48]",
    ),
    *(
        Case("llama2-card.yaml", "llama2_card.json", "34B", relations, claim, "all", "listed", drop)
        for relations, claim, drop in (
            ("hours-rows hours-total", "hours@card", "hours[listed] text"),
            ("carbon-rows carbon-total", "carbon@card", "carbon[listed]"),
        )
    ),
    Case(
        "llama2-card.yaml",
        "llama2_card.json",
        "n7",
        "params-7b rotary",
        "params_7b@weights",
        "file",
        "trained",
    ),
    Case(
        "llama3-405b.yaml", "llama3_405b.json", "hours", "run-days snapshot", "days@paper", "snapshot", "run"
    ),
    Case(
        "llama3-405b.yaml",
        "llama3_405b.json",
        "hw78",
        "hardware-least hardware-most unexpected",
        "hardware_share@paper",
        "left-out",
        "counted-in",
    ),
    Case("pythia.yaml", "pythia.json", "ten_rows", "sizes listed", "sizes@readme", "described", "table"),
    Case(
        "pythia.yaml",
        "pythia.json",
        "names",
        "smallest smallest-inner",
        "smallest@readme",
        "counted",
        "left-out",
    ),
    *(
        Case("opt175b-scope.yaml", "opt175b.json", entry, relations, claim, scope, misread)
        for entry, relations, claim, scope, misread in (
            ("gpus", "job cluster", "gpus@paper", "job", "cluster"),
            ("gpus", "job cluster", "gpus@final-update", "cluster", "job"),
            ("days", "days-between days-inside", "elapsed@zhang", "last", "first"),
            ("days", "days-between days-inside", "elapsed@logbook", "first", "last"),
            ("flops_def", "twice once compute", "compute@final-update", "twice", "once"),
            ("co2", "job carbon building", "carbon@paper", "left-out", "counted-in"),
            ("co2", "job carbon building", "carbon@llama", "counted-in", "left-out"),
        )
    ),
]

RIVALS = {
    ("bloom176b.json", "bytes"): ("bloom-176b.yaml", {"decimal", "rounds-nearest"}),
    ("llama3_405b.json", "mfu41"): ("llama3-405b.yaml", {"three-digits"}),
    ("llama3_405b.json", "params"): ("llama3-405b.yaml", {"name-rounded"}),
    ("megatron_2104.json", "eq4"): ("megatron-scaling.yaml", {"equation-3"}),
    ("opt175b.json", "binary"): ("opt175b-full.yaml", {"decimal"}),
}
"""Two ways to read or to calculate, of which the numbers rule out these."""

OTHERWISE = {
    ("deepseek_v3.json", "cost"): "a product of two claims, and marked as concluded from them",
    ("megatron_2104.json", "borderline"): "no clash of intervals; see the test of points",
    ("hubble.json", "versions"): "no claims file is about it",
    ("opt175b.json", "lost_11"): "an explanation of days; opt175b-full.yaml has its arithmetic",
    ("opt175b.json", "pages"): "two documents, of which no relation speaks: two scopes in opt175b-scope.yaml",
    ("opt175b.json", "progress_rates"): "bounds that opt175b-full.yaml derives",
}


def part(case: Case) -> dict[str, Any]:
    """The file's relations of the case and what they speak of, as a mapping of texts."""
    whole = yaml.load((ROOT / "claims" / case.file).read_text("utf-8"), Loader=yaml.BaseLoader)
    relations = {id: whole["relations"][id] for id in case.relations.split()}
    said = " ".join(
        r if isinstance(r, str) else f"{r['equation']} {r.get('for', '')}" for r in relations.values()
    )
    words = set(re.findall(r"\w+", said))
    claims = [c for c in whole["claims"] if c["quantity"].partition("[")[0].partition(".")[0] in words]
    scoped = [(c, f"{c['quantity']}[{c['scope']}]" if "scope" in c else c["quantity"]) for c in claims]
    claims = [c for c, name in scoped if not name.startswith(tuple(case.drop.split()) or ("-",))]
    claims = [c for c in claims if c.get("id") not in case.drop.split()]
    claims = [c for c in claims if set(re.findall(r"(\w+)@", " ".join(c.get("given", [])))) <= words]
    return {
        **{k: v for k, v in whole.items() if k in ("claimcheck", "sources", "scopes")},
        "quantities": {n: q for n, q in whole["quantities"].items() if n in words},
        "tables": {n: t for n, t in whole.get("tables", {}).items() if n in words},
        "claims": claims,
        "relations": relations,
    }


def told(file: dict[str, Any], case: Case, scope: str) -> dict[str, Any]:
    """The file with another scope of the claim, or with none."""
    quantity, _, source = case.claim.partition("@")
    claims = []
    done = False
    for c in file["claims"]:
        mine = (c["quantity"], c["source"]) == (quantity, source) and c.get("scope", case.scope) == case.scope
        if mine and not done and "id" not in c:
            c = {**{k: v for k, v in c.items() if k != "scope"}, **({"scope": scope} if scope else {})}
            c["id"] = "reread"
            done = True
        claims.append(c)
    assert done
    return {**file, "claims": claims}
