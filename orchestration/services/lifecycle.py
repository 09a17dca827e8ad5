"""Bringing the services up and taking them down; what the environment names is only checked."""

import contextlib
import json
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from orchestration.errors import UsageError
from orchestration.lake import paths
from orchestration.lake.duckdb import keep_secrets_for_dbt, link_extensions
from orchestration.lake.store import ObjectStore
from orchestration.meta.connection import open_connection
from orchestration.meta.migrate import migrate
from orchestration.services import ports, postgres, postgres_place, prefect_server, s3
from orchestration.services.bucket import check_bucket, ensure_bucket
from orchestration.services.disk import require_space
from orchestration.services.health import check_database, uses_foreign_postgres, uses_foreign_s3
from orchestration.services.homes import running_postgres, running_prefect, running_s3
from orchestration.services.lock import services_lock
from orchestration.services.process import StartFailed
from orchestration.services.roles import ensure_database
from orchestration.settings import PORTS_FILE, Settings
from orchestration.settings.secrets import (
    SECRETS_FILE,
    EmbeddedSecrets,
    draw_secrets,
    read_secrets,
    write_secrets,
)

Report = Callable[[str], None]


def up(settings: Settings, report: Report = lambda line: None) -> None:
    """Start the embedded services that are not up, check the others, prepare bucket and database.

    Args:
        settings: Which services, and where.
        report: Called with one line for each thing done.

    Raises:
        ServiceUnavailable: what could not be started or reached, with the way out.
    """
    _make_home(settings.home)
    try:
        with services_lock(settings.home):
            _up_all(_with_kept_secrets(settings), report)
            _close(settings.home)
    except OSError as error:  # a disk that filled up meanwhile, a folder that is read-only
        raise StartFailed(f"the services cannot be started: {error}") from error


def up_prefect(settings: Settings, port: int | None = None) -> tuple[Settings, bool]:
    """Start the Prefect server alone, where the other services are not this machine's.

    Returns:
        The settings with the login that the home keeps, and whether the server was started now.

    Raises:
        PortTaken, StartFailed: As `prefect_server.start`.
    """
    _make_home(settings.home)
    with services_lock(settings.home):
        settings = _with_kept_secrets(settings)
        port = port or prefect_server.chosen_port(settings)
        return settings, prefect_server.start(settings, port)


def down(home: Path, report: Report = lambda line: None, *, at_once: bool = False) -> None:
    """Stop the embedded services of `home`. What the environment names is left alone."""
    # A home that was deleted may have left its servers behind, and holds no lock.
    with services_lock(home) if home.exists() else contextlib.nullcontext():
        for name, stopped in (
            ("Prefect", prefect_server.halt(home)),
            ("PostgreSQL", postgres.halt(home, at_once=at_once)),
            ("S3", s3.halt(home, at_once=at_once)),
        ):
            report(f"{name:<12} {'stopped' if stopped else 'was not running'}")


def delete(home: Path, report: Report = lambda line: None) -> None:
    """Stop the embedded services of `home` and delete all that is theirs: objects, database."""
    down(home, report, at_once=True)
    postgres_place.delete(home)
    for name in ("s3", "prefect", "objects", "logs", "duckdb_extensions", "duckdb_secrets", "tls"):
        shutil.rmtree(home / name, ignore_errors=True)
    for name in (PORTS_FILE, SECRETS_FILE, "services.lock", "schedule.lock"):
        (home / name).unlink(missing_ok=True)
    report(f"{'Data':<12} deleted under {home}")


def _with_kept_secrets(settings: Settings) -> Settings:
    """Write the secrets of a new home; where another command has written some, take those."""
    kept = read_secrets(settings.home)
    if kept is None:
        write_secrets(settings.home, settings.secrets)
        return settings
    if not kept.has_prefect_login:
        kept = EmbeddedSecrets({**draw_secrets().values, **kept.values})
        write_secrets(settings.home, kept)
    return settings if kept == settings.secrets else settings.with_secrets(kept)


