"""What the runs of one process share: the held world, workers, parsed projects, the evaluator."""

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg

from orchestration.meta.control import RunFacts, connect, lock_world, retake_world, unlock_world
from orchestration.meta.working import HOLDS_A_WORLD
from orchestration.quality.gx import GxClient
from orchestration.run import Claim, Run, World
from orchestration.settings import Settings
from orchestration.transform.layer import parsed_project
from orchestration.transform.projects import Projects
from orchestration.workers import ThisProcess, Workers, fits_this_process

if TYPE_CHECKING:
    from orchestration.transform.layer import ProjectGraph


class WorldHold:
    """The lock of a world, on a connection that does nothing else. Safe in several threads.

    It is kept across restarts of PostgreSQL.

    Attributes:
        world: What is held.
        holder: Its number among those who held it: every claim made under it carries the number.
    """

    def __init__(self, settings: Settings, world: World, facts: RunFacts) -> None:
        self.world = world
        self._settings = settings
        self._mutex = threading.Lock()
        self._connection = connect(settings, context=HOLDS_A_WORLD)
        try:
            self.holder = lock_world(self._connection, world, facts)
        except BaseException:
            self._connection.close()
            raise

    def ensure(self) -> None:
        """Take the lock again if its connection was lost, and prove that nobody else had it.

        Raises:
            StaleClaim: Another process has taken the world over.
            DatabaseUnavailable: PostgreSQL does not answer.
        """
        with self._mutex:
            if is_alive(self._connection):
                return
            self._connection.close()
            fresh = connect(self._settings, context=HOLDS_A_WORLD)
            try:
                retake_world(fresh, self.world, self.holder)
            except BaseException:
                fresh.close()
                raise
            self._connection = fresh

    def close(self) -> None:
        """Give the world back."""
        if is_alive(self._connection):
            unlock_world(self._connection, self.world)
        self._connection.close()


def is_alive(connection: psycopg.Connection) -> bool:
    """Whether the server still answers on this connection."""
    if connection.closed:
        return False
    try:
        connection.execute("select 1")
    except (psycopg.OperationalError, psycopg.InterfaceError):
        return False
    return True


@dataclass
class Session:
    """Resources of a process, started at their first use and ended together.

    Attributes:
        settings: Where the services are.
        hold: The world of all runs of the session, while `holding_for_all` holds it.
        claims: Runs that were claimed before their turn, by run_id.
        unpublished: Runs that are committed to gold and wait for a common publication.
        projects: What dbt has parsed.
    """

    settings: Settings
    hold: WorldHold | None = None
    claims: dict[UUID, Claim] = field(default_factory=dict)
    unpublished: list[Claim] = field(default_factory=list)
    projects: Projects = field(default_factory=Projects)
    _stack: ExitStack = field(default_factory=ExitStack)
    _cluster: Workers | None = None
    _this_process: Workers = field(default_factory=ThisProcess)
    _evaluator: GxClient | None = None
    _graph: "ProjectGraph | None" = None
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def holding_for_all(self, world: World, facts: RunFacts) -> Iterator[None]:
        """Hold `world` for every run of the block.

        Raises:
            WorldLocked: Another process works on the same world.
            DatabaseUnavailable: PostgreSQL does not answer.
        """
        with self.holding(world, facts) as self.hold:
            try:
                yield
            finally:
                self.hold = None

    @contextmanager
    def holding(self, world: World, facts: RunFacts) -> Iterator[WorldHold]:
        """Hold `world` for one run, unless it is held for all. Raises as `holding_for_all`."""
        if self.hold is not None:
            yield self.hold
            return
        hold = WorldHold(self.settings, world, facts)
        try:
            yield hold
        finally:
            hold.close()

    def workers(self, lines: int) -> Workers:
        """Who does a job of so many lines: this process, or the cluster.

        A small job takes the workers of a larger one if they are up.
        """
        if self._cluster is None and fits_this_process(self.settings, lines):
            return self._this_process
        return self.cluster()

    def cluster(self) -> Workers:
        """The Dask cluster, started at its first use."""
        with self._mutex:
            if self._cluster is None:
                from distributed.gc import disable_gc_diagnosis

                from orchestration.cluster import Cluster, dask_client

                # Prefect's logging lets every library log. What a worker says of a failed task is
                # told once: by whoever waits for it.
                logging.getLogger("distributed").setLevel(logging.CRITICAL)
                self._cluster = Cluster(self._stack.enter_context(dask_client(self.settings)))
                # It measures the garbage collector from inside, where an interruption is lost.
                disable_gc_diagnosis(force=True)
            return self._cluster

    def release_cluster(self) -> None:
        """Stop the workers, unless runs follow that need them: starting some costs as much."""
        if self.hold is None:
            self._cluster = None
            self._stack.close()

    def evaluator(self) -> GxClient:
        """Great Expectations, in a process that imports it while this one works."""
        with self._mutex:
            if self._evaluator is None:
                self._evaluator = GxClient(self.settings.project_root)
        return self._evaluator

    def graph(self, run: Run) -> "ProjectGraph":
        """The datasets of the dbt project and what each is made from."""
        if self._graph is None:
            from orchestration.transform.layer import ProjectGraph

            project = parsed_project(self.settings, self.projects, run)
            root = self.settings.project_root
            self._graph = ProjectGraph(project.nodes, project.sources, root)
        return self._graph

    def close(self) -> None:
        """End the processes."""
        evaluator, self._evaluator = self._evaluator, None
        self.projects.close()
        try:
            if evaluator is not None:
                evaluator.close()
        finally:
            self._cluster = None
            self._stack.close()
