"""Random claims files round a hidden true point, in plain data that needs nothing of the checker.

A :class:`World` knows the true value of each of its quantities, prints claims about them, and says what each
printed value means in base units (worked out here from its digits, not by the checker's reader). ``mapping``
is the claims file, ``case`` the same for the judges of :mod:`tests.judges`.
"""

import datetime
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from hypothesis import strategies as st

from claimcheck.testing.printing import decimal, is_decimal, magnitude, nearest, number
from tests import judges
from tests.judges import Unclear, Undefined, ball, sign, value
from tests.problems import FREE, Case

SCALES = {
    "s": Fraction(1),
    "hour": Fraction(3600),
    "day": Fraction(86400),
    "GPU": Fraction(1),
    "FLOP": Fraction(1),
    "TFLOP": Fraction(10) ** 12,
    "m": Fraction(1),
    "km": Fraction(1000),
    "percent": Fraction(1, 100),
}
UNITS_OF = {
    "time": ("day", "hour", "s"),
    "count": ("GPU",),
    "work": ("FLOP", "TFLOP"),
    "length": ("m", "km"),
}


def unit_text(unit):
    return " ".join(name if e == 1 else f"{name}^{e}" for name, e in unit)


def scale(unit):
    whole = Fraction(1)
    for name, e in unit:
        whole *= SCALES[name] ** e
    return whole


@dataclass(frozen=True)
class Quantity:
    """``truth`` and the limits are in base units (a date's: seconds since 1970); ``dims`` has no zeros."""

    name: str
    dims: tuple
    unit: tuple
    truth: object
    integer: bool = False
    date: bool = False
    limits: tuple = (("", None), ("", None))
    """``min`` and ``max``: as printed, and in base units."""

    @property
    def kind(self):
        return "date" if self.date else self.dims


@dataclass(frozen=True)
class Claim:
    """A printed value, and what it stands for in base units: (low, high, low closed, high closed)."""

    quantity: str
    source: str
    text: str
    limits: tuple
    short: str = ""
    given: tuple = ()
    certain: bool = False

    @property
    def id(self):
        return f"{self.quantity}@{self.source}" + (f"#{self.short}" if self.short else "")


@dataclass(frozen=True)
class Relation:
    """``left op right`` over trees of the judges; ``holds`` tells whether the truth satisfies it."""

    id: str
    left: object
    op: str
    right: object
    within: Fraction | None = None
    choice: str = ""
    holds: bool = True

    @property
    def premise(self):
        return f"relation:{self.id}"


@dataclass(frozen=True, repr=False)
class World:
    """A claims file and the truth behind it."""

    quantities: tuple
    claims: tuple
    relations: tuple

    def __repr__(self):
        """The claims file, ready to be checked, with the truth in base units."""
        truth = {q.name: str(q.truth) for q in self.quantities}
        return f"\nfile: {self.mapping()}\ntruth: {truth}\n"

    def _repr_pretty_(self, printer, cycle):
        printer.text(repr(self))  # what a failing property test prints

    def quantity(self, name):
        return next(q for q in self.quantities if q.name == name)

    def claim(self, id):
        return next(c for c in self.claims if c.id == id)

    @property
    def sources(self):
        return list(dict.fromkeys(c.source for c in self.claims))

    @property
    def evidence(self):
        return [c for c in self.claims if not c.given]

    @property
    def rivals(self):
        """The relations of each choice."""
        found = {}
        for r in self.relations:
            if r.choice:
                found.setdefault(r.choice, []).append(r)
        return found

    def holds(self, claim):
        """Whether the claim's interval contains the truth."""
        return contains(claim.limits, self.quantity(claim.quantity).truth)

    def mapping(self, report=None):
        """The claims file. ``report`` is all quantities unless given."""
        return {
            "claimcheck": 1,
            "title": "a hidden truth",
            "sources": {s: {"title": s} for s in self.sources},
            "quantities": {q.name: _quantity_entry(q) for q in self.quantities},
            "claims": [_claim_entry(c) for c in self.claims],
            "relations": {r.id: _relation_entry(r) for r in self.relations},
            "report": [q.name for q in self.quantities] if report is None else list(report),
        }

    def case(self):
        """The same for the judges."""
        return Case(
            domains={q.name: _domain(q) for q in self.quantities},
            steps={q.name: scale(q.unit) for q in self.quantities if q.integer},
            claims={c.id: (c.quantity, c.limits) for c in self.claims},
            relations={r.id: (r.left, r.op, r.right, r.within) for r in self.relations},
            point={q.name: q.truth for q in self.quantities},
        )

    def only(self, premises):
        """The file that holds some claims and relations and nothing else; conclusions become evidence."""
        return replace(
            self,
            claims=tuple(replace(c, given=()) for c in self.claims if c.id in premises),
            relations=tuple(replace(r, choice="") for r in self.relations if r.premise in premises),
        )


