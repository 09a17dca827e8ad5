"""What pages read: one publication, in one transaction, as bi_reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row, dict_row

from orchestration.meta.connection import open_connection

Rows = list[dict[str, Any]]
# Stands for the cases that no office holds yet.
UNASSIGNED = "unassigned"

_LIVE = """
select publication_id, run_id, is_degraded, first_day, last_day, published_at
from meta.live_publication
"""
_CHECKS = """
select result, count(*) as checks_count
from meta.current_checks
join meta.live_publication using (run_id)
where is_of_current_build
group by result
"""
_DEPARTMENTS = "select dane_department_code, department from silver.dim_department order by 2"
_OFFICES = "select dependencia_id, name from silver.dim_dependencia order by 2"
_CHANNELS = "select channel_id from silver.dim_channel order by 1"


@dataclass(frozen=True)
class Live:
    """What people see now. `last_day` is a Colombian calendar day."""

    publication_id: int
    run_id: UUID
    is_degraded: bool
    first_day: date
    last_day: date
    published_at: datetime


@dataclass(frozen=True)
class World:
    """The live publication, how its checks ended, and what can be chosen in it.

    `checks` counts by result, `departments` are names by DANE code, `offices` names by id.
    """

    live: Live
    checks: Mapping[str, int]
    departments: Mapping[str, str]
    channels: tuple[str, ...]
    offices: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What a query gave, and the query itself with its values, ready for psql."""

    rows: Rows
    sql: str


def read_live(reader_dsn: str) -> Live | None:
    """The publication that people see; None before the first one.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
        psycopg.Error: The database has not been prepared.
    """
    with open_connection(reader_dsn, context="pqr dashboard") as connection:
        return _live(connection)


def read_world(reader_dsn: str, publication_id: int) -> World | None:
    """What the frame of every page shows; None when another publication went live in between.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
    """
    with open_connection(reader_dsn, context="pqr dashboard") as connection:
        connection.execute("begin isolation level repeatable read read only")
        live = _live(connection)
        if live is None or live.publication_id != publication_id:
            return None
        checks = connection.execute(_CHECKS).fetchall()
        departments = connection.execute(_DEPARTMENTS).fetchall()
        channels = connection.execute(_CHANNELS).fetchall()
        offices = connection.execute(_OFFICES).fetchall()
        return World(
            live,
            dict(checks),
            dict(departments),
            tuple(row[0] for row in channels),
            {**dict(offices), UNASSIGNED: UNASSIGNED},
        )


def read_answers(
    reader_dsn: str,
    publication_id: int,
    queries: Mapping[str, LiteralString],
    values: Mapping[str, Any],
) -> dict[str, Answer] | None:
    """Ask all queries of a page of the publication that is asked for.

    Returns:
        An answer for each query; None when another publication went live in between: ask again.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
        psycopg.Error: A query failed, or took longer than readers may take.
    """
    with open_connection(reader_dsn, context="pqr dashboard") as connection:
        # One instant for all queries: the figures of two publications do not add up.
        connection.execute("begin isolation level repeatable read read only")
        live = _live(connection)
        if live is None or live.publication_id != publication_id:
            return None
        answers = {}
        for name, query in queries.items():
            # Values go into the text: what ran is what "how is this computed" shows.
            with psycopg.ClientCursor(connection, row_factory=dict_row) as cursor:
                sql = cursor.mogrify(query, values)
                answers[name] = Answer(cursor.execute(query, values).fetchall(), sql.strip())
        return answers


def _live(connection: psycopg.Connection) -> Live | None:
    with connection.cursor(row_factory=class_row(Live)) as cursor:
        return cursor.execute(_LIVE).fetchone()
