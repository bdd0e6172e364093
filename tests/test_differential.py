"""Seeded random problems of up to six quantities against judges that share no code with the solver.

Exact rational arithmetic gives the answers where formulas are monotone, z3 where they are polynomial; else
python-flint's balls evaluate the known point, every witness and densely sampled points. A few hundred
problems in every run, a thousand with ``pytest -m stress``, 20,000 with ``pytest -m hours`` (six or seven
minutes of processor time). How many were sound, tight and unknown is printed (``pytest -s``).

Budgets count processor time here: what stays unknown is not to depend on what else the machine does.
"""

import random
import time
from collections import Counter
from fractions import Fraction

import pytest

from claimcheck import interval as iv
from claimcheck.budget import Budget
from claimcheck.solver.decision import Answer
from claimcheck.solver.optimum import bounds
from claimcheck.solver.search import decide
from tests import judges
from tests.judges import PARTIAL, Unclear, Undefined, complaint_about
from tests.monotone import monotone_case
from tests.problems import ALGEBRAIC, ALL, RATIONAL, enclosure, everything, seeded
from tests.sampling import sampled

pytestmark = pytest.mark.usefixtures("processor_time")

CLASSES = {"monotone": (), "rational": RATIONAL, "algebraic": ALGEBRAIC, "all functions": ALL}
GAP = Fraction(1, 10**9)
SECONDS = 0.3
SAMPLES = 60
OVERRUN = 20
"""Seconds beyond the budget that no question may take, on a machine that is busy otherwise."""


def has_z3():
    try:
        import z3  # noqa: F401
    except ImportError:
        return False
    return True


def complaint(case, witness, premises=None):
    try:
        return complaint_about(case, witness, premises)
    except (Unclear, Undefined):
        return None


def judge(seed, operations, z3):
    """What is wrong with the answers to one problem (a list of texts), and what to count."""
    rng = random.Random(seed)
    known = None if operations else monotone_case(rng)
    case = seeded(seed, operations=operations) if known is None else known.case
    problem = case.problem()
    premises = everything(problem)
    wrong = []
    start = time.monotonic()
    found = decide(problem, premises, budget=Budget(SECONDS))
    ranges = bounds(problem, premises, budget=Budget(SECONDS))
    if time.monotonic() - start > 2 * SECONDS + OVERRUN:
        wrong.append("too slow")
    if found.answer is Answer.INFEASIBLE:
        if known is None and not case.bent:
            wrong.append("refuted, though a point holds")
        if decide(problem, found.core, budget=Budget(SECONDS)).answer is Answer.FEASIBLE:
            wrong.append(f"the core {found.core} can hold")
    if found.witness is not None:
        wrong.append(complaint(case, found.witness))
    some = [bound for bound in ranges.values() if not bound.interval.is_empty]
    counts = Counter({str(found.answer): 1, "bounds": len(some), "tight": sum(b.tight for b in some)})
    if known is not None:
        wrong += compared_with_corners(known, found, ranges)
    else:
        points = list(sampled(case, rng, SAMPLES))
        counts["points"] = len(points)
        if points and found.answer is Answer.INFEASIBLE:
            wrong.append(f"refuted, though {points[0]} holds")
        points += [case.point] if not case.bent else []
        points += [w.values for w in (found.witness,) if w is not None]
        wrong += compared_with_points(ranges, points)
        if z3 and all(
            judges.is_algebraic(r[0]) and judges.is_algebraic(r[2]) for r in case.relations.values()
        ):
            wrong += compared_with_z3(case, found, ranges, rng, counts)
    for name, bound in ranges.items():
        for witness in (bound.lower_witness, bound.upper_witness):
            if witness is not None:
                wrong.append(complaint(case, witness, PARTIAL))
                if iv.intersection(witness.values[name], bound.interval).is_empty:
                    wrong.append(f"the witness of {name} is outside its bound")
    return [f"{w}\n{case.describe()}" for w in wrong if w], counts


