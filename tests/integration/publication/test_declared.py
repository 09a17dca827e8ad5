"""Serving tables are declared anew when what they depend on has changed, and only then."""

from collections.abc import Iterator

import psycopg
import pytest

from orchestration.publication.declared import begin_declaring, is_declared, note_declared
from orchestration.settings.endpoints import PostgresSettings

CODE, OTHER_CODE = "a" * 32, "b" * 32


@pytest.fixture
def writer(database: PostgresSettings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        yield connection


def test_only_the_code_that_declared_the_tables_finds_them_declared(
    writer: psycopg.Connection,
) -> None:
    assert not is_declared(writer, CODE)
    note_declared(writer, CODE)
    assert is_declared(writer, CODE)
    assert not is_declared(writer, OTHER_CODE)
    note_declared(writer, OTHER_CODE)
    assert not is_declared(writer, CODE)


def test_a_try_that_dies_leaves_nothing_declared(writer: psycopg.Connection) -> None:
    note_declared(writer, CODE)
    begin_declaring(writer)
    assert not is_declared(writer, CODE)


@pytest.mark.parametrize(
    "change",
    [
        "drop view gold.kpi",
        "create or replace view gold.kpi as select 2 as day from serving.kpi",
        "grant select on gold.kpi to public",
        "grant select (day) on gold.kpi to public",
        "drop index serving.kpi_day",
        "drop index serving.kpi_day; create index kpi_day on serving.kpi (batch)",
        "alter table serving.kpi drop constraint kpi_pk",
        "alter table serving.kpi drop constraint kpi_ck, add constraint kpi_ck check (day >= 1)",
        "alter table serving.kpi alter column day drop not null",
        "alter table serving.kpi add column extra integer",
        "alter table serving.kpi alter column day type bigint",
        "alter table serving.kpi enable row level security",
        "create view core.more as select 1 as one",
    ],
)
def test_a_change_by_somebody_else_is_noticed(writer: psycopg.Connection, change: str) -> None:
    writer.execute("create table serving.kpi (batch integer constraint kpi_pk primary key)")
    writer.execute(
        "alter table serving.kpi add column day integer not null constraint kpi_ck check (day > 0)"
    )
    writer.execute("create index kpi_day on serving.kpi (day)")
    if "column day type" not in change:
        writer.execute("create view gold.kpi as select 1 as day from serving.kpi")
    note_declared(writer, CODE)
    writer.execute("insert into serving.kpi values (1, 1)")
    writer.execute("analyze serving.kpi")
    assert is_declared(writer, CODE)
    writer.execute(change)
    assert not is_declared(writer, CODE)
