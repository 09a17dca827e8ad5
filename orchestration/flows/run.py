"""The flow pqr-run: one range of days through every layer. Prefect names, retries and orders."""

from collections.abc import Callable
from functools import partial

from prefect import flow

from orchestration.bronze.job import QUARANTINE_LIMIT_PCT
from orchestration.flows import steps
from orchestration.flows.attempt import Attempt, attempt
from orchestration.flows.continuity import require_earlier_days, require_same_world
from orchestration.flows.evidence import evidence
from orchestration.flows.plan import plan, refuse_future, run_facts
from orchestration.flows.preflight import preflight
from orchestration.flows.recording import StepOutcome, recorded
from orchestration.flows.request import RunReport, RunRequest, StepReport
from orchestration.flows.resources import current_resources
from orchestration.flows.summary import published_kpis
from orchestration.flows.tasks import as_task
from orchestration.flows.transient import patiently
from orchestration.meta.control import RunStatus, StaleClaim, connect, finish_run
from orchestration.settings import load_settings


@flow(
    name="pqr-run",
    flow_run_name="{request.title}",
    description="Carry a range of days of a world from raw to publication.",
)
def pqr_run(request: RunRequest) -> RunReport:
    """Run every layer in order; stop at the first that fails.

    Raises:
        PqrError: With the exit code of `pqr`; meta.etl_runs holds the reason.
    """
    settings = load_settings()
    config, run = plan(request)
    refuse_future(settings, request.start, request.end)
    facts = run_facts(settings, config, request)
    with current_resources(settings) as resources:
        if not resources.is_shared:
            as_task("preflight", preflight, delays=())(settings)
        if not request.new_world:
            with connect(settings, context="pqr run") as connection:
                require_same_world(connection, run, facts)
        with attempt(settings, run, facts) as held:
            return carry(
                held,
                partial(steps.raw, held, config),
                publishes=resources.publishes,
                allow_gap=request.allow_gap,
            )


def carry(
    held: Attempt,
    raw: Callable[[], StepOutcome],
    *,
    quarantine_limit_pct: float = QUARANTINE_LIMIT_PCT,
    publishes: bool = True,
    allow_gap: bool = False,
) -> RunReport:
    """Take the held run through every layer, or stop at the first that fails and record why.

    Args:
        held: The attempt; its world has every earlier day, or this ends with MissingDays.
        raw: The step that commits the run's raw events, wherever they come from.
        quarantine_limit_pct: Lines in quarantine that are tolerated, in % of the raw lines.
        publishes: Whether people are to see the run; else it ends with gold.
        allow_gap: Go on although earlier days are missing, and end DEGRADED.
    """
    try:
        patiently(partial(_require_earlier_days, held, allow_gap))
        bronze = partial(steps.bronze, held, quarantine_limit_pct)
        with evidence(held):
            return _layers(held, raw, bronze, publishes=publishes)
    except BaseException as error:
        held.say_safely(partial(end_badly, held, error))
        raise


def _layers(
    held: Attempt,
    raw: Callable[[], StepOutcome],
    bronze: Callable[[], StepOutcome],
    *,
    publishes: bool,
) -> RunReport:
    work: dict[str, Callable[[], StepOutcome]] = {
        "raw": raw,
        "bronze": bronze,
        "silver": partial(steps.lake_layer, held, "silver"),
        "gold": partial(steps.lake_layer, held, "gold"),
    }
    if publishes:
        work["serving"] = partial(steps.serving, held)
    outcomes: dict[str, StepOutcome] = {}
    for step, function in work.items():
        outcomes[step] = as_task(step, recorded)(held, step, function)
        if step == "bronze":
            held.release_cluster()
    if not held.resources.publishes:
        held.resources.unpublished.append((held.claim, steps.run_counts(held)))
    elif not publishes:
        _end_with_gold(held)
    return patiently(partial(_report, held, outcomes, publishes=publishes))


def _report(held: Attempt, outcomes: dict[str, StepOutcome], *, publishes: bool) -> RunReport:
    held.reconnect()
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
        kpis=published_kpis(held.connection, held.run.date_max) if publishes else (),
    )


def _require_earlier_days(held: Attempt, allow_gap: bool) -> None:
    held.reconnect()
    require_earlier_days(held, allow_gap=allow_gap)


def _end_with_gold(held: Attempt) -> None:
    """End a run that is not to be published; one that people can see already stays what it is."""
    row = held.connection.execute(
        "select status from meta.publications where run_id = %s"
        " order by publication_id desc limit 1",
        [held.run.run_id],
    ).fetchone()
    status: RunStatus = row[0] if row else "CANCELLED"
    reason = None if row else "gold is committed, publication was not asked for"
    finish_run(held.connection, held.claim, status, counts=steps.run_counts(held), error=reason)


def end_badly(held: Attempt, error: BaseException) -> None:
    """Record in meta how an attempt failed or was cancelled."""
    held.log.write("ended", error=str(error), kind=type(error).__name__)
    if isinstance(error, StaleClaim):
        return  # a newer attempt owns the row
    held.reconnect()
    reason = str(error) or type(error).__name__
    finish_run(
        held.connection,
        held.claim,
        "FAILED" if isinstance(error, Exception) else "CANCELLED",
        counts=steps.run_counts(held),
        error=reason[:2000],
    )
