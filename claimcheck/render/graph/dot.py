"""The graph for Graphviz: https://graphviz.org/doc/info/lang.html"""

from __future__ import annotations

from claimcheck.render.graph.network import Graph, Mark

__all__ = ["render"]

_STYLES = {
    Mark.CONTRADICTION: 'color="#b3261e", penwidth=3',
    Mark.DISAGREEMENT: 'color="#8a6100", penwidth=2',
    Mark.KNOWN: 'style="dashed"',
    Mark.NONE: "",
}


def render(graph: Graph) -> str:
    """A directed graph: rounded boxes are quantities, square ones relations, red what is in a conflict."""
    lines = [
        f"digraph {_quote(graph.title)} {{",
        '  node [shape=box, fontname="sans-serif", fontsize=11];',
        '  edge [fontname="sans-serif"];',
    ]
    for node in graph.nodes:
        rounded = "" if node.is_relation else "rounded"
        dashed = "dashed" if node.mark is Mark.KNOWN else ""
        style = ",".join(s for s in (rounded, dashed) if s)
        given = [f"label={_quote(*node.told)}"]
        given += [f'style="{style}"'] if style else []
        given += [_STYLES[node.mark]] if node.mark not in (Mark.NONE, Mark.KNOWN) else []
        lines.append(f"  {node.key} [{', '.join(given)}];")
    for edge in graph.edges:
        given = [] if edge.arrow else ["dir=none"]
        given += [_STYLES[edge.mark]] if edge.mark else []
        how = f" [{', '.join(given)}]" if given else ""
        lines.append(f"  {edge.start} -> {edge.end}{how};")
    return "\n".join([*lines, "}"]) + "\n"


def _quote(*lines: str) -> str:
    """Lines as one quoted string; a backslash of theirs is not the begin of an escape."""
    told = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(told) + '"'
