"""The network of quantities and relations as a picture: one model, one module per format.

Every format's module has ``render(graph) -> str``; importing this package imports none of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claimcheck.render.graph.network import Graph

__all__ = ["FORMATS", "render"]

FORMATS = ("mermaid", "dot", "svg")
"""The formats there are, the default first."""


def render(format: str, graph: Graph) -> str:
    """The graph in one of :data:`FORMATS`. Raises ValueError for another name."""
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}")
    text: str = importlib.import_module(f"claimcheck.render.graph.{format}").render(graph)
    return text
