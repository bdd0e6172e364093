"""Hypothesis strategies shared by the tests, one section per family of values."""

from gmpy2 import mpq
from hypothesis import strategies as st

from claimcheck.diagnostics import InputProblem
from claimcheck.expression import Apply, Constant, Name, Number, walk
from claimcheck.formula import constant_value

# -- expressions: trees as the parser makes them ------------------------------------------------------------

_QUANTITY_NAMES = st.sampled_from(
    (
        *("x", "y", "gpus", "N", "E", "S", "I", "Q", "O", "C", "beta", "zeta", "gamma", "lambda", "test"),
        *("count", "if", "sum", "log", "re", "im", "größe", "causes.events", "causes.events[faulty-gpu]"),
    )
)
_UNARY_FUNCTIONS = (
    *("sqrt", "cbrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh", "abs", "floor", "ceil", "round"),
)


def literals(units=("", "", "", "byte/parameter", "day", "%")):
    """Numbers that a literal can say: finite decimals, not negative."""
    values = st.builds(lambda n, ten: mpq(n) * mpq(10) ** ten, st.integers(0, 10**6), st.integers(-30, 30))
    return st.builds(Number, values, st.sampled_from(units))


def expressions(names=_QUANTITY_NAMES, numbers=None, functions=_UNARY_FUNCTIONS, max_leaves=12):
    """Trees over every operation; only what the limits on constants refuse is left out."""
    leaves = st.one_of(
        st.builds(Name, names), literals() if numbers is None else numbers, st.builds(Constant, st.just("pi"))
    )

    def apply(op, *args):
        return st.builds(lambda *a: Apply(op, a), *args)

    def grow(inner):
        several = st.lists(inner, min_size=2, max_size=4).map(tuple)
        options = [
            *(apply(op, inner, inner) for op in ("add", "sub", "mul", "div")),
            apply("neg", inner),
            apply("pow", inner, st.one_of(inner, st.integers(0, 9).map(lambda n: Number(mpq(n))))),
            *(st.builds(Apply, st.just(op), several) for op in ("min", "max", "sum")),
            st.builds(
                lambda op, a, b, c, d: Apply("if", (Apply(op, (a, b)), c, d)),
                st.sampled_from(["lt", "le", "gt", "ge", "eq"]),
                *([inner] * 4),
            ),
        ]
        if functions:
            options.append(st.sampled_from(functions).flatmap(lambda op: apply(op, inner)))
        return st.one_of(options)

    return st.recursive(leaves, grow, max_leaves=max_leaves).filter(within_limits)


def within_limits(tree):
    """Whether the parser accepts the tree: no constant too large, no division by a constant zero."""
    try:
        for node in walk(tree):
            constant_value(node)
            if isinstance(node, Apply) and node.op == "div" and constant_value(node.args[1]) == 0:
                return False
            if isinstance(node, Apply) and node.op == "pow":
                constant_value(Apply("pow", (Number(mpq(1)), node.args[1])))
    except InputProblem:
        return False
    return True
