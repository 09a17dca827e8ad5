"""Migrations: once, in order, by anybody who owns the database."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from orchestration.meta.connection import DatabaseUnavailable
from orchestration.meta.migrate import MIGRATIONS, MigrationFailed, migrate, unapplied
from orchestration.services import postgres
from orchestration.settings import Settings
from orchestration.settings.endpoints import PostgresSettings
from tests.integration.run.lake import Lake

NUMBERED = [path.name for path in sorted(MIGRATIONS.glob("*.sql")) if ".repeat." not in path.name]


@pytest.fixture
def empty(settings: Settings) -> Iterator[str]:
    """An empty database, by the superuser's connection string."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    server = postgres.server_dsn(settings)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
        yield settings.postgres.admin_dsn.replace(settings.postgres.url.database, name)
        connection.execute(f"drop database {name} with (force)")


def test_the_second_time_there_is_nothing_to_do(empty: str) -> None:
    assert migrate(empty) == NUMBERED
    assert migrate(empty) == []


def test_plain_psql_may_have_applied_them_first(empty: str) -> None:
    with psycopg.connect(empty, autocommit=True) as connection:
        for path in sorted(MIGRATIONS.glob("*.sql")):
            connection.execute(path.read_bytes())
    assert migrate(empty) == NUMBERED


def test_an_edited_migration_is_refused(empty: str, tmp_path: Path) -> None:
    for path in MIGRATIONS.glob("*.sql"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    migrate(empty, tmp_path)
    edited = tmp_path / NUMBERED[0]
    edited.write_text(edited.read_text() + "\n-- a thought\n")
    with pytest.raises(MigrationFailed, match=f"{NUMBERED[0]} was edited after it was applied"):
        migrate(empty, tmp_path)


@pytest.mark.parametrize("command", [("run", "--days", "1", "--no-prefect-server"), ("up",)])
def test_a_database_of_an_earlier_version_is_refused_as_a_whole(
    lake: Settings, command: tuple[str, ...]
) -> None:
    """Told from outside, as it is met: by what its ledger says."""
    with psycopg.connect(lake.postgres.admin_dsn, autocommit=True) as connection:
        connection.execute("delete from meta.migrations")
        connection.execute(
            "insert into meta.migrations (name, checksum)"
            " values ('002_schemas.sql', '0'), ('003_runs.sql', '0')"
        )
        connection.execute("drop view meta.lake_size")
        done = Lake(lake).pqr(*command)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        database = lake.postgres.url.database
        assert f"database {database} was made by an earlier version" in done.stderr
        for step in ("`pqr down`", "PQR_HOME/postgres", "`pqr up`", "`pqr restore --from-bucket`"):
            assert step in done.stderr
        ledger = connection.execute("select name from meta.migrations order by 1").fetchall()
        assert ledger == [("002_schemas.sql",), ("003_runs.sql",)]
        view = connection.execute("select to_regclass('meta.lake_size')").fetchone()
        assert view == (None,)
    with psycopg.connect(lake.postgres.dsn) as writer, pytest.raises(MigrationFailed):
        unapplied(writer)


def test_a_failing_migration_leaves_nothing_of_itself(empty: str, tmp_path: Path) -> None:
    ledger = "000_ledger.repeat.sql"
    (tmp_path / ledger).write_bytes((MIGRATIONS / ledger).read_bytes())
    (tmp_path / "001_half.sql").write_text("create table meta.half (a integer); select 1 / 0")
    with pytest.raises(MigrationFailed, match=r"001_half\.sql failed: division by zero"):
        migrate(empty, tmp_path)
    with psycopg.connect(empty) as connection:
        assert connection.execute("select to_regclass('meta.half')").fetchone() == (None,)


def test_eight_at_once_apply_them_once(empty: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        applied = list(pool.map(migrate, [empty] * 8))
    assert sorted(name for names in applied for name in names) == NUMBERED


def test_a_plain_owner_of_the_database_gets_the_same_tables(
    settings: Settings, database: PostgresSettings
) -> None:
    owner = f"owner_{uuid.uuid4().hex[:8]}"
    server = postgres.server_dsn(settings)
    relations = "select relname from pg_class where relnamespace = 'meta'::regnamespace order by 1"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create role {owner} login password 'local'")
        connection.execute(f"create database {owner} owner {owner}")
    try:
        url = database.url
        plain = f"postgresql://{owner}:local@{url.host}:{url.port}/{owner}"
        assert migrate(plain) == NUMBERED
        with psycopg.connect(plain) as own, psycopg.connect(database.admin_dsn) as embedded:
            wanted = embedded.execute(relations).fetchall()
            assert own.execute(relations).fetchall() == wanted
            owners = own.execute(
                "select distinct relowner::regrole::text from pg_class"
                " where relnamespace = 'meta'::regnamespace"
            ).fetchall()
        assert owners == [(owner,)]
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"drop database {owner} with (force)")
            connection.execute(f"drop role {owner}")


def test_a_refused_login_names_the_server_and_not_the_password() -> None:
    with pytest.raises(DatabaseUnavailable) as refusal:
        migrate("postgresql://nobody:s3cret@127.0.0.1:1/none")
    assert "127.0.0.1:1" in str(refusal.value)
    assert "s3cret" not in str(refusal.value)


def test_the_control_plane_belongs_to_a_role_without_a_login(database: PostgresSettings) -> None:
    with psycopg.connect(database.admin_dsn) as connection:
        owners = connection.execute(
            "select distinct relowner::regrole::text from pg_class"
            " where relnamespace = 'meta'::regnamespace and relkind in ('r', 'v')"
        ).fetchall()
        login = connection.execute(
            "select rolcanlogin from pg_roles where rolname = 'lake_owner'"
        ).fetchone()
    assert owners == [("lake_owner",)]
    assert login == (False,)
