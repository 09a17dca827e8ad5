"""Whether the services of these settings answer, and whether they are the right ones.

The environment may name 127.0.0.1 and our default ports because its services are shared on
purpose. Then somebody else serves them, and they are used as they are.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass

import psycopg

from orchestration.errors import ServiceUnavailable
from orchestration.services import ports, prefect_server
from orchestration.services.bucket import check_bucket
from orchestration.services.homes import running_postgres, running_prefect, running_s3
from orchestration.services.ports import is_free
from orchestration.services.process import (
    NotReady,
    NotRunning,
    PortTaken,
    Process,
    Refused,
    Unreachable,
)
from orchestration.settings import Settings
from orchestration.settings.endpoints import PostgresSettings

REFUSED_STATES = ("28", "3D", "42501")  # wrong login, no such database, no privilege


def check_database(postgres: PostgresSettings) -> str:
    """Log in and ask for the version.

    Returns:
        The server's version, such as `18.6`.

    Raises:
        Unreachable: nothing answers. Refused: wrong password, or no such database.
    """
    url = postgres.url
    where = f"PostgreSQL at {url.host}:{url.port}"
    way = "`pqr up`" if postgres.is_embedded else "check PQR_POSTGRES_DSN"
    try:
        with psycopg.connect(postgres.dsn, connect_timeout=5) as connection:
            row = connection.execute("show server_version").fetchone()
            return "" if row is None else str(row[0]).split()[0]
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()[-1].rpartition("FATAL:")[2].strip()
        if "FATAL:" in str(error):
            raise Refused(
                f"{where} refuses {url.user} on database {url.database} ({said}): {way}"
            ) from None
        raise Unreachable(f"{where} cannot be reached ({said}): {way}") from None


def uses_foreign_s3(settings: Settings) -> bool:
    """The environment names the endpoint, it is served, and not by this home."""
    return (settings.s3.is_declared and running_s3(settings.home) is None) and not is_free(
        settings.s3_port
    )


def uses_foreign_postgres(settings: Settings) -> bool:
    """The environment names the server, it is served, and not by this home."""
    return (
        settings.postgres.is_declared and running_postgres(settings.home) is None
    ) and not is_free(settings.postgres_port)


@dataclass(frozen=True)
class Health:
    """One service. `detail` says what is wrong, or nothing; `pid` is None where it is not ours."""

    endpoint: str
    mode: str  # embedded or external
    healthy: bool
    detail: str
    pid: int | None


def check_s3(settings: Settings) -> None:
    """Raise ServiceUnavailable unless the bucket can be used and is not another home's."""
    if _s3_mode(settings) == "embedded":
        process = running_s3(settings.home)
        _require_own(process, settings, "S3", settings.s3_port)
    check_bucket(settings.s3)


def check_postgres(settings: Settings) -> None:
    """Raise ServiceUnavailable unless the database can be used and is not another home's."""
    if _postgres_mode(settings) == "embedded":
        process = running_postgres(settings.home)
        _require_own(process, settings, "PostgreSQL", settings.postgres_port)
    check_database(settings.postgres)


def status(settings: Settings) -> dict[str, object]:
    """Endpoints and health, for people and for programs."""
    url = settings.postgres.url
    s3_health = _health(
        lambda: check_s3(settings),
        settings.s3.endpoint_url,
        _s3_mode(settings),
        running_s3(settings.home),
    )
    postgres_health = _health(
        lambda: check_postgres(settings),
        f"{url.host}:{url.port}",
        _postgres_mode(settings),
        running_postgres(settings.home),
    )
    prefect_health = _prefect_health(settings)
    # Nothing waits for the home's own Prefect server; one that is named must answer.
    works_without = prefect_health.healthy or prefect_health.mode == "embedded"
    return {
        "home": str(settings.home),
        "healthy": s3_health.healthy and postgres_health.healthy and works_without,
        "prefect": asdict(prefect_health),
        "s3": {**asdict(s3_health), "bucket": settings.s3.bucket},
        "postgres": {
            **asdict(postgres_health),
            "host": url.host,
            "port": url.port,
            "database": url.database,
            "user": url.user,
        },
    }


def check_prefect(settings: Settings) -> str:
    """Where the Prefect server is that runs report to.

    Raises:
        ServiceUnavailable: It does not run, or does not answer.
    """
    url = settings.prefect_api_url
    if url is not None:
        prefect_server.require_answer(url)
        return url
    process = running_prefect(settings.home)
    if process is None:
        raise NotRunning("not running, so runs are not shown on its page: `pqr up`")
    url = prefect_server.page_url(prefect_server.port_of(process))
    if (reason := prefect_server.unhealthy(f"{url}/api")) is not None:
        log = prefect_server.log_file(settings.home)
        raise NotReady(f"{url} does not answer yet ({reason}); see {log}")
    return url


def _prefect_health(settings: Settings) -> Health:
    process = running_prefect(settings.home)
    endpoint = settings.prefect_api_url or (
        prefect_server.page_url(prefect_server.port_of(process)) if process else "no server"
    )
    mode = "embedded" if settings.prefect_api_url is None else "external"
    return _health(lambda: check_prefect(settings), endpoint, mode, process)


def _health(
    check: Callable[[], object], endpoint: str, mode: str, process: Process | None
) -> Health:
    pid = process.pid if process is not None and mode == "embedded" else None
    try:
        check()
    except ServiceUnavailable as error:
        return Health(endpoint, mode, False, str(error), pid)
    return Health(endpoint, mode, True, "", pid)


def _require_own(process: Process | None, settings: Settings, service: str, port: int) -> None:
    if process is not None:
        return
    if ports.is_free(port):
        raise NotRunning(f"{service} of {settings.home} is not running: `pqr up`")
    raise PortTaken(
        f"port {port} answers, but not with {service} of {settings.home}: it is "
        f"{ports.name_holder(port)}; `pqr up` says how to end it or to choose another port"
    )


def require_own(settings: Settings) -> None:
    """Raise PortTaken where something else answers on the port of an embedded service."""
    url = settings.postgres.url
    if _s3_mode(settings) == "embedded":
        with suppress(NotRunning):
            _require_own(running_s3(settings.home), settings, "S3", settings.s3_port)
    if _postgres_mode(settings) == "embedded" and url.port == settings.postgres_port:
        process = running_postgres(settings.home)
        with suppress(NotRunning):
            _require_own(process, settings, "PostgreSQL", settings.postgres_port)


def _s3_mode(settings: Settings) -> str:
    is_own = settings.s3.is_embedded and not uses_foreign_s3(settings)
    return "embedded" if is_own else "external"


def _postgres_mode(settings: Settings) -> str:
    is_own = settings.postgres.is_embedded and not uses_foreign_postgres(settings)
    return "embedded" if is_own else "external"
