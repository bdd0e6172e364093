"""What claims that do not say their scope would have to speak of, for a conflict to go away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from claimcheck.judging.premises import in_force
from claimcheck.judging.report import Conflict, Scenario
from claimcheck.judging.wording import clean
from claimcheck.model import ClaimSet, Relation

__all__ = ["assumed", "assumption_text", "holds_if", "way_out"]

_TOLD = 3
"""Ways to read the claims that are told of one conflict."""


def assumed(claims: ClaimSet, conflict: Conflict) -> dict[str, Relation]:
    """The scopes that a conflict takes for granted: by claim the relation that settles its scope."""
    relations = (claims.relations.get(m.removeprefix("relation:")) for m in conflict.members)
    return {r.reads: r for r in relations if r is not None and r.reads}


def holds_if(
    claims: ClaimSet, conflicts: Mapping[str, Conflict], conflict: Conflict, scenarios: Iterable[Scenario]
) -> list[dict[str, Relation]]:
    """The other scopes under which all of a conflict's claims hold, by claim; at most a few.

    Each is that of a scenario among those given in which none of these claims is in a conflict.
    ``conflicts`` are those of the report, by id.
    """
    taken = assumed(claims, conflict)
    if not taken or not conflict.ruled_out:
        return []
    others = {m for m in conflict.members if m in claims.claims and not claims.claims[m].is_conclusion}
    speaking = {*taken, *([conflict.conclusion] if conflict.conclusion else [])}
    clashing = {c.id for c in conflicts.values() if not speaking.isdisjoint(c.members)}
    found: list[dict[str, Relation]] = []
    for scenario in scenarios:  # of which there may be thousands, for each of hundreds of conflicts
        if not clashing.isdisjoint(scenario.conflicts):
            continue
        picked = [scenario.choices.get(r.choice, ("",))[0].removeprefix("relation:") for r in taken.values()]
        reading = {id: claims.relations[p] for id, p in zip(taken, picked, strict=True) if p}
        if reading == taken or len(reading) < len(taken) or reading in found:
            continue
        if not others <= {*in_force(claims, scenario.choices), *_sure(claims)}:
            continue
        found.append(reading)
        if len(found) == _TOLD:
            break
    return found


def _sure(claims: ClaimSet) -> set[str]:
    return {c.id for c in claims.claims.values() if c.certain}


# -- words ------------------------------------------------------------------------------------------------


def assumption_text(reading: Mapping[str, Relation]) -> str:
    """``elapsed@logbook speaks of both``; claims that speak of one scope together."""
    together: dict[tuple[str, ...], list[str]] = {}
    for id, relation in reading.items():
        together.setdefault(relation.scope, []).append(clean(id))
    told = []
    for scope, ids in together.items():
        who = "both" if len(ids) == 2 and len(together) == 1 else " and ".join(ids)
        told.append(f"{who} {'speaks' if len(ids) == 1 else 'speak'} of {', '.join(scope)}")
    return " and ".join(told)


def way_out(claims: ClaimSet, readings: Iterable[Mapping[str, Relation]]) -> str:
    """``holds if elapsed@logbook speaks of both``, or another way, with what the scopes mean; or nothing."""
    readings = list(readings)
    if not readings:
        return ""
    told = ", or if ".join(map(assumption_text, readings))
    scopes = dict.fromkeys(s for reading in readings for r in reading.values() for s in r.scope)
    meanings = {s: a.scopes[s] for a in claims.aspects.values() for s in scopes if a.scopes.get(s)}
    said = "; ".join(
        f"{s}: {clean(meanings[s])}" if len(scopes) > 1 else clean(meanings[s])
        for s in scopes
        if s in meanings
    )
    return f"holds if {told}" + (f" ({said})" if said else "")