def _up_all(settings: Settings, report: Report) -> None:
    s3.require_same_port(settings)
    postgres.require_same_port(settings)
    prefect_port = prefect_server.chosen_port(settings)
    _require_ports(settings, prefect_port)
    _record_ports(settings, prefect_port)
    # It starts beside the others, and the first who needs it waits for it.
    prefect = _up_prefect(settings, prefect_port)
    try:
        with ThreadPoolExecutor(2) as pool:
            for line in pool.map(lambda start: start(settings), (_up_s3, _up_postgres)):
                report(line)
    except BaseException:
        if "started" in prefect:
            prefect_server.halt(settings.home)
        raise
    report(prefect)
    applied = migrate(settings.postgres.admin_dsn)
    if applied:
        report(f"{'Migrations':<12} {len(applied)} applied")
        _tell_of_journal(settings, report)
    link_extensions(settings.home)
    keep_secrets_for_dbt(settings)


def _require_ports(settings: Settings, prefect_port: int) -> None:
    """Name every port that something else holds at one time, before anything starts."""
    home, wanted = settings.home, []
    if settings.s3.is_embedded and not uses_foreign_s3(settings) and not running_s3(home):
        wanted.append(s3.wanted_ports(settings))
    is_own = settings.postgres.is_embedded and not uses_foreign_postgres(settings)
    if is_own and not running_postgres(home):
        wanted.append(postgres.wanted_ports(settings))
    if settings.prefect_api_url is None and not running_prefect(home):
        wanted.append(prefect_server.wanted_port(prefect_port))
    ports.require_free(*wanted)


def _tell_of_journal(settings: Settings, report: Report) -> None:
    """An empty database over a bucket that was published into: the one before it was lost."""
    with open_connection(settings.postgres.admin_dsn, context="pqr up") as connection:
        runs = connection.execute("select from meta.etl_runs limit 1").fetchone()
    if runs is None and any(ObjectStore(settings.s3).list(paths.journal_prefix())):
        report(
            f"{'Journal':<12} in the bucket: `pqr restore --from-bucket` brings back what was"
            " published"
        )


def _up_s3(settings: Settings) -> str:
    started = time.monotonic()
    if not settings.s3.is_embedded or uses_foreign_s3(settings):
        ensure_bucket(settings.s3)
        check_bucket(settings.s3)
        state = "from the environment, answers"
    else:
        state = "started" if s3.start(settings) else "already up"
    return _line("S3", settings.s3.endpoint_url, state, started)


def _up_postgres(settings: Settings) -> str:
    started = time.monotonic()
    url = settings.postgres.url
    if not settings.postgres.is_embedded or uses_foreign_postgres(settings):
        check_database(settings.postgres)
        state = "from the environment, answers"
    else:
        state = "started" if postgres.start(settings) else "already up"
        ensure_database(settings)
    return _line("PostgreSQL", f"{url.host}:{url.port}/{url.database}", state, started)


def _up_prefect(settings: Settings, port: int) -> str:
    started = time.monotonic()
    url = settings.prefect_api_url
    if url is not None:
        prefect_server.require_answer(url)
        state = "from the environment, answers"
    else:
        url = prefect_server.page_url(port)
        state = "started" if prefect_server.start(settings, port) else "already up"
    return _line("Prefect", url, state, started)


def _line(name: str, where: str, state: str, started: float) -> str:
    return f"{name:<12} {where:<38} {state} ({time.monotonic() - started:.1f} s)"


def _make_home(home: Path) -> None:
    """Private to us; as root passable, since another user runs PostgreSQL inside."""
    try:
        is_new = not home.exists()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_new and os.geteuid() == 0:
            home.chmod(0o711)
    except OSError as error:
        raise UsageError(
            f"PQR_HOME={home} cannot be made ({error.strerror}): name a folder that you may write"
        ) from None
    owner = home.stat().st_uid
    if os.geteuid() not in (0, owner) and owner != 0:
        raise UsageError(
            f"PQR_HOME={home} belongs to user {owner}, who could put other secrets and data in it:"
            " name a folder of your own"
        )
    require_space(home)


def _close(home: Path) -> None:
    """Take what lies in the home from other users: a home from before, or made with mkdir, is open.

    PostgreSQL's folder may belong to another user, and is closed already.
    """
    for path in home.iterdir():
        if not path.is_symlink() and path.stat().st_uid == os.geteuid():
            # What others may do alone: a program of the user's stays one.
            path.chmod(path.stat().st_mode & 0o700)


def _record_ports(settings: Settings, prefect_port: int) -> None:
    """Remember the ports of this home, so that later commands find them with no variable."""
    path = settings.home / PORTS_FILE
    found = {"s3": settings.s3_port, "postgres": settings.postgres_port, "prefect": prefect_port}
    text = json.dumps(found)
    if not path.exists() or path.read_text() != text:
        fresh = path.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(path)
