"""The flows pqr-publish and pqr-verify: an earlier publication made live, objects read again."""

from datetime import date
from functools import partial
from uuid import UUID

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from orchestration.errors import WorkFailed
from orchestration.flows.failures import with_retries
from orchestration.lake.journal import write_entry
from orchestration.lake.store import ObjectStore
from orchestration.meta.control import connect
from orchestration.publication.datasets import published_datasets
from orchestration.publication.publish import register_tables
from orchestration.publication.switch import switch_back
from orchestration.settings import load_settings
from orchestration.transform.serving import parsed_declarations
from orchestration.verify.lake import Report, verify_lake
from orchestration.wording import counted


class PublishRequest(BaseModel):
    """The parameters of the flow pqr-publish."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run_id: UUID = Field(description="A run that `pqr runs` marks with * or +.")


class PublishReport(BaseModel):
    """What people see now."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    publication_id: int
    last_day: date
    status: str
    tables: str = Field(description="What became of the Iceberg tables; empty: nothing changed.")


@flow(name="pqr-publish", description="Make an earlier publication the live one: one row changes.")
def pqr_publish(request: PublishRequest) -> PublishReport:
    """Flip the pointer; nothing is built or copied.

    Raises:
        UnknownRunError, NotPublishable: With the reason.
    """
    settings = load_settings()
    with with_retries(connect)(settings, context="pqr publish") as connection:
        record = partial(write_entry, ObjectStore(settings.s3), connection, reason="switch")
        live = switch_back(connection, request.run_id, record)
        datasets = published_datasets(settings, partial(parsed_declarations, settings))
        tables = register_tables(settings, connection, datasets)
    return PublishReport(
        run_id=str(live.run_id),
        publication_id=live.publication_id,
        last_day=live.last_day,
        status=live.status,
        tables=tables,
    )


class NotAsCommitted(WorkFailed):
    """Something that was committed is not as it was."""


class VerifyRequest(BaseModel):
    """The parameters of the flow pqr-verify."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run_id: UUID | None = Field(default=None, description="One run alone; default: every run.")


class VerifyReport(BaseModel):
    """What was read, and what is left over without being wrong."""

    model_config = ConfigDict(frozen=True)

    manifests: int
    objects: int
    leftovers: tuple[str, ...]


@flow(name="pqr-verify", description="Read all that is committed again: bytes, rows, links.")
def pqr_verify(request: VerifyRequest) -> VerifyReport:
    """Hold every committed object against its manifest.

    Raises:
        NotAsCommitted: Names the first objects that are missing or hold other bytes.
    """
    settings = load_settings()

    @with_retries
    def verify() -> Report:
        with connect(settings, context="pqr verify") as connection:
            return verify_lake(settings, connection, request.run_id)

    report = verify()
    if not report.is_sound:
        wrong = [str(finding) for finding in report.findings if finding.is_failure]
        raise NotAsCommitted(
            f"{counted(len(wrong), 'finding')}: {'; '.join(wrong[:3])}; see `pqr verify`"
        )
    leftovers = tuple(str(finding) for finding in report.findings)
    return VerifyReport(manifests=report.manifests, objects=report.objects, leftovers=leftovers)
