"""The flow pqr-backfill: a range of days as runs of their own, in one process.

The raw events of the runs are made first, in any order and several runs at once: the simulator
needs no other day for them. Everything after raw continues the days before it, so these layers
follow run after run, in the order of the days. The world is held from the first to the last.
"""

import random
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from contextvars import copy_context
from datetime import timedelta
from functools import partial

import psycopg
from prefect import flow

from orchestration.errors import PqrError, UsageError
from orchestration.flows import steps
from orchestration.flows.attempt import attempt
from orchestration.flows.continuity import require_no_gap, require_same_world
from orchestration.flows.days import days_between, label, published_by, request_of, run_each
from orchestration.flows.hold import world_held
from orchestration.flows.plan import plan, refuse_future, run_facts
from orchestration.flows.preflight import preflight
from orchestration.flows.progress import State, StepEvent, say, unheard
from orchestration.flows.recording import StepOutcome, recorded
from orchestration.flows.request import BackfillRequest, DaysReport, RunReport, RunRequest
from orchestration.flows.resources import Resources, shared_resources
from orchestration.flows.tasks import as_task
from orchestration.flows.transient import patiently
from orchestration.meta.control import RunCounts, connect, finish_run
from orchestration.meta.world import StaleClaim
from orchestration.quality.verdicts import run_status
from orchestration.settings import Settings, load_settings


@flow(
    name="pqr-backfill",
    description=(
        "A range of days as runs of their own. Raw events are made in any order, several runs at"
        " once; the layers after them run by run, in the order of the days."
    ),
)
def pqr_backfill(request: BackfillRequest) -> DaysReport:
    """Carry every run of the range to publication; stop at the first that fails.

    Raises:
        PqrError: With the exit code of `pqr`; meta.etl_runs holds the reason.
    """
    settings = load_settings()
    refuse_future(settings, request.start, request.end)
    requests = chunks(request)
    config, first = plan(requests[0])
    facts = run_facts(settings, config, request)
    as_task("preflight", preflight, delays=())(settings)
    with connect(settings, context="pqr backfill") as connection:
        if not request.new_world:
            require_same_world(connection, first, facts)
        if not request.allow_gap:
            require_no_gap(connection, first)
        requests, note = _without_covered(connection, requests)
    if not requests:
        return DaysReport(runs=(), note=note)
    with (
        world_held(settings, first.world, facts) as hold,
        shared_resources(settings, hold) as resources,
    ):
        try:
            _make_raw(settings, resources, requests, request)
            reports = _carry_on(settings, resources, requests, request)
            return DaysReport(runs=reports, note=note)
        except BaseException as error:
            _end_waiting(settings, resources, error)
            raise


def chunks(request: BackfillRequest) -> list[RunRequest]:
    """The runs of the range, in the order of their days.

    Raises:
        UsageError: The range ends before it starts.
    """
    if request.end < request.start:
        raise UsageError(f"end {request.end} lies before start {request.start}")
    days = days_between(request.start, request.end)
    return [
        request_of(request, first, min(first + timedelta(request.chunk_days - 1), request.end))
        for first in days[:: request.chunk_days]
    ]


def _without_covered(
    connection: psycopg.Connection, requests: Sequence[RunRequest]
) -> tuple[list[RunRequest], str]:
    """Leave out runs whose days other runs have published: cut otherwise, it is the same lake."""
    world_id = plan(requests[0])[1].world.world_id
    published = published_by(connection, world_id)
    left: list[RunRequest] = []
    covered: list[RunRequest] = []
    for request in requests:
        run = plan(request)[1]
        by = [published.get(day) for day in run.days]
        is_covered = None not in by and run.run_id not in published.values()
        (covered if is_covered else left).append(request)
    if not covered:
        return left, ""
    days = sum([len(plan(request)[1].days) for request in covered])
    return left, f"{days} days are published by runs of another cut: left as they are"


def _make_raw(
    settings: Settings,
    resources: Resources,
    requests: Sequence[RunRequest],
    backfill: BackfillRequest,
) -> None:
    """Commit the raw events of all runs, `concurrency` at a time, in the order asked for."""
    order = list(requests)
    if backfill.shuffle_seed is not None:
        random.Random(backfill.shuffle_seed).shuffle(order)  # noqa: S311 -- an order, no secret
    started, done = time.monotonic(), Counter[str]()

    def one(request: RunRequest) -> None:
        outcome = _raw_of(settings, resources, request)
        done.update(runs=1, rows=outcome.rows, size=outcome.size)
        _tell("progress", done, len(order), started)

    pool = ThreadPoolExecutor(backfill.concurrency, thread_name_prefix="pqr-raw")
    try:
        # Prefect and the progress of this flow live in context variables.
        futures = [pool.submit(copy_context().run, one, request) for request in order]
        for future in wait(futures, return_when=FIRST_EXCEPTION).done:
            future.result()
    except BaseException as error:
        pool.shutdown(wait=False, cancel_futures=True)
        if not isinstance(error, Exception):
            resources.close()  # what still simulates ends with its workers
        raise
    finally:
        pool.shutdown(wait=True)
    _tell("done", done, len(order), started)


def _raw_of(settings: Settings, resources: Resources, request: RunRequest) -> StepOutcome:
    """Claim a run before its turn and commit its raw events; the claim waits for the rest."""
    config, run = plan(request)
    with unheard(), attempt(settings, run, run_facts(settings, config, request)) as held:
        resources.claims[run.run_id] = held.claim
        simulate = as_task(f"raw {label(run)}", recorded)
        return simulate(held, "raw", partial(steps.raw, held, config))


def _tell(state: State, done: Counter[str], total: int, started: float) -> None:
    seconds = time.monotonic() - started
    note = f"of {total} runs" if state == "done" else ""
    say(StepEvent("raw", state, done["runs"], total, done["rows"], done["size"], seconds, note))


def _carry_on(
    settings: Settings,
    resources: Resources,
    requests: Sequence[RunRequest],
    backfill: BackfillRequest,
) -> tuple[RunReport, ...]:
    """Everything after raw, in the order of the days; the last run publishes for all if asked."""
    resources.publishes = backfill.publish == "each"
    reports = list(run_each(requests[:-1]))
    resources.publishes = True
    reports += run_each(requests[-1:])
    waiting, resources.unpublished = resources.unpublished, []
    statuses = {}
    with patiently(partial(connect, settings, context="pqr backfill")) as connection:
        for claim, counts in waiting:
            status = run_status(connection, claim.run)
            finish_run(connection, claim, status, counts=counts)
            statuses[str(claim.run.run_id)] = status
    return tuple(
        report.model_copy(update={"status": statuses.get(report.run_id, report.status)})
        for report in reports
    )


def _end_waiting(settings: Settings, resources: Resources, error: BaseException) -> None:
    """End the runs whose turn, or whose publication, did not come."""
    reason = str(error) or type(error).__name__
    waiting = [(claim, RunCounts(), "its turn") for claim in resources.claims.values()]
    waiting += [(claim, counts, "its publication") for claim, counts in resources.unpublished]
    resources.claims, resources.unpublished = {}, []
    if not waiting:
        return
    with suppress(PqrError, psycopg.Error), connect(settings, context="pqr backfill") as connection:
        for claim, counts, what in waiting:
            note = f"{what} in the backfill did not come: {reason}"[:2000]
            with suppress(StaleClaim):
                finish_run(connection, claim, "CANCELLED", counts=counts, error=note)
