"""The rules: one function per finding code. Its docstring is what `claimcheck rule CODE` prints.

A rule looks at a finished :class:`Check` and yields findings. Codes CC3xx are about what can be true
together, CC4xx about lesser things. Mistakes in the file itself (CC0xx to CC2xx) are listed in
:mod:`claimcheck.judging.catalogue`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from claimcheck.diagnostics import InputProblem, Severity
from claimcheck.expression import Number, names, walk
from claimcheck.interval import Interval, Rational
from claimcheck.judging.readings import assumed, assumption_text, holds_if, way_out
from claimcheck.judging.report import ClaimResult, Conflict, ConflictKind, Finding, Scenario, Status, Verdict
from claimcheck.judging.wording import apart_text, clean, interval_text, needed_text, printed_text
from claimcheck.model import ClaimSet, Waiver

__all__ = ["RULES", "Check", "Rule", "entry_of", "findings"]


@dataclass(frozen=True, slots=True)
class Check:
    """What rules look at: the claims and everything that was found out about them."""

    claims: ClaimSet
    conflicts: tuple[Conflict, ...]
    results: tuple[ClaimResult, ...]
    scenarios: tuple[Scenario, ...]
    complete: bool
    expired: tuple[Waiver, ...] = ()
    unused: tuple[Waiver, ...] = ()
    contested: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """The agreeing groups of claims for each contested quantity."""
    gone: tuple[tuple[str, ...], ...] = ()
    """The members of conflicts that the baseline has and that are no longer there."""

    def status(self, id: str) -> ClaimResult:
        """What became of a claim."""
        return next(r for r in self.results if r.id == id)


@dataclass(frozen=True, slots=True)
class Rule:
    """A finding code with name, usual severity, documentation and the function that applies it."""

    code: str
    name: str
    severity: Severity
    documentation: str
    apply: Callable[[Check], Iterator[Finding]]


RULES: dict[str, Rule] = {}
"""All rules by code."""

_Entry = tuple[str | int, ...]
_Yield = Iterator[tuple[str, str, _Entry, tuple[str, ...], Severity | None]]


def _rule(code: str, name: str, severity: Severity) -> Callable[[Callable[[Check], _Yield]], None]:
    """Register a function that yields (message, hint, entry of the file, members, other severity or None)."""

    def register(tell: Callable[[Check], _Yield]) -> None:
        def apply(check: Check) -> Iterator[Finding]:
            for message, hint, entry, members, other in tell(check):
                line, column = check.claims.locations(entry) if check.claims.locations and entry else (0, 0)
                yield Finding(code, name, other or severity, message, hint, line, column, members)

        documentation = "\n".join(line.removeprefix("    ") for line in (tell.__doc__ or "").splitlines())
        RULES[code] = Rule(code, name, severity, documentation.strip(), apply)

    return register


def findings(check: Check) -> tuple[Finding, ...]:
    """Everything that some rule finds, errors first, then by code; within a code in the rule's order."""
    weight = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    found = [f for code in sorted(RULES) for f in RULES[code].apply(check)]
    return tuple(sorted(found, key=lambda f: (weight[f.severity], f.code)))


# -- words ------------------------------------------------------------------------------------------------


def entry_of(claims: ClaimSet, id: str) -> _Entry:
    """Where a member of a conflict stands in the file's structure: a claim's value, or a relation."""
    claim = claims.claims.get(id)
    if claim is not None:
        return (*claim.entry, "value")
    return claims.relations[id.removeprefix("relation:")].entry


def _place(check: Check, conflict: Conflict) -> _Entry:
    """A conflict is shown at its conclusion, else at its last claim, which clashes with those before."""
    claims = [m for m in conflict.members if m in check.claims.claims]
    where = conflict.conclusion or (claims[-1] if claims else next(iter(conflict.members), ""))
    return entry_of(check.claims, where) if where else ()


def _says(claims: ClaimSet, id: str) -> str:
    claim = claims.claims[id]
    return f"{clean(claim.source)} says {printed_text(claim)}"


def _lifted(check: Check, conflict: Conflict, message: str) -> tuple[str, Severity | None]:
    """A known conflict is told as a note with its reason."""
    if conflict.known:
        return f"{message} (known: {clean(conflict.reason)})", Severity.NOTE
    return message, None


