"""The network of quantities and relations: one model, drawn for Mermaid, Graphviz and as SVG."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pydot
import pytest
from hypothesis import given
from hypothesis import strategies as st

import claimcheck
from claimcheck.cli import main
from claimcheck.render.graph import FORMATS, render
from claimcheck.render.graph.layout import place
from claimcheck.render.graph.network import Graph, Mark, about, network

ROOT = Path(__file__).resolve().parent.parent
OPT = ROOT / "claims" / "opt175b.yaml"
GOLDEN = Path(__file__).parent / "golden" / "graph"
SVG = "{http://www.w3.org/2000/svg}"

HOSTILE = '</script><b>"] --> x %%{init: {}}%% `a` #quot; \\N \\" ]]> & é \u202e\n x'


@pytest.fixture(scope="module")
def opt() -> Graph:
    return network(claimcheck.verify(OPT))


def hostile() -> Graph:
    claims = claimcheck.ClaimSet(title=HOSTILE)
    claims.source("s", title=HOSTILE)
    claims.quantity("x", description=HOSTILE)
    claims.quantity("y")
    claims.claim("x", "1", source="s", note=HOSTILE)
    claims.claim("y", "3", source="s", at=HOSTILE)
    claims.relation("x = y", note=HOSTILE)
    return network(claimcheck.verify(claims))


# -- the model ----------------------------------------------------------------------------------------------


def test_what_takes_part_in_a_conflict_is_marked(opt):
    nodes = {n.name: n for n in opt.nodes}
    assert nodes["uptime"].mark is Mark.CONTRADICTION
    assert nodes["uptime"].conflicts == ("C1",)
    assert [(s.text, s.mark) for s in nodes["uptime"].lines] == [
        ("51.7 %, note", Mark.CONTRADICTION),
        ("58.9 %, note", Mark.NONE),
        ("follows: 51.83 to 61.78 %", Mark.NONE),
    ]
    assert nodes["gpus"].conflicts == ("C1", "C3")
    assert [s.mark for s in nodes["gpus"].lines] == [Mark.DISAGREEMENT, Mark.CONTRADICTION]
    assert nodes["busy"].mark is Mark.CONTRADICTION  # nothing claimed of it is in C1, but C1 goes through it
    assert all(not s.mark for s in nodes["busy"].lines)
    assert {e.mark for e in opt.edges} == {Mark.CONTRADICTION}


def test_edges_go_from_what_a_relation_uses_to_what_it_gives(opt):
    names = {n.key: n.name for n in opt.nodes}
    ends = [(names[e.start], names[e.end]) for e in opt.edges]
    assert ends == [
        ("compute", "relation:busy-time"),
        ("throughput", "relation:busy-time"),
        ("gpus", "relation:busy-time"),
        ("relation:busy-time", "busy"),
        ("busy", "relation:uptime"),
        ("elapsed", "relation:uptime"),
        ("relation:uptime", "uptime"),
    ]
    assert all(e.arrow for e in opt.edges)


def test_a_known_conflict_is_not_lit_up():
    claims = claimcheck.ClaimSet()
    claims.source("s")
    claims.source("t")
    claims.quantity("x")
    claims.claim("x", "1", source="s")
    claims.claim("x", "3", source="t")
    report = claimcheck.verify(claims)
    assert network(report).nodes[0].mark is Mark.DISAGREEMENT
    text = (
        "claimcheck: 1\nsources: {s: , t: }\nquantities: {x: }\n"
        "claims: [{quantity: x, value: 1, source: s}, {quantity: x, value: 3, source: t}]\n"
        "known: [{members: [x@s, x@t], reason: a misprint}]\n"
    )
    assert network(claimcheck.verify(text)).nodes[0].mark is Mark.KNOWN


def test_relations_without_a_direction():
    claims = claimcheck.ClaimSet()
    claims.source("s")
    for name in "abc":
        claims.quantity(name)
    claims.claim("a", "2", source="s")
    claims.relation("a * b = c * c + 1", "none")
    claims.relation("a >= b", "order")
    graph = network(claimcheck.verify(claims))
    assert not any(e.arrow for e in graph.edges)
    assert len(graph.edges) == 5


def test_about_keeps_conflicts_and_what_leads_to_a_quantity():
    claims = claimcheck.ClaimSet()
    claims.source("s")
    claims.source("t")
    for name in ("a", "b", "c", "d", "e", "f", "x", "y", "p", "q"):
        claims.quantity(name)
    for name in ("a", "b", "e", "p"):
        claims.claim(name, "exactly 2", source="s")
    claims.claim("x", "exactly 5", source="s")
    claims.claim("y", "exactly 6", source="t")
    claims.relation("c = a * b", "c")
    claims.relation("d = c + a", "d")
    claims.relation("f = d + e", "f")  # uses what is asked about, and does not lead to it
    claims.relation("x = y", "same")
    claims.relation("q = p + 1", "apart")
    whole = network(claimcheck.verify(claims))
    part = about(whole, ["d"])
    names = [n.name for n in part.nodes]
    assert names == ["a", "b", "c", "d", "x", "y", "relation:c", "relation:d", "relation:same"]
    kept = {n.key for n in part.nodes}
    assert part.edges == tuple(e for e in whole.edges if {e.start, e.end} <= kept)
    assert len(part.edges) == 8  # a relation is shown with all its quantities


# -- layout -------------------------------------------------------------------------------------------------

KEYS = st.integers(1, 14).map(lambda n: [f"n{i}" for i in range(n)])


@st.composite
def drawings(draw):
    keys = draw(KEYS)
    sizes = {k: (draw(st.integers(20, 200)), draw(st.integers(20, 90))) for k in keys}
    pairs = st.tuples(st.sampled_from(keys), st.sampled_from(keys)).filter(lambda p: p[0] != p[1])
    edges = draw(st.lists(pairs, max_size=25, unique_by=lambda p: tuple(sorted(p)))) if len(keys) > 1 else []
    return sizes, edges


@given(drawings())
def test_boxes_do_not_overlap_and_edges_end_at_them(drawing):
    sizes, edges = drawing
    layout = place(sizes, edges, 600)
    boxes = [(x, y, x + sizes[k][0], y + sizes[k][1]) for k, (x, y) in layout.at.items()]
    assert len(boxes) == len(sizes)
    for i, (a, b, c, d) in enumerate(boxes):
        assert 0 <= a < c <= layout.width
        assert 0 <= b < d <= layout.height
        for e, f, g, h in boxes[:i]:
            assert c <= e or g <= a or d <= f or h <= b
    assert len(layout.routes) == len(edges)
    for (start, end), route in zip(edges, layout.routes, strict=True):
        for key, (x, y) in ((start, route[0]), (end, route[-1])):
            left, top = layout.at[key]
            width, height = sizes[key]
            assert left <= x <= left + width
            assert y in (top, top + height)
        assert all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in route)
    assert place(sizes, edges, 600) == layout


def test_a_chain_goes_straight_down():
    layout = place({"a": (40, 20), "b": (80, 20), "c": (40, 20)}, [("a", "b"), ("b", "c")], 600)
    assert layout.at == {"a": (20, 0), "b": (0, 54), "c": (20, 108)}
    assert layout.routes == [((40, 20), (40, 54)), ((40, 74), (40, 108))]


def test_crossings_are_undone():
    sizes = dict.fromkeys("abcxyz", (30, 20))
    layout = place(sizes, [("a", "z"), ("b", "y"), ("c", "x"), ("a", "y"), ("b", "x")], 600)
    across = [layout.at[k][0] for k in "zyx"]
    assert across == sorted(across)


# -- formats ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_golden(format, opt):
    """What is drawn of OPT-175B, to be looked at in a diff; CLAIMCHECK_UPDATE_GOLDEN=1 writes it anew."""
    path = GOLDEN / f"opt175b.{format}"
    told = render(format, opt)
    if os.environ.get("CLAIMCHECK_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(told, encoding="utf-8", newline="\n")
    assert told == path.read_text(encoding="utf-8")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of pydot, about pyparsing's older names
@pytest.mark.parametrize("made", ["opt", "hostile"])
def test_graphviz_reads_back_what_was_written(made, opt):
    graph = opt if made == "opt" else hostile()
    (read,) = pydot.graph_from_dot_data(render("dot", graph))
    nodes = {n.get_name(): n for n in read.get_nodes() if n.get_name().startswith(("q", "r"))}
    assert list(nodes) == [n.key for n in graph.nodes]
    for node in graph.nodes:
        label = nodes[node.key].get("label")[1:-1]
        lines = [
            re.sub(r"\\(.)", r"\1", line)
            for line in re.split(r"(?<!\\)(?:\\\\)*\\n", label.replace("\\\\", "\0"))
        ]
        assert lines[0].replace("\0", "\\") == node.title
    edges = [(e.get_source(), e.get_destination()) for e in read.get_edges()]
    assert edges == [(e.start, e.end) for e in graph.edges]


@pytest.mark.parametrize("made", ["opt", "hostile"])
def test_svg_is_xml_with_everything_in_it(made, opt):
    graph = opt if made == "opt" else hostile()
    root = ET.fromstring(render("svg", graph))
    assert root.tag == f"{SVG}svg"
    boxes = list(root.iter(f"{SVG}g"))
    assert [g.find(f"{SVG}title").text.split("\n")[0] for g in boxes] == [n.title for n in graph.nodes]
    assert len(list(root.iter(f"{SVG}path"))) == len(graph.edges)
    assert not {e.tag for e in root.iter()} - {
        SVG + t for t in ("svg", "title", "style", "rect", "path", "polygon", "g", "text")
    }
    assert not [a for e in root.iter() for a in e.attrib if a.startswith("on") or "href" in a]


def mermaid_lines(text: str) -> None:
    """Every line has one of the forms that are written, with nothing in a label that could end it."""
    label = r'"(?:[^"#<>&;`{}\\*_~$]|#\d+;|<br/>)*"'
    form = re.compile(
        rf"flowchart TD|  (?:q\d+\(\[{label}\]\)|r\d+\[{label}\]|[qr]\d+ --[->] [qr]\d+"
        r"|classDef [a-z]+ [\w:#,-]+( \d+)?|class [qr\d,]+ [a-z]+|linkStyle [\d,]+ [\w:#,-]+)"
    )
    for line in text.splitlines():
        assert form.fullmatch(line), line


@pytest.mark.parametrize("made", ["opt", "hostile"])
def test_mermaid_labels_cannot_break_out(made, opt):
    mermaid_lines(render("mermaid", opt if made == "opt" else hostile()))


def test_a_format_that_is_none(opt):
    with pytest.raises(ValueError, match="unknown format"):
        render("papyrus", opt)


# -- the command --------------------------------------------------------------------------------------------


def test_the_command_writes_what_the_library_renders(tmp_path, capsys, opt, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert main(["graph", "claims/opt175b.yaml"]) == 0
    assert capsys.readouterr().out == render("mermaid", opt)
    path = tmp_path / "net.svg"
    assert main(["graph", "claims/opt175b.yaml", "--format", "svg", "-o", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == render("svg", opt)


def test_the_command_refuses_what_cannot_be_read(tmp_path, capsys):
    path = tmp_path / "broken.yaml"
    path.write_text("claimcheck: 1\nquantites: {}\n")
    assert main(["graph", str(path)]) == 2
    assert "was not checked" in capsys.readouterr().err


def test_the_same_picture_in_every_process(opt):
    code = (
        "import claimcheck, sys\nfrom claimcheck.render.graph import render\n"
        "from claimcheck.render.graph.network import network\n"
        f"sys.stdout.write(render('svg', network(claimcheck.verify({str(OPT)!r}))))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8"},
        cwd=ROOT,
    )
    assert told.stdout.decode() == render("svg", opt)
