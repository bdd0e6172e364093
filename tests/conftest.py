"""Shared set-up of the test suite."""

import os
import time

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")  # CI judges the change, not its luck


NOT_AUDITED = ("test_report_laws",)
"""Random worlds with tolerances, roots and rivals, of which the checker cannot follow every step in time."""


@pytest.fixture(autouse=True)
def everything_is_audited(request):
    """Whatever a test checks, the independent checker has nothing against its conflicts and repairs.

    Slower tests call it themselves where that is what they are about.
    """
    slow = any(request.node.get_closest_marker(name) for name in ("stress", "hours"))
    if slow or request.module.__name__.rpartition(".")[2] in NOT_AUDITED:
        yield
        return
    from tests.audited import watching

    with watching():
        yield


@pytest.fixture
def processor_time(monkeypatch):
    """Budgets count processor time: what stays unknown does not depend on what else the machine does."""
    monkeypatch.setattr(time, "monotonic", time.process_time)
