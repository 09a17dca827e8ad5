"""The one committer: parts are uploaded, the claim holds, the manifest goes last."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
from psycopg.types.json import Jsonb

from orchestration.errors import WorkFailed
from orchestration.lake import paths
from orchestration.lake.cache import ObjectCache
from orchestration.lake.committed import CommittedManifest, committed_manifest, object_sizes
from orchestration.lake.manifest import Edge, Manifest, ObjectRef
from orchestration.lake.store import ObjectCorrupt, ObjectMissing, ObjectStore
from orchestration.meta.control import assert_fencing
from orchestration.progress import reach
from orchestration.run import Claim, Run

_PARALLEL = 16
_COPY_OBJECTS = (
    "copy meta.manifest_objects"
    " (manifest_seq, dataset, partition, key, size, sha256, rows, counts) from stdin"
)


class CommitConflict(WorkFailed):
    """A build of a layer is committed with another manifest: its bytes are not a function of it."""


class StagingInvalid(WorkFailed):
    """The staging folder holds something that is not a part of a partition."""


def checksums_body(objects: Sequence[ObjectRef]) -> bytes:
    """The content of checksums.json: key to sha256, canonical."""
    sums = {ref.key: ref.sha256 for ref in objects}
    return json.dumps(sums, sort_keys=True, indent=1).encode() + b"\n"


def commit_layer(
    store: ObjectStore,
    connection: psycopg.Connection,
    claim: Claim,
    manifest: Manifest,
    edges: Sequence[Edge] = (),
) -> CommittedManifest:
    """Make a layer visible, with its lineage: what its datasets are made from.

    The manifest is written while the claim's row is held, so that an attempt that was overtaken
    writes nothing. A manifest left by a dead attempt is adopted when it is the same.

    Raises:
        CommitConflict: This build is committed with another manifest.
        ObjectMissing, ObjectCorrupt: An object of the manifest is not in the bucket as it says.
        RawConflict: The manifest's key exists with other bytes.
        StaleClaim: A newer attempt holds the run.
    """
    run, layer = claim.run, manifest.layer
    body, sha256 = manifest.to_bytes(), manifest.sha256
    key = paths.manifest(run, layer, manifest.build_id)
    known = committed_manifest(connection, run, layer, manifest.build_id)
    _require_objects(store, manifest.objects)
    if known is None:
        reach(f"{layer}.before_manifest")  # where a test may kill the process, here and below
    with connection.transaction():
        assert_fencing(connection, claim)
        known = committed_manifest(connection, run, layer, manifest.build_id)
        if known is not None and known.sha256 != sha256:
            raise CommitConflict(
                f"layer {layer} of run {run.run_id} is committed for build"
                f" {manifest.build_id[:12]} with manifest {known.sha256[:12]},"
                f" this attempt made {sha256[:12]}"
            )
        store.put_once(key, body, sha256)
        if known is not None:
            _make_newest(connection, known)
            return known
        reach(f"{layer}.after_manifest")
        committed = _insert(connection, claim, manifest, edges, key, sha256)
        reach(f"{layer}.before_index_commit")
    reach(f"{layer}.after_commit")
    return committed


def count_again(connection: psycopg.Connection, claim: Claim, known: CommittedManifest) -> None:
    """Let a committed build count again, after another build of the same layer was newer.

    Raises:
        StaleClaim: A newer attempt holds the run.
    """
    with connection.transaction():
        assert_fencing(connection, claim)
        _make_newest(connection, known)


def _make_newest(connection: psycopg.Connection, known: CommittedManifest) -> None:
    connection.execute(
        """
        update meta.manifest_index as known
        set effective_seq = nextval('meta.manifest_effective_seq')
        where manifest_seq = %s and exists (
            select from meta.manifest_index as newer
            where
                (newer.run_id, newer.layer) = (known.run_id, known.layer)
                and newer.effective_seq > known.effective_seq
        )
        """,
        [known.manifest_seq],
    )


def upload_parts(
    store: ObjectStore, staging: Path, layer: str, run: Run, cache: ObjectCache | None = None
) -> tuple[ObjectRef, ...]:
    """Write every `<dataset>/<name>=<value>/*.parquet` under `staging` to the layer, in parallel.

    With a cache, the uploaded files move there.

    Returns:
        A reference for each part, in the order of their keys. An object that is there already
        with the same bytes is left as it is.

    Raises:
        StagingInvalid: Another file, or a name that no key may have.
        RawConflict: A key exists with other bytes.
    """
    files = sorted(path for path in staging.rglob("*") if path.is_file())
    with ThreadPoolExecutor(_PARALLEL) as pool:
        refs = list(pool.map(lambda path: _upload(store, staging, path, layer, run, cache), files))
    return tuple(sorted(refs, key=lambda ref: ref.key))


def put_checksums(store: ObjectStore, run: Run, objects: Sequence[ObjectRef]) -> str:
    """Write checksums.json of a run's raw objects; gives its sha256."""
    body = checksums_body(objects)
    sha256 = hashlib.sha256(body).hexdigest()
    store.put_once(paths.checksums(run), body, sha256)
    return sha256


