"""The database of a new Prefect server, without the work of making it.

On an empty file Prefect's migrations take most of its first start, in every new home. What they
end in is kept beside this module, and holds for the version that it names; for any other one the
server migrates by itself. After an upgrade: `python -m orchestration.services.prefect_schema`.
"""

import asyncio
import os
import sqlite3
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

SCHEMA: Final = Path(__file__).with_suffix(".sql")
DATABASE: Final = "prefect.db"


def prepare(folder: Path) -> None:
    """Make the database in the server's folder, where there is none; else leave all as it is."""
    path = folder / DATABASE
    schema = SCHEMA.read_text(encoding="utf-8")
    if path.exists() or schema.splitlines()[0] != _headline():
        return
    # Under another name until it is whole. What fails here, the server does itself, and reports.
    begun = path.with_name(f"{DATABASE}.{os.getpid()}")
    with suppress(OSError, sqlite3.Error):
        try:
            begun.touch(mode=0o600)
            with closing(sqlite3.connect(begun)) as connection:
                connection.executescript(schema)
            begun.replace(path)
        finally:
            begun.unlink(missing_ok=True)


def migrated() -> str:
    """What the migrations of the installed version make of an empty database, as SQL."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / DATABASE
        asyncio.run(_migrate(f"sqlite+aiosqlite:///{path}"))
        with closing(sqlite3.connect(path)) as connection:
            lines = "\n".join([_headline(), *connection.iterdump()]).splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _headline() -> str:
    return f"-- Written by orchestration.services.prefect_schema, Prefect {version('prefect')}."


async def _migrate(url: str) -> None:
    from prefect.server.database import provide_database_interface
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL, temporary_settings

    with temporary_settings({PREFECT_API_DATABASE_CONNECTION_URL: url}):
        await provide_database_interface().create_db()


if __name__ == "__main__":
    SCHEMA.write_text(migrated(), encoding="utf-8")
