"""The flow pqr-ingest: events that the simulator did not write, from files to gold."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from orchestration.bronze.job import QUARANTINE_LIMIT_PCT
from orchestration.flows.attempt import Attempt, StepOutcome, claimed
from orchestration.flows.judge_events import judge_events
from orchestration.flows.layers import reuse_or_build
from orchestration.flows.preflight import preflight
from orchestration.flows.request import RunReport, git_sha, today
from orchestration.flows.run import run_layers
from orchestration.flows.session import Session
from orchestration.flows.shown import shown_flow
from orchestration.ingest.job import write_delivery
from orchestration.ingest.plan import Delivery, plan_delivery
from orchestration.ingest.prepare import prepare
from orchestration.ingest.report import report
from orchestration.lake.manifest import Edge, Manifest
from orchestration.lake.paths import ORIGINAL_DATASET, RAW_DATASET
from orchestration.meta.control import RunFacts, connect
from orchestration.progress import Progress, StepEvent, silent
from orchestration.settings import Settings, load_settings
from orchestration.wording import counted

# Raw lines were made of the delivered files, which are kept beside them.
_EDGES = (Edge(RAW_DATASET, "raw", ORIGINAL_DATASET),)


class IngestRequest(BaseModel):
    """The parameters of the flow pqr-ingest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    location: str = Field(description="A file, a folder or s3://bucket/prefix.")
    source: str = Field(description="Channel of the events, such as email or in_person.")
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

    @property
    def title(self) -> str:
        """What is delivered, from where, and to which world; its folder says nothing in a list."""
        name = self.location.rstrip("/").rpartition("/")[2]
        return f"{name} from {self.source} into {self.world}"


def plan_ingest(
    settings: Settings, request: IngestRequest, progress: Progress = silent
) -> Delivery:
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
    judge_events(settings, prepared, request.start, request.end)
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
    text = "\n".join([*report(prepared, delivery), f"  {_terms(settings)}"])
    progress(StepEvent("delivery", "done", rows=delivery.account.rows, note=text))
    return delivery


def _terms(settings: Settings) -> str:
    """Whose terms a case is held to: a register of an entity is not the case document's world."""
    declared = (settings.project_root / "dbt_project.yml").read_text(encoding="utf-8")
    policy = yaml.safe_load(declared)["vars"]["sla_policy"]
    hint = "" if policy == "ley_1755" else "; those of the law are ley_1755"
    return f"terms: {policy} (sla_policy in dbt_project.yml{hint})"


def ingest_flow(
    progress: Progress = silent, remember: Callable[[Delivery], None] | None = None
) -> Callable[[IngestRequest], RunReport]:
    """The flow pqr-ingest: Prefect stores the parameters.

    Args:
        progress: Takes the events of the run.
        remember: Takes the delivery as it was planned; its run may be one that was there before.
    """

    @shown_flow(
        "pqr-ingest",
        "Carry foreign events from files to gold, and to publication if asked.",
        run_name="{request.title}",
    )
    def pqr_ingest(request: IngestRequest) -> RunReport:
        """Land the delivery as a run of its own world and build every layer of it.

        What is live stays live, unless the request asks to publish.

        Raises:
            PqrError: With the exit code of `pqr`; meta.etl_runs holds the reason.
        """
        settings = load_settings()
        with Session(settings) as session:
            session.evaluator()  # while the files are read
            preflight(settings)
            delivery = plan_ingest(settings, request, progress)
            if remember is not None:
                remember(delivery)
            run, facts = delivery.run, RunFacts(git_sha(settings), {"ingested": request.world})
            with (
                session.holding(run.world, facts) as hold,
                claimed(session, hold, run, facts, progress) as attempt,
            ):
                return run_layers(
                    attempt,
                    partial(delivered_raw, attempt, delivery),
                    # Lines of JSONL were counted against the limit as rows of their files, now or
                    # in an earlier delivery, beside whose lines a clean table lands.
                    quarantine_limit_pct=100
                    if delivery.is_limit_judged
                    else request.quarantine_limit_pct,
                    publication="now" if request.publish else "never",
                )

    return pqr_ingest


def delivered_raw(attempt: Attempt, delivery: Delivery) -> StepOutcome:
    """Write the lines and the files of a delivery as raw events; a run is its delivery."""

    def make() -> tuple[Manifest, Sequence[Edge]]:
        attempt.prepare()  # while the files are written
        return write_delivery(attempt.store, attempt.connection, attempt.run, delivery), _EDGES

    outcome = reuse_or_build(attempt, "raw", attempt.run.world.code_hash, make)
    if outcome.skipped:
        return outcome
    note = counted(len(delivery.files), "file")
    if delivery.inferred_events:
        note += f", {counted(delivery.inferred_events, 'event')} inferred"
    return replace(outcome, note=note)
