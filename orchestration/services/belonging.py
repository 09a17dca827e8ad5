"""Which home a server belongs to, told by its command line: the data directory is named there."""

import contextlib
from pathlib import Path

OWNER_NOTE = "belongs-to"  # beside data that lies outside: the PQR_HOME that it is part of
S3_PROGRAM = "weed"
POSTGRES_PROGRAM = "postgres"


def home_of(argv: tuple[str, ...]) -> Path | None:
    """The PQR_HOME whose embedded service has this command line; None for any other program."""
    program = Path(argv[0]).name
    if program == S3_PROGRAM:
        return _home_of_s3(argv)
    return _home_of_postgres(argv) if program == POSTGRES_PROGRAM else None


def _home_of_s3(argv: tuple[str, ...]) -> Path | None:
    for word in argv:
        if word.startswith("-dir=") and word.endswith("/s3"):
            return Path(word.removeprefix("-dir=")).parent
    return None


def _home_of_postgres(argv: tuple[str, ...]) -> Path | None:
    if len(argv) < 3 or argv[1] != "-D" or not argv[2].endswith("/data"):
        return None
    folder = Path(argv[2]).parent
    with contextlib.suppress(OSError):
        return Path((folder / OWNER_NOTE).read_text().removesuffix("\n"))
    return folder.parent if folder.name == "postgres" else None