def _needs(claims: ClaimSet, conflict: Conflict, most: int = 6) -> str:
    told = [
        f"{id} would have to be {needed_text(claims, id, bound.interval)}"
        for id, bound in conflict.would_need.items()
        if bound is not None
    ]
    return "; ".join(told[:most])


def _of_kind(check: Check, kind: ConflictKind) -> Iterator[Conflict]:
    return (c for c in check.conflicts if c.kind is kind and not c.conclusion and not c.ruled_out)


# -- what can be true together ------------------------------------------------------------------------------


@_rule("CC301", "disagreement", Severity.ERROR)
def disagreement(check: Check) -> _Yield:
    """Two sources print different numbers for one quantity, and no value rounds to both.

    Example::

        - {quantity: gpus, value: 992,  source: paper}
        - {quantity: gpus, value: 1024, source: final-update}

    Way out: if the sources speak of different things, make them two quantities. If one of them is wrong,
    correct it. If the difference is to stay, list it under `known` with a reason. The scenarios of the
    report show what follows from each of the two.
    """
    for conflict in _of_kind(check, ConflictKind.DISAGREEMENT):
        quantity = check.claims.claims[conflict.members[0]].quantity
        said = ", ".join(_says(check.claims, m) for m in conflict.members)
        message, severity = _lifted(check, conflict, f"{quantity}: {said}; no value fits both")
        yield message, "", _place(check, conflict), conflict.members, severity


@_rule("CC302", "contradiction", Severity.ERROR)
def contradiction(check: Check) -> _Yield:
    """Claims on several quantities cannot all be true, because of the relations between them.

    Example::

        - {quantity: distance, value: 10 km,   source: a}
        - {quantity: duration, value: 1 hour,  source: a}
        - {quantity: speed,    value: 20 km/h, source: b}
        relations: {speed: speed = distance / duration}

    The members are minimal: leave out any one, and the others can be true together. Which of them is wrong
    is not said; `would have to be` tells for each what would fit.

    Way out: look first whether the relation holds for what the numbers mean (with stops or without, planned
    or measured). Then correct a number, drop a claim, or accept the conflict under `known`.
    """
    for conflict in _of_kind(check, ConflictKind.CONTRADICTION):
        message, severity = _lifted(
            check, conflict, f"cannot all be true: {', '.join(clean(m) for m in conflict.members)}"
        )
        yield message, _needs(check.claims, conflict), _place(check, conflict), conflict.members, severity


@_rule("CC303", "impossible", Severity.ERROR)
def impossible(check: Check) -> _Yield:
    """One claim or relation cannot hold, whatever the others say: hard facts exclude it.

    Hard facts are `integer`, `min` and `max` of a quantity, claims marked `certain` and relations marked
    `definition`. Where these clash among themselves, nothing else in the file can be judged.

    Example::

        quantities: {gpus: {unit: GPU, integer: true}}
        - {quantity: gpus, value: 99.5 GPU, source: paper}

    Way out: check the number and its unit, then whether the hard fact is one.
    """
    for conflict in _of_kind(check, ConflictKind.IMPOSSIBLE):
        if not conflict.members:
            facts = dict.fromkeys(s.premise for s in conflict.proof.steps)
            clash = ", ".join(clean(f) for f in facts)
            yield f"hard facts clash among themselves: {clash}", "drop or correct one of them", (), (), None
            continue
        member = conflict.members[0]
        claim = check.claims.claims.get(member)
        said = f"{clean(member)} prints {printed_text(claim)}" if claim else clean(member)
        message, severity = _lifted(check, conflict, f"{said}, which hard facts exclude")
        yield message, _needs(check.claims, conflict), _place(check, conflict), conflict.members, severity


