"""The same jobs on a scheduler and two worker processes that share nothing but S3."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from orchestration.bronze.job import write_bronze
from orchestration.bronze.rules import load_rules
from orchestration.bronze.task import BronzeTask, write_object
from orchestration.cluster import Cluster, SchedulerUnavailable, dask_client
from orchestration.errors import UsageError
from orchestration.lake import paths
from orchestration.lake.commit import commit_layer
from orchestration.lake.store import ObjectStore
from orchestration.meta.control import RunFacts, claim_run, connect
from orchestration.raw import run_of, write_block, write_raw
from orchestration.services.certificates import ensure_certificate
from orchestration.settings import Settings, load_settings
from orchestration.verify.lake import verify_lake
from simulator.config import load_config
from tests.integration.run.lake import LakeFactory, small_world

DAY = date(2025, 9, 1)
PLAIN = load_settings({"PQR_DASK_ALLOW_PLAIN_TCP": "true"}).dask
ATTACKER = Path(__file__).parents[1] / "services" / "attacker.py"


def start(arguments: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """A process in a folder and a session of its own, with nothing of ours in its environment."""
    folder.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            arguments, cwd=folder, env=kept, stdout=log, stderr=log, start_new_session=True
        )


def ended(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def remote(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Settings that name a scheduler with two workers, and the certificate that they ask for."""
    certificate, key = map(str, ensure_certificate(tmp_path / "tls", "dask"))
    tls = ["--tls-ca-file", certificate, "--tls-cert", certificate, "--tls-key", key]
    address_file = tmp_path / "scheduler.json"
    processes = [
        start(
            [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", "0",
             "--protocol", "tls", *tls, "--no-dashboard", "--scheduler-file", str(address_file)],
            tmp_path / "scheduler",
        )
    ]  # fmt: skip
    for _ in range(300):
        if address_file.exists() and address_file.read_text():
            break
        time.sleep(0.1)
    address = str(json.loads(address_file.read_text())["address"])
    processes += [
        start(
            [sys.executable, "-m", "dask", "worker", address, "--nthreads", "1", "--nworkers", "1",
             *tls, "--no-dashboard", "--host", "127.0.0.1",
             "--local-directory", str(tmp_path / name)],
            tmp_path / f"{name}-cwd",
        )
        for name in ("one", "two")
    ]  # fmt: skip
    yield load_settings(
        {
            "PQR_HOME": str(settings.home),
            "PQR_DASK_SCHEDULER": address,
            "PQR_DASK_TLS_CA": certificate,
            "PQR_DASK_TLS_CERT": certificate,
            "PQR_DASK_TLS_KEY": key,
        }
    )
    for process in reversed(processes):
        ended(process)


def test_a_cluster_with_tls_works_and_refuses_strangers(remote: Settings) -> None:
    with dask_client(remote) as client:
        client.wait_for_workers(2, timeout=60)
        assert client.submit(sum, [1, 2]).result() == 3
        workers = [info["nanny"] for info in client.scheduler_info()["workers"].values()]
        addresses = [client.scheduler.address, *client.scheduler_info()["workers"], *workers]
        assert {address.partition("://")[0] for address in addresses} == {"tls"}
        if os.geteuid() == 0:
            said = subprocess.run(
                [sys.executable, str(ATTACKER), "dask", client.scheduler.address],
                capture_output=True, text=True, timeout=60,
            ).stdout  # fmt: skip
            assert (said.count("refused"), said.count("OWNED")) == (2, 0), said
    assert remote.dask_scheduler is not None
    place = remote.dask_scheduler.rpartition("://")[2]
    plain = replace(remote, dask_scheduler=f"tcp://{place}", dask=PLAIN)
    with pytest.raises(SchedulerUnavailable, match="does not answer"), dask_client(plain):
        pass


@pytest.mark.slow
def test_remote_workers_write_the_same_bytes(lake: Settings, remote: Settings) -> None:
    config = load_config(start=DAY, end=DAY)
    settings = replace(lake, dask_scheduler=remote.dask_scheduler, dask=remote.dask)
    run = run_of(config)
    with connect(lake) as connection:
        claim = claim_run(connection, run, RunFacts())
        with dask_client(settings) as client:
            client.wait_for_workers(2, timeout=60)
            store = ObjectStore(lake.s3)
            raw = write_raw(settings, Cluster(client), run, config)
            commit_layer(store, connection, claim, raw)
            bronze = write_bronze(settings, Cluster(client), run, raw)
            commit_layer(store, connection, claim, bronze)
        assert verify_lake(lake, connection).findings == ()
    # Here and now: other bytes under the same keys would be a conflict.
    refs = {ref.key: ref for ref in write_block(lake.s3, run, config, DAY, DAY)}
    assert refs == {ref.key: ref for ref in raw.objects}
    rules = load_rules(lake.project_root).pack()
    for ref in raw.objects:
        source, day = paths.parse_source_day(ref.partition)
        made = write_object(BronzeTask(lake.s3, run, source, day, ref, rules))
        assert {made.bronze.key, made.quarantine.key} <= {item.key for item in bronze.objects}


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_silver_in_buckets_on_remote_workers_is_the_same(
    settings: Settings, remote: Settings, tmp_path: Path
) -> None:
    """Workers share nothing but S3 with the run, not even the way to PostgreSQL."""
    run = ("run", "--config", str(small_world(tmp_path)), "--days", "2")
    here, elsewhere = (LakeFactory(settings)() for _ in range(2))
    done = here.pqr(*run)
    assert done.returncode == 0, done.stderr
    tls = remote.dask.tls
    assert tls is not None
    done = elsewhere.pqr(
        *run,
        PQR_SILVER_BUCKETS="4",
        PQR_DASK_SCHEDULER=str(remote.dask_scheduler),
        PQR_DASK_TLS_CA=str(tls.ca),
        PQR_DASK_TLS_CERT=str(tls.certificate),
        PQR_DASK_TLS_KEY=str(tls.key),
    )
    assert done.returncode == 0, done.stderr
    assert "4 buckets" in done.stdout + done.stderr
    assert elsewhere.checksums() == here.checksums()
    # What the buckets wrote is gone: nothing is left for `pqr gc`.
    silver = {key for key in elsewhere.objects() if key.startswith("silver/")}
    assert silver == {key for key in elsewhere.checksums() if key.startswith("silver/")}


def test_a_scheduler_that_does_not_answer_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration import cluster

    monkeypatch.setattr(cluster, "_CONNECT_TIMEOUT_SECONDS", 1)
    nobody = replace(settings, dask_scheduler="tcp://127.0.0.1:9", dask=PLAIN)
    with pytest.raises(SchedulerUnavailable, match=r"tcp://127\.0\.0\.1:9"), dask_client(nobody):
        pass


def test_a_scheduler_without_tls_is_refused(settings: Settings) -> None:
    for address in ("tcp://127.0.0.1:8786", "dask.example.org:8786"):
        remote = replace(settings, dask_scheduler=address)
        with pytest.raises(UsageError, match=f"{address} has no TLS"), dask_client(remote):
            pass
