"""Numbers to try for a variable in an interval: short ones first."""

from __future__ import annotations

from collections.abc import Iterator

from gmpy2 import mpq

from claimcheck.interval import Interval, Rational
from claimcheck.solver.problem import Variable
from claimcheck.solver.propagation import round_to_step

__all__ = ["candidates", "simplest_between"]


def simplest_between(low: Rational, high: Rational) -> Rational:
    """The rational with the smallest denominator in [low, high] (Stern-Brocot descent)."""
    if low > high:
        raise ValueError("low must not exceed high")
    if low <= 0 <= high:
        return mpq(0)
    if high < 0:
        return -simplest_between(-high, -low)
    # continued fractions of both ends as long as they agree
    terms: list[int] = []
    while True:
        whole = low.numerator // low.denominator
        if whole == low:
            terms.append(int(whole))
            break
        if high >= whole + 1:
            terms.append(int(whole) + 1)
            break
        terms.append(int(whole))
        low, high = 1 / (high - whole), 1 / (low - whole)
    value = mpq(terms[-1])
    for term in reversed(terms[:-1]):
        value = term + 1 / value
    return value


def candidates(x: Interval, variable: Variable) -> Iterator[Rational]:
    """Values to try for a variable in x: a short one near the middle, then the ends, then between."""
    x = round_to_step(x, variable)
    if x.is_empty:
        return
    low, high, step = x.lower, x.upper, variable.step
    if low is not None and low == high:
        yield low
        return
    tried: list[Rational] = []

    def fresh(q: Rational) -> bool:
        if step is not None:
            n = q / step
            q = (n.numerator // n.denominator) * step
        if q in x and q not in tried:
            tried.append(q)
            return True
        return False

    if low is None and high is None:
        wishes = [mpq(0), mpq(1), mpq(-1), mpq(1000)]
    elif low is None or high is None:
        end: Rational = low if high is None else high
        sign = 1 if high is None else -1
        wishes = [
            end + sign * (abs(end) if end else 1),
            end + sign,
            end,
            end + sign * 1000,
            end + sign * mpq(1, 1000),
        ]
        if 0 in x:
            wishes.insert(1, mpq(0))
    else:
        width = high - low
        middle = simplest_between(low + width * 3 / 8, low + width * 5 / 8)
        wishes = [
            middle,
            low,
            high,
            low + width / 4,
            high - width / 4,
            low + width / 1000,
            high - width / 1000,
        ]
    for wish in wishes:
        if fresh(wish):
            yield tried[-1]
