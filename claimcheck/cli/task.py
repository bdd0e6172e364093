"""The check of one of many files, as it is handed to whatever process does it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from claimcheck.cli.checking import check, fault_text
from claimcheck.cli.status import NOT_CHECKED
from claimcheck.render import Options, piece

if TYPE_CHECKING:
    from claimcheck.judging.baseline import Baseline
    from claimcheck.judging.report import Report

__all__ = ["Result", "Task", "check_task", "collect_seldom", "cores"]


@dataclass(frozen=True, slots=True)
class Task:
    """A file to check, and how. ``data``: what to check in its place (standard input)."""

    path: str
    data: bytes | None = None
    budget: float | None = None
    given: tuple[str, ...] = ()
    format: str = "text"
    options: Options = field(default_factory=Options)
    strict: bool = False
    whole: bool = False
    """Whether the report itself is wanted, whatever the format."""
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a file came to: a verdict or ``not checked``, the exit status, and what to write of it.

    ``piece`` is None where the format needs the reports, and ``report`` is None otherwise. Both are None
    where a ``fault``, a bug or the end of the process, left nothing to report: what happened, and a hint.
    """

    word: str
    status: int
    piece: str | None = None
    report: Report | None = None
    fault: tuple[str, str] = ("", "")


def collect_seldom() -> None:
    """Look for garbage in circles seldom: a check makes millions of objects and hardly any such garbage."""
    gc.set_threshold(200_000, 50, 1000)


def cores() -> int:
    """How many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def check_task(task: Task, watch: Callable[[str, float], object] | None = None) -> Result:
    """Check one file. A bug met in it is a result, too, so that it does not take the others' away."""
    from claimcheck.judging.listing import Listing
    from claimcheck.judging.verification import exit_status, outcome

    options = task.options
    try:
        report = check(
            task.path,
            budget=task.budget,
            given=task.given,
            data=task.data,
            baseline=task.baseline,
            listing=Listing(options.top, options.sort, options.start),
            watch=watch,
        )
        written = piece(task.format, report, task.options)
    except Exception as fault:
        return Result("not checked", NOT_CHECKED, fault=fault_text(fault, task.path))
    kept = report if written is None or task.whole else None
    return Result(outcome(report), exit_status([report], strict=task.strict), written, kept)
