"""Whole runs whose S3 server answers late, not at all or with other bytes."""

import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.faults.proxy import Fault, FaultyS3, Request, at_random
from tests.faults.whole_runs.conftest import Command, Recovers
from tests.integration.run.lake import Lake

# Whole runs through a store that breaks: minutes each.
pytestmark = [pytest.mark.timeout(1200), pytest.mark.slow]


@pytest.fixture
def proxy(lake: Lake) -> Iterator[FaultyS3]:
    with FaultyS3(lake.settings.s3.endpoint_url) as opened:
        yield opened


def behind(lake: Lake, proxy: FaultyS3) -> Lake:
    s3 = replace(lake.settings.s3, endpoint_url=proxy.url)
    return Lake(replace(lake.settings, s3=s3))


class EveryReading:
    """Breaks every reading of the Parquet objects of one layer."""

    def __init__(self, layer: str, fault: Fault) -> None:
        self.layer, self.fault = layer, fault

    def __call__(self, request: Request) -> Fault | None:
        is_part = f"/{self.layer}/" in request.path and request.path.endswith(".parquet")
        return self.fault if request.method == "GET" and is_part else None


@pytest.mark.parametrize("layer", ["bronze", "silver", "gold"])
@pytest.mark.parametrize("fault", ["flip", "truncate", "swap"])
def test_other_bytes_of_a_committed_object_stop_the_run(
    layer: str, fault: Fault, lake: Lake, proxy: FaultyS3, command: Command, recovers: Recovers
) -> None:
    killed = lake.pqr(*command, PQR_TESTING="1", PQR_KILL_AT=f"{layer}.after_commit")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    shutil.rmtree(lake.settings.object_cache)
    proxy.choose = EveryReading(layer, fault)

    refused = behind(lake, proxy).pqr(*command)
    said = refused.stdout + refused.stderr
    assert refused.returncode in (1, 3), said
    assert proxy.counts[fault] > 1
    assert f"{layer}/" in said
    assert "Traceback" not in said
    if fault != "truncate":  # a body that ends early is an outage, and is tried again
        assert "SHA_MISMATCH" in said
    assert lake.query("select count(*) from meta.publications") == [(0,)]
    recovers(lake)


@pytest.mark.parametrize("seed", range(1, 8))
def test_random_faults_change_nothing(
    seed: int, lake: Lake, proxy: FaultyS3, command: Command, recovers: Recovers
) -> None:
    proxy.choose = at_random(seed, 0.03)
    broken = behind(lake, proxy).pqr(*command)
    said = broken.stdout + broken.stderr
    assert broken.returncode in (0, 1, 3), said
    assert "Traceback" not in said
    assert sum(proxy.counts.values()) > proxy.counts["requests"]
    recovers(lake)


class OneOfEach:
    """Breaks the first request of each of some methods whose path has a text."""

    def __init__(self, text: str, fault: Fault, methods: set[str]) -> None:
        self.text, self.fault, self.methods = text, fault, methods

    def __call__(self, request: Request) -> Fault | None:
        if self.text not in request.path or request.method not in self.methods:
            return None
        self.methods.remove(request.method)
        return self.fault


def test_a_stall_longer_than_the_client_waits_is_tried_again(
    lake: Lake, proxy: FaultyS3, command: Command, recovers: Recovers
) -> None:
    proxy.choose = OneOfEach("/raw/", "stall", {"PUT", "GET"})
    done = behind(lake, proxy).pqr(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert proxy.counts["stall"] == 2
    recovers(lake)
