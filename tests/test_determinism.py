"""The same file gives the same bytes: on every run, with every hash seed, in threads and in processes.

The files are the OPT-175B case and one with rivals, a coupled source and conflicts of every kind, so that
sets and dictionaries are walked wherever the checker keeps some.
"""

import ctypes
import datetime
import json
import os
import platform
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy
import pytest

from claimcheck.budget import Budget
from claimcheck.judging.diff import compare, paired
from claimcheck.judging.explain import explain, find_target
from claimcheck.judging.verification import check_path, check_text, verify
from claimcheck.render import FORMATS, Options, render
from claimcheck.render import diff as differences
from claimcheck.render import explanation as explanations
from tests import conflict_sets

ROOT = Path(__file__).parents[1]
CASE = ROOT / "claims" / "opt175b.yaml"

MIXED = """\
claimcheck: 1
title: rivals, a coupled source, a cycle and conflicts of several kinds
sources: {u: {coupled: true}, v: {}, w: {}, x: {}}
quantities:
  a: {unit: day}
  b: {unit: day}
  ratio: {}
  n: {unit: GPU, integer: true}
  total: {unit: GPU day}
  alone: {unit: m, min: 0 m}
claims:
  - {quantity: a, value: 3.0 day, source: u}
  - {quantity: a, value: 4.0 day, source: v}
  - {quantity: a, value: 100 hour, source: w}
  - {quantity: b, value: 6 day, source: u}
  - {quantity: b, value: 9 day, source: v}
  - {quantity: b, value: ~6 day, source: x}
  - {quantity: ratio, value: "2.00", source: w}
  - {quantity: n, value: 8, source: u}
  - {quantity: n, value: 8.0 to 10.0, source: v}
  - {quantity: total, value: 24 GPU day, source: w}
  - {quantity: total, value: 90 GPU day, source: x, id: late, given: [n@u, b@v]}
  - {quantity: ratio, value: 1.5 to 3.1, source: x, spans: true}
  - {quantity: alone, value: -5 m, source: w}
relations:
  ratio: b = ratio * a
  short: {equation: total = n * a, choice: way}
  long: {equation: total = n * b, choice: way}
  floor: a <= b
known:
  - {members: [b@u, b@v], reason: two runs}
"""

PROGRAM = """\
import sys
from tests.test_determinism import shown
sys.stdout.buffer.write(shown(sys.argv[1]))
"""


COLD = """\
import sys
from concurrent.futures import ThreadPoolExecutor
from tests.test_determinism import shown
with ThreadPoolExecutor(8) as pool:
    sys.stdout.buffer.write(b"".join(pool.map(shown, sys.argv[1:])))
"""


SEARCHED = """\
claimcheck: 1
title: functions with irrational values, a system to be solved, and a cycle of products
sources: {a: {title: a}, b: {title: b}}
quantities:
  x: {min: 0, max: 10}
  y: {min: 0, max: 10}
  t: {unit: degree}
  v: {}
  p: {min: 1, max: 100}
  q: {min: 1, max: 100}
  s: {min: 1, max: 100}
  k: {}
  l: {}
claims:
  - {quantity: x, value: "[0, 3]", source: a}
  - {quantity: t, value: 30 degree, source: a}
  - {quantity: t, value: 35 degree, source: b}
  - {quantity: k, value: "[1.1, 1.2]", source: a}
  - {quantity: l, value: "[2.1, 2.2]", source: a}
relations:
  circle: x^2 + y^2 = 4
  growth: y = exp(x) - 1
  height: v = sin(t) * k
  first: k = p / q
  second: l = q / s
report: [x, y, v, p, s]
"""
TEXTS = {"mixed": MIXED, "searched": SEARCHED}


def shown(name):
    """Every rendering of the check of one of the files, as bytes."""
    if name in MADE:
        report = verify(MADE[name](), today=datetime.date(2026, 1, 1))
        return render("json", [report]).encode() + render("text", [report], Options(top=0)).encode()
    report = check_path(CASE) if name == "case" else check_text(TEXTS[name], f"{name}.yaml")
    texts = [render(format, [report]) for format in FORMATS]
    return "\n".join(texts).encode()


FILES = ["case", *TEXTS]
CHANGES = {
    "case": ("value: 992,", "value: 1000,"),
    "mixed": ("-5 m", "5 m"),
    "searched": ("[0, 3]", "[0, 1]"),
}
MADE = {"chain": lambda: conflict_sets.chain(20), "grid": lambda: conflict_sets.grid(14)}
"""Many conflicts and more repairs than are listed."""


