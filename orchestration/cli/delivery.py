"""`pqr simulate` and `pqr ingest`: raw events of a run, from the simulator or from elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.lake import LimitPct, claimed, day_option, progress, say_bronze

Start = Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD.")]
End = Annotated[str | None, typer.Option(help="Last day, included.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (simulate, ingest):
        app.command()(command)


def simulate(
    start: Start = None,
    end: End = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the world.")] = None,
    scenario: Annotated[str | None, typer.Option(help="calm, spike, understaffed, ...")] = None,
    config: Annotated[Path | None, typer.Option(help="Another simulation configuration.")] = None,
) -> None:
    """Write the raw events of a run to the lake, and no layer after it.

    Example: pqr simulate --start 2025-09-01 --end 2025-09-07
    """
    from orchestration.cluster import dask_client
    from orchestration.flows.request import RunRequest
    from orchestration.flows.run import plan
    from orchestration.lake.runs import run_status
    from orchestration.meta.control import connect
    from orchestration.raw.job import write_raw
    from orchestration.settings import load_settings

    settings = load_settings()
    first, last = day_option("--start", start), day_option("--end", end)
    simulation, run = plan(
        RunRequest(seed=seed, start=first, end=last, scenario=scenario, config=config)
    )
    with connect(settings, context="pqr simulate") as connection:
        status = run_status(connection, run.run_id)
        with claimed(connection, run, status, "raw") as claim, dask_client(settings) as client:
            result = write_raw(settings, client, connection, claim, simulation, progress("raw"))
    counts = result.manifest.counts
    state = "unchanged" if result.was_committed else "committed"
    typer.echo(
        f"raw of run {run.run_id} {state}: {counts['events']:,} events of {counts['tickets']:,}"
        f" new cases in {counts['objects']:,} objects"
    )


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
        first=day_option("--start", start),
        last=day_option("--end", end),
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
