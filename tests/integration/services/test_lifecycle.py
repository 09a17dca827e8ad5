"""Up and down, once, twice, at the same time, and after the worst."""

import json
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import psycopg
import pytest
from botocore.exceptions import ClientError

from orchestration.meta.control import RunFacts, claim_run, connect
from orchestration.meta.working import HOLDS_A_WORLD
from orchestration.run import Run, World
from orchestration.services import lifecycle, postgres
from orchestration.services.bucket import client
from orchestration.services.homes import running_postgres, running_prefect, running_s3
from orchestration.services.process import PROC, Process
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from tests.integration.services.conftest import Pqr, environment

ONE_LINE = 1


def pids(home: Path) -> tuple[int, int, int]:
    servers = (running_s3(home), running_postgres(home), running_prefect(home))
    assert all(servers), servers
    return tuple(server.pid for server in servers if server)  # type: ignore[return-value]


def remember(settings: Settings, value: str) -> None:
    client(settings.s3).put_object(Bucket=settings.s3.bucket, Key="kept", Body=value.encode())
    with psycopg.connect(settings.postgres.admin_dsn) as connection:
        connection.execute("create table if not exists public.kept (value text)")
        connection.execute("insert into public.kept values (%s)", [value])


def remembered(settings: Settings) -> tuple[str, str]:
    body = client(settings.s3).get_object(Bucket=settings.s3.bucket, Key="kept")["Body"]
    with psycopg.connect(settings.postgres.admin_dsn) as connection:
        row = connection.execute("select value from public.kept").fetchone()
    return body.read().decode(), "" if row is None else row[0]


def family(process: Process) -> list[int]:
    """The process and its children, which a SIGKILL of the group would reach."""
    children = PROC / str(process.pid) / "task" / str(process.pid) / "children"
    return [process.pid, *map(int, children.read_text().split())]


def test_up_twice_starts_once_and_down_twice_stops_once(pqr: Pqr, own_home: dict[str, str]) -> None:
    home = Path(own_home["PQR_HOME"])
    first = pqr("up", **own_home)
    assert first.returncode == 0, first.stderr
    assert first.stdout.count("started") == 3
    running = pids(home)
    second = pqr("up", **own_home)
    assert second.returncode == 0
    assert second.stdout.count("already up") == 3
    assert pids(home) == running
    # The ports are remembered: the second home alone is named now.
    status = pqr("status", "--json", PQR_HOME=str(home))
    assert status.returncode == 0
    found = json.loads(status.stdout)
    assert found["healthy"]
    assert found["s3"]["endpoint"] == f"http://127.0.0.1:{own_home['PQR_S3_PORT']}"
    assert tuple(found[name]["pid"] for name in ("s3", "postgres", "prefect")) == running

    run = Run.of(World.ingested("held", date(2025, 9, 1)), date(2025, 9, 1), date(2025, 9, 2))
    holder = connect(load_settings({"PQR_HOME": str(home)}), context=HOLDS_A_WORLD)
    claim_run(holder, run, RunFacts())
    stopped = pqr("down", PQR_HOME=str(home))
    holder.close()
    assert stopped.returncode == 0
    assert f"{run.run_id} (2025-09-01 to 2025-09-02, attempt 1) is at work" in stopped.stdout
    assert stopped.stdout.count("stopped") == 3
    again = pqr("down", PQR_HOME=str(home))
    assert again.returncode == 0
    assert again.stdout.count("was not running") == 3
    status = pqr("status", PQR_HOME=str(home))
    assert status.returncode == 3
    assert "`pqr up`" in status.stdout


def test_a_home_that_never_was_is_stopped_without_a_trace(pqr: Pqr, tmp_path: Path) -> None:
    done = pqr("down", PQR_HOME=str(tmp_path / "none"))
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "none").exists()


def test_what_was_kept_survives_kill_9_of_everything(own_home: dict[str, str]) -> None:
    settings = load_settings(own_home)
    lifecycle.up(settings)
    remember(settings, "before the kill")
    for server in (running_s3(settings.home), running_postgres(settings.home)):
        assert server is not None
        for pid in family(server):
            os.kill(pid, signal.SIGKILL)
    lifecycle.up(settings)
    assert remembered(settings) == ("before the kill", "before the kill")


def test_a_recycled_pid_in_the_lock_of_a_killed_server_is_no_obstacle(
    own_home: dict[str, str],
) -> None:
    settings = load_settings(own_home)
    lifecycle.up(settings)
    postgres.halt(settings.home)
    # As after a restart of the machine: another program of the same user has the pid by now.
    lock = settings.home / "postgres" / "data" / "postmaster.pid"
    owner = lock.parent.stat()
    with subprocess.Popen(
        ["sleep", "60"], user=owner.st_uid if os.geteuid() == 0 else None
    ) as sleeper:
        lock.write_text(f"{sleeper.pid}\n{lock.parent}\n")
        os.chown(lock, owner.st_uid, owner.st_gid)
        try:
            lifecycle.up(settings)
        finally:
            sleeper.kill()