def contains(limits, truth):
    low, high, low_closed, high_closed = limits
    for end, closed, turn in ((low, low_closed, 1), (high, high_closed, -1)):
        if end is not None:
            s = sign(judges.difference(truth, end)) * turn
            if s < 0 or (s == 0 and not closed):
                return False
    return True


def inside(inner, outer):
    """Whether the limits ``inner`` lie within ``outer``."""
    if outer[0] is not None and (inner[0] is None or inner[0] < outer[0]):
        return False
    if outer[1] is not None and (inner[1] is None or inner[1] > outer[1]):
        return False
    return not (
        (inner[0] == outer[0] and inner[2] and not outer[2])
        or (inner[1] == outer[1] and inner[3] and not outer[3])
    )


def _domain(q):
    low, high = q.limits[0][1], q.limits[1][1]
    return (low, high, low is not None, high is not None) if (low, high) != (None, None) else FREE


def _quantity_entry(q):
    entry = {"unit": "date" if q.date else unit_text(q.unit)}
    if q.integer:
        entry["integer"] = True
    for key, (text, _) in zip(("min", "max"), q.limits, strict=True):
        if text:
            entry[key] = text
    return entry


def _claim_entry(c):
    entry = {"quantity": c.quantity, "value": c.text, "source": c.source}
    if c.short:
        entry["id"] = c.short
    if c.given:
        entry["given"] = list(c.given)
    if c.certain:
        entry["certain"] = True
    return entry


def _relation_entry(r):
    entry = {"equation": f"{judges.text(r.left)} {r.op} {judges.text(r.right)}"}
    if r.within is not None:
        entry["within"] = f"{decimal(r.within * 100)} %"
    if r.choice:
        entry["choice"] = r.choice
    return entry


# -- printing -----------------------------------------------------------------------------------------------


def approximate(truth):
    """A Fraction next to a true value that may be a ball."""
    if isinstance(truth, Fraction):
        return truth
    man, exp = truth.mid().man_exp()
    return Fraction(int(man)) * Fraction(2) ** int(exp)


def rounded_print(v, digits, unit, style, integer=False):
    """``(text, limits in unit)`` of v rounded to so many digits; a plain whole number of a count is exact."""
    quantum = Fraction(10) ** ((magnitude(v) if v else 0) - digits + 1)
    if integer and style == "fixed":
        quantum = Fraction(1)
    shown = nearest(v, quantum)
    text = number(shown, quantum, style)
    half = Fraction(0) if integer and "E" not in text and "." not in text else quantum / 2
    return f"{text} {unit_text(unit)}".rstrip(), (shown - half, shown + half, True, True)


_FORMS = (
    "rounded",
    "rounded",
    "rounded",
    "rounded",
    "to",
    "brackets",
    "pm",
    "about",
    "above",
    "below",
    "exactly",
)


