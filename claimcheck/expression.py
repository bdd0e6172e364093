"""The expression tree of a relation: immutable, hashable, without any meaning of its own.

One node kind for every operation keeps the code that walks the tree short: an :class:`Apply` names its
operation and holds its arguments. Operation names::

    neg add sub mul div pow                       unary minus, the four operations, a ^ b
    sqrt cbrt exp log log2 log10 sin cos tan asin acos atan sinh cosh tanh abs floor ceil round
    min max sum                                   two or more arguments (sum: one or more)
    count                                         of a table; replaced when tables are (claimcheck.tables)
    if                                            (condition, then, else)
    lt le gt ge eq                                comparisons, only as the condition of an `if`

`round` goes to the nearest whole number, halves away from zero, as rounding on paper does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from claimcheck.interval import Rational

__all__ = ["Apply", "Constant", "Equation", "Expression", "Name", "Number", "names", "walk"]


@dataclass(frozen=True, slots=True)
class Number:
    """A literal; ``unit`` is the bracketed unit's text (``16 [byte/parameter]``), empty: a pure number."""

    value: Rational
    unit: str = ""
    text: str = field(default="", compare=False)
    span: tuple[int, int] = field(default=(-1, -1), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """``pi`` or ``e``."""

    name: str
    span: tuple[int, int] = field(default=(-1, -1), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A quantity."""

    name: str
    span: tuple[int, int] = field(default=(-1, -1), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation applied to arguments."""

    op: str
    args: tuple[Expression, ...]
    span: tuple[int, int] = field(default=(-1, -1), compare=False, repr=False)


Expression = Number | Constant | Name | Apply


@dataclass(frozen=True, slots=True)
class Equation:
    """``left op right`` with op one of ``= <= >= < >``."""

    left: Expression
    op: str
    right: Expression
    text: str = field(default="", compare=False)


def walk(tree: Expression) -> Iterator[Expression]:
    """Every node of the tree, parents before children, left to right."""
    stack: list[Expression] = [tree]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, Apply):
            stack.extend(reversed(node.args))


def names(tree: Expression | Equation) -> tuple[str, ...]:
    """The quantities a tree mentions, each once, in order of appearance."""
    trees = (tree.left, tree.right) if isinstance(tree, Equation) else (tree,)
    return tuple(dict.fromkeys(n.name for t in trees for n in walk(t) if isinstance(n, Name)))
