"""Runs whose disk fills up: they stop with the reason, and go on when there is room again."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.services import lifecycle, postgres, postgres_place
from orchestration.settings import load_settings
from tests.conftest import free_ports
from tests.faults.whole_runs.conftest import Command, Recovers
from tests.integration.operate.test_interruptions import Command as Running
from tests.integration.run.lake import Lake
from tests.soak.breaking import limit_files

pytestmark = [
    pytest.mark.timeout(1500),
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a tmpfs"),
]


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of a given size, in memory."""
    folder.mkdir(exist_ok=True)
    size = f"size={megabytes}m"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], capture_output=True, text=True
    )
    if done.returncode != 0:
        pytest.skip(f"a tmpfs cannot be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, leave: int) -> Path:
    """Take the free room of a file system but for `leave` bytes."""
    ballast = folder / "ballast"
    free = os.statvfs(folder)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - leave)
    return ballast


def reason(said: str) -> str:
    """The last line: what a command ends with."""
    assert "Traceback" not in said
    return said.strip().splitlines()[-1]


@pytest.mark.parametrize("after", ["raw", "bronze", "silver"])
def test_a_home_without_room_stops_the_run_and_room_lets_it_go_on(
    lake: Lake, command: Command, recovers: Recovers, tmp_path: Path, after: str
) -> None:
    with mounted(tmp_path / "home", 1200) as home:
        elsewhere = Lake(replace(lake.settings, home=home))
        running = Running(elsewhere, *command)
        running.wait_for(after)
        ballast = fill(home, leave=1 << 14)
        code, said = running.end()
        assert code == 1, said
        assert "space" in reason(said)
        assert lake.query("select count(*) from meta.publications") == [(0,)]
        assert lake.query("select status from meta.etl_runs") == [("FAILED",)]

        # Said before any work, too.
        refused = elsewhere.pqr(*command)
        assert refused.returncode == 1
        assert "free some" in reason(refused.stderr)
        ballast.unlink()
        done = elsewhere.pqr(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    recovers(lake)


def test_a_temporary_folder_of_no_size_changes_nothing(
    lake: Lake, command: Command, recovers: Recovers, tmp_path: Path
) -> None:
    with mounted(tmp_path / "small", 1) as folder:
        fill(folder, leave=1 << 12)
        done = lake.pqr(*command, TMPDIR=str(folder))
        said = done.stdout + done.stderr
        assert done.returncode in (0, 1), said
        if done.returncode:
            assert "space" in reason(said)
    recovers(lake)


@pytest.mark.parametrize("size", [1 << 12, 1 << 16, 1 << 19])
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
    assert "large" in reason(said) or "space" in reason(said), said
    assert lake.query("select count(*) from meta.publications") == [(0,)]
    recovers(lake)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Lake]:
    """A lake on services of the test's own, which it may stop."""
    s3_port, postgres_port = free_ports()
    ports = {"PQR_S3_PORT": str(s3_port), "PQR_POSTGRES_PORT": str(postgres_port)}
    settings = load_settings({"PQR_HOME": str(tmp_path / "home"), **ports})
    lifecycle.up(settings)
    yield Lake(load_settings({"PQR_HOME": str(tmp_path / "home")}))
    lifecycle.delete(settings.home)


def test_a_database_without_room_stops_the_run_and_room_lets_it_go_on(
    own: Lake, command: Command, faultless: dict[str, str], tmp_path: Path
) -> None:
    home, data = own.settings.home, postgres_place.folder_of(own.settings.home)
    postgres.halt(home)
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-a", str(data), str(copy)], check=True)
    with mounted(data, 400):
        subprocess.run(["cp", "-a", f"{copy}/.", str(data)], check=True)
        postgres.start(own.settings)
        running = Running(own, *command)
        running.wait_for("silver")
        ballast = fill(data, leave=1 << 16)
        code, said = running.end()
        assert code in (1, 3), said
        assert "Traceback" not in said
        ballast.unlink()
        # PostgreSQL ends itself when it cannot write its log.
        lifecycle.up(own.settings)
        assert own.query("select count(*) from meta.publications") == [(0,)]
        again = own.pqr(*command)
        assert again.returncode == 0, again.stdout + again.stderr
        assert own.checksums() == faultless
        verified = own.pqr("verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        postgres.halt(home)
