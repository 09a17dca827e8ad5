"""What the steps of one attempt share: its claim, connections and log, the process's resources."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from orchestration.flows.hold import WorldHold, is_alive
from orchestration.flows.interruption import remembered_signals
from orchestration.flows.resources import Resources, current_resources
from orchestration.flows.transient import patiently
from orchestration.lake import paths
from orchestration.lake.store import ObjectStore
from orchestration.meta.control import RunFacts, connect, count_attempt
from orchestration.meta.world import assert_fencing
from orchestration.quality.gx_client import GxClient
from orchestration.run import Claim, Run
from orchestration.settings import Settings
from orchestration.transform.dbt import Projects

if TYPE_CHECKING:
    from distributed import Client


class RunLog:
    """The structured log of an attempt: one JSON object a line, on disk until it is appended."""

    def __init__(self, path: Path, run: Run) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self.path = path
        self._run = run

    def write(self, event: str, **facts: object) -> None:
        """Add a line. `facts` never hold a secret: they are counts, keys and error lines."""
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "run_id": str(self._run.run_id),
            "event": event,
            **facts,
        }
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")


@dataclass
class Attempt:
    """One try of a run, from the claim to the end."""

    settings: Settings
    claim: Claim
    hold: WorldHold
    connection: psycopg.Connection
    store: ObjectStore
    log: RunLog
    resources: Resources

    @property
    def run(self) -> Run:
        """The run that is tried."""
        return self.claim.run

    @property
    def projects(self) -> Projects:
        """What dbt has parsed in this process."""
        return self.resources.projects

    @property
    def workspace(self) -> Path:
        """Scratch space of this run on this machine; nothing in it is truth."""
        return self.settings.home / "build" / str(self.run.run_id)

    def client(self) -> "Client":
        """The Dask client, started at its first use: a run that skips needs no cluster."""
        return self.resources.client()

    def evaluator(self) -> GxClient:
        """Great Expectations, in a process that imports it beside this one's work."""
        return self.resources.evaluator()

    def release_cluster(self) -> None:
        """Stop the cluster: the layers after bronze need its memory and not its workers."""
        self.resources.release_cluster()

    def reconnect(self) -> None:
        """Make sure of the connections; after a loss, prove that the run is still this attempt's.

        Raises:
            StaleClaim: Another attempt has taken the run or its world over.
            DatabaseUnavailable: PostgreSQL does not answer.
        """
        self.hold.ensure()
        if is_alive(self.connection):
            return
        self.connection.close()
        self.connection = connect(self.settings, context="pqr run")
        assert_fencing(self.connection, self.claim)
        self.log.write("reconnected", attempt=self.claim.attempt)

    def say_safely(self, write: Callable[[], object]) -> None:
        """Record a failure without hiding it behind a second one."""
        try:
            write()
        except Exception as error:
            self.log.write("not_recorded", error=str(error))

    def keep_log(self) -> None:
        """Add what this attempt logged to the run's log in the bucket."""
        body = self.log.path.read_bytes()
        self.say_safely(
            lambda: patiently(lambda: self.store.append(paths.pipeline_log(self.run), body))
        )


@contextmanager
def attempt(settings: Settings, run: Run, facts: RunFacts) -> Iterator[Attempt]:
    """Claim `run` and hold it to the end of the block.

    Inside `shared_resources` the world is held already, and the run may have been claimed.

    Raises:
        WorldLocked: Another process works on the same world.
        DatabaseUnavailable: PostgreSQL does not answer.
    """
    with remembered_signals(), current_resources(settings) as resources:
        hold = resources.hold or WorldHold(settings, run.world, facts)
        connection = connect(settings, context="pqr run")
        try:
            claim = resources.claims.pop(run.run_id, None) or count_attempt(
                connection, run, facts, hold.holder
            )
            log = RunLog(settings.home / "logs" / f"run-{run.run_id}.log", run)
            log.write(
                "claimed", attempt=claim.attempt, date_min=run.date_min, date_max=run.date_max
            )
            store = ObjectStore(settings.s3)
            held = Attempt(settings, claim, hold, connection, store, log, resources)
            try:
                yield held
            finally:
                connection = held.connection
                held.keep_log()
        finally:
            connection.close()
            if resources.hold is None:
                hold.close()
