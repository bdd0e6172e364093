"""Rows of a table that one relation is about: planned once, and the same as each solved by itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimcheck.budget import Budget
from claimcheck.files.loader import load
from claimcheck.interval import EMPTY
from claimcheck.judging.report import Status, Verdict
from claimcheck.judging.verification import verify
from claimcheck.solver import search
from claimcheck.solver.decision import Answer
from claimcheck.solver.problem import Problem, compile_problem
from claimcheck.solver.propagation import propagate
from claimcheck.solver.trees import exact_point, exact_range

RELATIONS = {
    "c = a * b": lambda a, b: a * b,
    "c = a / b": lambda a, b: a / b,
    "c = a - b": lambda a, b: a - b,
    "c = (a + b) / 2": lambda a, b: (a + b) / 2,
    "c = a * (10 - b)": lambda a, b: a * (10 - b),
    "a / c = b": lambda a, b: a / b,
    "c >= a - b": lambda a, b: a,
    "c = a * b / (a + b)": lambda a, b: a * b / (a + b),
    "c = max(a, b)": max,
}
"""With a value of c. Some are trees of the four operations, some are not, some may divide by zero."""

printed = st.decimals("0.5", 9, places=1)
anything = st.one_of(
    st.decimals(-3, 9, places=1).map(str), st.sampled_from(("", "0", "7", "2 to 4", ">= 3", "~5"))
)


@st.composite
def tables(draw):
    """As many rows as are planned together, which fit, and a few more of any kind, with empty cells."""
    equation = draw(st.sampled_from(list(RELATIONS)))
    rows = []
    for a, b in draw(st.lists(st.tuples(printed, printed), min_size=1, max_size=3)):
        rows.append({"a": str(a), "b": str(b), "c": f"{RELATIONS[equation](a, b):.2f}"})
    rows = (rows * 20)[:20]
    gaps = draw(st.sets(st.sampled_from("abc"), max_size=1))
    rows = [{k: v for k, v in row.items() if k not in gaps} for row in rows]
    others = draw(st.lists(st.fixed_dictionaries(dict.fromkeys("abc", anything)), max_size=2))
    rows += [{k: v for k, v in row.items() if v} for row in others]
    limits = draw(st.sampled_from(({}, {"min": "-20"}, {"min": "-20", "max": "100"})))
    return {
        "claimcheck": 1,
        "sources": {"paper": {"title": "A paper"}},
        "tables": {
            "t": {
                "source": "paper",
                "columns": dict.fromkeys("abc", limits),
                "rows": {f"r{i}": row for i, row in enumerate(rows)},
            }
        },
        "relations": {"row": {"for": "t", "equation": equation}},
    }


def row_by_row(monkeypatch):
    """No component counts as one of many."""
    monkeypatch.setattr(Problem, "_alike", lambda self: {})


def told(report):
    """All that a report says, but for witnesses and proofs, of which there are many."""
    return {
        "verdict": report.verdict,
        "complete": report.complete,
        "claims": report.claims,
        "conflicts": [(c.kind, c.members, c.minimal) for c in report.conflicts],
        "needs": [
            {k: None if b is None else b.interval for k, b in c.would_need.items()} for c in report.conflicts
        ],
        "repairs": report.repairs,
        "scenarios": [(s.verdict, {q: b.interval for q, b in s.bounds.items()}) for s in report.scenarios],
        "hull": {q: b.interval for q, b in report.hull.items()},
        "findings": report.findings,
    }


@settings(max_examples=30)
@given(tables())
def test_many_rows_are_told_the_same_as_each_by_itself(table):
    together = verify(table)
    with pytest.MonkeyPatch.context() as patched:
        row_by_row(patched)
        apart = verify(table)
    assert told(together) == told(apart)


@given(tables())
def test_what_is_planned_is_what_the_search_finds(table):
    problem = compile_problem(load(table))
    for region in (problem.region(v) for v in range(0, len(problem.variables), 3)):
        premises = region.sort([*region.claims, *region.constraints])
        variables = list(range(len(region.variables)))
        left = exact_range(region, premises, 0)
        point = exact_point(region, premises, variables)
        region.repeated = False
        found = search.decide(region, premises, budget=Budget(1))
        if point is not None:
            assert found.answer is Answer.FEASIBLE
            assert left is None or point.values[region.variables[0].name].lower in left
        if left is not None:
            fixpoint = propagate(region, premises, variables)
            assert left == (EMPTY if fixpoint.failure >= 0 else fixpoint.box[0])


def test_rows_share_one_plan(monkeypatch):
    """Ten thousand rows would have one tree: here a hundred have, and five rows none of their own."""
    rows = {
        f"r{i}": {"hours": f"{i + 1}.0", "rate": "2.50", "cost": f"{2.5 * (i + 1):.1f}"} for i in range(100)
    }
    rows["r7"]["cost"] = "30.0"
    table = {
        "claimcheck": 1,
        "sources": {"paper": {"title": "A paper"}},
        "tables": {
            "runs": {
                "source": "paper",
                "columns": {"hours": "hour", "rate": "USD/hour", "cost": "USD"},
                "rows": rows,
            }
        },
        "relations": {"cost": {"for": "runs", "equation": "cost = hours * rate"}},
    }
    problem = compile_problem(load(table))
    regions = [problem.region(v) for v in range(0, 300, 3)]
    assert all(r.repeated for r in regions)
    assert all(r.layouts is regions[0].layouts for r in regions)
    report = verify(table)
    assert report.verdict is Verdict.CONTRADICTORY
    (conflict,) = report.conflicts
    assert conflict.members == (
        "runs.hours[r7]@paper",
        "runs.rate[r7]@paper",
        "runs.cost[r7]@paper",
        "relation:cost[r7]",
    )
    statuses = {c.id: c.status for c in report.claims}
    assert set(statuses.values()) == {Status.SUPPORTED, Status.CONTRADICTED}
    few = compile_problem(
        load({**table, "tables": {"runs": {**table["tables"]["runs"], "rows": {"r7": rows["r7"]}}}})
    )
    assert not few.region(0).repeated