def print_value(rng, q, v, form=None):
    """``(text, limits in base units)`` of a value v (base units), by some form of the grammar."""
    if q.date:
        return _print_date(rng, v)
    unit = q.unit
    if not q.integer:
        unit = tuple((rng.choice(_alike(name)), e) for name, e in unit)
    factor = scale(unit)
    x = v / factor
    form = form or rng.choice(_FORMS)
    if form in ("about", "pm") and not x:
        form = "rounded"
    if form == "exactly" and not is_decimal(x):
        form = "brackets"
    tail = f" {unit_text(unit)}".rstrip()
    style = rng.choice(("fixed", "fixed", "exponent"))
    size = abs(x) if x else Fraction(1)
    quantum = Fraction(10) ** (magnitude(size) - rng.randint(0, 3))
    if form == "rounded":
        text, limits = rounded_print(x, rng.randint(1, 5), unit, style, q.integer)
    elif form == "exactly":
        text, limits = f"exactly {decimal(x)}{tail}", (x, x, True, True)
    elif form == "to":
        if q.integer:
            quantum = Fraction(1)
        low, high = nearest(x, quantum) - quantum * rng.randint(1, 3), nearest(x, quantum) + quantum
        style = "fixed" if q.integer else style
        text = f"{number(low, quantum, style)} to {number(high, quantum, style)}{tail}"
        # a count without a fraction is exact, and so are the ends of its range
        half = Fraction(0) if q.integer else quantum / 2
        limits = (low - half, high + half, True, True)
    elif form == "brackets":
        low, high = nearest(x, quantum) - quantum, nearest(x, quantum) + quantum * rng.randint(1, 2)
        text, limits = f"[{decimal(low)}, {decimal(high)}]{tail}", (low, high, True, True)
    elif form == "pm":
        middle, width = nearest(x, quantum), quantum * rng.randint(1, 3)
        text = f"{decimal(middle)} ± {decimal(width)}{tail}"
        limits = (middle - 2 * width, middle + 2 * width, True, True)
    elif form == "about":
        middle = nearest(x, Fraction(10) ** (magnitude(x) - 2))
        text = f"~{decimal(middle)}{tail}"
        limits = (middle - abs(middle) / 20, middle + abs(middle) / 20, True, True)
    else:
        closed = rng.random() < 0.5
        step = quantum * rng.randint(1, 2)
        end = nearest(x, quantum) + (-step if form == "above" else step)
        word = {"above": (">", "at least"), "below": ("<", "<=")}[form][closed]
        text = f"{word} {decimal(end)}{tail}"
        limits = (end, None, closed, False) if form == "above" else (None, end, False, closed)
    low, high, *closed = limits
    return text, (None if low is None else low * factor, None if high is None else high * factor, *closed)


def _alike(name):
    if name == "percent":
        return ("percent",)
    return next(units for units in UNITS_OF.values() if name in units)


_DAY = 86400


