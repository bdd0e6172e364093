"""`claimcheck verify`: check claims files and report what contradicts what."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from claimcheck.cli.arguments import add_budget, add_given, count, jobs
from claimcheck.cli.repository import add_step_summary, repository_root
from claimcheck.cli.status import CONTRADICTORY, NOT_CHECKED, OK, Stop
from claimcheck.cli.stored import read_stored
from claimcheck.cli.streams import color, complain, patience, progress, show, write, write_all
from claimcheck.cli.task import Result, Task, check_task, collect_seldom, cores
from claimcheck.render import FORMATS, Options, render
from claimcheck.render.assembly import ASSEMBLY, totals

if TYPE_CHECKING:
    from claimcheck.judging.baseline import Baseline
    from claimcheck.judging.report import Report

__all__ = ["HELP", "add_arguments", "run"]

HELP = "check claims files and report what contradicts what"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="files, directories, or - for standard input"
    )
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="default: %(default)s")
    parser.add_argument(
        "-o",
        "--output",
        default="",
        metavar="FILE",
        help="write the report to FILE instead of standard output",
    )
    parser.add_argument("--top", type=count, metavar="N", help="list N source combinations (0: all)")
    parser.add_argument(
        "--sort",
        choices=("lower", "upper", "width"),
        default="",
        help="order source combinations by the ends or the width of the first reported quantity",
    )
    parser.add_argument(
        "--start", type=count, default=0, metavar="N", help="pass over the first N source combinations"
    )
    add_given(parser)
    parser.add_argument(
        "--jobs", type=jobs, default=1, metavar="N", help="check in N processes (0 or auto: one per core)"
    )
    parser.add_argument(
        "--baseline", default="", metavar="FILE", help="accept the conflicts of an earlier JSON report"
    )
    parser.add_argument(
        "--shifts", action="store_true", help="show the least change of the numbers that makes all fit"
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 on warnings and `unknown`, too")
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 in spite of contradictions")
    add_budget(parser)


def run(parsed: argparse.Namespace) -> int:
    """Run the command and give back the exit status."""
    collect_seldom()
    tasks, missing = _tasks(parsed)
    counts: Counter[str] = Counter()
    statuses = [NOT_CHECKED if missing else OK]
    reports: list[Report] = []

    def pieces() -> Iterator[str]:
        """What is written of each file, as it comes; what else there is to it is kept."""
        for result in _results(tasks, parsed.jobs):
            counts[result.word] += 1
            statuses.append(result.status)
            if result.fault[0]:
                complain(*result.fault)
            if result.report is not None:
                reports.append(result.report)
            if result.piece is not None:
                yield result.piece

    assemble = ASSEMBLY.get(parsed.format)
    if assemble is not None:
        write_all(assemble(pieces(), counts), parsed.output)
    else:
        for _ in pieces():
            pass
        write(render(parsed.format, reports, tasks[0].options), parsed.output)
    if parsed.format == "github":
        add_step_summary(reports)
    if len(tasks) > 1 and (parsed.format != "text" or parsed.output):
        print(totals(counts), file=sys.stderr)
    status = max(statuses)
    return OK if parsed.exit_zero and status == CONTRADICTORY else status


def _tasks(parsed: argparse.Namespace) -> tuple[list[Task], bool]:
    """All files that the paths name, and whether something could not be looked at."""
    from claimcheck.files.discovery import find_claims_files

    files, diagnostics = find_claims_files(parsed.paths)
    for diagnostic in diagnostics:
        show(diagnostic)
    if not files:
        raise Stop("no claims file to check")
    painted = color(sys.stdout) and not parsed.output
    options = Options(painted, parsed.top, parsed.sort, repository_root(), parsed.shifts, parsed.start)
    given = tuple(parsed.given or ())
    stored = read_stored(parsed.baseline) if parsed.baseline else None
    return [
        Task(
            path,
            sys.stdin.buffer.read() if path == "-" else None,
            parsed.budget,
            given,
            parsed.format,
            options,
            parsed.strict,
            baseline=None
            if stored is None
            else _baseline(parsed.baseline, stored, path, alone=len(files) == 1),
        )
        for path in files
    ], bool(diagnostics)


def _baseline(name: str, files: Sequence[Mapping[str, Any]], path: str, *, alone: bool) -> Baseline:
    from claimcheck.judging.baseline import Baseline

    try:
        return Baseline.of(name, files, "<stdin>" if path == "-" else path, alone=alone)
    except (KeyError, TypeError, AttributeError):
        raise Stop(f"{name} is no JSON report: a conflict in it has no members") from None


def _results(tasks: Sequence[Task], jobs: int) -> Iterator[Result]:
    """The results in the order of the tasks, from as many processes as pay."""
    processes = min(jobs or cores(), len(tasks))
    with progress(len(tasks)) as advance:
        if processes > 1:
            from claimcheck.cli.workers import check_in_processes

            yield from check_in_processes(tasks, processes, advance)
            return
        for task in tasks:
            with patience(task.path) if len(tasks) == 1 else nullcontext() as watch:
                result = check_task(task, watch)
            advance()
            yield result
