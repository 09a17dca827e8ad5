"""The row of a step in meta.task_runs: how it ended and, while it goes on, what it has done so far.

Whoever looks from outside, `pqr metrics` above all, sees how far a run has come, and tells one that
works from one whose process is gone. Nothing depends on what is written on the way: it is left out
when it cannot be written.
"""

import resource
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg

from orchestration.errors import PqrError
from orchestration.meta.control import connect
from orchestration.meta.records import (
    TaskRecord,
    TaskStatus,
    fail_left_running,
    record_checks,
    record_task,
)
from orchestration.progress import Progress, StepEvent
from orchestration.quality.dbt_checks import dbt_checks
from orchestration.run import Claim
from orchestration.settings import Settings
from orchestration.transform.dbt import NodeResult, is_lost_connection

if TYPE_CHECKING:
    from orchestration.flows.attempt import Attempt, StepOutcome
    from orchestration.flows.run_log import Level

_SECONDS = 5.0
_PROGRESS = """
update meta.task_runs set
    rows_out = %(rows)s, bytes = %(bytes)s,
    detail = detail || jsonb_build_object(
        'done', %(done)s::bigint, 'total', %(total)s::bigint, 'progress_at', clock_timestamp()
    )
where task_run_id = %(task_run_id)s and status = 'RUNNING'
"""
# The trigger of the table sets updated_at.
_SIGN_OF_LIFE = """
update meta.task_runs set detail = detail
where task_run_id = %(task_run_id)s and status = 'RUNNING'
"""


class Heartbeat:
    """A thread with a connection of its own; both begin with the first step that takes seconds.

    Args:
        settings: Where PostgreSQL is.
        claim: The attempt, which every event names.
        progress: Takes the events after they were noted.
    """

    def __init__(self, settings: Settings, claim: Claim, progress: Progress) -> None:
        self._settings = settings
        self._claim = claim
        self._progress = progress
        self._mutex = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._connection: psycopg.Connection | None = None
        self._task_run_id: int | None = None
        self._event: StepEvent | None = None

    def show(self, event: StepEvent) -> None:
        """Take an event of the run, and pass it on."""
        if event.state == "progress":
            with self._mutex:
                self._event = event
        claim = self._claim
        self._progress(replace(event, run_id=str(claim.run.run_id), attempt=claim.attempt))

    def begin(self, task_run_id: int) -> None:
        """From now on the row `task_run_id` is kept up to date."""
        with self._mutex:
            self._task_run_id, self._event = task_run_id, None
        if self._thread is None:
            self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """The step has ended, however."""
        with self._mutex:
            self._task_run_id = None

    def close(self) -> None:
        """End the thread and its connection; one that is still being opened is not waited for."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(_SECONDS / 5)

    def _beat(self) -> None:
        while not self._ended.wait(_SECONDS):
            with self._mutex:
                task_run_id, event, self._event = self._task_run_id, self._event, None
            if task_run_id is not None:
                self._write(task_run_id, event)
        self._disconnect()

    def _write(self, task_run_id: int, event: StepEvent | None) -> None:
        values: dict[str, int] = {"task_run_id": task_run_id}
        if event is not None:
            values |= {
                "rows": event.rows,
                "bytes": event.size,
                "done": event.done,
                "total": event.total,
            }
        try:
            if self._connection is None:
                self._connection = connect(self._settings, context="pqr heartbeat")
            self._connection.execute(_SIGN_OF_LIFE if event is None else _PROGRESS, values)
        except (PqrError, psycopg.Error):
            self._disconnect()  # the run itself says what is wrong, when it needs the database

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class Recording:
    """The row of a try of a step in meta.task_runs, from its start to its end."""

    def __init__(self, attempt: "Attempt", step: str) -> None:
        self._attempt = attempt
        self._clock, self._cpu = time.monotonic(), _cpu_seconds()
        fail_left_running(attempt.connection, attempt.claim, step)
        self._record = TaskRecord(step, "RUNNING", datetime.now(UTC), layer=step)
        self._task_run_id = record_task(attempt.connection, attempt.claim, self._record)
        attempt.heartbeat.begin(self._task_run_id)

    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._clock

    def finish(self, status: TaskStatus, outcome: "StepOutcome") -> float:
        """Record how the try ended; gives its seconds."""
        attempt, seconds = self._attempt, self.seconds()
        attempt.heartbeat.end()
        record = replace(
            self._record,
            status=status,
            finished_at=datetime.now(UTC),
            rows_in=outcome.rows_in,
            rows_out=outcome.rows,
            size_bytes=outcome.size,
            seconds=round(seconds, 3),
            cpu_seconds=round(_cpu_seconds() - self._cpu, 3),
            detail=outcome.detail,
        )
        attempt.reconnect()
        record_task(attempt.connection, attempt.claim, record, task_run_id=self._task_run_id)
        facts = {"rows": outcome.rows, "bytes": outcome.size, "seconds": round(seconds, 3)}
        level: Level = "error" if status == "FAILED" else "info"
        attempt.log.write(record.task, level, layer=record.layer, status=status, **facts)
        return seconds


def log_models(attempt: "Attempt", layer: str, nodes: Sequence[NodeResult]) -> None:
    """A line of the log for each model that dbt built; tests are recorded as checks."""
    if trace := attempt.trace:
        attempt.log_errors(lambda: trace.add_nodes(layer, nodes))
    for node in nodes:
        if node.node.get("resource_type") != "model":
            continue
        is_well = node.status == "success"
        facts = {
            "model": node.node.get("name"),
            "status": node.status,
            "seconds": round(node.seconds, 3),
        }
        reason = {} if is_well else {"error": node.message}
        level: Level = "info" if is_well else "error"
        attempt.log.write("dbt", level, layer=layer, **facts, **reason)


def _cpu_seconds() -> float:
    """CPU time of this process and of the children it has waited for."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def record_dbt(
    attempt: "Attempt", layer: str, build_id: str, nodes: Sequence[NodeResult], tests: str = ""
) -> None:
    """Record dbt's results, failing ones too; a lost connection is not a result."""
    known = [node for node in nodes if not _is_interrupted(node)]
    # A verdict of all tests counts for later tries: none if some test was not made.
    judged_by = tests if tests and len(known) == len(nodes) else None
    checks = dbt_checks(layer, known, build_id, judged_by)
    record_checks(attempt.connection, attempt.claim, checks)
    log_models(attempt, layer, nodes)


def _is_interrupted(node: NodeResult) -> bool:
    return node.status in ("error", "runtime error") and is_lost_connection(node.message or "")
