"""What the runs of one process pay for once: parsed projects, workers, Great Expectations."""

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestration.flows.hold import WorldHold
from orchestration.flows.progress import StepEvent, say
from orchestration.meta.control import RunCounts
from orchestration.quality.gx_client import GxClient
from orchestration.run import Claim
from orchestration.settings import Settings
from orchestration.transform.dbt import Projects

if TYPE_CHECKING:
    from uuid import UUID

    from distributed import Client


@dataclass
class Resources:
    """Started at their first use, ended together.

    Attributes:
        settings: Where the services are.
        is_shared: Whether more runs follow: then the workers stay between their layers.
        hold: The world that all these runs belong to, when it is held for all of them.
        claims: Runs that were claimed before their turn, by run_id.
        publishes: Whether runs are to be published now, or by a later run of the block.
        unpublished: Runs that wait for that publication, with what they committed.
        projects: What dbt has parsed.
    """

    settings: Settings
    is_shared: bool = False
    hold: WorldHold | None = None
    claims: "dict[UUID, Claim]" = field(default_factory=dict)
    publishes: bool = True
    unpublished: "list[tuple[Claim, RunCounts]]" = field(default_factory=list)
    projects: Projects = field(default_factory=Projects)
    _stack: ExitStack = field(default_factory=ExitStack)
    _client: "Client | None" = None
    _evaluator: GxClient | None = None
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def client(self) -> "Client":
        """The Dask client, started at its first use: a run that skips needs no cluster."""
        with self._mutex:
            if self._client is None:
                from distributed.gc import disable_gc_diagnosis

                from orchestration.cluster import dashboard_link, dask_client

                # Prefect's logging lets every library speak; what workers say is no news here.
                logging.getLogger("distributed").setLevel(logging.ERROR)
                self._client = self._stack.enter_context(dask_client(self.settings))
                # It measures the garbage collector from inside, where an interruption is lost.
                disable_gc_diagnosis(force=True)
                if link := dashboard_link(self._client):
                    say(StepEvent("dask", "done", note=f"dashboard {link}"))
            return self._client

    def release_cluster(self) -> None:
        """Stop the workers, unless runs follow that need them: starting some costs as much."""
        if not self.is_shared:
            self._client = None
            self._stack.close()

    def evaluator(self) -> GxClient:
        """Great Expectations, in a process that imports it beside this one's work."""
        with self._mutex:
            if self._evaluator is None:
                self._evaluator = GxClient(self.settings.project_root)
        return self._evaluator

    def close(self) -> None:
        """End the processes."""
        evaluator, self._evaluator = self._evaluator, None
        try:
            if evaluator is not None:
                evaluator.close()
        finally:
            self._client = None
            self._stack.close()


# A context variable and not a flow parameter: Prefect stores parameters, and this is no data.
_of_process: ContextVar[Resources | None] = ContextVar("pqr_resources", default=None)


@contextmanager
def shared_resources(settings: Settings, hold: WorldHold) -> Iterator[Resources]:
    """Let all runs of a block use the same resources."""
    resources = Resources(settings, is_shared=True, hold=hold)
    token = _of_process.set(resources)
    try:
        with _closing(resources):
            yield resources
    finally:
        _of_process.reset(token)


@contextmanager
def current_resources(settings: Settings) -> Iterator[Resources]:
    """Those of the surrounding block, or some for one run alone."""
    shared = _of_process.get()
    if shared is not None:
        yield shared
        return
    with _closing(Resources(settings)) as own:
        yield own


@contextmanager
def _closing(resources: Resources) -> Iterator[Resources]:
    try:
        yield resources
    finally:
        resources.close()
