"""The command line: one module per command, each of which imports what it needs only when it runs.

Exit status: 0 nothing contradictory, 1 contradictions, 2 the check did not happen, 130 interrupted.
The report goes to standard output, progress and errors to standard error.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from claimcheck import __version__
from claimcheck.cli import audit, bounds, diff, explain, graph, init, rows, rule, schema, verify
from claimcheck.cli.checking import internal_error
from claimcheck.cli.status import INTERRUPTED, Stop
from claimcheck.cli.streams import complain, write_any_character

__all__ = ["main", "parser"]

_COMMANDS = {
    "verify": verify,
    "bounds": bounds,
    "rows": rows,
    "explain": explain,
    "audit": audit,
    "diff": diff,
    "graph": graph,
    "rule": rule,
    "schema": schema,
    "init": init,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give back its exit status (argparse ends the process on bad usage: 2)."""
    write_any_character()
    parsed = parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = parsed.run
    try:
        return run(parsed)
    except Stop as stop:
        complain(stop.message, stop.hint)
        return stop.status
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as fault:
        return internal_error(fault)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    whole = argparse.ArgumentParser(
        prog="claimcheck",
        description="Checks whether published numbers can be true together, and proves its answer.",
        epilog="Exit status: 0 nothing contradictory, 1 contradictions, 2 the check did not happen.",
    )
    whole.add_argument("--version", action="version", version=f"claimcheck {__version__}")
    commands = whole.add_subparsers(required=True, metavar="COMMAND", title="commands")
    for name, command in _COMMANDS.items():
        about = command.HELP
        added = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
        command.add_arguments(added)
        added.set_defaults(run=command.run)
    return whole
