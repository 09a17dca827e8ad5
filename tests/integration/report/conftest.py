"""The command on a published world made for it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from report_world import publish_report_world

from orchestration.meta.migrate import migrate
from orchestration.services import postgres
from orchestration.services.roles import ensure_database
from orchestration.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class World:
    """A database with a published world, and the command on it."""

    settings: Settings

    def pqr(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **self.settings.exports(), **variables}
        return subprocess.run(
            [sys.executable, "-m", "orchestration.cli", *arguments],
            env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    def query(self, text: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.settings.postgres.reader_dsn) as connection:
            return connection.execute(text.encode()).fetchall()


Worlds = Callable[..., World]


@pytest.fixture(scope="session")
def worlds(settings: Settings) -> Iterator[Worlds]:
    """Makes published worlds; `publish=False` leaves the database empty, with its migrations."""
    made: list[str] = []

    def make(*, publish: bool = True, migrated: bool = True, **options: object) -> World:
        name = f"report_{len(made)}"
        made.append(name)
        own = load_settings({**settings.exports(), "PQR_POSTGRES_DSN": "", "PQR_POSTGRES_DB": name})
        ensure_database(own)
        if migrated:
            migrate(own.postgres.admin_dsn)
        if publish:
            publish_report_world(own.postgres.admin_dsn, **options)  # type: ignore[arg-type]
        return World(own)

    yield make
    with psycopg.connect(postgres.server_dsn(settings), autocommit=True) as connection:
        for name in made:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
            )


@pytest.fixture(scope="session")
def world(worlds: Worlds) -> World:
    """Six cases a day from September to December 2025."""
    return worlds()
