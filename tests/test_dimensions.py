"""Dimension checks: what is accepted, what is refused, and what the messages say is missing."""

import pytest

from claimcheck.diagnostics import InputProblem
from claimcheck.dimensions import check_equation, equation_problems, unit_of
from claimcheck.formula import parse_equation, parse_expression
from claimcheck.units import UnitTable

TABLE = UnitTable()
DECLARED = {
    "gpus": "GPU",
    "nodes": "node",
    "per_node": "GPU/node",
    "throughput": "TFLOP/s/GPU",
    "pace": "day/(TFLOP GPU)",
    "compute": "FLOP",
    "work": "FLOP",
    "elapsed": "day",
    "busy": "day",
    "uptime": "percent",
    "share": "",
    "params": "parameter",
    "memory": "byte",
    "tokens": "token",
    "layers": "",
    "length": "m",
    "width": "cm",
    "area": "m^2",
    "volume": "m^3",
    "speed": "m/s",
    "energy": "kWh",
    "power": "kW",
    "angle": "degree",
    "turn": "radian",
    "temperature": "kelvin",
    "start": "date",
    "end": "date",
    "N": "parameter",
    "E": "J",
    "beta": "",
    "lambda": "m",
    "e": "",
    "causes.events[faulty-gpu]": "event",
    "total": "event",
}
UNITS = {name: TABLE.parse(unit) for name, unit in DECLARED.items()}


def problems(text):
    return equation_problems(parse_equation(text, names=UNITS), UNITS, TABLE)


@pytest.mark.parametrize(
    "text",
    [
        "busy = compute / (throughput * gpus)",
        "uptime = busy / elapsed",
        "uptime = 100 [percent] * busy / elapsed",
        "uptime <= 1",
        "share = uptime",
        "1 - uptime = share",
        "gpus = nodes * per_node",
        "gpus = nodes * 8 [GPU/node]",
        "memory = 16 [byte/parameter] * params",
        "compute = 6 [FLOP/token/parameter] * tokens * params",
        "area = length * width",
        "area = length^2",
        "length = sqrt(area)",
        "length = area^0.5",
        "length = area^(1/2)",
        "length = cbrt(volume)",
        "volume = area^(3/2)",
        "area^-1 = 1 / length / width",
        "length = abs(-width)",
        "length = min(length, width, 3 [inch])",
        "length = sum(length, width)",
        "length = if(width > 2 [m], width, 2 * width)",
        "length = if(width > 0, width, 0)",
        "length + 0 = width",
        "max(length, 0) > 0",
        "0 <= elapsed",
        "if(share = 0, 1, share) = 1",
        "share = exp(-elapsed / busy) + log(length / width)",
        "share = sin(angle) + cos(turn) + tan(2 * pi * share)",
        "share = e^(busy / elapsed)",
        "beta = share^share",
        "gpus = floor(share * gpus)",
        "layers = round(elapsed / busy)",
        "nodes = ceil(gpus / per_node)",
        "tokens = round(tokens / 2)",
        "elapsed = floor(elapsed / 1 [day]) * 1 [day]",
        "energy = power * elapsed",
        "energy = E",
        "elapsed = end - start",
        "end = start + elapsed",
        "end = elapsed + start",
        "start = end - 56 [day]",
        "end = sum(start, elapsed, 1 [hour])",
        "start < end",
        "end = max(start, end)",
        "end = if(start < end, end, start)",
        "end = if(elapsed > 1 [day], end, start + 0)",
        "elapsed = abs(end - start)",
        "end = start + (end - start) / 2",
        "lambda = speed * elapsed",
        "causes.events[faulty-gpu] = uptime * total",
        "temperature = 20 [kelvin] + temperature",
    ],
)
def test_sound_relations(text):
    assert problems(text) == []
    check_equation(parse_equation(text, names=UNITS), UNITS, TABLE)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("busy = compute / throughput", "CC260", None),
        ("elapsed = compute", "CC260", None),
        ("length <= area", "CC260", None),
        ("share = length", "CC260", None),
        ("elapsed = 56", "CC260", None),
        ("gpus = nodes", "CC260", None),
        ("gpus = nodes * 8", "CC260", None),
        ("memory = 16 * params", "CC260", None),
        ("share = angle * length", "CC260", None),
        ("elapsed = busy + gpus", "CC261", "gpus"),
        ("elapsed = busy + 3", "CC261", "3"),
        ("elapsed = 3 - busy", "CC261", "busy"),
        ("elapsed = max(busy, length)", "CC261", "length"),
        ("elapsed = max(0, busy, length)", "CC261", "length"),
        ("elapsed = sum(busy, busy, gpus * 2)", "CC261", "gpus * 2"),
        ("elapsed = if(gpus > 1, busy, busy)", "CC261", "1"),
        ("elapsed = if(gpus > 0, busy, gpus)", "CC261", "gpus"),
        ("share = exp(elapsed)", "CC263", "elapsed"),
        ("share = log(2 * length)", "CC263", "2 * length"),
        ("share = sin(length)", "CC263", "length"),
        ("share = 2^elapsed", "CC264", "elapsed"),
        ("area = length^share", "CC264", "share"),
        ("area = length^(2 * share)", "CC264", "2 * share"),
        ("area = length^pi", "CC264", "pi"),
        ("area = length^(2 [percent])", "CC264", "2 [percent]"),
        ("elapsed = floor(busy)", "CC266", "floor(busy)"),
        ("memory = round(memory)", "CC266", "round(memory)"),
        ("throughput = ceil(throughput)", "CC266", "ceil(throughput)"),
        ("end = start + 56", "CC265", "start + 56"),
        ("end = start + gpus", "CC265", "start + gpus"),
        ("end = start + end", "CC265", "start + end"),
        ("elapsed = busy - end", "CC265", "busy - end"),
        ("elapsed = end", "CC265", None),
        ("end = 0", "CC265", None),
        ("end = 2 * start", "CC265", "2 * start"),
        ("end = -start", "CC265", "-start"),
        ("share = sqrt(start)", "CC265", "sqrt(start)"),
        ("end = max(start, elapsed)", "CC265", "elapsed"),
        ("share = if(start > elapsed, 1, 2)", "CC265", "elapsed"),
        ("end = round(start)", "CC265", "round(start)"),
        ("elapsed = gpu * busy", "CC256", "gpu"),
        ("elapsed = x7q", "CC256", "x7q"),
        ("elapsed = 5 [dayz]", "CC221", "dayz"),
        ("elapsed = busy + 5 [  GPU/dayz ]", "CC221", "dayz"),
        ("end = 5 [date]", "CC265", "5 [date]"),
        ("length = length^65 / length^64", "CC224", "length^65"),
    ],
)
def test_unsound_relations(text, code, place):
    found = problems(text)
    assert [problem.code for problem in found] == [code]
    problem = found[0]
    assert problem.hint
    assert text[problem.start : problem.end] == (place or text)
    with pytest.raises(InputProblem, match=code):
        check_equation(parse_equation(text, names=UNITS), UNITS, TABLE)


