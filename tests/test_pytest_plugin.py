"""The pytest plugin, run on small projects: what becomes a test item, how it fails, and what it costs."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import claimcheck
from claimcheck.pytest_plugin import NotTrueTogether

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent
REGISTERED = any(e.value == "claimcheck.pytest_plugin" for e in entry_points(group="pytest11"))
LOAD = () if REGISTERED else ("-p", "claimcheck.pytest_plugin")
"""An environment that was set up before the plugin was declared knows no entry point for it yet."""

CLASH = """\
claimcheck: 1
title: A walk
sources: {map: , sign: }
quantities: {way: {unit: km}, time: {unit: hour}, pace: {unit: km/hour}}
claims:
  - {quantity: way,  value: 10.0 km,   source: map}
  - {quantity: time, value: 2.0 hour,  source: map}
  - {quantity: pace, value: 6 km/hour, source: sign}
relations: {pace: pace = way / time}
"""
FITS = CLASH.replace("6 km", "5 km")
SPARE = FITS.replace("sign: }", "sign: , spare: }")
BROKEN = FITS.replace("10.0 km", "10.0 kmm")


@pytest.fixture
def project(pytester):
    """A project whose pattern names the claims under claims/."""

    def made(ini="claimcheck_files = claims/*.yaml", **files):
        pytester.makeini(f"[pytest]\n{ini}\n")
        (pytester.path / "claims").mkdir()
        for name, text in files.items():
            (pytester.path / "claims" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return pytester

    return made


@pytest.fixture(scope="module", autouse=True)
def _imported():
    """A run within this process forgets what it imported, which the C part of yaml does not take."""
    with pytest.raises(AssertionError, match="CC302"):
        raise NotTrueTogether(claimcheck.verify(CLASH))


def run(project, *arguments):
    return project.runpytest_inprocess(*LOAD, "-p", "no:cacheprovider", *arguments)


def test_each_file_is_an_item(project):
    result = run(project(fits=FITS, clash=CLASH), "-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["claims/clash.yaml::claims FAILED*", "claims/fits.yaml::claims PASSED*"])


def test_a_failure_prints_the_short_derivation_and_no_traceback(project):
    result = run(project(clash=CLASH))
    result.stdout.fnmatch_lines(
        [
            "contradictory: 1 conflict (1 contradiction)",
            "claims/clash.yaml:8:29: CC302 contradiction",
            "C1  contradiction  *",
            "    way   = 10.0 km *9.95 to 10.05 km, as rounded*map",
            "    time  = 2.0 hour *1.95 to 2.05 hour, as rounded*map",
            "    pace  = way / time *4.853 to 5.154 km/hour*",
            "*in one line:*10.05 km / 1.95 hour*5.5 km/hour",
            "FAILED claims/clash.yaml::claims*",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert "pytest_plugin.py" not in result.stdout.str()


def test_mistakes_fail_with_place_and_way_out(project):
    result = run(project(broken=BROKEN))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["not checked: 1 mistake in the file", "claims/broken.yaml:6:*: CC221 *", "*km*", "*help:*"]
    )


def test_a_file_that_a_pattern_names_is_never_passed_over(project):
    result = run(project(empty="", other="name: something else\n"))
    result.assert_outcomes(failed=2)


def test_warnings_and_unknown_fail_only_if_strict(project):
    slow = FITS + "settings: {budget: 0.000001}\n"
    where = project(spare=SPARE, slow=slow)
    run(where).assert_outcomes(passed=1, skipped=1)
    result = run(where, "-o", "claimcheck_strict=true")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["claims/spare.yaml:3:*: CC402 unused-source: *spare*"])


@pytest.mark.parametrize("ini", ["", "claimcheck_files ="])
def test_without_a_pattern_no_file_is_an_item(project, ini):
    result = run(project(ini, clash=CLASH))
    result.assert_outcomes()
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_several_patterns_and_what_they_do_not_name(project):
    where = project("claimcheck_files = claims/a*.yaml claims/b.yaml", a1=FITS, a2=FITS, b=FITS, c=CLASH)
    run(where).assert_outcomes(passed=3)
    run(where, "claims/a1.yaml").assert_outcomes(passed=1)


def test_the_fixture_gives_the_report_of_a_file_once(project):
    where = project(fits=FITS, broken=BROKEN)
    where.makepyfile(
        """
        import claimcheck
        import pytest

        def test_pace(claims):
            report = claims("claims/fits.yaml")
            assert report.verdict == "consistent"
            assert 5 in report.bounds("pace")
            assert claims("claims/fits.yaml") is report

        def test_mistakes(claims):
            with pytest.raises(claimcheck.ClaimsError, match="CC221"):
                claims("claims/broken.yaml")
        """
    )
    run(where, "--deselect", "claims/broken.yaml::claims").assert_outcomes(passed=3, deselected=1)


def test_a_plugin_that_is_not_asked_imports_nothing_of_weight(pytester):
    pytester.makepyfile(
        """
        import sys

        def test_light():
            heavy = {"pint", "sympy", "pydantic", "yaml", "numpy", "highspy", "gmpy2", "pysat", "hypothesis"}
            assert not heavy & set(sys.modules), heavy & set(sys.modules)
            ours = sorted(m for m in sys.modules if m.startswith("claimcheck"))
            assert ours == ["claimcheck", "claimcheck.pytest_plugin"]
        """
    )
    # Nothing but our plugin: what else is installed imports what it likes.
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "claimcheck.pytest_plugin", "-p", "no:cacheprovider"],
        cwd=pytester.path,
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_entry_point_is_declared():
    with open(ROOT / "pyproject.toml", "rb") as file:
        declared = tomllib.load(file)["project"]["entry-points"]["pytest11"]
    assert declared == {"claimcheck": "claimcheck.pytest_plugin"}
    assert hasattr(importlib.import_module(declared["claimcheck"]), "pytest_collect_file")
