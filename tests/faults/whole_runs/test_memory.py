"""Runs without enough memory: they stop with a reason, and commit nothing that is wrong."""

import resource
import subprocess

import pytest

from tests.faults.whole_runs.conftest import Command, Recovers
from tests.integration.run.lake import ROOT, Lake

pytestmark = [pytest.mark.timeout(1200), pytest.mark.slow]
_MIB = 1 << 20


@pytest.mark.parametrize("mebibytes", [900])
def test_a_limit_on_memory_stops_the_run_with_a_reason(
    lake: Lake, command: Command, recovers: Recovers, mebibytes: int
) -> None:
    limit = (mebibytes * _MIB, mebibytes * _MIB)
    process = subprocess.Popen(
        lake.command(*command),
        env=lake.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, limit),
    )
    said = process.communicate(timeout=900)[0]
    assert process.returncode in (0, 1, 3), said
    assert "Traceback" not in said
    if process.returncode:
        assert lake.query("select count(*) from meta.publications") == [(0,)]
        assert said.strip().splitlines()[-1].startswith("pqr: ")
    recovers(lake)
