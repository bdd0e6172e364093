"""What other projects' CI takes from here: the hook for pre-commit, the GitHub action, and their how-to."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from claimcheck.render import FORMATS
from tests.published import published

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "how-to" / "ci.md"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
FENCE = re.compile(r"^```yaml[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def project(tmp_path):
    """A project with claims, other YAML, and `claimcheck` on its path: (directory, environment)."""
    bin_dir = tmp_path / "bin"
    bin_dir.mkdir()
    script = bin_dir / "claimcheck"
    script.write_text(f"#!{sys.executable}\nimport sys\nfrom claimcheck.cli import main\nsys.exit(main())\n")
    script.chmod(0o755)
    where = tmp_path / "a project"
    (where / "claims").mkdir(parents=True)
    shutil.copy(ROOT / "claims" / "opt175b.yaml", where / "claims")
    shutil.copy(ROOT / "claims" / "pythia.yaml", where / "claims" / "other one.yaml")
    (where / "settings.yaml").write_text("name: not a claims file\n")
    (where / ".git").mkdir()
    path = os.pathsep.join([str(bin_dir), os.environ["PATH"]])
    environment = {"PATH": path, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "HOME": str(tmp_path)}
    return where, environment


# -- pre-commit ---------------------------------------------------------------------------------------------


def run_hook(project, files):
    """As pre-commit does: the entry, and behind it the files that the hook's pattern matches."""
    where, environment = project
    (hook,) = HOOKS
    matched = [f for f in files if re.search(hook["files"], f)]
    command = [*shlex.split(hook["entry"]), *hook.get("args", []), *matched]
    done = subprocess.run(
        command, cwd=where, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    return matched, done


def test_the_hook_checks_claims_and_nothing_else(project):
    files = ["claims/opt175b.yaml", "claims/other one.yaml", "settings.yaml", "claims/table.csv"]
    matched, done = run_hook(project, files)
    assert matched == files[:2]
    assert done.returncode == 1
    assert "claims/opt175b.yaml:47:35: CC304 uptime of 51.7 % does not follow" in done.stdout
    assert "claims/other one.yaml: consistent" in done.stdout


def test_the_hook_says_what_pre_commit_needs():
    (hook,) = HOOKS
    assert {"id", "name", "entry", "language"} <= set(hook)
    assert hook["language"] == "python"
    # Of the keys of a hook in a configuration, those of the manifest are the same.
    schema = published("JSON schema for .pre-commit-config.yaml")
    local = {"repos": [{"repo": "local", "hooks": [hook]}]}
    jsonschema.Draft7Validator(schema).validate(local)


# -- the action ---------------------------------------------------------------------------------------------


def test_the_action_fits_the_published_schema():
    schema = published("creating-actions/metadata-syntax-for-github-actions")
    jsonschema.Draft7Validator(schema).validate(ACTION)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate({**ACTION, "runs": {"using": "composite"}})


def step(name, **inputs):
    """A step's script, and its environment with the runner's expressions filled in."""
    (found,) = [s for s in ACTION["runs"]["steps"] if s["name"] == name]
    given = {key: value.get("default", "") for key, value in ACTION["inputs"].items()} | inputs

    def filled(text):
        return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: given[m[1]], text)

    assert "${{" not in found["run"], "what a user gives reaches the script by the environment only"
    return found["run"], {key: filled(value) for key, value in found["env"].items()}


