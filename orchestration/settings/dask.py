"""Dask: workers of this machine and their memory, and how a remote scheduler is trusted."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import UsageError
from orchestration.settings import variables

DEFAULT_MEMORY = "2GiB"
_MEMORY = re.compile(r"[1-9][0-9]{0,6}(\.[0-9]{1,3})?[KMGT]i?B")
_MOST_WORKERS = 1024
# What a worker of the default size builds within half of its memory, with room for other texts.
_LINES_OF_A_BUCKET = 5_000_000
_MOST_BUCKETS = 256


@dataclass(frozen=True)
class DaskTls:
    """PEM files: the authority, our certificate, its key."""

    ca: Path
    certificate: Path
    key: Path


@dataclass(frozen=True)
class DaskSettings:
    """Workers of a cluster of our own; a remote scheduler has its own.

    `workers` run at the same time. With `min_workers` the cluster starts with these and grows to
    `workers` while tasks wait. `memory_limit` is of one worker, such as 2GiB: at 70 % of it a
    worker writes what it holds to its folder if it `spills`, at 80 % it takes no new task, at 95 %
    it is restarted.

    `tls` names the files that a remote scheduler is called with. Without them it is refused, unless
    `allows_plain_tcp`: whoever reaches a scheduler without TLS runs code in it and in its clients.

    `silver_buckets`: in how many buckets of cases silver is built; None: as its lines ask for.
    """

    workers: int
    min_workers: int | None
    memory_limit: str
    spills: bool
    tls: DaskTls | None = None
    allows_plain_tcp: bool = False
    silver_buckets: int | None = None


def dask_settings(env: variables.Environment) -> DaskSettings:
    """Read PQR_SILVER_BUCKETS and what begins with PQR_DASK_, but for the scheduler's address.

    Raises:
        UsageError: One of them is malformed. Names the variable and the value.
    """
    workers = variables.integer(env, "PQR_DASK_WORKERS", cores(), 1, _MOST_WORKERS)
    fewest = None
    if "PQR_DASK_MIN_WORKERS" in env:
        fewest = variables.integer(env, "PQR_DASK_MIN_WORKERS", 1, 1, workers)
    memory = env.get("PQR_DASK_MEMORY", DEFAULT_MEMORY)
    if not _MEMORY.fullmatch(memory):
        raise UsageError(f"PQR_DASK_MEMORY={memory} is not a valid size: write it as 2GiB or 800MB")
    spills = variables.choice(env, "PQR_DASK_SPILL", ("true", "false")) == "true"
    is_plain = variables.choice(env, "PQR_DASK_ALLOW_PLAIN_TCP", ("false", "true")) == "true"
    buckets = None
    if "PQR_SILVER_BUCKETS" in env:
        buckets = variables.integer(env, "PQR_SILVER_BUCKETS", 1, 1, _MOST_BUCKETS)
    return DaskSettings(workers, fewest, memory, spills, _tls(env), is_plain, buckets)


def number_of_buckets(settings: DaskSettings, lines: int) -> int:
    """In how many buckets silver of a run of so many lines is built: 1 is no bucket at all.

    Several are a multiple of the workers: in the last round none has nothing to do.
    """
    if settings.silver_buckets or lines <= _LINES_OF_A_BUCKET:
        return settings.silver_buckets or 1
    fewest = -(-lines // _LINES_OF_A_BUCKET)
    return min(_MOST_BUCKETS, -(-fewest // settings.workers) * settings.workers)


def _tls(env: variables.Environment) -> DaskTls | None:
    names = ("PQR_DASK_TLS_CA", "PQR_DASK_TLS_CERT", "PQR_DASK_TLS_KEY")
    given = [name for name in names if name in env]
    if not given:
        return None
    for name in names:
        if name not in env:
            raise UsageError(
                f"{given[0]} is set but {name} is not: set {', '.join(names)}, or none"
            )
    return DaskTls(*(variables.file(env, name, "a PEM file") for name in names))


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
