"""A small world, a run of it that nothing disturbed, and lakes for runs that something does."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.integration.run.lake import Lake, LakeFactory, small_world

Command = tuple[str, ...]
Recovers = Callable[[Lake], None]


@dataclass(frozen=True)
class Outcome:
    """What a command said, and how it ended."""

    code: int
    said: str


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_world(tmp_path_factory.mktemp("config"))


@pytest.fixture(scope="session")
def command(config: Path) -> Command:
    return "run", "--days", "1", "--config", str(config)


@pytest.fixture(scope="session")
def new_lake(settings: Settings) -> LakeFactory:
    return LakeFactory(settings)


@pytest.fixture(scope="session")
def faultless(new_lake: LakeFactory, command: Command) -> dict[str, str]:
    """The sha256 of every object of a run without faults."""
    lake = new_lake()
    done = lake.pqr(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    return lake.checksums()


@pytest.fixture
def lake(new_lake: LakeFactory) -> Lake:
    made = new_lake()
    # Lakes of one home write the same objects: without local copies the bucket is read.
    shutil.rmtree(made.settings.object_cache, ignore_errors=True)
    return made


@pytest.fixture
def recovers(command: Command, faultless: dict[str, str]) -> Recovers:
    """The same command, undisturbed, leaves what a run without faults leaves."""

    def check(lake: Lake) -> None:
        again = lake.pqr(*command)
        assert again.returncode == 0, again.stdout + again.stderr
        assert lake.checksums() == faultless
        verified = lake.pqr("verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr

    return check
