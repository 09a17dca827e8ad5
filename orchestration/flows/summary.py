"""What a run leaves to be read: the KPIs that people see, and two artifacts in Prefect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import psycopg

from orchestration.flows.shown import show_log
from orchestration.lake import paths

if TYPE_CHECKING:
    from orchestration.flows.attempt import Attempt

# Prefect keeps every version of a key: the history of the runs.
SUMMARY_KEY: Final = "pqr-run-summary"
LAYERS_KEY: Final = "pqr-run-layers"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Kpi:
    """One figure of the closing summary: `value` as it is shown, `meaning` in a few words."""

    name: str
    value: str
    meaning: str


_TOTALS = """
with published as (select last_day as day from meta.live_publication)

select
    (select day from published) as day,
    (select sum(tickets_count) from gold.kpi_volume_daily) as tickets,
    (select sum(backlog_count) from gold.kpi_backlog_daily join published using (day)) as backlog,
    (select sum(closings_count) from gold.kpi_sla_daily) as closings,
    (select sum(within_sla_count) from gold.kpi_sla_daily) as within_sla,
    (select sum(overdue_count) from gold.kpi_sla_daily join published using (day)) as overdue,
    (
        select sum(avg_hours_to_first_response * responses_count) / nullif(sum(responses_count), 0)
        from gold.kpi_first_response_daily
    ) as first_response_hours,
    (
        select sum(avg_hours_to_close * closings_count) / nullif(sum(closings_count), 0)
        from gold.kpi_close_time_daily
    ) as close_hours
"""


# As `pqr quality` counts them; those that did not pass by name.
_CHECKS = """
select
    count(*) filter (where result = 'PASS'),
    coalesce(
        array_agg(concat_ws(' ', result || ':', layer, dataset, check_name) order by layer, dataset,
            check_name) filter (where result in ('WARN', 'FAIL', 'ERROR')),
        '{}'
    )
from meta.current_checks where run_id = %(run_id)s
"""
_QUARANTINE = """
select coalesce(sum(lines_count), 0)::bigint,
    string_agg(reason || ' ' || lines_count, ', ' order by reason)
