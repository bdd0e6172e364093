"""An explanation as plain text in aligned columns."""

from __future__ import annotations

from collections.abc import Iterator

from claimcheck.formula import print_expression
from claimcheck.judging.explain import Explanation
from claimcheck.judging.report import Report
from claimcheck.render.columns import align, align_steps
from claimcheck.render.explanation.blocks import (
    Arithmetic,
    Block,
    Facts,
    Formula,
    Heading,
    Listing,
    Sentence,
    Step,
    Steps,
    blocks,
)

__all__ = ["render"]


def render(report: Report, explanation: Explanation) -> str:
    """The explanation as lines of text, each block set off from one of another kind."""
    lines: list[str] = []
    before: Block | None = None
    for block in blocks(report, explanation):
        if before is not None and _apart(before, block):
            lines.append("")
        lines += _lines(block)
        before = block
    return "\n".join(lines) + "\n"


def _apart(before: Block, block: Block) -> bool:
    """Whether a blank line belongs between two blocks."""
    if isinstance(before, Heading):
        return before.level == 1 or isinstance(block, (Heading, Listing))
    if isinstance(block, (Heading, Listing)):
        return True
    if isinstance(block, Sentence):
        return block.strong or isinstance(before, Listing)
    return False


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, _):
            yield text
        case Sentence(text, _):
            yield f"  {text}"
        case Formula(quantity, formula):
            yield f"  {quantity} = {print_expression(formula)}"
        case Steps(lines):
            yield from align_steps([_cells(s) for s in lines], indent="  ")
        case Arithmetic(lines):
            rows = [[label, inequality.text] for label, inequality in lines]
            yield from align(
                rows, gap=" " if len(rows) == 1 and rows[0][0].endswith(":") else "  ", indent="  "
            )
        case Facts(rows):
            yield from align(rows, indent="  ")
        case Listing(title, rows, _):
            yield f"  {title}"
            yield from align(rows, indent="    ")


def _cells(step: Step) -> list[str]:
    cut = " ..." if step.cut else ""
    return [f"{'  ' * step.level}{step.quantity}", step.equals, step.interval, f"{step.origin}{cut}"]
