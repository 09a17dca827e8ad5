"""Dask: worker processes on this machine, or the cluster that the settings name."""

import itertools
import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import dask
from distributed import Client, KilledWorker, LocalCluster, as_completed
from distributed.client import FutureCancelledError
from distributed.security import Security

from orchestration.errors import ServiceUnavailable, UsageError, WorkFailed
from orchestration.settings import Settings
from orchestration.settings.dask import DaskSettings
from orchestration.workers import Call, DoneTask, Result

_CONNECT_TIMEOUT_SECONDS = 10
_WORKERS_TIMEOUT_SECONDS = 20
# Dask starts its workers with a malloc that gives every 64 KiB back to the system, so that each
# large array is faulted in again: two fifths of the CPU time of simulating.
WORKER_CONFIG = {
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 256 * 2**20,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 32 * 2**20,
    # Nobody looks at the profile of a worker that lives for one job.
    "distributed.worker.profile.enabled": False,
    # Their HTTP servers listen in any case, and ask for no password: they serve nothing.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}

# Numbers the calls of Cluster.run.
_calls = itertools.count(1)

_NO_SPILL = {"distributed.worker.memory.target": False, "distributed.worker.memory.spill": False}


class SchedulerUnavailable(ServiceUnavailable):
    """The Dask scheduler does not answer."""


class WorkersLost(WorkFailed):
    """A task killed its worker again and again, or the cluster went away."""

    may_be_repeated = True


@contextmanager
def dask_client(settings: Settings) -> Iterator[Client]:
    """A client of the remote scheduler, or of workers of this machine.

    Tasks get all they need as arguments: workers share nothing with the caller but S3.

    Args:
        settings: The scheduler, or how many workers, and with how much memory each.

    Raises:
        SchedulerUnavailable: The remote scheduler does not answer.
        UsageError: It would be called without TLS.
    """
    # Whoever presses Ctrl-C while a client waits would see a callback of distributed fail.
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)
    if settings.dask_scheduler is not None:
        address, security = remote_address(settings.dask_scheduler, settings.dask)
        with _remote(address, security) as client:
            yield client
        return
    with _processes(settings.dask) as client:
        yield client


class Cluster:
    """The workers of a Dask cluster."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def count(self) -> int:
        """How many workers there are now."""
        return len(self._client.scheduler_info(n_workers=-1)["workers"])

    def run(
        self,
        function: Callable[..., Result],
        calls: Sequence[Call],
        on_result: Callable[[Result], None],
    ) -> list[Result]:
        """Run every call as a task, as `Workers.run` says.

        Raises:
            WorkersLost: A task killed its worker again and again, or the cluster went away.
        """
        client = self._client
        # Of a key that it knows Dask gives the result, and a failure that somebody holds is one.
        number = next(_calls)
        futures = [
            client.submit(function, *arguments, key=f"{name}-{number}", pure=False, retries=0)
            for name, arguments in calls
        ]
        try:
            for future in as_completed(futures, loop=client.loop):
                on_result(future.result())
            return [future.result() for future in futures]
        except KilledWorker as error:
            raise WorkersLost(
                f"task {error.task} killed {error.allowed_failures + 1} workers in a row:"
                " look for memory, or for an object that crashes the reader"
            ) from None
        except FutureCancelledError as error:
            raise WorkersLost(f"the Dask cluster went away: {error}") from None
        finally:
            client.cancel([future for future in futures if not future.done()])

    def remember(self) -> None:
        """Let the scheduler keep, from now on, when and where tasks run."""
        self._client.get_task_stream()

    def done(self) -> list[DoneTask]:
        """The tasks that ended since `remember`."""
        return [_done(record) for record in self._client.get_task_stream()]


def _done(record: dict[str, Any]) -> DoneTask:
    stretches = record["startstops"]
    moments = [moment for item in stretches for moment in (item["start"], item["stop"])]
    started, ended = (datetime.fromtimestamp(at, UTC) for at in (min(moments), max(moments)))
    error = "" if record["status"] == "OK" else str(record["status"])
    # Without the number of the call.
    name = str(record["key"]).rpartition("-")[0]
    return DoneTask(name, str(record["worker"]), started, ended, error)


def remote_address(address: str, settings: DaskSettings) -> tuple[str, Security]:
    """The address of a remote scheduler and what secures calls to it.

    Raises:
        UsageError: There are no certificates, and plain TCP is not allowed.
    """
    if settings.tls is not None:
        tls = settings.tls
        security = Security(
            require_encryption=True,
            tls_ca_file=str(tls.ca),
            tls_client_cert=str(tls.certificate),
            tls_client_key=str(tls.key),
        )
        return f"tls://{address.rpartition('://')[2]}", security
    if not settings.allows_plain_tcp:
        raise UsageError(
            f"the Dask scheduler {address} has no TLS, so whoever reaches it could run code as you:"
            " set PQR_DASK_TLS_CA, PQR_DASK_TLS_CERT and PQR_DASK_TLS_KEY, or"
            " PQR_DASK_ALLOW_PLAIN_TCP=true where nobody else reaches its network"
        )
    return address, Security()


@contextmanager
def _processes(settings: DaskSettings) -> Iterator[Client]:
    security = Security.temporary()
    with (
        dask.config.set({**WORKER_CONFIG, **({} if settings.spills else _NO_SPILL)}),
        tempfile.TemporaryDirectory(prefix="pqr-dask-") as folder,
        LocalCluster(
            n_workers=settings.min_workers or settings.workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            # Any process of this machine reaches these ports, and what it sends is unpickled:
            # certificates that this process alone has keep the others out.
            protocol="tls://",
            security=security,
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            memory_limit=settings.memory_limit,
            local_directory=folder,
            # Whoever waits for a failed task reports it; a worker would print it again.
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, security=security, set_as_default=False) as client,
    ):
        if settings.min_workers is not None:
            cluster.adapt(minimum=settings.min_workers, maximum=settings.workers)
        yield client


@contextmanager
def _remote(address: str, security: Security) -> Iterator[Client]:
    try:
        client = Client(
            address,
            timeout=_CONNECT_TIMEOUT_SECONDS,
            security=security,
            set_as_default=False,
        )
    except Exception as error:  # what answers there may be anything but a scheduler
        raise SchedulerUnavailable(
            f"the Dask scheduler at {address} does not answer: {error};"
            " check DASK_SCHEDULER_ADDRESS, or unset it to work on this machine"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_WORKERS_TIMEOUT_SECONDS)
        except TimeoutError:
            raise SchedulerUnavailable(
                f"the Dask scheduler at {address} has no workers: start one with"
                f" `dask worker {address}`, or unset DASK_SCHEDULER_ADDRESS"
            ) from None
        yield client
