"""One consistent reading of meta.* and gold, as bi_reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString, TypeVar
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from orchestration.meta.connection import open_connection

Row = TypeVar("Row")

# The newest claimed run is the one that people ask about; run_seq never repeats, clocks may.
_LATEST_RUN = """
select run_id, world_id, run_seq, status, attempt, date_min, date_max, git_sha,
    started_at, finished_at
from meta.runs order by started_at desc, run_seq desc limit 1
"""
_RUNS = "select status as name, count(*) as value from meta.runs group by status"
_LAYERS = "select layer, seconds, cpu_seconds, rows, bytes from meta.layer_runs where run_id = %s"
_QUARANTINE = """
select reason as name, lines_count as value from meta.quarantine_reasons where run_id = %s
"""
_CHECKS = """
select layer, severity, result, count(*) as checks_count
from meta.current_checks where run_id = %s
group by layer, severity, result
"""
_LIVE = """
select publication_id, run_id, world_id, status, first_day, last_day, published_at
from meta.live_publication
"""
_CREATED = """
select channel, pqrs_type, tickets_count from gold.kpi_volume_daily
where day = (select last_day from meta.live_publication)
"""
_BACKLOG = """
select pqrs_type, region, backlog_count from gold.kpi_backlog_daily
where day = (select last_day from meta.live_publication)
"""
# A week, since a Sunday has hardly a closing.
_SLA = """
select
    pqrs_type,
    sum(closings_count) as closings_count,
    sum(within_sla_count) as within_sla_count,
    sum(overdue_count) filter (where day = live.last_day) as overdue_count
from gold.kpi_sla_daily
cross join meta.live_publication as live
where day > live.last_day - 7 and day <= live.last_day
group by pqrs_type
"""


# The default of every KPI: what it counts on the last published day. Means and shares cannot be
# added up, so only columns named *_count are shown.
_COUNTED_COLUMNS = """
select pg_class.relname, array_agg(attname::text order by attnum)
from pg_class
join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
where relnamespace = 'gold'::regnamespace and relkind in ('r', 'v')
    and attname ~ '_count$' and atttypid in ('integer'::regtype, 'bigint'::regtype)
    and exists (
        select from pg_attribute as days where days.attrelid = pg_class.oid and days.attname = 'day'
    )
group by pg_class.relname order by pg_class.relname
"""


@dataclass(frozen=True)
class LatestRun:
    """The run that was claimed last. Instants are UTC; `finished_at` is None while it runs."""

    run_id: UUID
    world_id: UUID
    run_seq: int
    status: str
    attempt: int
    date_min: date
    date_max: date
    git_sha: str | None
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class Count:
    """How many of something that has a name: a status, a reason code."""

    name: str
    value: int


@dataclass(frozen=True)
class LayerFigures:
    """A layer of the latest run. None where the layer did not get that far."""

    layer: str
    seconds: float | None
    cpu_seconds: float | None
    rows: int | None
    bytes: int | None


@dataclass(frozen=True)
class CheckCount:
    """How many checks of a layer and severity had a result."""

    layer: str
    severity: str
    result: str
    checks_count: int


@dataclass(frozen=True)
class Live:
    """What people see now. `last_day` is a Colombian calendar day."""

    publication_id: int
    run_id: UUID
    world_id: UUID
    status: str
    first_day: date
    last_day: date
    published_at: datetime


@dataclass(frozen=True)
class Created:
    """Cases created on the last published day."""

    channel: str
    pqrs_type: str
    tickets_count: int


@dataclass(frozen=True)
class Backlog:
    """Cases open at the end of the last published day."""

    pqrs_type: str
    region: str
    backlog_count: int


@dataclass(frozen=True)
class Sla:
    """Closings of the last seven published days; overdue at the end of the last one."""

    pqrs_type: str
    closings_count: int
    within_sla_count: int
    overdue_count: int | None


@dataclass(frozen=True)
class KpiTotal:
    """The sum of a counting column of a KPI over the rows of the last published day."""

    kpi: str
    measure: str
    value: int | None


@dataclass(frozen=True)
class Snapshot:
    """Everything the exporter shows, read in one transaction."""

    runs: tuple[Count, ...] = ()
    latest: LatestRun | None = None
    layers: tuple[LayerFigures, ...] = ()
    quarantine: tuple[Count, ...] = ()
    checks: tuple[CheckCount, ...] = ()
    live: Live | None = None
    created: tuple[Created, ...] = ()
    backlog: tuple[Backlog, ...] = ()
    sla: tuple[Sla, ...] = ()
    totals: tuple[KpiTotal, ...] = ()


def read_snapshot(reader_dsn: str) -> Snapshot:
    """Read the state at this moment.

    Args:
        reader_dsn: Connection string of a role that sees the views: bi_reader.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
        psycopg.Error: A view is missing, or the query ran into its time-out.
    """
    with open_connection(reader_dsn, context="pqr metrics") as connection:
        # One instant for all queries: a publication between two of them would not add up.
        connection.execute("begin isolation level repeatable read read only")
        latest = _first(_rows(connection, LatestRun, _LATEST_RUN))
        run = [latest.run_id] if latest else []
        has_gold = _has_gold(connection)
        return Snapshot(
            runs=_rows(connection, Count, _RUNS),
            latest=latest,
            layers=_rows(connection, LayerFigures, _LAYERS, run) if run else (),
            quarantine=_rows(connection, Count, _QUARANTINE, run) if run else (),
            checks=_rows(connection, CheckCount, _CHECKS, run) if run else (),
            live=_first(_rows(connection, Live, _LIVE)),
            created=_rows(connection, Created, _CREATED) if has_gold else (),
            backlog=_rows(connection, Backlog, _BACKLOG) if has_gold else (),
            sla=_rows(connection, Sla, _SLA) if has_gold else (),
            totals=tuple(_totals(connection)),
        )


def _has_gold(connection: psycopg.Connection) -> bool:
    """Whether anything was ever published: before that the KPI views do not exist."""
    row = connection.execute(
        "select to_regclass('gold.kpi_volume_daily') is not null"
        " and to_regclass('gold.kpi_backlog_daily') is not null"
        " and to_regclass('gold.kpi_sla_daily') is not null"
    ).fetchone()
    return row == (True,)


def _totals(connection: psycopg.Connection) -> Iterator[KpiTotal]:
    """What each KPI counts, whichever there are: a new one appears without an edit here."""
    for kpi, measures in connection.execute(_COUNTED_COLUMNS).fetchall():
        sums = sql.SQL(", ").join(
            sql.SQL("sum({})::bigint").format(sql.Identifier(name)) for name in measures
        )
        query = sql.SQL(
            "select {} from gold.{} where day = (select last_day from meta.live_publication)"
        ).format(sums, sql.Identifier(kpi))
        row = connection.execute(query).fetchone()
        for measure, value in zip(measures, row or (), strict=True):
            yield KpiTotal(kpi, measure, value)


def _rows(
    connection: psycopg.Connection,
    row_type: type[Row],
    query: LiteralString,
    parameters: list[Any] | None = None,
) -> tuple[Row, ...]:
    with connection.cursor(row_factory=class_row(row_type)) as cursor:
        return tuple(cursor.execute(query, parameters or []))


def _first(rows: tuple[Row, ...]) -> Row | None:
    return rows[0] if rows else None
