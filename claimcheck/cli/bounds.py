"""`claimcheck bounds`: where one quantity must lie."""

from __future__ import annotations

import argparse

from claimcheck.cli.arguments import add_budget, add_given
from claimcheck.cli.checking import check_about, claims_at, require_quantity
from claimcheck.cli.status import OK
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
    from claimcheck.render.bounds import bounds_text

    claims = claims_at(parsed.path)
    require_quantity(claims, parsed.quantity)
    report = check_about(claims, parsed.quantity, parsed)
    write(bounds_text(report, parsed.quantity, Options()), "")
    return OK
