"""What the project no longer declares goes with the next publication, and nothing else does."""

import psycopg
import pytest
from fabricated import fabricated_run, publish_version, shown

from orchestration.meta.migrate import MIGRATIONS
from orchestration.publication.declared import is_declared, note_declared
from orchestration.publication.publish import collect
from orchestration.publication.retired import retire
from orchestration.publication.switch import switch_back
from orchestration.settings import Settings

# dbt in this process leaves its log file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

CODE = "a" * 32
VIEW, TABLE = "gold.kpi_sla_daily", "serving.kpi_sla_daily"
DROPPED = "no longer declared: gold.kpi_sla_daily, its view is dropped"


def exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("select to_regclass(%s) is not null", [name]).fetchone() == (True,)


def undeclare(connection: psycopg.Connection) -> None:
    """As `mark_undeclared` does once kpi_sla is not in the project."""
    connection.execute("drop view silver.v_sla_summary")
    marked = connection.execute(
        "update meta.served_relations set is_declared = false"
        " where relation_name = 'kpi_sla_daily' or schema_name = 'silver'"
        " and relation_name = 'v_sla_summary'"
    )
    assert marked.rowcount == 3


def test_all_that_a_run_made_is_noted_and_declared(writer: psycopg.Connection) -> None:
    made = writer.execute(
        """
        select nspname, relname from pg_class
        join pg_namespace on pg_namespace.oid = relnamespace
        where nspname in ('silver', 'gold', 'core') and relkind = 'v' or nspname = 'serving'
            and relkind = 'r' and relname not like '%\\_ids'
        """
    ).fetchall()
    noted = writer.execute(
        "select schema_name, relation_name from meta.served_relations where is_declared"
    ).fetchall()
    assert sorted(noted) == sorted(made)
    assert retire(writer, CODE) == []


def test_its_view_goes_and_its_table_stays_while_a_publication_has_rows_of_it(
    connection: psycopg.Connection,
) -> None:
    for version in (1, 2):
        publish_version(connection, version)
    undeclare(connection)
    note_declared(connection, CODE)
    # The view that was dropped by hand is gone, and so not worth a word.
    assert retire(connection, CODE) == [DROPPED]
    assert (exists(connection, VIEW), exists(connection, TABLE)) == (False, True)
    assert is_declared(connection, CODE)
    switch_back(connection, fabricated_run(1).run_id)
    assert shown(connection) == [1]
    assert retire(connection, CODE) == []
    connection.execute("delete from meta.publication_batches where dataset = 'kpi_sla'")
    collect(connection)
    assert retire(connection, CODE) == [
        "no longer declared: serving.kpi_sla_daily, its empty table is dropped"
    ]
    assert not exists(connection, TABLE)
    assert not exists(connection, "landing.kpi_sla")
    assert is_declared(connection, CODE)
    assert retire(connection, CODE) == []


def test_a_view_of_somebody_else_keeps_it_and_is_named(connection: psycopg.Connection) -> None:
    publish_version(connection, 1)
    undeclare(connection)
    connection.execute("create view core.mine as select day from gold.kpi_sla_daily")
    said = "no longer declared: gold.kpi_sla_daily, its view stays: view core.mine depends on"
    for _ in range(2):
        (note,) = retire(connection, CODE)
        assert note.startswith(said)
    connection.execute("drop view core.mine")
    assert retire(connection, CODE) == [DROPPED]


def test_a_view_that_somebody_put_in_its_place_is_left_alone(
    connection: psycopg.Connection,
) -> None:
    publish_version(connection, 1)
    undeclare(connection)
    connection.execute("drop view gold.kpi_sla_daily")
    connection.execute("create view gold.kpi_sla_daily as select 1 as mine")
    said = "no longer declared: gold.kpi_sla_daily, its view stays: it is not as the project made"
    assert retire(connection, CODE)[0].startswith(said)
    assert exists(connection, VIEW)


def test_a_view_that_the_project_did_not_make_is_not_asked_for(
    connection: psycopg.Connection,
) -> None:
    publish_version(connection, 1)
    connection.execute("create view gold.mine as select day from serving.kpi_sla_daily")
    undeclare(connection)
    assert retire(connection, CODE) == [DROPPED]
    assert exists(connection, "gold.mine")


def test_tables_that_changed_by_hand_are_still_declared_again(
    connection: psycopg.Connection,
) -> None:
    publish_version(connection, 1)
    undeclare(connection)
    note_declared(connection, CODE)
    connection.execute("drop view core.tickets")
    assert retire(connection, CODE) == [DROPPED]
    assert not is_declared(connection, CODE)


def test_what_stood_before_there_were_notes_is_known_by_what_it_reads(
    lake_of_versions: Settings, connection: psycopg.Connection
) -> None:
    connection.execute("create view gold.mine as select day from serving.kpi_sla_daily")
    with psycopg.connect(lake_of_versions.postgres.admin_dsn, autocommit=True) as admin:
        query = (
            "select schema_name, relation_name, kind, definition_md5 from meta.served_relations"
            " where relation_name not like 'v\\_%' and schema_name <> 'core' order by 1, 2"
        )
        noted = admin.execute(query).fetchall()
        admin.execute("delete from meta.served_relations")
        admin.execute((MIGRATIONS / "120_served_relations.sql").read_bytes())
        assert admin.execute(query).fetchall() == noted
