"""Every try of a step leaves a row in meta.task_runs, a line in the log, an event on screen."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from orchestration.flows.attempt import Attempt
from orchestration.flows.interruption import heed_signals_again, heeding_signals
from orchestration.flows.progress import State, StepEvent, say
from orchestration.meta.records import TaskRecord, TaskStatus, fail_left_running, record_task


@dataclass(frozen=True)
class StepOutcome:
    """What a step did: rows and bytes are those of its layer, new or found committed."""

    skipped: bool
    rows_in: int = 0
    rows: int = 0
    size: int = 0
    note: str = ""
    detail: dict[str, object] = field(default_factory=dict)


def recorded(attempt: Attempt, step: str, work: Callable[[], StepOutcome]) -> StepOutcome:
    """Run `work` as the step named `step`, whatever becomes of it."""
    heed_signals_again()
    attempt.reconnect()
    fail_left_running(attempt.connection, attempt.claim, step)
    started_at, clock, cpu = datetime.now(UTC), time.monotonic(), _cpu_seconds()
    task_run_id = record_task(
        attempt.connection,
        attempt.claim,
        TaskRecord(task=step, layer=step, status="RUNNING", started_at=started_at),
    )
    say(StepEvent(step, "started"))

    def finish(status: TaskStatus, outcome: StepOutcome) -> float:
        seconds = time.monotonic() - clock
        record = TaskRecord(
            task=step,
            layer=step,
            status=status,
            started_at=started_at,
            finished_at=datetime.now(UTC),
            rows_in=outcome.rows_in,
            rows_out=outcome.rows,
            size_bytes=outcome.size,
            seconds=round(seconds, 3),
            cpu_seconds=round(_cpu_seconds() - cpu, 3),
            detail=outcome.detail,
        )
        attempt.reconnect()
        record_task(attempt.connection, attempt.claim, record, task_run_id=task_run_id)
        attempt.log.write(
            step, status=status, rows=outcome.rows, bytes=outcome.size, seconds=round(seconds, 3)
        )
        return seconds

    try:
        outcome = heeding_signals(work)
    except BaseException as error:
        status: TaskStatus = "FAILED" if isinstance(error, Exception) else "CANCELLED"
        failed = StepOutcome(skipped=False, detail={"error": str(error)})
        attempt.say_safely(lambda: finish(status, failed))
        say(StepEvent(step, "failed", seconds=time.monotonic() - clock, note=str(error)))
        raise
    seconds = finish("SKIPPED" if outcome.skipped else "SUCCEEDED", outcome)
    state: State = "skipped" if outcome.skipped else "done"
    say(StepEvent(step, state, 0, 0, outcome.rows, outcome.size, seconds, outcome.note))
    return outcome


def _cpu_seconds() -> float:
    """CPU time of this process and of the children it has waited for."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
