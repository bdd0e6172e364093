"""`claimcheck audit`: check a JSON report again, with a checker that knows no solver."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from claimcheck.cli.status import CONTRADICTORY, OK, Stop
from claimcheck.cli.streams import reason, write

if TYPE_CHECKING:
    from claimcheck.audit import Audit

__all__ = ["HELP", "add_arguments", "run"]

HELP = "check a JSON report again, with a checker that knows no solver"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("report", metavar="REPORT.json", help="a JSON report of `claimcheck verify`")
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="json: all that was accepted, refused and not checked; default: %(default)s",
    )
    parser.add_argument("-o", "--output", default="", metavar="FILE", help="write the outcome to FILE")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="name in the text what was accepted, too"
    )
    parser.add_argument(
        "--strict", action="store_true", help="exit with 1, too, if something was not checked"
    )


def run(parsed: argparse.Namespace) -> int:
    """Run the command and give back the exit status."""
    from claimcheck.audit import audit_report

    try:
        found = audit_report(parsed.report)
    except (OSError, ImportError) as error:
        raise Stop(f"{parsed.report} was not audited: {reason(error)}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        told = f"{type(error).__name__}: {error}"
        raise Stop(f"{parsed.report} was not audited, it is no report to be checked: {told}") from None
    write(
        _as_json(found, parsed.report) if parsed.format == "json" else _text(found, parsed.verbose),
        parsed.output,
    )
    return CONTRADICTORY if found.refused or (parsed.strict and found.unchecked) else OK


def _text(found: Audit, verbose: bool) -> str:
    """Accepted is told as a number, unless it is asked for; all else one by one."""
    parts = {"accepted": found.accepted if verbose else (), "refused": found.refused}
    parts |= {"not checked": found.unchecked, "aside": found.aside}
    lines = [f"{word}: {what}\n" for word, told in parts.items() for what in told]
    numbers = (
        f"{len(found.accepted)} accepted, {len(found.refused)} refused, {len(found.unchecked)} not checked"
    )
    return "".join(lines) + numbers + "\n"


def _as_json(found: Audit, path: str) -> str:
    from claimcheck.render.assembly import head

    parts = {"accepted": found.accepted, "refused": found.refused}
    parts |= {"unchecked": found.unchecked, "aside": found.aside}
    told = {**head(), "report": path, **{word: list(part) for word, part in parts.items()}}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
