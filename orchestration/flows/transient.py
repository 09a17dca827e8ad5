"""Which failures are worth another try: those of a connection, never those of the data."""

import random
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
    if isinstance(error, PqrError):
        return isinstance(error, ServiceUnavailable) and error.may_pass
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return error.sqlstate is None or error.sqlstate.startswith(_PASSING_STATES)
    if isinstance(error, duckdb.Error):
        return is_lost_connection(str(error))
    return isinstance(error, ConnectionError | TimeoutError)


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
