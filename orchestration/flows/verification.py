"""The flow pqr-verify: everything that is committed, read again."""

from uuid import UUID

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from orchestration.errors import WorkFailed
from orchestration.flows.tasks import as_task
from orchestration.meta.control import connect
from orchestration.settings import Settings, load_settings
from orchestration.verify.lake import Report, verify_lake


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
    report = as_task("verify", _verify)(load_settings(), request.run_id)
    if not report.is_sound:
        wrong = [str(finding) for finding in report.findings if finding.is_failure]
        raise NotAsCommitted(f"{len(wrong)} findings: {'; '.join(wrong[:3])}; see `pqr verify`")
    leftovers = tuple(str(finding) for finding in report.findings)
    return VerifyReport(manifests=report.manifests, objects=report.objects, leftovers=leftovers)


def _verify(settings: Settings, run_id: UUID | None) -> Report:
    with connect(settings, context="pqr verify") as connection:
        return verify_lake(settings, connection, run_id)
