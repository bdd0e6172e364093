"""Laws that every report obeys, over random claims files round a hidden truth (:mod:`tests.claim_sets`).

The judges are :mod:`tests.judges` (exact and high-precision evaluation, z3) and twins written here from the
definitions of the format. A check that ran out of its budget is held to what it says and to nothing more.
"""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

import claimcheck
from claimcheck.interval import intersection
from claimcheck.judging.report import ConflictKind, Status, Verdict
from tests import judges
from tests.claim_sets import (
    Relation,
    agreeing_groups,
    approximate,
    contains,
    decimal,
    inside,
    is_decimal,
    rounded_print,
    scale,
    unit_text,
    worlds,
)
from tests.judges import Z3, complaint_about, fraction

BUDGET = 1
GAP = Fraction(1, 10**8)
"""Ten times the gap within which ends of a bound are given, relative to the bound's larger end."""


def law(examples, *strategies):
    """A test of some examples, and of many more with ``pytest -m hours``."""

    def wrap(holds):
        many = pytest.param(50 * examples, marks=[pytest.mark.hours, pytest.mark.timeout(7200)])

        @pytest.mark.parametrize("examples", [examples, many])
        def test(examples):
            settings(max_examples=examples)(given(*strategies)(holds))()

        test.__name__, test.__doc__, test.holds = holds.__name__, holds.__doc__, (holds, examples, strategies)
        return test

    return wrap


def check(world, **options):
    """The report on a world's claims file."""
    return claimcheck.verify(world.mapping(options.pop("report", None)), budget=BUDGET, **options)


def limits(interval):
    """Low and high end of an interval as Fractions, and whether they belong to it."""
    low, high = interval.lower, interval.upper
    return (
        None if low is None else fraction(low),
        None if high is None else fraction(high),
        interval.lower_closed,
        interval.upper_closed,
    )


def loosened(interval, gap=GAP):
    """The limits moved outward by the gap, relative to the larger magnitude of the finite ends."""
    low, high, *_ = limits(interval)
    size = max((abs(x) for x in (low, high) if x is not None), default=Fraction(0)) * gap
    return (None if low is None else low - size, None if high is None else high + size, True, True)


def decided(report):
    """Whether no question about the claims ran out of time, so that reports compare entry by entry."""
    return report.complete and all(c.status is not Status.UNKNOWN for c in report.claims)


def needs_known(report):
    """Whether no margin by which conflicts are ordered is for want of time another one than it could be."""
    return all(
        c.worked_out and all(b is None or b.tight for b in c.would_need.values()) for c in report.conflicts
    )


def evidence_of(world, scenario):
    """The premises of a scenario: what was chosen, and all evidence and relations that were not contested."""
    chosen = {id for option in scenario.choices.values() for id in option}
    contested = set(scenario.choices)
    found = {c.id for c in world.evidence if c.quantity not in contested} | chosen
    return found | {r.premise for r in world.relations if not r.choice or len(world.rivals[r.choice]) == 1}


def sets_of(report):
    """The conflicts as sets, without their numbers and order."""
    return {(frozenset(c.members), c.kind, c.conclusion, frozenset(c.ruled_out)) for c in report.conflicts}


def by_choice(report):
    """The scenarios by what they choose."""
    return {frozenset((n, frozenset(ids)) for n, ids in s.choices.items()): s for s in report.scenarios}


def is_polynomial(world):
    return all(judges.is_algebraic(r.left) and judges.is_algebraic(r.right) for r in world.relations)


# -- enclosure ----------------------------------------------------------------------------------------------


