"""The command line. Only the standard library is imported here; each command imports what it needs.

Exit status: 0 nothing contradictory, 1 contradictions, 2 the check did not happen, 130 interrupted.
The report goes to standard output, progress and errors to standard error.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn, TextIO

from claimcheck import __version__
from claimcheck.render import FORMATS, Options

if TYPE_CHECKING:
    from claimcheck.diagnostics import Diagnostic
    from claimcheck.model import ClaimSet
    from claimcheck.report import Report

__all__ = ["main"]

OK, CONTRADICTORY, NOT_CHECKED, INTERRUPTED = 0, 1, 2, 130

_SLOW = 2.0
"""Seconds after which a terminal is told what is being waited for."""


class _Stop(Exception):
    """Ends a command with a message and a status."""

    def __init__(self, message: str, hint: str = "", status: int = NOT_CHECKED) -> None:
        super().__init__(message)
        self.message, self.hint, self.status = message, hint, status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give back its exit status (argparse ends the process on bad usage: 2)."""
    _write_any_character()
    parsed = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = parsed.run
    try:
        return command(parsed)
    except _Stop as stop:
        _complain(stop.message, stop.hint)
        return stop.status
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as fault:
        return _internal(fault)


def _internal(fault: Exception, path: str = "") -> int:
    """Report a bug in one line; with CLAIMCHECK_DEBUG=1 let it through."""
    if os.environ.get("CLAIMCHECK_DEBUG", "") not in ("", "0"):
        raise fault
    where = f" on {path}" if path else ""
    told = str(fault).partition("\n")[0][:200]
    _complain(
        f"internal error{where}, please report: {type(fault).__name__}{f': {told}' if told else ''}",
        "set CLAIMCHECK_DEBUG=1 to see the traceback",
    )
    return NOT_CHECKED


# --- commands


def _verify(parsed: argparse.Namespace) -> int:
    reports, missing = _check_all(parsed.paths, parsed)
    options = Options(_color(sys.stdout) and not parsed.output, parsed.top, parsed.sort)
    from claimcheck.render import render
    from claimcheck.verification import exit_status

    status = exit_status(reports, strict=parsed.strict)
    if parsed.exit_zero and status == CONTRADICTORY:
        status = OK
    _write(render(parsed.format, reports, options), parsed.output)
    return NOT_CHECKED if missing else status


def _bounds(parsed: argparse.Namespace) -> int:
    from claimcheck.loader import load_path, load_text
    from claimcheck.render.explanation import bounds_text

    if parsed.path == "-":
        claims, found = load_text(sys.stdin.buffer.read(), "<stdin>")
    else:
        claims, found = load_path(parsed.path)
    if claims is None:
        _refuse(parsed.path, found)
    if parsed.quantity not in claims.quantities:
        known = list(claims.quantities)
        hint = _did_you_mean(parsed.quantity, known, f"quantities: {', '.join(known)}")
        raise _Stop(f"no quantity is called {parsed.quantity!r}", hint)
    report = _check_about(claims, parsed.quantity, parsed)
    _write(bounds_text(report, parsed.quantity, Options()), "")
    return OK


def _explain(parsed: argparse.Namespace) -> int:
    from claimcheck.diagnostics import InputProblem
    from claimcheck.explain import find_target
    from claimcheck.render.explanation import explanation_text

    report = _check_one(parsed)
    try:
        target = find_target(report, parsed.target)
    except InputProblem as problem:
        raise _Stop(problem.message, problem.hint) from None
    if target.quantity and report.claim_set is not None:
        report = _check_about(report.claim_set, target.quantity, parsed)
    _write(explanation_text(report, target, parsed.depth), "")
    return OK


