"""Artifacts of a run in Prefect: a summary to read, and its layers as a table."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from orchestration.flows.attempt import Attempt
from orchestration.flows.summary import Kpi, published_kpis
from orchestration.lake import paths

# Prefect keeps every version of a key: the history of the runs.
SUMMARY_KEY: Final = "pqr-run-summary"
LAYERS_KEY: Final = "pqr-run-layers"

Row = Mapping[str, Any]


def leave_artifacts(held: Attempt, failure: BaseException | None) -> None:
    """Create both artifacts for the flow run of this context.

    Args:
        held: The attempt, its layers recorded.
        failure: Why it ended early; None when it is published.
    """
    layers = _layers(held)
    kpis = published_kpis(held.connection, held.run.date_max) if failure is None else ()
    title = f"{held.run.date_min} to {held.run.date_max}, run {held.run.run_id}"
    create_table_artifact(table=[dict(row) for row in layers], key=LAYERS_KEY, description=title)
    text = summary(held, layers, kpis, failure)
    create_markdown_artifact(markdown=text, key=SUMMARY_KEY, description=title)


def summary(
    held: Attempt, layers: Sequence[Row], kpis: Sequence[Kpi], failure: BaseException | None
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
        lines += [f"**Failed:** {failure or type(failure).__name__}", ""]
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


def _places(held: Attempt) -> list[str]:
    run, settings = held.run, held.settings
    docs = settings.home / "data_docs" / str(run.run_id) / "index.html"
    places = [
        f"Data Docs: [{docs}]({docs.as_uri()})",
        f"Log: `s3://{settings.s3.bucket}/{paths.pipeline_log(run)}`,"
        f" on this machine [{held.log.path}]({held.log.path.as_uri()})",
        f"Lineage: `select * from meta.lineage where run_id = '{run.run_id}'`",
    ]
    lineage = settings.lineage
    if lineage.is_configured:
        told = " and ".join(str(place) for place in (lineage.url, lineage.file) if place)
        places.append(f"OpenLineage events: {told}")
    return places


def _layers(held: Attempt) -> list[Row]:
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
