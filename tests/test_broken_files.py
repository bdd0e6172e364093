"""Broken claims files: each mark ``⟦CODE⟧`` stands where exactly that diagnostic must point, and no other."""

from __future__ import annotations

import re

import pytest

from claimcheck.files.loader import load_text

MARK = re.compile(r"⟦(CC\d+)⟧")

HEAD = """\
claimcheck: 1
sources: {s: {title: S}, t: }
quantities:
  x: {unit: m}
  y: {unit: m}
  n: {unit: GPU, integer: true}
  d: {unit: date}
  p: {unit: percent}
"""
CLAIM = """\
claims:
  - {quantity: x, value: 3 m, source: s}
"""
BASE = HEAD + CLAIM


def table(head: str = "source: s", columns: str = "c: m", rows: str = "q: {c: 3 m}", **more: str) -> str:
    """A file with one table; ``more``: a claim, relations."""
    text = BASE + (f"  - {more['claims']}\n" if "claims" in more else "")
    text += f"tables:\n  a: {{{head}, columns: {{{columns}}}, rows: {{{rows}}}}}\n"
    return text + (f"relations:\n  {more['relations']}" if "relations" in more else "")


ASPECT = "lineage: {both: , last: the last one}"


def scoped(
    claims: str = "", *, scopes: str = f"{{{ASPECT}}}", quantity: str = "scopes: lineage", more: str = ""
) -> str:
    """A file with an aspect and a quantity that depends on it."""
    head, _, tail = HEAD.partition("quantities:")
    return (
        f"{head}scopes: {scopes}\nquantities:{tail}  z: {{unit: m, {quantity}}}\n"
        f"claims: [{{quantity: x, value: 3 m, source: t}}, {claims}]\n{more}"
    )


def scoped_column(
    column: str = "{unit: m, scopes: lineage, scope: last}",
    *,
    name: str = "c",
    rows: str = "q: {c: 3 m}",
    claims: str = "",
    scopes: str = f"{{{ASPECT}}}",
    more: str = "",
) -> str:
    """A file with an aspect and a table whose column depends on it."""
    made = f"tables: {{a: {{source: s, columns: {{{name}: {column}}}, rows: {{{rows}}}}}}}\n"
    return scoped(claims, scopes=scopes, more=made + more)


