"""How a step ends early: by a signal, which is not lost, or by a failure that another try may pass.

What a handler raises inside a finaliser or a callback of the garbage collector is printed and
forgotten. So the signal is remembered, and raised again before the next step.

All retries of a run are made here, see docs/adr/0017-retries-and-task-runs.md: of what a lost
connection broke, never of what the data or the code is at fault for.
"""

import errno
import random
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FrameType
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

# Each signal that was received, with its handler.
_received: list[tuple[int, object]] = []


@contextmanager
def remember_signals() -> Iterator[None]:
    """Remember SIGINT and SIGTERM of the block; their handlers stay the same."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def remember(number: int, frame: FrameType | None) -> None:
        handler = before[signal.Signals(number)]
        _received.append((number, handler))
        _handle(handler, number, frame)

    for number in before:
        signal.signal(number, remember)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _received.clear()


def raise_pending_signal() -> None:
    """Raise what a signal of this block should have raised, if that was swallowed."""
    if _received and threading.current_thread() is threading.main_thread():
        number, handler = _received[-1]
        _handle(handler, number, None)


def run_interruptible(work: Callable[[], Result]) -> Result:
    """Do `work`; a failure that a signal of this block has caused ends as that signal's.

    DuckDB reports an interrupted query as failed, whatever interrupted it.
    """
    try:
        return work()
    except Exception:
        raise_pending_signal()
        raise


def _handle(handler: object, number: int, frame: FrameType | None) -> None:
    if callable(handler):
        handler(number, frame)
    raise KeyboardInterrupt(f"ended by {signal.Signals(number).name}")


def reason_of(error: BaseException) -> str:
    """Why something ended, in words; of a signal whose handler gives none, its name."""
    if str(error):
        return str(error)
    if _received and not isinstance(error, Exception):
        return f"ended by {signal.Signals(_received[-1][0]).name}"
    return type(error).__name__


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


def may_be_repeated(error: BaseException) -> bool:
    """Whether the same command may succeed later, with nothing edited: it was stopped, or a service
    was away, or the disk was full. Bad input, a check or a declaration fails again.
    """
    if not isinstance(error, Exception) or is_disk_full(error) or may_pass(error):
        return True
    return isinstance(error, PqrError) and error.may_be_repeated


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
