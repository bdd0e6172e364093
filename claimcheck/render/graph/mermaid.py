"""The graph for Mermaid, which GitHub and many note programs draw: https://mermaid.js.org/syntax/flowchart.html"""

from __future__ import annotations

from claimcheck.render.graph.network import Graph, Mark

__all__ = ["render"]

_SPECIAL = {ord(c): f"#{ord(c)};" for c in '"#&;<>`\\{}*_~$'}
"""Characters that Mermaid, Markdown or HTML could take for their own; entity codes are written ``#NN;``."""

_STYLES = {
    Mark.CONTRADICTION: "fill:#fde7e5,stroke:#b3261e,stroke-width:3px,color:#1c1b1a",
    Mark.DISAGREEMENT: "fill:#fff1d6,stroke:#8a6100,stroke-width:2px,color:#1c1b1a",
    Mark.KNOWN: "stroke-dasharray:4 3",
}
_LINKS = {
    Mark.CONTRADICTION: "stroke:#b3261e,stroke-width:3px",
    Mark.DISAGREEMENT: "stroke:#8a6100,stroke-width:2px",
}


def render(graph: Graph) -> str:
    """A flowchart: rounded boxes are quantities, square ones relations, red what takes part in a conflict."""
    lines = ["flowchart TD"]
    for node in graph.nodes:
        label = "<br/>".join(_escape(line) for line in node.told)
        left, right = ("[", "]") if node.is_relation else ("([", "])")
        lines.append(f'  {node.key}{left}"{label}"{right}')
    for edge in graph.edges:
        lines.append(f"  {edge.start} {'-->' if edge.arrow else '---'} {edge.end}")
    for mark, style in _STYLES.items():
        marked = [n.key for n in graph.nodes if n.mark is mark]
        if marked:
            lines += [f"  classDef {mark} {style}", f"  class {','.join(marked)} {mark}"]
    for mark, style in _LINKS.items():
        numbers = [str(i) for i, e in enumerate(graph.edges) if e.mark is mark]
        if numbers:
            lines.append(f"  linkStyle {','.join(numbers)} {style}")
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.translate(_SPECIAL)
