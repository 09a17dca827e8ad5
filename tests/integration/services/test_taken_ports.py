"""Ports that something else holds, and services of another home."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.integration.services.conftest import Pqr

ONE_LINE = 1


@pytest.mark.parametrize("variable", ["PQR_S3_PORT", "PQR_POSTGRES_PORT"])
def test_a_taken_port_is_told_with_its_holder(
    pqr: Pqr, own_home: dict[str, str], variable: str
) -> None:
    port = own_home[variable]
    # A socket that listens, and nothing more: what `http.server` does first (it asks the resolver
    # for the machine's name) can fail or take longer than a busy machine allows.
    listen = (
        "import socket, sys, time; s = socket.socket();"
        " s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1);"
        f" s.bind(('127.0.0.1', {port})); s.listen(); print('ready', flush=True); time.sleep(300)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", listen], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stderr is not None
        try:
            assert holder.stdout.readline() == "ready\n", holder.stderr.read()
            done = pqr("up", **own_home)
        finally:
            holder.kill()
    assert done.returncode == 3
    assert done.stderr.count("\n") == ONE_LINE
    assert f"port {port} for" in done.stderr
    assert f"pid {holder.pid} (" in done.stderr
    assert f"`{variable}=" in done.stderr


def test_the_services_of_another_home_are_not_taken_for_ours(
    pqr: Pqr, lake_home: Path, settings: Settings, tmp_path: Path
) -> None:
    other = {
        "PQR_HOME": str(tmp_path / "second"),
        "PQR_S3_PORT": str(settings.s3_port),
        "PQR_POSTGRES_PORT": str(settings.postgres_port),
    }
    done = pqr("up", **other)
    assert done.returncode == 3
    assert f"a service of PQR_HOME={lake_home}" in done.stderr
    assert f"`PQR_HOME={lake_home} pqr down`" in done.stderr
    # Both services of it at one time, and not the first alone.
    assert f"port {settings.s3_port} for S3" in done.stderr
    assert f"port {settings.postgres_port} for PostgreSQL" in done.stderr
    runs = pqr("runs", **other)
    assert (runs.returncode, runs.stderr.count("\n")) == (3, ONE_LINE)
    assert f"a service of PQR_HOME={lake_home}" in runs.stderr
    assert "password" not in runs.stderr
    status = pqr("status", "--json", **other)
    assert status.returncode == 3
    assert f"PQR_HOME={lake_home}" in json.loads(status.stdout)["s3"]["detail"]


def test_a_new_port_while_running_is_refused(pqr: Pqr, lake_home: Path, settings: Settings) -> None:
    port = str(settings.s3_port + 100)
    done = pqr("up", PQR_HOME=str(lake_home), PQR_S3_PORT=port)
    assert done.returncode == 2
    assert f"runs on port {settings.s3_port}, PQR_S3_PORT asks for {port}" in done.stderr


def _listens(port: int) -> bool:
    from orchestration.services.ports import is_free

    return not is_free(port)
