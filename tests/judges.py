"""Judges that share no code with the solver: exact and high-precision evaluation, and z3.

Formulas are nested tuples: a Fraction, a name (str), or ``(operation, argument, ...)`` with the operation
names of ``claimcheck.expression``. ``"pi"`` and ``"e"`` are the constants.
"""

from fractions import Fraction

from flint import arb, arb_mat, ctx, fmpq

PRECISION = 400


class Undefined(Exception):
    """The formula has no value there."""


class Unclear(Exception):
    """Balls overlap: the precision does not tell."""


def ball(x):
    """A number or an interval (low, high) as an arb."""
    ctx.prec = PRECISION
    if isinstance(x, arb):
        return x
    if isinstance(x, tuple):
        return ball(x[0]).union(ball(x[1]))
    return arb(fmpq(int(x.numerator), int(x.denominator)))


def fraction(q):
    """A gmpy2 rational as a Fraction."""
    return Fraction(int(q.numerator), int(q.denominator))


def sign(x):
    """-1, 0 or 1 for certain; raises Unclear."""
    if isinstance(x, Fraction):
        return (x > 0) - (x < 0)
    if x > 0:
        return 1
    if x < 0:
        return -1
    if x.is_zero():
        return 0
    raise Unclear


def difference(a, b):
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a - b
    return ball(a) - ball(b)


def compare(op, a, b):
    """Whether ``a op b``; raises Unclear."""
    s = sign(difference(a, b))
    return {"lt": s < 0, "le": s <= 0, "gt": s > 0, "ge": s >= 0, "eq": s == 0}[op]


def _floor(x):
    if isinstance(x, Fraction):
        return Fraction(x.numerator // x.denominator)
    whole = x.floor().unique_fmpz()
    if whole is None:
        raise Unclear
    return Fraction(int(whole))


def _power(a, b):
    if isinstance(b, Fraction) and b.denominator == 1:
        if b == 0:
            return Fraction(1)
        if b < 0 and sign(a) == 0:
            raise Undefined
        if isinstance(a, Fraction) and abs(b) <= 400:
            return a ** int(b)
        return ball(a) ** int(b)
    s = sign(a)
    if s < 0:
        raise Undefined
    if s == 0:
        if sign(b) > 0:
            return Fraction(0)
        raise Undefined
    return (ball(b) * ball(a).log()).exp()


def _function(op, x):
    if op == "abs":
        return abs(x)
    if op == "floor":
        return _floor(x)
    if op == "ceil":
        return -_floor(-x)
    if op == "round":
        half = Fraction(1, 2)
        if sign(x) >= 0:
            return _floor(x + half if isinstance(x, Fraction) else x + ball(half))
        return -_floor(half - x if isinstance(x, Fraction) else ball(half) - x)
    if op == "sqrt":
        s = sign(x)
        if s < 0:
            raise Undefined
        return Fraction(0) if s == 0 else ball(x).sqrt()
    if op == "cbrt":
        s = sign(x)
        return Fraction(0) if s == 0 else ball(x).root(3) if s > 0 else -(-ball(x)).root(3)
    if op in ("log", "log2", "log10"):
        if sign(x) <= 0:
            raise Undefined
        value = ball(x).log()
        return value if op == "log" else value / ball(Fraction(2 if op == "log2" else 10)).log()
    if op in ("asin", "acos") and sign(difference(abs(x), Fraction(1))) > 0:
        raise Undefined
    return getattr(ball(x), op)()


def value(tree, env):
    """The value of a formula: a Fraction where it is rational, else a ball. Raises Undefined or Unclear."""
    if isinstance(tree, Fraction):
        return tree
    if isinstance(tree, str):
        if tree == "pi":
            return ball(Fraction(1)) * arb.pi()
        if tree == "e":
            return ball(Fraction(1)).exp()
        return env[tree]
    op, *rest = tree
    if op == "if":
        (test, left, right), then, otherwise = rest
        return value(then if compare(test, value(left, env), value(right, env)) else otherwise, env)
    args = [value(a, env) for a in rest]
    if op == "neg":
        return -args[0]
    if op in ("add", "sub", "mul", "div", "sum"):
        result = args[0]
        for other in args[1:]:
            a, b = (
                (result, other)
                if isinstance(result, Fraction) and isinstance(other, Fraction)
                else (
                    ball(result),
                    ball(other),
                )
            )
            if op == "div":
                if sign(b) == 0:
                    raise Undefined
                result = a / b
            else:
                result = a - b if op == "sub" else a * b if op == "mul" else a + b
        return result
    if op == "pow":
        return _power(*args)
    if op in ("min", "max"):
        result = args[0]
        for other in args[1:]:
            if compare("lt" if op == "min" else "gt", other, result):
                result = other
        return result
    return _function(op, args[0])


def text(tree):
    """The formula in the formula language, fully bracketed."""
    if isinstance(tree, Fraction):
        number = str(abs(tree.numerator)) if tree.denominator == 1 else f"({abs(tree)})"
        return number if tree >= 0 else f"(-{number})"
    if isinstance(tree, str):
        return tree
    op, *rest = tree
    signs = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "^"}
    if op in signs:
        return f"({text(rest[0])} {signs[op]} {text(rest[1])})"
    if op == "neg":
        return f"(-{text(rest[0])})"
    if op == "if":
        (test, left, right), then, otherwise = rest
        symbol = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "="}[test]
        return f"if({text(left)} {symbol} {text(right)}, {text(then)}, {text(otherwise)})"
    return f"{op}({', '.join(text(a) for a in rest)})"


