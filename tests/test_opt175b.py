"""The two OPT-175B files, end to end, against arithmetic done here with nothing but `fractions`.

`tests.by_hand.Span` is the independent judge. Every number that the checker derives for the case is derived
here a second time from the printed digits.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import math
import re
from fractions import Fraction
from pathlib import Path

import pytest

from claimcheck.cli import main
from claimcheck.files.loader import load
from claimcheck.judging.report import ConflictKind, Status, Verdict
from claimcheck.judging.verification import check_text, exit_status
from tests.by_hand import Span, printed, span

CLAIMS = Path(__file__).parent.parent / "claims"
CASE = CLAIMS / "opt175b.yaml"
FULL = CLAIMS / "opt175b-full.yaml"

DAY = Fraction(86400)
PERCENT = Fraction(1, 100)
TERA = Fraction(10**12)


# -- the judge --------------------------------------------------------------------------------------------


def ends(bound_or_interval, unit=1):
    """The ends of a result in base units as a Span in `unit`."""
    x = getattr(bound_or_interval, "interval", bound_or_interval)
    return Span(*(Fraction(int(q.numerator), int(q.denominator)) / unit for q in (x.lower, x.upper)))


def decimal(n, places):
    """The integer `n` with the point moved `places` to the left."""
    return f"{n // 10**places}.{n % 10**places:0{places}}"


def outward(span, places):
    """Both ends as decimals, the lower one rounded down and the upper one up."""
    scale = 10**places
    return decimal(math.floor(span.low * scale), places), decimal(math.ceil(span.high * scale), places)


def nearest(span, places):
    """Both ends as decimals, each rounded to the nearest."""
    return tuple(decimal(round(x * 10**places), places) for x in (span.low, span.high))


COMPUTE = printed("4.30e23", "1e21")
RATE = printed(147, 1) * TERA


def busy(gpus):
    """Seconds of computing."""
    return COMPUTE / (RATE * gpus)


# -- the case ---------------------------------------------------------------------------------------------

AS_PRINTED = {56: printed(56, 1), 63: printed(63, 1)}
EXACTLY = {56: span(56), 63: span(63)}
GPUS = {"gpus@paper": 992, "gpus@final-update": 1024}
DAYS = {"elapsed@zhang": 56, "elapsed@logbook": 63}

UPTIME = {  # percent, to ten places
    "as printed": {
        (992, 56): ("60.1308420242", "61.7756229201"),
        (992, 63): ("53.5022452656", "54.8567531530"),
        (1024, 56): ("58.2517532110", "59.8451347038"),
        (1024, 63): ("51.8303001011", "53.1424796170"),
    },
    "exactly": {
        (992, 56): ("60.6677245423", "61.2240548583"),
        (992, 63): ("53.9268662598", "54.4213820963"),
        (1024, 56): ("58.7718581503", "59.3108031440"),
        (1024, 63): ("52.2416516892", "52.7207139057"),
    },
}


def exact_days(text):
    return text.replace("value: 56 day,", "value: exactly 56 day,").replace(
        "value: 63 day,", "value: exactly 63 day,"
    )


@pytest.fixture(scope="module", params=["as printed", "exactly"])
def reading(request):
    text = CASE.read_text(encoding="utf-8")
    if request.param == "exactly":
        changed = exact_days(text)
        assert changed.count("exactly") == 2
        return request.param, EXACTLY, check_text(changed)
    return request.param, AS_PRINTED, check_text(text)


def picked(scenario):
    """GPUs and days of a scenario."""
    (gpus,), (days,) = scenario.choices["gpus"], scenario.choices["elapsed"]
    return GPUS[gpus], DAYS[days]


def test_uptime_of_each_combination_of_sources(reading):
    name, elapsed, report = reading
    found = {picked(s): ends(s.bounds["uptime"], PERCENT) for s in report.scenarios}
    assert {k: nearest(v, 10) for k, v in found.items()} == UPTIME[name]
    for (gpus, days), found_span in found.items():
        assert found_span == busy(gpus) / (elapsed[days] * DAY) / PERCENT


def test_every_scenario_is_consistent_with_a_witness_that_obeys_the_relations(reading):
    _, elapsed, report = reading
    assert [s.verdict for s in report.scenarios] == [Verdict.CONSISTENT] * 4
    for scenario in report.scenarios:
        gpus, days = picked(scenario)
        at = {}
        for name, interval in scenario.witness.values.items():
            both = ends(interval)
            assert both.low == both.high
            at[name] = both.low
        assert at["gpus"] == gpus
        assert elapsed[days].low * DAY <= at["elapsed"] <= elapsed[days].high * DAY
        assert COMPUTE.low <= at["compute"] <= COMPUTE.high
        assert RATE.low <= at["throughput"] <= RATE.high
        assert at["busy"] * at["throughput"] * at["gpus"] == at["compute"]
        assert at["uptime"] * at["elapsed"] == at["busy"]


def test_busy_time(reading):
    _, _, report = reading
    for scenario in report.scenarios:
        gpus, _ = picked(scenario)
        assert ends(scenario.bounds["busy"], DAY) == busy(gpus) / DAY
    assert outward(busy(1024) / DAY, 2) == ("32.91", "33.22")


def test_hull_reaches_from_the_least_to_the_greatest_scenario(reading):
    _, elapsed, report = reading
    hull = ends(report.hull["uptime"], PERCENT)
    assert hull.low == (busy(1024) / (elapsed[63] * DAY) / PERCENT).low
    assert hull.high == (busy(992) / (elapsed[56] * DAY) / PERCENT).high
    assert report.hull["uptime"].tight


def test_conflicts_are_the_two_disagreements_and_the_low_end(reading):
    _, _, report = reading
    found = {(c.kind, c.members) for c in report.conflicts}
    assert found == {
        (ConflictKind.DISAGREEMENT, ("gpus@paper", "gpus@final-update")),
        (ConflictKind.DISAGREEMENT, ("elapsed@zhang", "elapsed@logbook")),
        (
            ConflictKind.CONTRADICTION,
            (
                "gpus@final-update",
                "throughput@blog",
                "compute@final-update",
                "elapsed@logbook",
                "uptime@note#low",
                "relation:busy-time",
                "relation:uptime",
            ),
        ),
    }
    assert report.complete
    assert all(c.minimal for c in report.conflicts)
    assert report.verdict is Verdict.CONTRADICTORY


def test_what_the_days_would_have_to_be_for_the_low_end(reading):
    _, _, report = reading
    (conflict,) = (c for c in report.conflicts if c.conclusion == "uptime@note#low")
    needed = ends(conflict.would_need["elapsed@logbook"], DAY)
    assert needed == busy(1024) / (printed("51.7", "0.1") * PERCENT) / DAY
    assert outward(needed, 2) == ("63.59", "64.31")
    assert needed.low > AS_PRINTED[63].high
    assert ends(conflict.would_need["gpus@final-update"]).low > 1024


def test_what_became_of_each_claim(reading):
    _, _, report = reading
    assert {c.id: c.status for c in report.claims} == {
        "gpus@paper": Status.DISPUTED,
        "gpus@final-update": Status.DISPUTED,
        "throughput@blog": Status.SUPPORTED,
        "compute@final-update": Status.SUPPORTED,
        "elapsed@zhang": Status.DISPUTED,
        "elapsed@logbook": Status.DISPUTED,
        "busy@note#seconds": Status.SUPPORTED,
        "busy@note#hours": Status.SUPPORTED,
        "busy@note#days": Status.SUPPORTED,
        "uptime@note#low": Status.CONTRADICTED,
        "uptime@note#high": Status.SUPPORTED,
    }


def test_the_upper_end_follows_from_56_days(reading):
    _, elapsed, _ = reading
    derived = busy(1024) / (elapsed[56] * DAY) / PERCENT
    claimed = printed("58.9", "0.1")
    assert derived.low <= claimed.high
    assert claimed.low <= derived.high


def test_the_busy_time_of_the_note_has_more_digits_than_its_premises_support(reading):
    _, _, report = reading
    spurious = {m for f in report.findings if f.code == "CC401" for m in f.members}
    assert {"busy@note#seconds", "busy@note#hours"} <= spurious
    width = busy(1024).high - busy(1024).low
    assert width > 1000 * 1  # a quarter of a day against a second
    assert width > 10 * Fraction(360)  # and against a tenth of an hour


def run(capsys, *arguments):
    status = main([str(a) for a in arguments])
    return status, capsys.readouterr().out


def test_the_text_says_it_all(capsys):
    status, out = run(capsys, "verify", CASE)
    assert status == 1
    for shown in ("51.8", "53.1", "58.2", "59.8", "53.5", "54.8", "60.1", "61.7"):
        assert shown in out
    assert re.search(r"63 day\b.*would have to be 63\.59\d* to 64\.31", out)
    assert "58.9 %" not in "\n".join(line for line in out.splitlines() if "would have to be" in line)


def test_status_is_0_once_every_conflict_is_known(tmp_path, capsys):
    text = CASE.read_text(encoding="utf-8")
    report = check_text(text)
    lines = ["known:"]
    for conflict in report.conflicts:
        members = ", ".join(f'"{m}"' for m in conflict.members)
        lines.append(f"  - {{members: [{members}], reason: looked at}}")
    accepted = text + "\n".join(lines) + "\n"
    assert exit_status([report]) == 1
    assert exit_status([check_text(accepted)]) == 0
    without_last = text + "\n".join(lines[:-1]) + "\n"
    assert exit_status([check_text(without_last)]) == 1
    file = tmp_path / "known.yaml"
    file.write_text(accepted, encoding="utf-8")
    assert run(capsys, "verify", file)[0] == 0


# -- the full file ----------------------------------------------------------------------------------------

LAYERS, HIDDEN, SEQUENCE, VOCABULARY = 96, 12288, 2048, 50272
PER_LAYER = LAYERS * HIDDEN**2
PARAMS = (
    12 * PER_LAYER * (1 + Fraction(13, 12 * HIDDEN) + Fraction(VOCABULARY + SEQUENCE, 12 * LAYERS * HIDDEN))
)
PER_TOKEN = 96 * PER_LAYER * (1 + Fraction(SEQUENCE, 6 * HIDDEN) + Fraction(VOCABULARY, 16 * LAYERS * HIDDEN))
TOKENS = printed("300e9", "1e9") & (COMPUTE / PER_TOKEN)
BATCH = 2 * 1024 * 1024
LAUNCHER_BATCH = BATCH // (992 // 8) // SEQUENCE * SEQUENCE * (992 // 8)
LINEAGE_DAYS = printed(56, 1)


def about(x):
    return Span(Fraction(x) * Fraction(95, 100), Fraction(x) * Fraction(105, 100))


def utc(text):
    """Seconds since 1970 of an ISO moment."""
    return Fraction(int(datetime.datetime.fromisoformat(text).timestamp()))


def day_anywhere(text):
    """A calendar day without an offset: from its first moment at UTC+14 to its last at UTC-12."""
    start = utc(f"{text}T00:00+00:00")
    return Span(start - 14 * 3600, start + (24 + 12) * 3600)


END = Span(utc("2022-01-06T12:46-08:00"), utc("2022-01-06T12:47-08:00"))
START_11 = day_anywhere("2021-11-05")
START_12 = day_anywhere("2021-11-11") & (END - LINEAGE_DAYS * DAY)
SINCE_12 = {p: (day_anywhere(d) - START_12) / DAY for p, d in (("27", "2021-12-03"), ("56", "2021-12-16"))}


@pytest.fixture(scope="module")
def full():
    """The report on the full file, with every number asked about that is derived below."""
    text = FULL.read_text(encoding="utf-8")
    asked = ", ".join(dict.fromkeys([*DERIVED, "uptime", "uptime_cluster"]))
    return check_text(re.sub(r"(?m)^report: .*$", f"report: [{asked}]", text))


# Each span is in the quantity's unit, given second, in base units (seconds, grams, bits, counts).
DERIVED = {
    "elapsed_12": (LINEAGE_DAYS, DAY),
    "elapsed_11": ((END - START_11) / DAY, DAY),
    "calendar_days": (span(63), DAY),
    "lost_days": ((START_12 - START_11) / DAY, DAY),
    "missing_days": (span(63) - LINEAGE_DAYS, DAY),
    "busy": (busy(992) / DAY, DAY),
    "busy_cluster": (busy(1024) / DAY, DAY),
    "mean_rate": (COMPUTE / (992 * LINEAGE_DAYS * DAY) / TERA, TERA),
    "params": (span(PARAMS), 1),
    "with_recompute": (COMPUTE, 1),
    "model_only": (COMPUTE * Fraction(3, 4), 1),
    "tokens": (TOKENS, 1),
    "six_n_d": (TOKENS * 6 * PARAMS, 1),
    "epochs": (TOKENS / printed("180e9", "1e9"), 1),
    "steps": (TOKENS / BATCH, 1),
    "launcher_steps": (TOKENS / LAUNCHER_BATCH, 1),
    "planned_steps": (span(300 * 10**9 // BATCH), 1),
    "compute_11": (PER_TOKEN * BATCH * about(6700), 1),
    "progress_corpus": (printed(56, 1) * TOKENS / printed("180e9", "1e9"), PERCENT),
    "uptime_27": (printed(27, 1) * (busy(992) / DAY) / SINCE_12["27"], PERCENT),
    "uptime_56": (printed(56, 1) * (busy(992) / DAY) / SINCE_12["56"], PERCENT),
    "checkpoint": (span(10 * PARAMS), 8),
    "checkpoint_tera": (span(10 * PARAMS / 2**40), 1),
    "file_giga": (span(10 * PARAMS / 992 / 2**30), 1),
    "weights_giga": (span(2 * PARAMS / 2**30), 1),
    "hosts_down": (about(2) * LINEAGE_DAYS, 1),
    "moe_ratio": (printed("2.16e22", "1e20") / printed("1.1e12", "1e11"), 1),
    "dense_ratio": (COMPUTE / PARAMS, 1),
    "carbon_gpus": (
        printed(809472, 1) * printed(400, 1) * printed("0.231", "0.001") / 10**6 & printed(75, 1),
        10**6,
    ),
    "carbon_building": (printed(356, 1) * printed("0.231", "0.001") & printed(82, 1), 10**6),
    "carbon_us": (printed(356, 1) * printed("0.385", "0.001") & printed(137, 1), 10**6),
}


@pytest.mark.parametrize("quantity", DERIVED)
def test_derived_interval(full, quantity):
    span, unit = DERIVED[quantity]
    assert full.hull[quantity].tight
    assert ends(full.hull[quantity], unit) == span


def test_the_two_printed_durations_measure_different_things_and_both_are_right(full):
    """56 days is 12.00 to the end, 63 days counts both ends from 11.0; neither number fits the other."""
    result = {c.id: c for c in full.claims}
    for id in ("elapsed_12@zhang", "elapsed_12@talk", "calendar_days@logbook", "missing_days@note"):
        assert result[id].status is Status.SUPPORTED
    of_lineage = ends(result["elapsed_12@zhang"].expected, DAY)
    assert of_lineage.low <= 56 <= of_lineage.high < AS_PRINTED[63].low
    assert ends(result["calendar_days@logbook"].expected, DAY) == span(63)
    counted = (datetime.date(2022, 1, 6) - datetime.date(2021, 11, 5)).days + 1
    assert counted == 63
    assert (datetime.date(2022, 1, 6) - datetime.date(2021, 11, 11)).days == 56


def entry(text, start):
    """One entry of the file with the lines that continue it."""
    return re.search(rf"(?m)^{re.escape(start)}.*\n(?:   .*\n)*", text).group()


def test_a_duration_under_the_other_ones_name_is_caught():
    """The dates alone tell which of the two spans of time each printed number can be."""
    text = FULL.read_text(encoding="utf-8")
    head, body = text[: text.index("claims:\n")], text[text.index("claims:\n") :]
    dates = [entry(body, f"  - {{quantity: {q}, ") for q in ("start_12", "end", "first_day", "last_day")]
    printed_days = [entry(body, f"  - {{quantity: {q}, ") for q in ("elapsed_12", "calendar_days")]
    relations = [entry(body, f"  {r}: ") for r in ("elapsed-12", "calendar-days")]

    def report(days):
        lines = [
            "claims:\n",
            *dates,
            *days,
            "relations:\n",
            *relations,
            "report: [elapsed_12, calendar_days]\n",
        ]
        return check_text(head + "".join(lines))

    assert report(printed_days).verdict is Verdict.CONSISTENT
    swapped = [printed_days[0].replace("56 day", "63 day"), printed_days[1].replace("63 day", "56 day")]
    assert swapped != printed_days
    status = {c.id: c.status for c in report(swapped).claims}
    assert status["elapsed_12@zhang"] is Status.CONTRADICTED
    assert status["calendar_days@logbook"] is Status.CONTRADICTED


def test_uptime_over_either_duration(full):
    found = {}
    for scenario in full.scenarios:
        if scenario.verdict is Verdict.CONSISTENT:
            found[scenario.choices["uptime-over"][0]] = scenario.bounds
    assert set(found) == {"relation:lineage", "relation:calendar"}
    for relation, days in (("relation:lineage", LINEAGE_DAYS), ("relation:calendar", span(63))):
        for quantity, gpus in (("uptime", 992), ("uptime_cluster", 1024)):
            bound = found[relation][quantity]
            assert ends(bound, PERCENT) == busy(gpus) / (days * DAY) / PERCENT
            assert (bound.interval.lower_closed, bound.interval.upper_closed, bound.tight) == (
                True,
                True,
                True,
            )


def test_only_recomputation_and_binary_prefixes_fit(full):
    fitting = [s.choices for s in full.scenarios if s.verdict is Verdict.CONSISTENT]
    assert {c["operations"] for c in fitting} == {("relation:counts-all",)}
    assert {c["prefix"] for c in fitting} == {("relation:binary",)}
    assert {c["restarts"] for c in fitting} == {("restarts@final-update",), ("restarts@talk",)}
    # by hand: the printed operations take 300 billion tokens at 96 a weight, not at 72 or 6 a parameter
    printed_tokens = printed("300e9", "1e9")
    needed = {96: COMPUTE / PER_TOKEN, 72: COMPUTE / (PER_TOKEN * 3 / 4), 6: COMPUTE / (6 * PARAMS)}
    meets = {k: v.low <= printed_tokens.high and printed_tokens.low <= v.high for k, v in needed.items()}
    assert meets == {96: True, 72: False, 6: False}
    for kilo, fits in ((1000, False), (1024, True)):
        whole = printed("1.6", "0.1") * kilo**4
        assert (whole.low <= 10 * PARAMS <= whole.high) is fits
        weights = about(328) * kilo**3
        assert (weights.low <= 2 * PARAMS <= weights.high) is fits


RULED_OUT = {
    ("relation:counts-model",): ("compute@final-update", "tokens@final-update", "relation:counts-model"),
    ("relation:counts-six",): ("compute@final-update", "tokens@final-update", "relation:counts-six"),
    ("relation:decimal", "checkpoint"): ("checkpoint_tera@update-27", "relation:decimal"),
    ("relation:decimal", "weights"): ("weights_giga@download", "relation:decimal", "relation:weights"),
}

CLASHES = {
    # 53 or 54 against about 90 in the same lineage
    ("restarts@final-update", "restarts@talk"),
    # 35 + 70 after hardware failures alone
    ("restarts@final-update", "manual_restarts@paper", "auto_restarts@paper", "relation:hardware"),
    ("restarts@talk", "manual_restarts@paper", "auto_restarts@paper", "relation:hardware"),
    # eight whole sequences for each of 124 copies make 147 thousand updates
    (
        "job_gpus@paper",
        "tokens@final-update",
        "batch@constants",
        "tensor_parallel@update-10",
        "launcher_steps@talk",
        "relation:sequences",
        "relation:launcher-batch",
        "relation:launcher-steps",
    ),
    # a table of nine rows, a post cited with another day, a constant a quarter of the printed rate
    ("models@paper#rows", "models@paper#text"),
    ("post_10@update-10", "post_10@update-56#cited"),
    ("peak_rate@paper", "peak_rate@constants"),
    # four entries of the index out of order
    ("entry_5@index", "entry_4@index", "relation:order-4"),
    ("entry_8@index", "entry_9@index", "relation:order-8"),
    ("entry_18@index", "entry_17@index", "relation:order-17"),
    ("entry_21@index", "entry_20@index", "relation:order-20"),
}


def test_conflicts_are_the_real_clashes_and_the_readings_ruled_out(full):
    assert full.complete
    span = [c for c in full.conflicts if c.conclusion == "uptime_cluster@note"]
    assert len(span) == 1
    others = [c for c in full.conflicts if c not in span]
    assert {c.members for c in others if c.ruled_out} == set(RULED_OUT.values())
    assert {c.members for c in others if not c.ruled_out} == CLASHES
    assert all(c.minimal for c in others)


def test_the_range_of_the_note_is_refuted_by_the_hull(full):
    hull = ends(full.hull["uptime_cluster"], PERCENT)
    assert hull.low == (busy(1024) / (63 * DAY) / PERCENT).low > printed("51.7", "0.1").high
    assert hull.high == (busy(1024) / (LINEAGE_DAYS * DAY) / PERCENT).high > printed("58.9", "0.1").high
    (conflict,) = (c for c in full.conflicts if c.conclusion == "uptime_cluster@note")
    assert not conflict.ruled_out


UNTESTED = {
    # nothing else is printed about them, here or in any relation
    "planned_tokens@constants",
    "updates_11@update-10",
    "pages_notes@final-update",
    "peak_rate_11@update-10",
    # only the conclusions drawn from them say anything, and conclusions narrow nothing
    "corpus@paper",
    "tensor_parallel@update-10",
    "models@paper#rows",
    "peak_rate@paper",
    "moe_compute@final-update",
    "moe_params@final-update",
    "carbon_gpt3@paper",
    "entry_5@index",
    "entry_8@index",
    "entry_18@index",
    "entry_21@index",
    # they enter an uptime that nobody printed
    "post_27@update-27",
    "post_56@update-56",
}
CONTRADICTED = {
    "uptime_cluster@note",
    "launcher_steps@talk",
    "auto_restarts@paper",
    "post_10@update-56#cited",
    "models@paper#text",
    "peak_rate@constants",
    "entry_4@index",
    "entry_9@index",
    "entry_17@index",
    "entry_20@index",
}
DISPUTED = {"restarts@final-update", "restarts@talk"}


def test_what_became_of_each_claim_of_the_full_file(full):
    """What none of the sets names is supported, among it every figure that only its scope seemed to clash."""
    found = {}
    for claim in full.claims:
        found.setdefault(claim.status, set()).add(claim.id)
    certain = {c.id for c in full.claim_set.claims.values() if c.certain}
    assert found.pop(Status.CONTRADICTED) == CONTRADICTED
    assert found.pop(Status.DISPUTED) == DISPUTED
    assert found.pop(Status.UNTESTED) - certain == UNTESTED
    supported = found.pop(Status.SUPPORTED)
    assert found == {}
    assert supported >= {
        "job_gpus@paper",  # 124 hosts of 8; 1024 has four spare hosts more
        "cluster_gpus@final-update",
        "compute@final-update",
        "gpt3_compute@final-update",
        "checkpoint_tera@update-27",
        "file_giga@update-27",
        "weights_giga@download",
        "carbon_gpus@paper",
        "carbon_building@llama",
        "batch@paper",
        "params@paper",
    }


def test_every_claim_has_a_locator_and_every_source_an_address():
    for path in (CASE, FULL):
        claims = load(path)
        assert all(c.at for c in claims.claims.values())
        assert all(s.title for s in claims.sources.values())
        assert [s.id for s in claims.sources.values() if not s.url] == ["note"]


def test_a_conclusion_that_is_refuted_has_a_note_that_says_why():
    claims = load(FULL)
    assert all(claims.claims[id].note for id in CONTRADICTED | {"restarts@talk"})


def test_the_files_fit_the_width_of_a_screen():
    for path in (CASE, FULL):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert len(line) <= 110 or line.lstrip().startswith("url: ")


@pytest.fixture(scope="module")
def command_on_full():
    """Status and output of the command on the full file."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = main(["verify", "--format", "text", str(FULL)])
    return status, out.getvalue()


def test_status_of_the_full_file(command_on_full):
    status, out = command_on_full
    assert status == 1
    assert {"calendar_days", "elapsed_12"} <= set(out.split())


def test_the_report_says_that_both_durations_hold_and_of_what(command_on_full):
    told = {line.split()[1]: line for line in command_on_full[1].splitlines() if " supported " in line}
    assert "56 day" in told["elapsed_12@zhang"]
    assert told["elapsed_12@zhang"].endswith("12.00 to the end; this lineage trained the weights")
    assert "63 day" in told["calendar_days@logbook"]
    assert told["calendar_days@logbook"].endswith("calendar days from 11.0 to the end with both ends")
