"""Input made to hurt: each ends in a clear error, soon, in little memory, and never in a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claimcheck.diagnostics import ClaimsError, Severity
from claimcheck.files.loader import load, load_mapping, load_path, load_text
from claimcheck.files.starter import STARTER

SECONDS = 2.0
MEGABYTES = 200

HEAD = "claimcheck: 1\nsources: {s: {}}\nquantities: {x: {unit: m}, y: {unit: m}}\n"
CLAIM = "claims:\n  - {quantity: x, value: 3 m, source: s}\n"

LAUGHS = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def value(text: str) -> str:
    return f"{HEAD}claims:\n  - {{quantity: x, value: '{text}', source: s}}\n"


def relation(text: str) -> str:
    return f"{HEAD}{CLAIM}relations:\n  r: '{text}'\n"


HOSTILE: dict[str, tuple[Callable[[], str | bytes], str]] = {
    "billion laughs": (lambda: f"claimcheck: 1\na: &a [lol]\n{LAUGHS}", "CC010"),
    "10 MB": (lambda: HEAD + "claims:\n" + "  - {quantity: x, value: 3 m, source: s}\n" * 250_000, "CC004"),
    "10 MB of one value": (lambda: value("9" * 10_000_000), "CC004"),
    "a long value": (lambda: value("9" * 1_000_000), "CC205"),
    "a tower of powers as a value": (lambda: value("9^9^9"), "CC2"),
    "a huge exponent as a value": (lambda: value("10^400000000"), "CC2"),
    "a huge exponent in E notation": (lambda: value("1E400000000"), "CC2"),
    "a tower of powers": (lambda: relation("x = y * 9^9^9"), "CC253"),
    "a huge power": (lambda: relation("x = y * 10^400000000"), "CC253"),
    "a huge power of a quantity": (lambda: relation("x = y^400000000"), "CC25"),
    "a huge literal": (lambda: relation("x = y * 1e400000000"), "CC253"),
    "parentheses": (lambda: relation(f"x = {'(' * 100_000}y{')' * 100_000}"), "CC25"),
    "open parentheses": (lambda: relation(f"x = {'(' * 100_000}"), "CC2"),
    "signs": (lambda: relation(f"x = {'-' * 100_000}y"), "CC2"),
    "a long sum": (lambda: relation("x = y" + " + y" * 200_000), "CC2"),
    "a huge unit": (lambda: value("3 m^400000000"), "CC2"),
    "a tower of units": (lambda: value(f"3 {'(' * 50_000}m{')^9' * 50_000}"), "CC2"),
    "python": (lambda: relation('x = __import__("os").system("echo pwned")'), "CC2"),
    "python attributes": (lambda: relation("x = y.__class__.__base__.__subclasses__()"), "CC2"),
    "python tag": (lambda: "claimcheck: !!python/object/apply:os.system ['echo pwned']\n", "CC012"),
    "brackets": (lambda: "a: " + "[" * 1_000_000, "CC015"),
    "braces": (lambda: "{a: " * 1_000_000, "CC015"),
    "list marks": (lambda: "- " * 1_000_000, "CC015"),
    "question marks": (lambda: "? " * 1_000_000, "CC015"),
    "anchors": (lambda: "a: &b c\n" * 1_000_000, "CC010"),
    "aliases": (lambda: HEAD + "report: [" + "*a, " * 1_000_000 + "]\n", "CC010"),
    "duplicate keys": (lambda: "a: b\n" * 1_000_000, "CC009"),
    "unknown keys": (lambda: HEAD + "".join(f"k{i}: 1\n" for i in range(100_000)), "CC101"),
    "unknown keys of one claim": (
        lambda: HEAD + "claims:\n  - {" + "".join(f"k{i}: 1, " for i in range(100_000)) + "}\n",
        "CC101",
    ),
    "unknown names": (
        lambda: HEAD + "claims:\n" + "  - {quantity: z, value: 3, source: u}\n" * 50_000,
        "CC105",
    ),
    "unknown units": (
        lambda: value("3 mtr") + "  - {quantity: y, value: 3 zzz, source: s}\n" * 5_000,
        "CC221",
    ),
    "a long key": (lambda: f'{HEAD}{CLAIM}"{"k" * 1_000_000}": 1\n', "CC"),
    "a long name": (lambda: f"{HEAD}  ? {'k' * 1_000_000}\n  : 1\n", "CC"),
    "a long id": (
        lambda: HEAD + f"claims: [{{quantity: x, value: 3, source: s, id: '{'a' * 500_000}@'}}]",
        "CC104",
    ),
    "many empty lines": (lambda: "\n" * 9_000_000 + "a: *b", "CC010"),
    "UTF-16": (lambda: HEAD.encode("utf-16"), "CC005"),
    "invalid UTF-8": (lambda: HEAD.encode() + b"title: caf\xe9\n", "CC005"),
    "overlong UTF-8": (lambda: HEAD.encode() + b"title: \xc0\xaf\n", "CC005"),
    "NULs": (lambda: b"\0" * 1_000_000, "CC006"),
    "empty": (lambda: b"", "CC007"),
}

RUN = """
import json, os, resource, sys, time
from claimcheck.files.loader import load_path
for path in sys.argv[1:]:
    if child := os.fork():
        assert os.waitpid(child, 0)[1] == 0, path
        continue
    began = time.process_time()
    claims, found = load_path(path)
    print(json.dumps({
        "seconds": time.process_time() - began,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "loaded": claims is not None,
        "found": [[d.code, d.message, d.hint, len(d.excerpt), str(d.location)] for d in found],
    }), flush=True)
    os._exit(0)
