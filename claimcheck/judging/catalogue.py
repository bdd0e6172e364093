"""What every code means: mistakes in the input (CC0xx to CC2xx) and, from their rules, findings.

`claimcheck rule CODE` prints an entry; `claimcheck rule` lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Entry", "catalogue", "look_up"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One code: its short name, what it means, and the way out (in ``text`` for a rule's documentation)."""

    code: str
    name: str
    text: str
    way_out: str = ""

    def __str__(self) -> str:
        way_out = f"\n\nWay out: {self.way_out}" if self.way_out else ""
        return f"{self.code} {self.name}\n\n{self.text}{way_out}"


def catalogue() -> dict[str, Entry]:
    """Every code with its entry, sorted by code."""
    from claimcheck.judging.rules import RULES

    entries = {e.code: e for e in _INPUT}
    entries.update((r.code, Entry(r.code, r.name, r.documentation)) for r in RULES.values())
    return dict(sorted(entries.items()))


def look_up(code: str) -> Entry | None:
    """The entry of a code (in any case), or of a name such as ``contradiction``; None if there is none."""
    entries = catalogue()
    wanted = code.strip()
    found = entries.get(wanted.upper())
    return found or next((e for e in entries.values() if e.name == wanted.lower()), None)


_INPUT = (
    # -- reading the file -----------------------------------------------------------------------------------
    Entry("CC001", "no-such-file", "There is no file at this path.", "Check the path."),
    Entry("CC002", "is-a-directory", "A file is needed here, and the path is a directory.", "Name a file."),
    Entry(
        "CC003",
        "unreadable-file",
        "The operating system refused to read the file.",
        "Check the path and its permissions.",
    ),
    Entry(
        "CC004", "file-too-large", "The file is larger than claims files may be.", "Split it into several."
    ),
    Entry("CC005", "not-utf-8", "The file is not encoded in UTF-8.", "Save it as UTF-8."),
    Entry(
        "CC006",
        "control-character",
        "A control character stands in the file; editors do not show it.",
        "Remove it.",
    ),
    Entry(
        "CC007",
        "empty-file",
        "The file is empty or holds comments only.",
        "`claimcheck init FILE` writes one to start from.",
    ),
    Entry(
        "CC008",
        "yaml-syntax",
        "The text is not YAML (or JSON).",
        "Mend it at the place that the message names.",
    ),
    Entry("CC009", "duplicate-key", "One mapping has the same key twice.", "Rename or remove one of them."),
    Entry(
        "CC010",
        "anchor-or-alias",
        "YAML anchors and aliases are not allowed: a claim should say in its own place what it says.",
        "Write the value out.",
    ),
    Entry("CC011", "merge-key", "YAML merge keys (`<<`) are not allowed.", "Write the keys out."),
    Entry(
        "CC012",
        "yaml-tag",
        "YAML tags (`!name`) are not allowed: every scalar is read as text.",
        "Remove the tag, or quote the text that begins with `!`.",
    ),
    Entry("CC013", "several-documents", "A claims file is one YAML document.", "Put each into its own file."),
    Entry("CC014", "bad-key", "A key must be text.", "Write a plain name before the colon."),
    Entry("CC015", "nested-too-deep", "The file nests deeper than a claims file does.", "Flatten the data."),
    Entry("CC016", "too-many-entries", "The file has more entries than are read.", "Split it into several."),
    Entry(
        "CC017",
        "not-a-mapping",
        "A claims file is a mapping of keys such as `claimcheck`, `quantities` and `claims`.",
        "Begin with `claimcheck: 1`.",
    ),
    Entry(
        "CC018",
        "too-many-mistakes",
        "Reading stopped at the limit of mistakes; there may be more.",
        "Mend the first ones first: the others may follow from them.",
    ),
    Entry(
        "CC019",
        "not-claims-data",
        "A Python object that cannot stand in a claims file, such as a binary float, which does not show how "
        "the number was printed.",
        "Pass numbers as text, with the digits that were printed.",
    ),
    # -- structure ------------------------------------------------------------------------------------------
    Entry("CC101", "unknown-key", "This key is not part of the format.", "The message names similar keys."),
    Entry(
        "CC102", "missing-key", "A key that is needed is missing, or nothing stands behind it.", "Fill it."
    ),
    Entry(
        "CC103", "wrong-shape", "A value has the wrong shape, or is none of those allowed.", "See the hint."
    ),
    Entry(
        "CC104",
        "bad-name",
        "This cannot be a name: quantities are Python identifiers; ids have no spaces, `@`, `#`, commas or "
        "brackets.",
        "Choose another name.",
    ),
    Entry(
        "CC105",
        "unknown-reference",
        "Something is named that is not declared in the file.",
        "Check the spelling; the message names similar ones.",
    ),
    Entry("CC106", "duplicate-name", "Two entries of one section have one name.", "Rename one of them."),
    Entry(
        "CC107",
        "duplicate-claim",
        "Two claims on one quantity are from one source and have no `id` that tells them apart.",
        "Give each its own `id`.",
    ),
    Entry(
        "CC108",
        "bad-setting",
        "`within` is a relative tolerance of an equation, such as 10 %; `trust` and settings are positive.",
        "Write it as the message shows.",
    ),
    Entry("CC109", "empty-domain", "No value lies between `min` and `max`.", "Swap or widen the limits."),
    Entry("CC110", "bad-date", "This is no date.", "Write it as 2026-12-31."),
    Entry("CC111", "ambiguous-reference", "A short id fits several claims.", "Write the full id."),
    Entry("CC112", "no-claims", "The file makes no claims, so there is nothing to check.", "Add `claims`."),
    Entry(
        "CC113",
        "unknown-format",
        "The file is written for another version of the format.",
        "Write `claimcheck: 1`, or use a version of the program that knows the other format.",
    ),
    Entry("CC114", "not-supported", "This version cannot read that part of the format.", "Leave it out."),
    Entry("CC115", "rests-on-itself", "A claim is `given` itself.", "Name what it rests on."),
    Entry("CC116", "lonely-choice", "A `choice` has one relation only.", "Name its rival, or drop `choice`."),
    Entry(
        "CC117",
        "choice-and-definition",
        "A relation of a choice can be wrong, so it is no definition.",
        "Drop `definition` or `choice`.",
    ),
    Entry(
        "CC118",
        "given-a-conclusion",
        "A conclusion is drawn from evidence, not from another conclusion.",
        "Name the evidence that the other one rests on.",
    ),
    Entry(
        "CC119",
        "certain-conclusion",
        "A conclusion cannot be certain: it is what gets checked.",
        "Drop `certain`, or `given` and `spans`.",
    ),
    Entry(
        "CC120",
        "empty-relation",
        "A relation names no quantity.",
        "Remove it, or name what it ties together.",
    ),
    Entry("CC121", "named-twice", "One list names the same thing twice.", "Name it once."),
    Entry(
        "CC122",
        "not-a-choice",
        "`--given` (or `given` in Python) names something that no scenario chooses, such as a conclusion.",
        "Name a claim that is evidence, or a rival relation as `relation:ID`.",
    ),
    Entry(
        "CC130", "empty-table", "A table has no columns or no rows.", "Write them, or leave the table out."
    ),
    Entry(
        "CC131",
        "no-such-column-or-row",
        "A row or a formula names a column or a row that the table does not have.",
        "Correct the name, or add the column or row; a row of which nothing is printed is `name: {}`.",
    ),
    Entry(
        "CC132",
        "column-for-a-number",
        "A formula uses a column of a table where one number is needed, or a `sum`, `min`, `max` or `count` "
        "of what does not go together row by row.",
        "Write `sum(table.column)`, `table.column[row]`, or a relation `for` each row of the table.",
    ),
    Entry(
        "CC133",
        "table-may-lack-rows",
        "The formula needs all rows of a table that may lack some (`complete: false`): only the sum of a "
        "plain column can do without.",
        "List the rows that are missing, empty where nothing is known, and drop `complete: false`.",
    ),
    Entry(
        "CC134",
        "rival-for-each-row",
        "A relation `for` each row of a table cannot be a rival of a `choice`.",
        "Write the rival relations out.",
    ),
    Entry(
        "CC135",
        "no-file-for-rows",
        "The CSV with the rows of a table is looked for in the claims file's folder or below it; here there "
        "is no such folder, the path leaves it, or other rows stand beside `file`.",
        "Put the CSV beside the claims file, and all rows into it.",
    ),
    Entry(
        "CC136",
        "not-a-table",
        "The CSV is not a table: a header that names `id` and the columns, then a line to a row with as many "
        "cells, separated by commas.",
        "Mend the line that the message names; put a cell that holds a comma in quotes.",
    ),
    Entry(
        "CC138",
        "table-too-large",
        "More cells, scopes or terms than are read.",
        "Split the table, the quantity or the sum.",
    ),
    Entry(
        "CC140",
        "no-such-scope",
        "A quantity, a claim or a formula names an aspect or a scope that is not declared under `scopes`, or "
        "on which the quantity does not depend.",
        "Correct the name, or declare it under `scopes`.",
    ),
    Entry(
        "CC141",
        "scope-of-no-use",
        "A claim or a column states the scope of a quantity that has none or names it, or two scopes of one "
        "aspect.",
        "Drop `scope`, or let the quantity depend on an aspect with `scopes`.",
    ),
    Entry(
        "CC142",
        "scope-missing",
        "A relation, or the list `report`, names a quantity that depends on scopes and does not say which; "
        "or a column that depends on them does not say of which its numbers are.",
        "Write `elapsed[both]`, or the relation `for` the aspect if it holds in each of its scopes. Only a "
        "claim may leave its scope open.",
    ),
    Entry(
        "CC143",
        "bad-scopes",
        "An aspect has no scopes or one of them twice, or a quantity has one scope from two aspects, or a "
        "row of a table is called like a scope of its columns.",
        "Give each scope a name of its own.",
    ),
    Entry(
        "CC144",
        "for-no-scope",
        "A relation is written `for` an aspect, and nothing in it depends on that aspect.",
        "Drop `for`, or let a quantity depend on the aspect with `scopes`.",
    ),
    # -- values ---------------------------------------------------------------------------------------------
    Entry("CC200", "empty-value", "The value is empty.", "Write a number, or leave the claim out."),
    Entry("CC201", "not-a-number", "No number stands where one is needed.", "Write one, such as 147."),
    Entry(
        "CC202",
        "digit-grouping",
        "The separators between the digits do not group thousands, or have two readings.",
        "Write 1,024.5: a decimal point, and commas between thousands if you like.",
    ),
    Entry(
        "CC203",
        "multiplier",
        "A multiplier has more than one reading: `300B` may be billions or bytes.",
        "Write 300 billion, and the unit after it.",
    ),
    Entry(
        "CC204",
        "power-of-ten",
        "An exponent or power has more than one reading, or does not say how many digits are known.",
        "Write 4.3E+23 or 4.3 x 10^23.",
    ),
    Entry("CC205", "number-too-large", "The value goes beyond a limit of size.", "Check it, or round it."),
    Entry(
        "CC206",
        "bad-range",
        "A range is out of order, or its dash could be a minus sign.",
        "Write 38 to 43, or [38, 43] for exact ends.",
    ),
    Entry(
        "CC207",
        "bad-uncertainty",
        "An uncertainty is not written in a way that has one reading.",
        "Write 12.3 ± 0.4, 12.3(4) or 12.3 +0.5 -0.3.",
    ),
    Entry(
        "CC208",
        "bad-qualifier",
        "A word or sign before the number is not one that is read.",
        "Use >=, <=, >, <, ~, exactly, at least or at most.",
    ),
    Entry(
        "CC209",
        "trailing-text",
        "Something stands after the value that is neither unit nor part of it.",
        "Remove it, or put it into `note`.",
    ),
    Entry(
        "CC211", "bad-date-value", "The value is no date in ISO form.", "Write 2021-11-05, or with a time."
    ),
    Entry(
        "CC212", "no-such-date", "The calendar or the clock has no such date.", "Check year, month and day."
    ),
    Entry(
        "CC213", "no-such-offset", "No place has this offset from UTC.", "Offsets go from -12:00 to +14:00."
    ),
    # -- units ----------------------------------------------------------------------------------------------
    Entry("CC220", "unit-syntax", "The unit cannot be read.", "Write it as TFLOP/s/GPU, kg m^2 or %."),
    Entry(
        "CC221",
        "unknown-unit",
        "No unit has this name.",
        "Check the spelling, or define it under `units`, such as `node = 8 GPU`.",
    ),
    Entry(
        "CC222",
        "two-readings",
        "The unit has two readings, and neither is the usual one.",
        "Write the one that you mean; the message shows them.",
    ),
    Entry(
        "CC223",
        "unit-not-multiplied",
        "This unit cannot be multiplied: a level in decibel, a prefixed temperature scale.",
        "Use the plain ratio, or kelvin.",
    ),
    Entry("CC224", "unit-too-large", "The unit goes beyond a limit of length or size.", "Simplify it."),
    Entry("CC225", "bad-definition", "This defines no unit.", "Write node = 8 GPU, or token = [token]."),
    Entry("CC226", "redefined-unit", "The unit has a meaning already.", "Choose another name."),
    # -- formulas -------------------------------------------------------------------------------------------
    Entry("CC240", "empty-formula", "The formula is empty.", "Write an equation such as a = b * c."),
    Entry("CC241", "foreign-character", "A character that is no part of a formula.", "Remove it."),
    Entry("CC242", "missing-operand", "A number or quantity is missing at this place.", "Write it."),
    Entry("CC243", "missing-operator", "No operator stands between two things.", "Write `a * b`."),
    Entry("CC244", "parenthesis", "A parenthesis is not closed, or was never opened.", "Add or remove one."),
    Entry(
        "CC245",
        "no-comparison",
        "A relation has exactly one of = <= >= < >.",
        "Write a = b, or two relations.",
    ),
    Entry(
        "CC246",
        "misplaced-comparison",
        "A comparison stands inside an expression.",
        "It stands between the two sides of a relation, or first in if(a < b, x, y).",
    ),
    Entry("CC247", "bad-number", "This is no number of a formula.", "Write 0.5, 1024 or 4.3e23."),
    Entry("CC248", "unit-bracket", "A unit in brackets follows a number.", "Write 16 [byte/parameter]."),
    Entry("CC249", "unknown-operator", "This comparison is not known.", "Use one of = <= >= < >."),
    Entry("CC250", "unknown-function", "There is no such function.", "The message names those there are."),
    Entry("CC251", "argument-count", "A function has too many or too few arguments.", "See the message."),
    Entry(
        "CC252", "formula-too-large", "The formula is too long or nests too deep.", "Split it into relations."
    ),
    Entry("CC253", "exponent-too-large", "A number or exponent is too large to compute.", "Check it."),
    Entry(
        "CC254",
        "attribute",
        "A name reads like an attribute of Python. Nothing in a formula is run.",
        "Use names of quantities only.",
    ),
    Entry("CC255", "division-by-zero", "A constant part divides by zero.", "Check the divisor."),
    Entry("CC256", "unknown-quantity", "No quantity has this name.", "Declare it under `quantities`."),
    # -- dimensions -----------------------------------------------------------------------------------------
    Entry(
        "CC260",
        "dimension-mismatch",
        "The two sides of a relation have different dimensions.",
        "The message says what is missing on which side.",
    ),
    Entry("CC261", "mixed-sum", "What is added or compared has different dimensions.", "See the message."),
    Entry(
        "CC262",
        "unit-of-claim",
        "A value's unit has another dimension than its quantity.",
        "Convert the value, or change the quantity's unit.",
    ),
    Entry(
        "CC263",
        "plain-number-needed",
        "A function such as exp takes a plain number.",
        "Divide by a reference: exp(x / 1 [s]).",
    ),
    Entry("CC264", "exponent-with-unit", "An exponent must be a plain number.", "Divide it by a reference."),
    Entry(
        "CC265",
        "date-arithmetic",
        "This operation takes no dates.",
        "Subtract one date from another for a time, or add a time to a date.",
    ),
    Entry(
        "CC266",
        "rounding-depends-on-unit",
        "Rounding to whole numbers depends on the unit.",
        "Say which: floor(x / 1 [day]) * 1 [day].",
    ),
)
