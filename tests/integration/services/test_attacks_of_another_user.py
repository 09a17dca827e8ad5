"""What another user of the machine tries, without a key: each attack is refused."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from distributed import LocalCluster

from orchestration.cluster import dask_client
from orchestration.services import lifecycle, s3
from orchestration.services.bucket import client
from orchestration.services.homes import (
    PREFECT_APP,
    running_postgres,
    running_prefect,
    running_s3,
)
from orchestration.services.process import PROC, Refused
from orchestration.settings import Settings, load_settings
from orchestration.settings.secrets import SECRETS_FILE, EmbeddedSecrets
from tests.integration.services.attacker import NOBODY
from tests.integration.services.conftest import Pqr

ATTACKER = Path(__file__).with_name("attacker.py")
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
LEGACY = EmbeddedSecrets(
    {
        "s3_access_key": "pqr-local",
        "s3_secret_key": "pqr-local-secret",
        "pqr_admin": "pqr-local-admin",
        "lake_writer": "pqr-local-writer",
        "bi_reader": "pqr-local-reader",
        "prefect": "pqr-local-prefect",
    }
)


def attack(*arguments: str, seconds: float = 60, text: str = "") -> str:
    try:
        done = subprocess.run(
            [sys.executable, str(ATTACKER), *arguments],
            input=text,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return (error.stdout or b"").decode()
    return done.stdout


@pytest.fixture
def weed() -> Iterator[Path]:
    """The server's own client, where another user can run it."""
    with TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        program = Path(folder, "weed")
        shutil.copyfile(s3._program(), program)
        program.chmod(0o755)
        yield program


def test_nobody_runs_code_in_dask(settings: Settings) -> None:
    own = replace(settings, dask=replace(settings.dask, workers=1))
    with dask_client(own) as dask:
        assert dask.submit(sum, [1, 2]).result() == 3
        said = attack("dask", dask.scheduler.address)
        assert said.count("refused") == 2, said
        assert "OWNED" not in said
        info = dask.scheduler_info()
        ports = [info["services"]["dashboard"]]
        ports += [worker["services"]["dashboard"] for worker in info["workers"].values()]
        pages = [f"{port}/{page}" for port in ports for page in ("status", "json/identity.json")]
        said = attack("http", *pages)
        assert said.count("refused") == len(pages), said
        for worker in info["workers"].values():
            assert worker["nanny"].startswith("tls://127.0.0.1:")


def test_the_attack_on_dask_succeeds_where_there_is_no_tls() -> None:
    with LocalCluster(n_workers=1, host="127.0.0.1", dashboard_address="127.0.0.1:0") as cluster:
        assert "OWNED" in attack("dask", cluster.scheduler_address)


