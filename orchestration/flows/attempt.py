"""What the steps of one attempt share: its claim, connections and log, a cluster if needed."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import psycopg

from orchestration.lake import paths
from orchestration.lake.store import ObjectStore
from orchestration.meta.control import RunFacts, claim_run, connect, release_run
from orchestration.quality.evaluator import Evaluator
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
    connection: psycopg.Connection
    store: ObjectStore
    log: RunLog
    projects: Projects = field(default_factory=Projects)
    _stack: ExitStack = field(default_factory=ExitStack)
    _client: "Client | None" = None
    _evaluator: Evaluator | None = None

    @property
    def run(self) -> Run:
        """The run that is tried."""
        return self.claim.run

    @property
    def workspace(self) -> Path:
        """Scratch space of this run on this machine; nothing in it is truth."""
        return self.settings.home / "build" / str(self.run.run_id)

    def client(self) -> "Client":
        """The Dask client, started at its first use: a run that skips needs no cluster."""
        if self._client is None:
            from orchestration.cluster import dask_client

            self._client = self._stack.enter_context(dask_client(self.settings))
        return self._client

    def evaluator(self) -> Evaluator:
        """Great Expectations, in a process that imports it beside this one's work."""
        if self._evaluator is None:
            docs = self.settings.home / "data_docs" / str(self.run.run_id)
            self._evaluator = Evaluator(docs, self.settings.project_root)
        return self._evaluator

    def release_cluster(self) -> None:
        """Stop the cluster: the layers after bronze need its memory and not its workers."""
        self._client = None
        self._stack.close()

    def say_safely(self, write: Callable[[], object]) -> None:
        """Record a failure without hiding it behind a second one."""
        try:
            write()
        except Exception as error:
            self.log.write("not_recorded", error=str(error))

    def __enter__(self) -> "Attempt":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
        if self._evaluator is not None:
            self.say_safely(self._evaluator.close)
        self.say_safely(
            lambda: self.store.append(paths.pipeline_log(self.run), self.log.path.read_bytes())
        )


@contextmanager
def attempt(settings: Settings, run: Run, facts: RunFacts) -> Iterator[Attempt]:
    """Claim `run` and hold it to the end of the block.

    Raises:
        WorldLocked: Another process works on the same world.
        DatabaseUnavailable: PostgreSQL does not answer.
    """
    with connect(settings, context="pqr run") as connection:
        claim = claim_run(connection, run, facts)
        log = RunLog(settings.home / "logs" / f"run-{run.run_id}.log", run)
        log.write("claimed", attempt=claim.attempt, date_min=run.date_min, date_max=run.date_max)
        try:
            with Attempt(settings, claim, connection, ObjectStore(settings.s3), log) as held:
                yield held
        finally:
            if not connection.closed:
                release_run(connection, run)
