"""The parser's place in a formula: the current token, the limits, and what to say when reading fails."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Container, Mapping
from typing import NoReturn

from gmpy2 import mpq

from claimcheck.diagnostics import InputProblem
from claimcheck.expression import Apply, Expression, Number
from claimcheck.formula.constants import constant_value
from claimcheck.formula.tokens import Token, tokenize

__all__ = ["CONSTANTS", "FUNCTIONS", "MAX_DEPTH", "MAX_NODES", "MAX_TREE_DEPTH", "Cursor"]

MAX_DEPTH = 100
"""How deep parentheses, calls, signs and powers may nest."""
MAX_TREE_DEPTH = 200
"""How deep the tree may be: also a + b + c + ... grows by one level with each term."""
MAX_NODES = 4000

CONSTANTS = frozenset({"pi", "e"})

_MANY = 10**9
FUNCTIONS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("sqrt", "cbrt", "exp", "log", "log2", "log10", "sin", "cos", "tan"), (1, 1)),
    **dict.fromkeys(("asin", "acos", "atan", "sinh", "cosh", "tanh"), (1, 1)),
    **dict.fromkeys(("abs", "floor", "ceil", "round"), (1, 1)),
    "min": (2, _MANY),
    "max": (2, _MANY),
    "sum": (1, _MANY),
    "count": (1, 1),
    "if": (3, 3),
}
"""Function names with the least and the greatest number of arguments. ``log`` is the natural logarithm."""

_OTHER_NAMES = {
    "ln": "log",
    "lg": "log10",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "absolute": "abs",
    "fabs": "abs",
    "ceiling": "ceil",
    "mean": "sum",
    "total": "sum",
    "root": "sqrt",
    "where": "if",
    "minimum": "min",
    "maximum": "max",
}
_WORDS = {
    "and": "nest one if(...) in another",
    "or": "nest one if(...) in another",
    "not": "turn the comparison round",
    "if": "write if(condition, a, b)",
    "else": "write if(condition, a, b)",
    "mod": "write a - b * floor(a / b)",
}


class Cursor:
    """Walks over the tokens of one formula, builds nodes within the limits, and raises every refusal."""

    def __init__(self, text: str, names: Collection[str], scoped: Container[str] = ()) -> None:
        self.text = text
        self.scoped = scoped
        # A file has as many formulas as names: nothing may be done here for each name.
        self.declared: Container[str] = (
            names
            if isinstance(names, Mapping)
            else frozenset(unicodedata.normalize("NFKC", n) for n in names)
        )
        self.tokens = tokenize(text)
        self.index = 0
        self.depth = 0
        self.nodes = 0
        if len(self.tokens) == 1:
            raise InputProblem("CC240", "the formula is empty", "write an equation such as a = b * c")

    # -- machinery ----------------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.index]

    def advance(self) -> Token:
        """Step over the current token and return it."""
        self.index += 1
        return self.tokens[self.index - 1]

    def node(self, op: str, args: tuple[Expression, ...], start: int) -> Apply:
        """An operation that began at ``start`` and ends with the last token read."""
        self.count_node()
        tree = Apply(op, args, (start, self.tokens[self.index - 1].end))
        if op == "div":
            constant_value(Apply("div", (Number(mpq(1)), args[1])))  # refuses a division by zero
        return tree

    def count_node(self) -> None:
        """Count one more node against the limit."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.fail(
                "CC252",
                f"the formula has more than {MAX_NODES} parts",
                "split it into several relations",
                0,
                None,
            )

    def check_depth(self, tree: Expression) -> None:
        """Refuse a tree so deep that walking it would run out of stack."""
        stack = [(tree, 1)]
        while stack:
            node, depth = stack.pop()
            if depth > MAX_TREE_DEPTH:
                self.fail(
                    "CC252",
                    f"more than {MAX_TREE_DEPTH} operations in one chain",
                    "write long sums as sum(a, b, c, ...), or split the formula into several relations",
                    *tree.span,
                )
            if isinstance(node, Apply):
                stack.extend((argument, depth + 1) for argument in node.args)

    def close(self, opening: Token) -> None:
        """Step over the parenthesis that closes ``opening``."""
        if self.token.kind == ")":
            self.advance()
            return
        if self.token.kind == "end":
            self.fail("CC244", "this parenthesis is never closed", "add a )", opening.start, opening.end)
        self.unexpected(self.token)

    def end(self) -> None:
        """Refuse anything left to read."""
        if self.token.kind != "end":
            self.unexpected(self.token)

    # -- refusals -----------------------------------------------------------------------------------------

    def fail(self, code: str, message: str, hint: str, start: int, end: int | None) -> NoReturn:
        """Raise an InputProblem about a place (``end`` None: to the end of the text)."""
        raise InputProblem(code, message, hint, start=start, end=len(self.text) if end is None else end)

    def unexpected(self, token: Token) -> NoReturn:
        """Refuse a token where something else has to stand."""
        before = self.tokens[self.index - 1].text if self.index else ""
        place = token.start, token.end
        if token.kind == "end":
            self.fail("CC242", f"the formula ends after {before}", "a number or quantity is missing", *place)
        if token.kind == ")" and self.depth == 0:
            self.fail("CC244", "this parenthesis was never opened", "remove it, or add a (", *place)
        if token.kind == "compare":
            if self.index == 0:
                self.fail("CC242", f"nothing stands before {token.text}", "write both sides", *place)
            if self.tokens[self.index - 1].kind == "compare":
                self.fail(
                    "CC242", f"{before} {token.text} is no comparison", "use one of = <= >= < >", *place
                )
            if self.depth == 0:
                self.fail(
                    "CC246", f"{token.text} has no place here", "an expression compares nothing", *place
                )
            self.fail(
                "CC246",
                f"{token.text} has no place inside parentheses or a function",
                "a comparison stands between the two sides of a relation, or first in if(a < b, x, y)",
                *place,
            )
        if token.kind == ",":
            hint = "a comma only separates the arguments of a function; write 1024 or 1_024, and 0.5"
            self.fail("CC242", "a comma has no place here", hint, *place)
        if token.kind == "bracket":
            self.fail(
                "CC248",
                f"[{token.text}] does not follow a number",
                "only numbers take a unit: 16 [byte/parameter]",
                *place,
            )
        after = f" after {before}" if before else ""
        self.fail(
            "CC242",
            f"{token.text} is not expected{after}",
            "a number or quantity is missing before it",
            *place,
        )

    def missing_operator(self, start: int, token: Token) -> NoReturn:
        """Refuse two operands side by side; the first began at ``start``."""
        left = self.text[start : self.tokens[self.index - 1].end]
        left = left if len(left) <= 20 else "..." + left[-17:]
        for word in (token, self.tokens[self.index - 1]):
            if word.kind == "name" and word.text in _WORDS and word.text not in self.declared:
                self.fail(
                    "CC243",
                    f"{word.text} is no operator of a formula",
                    _WORDS[word.text],
                    word.start,
                    word.end,
                )
        right = "(" if token.kind == "(" else token.text[:20]
        way_out = f"{left} * ({'...'})" if token.kind == "(" else f"{left} * {right}"
        self.fail(
            "CC243",
            f"no operator between {left} and {right}",
            f"write {way_out} for a product",
            token.start,
            token.end,
        )

    def unknown_function(self, name: Token) -> NoReturn:
        """Refuse a call of what is no function."""
        if name.text in self.declared:
            hint = f"{name.text} is a quantity; write {name.text} * (...) for a product"
        elif name.text in _OTHER_NAMES:
            hint = f"write {_OTHER_NAMES[name.text]}(...)"
        else:
            close = difflib.get_close_matches(name.text, FUNCTIONS, n=2)
            hint = (
                f"did you mean {' or '.join(close)}?"
                if close
                else f"functions are {', '.join(FUNCTIONS)}; nothing else is ever called"
            )
        self.fail("CC250", f"there is no function {name.text}", hint, name.start, name.end)
