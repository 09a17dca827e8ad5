"""The flow pqr-ingest: events that the simulator did not write, from files to gold."""

from datetime import date
from functools import partial
from pathlib import Path

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from orchestration.bronze.job import QUARANTINE_LIMIT_PCT
from orchestration.flows.attempt import Attempt, attempt
from orchestration.flows.plan import git_sha, today
from orchestration.flows.preflight import preflight
from orchestration.flows.progress import StepEvent, say
from orchestration.flows.recording import StepOutcome
from orchestration.flows.request import RunReport
from orchestration.flows.run import carry
from orchestration.ingest.job import write_delivery
from orchestration.ingest.plan import Delivery, plan_delivery
from orchestration.ingest.prepare import prepare
from orchestration.ingest.report import report
from orchestration.lake.committed import committed_manifest, read_manifest
from orchestration.meta.control import connect
from orchestration.meta.world import RunFacts
from orchestration.settings import Settings, load_settings


class IngestRequest(BaseModel):
    """The parameters of the flow pqr-ingest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    location: str = Field(description="A file, a folder or s3://bucket/prefix.")
    source: str = Field(description="Channel: email, webform, chat, call or other_digital.")
    mapping: Path | None = Field(default=None, description="YAML: what the columns of a CSV mean.")
    world: str = Field(default="ingested", description="Deliveries of one name are one lake.")
    start: date | None = Field(
        default=None, description="First day: rows of earlier ones go to quarantine."
    )
    end: date | None = Field(
        default=None, description="Last day: rows of later ones go to quarantine."
    )
    quarantine_limit_pct: float = Field(
        default=QUARANTINE_LIMIT_PCT,
        ge=0,
        le=100,
        description="Rows in quarantine that are tolerated, in % of the rows of the files.",
    )
    replaces: bool = Field(
        default=False,
        description="Cases of its channels, created on its days, that the delivery lacks vanish.",
    )
    publish: bool = Field(default=False, description="Whether people are to see this world.")


def plan_ingest(settings: Settings, request: IngestRequest) -> Delivery:
    """Read what is delivered, judge every row and decide its run; nothing is written.

    Raises:
        UsageError: A location, mapping, source or range that is not valid.
        DeliveryRefused: Too many rows cannot become a case, or dates are probably slips.
        DatabaseUnavailable: PostgreSQL does not answer.
    """
    prepared = prepare(
        settings,
        request.location,
        source=request.source,
        mapping=request.mapping,
        world=request.world,
        first=request.start,
        last=request.end,
        today=today(settings),
    )
    prepared.require_acceptable(request.quarantine_limit_pct)
    with connect(settings, context="pqr ingest") as connection:
        delivery = plan_delivery(
            settings,
            connection,
            prepared,
            quarantine_limit_pct=request.quarantine_limit_pct,
            replaces=request.replaces,
            first=request.start,
            last=request.end,
        )
    text = "\n".join(report(prepared, delivery))
    say(StepEvent("delivery", "done", rows=delivery.account.rows, note=text))
    return delivery


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
    made = write_delivery(held.store, held.connection, held.claim, delivery).manifest
    note = f"{len(delivery.files)} files"
    if delivery.inferred_events:
        note += f", {delivery.inferred_events:,} events inferred"
    return StepOutcome(False, made.counts["events"], made.counts["events"], made.size, note)
