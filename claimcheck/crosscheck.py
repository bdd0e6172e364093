"""What can only be seen when all entries are there: names that lead nowhere, dimensions, premises, rivals.

:func:`check` is for claims from a file and from a Python program alike. It looks at the entries one by one
and against each other, and at no number: whether the numbers can be true together is another question.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from claimcheck.diagnostics import Diagnostic, InputProblem, Severity
from claimcheck.dimensions import equation_problems
from claimcheck.entries import Claim, Relation, Waiver
from claimcheck.expression import names
from claimcheck.model import ClaimSet

__all__ = ["check"]


def check(claims: ClaimSet) -> tuple[Diagnostic, ...]:
    """Everything that is wrong between the entries, in file order; empty: the claims can be checked.

    CC105 and CC111 (a reference that is unknown or ambiguous), CC112 (no claims), CC115 to CC121, and the
    codes of :func:`~claimcheck.dimensions.equation_problems`.
    """
    found: list[Diagnostic] = []
    if not claims.claims:
        hint = "add a `claims` list; a claim has a quantity, a value and a source"
        found.append(Diagnostic("CC112", "no claims found", hint, entry=("claims",)))
    for claim in claims.claims.values():
        found.extend(_conclusion(claims, claim))
    units = {q.name: q.unit for q in claims.quantities.values()}
    rivals: dict[str, list[Relation]] = {}
    met: set[str] = set()
    for relation in claims.relations.values():
        if relation.choice:
            rivals.setdefault(relation.choice, []).append(relation)
        if relation.template in met:  # the rows of a table are alike
            continue
        if relation.template:
            met.add(relation.template)
        found.extend(_relation(relation))
        found.extend(
            problem.at(*relation.entry, "equation")
            for problem in equation_problems(relation.equation, units, claims.units)
        )
    found.extend(_lonely(choice[0]) for choice in rivals.values() if len(choice) == 1)
    found.extend(_report(claims))
    for waiver in claims.waivers:
        found.extend(_waiver(claims, waiver))
    return tuple(found)


def _conclusion(claims: ClaimSet, claim: Claim) -> Iterator[Diagnostic]:
    """A conclusion rests on evidence, which is not itself, and is no hard fact."""
    if claim.is_conclusion and claim.certain:
        yield Diagnostic(
            "CC119",
            "a conclusion cannot be certain: it is what gets checked",
            "drop `certain`, or `given` and `spans`",
            entry=(*claim.entry, "certain"),
        )
    met: set[str] = set()
    for place, reference in enumerate(claim.given):
        entry = (*claim.entry, "given", place)
        try:
            premise = claims.claims[claims.resolve(reference)]
        except InputProblem as problem:
            yield problem.at(*entry)
            continue
        if premise.id == claim.id:
            yield Diagnostic("CC115", "a claim cannot rest on itself", "name what it rests on", entry=entry)
        elif premise.is_conclusion:
            hint = f"name the evidence that {premise.id} rests on"
            yield Diagnostic("CC118", f"{premise.id} is a conclusion itself", hint, entry=entry)
        elif premise.id in met:
            yield Diagnostic("CC121", f"{premise.id} is named twice", "name it once", entry=entry)
        met.add(premise.id)


def _relation(relation: Relation) -> Iterator[Diagnostic]:
    """A relation speaks of some quantity, and rivals can be questioned."""
    if not names(relation.equation):
        yield Diagnostic(
            "CC120",
            "this relation names no quantity",
            "remove it, or name the quantities it ties",
            entry=(*relation.entry, "equation"),
        )
    if relation.choice and relation.definition:
        yield Diagnostic(
            "CC117",
            "a relation of a choice can be wrong, so it is no definition",
            "drop `definition` or `choice`",
            entry=(*relation.entry, "definition"),
        )


def _lonely(relation: Relation) -> Diagnostic:
    return Diagnostic(
        "CC116",
        f"{relation.choice!r} is a choice of one relation only",
        "name its rival, or drop `choice`",
        severity=Severity.WARNING,
        entry=(*relation.entry, "choice"),
    )


def _report(claims: ClaimSet) -> Iterator[Diagnostic]:
    met: set[str] = set()
    for place, written in enumerate(claims.report):
        name = unicodedata.normalize("NFKC", written)
        if name not in claims.quantities:
            yield claims.unknown_quantity(written).at("report", place)
        elif name in met:
            yield Diagnostic("CC121", f"{name} is named twice", "name it once", entry=("report", place))
        met.add(name)


def _waiver(claims: ClaimSet, waiver: Waiver) -> Iterator[Diagnostic]:
    met: set[str] = set()
    for place, reference in enumerate(waiver.members):
        entry = ("known", waiver.index, "members", place)
        try:
            member = claims.resolve(reference, relations=True)
        except InputProblem as problem:
            yield problem.at(*entry)
            continue
        if member in met:
            yield Diagnostic("CC121", f"{member} is named twice", "name it once", entry=entry)
        met.add(member)
