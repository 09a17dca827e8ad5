"""What a reader and the writer try against the database, and are refused."""

import psycopg
import pytest
from psycopg import sql

from orchestration.meta.locks import LockHeld, holder, release_lock, take_lock, try_lock
from orchestration.meta.migrate import migrate
from orchestration.settings import PostgresSettings

PUBLICATION = "hashtextextended('pqr publication', 0)"


@pytest.mark.parametrize(
    "attack",
    [
        f"select pg_advisory_lock({PUBLICATION})",
        f"select pg_try_advisory_lock({PUBLICATION})",
        f"select pg_advisory_lock_shared({PUBLICATION})",
        f"select pg_advisory_xact_lock({PUBLICATION})",
        "select pg_try_advisory_lock(1, 2)",
        f"do $$ begin perform pg_advisory_lock({PUBLICATION}); end $$",
        "select lo_create(0)",
        "select lo_from_bytea(0, 'x')",
        "create temporary table hoard (a integer)",
        "create table public.hoard (a integer)",
        "create schema bi_reader",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'lake_writer'",
        "begin; lock table meta.worlds in access exclusive mode",
        "select * from meta.worlds for update",
        "update meta.etl_runs set status = 'FAILED'",
        "select pg_read_file('/etc/passwd')",
        "copy (select 1) to program 'id'",
        "set role lake_writer",
        "set temp_file_limit = -1",
        "alter role bi_reader connection limit -1",
        "alter role lake_writer password 'mine'",
    ],
)
def test_a_reader_is_refused(database: PostgresSettings, attack: str) -> None:
    with (
        psycopg.connect(database.dsn, autocommit=True),
        psycopg.connect(database.reader_dsn, autocommit=True) as reader,
    ):
        reader.execute("set default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(attack)


def test_the_writer_may_lock_what_a_reader_may_not(database: PostgresSettings) -> None:
    with psycopg.connect(database.dsn, autocommit=True) as writer:
        assert try_lock(writer, "pqr publication")
        release_lock(writer, "pqr publication")


def test_a_reader_takes_a_part_of_the_connections_alone(database: PostgresSettings) -> None:
    held: list[psycopg.Connection] = []
    try:
        with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
            held.extend(psycopg.connect(database.reader_dsn) for _ in range(40))
        psycopg.connect(database.dsn).close()
    finally:
        for connection in held:
            connection.close()


@pytest.mark.parametrize("schema", ["pqr_admin", "bi_reader", "postgres"])
def test_a_schema_of_the_writer_decides_nothing_that_another_login_runs(
    database: PostgresSettings, schema: str
) -> None:
    with psycopg.connect(database.dsn, autocommit=True) as writer:
        writer.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
        for signature in ("hashtextextended(text, integer)", "to_regclass(text)", "now()"):
            writer.execute(
                sql.SQL(
                    "create function {}.{} returns bigint language plpgsql as"
                    " $$ begin alter role lake_writer superuser; return 1; end $$"
                ).format(sql.Identifier(schema), sql.SQL(signature))
            )
        writer.execute(
            sql.SQL("create table {}.migrations (name text, checksum text)").format(
                sql.Identifier(schema)
            )
        )
    assert migrate(database.admin_dsn) == []
    for dsn in (database.admin_dsn, database.reader_dsn):
        with psycopg.connect(dsn, autocommit=True) as victim:
            assert victim.execute("show search_path").fetchone() == ("public",)
            with pytest.raises(psycopg.errors.UndefinedTable):
                victim.execute("select * from migrations")
    with psycopg.connect(database.admin_dsn) as admin:
        row = admin.execute("select rolsuper from pg_roles where rolname = 'lake_writer'")
        assert row.fetchone() == (False,)


@pytest.mark.parametrize(
    "attack",
    [
        "alter role lake_writer superuser",
        "grant pg_execute_server_program to lake_writer",
        "set role lake_owner",
        "set role pqr_admin",
        "create extension if not exists dblink",
        "copy (select 1) to program 'id'",
        "alter function meta.analyze_publication() reset search_path",
        "create or replace function meta.touch_updated_at() returns trigger"
        " language plpgsql as $$ begin return new; end $$",
        "create trigger mine before insert on meta.migrations"
        " for each row execute function meta.touch_updated_at()",
        "alter table meta.worlds disable trigger all",
        "create event trigger mine on ddl_command_start execute function meta.touch_updated_at()",
        "update meta.manifest_index set manifest_sha256 = 'x'",
        "delete from meta.manifest_index",
    ],
)
def test_the_writer_is_refused_what_is_the_owners(database: PostgresSettings, attack: str) -> None:
    with psycopg.connect(database.dsn, autocommit=True) as writer, pytest.raises(psycopg.Error):
        writer.execute(attack)


def test_every_function_that_runs_as_its_owner_pins_its_search_path(
    database: PostgresSettings,
) -> None:
    with psycopg.connect(database.admin_dsn) as admin:
        loose = admin.execute(
            "select oid::regprocedure::text from pg_proc where prosecdef"
            " and pronamespace not in ('pg_catalog'::regnamespace,"
            " 'information_schema'::regnamespace)"
            " and not coalesce(array_to_string(proconfig, ',') like '%%search_path=pg_catalog%%',"
            " false)"
        ).fetchall()
    assert loose == []


def test_a_wait_for_a_lock_ends_and_names_who_has_it(database: PostgresSettings) -> None:
    with (
        psycopg.connect(database.dsn, autocommit=True, application_name="pqr publish") as first,
        psycopg.connect(database.dsn, autocommit=True) as second,
    ):
        take_lock(first, "pqr publication", "the publication", 1)
        pid = first.info.backend_pid
        with pytest.raises(LockHeld, match=rf"'pqr publish' of lake_writer \(PostgreSQL pid {pid}"):
            take_lock(second, "pqr publication", "the publication", 0.2)
        release_lock(first, "pqr publication")
        assert holder(first, "pqr publication") == "a session that has just ended"
        take_lock(second, "pqr publication", "the publication", 1)
