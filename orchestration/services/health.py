"""Whether the services of these settings answer, and whether they are the right ones."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from orchestration.errors import ServiceUnavailable
from orchestration.services import ports, postgres, s3
from orchestration.services.bucket import check_bucket
from orchestration.services.database import check_database
from orchestration.services.errors import NotRunning, PortTaken
from orchestration.services.identity import uses_foreign_postgres, uses_foreign_s3
from orchestration.services.process import Process
from orchestration.settings import Settings


@dataclass(frozen=True)
class Health:
    """One service. `detail` says what is wrong, or nothing; `pid` is None where it is not ours."""

    endpoint: str
    mode: str  # embedded or external
    healthy: bool
    detail: str
    pid: int | None


def require_healthy(settings: Settings) -> None:
    """Check S3 and PostgreSQL before work starts.

    Raises:
        ServiceUnavailable: the first of them that is down, foreign or refuses us.
    """
    check_s3(settings)
    check_postgres(settings)


def check_s3(settings: Settings) -> None:
    """Raise ServiceUnavailable unless the bucket can be used and is not another home's."""
    if _s3_mode(settings) == "embedded":
        process = s3.running(settings.home)
        _require_own(process, settings, "S3", settings.s3_port)
    check_bucket(settings.s3)


def check_postgres(settings: Settings) -> None:
    """Raise ServiceUnavailable unless the database can be used and is not another home's."""
    if _postgres_mode(settings) == "embedded":
        process = postgres.running(settings.home)
        _require_own(process, settings, "PostgreSQL", settings.postgres_port)
    check_database(settings.postgres)


def status(settings: Settings) -> dict[str, object]:
    """Endpoints and health, for people and for programs."""
    url = settings.postgres.url
    s3_health = _health(
        lambda: check_s3(settings),
        settings.s3.endpoint_url,
        _s3_mode(settings),
        s3.running(settings.home),
    )
    postgres_health = _health(
        lambda: check_postgres(settings),
        f"{url.host}:{url.port}",
        _postgres_mode(settings),
        postgres.running(settings.home),
    )
    return {
        "home": str(settings.home),
        "healthy": s3_health.healthy and postgres_health.healthy,
        "s3": {**asdict(s3_health), "bucket": settings.s3.bucket},
        "postgres": {
            **asdict(postgres_health),
            "host": url.host,
            "port": url.port,
            "database": url.database,
            "user": url.user,
        },
    }


def _health(check: Callable[[], None], endpoint: str, mode: str, process: Process | None) -> Health:
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
        f"{ports.name_holder(port)}; `pqr up` says how to choose another port"
    )


def _s3_mode(settings: Settings) -> str:
    is_own = settings.s3.is_embedded and not uses_foreign_s3(settings)
    return "embedded" if is_own else "external"


def _postgres_mode(settings: Settings) -> str:
    is_own = settings.postgres.is_embedded and not uses_foreign_postgres(settings)
    return "embedded" if is_own else "external"
