"""Whether a run continues what its world has: no day missing before it, no other configuration."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import psycopg

from orchestration.errors import WorkFailed
from orchestration.flows.attempt import Attempt
from orchestration.meta.control import RunFacts
from orchestration.meta.records import Check, record_checks
from orchestration.run import Run

_NAMED_DIFFERENCES = 12


class MissingDays(WorkFailed):
    """A run would start after days that its world has not."""


class LiveWorldIsDelivered(WorkFailed):
    """People see delivered events, and a run would show them a simulated world instead."""


class ChangedWorld(WorkFailed):
    """The configuration or the simulator changed under a lake: the run belongs to a new world."""


def require_earlier_days(attempt: Attempt, *, allow_gap: bool) -> None:
    """A run that starts later continues its world: every earlier day must be in the lake.

    With `allow_gap` missing days are recorded as a warning, so that the run ends DEGRADED.

    Raises:
        MissingDays: Names the first and the last missing day.
    """
    attempt.reconnect()
    run = attempt.run
    if run.date_min <= run.world.first_day or run.world.kind == "ingested":
        return  # others deliver what they have, and a day of theirs may have had no event
    if not allow_gap:
        require_no_gap(attempt.connection, run)
    missing = missing_days(attempt.connection, run)
    gap = Check(
        dataset="bronze.pqrs_events",
        check_name="earlier_days_are_there",
        result="WARN" if missing else "PASS",
        layer="bronze",
        severity="warning",
        tool="pqr",
        value=len(missing),
        threshold=0,
        details={"missing": [day.isoformat() for day in missing]},
    )
    record_checks(attempt.connection, attempt.claim, [gap])


def require_no_gap(connection: psycopg.Connection, run: Run) -> None:
    """Refuse a run that would begin after days that its world has not.

    Raises:
        MissingDays: Names the first and the last missing day.
    """
    if missing := missing_days(connection, run):
        raise MissingDays(
            f"{len(missing)} earlier days of this world are not in the lake"
            f" ({missing[0]} to {missing[-1]}): run them first, for example"
            f" `pqr run --start {missing[0]} --end {missing[-1]}`; --allow-gap goes on without"
            " them, leaves out the later events of their cases and publishes as DEGRADED"
        )


def missing_days(connection: psycopg.Connection, run: Run) -> list[date]:
    """The days of the run's world before the run that no committed bronze holds."""
    rows = connection.execute(
        """
        select day::date
        from generate_series(%s::date, %s::date - 1, interval '1 day') as days (day)
        where not exists (
            select from meta.etl_runs join meta.manifest_index using (run_id)
            where etl_runs.world_id = %s and layer = 'bronze'
                and days.day between etl_runs.date_min and etl_runs.date_max
        ) order by 1
        """,
        [run.world.first_day, run.date_min, run.world.world_id],
    ).fetchall()
    return [row[0] for row in rows]


def require_same_world(connection: psycopg.Connection, run: Run, facts: RunFacts) -> None:
    """Refuse a world that has nothing yet where a lake of the same seed and first day exists.

    A run from the first day on may begin a world of another configuration file, scenario or
    simulator; one that comes later would continue nothing.

    Raises:
        ChangedWorld: Names what changed, old value and new value.
    """
    row = connection.execute(
        """
        select world_id, config, code_hash, max(etl_runs.date_max)
        from meta.worlds join meta.etl_runs using (world_id)
        where kind = 'simulated' and worlds.seed = %(seed)s and first_day = %(first_day)s
            and exists (
                select from meta.manifest_index
                where manifest_index.run_id = etl_runs.run_id and layer = 'bronze'
            )
            and world_id <> %(world)s
            and not exists (
                select from meta.manifest_index where world_id = %(world)s and layer = 'bronze'
            )
            and (%(continues)s or origin = %(origin)s)
        group by world_id
        order by origin = %(origin)s desc, max(etl_runs.run_seq) desc limit 1
        """,
        {
            "seed": run.world.seed,
            "first_day": run.world.first_day,
            "world": run.world.world_id,
            "continues": run.date_min > run.world.first_day,
            "origin": facts.origin,
        },
    ).fetchone()
    if row is None:
        return
    world_id, config, code_hash, last_day = row
    changes = list(differences(config, json.loads(json.dumps(facts.config, default=str))))
    if code_hash != run.world.code_hash and run.date_min > run.world.first_day:
        changes.append(f"code of the simulator: {code_hash[:12]} -> {run.world.code_hash[:12]}")
    if changes:
        named = "; ".join(changes[:_NAMED_DIFFERENCES])
        more = len(changes) - _NAMED_DIFFERENCES
        raise ChangedWorld(
            f"world {world_id} has days to {last_day}, and this run is of another world: {named}"
            + (f"; and {more} more" if more > 0 else "")
            + ". Take the change back to continue it, or start a world beside it with --new-world"
            f" from {run.world.first_day} on"
        )


def require_live_may_go(connection: psycopg.Connection, run: Run) -> None:
    """Refuse to show a simulated world in place of one that somebody delivered.

    Raises:
        LiveWorldIsDelivered: Names the world that people see, and the ways on.
    """
    row = connection.execute(
        """
        select run_id, config ->> 'ingested', last_day
        from meta.live_publication join meta.worlds using (world_id)
        where kind = 'ingested' and world_id <> %s
        """,
        [run.world.world_id],
    ).fetchone()
    if row is not None:
        run_id, name, last_day = row
        raise LiveWorldIsDelivered(
            f"people see the delivered events of world {name}, to {last_day}, and this run would"
            " show a simulated world in their place: --replace-live does so, and"
            f" `pqr publish --run-id {run_id}` goes back; or take another PQR_HOME"
        )


def differences(old: object, new: object, path: str = "") -> Iterator[str]:
    """What differs between two configurations: `key: old -> new`, one per leaf."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}, key=str):
            below = f"{path}.{key}" if path else str(key)
            yield from differences(old.get(key), new.get(key), below)
    elif old != new:
        yield f"{path.removeprefix('world.')}: {_short(old)} -> {_short(new)}"


def _short(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
