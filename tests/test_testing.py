"""The strategies for other projects: what they promise of their claim sets holds, and claimcheck finds it."""

import re
import subprocess
import sys
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import claimcheck
from claimcheck.api import QuantityInterval
from claimcheck.testing import (
    claim_sets,
    consistent_claim_sets,
    planted_conflicts,
    printed,
    printed_numbers,
    value_texts,
)
from claimcheck.testing.claims import KINDS

FORMS = ("±", "~", " to ", "[", "at least", "exactly", "hour", "E")
COSTLY = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CHEAP = settings(max_examples=100, deadline=None, derandomize=True)


def claimed(claims, id):
    """The interval of a claim in its quantity's unit."""
    claim = claims.claims[id]
    return QuantityInterval(claim.interval, claims.quantities[claim.quantity].unit, True)


def holds(text, witness):
    """Whether a relation holds of the numbers exactly, worked out from its text alone."""
    left, op, right = re.split(r"\s(<=|=)\s", text)
    names = {f"v{i}": x for i, x in enumerate(witness.values())}
    numbered = {name: f"v{i}" for i, name in enumerate(witness)}

    def value(side):
        named = re.sub(r"\b[A-Za-z]\w*\b", lambda m: numbered.get(m[0], m[0]), side)
        exact = re.sub(r"(?<![\w.])(\d+)", r"Fraction(\1)", named)
        return eval(exact, {"min": min, "max": max, "Fraction": Fraction}, names)

    return value(left) <= value(right) if op == "<=" else value(left) == value(right)


def text_of(relation):
    return relation.equation.text


@CHEAP
@given(consistent_claim_sets())
def test_the_witness_satisfies_every_claim_and_relation(found):
    assert set(found.witness) == set(found.claims.quantities)
    for id, claim in found.claims.claims.items():
        assert found.witness[claim.quantity] in claimed(found.claims, id), id
    for relation in found.claims.relations.values():
        assert holds(text_of(relation), found.witness), text_of(relation)


@COSTLY
@given(consistent_claim_sets())
def test_consistent_claims_are_never_called_contradictory(found):
    found.claims.report = tuple(found.claims.quantities)
    report = claimcheck.verify(found.claims)
    assert report.verdict == "consistent"
    assert report.conflicts == ()
    for name, x in found.witness.items():
        assert x in report.bounds(name)


@pytest.mark.parametrize("kind", KINDS)
@COSTLY
@given(st.data())
def test_a_planted_conflict_is_found_and_is_minimal(kind, data):
    planted = data.draw(planted_conflicts(kinds=[kind]))
    report = claimcheck.verify(planted.claims)
    assert report.verdict == "contradictory"
    (found,) = [c for c in report.conflicts if set(c.members) == set(planted.members)]
    assert str(found.kind) == planted.kind
    assert found.minimal
    assert (found.conclusion == "r@second") == (kind == "conclusion")


@CHEAP
@given(planted_conflicts())
def test_a_planted_set_tells_its_members_in_the_order_of_the_file(planted):
    order = [*planted.claims.claims, *(r.premise for r in planted.claims.relations.values())]
    assert list(planted.members) == sorted(planted.members, key=order.index)
    assert all(member in repr(planted) for member in planted.members)


@CHEAP
@given(
    st.fractions(min_value=Fraction(1, 10**4), max_value=10**9, max_denominator=10**4),
    st.integers(1, 4),
    st.data(),
)
def test_a_printed_number_stands_for_the_number(x, digits, data):
    text = data.draw(printed(x, "km", least_digits=digits))
    claims = claimcheck.ClaimSet()
    claims.source("s")
    claims.quantity("x", "km")
    interval = claimed(claims, claims.claim("x", text, source="s").id)
    assert x in interval
    if digits > 1:
        assert (interval.upper - interval.lower) / x <= Fraction(10) ** (1 - digits)


def test_all_forms_and_kinds_come_up():
    """A strategy that makes one thing only would pass all of the above."""
    seen = Counter()

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(consistent_claim_sets(), planted_conflicts(), claim_sets())
    def look(found, planted, any_claims):
        texts = " ".join(c.text for c in found.claims.claims.values())
        seen.update(word for word in FORMS if word in texts)
        seen["relation"] += bool(found.claims.relations)
        seen["two sources"] += len({c.source for c in found.claims.claims.values()}) > 1
        seen[planted.kind] += 1
        seen["conclusion"] += any(c.given for c in planted.claims.claims.values())
        seen["any"] += bool(any_claims.claims)

    look()
    expected = {*FORMS, "relation", "two sources", *KINDS, "any"}
    assert {word for word, count in seen.items() if count >= 5} == expected


@given(value_texts() | printed_numbers())
def test_value_texts_are_read(text):
    claims = claimcheck.ClaimSet()
    claims.source("s")
    for unit in ("", "percent", "TFLOP/s/GPU", "day", "kg m^2"):
        try:
            claims.quantity(f"q{len(claims.quantities)}", unit)
            claims.claim(f"q{len(claims.quantities) - 1}", text, source="s")
            return
        except claimcheck.ClaimsError as error:
            codes = {d.code for d in error.diagnostics}
            assert codes <= {"CC262"}, (text, codes)
    raise AssertionError(text)


def test_nothing_else_imports_hypothesis():
    code = "import sys, claimcheck.cli, claimcheck.pytest_plugin; assert 'hypothesis' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
