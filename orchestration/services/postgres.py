"""The embedded PostgreSQL server: initialised once, started on loopback, stopped."""

import contextlib
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

import psycopg

from orchestration.errors import UsageError
from orchestration.services import ports
from orchestration.services.homes import POSTGRES_PROGRAM, running_postgres
from orchestration.services.postgres_place import ENVIRONMENT, Place, folder_of, prepare
from orchestration.services.process import (
    NotReady,
    Process,
    StartFailed,
    by_pid,
    inside,
    run_as,
    spawn,
    stop,
    tail,
)
from orchestration.settings import Settings
from orchestration.settings.endpoints import SCRAM_ONLY

SUPERUSER = "pqr_admin"
READY_SECONDS = 60.0
LEFTOVER_SECONDS = 20.0  # backends of a killed server see that and end by themselves
# SIGINT is PostgreSQL's fast shutdown (SIGTERM would wait for every client), SIGQUIT the immediate.
STOP_STEPS = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0))
SERVER_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # TCP with passwords is the only way in: no socket path that may be too long or left behind.
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    # Loads come in bulk: fewer checkpoints, and no log for a table filled where it was created.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


# What PostgreSQL says of data that another major version made.
_OTHER_VERSION = "database files are incompatible with server"
_WAY_TO_ANOTHER_VERSION = (
    "remove PQR_HOME/postgres and what it links to, then `pqr up` and `pqr restore --from-bucket`;"
    " or use the version that wrote it, for `pqr backup`"
)


class _OtherPassword(StartFailed):
    """The superuser has another password than the home's secrets say."""


def log_file(home: Path) -> Path:
    """What the server of `home` says."""
    return home / "logs" / "postgres.log"


def port_of(process: Process) -> int:
    """The port on the server's command line."""
    flag = next(argument for argument in process.argv if argument.startswith("port="))
    return int(flag.partition("=")[2])


def wanted_ports(settings: Settings) -> ports.Wanted:
    """The port that the server of these settings listens on."""
    port = settings.postgres_port
    return ports.Wanted("PostgreSQL", "PQR_POSTGRES_PORT", range(port, port + 1))


def require_same_port(settings: Settings) -> None:
    """Raise UsageError when the server of this home runs on another port than the one asked for."""
    process = running_postgres(settings.home)
    if process is not None and port_of(process) != settings.postgres_port:
        raise UsageError(
            f"PostgreSQL of {settings.home} runs on port {port_of(process)}, PQR_POSTGRES_PORT "
            f"asks for {settings.postgres_port}: `pqr down` first, or unset PQR_POSTGRES_PORT"
        )


def start(settings: Settings) -> bool:
    """Initialise the data directory if there is none, start the server and wait for a login.

    Returns:
        Whether it was started now; False when it was already up.

    Raises:
        PortTaken, StartFailed, NotReady, NoAccount: each names the way out.
    """
    process = running_postgres(settings.home)
    data = folder_of(settings.home) / "data"
    if process is not None and (process.argv[2] != str(data) or not data.exists()):
        halt(settings.home, at_once=True)  # its data was deleted under it
        process = None
    if process is None:
        ports.require_free(wanted_ports(settings))
        place = prepare(settings.home)
        _initialise(place, settings.secrets.password(SUPERUSER))
        _launch(place, settings)
    try:
        _wait_until_ready(settings)
    except _OtherPassword:
        # A home from before secrets were random, or whose file of secrets was lost.
        halt(settings.home)
        place = prepare(settings.home)
        _set_password(place, settings.secrets.password(SUPERUSER))
        _launch(place, settings)
        _wait_until_ready(settings)
    return process is None


def halt(home: Path, *, at_once: bool = False) -> bool:
    """Stop the server of `home`, `at_once` without a checkpoint; False when none ran."""
    process = running_postgres(home)
    if process is None:
        return False
    stop(process, STOP_STEPS[1:] if at_once else STOP_STEPS)
    return True


