"""The bridge to sympy, which proposes shorter forms and solutions: to its expressions and back, node by node.

No text ever reaches sympy. Quantities become dummies, so that none of sympy's own names (N, E, S, beta, ...)
is meant; numbers of more than 64 bits, numbers with a unit, and functions with kinks or jumps become dummies
as well and come back as the trees they were. What sympy answers is for reading until something else proves
it: it takes x/x for 1.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from gmpy2 import mpq

from claimcheck.algebra.build import add, div, function, mul, neg, number, power, sub, value_of
from claimcheck.algebra.inversion import is_positive
from claimcheck.algebra.quotient import degree, expand, to_tree
from claimcheck.expression import Apply, Constant, Equation, Expression, Name, Number, names, walk
from claimcheck.formula import constant_value

__all__ = ["Bridge", "propose_factors", "propose_forms", "propose_solutions"]

MAX_NODES = 150
_MAX_BITS = 64
_MAX_EXPONENT = 12
_MAX_POLYNOMIAL = 40
"""Terms of a polynomial that sympy is asked to factor or solve; beyond, it may take seconds."""

_FUNCTIONS = ("exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")


class Bridge:
    """Trees to sympy and back; ``positive`` names quantities known to be greater than zero."""

    def __init__(self, positive: Collection[str] = ()) -> None:
        self.positive = positive
        self.symbols: dict[Expression, Any] = {}
        self.trees: dict[Any, Expression] = {}
        self.order: dict[Any, int] = {}

    def symbol(self, tree: Expression) -> Any:
        """The dummy that stands for a quantity or an opaque subexpression."""
        import sympy

        found = self.symbols.get(tree)
        if found is None:
            known = {"positive": True} if is_positive(tree, self.positive) else {"real": True}
            found = self.symbols[tree] = sympy.Dummy(f"v{len(self.symbols):04}", **known)
            self.trees[found] = tree
            self.order[found] = len(self.order)
        return found

    def to_sympy(self, tree: Expression) -> Any:
        """The sympy expression of a tree."""
        import sympy

        if isinstance(tree, Number):
            q = tree.value
            if tree.unit or max(q.numerator.bit_length(), q.denominator.bit_length()) > _MAX_BITS:
                return self.symbol(tree)
            return sympy.Rational(int(q.numerator), int(q.denominator))
        if isinstance(tree, Name):
            return self.symbol(tree)
        if isinstance(tree, Constant):
            return sympy.pi if tree.name == "pi" else sympy.E
        if tree.op == "pow":
            exponent = constant_value(tree.args[1])
            if constant_value(tree.args[0]) is not None and exponent is None:
                return self.symbol(tree)  # 2^x: sympy would look for factors of the base
            if exponent is not None and (
                abs(exponent) > _MAX_EXPONENT or exponent.denominator > _MAX_EXPONENT
            ):
                return self.symbol(tree)
        if tree.op in ("if", "floor", "ceil", "round", "min", "max", "abs"):
            return self.symbol(tree)
        if tree.op == "cbrt" and not is_positive(tree.args[0], self.positive):
            return self.symbol(tree)
        args = [self.to_sympy(a) for a in tree.args]
        return self._apply(tree.op, args)

    def _apply(self, op: str, args: list[Any]) -> Any:
        import sympy

        if op in ("add", "sum"):
            return sympy.Add(*args)
        if op == "mul":
            return sympy.Mul(*args)
        if op == "sub":
            return args[0] - args[1]
        if op == "neg":
            return -args[0]
        if op == "div":
            return args[0] / args[1]
        if op == "pow":
            return sympy.Pow(args[0], args[1])
        if op in ("sqrt", "cbrt"):
            return sympy.Pow(args[0], sympy.Rational(1, 2 if op == "sqrt" else 3))
        if op in ("log2", "log10"):
            return sympy.log(args[0]) / sympy.log(int(op[3:]))
        return getattr(sympy, op)(args[0])

    def from_sympy(self, expression: Any) -> Expression | None:
        """The tree of a sympy expression; None for what our language cannot say (complex numbers, ...)."""
        try:
            return self._back(expression)
        except _Unspeakable:
            return None

    def _back(self, x: Any) -> Expression:
        import sympy

        if x in self.trees:
            return self.trees[x]
        if x.is_Rational:
            return number(mpq(int(x.p), int(x.q)))
        if x is sympy.pi:
            return Constant("pi")
        if x is sympy.E:
            return function("exp", number(1))  # a quantity may be called e
        if x.is_Add:
            return self._back_sum(x)
        if x.is_Mul:
            return self._back_product(x)
        if x.is_Pow:
            if x.exp.is_Rational and x.exp < 0:
                return div(number(1), self._back(x.base**-x.exp))
            if x.exp == sympy.Rational(1, 3):
                return function("cbrt", self._back(x.base))
            return power(self._back(x.base), self._back(x.exp))
        name = x.func.__name__
        if name in _FUNCTIONS and len(x.args) == 1:
            return function(name, self._back(x.args[0]))
        raise _Unspeakable

    def _key(self, x: Any) -> tuple[int, str]:
        """Terms and factors in the order in which their quantities were met; ours, not sympy's."""
        places = [self.order[s] for s in x.free_symbols if s in self.order]
        return min(places, default=-1), str(x)

    def _back_sum(self, x: Any) -> Expression:
        terms = []
        for term in sorted(x.args, key=self._key):
            factor, _ = term.as_coeff_Mul()
            terms.append((factor < 0, self._back(-term if factor < 0 else term)))
        if terms[0][0]:
            positive = next((i for i, item in enumerate(terms) if not item[0]), 0)
            terms.insert(0, terms.pop(positive))
        negative, total = terms[0]
        total = neg(total) if negative else total
        for negative, term in terms[1:]:
            total = sub(total, term) if negative else add(total, term)
        return total

    def _back_product(self, x: Any) -> Expression:
        factor, rest = x.as_coeff_Mul()
        if factor.is_Rational and factor < 0:
            turned = _turned(-x)
            return neg(self._back(-x)) if turned is None else self._back(turned)
        above, below = [], []
        for item in sorted(rest.as_ordered_factors(), key=self._key):
            base, exponent = item.as_base_exp()
            if exponent.is_Rational and exponent < 0:
                below.append(self._back(base**-exponent))
            else:
                above.append(self._back(item))
        if not factor.is_Rational:
            raise _Unspeakable
        over, under = number(int(factor.p)), number(int(factor.q))
        for tree in above:
            over = mul(over, tree)
        for tree in below:
            under = mul(under, tree)
        return div(over, under) if value_of(under) != 1 else over


