"""The pytest plugin: claims files as test items, and the fixture ``claims``.

pytest loads it wherever claimcheck is installed, so it does nothing, and imports nothing of weight, until the
ini option ``claimcheck_files`` names a pattern or a test asks for the fixture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from claimcheck.judging.report import Report

__all__ = ["ClaimsFile", "ClaimsItem", "NotTrueTogether", "claims"]

_REPORTS = pytest.StashKey[dict[Path, "Report"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The ini options."""
    parser.addini(
        "claimcheck_files",
        "claims files to check as tests: patterns such as claims/*.yaml, relative to the root directory",
        type="args",
        default=[],
    )
    parser.addini(
        "claimcheck_strict",
        "claimcheck: fail on warnings and on what was not decided in time, too",
        type="bool",
        default=False,
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ClaimsFile | None:
    """A file that a pattern of ``claimcheck_files`` names, whatever stands in it, is to be checked."""
    patterns: list[str] = parent.config.getini("claimcheck_files")
    if not patterns or not file_path.is_relative_to(parent.config.rootpath):
        return None
    name = file_path.relative_to(parent.config.rootpath).as_posix()
    if not any(fnmatchcase(name, pattern) for pattern in patterns):
        return None
    return ClaimsFile.from_parent(parent, path=file_path)


class ClaimsFile(pytest.File):
    """A claims file as pytest collects it; it is not read before its item runs."""

    def collect(self) -> Iterator[pytest.Item]:
        """The one item: whether what the file says can be true together."""
        yield ClaimsItem.from_parent(self, name="claims")


class ClaimsItem(pytest.Item):
    """Passes where nothing is contradictory, or every conflict is ``known``.

    What was not decided in time is skipped; it fails, as warnings do, with ``claimcheck_strict``.
    """

    def runtest(self) -> None:
        """Check the file. Raises NotTrueTogether."""
        from claimcheck.judging.verification import exit_status

        report = _checked(self.config, self.path)
        if exit_status([report], strict=self.config.getini("claimcheck_strict")):
            raise NotTrueTogether(report)
        if report.verdict == "unknown":
            pytest.skip("not decided in the time given")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is wrong, in place of a traceback."""
        if isinstance(excinfo.value, NotTrueTogether):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it stands."""
        return self.path, None, self.path.name


class NotTrueTogether(AssertionError):
    """A claims file does not hold. Its text: where, and mistakes or conflicts with their short derivation."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        from claimcheck.render.prose import headline
        from claimcheck.render.text import conflicts_text, diagnostic_text

        report = self.report
        if report.claim_set is None:
            told = [diagnostic_text(d) for d in report.diagnostics]
        else:
            weighty = [f for f in report.findings if f.severity != "note"]
            places = [f"{report.path}:{f.line}:{f.column}: {f.code} {f.name}" for f in weighty]
            if not any(c.counts for c in report.conflicts):
                places = [f"{place}: {f.message}" for place, f in zip(places, weighty, strict=True)]
            told = ["\n".join(places), conflicts_text(report)]
        return "\n\n".join([headline(report), *filter(None, told)])


@pytest.fixture(scope="session")
def claims(request: pytest.FixtureRequest) -> Callable[[str], Report]:
    """``claims("claims/run.yaml")``: the report of a claims file, checked once a session.

    The path is relative to the root directory. Raises claimcheck.ClaimsError for a file with mistakes.
    """
    config = request.config

    def report_of(path: str) -> Report:
        from claimcheck import ClaimsError

        report = _checked(config, config.rootpath / path)
        if report.claim_set is None:
            raise ClaimsError(report.diagnostics)
        return report

    return report_of


def _checked(config: pytest.Config, path: Path) -> Report:
    """The report of a file, the same object for the item and for every test of the session."""
    from claimcheck.judging.verification import check_path

    reports = config.stash.setdefault(_REPORTS, {})
    if path not in reports:
        here = Path.cwd()
        reports[path] = check_path(path.relative_to(here) if path.is_relative_to(here) else path)
    return reports[path]
