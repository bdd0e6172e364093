"""Parser of relations: recursive descent, where the docstring of each method is the grammar it reads.

Nothing a formula says is ever evaluated as Python, and every error says where it is and what to write
instead. Nesting, length, the number of nodes and constant exponents are limited, so that no text can make
the parser, or anything that walks its trees, run deep or long.
"""

from __future__ import annotations

from collections.abc import Collection, Container

from gmpy2 import mpq

from claimcheck.expression import Constant, Equation, Expression, Name, Number, walk
from claimcheck.formula.constants import MAX_EXPONENT, constant_value
from claimcheck.formula.cursor import CONSTANTS, FUNCTIONS, MAX_DEPTH, Cursor
from claimcheck.formula.tokens import Token
from claimcheck.interval import Rational

__all__ = ["parse_equation", "parse_expression"]

MAX_LITERAL_EXPONENT = 400

_BINARY = {"+": "add", "-": "sub", "*": "mul", "/": "div"}
_COMPARISON_OPS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "=": "eq"}


def parse_equation(text: str, names: Collection[str] = (), scoped: Container[str] = ()) -> Equation:
    """The equation or inequality that a text says.

    ``names`` are the declared quantities: one called ``pi`` or ``e`` is that quantity and not the constant.
    A mapping of them has its keys in NFKC form already. Those ``scoped`` take a scope in brackets.
    Unknown names are left to the check of dimensions, which knows every quantity.

    Raises:
        InputProblem: CC240 to CC255, with the place in the text.
    """
    return _Parser(text, names, scoped).equation()


def parse_expression(text: str, names: Collection[str] = ()) -> Expression:
    """The expression that a text says, without a comparison; otherwise as :func:`parse_equation`."""
    return _Parser(text, names).whole_expression()


