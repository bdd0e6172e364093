"""Many files in one process and in two, and one file of up to 100,000 claims.

Usage: ``python benchmarks/files.py [jobs] [claims]``.

The first part checks 1,000 small files with ``--jobs 1`` and ``--jobs 2`` in turn. The second prints, for
files of 1,000, 10,000 and 100,000 claims, four to a component, the processor time per claim and the peak
memory of a process that does nothing else; with nothing reported, and with a quantity of each component.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from harness import alternately, machine, table

SMALL = 1_000
SIZES = (1_000, 10_000, 100_000)
ROUNDS = 5


def small_file(number: int) -> str:
    """A run like that of the OPT-175B file, with rivals; every 150th file has a mistake in it."""
    if number % 150 == 149:
        return "claimcheck: 1\nclaims: [{quantity: nothing, value: 1, source: nowhere}]\n"
    gpus, rate, days = 900 + 4 * (number % 50), 120 + number % 60, 30 + number % 40
    compute = gpus * rate * 1e12 * days * 86400 * (0.5 + number % 7 / 20)
    rival = f"  - {{quantity: gpus, value: {gpus + 32}, source: blog}}\n" if number % 3 == 0 else ""
    return f"""\
claimcheck: 1
title: run {number}
sources: {{paper: {{title: "paper {number}"}}, blog: {{title: "blog {number}"}}}}
quantities:
  gpus: {{unit: GPU, integer: true}}
  throughput: {{unit: TFLOP/s/GPU}}
  compute: {{unit: FLOP}}
  elapsed: {{unit: day}}
  busy: {{unit: day}}
  uptime: {{unit: percent, min: 0 %, max: 100 %}}
claims:
  - {{quantity: gpus, value: {gpus}, source: paper}}
{rival}  - {{quantity: throughput, value: {rate} TFLOP/s/GPU, source: blog}}
  - {{quantity: compute, value: {compute:.3e} FLOP, source: paper}}
  - {{quantity: elapsed, value: {days} day, source: paper}}
  - {{quantity: elapsed, value: {days + 1} day, source: blog}}
relations:
  busy-time: busy = compute / (throughput * gpus)
  uptime: uptime = busy / elapsed