def test_nobody_lists_buckets_over_grpc(settings: Settings, weed: Path) -> None:
    port = settings.s3_port
    command = [
        str(weed), "shell", f"-master=127.0.0.1:{port + 2}.{port + 3}",
        f"-filer=127.0.0.1:{port + 6}.{port + 7}",
    ]  # fmt: skip
    said = attack("run", *command, seconds=15, text="fs.ls /buckets\n")
    assert settings.s3.bucket not in said
    # With the home's certificate the same call is answered: the attack is a real one.
    listed = subprocess.run(
        command,
        input="fs.ls /buckets\nexit\n",
        env=s3._environment(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert settings.s3.bucket in listed.stdout, listed.stdout + listed.stderr


def test_nobody_passes_for_a_service_of_a_home(pqr: Pqr, own_home: dict[str, str]) -> None:
    """A command line is what a process says of itself: `pqr up` and `down` ask whose it is."""
    home = Path(own_home["PQR_HOME"])
    (home / "s3").mkdir(parents=True)
    poses = [("weed", f"-dir={home}/s3"), ("x", PREFECT_APP, "--app-dir", f"{home}/prefect")]
    posing = [subprocess.Popen([sys.executable, ATTACKER, "pose", *words]) for words in poses]
    try:
        while any("sleep" not in _command_line(process) for process in posing):
            time.sleep(0.05)
        assert (running_s3(home), running_prefect(home)) == (None, None)
        for command in ("up", "status", "down"):
            done = pqr(command, **own_home)
            assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert [process.poll() for process in posing] == [None, None]
    finally:
        for process in posing:
            process.kill()
            process.wait()


def _command_line(process: "subprocess.Popen[bytes]") -> str:
    return (PROC / str(process.pid) / "cmdline").read_text()


def test_nobody_reads_files_or_sockets_of_a_home(lake_home: Path, settings: Settings) -> None:
    secret = [
        lake_home / SECRETS_FILE,
        lake_home / "tls" / "grpc.key",
        *(lake_home / "duckdb_secrets").iterdir(),
        *Path("/tmp").glob(f"seaweedfs-*-{settings.s3_port // 10}?.sock"),
    ]
    assert len(secret) >= 9
    said = attack("files", *map(str, secret))
    assert said.count("refused") == len(secret), said


def test_nobody_reads_the_environment_or_the_memory_of_a_process(
    lake_home: Path, settings: Settings
) -> None:
    """Secrets are handed to servers in their environment; a command's may be a user's exports."""
    servers = [running_s3(lake_home), running_postgres(lake_home), running_prefect(lake_home)]
    pids = [os.getpid(), *(server.pid for server in servers if server is not None)]
    assert len(pids) >= 3
    # Where no account for PostgreSQL exists it runs as nobody: its environment has no secret.
    own = [pid for pid in pids if (PROC / str(pid)).stat().st_uid != NOBODY]
    secret = [PROC / str(pid) / name for pid in own for name in ("environ", "mem", "maps")]
    said = attack("files", *map(str, secret))
    assert said.count("refused") == len(secret), said
    for pid in set(pids) - set(own):
        environment = (PROC / str(pid) / "environ").read_bytes()
        assert not [v for v in settings.secrets.values.values() if v.encode() in environment]


def test_a_home_that_was_open_is_closed(pqr: Pqr, own_home: dict[str, str]) -> None:
    """A home made with mkdir, and one from before files were made for their owner alone."""
    home = Path(own_home["PQR_HOME"])
    (home / "build" / "run" / "silver").mkdir(parents=True)
    for file in ("lake.duckdb", "ports.json", "build/run/silver/part.parquet"):
        (home / file).write_text("{}")
    program = home / "program-of-the-user"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    home.chmod(0o755)
    for folder in home.parents:
        if folder.stat().st_uid == 0 and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o011)
    done = pqr("up", **own_home)
    assert done.returncode == 0, done.stderr
    assert program.stat().st_mode & 0o777 == 0o700
    mine = [path for path in home.rglob("*") if path.is_file() and path.stat().st_uid == 0]
    assert len(mine) > 10
    said = attack("files", *map(str, mine))
    assert said.count("refused") == len(mine), said


def test_what_a_command_writes_is_its_owners_alone(pqr: Pqr, tmp_path: Path) -> None:
    written = tmp_path / "raw"
    done = pqr("simulate", "--days", "1", "--to", str(written), PQR_HOME=str(tmp_path / "home"))
    assert done.returncode == 0, done.stderr
    modes = {path.stat().st_mode & 0o077 for path in (written, *written.rglob("*"))}
    assert modes == {0}


def test_the_umask_of_the_user_does_not_keep_the_services_from_starting(
    own_home: dict[str, str],
) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f"umask 077; exec {sys.executable} -m orchestration.cli up"],
        env={**os.environ, **own_home}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_a_home_with_the_known_secrets_of_before_gets_new_ones(tmp_path: Path) -> None:
    from tests.conftest import free_ports

    s3_port, postgres_port = free_ports()
    names = {
        "PQR_HOME": str(tmp_path / "home"),
        "PQR_S3_PORT": str(s3_port),
        "PQR_POSTGRES_PORT": str(postgres_port),
        "PQR_PREFECT_PORT": str(postgres_port + 1),
    }
    old = load_settings(names).with_secrets(LEGACY)
    try:
        lifecycle.up(old)
        client(old.s3).put_object(Bucket=old.s3.bucket, Key="kept", Body=b"kept")
        (old.home / SECRETS_FILE).unlink()
        new = load_settings(names)
        lifecycle.up(new)
        assert new.secrets != LEGACY
        body = client(new.s3).get_object(Bucket=new.s3.bucket, Key="kept")["Body"].read()
        assert body == b"kept"
        from orchestration.services.bucket import check_bucket

        with pytest.raises(Refused, match="refuses access key pqr-local"):
            check_bucket(old.s3)
        for dsn in (old.postgres.dsn, old.postgres.admin_dsn, old.postgres.reader_dsn):
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(dsn)
        for dsn in (new.postgres.dsn, new.postgres.admin_dsn, new.postgres.reader_dsn):
            psycopg.connect(dsn).close()
    finally:
        lifecycle.delete(old.home)
