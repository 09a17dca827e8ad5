"""How many Dask workers this machine starts, and how much memory each may take."""

import os
import re
from dataclasses import dataclass

from orchestration.settings import variables
from orchestration.errors import UsageError

DEFAULT_MEMORY = "2GiB"
_MEMORY = re.compile(r"[1-9][0-9]{0,6}(\.[0-9]{1,3})?[KMGT]i?B")
_MOST_WORKERS = 1024


@dataclass(frozen=True)
class DaskSettings:
    """Workers of a cluster of our own; a remote scheduler has its own.

    `workers` run at once. With `min_workers` the cluster starts with these and grows to `workers`
    while tasks wait. `memory_limit` is of one worker, such as 2GiB: at 70 % of it a worker writes
    what it holds to its folder if it `spills`, at 80 % it takes no new task, at 95 % it is
    restarted.
    """

    workers: int
    min_workers: int | None
    memory_limit: str
    spills: bool


def dask_settings(env: variables.Environment) -> DaskSettings:
    """Read PQR_DASK_WORKERS, PQR_DASK_MIN_WORKERS, PQR_DASK_MEMORY and PQR_DASK_SPILL.

    Raises:
        UsageError: One of them is malformed. Names the variable and the value.
    """
    workers = variables.integer(env, "PQR_DASK_WORKERS", cores(), 1, _MOST_WORKERS)
    fewest = None
    if "PQR_DASK_MIN_WORKERS" in env:
        fewest = variables.integer(env, "PQR_DASK_MIN_WORKERS", 1, 1, workers)
    memory = env.get("PQR_DASK_MEMORY", DEFAULT_MEMORY)
    if not _MEMORY.fullmatch(memory):
        raise UsageError(f"PQR_DASK_MEMORY={memory} is no size of memory: such as 2GiB or 800MB")
    spills = variables.choice(env, "PQR_DASK_SPILL", ("true", "false")) == "true"
    return DaskSettings(workers, fewest, memory, spills)


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
