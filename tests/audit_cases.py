"""Small claims files that together need every kind of certificate, and the reports on them."""

from __future__ import annotations

import datetime
import json
from fractions import Fraction

from claimcheck.files.loader import load
from claimcheck.judging.listing import Listing
from claimcheck.judging.verification import verify
from claimcheck.render import Options
from claimcheck.render.json import file_object

__all__ = ["FILES", "HEAD", "made", "reported"]

HEAD = "claimcheck: 1\ntitle: t\nsources: {a: {title: a}, b: {title: b}, c: {title: c, coupled: true}}\n"
FILES = {
    "stationary": """\
quantities: {x: {}, y: {}}
claims: [{quantity: x, value: "[0, 2]", source: a}]
relations: {r: y = x^2 * (3 - 2*x)}
""",
    "put together": """\
quantities: {x: {}, y: {}, z: {}}
claims: [{quantity: x, value: "[1, 2]", source: a}, {quantity: y, value: "[3, 4]", source: a}]
relations: {d: z * (x + y) = x - y}
report: [z]
""",
    "cubic": """\
quantities: {x: {}, y: {}, w: {}}
claims: [{quantity: x, value: "[-2, 2]", source: a}]
relations: {r: y = x^3 - 3*x, s: w = y + x}
report: [y, w]
""",
    "transcendental": """\
quantities: {x: {}, y: {}, z: {}, w: {}}
claims: [{quantity: x, value: "0.30", source: a}, {quantity: x, value: "0.50", source: b}]
relations: {p: y = exp(x), q: z = x * exp(-x) + log10(y), r: w = sqrt(x) + cbrt(y) + cosh(x)}
report: [y, z, w]
""",
    "cycle of products": """\
quantities:
  {p: {min: 1, max: 100}, q: {min: 1, max: 100}, s: {min: 1, max: 100}, u: {}, v: {}, w: {}}
claims:
  - {quantity: u, value: "[1.1, 1.2]", source: a}
  - {quantity: v, value: "[2.1, 2.2]", source: a}
  - {quantity: w, value: "[0.5, 0.6]", source: a}
relations: {k: u = p / q, l: v = q / s, m: w = s / p}
""",
    "cycle of sums": """\
quantities:
  {p: {min: 1, max: 100}, q: {min: 1, max: 100}, s: {min: 1, max: 100}, u: {}, v: {}, w: {}}
claims:
  - {quantity: u, value: "[1.1, 1.2]", source: a}
  - {quantity: v, value: "[2.1, 2.2]", source: a}
relations: {k: u = p - q, l: v = q - s, m: w = s - p}
report: [w, p]
""",
    "share": """\
quantities: {p: {}, q: {}, t: {}, s: {}}
claims: [{quantity: s, value: 22 %, source: a}, {quantity: q, value: exactly 77, source: a}]
relations: {k: s = p / t, l: t = p + q}
report: [p]
""",
    "implicit": """\
quantities: {x: {min: 0, max: 10}, y: {min: 0, max: 10}}
claims: [{quantity: x, value: "[0, 3]", source: a}]
relations: {r: x^2 + y^2 = 4, s: y = exp(x) - 1}
report: [x, y]
""",
    "whole numbers": """\
quantities: {n: {integer: true, min: 0, max: 50}, m: {integer: true, min: 0, max: 50}, k: {integer: true}}
claims: [{quantity: k, value: 91, source: a}, {quantity: n, value: "[2, 12]", source: b}]
relations: {r: n * m = k}
report: [m]
""",
    "tolerance": """\
quantities: {x: {}, y: {}, z: {}}
claims:
  - {quantity: x, value: "10.0", source: a}
  - {quantity: y, value: "12.0", source: a}
  - {quantity: y, value: "10.6", source: b}
relations: {r: {equation: y = x, within: 10 %}, s: z = y * x}
report: [z]
""",
    "cases": """\
quantities: {x: {}, y: {}, z: {}, w: {}}
claims:
  - {quantity: x, value: "[1.2, 5.7]", source: a}
  - {quantity: z, value: "at least 6", source: b}
relations: {r: y = floor(x) + round(x / 2), s: "z = if(x > 3, x, 2*x)", t: "w = max(x, 2) + abs(x - 3)"}
report: [y, w]
""",
    "conclusions": """\
quantities: {g: {integer: true}, d: {}, u: {unit: percent, min: 0 %, max: 100 %}}
claims:
  - {quantity: g, value: 992, source: a}
  - {quantity: g, value: 1024, source: b}
  - {quantity: d, value: "56", source: a}
  - {quantity: d, value: "63", source: b}
  - {quantity: u, value: 51.7 % to 58.9 %, source: a, spans: true}
  - {quantity: u, value: 55.0 %, source: b, given: [g@b, d@b]}
  - {quantity: u, value: 52.6 %, source: a, id: good, given: [g@b, d@b]}
relations: {r: u = 33940 / g / d}
report: [u]
known: [{members: [g@a, g@b], reason: two counts}]
""",
    "impossible": """\
quantities: {n: {integer: true}, u: {unit: percent, min: 0 %, max: 100 %}}
claims:
  - {quantity: n, value: "[2.2, 2.8]", source: a}
  - {quantity: u, value: 120 %, source: a}
  - {quantity: u, value: 40 %, source: b}
""",
    "rivals": """\
quantities: {x: {}, y: {}, z: {}}
claims:
  - {quantity: x, value: "10.0", source: a}
  - {quantity: y, value: "20.0", source: a}
  - {quantity: z, value: "3.0", source: a}
  - {quantity: z, value: "3.2", source: b}
relations: {p: {equation: y = 2*x, choice: c}, q: {equation: y = 3*x, choice: c}}
""",
    "dates": """\
quantities: {s: {unit: date}, e: {unit: date}, d: {unit: day}}
claims:
  - {quantity: s, value: "2021-11-05", source: a}
  - {quantity: e, value: "2022-01-06T12:46-08:00", source: a}
  - {quantity: d, value: 63 day, source: a}
  - {quantity: d, value: 56 day, source: b}
relations: {r: d = e - s}
report: [d, s]
""",
    "units": """\
quantities: {t: {unit: degree}, r: {unit: m}, l: {unit: m}, c: {unit: degC}}
claims:
  - {quantity: t, value: 30 degree, source: a}
  - {quantity: r, value: 2.0 m, source: a}
  - {quantity: c, value: 20.5 degC, source: a}
relations: {p: l = r * sin(t)}
report: [l, t, c]
""",
    "coupled": """\
quantities: {x: {}, y: {}, z: {}}
claims:
  - {quantity: x, value: "1.0", source: c}
  - {quantity: y, value: "2.0", source: c}
  - {quantity: x, value: "1.5", source: a}
  - {quantity: y, value: "3.0", source: b}
relations: {r: z = x + y}
report: [z]
""",
    "table": """\
tables:
  t:
    source: a
    columns: {n: {unit: event, integer: true}, share: {unit: percent}}
    rows: {p: {n: 30, share: 30.0 %}, q: {n: 50, share: 50.0 %}, r: {n: 20, share: 20.0 %}}
quantities: {total: {unit: event, integer: true}}
claims: [{quantity: total, value: 100, source: b}]
relations:
  share: {for: t, equation: share = n / total}
  total: total = sum(t.n)
report: [total]
""",
    "circle": """\
quantities: {x: {min: -10, max: 10}, y: {min: -10, max: 10}}
claims: [{quantity: x, value: "[-3, 3]", source: a}]
relations: {r: x^2 + y^2 = 4, s: x * y = 1}
report: [x, y]
""",
    "half of the circle": """\
quantities: {x: {min: -10, max: 10}, y: {min: -10, max: 10}}
claims: [{quantity: x, value: "[0, 3]", source: a}, {quantity: x, value: "[-3, -0.1]", source: b}]
relations: {r: x^2 + y^2 = 4, s: x * y = 1}
report: [x, y]
""",
    "no such point": """\
quantities: {x: {}, y: {}}
claims: [{quantity: x, value: "[-2, 2]", source: a}]
relations: {r: x^2 + y^2 = 1, s: x * y = 0.6}
""",
    "beside the circle": """\
quantities: {x: {min: -10, max: 10}, y: {min: -10, max: 10}}
claims: [{quantity: x, value: "[-3, 3]", source: a}, {quantity: y, value: "[0.6, 1.8]", source: b}]
relations: {r: x^2 + y^2 = 4, s: x * y = 1}
""",
    "hole": """\
quantities: {x: {}, y: {}, z: {}}
claims:
  - {quantity: x, value: "[-2, 2]", source: a}
  - {quantity: y, value: "at least 1", source: b}
  - {quantity: z, value: "0.2", source: a}
relations: {r: y = x^2, s: z = x * abs(x) / 4}
report: [x]
""",
    "a part left open": """\
quantities: {x: {}, y: {}, k: {}, h: {min: 1, max: 2}}
claims:
  - {quantity: x, value: "[1, 2]", source: a}
  - {quantity: x, value: "[3, 4]", source: b}
  - {quantity: k, value: exactly 0, source: a}
relations: {square: "k = (h^2 - 2)^2", y: y = 2 * x}
settings: {budget: 2}
""",
    "accepted for a time": """\
quantities: {x: {}, y: {}}
claims:
  - {quantity: x, value: "1.0", source: a}
  - {quantity: x, value: "1.4", source: b}
  - {quantity: y, value: "5.0", source: b, given: [x@a]}
relations: {r: y = 2 * x}
known: [{members: [x@a, "y@b", "relation:r"], reason: a slip, until: 2999-01-01}]
""",
}

