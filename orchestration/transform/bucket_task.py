"""What a Dask worker does of a silver that is built in buckets of cases: one task, one bucket."""

import csv
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from distributed import get_worker

from orchestration.lake.cache import ObjectCache
from orchestration.lake.commit import upload_parts
from orchestration.lake.duckdb import link_extensions, local_engine, quoted
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.run import Run
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.transform.dbt import DbtResult
from orchestration.transform.layer import stage_layer, staging_folder
from orchestration.transform.projects import Projects

# dbt and Python need the rest of a worker's memory.
_SHARE_OF_DUCKDB = 0.5


@dataclass(frozen=True)
class Bucket:
    """One of the `count` buckets of a run's silver; `number` counts from 0."""

    number: int
    count: int


class Touched(NamedTuple):
    """A partition that the run writes: `dataset` is tickets or events, as silver_touched says."""

    dataset: str
    partition: str


@dataclass(frozen=True)
class BucketTask:
    """What a task is told: workers share nothing with the run but S3.

    `control_plane` is a DuckDB file, as control_plane_copy() makes it. `workspace` is a folder that
    the run and a worker of this machine share, or None.
    `leads` says of each case that shares an event with others in whose bucket it is built.
    `touched` names the partitions to write; None: those that the bucket's own cases touch.
    """

    settings: Settings = field(repr=False)
    run: Run
    bucket: Bucket
    control_plane: bytes = field(repr=False)
    leads: Mapping[UUID, UUID]
    touched: tuple[Touched, ...] | None
    carries_over: bool
    workspace: Path | None


@dataclass(frozen=True)
class BucketResult:
    """What dbt reports, and the objects that were uploaded where no folder is shared."""

    result: DbtResult
    objects: tuple[ObjectRef, ...] = ()


def linked_cases(
    settings: Settings, objects: Sequence[ObjectRef], part: Bucket, workspace: Path | None
) -> list[tuple[UUID, ...]]:
    """Cases that hold copies of the same event, of the events of one part by their hash.

    Args:
        settings: Where the bucket is.
        objects: All bronze that counts.
        part: Of how many parts which one.
        workspace: As in BucketTask.

    Returns:
        The ticket_ids of each event that more than one case has, in order.
    """
    own, folder = _place(settings, workspace)
    folder.mkdir(parents=True, exist_ok=True)
    paths = ObjectCache(ObjectStore(own.s3), own.object_cache).verified(objects)
    condition = f"hash(cast(event_id as uuid)) % {part.count} = {part.number}"
    with local_engine(own, memory_limit=_memory(own)) as duckdb:
        duckdb.execute("set preserve_insertion_order = false")
        duckdb.execute("set temp_directory = " + quoted(str(folder / f"linked-{part.number}")))
        events = duckdb.read_parquet(paths, hive_partitioning=False)
        rows = duckdb.execute(
            f"""
            with events as (
                select cast(event_id as uuid) as event_id, cast(ticket_id as uuid) as ticket_id
                from events where {condition}
            ),
            shared as (
                select event_id from events
                group by event_id having min(ticket_id) <> max(ticket_id)
            )
            select list_sort(list(distinct ticket_id)) as cases
            from events semi join shared using (event_id)
            group by event_id order by cases
            """
        ).fetchall()
        del events
    return [tuple(row[0]) for row in rows]


def touched_partitions(task: BucketTask) -> tuple[list[Touched], DbtResult]:
    """The partitions that the cases of a bucket touch, and what dbt reports of finding them."""
    settings, workspace = _place(task.settings, task.workspace)
    folder = workspace / f"touched-{task.bucket.number}"
    facts = _facts(task, folder)
    report = folder / "report.csv"
    result = stage_layer(
        settings,
        task.run,
        "silver",
        workspace=folder,
        projects=_projects(),
        objects=settings.object_cache,
        carries_over=task.carries_over,
        facts={**facts, "PQR_TOUCHED_TO": str(report)},
        select=["+silver_touched"],
    )
    found = []
    if not result.failed():
        with report.open(newline="", encoding="utf-8") as file:
            found = [Touched(row["dataset"], row["partition"]) for row in csv.DictReader(file)]
    return found, result


def build_bucket(task: BucketTask) -> BucketResult:
    """Let dbt build and test the cases of a bucket; failing nodes do not raise.

    What it writes lies in `bucket_folder(task.workspace, task.bucket)`, or, without a shared
    folder, in the bucket of S3 under names of its content.

    Raises:
        As run_dbt says.
    """
    settings, workspace = _place(task.settings, task.workspace)
    folder = bucket_folder(workspace, task.bucket)
    result = stage_layer(
        settings, task.run, "silver", workspace=folder, projects=_projects(),
        objects=settings.object_cache, carries_over=task.carries_over,
        facts=_facts(task, folder),
    )  # fmt: skip
    (folder / "silver" / "lake.duckdb").unlink(missing_ok=True)
    objects: tuple[ObjectRef, ...] = ()
    if task.workspace is None and not result.failed():
        staging = staging_folder(folder, "silver")
        objects = upload_parts(ObjectStore(settings.s3), staging, "silver", task.run)
    return BucketResult(result, objects)


def bucket_folder(workspace: Path, bucket: Bucket) -> Path:
    """The workspace of a bucket in that of the run."""
    return workspace / "buckets" / str(bucket.number)


def _facts(task: BucketTask, folder: Path) -> dict[str, str]:
    """What dbt must know of a bucket, with the files that it reads of it."""
    folder.mkdir(parents=True, exist_ok=True)
    control_plane = folder / "control_plane.duckdb"
    control_plane.write_bytes(task.control_plane)
    facts = {
        "PQR_CASE_BUCKET": str(task.bucket.number),
        "PQR_CASE_BUCKETS": str(task.bucket.count),
        "PQR_CONTROL_PLANE": str(control_plane),
        "PQR_DUCKDB_THREADS": "1",
        "PQR_DUCKDB_MEMORY": _memory(task.settings),
    }
    if task.leads:
        cases = sorted(task.leads.items())
        facts["PQR_LINKED_CASES"] = _written(folder / "linked.csv", "ticket_id,lead", cases)
    if task.touched is not None:
        facts["PQR_TOUCHED"] = _written(folder / "touched.csv", "dataset,partition", task.touched)
    return facts


def _written(path: Path, header: str, rows: Sequence[tuple[object, ...]]) -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header.split(","), *rows])
    return str(path)


def _place(settings: Settings, workspace: Path | None) -> tuple[Settings, Path]:
    """The settings and the scratch space of this worker: those of the run where it shares them."""
    if workspace is not None:
        return settings, workspace
    home = Path(get_worker().local_directory) / "pqr"
    home.mkdir(mode=0o700, exist_ok=True)
    link_extensions(home)
    return replace(settings, home=home, project_root=PROJECT_ROOT), home / "tmp"


def _memory(settings: Settings) -> str:
    """DuckDB's part of the worker's memory; a remote worker may have no limit."""
    limit = get_worker().memory_manager.memory_limit
    return f"{int(limit * _SHARE_OF_DUCKDB / 1e6)}MB" if limit else "1000MB"


@functools.cache
def _projects() -> Projects:
    return Projects()
