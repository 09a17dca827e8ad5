"""What is committed: the runs and the index in Postgres, the manifests and objects it names."""

import hashlib
import os.path
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import psycopg

from orchestration.errors import UsageError, WorkFailed
from orchestration.lake.manifest import Manifest, ObjectRef
from orchestration.lake.paths import RAW_DATASET
from orchestration.lake.store import ObjectMissing, ObjectStore
from orchestration.meta.control import RunCounts
from orchestration.run import Run, World

_PARALLEL = 8
_SHOWN = 3  # ids in a message


class UnknownRunError(UsageError):
    """No run has this id or begins with it, or several do."""


class CommitCorrupt(WorkFailed):
    """CORRUPT: the index and the bucket disagree on a manifest."""


@dataclass(frozen=True)
class CommittedManifest:
    """A row of meta.manifest_index; `rows` as its manifest counts them."""

    manifest_seq: int
    run_id: UUID
    world_id: UUID
    layer: str
    build_id: str
    key: str
    sha256: str
    previous_sha256: str | None
    rows: int


_COLUMNS = (
    "manifest_seq, run_id, world_id, layer, build_id, s3_manifest_path, manifest_sha256,"
    " previous_sha256, rows"
)


def committed_manifest(
    connection: psycopg.Connection, run: Run, layer: str, build_id: str | None = None
) -> CommittedManifest | None:
    """The committed manifest of a layer of a run: of this build, or the newest."""
    row = connection.execute(
        f"select {_COLUMNS} from meta.manifest_index"
        " where run_id = %s and layer = %s and (%s::text is null or build_id = %s)"
        " order by effective_seq desc limit 1",
        [run.run_id, layer, build_id, build_id],
    ).fetchone()
    return CommittedManifest(*row) if row else None


def committed_manifests(
    connection: psycopg.Connection, run_id: UUID | None = None, world_id: UUID | None = None
) -> tuple[CommittedManifest, ...]:
    """Every committed manifest, of one run or world or of all, in the order of commits."""
    rows = connection.execute(
        f"select {_COLUMNS} from meta.manifest_index"
        " where (%s::uuid is null or run_id = %s) and (%s::uuid is null or world_id = %s)"
        " order by manifest_seq",
        [run_id, run_id, world_id, world_id],
    ).fetchall()
    return tuple(CommittedManifest(*row) for row in rows)


def newest_manifests(
    connection: psycopg.Connection, world_id: UUID, layer: str
) -> tuple[CommittedManifest, ...]:
    """For each run of a world, the newest manifest of a layer, in the order of the runs."""
    rows = connection.execute(
        f"select {_COLUMNS} from ("
        f" select distinct on (run_id) {_COLUMNS} from meta.manifest_index"
        "  where world_id = %s and layer = %s order by run_id, effective_seq desc"
        " ) as newest join meta.etl_runs using (run_id, world_id) order by run_seq",
        [world_id, layer],
    ).fetchall()
    return tuple(CommittedManifest(*row) for row in rows)


def committed_counts(connection: psycopg.Connection, run: Run) -> RunCounts:
    """What a run has committed, layer by layer, for meta.etl_runs."""
    rows = connection.execute(
        """
        select distinct on (layer)
            layer, rows, (
                select count(*) from meta.manifest_objects
                where manifest_objects.manifest_seq = manifest_index.manifest_seq and dataset = %s
            )
        from meta.manifest_index where run_id = %s order by layer, effective_seq desc
        """,
        [RAW_DATASET, run.run_id],
    ).fetchall()
    counts = {layer: objects if layer == "raw" else count for layer, count, objects in rows}
    return RunCounts(*(counts.get(layer) for layer in ("raw", "bronze", "silver", "gold")))


def read_manifest(store: ObjectStore, committed: CommittedManifest) -> Manifest:
    """Read a committed manifest and hold it against the index.

    Raises:
        CommitCorrupt: It is missing, or has another sha256.
        ManifestInvalid: It cannot be parsed.
    """
    try:
        body = store.get(committed.key)
    except ObjectMissing:
        raise CommitCorrupt(
            f"CORRUPT: manifest {committed.key} is in the index, not in the bucket:"
            " bring the object back from a copy of the bucket"
        ) from None
    found = hashlib.sha256(body).hexdigest()
    if found != committed.sha256:
        raise CommitCorrupt(
            f"CORRUPT: manifest {committed.key} has sha256 {found[:12]},"
            f" the index says {committed.sha256[:12]}:"
            " bring the object back from a copy of the bucket"
        )
    return Manifest.from_bytes(body)


