"""The same world on other S3 servers gives the same served rows: `make test-servers`.

DAYS=30 takes the default run; what a server is started with is in SERVERS.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from orchestration.services import ports
from orchestration.services.bucket import client
from orchestration.services.conformance import examine_store
from orchestration.settings import Settings
from orchestration.settings.s3_access import S3Access
from tests.integration.run.lake import Lake, LakeFactory
from tests.integration.run.restoring import empty_database, served

DAYS = os.environ.get("DAYS", "2")
KEY, SECRET = "pqr-someone", "something-long"
_BIN = Path(sys.executable).parent
_STARTS_SECONDS = 60

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]


def moto(port: int, folder: Path) -> list[str]:
    return [str(_BIN / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]


def s3s_fs(port: int, folder: Path) -> list[str]:
    keys = ["--access-key", KEY, "--secret-key", SECRET]
    return [_program("s3s-fs"), "--host", "127.0.0.1", "--port", str(port), *keys, str(folder)]


# What each lacks, as its version of the day was found to.
SERVERS: dict[str, tuple[Callable[[int, Path], list[str]], set[str]]] = {
    "moto_server": (moto, {"checksums"}),
    "s3s-fs": (s3s_fs, {"conditional PUT"}),
}


def _program(name: str) -> str:
    beside = _BIN / name
    return str(beside) if beside.exists() else shutil.which(name) or ""


@contextmanager
def started(name: str, folder: Path) -> Iterator[str]:
    """The server, on a free port; gives its endpoint."""
    if not _program(name):
        pytest.skip(f"{name} is not installed: `make test-servers` installs what it can")
    port = ports.free_base(32_100, 1)
    command = SERVERS[name][0](port, folder)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def other_server(settings: Settings, endpoint: str, *, checks_first: bool) -> Settings:
    """An empty bucket of the server and an empty database."""
    s3 = replace(
        settings.s3,
        endpoint_url=endpoint,
        access_key=KEY,
        secret_key=SECRET,
        is_embedded=False,
        is_declared=True,
        bucket="pqr-lakehouse",
        access=S3Access(checks_first=checks_first),
    )
    ends = time.monotonic() + _STARTS_SECONDS
    while True:
        try:
            client(s3).create_bucket(Bucket=s3.bucket)
            break
        except (BotoCoreError, ClientError):
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)
    return replace(empty_database(settings), s3=s3)


def run(lake: Lake) -> dict[str, object]:
    done = lake.pqr("run", "--days", DAYS, "--no-prefect-server")
    assert done.returncode == 0, done.stdout + done.stderr
    verified = lake.pqr("verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    return served(lake)


@pytest.fixture(scope="module")
def embedded(settings: Settings) -> dict[str, object]:
    return run(LakeFactory(settings)())


@pytest.mark.parametrize("name", list(SERVERS))
def test_the_served_rows_are_those_of_the_embedded_server(
    name: str, embedded: dict[str, object], settings: Settings, tmp_path: Path
) -> None:
    lacks = SERVERS[name][1]
    with started(name, tmp_path) as endpoint:
        own = other_server(settings, endpoint, checks_first="conditional PUT" in lacks)
        found = {
            item.guarantee.name
            for item in examine_store(replace(own.s3, access=S3Access()))
            if item.did
        }
        assert found == lacks
        assert run(Lake(own)) == embedded
