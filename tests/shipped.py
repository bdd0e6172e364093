"""The claims files of the repository, each checked once a run, under the path that it has in a clone."""

from __future__ import annotations

import contextlib
import functools
from pathlib import Path

from claimcheck.judging.report import Report
from claimcheck.judging.verification import check_path

__all__ = ["NAMES", "ROOT", "checked"]

ROOT = Path(__file__).resolve().parent.parent
NAMES = sorted(path.name for path in (ROOT / "claims").glob("*.yaml"))


@functools.cache
def checked(name: str) -> Report:
    """The report of ``claims/NAME``, with time enough for a machine that does much else."""
    with contextlib.chdir(ROOT):
        return check_path(f"claims/{name}", budget=600)