def _require_objects(store: ObjectStore, objects: Sequence[ObjectRef]) -> None:
    """Every object is there with its size; their bytes were compared when they were put."""
    sizes = object_sizes(store, objects)
    for ref in objects:
        size = sizes.get(ref.key)
        if size is None:
            raise ObjectMissing(f"OBJECT_MISSING: s3://{store.bucket}/{ref.key} does not exist")
        if size != ref.size:
            raise ObjectCorrupt(
                f"SIZE_MISMATCH: s3://{store.bucket}/{ref.key} has {size} bytes, not {ref.size}"
            )


def _insert(
    connection: psycopg.Connection,
    claim: Claim,
    manifest: Manifest,
    edges: Sequence[Edge],
    key: str,
    sha256: str,
) -> CommittedManifest:
    run = claim.run
    row = connection.execute(
        """
        insert into meta.manifest_index
            (run_id, world_id, layer, build_id, s3_manifest_path, s3_checksums_path,
             manifest_sha256, previous_sha256, attempt, rows)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning manifest_seq
        """,
        [
            run.run_id,
            run.world.world_id,
            manifest.layer,
            manifest.build_id,
            key,
            paths.checksums(run) if manifest.layer == "raw" else None,
            sha256,
            manifest.previous_sha256,
            claim.attempt,
            manifest.rows,
        ],
    ).fetchone()
    assert row is not None  # noqa: S101 -- an insert with returning gives its row
    sequence = int(row[0])
    insert_parts(connection, sequence, manifest, edges)
    return CommittedManifest(
        sequence,
        run.run_id,
        run.world.world_id,
        manifest.layer,
        manifest.build_id,
        key,
        sha256,
        manifest.previous_sha256,
        manifest.rows,
    )


def insert_parts(
    connection: psycopg.Connection, sequence: int, manifest: Manifest, edges: Sequence[Edge] = ()
) -> None:
    """Index the objects, inputs and lineage of the manifest that has the number `sequence`."""
    with connection.cursor() as cursor:
        with cursor.copy(_COPY_OBJECTS) as rows:
            for ref in manifest.objects:
                facts = (ref.dataset, ref.partition, ref.key, ref.size, ref.sha256, ref.rows)
                rows.write_row((sequence, *facts, Jsonb(dict(ref.counts))))
        cursor.executemany(
            "insert into meta.manifest_inputs"
            " (manifest_seq, input_run_id, input_layer, input_manifest_sha256)"
            " values (%s, %s, %s, %s)",
            [(sequence, *source) for source in manifest.inputs],
        )
        cursor.executemany(
            "insert into meta.lineage_edges"
            " (manifest_seq, dataset, input_layer, input_dataset, seed_sha256)"
            " values (%s, %s, %s, %s, %s)",
            [(sequence, *edge) for edge in edges],
        )


def _upload(
    store: ObjectStore, staging: Path, path: Path, layer: str, run: Run, cache: ObjectCache | None
) -> ObjectRef:
    """Write one Parquet file as a part; its rows come from its footer."""
    parts = path.relative_to(staging).parts
    if path.suffix != ".parquet" or len(parts) < 3:
        raise StagingInvalid(f"{path} is not <dataset>/<partition>/*.parquet of the staging folder")
    dataset, partition = parts[0], "/".join(parts[1:-1])
    body = path.read_bytes()
    sha256 = hashlib.sha256(body).hexdigest()
    key = paths.part(layer, dataset, partition, run, sha256)
    store.put_once(key, body, sha256)
    rows = pq.read_metadata(path).num_rows
    if cache is not None:
        cache.adopt(path, key)
    return ObjectRef(key, dataset, partition, len(body), sha256, rows)
