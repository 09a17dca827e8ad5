"""Runs under a clock that is wrong: no clock reaches a data object."""

import shutil

import pytest

from tests.faults.clocks import LIBRARIES, shifted
from tests.faults.whole_runs.conftest import Command, Recovers
from tests.integration.run.lake import Lake

pytestmark = [pytest.mark.timeout(1200), pytest.mark.slow]

needs_faketime = pytest.mark.skipif(
    not LIBRARIES, reason="libfaketime is not installed (Debian: apt-get install faketime)"
)


@needs_faketime
@pytest.mark.parametrize("offset", ["+10m", "-10m"])
def test_a_clock_that_is_a_little_off_changes_nothing(
    lake: Lake, command: Command, recovers: Recovers, offset: str
) -> None:
    """Up to a quarter of an hour, S3 takes a signature; the next command reads the right clock."""
    done = lake.pqr(*command, **shifted(offset))
    assert done.returncode == 0, done.stdout + done.stderr
    recovers(lake)


@needs_faketime
@pytest.mark.parametrize("offset", ["-1d", "+1y"])
def test_a_clock_that_s3_does_not_accept_is_named(
    lake: Lake, command: Command, recovers: Recovers, offset: str
) -> None:
    refused = lake.pqr(*command, **shifted(offset))
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
