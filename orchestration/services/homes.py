"""Which server belongs to which PQR_HOME, by its command line: it names the data directory."""

import contextlib
import os
from collections.abc import Callable
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
    noted = noted_home(folder)
    return noted or (folder.parent if folder.name == "postgres" else None)


def noted_home(folder: Path) -> Path | None:
    """The PQR_HOME that data outside of it belongs to, as root noted there; nobody else's word."""
    with contextlib.suppress(OSError, ValueError):
        # Anybody's process may name a folder in which a pipe has the name of the note.
        descriptor = os.open(folder / OWNER_NOTE, os.O_RDONLY | os.O_NONBLOCK)
        with open(descriptor, encoding="utf-8") as note:
            if os.fstat(note.fileno()).st_uid == 0:
                return Path(note.read().removesuffix("\n"))
    return None


def running_s3(home: Path) -> Process | None:
    """The S3 server of `home`, if it lives."""
    return find(
        lambda argv: Path(argv[0]).name == S3_PROGRAM and home_of(argv) == home,
        _may_work_on(home / "s3"),
    )


def running_postgres(home: Path) -> Process | None:
    """The PostgreSQL server of `home`, if it lives."""
    data = (home / "postgres").resolve() / "data"
    # Deleted under a server that root runs as another user, it no longer says as whom.
    is_unknown = os.geteuid() == 0 and not data.exists()
    return find(
        lambda argv: Path(argv[0]).name == POSTGRES_PROGRAM and home_of(argv) == home,
        (lambda user: True) if is_unknown else _may_work_on(data),
    )


def running_prefect(home: Path) -> Process | None:
    """The Prefect server of `home`, if it lives."""
    return find(
        lambda argv: PREFECT_APP in argv and home_of(argv) == home, _may_work_on(home / "prefect")
    )


def _may_work_on(folder: Path) -> Callable[[int], bool]:
    """Whether a user may run a server on this data: we, and the user whose the data is."""
    users = {os.geteuid()}
    with contextlib.suppress(OSError):
        users.add(folder.stat().st_uid)
    return users.__contains__
