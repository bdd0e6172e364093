"""`claimcheck rule`: what a finding's code means and how to fix it."""

from __future__ import annotations

import argparse

from claimcheck.cli.checking import did_you_mean
from claimcheck.cli.status import OK, Stop
from claimcheck.cli.streams import write

__all__ = ["HELP", "add_arguments", "run"]

HELP = "say what a finding's code means and how to fix it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="such as CC302; without it, list all")


def run(parsed: argparse.Namespace) -> int:
    """Run the command and give back the exit status."""
    from claimcheck.judging.catalogue import catalogue, look_up

    entries = catalogue()
    if not parsed.code:
        write("".join(f"{code}  {entry.name}\n" for code, entry in entries.items()), "")
        return OK
    entry = look_up(parsed.code)
    if entry is None:
        known = [*entries, *(e.name for e in entries.values())]
        raise Stop(
            f"no rule is called {parsed.code!r}",
            did_you_mean(parsed.code, known, "`claimcheck rule` lists all"),
        )
    write(f"{entry}\n", "")
    return OK
