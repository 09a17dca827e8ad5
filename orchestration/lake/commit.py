"""The one committer: objects are there, the claim holds, the manifest goes last."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
from psycopg.types.json import Jsonb

from orchestration.errors import WorkFailed
from orchestration.lake import paths
from orchestration.lake.committed import CommittedManifest, committed_manifest
from orchestration.lake.killpoint import reach
from orchestration.lake.manifest import Manifest, ObjectRef
from orchestration.lake.store import ObjectCorrupt, ObjectMissing, ObjectStore
from orchestration.meta.control import assert_fencing
from orchestration.run import Claim, Run

_PARALLEL = 16
_COPY_OBJECTS = (
    "copy meta.manifest_objects"
    " (manifest_seq, dataset, partition, key, size, sha256, rows, counts) from stdin"
)


class CommitConflict(WorkFailed):
    """A build of a layer is committed with another manifest: its bytes are not a function of it."""


def checksums_body(objects: Sequence[ObjectRef]) -> bytes:
    """The content of checksums.json: key to sha256, canonical."""
    sums = {ref.key: ref.sha256 for ref in objects}
    return json.dumps(sums, sort_keys=True, indent=1).encode() + b"\n"


def commit_layer(
    store: ObjectStore, connection: psycopg.Connection, claim: Claim, manifest: Manifest
) -> CommittedManifest:
    """Make a layer visible.

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
    if known is None:
        _require_objects(store, manifest.objects)
        reach(f"{layer}.before_manifest")
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
        committed = _insert(connection, claim, manifest, key, sha256)
        reach(f"{layer}.before_index_commit")
    reach(f"{layer}.after_commit")
    return committed


def take_up(connection: psycopg.Connection, claim: Claim, known: CommittedManifest) -> None:
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


def put_checksums(store: ObjectStore, run: Run, objects: Sequence[ObjectRef]) -> str:
    """Write checksums.json of a run's raw objects; gives its sha256."""
    body = checksums_body(objects)
    sha256 = hashlib.sha256(body).hexdigest()
    store.put_once(paths.checksums(run), body, sha256)
    return sha256


def _require_objects(store: ObjectStore, objects: Sequence[ObjectRef]) -> None:
    """Every object is there with its size; their bytes were compared when they were put."""

    def check(ref: ObjectRef) -> None:
        facts = store.head(ref.key)
        if facts is None:
            raise ObjectMissing(f"OBJECT_MISSING: s3://{store.bucket}/{ref.key} does not exist")
        if facts.size != ref.size:
            raise ObjectCorrupt(
                f"SIZE_MISMATCH: s3://{store.bucket}/{ref.key} has {facts.size} bytes,"
                f" not {ref.size}"
            )

    with ThreadPoolExecutor(_PARALLEL) as pool:
        for _ in pool.map(check, objects):
            pass


def _insert(
    connection: psycopg.Connection, claim: Claim, manifest: Manifest, key: str, sha256: str
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
    with connection.cursor() as cursor:
        with cursor.copy(_COPY_OBJECTS) as rows:
            for ref in manifest.objects:
                rows.write_row(
                    (
                        sequence,
                        ref.dataset,
                        ref.partition,
                        ref.key,
                        ref.size,
                        ref.sha256,
                        ref.rows,
                        Jsonb(dict(ref.counts)),
                    )
                )
        cursor.executemany(
            "insert into meta.manifest_inputs"
            " (manifest_seq, input_run_id, input_layer, input_manifest_sha256)"
            " values (%s, %s, %s, %s)",
            [(sequence, *source) for source in manifest.inputs],
        )
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
