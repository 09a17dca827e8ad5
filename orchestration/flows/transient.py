"""Which failures are worth another try: those of a connection, never those of the data."""

import errno
import random
import re
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import duckdb
import psycopg
from prefect.client.schemas.objects import State

from orchestration.errors import PqrError, ServiceUnavailable
from orchestration.transform.dbt import is_lost_connection

Result = TypeVar("Result")

# Half a minute in all: a restart of a server is over by then.
RETRY_DELAYS: Final = (2.0, 8.0, 20.0)
RETRY_JITTER: Final = 0.5

# SQLSTATE classes of PostgreSQL: connection, too many connections, shut down or starting up.
_PASSING_STATES = ("08", "53300", "57P0")


def is_transient(state: "State[Any]") -> bool:
    """Whether the failed `state` of a task run came from a service that may come back."""
    return isinstance(state.data, BaseException) and may_pass(state.data)


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


def is_disk_full(error: BaseException | None) -> bool:
    """Whether the error, or what it came from, is a full disk: waiting frees none."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if re.search("no space left on device|disk full", str(error), re.IGNORECASE):
            return True
        error = error.__cause__ or error.__context__
    return False


def patiently(work: Callable[[], Result]) -> Result:
    """Do what is no step of its own, again after a pause while the cause may pass."""
    for delay in RETRY_DELAYS:
        try:
            return work()
        except Exception as error:
            if not may_pass(error):
                raise
        time.sleep(delay * (1 + random.random() * RETRY_JITTER))  # noqa: S311 -- no secret
    return work()