def compared_with_points(ranges, points):
    """What is wrong with bounds, by points that satisfy everything."""
    for point in points:
        for name, x in point.items():
            x = x if isinstance(x, iv.Interval) else enclosure(x)
            if name in ranges and iv.intersection(ranges[name].interval, x).is_empty:
                yield f"{name} in {ranges[name].interval} lacks {x}"


def compared_with_corners(known, found, ranges):
    """What is wrong by exact arithmetic: the ends of a monotone formula lie at corners."""
    answer = {True: Answer.FEASIBLE, False: Answer.INFEASIBLE}.get(known.holds, found.answer)
    if found.answer is not answer:
        yield f"{found.answer}, but it is {answer}"
    claims = dict(known.case.claims.values())
    if any(name in known.derived for name in claims):
        return  # which narrows the others, too
    for name, (low, high) in known.ends.items():
        x = ranges[name].interval
        slack = GAP * max(abs(low), abs(high))
        if not (low - slack <= x.lower <= low and high <= x.upper <= high + slack and ranges[name].tight):
            yield f"{name} in {x} (tight: {ranges[name].tight}), but it is from {low} to {high}"


def compared_with_z3(case, found, ranges, rng, counts):
    """What is wrong by z3: with the answer, and with both ends of one quantity."""
    exact = judges.Z3(case)
    contrary = {Answer.INFEASIBLE: "sat", Answer.FEASIBLE: "unsat"}.get(found.answer)
    said = exact.verdict(milliseconds=200) if contrary else "unknown"
    counts["judged by z3"] += said != "unknown"
    if said == contrary:
        yield f"{found.answer}, but z3 says {said}"
    name = rng.choice(list(ranges))
    x = ranges[name].interval
    ends = [] if x.is_empty else [(x.lower, x.lower_closed, 1), (x.upper, x.upper_closed, -1)]
    for end, closed, turn in ends:
        if end is not None:
            beyond = (exact.names[name] - exact.number(judges.fraction(end))) * turn
            if exact.verdict(beyond < 0 if closed else beyond <= 0, milliseconds=100) == "sat":
                yield f"{name} in {x}, but z3 finds a value beyond {end}"


def run(kind, seeds):
    counts: Counter[str] = Counter()
    z3 = has_z3()
    for seed in seeds:
        wrong, more = judge(seed, CLASSES[kind], z3)
        assert not wrong, f"{kind} {seed}: {wrong[0]}"
        counts += more
    report(kind, len(seeds), counts)
    return counts


def report(kind, problems, counts):
    """Print the shares."""
    print(
        f"\n{kind}: {problems} problems, all sound; feasible {counts['feasible']}, infeasible "
        f"{counts['infeasible']}, unknown {counts['unknown'] / problems:.2%}; tight "
        f"{counts['tight'] / counts['bounds']:.1%} of {counts['bounds']} bounds; "
        f"{counts['judged by z3']} judged by z3, {counts['points']} points sampled",
        flush=True,
    )


@pytest.mark.parametrize("kind", CLASSES)
def test_a_few_hundred_random_problems(kind):
    counts = run(kind, range(70))
    assert counts["unknown"] <= 3
    assert counts["tight"] > counts["bounds"] / 2


def test_a_clash_of_ends_that_were_put_together_rests_on_what_these_rest_on():
    """An end of a quantity that the last relation does not speak of: its core was that relation alone."""
    wrong, counts = judge(101_263, CLASSES["rational"], has_z3())
    assert not wrong
    assert counts["infeasible"] == 1


@pytest.mark.stress
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", CLASSES)
def test_a_thousand_random_problems(kind):
    run(kind, range(10_000, 10_250))


@pytest.mark.hours
@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("kind", CLASSES)
def test_twenty_thousand_random_problems(kind):
    whole: Counter[str] = Counter()
    for first in range(100_000, 105_000, 500):
        whole += run(kind, range(first, first + 500))
    report(kind, 5000, whole)
    assert whole["unknown"] <= 50
