"""One published three-day world for the planted faults, made by the command itself."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.meta.control import connect
from orchestration.quality.gx_client import GxClient
from orchestration.settings import Settings
from tests.faults.planted.planter import Planter, latest_claim
from tests.integration.run.lake import ROOT, Lake, LakeFactory


@pytest.fixture(scope="session")
def published(settings: Settings) -> Lake:
    lake = LakeFactory(settings)()
    done = subprocess.run(
        lake.command("run", "--days", "3"),
        env=lake.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=800,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return lake


@pytest.fixture(scope="session")
def planter(published: Lake, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planter]:
    with connect(published.settings) as connection, GxClient(ROOT) as gx:
        claim = latest_claim(connection)
        assert claim is not None
        scratch = tmp_path_factory.mktemp("planted")
        yield Planter(published.settings, connection, claim, gx, scratch)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project whose policy may be edited."""
    copy = tmp_path / "project"
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    return copy
