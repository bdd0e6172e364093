"""What was decided is found again: the same answers as from lists of all that was put there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimcheck.budget import Budget
from claimcheck.judging import memory, oracle
from claimcheck.judging.memory import Memory
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.verification import check_path
from claimcheck.model import ClaimSet
from claimcheck.render import Options, render
from claimcheck.solver import search
from claimcheck.solver.decision import Answer, Decision
from claimcheck.solver.problem import compile_problem
from tests.shipped import ROOT

PREMISES = "abcdef"
sets = st.frozensets(st.sampled_from(PREMISES))


@given(st.lists(st.tuples(st.booleans(), sets)), sets)
def test_the_latest_larger_set_and_the_earliest_core_are_found(put, asked):
    kept = Memory({p: i for i, p in enumerate(PREMISES)})
    holding, clashing = [], []
    for can, premises in put:
        decision = Decision(Answer.FEASIBLE if can else Answer.INFEASIBLE)
        (kept.hold if can else kept.clash)(premises, decision)
        (holding if can else clashing).append((premises, decision))
    larger = next((d for premises, d in reversed(holding) if asked <= premises), None)
    core = next((d for premises, d in clashing if premises <= asked), None)
    assert kept.larger(asked) is larger
    assert kept.core(asked) is core


@given(st.lists(st.tuples(st.booleans(), sets), min_size=8, max_size=20))
def test_the_oldest_are_forgotten(put):
    before = memory._REMEMBERED
    memory._REMEMBERED = 3
    try:
        kept = Memory({p: i for i, p in enumerate(PREMISES)})
        for can, premises in put:
            (kept.hold if can else kept.clash)(premises, Decision(Answer.UNKNOWN))
    finally:
        memory._REMEMBERED = before
    last = [premises for can, premises in put if can][-3:]
    for can, premises in put:
        if can and premises:
            assert (kept.larger(premises) is not None) == any(premises <= other for other in last)


@given(st.lists(sets, max_size=20))
def test_no_more_than_so_many_premises_are_kept_but_always_the_latest_set(put):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(memory, "_MOST_PREMISES", 8)
        kept = Memory({p: i for i, p in enumerate(PREMISES)})
        for premises in put:
            kept.hold(premises, Decision(Answer.FEASIBLE))
            assert kept.larger(premises) is not None
    for premises in filter(None, put):
        left = [other for k, other in enumerate(put) if sum(map(len, put[k:])) <= 8 or k == len(put) - 1]
        assert (kept.larger(premises) is not None) == any(premises <= other for other in left)


def test_a_large_problem_in_parts_gives_the_same_report(monkeypatch):
    path = ROOT / "claims" / "pythia.yaml"
    whole = render("json", [check_path(path)], Options())
    monkeypatch.setattr(oracle, "SMALL", 0)
    assert render("json", [check_path(path)], Options()) == whole


def test_what_was_unknown_is_answered_by_what_is_found_later():
    """A question that ran out of time is not asked again; what is proved of a part of it later answers it."""
    claims = ClaimSet()
    claims.source("s")
    for name in "abc":
        claims.quantity(name)
        claims.claim(name, "1", source="s")
    claims.relation("a + b + c = 9", "sum")
    claims.relation("a = b + 5", "apart")
    asked = []

    def decide(problem, premises, **options):
        asked.append(frozenset(premises))
        return Decision(Answer.UNKNOWN) if len(premises) > 3 else search.decide(problem, premises, **options)

    answers = Oracle(compile_problem(claims), Budget(60), decide=decide)
    every = ["a@s", "b@s", "c@s", "relation:sum", "relation:apart"]
    assert answers.decide(every).answer is Answer.UNKNOWN
    assert answers.decide(every).answer is Answer.UNKNOWN
    assert len(asked) == 1
    core = answers.decide(["a@s", "b@s", "relation:apart"])
    assert core.answer is Answer.INFEASIBLE
    assert answers.decide(every) is core
    assert len(asked) == 2
