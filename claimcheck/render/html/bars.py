"""A row of a forest plot as an SVG that is as wide as the page lets it.

Places across are percentages, so that nothing is distorted on a narrow screen; heights are pixels.
"""

from __future__ import annotations

from collections.abc import Iterable

from claimcheck.render.axis import Axis, Span

__all__ = ["bar", "diamond", "guides", "scale", "row"]

_THICK = 12
_LEAST = 3
"""Pixels that the narrowest bar is wide."""


def row(inside: str, css: str = "plot") -> str:
    """The SVG around what is drawn in a row. What it shows stands beside it in words."""
    return f'<span class="{css}"><svg aria-hidden="true" focusable="false">{inside}</svg></span>'


def bar(span: Span | None, css: str = "bar") -> str:
    """An interval, with an arrowhead where it goes on; a very narrow one is still seen."""
    if span is None:
        return ""
    width = span.end - span.start
    out = (
        f'<svg class="{css}" x="{_percent(span.start)}" y="50%" overflow="visible" width="{_percent(width)}">'
    )
    out += f'<rect class="least" x="{-_LEAST / 2}" y="-{_THICK // 2}" width="{_LEAST}" height="{_THICK}"/>'
    out += f'<rect x="0" y="-{_THICK // 2}" width="100%" height="{_THICK}" rx="2"/></svg>'
    if span.open_below:
        out += f'<svg class="{css}" x="0" y="50%" overflow="visible"><path d="M0 0 9-9V9Z"/></svg>'
    if span.open_above:
        out += f'<svg class="{css}" x="100%" y="50%" overflow="visible"><path d="M0 0-9-9V9Z"/></svg>'
    return out


def diamond(span: Span | None, css: str, *, ranged: bool = False) -> str:
    """A claim: its interval as a thin bar, and a diamond in the middle unless the claim is of a range."""
    if span is None:
        return ""
    out = f'<svg class="{css}" x="{_percent(span.start)}" y="50%" overflow="visible"'
    out += f' width="{_percent(span.end - span.start)}"><rect x="0" y="-3" width="100%" height="6"/></svg>'
    if ranged:
        return out
    middle = 1.0 if span.open_above else 0.0 if span.open_below else span.middle
    return (
        f'{out}<svg class="{css}" x="{_percent(middle)}" y="50%" overflow="visible">'
        '<path d="M0-8 8 0 0 8-8 0Z"/></svg>'
    )


def guides(marks: Iterable[tuple[Span | None, str]]) -> str:
    """Where claims lie, as lines through the row: (where, class)."""
    return "".join(
        f'<line class="{css}" x1="{_percent(s.middle)}" x2="{_percent(s.middle)}" y1="0" y2="100%"/>'
        for s, css in marks
        if s is not None
    )


def scale(axis: Axis) -> str:
    """The axis with its numbers."""
    out = ['<line class="axis" x1="0" x2="100%" y1="1" y2="1"/>']
    for place, said in axis.ticks():
        x = _percent(place)
        anchor = "start" if place < 0.06 else "end" if place > 0.94 else "middle"
        out.append(f'<line class="axis" x1="{x}" x2="{x}" y1="1" y2="6"/>')
        out.append(f'<text x="{x}" y="19" text-anchor="{anchor}">{said}</text>')
    return row("".join(out), "plot scale")


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"
