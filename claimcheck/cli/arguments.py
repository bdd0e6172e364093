"""Arguments that several commands take."""

from __future__ import annotations

import argparse

__all__ = ["add_budget", "add_given", "count", "jobs", "seconds"]

MOST_JOBS = 61
"""What Windows can wait for; far more than pays elsewhere."""


def add_given(parser: argparse.ArgumentParser) -> None:
    """``--given CLAIM ...``: what every source combination looked at must hold."""
    parser.add_argument(
        "--given",
        nargs="+",
        action="extend",
        metavar="CLAIM",
        help="only source combinations that hold these claims or rival relations (relation:ID)",
    )


def add_budget(parser: argparse.ArgumentParser) -> None:
    """``--budget SECONDS``: when to stop."""
    parser.add_argument("--budget", type=seconds, metavar="SECONDS", help="stop after this time, per file")


def count(text: str) -> int:
    """A whole number from zero. Raises argparse.ArgumentTypeError."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def jobs(text: str) -> int:
    """A number of processes; 0 or ``auto`` is one per core. Raises argparse.ArgumentTypeError."""
    if text == "auto":
        return 0
    number = count(text)
    if number > MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{text} processes are more than {MOST_JOBS}")
    return number


def seconds(text: str) -> float:
    """A positive, finite time. Raises argparse.ArgumentTypeError."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no time in seconds")
    return seconds
