"""What bi_reader may read, and what it may not: one attempt each."""

import psycopg
import pytest

# dbt in this process leaves its log file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

PUBLISHED = """
    select
        format('%I.%I', nspname, relname),
        (
            -- Columns of people's words and of joins are the writer's.
            select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
            where attrelid = pg_class.oid and attnum > 0
                and attname not in ('text', 'join_key')
        ) as columns
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname in ('silver', 'gold', 'core') and relkind = 'v'
    union all
    select 'meta.' || name, '*' from unnest(array['runs', 'quality_checks', 'lineage']) as name
"""

DENIED = [
    ("base table", "select * from serving.tickets"),
    ("base table of KPIs", "select * from serving.kpi_sla_daily"),
    ("identities", "select * from serving.ticket_ids"),
    ("landing", "select * from landing.tickets"),
    ("message text", "select text from silver.messages"),
    ("message text by *", "select * from silver.messages"),
    ("message text in core", "select text from core.messages"),
    ("message text in a row", "select messages::text from silver.messages as messages"),
    ("message text in JSON", "select to_jsonb(messages) from silver.messages as messages"),
    ("control table", "select * from meta.etl_runs"),
    ("batches", "select * from meta.batches"),
    ("manifests", "select * from meta.manifest_index"),
    ("insert into a view", "insert into gold.kpi_sla_daily (day) values ('2025-09-01')"),
    ("update of a view", "update silver.tickets set priority = 'alta'"),
    ("delete from a view", "delete from silver.tickets"),
    ("moving the pointer", "update meta.current_publication set publication_id = 1"),
    ("truncate", "truncate serving.tickets"),
    ("a table of its own", "create table public.mine (a integer)"),
    ("a temporary table", "create temporary table mine (a integer)"),
    ("a schema", "create schema mine"),
    ("replacing a view", "create or replace view gold.kpi_sla_daily as select 1 as day"),
    ("dropping a view", "drop view gold.kpi_sla_daily"),
    ("the catalog of tables", "delete from iceberg.iceberg_tables"),
    ("a pointer of a table", "update iceberg.iceberg_tables set metadata_location = 'mine'"),
    ("a server file", "select pg_read_file('/etc/passwd')"),
    ("a server folder", "select pg_ls_dir('/')"),
    ("a server program", "copy (select 1) to program 'true'"),
    ("a copy to a file", "copy (select 1) to '/tmp/stolen'"),
    ("passwords", "select rolpassword from pg_authid"),
    ("another role", "set role lake_writer"),
    ("the owner's role", "set role lake_owner"),
    ("a longer life", "alter role bi_reader superuser"),
]


def test_every_published_view_can_be_read(
    reader: psycopg.Connection, writer: psycopg.Connection
) -> None:
    views = writer.execute(PUBLISHED).fetchall()
    assert len(views) > 30
    for view, columns in views:
        reader.execute(f"select {columns} from {view} limit 1").fetchall()


@pytest.mark.parametrize("view", ["silver.tickets", "silver.status_events"])
def test_no_view_says_which_agent_handles_a_case(reader: psycopg.Connection, view: str) -> None:
    with pytest.raises(psycopg.errors.UndefinedColumn):
        reader.execute(f"select agent_id from {view}")


@pytest.mark.parametrize(("what", "statement"), DENIED, ids=[what for what, _ in DENIED])
def test_denied_even_without_the_read_only_default(
    reader: psycopg.Connection, what: str, statement: str
) -> None:
    reader.execute("set default_transaction_read_only = off")
    # A view over a join cannot be written by anybody: PostgreSQL says so before it looks at grants.
    refusals = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState)
    with pytest.raises(refusals):
        reader.execute(statement)


def test_a_write_is_stopped_by_the_read_only_default_first(reader: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        reader.execute("create table public.mine (a integer)")


def test_a_reader_has_time_outs(reader: psycopg.Connection) -> None:
    settings = dict(
        reader.execute(
            "select name, setting from pg_settings where name like '%timeout'"
        ).fetchall()
    )
    assert settings["statement_timeout"] == "60000"
    assert settings["lock_timeout"] == "5000"
    assert settings["idle_in_transaction_session_timeout"] == "300000"


def test_the_writer_cannot_change_what_is_committed(writer: psycopg.Connection) -> None:
    for statement in (
        "delete from meta.manifest_index",
        "update meta.manifest_objects set sha256 = repeat('0', 64)",
        "delete from meta.etl_runs",
        "drop table meta.manifest_index",
        "alter table meta.etl_runs add column mine text",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            writer.execute(statement)


def test_text_is_behind_row_security(writer: psycopg.Connection) -> None:
    tables = writer.execute(
        """
        select relname, relrowsecurity from pg_class
        join pg_attribute on attrelid = pg_class.oid
        where relnamespace = 'serving'::regnamespace and relkind = 'r' and attname = 'text'
        """
    ).fetchall()
    assert tables == [("messages", True)]
