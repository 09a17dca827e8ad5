"""What `pqr quality` shows, read from meta.* alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from orchestration.lake.committed import UnknownRunError

LAYERS = ("raw", "bronze", "enrichment", "silver", "gold", "serving")
RESULTS = ("FAIL", "ERROR", "WARN", "SKIPPED", "PASS")
_TREND_RUNS = 20


@dataclass(frozen=True)
class Row:
    """One result of a check."""

    layer: str
    dataset: str
    check_name: str
    tool: str
    severity: str
    result: str
    value: float | None
    threshold: float | None
    details: Mapping[str, Any]
    attempt: int
    checked_at: datetime


@dataclass(frozen=True)
class Trend:
    """A check's values over the latest runs of its configuration, the oldest first."""

    check_name: str
    dataset: str
    values: tuple[tuple[date, float], ...]
    threshold: float | None


@dataclass(frozen=True)
class RunQuality:
    """The results of a run, for the builds that count now; of a failed run also for the build
    that it could not commit."""

    run_id: UUID
    status: str
    error: str | None
    date_min: date
    date_max: date
    attempt: int
    rows: tuple[Row, ...]
    trends: tuple[Trend, ...]
    pass_rates: tuple[tuple[str, float, int], ...]
    layer_seconds: Mapping[str, float]

    def counts(self) -> Counter[tuple[str, str, str]]:
        """How many checks, by layer, tool and result."""
        return Counter((row.layer, row.tool, row.result) for row in self.rows)

    def check_seconds(self, layer: str) -> float:
        """What Great Expectations and its measures took in a layer."""
        return sum(
            float(row.details.get("seconds", 0))
            for row in self.rows
            if row.layer == layer and row.tool == "great_expectations"
        )


def read_quality(connection: psycopg.Connection, run_id: UUID | None) -> RunQuality:
    """The results of a run; of the latest that has any when `run_id` is None.

    Raises:
        UnknownRunError: No such run, or no run at all.
    """
    found = connection.execute(
        """
        select run_id, status, error, date_min, date_max, attempt from meta.etl_runs
        where %(run)s::uuid is null and run_id in (select run_id from meta.data_quality)
            or run_id = %(run)s
        order by started_at desc limit 1
        """,
        {"run": run_id},
    ).fetchone()
    if found is None:
        raise UnknownRunError(
            f"run {run_id} is unknown: `pqr runs` lists the runs"
            if run_id
            else "no run has been checked yet"
        )
    run, status, error, date_min, date_max, attempt = found
    return RunQuality(
        run,
        status,
        error,
        date_min,
        date_max,
        attempt,
        rows=_rows(connection, run),
        trends=_trends(connection, run),
        pass_rates=_pass_rates(connection),
        layer_seconds=dict(
            connection.execute(
                "select distinct on (layer) layer, seconds::float from meta.task_runs"
                " where run_id = %s and status = 'SUCCEEDED' and layer is not null"
                " order by layer, attempt desc",
                [run],
            ).fetchall()
        ),
    )


def _rows(connection: psycopg.Connection, run_id: UUID) -> tuple[Row, ...]:
    rows = connection.execute(
        """
        select
            layer, dataset, check_name, tool, severity, result, value::float, threshold::float,
            details_json, attempt, checked_at
        from meta.current_checks
        where run_id = %(run)s
        order by
            array_position(%(layers)s::text[], layer), array_position(%(results)s::text[], result),
            tool desc, dataset, check_name
        """,
        {"run": run_id, "layers": list(LAYERS), "results": list(RESULTS)},
    ).fetchall()
    return tuple(Row(*row) for row in rows)


def _trends(connection: psycopg.Connection, run_id: UUID) -> tuple[Trend, ...]:
    """Figures that changed between runs."""
    rows = connection.execute(
        """
        with neighbours as (
            select run_id, run_seq, date_max, attempt from meta.etl_runs
            where config_hash = (select config_hash from meta.etl_runs where run_id = %(run)s)
            order by run_seq desc limit %(runs)s
        ),

        newest as (
            select distinct on (run_id, layer, dataset, check_name)
                run_seq, date_max, dataset, check_name, value::float as value,
                threshold::float as threshold
            from meta.data_quality join neighbours using (run_id)
            where value is not null
            order by run_id, layer, dataset, check_name, data_quality_id desc
        )

        select
            check_name, dataset, array_agg(date_max order by run_seq),
            array_agg(value order by run_seq),
            (array_agg(threshold order by run_seq desc))[1]
        from newest
        group by check_name, dataset
        having count(*) > 1 and count(distinct value) > 1
        order by dataset, check_name
        """,
        {"run": run_id, "runs": _TREND_RUNS},
    ).fetchall()
    return tuple(
        Trend(name, dataset, tuple(zip(days, values, strict=True)), threshold)
        for name, dataset, days, values, threshold in rows
    )


def _pass_rates(connection: psycopg.Connection) -> tuple[tuple[str, float, int], ...]:
    """Share of checks that passed in the latest runs, the oldest first: (day, pct, checks)."""
    rows = connection.execute(
        """
        select
            date_max::text,
            100.0 * count(*) filter (where result = 'PASS') / count(*),
            count(*)
        from meta.current_checks join meta.etl_runs using (run_id)
        where result <> 'SKIPPED'
        group by run_id, run_seq, date_max order by run_seq desc limit %s
        """,
        [_TREND_RUNS],
    ).fetchall()
    return tuple((day, float(pct), count) for day, pct, count in reversed(rows))


def docs_page(home: Path, run_id: UUID) -> Path | None:
    """The first page of a run's Data Docs, when it has any."""
    page = home / "data_docs" / str(run_id) / "index.html"
    return page if page.is_file() else None
