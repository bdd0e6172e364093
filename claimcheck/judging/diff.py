"""What changed from one report to another: conflicts, bounds, claims, verdicts.

Both are file entries of JSON reports, so that a stored report and a file checked just now are compared in the
same way. Conflicts are matched by their members, scenarios by their choices, claims by id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from claimcheck.diagnostics import InputProblem
from claimcheck.interval import Rational
from claimcheck.judging.reading import read_gap, read_interval
from claimcheck.solver.decision import magnitude
from claimcheck.units import UnitTable

__all__ = [
    "NOTHING",
    "BoundChange",
    "Change",
    "ClaimChange",
    "ConflictChange",
    "Diff",
    "ScenarioChange",
    "compare",
    "paired",
]

Entry = Mapping[str, Any]
"""An object of a JSON report."""


class Change(StrEnum):
    """How something differs. The first two are of conflicts, bounds, scenarios and claims alike."""

    NEW = "new"
    GONE = "gone"
    COUNTS = "counts"
    """A conflict that was accepted or settled a choice, and counts now."""
    ACCEPTED = "accepted"
    """A conflict that counted, and is accepted or settles a choice now."""
    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    MOVED = "moved"
    """A bound of which neither is part of the other."""
    OTHER = "other"
    """A bound that cannot be compared with the old one, for its unit or its size."""
    CHANGED = "changed"
    """A scenario's verdict; a claim's value or status."""


@dataclass(frozen=True, slots=True)
class ConflictChange:
    """A conflict that is new, gone, or counts otherwise than before; ``counts``: now, or if gone, before."""

    change: Change
    members: tuple[str, ...]
    kind: str
    counts: bool


@dataclass(frozen=True, slots=True)
class BoundChange:
    """A bound that differs: of the hull (``choices`` None) or of a scenario; the INTERVAL objects of both."""

    change: Change
    quantity: str
    choices: Mapping[str, tuple[str, ...]] | None
    old: Entry | None
    new: Entry | None


@dataclass(frozen=True, slots=True)
class ScenarioChange:
    """A scenario that is new or gone, or whose verdict changed (a missing verdict is empty)."""

    change: Change
    choices: Mapping[str, tuple[str, ...]]
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """A claim that is new or gone, or says something else or came out otherwise; claim objects of both."""

    change: Change
    id: str
    old: Entry | None
    new: Entry | None


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences between two files, in the order of the new one, what is gone last.

    ``verdicts`` and ``complete`` are those of the old and the new report. Where one is not complete, what is
    new or gone may only not have been found in the other.
    """

    paths: tuple[str, str]
    verdicts: tuple[str, str]
    complete: tuple[bool, bool]
    conflicts: tuple[ConflictChange, ...] = ()
    bounds: tuple[BoundChange, ...] = ()
    scenarios: tuple[ScenarioChange, ...] = ()
    claims: tuple[ClaimChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        same = self.verdicts[0] == self.verdicts[1]
        return same and not (self.conflicts or self.bounds or self.scenarios or self.claims)

    @property
    def is_worse(self) -> bool:
        """Whether some conflict counts that did not before."""
        return any(c.change in (Change.NEW, Change.COUNTS) and c.counts for c in self.conflicts)


NOTHING: Entry = {
    "path": "",
    "verdict": "",
    "complete": True,
    **{key: [] for key in ("conflicts", "scenarios", "claims")},
    "hull": {},
}
"""The entry of a file that is not there."""


def paired(old: Sequence[Entry], new: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    """The entries of two reports by path, or, of one file each, together whatever they are called.

    The other side of a file that is in one report only is :data:`NOTHING`.
    """
    if len(old) == len(new) == 1:
        return [(old[0], new[0])]
    before = {f["path"]: f for f in old}
    after = {f["path"]: f for f in new}
    pairs = [(before.get(path, NOTHING), f) for path, f in after.items()]
    return pairs + [(f, NOTHING) for path, f in before.items() if path not in after]


def compare(old: Entry, new: Entry) -> Diff:
    """The differences between two entries of ``files`` of JSON reports.

    Raises InputProblem (CC103) where one of them is none.
    """
    try:
        return Diff(
            (str(old["path"]), str(new["path"])),
            (str(old["verdict"]), str(new["verdict"])),
            (bool(old["complete"]), bool(new["complete"])),
            tuple(_conflicts(old["conflicts"], new["conflicts"])),
            tuple(_bounds(old, new)),
            tuple(_scenarios(old["scenarios"], new["scenarios"])),
            tuple(_claims(old["claims"], new["claims"])),
        )
    except (KeyError, TypeError, AttributeError) as error:
        told = f"{type(error).__name__}: {error}"
        raise InputProblem("CC103", f"this is no entry of a JSON report ({told})") from None


def _conflicts(old: Iterable[Entry], new: Iterable[Entry]) -> Iterable[ConflictChange]:
    before = {frozenset(c["members"]): c for c in old}
    after = {frozenset(c["members"]): c for c in new}
    for members, conflict in after.items():
        counts = _counts(conflict)
        if members not in before:
            yield _conflict(Change.NEW, conflict, counts)
        elif counts != _counts(before[members]):
            yield _conflict(Change.COUNTS if counts else Change.ACCEPTED, conflict, counts)
    for members, conflict in before.items():
        if members not in after:
            yield _conflict(Change.GONE, conflict, _counts(conflict))


def _counts(conflict: Entry) -> bool:
    """Whether a conflict makes its file contradictory: neither accepted nor the way a choice is settled."""
    return not conflict["known"] and not conflict["certificate"].get("ruled_out")


def _conflict(change: Change, conflict: Entry, counts: bool) -> ConflictChange:
    return ConflictChange(change, tuple(conflict["members"]), str(conflict["kind"]), counts)


def _bounds(old: Entry, new: Entry) -> Iterable[BoundChange]:
    units = UnitTable()
    yield from _bounds_in(old["hull"], new["hull"], None, units)
    before = _by_choices(old["scenarios"])
    for key, scenario in _by_choices(new["scenarios"]).items():
        if key in before:
            yield from _bounds_in(before[key]["bounds"], scenario["bounds"], _choices(scenario), units)


def _bounds_in(
    old: Mapping[str, Entry],
    new: Mapping[str, Entry],
    choices: Mapping[str, tuple[str, ...]] | None,
    units: UnitTable,
) -> Iterable[BoundChange]:
    for quantity, bound in new.items():
        if quantity not in old:
            yield BoundChange(Change.NEW, quantity, choices, None, bound)
            continue
        change = _change(old[quantity], bound, units)
        if change is not None:
            yield BoundChange(change, quantity, choices, old[quantity], bound)
    for quantity, bound in old.items():
        if quantity not in new:
            yield BoundChange(Change.GONE, quantity, choices, bound, None)


def _change(old: Entry, new: Entry, units: UnitTable) -> Change | None:
    """How a bound changed; a difference within the gaps that both reports state is none."""
    if all(old[key] == new[key] for key in ("unit", "lower", "upper")):
        return None
    # In one unit numbers are compared as they stand: it may be one that only the file knows.
    table = units if old["unit"] != new["unit"] else None
    try:
        if table is not None and table.parse(old["unit"]).dimension != table.parse(new["unit"]).dimension:
            return Change.OTHER
        a, b = read_interval(old, table), read_interval(new, table)
    except InputProblem:
        return Change.OTHER
    if a.is_empty or b.is_empty:
        return None if a.is_empty and b.is_empty else Change.TIGHTENED if b.is_empty else Change.LOOSENED
    slack = read_gap(old) * magnitude(a) + read_gap(new) * magnitude(b)
    up = _beyond(b.lower, b.lower_closed, a.lower, a.lower_closed, slack)
    down = _beyond(_minus(b.upper), b.upper_closed, _minus(a.upper), a.upper_closed, slack)
    if not up and not down:
        return None
    if min(up, down) >= 0:
        return Change.TIGHTENED
    return Change.LOOSENED if max(up, down) <= 0 else Change.MOVED


def _minus(q: Rational | None) -> Rational | None:
    return None if q is None else -q


def _beyond(
    new: Rational | None, new_closed: bool, old: Rational | None, old_closed: bool, slack: Rational
) -> int:
    """1 if a lower end went up (further inwards), -1 if it went down, 0 if it stayed."""
    if new is None or old is None:
        return (old is None) - (new is None)
    if abs(new - old) > slack:
        return 1 if new > old else -1
    return 0 if slack or new != old else int(old_closed) - int(new_closed)


def _choices(scenario: Entry) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(ids) for name, ids in scenario["choices"].items()}


def _by_choices(scenarios: Iterable[Entry]) -> dict[frozenset[tuple[str, tuple[str, ...]]], Entry]:
    return {frozenset(_choices(s).items()): s for s in scenarios}


def _scenarios(old: Iterable[Entry], new: Iterable[Entry]) -> Iterable[ScenarioChange]:
    before, after = _by_choices(old), _by_choices(new)
    for key, scenario in after.items():
        was = str(before[key]["verdict"]) if key in before else ""
        now = str(scenario["verdict"])
        if was != now:
            yield ScenarioChange(Change.CHANGED if was else Change.NEW, _choices(scenario), was, now)
    for key, scenario in before.items():
        if key not in after:
            yield ScenarioChange(Change.GONE, _choices(scenario), str(scenario["verdict"]), "")


def _claims(old: Iterable[Entry], new: Iterable[Entry]) -> Iterable[ClaimChange]:
    before, after = ({str(c["id"]): c for c in claims} for claims in (old, new))
    for id, claim in after.items():
        if id not in before:
            yield ClaimChange(Change.NEW, id, None, claim)
        elif any(before[id][key] != claim[key] for key in ("status", "interval")):
            yield ClaimChange(Change.CHANGED, id, before[id], claim)
    for id, claim in before.items():
        if id not in after:
            yield ClaimChange(Change.GONE, id, claim, None)
