"""What `claimcheck explain` and `claimcheck bounds` print."""

from __future__ import annotations

from collections.abc import Iterable

from claimcheck.interval import Interval
from claimcheck.judging.derivation import Derivation
from claimcheck.judging.explain import ClosedForm, Target, bound_derivation, closed_form, tree
from claimcheck.judging.inequality import bound_inequality
from claimcheck.judging.report import Report, Verdict
from claimcheck.judging.wording import clean, interval_text, origin_text, printed_text
from claimcheck.model import ClaimSet
from claimcheck.render import Options
from claimcheck.render.accounts import account, line_row
from claimcheck.render.columns import align, align_steps
from claimcheck.render.combinations import choice_text
from claimcheck.render.prose import scenario_count, unit_of
from claimcheck.solver.decision import Bound

__all__ = ["bounds_text", "explanation_text"]


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
        lines.append(
            f"hull of all {scenario_count(report)}: {interval_text(report.hull[quantity].interval, unit, 12)}"
        )
    if any(row[-2].endswith("*") for row in rows):
        lines.append("* not proved to be the tightest bounds")
    return "\n".join(lines) + "\n"


def explanation_text(report: Report, target: Target, depth: int | None = None) -> str:
    """The explanation of a quantity, a claim or a conflict."""
    claims = report.claim_set
    if claims is None:
        raise ValueError("a report without claims explains nothing")
    if target.conflict is not None:
        lines = _conflict(report, target)
    elif target.quantity:
        lines = _quantity(report, claims, target.quantity, depth)
    else:
        lines = _claim(report, claims, target.claim)
    return "\n".join(lines) + "\n"


def _conflict(report: Report, target: Target) -> list[str]:
    conflict = target.conflict
    assert conflict is not None
    told = account(report, [conflict])
    lines = [f"{conflict.id}  {conflict.kind}  {told.title}", "", *align_steps(told.rows, indent="  ")]
    lines += ["", f"  {told.clash}"] if told.clash else []
    lines += [f"  in one line: {told.inequality}"] if told.inequality else []
    if told.needed:
        lines += [
            "",
            "  for the rest to stand, one of these has to change:",
            *align(told.needed, indent="    "),
        ]
    if conflict.minimal:
        lines += ["", "  minimal: without any one of these the rest can hold:"]
        lines += [f"    {clean(m)}" for m in conflict.members]
    return lines + [f"  {note}" for note in told.notes]


def _quantity(report: Report, claims: ClaimSet, quantity: str, depth: int | None) -> list[str]:
    unit = unit_of(claims, quantity)
    about = claims.quantities[quantity]
    lines = [f"{quantity}{f': {clean(about.description)}' if about.description else ''}"]
    form = _form(report, claims, quantity)
    if form is not None:
        lines += ["", f"  {quantity} = {form.text}", *_directions(quantity, form)]
    for s in report.scenarios:
        picked = ", ".join(f"{n} = {choice_text(claims, ids)}" for n, ids in s.choices.items())
        lines += ["", f"with {picked}:" if picked else "from all claims:"]
        bound = s.bounds.get(quantity)
        if bound is None:
            lines.append(f"  {s.verdict}: no bounds")
            continue
        derivation = bound_derivation(claims, s, quantity)
        if derivation is None:
            lines.append(
                f"  {quantity} = {interval_text(bound.interval, unit)}, which no claim or relation narrows"
            )
            continue
        lines += _tree(claims, derivation, depth)
        lines += _ends(claims, bound, quantity)
    return lines


def _ends(claims: ClaimSet, bound: Bound, quantity: str) -> list[str]:
    """How the two ends come about, each in one line of arithmetic, where there is one."""
    rows = []
    for words, upper in (("at least", False), ("at most", True)):
        found = bound_inequality(claims, bound, quantity, upper=upper)
        if found is not None and " = " in found.text:
            rows.append([words, found.text])
    return align(rows, indent="  ")


def _tree(claims: ClaimSet, derivation: Derivation, depth: int | None) -> list[str]:
    rows = []
    for level, line, again in tree(derivation, depth):
        name, *cells = line_row(claims, line)
        cut = " ..." if again else ""
        rows.append([f"{'  ' * level}{name}", *cells[:-1], f"{cells[-1]}{cut}"])
    return align_steps(rows, indent="  ")


def _directions(quantity: str, form: ClosedForm) -> Iterable[str]:
    up = [n for n in form.inputs if form.directions.get(n) == 1]
    down = [n for n in form.inputs if form.directions.get(n) == -1]
    if up:
        yield f"  {quantity} grows with {', '.join(up)}"
    if down:
        yield f"  {quantity} falls as {', '.join(down)} grow{'s' if len(down) == 1 else ''}"


def _form(report: Report, claims: ClaimSet, quantity: str) -> ClosedForm | None:
    """The closed form in terms of the quantities that evidence speaks of, over all that it says of them."""
    known = dict.fromkeys(c.quantity for c in claims.claims.values() if not c.is_conclusion)
    box = {n: _said(claims, n) for n in known}
    rivals = {r.premise for r in claims.relations.values() if r.choice}
    consistent = [s for s in report.scenarios if s.verdict is not Verdict.CONTRADICTORY]
    picked = {p for s in consistent[:1] for ids in s.choices.values() for p in ids}
    in_force = [
        r.premise for r in claims.relations.values() if r.premise not in rivals or r.premise in picked
    ]
    return closed_form(claims, quantity, [n for n in known if n != quantity], box, in_force)


def _said(claims: ClaimSet, quantity: str) -> Interval:
    from claimcheck.interval import hull

    found: Interval | None = None
    for claim in claims.claims.values():
        if claim.quantity == quantity and not claim.is_conclusion:
            found = claim.interval if found is None else hull(found, claim.interval)
    assert found is not None
    return found


def _claim(report: Report, claims: ClaimSet, id: str) -> list[str]:
    claim = claims.claims[id]
    source = claims.sources[claim.source]
    unit = unit_of(claims, claim.quantity)
    result = next((c for c in report.claims if c.id == id), None)
    rows = [
        ["printed", printed_text(claim)],
        ["says", interval_text(claim.interval, unit, 6)],
        ["read", clean(claim.reading.explanation)],
        ["from", origin_text(claim, claims)],
        ["title", clean(source.title)],
        ["address", clean(source.url or source.doi)],
        ["note", clean(claim.note)],
        ["given", ", ".join(claims.resolve(g) for g in claim.given)],
        ["status", str(result.status) if result is not None else ""],
    ]
    if result is not None and result.expected is not None:
        rows.append(["expected", f"{interval_text(result.expected, unit, 6)}, from the other claims"])
    lines = [id, "", *align([r for r in rows if r[1]], indent="  ")]
    mine = [c for c in report.conflicts if id in c.members]
    for conflict in mine:
        lines += ["", *_conflict(report, Target(conflict=conflict))]
    return lines
