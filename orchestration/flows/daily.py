"""The flow pqr-daily: the days that a world is missing, up to yesterday, or one day alone.

Days are runs of their own, one after the other in one session.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

import psycopg

from orchestration.errors import UsageError
from orchestration.flows.failures import with_retries
from orchestration.flows.preflight import preflight
from orchestration.flows.request import (
    DailyRequest,
    DaysReport,
    RunReport,
    RunRequest,
    WorldRequest,
    plan,
    refuse_future,
    run_facts,
    today,
    world_end,
)
from orchestration.flows.run import Publication, run_flow
from orchestration.flows.session import Session
from orchestration.flows.shown import call_flow, shown_flow
from orchestration.meta.control import connect
from orchestration.progress import Progress, State, StepEvent, silent
from orchestration.run import Run
from orchestration.settings import Settings, load_settings
from orchestration.wording import counted

_WORLD_FIELDS = tuple(WorldRequest.model_fields)


def daily_flow(progress: Progress = silent) -> Callable[[DailyRequest], DaysReport]:
    """The flow pqr-daily, whose events `progress` takes: Prefect stores the parameters."""

    @shown_flow(
        "pqr-daily",
        "Continue a world: every day that is not published yet, up to yesterday in Colombia,"
        " each as a run of its own; or one day alone.",
        run_name="{request.title}",
    )
    def pqr_daily(request: DailyRequest) -> DaysReport:
        """Run the days that are due, the earliest first; stop at the first that fails.

        Raises:
            PqrError: With the exit code of `pqr`; meta.etl_runs holds the reason.
        """
        settings = load_settings()
        refuse_future(settings, request.day)
        preflight(settings)
        due, note = due_days(settings, request)
        if not due:
            return DaysReport(runs=(), note=note)
        config, run = plan(due[0])
        facts = run_facts(settings, config, request)
        with Session(settings) as session, session.holding_for_all(run.world, facts):
            return DaysReport(runs=tuple(run_each(due, session, progress)), note=note)

    return pqr_daily


# For Prefect, which finds the flow of a deployment by its name.
pqr_daily = daily_flow()


def due_days(settings: Settings, request: DailyRequest) -> tuple[list[RunRequest], str]:
    """Which days are to run now, and a note on those that are not.

    The world's next day is the first that no run has published; what meta records counts,
    whatever Prefect remembers.

    Raises:
        UsageError: The logical date lies outside the world.
    """
    chosen = RunRequest(seed=request.seed, scenario=request.scenario, config=request.config)
    world, last = plan(chosen)[1].world, world_end(chosen)
    first = world.first_day
    if request.day is not None:
        if not first <= request.day <= last:
            raise UsageError(f"day {request.day} is outside the world, {first} to {last}")
        return [request_of(request, request.day, request.day)], ""
    yesterday = today(settings) - timedelta(days=1)
    with with_retries(connect)(settings, context="pqr daily") as connection:
        published = published_by(connection, world.world_id)
    if request.allow_gap and published:
        first = max(published) + timedelta(days=1)
    until = min(yesterday, last)
    missing = [day for day in days_between(first, until) if day not in published]
    if not missing:
        over = "; the world ends there" if until == last else ""
        return [], f"nothing to do: the days to {until} are published{over}"
    due = [request_of(request, day, day) for day in missing[: request.most_days]]
    left = len(missing) - len(due)
    waits = f"{counted(left, 'more day')} {'waits' if left == 1 else 'wait'}"
    return due, f"{waits}, to {missing[-1]}: run it again" if left else ""


def request_of(request: WorldRequest, first: date, last: date) -> RunRequest:
    """The request of the run first..last in the world of another request."""
    chosen = {name: getattr(request, name) for name in _WORLD_FIELDS}
    return RunRequest(**chosen, start=first, end=last)


def run_each(
    requests: Sequence[RunRequest],
    session: Session,
    progress: Progress,
    publication: Publication = "now",
) -> Iterator[RunReport]:
    """Carry the runs through every layer in their order, with one line of progress each."""
    for request in requests:
        line = _RunLine(label(plan(request)[1]), progress)
        report = call_flow(run_flow(line, session, publication), request)
        line.close()
        yield report


def label(run: Run) -> str:
    """How progress names a run: its days."""
    if run.date_min == run.date_max:
        return run.date_min.isoformat()
    return f"{run.date_min}..{run.date_max}"


def days_between(first: date, last: date) -> list[date]:
    """Every day from first to last."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def published_by(connection: psycopg.Connection, world_id: UUID) -> dict[date, UUID]:
    """Which run published a day of a world; of several the newest."""
    rows = connection.execute(
        """
        select day::date, run_id
        from meta.etl_runs, generate_series(date_min, date_max, interval '1 day') as days (day)
        where world_id = %s and status in ('PUBLISHED', 'DEGRADED') order by run_seq
        """,
        [world_id],
    ).fetchall()
    return dict(rows)


class _RunLine:
    """Progress of a run as that of one step: the events of its layers become its progress."""

    def __init__(self, name: str, progress: Progress) -> None:
        self._name = name
        self._progress = progress
        self._started = time.monotonic()
        self._ended: dict[str, StepEvent] = {}

    def __call__(self, event: StepEvent) -> None:
        """Take an event of a layer."""
        if event.state in ("done", "skipped"):
            self._ended[event.step] = event
        has_stopped = event.state in ("failed", "cancelled")
        note = f"{event.step}: {event.note}" if has_stopped else event.step
        rows = sum(ended.rows for ended in self._ended.values())
        self._report(event.state if has_stopped else "progress", rows, note, event.log)

    def close(self) -> None:
        """Report the run as done, or as skipped when no layer was built."""
        built = [
            f"{event.step} {event.seconds:.1f} s"
            for event in self._ended.values()
            if event.state == "done"
        ]
        rows = self._ended["raw"].rows
        if built:
            self._report("done", rows, ", ".join(built))
        else:
            self._report("skipped", rows, "committed before, unchanged")

    def _report(self, state: State, rows: int, note: str, log: tuple[str, ...] = ()) -> None:
        seconds = time.monotonic() - self._started
        size = sum(ended.size for ended in self._ended.values())
        of = next(iter(self._ended.values()), StepEvent(self._name, state))
        self._progress(
            StepEvent(
                self._name, state, 0, 0, rows, size, seconds, note, log, of.run_id, of.attempt
            )
        )
