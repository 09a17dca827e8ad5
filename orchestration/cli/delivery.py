"""`pqr ingest`: events that the simulator did not write, carried to gold as their own world."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from orchestration.cli.lake import LimitPct
from orchestration.cli.live import RunView
from orchestration.cli.options import End, Start, day
from orchestration.cli.prefect_environment import prefect_environment


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
    publish: Annotated[
        bool, typer.Option("--publish", help="Make this world the live one, too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Take events that the simulator did not write: JSONL in the raw contract, or CSV.

    They land as a run of a world of their own, the files kept beside as they came; every line ends
    in bronze or in quarantine, and silver and gold are built of it. What is live stays live unless
    --publish says otherwise. Files may be compressed (.gz). Repeated, nothing changes.

    Example: pqr ingest docs/ingest/pqrs_entidad.csv --mapping docs/ingest/pqrs_entidad.yaml
    --source webform
    """
    first, last = day("--start", start), day("--end", end)
    from orchestration.settings import load_settings

    settings = load_settings()
    console = Console(stderr=as_json)
    with prefect_environment(settings):
        from orchestration.flows.ingest import IngestRequest, ingest_flow

        request = IngestRequest(
            location=location,
            source=source,
            mapping=mapping,
            world=world,
            start=first,
            end=last,
            quarantine_limit_pct=quarantine_limit,
            publish=publish,
        )
        with RunView(console, quiet=False) as view:
            report = ingest_flow(view.show)(request)
    if as_json:
        print(report.model_dump_json())
        return
    console.print(
        f"Run {report.run_id}  {report.date_min} to {report.date_max}  world {world}",
        highlight=False,
        soft_wrap=True,
    )
    if publish:
        console.print(f"Published ({report.status}). Back: `pqr runs`, `pqr publish --run-id R`.")
    else:
        console.print(
            "In silver and gold of the lake; what is live was not touched."
            " The same command with --publish makes it live.",
            soft_wrap=True,
        )