BROKEN = {
    # -- YAML ---------------------------------------------------------------------------------------------
    "empty": "⟦CC007⟧",
    "blank": "⟦CC007⟧\n\n   \n",
    "only a comment": "⟦CC007⟧# nothing yet\n",
    "a list": "⟦CC017⟧- claimcheck: 1\n",
    "plain text": "⟦CC017⟧claimcheck\n",
    "NUL": BASE + "title: a⟦CC006⟧\0b\n",
    "control character": BASE + "title: a⟦CC006⟧\x1b[31m\n",
    "lone surrogate": BASE + "title: ⟦CC006⟧\ud800\n",
    "unclosed double quote": BASE + 'title: ⟦CC008⟧"open\nreport: [x]\n',
    "unclosed single quote": BASE + "title: ⟦CC008⟧'it is\n",
    "apostrophe in single quotes": BASE + "title: 'it'⟦CC008⟧s'\n",
    "text after a quote": BASE + 'title: "a" ⟦CC008⟧b\n',
    "unknown escape": BASE + 'title: "a⟦CC008⟧\\q"\n',
    "colon in plain text": BASE + "title: a⟦CC008⟧: b\n",
    "tab indents": BASE + "settings:\n⟦CC008⟧\trounding: down\n",
    "unclosed brace": BASE + "settings: ⟦CC008⟧{rounding: down\n",
    "unclosed bracket": BASE + "report: ⟦CC008⟧[x, y\n",
    "closed twice": BASE + "report: [x]⟦CC008⟧]\n",
    "bracketed range without quotes": HEAD
    + "claims:\n  - quantity: p\n    value: [38, 43] ⟦CC008⟧%\n    source: s\n",
    "greater sign without quotes": HEAD + "claims:\n  - quantity: p\n    value: ⟦CC008⟧> 90\n    source: s\n",
    "greater sign in braces": HEAD + "claims:\n  - {quantity: p, value: ⟦CC008⟧> 90, source: s}\n",
    "at sign": BASE + "title: ⟦CC008⟧@me\n",
    "dedent by one": "claimcheck: 1\nsources:\n  s: {}\n ⟦CC008⟧t: {}\n",
    "list after mapping": BASE + "report:\n  - x\n  ⟦CC008⟧y: 1\n",
    "key without colon": "claimcheck: 1\n⟦CC008⟧title\nsources: {}\n",
    "other YAML version": "⟦CC008⟧%YAML 3.0\n---\nclaimcheck: 1\n",
    "duplicate key": BASE + "title: a\n⟦CC009⟧title: b\n",
    "duplicate keys everywhere": HEAD
    + "  ⟦CC009⟧x: {unit: s}\nclaims:\n  - {quantity: x, value: 3 m, ⟦CC009⟧value: 4 m, source: s}\n",
    "anchor": BASE + "title: ⟦CC010⟧&a b\n",
    "anchor and alias": HEAD + "claims:\n  - ⟦CC010⟧&c {quantity: x, value: 3 m, source: s}\n  - ⟦CC010⟧*c\n",
    "alias as key": BASE + "⟦CC010⟧*x : 1\n",
    "merge key": HEAD + "claims:\n  - {⟦CC011⟧<<: {quantity: x}, value: 3 m, source: s}\n",
    "tag": BASE + "title: ⟦CC012⟧!!str b\n",
    "python tag": BASE + "title: ⟦CC012⟧!!python/object/apply:os.system echo\n",
    "tag and its other mistakes": HEAD
    + "claims:\n  - {quantity: x, value: ⟦CC012⟧!!int 3, source: s}\nreport: [⟦CC105⟧q]\n",
    "two documents": BASE + "⟦CC013⟧---\nclaimcheck: 1\n",
    "list as key": BASE + "? ⟦CC014⟧[x]\n: y\n",
    "mapping as key": HEAD + "claims:\n  - {quantity: x, value: 3 m, source: s, ⟦CC014⟧{a: b}: c}\n",
    "too deep": BASE + "title: " + "[" * 99 + "⟦CC015⟧[" + "]" * 100 + "\n",
    # -- JSON ---------------------------------------------------------------------------------------------
    "JSON duplicate": '{"claimcheck": 1, ⟦CC009⟧"claimcheck": 1,\n "claims": ⟦CC112⟧[]}',
    "JSON after an escaped pair": '{"claimcheck": 1,'
    ' "title": "\\ud83d\\ude00", "claims": ⟦CC112⟧[], ⟦CC101⟧"oops": 1}',
    "JSON lone surrogate": '{"title": "\\u⟦CC008⟧d83d"}',
    "JSON cut off": '⟦CC008⟧{"claimcheck": 1, "sources": {}',
    # -- keys ---------------------------------------------------------------------------------------------
    "no version": "⟦CC102⟧title: a\nclaims: ⟦CC112⟧[]\n",
    "other version": "claimcheck: ⟦CC113⟧2\n" + BASE.partition("\n")[2],
    "version is a list": "claimcheck: ⟦CC113⟧[1]\n" + BASE.partition("\n")[2],
    "unknown section": BASE + "⟦CC101⟧quantites: {}\n",
    "unknown keys of each entry": "claimcheck: 1\nsources: {s: {⟦CC101⟧titel: S}}\n"
    "quantities: {x: {unit: m, ⟦CC101⟧minimum: 3}}\n"
    "claims: [{quantity: x, value: 1, source: s, ⟦CC101⟧page: 3}]\n"
    "relations: {r: {equation: 'x = 1 [m]', ⟦CC101⟧tolerance: 3 %}}\n"
    "settings: {⟦CC101⟧round: down}\n"
    "known: [{members: [x@s], reason: a, ⟦CC101⟧why: b}]\n",
    "comma in a locator": HEAD + "claims: [{quantity: x, value: 1, source: s, at: p. 3, ⟦CC101⟧Table 2}]\n",
    "comma in a number": HEAD + "claims: [{quantity: n, value: 1,⟦CC101⟧024, source: s}]\n",
    "missing keys": HEAD
    + "claims:\n  - ⟦CC102⟧{quantity: x, value: 3}\n  - ⟦CC102⟧source: s\n    value: 3\n",
    "nothing behind a key": HEAD + "claims:\n  - quantity: x\n    value:⟦CC102⟧\n    source: s\n",
    "blank value": HEAD + "claims: [{quantity: x, value: ⟦CC102⟧'  ', source: s}]\n",
    "relation without equation": BASE + "relations:\n  ⟦CC102⟧r: {note: a}\n",
    "empty relation": BASE + "relations:\n  ⟦CC102⟧r:\n",
    "waiver without reason": BASE + "known:\n  - ⟦CC102⟧{members: [x@s]}\n",
    "waiver without members": BASE + "known: [{members: ⟦CC102⟧[], reason: a}]\n",
    "sections of the wrong kind": "claimcheck: 1\nsources: ⟦CC103⟧[s]\nquantities: ⟦CC103⟧x\n"
    "claims: ⟦CC103⟧{x: 1}\n",
    "lists of the wrong kind": BASE + "report: ⟦CC103⟧x\nunits: ⟦CC103⟧{node: 8 GPU}\nknown: ⟦CC103⟧x@s\n",
    "title is a list": BASE + "title: ⟦CC103⟧[a]\n",
    "report holds a mapping": BASE + "report: [x, ⟦CC103⟧{a: b}]\n",
    "quantity as text": HEAD.replace("{unit: percent}", "⟦CC103⟧percent").replace(
        "  p: ⟦CC103⟧", "  ⟦CC103⟧p: "
    )
    + CLAIM,
    "claim as text": HEAD + "claims:\n  - ⟦CC103⟧x is 3 m\n",
    "value is a list": HEAD + "claims: [{quantity: x, value: ⟦CC103⟧[3, 4], source: s}]\n",
    "given is text": BASE + "  - {quantity: y, value: 3 m, source: s, given: ⟦CC103⟧x@s}\n",
    "given holds a list": BASE + "  - {quantity: y, value: 3 m, source: s, given: [⟦CC103⟧[x@s]]}\n",
    "truth in words": HEAD + "  k: {integer: ⟦CC103⟧yes}\n" + CLAIM,
    "no way of rounding": HEAD + "claims: [{quantity: x, value: 3, source: s, rounding: ⟦CC103⟧half}]\n",
    "rounding of the file": BASE + "settings: {rounding: ⟦CC103⟧sideways}\n",
    "use": BASE + "use: ⟦CC114⟧{training.flops: {params: x}}\n",
    # -- tables -------------------------------------------------------------------------------------------
    "no table": BASE + "relations: {r: {for: ⟦CC105⟧a, equation: x = y}}\n",
    "table without anything": BASE + "tables: {⟦CC102⟧⟦CC102⟧a: {source: s}}\n",
    "empty table": BASE + "tables: {a: {source: s, columns: ⟦CC130⟧{}, rows: ⟦CC130⟧{}}}\n",
    "key of a table": table("⟦CC101⟧sources: s, source: s"),
    "table's name": BASE + "tables: {⟦CC104⟧a b: {source: s, columns: {c: m}, rows: {q: {c: 1}}}}\n",
    "table called as a quantity": BASE + "tables: {⟦CC106⟧x: {source: s, columns: {c: m}, rows: {q: }}}\n",
    "source of a table": table("source: ⟦CC105⟧v"),
    "rounding of a table": table("source: s, rounding: ⟦CC103⟧half"),
    "columns in a list": BASE + "tables: {a: {source: s, columns: ⟦CC103⟧[c], rows: {q: {c: 1}}}}\n",
    "column's keys": table(columns="c: {⟦CC101⟧units: m}, d: {integer: ⟦CC103⟧yes}"),
    "column's unit": table(columns="c: ⟦CC221⟧mtr, d: {unit: m, min: 3 ⟦CC262⟧s}"),
    "column's name": table(columns="⟦CC104⟧c-d: m", rows="q: {c-d: 3 m}"),
    "rows in a list": BASE + "tables: {a: {source: s, columns: {c: m}, rows: ⟦CC103⟧[1]}}\n",
    "row as text": table(rows="⟦CC103⟧q: 3 m"),
    "row's id": table(rows="⟦CC104⟧q r: {c: 1 m}"),
    "cell as list": table(rows="q: {c: ⟦CC103⟧[1, 2]}"),
    "cells": table(rows="q: {c: 3 ⟦CC262⟧s, ⟦CC131⟧d: 3}, r: {c: ⟦CC201⟧three}"),
    "twice the same cell": table(claims="⟦CC107⟧{quantity: 'a.c[q]', value: 3 m, source: s}"),
    "no such cell": table(claims="{quantity: ⟦CC105⟧'a.c[z]', value: 3 m, source: s}"),
    "formula of columns": table(
        relations="r: x = ⟦CC132⟧a.c\n  s: x = sum(⟦CC131⟧a.d)\n  t: x = ⟦CC131⟧a.c[z]\n"
        "  u: x = max(x, ⟦CC132⟧count(x))\n"
        "  v: {for: a, equation: c = ⟦CC132⟧sum(c)}\n  w: {for: a, equation: ⟦CC260⟧c = p}\n"
    ),
    "rival for each row": table(relations="r: {for: a, equation: c = x, choice: ⟦CC134⟧k}\n"),
    "a table that may lack rows": table(
        "source: s, complete: false", relations="r: x = ⟦CC133⟧max(a.c)\n  t: x = ⟦CC133⟧sum(a.c * 2)\n"
    ),
    "a row called missing": table("source: s, complete: false", rows="⟦CC104⟧missing: {c: 1 m}"),
    "a CSV without a folder": table(rows="file: ⟦CC135⟧a.csv"),
    "a CSV and rows": table(rows="file: ⟦CC135⟧a.csv, q: {c: 1 m}"),
    "broken table, used": table(
        rows="q: {c: 3 ⟦CC262⟧s}",
        claims="{quantity: 'a.c[q]', value: 3 m, source: t, given: ['a.c[q]@s']}",
        relations="r: {for: a, equation: c = x}\n  t: x = sum(a.c)\n  u: x = a.c[q]\n",
    ),
    # -- scopes -------------------------------------------------------------------------------------------
    "scopes in a list": scoped(scopes="⟦CC103⟧[lineage]"),
    "an aspect in a list": scoped(scopes=f"{{{ASPECT}, ⟦CC103⟧k: [a, b]}}"),
    "an aspect without scopes": scoped(scopes=f"{{{ASPECT}, ⟦CC143⟧k: }}"),
    "an aspect's name": scoped(scopes=f"{{{ASPECT}, ⟦CC104⟧a b: {{c: d}}}}"),
    "a scope's name": scoped(scopes=f"{{{ASPECT}, k: {{⟦CC104⟧a b: }}}}"),
    "a scope without words": scoped(scopes=f"{{{ASPECT}, k: {{⟦CC103⟧a: [b]}}}}"),
    "a scope in two forms": scoped(scopes=f"{{{ASPECT}, k: {{caf\u00e9: , ⟦CC143⟧cafe\u0301: }}}}"),
    "an aspect called as a table": scoped(
        scopes=f"{{{ASPECT}, k: {{a: }}}}",
        more="tables: {⟦CC106⟧k: {source: s, columns: {c: m}, rows: {q: {c: 1}}}}\n",
    ),
    "unknown aspect": scoped(quantity="scopes: ⟦CC140⟧w"),
    "unknown aspect in a list": scoped(quantity="scopes: [lineage, ⟦CC140⟧w]"),
    "aspect twice": scoped(quantity="scopes: ⟦CC143⟧[lineage, lineage]"),
    "scope from two aspects": scoped(
        scopes=f"{{{ASPECT}, k: {{both: }}}}", quantity="scopes: ⟦CC143⟧[lineage, k]"
    ),
    "unknown aspect of a column": scoped_column("{unit: m, scopes: ⟦CC140⟧linage, scope: last}"),
    "unknown aspect of a column in a list": scoped_column(
        "{unit: m, scopes: [lineage, ⟦CC140⟧w], scope: last}"
    ),
    "aspect of a column twice": scoped_column("{unit: m, scopes: ⟦CC143⟧[lineage, lineage], scope: last}"),
    "unknown scope of a column": scoped_column("{unit: m, scopes: lineage, scope: ⟦CC140⟧bath}"),
    "two scopes of a column": scoped_column("{unit: m, scopes: lineage, scope: ⟦CC141⟧[both, last]}"),
    "scope of a column without any": scoped_column("{unit: m, scope: ⟦CC141⟧last}"),
    "column that does not say its scope": scoped_column("{unit: m, scopes: lineage}", name="⟦CC142⟧c"),
    "column that says one scope of two": scoped_column(
        "{unit: m, scopes: [lineage, k], scope: last}",
        scopes=f"{{{ASPECT}, k: {{a: , b: }}}}",
        name="⟦CC142⟧c",
    ),
    "scope of a column in braces": scoped_column("{unit: m, scopes: lineage, scope: ⟦CC103⟧{last: }}"),
    "row called as a scope": scoped_column(rows="q: {c: 1 m}, ⟦CC143⟧last: {c: 2 m}"),
    "scope called as the missing row": scoped_column(
        "{unit: m, scopes: ⟦CC143⟧k, scope: a}",
        scopes=f"{{{ASPECT}, k: {{a: , missing: }}}}",
        rows="q: {c: 1}}, complete: false, note: {",
    ).replace(", note: {}", ""),
    "cells of a column with scopes": scoped_column(
        rows="q: {c: 3 ⟦CC262⟧s, ⟦CC131⟧d: 3}, r: {c: ⟦CC201⟧three}"
    ),
    "claims on a column with scopes": scoped_column(
        claims="{quantity: 'a.c[q]', value: 3 m, source: t, scope: ⟦CC140⟧bath}, "
        "{quantity: 'a.c[q, last]', value: 3 m, source: t, scope: ⟦CC141⟧both}, "
        "{quantity: ⟦CC105⟧'a.c[z]', value: 3 m, source: t}, "
        "⟦CC107⟧{quantity: 'a.c[q]', value: 3 m, source: s, scope: last}"
    ),
    "formulas of a column with scopes": scoped_column(
        more="relations:\n  r: x = sum(⟦CC131⟧a.c[bath])\n  t: x = ⟦CC141⟧a.c[q, both, last]\n"
        "  u: x = ⟦CC132⟧a.c[both]\n  v: {for: a, equation: 'c = ⟦CC140⟧c[bath]'}\n"
        "  w: {for: a, equation: 'c = ⟦CC132⟧sum(c[both])'}\n"
        "  y: {for: lineage, equation: ⟦CC144⟧'x = a.c[q, both]'}\n"
    ),
    "report of a cell without scope": scoped_column(
        more="report: ['a.c[q,last]', ⟦CC142⟧'a.c[q]', ⟦CC105⟧'a.c[q,both]']\n"
    ),
    "column of a broken aspect, used": scoped_column(
        "{unit: m, scopes: a b, scope: c}",
        scopes=f"{{{ASPECT}, ⟦CC104⟧a b: {{c: d}}}}",
        more="relations: {r: {for: a, equation: 'c = x'}, t: 'x = sum(a.c[c])'}\n",
    ),
    "unknown scope": scoped("{quantity: z, value: 3 m, source: s, scope: ⟦CC140⟧bath}"),
    "two scopes": scoped("{quantity: z, value: 3 m, source: s, scope: ⟦CC141⟧[both, last]}"),
    "scope of a plain quantity": scoped("{quantity: x, value: 3 m, source: s, scope: ⟦CC141⟧both}"),
    "scope named already": scoped("{quantity: 'z[both]', value: 3 m, source: s, scope: ⟦CC141⟧both}"),
    "two claims in one scope": scoped(
        "{quantity: z, value: 3 m, source: s, scope: both}, "
        "⟦CC107⟧{quantity: 'z[both]', value: 3 m, source: s}"
    ),
    "two claims without scope": scoped(
        "{quantity: z, value: 3 m, source: s}, ⟦CC107⟧{quantity: z, value: 4 m, source: s}"
    ),
    "claim that two scopes hide": scoped(
        "{quantity: z, value: 3 m, source: s, scope: both}, "
        "{quantity: z, value: 3 m, source: s, scope: last}, "
        "{quantity: x, value: 3 m, source: s, given: [⟦CC111⟧z@s]}"
    ),
    "formula without scope": scoped(more="relations: {r: x = 2 * ⟦CC142⟧z + y, q: 'x = ⟦CC140⟧z[bath]'}\n"),
    "formula of two scopes": scoped(more="relations: {r: 'x = ⟦CC141⟧z[both, last]'}\n"),
    "bracket apart": scoped(more="relations: {r: 'x = z ⟦CC248⟧[both]'}\n"),
    "scope of a plain quantity in a formula": scoped(more="relations: {r: 'x = y⟦CC248⟧[both]'}\n"),
    "relation for no scope": scoped(
        more="relations:\n  r: {for: lineage, equation: ⟦CC144⟧x = y}\n"
        "  q: {for: ⟦CC105⟧linage, equation: x = y}\n"
    ),
    "rival for each scope": scoped(
        more="relations: {r: {for: lineage, equation: z = y, choice: ⟦CC134⟧k}}\n"
    ),
    "a choice called as a claim's": scoped(
        "{quantity: z, value: 3 m, source: s}",
        more="relations: {r: {equation: x = y, choice: ⟦CC106⟧scope of z@s}}\n",
    ),
    "report without scope": scoped(more="report: ['z[both]', ⟦CC142⟧z]\n"),
    "broken aspect, used": scoped(
        "{quantity: z, value: 3 m, source: s, scope: both}, "
        "{quantity: x, value: 3 m, source: s, given: [z@s]}",
        scopes="{⟦CC104⟧a b: {c: d}}",
        quantity="scopes: a b",
        more="relations: {r: 'x = z[both]', q: {for: a b, equation: z = y}}\nreport: ['z[both]']\n",
    ),
    # -- names and references -----------------------------------------------------------------------------
    "quantity's name": HEAD + "  ⟦CC104⟧2x: {unit: m}\n  ⟦CC104⟧a-b: {}\n" + CLAIM,
    "source's name": "claimcheck: 1\nsources: {⟦CC104⟧s t: {}}\nquantities: {x: {}}\n"
    "claims: [{quantity: x, value: 1, source: s t}]\n",
    "claim's id": HEAD + "claims: [{quantity: x, value: 3, source: s, id: ⟦CC104⟧a b}]\n",
    "relation's id": BASE + "relations: {⟦CC104⟧a@b: x = y}\n",
    "unknown quantity and source": HEAD + "claims: [{quantity: ⟦CC105⟧z, value: 3, source: ⟦CC105⟧u}]\n",
    "unknown source of a relation": BASE + "relations: {r: {equation: x = y, source: ⟦CC105⟧u}}\n",
    "unknown premise": BASE + "  - {quantity: y, value: 3 m, source: s, given: [x@s, ⟦CC105⟧x@t]}\n",
    "unknown member": BASE + "known: [{members: [x@s, ⟦CC105⟧relation:r], reason: a}]\n",
    "unknown report": BASE + "report: [x, ⟦CC105⟧z]\n",
    "same name in another form": HEAD + "  caf\u00e9: {}\n  ⟦CC106⟧cafe\u0301: {}\n" + CLAIM,
    "two claims alike": BASE + "  - ⟦CC107⟧{quantity: x, value: 4 m, source: s}\n",
    "two claims with one id": HEAD
    + "claims:\n  - {quantity: x, value: 3, source: s, id: a}\n"
    + "  - {quantity: x, value: 3, source: s, id: ⟦CC107⟧a}\n",
    "tolerance": BASE + "relations:\n  r: {equation: x = y, within: ⟦CC108⟧200 %}\n"
    "  q: {equation: x < y, within: ⟦CC108⟧2 %}\n",
    "limits": HEAD
    + "  k: {min: 3, max: ⟦CC109⟧2}\n  j: {integer: true, min: 0.2, max: ⟦CC109⟧0.8}\n"
    + CLAIM,
    "until": BASE + "known: [{members: [x@s], reason: a, until: ⟦CC110⟧some day}]\n",
    "ambiguous id": HEAD
    + "claims:\n  - {quantity: x, value: 3, source: s, id: a}\n"
    + "  - {quantity: x, value: 3, source: t, id: a}\n"
    + "  - {quantity: y, value: 3, source: s, given: [⟦CC111⟧a]}\n",
    "no claims": HEAD + "claims: ⟦CC112⟧[]\n",
    "no claims section": "⟦CC112⟧" + HEAD,
    "rests on itself": HEAD + "claims: [{quantity: x, value: 3, source: s, given: [⟦CC115⟧x@s]}]\n",
    "rests on a conclusion": BASE + "  - {quantity: y, value: 3 m, source: s, given: [x@s]}\n"
    "  - {quantity: y, value: 3 m, source: t, given: [⟦CC118⟧y@s]}\n",
    "rival as definition": BASE + "relations:\n  a: {equation: x = y, choice: c, definition: ⟦CC117⟧true}\n"
    "  b: {equation: x = 2 * y, choice: c}\n",
    "certain conclusion": BASE
    + "  - {quantity: y, value: 3 m, source: s, given: [x@s], certain: ⟦CC119⟧true}\n",
    "no quantity": BASE + "relations: {r: ⟦CC120⟧1 < 2}\n",
    "named twice": BASE + "  - {quantity: y, value: 3 m, source: s, given: [x@s, ⟦CC121⟧x@s]}\n"
    "report: [x, ⟦CC121⟧x]\nknown: [{members: [y@s, x@s, ⟦CC121⟧x@s], reason: a}]\n",
    "spans": HEAD + "claims:\n  - {quantity: x, value: ⟦CC103⟧3 m, source: s, spans: true}\n"
    "  - {quantity: d, value: 2020-01-01, source: s, spans: ⟦CC103⟧true}\n",
    "integer date": HEAD + "  k: {unit: date, integer: ⟦CC103⟧true}\n" + CLAIM,
    "trust": "claimcheck: 1\nsources:\n"
    "  s: {trust: ⟦CC108⟧0}\n  t: {trust: ⟦CC108⟧-2}\n  u: {trust: ⟦CC201⟧much}\n"
    "  v: {trust: ⟦CC103⟧[2]}\n  w: {trust: ⟦CC108⟧1e9}\n"
    "quantities: {x: }\nclaims: [{quantity: x, value: 1, source: s}]\n",
    "settings": BASE + "settings: {approximately: ⟦CC108⟧300 %, coverage: ⟦CC108⟧0, budget: ⟦CC108⟧0}\n",
    # -- values, units, formulas: the place inside the text -----------------------------------------------
    "no number": HEAD + "claims: [{quantity: x, value: ⟦CC208⟧about, source: s}]\n",
    "code in a value": HEAD + "claims: [{quantity: x, value: ⟦CC201⟧__import__('os'), source: s}]\n",
    "unknown unit of a value": HEAD + "claims: [{quantity: x, value: 3 ⟦CC221⟧mtr, source: s}]\n",
    "unknown unit of a value in quotes": HEAD + "claims: [{quantity: x, value: '3 ⟦CC221⟧mtr', source: s}]\n",
    "unit of another dimension": HEAD + "claims: [{quantity: x, value: 3 ⟦CC262⟧day, source: s}]\n",
    "no date": HEAD + "claims: [{quantity: d, value: ⟦CC211⟧20, source: s}]\n",
    "ambiguous multiplier": HEAD + "claims: [{quantity: n, value: ⟦CC203⟧300B, source: s}]\n",
    "unknown unit of a quantity": HEAD + "  k: {unit: km/⟦CC221⟧hr2x}\n" + CLAIM,
    "definition of a unit": BASE + "units: [node = 8 GPU, ⟦CC225⟧nodes, ⟦CC226⟧day = 3 hour]\n",
    "unknown name in a formula": BASE
    + "relations:\n  r: x = y + ⟦CC256⟧z\n  q: {equation: x = ⟦CC256⟧w * y}\n",
    "unknown name in a folded formula": BASE + "relations:\n  r: >-\n    x =\n      y + ⟦CC256⟧z\n",
    "unknown name in a formula over lines": BASE + "relations:\n  r: 'x =\n\n    y + ⟦CC256⟧z'\n",
    "no relation": BASE + "relations: {r: ⟦CC245⟧x + y}\n",
    "unclosed parenthesis": BASE + "relations: {r: x = 2 * ⟦CC244⟧(y + x}\n",
    "python in a formula": BASE + "relations: {r: \"x = __import__(⟦CC241⟧'os').system('id')\"}\n",
    "dimensions": BASE + "relations: {r: ⟦CC260⟧x = y^2}\n",
    # -- one mistake each: what docs/reference/rules.md shows of a code comes from here -------------------
    "tolerance of an equation": BASE + "relations: {r: {equation: x = y, within: ⟦CC108⟧200 %}}\n",
    "limits out of order": HEAD + "  k: {min: 3, max: ⟦CC109⟧2}\n" + CLAIM,
    "report names one twice": BASE + "report: [x, ⟦CC121⟧x]\n",
    "table without columns": BASE + "tables: {a: {source: s, columns: ⟦CC130⟧{}, rows: {q: {}}}}\n",
    "decimal comma": HEAD + "claims: [{quantity: x, value: '⟦CC202⟧3,5 m', source: s}]\n",
    "power of ten": HEAD + "claims: [{quantity: x, value: ⟦CC204⟧3.14+23, source: s}]\n",
    "huge number": HEAD + "claims: [{quantity: x, value: ⟦CC205⟧1E401, source: s}]\n",
    "range out of order": HEAD + "claims: [{quantity: p, value: ⟦CC206⟧43 to 38 %, source: s}]\n",
    "half an uncertainty": HEAD + "claims: [{quantity: x, value: 12.3⟦CC207⟧ -0.3, source: s}]\n",
    "text after a value": HEAD + "claims: [{quantity: x, value: 1⟦CC209⟧/3 m, source: s}]\n",
    "no such date": HEAD + "claims: [{quantity: d, value: ⟦CC212⟧2021-02-29, source: s}]\n",
    "no such offset": HEAD + "claims: [{quantity: d, value: 2021-11-05T12:00⟦CC213⟧+15:00, source: s}]\n",
    "unit with a sign": HEAD + "  k: {unit: m s⟦CC220⟧-1}\n" + CLAIM,
    "unit with two readings": HEAD + "  k: {unit: J/kg ⟦CC222⟧K}\n" + CLAIM,
    "unit that is a level": HEAD + "  k: {unit: ⟦CC223⟧dBm/s}\n" + CLAIM,
    "unit to a high power": HEAD + "  k: {unit: m^⟦CC224⟧65}\n" + CLAIM,
    "unit without a definition": BASE + "units: [⟦CC225⟧node]\n",
    "unit that is known": BASE + "units: [⟦CC226⟧hour = 50 minute]\n",
    "two things side by side": BASE + "relations: {r: x = 2 ⟦CC243⟧y}\n",
    "comparison inside": BASE + "relations: {r: x = (y ⟦CC246⟧< x)}\n",
    "grouped number in a formula": BASE + "relations: {r: 'x = ⟦CC247⟧1,024 * y'}\n",
    "unit behind a name": BASE + "relations: {r: 'x = y ⟦CC248⟧[m]'}\n",
    "operator of a programming language": BASE + "relations: {r: x ⟦CC249⟧== y}\n",
    "function nearly there": BASE + "relations: {r: x = ⟦CC250⟧squrt(y^2)}\n",
    "too many arguments": BASE + "relations: {r: 'x = ⟦CC251⟧sqrt(y^2, x)'}\n",
    "tower of powers": BASE + "relations: {r: x = 9^⟦CC253⟧9^9 * y}\n",
    "attribute": BASE + "relations: {r: x = ⟦CC254⟧y.__class__}\n",
    "division by nothing": BASE + "relations: {r: x = y / (⟦CC255⟧2 - 2)}\n",
    "sum of unlike things": BASE + "relations: {r: x = y + ⟦CC261⟧n}\n",
    "exponential of a length": BASE + "relations: {r: p = exp(⟦CC263⟧x)}\n",
    "exponent with a unit": BASE + "relations: {r: p = 2^⟦CC264⟧x}\n",
    "date and number": BASE + "relations: {r: d = ⟦CC265⟧d + 56}\n",
    "rounding to whole metres": BASE + "relations: {r: x = ⟦CC266⟧floor(y)}\n",
    "row without its column": table(rows="q: {c: 3 m, ⟦CC131⟧d: 3}"),
    "column for a number": table(relations="r: x = ⟦CC132⟧a.c\n"),
    "largest of what may lack rows": table(
        "source: s, complete: false", relations="r: x = ⟦CC133⟧max(a.c)\n"
    ),
    # -- what follows from a mistake is not one more ------------------------------------------------------
    "broken quantity, used": "claimcheck: 1\nsources: {s: {}}\n"
    "quantities: {x: {unit: ⟦CC221⟧mtr}, y: {unit: m}}\n"
    "claims: [{quantity: x, value: 3, source: s}, {quantity: y, value: 3, source: s, given: [x@s]}]\n"
    "relations: {r: x = y}\nreport: [x]\nknown: [{members: [x@s, relation:r], reason: a}]\n",
    "broken source, used": "claimcheck: 1\nsources: {s: {⟦CC101⟧name: S}}\nquantities: {x: {unit: m}}\n"
    "claims: [{quantity: x, value: 3 ⟦CC262⟧s, source: s}]\n",
    "broken unit, used": "claimcheck: 1\nunits: [node = 8 ⟦CC221⟧GPX]\nsources: {s: {}}\n"
    "quantities: {x: {unit: node}, y: {unit: GPU}}\nclaims: [{quantity: y, value: 3 node, source: s}]\n",
    "broken relation, accepted": BASE
    + "relations: {r: x +⟦CC242⟧}\nknown: [{members: [relation:r], reason: a}]\n",
    "everything at once": "claimcheck: ⟦CC113⟧3\n⟦CC101⟧titel: a\nsources: {s: {⟦CC101⟧name: S}, t: {}}\n"
    "quantities:\n  x: {unit: ⟦CC221⟧mtr}\n  y: {unit: m, ⟦CC009⟧unit: s}\n  ⟦CC104⟧1z: {}\n"
    "claims:\n  - {quantity: y, value: 3 ⟦CC262⟧s, source: t}\n  - ⟦CC102⟧{quantity: x, value: 3}\n"
    "  - {quantity: ⟦CC105⟧v, value: 3, source: s}\n"
    "relations:\n  r: y = ⟦CC256⟧v + x\n  ⟦CC104⟧q r: y = x\nreport: [x, ⟦CC105⟧w]\n",
}


