"""The flow pqr-run: one range of days through every layer.

Prefect shows the layers where a server is there. Retries are those of flows/failures.py, and the
state of a run is that of the control plane: see docs/adr/0017-retries-and-task-runs.md.
"""

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Literal

import psycopg

from orchestration.bronze.job import QUARANTINE_LIMIT_PCT
from orchestration.flows import dbt_layers, layers
from orchestration.flows.attempt import Attempt, StepOutcome, claimed
from orchestration.flows.continuity import (
    require_earlier_days,
    require_live_may_go,
    require_same_world,
)
from orchestration.flows.enrichment import enrichment
from orchestration.flows.failures import reason_of, with_retries
from orchestration.flows.preflight import preflight
from orchestration.flows.request import (
    RunReport,
    RunRequest,
    StepReport,
    plan,
    refuse_future,
    run_facts,
)
from orchestration.flows.serving import serving
from orchestration.flows.session import Session
from orchestration.flows.shown import call_task, is_shown, shown_flow
from orchestration.flows.summary import leave_artifacts, published_kpis
from orchestration.lake.committed import committed_counts
from orchestration.lake.journal import write_entry
from orchestration.meta.control import RunStatus, StaleClaim, connect, finish_run
from orchestration.progress import Progress, silent
from orchestration.settings import load_settings

# later: a common publication of several runs follows; never: people are not to see the run.
Publication = Literal["now", "later", "never"]


