"""The story of a run in order: what its attempts did, what its checks found, what its log says.

The control plane has the steps and checks of every attempt, also of one that was killed. The log in
the bucket has the rest of the attempts that ended, and this machine that of the one that goes on.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Literal

import psycopg

from orchestration.lake import paths
from orchestration.lake.store import ObjectMissing, ObjectStore
from orchestration.run import Run
from orchestration.settings import Settings
from orchestration.wording import counted

Level = Literal["info", "warning", "error"]
LEVELS: tuple[Level, ...] = ("info", "warning", "error")
LAYERS = ("raw", "bronze", "enrichment", "silver", "gold", "serving")

_TASKS = """
select attempt, layer, status, started_at, finished_at, rows_out, bytes, seconds,
    detail ->> 'error'
from meta.task_runs where run_id = %s and layer is not null
"""
# What passed is one line per layer and tool; what did not is a line each.
_PASSED = """
select attempt, layer, tool, max(checked_at), count(*)
from meta.data_quality where run_id = %s and result = 'PASS' group by 1, 2, 3
"""
_NOT_PASSED = """
select attempt, layer, tool, checked_at, dataset, check_name, result, value, threshold
from meta.data_quality where run_id = %s and result <> 'PASS'
"""
_LEVEL_OF_CHECK: dict[str, Level] = {"WARN": "warning", "FAIL": "error", "ERROR": "error"}
_LEVEL_OF_TASK: dict[str, Level] = {"FAILED": "error", "CANCELLED": "warning"}
# What the log says of a line itself; the rest are its facts.
_OWN = ("at", "run_id", "attempt", "level", "layer", "event")


@dataclass(frozen=True)
class Line:
    """One thing that happened. `source` is run, step, dbt, or the tool of a check."""

    at: datetime
    attempt: int | None
    level: str
    layer: str
    source: str
    text: str

    def as_json(self, run: Run) -> str:
        """The line as a JSON object with its run_id."""
        return json.dumps(
            {"run_id": str(run.run_id), **asdict(self), "at": self.at.isoformat()},
            ensure_ascii=False,
        )


def read_story(settings: Settings, connection: psycopg.Connection, run: Run) -> list[Line]:
    """Everything that is known of a run, in the order in which it happened.

    Args:
        settings: Where the bucket is, and the logs of this machine.
        connection: Of the writer.
        run: A known run.

    Raises:
        StoreUnavailable: S3 does not answer.
    """
    found = chain(_steps(connection, run), _checks(connection, run), _logged(settings, run))
    return sorted(found, key=lambda line: line.at)


def _steps(connection: psycopg.Connection, run: Run) -> Iterator[Line]:
    for attempt, layer, status, started, finished, rows, size, seconds, error in (
        connection.execute(_TASKS, [run.run_id]).fetchall()
    ):  # fmt: skip
        yield Line(started, attempt, "info", layer, "step", "begins")
        if finished is None:
            continue
        parts = [status.lower()]
        if rows:
            parts.append(counted(rows, "row"))
        if size:
            parts.append(f"{size / 1e6:,.1f} MB")
        if seconds is not None:
            parts.append(f"{seconds:,.1f} s")
        if error:
            parts.append(_one_line(error))
        level = _LEVEL_OF_TASK.get(status, "info")
        yield Line(finished, attempt, level, layer, "step", ", ".join(parts))


def _checks(connection: psycopg.Connection, run: Run) -> Iterator[Line]:
    for attempt, layer, tool, at, count in connection.execute(_PASSED, [run.run_id]).fetchall():
        yield Line(at, attempt, "info", layer, tool, f"{counted(count, 'check')} passed")
    for attempt, layer, tool, at, dataset, name, result, value, threshold in connection.execute(
        _NOT_PASSED, [run.run_id]
    ).fetchall():
        measured = "" if value is None else f": {value.normalize():f}"
        allowed = "" if threshold is None else f", limit {threshold.normalize():f}"
        text = f"{result} {dataset}.{name}{measured}{allowed}"
        yield Line(at, attempt, _LEVEL_OF_CHECK.get(result, "info"), layer, tool, text)


def _logged(settings: Settings, run: Run) -> Iterator[Line]:
    """The lines of the bucket and of this machine; what is in both is told once."""
    try:
        body = ObjectStore(settings.s3).get(paths.pipeline_log(run))
    except ObjectMissing:
        body = b""
    local = [_bytes_of(path) for path in sorted(log_folder(settings).glob(f"run-{run.run_id}*"))]
    # At line ends alone: an error may quote other characters that break a line.
    for text in dict.fromkeys(b"\n".join([body, *local]).decode(errors="replace").split("\n")):
        try:
            fact = json.loads(text)
            line = _of_log(fact)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # a torn line of a process that was killed
        # Steps are told by the control plane.
        if fact["event"] not in LAYERS:
            yield line


def log_folder(settings: Settings) -> Path:
    """Where this machine keeps the logs of its attempts."""
    return settings.home / "logs"


def _of_log(fact: dict[str, object]) -> Line:
    facts = ", ".join(f"{name} {_one_line(str(value))}" for name, value in fact.items()
                      if name not in _OWN)  # fmt: skip
    event = str(fact["event"])
    attempt = fact.get("attempt")
    default = "error" if event in ("ended", "not_recorded", "not_sent") else "info"
    return Line(
        at=datetime.fromisoformat(str(fact["at"])),
        attempt=int(str(attempt)) if attempt is not None else None,
        level=str(fact.get("level", default)),
        layer=str(fact.get("layer", "")),
        source="dbt" if event == "dbt" else "run",
        text=facts if event == "dbt" else f"{event}{': ' if facts else ''}{facts}",
    )


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _one_line(text: str) -> str:
    return " ".join(text.split())
