"""Standard output and standard error: reports, complaints, progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from claimcheck.cli.status import Stop

if TYPE_CHECKING:
    from rich.progress import Progress

    from claimcheck.diagnostics import Diagnostic

__all__ = [
    "bar",
    "color",
    "complain",
    "patience",
    "progress",
    "reason",
    "show",
    "write",
    "write_all",
    "write_any_character",
]

SLOW = 2.0
"""Seconds after which a terminal is told what is being waited for."""


def write_any_character() -> None:
    """Let the streams take every character: UTF-8 where the locale is plain ASCII, else with replacement."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        name = (getattr(stream, "encoding", None) or "").lower().replace("-", "").replace("_", "")
        asked_for = os.environ.get("PYTHONIOENCODING", "")
        if name in ("ascii", "ansix3.41968", "usascii", "646") and not asked_for:
            reconfigure(encoding="utf-8", errors="replace")
        else:
            reconfigure(errors="replace")


def write(text: str, output: str) -> bool:
    """Write to a file, or to standard output without complaint if its reader has gone: then False."""
    if output and output != "-":
        try:
            with open(output, "w", encoding="utf-8", errors="replace", newline="\n") as file:
                file.write(text)
        except (OSError, ValueError) as error:
            raise Stop(f"cannot write {output}: {reason(error)}") from None
        return True
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffer would raise again when the interpreter flushes it at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def reason(error: Exception) -> str:
    """Why the operating system refused."""
    return getattr(error, "strerror", None) or str(error)


def color(stream: TextIO) -> bool:
    """Whether colours may be used: https://no-color.org and https://force-color.org, else on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM", "") != "dumb"


def complain(message: str, hint: str = "") -> None:
    """One line to standard error."""
    print(f"claimcheck: {message}" + (f" ({hint})" if hint else ""), file=sys.stderr)


def show(diagnostic: Diagnostic) -> None:
    """One mistake of a file, to standard error."""
    from claimcheck.render.columns import Paint
    from claimcheck.render.text import diagnostic_text

    print(diagnostic_text(diagnostic, Paint(color(sys.stderr))), file=sys.stderr)


def write_all(texts: Iterable[str], output: str) -> None:
    """Write texts as they come; to a file, and to a terminal (it shows progress), when all are there."""
    if output and output != "-":
        import shutil
        import tempfile

        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", newline="\n") as whole:
            whole.writelines(texts)
            whole.seek(0)
            try:
                with open(output, "w", encoding="utf-8", errors="replace", newline="\n") as file:
                    shutil.copyfileobj(whole, file)
            except (OSError, ValueError) as error:
                raise Stop(f"cannot write {output}: {reason(error)}") from None
        return
    for text in ["".join(texts)] if sys.stdout.isatty() else texts:
        write(text, "")


@contextmanager
def progress(count: int) -> Iterator[Callable[[], object]]:
    """What to call after each of ``count`` files; on a terminal it moves a bar if there are several."""
    with bar("checking", count if count > 1 else 0) as advance:
        yield lambda: advance(1)


@contextmanager
def bar(word: str, total: int) -> Iterator[Callable[[int], object]]:
    """What to call with how much was done of ``total``; on a terminal it moves a bar, if there is a total."""
    if total < 1 or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(word), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as shown:
        task = shown.add_task("", total=total)
        yield lambda done: shown.advance(task, done)


@contextmanager
def patience(path: str) -> Iterator[Callable[[str, float], None] | None]:
    """What to tell how far the check of a file is; a terminal sees a bar once it takes long."""
    if not sys.stderr.isatty():
        yield None
        return
    begun = time.monotonic()
    bars: list[Progress] = []

    def watch(what: str, done: float) -> None:
        if not bars:
            if time.monotonic() - begun < SLOW:
                return
            bars.append(_started())
        bars[0].update(bars[0].task_ids[0], description=f"{what} of {path}", completed=done)

    try:
        yield watch
    finally:
        for shown in bars:
            shown.stop()


def _started() -> Progress:
    """A bar on standard error of what is done of one file."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    told = TextColumn("checking {task.description}")
    shown = Progress(
        told,
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
    )
    shown.add_task("", total=1.0)
    shown.start()
    return shown
