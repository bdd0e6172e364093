"""What every key of the JSON report means, for the descriptions in its JSON Schema.

Keys are named by the way to them, lists left out: ``files.claims.status``; of definitions ``$end.value``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["REPORT", "described"]


def _read(table: str) -> dict[str, str]:
    """Lines ``way = description``; an indented line goes on with the one before."""
    found: dict[str, str] = {}
    for line in " ".join(table.split("\n    ")).strip().splitlines():
        way, _, said = line.partition(" = ")
        found[way] = said
    return found


REPORT: Mapping[str, str] = _read("""
schema_version = Changes when a reader of the old form could misread the new one; keys can be added.
tool = What wrote the report.
tool.name = claimcheck.
tool.version = The version of claimcheck.
files = One entry for each claims file.
files.path = The file as it was named; <text> or the like where there was none.
files.title = The file's `title`.
files.verdict = contradictory as soon as a conflict counts: one that is not accepted and settles no
    choice.
files.complete = Whether all conflicts and all scenarios are listed.
files.claims = Every claim, in file order.
files.claims.id = quantity@source, followed by #id where the file gives one.
files.claims.quantity = What it is a claim on.
files.claims.source = Where it was printed: an id of the file's `sources`.
files.claims.status = contradicted: in a conflict in every scenario in which its premises hold;
    disputed: in some of them; supported: in no conflict, and the others alone bound its quantity;
    untested: in no conflict, and the others say nothing about it; unknown: not decided in time.
files.claims.interval = What its printed value says.
files.scenarios = Source combinations. Of more than 4,096 the first 100, and those that reach an end of
    a hull.
files.scenarios.choices = For each contested quantity and each choice the ids of the claims or the
    relation taken.
files.scenarios.verdict = Of its evidence; conclusions do not count here.
files.scenarios.bounds = For each reported quantity what it can be.
files.scenarios.witness = For each quantity a value, all of which satisfy everything together; null:
    none.
files.scenarios.conflicts = Ids of the conflicts in it, those of contradicted conclusions included.
files.scenarios.certificate = What shows its verdict.
files.scenarios.certificate.witness = The number of its witness in the file's certificate; null: none.
files.hull = For each reported quantity the hull of its bounds over the scenarios that can be true.
files.conflicts = Sets of claims and relations that cannot all hold, in file order.
files.conflicts.id = How the scenarios refer to it: C1, C2 and so on.
files.conflicts.kind = disagreement: claims on one quantity only; contradiction: through relations;
    impossible: one claim against hard facts.
files.conflicts.members = Claim ids, and relations as relation:ID.
files.conflicts.minimal = Whether each member was proved necessary: without it the others can hold.
files.conflicts.known = Whether it is accepted, by the file's `known` or by a baseline.
files.conflicts.certificate = What proves that the members clash.
files.conflicts.certificate.proof = That nothing is left.
files.conflicts.certificate.conclusion = The conclusion that is checked; empty if there is none.
files.conflicts.certificate.ruled_out = Rival relations that the evidence rules out: it settles a
    choice.
files.conflicts.certificate.without = For members, the number of a witness that the others can hold.
files.conflicts.certificate.inequality = The clash as one line of arithmetic; null where there is none.
files.conflicts.would_need = For each claim among the members the interval in which its quantity would
    have to lie for the rest to stand; null if no value would do.
files.conflicts.worked_out = Whether that was worked out for each; if not, claims may be missing there
    for want of time.
files.conflicts.reason = Why it is accepted; empty if it is not.
files.conflicts.baseline = Whether it is accepted because the baseline of the check has it.
files.given = The claims and relations that were asked to hold in every scenario listed.
files.overview = What can be said of all scenarios together, listed or not.
files.overview.count = How many there are; null if coupled sources make that hard to tell.
files.overview.verdicts = How many there are of each verdict; null if not all were looked at.
files.overview.verdicts.consistent = Scenarios with a witness.
files.overview.verdicts.contradictory = Scenarios proved to be impossible.
files.overview.verdicts.unknown = Scenarios that were not decided in time.
files.overview.extremes = For each quantity the choices under which it is least and greatest.
files.overview.extremes.lower = The choices under which it is least, as far as they reach it; null: not
    known.
