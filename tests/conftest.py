"""Shared set-up of the test suite."""

import os
import time

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")  # CI judges the change, not its luck


@pytest.fixture(scope="module")
def audit_everything():
    """Whatever a test checks, the independent checker has nothing against its conflicts and repairs."""
    from claimcheck.judging import verification
    from tests.audited import refusals

    check = verification._report

    def checked(*args):
        report = check(*args)
        # What is accepted until some day the checker judges by the day it runs, tests by one they give.
        assert [r for r in refusals(report) if not r.endswith(": the file accepts it")] == []
        return report

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(verification, "_report", checked)
        yield


@pytest.fixture
def processor_time(monkeypatch):
    """Budgets count processor time: what stays unknown does not depend on what else the machine does."""
    monkeypatch.setattr(time, "monotonic", time.process_time)
