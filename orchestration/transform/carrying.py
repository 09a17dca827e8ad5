"""Carrying over: a run computes its own cases, and leaves those of others as they are committed.

Whether it may, and which objects the build then reads.
"""

import csv
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import psycopg

from orchestration.lake import paths
from orchestration.lake.cache import ObjectCache
from orchestration.lake.committed import CommittedManifest, effective_objects, newest_manifests
from orchestration.lake.duckdb import local_engine
from orchestration.lake.event_index import EventIndex
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.run import Run
from orchestration.settings import Settings
from orchestration.transform.fingerprint import same_code


def may_carry_over(
    connection: psycopg.Connection, run: Run, inputs: Sequence[CommittedManifest], build: str
) -> bool:
    """Whether silver of every other run is what this build would make of it.

    A run's events change its own cases alone. So the rows of all others may be taken as they are
    committed, if this code made them from the bronze and the enrichment that count now, and no
    other run holds events of the same days. Either way the bytes are the same: this only saves
    work.

    Args:
        connection: Of the writer.
        run: The run that is built.
        inputs: The newest manifest of bronze and of enrichment of each run of its world.
        build: The build_id of the run's silver.
    """
    others = [known for known in inputs if known.layer == "bronze" and known.run_id != run.run_id]
    silver = {
        known.run_id: known for known in newest_manifests(connection, run.world.world_id, "silver")
    }
    if not others or run.run_id in silver:
        return False
    return (
        all(
            known.run_id in silver
            and silver[known.run_id].previous_sha256 == known.sha256
            and same_code(silver[known.run_id].build_id, build)
            for known in others
        )
        and _has_what_models_say(connection, [silver[known.run_id] for known in others], inputs)
        and not _shares_days(connection, run, others)
    )


def settled_build(
    connection: psycopg.Connection,
    run: Run,
    layer: str,
    inputs: Sequence[CommittedManifest],
    id_of: Callable[[Sequence[CommittedManifest]], str],
) -> CommittedManifest | None:
    """The silver or gold that a run has committed, where later runs have done the rest.

    A later run builds the cases and days that its events change, also those of earlier runs. When
    the last one was built from all that is committed now, an earlier run has nothing left to do,
    though it was built from less: a backfill that goes on would make every day before it again.

    Args:
        connection: Of the writer.
        run: The run that is built.
        layer: silver or gold.
        inputs: The newest manifests that the layer reads, of each run of the world in its order,
            first those of the layer that it follows.
        id_of: Gives the build_id that the code asks for with some of the inputs.

    Returns:
        The run's own, if this code made it from what the run itself has committed below; else None.
    """
    newest = newest_manifests(connection, run.world.world_id, layer)
    built = {known.run_id: known for known in newest}
    followed = {known.run_id: known for known in inputs if known.layer == inputs[0].layer}
    own = built.get(run.run_id)
    if own is None or own.previous_sha256 != followed[run.run_id].sha256:
        return None
    last = connection.execute(
        "select build_id from meta.manifest_index where world_id = %s and layer = %s"
        " order by effective_seq desc limit 1",
        [run.world.world_id, layer],
    ).fetchone()
    # Those that have not been built yet have their turn to come.
    all_built = id_of([known for known in inputs if known.run_id in built])
    return own if last == (all_built,) and same_code(own.build_id, all_built) else None


def made_by_other_code(
    connection: psycopg.Connection, run: Run, build: str
) -> list[tuple[date, date]]:
    """First and last day of the other runs of the world whose silver another code made.

    Until they are built again, each day computes the silver of all cases anew.

    Args:
        connection: Of the writer.
        run: The run that is built.
        build: The build_id of the run's silver.
    """
    others = [
        known.run_id
        for known in newest_manifests(connection, run.world.world_id, "silver")
        if known.run_id != run.run_id and not same_code(known.build_id, build)
    ]
    return connection.execute(
        "select date_min, date_max from meta.etl_runs where run_id = any(%s) order by 1, 2",
        [others],
    ).fetchall()


def write_needed_objects(
    settings: Settings, connection: psycopg.Connection, run: Run, file: Path
) -> None:
    """Write the keys of the objects that a build that carries over reads, as CSV.

    Of bronze those with events of the cases that the run touches: silver_touched_cases finds these
    cases in them. Of enrichment those of the same days.

    Raises:
        ObjectMissing, ObjectCorrupt: The bucket does not have an index as it was committed.
    """
    world = run.world.world_id
    objects = effective_objects(connection, world, "bronze", paths.BRONZE_DATASET)
    indexes = effective_objects(connection, world, "bronze", paths.EVENT_INDEX_DATASET)
    of_run = [ref for ref in objects if run.date_min <= _day(ref) <= run.date_max]
    cache = ObjectCache(ObjectStore(settings.s3), settings.object_cache)
    with closing(local_engine(settings, threads=2)) as engine:
        needed = EventIndex(engine, cache, indexes).objects_of_linked_cases(objects, of_run)
    days = {f"day={_day(ref)}" for ref in needed}
    said = effective_objects(connection, world, "enrichment")
    needed += [ref for ref in said if ref.partition in days]
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([["key"], *([ref.key] for ref in needed)])


def _day(ref: ObjectRef) -> date:
    return paths.parse_source_day(ref.partition)[1]


def _has_what_models_say(
    connection: psycopg.Connection,
    silver: Sequence[CommittedManifest],
    inputs: Sequence[CommittedManifest],
) -> bool:
    """Whether each of these read the enrichment of its own run that counts now, or none as now."""
    rows = connection.execute(
        "select input_run_id, input_manifest_sha256"
        " from meta.manifest_inputs join meta.manifest_index using (manifest_seq)"
        " where manifest_seq = any(%s) and input_layer = 'enrichment' and input_run_id = run_id",
        [[known.manifest_seq for known in silver]],
    ).fetchall()
    runs = {known.run_id for known in silver}
    counts = {
        known.run_id: known.sha256
        for known in inputs
        if known.layer == "enrichment" and known.run_id in runs
    }
    return dict(rows) == counts


def _shares_days(
    connection: psycopg.Connection, run: Run, others: Sequence[CommittedManifest]
) -> bool:
    row = connection.execute(
        "select count(*) from meta.etl_runs"
        " where run_id = any(%s) and date_min <= %s and date_max >= %s",
        [[known.run_id for known in others], run.date_max, run.date_min],
    ).fetchone()
    return row is None or row[0] > 0
