"""`claimcheck diff`: what changed from one file or report to another."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from claimcheck.cli.arguments import add_budget
from claimcheck.cli.checking import refuse
from claimcheck.cli.status import CONTRADICTORY, OK, Stop
from claimcheck.cli.stored import read_report
from claimcheck.cli.streams import patience, reason, write

__all__ = ["HELP", "add_arguments", "run"]

HELP = "say what changed: conflicts new and gone, bounds tightened and loosened"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("old", metavar="OLD", help="a claims file or a JSON report, or - for standard input")
    parser.add_argument("new", metavar="NEW", help="likewise")
    parser.add_argument(
        "--format", choices=("text", "markdown", "json"), default="text", help="default: %(default)s"
    )
    parser.add_argument("-o", "--output", default="", metavar="FILE", help="write the comparison to FILE")
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 in spite of new conflicts")
    add_budget(parser)


def run(parsed: argparse.Namespace) -> int:
    """Run the command and give back the exit status."""
    if parsed.old == parsed.new == "-":
        raise Stop("standard input cannot be both sides of a comparison")
    old, new = _side(parsed.old, parsed), _side(parsed.new, parsed)
    from claimcheck.diagnostics import InputProblem
    from claimcheck.judging.diff import compare, paired
    from claimcheck.render.diff import render

    try:
        diffs = [compare(a, b) for a, b in paired(old, new)]
        text = render(parsed.format, diffs)
    except (InputProblem, KeyError, TypeError, AttributeError) as problem:
        raise Stop(f"{parsed.old} and {parsed.new} were not compared: {problem}") from None
    write(text, parsed.output)
    return CONTRADICTORY if any(d.is_worse for d in diffs) and not parsed.exit_zero else OK


def _side(path: str, parsed: argparse.Namespace) -> list[Mapping[str, Any]]:
    """The entries of a JSON report, or those that a claims file would have in one."""
    try:
        if path == "-":
            text = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as file:
                text = file.read()
    except (OSError, ValueError) as error:
        raise Stop(f"cannot read {path}: {reason(error)}") from None
    stored = read_report(text, path)
    if stored is not None:
        for entry in stored:
            if _unread(entry):
                raise Stop(f"{entry['path']} was not checked when {path} was written")
        return stored
    from claimcheck.judging.verification import check_path, check_text
    from claimcheck.render.json import report_object

    name = "<stdin>" if path == "-" else path
    with patience(name):
        if path == "-":
            report = check_text(text, name, budget=parsed.budget)
        else:  # read again, with what lies beside it
            report = check_path(path, budget=parsed.budget)
    if report.claim_set is None:
        refuse(name, report.diagnostics)
    return list(report_object([report])["files"])


def _unread(entry: Mapping[str, Any]) -> bool:
    """Whether an entry is of a file that could not be read: it says why, and nothing else."""
    found = entry.get("findings") or ()
    return not entry.get("claims") and any(f.get("severity") == "error" for f in found)