def _print_date(rng, seconds):
    at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int(seconds // 60 * 60))
    minute = Fraction(int(seconds // 60) * 60)
    day = Fraction(int(seconds // _DAY) * _DAY)
    form = rng.choice(("day", "day", "minute", "zulu", "after"))
    if form == "minute":
        return f"{at:%Y-%m-%dT%H:%M}Z", (minute, minute + 60, True, False)
    if form == "zulu":
        return f"{at:%Y-%m-%d}Z", (day, day + _DAY, True, False)
    if form == "after":
        return f">= {at:%Y-%m-%d}", (day - 14 * 3600, None, True, False)
    return f"{at:%Y-%m-%d}", (day - 14 * 3600, day + _DAY + 12 * 3600, True, False)


# -- worlds -------------------------------------------------------------------------------------------------

_NAMES = ("gpus", "N", "E", "elapsed", "beta", "test", "lambda", "S", "x1", "count")
_SOURCES = ("paper", "blog", "log", "note")
_STEPS = ("product", "ratio", "sum", "difference", "square", "extreme", "scaled", "product", "ratio", "sum")


class _Maker:
    """Builds one world, drawing from a random source."""

    def __init__(self, rng, polynomial, transcendental, wrong, rivals, dates):
        self.rng = rng
        self.polynomial, self.transcendental, self.dates = polynomial, transcendental, dates
        self.wrong, self.with_rivals = wrong, rivals
        self.quantities, self.relations, self.derived = [], [], set()

    def name(self):
        return _NAMES[len(self.quantities)]

    def unit(self, dims):
        rng = self.rng
        if not dims:
            return rng.choice(((), (("percent", 1),)))
        return tuple((rng.choice(UNITS_OF[d]), e) for d, e in dims)

    def input(self):
        rng = self.rng
        if self.dates and rng.random() < 0.15:
            at = Fraction(1_600_000_000 + 60 * rng.randint(0, 500_000))
            return self.add(Quantity(self.name(), (("time", 1),), (("s", 1),), at, date=True))
        dims = rng.choice(((("time", 1),), (("count", 1),), (("work", 1),), (("length", 1),), (), ()))
        if rng.random() < 0.2:
            dims = (("work", 1), ("time", -1))
        whole = dims == (("count", 1),) or rng.random() < 0.1
        unit = () if whole and not dims else self.unit(dims)
        if whole:
            x = Fraction(rng.randint(1, 2000))
        else:
            x = Fraction(rng.randint(1, 9999), 10 ** rng.randint(0, 3))
            if not dims and rng.random() < 0.1:
                x = -x
        return self.add(Quantity(self.name(), dims, unit, x * scale(unit), integer=whole))

    def add(self, q):
        rng = self.rng
        if not q.date and isinstance(q.truth, Fraction) and rng.random() < 0.2:
            x = q.truth / scale(q.unit)
            tail = f" {unit_text(q.unit)}".rstrip()
            limits = [("", None), ("", None)]
            if x > 0:
                limits[0] = (f"0{tail}", Fraction(0))
            if rng.random() < 0.3:
                top = Fraction(10) ** (magnitude(x) + 1) if x > 0 else Fraction(1)
                limits[1] = (f"{decimal(top)}{tail}", top * scale(q.unit))
            q = replace(q, limits=tuple(limits))
        self.quantities.append(q)
        return q

    def pick(self, kind=None, apart=()):
        """One of the quantities so far, of some kind."""
        found = [
            q for q in self.quantities if q not in apart and (not q.date if kind is None else q.kind == kind)
        ]
        return self.rng.choice(found) if found else None

    def env(self):
        return {q.name: q.truth for q in self.quantities}

    def formula(self):
        """A formula over what is there, with the dimensions of its value, or None."""
        rng = self.rng
        a = self.pick()
        if a is None:
            return None
        step = rng.choice(_STEPS)
        if self.transcendental and rng.random() < 0.3:
            if not a.dims and sign(a.truth) > 0 and abs(approximate(a.truth)) < 50:
                return (rng.choice(("log", "exp")), a.name), ()
            b = self.pick(a.dims) or a
            squares = ("pow", a.name, Fraction(2)), ("pow", b.name, Fraction(2))
            return ("sqrt", ("add", *squares)), a.dims
        if step == "square":
            return ("pow", a.name, Fraction(2)), _times(a.dims, a.dims, 1)
        if step == "scaled":
            return ("mul", Fraction(rng.choice((2, 3, 8, 100)), rng.choice((1, 1, 4))), a.name), a.dims
        if step in ("product", "ratio"):
            b = self.pick(apart=(a,)) or a
            if step == "ratio" and sign(b.truth) == 0:
                return None
            third = self.pick() if rng.random() < 0.25 else None
            tree = ("mul" if step == "product" else "div", a.name, b.name)
            dims = _times(a.dims, b.dims, 1 if step == "product" else -1)
            if third is not None:
                tree, dims = ("mul", tree, third.name), _times(dims, third.dims, 1)
            return tree, dims
        b = self.pick(a.dims, (a,))
        if b is None:
            return None
        if step == "extreme":
            return (rng.choice(("min", "max")), a.name, b.name), a.dims
        return ("add" if step == "sum" else "sub", a.name, b.name), a.dims

    def derive(self):
        """A quantity of its own for the value of a formula, with the relation that says so."""
        rng = self.rng
        start = self.pick("date")
        if start is not None and rng.random() < 0.6:
            other = self.pick("date", (start,))
            span = self.pick((("time", 1),))
            if other is not None:
                tree, date, dims = ("sub", other.name, start.name), False, (("time", 1),)
            elif span is not None and abs(span.truth) < 10**8:
                tree, date, dims = ("add", start.name, span.name), True, (("time", 1),)
            else:
                return
        else:
            found, date = self.formula(), False
            if found is None:
                return
            tree, dims = found
        if any(abs(e) > 3 for _, e in dims):
            return
        truth = value(tree, self.env())
        if not abs(ball(truth)) < 10**40 or (
            sign(truth) and not abs(ball(truth)) > ball(Fraction(1, 10**20))
        ):
            return
        unit = (("s", 1),) if date else self.unit(dims)
        name = self.name()
        self.derived.add(name)
        id = f"r{len(self.relations)}"
        within = Fraction(rng.randint(1, 20), 100) if rng.random() < 0.1 and not date else None
        rival = self.with_rivals and not date and sign(truth) and rng.random() < 0.35
        first = Relation(id, name, "=", tree, within, f"way {id}" if rival else "")
        pair = [first]
        if rival:
            off = Fraction(rng.choice((2, 3, 11)), rng.choice((1, 10)))
            pair.append(replace(first, id=f"{id}b", right=("mul", off, tree), holds=off == 1))
            if rng.random() < 0.5:
                pair.reverse()
        self.add(Quantity(name, dims, unit, truth, date=date))
        self.relations += pair

    def compare(self):
        """An inequality, or an agreement within some tolerance, between two quantities there are."""
        rng = self.rng
        a = rng.choice(self.quantities)
        b = self.pick(a.kind, (a,))
        if b is None:
            return
        id = f"r{len(self.relations)}"
        if rng.random() < 0.3 and not a.date and sign(b.truth) and sign(a.truth):
            ratio = approximate(a.truth) / approximate(b.truth)
            factor = nearest(ratio, Fraction(10) ** (magnitude(ratio) - 1))
            if factor:
                self.relations.append(Relation(id, a.name, "=", ("mul", factor, b.name), Fraction(1, 10)))
            return
        try:
            s = sign(judges.difference(a.truth, b.truth))
        except Unclear:
            return
        op = rng.choice(("<", "<=") if s < 0 else (">", ">=") if s > 0 else ("<=", ">="))
        self.relations.append(Relation(id, a.name, op, b.name))

    def evidence(self):
        rng = self.rng
        claims = []
        for q in self.quantities:
            often = 0.4 if q.name in self.derived else 0.95
            for source in rng.sample(_SOURCES[:3], 3):
                if rng.random() > often:
                    break
                claims.append(self.printed(q, source))
                often *= 0.45
        return claims

    def printed(self, q, source, **more):
        rng = self.rng
        v = approximate(q.truth)
        if rng.random() < self.wrong:
            if q.date:
                v += Fraction(_DAY * rng.choice((-400, -30, 3, 10, 90)))
            elif q.integer:
                v += scale(q.unit) * rng.choice((-1, 1, 5, 100))
            else:
                v *= 1 + Fraction(rng.choice((-90, -30, -5, 2, 10, 50, 400)), 100)
        text, limits = print_value(rng, q, v)
        return Claim(q.name, source, text, limits, **more)

    def conclusions(self, evidence):
        rng = self.rng
        found = []
        for q in self.quantities:
            if q.name in self.derived and rng.random() < 0.3:
                basis = {}
                for c in rng.sample(evidence, len(evidence)):
                    if c.quantity != q.name and rng.random() < 0.7:
                        basis.setdefault(c.quantity, c.id)
                if basis:
                    given = tuple(basis.values())
                    found.append(self.printed(q, "note", short=f"so-{q.name}", given=given))
        return found


def _times(a, b, turn):
    found = dict(a)
    for d, e in b:
        found[d] = found.get(d, 0) + turn * e
    return tuple((d, e) for d, e in found.items() if e)


@st.composite
def worlds(
    draw, *, wrong=0.0, rivals=True, conclusions=True, transcendental=True, extremes=True, dates=True, most=8
):
    """Worlds of 2 to ``most`` quantities; about ``wrong`` of the claims are printed of another value."""
    rng = draw(st.randoms(use_true_random=False))
    made = None
    while made is None:
        made = _world(rng, wrong, rivals, conclusions, transcendental, extremes, dates, most)
    return made


def _world(rng, wrong, rivals, conclusions, transcendental, extremes, dates, most):
    maker = _Maker(rng, not extremes, transcendental, wrong, rivals, dates)
    size = rng.randint(2, most)
    inputs = max(1, (size + 1) // 2)
    try:
        for _ in range(inputs):
            maker.input()
        for _ in range(3 * size):
            if len(maker.quantities) < size:
                maker.derive()
        for _ in range(rng.choice((0, 0, 1, 2))):
            maker.compare()
        claims = maker.evidence()
        if conclusions:
            claims += maker.conclusions(claims)
        world = World(tuple(maker.quantities), tuple(claims), tuple(maker.relations))
        if not claims or (not wrong and not all(world.holds(c) for c in claims)):
            return None
    except (Undefined, Unclear):
        return None
    return world


# -- naive twins --------------------------------------------------------------------------------------------


def shares_a_value(claims, step=None):
    """Whether the intervals of claims on one quantity have a common value (a multiple of ``step``)."""
    low, high, low_closed, high_closed = None, None, True, True
    for c in claims:
        a, b, a_closed, b_closed = c.limits
        if a is not None and (low is None or a > low or (a == low and not a_closed)):
            low, low_closed = a, a_closed
        if b is not None and (high is None or b < high or (b == high and not b_closed)):
            high, high_closed = b, b_closed
    if low is None or high is None:
        return True
    if step is not None:
        n = -(-low // step)
        n += n * step == low and not low_closed
        return n * step < high or (n * step == high and high_closed)
    return low < high or (low == high and low_closed and high_closed)


def agreeing_groups(world, quantity):
    """The maximal sets of evidence on a quantity that share a value, by trying all subsets."""
    claims = [c for c in world.evidence if c.quantity == quantity and not c.certain]
    q = world.quantity(quantity)
    step = scale(q.unit) if q.integer else None
    groups = [
        {c.id for c in some}
        for size in range(1, len(claims) + 1)
        for some in combinations(claims, size)
        if shares_a_value(some, step) or size == 1
    ]
    return [g for g in groups if not any(g < h for h in groups)]
