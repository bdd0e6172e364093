"""Shared set-up of the test suite."""

import importlib
import os
import time

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")  # CI judges the change, not its luck


@pytest.fixture(autouse=True)
def everything_is_audited():
    """Whatever a test checks, the independent checker has nothing against its conflicts and repairs."""
    from tests.audited import watching

    with watching():
        yield


@pytest.fixture
def processor_time(monkeypatch):
    """Budgets count processor time: what stays unknown does not depend on what else the machine does.

    The program for linear programs is loaded before, lest the first question that needs it pay for that.
    """
    importlib.import_module("highspy")
    monkeypatch.setattr(time, "monotonic", time.process_time)
