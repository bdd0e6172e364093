"""Renderers: one module per report format, each a pure function from reports to text.

Every module has ``render(reports, options) -> str``; importing this package imports none of them. A format in
which each report stands for itself has ``piece(report, options) -> str``, too, and a function in
:mod:`claimcheck.render.assembly` that puts the pieces together.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from claimcheck.judging.report import Report

__all__ = ["FORMATS", "Options", "piece", "render"]

FORMATS = (
    "text",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "junit",
    "github",
    "markdown",
    "html",
)
"""The formats there are, the default first."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to render. ``top``: scenarios to list (None: the format's default, 0: all), after ``start`` others.

    ``sort`` orders scenarios by ``lower``, ``upper`` or ``width`` of the first reported quantity (empty: file
    order). ``color`` allows terminal colours, in the text format only. ``root`` is the directory from which
    annotations count paths (empty: the working directory). ``shifts``: tell of the least change that makes
    everything fit, in text, Markdown, HTML and JSON.
    """

    color: bool = False
    top: int | None = None
    sort: str = ""
    root: str = ""
    shifts: bool = False
    start: int = 0


def piece(format: str, report: Report, options: Options) -> str | None:
    """What is written of one report; None for a format that is not made of pieces."""
    from claimcheck.render.assembly import ASSEMBLY

    return _module(format).piece(report, options) if format in ASSEMBLY else None


def render(format: str, reports: Sequence[Report], options: Options | None = None) -> str:
    """The reports in one of :data:`FORMATS`. Raises ValueError for another name."""
    text: str = _module(format).render(reports, options or Options())
    return text


def _module(format: str) -> Any:
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}")
    return importlib.import_module(f"claimcheck.render.{format}")
