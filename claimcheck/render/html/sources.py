"""Where the claims were printed: each source with its link, and how its claims fared."""

from __future__ import annotations

from collections import Counter

from claimcheck.judging.report import Report, Status
from claimcheck.model import Source
from claimcheck.render.html.markup import address, doi_address, link, text
from claimcheck.render.prose import plural

__all__ = ["sources"]

_ORDER = (Status.CONTRADICTED, Status.DISPUTED, Status.UNKNOWN, Status.UNTESTED, Status.SUPPORTED)


def sources(report: Report) -> str:
    """A list of all sources of the file."""
    claims = report.claim_set
    assert claims is not None
    statuses: dict[str, Counter[Status]] = {}
    for c in report.claims:
        statuses.setdefault(c.source, Counter())[c.status] += 1
    items = [_source(s, statuses.get(s.id, Counter())) for s in claims.sources.values()]
    return f'<ul class="sources">{"".join(items)}</ul>'


def _source(source: Source, counts: Counter[Status]) -> str:
    url, doi = address(source.url), doi_address(source.doi)
    title = source.title or source.id
    out = [f'<li><strong class="id">{text(source.id)}</strong> {link(url or doi, title)}']
    if source.url and not url:
        out.append(f" <code>{text(source.url)}</code>")
    if source.doi:
        out.append(f' <span class="doi">{link(doi, f"doi:{source.doi}")}</span>')
    if source.date:
        out.append(f' <span class="date">{text(source.date)}</span>')
    told = ", ".join(f"{counts[s]} {s}" for s in _ORDER if counts[s])
    number = sum(counts.values())
    out.append(f'<p class="note">{plural(number, "claim")}{f": {told}" if told else ""}</p>')
    if source.note:
        out.append(f'<p class="note">{text(source.note)}</p>')
    return "".join([*out, "</li>"])
