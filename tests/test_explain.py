"""`claimcheck explain` in all formats: trees to a depth, and user text that stays text."""

from __future__ import annotations

import itertools
import json
import re
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import claimcheck
from claimcheck import cli
from claimcheck.interval import ENTIRE, intersection
from claimcheck.judging.branches import branches, cut_quantities, number_of_branches
from claimcheck.judging.explain import (
    ConflictExplanation,
    QuantityExplanation,
    Target,
    explain,
    find_target,
)
from claimcheck.judging.inequality import bound_inequality
from claimcheck.judging.wording import clean
from claimcheck.render.accounts import clash_text
from claimcheck.render.explanation import FORMATS, render
from claimcheck.render.explanation import latex as tex
from claimcheck.render.explanation.json import explanation_object
from claimcheck.render.explanation.schema import explanation_schema
from claimcheck.render.markdown import escape as markdown_escape
from claimcheck.solver.contractor import project
from claimcheck.solver.problem import compile_constraint, compile_problem
from tests.audit_cases import FILES, HEAD
from tests.claim_sets import worlds
from tests.shipped import checked

CASE = Path(__file__).parent.parent / "claims" / "opt175b.yaml"
SCHEMA = jsonschema.Draft202012Validator(explanation_schema())


@cache
def opt():
    return claimcheck.verify(CASE)


def told(report, target, format="text", depth=None, top=20):
    return render(format, report, explain(report, target, depth, top))


def targets(report):
    """Everything that can be explained."""
    yield from (Target(quantity=q) for q in report.claim_set.quantities)
    yield from (Target(claim=c) for c in report.claim_set.claims)
    yield from (Target(conflict=c) for c in report.conflicts)


def nodes_of(explanation):
    if isinstance(explanation, ConflictExplanation):
        return [explanation.nodes]
    if isinstance(explanation, QuantityExplanation):
        return [case.nodes for case in explanation.cases]
    return [c.nodes for c in explanation.conflicts]


# -- the two published percentages -------------------------------------------------------------------------


C1_TO_A_DEPTH = """\
C1  contradiction  uptime@note#low = 51.7 % does not follow from gpus@final-update, elapsed@logbook

  uptime     = busy / elapsed  51.83 to 53.15 %              relation uptime
    elapsed  = 63 day          62.5 to 63.5 day, as rounded  logbook, 10 % and final update
    busy     = compute / (throughput * gpus)
                               32.91 to 33.22 day            relation busy-time ...

  so uptime is 51.83 to 53.15 %, but uptime@note#low says 51.65 to 51.75 %
  in one line: 4.295E+23 FLOP / (147.5 TFLOP/s/GPU x 1024 GPU x 63.5 day) = 51.83 % > 51.75 %
"""


def test_a_conflict_to_a_depth():
    text = told(opt(), Target(conflict=opt().conflicts[0]), depth=1)
    assert text.startswith(C1_TO_A_DEPTH)
    whole = told(opt(), Target(conflict=opt().conflicts[0]))
    assert "      throughput  = 147 TFLOP/s/GPU  146.5 to 147.5 TFLOP/s/GPU, as rounded   blog, " in whole
    assert "..." not in whole


def test_a_supported_claim_is_derived_from_the_others():
    text = told(opt(), Target(claim="uptime@note#high"))
    assert "the others, with gpus = 1024 GPU (final-update), elapsed = 56 day (zhang):" in text
    assert "at least  4.295E+23 FLOP / (147.5 TFLOP/s/GPU x 1024 GPU x 56.5 day) = 58.2517 %" in text


def test_latex_of_the_conflict():
    text = told(opt(), Target(conflict=opt().conflicts[0]), "latex", depth=1)
    assert (
        r"\[ \frac{4.295 \cdot 10^{23}\,\mathrm{FLOP}}{147.5\,\mathrm{TFLOP/s/GPU} \cdot 1024\,\mathrm{GPU}"
        r" \cdot 63.5\,\mathrm{day}} = 51.83\,\mathrm{\%} > 51.75\,\mathrm{\%} \]" in text
    )
    assert r"\hspace*{1em}$\mathrm{elapsed}$ = 63 day: 62.5 to 63.5 day, as rounded \hfill" in text
    assert r"\hspace*{0em}$\mathrm{uptime} = \frac{\mathrm{busy}}{\mathrm{elapsed}}$: 51.83 to" in text


def test_markdown_of_the_conflict():
    text = told(opt(), Target(conflict=opt().conflicts[0]), "markdown", depth=1)
    assert "- **uptime** = `busy / elapsed`: 51.83 to 53.15 % (relation uptime)\n" in text
    assert "  - **elapsed** = 63 day: 62.5 to 63.5 day, as rounded (logbook, 10 % and final update)\n" in text
    assert "= 51.83 % > 51.75 %`" in text


