"""Forest plots in the page: a list of rows, each with words, a drawing and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from claimcheck.interval import Interval
from claimcheck.judging.report import Status
from claimcheck.judging.wording import clean, interval_text, unit_text
from claimcheck.render.accounts import Side
from claimcheck.render.axis import Axis, Span, axis_of
from claimcheck.render.forest import Forest, Mark, Row
from claimcheck.render.html.bars import bar, diamond, guides, row, scale
from claimcheck.render.html.markup import text
from claimcheck.solver.decision import Bound
from claimcheck.units import Unit

__all__ = ["Option", "figure", "small"]

Option = tuple[str, tuple[str, ...]]
"""A choice, and what is picked for it."""

_WIDE = 0.08
"""Share of the axis from which a claim's two ends are drawn as lines, and not its middle."""


def figure(forest: Forest, prefix: str, number: int, picks: Mapping[Option, str]) -> str:
    """One quantity. ``prefix`` begins the ids of the report's section, ``number`` is the figure's.

    ``picks``: the marks by which the script knows what can be chosen.
    """
    key = f"{prefix}-q{number}"
    axis = axis_of(forest.intervals, forest.unit)
    unit = unit_text(forest.unit)
    name = clean(forest.quantity)
    out = [
        f'<figure class="forest" data-quantity="{number}" aria-labelledby="{key}">',
        f'<figcaption><h3 id="{key}">{text(name)}{f" <small>{text(unit)}</small>" if unit else ""}</h3>',
        f"<p>{text(forest.description)}</p>" if forest.description else "",
        '</figcaption><ul class="rows">',
    ]
    lines = guides(_lines(axis, forest))
    if forest.marks:
        out.append(_row("group", "Claimed", lines, ""))
    for mark in forest.marks:
        drawn = lines
        if axis is not None:
            ranged = mark.claim.reading.kind == "range"
            drawn += diamond(axis.span(mark.interval), str(mark.status), ranged=ranged)
        out.append(_row(f"claim {mark.status}", _claimed(mark), drawn, f"<b>{_standing(mark)}</b>"))
    if any(r.label for r in forest.rows):
        out.append(_row("group", "What follows", lines, ""))
    for r in forest.rows:
        out.append(_scenario(r, forest, axis, lines, prefix, picks))
    if forest.hull is not None and len(forest.rows) > 1:
        drawn = lines + bar(_span(axis, forest.hull.interval), "bar hull")
        out.append(_row("hull", "all of them", drawn, _interval(forest.hull, forest)))
    if axis is not None:
        drawn = f"{lines}{bar(Span(0, 0), 'bar chosen')}"
        out.append(_row("chosen", "your choice", drawn, "", "hidden"))
        out.append(f'<li class="row ticks" aria-hidden="true"><span class="label"></span>{scale(axis)}</li>')
    out.append("</ul>")
    if forest.notes:
        out.append(f'<p class="note">{text("; ".join(forest.notes))}</p>')
    return "".join([*out, "</figure>"])


def small(sides: Sequence[Side], unit: Unit) -> str:
    """The intervals that do not meet, on one axis; nothing where they cannot be drawn."""
    axis = axis_of([side.interval for side in sides], unit)
    if axis is None:
        return ""
    lines = guides(_ends((axis.span(s.interval), "guide contradicted") for s in sides if s.claimed))
    out = ['<ul class="rows small">']
    for side in sides:
        span = axis.span(side.interval)
        drawn = diamond(span, "contradicted", ranged=side.ranged) if side.claimed else bar(span)
        css = "claim contradicted" if side.claimed else "scenario"
        out.append(_row(css, text(side.label), lines + drawn, f"<b>{text(side.comes_to)}</b>"))
    out.append(f'<li class="row ticks" aria-hidden="true"><span class="label"></span>{scale(axis)}</li></ul>')
    return "".join(out)


def _scenario(
    r: Row, forest: Forest, axis: Axis | None, lines: str, prefix: str, picks: Mapping[Option, str]
) -> str:
    drawn = lines + bar(_span(axis, r.bound.interval)) if axis else ""
    picked = [text(said) for _, said in r.told] + ([text(r.more)] if r.more else [])
    label = ", ".join(f'<span class="pick">{said}</span>' for said in picked)
    if r.scenarios:
        known = f'data-scenarios="{" ".join(map(str, r.scenarios))}"'
    else:
        known = f'data-pick="{picks.get(r.picked, "") if r.picked else ""}"'
    comes_to = _interval(r.bound, forest)
    if r.against:
        ids = " ".join(f'<a href="#{prefix}-{text(id)}">{text(id)}</a>' for id in r.against)
        comes_to += f' <em class="against">{ids}</em>'
    return _row("scenario", label or "what follows", drawn, comes_to, known)


def _row(css: str, label: str, drawn: str, comes_to: str, attributes: str = "") -> str:
    """A row of markup that is safe already."""
    own = f" {attributes}" if attributes else ""
    return (
        f'<li class="row {css}"{own}><span class="label">{label}</span>{row(drawn) if drawn else ""}'
        f'<span class="value">{comes_to}</span></li>'
    )


def _claimed(mark: Mark) -> str:
    where = (
        f"{clean(mark.claim.source)}, {clean(mark.claim.at)}" if mark.claim.at else clean(mark.claim.source)
    )
    return f'<b>{text(mark.text)}</b> <span class="where">{text(where)}</span>'


def _standing(mark: Mark) -> str:
    """How a claim stands to what follows."""
    if mark.claim.spans:
        return "not the span" if mark.status is Status.CONTRADICTED else text(str(mark.status))
    if not mark.among:
        return text(str(mark.status))
    if mark.outside:
        return f"fits none of {mark.among}" if mark.among > 1 else "outside"
    if mark.status is Status.CONTRADICTED:
        return "contradicted"
    return f"fits {mark.fits} of {mark.among}" if mark.among > 1 else text(str(mark.status))


def _interval(bound: Bound, forest: Forest) -> str:
    return text(interval_text(bound.interval, forest.unit) + ("" if bound.tight else " *"))


def _span(axis: Axis | None, x: Interval) -> Span | None:
    return None if axis is None else axis.span(x)


def _lines(axis: Axis | None, forest: Forest) -> Iterator[tuple[Span | None, str]]:
    return _ends((_span(axis, m.interval), f"guide {m.status}") for m in forest.marks)


def _ends(spans: Iterable[tuple[Span | None, str]]) -> Iterator[tuple[Span | None, str]]:
    """Spans as lines: narrow ones in the middle, wide ones at their two ends."""
    for span, css in spans:
        if span is None:
            continue
        if span.end - span.start < _WIDE:
            yield span, css
            continue
        if not span.open_below:
            yield Span(span.start, span.start), css
        if not span.open_above:
            yield Span(span.end, span.end), css
