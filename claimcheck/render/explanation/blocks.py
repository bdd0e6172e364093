"""An explanation as blocks in reading order, which the formats for people lay out each in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from claimcheck.expression import Expression
from claimcheck.judging.explain import (
    Branches,
    Case,
    ClaimExplanation,
    ConflictExplanation,
    Explanation,
    Node,
    QuantityExplanation,
)
from claimcheck.judging.report import Report
from claimcheck.judging.supports import Supports
from claimcheck.judging.terms import Inequality
from claimcheck.judging.wording import clean, interval_text, origin_text, printed_text
from claimcheck.model import ClaimSet
from claimcheck.render.accounts import account, clash_text, line_row
from claimcheck.render.combinations import choice_text
from claimcheck.render.prose import plural, unit_of

__all__ = [
    "Arithmetic",
    "Block",
    "Facts",
    "Formula",
    "Heading",
    "Listing",
    "Sentence",
    "Step",
    "Steps",
    "blocks",
]

_SUPPORTS = 5
"""Sets of premises that are listed for one end."""
_CONFLICTS = 5
"""Conflicts that are named where a scenario contradicts itself."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A title: level 1 for the whole or for a conflict, 2 for a scenario or for a case of a proof."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Sentence:
    """A line of prose; ``strong``: the point of the whole."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """What a quantity equals."""

    quantity: str
    formula: Expression


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a derivation: a quantity, what it equals, its interval in words, and where that comes from.

    ``level``, ``cut``: see :class:`~claimcheck.judging.explain.Node`. ``solved``: what the quantity equals as
    a formula, where it is computed by one.
    """

    quantity: str
    equals: str
    interval: str
    origin: str
    level: int = 0
    cut: bool = False
    solved: Expression | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """A derivation in lines, or the claims that do not meet."""

    lines: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Lines of arithmetic, each with a label."""

    lines: tuple[tuple[str, Inequality], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and what belongs to them."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of cells under a line that says what they are; ``head`` names the columns where there are some."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    head: tuple[str, ...] = ()


Block = Heading | Sentence | Formula | Steps | Arithmetic | Facts | Listing


def blocks(report: Report, explanation: Explanation) -> Iterator[Block]:
    """The blocks of an explanation made from this report."""
    claims = report.claim_set
    assert claims is not None
    if isinstance(explanation, QuantityExplanation):
        yield from _quantity(claims, explanation)
    elif isinstance(explanation, ClaimExplanation):
        yield from _claim(report, claims, explanation)
    else:
        yield from _conflict(report, claims, explanation)


def _quantity(claims: ClaimSet, told: QuantityExplanation) -> Iterator[Block]:
    about = clean(claims.quantities[told.quantity].description)
    yield Heading(f"{told.quantity}: {about}" if about else told.quantity)
    if told.form is not None:
        yield Formula(told.quantity, told.form.formula)
        up = [n for n in told.form.inputs if told.form.directions.get(n) == 1]
        down = [n for n in told.form.inputs if told.form.directions.get(n) == -1]
        if up:
            yield Sentence(f"{told.quantity} grows with {', '.join(up)}")
        if down:
            yield Sentence(f"{told.quantity} falls as {', '.join(down)} grow{'s' if len(down) == 1 else ''}")
    for case in told.cases:
        picked = ", ".join(f"{n} = {choice_text(claims, ids)}" for n, ids in case.choices.items())
        yield Heading(f"with {picked}:" if picked else "from all claims:", 2)
        yield from _case(claims, case, told.quantity)
    if told.left_out:
        yield Heading(f"... and {plural(told.left_out, 'more source combination')}", 2)


def _case(claims: ClaimSet, case: Case, quantity: str) -> Iterator[Block]:
    if case.bound is None:
        shown = ", ".join(case.conflicts[:_CONFLICTS])
        more = len(case.conflicts) - _CONFLICTS
        by = f" by {shown}{f' and {more} more' if more > 0 else ''}" if shown else ""
        yield Sentence(f"{case.verdict}{by}: no bounds")
        return
    if not case.nodes and not case.branches:
        found = interval_text(case.bound.interval, unit_of(claims, quantity))
        yield Sentence(f"{quantity} = {found}, which no claim or relation narrows")
        return
    if case.nodes:
        yield _steps(claims, case.nodes)
    ends = (("at least", case.lower), ("at most", case.upper))
    lines = tuple((words, e) for words, e in ends if e is not None and " = " in e.text)
    if lines:
        yield Arithmetic(lines)
    if case.supports is not None:
        yield from _supports(case.supports)
    for cut in case.branches:
        yield from _branches(claims, cut, quantity)


def _branches(claims: ClaimSet, cut: Branches, quantity: str = "") -> Iterator[Block]:
    """The cases of a proof with what comes out: a row for each, or the whole derivation."""
    rows = []
    for branch in cut.told:
        limits = [f"{n} {interval_text(x, unit_of(claims, n))}" for n, x in branch.limits]
        if branch.place is not None:
            found = clash_text(claims, branch.place)
        else:
            found = f"so {quantity} is {interval_text(branch.interval, unit_of(claims, quantity))}"
        rows.append((", ".join(limits), found.removeprefix("so ")))
        if cut.in_full:
            which = f"the {cut.end} end, " if cut.end else ""
            yield Heading(f"{which}case {rows[-1][0]}:", 2)
            if branch.nodes:
                yield _steps(claims, branch.nodes)
            yield Sentence(found)
    if cut.left_out:
        rows.append((f"... and {plural(cut.left_out, 'more case')}", "(--top 0 tells of all)"))
    if not cut.in_full:
        which = f"the {cut.end} end, case" if cut.end else "case"
        title = f"{which} by case (--depth N shows how, N levels deep):"
        yield Listing(title, tuple(rows), ("case", "there"))
    elif cut.left_out:
        yield Heading(" ".join(rows[-1]), 2)


def _supports(supports: Supports) -> Iterator[Block]:
    """What each end follows from, at most some of the sets; both ends together where they share them."""
    ends = [("the lower end follows", supports.lower), ("the upper end follows", supports.upper)]
    if supports.lower == supports.upper:
        ends = [("both ends follow", supports.lower)]
    for words, end in ends:
        rows = [(", ".join(map(clean, members)) or "nothing but hard facts",) for members in end.sets]
        if len(rows) > _SUPPORTS:
            rows[_SUPPORTS:] = [(f"... and {len(rows) - _SUPPORTS} more (all of them with --format json)",)]
        if not end.complete:
            rows.append(("... there may be more: the time was not enough to find all",))
        if not end.minimal:
            rows.append(("not every one of these is proved to be minimal",))
        if rows:
            yield Listing(
                f"{words} from {'any one of these' if len(end.sets) > 1 else 'these alone'}:", tuple(rows)
            )


def _steps(claims: ClaimSet, nodes: tuple[Node, ...]) -> Steps:
    return Steps(tuple(_step(line_row(claims, n.line), n) for n in nodes))


def _step(cells: list[str], node: Node | None = None) -> Step:
    quantity, equals, interval, origin = cells
    if node is None:
        return Step(quantity, equals, interval, origin)
    return Step(quantity, equals, interval, origin, node.level, node.cut, node.line.solved)


def _conflict(report: Report, claims: ClaimSet, told: ConflictExplanation) -> Iterator[Block]:
    conflict = told.conflict
    words = account(report, [conflict])
    yield Heading(f"{conflict.id}  {conflict.kind}  {words.title}")
    if told.nodes:
        yield _steps(claims, told.nodes)
    elif words.rows:
        yield Steps(tuple(_step(row) for row in words.rows))
    if words.clash:
        yield Sentence(words.clash, strong=True)
    if told.branches is not None:
        yield from _branches(claims, told.branches)
    if told.inequality is not None and words.inequality:
        yield Arithmetic((("in one line:", told.inequality),))
    if words.needed:
        title = "for the rest to stand, one of these has to change:"
        yield Listing(title, tuple(map(tuple, words.needed)), ("claim", "printed", "needed"))
    if conflict.minimal:
        members = tuple((clean(m),) for m in conflict.members)
        yield Listing("minimal: without any one of these the rest can hold:", members)
    for note in words.notes:
        yield Sentence(note)


def _claim(report: Report, claims: ClaimSet, told: ClaimExplanation) -> Iterator[Block]:
    claim = claims.claims[told.id]
    source = claims.sources[claim.source]
    unit = unit_of(claims, claim.quantity)
    result = told.result
    expected = ""
    if result is not None and result.expected is not None:
        expected = f"{interval_text(result.expected, unit, 6)}, from the other claims"
    rows = (
        ("printed", printed_text(claim)),
        ("says", interval_text(claim.interval, unit, 6)),
        ("read", clean(claim.reading.explanation)),
        ("from", origin_text(claim, claims)),
        ("title", clean(source.title)),
        ("address", clean(source.url or source.doi)),
        ("note", clean(claim.note)),
        ("given", ", ".join(claims.resolve(g) for g in claim.given)),
        ("status", str(result.status) if result is not None else ""),
        ("expected", expected),
    )
    yield Heading(told.id)
    yield Facts(tuple(r for r in rows if r[1]))
    if told.other is not None:
        picked = ", ".join(f"{n} = {choice_text(claims, ids)}" for n, ids in told.other.choices.items())
        yield Heading(f"the others{f', with {picked}' if picked else ''}:", 2)
        yield from _case(claims, told.other, claim.quantity)
    for conflict in told.conflicts:
        yield from _conflict(report, claims, conflict)
