"""Objects against the references of their manifests: presence, size, checksum, rows."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.lake.manifest import ObjectRef, count_lines
from orchestration.lake.paths import RAW_DATASET
from orchestration.lake.store import ObjectMissing, ObjectStore
from orchestration.verify.findings import Finding
from orchestration.wording import counted

_PARALLEL = 8


def verify_objects(
    store: ObjectStore, refs: Sequence[ObjectRef], tell: Callable[[int], None]
) -> list[Finding]:
    """Read every object again, in parallel. `tell` is called with the bytes of each."""
    found: list[Finding] = []
    with ThreadPoolExecutor(_PARALLEL) as pool:
        for ref, finding in zip(refs, pool.map(lambda ref: _verify(store, ref), refs), strict=True):
            tell(ref.size)
            if finding is not None:
                found.append(finding)
    return found


def _verify(store: ObjectStore, ref: ObjectRef) -> Finding | None:
    try:
        body = store.get(ref.key)
    except ObjectMissing:
        return Finding("OBJECT_MISSING", ref.key, "named in the manifest, missing from the bucket")
    if len(body) != ref.size:
        return Finding(
            "SIZE_MISMATCH", ref.key, f"{counted(len(body), 'byte')}, the manifest says {ref.size}"
        )
    sha256 = hashlib.sha256(body).hexdigest()
    if sha256 != ref.sha256:
        detail = f"sha256 {sha256[:12]}, the manifest says {ref.sha256[:12]}"
        return Finding("SHA_MISMATCH", ref.key, detail)
    return _verify_rows(ref, body)


def _verify_rows(ref: ObjectRef, body: bytes) -> Finding | None:
    rows = ref.rows
    if ref.key.endswith(".parquet"):
        try:
            rows = pq.read_metadata(pa.BufferReader(body)).num_rows
        except pa.ArrowInvalid as error:
            return Finding("PARQUET_UNREADABLE", ref.key, str(error).splitlines()[0])
    elif ref.dataset == RAW_DATASET:
        rows = count_lines(body)
    if rows != ref.rows:
        return Finding(
            "ROWS_MISMATCH", ref.key, f"{counted(rows, 'row')}, the manifest says {ref.rows}"
        )
    return None