@pytest.mark.parametrize("unit", ["patient", "day", "m"])
def test_a_unit_in_the_place_of_a_quantity_is_told_how_to_write_it(unit):
    (problem,) = problems(f"elapsed = busy + 5 * {unit}")
    assert problem.code == "CC256"
    assert problem.hint.endswith(f"1 [{unit}]")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "busy = compute * pace",
            "left: day; right: FLOP day / (TFLOP GPU): pace is per GPU but gpus is absent",
            "multiply the right side by gpus",
        ),
        (
            "busy = compute / throughput",
            "left: day; right: FLOP s GPU / TFLOP: throughput is per GPU but gpus is absent",
            "divide the right side by gpus",
        ),
        (
            "uptime = compute / (throughput * gpus)",
            "left: percent; right: FLOP s / TFLOP: throughput is per s but elapsed is absent",
            "divide the right side by elapsed (also in that unit: busy)",
        ),
        (
            "throughput = compute / elapsed",
            "left: TFLOP/s/GPU; right: FLOP / day: throughput is per GPU but gpus is absent",
            "divide the right side by gpus",
        ),
        ("memory = 16 * params", "left: byte; right: parameter", "write it: 16 [byte / parameter]"),
        (
            "gpus = 8 * nodes",
            "left: GPU; right: node: per_node is absent",
            "multiply the right side by per_node",
        ),
        (
            "busy = compute / (throughput * params)",
            "left: day; right: FLOP s GPU / (TFLOP parameter)",
            "the right side lacks a factor in parameter / GPU",
        ),
        ("elapsed = 56", "left: day; right: a plain number", "if 56 has a unit, write it: 56 [day]"),
        ("elapsed = busy + 3", "+ needs one unit: busy is in day, but 3 is a plain number", "write 3 [day]"),
        (
            "share = log(length)",
            "log takes a plain number, length is in m",
            "divide by a reference: log(length / 1 [m])",
        ),
        (
            "elapsed = floor(busy)",
            "floor of busy depends on the unit, it is in day",
            "say which: floor(busy / 1 [day]) * 1 [day]",
        ),
        ("elapsed = gpu * busy", "no quantity is named gpu", "did you mean gpus?"),
        (
            "end = start + 56",
            "to a date only a time can be added, not a plain number",
            "write a number with its unit: 56 [day]",
        ),
        (
            "elapsed = end",
            "left: day; right: a date",
            "a date equals a date; subtract another date for a time",
        ),
    ],
)
def test_messages_say_what_is_missing(text, message, hint):
    (problem,) = problems(text)
    assert problem.message == message
    assert hint in problem.hint


def test_the_way_out_of_a_message_is_sound():
    assert problems("elapsed = floor(busy / 1 [day]) * 1 [day]") == []
    assert problems("share = log(length / 1 [m])") == []
    assert problems("memory = 16 [byte / parameter] * params") == []


def test_all_problems_of_a_relation_are_told():
    text = "elapsed = exp(busy) + gpu * 2 [foozle] + floor(length)"
    assert [problem.code for problem in problems(text)] == ["CC263", "CC256", "CC221", "CC266"]


def test_the_unit_of_an_expression_is_in_declared_units():
    unit = unit_of(parse_expression("compute / (throughput * gpus)"), UNITS, TABLE)
    assert unit.text == "FLOP s / TFLOP"
    assert unit.dimension == UNITS["elapsed"].dimension
    assert unit_of(parse_expression("end - start"), UNITS, TABLE).text == "day"
    assert unit_of(parse_expression("end + busy"), UNITS, TABLE).is_date
    with pytest.raises(InputProblem, match="CC256"):
        unit_of(parse_expression("nothing"), UNITS, TABLE)