@_rule("CC304", "contradicted-conclusion", Severity.ERROR)
def contradicted_conclusion(check: Check) -> _Yield:
    """A claim that was drawn from others (`given`, or a range with `spans`) does not follow from them.

    Example::

        - {quantity: elapsed, value: 63 day, source: logbook}
        - {quantity: uptime, value: 51.7 %, source: note, given: [elapsed@logbook]}

    with relations from which 51.83 % to 53.15 % follows. The evidence is not questioned: the conclusion may
    rest on a slip, on numbers rounded on the way, or on other premises than it names.

    Way out: correct the conclusion to what follows, or name the premises it was really drawn from.
    """
    for conflict in check.conflicts:
        if not conflict.conclusion or conflict.ruled_out:
            continue
        claim = check.claims.claims[conflict.conclusion]
        bound = conflict.would_need.get(claim.id)
        unit = check.claims.quantities[claim.quantity].unit
        follows = f"; what follows is {apart_text(bound.interval, claim.interval, unit)}" if bound else ""
        under = f" from {', '.join(clean(g) for g in claim.given)}" if claim.given else " from the scenarios"
        message, severity = _lifted(
            check, conflict, f"{claim.quantity} of {printed_text(claim)} does not follow{under}{follows}"
        )
        hint = _needs(check.claims, conflict)
        yield message, hint, _place(check, conflict), conflict.members, severity


@_rule("CC305", "unknown", Severity.WARNING)
def unknown(check: Check) -> _Yield:
    """Something was not decided: the time budget was spent, or a relation was too hard, before a proof.

    What the report does say is proved all the same. Nothing was guessed.

    Example: a file with thousands of scenarios, or one relation in which a quantity occurs many times.

    Way out: give more time (`--budget`, or `settings.budget` in the file), fix a choice with `--given`, or
    split a relation into simpler ones.
    """
    open_scenarios = sum(s.verdict is Verdict.UNKNOWN for s in check.scenarios)
    if open_scenarios:
        message = f"{open_scenarios} of {len(check.scenarios)} scenarios were not decided"
        yield message, "raise the budget, or fix a choice with --given", (), (), None
    if not check.complete:
        yield "the list of conflicts or scenarios may be incomplete", "raise the budget", (), (), None
    for result in check.results:
        if result.status is Status.UNKNOWN:
            message = f"{result.id} was not decided"
            yield message, "raise the budget", entry_of(check.claims, result.id), (result.id,), None


@_rule("CC306", "ruled-out", Severity.NOTE)
def ruled_out(check: Check) -> _Yield:
    """A rival relation (`choice`) clashes with the evidence, while another rival fits.

    That is how evidence settles a choice, so the file is not contradictory for it. Where no rival fits,
    CC302 reports each of the conflicts.

    Example: of `flops = 6 * params * tokens` and `flops = 8 * params * tokens` only the second gives the
    printed total.

    Way out: none is needed. You may drop the rival that is ruled out.
    """
    for conflict in check.conflicts:
        if conflict.ruled_out and not assumed(check.claims, conflict):
            rivals = ", ".join(clean(r) for r in conflict.ruled_out)
            others = ", ".join(clean(m) for m in conflict.members if m not in conflict.ruled_out)
            message = f"{rivals} cannot hold beside {others}; a rival can"
            yield message, "", entry_of(check.claims, conflict.ruled_out[0]), conflict.members, None


@_rule("CC307", "scope", Severity.NOTE)
def scope(check: Check) -> _Yield:
    """Claims clash if they speak of one scope, and can be true if one of them speaks of another.

    It is found for claims that do not say their scope. The file is not contradictory for it: what the claim
    speaks of is a choice, and another way to choose fits. Where no scope fits, CC302 reports each of the
    conflicts.

    Example: 56 and 63 days for one run, where the run was started twice and one source does not say from
    which start it counts.

    Way out: look up what the source speaks of, and state it with `scope`.
    """
    by_id = {c.id: c for c in check.conflicts}
    for conflict in check.conflicts:
        if conflict.ruled_out and (taken := assumed(check.claims, conflict)):
            said = {r.premise for r in taken.values()}
            members = ", ".join(clean(m) for m in conflict.members if m not in said)
            way = way_out(check.claims, holds_if(check.claims, by_id, conflict, check.scenarios))
            message = f"{members} cannot all be true if {assumption_text(taken)}"
            message += f"; this {way}" if way else "; another scope fits"
            place = entry_of(check.claims, next(iter(taken)))
            yield (
                message,
                "look up what the source speaks of, and state it: `scope: ...`",
                place,
                conflict.members,
                None,
            )


# -- lesser things ----------------------------------------------------------------------------------------


