"""Which files are claims files: those whose first key is ``claimcheck``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from claimcheck.diagnostics import Diagnostic, Location

__all__ = ["SUFFIXES", "find_claims_files", "is_claims_file"]

SUFFIXES = (".yaml", ".yml", ".json")

_HEAD = 65_536
_FIRST_KEY = re.compile(r"""\{?\s*(["']?)claimcheck\1\s*:""")


def is_claims_file(path: str | os.PathLike[str]) -> bool:
    """Whether a file begins, after comments, with the ``claimcheck`` key; only its head is read.

    A file that cannot be read is none.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD).decode("utf-8-sig", "ignore")
    except (OSError, ValueError):
        return False
    lines = head.splitlines()
    for number, line in enumerate(lines):
        bare = line.strip()
        if bare and bare != "---" and not bare.startswith(("#", "%")):
            # In JSON the key may stand on a line after the brace.
            return _FIRST_KEY.match("\n".join(lines[number : number + 10]).lstrip()) is not None
    return False


def find_claims_files(
    paths: Iterable[str | os.PathLike[str]],
) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """The claims files that paths name, each once: a file as it is, a directory by what is under it, sorted.

    Hidden files and directories are passed over. A directory without any claims file is reported (CC112); a
    file that does not exist is left to whoever reads it.
    """
    files: dict[str, None] = {}
    found: list[Diagnostic] = []
    for path in [os.fspath(path) for path in paths]:
        if not os.path.isdir(path):
            files[path] = None
            continue
        under = [file for file in _walk(path) if is_claims_file(file)]
        files.update(dict.fromkeys(under))
        if not under:
            hint = f"a claims file is one of {', '.join(SUFFIXES)} and begins with the key `claimcheck`"
            found.append(Diagnostic("CC112", "no claims file in this directory", hint, Location(path)))
    return tuple(files), tuple(found)


def _walk(directory: str) -> Iterator[str]:
    for where, folders, names in os.walk(directory):
        folders[:] = sorted(folder for folder in folders if not folder.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield os.path.join(where, name)