CERTAIN = """
claimcheck: 1
sources: {s: }
quantities: {a: , b: , c: , p: , q: , n: {integer: true}}
claims:
  - {quantity: a, value: exactly 3, source: s, certain: true}
  - {quantity: b, value: exactly 2, source: s, certain: true}
  - {quantity: c, value: exactly 7, source: s, certain: true}
relations:
  one: p = a * b
  two: p = a + b
  other: q = p + b
  seven: q = c
  half: n = a / b
"""


def test_relations_that_clash_with_certain_claims_are_derived_to_the_end():
    """In such a conflict no member is a claim; the last relation still says what it computes."""
    report = claimcheck.verify(CERTAIN)
    told_of = {c.members: told(report, Target(conflict=c)) for c in report.conflicts}
    both = told_of["relation:one", "relation:two"]
    assert "p    = a * b      6  relation one" in both
    assert "p    = a + b      5  relation two" in both
    assert "p is 6 (relation one), but 5 (relation two)\n  in one line: 3 + 2 = 5 < 6\n" in both
    half = told_of["relation:half",]
    assert "n    = a / b      1.5  relation half" in half
    assert "n is a whole number, and there is none in 1.5" in half
    through = told_of["relation:one", "relation:other", "relation:seven"]
    assert "  q      = p + b      8  relation other\n" in through
    assert "    p    = a * b      6  relation one\n" in through
    assert "  q      = c          7  relation seven\n" in through
    assert "q is 8 (relation other), but 7 (relation seven)" in through


TABLE = """\
claimcheck: 1
sources: {s: {}}
quantities: {a: {integer: true, min: 1}, b: {integer: true, min: 1}, sum: {}, ratio: {}, low: {}}
claims:
  - {quantity: sum, value: 50, source: s}
  - {quantity: ratio, value: 2.53, source: s}
  - {quantity: low, value: 1.30, source: s}
relations:
  whole: sum = a + b
  share: ratio = a / b
  lower: low = ratio * exp(-1.96 * sqrt(1/a + 1/b))
"""


@cache
def by_cases(text):
    return claimcheck.verify(text)


def test_rounds_of_relations_in_turn_are_told_by_the_first_and_the_last():
    claims = by_cases(TABLE)
    (conflict,) = (c for c in claims.conflicts if "low@s" not in c.members)
    text = told(claims, Target(conflict=conflict))
    assert "  sum              = a + b      at least 53                 relation whole\n" in text
    assert "      a            = ratio * b  at least 37.875             relation share, 15 rounds\n" in text
    assert "          a        = ratio * b  at least 2.525              relation share\n" in text
    assert len(text.splitlines()) < 30


def test_whole_numbers_are_derived_from_what_bounds_them():
    """No line says that a quantity is whole without what it was rounded from."""
    report = by_cases(TABLE)
    for conflict in report.conflicts:
        place = explain(report, Target(conflict=conflict)).place
        lines = place.derivation.lines
        for line in lines:
            if line.premise.startswith("integer:"):
                assert line.uses
                assert all(lines[u].quantity == line.quantity for u in line.uses)


def follows(claims, lines, line):
    """Whether a relation alone says as much as a line, from the lines that it is computed from."""
    number = {name: i for i, name in enumerate(claims.quantities)}
    relation = claims.relations[line.premise.removeprefix("relation:")]
    box = [ENTIRE] * len(number)
    for u in line.uses:
        at = number[lines[u].quantity]
        box[at] = intersection(box[at], lines[u].interval)
    found = project(compile_constraint(relation, number, claims.units), box, number[line.quantity])
    return intersection(found, line.interval) == found


@pytest.mark.parametrize("name", ["opt175b-full", "bloom-176b", "table", "arms"])
def test_every_line_follows_from_those_that_it_is_computed_from(name):
    made = {"table": lambda: by_cases(TABLE), "arms": arms}
    report = made[name]() if name in made else checked(f"{name}.yaml")
    tried = 0
    for conflict in report.conflicts:
        explained = explain(report, Target(conflict=conflict), top=0)
        places = [explained.place, *(b.place for b in explained.branches.told)] if explained.branches else []
        for derivation in (p.derivation for p in places or [explained.place]):
            lines = () if derivation is None else derivation.lines
            for line in lines:
                if line.is_relation and not line.through and line.rounds == 1:
                    tried += 1
                    assert follows(report.claim_set, lines, line), (conflict.id, line)
    assert tried > 5


