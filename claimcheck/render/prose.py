"""The sentences and rows that the formats for people share; each format lays them out in its own way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from gmpy2 import mpz, num_digits

from claimcheck.judging.report import Finding, Report, Status, Verdict
from claimcheck.judging.wording import apart_text, clean, interval_text, printed_text
from claimcheck.model import ClaimSet
from claimcheck.units import DIMENSIONLESS, Unit

__all__ = [
    "claim_rows",
    "count_text",
    "headline",
    "other_findings",
    "plural",
    "repairs_meaning",
    "repairs_missing",
    "repairs_told",
    "scenario_count",
    "summary",
    "unit_of",
]

_WRITTEN_OUT = 10**15
_NAMED = 6
"""Quantities that were not worked out, of which the names are told."""
_CONFLICT_CODES = ("CC301", "CC302", "CC303", "CC304", "CC307")
_STATUS_ORDER = (Status.CONTRADICTED, Status.DISPUTED, Status.UNKNOWN, Status.UNTESTED, Status.SUPPORTED)


def plural(count: int, word: str) -> str:
    """``1 conflict``, ``2 conflicts``."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def count_text(count: int) -> str:
    """``531,441``; of a number that nobody reads, its size: ``about 10^23``."""
    if count < _WRITTEN_OUT:
        return f"{count:,}"
    digits = num_digits(mpz(count), 10)
    return f"about 10^{digits - 1}"


def repairs_told(report: Report) -> tuple[tuple[str, ...], ...]:
    """The repairs that a reader is told of: none where all conflicts are accepted, or settle a choice."""
    return report.repairs if any(c.counts for c in report.conflicts) else ()


def repairs_meaning(report: Report) -> str:
    """What a list of repairs says, and its order where sources are trusted differently."""
    rest = "the rest" if not report.repairs_open else "the parts that were worked out"
    told = f"dropping any one of these sets leaves {rest} consistent"
    if any(c.known for c in report.conflicts):
        told += ", accepted conflicts included"
    sources = () if report.claim_set is None else report.claim_set.sources.values()
    if len({s.trust for s in sources} | {1}) > 1:
        return f"{told}; those that drop the least trust come first"
    return told


def repairs_missing(report: Report) -> str:
    """What is to be said of repairs that are not listed; nothing where all are."""
    if report.repairs_complete or not all(c.members for c in report.conflicts):  # or there are none
        return ""
    if not any(c.counts for c in report.conflicts):
        return ""
    if report.repairs and report.repairs_open:
        named = ", ".join(map(clean, report.repairs_open[:_NAMED]))
        more = len(report.repairs_open) - _NAMED
        named += f" and {more} more" if more > 0 else ""
        return f"the list of repairs is not complete: it leaves out the part with {named}, not worked out"
    if report.repairs:
        return "the list of repairs is not complete: there are others, or there was no time to rule them out"
    return "the list of repairs is not complete: none was found in the time given"


def unit_of(claims: ClaimSet | None, quantity: str) -> Unit:
    """The unit a quantity is shown in."""
    known = claims.quantities.get(quantity) if claims is not None else None
    return DIMENSIONLESS if known is None else known.unit


def headline(report: Report) -> str:
    """What came out, in one line: the verdict and what it rests on."""
    if report.diagnostics and report.claim_set is None:
        return f"not checked: {plural(len(report.diagnostics), 'mistake')} in the file"
    new = [c for c in report.conflicts if c.counts]
    if report.verdict is Verdict.CONTRADICTORY:
        kinds = Counter(str(c.kind) for c in new)
        order = ("contradiction", "impossible", "disagreement")
        parts = [
            f"{kinds[k]} impossible" if k == "impossible" else plural(kinds[k], k) for k in order if kinds[k]
        ]
        return (
            f"contradictory: {plural(len(new), 'conflict')} ({', '.join(parts)})"
            if parts
            else "contradictory"
        )
    if report.verdict is Verdict.UNKNOWN:
        return "unknown: the time given was not enough to decide"
    known = sum(c.known for c in report.conflicts)
    return "consistent" + (f", apart from {plural(known, 'known conflict')}" if known else "")


def summary(report: Report) -> str:
    """What was looked at, counted: ``11 claims (3 contradicted, ...), 4 source combinations (...)``.

    Of combinations nothing is said where there is nothing to choose.
    """
    parts = []
    if report.claims:
        counts = Counter(c.status for c in report.claims)
        told = ", ".join(f"{counts[s]} {s}" for s in _STATUS_ORDER if counts[s])
        parts.append(f"{plural(len(report.claims), 'claim')} ({told})")
    if any(s.choices for s in report.scenarios):
        count = scenario_count(report)
        counted = report.overview.verdicts
        verdicts = Counter(s.verdict for s in report.scenarios) if counted is None else counted
        told = ", ".join(f"{count_text(verdicts[v])} {v}" for v in Verdict if verdicts[v])
        listed = count > len(report.scenarios) and counted is None
        told += f", of the {len(report.scenarios)} listed" if listed else ""
        parts.append(f"{count_text(count)} source combination{'' if count == 1 else 's'} ({told})")
    return "; ".join(parts)


def scenario_count(report: Report) -> int:
    """How many scenarios there are, listed in the report or not."""
    return max(report.scenario_count, len(report.scenarios))


def other_findings(report: Report) -> list[Finding]:
    """The findings that are not told as conflicts already, and what the reading of the file noticed."""
    noticed = [
        Finding(
            d.code,
            "",
            d.severity,
            d.message,
            d.hint,
            *((d.location.line, d.location.column) if d.location else ()),
        )
        for d in report.diagnostics
    ]
    return [*noticed, *(f for f in report.findings if f.code not in _CONFLICT_CODES)]


def claim_rows(report: Report, statuses: Iterable[Status], always: Collection[str] = ()) -> list[list[str]]:
    """Rows status, claim, printed, what the other claims allow, what it is about; worst first.

    Claims on the quantities of ``always`` are there whatever their status, and told what they are about, so
    that two of them that look alike are seen to measure different things.
    """
    wanted = set(statuses)
    rows = []
    for status in _STATUS_ORDER:
        for c in report.claims:
            if c.status is not status or not (status in wanted or c.quantity in always):
                continue
            claim = report.claim_set.claims.get(c.id) if report.claim_set is not None else None
            unit = unit_of(report.claim_set, c.quantity)
            printed = printed_text(claim) if claim is not None else interval_text(c.interval, unit)
            allowed = ""
            if c.expected is not None and not c.expected.is_empty:
                allowed = f"the others allow {apart_text(c.expected, c.interval, unit)}"
            quantity = report.claim_set.quantities.get(c.quantity) if report.claim_set is not None else None
            about = clean(quantity.description) if quantity is not None and c.quantity in always else ""
            rows.append([str(status), c.id, printed, allowed, *([about] if always else [])])
    return rows
