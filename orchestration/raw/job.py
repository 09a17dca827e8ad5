"""A Dask job that simulates blocks of days and puts every object; the manifest comes last."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import psycopg
from distributed import Client, as_completed

from orchestration.lake import paths
from orchestration.lake.commit import commit_layer, put_checksums
from orchestration.lake.killpoint import reach
from orchestration.lake.manifest import Manifest, ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.run import Claim, Run
from orchestration.settings import S3Settings, Settings
from simulator.config import SimulationConfig
from simulator.world import blocks, simulate

# done, total (blocks), rows, bytes, seconds
Progress = Callable[[int, int, int, int, float], None]

_BLOCKS_A_WORKER = 2


@dataclass(frozen=True)
class _Block:
    objects: tuple[ObjectRef, ...]

    @property
    def rows(self) -> int:
        return sum(ref.rows for ref in self.objects)

    @property
    def size(self) -> int:
        return sum(ref.size for ref in self.objects)


def write_raw(
    settings: Settings,
    client: Client,
    connection: psycopg.Connection,
    claim: Claim,
    config: SimulationConfig,
    *,
    on_progress: Progress,
) -> Manifest:
    """Simulate the run's days, write an object for each source and day, commit raw.

    Objects that an earlier attempt wrote are compared and kept.

    Raises:
        RawConflict: A key holds other bytes than this world has.
        StaleClaim: A newer attempt holds the run.
    """
    run, started = claim.run, time.monotonic()
    store = ObjectStore(settings.s3)
    spans = blocks(config, run.date_min, run.date_max, settings.dask_workers * _BLOCKS_A_WORKER)
    futures = [
        client.submit(_write_block, settings.s3, config, run, first, last, pure=False)
        for first, last in spans
    ]
    objects: list[ObjectRef] = []
    try:
        for done, future in enumerate(as_completed(futures), 1):
            objects.extend(future.result().objects)
            rows, size = sum(ref.rows for ref in objects), sum(ref.size for ref in objects)
            on_progress(done, len(futures), rows, size, time.monotonic() - started)
            reach(f"raw.block_{done}")
    finally:
        client.cancel(futures)
    objects.sort(key=lambda ref: ref.key)
    checksums = put_checksums(store, run, objects)
    reach("raw.after_checksums")
    manifest = Manifest(
        layer="raw",
        run_id=run.run_id,
        world_id=run.world.world_id,
        date_min=run.date_min,
        date_max=run.date_max,
        build_id=run.world.code_hash,
        previous_sha256=None,
        inputs=(),
        objects=tuple(objects),
        counts=_counts(objects),
        parameters={"seed": config.seed, "config": config.content, "checksums_sha256": checksums},
    )
    commit_layer(store, connection, claim, manifest)
    return manifest


def _write_block(
    s3: S3Settings, config: SimulationConfig, run: Run, first: date, last: date
) -> _Block:
    store = ObjectStore(s3)
    refs = []
    for raw in simulate(config, first, last):
        sha256 = hashlib.sha256(raw.payload).hexdigest()
        key = paths.raw_object(run, raw.source, raw.day)
        store.put_once(key, raw.payload, sha256)
        refs.append(
            ObjectRef(
                key,
                paths.RAW_DATASET,
                paths.source_day(raw.source, raw.day),
                len(raw.payload),
                sha256,
                raw.events,
                {"tickets": raw.tickets},
            )
        )
    return _Block(tuple(refs))


def _counts(objects: list[ObjectRef]) -> dict[str, int]:
    return {
        "events": sum(ref.rows for ref in objects),
        "objects": len(objects),
        "tickets": sum(ref.counts["tickets"] for ref in objects),
    }
