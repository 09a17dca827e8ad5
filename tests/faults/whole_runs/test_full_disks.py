"""A run whose files may not grow: it stops with the reason, and goes on when they may."""

import subprocess

import pytest

from tests.faults.whole_runs.conftest import Command, Recovers
from tests.integration.run.lake import Lake
from tests.soak.breaking import limit_files

pytestmark = [pytest.mark.timeout(1500), pytest.mark.slow]


@pytest.mark.parametrize("size", [1 << 16])
def test_files_that_may_not_grow_stop_the_run(
    lake: Lake, command: Command, recovers: Recovers, size: int
) -> None:
    process = subprocess.Popen(
        lake.command(*command),
        env=lake.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: limit_files(size),
    )
    said = process.communicate(timeout=900)[0]
    assert process.returncode in (1, 2, 3), said
    assert "Traceback" not in said
    last = said.strip().splitlines()[-1]
    assert "large" in last or "space" in last, said
    assert lake.query("select count(*) from meta.publications") == [(0,)]
    recovers(lake)
