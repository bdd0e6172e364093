"""`claimcheck verify`: check claims files and report what contradicts what."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from claimcheck.cli.arguments import add_budget, add_given, count
from claimcheck.cli.checking import check, internal_error
from claimcheck.cli.repository import add_step_summary, repository_root
from claimcheck.cli.status import CONTRADICTORY, NOT_CHECKED, OK, Stop
from claimcheck.cli.streams import color, progress, show, write
from claimcheck.render import FORMATS, Options

if TYPE_CHECKING:
    from claimcheck.judging.report import Report

__all__ = ["HELP", "add_arguments", "run"]

HELP = "check claims files and report what contradicts what"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="files, directories, or - for standard input"
    )
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="default: %(default)s")
    parser.add_argument("-o", "--output", default="", metavar="FILE", help="write the report to FILE")
    parser.add_argument("--top", type=count, metavar="N", help="list N source combinations (0: all)")
    parser.add_argument(
        "--sort",
        choices=("lower", "upper", "width"),
        default="",
        help="order source combinations by the first reported quantity",
    )
    add_given(parser)
    parser.add_argument("--strict", action="store_true", help="exit with 1 on warnings and `unknown`, too")
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 in spite of contradictions")
    add_budget(parser)


def run(parsed: argparse.Namespace) -> int:
    """Run the command and give back the exit status."""
    reports, missing = _check_all(parsed.paths, parsed)
    painted = color(sys.stdout) and not parsed.output
    options = Options(painted, parsed.top, parsed.sort, repository_root())
    from claimcheck.judging.verification import exit_status
    from claimcheck.render import render

    status = exit_status(reports, strict=parsed.strict)
    if parsed.exit_zero and status == CONTRADICTORY:
        status = OK
    write(render(parsed.format, reports, options), parsed.output)
    if parsed.format == "github":
        add_step_summary(reports)
    return NOT_CHECKED if missing else status


def _check_all(paths: Sequence[str], parsed: argparse.Namespace) -> tuple[list[Report], bool]:
    """The reports of all files that the paths name, and whether something could not be looked at."""
    from claimcheck.files.discovery import find_claims_files

    files, diagnostics = find_claims_files(paths)
    for diagnostic in diagnostics:
        show(diagnostic)
    missing = bool(diagnostics)
    if not files:
        raise Stop("no claims file to check")
    reports = []
    for path in progress(files):
        try:
            reports.append(check(path, parsed))
        except Exception as fault:  # a bug met in one file must not take the others' reports away
            internal_error(fault, path)
            missing = True
    return reports, missing