def marked(text: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The text without its marks, and code, line and column of each, by place and code."""
    clean, expected = [], []
    for number, line in enumerate(text.split("\n"), 1):
        while mark := MARK.search(line):
            expected.append((mark[1], number, mark.start() + 1))
            line = line[: mark.start()] + line[mark.end() :]
        clean.append(line)
    return "\n".join(clean), sorted(expected, key=lambda e: (e[1], e[2], e[0]))


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file(name: str) -> None:
    text, expected = marked(BROKEN[name])
    claims, found = load_text(text, "broken.yaml")
    assert [(d.code, d.location.line, d.location.column) for d in found if d.location] == expected
    assert claims is None
    for diagnostic in found:
        assert diagnostic.message
        assert diagnostic.hint, "every mistake comes with a way out"


def test_there_are_enough() -> None:
    assert len(BROKEN) >= 60
    assert sum(len(MARK.findall(text)) > 1 for text in BROKEN.values()) >= 10


def test_what_is_broken_was_whole_before() -> None:
    assert load_text(BASE)[1] == ()


@pytest.mark.parametrize("name", [n for n in BROKEN if "lone" not in n])
def test_excerpt_points_at_the_column(name: str) -> None:
    text, _ = marked(BROKEN[name])
    for diagnostic in load_text(text, "broken.yaml")[1]:
        assert diagnostic.location is not None
        if not text:
            continue
        shown, _, carets = diagnostic.excerpt.partition("\n")
        assert carets.strip("\t ") == "^" * len(carets.strip("\t "))
        line = text.split("\n")[diagnostic.location.line - 1]
        if len(line) <= 100:
            assert shown == line
            assert carets.index("^") == diagnostic.location.column - 1
