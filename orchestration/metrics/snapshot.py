"""One consistent reading of meta.* and gold, as bi_reader: all questions in two round trips."""

from collections.abc import Sequence
from dataclasses import replace
from typing import LiteralString, TypeVar

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from orchestration.meta.connection import open_connection
from orchestration.metrics.rows import (
    AtRisk,
    Backlog,
    CheckCount,
    Count,
    Created,
    KpiTotal,
    LakeLayer,
    LatestRun,
    LayerFigures,
    LayerTry,
    Live,
    ModelQuality,
    Sla,
    Snapshot,
)

Row = TypeVar("Row")

# One instant for all: a publication between two questions would not add up. Below the ten seconds
# after which Prometheus gives a scrape up.
_BEGIN = "begin isolation level repeatable read read only"
_PATIENCE = "set local statement_timeout = '8s'"
# The newest claimed run is the one that people ask about; run_seq never repeats, clocks may.
_LATEST_RUN = """
select run_id, world_id, run_seq, status, attempt, date_min, date_max, git_sha,
    started_at, finished_at
from meta.runs order by started_at desc, run_seq desc limit 1
"""
_OF_LATEST = "(select run_id from meta.runs order by started_at desc, run_seq desc limit 1)"
_RUNS = "select status as name, count(*) as value from meta.runs group by status"
_LAYERS = f"""
select layer, seconds, cpu_seconds, rows, bytes from meta.layer_runs where run_id = {_OF_LATEST}
"""
_TRIES = f"""
select attempt, layer, status, seconds, rows, bytes, done_count, total_count,
    progress_at, heartbeat_at
from meta.layer_tries
where run_id = {_OF_LATEST} and attempt > (
    select attempt - 3 from meta.runs where run_id = {_OF_LATEST}
)
"""
_QUARANTINE = f"""
select reason as name, lines_count as value from meta.quarantine_reasons
where run_id = {_OF_LATEST}
"""
_CHECKS = f"""
select layer, severity, result, count(*) as checks_count
from meta.current_checks where run_id = {_OF_LATEST}
group by layer, severity, result
"""
_LAKE = """
select layer, objects_count, bytes, superseded_count, superseded_bytes from meta.lake_size
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
select
    pqrs_type,
    region,
    coalesce(sum(backlog_count) filter (where day = live.last_day), 0)::bigint as backlog_count,
    sum(backlog_count) filter (where day = live.last_day - 7)::bigint as week_ago_count
from gold.kpi_backlog_daily
cross join meta.live_publication as live
where day in (live.last_day, live.last_day - 7)
group by pqrs_type, region
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
_HAS_AT_RISK = "select to_regclass('silver.v_tickets_at_risk') is not null"
_AT_RISK = """
with types as (
    select distinct pqrs_type from gold.kpi_sla_daily
    where day = (select last_day from meta.live_publication)
)

select types.pqrs_type, count(at_risk.ticket_id) as tickets_count
from types
left join silver.v_tickets_at_risk as at_risk on types.pqrs_type = at_risk.pqrs_type
group by types.pqrs_type
"""
# A week again: what models answer on one Sunday is too little to tell drift from chance.
_MODELS = """
select
    model_type,
    sum(judged_count)::bigint as judged_count,
    sum(covered_count)::bigint as covered_count,
    sum(agreed_count)::bigint as agreed_count,
    (
        sum(drift_pct * covered_count)
        / nullif(sum(covered_count) filter (where drift_pct is not null), 0)
    )::float8 as drift_pct
from gold.kpi_model_quality_daily
cross join meta.live_publication as live
where day > live.last_day - 7 and day <= live.last_day
group by model_type
"""
_OWN_METRICS = {"kpi_volume_daily", "kpi_backlog_daily", "kpi_sla_daily"}


def read_snapshot(reader_dsn: str, lake: tuple[LakeLayer, ...] | None = None) -> Snapshot:
    """Read the state at this moment.

    Args:
        reader_dsn: Connection string of a role that sees the views: bi_reader.
        lake: The size of the lake as it was read before; None to read it, which grows with it.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
        psycopg.Error: A view is missing, or the query ran into its time-out.
    """
    with open_connection(reader_dsn, context="pqr metrics") as connection:
        with connection.pipeline():
            connection.execute(_BEGIN)
            connection.execute(_PATIENCE)
            latest = _ask(connection, LatestRun, _LATEST_RUN)
            runs = _ask(connection, Count, _RUNS)
            layers = _ask(connection, LayerFigures, _LAYERS)
            tries = _ask(connection, LayerTry, _TRIES)
            quarantine = _ask(connection, Count, _QUARANTINE)
            checks = _ask(connection, CheckCount, _CHECKS)
            layers_of_lake = iter(lake or ())
            if lake is None:
                layers_of_lake = _ask(connection, LakeLayer, _LAKE)
            live = _ask(connection, Live, _LIVE)
            columns = connection.execute(_COUNTED_COLUMNS)
            has_at_risk = connection.execute(_HAS_AT_RISK)
        meta = Snapshot(
            runs=tuple(runs),
            latest=next(latest, None),
            layers=tuple(layers),
            tries=tuple(tries),
            quarantine=tuple(quarantine),
            checks=tuple(checks),
            lake=tuple(layers_of_lake),
            live=next(live, None),
            queries=11 + (lake is None),
        )
        # Before the first publication there are no views in gold.
        counted: dict[str, list[str]] = dict(columns.fetchall())
        is_known = has_at_risk.fetchone() == (True,)
        if not counted.keys() >= _OWN_METRICS:
            return meta
        with connection.pipeline():
            created = _ask(connection, Created, _CREATED)
            backlog = _ask(connection, Backlog, _BACKLOG)
            sla = _ask(connection, Sla, _SLA)
            totals = _ask(connection, KpiTotal, _totals(counted))
            # A publication of before has no such view.
            at_risk = _ask(connection, AtRisk, _AT_RISK) if is_known else iter(())
            has_models = "kpi_model_quality_daily" in counted
            models = _ask(connection, ModelQuality, _MODELS) if has_models else iter(())
        return replace(
            meta,
            created=tuple(created),
            backlog=tuple(backlog),
            sla=tuple(sla),
            at_risk=tuple(at_risk),
            models=tuple(models),
            totals=tuple(totals),
            queries=meta.queries + 4 + is_known + has_models,
        )


def _ask(
    connection: psycopg.Connection, row_type: type[Row], query: LiteralString | sql.Composed
) -> psycopg.Cursor[Row]:
    return connection.cursor(row_factory=class_row(row_type)).execute(query)


def _totals(counted: dict[str, list[str]]) -> sql.Composed:
    """What each KPI counts, whichever there are: a new one appears without an edit here."""
    return sql.SQL(" union all ").join(_totals_of(kpi, names) for kpi, names in counted.items())


def _totals_of(kpi: str, measures: Sequence[str]) -> sql.Composed:
    names = [sql.Identifier(name) for name in measures]
    sums = sql.SQL(", ").join(sql.SQL("sum({0})::bigint as {0}").format(name) for name in names)
    pairs = sql.SQL(", ").join(
        sql.SQL("({}, sums.{})").format(measure, name)
        for measure, name in zip(measures, names, strict=True)
    )
    return sql.SQL(
        """
        select {kpi} as kpi, shown.measure, shown.value
        from (
            select {sums} from gold.{view}
            where day = (select last_day from meta.live_publication)
        ) as sums
        cross join lateral (values {pairs}) as shown (measure, value)
        """
    ).format(kpi=kpi, sums=sums, view=sql.Identifier(kpi), pairs=pairs)
