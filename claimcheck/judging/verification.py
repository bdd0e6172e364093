"""The check from end to end: claims in, report out.

The function is called ``verify``; the module is not, because importing a module of that name would put it in
the place of the function in the package.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from claimcheck.budget import Budget
from claimcheck.diagnostics import ClaimsError, Diagnostic, InputProblem, Location, Severity
from claimcheck.interval import subset
from claimcheck.judging.agreement import agreeing_groups, by_quantity
from claimcheck.judging.baseline import Baseline, accept
from claimcheck.judging.caseconflicts import conflicts_of_cases
from claimcheck.judging.conflicts import all_conclusions, conflicts_of_evidence, in_order
from claimcheck.judging.effects import overview
from claimcheck.judging.enclosing import over_all
from claimcheck.judging.hulls import hull_of
from claimcheck.judging.listing import Listing, list_scenarios
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.parts import Scenarios, contradicted, explore
from claimcheck.judging.premises import conclusions, evidence, rivals
from claimcheck.judging.repairs import find_repairs
from claimcheck.judging.report import Conflict, Report, Verdict
from claimcheck.judging.rules import Check, findings
from claimcheck.judging.scenarios import count, describe
from claimcheck.judging.spans import Agreement, check_span
from claimcheck.judging.verdict import apply_waivers, file_verdict, mark_ruled_out, statuses
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Bound
from claimcheck.solver.problem import compile_problem

__all__ = ["begin", "check_path", "check_text", "exit_status", "hull_under", "outcome", "verify"]

Watch = Callable[[str, float], object]
"""Told in words what is being looked at (``conflicts`` and so on), and which share of that is done."""

_SHARE = 20
"""No single question to the solver may take more than this part of the budget."""

_ENUMERATION, _CONCLUSIONS, _REPAIRS, _NEEDS = 0.6, 0.4, 0.5, 0.8
"""The steps that may need more time than there is: each gets a share of what those before it have left."""


def verify(
    source: ClaimSet | Mapping[str, object] | str | os.PathLike[str],
    *,
    budget: float | None = None,
    given: Collection[str] = (),
    today: datetime.date | None = None,
    baseline: Baseline | None = None,
    listing: Listing | None = None,
    watch: Watch | None = None,
) -> Report:
    """Check claims: a path, a ClaimSet, a mapping shaped like a claims file, or YAML text.

    ``budget``: seconds, default as the file sets. ``given``: claims (or ``relation:ID``) that hold in every
    scenario to be listed. ``today`` decides which entries of `known` have expired. ``baseline``: conflicts of
    an earlier report that are accepted. ``listing``: which scenarios to list of more than 4096. ``watch`` is
    called with what is being looked at and the share of that which is done.

    Raises:
        ClaimsError: the claims cannot be checked; carries every mistake found.
    """
    return _report(
        _read(source), budget, given, today or datetime.date.today(), baseline, listing or Listing(), watch
    )


def _read(source: ClaimSet | Mapping[str, object] | str | os.PathLike[str]) -> ClaimSet:
    """The claims of whatever holds them. Raises ClaimsError with every mistake."""
    if not isinstance(source, ClaimSet):
        from claimcheck.files.loader import load

        return load(source)
    from claimcheck.crosscheck import check

    found = check(source)
    if any(d.severity is Severity.ERROR for d in found):
        raise ClaimsError(found)
    return source


def begin(
    source: ClaimSet | Mapping[str, object] | str | os.PathLike[str],
    quantities: Collection[str] | None,
    given: Collection[str],
    budget: float | None,
) -> tuple[ClaimSet, Scenarios, tuple[str, ...]]:
    """The first steps of a check, for what needs scenarios and no conflicts: claims, scenarios, quantities.

    Raises:
        ClaimsError: as :func:`verify`.
        KeyError: no quantity has one of the names.
    """
    claims = _read(source)
    shown = tuple((claims.report or _asked_by_default(claims)) if quantities is None else quantities)
    for name in shown:
        if name not in claims.quantities:
            raise KeyError(f"no quantity is named {name!r}")
    return claims, explore(claims, _oracle(claims, budget), shown, _fixed(claims, given)), shown


def check_path(
    path: str | os.PathLike[str],
    *,
    budget: float | None = None,
    given: Collection[str] = (),
    today: datetime.date | None = None,
    baseline: Baseline | None = None,
    listing: Listing | None = None,
    watch: Watch | None = None,
) -> Report:
    """As :func:`verify` for a file, except that a file that cannot be checked is a report that says why."""
    from claimcheck.files.loader import load_path

    return _loaded(os.fspath(path), load_path(path), budget, given, today, baseline, listing, watch)


def check_text(
    text: str | bytes,
    path: str = "<text>",
    *,
    budget: float | None = None,
    given: Collection[str] = (),
    today: datetime.date | None = None,
    baseline: Baseline | None = None,
    listing: Listing | None = None,
    watch: Watch | None = None,
) -> Report:
    """As :func:`check_path` for the text of a claims file; ``path`` is what the report calls it."""
    from claimcheck.files.loader import load_text

    return _loaded(path, load_text(text, path), budget, given, today, baseline, listing, watch)


def _loaded(
    path: str,
    loaded: tuple[ClaimSet | None, tuple[Diagnostic, ...]],
    budget: float | None,
    given: Collection[str],
    today: datetime.date | None,
    baseline: Baseline | None,
    listing: Listing | None,
    watch: Watch | None,
) -> Report:
    claims, diagnostics = loaded
    if claims is not None:
        try:
            return _report(
                claims, budget, given, today or datetime.date.today(), baseline, listing or Listing(), watch
            )
        except ClaimsError as error:
            diagnostics = error.diagnostics
    return Report(path, "", Verdict.UNKNOWN, False, diagnostics=diagnostics)


def outcome(report: Report) -> str:
    """What a file came to in a word or two: its verdict, or ``not checked``."""
    return "not checked" if report.claim_set is None else str(report.verdict)


def exit_status(reports: Iterable[Report], *, strict: bool = False) -> int:
    """0: nothing contradictory that is not known; 1: contradictions; 2: some file was not checked, or none.

    ``strict`` turns warnings and an unknown verdict into 1.
    """
    status = 2
    seen = 0
    for report in reports:
        if report.claim_set is None:
            return 2
        bad = report.verdict is Verdict.CONTRADICTORY
        if strict:
            told = [f.severity for f in report.findings] + [d.severity for d in report.diagnostics]
            bad = bad or report.verdict is Verdict.UNKNOWN or Severity.WARNING in told
        seen = max(seen, int(bad))
        status = seen
    return status


def hull_under(claims: ClaimSet, quantity: str, given: Collection[str]) -> Bound | None:
    """The hull of one quantity over the scenarios that hold ``given``; None if none is consistent."""
    oracle = _oracle(claims, None)
    scenarios = explore(claims, oracle, (quantity,), _fixed(claims, given))
    return hull_of(scenarios, (quantity,)).get(quantity)


# -- the steps --------------------------------------------------------------------------------------------


def _oracle(claims: ClaimSet, budget: float | None) -> Oracle:
    seconds = claims.settings.budget if budget is None else budget
    return Oracle(compile_problem(claims), Budget(seconds), seconds=seconds / _SHARE)


def _report(
    claims: ClaimSet,
    budget: float | None,
    given: Collection[str],
    today: datetime.date,
    baseline: Baseline | None,
    listing: Listing,
    watch: Watch | None,
) -> Report:
    oracle = _oracle(claims, budget)
    oracle.watch = watch
    held = _fixed(claims, given)
    time = oracle.budget
    among_evidence = conflicts_of_evidence(claims, oracle, budget=time.part(_ENUMERATION))
    of_conclusions = all_conclusions(claims, oracle, among_evidence.found, budget=time.part(_CONCLUSIONS))
    shown = claims.report or _asked_by_default(claims)
    spanned = tuple(c.quantity for c in conclusions(claims) if c.spans)
    every = explore(claims, oracle, (*shown, *spanned))
    spans: dict[str, tuple[Agreement, Bound | None]] = {}
    found: list[Conflict] = [*among_evidence.found, *(c for s in of_conclusions.values() for c in s.found)]
    found += conflicts_of_cases(claims, oracle, every, among_evidence.found)
    for claim in conclusions(claims):
        if claim.spans:
            agreement, conflict, hull = check_span(claims, oracle, claim, every)
            spans[claim.id] = (agreement, hull)
            found += [conflict] if conflict is not None else []
    concluded = all(s.complete for s in of_conclusions.values())
    concluded = concluded and all(agreement is not Agreement.UNKNOWN for agreement, _ in spans.values())
    complete = among_evidence.complete and concluded
    repairs = find_repairs(claims, oracle, found, complete=concluded, budget=time.part(_REPAIRS))
    found = [*_not_within(found, repairs.conflicts), *repairs.conflicts]
    every = contradicted(every, [frozenset(c.members) for c in repairs.conflicts])
    waived = apply_waivers(claims, mark_ruled_out(claims, found, every), today)
    gone: tuple[tuple[str, ...], ...] = ()
    if baseline is not None:
        accepted, gone = accept(waived.conflicts, baseline)
        waived = replace(waived, conflicts=accepted)
    ordered = in_order(claims, oracle, waived.conflicts, budget=time.part(_NEEDS))
    waived = replace(waived, conflicts=tuple(replace(c, claim_set=claims) for c in ordered))
    incomplete = {"": among_evidence.incomplete, **{id: s.incomplete for id, s in of_conclusions.items()}}
    results = statuses(claims, oracle, every, waived.conflicts, spans, incomplete)
    listed = every if not held else explore(claims, oracle, (*shown, *spanned), held)
    derived = [c.id for c in conclusions(claims)]
    number = count(listed)
    told = describe(listed, waived.conflicts, derived, shown)
    scenarios = list_scenarios(claims, told, next(iter(shown), None), listing)
    hulls = hull_of(listed, shown)
    everywhere: dict[str, Bound] = {}
    if number is None or listing.leaves_out(number):
        enclosed = over_all(claims, hulls, time, seconds=oracle.seconds)
        everywhere = {q: b for q, b in enclosed.items() if subset(b.interval, hulls[q].interval)}
    check = Check(
        claims,
        waived.conflicts,
        results,
        scenarios,
        complete and listed.complete,
        waived.expired,
        waived.unused,
        _contested(claims, oracle),
        gone if complete else (),
    )
    return Report(
        claims.path,
        claims.title,
        file_verdict(
            waived.conflicts,
            every,
            complete=complete and every.complete,
            choices=rivals(claims).values(),
        ),
        complete and listed.complete and number == len(scenarios),
        results,
        scenarios,
        hulls,
        waived.conflicts,
        repairs.found,
        findings(check),
        claims,
        claims.warnings,
        number if number is not None else len(scenarios),
        repairs.witnesses,
        overview(claims, listed, shown),
        repairs.complete,
        held,
        everywhere,
        repairs.open,
    )


def _not_within(known: Iterable[Conflict], fresh: Iterable[Conflict]) -> list[Conflict]:
    """The known conflicts but those that were not shrunk so far, and hold a fresh one."""
    sets = [frozenset(c.members) for c in fresh]
    return [c for c in known if c.conclusion or not any(s < frozenset(c.members) for s in sets)]


def _asked_by_default(claims: ClaimSet) -> tuple[str, ...]:
    """Every quantity without evidence of its own: what was only concluded is asked about, too."""
    stated = {c.quantity for c in claims.claims.values() if not c.is_conclusion}
    return tuple(q for q in claims.quantities if q not in stated)


def _contested(claims: ClaimSet, oracle: Oracle) -> dict[str, tuple[tuple[str, ...], ...]]:
    found = {}
    for number, intervals in sorted(by_quantity(oracle.problem, [c.id for c in evidence(claims)]).items()):
        groups = agreeing_groups(intervals)
        if len(groups) > 1:
            found[oracle.problem.variables[number].name] = groups
    return found


def _fixed(claims: ClaimSet, given: Collection[str]) -> tuple[str, ...]:
    """Full ids of what is to hold in every scenario. Raises ClaimsError (CC105, CC111, CC122)."""
    faults: list[Diagnostic] = []
    fixed: list[str] = []
    where = Location(claims.path) if claims.path else None
    questioned = {c.id for c in evidence(claims)} | {r for group in rivals(claims).values() for r in group}
    for reference in given:
        try:
            id = claims.resolve(reference, relations=True)
            if id not in questioned and not _is_sure(claims, id):
                raise InputProblem(
                    "CC122",
                    f"no scenario chooses {id}: it is checked, and not taken or left",
                    "name evidence, or a rival relation as relation:ID",
                )
            fixed.append(id)
        except InputProblem as problem:
            faults.append(replace(problem.at("given"), location=where))
    if faults:
        raise ClaimsError(tuple(faults))
    return tuple(fixed)


def _is_sure(claims: ClaimSet, id: str) -> bool:
    """Whether it holds in every scenario anyway: a certain claim, or a relation without rivals."""
    claim = claims.claims.get(id)
    return claim.certain if claim is not None else True
