"""Hypothesis strategies shared by the tests, one section per family of values."""

from gmpy2 import mpq
from hypothesis import strategies as st

from claimcheck.diagnostics import InputProblem
from claimcheck.expression import Apply, Constant, Name, Number, walk
from claimcheck.formula import constant_value
from claimcheck.interval import EMPTY, interval

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


# -- units and printed values --------------------------------------------------------------------------------

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


@st.composite
def printed_numbers(draw, signed=True):
    """Decimal numbers as they are printed: plain, with point, grouped, with exponent or multiplier word."""
    digits = str(draw(st.integers(0, 10**12)))
    form = draw(st.sampled_from(["plain", "point", "grouped", "exponent", "power", "word"]))
    if form == "point":
        digits = f"{digits}.{draw(st.text('0123456789', max_size=8))}"
    elif form == "grouped":
        digits = f"{int(digits):,}"
    elif form == "exponent":
        digits = f"{digits[0]}.{digits[1:]}E{draw(st.integers(-40, 40)):+d}"
    elif form == "power":
        digits = f"{digits[0]}.{digits[1:]} x 10^{draw(st.integers(-40, 40))}"
    elif form == "word":
        digits = f"{digits} {draw(st.sampled_from(['thousand', 'million', 'billion', 'trillion']))}"
    return (draw(st.sampled_from(["", "-", "+", "\u2212"])) if signed else "") + digits


@st.composite
def value_texts(draw):
    """Values of every form of the value grammar, with and without unit."""
    unit = draw(st.sampled_from(["", " %", " TFLOP/s/GPU", " day", " kg m^2"]))
    low, high = draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))
    low, high = sorted((low, high))
    number, positive = draw(printed_numbers()), draw(printed_numbers(signed=False))
    form = draw(
        st.sampled_from(["plain", "exactly", "about", "side", "to", "brackets", "pm", "bracket", "asym"])
    )
    if form == "exactly":
        return f"exactly {number}{unit}"
    if form == "about":
        return f"~{draw(st.integers(1, 10**9))}{unit}"
    if form == "side":
        return f"{draw(st.sampled_from(['>', '>=', '<', '<=', 'at least', 'at most']))} {number}{unit}"
    if form == "to":
        return f"{low}{unit} to {high}{unit}"
    if form == "brackets":
        return f"[{low}, {high}]{unit}"
    if form == "pm":
        return (
            f"{low}.25 ± {positive}{unit}"
            if "illion" not in positive and "thou" not in positive
            else f"{low} ± 1"
        )
    if form == "bracket":
        return f"{low}.{high}({draw(st.integers(0, 99))}){unit}"
    if form == "asym":
        return f"{low}.5 +{high} -{low}.25{unit}"
    return f"{number}{unit}"


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


# -- claim sets: small ones, for which every subset can be tried ---------------------------------------------

_SMALL_RELATIONS = (
    ("c = a * b", "c = a + b", "a = c - b", "a >= b * c"),
    ("d = c / e", "d = c + e", "e = c * d", "c + d + e <= 20"),
    ("f >= d", "f = d ^ 2", "f = 20 - d", "d * f = 30"),
)
"""One of each row at most: no circles, so that every judge answers at once."""


@st.composite
def small_claim_sets(draw, most=9, integers=True):
    """Up to ``most`` claims and relations on a to f, positive, some of them whole numbers."""
    from claimcheck.model import ClaimSet

    claims = ClaimSet(title="small")
    for source in "rstuvw":
        claims.source(source)
    for name in "abcdef":
        claims.quantity(name, min="1", integer=integers and draw(st.booleans()))
    rows = draw(st.sets(st.sampled_from(range(3)), min_size=1))
    for i in sorted(rows):
        claims.relation(
            draw(st.sampled_from(_SMALL_RELATIONS[i])), id=f"r{i}", definition=draw(st.booleans())
        )
    made = st.tuples(st.sampled_from("abcdef"), st.sampled_from("rst"), st.integers(1, 12), st.integers(0, 3))
    for name, source, low, width in draw(
        st.lists(made, min_size=2, max_size=most - len(rows), unique_by=lambda m: m[:2])
    ):
        claims.claim(name, f"[{low}, {low + width}]", source=source)
    return claims
