"""A signal that ends a run is not lost, wherever the interpreter was when it arrived.

What a handler raises inside a finaliser or a callback of the garbage collector is printed and
forgotten. So the signal is remembered, and raised again before the next step.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

Result = TypeVar("Result")

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