report: [busy, uptime]
"""


def write_small_files(directory: Path, count: int) -> None:
    for number in range(count):
        path = directory / f"{number // 100:02}" / f"{number:04}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(small_file(number), encoding="utf-8")


def large_file(claims: int, *, reported: bool = False) -> Iterator[str]:
    """Components of three quantities and four claims; in one of a hundred they contradict each other.

    ``reported``: with a fourth quantity that follows from these, and is reported.
    """
    components = claims // 4
    yield "claimcheck: 1\ntitle: many small components\n"
    yield 'sources: {a: {title: "a"}, b: {title: "b"}}\nquantities:\n'
    for i in range(components):
        yield f"  d{i}: {{unit: km}}\n  t{i}: {{unit: hour}}\n  v{i}: {{unit: km/h}}\n"
        if reported:
            yield f"  p{i}: {{unit: min/km}}\n"
    yield "claims:\n"
    for i in range(components):
        distance, duration = 100 + i % 7, 2 + i % 3
        speed = distance / duration * (2 if i % 100 == 99 else 1)
        yield f"  - {{quantity: d{i}, value: {distance}, source: a}}\n"
        yield f"  - {{quantity: t{i}, value: {duration}.0, source: a}}\n"
        yield f"  - {{quantity: v{i}, value: {speed:.1f}, source: a}}\n"
        yield f"  - {{quantity: t{i}, value: {duration}.00, source: b}}\n"
    yield "relations:\n"
    for i in range(components):
        yield f"  r{i}: v{i} = d{i} / t{i}\n"
        if reported:
            yield f"  p{i}: p{i} = 1 / v{i}\n"


def claimcheck(*arguments: str) -> None:
    """Run the command; a file with a mistake in it, or contradictions, are no reason to stop."""
    done = subprocess.run(
        [sys.executable, "-m", "claimcheck", *arguments], capture_output=True, check=False, env={**os.environ}
    )
    if done.returncode not in (0, 1, 2) or b"Traceback" in done.stderr:
        raise SystemExit(f"{arguments}: status {done.returncode}\n{done.stderr.decode()[-2000:]}")


def jobs() -> None:
    with tempfile.TemporaryDirectory() as directory:
        write_small_files(Path(directory), SMALL)
        calls = {
            f"--jobs {n}": lambda n=n: claimcheck("verify", directory, "--jobs", str(n), "-o", os.devnull)
            for n in (1, 2)
        }
        seconds = alternately(calls, ROUNDS)
    print(f"{SMALL:,} small files, median of {ROUNDS} rounds\n")
    rows = [
        (name, f"{statistics.median(times):.1f} s", f"{SMALL / statistics.median(times):.0f}")
        for name, times in seconds.items()
    ]
    print(table(("command", "time", "files per second"), rows))
    ratio = statistics.median(a / b for a, b in zip(*seconds.values(), strict=True))
    print(f"\nthroughput of --jobs 2 / --jobs 1 = {ratio:.2f} (to be 1.6 at least)\n")


def claims() -> None:
    _table_of_claims(reported=False)
    print("\nWith a quantity in each component that follows from the others, and is reported:\n")
    _table_of_claims(reported=True)


def _table_of_claims(*, reported: bool) -> None:
    rows, per_claim = [], {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "large.yaml"
            with path.open("w", encoding="utf-8") as file:
                file.writelines(large_file(size, reported=reported))
            megabytes = path.stat().st_size / 1e6
            rounds = [_measured(str(path)) for _ in range(max(1, 20_000 // size))]
        processor, wall, memory = (statistics.median(r[i] for r in rounds) for i in range(3))
        per_claim[size] = processor / size
        rows.append(
            (
                f"{size:,}",
                f"{megabytes:.1f} MB",
                f"{processor:.1f} s",
                f"{wall:.1f} s",
                f"{1e6 * processor / size:.0f} us",
                f"{memory / 1e6:.0f} MB",
            )
        )
    print(table(("claims", "file", "processor", "wall", "per claim", "peak memory"), rows))
    ratio = per_claim[SIZES[-1]] / per_claim[SIZES[0]]
    print(f"\nper claim at {SIZES[-1]:,} / at {SIZES[0]:,} = {ratio:.2f} (to be 1.5 at most)")


def _measured(path: str) -> tuple[float, float, float]:
    """Processor seconds beyond start-up, wall seconds, and peak memory in bytes, of one check."""
    code = (
        "import resource, sys\n"
        "from claimcheck.cli.task import collect_seldom\n"
        "from claimcheck.judging.verification import check_path\n"
        "from claimcheck.render import render\n"
        f"check_path({str(Path(__file__).resolve().parent.parent / 'claims' / 'opt175b.yaml')!r})\n"
        "def spent():\n    u = resource.getrusage(resource.RUSAGE_SELF)\n    return u.ru_utime + u.ru_stime\n"
        "collect_seldom()\nstart = spent()\n"
        "report = check_path(sys.argv[1], budget=3600)\n"
        "assert report.claim_set is not None, report.diagnostics[:3]\n"
        "assert report.complete or report.scenario_count > len(report.scenarios)\n"
        "render('text', [report])\n"
        "print(spent() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)\n"
    )
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, check=True, text=True)
    processor, memory = map(float, done.stdout.split())
    return processor, time.perf_counter() - start, memory


def main(wanted: list[str]) -> None:
    print(machine("PyYAML", "pydantic", "gmpy2"), "\n")
    if not wanted or "jobs" in wanted:
        jobs()
    if not wanted or "claims" in wanted:
        claims()


if __name__ == "__main__":
    main(sys.argv[1:])