def _turned(x: Any) -> Any:
    """``-x`` with the sign moved into a difference among its factors, or None (a / (1 - b))."""
    for item in x.as_ordered_factors():
        base, exponent = item.as_base_exp()
        if base.is_Add and exponent in (1, -1) and any(t.as_coeff_Mul()[0] < 0 for t in base.args):
            return x / item * (-base) ** exponent
    return None


class _Unspeakable(Exception):
    """sympy's answer has no expression in our language."""


def small(tree: Expression) -> bool:
    """Whether sympy may be given the tree: it is quick on small ones only."""
    return sum(1 for _ in walk(tree)) <= MAX_NODES


def _factorable(tree: Expression) -> bool:
    quotient = expand(tree)
    return quotient is not None and max(len(quotient.over), len(quotient.under)) <= _MAX_POLYNOMIAL


def propose_forms(tree: Expression, positive: Collection[str] = ()) -> list[Expression]:
    """Other forms of an expression that may be shorter: collected, over one denominator, factored."""
    import sympy

    if not small(tree):
        return []
    bridge = Bridge(positive)
    start = bridge.to_sympy(tree)
    forms = [start, sympy.together(start)]
    if _factorable(tree):
        forms.append(sympy.factor(start))
    return [back for form in forms if (back := bridge.from_sympy(form)) is not None]


def propose_factors(tree: Expression) -> Expression | None:
    """The expression factored, or None."""
    import sympy

    if not small(tree) or not _factorable(tree):
        return None
    bridge = Bridge()
    return bridge.from_sympy(sympy.factor(bridge.to_sympy(tree)))


def propose_solutions(equation: Equation, name: str, positive: Collection[str]) -> list[Expression] | None:
    """The solutions of an equation that is of degree 1 or 2 in the quantity.

    Those that are negative or not real, where the quantity is positive, are left out. None: sympy was not
    asked, because the equation is too large or no polynomial in the quantity.
    """
    import sympy

    difference = Apply("sub", (equation.left, equation.right))
    if not small(difference):
        return None
    quotient = expand(difference)
    if quotient is None or len(quotient.over) > _MAX_POLYNOMIAL:
        return None
    highest = degree(quotient.over, name)
    if highest is None or not 1 <= highest <= 2:
        return None
    bridge = Bridge(positive)
    bridge.to_sympy(difference)  # the order of the quantities as the relation has them
    x = bridge.symbol(Name(name))
    polynomial = sympy.Poly(bridge.to_sympy(to_tree(quotient.over)), x)
    solutions = []
    for root in sympy.roots(polynomial):
        root = sympy.factor_terms(sympy.cancel(root)) if highest == 1 else root
        if name in positive and (root.is_real is False or root.is_nonpositive):
            continue
        tree = bridge.from_sympy(root)
        if tree is None or name in names(tree):
            return None
        solutions.append(tree)
    return solutions
