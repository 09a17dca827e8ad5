"""A run under a clock that S3 does not accept: no clock reaches a data object."""

import pytest

from tests.faults.clocks import LIBRARIES, shifted
from tests.faults.whole_runs.conftest import Command, Recovers
from tests.integration.run.lake import Lake

pytestmark = [pytest.mark.timeout(1200), pytest.mark.slow]


@pytest.mark.skipif(
    not LIBRARIES, reason="libfaketime is not installed (Debian: apt-get install faketime)"
)
@pytest.mark.parametrize("offset", ["-1d"])
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
