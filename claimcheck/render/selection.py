"""What a renderer shows of a long report: which scenarios, which columns."""

from __future__ import annotations

from claimcheck.interval import Interval
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
        first = columns[0]
        known = [s for s in scenarios if first in s.bounds and not s.bounds[first].interval.is_empty]
        known.sort(key=lambda s: _key(s.bounds[first].interval, options.sort))
        scenarios = known + [s for s in scenarios if not any(s is k for k in known)]
    top = default if options.top is None else options.top
    if top <= 0 or len(scenarios) <= top:
        return scenarios, 0
    return scenarios[:top], len(scenarios) - top


def _key(x: Interval, sort: str) -> tuple[bool, object]:
    """By lower end upwards, by upper end or width downwards; what has no bound there comes first."""
    if sort == "lower":
        return (x.lower is not None, x.lower if x.lower is not None else 0)
    if sort == "upper":
        return (x.upper is not None, -x.upper if x.upper is not None else 0)
    width = None if x.lower is None or x.upper is None else x.upper - x.lower
    return (width is not None, -width if width is not None else 0)