def _audit(parsed: argparse.Namespace) -> int:
    from claimcheck.audit import audit_report

    try:
        found = audit_report(parsed.report)
    except (OSError, ImportError) as error:
        raise _Stop(f"{parsed.report} was not audited: {_reason(error)}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        told = f"{type(error).__name__}: {error}"
        raise _Stop(f"{parsed.report} was not audited, it is no report to be checked: {told}") from None
    lines = [f"refused: {what}\n" for what in found.refused]
    lines.append(f"{len(found.accepted)} accepted, {len(found.refused)} refused\n")
    _write("".join(lines), "")
    return CONTRADICTORY if found.refused else OK


def _rule(parsed: argparse.Namespace) -> int:
    from claimcheck.catalogue import catalogue, look_up

    entries = catalogue()
    if not parsed.code:
        _write("".join(f"{code}  {entry.name}\n" for code, entry in entries.items()), "")
        return OK
    entry = look_up(parsed.code)
    if entry is None:
        known = [*entries, *(e.name for e in entries.values())]
        raise _Stop(
            f"no rule is called {parsed.code!r}",
            _did_you_mean(parsed.code, known, "`claimcheck rule` lists all"),
        )
    _write(f"{entry}\n", "")
    return OK


def _schema(parsed: argparse.Namespace) -> int:
    import json

    if parsed.report:
        from claimcheck.render.json import report_schema

        schema = report_schema()
    else:
        from claimcheck.schema import json_schema

        schema = json_schema()
    _write(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "")
    return OK


def _init(parsed: argparse.Namespace) -> int:
    from claimcheck.starter import STARTER

    try:
        with open(parsed.file, "x", encoding="utf-8", newline="\n") as file:
            file.write(STARTER)
    except FileExistsError:
        raise _Stop(f"{parsed.file} exists already and stays as it is", "choose another name") from None
    except (OSError, ValueError) as error:
        raise _Stop(f"cannot write {parsed.file}: {_reason(error)}") from None
    print(f"wrote {parsed.file}; check it with: claimcheck verify {parsed.file}", file=sys.stderr)
    return OK


# --- checking


def _check_all(paths: Sequence[str], parsed: argparse.Namespace) -> tuple[list[Report], bool]:
    """The reports of all files that the paths name, and whether something could not be looked at."""
    from claimcheck.discovery import find_claims_files

    files, diagnostics = find_claims_files(paths)
    for diagnostic in diagnostics:
        _show(diagnostic)
    missing = bool(diagnostics)
    if not files:
        raise _Stop("no claims file to check")
    reports = []
    for path in _progress(files):
        try:
            reports.append(_check(path, parsed))
        except Exception as fault:  # a bug met in one file must not take the others' reports away
            _internal(fault, path)
            missing = True
    return reports, missing


def _check(path: str, parsed: argparse.Namespace) -> Report:
    from claimcheck.verification import check_path, check_text

    given = tuple(parsed.given or ())
    if path == "-":
        return check_text(sys.stdin.buffer.read(), "<stdin>", budget=parsed.budget, given=given)
    return check_path(path, budget=parsed.budget, given=given)


def _check_one(parsed: argparse.Namespace) -> Report:
    """The report of one file that can be read; its mistakes are shown and end the command."""
    with _patience(parsed.path):
        report = _check(parsed.path, parsed)
    if report.claim_set is None:
        _refuse(parsed.path, report.diagnostics)
    return report


def _check_about(claims: ClaimSet, quantity: str, parsed: argparse.Namespace) -> Report:
    """The report of claims that were read, with bounds of one quantity."""
    from claimcheck.diagnostics import ClaimsError
    from claimcheck.verification import verify

    claims.report = (quantity,)
    try:
        with _patience(parsed.path):
            return verify(claims, budget=parsed.budget, given=tuple(parsed.given or ()))
    except ClaimsError as error:
        _refuse(parsed.path, error.diagnostics)


def _refuse(path: str, diagnostics: Sequence[Diagnostic]) -> NoReturn:
    for diagnostic in diagnostics:
        _show(diagnostic)
    raise _Stop(f"{path} was not checked")


def _did_you_mean(word: str, known: Sequence[str], otherwise: str) -> str:
    import difflib

    close = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(close)}?" if close else otherwise


# --- streams


def _write_any_character() -> None:
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


