"""`claimcheck bounds`: where one quantity must lie."""

from __future__ import annotations

import argparse
import sys

from claimcheck.cli.arguments import add_budget, add_given
from claimcheck.cli.checking import check_about, did_you_mean, refuse
from claimcheck.cli.status import OK, Stop
from claimcheck.cli.streams import write
from claimcheck.render import Options

__all__ = ["HELP", "add_arguments", "run"]

HELP = "show where one quantity must lie, for every source combination"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("path", metavar="PATH", help="a claims file, or - for standard input")
    parser.add_argument("quantity", metavar="QUANTITY", help="the name of a quantity")
    add_given(parser)
    add_budget(parser)


def run(parsed: argparse.Namespace) -> int:
    """Run the command and give back the exit status."""
    from claimcheck.files.loader import load_path, load_text
    from claimcheck.render.bounds import bounds_text

    if parsed.path == "-":
        claims, found = load_text(sys.stdin.buffer.read(), "<stdin>")
    else:
        claims, found = load_path(parsed.path)
    if claims is None:
        refuse(parsed.path, found)
    if parsed.quantity not in claims.quantities:
        known = list(claims.quantities)
        hint = did_you_mean(parsed.quantity, known, f"quantities: {', '.join(known)}")
        raise Stop(f"no quantity is called {parsed.quantity!r}", hint)
    report = check_about(claims, parsed.quantity, parsed)
    write(bounds_text(report, parsed.quantity, Options()), "")
    return OK