def effective_objects(
    connection: psycopg.Connection, world_id: UUID, layer: str, dataset: str | None = None
) -> tuple[ObjectRef, ...]:
    """The objects that count: of each partition the newest run's, of each run the newest build's.

    Without their counts, which the manifests hold. In the order of partition and key.
    """
    rows = connection.execute(
        "select key, dataset, partition, size, sha256, rows from meta.committed_objects"
        " where world_id = %s and layer = %s and (%s::text is null or dataset = %s)"
        " order by dataset, partition, key",
        [world_id, layer, dataset, dataset],
    ).fetchall()
    return tuple(ObjectRef(*row) for row in rows)


def registered_publication(connection: psycopg.Connection) -> int | None:
    """The publication that the Iceberg tables show; None before the first."""
    row = connection.execute(
        "select max(property_value::integer) from iceberg.iceberg_namespace_properties"
        " where property_key = 'pqr.publication-id'"
    ).fetchone()
    return row[0] if row else None


def objects_by_key(connection: psycopg.Connection, keys: Sequence[str]) -> tuple[ObjectRef, ...]:
    """The objects of committed manifests that have these keys, in the order of the keys."""
    rows = connection.execute(
        "select distinct on (key) key, dataset, partition, size, sha256, rows"
        " from meta.manifest_objects where key = any(%s) order by key",
        [list(keys)],
    ).fetchall()
    return tuple(ObjectRef(*row) for row in rows)


def object_sizes(store: ObjectStore, objects: Sequence[ObjectRef]) -> dict[str, int]:
    """Sizes in bytes of those objects that are in the bucket, by key; read from listings.

    One LIST for what the keys of a dataset and its leading partition have in common: a few
    requests for a layer of thousands of objects.
    """
    groups: dict[str, list[str]] = {}
    for ref in objects:
        group = ref.key.partition(ref.partition)[0] + ref.partition.rpartition("/")[0]
        groups.setdefault(group, []).append(ref.key)
    # Of characters, as S3 takes prefixes; not of folders.
    prefixes = [os.path.commonprefix(keys) for keys in groups.values()]  # noqa: RUF071
    wanted = {ref.key for ref in objects}

    def listed(prefix: str) -> dict[str, int]:
        return {item.key: item.size for item in store.list(prefix) if item.key in wanted}

    found: dict[str, int] = {}
    with ThreadPoolExecutor(_PARALLEL) as pool:
        for sizes in pool.map(listed, prefixes):
            found |= sizes
    return found


def are_present(store: ObjectStore, objects: Sequence[ObjectRef]) -> bool:
    """Whether every object is in the bucket with its size."""
    sizes = object_sizes(store, objects)
    return all(sizes.get(ref.key) == ref.size for ref in objects)


def find_run_id(connection: psycopg.Connection, wanted: str) -> UUID:
    """The run with this id, or the only one whose id begins so; hyphens do not count.

    Raises:
        UnknownRunError: There is none, or there are several; names some of them.
    """
    begins = wanted.lower().replace("-", "")
    found: list[tuple[UUID]] = connection.execute(
        "select run_id from meta.etl_runs where %(begins)s <> ''"
        " and starts_with(replace(run_id::text, '-', ''), %(begins)s) order by started_at desc",
        {"begins": begins},
    ).fetchall()
    if not found:
        raise UnknownRunError(f"run {wanted!r} is unknown: `pqr runs` lists the runs")
    if len(found) > 1:
        some = ", ".join(str(run_id) for (run_id,) in found[:_SHOWN])
        raise UnknownRunError(f"run {wanted!r} is ambiguous: {len(found)} begin so, such as {some}")
    return found[0][0]


def latest_run_id(connection: psycopg.Connection) -> UUID:
    """The run that began last. Raises UnknownRunError when there is none."""
    row: tuple[UUID] | None = connection.execute(
        "select run_id from meta.etl_runs order by started_at desc limit 1"
    ).fetchone()
    if row is None:
        raise UnknownRunError("there is no run yet: `pqr run` makes the first one")
    return row[0]


def known_run(connection: psycopg.Connection, run_id: UUID) -> tuple[Run, str]:
    """A run by its id, and its status. Raises UnknownRunError."""
    row = connection.execute(
        """
        select world_id, worlds.seed, worlds.config_hash, code_hash, first_day, kind,
            date_min, date_max, status
        from meta.etl_runs join meta.worlds using (world_id) where run_id = %s
        """,
        [run_id],
    ).fetchone()
    if row is None:
        raise UnknownRunError(f"run {run_id} is unknown: `pqr runs` lists the runs")
    world = World(row[0], row[1], row[2], row[3], row[4], row[5])
    return Run(run_id, world, row[6], row[7]), row[8]
