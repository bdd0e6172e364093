"""The repository that the command runs in, for formats whose readers know paths within it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from claimcheck.cli.streams import complain, reason

if TYPE_CHECKING:
    from claimcheck.judging.report import Report

__all__ = ["add_step_summary", "repository_root"]


def repository_root() -> str:
    """The directory above the working directory that holds ``.git``; the working directory if none does."""
    here = Path.cwd()
    return str(next((d for d in (here, *here.parents) if (d / ".git").exists()), here))


def add_step_summary(reports: Sequence[Report]) -> None:
    """Append the Markdown report to the step summary of a GitHub Actions run, if this is one."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    from claimcheck.render import render

    try:
        with open(path, "a", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(render("markdown", reports))
    except OSError as error:
        complain(f"the step summary was not written: {reason(error)}")
