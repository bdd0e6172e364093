"""`claimcheck graph`: the network of quantities and relations as a picture."""

from __future__ import annotations

import argparse

from claimcheck.cli.arguments import add_budget
from claimcheck.cli.checking import check_one
from claimcheck.cli.status import OK
from claimcheck.cli.streams import write
from claimcheck.render.graph import FORMATS

__all__ = ["HELP", "add_arguments", "run"]

HELP = "draw the quantities, the relations between them, and where they conflict"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("path", metavar="PATH", help="a claims file, or - for standard input")
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="default: %(default)s")
    parser.add_argument("-o", "--output", default="", metavar="FILE", help="write the picture to FILE")
    add_budget(parser)
    parser.set_defaults(given=())


def run(parsed: argparse.Namespace) -> int:
    """Run the command and give back the exit status."""
    from claimcheck.render.graph import render
    from claimcheck.render.graph.network import network

    write(render(parsed.format, network(check_one(parsed))), parsed.output)
    return OK
