"""Problems for the solver's tests: a builder from text, and random problems round a known point."""

import random
from dataclasses import dataclass, field
from fractions import Fraction

from gmpy2 import mpq
from hypothesis import strategies as st

from claimcheck.entries import Relation
from claimcheck.formula import parse_equation
from claimcheck.interval import ENTIRE, Interval, interval
from claimcheck.solver.problem import Problem, Variable, compile_constraint
from claimcheck.units import UnitTable
from tests import judges
from tests.judges import Unclear, Undefined, text, value

UNITS = UnitTable()


def span(x):
    """An interval from an Interval, a number, None (no limit), or (low, high[, low closed, high closed])."""
    if x is None:
        return ENTIRE
    if isinstance(x, Interval):
        return x
    return interval(*x) if isinstance(x, tuple) else interval(x, x)


def make(variables, relations=(), claims=(), steps=(), hard=()):
    """A problem: ``variables`` name -> domain, ``relations`` texts or (text, within), claims id -> span.

    Relations are called ``relation:r1`` and so on, or by their keys where a mapping is given. Claim ids are
    ``quantity@source``.
    """
    number = {name: i for i, name in enumerate(variables)}
    steps, claims = dict(steps), dict(claims)
    if not isinstance(relations, dict):
        relations = {f"r{i}": r for i, r in enumerate(relations, 1)}
    constraints = []
    for id, relation in relations.items():
        equation, within = relation if isinstance(relation, tuple) else (relation, None)
        within = None if within is None else mpq(within)
        parsed = parse_equation(equation, names=list(variables))
        constraints.append(compile_constraint(Relation(id, parsed, within=within), number, UNITS))
    return Problem(
        tuple(
            Variable(name, span(domain), mpq(steps[name]) if steps.get(name) else None)
            for name, domain in variables.items()
        ),
        tuple(constraints),
        {id: (number[id.partition("@")[0]], span(x)) for id, x in claims.items()},
        hard,
    )


def everything(problem):
    """All premises of a problem."""
    return [*problem.claims, *problem.constraints]


# -- random problems -----------------------------------------------------------------------------------------

FREE = (None, None, False, False)


@dataclass
class Case:
    """A random problem in plain data, so that the judges need nothing of the solver.

    ``point`` satisfies everything unless ``bent`` (then a claim was moved away from it).
    """

    domains: dict[str, tuple] = field(default_factory=dict)
    steps: dict[str, Fraction] = field(default_factory=dict)
    claims: dict[str, tuple[str, tuple]] = field(default_factory=dict)
    relations: dict[str, tuple] = field(default_factory=dict)
    point: dict[str, object] = field(default_factory=dict)
    bent: bool = False

    def problem(self, rename=lambda n: n, order=list):
        """The problem for the solver."""
        number = {n: i for i, n in enumerate(order(list(self.domains)))}
        constraints = []
        for id in order(list(self.relations)):
            left, op, right, within = self.relations[id]
            parsed = parse_equation(
                f"{text(_renamed(left, rename))} {op} {text(_renamed(right, rename))}",
                names=[rename(n) for n in self.domains],
            )
            slack = None if within is None else mpq(within)
            constraints.append(
                compile_constraint(
                    Relation(id, parsed, within=slack), {rename(n): i for n, i in number.items()}, UNITS
                )
            )
        return Problem(
            tuple(Variable(rename(n), interval(*self.domains[n]), _mpq(self.steps.get(n))) for n in number),
            tuple(constraints),
            {
                id: (number[self.claims[id][0]], interval(*self.claims[id][1]))
                for id in order(list(self.claims))
            },
        )

    def describe(self):
        """For a failing test's message."""
        return "\n".join(
            [
                *(f"{n} in {d} step {self.steps.get(n)}" for n, d in self.domains.items()),
                *(f"{c}: {n} in {d}" for c, (n, d) in self.claims.items()),
                *(f"{r}: {text(a)} {op} {text(b)} within {w}" for r, (a, op, b, w) in self.relations.items()),
                f"point {self.point} bent {self.bent}",
            ]
        )


def _mpq(x):
    return None if x is None else mpq(x)


def _renamed(tree, rename):
    if isinstance(tree, str):
        return tree if tree in ("pi", "e") else rename(tree)
    if isinstance(tree, tuple):
        return (tree[0], *(_renamed(t, rename) for t in tree[1:]))
    return tree


