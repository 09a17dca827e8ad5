"""One published three-day world for the planted faults, made by the command itself."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.lake.store import ObjectStore
from orchestration.meta.control import connect
from orchestration.quality.evaluator import Evaluator
from orchestration.quality.layers import Gate
from orchestration.settings import Settings
from tests.faults.planted.planted import Planter, latest_claim, live_batches
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
    docs: Path = tmp_path_factory.mktemp("docs")
    with (
        connect(published.settings) as connection,
        Evaluator(docs, ROOT) as evaluator,
    ):
        claim = latest_claim(connection)
        assert claim is not None
        store = ObjectStore(published.settings.s3)
        gate = Gate(published.settings, connection, store, claim, lambda: evaluator)
        yield Planter(gate, live_batches(connection, claim.run.run_id))
