"""Dense sampling: points of a random case that surely satisfy everything, found without the solver.

The cases of ``tests.problems`` state inputs and, for the others, one relation that defines each from earlier
ones. So a choice of inputs (ends, middles, near the known point, anywhere) gives a full point by evaluation
in Fractions and balls; it counts only if every limit and every relation holds there for certain.
"""

from fractions import Fraction

from tests import judges
from tests.judges import Unclear, Undefined, value

_TOWARDS = (Fraction(1), Fraction(1), Fraction(1, 10), Fraction(1, 100), Fraction(1, 10**4))


def _limits(case, name):
    """The limits and claims of a quantity put together: (low, high, low closed, high closed)."""
    low, high, low_closed, high_closed = None, None, False, False
    for n, (a, b, a_closed, b_closed) in [(name, case.domains[name]), *case.claims.values()]:
        if n != name:
            continue
        if a is not None and (low is None or a > low or (a == low and not a_closed)):
            low, low_closed = a, a_closed
        if b is not None and (high is None or b < high or (b == high and not b_closed)):
            high, high_closed = b, b_closed
    return low, high, low_closed, high_closed


def _choice(rng, limits, at, step):
    """A number within limits (if there is one to be had), often an end or near ``at``."""
    low, high, _, _ = limits
    at = at if isinstance(at, Fraction) else Fraction(0)
    low = min(at, high or at) - 1000 if low is None else low
    high = max(at, low) + 1000 if high is None else high
    kind = rng.random()
    if kind < 0.35:
        x = low if rng.random() < 0.5 else high
    elif kind < 0.5:
        x = (low + high) / 2
    else:
        x = low + (high - low) * Fraction(rng.randint(0, 10**4), 10**4)
    if rng.random() < 0.5:
        x = at + (x - at) * rng.choice(_TOWARDS)
    return round(x / step) * step if step else x


def _times(x, factor):
    return x * factor if isinstance(x, Fraction) else x * judges.ball(factor)


def _within(x, limits):
    low, high, low_closed, high_closed = limits
    for end, closed, turn in ((low, low_closed, 1), (high, high_closed, -1)):
        if end is not None:
            side = judges.sign(judges.difference(x, end)) * turn
            if side < 0 or (side == 0 and not closed):
                return False
    return True


def _holds(relation, env):
    left, op, right, within = relation
    a, b = value(left, env), value(right, env)
    if within is not None:
        ends = [judges.difference(a, _times(b, 1 + turn * within)) for turn in (-1, 1)]
        return judges.sign(ends[0]) * judges.sign(ends[1]) <= 0
    name = {"=": "eq", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}[op]
    return judges.compare(name, a, b)


def _defining(case):
    """What defines a quantity: name -> (formula, within), from the relations ``r1``, ``r2`` and so on."""
    found = {}
    for id, (left, _, right, within) in case.relations.items():
        if id.startswith("r"):
            name = f"q{id[1:]}"
            found[name] = id, (right if left == name else left), within
    return found


def sampled(case, rng, tries):
    """Points (name -> Fraction or ball) that satisfy the case for certain, from so many tries."""
    defining = _defining(case)
    limits = {name: _limits(case, name) for name in case.domains}
    for _ in range(tries):
        env = {}
        try:
            for name in case.domains:
                if name in defining:
                    _, formula, within = defining[name]
                    x = value(formula, env)
                    if within is not None:
                        x = _times(x, 1 + within * rng.choice((-1, 0, 1, Fraction(rng.randint(-9, 9), 10))))
                else:
                    x = _choice(rng, limits[name], case.point[name], case.steps.get(name))
                step = case.steps.get(name)
                if step and not (isinstance(x, Fraction) and (x / step).denominator == 1):
                    break
                if not _within(x, limits[name]):
                    break
                env[name] = x
            else:
                known = {id for id, _, _ in defining.values()}
                if all(_holds(r, env) for id, r in case.relations.items() if id not in known):
                    yield env
        except (Undefined, Unclear):
            continue