def assert_truth_stands(world):
    report = check(world)
    event(f"{report.verdict}, {'complete' if report.complete else 'incomplete'}")
    assert report.verdict is not Verdict.CONTRADICTORY
    false = {r.premise for r in world.relations if not r.holds}
    for conflict in report.conflicts:
        assert false.intersection(conflict.members), "a conflict among what is true"
        assert not conflict.counts or not report.complete
    true = [s for s in report.scenarios if not false & evidence_of(world, s)]
    assert len(true) == 1 or not report.complete
    for scenario in true:
        assert scenario.verdict is not Verdict.CONTRADICTORY
        assert not set(scenario.conflicts)
        for q in world.quantities:
            assert contains(limits(scenario.bounds[q.name].interval), q.truth)
    for q in world.quantities:
        assert contains(limits(report.hull[q.name].interval), q.truth)
        shown = report.bounds(q.name)
        assert contains(limits(shown.base), q.truth)
    for result in report.claims:
        claim = world.claim(result.id)
        assert contains(limits(result.interval), world.quantity(claim.quantity).truth)
        if result.expected is not None:
            assert contains(limits(result.expected), world.quantity(claim.quantity).truth)
        assert result.status is not Status.CONTRADICTED
        assert result.status is not Status.DISPUTED or false
    assert not report.repairs or false


@law(15, worlds())
def test_what_contains_the_truth_is_never_contradictory_and_bounds_contain_it(world):
    assert_truth_stands(world)


# -- reading ------------------------------------------------------------------------------------------------


@law(18, worlds(wrong=0.3))
def test_claims_are_read_as_they_were_printed(world):
    read = claimcheck.verify(world.mapping([]), budget=1).claim_set.claims
    for claim in world.claims:
        found, wanted = limits(read[claim.id].interval), claim.limits
        assert found[:2] == wanted[:2]
        assert all(
            f == w for end, f, w in zip(found[:2], found[2:], wanted[2:], strict=True) if end is not None
        )


# -- isotonicity --------------------------------------------------------------------------------------------


@st.composite
def sharpened(draw):
    """A world and the same with one claim printed with more digits."""
    world = draw(worlds(rivals=False, conclusions=False))
    rng = draw(st.randoms(use_true_random=False))
    able = [c for c in world.claims if not world.quantity(c.quantity).date]
    assume(able)
    old = rng.choice(able)
    q = world.quantity(old.quantity)
    x = approximate(q.truth) / scale(q.unit)
    for digits in range(2, 30):
        text, (low, high, *closed) = rounded_print(x, digits, q.unit, "exponent")
        wanted = (low * scale(q.unit), high * scale(q.unit), *closed)
        if inside(wanted, old.limits):
            break
    else:
        assume(False)
    new = replace(old, text=text, limits=wanted)
    return world, replace(world, claims=tuple(new if c is old else c for c in world.claims))


@law(12, sharpened())
def test_a_claim_with_more_digits_widens_no_bound(pair):
    before, after = (check(w) for w in pair)
    for name, bound in after.hull.items():
        if bound.tight:
            assert inside(limits(bound.interval), loosened(before.hull[name].interval)), name


# -- invariance ---------------------------------------------------------------------------------------------


def assert_same_bounds(one, other, *, rename=lambda n: n, reset=lambda n: n):
    """The same scenarios with the same bounds (base units), to within the gap."""
    if not (one.complete and other.complete):
        return
    ours, theirs = by_choice(one), by_choice(other)
    renamed = {
        frozenset((rename(n), frozenset(reset(id) for id in ids)) for n, ids in key): s
        for key, s in ours.items()
    }
    assert set(renamed) == set(theirs)
    for key, scenario in renamed.items():
        verdicts = {scenario.verdict, theirs[key].verdict}
        assert len(verdicts) == 1 or Verdict.UNKNOWN in verdicts
        for name, bound in scenario.bounds.items():
            if rename(name) not in theirs[key].bounds:
                assert Verdict.UNKNOWN in verdicts
                continue
            mine, yours = bound, theirs[key].bounds[rename(name)]
            for one_side, other_side in ((mine, yours), (yours, mine)):
                if one_side.tight:  # an enclosure that is not may be wide by as much as time allowed
                    assert inside(limits(one_side.interval), loosened(other_side.interval)), name


