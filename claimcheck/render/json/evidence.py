"""What certificates of a JSON report are made of: steps, witnesses, and the trees that prove relations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gmpy2 import mpq

from claimcheck.decimals import exact_text
from claimcheck.interval import ENTIRE, Interval, intersection
from claimcheck.model import ClaimSet
from claimcheck.render.json.intervals import base_object
from claimcheck.solver.certificate import exclusion, solution
from claimcheck.solver.decision import Bound, Proof, Step, Witness
from claimcheck.solver.exclusions import About, Tree
from claimcheck.solver.problem import compile_problem

__all__ = ["Record"]


class Record:
    """The steps and witnesses of a file, each once; certificates refer to them by number.

    Thousands of bounds share most of their steps, so that a report stays short.
    """

    def __init__(self, claims: ClaimSet | None) -> None:
        self.steps: list[dict[str, Any]] = []
        self.witnesses: list[dict[str, Any]] = []
        self._problem = compile_problem(claims or ClaimSet())
        self._shown: list[Step] = []
        self._numbers: dict[object, int] = {}

    def proof(self, proof: Proof | None) -> dict[str, Any] | None:
        """``goals``: the numbers of the steps that the proof's other steps lead to."""
        if proof is None:
            return None
        numbers: list[int] = []
        for step in proof.steps:
            placed = replace(step, uses=tuple(numbers[u] for u in step.uses))
            if placed not in self._numbers:
                self._numbers[placed] = len(self.steps)
                self.steps.append(self._step(placed))
                self._shown.append(placed)
            numbers.append(self._numbers[placed])
        used = {u for step in proof.steps for u in step.uses}
        split = proof.split
        return {
            "goals": [n for place, n in enumerate(numbers) if place not in used],
            "split": None
            if split is None
            else {
                "variable": split.variable,
                "at": exact_text(split.at),
                "lower": self.proof(split.lower),
                "upper": self.proof(split.upper),
            },
        }

    def _step(self, step: Step) -> dict[str, Any]:
        return {
            "premise": step.premise,
            "variable": step.variable,
            "interval": base_object(step.interval),
            "uses": list(step.uses),
            "how": self._how(step) if step.premise in self._problem.constraints else None,
        }

    def _how(self, step: Step) -> dict[str, Any] | None:
        """How relations exclude what is outside of the interval; None: by evaluation of one of them."""
        box: dict[str, Interval] = {}
        for used in (self._shown[u] for u in step.uses):
            box[used.variable] = intersection(box.get(used.variable, ENTIRE), used.interval)
        if any(x.is_empty for x in box.values()):
            return None
        product = step.combined == "product"
        sides = 1 if step.interval.is_empty else 2
        trees = (None,) * sides if product else exclusion(self._problem, step, box)
        if not any(trees) and not step.through and not step.combined:
            return None
        multipliers = step.multipliers or (mpq(1),)
        relations = (step.premise, *(() if step.solved else step.through))
        return {
            "relations": [[p, exact_text(m)] for p, m in zip(relations, multipliers, strict=True)],
            "combined": step.combined or "sum",
            "known": [[premise, name] for name, premise in step.solved[:-1]],
            "proofs": [_tree(t) for t in trees],
        }

    def witness(self, witness: Witness | None) -> int | None:
        """Values in base units: a number, or the ends about a value that its relations determine."""
        if witness is None:
            return None
        key = (tuple(witness.values.items()), witness.solved)
        if key not in self._numbers:
            self._numbers[key] = len(self.witnesses)
            self.witnesses.append(
                {
                    "values": {name: _ends(x) for name, x in witness.values.items()},
                    "solved": [self._solved(witness, *group) for group in witness.solved],
                }
            )
        return self._numbers[key]

    def bound(self, bound: Bound) -> dict[str, Any]:
        """The certificate of a bound, the interval in base units being what is proved."""
        return {
            "interval": base_object(bound.interval),
            "lower": self.proof(bound.lower_proof),
            "upper": self.proof(bound.upper_proof),
            "witnesses": [self.witness(bound.lower_witness), self.witness(bound.upper_witness)],
        }

    def _solved(self, witness: Witness, unknown: Sequence[str], premises: Sequence[str]) -> dict[str, Any]:
        relations, matrix, proofs = solution(self._problem, witness.values, unknown, premises)
        return {
            "unknown": list(unknown),
            "relations": relations,
            "matrix": [[exact_text(m) for m in row] for row in matrix],
            "proofs": [[_tree(t) for t in pair] for pair in proofs],
        }


def _tree(tree: Tree) -> dict[str, Any] | None:
    if tree is None:
        return None
    if isinstance(tree, About):
        return {"about": {name: exact_text(q) for name, q in tree.center}, "then": _tree(tree.then)}
    parts = {"lower": _tree(tree.lower), "upper": _tree(tree.upper)}
    return {"split": tree.name, "at": exact_text(tree.at), **parts}


def _ends(x: Interval) -> str | list[str]:
    return exact_text(x.lower) if x.is_point else [exact_text(x.lower), exact_text(x.upper)]
