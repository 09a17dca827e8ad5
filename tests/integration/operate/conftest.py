"""Lakes of a test's own for what operates them, and one with three daily runs of one process."""

import pytest

from orchestration.settings import Settings
from tests.integration.run.lake import Lake, LakeFactory


@pytest.fixture(scope="session")
def new_lake(settings: Settings) -> LakeFactory:
    """Makes empty lakes on the session's services."""
    return LakeFactory(settings)


@pytest.fixture(scope="session")
def daily(new_lake: LakeFactory) -> Lake:
    """A lake that `pqr daily` has filled with the first three days of the default world."""
    lake = new_lake()
    done = lake.pqr("daily", PQR_TODAY="2025-09-04")
    assert done.returncode == 0, done.stdout + done.stderr
    return lake
