"""An explanation as LaTeX, to be put into a document that loads amsmath.

What a file says reaches LaTeX as characters only, never as a command: text is escaped, and of the names and
units in formulas no more than letters, digits and punctuation is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from claimcheck.algebra import latex
from claimcheck.expression import Name
from claimcheck.judging.explain import Explanation
from claimcheck.judging.report import Report
from claimcheck.judging.terms import Inequality, Term
from claimcheck.judging.wording import clean
from claimcheck.render.explanation.blocks import (
    Arithmetic,
    Block,
    Facts,
    Formula,
    Heading,
    Listing,
    Sentence,
    Step,
    Steps,
    blocks,
)

__all__ = ["escape", "inequality_math", "render"]

_HEAD = "% claimcheck explain; needs \\usepackage{amsmath} in a document in UTF-8"

_SPECIAL = {
    **{c: "\\" + c for c in "#$%&_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "{''}",
    "`": r"\`{}",
}
"""What would be a command or another character."""

_NUMBER = re.compile(r"(-?[0-9][0-9.,]*)(?:E([+-][0-9]+))?(?: (.+))?")
_POWER_OF_TEN = re.compile(r"(?<=[0-9])E([+-][0-9]+)")
_SIGNS = {">": ">", "<": "<", ">=": r"\ge", "<=": r"\le"}


def render(report: Report, explanation: Explanation) -> str:
    """The explanation as unnumbered subsections."""
    parts = [_HEAD, *("\n".join(_lines(block)) for block in blocks(report, explanation))]
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """Text as LaTeX shows it character by character; powers of ten are set as such."""
    plain = "".join(_SPECIAL.get(c, c) for c in clean(text)).replace("--", "-{}-").replace("--", "-{}-")
    return _POWER_OF_TEN.sub(lambda m: f"$\\cdot 10^{{{int(m[1])}}}$", plain)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level):
            command = "subsection*" if level == 1 else "paragraph"
            after = "" if level == 1 else r"\mbox{}\par"
            yield f"\\{command}{{{escape(' '.join(text.removesuffix(':').split()))}}}{after}"
        case Sentence(text, strong):
            yield f"\\textbf{{{escape(text)}}}" if strong else escape(text)
        case Formula(quantity, formula):
            yield f"\\[ {latex(Name(quantity))} = {latex(formula)} \\]"
        case Steps(lines):
            yield from (_step(s) for s in lines)
        case Arithmetic(lines):
            for label, inequality in lines:
                yield f"\\noindent {escape(label)} \\[ {inequality_math(inequality)} \\]"
        case Facts(rows):
            yield "\\begin{description}"
            yield from (f"\\item[{escape(label)}] {escape(value)}" for label, value in rows)
            yield "\\end{description}"
        case Listing(title, rows, _):
            yield escape(title[:1].upper() + title[1:])
            yield "\\begin{itemize}"
            yield from (f"\\item {{}}{escape(', '.join(c for c in row if c))}" for row in rows)
            yield "\\end{itemize}"


def _step(step: Step) -> str:
    """One step as a paragraph, indented by its level: lists cannot be nested deeply enough."""
    name = latex(Name(step.quantity))
    said = f"${name}$ {escape(step.equals)}".rstrip()
    if step.solved is not None:
        said = f"${name} = {latex(step.solved)}$"
    cut = r" \dots" if step.cut else ""
    origin = f"\\emph{{{escape(step.origin)}}}{cut}"
    return f"\\noindent\\hspace*{{{step.level}em}}{said}: {escape(step.interval)} \\hfill {origin}\\par"


# --- arithmetic


def inequality_math(inequality: Inequality) -> str:
    """The inequality in LaTeX's mathematics mode."""
    if inequality.product:
        above = [_factor(t, t.weight) for t in inequality.terms if t.weight > 0]
        below = [_factor(t, -t.weight) for t in inequality.terms if t.weight < 0]
        left = r" \cdot ".join(above) or "1"
        if below:
            under = r" \cdot ".join(below)
            left = rf"\frac{{{left}}}{{{under}}}"
    else:
        left = _sum(inequality)
        if inequality.divisor != 1:
            left = rf"\frac{{{left}}}{{{inequality.divisor}}}"
    value = _number(inequality.value)
    parts = [left] if left == value else [left, "=", value]
    if inequality.sign:
        parts += [_SIGNS[inequality.sign], _number(inequality.limit)]
    if inequality.touching:
        parts.append(r"\quad\mathrm{(an\ end\ that\ does\ not\ belong)}")
    return " ".join(parts)


def _factor(term: Term, exponent: object) -> str:
    base = _number(term.text)
    if exponent == 1:
        return base
    return rf"\left({base}\right)^{{{exponent}}}"


def _sum(inequality: Inequality) -> str:
    text = ""
    for term in inequality.terms:
        size = abs(term.weight)
        shown = _number(term.text)
        if shown.startswith("-"):
            shown = rf"\left({shown}\right)"
        if size != 1:
            shown = rf"{size} \cdot {shown}"
        sign = "-" if term.weight < 0 else "+"
        text = f"{text} {sign} {shown}" if text else shown if sign == "+" else f"-{shown}"
    return text


def _number(text: str) -> str:
    """A number with its unit, or whatever else is shown (a date, ``pi``), upright."""
    if text in ("pi", "e"):
        return r"\pi" if text == "pi" else r"\mathrm{e}"
    found = _NUMBER.fullmatch(text)
    if found is None:
        return rf"\mathrm{{{_upright(text)}}}"
    digits, exponent, unit = found.groups()
    number = digits.replace(",", "{,}")
    if exponent:
        number = rf"{number} \cdot 10^{{{int(exponent)}}}"
    return rf"{number}\,{_unit(unit)}" if unit else number


def _unit(text: str) -> str:
    """A unit upright, with its exponents as such."""
    pieces = re.split(r"\s*(?:\^|\*\*)\s*(-?[0-9]+)", text)
    shown = ""
    for base, exponent in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        if base or exponent:
            shown += rf"\mathrm{{{_upright(base)}}}" + (f"^{{{exponent}}}" if exponent else "")
    return shown


def _upright(text: str) -> str:
    r"""Text for ``\mathrm``: letters, digits and common punctuation; anything else becomes a full stop."""
    known = {"%": r"\%", "_": r"\_", "$": r"\$", "&": r"\&", "#": r"\#", " ": r"\ ", "*": r"\cdot "}
    return "".join(known.get(c) or (c if c.isalnum() or c in "/().,:;+-=@[]°µ" else ".") for c in text)