def check(project, summary=None, **inputs):
    where, environment = project
    script, given = step("Check the claims", **inputs)
    return subprocess.run(
        # As the runner calls it for `shell: bash`.
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=where,
        env={**environment, **given, **({"GITHUB_STEP_SUMMARY": str(summary)} if summary else {})},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_the_action_annotates_and_fails(project, tmp_path):
    summary = tmp_path / "summary.md"
    done = check(project, summary, paths="claims\n")
    assert done.returncode == 1
    assert (
        "::error file=claims/opt175b.yaml,line=47,col=35,title=CC304 contradicted-conclusion::" in done.stdout
    )
    assert "# OPT-175B training run" in summary.read_text(encoding="utf-8")


def test_the_action_takes_paths_with_blanks_a_format_a_file_and_options(project):
    where, _ = project
    done = check(
        project,
        paths="claims/opt175b.yaml\nclaims/other one.yaml",
        format="json",
        output="the report.json",
        args="--exit-zero --budget 30",
    )
    assert done.returncode == 0, done.stderr
    files = json.loads((where / "the report.json").read_text(encoding="utf-8"))["files"]
    assert [f["path"] for f in files] == ["claims/opt175b.yaml", "claims/other one.yaml"]


def test_what_is_given_to_the_action_is_never_run(project):
    where, _ = project
    done = check(project, paths="$(touch ran) `touch ran`; touch ran", args="; touch ran")
    assert done.returncode == 2
    assert not (where / "ran").exists()


def test_the_action_names_the_formats_there_are():
    named = ACTION["inputs"]["format"]["description"]
    assert all(re.search(rf"\b{format}\b", named) for format in FORMATS)


@pytest.mark.stress
@pytest.mark.timeout(900)
def test_the_action_installs_what_it_runs(project, tmp_path):
    where, environment = project
    path_file = tmp_path / "github_path"
    script, given = step("Install claimcheck")
    given = {"ACTION_PATH": str(ROOT), "VENV": str(tmp_path / "venv"), "GITHUB_PATH": str(path_file)}
    keep = {
        key: value for key, value in os.environ.items() if key.startswith(("PIP_", "SSL_")) or key == "HOME"
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=where,
        env={**keep, "PATH": os.environ["PATH"], **given},
        capture_output=True,
        encoding="utf-8",
        timeout=800,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    bin_dir = path_file.read_text(encoding="utf-8").strip()
    installed = {"PATH": os.pathsep.join([bin_dir, os.environ["PATH"]]), "HOME": environment["HOME"]}
    done = check((where, installed), paths="claims/other one.yaml", format="concise")
    assert done.stdout.endswith("claims/other one.yaml: consistent\n")


# -- the how-to ---------------------------------------------------------------------------------------------


def examples():
    return [yaml.safe_load(text) for text in FENCE.findall(PAGE.read_text(encoding="utf-8"))]


def test_the_workflows_of_the_page_fit_their_schema_and_give_inputs_that_exist():
    schema = published("workflow-syntax-for-github-actions")
    workflows = [e for e in examples() if isinstance(e, dict) and "jobs" in e]
    assert len(workflows) >= 2
    for workflow in workflows:
        workflow = {
            ("on" if key is True else key): value for key, value in workflow.items()
        }  # YAML 1.1's `on`
        jsonschema.Draft7Validator(schema).validate(workflow)
        for job in workflow["jobs"].values():
            for given in job["steps"]:
                if "claimcheck" in given.get("uses", ""):
                    assert set(given.get("with", {})) <= set(ACTION["inputs"])


def test_the_pre_commit_configuration_of_the_page_names_the_hook():
    schema = published("JSON schema for .pre-commit-config.yaml")
    configurations = [e for e in examples() if isinstance(e, dict) and "repos" in e]
    assert configurations
    for configuration in configurations:
        jsonschema.Draft7Validator(schema).validate(configuration)
        assert [h["id"] for r in configuration["repos"] for h in r["hooks"]] == [HOOKS[0]["id"]]


# -- the whole check ----------------------------------------------------------------------------------------

BROWSER = re.compile(r"^browser\(\) \{$.*?^\}$\n^browser .*?^\}$", re.MULTILINE | re.DOTALL)


def look_for_browser(tmp_path, *, there=(), user=0, apt=""):
    """Run that part of `.ci/run` where only these programs are there: (what it says, what apt was asked)."""
    bin_dir = tmp_path / "bin"
    bin_dir.mkdir()
    asked = tmp_path / "asked"
    asked.touch()
    programs = dict.fromkeys(there, "exit 1") | {"id": f"echo {user}"}
    if apt:
        programs["apt-get"] = f'echo "$@" >>"{asked}"; {apt}'
    for name, does in programs.items():
        (bin_dir / name).write_text(f"#!/bin/sh\n{does}\n")
        (bin_dir / name).chmod(0o755)
    for name in ("timeout", "tail"):
        (bin_dir / name).symlink_to(shutil.which(name))
    (part,) = BROWSER.findall((ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    done = subprocess.run(
        [shutil.which("bash"), "-c", f"set -uo pipefail\nwork={shlex.quote(str(tmp_path))}\n{part}"],
        env={"PATH": str(bin_dir)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout, asked.read_text().splitlines()


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_a_browser_that_is_there_is_taken(tmp_path, name):
    assert look_for_browser(tmp_path, there=(name, "chromedriver"), apt="exit 1") == ("", [])


@pytest.mark.parametrize("there", [(), ("chromium",), ("chromedriver",)])
def test_a_browser_that_is_absent_is_installed_with_its_driver(tmp_path, there):
    said, asked = look_for_browser(tmp_path, there=there, apt="exit 0")
    assert said == ""
    assert [command.partition("Timeout=60 ")[2] for command in asked] == [
        "update",
        "install -y --no-install-recommends chromium chromium-driver",
    ]


@pytest.mark.parametrize(
    ("how", "steps"),
    [
        ({"user": 1000, "apt": "exit 0"}, 0),
        ({}, 0),
        ({"apt": "echo no network; exit 100"}, 1),
        ({"apt": 'case "$*" in *update) ;; *) echo no such package; exit 100;; esac'}, 2),
    ],
)
def test_where_no_browser_can_be_had_that_is_said(tmp_path, how, steps):
    said, asked = look_for_browser(tmp_path, **how)
    assert said.startswith("no Chromium here, and it could not be installed: its tests are skipped\n")
    assert len(asked) == steps
    assert ("no network" in said, "no such package" in said) == (steps == 1, steps == 2)
