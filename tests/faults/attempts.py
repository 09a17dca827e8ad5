"""Attempts in processes of their own, which a test kills, stops or races."""

import json
import multiprocessing
import os
from dataclasses import dataclass
from datetime import date
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from orchestration.errors import PqrError
from orchestration.settings import Settings
from orchestration.workers import ThisProcess

_CONTEXT = multiprocessing.get_context("forkserver")
# Loaded once by the server that children are forked from: a child starts in milliseconds.
_CONTEXT.set_forkserver_preload(
    ["orchestration.bronze.job", "orchestration.ingest.job", "orchestration.cluster"]
)

EVENTS = 6
FIRST = date(2025, 9, 1)


@dataclass(frozen=True)
class Ended:
    """How an attempt ended: its answer, or None when it was killed before it had one."""

    exit_code: int | None
    answer: dict[str, Any] | None


def write_events(folder: Path, days: int = 2, bad: int = 0) -> Path:
    """A delivery of some events a day, in the raw contract; `bad` lines of it are cut."""
    file = folder / "events.jsonl"
    lines = []
    for number in range(days * EVENTS):
        event = {
            "event_id": f"{number:08x}-0000-4000-8000-000000000000",
            "ticket_id": f"{number // 3:08x}-0000-4000-8000-00000000000a",
            "event_type": "MESSAGE_ADDED",
            "ts": f"2025-09-{1 + number // EVENTS:02}T15:00:{number:02}.000000Z",
            "data": {"role": "citizen", "text": f"mensaje {number:03}", "text_len": 11},
        }
        lines.append(json.dumps(event))
    lines[:bad] = [line[:-9] for line in lines[:bad]]
    file.write_text("\n".join(lines) + "\n")
    return file


def start(settings: Settings, location: Path, answer: Path, kill_at: str = "") -> ForkServerProcess:
    """Start an attempt that lands `location` and makes bronze of it."""
    process = _CONTEXT.Process(target=_attempt, args=(settings, str(location), answer, kill_at))
    process.start()
    return process


def wait(process: ForkServerProcess, answer: Path, seconds: float = 120) -> Ended:
    """Wait for an attempt's end."""
    process.join(seconds)
    assert not process.is_alive(), "the attempt hangs"
    found = json.loads(answer.read_text()) if answer.exists() else None
    return Ended(process.exitcode, found)


def run(settings: Settings, location: Path, answer: Path, kill_at: str = "") -> Ended:
    """One attempt from start to end."""
    answer.unlink(missing_ok=True)
    return wait(start(settings, location, answer, kill_at), answer)


def _attempt(settings: Settings, location: str, answer: Path, kill_at: str) -> None:
    if kill_at:
        os.environ.update(PQR_TESTING="1", PQR_KILL_AT=kill_at)
    try:
        found = land(settings, location)
    except PqrError as error:
        found = {"error": type(error).__name__, "message": str(error)}
    except Exception as error:
        found = {"error": type(error).__name__, "message": str(error)}
    answer.write_text(json.dumps(found))


def land(settings: Settings, location: str) -> dict[str, Any]:
    """Claim, raw, bronze, finish; the sha256 of both manifests and the number of the attempt."""
    from orchestration.bronze.job import write_bronze
    from orchestration.ingest.job import write_delivery
    from orchestration.ingest.plan import plan_delivery
    from orchestration.ingest.prepare import prepare
    from orchestration.lake.commit import commit_layer
    from orchestration.lake.store import ObjectStore
    from orchestration.meta.control import RunFacts, claim_run, connect, finish_run

    prepared = prepare(settings, location, source="email")
    with connect(settings) as connection:
        delivery = plan_delivery(settings, connection, prepared, quarantine_limit_pct=100)
        claim = claim_run(connection, delivery.run, RunFacts())
        store = ObjectStore(settings.s3)
        raw = write_delivery(store, connection, delivery.run, delivery)
        raw_commit = commit_layer(store, connection, claim, raw)
        bronze = write_bronze(settings, ThisProcess(), delivery.run, raw)
        bronze_commit = commit_layer(store, connection, claim, bronze)
        finish_run(connection, claim, "PUBLISHED")
    return {
        "run_id": str(delivery.run.run_id),
        "attempt": claim.attempt,
        "raw": raw_commit.sha256,
        "bronze": bronze_commit.sha256,
        "counts": dict(bronze.counts),
    }
