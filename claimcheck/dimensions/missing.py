"""What two sides of different dimension lack: ``throughput is per GPU but gpus is absent``."""

from __future__ import annotations

from collections.abc import Mapping

from gmpy2 import mpq

from claimcheck.diagnostics import InputProblem
from claimcheck.expression import Equation, Number, names, walk
from claimcheck.formula import format_number
from claimcheck.units import Dimension, Unit, UnitTable, divide, format_dimension, power

__all__ = ["reason_and_way_out", "unit_words"]


def unit_words(unit: Unit) -> str:
    """A unit as messages name it."""
    if unit.is_date:
        return "a date"
    if not unit.dimension:
        return unit.text or "a plain number"
    return unit.text or format_dimension(unit.dimension)


def reason_and_way_out(
    equation: Equation, left: Unit, right: Unit, units: Mapping[str, Unit], table: UnitTable
) -> tuple[str, str]:
    """Who brought the stray dimension in and what is absent; and what would mend it. Either may be empty.

    ``units`` are those of all declared quantities, of which the absent one may be any.
    """
    gap = divide(left, right)
    used = names(equation)
    if not right.dimension and isinstance(equation.right, Number):
        return "", _number_hint(equation, gap)
    absent = {
        name: sign
        for name, unit in units.items()
        if name not in used and not unit.is_date and (sign := _ratio_sign(unit.dimension, gap.dimension))
    }
    stray = _stray(equation, gap.dimension, units, table)
    hint = _number_hint(equation, gap)
    if not absent:
        reason = f"{stray}, and nothing makes up for it" if stray else ""
        return reason, hint or f"the right side lacks a factor in {_gap_words(gap)}"
    name, sign = next(iter(absent.items()))
    mend = f"{'multiply' if sign > 0 else 'divide'} the right side by {name}"
    if len(absent) > 1:
        mend += f" (also in that unit: {', '.join(list(absent)[1:4])})"
    missing = f"{name} is absent"
    return (f"{stray} but {missing}" if stray else missing), mend


def _gap_words(gap: Unit) -> str:
    """What is missing, in few words: ``GPU / node``, not ``day TFLOP GPU / (FLOP s node)``."""
    words = [w for w in gap.text.replace("(", " ").replace(")", " ").split() if w != "/"]
    return unit_words(gap) if len(words) <= len(gap.dimension) else format_dimension(gap.dimension)


def _ratio_sign(dimension: Dimension, gap: Dimension) -> int:
    """1 if the dimensions agree, -1 if one is the inverse of the other, else 0."""
    if dimension == gap:
        return 1
    return -1 if dimension == tuple((base, -exponent) for base, exponent in gap) else 0


def _stray(equation: Equation, gap: Dimension, units: Mapping[str, Unit], table: UnitTable) -> str:
    """The quantity of the equation that brings in what is left over: ``throughput is per GPU``."""
    bases = {base for base, _ in gap}
    for name in (*names(equation.right), *names(equation.left)):
        unit = units[name]
        shared = [(base, exponent) for base, exponent in unit.dimension if base in bases]
        if len(shared) == len(bases) == 1 and len(unit.dimension) > 1:
            base, exponent = shared[0]
            return f"{name} is {'per' if exponent < 0 else 'in'} {_own_word(unit, base, table)}"
    return ""


def _own_word(unit: Unit, base: str, table: UnitTable) -> str:
    """The word in a unit's text that stands for a base unit: ``day`` for ``second`` in ``TFLOP/day``."""
    for word in unit.text.replace("/", " ").replace("*", " ").replace("(", " ").replace(")", " ").split():
        try:
            meaning = table.parse(word.partition("^")[0])
        except InputProblem:
            continue
        if [name for name, _ in meaning.dimension] == [base]:
            return word.partition("^")[0]
    return base


def _number_hint(equation: Equation, gap: Unit) -> str:
    """``16 * params`` in bytes: the 16 lacks its unit."""
    for side, sign in ((equation.right, 1), (equation.left, -1)):
        for node in walk(side):
            if isinstance(node, Number) and not node.unit and node.value not in (0, 1):
                unit = gap if sign > 0 else power(gap, mpq(-1))
                text = node.text or format_number(node.value)
                return f"if {text} has a unit, write it: {text} [{unit_words(unit)}]"
    return ""
