"""The flow pqr-daily: the days that a world is missing, up to yesterday, or one day alone."""

from datetime import timedelta
from functools import partial

from prefect import flow

from orchestration.errors import UsageError
from orchestration.flows.days import days_between, published_by, request_of, run_each
from orchestration.flows.hold import world_held
from orchestration.flows.plan import plan, refuse_future, run_facts, today, world_end
from orchestration.flows.preflight import preflight
from orchestration.flows.request import DailyRequest, DaysReport, RunRequest
from orchestration.flows.resources import shared_resources
from orchestration.flows.tasks import as_task
from orchestration.flows.transient import patiently
from orchestration.meta.control import connect
from orchestration.settings import Settings, load_settings


@flow(
    name="pqr-daily",
    description=(
        "Continue a world: every day that is not published yet, up to yesterday in Colombia, each"
        " as a run of its own; or one day alone."
    ),
)
def pqr_daily(request: DailyRequest) -> DaysReport:
    """Run the days that are due, the earliest first; stop at the first that fails.

    Raises:
        PqrError: With the exit code of `pqr`; meta.etl_runs holds the reason.
    """
    settings = load_settings()
    refuse_future(settings, request.day)
    as_task("preflight", preflight, delays=())(settings)
    due, note = due_days(settings, request)
    if not due:
        return DaysReport(runs=(), note=note)
    config, run = plan(due[0])
    with (
        world_held(settings, run.world, run_facts(settings, config, request)) as hold,
        shared_resources(settings, hold),
    ):
        return DaysReport(runs=tuple(run_each(due)), note=note)


def due_days(settings: Settings, request: DailyRequest) -> tuple[list[RunRequest], str]:
    """Which days are to run now, and a word on those that are not.

    The world's next day is the first that no run has published; what meta says counts, whatever
    Prefect remembers.

    Raises:
        UsageError: The logical date lies outside the world.
    """
    chosen = RunRequest(seed=request.seed, scenario=request.scenario, config=request.config)
    world, last = plan(chosen)[1].world, world_end(chosen)
    first = world.first_day
    if request.day is not None:
        if not first <= request.day <= last:
            raise UsageError(f"day {request.day} lies outside the world, {first} to {last}")
        return [request_of(request, request.day, request.day)], ""
    yesterday = today(settings) - timedelta(days=1)
    with patiently(partial(connect, settings, context="pqr daily")) as connection:
        published = published_by(connection, world.world_id)
    if request.allow_gap and published:
        first = max(published) + timedelta(days=1)
    until = min(yesterday, last)
    missing = [day for day in days_between(first, until) if day not in published]
    if not missing:
        over = "; the world ends there" if until == last else ""
        return [], f"nothing to do: the days to {until} are published{over}"
    due = [request_of(request, day, day) for day in missing[: request.most_days]]
    left = len(missing) - len(due)
    return due, f"{left} more days wait, to {missing[-1]}: run it again" if left else ""