@cache
def arms():
    """Numbers in two arms of a trial whose odds ratio comes from no whole numbers."""
    return claimcheck.verify(
        {
            "claimcheck": 1,
            "sources": {"s": {}},
            "quantities": {n: {"integer": True, "min": 1} for n in "abcd"}
            | {"treated": {}, "control": {}, "odds": {}, "low": {}},
            "claims": [
                {"quantity": "treated", "value": "exactly 50", "source": "s"},
                {"quantity": "control", "value": "exactly 60", "source": "s"},
                {"quantity": "odds", "value": "2.53", "source": "s"},
                {"quantity": "low", "value": "1.13", "source": "s"},
            ],
            "relations": {
                "arms": {"equation": "treated = a + b", "definition": True},
                "others": {"equation": "control = c + d", "definition": True},
                "or": {"equation": "odds = (a * d) / (b * c)", "definition": True},
                "lower": {
                    "equation": "low = odds * exp(-1.959964 * sqrt(1/a + 1/b + 1/c + 1/d))",
                    "definition": True,
                },
            },
        }
    )


def test_a_proof_by_cases_is_told_case_by_case():
    report = arms()
    (conflict,) = report.conflicts
    proved = list(branches(compile_problem(report.claim_set), conflict.proof))
    assert len(proved) == number_of_branches(conflict.proof) > 3
    # Every pair of numbers lies in some case.
    boxes = [{n: limits(x) for n, x in b.limits} for b in proved]
    for a, c in itertools.product(range(1, 50), range(1, 60)):
        values = {"a": a, "b": 50 - a, "c": c, "d": 60 - c}
        assert any(all(lo <= values[n] <= hi for n, (lo, hi) in box.items()) for box in boxes)
    explained = explain(report, Target(conflict=conflict))
    assert len(explained.branches.told) == len(proved)
    assert explained.branches.left_out == 0
    text = told(report, Target(conflict=conflict))
    assert f"in each of {len(proved)} cases by {' and '.join(cut_quantities(conflict.proof))} no" in text
    for branch in explained.branches.told:
        assert clash_text(report.claim_set, branch.place).removeprefix("so ") in text
    assert "case by case" in text
    assert "relation arms" not in text


def limits(x):
    return (-float("inf") if x.lower is None else x.lower), (float("inf") if x.upper is None else x.upper)


@pytest.mark.parametrize("format", FORMATS)
def test_cases_are_told_in_full_to_a_depth_and_in_part_to_a_number(format):
    report = arms()
    target = Target(conflict=report.conflicts[0])
    count = number_of_branches(report.conflicts[0].proof)
    deep = told(report, target, format, depth=2, top=2)
    assert "arms" in deep
    if format == "json":
        content = json.loads(deep)["conflict"]
        SCHEMA.validate(json.loads(deep))
        assert content["by_cases"]
        assert content["branches"]["left_out"] == count - 2
        assert [len(b["steps"]) > 2 for b in content["branches"]["told"]] == [True, True]
    else:
        assert f"{count - 2} more cases" in deep
        assert "more case" not in told(report, target, format, top=0)


def test_what_bounds_a_quantity_by_cases_is_told_case_by_case():
    report = claimcheck.verify(HEAD + FILES["circle"])
    for name in ("x", "y"):
        target = Target(quantity=name)
        cut = [c for case in explain(report, target).cases for c in case.branches]
        assert [c.end for c in cut] == ["lower", "upper"]
        (bound,) = (s.bounds[name].interval for s in report.scenarios)
        for each in cut:
            assert not each.left_out
            found = [getattr(b.interval, each.end) for b in each.told if not b.interval.is_empty]
            assert (min if each.end == "lower" else max)(found) == getattr(bound, each.end)
        text = told(report, target)
        assert "which no claim or relation narrows" not in text
        assert "case by case" in text


def test_a_certain_claim_is_named_where_it_stands_against_what_is_computed():
    claims = claimcheck.ClaimSet()
    claims.source("s")
    for name, value in (("a", 3), ("b", 2), ("f", 10)):
        claims.quantity(name)
        claims.claim(name, f"exactly {value}", source="s", certain=True)
    claims.quantity("x")
    claims.relation("x = a * b", "mul")
    claims.relation("f = x + a", "add")
    report = claimcheck.verify(claims)
    (conflict,) = report.conflicts
    text = told(report, Target(conflict=conflict))
    assert text.index("f      = x + a") < text.index("x    = a * b") < text.index("a  = exactly 3")
    assert "so f is 9, but f@s says 10\n  in one line: 6 + 3 = 9 < 10\n" in text


