"""The command line: what is imported, what goes where, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from claimcheck import cli
from claimcheck.files.starter import STARTER
from claimcheck.render import FORMATS

ROOT = Path(__file__).resolve().parent.parent

CONTRADICTORY = """\
claimcheck: 1
title: Area of a table top
sources:
  a: {title: catalogue}
  b: {title: label}
quantities:
  length: {unit: m}
  width: {unit: m}
  area: {unit: m^2}
claims:
  - {quantity: length, value: 2.0 m, source: a}
  - {quantity: width, value: 1.0 m, source: a}
  - {quantity: width, value: 0.5 m, source: b, id: folded}
  - {quantity: area, value: 3.0 m^2, source: b, given: [length@a, width@a]}
relations:
  area: area = length * width
report: [area]
"""
CONSISTENT = """\
claimcheck: 1
title: One side
sources:
  a: {title: catalogue}
quantities:
  length: {unit: m}
  double: {unit: m}
claims:
  - {quantity: length, value: 2.0 m, source: a}
relations:
  double: double = 2 * length
"""
BROKEN = "claimcheck: 1\ntitle: x\nuntis: []\n"


@pytest.fixture
def files(tmp_path):
    for name, text in {"bad.yaml": CONTRADICTORY, "good.yaml": CONSISTENT, "broken.yaml": BROKEN}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments, stdin=b"", **environment):
    return subprocess.run(
        [sys.executable, "-m", "claimcheck", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )


def test_help_imports_nothing_heavy():
    code = (
        "import sys\n"
        "from claimcheck.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pint', 'sympy', 'pydantic', 'yaml', 'numpy', 'gmpy2', 'rich'}\n"
        "heavy = (heavy | {'scipy', 'pysat', 'matplotlib', 'hypothesis', 'IPython'}) & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    for arguments in (["--help"], ["verify", "--help"], ["--version"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, cwd=ROOT, timeout=60, check=False
        )
        assert b"AssertionError" not in done.stderr, done.stderr.decode()


@pytest.mark.parametrize(("name", "status"), [("bad.yaml", 1), ("good.yaml", 0), ("broken.yaml", 2)])
def test_exit_status(files, capsys, name, status):
    assert cli.main(["verify", str(files / name)]) == status
    assert name in capsys.readouterr().out


def test_a_broken_file_does_not_stop_the_others(files, capsys):
    assert cli.main(["verify", str(files)]) == 2
    out = capsys.readouterr().out
    assert "One side" in out
    assert "Area of a table top" in out
    assert "CC" in out
    assert out.endswith("3 files: 1 consistent, 1 contradictory, 1 not checked\n")


def test_a_bug_met_in_one_file_does_not_stop_the_others(files, capsys, monkeypatch):
    from claimcheck.judging import verification

    whole = verification.check_path

    def check_path(path, **options):
        if "good" in str(path):
            raise RuntimeError("a bug\nwith more lines")
        return whole(path, **options)

    monkeypatch.setattr(verification, "check_path", check_path)
    monkeypatch.delenv("CLAIMCHECK_DEBUG", raising=False)
    assert cli.main(["verify", str(files / "good.yaml"), str(files / "bad.yaml")]) == 2
    out, err = capsys.readouterr()
    assert "Area of a table top" in out
    assert "internal error on" in err
    assert "please report: RuntimeError: a bug (" in err
    assert "Traceback" not in err
    monkeypatch.setenv("CLAIMCHECK_DEBUG", "1")
    with pytest.raises(RuntimeError, match="a bug"):
        cli.main(["verify", str(files / "good.yaml")])


def test_exit_zero_forgives_contradictions_and_nothing_else(files, capsys):
    assert cli.main(["verify", "--exit-zero", str(files / "bad.yaml")]) == 0
    assert cli.main(["verify", "--exit-zero", str(files / "broken.yaml")]) == 2
    capsys.readouterr()


def test_strict_counts_warnings(files, capsys):
    text = CONSISTENT.replace("  a: {title: catalogue}", "  a: {title: catalogue}\n  b: {title: unused}")
    (files / "warned.yaml").write_text(text, encoding="utf-8")
    assert cli.main(["verify", str(files / "warned.yaml")]) == 0
    assert cli.main(["verify", "--strict", str(files / "warned.yaml")]) == 1
    capsys.readouterr()


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_to_a_file(files, capsys, format):
    target = files / "report.out"
    assert cli.main(["verify", "--format", format, "-o", str(target), str(files / "bad.yaml")]) == 1
    assert capsys.readouterr().out == ""
    text = target.read_text(encoding="utf-8")
    assert "area" in text
    if format == "json":
        assert json.loads(text)["files"][0]["verdict"] == "contradictory"


def test_output_that_cannot_be_written(files, capsys):
    assert cli.main(["verify", "-o", str(files), str(files / "good.yaml")]) == 2
    assert f"cannot write {files}" in capsys.readouterr().err


def test_standard_input():
    done = run("verify", "--format", "json", "-", stdin=CONTRADICTORY.encode())
    assert done.returncode == 1
    assert json.loads(done.stdout)["files"][0]["path"] == "<stdin>"
    assert done.stderr == b""


def test_given_fixes_choices(files, capsys):
    path = str(files / "bad.yaml")
    assert cli.main(["verify", "--format", "json", path, "--given", "folded"]) == 1
    scenarios = json.loads(capsys.readouterr().out)["files"][0]["scenarios"]
    assert [s["choices"] for s in scenarios] == [{"width": ["width@b#folded"]}]
    assert cli.main(["verify", path, "--given", "nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().out


def test_no_claims_file(tmp_path, capsys):
    assert cli.main(["verify", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "CC112" in err
    assert cli.main(["verify", str(tmp_path / "missing.yaml")]) == 2
    assert "missing.yaml" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["verify"],
        ["frobnicate"],
        ["verify", "--format", "papyrus", "x"],
        ["verify", "--budget", "-1", "x"],
        ["verify", "--budget", "nan", "x"],
        ["verify", "--top", "-3", "x"],
    ],
)
def test_bad_usage(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_bounds_shows_every_scenario(files, capsys):
    assert cli.main(["bounds", str(files / "bad.yaml"), "area"]) == 0
    out = capsys.readouterr().out
    assert "1.8525 to 2.1525 m^2" in out
    assert "0.8775 to 1.1275 m^2" in out
    assert "hull of all 2: 0.8775 to 2.1525 m^2" in out
    assert cli.main(["bounds", str(files / "bad.yaml"), "length", "--given", "width@a"]) == 0
    assert "1.95 to 2.05 m" in capsys.readouterr().out
    assert cli.main(["bounds", str(files / "bad.yaml"), "aera"]) == 2
    assert "did you mean area?" in capsys.readouterr().err
    assert cli.main(["bounds", str(files / "broken.yaml"), "area"]) == 2
    assert "CC" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("area", ["area = length * width", "area grows with length, width", "with width = 1.0 m (a):"]),
        ("length@a", ["2.0 m", "1.95 to 2.05 m", "catalogue"]),
        ("area@b", ["contradicted", "length@a, width@a", "does not follow from"]),
        ("C1", ["C1  ", "minimal: without any one of"]),
    ],
)
def test_explain(files, capsys, target, wanted):
    assert cli.main(["explain", str(files / "bad.yaml"), target]) == 0
    out = capsys.readouterr().out
    for piece in wanted:
        assert piece in out


def test_explain_to_a_depth(files, capsys):
    cli.main(["explain", str(files / "bad.yaml"), "area", "--depth", "0"])
    shallow = capsys.readouterr().out
    cli.main(["explain", str(files / "bad.yaml"), "area"])
    assert "..." in shallow
    assert len(shallow) < len(capsys.readouterr().out)


def test_explain_what_is_not_there(files, capsys):
    assert cli.main(["explain", str(files / "bad.yaml"), "lenght"]) == 2
    assert "did you mean length" in capsys.readouterr().err


def test_rule(capsys):
    assert cli.main(["rule"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert any(line.startswith("CC302  ") for line in listed)
    assert listed == sorted(listed)
    assert cli.main(["rule", "cc302"]) == 0
    assert capsys.readouterr().out.startswith("CC302 ")
    assert cli.main(["rule", "CC320"]) == 2
    assert "did you mean CC3" in capsys.readouterr().err


def test_schemas_are_schemas(capsys):
    import jsonschema

    for arguments in (["schema"], ["schema", "--report"]):
        assert cli.main(arguments) == 0
        schema = json.loads(capsys.readouterr().out)
        jsonschema.validators.validator_for(schema, default=None).check_schema(schema)


def test_init_writes_a_file_that_passes_and_never_overwrites(tmp_path, capsys):
    target = tmp_path / "mine.yaml"
    assert cli.main(["init", str(target)]) == 0
    assert target.read_text(encoding="utf-8") == STARTER
    assert cli.main(["verify", str(target)]) in (0, 1)
    target.write_text("precious", encoding="utf-8")
    assert cli.main(["init", str(target)]) == 2
    assert target.read_text(encoding="utf-8") == "precious"
    assert cli.main(["init", str(tmp_path / "no" / "such" / "place.yaml")]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_any_character_whatever_the_locale(files):
    path = files / "wide.yaml"
    path.write_text(CONSISTENT.replace("One side", "計測 ± ½"), encoding="utf-8")
    for environment in (
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ):
        done = run("verify", path, **environment)
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr
    done = run("verify", path, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="")
    assert "計測 ± ½" in done.stdout.decode("utf-8")


def test_colour_only_where_it_is_wanted(files):
    path = files / "bad.yaml"
    assert b"\x1b" not in run("verify", path, NO_COLOR="", FORCE_COLOR="").stdout
    assert b"\x1b[" in run("verify", path, FORCE_COLOR="1", NO_COLOR="").stdout
    assert b"\x1b" not in run("verify", path, FORCE_COLOR="1", NO_COLOR="1").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="closes a pipe as POSIX does")
def test_a_reader_that_goes_away_is_no_error(files):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "claimcheck", "verify", str(files / "bad.yaml")],
        stdout=write,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    os.close(write)
    assert done.stderr == b""
    assert done.returncode == 1


def test_interrupted(monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("claimcheck.cli.verify._results", interrupt)
    assert cli.main(["verify", "x"]) == 130
    assert capsys.readouterr().err == "interrupted\n"