class _Parser(Cursor):
    # -- grammar ------------------------------------------------------------------------------------------

    def equation(self) -> Equation:
        """``equation = sum ("=" | "<=" | ">=" | "<" | ">") sum END``"""
        left = self.sum()
        compare = self.token
        if compare.kind != "compare":
            if compare.kind != "end":
                self.unexpected(compare)
            self.fail(
                "CC245", "this is no relation yet: it compares nothing", "write a = b, a <= b, ...", 0, None
            )
        self.advance()
        right = self.sum()
        if self.token.kind == "compare":
            self.fail(
                "CC245",
                f"a second comparison: {compare.text} stands before",
                "a relation has exactly one of = <= >= < >; write two relations",
                self.token.start,
                self.token.end,
            )
        self.end()
        self.check_depth(left)
        self.check_depth(right)
        return Equation(left, compare.text, right, self.text)

    def whole_expression(self) -> Expression:
        """``expression = sum END``"""
        tree = self.sum()
        self.end()
        self.check_depth(tree)
        return tree

    def sum(self) -> Expression:
        """``sum = product (("+" | "-") product)*``"""
        start = self.token.start
        tree = self.product()
        while self.token.kind in ("+", "-"):
            op = _BINARY[self.advance().text]
            tree = self.node(op, (tree, self.product()), start)
        return tree

    def product(self) -> Expression:
        """``product = factor (("*" | "/") factor)*``"""
        start = self.token.start
        tree = self.factor()
        while self.token.kind in ("*", "/"):
            op = _BINARY[self.advance().text]
            tree = self.node(op, (tree, self.factor()), start)
        if self.token.kind in ("number", "name", "("):
            self.missing_operator(start, self.token)
        return tree

    def factor(self) -> Expression:
        """``factor = ("+" | "-") factor | primary (("^" | "**") factor)?``

        So a sign reaches over a power, -x^2 = -(x^2), and powers group from the right, a^b^c = a^(b^c).
        """
        start = self.token.start
        if self.token.kind in ("+", "-"):
            sign = self.advance()
            operand = self.deeper(sign)
            return operand if sign.text == "+" else self.node("neg", (operand,), start)
        base = self.primary()
        if self.token.kind != "^":
            return base
        exponent = self.deeper(self.advance())
        power = self.node("pow", (base, exponent), start)
        self.check_exponent(exponent)
        constant_value(power)  # refuses what is too large
        return power

    def primary(self) -> Expression:
        """``primary = NUMBER UNIT? | NAME (ROW | SCOPE)? | NAME "(" arguments ")" | "(" sum ")"``"""
        token = self.token
        if token.kind == "number":
            return self.number()
        if token.kind == "name":
            self.advance()
            return self.call(token) if self.token.kind == "(" else self.name(token)
        if token.kind == "(":
            self.advance()
            tree = self.deeper(token, whole=True)
            self.close(token)
            return tree
        return self.unexpected(token)

    def arguments(self, name: Token) -> list[Expression]:
        """``arguments = (sum ("," sum)*)?``, where the first argument of ``if`` is a condition."""
        opening = self.advance()
        arguments: list[Expression] = []
        if self.token.kind == ")":
            return arguments
        while True:
            if name.text == "if" and not arguments:
                arguments.append(self.condition(opening))
            else:
                arguments.append(self.deeper(opening, whole=True))
            if self.token.kind != ",":
                return arguments
            self.advance()

    def condition(self, opening: Token) -> Expression:
        """``condition = sum ("=" | "<=" | ">=" | "<" | ">") sum``"""
        start = self.token.start
        left = self.deeper(opening, whole=True)
        if self.token.kind != "compare":
            if self.token.kind not in (",", ")", "end"):
                self.unexpected(self.token)
            self.fail(
                "CC246",
                "the first argument of if must compare two things",
                "write if(a < b, x, y)",
                start,
                self.tokens[self.index - 1].end,
            )
        op = _COMPARISON_OPS[self.advance().text]
        right = self.deeper(opening, whole=True)
        if self.token.kind == "compare":
            self.fail(
                "CC246",
                "a second comparison in one condition",
                "nest one if(...) in another",
                self.token.start,
                self.token.end,
            )
        return self.node(op, (left, right), start)

    # -- leaves and calls ---------------------------------------------------------------------------------

    def number(self) -> Number:
        """A literal with its unit, if one follows."""
        token = self.advance()
        value = self.literal(token)
        self.count_node()
        if self.token.kind != "bracket":
            return Number(value, "", token.text, (token.start, token.end))
        unit = self.advance()
        return Number(value, unit.text, token.text, (token.start, unit.end))

    def literal(self, token: Token) -> Rational:
        """The exact value of a literal."""
        mantissa, _, ten = token.text.replace("_", "").lower().partition("e")
        if ten and (len(ten) > 6 or abs(int(ten)) > MAX_LITERAL_EXPONENT):
            self.fail(
                "CC253",
                f"{token.text[:40]} is beyond 10^{MAX_LITERAL_EXPONENT}",
                f"exponents of ten go from -{MAX_LITERAL_EXPONENT} to {MAX_LITERAL_EXPONENT}",
                token.start,
                token.end,
            )
        whole, _, fraction = mantissa.partition(".")
        return mpq(whole + fraction) * mpq(10) ** (int(ten or 0) - len(fraction))

    def name(self, token: Token) -> Expression:
        """A quantity, in a scope perhaps, a cell of a table or a constant."""
        span = (token.start, token.end)
        name = token.text
        self.count_node()
        if self.token.kind == "bracket":
            row = self.token
            if "." not in name and name not in self.scoped:
                self.fail(
                    "CC248",
                    f"[{row.text}] after the quantity {name}: only numbers take a unit",
                    f"{name} has the unit it is declared with",
                    row.start,
                    row.end,
                )
            if row.start != token.end:
                self.fail(
                    "CC248",
                    f"[{row.text}] stands apart from {name}",
                    f"write {name}[{row.text}] for that {'row of the table' if '.' in name else 'scope'}",
                    row.start,
                    row.end,
                )
            self.advance()
            return Name(f"{name}[{row.text}]", (token.start, row.end))
        if name in CONSTANTS and name not in self.declared:
            return Constant(name, span)
        return Name(name, span)

    def call(self, name: Token) -> Expression:
        """A function of the right number of arguments."""
        limits = FUNCTIONS.get(name.text)
        if limits is None:
            self.unknown_function(name)
        opening = self.token
        arguments = self.arguments(name)
        self.close(opening)
        least, greatest = limits
        if name.text in ("min", "max") and any(self.is_column(t) for a in arguments for t in walk(a)):
            least = 1
        if not least <= len(arguments) <= greatest:
            wanted = f"{least} argument{'s' if least > 1 else ''}{'' if least == greatest else ' or more'}"
            self.fail(
                "CC251",
                f"{name.text} takes {wanted}, here it has {len(arguments)}",
                "write if(condition, a, b)"
                if name.text == "if"
                else f"write {name.text}(x)"
                if greatest == 1
                else f"write {name.text}(a, b)",
                name.start,
                self.tokens[self.index - 1].end,
            )
        return self.node(name.text, tuple(arguments), name.start)

    def is_column(self, tree: Expression) -> bool:
        """Whether a name may speak of several rows of a table."""
        if not isinstance(tree, Name):
            return False
        name, bracket, inside = tree.name.partition("[")
        return "." in name and (not bracket or "," in inside or name in self.scoped)

    # -- limits -------------------------------------------------------------------------------------------

    def deeper(self, token: Token, whole: bool = False) -> Expression:
        """A factor (or a whole sum) one level further down."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(
                "CC252",
                f"this nests more than {MAX_DEPTH} levels deep",
                "split the formula into several relations",
                token.start,
                token.end,
            )
        tree = self.sum() if whole else self.factor()
        self.depth -= 1
        return tree

    def check_exponent(self, exponent: Expression) -> None:
        """Refuse a constant exponent beyond the limit, without computing the power."""
        value = constant_value(exponent)
        if value is not None and abs(value) > MAX_EXPONENT:
            self.fail(
                "CC253",
                "this exponent is too large",
                f"constant exponents go from -{MAX_EXPONENT} to {MAX_EXPONENT}",
                *exponent.span,
            )
