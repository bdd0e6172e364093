"""Timing for the benchmarks: contestants in turn, medians, and ratios within one run on one machine."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

__all__ = ["alternately", "machine", "table", "time_of_first", "time_per_call"]


def machine(*packages: str) -> str:
    """One line: date, processor, cores, system, Python, and the versions of some packages."""
    processor = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                processor = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in packages)
    parts = (
        datetime.datetime.now(datetime.UTC).date().isoformat(),
        f"{processor}, {os.cpu_count()} cores",
        platform.system(),
        f"Python {platform.python_version()}",
        versions,
    )
    return "; ".join(p for p in parts if p)


def alternately(contestants: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each contestant's runs, one after another in every round, so that a slow spell hits all."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for call in contestants.values():  # files into the cache, bytecode written
        call()
    for _ in range(rounds):
        for name, call in contestants.items():
            start = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def time_per_call(call: Callable[[], object], *, rounds: int = 7, least: float = 0.02) -> float:
    """The median processor seconds of a call, over rounds of at least ``least`` seconds.

    Processor time, because other work on the machine is not the contestant's fault.
    """
    call()
    number = 1
    while True:
        spent = _spent(call, number)
        if spent >= least:
            break
        number = max(number + 1, int(number * 1.5 * least / max(spent, 1e-9)))
    return statistics.median(_spent(call, number) / number for _ in range(rounds))


def time_of_first(prepare: Callable[[], Callable[[], object]], *, rounds: int = 25) -> float:
    """The median processor seconds of the first call of what is prepared anew, untimed, each time.

    For what remembers its answers: the second call would only look them up.
    """
    return statistics.median(_spent(prepare(), 1) for _ in range(rounds))


def _spent(call: Callable[[], object], number: int) -> float:
    start = time.process_time()
    for _ in range(number):
        call()
    return time.process_time() - start


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with aligned columns."""
    widths = [max(len(r[i]) for r in (head, *rows)) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)) + " |"

    return "\n".join([line(head), line(["-" * w for w in widths]), *map(line, rows)])
