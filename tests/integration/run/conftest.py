"""One published three-day world for every test of the run, made by the command itself."""

import pytest

from orchestration.settings import Settings
from tests.integration.run.lake import Lake, LakeFactory


@pytest.fixture(scope="session")
def new_lake(settings: Settings) -> LakeFactory:
    """Makes empty lakes on the session's services."""
    return LakeFactory(settings)


@pytest.fixture(scope="session")
def published(
    new_lake: LakeFactory,
    coverage_of_processes: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Lake:
    """A lake with the first three days of the default world published."""
    lake = new_lake()
    # From a folder that is not the project's, as schedulers start it.
    folder = tmp_path_factory.mktemp("elsewhere")
    done = lake.pqr("run", "--days", "3", folder=folder, **coverage_of_processes)
    assert done.returncode == 0, done.stdout + done.stderr
    return lake
