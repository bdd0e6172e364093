"""The graph as SVG, laid out here: a file of its own, or a picture inside the HTML report.

Text is set in a fixed-width font, so that its width is known wherever it is drawn. Lines that would make a
box too wide are cut with an ellipsis; the whole is in the node's ``title``, which browsers show on hovering.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape

from claimcheck.render.columns import display_width
from claimcheck.render.graph.layout import place
from claimcheck.render.graph.network import Graph, Mark, Node

__all__ = ["STYLE", "picture", "render"]

_CHARACTER = 6.7
"""Width of a character of 11 pixels in any usual fixed-width font."""
_LINE = 15
_MARGIN = 9
_LONGEST = 34
_MOST_LINES = 7
_MOST_ROWS = 4
"""Rows over which an equation is broken."""
_WIDTH = 980
"""Width at which parts go on the next row."""

STYLE = """
.network { --ink: #1c1b1a; --paper: #ffffff; --line: #8a857d; --soft: #f4f2ee; --faint: #6b665f;
  --bad: #b3261e; --bad-soft: #fde7e5; --odd: #8a6100; --odd-soft: #fff1d6; }
.network text { font: 11px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: var(--ink); }
.network .name { font-weight: 700; }
.network .ids { font-weight: 700; fill: var(--bad); }
.network rect { fill: var(--paper); stroke: var(--line); }
.network .paper { stroke: none; }
.network .relation rect { fill: var(--soft); }
.network .relation .name { font-weight: 400; font-style: italic; fill: var(--faint); }
.network path { fill: none; stroke: var(--line); stroke-width: 1.3; }
.network polygon { fill: var(--line); }
.network .contradiction rect { stroke: var(--bad); stroke-width: 2.5; fill: var(--bad-soft); }
.network path.contradiction { stroke: var(--bad); stroke-width: 3; }
.network polygon.contradiction { fill: var(--bad); }
.network .disagreement rect { stroke: var(--odd); stroke-width: 2; fill: var(--odd-soft); }
.network .disagreement .ids { fill: var(--odd); }
.network .said { font-weight: 700; }
.network .said.contradiction { fill: var(--bad); }
.network .said.disagreement { fill: var(--odd); }
.network path.disagreement { stroke: var(--odd); stroke-width: 2; }
.network polygon.disagreement { fill: var(--odd); }
.network .known rect { stroke-dasharray: 4 3; }
.network .known .ids { fill: var(--faint); }
@media (prefers-color-scheme: dark) {
  .network { --ink: #ece8e1; --paper: #23211f; --line: #8f887e; --soft: #2e2b28; --faint: #aaa399;
    --bad: #ff8a80; --bad-soft: #4a211e; --odd: #e5c07b; --odd-soft: #40341a; }
}
@media print {
  .network { --ink: #000; --paper: #fff; --line: #777; --soft: #f2f2f2; --faint: #444;
    --bad: #b3261e; --bad-soft: #fde7e5; --odd: #8a6100; --odd-soft: #fff1d6; }
}
""".strip()


def render(graph: Graph) -> str:
    """A file of its own, with its style; it follows the reader's choice of light or dark."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{picture(graph, style=True)}\n'


def picture(graph: Graph, *, style: bool = False) -> str:
    """The ``svg`` element; without ``style``, a page that shows it must have :data:`STYLE`."""
    told = {n.key: _lines(n) for n in graph.nodes}
    sizes = {n.key: _size(n, told[n.key]) for n in graph.nodes}
    layout = place(sizes, [(e.start, e.end) for e in graph.edges], _WIDTH)
    width, height = layout.width + 4, layout.height + 4
    out = [
        '<svg xmlns="http://www.w3.org/2000/svg" class="network" role="img"'
        f' width="{width}" height="{height}" viewBox="-2 -2 {width} {height}">',
        f"<title>{escape(f'The network of {graph.title}')}</title>",
    ]
    if style:
        out.append(f"<style>\n{STYLE}\n</style>")
        out.append(f'<rect class="paper" x="-2" y="-2" width="{width}" height="{height}"/>')
    # What is in a conflict is drawn last, on top.
    order = sorted(zip(graph.edges, layout.routes, strict=True), key=lambda e: -list(Mark).index(e[0].mark))
    for edge, route in order:
        css = f' class="{edge.mark}"' if edge.mark else ""
        out.append(f'<path{css} d="{_curve(route)}"/>')
        if edge.arrow:
            out.append(f'<polygon{css} points="{_arrow(route)}"/>')
    for node in graph.nodes:
        out += _node(node, told[node.key], sizes[node.key], layout.at[node.key])
    return "\n".join([*out, "</svg>"])


def _lines(node: Node) -> list[tuple[str, str]]:
    """What is written in a box: (class, text), one per line."""
    ids = " ".join(node.conflicts)
    said = [(f"said {line.mark}" if line.mark else "", line.text) for line in node.lines]
    if node.is_relation:
        said = [("", row) for _, text in said for row in textwrap.wrap(text, _LONGEST)]
        most = _MOST_ROWS
    else:
        most = _MOST_LINES
    if len(said) > most:
        rest = "…" if node.is_relation else f"... and {len(said) - most + 1} more"
        said = [*said[: most - 1], ("", rest)]
    return [
        ("name", _cut(node.title)),
        *((kind, _cut(text)) for kind, text in said),
        *([("ids", _cut(f"in {ids}"))] if ids else []),
    ]


def _cut(text: str) -> str:
    if display_width(text) <= _LONGEST:
        return text
    kept = ""
    for character in text:
        if display_width(kept + character) >= _LONGEST:
            break
        kept += character
    return f"{kept.rstrip()}…"


def _size(node: Node, lines: Sequence[tuple[str, str]]) -> tuple[int, int]:
    longest = max(display_width(text) for _, text in lines)
    return round(longest * _CHARACTER) + 2 * _MARGIN, len(lines) * _LINE + _MARGIN


def _node(
    node: Node, lines: Sequence[tuple[str, str]], size: tuple[int, int], at: tuple[int, int]
) -> list[str]:
    (x, y), (width, height) = at, size
    css = " ".join(filter(None, ("relation" if node.is_relation else "quantity", str(node.mark))))
    whole = "\n".join([node.title, *(line.text for line in node.lines)])
    out = [f'<g class="{css}"><title>{escape(whole)}</title>']
    corner = 2 if node.is_relation else 9
    out.append(f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{corner}"/>')
    for number, (kind, text) in enumerate(lines, start=1):
        own = f' class="{kind}"' if kind else ""
        out.append(f'<text{own} x="{x + _MARGIN}" y="{y + number * _LINE}">{escape(text)}</text>')
    return [*out, "</g>"]


def _curve(route: Sequence[tuple[int, int]]) -> str:
    """Through the points, leaving and entering upright."""
    (x, y), *rest = route
    path = [f"M{x} {y}"]
    for a, b in rest:
        if x == a:
            path.append(f"V{b}")
        else:
            half = (y + b) // 2
            path.append(f"C{x} {half} {a} {half} {a} {b}")
        x, y = a, b
    return "".join(path)


def _arrow(route: Sequence[tuple[int, int]]) -> str:
    (_, before), (x, y) = route[-2:]
    back = y - 8 if before <= y else y + 8
    return f"{x},{y} {x - 4},{back} {x + 4},{back}"
