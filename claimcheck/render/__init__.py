"""Renderers: one module per report format, each a pure function from reports to text.

Every module has ``render(reports, options) -> str``; importing this package imports none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claimcheck.judging.report import Report

__all__ = ["FORMATS", "Options", "render"]

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
    """How to render. ``top``: scenarios to list (None: the format's default, 0: all).

    ``sort`` orders scenarios by ``lower``, ``upper`` or ``width`` of the first reported quantity (empty: file
    order). ``color`` allows terminal colours, in the text format only. ``root`` is the directory from which
    annotations count paths (empty: the working directory).
    """

    color: bool = False
    top: int | None = None
    sort: str = ""
    root: str = ""


def render(format: str, reports: Sequence[Report], options: Options | None = None) -> str:
    """The reports in one of :data:`FORMATS`. Raises ValueError for another name."""
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}")
    import importlib

    module = importlib.import_module(f"claimcheck.render.{format}")
    text: str = module.render(reports, options or Options())
    return text
