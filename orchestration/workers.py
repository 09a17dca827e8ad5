"""Who does the tasks of a job: Dask's workers (see `orchestration.cluster`), or this process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeVar

from orchestration.settings import Settings

Result = TypeVar("Result")
# Name and arguments of a call; names are shown in logs, so they hold no secret.
Call = tuple[str, tuple[Any, ...]]

# So many lines are read in less time than Dask takes to start.
SMALL_JOB_LINES: Final = 100_000


@dataclass(frozen=True)
class DoneTask:
    """When and where a task ran; instants are UTC, `error` is empty where it went well."""

    name: str
    worker: str
    started_at: datetime
    ended_at: datetime
    error: str


class Workers(Protocol):
    """Whoever does tasks. They get all they need as arguments, and share nothing but S3."""

    @property
    def count(self) -> int:
        """How many tasks run at the same time."""

    def run(
        self,
        function: Callable[..., Result],
        calls: Sequence[Call],
        on_result: Callable[[Result], None],
    ) -> list[Result]:
        """Run every call; the first that fails ends the others.

        Args:
            function: Called with the arguments of a call.
            calls: What to run.
            on_result: Called with each result as it comes.

        Returns:
            The results, in the order of `calls`.

        Raises:
            Exception: What a call raised.
        """

    def remember(self) -> None:
        """Keep, from now on, when and where tasks run."""

    def done(self) -> list[DoneTask]:
        """The tasks that ended since `remember`."""


def fits_this_process(settings: Settings, lines: int) -> bool:
    """Whether a job of so many lines is done sooner without Dask."""
    return settings.dask_scheduler is None and lines <= SMALL_JOB_LINES


@dataclass
class ThisProcess:
    """Does one task after another where it is called: no scheduler, no port, nothing to start."""

    count: int = 1
    _done: list[DoneTask] = field(default_factory=list)

    def run(
        self,
        function: Callable[..., Result],
        calls: Sequence[Call],
        on_result: Callable[[Result], None],
    ) -> list[Result]:
        """Run every call in order, as `Workers.run` says."""
        results = []
        for name, arguments in calls:
            begun, error = datetime.now(UTC), "error"
            try:
                results.append(function(*arguments))
                error = ""
            finally:
                self._done.append(DoneTask(name, "this process", begun, datetime.now(UTC), error))
            on_result(results[-1])
        return results

    def remember(self) -> None:
        """Forget what ended before."""
        self._done.clear()

    def done(self) -> list[DoneTask]:
        """The tasks that ended since `remember`."""
        return list(self._done)
