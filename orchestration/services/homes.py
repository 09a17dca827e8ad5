"""Which server belongs to which PQR_HOME, by its command line: it names the data directory."""

import contextlib
from pathlib import Path

from orchestration.services.process import Process, find

OWNER_NOTE = "belongs-to"  # beside data that lies outside: the PQR_HOME that it is part of
S3_PROGRAM = "weed"
PREFECT_APP = "prefect.server.api.server:create_app"
POSTGRES_PROGRAM = "postgres"


def home_of(argv: tuple[str, ...]) -> Path | None:
    """The PQR_HOME whose embedded service has this command line; None for any other program."""
    program = Path(argv[0]).name
    if program == S3_PROGRAM:
        return _home_of_s3(argv)
    if PREFECT_APP in argv:
        return _home_of_prefect(argv)
    return _home_of_postgres(argv) if program == POSTGRES_PROGRAM else None


def _home_of_s3(argv: tuple[str, ...]) -> Path | None:
    for word in argv:
        if word.startswith("-dir=") and word.endswith("/s3"):
            return Path(word.removeprefix("-dir=")).parent
    return None


def _home_of_prefect(argv: tuple[str, ...]) -> Path | None:
    if "--app-dir" not in argv:
        return None
    folder = Path(argv[argv.index("--app-dir") + 1])
    return folder.parent if folder.name == "prefect" else None


def _home_of_postgres(argv: tuple[str, ...]) -> Path | None:
    if len(argv) < 3 or argv[1] != "-D" or not argv[2].endswith("/data"):
        return None
    folder = Path(argv[2]).parent
    with contextlib.suppress(OSError):
        return Path((folder / OWNER_NOTE).read_text().removesuffix("\n"))
    return folder.parent if folder.name == "postgres" else None


def running_s3(home: Path) -> Process | None:
    """The S3 server of `home`, if it lives."""
    return find(lambda argv: Path(argv[0]).name == S3_PROGRAM and home_of(argv) == home)


def running_postgres(home: Path) -> Process | None:
    """The PostgreSQL server of `home`, if it lives."""
    return find(lambda argv: Path(argv[0]).name == POSTGRES_PROGRAM and home_of(argv) == home)


def running_prefect(home: Path) -> Process | None:
    """The Prefect server of `home`, if it lives."""
    return find(lambda argv: PREFECT_APP in argv and home_of(argv) == home)
