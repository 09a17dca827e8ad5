"""From a staging folder to the bucket: Parquet parts under names that carry their content."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.errors import WorkFailed
from orchestration.lake import paths
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.run import Run

_PARALLEL = 16


class StagingInvalid(WorkFailed):
    """The staging folder holds something that is no part of a partition."""


def upload_parts(store: ObjectStore, staging: Path, layer: str, run: Run) -> tuple[ObjectRef, ...]:
    """Write every `<dataset>/<name>=<value>/*.parquet` under `staging` to the layer, in parallel.

    Returns:
        A reference for each part, in the order of their keys. An object that is there already
        with the same bytes is left as it is.

    Raises:
        StagingInvalid: Another file, or a name that no key may have.
        RawConflict: A key exists with other bytes.
    """
    files = sorted(path for path in staging.rglob("*") if path.is_file())
    with ThreadPoolExecutor(_PARALLEL) as pool:
        refs = list(pool.map(lambda path: _upload(store, staging, path, layer, run), files))
    return tuple(sorted(refs, key=lambda ref: ref.key))


def put_part(
    store: ObjectStore, path: Path, layer: str, dataset: str, partition: str, run: Run
) -> ObjectRef:
    """Write one Parquet file as a part; rows come from its footer."""
    body = path.read_bytes()
    sha256 = hashlib.sha256(body).hexdigest()
    key = paths.part(layer, dataset, partition, run, sha256)
    store.put_once(key, body, sha256)
    rows = pq.read_metadata(path).num_rows
    return ObjectRef(key, dataset, partition, len(body), sha256, rows)


def _upload(store: ObjectStore, staging: Path, path: Path, layer: str, run: Run) -> ObjectRef:
    parts = path.relative_to(staging).parts
    if path.suffix != ".parquet" or len(parts) < 3:
        raise StagingInvalid(f"{path} is no <dataset>/<partition>/*.parquet of the staging folder")
    return put_part(store, path, layer, parts[0], "/".join(parts[1:-1]), run)
