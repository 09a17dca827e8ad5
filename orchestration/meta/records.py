"""What an attempt writes down: the tries of its tasks and the results of its checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

import psycopg
from psycopg.types.json import Jsonb

from orchestration.errors import WorkFailed
from orchestration.run import Claim

TaskStatus = Literal["RUNNING", "SUCCEEDED", "SKIPPED", "FAILED", "CANCELLED"]
CheckResult = Literal["PASS", "WARN", "FAIL", "ERROR", "SKIPPED"]
Severity = Literal["critical", "warning"]


@dataclass(frozen=True)
class TaskRecord:
    """A try of a task: times in UTC, sizes in bytes and rows, durations in seconds."""

    task: str
    status: TaskStatus
    started_at: datetime
    finished_at: datetime | None = None
    layer: str | None = None
    rows_in: int | None = None
    rows_out: int | None = None
    size_bytes: int | None = None
    seconds: float | None = None
    cpu_seconds: float | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """The result of one check, with what it measured.

    `build_id` is the build of the layer that the result belongs to; `judged_by` the sha256 of the
    policy and of the code that gave it, or of dbt's tests of the layer.
    """

    dataset: str
    check_name: str
    result: CheckResult
    layer: str
    severity: Severity
    tool: str
    value: Decimal | float | int | None = None
    threshold: Decimal | float | int | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    build_id: str | None = None
    judged_by: str | None = None

    def of_build(self, build_id: str, judged_by: str | None = None) -> "Check":
        """The same result, as one of a build of its layer."""
        return replace(self, build_id=build_id, judged_by=judged_by)


def record_task(
    connection: psycopg.Connection,
    claim: Claim,
    record: TaskRecord,
    *,
    task_run_id: int | None = None,
) -> int:
    """Write a try of a task, or with `task_run_id` what became of it; gives its id."""
    values = [
        record.task,
        record.layer,
        record.status,
        record.started_at,
        record.finished_at,
        record.rows_in,
        record.rows_out,
        record.size_bytes,
        record.seconds,
        record.cpu_seconds,
        Jsonb(dict(record.detail)),
        claim.run.run_id,
        claim.attempt,
    ]
    columns = (
        "task, layer, status, started_at, finished_at, rows_in, rows_out, bytes, seconds,"
        " cpu_seconds, detail, run_id, attempt"
    )
    marks = ", ".join(["%s"] * len(values))
    if task_run_id is None:
        query = f"insert into meta.task_runs ({columns}) values ({marks}) returning task_run_id"
    else:
        query = (
            f"update meta.task_runs set ({columns}) = ({marks})"
            " where task_run_id = %s returning task_run_id"
        )
        values.append(task_run_id)
    row = connection.execute(query, values).fetchone()
    if row is None:
        raise WorkFailed(f"task_run_id {task_run_id} is not in meta.task_runs")
    return int(row[0])


def fail_left_running(connection: psycopg.Connection, claim: Claim, task: str) -> None:
    """End the tries of a task that lost their connection before they could say how they ended."""
    connection.execute(
        """
        update meta.task_runs set
            status = 'FAILED', finished_at = clock_timestamp(),
            detail = detail || '{"error": "its process or its connection was lost"}'
        where run_id = %s and task = %s and status = 'RUNNING'
        """,
        [claim.run.run_id, task],
    )


def record_checks(connection: psycopg.Connection, claim: Claim, checks: Sequence[Check]) -> None:
    """Write the results of checks, all or none of them."""
    rows = [
        (
            claim.run.run_id,
            claim.attempt,
            check.dataset,
            check.check_name,
            check.result,
            check.value,
            check.threshold,
            Jsonb(dict(check.details)),
            check.layer,
            check.severity,
            check.tool,
            check.build_id,
            check.judged_by,
        )
        for check in checks
    ]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into meta.data_quality
                (run_id, attempt, dataset, check_name, result, value, threshold, details_json,
                 layer, severity, tool, build_id, judged_by)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            rows,
        )
