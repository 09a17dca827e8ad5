"""A signal that ends a run is not lost, wherever the interpreter was when it came.

What a handler raises inside a finaliser or a callback of the garbage collector is printed and
forgotten. So the signal is remembered, and heeded again before the next step.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

Result = TypeVar("Result")

# What came, with whoever handles it.
_came: list[tuple[int, object]] = []


@contextmanager
def remembered_signals() -> Iterator[None]:
    """Remember SIGINT and SIGTERM that come in the block; who handles them stays the same."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def remember(number: int, frame: FrameType | None) -> None:
        handler = before[signal.Signals(number)]
        _came.append((number, handler))
        _handle(handler, number, frame)

    for number in before:
        signal.signal(number, remember)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _came.clear()


def heed_signals_again() -> None:
    """Raise what a signal of this block should have raised, if it was swallowed."""
    if _came and threading.current_thread() is threading.main_thread():
        number, handler = _came[-1]
        _handle(handler, number, None)


def heeding_signals(work: Callable[[], Result]) -> Result:
    """Do `work`; a failure that a signal of this block has caused ends as that signal's.

    DuckDB says of an interrupted query that it failed, whatever interrupted it.
    """
    try:
        return work()
    except Exception:
        heed_signals_again()
        raise


def _handle(handler: object, number: int, frame: FrameType | None) -> None:
    if callable(handler):
        handler(number, frame)
    raise KeyboardInterrupt(f"ended by {signal.Signals(number).name}")
