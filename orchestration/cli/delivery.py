"""`pqr ingest`: raw events of a run that the simulator did not write."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.lake import LimitPct, claimed, progress, say_bronze
from orchestration.cli.options import End, Start, day


def register(app: typer.Typer) -> None:
    """Add `pqr ingest` to `app`."""
    app.command()(ingest)


def ingest(
    location: Annotated[str, typer.Argument(help="FILE, FOLDER or s3://bucket/prefix.")],
    source: Annotated[str, typer.Option(help="email, webform, chat, call or other_digital.")],
    mapping: Annotated[
        Path | None, typer.Option(help="YAML: what the columns of a CSV mean.")
    ] = None,
    world: Annotated[str, typer.Option(help="Deliveries of one name are one lake.")] = "ingested",
    start: Start = None,
    end: End = None,
    quarantine_limit: LimitPct = 1.0,
) -> None:
    """Take events that the simulator did not write: JSONL in the raw contract, or CSV.

    They land as a run of a world of their own, the files kept beside as they came, and every line
    ends in bronze or in quarantine. Files may be compressed (.gz).

    Example: pqr ingest docs/ingest/pqrs_entidad.csv --mapping docs/ingest/pqrs_entidad.yaml
    --source webform
    """
    from orchestration.bronze.job import write_bronze
    from orchestration.cluster import dask_client
    from orchestration.ingest.job import plan_delivery, write_delivery
    from orchestration.lake.runs import run_status
    from orchestration.meta.control import connect
    from orchestration.settings import load_settings

    settings = load_settings()
    delivery = plan_delivery(
        settings,
        location,
        source=source,
        mapping=mapping,
        world=world,
        first=day("--start", start),
        last=day("--end", end),
    )
    run = delivery.run
    typer.echo(f"Run {run.run_id}  {run.date_min} to {run.date_max}  world {world}")
    with connect(settings, context="pqr ingest") as connection:
        status = run_status(connection, run.run_id)
        with claimed(connection, run, status, "bronze") as claim:
            raw = write_delivery(settings, connection, claim, delivery)
            counts = raw.manifest.counts
            typer.echo(
                f"raw committed: {counts['events']:,} lines of {len(delivery.files)} files in"
                f" {counts['objects']:,} objects, {counts['inferred_events']:,} events inferred"
            )
            with dask_client(settings) as client:
                result = write_bronze(
                    settings,
                    client,
                    connection,
                    claim,
                    raw.manifest,
                    quarantine_limit_pct=quarantine_limit,
                    on_progress=progress("bronze"),
                )
    say_bronze(result)
