"""Seeded random problems of up to six quantities against judges that share no code with the solver.

A few hundred in every run, a thousand with ``pytest -m stress``, 20,000 with ``pytest -m hours``. What is
sound, tight and unknown is printed (``pytest -s``).
"""

import time
from collections import Counter

import pytest

from claimcheck import interval as iv
from claimcheck.budget import Budget
from claimcheck.solver.decision import Answer
from claimcheck.solver.optimum import bounds
from claimcheck.solver.search import decide
from tests import judges
from tests.judges import PARTIAL, Unclear, Undefined, complaint_about
from tests.problems import ALGEBRAIC, ALL, RATIONAL, enclosure, everything, seeded

CLASSES = {"rational": RATIONAL, "algebraic": ALGEBRAIC, "all functions": ALL}
SECONDS = 0.3
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
    case = seeded(seed, operations=operations)
    problem = case.problem()
    premises = everything(problem)
    wrong = []
    start = time.monotonic()
    found = decide(problem, premises, budget=Budget(SECONDS))
    ranges = bounds(problem, premises, budget=Budget(SECONDS))
    if time.monotonic() - start > 2 * SECONDS + OVERRUN:
        wrong.append("too slow")
    if found.answer is Answer.INFEASIBLE:
        if not case.bent:
            wrong.append("refuted, though a point holds")
        if decide(problem, found.core, budget=Budget(SECONDS)).answer is Answer.FEASIBLE:
            wrong.append(f"the core {found.core} can hold")
    if found.witness is not None:
        wrong.append(complaint(case, found.witness))
    if z3 and all(judges.is_algebraic(r[0]) and judges.is_algebraic(r[2]) for r in case.relations.values()):
        said = judges.Z3(case).verdict(milliseconds=200) if found.answer is not Answer.UNKNOWN else "unknown"
        if said == ("sat" if found.answer is Answer.INFEASIBLE else "unsat"):
            wrong.append(f"{found.answer}, but z3 says {said}")
    for name, bound in ranges.items():
        held = [enclosure(case.point[name])] if not case.bent else []
        held += [w.values[name] for w in (found.witness,) if w is not None and name in w.values]
        wrong += [
            f"{name} in {bound.interval} lacks {x}"
            for x in held
            if iv.intersection(bound.interval, x).is_empty
        ]
        for witness in (bound.lower_witness, bound.upper_witness):
            if witness is not None:
                wrong.append(complaint(case, witness, PARTIAL))
                if iv.intersection(witness.values[name], bound.interval).is_empty:
                    wrong.append(f"the witness of {name} is outside its bound")
    counts = Counter(
        {str(found.answer): 1, "bounds": len(ranges), "tight": sum(b.tight for b in ranges.values())}
    )
    return [f"{w}\n{case.describe()}" for w in wrong if w], counts


def run(kind, seeds):
    counts: Counter[str] = Counter()
    z3 = has_z3()
    for seed in seeds:
        wrong, more = judge(seed, CLASSES[kind], z3)
        assert not wrong, f"{kind} {seed}: {wrong[0]}"
        counts += more
    problems = len(seeds)
    print(
        f"\n{kind}: {problems} problems, all sound; unknown {counts['unknown'] / problems:.2%}, "
        f"tight {counts['tight'] / counts['bounds']:.1%} of {counts['bounds']} bounds"
    )
    return counts


@pytest.mark.parametrize("kind", CLASSES)
def test_a_few_hundred_random_problems(kind):
    counts = run(kind, range(70))
    assert counts["unknown"] <= 7
    assert counts["tight"] > counts["bounds"] / 2


@pytest.mark.stress
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", CLASSES)
def test_a_thousand_random_problems(kind):
    run(kind, range(10_000, 10_333))


@pytest.mark.hours
@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("block", range(10))
def test_twenty_thousand_random_problems(kind, block):
    run(kind, range(100_000 + 667 * block, 100_000 + 667 * (block + 1)))
