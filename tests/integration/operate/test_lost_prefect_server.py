"""Prefect's server shows runs and decides nothing: killed under a run, the run ends as ever."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.services import lifecycle, prefect_server
from orchestration.services.homes import running_prefect
from orchestration.settings import Settings, load_settings
from tests.conftest import free_ports
from tests.integration.run.lake import ROOT, Lake, LakeFactory

# A whole run, on a machine that may be busy.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1000)]


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Settings]:
    """A home of its own with a Prefect server and nothing else."""
    home = load_settings({"PQR_HOME": str(tmp_path), "PQR_PREFECT_PORT": str(free_ports()[0])})
    settings, _ = lifecycle.up_prefect(home)
    assert prefect_server.wait_until_ready(settings)
    yield settings
    prefect_server.halt(settings.home)


def test_a_server_killed_under_a_run_costs_the_run_nothing(
    new_lake: LakeFactory, own_server: Settings
) -> None:
    lake = new_lake()
    process = subprocess.Popen(
        Lake.command("run", "--days", "1"),
        env={**lake.environment, "PQR_HOME": str(own_server.home)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("raw"):
            server = running_prefect(own_server.home)
            assert server is not None
            os.kill(server.pid, signal.SIGKILL)
    text = "".join(said)
    assert process.wait(600) == 0, text
    process.stdout.close()
    assert "Published" in text
    assert "Prefect's server was lost" in text
    assert "`pqr up`" in text
    assert "Traceback" not in text
    assert lake.query("select status, attempt from meta.etl_runs") == [("PUBLISHED", 1)]
