"""What `claimcheck bounds` prints."""

from __future__ import annotations

from claimcheck.judging.report import Report
from claimcheck.judging.wording import interval_text
from claimcheck.render import Options
from claimcheck.render.columns import align
from claimcheck.render.combinations import choice_text
from claimcheck.render.prose import count_text, scenario_count, unit_of

__all__ = ["bounds_text"]


def bounds_text(report: Report, quantity: str, options: Options) -> str:
    """One quantity in every scenario, and its hull, to twelve digits."""
    claims = report.claim_set
    unit = unit_of(claims, quantity)
    names = list(dict.fromkeys(n for s in report.scenarios for n in s.choices))
    rows = [[*names, quantity, "verdict"]]
    for s in report.scenarios:
        bound = s.bounds.get(quantity)
        text = "-" if bound is None else interval_text(bound.interval, unit, 12)
        if bound is not None and not bound.tight:
            text += " *"
        rows.append([*(choice_text(claims, s.choices.get(n, ())) for n in names), text, str(s.verdict)])
    lines = align(rows)
    if quantity in report.hull and len(report.scenarios) > 1:
        whole = interval_text(report.hull[quantity].interval, unit, 12)
        lines.append(f"hull of all {count_text(scenario_count(report))}: {whole}")
    if any(row[-2].endswith("*") for row in rows):
        lines.append("* not proved to be the tightest bounds")
    return "\n".join(lines) + "\n"