def assert_same_conflicts(one, other, reset=lambda n: n):
    if one.complete and other.complete:
        mine = {
            (frozenset(map(reset, m)), kind, reset(end) if end else "", frozenset(map(reset, out)))
            for m, kind, end, out in sets_of(one)
        }
        assert mine == sets_of(other)
        assert one.verdict == other.verdict
    if decided(one) and decided(other):
        assert {frozenset(map(reset, r)) for r in one.repairs} == set(map(frozenset, other.repairs))
        mine = {reset(c.id): c.status for c in one.claims}
        assert mine == {c.id: c.status for c in other.claims}


ALIKE = {"day": "s", "hour": "s", "s": "hour", "km": "m", "m": "km", "TFLOP": "FLOP", "FLOP": "TFLOP"}


def in_other_units(world):
    """The world with every quantity declared in another unit, and claims converted where that is exact."""
    quantities, claims = [], []
    for q in world.quantities:
        if q.date or q.integer:
            quantities.append(q)
            continue
        unit = tuple((ALIKE.get(name, name), e) for name, e in q.unit)
        if q.dims == ():
            unit = () if q.unit else (("percent", 1),)
        shown = []
        for text, base in q.limits:
            x = None if base is None else base / scale(unit)
            shown.append(
                (text if x is None or not is_decimal(x) else f"{decimal(x)} {unit_text(unit)}".strip(), base)
            )
        quantities.append(replace(q, unit=unit, limits=tuple(shown)))
        if q.dims == () and any(text and not text.endswith("percent") for text, _ in q.limits):
            quantities[-1] = q
    other = replace(world, quantities=tuple(quantities))
    for c in world.claims:
        q = other.quantity(c.quantity)
        if q == world.quantity(c.quantity) and q.dims == ():
            claims.append(c)
            continue
        low, high, low_closed, high_closed = c.limits
        unit = q.unit
        ends = [None if x is None else x / scale(unit) for x in (low, high)]
        text = c.text
        if not q.date and not q.integer and all(x is None or is_decimal(x) for x in ends):
            tail = f" {unit_text(unit)}".rstrip()
            if high is None:
                text = f"{'>=' if low_closed else '>'} {decimal(ends[0])}{tail}"
            elif low is None:
                text = f"{'<=' if high_closed else '<'} {decimal(ends[1])}{tail}"
            elif low == high:
                text = f"exactly {decimal(ends[0])}{tail}"
            else:
                text = f"[{decimal(ends[0])}, {decimal(ends[1])}]{tail}"
        claims.append(replace(c, text=text))
    return replace(other, claims=tuple(claims))


@law(12, worlds(wrong=0.15))
def test_units_change_nothing_in_base_units(world):
    one, other = check(world), check(in_other_units(world))
    assert_same_bounds(one, other)
    assert_same_conflicts(one, other)


def renamed(world):
    """The world with new names for everything, and how the old ids read now."""
    names = {q.name: f"{'zyxwvutsrq'[i]}_{i}" for i, q in enumerate(world.quantities)}
    sources = {s: f"Source-{9 - i}" for i, s in enumerate(world.sources)}
    relations = {r.id: f"{'kjihgfedcba'[i % 11]}{99 - i}" for i, r in enumerate(world.relations)}
    ids = {
        c.id: replace(c, quantity=names[c.quantity], source=sources[c.source], short=c.short and f"q{i}").id
        for i, c in enumerate(world.claims)
    }
    ids |= {f"relation:{old}": f"relation:{new}" for old, new in relations.items()}

    def tree(t):
        if isinstance(t, tuple):
            return (t[0], *(tree(part) for part in t[1:]))
        return names.get(t, t) if isinstance(t, str) else t

    new = replace(
        world,
        quantities=tuple(replace(q, name=names[q.name]) for q in world.quantities),
        claims=tuple(
            replace(
                c,
                quantity=names[c.quantity],
                source=sources[c.source],
                short=c.short and f"q{i}",
                given=tuple(ids[g] for g in c.given),
            )
            for i, c in enumerate(world.claims)
        ),
        relations=tuple(
            replace(r, id=relations[r.id], left=tree(r.left), right=tree(r.right)) for r in world.relations
        ),
    )
    return new, names, ids


