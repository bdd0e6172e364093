"""What a renderer shows of a long report: which scenarios, which columns."""

from __future__ import annotations

from claimcheck.judging.listing import in_order
from claimcheck.judging.report import Report, Scenario
from claimcheck.render import Options

__all__ = ["listed", "reported"]


def reported(report: Report) -> list[str]:
    """The quantities a reader asked about: those of ``report``, else those no evidence speaks of directly."""
    bounded = dict.fromkeys(q for s in report.scenarios for q in s.bounds) | dict.fromkeys(report.hull)
    claims = report.claim_set
    if claims is None:
        return list(bounded)
    if claims.report:
        return list(claims.report)
    stated = {c.quantity for c in claims.claims.values() if not c.is_conclusion}
    return [q for q in bounded if q not in stated] or list(bounded)


def listed(report: Report, options: Options, default: int) -> tuple[list[Scenario], int]:
    """The scenarios to list, sorted as asked, and how many are left out. ``default`` 0 lists them all."""
    scenarios = list(report.scenarios)
    columns = reported(report)
    if options.sort and columns:
        scenarios = in_order(scenarios, columns[0], options.sort)
    top = default if options.top is None else options.top
    # Of very many the report itself holds no more than those asked for.
    start = options.start if report.scenario_count <= len(scenarios) else 0
    shown = scenarios[start : start + top if top > 0 else None]
    return shown, len(scenarios) - len(shown)