@_rule("CC401", "spurious-precision", Severity.WARNING)
def spurious_precision(check: Check) -> _Yield:
    """A conclusion is printed with more digits than its premises support.

    It is found where even with one digit fewer the printed value would stand for a narrower interval than
    what follows from its premises: the derived interval is more than ten times as wide as the printed one.
    Only claims with `given` that are rounded numbers and follow from their premises are looked at.

    Example: from 10 km and 3 hour, both rounded to the unit, follows 2.71 to 4.2 km/h; a conclusion of
    3.333 km/h prints digits that the premises do not carry.

    Way out: print fewer digits, or the interval.
    """
    for result in check.results:
        claim = check.claims.claims[result.id]
        if not claim.given or claim.reading.kind != "rounded" or result.status is not Status.SUPPORTED:
            continue
        printed, derived = _width(claim.interval), _width(result.expected)
        if printed is not None and derived is not None and 10 * printed < derived and result.expected:
            unit = check.claims.quantities[claim.quantity].unit
            message = (
                f"{claim.quantity} of {printed_text(claim)} has more digits than its premises support; "
                f"what follows is {interval_text(result.expected, unit)}"
            )
            yield message, "print fewer digits", entry_of(check.claims, claim.id), (claim.id,), None


def _width(x: Interval | None) -> Rational | None:
    if x is None or x.is_empty or x.lower is None or x.upper is None:
        return None
    return x.upper - x.lower


@_rule("CC402", "unused-source", Severity.WARNING)
def unused_source(check: Check) -> _Yield:
    """A source is declared, but no claim and no relation cites it.

    Example: `sources: {blog: {title: ...}}` in a file whose claims are all from `paper`.

    Way out: drop the source, or add the claims it was meant for.
    """
    claims = check.claims
    cited = {c.source for c in claims.claims.values()} | {r.source for r in claims.relations.values()}
    for id in claims.sources:
        if id not in cited:
            yield f"nothing cites the source {id}", "drop it, or cite it", ("sources", id), (), None


@_rule("CC403", "unused-quantity", Severity.WARNING)
def unused_quantity(check: Check) -> _Yield:
    """A quantity is declared, but no claim and no relation speaks of it.

    Example: `quantities: {nodes: {unit: node}}` when the relations only know `gpus`.

    Way out: drop the quantity, or add the relation that ties it to the others.
    """
    claims = check.claims
    used = {c.quantity for c in claims.claims.values()}
    used.update(n for r in claims.relations.values() for n in names(r.equation))
    alike = {q.name: n for n, scoped in claims.scoped.items() for q in scoped.quantities()}
    used.update(alike[n] for n in tuple(used) if n in alike)
    for name in dict.fromkeys(alike.get(n, n) for n in claims.quantities):
        if name not in used:
            message = f"no claim and no relation speaks of the quantity {name}"
            yield message, "drop it, or tie it in", ("quantities", name), (), None


@_rule("CC404", "ambiguous-unit", Severity.WARNING)
def ambiguous_unit(check: Check) -> _Yield:
    """A unit has two readings in use; the message says which one was taken.

    Example: `FLOPS` is read as FLOP/s, a rate, and `month` as a twelfth of a year.

    Way out: write the unit that has one reading only, such as FLOP or FLOP/s.
    """
    claims = check.claims
    told: set[str] = set()
    for text, entry in _units(claims):
        try:
            notes = claims.units.notes(text)
        except InputProblem:
            continue
        for note in notes:
            if note not in told:
                told.add(note)
                yield note, "write the unit that has one reading only", entry, (), None


def _units(claims: ClaimSet) -> Iterator[tuple[str, _Entry]]:
    """Every unit as written, with its place: of quantities, claims, and numbers in relations."""
    for quantity in claims.quantities.values():
        if quantity.unit.text and not quantity.unit.is_date:
            yield quantity.unit.text, ("quantities", quantity.name, "unit")
    for claim in claims.claims.values():
        if claim.reading.unit and not claim.unit.is_date:
            yield claim.reading.unit, (*claim.entry, "value")
    for relation in claims.relations.values():
        for side in (relation.equation.left, relation.equation.right):
            for node in walk(side):
                if isinstance(node, Number) and node.unit:
                    yield node.unit, ("relations", relation.id)


@_rule("CC405", "untested", Severity.NOTE)
def untested(check: Check) -> _Yield:
    """Nothing else in the file says anything about this claim's quantity, so the claim is not tested.

    For a conclusion it means that nothing follows for it: its premises can never hold together, or no
    relation leads from them to it.

    Example: one claim on `throughput`, and no relation that mentions `throughput`.

    Way out: add a second source or a relation, or leave it; an untested claim harms nothing.
    """
    for result in check.results:
        if result.status is Status.UNTESTED:
            message = f"nothing tests {clean(result.id)}"
            yield message, "", entry_of(check.claims, result.id), (result.id,), None


