"""The flow pqr-backfill: a range of days as runs of their own, in one process.

The raw events of the runs are made first, in any order, several runs at the same time: the
simulator needs no other day for them. Everything after raw continues the days before it, so these
layers follow run after run, in the order of the days. The world is held from the first to the last.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import timedelta

import psycopg

from orchestration.errors import PqrError, UsageError
from orchestration.flows import layers
from orchestration.flows.attempt import StepOutcome, claimed
from orchestration.flows.continuity import (
    require_live_may_go,
    require_no_gap,
    require_same_world,
)
from orchestration.flows.daily import days_between, published_by, request_of, run_each
from orchestration.flows.failures import reason_of, with_retries
from orchestration.flows.preflight import preflight
from orchestration.flows.request import (
    BackfillRequest,
    DaysReport,
    RunReport,
    RunRequest,
    plan,
    refuse_future,
    run_facts,
)
from orchestration.flows.run import Publication
from orchestration.flows.session import Session
from orchestration.flows.shown import shown_flow
from orchestration.lake.committed import committed_counts
from orchestration.meta.control import StaleClaim, connect, finish_run
from orchestration.progress import Progress, State, StepEvent, silent
from orchestration.quality.verdicts import run_status
from orchestration.settings import load_settings
from orchestration.wording import counted


def backfill_flow(progress: Progress = silent) -> Callable[[BackfillRequest], DaysReport]:
    """The flow pqr-backfill, whose events `progress` takes: Prefect stores the parameters."""

    @shown_flow(
        "pqr-backfill",
        "A range of days as runs of their own. Raw events are made in any order, several runs"
        " at the same time; the layers after them run by run, in the order of the days.",
        run_name="{request.title}",
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
        preflight(settings)
        with connect(settings, context="pqr backfill") as connection:
            if not request.new_world:
                require_same_world(connection, first, facts)
            if not request.replace_live:
                require_live_may_go(connection, first)
            if not request.allow_gap:
                require_no_gap(connection, first)
            requests, note = _without_covered(connection, requests)
        if not requests:
            return DaysReport(runs=(), note=note)
        with Session(settings) as session, session.holding_for_all(first.world, facts):
            try:
                _make_raw(session, requests, request, progress)
                reports = _carry_on(session, requests, request, progress)
                return DaysReport(runs=reports, note=note)
            except BaseException as error:
                _end_waiting(session, error)
                raise

    return pqr_backfill


# For Prefect, which finds the flow of a deployment by its name.
pqr_backfill = backfill_flow()


def chunks(request: BackfillRequest) -> list[RunRequest]:
    """The runs of the range, in the order of their days.

    Raises:
        UsageError: The range ends before it starts.
    """
    if request.end < request.start:
        raise UsageError(f"end {request.end} is before start {request.start}")
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
    already = f"{counted(days, 'day')} {'is' if days == 1 else 'are'} already published"
    return (
        left,
        f"{already} by runs over other periods: left as {'it is' if days == 1 else 'they are'}",
    )


def _make_raw(
    session: Session, requests: Sequence[RunRequest], backfill: BackfillRequest, progress: Progress
) -> None:
    """Commit the raw events of all runs, `concurrency` at a time, in the order asked for."""
    order = list(requests)
    if backfill.shuffle_seed is not None:
        random.Random(backfill.shuffle_seed).shuffle(order)  # noqa: S311 -- an order, not a secret
    started, done = time.monotonic(), Counter[str]()

    def report(state: State, note: str = "") -> None:
        runs, rows, size = done["runs"], done["rows"], done["size"]
        seconds = time.monotonic() - started
        progress(StepEvent("raw", state, runs, len(order), rows, size, seconds, note))

    def make(request: RunRequest) -> None:
        outcome = _raw_of(session, request)
        done.update(runs=1, made=not outcome.skipped, rows=outcome.rows, size=outcome.size)
        report("progress")

    pool = ThreadPoolExecutor(backfill.concurrency, thread_name_prefix="pqr-raw")
    try:
        futures = [pool.submit(make, request) for request in order]
        for future in wait(futures, return_when=FIRST_EXCEPTION).done:
            future.result()
    except BaseException as error:
        pool.shutdown(wait=False, cancel_futures=True)
        if not isinstance(error, Exception):
            session.close()  # what still simulates ends with its workers
        raise
    finally:
        pool.shutdown(wait=True)
    report("done" if done["made"] else "skipped", f"of {counted(len(order), 'run')}")


def _raw_of(session: Session, request: RunRequest) -> StepOutcome:
    """Claim a run before its turn and commit its raw events; the claim waits for the rest."""
    config, run = plan(request)
    facts = run_facts(session.settings, config, request)
    with (
        session.holding(run.world, facts) as hold,
        claimed(session, hold, run, facts, silent) as attempt,
    ):
        session.claims[run.run_id] = attempt.claim
        return attempt.step("raw", lambda: layers.raw(attempt, config))


def _carry_on(
    session: Session, requests: Sequence[RunRequest], backfill: BackfillRequest, progress: Progress
) -> tuple[RunReport, ...]:
    """Everything after raw, in the order of the days; the last run publishes for all if asked."""
    first: Publication = "now" if backfill.publish == "each" else "later"
    reports = list(run_each(requests[:-1], session, progress, first))
    reports += run_each(requests[-1:], session, progress)
    statuses: dict[str, str] = {}
    with with_retries(connect)(session.settings, context="pqr backfill") as connection:
        while session.unpublished:
            claim = session.unpublished[0]
            status = run_status(connection, claim.run)
            counts = committed_counts(connection, claim.run)
            finish_run(connection, claim, status, counts=counts)
            statuses[str(claim.run.run_id)] = status
            session.unpublished.pop(0)
    return tuple(
        report.model_copy(update={"status": statuses.get(report.run_id, report.status)})
        for report in reports
    )


def _end_waiting(session: Session, error: BaseException) -> None:
    """End the runs whose turn, or whose publication, did not come."""
    reason = reason_of(error)
    waiting = [(claim, "its turn") for claim in session.claims.values()]
    waiting += [(claim, "its publication") for claim in session.unpublished]
    session.claims, session.unpublished = {}, []
    if not waiting:
        return
    with (
        suppress(PqrError, psycopg.Error),
        connect(session.settings, context="pqr backfill") as connection,
    ):
        for claim, what in waiting:
            note = f"{what} in the backfill was not reached: {reason}"[:2000]
            counts = committed_counts(connection, claim.run)
            with suppress(StaleClaim):
                finish_run(connection, claim, "CANCELLED", counts=counts, error=note)
