"""What is published: the wheel and the sdist hold what they should, and install into an empty environment."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import claimcheck

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_citation_names_this_version() -> None:
    stated = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert stated is not None
    assert stated[1].strip('"') == claimcheck.__version__


def test_every_module_has_a_home_in_the_layers() -> None:
    """import-linter checks the same, but only where it is installed; this is the short way to the answer."""
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    placed = set(re.findall(r"\w+", " ".join(contracts["contracts"][0]["layers"])))
    package = ROOT / "claimcheck"
    modules = {p.stem for p in package.glob("*.py")} | {p.parent.name for p in package.glob("*/__init__.py")}
    assert modules - {"__init__"} <= placed


@pytest.mark.stress
@pytest.mark.timeout(900)
def test_wheel_and_sdist_build_and_install(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--outdir", tmp_path / "dist", ROOT, cwd=tmp_path)
    (sdist,) = (tmp_path / "dist").glob("*.tar.gz")
    (wheel,) = (tmp_path / "dist").glob("*.whl")  # built from the sdist: so the sdist is complete
    version = claimcheck.__version__

    with tarfile.open(sdist) as archive:
        names = {name.removeprefix(f"claimcheck-{version}/") for name in archive.getnames()}
    assert {"README.md", "LICENSE", "claims/opt175b.yaml", "tests/test_packaging.py", "docs/conf.py"} <= names

    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        entries = archive.read(f"claimcheck-{version}.dist-info/entry_points.txt").decode()
    assert "[pytest11]\nclaimcheck = claimcheck.pytest_plugin" in entries
    info = f"claimcheck-{version}.dist-info/"
    assert {"claimcheck/py.typed", f"{info}licenses/LICENSE", f"{info}entry_points.txt"} <= names
    assert {"claimcheck/render/html/report.css", "claimcheck/render/html/report.js"} <= names
    assert {name.split("/")[0] for name in names} == {"claimcheck", info.rstrip("/")}

    environment = tmp_path / "venv"
    venv.create(environment, with_pip=True)
    scripts = environment / ("Scripts" if sys.platform == "win32" else "bin")
    run(scripts / "python", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    assert "verify" in run(scripts / "claimcheck", "--help", cwd=tmp_path)
    report = run(
        scripts / "claimcheck", "verify", "--exit-zero", ROOT / "claims" / "opt175b.yaml", cwd=tmp_path
    )
    assert "uptime" in report
    page = run(
        *(scripts / "claimcheck", "verify", "--exit-zero", "--format", "html"),
        ROOT / "claims" / "opt175b.yaml",
        cwd=tmp_path,
    )
    assert "51.7 %" in page
    script = (ROOT / "claimcheck" / "render" / "html" / "report.js").read_text(encoding="utf-8")
    assert script in page
