"""`claimcheck init`: a commented starter file, and the schema by which editors complete and check it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from claimcheck.cli.status import OK, Stop
from claimcheck.cli.streams import reason

__all__ = ["HELP", "add_arguments", "run"]

HELP = "write a commented starter file, and its schema for editors beside it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("file", metavar="FILE", help="the file to write, such as my.yaml")


def run(parsed: argparse.Namespace) -> int:
    """Run the command and give back the exit status."""
    from claimcheck.files.editors import schema_text
    from claimcheck.files.starter import SCHEMA_NAME, STARTER

    try:
        _create(parsed.file, STARTER)
    except FileExistsError:
        raise Stop(f"{parsed.file} exists already and stays as it is", "choose another name") from None
    except (OSError, ValueError) as error:
        raise Stop(f"cannot write {parsed.file}: {reason(error)}") from None
    schema = Path(parsed.file).parent / SCHEMA_NAME
    try:
        _create(schema, schema_text())
        print(f"wrote {schema}, by which editors complete and check it", file=sys.stderr)
    except FileExistsError:
        pass  # that of another claims file
    except OSError as error:
        raise Stop(f"cannot write {schema}: {reason(error)}") from None
    print(f"wrote {parsed.file}; check it with: claimcheck verify {parsed.file}", file=sys.stderr)
    return OK


def _create(path: str | Path, text: str) -> None:
    """Write a file that is not there yet. Raises FileExistsError, OSError, ValueError (no name)."""
    with open(path, "x", encoding="utf-8", newline="\n") as file:
        file.write(text)
