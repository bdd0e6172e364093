"""An explanation as Markdown (GitHub's): trees as nested lists, formulas and arithmetic as code."""

from __future__ import annotations

from collections.abc import Iterator

from claimcheck.formula import print_expression
from claimcheck.judging.explain import Explanation
from claimcheck.judging.report import Report
from claimcheck.judging.wording import clean
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
from claimcheck.render.markdown import escape, table

__all__ = ["render"]

_DEEPEST = 12
"""Levels of a list beyond which it is not indented further: readers take deeper ones for code."""


def render(report: Report, explanation: Explanation) -> str:
    """The explanation as a section with one subsection per scenario."""
    parts = ["\n".join(_lines(block)) for block in blocks(report, explanation)]
    return "\n\n".join(parts) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"{'#' * (level + 1)} {escape(' '.join(text.removesuffix(':').split()))}"
        case Sentence(text, strong):
            yield f"**{escape(text)}**" if strong else escape(text)
        case Formula(quantity, formula):
            yield _code(f"{quantity} = {print_expression(formula)}")
        case Steps(lines):
            yield from (_item(s) for s in lines)
        case Arithmetic(lines):
            yield from (f"- {escape(label)} {_code(inequality.text)}" for label, inequality in lines)
        case Facts(rows):
            yield from (f"- **{escape(label)}**: {escape(value)}" for label, value in rows)
        case Listing(title, rows, head):
            yield escape(title[:1].upper() + title[1:])
            yield ""
            if head:
                yield from table([list(head), *(list(row) for row in rows)])
            else:
                yield from (f"- {escape(', '.join(row))}" for row in rows)


def _item(step: Step) -> str:
    """One step as an item of a nested list."""
    formula = "" if step.solved is None else f" = {_code(print_expression(step.solved))}"
    said = formula or (f" {escape(step.equals)}" if step.equals else "")
    cut = " ..." if step.cut else ""
    indent = "  " * min(step.level, _DEEPEST)
    return (
        f"{indent}- **{escape(step.quantity)}**{said}: {escape(step.interval)} ({escape(step.origin)}){cut}"
    )


def _code(text: str) -> str:
    return f"`{clean(text).replace('`', '')}`"
