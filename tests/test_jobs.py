"""Many files: in processes the same bytes as in one, whatever happens to a file or to a process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from claimcheck import cli
from claimcheck.cli import streams, workers
from claimcheck.cli.arguments import jobs
from claimcheck.cli.status import Stop
from claimcheck.cli.task import Result, Task
from claimcheck.cli.workers import check_in_processes
from claimcheck.judging.verification import check_path
from claimcheck.render import FORMATS, Options, piece, render
from claimcheck.render.assembly import ASSEMBLY, totals

ROOT = Path(__file__).resolve().parent.parent


def claims_file(number):
    if number == 3:
        return "claimcheck: 1\nclaims: [{quantity: x\n"
    rival = "  - {quantity: x, value: 99, source: t}\n" if number == 2 else ""
    return (
        f"claimcheck: 1\ntitle: ünï {number}\nsources: {{s: , t: }}\nquantities: {{x: , y: }}\nclaims:\n"
        f"  - {{quantity: x, value: {number}.5, source: s}}\n{rival}"
        "relations: {double: y = 2 * x}\n"
    )


@pytest.fixture
def directory(tmp_path):
    for number in range(6):
        (tmp_path / f"{number}.yaml").write_text(claims_file(number), encoding="utf-8")
    return tmp_path


def run(*arguments, timeout=120):
    return subprocess.run(
        [sys.executable, "-m", "claimcheck", *map(str, arguments)],
        capture_output=True,
        cwd=ROOT,
        timeout=timeout,
        check=False,
    )


def test_processes_write_the_same_bytes_as_one(directory):
    one, two = (run("verify", directory, "--format", "json", "--jobs", n) for n in (1, 2))
    assert one.stdout == two.stdout
    assert one.stderr == two.stderr
    assert one.returncode == two.returncode == 2
    assert [Path(f["path"]).name for f in json.loads(one.stdout)["files"]] == [f"{n}.yaml" for n in range(6)]
    assert one.stderr.decode().splitlines()[-1] == ("6 files: 4 consistent, 1 contradictory, 1 not checked")


@pytest.mark.parametrize("format", FORMATS)
def test_pieces_make_the_text_that_render_makes(directory, format, capsys, tmp_path):
    files = sorted(map(str, directory.glob("*.yaml")))
    reports = [check_path(f) for f in files]
    if format in ASSEMBLY:
        counts = {"consistent": 4, "contradictory": 1, "not checked": 1}
        pieces = [piece(format, r, Options()) for r in reports]
        assert "".join(ASSEMBLY[format](pieces, counts)) == render(format, reports)
    else:
        assert piece(format, reports[0], Options()) is None
    cli.main(["verify", "--format", format, *files])
    assert capsys.readouterr().out == render(format, reports)


@pytest.mark.parametrize("format", ["json", "text", "markdown", "concise", "jsonl"])
def test_no_pieces_and_one_piece(directory, format):
    assert "".join(ASSEMBLY[format]([], {})) == render(format, [])
    report = check_path(directory / "1.yaml")
    text = "".join(ASSEMBLY[format]([piece(format, report, Options())], {"consistent": 1}))
    assert text == render(format, [report])


def test_json_in_pieces_is_what_json_writes_at_once(directory):
    from claimcheck.render.json import report_object

    reports = [check_path(f) for f in sorted(directory.glob("*.yaml"))]
    for some in ([], reports[:1], reports):
        whole = json.dumps(report_object(some), ensure_ascii=False, indent=2) + "\n"
        assert render("json", some) == whole


def test_a_report_survives_the_way_to_another_process(directory):
    report = check_path(directory / "2.yaml")
    again = pickle.loads(pickle.dumps(report))
    for format in FORMATS:
        assert render(format, [again]) == render(format, [report])
    assert str(again.bounds("y", x="s").to("percent")) == str(report.bounds("y", x="s").to("percent"))


def test_formats_that_need_all_reports_get_them(directory):
    one, two = (run("verify", directory, "--format", "html", "--jobs", n) for n in (1, 2))
    assert one.stdout == two.stdout
    assert "ünï 5" in two.stdout.decode()


# -- what happens to a process ----------------------------------------------------------------------------


def test_long_files_are_begun_first_and_results_stay_in_order(tmp_path, monkeypatch):
    sizes = [3, 900, 40, 40, 2000]
    tasks = [Task(str(tmp_path / f"{i}.yaml")) for i in range(5)] + [Task("-", b"x" * 500)]
    for task, size in zip(tasks, sizes, strict=False):
        Path(task.path).write_bytes(b"#" * size)
    begun = []

    def submit(pool, task):
        begun.append(tasks.index(task))
        done = Future()
        done.set_result(Result(task.path, 0))
        return done

    monkeypatch.setattr(workers, "_submit", submit)
    monkeypatch.setattr(workers, "_AHEAD", 3)  # all six are within the reach of two processes
    assert [r.word for r in check_in_processes(tasks, 2)] == [t.path for t in tasks]
    assert begun == [4, 1, 5, 2, 3, 0]


def die(task):
    """In the place of the check of a task: the process that looks at some file ends at once."""
    if task.path == "deadly":
        os._exit(3)
    return Result("consistent", 0, task.path)


def die_always(task):
    os._exit(3)


def test_a_process_that_ends_takes_one_file_with_it(monkeypatch):
    monkeypatch.setattr(workers, "check_task", die)
    monkeypatch.setattr(workers, "_AHEAD", 2)
    names = [*(f"{n}" for n in range(5)), "deadly", *(f"{n}" for n in range(6, 9))]
    done = []
    results = list(check_in_processes([Task(n) for n in names], 2, lambda: done.append(1)))
    assert [r.piece for r in results] == [n if n != "deadly" else None for n in names]
    assert [r.word for r in results if r.piece is None] == ["not checked"]
    message, hint = results[5].fault
    assert message.startswith("deadly was not checked: the process")
    assert "memory" in hint
    assert len(done) == len(names)


def test_where_no_process_can_be_had_it_is_said(monkeypatch):
    monkeypatch.setattr(workers, "check_task", die_always)
    monkeypatch.setattr(workers, "_AHEAD", 1)
    with pytest.raises(Stop, match="no process could check anything"):
        list(check_in_processes([Task("a"), Task("b")], 1))


def test_a_script_that_calls_the_command_line_is_not_run_again(directory, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "print('once')\nimport sys\nfrom claimcheck.cli import main\nsys.exit(main(sys.argv[1:]))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script), "verify", str(directory), "--jobs", "2", "--format", "concise"],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
        check=False,
    )
    assert done.stdout.decode().splitlines().count("once") == 1
    assert done.stderr.decode() == "6 files: 4 consistent, 1 contradictory, 1 not checked\n"


@pytest.mark.skipif(os.name != "posix", reason="sends signals to a group of processes")
def test_an_interrupt_ends_all_processes_without_a_traceback(tmp_path):
    # A relation on which the search goes on for as long as the budget lasts.
    terms = " + ".join(f"sin({n} * x * y) * cos(y - {n} * x)" for n in range(1, 30))
    hard = (
        "claimcheck: 1\nsources: {s: }\nquantities: {x: {min: 1, max: 90}, y: {min: 1, max: 90}, z: }\n"
        f"claims:\n  - {{quantity: z, value: 28, source: s}}\nrelations:\n  hard: z = {terms}\n"
    )
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.yaml").write_text(hard, encoding="utf-8")
    # A shell has what it runs in the background ignore this signal, and so would what that starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "claimcheck", "verify", str(tmp_path), "--jobs", "2", "--budget", "100"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    deadline = time.monotonic() + 60
    while _members(process.pid) < 3:  # the two that check, beside the one that waits for them
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(2)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.decode() == "interrupted\n"
    assert out == b""
    deadline = time.monotonic() + 10
    while _group_is_there(process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _members(group):
    """How many processes a group has; where the system has no list of them, as many as are waited for."""
    if not Path("/proc/self/stat").exists():
        return 3
    count = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            count += stat.read_text().rpartition(")")[2].split()[2] == str(group)
    return count


def _group_is_there(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


# -- progress ---------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


def terminal(monkeypatch):
    """Standard error from here on: a terminal that knows how to move its cursor."""
    stream = Terminal()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def test_a_terminal_sees_how_many_files_are_done(directory, monkeypatch):
    stream = terminal(monkeypatch)
    cli.main(["verify", str(directory), "--format", "concise", "-o", os.devnull])
    shown = stream.getvalue()
    assert "checking" in shown
    assert "6/6" in shown
    assert shown.splitlines()[-1].endswith("6 files: 4 consistent, 1 contradictory, 1 not checked")


def test_a_terminal_sees_how_far_one_file_is_once_it_takes_long(directory, monkeypatch):
    monkeypatch.chdir(directory)
    path = "2.yaml"
    stream = terminal(monkeypatch)
    cli.main(["verify", path, "--format", "concise"])
    assert stream.getvalue() == ""
    monkeypatch.setattr(streams, "SLOW", -1.0)
    cli.main(["verify", path, "--format", "concise"])
    shown = stream.getvalue()
    assert f"checking claims of {path}" in shown


def test_nothing_is_shown_where_no_terminal_is(directory, monkeypatch, capsys):
    monkeypatch.setattr(streams, "SLOW", -1.0)
    cli.main(["verify", str(directory / "2.yaml"), "--format", "concise"])
    assert capsys.readouterr().err == ""


def test_who_watches_is_told_how_far_a_check_is(directory):
    told = []
    check_path(directory / "2.yaml", watch=lambda what, done: told.append((what, done)))
    assert list(dict.fromkeys(what for what, _ in told)) == ["conflicts", "source combinations", "claims"]
    assert all(0 <= done < 1 for _, done in told)


# -- the command line -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["-1", "two", "1.5", "62", ""])
def test_what_is_no_number_of_processes(text, directory, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["verify", str(directory), "--jobs", text])
    assert end.value.code == 2
    assert "--jobs" in capsys.readouterr().err


def test_auto_is_one_process_per_core():
    assert jobs("auto") == jobs("0") == 0
    assert jobs("7") == 7


def test_totals():
    assert totals({"consistent": 990, "contradictory": 7, "unknown": 2, "not checked": 1}) == (
        "1,000 files: 990 consistent, 7 contradictory, 2 unknown, 1 not checked"
    )
    assert totals({"unknown": 1}) == "1 file: 1 unknown"


def test_an_unknown_claim_after_given_is_said_of_the_file(directory, capsys):
    path = str(directory / "1.yaml")
    assert cli.main(["verify", path, "--given", "x@nobody", "--format", "concise"]) == 2
    assert capsys.readouterr().out.startswith(f"{path}: CC105 ")