files.overview.extremes.upper = The choices under which it is greatest; null: not known.
files.overview.effects = What each choice does to each quantity that it reaches.
files.overview.effects.choice = A contested quantity or a choice of relations.
files.overview.effects.quantity = What it moves.
files.overview.effects.moves = How far the hull moves at most from one outcome to another; null: not
    known.
files.overview.effects.moves.unit = The unit of the distance.
files.overview.effects.moves.value = The distance, as a decimal.
files.overview.effects.outcomes = One for each way to settle the choice.
files.overview.effects.outcomes.picked = What is taken.
files.overview.effects.outcomes.hull = What the quantity can then be; null: nothing is left.
files.overview.effects.outcomes.consistent = How many scenarios that take it can be true; null: not
    counted.
files.overview.resolve = What to resolve first, the most telling first within a quantity.
files.overview.resolve.kind = settle: a choice, either way; digit: a claim printed with one more digit.
files.overview.resolve.what = The choice or the claim.
files.overview.resolve.quantity = What it narrows.
files.overview.resolve.narrows = The share of the hull's width that goes.
files.overview.resolve.narrows.least = At least this share.
files.overview.resolve.narrows.most = At most this share.
files.overview.resolve.rules_out = The least and greatest number of scenarios that go; null: not
    counted.
files.repairs = Minimal sets of members to drop so that the rest can hold; at most 1,000, the smallest
    first.
files.repairs_complete = Whether these are all.
files.repairs_open = Quantities of parts that were not worked out, of which the repairs say nothing.
files.findings = Conflicts and lesser things, the gravest first.
files.findings.code = Such as CC302; `claimcheck rule CC302` says what it means.
files.findings.name = Such as contradiction.
files.findings.severity = How grave it is.
files.findings.message = One line for a person.
files.findings.location = Where in the file.
files.findings.location.line = Counted from 1; 0 where it is not known.
files.findings.location.column = Counted from 1; 0 where it is not known.
files.findings.members = The claims and relations that it is about.
files.certificate = The steps and witnesses that all certificates of the file refer to by number, from
    0.
files.certificate.repairs = For each repair the witnesses of the parts of what is left.
files.certificate.steps = Each says that a variable lies in an interval if what it uses holds.
files.certificate.steps.premise = A claim, relation:ID, domain:NAME (a limit), integer:NAME or
    case:NAME.
files.certificate.steps.variable = The quantity that it narrows.
files.certificate.steps.interval = Where it lies, in base units; null: nothing is left.
files.certificate.steps.interval.lower = A fraction; null: no bound.
files.certificate.steps.interval.upper = A fraction; null: no bound.
files.certificate.steps.interval.lower_closed = Whether the lower end belongs to it.
files.certificate.steps.interval.upper_closed = Whether the upper end belongs to it.
files.certificate.steps.uses = The numbers of the earlier steps that it rests on.
files.certificate.steps.how = How relations are put together; null: evaluating left - right shows it.
files.certificate.steps.how.relations = Pairs of a relation and its multiplier.
files.certificate.steps.how.combined = Whether multiples of left - right are added (cleared: each
    multiplied by its divisor first), or powers of left / right multiplied.
files.certificate.steps.how.known = Pairs of a relation and the quantity that it replaces.
files.certificate.steps.how.proofs = Two trees, for below and above the interval; one if nothing is left.
files.certificate.witnesses = Points that satisfy everything that they are shown for.
files.certificate.witnesses.values = For each quantity a fraction in base units, or two with the value
    between.
files.certificate.witnesses.solved = Quantities whose values exist by the theorem of Poincare and
    Miranda.
files.certificate.witnesses.solved.unknown = The quantities that are solved for together.
files.certificate.witnesses.solved.relations = As many relations.
files.certificate.witnesses.solved.matrix = By which left - right of the relations are combined.
files.certificate.witnesses.solved.proofs = For each row two trees: at most zero on one face, at least
    on the other.
