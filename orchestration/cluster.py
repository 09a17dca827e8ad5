"""The Dask cluster of a run: processes of this machine, or a scheduler elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client, LocalCluster

from orchestration.errors import ServiceUnavailable
from orchestration.settings import Settings

_WORKER_MEMORY = "2GiB"
_QUIET = 40  # logging.ERROR: a worker that is told to stop is no news


class SchedulerUnavailable(ServiceUnavailable):
    """The Dask scheduler that the environment names does not answer."""


@contextmanager
def dask_client(settings: Settings) -> Iterator[Client]:
    """Connect to the scheduler of the settings, or start workers for the time of the block.

    Raises:
        SchedulerUnavailable: The named scheduler does not answer within 10 s.
    """
    if settings.dask_scheduler is not None:
        try:
            client = Client(settings.dask_scheduler, timeout=10, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise SchedulerUnavailable(
                f"Dask scheduler {settings.dask_scheduler} does not answer ({error}): start it,"
                " or unset PQR_DASK_SCHEDULER and DASK_SCHEDULER_ADDRESS"
            ) from None
        with client:
            yield client
        return
    with (
        LocalCluster(
            n_workers=settings.dask_workers,
            threads_per_worker=1,
            memory_limit=_WORKER_MEMORY,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            local_directory=str(settings.home / "dask"),
            silence_logs=_QUIET,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client