def names(tree):
    """The quantities of a formula."""
    if isinstance(tree, Fraction) or tree in ("pi", "e"):
        return set()
    if isinstance(tree, str):
        return {tree}
    return set().union(*(names(part) for part in tree[1:]))


# -- witnesses ----------------------------------------------------------------------------------------------

PARTIAL = "partial"
TINY = Fraction(1, 10**60)


def _residual(relation, env):
    left, _, right, _ = relation
    return difference(value(left, env), value(right, env))


def _middle(x):
    return x if isinstance(x, Fraction) else x.mid()


def _solve_one(name, relation, env, low, high):
    """A value of one quantity in [low, high] that solves an equation, to some hundred bits."""
    left, _, right, _ = relation
    for side, other in ((left, right), (right, left)):
        if side == name and name not in names(other):
            return value(other, env)
    ends = [low, high]
    signs = [sign(_residual(relation, {**env, name: x})) for x in ends]
    for x, s in zip(ends, signs, strict=True):
        if s == 0:
            return x
    assert signs[0] != signs[1], f"no change of sign for {name}"
    ends = [ball(x).mid() for x in ends]
    for _ in range(PRECISION - 80):
        middle = ((ends[0] + ends[1]) / 2).mid()
        try:
            s = sign(_residual(relation, {**env, name: middle}))
        except Unclear:
            return middle
        if s == 0:
            return middle
        ends[0 if s == signs[0] else 1] = middle
    return ends[0]


def _solve_several(unknowns, relations, env, boxes):
    """Newton's method with difference quotients, from the middles of the boxes."""
    here = [ball(boxes[n]).mid() for n in unknowns]
    step = ball(Fraction(1, 10**50))
    n = len(unknowns)
    for _ in range(12):
        at = {**env, **dict(zip(unknowns, here, strict=True))}
        residual = [ball(_residual(r, at)).mid() for r in relations]
        rows = []
        for r, f in zip(relations, residual, strict=True):
            row = [
                (ball(_residual(r, {**at, unknowns[j]: here[j] + step})).mid() - f) / step for j in range(n)
            ]
            rows.append([x.mid() for x in row])
        matrix = arb_mat(rows)
        move = matrix.solve(arb_mat([[f] for f in residual]))
        here = [(x - move[i, 0]).mid() for i, x in enumerate(here)]
    return here


