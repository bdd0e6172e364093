"""Forest plots as a matplotlib figure, for notebooks and papers: the extra ``plot``.

matplotlib is imported with this module, which ``report.plot()`` alone imports. The figure belongs to no
pyplot state and needs no display; what it shows is the model that the HTML report draws, too.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from claimcheck.interval import Interval
from claimcheck.judging.report import Report, Status
from claimcheck.judging.wording import clean, interval_text, unit_text
from claimcheck.render.axis import Axis, Span, axis_of
from claimcheck.render.forest import Forest, forest, forests
from claimcheck.render.reason import reason

__all__ = ["ForestFigure", "figure"]

_WIDTH = 8.0
_ROW = 0.32
_HEAD = 0.75
"""Inches for the title and the axis of a quantity."""
_LABEL = 44
_SENTENCE = 88
_DPI = 144
_FOLLOWS, _HULL, _BAD, _ODD, _FAINT = "#2b6cb0", "#8a857d", "#b3261e", "#8a6100", "#6b665f"
_COLOUR = {Status.CONTRADICTED: _BAD, Status.DISPUTED: _ODD, Status.UNKNOWN: _ODD}


class ForestFigure(Figure):
    """A figure that shows itself in a notebook, whether or not pyplot is there."""

    def _repr_png_(self) -> bytes:
        out = io.BytesIO()
        self.savefig(out, format="png", dpi=_DPI)
        return out.getvalue()


def figure(report: Report, quantities: Sequence[str] = ()) -> ForestFigure:
    """The forest plots of some quantities (default: those of the report), one below the other.

    Raises:
        KeyError: no quantity has that name.
        ValueError: the file was not checked, or none of the quantities has a bound.
    """
    claims = report.claim_set
    if claims is None:
        raise ValueError(f"{report.path} was not checked: " + "; ".join(str(d) for d in report.diagnostics))
    for name in quantities:
        if name not in claims.quantities:
            raise KeyError(f"no quantity is named {name!r}")
    plots = [forest(report, q) for q in quantities] if quantities else forests(report)
    drawn = [(plot, axis) for plot in plots if (axis := axis_of(plot.intervals, plot.unit)) is not None]
    if not drawn:
        raise ValueError("there is nothing to plot: no quantity that is asked about has a bound")
    heights = [_HEAD + _ROW * len(_rows(plot)) for plot, _ in drawn]
    made = ForestFigure(figsize=(_WIDTH, sum(heights) + 0.7), layout="constrained")
    told = reason(report)
    lines = [clean(report.title or report.path)]
    lines += textwrap.wrap(f"{told.subject}{told.lead} {told.why}", _SENTENCE)
    made.suptitle("\n".join(lines), fontsize=10, ha="left", x=0.01, parse_math=False, usetex=False)
    axes = made.subplots(len(drawn), 1, squeeze=False, height_ratios=heights)[:, 0]
    for (plot, axis), ax in zip(drawn, axes, strict=True):
        _draw(ax, plot, axis)
    return made


_Row = tuple[str, str, Interval, Status | str, bool]
"""Label, what it comes to, the interval, a claim's status or what else it is, whether a range was stated."""


def _rows(plot: Forest) -> list[_Row]:
    """From top to bottom: claims, what follows, the hull."""
    rows: list[_Row] = []
    for mark in plot.marks:
        counted = f"fits {mark.fits or 'none'} of {mark.among}" if mark.among > 1 else str(mark.status)
        label = f"{mark.text} ({clean(mark.claim.source)})"
        rows.append((label, counted, mark.interval, mark.status, mark.claim.reading.kind == "range"))
    for row in plot.rows:
        star = "" if row.bound.tight else " *"
        comes_to = interval_text(row.bound.interval, plot.unit) + star
        rows.append((row.label or "what follows", comes_to, row.bound.interval, "follows", False))
    if plot.hull is not None and len(plot.rows) != 1:
        whole = plot.hull.interval
        rows.append(("all of them", interval_text(whole, plot.unit), whole, "hull", False))
    return rows


def _draw(ax: Axes, plot: Forest, axis: Axis) -> None:
    rows = _rows(plot)
    for y, (_, comes_to, x, kind, ranged) in enumerate(rows):
        span = axis.span(x)
        if span is not None and isinstance(kind, Status):
            _claim(ax, y, span, kind, len(rows), ranged=ranged)
        elif span is not None:
            _bar(ax, y, span, _HULL if kind == "hull" else _FOLLOWS)
        ax.text(
            1.02,
            y,
            comes_to,
            transform=ax.get_yaxis_transform(),
            va="center",
            fontsize=9,
            color=_BAD if kind is Status.CONTRADICTED else "black",
            parse_math=False,
            usetex=False,
        )
    ax.set_xlim(0, 1)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ticks = axis.ticks()
    ax.set_xticks([place for place, _ in ticks], [text for _, text in ticks], fontsize=8)
    labels = ["\n".join(textwrap.wrap(label, _LABEL)) for label, *_ in rows]
    ax.set_yticks(range(len(rows)), labels, fontsize=9)
    for tick in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        tick.set_parse_math(False)
        tick.set_usetex(False)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    unit = unit_text(plot.unit)
    name = f"{clean(plot.quantity)} ({unit})" if unit else clean(plot.quantity)
    about = f"{name}: {plot.description}" if plot.description else name
    title = ax.set_title(about, loc="left", fontsize=10, fontweight="bold")
    title.set_parse_math(False)
    title.set_usetex(False)
    if plot.notes:
        ax.set_xlabel("; ".join(plot.notes), fontsize=8, color=_FAINT, loc="left", parse_math=False)


def _claim(ax: Axes, y: int, span: Span, status: Status, rows: int, *, ranged: bool) -> None:
    """A thin line with a diamond, and a line through all that follows; a range has one at either end."""
    colour = _COLOUR.get(status, _FAINT)
    ax.plot([span.start, span.end], [y, y], color=colour, linewidth=3, solid_capstyle="butt")
    if not ranged:
        ax.plot([span.middle], [y], marker="D", markersize=6, color=colour, linestyle="none")
    style = "--" if status is Status.CONTRADICTED else ":"
    for place in (span.start, span.end) if ranged else (span.middle,):
        ax.plot([place, place], [y, rows - 0.4], color=colour, linewidth=1, linestyle=style, zorder=1)


def _bar(ax: Axes, y: int, span: Span, colour: str) -> None:
    """What follows; a very narrow one is still seen, and one without an end has an arrowhead there."""
    ax.plot([span.start, span.end], [y, y], color=colour, linewidth=7, solid_capstyle="butt")
    ax.plot([span.start, span.end], [y, y], color=colour, linestyle="none", marker="|", markersize=7)
    for there, place, marker in ((span.open_below, 0.0, "<"), (span.open_above, 1.0, ">")):
        if there:
            ax.plot([place], [y], marker=marker, markersize=9, color=colour, clip_on=False)
