"""Hypothesis strategies shared by the tests, one section per family of values.

Those that other projects can use, too, are in claimcheck.testing.
"""

from gmpy2 import mpq
from hypothesis import strategies as st

from claimcheck.diagnostics import InputProblem
from claimcheck.expression import Apply, Constant, Name, Number, walk
from claimcheck.formula import constant_value
from claimcheck.interval import EMPTY, interval
from claimcheck.testing import claim_sets as small_claim_sets
from claimcheck.testing import printed_numbers, value_texts

__all__ = [
    "expressions",
    "intervals",
    "intervals_with_members",
    "literals",
    "members",
    "printed_numbers",
    "rational_intervals",
    "rationals",
    "scoped_files",
    "small_claim_sets",
    "small_rationals",
    "unit_texts",
    "value_texts",
    "within_limits",
]

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


# -- units --------------------------------------------------------------------------------

_EXACT_UNITS = (
    "FLOP",
    "TFLOP",
    "GPU",
    "day",
    "s",
    "km",
    "GiB",
    "byte",
    "percent",
    "kg",
    "USD",
    "token",
    "inch",
)


@st.composite
def unit_texts(draw):
    """Unit texts with rational factors: products, quotients and whole powers of usual names."""
    parts = draw(
        st.lists(
            st.tuples(st.sampled_from(_EXACT_UNITS), st.integers(-3, 3).filter(bool)), min_size=1, max_size=4
        )
    )
    return " ".join(name if e == 1 else f"{name}^{e}" for name, e in parts)


@st.composite
def rational_intervals(draw):
    """Intervals with rational, missing, open and closed ends; now and then the empty one."""
    ends = sorted(draw(st.lists(st.fractions(), min_size=2, max_size=2)))
    low, high = (draw(st.sampled_from([end, end, end, None])) for end in ends)
    return interval(low, high, draw(st.booleans()), draw(st.booleans()))


# -- claims files with scopes -------------------------------------------------------------------------------

_SCOPED_RELATIONS = {
    "twice": {"for": "k", "equation": "y = 2 * x"},
    "sum": {"equation": "z = x[a] + x[b]"},
    "order": {"equation": "x[a] <= x[b]"},
}


@st.composite
def scoped_files(draw, scopes=("a", "b"), stated=False):
    """Claims files, as mappings, on x and y in the scopes of k and on z without; most state their scope."""
    claims = []
    made = st.tuples(st.sampled_from("xyz"), st.sampled_from("rstu"))
    for quantity, source in draw(st.lists(made, min_size=2, max_size=5, unique=True)):
        low, width = draw(st.integers(1, 9)), draw(st.integers(0, 3))
        claim = {"quantity": quantity, "value": f"[{low}, {low + width}]", "source": source}
        scope = draw(st.sampled_from([*scopes, scopes[0]] if stated else [*scopes, ""]))
        claims.append({**claim, "scope": scope} if scope and quantity != "z" else claim)
    names = [n for n in sorted(_SCOPED_RELATIONS) if len(scopes) > 1 or "[" not in str(_SCOPED_RELATIONS[n])]
    used = draw(st.sets(st.sampled_from(names), min_size=1))
    return {
        "claimcheck": "1",
        "sources": {s: {} for s in "rstu"},
        "scopes": {"k": {s: f"what {s} means" for s in scopes}},
        "quantities": {
            "x": {"min": "1", "max": "40", "scopes": "k"},
            "y": {"min": "1", "max": "40", "scopes": "k"},
            "z": {"min": "1", "max": "40"},
        },
        "claims": claims,
        "relations": {n: _SCOPED_RELATIONS[n] for n in sorted(used)},
    }


_COLUMN_RELATIONS = {
    "row": ({"for": "t", "equation": "p = 2 * c"}, {"row_{row}": "p_{row} = 2 * c_{row}[{usual}]"}),
    "order": ({"for": "t", "equation": "c <= c[b]"}, {"order_{row}": "c_{row}[{usual}] <= c_{row}[b]"}),
    "total": ({"for": "k", "equation": "z = sum(t.c)"}, {"total": {"for": "k", "equation": "z = c_q + c_r"}}),
    "most": ("max(t.c[b]) <= 7", {"most": "max(c_q[b], c_r[b]) <= 7"}),
    "apart": ("t.c[q] + 2 >= t.c[r, a]", {"apart": "c_q[{usual}] + 2 >= c_r[a]"}),
}


