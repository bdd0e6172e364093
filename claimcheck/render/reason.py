"""Why a file has its verdict, in two sentences for somebody who reads no further."""

from __future__ import annotations

from dataclasses import dataclass

from claimcheck.judging.report import Conflict, Report, Verdict
from claimcheck.judging.wording import apart_text, clean, interval_text, printed_text
from claimcheck.model import Claim, ClaimSet
from claimcheck.render.accounts import account, accounts
from claimcheck.render.forest import telling
from claimcheck.render.prose import count_text, plural, scenario_count, unit_of

__all__ = ["Reason", "reason"]

_MOST_PREMISES = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """``subject`` and ``lead`` are one sentence, whose subject may be stressed; ``why`` is another.

    ``inequality``: the same as a line of arithmetic, or empty. ``conflict``: the id of the conflict told.
    """

    subject: str
    lead: str
    why: str = ""
    inequality: str = ""
    conflict: str = ""


def reason(report: Report) -> Reason:
    """The reason of a report's verdict."""
    claims = report.claim_set
    if claims is None:
        return Reason("Nothing was checked", f": {plural(len(report.diagnostics), 'mistake')} in the file.")
    conflict = telling(report)
    if conflict is not None:
        return _of_conflict(report, claims, conflict)
    if report.verdict is Verdict.CONTRADICTORY:
        return Reason("No combination", " of the sources can be true.")
    if report.verdict is Verdict.UNKNOWN:
        return Reason("Not decided", ": the time given was not enough. What is shown is proved.")
    known = sum(c.known for c in report.conflicts)
    subject = "No new contradiction" if known else "No contradiction"
    count = scenario_count(report)
    holding = (report.overview.verdicts or {}).get(Verdict.CONSISTENT)
    if count == 1 or holding is None:
        return Reason(subject, ": for every quantity there is a value with which everything holds.")
    told = f"{count_text(holding)} of {count_text(count)} combinations of sources and relations"
    return Reason(subject, f": in {told} everything can be true.")


def _of_conflict(report: Report, claims: ClaimSet, conflict: Conflict) -> Reason:
    # Disagreements about one quantity are one card, and one reason.
    told = account(
        report, next(group for group in accounts(report) if any(c.id == conflict.id for c in group))
    )
    claim = claims.claims.get(conflict.conclusion)
    why = f"{told.clash[:1].upper()}{told.clash[1:]}." if told.clash else ""
    if claim is None:
        return Reason(told.title, ".", why, told.inequality, told.conflicts[0].id)
    subject = printed_text(claim)
    bound = conflict.would_need.get(claim.id)
    about = f" ({clean(claim.quantity)}, {clean(claim.source)})"
    if claim.spans and not claim.given:
        if bound is not None:
            spanned = interval_text(bound.interval, unit_of(claims, claim.quantity))
            why = f"Over all combinations of sources, {clean(claim.quantity)} is {spanned}."
        return Reason(subject, f"{about} does not follow.", why, told.inequality, told.conflicts[0].id)
    if bound is not None and not bound.interval.is_empty:
        follows = apart_text(bound.interval, claim.interval, unit_of(claims, claim.quantity))
        why = f"With {_premises(claims, claim)}, {clean(claim.quantity)} is {follows}."
    return Reason(subject, f"{about} does not follow.", why, told.inequality, told.conflicts[0].id)


def _premises(claims: ClaimSet, claim: Claim) -> str:
    given = [claims.claims[claims.resolve(g)] for g in claim.given]
    if len(given) > _MOST_PREMISES:
        return f"its {len(given)} premises"
    told = [f"{printed_text(c)} ({clean(c.source)})" for c in given]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
