"""Expressions as LaTeX, in the order in which they were written."""

from __future__ import annotations

from collections.abc import Mapping

from claimcheck.expression import Apply, Constant, Equation, Expression, Name, Number
from claimcheck.formula import format_number

__all__ = ["latex"]

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)

_GREEK = frozenset(
    ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu")
) | frozenset(("nu", "xi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"))
_CAPITALS = frozenset(
    ("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega")
)
_RELATIONS = {"=": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">"}
_COMPARISONS = {"lt": "<", "le": r"\le", "gt": ">", "ge": r"\ge", "eq": "="}
_FUNCTIONS = {
    **{f: rf"\{f}" for f in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "min", "max")},
    "log": r"\ln",
    "log2": r"\log_{2}",
    "log10": r"\log_{10}",
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "round": r"\operatorname{round}",
    "sum": r"\operatorname{sum}",
}
_BRACKETS = {
    "abs": (r"\left|", r"\right|"),
    "floor": (r"\left\lfloor", r"\right\rfloor"),
    "ceil": (r"\left\lceil", r"\right\rceil"),
}
_SPECIAL = {c: "\\" + c for c in "#$%&_{}"} | {"\\": r"\backslash{}", "~": r"\sim{}", "^": r"\wedge{}"}


def latex(what: Equation | Expression, names: Mapping[str, str] | None = None) -> str:
    """An equation or expression in LaTeX's mathematics mode.

    ``names`` gives the LaTeX of quantities; others are set upright, single letters and Greek names as such.
    """
    given = names or {}
    if isinstance(what, Equation):
        left, right = _latex(what.left, given)[0], _latex(what.right, given)[0]
        return f"{left} {_RELATIONS[what.op]} {right}"
    return _latex(what, given)[0]


def _latex(tree: Expression, given: Mapping[str, str]) -> tuple[str, int]:
    """The text and how tightly its outermost operation binds."""
    if isinstance(tree, Number):
        return _number(tree)
    if isinstance(tree, Constant):
        return (r"\pi" if tree.name == "pi" else r"\mathrm{e}"), _ATOM
    if isinstance(tree, Name):
        return given.get(tree.name) or _name(tree.name), _ATOM
    if tree.op in ("add", "sub", "mul"):
        sign, level = {"add": ("+", _SUM), "sub": ("-", _SUM), "mul": (r"\cdot", _PRODUCT)}[tree.op]
        left, right = (_latex(a, given) for a in tree.args)
        return f"{_within(left, level)} {sign} {_within(right, _POWER if level else _PRODUCT)}", level
    if tree.op == "div":
        over, under = (_latex(a, given)[0] for a in tree.args)
        return rf"\frac{{{over}}}{{{under}}}", _POWER
    if tree.op == "neg":
        return f"-{_within(_latex(tree.args[0], given), _PRODUCT)}", _SUM
    if tree.op == "pow":
        base = _within(_latex(tree.args[0], given), _ATOM)
        return f"{base}^{{{_latex(tree.args[1], given)[0]}}}", _POWER
    if tree.op in ("sqrt", "cbrt"):
        degree = "[3]" if tree.op == "cbrt" else ""
        return rf"\sqrt{degree}{{{_latex(tree.args[0], given)[0]}}}", _POWER
    return _call(tree, given)


def _call(tree: Apply, given: Mapping[str, str]) -> tuple[str, int]:
    args = [_latex(a, given)[0] for a in tree.args]
    if tree.op in _BRACKETS:
        left, right = _BRACKETS[tree.op]
        return f"{left} {args[0]} {right}", _POWER
    if tree.op in _COMPARISONS:
        return f"{args[0]} {_COMPARISONS[tree.op]} {args[1]}", _SUM
    if tree.op == "if":
        condition, a, b = args
        cases = rf"{a} & \text{{if }} {condition} \\ {b} & \text{{otherwise}}"
        return rf"\begin{{cases}} {cases} \end{{cases}}", _POWER
    return rf"{_FUNCTIONS[tree.op]}\left({', '.join(args)}\right)", _POWER


def _within(printed: tuple[str, int], level: int) -> str:
    text, own = printed
    return text if own >= level else rf"\left({text}\right)"


def _number(tree: Number) -> tuple[str, int]:
    text = (tree.text or format_number(tree.value)).replace("_", "")
    over, slash, under = text.partition("/")
    mantissa, e, ten = text.lower().partition("e")
    level = _SUM if text.startswith("-") else _ATOM
    if slash:
        text, level = rf"\frac{{{over}}}{{{under}}}", _POWER
    elif e:
        text, level = rf"{mantissa} \cdot 10^{{{int(ten)}}}", _PRODUCT
    if tree.unit:
        text, level = rf"{text}\,\mathrm{{{_escaped(tree.unit)}}}", min(level, _PRODUCT)
    return text, level


def _name(name: str) -> str:
    if name in _GREEK or name in _CAPITALS:
        return f"\\{name}"
    return name if len(name) == 1 and name.isalpha() else rf"\mathrm{{{_escaped(name)}}}"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(c, c) for c in text).replace(" ", r"\ ")
