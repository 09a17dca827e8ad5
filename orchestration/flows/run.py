"""The flow pqr-run: one range of days through every layer. Prefect names, retries and orders."""

import logging
from collections.abc import Callable
from functools import partial

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from orchestration.flows import steps
from orchestration.flows.attempt import Attempt, attempt
from orchestration.flows.evidence import evidence
from orchestration.flows.plan import plan, run_facts
from orchestration.flows.preflight import preflight
from orchestration.flows.recording import StepOutcome, recorded
from orchestration.flows.request import RunReport, RunRequest, StepReport
from orchestration.flows.summary import published_kpis
from orchestration.flows.transient import is_transient
from orchestration.meta.control import StaleClaim, finish_run
from orchestration.settings import load_settings


@flow(name="pqr-run", description="Carry a range of days of a world from raw to publication.")
def pqr_run(request: RunRequest) -> RunReport:
    """Run every layer in order; stop at the first that fails.

    Raises:
        PqrError: With the exit code of `pqr`; meta.etl_runs holds the reason.
    """
    # Prefect's logging lets every library speak; what a worker says at its end is no news here.
    logging.getLogger("distributed").setLevel(logging.ERROR)
    settings = load_settings()
    config, run = plan(request)
    preflight(settings)
    with attempt(settings, run, run_facts(settings, config)) as held:
        return carry(held, partial(steps.raw, held, config))


def carry(held: Attempt, raw: Callable[[], StepOutcome], *, publishes: bool = True) -> RunReport:
    """Take the held run through every layer, or stop at the first that fails and record why.

    Args:
        held: The attempt; its world has every earlier day, or this ends with MissingDays.
        raw: The step that commits the run's raw events, wherever they come from.
        publishes: Whether people are to see the run; else it ends with gold.
    """
    try:
        with evidence(held):
            return _layers(held, raw, publishes=publishes)
    except BaseException as error:
        held.say_safely(partial(_end_badly, held, error))
        raise


def _layers(held: Attempt, raw: Callable[[], StepOutcome], *, publishes: bool) -> RunReport:
    steps.require_earlier_days(held)
    work: dict[str, Callable[[], StepOutcome]] = {
        "raw": raw,
        "bronze": partial(steps.bronze, held),
        "silver": partial(steps.lake_layer, held, "silver"),
        "gold": partial(steps.lake_layer, held, "gold"),
    }
    if publishes:
        work["serving"] = partial(steps.serving, held)
    outcomes: dict[str, StepOutcome] = {}
    for step, function in work.items():
        outcomes[step] = _task(step)(held, step, function)
        if step == "bronze":
            held.release_cluster()
    row = held.connection.execute(
        "select status from meta.etl_runs where run_id = %s", [held.run.run_id]
    ).fetchone()
    return RunReport(
        run_id=str(held.run.run_id),
        world_id=str(held.run.world.world_id),
        date_min=held.run.date_min,
        date_max=held.run.date_max,
        attempt=held.claim.attempt,
        status=row[0] if row else "UNKNOWN",
        changed=not all(outcome.skipped for outcome in outcomes.values()),
        steps=tuple(
            StepReport(step=step, skipped=outcome.skipped, rows=outcome.rows, size=outcome.size)
            for step, outcome in outcomes.items()
        ),
        kpis=published_kpis(held.connection, held.run.date_max),
    )


def _task(step: str) -> Callable[[Attempt, str, Callable[[], StepOutcome]], StepOutcome]:
    """A Prefect task around a step: retried with backoff and jitter when the cause is transient."""
    return task(
        name=step,
        retries=3,
        retry_delay_seconds=[2, 8, 20],
        retry_jitter_factor=0.5,
        retry_condition_fn=lambda _task, _run, state: is_transient(state),
        cache_policy=NO_CACHE,
        persist_result=False,
    )(recorded)


def _end_badly(held: Attempt, error: BaseException) -> None:
    held.log.write("ended", error=str(error), kind=type(error).__name__)
    if isinstance(error, StaleClaim):
        return  # a newer attempt owns the row
    cancelled = isinstance(error, KeyboardInterrupt | SystemExit)
    reason = str(error) or type(error).__name__
    finish_run(
        held.connection,
        held.claim,
        "CANCELLED" if cancelled else "FAILED",
        counts=steps.run_counts(held),
        error=reason[:2000],
    )