@law(8, worlds(wrong=0.15))
def test_names_change_nothing(world):
    new, names, ids = renamed(world)
    one, other = check(world), check(new)

    def reset(id):
        return ids.get(id, id)

    assert_same_bounds(one, other, rename=lambda n: names.get(n, n), reset=reset)
    if all(r.complete and needs_known(r) for r in (one, other)):
        in_order = [(tuple(map(reset, c.members)), c.kind, c.minimal) for c in one.conflicts]
        assert in_order == [(c.members, c.kind, c.minimal) for c in other.conflicts]
    assert_same_conflicts(one, other, reset)


@law(8, worlds(wrong=0.15), st.randoms(use_true_random=False))
def test_order_changes_nothing(world, rng):
    def shuffled(items):
        return tuple(rng.sample(items, len(items)))

    other = replace(
        world,
        quantities=shuffled(world.quantities),
        claims=tuple(replace(c, given=shuffled(c.given)) for c in shuffled(world.claims)),
        relations=shuffled(world.relations),
    )
    one, other = check(world), check(other)
    assert_same_bounds(one, other)
    assert_same_conflicts(one, other)


@st.composite
def with_redundant(draw):
    """A world, and the same with a relation more: a copy of one, or what one implies."""
    world = draw(worlds(wrong=0.1))
    rng = draw(st.randoms(use_true_random=False))
    able = [r for r in world.relations if not r.choice]
    assume(able)
    r = rng.choice(able)
    kind = rng.choice(("copy", "turned", "doubled", "inequality", "difference"))
    if r.within is not None or kind == "copy" or any(world.quantity(n).date for n in judges.names(r.left)):
        extra = replace(r, id="extra")
    elif kind == "turned":
        turn = {"=": "=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
        extra = Relation("extra", r.right, turn[r.op], r.left)
    elif kind == "doubled":
        extra = Relation("extra", ("mul", Fraction(2), r.left), r.op, ("mul", Fraction(2), r.right))
    elif kind == "inequality":
        extra = Relation("extra", r.left, {"=": "<=", "<": "<=", ">": ">="}.get(r.op, r.op), r.right)
    else:
        extra = Relation("extra", ("sub", r.left, r.right), r.op, ("mul", Fraction(0), r.left))
    return world, replace(world, relations=(*world.relations, extra)), r, extra


@law(8, with_redundant())
def test_a_redundant_relation_moves_no_end_and_adds_no_scenario(pair):
    world, other, first, extra = pair
    one, two = check(world), check(other)
    assert_same_bounds(one, two)
    if one.complete and two.complete:
        assert one.scenario_count == two.scenario_count
        assert one.verdict == two.verdict
        before = {frozenset(c.members) for c in one.conflicts}
        after = {frozenset(c.members) for c in two.conflicts}
        assert before <= after
        for members in after - before:  # the old conflict with the new relation in place of the first one
            assert extra.premise in members
            swapped = members - {extra.premise} | {first.premise}
            assert any(b <= swapped for b in before)


# -- scenarios ----------------------------------------------------------------------------------------------


@law(15, worlds(wrong=0.25))
def test_scenarios_are_the_agreeing_groups_and_witnesses_satisfy_everything(world):
    report = check(world)
    event(f"{report.verdict}, {'complete' if report.complete else 'incomplete'}")
    options = {}
    for q in world.quantities:
        groups = agreeing_groups(world, q.name)
        if len(groups) > 1:
            options[q.name] = groups
    for name, rivals in world.rivals.items():
        if len(rivals) > 1:
            options[name] = [{r.premise} for r in rivals]
    wanted = {
        frozenset(zip(options, map(frozenset, picked), strict=True)) for picked in product(*options.values())
    }
    if report.scenario_count == len(report.scenarios) and report.complete:
        assert set(by_choice(report)) == wanted
    assert report.scenario_count <= len(wanted)
    case = world.case()
    for scenario in report.scenarios:
        premises = evidence_of(world, scenario)
        if scenario.verdict is Verdict.CONSISTENT:
            assert set(scenario.witness.values) == {q.name for q in world.quantities}
            complaint = complaint_about(case, scenario.witness, premises)
            assert complaint is None, complaint
            for name, bound in scenario.bounds.items():
                assert not intersection(scenario.witness.values[name], bound.interval).is_empty
        else:
            assert scenario.witness is None
        for name, bound in scenario.bounds.items():
            for witness in (bound.lower_witness, bound.upper_witness):
                if witness is not None:
                    assert_witness_in_part(case, witness, premises, name)


def assert_witness_in_part(case, witness, premises, name):
    """A witness of one end speaks of the quantities that are tied to it; it satisfies what speaks of them."""
    known = set(witness.values)
    assert name in known
    part = {id for id in premises if not id.startswith("relation:") and case.claims[id][0] in known}
    for id, (left, _, right, _) in case.relations.items():
        if f"relation:{id}" in premises and judges.names(left) | judges.names(right) <= known:
            part.add(f"relation:{id}")
    complaint = complaint_about(case, witness, part)
    assert complaint is None, complaint


@law(12, worlds(wrong=0.25))
def test_hull_is_the_hull_of_the_scenarios_that_can_be(world):
    report = check(world)
    if not report.complete:
        return
    for q in world.quantities:
        bounds = [s.bounds[q.name].interval for s in report.scenarios if q.name in s.bounds]
        assert all(not x.is_empty for x in bounds)
        if q.name not in report.hull:
            assert not bounds
            continue
        whole = limits(report.hull[q.name].interval)
        every = [limits(x) for x in bounds]
        assert all(inside(x, whole) for x in every)
        for side in (0, 1):
            ends = [x[side] for x in every]
            assert whole[side] == (None if None in ends else (min, max)[side](ends))
    for scenario in report.scenarios:
        if scenario.verdict is not Verdict.CONTRADICTORY:
            assert set(scenario.bounds) == {q.name for q in world.quantities}


@law(10, worlds(wrong=0.2, most=5), st.data())
def test_given_lists_exactly_the_scenarios_that_hold_it(world, data):
    report = check(world)
    questioned = [c.id for c in world.evidence]
    fixed = data.draw(st.sampled_from(questioned))
    held = check(world, given=[fixed])
    wanted = {key for key, s in by_choice(report).items() if fixed in evidence_of(world, s)}
    if report.complete and held.complete:
        assert set(by_choice(held)) == wanted
    assert sets_of(held) == sets_of(report) or not (held.complete and report.complete)


# -- conflicts ----------------------------------------------------------------------------------------------


polynomial_worlds = worlds(wrong=0.3, transcendental=False, most=6)


def assert_conflicts_are_minimal(world):
    report = check(world)
    case = world.case()
    event(f"{min(len(report.conflicts), 5)} conflicts, {'complete' if report.complete else 'incomplete'}")
    for conflict in report.conflicts:
        members = set(conflict.members)
        assert Z3(case, members).verdict() != "sat", members
        basis = set(world.claim(conflict.conclusion).given) if conflict.conclusion else set()
        assert basis <= members
        for member in members - basis if conflict.minimal else ():
            assert Z3(case, members - {member}).verdict() != "unsat", (members, member)
        claims = [m for m in conflict.members if not m.startswith("relation:")]
        if len(members) == 1:
            assert conflict.kind is ConflictKind.IMPOSSIBLE
        elif len(claims) == len(members) and len({world.claim(m).quantity for m in members}) == 1:
            assert conflict.kind is ConflictKind.DISAGREEMENT
    own = [frozenset(c.members) for c in report.conflicts if not c.conclusion]
    assert not any(a < b for a in own for b in own)
    return report


@law(12, polynomial_worlds)
def test_conflicts_are_minimal_and_cannot_hold(world):
    pytest.importorskip("z3")
    assert_conflicts_are_minimal(world)


@law(15, worlds(wrong=0.3, transcendental=False, rivals=False, conclusions=False, most=6))
def test_repairs_are_minimal_and_leave_what_can_hold(world):
    """With this every conflict is listed: a further one would be left whole by some repair."""
    pytest.importorskip("z3")
    report = check(world)
    if not report.complete:
        return
    case = world.case()
    everything = {*case.claims, *(f"relation:{r}" for r in case.relations)}
    conflicts = [set(c.members) for c in report.conflicts]
    found = {frozenset(r) for r in report.repairs}
    assert len(found) == len(report.repairs)
    for repair in found:
        assert all(repair & c for c in conflicts)
        assert Z3(case, everything - repair).verdict() != "unsat"
        for member in repair:
            assert Z3(case, everything - repair | {member}).verdict() != "sat"
    if len(set().union(*conflicts)) <= 12 and len(found) < 1000:
        assert found <= hitting_sets(conflicts)
        if decided(report):
            assert found == hitting_sets(conflicts)


def hitting_sets(sets):
    """The minimal sets that hit all, by trying all subsets by size."""
    if not sets:
        return set()
    members = sorted(set().union(*sets))
    found = []
    for size in range(1, len(members) + 1):
        for some in map(frozenset, combinations(members, size)):
            if all(some & s for s in sets) and not any(f <= some for f in found):
                found.append(some)
    return set(found)


def stands(world, members, claim, low, high):
    """Whether the members can hold with another value for one of the claims: True, False or None."""
    text = f"[{decimal(low)}, {decimal(high)}]"
    alone = world.only(members)
    alone = replace(
        alone,
        claims=tuple(
            replace(c, text=f"{text} {_base_unit(world.quantity(c.quantity))}".strip())
            if c.id == claim
            else c
            for c in alone.claims
        ),
    )
    verdict = claimcheck.verify(alone.mapping(), budget=BUDGET).verdict
    return {Verdict.CONSISTENT: True, Verdict.CONTRADICTORY: False}.get(verdict)


BASE = {"time": "s", "count": "GPU", "work": "FLOP", "length": "m"}


def _base_unit(q):
    return unit_text(tuple((BASE[d], e) for d, e in q.dims))


def cut(x, up):
    """The next decimal with 40 significant digits, above or below."""
    if not x:
        return x
    step = Fraction(10) ** (len(str(int(abs(x)))) - 40 if abs(x) >= 1 else -60)
    n = x / step
    return step * (-(-n // 1) if up else n // 1)


@law(15, worlds(wrong=0.5, transcendental=False, rivals=False, most=5, dates=False))
def test_conflict_vanishes_inside_what_it_would_need_and_not_just_outside(world):
    report = check(world, report=[])
    assume(report.conflicts)
    tried = 0
    for conflict in report.conflicts[:3]:
        for id, bound in list(conflict.would_need.items())[:3]:
            q = world.quantity(world.claim(id).quantity)
            if bound is None or q.dims == ():
                continue
            low, high, *_ = limits(bound.interval)
            assert not bound.interval.is_empty
            size = max((abs(x) for x in (low, high) if x is not None), default=Fraction(1)) or Fraction(1)
            margin = max(fraction(bound.gap), GAP) * size * 2
            if q.integer:
                margin = scale(q.unit)
            for end, turn in ((low, -1), (high, 1)):
                if end is None:
                    continue
                far = cut(end + turn * (margin / 2 if q.integer else size / 10**12), turn > 0)
                beyond = sorted((far, cut(far + turn * size * 10, turn > 0)))
                assert stands(world, conflict.members, id, *beyond) is not True
                if bound.tight:
                    near = sorted((cut(end, turn > 0), cut(end - turn * margin, turn < 0)))
                    assert stands(world, conflict.members, id, *near) is not False
                tried += 1
    event(f"{min(tried, 4)} ends")


def test_bounds_of_a_report_enclose_what_the_budget_left_out():
    """Of the two rivals the first is false; with no time for the second, nothing may be called impossible."""
    mapping = {
        "claimcheck": 1,
        "sources": {"s": {}},
        "quantities": {"a": {"unit": "day"}, "b": {"unit": "day"}},
        "claims": [
            {"quantity": "a", "value": "1 day", "source": "s"},
            {"quantity": "b", "value": "1 day", "source": "s"},
        ],
        "relations": {
            "no": {"equation": "b = 9 * a", "choice": "way"},
            "yes": {"equation": "b = a", "choice": "way"},
        },
    }
    report = claimcheck.verify(mapping)
    cut_short = replace(report, complete=False, scenarios=report.scenarios[:1], scenario_count=1)
    assert cut_short.scenarios[0].verdict is Verdict.CONTRADICTORY
    assert str(cut_short.bounds("a")) == "Interval [0.5, 1.5] day"


# -- statuses and verdicts ----------------------------------------------------------------------------------


@law(10, worlds(wrong=0.25, most=6))
def test_statuses_agree_with_their_definitions(world):
    report = check(world)
    if not report.complete or report.scenario_count > 64:
        return
    derived = {c.id for c in world.claims if c.given}
    for result in report.claims:
        claim = world.claim(result.id)
        if claim.given:
            own = [c for c in report.conflicts if c.conclusion == claim.id]
        else:
            own = [
                c for c in report.conflicts if claim.id in c.members and not c.conclusion and not c.ruled_out
            ]
        if own:
            clashing = [
                any(set(c.members) - derived - {claim.id} <= premises for c in own)
                for s in report.scenarios
                if set(claim.given) <= (premises := evidence_of(world, s))
            ]
            assert result.status is (Status.CONTRADICTED if all(clashing) else Status.DISPUTED)
            continue
        if result.status is Status.UNKNOWN:  # the time ran out
            continue
        assert result.status in (Status.SUPPORTED, Status.UNTESTED)
        rest = replace(world, claims=tuple(c for c in world.claims if c.id != claim.id))
        rest = replace(rest, claims=tuple(c for c in rest.claims if claim.id not in c.given))
        hard = _hard(world, claim.quantity)
        bound = without(rest, claim).hull.get(claim.quantity)
        others = None if bound is None else limits(bound.interval)
        supported = others is not None and any(
            others[end] != hard[end] or (hard[end] is not None and others[end + 2] != hard[end + 2])
            for end in (0, 1)
        )
        event(f"{result.status}")
        if claim.given or not own:
            assert (result.status is Status.SUPPORTED) == supported, (claim.id, others, hard)


def without(rest, claim):
    """The report on what is left of a world without a claim; a file has to claim something."""
    if rest.claims:
        return check(rest, report=[claim.quantity], given=claim.given)
    left = rest.mapping([claim.quantity])
    left["sources"] = {**left["sources"], "aside": {"title": "aside"}}
    left["quantities"] = {**left["quantities"], "aside": {}}
    left["claims"] = [{"quantity": "aside", "value": "1", "source": "aside"}]
    return claimcheck.verify(left, budget=BUDGET)


def _hard(world, name):
    q = world.quantity(name)
    low, high = q.limits[0][1], q.limits[1][1]
    return (low, high, True, True)


@law(8, worlds(wrong=0.3, most=6))
def test_known_conflicts_change_the_verdict_and_not_the_conflicts(world):
    report = check(world)
    assume(report.conflicts)
    counting = [c for c in report.conflicts if c.counts]
    if report.complete:
        assert (report.verdict is Verdict.CONTRADICTORY) == bool(counting)
    mapping = world.mapping()
    mapping["known"] = [
        {"members": list(m), "reason": "agreed"} for m in {c.members for c in report.conflicts}
    ]
    accepted = claimcheck.verify(mapping, budget=BUDGET)
    if not (decided(accepted) and decided(report)):
        return
    assert sets_of(accepted) == sets_of(report)
    assert accepted.verdict is Verdict.CONSISTENT
    assert [c.status for c in accepted.claims] == [c.status for c in report.claims]
    assert accepted.repairs == report.repairs
    if len(counting) > 1:
        mapping["known"] = [{"members": list(counting[0].members), "reason": "agreed"}]
        assert claimcheck.verify(mapping, budget=BUDGET).verdict is Verdict.CONTRADICTORY