ELSEWHERE = """
claimcheck: 1
sources: {s: , t: }
quantities: {a: , b: , c: , x: , y: }
claims:
  - {quantity: a, value: exactly 184320, source: s}
  - {quantity: b, value: exactly 368640, source: s}
  - {quantity: c, value: exactly 600001, source: s}
  - {quantity: x, value: exactly 5, source: s}
  - {quantity: y, value: exactly 2, source: s}
  - {quantity: y, value: "[1, 3]", source: t}
relations:
  sum: c = a + b
  double: x = y + 3
"""


def test_what_a_reader_adds_up_comes_out_as_it_is_shown():
    report = claimcheck.verify(ELSEWHERE)
    text = told(report, Target(conflict=report.conflicts[0]))
    assert "in one line: 184,320 + 368,640 = 552,960 < 600,001\n" in text


def test_a_contradiction_is_named_where_it_is_tied_to_the_quantity_and_is_no_hindrance_elsewhere():
    report = claimcheck.verify(ELSEWHERE, budget=60)
    assert "contradictory by C1: no bounds\n" in told(report, Target(quantity="a"))
    text = told(report, Target(claim="x@s"))
    assert "the others:\n  x    = y + 3 " in text
    assert "contradictory" not in text


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("C99", "conflicts: C1 to C3"),
        ("relation:uptime", "a relation is told of with what it ties: uptime, busy, elapsed"),
        ("busy-time", "a relation is told of with what it ties: busy, compute, throughput, gpus"),
        ("uptim", "did you mean uptime"),
    ],
)
def test_what_cannot_be_explained_is_told_with_what_can(word, hint):
    with pytest.raises(claimcheck.InputProblem) as caught:
        find_target(opt(), word)
    assert hint in caught.value.hint


def test_only_some_source_combinations():
    explanation = explain(opt(), Target(quantity="uptime"), top=1)
    assert (len(explanation.cases), explanation.left_out) == (1, 3)
    assert "... and 3 more source combinations" in render("text", opt(), explanation)
    assert "more source" not in told(opt(), Target(quantity="uptime"), top=0)


def test_ends_that_have_a_proof_each_are_derived_too():
    claims = claimcheck.ClaimSet()
    claims.source("s")
    for name, value in (("x", "3.0"), ("y", "5.0")):
        claims.quantity(name)
        claims.claim(name, value, source="s")
    claims.quantity("z")
    claims.relation("z = x * y / (x + y)", "parallel")
    report = claimcheck.verify(claims)
    (case,) = explain(report, Target(quantity="z")).cases
    assert any(node.line.premise == "relation:parallel" for node in case.nodes)
    assert "no claim or relation narrows" not in told(report, Target(quantity="z"))


# -- laws on random files ----------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(worlds(wrong=0.2, transcendental=False, most=4), st.integers(0, 3))
def test_every_format_tells_every_target(world, depth):
    report = claimcheck.verify(world.mapping(), budget=20)
    for target in list(targets(report))[:8]:
        whole, cut = explain(report, target), explain(report, target, depth)
        SCHEMA.validate(explanation_object(report, cut))
        for format in FORMATS:
            text = render(format, report, cut)
            assert text.endswith("\n")
            assert not re.search(r"[\x00-\x09\x0b-\x1f]", text)
        assert_balanced(render("latex", report, cut))
        for all_nodes, some in zip(nodes_of(whole), nodes_of(cut), strict=True):
            assert_tree(all_nodes)
            assert_tree(some)
            assert {n.line.premise for n in some} <= {n.line.premise for n in all_nodes}
            assert all(n.level <= depth for n in some)
            assert all(n.level <= depth for n in some if n.cut)


def assert_tree(nodes):
    """Each node is at most one level below the one before, and below none that is cut."""
    for before, node in itertools.pairwise(nodes):
        assert node.level <= before.level + (not before.cut)
    assert not nodes or nodes[0].level == 0


def assert_balanced(text):
    """Braces and environments of LaTeX match, and mathematics is opened and closed."""
    bare = re.sub(r"\\[\\{}$%#&_~^`]", "", re.sub(r"(?m)^%.*", "", text))
    depth = 0
    for c in bare:
        depth += (c == "{") - (c == "}")
        assert depth >= 0
    assert depth == 0
    assert bare.count("$") % 2 == 0
    assert text.count("\\[") == text.count("\\]")
    opened = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", text):
        if kind == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert not opened


