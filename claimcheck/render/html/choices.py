"""Choosing sources in the page: a select for each contested quantity or choice, and the answers.

Nothing is computed in the browser. The answer to every selection, also of a few choices only, is in the page
as JSON; where that would be too many, the answers to single choices are (the effects of the report).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from claimcheck.interval import Interval, intersection
from claimcheck.judging.hulls import union
from claimcheck.judging.report import Report, Scenario, Verdict
from claimcheck.judging.wording import clean, interval_text
from claimcheck.render.axis import axis_of
from claimcheck.render.combinations import choice_names, choice_text
from claimcheck.render.forest import Forest
from claimcheck.render.html.forest import Option
from claimcheck.render.html.markup import data, text
from claimcheck.render.prose import count_text, scenario_count
from claimcheck.solver.decision import Bound

__all__ = ["Choices", "choices_of", "form", "stored"]

_MOST_ANSWERS = 4000
"""Selections whose answers are stored, times quantities."""
_MOST_NOTES = 6
_MIXED = "mixed"
"""What is neither all good nor all bad, and stands in no colour."""

Key = tuple[int, ...]
"""For each choice what is selected, counted from 1; 0: any."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen, in the order of the report. ``single``: one choice at a time."""

    options: Mapping[str, tuple[tuple[str, ...], ...]]
    single: bool

    def marks(self) -> dict[Option, str]:
        """How the script knows what is picked: ``0:2``, the second option of the first choice."""
        return {
            (name, ids): f"{i}:{j}"
            for i, (name, options) in enumerate(self.options.items())
            for j, ids in enumerate(options, start=1)
        }


def choices_of(report: Report, forests: Sequence[Forest]) -> Choices | None:
    """The choices of a report; None where there is nothing to choose."""
    listed = scenario_count(report) == len(report.scenarios)
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for name in choice_names(report):
        found[name] = tuple(dict.fromkeys(s.choices.get(name, ()) for s in report.scenarios))
    asked = {f.quantity for f in forests}
    selections = math.prod(2 * len(o) for o in found.values())
    if not listed or selections * max(1, len(asked)) > _MOST_ANSWERS:
        found = {}
        for effect in report.overview.effects:
            if effect.quantity in asked:
                found.setdefault(effect.choice, tuple(o.picked for o in effect.outcomes))
        single = True
    else:
        single = False
    found = {name: options for name, options in found.items() if len(options) > 1}
    return Choices(found, single) if found and asked else None


def form(report: Report, choices: Choices, forests: Sequence[Forest], prefix: str) -> str:
    """The selects, hidden until the script is there, and where the answer goes."""
    out = [f'<form class="choices" hidden autocomplete="off" aria-labelledby="{prefix}-choose">']
    out.append(f'<h2 id="{prefix}-choose">Choose what to believe</h2>')
    if choices.single:
        count = count_text(scenario_count(report))
        out.append(
            f"<p>There are {count} combinations, too many to hold here. One choice at a time can be settled; "
            "the figures then cover all that the others may be.</p>"
        )
    out.append('<div class="fields">')
    for i, (name, options) in enumerate(choices.options.items()):
        key = f"{prefix}-choice{i}"
        out.append(f'<p><label for="{key}">{text(name)}</label><select id="{key}">')
        out.append('<option value="0">any</option>')
        for j, ids in enumerate(options, start=1):
            said = choice_text(report.claim_set, ids) or "none"
            out.append(f'<option value="{j}">{text(said)}</option>')
        out.append("</select></p>")
    out.append('<p><button type="reset">Reset</button></p></div>')
    out.append('<div class="answer" role="status"><p class="comes-to"></p><ul>')
    for number, forest in enumerate(forests):
        out.append(f'<li data-quantity="{number}"><span class="what">{text(forest.quantity)}</span> ')
        out.append('<b class="value"></b> <span class="note"></span></li>')
    return "".join([*out, "</ul></div></form>"])


def stored(report: Report, choices: Choices, forests: Sequence[Forest]) -> str:
    """What the script reads: the ``script`` element with all answers."""
    answers = _Answers(report, forests)
    scenarios: list[Key] = []
    if choices.single:
        _by_effects(answers, choices)
    else:
        scenarios = _by_scenarios(answers, choices)
    value = {
        "single": choices.single,
        "scenarios": scenarios,
        "intervals": answers.intervals,
        "answers": answers.found,
    }
    return f'<script type="application/json" class="answers">{data(value)}</script>'


@dataclass(slots=True)
class _Answers:
    """Answers as they are found; an interval that occurs often is stored once."""

    report: Report
    forests: Sequence[Forest]
    found: dict[str, list[object]] = field(default_factory=dict)
    intervals: list[list[list[object]]] = field(default_factory=list)
    numbers: list[dict[Interval | None, int]] = field(default_factory=list)

    def add(
        self, key: Key, tone: str, words: str, bounds: Sequence[Bound | None], conflicts: Sequence[str]
    ) -> None:
        places = [self._number(q, b) for q, b in enumerate(bounds)]
        self.found[",".join(map(str, key))] = [tone, words, places, list(conflicts)]

    def _number(self, quantity: int, bound: Bound | None) -> int:
        while len(self.intervals) <= quantity:
            self.intervals.append([])
            self.numbers.append({})
        x = None if bound is None else bound.interval
        known = self.numbers[quantity]
        if x not in known:
            known[x] = len(known)
            self.intervals[quantity].append(_shown(self.forests[quantity], bound))
        return known[x]


