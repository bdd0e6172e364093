"""`claimcheck rows`: every source combination as a row of a table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from claimcheck.cli.arguments import add_budget, add_given, count
from claimcheck.cli.checking import claims_at, refuse, require_quantity
from claimcheck.cli.status import OK, Stop
from claimcheck.cli.streams import bar, reason, write

__all__ = ["HELP", "add_arguments", "run"]

HELP = "write every source combination as a row of a table"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("path", metavar="PATH", help="a claims file, or - for standard input")
    parser.add_argument(
        "-o",
        "--output",
        default="",
        metavar="FILE",
        help="write to FILE, as CSV or (FILE.parquet) as Parquet; default: CSV to standard output",
    )
    parser.add_argument(
        "--quantity",
        nargs="+",
        action="extend",
        metavar="NAME",
        help="bound these quantities (default: those that a report tells of)",
    )
    add_given(parser)
    parser.add_argument("--start", type=count, default=0, metavar="N", help="begin with number N (from 0)")
    parser.add_argument("--top", type=count, metavar="N", help="write N rows (default: all)")
    add_budget(parser)


def run(parsed: argparse.Namespace) -> int:
    """Run the command and give back the exit status."""
    from claimcheck.diagnostics import ClaimsError
    from claimcheck.judging.rows import sweep
    from claimcheck.rowfiles import csv_texts, write_csv, write_parquet

    claims = claims_at(parsed.path)
    for name in parsed.quantity or ():
        require_quantity(claims, name)
    try:
        swept = sweep(claims, parsed.quantity, given=tuple(parsed.given or ()), budget=parsed.budget)
    except ClaimsError as error:
        refuse(parsed.path, error.diagnostics)
    start, stop = parsed.start, None if parsed.top is None else parsed.start + parsed.top
    if not swept.complete:
        print(
            f"claimcheck: not all source combinations could be looked at; {swept.count:,} are",
            file=sys.stderr,
        )
    with bar("rows", min(swept.count, stop or swept.count) - start) as advance:
        if not parsed.output or parsed.output == "-":
            for text in csv_texts(swept, start, stop):
                if not write(text, ""):
                    break
                advance(text.count("\n"))
            return OK
        kind = write_parquet if Path(parsed.output).suffix.lower() == ".parquet" else write_csv
        try:
            kind(swept, parsed.output, start, stop, advance)
        except OSError as error:
            raise Stop(f"cannot write {parsed.output}: {reason(error)}") from None
        except ImportError:
            raise Stop("Parquet needs pyarrow", "pip install claimcheck[parquet], or write CSV") from None
    return OK
