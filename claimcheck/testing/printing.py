"""Printed numbers: texts of every form of the value grammar, and texts that stand for a number one knows."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

__all__ = [
    "decimal",
    "is_decimal",
    "magnitude",
    "nearest",
    "number",
    "printed",
    "printed_numbers",
    "value_texts",
]


# -- digits -------------------------------------------------------------------------------------------------


def is_decimal(q: Fraction) -> bool:
    """Whether a number has a finite decimal expansion of reasonable length: fewer than 90 places."""
    d, places = q.denominator, 0
    for p in (2, 5):
        count = 0
        while d % p == 0:
            d, count = d // p, count + 1
        places = max(places, count)
    return d == 1 and places < 90


def decimal(q: Fraction) -> str:
    """A finite decimal, all digits written out. Raises ValueError where there is none."""
    if not is_decimal(q):
        raise ValueError(f"{q} is no decimal")
    places = 0
    while (q * 10**places).denominator != 1:
        places += 1
    digits = str(abs(int(q * 10**places))).rjust(places + 1, "0")
    whole = digits if not places else f"{digits[:-places]}.{digits[-places:]}"
    return ("-" if q < 0 else "") + whole


def magnitude(v: Fraction) -> int:
    """The exponent of ten of the first digit of a number that is not zero."""
    e, a = 0, abs(v)
    while a >= 10:
        a, e = a / 10, e + 1
    while a < 1:
        a, e = a * 10, e - 1
    return e


def nearest(v: Fraction, quantum: Fraction) -> Fraction:
    """The multiple of quantum next to v, halves up."""
    return ((2 * v / quantum + 1) // 2) * quantum


def number(v: Fraction, quantum: Fraction, style: str) -> str:
    """A multiple of ten's power ``quantum``, printed down to that place; ``fixed`` or ``exponent``."""
    if style == "fixed" and quantum <= 1:
        places = 0
        while quantum * 10**places < 1:
            places += 1
        text = decimal(v)
        have = len(text.partition(".")[2])
        return text + ("." if places and not have else "") + "0" * (places - have)
    e = max(magnitude(v), magnitude(quantum)) if v else magnitude(quantum)
    places = e - magnitude(quantum)
    return f"{number(v / Fraction(10) ** e, Fraction(1, 10**places), 'fixed')}E{e:+d}"


# -- strategies ---------------------------------------------------------------------------------------------


@st.composite
def printed(
    draw: st.DrawFn, x: Fraction, unit: str = "", *, integer: bool = False, least_digits: int = 1
) -> str:
    """Texts that a careful source prints for the positive number ``x``: each stands for an interval round it.

    ``integer``: of a quantity of whole numbers, of which ``x`` is one. ``least_digits`` above 1 leaves only
    what is rounded to so many significant digits or more.
    """
    tail = f" {unit}".rstrip()
    if integer:
        return f"{int(x)}{tail}"
    forms = ["rounded"] * 4 + ["to", "brackets", "uncertain", "about", "from", "up to", "exactly"]
    form = draw(st.sampled_from(forms)) if least_digits == 1 else "rounded"
    quantum = Fraction(10) ** (magnitude(x) - draw(st.integers(least_digits - 1, 4)))
    shown = nearest(x, quantum)
    style = draw(st.sampled_from(["fixed", "exponent"]))
    low, high = (shown + turn * quantum * draw(st.integers(1, 3)) for turn in (-1, 1))
    match form:
        case "to":
            return f"{number(low, quantum, style)} to {number(high, quantum, style)}{tail}"
        case "brackets":
            return f"[{decimal(low)}, {decimal(high)}]{tail}"
        case "uncertain":
            return f"{decimal(shown)} ± {decimal(high - shown)}{tail}"
        case "about":
            return f"~{decimal(nearest(x, Fraction(10) ** (magnitude(x) - 2)))}{tail}"
        case "from":
            return f"{draw(st.sampled_from(['>', 'at least']))} {decimal(low)}{tail}"
        case "up to":
            return f"{draw(st.sampled_from(['<', 'at most']))} {decimal(high)}{tail}"
        case "exactly" if is_decimal(x):
            return f"exactly {decimal(x)}{tail}"
    return f"{number(shown, quantum, style)}{tail}"


@st.composite
def printed_numbers(draw: st.DrawFn, signed: bool = True) -> str:
    """Decimal numbers as they are printed: plain, with point, grouped, with exponent or multiplier word."""
    digits = str(draw(st.integers(0, 10**12)))
    form = draw(st.sampled_from(["plain", "point", "grouped", "exponent", "power", "word"]))
    if form == "point":
        digits = f"{digits}.{draw(st.text('0123456789', max_size=8))}"
    elif form == "grouped":
        digits = f"{int(digits):,}"
    elif form == "exponent":
        digits = f"{digits[0]}.{digits[1:]}E{draw(st.integers(-40, 40)):+d}"
    elif form == "power":
        digits = f"{digits[0]}.{digits[1:]} x 10^{draw(st.integers(-40, 40))}"
    elif form == "word":
        digits = f"{digits} {draw(st.sampled_from(['thousand', 'million', 'billion', 'trillion']))}"
    return (draw(st.sampled_from(["", "-", "+", "\u2212"])) if signed else "") + digits


@st.composite
def value_texts(draw: st.DrawFn) -> str:
    """Values of every form of the value grammar, with and without unit."""
    unit = draw(st.sampled_from(["", " %", " TFLOP/s/GPU", " day", " kg m^2"]))
    low, high = draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))
    low, high = sorted((low, high))
    number, positive = draw(printed_numbers()), draw(printed_numbers(signed=False))
    form = draw(
        st.sampled_from(["plain", "exactly", "about", "side", "to", "brackets", "pm", "bracket", "asym"])
    )
    if form == "exactly":
        return f"exactly {number}{unit}"
    if form == "about":
        return f"~{draw(st.integers(1, 10**9))}{unit}"
    if form == "side":
        return f"{draw(st.sampled_from(['>', '>=', '<', '<=', 'at least', 'at most']))} {number}{unit}"
    if form == "to":
        return f"{low}{unit} to {high}{unit}"
    if form == "brackets":
        return f"[{low}, {high}]{unit}"
    if form == "pm":
        return (
            f"{low}.25 ± {positive}{unit}"
            if "illion" not in positive and "thou" not in positive
            else f"{low} ± 1"
        )
    if form == "bracket":
        return f"{low}.{high}({draw(st.integers(0, 99))}){unit}"
    if form == "asym":
        return f"{low}.5 +{high} -{low}.25{unit}"
    return f"{number}{unit}"
