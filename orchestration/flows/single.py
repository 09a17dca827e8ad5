"""One layer of a run alone: what `pqr simulate` and `pqr bronze` do."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import cast, get_args

from orchestration.errors import UsageError, WorkFailed
from orchestration.flows import layers
from orchestration.flows.attempt import Attempt, StepOutcome, claimed
from orchestration.flows.preflight import preflight
from orchestration.flows.request import RunRequest, plan, run_facts
from orchestration.flows.run import record_end
from orchestration.flows.session import Session
from orchestration.lake.committed import committed_manifest, find_run_id, known_run
from orchestration.meta.control import LiveStatus, RunFacts, connect, finish_run
from orchestration.progress import Progress
from orchestration.run import Run
from orchestration.settings import Settings


def commit_raw(
    settings: Settings, request: RunRequest, progress: Progress
) -> tuple[Run, StepOutcome]:
    """Commit the raw events of a run; `pqr run` goes on with it."""
    config, run = plan(request)
    preflight(settings)
    facts = run_facts(settings, config, request)
    with connect(settings, context="pqr simulate") as connection:
        row = connection.execute(
            "select status from meta.etl_runs where run_id = %s", [run.run_id]
        ).fetchone()
    note, status = "raw alone: `pqr simulate`", row[0] if row else None
    with _attempt(settings, run, facts, progress, note, status) as attempt:
        return run, attempt.step("raw", partial(layers.raw, attempt, config))


def commit_bronze(
    settings: Settings, run_id: str, *, replay: bool, limit_pct: float, progress: Progress
) -> StepOutcome:
    """Check the raw lines of a run again, and commit what they become.

    Raises:
        UsageError: The run is unknown, or has bronze and `replay` is false.
        WorkFailed: The run has no committed raw events.
        QuarantineLimit: Too many lines cannot enter bronze; nothing is committed.
    """
    with connect(settings, context="pqr bronze") as connection:
        run, status = known_run(connection, find_run_id(connection, run_id))
        if committed_manifest(connection, run, "raw") is None:
            raise WorkFailed(f"run {run_id} has no committed raw events: `pqr run` writes them")
        if committed_manifest(connection, run, "bronze") is not None and not replay:
            raise UsageError(f"run {run_id} has bronze already: --replay judges its lines again")
    note = "stopped after bronze, as asked"
    with _attempt(settings, run, RunFacts(), progress, note, status) as attempt:
        return attempt.step("bronze", partial(layers.bronze, attempt, limit_pct))


@contextmanager
def _attempt(
    settings: Settings,
    run: Run,
    facts: RunFacts,
    progress: Progress,
    note: str,
    status: str | None = None,
) -> Iterator[Attempt]:
    """An attempt at one layer; a run that people see, by `status`, stays what it is."""
    with (
        Session(settings) as session,
        session.holding(run.world, facts) as hold,
        claimed(session, hold, run, facts, progress) as attempt,
    ):
        try:
            yield attempt
        except BaseException as error:
            attempt.log_errors(partial(record_end, attempt, error))
            raise
        if status in get_args(LiveStatus):
            finish_run(attempt.connection, attempt.claim, cast(LiveStatus, status))
        else:
            finish_run(attempt.connection, attempt.claim, "CANCELLED", error=note)
