"""claimcheck: checks whether published numbers can be true together.

>>> import claimcheck
>>> report = claimcheck.verify("claims/opt175b.yaml")
>>> report.verdict
<Verdict.CONTRADICTORY: 'contradictory'>

The names of the library are imported when they are first used, so that a command that only prints its help
does not wait for the solver.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from claimcheck.api import QuantityInterval
    from claimcheck.diagnostics import ClaimsError, Diagnostic, InputProblem, Severity
    from claimcheck.entries import Settings
    from claimcheck.interval import Interval
    from claimcheck.judging.report import Conflict, Finding, Report, Scenario, Status, Verdict
    from claimcheck.judging.rows import Block, Sweep, sweep
    from claimcheck.judging.verification import verify
    from claimcheck.model import ClaimSet

__version__ = "0.1.0"

__all__ = [
    "Block",
    "ClaimSet",
    "ClaimsError",
    "Conflict",
    "Diagnostic",
    "Finding",
    "InputProblem",
    "Interval",
    "QuantityInterval",
    "Report",
    "Scenario",
    "Settings",
    "Severity",
    "Status",
    "Sweep",
    "Verdict",
    "__version__",
    "sweep",
    "verify",
]

_HOME = {
    "Block": "judging.rows",
    "ClaimSet": "model",
    "ClaimsError": "diagnostics",
    "Conflict": "judging.report",
    "Diagnostic": "diagnostics",
    "Finding": "judging.report",
    "InputProblem": "diagnostics",
    "Interval": "interval",
    "QuantityInterval": "api",
    "Report": "judging.report",
    "Scenario": "judging.report",
    "Settings": "entries",
    "Severity": "diagnostics",
    "Status": "judging.report",
    "Sweep": "judging.rows",
    "Verdict": "judging.report",
    "sweep": "judging.rows",
    "verify": "judging.verification",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module (PEP 562)."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