from meta.quarantine_reasons where run_id = %(run_id)s
"""
_MOST_CHECKS = 10


def published_kpis(connection: psycopg.Connection) -> tuple[Kpi, ...]:
    """The closing figures of the current publication, which may have later days than the run.

    Args:
        connection: Any role that may read gold.
    """
    row = connection.execute(_TOTALS).fetchone()
    if row is None or row[0] is None:
        return ()
    day, tickets, backlog, closings, within_sla, overdue, first_response, close = row
    in_time = f"{Decimal(100) * within_sla / closings:.2f} %" if closings else "no closings yet"
    return (
        Kpi("tickets", f"{tickets or 0:,}", "created in the published days"),
        Kpi("closings", f"{closings or 0:,}", "a reopened ticket closes more than once"),
        Kpi("within SLA", in_time, "of the closings"),
        Kpi("backlog", f"{backlog or 0:,}", f"open at the end of {day}"),
        Kpi("overdue", f"{overdue or 0:,}", f"open and past their term at the end of {day}"),
        Kpi("first response", _hours(first_response), "mean, calendar hours"),
        Kpi("time to close", _hours(close), "mean, calendar hours"),
    )


def leave_artifacts(held: "Attempt", failure: BaseException | None) -> None:
    """Create both artifacts for the current flow run, and show its log.

    Args:
        held: The attempt, its layers recorded.
        failure: Why it ended early; None when it is published.
    """
    from prefect.artifacts import create_markdown_artifact, create_table_artifact

    layers = _layers(held)
    kpis = published_kpis(held.connection) if failure is None else ()
    title = f"{held.run.date_min} to {held.run.date_max}, run {held.run.run_id}"
    create_table_artifact(table=[dict(row) for row in layers], key=LAYERS_KEY, description=title)
    text = summary(held, layers, kpis, failure)
    create_markdown_artifact(markdown=text, key=SUMMARY_KEY, description=title)
    show_log(held.log.lines())


def summary(
    held: "Attempt", layers: Sequence[Row], kpis: Sequence[Kpi], failure: BaseException | None
) -> str:
    """The summary as Markdown; names places, never credentials."""
    run = held.run
    lines = [
        f"# PQRS {run.date_min} to {run.date_max}",
        "",
        f"Run `{run.run_id}`, attempt {held.claim.attempt}, world `{run.world.world_id}`,"
        f" seed {run.world.seed}.",
        "",
    ]
    if failure is not None:
        lines += ["**Failed:**", "", _quoted(str(failure) or type(failure).__name__), ""]
    lines += [*_quality(held), ""]
    if kpis:
        lines += ["| KPI | Value | Meaning |", "|---|---:|---|"]
        lines += [f"| {kpi.name} | {kpi.value} | {kpi.meaning} |" for kpi in kpis]
        lines.append("")
    lines += ["| Layer | Status | Rows | MB | Seconds | Skipped |", "|---|---|---:|---:|---:|---|"]
    lines += [
        f"| {row['layer']} | {row['status']} | {row['rows'] or 0:,} |"
        f" {(row['bytes'] or 0) / 1e6:,.1f} | {row['seconds'] or 0:,.1f} |"
        f" {'yes' if row['skipped'] else 'no'} |"
        for row in layers
    ]
    lines += ["", "## Where to look", "", *(f"- {place}" for place in _places(held))]
    return "\n".join(lines) + "\n"


def _quality(held: "Attempt") -> list[str]:
    """How far the figures can be trusted: checks, and lines that are in none of them."""
    values = {"run_id": held.run.run_id}
    (passed, others), *_ = held.connection.execute(_CHECKS, values).fetchall()
    (quarantined, reasons), *_ = held.connection.execute(_QUARANTINE, values).fetchall()
    names = [f"- `{name}`" for name in others[:_MOST_CHECKS]]
    if len(others) > _MOST_CHECKS:
        names.append(f"- and {len(others) - _MOST_CHECKS} more: `pqr quality`")
    return [
        f"Checks: {passed:,} passed, {len(others):,} did not."
        f" Lines in quarantine: {quarantined:,}{f' ({reasons})' if reasons else ''}.",
        *(["", *names] if names else []),
    ]


def _places(held: "Attempt") -> list[str]:
    run, settings = held.run, held.settings
    docs = settings.home / "data_docs" / str(run.run_id) / "index.html"
    places = [
        f"History: `pqr logs {run.run_id}`",
        f"Data Docs: [{docs}]({docs.as_uri()})",
        f"Log: `s3://{settings.s3.bucket}/{paths.pipeline_log(run)}`,"
        f" on this machine [{held.log.path}]({held.log.path.as_uri()})",
        f"Lineage: `select * from meta.lineage where run_id = '{run.run_id}'`",
    ]
    lineage = settings.lineage
    if lineage.is_configured:
        targets = " and ".join(str(place) for place in (lineage.url, lineage.file) if place)
        places.append(f"OpenLineage events: {targets}")
    return places


def _layers(held: "Attempt") -> list[Row]:
    """The last try of each layer in this attempt, in their order."""
    rows = held.connection.execute(
        """
        select layer, status, rows_out, bytes, seconds from (
            select distinct on (layer) * from meta.task_runs
            where run_id = %s and attempt = %s and layer is not null
            order by layer, task_run_id desc
        ) as last_tries order by task_run_id
        """,
        [held.run.run_id, held.claim.attempt],
    ).fetchall()
    return [
        {
            "layer": layer,
            "status": status,
            "rows": count,
            "bytes": size,
            "seconds": None if seconds is None else float(seconds),
            "skipped": status == "SKIPPED",
        }
        for layer, status, count, size, seconds in rows
    ]


def _quoted(text: str) -> str:
    """Text of others as a code block, which shows it as it is: it may hold Markdown or HTML.

    Its own line breaks and control characters would end the block.
    """
    return "    " + "".join(
        letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text
    )


def _hours(value: Decimal | None) -> str:
    return "none yet" if value is None else f"{value:,.1f} h"
