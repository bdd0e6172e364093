"""Reports built by hand: renderers are pure functions of a report, whoever made it."""

from __future__ import annotations

from gmpy2 import mpq

from claimcheck.diagnostics import Diagnostic, Location, Severity
from claimcheck.interval import EMPTY, Interval, interval, point
from claimcheck.judging.report import (
    ClaimResult,
    Conflict,
    ConflictKind,
    Finding,
    Report,
    Scenario,
    Status,
    Verdict,
)
from claimcheck.model import ClaimSet
from claimcheck.solver.decision import Bound, Proof, Step, Witness

HOUR = 3600
METRE_PER_HOUR = mpq(1, 3600)


def claims() -> ClaimSet:
    """84 km in 70 min (timetable) or 1.2 hour (leaflet): the leaflet's 75 km/hour follows from neither."""
    made = ClaimSet(title="Travel time", path="coast.yaml")
    made.source("timetable", title="Summer timetable", url="https://example.org/timetable")
    made.source("leaflet", title="Visitors' leaflet")
    made.quantity("distance", "km", description="length of the line")
    made.quantity("duration", "minute")
    made.quantity("speed", "km/hour", min="0 km/hour", description="average speed")
    made.claim("distance", "84 km", source="timetable", at="page 3")
    made.claim("duration", "70 minute", source="timetable")
    made.claim("duration", "1.2 hour", source="leaflet", at="back cover")
    made.claim("speed", "75 km/hour", source="leaflet", given=["distance@timetable", "duration@timetable"])
    made.relation("speed = distance / duration", "average", note="definition of the average speed")
    made.report = ("speed",)
    return made


def quotient(a: Interval, b: Interval) -> Interval:
    """The quotient of two positive bounded intervals."""
    assert a.lower is not None
    assert b.lower is not None
    return interval(a.lower / b.upper, a.upper / b.lower)


def speed_bound(made: ClaimSet, duration: str) -> Bound:
    """The speed by one of the durations, in both ends at once and exactly."""
    s, t = made.claims["distance@timetable"].interval, made.claims[duration].interval
    found = quotient(s, t)
    steps = (
        Step("domain:speed", "speed", interval(0, None)),
        Step("distance@timetable", "distance", s),
        Step(duration, "duration", t),
        Step("relation:average", "speed", interval(found.lower, None), (1, 2)),
        Step("relation:average", "speed", interval(None, found.upper), (1, 2)),
    )
    premises = ("distance@timetable", duration, "relation:average")
    return Bound(found, True, mpq(0), premises, premises, Proof(steps))


def duration_needed(made: ClaimSet) -> Bound:
    """The duration that the leaflet's speed would need."""
    s, v = made.claims["distance@timetable"].interval, made.claims["speed@leaflet"].interval
    found = quotient(s, v)
    steps = (
        Step("distance@timetable", "distance", s),
        Step("speed@leaflet", "speed", v),
        Step("relation:average", "duration", found, (0, 1)),
    )
    return Bound(found, True, mpq(0), proof=Proof(steps))


def contradiction(made: ClaimSet, id: str = "C1", known: bool = False) -> Conflict:
    """The leaflet's speed against the timetable."""
    by_timetable = speed_bound(made, "duration@timetable")
    assert by_timetable.proof is not None
    steps = (
        *by_timetable.proof.steps,
        Step("speed@leaflet", "speed", made.claims["speed@leaflet"].interval),
        Step("speed@leaflet", "speed", EMPTY, (3, 5)),
    )
    members = ("distance@timetable", "duration@timetable", "speed@leaflet", "relation:average")
    needed = {
        "distance@timetable": None,
        "duration@timetable": duration_needed(made),
        "speed@leaflet": by_timetable,
    }
    return Conflict(
        id,
        ConflictKind.CONTRADICTION,
        members,
        True,
        Proof(steps),
        known,
        "a misprint" if known else "",
        "speed@leaflet",
        needed,
    )


