"""`claimcheck explain`: how a bound, a claim's fate or a conflict comes about."""

from __future__ import annotations

import argparse

from claimcheck.cli.arguments import add_budget, add_given, count
from claimcheck.cli.checking import check_about, check_one
from claimcheck.cli.status import OK, Stop
from claimcheck.cli.streams import write
from claimcheck.render.explanation import FORMATS

__all__ = ["HELP", "add_arguments", "run"]

HELP = "show how a bound, a claim's fate or a conflict comes about"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("path", metavar="PATH", help="a claims file, or - for standard input")
    parser.add_argument(
        "target",
        metavar="WHAT",
        help="a quantity, the id of a claim (also its short id), or a conflict such as C1",
    )
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="default: %(default)s")
    parser.add_argument("-o", "--output", default="", metavar="FILE", help="write the explanation to FILE")
    parser.add_argument(
        "--depth", type=count, metavar="N", help="show N levels of the derivation below the result"
    )
    parser.add_argument(
        "--top",
        type=count,
        metavar="N",
        help="tell of N source combinations, or of N cases of a proof (0: all; default: 20)",
    )
    parser.add_argument(
        "--supports",
        action="store_true",
        help="show the minimal sets of claims and relations that each end of a bound follows from",
    )
    add_given(parser)
    add_budget(parser)


def run(parsed: argparse.Namespace) -> int:
    """Run the command and give back the exit status."""
    from claimcheck.budget import Budget
    from claimcheck.diagnostics import InputProblem
    from claimcheck.judging.explain import CASES, explain, find_target
    from claimcheck.render.explanation import render

    report = check_one(parsed)
    try:
        target = find_target(report, parsed.target)
    except InputProblem as problem:
        raise Stop(problem.message, problem.hint) from None
    if target.quantity and report.claim_set is not None:
        report = check_about(report.claim_set, target.quantity, parsed)
    time = None
    if parsed.supports and report.claim_set is not None:
        time = Budget(parsed.budget or report.claim_set.settings.budget)
    told = explain(report, target, parsed.depth, CASES if parsed.top is None else parsed.top, time)
    write(render(parsed.format, report, told), parsed.output)
    return OK
