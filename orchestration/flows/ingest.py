"""The flow pqr-ingest: events that the simulator did not write, from files to gold."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import psycopg
from prefect import Flow, flow
from pydantic import BaseModel, ConfigDict, Field

from orchestration.bronze.job import QUARANTINE_LIMIT_PCT
from orchestration.flows.attempt import Attempt, StepOutcome, claimed
from orchestration.flows.layers import reuse_or_build
from orchestration.flows.preflight import preflight
from orchestration.flows.request import RunReport, git_sha
from orchestration.flows.run import run_layers
from orchestration.flows.session import Session
from orchestration.ingest.job import Delivery, plan_delivery, write_delivery
from orchestration.lake.manifest import Edge, Manifest
from orchestration.lake.paths import ORIGINAL_DATASET, RAW_DATASET
from orchestration.meta.control import RunFacts, connect
from orchestration.progress import Progress, silent
from orchestration.run import Run
from orchestration.settings import Settings, load_settings

# Raw lines were made of the delivered files, which are kept beside them.
_EDGES = (Edge(RAW_DATASET, "raw", ORIGINAL_DATASET),)


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


def ingest_flow(progress: Progress = silent) -> Flow[[IngestRequest], RunReport]:
    """The flow pqr-ingest, whose events `progress` takes: Prefect stores the parameters."""

    @flow(
        name="pqr-ingest",
        description="Carry foreign events from files to gold, and to publication if asked.",
    )
    def pqr_ingest(request: IngestRequest) -> RunReport:
        """Land the delivery as a run of its own world and build every layer of it.

        What is live stays live, unless the request asks to publish.

        Raises:
            PqrError: With the exit code of `pqr`; meta.etl_runs holds the reason.
        """
        settings = load_settings()
        preflight(settings)
        delivery = plan_ingest(settings, request)
        run, facts = delivery.run, RunFacts(git_sha(settings), {"ingested": request.world})
        with (
            Session(settings) as session,
            session.holding(run.world, facts) as hold,
            claimed(session, hold, run, facts, progress) as attempt,
        ):
            return run_layers(
                attempt,
                partial(delivered_raw, attempt, delivery),
                quarantine_limit_pct=request.quarantine_limit_pct,
                publication="now" if request.publish else "never",
            )

    return pqr_ingest


pqr_ingest = ingest_flow()


def delivered_raw(attempt: Attempt, delivery: Delivery) -> StepOutcome:
    """Write the lines and the files of a delivery as raw events; a run is its delivery."""

    def make() -> tuple[Manifest, Sequence[Edge]]:
        attempt.evaluator()  # imports Great Expectations while the files are written
        return write_delivery(attempt.settings, delivery), _EDGES

    outcome = reuse_or_build(attempt, "raw", attempt.run.world.code_hash, make)
    if outcome.skipped:
        return outcome
    note = f"{len(delivery.files)} files"
    if delivery.inferred_events:
        note += f", {delivery.inferred_events:,} events inferred"
    return replace(outcome, note=note)


def _first_day(connection: psycopg.Connection, run: Run) -> date:
    """The earliest day that any delivery of the world has."""
    row = connection.execute(
        "select least(first_day, %s) from meta.worlds where world_id = %s",
        [run.date_min, run.world.world_id],
    ).fetchone()
    return row[0] if row else run.date_min
