"""Random cases whose answers exact arithmetic gives: formulas that are monotone in every input.

A formula of positive parts in which no input pulls both ways takes its extremes at two corners of the box of
its inputs; the pull of each input is kept here while the formula is built.
"""

from dataclasses import dataclass
from fractions import Fraction

from tests.judges import value
from tests.problems import FREE, Case

_OPERATIONS = ("add", "mul", "div", "mul", "div", "min", "max", "square", "half", "shift", "less")
_JUMPS = ("floor", "ceil", "round")


@dataclass
class Monotone:
    """A case, the exact ends of every quantity (before any claim on a derived one), and whether it can hold.

    ``ends[name]`` is (low, high), both attained. ``holds`` is None where jumps leave that open.
    """

    case: Case
    ends: dict
    holds: bool | None
    derived: tuple[str, ...]


def _combine(rng, names, pulls, jumps):
    """A formula over earlier quantities, and the pull (1 up, -1 down) of each input; None if they clash."""
    op = rng.choice(_OPERATIONS + (_JUMPS if jumps else ()))
    a = rng.choice(names)
    if op in _JUMPS:
        return (op, a), pulls[a]
    if op in ("square", "half", "shift"):
        number = Fraction(rng.randint(1, 99), rng.choice((1, 7, 10, 100)))
        tree = {"square": ("pow", a, Fraction(2)), "half": ("mul", a, number), "shift": ("add", a, number)}
        return tree[op], pulls[a]
    b = rng.choice(names)
    turn = -1 if op in ("div", "less") else 1
    pull = dict(pulls[a])
    if any(pull.setdefault(n, turn * s) != turn * s for n, s in pulls[b].items()):
        return None
    return ({"less": "sub"}.get(op, op), a, b), pull


def monotone_case(rng, most=6):
    """A case of up to ``most`` quantities with exact ends."""
    case, pulls, box = Case(), {}, {}
    size = rng.randint(2, most)
    inputs = rng.randint(1, max(1, size - 1))
    jumps = rng.random() < 0.3
    for i in range(inputs):
        name = f"q{i}"
        step = Fraction(rng.choice((1, 1, 12))) if rng.random() < 0.2 else None
        low = Fraction(rng.randint(1, 99)) * (step or Fraction(1, rng.choice((1, 3, 10, 1000))))
        high = low + (step * rng.randint(0, 5) if step else low * Fraction(rng.randint(0, 50), 100))
        if step:
            case.steps[name] = step
        case.domains[name] = FREE if rng.random() < 0.7 else (Fraction(0), None, False, False)
        case.claims[f"{name}@s"] = (name, (low, high, True, True))
        pulls[name], box[name] = {name: 1}, (low, high)
    ends = dict(box)
    usable = list(box)
    for i in range(inputs, size):
        found = _combine(rng, usable, pulls, jumps)
        if found is None:
            continue
        formula, pull = found
        name = f"q{i}"
        case.relations[f"r{i}"] = (name, "=", formula, None)
        case.domains[name] = FREE
        pulls[name] = pull
        ends[name] = tuple(
            _at_corner(case, {n: box[n][(pull.get(n, 1) > 0) == upper] for n in box}, name)
            for upper in (False, True)
        )
        if ends[name][0] > 0:  # what may be zero or less pulls its partners both ways
            usable.append(name)
    derived = [n for n in ends if n not in box]
    holds = True
    if derived and rng.random() < 0.5:
        name = rng.choice(derived)
        low, high = ends[name]
        width = (high - low) or abs(high) or Fraction(1)
        start = low + width * Fraction(rng.randint(-20, 12), 10)
        stop = start + width * Fraction(rng.randint(0, 12), 10)
        case.claims[f"{name}@s"] = (name, (start, stop, True, True))
        holds = start <= high and stop >= low
        if holds and (case.steps or jumps) and not (start <= low <= stop or start <= high <= stop):
            holds = None
    return Monotone(case, ends, holds, tuple(derived))


def _at_corner(case, env, name):
    """The value of a derived quantity at a corner."""
    env = dict(env)
    for left, _, formula, _ in case.relations.values():
        env[left] = value(formula, env)
    return env[name]
