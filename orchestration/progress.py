"""How far a step has come: what it reports, and the points at which a test kills the process."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from orchestration.settings import kill_point

State = Literal["started", "progress", "done", "skipped", "failed", "cancelled"]

# How often this process has reached each step.
_seen: dict[str, int] = {}


@dataclass(frozen=True)
class StepEvent:
    """One line of a run's progress.

    `done` and `total` count objects (raw, bronze) or dbt nodes, or are 0 where a step has no such
    measure; `rows` and `size` (bytes) are what the step has produced so far; `seconds` since it
    started; `log` names the places of the run's log when a step failed or was cancelled. `run_id`
    and `attempt` are those of the attempt that reports, where there is one.
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
    run_id: str = ""
    attempt: int = 0


# Takes the events of a run; may be called from several threads.
Progress = Callable[[StepEvent], None]


class OnProgress(Protocol):
    """Called with what a step has done, has to do, and has produced: rows and bytes."""

    def __call__(self, done: int, total: int, rows: int = 0, size: int = 0) -> None:
        """Take one report."""


def silent(_: StepEvent) -> None:
    """The progress of a run that nobody watches."""


def no_progress(done: int, total: int, rows: int = 0, size: int = 0) -> None:
    """The progress of a step that nobody watches."""


def step_progress(progress: Progress, step: str) -> OnProgress:
    """Report what `step` does from now on as events of `progress`."""
    started = time.monotonic()

    def report(done: int, total: int, rows: int = 0, size: int = 0) -> None:
        seconds = time.monotonic() - started
        progress(StepEvent(step, "progress", done, total, rows, size, seconds))

    return report


def reach(step: str) -> None:
    """Die here, as by a power cut, when a test asks for this step; else do nothing.

    A step may be named with the time it is to be reached, `bronze.after_object#3`; with `!stop` at
    its end the process is stopped and can go on later.
    """
    wanted = kill_point()
    if wanted is None:
        return
    _seen[step] = _seen.get(step, 0) + 1
    wanted, _, manner = wanted.partition("!")
    if wanted in (step, f"{step}#{_seen[step]}"):
        os.kill(os.getpid(), signal.SIGSTOP if manner == "stop" else signal.SIGKILL)