def explained(name):
    """Every explanation of what one of the files has, and its comparison with a changed one, as bytes."""
    text = TEXTS[name] if name in TEXTS else CASE.read_text(encoding="utf-8")
    report, other = (check_text(t, f"{name}.yaml") for t in (text, text.replace(*CHANGES[name])))
    claims = report.claim_set
    wanted = [*claims.quantities, *claims.claims, *(c.id for c in report.conflicts)]
    texts = []
    for what in wanted:
        told = explain(report, find_target(report, what), supports=Budget(60))
        texts += [explanations.render(format, report, told) for format in explanations.FORMATS]
    old, new = (json.loads(render("json", [r]))["files"] for r in (report, other))
    compared = [compare(a, b) for a, b in paired(old, new)]
    assert any(d.conflicts or d.bounds for d in compared)
    texts += [differences.render(format, compared) for format in differences.FORMATS]
    return "\n".join(texts).encode()


@pytest.fixture(scope="module")
def expected():
    return {name: shown(name) for name in FILES}


def test_the_files_say_something(expected):
    assert b"contradictory" in expected["case"]
    assert all(kind in expected["mixed"] for kind in (b"disagreement", b"contradiction", b"impossible"))
    assert expected["case"] != expected["mixed"]
    assert b"1.004" in expected["searched"]


@pytest.mark.parametrize("name", FILES)
def test_again_in_the_same_process(name, expected):
    assert shown(name) == expected[name]


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
@pytest.mark.parametrize("name", FILES)
def test_with_any_hash_seed(name, seed, expected):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, name], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    assert run.stdout == expected[name]


@pytest.mark.parametrize("name", FILES)
def test_explanations_and_comparisons_with_any_hash_seed(name):
    here = explained(name)
    for seed in ("0", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        program = PROGRAM.replace("shown", "explained")
        run = subprocess.run(
            [sys.executable, "-c", program, name], cwd=ROOT, env=environment, capture_output=True, check=True
        )
        assert run.stdout == here


@pytest.mark.parametrize("name", MADE)
def test_many_conflicts_and_repairs_with_any_hash_seed(name):
    runs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, name],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        )
        for seed in ("7", "77")
    ]
    assert runs[0].stdout == runs[1].stdout
    (file,) = json.JSONDecoder().raw_decode(runs[0].stdout.decode())[0]["files"]
    assert file["complete"]
    assert len(file["conflicts"]) > 40
    assert len(file["repairs"]) == 1000


def test_in_eight_threads_at_once(expected):
    names = FILES * 4
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(shown, names)) == [expected[name] for name in names]


def test_in_threads_that_are_the_first_to_import_and_to_fill_every_cache(expected):
    names = FILES * 4
    run = subprocess.run([sys.executable, "-c", COLD, *names], cwd=ROOT, capture_output=True, check=True)
    assert run.stdout == b"".join(expected[name] for name in names)


def test_in_worker_processes(expected):
    names = FILES * 2
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(shown, names)) == [expected[name] for name in names]


def rounds_to_nearest(tiny=2.0**-60):
    """Whether sums of doubles are rounded to nearest in this thread, by Python and by numpy."""
    several = numpy.full(9, tiny)
    exact = 1.0 + tiny == 1.0 == 1.0 - tiny
    return exact and bool((1.0 + several == 1.0).all() and (1.0 - several == 1.0).all())


def mode():
    """How the processor rounds in this thread, as the C library tells it."""
    return ctypes.CDLL("ucrtbase" if os.name == "nt" else None).fegetround()


def watched(name):
    """A check, and whether at each call that it made, of Python or C, sums were rounded to nearest."""
    tiny, steady = 2.0**-60, True

    def look(frame, event, argument):
        nonlocal steady
        steady = steady and 1.0 + tiny == 1.0 == 1.0 - tiny

    before = mode(), numpy.geterr(), rounds_to_nearest()
    sys.setprofile(look)
    try:
        found = shown(name)
    finally:
        sys.setprofile(None)
    return found, steady and rounds_to_nearest() and before == (mode(), numpy.geterr(), True)


def test_never_touches_the_rounding_mode(expected):
    """Neither the processor's nor numpy's, at no time, in no thread and in no worker."""
    assert rounds_to_nearest()
    names = FILES * 2
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(watched, names)) == [(expected[name], True) for name in names]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(watched, FILES)) == [(expected[name], True) for name in FILES]


def test_a_rounding_mode_that_is_touched_would_be_seen():
    library = ctypes.CDLL("ucrtbase" if os.name == "nt" else None)
    usual, upward = library.fegetround(), {"x86_64": 0x800, "AMD64": 0x800}.get(platform.machine(), 0x400000)
    assert library.fesetround(upward) == 0
    try:
        seen = rounds_to_nearest(), mode() == usual
    finally:
        library.fesetround(usual)
    assert seen == (False, False)
    assert rounds_to_nearest()