def test_a_first_start_that_was_torn_is_begun_anew(own_home: dict[str, str]) -> None:
    settings = load_settings(own_home)
    lifecycle.up(settings)
    postgres.halt(settings.home)
    data = settings.home / "postgres" / "data"
    data.rename(data.with_name("data.new"))
    (settings.home / "ports.json").write_text('{"s3": 19')
    lifecycle.up(settings)
    assert data.exists()
    assert not data.with_name("data.new").exists()


@pytest.mark.slow
def test_a_home_deleted_under_its_servers_begins_anew(own_home: dict[str, str]) -> None:
    settings = load_settings(own_home)
    lifecycle.up(settings)
    remember(settings, "gone")
    before = pids(settings.home)
    shutil.rmtree(settings.home)
    lifecycle.up(settings)
    assert not set(before) & set(pids(settings.home))
    with pytest.raises(ClientError, match="NoSuchKey"):
        remembered(settings)
    shutil.rmtree(settings.home)
    lifecycle.down(settings.home)
    assert running_s3(settings.home) is None
    assert running_postgres(settings.home) is None
    assert not settings.home.exists()


def test_two_at_the_same_time_start_one_pair(pqr: Pqr, own_home: dict[str, str]) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: pqr("up", **own_home), range(2)))
    assert [done.returncode for done in both] == [0, 0], [done.stderr for done in both]
    said = "".join(done.stdout for done in both)
    assert (said.count("started"), said.count("already up")) == (3, 3)


def test_a_shell_that_took_the_exports_still_manages_the_services(
    own_home: dict[str, str],
) -> None:
    script = """
        set -eu
        pqr() { "$PYTHON" -m orchestration.cli "$@"; }
        pqr up >/dev/null
        eval "$(pqr env)"
        pqr up | grep -c 'already up'
        pqr status | grep -c embedded
        pqr down | grep -c stopped
        test -n "$AWS_ACCESS_KEY_ID$AWS_SECRET_ACCESS_KEY$AWS_REGION$PQR_BUCKET"
        echo "$AWS_ENDPOINT_URL $PQR_POSTGRES_DSN"
    """
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=PROJECT_ROOT,
        env=environment({**own_home, "PYTHON": sys.executable}),
        capture_output=True,
        text=True,
        check=False,
    )
    s3_port, postgres_port = own_home["PQR_S3_PORT"], own_home["PQR_POSTGRES_PORT"]
    password = load_settings(own_home).secrets.password("lake_writer")
    assert done.stdout.splitlines() == [
        *["3"] * 3,
        f"http://127.0.0.1:{s3_port} "
        f"postgresql://lake_writer:{password}@127.0.0.1:{postgres_port}/pqr_lakehouse",
    ], done.stderr


def test_the_doctor_finds_all_well_and_then_the_services_gone(
    pqr: Pqr, lake_home: Path, tmp_path: Path
) -> None:
    well = pqr("doctor", PQR_HOME=str(lake_home))
    assert well.returncode == 0, well.stdout
    assert "problem" not in well.stdout
    for name in (
        "python", "packages", "disk", "memory", "ports", "duckdb", "s3", "postgres", "prefect",
    ):  # fmt: skip
        assert f"\n{name} " in f"\n{well.stdout}"
    gone = pqr("doctor", PQR_HOME=str(tmp_path / "none"), **_free())
    assert gone.returncode == 3
    assert gone.stdout.count("problem") == 2
    assert gone.stdout.count("`pqr up`") == 3


def _free() -> dict[str, str]:
    from tests.conftest import free_ports

    s3_port, postgres_port = free_ports()
    return {"PQR_S3_PORT": str(s3_port), "PQR_POSTGRES_PORT": str(postgres_port)}


def test_a_home_that_cannot_be_made_is_told_in_one_line(pqr: Pqr, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = pqr("up", PQR_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 2
    assert done.stderr.count("\n") == ONE_LINE
    assert f"PQR_HOME={tmp_path}/file/home cannot be made" in done.stderr


@pytest.mark.parametrize("sign", [",", "'", "?", "#"])
def test_a_home_that_cannot_be_worked_in_is_not_made(pqr: Pqr, tmp_path: Path, sign: str) -> None:
    done = pqr("up", PQR_HOME=f"{tmp_path}/a{sign}b")
    assert (done.returncode, done.stderr.count("\n")) == (2, ONE_LINE)
    assert f"PQR_HOME={tmp_path}/a{sign}b has the character {sign} " in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_data_is_deleted_only_in_a_home_that_is_named(
    pqr: Pqr, own_home: dict[str, str], tmp_path: Path
) -> None:
    home = Path(own_home["PQR_HOME"])
    (home / "s3").mkdir(parents=True)
    (home / "s3" / "object").write_text("kept")
    for words in ((), ("--home", str(tmp_path))):
        refused = pqr("down", "--delete-data", *words, **own_home)
        assert refused.returncode == 2
        assert str(home) in refused.stderr
        assert (home / "s3" / "object").exists()
    done = pqr("down", "--delete-data", "--home", str(home), **own_home)
    assert done.returncode == 0
    assert not (home / "s3").exists()
