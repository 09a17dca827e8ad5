"""Comments, keys, references and indexes: nothing that people see lacks them."""

import psycopg
import pytest

# dbt in this process leaves its log file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

SERVED = "('meta', 'serving', 'silver', 'gold', 'core')"


def names(connection: psycopg.Connection, query: str) -> list[str]:
    return [row[0] for row in connection.execute(query).fetchall()]


def test_every_schema_relation_and_column_has_a_comment(writer: psycopg.Connection) -> None:
    assert not names(
        writer,
        f"select nspname from pg_namespace where nspname in {SERVED}"
        " and obj_description(oid, 'pg_namespace') is null",
    )
    assert not names(
        writer,
        f"""
        select relation.oid::regclass::text from pg_class as relation
        join pg_namespace on pg_namespace.oid = relnamespace
        where nspname in {SERVED} and relkind in ('r', 'v')
            and obj_description(relation.oid, 'pg_class') is null
        """,
    )
    assert not names(
        writer,
        f"""
        select relation.oid::regclass || '.' || attname from pg_class as relation
        join pg_namespace on pg_namespace.oid = relnamespace
        join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped
        where nspname in {SERVED} and relkind in ('r', 'v')
            and col_description(relation.oid, attnum) is null
        """,
    )


def test_every_table_has_a_primary_key_and_belongs_to_its_batch(
    writer: psycopg.Connection,
) -> None:
    assert not names(
        writer,
        """
        select relname from pg_class where relnamespace = 'serving'::regnamespace
        and relkind = 'r' and not exists (
            select from pg_constraint where conrelid = pg_class.oid and contype = 'p'
        )
        """,
    )
    assert not names(
        writer,
        """
        select relname from pg_class
        join pg_attribute on attrelid = pg_class.oid and attname = 'batch_id'
        where relnamespace = 'serving'::regnamespace and relkind = 'r' and not exists (
            select from pg_constraint
            where conrelid = pg_class.oid and contype = 'f' and confdeltype = 'c'
                and confrelid = 'meta.batches'::regclass
        )
        """,
    )


def test_twenty_five_indexes_each_say_what_they_serve(writer: psycopg.Connection) -> None:
    indexes = writer.execute(
        """
        select pg_class.oid::regclass::text, obj_description(pg_class.oid, 'pg_class')
        from pg_index join pg_class on pg_class.oid = indexrelid
        where relnamespace = 'serving'::regnamespace and not indisprimary
        """
    ).fetchall()
    assert len(indexes) >= 25
    assert not [name for name, serves in indexes if not serves]
    # Two indexes that serve the same would be one too many.
    assert len({serves for _, serves in indexes}) == len(indexes)


def test_references_reach_cases_places_and_lists(writer: psycopg.Connection) -> None:
    targets = set(
        names(
            writer,
            """
            select distinct confrelid::regclass::text from pg_constraint
            where contype = 'f' and connamespace = 'serving'::regnamespace
            """,
        )
    )
    assert targets == {
        "meta.batches",
        "serving.channel_ids",
        "serving.geo_ids",
        "serving.pqrs_type_ids",
        "serving.priority_ids",
        "serving.role_ids",
        "serving.status_ids",
        "serving.ticket_ids",
    }


def test_every_gold_dataset_is_a_view_of_the_owner_s_name(writer: psycopg.Connection) -> None:
    views = set(
        names(writer, "select viewname from pg_views where schemaname in ('gold', 'silver')")
    )
    assert {
        "kpi_volume_daily",
        "kpi_backlog_daily",
        "kpi_sla_daily",
        "kpi_first_response_daily",
        "kpi_close_time_daily",
        "tickets",
        "messages",
        "status_events",
        "attachments",
        "dim_geo",
        "dim_channel",
        "dim_dependencia",
        "dim_pqrs_type",
        "dim_status",
        "dim_status_transition",
        "dim_priority",
        "dim_role",
        "v_tickets_open",
        "v_sla_summary",
    } <= views


def test_a_rule_that_only_warns_does_not_keep_its_rows_out(writer: psycopg.Connection) -> None:
    checks = names(
        writer,
        "select conname from pg_constraint"
        " where contype = 'c' and connamespace = 'serving'::regnamespace",
    )
    assert any(name.startswith("text_is_as_long_as_it_says") for name in checks)
    only_warn = ("text_is_not_empty", "transition_is_valid", "size_is_positive")
    assert not [name for name in checks if name.startswith(only_warn)]
