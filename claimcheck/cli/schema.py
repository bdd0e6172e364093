"""`claimcheck schema`: the JSON Schemas."""

from __future__ import annotations

import argparse

from claimcheck.cli.status import OK
from claimcheck.cli.streams import write

__all__ = ["HELP", "add_arguments", "run"]

HELP = "print the JSON Schema of the claims file, for editors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--report", action="store_true", help="print that of the JSON report instead")
    which.add_argument("--diff", action="store_true", help="print that of a JSON comparison (`diff`) instead")
    which.add_argument("--explanation", action="store_true", help="print that of a JSON explanation instead")


def run(parsed: argparse.Namespace) -> int:
    """Run the command and give back the exit status."""
    import json

    if parsed.report:
        from claimcheck.render.json import report_schema

        schema = report_schema()
    elif parsed.diff:
        from claimcheck.render.diff import diff_schema

        schema = diff_schema()
    elif parsed.explanation:
        from claimcheck.render.explanation.schema import explanation_schema

        schema = explanation_schema()
    else:
        from claimcheck.files.editors import json_schema

        schema = json_schema()
    write(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "")
    return OK
