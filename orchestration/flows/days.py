"""Runs of one world one after the other, in one process that pays once for what they share."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

import psycopg

from orchestration.flows.plan import plan
from orchestration.flows.progress import State, StepEvent, listener, say
from orchestration.flows.request import RunReport, RunRequest, WorldRequest
from orchestration.flows.run import pqr_run
from orchestration.run import Run

_WORLD_FIELDS = tuple(WorldRequest.model_fields)


def request_of(request: WorldRequest, first: date, last: date) -> RunRequest:
    """The request of the run first..last in the world of another request."""
    chosen = {name: getattr(request, name) for name in _WORLD_FIELDS}
    return RunRequest(**chosen, start=first, end=last)


def run_each(requests: Sequence[RunRequest]) -> Iterator[RunReport]:
    """Carry the runs through every layer in their order, with one line of progress each."""
    for request in requests:
        run = plan(request)[1]
        with _one_line(label(run)):
            report = pqr_run(request)
        yield report


def label(run: Run) -> str:
    """How progress calls a run: its days."""
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


@contextmanager
def _one_line(name: str) -> Iterator[None]:
    """Tell of a run as of one step: what its layers say becomes its progress."""
    outer, started = listener.get(), time.monotonic()
    rows: dict[str, int] = {}
    sizes: dict[str, int] = {}
    notes: list[str] = []

    def inner(event: StepEvent) -> None:
        if event.state in ("done", "skipped"):
            rows[event.step], sizes[event.step] = event.rows, event.size
            notes.append(f"{event.step} {event.seconds:.1f} s" if event.state == "done" else "")
        seconds = time.monotonic() - started
        note = f"{event.step}: {event.note}" if event.state == "failed" else event.step
        state: State = "failed" if event.state == "failed" else "progress"
        made, size = sum(rows.values()), sum(sizes.values())
        outer(StepEvent(name, state, 0, 0, made, size, seconds, note, event.log))

    token = listener.set(inner)
    try:
        yield
    finally:
        listener.reset(token)
    built = ", ".join(filter(None, notes))
    seconds = time.monotonic() - started
    size = sum(sizes.values())
    note = built or "committed before, unchanged"
    say(
        StepEvent(
            name, "done" if built else "skipped", 0, 0, rows.get("raw", 0), size, seconds, note
        )
    )
