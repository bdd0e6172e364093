"""`claimcheck audit`: check a JSON report again, with a checker that knows no solver."""

from __future__ import annotations

import argparse

from claimcheck.cli.status import CONTRADICTORY, OK, Stop
from claimcheck.cli.streams import reason, write

__all__ = ["HELP", "add_arguments", "run"]

HELP = "check a JSON report again, with a checker that knows no solver"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("report", metavar="REPORT.json", help="a JSON report of `claimcheck verify`")


def run(parsed: argparse.Namespace) -> int:
    """Run the command and give back the exit status."""
    from claimcheck.audit import audit_report

    try:
        found = audit_report(parsed.report)
    except (OSError, ImportError) as error:
        raise Stop(f"{parsed.report} was not audited: {reason(error)}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        told = f"{type(error).__name__}: {error}"
        raise Stop(f"{parsed.report} was not audited, it is no report to be checked: {told}") from None
    lines = [f"refused: {what}\n" for what in found.refused]
    lines.append(f"{len(found.accepted)} accepted, {len(found.refused)} refused\n")
    write("".join(lines), "")
    return CONTRADICTORY if found.refused else OK