"""

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="memory is measured in forked processes")


class Result(TypedDict):
    """What loading one path came to. Seconds of the processor, so that a busy machine fails no test."""

    seconds: float
    megabytes: float
    loaded: bool
    found: list[tuple[str, str, str, int, str]]


def run(paths: list[str]) -> list[Result]:
    """Load each path in a process of its own, forked from one that has everything imported."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *paths],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    assert done.stderr == ""
    assert done.returncode == 0
    # A formula or tag that was run would have printed a line of its own.
    lines = done.stdout.splitlines()
    assert len(lines) == len(paths)
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    folder = tmp_path_factory.mktemp("hostile")
    paths = []
    for number, (make, _) in enumerate(HOSTILE.values()):
        data = make()
        paths.append(folder / f"{number}.yaml")
        paths[-1].write_bytes(data if isinstance(data, bytes) else data.encode())
    found = run([str(path) for path in paths])
    for path in paths:
        path.unlink()
    return dict(zip(HOSTILE, found, strict=True))


@needs_fork
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file(name: str, results: dict[str, Result]) -> None:
    result, (_, code) = results[name], HOSTILE[name]
    assert not result["loaded"]
    assert any(found.startswith(code) for found, *_ in result["found"])
    for _, message, hint, excerpt, _ in result["found"]:
        assert 0 < len(message) < 500
        assert len(hint) < 500
        assert excerpt < 300
    assert result["seconds"] < SECONDS
    assert result["megabytes"] < MEGABYTES


def test_what_is_no_file(tmp_path: Path) -> None:
    assert [d.code for d in load_path(tmp_path)[1]] == ["CC002"]
    assert [d.code for d in load_path(tmp_path / "missing.yaml")[1]] == ["CC001"]
    assert [d.code for d in load_path("a\0b")[1]] == ["CC003"]
    assert [d.code for d in load_path(tmp_path / ("n" * 5000))[1]] == ["CC003"]
    for path in (tmp_path, tmp_path / "missing.yaml"):
        with pytest.raises(ClaimsError, match="CC00"):
            load(path)


@needs_fork
@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
def test_a_file_without_end() -> None:
    (result,) = run(["/dev/zero"])
    assert result["found"][0][0] == "CC004"
    assert result["seconds"] < SECONDS


# -- whatever the bytes are, the answer is claims or diagnostics -------------------------------------------

ALPHABET = st.sampled_from([*"\n\n  -:,{}[]#&*!|>'\"%@`?\\\t~", "claimcheck", "claims", "value", "x", "3 m"])
BITS = [
    *"{}[]:,-#&*!|>'\"%@`\\^()=/+~± \n\t\0é",
    "<<: ",
    "? ",
    "---\n",
    "!!str ",
    "1e999",
    "0x1",
    "9^9^9",
    "  ",
]


def answer(data: bytes | str) -> None:
    claims, found = load_text(data, "any.yaml")
    errors = [d for d in found if d.severity is Severity.ERROR]
    assert (claims is None) == bool(errors)
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    for diagnostic in found:
        assert diagnostic.code.startswith("CC")
        assert diagnostic.message
        assert diagnostic.location is not None
        assert 0 <= diagnostic.location.line <= len(text.splitlines()) + 1
    assert list(found) == sorted(found, key=lambda d: (d.location.line, d.location.column))


@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbf")
@example(b"a: \xff")
def test_any_bytes(data: bytes) -> None:
    answer(data)


@given(st.lists(ALPHABET, max_size=60).map("".join))
def test_any_text_that_looks_like_yaml(text: str) -> None:
    answer(text)


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """The starter file with a few pieces replaced, inserted, doubled or removed."""
    text = STARTER[STARTER.index("claimcheck: 1") :]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 12)))
        new = draw(st.sampled_from(BITS) | st.text(max_size=4) | st.just(text[start:end] * 2))
        text = text[:start] + new + text[end:]
    return text


@settings(max_examples=300)
@given(mutants())
def test_any_mutant_of_a_whole_file(text: str) -> None:
    answer(text)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.just(b"x")
KEYS = st.sampled_from(
    ["claimcheck", "sources", "quantities", "claims", "relations", "report", "units", "settings", "known"]
) | st.sampled_from(
    ["tables", "use", "x", "s", "quantity", "value", "source", "equation", "given", "members"]
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, DATA, max_size=9))
@example({"claimcheck": 1, "sources": {"s": None}, "claims": [None, {}, {"given": [None]}], "known": [{}]})
def test_any_mapping(data: dict[str, object]) -> None:
    claims, found = load_mapping(data)
    assert (claims is None) == any(d.severity is Severity.ERROR for d in found)
    assert all(d.location is not None for d in found)
