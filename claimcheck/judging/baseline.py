"""A baseline: the conflicts of an earlier report, accepted so that only new ones count.

It holds sets of members by file. A conflict is accepted if its members are exactly those of one of the
file's; what the baseline holds and the check no longer finds is gone, which is told.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from claimcheck.judging.report import Conflict

__all__ = ["Baseline", "accept"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The conflicts of one file in a report that is called ``name``, each as its members."""

    name: str
    conflicts: tuple[tuple[str, ...], ...]

    @staticmethod
    def of(name: str, files: Sequence[Mapping[str, Any]], path: str, *, alone: bool) -> Baseline:
        """What entries of a JSON report hold on the file of this path.

        Where the report is of one file and that path is checked ``alone``, whatever its path.
        """
        wanted = _normal(path)
        entries = files if alone and len(files) == 1 else [f for f in files if _normal(f["path"]) == wanted]
        found = dict.fromkeys(tuple(map(str, c["members"])) for f in entries for c in f["conflicts"])
        return Baseline(name, tuple(found))


def _normal(path: str) -> str:
    return posixpath.normpath(path.replace("\\", "/"))


def accept(
    conflicts: Iterable[Conflict], baseline: Baseline
) -> tuple[tuple[Conflict, ...], tuple[tuple[str, ...], ...]]:
    """The conflicts with those of the baseline marked as known, and the members of those that are gone.

    What the file itself accepts keeps the file's reason. Hard facts that clash by themselves are no conflict
    that could be accepted.
    """
    held = {frozenset(members): members for members in baseline.conflicts}
    marked = []
    for conflict in conflicts:
        members = frozenset(conflict.members)
        if members and members in held and not conflict.known:
            reason = f"in the baseline {baseline.name}"
            conflict = replace(conflict, known=True, reason=reason, baseline=True)
        held.pop(members, None)
        marked.append(conflict)
    return tuple(marked), tuple(held.values())
