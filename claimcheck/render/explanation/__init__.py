"""Explanations in words: one module per format, each a pure function from an explanation to text.

Text, Markdown and LaTeX lay out the same blocks (:mod:`~claimcheck.render.explanation.blocks`); JSON gives
the values themselves. Importing this package imports none of the formats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claimcheck.judging.explain import Explanation
    from claimcheck.judging.report import Report

__all__ = ["FORMATS", "render"]

FORMATS = ("text", "markdown", "json", "latex")
"""The formats of explanations, the default first."""


def render(format: str, report: Report, explanation: Explanation) -> str:
    """An explanation from a report, in one of :data:`FORMATS`. Raises ValueError for another name."""
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}")
    import importlib

    module = importlib.import_module(f"{__name__}.{format}")
    text: str = module.render(report, explanation)
    return text
