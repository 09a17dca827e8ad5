"""A lake whose synthetic world was published once, for the tests of this folder."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from synthetic_lake import Size, publish_synthetic, run_of, world_of

from orchestration.meta.migrate import migrate
from orchestration.publication.publish import Publication
from orchestration.run import Run
from orchestration.services import postgres
from orchestration.services.bucket import client
from orchestration.services.roles import ensure_database
from orchestration.settings import Settings, load_settings

SUPABASE_ROLES = ("anon", "authenticated", "service_role")


@dataclass(frozen=True)
class Served:
    """Where the published world is, and what was published."""

    settings: Settings
    run: Run
    publication: Publication
    scratch: Path


def own_lake(settings: Settings) -> Settings:
    """The session's services with a bucket and a migrated database of their own."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    own = load_settings({**settings.exports(), "PQR_POSTGRES_DSN": "", "PQR_POSTGRES_DB": name})
    ensure_database(own)
    migrate(own.postgres.admin_dsn)
    s3 = replace(settings.s3, bucket=name.replace("_", "-"))
    client(s3).create_bucket(Bucket=s3.bucket)
    return replace(settings, s3=s3, postgres=own.postgres)


def create_supabase_roles(settings: Settings) -> None:
    """As a Supabase project has them, but without a login."""
    with psycopg.connect(settings.postgres.admin_dsn, autocommit=True) as connection:
        for role in SUPABASE_ROLES:
            connection.execute(f"create role {role} nologin")


def drop_database(settings: Settings, name: str) -> None:
    with psycopg.connect(postgres.server_dsn(settings), autocommit=True) as connection:
        connection.execute(
            sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
        )


@pytest.fixture(scope="session")
def served(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A synthetic world of twelve days, landed by dbt and published."""
    lake = own_lake(settings)
    create_supabase_roles(lake)
    migrate(lake.postgres.admin_dsn)
    scratch = tmp_path_factory.mktemp("served")
    run = run_of(world_of("served"), 12)
    publication = publish_synthetic(lake, scratch, run, Size(days=12, tickets_per_day=15))
    yield Served(lake, run, publication, scratch)
    # The roles stay: other databases of the session may have granted them something by now.
    drop_database(settings, lake.postgres.url.database)


@pytest.fixture
def writer(served: Served) -> Iterator[psycopg.Connection]:
    with psycopg.connect(served.settings.postgres.dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def reader(served: Served) -> Iterator[psycopg.Connection]:
    with psycopg.connect(served.settings.postgres.reader_dsn, autocommit=True) as connection:
        yield connection


@contextmanager
def copy_of(served: Served) -> Iterator[Settings]:
    """The served database once more, to be changed, with a bucket of its own."""
    own = own_lake(served.settings)
    name = own.postgres.url.database
    source = served.settings.postgres.url.database
    drop_database(own, name)
    with psycopg.connect(postgres.server_dsn(own), autocommit=True) as server:
        # dbt, which ran in this process, may still hold a connection; a template must have none.
        server.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [source]
        )
        server.execute(f"create database {name} template {source}")
    with psycopg.connect(own.postgres.admin_dsn) as connection:
        connection.execute(f"grant connect, create, temporary on database {name} to lake_writer")
        connection.execute(f"grant connect on database {name} to bi_reader")
    yield own
    drop_database(own, name)


@pytest.fixture
def lake_of_versions(served: Served) -> Iterator[Settings]:
    """A copy of the served database, without its rows: real tables, keys, references, views."""
    with copy_of(served) as own:
        with psycopg.connect(own.postgres.admin_dsn) as connection:
            connection.execute("truncate meta.worlds cascade")
        yield own


@pytest.fixture
def lake_to_change(served: Served) -> Iterator[Settings]:
    """A copy of the served database with its rows, over the same objects."""
    with copy_of(served) as own:
        yield replace(own, s3=served.settings.s3)


@pytest.fixture
def connection(lake_of_versions: Settings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(lake_of_versions.postgres.dsn, autocommit=True) as own:
        yield own
