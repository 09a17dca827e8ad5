"""The doctor: every condition of a run looked at by itself, each problem with its way out."""

import contextlib
import importlib.metadata
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.errors import PqrError, ServiceUnavailable, WorkFailed
from orchestration.lake.duckdb import link_extensions
from orchestration.services import ports, postgres, s3
from orchestration.services.bucket import probe_conditional_write
from orchestration.services.database import check_database
from orchestration.services.disk import NEEDED_BYTES, free_bytes, require_space
from orchestration.services.health import check_postgres, check_s3
from orchestration.settings import SIDE_PORTS, Settings

PACKAGES = ("dbt-core", "dbt-duckdb", "dbt-postgres", "duckdb", "dask", "prefect", "pyarrow")
NEEDED_MEMORY_BYTES = 2_000_000_000
MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True)
class Finding:
    """One condition. `exit_code` is 0 when it holds, else that of the problem."""

    name: str
    exit_code: int
    detail: str


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
    )
    for name, check in checks:
        try:
            yield Finding(name, 0, check(settings))
        except PqrError as error:
            yield Finding(name, error.exit_code, str(error))


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
            raise WorkFailed(f"{package} is not installed: `uv sync --locked`") from None
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
    if settings.s3.is_embedded and s3.running(settings.home) is None:
        every = range(settings.s3_port, settings.s3_port + SIDE_PORTS + 1)
        ports.require_free(every, "S3", "PQR_S3_PORT", len(every))
        wanted.append(f"{every[0]}-{every[-1]}")
    if settings.postgres.is_embedded and postgres.running(settings.home) is None:
        ports.require_free([settings.postgres_port], "PostgreSQL", "PQR_POSTGRES_PORT", 1)
        wanted.append(str(settings.postgres_port))
    return f"{', '.join(wanted)} free" if wanted else "in use by the services of this home"


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
    found += [
        "while a command works: Dask, a certificate of the command;"
        " Prefect 8000-8999, a login of the command"
    ]
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
                "`uv sync --locked` installs the ones of its version"
            ) from None
    return f"{duckdb.__version__} loads httpfs and postgres_scanner offline"


def _s3(settings: Settings) -> str:
    check_s3(settings)
    probe_conditional_write(settings.s3)
    return f"{settings.s3.endpoint_url} writes once and reads back, bucket {settings.s3.bucket}"


def _postgres(settings: Settings) -> str:
    check_postgres(settings)
    url = settings.postgres.url
    version = check_database(settings.postgres)
    if int(version.partition(".")[0]) < 15:
        raise ServiceUnavailable(f"PostgreSQL {version} at {url.host} is too old: 15 or newer")
    return f"{version} at {url.host}:{url.port}, database {url.database}"
