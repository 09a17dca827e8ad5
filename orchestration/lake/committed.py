"""What is committed: the index in Postgres and the manifests it names."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

import psycopg

from orchestration.errors import WorkFailed
from orchestration.lake.manifest import Manifest, ObjectRef
from orchestration.lake.store import ObjectMissing, ObjectStore
from orchestration.run import Run


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
            f"CORRUPT: manifest {committed.key} is in the index, not in the bucket"
        ) from None
    found = hashlib.sha256(body).hexdigest()
    if found != committed.sha256:
        raise CommitCorrupt(
            f"CORRUPT: manifest {committed.key} has sha256 {found[:12]},"
            f" the index says {committed.sha256[:12]}"
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