def _write(text: str, output: str) -> None:
    """Write to a file, or to standard output without complaint if its reader has gone."""
    if output and output != "-":
        try:
            with open(output, "w", encoding="utf-8", errors="replace", newline="\n") as file:
                file.write(text)
        except (OSError, ValueError) as error:
            raise _Stop(f"cannot write {output}: {_reason(error)}") from None
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffer would raise again when the interpreter flushes it at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _color(stream: TextIO) -> bool:
    """Whether colours may be used: https://no-color.org and https://force-color.org, else on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM", "") != "dumb"


def _complain(message: str, hint: str = "") -> None:
    print(f"claimcheck: {message}" + (f" ({hint})" if hint else ""), file=sys.stderr)


def _show(diagnostic: Diagnostic) -> None:
    from claimcheck.render.columns import Paint
    from claimcheck.render.text import diagnostic_text

    print(diagnostic_text(diagnostic, Paint(_color(sys.stderr))), file=sys.stderr)


def _progress(files: Sequence[str]) -> Iterator[str]:
    """The files one by one, with a progress bar on a terminal if there are several."""
    if len(files) > 1 and sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import track

        yield from track(files, "checking", console=Console(stderr=True), transient=True)
        return
    for path in files:
        with _patience(path):
            yield path


@contextmanager
def _patience(path: str) -> Iterator[None]:
    """Say on a terminal what is being waited for once it takes long."""
    if not sys.stderr.isatty():
        yield
        return
    import threading

    timer = threading.Timer(_SLOW, lambda: print(f"still checking {path} ...", file=sys.stderr))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


# --- the parser


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="claimcheck",
        description="Checks whether published numbers can be true together, and proves its answer.",
        epilog="Exit status: 0 nothing contradictory, 1 contradictions, 2 the check did not happen.",
    )
    parser.add_argument("--version", action="version", version=f"claimcheck {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")

    def command(name: str, run: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
        added.set_defaults(run=run)
        return added

    verify = command("verify", _verify, "check claims files and report what contradicts what")
    verify.add_argument(
        "paths", nargs="+", metavar="PATH", help="files, directories, or - for standard input"
    )
    verify.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="default: %(default)s")
    verify.add_argument("-o", "--output", default="", metavar="FILE", help="write the report to FILE")
    verify.add_argument("--top", type=_count, metavar="N", help="list N source combinations (0: all)")
    verify.add_argument(
        "--sort",
        choices=("lower", "upper", "width"),
        default="",
        help="order source combinations by the first reported quantity",
    )
    _given(verify)
    verify.add_argument("--strict", action="store_true", help="exit with 1 on warnings and `unknown`, too")
    verify.add_argument("--exit-zero", action="store_true", help="exit with 0 in spite of contradictions")
    _budget(verify)

    bounds = command("bounds", _bounds, "show where one quantity must lie, for every source combination")
    bounds.add_argument("path", metavar="PATH")
    bounds.add_argument("quantity", metavar="QUANTITY")
    _given(bounds)
    _budget(bounds)

    explain = command("explain", _explain, "show how a bound, a claim's fate or a conflict comes about")
    explain.add_argument("path", metavar="PATH")
    explain.add_argument("target", metavar="QUANTITY|CLAIM|CONFLICT")
    explain.add_argument("--depth", type=_count, metavar="N", help="show N levels of the derivation")
    _given(explain)
    _budget(explain)

    audit = command("audit", _audit, "check a JSON report again, with a checker that knows no solver")
    audit.add_argument("report", metavar="REPORT.json")

    rule = command("rule", _rule, "say what a finding's code means and how to fix it")
    rule.add_argument("code", nargs="?", metavar="CODE", help="such as CC302; without it, list all")

    schema = command("schema", _schema, "print the JSON Schema of the claims file")
    schema.add_argument("--report", action="store_true", help="that of the JSON report instead")

    init = command("init", _init, "write a commented starter file")
    init.add_argument("file", metavar="FILE")
    return parser


def _given(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--given",
        nargs="+",
        action="extend",
        metavar="CLAIM",
        help="only source combinations that hold these claims or relations",
    )


def _budget(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--budget", type=_seconds, metavar="SECONDS", help="stop after this time, per file")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no time in seconds")
    return seconds