def run_flow(
    progress: Progress = silent,
    shared: Session | None = None,
    publication: Publication = "now",
    remember: Callable[[psycopg.Connection, RunReport], None] | None = None,
) -> Callable[[RunRequest], RunReport]:
    """Make the flow pqr-run, bound to what is not data: Prefect stores the parameters of a flow.

    Args:
        progress: Takes the events of the run.
        shared: The session of several runs, which holds their world; default: one of its own.
        publication: Whether the run is published now, by a later run, or never.
        remember: Takes the report while the run's world is still held.
    """

    @shown_flow(
        "pqr-run",
        "Carry a range of days of a world from raw to publication.",
        run_name="{request.title}",
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
        if shared is None:
            preflight(settings)
        with connect(settings, context="pqr run") as connection:
            if not request.new_world:
                require_same_world(connection, run, facts)
            if not request.replace_live:
                require_live_may_go(connection, run)
        with (
            nullcontext(shared) if shared else Session(settings) as session,
            session.holding(run.world, facts) as hold,
            claimed(session, hold, run, facts, progress) as attempt,
        ):
            report = run_layers(
                attempt,
                partial(layers.raw, attempt, config),
                publication=publication,
                allow_gap=request.allow_gap,
            )
            if remember is not None:
                attempt.log_errors(partial(remember, attempt.connection, report))
            return report

    return pqr_run


# For Prefect, which finds the flow of a deployment by its name.
pqr_run = run_flow()


def run_layers(
    attempt: Attempt,
    raw: Callable[[], StepOutcome],
    *,
    quarantine_limit_pct: float = QUARANTINE_LIMIT_PCT,
    publication: Publication = "now",
    allow_gap: bool = False,
) -> RunReport:
    """Take a claimed run through every layer, or stop at the first that fails and record why.

    Args:
        attempt: The attempt.
        raw: Commits the run's raw events, wherever they come from.
        quarantine_limit_pct: Lines in quarantine that are tolerated, in % of the raw lines.
        publication: Whether the run is published now, by a later run, or never.
        allow_gap: Go on although earlier days are missing, and end DEGRADED.

    Raises:
        MissingDays: The world lacks an earlier day.
    """
    lineage = attempt.lineage
    if lineage:
        attempt.log_errors(lambda: lineage.emit_run("START"))
    try:
        with_retries(require_earlier_days)(attempt, allow_gap=allow_gap)

        outcomes = {"raw": _layer(attempt, "raw", raw)}
        bronze = partial(layers.bronze, attempt, quarantine_limit_pct)
        outcomes["bronze"] = _layer(attempt, "bronze", bronze)
        if attempt.settings.enrichment.is_on:
            outcomes["enrichment"] = _layer(attempt, "enrichment", partial(enrichment, attempt))
        attempt.session.release_cluster()  # the layers after it need its memory
        outcomes["silver"] = _layer(attempt, "silver", partial(dbt_layers.silver, attempt))
        outcomes["gold"] = _layer(attempt, "gold", partial(dbt_layers.gold, attempt))
        if publication == "now":
            outcomes["serving"] = _layer(attempt, "serving", partial(serving, attempt))
        elif publication == "later":
            attempt.session.unpublished.append(attempt.claim)
        else:
            _end_with_gold(attempt)
        report = with_retries(_report)(attempt, outcomes)
    except BaseException as error:
        record_failure(attempt, error)
        raise
    if lineage:
        attempt.log_errors(lambda: lineage.emit_run("COMPLETE"))
    if is_shown():
        attempt.log_errors(lambda: leave_artifacts(attempt, None))
    return report


def _layer(attempt: Attempt, name: str, work: Callable[[], StepOutcome]) -> StepOutcome:
    """One layer as a recorded step, shown by Prefect as a task."""
    return call_task(name, lambda: attempt.step(name, work))


def record_failure(attempt: Attempt, error: BaseException) -> None:
    """Record how an attempt failed or was cancelled, for meta, for lineage and for Prefect."""
    is_failure, reason = isinstance(error, Exception), reason_of(error)
    if lineage := attempt.lineage:
        attempt.log_errors(lambda: lineage.emit_run("FAIL" if is_failure else "ABORT", reason))
    if is_failure and is_shown():  # somebody who cancels does not wait for a summary
        attempt.log_errors(lambda: leave_artifacts(attempt, error))
    attempt.log_errors(lambda: record_end(attempt, error))


def record_end(attempt: Attempt, error: BaseException) -> None:
    """Record in meta how an attempt failed or was cancelled."""
    attempt.log.write("ended", "error", error=str(error), kind=type(error).__name__)
    if isinstance(error, StaleClaim):
        return  # a newer attempt owns the row
    attempt.reconnect()
    finish_run(
        attempt.connection,
        attempt.claim,
        "FAILED" if isinstance(error, Exception) else "CANCELLED",
        counts=committed_counts(attempt.connection, attempt.run),
        error=reason_of(error)[:2000],
    )


def _end_with_gold(attempt: Attempt) -> None:
    """End a run that is not to be published; one that people can see already stays what it is."""
    row = attempt.connection.execute(
        "select status from meta.publications where run_id = %s"
        " order by publication_id desc limit 1",
        [attempt.run.run_id],
    ).fetchone()
    status: RunStatus = row[0] if row else "COMMITTED"
    connection, world = attempt.connection, attempt.run.world
    counts = committed_counts(connection, attempt.run)
    with connection.transaction():
        finish_run(connection, attempt.claim, status, counts=counts)
        write_entry(attempt.store, connection, world.world_id, "commits")


def _report(attempt: Attempt, outcomes: dict[str, StepOutcome]) -> RunReport:
    attempt.reconnect()
    run = attempt.run
    row = attempt.connection.execute(
        "select status from meta.etl_runs where run_id = %s", [run.run_id]
    ).fetchone()
    is_published = "serving" in outcomes
    return RunReport(
        run_id=str(run.run_id),
        world_id=str(run.world.world_id),
        date_min=run.date_min,
        date_max=run.date_max,
        attempt=attempt.claim.attempt,
        status=row[0] if row else "UNKNOWN",
        changed=not all(outcome.skipped for outcome in outcomes.values()),
        steps=tuple(
            StepReport(step=step, skipped=outcome.skipped, rows=outcome.rows, size=outcome.size)
            for step, outcome in outcomes.items()
        ),
        kpis=published_kpis(attempt.connection) if is_published else (),
    )
