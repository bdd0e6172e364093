"""`claimcheck init`: a commented starter file."""

from __future__ import annotations

import argparse
import sys

from claimcheck.cli.status import OK, Stop
from claimcheck.cli.streams import reason

__all__ = ["HELP", "add_arguments", "run"]

HELP = "write a commented starter file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("file", metavar="FILE")


def run(parsed: argparse.Namespace) -> int:
    """Run the command and give back the exit status."""
    from claimcheck.files.starter import STARTER

    try:
        with open(parsed.file, "x", encoding="utf-8", newline="\n") as file:
            file.write(STARTER)
    except FileExistsError:
        raise Stop(f"{parsed.file} exists already and stays as it is", "choose another name") from None
    except (OSError, ValueError) as error:
        raise Stop(f"cannot write {parsed.file}: {reason(error)}") from None
    print(f"wrote {parsed.file}; check it with: claimcheck verify {parsed.file}", file=sys.stderr)
    return OK
