"""The unit names known without pint: counts of our own, the usual units, and what is ambiguous.

The table of usual units repeats pint's definitions so that most files never pay for building pint's
registry; a test compares every entry, with every prefix and plural, with what pint says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from gmpy2 import mpq

from claimcheck.interval import Rational
from claimcheck.units.factor import ONE, UnitFactor, rational, times
from claimcheck.units.grammar import MULTIPLIERS

__all__ = [
    "AMBIGUOUS",
    "COUNTS",
    "COUNT_PREFIXES",
    "Dimension",
    "NamedUnit",
    "USUAL",
    "ambiguity",
    "asks",
    "known_without_pint",
    "redefinable",
    "usual_names",
]

Dimension = tuple[tuple[str, Rational], ...]
"""Base unit names with their non-zero exponents, sorted by name; () is dimensionless."""


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """What one name stands for: ``value in base units = factor * value + offset``."""

    dimension: Dimension
    factor: UnitFactor
    offset: Rational = mpq(0)
    note: str = ""


_COUNTS = """
FLOP OP MAC GPU TPU CPU JPY CNY
USD = $ dollar dollars
EUR = € euro euros
GBP = £
parameter = param params
person = people
batch = batches
core node token image event step host file page restart sample layer job run word character sentence document
example epoch iteration sequence expert head device chip accelerator server rack cluster request user
participant patient author citation paper row item failure incident checkpoint experiment model trial
"""


def _read_counts() -> dict[str, tuple[str, ...]]:
    counts: dict[str, tuple[str, ...]] = {}
    for line in _COUNTS.strip().splitlines():
        names, _, others = line.partition("=")
        counts |= dict.fromkeys(names.split(), tuple(others.split()))
    return counts


COUNTS = _read_counts()
"""Counts, each a dimension of its own, with their other spellings; a plain plural `s` is understood."""

COUNT_PREFIXES = {
    prefix: mpq(1000) ** (position + 1)
    for position, pair in enumerate(
        ("k kilo", "M mega", "G giga", "T tera", "P peta", "E exa", "Z zetta", "Y yotta")
    )
    for prefix in pair.split()
}

_ENERGY = "gram meter^2 second^-2"
_POWER = "gram meter^2 second^-3"
_TABLE = f"""
second      = 1 second = s sec
minute      = 60 second = min
hour        = 3600 second = h hr
day         = 86400 second = d
week        = 604800 second
month       = 2629800 second
year        = 31557600 second = yr
century     = 3155760000 second = centuries
hertz       = 1 second^-1 = Hz
meter       = 1 meter = m metre
inch        = 127/5000 meter = inches
foot        = 381/1250 meter = ft feet
yard        = 1143/1250 meter = yd
mile        = 201168/125 meter = mi
hectare     = 10000 meter^2 = ha
liter       = 1/1000 meter^3 = L litre
gram        = 1 gram = g
pound       = 45359237/100000 gram = lb
ounce       = 45359237/1600000 gram = oz
metric_ton  = 1000000 gram = t tonne
ton         = 45359237/50 gram
ampere      = 1 ampere = A
kelvin      = 1 kelvin = K
mole        = 1 mole = mol
candela     = 1 candela = cd
newton      = 1000 gram meter second^-2 = N
pascal      = 1000 gram meter^-1 second^-2 = Pa
bar         = 100000000 gram meter^-1 second^-2
joule       = 1000 {_ENERGY} = J
calorie     = 4184 {_ENERGY} = cal
watt        = 1000 {_POWER} = W
watt_hour   = 3600000 {_ENERGY} = Wh watthour
volt        = 1000 {_POWER} ampere^-1 = V
ohm         = 1000 {_POWER} ampere^-2 = Ω
coulomb     = 1 ampere second = C
bit         = 1 bit
byte        = 8 bit = B
percent     = 1/100 = %
permille    = 1/1000 = ‰
ppm         = 1/1000000
radian      = 1 = rad
count       = 1
"""
_PREFIXED = """second s meter m gram g joule J watt W watt_hour Wh hertz Hz volt V ampere A newton N pascal
Pa bit byte B liter L metric_ton calorie cal mole mol"""
_WHOLE_WORDS = """second minute hour day week month year meter metre inch yard mile hectare liter litre gram
pound ounce metric_ton tonne ton ampere mole newton pascal joule calorie watt volt ohm coulomb bit byte
count"""


def _ladder(prefixes: str, step: Rational) -> dict[str, Rational]:
    return {prefix: step ** (position + 1) for position, prefix in enumerate(prefixes.split())}


_SYMBOL_PREFIXES = _ladder("k M G T P E Z Y", mpq(1000)) | _ladder("m µ n p", mpq(1, 1000))
_SYMBOL_PREFIXES |= {"μ": mpq(1, 10**6), "c": mpq(1, 100)}
_WORD_PREFIXES = _ladder("kilo mega giga tera peta exa zetta yotta", mpq(1000))
_WORD_PREFIXES |= _ladder("milli micro nano pico", mpq(1, 1000)) | {"centi": mpq(1, 100)}
_BINARY_PREFIXES = _ladder("Ki Mi Gi Ti Pi Ei Zi Yi", mpq(1024))
_BINARY_PREFIXES |= _ladder("kibi mebi gibi tebi pebi exbi zebi yobi", mpq(1024))


def _usual() -> dict[str, NamedUnit]:
    usual: dict[str, NamedUnit] = {}
    whole_words, prefixed = frozenset(_WHOLE_WORDS.split()), frozenset(_PREFIXED.split())
    for line in _TABLE.strip().splitlines():
        name, meaning, *aliases = (part.strip() for part in line.split("="))
        scale, *base = meaning.split()
        dimension = []
        for factor in base:
            base_name, _, exponent = factor.partition("^")
            dimension.append((base_name, mpq(int(exponent or "1"))))
        unit = NamedUnit(tuple(sorted(dimension)), rational(mpq(scale)))
        for spelling in (name, *" ".join(aliases).split()):
            usual[spelling] = unit
            if spelling in whole_words:
                usual[spelling + "s"] = unit
            if spelling in prefixed:
                _add_prefixed(usual, spelling, unit, spelling in whole_words)
    return usual


def _add_prefixed(usual: dict[str, NamedUnit], spelling: str, unit: NamedUnit, whole: bool) -> None:
    prefixes = dict(_WORD_PREFIXES if whole or spelling == "hertz" else _SYMBOL_PREFIXES)
    if spelling in ("bit", "byte", "B"):
        prefixes |= _BINARY_PREFIXES
        if whole:
            prefixes |= {symbol: _SYMBOL_PREFIXES[symbol] for symbol in "kMGTPEZY"}
    for prefix, scale in prefixes.items():
        prefixed = NamedUnit(unit.dimension, times(rational(scale), unit.factor))
        for suffix in ("", "s") if whole else ("",):
            usual.setdefault(prefix + spelling + suffix, prefixed)


USUAL: dict[str, NamedUnit] = _usual()
"""Every spelling known without pint, prefixes and plurals included, except the counts."""

_ENCLOSED = {
    "degree": NamedUnit((), UnitFactor(mpq(1, 180), mpq(1))),
    "degrees": NamedUnit((), UnitFactor(mpq(1, 180), mpq(1))),
    "deg": NamedUnit((), UnitFactor(mpq(1, 180), mpq(1))),
}
_CELSIUS = NamedUnit((("kelvin", mpq(1)),), ONE, mpq(5463, 20))
_FAHRENHEIT = NamedUnit((("kelvin", mpq(1)),), rational(mpq(5, 9)), mpq(45967, 180))
_TEMPERATURES = {
    **dict.fromkeys(("°C", "degC", "celsius", "degree_Celsius"), _CELSIUS),
    **dict.fromkeys(("°F", "degF", "fahrenheit", "degree_Fahrenheit"), _FAHRENHEIT),
}
USUAL |= _ENCLOSED | _TEMPERATURES

_BIT = (("bit", mpq(1)),)
_RATE = (("FLOP", mpq(1)), ("second", mpq(-1)))
_OWN = {
    "dimensionless": NamedUnit((), ONE),
    "°": _ENCLOSED["degree"],
    "ppb": NamedUnit((), rational(mpq(1, 10**9))),
    "FLOPS": NamedUnit(_RATE, ONE),
    **{name: NamedUnit((), rational(value)) for name, value in MULTIPLIERS.items()},
    # pint reads these as kilobarn, megabarn, gilbert, ...; in the texts we check they are bits
    **{p + "b": NamedUnit(_BIT, rational(COUNT_PREFIXES[p])) for p in "kMGTP"},
    **{
        p + "bps": NamedUnit((*_BIT, ("second", mpq(-1))), rational(COUNT_PREFIXES[p]))
        for p in ("k", "M", "G", "T")
    },
}

AMBIGUOUS = {
    "FLOPs": "read as FLOP, a number of operations; a rate is written FLOP/s",
    "FLOPS": "read as FLOP/s, a rate; a total is written FLOP",
    "month": "read as 30.4375 day (a twelfth of 365.25 day)",
    "year": "read as 365.25 day",
    "yr": "read as 365.25 day",
    "a": "read as year (365.25 day)",
    "century": "read as 36525 day",
    "decade": "read as a factor of ten on a logarithmic scale",
    "ton": "read as the short ton of 2000 pound; 1000 kg is written tonne",
    "B": "read as byte, not as billion",
    "b": "read as barn, an area; a bit is written bit",
    "M": "read as molar (mole per litre), not as million",
    "k": "read as the Boltzmann constant, not as thousand",
    "G": "read as gauss, not as giga",
    "cal": "read as the thermochemical calorie of 4.184 joule",
    "calorie": "read as the thermochemical calorie of 4.184 joule",
    "Btu": "read as the ISO British thermal unit of 1055.056 joule",
    "oz": "read as the avoirdupois ounce, a mass; the volume is written fluid_ounce",
    "ounce": "read as the avoirdupois ounce, a mass; the volume is written fluid_ounce",
    "gal": "read as the US gallon; the imperial one is written imperial_gallon",
    "gallon": "read as the US gallon; the imperial one is written imperial_gallon",
    "pint": "read as the US liquid pint; the imperial one is written imperial_pint",
    "barrel": "read as the barrel of 42 US gallon",
    "hp": "read as mechanical horsepower; the metric one is written metric_horsepower",
    "horsepower": "read as mechanical horsepower; the metric one is written metric_horsepower",
    "rpm": "read as 2 pi radian per minute",
    "cycle": "read as an angle of 2 pi radian",
    "revolution": "read as an angle of 2 pi radian",
    "point": "read as the printer's point of 1/72 inch",
    "knot": "read as nautical mile per hour",
    "kt": "read as knot; a thousand tonne is written kilotonne",
    "$": "read as USD",
    "dollar": "read as USD",
}
"""Names with two readings and the one that is taken."""

_ASKS = {
    "KB": "write kB for 1000 byte or KiB for 1024 byte",
    "Kb": "write kbit for 1000 bit or Kibit for 1024 bit",
    "unit": "name what is counted, such as item, or define a unit of your own",
    "units": "name what is counted, such as item, or define a unit of your own",
    "bn": "write billion",
    "mn": "write million",
    "mm2": "write mm^2",
    "flops": "write FLOP for a total or FLOP/s for a rate",
    "flop": "write FLOP for a total or FLOP/s for a rate",
    "Flops": "write FLOP for a total or FLOP/s for a rate",
    "Cal": "write kcal for a food calorie or cal for a small one",
    "ppt": "write 1e-12 or permille",
    "pp": "write percent; a percentage point is a difference of percentages",
}


def known_without_pint(name: str) -> NamedUnit | None:
    """What ``name`` stands for by our own tables, or None (pint may know it)."""
    if (unit := _OWN.get(name) or _counts().get(name) or USUAL.get(name)) is not None:
        return unit
    for prefix, scale in COUNT_PREFIXES.items():
        if name.startswith(prefix):
            rest = name[len(prefix) :]
            base = _OWN["FLOPS"] if rest == "FLOPS" else _counts().get(rest)
            if base is not None:
                return NamedUnit(base.dimension, times(rational(scale), base.factor))
    return None


@cache
def _counts() -> dict[str, NamedUnit]:
    counts = {}
    for name, others in COUNTS.items():
        unit = NamedUnit(((name, mpq(1)),), ONE)
        for spelling in (name, name + "s", *others):
            counts[spelling] = unit
    return counts


def asks(name: str) -> str:
    """The way out for a name that is refused because it has two readings, or empty."""
    return _ASKS.get(name, "")


def ambiguity(name: str) -> str:
    """The reading taken of a name that has two, or empty."""
    singular = name[:-1] if name.endswith("s") and name not in AMBIGUOUS else name
    for candidate in (name, singular):
        if candidate in AMBIGUOUS:
            return f"{name} {AMBIGUOUS[candidate]}"
    if len(name) == 2 and name[1] == "b" and name[0] in "kMGTP":
        return f"{name} read as {name[0]}bit; byte is written {name[0]}B"
    for prefix in COUNT_PREFIXES:
        rest = name[len(prefix) :]
        if name.startswith(prefix) and rest in ("FLOPS", "FLOPs"):
            what = "/s, a rate; a total is" if rest == "FLOPS" else ", a total; a rate is"
            written = f"{prefix}FLOP" if rest == "FLOPS" else f"{prefix}FLOP/s"
            return f"{name} read as {prefix}FLOP{what} written {written}"
        if name.startswith(prefix) and rest in ("cal", "calorie", "calories"):
            return f"{name} {AMBIGUOUS['cal']}"
    return ""


def redefinable(name: str) -> bool:
    """Whether a file may give this known name a meaning of its own: counts, and what is ambiguous."""
    return name in _counts() or name in AMBIGUOUS or name in _ASKS


def usual_names() -> tuple[str, ...]:
    """Names to suggest when one is not known."""
    return (*COUNTS, *USUAL, "FLOPS")
