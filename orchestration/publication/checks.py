"""Checks what is about to be published by its rules.

What landed before was checked by the same code when it did: rows are asked for of fresh batches,
of all others what the control plane knows of them.
"""

from collections.abc import Sequence
from datetime import date

import psycopg
from psycopg import sql

from orchestration.meta.records import Check
from orchestration.publication.batches import Batch
from orchestration.publication.datasets import Dataset
from orchestration.publication.rules import references, rules


def serving_checks(
    connection: psycopg.Connection,
    batches: Sequence[Batch],
    datasets: Sequence[Dataset],
    fresh: Sequence[Batch],
) -> list[Check]:
    """Check the fresh batches of the publication to come, alone and beside the others.

    Args:
        connection: Any role that reads schema serving.
        batches: All batches of the publication to come.
        datasets: What is published; those without a fresh batch are as they were.
        fresh: The batches that this code did not check before.

    Returns:
        A critical check per rule, and per table with references; the value is what was counted.
    """
    days = _world_days(connection, [batch.batch_id for batch in batches])
    tables, last_day = {batch.table for batch in fresh}, max(days, default=None)
    named: dict[str, sql.Composable] = {
        "days": sql.Literal(days),
        "last_day": sql.Literal(last_day),
    }
    by_table: dict[str, list[Batch]] = {}
    for batch in batches:
        by_table.setdefault(batch.table, []).append(batch)
    checks = []
    for rule in (*rules(datasets), *references(connection)):
        if rule.table not in tables:
            continue
        # Of few batches PostgreSQL looks rows up; of all of a long lake it would read them all.
        named["fresh"] = _of([item for item in fresh if item.table == rule.table])
        asked = [table for table in by_table if rule.asks_of(table)]
        named["of"] = _of([item for table in asked for item in by_table[table]])
        row = connection.execute(sql.SQL(rule.query).format(**named)).fetchone()
        wrong = int(row[0] or 0) if row else 0
        checks.append(
            Check(
                rule.table, rule.name, "FAIL" if wrong else "PASS", "serving", "critical", "pqr",
                value=wrong, threshold=0, details={"query": rule.query},
            )
        )  # fmt: skip
    return checks


def _of(batches: Sequence[Batch]) -> sql.Composed:
    ids = [batch.batch_id for batch in batches]
    return sql.SQL("batch_id = any({}::integer[])").format(sql.Literal(ids))


def _world_days(connection: psycopg.Connection, batch_ids: list[int]) -> list[date]:
    """The days of the world that are in the lake: every day of a run has objects in bronze."""
    rows = connection.execute(
        # Materialized: PostgreSQL would look for a batch of each object, through thousands.
        """
        with worlds as materialized (
            select distinct world_id from meta.batches
            where batch_id = any(%s) and layer <> 'seed'
        )
        select distinct split_part(partition, 'day=', 2)::date from meta.committed_objects
        join worlds using (world_id)
        where layer = 'bronze' and dataset = 'pqrs_events'
        order by 1
        """,
        [batch_ids],
    ).fetchall()
    return [row[0] for row in rows]