@_rule("CC406", "unused-waiver", Severity.WARNING)
def unused_waiver(check: Check) -> _Yield:
    """An entry of `known` accepts a conflict that is not there.

    Members must be exactly those of the conflict; another entry may also accept it already.

    Example: a claim was corrected since, and the conflict went away.

    Way out: drop the entry, or list the members that the report shows.
    """
    for waiver in check.unused:
        near = _nearest(check.conflicts, waiver)
        hint = f"{near.id} has the members {', '.join(clean(m) for m in near.members)}" if near else "drop it"
        message = f"no conflict has the members {', '.join(clean(m) for m in waiver.members)}"
        yield message, hint, ("known", waiver.index), waiver.members, None


def _nearest(conflicts: Iterable[Conflict], waiver: Waiver) -> Conflict | None:
    """The conflict with most members in common with an entry that accepts none."""
    wanted = set(waiver.members)
    shared = [(len(wanted.intersection(c.members)), c) for c in conflicts if not c.known]
    best = max(shared, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] else None


@_rule("CC407", "expired-waiver", Severity.WARNING)
def expired_waiver(check: Check) -> _Yield:
    """An entry of `known` has passed its `until` date and accepts nothing any more.

    Example: `until: 2026-06-30`, checked in July 2026.

    Way out: settle the conflict, or set a later date if the reason still holds.
    """
    for waiver in check.expired:
        message = f"this entry was good until {waiver.until}: {clean(waiver.reason)}"
        hint = "settle the conflict, or set a later date"
        yield message, hint, ("known", waiver.index), waiver.members, None


@_rule("CC408", "mixed-sources", Severity.WARNING)
def mixed_sources(check: Check) -> _Yield:
    """Scenarios mix claims of sources that each print several of the contested quantities.

    Two sources that both print number of GPUs and duration may each describe one consistent run; a scenario
    with the GPUs of one and the duration of the other then describes none.

    Example: `paper` and `logbook` differ on `gpus` and on `elapsed`.

    Way out: mark such sources `coupled: true`, so that their claims are taken all or none. Leave it if the
    sources describe the same thing.
    """
    claims = check.claims
    says: dict[str, list[str]] = {}
    for quantity, groups in check.contested.items():
        for source in dict.fromkeys(claims.claims[id].source for group in groups for id in group):
            if not claims.sources[source].coupled:
                says.setdefault(source, []).append(quantity)
    broad = {s: quantities for s, quantities in says.items() if len(quantities) > 1}
    for source, quantities in broad.items():
        rivals = [s for s in broad if s != source and len(set(broad[s]) & set(quantities)) > 1]
        if rivals:
            message = (
                f"{clean(source)} prints {' and '.join(quantities)}, and so does {' and '.join(rivals)}; "
                "scenarios mix them"
            )
            yield message, "mark them `coupled: true` if they belong together", ("sources", source), (), None


@_rule("CC409", "conflict-gone", Severity.WARNING)
def conflict_gone(check: Check) -> _Yield:
    """A conflict of the baseline is no longer there.

    Example: a claim was corrected since the report that `--baseline` names was written.

    Way out: write the baseline anew, so that the conflict would count if it came back.
    """
    for members in check.gone:
        message = f"the baseline has a conflict that is gone: {', '.join(clean(m) for m in members)}"
        yield message, "write the baseline anew", (), members, None


@_rule("CC411", "unused-aspect", Severity.WARNING)
def unused_aspect(check: Check) -> _Yield:
    """An aspect is declared, but no quantity depends on it.

    Example: `scopes: {linaege: {both: , last: }}` when the quantities say `scopes: lineage`.

    Way out: drop it, or name it under `scopes` of the quantities that differ in it.
    """
    used = {a.name for scoped in check.claims.scoped.values() for a in scoped.aspects}
    for name in check.claims.aspects:
        if name not in used:
            hint = "drop it, or let a quantity depend on it: `scopes:`"
            yield f"no quantity depends on the aspect {name}", hint, ("scopes", name), (), None
