"""A Dask job: one task a raw object, judged on one thread; the layer commits when all add up."""

import hashlib
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import psycopg
import pyarrow as pa
from distributed import Client, as_completed

from orchestration.bronze.object import RawObject, judge_object
from orchestration.bronze.rules import load_rules, unpack
from orchestration.errors import WorkFailed
from orchestration.lake import paths
from orchestration.lake.commit import commit_layer, take_up
from orchestration.lake.committed import CommittedManifest, committed_manifest, read_manifest
from orchestration.lake.killpoint import reach
from orchestration.lake.manifest import Manifest, ManifestInput, ObjectRef
from orchestration.lake.parts import put_part
from orchestration.lake.store import ObjectStore
from orchestration.run import Claim, Run
from orchestration.settings import S3Settings, Settings

# done, total (objects), rows, bytes, seconds
Progress = Callable[[int, int, int, int, float], None]

QUARANTINE_LIMIT: Final = 0.01
_CODE: Final = Path(__file__).resolve().parent


class QuarantineLimit(WorkFailed):
    """QUARANTINE_LIMIT: too large a share of the lines cannot enter bronze."""


class NoRaw(WorkFailed):
    """A run without committed raw events."""


@dataclass(frozen=True)
class Bronze:
    """Committed bronze of a run; `lines` are the raw lines it was made from."""

    manifest: Manifest
    lines: int
    skipped: bool


@dataclass(frozen=True)
class _Object:
    lines: int
    quarantined: dict[str, int]
    notes: dict[str, int]
    parts: tuple[ObjectRef, ...]


def write_bronze(
    settings: Settings,
    client: Callable[[], Client],
    connection: psycopg.Connection,
    claim: Claim,
    *,
    on_progress: Progress,
    quarantine_limit: float = QUARANTINE_LIMIT,
) -> Bronze:
    """Judge every raw line of the run, write bronze and quarantine, commit.

    Args:
        settings: Where the services are.
        client: Gives the Dask client; not called when this build is committed.
        connection: Of the writer, holding the claim.
        claim: The running attempt; its raw layer must be committed.
        on_progress: Told after each object.
        quarantine_limit: Largest share of lines in quarantine, 0 to 1.

    Raises:
        NoRaw: The run has no committed raw layer.
        QuarantineLimit: More lines than the limit are bad; nothing is committed.
        ObjectCorrupt: A raw object is not what its manifest says.
        StaleClaim: A newer attempt holds the run.
    """
    run, store = claim.run, ObjectStore(settings.s3)
    raw = committed_manifest(connection, run, "raw")
    if raw is None:
        raise NoRaw(f"run {run.run_id} has no committed raw events: `pqr run` writes them")
    rules = load_rules(settings.project_root)
    build = bronze_build(rules.version, raw)
    sources = [
        ref for ref in read_manifest(store, raw).objects if ref.dataset == paths.RAW_DATASET
    ]
    known = committed_manifest(connection, run, "bronze", build)
    if known is not None:
        take_up(connection, claim, known)
        lines = sum(ref.rows for ref in sources)
        return Bronze(read_manifest(store, known), lines, skipped=True)
    judged = _judge_all(settings, client(), run, sources, rules.pack(), on_progress)
    counts = _counts(judged)
    bad = sum(count for name, count in counts.items() if name.startswith("quarantined."))
    if counts["lines"] and bad / counts["lines"] > quarantine_limit:
        raise QuarantineLimit(
            f"QUARANTINE_LIMIT: {bad} of {counts['lines']} lines cannot enter bronze, more than"
            f" {quarantine_limit:.2%}; `pqr quarantine` shows them, nothing was committed"
        )
    manifest = Manifest(
        layer="bronze",
        run_id=run.run_id,
        world_id=run.world.world_id,
        date_min=run.date_min,
        date_max=run.date_max,
        build_id=build,
        previous_sha256=raw.sha256,
        inputs=(ManifestInput(run.run_id, "raw", raw.sha256),),
        objects=tuple(part for item in judged for part in item.parts),
        counts=counts,
        parameters={"rules_version": rules.version, "quarantine_limit": quarantine_limit},
    )
    commit_layer(store, connection, claim, manifest)
    return Bronze(manifest, counts["lines"], skipped=False)


def bronze_build(rules_version: str, raw: CommittedManifest) -> str:
    """The build_id of bronze: its code and rules, the engines that write it, and its raw layer."""
    digest = hashlib.sha256()
    for path in sorted(_CODE.glob("*.py")):
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    digest.update(f"duckdb {duckdb.__version__} pyarrow {pa.__version__}\n".encode())
    digest.update(f"rules {rules_version}\nraw {raw.sha256}\n".encode())
    return digest.hexdigest()


def _judge_all(
    settings: Settings,
    client: Client,
    run: Run,
    sources: list[ObjectRef],
    rules: bytes,
    on_progress: Progress,
) -> list[_Object]:
    started = time.monotonic()
    futures = [
        client.submit(_judge_one, settings.s3, run, ref, rules, pure=False) for ref in sources
    ]
    judged: list[_Object] = []
    rows = size = 0
    try:
        for done, future in enumerate(as_completed(futures), 1):
            item: _Object = future.result()
            judged.append(item)
            rows += item.lines
            size += sum(part.size for part in item.parts)
            on_progress(done, len(futures), rows, size, time.monotonic() - started)
            reach(f"bronze.object_{done}")
    finally:
        client.cancel(futures)
    return judged


def _judge_one(s3: S3Settings, run: Run, ref: ObjectRef, rules: bytes) -> _Object:
    store = ObjectStore(s3)
    body = store.get_checked(ref.key, ref.size, ref.sha256)
    source, day = (piece.partition("=")[2] for piece in ref.partition.split("/"))
    raw = RawObject(ref.key, run.run_id, source, date.fromisoformat(day))
    with tempfile.TemporaryDirectory(prefix="pqr-bronze-") as folder:
        judged = judge_object(body, raw, unpack(rules), Path(folder))
        parts = [
            put_part(
                store, judged.bronze_file, "bronze", paths.BRONZE_DATASET, ref.partition, run
            )
        ]
        if judged.quarantined:
            parts.append(
                put_part(
                    store,
                    judged.quarantine_file,
                    "bronze",
                    paths.QUARANTINE_DATASET,
                    ref.partition,
                    run,
                )
            )
    return _Object(judged.lines, dict(judged.quarantined), dict(judged.notes), tuple(parts))


def _counts(judged: list[_Object]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for item in judged:
        counts["lines"] += item.lines
        counts["bronze"] += item.lines - sum(item.quarantined.values())
        counts.update({f"quarantined.{reason}": n for reason, n in item.quarantined.items()})
        counts.update({f"note.{reason}": n for reason, n in item.notes.items()})
    return dict(sorted(counts.items()))
