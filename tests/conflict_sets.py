"""Claim sets of any size whose conflicts are many: chains, independent blocks and grids; and random tangles.

Every claim is 0.2 % wide and round the truth, but for some (``wrong``) that are printed 10 % too high. All
claims and relations may be dropped. The same numbers come out on every run.
"""

import random
from fractions import Fraction

from claimcheck.model import ClaimSet
from claimcheck.testing.printing import decimal

__all__ = ["blocks", "chain", "grid", "tangle"]


def chain(size, wrong=5, seed=1):
    """x[i+1] = x[i] r[i], every x and r claimed, ``size`` claims in all; five ratios are off."""
    rng = random.Random(seed)
    steps = (size - 1) // 2
    off = set(rng.sample(range(steps), min(wrong, steps)))
    claims, truth = _start(f"chain of {size}"), Fraction(rng.randint(100, 999))
    _claim(claims, rng, "x0", truth)
    for i in range(steps):
        ratio = Fraction(rng.randint(50, 200), 100)
        truth *= ratio
        _claim(claims, rng, f"r{i}", ratio * (Fraction(11, 10) if i in off else 1))
        _claim(claims, rng, f"x{i + 1}", truth)
        claims.relation(f"x{i + 1} = x{i} * r{i}", id=f"step{i}")
    if len(claims.claims) < size:
        _claim(claims, rng, f"x{steps}", truth, source="again")
    return claims


def blocks(size, seed=1):
    """Blocks w = r g t of four claims each, tied by nothing; in every other one the product is off."""
    rng = random.Random(seed)
    claims = _start(f"blocks of {size}")
    for i in range(size // 4):
        product = Fraction(1)
        for name in "rgt":
            value = Fraction(rng.randint(100, 999), 10)
            product *= value
            _claim(claims, rng, f"{name}{i}", value)
        _claim(claims, rng, f"w{i}", product * (Fraction(11, 10) if i % 2 else 1))
        claims.relation(f"w{i} = r{i} * g{i} * t{i}", id=f"block{i}")
    return claims


def grid(size, wrong=5, seed=1):
    """c[i,j] = a[i] b[j], every a, b and c claimed, ``size`` claims in all; five of the cells are off."""
    rng = random.Random(seed)
    even = [r for r in range(2, size) if (r + 1) ** 2 <= size + 1 and (size + 1) % (r + 1) == 0]
    rows = even[-1] if even else next(r for r in range(2, size) if (r + 1) * (r + 3) > size)
    columns = -(-(size - rows) // (rows + 1))
    cells = [(i, j) for i in range(rows) for j in range(columns)][: size - rows - columns]
    off = set(rng.sample(cells, min(wrong, len(cells))))
    claims = _start(f"grid of {size}")
    a = [Fraction(rng.randint(100, 999), 10) for _ in range(rows)]
    b = [Fraction(rng.randint(100, 999), 10) for _ in range(columns)]
    for i, value in enumerate(a):
        _claim(claims, rng, f"a{i}", value)
    for j, value in enumerate(b):
        _claim(claims, rng, f"b{j}", value)
    for i, j in cells:
        _claim(claims, rng, f"c{i}_{j}", a[i] * b[j] * (Fraction(11, 10) if (i, j) in off else 1))
        claims.relation(f"c{i}_{j} = a{i} * b{j}", id=f"cell{i}_{j}")
    return claims


def tangle(rng, most=14):
    """A random set of up to ``most`` claims and relations: circles, both signs, open ends, whole numbers.

    Numbers are small and often zero, so that quotients meet every case there is.
    """
    claims = ClaimSet(title="tangle")
    for source in "ab":
        claims.source(source)
    names = [f"q{i}" for i in range(rng.randint(3, 6))]
    for name in names:
        low, high = rng.choice([(None, None)] * 4 + [("0", None), ("-2", "5")])
        claims.quantity(name, min=low, max=high, integer=rng.random() < 0.1)
    for _ in range(rng.randint(1, 3)):
        first, *others = rng.sample(names, min(len(names), rng.choice((2, 3, 3, 4))))
        right = (
            others[0] if len(others) > 1 else rng.choice(("2 * {0}", "5 - {0}", "{0} / 3")).format(others[0])
        )
        for other in others[1:]:
            right = f"({right} {rng.choice('+-*/*/')} {other})"
        op = rng.choice(("=", "=", "=", "<=", ">="))
        claims.relation(f"{first} {op} {right}", definition=rng.random() < 0.1)
    for name in names:
        for source in "ab"[: rng.choice((0, 1, 1, 1, 2))]:
            if len(claims.claims) + len(claims.relations) == most:
                break
            low = rng.randint(-3, 6)
            high = low + rng.choice((0, 0, 1, 2))
            value = rng.choice((f"[{low}, {high}]", f"[{low}, {high}]", f"> {low}", f"<= {low}", f"< {high}"))
            claims.claim(name, value, source=source)
    return claims


def rival_sums(rng):
    """A random set of claims and sums, up to two facts among them, with one or two choices among rivals."""
    claims = ClaimSet(title="rival sums")
    for source in "ab":
        claims.source(source)
    names = [f"q{i}" for i in range(rng.randint(3, 5))]
    for name in names:
        claims.quantity(name, integer=rng.random() < 0.2)
        for source in "ab"[: rng.choice((0, 1, 1, 2))]:
            low = rng.randint(0, 4)
            claims.claim(name, f"[{low}, {low + rng.choice((0, 1, 2))}]", source=source)
    forms = ("{} = {}", "{} = {} + {}", "{} = {} - {}", "{} = 2 * {}", "{} <= {}")
    for _ in range(rng.randint(0, 2)):
        claims.relation(rng.choice(forms).format(*rng.sample(names, 3)), definition=rng.random() < 0.5)
    for choice in range(rng.randint(1, 2)):
        for _ in range(rng.choice((2, 2, 3))):
            claims.relation(rng.choice(forms[:2]).format(*rng.sample(names, 3)), choice=f"choice {choice}")
    return claims


def _start(title):
    claims = ClaimSet(title=title)
    claims.source("table")
    claims.source("again")
    return claims


def _claim(claims, rng, name, value, source="table"):
    """A claim 0.2 % wide, somewhere round a value, with ends of four or five digits as printed."""
    if name not in claims.quantities:
        claims.quantity(name, min="0")
    middle = value * (1 + Fraction(rng.randint(-8, 8), 10_000))
    digit = Fraction(10) ** (len(str(int(value))) - 5) if value >= 1 else Fraction(1, 100_000)
    low, high = (round(middle * f / digit) * digit for f in (Fraction(999, 1000), Fraction(1001, 1000)))
    claims.claim(name, f"[{decimal(low)}, {decimal(high)}]", source=source)