def server_dsn(settings: Settings) -> str:
    """The superuser's way in, to the database that always exists."""
    password = settings.secrets.password(SUPERUSER)
    port = settings.postgres_port
    return f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres?{SCRAM_ONLY}"


def _initialise(place: Place, superuser_password: str) -> None:
    """Make the data directory under another name first: a torn one is never taken for a whole."""
    if place.data.exists():
        return
    fresh = place.folder / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    with tempfile.NamedTemporaryFile("w", dir=place.folder) as password:
        password.write(superuser_password)
        password.flush()
        if place.account is not None:
            os.chown(password.name, place.account.uid, place.account.gid)
        # The built-in locale sorts alike on every machine, whatever its C library has.
        command = [
            str(place.binaries / "initdb"),
            f"--pgdata={fresh}",
            f"--username={SUPERUSER}",
            f"--pwfile={password.name}",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--auth-host=scram-sha-256",
            "--auth-local=scram-sha-256",
        ]
        done = run_as(place.account, command, ENVIRONMENT)
    if done.returncode != 0:
        said = " ".join(done.stderr.split())[-300:]
        raise StartFailed(f"PostgreSQL's initdb failed in {place.folder}: {said}")
    fresh.rename(place.data)


def _set_password(place: Place, superuser_password: str) -> None:
    """Give the superuser its password, in single-user mode: nobody can log in meanwhile."""
    _clear_the_way(place.data)
    statement = f"alter role {SUPERUSER} password '{superuser_password}'\n"
    command = [str(place.binaries / "postgres"), "--single", "-D", str(place.data), "postgres"]
    done = run_as(place.account, command, ENVIRONMENT, text=statement)
    if done.returncode != 0:
        said = " ".join(done.stderr.split())[-300:]
        raise StartFailed(f"PostgreSQL in {place.data} does not accept a new password: {said}")


def _launch(place: Place, settings: Settings) -> None:
    _clear_the_way(place.data)
    values = {"port": str(settings.postgres_port), **SERVER_SETTINGS}
    options = [word for name, value in values.items() for word in ("-c", f"{name}={value}")]
    command = [str(place.binaries / "postgres"), "-D", str(place.data), *options]
    try:
        spawn(
            command,
            log=log_file(settings.home),
            environment=ENVIRONMENT,
            account=place.account,
        )
    except OSError as error:
        raise StartFailed(f"PostgreSQL cannot be started: {error}") from error


def _clear_the_way(data: Path) -> None:
    """Wait for what a killed server left running, then remove its lock.

    PostgreSQL itself copes with a lock whose pid is dead, but takes a pid that another program has
    by now, or one that nobody has reaped yet, for a living server.

    Raises:
        NotReady: something still works in the data directory.
    """
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while (left := inside(data)) is not None:
        if time.monotonic() > deadline:
            raise NotReady(f"{left} still works in {data}: end it, then `pqr up`")
        time.sleep(0.1)
    lock = data / "postmaster.pid"
    with contextlib.suppress(OSError, ValueError, IndexError):
        holder = by_pid(int(lock.read_text().splitlines()[0]))
        if holder is None or Path(holder.argv[0]).name != POSTGRES_PROGRAM:
            lock.unlink()


def _wait_until_ready(settings: Settings) -> None:
    deadline = time.monotonic() + READY_SECONDS
    log = log_file(settings.home)
    while True:
        try:
            psycopg.connect(server_dsn(settings), connect_timeout=5).close()
            return
        except psycopg.OperationalError as error:
            problem = str(error).strip().splitlines()[-1]
        process = running_postgres(settings.home)
        if process is None:
            said = tail(log)
            way = f"; {_WAY_TO_ANOTHER_VERSION}" if _OTHER_VERSION in said else ""
            raise StartFailed(f"PostgreSQL ended immediately; {log} says: {said}{way}")
        if "password authentication failed" in problem:
            raise _OtherPassword(
                f"PostgreSQL of {settings.home} has another password for {SUPERUSER}; see {log}"
            )
        if time.monotonic() > deadline:
            raise NotReady(f"PostgreSQL does not accept logins ({problem}); see {log}")
        time.sleep(0.1)