FILES["asked for"] = FILES["left out"] = FILES["tolerance"]
FILES["most left out"] = FILES["conclusions"]
_OPTIONS = {"asked for": {"given": ["y@b"]}, "left out": {"top": 1}, "most left out": {"top": 2}}
_OPTIONS["half of the circle"] = {"top": 1}
_MADE = {}


def reported(claims, top=None, today=datetime.date(2026, 1, 1), **options):
    """A report's entry for one file, as a reader of the JSON gets it."""
    report = verify(claims, today=today, listing=Listing(top), **options)
    return json.loads(json.dumps(file_object(report, Options(shifts=True, top=top))))


def made(name):
    """The claims of a small file and its entry in the JSON report."""
    if name not in _MADE:
        claims = load(HEAD + FILES[name])
        entry = reported(claims, **_OPTIONS.get(name, {}))
        for witness in entry["certificate"]["witnesses"]:
            for group in witness["solved"]:
                _split_once_more(group, witness["values"])
        _MADE[name] = claims, entry
    return _MADE[name]


def _split_once_more(group, values):
    """In the proofs of a system a case distinction that does no harm; its trees need none as a rule."""
    _, *others = group["unknown"]
    for name in others[:1]:
        low, high = map(Fraction, values[name])
        for side, tree in enumerate(group["proofs"][0]):
            if tree is not None:
                parts = {"lower": tree, "upper": tree}
                group["proofs"][0][side] = {"split": name, "at": str((low + high) / 2), **parts}