def complaint_about(case, witness, premises=None):
    """What is wrong with a witness of a case, or None. Everything is judged from the case alone.

    With ``premises`` only those count; ``PARTIAL`` stands for those that speak of the witness's quantities.
    """
    if premises is PARTIAL:
        here = set(witness.values)
        premises = {id for id, (n, _) in case.claims.items() if n in here}
        premises |= {
            f"relation:{id}" for id, r in case.relations.items() if (names(r[0]) | names(r[2])) & here
        }
    boxes = {n: (fraction(x.lower), fraction(x.upper)) for n, x in witness.values.items()}
    solved = {n for unknowns, _ in witness.solved for n in unknowns}
    env = {n: low for n, (low, _) in boxes.items() if n not in solved}
    for n, (low, high) in boxes.items():
        if n not in solved and low != high:
            return f"{n} is neither exact nor solved"
    for unknowns, ids in witness.solved:
        relations = [case.relations[id.removeprefix("relation:")] for id in ids]
        if len(unknowns) == 1:
            found = [_solve_one(unknowns[0], relations[0], env, *boxes[unknowns[0]])]
        else:
            found = _solve_several(unknowns, relations, env, boxes)
        for n, x in zip(unknowns, found, strict=True):
            low, high = boxes[n]
            slack = TINY * max(abs(low), abs(high), 1)
            if difference(x, low - slack) < 0 or difference(x, high + slack) > 0:
                return f"{n} was enclosed by {boxes[n]} but is {x}"
            env[n] = x
    for n, x in env.items():
        complaint = _limit_complaint(n, x, case.domains[n])
        step = case.steps.get(n)
        if complaint is None and step and not (isinstance(x, Fraction) and (x / step).denominator == 1):
            complaint = f"{n} = {x} is no multiple of {step}"
        if complaint:
            return complaint
    for id, (n, limits) in case.claims.items():
        if premises is None or id in premises:
            if n not in env:
                return f"no value for {n}"
            complaint = _limit_complaint(n, env[n], limits)
            if complaint:
                return f"{id}: {complaint}"
    for id, relation in case.relations.items():
        if premises is None or f"relation:{id}" in premises:
            complaint = _relation_complaint(relation, env)
            if complaint:
                return f"{id}: {complaint}"
    return None


def _limit_complaint(name, x, limits):
    low, high, low_closed, high_closed = limits
    exact = isinstance(x, Fraction)
    for end, closed, turn in ((low, low_closed, 1), (high, high_closed, -1)):
        if end is not None:
            over = difference(x, end) * turn
            if (over < 0 or (over == 0 and not closed)) if exact else over < -ball(TINY * max(abs(end), 1)):
                return f"{name} = {x} is beyond {end}"
    return None


def _relation_complaint(relation, env):
    left, op, right, within = relation
    try:
        a, b = value(left, env), value(right, env)
    except Undefined:
        return "a side is not defined"
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        if within is not None:
            ends = sorted((b * (1 - within), b * (1 + within)))
            good = ends[0] <= a <= ends[1]
        else:
            good = {"=": a == b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]
        return None if good else f"{a} {op} {b} is false"
    a, b = ball(a), ball(b)
    slack = ball(TINY) * (abs(a) + abs(b) + 1)
    if within is not None:
        bad = abs(a - b) > abs(b) * ball(within) + slack
    elif op == "=":
        bad = abs(a - b) > slack
    else:
        bad = (a - b if op in ("<", "<=") else b - a) > slack
    return f"{a} {op} {b} is false" if bad else None


# -- z3: real and integer arithmetic -----------------------------------------------------------------------

_KNOWN_TO_Z3 = frozenset(
    {
        "neg",
        "add",
        "sub",
        "mul",
        "div",
        "sum",
        "pow",
        "sqrt",
        "cbrt",
        "abs",
        "floor",
        "ceil",
        "min",
        "max",
        "if",
    }
)


def is_algebraic(tree):
    """Whether z3 knows every operation of the formula (powers with small whole exponents only)."""
    if isinstance(tree, Fraction):
        return True
    if isinstance(tree, str):
        return tree not in ("pi", "e")
    op, *rest = tree
    if op == "pow":
        return (
            isinstance(rest[1], Fraction)
            and rest[1].denominator == 1
            and abs(rest[1]) <= 5
            and is_algebraic(rest[0])
        )
    if op == "if":
        return all(is_algebraic(part) for part in (rest[0][1], rest[0][2], *rest[1:]))
    # z3 has floor and ceil too, but of a product it looks for them without looking at the clock.
    return op in _KNOWN_TO_Z3 - {"floor", "ceil"} and all(is_algebraic(a) for a in rest)


