"""The flow pqr-ingest: events that the simulator did not write, from files to gold."""

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import psycopg
from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from orchestration.bronze.job import QUARANTINE_LIMIT_PCT
from orchestration.flows.attempt import Attempt, attempt
from orchestration.flows.plan import git_sha
from orchestration.flows.preflight import preflight
from orchestration.flows.recording import StepOutcome
from orchestration.flows.request import RunReport
from orchestration.flows.run import carry
from orchestration.ingest.job import Delivery, plan_delivery, write_delivery
from orchestration.lake.committed import committed_manifest, read_manifest
from orchestration.meta.control import connect
from orchestration.meta.world import RunFacts
from orchestration.run import Run
from orchestration.settings import Settings, load_settings


class IngestRequest(BaseModel):
    """The parameters of the flow pqr-ingest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    location: str = Field(description="A file, a folder or s3://bucket/prefix.")
    source: str = Field(description="Channel: email, webform, chat, call or other_digital.")
    mapping: Path | None = Field(default=None, description="YAML: what the columns of a CSV mean.")
    world: str = Field(default="ingested", description="Deliveries of one name are one lake.")
    start: date | None = Field(
        default=None, description="First day; default: the earliest event's."
    )
    end: date | None = Field(default=None, description="Last day; default: the latest event's.")
    quarantine_limit_pct: float = Field(
        default=QUARANTINE_LIMIT_PCT,
        ge=0,
        le=100,
        description="Bad lines that are tolerated, in %.",
    )
    publish: bool = Field(default=False, description="Whether people are to see this world.")


def plan_ingest(settings: Settings, request: IngestRequest) -> Delivery:
    """Read what is delivered and decide its run; nothing is written.

    Raises:
        UsageError: A location, mapping, source or range that is not valid.
        DatabaseUnavailable: PostgreSQL does not answer.
    """
    delivery = plan_delivery(
        settings,
        request.location,
        source=request.source,
        mapping=request.mapping,
        world=request.world,
        first=request.start,
        last=request.end,
    )
    with connect(settings, context="pqr ingest") as connection:
        first_day = _first_day(connection, delivery.run)
    world = replace(delivery.run.world, first_day=first_day)
    return replace(delivery, run=replace(delivery.run, world=world))


@flow(
    name="pqr-ingest",
    description="Carry foreign events from files to gold, and to publication if asked.",
)
def pqr_ingest(request: IngestRequest) -> RunReport:
    """Land the delivery as a run of its own world and build every layer of it.

    What is live stays live, unless the request says `publish`.

    Raises:
        PqrError: With the exit code of `pqr`; meta.etl_runs holds the reason.
    """
    settings = load_settings()
    preflight(settings)
    delivery = plan_ingest(settings, request)
    facts = RunFacts(git_sha(settings), {"ingested": request.world})
    with attempt(settings, delivery.run, facts) as held:
        return carry(
            held,
            partial(_raw, held, delivery),
            quarantine_limit_pct=request.quarantine_limit_pct,
            publishes=request.publish,
        )


def _raw(held: Attempt, delivery: Delivery) -> StepOutcome:
    """Commit the delivered lines as raw; a run is its delivery, so raw is made once."""
    known = committed_manifest(held.connection, held.run, "raw")
    if known is not None:
        found = read_manifest(held.store, known)
        return StepOutcome(True, 0, found.rows, found.size, "committed before, unchanged")
    held.evaluator()  # imports while the files are written
    made = write_delivery(held.settings, held.connection, held.claim, delivery).manifest
    note = f"{len(delivery.files)} files"
    if delivery.inferred_events:
        note += f", {delivery.inferred_events:,} events inferred"
    return StepOutcome(False, made.counts["events"], made.counts["events"], made.size, note)


def _first_day(connection: psycopg.Connection, run: Run) -> date:
    """The earliest day that any delivery of the world has."""
    row = connection.execute(
        "select least(first_day, %s) from meta.worlds where world_id = %s",
        [run.date_min, run.world.world_id],
    ).fetchone()
    return row[0] if row else run.date_min
