"""What it costs to start: whole processes, in turn, against the eager import of what claimcheck builds on.

Usage: ``python benchmarks/startup.py [rounds]``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from harness import alternately, machine, table

ROOT = Path(__file__).resolve().parent.parent
EAGER = "import sympy, pint, pydantic, yaml; pint.UnitRegistry()"
VERIFY = "claimcheck verify claims/opt175b.yaml"
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "claimcheck --help": ["-m", "claimcheck", "--help"],
    VERIFY: ["-m", "claimcheck", "verify", "claims/opt175b.yaml"],
    "claimcheck verify claims/opt175b-full.yaml": ["-m", "claimcheck", "verify", "claims/opt175b-full.yaml"],
    EAGER: ["-c", EAGER],
}


def process(arguments: list[str]) -> Callable[[], None]:
    """A call that runs Python with the arguments and waits; 1 is a status too: contradictions found."""

    def call() -> None:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, capture_output=True, check=False, env={**os.environ}
        )
        if done.returncode not in (0, 1):
            raise SystemExit(f"{arguments}: status {done.returncode}\n{done.stderr.decode()}")

    return call


def main(rounds: int) -> None:
    seconds = alternately({name: process(arguments) for name, arguments in COMMANDS.items()}, rounds)
    print(machine("sympy", "pint", "pydantic", "PyYAML", "gmpy2"))
    print(f"median of {rounds} rounds, each command once per round\n")
    eager = statistics.median(seconds[EAGER])
    rows = []
    for name, times in seconds.items():
        ratio = statistics.median(a / b for a, b in zip(times, seconds[EAGER], strict=True))
        rows.append((f"`{name}`", f"{1000 * statistics.median(times):.0f} ms", f"{ratio:.3f}"))
    print(table(("command", "time", "of the eager import"), rows))
    ratio = statistics.median(seconds[VERIFY]) / eager
    print(f"\nverify / eager import = {ratio:.3f} (to be under 0.5)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