def disagreement(made: ClaimSet, id: str = "C2") -> Conflict:
    """The two durations."""
    members = ("duration@timetable", "duration@leaflet")
    a, b = (made.claims[m].interval for m in members)
    steps = (
        Step(members[0], "duration", a),
        Step(members[1], "duration", b),
        Step(members[1], "duration", EMPTY, (0, 1)),
    )
    needed = {
        members[0]: Bound(b, True, mpq(0), proof=Proof(steps[1:2])),
        members[1]: Bound(a, True, mpq(0), proof=Proof(steps[:1])),
    }
    return Conflict(id, ConflictKind.DISAGREEMENT, members, True, Proof(steps), would_need=needed)


def witness(made: ClaimSet, duration: str) -> Witness:
    """Every quantity in the middle of its claim."""
    s, t = made.claims["distance@timetable"].interval, made.claims[duration].interval
    middle = [(x.lower + x.upper) / 2 for x in (s, t)]
    return Witness(
        {"distance": point(middle[0]), "duration": point(middle[1]), "speed": point(middle[0] / middle[1])}
    )


def contradictory(path: str = "coast.yaml") -> Report:
    """Two scenarios, both consistent, a contradicted conclusion and a disagreement."""
    made = claims()
    bounds = {d: speed_bound(made, d) for d in ("duration@timetable", "duration@leaflet")}
    scenarios = tuple(
        Scenario(
            {"duration": (d,)},
            Verdict.CONSISTENT,
            {"speed": b},
            witness(made, d),
            ("C1",) if d == "duration@timetable" else (),
        )
        for d, b in bounds.items()
    )
    ends = [b.interval for b in bounds.values()]
    whole = interval(min(x.lower for x in ends), max(x.upper for x in ends))
    status = {
        "distance@timetable": Status.UNTESTED,
        "duration@timetable": Status.DISPUTED,
        "duration@leaflet": Status.DISPUTED,
        "speed@leaflet": Status.CONTRADICTED,
    }
    results = tuple(
        ClaimResult(
            c.id,
            c.quantity,
            c.source,
            status[c.id],
            c.interval,
            bounds["duration@timetable"].interval if c.id == "speed@leaflet" else None,
        )
        for c in made.claims.values()
    )
    return Report(
        path,
        made.title,
        Verdict.CONTRADICTORY,
        True,
        results,
        scenarios,
        {"speed": Bound(whole, True, mpq(0))},
        (contradiction(made), disagreement(made)),
        (("duration@timetable",), ("distance@timetable", "duration@leaflet")),
        (
            Finding("CC304", "contradicted-conclusion", Severity.ERROR, "speed@leaflet is wrong", "", 12, 5),
            Finding("CC401", "unused-source", Severity.WARNING, "nothing is from 'x'", "drop it", 3, 3),
        ),
        made,
    )


def consistent(path: str = "fine.yaml") -> Report:
    """One scenario without choices, and a bound that is open on one side and not tight."""
    made = ClaimSet(title="Fine")
    made.source("a")
    made.quantity("x", "km")
    made.quantity("born", "date")
    made.claim("x", "> 3 km", source="a")
    made.claim("born", "2021-11-05", source="a")
    x, born = (c.interval for c in made.claims.values())
    bounds = {"x": Bound(x, False, mpq(1, 3)), "born": Bound(born, True, mpq(0))}
    scenario = Scenario(
        {}, Verdict.CONSISTENT, bounds, Witness({"x": point(4000), "born": point(born.lower)})
    )
    results = tuple(
        ClaimResult(c.id, c.quantity, "a", Status.UNTESTED, c.interval) for c in made.claims.values()
    )
    return Report(path, "Fine", Verdict.CONSISTENT, True, results, (scenario,), bounds, claim_set=made)


def unreadable(path: str = "broken.yaml") -> Report:
    """A file with a mistake in its fourth line."""
    found = Diagnostic(
        "CC101",
        "unknown key 'untis'",
        "did you mean units?",
        Location(path, 4, 3, 8),
        excerpt="  untis: [km]\n  ^^^^^",
    )
    return Report(path, "", Verdict.UNKNOWN, False, diagnostics=(found,))