RATIONAL = ("add", "sub", "mul", "div", "mul", "div", "square", "cube", "pown", "neg", "sum")
ALGEBRAIC = (*RATIONAL, "sqrt", "cbrt", "abs", "floor", "ceil", "min", "max", "if")
ALL = (
    *(*ALGEBRAIC, "round", "pow", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh", "pi"),
)
_BINARY = ("add", "sub", "mul", "div", "min", "max", "pow")


def random_number(rng):
    """A short rational, often small, whole or zero."""
    kind = rng.random()
    if kind < 0.45:
        return Fraction(rng.randint(-4, 6))
    if kind < 0.8:
        return Fraction(rng.randint(-40, 80), rng.choice((2, 3, 4, 5, 8, 10)))
    if kind < 0.95:
        return Fraction(rng.randint(1, 999), 10 ** rng.randint(0, 3))
    return Fraction(rng.randint(1, 99)) * Fraction(10) ** rng.randint(-9, 9)


def random_formula(rng, names, depth, operations):
    """A formula over some of the names; no part is a constant operation (the parser judges those)."""
    tree = _random_tree(rng, names, depth, operations)
    return tree if judges.names(tree) or isinstance(tree, Fraction) else rng.choice(names)


def _random_tree(rng, names, depth, operations):
    if depth == 0 or rng.random() < 0.15:
        return rng.choice(names) if rng.random() < 0.8 else random_number(rng)

    def part():
        return random_formula(rng, names, depth - 1, operations)

    op = rng.choice(operations)
    if op in _BINARY:
        first = part()
        second = first if rng.random() < 0.12 else part()  # one node of the tape, used twice
        if op == "pow" and isinstance(second, Fraction):
            second = max(Fraction(-5), min(Fraction(5), second))
        if op in ("min", "max") and rng.random() < 0.2:
            return (op, first, second, part())
        return (op, first, Fraction(1) if op == "div" and second == 0 else second)
    if op == "sum":
        return (op, *(part() for _ in range(rng.randint(1, 4))))
    if op in ("square", "cube"):
        return ("pow", part(), Fraction(2 if op == "square" else 3))
    if op == "pown":
        return ("pow", part(), Fraction(rng.choice((-2, -1, 2, 3, 4))))
    if op == "if":
        return ("if", (rng.choice(("lt", "le", "gt", "ge", "eq")), part(), part()), part(), part())
    if op == "pi":
        return ("mul", rng.choice(("pi", "e")), part())
    return (op, part())


def _range(rng, at):
    """An interval round a number (Fraction or ball): exact, narrow, wide, one-sided, with open ends."""
    if isinstance(at, Fraction):
        low = high = at
        closed = rng.random() < 0.7, rng.random() < 0.7
    else:
        middle = Fraction(*_ratio(at))
        low, high = middle - Fraction(1, 10**40), middle + Fraction(1, 10**40)
        closed = True, True
    kind = rng.random()
    if kind < 0.2 and isinstance(at, Fraction):
        return (at, at, True, True)
    size = max(abs(low), Fraction(1, 10)) if rng.random() < 0.8 else Fraction(1)
    relative = rng.choice(
        (Fraction(1, 10**6), Fraction(1, 1000), Fraction(1, 20), Fraction(1, 2), Fraction(2))
    )

    def wider():
        return size * relative * Fraction(rng.randint(0, 10), 10)

    left, right = wider(), wider()
    low, high = low - left, high + right
    closed = closed[0] or not left, closed[1] or not right
    if kind > 0.9:
        return (None, high, False, closed[1])
    return (low, None, closed[0], False) if kind > 0.8 else (low, high, *closed)


_MOST_BITS = 10**5
"""What would take more to write out, such as exp(exp(30)), may be anything."""


def _ratio(x):
    man, exp = x.mid().man_exp()
    q = Fraction(int(man)) * Fraction(2) ** int(exp)
    q = q.limit_denominator(10**45)
    return q.numerator, q.denominator


def enclosure(at):
    """An interval that holds a value of a point: a Fraction or a ball."""
    if isinstance(at, Fraction):
        return interval(at, at)
    if not at.is_finite() or any(abs(int(x.man_exp()[1])) > _MOST_BITS for x in (at.mid(), at.rad())):
        return ENTIRE
    middle, radius = Fraction(*_ratio(at)), Fraction(*_ratio(at.rad())) + Fraction(1, 10**40)
    return interval(middle - radius, middle + radius)


def random_case(rng, operations=ALL, most=6, bent=None, depth=2):
    """A case of up to ``most`` quantities round a point; a quarter of them (or ``bent``) pushed off it."""
    for _ in range(200):
        case = _attempt(rng, operations, most, depth)
        if case is not None:
            break
    else:
        raise AssertionError("no case found")
    case.bent = rng.random() < 0.4 if bent is None else bent
    if case.bent and case.claims:
        id = rng.choice(list(case.claims))
        name, (low, high, low_closed, high_closed) = case.claims[id]
        size = max((abs(x) for x in (low, high) if x is not None), default=Fraction(1)) or Fraction(1)
        shift = size * rng.choice((Fraction(1, 1000), Fraction(1, 10), Fraction(1), Fraction(5)))
        shift *= rng.choice((-1, 1))
        moved = tuple(None if x is None else x + shift for x in (low, high))
        case.claims[id] = (name, (*moved, low_closed, high_closed))
    return case


def _attempt(rng, operations, most, depth):
    case = Case()
    size = rng.randint(2, most)
    shape = rng.choice(("tree", "chain", "shared", "cycle", "inequality"))
    inputs = max(1, size // 2)
    names = [f"q{i}" for i in range(size)]
    try:
        for i, name in enumerate(names):
            if i < inputs:
                at = random_number(rng)
                if rng.random() < 0.25:
                    step = rng.choice((Fraction(1), Fraction(1), Fraction(1, 100), Fraction(12)))
                    case.steps[name] = step
                    at = Fraction(rng.randint(-3, 12)) * step
                case.point[name] = at
                known = None
            else:
                earlier = names[:i]
                if shape == "chain":
                    earlier = names[max(0, i - 1) : i]
                if shape == "shared":
                    earlier = names[:inputs]
                formula = random_formula(rng, earlier, rng.randint(1, depth), operations)
                if not judges.names(formula):
                    return None
                at = value(formula, case.point)
                if not _fair(at):
                    return None
                case.point[name] = at
                known = (name, "=", formula, None)
                if rng.random() < 0.15:
                    within = Fraction(rng.randint(1, 30), 100)
                    known = (name, "=", formula, within)
                elif rng.random() < 0.15:
                    known = (formula, "=", name, None)
                case.relations[f"r{i}"] = known
                if isinstance(at, Fraction) and at.denominator == 1 and rng.random() < 0.3:
                    case.steps[name] = Fraction(1)
            wide = rng.random()
            case.domains[name] = FREE if wide < 0.6 else _range(rng, at)
            if rng.random() < (0.85 if known is None else 0.45):
                case.claims[f"{name}@s"] = (name, _range(rng, at))
        if shape in ("cycle", "inequality"):
            for n in range(rng.randint(1, 2)):
                left = random_formula(rng, names, depth, operations)
                right = random_formula(rng, names, 1, operations)
                if rng.random() < 0.2 and isinstance(left, tuple) and isinstance(left[1], tuple):
                    right = (rng.choice(("add", "mul")), right, left[1] if left[0] != "if" else left[2])
                a, b = value(left, case.point), value(right, case.point)
                if not (_fair(a) and _fair(b)):
                    return None
                if not judges.names(left) | judges.names(right):
                    return None
                if shape == "cycle" and isinstance(a, Fraction) and isinstance(b, Fraction):
                    case.relations[f"c{n}"] = (left, "=", ("add", right, a - b), None)
                else:
                    s = judges.sign(judges.difference(a, b))
                    op = rng.choice(("<", "<=") if s < 0 else (">", ">=") if s > 0 else ("<=", ">=", "="))
                    case.relations[f"c{n}"] = (left, op, right, None)
    except (Undefined, Unclear):
        return None
    return case if case.claims else None


def _fair(x):
    """Whether a value is finite and of usual size and length."""
    if isinstance(x, Fraction):
        return abs(x) < 10**12 and x.denominator < 10**12
    if not x.is_finite() or x.rel_accuracy_bits() < 250:
        return False
    return bool(abs(x) < 10**12) and bool(abs(x) * 10**30 > 1)


def seeded(seed, **options):
    """The random case of a seed."""
    return random_case(random.Random(seed), **options)


def cases(**options):
    """Hypothesis: random cases."""
    return st.randoms(use_true_random=False).map(lambda rng: random_case(rng, **options))
