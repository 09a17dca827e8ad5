"""The flows as deployments: what `pqr schedule` serves; prefect.yaml says the same to a pool."""

from typing import TYPE_CHECKING, Any, Final, cast

from prefect import serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from orchestration.flows.backfill import backfill_flow
from orchestration.flows.daily import daily_flow
from orchestration.flows.operations import pqr_publish, pqr_verify
from orchestration.flows.run import run_flow

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

TIMEZONE: Final = "America/Bogota"
DAILY_CRON: Final = "0 5 * * *"
# One run of a deployment at a time: the next one waits for it instead of finding the world held.
_ONE_AT_A_TIME: Final = ConcurrencyLimitConfig(
    limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE
)


def deployments(cron: str = DAILY_CRON) -> "tuple[RunnerDeployment, ...]":
    """Every flow, the daily one with its schedule; named like the commands."""
    schedule: dict[str, Any] = {"schedule": Cron(cron, timezone=TIMEZONE)}
    flows: tuple[tuple[Any, str, dict[str, Any]], ...] = (
        (daily_flow(), "daily", {"request": {}}),
        (run_flow(), "run", {"request": {}}),
        (backfill_flow(), "backfill", {}),
        (pqr_publish, "publish", {}),
        (pqr_verify, "verify", {"request": {}}),
    )
    made = [
        flow.to_deployment(
            name=name,
            parameters=parameters,
            concurrency_limit=_ONE_AT_A_TIME,
            entrypoint_type=EntrypointType.MODULE_PATH,
            tags=["pqr"],
            **(schedule if name == "daily" else {}),
        )
        for flow, name, parameters in flows
    ]
    # Without a running event loop the result is not a coroutine.
    return tuple(cast("list[RunnerDeployment]", made))


def serve_forever(cron: str = DAILY_CRON) -> None:
    """Register the deployments with the server of PREFECT_API_URL and run what it asks for."""
    # All of them work on one world: one flow run at a time.
    serve(*deployments(cron), limit=1)
