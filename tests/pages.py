"""Pages for the tests of the HTML report: their elements, a hostile file, and one with many scenarios."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import claimcheck
from claimcheck.judging.verification import check_text

__all__ = ["HOSTILE", "elements", "hostile", "many", "tags"]

_RUN = "window.hacked=1;alert(1)"
HOSTILE = {
    "title": f"</title></h1><script>{_RUN}</script>",
    "source_title": f"<img src=x onerror='{_RUN}'>",
    "url": f"javascript:{_RUN}",
    "doi": f'10.1000/"onmouseover="{_RUN}',
    "date": f"<b onclick={_RUN}>2020</b>",
    "source_note": f"<iframe srcdoc='<script>parent.hacked=1</script>'></iframe><svg onload={_RUN}>",
    "description": f'"><svg/onload={_RUN}>',
    "at": f"</span><script>{_RUN}</script>",
    "note": f"--></style></script><script>{_RUN}</script>",
    "other": f"<link rel=stylesheet href=https://example.org/x.css><base href=//example.org>{_RUN}",
    "reason": f"<math><mtext><style><img src=x onerror={_RUN}></style></mtext></math>",
}
"""A text for every place of a claims file that takes any text."""


def hostile(said):
    """The report of a file that says these things where it can, and has conflicts, choices and findings."""
    source = {"title": said["source_title"], "url": said["url"], "doi": said["doi"]}
    source |= {"date": said["date"], "note": said["source_note"]}
    text = {
        "claimcheck": "1",
        "title": said["title"],
        "sources": {"s": source, "t": {"title": said["other"], "url": "https://example.org/t?a=1&b=<i>"}},
        "quantities": {
            "a": {"unit": "m", "description": said["description"]},
            "b": {"unit": "m", "description": said["description"]},
            "c": {"unit": "m"},
        },
        "claims": [
            {"quantity": "a", "value": "1.00 m", "source": "s", "at": said["at"], "note": said["note"]},
            {"quantity": "a", "value": "3.00 m", "source": "t", "at": said["at"]},
            {
                "quantity": "b",
                "value": "9 m",
                "source": "t",
                "id": "x",
                "given": ["a@s"],
                "note": said["note"],
            },
            {"quantity": "c", "value": "1 m", "source": "s"},
            {"quantity": "c", "value": "5 m", "source": "t"},
        ],
        "relations": {"double": {"equation": "b = 2 * a", "note": said["note"]}},
        "report": ["b"],
        "known": [{"members": ["c@s", "c@t"], "reason": said["reason"]}],
    }
    report = check_text(json.dumps(text), f"{said['other']}.yaml")
    assert report.claim_set is not None, report.diagnostics
    return report


def many(count):
    """``count`` contested quantities and their sum: 2 to that power of scenarios."""
    claims = claimcheck.ClaimSet(title="Many")
    claims.source("s")
    claims.source("t")
    names = [f"x{i}" for i in range(count)]
    for i, name in enumerate(names):
        claims.quantity(name)
        claims.claim(name, f"exactly {3**i}", source="s")
        claims.claim(name, f"exactly {2 * 3**i}", source="t")
    claims.quantity("total")
    claims.relation(f"total = {' + '.join(names)}")
    return claimcheck.verify(claims)


class _Elements(HTMLParser):
    VOID = frozenset(("meta", "br", "hr", "input", "link"))

    def __init__(self):
        super().__init__()
        self.found, self.open = [], []

    def handle_starttag(self, tag, attributes):
        assert len(dict(attributes)) == len(attributes), f"an attribute of {tag} is given twice"
        self.found.append((tag, {name: value or "" for name, value in attributes}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):  # <rect/>, inside an svg
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"{tag} is closed where it was not opened"


def elements(page):
    """The elements of a page in order: (tag, attributes)."""
    reader = _Elements()
    reader.feed(page)
    reader.close()
    assert not reader.open, "every element is closed"
    return reader.found


def tags(page):
    """The same without the values of attributes, and without the links of sources."""
    return [(tag, sorted(a)) for tag, a in elements(page) if tag != "a"]
