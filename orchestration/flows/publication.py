"""The flow pqr-publish: make an earlier publication the live one."""

from datetime import date
from uuid import UUID

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from orchestration.flows.tasks import as_task
from orchestration.meta.control import connect
from orchestration.publication.switch import Live, switch_back
from orchestration.settings import Settings, load_settings


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


@flow(name="pqr-publish", description="Make an earlier publication the live one: one row changes.")
def pqr_publish(request: PublishRequest) -> PublishReport:
    """Flip the pointer; nothing is built or copied.

    Raises:
        UnknownRunError, NotPublishable: With the reason.
    """
    live = as_task("switch", _switch)(load_settings(), request.run_id)
    return PublishReport(
        run_id=str(live.run_id),
        publication_id=live.publication_id,
        last_day=live.last_day,
        status=live.status,
    )


def _switch(settings: Settings, run_id: UUID) -> Live:
    with connect(settings, context="pqr publish") as connection:
        return switch_back(connection, run_id)
