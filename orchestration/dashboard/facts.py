"""What the page reads: the live publication and its KPIs, as bi_reader."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString, TypeVar
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from orchestration.meta.connection import open_connection

Row = TypeVar("Row")

_LIVE = """
select publication_id, run_id, is_degraded, first_day, last_day, published_at
from meta.live_publication
"""
# A try that skips a layer does not check it again: of each layer its last checks count.
_CHECKS = """
with checks as (
    select
        quality_checks.*,
        max(quality_checks.attempt) over (partition by layer, tool) as last_attempt
    from meta.quality_checks
    join meta.live_publication using (run_id)
)

select result, count(*) as checks_count
from checks where attempt = last_attempt
group by result
"""
_VOLUME = "select day, channel, pqrs_type, tickets_count from gold.kpi_volume_daily"
_BACKLOG = "select day, pqrs_type, region, backlog_count from gold.kpi_backlog_daily"
_SLA = """
select day, pqrs_type, closings_count, within_sla_count, overdue_count from gold.kpi_sla_daily
"""
_RESPONSE = """
select day, pqrs_type, responses_count, avg_hours_to_first_response as avg_hours
from gold.kpi_first_response_daily
"""


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
class CheckCount:
    """How many checks of the live run had a result."""

    result: str
    checks_count: int


@dataclass(frozen=True)
class Volume:
    """Cases created on a day."""

    day: date
    channel: str
    pqrs_type: str
    tickets_count: int


@dataclass(frozen=True)
class Backlog:
    """Cases open at the end of a day."""

    day: date
    pqrs_type: str
    region: str
    backlog_count: int


@dataclass(frozen=True)
class Sla:
    """Closings of a day, and cases overdue at its end."""

    day: date
    pqrs_type: str
    closings_count: int
    within_sla_count: int
    overdue_count: int


@dataclass(frozen=True)
class Response:
    """First answers of a day; mean calendar hours, None without any."""

    day: date
    pqrs_type: str
    responses_count: int
    avg_hours: float | None


@dataclass(frozen=True)
class Facts:
    """The KPIs of one publication between two days."""

    checks: tuple[CheckCount, ...]
    volume: tuple[Volume, ...]
    backlog: tuple[Backlog, ...]
    sla: tuple[Sla, ...]
    response: tuple[Response, ...]


def read_live(reader_dsn: str) -> Live | None:
    """The publication that people see; None before the first one.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
        psycopg.Error: The database has not been prepared.
    """
    with open_connection(reader_dsn, context="pqr dashboard") as connection:
        rows = _rows(connection, Live, _LIVE, [])
        return rows[0] if rows else None


def read_facts(reader_dsn: str, publication_id: int, first: date, last: date) -> Facts | None:
    """The KPIs from `first` to `last`, all of the publication that is asked for.

    Returns:
        None when another publication went live in between: ask again.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
    """
    days = [first, last]
    between = " where day between %s and %s"
    with open_connection(reader_dsn, context="pqr dashboard") as connection:
        # One instant for all queries: the figures of two publications do not add up.
        connection.execute("begin isolation level repeatable read read only")
        live = _rows(connection, Live, _LIVE, [])
        if not live or live[0].publication_id != publication_id:
            return None
        return Facts(
            checks=_rows(connection, CheckCount, _CHECKS, []),
            volume=_rows(connection, Volume, _VOLUME + between, days),
            backlog=_rows(connection, Backlog, _BACKLOG + between, days),
            sla=_rows(connection, Sla, _SLA + between, days),
            response=_rows(connection, Response, _RESPONSE + between, days),
        )


def _rows(
    connection: psycopg.Connection, row_type: type[Row], query: LiteralString, values: list[Any]
) -> tuple[Row, ...]:
    with connection.cursor(row_factory=class_row(row_type)) as cursor:
        return tuple(cursor.execute(query, values))
