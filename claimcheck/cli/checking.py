"""Checking one file for a command, with its mistakes shown."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from claimcheck.cli.status import NOT_CHECKED, Stop
from claimcheck.cli.streams import complain, patience, show

if TYPE_CHECKING:
    from claimcheck.diagnostics import Diagnostic
    from claimcheck.judging.baseline import Baseline
    from claimcheck.judging.listing import Listing
    from claimcheck.judging.report import Report
    from claimcheck.model import ClaimSet

__all__ = [
    "check",
    "check_about",
    "check_one",
    "claims_at",
    "did_you_mean",
    "fault_text",
    "internal_error",
    "refuse",
    "require_quantity",
]


def check(
    path: str,
    *,
    budget: float | None = None,
    given: Sequence[str] = (),
    data: bytes | None = None,
    baseline: Baseline | None = None,
    listing: Listing | None = None,
    watch: Callable[[str, float], object] | None = None,
) -> Report:
    """The report of a file; of ``data`` if it is given, or of standard input for ``-``."""
    from claimcheck.judging.verification import check_path, check_text

    if path == "-":
        text = sys.stdin.buffer.read() if data is None else data
        return check_text(
            text, "<stdin>", budget=budget, given=given, baseline=baseline, listing=listing, watch=watch
        )
    return check_path(path, budget=budget, given=given, baseline=baseline, listing=listing, watch=watch)


def check_one(parsed: argparse.Namespace) -> Report:
    """The report of one file that can be read; its mistakes are shown and end the command."""
    with patience(parsed.path) as watch:
        report = check(parsed.path, budget=parsed.budget, given=tuple(parsed.given or ()), watch=watch)
    if report.claim_set is None:
        refuse(parsed.path, report.diagnostics)
    return report


def claims_at(path: str) -> ClaimSet:
    """The claims of a file, or of standard input for ``-``; its mistakes are shown and end the command."""
    from claimcheck.files.loader import load_path, load_text

    if path == "-":
        claims, found = load_text(sys.stdin.buffer.read(), "<stdin>")
    else:
        claims, found = load_path(path)
    if claims is None:
        refuse(path, found)
    return claims


def require_quantity(claims: ClaimSet, name: str) -> None:
    """End the command, with a hint, where no quantity has the name."""
    if name not in claims.quantities:
        known = list(claims.quantities)
        hint = did_you_mean(name, known, f"quantities: {', '.join(known)}")
        raise Stop(f"no quantity is called {name!r}", hint)


def check_about(claims: ClaimSet, quantity: str, parsed: argparse.Namespace) -> Report:
    """The report of claims that were read, with bounds of one quantity."""
    from claimcheck.diagnostics import ClaimsError
    from claimcheck.judging.verification import verify

    claims.report = (quantity,)
    try:
        with patience(parsed.path) as watch:
            return verify(claims, budget=parsed.budget, given=tuple(parsed.given or ()), watch=watch)
    except ClaimsError as error:
        refuse(parsed.path, error.diagnostics)


def refuse(path: str, diagnostics: Sequence[Diagnostic]) -> NoReturn:
    """Show the mistakes of a file and end the command."""
    for diagnostic in diagnostics:
        show(diagnostic)
    raise Stop(f"{path} was not checked")


def did_you_mean(word: str, known: Sequence[str], otherwise: str) -> str:
    """A hint that names what is spelt nearly like the word, or else ``otherwise``."""
    import difflib

    close = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(close)}?" if close else otherwise


def fault_text(fault: Exception, path: str = "") -> tuple[str, str]:
    """A bug in one line, and what to do; with CLAIMCHECK_DEBUG=1 it is let through."""
    if os.environ.get("CLAIMCHECK_DEBUG", "") not in ("", "0"):
        raise fault
    where = f" on {path}" if path else ""
    told = str(fault).partition("\n")[0][:200]
    message = f"internal error{where}, please report: {type(fault).__name__}{f': {told}' if told else ''}"
    return message, "set CLAIMCHECK_DEBUG=1 to see the traceback"


def internal_error(fault: Exception) -> int:
    """Report a bug in one line; with CLAIMCHECK_DEBUG=1 let it through."""
    complain(*fault_text(fault))
    return NOT_CHECKED