@st.composite
def files_with_scoped_columns(draw):
    """A file whose table t has a column c with a scope, and the same file with a claim for each cell."""
    usual = draw(st.sampled_from("ab"))

    def value():
        low, width = draw(st.integers(1, 9)), draw(st.integers(0, 3))
        return f"[{low}, {low + width}]"

    rows = {row: {c: value() if draw(st.booleans()) else "" for c in "cp"} for row in "qr"}
    cells = [(row, c, text) for row, line in rows.items() for c, text in line.items() if text]
    others, written = [], []
    for row, column, text in cells:
        claim = {"quantity": f"{column}_{row}", "value": text, "source": "s"}
        written.append({**claim, "scope": usual} if column == "c" else claim)
    for row, source in draw(st.lists(st.tuples(st.sampled_from("qrz"), st.sampled_from("uv")), unique=True)):
        scope = draw(st.sampled_from(["a", "b", ""]))
        said = {"value": value(), "source": source, **({"scope": scope} if scope else {})}
        others.append({"quantity": "z" if row == "z" else f"t.c[{row}]", **said})
        written.append({"quantity": "z" if row == "z" else f"c_{row}", **said})
    if not written:
        others.append({"quantity": "z", "value": value(), "source": "u", "scope": "a"})
        written.append(others[-1])
    limits = {"min": "1", "max": "40"}
    scoped = {**limits, "scopes": "k"}
    used = sorted(draw(st.sets(st.sampled_from(sorted(_COLUMN_RELATIONS)), min_size=1)))
    written_relations = {}
    for name in used:
        for id, about in _COLUMN_RELATIONS[name][1].items():
            for row in "qr" if "{row}" in id else [""]:
                text = about if isinstance(about, dict) else about.format(row=row, usual=usual)
                written_relations[id.format(row=row)] = text
    base = {
        "claimcheck": "1",
        "sources": {s: {} for s in "suv"},
        "scopes": {"k": {s: f"what {s} means" for s in "ab"}},
    }
    columns = {"c": {**scoped, "scope": usual}, "p": limits}
    one = {
        **base,
        "quantities": {"z": scoped},
        "tables": {"t": {"source": "s", "columns": columns, "rows": rows}},
        "claims": others,
        "relations": {name: _COLUMN_RELATIONS[name][0] for name in used},
    }
    quantities = {"z": scoped} | {f"{c}_{r}": scoped if c == "c" else limits for r in "qr" for c in "cp"}
    return one, {**base, "quantities": quantities, "claims": written, "relations": written_relations}


# -- intervals: small rationals that make ends coincide, and wide ones --------------------------------------

small_rationals = st.builds(mpq, st.integers(-12, 12), st.sampled_from((1, 1, 2, 3, 4)))
rationals = st.one_of(
    small_rationals,
    st.builds(
        lambda n, d, ten: mpq(n, d) * mpq(10) ** ten, st.integers(), st.integers(1), st.integers(-25, 25)
    ),
)


@st.composite
def intervals(draw, ends=small_rationals, bounded=False, empty=False):
    """Intervals with closed, open and missing ends, points among them; also the empty one where allowed."""
    if empty and draw(st.integers(0, 20)) == 0:
        return EMPTY
    low, high = sorted((draw(ends), draw(ends)))
    if low == high:
        return interval(low, high)
    missing = 0 if bounded else draw(st.sampled_from((0, 0, 0, 1, 2, 3)))
    closed = draw(st.booleans()), draw(st.booleans())
    return interval(None if missing & 1 else low, None if missing & 2 else high, *closed)


@st.composite
def members(draw, x):
    """A number of a non-empty interval, its attained ends with good chance."""
    low, high = x.lower, x.upper
    if low is None and high is None:
        return draw(rationals)
    if low is None or high is None:
        step = draw(st.builds(abs, rationals))
        q = low + step if high is None else high - step
    else:
        q = low + (high - low) * mpq(draw(st.integers(0, 16)), 16)
    if q in x:
        return q
    return low + 1 if high is None else high - 1 if low is None else (low + high) / 2


@st.composite
def intervals_with_members(draw, **kinds):
    x = draw(intervals(**kinds))
    return x, draw(members(x))
