"""Whole runs whose S3 server answers with other bytes: nothing wrong is ever published."""

import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from proxy import Fault, FaultyS3, Request, at_random

from orchestration.settings import Settings
from tests.integration.run.lake import Lake, LakeFactory

# Whole runs through a store that breaks: minutes each.
pytestmark = [pytest.mark.timeout(1200), pytest.mark.slow]
RUN = ("run", "--days", "1")
slow = pytest.mark.slow


@pytest.fixture(scope="module")
def new_lake(settings: Settings) -> LakeFactory:
    return LakeFactory(settings)


@pytest.fixture(scope="module")
def faultless(new_lake: LakeFactory) -> dict[str, str]:
    """The sha256 of every object of a run without faults."""
    lake = new_lake()
    done = lake.pqr(*RUN)
    assert done.returncode == 0, done.stdout + done.stderr
    return lake.checksums()


@pytest.fixture
def lake(new_lake: LakeFactory) -> Lake:
    return new_lake()


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


@pytest.mark.parametrize(
    ("layer", "fault"),
    [
        ("bronze", "flip"),
        pytest.param("bronze", "truncate", marks=slow),
        pytest.param("bronze", "swap", marks=slow),
        pytest.param("silver", "flip", marks=slow),
        pytest.param("silver", "truncate", marks=slow),
        ("silver", "swap"),
        ("gold", "flip"),
        pytest.param("gold", "truncate", marks=slow),
        pytest.param("gold", "swap", marks=slow),
    ],
)
def test_other_bytes_of_a_committed_object_stop_the_run(
    layer: str, fault: Fault, lake: Lake, proxy: FaultyS3, faultless: dict[str, str]
) -> None:
    killed = lake.pqr(*RUN, PQR_TESTING="1", PQR_KILL_AT=f"{layer}.after_commit")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    shutil.rmtree(lake.settings.object_cache)
    proxy.choose = EveryReading(layer, fault)

    refused = behind(lake, proxy).pqr(*RUN)
    said = refused.stdout + refused.stderr
    assert refused.returncode in (1, 3), said
    assert proxy.counts[fault] > 1
    assert f"{layer}/" in said
    assert "Traceback" not in said
    if fault != "truncate":  # a body that ends early is an outage, and is tried again
        assert "SHA_MISMATCH" in said
    assert lake.query("select count(*) from meta.publications") == [(0,)]

    again = lake.pqr(*RUN)
    assert again.returncode == 0, again.stdout + again.stderr
    assert lake.checksums() == faultless


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=slow) for seed in range(2, 8))])
def test_random_faults_change_nothing(
    seed: int, lake: Lake, proxy: FaultyS3, faultless: dict[str, str]
) -> None:
    proxy.choose = at_random(seed, 0.03)
    broken = behind(lake, proxy).pqr(*RUN)
    said = broken.stdout + broken.stderr
    assert broken.returncode in (0, 1, 3), said
    assert "Traceback" not in said
    assert sum(proxy.counts.values()) > proxy.counts["requests"]
    if broken.returncode != 0:
        again = lake.pqr(*RUN)
        assert again.returncode == 0, again.stdout + again.stderr
    assert lake.checksums() == faultless
    verified = lake.pqr("verify")
    assert verified.returncode == 0, verified.stdout