def _shown(forest: Forest, bound: Bound | None) -> list[object]:
    """Words, start and width in percent of the axis (None: not drawn), and how the claims stand to it."""
    if bound is None or bound.interval.is_empty:
        return ["no value", None, None, ""]
    axis = axis_of(forest.intervals, forest.unit)
    span = None if axis is None else axis.span(bound.interval)
    told = []
    for mark in forest.marks:
        if mark.claim.is_conclusion and not mark.claim.spans:
            inside = not intersection(mark.interval, bound.interval).is_empty
            told.append(f"{mark.text} ({clean(mark.claim.source)}) lies {'inside' if inside else 'outside'}")
    words = interval_text(bound.interval, forest.unit) + ("" if bound.tight else " *")
    start = None if span is None else round(span.start * 100, 2)
    width = None if span is None else round((span.end - span.start) * 100, 2)
    return [words, start, width, "; ".join(told[:_MOST_NOTES])]


def _by_scenarios(answers: _Answers, choices: Choices) -> list[Key]:
    """The answer to every selection, from the scenarios that it leaves."""
    report = answers.report
    keys: list[Key] = [
        tuple(options.index(s.choices.get(name, ())) + 1 for name, options in choices.options.items())
        for s in report.scenarios
    ]
    left: dict[Key, list[int]] = {}
    for number, key in enumerate(keys):
        for some in itertools.product(*((0, k) for k in key)):
            left.setdefault(some, []).append(number)
    for key, numbers in left.items():
        scenarios = [report.scenarios[i] for i in numbers]
        possible = [s for s in scenarios if s.verdict is not Verdict.CONTRADICTORY]
        bounds = []
        for forest in answers.forests:
            found = [s.bounds[forest.quantity] for s in possible if forest.quantity in s.bounds]
            bounds.append(union(found) if found else None)
        shared = [c for c in scenarios[0].conflicts if all(c in s.conflicts for s in scenarios)]
        tone, words = _comes_to(scenarios)
        if tone is Verdict.CONSISTENT and not any(key):
            tone = report.verdict  # which also knows of spans
        mixed = tone is Verdict.CONTRADICTORY and bool(possible)
        answers.add(key, _MIXED if mixed else str(tone), words, bounds, shared)
    return keys


def _comes_to(scenarios: Sequence[Scenario]) -> tuple[Verdict, str]:
    """What some scenarios come to together, contradictory if not all is well, and in words."""
    holding = [s for s in scenarios if s.verdict is Verdict.CONSISTENT]
    against = sum(bool(s.conflicts) for s in holding)
    well = len(holding) == len(scenarios) and not against
    undecided = not holding and any(s.verdict is Verdict.UNKNOWN for s in scenarios)
    tone = Verdict.CONSISTENT if well else Verdict.UNKNOWN if undecided else Verdict.CONTRADICTORY
    if len(scenarios) == 1:
        concluded = ", but not with what was concluded" if against else ""
        return tone, f"{scenarios[0].verdict}{concluded}"
    words = f"evidence consistent in {len(holding)} of {len(scenarios)} combinations"
    if against:
        where = "but" if against == len(holding) else f"in {against} of them"
        words += f", {where} not with what was concluded"
    return tone, words


def _by_effects(answers: _Answers, choices: Choices) -> None:
    """The answer to each single choice; a quantity that it does not reach keeps its hull."""
    report = answers.report
    effects = {(e.choice, e.quantity): e for e in report.overview.effects}
    hull = [report.hull.get(f.quantity) for f in answers.forests]
    none = [0] * len(choices.options)
    answers.add(tuple(none), str(report.verdict), "all combinations together", hull, ())
    for i, (name, options) in enumerate(choices.options.items()):
        for j, ids in enumerate(options, start=1):
            bounds, counts = [], set()
            for forest, whole in zip(answers.forests, hull, strict=True):
                effect = effects.get((name, forest.quantity))
                outcome = next((o for o in effect.outcomes if o.picked == ids), None) if effect else None
                bounds.append(whole if outcome is None else outcome.bound)
                counts |= {outcome.consistent} if outcome is not None else set()
            (number,) = counts if len(counts) == 1 else (None,)
            words = "" if number is None else f"evidence consistent in {count_text(number)} combinations"
            well = _MIXED if report.verdict is Verdict.CONTRADICTORY else str(Verdict.CONSISTENT)
            tone = str(Verdict.CONTRADICTORY) if number == 0 else well if number else str(Verdict.UNKNOWN)
            key = none.copy()
            key[i] = j
            answers.add(tuple(key), tone, words, bounds, ())
