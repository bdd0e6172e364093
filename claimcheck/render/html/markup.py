"""What makes text safe to stand in the page. Everything that a file says passes through here.

A page is put together from strings: those from here, and literal ones. ``text`` is for element content and
for values of quoted attributes alike.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlsplit

from claimcheck.judging.report import Status
from claimcheck.judging.wording import clean

__all__ = ["address", "data", "doi_address", "link", "table", "text"]

_WORDS = frozenset((*map(str, Status), "consistent", "contradictory"))
_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")


def text(said: str) -> str:
    """Plain text, control characters made harmless and markup escaped."""
    return html.escape(clean(said))


def address(url: str) -> str:
    """The address if a page may link to it (http and https, with a host), else nothing."""
    if any(c.isspace() or not c.isprintable() for c in url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme.lower() in ("http", "https") and host else ""


def doi_address(doi: str) -> str:
    """Where a DOI is resolved; nothing for what is none."""
    bare = re.sub(r"^(?:doi:\s*|https?://(?:dx\.)?doi\.org/)", "", doi.strip(), flags=re.IGNORECASE)
    return f"https://doi.org/{quote(bare, safe='/:;().-_')}" if _DOI.fullmatch(bare) else ""


def link(url: str, said: str) -> str:
    """A link to an address from :func:`address`, or mere text where there is none."""
    if not url:
        return text(said)
    return f'<a href="{text(url)}" rel="noopener noreferrer">{text(said)}</a>'


def data(value: object) -> str:
    """A value as JSON inside a ``script`` element that no browser runs, and that nothing in it can close."""
    written = json.dumps(value, separators=(",", ":"))
    return written.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], css: str = "", attributes: Sequence[str] = ()
) -> str:
    """A table of plain cells; one that is a verdict or a status gets it as its class, too.

    ``attributes``: literal ones, for each row.
    """
    own_class = f' class="{css}"' if css else ""
    out = [f'<div class="scroll"><table{own_class}>']
    if head:
        out.append("<thead><tr>" + "".join(f'<th scope="col">{text(c)}</th>' for c in head) + "</tr></thead>")
    out.append("<tbody>")
    for number, row in enumerate(rows):
        own = f" {attributes[number]}" if number < len(attributes) else ""
        cells = "".join(
            f'<td class="{cell}">{cell}</td>' if cell in _WORDS else f"<td>{text(cell)}</td>" for cell in row
        )
        out.append(f"<tr{own}>{cells}</tr>")
    return "".join([*out, "</tbody></table></div>"])
