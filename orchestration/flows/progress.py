"""What a run says while it works; whoever started it listens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

State = Literal["started", "progress", "done", "skipped", "failed"]


@dataclass(frozen=True)
class StepEvent:
    """One line of a run's progress.

    `done` and `total` count objects (raw, bronze) or are 0 where a step has no such measure;
    `rows` and `size` (bytes) are what the step has produced so far; `seconds` since it started;
    `log` says, of a step that failed, where the run's log is.
    """

    step: str
    state: State
    done: int = 0
    total: int = 0
    rows: int = 0
    size: int = 0
    seconds: float = 0.0
    note: str = ""
    log: tuple[str, ...] = ()


Listener = Callable[[StepEvent], None]


def _silence(_: StepEvent) -> None:
    return None


# A context variable and not a flow parameter: Prefect stores parameters, and a listener is no data.
listener: ContextVar[Listener] = ContextVar("pqr_progress_listener", default=_silence)


def say(event: StepEvent) -> None:
    """Tell the listener of this context."""
    listener.get()(event)


@contextmanager
def unheard() -> Iterator[None]:
    """Work whose steps are told of as parts of another one."""
    token = listener.set(_silence)
    try:
        yield
    finally:
        listener.reset(token)
