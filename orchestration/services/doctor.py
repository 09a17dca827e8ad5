"""The doctor: every condition of a run looked at by itself, each problem with its way out."""

import contextlib
import importlib.metadata
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import duckdb

from orchestration.errors import PqrError, ServiceUnavailable, UsageError, WorkFailed
from orchestration.lake.duckdb import link_extensions
from orchestration.services import ports, postgres, s3
from orchestration.services.conformance import examine_store
from orchestration.services.disk import NEEDED_BYTES, free_bytes, require_space
from orchestration.services.health import check_database, check_postgres, check_s3
from orchestration.services.homes import running_postgres, running_s3
from orchestration.services.postgres_place import folder_of
from orchestration.services.process import Refused
from orchestration.settings import SIDE_PORTS, Settings, examine_settings
from orchestration.settings.variables import surroundings, temporary_folder

PACKAGES = ("dbt-core", "dbt-duckdb", "dbt-postgres", "duckdb", "dask", "prefect", "pyarrow")
NEEDED_MEMORY_BYTES = 2_000_000_000
MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True)
class Finding:
    """One condition. `exit_code` is 0 when it holds, else that of the problem.

    `is_missing`: it does not hold, and runs are safe without it.
    """

    name: str
    exit_code: int
    detail: str
    is_missing: bool = False

    @property
    def state(self) -> str:
        """In a word."""
        if self.exit_code:
            return "problem"
        return "missing" if self.is_missing else "ok"


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at each condition in turn; a problem of one hides no other."""
    checks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("disk", _disk),
        ("memory", _memory),
        ("ports", _ports),
        ("doors", _doors),
        ("duckdb", _duckdb),
        ("s3", _s3),
        ("postgres", _postgres),
        ("lineage", _lineage),
    )
    for name, check in checks:
        try:
            yield Finding(name, 0, check(settings))
            if name == "s3":
                yield from _store(settings)
        except PqrError as error:
            yield Finding(name, error.exit_code, str(error))


def examine_environment() -> tuple[Settings | None, list[Finding]]:
    """Look at every variable that counts; the settings, unless one of them is wrong."""
    settings, problems = examine_settings()
    if settings is None:
        return None, [Finding("environment", UsageError.exit_code, line) for line in problems]
    notes = surroundings()
    wanted = temporary_folder()
    try:
        used = tempfile.gettempdir()
    except OSError as error:
        said = f"{error.strerror}: free some room there, or name another folder in TMPDIR"
        return settings, [Finding("environment", WorkFailed.exit_code, said)]
    if wanted and Path(wanted) != Path(used):
        notes.append(f"TMPDIR={wanted} cannot be written to, {used} is used instead")
    said = "; ".join(notes) or "no variable of another program is set"
    return settings, [Finding("environment", 0, said)]


def _python(settings: Settings) -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        raise WorkFailed(f"Python {version} is not supported: make run PYTHON=python3.11")
    return f"{version}, {sys.executable}"


def _packages(settings: Settings) -> str:
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            raise WorkFailed(f"{package} is not installed: `make install`") from None
    return ", ".join(found)


def _disk(settings: Settings) -> str:
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    require_space(folder, NEEDED_BYTES)
    return f"{free_bytes(folder) / 1e9:.1f} GB free at {folder}"


def _memory(settings: Settings) -> str:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError):  # a container's limit, where there is one
        total = min(total, int(MEMORY_LIMIT.read_text()))
    if total < NEEDED_MEMORY_BYTES:
        raise WorkFailed(
            f"{total / 1e9:.1f} GB of memory, a run needs {NEEDED_MEMORY_BYTES / 1e9:.0f} GB: "
            "give the machine or the container more, or try PQR_DASK_WORKERS=1"
        )
    return f"{total / 1e9:.1f} GB, {settings.dask.workers} workers"


def _ports(settings: Settings) -> str:
    """Ports of embedded services that are not up must be free; the others are not asked for."""
    wanted = []
    if settings.s3.is_embedded and running_s3(settings.home) is None:
        wanted.append(s3.wanted_ports(settings))
    if settings.postgres.is_embedded and running_postgres(settings.home) is None:
        wanted.append(postgres.wanted_ports(settings))
    ports.require_free(*wanted)
    named = ", ".join(f"{item.ports[0]}-{item.ports[-1]}" for item in wanted)
    return f"{named} free" if wanted else "in use by the services of this home"


def _doors(settings: Settings) -> str:
    """Every port that the product opens, on which interface, and what it asks for."""
    base = settings.s3_port
    found = []
    if settings.s3.is_embedded:
        names = [f"{part} {base + 2 * place + 1}" for place, part in enumerate(s3.PARTS)]
        found += [
            f"S3 {base}: the home's key",
            f"gRPC of {', '.join(names)}: the home's certificate",
            f"HTTP of the other parts, to {base + SIDE_PORTS}: closed (401 or 404)",
        ]
    if settings.postgres.is_embedded:
        found.append(f"PostgreSQL {settings.postgres_port}: a password of the home")
        owner = folder_of(settings.home)
        if owner.exists() and owner.owner() == "nobody":
            found.append(
                f"its files in {owner} belong to nobody, so every program that runs as nobody reads"
                " them: `useradd --system pqr` before the first `pqr up` of a home"
            )
    if settings.prefect_port is not None and settings.prefect_api_url is None:
        found.append(f"Prefect {settings.prefect_port}: the home's login")
    found.append("while a command works: Dask, a certificate of the command")
    return f"all on 127.0.0.1. {'; '.join(found)}"


def _duckdb(settings: Settings) -> str:
    with tempfile.TemporaryDirectory() as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "extension_directory": str(link_extensions(Path(folder))),
            "autoinstall_known_extensions": "false",
        }
        try:
            with duckdb.connect(config=config) as connection:
                connection.execute("load httpfs; load postgres_scanner")
        except duckdb.Error as error:
            raise WorkFailed(
                f"DuckDB {duckdb.__version__} does not load its extensions ({error}): "
                "`make install` installs the ones of its version"
            ) from None
    return f"{duckdb.__version__} loads httpfs and postgres_scanner offline"


def _s3(settings: Settings) -> str:
    check_s3(settings)
    return f"{settings.s3.endpoint_url} answers and takes the keys, bucket {settings.s3.bucket}"


def _store(settings: Settings) -> Iterator[Finding]:
    """Which guarantees the server gives, and what holds without those that it does not."""
    held = []
    # The embedded server is of a version that the tests have tried out whole.
    for answer in examine_store(settings.s3, is_quick=settings.s3.is_embedded):
        guarantee = answer.guarantee
        if not answer.did:
            held.append(guarantee.name)
            continue
        detail = f"no {guarantee.name}: {answer.did}; without it {guarantee.without}"
        exit_code = ServiceUnavailable.exit_code if guarantee.is_needed else 0
        yield Finding("s3", exit_code, detail, is_missing=True)
    yield Finding("s3", 0, f"tried out: {', '.join(held)}")


def _postgres(settings: Settings) -> str:
    check_postgres(settings)
    url = settings.postgres.url
    version = check_database(settings.postgres)
    if int(version.partition(".")[0]) < 15:
        raise ServiceUnavailable(f"PostgreSQL {version} at {url.host} is too old: 15 or newer")
    try:
        check_database(replace(settings.postgres, dsn=settings.postgres.reader_dsn))
    except Refused as error:
        # Any session of the reader may change the password that all of them share.
        raise Refused(f"{error}, which sets the password back") from None
    return f"{version} at {url.host}:{url.port}, database {url.database}"


def _lineage(settings: Settings) -> str:
    """A collector that is away never fails a run, so it is no problem here either."""
    url = settings.lineage.url
    if url is None:
        return "OPENLINEAGE_URL is not set: no events are sent"
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", port), timeout=3).close()
    except OSError as error:
        return f"{url} does not answer ({error.strerror or error}): runs do not wait for it"
    return f"{url} answers"
