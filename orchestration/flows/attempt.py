"""One try of a run: its claim, its connections, its log, and the record of each step."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import psycopg

from orchestration.errors import installing
from orchestration.flows.failures import (
    raise_pending_signal,
    reason_of,
    remember_signals,
    run_interruptible,
    with_retries,
)
from orchestration.flows.preflight import full_disk_behind
from orchestration.flows.recording import Heartbeat, Recording
from orchestration.flows.run_log import RunLog
from orchestration.flows.session import Session, WorldHold, is_alive
from orchestration.lake import paths
from orchestration.lake.cache import ObjectCache
from orchestration.lake.manifest import Manifest
from orchestration.lake.store import ObjectStore
from orchestration.meta.control import RunFacts, assert_fencing, connect, count_attempt
from orchestration.meta.records import TaskStatus
from orchestration.progress import Progress, State, StepEvent
from orchestration.quality.gx import GxClient
from orchestration.run import Claim, Run
from orchestration.settings import Settings
from orchestration.workers import Workers

if TYPE_CHECKING:
    from orchestration.lineage import OpenLineage
    from orchestration.traces import Trace


@dataclass(frozen=True)
class StepOutcome:
    """What a step did: rows and bytes are those of its layer, made now or found committed."""

    skipped: bool
    rows_in: int = 0
    rows: int = 0
    size: int = 0
    note: str = ""
    detail: dict[str, object] = field(default_factory=dict)
    manifest: Manifest | None = None


@dataclass
class Attempt:
    """One try of a run, from the claim to the end."""

    session: Session
    claim: Claim
    hold: WorldHold
    connection: psycopg.Connection
    store: ObjectStore
    objects: ObjectCache
    log: RunLog
    heartbeat: Heartbeat
    lineage: "OpenLineage | None"
    trace: "Trace | None"

    @property
    def settings(self) -> Settings:
        """Where the services are."""
        return self.session.settings

    @property
    def run(self) -> Run:
        """The run that is tried."""
        return self.claim.run

    @property
    def progress(self) -> Progress:
        """Takes the events of the run."""
        return self.heartbeat.show

    @property
    def workspace(self) -> Path:
        """Scratch space of this run on this machine; nothing in it is truth."""
        return self.settings.home / "build" / str(self.run.run_id)

    @property
    def log_places(self) -> tuple[str, str]:
        """Where the log of the run is: in the bucket, and on this machine."""
        return f"s3://{self.settings.s3.bucket}/{paths.pipeline_log(self.run)}", str(self.log.path)

    def workers(self, lines: int | None = None) -> Workers:
        """Who does a job of so many lines; None: workers that have a memory of their own."""
        workers = self.session.cluster() if lines is None else self.session.workers(lines)
        if trace := self.trace:
            self.log_errors(lambda: trace.watch(workers))
        return workers

    def prepare(self) -> None:
        """Start what the layers after bronze need, while workers have the work."""
        self.session.evaluator()
        self.session.projects.parse_ahead(self.settings)
        Thread(target=_import_ahead, daemon=True).start()

    def evaluator(self) -> GxClient:
        """Great Expectations, in a process of its own."""
        return self.session.evaluator()

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
        self.log.write("reconnected", "warning")

    def log_errors(self, work: Callable[[], object]) -> None:
        """Do what must neither fail a run nor hide its failure: an error goes to the log."""
        try:
            work()
        except Exception as error:
            self.log.write("not_recorded", "warning", error=str(error))

    def step(self, name: str, work: Callable[[], StepOutcome]) -> StepOutcome:
        """Do `work`; each try leaves a row in meta.task_runs, a line in the log and progress."""
        return with_retries(self._try_step)(name, work)

    def _try_step(self, name: str, work: Callable[[], StepOutcome]) -> StepOutcome:
        raise_pending_signal()
        self.reconnect()
        recording = Recording(self, name)
        self.progress(StepEvent(name, "started"))
        if lineage := self.lineage:
            self.log_errors(lambda: lineage.emit_layer("START", name))
        try:
            outcome = run_interruptible(self._traced(name, work))
        except BaseException as error:
            status: TaskStatus = "FAILED" if isinstance(error, Exception) else "CANCELLED"
            full_disk = full_disk_behind(error, self.settings)
            reason = reason_of(full_disk or error)
            failed = StepOutcome(skipped=False, detail={"error": reason})
            self.log_errors(lambda: recording.finish(status, failed))
            if lineage:
                self.log_errors(lambda: lineage.emit_layer("FAIL", name, reason))
            seconds, places = recording.seconds(), self.log_places
            ended: State = "failed" if status == "FAILED" else "cancelled"
            self.progress(StepEvent(name, ended, seconds=seconds, note=reason, log=places))
            if full_disk is None:
                raise
            raise full_disk from error
        seconds = recording.finish("SKIPPED" if outcome.skipped else "SUCCEEDED", outcome)
        if lineage:
            self.log_errors(lambda: self._emit_committed(lineage, name, outcome))
        state: State = "skipped" if outcome.skipped else "done"
        rows, size = outcome.rows, outcome.size
        self.progress(StepEvent(name, state, 0, 0, rows, size, seconds, outcome.note))
        return outcome

    def _traced(self, name: str, work: Callable[[], StepOutcome]) -> Callable[[], StepOutcome]:
        """The work of a step, after which the trace takes its tasks from the workers."""
        trace = self.trace
        if trace is None:
            return work

        def traced() -> StepOutcome:
            try:
                return work()
            finally:
                self.log_errors(lambda: trace.take_tasks(name))

        return traced

    def _emit_committed(self, lineage: "OpenLineage", layer: str, outcome: StepOutcome) -> None:
        # The columns were sent when the layer was made: not worth parsing the project again.
        with_columns = layer in ("silver", "gold", "serving") and not outcome.skipped
        columns = {"columns": self.session.graph(self.run).columns} if with_columns else {}
        lineage.emit_committed(self.connection, layer, skipped=outcome.skipped, **columns)


@contextmanager
def claimed(
    session: Session, hold: WorldHold, run: Run, facts: RunFacts, progress: Progress
) -> Iterator[Attempt]:
    """Claim `run` for a block, whose caller records how it ended. Raises DatabaseUnavailable."""
    settings = session.settings
    connection = connect(settings, context="pqr run")
    try:
        claim = session.claims.pop(run.run_id, None) or count_attempt(
            connection, run, facts, hold.holder
        )
        log = RunLog(settings.home / "logs", claim)
        log.write("claimed", date_min=run.date_min, date_max=run.date_max)
        store = ObjectStore(settings.s3)
        lineage = _openlineage(settings, claim, log)
        objects = ObjectCache(store, settings.object_cache)
        heartbeat = Heartbeat(settings, claim, progress)
        attempt = Attempt(
            session, claim, hold, connection, store, objects, log, heartbeat, lineage,
            _trace(settings, claim, log),
        )  # fmt: skip
        try:
            with remember_signals():
                yield attempt
        finally:
            connection = attempt.connection
            if trace := attempt.trace:
                attempt.log_errors(lambda: trace.send(connection))
            append = with_retries(store.append)
            attempt.log_errors(lambda: append(paths.pipeline_log(run), log.path.read_bytes()))
            attempt.log_errors(attempt.objects.trim)
            heartbeat.close()
    finally:
        connection.close()


def _openlineage(settings: Settings, claim: Claim, log: RunLog) -> "OpenLineage | None":
    if not settings.lineage.is_configured:
        return None
    from orchestration.lineage import OpenLineage

    return OpenLineage(settings, claim, log.not_sent)


def _trace(settings: Settings, claim: Claim, log: RunLog) -> "Trace | None":
    if not settings.traces.is_configured:
        return None
    try:
        from orchestration.traces import Trace
    except ImportError as error:
        log.not_sent(f"no trace: {error}; {installing('traces')} installs OpenTelemetry")
        return None
    return Trace(settings.traces, claim, log.not_sent)


def _import_ahead() -> None:
    """Import what silver and serving need: what is wrong with it is said where it is needed."""
    with suppress(Exception):
        for name in ("dbt.cli.main", "pyiceberg.catalog.sql"):
            import_module(name)
