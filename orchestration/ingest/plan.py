"""A prepared delivery beside what its world holds: which run it is, and what that run writes."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date

import psycopg

from orchestration.ingest import numbers
from orchestration.ingest.account import Account, Finding, Reason
from orchestration.ingest.days import days_between
from orchestration.ingest.delivery import DeliveredFile
from orchestration.ingest.known import first_day, newest_run, run_with
from orchestration.ingest.landing import days_of_shortened, lines_of_cases, partitions_of
from orchestration.ingest.life import Case
from orchestration.ingest.life import events as events_of
from orchestration.ingest.mapping import CsvMapping
from orchestration.ingest.prepare import Prepared
from orchestration.ingest.replaced import said_of_world
from orchestration.ingest.vanishing import vanishing_cases
from orchestration.ingest.world import (
    Held,
    HeldCase,
    held_by_world,
    held_cases,
    ids_of,
    merged_lines,
)
from orchestration.lake import paths
from orchestration.lake.instants import local_day
from orchestration.lake.store import ObjectStore
from orchestration.run import Run
from orchestration.settings import Settings


@dataclass(frozen=True)
class Delivery:
    """What is about to land: its run, the lines of each partition, and the files as they came.

    `findings` are of rows of tables: lines of JSONL land, and bronze sets them aside.
    `is_limit_judged`: the quarantine limit was held by its rows, and bronze sets other lines aside.
    `repeats`: every row of it is in the world already; `run` is then the world's newest, and
    nothing is written; `was_taken`: this very delivery was taken before. `of_world` says what it
    does to cases of the world. `vanishing` are cases that --replace takes out of it.
    """

    run: Run
    source: str
    sha256: str
    files: tuple[DeliveredFile, ...]
    lines: dict[str, bytes]
    inferred_events: int
    mapping: CsvMapping | None
    account: Account
    findings: tuple[Finding, ...]
    facts: dict[str, object]
    world_version: tuple[int, int]
    is_limit_judged: bool = False
    repeats: bool = False
    was_taken: bool = False
    of_world: tuple[str, ...] = ()
    vanishing: tuple[str, ...] = ()


@dataclass
class _Changes:
    """What a delivery does to its world; `days` are to be built again, too."""

    lines: dict[str, bytes]
    touched: set[str]
    inferred: int
    vanishing: list[str]
    said: list[str] = field(default_factory=list)
    days: set[date] = field(default_factory=set)
    has_lines_aside: bool = False


def plan_delivery(
    settings: Settings,
    connection: psycopg.Connection,
    prepared: Prepared,
    *,
    quarantine_limit_pct: float,
    replaces: bool = False,
    first: date | None = None,
    last: date | None = None,
) -> Delivery:
    """Decide which run a delivery is and what it writes; nothing is written.

    Deliveries of a world add up: the later row of a number wins, and what it does not name stays.
    With `replaces`, cases of its channels that it does not name vanish, where they were created on
    the days from `first` to `last`: see `vanishing_cases`.

    Raises:
        DeliveryRefused: Too many rows are in quarantine, or a date is a slip.
        RangeOfDaysError: No row has a day, or the days lie too far apart.
    """
    prepared.require_acceptable(quarantine_limit_pct)
    known = run_with(connection, prepared.world, prepared.sha256())
    if known is not None and not replaces:
        # Also where later deliveries have changed its cases: a repeated command changes nothing.
        taken = _delivery(prepared, known, _Changes({}, set(), 0, []), (0, 0), repeats=True)
        return replace(taken, was_taken=True)
    held = held_by_world(connection, prepared.world.world_id)
    cases, look_alikes = _held_cases(settings, prepared, held)
    if not replaces:
        _refuse_other_cases(prepared, cases)
        prepared.require_acceptable(quarantine_limit_pct)
    changes = _changes(settings, prepared, held, cases, replaces, (first, last))
    newest = newest_run(connection, prepared.world.world_id) if held.partitions else None
    if newest is not None and not changes.lines:
        unchanged = _delivery(prepared, newest, changes, held.version, repeats=True)
        return replace(unchanged, of_world=tuple(changes.said))
    run = _run(connection, prepared, held, changes)
    _fill_days(prepared, held, changes, run)
    of_world = (*said_of_world(prepared, cases, look_alikes), *changes.said)
    return replace(_delivery(prepared, run, changes, held.version), of_world=of_world)


def _held_cases(
    settings: Settings, prepared: Prepared, held: Held
) -> tuple[dict[str, HeldCase], dict[str, HeldCase]]:
    """The cases of the world that the delivery names, and those whose number looks like theirs."""
    if not held.partitions:
        return {}, {}
    tickets, _ = ids_of(item.line for item in prepared.lines)
    named = tickets | {str(case.ticket) for case in prepared.cases}
    world_id = prepared.world.world_id
    alike = {str(ticket) for case in prepared.cases for ticket in numbers.alike(world_id, case)}
    found = held_cases(settings, held, sorted(named | alike))
    cases = {ticket: case for ticket, case in found.items() if ticket in named}
    return cases, {ticket: case for ticket, case in found.items() if ticket not in named}


def _refuse_other_cases(prepared: Prepared, held: dict[str, HeldCase]) -> None:
    """A number that the world holds with another day of creation belongs to another case."""
    kept: list[Case] = []
    for case in prepared.cases:
        known = held.get(str(case.ticket))
        day = local_day(case.dates.created.at)
        if known is None or known.created_on in (None, day) or prepared.reader is None:
            kept.append(case)
            continue
        accepted = (
            f"created on {known.created_on}, as the world holds this number;"
            " --replace puts this row in its place"
        )
        prepared.reader.set_aside_case(case, accepted, Reason.KEY_REUSED)
    prepared.cases = kept


def _changes(
    settings: Settings,
    prepared: Prepared,
    held: Held,
    cases: dict[str, HeldCase],
    replaces: bool,
    asked: tuple[date | None, date | None],
) -> _Changes:
    of_cases, inferred = lines_of_cases(prepared)
    own = partitions_of(prepared, of_cases, *asked)
    # A day that was asked for is one on which nothing happened, unless somebody has it.
    for day in asked:
        if day is not None and day not in held.days:
            own.setdefault(paths.source_day(prepared.source, day), [])
    superseded = {str(case.ticket) for case in prepared.cases}
    vanishing: dict[str, HeldCase] = {}
    said: list[str] = []
    if replaces:
        vanishing, said = vanishing_cases(settings, prepared, held)
        superseded |= vanishing.keys()
    named, events = ids_of(item.line for item in prepared.lines_taken)
    touched = {*own, *held.failed}
    for ticket in (*cases, *vanishing):
        touched |= {*(cases.get(ticket) or vanishing[ticket]).partitions}
    store, changed = ObjectStore(settings.s3), {}
    losing: set[str] = set()
    for partition in sorted(touched):
        new = own.get(partition, [])
        merged, some = merged_lines(store, held, partition, new, frozenset(superseded), events)
        if merged is not None:
            changed[partition] = merged
            losing |= some
    left = [
        {local_day(event.at) for event in events_of(case)}
        for case in prepared.cases
        if str(case.ticket) in losing
    ]
    left += _left_of_others(settings, held, losing - superseded - named, changed)
    days = days_of_shortened(left, changed)
    names = sorted(case.name for case in vanishing.values())
    known = (held.partitions[name] for name in changed if name in held.partitions)
    has_lines_aside = any(partition.has_lines_aside for partition in known)
    return _Changes(changed, touched, inferred, names, said, days, has_lines_aside)


def _left_of_others(
    settings: Settings, held: Held, others: set[str], changed: Collection[str]
) -> list[set[date]]:
    """Days that cases have left whose events came again as those of another case."""
    found = held_cases(settings, held, sorted(others)) if others else {}
    return [
        {paths.parse_source_day(name)[1] for name in case.partitions.difference(changed)}
        for case in found.values()
    ]


def _run(connection: psycopg.Connection, prepared: Prepared, held: Held, changes: _Changes) -> Run:
    """The run of the changed days; what the world held before is part of its identity."""
    days = changes.days.union(paths.parse_source_day(name)[1] for name in changes.lines)
    first, last = min(days), max(days)
    digest = f"{prepared.sha256()}\n{held.fingerprint(changes.touched)}"
    world = replace(prepared.world, first_day=first_day(connection, prepared.world, first))
    return Run.of(world, first, last, hashlib.sha256(digest.encode()).hexdigest())


def _fill_days(prepared: Prepared, held: Held, changes: _Changes, run: Run) -> None:
    """A day of the run that nobody has gets an empty object: nothing happened on it."""
    written = {paths.parse_source_day(name)[1] for name in changes.lines}
    for day in days_between(run.date_min, run.date_max):
        if day not in written and day not in held.days:
            changes.lines[paths.source_day(prepared.source, day)] = b""


def _delivery(
    prepared: Prepared,
    run: Run,
    changes: _Changes,
    version: tuple[int, int],
    *,
    repeats: bool = False,
) -> Delivery:
    return Delivery(
        run=run,
        source=prepared.source,
        sha256=prepared.sha256(),
        files=prepared.delivered.files,
        lines=changes.lines,
        inferred_events=changes.inferred,
        mapping=prepared.mapping,
        account=prepared.account,
        findings=tuple(prepared.row_findings),
        facts={**prepared.facts(), "vanished": changes.vanishing},
        world_version=version,
        is_limit_judged=bool(prepared.lines) or changes.has_lines_aside,
        repeats=repeats,
        vanishing=tuple(changes.vanishing),
    )