class Z3:
    """A problem (see ``problems.Case``) in z3's arithmetic, with the definedness of every operation."""

    def __init__(self, case, premises=None):
        import z3

        self.z3 = z3
        self.side = []
        self.fresh = 0
        self.names = {}
        for name, (low, high, low_closed, high_closed) in case.domains.items():
            x = z3.Real(name)
            self.names[name] = x
            self._limit(x, low, high, low_closed, high_closed)
            step = case.steps.get(name)
            if step:
                k = z3.Int(f"{name}.k")
                self.side.append(x == z3.ToReal(k) * self.number(step))
        for id, (name, (low, high, low_closed, high_closed)) in case.claims.items():
            if premises is None or id in premises:
                self._limit(self.names[name], low, high, low_closed, high_closed)
        for id, (left, op, right, within) in case.relations.items():
            if premises is None or f"relation:{id}" in premises:
                a, b = self.term(left), self.term(right)
                if within is None:
                    self.side.append(
                        self.relation({"=": "eq", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}[op], a, b)
                    )
                else:
                    self.fresh += 1
                    d = z3.Real(f"d{self.fresh}")
                    self.side += [d >= self.number(1 - within), d <= self.number(1 + within), a == b * d]

    def _limit(self, x, low, high, low_closed, high_closed):
        if low is not None:
            self.side.append(x >= self.number(low) if low_closed else x > self.number(low))
        if high is not None:
            self.side.append(x <= self.number(high) if high_closed else x < self.number(high))

    def number(self, q):
        return self.z3.RealVal(f"{q.numerator}/{q.denominator}")

    def relation(self, op, a, b):
        return {"eq": a == b, "lt": a < b, "le": a <= b, "gt": a > b, "ge": a >= b}[op]

    def new(self):
        self.fresh += 1
        return self.z3.Real(f"v{self.fresh}")

    def term(self, tree):
        """The z3 term; side conditions (under no `if`) say where it is defined."""
        z3 = self.z3
        if isinstance(tree, Fraction):
            return self.number(tree)
        if isinstance(tree, str):
            return self.names[tree]
        op, *rest = tree
        if op == "if":
            (test, left, right), then, otherwise = rest
            condition = self.relation(test, self.term(left), self.term(right))
            outer, self.side = self.side, []
            a = self.term(then)
            a_side, self.side = self.side, []
            b = self.term(otherwise)
            b_side, self.side = self.side, outer
            self.side += [z3.Implies(condition, s) for s in a_side]
            self.side += [z3.Implies(z3.Not(condition), s) for s in b_side]
            return z3.If(condition, a, b)
        if op == "pow":
            n = int(rest[1])
            base = self.term(rest[0])
            if n == 0:
                return self.number(Fraction(1))
            product = base
            for _ in range(abs(n) - 1):
                product = product * base
            if n < 0:
                self.side.append(base != 0)
                return 1 / product
            return product
        args = [self.term(a) for a in rest]
        if op == "neg":
            return -args[0]
        if op in ("add", "sum"):
            return z3.Sum(args)
        if op == "sub":
            return args[0] - args[1]
        if op == "mul":
            return args[0] * args[1]
        if op == "div":
            self.side.append(args[1] != 0)
            return args[0] / args[1]
        if op == "sqrt":
            root = self.new()
            self.side += [root >= 0, root * root == args[0]]
            return root
        if op == "cbrt":
            root = self.new()
            self.side.append(root * root * root == args[0])
            return root
        if op == "abs":
            return z3.If(args[0] >= 0, args[0], -args[0])
        if op == "floor":
            return z3.ToReal(z3.ToInt(args[0]))
        if op == "ceil":
            return -z3.ToReal(z3.ToInt(-args[0]))
        result = args[0]
        for other in args[1:]:
            better = other < result if op == "min" else other > result
            result = z3.If(better, other, result)
        return result

    def verdict(self, *extra, milliseconds=1000):
        """ "sat", "unsat" or "unknown"."""
        solver = self.z3.Solver()
        solver.set("timeout", milliseconds)
        solver.set("random_seed", 1)
        solver.add(*self.side, *extra)
        return str(solver.check())