def test_formulas_are_what_another_reader_of_tex_reads():
    """matplotlib reads the part of TeX that is used here."""
    mathtext = pytest.importorskip("matplotlib.mathtext")
    parser = mathtext.MathTextParser("path")
    read = 0
    for target in targets(opt()):
        text = told(opt(), target, "latex")
        body = text.partition("\n")[2]
        for displayed, inline in re.findall(r"\\\[(.*?)\\\]|(?<!\\)\$(.*?)(?<!\\)\$", body, re.DOTALL):
            parser.parse(f"${displayed or inline}$")
            read += 1
    assert read > 50


# -- text from a file stays text ---------------------------------------------------------------------------


HOSTILE = (
    r"\input{/etc/passwd} $x$ 50% of #1 & {a}_b^c~d <b>\end{itemize} `c` | [z](u) *s* --- \\ 'q' \"r\" !"
)


def test_hostile_text_in_every_place(tmp_path):
    claims = claimcheck.ClaimSet(title=HOSTILE)
    claims.source("s", title=HOSTILE, url=HOSTILE)
    claims.quantity("x_y", "m^2", description=HOSTILE)
    claims.quantity("w", "m")
    claims.claim("w", "3.0 m", source="s", at=HOSTILE, note=HOSTILE)
    claims.claim("x_y", "4.0E+3 m^2", source="s", at=HOSTILE, note=HOSTILE)
    claims.relation("x_y = w^2", "square")
    report = claimcheck.verify(claims)
    for target in targets(report):
        text = told(report, target, "latex")
        assert_balanced(text)
        assert "\\input" not in text
        html = MarkdownIt("commonmark").enable("table").render(told(report, target, "markdown"))
        assert "<b>" not in html
        assert "href" not in html


LATEX_BACK = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    r"\`{}": "`",
    "{''}": '"',
    "-{}": "-",
    **{f"\\{c}": c for c in "#$%&_{}"},
}
LATEX_TOKEN = re.compile(
    "|".join(map(re.escape, sorted(LATEX_BACK, key=len, reverse=True))) + "|.", re.DOTALL
)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40).filter(
        lambda t: "E" not in t
    )
)
def test_latex_shows_each_character_as_itself(text):
    shown = tex.escape(text)
    read = "".join(LATEX_BACK.get(t, t) for t in LATEX_TOKEN.findall(shown))
    assert read == clean(text)
    assert "--" not in shown
    special = re.sub("|".join(map(re.escape, sorted(LATEX_BACK, key=len, reverse=True))), "", shown)
    assert not set(special) & set('\\#$%&_{}~^<>|"`')


def test_latex_sets_powers_of_ten():
    assert tex.escape("4.295E+23 FLOP, 1E-05") == r"4.295$\cdot 10^{23}$ FLOP, 1$\cdot 10^{-5}$"


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_markdown_shows_each_character_as_itself(text):
    tokens = (
        MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
        .parseInline("x" + markdown_escape(text) + "x")
    )
    (line,) = tokens
    assert {t.type for t in line.children} <= {"text", "text_special"}
    assert "".join(t.content for t in line.children) == f"x{text}x"


# -- formulas are formulas ---------------------------------------------------------------------------------


@cache
def mathtext():
    from matplotlib.mathtext import MathTextParser

    return MathTextParser("path")


def parses(formula):
    """Whether matplotlib's TeX parser takes it (it knows no environments)."""
    width, *_ = mathtext().parse(f"${formula}$")
    return width > 0


def test_formulas_of_the_case_are_tex():
    for target in targets(opt()):
        text = told(opt(), target, "latex")
        for formula in re.findall(r"\\\[ (.*?) \\\]", text) + re.findall(r"(?<!\\)\$(.*?)(?<!\\)\$", text):
            assert parses(formula), formula


@settings(max_examples=6, deadline=None)
@given(worlds(wrong=0.2, transcendental=False, most=4))
def test_arithmetic_is_tex(world):
    report = claimcheck.verify(world.mapping(), budget=20)
    for scenario in report.scenarios[:3]:
        for quantity, bound in scenario.bounds.items():
            for upper in (False, True):
                found = bound_inequality(report.claim_set, bound, quantity, upper=upper)
                assert found is None or parses(tex.inequality_math(found))


# -- the command line --------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_command_line(format, capsys, tmp_path):
    assert cli.main(["explain", str(CASE), "C1", "--format", format, "--depth", "1"]) == 0
    printed = capsys.readouterr().out
    out = tmp_path / "out"
    assert cli.main(["explain", str(CASE), "C1", "--format", format, "--depth", "1", "-o", str(out)]) == 0
    assert out.read_text(encoding="utf-8") == printed
    if format == "json":
        SCHEMA.validate(json.loads(printed))


def test_the_schema_is_printed(capsys):
    assert cli.main(["schema", "--explanation"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema == explanation_schema()
