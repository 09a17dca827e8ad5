"""Another try of what a lost connection broke; never of what the data or the code is at fault for.

All retries of a run are made here, see docs/adr/0017-retries-and-task-runs.md.
"""

import errno
import random
import re
import time
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

import duckdb
import psycopg

from orchestration.errors import PqrError, ServiceUnavailable
from orchestration.transform.dbt import is_lost_connection

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# Half a minute in all: a restart of a server is over by then.
RETRY_DELAYS: Final = (2.0, 8.0, 20.0)
_JITTER: Final = 0.5

# SQLSTATE classes of PostgreSQL: connection, too many connections, shut down or starting up.
_PASSING_STATES = ("08", "53300", "57P0")


def may_pass(error: BaseException) -> bool:
    """Whether another try of the same work may find the cause of `error` gone."""
    if is_disk_full(error):
        return False
    if isinstance(error, PqrError):
        return isinstance(error, ServiceUnavailable) and error.may_pass
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return error.sqlstate is None or error.sqlstate.startswith(_PASSING_STATES)
    if isinstance(error, duckdb.Error):
        return is_lost_connection(str(error))
    return isinstance(error, ConnectionError | TimeoutError)


def with_retries(work: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Let `work` be tried up to four times, with growing pauses, while the cause may pass."""

    @wraps(work)
    def tried(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        for delay in RETRY_DELAYS:
            try:
                return work(*args, **kwargs)
            except Exception as error:
                if not may_pass(error):
                    raise
            time.sleep(delay * (1 + random.random() * _JITTER))  # noqa: S311 -- not a secret
        return work(*args, **kwargs)

    return tried


def is_disk_full(error: BaseException | None) -> bool:
    """Whether the error, or what it came from, is a full disk: waiting frees none."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if re.search("no space left on device|disk full", str(error), re.IGNORECASE):
            return True
        error = error.__cause__ or error.__context__
    return False