files.shifts = Only if asked for: a least change of the printed numbers that makes all fit; null: not
    read.
files.shifts.least = Whether no other choice of moves takes less, to within a millionth.
files.shifts.total = The sum of the sizes of all relative changes.
files.shifts.moves = One for each claim that moves.
files.shifts.moves.claim = Its id.
files.shifts.moves.before = What it says.
files.shifts.moves.after = What it would say.
files.shifts.moves.changes = Relative changes of the lower and the upper end; null for an end that
    stays.
files.shifts.moves.least = Whether it is part of a least change of what it is connected with.
files.shifts.open = Members of conflicts that these moves do not settle.
$end.value = A decimal, rounded outward: down for a lower end, up for an upper one.
$end.exact = The end as a fraction p/q; null if it is not rational or not known exactly.
$end.closed = Whether the end itself belongs to the interval.
$interval.unit = The unit of both ends.
$interval.lower = The lower end; null: no bound.
$interval.upper = The upper end; null: no bound.
$interval.tight = Whether a witness comes within `gap` of each end.
$interval.gap = A decimal, relative to the size of the ends.
$value.unit = The unit.
$value.value = A decimal.
$value.exact = The value as a fraction p/q; null where it is known to exist, and not exactly.
$hull.unit = The unit of both ends.
$hull.lower = The lower end; null: no bound.
$hull.upper = The upper end; null: no bound.
$hull.tight = Whether a witness comes within `gap` of each end.
$hull.gap = A decimal, relative to the size of the ends.
$hull.certificate = What proves it for scenarios that are not listed; null where all are, or where there
    is no proof for all of them at once.
$hull.certificate.lower = The proof of the lower end; null where there is nothing to prove.
$hull.certificate.upper = The proof of the upper end; null where there is nothing to prove.
$bound.unit = The unit of both ends.
$bound.lower = The lower end; null: no bound.
$bound.upper = The upper end; null: no bound.
$bound.tight = Whether a witness comes within `gap` of each end.
$bound.gap = A decimal, relative to the size of the ends.
$bound.certificate = What proves both ends, and that they are tight.
$bound.certificate.interval = The proved interval in base units.
$bound.certificate.interval.lower = A fraction; null: no bound.
$bound.certificate.interval.upper = A fraction; null: no bound.
$bound.certificate.interval.lower_closed = Whether the lower end belongs to it.
$bound.certificate.interval.upper_closed = Whether the upper end belongs to it.
$bound.certificate.lower = The proof of the lower end; null where there is nothing to prove.
$bound.certificate.upper = The proof of the upper end; null where there is nothing to prove.
$bound.certificate.witnesses = The numbers of the witnesses near the lower and the upper end; null:
    none.
$proof.goals = The numbers of the steps that say it together.
$proof.split = Two cases, each with its proof; null where the goals do.
$proof.split.variable = The quantity whose range is cut.
$proof.split.at = Where, in base units.
$proof.split.lower = The proof for at most that.
$proof.split.upper = The proof for at least that.
$tree.split = The quantity whose range is cut in two.
$tree.at = Where the range is cut.
$tree.lower = The tree for the lower part; null: evaluation shows it.
$tree.upper = The tree for the upper part; null: evaluation shows it.
$tree.about = Numbers c of some quantities, from which it is told how far f(x) is from f(c).
$tree.then = The tree that shows it for f(c) and all that it may be further.
""")


def described(schema: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """The schema with a description at each of its properties. Raises KeyError for one that has none."""
    whole = _described(schema, "", words)
    whole["$defs"] = {name: _described(d, f"${name}.", words) for name, d in schema["$defs"].items()}
    return whole


def _described(node: Mapping[str, Any], way: str, words: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = dict(node)
    if "properties" in node:
        found["properties"] = {
            name: {"description": words[way + name], **_described(below, f"{way}{name}.", words)}
            for name, below in node["properties"].items()
        }
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), Mapping):
            found[key] = _described(node[key], way, words)
    if "anyOf" in node:
        found["anyOf"] = [_described(option, way, words) for option in node["anyOf"]]
    return found
