"""Runs while the clock of the machine jumps: no clock reaches a data object."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.faults.clocks import LIBRARIES, shifted
from tests.faults.whole_runs.conftest import Command, Recovers
from tests.integration.run.lake import ROOT, Lake

pytestmark = [pytest.mark.timeout(1200), pytest.mark.slow]

needs_faketime = pytest.mark.skipif(
    not LIBRARIES, reason="libfaketime is not installed (Debian: apt-get install faketime)"
)


@needs_faketime
def test_a_clock_that_jumps_back_and_forth_changes_nothing(
    lake: Lake, command: Command, recovers: Recovers, tmp_path: Path
) -> None:
    jumps = tmp_path / "jumps"
    jumps.write_text("-10m")
    process = subprocess.Popen(
        lake.command(*command),
        env={**lake.environment, **shifted(jumps)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # Up to a quarter of an hour, S3 takes a signature.
    offsets = ["+10m", "-10m"]
    while process.poll() is None:
        time.sleep(3)
        offsets.append(offsets.pop(0))
        written = tmp_path / "next"
        written.write_text(offsets[0])
        os.replace(written, jumps)
    said = process.communicate()[0]
    assert process.returncode == 0, said
    recovers(lake)


@needs_faketime
@pytest.mark.parametrize("offset", ["-1d", "+1y"])
def test_a_clock_that_s3_does_not_accept_is_named(
    lake: Lake, command: Command, recovers: Recovers, tmp_path: Path, offset: str
) -> None:
    jumps = tmp_path / "jumps"
    jumps.write_text(offset)
    refused = lake.pqr(*command, **shifted(jumps))
    said = refused.stdout + refused.stderr
    assert refused.returncode == 3, said
    assert "clock" in refused.stderr.splitlines()[-1]
    assert "Traceback" not in said
    assert lake.query("select count(*) from meta.publications") == [(0,)]
    recovers(lake)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Pacific/Kiritimati"])
def test_another_day_and_time_zone_change_nothing(
    lake: Lake, command: Command, recovers: Recovers, zone: str
) -> None:
    done = lake.pqr(*command, PQR_TODAY="2031-12-31", TZ=zone, PYTHONHASHSEED="1", LANG="C")
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(lake.settings.object_cache, ignore_errors=True)
    recovers(lake)
